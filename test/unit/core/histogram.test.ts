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

	it('tells negative values as what they are, beside positive ones', () => {
		const histogram = new Histogram();
		for (let frame = 0; frame < 39; frame++) {
			histogram.record(-100);
		}
		histogram.record(3);
		// By nearest rank of 40, p50 is the 20th and p95 the 38th, both −100; p99 is the 40th. 100,000 µs lie in the bucket of
		// 99,840 … 100,351 µs, whose middle is 100,095.5 µs, and 3,000 µs in that of 2,992 … 3,007 µs.
		assert.deepEqual(histogram.distribution(), {
			count: 40,
			p50: -100.0955,
			p95: -100.0955,
			p99: 2.9995,
			max: 3,
			last: 3,
		});
	});

	it('orders negative values, so that percentiles of nothing else are not all the maximum', () => {
		const histogram = new Histogram();
		// −100 … −1 µs: the 50th from below is −51, the 95th −6, the 99th −2.
		for (let microseconds = 1; microseconds <= 100; microseconds++) {
			histogram.record(-microseconds / 1000);
		}
		assert.deepEqual(histogram.distribution(), {
			count: 100,
			p50: -0.051,
			p95: -0.006,
			p99: -0.002,
			max: -0.001,
			last: -0.1,
		});
	});

	it('is within 1/256 of the exact percentile for any values of nineteen hours to both sides', () => {
		const value = fc.oneof(
			fc.double({ min: -68_000_000, max: 68_000_000, noNaN: true }),
			fc.double({ min: -5, max: 5, noNaN: true }),
		);
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
					assert.ok(Math.abs(told - exact) <= Math.abs(exact) / 256 + 0.0006, `${told} for ${exact}`);
					// Adding 0 makes -0 the 0 that it is equal to.
					assert.equal(histogram.distribution().max! + 0, sorted.at(-1)! + 0);
				},
			),
			{ numRuns: 500 },
		);
	});

	it('is empty again after a reset', () => {
		const histogram = new Histogram();
		histogram.record(-5);
		histogram.record(5);
		histogram.reset();
		assert.equal(histogram.percentile(0.5), null);
		histogram.record(-7);
		assert.equal(histogram.distribution().max, -7);
		assert.equal(histogram.percentile(1), -7);
	});
});
