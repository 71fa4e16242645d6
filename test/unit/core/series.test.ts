import assert from 'node:assert/strict';
import { readSeries, SeriesRecorder } from '../../../src/core/timing/series';

describe('SeriesRecorder', () => {
	it('adds frames and bytes to the second in which they arrived', () => {
		const recorder = new SeriesRecorder();
		recorder.frame(10_000, false, 100, 1);
		recorder.frame(10_999, false, 50, 3);
		recorder.frame(12_000, true, 7, Number.NaN);
		const { startMs, bucketMs, columns } = readSeries(recorder.pack());
		assert.equal(startMs, 10_000);
		assert.equal(bucketMs, 1000);
		assert.deepEqual([...columns.framesIn], [2, 0, 0]);
		assert.deepEqual([...columns.framesOut], [0, 0, 1]);
		assert.deepEqual([...columns.payloadBytesIn], [150, 0, 0]);
		assert.deepEqual([...columns.lagMax], [3, Number.NaN, Number.NaN]);
	});

	it('tells the mean of the last full seconds, three at most, and nothing of the one in hand', () => {
		const recorder = new SeriesRecorder();
		for (const [atMs, frames] of [
			[1000, 100],
			[2000, 4],
			[3000, 8],
			[4000, 6],
			[5000, 1000],
		] as const) {
			for (let frame = 0; frame < frames; frame++) {
				recorder.frame(atMs, false, 0, Number.NaN);
			}
		}
		// (4 + 8 + 6) / 3
		assert.equal(recorder.perSecond('framesIn'), 6);
		recorder.advance(9000);
		assert.equal(recorder.perSecond('framesIn'), 0);
	});

	it('says 0 a second before the first second is full', () => {
		const recorder = new SeriesRecorder();
		recorder.frame(1000, false, 0, Number.NaN);
		assert.equal(recorder.perSecond('framesIn'), 0);
	});

	it('keeps five minutes however long it runs', () => {
		const recorder = new SeriesRecorder();
		for (let second = 0; second < 1000; second++) {
			recorder.frame(second * 1000, false, second, Number.NaN);
		}
		const { startMs, columns } = readSeries(recorder.pack());
		assert.equal(columns.framesIn.length, 300);
		assert.equal(startMs, 700_000);
		assert.equal(columns.payloadBytesIn[0], 700);
		assert.equal(columns.payloadBytesIn[299], 999);
	});

	it('is empty before anything happened', () => {
		assert.equal(readSeries(new SeriesRecorder().pack()).columns.framesIn.length, 0);
	});
});
