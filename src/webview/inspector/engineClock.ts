/**
 * The engine's clock as seen from here. In Remote and in containers the engine runs on another machine whose clock may
 * be off by seconds, and countdowns are given in its time.
 */
export class EngineClock {
	#aheadMs = 0;

	/** Takes the engine's time that a tick carries; it was made just now, give or take the way here. */
	sync(atMs: number): void {
		this.#aheadMs = atMs - Date.now();
	}

	/** The engine's time now, in epoch milliseconds. */
	now(): number {
		return Date.now() + this.#aheadMs;
	}
}
