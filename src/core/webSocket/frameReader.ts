import { type FrameError, invalidUtf8, isSendableCloseCode, messageTooBig, protocolViolation } from './frameError';
import { Utf8Validator } from './utf8';

/** Opcodes (RFC 6455 §5.2). */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The bits of a frame's first byte (RFC 6455 §5.2). */
export const headBit = { fin: 0x80, rsv1: 0x40, rsv2: 0x20, rsv3: 0x10, opcode: 0x0f } as const;

export interface FrameReaderOptions {
	/** Longest message taken, in bytes on the wire, over all of its fragments. */
	readonly maxMessageBytes: number;
	/** True reads a client's frames, which are masked; they are unmasked in place. */
	readonly expectMasked?: boolean;
	/** permessage-deflate was negotiated: RSV1 marks a compressed message (RFC 7692 §6), whose payload is handed out as it came. */
	readonly deflate?: boolean;
	/** A fast check of complete text, where the platform has one; used on text that is not ASCII. */
	readonly isUtf8?: (bytes: Uint8Array) => boolean;
}

/**
 * Gets each frame: its first byte, the size of its header, and its payload as `bytes[start … end)`, which is only valid
 * until this returns. `isValid` is false when the payload breaks a rule; the reader's `error` then says which.
 */
export type FrameListener = (
	head: number,
	headerBytes: number,
	bytes: Uint8Array,
	start: number,
	end: number,
	isValid: boolean,
) => void;

/** How far an unfinished frame or message got. */
export interface ReadPosition {
	/** Bytes of an unfinished frame, its header counted; 0 between two frames. */
	readonly receivedBytes: number;
	/** Bytes that the unfinished frame should have; undefined until its header is complete. */
	readonly expectedBytes: number | undefined;
	/** A fragmented message has not had its last frame. */
	readonly isMessageOpen: boolean;
}

/** 2 bytes, 8 of extended length, 4 of mask. */
const longestHeaderBytes = 14;
/** A split payload's buffer starts no larger than this, since a header can claim what never comes. */
const firstPendingBytes = 65_536;
/** A larger buffer is not kept for the next split payload. */
const keptPendingBytes = 262_144;
const emptyBytes = new Uint8Array(0);

const firstByteRules = [
	undefined,
	'reservedBit',
	'reservedOpcode',
	'controlFragmented',
	'continuationOfNothing',
	'messageInMessage',
] as const;

/**
 * Reads the frames of one direction of a WebSocket connection, strictly by RFC 6455, from chunks cut anywhere.
 *
 * A payload that lies within one chunk is handed out in place; one that is split is put together in a buffer that grows
 * with what arrives. Nothing is allocated per frame. After an error or a close frame the reader is done and ignores what
 * follows (§5.5.1, §7.1.7).
 */
export class FrameReader {
	/** Why reading stopped; undefined while all is well. */
	error: FrameError | undefined;
	/** No more frames will be read: after an error, a close frame, or `stop`. */
	isDone = false;
	/** The opcode of the message that the frame handed out belongs to; for a control frame, of the message around it. */
	messageOpcode = 0;
	/** Whether that message is compressed. */
	isMessageCompressed = false;

	readonly #verdicts: Uint8Array;
	readonly #maskBit: number;
	readonly #maxMessageBytes: number;
	readonly #utf8: Utf8Validator;

	/** 256 while a fragmented message is open, to be added to an index of `verdicts`; else 0. */
	#openOffset = 0;
	#messageBytes = 0;

	/** The header last read. */
	#head = 0;
	#headerBytes = 0;
	#payloadBytes = 0;

	/** A header that the chunk's end cut. */
	readonly #cutHeader = new Uint8Array(longestHeaderBytes);
	#cutHeaderBytes = 0;
	/** A payload that the chunk's end cut: how much of it is in `pending`, or -1 when none was cut. */
	#pendingBytes = -1;
	#pending: Uint8Array = emptyBytes;
	readonly #mask = new Uint8Array(4);

	constructor(
		options: FrameReaderOptions,
		private readonly onFrame: FrameListener,
	) {
		this.#maxMessageBytes = options.maxMessageBytes;
		this.#maskBit = options.expectMasked ? 0x80 : 0;
		this.#verdicts = firstByteVerdicts(options.deflate ?? false);
		this.#utf8 = new Utf8Validator(options.isUtf8);
	}

	/** Reads a chunk and hands out each frame that it completes; false when the reader is done. */
	read(chunk: Uint8Array): boolean {
		const size = chunk.length;
		let at = 0;
		let hasHeader = false;
		if (this.#pendingBytes >= 0) {
			at = this.#continuePayload(chunk);
		} else if (this.#cutHeaderBytes > 0) {
			at = this.#continueHeader(chunk);
			hasHeader = this.#cutHeaderBytes === 0;
		}
		while (!this.isDone && (at < size || hasHeader)) {
			if (!hasHeader) {
				if (!this.#readHeader(chunk, at, size)) {
					if (!this.isDone) {
						this.#cutHeader.set(chunk.subarray(at));
						this.#cutHeaderBytes = size - at;
					}
					break;
				}
				at += this.#headerBytes;
			}
			hasHeader = false;
			const end = at + this.#payloadBytes;
			if (end > size) {
				this.#beginPayload(chunk, at);
				break;
			}
			if (this.#maskBit !== 0) {
				unmask(chunk, at, end, this.#mask);
			}
			this.#deliver(chunk, at, end);
			at = end;
		}
		this.#utf8.release();
		return !this.isDone;
	}

	/** Reads no more: for a listener that has found an error of its own. */
	stop(): void {
		this.isDone = true;
		this.#pending = emptyBytes;
	}

	/** How far the unfinished frame and message got, to tell a connection that died in the midst of one. */
	position(): ReadPosition {
		const isMessageOpen = this.#openOffset !== 0;
		if (this.#pendingBytes >= 0) {
			return {
				receivedBytes: this.#headerBytes + this.#pendingBytes,
				expectedBytes: this.#headerBytes + this.#payloadBytes,
				isMessageOpen,
			};
		}
		return { receivedBytes: this.#cutHeaderBytes, expectedBytes: undefined, isMessageOpen };
	}

	/** Reads the header at `at`; false when it is not complete or wrong, which `isDone` tells apart. */
	#readHeader(bytes: Uint8Array, at: number, end: number): boolean {
		if (at + 2 > end) {
			return false;
		}
		const head = bytes[at]!;
		const second = bytes[at + 1]!;
		const verdict = this.#verdicts[this.#openOffset + head]!;
		if (verdict !== 0) {
			return this.#fail(protocolViolation(firstByteRules[verdict]!, describeHead(head)));
		}
		if ((second & 0x80) !== this.#maskBit) {
			return this.#fail(protocolViolation(this.#maskBit === 0 ? 'maskForbidden' : 'maskRequired'));
		}
		let length = second & 0x7f;
		let headerBytes = 2;
		if (head & 0x08) {
			if (length > 125) {
				return this.#fail(protocolViolation('controlTooLong'));
			}
			if (length === 1 && (head & headBit.opcode) === opcode.close) {
				return this.#fail(protocolViolation('closeTooShort'));
			}
		} else {
			if (length === 126) {
				if (at + 4 > end) {
					return false;
				}
				length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
				headerBytes = 4;
				if (length < 126) {
					return this.#fail(protocolViolation('lengthNotMinimal', `${length} in 2 bytes`));
				}
			} else if (length === 127) {
				if (at + 10 > end) {
					return false;
				}
				const high = readUint32(bytes, at + 2);
				length = high * 0x1_0000_0000 + readUint32(bytes, at + 6);
				headerBytes = 10;
				if (high >= 0x8000_0000) {
					return this.#fail(protocolViolation('lengthOver63Bits'));
				}
				if (length < 65_536) {
					return this.#fail(protocolViolation('lengthNotMinimal', `${length} in 8 bytes`));
				}
			}
			if (this.#messageBytes + length > this.#maxMessageBytes) {
				return this.#fail(messageTooBig(this.#messageBytes + length, this.#maxMessageBytes));
			}
		}
		if (this.#maskBit !== 0) {
			headerBytes += 4;
			if (at + headerBytes > end) {
				return false;
			}
			for (let i = 0; i < 4; i++) {
				this.#mask[i] = bytes[at + headerBytes - 4 + i]!;
			}
		}
		this.#head = head;
		this.#headerBytes = headerBytes;
		this.#payloadBytes = length;
		return true;
	}

	/** Adds to a cut header, byte by byte since its size shows only as it is read; the place in the chunk after it. */
	#continueHeader(chunk: Uint8Array): number {
		let at = 0;
		while (at < chunk.length) {
			this.#cutHeader[this.#cutHeaderBytes++] = chunk[at++]!;
			if (this.#readHeader(this.#cutHeader, 0, this.#cutHeaderBytes)) {
				this.#cutHeaderBytes = 0;
				break;
			}
			if (this.isDone) {
				break;
			}
		}
		return at;
	}

	#beginPayload(chunk: Uint8Array, at: number): void {
		this.#pendingBytes = 0;
		this.#addPending(chunk, at, chunk.length);
	}

	#continuePayload(chunk: Uint8Array): number {
		const end = Math.min(chunk.length, this.#payloadBytes - this.#pendingBytes);
		this.#addPending(chunk, 0, end);
		if (this.#pendingBytes === this.#payloadBytes) {
			const pending = this.#pending;
			const payloadBytes = this.#payloadBytes;
			this.#pendingBytes = -1;
			if (this.#maskBit !== 0) {
				unmask(pending, 0, payloadBytes, this.#mask);
			}
			this.#deliver(pending, 0, payloadBytes);
			if (pending.length > keptPendingBytes) {
				this.#pending = emptyBytes;
			}
		}
		return end;
	}

	#addPending(chunk: Uint8Array, start: number, end: number): void {
		const needed = this.#pendingBytes + end - start;
		if (needed > this.#pending.length) {
			const grown = Math.max(
				needed,
				Math.min(this.#payloadBytes, Math.max(firstPendingBytes, this.#pending.length * 2)),
			);
			const larger = new Uint8Array(grown);
			larger.set(this.#pending.subarray(0, this.#pendingBytes));
			this.#pending = larger;
		}
		this.#pending.set(chunk.subarray(start, end), this.#pendingBytes);
		this.#pendingBytes = needed;
	}

	/** Checks what only the payload shows, brings the message's state up to date, and hands the frame out. */
	#deliver(bytes: Uint8Array, start: number, end: number): void {
		const head = this.#head;
		const code = head & headBit.opcode;
		let isValid = true;
		if (code < opcode.close) {
			const isLast = head >= headBit.fin;
			if (code !== opcode.continuation) {
				this.messageOpcode = code;
				this.isMessageCompressed = (head & headBit.rsv1) !== 0;
			}
			if (
				this.messageOpcode === opcode.text &&
				!this.isMessageCompressed &&
				!this.#utf8.push(bytes, start, end, isLast)
			) {
				isValid = this.#fail(invalidUtf8);
			}
			if (isLast) {
				this.#openOffset = 0;
				this.#messageBytes = 0;
			} else {
				this.#openOffset = 256;
				this.#messageBytes += end - start;
			}
		} else if (code === opcode.close) {
			isValid = this.#checkClose(bytes, start, end);
			this.isDone = true;
		}
		this.onFrame(head, this.#headerBytes, bytes, start, end, isValid);
	}

	#checkClose(bytes: Uint8Array, start: number, end: number): boolean {
		if (start === end) {
			return true;
		}
		const code = (bytes[start]! << 8) | bytes[start + 1]!;
		if (!isSendableCloseCode(code)) {
			return this.#fail(protocolViolation('closeCodeInvalid', String(code)));
		}
		// The message around this frame may be within a character, which must not mix with the reason's.
		return new Utf8Validator().push(bytes, start + 2, end, true) || this.#fail(invalidUtf8);
	}

	#fail(error: FrameError): false {
		this.error = error;
		this.isDone = true;
		this.#cutHeaderBytes = 0;
		return false;
	}
}

/**
 * What is wrong with each possible first byte, as a place in `firstByteRules`: 256 verdicts for when no message is open
 * and 256 for when one is. One look-up replaces a dozen comparisons a frame.
 */
function firstByteVerdicts(deflate: boolean): Uint8Array {
	const verdicts = new Uint8Array(512);
	for (let index = 0; index < 512; index++) {
		verdicts[index] = firstByteRules.indexOf(firstByteRule(index & 0xff, index >= 256, deflate));
	}
	return verdicts;
}

function firstByteRule(head: number, isMessageOpen: boolean, deflate: boolean): (typeof firstByteRules)[number] {
	const code = head & headBit.opcode;
	if ((code > opcode.binary && code < opcode.close) || code > opcode.pong) {
		return 'reservedOpcode';
	}
	// RFC 7692 §6: RSV1 is the compression bit of a message's first frame only.
	const beginsMessage = code === opcode.text || code === opcode.binary;
	const allowed = deflate && beginsMessage ? headBit.rsv1 : 0;
	if (head & (headBit.rsv1 | headBit.rsv2 | headBit.rsv3) & ~allowed) {
		return 'reservedBit';
	}
	if (code >= opcode.close) {
		return head & headBit.fin ? undefined : 'controlFragmented';
	}
	if (beginsMessage) {
		return isMessageOpen ? 'messageInMessage' : undefined;
	}
	return isMessageOpen ? undefined : 'continuationOfNothing';
}

function describeHead(head: number): string {
	return `opcode ${head & headBit.opcode}, first byte 0x${head.toString(16).padStart(2, '0')}`;
}

function readUint32(bytes: Uint8Array, at: number): number {
	return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function unmask(bytes: Uint8Array, start: number, end: number, mask: Uint8Array): void {
	for (let at = start; at < end; at++) {
		bytes[at]! ^= mask[(at - start) & 3]!;
	}
}
