import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoint';
import { createResumeState } from '../../../src/core/handshake';
import { type Answer, closeAll, connect, empty, json, polls, startAnswers } from './pollSupport';

for (const [name, factory] of polls) {
	describe(`${name} carries a cursor`, () => {
		afterEach(closeAll);

		const dialects: [cursor: Endpoint['cursor'], answers: Answer[], urls: string[]][] = [
			[
				'couchdb',
				[
					json({ results: [{ seq: '1-a' }], last_seq: '1-a' }),
					json({ results: [], last_seq: '1-a' }),
					json({ results: [{ seq: '2-b' }], last_seq: '2-b' }),
					() => {},
				],
				['/', '/?since=1-a', '/?since=1-a', '/?since=2-b'],
			],
			[
				'consul',
				[
					json([{ a: 1 }], { 'X-Consul-Index': '7' }),
					json([{ a: 2 }], { 'X-Consul-Index': '9' }),
					json([{ a: 3 }], { 'X-Consul-Index': '3' }),
					() => {},
				],
				['/', '/?index=7', '/?index=9', '/?index=0'],
			],
			[
				'telegram',
				[json({ ok: true, result: [{ update_id: 4 }, { update_id: 5 }] }), json({ ok: true, result: [] }), () => {}],
				['/', '/?offset=6', '/?offset=6'],
			],
			['matrix', [json({ next_batch: 's1' }), json({ next_batch: 's2' }), () => {}], ['/', '/?since=s1', '/?since=s2']],
			[
				{ from: 'header:X-Next', to: 'query:page' },
				[json([1], { 'X-Next': 'b' }), json([1]), () => {}],
				['/', '/?page=b', '/?page=b'],
			],
		];
		for (const [cursor, answers, urls] of dialects) {
			const title = typeof cursor === 'string' ? cursor : JSON.stringify(cursor);
			it(title, async () => {
				const server = await startAnswers(...answers);
				const recorder = connect(factory, server.url, { cursor });
				await recorder.until('all cycles', () => recorder.cycles().length === answers.length - 1);
				while (server.asked.length < answers.length) {
					await new Promise((resolve) => setTimeout(resolve, 5));
				}
				assert.deepEqual(
					server.asked.slice(0, urls.length).map((request) => request.url),
					urls,
				);
			});

			if (typeof cursor === 'string') {
				it(`${title}, found by itself`, async () => {
					const server = await startAnswers(...answers);
					const resume = createResumeState();
					const recorder = connect(factory, server.url, { cursor: 'auto' }, resume);
					await recorder.until('all cycles', () => recorder.cycles().length === answers.length - 1);
					assert.equal(resume.cursorPreset, cursor);
					assert.deepEqual(
						server.asked.slice(0, 2).map((request) => request.url),
						urls.slice(0, 2),
					);
				});
			}
		}

		it('says what it sent and what it got', async () => {
			const server = await startAnswers(
				json({ results: [{}], last_seq: 1 }),
				json({ results: [{}], last_seq: 2 }),
				empty(204),
			);
			const recorder = connect(factory, server.url, { cursor: 'couchdb' });
			await recorder.until('three cycles', () => recorder.cycles().length === 3);
			assert.deepEqual(
				recorder.cycles().map(({ meta }) => [meta.cursorSent, meta.cursorReceived]),
				[
					[undefined, '1'],
					['1', '2'],
					['2', undefined],
				],
			);
		});

		it('validators: If-None-Match and If-Modified-Since, and 304 is an empty cycle', async () => {
			const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
			const server = await startAnswers(
				json({ a: 1 }, { ETag: '"1"', 'Last-Modified': date }),
				empty(304),
				json({ a: 2 }, { 'Last-Modified': date }),
				json({ a: 3 }),
				json({ a: 4 }),
			);
			const recorder = connect(factory, server.url, { cursor: 'auto' });
			await recorder.until('five cycles', () => recorder.cycles().length === 5);
			assert.deepEqual(
				server.asked.slice(0, 5).map(({ headers }) => [headers['if-none-match'], headers['if-modified-since']]),
				[
					[undefined, undefined],
					['"1"', date],
					['"1"', date],
					[undefined, date],
					[undefined, undefined],
				],
			);
			assert.deepEqual(
				recorder.cycles().map(({ meta }) => meta.outcome),
				['answered', 'empty', 'answered', 'answered', 'answered'],
			);
			assert.deepEqual(
				recorder.cycles().map(({ meta }) => meta.cursorSent),
				[undefined, '"1"', '"1"', date, undefined],
			);
		});

		it('into the body of a POST', async () => {
			const server = await startAnswers(json({ n: 5, events: [1] }), json({ n: 6, events: [2] }));
			const recorder = connect(factory, server.url, {
				method: 'POST',
				body: '{"since":0,"k":"v"}',
				cursor: { from: '$.n', to: 'body:$.since', events: '$.events' },
			});
			await recorder.until('two cycles', () => recorder.cycles().length === 2);
			assert.deepEqual(server.bodies.slice(0, 2), ['{"since":0,"k":"v"}', '{"since":5,"k":"v"}']);
		});

		it('on to the next transport', async () => {
			const server = await startAnswers(
				json({ results: [1], last_seq: 8 }),
				empty(500),
				json({ results: [2], last_seq: 9 }),
			);
			const resume = createResumeState();
			const first = connect(factory, server.url, { cursor: 'auto' }, resume);
			assert.equal((await first.ended()).final, false);
			const second = connect(factory, server.url, { cursor: 'auto' }, resume);
			await second.received(2);
			assert.equal(server.asked[2]!.url, '/?since=8');
			assert.equal(second.cycles()[0]!.meta.cursorSent, '8');
		});

		it('and says where it is not', async () => {
			const server = await startAnswers(json({ results: [1] }));
			const recorder = connect(factory, server.url, { cursor: 'couchdb' });
			const { by, final, problem } = await recorder.ended();
			assert.deepEqual(
				[by, final, problem],
				['failed', true, { code: 'cursorMissing', values: { what: '$.last_seq' } }],
			);
			assert.equal(recorder.frames.length, 2);
		});

		it('and refuses a rule that can’t be read', async () => {
			const { by, final, problem } = await connect(factory, 'http://127.0.0.1:1/', { cursor: { from: 'x' } }).ended();
			assert.deepEqual(
				[by, final, problem?.code, problem?.values.what],
				['failed', true, 'invalidOption', 'cursor.from'],
			);
		});
	});
}
