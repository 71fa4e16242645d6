import assert from 'node:assert/strict';
import fc from 'fast-check';
import { socketServers } from '../../../../../src/core/sizing/calculations/socketServers';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const note = { peakConnections: 240_000, connectionsPerServer: 60_000, failuresTolerated: 1, headroom: 0.2 };

describe('socket servers', () => {
	it('are 4, 5 and 6 for 240,000 at 60,000', () => {
		const results = socketServers.calculate(note);
		// 240,000 ÷ 60,000 = 4; 240,000 ÷ (5 − 1) = 60,000; 240,000 ÷ (6 − 1) = 48,000 = 60,000 × 0.8
		assert.equal(results.minimumServers, 4);
		assert.equal(results.survivingServers, 5);
		assert.equal(results.recommendedServers, 6);
		assert.equal(results.connectionsEachAfterFailures, 48_000);
	});

	it('have loads of 80,000, 60,000 and 48,000 after a failure, over, at and below the limit', () => {
		const { table } = socketServers.calculate(note);
		const afterOne = table.map(({ servers, loads }) => [servers, loads[1]?.connectionsEach, loads[1]?.verdict]);
		assert.deepEqual(afterOne.slice(0, 3), [
			[4, 80_000, 'over'],
			[5, 60_000, 'atLimit'],
			[6, 48_000, 'ok'],
		]);
	});

	it('are shown with one failure more than is tolerated', () => {
		const { table } = socketServers.calculate(note);
		// 240,000 ÷ 6, ÷ 5, ÷ 4
		assert.deepEqual(table.find(({ servers }) => servers === 6)?.loads, [
			{ failed: 0, connectionsEach: 40_000, verdict: 'ok' },
			{ failed: 1, connectionsEach: 48_000, verdict: 'ok' },
			{ failed: 2, connectionsEach: 60_000, verdict: 'atLimit' },
		]);
	});

	it('are told in one line, with the working', () => {
		const results = socketServers.calculate(note);
		assert.equal(socketServers.headline(note, results), '6 servers: 48,000 connections each after one failure');
		assert.deepEqual(
			socketServers.working(note, results).map(({ numbers }) => numbers),
			['⌈240,000 ÷ 60,000⌉ = 4', '1 + 4 = 5', '1 + ⌈240,000 ÷ 48,000⌉ = 6'],
		);
		assert.match(socketServers.remarks!(note, results)[0]!, /^5 servers bear one failure only right at the limit/);
	});

	it('tolerate more failures than servers are needed, and never have a row without a server left', () => {
		const inputs = { peakConnections: 1, connectionsPerServer: 60_000, failuresTolerated: 3, headroom: 0 };
		const results = socketServers.calculate(inputs);
		assert.deepEqual([results.minimumServers, results.survivingServers, results.recommendedServers], [1, 4, 4]);
		for (const { servers, loads } of results.table) {
			assert.ok(loads.every(({ failed }) => failed < servers));
		}
	});

	it('have a table and a chart of a size to read, however many failures are tolerated', () => {
		const inputs = { ...note, failuresTolerated: 1000 };
		const results = socketServers.calculate(inputs);
		const [chart] = socketServers.charts!(inputs, results);
		assert.equal(results.recommendedServers, 1005);
		assert.ok(results.table.length <= 8);
		assert.deepEqual(
			chart!.series.map(({ name }) => name),
			['0 failed', '250 failed', '500 failed', '750 failed', '1,000 failed', '1,001 failed'],
		);
		const recommended = results.table.find(({ servers }) => servers === 1005);
		assert.deepEqual(recommended?.loads.at(-2), { failed: 1000, connectionsEach: 48_000, verdict: 'ok' });
	});

	it('show each number of failures where these are few', () => {
		for (const failuresTolerated of [0, 1, 2, 3, 4]) {
			const inputs = { ...note, failuresTolerated };
			const [chart] = socketServers.charts!(inputs, socketServers.calculate(inputs));
			const expected = Array.from({ length: failuresTolerated + 2 }, (_, failed) => `${failed} failed`);
			assert.deepEqual(
				chart!.series.map(({ name }) => name),
				expected,
			);
		}
	});

	it('assume one failure and a fifth of headroom, and say so', () => {
		const report = reportOn('socketServers', { audience: 240_000, connectionsPerServer: 60_000 });
		assert.deepEqual(report.assumed, ['failuresTolerated', 'headroom']);
		assert.equal(report.results.recommendedServers, 6);
	});

	it('have no answer for a fleet beyond counting', () => {
		const report = reportOn('socketServers', {
			audience: Number.MAX_SAFE_INTEGER,
			connectionsPerServer: 1,
			headroom: 0.9,
		});
		assert.deepEqual(report.problems, [{ code: 'noAnswer', values: { reason: 'tooLarge' } }]);
	});

	it('are never fewer where more failures are tolerated', () => {
		fc.assert(
			fc.property(fleets, fc.nat(1000), (fleet, failures) => {
				const fewer = socketServers.calculate({ ...fleet, failuresTolerated: Math.min(failures, 999) });
				const more = socketServers.calculate({ ...fleet, failuresTolerated: Math.min(failures, 999) + 1 });
				assert.ok(more.survivingServers >= fewer.survivingServers);
				assert.ok(more.recommendedServers >= fewer.recommendedServers);
			}),
		);
	});

	it('are within the headroom after the failures where recommended, and one fewer is not', () => {
		fc.assert(
			fc.property(fleets, fc.nat(1000), (fleet, failuresTolerated) => {
				const { peakConnections, connectionsPerServer, headroom } = fleet;
				const { recommendedServers } = socketServers.calculate({ ...fleet, failuresTolerated });
				const left = recommendedServers - failuresTolerated;
				const limit = connectionsPerServer * (1 - headroom);
				assert.ok(peakConnections / left <= limit * (1 + 1e-12));
				assert.ok(left === 1 || peakConnections / (left - 1) > limit * (1 - 1e-12));
			}),
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(fc.property(factsFor('socketServers'), (told) => assertPresentable(reportOn('socketServers', told))));
	});
});

const fleets = fc.record({
	peakConnections: fc.integer({ min: 1, max: 1_000_000_000 }),
	connectionsPerServer: fc.integer({ min: 1, max: 1_000_000 }),
	headroom: fc.double({ min: 0, max: 0.95, noNaN: true }),
});
