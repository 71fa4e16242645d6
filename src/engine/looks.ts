import type { Endpoint } from '../core/endpoint';
import type { Detection } from '../core/session';
import { detectTransport } from './transports/detect';

/** The looks at an endpoint that detect its transport, of which one at most is under way. */
export class Looks {
	#current: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

	/** Detects the transport, until it is stopped. */
	async look(endpoint: Endpoint, nowMs: () => number): Promise<Detection> {
		const stop = new AbortController();
		const detecting = detectTransport(endpoint, nowMs, stop.signal);
		const current = {
			stop,
			done: detecting.then(
				() => undefined,
				() => undefined,
			),
		};
		this.#current = current;
		try {
			return await detecting;
		} finally {
			if (this.#current === current) {
				this.#current = undefined;
			}
		}
	}

	/** Resolves when none is under way any more. */
	async stop(): Promise<void> {
		this.#current?.stop.abort();
		await this.#current?.done;
	}
}
