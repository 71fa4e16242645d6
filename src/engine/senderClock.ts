import type { Endpoint } from '../core/endpoint';
import type { LagMethod } from '../core/statistics';
import { ClockOffset, type StoredOffset } from '../core/timing/clockOffset';
import { LeastLag, type StoredLeastLag } from '../core/timing/leastLag';
import { AppliedOffsets } from './appliedOffsets';
import { DateProbes } from './dateProbes';
import { isOfThisMachine } from './thisMachine';

/** The offset is calculated at times that are so far apart, and runs straight between them. */
const segmentMs = 100;
/** What is already measured is corrected no oftener, in milliseconds of events. */
const reviseEveryMs = 250;
/** A smaller correction is left for later. */
const leastRevisionMs = 0.02;
/** The session's uncertainty is calculated no oftener. */
const toldForMs = 1000;
/** `Date` tells whole seconds (RFC 9110 §5.6.7). */
const dateStepMs = 1000;
/** Servers keep its text and renew it by a timer that is a little late; Node's was so by 4 ms on a busy machine. */
const leastLatenessMs = 5;
/**
 * The `Date` field is the clock once it tells it within ± this much, and until it does not within ± twice as much; lag
 * above the least says more than one that may be off by half a second.
 */
const mostDateUncertaintyMs = 100;
/** An echo that is to carry the server's time has so long to do so before the `Date` field is asked for. */
const echoFirstMs = 10_000;

/** A `SenderClock` as JSON, for the window after this one. */
export interface StoredClock {
	/** Whether the last connection was to an address of this machine. */
	readonly local: boolean;
	readonly echo?: StoredOffset;
	readonly date?: StoredOffset;
	readonly dateLatenessMs?: number;
	readonly least?: StoredLeastLag;
}

/** What is known of the sender's clock at a time. */
export interface ClockSummary {
	readonly method: LagMethod;
	/** How far our clock is ahead of the sender's; `null` where that is not known. */
	readonly offsetMs: number | null;
	/**
	 * The offset is at most this far off; of `relative`, the least lag of half an hour is at most this much lower. `null`
	 * is unknown: nobody can tell how good a user's own value is.
	 */
	readonly uncertaintyMs: number | null;
	readonly driftPpm: number | null;
	/** Exchanges that the offset was estimated from. */
	readonly samples: number;
}

/**
 * How far our clock is ahead of the clock that stamps a session's events, by the best of what its server offers: nothing
 * to know on this machine, else an echo that carries the server's time, else the `Date` field, else the least lag seen.
 * It answers for any time of the session, with hindsight, and goes on over reconnects.
 *
 * Where the offset is estimated, the events bound it too: none arrives before it was sent, so the offset is never above
 * a raw lag (arrival − sent). An event that says so against all exchanges is left out, since its stamp is then of
 * another clock.
 */
export class SenderClock {
	readonly #echo: ClockOffset;
	readonly #date: ClockOffset;
	readonly #least: LeastLag;
	readonly #applied = new AppliedOffsets();
	readonly #probes: DateProbes;
	#method: LagMethod = 'none';
	#local: boolean;
	#connected = false;
	#sawSendingTime = false;
	/** The offset over one segment: at its beginning, and its rise a millisecond. */
	#segmentFromMs = Number.POSITIVE_INFINITY;
	#segmentOffsetMs = 0;
	#segmentRate = 0;
	/** An event whose raw lag lies between these tells something of the offset. */
	#segmentLeastMs = Number.POSITIVE_INFINITY;
	#segmentMostMs = Number.NEGATIVE_INFINITY;
	/** How long ago the server's clock can have read the second that a `Date` field tells. */
	#dateLatenessMs = leastLatenessMs;
	/** The estimate has changed since what was measured was last corrected. */
	#dirty = false;
	#revisedAtMs = Number.NEGATIVE_INFINITY;
	/** When the session's uncertainty was calculated. */
	#toldAtMs = Number.NaN;
	#toldUncertaintyMs: number | null = null;

	/**
	 * `revised(byMs)`: everything measured so far ought to have had `byMs` more taken off. `stored` is what an earlier
	 * clock's `stored()` gave; whatever of it can't be read is begun anew.
	 */
	constructor(
		private readonly endpoint: Endpoint,
		private readonly nowMs: () => number,
		private readonly revised: (byMs: number) => void,
		stored?: StoredClock,
	) {
		this.#local = stored?.local === true;
		this.#echo = ClockOffset.restored(stored?.echo) ?? new ClockOffset();
		this.#date = ClockOffset.restored(stored?.date) ?? new ClockOffset();
		this.#least = LeastLag.restored(stored?.least) ?? new LeastLag();
		const { dateLatenessMs } = stored ?? {};
		if (typeof dateLatenessMs === 'number' && dateLatenessMs > leastLatenessMs) {
			this.#dateLatenessMs = Math.min(dateStepMs, dateLatenessMs);
		}
		this.#method = this.#choose();
		this.#probes = new DateProbes(endpoint, nowMs, {
			at: (atMs) => this.#date.at(atMs),
			latenessMs: () => this.#dateLatenessMs,
			answered: (sentAtMs, firstByteAtMs, dateHeader) => this.answered(sentAtMs, firstByteAtMs, dateHeader),
		});
	}

	get method(): LagMethod {
		return this.#method;
	}

	/** A connection opened; `remoteAddress` is `address:port`. */
	connected(remoteAddress: string): void {
		this.#connected = true;
		this.#local = isOfThisMachine(remoteAddress);
		this.#changed(this.nowMs());
		this.#probe();
	}

	/** The connection is gone: nothing is sent until the next. */
	disconnected(): void {
		this.#connected = false;
		this.#probes.stop();
	}

	/** What is to be taken off the raw lag of an event that arrived then. */
	offsetMs(atMs: number): number {
		const sinceMs = atMs - this.#segmentFromMs;
		if (!(sinceMs >= 0 && sinceMs < segmentMs)) {
			return this.#turnTo(atMs);
		}
		return this.#segmentOffsetMs + this.#segmentRate * sinceMs;
	}

	/** The same for an event that is measured by it, which is remembered, so that it can be told how far that was off. */
	take(atMs: number): number {
		const offsetMs = this.offsetMs(atMs);
		this.#applied.add(atMs, offsetMs);
		return offsetMs;
	}

	/** Takes the raw lag of an event with a sending time, before it is measured. */
	observe(atMs: number, rawLagMs: number): void {
		if (!this.#sawSendingTime) {
			this.#sawSendingTime = true;
			this.#probe();
		}
		if (this.#method === 'relative') {
			if (this.#least.observe(atMs, rawLagMs)) {
				this.#stale();
			}
		} else if (this.#isEstimated) {
			this.#least.observe(atMs, rawLagMs);
			// What may tell something is known of the segment only once it was turned to.
			this.offsetMs(atMs);
			if (rawLagMs < this.#segmentMostMs && rawLagMs > this.#segmentLeastMs) {
				this.#bound(atMs, rawLagMs);
			}
		}
		if (this.#dirty) {
			this.#reviseBy(atMs);
		}
	}

	/**
	 * Takes an exchange with NTP's four timestamps (RFC 5905 §8): `serverReceivedAtMs` is the latest time that the server's
	 * stamp of receiving can mean, `serverSentAtMs` the earliest that its stamp of sending can.
	 */
	exchange(sentAtMs: number, serverReceivedAtMs: number, serverSentAtMs: number, arrivedAtMs: number): void {
		if (this.#echo.take(sentAtMs, sentAtMs - serverReceivedAtMs, arrivedAtMs, arrivedAtMs - serverSentAtMs)) {
			this.#probes.stop();
			this.#changed(arrivedAtMs);
		}
	}

	/**
	 * Takes the `Date` field of an answer on the endpoint's origin: the server's clock read that second at some time between
	 * the request's first byte out and the answer's first byte in. An answer that a cache has kept (`Age`) is none.
	 */
	answered(sentAtMs: number, firstByteAtMs: number, dateHeader: string): void {
		const serverMs = Date.parse(dateHeader);
		if (Number.isNaN(serverMs)) {
			return;
		}
		const mostMs = firstByteAtMs - serverMs;
		const leastMs = sentAtMs - serverMs - dateStepMs;
		this.#loosenDate(this.#date.contradictionMs(sentAtMs, leastMs - this.#dateLatenessMs, firstByteAtMs, mostMs));
		if (this.#date.take(sentAtMs, leastMs - this.#dateLatenessMs, firstByteAtMs, mostMs)) {
			this.#changed(firstByteAtMs);
		}
	}

	/** What is known at a time. May correct what was measured first. */
	summary(atMs: number): ClockSummary {
		this.#revise();
		if (this.#method === 'relative') {
			const least = this.#least;
			return {
				method: 'relative',
				offsetMs: null,
				uncertaintyMs: least.isKnown ? numberOrNull(least.uncertaintyMs(atMs)) : null,
				driftPpm: this.#least.driftPpm,
				samples: 0,
			};
		}
		if (!this.#isEstimated) {
			const isOurs = this.#method === 'sameMachine';
			return {
				method: this.#method,
				offsetMs: this.#fixedMs,
				uncertaintyMs: isOurs ? 0 : null,
				driftPpm: isOurs ? 0 : null,
				samples: 0,
			};
		}
		const estimator = this.#estimator;
		const known = estimator.at(atMs);
		return {
			method: this.#method,
			offsetMs: known?.offsetMs ?? null,
			uncertaintyMs: known?.uncertaintyMs ?? null,
			driftPpm: this.#estimator.driftPpm,
			samples: this.#estimator.samples,
		};
	}

	/**
	 * How far at most 99 in 100 of the lags measured so far are off, in milliseconds, with what they were measured by before
	 * more was known; `null` is unknown. Looked at once a second, since it looks at every stretch of the session.
	 */
	sessionUncertaintyMs(atMs: number): number | null {
		const sinceMs = atMs - this.#toldAtMs;
		if (!(sinceMs >= 0 && sinceMs < toldForMs)) {
			this.#toldAtMs = atMs;
			this.#toldUncertaintyMs = this.#measuredUncertaintyMs();
		}
		return this.#toldUncertaintyMs;
	}

	#measuredUncertaintyMs(): number | null {
		if (this.#method === 'relative') {
			const least = this.#least;
			// Where nothing was seen in half an hour, the lags may be off by any measure.
			const uncertaintyMs = this.#applied.uncertaintyMs((time) => ({
				offsetMs: least.at(time),
				uncertaintyMs: numberOrNull(least.uncertaintyMs(time)) ?? Number.POSITIVE_INFINITY,
			}));
			return least.isKnown && Number.isFinite(uncertaintyMs) ? uncertaintyMs : null;
		}
		if (this.#isEstimated) {
			const estimator = this.#estimator;
			return this.#applied.uncertaintyMs((time) => estimator.at(time)!);
		}
		return this.#method === 'sameMachine' ? 0 : null;
	}

	/** Everything measured was forgotten, so that there is nothing to correct. */
	cleared(): void {
		this.#applied.reset();
		this.#toldAtMs = Number.NaN;
	}

	stored(): StoredClock {
		return {
			local: this.#local,
			...(this.#echo.samples > 0 && { echo: this.#echo.stored() }),
			...(this.#date.samples > 0 && { date: this.#date.stored(), dateLatenessMs: this.#dateLatenessMs }),
			...(this.#least.isKnown && { least: this.#least.stored() }),
		};
	}

	dispose(): void {
		this.disconnected();
	}

	get #estimator(): ClockOffset {
		return this.#method === 'echo' ? this.#echo : this.#date;
	}

	get #isEstimated(): boolean {
		return this.#method === 'echo' || this.#method === 'dateHeader';
	}

	/** The offset of the methods that have one for all times. */
	get #fixedMs(): number {
		return typeof this.endpoint.clock === 'number' ? this.endpoint.clock : 0;
	}

	#choose(): LagMethod {
		const { clock } = this.endpoint;
		if (typeof clock === 'number') {
			return 'givenOffset';
		}
		if (clock === 'same') {
			return 'assumedSameClock';
		}
		if (clock === 'auto' && this.#local) {
			return 'sameMachine';
		}
		if (clock === 'relative') {
			return 'relative';
		}
		if (this.#echo.samples > 0) {
			return 'echo';
		}
		const uncertaintyMs = this.#date.at(this.#date.lastMs)?.uncertaintyMs ?? Number.POSITIVE_INFINITY;
		const mostMs = this.#method === 'dateHeader' ? 2 * mostDateUncertaintyMs : mostDateUncertaintyMs;
		return uncertaintyMs <= mostMs ? 'dateHeader' : 'relative';
	}

	/** Asks for the `Date` field where that is allowed, and where nothing else tells the clock. */
	#probe(): void {
		const { clock, clockProbes, echo } = this.endpoint;
		const isWanted = clock === 'estimate' || (clock === 'auto' && !this.#local);
		if (isWanted && clockProbes && this.#connected && this.#sawSendingTime && this.#echo.samples === 0) {
			const carriesTime = echo?.receivedAtPath !== undefined || echo?.sentAtPath !== undefined;
			this.#probes.start(carriesTime ? echoFirstMs : 0);
		}
	}

	/** Takes what an event says of the offset. */
	#bound(atMs: number, rawLagMs: number): void {
		const latenessMs = this.#dateLatenessMs;
		if (this.#method === 'dateHeader') {
			this.#loosenDate(this.#date.contradictionMs(atMs, Number.NEGATIVE_INFINITY, atMs, rawLagMs));
		}
		if (this.#estimator.takeUpper(atMs, rawLagMs) || latenessMs !== this.#dateLatenessMs) {
			this.#changed(atMs);
		}
	}

	/**
	 * Answers that contradict each other, or an event, by less than the second that a `Date` field tells are late: many
	 * servers write its text once a second at any moment of it (uvicorn, fasthttp, Tomcat), or are too busy to in time.
	 */
	#loosenDate(contradictionMs: number): void {
		if (contradictionMs <= 0 || this.#dateLatenessMs + contradictionMs > dateStepMs) {
			return;
		}
		const latenessMs = Math.min(dateStepMs, 2 * (this.#dateLatenessMs + contradictionMs));
		this.#date.loosen(latenessMs - this.#dateLatenessMs);
		this.#dateLatenessMs = latenessMs;
	}

	/** Something was learnt, or the method may be another one. */
	#changed(atMs: number): void {
		const before = this.#method;
		this.#method = this.#choose();
		this.#stale();
		if (this.#method !== before) {
			this.#toldAtMs = Number.NaN;
			this.#revise();
		} else {
			this.#reviseBy(atMs);
		}
	}

	#stale(): void {
		this.#segmentFromMs = Number.POSITIVE_INFINITY;
		this.#dirty = true;
	}

	/** Corrects what was measured, but not too often. */
	#reviseBy(atMs: number): void {
		if (!(atMs - this.#revisedAtMs < reviseEveryMs)) {
			this.#revisedAtMs = atMs;
			this.#revise();
		}
	}

	#revise(): void {
		if (!this.#dirty) {
			return;
		}
		this.#dirty = false;
		const byMs = this.#applied.correctionMs((atMs) => this.#exactly(atMs));
		if (Math.abs(byMs) >= leastRevisionMs) {
			this.#applied.shift(byMs);
			this.revised(byMs);
		}
	}

	#turnTo(atMs: number): number {
		const fromMs = Math.floor(atMs / segmentMs) * segmentMs;
		if (!Number.isFinite(fromMs)) {
			return 0;
		}
		const toMs = fromMs + segmentMs;
		this.#segmentFromMs = fromMs;
		this.#segmentOffsetMs = this.#exactly(fromMs);
		this.#segmentRate = (this.#exactly(toMs) - this.#segmentOffsetMs) / segmentMs;
		if (this.#isEstimated) {
			const estimator = this.#estimator;
			const latenessMs = this.#method === 'dateHeader' ? dateStepMs - this.#dateLatenessMs : 0;
			this.#segmentLeastMs = Math.min(estimator.lowerAt(fromMs), estimator.lowerAt(toMs)) - latenessMs;
			this.#segmentMostMs = Math.max(estimator.upperAt(fromMs), estimator.upperAt(toMs));
		}
		return this.#segmentOffsetMs + this.#segmentRate * (atMs - fromMs);
	}

	#exactly(atMs: number): number {
		if (this.#method === 'relative') {
			return this.#least.isKnown ? this.#least.at(atMs) : 0;
		}
		return this.#isEstimated ? this.#estimator.at(atMs)!.offsetMs : this.#fixedMs;
	}
}

function numberOrNull(value: number): number | null {
	return Number.isNaN(value) ? null : value;
}
