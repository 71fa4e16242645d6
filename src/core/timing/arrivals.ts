import type { StallOptions } from '../endpoint';
import type { ArrivalSummary } from '../statistics';
import { RunningMedian } from './runningMedian';

/** The median of fewer gaps says nothing. */
const leastGaps = 16;
/** Jitter's gain, by RFC 3550 §6.4.1. */
const jitterGain = 1 / 16;
/** Where half of the events come closer than this, in milliseconds, being close is nothing that tells some apart. */
const leastBurstMedianMs = 1;
/** Events of a burst come within this share of the median gap. */
const burstShare = 1 / 10;
const leastBurst = 5;

/**
 * How regularly events arrive, in constant memory and without an object for any of them.
 *
 * - Jitter is RFC 3550 §6.4.1's, from the arrival less the sending time: a clock's offset falls out of the differences.
 * - The median gap is that of the last 512 gaps, once there are 16, and goes on over reconnects.
 * - A stall is a gap above both `factor` times the median of the gaps before it and `leastMs`.
 * - A burst is a run of at least 5 events that each come within a tenth of the median gap of the one before, where that
 *   median is at least a millisecond. The median as of the run's first event counts for all of it.
 *
 * What lies between two connections is no gap.
 */
export class Arrivals {
	readonly #gaps = new RunningMedian();
	#lastAtMs = Number.NaN;
	#lastRawLagMs = Number.NaN;
	#jitterMs = Number.NaN;
	#stalls = 0;
	#longestStallMs = Number.NaN;
	#bursts = 0;
	#largestBurst = 0;
	/** Events of the run in hand, and the gap that its events don't exceed. */
	#run = 1;
	#runGapMs = Number.NaN;

	constructor(private readonly stall: StallOptions) {}

	/** A connection opened: the next event follows none. */
	connectionOpened(): void {
		this.#lastAtMs = Number.NaN;
		this.#lastRawLagMs = Number.NaN;
		this.#run = 1;
	}

	/**
	 * Takes an event in, with its arrival less its sending time (NaN: it has none). Returns the length of the stall that it
	 * ended, in milliseconds, or 0.
	 */
	arrived(atMs: number, rawLagMs: number): number {
		this.transit(rawLagMs);
		const gapMs = Math.max(0, atMs - this.#lastAtMs);
		this.#lastAtMs = atMs;
		if (Number.isNaN(gapMs)) {
			return 0;
		}
		const medianMs = this.#medianMs();
		this.#runOn(gapMs, medianMs);
		this.#gaps.add(gapMs);
		if (!(gapMs > this.#thresholdMs(medianMs))) {
			return 0;
		}
		this.#stalls++;
		if (!(gapMs <= this.#longestStallMs)) {
			this.#longestStallMs = gapMs;
		}
		return gapMs;
	}

	/** Takes the arrival less the sending time (NaN: it has none) of an event that is no arrival of its own: it came with others. */
	transit(rawLagMs: number): void {
		// NaN, as infinity, less itself is not 0.
		if (rawLagMs - rawLagMs !== 0) {
			return;
		}
		const differenceMs = Math.abs(rawLagMs - this.#lastRawLagMs);
		this.#lastRawLagMs = rawLagMs;
		if (!Number.isNaN(differenceMs)) {
			// RFC 3550 §A.8 begins at 0.
			const before = Number.isNaN(this.#jitterMs) ? 0 : this.#jitterMs;
			this.#jitterMs = before + (differenceMs - before) * jitterGain;
		}
	}

	/** Sending times are others from now on: jitter begins anew. */
	forgetTransits(): void {
		this.#lastRawLagMs = Number.NaN;
		this.#jitterMs = Number.NaN;
	}

	summary(): ArrivalSummary {
		const medianMs = this.#medianMs();
		return {
			jitterMs: numberOrNull(this.#jitterMs),
			medianGapMs: numberOrNull(medianMs),
			stallThresholdMs: numberOrNull(this.#thresholdMs(medianMs)),
			stalls: this.#stalls,
			longestStallMs: numberOrNull(this.#longestStallMs),
			bursts: this.#bursts,
			largestBurst: this.#largestBurst,
		};
	}

	#medianMs(): number {
		return this.#gaps.count < leastGaps ? Number.NaN : this.#gaps.medianMs;
	}

	/** NaN without a median. */
	#thresholdMs(medianMs: number): number {
		return Math.max(this.stall.factor * medianMs, this.stall.leastMs);
	}

	#runOn(gapMs: number, medianMs: number): void {
		if (this.#run === 1) {
			this.#runGapMs = medianMs >= leastBurstMedianMs ? medianMs * burstShare : Number.NaN;
		}
		if (!(gapMs <= this.#runGapMs)) {
			this.#run = 1;
			return;
		}
		this.#run++;
		this.#bursts += this.#run === leastBurst ? 1 : 0;
		if (this.#run >= leastBurst && this.#run > this.#largestBurst) {
			this.#largestBurst = this.#run;
		}
	}
}

function numberOrNull(value: number): number | null {
	return Number.isNaN(value) ? null : value;
}
