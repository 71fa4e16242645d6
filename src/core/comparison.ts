import type { TransportName } from './endpoint';
import type { Problem } from './problem';
import type { SessionState } from './session';
import { transportLabel } from './sizing/transportLabel';
import type { Distribution, LagMethod } from './statistics';
import type { Histogram } from './timing/histogram';
import type { Series } from './timing/series';

/** Arrivals are stamped one after the other, so two that differ by less than this may as well have come the other way round. */
export const stampUncertaintyMs = 0.1;

/** Between which values a number lies that was worked out from a sample. */
export interface ValueRange {
	readonly from: number;
	readonly to: number;
}

/** How far each of these may be off by chance: see `valueRanges`. `null` where nothing was measured. */
export type ValueRanges = Readonly<Record<'p50' | 'p95' | 'p99' | 'mean', ValueRange | null>>;

/** What a comparison tells of one of its sessions. `null` is «not measured» or «can't be told», never 0. */
export interface ComparedSession {
	readonly sessionId: string;
	/** Without what looks like credentials in it. */
	readonly url: string;
	/** `null` while it is being detected. */
	readonly transport: TransportName | null;
	readonly state: SessionState;
	/** Why it failed, or what its last connection died of. */
	readonly problem?: Problem;
	/** Messages and events that it received since it began, those without an id and before the start among them. */
	readonly eventsReceived: number;
	/** Events of the comparison that it delivered, each counted once. */
	readonly events: number;
	/** Whether it ever delivered an event that another session delivered too. */
	readonly isMatched: boolean;
	/**
	 * Events that it delivered first, and their share of the comparison's events. What came no later than 0.1 ms after the
	 * first came first too, so that shares may add up to more than 1.
	 */
	readonly first: number;
	readonly firstShare: number | null;
	/** How long after the first session it delivered each event; 0 for those that it delivered first. */
	readonly behindMs: Distribution;
	readonly behindRanges: ValueRanges;
	/** Delivery lag of the comparison's events; `null`s where it was not measured. */
	readonly lagMs: Distribution;
	/** By chance alone: what is not known of the clock comes on top. */
	readonly lagRanges: ValueRanges;
	readonly lagMethod: LagMethod;
	/** A lag lies within ± this many milliseconds of the one told; `null` is unknown. */
	readonly lagUncertaintyMs: number | null;
	/** Events between the first and the last that it delivered which had not come when the horizon had passed. */
	readonly missing: number;
	/** Events after the last that it delivered, which had not come when the horizon had passed. */
	readonly missingSince: number;
	/** Times that an event came again. */
	readonly duplicates: number;
	/** Of all its sockets, over the events received since it began. */
	readonly bytesInPerEvent: number | null;
	readonly bytesOutPerEvent: number | null;
	/** Bytes both ways that are no received payload. */
	readonly overheadBytesPerEvent: number | null;
	readonly requestsPerEvent: number | null;
	/** Sockets opened. */
	readonly sockets: number;
	/** Of polling. */
	readonly pollIntervalMs: number | null;
}

/** Lags second by second on one axis: `lagsMs[n][m]` is the nth session's p50 of the second that begins at `startMs` + m · `bucketMs`. */
export interface LagsOverTime {
	readonly startMs: number;
	readonly bucketMs: number;
	readonly lagsMs: readonly (readonly (number | null)[])[];
}

/**
 * How values are spread, over edges that are the same for every session: `shares[n][m]` of the nth session's values are
 * below `edgesMs[m]`. The edges rise by even ratios.
 */
export interface Spread {
	readonly of: 'lag' | 'behind';
	readonly edgesMs: readonly number[];
	readonly shares: readonly (readonly (number | null)[])[];
}

/** Sessions of one feed side by side, matched event by event by id. */
export interface ComparisonReport {
	readonly id: string;
	/** In the order in which they were named. */
	readonly sessions: readonly string[];
	readonly compared: readonly ComparedSession[];
	/** When the comparison began, and when this was told; epoch milliseconds. */
	readonly beganAtMs: number;
	readonly atMs: number;
	/** When events began to count, which is when all that are open had been seen at one place of the feed; `null` before. */
	readonly countedFromMs: number | null;
	/** Events that count, each once, and those of them that two sessions or more have delivered. */
	readonly events: number;
	readonly matched: number;
	/** Events that had to make room for newer ones before it was known whether somebody had missed them. */
	readonly forgotten: number;
	/** An event that a session has not delivered so long after it first came is missing. */
	readonly horizonMs: number;
	readonly overTime: LagsOverTime;
	readonly spread: Spread;
}

/** Methods whose lag is told against the sender's own time, so that lags by them are of one kind. */
const absoluteMethods: ReadonlySet<LagMethod> = new Set([
	'sameMachine',
	'assumedSameClock',
	'givenOffset',
	'echo',
	'dateHeader',
]);

/** Whether lags are told against the sender's own time, within a bound. A relative one has a zero of its own. */
export function isClockKnown({
	lagMethod,
	lagUncertaintyMs,
}: Pick<ComparedSession, 'lagMethod' | 'lagUncertaintyMs'>): boolean {
	return absoluteMethods.has(lagMethod) && lagUncertaintyMs !== null;
}

/** Whether a session's lag can be put beside another's: it needs a clock and a bound. */
export function isLagComparable(session: ComparedSession): boolean {
	return session.lagMs.count > 0 && isClockKnown(session);
}

/** Standard errors to each side of a range: 95 in 100 such ranges hold the number that more and more events would lead to. */
export const rangeErrors = 2;
/** Bins to work a mean's standard error out from. */
const mostErrorBins = 400;

/**
 * How far percentiles and the mean of n values may be off by chance, taking values for independent. A percentile p lies
 * between the values at the ranks p ± 2 √(p (1 − p) / n), whatever the distribution (the binomial's normal approximation);
 * a mean within two standard errors of it, σ / √n each.
 */
export function valueRanges(histogram: Histogram): ValueRanges {
	const { count } = histogram;
	const at = (share: number): ValueRange | null => {
		if (count === 0) {
			return null;
		}
		const apart = rangeErrors * Math.sqrt((share * (1 - share)) / count);
		return {
			from: histogram.percentile(Math.max(0, share - apart))!,
			to: histogram.percentile(Math.min(1, share + apart))!,
		};
	};
	return { p50: at(0.5), p95: at(0.95), p99: at(0.99), mean: meanRange(histogram) };
}

function meanRange(histogram: Histogram): ValueRange | null {
	const { mean, count } = histogram.distribution();
	if (mean === null) {
		return null;
	}
	const { edgesMs, counts } = histogram.bins(mostErrorBins);
	const squares = counts.reduce(
		(sum, each, bin) => sum + each * ((edgesMs[bin]! + edgesMs[bin + 1]!) / 2 - mean) ** 2,
		0,
	);
	const apart = (rangeErrors * Math.sqrt(squares / count)) / Math.sqrt(count);
	return { from: mean - apart, to: mean + apart };
}

/** What polling's mean lag should be near: half of its interval, where events fall anywhere between two polls. */
export function expectedLagMs({ transport, pollIntervalMs }: ComparedSession): number | null {
	return transport === 'polling' && pollIntervalMs !== null ? pollIntervalMs / 2 : null;
}

/**
 * What each session is called: its transport's name, with its host and path where several have the same one, and a
 * number where that is the same too.
 */
export function sessionLabels(compared: readonly Pick<ComparedSession, 'transport' | 'url'>[]): readonly string[] {
	const transports = compared.map(({ transport, url }) =>
		transport === null ? hostAndPath(url) : sentenceCase(transportLabel(transport)),
	);
	const placed = transports.map((label, at) =>
		count(transports, label) > 1 ? `${label} ${hostAndPath(compared[at]!.url)}` : label,
	);
	return placed.map((label, at) =>
		count(placed, label) > 1 ? `${label} (${count(placed.slice(0, at + 1), label)})` : label,
	);
}

/**
 * Series of several sessions on one axis, from the first bucket of any of them to the last, at most `mostBuckets` of them.
 * Their buckets begin at whole multiples of their length, which is the same for all.
 */
export function lagsOverTime(series: readonly Series[], mostBuckets = 300): LagsOverTime {
	const filled = series.filter(({ columns }) => columns.lagP50.length > 0);
	const bucketMs = filled[0]?.bucketMs ?? 1000;
	const endMs = filled.reduce((end, each) => Math.max(end, each.startMs + each.columns.lagP50.length * bucketMs), 0);
	const firstMs = filled.reduce((first, { startMs }) => Math.min(first, startMs), endMs);
	const startMs = Math.max(firstMs, endMs - mostBuckets * bucketMs);
	const buckets = Math.round((endMs - startMs) / bucketMs);
	return {
		startMs,
		bucketMs,
		lagsMs: series.map((each) => {
			const shift = Math.round((startMs - each.startMs) / bucketMs);
			return Array.from({ length: buckets }, (_, bucket) => {
				const lagMs = each.columns.lagP50[bucket + shift];
				return lagMs === undefined || Number.isNaN(lagMs) ? null : rounded(lagMs);
			});
		}),
	};
}

/** Edges in each power of ten: as fine as can be told apart on a screen. */
const edgesPerDecade = 10;
const leastEdgeMs = 0.01;
const largestEdgeMs = 1e7;

/**
 * Edges from below the least of the values to above the largest, ten to each power of ten, between 0.01 ms and 10,000 s:
 * what is less or negative is below the first.
 */
export function spreadEdges(leastMs: number, largestMs: number): readonly number[] {
	const within = (valueMs: number): number => Math.min(largestEdgeMs, Math.max(leastEdgeMs, valueMs));
	const first = Math.floor(Math.log10(within(leastMs)) * edgesPerDecade);
	const last = Math.ceil(Math.log10(within(largestMs)) * edgesPerDecade + 1e-9);
	const edges = Math.max(1, last - first);
	return Array.from({ length: edges + 1 }, (_, nth) => Number((10 ** ((first + nth) / edgesPerDecade)).toPrecision(3)));
}

function hostAndPath(url: string): string {
	return url
		.replace(/^\w+:\/\//, '')
		.replace(/[?#].*$/, '')
		.replace(/\/$/, '');
}

function sentenceCase(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function count(labels: readonly string[], label: string): number {
	return labels.filter((each) => each === label).length;
}

/** To a microsecond: no clock here tells more. */
function rounded(valueMs: number): number {
	return Math.round(valueMs * 1000) / 1000;
}
