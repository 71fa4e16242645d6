import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import type { Problem } from '../../../src/core/problem';
import { ProblemError } from '../../../src/core/problem';
import { type ContentDecoder, createContentDecoder } from '../../../src/engine/transports/contentDecoder';

type Encoder = zlib.Gzip | zlib.BrotliCompress | zlib.DeflateRaw;

const encoders: Record<string, { name: string; create(): Encoder; flush: number }> = {
	gzip: { name: 'gzip', create: () => zlib.createGzip(), flush: zlib.constants.Z_SYNC_FLUSH },
	'x-gzip': { name: 'X-Gzip', create: () => zlib.createGzip(), flush: zlib.constants.Z_SYNC_FLUSH },
	deflate: { name: 'deflate', create: () => zlib.createDeflate(), flush: zlib.constants.Z_SYNC_FLUSH },
	'deflate without its header': {
		name: 'deflate',
		create: () => zlib.createDeflateRaw(),
		flush: zlib.constants.Z_SYNC_FLUSH,
	},
	br: { name: 'br', create: () => zlib.createBrotliCompress(), flush: zlib.constants.BROTLI_OPERATION_FLUSH },
};

/** The encoder's output for each text, flushed after each. */
async function encode(encoder: Encoder, flush: number, texts: readonly string[]): Promise<Buffer[]> {
	const pieces: Buffer[] = [];
	for (const text of texts) {
		encoder.write(text);
		await new Promise<void>((resolve) => encoder.flush(flush, () => resolve()));
		const parts: Buffer[] = [];
		for (let part = encoder.read(); part !== null; part = encoder.read()) {
			parts.push(part);
		}
		pieces.push(Buffer.concat(parts));
	}
	encoder.destroy();
	return pieces;
}

interface Collected {
	decoder: ContentDecoder;
	out: { text: string; arrivedAtMs: number }[];
	full: boolean[];
	over: Promise<Problem | undefined>;
	/** Resolves when so many bytes came out. */
	until(bytes: number): Promise<void>;
}

function collect(encoding: string): Collected {
	const out: Collected['out'] = [];
	const full: boolean[] = [];
	let settle: (problem: Problem | undefined) => void = () => {};
	let check = (): void => {};
	const over = new Promise<Problem | undefined>((resolve) => {
		settle = resolve;
	});
	const decoder = createContentDecoder(encoding, {
		data: (bytes, arrivedAtMs) => {
			out.push({ text: Buffer.from(bytes).toString('latin1'), arrivedAtMs });
			check();
		},
		done: () => settle(undefined),
		failed: settle,
		full: (is) => full.push(is),
	})!;
	const until = (bytes: number): Promise<void> =>
		new Promise((resolve) => {
			check = () => {
				if (out.reduce((sum, each) => sum + each.text.length, 0) >= bytes) {
					resolve();
				}
			};
			check();
		});
	return { decoder, out, full, over, until };
}

describe('Content decoder', () => {
	for (const [title, { name, create, flush }] of Object.entries(encoders)) {
		describe(title, () => {
			it('gives each piece out before the next comes in, with its arrival', async () => {
				const texts = ['data: one\n\n', 'data: two\n\n', 'data: three\n\n'];
				const pieces = await encode(create(), flush, texts);
				const { decoder, out, over, until } = collect(name);
				let bytes = 0;
				for (const [at, piece] of pieces.entries()) {
					decoder.write(piece, at + 1);
					bytes += texts[at]!.length;
					await until(bytes);
					assert.equal(out.map((each) => each.text).join(''), texts.slice(0, at + 1).join(''));
				}
				decoder.end();
				assert.equal(await over, undefined);
				assert.deepEqual([...new Set(out.map((each) => each.arrivedAtMs))], [1, 2, 3]);
			});

			it('keeps arrival times apart when pieces wait for each other, byte by byte', async () => {
				const texts = ['a'.repeat(100_000), 'b'.repeat(100_000)];
				const pieces = await encode(create(), flush, texts);
				const { decoder, out, over } = collect(name);
				for (const [at, piece] of pieces.entries()) {
					for (const byte of piece) {
						decoder.write(Uint8Array.of(byte), at + 1);
					}
				}
				decoder.end();
				assert.equal(await over, undefined);
				assert.equal(out.map((each) => each.text).join(''), texts.join(''));
				for (const { text, arrivedAtMs } of out) {
					assert.ok(text[0] === (arrivedAtMs === 1 ? 'a' : 'b') && text.at(-1) === text[0]);
				}
			});

			it('says what does not decode', async () => {
				const { decoder, over } = collect(name);
				// Begins as a zlib header does, and goes on as nothing does.
				decoder.write(Buffer.from([0x78, 0x9c, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 1);
				decoder.write(Buffer.alloc(100, 0xff), 1);
				decoder.end();
				const problem = await over;
				assert.equal(problem?.code, 'undecodable');
				assert.equal(problem.values.encoding, name.toLowerCase().replace('x-', ''));
			});
		});
	}

	it('holds its output back while paused, and loses nothing', async () => {
		const text = 'x'.repeat(300_000);
		const { decoder, out, over } = collect('gzip');
		decoder.pause();
		decoder.write(zlib.gzipSync(text), 1);
		decoder.end();
		await new Promise((resolve) => setImmediate(resolve));
		assert.equal(out.length, 0);
		decoder.resume();
		assert.equal(await over, undefined);
		assert.equal(out.map((each) => each.text).join(''), text);
	});

	it('says when more waits than should', async () => {
		const { decoder, full, over } = collect('gzip');
		decoder.pause();
		const stored = zlib.gzipSync(Buffer.alloc(1_200_000, 'y'), { level: 0 });
		decoder.write(stored.subarray(0, 1_100_000), 1);
		assert.deepEqual(full, [true]);
		decoder.write(stored.subarray(1_100_000), 1);
		decoder.end();
		decoder.resume();
		assert.equal(await over, undefined);
		assert.deepEqual(full, [true, false]);
	});

	it('reads gzip members one after the other, and passes what follows the last', async () => {
		const { decoder, out, over } = collect('gzip');
		decoder.write(Buffer.concat([zlib.gzipSync('one'), zlib.gzipSync('two')]), 1);
		decoder.write(Buffer.alloc(20), 2);
		decoder.write(Buffer.from('trash'), 3);
		decoder.end();
		assert.equal(await over, undefined);
		assert.equal(out.map((each) => each.text).join(''), 'onetwo');
	});

	it('passes what follows a deflated body', async () => {
		const { decoder, out, over } = collect('deflate');
		decoder.write(Buffer.concat([zlib.deflateSync('one'), Buffer.from('trash')]), 1);
		decoder.write(Buffer.from('more'), 2);
		decoder.end();
		assert.equal(await over, undefined);
		assert.equal(out.map((each) => each.text).join(''), 'one');
	});

	it('gives what there is of a body that is cut off', async () => {
		const [piece] = await encode(zlib.createGzip(), zlib.constants.Z_SYNC_FLUSH, ['begun']);
		const { decoder, out, over } = collect('gzip');
		decoder.write(piece!, 1);
		decoder.end();
		assert.equal(await over, undefined);
		assert.equal(out.map((each) => each.text).join(''), 'begun');
	});

	it('reports nothing after it was destroyed', async () => {
		const { decoder, out } = collect('gzip');
		decoder.write(zlib.gzipSync('x'), 1);
		decoder.destroy();
		decoder.write(zlib.gzipSync('x'), 1);
		decoder.end();
		await new Promise((resolve) => setTimeout(resolve, 20));
		assert.deepEqual(out, []);
	});

	it('is not needed for a body that is not encoded', () => {
		const sink = { data: () => {}, done: () => {}, failed: () => {} };
		for (const encoding of [undefined, '', 'identity', ' Identity , ']) {
			assert.equal(createContentDecoder(encoding, sink), undefined);
		}
	});

	it('refuses what it does not know', () => {
		const sink = { data: () => {}, done: () => {}, failed: () => {} };
		for (const encoding of ['zstd', 'gzip, br', 'compress', 'constructor']) {
			assert.throws(
				() => createContentDecoder(encoding, sink),
				(error) => error instanceof ProblemError && error.problem.code === 'undecodable',
			);
		}
	});
});
