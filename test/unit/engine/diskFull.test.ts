import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import type { Problem } from '../../../src/core/problem';
import { Capture } from '../../../src/engine/capture/capture';
import { exportedFrames } from '../../../src/engine/exportedFrame';
import { framesOf } from '../../support/framesOf';

const baseMs = 1_795_514_400_000;

/** A link to `/dev/full` takes the place of a file of the capture: every write to it fails as on a full disk. */
describe('a full disk', () => {
	let folder: string;
	let problems: Problem[];
	let behind: boolean[];
	before(function () {
		if (process.platform !== 'linux') {
			this.skip();
		}
	});
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'full-'));
		problems = [];
		behind = [];
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const open = (maxFrames = 1e6): Capture =>
		new Capture(
			{ folder, maxFrames, maxBytes: 1e9 },
			{ behindChanged: (now) => behind.push(now), failed: (problem) => problems.push(problem) },
		);
	const fill = (name: string): void => symlinkSync('/dev/full', join(folder, name));
	const append = (capture: Capture, text: string): number => {
		const record = createFrameRecord();
		record.bytes = Buffer.from(text);
		record.end = record.bytes.length;
		record.kind = kindCode.text;
		record.flags = frameFlag.fin;
		record.arrivedAtMs = baseMs;
		return capture.append(record, Number.NaN);
	};
	const text = (capture: Capture, seq: number): string => capture.payload(capture.row(seq)!, 1e9).toString();
	const flushed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
	const codes = (): string[] => problems.map(({ code }) => code);

	it('is told once; frames are counted on, and what was captured before stays readable', async () => {
		fill('000001.payloads');
		const capture = open();
		append(capture, 'before one');
		append(capture, 'before two');
		await flushed();
		assert.deepEqual(codes(), ['diskFull']);
		append(capture, 'after');
		await flushed();
		append(capture, 'after');
		await flushed();
		assert.deepEqual(codes(), ['diskFull']);
		assert.equal(text(capture, 1), 'before one');
		assert.equal(text(capture, 2), 'before two');
		assert.equal(text(capture, 3), '');
		assert.deepEqual(capture.counts, { received: 4, kept: 4, evicted: 0, lost: 2 });
		assert.equal(capture.sizeBytes, statSync(join(folder, '000001.index')).size);
		await capture.close();
	});

	it('costs the next engine the payloads only, and it says which', async () => {
		fill('000003.payloads');
		const capture = open(80);
		for (let number = 1; number <= 24; number++) {
			append(capture, `frame ${number}`);
		}
		await flushed();
		for (let number = 25; number <= 60; number++) {
			append(capture, `frame ${number}`);
		}
		assert.deepEqual(codes(), ['diskFull']);
		assert.equal(text(capture, 21), 'frame 21');
		assert.deepEqual(capture.counts, { received: 60, kept: 60, evicted: 0, lost: 36 });
		await capture.close();
		const second = open(80);
		second.restore(() => {});
		assert.deepEqual(second.counts, { received: 60, kept: 60, evicted: 0, lost: 40 });
		for (const frame of exportedFrames(framesOf(second), 1, 61)) {
			const lost = frame.seq > 20;
			assert.equal(frame.text, lost ? undefined : `frame ${frame.seq}`);
			assert.equal(frame.payloadLost, lost ? true : undefined);
			assert.equal(frame.sizeBytes, `frame ${frame.seq}`.length);
		}
		await second.close();
	});

	it('goes on evicting, so that received frames are those kept and those evicted', async () => {
		fill('000001.payloads');
		const capture = open(80);
		append(capture, 'before');
		await flushed();
		for (let number = 0; number < 1000; number++) {
			append(capture, 'after');
		}
		const { received, kept, evicted, lost } = capture.counts;
		assert.equal(received, 1001);
		assert.equal(kept + evicted, 1001);
		assert.ok(kept <= 80);
		assert.equal(lost, 1000);
		await capture.close();
		const second = open(80);
		second.restore(() => {});
		assert.deepEqual(second.counts, { received, kept, evicted, lost: kept });
		await second.close();
	});

	it('holds up no socket: reading goes on once it is known', async () => {
		fill('000001.payloads');
		const capture = open();
		const megabyte = 'x'.repeat(1e6);
		for (let number = 0; number < 50; number++) {
			append(capture, megabyte);
		}
		assert.deepEqual(behind, [true]);
		await flushed();
		for (let number = 0; number < 50; number++) {
			append(capture, megabyte);
		}
		await flushed();
		assert.deepEqual(codes(), ['diskFull']);
		assert.deepEqual(behind, [true, false]);
		await capture.clear();
		assert.deepEqual(behind, [true, false]);
		append(capture, 'after');
		await flushed();
		assert.deepEqual(behind, [true, false]);
		await capture.close();
	});

	it('is over after a clear, once there is room', async () => {
		fill('000001.payloads');
		const capture = open();
		append(capture, 'before');
		await flushed();
		assert.deepEqual(codes(), ['diskFull']);
		await capture.clear();
		const seq = append(capture, 'after');
		await flushed();
		assert.deepEqual(codes(), ['diskFull']);
		assert.deepEqual(capture.counts, { received: 1, kept: 1, evicted: 0, lost: 0 });
		await capture.close();
		const second = open();
		second.restore(() => {});
		assert.equal(text(second, seq), 'after');
		await second.close();
	});

	it('that hits the index alone leaves the rows in memory', async () => {
		fill('000001.index');
		const capture = open();
		append(capture, 'before');
		await flushed();
		append(capture, 'after');
		await flushed();
		assert.deepEqual(codes(), ['diskFull']);
		assert.equal(text(capture, 1), 'before');
		assert.deepEqual(capture.counts, { received: 2, kept: 2, evicted: 0, lost: 1 });
		await capture.close();
		unlinkSync(join(folder, '000001.index'));
	});
});
