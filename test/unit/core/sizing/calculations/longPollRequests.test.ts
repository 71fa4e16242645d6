import assert from 'node:assert/strict';
import fc from 'fast-check';
import { longPollRequests } from '../../../../../src/core/sizing/calculations/longPollRequests';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const told = { clients: 20_000, cycleSeconds: 25, headerBytes: 900 };

describe('long-poll requests', () => {
	it('are 800/s with 720,000 B/s of headers for 20,000 clients with a cycle of 25 s', () => {
		const results = longPollRequests.calculate(told);
		assert.equal(results.requestsPerSecond, 800);
		assert.equal(results.headerBytesPerSecond, 720_000);
		assert.equal(longPollRequests.headline(told, results), '800 requests a second with 720 KB/s of headers');
	});

	it('are 1,000/s for 30,000 with a cycle of 30 s', () => {
		assert.equal(
			longPollRequests.calculate({ clients: 30_000, cycleSeconds: 30, headerBytes: 900 }).requestsPerSecond,
			1000,
		);
	});

	it('cost a handshake each without connection reuse and none with it, and a log line each', () => {
		const results = longPollRequests.calculate(told);
		assert.equal(results.tlsHandshakesPerSecondWithoutReuse, 800);
		assert.equal(results.tlsHandshakesPerSecondWithReuse, 0);
		// 800 × 86,400
		assert.equal(results.logLinesPerDay, 69_120_000);
	});

	it('cost TLS, TCP/IP and acknowledgements beside the headers, both ways', () => {
		// 900 + 2 × 22 + 2 × 52 + 2 × 52 = 1,152; × 800
		assert.equal(longPollRequests.calculate(told).overheadBytesPerSecond, 921_600);
	});

	it('are none for the same audience on server-sent events', () => {
		const { eventStream } = longPollRequests.calculate(told);
		assert.deepEqual(eventStream, {
			openConnections: 20_000,
			requestsPerSecond: 0,
			headerBytesPerSecond: 0,
			logLinesPerDay: 0,
		});
	});

	it('are set against what events cost on server-sent events where rate and payload are told', () => {
		const inputs = { ...told, eventsPerSecond: 0.04, payloadBytes: 220 };
		// 308 − 220 + 52 = 140 an event; 20,000 × 0.04/s = 800/s
		assert.equal(longPollRequests.calculate(inputs).eventStream.overheadBytesPerSecond, 112_000);
	});

	it('come from hold and event rate where no cycle is told', () => {
		const inputs = {
			clients: 20_000,
			holdSeconds: 25,
			eventsPerSecond: 0.1,
			networkLatencyMs: 40,
			headerBytes: 900,
		};
		const results = longPollRequests.calculate(inputs);
		// (1 − e^−2.5) ÷ 0.1 = (1 − 0.0820849986) × 10 = 9.179150014; + 2 × 0.04 = 9.259150014
		assert.ok(Math.abs(results.cycleSeconds - 9.259150014) < 1e-9);
		assert.ok(Math.abs(results.emptyCycleShare! - 0.0820849986) < 1e-10);
		// 20,000 ÷ 9.259150014
		assert.ok(Math.abs(results.requestsPerSecond - 2160.025) < 0.001);
	});

	it('are held for the whole hold where there are no events, and nearly so where they are rare', () => {
		const cycle = (eventsPerSecond: number) =>
			longPollRequests.calculate({ clients: 1, holdSeconds: 25, eventsPerSecond, headerBytes: 900 }).cycleSeconds;
		assert.equal(cycle(0), 25);
		assert.equal(cycle(Number.MIN_VALUE), 25);
		// H·(1 − λH/2) for a small λH
		assert.ok(Math.abs(cycle(1e-9) - 25 * (1 - 12.5e-9)) < 1e-14 * 25);
		// 1/λ for a large one
		assert.equal(cycle(1000), 0.001);
	});

	it('go by the told cycle where hold and rate are told too, and say so', () => {
		const inputs = { ...told, holdSeconds: 30, eventsPerSecond: 1 };
		const results = longPollRequests.calculate(inputs);
		assert.equal(results.requestsPerSecond, 800);
		assert.ok(longPollRequests.remarks!(inputs, results).some((remark) => remark.includes('the one that was told')));
	});

	it('assume headers, and a latency only where the cycle is worked out', () => {
		const cycle = reportOn('longPollRequests', { audience: 20_000, longPollCycleSeconds: 25 });
		assert.deepEqual(cycle.assumed, ['headerBytes']);
		assert.equal(cycle.results.headerBytesPerSecond, 720_000);
		const hold = { audience: 20_000, longPollHoldSeconds: 25, eventsPerSecond: 0.1 };
		assert.deepEqual(reportOn('longPollRequests', hold).assumed, ['networkLatencyMs', 'headerBytes']);
		assert.deepEqual(reportOn('longPollRequests', { ...hold, networkLatencyMs: 40, headerBytes: 500 }).assumed, []);
	});

	it('lack the event rate where there is a hold, and a cycle where there is neither', () => {
		const missing = (facts: Parameters<typeof reportOn>[1]) =>
			reportOn('longPollRequests', facts).problems.map(({ fact }) => fact);
		assert.deepEqual(missing({ audience: 20_000, longPollHoldSeconds: 25 }), ['eventsPerSecond']);
		assert.deepEqual(missing({ audience: 20_000 }), ['longPollCycleSeconds']);
		assert.deepEqual(missing({ longPollCycleSeconds: 25 }), ['audience']);
	});

	it('have a cycle of at most the hold and the mean time between events, beside the round trip', () => {
		fc.assert(
			fc.property(duration, rate, fc.nat(1000), (holdSeconds, eventsPerSecond, networkLatencyMs) => {
				const inputs = { clients: 1, holdSeconds, eventsPerSecond, networkLatencyMs, headerBytes: 900 };
				const held = longPollRequests.calculate(inputs).cycleSeconds - (2 * networkLatencyMs) / 1000;
				assert.ok(held <= holdSeconds + 1e-9 && held <= 1 / eventsPerSecond + 1e-9 && held >= -1e-9);
			}),
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(
			fc.property(factsFor('longPollRequests'), (facts) => assertPresentable(reportOn('longPollRequests', facts))),
		);
	});
});

const duration = fc.double({ min: 0.001, max: 3600, noNaN: true });
const rate = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
