import assert from 'node:assert/strict';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createFrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import { type Problem, ProblemError } from '../../../src/core/problem';
import { Capture } from '../../../src/engine/capture/capture';
import { exportedFrames, exportJsonLines } from '../../../src/engine/exportedFrame';
import { framesOf } from '../../support/framesOf';

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
		await capture.close();
		assert.equal(statSync(join(folder, '000001.payloads')).size, 17);
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

	/** What a window leaves behind that dies at once: the files as they are now, in a folder of their own. */
	const afterCrash = (): Capture => {
		const left = mkdtempSync(join(folder, 'crash-'));
		for (const name of readdirSync(folder).filter((each) => /^\d/.test(each))) {
			cpSync(join(folder, name), join(left, name));
		}
		const capture = new Capture(
			{ folder: left, maxFrames: 1e6, maxBytes: 1e9 },
			{ behindChanged: () => {}, failed: (problem) => assert.fail(problem.code) },
		);
		capture.restore(() => {});
		return capture;
	};
	const flushed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

	it('keeps events of a poll cycle right where its segment ends among them', async () => {
		const capture = open({ maxFrames: 200 });
		const texts: string[] = [''];
		for (let cycle = 0; cycle < 20; cycle++) {
			appendCycle(
				capture,
				Array.from({ length: 40 }, (_, index) => `{"cycle":${cycle},"index":${index}}`),
				texts,
			);
		}
		for (const { seq, text } of exportedFrames(framesOf(capture), 1, Number.MAX_SAFE_INTEGER)) {
			assert.equal(text, texts[seq]);
		}
		await capture.close();
	});

	it('keeps what is remarkable about an event of a poll cycle, and the events after it in the cycle’s own bytes', async () => {
		const capture = open();
		const body = new TextEncoder().encode('[{"id":1},{"id":4},{"id":5}]');
		const record = { ...createFrameRecord(), arrivedAtMs: baseMs, bytes: body };
		capture.append({ ...record, kind: kindCode.cycle, flags: frameFlag.fin, end: body.length }, Number.NaN);
		const spans = [
			[1, 9],
			[10, 18],
			[19, 27],
		] as const;
		for (const [start, end] of spans) {
			const marks = start === 10 ? ({ type: 'event', marks: { sequence: 'gap', missing: 2 } } as const) : undefined;
			const flags = frameFlag.fin | frameFlag.partOfCycle;
			capture.append({ ...record, kind: kindCode.event, flags, start, end, meta: marks }, Number.NaN);
		}
		const sizeBytes = capture.sizeBytes;
		const events = exportedFrames(framesOf(capture), 2, 5);
		assert.deepEqual(
			events.map(({ text, marks }) => [text, marks]),
			[
				['{"id":1}', undefined],
				['{"id":4}', { sequence: 'gap', missing: 2 }],
				['{"id":5}', undefined],
			],
		);
		assert.ok(sizeBytes < 400, 'only the marked event is written twice');
		await capture.close();
	});

	it('gives back any cycles, events and frames under any limits, from disk and in a new engine as well', async () => {
		const step = fc.oneof(
			fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 60 }),
			fc.record({ text: fc.string({ maxLength: 600 }), name: fc.string({ unit: 'grapheme', maxLength: 400 }) }),
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(step, { maxLength: 25 }),
				fc.integer({ min: 1, max: 400 }),
				fc.integer({ min: 1000, max: 100_000 }),
				async (steps, maxFrames, maxBytes) => {
					const first = open({ maxFrames, maxBytes });
					const texts: string[] = [''];
					const names: string[] = [''];
					for (const each of steps) {
						if (Array.isArray(each)) {
							appendCycle(first, each, texts);
						} else {
							const seq = append(first, each.text, { name: each.name });
							texts[seq] = each.text;
							names[seq] = each.name;
						}
					}
					const check = (capture: Capture): void => {
						const { received, kept, evicted, lost } = capture.counts;
						assert.equal(received, texts.length - 1);
						assert.equal(received, kept + evicted);
						assert.equal(lost, 0);
						for (let seq = capture.firstSeq; seq <= capture.lastSeq; seq++) {
							assert.equal(text(capture, seq), texts[seq]);
							const row = capture.row(seq)!;
							assert.equal(capture.fullName(row, capture.meta(row)), names[seq] ?? '');
						}
					};
					check(first);
					await new Promise(setImmediate);
					check(first);
					await first.close();
					const second = open({ maxFrames, maxBytes });
					second.restore(() => {});
					if (texts.length > 1) {
						check(second);
					}
					await second.remove();
				},
			),
			{ numRuns: 60 },
		);
	}).timeout(30_000);

	it('gives a long event name whole, while its index holds the first 256 bytes', async () => {
		const capture = open();
		const name = `${'é'.repeat(200)}!`;
		append(capture, 'one', { name, id: '7' });
		const check = (each: Capture): void => {
			const row = each.row(1)!;
			assert.equal(each.name(row), 'é'.repeat(128));
			assert.equal(each.fullName(row, each.meta(row)), name);
			const [frame] = exportedFrames(framesOf(each), 1, 2);
			assert.equal(frame!.event, name);
			assert.equal(frame!.id, '7');
			assert.equal(frame!.text, 'one');
		};
		check(capture);
		await capture.close();
		const second = open();
		second.restore(() => {});
		check(second);
		await second.close();
	});

	it('keeps the id and the beginning of a name that is too long even for the meta', async () => {
		const capture = open();
		append(capture, 'one', { name: '\u0001'.repeat(1_000_000), id: '7' });
		const [frame] = exportedFrames(framesOf(capture), 1, 2);
		assert.equal(frame!.event, '\u0001'.repeat(4096));
		assert.equal(frame!.id, '7');
		await capture.close();
	});

	it('tells every name where there are more than ids', async () => {
		const capture = open();
		for (let number = 1; number <= 70_000; number++) {
			append(capture, 'x', { name: `name ${number}` });
		}
		for (const seq of [1, 65_535, 65_536, 69_999, 70_000]) {
			const row = capture.row(seq)!;
			assert.equal(capture.name(row), `name ${seq}`);
			assert.equal(exportedFrames(framesOf(capture), seq, seq + 1)[0]!.event, `name ${seq}`);
		}
		await capture.close();
	});

	it('writes into each index file only the names of its own frames', async () => {
		const capture = open({ maxFrames: 800 });
		for (let number = 1; number <= 2000; number++) {
			append(capture, 'x', { name: `name ${number}` });
		}
		await capture.clear();
		append(capture, 'x', { name: 'after' });
		await capture.close();
		const [index] = readdirSync(folder).filter((name) => name.endsWith('.index'));
		assert.ok(!readFileSync(join(folder, index!), 'latin1').includes('name '));
		assert.ok(readFileSync(join(folder, index!), 'latin1').includes('"after"'));
	});

	it('has only the files of the open segment open, however many there are', async function () {
		if (process.platform !== 'linux') {
			this.skip();
		}
		const ours = (): number =>
			readdirSync('/proc/self/fd').filter((descriptor) => {
				try {
					return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
				} catch {
					// The one that the folder itself was read with.
					return false;
				}
			}).length;
		const capture = open();
		const hourMs = 3_600_000;
		for (let hour = 0; hour < 240; hour++) {
			append(capture, `hour ${hour}`, { atMs: baseMs + hour * hourMs });
		}
		await flushed();
		assert.equal(ours(), 2);
		for (let hour = 0; hour < 240; hour++) {
			assert.equal(text(capture, hour + 1), `hour ${hour}`);
			assert.equal(capture.arrivedAtMs(hour + 1), baseMs + hour * hourMs);
		}
		assert.ok(ours() <= 6, `${ours()} files`);
		await capture.close();
		const second = open();
		second.restore(() => {});
		assert.equal(ours(), 0);
		assert.equal(text(second, 240), 'hour 239');
		await second.close();
		assert.equal(ours(), 0);
	}).timeout(10_000);

	it('loses nothing that is older than a flush to a crash, however fast segments followed each other', async () => {
		const capture = open({ maxFrames: 8000 });
		for (let number = 1; number <= 6000; number++) {
			append(capture, `frame ${number}`);
		}
		await flushed();
		const left = afterCrash();
		assert.deepEqual(left.counts, { received: 6000, kept: 6000, evicted: 0, lost: 0 });
		for (let seq = 1; seq <= 6000; seq++) {
			assert.equal(text(left, seq), `frame ${seq}`);
		}
		await left.close();
		await capture.close();
	});

	it('counts a frame as lost whose payload did not reach the disk before a crash', async () => {
		const capture = open();
		append(capture, 'one');
		append(capture, 'two');
		append(capture, '');
		await capture.close();
		truncateSync(join(folder, '000001.payloads'), 4);
		const left = open();
		left.restore(() => {});
		assert.deepEqual(left.counts, { received: 3, kept: 3, evicted: 0, lost: 1 });
		const frames = exportedFrames(framesOf(left), 1, 4);
		assert.deepEqual(
			frames.map(({ text, payloadLost, sizeBytes }) => ({ text, payloadLost, sizeBytes })),
			[
				{ text: 'one', payloadLost: undefined, sizeBytes: 3 },
				{ text: undefined, payloadLost: true, sizeBytes: 3 },
				{ text: '', payloadLost: undefined, sizeBytes: 0 },
			],
		);
		await left.close();
	});

	it('counts rows, names and metas in what the disk limit is compared with', async () => {
		const capture = open({ maxBytes: 400_000 });
		for (let number = 0; number < 40_000; number++) {
			append(capture, 'x', { name: `a name of its own, ${number}`, id: `${number}` });
		}
		await capture.close();
		const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
		assert.equal(capture.sizeBytes, bytes);
		assert.ok(bytes <= 400_000 && bytes > 300_000, `${bytes} bytes`);
	});

	it('keeps payloads again after a clear, where the folder had gone', async () => {
		const problems: Problem[] = [];
		const capture = open({ maxFrames: 80 }, problems);
		append(capture, 'before');
		rmSync(folder, { recursive: true });
		for (let number = 0; number < 100; number++) {
			append(capture, 'meanwhile');
		}
		assert.deepEqual(
			problems.map(({ code }) => code),
			['captureUnwritable'],
		);
		await capture.clear();
		const seq = append(capture, 'after');
		assert.equal(text(capture, seq), 'after');
		assert.equal(capture.counts.lost, 0);
		await capture.close();
		assert.equal(problems.length, 1);
		assert.equal(readdirSync(folder).length, 2);
	});

	it('exports frames to a file that is there only when it is whole', async () => {
		const capture = open();
		for (let number = 1; number <= 20_000; number++) {
			append(capture, `frame ${number}`);
		}
		const target = join(folder, 'out');
		mkdirSync(target);
		const file = join(target, 'frames.jsonl');
		writeFileSync(file, 'before');
		const abort = new AbortController();
		const aborted = exportJsonLines(framesOf(capture), file, abort.signal);
		abort.abort();
		await assert.rejects(aborted, isExportFailed(file));
		assert.deepEqual(readdirSync(target), ['frames.jsonl']);
		assert.equal(readFileSync(file, 'utf8'), 'before');
		assert.equal(await exportJsonLines(framesOf(capture), file), 20_000);
		assert.deepEqual(readdirSync(target), ['frames.jsonl']);
		const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
		assert.equal(lines.length, 20_000);
		assert.equal(JSON.parse(lines[19_999]!).text, 'frame 20000');
		await capture.close();
	});

	it('names the file and the reason where an export can not be written', async () => {
		const capture = open();
		append(capture, 'one');
		const missing = join(folder, 'no such folder', 'frames.jsonl');
		await assert.rejects(exportJsonLines(framesOf(capture), missing), isExportFailed(missing));
		const target = join(folder, 'a folder');
		mkdirSync(join(target, 'within'), { recursive: true });
		await assert.rejects(exportJsonLines(framesOf(capture), target), isExportFailed(target));
		assert.deepEqual(
			readdirSync(folder).filter((name) => name.endsWith('.partial')),
			[],
		);
		await capture.close();
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

/** Appends a cycle whose body holds the events, then each event as a slice of it; notes each frame's text. */
function appendCycle(capture: Capture, events: readonly string[], texts: string[]): void {
	const record = createFrameRecord();
	record.bytes = Buffer.from(`[${events.join(',')}]`);
	record.end = record.bytes.length;
	record.kind = kindCode.cycle;
	record.flags = frameFlag.fin;
	record.arrivedAtMs = baseMs;
	texts[capture.append(record, Number.NaN)] = `[${events.join(',')}]`;
	record.kind = kindCode.event;
	record.flags = frameFlag.fin | frameFlag.partOfCycle;
	let at = 1;
	for (const event of events) {
		record.start = at;
		record.end = at + Buffer.byteLength(event);
		at = record.end + 1;
		texts[capture.append(record, Number.NaN)] = event;
	}
}

function isExportFailed(file: string): (error: unknown) => boolean {
	return (error) => {
		assert.ok(error instanceof ProblemError);
		assert.equal(error.problem.code, 'exportFailed');
		assert.equal(error.problem.values.file, file);
		assert.ok(error.problem.values.reason);
		return true;
	};
}
