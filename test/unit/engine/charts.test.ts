import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { PackedRows } from '../../../src/core/capture/rows';
import {
	type ChartRequest,
	heatMapEdgesMs,
	heatMapRow,
	heatMapRows,
	isChartRequest,
	readBins,
	readHeatMap,
} from '../../../src/core/charts';
import { type CycleMeta, createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import { Histogram } from '../../../src/core/timing/histogram';
import { SlidingHistogram } from '../../../src/core/timing/slidingHistogram';
import { Capture } from '../../../src/engine/capture/capture';
import { chartOf, LagHeatMap, seqAt } from '../../../src/engine/charts';
import type { Session } from '../../../src/engine/session';

const startMs = 1_700_000_000_000;

/** The cells that hold something: `column:row` and the count. */
function cells(map: LagHeatMap): Record<string, number> {
	const { columns, counts } = readHeatMap(map.pack());
	const found: Record<string, number> = {};
	for (let cell = 0; cell < columns * heatMapRows; cell++) {
		if (counts[cell]! > 0) {
			found[`${Math.floor(cell / heatMapRows)}:${cell % heatMapRows}`] = counts[cell]!;
		}
	}
	return found;
}

describe('Rows of the heat map', () => {
	it('are six for each power of ten from 10 µs, and begin exactly at the powers', () => {
		assert.equal(heatMapRows, 48);
		assert.equal(heatMapEdgesMs.length, heatMapRows);
		// Row 1 begins at 0, row 1 + 6 n at 10 µs · 10ⁿ.
		for (const [row, edgeMs] of [
			[7, 0.1],
			[13, 1],
			[19, 10],
			[25, 100],
			[31, 1000],
			[37, 10_000],
			[43, 100_000],
		] as const) {
			assert.equal(heatMapRow(edgeMs), row, `${edgeMs} ms`);
			assert.ok(Math.abs(heatMapEdgesMs[row]! - edgeMs) <= edgeMs * 1e-15);
		}
	});

	it('have one for everything below 0, and the outer ones take what lies beyond', () => {
		assert.equal(heatMapRow(-0.001), 0);
		assert.equal(heatMapRow(Number.NEGATIVE_INFINITY), 0);
		assert.equal(heatMapRow(0), 1);
		assert.equal(heatMapRow(-0), 1);
		assert.equal(heatMapRow(1e-9), 1);
		assert.equal(heatMapRow(600_000), 47);
		assert.equal(heatMapRow(1e12), 47);
		assert.equal(heatMapRow(Number.POSITIVE_INFINITY), 47);
	});

	it('hold what lies from their edge on and below the next, for any lag', () => {
		fc.assert(
			fc.property(fc.double({ min: -1e4, max: 1e7, noNaN: true }), (lagMs) => {
				const row = heatMapRow(lagMs);
				return lagMs >= heatMapEdgesMs[row]! && (row === heatMapRows - 1 || lagMs < heatMapEdgesMs[row + 1]!);
			}),
		);
		for (const [row, edgeMs] of heatMapEdgesMs.entries()) {
			assert.equal(heatMapRow(edgeMs), row);
			if (row > 1) {
				assert.equal(heatMapRow(edgeMs * (1 - Number.EPSILON)), row - 1);
			}
		}
	});
});

describe('LagHeatMap', () => {
	it('counts each lag in the second that it was measured in', () => {
		const map = new LagHeatMap();
		map.record(startMs + 400, 1);
		map.record(startMs + 999, 1.2);
		map.record(startMs + 1000, 25);
		map.record(startMs + 3500, -4);
		map.record(startMs + 3500, Number.NaN);
		// 1 and 1.2 ms: row 13 reaches to 1.47 ms. 25 ms: 10 · 10^(2/6) = 21.5 and 10 · 10^(3/6) = 31.6, so row 21.
		assert.deepEqual(cells(map), { '0:13': 2, '1:21': 1, '3:0': 1 });
		const { startMs: first, columnMs, columns } = readHeatMap(map.pack());
		assert.deepEqual([first, columnMs, columns], [startMs, 1000, 4]);
	});

	it('makes each two columns one when all 360 are full, and covers two seconds with each from then on', () => {
		const map = new LagHeatMap();
		for (let second = 0; second <= 360; second++) {
			map.record(startMs + second * 1000, 5);
		}
		const { columnMs, columns, counts } = readHeatMap(map.pack());
		assert.deepEqual([columnMs, columns], [2000, 181]);
		// 5 ms: 1 · 10^(4/6) = 4.64 and 10^(5/6) = 6.81, so row 17.
		const row = 17;
		const inRow = Array.from({ length: columns }, (_, column) => counts[column * heatMapRows + row]!);
		assert.deepEqual(inRow, [...Array.from({ length: 180 }, () => 2), 1]);
	});

	it('goes over a jump of many days in one step, and loses nothing', () => {
		const map = new LagHeatMap();
		map.record(startMs, 5);
		map.record(startMs + 1000, 5);
		map.record(startMs + 90 * 86_400_000, 5);
		const { columnMs, columns } = readHeatMap(map.pack());
		// 7,776,000 s in 360 columns: 21,600 s each, and the next power of two of a second is 32,768.
		assert.equal(columnMs, 32_768_000);
		// 7,776,000 / 32,768 = 237.3
		assert.deepEqual(cells(map), { '0:17': 2, '237:17': 1 });
		assert.equal(columns, 238);
	});

	it('counts a lag from before its first column there', () => {
		const map = new LagHeatMap();
		map.record(startMs, 5);
		map.record(startMs - 90_000, 5);
		assert.deepEqual(cells(map), { '0:17': 2 });
	});

	it('is empty before the first lag and after a reset, and begins anew then', () => {
		const map = new LagHeatMap();
		map.record(startMs, Number.NaN);
		assert.equal(readHeatMap(map.pack()).columns, 0);
		assert.equal(map.pack().byteLength, 24);
		map.record(startMs, 5);
		map.record(startMs + 3_600_000, 5);
		map.reset();
		assert.equal(readHeatMap(map.pack()).columns, 0);
		map.record(startMs + 7_000_000, 0.5);
		const { columnMs, startMs: first } = readHeatMap(map.pack());
		assert.deepEqual([first, columnMs], [startMs + 7_000_000, 1000]);
		assert.deepEqual(Object.values(cells(map)), [1]);
	});

	it('has every lag in the column and row of an exact model, whatever comes', () => {
		const sample = fc.tuple(fc.integer({ min: 0, max: 4_000_000 }), fc.double({ min: -10, max: 1e6, noNaN: true }));
		fc.assert(
			fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), (samples) => {
				const sorted = [...samples].sort(([a], [b]) => a - b);
				const map = new LagHeatMap();
				for (const [afterMs, lagMs] of sorted) {
					map.record(startMs + afterMs, lagMs);
				}
				const { startMs: first, columnMs } = readHeatMap(map.pack());
				const expected: Record<string, number> = {};
				for (const [afterMs, lagMs] of sorted) {
					const key = `${Math.floor((startMs + afterMs - first) / columnMs)}:${heatMapRow(lagMs)}`;
					expected[key] = (expected[key] ?? 0) + 1;
				}
				assert.deepEqual(cells(map), expected);
			}),
		);
	});
});

describe('What a chart asks for', () => {
	it('is believed only in the shapes that there are', () => {
		const good: ChartRequest[] = [
			{ chart: 'histogram', period: 'session', mostBins: 40 },
			{ chart: 'histogram', period: 'minute', mostBins: 2 },
			{ chart: 'heatMap' },
			{ chart: 'cycles', count: 20 },
			{ chart: 'ladder', aroundSeq: null, count: 30 },
			{ chart: 'ladder', aroundSeq: 7, count: 200 },
		];
		for (const request of good) {
			assert.ok(isChartRequest(request), JSON.stringify(request));
		}
		for (const odd of [
			null,
			7,
			'ladder',
			{},
			{ chart: 'pie' },
			{ chart: 'histogram', period: 'hour', mostBins: 40 },
			{ chart: 'histogram', period: 'session', mostBins: 1e9 },
			{ chart: 'cycles' },
			{ chart: 'cycles', count: 0 },
			{ chart: 'cycles', count: 2.5 },
			{ chart: 'cycles', count: Number.NaN },
			{ chart: 'ladder', count: 30 },
			{ chart: 'ladder', aroundSeq: -1, count: 30 },
			{ chart: 'ladder', aroundSeq: Number.POSITIVE_INFINITY, count: 30 },
			{ chart: 'ladder', aroundSeq: null, count: 201 },
		]) {
			assert.ok(!isChartRequest(odd), JSON.stringify(odd));
		}
	});
});

describe('chartOf', () => {
	let folder: string;
	let capture: Capture;
	let lags: Histogram;
	let recentLags: SlidingHistogram;
	let lagHeatMap: LagHeatMap;
	let offsetMs = 0;
	let pausedAt: number | undefined;

	const session = (): Session =>
		({
			capture,
			get lastShownSeq() {
				return pausedAt ?? capture.lastSeq;
			},
			meters: { lags, recentLags, lagHeatMap },
			lagMs: (row: { lagMs: number }) => row.lagMs - offsetMs,
		}) as unknown as Session;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'charts-'));
		const owner = { behindChanged: () => {}, failed: () => {} };
		capture = new Capture({ folder, maxFrames: 100_000, maxBytes: 1e8 }, owner);
		lags = new Histogram();
		recentLags = new SlidingHistogram();
		lagHeatMap = new LagHeatMap();
		offsetMs = 0;
		pausedAt = undefined;
	});
	afterEach(async () => {
		await capture.remove();
		rmSync(folder, { recursive: true, force: true });
	});

	const append = (afterMs: number, more: Partial<FrameRecord> = {}, lagMs = Number.NaN): number =>
		capture.append(
			{ ...createFrameRecord(), arrivedAtMs: startMs + afterMs, kind: kindCode.text, flags: frameFlag.fin, ...more },
			lagMs,
		);

	const cycle = (afterMs: number, events: number, holdMs: number): void => {
		const meta: CycleMeta = {
			type: 'cycle',
			request: { line: 'GET / HTTP/1.1', headers: [] },
			response: { line: 'HTTP/1.1 200 OK', headers: [] },
			status: 200,
			holdMs,
			transferMs: 2,
			blindMs: 3,
			headerBytesUp: 0,
			headerBytesDown: 0,
			bodyBytes: 0,
			events,
			eventsFollow: true,
			reusedConnection: true,
			outcome: 'answered',
		};
		append(afterMs, { kind: kindCode.cycle, meta });
		for (let event = 0; event < events; event++) {
			append(afterMs, { kind: kindCode.event, flags: frameFlag.fin | frameFlag.partOfCycle });
		}
	};

	const ladder = (aroundSeq: number | null, count: number): [seqs: number[], atTail: boolean] => {
		const answer = chartOf(session(), { chart: 'ladder', aroundSeq, count }, startMs);
		assert.ok(answer.chart === 'ladder');
		const rows = new PackedRows(answer.rows);
		return [Array.from({ length: rows.count }, (_, at) => rows.seqAt(at)), answer.atTail];
	};

	it('gives the lags of the session or of the last minute in bins, with their percentiles', () => {
		for (let value = 1; value <= 100; value++) {
			lags.record(value);
		}
		recentLags.record(startMs, 7);
		const whole = chartOf(session(), { chart: 'histogram', period: 'session', mostBins: 40 }, startMs);
		assert.ok(whole.chart === 'histogram');
		const { edgesMs, counts } = readBins(whole.bins);
		assert.equal(edgesMs.length, counts.length + 1);
		assert.ok(counts.length > 5 && counts.length <= 40);
		assert.equal(
			counts.reduce((sum, count) => sum + count, 0),
			100,
		);
		assert.ok(Math.abs(whole.distribution.p50! - 50) < 0.25);
		const minute = chartOf(session(), { chart: 'histogram', period: 'minute', mostBins: 40 }, startMs);
		assert.ok(minute.chart === 'histogram');
		assert.equal(minute.distribution.count, 1);
		assert.deepEqual([...readBins(minute.bins).counts], [1]);
	});

	it('gives no bins where no lag was measured', () => {
		const answer = chartOf(session(), { chart: 'histogram', period: 'session', mostBins: 40 }, startMs);
		assert.ok(answer.chart === 'histogram');
		const { edgesMs, counts } = readBins(answer.bins);
		assert.deepEqual([edgesMs.length, counts.length], [0, 0]);
	});

	it('gives the heat map in a buffer of its own size', () => {
		lagHeatMap.record(startMs, 5);
		const answer = chartOf(session(), { chart: 'heatMap' }, startMs);
		assert.ok(answer.chart === 'heatMap');
		assert.equal(answer.heatMap.byteLength, 24 + heatMapRows * 4);
	});

	it('gives the last poll cycles, the oldest first, and none of their events', () => {
		cycle(1000, 3, 10);
		cycle(2000, 0, 20);
		cycle(3000, 2, 30);
		const answer = chartOf(session(), { chart: 'cycles', count: 2 }, startMs);
		assert.ok(answer.chart === 'cycles');
		const rows = new PackedRows(answer.rows);
		assert.deepEqual(
			[0, 1].map((at) => rows.rowAt(at).holdMs),
			[20, 30],
		);
		assert.equal(rows.count, 2);
	});

	it('gives the newest frames, or those around one, as many after it as before', () => {
		for (let frame = 1; frame <= 20; frame++) {
			append(frame * 10);
		}
		assert.deepEqual(ladder(null, 4), [[17, 18, 19, 20], true]);
		assert.deepEqual(ladder(10, 4), [[9, 10, 11, 12], false]);
		assert.deepEqual(ladder(1, 4), [[1, 2, 3, 4], false]);
		assert.deepEqual(ladder(20, 4), [[17, 18, 19, 20], true]);
		assert.deepEqual(ladder(19, 4), [[17, 18, 19, 20], true]);
		assert.deepEqual(ladder(2, 50)[0].length, 20);
	});

	it('gives the oldest frames that are kept in place of those around one that had to make room', () => {
		for (let frame = 1; frame <= 20; frame++) {
			append(frame * 10);
		}
		// So far below that none of the frames looked at from there on is kept.
		assert.deepEqual(ladder(-100_000, 4), [[1, 2, 3, 4], false]);
	});

	it('leaves events of a poll’s answer out of the ladder', () => {
		cycle(1000, 3, 10);
		cycle(2000, 2, 10);
		// Frames 1 and 5 are the cycles.
		assert.deepEqual(ladder(null, 10), [[1, 5], true]);
		assert.deepEqual(ladder(3, 10), [[1, 5], true]);
		assert.deepEqual(ladder(1, 1), [[1], false]);
	});

	it('shows nothing beyond a paused view, and nothing of an empty one', () => {
		assert.deepEqual(ladder(null, 10), [[], true]);
		for (let frame = 1; frame <= 6; frame++) {
			append(frame * 10);
		}
		pausedAt = 4;
		assert.deepEqual(ladder(null, 2), [[3, 4], true]);
		assert.deepEqual(ladder(2, 10), [[1, 2, 3, 4], true]);
	});

	it('takes the clocks’ offset off the lags of its rows', () => {
		append(10, {}, 105);
		offsetMs = 100;
		const answer = chartOf(session(), { chart: 'ladder', aroundSeq: null, count: 1 }, startMs);
		assert.ok(answer.chart === 'ladder');
		assert.equal(new PackedRows(answer.rows).rowAt(0).lagMs, 5);
	});

	it('finds the first frame at a time or after it, the last one where none is, and null where there are none', () => {
		assert.equal(seqAt(session(), startMs), null);
		for (const afterMs of [10, 20, 20, 20, 30]) {
			append(afterMs);
		}
		assert.equal(seqAt(session(), startMs), 1);
		assert.equal(seqAt(session(), startMs + 10), 1);
		assert.equal(seqAt(session(), startMs + 11), 2);
		assert.equal(seqAt(session(), startMs + 20), 2);
		assert.equal(seqAt(session(), startMs + 25), 5);
		assert.equal(seqAt(session(), startMs + 99), 5);
		pausedAt = 3;
		assert.equal(seqAt(session(), startMs + 25), 3);
	});
});
