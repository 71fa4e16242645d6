import {
	type ComparedSession,
	type ComparisonReport,
	expectedLagMs,
	isLagComparable,
	rangeErrors,
	stampUncertaintyMs,
	type ValueRange,
} from './comparison';
import { bytesFigure, durationFigure, figure, shareFigure } from './sizing/figures';

export const comparisonRowIds = [
	'first',
	'behindP50',
	'behindP95',
	'behindMax',
	'lagP50',
	'lagP95',
	'lagP99',
	'lagMax',
	'lagMean',
	'lagExpected',
	'events',
	'missing',
	'duplicates',
	'bytesIn',
	'bytesOut',
	'overhead',
	'requests',
	'sockets',
] as const;
export type ComparisonRowId = (typeof comparisonRowIds)[number];

export type ComparisonUnit = 'share' | 'milliseconds' | 'bytes' | 'count';

export interface ComparisonCell {
	/** `null` where it was not measured or can't be told. */
	readonly value: number | null;
	/** The value lies within ± this of the one told; absent where that is unknown, or the value is counted. */
	readonly uncertainty?: number;
	/** Whether it is put beside the others. A lag by a clock of which too little is known is not. */
	readonly isCompared: boolean;
}

/**
 * - `winner`: one session is better than every other, by more than its uncertainty; of shares, percentiles and means chance
 *   is part of that, with events taken for independent of each other.
 * - `shared`: some are alike, and better than the rest.
 * - `tie`: all are alike, as far as can be told.
 * - `cantTell`: fewer than two can be put beside each other.
 * - `notCompared`: less of it is neither better nor worse.
 */
export type ComparisonOutcome = 'winner' | 'shared' | 'tie' | 'cantTell' | 'notCompared';

/** One measure of all sessions. */
export interface ComparisonRow {
	readonly id: ComparisonRowId;
	readonly title: string;
	/** What the number is, and how far to trust it. */
	readonly explanation: string;
	readonly unit: ComparisonUnit;
	/** One for each session, in the report's order. */
	readonly cells: readonly ComparisonCell[];
	readonly outcome: ComparisonOutcome;
	/** The places of the sessions that are best: one of a `winner`, some where it is `shared`, none else. */
	readonly winners: readonly number[];
}

/** A percentile's error in the histogram, relatively. */
const histogramError = 1 / 256;
/** Bytes of an event are its share of everything, handshakes among it, and so vary a little from one minute to the next. */
const costError = 0.01;
/** Nobody chooses a transport for less. */
const leastBytesApart = 1;
/** Of fewer, who was first is chance. */
const leastFirstEvents = 10;
/** What an event costs is told of no fewer, since a handshake is not spread over them yet. */
const leastCostEvents = 20;

interface Measure {
	readonly title: string;
	readonly explanation: string;
	readonly unit: ComparisonUnit;
	readonly better?: 'less' | 'more';
	value(session: ComparedSession): number | null;
	/** ± in the value's unit, where it has one. */
	uncertainty?(session: ComparedSession): number | null;
	/** Whether the value can be put beside others'. */
	isComparable?(session: ComparedSession): boolean;
	/** Where the value may lie by chance; the value alone where left out. */
	range?(session: ComparedSession): ValueRange | null;
	/** Two values, or their ranges, that are no further apart are alike; exactly equal ones where left out. */
	tolerance?(one: number, other: number, pair: readonly [ComparedSession, ComparedSession], events: number): number;
}

type Percentile = 'p50' | 'p95' | 'p99' | 'mean';

/** So many values tell a percentile apart from the one largest value. */
const leastValues: Readonly<Record<Percentile, number>> = { p50: 10, p95: 20, p99: 100, mean: 10 };

/** The largest of many values is one value: another run has another one, so that nobody is the best by it. */
function largest(title: string, explanation: string, of: 'behindMs' | 'lagMs'): Measure {
	return {
		title,
		explanation: `${explanation} It is a single event's, and so is not compared.`,
		unit: 'milliseconds',
		value: (session) => session[of].max,
		...(of === 'lagMs' && { uncertainty: ({ lagUncertaintyMs }) => lagUncertaintyMs }),
	};
}

function behind(percentile: Percentile, title: string, explanation: string): Measure {
	return {
		title,
		explanation: `${explanation} All arrivals are stamped by one clock, so this needs none of the server's. A difference below ${figure(stampUncertaintyMs)} ms, or one that so few events may have by chance, is a tie.`,
		unit: 'milliseconds',
		better: 'less',
		value: ({ behindMs }) => behindMs[percentile],
		range: ({ behindRanges }) => behindRanges[percentile],
		isComparable: ({ behindMs, isMatched }) => isMatched && behindMs.count >= leastValues[percentile],
		tolerance: (one, other) => stampUncertaintyMs + histogramError * Math.max(one, other),
	};
}

function lag(percentile: Percentile, title: string, explanation: string): Measure {
	return {
		title,
		explanation: `${explanation} Lags are put beside each other only where the sender's clock is known; a difference within both uncertainties, or one that so few events may have by chance, is a tie.`,
		unit: 'milliseconds',
		better: 'less',
		value: ({ lagMs }) => lagMs[percentile],
		uncertainty: ({ lagUncertaintyMs }) => lagUncertaintyMs,
		range: ({ lagRanges }) => lagRanges[percentile],
		isComparable: (session) => isLagComparable(session) && session.lagMs.count >= leastValues[percentile],
		tolerance: (one, other, pair) =>
			pair.reduce((sum, { lagUncertaintyMs }) => sum + (lagUncertaintyMs ?? 0), 0) +
			histogramError * Math.max(Math.abs(one), Math.abs(other)),
	};
}

function cost(
	title: string,
	explanation: string,
	unit: ComparisonUnit,
	value: (session: ComparedSession) => number | null,
): Measure {
	const leastApart = unit === 'bytes' ? leastBytesApart : 0;
	return {
		title,
		explanation: `${explanation} Counted over all that the session received; a difference below 1%${unit === 'bytes' ? ' or one byte' : ''} is a tie.`,
		unit,
		better: 'less',
		value,
		isComparable: ({ eventsReceived }) => eventsReceived >= leastCostEvents,
		tolerance: (one, other) => Math.max(leastApart, costError * Math.max(one, other)),
	};
}

const measures: Readonly<Record<ComparisonRowId, Measure>> = {
	first: {
		title: 'Delivered first',
		explanation: `The share of all events that this session delivered first. What came no later than ${figure(stampUncertaintyMs)} ms after the first came first too, so that the shares may add up to more than 100%. Shares within two standard errors of each other are a tie.`,
		unit: 'share',
		better: 'more',
		value: ({ firstShare, isMatched }) => (isMatched ? firstShare : null),
		isComparable: ({ events }) => events >= leastFirstEvents,
		// Of two shares of the same n events the difference has the variance (d − (p − q)²) / n, where d is the share of events
		// that one of the two delivered first and the other did not: no more than p + q, nor than (1 − p) + (1 − q).
		tolerance: (one, other, _pair, events) => {
			const decided = Math.min(one + other, 2 - one - other);
			return rangeErrors * Math.sqrt(Math.max(0, decided - (one - other) ** 2) / events);
		},
	},
	behindP50: behind(
		'p50',
		'Behind the first, p50',
		'Half of the events came no later than this after the first session had them.',
	),
	behindP95: behind(
		'p95',
		'Behind the first, p95',
		'95 of 100 events came no later than this after the first session had them.',
	),
	behindMax: largest('Behind the first, max', 'The longest time after the first session had an event.', 'behindMs'),
	lagP50: lag('p50', 'Lag p50', 'Half of the events arrived no later than this after they were sent.'),
	lagP95: lag('p95', 'Lag p95', '95 of 100 events arrived no later than this after they were sent.'),
	lagP99: lag('p99', 'Lag p99', '99 of 100 events arrived no later than this after they were sent.'),
	lagMax: largest('Lag max', "The longest time from an event's sending to its arrival.", 'lagMs'),
	lagMean: lag('mean', 'Lag mean', "The mean time from an event's sending to its arrival."),
	lagExpected: {
		title: 'Half the poll interval',
		explanation:
			'What the mean lag of polling should be near: news falls anywhere between two polls, and so waits half of the time between them on average.',
		unit: 'milliseconds',
		value: expectedLagMs,
	},
	events: {
		title: 'Events',
		explanation:
			'Events of the comparison that this session delivered, each counted once. They count from when every open session had been seen at the same place of the feed.',
		unit: 'count',
		value: ({ events }) => events,
	},
	missing: {
		title: 'Missing',
		explanation:
			'Events between the first and the last that this session delivered which had not come when the horizon had passed. What comes even later is taken off again.',
		unit: 'count',
		better: 'less',
		value: ({ missing, isMatched }) => (isMatched ? missing : null),
		// One that has stopped may have missed all that came since.
		isComparable: ({ missingSince }) => missingSince === 0,
	},
	duplicates: {
		title: 'Duplicates',
		explanation: 'Times that this session delivered an event again.',
		unit: 'count',
		better: 'less',
		value: ({ duplicates, isMatched }) => (isMatched ? duplicates : null),
	},
	bytesIn: cost(
		'Bytes in per event',
		'Bytes that its sockets received for each event, heads and framing included.',
		'bytes',
		(session) => session.bytesInPerEvent,
	),
	bytesOut: cost(
		'Bytes out per event',
		'Bytes that its sockets sent for each event.',
		'bytes',
		(session) => session.bytesOutPerEvent,
	),
	overhead: cost(
		'Overhead per event',
		'Bytes both ways that are no payload, for each event.',
		'bytes',
		(session) => session.overheadBytesPerEvent,
	),
	requests: cost(
		'Requests per event',
		'HTTP requests for each event, the one that opens a stream among them.',
		'count',
		(session) => session.requestsPerEvent,
	),
	sockets: {
		title: 'Connections opened',
		explanation: 'Sockets that this session opened.',
		unit: 'count',
		better: 'less',
		value: ({ sockets }) => (sockets === 0 ? null : sockets),
		isComparable: ({ isMatched }) => isMatched,
	},
};

/** The measures of a report, each with the session that is best where one is; those that no session has are left out. */
export function comparisonTable(report: Pick<ComparisonReport, 'compared' | 'events'>): readonly ComparisonRow[] {
	return comparisonRowIds
		.map((id) => rowOf(id, report))
		.filter(({ id, cells }) => id !== 'lagExpected' || cells.some(({ value }) => value !== null));
}

/** A value as the table shows it: `83%`, `2.5 s`, `178 B`, `1,204`; a dash where there is none. */
export function comparisonFigure(value: number | null, unit: ComparisonUnit): string {
	if (value === null) {
		return '–';
	}
	switch (unit) {
		case 'share':
			return shareFigure(value);
		case 'milliseconds':
			return value === 0 ? '0 ms' : durationFigure(Number((value / 1000).toPrecision(3)));
		case 'bytes':
			return bytesFigure(Number(value.toPrecision(4)));
		case 'count':
			return figure(value);
	}
}

function rowOf(id: ComparisonRowId, report: Pick<ComparisonReport, 'compared' | 'events'>): ComparisonRow {
	const measure = measures[id];
	const cells = report.compared.map((session): ComparisonCell => {
		const value = measure.value(session);
		const uncertainty = value === null ? null : (measure.uncertainty?.(session) ?? null);
		const isCompared = measure.better !== undefined && value !== null && (measure.isComparable?.(session) ?? true);
		return { value, isCompared, ...(uncertainty !== null && { uncertainty }) };
	});
	const { title, explanation, unit } = measure;
	return { id, title, explanation, unit, cells, ...outcomeOf(measure, cells, report) };
}

function outcomeOf(
	{ better, range, tolerance }: Measure,
	cells: readonly ComparisonCell[],
	{ compared, events }: Pick<ComparisonReport, 'compared' | 'events'>,
): Pick<ComparisonRow, 'outcome' | 'winners'> {
	if (better === undefined) {
		return { outcome: 'notCompared', winners: [] };
	}
	const places = cells.flatMap(({ isCompared }, at) => (isCompared ? [at] : []));
	if (places.length < 2) {
		return { outcome: 'cantTell', winners: [] };
	}
	const valueAt = (at: number): number => cells[at]!.value!;
	const best = places.reduce((a, b) =>
		(better === 'less' ? valueAt(b) < valueAt(a) : valueAt(b) > valueAt(a)) ? b : a,
	);
	const rangeAt = (at: number): ValueRange => range?.(compared[at]!) ?? { from: valueAt(at), to: valueAt(at) };
	const winners = places.filter((at) => {
		const [one, other] = [rangeAt(best), rangeAt(at)];
		const apart = Math.max(0, one.from - other.to, other.from - one.to);
		return (
			at === best || apart <= (tolerance?.(valueAt(best), valueAt(at), [compared[best]!, compared[at]!], events) ?? 0)
		);
	});
	if (winners.length === places.length) {
		return { outcome: 'tie', winners: [] };
	}
	return { outcome: winners.length === 1 ? 'winner' : 'shared', winners };
}
