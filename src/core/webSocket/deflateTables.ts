import { HuffmanCode } from './huffmanCode';

/** How many bits of the stream are added to a length, by symbol from 257 on (RFC 1951 §3.2.5). */
export const lengthExtraBits = Uint8Array.from({ length: 29 }, (_, at) => (at < 8 || at === 28 ? 0 : (at >> 2) - 1));
/** The least length of each symbol. */
export const lengthBases = basesOf(lengthExtraBits, 3);
// The longest match has a symbol of its own.
lengthBases[28] = 258;
/** The same of distances, by symbol. */
export const distanceExtraBits = Uint8Array.from({ length: 30 }, (_, at) => (at < 4 ? 0 : (at >> 1) - 1));
export const distanceBases = basesOf(distanceExtraBits, 1);
/** The order in which a block's header tells the lengths of its code lengths' codes (RFC 1951 §3.2.7). */
export const codeLengthOrder = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);

/** The codes of blocks that bring none (RFC 1951 §3.2.6). */
export const fixedLiterals = new HuffmanCode(288);
fixedLiterals.build(
	new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280),
	0,
	288,
	false,
);
export const fixedDistances = new HuffmanCode(32);
fixedDistances.build(new Uint8Array(32).fill(5), 0, 32, false);

/** Each symbol's least value: where the range of the one before ends. */
function basesOf(extraBits: Uint8Array, least: number): Uint16Array {
	const bases = new Uint16Array(extraBits.length);
	let base = least;
	for (let at = 0; at < bases.length; at++) {
		bases[at] = base;
		base += 1 << extraBits[at]!;
	}
	return bases;
}
