import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Row } from '../../../src/core/capture/rows';
import { type HeatMap, heatMapRow, heatMapRows } from '../../../src/core/charts';
import { frameFlag, kindCode } from '../../../src/core/frame';
import type { Handshake } from '../../../src/core/handshake';
import { type Series, type SeriesColumn, seriesColumns } from '../../../src/core/timing/series';
import {
	draggedSpan,
	keptWithin,
	lagRange,
	marksIn,
	movedToHave,
	wholeSpan,
	zoomedAround,
} from '../../../src/webview/inspector/chartData';
import {
	broughtText,
	cycleBars,
	cycleScaleMs,
	cyclesNumbers,
	isCut,
	partShares,
} from '../../../src/webview/inspector/charts/cyclesLayout';
import {
	cellAt,
	cellCorner,
	cellOpacity,
	cellText,
	columnsOf,
	columnsOfTimes,
	heatMapGrid,
	heatMapNumbers,
	lagMarks,
	mostInCell,
	usedRows,
} from '../../../src/webview/inspector/charts/heatMapLayout';
import {
	binText,
	edgeRank,
	edgeText,
	fittingLabels,
	type HistogramData,
	histogramNumbers,
	labelRows,
	percent,
	placeAmong,
} from '../../../src/webview/inspector/charts/histogramLayout';
import { itemAt, type Ladder, type LadderSource, ladderOf } from '../../../src/webview/inspector/charts/ladderLayout';
import { itemFigure, itemText, ladderNumbers } from '../../../src/webview/inspector/charts/ladderText';
import { numbersText } from '../../../src/webview/inspector/charts/numbersTable';
import { axisLengthPx, positionPx, timeAxis } from '../../../src/webview/inspector/charts/timeAxis';
import { zoomOfKey } from '../../../src/webview/inspector/charts/zoomButtons';
import { timeOfDaySeconds } from '../../../src/webview/inspector/format';
import {
	hasMeasured,
	lagChartLabel,
	overTimeNumbers,
	secondText,
	totals,
} from '../../../src/webview/inspector/lagChartText';

const no = Number.NaN;
const startMs = 1_700_000_000_000;

function row(afterMs: number, more: Partial<Row> = {}): Row {
	return {
		seq: 1,
		arrivedAtMs: startMs + afterMs,
		gapMs: no,
		lagMs: no,
		sizeBytes: 100,
		wireBytes: 100,
		kind: kindCode.text,
		flags: frameFlag.fin,
		name: '',
		preview: '',
		id: '',
		status: 0,
		eventsInCycle: 0,
		holdMs: no,
		transferMs: no,
		blindMs: no,
		marks: 0,
		missing: 0,
		...more,
	};
}

function cycle(afterMs: number, more: Partial<Row> = {}): Row {
	return row(afterMs, {
		kind: kindCode.cycle,
		status: 200,
		holdMs: 10,
		transferMs: 2,
		blindMs: 88,
		eventsInCycle: 1,
		...more,
	});
}

describe('An axis of time', () => {
	const options = { lengthPx: 300, leastPx: [4, 4], cutPx: 20 } as const;

	it('is to scale where nothing is very short or very long', () => {
		const instants = [0, 100, 300];
		const axis = timeAxis(instants, instants, options);
		assert.deepEqual(
			instants.map((instant) => positionPx(axis, instant)),
			[0, 100, 300],
		);
		assert.equal(positionPx(axis, 150), 150);
	});

	it('gives what is very short its least length, and the rest of the room to the rest', () => {
		// 1 ms of 1,001 would be 0.3 px. 300 − 4 = 296 px are left for 1,000 ms.
		const axis = timeAxis([0, 1, 1001], [0, 1001], options);
		assert.equal(positionPx(axis, 1), 4);
		assert.equal(positionPx(axis, 1001), 300);
		assert.ok(Math.abs(positionPx(axis, 501) - (4 + 148)) < 1e-9);
	});

	it('cuts an idle time that is far longer than what usually lies between two frames', () => {
		const instants = [0, 10, 20, 30, 10_030, 10_040];
		const axis = timeAxis(instants, instants, options);
		assert.deepEqual(
			axis.map(({ cut }) => cut),
			[false, false, false, true, false],
		);
		// 280 px for four times 10 ms.
		assert.equal(positionPx(axis, 10), 70);
		assert.equal(positionPx(axis, 10_030) - positionPx(axis, 30), 20);
		assert.equal(axisLengthPx(axis), 300);
	});

	it('takes the interval of a poll for usual, short as its request and answer are', () => {
		const frames = [2, 5002, 10_002];
		const axis = timeAxis([0, 1, 2, 5000, 5001, 5002, 10_000, 10_001, 10_002], frames, options);
		assert.ok(axis.every(({ cut }) => !cut));
	});

	it('does not take frames of one instant for what is usual', () => {
		const frames = [0, 0, 0, 0, 1000, 1000, 1000, 2000];
		assert.ok(timeAxis(frames, frames, options).every(({ cut }) => !cut));
	});

	it('gets longer where the least lengths need more room', () => {
		const instants = Array.from({ length: 101 }, (_, at) => at);
		assert.equal(axisLengthPx(timeAxis(instants, instants, options)), 400);
	});

	it('gives short spans more where there is room for it', () => {
		const wide = { ...options, leastPx: [3, 10] as const };
		// Two spans: 45 % of 300 px would be 67 px each, but 10 are the most.
		assert.equal(positionPx(timeAxis([0, 1, 1001], [0, 1001], wide), 1), 10);
		// 27 spans: 300 · 0.45 / 27 = 5 px.
		const many = [0, 1, ...Array.from({ length: 26 }, (_, at) => 1 + (at + 1) * 1000)];
		const frames = many.slice(1);
		assert.ok(Math.abs(positionPx(timeAxis(many, frames, wide), 1) - 5) < 1e-9);
	});

	it('has no length without two instants, and puts what lies outside at its ends', () => {
		assert.deepEqual(timeAxis([], [], options), []);
		assert.deepEqual(timeAxis([5, 5], [5], options), []);
		assert.equal(positionPx([], 5), 0);
		const axis = timeAxis([0, 10], [0, 10], options);
		assert.equal(positionPx(axis, -5), 0);
		assert.equal(positionPx(axis, 99), 300);
	});

	it('keeps the order of any instants, fills the room, and leaves out what is no time', () => {
		// Arrivals are kept to the microsecond.
		const instant = fc.integer({ min: 0, max: 1e9 }).map((microseconds) => microseconds / 1000);
		const instants = fc.array(instant, { minLength: 2, maxLength: 60 });
		fc.assert(
			fc.property(instants, (all) => {
				const axis = timeAxis([...all, no, Number.POSITIVE_INFINITY], all, options);
				const sorted = [...new Set(all)].sort((a, b) => a - b);
				const places = sorted.map((instant) => positionPx(axis, instant));
				for (let at = 1; at < places.length; at++) {
					assert.ok(places[at]! - places[at - 1]! >= 4 - 1e-6, `${places[at - 1]} ${places[at]}`);
				}
				if (axis.some(({ cut }) => !cut)) {
					assert.ok(axisLengthPx(axis) >= 300 - 1e-6);
				}
			}),
		);
	});
});

describe('The ladder', () => {
	const options = { lengthPx: 400, leastPx: [4, 4], cutPx: 20 } as const;
	const handshake: Handshake = {
		startedAtMs: startMs,
		phases: { dnsMs: 5, tcpMs: 10, tlsMs: 20, answerMs: 15 },
		request: { line: 'GET /feed?x=1 HTTP/1.1', headers: [] },
		response: { line: 'HTTP/1.1 200 OK', headers: [] },
		localAddress: '',
		remoteAddress: '',
		subprotocol: '',
		extensions: '',
	};
	const ladder = (more: Partial<LadderSource>): Ladder =>
		ladderOf(
			{ rows: [], transport: 'webSocket', handshake: undefined, oneWayMs: no, heldUntilMs: undefined, ...more },
			options,
		);
	/** Times since the start, so that they can be read. */
	const sinceStart = (atMs: number | null): number | null => (atMs === null ? null : atMs - startMs);

	it('lets a received frame leave the server when it was sent: its lag before it arrived', () => {
		const [item] = ladder({ rows: [row(100, { lagMs: 30 })] }).items;
		const [line] = item!.lines;
		assert.deepEqual(
			[line!.from, sinceStart(line!.leavesMs), sinceStart(line!.reachesMs), line!.isTimed],
			['server', 70, 100, true],
		);
	});

	it('draws a frame whose lag is not known, or below 0, as level and says so', () => {
		for (const lagMs of [no, -3]) {
			const [line] = ladder({ rows: [row(100, { lagMs })], oneWayMs: 2 }).items[0]!.lines;
			assert.deepEqual([sinceStart(line!.leavesMs), sinceStart(line!.reachesMs), line!.isTimed], [100, 100, false]);
		}
	});

	it('lets what we send reach the server half a round trip later, and a pong take as long', () => {
		const rows = [
			row(100, { flags: frameFlag.fin | frameFlag.out, kind: kindCode.ping }),
			row(108, { kind: kindCode.pong }),
		];
		const { items } = ladder({ rows, oneWayMs: 4 });
		const [ping, pong] = items.map(({ lines }) => lines[0]!);
		assert.deepEqual([ping!.from, sinceStart(ping!.leavesMs), sinceStart(ping!.reachesMs)], ['client', 100, 104]);
		assert.deepEqual([pong!.from, sinceStart(pong!.leavesMs), sinceStart(pong!.reachesMs)], ['server', 104, 108]);
		assert.equal(ping!.what, 'control');
	});

	it('draws a poll cycle as a request, a hold at the server, an answer, and the blind time before it', () => {
		// Answered at 100 with the last of 2 ms: the first byte came at 98, 10 after the request of 88, and 88 blind before.
		const [item] = ladder({ transport: 'longPoll', rows: [cycle(100)], oneWayMs: 1 }).items;
		assert.deepEqual(
			item!.lines.map(({ from, leavesMs, reachesMs, what }) => [
				from,
				sinceStart(leavesMs),
				sinceStart(reachesMs),
				what,
			]),
			[
				['client', 88, 89, 'request'],
				['server', 97, 100, 'answer'],
			],
		);
		assert.equal(sinceStart(item!.lines[1]!.firstByteMs!), 98);
		assert.deepEqual(
			item!.bars.map(({ rail, fromMs, toMs, what }) => [rail, sinceStart(fromMs), sinceStart(toMs), what]),
			[
				['server', 89, 97, 'hold'],
				['client', 0, 88, 'blind'],
			],
		);
		assert.equal(item!.isEmpty, false);
	});

	it('gives neither way more than half of what a request waited', () => {
		const [item] = ladder({
			transport: 'polling',
			rows: [cycle(100, { transferMs: 0, holdMs: 4 })],
			oneWayMs: 50,
		}).items;
		const [request, answer] = item!.lines;
		assert.deepEqual([sinceStart(request!.reachesMs), sinceStart(answer!.leavesMs)], [98, 98]);
	});

	it('draws a cycle that nobody answered without an answer', () => {
		const rows = [cycle(100, { status: 0, transferMs: 0, holdMs: 60, blindMs: no })];
		const [item] = ladder({ transport: 'longPoll', rows }).items;
		assert.deepEqual(
			item!.lines.map(({ what }) => what),
			['request'],
		);
		assert.deepEqual(
			item!.bars.map(({ fromMs, toMs }) => [sinceStart(fromMs), sinceStart(toMs)]),
			[[40, 100]],
		);
		assert.ok(item!.isEmpty);
	});

	it('begins with the opening of a connection where its first frame is there, and opens a tube then', () => {
		const rows = [row(80, { lagMs: 1, flags: frameFlag.fin | frameFlag.firstOfConnection }), row(90)];
		const { items, tubes } = ladder({ transport: 'eventStream', rows, handshake, oneWayMs: 2 });
		assert.deepEqual(
			items.map(({ step, seq, atMs }) => [step, seq, sinceStart(atMs)]),
			[
				['tcp', no, 15],
				['tls', no, 35],
				['request', no, 50],
				[undefined, 1, 80],
				[undefined, 1, 90],
			],
		);
		// TCP: there in half of its 10 ms, and back in the other half.
		assert.deepEqual(
			items[0]!.lines.map(({ from, leavesMs, reachesMs }) => [from, sinceStart(leavesMs), sinceStart(reachesMs)]),
			[
				['client', 5, 10],
				['server', 10, 15],
			],
		);
		assert.deepEqual(
			tubes.map(({ fromMs, toMs, duplex }) => [sinceStart(fromMs), sinceStart(toMs), duplex]),
			[[50, null, false]],
		);
	});

	it('leaves the opening out where the rows do not reach back to it, or are of another connection', () => {
		const first = frameFlag.fin | frameFlag.firstOfConnection;
		assert.equal(ladder({ rows: [row(80), row(90)], handshake }).items.length, 2);
		// The handshake came after the rows' only first frame.
		assert.equal(ladder({ rows: [row(-50, { flags: first }), row(-40)], handshake }).items.length, 2);
		// Two connections: the handshake is of the second.
		const both = ladder({ rows: [row(-50, { flags: first }), row(80, { flags: first })], handshake });
		assert.deepEqual(
			both.items.map(({ step }) => step),
			[undefined, 'tcp', 'tls', 'request', undefined],
		);
		assert.deepEqual(
			both.tubes.map(({ fromMs, toMs }) => [sinceStart(fromMs), sinceStart(toMs)]),
			[
				[-50, -50],
				[50, null],
			],
		);
		assert.deepEqual(both.reconnectsMs.map(sinceStart), [0]);
	});

	it('shows a connection that was opened before anything came', () => {
		const { items, tubes } = ladder({ handshake });
		assert.deepEqual(
			items.map(({ step }) => step),
			['tcp', 'tls', 'request'],
		);
		assert.deepEqual([sinceStart(tubes[0]!.fromMs), tubes[0]!.duplex], [50, true]);
		assert.deepEqual(ladder({}).items, []);
	});

	it('has no tube for polls, whose opening request is their first cycle', () => {
		const { items, tubes } = ladder({
			transport: 'polling',
			rows: [cycle(100, { blindMs: no, flags: frameFlag.fin | frameFlag.firstOfConnection })],
			handshake,
		});
		assert.deepEqual(tubes, []);
		assert.deepEqual(
			items.map(({ step }) => step),
			['tcp', 'tls', undefined],
		);
	});

	it('draws the request that is held until now from the end of the answer before', () => {
		const { items } = ladder({ transport: 'longPoll', rows: [cycle(100)], heldUntilMs: startMs + 160 });
		const { step, bars, lines, stepMs } = items.at(-1)!;
		assert.equal(step, 'held');
		assert.equal(stepMs, 60);
		assert.deepEqual([sinceStart(bars[0]!.fromMs), sinceStart(bars[0]!.toMs), bars[0]!.what], [100, 160, 'held']);
		assert.equal(lines.length, 1);
		// Nothing was answered yet: it went out when the connection was there.
		const first = ladder({ transport: 'longPoll', handshake, heldUntilMs: startMs + 160 }).items.at(-1)!;
		assert.deepEqual([sinceStart(first.bars[0]!.fromMs), sinceStart(first.bars[0]!.toMs)], [35, 160]);
	});

	it('finds the line that is nearest to a point, along its slant, and the bar that a point is on', () => {
		const shown = ladder({
			transport: 'polling',
			rows: [cycle(100, { seq: 7 }), cycle(200, { seq: 8 })],
			oneWayMs: 2,
		});
		const yOf = (afterMs: number): number => positionPx(shown.axis, startMs + afterMs);
		// The second request leaves the client at 188 and reaches the server at 190.
		assert.equal(itemAt(shown, 0, yOf(188), 3, 0.02)!.seq, 8);
		assert.equal(itemAt(shown, 0.5, (yOf(188) + yOf(190)) / 2, 1, 0.02)!.seq, 8);
		// The first one was blind from 0 to 88.
		assert.equal(itemAt(shown, 0.01, yOf(40), 3, 0.02)!.seq, 7);
		assert.equal(itemAt(shown, 0.5, yOf(40), 3, 0.02), undefined);
	});

	it('tells each line in words and numbers', () => {
		const rows = [
			row(100, { seq: 3, lagMs: 30, name: 'trade', kind: kindCode.event }),
			row(120, { seq: 4, flags: frameFlag.fin | frameFlag.out }),
		];
		const shown = ladder({ rows, handshake: undefined, oneWayMs: 2 });
		assert.match(
			itemText(shown.items[0]!, undefined),
			/^Frame 3, trade received, lag 30\.0 ms, 100 B, \d\d:\d\d:\d\d\.100$/,
		);
		assert.equal(itemFigure(shown.items[0]!), '30.0 ms');
		assert.equal(itemFigure(shown.items[1]!), '');
		const numbers = ladderNumbers(shown, undefined);
		assert.equal(numbers.rows.length, 2);
		assert.deepEqual(
			numbers.rows.map(([seq, direction, what]) => [seq, direction, what]),
			[
				['3', '← client', 'trade'],
				['4', '→ server', 'text'],
			],
		);
		assert.ok(numbers.rows.every((cells) => cells.length === numbers.head.length));
		assert.match(numbers.caption, /1 sent, 1 received/);
	});
});

describe('Poll cycles as bars', () => {
	it('lie one part behind the other, on the scale of the longest', () => {
		const bars = cycleBars([cycle(100), cycle(200, { holdMs: 60, blindMs: no, transferMs: 20 })]);
		// 88 + 10 + 2 = 100 ms and 80 ms.
		assert.equal(cycleScaleMs(bars), 100);
		assert.deepEqual(partShares(bars[0]!, 100), { blind: [0, 0.88], hold: [0.88, 0.98], transfer: [0.98, 1] });
		assert.deepEqual(partShares(bars[1]!, 100), { blind: [0, 0], hold: [0, 0.6], transfer: [0.6, 0.8] });
		assert.ok(!isCut(bars[0]!, 100));
	});

	it('are cut where one is far longer than nearly all of them', () => {
		const rows = Array.from({ length: 20 }, () => cycle(0));
		const bars = cycleBars([...rows, cycle(0, { blindMs: 60_000 })]);
		// 1.25 times the 100 ms that nine in ten do not exceed.
		assert.equal(cycleScaleMs(bars), 125);
		assert.ok(isCut(bars.at(-1)!, 125));
		assert.deepEqual(partShares(bars.at(-1)!, 125), { blind: [0, 1], hold: [1, 1], transfer: [1, 1] });
	});

	it('say what they brought, and all of it as a table', () => {
		const bars = cycleBars([
			cycle(0, { seq: 1 }),
			cycle(0, { seq: 2, eventsInCycle: 3 }),
			cycle(0, { seq: 5, eventsInCycle: 0, flags: frameFlag.fin | frameFlag.emptyCycle, status: 204 }),
			cycle(0, { seq: 6, eventsInCycle: 0, status: 0, blindMs: no }),
		]);
		assert.deepEqual(bars.map(broughtText), ['1 event', '3 events', 'empty', 'no answer']);
		const numbers = cyclesNumbers(bars);
		assert.deepEqual(numbers.rows[1]!.slice(2), ['88.0', '10.0', '2.0', '3 events']);
		assert.equal(numbers.rows[3]![2], '–', 'what was not measured is not 0');
		assert.match(numbers.caption, /last 4 poll cycles, 2 of them empty/);
	});

	it('have a scale where there are none', () => {
		assert.ok(cycleScaleMs([]) > 0);
	});
});

describe('The histogram', () => {
	const data: HistogramData = {
		period: 'session',
		edgesMs: [1, 2, 5, 10],
		counts: [60, 0, 40],
		distribution: { count: 100, mean: 4, p50: 1.5, p90: 8, p95: 9, p99: 9.5, p999: 9.9, max: 9.9, last: 1 },
	};

	it('puts a value where it lies within its bin, and what is outside at the ends', () => {
		assert.equal(placeAmong(data.edgesMs, 1), 0);
		assert.equal(placeAmong(data.edgesMs, 1.5), 0.5);
		assert.equal(placeAmong(data.edgesMs, 2), 1);
		assert.equal(placeAmong(data.edgesMs, 7.5), 2.5);
		assert.equal(placeAmong(data.edgesMs, 0), 0);
		assert.equal(placeAmong(data.edgesMs, 99), 3);
	});

	it('says a bin’s count and share, and the share up to there', () => {
		assert.equal(binText(data, 0), '1 – 2 ms: 60 (60.0 %), 60.0 % up to there');
		assert.equal(binText(data, 2), '5 – 10 ms: 40 (40.0 %), 100 % up to there');
	});

	it('is a table of the bins that hold something, with the percentiles above', () => {
		const { rows, caption, head } = histogramNumbers(data);
		assert.deepEqual(rows, [
			['1 – 2', '60', '60.0 %', '60.0 %'],
			['5 – 10', '40', '40.0 %', '100 %'],
		]);
		assert.equal(
			caption,
			'Histogram of 100 lags of the session: p50 1.50 ms, p90 8.00 ms, p99 9.50 ms, p99.9 9.90 ms, max 9.90 ms',
		);
		assert.equal(numbersText({ caption, head, rows }).split('\n')[1], ['1 – 2', '60', '60.0 %', '60.0 %'].join('\t'));
	});

	it('never rounds a share to none or all where it is neither', () => {
		assert.deepEqual([0, 1e-6, 0.1234, 0.999_99, 1].map(percent), ['0 %', '< 0.1 %', '12.3 %', '> 99.9 %', '100 %']);
	});

	it('writes edges to the digit, and takes powers of ten for the roundest', () => {
		assert.deepEqual([0, 0.25, -0.003, 1.2, 4000, -12_500].map(edgeText), [
			'0',
			'0.25',
			'−0.003',
			'1.2',
			'4,000',
			'−12,500',
		]);
		assert.deepEqual([0, 0.001, 10, -100, 0.2, 50, 3, 1.2].map(edgeRank), [0, 0, 0, 0, 1, 1, 2, 2]);
	});

	it('labels as many edges as fit, the roundest first', () => {
		const labels = [0, 10, 20, 30, 40].map((at) => ({ at, width: 8 }));
		assert.deepEqual(
			fittingLabels(labels, () => 0, 4),
			[0, 2, 4],
		);
		assert.deepEqual(
			fittingLabels(labels, (index) => (index === 1 ? 0 : 1), 4),
			[1, 3],
		);
	});

	it('puts labels that would touch into another row', () => {
		const labels = [
			{ from: 0, width: 50 },
			{ from: 30, width: 50 },
			{ from: 55, width: 50 },
		];
		assert.deepEqual(labelRows(labels), [0, 1, 0]);
	});
});

describe('The heat map', () => {
	const map = (
		cells: ReadonlyArray<readonly [column: number, lagMs: number, count: number]>,
		columns: number,
	): HeatMap => {
		const counts = new Uint32Array(columns * heatMapRows);
		for (const [column, lagMs, count] of cells) {
			counts[column * heatMapRows + heatMapRow(lagMs)] = count;
		}
		return { startMs, columnMs: 2000, columns, counts };
	};

	it('draws the rows in which lags lie and one to each side, and those below 0 only where there are some', () => {
		// 1 ms begins row 13, 10 ms row 19.
		assert.deepEqual(
			usedRows(
				map(
					[
						[0, 1, 3],
						[1, 10, 1],
					],
					2,
				),
			),
			{ lowest: 12, highest: 20 },
		);
		assert.deepEqual(usedRows(map([[0, -1, 3]], 1)), { lowest: 0, highest: 1 });
		assert.deepEqual(usedRows(map([[0, 0, 3]], 1)), { lowest: 1, highest: 2 });
		assert.deepEqual(usedRows(map([[0, 1e6, 3]], 1)), { lowest: 46, highest: 47 });
		assert.equal(usedRows(map([], 3)), undefined);
	});

	it('finds the cell under a point that lies within it', () => {
		const shown = map([[0, 1, 3]], 50);
		const grid = heatMapGrid(shown, usedRows(shown)!, { leftPx: 40, topPx: 6, widthPx: 200, heightPx: 90 });
		assert.equal(grid.cellWidthPx, 4);
		assert.equal(grid.cellHeightPx, 30);
		// The highest row is on top.
		assert.deepEqual(cellCorner(grid, 0, 14), [40, 6]);
		assert.deepEqual(cellAt(grid, 41, 7), [0, 14]);
		assert.deepEqual(cellAt(grid, 239, 95), [49, 12]);
		assert.equal(cellAt(grid, 39, 7), undefined);
		assert.equal(cellAt(grid, 41, 97), undefined);
		assert.equal(
			heatMapGrid(map([], 2), grid.rows, { leftPx: 0, topPx: 0, widthPx: 200, heightPx: 90 }).cellWidthPx,
			14,
		);
	});

	it('colours by the logarithm of the count, so that one lag among a thousand is seen', () => {
		assert.equal(cellOpacity(0, 1000, 0.2), 0);
		assert.equal(cellOpacity(1, 1000, 0.2), 0.2);
		assert.equal(cellOpacity(1000, 1000, 0.2), 1);
		// log 31.62 is half of log 1000.
		assert.ok(Math.abs(cellOpacity(31.622_776, 1000, 0.2) - 0.6) < 1e-6);
		assert.equal(cellOpacity(1, 1, 0.2), 1);
	});

	it('marks the powers of ten in view', () => {
		assert.deepEqual(lagMarks({ lowest: 12, highest: 20 }), [
			{ row: 13, text: '1 ms' },
			{ row: 19, text: '10 ms' },
		]);
		assert.deepEqual(lagMarks({ lowest: 0, highest: 8 }), [
			{ row: 1, text: '0' },
			{ row: 7, text: '0.1 ms' },
		]);
		assert.deepEqual(
			lagMarks({ lowest: 30, highest: 44 }).map(({ text }) => text),
			['1 s', '10 s', '100 s'],
		);
	});

	it('is zoomed to some of its columns, which are a map of their own and fill the picture', () => {
		const shown = map(
			[
				[0, 1, 3],
				[4, 10, 7],
				[9, 100, 2],
			],
			10,
		);
		const part = columnsOf(shown, [3, 6]);
		assert.equal(part.startMs, startMs + 6000);
		assert.equal(part.columns, 4);
		assert.equal(mostInCell(part), 7);
		// Only the rows of what is in view: 10 ms begins row 19.
		assert.deepEqual(usedRows(part), { lowest: 18, highest: 20 });
		assert.equal(cellText(part, 1, 19), cellText(shown, 4, 19));
		const plot = { leftPx: 0, topPx: 0, widthPx: 200, heightPx: 90 };
		assert.equal(heatMapGrid(part, usedRows(part)!, plot).cellWidthPx, 14);
		assert.equal(heatMapGrid(part, usedRows(part)!, plot, true).cellWidthPx, 50);
	});

	it('keeps the times that it is zoomed to when its columns come to cover twice as long', () => {
		const times = [startMs + 6000, startMs + 12_000] as const;
		assert.deepEqual(columnsOfTimes(map([], 10), times), [3, 6]);
		assert.deepEqual(columnsOfTimes({ ...map([], 10), columnMs: 4000 }, times), [1, 3]);
		assert.equal(columnsOfTimes(map([], 4), [startMs, startMs + 6000]), undefined, 'all of it');
		assert.equal(columnsOfTimes(map([], 2), times), undefined, 'nothing of it is left');
	});

	it('is a table with a row for each time that has lags and a column for each size that occurs', () => {
		const shown = map(
			[
				[0, 1, 3],
				[2, 1, 1200],
				[2, -5, 2],
			],
			4,
		);
		const { head, rows, caption } = heatMapNumbers(shown);
		assert.deepEqual(head.slice(1), ['below 0', '1 ms – 1.47 ms']);
		assert.deepEqual(
			rows.map((cells) => cells.slice(1)),
			[
				['', '3'],
				['2', '1,200'],
			],
		);
		assert.match(caption, /^Heat map of 1,205 lags, .*, a column for each 2 s$/);
		assert.match(cellText(shown, 2, heatMapRow(1)), /, lag 1 ms – 1\.47 ms: 1,200$/);
	});
});

describe('The lag chart', () => {
	const series = (count: number, columns: Partial<Record<SeriesColumn, readonly number[]>>): Series => ({
		startMs: 1_700_000_000_000,
		bucketMs: 1000,
		columns: Object.fromEntries(
			seriesColumns.map((name) => {
				const nothing = name.startsWith('lag') || name === 'roundTrip' ? no : 0;
				const given = columns[name];
				return [name, given === undefined ? new Float32Array(count).fill(nothing) : Float32Array.from(given)];
			}),
		) as Series['columns'],
	});
	const whole = [100, 399] as const;

	it('knows what it has in whole seconds', () => {
		assert.deepEqual(wholeSpan(series(10, {})), [1_700_000_000, 1_700_000_009]);
		assert.deepEqual(wholeSpan(series(0, {})), [1_700_000_000, 1_700_000_000]);
	});

	it('zooms around a second that keeps its place, to four seconds at the nearest, and out to all of it', () => {
		// 299 s become 150, and 200 is a third (100 / 299) from the left: 200 − 50.2 = 149.8.
		assert.deepEqual(zoomedAround(whole, undefined, 200, 0.5), [150, 300]);
		assert.deepEqual(zoomedAround(whole, [150, 300], 150, 0.5), [150, 225]);
		assert.deepEqual(zoomedAround(whole, [150, 155], 150, 0.5), [150, 154]);
		assert.deepEqual(zoomedAround(whole, [150, 154], 152, 0.5), [150, 154]);
		assert.equal(zoomedAround(whole, [150, 300], 200, 2), undefined);
	});

	it('zooms to what was dragged over, in either direction, in whole seconds', () => {
		assert.deepEqual(draggedSpan(whole, 120.4, 180.2), [120, 181]);
		assert.deepEqual(draggedSpan(whole, 180.2, 120.4), [120, 181]);
		assert.deepEqual(draggedSpan(whole, 120.4, 120.6), [119, 123]);
		assert.deepEqual(draggedSpan(whole, 100, 100.5), [100, 104]);
		assert.equal(draggedSpan(whole, 99.5, 399.5), undefined);
	});

	it('moves along to have a second in view', () => {
		assert.deepEqual(movedToHave(whole, [150, 200], 160), [150, 200]);
		assert.deepEqual(movedToHave(whole, [150, 200], 149), [149, 199]);
		assert.deepEqual(movedToHave(whole, [150, 200], 230), [180, 230]);
	});

	it('keeps a stretch while the series has something of it', () => {
		assert.deepEqual(keptWithin(whole, [90, 110]), [100, 120]);
		assert.deepEqual(keptWithin(whole, [390, 410]), [379, 399]);
		assert.equal(keptWithin(whole, [50, 99]), undefined);
		assert.equal(keptWithin(whole, [100, 399]), undefined);
	});

	it('takes its scale from what is in view', () => {
		const lags = [5, 5, 5, 5, 5, 50, 50, 50, 50, 50];
		const shown = series(10, { lagP50: lags, lagP99: lags, lagMax: lags });
		const [, all] = lagRange(shown);
		const [, first] = lagRange(shown, [1_700_000_000, 1_700_000_004]);
		assert.ok(all > 50 && all < 60);
		assert.ok(first > 5 && first < 6);
	});

	it('has room below for signs where there are some in view, and tells each with its count', () => {
		const lags = [10, 10, 10];
		const shown = series(3, { lagP50: lags, lagP99: lags, lagMax: lags, missing: [0, 4, 0], stalls: [0, 1, 0] });
		const [min, max] = lagRange(shown);
		assert.ok(min < 0 && min > -max / 3);
		assert.equal(lagRange(shown, [1_700_000_002, 1_700_000_002])[0], 0);
		assert.deepEqual(marksIn(shown, 1), [
			['stalls', 1],
			['missing', 4],
		]);
		assert.deepEqual(marksIn(shown, 0), []);
	});

	it('names lost connections and those opened again, as it does every sign, for all of the time and for a second', () => {
		const shown = series(4, {
			lagP50: [1, no, no, 2],
			lagP95: [1.5, no, no, 2.5],
			lagP99: [2, no, no, 3],
			lagMax: [12, no, no, 3],
			roundTrip: [no, no, 0.5, no],
			connectionsOpened: [1, 0, 0, 1],
			connectionsLost: [0, 1, 0, 0],
			stalls: [0, 0, 0, 2],
		});
		const label = lagChartLabel(shown, 2);
		assert.match(label, /slowest frame 12\.0 ms, 2 stalls, 1 connection lost, 1 connection opened again$/);
		const reopened = [0, 0, 0, 1];
		const time = (second: number): string => timeOfDaySeconds(shown.startMs + second * 1000);
		assert.equal(secondText(shown, reopened, 0), `${time(0)}  p50 1.00  p95 1.50  p99 2.00  max 12.0 ms`);
		assert.equal(secondText(shown, reopened, 1), `${time(1)}  p50 –  p95 –  p99 –  max – ms  1 connection lost`);
		assert.match(secondText(shown, reopened, 2), /max – {2}round trip 0\.50 ms$/);
		assert.match(secondText(shown, reopened, 3), /max 3\.00 ms {2}2 stalls {2}1 connection opened again$/);
		assert.deepEqual(totals(shown, 2), [
			['stalls', 2],
			['connectionsLost', 1],
			['reopened', 1],
		]);
	});

	it('has something to draw where anything was measured or happened, and a first connection is neither', () => {
		assert.equal(hasMeasured(series(3, { connectionsOpened: [1, 0, 0], framesIn: [4, 4, 4] }), 1), false);
		assert.equal(hasMeasured(series(3, { connectionsOpened: [1, 0, 1] }), 2), true);
		assert.equal(hasMeasured(series(3, { roundTrip: [no, 3, no] }), 1), true);
		assert.equal(hasMeasured(series(3, { lagP50: [no, -3, no] }), 1), true);
		assert.equal(hasMeasured(series(0, {}), 0), false);
	});

	it('is a table with a row for each second in which anything came or happened', () => {
		const shown = series(6, {
			framesIn: [1200, 0, 3, 0, 0, 0],
			lagP50: [1, no, no, no, no, no],
			lagP95: [1.5, no, no, no, no, no],
			lagP99: [2, no, no, no, no, no],
			lagMax: [1204.3, no, no, no, no, no],
			roundTrip: [no, no, no, no, 0.5, no],
			connectionsOpened: [1, 0, 0, 2, 0, 0],
			connectionsLost: [0, 0, 0, 2, 0, 0],
			stalls: [1, 0, 0, 0, 0, 0],
			missing: [1500, 0, 0, 0, 0, 0],
			duplicates: [2, 0, 0, 0, 0, 0],
			reorders: [3, 0, 0, 0, 0, 0],
			resets: [4, 0, 0, 0, 0, 0],
		});
		const { caption, head, rows } = overTimeNumbers(shown, 3);
		assert.equal(caption, lagChartLabel(shown, 3));
		assert.equal(
			head.join(' | '),
			'time | p50 ms | p95 ms | p99 ms | max ms | round trip ms | frames in | stalls | skipped | duplicates | out of order | resets | lost | opened again',
		);
		const time = (second: number): string => timeOfDaySeconds(shown.startMs + second * 1000);
		assert.deepEqual(
			rows.map((cells) => cells.join('|')),
			[
				`${time(0)}|1.0|1.5|2.0|1,204.3|–|1,200|1|1,500|2|3|4||`,
				`${time(2)}|–|–|–|–|–|3|||||||`,
				`${time(3)}|–|–|–|–|–|0||||||2|2`,
				`${time(4)}|–|–|–|–|0.5|0|||||||`,
			],
		);
		assert.deepEqual(overTimeNumbers(series(0, {}), 0).rows, []);
	});

	it('zooms by the keys that look like it, shifted or not', () => {
		assert.deepEqual(['+', '=', '-', '−', 'x'].map(zoomOfKey), [0.5, 0.5, 2, 2, undefined]);
	});
});
