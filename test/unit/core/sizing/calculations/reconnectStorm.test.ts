import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reconnectStorm } from '../../../../../src/core/sizing/calculations/reconnectStorm';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

// 240,000 on 6 servers: 40,000 dropped, on 5 survivors of 500/s each, 2,500/s together.
const fleet = { peakConnections: 240_000, servers: 6, handshakesPerSecond: 500 };

describe('reconnect storm', () => {
	it('tells what one restart drops and what the survivors then hold', () => {
		const results = reconnectStorm.calculate({ ...fleet, windowSeconds: 20 });
		assert.equal(results.droppedConnections, 40_000);
		assert.equal(results.survivors, 5);
		assert.equal(results.connectionsEachAfterRestart, 48_000);
		assert.equal(results.loadGrowth, 0.2);
	});

	it('spreads reconnects over the window, and without jitter has them all in the first second', () => {
		const results = reconnectStorm.calculate({ ...fleet, windowSeconds: 20 });
		assert.equal(results.handshakesPerSecondWithoutJitter, 40_000);
		// 40,000 ÷ 20 s
		assert.equal(results.handshakesPerSecondOverWindow, 2000);
		assert.equal(results.converges, true);
		assert.equal(results.longestWaitSeconds, 0);
	});

	it('tells the smallest safe window without being told a window', () => {
		const results = reconnectStorm.calculate(fleet);
		// 40,000 ÷ (5 × 500) = 16 s; all of them: 240,000 ÷ (6 × 500) = 80 s
		assert.equal(results.smallestSafeWindowSeconds, 16);
		assert.equal(results.smallestSafeWindowForAllSeconds, 80);
		assert.ok(!('handshakesPerSecondOverWindow' in results));
		assert.equal(
			reconnectStorm.headline(fleet, results),
			'40,000 reconnect, 5 survivors together bear 2,500 handshakes/s: spread them over at least 16 s',
		);
	});

	it('tells the rate of a window without being told what a server bears', () => {
		const inputs = { peakConnections: 240_000, servers: 6, windowSeconds: 20 };
		const results = reconnectStorm.calculate(inputs);
		assert.ok(!('smallestSafeWindowSeconds' in results) && !('converges' in results));
		assert.equal(
			reconnectStorm.headline(inputs, results),
			'40,000 reconnect: 2,000 handshakes/s over 20 s, without jitter all at once',
		);
	});

	it('says that a rate above what the survivors bear does not converge, and how long the last one waits', () => {
		const inputs = { ...fleet, windowSeconds: 10 };
		const results = reconnectStorm.calculate(inputs);
		// 4,000/s come and 2,500/s are admitted: 15,000 wait after 10 s, and the last of them 6 s.
		assert.equal(results.converges, false);
		assert.equal(results.longestWaitSeconds, 6);
		assert.equal(
			reconnectStorm.headline(inputs, results),
			'40,000 reconnect, 4,000/s over 10 s: does not converge, 5 survivors together bear 2,500 handshakes/s; spread them over at least 16 s',
		);
	});

	it('takes a window of exactly the smallest safe length as safe', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 1e9 }),
				fc.integer({ min: 2, max: 1000 }),
				fc.double({ min: 0.1, max: 1e5, noNaN: true }),
				(peakConnections, servers, handshakesPerSecond) => {
					const inputs = { peakConnections, servers, handshakesPerSecond };
					const windowSeconds = reconnectStorm.calculate(inputs).smallestSafeWindowSeconds!;
					assert.equal(reconnectStorm.calculate({ ...inputs, windowSeconds }).converges, true);
				},
			),
		);
	});

	it('tells how many come in the busiest seconds, since full jitter is random', () => {
		const inputs = { peakConnections: 60_000, servers: 6, windowSeconds: 25 };
		// 400/s, and three times √400
		const remarks = reconnectStorm.remarks!(inputs, reconnectStorm.calculate(inputs));
		assert.match(remarks.join(' '), /in its busiest seconds about 460 come/);
	});

	it('has no answer where the only server restarts', () => {
		const report = reportOn('reconnectStorm', { audience: 1000, servers: 1, handshakesPerSecond: 100 });
		assert.deepEqual(report.results, {});
		assert.deepEqual(report.problems, [{ code: 'noAnswer', values: { reason: 'noSurvivors' } }]);
	});

	it('draws each rate until its end against what the survivors bear', () => {
		const inputs = { ...fleet, windowSeconds: 20 };
		const [rate, load] = reconnectStorm.charts!(inputs, reconnectStorm.calculate(inputs));
		assert.ok(rate?.kind === 'lines' && load?.kind === 'bars');
		assert.deepEqual(rate.x, [0, 1, 1, 20, 20]);
		assert.deepEqual(
			rate.series.map(({ values }) => values),
			[
				[40_000, 40_000, 0, 0, 0],
				[2000, 2000, 2000, 2000, 0],
			],
		);
		assert.deepEqual(rate.limits, [{ name: 'what the survivors bear', value: 2500 }]);
		assert.deepEqual(load.series[0]!.values, [40_000, 48_000]);
	});

	it('never has more handshakes a second in a longer window, and never a longer safe window with a faster server', () => {
		const any = fc.record({
			peakConnections: fc.integer({ min: 1, max: 1e12 }),
			servers: fc.integer({ min: 2, max: 1e6 }),
			windowSeconds: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
			handshakesPerSecond: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
		});
		fc.assert(
			fc.property(any, fc.double({ min: 1, max: 1e6, noNaN: true }), (inputs, factor) => {
				const before = reconnectStorm.calculate(inputs);
				const longer = reconnectStorm.calculate({ ...inputs, windowSeconds: inputs.windowSeconds * factor });
				assert.ok(longer.handshakesPerSecondOverWindow! <= before.handshakesPerSecondOverWindow!);
				assert.ok(longer.longestWaitSeconds! <= before.longestWaitSeconds!);
				assert.ok(longer.converges || !before.converges);
				const faster = reconnectStorm.calculate({
					...inputs,
					handshakesPerSecond: inputs.handshakesPerSecond * factor,
				});
				assert.ok(faster.smallestSafeWindowSeconds! <= before.smallestSafeWindowSeconds!);
				const more = reconnectStorm.calculate({ ...inputs, servers: inputs.servers + 1 });
				assert.ok(more.droppedConnections <= before.droppedConnections);
				assert.ok(more.connectionsEachAfterRestart <= before.connectionsEachAfterRestart);
			}),
		);
	});

	it('is finite, or says why not, for any facts in their ranges', () => {
		fc.assert(
			fc.property(factsFor('reconnectStorm'), (told) => assertPresentable(reportOn('reconnectStorm', told))),
			{
				numRuns: 500,
			},
		);
	});
});
