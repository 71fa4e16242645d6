import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ClockOffset } from '../../../src/core/timing/clockOffset';
import { seeded } from '../engine/clockSimulation';

const startMs = 1.75e12;

/** An exchange with a server at a known offset: up and down take so long, and stamps are exact. */
function exchange(
	clock: ClockOffset,
	sentAtMs: number,
	upMs: number,
	downMs: number,
	offsetAt: (atMs: number) => number,
) {
	const serverAtMs = sentAtMs + upMs;
	const serverMs = serverAtMs - offsetAt(serverAtMs);
	const arrivedAtMs = serverAtMs + downMs;
	return clock.take(sentAtMs, sentAtMs - serverMs, arrivedAtMs, arrivedAtMs - serverMs);
}

describe('ClockOffset', () => {
	it('takes the middle of one exchange, ± half its delay, as RFC 5905 does', () => {
		const clock = new ClockOffset();
		assert.equal(clock.at(startMs), undefined);
		// t0 = 1000, t1 = 500 + 20, t2 = 500 + 25, t3 = 1045: θ = ((t0 − t1) + (t3 − t2)) / 2 = (480 + 520) / 2 = 500,
		// δ = (t3 − t0) − (t2 − t1) = 45 − 5 = 40.
		clock.take(1000, 1000 - 520, 1045, 1045 - 525);
		const { offsetMs, uncertaintyMs } = clock.at(1045)!;
		// What 45 ms at 500 ppm may add is 0.0225.
		assert.ok(Math.abs(offsetMs - 500) < 0.03);
		assert.ok(Math.abs(uncertaintyMs - 20) < 0.03);
		assert.equal(clock.samples, 1);
	});

	it('is as narrow as what all exchanges leave, so that the short ones count', () => {
		const clock = new ClockOffset();
		const offsetAt = (): number => 7350;
		exchange(clock, startMs, 100, 300, offsetAt);
		exchange(clock, startMs + 1000, 2, 250, offsetAt);
		exchange(clock, startMs + 2000, 180, 3, offsetAt);
		// 2 from below and 3 from above: none of the three alone is better than ±91.5.
		const { uncertaintyMs } = clock.at(startMs + 2183)!;
		assert.ok(Math.abs(uncertaintyMs - 2.5) < 0.6, `±${uncertaintyMs}`);
	});

	it('widens by 500 ppm while nothing is known of the drift', () => {
		const clock = new ClockOffset();
		exchange(clock, startMs, 5, 5, () => 0);
		const { uncertaintyMs } = clock.at(startMs + 10 + 60_000)!;
		assert.ok(Math.abs(uncertaintyMs - (5 + 30)) < 0.1, `±${uncertaintyMs}`);
		assert.equal(clock.driftPpm, null);
	});

	it('knows the drift after a while, and widens by little more than 15 ppm then', () => {
		const clock = new ClockOffset();
		const offsetAt = (atMs: number): number => 80e-6 * (atMs - startMs) - 90_000;
		for (let atMs = startMs; atMs < startMs + 3_600_000; atMs += 5000) {
			exchange(clock, atMs, 5, 5, offsetAt);
		}
		assert.ok(Math.abs(clock.driftPpm! - 80) < 0.1, `${clock.driftPpm} ppm`);
		const laterMs = startMs + 3_600_000 + 600_000;
		const { offsetMs, uncertaintyMs } = clock.at(laterMs)!;
		assert.ok(Math.abs(offsetMs - offsetAt(laterMs)) <= uncertaintyMs);
		// 5 ms, 600 s of 15 ppm, and what an hour of ±5 ms leaves of the slope: 10 ms / 3600 s = 2.8 ppm.
		assert.ok(uncertaintyMs < 5 + 9 + 1.8, `±${uncertaintyMs}`);
	});

	it('holds the true offset at every time, before and after, whatever the delays and the drift', () => {
		fc.assert(
			fc.property(
				fc.integer(),
				fc.double({ min: -485, max: 485, noNaN: true }),
				fc.double({ min: -1e7, max: 1e7, noNaN: true }),
				fc.integer({ min: 1, max: 600 }),
				fc.double({ min: 0.1, max: 500, noNaN: true }),
				(seed, ppm, skewMs, count, mostDelayMs) => {
					const random = seeded(seed);
					const clock = new ClockOffset();
					const offsetAt = (atMs: number): number => skewMs + ppm * 1e-6 * (atMs - startMs);
					let atMs = startMs;
					for (let each = 0; each < count; each++) {
						atMs += 20_000 * random();
						exchange(clock, atMs, mostDelayMs * random(), mostDelayMs * random(), offsetAt);
					}
					for (let look = -3; look < 24; look++) {
						const lookMs = startMs + ((atMs - startMs) * look) / 20;
						const { offsetMs, uncertaintyMs } = clock.at(lookMs)!;
						assert.ok(uncertaintyMs >= 0);
						assert.ok(Math.abs(offsetMs - offsetAt(lookMs)) <= uncertaintyMs + 0.01);
					}
				},
			),
			{ numRuns: 60 },
		);
	});

	it('follows a rate that wanders', () => {
		const clock = new ClockOffset();
		const random = seeded(5);
		// 2 ppm of 100 minutes: its integral is 2e-6 · (6e6 / 2π) ms = 1.9 ms up and down.
		const offsetAt = (atMs: number): number =>
			40e-6 * (atMs - startMs) + 1.9 * Math.sin((2 * Math.PI * (atMs - startMs)) / 6e6);
		let worstMs = 0;
		for (let atMs = startMs; atMs < startMs + 10 * 3_600_000; atMs += 5000) {
			exchange(clock, atMs, 0.2 + random(), 0.2 + random(), offsetAt);
			const { offsetMs, uncertaintyMs } = clock.at(atMs + 4000)!;
			assert.ok(Math.abs(offsetMs - offsetAt(atMs + 4000)) <= uncertaintyMs);
			worstMs = Math.max(worstMs, atMs > startMs + 600_000 ? uncertaintyMs : 0);
		}
		assert.ok(worstMs < 1.2, `±${worstMs}`);
	});

	it('begins anew where a clock was set, and leaves the time before as it was', () => {
		const clock = new ClockOffset();
		const stepAtMs = startMs + 300_000;
		const offsetAt = (atMs: number): number => (atMs < stepAtMs ? 100 : 5100);
		for (let atMs = startMs; atMs < startMs + 600_000; atMs += 5000) {
			exchange(clock, atMs, 5, 5, offsetAt);
			const { offsetMs, uncertaintyMs } = clock.at(atMs + 10)!;
			assert.ok(Math.abs(offsetMs - offsetAt(atMs + 10)) <= uncertaintyMs, 'the uncertainty covers both meanwhile');
		}
		for (const [atMs, expectedMs] of [
			[startMs + 100_000, 100],
			[startMs + 290_000, 100],
			[startMs + 305_000, 5100],
			[startMs + 590_000, 5100],
		] as const) {
			const { offsetMs, uncertaintyMs } = clock.at(atMs)!;
			assert.ok(Math.abs(offsetMs - expectedMs) < 1, `${offsetMs} at ${atMs - startMs}`);
			assert.ok(uncertaintyMs < 8, `±${uncertaintyMs} at ${atMs - startMs}`);
		}
		// Between the last exchange before and the first after, either may be true.
		const { offsetMs, uncertaintyMs } = clock.at(stepAtMs - 2500)!;
		assert.ok(offsetMs - uncertaintyMs <= 100 && offsetMs + uncertaintyMs >= 5100);
	});

	it('does not believe one answer against all others', () => {
		const clock = new ClockOffset();
		for (let atMs = startMs; atMs < startMs + 100_000; atMs += 5000) {
			exchange(clock, atMs, 5, 5, () => (atMs === startMs + 50_000 ? 3_600_000 : 0));
		}
		const { offsetMs, uncertaintyMs } = clock.at(startMs + 100_000)!;
		assert.ok(Math.abs(offsetMs) < 1 && uncertaintyMs < 8, `${offsetMs} ± ${uncertaintyMs}`);
	});

	it('covers both of two clocks that answer in turn', () => {
		const clock = new ClockOffset();
		for (let each = 0; each < 100; each++) {
			exchange(clock, startMs + each * 5000, 2, 2, () => (each % 2) * 400);
			if (each > 4) {
				const { offsetMs, uncertaintyMs } = clock.at(startMs + each * 5000 + 4)!;
				assert.ok(offsetMs - uncertaintyMs <= 0 && offsetMs + uncertaintyMs >= 400, `${offsetMs} ± ${uncertaintyMs}`);
			}
		}
	});

	it('refuses what no clock can have answered, and what is no number', () => {
		const clock = new ClockOffset();
		// The server says that it took 50 ms of a round trip of 20.
		assert.equal(clock.take(1000, 1000 - 1000, 1020, 1020 - 1050), false);
		assert.equal(clock.take(1000, Number.NaN, 1020, 0), false);
		assert.equal(clock.take(1000, Number.NEGATIVE_INFINITY, 1020, 0), false);
		assert.equal(clock.take(1000, 0, 900, 0), false);
		assert.equal(clock.samples, 0);
		assert.equal(clock.at(1000), undefined);
	});

	it('is never empty nor negative, whatever it is told', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.tuple(
						fc.integer({ min: -1000, max: 60_000 }),
						fc.double({ min: -1e6, max: 1e6, noNaN: true }),
						fc.integer({ min: 0, max: 100 }),
						fc.integer({ min: -10, max: 1000 }),
					),
					{ minLength: 1, maxLength: 300 },
				),
				(exchanges) => {
					const clock = new ClockOffset();
					let atMs = startMs;
					for (const [afterMs, leastMs, tookMs, widthMs] of exchanges) {
						atMs += afterMs;
						clock.take(atMs, leastMs, atMs + tookMs, leastMs + widthMs);
						clock.takeUpper(atMs, leastMs + widthMs / 2);
						const known = clock.at(atMs);
						assert.ok(known === undefined || (known.uncertaintyMs >= 0 && Number.isFinite(known.offsetMs)));
					}
					const restored = ClockOffset.restored(JSON.parse(JSON.stringify(clock.stored())));
					assert.equal(restored?.at(atMs) === undefined, clock.samples === 0);
				},
			),
		);
	});

	it('takes a bound from above, unless it contradicts the rest', () => {
		const clock = new ClockOffset();
		assert.equal(clock.takeUpper(startMs, 5), false, 'there is nothing to agree with');
		exchange(clock, startMs, 10, 10, () => 100);
		assert.equal(clock.takeUpper(startMs + 20, 115), false, 'it was known better');
		assert.equal(clock.takeUpper(startMs + 20, 102), true);
		assert.equal(clock.takeUpper(startMs + 20, 80), false, 'it was at least 90');
		assert.ok(Math.abs(clock.contradictionMs(startMs, -1e9, startMs, 80) - 10) < 0.1);
		const { offsetMs, uncertaintyMs } = clock.at(startMs + 20)!;
		assert.ok(Math.abs(offsetMs - 96) < 0.1 && Math.abs(uncertaintyMs - 6) < 0.1, `${offsetMs} ± ${uncertaintyMs}`);
		clock.loosen(20);
		assert.ok(Math.abs(clock.at(startMs + 20)!.uncertaintyMs - 16) < 0.1);
	});

	it('comes back from what was stored with the truth in it, and takes nothing else', () => {
		const clock = new ClockOffset();
		const random = seeded(9);
		const offsetAt = (atMs: number): number => (atMs < startMs + 5e6 ? 1000 : -2000) + 33e-6 * (atMs - startMs);
		for (let atMs = startMs; atMs < startMs + 1e7; atMs += 5000) {
			exchange(clock, atMs, 1 + 20 * random(), 1 + 20 * random(), offsetAt);
		}
		const stored = JSON.stringify(clock.stored());
		assert.ok(stored.length < 8000, `${stored.length} characters`);
		const restored = ClockOffset.restored(JSON.parse(stored))!;
		assert.equal(restored.samples, clock.samples);
		assert.ok(Math.abs(restored.driftPpm! - 33) < 1);
		for (let atMs = startMs + 1; atMs < startMs + 1e7; atMs += 77_777) {
			const { offsetMs, uncertaintyMs } = restored.at(atMs)!;
			assert.ok(Math.abs(offsetMs - offsetAt(atMs)) <= uncertaintyMs + 0.01);
		}
		// It goes on from there.
		exchange(restored, startMs + 1e7, 2, 2, offsetAt);
		assert.ok(restored.at(startMs + 1e7)!.uncertaintyMs < 3);
		for (const wrong of [undefined, null, 7, {}, { samples: 1, epochs: 3 }, { samples: 1, epochs: [{}] }]) {
			assert.equal(ClockOffset.restored(wrong), undefined);
		}
	});

	it('begins anew where what was stored can not be it', () => {
		const clock = new ClockOffset();
		exchange(clock, startMs, 5, 5, () => 100);
		exchange(clock, startMs + 5000, 4, 4, () => 100);
		const good = clock.stored();
		assert.ok(ClockOffset.restored(good));
		const [epoch] = good.epochs;
		for (const wrong of [
			{ ...good, epochs: [] },
			{ ...good, samples: 0 },
			{ ...good, samples: 1.5 },
			{ ...good, epochs: [{ ...epoch, upper: epoch!.upper.slice(1) }] },
			{ ...good, epochs: [{ ...epoch, lower: [...epoch!.lower, 7] }] },
			{ ...good, epochs: [{ ...epoch, upper: [startMs, 5, startMs - 1, 5] }] },
			{ ...good, epochs: [{ ...epoch, lower: [startMs, 1e300] }] },
		]) {
			assert.equal(ClockOffset.restored(wrong), undefined, JSON.stringify(wrong));
		}
	});

	it('comes back from any JSON as nothing, or as a clock that knows an offset', () => {
		const number = fc.oneof(
			fc.double({ noNaN: true }),
			fc.double({ min: -1e16, max: 1e16, noNaN: true }),
			fc.constantFrom(startMs, 1e308),
		);
		const epochOf = (value: fc.Arbitrary<number>, points: fc.Arbitrary<number[]>): fc.Arbitrary<object> =>
			fc.record({
				fromMs: value,
				unsureFromMs: value,
				leastSlope: value,
				mostSlope: value,
				upper: points,
				lower: points,
			});
		const epoch = epochOf(number, fc.array(number, { maxLength: 5 }));
		const inRange = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true });
		const possible = epochOf(
			inRange,
			fc
				.array(fc.tuple(inRange, inRange), { minLength: 1, maxLength: 30 })
				.map((pairs) => pairs.sort(([one], [other]) => one - other).flat()),
		);
		const stored = fc.oneof(
			fc.jsonValue(),
			fc.record({ samples: fc.oneof(fc.nat(), fc.jsonValue()), epochs: fc.array(fc.oneof(epoch, fc.jsonValue())) }),
			fc.record({ samples: fc.integer({ min: 1 }), epochs: fc.array(possible, { minLength: 1, maxLength: 6 }) }),
		);
		let restorations = 0;
		fc.assert(
			fc.property(stored, (value) => {
				const clock = ClockOffset.restored(value);
				restorations += clock === undefined ? 0 : 1;
				for (const atMs of [0, startMs, startMs + 1e6]) {
					const known = clock?.at(atMs);
					assert.ok(clock === undefined || (Number.isFinite(known!.offsetMs) && known!.uncertaintyMs >= 0));
					clock?.take(atMs, 5, atMs + 10, 15);
					clock?.takeUpper(atMs + 20, 12);
					assert.ok(!Number.isNaN(clock?.driftPpm ?? 0));
				}
			}),
			{ numRuns: 3000 },
		);
		assert.ok(restorations > 20, `${restorations} of them`);
	});
});
