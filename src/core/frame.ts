/**
 * What a row of a capture is. Kinds and flags are small numbers because an index of ten million rows holds them in
 * typed arrays; their names are what exports, filters and people see.
 */

/**
 * Kinds of a frame; a frame's kind code is its place here.
 *
 * - `text` … `close`: the opcodes of RFC 6455 §5.2.
 * - `event`: a dispatched server-sent event (WHATWG HTML §9.2.6), or one event of a poll cycle's answer.
 * - `comment`: a comment line of an event stream, the usual heartbeat.
 * - `fields`: an event-stream block that set `id` or `retry` and dispatched nothing.
 * - `cycle`: one request and answer of long polling or polling.
 */
export const frameKinds = [
	'text',
	'binary',
	'continuation',
	'ping',
	'pong',
	'close',
	'event',
	'comment',
	'fields',
	'cycle',
] as const;

/** The name of a kind. */
export type FrameKind = (typeof frameKinds)[number];

/** A kind's code, for typed arrays. */
export const kindCode = Object.fromEntries(frameKinds.map((kind, code) => [kind, code])) as Record<FrameKind, number>;

/** Bits of a frame's flags. */
export const frameFlag = {
	/** Sent by us; else received. */
	out: 1,
	/** FIN: the last frame of its message (RFC 6455 §5.2). Set on every frame that is not a WebSocket's. */
	fin: 2,
	/**
	 * RSV1: with permessage-deflate, the message is compressed (RFC 7692 §7.2). Of a poll cycle and of what is read from an
	 * event stream: the answer's body came with a content encoding (RFC 9110 §8.4).
	 */
	rsv1: 4,
	rsv2: 8,
	rsv3: 16,
	/** The payload went over the wire masked. */
	masked: 32,
	/** A `FrameMeta` is kept beside the payload. */
	meta: 64,
	/** The first frame of its connection: what lies between it and the row before is a reconnect. */
	firstOfConnection: 128,
	/** A poll cycle that brought nothing: 204, 304, an empty body or a time-out. */
	emptyCycle: 256,
	/** An event of the poll cycle above it; its bytes are part of that cycle's body. */
	partOfCycle: 512,
	/** The payload breaks a rule (UTF-8, for one) and is shown as it came. */
	invalid: 1024,
	/** Its payload was not kept, since the disk was full or the window went before it was written. */
	payloadLost: 2048,
} as const;

/** The direction that flags tell. */
export function directionOf(flags: number): 'in' | 'out' {
	return flags & frameFlag.out ? 'out' : 'in';
}

/** What is kept beside a payload, where there is more to say. */
export type FrameMeta = EventMeta | CycleMeta;

/** What is remarkable about a frame's place in its stream; kept in its meta, since few frames have any. */
export interface FrameMarks {
	readonly sequence?: 'gap' | 'duplicate' | 'reorder' | 'reset';
	/** Of a gap: the ids that are missing before this one. */
	readonly missing?: number;
	/** It came after a stall. */
	readonly stall?: true;
}

/** Of an event-stream block, or of any other event that has more to say. */
export interface EventMeta {
	readonly type: 'event';
	readonly marks?: FrameMarks;
	/** The block's own `id` field. */
	readonly id?: string;
	/** The block's own `retry` field, in milliseconds. */
	readonly retryMs?: number;
	/** The event's whole name, where the index has only its beginning or none. */
	readonly name?: string;
}

/** Of one poll cycle: the request and its answer. */
export interface CycleMeta {
	readonly type: 'cycle';
	readonly marks?: FrameMarks;
	readonly request: import('./problem').MessageHead;
	/** Absent when no answer came (a time-out or a lost connection). */
	readonly response?: import('./problem').MessageHead;
	/** 0 when no answer came. */
	readonly status: number;
	/** From the request's last byte handed to the socket to the answer's first byte, in milliseconds. */
	readonly holdMs: number;
	/** From the answer's first byte to its last, in milliseconds. */
	readonly transferMs: number;
	/** From the answer's last byte before this cycle until this request was on the wire, in milliseconds; absent on the first. */
	readonly blindMs?: number;
	readonly headerBytesUp: number;
	readonly headerBytesDown: number;
	/** Body bytes as received, before content decoding. */
	readonly bodyBytes: number;
	/** Events found in the answer. */
	readonly events: number;
	/** Those events are rows of their own behind this one; else the answer as a whole is the one event. */
	readonly eventsFollow: boolean;
	/** The request went over a connection that an earlier cycle had opened. */
	readonly reusedConnection: boolean;
	/**
	 * From when the request was due by its interval to the answer's first byte, in milliseconds. Where requests that were due
	 * before it were not sent or not answered, it counts from the first of them. Absent where there is no interval, and
	 * where no answer came.
	 */
	readonly dueMs?: number;
	/**
	 * The most that a new event of this answer can have waited on the server and on its way, in milliseconds, since it was
	 * not in the last answer that came; absent on the first one and on those without events.
	 */
	readonly stalenessMs?: number;
	/** The cursor sent with this request, and the one its answer gave for the next. */
	readonly cursorSent?: string;
	readonly cursorReceived?: string;
	/** Why the cycle is empty, or what failed. */
	readonly outcome: 'answered' | 'empty' | 'timedOut' | 'failed';
}

/**
 * One frame on its way into a capture. Transports fill one such record again and again, since an object for each frame
 * is what a busy stream can't afford: whoever receives it copies what it keeps before it returns.
 */
export interface FrameRecord {
	/** Milliseconds since the epoch, with fractions, taken once where the socket delivered the bytes. */
	arrivedAtMs: number;
	/** A code of `kindCode`. */
	kind: number;
	/** Bits of `frameFlag`. */
	flags: number;
	/** The payload is `bytes[start … end)`. */
	bytes: Uint8Array;
	start: number;
	end: number;
	/**
	 * Bytes that this frame took of the stream: header and payload as sent, before any decompression. Only of an event stream
	 * with a content encoding they are those of the decoded stream, since nobody can part the encoded one by its events.
	 */
	wireBytes: number;
	/** The event's name; '' where it has none. */
	name: string;
	meta: FrameMeta | undefined;
}

/** A record to fill. */
export function createFrameRecord(): FrameRecord {
	return {
		arrivedAtMs: 0,
		kind: 0,
		flags: 0,
		bytes: new Uint8Array(0),
		start: 0,
		end: 0,
		wireBytes: 0,
		name: '',
		meta: undefined,
	};
}
