import type { MessageHead, Problem } from './problem';

/** What opened a connection: for a WebSocket the upgrade, else the first request and its answer's head. */
export interface Handshake {
	readonly startedAtMs: number;
	readonly phases: Phases;
	readonly request: MessageHead;
	/** Absent while a held request has no answer yet. */
	readonly response?: MessageHead;
	/** `address:port` of the two ends. */
	readonly localAddress: string;
	readonly remoteAddress: string;
	/** The negotiated subprotocol (RFC 6455 §4.2.2); '' where there is none. */
	readonly subprotocol: string;
	/** The negotiated `Sec-WebSocket-Extensions`; '' where there are none. */
	readonly extensions: string;
	/** Protocol and cipher, for TLS. */
	readonly tls?: {
		readonly protocol: string;
		readonly cipher: string;
		readonly authorized: boolean;
		readonly reason?: string;
	};
}

/** How long each step took, in milliseconds; a step that did not happen (DNS of an address, TLS of http:) is absent. */
export interface Phases {
	dnsMs?: number;
	tcpMs?: number;
	tlsMs?: number;
	/** From the request's last byte out to the answer's first byte in. Absent while a held request has no answer yet. */
	answerMs?: number;
}

/** How a connection ended, told once. */
export interface ConnectionEnd {
	readonly atMs: number;
	/**
	 * - `user`: we were told to close.
	 * - `server`: the server closed in good order (a close frame, the end of an event stream).
	 * - `finished`: the server said it is over for good (HTTP 204 to an event stream).
	 * - `failed`: see `problem`.
	 */
	readonly by: 'user' | 'server' | 'finished' | 'failed';
	/** A new connection must not be tried: its answer would be the same. */
	readonly final: boolean;
	/** WebSocket close code and reason as received, or as sent where we closed (RFC 6455 §7.4). */
	readonly closeCode?: number;
	readonly closeReason?: string;
	readonly problem?: Problem;
}

/** What survives a connection and goes into the next: each transport reads and writes its own. */
export interface ResumeState {
	/** The last event id string of an event stream (WHATWG HTML §9.2.6), sent as `Last-Event-ID`. */
	lastEventId: string;
	/** The reconnection time that the server's `retry` set, in milliseconds. */
	retryMs: number | undefined;
	/** A poll's cursor; for validators `ETag` and `Last-Modified`. */
	cursor: string | undefined;
	lastModified: string | undefined;
	/** The preset that `auto` settled on. */
	cursorPreset: import('./endpoint').CursorPreset | undefined;
	/** When a poll's last answer ended, so that the blind window goes on across lost connections and their waits. */
	lastByteAtMs: number | undefined;
	/** A poll's last answer told the state of the server of then or of a later time: what is new in the next is younger. */
	formedAtMs: number | undefined;
	/** Of polling, when the first request was due that has not been answered; undefined where none was due yet. */
	dueAtMs: number | undefined;
}

export function createResumeState(): ResumeState {
	return {
		lastEventId: '',
		retryMs: undefined,
		cursor: undefined,
		lastModified: undefined,
		cursorPreset: undefined,
		lastByteAtMs: undefined,
		formedAtMs: undefined,
		dueAtMs: undefined,
	};
}
