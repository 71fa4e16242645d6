import type { IncomingMessage } from 'node:http';
import type { CursorRequest } from '../../core/cursor';
import type { Endpoint } from '../../core/endpoint';
import { type Problem, problem, problemOf } from '../../core/problem';
import { type ContentDecoder, createContentDecoder, decodableEncodings } from './contentDecoder';
import type { HttpConnections } from './httpConnections';
import { socketProblem } from './httpProblem';
import type { HeaderList, StartedRequest } from './httpRequest';
import { contentTypeOf, headersAcross, mostRedirects, redirectTarget } from './httpStatus';

/** At most so many bytes of a refused answer's body are read, and for so long. */
const mostRefusedBytes = 4096;
const refusedWaitMs = 1000;

/** What a cycle tells its transport. */
export interface CycleObserver {
	/** The request's last byte was handed to the connected socket. */
	sent(started: StartedRequest): void;
	/** The answer's head is there; `refuse` leaves its body at a start that shows what it is. */
	answered(started: StartedRequest, response: IncomingMessage): 'read' | 'refuse';
	/** The cycle is over; nothing follows. */
	done(result: CycleResult): void;
}

/** What came of one request. Times are epoch milliseconds, and NaN for what did not happen. */
export interface CycleResult {
	/** Undefined where the request could not even be made. */
	readonly started: StartedRequest | undefined;
	readonly response: IncomingMessage | undefined;
	/** The body after content decoding, as far as it came. */
	readonly body: Uint8Array;
	/** Bytes of the answer's head as they came. */
	readonly headBytes: number;
	/** Bytes of the body before content decoding. */
	readonly bodyBytes: number;
	/** The body came with a content encoding. */
	readonly encoded: boolean;
	/** When no byte of the request was out yet. */
	readonly unsentAtMs: number;
	readonly sentAtMs: number;
	readonly firstByteAtMs: number;
	readonly lastByteAtMs: number;
	/** When the last piece of the body came, or the head where there is no body. */
	readonly bodyAtMs: number;
	readonly reusedConnection: boolean;
	/** How long TCP took to connect what it went over, in milliseconds; undefined where it was never connected. */
	readonly tcpMs: number | undefined;
	/** Nothing came for `holdTimeoutMs`. */
	readonly timedOut: boolean;
	readonly problem: Problem | undefined;
	/** A new attempt would fail in the same way. */
	readonly final: boolean;
}

export interface CycleOptions {
	readonly request: CursorRequest;
	/** Whether an answer has to begin within `handshakeTimeoutMs`. */
	readonly limitsAnswer: boolean;
}

/**
 * One request and its whole answer, for long polling and polling. It follows redirects, and sends a GET again at once when
 * the kept connection turns out to have been closed by the server meanwhile (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
 */
export class PollCycle {
	#started: StartedRequest | undefined;
	#response: IncomingMessage | undefined;
	#decoder: ContentDecoder | undefined;
	readonly #pieces: Uint8Array[] = [];
	#decodedBytes = 0;
	#bodyBytes = 0;
	#bodyAtMs = Number.NaN;
	#lastByteAtMs = Number.NaN;
	#redirects = 0;
	#refused = false;
	#paused = false;
	#over = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly connections: HttpConnections,
		private readonly endpoint: Endpoint,
		private readonly options: CycleOptions,
		private readonly observer: CycleObserver,
	) {}

	start(): void {
		this.#request(this.options.request.url, this.endpoint.headers);
	}

	pause(): void {
		this.#paused = true;
		clearTimeout(this.#timer);
		this.#response?.pause();
	}

	resume(): void {
		if (this.#paused) {
			this.#paused = false;
			this.#response?.resume();
			this.#watch();
		}
	}

	/** Ends it without a result. */
	abort(): void {
		this.#over = true;
		clearTimeout(this.#timer);
		this.#decoder?.destroy();
		this.#started?.request.destroy();
	}

	#request(url: string, userHeaders: HeaderList): void {
		const { headers, body } = this.options.request;
		let started: StartedRequest;
		try {
			started = this.connections.start({
				method: this.endpoint.method,
				url,
				userHeaders,
				headers,
				defaultHeaders: [
					['Accept', 'application/json, */*;q=0.5'],
					['Accept-Encoding', decodableEncodings],
					...(body === undefined ? [] : [['Content-Type', contentTypeOf(body)] as const]),
				],
				body,
				limitsAnswer: this.options.limitsAnswer,
			});
		} catch (error) {
			// Not from inside `open`: whoever calls it has not kept the transport yet.
			process.nextTick(() => this.#finish({ problem: problemOf(error), final: true }));
			return;
		}
		this.#started = started;
		const { request } = started;
		request.on('finish', () => {
			if (!this.#over && started === this.#started) {
				if (!this.options.limitsAnswer) {
					this.#watch();
				}
				this.observer.sent(started);
			}
		});
		request.on('error', (error) => {
			if (!this.#over && started === this.#started && this.#response === undefined) {
				this.#failed(error, url, userHeaders);
			}
		});
		request.on('response', (response) => {
			response.on('error', (error) => {
				if (response === this.#response) {
					this.#finish({ problem: socketProblem(error, this.endpoint, url, true) });
				}
			});
			if (this.#over) {
				response.destroy();
			} else {
				this.#answered(started, response, url, userHeaders);
			}
		});
	}

	#failed(error: Error, url: string, userHeaders: HeaderList): void {
		const { code } = error as NodeJS.ErrnoException;
		const isStale =
			this.connections.reused &&
			Number.isNaN(this.#started?.arrival.firstByteAtMs) &&
			(code === 'ECONNRESET' || code === 'EPIPE') &&
			/^(GET|HEAD)$/i.test(this.endpoint.method);
		if (isStale) {
			this.#request(url, userHeaders);
		} else {
			this.#finish({ problem: socketProblem(error, this.endpoint, url) });
		}
	}

	#answered(started: StartedRequest, response: IncomingMessage, url: string, userHeaders: HeaderList): void {
		const target = redirectTarget(response, url, this.endpoint.method);
		if (target !== undefined && this.#redirects < mostRedirects) {
			this.#redirects++;
			this.#request(target, headersAcross(userHeaders, url, target));
			response.destroy();
			return;
		}
		this.#response = response;
		this.#bodyAtMs = started.arrival.arrivedAtMs;
		this.#refused = this.observer.answered(started, response) === 'refuse';
		if (this.#over) {
			return;
		}
		if (this.#refused) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#finish({}), refusedWaitMs);
		} else {
			this.#watch();
		}
		this.#read(started, response);
	}

	#read({ arrival }: StartedRequest, response: IncomingMessage): void {
		try {
			this.#decoder = createContentDecoder(response.headers['content-encoding'], {
				data: (bytes) => this.#take(bytes),
				done: () => this.#finish({}),
				failed: (undecodable) => this.#finish(this.#refused ? {} : { problem: undecodable }),
			});
		} catch (error) {
			this.#finish(this.#refused ? {} : { problem: problemOf(error), final: true });
			return;
		}
		const announced = Number(response.headers['content-length'] ?? 0);
		if (!this.#refused && announced > this.endpoint.maxMessageBytes) {
			this.#tooBig(announced);
			return;
		}
		if (this.#paused) {
			response.pause();
		}
		response.on('data', (piece: Buffer) => {
			if (this.#over) {
				return;
			}
			this.#bodyAtMs = arrival.arrivedAtMs;
			this.#bodyBytes += piece.length;
			if (!this.#refused) {
				this.#timer?.refresh();
			}
			if (this.#decoder === undefined) {
				this.#take(piece);
			} else {
				this.#decoder.write(piece, this.#bodyAtMs);
			}
		});
		response.on('end', () => {
			this.#lastByteAtMs = arrival.arrivedAtMs;
			clearTimeout(this.#timer);
			if (this.#decoder === undefined) {
				this.#finish({});
			} else {
				this.#decoder.end();
			}
		});
	}

	#take(bytes: Uint8Array): void {
		this.#pieces.push(bytes);
		this.#decodedBytes += bytes.length;
		if (this.#refused) {
			if (this.#decodedBytes >= mostRefusedBytes) {
				this.#finish({});
			}
		} else if (this.#decodedBytes > this.endpoint.maxMessageBytes) {
			this.#tooBig(this.#decodedBytes);
		}
	}

	#tooBig(sizeBytes: number): void {
		const maxBytes = this.endpoint.maxMessageBytes;
		this.#finish({ problem: problem('messageTooBig', { sizeBytes, maxBytes }), final: true });
	}

	/** Waits for `holdTimeoutMs` from now, or from the next piece of the answer. */
	#watch(): void {
		clearTimeout(this.#timer);
		if (!this.#over && !this.#paused && !this.#refused && this.#started?.sentAtMs() !== undefined) {
			this.#timer = setTimeout(() => this.#finish({ timedOut: true }), this.endpoint.holdTimeoutMs);
		}
	}

	#finish(end: { readonly problem?: Problem; readonly final?: boolean; readonly timedOut?: boolean }): void {
		if (this.#over) {
			return;
		}
		const isComplete = this.#response?.complete === true && end.problem === undefined;
		this.#over = true;
		clearTimeout(this.#timer);
		this.#decoder?.destroy();
		if (!isComplete) {
			this.#started?.request.destroy();
		}
		const arrival = this.#started?.arrival;
		const body = Buffer.concat(this.#pieces);
		this.observer.done({
			started: this.#started,
			response: this.#response,
			body: this.#refused ? body.subarray(0, mostRefusedBytes) : body,
			headBytes: arrival?.headBytes ?? 0,
			bodyBytes: this.#bodyBytes,
			encoded: this.#decoder !== undefined && this.#bodyBytes > 0,
			unsentAtMs: this.#started?.unsentAtMs() ?? Number.NaN,
			sentAtMs: this.#started?.sentAtMs() ?? Number.NaN,
			firstByteAtMs: arrival?.firstByteAtMs ?? Number.NaN,
			lastByteAtMs: Number.isNaN(this.#lastByteAtMs) && this.#response ? arrival!.arrivedAtMs : this.#lastByteAtMs,
			bodyAtMs: this.#bodyAtMs,
			reusedConnection: this.connections.reused,
			tcpMs: this.connections.tcpMs,
			timedOut: end.timedOut === true,
			problem: end.problem,
			final: end.final === true,
		});
	}
}
