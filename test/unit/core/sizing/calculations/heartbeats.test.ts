import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heartbeats } from '../../../../../src/core/sizing/calculations/heartbeats';
import { assertPresentable, factsFor, reportOn } from '../factsTold';

const told = { connections: 60_000, intervalSeconds: 25 };

describe('heartbeats', () => {
	it('are pings and as many pongs', () => {
		const results = heartbeats.calculate(told);
		// 60,000 ÷ 25 s
		assert.equal(results.pingsPerSecond, 2400);
		assert.equal(results.messagesPerSecond, 4800);
	});

	it('cost frames, TLS, TCP/IP and acknowledgements each way', () => {
		const results = heartbeats.calculate(told);
		// A ping 2 + 22 + 52 = 76, and 52 that acknowledge the pong: 128; × 2,400
		assert.equal(results.serverToClientBytesPerSecond, 307_200);
		// A pong with its mask 6 + 22 + 52 = 80, which acknowledges the ping; × 2,400
		assert.equal(results.clientToServerBytesPerSecond, 192_000);
		assert.equal(results.wireBytesPerSecond, 499_200);
		// A comment 3 + 5 of chunk + 22 + 52 = 82, and its acknowledgement of 52: 134; × 2,400
		assert.equal(results.eventStreamBytesPerSecond, 321_600);
	});

	it('are safe at half of the shortest idle time-out', () => {
		const { longestSafeIntervalSeconds } = heartbeats.calculate(told);
		// 55 s ÷ 2
		assert.equal(longestSafeIntervalSeconds, 27.5);
	});

	it('are judged against each named proxy', () => {
		const verdicts = (intervalSeconds: number) =>
			heartbeats.calculate({ ...told, intervalSeconds }).proxies.map(({ name, verdict }) => `${name} ${verdict}`);
		assert.deepEqual(verdicts(29), [
			'Heroku router tight',
			'AWS Application Load Balancer ok',
			'nginx ok',
			'AWS API Gateway WebSocket ok',
			'CloudFront ok',
		]);
		// A ping each 60 s behind a time-out of 60 s is the mistake that is made most.
		assert.deepEqual(verdicts(60).slice(0, 3), [
			'Heroku router tooLong',
			'AWS Application Load Balancer tooLong',
			'nginx tooLong',
		]);
	});

	it('are told in one line that says whether they are frequent enough', () => {
		const line = (intervalSeconds: number) => {
			const inputs = { ...told, intervalSeconds };
			return heartbeats.headline(inputs, heartbeats.calculate(inputs));
		};
		assert.equal(
			line(25),
			'4,800 pings and pongs a second, 499.2 KB/s; often enough for the shortest idle time-out (at most 27.5 s)',
		);
		assert.match(line(30), /a late one may be too late \(at most 27.5 s is safe\)$/);
		assert.match(line(60), /too seldom for 3 of 5 proxies \(at most 27.5 s is safe\)$/);
	});

	it('tell lifetimes, which no heartbeat prolongs, apart from idle time-outs', () => {
		const results = heartbeats.calculate(told);
		assert.ok(!results.proxies.some(({ name }) => name.startsWith('Google')));
		assert.ok(heartbeats.remarks!(told, results).some((remark) => remark.includes('Google Cloud load balancer 30 s')));
	});

	it('lack the audience where only the interval is told', () => {
		const { problems } = reportOn('heartbeats', { heartbeatIntervalSeconds: 25 });
		assert.deepEqual(
			problems.map(({ code, fact }) => [code, fact]),
			[['missing', 'audience']],
		);
	});

	it('can be shown for whatever is told', () => {
		fc.assert(fc.property(factsFor('heartbeats'), (facts) => assertPresentable(reportOn('heartbeats', facts))));
	});
});
