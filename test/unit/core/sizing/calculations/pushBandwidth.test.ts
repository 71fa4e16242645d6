import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pushBandwidth } from '../../../../../src/core/sizing/calculations/pushBandwidth';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const viewers = { subscribers: 10_000, eventsPerSecond: 1, payloadBytes: 220, transport: 'eventStream' } as const;

describe('push bandwidth', () => {
	it('is 2,200,000 B/s of payload for 10,000 viewers × 220 B × 1/s', () => {
		assert.equal(pushBandwidth.calculate(viewers).payloadBytesPerSecond, 2_200_000);
	});

	it('is 5.4 MB/s of payload for 30,000 × 180 B × 1/s', () => {
		const results = pushBandwidth.calculate({ ...viewers, subscribers: 30_000, payloadBytes: 180 });
		assert.equal(results.payloadBytesPerSecond, 5_400_000);
	});

	it('adds up each part on the wire', () => {
		const results = pushBandwidth.calculate(viewers);
		// Each: 220 + 8 of fields + 6 of chunk + 22 of TLS + 52 of TCP/IP = 308, and 52 of acknowledgement back.
		assert.equal(results.framingBytesPerSecond, 80_000);
		assert.equal(results.headerBytesPerSecond, 0);
		assert.equal(results.chunkBytesPerSecond, 60_000);
		assert.equal(results.tlsBytesPerSecond, 220_000);
		assert.equal(results.tcpIpBytesPerSecond, 520_000);
		assert.equal(results.wireBytesPerSecond, 3_080_000);
		assert.equal(results.wireBitsPerSecond, 24_640_000);
		assert.equal(results.returnedBytesPerSecond, 520_000);
		assert.equal(results.overheadShare, 1 - 220 / 308);
	});

	it('tells the traffic of a day and a month, and shares of links', () => {
		const results = pushBandwidth.calculate(viewers);
		// 3,080,000 × 86,400 = 266,112,000,000; × 30 = 7,983,360,000,000
		assert.equal(results.wireBytesPerDay, 266_112_000_000);
		assert.equal(results.wireBytesPerMonth, 7_983_360_000_000);
		// 24.64 Mbit/s of 1, 10 and 25 Gbit/s
		assert.deepEqual(results.links, [
			{ bitsPerSecond: 1e9, share: 0.02464 },
			{ bitsPerSecond: 1e10, share: 0.002464 },
			{ bitsPerSecond: 2.5e10, share: 0.0009856 },
		]);
	});

	it('has the told link first, once', () => {
		const speeds = (linkBitsPerSecond: number) =>
			pushBandwidth.calculate({ ...viewers, linkBitsPerSecond }).links.map(({ bitsPerSecond }) => bitsPerSecond);
		assert.deepEqual(speeds(2e9), [2e9, 1e9, 1e10, 2.5e10]);
		assert.deepEqual(speeds(1e10), [1e10, 1e9, 2.5e10]);
	});

	it('is less over a WebSocket and more over long polls', () => {
		const overWebSocket = pushBandwidth.calculate({ ...viewers, transport: 'webSocket' });
		// 220 + 4 + 22 + 52 = 298
		assert.equal(overWebSocket.wireBytesPerSecond, 2_980_000);
		const overLongPoll = pushBandwidth.calculate({ ...viewers, transport: 'longPoll', headerBytes: 900 });
		// 450 + 220 + 22 + 52, and 52 that acknowledge the request = 796
		assert.equal(overLongPoll.wireBytesPerSecond, 7_960_000);
	});

	it('is told in one line', () => {
		assert.equal(
			pushBandwidth.headline(viewers, pushBandwidth.calculate(viewers)),
			'2.2 MB/s of payload, 3.08 MB/s on the wire: 24.64 Mbit/s, 2.46% of a 1 Gbit/s link',
		);
	});

	it('is told against the smallest link that carries it', () => {
		const inputs = { ...viewers, subscribers: 1_000_000 };
		// 2.464 Gbit/s
		assert.match(pushBandwidth.headline(inputs, pushBandwidth.calculate(inputs)), /24.6% of a 10 Gbit\/s link$/);
		const told = { ...inputs, linkBitsPerSecond: 1e9 };
		assert.match(pushBandwidth.headline(told, pushBandwidth.calculate(told)), /246% of a 1 Gbit\/s link$/);
	});

	it('is 0 without events, and all overhead without a payload', () => {
		const silent = pushBandwidth.calculate({ ...viewers, eventsPerSecond: 0 });
		assert.equal(silent.wireBytesPerSecond, 0);
		const empty = pushBandwidth.calculate({ ...viewers, payloadBytes: 0 });
		assert.equal(empty.payloadBytesPerSecond, 0);
		assert.equal(empty.overheadShare, 1);
	});

	it('assumes an event stream, and headers for polls alone', () => {
		const told = { audience: 10_000, eventsPerSecond: 1, payloadBytes: 220 };
		assert.deepEqual(reportOn('pushBandwidth', told).assumed, ['transport']);
		assert.deepEqual(reportOn('pushBandwidth', { ...told, transport: 'webSocket' }).assumed, []);
		const polled = reportOn('pushBandwidth', { ...told, transport: 'longPoll' });
		assert.deepEqual(polled.assumed, ['headerBytes']);
		assert.equal(polled.inputs.headerBytes, 900);
		assert.equal(
			reportOn('pushBandwidth', { ...told, transport: 'longPoll', headerBytes: 300 }).inputs.headerBytes,
			300,
		);
	});

	it('shows in a chart parts that add up to the traffic', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('webSocket', 'eventStream', 'longPoll', 'polling'),
				fc.nat(100_000),
				(transport, payloadBytes) => {
					const inputs = { ...viewers, transport, payloadBytes, headerBytes: 900 };
					const results = pushBandwidth.calculate(inputs);
					const [chart] = pushBandwidth.charts!(inputs, results);
					const sum = chart!.series[0]!.values.reduce<number>((total, value) => total + value!, 0);
					assert.ok(Math.abs(sum - results.wireBytesPerSecond) <= sum * 1e-12);
				},
			),
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(fc.property(factsFor('pushBandwidth'), (told) => assertPresentable(reportOn('pushBandwidth', told))));
	});
});
