const steps = [60_000, 1000, 100, 10, 1] as const;
/** An epoch time in milliseconds as a double is exact to 0.0002, and is a difference of two here. */
const toleranceMs = 0.01;

/**
 * The step of sending times, told by the times themselves: the coarsest of a minute, a second, 100, 10 and 1 ms of which
 * all so far are multiples. Two events sent at once may bear times a step apart, and two a step apart the same.
 */
export class StampStep {
	#index = 0;

	/** In milliseconds; a minute before anything was seen. */
	get stepMs(): number {
		return steps[this.#index]!;
	}

	/** Takes a sending time in epoch milliseconds. */
	see(sentAtMs: number): void {
		while (this.#index < steps.length - 1) {
			const step = steps[this.#index]!;
			if (Math.abs(sentAtMs - Math.round(sentAtMs / step) * step) <= toleranceMs) {
				return;
			}
			this.#index++;
		}
	}
}
