import {
	type ComparedSession,
	type ComparisonReport,
	isLagComparable,
	lagsOverTime,
	type Spread,
	spreadEdges,
	valueRanges,
} from '../core/comparison';
import { EventMatch } from '../core/comparisonMatch';
import { addressWithoutCredentials } from '../core/credentials';
import { problem } from '../core/problem';
import type { SessionSummary } from '../core/session';
import type { Statistics } from '../core/statistics';
import type { Histogram } from '../core/timing/histogram';
import { readSeries } from '../core/timing/series';
import type { EventObserver } from './measures';

/** An event that a session has not delivered for so long is missing, unless the session usually takes longer. */
const leastHorizonMs = 10_000;

/** What a comparison needs of a session. */
export interface Comparable {
	readonly id: string;
	observe(observer: EventObserver): () => void;
	summary(): SessionSummary;
	statistics(): Statistics;
	/** Packed for `readSeries`. */
	series(): ArrayBuffer;
}

/**
 * Sessions of one feed side by side. It listens to them from the moment it is made until it is disposed of; what they
 * delivered before is not in it.
 *
 * A server that numbers anew delivers events that are others than those of the same ids before. Each session sees that by
 * itself, after a few of them, which then count as duplicates; from then on its ids are those of its next numbering.
 * Sessions match again when all have seen as many, so one that did not see the same restart, being reconnected at another
 * time for one, stays apart from the others: nothing that it brings is matched, and it is not level with them.
 */
export class Comparison {
	readonly #match: EventMatch;
	readonly #observing: (() => void)[];
	readonly #beganAtMs: number;
	/** When every session had opened or failed; NaN before. */
	#allOpenAtMs = Number.NaN;
	/** When the last session that could still bring something ended; NaN while one can. */
	#endedAtMs = Number.NaN;

	constructor(
		readonly id: string,
		readonly sessions: readonly Comparable[],
		private readonly nowMs: () => number,
	) {
		this.#match = new EventMatch(sessions.length);
		this.#beganAtMs = nowMs();
		this.#observing = sessions.map((session, at) => {
			let numbering = 0;
			return session.observe({
				event: (id, arrivedAtMs, lagMs) =>
					this.#match.event(at, numbering === 0 ? id : `${numbering} ${id}`, arrivedAtMs, lagMs),
				lagsShifted: (byMs) => this.#match.shiftLags(at, byMs),
				lagsForgotten: () => this.#match.forgetLags(at),
				numberingBegan: () => {
					numbering++;
				},
			});
		});
		this.stateChanged();
	}

	/** A session opened, failed or ended: events count once those that are there have been seen level. */
	stateChanged(): void {
		const states = this.sessions.map((session) => session.summary().state);
		const isLive = (at: number): boolean => states[at] !== 'failed' && states[at] !== 'ended';
		this.#match.expect(isLive);
		if (states.some((_, at) => isLive(at))) {
			this.#endedAtMs = Number.NaN;
		} else if (Number.isNaN(this.#endedAtMs)) {
			this.#endedAtMs = this.nowMs();
		}
		if (Number.isNaN(this.#allOpenAtMs) && !states.includes('connecting')) {
			this.#allOpenAtMs = this.nowMs();
			this.#match.latestStartMs = this.#allOpenAtMs + this.#match.horizonMs;
		}
	}

	/** All that can be told now, or could when the last session ended: what nobody waited for was missed by nobody. */
	report(): ComparisonReport {
		const atMs = Number.isNaN(this.#endedAtMs) ? this.nowMs() : this.#endedAtMs;
		const statistics = this.sessions.map((session) => session.statistics());
		// Polling brings an event when its time has come, and a held request that ended without one shows how long that takes.
		const slowestMs = Math.max(...statistics.map((each) => Math.max(each.pollIntervalMs ?? 0, each.holdMs.max ?? 0)));
		const horizonMs = Math.max(leastHorizonMs, 2 * slowestMs);
		this.#match.horizonMs = horizonMs;
		if (!Number.isNaN(this.#allOpenAtMs)) {
			this.#match.latestStartMs = this.#allOpenAtMs + horizonMs;
		}
		this.#match.decide(atMs);
		const { startedAtMs, events, matched, forgotten } = this.#match;
		const compared = this.sessions.map((session, at) => this.#compared(at, session.summary(), statistics[at]!));
		return {
			id: this.id,
			sessions: this.sessions.map((session) => session.id),
			compared,
			beganAtMs: this.#beganAtMs,
			atMs,
			countedFromMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
			events,
			matched,
			forgotten,
			horizonMs,
			overTime: lagsOverTime(this.sessions.map((session) => readSeries(session.series()))),
			spread: this.#spread(compared),
		};
	}

	/** Stops listening. */
	dispose(): void {
		for (const stop of this.#observing.splice(0)) {
			stop();
		}
	}

	#compared(at: number, summary: SessionSummary, statistics: Statistics): ComparedSession {
		const { events } = this.#match;
		const matched = this.#match.sessions[at]!;
		const { wire, eventsReceived, lagMs } = statistics;
		const perEvent = (amount: number): number | null => (eventsReceived === 0 ? null : amount / eventsReceived);
		return {
			sessionId: summary.id,
			url: addressWithoutCredentials(summary.url),
			transport: summary.transport,
			state: summary.state,
			// Without what was answered: its head and body may hold credentials, and what is told here is exported.
			problem: summary.problem && problem(summary.problem.code, summary.problem.values),
			eventsReceived,
			events: matched.events,
			isMatched: matched.isMatched,
			first: matched.first,
			firstShare: events === 0 ? null : matched.first / events,
			behindMs: matched.behind.distribution(),
			behindRanges: valueRanges(matched.behind),
			lagMs: matched.lags.distribution(),
			lagRanges: valueRanges(matched.lags),
			lagMethod: lagMs.method,
			lagUncertaintyMs: lagMs.uncertaintyMs,
			missing: matched.missing,
			missingSince: matched.since,
			duplicates: matched.duplicates,
			bytesInPerEvent: perEvent(wire.socketBytesIn),
			bytesOutPerEvent: perEvent(wire.socketBytesOut),
			overheadBytesPerEvent: wire.overheadBytesPerEvent,
			requestsPerEvent: perEvent(wire.requests),
			sockets: wire.sockets,
			pollIntervalMs: statistics.pollIntervalMs,
		};
	}

	/** Of the lags where all that are measured can be compared, else of the delays behind the first. */
	#spread(compared: readonly ComparedSession[]): Spread {
		const measured = compared.filter(({ lagMs }) => lagMs.count > 0);
		const isOfLags = measured.length > 0 && measured.every(isLagComparable);
		const histograms = this.#match.sessions.map(({ lags, behind }) => (isOfLags ? lags : behind));
		const filled = histograms.filter(({ count }) => count > 0);
		const edgesMs =
			filled.length === 0
				? []
				: spreadEdges(
						Math.min(...filled.map((histogram) => histogram.percentile(0)!)),
						Math.max(...filled.map((histogram) => histogram.percentile(1)!)),
					);
		return {
			of: isOfLags ? 'lag' : 'behind',
			edgesMs,
			shares: histograms.map((histogram) => sharesBelow(histogram, edgesMs)),
		};
	}
}

/** Of all values the share below each edge; `null`s where there is none. */
function sharesBelow(histogram: Histogram, edgesMs: readonly number[]): readonly (number | null)[] {
	const { count } = histogram;
	const counts = histogram.countsBetween(edgesMs);
	let below = 0;
	return edgesMs.map((_, at) => {
		below += counts[at]!;
		return count === 0 ? null : below / count;
	});
}
