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
	/** Bytes that crossed this connection's sockets so far, headers and all, below TLS where Node can tell. */
	bytes(): { readonly in: number; readonly out: number };
}

/** Where a transport reports. `frame` gets a record that is reused: copy what is kept before returning. */
export interface TransportSink {
	opened(handshake: Handshake): void;
	frame(record: FrameRecord): void;
	ended(end: ConnectionEnd): void;
}

/** Makes a transport for an endpoint. `nowMs` is the clock that stamps arrivals: epoch milliseconds with fractions. */
export type TransportFactory = (
	endpoint: Endpoint,
	resume: ResumeState,
	sink: TransportSink,
	nowMs: () => number,
) => Transport;
