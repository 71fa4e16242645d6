import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drain } from '../../../../../src/core/sizing/calculations/drain';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const fleet = { connections: 240_000, servers: 6, drainPerSecond: 100 };

/** Restarts each server in turn, its connections spread evenly on the others: what the closed forms must come to. */
function restartInPlace(connections: number, servers: number): { moved: number; lastHeld: number } {
	const loads = new Array<number>(servers).fill(connections / servers);
	let moved = 0;
	let lastHeld = 0;
	for (let turn = 0; turn < servers; turn++) {
		lastHeld = loads[turn]!;
		moved += lastHeld;
		for (let other = 0; other < servers; other++) {
			loads[other] = other === turn ? 0 : loads[other]! + lastHeld / (servers - 1);
		}
	}
	return { moved, lastHeld };
}

function assertClose(actual: number, expected: number): void {
	assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} is not ${expected}`);
}

describe('drain', () => {
	it('tells the time for one server and for all in turn', () => {
		const results = drain.calculate(fleet);
		// 240,000 ÷ 6 = 40,000; ÷ 100/s = 400 s; × 6 = 2,400 s
		assert.equal(results.connectionsEach, 40_000);
		assert.equal(results.secondsForOne, 400);
		assert.equal(results.secondsForRollingRestart, 2400);
		assert.equal(results.connectionsEachWhileOneIsAway, 48_000);
	});

	it('counts the connections that two servers move: each once with new servers first, half as many more in place', () => {
		// In place: 500 go to the second server, which then holds all 1,000 and lets them go: 1,500.
		const results = drain.calculate({ connections: 1000, servers: 2, drainPerSecond: 10 });
		assert.equal(results.connectionsMovedWithNewServersFirst, 1000);
		assert.equal(results.connectionsMovedToEmptiest, 1500);
		assertClose(results.connectionsMovedEvenly!, 1500);
		assertClose(results.connectionsOnLastServer!, 1000);
		assertClose(results.secondsForRollingRestartEvenly!, 150);
	});

	it('counts what three servers move by hand', () => {
		// 900 on 3: 300 go, 150 to each; 450 go, 225 to each; 675 go: 1,425. To the emptiest: 300, 450, 450: 1,200.
		const results = drain.calculate({ connections: 900, servers: 3, drainPerSecond: 10 });
		assertClose(results.connectionsMovedEvenly!, 1425);
		assertClose(results.connectionsOnLastServer!, 675);
		assert.equal(results.connectionsMovedToEmptiest, 1200);
	});

	it('agrees with a restart played through, server by server', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 2, max: 300 }), (connections, servers) => {
				const played = restartInPlace(connections, servers);
				const results = drain.calculate({ connections, servers, drainPerSecond: 1 });
				assertClose(results.connectionsMovedEvenly!, played.moved);
				assertClose(results.connectionsOnLastServer!, played.lastHeld);
			}),
		);
	});

	it('moves each connection at most e − 1 times, and loads the last server at most e times, however many there are', () => {
		for (const servers of [2, 3, 100, 1e6, Number.MAX_SAFE_INTEGER]) {
			const results = drain.calculate({ connections: 1e6, servers, drainPerSecond: 1 });
			assert.ok(results.movesEach! >= 1.5 - 1e-12 && results.movesEach! <= Math.E - 1 + 1e-12);
			assert.ok(results.connectionsOnLastServer! / results.connectionsEach! <= Math.E + 1e-12);
		}
	});

	it('says that a drain faster than the others bear does not converge', () => {
		const inputs = { ...fleet, handshakesPerSecond: 15 };
		const results = drain.calculate(inputs);
		// 5 × 15/s = 75/s, less than 100/s
		assert.equal(results.acceptedPerSecond, 75);
		assert.equal(results.converges, false);
		assert.match(drain.headline(inputs, results), /does not converge: 100\/s let go, 75\/s borne by the others$/);
		assert.equal(drain.calculate({ ...fleet, handshakesPerSecond: 20 }).converges, true);
	});

	it('tells the time of a full server where the fleet is not known', () => {
		const inputs = { drainPerSecond: 100, connectionsPerServer: 60_000 };
		const results = drain.calculate(inputs);
		assert.deepEqual(results, { secondsForFullServer: 600 });
		assert.equal(drain.headline(inputs, results), '10 min for a full server');
		assert.deepEqual(drain.charts!(inputs, results), []);
	});

	it('warns where the others come to hold more than they safely can', () => {
		const limited = (connectionsPerServer: number) => {
			const inputs = { ...fleet, connectionsPerServer };
			return drain.remarks!(inputs, drain.calculate(inputs)).join(' ');
		};
		assert.match(limited(45_000), /While one server is away the others hold 48,000 each, more than the 45,000/);
		// 40,000 × 1.2⁵ = 99,532.8
		assert.match(limited(60_000), /the last server comes to hold 99,533, more than the 60,000/);
		assert.doesNotMatch(limited(100_000), /more than/);
	});

	it('has no answer where the only server restarts', () => {
		const report = reportOn('drain', { audience: 1000, servers: 1, drainPerSecond: 100 });
		assert.deepEqual(report.problems, [{ code: 'noAnswer', values: { reason: 'noSurvivors' } }]);
	});

	it('draws how servers empty in turn and fill again', () => {
		const inputs = { connections: 900, servers: 3, drainPerSecond: 10, connectionsPerServer: 400 };
		const [timeline] = drain.charts!(inputs, drain.calculate(inputs));
		assert.ok(timeline?.kind === 'lines');
		const rounded = (values: readonly (number | null)[]) => values.map((value) => Math.round(value! * 1000) / 1000);
		// Turns of 30, 45 and 67.5 s.
		assert.deepEqual(rounded(timeline.x), [0, 30, 75, 142.5]);
		assert.deepEqual(
			timeline.series.map(({ name, values }) => [name, ...rounded(values)]),
			[
				['first server', 300, 0, 225, 562.5],
				['server 2', 300, 450, 0, 337.5],
				['last server', 300, 450, 675, 0],
			],
		);
		assert.deepEqual(timeline.limits, [{ name: 'limit of a server', value: 400 }]);
	});

	it('never takes longer with a faster drain, nor moves fewer connections than there are', () => {
		const any = fc.record({
			connections: fc.integer({ min: 1, max: 1e12 }),
			servers: fc.integer({ min: 2, max: 1e6 }),
			drainPerSecond: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
		});
		fc.assert(
			fc.property(any, fc.double({ min: 1, max: 1e6, noNaN: true }), (inputs, factor) => {
				const before = drain.calculate(inputs);
				const faster = drain.calculate({ ...inputs, drainPerSecond: inputs.drainPerSecond * factor });
				assert.ok(faster.secondsForOne! <= before.secondsForOne!);
				assert.ok(faster.secondsForRollingRestartEvenly! <= before.secondsForRollingRestartEvenly!);
				assert.ok(before.secondsForRollingRestart! >= before.secondsForOne!);
				assert.ok(before.connectionsMovedToEmptiest! >= inputs.connections);
				assert.ok(before.connectionsMovedEvenly! >= before.connectionsMovedToEmptiest! * (1 - 1e-12));
			}),
		);
	});

	it('is finite, or says why not, for any facts in their ranges', () => {
		fc.assert(
			fc.property(factsFor('drain'), (told) => assertPresentable(reportOn('drain', told))),
			{ numRuns: 500 },
		);
	});
});
