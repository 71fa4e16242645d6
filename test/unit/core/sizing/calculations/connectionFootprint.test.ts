import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectionFootprint } from '../../../../../src/core/sizing/calculations/connectionFootprint';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const gibibyte = 2 ** 30;
const told = { connectionsPerServer: 60_000, memoryPerConnectionBytes: 20 * 1024, reserve: 0.25 };

describe('connection footprint', () => {
	it('is the memory of the connections, on a server with the reserve', () => {
		const results = connectionFootprint.calculate(told);
		// 60,000 × 20,480; ÷ 0.75
		assert.equal(results.connectionsMemoryBytes, 1_228_800_000);
		assert.equal(results.serverMemoryBytes, 1_638_400_000);
	});

	it('is a descriptor for each connection, and two on a proxy', () => {
		const results = connectionFootprint.calculate(told);
		assert.equal(results.descriptors, 60_000);
		assert.equal(results.proxyDescriptors, 120_000);
		assert.ok(!('descriptorShare' in results) && !('memoryShare' in results));
	});

	it('is a balancer address for each 28,232 connections', () => {
		const addresses = (connectionsPerServer: number) =>
			connectionFootprint.calculate({ ...told, connectionsPerServer }).balancerSourceAddresses;
		// 60,000 ÷ 28,232 = 2.13
		assert.deepEqual([28_232, 28_233, 56_464, 60_000].map(addresses), [1, 2, 2, 3]);
	});

	it('is set against what the server has', () => {
		const inputs = { ...told, memoryPerServerBytes: 2 * gibibyte, descriptorsPerServer: 65_536 };
		const results = connectionFootprint.calculate(inputs);
		// 1,228,800,000 ÷ 2,147,483,648; 2 GiB × 0.75 = 1,610,612,736
		assert.equal(results.memoryShare, 1_228_800_000 / 2_147_483_648);
		assert.equal(results.memorySuffices, true);
		assert.equal(results.descriptorShare, 60_000 / 65_536);
		assert.equal(results.descriptorsSuffice, true);
		assert.ok(connectionFootprint.remarks!(inputs, results).some((remark) => remark.includes('not for a proxy')));
		const small = connectionFootprint.calculate({
			...inputs,
			memoryPerServerBytes: gibibyte,
			descriptorsPerServer: 1024,
		});
		assert.deepEqual([small.memorySuffices, small.descriptorsSuffice], [false, false]);
	});

	it('works out the connections that fit where they are not told', () => {
		const inputs = { memoryPerConnectionBytes: 20 * 1024, memoryPerServerBytes: 4 * gibibyte, reserve: 0.25 };
		const results = connectionFootprint.calculate(inputs);
		// 4,294,967,296 × 0.75 ÷ 20,480 = 157,286.4
		assert.equal(results.connections, 157_286);
		assert.equal(results.memorySuffices, true);
		assert.match(connectionFootprint.working(inputs, results)[0]!.numbers, /^⌊4 GiB × 0.75 ÷ 20 KiB⌋ = 157,286$/);
	});

	it('is told in one line', () => {
		assert.equal(
			connectionFootprint.headline(told, connectionFootprint.calculate(told)),
			'60,000 connections: 1.14 GiB; 60,000 descriptors; 3 balancer addresses',
		);
	});

	it('takes a preset for the memory only where the note has none, and shows it as one', () => {
		const preset = reportOn('connectionFootprint', { connectionsPerServer: 1000 });
		assert.deepEqual(preset.assumed, ['memoryPerConnectionBytes', 'reserve']);
		assert.equal(preset.inputs.memoryPerConnectionBytes, 40_960);
		const { memoryPerConnectionBytes: source } = preset.sources;
		assert.match(source?.kind === 'assumed' ? source.why : '', /^a preset for a WebSocket over TLS/);
		const own = reportOn('connectionFootprint', { connectionsPerServer: 1000, memoryPerConnectionBytes: 8192 });
		assert.deepEqual(own.assumed, ['reserve']);
		assert.equal(own.results.connectionsMemoryBytes, 8_192_000);
	});

	it('shows presets beside it, each with its source', () => {
		const { presets } = connectionFootprint.calculate({ ...told, connectionsPerServer: 1000 });
		const overTls = presets.find(({ name }) => name === 'WebSocket over TLS');
		// (7.2 + 27 + 4.5) KiB = 38.7 KiB; × 1,000
		assert.equal(Math.round(overTls!.connectionsMemoryBytes), 39_628_800);
		assert.ok(presets.every(({ source }) => source !== ''));
	});

	it('lacks the connections of a server where nothing is told of them', () => {
		const { problems } = reportOn('connectionFootprint', { memoryPerConnectionBytes: 20_480 });
		assert.deepEqual(
			problems.map(({ code, fact }) => [code, fact]),
			[['missing', 'connectionsPerServer']],
		);
	});

	it('fits where it was worked out to fit', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 1_000_000 }),
				fc.integer({ min: 1, max: 1_000_000_000 }),
				fc.double({ min: 0, max: 0.95, noNaN: true }),
				(memoryPerConnectionBytes, memoryPerServerBytes, reserve) => {
					const results = connectionFootprint.calculate({ memoryPerConnectionBytes, memoryPerServerBytes, reserve });
					assert.equal(results.memorySuffices, true);
					assert.ok(results.serverMemoryBytes <= memoryPerServerBytes * (1 + 1e-12));
				},
			),
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(
			fc.property(factsFor('connectionFootprint'), (facts) =>
				assertPresentable(reportOn('connectionFootprint', facts)),
			),
		);
	});
});
