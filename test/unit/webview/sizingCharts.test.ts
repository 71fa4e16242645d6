import assert from 'node:assert/strict';
import type { BarChart, LineChart } from '../../../src/core/sizing/calculation';
import { barScale, isHardLimit, lineScale, nearest, verdictOf } from '../../../src/webview/sizing/chartScale';
import { chartFigure } from '../../../src/webview/sizing/chartUnits';
import { splitHeadline } from '../../../src/webview/sizing/headline';

function bars(values: readonly (number | null)[], more: Partial<BarChart> = {}): BarChart {
	return {
		kind: 'bars',
		title: 'Load',
		valueLabel: 'connections',
		unit: 'count',
		groups: values.map(String),
		series: [{ name: 'load', values }],
		limits: [],
		...more,
	};
}

const serverLimits = [
	{ name: 'limit of a server', value: 60_000 },
	{ name: 'limit less headroom', value: 60_000 * (1 - 0.2) },
];

describe('the scale of a sizing chart', () => {
	it('begins at 0 and holds the largest bar and every limit', () => {
		const scale = barScale(bars([40_000, 120_000], { limits: [{ name: 'limit', value: 150_000 }] }));
		assert.equal(scale.position(0), 0);
		assert.ok(scale.position(150_000) > 0.9 && scale.position(150_000) < 1);
		// Linear: 40,000 is a third of 120,000.
		assert.ok(Math.abs(scale.position(120_000) / scale.position(40_000) - 3) < 1e-9);
	});

	it('has a position within the axis for every value, also where all are 0 or missing', () => {
		for (const chart of [bars([]), bars([0, null]), bars([1, 10], { logarithmic: true })]) {
			for (const value of [-1, 0, 1, 1e300]) {
				const position = barScale(chart).position(value);
				assert.ok(position >= 0 && position <= 1, `${position}`);
			}
		}
	});

	it('gives the least bar of a logarithmic chart a length, and equal ratios equal distances', () => {
		const scale = barScale(bars([10, 100, 1000], { logarithmic: true }));
		assert.ok(scale.position(10) > 0.2);
		const step = scale.position(100) - scale.position(10);
		assert.ok(Math.abs(scale.position(1000) - scale.position(100) - step) < 1e-9);
		assert.equal(scale.position(0), 0);
		assert.deepEqual(scale.marks, [10, 100, 1000]);
	});

	it('marks a logarithmic axis of time at minutes and hours, not at 1 min 40 s', () => {
		assert.deepEqual(barScale(bars([55, 7200], { logarithmic: true, unit: 'seconds' })).marks, [60, 600, 3600]);
	});

	it('holds every line and limit of a line chart', () => {
		const chart: LineChart = {
			kind: 'lines',
			title: 'Rate',
			xLabel: 'after the restart',
			xUnit: 'seconds',
			valueLabel: 'handshakes',
			unit: 'perSecond',
			x: [0, 1],
			series: [{ name: 'all at once', values: [500, null] }],
			limits: [{ name: 'limit', value: 800 }],
		};
		assert.ok(lineScale(chart).most > 800);
		assert.ok(lineScale({ ...chart, limits: [] }).most > 500);
		assert.ok(lineScale({ ...chart, series: [], limits: [] }).most > 0);
	});
});

describe('what a bar says of its value', () => {
	it('is over above the limit, at limit right there, in the headroom between, and nothing below', () => {
		assert.equal(verdictOf(80_000, serverLimits), 'over');
		assert.equal(verdictOf(60_000, serverLimits), 'atLimit');
		assert.equal(verdictOf(50_000, serverLimits), 'tight');
		// The answer is 6 servers: 48,000 each is within the headroom, though 60,000 × 0.8 is not exact in binary.
		assert.equal(verdictOf(240_000 / 5, serverLimits), 'ok');
		assert.equal(verdictOf(40_000, serverLimits), 'ok');
	});

	it('is under below a limit that is the least, and nothing by a line that only compares', () => {
		assert.equal(verdictOf(27.5, [{ name: 'heartbeat interval', value: 30, kind: 'least' }]), 'under');
		assert.equal(verdictOf(600, [{ name: 'heartbeat interval', value: 30, kind: 'least' }]), 'ok');
		assert.equal(verdictOf(5, [{ name: 'safe', value: 3, kind: 'mark' }]), 'ok');
		assert.equal(verdictOf(5, []), 'ok');
	});

	it('tells the limit that may not be passed from one that warns or compares', () => {
		const [hard, soft] = serverLimits;
		const mark = { name: 'safe', value: 90_000, kind: 'mark' } as const;
		assert.equal(isHardLimit(hard!, [...serverLimits, mark]), true);
		assert.equal(isHardLimit(soft!, serverLimits), false);
		assert.equal(isHardLimit(mark, [...serverLimits, mark]), false);
	});
});

describe('what a chart says in words', () => {
	it('writes each value in its unit', () => {
		assert.equal(chartFigure(240_000 / 7, 'count'), '34,286');
		assert.equal(chartFigure(2.5, 'count'), '2.5');
		assert.equal(chartFigure(2_200_000, 'bytesPerSecond'), '2.2 MB/s');
		assert.equal(chartFigure(800, 'perSecond'), '800/s');
		assert.equal(chartFigure(90, 'seconds'), '1 min 30 s');
		assert.equal(chartFigure(0.2, 'share'), '20%');
		assert.equal(chartFigure(220, 'bytes'), '220 B');
	});

	it('reads the value that is nearest to the pointer', () => {
		const xs = [0, 1, 2, 10];
		assert.deepEqual(
			[-5, 0.4, 0.6, 5.9, 6.1, 99].map((x) => nearest(xs, x)),
			[0, 0, 1, 2, 3, 3],
		);
		assert.equal(nearest([], 3), -1);
	});

	it('parts a headline where the answer ends, and not within a number', () => {
		assert.deepEqual(splitHeadline('6 servers: 48,000 connections each'), ['6 servers:', ' 48,000 connections each']);
		assert.deepEqual(splitHeadline('2.5 s on average, 5 s at worst'), ['2.5 s on average,', ' 5 s at worst']);
		assert.deepEqual(splitHeadline('48,000 requests a second'), ['48,000 requests a second', '']);
	});
});
