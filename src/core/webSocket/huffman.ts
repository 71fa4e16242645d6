/** Codes up to this length are decoded with one look-up; longer ones are rare, since only rare symbols get them. */
const primaryBits = 9;
/** Masks a bit buffer to a place in `HuffmanTable.entries`. */
export const primaryMask = (1 << primaryBits) - 1;
/** RFC 1951 §3.2.7. */
const longestCodeBits = 15;

/** A prefix code of RFC 1951 §3.2.2, ready for decoding. */
export interface HuffmanTable {
	/** By the next bits of the stream: the symbol times 16 plus its code's length; 0 where the code is longer or unknown. */
	readonly entries: Uint16Array;
	/** How many codes have each length, and the symbols in the order of their codes. */
	readonly counts: Uint16Array;
	readonly symbols: Uint16Array;
}

/**
 * Builds the code whose lengths are `lengths[start … end)`, by symbol.
 *
 * Undefined when the lengths make no code: more codes than fit, or fewer than fill it. Of the latter only a code of one
 * single bit is allowed (RFC 1951 §3.2.7 on distances), and only where `mayBeSingle`; no codes at all are allowed, too.
 */
export function buildHuffmanTable(
	lengths: Uint8Array,
	start: number,
	end: number,
	mayBeSingle: boolean,
): HuffmanTable | undefined {
	const counts = new Uint16Array(longestCodeBits + 1);
	for (let at = start; at < end; at++) {
		counts[lengths[at]!]!++;
	}
	counts[0] = 0;
	const offsets = new Uint16Array(longestCodeBits + 2);
	const nextCodes = new Uint16Array(longestCodeBits + 2);
	let room = 1;
	let longest = 0;
	for (let bits = 1; bits <= longestCodeBits; bits++) {
		const count = counts[bits]!;
		room = room * 2 - count;
		if (room < 0) {
			return undefined;
		}
		if (count > 0) {
			longest = bits;
		}
		offsets[bits + 1] = offsets[bits]! + count;
		nextCodes[bits + 1] = (nextCodes[bits]! + count) << 1;
	}
	if (room > 0 && longest > 0 && !(mayBeSingle && longest === 1)) {
		return undefined;
	}
	const symbols = new Uint16Array(end - start);
	const entries = new Uint16Array(primaryMask + 1);
	for (let at = start; at < end; at++) {
		const bits = lengths[at]!;
		if (bits === 0) {
			continue;
		}
		const symbol = at - start;
		symbols[offsets[bits]!++] = symbol;
		const code = nextCodes[bits]!++;
		if (bits <= primaryBits) {
			// Codes are packed with their first bit lowest, so every place that ends with the reversed code is theirs.
			for (let place = reverse(code, bits); place <= primaryMask; place += 1 << bits) {
				entries[place] = (symbol << 4) | bits;
			}
		}
	}
	return { entries, counts, symbols };
}

/** The entry of a code that `entries` does not know, read from the low bits of `hold`; 0 when there is no such code. */
export function decodeLongCode(table: HuffmanTable, hold: number): number {
	const { counts, symbols } = table;
	let code = 0;
	let first = 0;
	let index = 0;
	for (let bits = 1; bits <= longestCodeBits; bits++) {
		code |= (hold >> (bits - 1)) & 1;
		const count = counts[bits]!;
		if (code - first < count) {
			return (symbols[index + code - first]! << 4) | bits;
		}
		index += count;
		first = (first + count) << 1;
		code <<= 1;
	}
	return 0;
}

function reverse(code: number, bits: number): number {
	let reversed = 0;
	for (let i = 0; i < bits; i++) {
		reversed = (reversed << 1) | ((code >> i) & 1);
	}
	return reversed;
}
