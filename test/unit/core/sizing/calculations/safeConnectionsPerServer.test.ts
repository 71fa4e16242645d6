import assert from 'node:assert/strict';
import fc from 'fast-check';
import { safeConnectionsPerServer } from '../../../../../src/core/sizing/calculations/safeConnectionsPerServer';
import { NoAnswer } from '../../../../../src/core/sizing/problem';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const gibibyte = 2 ** 30;
const server = {
	memoryPerConnectionBytes: 40 * 1024,
	memoryPerServerBytes: 4 * gibibyte,
	descriptorsPerServer: 65_536,
	linkBitsPerSecond: 1e9,
	eventsPerSecond: 1,
	payloadBytes: 220,
	transport: 'eventStream',
	handshakesPerSecond: 500,
	reconnectWindowSeconds: 120,
	testedConnectionsPerServer: 100_000,
	headroom: 0.2,
} as const;

describe('safe connections per server', () => {
	it('are the least that any constraint allows, less the headroom', () => {
		const results = safeConnectionsPerServer.calculate(server);
		assert.deepEqual(
			results.limits.map(({ constraint, connections }) => [constraint, connections]),
			[
				// 4 GiB ÷ 40 KiB = 104,857.6
				['memory', 104_857],
				['descriptors', 65_536],
				// 10⁹ ÷ (1 × 308 × 8) = 405,844.2
				['link', 405_844],
				// 500 × 120
				['reconnects', 60_000],
				['tested', 100_000],
			],
		);
		assert.equal(results.bindingConstraint, 'reconnects');
		assert.equal(results.safeConnections, 48_000);
		assert.equal(
			safeConnectionsPerServer.headline(server, results),
			'48,000 connections on each server, limited by handshakes after a restart',
		);
	});

	it('take off the headroom from each limit', () => {
		const { limits } = safeConnectionsPerServer.calculate(server);
		// 104,857 × 0.8 = 83,885.6; 65,536 × 0.8 = 52,428.8; 405,844 × 0.8 = 324,675.2
		assert.deepEqual(
			limits.map(({ safeConnections }) => safeConnections),
			[83_885, 52_428, 324_675, 48_000, 80_000],
		);
	});

	it('leave out what is not known, and say so', () => {
		const inputs = { descriptorsPerServer: 1024, headroom: 0 };
		const results = safeConnectionsPerServer.calculate(inputs);
		assert.deepEqual(results, {
			safeConnections: 1024,
			bindingConstraint: 'descriptors',
			limits: [{ constraint: 'descriptors', connections: 1024, safeConnections: 1024 }],
		});
		assert.equal(
			safeConnectionsPerServer.remarks!(inputs, results)[0],
			'Not known, and so not in it: memory, the link, handshakes after a restart, what was tested.',
		);
		assert.deepEqual(safeConnectionsPerServer.charts!(inputs, results), []);
	});

	it('are not limited by the link without events', () => {
		const { limits } = safeConnectionsPerServer.calculate({ ...server, eventsPerSecond: 0 });
		assert.ok(!limits.some(({ constraint }) => constraint === 'link'));
		const linkAlone = { linkBitsPerSecond: 1e9, eventsPerSecond: 0, payloadBytes: 220, headroom: 0.2 };
		assert.throws(() => safeConnectionsPerServer.calculate(linkAlone), new NoAnswer('noConstraint'));
	});

	it('are none where one connection takes more than there is', () => {
		const inputs = { memoryPerConnectionBytes: gibibyte, memoryPerServerBytes: 1024, headroom: 0 };
		const results = safeConnectionsPerServer.calculate(inputs);
		assert.equal(results.safeConnections, 0);
		assert.equal(safeConnectionsPerServer.headline(inputs, results), '0 connections on each server, limited by memory');
	});

	it('assume a transport only where a link is told', () => {
		const memory = { memoryPerConnectionBytes: 40_960, memoryPerServerBytes: gibibyte };
		assert.deepEqual(reportOn('safeConnectionsPerServer', memory).assumed, ['headroom']);
		const link = { linkBitsPerSecond: 1e9, eventsPerSecond: 1, payloadBytes: 220 };
		assert.deepEqual(reportOn('safeConnectionsPerServer', link).assumed, ['transport', 'headroom']);
		assert.deepEqual(reportOn('safeConnectionsPerServer', { ...link, transport: 'polling' }).assumed, [
			'headerBytes',
			'headroom',
		]);
	});

	it('are answered by the tested limit alone', () => {
		const report = reportOn('safeConnectionsPerServer', { connectionsPerServer: 60_000 });
		assert.equal(report.results.safeConnections, 48_000);
	});

	it('lack the other half of the constraint that was begun', () => {
		const missing = (facts: Parameters<typeof reportOn>[1]) =>
			reportOn('safeConnectionsPerServer', facts).problems.map(({ fact }) => fact);
		assert.deepEqual(missing({ memoryPerServerBytes: gibibyte }), ['memoryPerConnectionBytes']);
		assert.deepEqual(missing({ linkBitsPerSecond: 1e9 }), ['eventsPerSecond', 'payloadBytes']);
		assert.deepEqual(missing({ handshakesPerSecond: 500 }), ['reconnectWindowSeconds']);
	});

	it('are never more with more constraints or more headroom', () => {
		const optional = [
			'memoryPerServerBytes',
			'descriptorsPerServer',
			'linkBitsPerSecond',
			'handshakesPerSecond',
			'testedConnectionsPerServer',
		] as const;
		fc.assert(
			fc.property(fc.constantFrom(...optional), fc.double({ min: 0, max: 0.95, noNaN: true }), (name, headroom) => {
				const all = safeConnectionsPerServer.calculate({ ...server, headroom });
				const without = safeConnectionsPerServer.calculate({ ...server, headroom, [name]: undefined });
				assert.ok(all.safeConnections <= without.safeConnections);
				assert.ok(
					all.safeConnections <= safeConnectionsPerServer.calculate({ ...server, headroom: 0 }).safeConnections,
				);
			}),
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(
			fc.property(factsFor('safeConnectionsPerServer'), (facts) =>
				assertPresentable(reportOn('safeConnectionsPerServer', facts)),
			),
		);
	});
});
