import type { Endpoint } from '../../core/endpoint';
import type { FrameRecord } from '../../core/frame';
import type { ConnectionEnd, Handshake, ResumeState } from '../../core/handshake';

/**
 * One connection (for polling: one run of cycles) to an endpoint. It is opened once, ends once, and is then of no more
 * use: reconnecting is the session's work, which makes a new transport with the same `ResumeState`.
 *
 * Order of events: `opened` at most once; `frame` only after it; `ended` exactly once, and nothing after it. All come
 * synchronously from socket callbacks; none from inside `open` itself.
 */
export interface Transport {
	/** Starts to connect; the answer is `opened` or `ended`. Throws nothing. */
	open(): void;
	/**
	 * Ends in good order and reports `ended` with `by: 'user'`, within `closeTimeoutMs` (2 s) whatever the peer does.
	 * Allowed at any time, more than once.
	 */
	close(closeCode?: number, closeReason?: string): void;
	/**
	 * Sends one message; the frames it made are reported as `frame`s. Settles when the bytes were handed to the socket;
	 * rejects with a `ProblemError`. Absent where the transport is one-way.
	 */
	send?(payload: Uint8Array, kind: 'text' | 'binary' | 'ping'): Promise<void>;
	/** Stops reading, so that the peer is slowed by flow control; frames already received may still be reported. */
	pause(): void;
	resume(): void;
	/** What crossed this transport's sockets so far. */
	traffic(): Traffic;
}

/**
 * What crossed the sockets of a transport. In and out are seen from here. The traffic of several connections is the sum
 * of each.
 */
export interface Traffic {
	/** As the sockets of TCP count them: read from them, and handed to them once they were connected. */
	readonly bytesIn: number;
	readonly bytesOut: number;
	/**
	 * What of it TLS put to the plaintext: handshakes, failed ones too, and the heads, padding and tags of records
	 * (RFC 8446 §5). What came of a record that is not whole yet is among it.
	 */
	readonly tlsBytesIn: number;
	readonly tlsBytesOut: number;
	/** Heads of answers and requests: of upgrades, redirects, refusals and interim answers too. */
	readonly headerBytesIn: number;
	readonly headerBytesOut: number;
	/** The framing of chunked bodies (RFC 9112 §7.1). */
	readonly framingBytesIn: number;
	/** Of event streams with a content encoding: the body as it came, chunked framing left out. */
	readonly encodedBytesIn: number;
	/** Bodies of requests as they were sent. */
	readonly bodyBytesOut: number;
	/** Requests that went over a connected socket: an upgrade, redirected and repeated ones among them. */
	readonly requests: number;
	/** Sockets that were connected, and TLS handshakes that both ends completed, on them. */
	readonly sockets: number;
	readonly tlsHandshakes: number;
}

/** Where a transport reports. `frame` gets a record that is reused: copy what is kept before returning. */
export interface TransportSink {
	opened(handshake: Handshake): void;
	frame(record: FrameRecord): void;
	/**
	 * The head of an HTTP answer came, whatever its status, redirects left out: before `opened` and between frames.
	 * `sentAtMs` is no later than the request's first byte went out, and `firstByteAtMs` no earlier than the answer's first
	 * byte came in, by the clock of arrivals. `dateHeader` is the `Date` field, where the answering server wrote it for this
	 * request: undefined for an answer out of a cache (RFC 9111 §5.1).
	 */
	answered(sentAtMs: number, firstByteAtMs: number, dateHeader: string | undefined): void;
	ended(end: ConnectionEnd): void;
}

/** Makes a transport for an endpoint. `nowMs` is the clock that stamps arrivals: epoch milliseconds with fractions. */
export type TransportFactory = (
	endpoint: Endpoint,
	resume: ResumeState,
	sink: TransportSink,
	nowMs: () => number,
) => Transport;
