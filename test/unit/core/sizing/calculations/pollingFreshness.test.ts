import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pollingFreshness } from '../../../../../src/core/sizing/calculations/pollingFreshness';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

describe('polling freshness', () => {
	it('is 2.5 s behind on average with a poll each 5 s, against 80 ms pushed', () => {
		const inputs = { intervalSeconds: 5, networkLatencyMs: 80 };
		const results = pollingFreshness.calculate(inputs);
		assert.equal(results.averageLagSeconds, 2.5);
		assert.equal(results.pushedLagSeconds, 0.08);
		// 5 + 0.08, 2.5 + 0.08
		assert.equal(results.worstLagSeconds, 5.08);
		assert.equal(results.averageArrivalLagSeconds, 2.58);
		assert.equal(pollingFreshness.headline(inputs, results), '2.5 s behind on average, 5.08 s at worst; pushed 80 ms');
	});

	it('tells what the interval alone tells, and nothing that is not known', () => {
		const inputs = { intervalSeconds: 5 };
		const results = pollingFreshness.calculate(inputs);
		assert.deepEqual(results, { averageLagSeconds: 2.5, worstLagSeconds: 5 });
		assert.equal(pollingFreshness.headline(inputs, results), '2.5 s behind on average, 5 s at worst');
		assert.deepEqual(pollingFreshness.charts!(inputs, results), []);
		const { assumed, problems } = reportOn('pollingFreshness', { pollIntervalSeconds: 5 });
		assert.deepEqual([assumed, problems], [[], []]);
	});

	it('tells the requests and those for nothing', () => {
		const inputs = { intervalSeconds: 5, clients: 10_000, eventsPerSecond: 0.1 };
		const results = pollingFreshness.calculate(inputs);
		assert.equal(results.requestsPerSecond, 2000);
		// e^(−0.1 × 5) = 0.6065306597; × 2,000 = 1,213.06
		assert.ok(Math.abs(results.emptyPollShare! - 0.6065306597) < 1e-10);
		assert.ok(Math.abs(results.emptyRequestsPerSecond! - 1213.0613194) < 1e-6);
		assert.deepEqual(
			pollingFreshness.working(inputs, results).map(({ numbers }) => numbers),
			['5 s ÷ 2 = 2.5 s', '5 s', '10,000 ÷ 5 s = 2,000/s', 'e^(−0.1/s × 5 s) = 60.7%', '2,000/s × 60.7% = 1,213.1/s'],
		);
	});

	it('has only empty polls without events', () => {
		assert.equal(pollingFreshness.calculate({ intervalSeconds: 5, eventsPerSecond: 0 }).emptyPollShare, 1);
	});

	it('shows what shorter and longer intervals cost, this one among them', () => {
		const inputs = { intervalSeconds: 5, clients: 10_000 };
		const [chart] = pollingFreshness.charts!(inputs, pollingFreshness.calculate(inputs));
		assert.ok(chart?.kind === 'lines');
		const here = chart.x.indexOf(2.5);
		assert.equal(chart.series[0]!.values[here], 2000);
		assert.deepEqual([chart.x[0], chart.x.at(-1)], [0.625, 10]);
	});

	it('costs twice the requests at half the interval', () => {
		fc.assert(
			fc.property(fc.double({ min: 0.01, max: 86_400, noNaN: true }), fc.nat(1_000_000), (intervalSeconds, clients) => {
				const one = pollingFreshness.calculate({ intervalSeconds, clients });
				const half = pollingFreshness.calculate({ intervalSeconds: intervalSeconds / 2, clients });
				assert.equal(half.requestsPerSecond, one.requestsPerSecond! * 2);
				assert.equal(half.averageLagSeconds, one.averageLagSeconds / 2);
			}),
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(
			fc.property(factsFor('pollingFreshness'), (told) => assertPresentable(reportOn('pollingFreshness', told))),
		);
	});
});
