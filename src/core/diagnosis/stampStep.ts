const steps = [60_000, 1000, 100, 10, 1] as const;
/** An epoch time in milliseconds as a double is exact to 0.0002, and is a difference of two here. */
const toleranceMs = 0.01;
/** Times of so many events are looked at together. */
const windowLength = 128;

/**
 * The step of sending times, told by the times themselves: the coarsest of a minute, a second, 100, 10 and 1 ms of which
 * the last ones (128 to 256) are multiples. Two events sent at once may bear times a step apart, and two a step apart the
 * same.
 */
export class StampStep {
	/** Places in `steps`, of the window in hand and of the one before it. */
	#index = 0;
	#indexBefore = 0;
	#seen = 0;

	/** In milliseconds; a minute before anything was seen. */
	get stepMs(): number {
		return steps[Math.max(this.#index, this.#indexBefore)]!;
	}

	/** Takes a sending time in epoch milliseconds. */
	see(sentAtMs: number): void {
		if (this.#seen++ === windowLength) {
			// Sending times may be read at another place by now.
			this.#indexBefore = this.#index;
			this.#index = 0;
			this.#seen = 1;
		}
		while (this.#index < steps.length - 1) {
			const step = steps[this.#index]!;
			if (Math.abs(sentAtMs - Math.round(sentAtMs / step) * step) <= toleranceMs) {
				return;
			}
			this.#index++;
		}
	}
}
