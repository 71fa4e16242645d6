import { isUtf8 } from 'node:buffer';
import { createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../../core/frame';
import { problem } from '../../core/problem';
import { type FrameError, invalidUtf8, messageTooBig } from '../../core/webSocket/frameError';
import { FrameReader, headBit, opcode, type ReadPosition } from '../../core/webSocket/frameReader';
import { Inflater } from '../../core/webSocket/inflater';
import { Utf8Validator } from '../../core/webSocket/utf8';
import type { DeflateParameters } from './wsParts';

const noBytes = new Uint8Array(0);

/** A frame's kind by its opcode. */
export const kindOfOpcode = new Uint8Array(16);
kindOfOpcode[opcode.continuation] = kindCode.continuation;
kindOfOpcode[opcode.text] = kindCode.text;
kindOfOpcode[opcode.binary] = kindCode.binary;
kindOfOpcode[opcode.close] = kindCode.close;
kindOfOpcode[opcode.ping] = kindCode.ping;
kindOfOpcode[opcode.pong] = kindCode.pong;

/** A frame's flags by its first byte. */
export const flagsOfHead = new Uint16Array(256);
for (let head = 0; head < 256; head++) {
	flagsOfHead[head] =
		(head & headBit.fin ? frameFlag.fin : 0) |
		(head & headBit.rsv1 ? frameFlag.rsv1 : 0) |
		(head & headBit.rsv2 ? frameFlag.rsv2 : 0) |
		(head & headBit.rsv3 ? frameFlag.rsv3 : 0);
}

/** Compressed bytes that make no sense: the peer gets what `ws` sends for it, 1007. */
const undecodable: FrameError = {
	rule: 'undecodable',
	closeCode: 1007,
	problem: problem('undecodable', {
		encoding: 'permessage-deflate',
		reason: 'the compressed bytes of a message make no sense (RFC 7692 §7.2.2)',
	}),
};

/**
 * Turns what a server sends into frame records: reads frames, inflates those of compressed messages, and checks text
 * after that. Each frame is handed out within `read`, in a record that is reused.
 */
export class WebSocketReceiver {
	/** Why reading stopped; undefined while all is well. */
	error: FrameError | undefined;

	readonly #reader: FrameReader;
	readonly #inflater: Inflater | undefined;
	readonly #utf8 = new Utf8Validator(isUtf8);
	readonly #record = createFrameRecord();
	readonly #maxMessageBytes: number;
	readonly #onFrame: (record: FrameRecord) => void;
	/** Of the compressed message that is open. */
	#inflatedBytes = 0;

	constructor(maxMessageBytes: number, deflate: DeflateParameters | undefined, onFrame: (record: FrameRecord) => void) {
		this.#maxMessageBytes = maxMessageBytes;
		this.#onFrame = onFrame;
		this.#inflater =
			deflate &&
			new Inflater({
				noContextTakeover: deflate.server_no_context_takeover,
				windowBits: deflate.server_max_window_bits,
			});
		this.#reader = new FrameReader(
			{ maxMessageBytes, deflate: deflate !== undefined, isUtf8 },
			(head, headerBytes, bytes, start, end, isValid) => this.#frame(head, headerBytes, bytes, start, end, isValid),
		);
	}

	/** Reads what arrived at `atMs`; false when no more is to be read, because of an error or a close frame. */
	read(chunk: Uint8Array, atMs: number): boolean {
		this.#record.arrivedAtMs = atMs;
		const wantsMore = this.#reader.read(chunk);
		// An idle connection must not hold its last chunk.
		this.#record.bytes = noBytes;
		this.error ??= this.#reader.error;
		return wantsMore;
	}

	/** How far an unfinished frame and message got. */
	position(): ReadPosition {
		return this.#reader.position();
	}

	#frame(head: number, headerBytes: number, bytes: Uint8Array, start: number, end: number, isValid: boolean): void {
		const record = this.#record;
		record.kind = kindOfOpcode[head & headBit.opcode]!;
		record.flags = isValid ? flagsOfHead[head]! : flagsOfHead[head]! | frameFlag.invalid;
		record.bytes = bytes;
		record.start = start;
		record.end = end;
		record.wireBytes = headerBytes + end - start;
		if (this.#inflater !== undefined && this.#reader.isMessageCompressed && (head & 0x08) === 0) {
			if (!this.#inflate(this.#inflater, (head & headBit.fin) !== 0)) {
				return;
			}
		}
		this.#onFrame(record);
	}

	/** Puts the inflated payload in the record's place; false when the frame is not to be shown. */
	#inflate(inflater: Inflater, isLast: boolean): boolean {
		const record = this.#record;
		const room = this.#maxMessageBytes - this.#inflatedBytes;
		const result = inflater.push(record.bytes, record.start, record.end, isLast, room);
		if (result === 'tooBig') {
			// How much more there is, nobody knows who has not inflated it.
			this.#fail(messageTooBig(this.#maxMessageBytes + 1, this.#maxMessageBytes));
			return false;
		}
		if (result === 'corrupt') {
			record.flags |= frameFlag.invalid;
			this.#fail(undecodable);
			return true;
		}
		const { bytes, start, end } = inflater;
		record.bytes = bytes;
		record.start = start;
		record.end = end;
		this.#inflatedBytes = isLast ? 0 : this.#inflatedBytes + end - start;
		if (this.#reader.messageOpcode === opcode.text && !this.#utf8.push(bytes, start, end, isLast)) {
			record.flags |= frameFlag.invalid;
			this.#fail(invalidUtf8);
		}
		return true;
	}

	#fail(error: FrameError): void {
		this.error = error;
		this.#reader.stop();
	}
}
