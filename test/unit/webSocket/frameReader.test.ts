import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import type { FrameRule } from '../../../src/core/webSocket/frameError';
import { FrameReader, type FrameReaderOptions } from '../../../src/core/webSocket/frameReader';
import { bytesOf, piecesOf, type ReadResult, readFrames } from './readFrames';

/** Reads the bytes whole, byte by byte and in threes, asserts that the cuts make no difference, and gives the result. */
function read(hex: string | Uint8Array, options: Partial<FrameReaderOptions> = {}): ReadResult {
	const bytes = typeof hex === 'string' ? bytesOf(hex) : hex;
	const whole = readFrames([bytes], options);
	for (const pieceBytes of [1, 3]) {
		const cut = readFrames(piecesOf(bytes, pieceBytes), options);
		assert.deepEqual(cut.frames, whole.frames, `in pieces of ${pieceBytes}`);
		assert.deepEqual(cut.reader.error, whole.reader.error, `in pieces of ${pieceBytes}`);
		assert.deepEqual(cut.reader.position(), whole.reader.position(), `in pieces of ${pieceBytes}`);
	}
	return whole;
}

function texts(result: ReadResult): string[] {
	return result.frames.map((frame) => frame.payload.toString('latin1'));
}

function assertFails(
	hex: string | Uint8Array,
	rule: FrameRule,
	closeCode: number,
	framesBefore: number,
	options: Partial<FrameReaderOptions> = {},
): ReadResult {
	const result = read(hex, options);
	assert.equal(result.reader.error?.rule, rule);
	assert.equal(result.reader.error?.closeCode, closeCode);
	assert.equal(result.frames.filter((frame) => frame.isValid).length, framesBefore);
	assert.equal(result.reader.isDone, true);
	return result;
}

describe('frame reader', () => {
	describe('reads', () => {
		it('an unmasked text frame: the example of RFC 6455 §5.7', () => {
			const { frames, reader } = read('81 05 48656c6c6f');
			assert.deepEqual(frames, [
				{ opcode: 1, fin: true, rsv1: false, headerBytes: 2, payload: Buffer.from('Hello'), isValid: true },
			]);
			assert.equal(reader.error, undefined);
			assert.equal(reader.isDone, false);
		});

		it('a masked text frame where masks are expected: the example of RFC 6455 §5.7', () => {
			const { frames } = read('81 85 37fa213d 7f9f4d5158', { expectMasked: true });
			assert.equal(frames[0]?.payload.toString(), 'Hello');
			assert.equal(frames[0]?.headerBytes, 6);
		});

		it('a fragmented text message: the example of RFC 6455 §5.7', () => {
			const result = read('01 03 48656c 80 02 6c6f');
			assert.deepEqual(texts(result), ['Hel', 'lo']);
			assert.deepEqual(
				result.frames.map((frame) => [frame.opcode, frame.fin]),
				[
					[1, false],
					[0, true],
				],
			);
		});

		it('ping and pong within a fragmented message', () => {
			const result = read('02 01 61 89 01 70 00 01 62 8a 00 80 01 63');
			assert.deepEqual(texts(result), ['a', 'p', 'b', '', 'c']);
			assert.deepEqual(
				result.frames.map((frame) => frame.opcode),
				[2, 9, 0, 10, 0],
			);
			assert.equal(result.reader.error, undefined);
		});

		it('empty frames of every kind', () => {
			const { frames } = read('81 00 82 00 01 00 00 00 80 00 89 00 8a 00 88 00');
			assert.equal(frames.length, 8);
			assert.ok(frames.every((frame) => frame.payload.length === 0 && frame.isValid));
		});

		for (const [length, header] of [
			[125, '82 7d'],
			[126, '82 7e 007e'],
			[65_535, '82 7e ffff'],
			[65_536, '82 7f 0000000000010000'],
		] as const) {
			it(`a payload of ${length} bytes`, () => {
				const payload = Buffer.alloc(length, 'x');
				const { frames } = read(Buffer.concat([bytesOf(header), payload, bytesOf('8a 00')]));
				assert.equal(frames.length, 2);
				assert.equal(frames[0]?.headerBytes, bytesOf(header).length);
				assert.deepEqual(frames[0]?.payload, payload);
			});
		}

		it('a payload within one chunk in place, without a copy', () => {
			const chunk = bytesOf('82 03 010203 82 01 04');
			const places: Array<[Uint8Array, number, number]> = [];
			const reader = new FrameReader({ maxMessageBytes: 10 }, (_head, _headerBytes, bytes, start, end) => {
				places.push([bytes, start, end]);
			});
			reader.read(chunk);
			assert.deepEqual(
				places.map(([bytes, start, end]) => [bytes === chunk, start, end]),
				[
					[true, 2, 5],
					[true, 7, 8],
				],
			);
		});

		it('nothing from an empty chunk', () => {
			const { frames, reader } = readFrames([bytesOf(''), bytesOf('81'), bytesOf(''), bytesOf('01 61'), bytesOf('')]);
			assert.equal(frames.length, 1);
			assert.equal(reader.error, undefined);
		});

		it('no more once its listener has stopped it', () => {
			let frames = 0;
			const reader = new FrameReader({ maxMessageBytes: 10 }, () => {
				frames++;
				reader.stop();
			});
			assert.equal(reader.read(bytesOf('81 00 81 00')), false);
			assert.equal(reader.read(bytesOf('81 00')), false);
			assert.equal(frames, 1);
			assert.equal(reader.error, undefined);
		});
	});

	describe('masks (§5.1)', () => {
		it("are refused on a server's frames", () => {
			assertFails('81 01 61 81 81 00000000 61', 'maskForbidden', 1002, 1);
		});

		it("are required on a client's frames", () => {
			assertFails('81 81 00000000 61 81 01 61', 'maskRequired', 1002, 1, { expectMasked: true });
		});

		it('are refused as soon as the second byte is there', () => {
			assertFails('81 80', 'maskForbidden', 1002, 0);
		});
	});

	describe('reserved bits (§5.2)', () => {
		for (const head of ['91', 'a1', 'c1', 'c2', 'c8', 'c9', 'ca']) {
			it(`refuses the first byte ${head} when no extension was negotiated`, () => {
				assertFails(`8a 00 ${head} 00`, 'reservedBit', 1002, 1);
			});
		}

		for (const head of ['91', 'a1', 'c8', 'c9', 'ca']) {
			it(`refuses the first byte ${head} with permessage-deflate`, () => {
				assertFails(`8a 00 ${head} 00`, 'reservedBit', 1002, 1, { deflate: true });
			});
		}

		it('takes RSV1 on the first frame of a message with permessage-deflate (RFC 7692 §6)', () => {
			const { frames, reader } = read('c1 01 ff 41 01 fe 80 01 ff c2 00', { deflate: true });
			assert.deepEqual(
				frames.map((frame) => [frame.opcode, frame.rsv1]),
				[
					[1, true],
					[1, true],
					[0, false],
					[2, true],
				],
			);
			assert.equal(reader.error, undefined);
		});

		it('refuses RSV1 on a continuation frame with permessage-deflate (RFC 7692 §6)', () => {
			assertFails('41 00 c0 00', 'reservedBit', 1002, 1, { deflate: true });
		});
	});

	describe('opcodes (§5.2)', () => {
		for (const code of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
			it(`refuses the reserved opcode ${code}`, () => {
				assertFails(Uint8Array.of(0x8a, 0, 0x80 | code, 0), 'reservedOpcode', 1002, 1);
			});
		}
	});

	describe('lengths (§5.2)', () => {
		it('must take the fewest bytes: 125 in 2 bytes is refused', () => {
			assertFails('82 7e 007d', 'lengthNotMinimal', 1002, 0);
		});

		it('must take the fewest bytes: 65,535 in 8 bytes is refused', () => {
			assertFails('82 7f 000000000000ffff', 'lengthNotMinimal', 1002, 0);
		});

		it('must not have the highest of 64 bits set', () => {
			assertFails('82 7f 8000000000000000', 'lengthOver63Bits', 1002, 0);
		});

		it('of 63 bits are read as such and found too big', () => {
			const { reader } = assertFails('82 7f 7fffffffffffffff', 'messageTooBig', 1009, 0);
			assert.deepEqual(reader.error?.problem, {
				code: 'messageTooBig',
				values: { sizeBytes: 2 ** 63, maxBytes: 1_000_000 },
			});
		});
	});

	describe('the limit', () => {
		it('takes a message that just reaches it', () => {
			const { frames, reader } = read('82 04 01020304', { maxMessageBytes: 4 });
			assert.equal(frames.length, 1);
			assert.equal(reader.error, undefined);
		});

		it('refuses a longer message as soon as its header is there', () => {
			const { reader } = assertFails('82 04 01020304 82 05', 'messageTooBig', 1009, 1, { maxMessageBytes: 4 });
			assert.deepEqual(reader.error?.problem.values, { sizeBytes: 5, maxBytes: 4 });
		});

		it('counts over the fragments of a message, and anew for the next one', () => {
			const two = '02 02 0102 89 01 70 80 02 0304';
			assert.equal(read(two + two, { maxMessageBytes: 4 }).reader.error, undefined);
			const { reader } = assertFails('02 02 0102 80 03', 'messageTooBig', 1009, 1, { maxMessageBytes: 4 });
			assert.deepEqual(reader.error?.problem.values, { sizeBytes: 5, maxBytes: 4 });
		});

		it('does not touch control frames', () => {
			assert.equal(read('89 02 0102', { maxMessageBytes: 1 }).reader.error, undefined);
		});

		it('leaves memory alone that a header claims and no payload fills', () => {
			const before = process.memoryUsage().arrayBuffers;
			const { reader } = readFrames([bytesOf('82 7f 0000000040000000 01')], { maxMessageBytes: 2 ** 31 });
			const grown = process.memoryUsage().arrayBuffers - before;
			assert.equal(reader.position().expectedBytes, 2 ** 30 + 10);
			assert.ok(grown < 1_000_000, `${grown} bytes for 11 received`);
		});
	});

	describe('fragments (§5.4)', () => {
		it('refuses a continuation when no message is open', () => {
			assertFails('81 00 80 00', 'continuationOfNothing', 1002, 1);
		});

		it('refuses a continuation after the last fragment', () => {
			assertFails('01 00 80 00 00 00', 'continuationOfNothing', 1002, 2);
		});

		it('refuses a new message while one is open', () => {
			assertFails('01 00 81 00', 'messageInMessage', 1002, 1);
			assertFails('02 00 89 00 02 00', 'messageInMessage', 1002, 2);
		});
	});

	describe('control frames (§5.5)', () => {
		for (const head of ['08', '09', '0a']) {
			it(`refuses the first byte ${head}: a fragmented control frame`, () => {
				assertFails(`82 00 ${head} 00`, 'controlFragmented', 1002, 1);
			});
		}

		it('takes 125 bytes of payload and refuses more', () => {
			assert.equal(read(Buffer.concat([bytesOf('89 7d'), Buffer.alloc(125)])).frames.length, 1);
			assertFails('89 7e 007e', 'controlTooLong', 1002, 0);
			assertFails('8a 7f', 'controlTooLong', 1002, 0);
		});
	});

	describe('close frames (§5.5.1, §7.4)', () => {
		it('end the reading: what follows is ignored', () => {
			const { frames, reader } = read('88 05 03e8 627965 81 01 61 ff ff');
			assert.equal(frames.length, 1);
			assert.equal(reader.isDone, true);
			assert.equal(reader.error, undefined);
			assert.equal(reader.position().receivedBytes, 0);
		});

		it('must not have a payload of one byte', () => {
			assertFails('88 01 03', 'closeTooShort', 1002, 0);
		});

		for (const code of [
			1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
		]) {
			it(`may carry ${code}`, () => {
				const { frames, reader } = read(Uint8Array.of(0x88, 2, code >> 8, code & 0xff));
				assert.equal(frames[0]?.isValid, true);
				assert.equal(reader.error, undefined);
			});
		}

		for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
			it(`must not carry ${code}, and are shown as invalid`, () => {
				const { frames } = assertFails(Uint8Array.of(0x88, 2, code >> 8, code & 0xff), 'closeCodeInvalid', 1002, 0);
				assert.equal(frames.length, 1);
			});
		}

		it('must have UTF-8 as their reason, and are shown as invalid', () => {
			const { frames } = assertFails('88 04 03e8 c328', 'invalidUtf8', 1007, 0);
			assert.equal(frames.length, 1);
			assert.equal(read('88 04 03e8 c3a4').reader.error, undefined);
		});

		it('may come within a character of a fragmented text', () => {
			const { frames, reader } = read('01 01 c3 88 04 03e8 c3a4');
			assert.equal(frames.length, 2);
			assert.equal(reader.error, undefined);
		});
	});

	describe('text (§8.1)', () => {
		const valid = [
			['two bytes', 'c280 dfbf'],
			['three bytes', 'e0a080 ed9fbf ee8080 efbfbf'],
			['four bytes', 'f0908080 f48fbfbf'],
			['a BOM', 'efbbbf'],
			['characters beyond a block of ASCII', `${'61'.repeat(40)}c3a4${'61'.repeat(40)}`],
		] as const;
		const invalid = [
			['a lone continuation byte', '80'],
			['an overlong form of two bytes', 'c0af'],
			['an overlong form of two bytes, c1', 'c1bf'],
			['an overlong form of three bytes', 'e09fbf'],
			['an overlong form of four bytes', 'f08fbfbf'],
			['a high surrogate', 'eda080'],
			['a low surrogate', 'edbfbf'],
			['more than U+10FFFF', 'f4908080'],
			['a lead byte beyond f4', 'f5808080'],
			['fe', 'fe'],
			['a character cut by ASCII', 'e282 61'],
			['an end within a character', 'e282'],
			['an error beyond a block of ASCII', `${'61'.repeat(40)}ff${'61'.repeat(40)}`],
		] as const;
		for (const [name, check] of [
			['with its own check', undefined],
			["with the platform's check", isUtf8],
		] as const) {
			describe(name, () => {
				for (const [what, hex] of valid) {
					it(`takes ${what}`, () => {
						const payload = bytesOf(hex);
						const frame = Buffer.concat([Uint8Array.of(0x81, payload.length), payload]);
						assert.equal(read(frame, { isUtf8: check }).reader.error, undefined);
						// The same in fragments of one byte each, with pings between them.
						const fragments = [...payload].map((byte, at) => Uint8Array.of(at === 0 ? 1 : 0, 1, byte, 0x89, 0));
						const message = Buffer.concat([...fragments, Uint8Array.of(0x80, 0)]);
						assert.equal(read(message, { isUtf8: check }).reader.error, undefined);
					});
				}
				for (const [what, hex] of invalid) {
					it(`refuses ${what} and shows the frame as invalid`, () => {
						const payload = bytesOf(hex);
						const frame = Buffer.concat([Uint8Array.of(0x8a, 0, 0x81, payload.length), payload]);
						const { frames } = assertFails(frame, 'invalidUtf8', 1007, 1, { isUtf8: check });
						assert.deepEqual(frames[1]?.payload, payload);
						// The same in two fragments, cut anywhere.
						for (let cut = 0; cut <= payload.length; cut++) {
							const message = Buffer.concat([
								Uint8Array.of(0x01, cut),
								payload.subarray(0, cut),
								Uint8Array.of(0x80, payload.length - cut),
								payload.subarray(cut),
							]);
							assert.equal(read(message, { isUtf8: check }).reader.error?.rule, 'invalidUtf8');
						}
					});
				}
			});
		}

		it('may be cut within a character by a fragment', () => {
			assert.equal(read('01 01 e2 00 01 82 80 01 ac').reader.error, undefined);
		});

		it('fails at the fragment that breaks it, not only at the last one', () => {
			const { frames } = assertFails('01 01 61 00 01 ff 80 01 61', 'invalidUtf8', 1007, 1);
			assert.equal(frames.length, 2);
		});

		it('is not checked while compressed', () => {
			const { frames, reader } = read('41 01 ff 80 01 ff', { deflate: true });
			assert.equal(frames.length, 2);
			assert.equal(reader.error, undefined);
		});

		it('is no concern of binary messages', () => {
			assert.equal(read('02 01 ff 80 01 fe').reader.error, undefined);
		});
	});

	describe('position', () => {
		it('is between frames when a frame is complete', () => {
			assert.deepEqual(read('81 01 61').reader.position(), {
				receivedBytes: 0,
				expectedBytes: undefined,
				isMessageOpen: false,
			});
		});

		it('is within a header when its length has not come', () => {
			assert.deepEqual(read('82 7e 01').reader.position(), {
				receivedBytes: 3,
				expectedBytes: undefined,
				isMessageOpen: false,
			});
		});

		it('is within a payload, counted with its header', () => {
			assert.deepEqual(read('01 00 80 05 6162').reader.position(), {
				receivedBytes: 4,
				expectedBytes: 7,
				isMessageOpen: true,
			});
		});

		it('is within a message between two fragments', () => {
			assert.equal(read('01 01 61').reader.position().isMessageOpen, true);
		});
	});
});
