import {
	codeLengthOrder,
	distanceBases,
	distanceExtraBits,
	fixedDistances,
	fixedLiterals,
	lengthBases,
	lengthExtraBits,
} from './deflateTables';
import { HuffmanCode } from './huffmanCode';

export interface InflaterOptions {
	/** `server_no_context_takeover` (RFC 7692 §7.1.1.1): each message starts with an empty window. */
	readonly noContextTakeover?: boolean;
	/** `server_max_window_bits` (RFC 7692 §7.1.2.1), 8 to 15: how far back a match may reach. */
	readonly windowBits?: number;
}

const largestWindowBytes = 32_768;
const firstOutputBytes = 131_072;
/** A larger output buffer is not kept once its message is over. */
const keptOutputBytes = 1_048_576;
const emptyBytes = new Uint8Array(0);
/** What `#decode` gives where there is no symbol. */
const starvedSymbol = -1;
const corruptSymbol = -2;

/** Scratch of a block's header: the code of its code lengths, and these. */
const codeLengths = new Uint8Array(19);
const codeLengthCode = new HuffmanCode(19);
const lengths = new Uint8Array(286 + 30);

type State = 'blockHeader' | 'storedLength' | 'storedBytes' | 'symbols';
/** A step's outcome: it is done, it needs bytes that have not come, or it found an error. */
type Step = 'done' | 'starved' | 'tooBig' | 'corrupt';

/**
 * Inflates the messages of a permessage-deflate connection (RFC 7692, RFC 1951) synchronously, fragment by fragment.
 *
 * Node's zlib does such work only in its thread pool, with a round trip of some 100 µs a message, so that small messages
 * would queue behind one another and every later frame behind them. Here each fragment's bytes are there when `push`
 * returns, within the socket's callback, and what one fragment holds is known exactly.
 *
 * A fragment may end anywhere, also within a symbol: what can't be decoded yet is kept for the next one. Output is never
 * longer than the limit that `push` is given, whatever the input claims.
 */
export class Inflater {
	/** The last fragment's inflated bytes are `bytes[start … end)`; valid until the next `push`. */
	bytes: Uint8Array = emptyBytes;
	start = 0;
	end = 0;

	readonly #noContextTakeover: boolean;
	readonly #windowBytes: number;

	/** Where the window begins in `bytes`; nothing before it can be referred to. */
	#historyStart = 0;
	#limit = 0;

	#state: State = 'blockHeader';
	#isFinalBlock = false;
	#storedBytes = 0;
	#literals = fixedLiterals;
	#distances = fixedDistances;
	readonly #ownLiterals = new HuffmanCode(286);
	readonly #ownDistances = new HuffmanCode(30);

	#input: Uint8Array = emptyBytes;
	#inputAt = 0;
	#inputEnd = 0;
	#hold = 0;
	#holdBits = 0;
	/** Input that a fragment's end left undecodable. */
	#left: Uint8Array = emptyBytes;

	constructor(options: InflaterOptions = {}) {
		this.#noContextTakeover = options.noContextTakeover ?? false;
		// zlib takes 9 bits where 8 were agreed, and so does most of the world.
		this.#windowBytes = 1 << Math.max(9, options.windowBits ?? 15);
	}

	/**
	 * Inflates a fragment's payload; `isLast` closes its message. `maxBytes` is what the fragment may inflate to: beyond
	 * that the result is `tooBig`, and after anything but `ok` the inflater is of no more use.
	 */
	push(input: Uint8Array, start: number, end: number, isLast: boolean, maxBytes: number): 'ok' | 'tooBig' | 'corrupt' {
		this.#makeRoom();
		this.start = this.end;
		this.#limit = this.end + maxBytes;
		const step = this.#run(input, start, end);
		if (step !== 'starved') {
			return step;
		}
		return isLast && !this.#closeMessage() ? 'corrupt' : 'ok';
	}

	/** Checks that the message is complete, and makes ready for the next one. */
	#closeMessage(): boolean {
		if (this.#left.length > 0 || this.#holdBits > 0) {
			return false;
		}
		// The usual end: an empty block whose length and complement, 00 00 FF FF, the sender took off (RFC 7692 §7.2.1).
		// Ending between two blocks is as good: so does a message whose last block says that it is (§7.2.3.4).
		if (this.#state !== 'storedLength' && this.#state !== 'blockHeader') {
			return false;
		}
		this.#state = 'blockHeader';
		if (this.#noContextTakeover) {
			this.#historyStart = this.end;
		}
		return true;
	}

	/** Decodes until the input is used up (`starved`) or an error shows. */
	#run(input: Uint8Array, start: number, end: number): 'starved' | 'tooBig' | 'corrupt' {
		if (this.#left.length > 0) {
			const joined = new Uint8Array(this.#left.length + end - start);
			joined.set(this.#left);
			joined.set(input.subarray(start, end), this.#left.length);
			this.#left = emptyBytes;
			this.#input = joined;
			this.#inputAt = 0;
			this.#inputEnd = joined.length;
		} else {
			this.#input = input;
			this.#inputAt = start;
			this.#inputEnd = end;
		}
		let step: Step;
		do {
			step = this.#step();
		} while (step === 'done');
		// Only the rest of a begun byte stays in `hold`, so that what goes back to the input always came from it.
		this.#inputAt -= this.#holdBits >> 3;
		this.#holdBits &= 7;
		this.#hold &= (1 << this.#holdBits) - 1;
		if (this.#inputAt < this.#inputEnd) {
			this.#left = this.#input.slice(this.#inputAt, this.#inputEnd);
		}
		this.#input = emptyBytes;
		return step;
	}

	#step(): Step {
		switch (this.#state) {
			case 'blockHeader': {
				// A starved header is read again from its start, when more has come.
				const inputAt = this.#inputAt;
				const hold = this.#hold;
				const holdBits = this.#holdBits;
				const step = this.#readBlockHeader();
				if (step === 'starved') {
					this.#inputAt = inputAt;
					this.#hold = hold;
					this.#holdBits = holdBits;
				}
				return step;
			}
			case 'storedLength':
				return this.#readStoredLength();
			case 'storedBytes':
				return this.#copyStored();
			case 'symbols':
				return this.#readSymbols();
		}
	}

	/** RFC 1951 §3.2.3. */
	#readBlockHeader(): Step {
		if (!this.#need(3)) {
			return 'starved';
		}
		const isFinal = this.#take(1) === 1;
		const type = this.#take(2);
		if (type === 0) {
			this.#state = 'storedLength';
			this.#alignToByte();
		} else if (type === 1) {
			this.#literals = fixedLiterals;
			this.#distances = fixedDistances;
			this.#state = 'symbols';
		} else if (type === 2) {
			const step = this.#readTables();
			if (step !== 'done') {
				return step;
			}
			this.#state = 'symbols';
		} else {
			return 'corrupt';
		}
		this.#isFinalBlock = isFinal;
		return 'done';
	}

	/** Code lengths of a block with its own Huffman codes (RFC 1951 §3.2.7). */
	#readTables(): Step {
		if (!this.#need(14)) {
			return 'starved';
		}
		const literalCount = this.#take(5) + 257;
		const distanceCount = this.#take(5) + 1;
		const codeLengthCount = this.#take(4) + 4;
		if (literalCount > 286 || distanceCount > 30) {
			return 'corrupt';
		}
		const total = literalCount + distanceCount;
		codeLengths.fill(0);
		for (let i = 0; i < codeLengthCount; i++) {
			if (!this.#need(3)) {
				return 'starved';
			}
			codeLengths[codeLengthOrder[i]!] = this.#take(3);
		}
		if (!codeLengthCode.build(codeLengths, 0, 19, false)) {
			return 'corrupt';
		}
		for (let i = 0; i < total; ) {
			const symbol = this.#decode(codeLengthCode);
			if (symbol < 0) {
				return symbol === starvedSymbol ? 'starved' : 'corrupt';
			}
			if (symbol < 16) {
				lengths[i++] = symbol;
				continue;
			}
			const extraBits = symbol === 16 ? 2 : symbol === 17 ? 3 : 7;
			if (!this.#need(extraBits)) {
				return 'starved';
			}
			const repeats = this.#take(extraBits) + (symbol === 18 ? 11 : 3);
			if (i + repeats > total || (symbol === 16 && i === 0)) {
				return 'corrupt';
			}
			lengths.fill(symbol === 16 ? lengths[i - 1]! : 0, i, i + repeats);
			i += repeats;
		}
		if (
			lengths[256] === 0 ||
			!this.#ownLiterals.build(lengths, 0, literalCount, true) ||
			!this.#ownDistances.build(lengths, literalCount, total, true)
		) {
			return 'corrupt';
		}
		this.#literals = this.#ownLiterals;
		this.#distances = this.#ownDistances;
		return 'done';
	}

	/** RFC 1951 §3.2.4. */
	#readStoredLength(): Step {
		if (this.#inputEnd - this.#inputAt < 4) {
			return 'starved';
		}
		const input = this.#input;
		const inputAt = this.#inputAt;
		const length = input[inputAt]! | (input[inputAt + 1]! << 8);
		const complement = input[inputAt + 2]! | (input[inputAt + 3]! << 8);
		if (length !== (complement ^ 0xffff)) {
			return 'corrupt';
		}
		this.#inputAt += 4;
		this.#storedBytes = length;
		this.#state = 'storedBytes';
		return 'done';
	}

	#copyStored(): Step {
		const count = Math.min(this.#storedBytes, this.#inputEnd - this.#inputAt);
		if (this.end + count > this.#limit) {
			return 'tooBig';
		}
		this.#reserve(count).set(this.#input.subarray(this.#inputAt, this.#inputAt + count), this.end);
		this.end += count;
		this.#inputAt += count;
		this.#storedBytes -= count;
		if (this.#storedBytes > 0) {
			return 'starved';
		}
		this.#endBlock();
		return 'done';
	}

	#endBlock(): void {
		this.#state = 'blockHeader';
		if (this.#isFinalBlock) {
			// What follows a block marked as the last one begins at a whole byte (RFC 7692 §7.2.3.4).
			this.#alignToByte();
		}
	}

	/** RFC 1951 §3.2.3 and §3.2.5. What it works on lives in locals: this is where the time goes. */
	#readSymbols(): Step {
		const input = this.#input;
		const inputEnd = this.#inputEnd;
		const literals = this.#literals;
		const distances = this.#distances;
		const limit = this.#limit;
		const historyStart = this.#historyStart;
		const windowBytes = this.#windowBytes;
		const literalEntries = literals.entries;
		const literalMask = literals.mask;
		const distanceEntries = distances.entries;
		const distanceMask = distances.mask;
		let inputAt = this.#inputAt;
		let hold = this.#hold;
		let holdBits = this.#holdBits;
		let { bytes, end } = this;
		// Where to go back to when the input ends within a symbol.
		let symbolAt = inputAt;
		let symbolHold = hold;
		let symbolBits = holdBits;
		let step: Step = 'starved';
		for (;;) {
			symbolAt = inputAt;
			symbolHold = hold;
			symbolBits = holdBits;
			// At most 31 bits, so that `hold` is always a small positive integer.
			while (holdBits < 24 && inputAt < inputEnd) {
				hold |= input[inputAt++]! << holdBits;
				holdBits += 8;
			}
			let entry = literalEntries[hold & literalMask]!;
			if (entry === 0) {
				entry = literals.decodeLong(hold);
			}
			let bits = entry & 15;
			if (bits === 0 && holdBits >= 15) {
				step = 'corrupt';
				break;
			}
			if (bits === 0 || bits > holdBits) {
				break;
			}
			hold >>= bits;
			holdBits -= bits;
			const symbol = entry >> 4;
			if (symbol < 256) {
				if (end >= limit) {
					step = 'tooBig';
					break;
				}
				if (end === bytes.length) {
					this.end = end;
					bytes = this.#reserve(1);
				}
				bytes[end++] = symbol;
				continue;
			}
			if (symbol === 256) {
				step = 'done';
				break;
			}
			if (symbol > 285) {
				step = 'corrupt';
				break;
			}
			while (holdBits < 24 && inputAt < inputEnd) {
				hold |= input[inputAt++]! << holdBits;
				holdBits += 8;
			}
			bits = lengthExtraBits[symbol - 257]!;
			if (bits > holdBits) {
				break;
			}
			const length = lengthBases[symbol - 257]! + (hold & ((1 << bits) - 1));
			hold >>= bits;
			holdBits -= bits;
			entry = distanceEntries[hold & distanceMask]!;
			if (entry === 0) {
				entry = distances.decodeLong(hold);
			}
			bits = entry & 15;
			if (bits === 0 && holdBits >= 15) {
				step = 'corrupt';
				break;
			}
			if (bits === 0 || bits > holdBits) {
				break;
			}
			hold >>= bits;
			holdBits -= bits;
			const distanceSymbol = entry >> 4;
			if (distanceSymbol > 29) {
				step = 'corrupt';
				break;
			}
			while (holdBits < 24 && inputAt < inputEnd) {
				hold |= input[inputAt++]! << holdBits;
				holdBits += 8;
			}
			bits = distanceExtraBits[distanceSymbol]!;
			if (bits > holdBits) {
				break;
			}
			const distance = distanceBases[distanceSymbol]! + (hold & ((1 << bits) - 1));
			hold >>= bits;
			holdBits -= bits;
			if (distance > windowBytes || distance > end - historyStart) {
				step = 'corrupt';
				break;
			}
			if (end + length > limit) {
				step = 'tooBig';
				break;
			}
			if (end + length > bytes.length) {
				this.end = end;
				bytes = this.#reserve(length);
			}
			// A match may overlap what it writes (RFC 1951 §3.2.3), so it is copied byte by byte.
			for (let from = end - distance, to = end + length; end < to; ) {
				bytes[end++] = bytes[from++]!;
			}
		}
		if (step === 'starved') {
			inputAt = symbolAt;
			hold = symbolHold;
			holdBits = symbolBits;
		}
		this.#inputAt = inputAt;
		this.#hold = hold;
		this.#holdBits = holdBits;
		this.end = end;
		if (step === 'done') {
			this.#endBlock();
		}
		return step;
	}

	/** A symbol, or `starvedSymbol` or `corruptSymbol`. */
	#decode(code: HuffmanCode): number {
		this.#need(15);
		let entry = code.entries[this.#hold & code.mask]!;
		if (entry === 0) {
			entry = code.decodeLong(this.#hold);
		}
		const bits = entry & 15;
		if (bits > this.#holdBits || (bits === 0 && this.#holdBits < 15)) {
			return starvedSymbol;
		}
		if (bits === 0) {
			return corruptSymbol;
		}
		this.#take(bits);
		return entry >> 4;
	}

	/** Fetches up to `bits` (at most 24); false when the input has not so many. */
	#need(bits: number): boolean {
		while (this.#holdBits < bits && this.#inputAt < this.#inputEnd) {
			this.#hold |= this.#input[this.#inputAt++]! << this.#holdBits;
			this.#holdBits += 8;
		}
		return this.#holdBits >= bits;
	}

	#take(bits: number): number {
		const value = this.#hold & ((1 << bits) - 1);
		this.#hold >>= bits;
		this.#holdBits -= bits;
		return value;
	}

	/** Drops the rest of the byte; whole bytes fetched ahead go back. */
	#alignToByte(): void {
		this.#inputAt -= this.#holdBits >> 3;
		this.#hold = 0;
		this.#holdBits = 0;
	}

	/** Makes `bytes` hold `count` more; the window and what this fragment gave so far stay where they are. */
	#reserve(count: number): Uint8Array {
		const needed = this.end + count;
		if (needed > this.bytes.length) {
			const larger = new Uint8Array(Math.max(needed, Math.min(this.#limit, this.bytes.length * 2)));
			larger.set(this.bytes.subarray(0, this.end));
			this.bytes = larger;
		}
		return this.bytes;
	}

	/** Before a fragment: moves the window to the front where little room is left, and lets a huge buffer go. */
	#makeRoom(): void {
		const { bytes, end } = this;
		if (bytes.length - end >= largestWindowBytes && bytes.length <= keptOutputBytes) {
			return;
		}
		const windowStart = Math.max(this.#historyStart, end - largestWindowBytes);
		if (bytes.length === 0 || bytes.length > keptOutputBytes) {
			this.bytes = new Uint8Array(firstOutputBytes);
			this.bytes.set(bytes.subarray(windowStart, end));
		} else {
			bytes.copyWithin(0, windowStart, end);
		}
		this.#historyStart = 0;
		this.end = end - windowStart;
	}
}
