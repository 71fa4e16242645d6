import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram } from '../../../src/core/timing/histogram';

/** Half of a histogram's step, and what rounding to it and back adds. */
const halfStepMs = 0.000_501;

const milliseconds = fc.oneof(
	fc.double({ min: -68_000_000, max: 68_000_000, noNaN: true }),
	fc.double({ min: -5, max: 5, noNaN: true }),
);

const shares = [
	['p50', 0.5],
	['p90', 0.9],
	['p95', 0.95],
	['p99', 0.99],
	['p999', 0.999],
] as const;

function filled(values: readonly number[]): Histogram {
	const histogram = new Histogram();
	for (const each of values) {
		histogram.record(each);
	}
	return histogram;
}

function nearestRank(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
}

/** Numbers of 0 … 1 that are the same in each run (mulberry32). */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

describe('Histogram', () => {
	it('tells nothing rather than 0 when nothing was recorded', () => {
		assert.deepEqual(new Histogram().distribution(), {
			count: 0,
			mean: null,
			p50: null,
			p90: null,
			p95: null,
			p99: null,
			p999: null,
			max: null,
			last: null,
		});
	});

	it('gives exact percentiles of whole microseconds below 256', () => {
		const histogram = new Histogram();
		// 1 … 100 µs: by nearest rank p50 is the 50th value, p90 the 90th, p95 the 95th, p99 the 99th, p99.9 the 100th.
		for (let microseconds = 1; microseconds <= 100; microseconds++) {
			histogram.record(microseconds / 1000);
		}
		const { mean, ...rest } = histogram.distribution();
		assert.deepEqual(rest, {
			count: 100,
			p50: 0.05,
			p90: 0.09,
			p95: 0.095,
			p99: 0.099,
			p999: 0.1,
			max: 0.1,
			last: 0.1,
		});
		// 5,050 µs over 100.
		assert.ok(Math.abs(mean! - 0.0505) < 1e-12);
	});

	it('does not count what was not measured', () => {
		const histogram = new Histogram();
		histogram.record(Number.NaN);
		histogram.record(Number.POSITIVE_INFINITY);
		assert.equal(histogram.count, 0);
	});

	it('tells negative values as what they are, beside positive ones', () => {
		const histogram = new Histogram();
		for (let frame = 0; frame < 39; frame++) {
			histogram.record(-100);
		}
		histogram.record(3);
		// By nearest rank of 40, p50 is the 20th and p95 the 38th, both −100; p99 and p99.9 are the 40th. 100,000 µs lie in the
		// bucket of 99,840 … 100,351 µs, whose middle is 100,095.5 µs and so below the least value; 3,000 µs lie in that of
		// 2,992 … 3,007 µs. The mean is (39 · −100 + 3) / 40.
		assert.deepEqual(histogram.distribution(), {
			count: 40,
			mean: -97.425,
			p50: -100,
			p90: -100,
			p95: -100,
			p99: 2.9995,
			p999: 2.9995,
			max: 3,
			last: 3,
		});
	});

	it('orders negative values, so that percentiles of nothing else are not all the maximum', () => {
		const histogram = new Histogram();
		// −100 … −1 µs: the 50th from below is −51, the 90th −11, the 95th −6, the 99th −2, the 100th −1.
		for (let microseconds = 1; microseconds <= 100; microseconds++) {
			histogram.record(-microseconds / 1000);
		}
		const { mean, ...rest } = histogram.distribution();
		assert.deepEqual(rest, {
			count: 100,
			p50: -0.051,
			p90: -0.011,
			p95: -0.006,
			p99: -0.002,
			p999: -0.001,
			max: -0.001,
			last: -0.1,
		});
		assert.ok(Math.abs(mean! + 0.0505) < 1e-12);
	});

	it('tells all percentiles in one pass as it tells each alone, until something is recorded', () => {
		fc.assert(
			fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 100 }), (values) => {
				const histogram = filled(values.slice(1));
				histogram.distribution();
				histogram.record(values[0]!);
				const { p50, p90, p95, p99, p999, count } = histogram.distribution();
				assert.equal(count, values.length);
				assert.deepEqual(
					[p50, p90, p95, p99, p999],
					[0.5, 0.9, 0.95, 0.99, 0.999].map((share) => histogram.percentile(share)),
				);
				assert.equal(histogram.distribution(), histogram.distribution());
			}),
		);
	});

	it('is within 1/256 of the exact percentile for any values of nineteen hours to both sides', () => {
		fc.assert(
			fc.property(
				fc.array(milliseconds, { minLength: 1, maxLength: 200 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(values, share) => {
					const histogram = filled(values);
					const exact = nearestRank(values, share);
					const told = histogram.percentile(share)!;
					assert.ok(Math.abs(told - exact) <= Math.abs(exact) / 256 + halfStepMs, `${told} for ${exact}`);
					// Adding 0 makes -0 the 0 that it is equal to.
					assert.equal(histogram.distribution().max! + 0, Math.max(...values) + 0);
					assert.equal(
						histogram.distribution().mean! + 0,
						values.reduce((sum, each) => sum + each, 0) / values.length + 0,
					);
				},
			),
			{ numRuns: 500 },
		);
	});

	describe('of a million values', () => {
		const random = randomOf(1);
		const million = (draw: () => number): Float64Array => Float64Array.from({ length: 1_000_000 }, draw);
		for (const [name, values] of [
			['exponential', (): Float64Array => million(() => -20 * Math.log(1 - random()))],
			['Pareto', (): Float64Array => million(() => 0.5 * (1 - random()) ** (-1 / 1.2))],
			['bimodal', (): Float64Array => million(() => (random() < 0.7 ? 2 + random() : 800 + 50 * random()))],
			['constant', (): Float64Array => million(() => 41.7)],
			['negative', (): Float64Array => million(() => -3_600_000 - 5 * Math.log(1 - random()))],
		] as const) {
			it(`is within 1 % of the exact percentiles (${name})`, () => {
				const sorted = values();
				const histogram = new Histogram();
				for (const each of sorted) {
					histogram.record(each);
				}
				sorted.sort();
				const told = histogram.distribution();
				for (const [key, share] of shares) {
					const exact = sorted[Math.max(1, Math.ceil(Number((share * sorted.length).toFixed(6)))) - 1]!;
					assert.ok(
						Math.abs(told[key]! - exact) <= Math.abs(exact) / 256 + halfStepMs,
						`${key}: ${told[key]} for ${exact}`,
					);
				}
				assert.equal(told.max, sorted.at(-1));
				const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
				assert.ok(Math.abs(told.mean! - mean) <= Math.abs(mean) * 1e-9);
			});
		}
	});

	describe('shifted', () => {
		it('tells every number by so much later, also those recorded after', () => {
			const histogram = filled([10, 20, 30]);
			histogram.shift(-7);
			histogram.record(4);
			// 3, 13, 23 and then 4.
			const { count, mean, p50, max, last } = histogram.distribution();
			assert.deepEqual([count, mean, max, last], [4, 43 / 4, 23, 4]);
			assert.ok(Math.abs(p50! - 4) <= 4 / 256 + halfStepMs);
			assert.ok(Math.abs(histogram.percentile(0)! - 3) <= 10 / 256);
		});

		it('moves the last value, and shifts nothing where nothing was recorded', () => {
			const histogram = new Histogram();
			histogram.shift(1000);
			histogram.record(5);
			histogram.shift(1);
			assert.deepEqual([histogram.distribution().last, histogram.distribution().p50], [6, 6]);
		});

		it('is off by no more than what was recorded was, however many small shifts there are', () => {
			fc.assert(
				fc.property(
					fc.array(fc.double({ min: 50, max: 1000, noNaN: true }), { minLength: 1, maxLength: 200 }),
					fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { maxLength: 200 }),
					fc.double({ min: 0, max: 1, noNaN: true }),
					(values, shifts, share) => {
						const histogram = filled(values);
						for (const each of shifts) {
							histogram.shift(each);
						}
						const byMs = shifts.reduce((sum, each) => sum + each, 0);
						const exact = nearestRank(values, share) + byMs;
						const told = histogram.percentile(share)!;
						assert.ok(Math.abs(told - exact) <= (exact - byMs) / 256 + halfStepMs, `${told} for ${exact}`);
					},
				),
			);
		});

		it('tells small values after a large shift as finely as without', () => {
			// A clock that was taken to agree turns out to be an hour ahead.
			const random = randomOf(2);
			const histogram = new Histogram();
			for (let frame = 0; frame < 10; frame++) {
				histogram.record(3_600_000 + random());
			}
			histogram.shift(-3_600_000);
			const values = Array.from({ length: 10_000 }, () => 2 + 8 * random());
			for (const each of values) {
				histogram.record(each);
			}
			for (const [, share] of shares) {
				// The ten old ones are known within 3,600,000 / 256 ms, so their ranks are.
				const low = nearestRank(values, Math.max(0, share - 0.0011));
				const high = nearestRank(values, Math.min(1, share + 0.0011));
				const told = histogram.percentile(share)!;
				if (share < 0.999) {
					assert.ok(told >= low * 0.99 && told <= high * 1.01, `${share}: ${told}, not ${low} … ${high}`);
				}
			}
		});

		it('stays within 1 % when a relative lag finds a new least value again and again', () => {
			const random = randomOf(3);
			const raw = Array.from({ length: 20_000 }, () => 500_000 + 3 - 10 * Math.log(1 - random()));
			const histogram = new Histogram();
			let least = Number.POSITIVE_INFINITY;
			for (const each of raw) {
				if (each < least) {
					histogram.shift(least === Number.POSITIVE_INFINITY ? 0 : least - each);
					least = each;
				}
				histogram.record(each - least);
			}
			const exact = raw.map((each) => each - least);
			for (const [key, share] of shares) {
				const told = histogram.distribution()[key]!;
				const right = nearestRank(exact, share);
				assert.ok(Math.abs(told - right) <= right * 0.01, `${key}: ${told} for ${right}`);
			}
		});
	});

	describe('with omitted values', () => {
		it('counts what a late answer kept from being sent from when it was due', () => {
			const histogram = new Histogram();
			// Due every 100 ms, answered after 350: those of 250, 150 and 50 ms before could not be sent.
			histogram.recordWithOmitted(350, 100);
			histogram.recordWithOmitted(20, 100);
			const { count, mean, max, last } = histogram.distribution();
			assert.deepEqual([count, mean, max, last], [5, (350 + 250 + 150 + 50 + 20) / 5, 350, 20]);
		});

		it('leaves none out where the answer came as the next one was due', () => {
			const histogram = new Histogram();
			histogram.recordWithOmitted(100, 100);
			assert.equal(histogram.count, 1);
		});

		it('adds a bounded number, and none of what was not measured or has no interval', () => {
			const histogram = new Histogram();
			histogram.recordWithOmitted(1e12, 0.001);
			assert.equal(histogram.count, 65_537);
			histogram.recordWithOmitted(Number.NaN, 100);
			histogram.recordWithOmitted(5, Number.NaN);
			histogram.recordWithOmitted(5, 0);
			assert.equal(histogram.count, 65_539);
		});

		it('is what a paced client would have measured of a server that stalls', () => {
			// Asked every 10 ms for 100 s; answers take 1 ms, but for 20 s nothing is answered. A client that waits for each answer
			// measures the stall once, and finds it beyond p99.9; of 10,000 requests that were due, 2,000 met it.
			const waiting = new Histogram();
			const corrected = new Histogram();
			for (let request = 0; request < 8000; request++) {
				waiting.record(1);
				corrected.recordWithOmitted(1, 10);
			}
			waiting.record(20_000);
			corrected.recordWithOmitted(20_000, 10);
			assert.ok(Math.abs(waiting.distribution().p999! - 1) <= 1 / 256);
			assert.equal(corrected.count, 10_000);
			// The 9,000th of 10,000: the 1,000th that met the stall, which waited for 10,000 ms.
			assert.ok(Math.abs(corrected.distribution().p90! - 10_000) <= 10_000 / 256);
		});
	});

	it('holds what two hold together, shifted or not', () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }),
				fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }),
				fc.constantFrom(0, 3),
				(first, second, byMs) => {
					const together = filled(first);
					const other = filled(second);
					together.shift(byMs);
					other.shift(byMs);
					together.add(other);
					const values = [...first, ...second].map((each) => each + byMs);
					const { count, max, last } = together.distribution();
					assert.deepEqual(
						[count, max! + 0, last! + 0],
						[values.length, Math.max(...values) + 0, second.at(-1)! + byMs + 0],
					);
					const exact = nearestRank(values, 0.5);
					assert.ok(Math.abs(together.percentile(0.5)! - exact) <= (Math.abs(exact) + byMs) / 256 + halfStepMs);
				},
			),
		);
	});

	it('counts values between edges, those below the first and from the last on among them', () => {
		const histogram = filled([-2, -0.5, 0, 0.5, 1, 1, 5, 10]);
		// Below −1, −1 … 0, 0 … 1, 1 … 10, from 10 on.
		assert.deepEqual(histogram.countsBetween([-1, 0, 1, 10]), [1, 1, 2, 3, 1]);
		assert.deepEqual(histogram.countsBetween([]), [8]);
	});

	it('puts each value in a bin, of which there are no more than asked for', () => {
		fc.assert(
			fc.property(
				fc.array(milliseconds, { minLength: 1, maxLength: 100 }),
				fc.integer({ min: 2, max: 60 }),
				(values, most) => {
					const { edgesMs, counts } = filled(values).bins(most);
					assert.equal(edgesMs.length, counts.length + 1);
					assert.ok(counts.length <= most, `${counts.length} bins`);
					assert.equal(
						counts.reduce((sum, each) => sum + each, 0),
						values.length,
					);
					assert.ok(edgesMs[0]! <= Math.min(...values) && edgesMs.at(-1)! > Math.max(...values));
				},
			),
			{ numRuns: 500 },
		);
		assert.deepEqual(new Histogram().bins(10), { edgesMs: [], counts: [] });
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
