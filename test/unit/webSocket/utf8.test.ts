import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { Utf8Validator } from '../../../src/core/webSocket/utf8';
import { Random } from './random';

/** The bytes at which UTF-8's rules change. */
const edges = [
	...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef],
	...[0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
];

describe('UTF-8 validator', () => {
	it("agrees with the platform's on every short sequence of edge bytes, in one piece and byte by byte", () => {
		const bytes = Buffer.alloc(4);
		const check = (length: number): void => {
			const text = bytes.subarray(0, length);
			const expected = isUtf8(text);
			assert.equal(new Utf8Validator().push(text, 0, length, true), expected, text.toString('hex'));
			const validator = new Utf8Validator();
			let valid = true;
			for (let at = 0; at < length && valid; at++) {
				valid = validator.push(text, at, at + 1, at === length - 1);
			}
			assert.equal(valid, expected, `${text.toString('hex')} byte by byte`);
		};
		for (const first of edges) {
			bytes[0] = first;
			check(1);
			for (const second of edges) {
				bytes[1] = second;
				check(2);
				for (const third of edges) {
					bytes[2] = third;
					check(3);
					for (const fourth of [0x41, 0x7f, 0x80, 0xbf, 0xc2]) {
						bytes[3] = fourth;
						check(4);
					}
				}
			}
		}
	}).timeout(10_000);

	it("agrees with the platform's on random texts, some damaged, in random pieces at random places of a buffer", () => {
		const words = ['plain', 'x'.repeat(37), 'é', '字', '🦊', ' '];
		let invalid = 0;
		for (let seed = 1; seed <= 3000; seed++) {
			const random = new Random(seed);
			let text = '';
			for (let i = random.below(20); i > 0; i--) {
				text += random.pick(words);
			}
			const bytes = Buffer.from(text);
			if (bytes.length > 0 && random.chance(0.5)) {
				bytes[random.below(bytes.length)] = random.pick(edges);
			}
			const expected = isUtf8(bytes);
			invalid += expected ? 0 : 1;
			const start = random.below(9);
			const padded = Buffer.concat([Buffer.alloc(start, 0xff), bytes, Buffer.alloc(9, 0xff)]);
			const validator = new Utf8Validator(random.chance(0.5) ? isUtf8 : undefined);
			let at = 0;
			let valid = true;
			do {
				const next = Math.min(bytes.length, at + 1 + random.below(80));
				valid = validator.push(padded, start + at, start + next, next === bytes.length);
				at = next;
			} while (valid && at < bytes.length);
			assert.equal(valid, expected, `seed ${seed}`);
		}
		assert.ok(invalid > 300, `${invalid} of the texts were invalid`);
	});

	it('begins anew after a reset', () => {
		const validator = new Utf8Validator();
		assert.equal(validator.push(Uint8Array.of(0xe2), 0, 1, false), true);
		validator.reset();
		assert.equal(validator.push(Uint8Array.of(0x61), 0, 1, true), true);
	});
});
