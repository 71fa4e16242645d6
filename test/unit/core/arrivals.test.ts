import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Arrivals } from '../../../src/core/timing/arrivals';

const stall = { factor: 5, leastMs: 1000 };
const beganAtMs = 1_700_000_000_000;

/** Events at these gaps, the first one at the beginning; returns the stalls as they were told. */
function arrive(arrivals: Arrivals, gapsMs: readonly number[], lagMs = Number.NaN): number[] {
	let atMs = beganAtMs;
	arrivals.arrived(atMs, lagMs);
	return gapsMs.map((gapMs) => {
		atMs += gapMs;
		return arrivals.arrived(atMs, lagMs);
	});
}

function every(gapMs: number, count: number): number[] {
	return new Array<number>(count).fill(gapMs);
}

describe('Arrivals', () => {
	it('tell nothing rather than 0 before anything has come', () => {
		assert.deepEqual(new Arrivals(stall).summary(), {
			jitterMs: null,
			medianGapMs: null,
			stallThresholdMs: null,
			stalls: 0,
			longestStallMs: null,
			bursts: 0,
			largestBurst: 0,
		});
	});

	describe('have a jitter', () => {
		it('by RFC 3550 §6.4.1', () => {
			const arrivals = new Arrivals(stall);
			arrivals.arrived(beganAtMs, 100);
			assert.equal(arrivals.summary().jitterMs, null);
			arrivals.arrived(beganAtMs + 10, 116);
			// |D| = 16: 0 + 16 / 16.
			assert.equal(arrivals.summary().jitterMs, 1);
			arrivals.arrived(beganAtMs + 20, 83);
			// |D| = 33: 1 + (33 − 1) / 16.
			assert.equal(arrivals.summary().jitterMs, 3);
		});

		it('that is the same whatever the clocks differ by', () => {
			fc.assert(
				fc.property(
					fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2 }),
					fc.integer({ min: -1e9, max: 1e9 }),
					(lags, offsetMs) => {
						const [one, other] = [new Arrivals(stall), new Arrivals(stall)];
						let exact = 0;
						lags.forEach((lag, index) => {
							one.arrived(beganAtMs + index, lag);
							other.arrived(beganAtMs + index, lag + offsetMs);
							exact += index === 0 ? 0 : (Math.abs(lag - lags[index - 1]!) - exact) / 16;
						});
						assert.equal(one.summary().jitterMs, other.summary().jitterMs);
						assert.ok(Math.abs(one.summary().jitterMs! - exact) < 1e-6);
					},
				),
			);
		});

		it('that passes over events without a sending time, and over what lies between two connections', () => {
			const arrivals = new Arrivals(stall);
			arrivals.arrived(beganAtMs, 100);
			arrivals.arrived(beganAtMs + 1, Number.NaN);
			arrivals.arrived(beganAtMs + 2, 132);
			assert.equal(arrivals.summary().jitterMs, 2);
			arrivals.connectionOpened();
			arrivals.arrived(beganAtMs + 3, 9000);
			assert.equal(arrivals.summary().jitterMs, 2);
		});
	});

	describe('have a median gap', () => {
		it('once there are sixteen', () => {
			const arrivals = new Arrivals(stall);
			arrive(arrivals, every(100, 15));
			assert.equal(arrivals.summary().medianGapMs, null);
			arrivals.arrived(beganAtMs + 1600, Number.NaN);
			const { medianGapMs, stallThresholdMs } = arrivals.summary();
			assert.ok(Math.abs(medianGapMs! - 100) <= 100 / 256);
			// Five times 100 ms are below the least.
			assert.equal(stallThresholdMs, 1000);
		});
	});

	describe('have stalls', () => {
		it('where a gap is above the factor times the median of those before it', () => {
			const arrivals = new Arrivals(stall);
			const told = arrive(arrivals, [...every(400, 20), 1900, 2100, 400, 5000, 400]);
			// The median stays near 400 ms, so that 1,900 ms is below five times it and 2,100 is above.
			assert.deepEqual(
				told.filter((each) => each > 0),
				[2100, 5000],
			);
			const { stalls, longestStallMs } = arrivals.summary();
			assert.deepEqual([stalls, longestStallMs], [2, 5000]);
		});

		it('that are no shorter than the least, however fast events come', () => {
			const arrivals = new Arrivals(stall);
			assert.deepEqual(
				arrive(arrivals, [...every(0.1, 1000), 999, 1001]).filter((each) => each > 0),
				[1001],
			);
		});

		it('but none before there is a median, nor across connections', () => {
			const arrivals = new Arrivals(stall);
			assert.ok(arrive(arrivals, [...every(100, 10), 60_000]).every((each) => each === 0));
			arrive(arrivals, every(100, 20));
			arrivals.connectionOpened();
			assert.equal(arrivals.arrived(beganAtMs + 9e9, Number.NaN), 0);
			assert.equal(arrivals.summary().stalls, 0);
		});
	});

	describe('have bursts', () => {
		it('of five events or more within a tenth of the median gap each', () => {
			const arrivals = new Arrivals(stall);
			// Four on top of the one before are a run of five; three are a run of four, which is none.
			arrive(arrivals, [
				...every(100, 40),
				...every(5, 4),
				...every(100, 20),
				...every(5, 3),
				100,
				...every(0, 9),
				100,
			]);
			const { bursts, largestBurst } = arrivals.summary();
			assert.deepEqual([bursts, largestBurst], [2, 10]);
		});

		it('that are counted to their end, though they pull the median down', () => {
			const arrivals = new Arrivals(stall);
			arrive(arrivals, [...every(100, 40), ...every(2, 5000)]);
			const { bursts, largestBurst } = arrivals.summary();
			assert.deepEqual([bursts, largestBurst], [1, 5001]);
		});

		it('but none where events come less than a millisecond apart, or never apart', () => {
			const fast = new Arrivals(stall);
			arrive(fast, [...every(0.9, 100), ...every(0.01, 100)]);
			assert.equal(fast.summary().bursts, 0);
			const steady = new Arrivals(stall);
			arrive(steady, every(50, 1000));
			assert.equal(steady.summary().bursts, 0);
		});

		it('that end with their connection', () => {
			const arrivals = new Arrivals(stall);
			arrive(arrivals, [...every(100, 40), ...every(1, 2)]);
			arrivals.connectionOpened();
			arrive(arrivals, [1, 1]);
			assert.equal(arrivals.summary().bursts, 0);
		});
	});
});
