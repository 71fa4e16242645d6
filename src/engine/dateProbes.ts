import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Endpoint } from '../core/endpoint';
import type { KnownOffset } from '../core/timing/clockOffset';
import { createKeepAliveAgent, type StartedRequest, startRequest } from './transports/httpRequest';

/** Requests at first: each halves what is known of the second's edge, until a round trip is left. */
const firstProbes = 12;
/** Then a pair so often, which keeps up with the drift. Before the drift is known, pairs come sooner: each rest is twice the last. */
const restMs = 60_000;
const firstRestMs = 7500;
const probesAfterRest = 2;
/** Failures are waited for twice as long each time, up to an hour. */
const mostBackOffMs = 3_600_000;
/** A probe is not aimed at an edge that comes sooner than this. */
const leastAheadMs = 15;
/** An estimate this much wider than a round trip and the lateness can still be made better by asking again. */
const worthwhile = 1.25;
const secondMs = 1000;

/** What the probes know and tell. */
export interface ProbedClock {
	/** How long ago the server's clock can have read the second that a `Date` field tells. */
	latenessMs(): number;
	/** What is known of the clock's offset at a time. */
	at(atMs: number): KnownOffset | undefined;
	/** Takes an answer: its `Date` field, and between which two times it was written. */
	answered(sentAtMs: number, firstByteAtMs: number, dateHeader: string): void;
}

/**
 * Reads a server's clock off the `Date` fields of its answers (RFC 9110 §6.6.1), which tell whole seconds: HEAD requests
 * to the origin's `/`, aimed at the moment at which the second changes there, so that each answer says whether that moment
 * is before or after. A dozen at first, and a pair a minute in the end, over one connection where the server keeps it open.
 *
 * The requests carry neither the user's header fields nor the URL's user and password. Any failure ends them quietly, for
 * a minute at first and for up to an hour later; nothing is sent while stopped.
 */
export class DateProbes {
	readonly #url: string;
	#agent: Agent | undefined;
	#request: ClientRequest | undefined;
	#timer: NodeJS.Timeout | undefined;
	#running = false;
	/** Aimed probes that are still to be sent before the next rest. */
	#left = 0;
	#failures = 0;
	/** No request is begun before, whether started anew or not. */
	#notBeforeMs = Number.NEGATIVE_INFINITY;
	#restMs = firstRestMs;
	/** The shortest round trip since the last rest; 0 before the first. */
	#shortestMs = 0;
	/** The longest that it took to connect. */
	#connectMs = 0;

	constructor(
		private readonly endpoint: Endpoint,
		private readonly nowMs: () => number,
		private readonly clock: ProbedClock,
	) {
		const url = new URL('/', endpoint.url);
		url.username = '';
		url.password = '';
		this.#url = url.href;
	}

	/** Begins after a while, where it has not begun; but no sooner than it would have gone on, had it not been stopped. */
	start(afterMs: number): void {
		if (!this.#running) {
			this.#running = true;
			this.#left = firstProbes;
			this.#restMs = firstRestMs;
			this.#wait(Math.min(mostBackOffMs, Math.max(afterMs, this.#notBeforeMs - this.nowMs())));
		}
	}

	/** Ends every request, and sends no more until started anew. */
	stop(): void {
		this.#running = false;
		clearTimeout(this.#timer);
		if (this.#request !== undefined) {
			this.#notBefore(secondMs);
		}
		this.#hangUp();
	}

	#wait(milliseconds: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#probe(), Math.max(0, milliseconds));
	}

	#probe(): void {
		try {
			this.#agent ??= createKeepAliveAgent(this.endpoint, this.#url);
			const started = startRequest(
				this.endpoint,
				{
					method: 'HEAD',
					url: this.#url,
					userHeaders: [],
					// What a cache has kept tells the time at which it was kept (RFC 9111 §5.2.1.4).
					headers: [['Cache-Control', 'no-cache']],
					agent: this.#agent,
				},
				this.nowMs,
			);
			const { request } = started;
			this.#request = request;
			let settled = false;
			const settle = (next: () => void): void => {
				if (!settled && this.#request === request) {
					settled = true;
					this.#request = undefined;
					next();
				}
			};
			request.once('response', (response) => {
				response.resume();
				// Not before its end, since the connection is free only then.
				response.once('end', () => settle(() => this.#answered(started, response)));
				response.once('close', () => settle(() => this.#failed()));
			});
			request.on('error', () =>
				// A server that has ended the connection for being idle is no failure.
				settle(() => (request.reusedSocket ? this.#again() : this.#failed())),
			);
		} catch {
			// A certificate that can't be read: the session itself has told so.
			this.#failed();
		}
	}

	#answered({ startedAtMs, unsentAtMs, arrival }: StartedRequest, response: IncomingMessage): void {
		const { date, age } = response.headers;
		if (date === undefined || age !== undefined || response.statusCode === 429 || response.statusCode === 503) {
			this.#failed();
			return;
		}
		const { firstByteAtMs } = arrival;
		const sentAtMs = unsentAtMs() ?? startedAtMs;
		const roundTripMs = firstByteAtMs - sentAtMs;
		this.#failures = 0;
		this.#left--;
		this.#shortestMs = this.#shortestMs === 0 ? roundTripMs : Math.min(this.#shortestMs, roundTripMs);
		this.#connectMs = Math.max(this.#connectMs, sentAtMs - startedAtMs);
		this.clock.answered(sentAtMs, firstByteAtMs, date);
		if (!this.#running) {
			return;
		}
		const nowMs = this.nowMs();
		const known = this.clock.at(nowMs);
		if (known === undefined) {
			this.#failed();
		} else if (this.#left <= 0 || 2 * known.uncertaintyMs < worthwhile * (this.#shortestMs + this.clock.latenessMs())) {
			this.#rest();
		} else {
			this.#wait(this.#aimMs(nowMs, known) - nowMs);
		}
	}

	/**
	 * When to begin, so that either answer halves what is known: one of before the edge bounds the offset from below by when
	 * it was asked for, one of after it from above by when it came.
	 */
	#aimMs(nowMs: number, { offsetMs }: KnownOffset): number {
		// Node keeps no connection whose last answer was of a HEAD request and told no length.
		const isOpen = Object.keys(this.#agent?.freeSockets ?? {}).length > 0;
		const beforeMs = leastAheadMs + (isOpen ? 0 : this.#connectMs);
		const aheadMs = offsetMs + (this.clock.latenessMs() - this.#shortestMs) / 2;
		return Math.ceil((nowMs + beforeMs - aheadMs) / secondMs) * secondMs + aheadMs - (beforeMs - leastAheadMs);
	}

	#rest(): void {
		this.#left = probesAfterRest;
		this.#shortestMs = 0;
		this.#notBefore(this.#restMs);
		this.#wait(this.#restMs);
		this.#restMs = Math.min(restMs, 2 * this.#restMs);
	}

	#again(): void {
		this.#hangUp();
		this.#wait(0);
	}

	#failed(): void {
		this.#hangUp();
		const backOffMs = Math.min(mostBackOffMs, restMs * 2 ** this.#failures++);
		this.#notBefore(backOffMs);
		if (this.#running) {
			this.#wait(backOffMs);
		}
	}

	#notBefore(milliseconds: number): void {
		this.#notBeforeMs = Math.max(this.#notBeforeMs, this.nowMs() + milliseconds);
	}

	#hangUp(): void {
		const request = this.#request;
		this.#request = undefined;
		request?.destroy();
		this.#agent?.destroy();
		this.#agent = undefined;
	}
}
