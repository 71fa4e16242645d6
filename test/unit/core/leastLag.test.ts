import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LeastLag } from '../../../src/core/timing/leastLag';
import { seeded } from '../engine/clockSimulation';

const startMs = 1.75e12;
const hourMs = 3_600_000;

/** Events every so often, delayed by 3 ms and 10 ms of queue on average; what of the raw lag lies above the line. */
function run(
	least: LeastLag,
	offsetAt: (sinceMs: number) => number,
	untilMs: number,
	each: (sinceMs: number, aboveMs: number, queueMs: number) => void,
	fromMs = 0,
	queueAt: (sinceMs: number, random: () => number) => number = (_sinceMs, random) => -10 * Math.log(1 - random()),
): void {
	const random = seeded(3);
	for (let sinceMs = fromMs; sinceMs < untilMs; sinceMs += 500 + 1000 * random()) {
		const queueMs = queueAt(sinceMs, random);
		const rawLagMs = offsetAt(sinceMs) + 3 + queueMs;
		least.observe(startMs + sinceMs, rawLagMs);
		each(sinceMs, rawLagMs - least.at(startMs + sinceMs), queueMs);
	}
}

describe('LeastLag', () => {
	it('tells nothing before the first lag, and 0 above the least for that one', () => {
		const least = new LeastLag();
		assert.equal(least.isKnown, false);
		assert.equal(least.at(startMs), Number.POSITIVE_INFINITY);
		assert.equal(least.observe(startMs, 90_123), true);
		assert.equal(least.isKnown, true);
		assert.equal(least.at(startMs), 90_123);
		assert.equal(least.uncertaintyMs(startMs), 0);
		assert.equal(least.driftPpm, null);
	});

	it('says whether a lag makes it another line', () => {
		const least = new LeastLag();
		least.observe(startMs, 100);
		assert.equal(least.observe(startMs + 10, 105), false);
		assert.equal(least.observe(startMs + 20, 99), true);
		assert.equal(least.at(startMs + 20), 99);
	});

	it('does not grow where the sender loses, nor go negative where it gains', function () {
		this.timeout(20_000);
		for (const ppm of [0, 20, 80, 400, -20, -80, -400]) {
			const least = new LeastLag();
			let worstMs = 0;
			run(
				least,
				(sinceMs) => -90_000 + ppm * 1e-6 * sinceMs,
				4 * hourMs,
				(sinceMs, aboveMs, queueMs) => {
					assert.ok(aboveMs >= -0.001, `${aboveMs} after ${sinceMs} ms at ${ppm} ppm`);
					if (sinceMs > hourMs) {
						worstMs = Math.max(worstMs, Math.abs(aboveMs - queueMs));
					}
				},
			);
			assert.ok(worstMs < 1.5, `off by ${worstMs} ms at ${ppm} ppm`);
			assert.ok(Math.abs(least.driftPpm! - ppm) < 1, `${least.driftPpm} of ${ppm} ppm`);
		}
	});

	it('catches up where the drift changes, either way', function () {
		this.timeout(20_000);
		for (const ppm of [-80, 80]) {
			const least = new LeastLag();
			let worstMs = 0;
			run(
				least,
				(sinceMs) => ppm * 1e-6 * Math.abs(sinceMs - 3 * hourMs),
				8 * hourMs,
				(sinceMs, aboveMs, queueMs) => {
					assert.ok(aboveMs >= -0.001);
					const errorMs = Math.abs(aboveMs - queueMs);
					// Half an hour of a rate that is off by 160 ppm is 288 ms.
					assert.ok(errorMs < 288, `off by ${errorMs} ms after ${sinceMs} ms`);
					worstMs = Math.max(worstMs, sinceMs > 4.5 * hourMs ? errorMs : 0);
				},
			);
			assert.ok(worstMs < 2, `off by ${worstMs} ms an hour and a half later`);
		}
	});

	it('goes on telling a queue that stands for a quarter of an hour', () => {
		const least = new LeastLag();
		run(
			least,
			() => 7350,
			2 * hourMs,
			(sinceMs, aboveMs, queueMs) => {
				if (sinceMs > hourMs) {
					assert.ok(Math.abs(aboveMs - queueMs) < 15, `${aboveMs} for ${queueMs} ms`);
				}
			},
			0,
			(sinceMs, random) => 10 * random() + (sinceMs > 1.5 * hourMs && sinceMs < 1.75 * hourMs ? 200 : 0),
		);
	});

	it('holds the least lag of half an hour in its uncertainty', () => {
		const least = new LeastLag();
		const offsetAt = (sinceMs: number): number => 50e-6 * sinceMs;
		let within = 0;
		let looks = 0;
		run(least, offsetAt, 3 * hourMs, (sinceMs, aboveMs, queueMs) => {
			const uncertaintyMs = least.uncertaintyMs(startMs + sinceMs);
			looks++;
			within += Math.abs(aboveMs - queueMs) <= uncertaintyMs + 0.5 ? 1 : 0;
			if (sinceMs > hourMs) {
				assert.ok(uncertaintyMs < 8, `±${uncertaintyMs}`);
			}
		});
		assert.ok(within / looks >= 0.99, `${within} of ${looks}`);
	});

	it('is never above a lag that was just seen, whatever the lags', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -1e6, max: 1e6 })), {
					minLength: 1,
					maxLength: 800,
				}),
				(lags) => {
					const least = new LeastLag();
					let atMs = startMs;
					for (const [afterMs, lagMs] of lags) {
						atMs += afterMs;
						const isBelievable = !(lagMs < least.at(atMs) - 1000);
						least.observe(atMs, lagMs);
						// The least of a quarter of a second stands for all of them, whatever the rate.
						assert.ok(!isBelievable || least.at(atMs) <= lagMs + 0.25);
						assert.ok(!(least.uncertaintyMs(atMs) < 0));
						assert.ok(Number.isFinite(least.at(atMs + 1e9)));
					}
				},
			),
			{ numRuns: 50 },
		);
	});

	/** Lags of 50 to 54 ms, ten a second, but where `lagAt` says otherwise; what of the last lag lies above the line. */
	const feed = (least: LeastLag, count: number, lagAt: (event: number) => number | undefined, fromMs = 0): number => {
		let aboveMs = 0;
		for (let event = 0; event < count; event++) {
			const atMs = startMs + fromMs + event * 100;
			const lagMs = lagAt(event) ?? 50 + (event % 5);
			least.observe(atMs, lagMs);
			aboveMs = lagMs - least.at(atMs);
		}
		return aboveMs;
	};

	it('is not pulled down by stamps far ahead that stand alone, differ, or come in a burst', () => {
		for (const wrongAt of [
			(event: number) => (event === 600 ? -hourMs : undefined),
			(event: number) => (event % 7 === 0 && event > 0 ? -hourMs : undefined),
			(event: number) => (event >= 600 && event < 615 ? -hourMs : undefined),
			(event: number) => (event >= 600 && event < 640 ? -hourMs * 4 ** (event % 3) : undefined),
		]) {
			const least = new LeastLag();
			const aboveMs = feed(least, 1201, wrongAt);
			assert.ok(Math.abs(aboveMs) < 1, `${aboveMs} ms above the line`);
			assert.ok(Math.abs(least.at(startMs + 120_000) - 50) < 1);
		}
	});

	it('comes down by any step within two seconds and three lags, and reads the drift off what comes after', () => {
		for (const stepMs of [600, 1500, 60_000, hourMs]) {
			const least = new LeastLag();
			feed(least, 600, () => undefined);
			// One wrong stamp among them does not hold it up for long.
			const aboveMs = feed(least, 45, (event) => 50 + (event % 5) - stepMs * (event === 20 ? 20 : 1), 60_000);
			assert.ok(Math.abs(aboveMs - 4) < 1, `${aboveMs} ms above the line after ${stepMs}`);
			run(
				least,
				(sinceMs) => 47 - stepMs + 80e-6 * (sinceMs - 70_000),
				hourMs,
				(sinceMs, above, queueMs) => {
					assert.ok(sinceMs < 1_200_000 || Math.abs(above - queueMs) < 3, `${above} for ${queueMs} ms`);
				},
				70_000,
			);
			assert.ok(Math.abs(least.driftPpm! - 80) < 2, `${least.driftPpm} ppm`);
		}
	});

	it('comes down to live events after a backlog whose events are hours old', () => {
		const least = new LeastLag();
		feed(least, 50, (event) => 3 * hourMs - event * 60_000);
		assert.ok(feed(least, 40, () => undefined, 5000) < 5);
		assert.ok(Math.abs(least.at(startMs) - 50) < 5, 'and tells how old those were');
	});

	it('finds the least of lags that lie far apart, as those of a slow poll do', () => {
		for (const pollMs of [5000, 60_000]) {
			for (let seed = 0; seed < 20; seed++) {
				const random = seeded(seed);
				const least = new LeastLag();
				let leastMs = Number.POSITIVE_INFINITY;
				for (let event = 0; event < 60; event++) {
					const lagMs = 20 + pollMs * random();
					leastMs = Math.min(leastMs, lagMs);
					least.observe(startMs + event * pollMs, lagMs);
				}
				const offMs = least.at(startMs + 60 * pollMs) - leastMs;
				assert.ok(offMs < pollMs / 16, `${offMs} ms above the least in a poll of ${pollMs} ms`);
			}
		}
	});

	it('believes the next lag after hours of silence, however far the clocks can have run apart', () => {
		for (const hours of [1, 3, 24]) {
			const least = new LeastLag();
			feed(least, 100, () => undefined);
			const atMs = startMs + hours * hourMs;
			const lagMs = 50 - 480e-6 * hours * hourMs;
			least.observe(atMs, lagMs);
			assert.equal(least.at(atMs), lagMs);
		}
	});

	it('tells no uncertainty where nothing was seen in half an hour', () => {
		const least = new LeastLag();
		feed(least, 100, () => undefined);
		assert.ok(least.uncertaintyMs(startMs + hourMs / 4) > 0);
		assert.ok(Number.isNaN(least.uncertaintyMs(startMs + hourMs)));
	});

	it('comes back from nothing that it can not have stored', () => {
		const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e308, -1e308, startMs), fc.jsonValue());
		const column = fc.array(number, { maxLength: 4 });
		const wild = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(startMs, 1e308, -1e308));
		const rate = fc.double({ min: -0.0011, max: 0.0011, noNaN: true });
		const stored = fc.oneof(
			fc.jsonValue(),
			fc.record({ atMs: column, lagsMs: column, leastRates: column, mostRates: column }),
			// Columns of the same length.
			fc
				.array(fc.tuple(wild, wild, fc.oneof(wild, rate), fc.oneof(wild, rate)), { minLength: 1, maxLength: 3 })
				.map((rows) => {
					const [atMs, lagsMs, leastRates, mostRates] = [0, 1, 2, 3].map((place) => rows.map((row) => row[place]));
					return { atMs, lagsMs, leastRates, mostRates };
				}),
		);
		fc.assert(
			fc.property(stored, (value) => {
				const least = LeastLag.restored(value);
				for (const sinceMs of [0, 100, 5000, hourMs]) {
					const lineMs = least?.at(startMs + sinceMs) ?? 0;
					least?.observe(startMs + sinceMs, 50);
					assert.ok(Number.isFinite(lineMs) && !Number.isNaN(least?.driftPpm ?? 0), JSON.stringify(value));
					assert.ok(least === undefined || LeastLag.restored(JSON.parse(JSON.stringify(least.stored()))) !== undefined);
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('comes back from what was stored, also where the clock was set back meanwhile', () => {
		const least = new LeastLag();
		const offsetAt = (sinceMs: number): number => 7350 - 60e-6 * sinceMs;
		run(least, offsetAt, 4 * hourMs, () => {});
		const stored = JSON.stringify(least.stored());
		assert.ok(stored.length < 3000, `${stored.length} characters`);
		const restored = LeastLag.restored(JSON.parse(stored))!;
		for (let sinceMs = 0; sinceMs < 4 * hourMs; sinceMs += 600_000) {
			const lineMs = restored.at(startMs + sinceMs);
			assert.ok(Math.abs(lineMs - offsetAt(sinceMs) - 3) < 8, `${lineMs} after ${sinceMs}`);
		}
		run(
			restored,
			offsetAt,
			5 * hourMs,
			(_sinceMs, aboveMs, queueMs) => assert.ok(Math.abs(aboveMs - queueMs) < 3),
			4 * hourMs,
		);
		restored.observe(startMs + hourMs, offsetAt(hourMs) + 3);
		assert.ok(Math.abs(restored.at(startMs + hourMs) - offsetAt(hourMs) - 3) < 1);
		for (const wrong of [undefined, null, [], {}, { atMs: [1], lagsMs: ['2'], leastRates: [0], mostRates: [0] }]) {
			assert.equal(LeastLag.restored(wrong), undefined);
		}
	});
});
