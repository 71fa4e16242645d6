import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SlidingHistogram } from '../../../src/core/timing/slidingHistogram';

const beganAtMs = 1_700_000_000_000;

describe('SlidingHistogram', () => {
	it('tells nothing rather than 0 before anything was recorded', () => {
		const { count, p50, mean, last } = new SlidingHistogram().distribution(beganAtMs);
		assert.deepEqual([count, p50, mean, last], [0, null, null, null]);
	});

	it('forgets what is older than a minute, and nothing of the last 55 seconds', () => {
		const histogram = new SlidingHistogram();
		histogram.record(beganAtMs, 7);
		assert.equal(histogram.distribution(beganAtMs + 54_999).count, 1);
		assert.equal(histogram.distribution(beganAtMs + 60_000).count, 0);
		histogram.record(beganAtMs + 200_000, 9);
		assert.equal(histogram.distribution(beganAtMs + 200_000).max, 9);
	});

	it('tells percentiles of all values in the window together', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.record({
						gapMs: fc.double({ min: 0, max: 9000, noNaN: true }),
						ms: fc.double({ min: -50, max: 5000, noNaN: true }),
					}),
					{ minLength: 1, maxLength: 200 },
				),
				fc.double({ min: 0, max: 70_000, noNaN: true }),
				(events, laterMs) => {
					const histogram = new SlidingHistogram();
					const recorded: { readonly atMs: number; readonly ms: number }[] = [];
					let atMs = beganAtMs;
					for (const { gapMs, ms } of events) {
						atMs += gapMs;
						histogram.record(atMs, ms);
						recorded.push({ atMs, ms });
					}
					const nowMs = atMs + laterMs;
					// Slices of five seconds of the epoch, of which the window has the newest twelve.
					const from = (Math.floor(nowMs / 5000) - 11) * 5000;
					const inWindow = recorded.filter((each) => each.atMs >= from).map(({ ms }) => ms);
					const told = histogram.distribution(nowMs);
					assert.equal(told.count, inWindow.length);
					if (inWindow.length > 0) {
						assert.equal(told.max! + 0, Math.max(...inWindow) + 0);
						assert.equal(told.last! + 0, inWindow.at(-1)! + 0);
						const sorted = inWindow.sort((a, b) => a - b);
						for (const [key, share] of [
							['p50', 500],
							['p90', 900],
							['p99', 990],
						] as const) {
							const exact = sorted[Math.max(1, Math.ceil((share * sorted.length) / 1000)) - 1]!;
							assert.ok(Math.abs(told[key]! - exact) <= Math.abs(exact) / 256 + 0.000_501);
						}
					}
				},
			),
		);
	});

	it('is not misled by parts of very different sizes, as a mean of percentiles would be', () => {
		const histogram = new SlidingHistogram();
		for (let event = 0; event < 990; event++) {
			histogram.record(beganAtMs, 1);
		}
		for (let event = 0; event < 10; event++) {
			histogram.record(beganAtMs + 30_000, 1000);
		}
		const { p50, p99, p999 } = histogram.distribution(beganAtMs + 30_000);
		assert.ok(Math.abs(p50! - 1) < 0.01 && Math.abs(p99! - 1) < 0.01 && Math.abs(p999! - 1000) < 5);
	});

	it('counts a value from before the slice in hand in that one', () => {
		const histogram = new SlidingHistogram();
		histogram.record(beganAtMs + 10_000, 1);
		histogram.record(beganAtMs, 2);
		assert.equal(histogram.distribution(beganAtMs + 10_000 + 54_999).count, 2);
	});

	it('shifts every value in the window, and begins anew after a reset', () => {
		const histogram = new SlidingHistogram();
		histogram.record(beganAtMs, 10);
		histogram.record(beganAtMs + 20_000, 30);
		assert.equal(histogram.distribution(beganAtMs + 20_000).max, 30);
		histogram.shift(-10);
		histogram.record(beganAtMs + 40_000, 4);
		const { count, mean, max } = histogram.distribution(beganAtMs + 40_000);
		assert.deepEqual([count, mean, max], [3, 8, 20]);
		histogram.reset();
		assert.equal(histogram.distribution(beganAtMs + 40_000).count, 0);
		histogram.record(beganAtMs + 41_000, 4);
		assert.equal(histogram.distribution(beganAtMs + 41_000).count, 1);
	});
});
