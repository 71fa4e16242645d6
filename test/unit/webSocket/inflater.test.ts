import assert from 'node:assert/strict';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Inflater } from '../../../src/core/webSocket/inflater';
import { Random } from './random';
import { bytesOf } from './readFrames';

const noLimit = 100_000_000;

/** Inflates one message's fragments; 'corrupt' or 'tooBig' where that is the result. */
function inflate(inflater: Inflater, fragments: readonly Uint8Array[], maxBytes = noLimit): string | Buffer[] {
	const inflated: Buffer[] = [];
	for (const [at, fragment] of fragments.entries()) {
		const result = inflater.push(fragment, 0, fragment.length, at === fragments.length - 1, maxBytes);
		if (result !== 'ok') {
			return result;
		}
		inflated.push(Buffer.from(inflater.bytes.slice(inflater.start, inflater.end)));
	}
	return inflated;
}

function inflateHex(inflater: Inflater, ...fragments: string[]): string | string[] {
	const result = inflate(inflater, fragments.map(bytesOf));
	return typeof result === 'string' ? result : result.map(String);
}

describe('inflater', () => {
	describe('inflates the examples of RFC 7692', () => {
		it('one block with a fixed code (§7.2.3.1), also when it is cut', () => {
			assert.deepEqual(inflateHex(new Inflater(), 'f248cdc9c90700'), ['Hello']);
			const fragments = inflateHex(new Inflater(), 'f248cd', 'c9c90700') as string[];
			assert.equal(fragments.join(''), 'Hello');
		});

		it('two messages that share a window (§7.2.3.2)', () => {
			const inflater = new Inflater();
			assert.deepEqual(inflateHex(inflater, 'f248cdc9c90700'), ['Hello']);
			assert.deepEqual(inflateHex(inflater, 'f200110000'), ['Hello']);
		});

		it('but not the second where each message has a window of its own (§7.1.1.1)', () => {
			const inflater = new Inflater({ noContextTakeover: true });
			assert.deepEqual(inflateHex(inflater, 'f248cdc9c90700'), ['Hello']);
			assert.equal(inflateHex(inflater, 'f200110000'), 'corrupt');
		});

		it('a block without compression (§7.2.3.3)', () => {
			assert.deepEqual(inflateHex(new Inflater(), '000500faff48656c6c6f00'), ['Hello']);
		});

		it('a block marked as the last one, with and without the empty block after it, and a message behind (§7.2.3.4)', () => {
			for (const message of ['f348cdc9c9070000', 'f348cdc9c90700']) {
				const inflater = new Inflater();
				assert.deepEqual(inflateHex(inflater, message), ['Hello']);
				assert.deepEqual(inflateHex(inflater, 'f248cdc9c90700'), ['Hello']);
			}
		});

		it('two blocks in one message (§7.2.3.5)', () => {
			assert.deepEqual(inflateHex(new Inflater(), 'f248050000 00ffff cac9c90700'), ['Hello']);
		});

		it('an empty message (§7.2.3.6)', () => {
			const inflater = new Inflater();
			assert.deepEqual(inflateHex(inflater, '00'), ['']);
			assert.deepEqual(inflateHex(inflater, ''), ['']);
			assert.deepEqual(inflateHex(inflater, 'f248cdc9c90700'), ['Hello']);
		});
	});

	describe('refuses', () => {
		for (const [what, hex] of [
			['a reserved kind of block', '07'],
			['a stored length whose complement is wrong', '000500f9ff'],
			['a match before the first byte', 'f200110000'],
			['a reserved length symbol', 'fbffffffffffffffff'],
			['more literal symbols than there are', 'fcff'.padEnd(40, 'f')],
			['a message that ends within a stored block', '000500faff48'],
			['a message that ends within a symbol', 'f248cdc9'],
		] as const) {
			it(what, () => {
				assert.equal(inflateHex(new Inflater(), hex), 'corrupt');
			});
		}

		it('a match beyond the agreed window', () => {
			const far = Buffer.concat([Buffer.from('needle in'), Buffer.alloc(2000, 'hay '), Buffer.from('needle in')]);
			const deflated = deflateRawSync(far, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
			assert.ok(Array.isArray(inflate(new Inflater({ windowBits: 15 }), [deflated])));
			assert.equal(inflate(new Inflater({ windowBits: 9 }), [deflated]), 'corrupt');
		});
	});

	describe('keeps to its limit', () => {
		it('to the byte', () => {
			for (const strategy of [constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_DEFAULT_STRATEGY]) {
				for (const level of [0, 6]) {
					const text = Buffer.from('abcabcabcabc'.repeat(10));
					const options = { strategy, level, finishFlush: constants.Z_SYNC_FLUSH };
					const deflated = deflateRawSync(text, options).subarray(0, -4);
					assert.deepEqual(inflate(new Inflater(), [deflated], text.length), [text]);
					assert.equal(inflate(new Inflater(), [deflated], text.length - 1), 'tooBig');
				}
			}
		});

		it('in memory, too, when a small input claims to be huge', () => {
			const deflated = deflateRawSync(Buffer.alloc(50_000_000));
			const inflater = new Inflater();
			assert.equal(inflate(inflater, [deflated], 1_000_000), 'tooBig');
			assert.ok(inflater.bytes.length < 2_000_000, `${inflater.bytes.length} bytes`);
		});

		it('and lets a huge buffer go after its message', () => {
			const inflater = new Inflater();
			const big = deflateRawSync(Buffer.alloc(5_000_000, 'x'), { finishFlush: constants.Z_SYNC_FLUSH });
			assert.ok(Array.isArray(inflate(inflater, [big.subarray(0, -4)])));
			assert.deepEqual(inflateHex(inflater, 'f248cdc9c90700'), ['Hello']);
			assert.ok(inflater.bytes.length < 1_000_000, `${inflater.bytes.length} bytes`);
		});
	});

	describe('and zlib', () => {
		it('agree on messages of every kind that share a window, cut at random places', () => {
			for (let seed = 1; seed <= 60; seed++) {
				const random = new Random(seed);
				const windowBits = random.pick([9, 12, 15]);
				const noContextTakeover = random.chance(0.3);
				const inflater = new Inflater({ windowBits, noContextTakeover });
				// One stream of flushed pieces, as a sender makes them; the window is what came before.
				let window = Buffer.alloc(0);
				for (let message = 0; message < 12; message++) {
					const content = makeContent(random, [0, 1, 10, 300, 5000, 40_000, 150_000]);
					const deflated = deflateRawSync(content, {
						windowBits,
						level: random.pick([0, 1, 6, 9]),
						memLevel: random.pick([1, 8, 9]),
						strategy: random.pick([
							constants.Z_DEFAULT_STRATEGY,
							constants.Z_FIXED,
							constants.Z_HUFFMAN_ONLY,
							constants.Z_RLE,
						]),
						dictionary: window.length > 0 && !noContextTakeover ? window : undefined,
						finishFlush: constants.Z_SYNC_FLUSH,
					}).subarray(0, -4);
					const result = inflate(inflater, random.cut(deflated));
					assert.ok(Array.isArray(result), `${result}, seed ${seed}, message ${message}`);
					assert.ok(Buffer.concat(result).equals(content), `seed ${seed}, message ${message}`);
					window = Buffer.concat([window, content]).subarray(-(1 << windowBits));
				}
			}
		}).timeout(20_000);

		it('agree on damaged messages: where and whether they break', () => {
			let broken = 0;
			for (let seed = 1; seed <= 6000; seed++) {
				const random = new Random(seed);
				const level = random.pick([1, 6]);
				const strategy = random.pick([constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED]);
				const content = makeContent(random, [0, 1, 10, 300, 3000]);
				const message = Buffer.from(deflateRawSync(content, { level, strategy, finishFlush: constants.Z_SYNC_FLUSH }));
				for (let i = 1 + random.below(3); i > 0; i--) {
					message[random.below(random.chance(0.5) ? Math.min(20, message.length) : message.length)] = random.below(256);
				}
				let theirs: Buffer | undefined;
				let used = message.length;
				try {
					const { buffer, engine } = inflateRawSync(message, {
						finishFlush: constants.Z_SYNC_FLUSH,
						info: true,
					} as object) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
					theirs = buffer;
					used = engine.bytesWritten;
				} catch {
					broken++;
				}
				if (used < message.length) {
					// A block became the last one. zlib ends there, and RFC 7692 goes on.
					continue;
				}
				const inflater = new Inflater();
				const pieces: Buffer[] = [];
				let result = 'ok';
				for (const piece of random.cut(message)) {
					result = inflater.push(piece, 0, piece.length, false, noLimit);
					pieces.push(Buffer.from(inflater.bytes.slice(inflater.start, inflater.end)));
					if (result !== 'ok') {
						break;
					}
				}
				if (theirs === undefined) {
					// What zlib refuses at the very end may still look unfinished to us; the message's end then refuses it.
					result = result === 'ok' ? inflater.push(message, 0, 0, true, noLimit) : result;
					assert.equal(result, 'corrupt', `seed ${seed}`);
				} else if (result === 'corrupt') {
					// We refuse a code without symbols at once, and zlib only some bytes on.
					const more = Buffer.concat([message, Buffer.alloc(100)]);
					assert.throws(() => inflateRawSync(more, { finishFlush: constants.Z_SYNC_FLUSH }), `seed ${seed}`);
				} else {
					assert.ok(Buffer.concat(pieces).equals(theirs), `seed ${seed}`);
				}
			}
			assert.ok(broken > 1000, `${broken} of the messages were broken`);
		}).timeout(20_000);
	});
});

function makeContent(random: Random, lengths: readonly number[]): Buffer {
	const length = random.pick(lengths);
	const letters = random.pick([1, 2, 4, 64, 256]);
	const content = Buffer.alloc(length);
	for (let at = 0; at < length; ) {
		if (at > 10 && random.chance(0.2)) {
			// Something seen before, at any distance.
			const from = random.below(at);
			const size = Math.min(3 + random.below(300), length - at);
			for (let i = 0; i < size; i++) {
				content[at + i] = content[from + i]!;
			}
			at += size;
		} else {
			content[at++] = Math.floor(random.next() ** 3 * letters);
		}
	}
	return content;
}
