import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram } from '../../../src/core/timing/histogram';

describe('Histogram', () => {
	it('tells nothing rather than 0 when nothing was recorded', () => {
		assert.deepEqual(new Histogram().distribution(), {
			count: 0,
			p50: null,
			p95: null,
			p99: null,
			max: null,
			last: null,
		});
	});

	it('gives exact percentiles of whole microseconds below 256', () => {
		const histogram = new Histogram();
		// 1 … 100 µs: by nearest rank p50 is the 50th value, p95 the 95th, p99 the 99th.
		for (let microseconds = 1; microseconds <= 100; microseconds++) {
			histogram.record(microseconds / 1000);
		}
		assert.deepEqual(histogram.distribution(), { count: 100, p50: 0.05, p95: 0.095, p99: 0.099, max: 0.1, last: 0.1 });
	});

	it('does not count what was not measured', () => {
		const histogram = new Histogram();
		histogram.record(Number.NaN);
		assert.equal(histogram.count, 0);
	});

	it('counts a negative value as 0 in percentiles and keeps it as the exact maximum', () => {
		const histogram = new Histogram();
		histogram.record(-3);
		assert.equal(histogram.distribution().max, -3);
		assert.equal(histogram.percentile(0.5), -3);
	});

	it('is within 1/256 of the exact percentile for any values up to nineteen hours', () => {
		const value = fc.double({ min: 0.001, max: 68_000_000, noNaN: true });
		fc.assert(
			fc.property(
				fc.array(value, { minLength: 1, maxLength: 200 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(values, share) => {
					const histogram = new Histogram();
					for (const each of values) {
						histogram.record(each);
					}
					const sorted = [...values].sort((a, b) => a - b);
					const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
					const told = histogram.percentile(share)!;
					assert.ok(Math.abs(told - exact) <= exact / 256 + 0.0006, `${told} for ${exact}`);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('is empty again after a reset', () => {
		const histogram = new Histogram();
		histogram.record(5);
		histogram.reset();
		assert.equal(histogram.percentile(0.5), null);
	});
});
