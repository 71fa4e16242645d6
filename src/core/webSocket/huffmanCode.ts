/** RFC 1951 §3.2.7. */
const longestCodeBits = 15;
/** Codes up to this length are decoded with one look-up; longer ones are rare, since only rare symbols get them. */
const mostTableBits = 9;

/** By a code of 9 bits: the same bits in the other order. */
const reversed = new Uint16Array(1 << mostTableBits);
for (let code = 0; code < reversed.length; code++) {
	for (let bit = 0; bit < mostTableBits; bit++) {
		reversed[code]! |= ((code >> bit) & 1) << (mostTableBits - 1 - bit);
	}
}

/** Scratch of `build`, which runs to its end before anyone else comes. */
const offsets = new Uint16Array(longestCodeBits + 2);
const nextCodes = new Uint16Array(longestCodeBits + 2);

/**
 * A prefix code of RFC 1951 §3.2.2. It is built again in place for each block, since small messages spend more time on
 * their codes than on their bytes.
 */
export class HuffmanCode {
	/**
	 * By the next bits of the stream, masked with `mask`: the symbol times 16 plus its code's length; 0 where the code is
	 * longer than the table is deep, or there is none.
	 */
	readonly entries = new Uint16Array(1 << mostTableBits);
	mask = 0;

	/** How many codes have each length, and the symbols in the order of their codes. */
	readonly #counts = new Uint16Array(longestCodeBits + 1);
	readonly #symbols: Uint16Array;
	#longest = 0;

	constructor(mostSymbols: number) {
		this.#symbols = new Uint16Array(mostSymbols);
	}

	/**
	 * Builds the code whose lengths are `lengths[start … end)`, by symbol.
	 *
	 * False when the lengths make no code: more codes than fit, or fewer than fill it. Of the latter only a code of one
	 * single bit is allowed (RFC 1951 §3.2.7 on distances), and only where `mayBeSingle`; no codes at all are allowed, too.
	 */
	build(lengths: Uint8Array, start: number, end: number, mayBeSingle: boolean): boolean {
		const counts = this.#counts.fill(0);
		for (let at = start; at < end; at++) {
			counts[lengths[at]!]!++;
		}
		counts[0] = 0;
		// Handing out the places below moves these on; the others are written before they are read.
		offsets[1] = 0;
		nextCodes[1] = 0;
		let room = 1;
		let longest = 0;
		for (let bits = 1; bits <= longestCodeBits; bits++) {
			const count = counts[bits]!;
			room = room * 2 - count;
			if (room < 0) {
				return false;
			}
			if (count > 0) {
				longest = bits;
			}
			offsets[bits + 1] = offsets[bits]! + count;
			nextCodes[bits + 1] = (nextCodes[bits]! + count) << 1;
		}
		if (room > 0 && longest > 0 && !(mayBeSingle && longest === 1)) {
			return false;
		}
		// A shallow code gets a small table, which is quickly filled.
		const tableBits = Math.min(longest, mostTableBits);
		const places = 1 << tableBits;
		const { entries } = this;
		if (room > 0 || longest > tableBits) {
			entries.fill(0, 0, places);
		}
		for (let at = start; at < end; at++) {
			const bits = lengths[at]!;
			if (bits === 0) {
				continue;
			}
			this.#symbols[offsets[bits]!++] = at - start;
			const code = nextCodes[bits]!++;
			if (bits <= tableBits) {
				// Codes are packed with their first bit lowest, so every place that ends with the reversed code is theirs.
				const entry = ((at - start) << 4) | bits;
				for (let place = reversed[code << (mostTableBits - bits)]!; place < places; place += 1 << bits) {
					entries[place] = entry;
				}
			}
		}
		this.mask = places - 1;
		this.#longest = longest;
		return true;
	}

	/** The entry of a code that `entries` does not know, read from the low bits of `hold`; 0 when there is no such code. */
	decodeLong(hold: number): number {
		let code = 0;
		let first = 0;
		let index = 0;
		for (let bits = 1; bits <= this.#longest; bits++) {
			code |= (hold >> (bits - 1)) & 1;
			const count = this.#counts[bits]!;
			if (code - first < count) {
				return (this.#symbols[index + code - first]! << 4) | bits;
			}
			index += count;
			first = (first + count) << 1;
			code <<= 1;
		}
		return 0;
	}
}
