import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createFrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import type { Problem } from '../../../src/core/problem';
import { Capture } from '../../../src/engine/capture/capture';

const baseMs = 1_795_514_400_000;

describe('Capture', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'capture-'));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const open = (limits: { maxFrames?: number; maxBytes?: number } = {}, problems: Problem[] = []): Capture =>
		new Capture(
			{ folder, maxFrames: limits.maxFrames ?? 1e6, maxBytes: limits.maxBytes ?? 1e9 },
			{ behindChanged: () => {}, failed: (problem) => problems.push(problem) },
		);

	const append = (
		capture: Capture,
		text: string,
		more: { kind?: number; flags?: number; name?: string; lagMs?: number; atMs?: number; id?: string } = {},
	): number => {
		const record = createFrameRecord();
		record.bytes = Buffer.from(`..${text}..`);
		record.start = 2;
		record.end = record.bytes.length - 2;
		record.kind = more.kind ?? kindCode.text;
		record.flags = more.flags ?? frameFlag.fin;
		record.name = more.name ?? '';
		record.arrivedAtMs = more.atMs ?? baseMs;
		record.wireBytes = record.end - record.start + 2;
		record.meta = more.id === undefined ? undefined : { type: 'event', id: more.id };
		return capture.append(record, more.lagMs ?? Number.NaN);
	};
	const text = (capture: Capture, seq: number): string => capture.payload(capture.row(seq)!, 1e9).toString();

	it('numbers frames from 1 and gives each back as it came', async () => {
		const capture = open();
		assert.equal(append(capture, 'one', { lagMs: 1.5, atMs: baseMs + 0.25, name: 'price', id: '42' }), 1);
		assert.equal(append(capture, '', { kind: kindCode.ping, flags: frameFlag.out | frameFlag.fin }), 2);
		const row = capture.row(1)!;
		assert.equal(row.arrivedAtMs, baseMs + 0.25);
		assert.equal(row.sizeBytes, 3);
		assert.equal(row.wireBytes, 5);
		assert.equal(row.lagMs, 1.5);
		assert.equal(capture.name(row), 'price');
		assert.deepEqual(capture.meta(row), { type: 'event', id: '42' });
		assert.equal(text(capture, 1), 'one');
		assert.equal(capture.row(2)!.kind, kindCode.ping);
		assert.equal(capture.row(3), undefined);
		assert.deepEqual(capture.counts, { received: 1, kept: 1, evicted: 0, lost: 0 });
		await capture.close();
	});

	it('keeps an event of a poll cycle as a slice of its cycle, once on disk', async () => {
		const capture = open();
		const record = createFrameRecord();
		record.bytes = Buffer.from('[{"a":1},{"a":2}]');
		record.end = record.bytes.length;
		record.kind = kindCode.cycle;
		record.arrivedAtMs = baseMs;
		capture.append(record, Number.NaN);
		record.kind = kindCode.event;
		record.flags = frameFlag.partOfCycle;
		record.start = 9;
		record.end = 16;
		capture.append(record, Number.NaN);
		assert.equal(text(capture, 2), '{"a":2}');
		assert.equal(capture.sizeBytes, 17);
		await capture.close();
	});

	it('evicts the oldest beyond the limit and counts them', async () => {
		const capture = open({ maxFrames: 80 });
		for (let number = 1; number <= 1000; number++) {
			append(capture, `frame ${number}`);
		}
		const { received, kept, evicted } = capture.counts;
		assert.equal(received, 1000);
		assert.equal(kept + evicted, 1000);
		assert.ok(kept <= 80 && kept >= 60, `${kept} kept`);
		assert.equal(capture.firstSeq, evicted + 1);
		assert.equal(capture.lastSeq, 1000);
		assert.equal(text(capture, capture.firstSeq), `frame ${capture.firstSeq}`);
		assert.equal(text(capture, 1000), 'frame 1000');
		await capture.close();
		const files = readdirSync(folder).length;
		assert.ok(files <= 16, `${files} files`);
	});

	it('evicts by bytes as well', async () => {
		const capture = open({ maxBytes: 80_000 });
		for (let number = 0; number < 1000; number++) {
			append(capture, 'x'.repeat(1000));
		}
		assert.ok(capture.sizeBytes <= 80_000, `${capture.sizeBytes} bytes`);
		assert.ok(capture.counts.kept >= 60);
		await capture.close();
	});

	it('takes up in a new engine what an old one stored, and goes on numbering', async () => {
		const first = open({ maxFrames: 800 });
		for (let number = 1; number <= 2000; number++) {
			append(first, `frame ${number}`, { name: `name ${number % 7}`, atMs: baseMs + number });
		}
		const { counts, firstSeq } = first;
		await first.close();
		const second = open({ maxFrames: 800 });
		let rows = 0;
		second.restore(() => rows++);
		assert.deepEqual(second.counts, counts);
		assert.equal(rows, counts.kept);
		assert.equal(second.firstSeq, firstSeq);
		for (let seq = firstSeq; seq <= 2000; seq++) {
			assert.equal(text(second, seq), `frame ${seq}`);
			assert.equal(second.name(second.row(seq)!), `name ${seq % 7}`);
			assert.equal(second.arrivedAtMs(seq), baseMs + seq);
		}
		assert.equal(append(second, 'after', { atMs: baseMs + 5000 }), 2001);
		assert.equal(text(second, 2001), 'after');
		await second.close();
	});

	it('takes up what was whole when an index file is cut anywhere', async () => {
		const first = open();
		for (let flush = 0; flush < 5; flush++) {
			for (let number = 0; number < 20; number++) {
				append(first, `frame ${flush * 20 + number + 1}`);
			}
			await new Promise((resolve) => setTimeout(resolve, 260));
		}
		await first.close();
		const file = join(folder, '000001.index');
		const whole = readFileSync(file);
		for (let cut = 0; cut <= whole.length; cut += 37) {
			writeFileSync(file, whole);
			truncateSync(file, cut);
			const second = open();
			second.restore(() => {});
			assert.equal(second.counts.kept % 20, 0);
			for (let seq = second.firstSeq; seq <= second.lastSeq; seq++) {
				assert.equal(text(second, seq), `frame ${seq}`);
			}
			await second.close();
			if (second.counts.kept === 0) {
				rmSync(join(folder, '000002.index'), { force: true });
			}
		}
	}).timeout(20_000);

	it('begins its account anew when cleared, without reusing numbers', async () => {
		const capture = open();
		append(capture, 'one');
		append(capture, 'two');
		await capture.clear();
		assert.deepEqual(capture.counts, { received: 0, kept: 0, evicted: 0, lost: 0 });
		assert.deepEqual(readdirSync(folder), []);
		assert.equal(append(capture, 'three'), 3);
		assert.equal(capture.firstSeq, 3);
		assert.equal(text(capture, 3), 'three');
		await capture.close();
	});

	it('goes on counting frames where no file can be made, and says so once', async () => {
		const problems: Problem[] = [];
		const file = join(folder, 'not a folder');
		writeFileSync(file, '');
		const capture = new Capture(
			{ folder: join(file, 'x'), maxFrames: 100, maxBytes: 1e6 },
			{ behindChanged: () => {}, failed: (problem) => problems.push(problem) },
		);
		for (let number = 0; number < 500; number++) {
			append(capture, 'lost');
		}
		assert.equal(problems.length, 1);
		assert.equal(problems[0]!.code, 'captureUnwritable');
		const { received, kept, evicted, lost } = capture.counts;
		assert.equal(received, 500);
		assert.equal(kept + evicted, 500);
		assert.equal(lost, 500);
		assert.equal(text(capture, capture.lastSeq), '');
		await capture.close();
	});

	it('leaves no folder when removed', async () => {
		const capture = open();
		append(capture, 'one');
		await capture.remove();
		assert.throws(() => readdirSync(folder));
	});

	it('gives back any frames under any limits, before and after they reach the disk', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.string({ maxLength: 3000 }), { maxLength: 120 }),
				fc.integer({ min: 1, max: 200 }),
				fc.integer({ min: 100, max: 100_000 }),
				async (texts, maxFrames, maxBytes) => {
					const capture = open({ maxFrames, maxBytes });
					for (const each of texts) {
						append(capture, each);
					}
					const check = (): void => {
						const { received, kept, evicted } = capture.counts;
						assert.equal(received, texts.length);
						assert.equal(received, kept + evicted);
						for (let seq = capture.firstSeq; seq <= capture.lastSeq; seq++) {
							assert.equal(text(capture, seq), Buffer.from(texts[seq - 1]!).toString());
						}
					};
					check();
					await new Promise(setImmediate);
					check();
					await capture.remove();
				},
			),
			{ numRuns: 60 },
		);
	}).timeout(20_000);
});
