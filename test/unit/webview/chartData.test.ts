import assert from 'node:assert/strict';
import { type Series, type SeriesColumn, seriesColumns } from '../../../src/core/timing/series';
import { axisSplits, fullBuckets, gapped, lagRange, reopenedCounts } from '../../../src/webview/inspector/chartData';

function series(count: number, columns: Partial<Record<SeriesColumn, readonly number[]>>): Series {
	const empty = (name: SeriesColumn): Float32Array =>
		new Float32Array(count).fill(name.startsWith('lag') || name === 'roundTrip' ? Number.NaN : 0);
	return {
		startMs: 1_700_000_000_000,
		bucketMs: 1000,
		columns: Object.fromEntries(
			seriesColumns.map((name) => [name, columns[name] === undefined ? empty(name) : Float32Array.from(columns[name])]),
		) as Series['columns'],
	};
}

describe('what the charts draw', () => {
	it('leaves the running second out of sparklines and shows at most a minute', () => {
		const counts = Array.from({ length: 100 }, (_, second) => second);
		const [x, y] = fullBuckets(series(100, { framesIn: counts }), Float32Array.from(counts));
		assert.equal(x.length, 60);
		assert.equal(y.at(-1), 98);
		assert.deepEqual(fullBuckets(series(1, {}), new Float32Array(1)), [[], []]);
	});

	it('keeps a few stalls from pressing the lag flat', () => {
		const steady = Array.from({ length: 100 }, () => 4);
		const withStalls = steady.map((value, second) => (second % 50 === 0 ? 10_000 : value));
		const [min, max] = lagRange(series(100, { lagP50: steady, lagP99: withStalls, lagMax: withStalls }));
		assert.equal(min, 0);
		assert.ok(max > 4 && max < 5, `${max}`);
	});

	it('reaches below 0 where clocks differ, and has a range where nothing was measured', () => {
		const [min] = lagRange(series(3, { lagP50: [-5, -4, -5], lagP99: [-3, -3, -3], lagMax: [-3, -3, -3] }));
		assert.ok(min < -5);
		assert.deepEqual(lagRange(series(3, {})), [0, 1]);
	});

	it('draws a slow poll as a line and leaves a gap where there is less than the traffic usually has', () => {
		const no = Number.NaN;
		assert.deepEqual(gapped(Float32Array.from([no, 1, no, no, 2, no, no, no, 3, no])), [
			null,
			1,
			...[undefined, undefined],
			2,
			...[undefined, undefined, undefined],
			3,
			null,
		]);
		assert.deepEqual(gapped(Float32Array.from([1, 2, no, 3, 4, 5])), [1, 2, null, 3, 4, 5]);
		assert.deepEqual(gapped(Float32Array.from([no, no])), [null, null]);
		assert.deepEqual(gapped(Float32Array.from([no, 7])), [null, 7]);
	});

	it('counts every opening but the session’s first as one again', () => {
		const opened = series(5, { connectionsOpened: [1, 0, 1, 0, 2] });
		assert.deepEqual(reopenedCounts(opened, 4), [0, 0, 1, 0, 2]);
		// One more connection was opened than is in the series: the first one lies before it.
		assert.deepEqual(reopenedCounts(opened, 5), [1, 0, 1, 0, 2]);
		assert.deepEqual(reopenedCounts(series(2, { connectionsOpened: [3, 0] }), 3), [2, 0]);
	});

	it('splits an axis at round numbers', () => {
		assert.deepEqual(axisSplits(0, 10, 3), [0, 5, 10]);
		assert.deepEqual(axisSplits(0, 1.1, 3), [0, 0.5, 1]);
		assert.deepEqual(axisSplits(-3, 7, 3), [0, 5]);
	});
});
