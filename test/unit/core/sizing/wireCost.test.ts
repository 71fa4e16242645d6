import assert from 'node:assert/strict';
import fc from 'fast-check';
import { transportNames } from '../../../../src/core/endpoint';
import {
	chunkFramingBytes,
	deliveryCost,
	eventStreamCommentCost,
	eventStreamEventCost,
	exchangeCost,
	frameHeaderBytes,
	heartbeatCost,
	type WireCost,
	webSocketMessageCost,
} from '../../../../src/core/sizing/wireCost';

describe('wire cost', () => {
	it('has frame headers of 2, 4 and 10 bytes, with 4 of mask from a client', () => {
		const lengths = [0, 125, 126, 65_535, 65_536];
		assert.deepEqual(
			lengths.map((length) => frameHeaderBytes(length)),
			[2, 2, 4, 4, 10],
		);
		assert.deepEqual(
			lengths.map((length) => frameHeaderBytes(length, 'client')),
			[6, 6, 8, 8, 14],
		);
	});

	it('has a chunk of its hexadecimal digits and two line ends', () => {
		// f\r\n…\r\n, 10\r\n…\r\n, e4\r\n…\r\n, 1000\r\n…\r\n
		assert.deepEqual([15, 16, 228, 4096].map(chunkFramingBytes), [5, 6, 6, 8]);
	});

	it('adds up a WebSocket message', () => {
		// 220 + 4 of header + 22 of TLS = 246 in one segment: + 52 = 298; one acknowledgement of 52 comes back.
		assert.deepEqual(webSocketMessageCost(220), {
			payloadBytes: 220,
			framingBytes: 4,
			headerBytes: 0,
			chunkBytes: 0,
			tlsBytes: 22,
			tcpIpBytes: 52,
			totalBytes: 298,
			acknowledgementBytes: 52,
		});
	});

	it('adds up an event of an event stream as it is written', () => {
		// data: …\n\n is 8 bytes around 220; e4\r\n…\r\n is 6 around 228; 234 + 22 + 52 = 308.
		const written = `e4\r\ndata: ${'x'.repeat(220)}\n\n\r\n`;
		const cost = eventStreamEventCost(220);
		assert.equal(cost.payloadBytes + cost.framingBytes + cost.chunkBytes, written.length);
		assert.equal(cost.totalBytes, 308);
	});

	it('adds up a comment as it is written', () => {
		// 3 + 5 + 22 + 52
		const cost = eventStreamCommentCost();
		assert.equal(cost.framingBytes + cost.chunkBytes, '3\r\n:\n\n\r\n'.length);
		assert.equal(cost.totalBytes, 82);
	});

	it('adds up a heartbeat each way, with the pong acknowledging the ping', () => {
		// A ping 2 + 22 + 52, and 52 that acknowledge the pong; a pong with its mask 6 + 22 + 52.
		assert.deepEqual(heartbeatCost('webSocket'), { serverToClientBytes: 128, clientToServerBytes: 80 });
		assert.deepEqual(heartbeatCost('eventStream'), { serverToClientBytes: 82, clientToServerBytes: 52 });
	});

	it('takes a record for each 16,384 bytes and a segment for each 1,448', () => {
		// 16,374 + 10 of header are one record; one byte more are two.
		assert.equal(webSocketMessageCost(16_380).tlsBytes, 22);
		assert.equal(webSocketMessageCost(16_381).tlsBytes, 44);
		// 1,422 + 4 + 22 = 1,448
		assert.equal(webSocketMessageCost(1422).tcpIpBytes, 52);
		assert.equal(webSocketMessageCost(1423).tcpIpBytes, 104);
	});

	it('acknowledges every second segment, and the last', () => {
		// 1 to 5 segments
		const payloads = [1, 2, 3, 4, 5].map((segments) => segments * 1448 - 26);
		assert.deepEqual(
			payloads.map((payload) => webSocketMessageCost(payload).acknowledgementBytes / 52),
			[1, 1, 2, 2, 3],
		);
	});

	it('has half of the headers in a request and half in its answer', () => {
		const { request, answer } = exchangeCost(900, 220);
		// 450 + 22 + 52, 450 + 220 + 22 + 52
		assert.equal(request.totalBytes, 524);
		assert.equal(answer.totalBytes, 744);
	});

	it('delivers an event over a poll with its request coming back and acknowledged', () => {
		const { sent, returnedBytes } = deliveryCost('longPoll', 220, 900);
		// 744 + 52; 524 + 52
		assert.equal(sent.totalBytes, 796);
		assert.equal(returnedBytes, 576);
		assert.deepEqual(deliveryCost('polling', 220, 900), deliveryCost('longPoll', 220, 900));
	});

	it('is the sum of its parts for any size and transport', () => {
		fc.assert(
			fc.property(fc.constantFrom(...transportNames), bytes, bytes, (transport, payloadBytes, headerBytes) => {
				const { sent, returnedBytes } = deliveryCost(transport, payloadBytes, headerBytes);
				assert.ok(Math.abs(sumOf(sent) - sent.totalBytes) <= sent.totalBytes * 1e-12);
				assert.ok(sent.totalBytes >= payloadBytes + 52);
				assert.ok(returnedBytes >= 52);
			}),
		);
	});

	it('never falls with a larger payload', () => {
		fc.assert(
			fc.property(fc.constantFrom(...transportNames), bytes, bytes, (transport, one, other) => {
				const [small, large] = [Math.min(one, other), Math.max(one, other)];
				assert.ok(
					deliveryCost(transport, small, 900).sent.totalBytes <= deliveryCost(transport, large, 900).sent.totalBytes,
				);
			}),
		);
	});
});

const bytes = fc.oneof(fc.nat(200_000), fc.maxSafeNat());

function sumOf(cost: WireCost): number {
	return cost.payloadBytes + cost.framingBytes + cost.headerBytes + cost.chunkBytes + cost.tlsBytes + cost.tcpIpBytes;
}
