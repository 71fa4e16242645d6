import assert from 'node:assert/strict';
import { size } from '../../../../../src/core/sizing/size';
import { givenFacts, silentNote, type ToldFacts } from '../factsTold';

describe('what a note asks for', () => {
	it('is socket servers where it tells an audience and what one server holds', () => {
		assert.deepEqual(askedBy({ audience: 240_000, connectionsPerServer: 60_000 }), ['socketServers']);
	});

	it('is push bandwidth where it tells an audience, a payload and a rate', () => {
		assert.ok(askedBy({ audience: 10_000, payloadBytes: 220, eventsPerSecond: 1 }).includes('pushBandwidth'));
	});

	it('is long-poll requests where it tells a cycle', () => {
		assert.deepEqual(askedBy({ audience: 20_000, longPollCycleSeconds: 25 }), ['longPollRequests']);
		assert.deepEqual(askedBy({ audience: 20_000, longPollCycleSeconds: 25, headerBytes: 900 }), ['longPollRequests']);
	});

	it('is polling freshness where it tells a polling interval', () => {
		assert.deepEqual(askedBy({ pollIntervalSeconds: 5 }), ['pollingFreshness']);
		assert.deepEqual(askedBy({ pollIntervalSeconds: 5, networkLatencyMs: 80 }), ['pollingFreshness']);
	});

	it('is heartbeats where it tells their interval', () => {
		assert.deepEqual(askedBy({ heartbeatIntervalSeconds: 25 }), ['heartbeats']);
		assert.deepEqual(askedBy({ heartbeatIntervalSeconds: 25, audience: 60_000 }), ['heartbeats']);
	});

	it('is the footprint where it tells what one connection takes, and the limits where it tells what a server has', () => {
		assert.deepEqual(askedBy({ memoryPerConnectionBytes: 20_480 }), ['connectionFootprint']);
		assert.deepEqual(askedBy({ descriptorsPerServer: 65_536 }), ['safeConnectionsPerServer']);
		assert.deepEqual(askedBy({ memoryPerServerBytes: 2 ** 34, memoryPerConnectionBytes: 20_480 }), [
			'safeConnectionsPerServer',
			'connectionFootprint',
		]);
	});
});

function askedBy(told: ToldFacts): readonly string[] {
	return size({ reading: silentNote, given: givenFacts(told) }).map(({ calculation }) => calculation);
}
