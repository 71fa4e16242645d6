import { randomBytes } from 'node:crypto';
import type { FrameRecord } from '../core/frame';

const mostOutstandingPings = 16;

/** The WebSocket pings of one connection after the other, and when each that is not answered yet was sent. */
export class Pings {
	readonly #sentAtMs = new Map<string, number>();
	/** Those that were given up: sixteen came after them, or the connection went. Their round trips are in no distribution. */
	unanswered = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly send: (nonce: Uint8Array) => void,
		private readonly nowMs: () => number,
	) {}

	/** Sends one now and one after each interval; none where that is 0. */
	start(intervalMs: number): void {
		if (intervalMs > 0) {
			this.#ping();
			this.#timer = setInterval(() => this.#ping(), intervalMs);
		}
	}

	/** Sends no more, and takes no answer. */
	stop(): void {
		clearInterval(this.#timer);
		this.unanswered += this.#sentAtMs.size;
		this.#sentAtMs.clear();
	}

	/** The round trip that a pong ends, in milliseconds; undefined where it answers none of these. */
	roundTripMs(pong: FrameRecord): number | undefined {
		const nonce = Buffer.from(pong.bytes.buffer, pong.bytes.byteOffset + pong.start, pong.end - pong.start);
		const key = nonce.toString('hex');
		const sentAtMs = this.#sentAtMs.get(key);
		this.#sentAtMs.delete(key);
		return sentAtMs === undefined ? undefined : pong.arrivedAtMs - sentAtMs;
	}

	#ping(): void {
		const nonce = randomBytes(8);
		if (this.#sentAtMs.size >= mostOutstandingPings) {
			// A server that ignores pings must not make this grow.
			this.#sentAtMs.delete(this.#sentAtMs.keys().next().value!);
			this.unanswered++;
		}
		this.#sentAtMs.set(nonce.toString('hex'), this.nowMs());
		this.send(nonce);
	}
}
