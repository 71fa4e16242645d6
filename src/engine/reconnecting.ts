import { randomInt } from 'node:crypto';
import type { ReconnectOptions } from '../core/endpoint';
import { retryDelayMs } from '../core/timing/reconnect';

/** The attempts to reconnect after a loss, and the wait before the next. */
export class Reconnecting {
	/**
	 * Counted until a connection has stayed open for a while, so that a server that accepts and then drops is asked less and
	 * less.
	 */
	attempt = 0;
	#nextAttemptAtMs: number | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(private readonly again: () => void) {}

	/** When a wait that is under way ends. */
	get nextAttemptAtMs(): number | undefined {
		return this.#nextAttemptAtMs;
	}

	/** Waits, then tries; `retryMs` is what the server wants to be waited for. */
	schedule(lostAtMs: number, options: ReconnectOptions, retryMs: number | undefined): void {
		const random = (): number => randomInt(2 ** 32) / 2 ** 32;
		const delayMs = retryDelayMs(this.attempt, options, retryMs, random);
		this.attempt++;
		this.#nextAttemptAtMs = lostAtMs + delayMs;
		this.#timer = setTimeout(() => {
			this.#nextAttemptAtMs = undefined;
			this.again();
		}, delayMs);
	}

	/** Tries no more. */
	cancel(): void {
		clearTimeout(this.#timer);
		this.#nextAttemptAtMs = undefined;
	}
}
