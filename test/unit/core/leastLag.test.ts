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
						least.observe(atMs, lagMs);
						assert.ok(least.at(atMs) <= lagMs + 1e-6);
						assert.ok(least.uncertaintyMs(atMs) >= 0);
						assert.ok(Number.isFinite(least.at(atMs + 1e9)));
					}
				},
			),
			{ numRuns: 50 },
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
