import assert from 'node:assert/strict';
import fc from 'fast-check';
import { transportNames } from '../../../../../src/core/endpoint';
import { transportComparison } from '../../../../../src/core/sizing/calculations/transportComparison';
import { deliveryCost } from '../../../../../src/core/sizing/wireCost';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const told = {
	clients: 30_000,
	eventsPerSecond: 1,
	payloadBytes: 180,
	intervalSeconds: 5,
	headerBytes: 900,
	networkLatencyMs: 80,
	heartbeatIntervalSeconds: 25,
};

function assertClose(actual: number, expected: number): void {
	assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} is not ${expected}`);
}

/** A generator of random numbers that always gives the same (mulberry32). */
function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** The mean wait of random events where the server collects for a while after the first that it could answer with. */
function playLongPolls(eventsPerSecond: number, gapSeconds: number, collectingSeconds: number): number {
	const random = randomNumbers(1);
	const untilNext = () => -Math.log(1 - random()) / eventsPerSecond;
	let requestAt = 0;
	let eventAt = untilNext();
	let waited = 0;
	let events = 0;
	for (let cycle = 0; cycle < 50_000; cycle++) {
		const answerAt = Math.max(requestAt, eventAt) + collectingSeconds;
		for (; eventAt <= answerAt; eventAt += untilNext()) {
			waited += answerAt - eventAt;
			events += 1;
		}
		requestAt = answerAt + gapSeconds;
	}
	return waited / events;
}

describe('transport comparison', () => {
	it('has the same payload on each transport: 30,000 × 180 B × 1/s is 5.4 MB/s', () => {
		const { table } = transportComparison.calculate({ ...told, cycleSeconds: 30 });
		for (const transport of transportNames) {
			assert.equal(table[transport].payloadBytesPerSecond, 5_400_000);
		}
	});

	it('makes 1,000 requests a second of long polls with a cycle of 30 s, and 6,000 of polls each 5 s', () => {
		const { table, longPollCycleSeconds } = transportComparison.calculate({ ...told, cycleSeconds: 30 });
		assert.equal(longPollCycleSeconds, 30);
		assert.equal(table.longPoll.requestsPerSecond, 1000);
		assert.equal(table.polling.requestsPerSecond, 6000);
		assert.equal(table.webSocket.requestsPerSecond, 0);
		assert.equal(table.eventStream.requestsPerSecond, 0);
	});

	it('waits 2.5 s on average when polling each 5 s, against 80 ms pushed', () => {
		const { table } = transportComparison.calculate({ ...told, cycleSeconds: 30 });
		assert.equal(table.polling.averageWaitSeconds, 2.5);
		assert.equal(table.polling.averageLagSeconds, 2.58);
		assert.equal(table.webSocket.averageLagSeconds, 0.08);
		assert.equal(table.eventStream.averageLagSeconds, 0.08);
	});

	it('answers a long poll early where events come more often than the hold lasts', () => {
		const { table, longPollCycleSeconds } = transportComparison.calculate({ ...told, holdSeconds: 30 });
		// (1 − e⁻³⁰) ÷ 1 + 0.16 s
		assertClose(longPollCycleSeconds, 1 - Math.exp(-30) + 0.16);
		assertClose(table.longPoll.requestsPerSecond, 30_000 / longPollCycleSeconds);
		// 0.16 s of each cycle without a held request, half of it on average: 0.16² ÷ (2 × 1.16) = 0.011 s
		assertClose(table.longPoll.averageWaitSeconds, 0.16 ** 2 / (2 * longPollCycleSeconds));
	});

	it('holds a long poll for the whole hold without events', () => {
		const { table, longPollCycleSeconds } = transportComparison.calculate({
			...told,
			eventsPerSecond: 0,
			holdSeconds: 29.84,
		});
		assertClose(longPollCycleSeconds, 30);
		assertClose(table.longPoll.requestsPerSecond, 1000);
		assert.equal(table.longPoll.payloadBytesPerSecond, 0);
	});

	it('takes a long cycle as collecting of events, and says what it would be if each was answered at once', () => {
		const inputs = { ...told, cycleSeconds: 30 };
		const results = transportComparison.calculate(inputs);
		// s = 30 − 0.16 − 1 = 28.84; (28.84 ÷ 1 + 29² ÷ 2) ÷ 30 = 14.978
		assertClose(results.table.longPoll.averageWaitSeconds, (28.84 + 29 ** 2 / 2) / 30);
		assert.match(
			transportComparison.remarks!(inputs, results).join(' '),
			/no more than 1\.16 s at this rate, and makes 25,862\.1 requests a second; with a cycle of 30 s the server collects/,
		);
		const short = { ...told, cycleSeconds: 1.1 };
		const remarks = transportComparison.remarks!(short, transportComparison.calculate(short));
		assert.doesNotMatch(remarks.join(' '), /collects/);
	});

	it('waits half a cycle on average where the cycle is told to be shorter than the round trip', () => {
		const { table } = transportComparison.calculate({ ...told, networkLatencyMs: 500, cycleSeconds: 0.2 });
		assertClose(table.longPoll.averageWaitSeconds, 0.1);
	});

	it('agrees with long polls that collect, played through at random', () => {
		for (const cycleSeconds of [2, 5, 30]) {
			// With 10 ms from answer to request few events come in between, of which the formula leaves out a part.
			const { table } = transportComparison.calculate({ ...told, networkLatencyMs: 5, cycleSeconds });
			const played = playLongPolls(1, 0.01, cycleSeconds - 0.01 - 1);
			const expected = table.longPoll.averageWaitSeconds;
			assert.ok(Math.abs(played - expected) < 0.02 * expected, `${played} is not ${expected} for ${cycleSeconds} s`);
		}
	});

	it('counts all that is not payload, both ways, with the heartbeats of what is held open', () => {
		const { table } = transportComparison.calculate({ ...told, cycleSeconds: 30 });
		// An event: frame 4 + TLS 22 + TCP/IP 52, acknowledged by 52 = 130 B. Each 25 s a ping, 2 + 22 + 52 = 76 B,
		// and a pong with 4 B of mask, 80 B, acknowledged by 52. 30,000 × (130 + 208 ÷ 25) = 4,149,600 B/s.
		assertClose(table.webSocket.overheadBytesPerSecond, 4_149_600);
		// Fields 8 + chunk 2 + 4 + 22 + 52 + 52 = 140 B; a comment 3 + 1 + 4 + 22 + 52 + 52 = 134 B: 30,000 × (140 + 134 ÷ 25).
		assertClose(table.eventStream.overheadBytesPerSecond, 4_360_800);
		// A poll: 900 of heads, twice 22 of TLS, 52 of TCP/IP and 52 of acknowledgement: 1,152 B, as long as one segment does.
		assertClose(table.polling.overheadBytesPerSecond, 6000 * 1152);
		const { sent, returnedBytes } = deliveryCost('longPoll', 180 * 30, 900);
		assertClose(table.longPoll.overheadBytesPerSecond, 1000 * (sent.totalBytes - 5400 + returnedBytes));
	});

	it('keeps connections of polls open for a minute, and says what opening them again costs', () => {
		const openAt = (intervalSeconds: number) =>
			transportComparison.calculate({ ...told, cycleSeconds: 30, intervalSeconds }).table.polling.connections;
		assert.equal(openAt(5), 30_000);
		// (60 + 0.16) ÷ 120
		assertClose(openAt(120), 15_040);
		const inputs = { ...told, cycleSeconds: 30, intervalSeconds: 120 };
		const remarks = transportComparison.remarks!(inputs, transportComparison.calculate(inputs));
		assert.match(remarks.join(' '), /TLS handshake that is not in the overhead \(250 a second\)/);
	});

	it('assumes a hold only where no cycle is told, and labels all that it assumes', () => {
		const needed = { audience: 30_000, eventsPerSecond: 1, payloadBytes: 180 };
		assert.deepEqual(reportOn('transportComparison', needed).assumed, [
			'intervalSeconds',
			'holdSeconds',
			'headerBytes',
			'networkLatencyMs',
			'heartbeatIntervalSeconds',
		]);
		const report = reportOn('transportComparison', { ...needed, longPollCycleSeconds: 30, pollIntervalSeconds: 5 });
		assert.deepEqual(report.assumed, ['headerBytes', 'networkLatencyMs', 'heartbeatIntervalSeconds']);
		assert.ok(!('holdSeconds' in report.inputs));
	});

	it('says the difference in lag, requests and overhead in one line', () => {
		const inputs = { ...told, cycleSeconds: 30 };
		assert.equal(
			transportComparison.headline(inputs, transportComparison.calculate(inputs)),
			'pushed 80 ms late with no requests and 4.36 MB/s of overhead; long polling 15.06 s late with 1,000 requests/s, polling 2.58 s late with 6,000 requests/s and 6.91 MB/s',
		);
	});

	it('draws a bar for each transport', () => {
		const inputs = { ...told, cycleSeconds: 30 };
		const [requests, traffic, lag] = transportComparison.charts!(inputs, transportComparison.calculate(inputs));
		assert.ok(requests?.kind === 'bars' && traffic?.kind === 'bars' && lag?.kind === 'bars');
		assert.deepEqual(requests.groups, ['WebSocket', 'event stream', 'long polling', 'polling']);
		assert.deepEqual(requests.series[0]!.values, [0, 0, 1000, 6000]);
		assert.deepEqual(traffic.series[0]!.values, [5.4e6, 5.4e6, 5.4e6, 5.4e6]);
		assert.deepEqual(lag.series[0]!.values.slice(0, 2), [0.08, 0.08]);
	});

	it('never asks more often, and is never fresher, with longer intervals and cycles; what is pushed is never later', () => {
		const any = fc.record({
			clients: fc.integer({ min: 1, max: 1e9 }),
			eventsPerSecond: fc.double({ min: 0, max: 1000, noNaN: true }),
			payloadBytes: fc.integer({ min: 0, max: 1e6 }),
			intervalSeconds: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
			cycleSeconds: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
			headerBytes: fc.integer({ min: 0, max: 1e5 }),
			networkLatencyMs: fc.double({ min: 0, max: 1000, noNaN: true }),
			heartbeatIntervalSeconds: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
		});
		fc.assert(
			fc.property(any, fc.double({ min: 1, max: 1000, noNaN: true }), (inputs, factor) => {
				const { table } = transportComparison.calculate(inputs);
				const longer = transportComparison.calculate({
					...inputs,
					intervalSeconds: inputs.intervalSeconds * factor,
					cycleSeconds: inputs.cycleSeconds * factor,
				}).table;
				assert.ok(longer.polling.requestsPerSecond <= table.polling.requestsPerSecond);
				assert.ok(longer.longPoll.requestsPerSecond <= table.longPoll.requestsPerSecond);
				assert.ok(longer.polling.averageLagSeconds >= table.polling.averageLagSeconds);
				for (const transport of transportNames) {
					assert.ok(table.webSocket.averageLagSeconds <= table[transport].averageLagSeconds);
					assert.ok(table[transport].connections <= inputs.clients);
					assert.ok(table[transport].overheadBytesPerSecond > 0);
				}
			}),
		);
	});

	it('is finite, or says why not, for any facts in their ranges', () => {
		fc.assert(
			fc.property(factsFor('transportComparison'), (facts) =>
				assertPresentable(reportOn('transportComparison', facts)),
			),
			{ numRuns: 500 },
		);
	});
});
