import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type TransportName, transportNames } from '../../../../../src/core/endpoint';
import { facts } from '../../../../../src/core/sizing/facts';
import { type PatternName, patterns } from '../../../../../src/core/sizing/patterns';
import { calculationOf } from '../../../../../src/core/sizing/size';
import { assertPresentable, factsFor, reportOn, type ToldFacts } from '../factsTold';

function choiceFor(told: ToldFacts): TransportName {
	return reportOn('chooseTransport', told).results.choice as TransportName;
}

function textFor(told: ToldFacts): string {
	return JSON.stringify(reportOn('chooseTransport', told).results);
}

describe('choice of a transport', () => {
	it('knows a profile of each pattern that can be named', () => {
		assert.deepEqual(Object.keys(patterns), [...facts.pattern.choices]);
	});

	it('chooses by pattern what each is known for', () => {
		const choices = Object.fromEntries(
			(Object.keys(patterns) as PatternName[]).map((pattern) => [pattern, choiceFor({ pattern })]),
		);
		assert.deepEqual(choices, {
			chat: 'webSocket',
			collaborativeEditing: 'webSocket',
			game: 'webSocket',
			dashboard: 'eventStream',
			notifications: 'eventStream',
			jobProgress: 'eventStream',
			marketData: 'webSocket',
			dispatchMap: 'eventStream',
		});
	});

	it('labels what a pattern stands in for, and lets what was told go before it', () => {
		const report = reportOn('chooseTransport', { pattern: 'chat', payloadBytes: 1000, audience: 5000 });
		assert.equal(report.inputs.payloadBytes, 1000);
		assert.deepEqual(report.sources.payloadBytes, { kind: 'given' });
		assert.equal(report.inputs.clientMessagesPerSecond, 0.2);
		assert.deepEqual(report.sources.clientMessagesPerSecond, { kind: 'assumed', why: 'typical of a chat' });
		assert.ok(report.assumed.includes('eventsPerSecond') && !report.assumed.includes('payloadBytes'));
		// A chat whose clients hardly write is no reason for a second direction.
		assert.equal(choiceFor({ pattern: 'chat', clientMessagesPerSecond: 0.001 }), 'eventStream');
	});

	it('takes a WebSocket where clients send once in ten seconds or more often', () => {
		assert.equal(choiceFor({ direction: 'both', clientMessagesPerSecond: 0.1 }), 'webSocket');
		assert.equal(choiceFor({ direction: 'both', clientMessagesPerSecond: 0.0999 }), 'eventStream');
		assert.equal(choiceFor({ direction: 'clientToServer', clientMessagesPerSecond: 5 }), 'webSocket');
	});

	it('takes a WebSocket for binary payloads, since an event stream is text', () => {
		const told = { direction: 'serverToClient', binary: true };
		assert.equal(choiceFor(told), 'webSocket');
		assert.match(textFor(told), /base64, binary payloads are a third larger/);
	});

	it('takes an event stream for text that goes one way, with POST for what clients send now and then', () => {
		assert.equal(choiceFor({ direction: 'serverToClient' }), 'eventStream');
		const told = { direction: 'both', clientMessagesPerSecond: 1 / 60, audience: 1000 };
		assert.equal(choiceFor(told), 'eventStream');
		assert.match(textFor(told), /What clients send is rare, a message in 1 min each: a POST for each is cheap enough/);
		const report = reportOn('chooseTransport', told);
		assert.deepEqual(report.problems, []);
	});

	it('takes polling for rare news that may be late, but only where somebody said that it may', () => {
		assert.equal(choiceFor({ pattern: 'notifications' }), 'eventStream');
		assert.equal(choiceFor({ pattern: 'notifications', pollIntervalSeconds: 60 }), 'polling');
		assert.equal(choiceFor({ pattern: 'notifications', pollIntervalSeconds: 5 }), 'eventStream');
		// More than an event a poll is not rare.
		assert.equal(choiceFor({ pattern: 'notifications', pollIntervalSeconds: 301 }), 'eventStream');
		assert.equal(choiceFor({ pattern: 'dashboard', pollIntervalSeconds: 60 }), 'eventStream');
		assert.equal(choiceFor({ direction: 'serverToClient', pollIntervalSeconds: 60 }), 'eventStream');
	});

	it('takes plain requests where nothing goes to the clients', () => {
		assert.equal(choiceFor({ direction: 'clientToServer', clientMessagesPerSecond: 0.01 }), 'polling');
	});

	it('falls back to long polling behind hostile proxies, and says what to try first', () => {
		const results = (told: ToldFacts) => reportOn('chooseTransport', { ...told, hostileProxies: true }).results;
		const { choice, tryFirst } = results({ pattern: 'game' });
		assert.deepEqual([choice, tryFirst], ['longPoll', 'webSocket']);
		assert.equal(results({ pattern: 'dashboard' }).tryFirst, 'eventStream');
		// Polls are ordinary requests, which pass.
		const polling = results({ pattern: 'notifications', pollIntervalSeconds: 60 });
		assert.equal(polling.choice, 'polling');
		assert.ok(!('tryFirst' in polling));
	});

	it('speaks against each transport that it does not choose, and says what it asks of the balancer', () => {
		fc.assert(
			fc.property(factsFor('chooseTransport'), (told) => {
				const { results, problems } = reportOn('chooseTransport', told);
				if (problems.length > 0) {
					return;
				}
				const against = results.against as { transport: TransportName; reason: string }[];
				assert.deepEqual(
					[results.choice as string, ...against.map(({ transport }) => transport)].sort(),
					[...transportNames].sort(),
				);
				const balancer = results.balancer as Record<string, string>;
				assert.deepEqual(Object.keys(balancer), ['connectionCount', 'idleTimeout', 'draining', 'stickiness']);
				const sentences = [
					...(results.reasons as string[]),
					...against.map(({ reason }) => reason),
					...Object.values(balancer),
				];
				for (const sentence of sentences) {
					assert.match(sentence, /^\S.*\.$/);
				}
				assert.ok((results.reasons as string[]).length > 0);
			}),
		);
	});

	it('has numbers in what it asks of the balancer', () => {
		const { balancer } = reportOn('chooseTransport', {
			pattern: 'dashboard',
			audience: 60_000,
			heartbeatIntervalSeconds: 40,
		}).results as { balancer: Record<string, string> };
		// 60,000 ÷ 28,232 = 2.1
		assert.match(
			balancer.connectionCount!,
			/60,000 connections.*120,000 descriptors.*28,232 ephemeral ports.* 3 or more/,
		);
		assert.match(
			balancer.idleTimeout!,
			/at least 1 min 20 s, twice the heartbeat's 40 s.*55 s and more, which is not enough\..*Google Cloud load balancer: 30 s by default/,
		);
	});

	it('has the numbers of the comparison, where rate and size of the events are known', () => {
		const told = { audience: 30_000, eventsPerSecond: 1, payloadBytes: 180, longPollCycleSeconds: 30 };
		const chosen = reportOn('chooseTransport', { ...told, direction: 'serverToClient' });
		const compared = reportOn('transportComparison', told);
		assert.deepEqual(chosen.results.table, compared.results.table);
		assert.ok(!('table' in reportOn('chooseTransport', { direction: 'serverToClient' }).results));
		assert.ok('table' in reportOn('chooseTransport', { pattern: 'chat' }).results);
	});

	it('marks its choice in the charts of the comparison', () => {
		const { inputs, results } = reportOn('chooseTransport', { pattern: 'dashboard' });
		const charts = calculationOf('chooseTransport').charts!(inputs, results);
		assert.equal(charts.length, 3);
		for (const chart of charts) {
			assert.ok(chart.kind === 'bars');
			assert.equal(chart.groups[chart.answer!], 'event stream');
		}
	});

	it('asks what is being built where neither pattern nor direction is known', () => {
		const { problems } = reportOn('chooseTransport', { audience: 1000 });
		assert.deepEqual(
			problems.map(({ code, fact }) => [code, fact]),
			[['missing', 'pattern']],
		);
		const unknown = reportOn('chooseTransport', { pattern: 'toaster' });
		assert.deepEqual(
			unknown.problems.map(({ code, fact }) => [code, fact]),
			[['outOfRange', 'pattern']],
		);
	});

	it('is finite, or says why not, for any facts in their ranges', () => {
		fc.assert(
			fc.property(factsFor('chooseTransport'), (told) => assertPresentable(reportOn('chooseTransport', told))),
			{ numRuns: 500 },
		);
	});
});
