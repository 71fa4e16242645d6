import { ProblemError, problem } from '../problem';
import { ByteBuffer } from './byteBuffer';

/** What a parser found; it fills one such object again and again, so copy what is kept before returning. */
export interface EventStreamBlock {
	/**
	 * - `event`: was dispatched.
	 * - `comment`: one comment line, without its colon and a space after that.
	 * - `fields`: a block that dispatched nothing, since it has no `data`; its bytes are its lines as they came.
	 */
	kind: 'event' | 'comment' | 'fields';
	/** The event's data, or what `kind` says, is `bytes[start … end)`. */
	bytes: Uint8Array;
	start: number;
	end: number;
	/** The `event` field; '' where there is none, which a browser calls `message`. */
	name: string;
	/** The block's own `id` field, unless it was ignored. */
	id: string | undefined;
	/** The block's own `retry` field in milliseconds, unless it was ignored. */
	retryMs: number | undefined;
	/** Bytes of the stream that belong to this block: its lines, their ends, and blank lines and a BOM before it. */
	wireBytes: number;
}

export interface EventStreamParserOptions {
	/** Longest event data or line taken; `messageTooBig` beyond it. */
	readonly maxBytes: number;
	/** Text of UTF-8 bytes; a platform's own is faster than `TextDecoder` for the few bytes of a name. */
	readonly decode?: (bytes: Uint8Array, start: number, end: number) => string;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/** The longest that stands before data on its line: `data: `. */
const dataPrefixBytes = 6;

/**
 * Reads an event stream byte by byte as WHATWG HTML §9.2.6 says, wherever it is cut. Pure: bytes in, blocks out.
 *
 * A line that ends in CR at the end of a piece is taken at once, and a LF at the next piece's start is then part of its
 * end. An event that lies in one piece and has one line of data is handed on without a copy.
 */
export class EventStreamParser {
	/** The last event ID string: that of the last block that ended, whether or not it dispatched an event. */
	lastEventId = '';
	/** The reconnection time that the stream set last, in milliseconds. It counts from its line on. */
	retryMs: number | undefined;

	readonly #block: EventStreamBlock = {
		kind: 'event',
		bytes: new Uint8Array(0),
		start: 0,
		end: 0,
		name: '',
		id: undefined,
		retryMs: undefined,
		wireBytes: 0,
	};
	readonly #maxBytes: number;
	readonly #decode: (bytes: Uint8Array, start: number, end: number) => string;
	/** Bytes of a byte order mark matched so far; 3 when the stream's start is over. */
	#markBytes = 0;
	#swallowLineFeed = false;
	/** A line's start, from pieces before. */
	readonly #line = new ByteBuffer();

	// The block in progress.
	#name = '';
	#id: string | undefined;
	#retryMs: number | undefined;
	/** It has a line that is no comment. */
	#hasFields = false;
	#dataLines = 0;
	/** Its only data line, or undefined where `#data` has the data. */
	#dataBytes: Uint8Array | undefined;
	#dataStart = 0;
	#dataEnd = 0;
	readonly #data = new ByteBuffer();
	/** Its lines from pieces before, until it has data; kept to show a block that dispatches nothing. */
	readonly #raw = new ByteBuffer();
	/** Where it begins in the current piece. */
	#rawStart = 0;
	#wireBytes = 0;

	/** The last name's bytes, since one name often comes again and again. */
	#nameBytes = new Uint8Array(0);
	#nameText = '';

	constructor(
		options: EventStreamParserOptions,
		private readonly found: (block: EventStreamBlock) => void,
	) {
		this.#maxBytes = options.maxBytes;
		this.#decode = options.decode ?? decodeText;
	}

	/** Bytes of the block that has begun and not ended; 0 between blocks. */
	get pendingBytes(): number {
		return this.#hasFields || this.#line.length > 0 ? this.#wireBytes + this.#line.length : 0;
	}

	/** Forgets an unfinished block and expects a new stream's start; the last event ID and `retryMs` stay. */
	reset(): void {
		this.#markBytes = 0;
		this.#swallowLineFeed = false;
		this.#line.clear();
		this.#wireBytes = 0;
		this.#endBlock();
	}

	/**
	 * Reads the stream's next piece and reports each block as it ends. Throws a `ProblemError` with `messageTooBig` at a
	 * line or event beyond the limit; after it, `reset` is needed.
	 */
	feed(piece: Uint8Array): void {
		const end = piece.length;
		let at = this.#markBytes < 3 ? this.#skipMark(piece) : 0;
		if (this.#swallowLineFeed && at < end) {
			this.#swallowLineFeed = false;
			if (piece[at] === LF) {
				at++;
				this.#wireBytes++;
			}
		}
		this.#rawStart = at;
		let nextReturn = at < end ? piece.indexOf(CR, at) : -1;
		while (at < end) {
			if (nextReturn !== -1 && nextReturn < at) {
				nextReturn = piece.indexOf(CR, at);
			}
			let lineEnd = piece.indexOf(LF, at);
			if (nextReturn !== -1 && (lineEnd === -1 || nextReturn < lineEnd)) {
				lineEnd = nextReturn;
			}
			if (lineEnd === -1) {
				break;
			}
			let next = lineEnd + 1;
			if (lineEnd === nextReturn) {
				if (next === end) {
					this.#swallowLineFeed = true;
				} else if (piece[next] === LF) {
					next++;
				}
			}
			this.#endLine(piece, at, lineEnd, next);
			at = next;
		}
		this.#keepRest(piece, at, end);
	}

	/** Passes a byte order mark at the stream's start ("UTF-8 decode" of §9.2.6); returns where the lines begin. */
	#skipMark(piece: Uint8Array): number {
		for (let at = 0; at < piece.length; at++) {
			if (piece[at] !== byteOrderMark[this.#markBytes]) {
				// What began like a mark and was none is the first line's start.
				for (let matched = 0; matched < this.#markBytes; matched++) {
					this.#line.push(byteOrderMark[matched]!);
				}
				this.#markBytes = 3;
				return at;
			}
			if (++this.#markBytes === 3) {
				this.#wireBytes += 3;
				return at + 1;
			}
		}
		return piece.length;
	}

	#endLine(piece: Uint8Array, start: number, lineEnd: number, next: number): void {
		if (this.#line.length === 0) {
			this.#wireBytes += next - start;
			this.#readLine(piece, start, lineEnd, piece, next, next - start);
			return;
		}
		const line = this.#line;
		line.append(piece, start, lineEnd);
		const lineWireBytes = line.length + (next - lineEnd);
		this.#wireBytes += lineWireBytes;
		this.#readLine(line.bytes, 0, line.length, piece, next, lineWireBytes);
		if (this.#dataLines === 0 && this.#hasFields) {
			this.#keepRaw(line.bytes, 0, line.length);
			this.#keepRaw(piece, lineEnd, next);
		}
		this.#rawStart = next;
		if (this.#dataBytes !== line.bytes) {
			line.clear();
		} else {
			// The line's bytes are the event's data until it is dispatched or the piece ends.
			line.length = 0;
		}
	}

	/** Reads the line `bytes[start … end)`, which with its end took `wireBytes`; `piece[… next)` has been read. */
	#readLine(bytes: Uint8Array, start: number, end: number, piece: Uint8Array, next: number, wireBytes: number): void {
		if (start === end) {
			this.#dispatch(piece, next);
			return;
		}
		const first = bytes[start]!;
		// "data" and "event" first: they are what streams are made of.
		if (first === 0x64 && isField(bytes, start, end, dataField)) {
			this.#hasFields = true;
			this.#takeData(bytes, valueStart(bytes, start + 4, end), end);
			return;
		}
		if (end - start > this.#maxBytes + dataPrefixBytes) {
			throw this.#tooBig(end - start);
		}
		if (first === COLON) {
			this.#comment(bytes, start, end, next, wireBytes);
			return;
		}
		this.#hasFields = true;
		if (first === 0x65 && isField(bytes, start, end, eventField)) {
			this.#name = this.#readName(bytes, valueStart(bytes, start + 5, end), end);
		} else if (first === 0x69 && isField(bytes, start, end, idField)) {
			const from = valueStart(bytes, start + 2, end);
			if (!hasNull(bytes, from, end)) {
				this.#id = this.#decode(bytes, from, end);
			}
		} else if (first === 0x72 && isField(bytes, start, end, retryField)) {
			const milliseconds = readDigits(bytes, valueStart(bytes, start + 5, end), end);
			if (milliseconds !== undefined) {
				this.#retryMs = milliseconds;
				this.retryMs = milliseconds;
			}
		}
	}

	#takeData(bytes: Uint8Array, start: number, end: number): void {
		if (this.#dataLines === 0) {
			this.#dataBytes = bytes;
			this.#dataStart = start;
			this.#dataEnd = end;
			this.#checkData(end - start);
		} else {
			this.#copyData();
			this.#data.push(LF);
			this.#data.append(bytes, start, end);
			this.#checkData(this.#data.length);
		}
		this.#dataLines++;
	}

	/** Moves a data line that is still where it came in to a place of its own. */
	#copyData(): void {
		if (this.#dataBytes !== undefined) {
			this.#data.append(this.#dataBytes, this.#dataStart, this.#dataEnd);
			this.#dataBytes = undefined;
		}
	}

	#checkData(sizeBytes: number): void {
		if (sizeBytes > this.#maxBytes) {
			throw this.#tooBig(sizeBytes);
		}
	}

	#tooBig(sizeBytes: number): ProblemError {
		return new ProblemError(problem('messageTooBig', { sizeBytes, maxBytes: this.#maxBytes }));
	}

	#readName(bytes: Uint8Array, start: number, end: number): string {
		const known = this.#nameBytes;
		const length = end - start;
		if (length === known.length) {
			let at = 0;
			while (at < length && bytes[start + at] === known[at]) {
				at++;
			}
			if (at === length) {
				return this.#nameText;
			}
		}
		this.#nameBytes = bytes.slice(start, end);
		this.#nameText = this.#decode(bytes, start, end);
		return this.#nameText;
	}

	#comment(bytes: Uint8Array, start: number, end: number, next: number, lineWireBytes: number): void {
		const block = this.#block;
		// Within a block its bytes are its own, and the block's stay with the block.
		block.wireBytes = this.#hasFields ? lineWireBytes : this.#wireBytes;
		this.#wireBytes -= block.wireBytes;
		block.kind = 'comment';
		block.bytes = bytes;
		block.start = valueStart(bytes, start, end);
		block.end = end;
		block.name = '';
		block.id = undefined;
		block.retryMs = undefined;
		if (!this.#hasFields) {
			this.#rawStart = next;
		}
		this.found(block);
	}

	/** The steps of §9.2.6 for a blank line. */
	#dispatch(piece: Uint8Array, next: number): void {
		if (!this.#hasFields) {
			this.#rawStart = next;
			return;
		}
		const block = this.#block;
		block.name = this.#name;
		block.id = this.#id;
		block.retryMs = this.#retryMs;
		block.wireBytes = this.#wireBytes;
		if (this.#dataLines === 0) {
			block.kind = 'fields';
			this.#showRaw(piece, next);
		} else {
			block.kind = 'event';
			if (this.#dataBytes !== undefined) {
				block.bytes = this.#dataBytes;
				block.start = this.#dataStart;
				block.end = this.#dataEnd;
			} else {
				block.bytes = this.#data.bytes;
				block.start = 0;
				block.end = this.#data.length;
			}
		}
		if (this.#id !== undefined) {
			this.lastEventId = this.#id;
		}
		this.#wireBytes = 0;
		this.found(block);
		this.#endBlock();
		this.#rawStart = next;
	}

	#endBlock(): void {
		this.#name = '';
		this.#id = undefined;
		this.#retryMs = undefined;
		this.#hasFields = false;
		this.#dataLines = 0;
		this.#dataBytes = undefined;
		if (this.#data.length > 0) {
			this.#data.clear();
		}
		if (this.#raw.length > 0) {
			this.#raw.clear();
		}
	}

	/** The block's lines as they came, without the end of the last one. */
	#showRaw(piece: Uint8Array, next: number): void {
		const block = this.#block;
		block.bytes = piece;
		block.start = this.#rawStart;
		block.end = next;
		if (this.#raw.length > 0) {
			this.#keepRaw(piece, this.#rawStart, next);
			block.bytes = this.#raw.bytes;
			block.start = 0;
			block.end = this.#raw.length;
		}
		while (block.end > block.start && isLineEnd(block.bytes[block.end - 1]!)) {
			block.end--;
		}
		block.end = Math.min(block.end, block.start + this.#maxBytes);
	}

	/** Keeps no more of a block without data than would be shown of it. */
	#keepRaw(bytes: Uint8Array, start: number, end: number): void {
		const room = this.#maxBytes + 2 - this.#raw.length;
		if (room > 0) {
			this.#raw.append(bytes, start, Math.min(end, start + room));
		}
	}

	/** Copies what the next piece will need: the piece's memory is its owner's again after `feed`. */
	#keepRest(piece: Uint8Array, at: number, end: number): void {
		if (this.#hasFields) {
			this.#copyData();
			if (this.#dataLines === 0) {
				this.#keepRaw(piece, this.#rawStart, at);
			}
		}
		if (at < end) {
			if (this.#line.length + (end - at) > this.#maxBytes + dataPrefixBytes) {
				throw this.#tooBig(this.#line.length + (end - at));
			}
			this.#line.append(piece, at, end);
		} else if (this.#line.length === 0) {
			this.#line.clear();
		}
	}
}

const dataField = [0x64, 0x61, 0x74, 0x61] as const;
const eventField = [0x65, 0x76, 0x65, 0x6e, 0x74] as const;
const idField = [0x69, 0x64] as const;
const retryField = [0x72, 0x65, 0x74, 0x72, 0x79] as const;

/** Whether the line is the field of that name, with a colon or alone. */
function isField(bytes: Uint8Array, start: number, end: number, name: readonly number[]): boolean {
	const nameEnd = start + name.length;
	if (nameEnd > end || (nameEnd < end && bytes[nameEnd] !== COLON)) {
		return false;
	}
	for (let at = 1; at < name.length; at++) {
		if (bytes[start + at] !== name[at]) {
			return false;
		}
	}
	return true;
}

/** Where a field's value begins: after its colon and one space. A line without a colon has an empty value. */
function valueStart(bytes: Uint8Array, colon: number, end: number): number {
	if (colon >= end) {
		return end;
	}
	return colon + 1 < end && bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
}

function hasNull(bytes: Uint8Array, start: number, end: number): boolean {
	for (let at = start; at < end; at++) {
		if (bytes[at] === 0) {
			return true;
		}
	}
	return false;
}

/** ASCII digits as an integer in base ten; undefined for anything else, and for nothing. */
function readDigits(bytes: Uint8Array, start: number, end: number): number | undefined {
	let value = 0;
	for (let at = start; at < end; at++) {
		const digit = bytes[at]! - 48;
		if (digit < 0 || digit > 9) {
			return undefined;
		}
		value = value * 10 + digit;
	}
	return start === end ? undefined : value;
}

function isLineEnd(byte: number): boolean {
	return byte === LF || byte === CR;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function decodeText(bytes: Uint8Array, start: number, end: number): string {
	return decoder.decode(bytes.subarray(start, end));
}
