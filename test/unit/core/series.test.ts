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

	it('tells the true rate of a steady stream from 0.2 s on, and never takes a part of a second for a whole one', () => {
		const recorder = new SeriesRecorder();
		assert.equal(recorder.perSecond('framesIn'), 0);
		recorder.add('connectionsOpened', 10_870, 1);
		const told: number[] = [];
		// A frame each 10 ms from 10.88 s on, looked at each 190 ms: 19 frames in the first 190 ms, 38 in 380 ms.
		for (let frame = 1; frame <= 19 * 25; frame++) {
			recorder.frame(10_870 + frame * 10, false, 5, Number.NaN);
			if (frame % 19 === 0) {
				told.push(recorder.perSecond('framesIn'));
			}
		}
		assert.equal(told[0], 0);
		assert.deepEqual(told.slice(1), told.slice(1).fill(100));
		assert.equal(recorder.perSecond('payloadBytesIn'), 500);
	});

	it('takes the time that passes without a frame into the first rates', () => {
		const recorder = new SeriesRecorder();
		recorder.frame(1500, false, 0, Number.NaN);
		recorder.frame(1510, false, 0, Number.NaN);
		recorder.advance(1699);
		assert.equal(recorder.perSecond('framesIn'), 0);
		recorder.advance(1900);
		// 2 frames in 0.4 s.
		assert.equal(recorder.perSecond('framesIn'), 5);
		recorder.advance(2500);
		// 2 frames in 1 s, none of which was a full second of the clock.
		assert.equal(recorder.perSecond('framesIn'), 2);
		recorder.advance(3000);
		assert.equal(recorder.perSecond('framesIn'), 0);
	});

	it('begins rates anew when told so, without what came before', () => {
		const recorder = new SeriesRecorder();
		for (let frame = 0; frame < 500; frame++) {
			recorder.frame(1000 + frame, false, 0, Number.NaN);
		}
		recorder.beginRates(20_500);
		for (let frame = 0; frame < 30; frame++) {
			recorder.frame(20_500 + frame * 10, false, 0, Number.NaN);
		}
		recorder.advance(20_800);
		// 30 frames in 0.3 s.
		assert.equal(recorder.perSecond('framesIn'), 100);
	});

	it('goes on after time jumped forward or back', () => {
		const recorder = new SeriesRecorder();
		recorder.frame(10_000, false, 1, -5);
		// An hour, then years, ahead.
		for (const atMs of [3_610_000, 1e12]) {
			recorder.frame(atMs, false, 1, 1);
			const { startMs, columns } = readSeries(recorder.pack());
			assert.equal(columns.framesIn.length, 300);
			assert.equal(startMs, atMs - 299_000);
			assert.equal(
				columns.framesIn.reduce((sum, count) => sum + count),
				1,
			);
			assert.equal(recorder.perSecond('framesIn'), 0);
		}
		// A frame that comes a second late is counted in the bucket in hand.
		recorder.frame(1e12 - 1000, false, 1, 1);
		assert.equal(readSeries(recorder.pack()).columns.framesIn[299], 2);
		// An hour back: there is no bucket for that, so it begins anew.
		recorder.frame(1e12 - 3_600_000, false, 1, 1);
		const { startMs, columns } = readSeries(recorder.pack());
		assert.equal(startMs, 1e12 - 3_600_000);
		assert.deepEqual([...columns.framesIn], [1]);
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
