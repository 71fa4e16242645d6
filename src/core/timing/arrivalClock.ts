/** The clocks that an `ArrivalClock` is made of, in milliseconds. */
export interface Clocks {
	/** Never goes back and has fractions; may stand still while the machine sleeps. */
	readonly monotonicMs: () => number;
	/** Wall time since the epoch in whole milliseconds, rounded down, as `Date.now` tells it; may be set at any time. */
	readonly wallMs: () => number;
}

/** The wall clock is looked at once in so many milliseconds, when the time is asked for. */
const checkAfterMs = 10;
/** Wall time that is further ahead than this was set, or the machine slept: it is followed at once. */
const jumpAboveMs = 20;
/** Anything else is made up for by running this much faster or slower, so that what lies between two arrivals stays true. */
const mostSlew = 0.005;

/**
 * Epoch time with fractions that never goes back, for stamping arrivals: the monotonic clock, tied to the wall clock that
 * senders stamp with. The tie is needed since the monotonic clock of Linux stands still while the machine sleeps, and
 * follows no clock that is set.
 *
 * - Wall time more than 20 ms ahead is followed in one step.
 * - Less than that is made up for at 5 ms a second.
 * - Wall time that is behind is approached at 5 ms a second too, however far it is, since time that was handed out is not
 *   taken back; `disagreementMs` tells meanwhile how far it is off.
 *
 * `Date.now` drops what follows the millisecond, so wall time is known as an interval, and only what lies outside of it is
 * a disagreement. Those intervals end at a different fraction at each look: while frames arrive, their common part soon
 * leaves much less than a millisecond.
 */
export class ArrivalClock {
	readonly #clocks: Clocks;
	#offsetMs = 0;
	#checkedAtMs: number;
	#lastMs = Number.NEGATIVE_INFINITY;
	#disagreementMs = 0;

	constructor(clocks: Clocks) {
		this.#clocks = clocks;
		this.#checkedAtMs = clocks.monotonicMs();
		// No time was handed out yet, so any difference is made up for at once.
		this.#offsetMs = this.#measureMs(this.#checkedAtMs);
	}

	/** How far the time handed out is off the wall clock beyond its millisecond, at the last look; 0 is «no difference seen». */
	get disagreementMs(): number {
		return this.#disagreementMs;
	}

	/** The time: milliseconds since the epoch, never less than before. */
	readonly nowMs = (): number => {
		const monotonicMs = this.#clocks.monotonicMs();
		if (monotonicMs - this.#checkedAtMs >= checkAfterMs) {
			this.#check(monotonicMs);
		}
		const atMs = monotonicMs + this.#offsetMs;
		if (atMs > this.#lastMs) {
			this.#lastMs = atMs;
		}
		return this.#lastMs;
	};

	#check(monotonicMs: number): void {
		const aheadMs = this.#measureMs(monotonicMs);
		const mostMs = mostSlew * (monotonicMs - this.#checkedAtMs);
		const correctionMs = aheadMs > jumpAboveMs ? aheadMs : Math.min(Math.max(aheadMs, -mostMs), mostMs);
		this.#offsetMs += correctionMs;
		this.#disagreementMs = Math.abs(aheadMs - correctionMs);
		this.#checkedAtMs = monotonicMs;
	}

	/** How far the wall clock is ahead of this one for certain (negative: behind); 0 where both may be the same. */
	#measureMs(beforeMs: number): number {
		const wallMs = this.#clocks.wallMs();
		// The thread may have been kept waiting on either side of that look.
		const afterMs = this.#clocks.monotonicMs();
		const leastMs = wallMs - (afterMs + this.#offsetMs);
		const mostMs = wallMs + 1 - (beforeMs + this.#offsetMs);
		return leastMs > 0 ? leastMs : Math.min(mostMs, 0);
	}
}
