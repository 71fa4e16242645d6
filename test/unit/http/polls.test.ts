import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Endpoint } from '../../../src/core/endpoint';
import { frameFlag } from '../../../src/core/frame';
import { createResumeState, type ResumeState } from '../../../src/core/handshake';
import { createLongPollTransport } from '../../../src/engine/transports/longPoll';
import { createPollingTransport, waitForTick } from '../../../src/engine/transports/polling';
import type { TransportFactory } from '../../../src/engine/transports/transport';
import { nowMs, Recorder } from './recorder';
import { closeServers, pairs, startHttp, startRaw, type TestServer } from './servers';

type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void;

const recorders: Recorder[] = [];

function connect(
	factory: TransportFactory,
	url: string,
	changes: Partial<Endpoint> = {},
	resume?: ResumeState,
): Recorder {
	const recorder = new Recorder(factory, url, changes, resume);
	recorders.push(recorder);
	return recorder.open();
}

/** A server that gives one answer after the other and then holds; with what it was asked. */
async function startAnswers(
	...answers: Answer[]
): Promise<TestServer & { readonly asked: IncomingMessage[]; readonly bodies: string[] }> {
	const asked: IncomingMessage[] = [];
	const bodies: string[] = [];
	const server = await startHttp(async (request, response) => {
		const answer = answers[asked.length];
		asked.push(request);
		let body = '';
		for await (const piece of request) {
			body += piece;
		}
		bodies.push(body);
		answer?.(response, request, body);
	});
	return Object.assign(server, { asked, bodies });
}

/** An answer of JSON. */
function json(value: unknown, headers: Record<string, string> = {}, status = 200): Answer {
	return (response) => {
		response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
		response.end(typeof value === 'string' ? value : JSON.stringify(value));
	};
}

function empty(status: number, headers: Record<string, string> = {}): Answer {
	return (response) => response.writeHead(status, headers).end();
}

/** Frames as `kind text`. */
const summary = (recorder: Recorder): string[] => recorder.frames.map((frame) => `${frame.kind} ${frame.text}`);

const polls: [name: string, factory: TransportFactory][] = [
	['Long polling', createLongPollTransport],
	['Polling', createPollingTransport],
];

for (const [name, factory] of polls) {
	describe(name, () => {
		afterEach(async () => {
			for (const recorder of recorders.splice(0)) {
				recorder.transport.close();
			}
			await closeServers();
		});

		it('asks again when it is answered, over the same connection', async () => {
			const server = await startAnswers(json([1]), json([2]), json([3]));
			const recorder = connect(factory, server.url);
			await recorder.until('three cycles', () => recorder.cycles().length === 3);
			assert.deepEqual(summary(recorder), ['cycle [1]', 'event 1', 'cycle [2]', 'event 2', 'cycle [3]', 'event 3']);
			assert.equal(server.connections(), 1);
			assert.deepEqual(
				recorder.cycles().map(({ meta }) => meta.reusedConnection),
				[false, true, true],
			);
		});

		it('measures a cycle', async () => {
			const body = '[{"a":1},{"a":2}]';
			const server = await startAnswers((response) => {
				setTimeout(() => {
					response.writeHead(200, { 'Content-Type': 'application/json', 'X-Sent': 'yes' });
					response.write(body.slice(0, 5), () => setTimeout(() => response.end(body.slice(5)), 30));
				}, 40);
			}, json(body));
			const before = nowMs();
			const recorder = connect(factory, server.url, { headers: [['X-Own', 'é']] });
			await recorder.until('two cycles', () => recorder.cycles().length === 2);
			const [first, second] = recorder.cycles().map(({ meta }) => meta);
			const request = server.asked[0]!;
			assert.deepEqual(first!.request.line, 'GET / HTTP/1.1');
			assert.deepEqual(first!.request.headers, pairs(request.rawHeaders));
			assert.equal(
				first!.headerBytesUp,
				pairs(request.rawHeaders).reduce((sum, [key, value]) => sum + key.length + value.length + 4, 16 + 2),
			);
			assert.equal(first!.response?.line, 'HTTP/1.1 200 OK');
			assert.ok(first!.response.headers.some(([key, value]) => key === 'X-Sent' && value === 'yes'));
			assert.equal(first!.status, 200);
			assert.equal(first!.outcome, 'answered');
			assert.equal(first!.events, 2);
			assert.equal(first!.bodyBytes, body.length);
			// Timers may end a little early, by the clock of arrivals.
			assert.ok(first!.holdMs > 35, `held ${first!.holdMs}`);
			assert.ok(first!.transferMs > 25, `transferred in ${first!.transferMs}`);
			assert.equal(first!.blindMs, undefined);
			assert.ok(second!.blindMs! >= 0, `blind for ${second!.blindMs}`);
			// All that crossed the connection is heads, bodies and the chunks' framing.
			const bytes = recorder.transport.bytes();
			assert.ok(bytes.out >= first!.headerBytesUp + second!.headerBytesUp);
			assert.ok(bytes.in >= first!.headerBytesDown + second!.headerBytesDown + 2 * body.length);
			assert.ok(bytes.in < first!.headerBytesDown + second!.headerBytesDown + 2 * body.length + 60);
			const [cycle, ...events] = recorder.frames;
			assert.equal(cycle!.wireBytes, first!.headerBytesDown + body.length);
			assert.ok(cycle!.arrivedAtMs >= before + first!.holdMs + first!.transferMs - 1);
			assert.ok(events.slice(0, 2).every((event) => event.arrivedAtMs === cycle!.arrivedAtMs));
		});

		it('gives an array’s elements as slices of the body that came just before', async () => {
			const server = await startAnswers(json(' [ {"é":1} , "two", [3], 4 ]\n'));
			const recorder = connect(factory, server.url);
			const [cycle, ...events] = await recorder.received(5);
			assert.deepEqual(
				events.map((event) => event.text),
				['{"é":1}', '"two"', '[3]', '4'],
			);
			assert.ok(events.every((event) => event.bytes === cycle!.bytes && event.kind === 'event' && event.name === ''));
			assert.ok(events.every((event) => event.flags === (frameFlag.fin | frameFlag.partOfCycle)));
			assert.ok(events.every((event) => event.meta === undefined && event.wireBytes === 0));
			assert.equal(cycle!.flags, frameFlag.fin);
		});

		it('finds the events at the rule’s path, else takes the answer for one', async () => {
			const rule = { from: 'validators', events: '$.data.items' };
			const server = await startAnswers(
				json({ data: { items: [1, 2] } }),
				json({ error: 'none' }),
				json([5]),
				(response) => response.end('plain text'),
				json({ data: { items: [] } }),
			);
			const recorder = connect(factory, server.url, { cursor: rule });
			await recorder.until('five cycles', () => recorder.cycles().length === 5);
			assert.deepEqual(summary(recorder), [
				'cycle {"data":{"items":[1,2]}}',
				'event 1',
				'event 2',
				'cycle {"error":"none"}',
				'cycle [5]',
				'event 5',
				'cycle plain text',
				'cycle {"data":{"items":[]}}',
			]);
			assert.deepEqual(
				recorder.cycles().map(({ meta }) => [meta.events, meta.outcome]),
				[
					[2, 'answered'],
					[1, 'answered'],
					[1, 'answered'],
					[1, 'answered'],
					[0, 'empty'],
				],
			);
		});

		it('takes an answer that brings nothing for an empty cycle', async () => {
			const server = await startAnswers(
				empty(204),
				empty(304),
				json(''),
				json(' \n\n'),
				json('[]'),
				json(' [ ] '),
				empty(205),
				empty(408),
				empty(504),
				json([1]),
			);
			const recorder = connect(factory, server.url);
			await recorder.until('an event', () => recorder.frames.some((frame) => frame.kind === 'event'));
			const cycles = recorder.cycles();
			assert.deepEqual(
				cycles.map(({ meta }) => [meta.status, meta.outcome, meta.events]),
				[
					[204, 'empty', 0],
					[304, 'empty', 0],
					[200, 'empty', 0],
					[200, 'empty', 0],
					[200, 'empty', 0],
					[200, 'empty', 0],
					[205, 'empty', 0],
					[408, 'timedOut', 0],
					[504, 'timedOut', 0],
					[200, 'answered', 1],
				],
			);
			assert.ok(cycles.slice(0, -1).every(({ frame }) => frame.flags === (frameFlag.fin | frameFlag.emptyCycle)));
			assert.equal(recorder.end, undefined);
		});

		it('takes a hold that is too long for an empty cycle, and asks again on a new connection', async () => {
			const server = await startAnswers(json([1]), () => {}, json([2]));
			const recorder = connect(factory, server.url, { holdTimeoutMs: 60 });
			await recorder.until('three cycles', () => recorder.cycles().length === 3);
			const { frame, meta } = recorder.cycles()[1]!;
			assert.deepEqual([meta.status, meta.outcome, meta.response], [0, 'timedOut', undefined]);
			assert.ok(meta.holdMs > 55 && meta.transferMs === 0 && meta.headerBytesDown === 0);
			assert.equal(frame.flags, frameFlag.fin | frameFlag.emptyCycle);
			assert.equal(server.connections(), 2);
		});

		it('takes an answer that stops in the middle for a time-out, and one that goes on slowly for an answer', async () => {
			const server = await startAnswers(
				(response) => {
					let count = 0;
					// Five white spaces, as CouchDB sends them to keep a held answer alive.
					const timer = setInterval(() => {
						if (count++ < 5) {
							response.write('\n');
						} else {
							clearInterval(timer);
							response.end('[1]');
						}
					}, 20);
				},
				(response) => response.write('[1,'),
			);
			const recorder = connect(factory, server.url, { holdTimeoutMs: 70 });
			await recorder.until('two cycles', () => recorder.cycles().length === 2);
			const [slow, stuck] = recorder.cycles();
			assert.deepEqual([slow!.meta.outcome, slow!.meta.events], ['answered', 1]);
			assert.ok(slow!.meta.transferMs > 70, `transferred in ${slow!.meta.transferMs}`);
			assert.deepEqual([stuck!.meta.outcome, stuck!.meta.status, stuck!.frame.text], ['timedOut', 200, '[1,']);
		});

		it('decodes bodies and counts their bytes as they came', async () => {
			const zipped = gzipSync('[1,2]');
			const server = await startAnswers((response, request) => {
				assert.equal(request.headers['accept-encoding'], 'gzip, deflate, br');
				response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(zipped);
			});
			const recorder = connect(factory, server.url);
			await recorder.received(3);
			assert.deepEqual(summary(recorder), ['cycle [1,2]', 'event 1', 'event 2']);
			assert.equal(recorder.cycles()[0]!.meta.bodyBytes, zipped.length);
		});

		it('sends method, headers and body again and again', async () => {
			const server = await startAnswers(json([1]), json([2]));
			const recorder = connect(factory, server.url, { method: 'PUT', body: '{"q":"é"}', headers: [['X-Key', 'k']] });
			await recorder.until('two cycles', () => recorder.cycles().length === 2);
			assert.deepEqual(server.bodies.slice(0, 2), ['{"q":"é"}', '{"q":"é"}']);
			for (const { method, headers } of server.asked.slice(0, 2)) {
				assert.deepEqual([method, headers['x-key'], headers['content-type']], ['PUT', 'k', 'application/json']);
			}
		});

		describe('carries a cursor', () => {
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
				[
					'matrix',
					[json({ next_batch: 's1' }), json({ next_batch: 's2' }), () => {}],
					['/', '/?since=s1', '/?since=s2'],
				],
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
					await recorder.until('the next request', () => server.asked.length === answers.length).catch(() => {});
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

		describe('fails', () => {
			for (const [status, final] of [
				[400, true],
				[401, true],
				[404, true],
				[425, false],
				[429, false],
				[500, false],
				[503, false],
			] as const) {
				it(`at the first answer with ${status}, ${final ? 'for good' : 'for now'}`, async () => {
					const server = await startAnswers((response) => response.writeHead(status, 'As It Is').end('sorry'));
					const recorder = connect(factory, server.url);
					const end = await recorder.ended();
					assert.deepEqual([end.by, end.final], ['failed', final]);
					assert.deepEqual(
						[end.problem?.code, end.problem?.values],
						['wrongStatus', { status, statusText: 'As It Is' }],
					);
					assert.equal(end.problem?.answer?.bodyStart, 'sorry');
					assert.equal(recorder.handshake, undefined);
					assert.deepEqual(recorder.frames, []);
					await server.idle();
				});
			}

			it('at a later answer, which is a cycle all the same', async () => {
				const server = await startAnswers(json([1]), json({ sorry: true }, {}, 503));
				const recorder = connect(factory, server.url);
				const end = await recorder.ended();
				assert.deepEqual([end.by, end.final, end.problem?.values.status], ['failed', false, 503]);
				assert.deepEqual(summary(recorder), ['cycle [1]', 'event 1', 'cycle {"sorry":true}']);
				const { meta } = recorder.cycles()[1]!;
				assert.deepEqual([meta.outcome, meta.status, meta.events], ['failed', 503, 0]);
			});

			it('when the connection is lost in mid-answer', async () => {
				const server = await startAnswers(json([1]), (response) => response.write('[2,', () => response.destroy()));
				const recorder = connect(factory, server.url);
				const end = await recorder.ended();
				assert.deepEqual([end.by, end.final, end.problem?.code], ['failed', false, 'connectionLost']);
				const { frame, meta } = recorder.cycles()[1]!;
				assert.deepEqual([meta.outcome, frame.text], ['failed', '[2,']);
			});

			it('for HTML and for an event stream at the first answer', async () => {
				for (const contentType of ['text/html; charset=utf-8', 'text/event-stream']) {
					const server = await startAnswers(json('<h1>Hi</h1>', { 'Content-Type': contentType }));
					const { final, problem } = await connect(factory, server.url).ended();
					assert.deepEqual(
						[final, problem?.code, problem?.values],
						[true, 'wrongContentType', { contentType, expected: 'JSON or text' }],
					);
					assert.equal(problem?.answer?.bodyStart, '<h1>Hi</h1>');
				}
			});

			it('for a body over the limit, announced, streamed or unpacked', async () => {
				const long = JSON.stringify(['x'.repeat(2000)]);
				const answers: Answer[] = [
					json(long, { 'Content-Length': String(long.length) }),
					(response) => {
						response.write(long.slice(0, 1500));
						response.write(long.slice(1500));
					},
					(response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(long)),
				];
				for (const answer of answers) {
					const server = await startAnswers(answer);
					const { final, problem } = await connect(factory, server.url, { maxMessageBytes: 1000 }).ended();
					assert.deepEqual([final, problem?.code, problem?.values.maxBytes], [true, 'messageTooBig', 1000]);
					assert.ok(Number(problem?.values.sizeBytes) > 1000);
					await server.idle();
				}
			});

			it('for an encoding that is not known', async () => {
				const server = await startAnswers(json('x', { 'Content-Encoding': 'zstd' }));
				const { final, problem } = await connect(factory, server.url).ended();
				assert.deepEqual([final, problem?.code], [true, 'undecodable']);
			});
		});

		it('asks a GET again at once when the kept connection was closed meanwhile', async () => {
			const server = await startRaw((socket, head, count) => {
				if (count === 2) {
					// The server's idea of an idle connection ended just as the request came.
					socket.resetAndDestroy();
				} else {
					assert.match(head, /^GET/);
					socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[${count}]`);
				}
			});
			const recorder = connect(factory, server.url);
			await recorder.until('two cycles', () => recorder.cycles().length >= 2);
			assert.deepEqual(summary(recorder).slice(0, 4), ['cycle [1]', 'event 1', 'cycle [3]', 'event 3']);
			assert.equal(recorder.cycles()[1]!.meta.reusedConnection, false);
			assert.equal(server.connections(), 2);
		});

		it('does not send a POST again', async () => {
			const server = await startRaw((socket, _head, count) => {
				if (count === 1) {
					socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]');
				} else {
					socket.resetAndDestroy();
				}
			});
			const recorder = connect(factory, server.url, { method: 'POST' });
			const { final, problem } = await recorder.ended();
			assert.deepEqual([final, problem?.code], [false, 'connectionLost']);
			assert.equal(recorder.cycles()[1]!.meta.outcome, 'failed');
		});

		it('follows a redirect in each cycle', async () => {
			const seen: (string | undefined)[] = [];
			const server = await startHttp((request, response) => {
				seen.push(request.url);
				if (request.url?.startsWith('/here') === true) {
					response.writeHead(302, { Location: '/there' }).end();
				} else {
					response.end('[1]');
				}
			});
			const recorder = connect(factory, `${server.url}here`);
			await recorder.until('two cycles', () => recorder.cycles().length >= 2);
			await recorder.close();
			assert.deepEqual(seen.slice(0, 4), ['/here', '/there', '/here', '/there']);
			assert.equal(recorder.cycles()[0]!.meta.status, 200);
			await server.idle();
		});

		it('delivers a cycle that ended while it was paused, when it goes on', async () => {
			let answer = (): void => {};
			const server = await startAnswers(json([1]), (response) => {
				answer = () => response.end('[2]');
			});
			const recorder = connect(factory, server.url);
			await recorder.received(2);
			while (server.asked.length < 2) {
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
			recorder.transport.pause();
			answer();
			await new Promise((resolve) => setTimeout(resolve, 40));
			assert.equal(recorder.frames.length, 2);
			recorder.transport.resume();
			await recorder.received(4);
			assert.deepEqual(summary(recorder).slice(2, 4), ['cycle [2]', 'event 2']);
		});

		it('reports nothing more once it is closed from within a frame', async () => {
			const server = await startAnswers(json([1, 2, 3]), json([4]));
			const recorder = new Recorder(factory, server.url);
			recorder.onFrame = ({ kind }) => kind === 'event' && recorder.transport.close();
			recorder.open();
			assert.equal((await recorder.ended()).by, 'user');
			assert.deepEqual(summary(recorder), ['cycle [1,2,3]', 'event 1']);
			await server.idle();
			assert.equal(server.asked.length, 1);
		});
	});
}

describe('Long polling only', () => {
	afterEach(async () => {
		for (const recorder of recorders.splice(0)) {
			recorder.transport.close();
		}
		await closeServers();
	});

	it('is open once a request is held for a second', async () => {
		const server = await startAnswers();
		const started = nowMs();
		const recorder = connect(createLongPollTransport, server.url);
		const handshake = await recorder.opened();
		assert.ok(nowMs() - started >= 990);
		assert.equal(handshake.response, undefined);
		assert.match(handshake.remoteAddress, /^127/);
		assert.deepEqual(recorder.frames, []);
	});

	it('waits longer for an answer than for the connection', async () => {
		const server = await startAnswers((response) => setTimeout(() => response.end('[1]'), 120));
		const recorder = connect(createLongPollTransport, server.url, { handshakeTimeoutMs: 60 });
		await recorder.received(2);
		assert.deepEqual(summary(recorder), ['cycle [1]', 'event 1']);
	});

	it('asks less and less often where there is never news and nothing is held', async () => {
		let asked = 0;
		const server = await startHttp((_request, response) => {
			asked++;
			response.writeHead(204).end();
		});
		const recorder = connect(createLongPollTransport, server.url);
		await recorder.until('five cycles', () => recorder.cycles().length === 5);
		const blind = recorder.cycles().map(({ meta }) => meta.blindMs);
		// Three come at once; then it rests for 50 ms, 100 ms and so on.
		assert.ok(blind[4]! >= 45, `rested for ${blind[4]}`);
		assert.equal(asked, 5);
	});
});

describe('Polling only', () => {
	afterEach(async () => {
		for (const recorder of recorders.splice(0)) {
			recorder.transport.close();
		}
		await closeServers();
	});

	it('waits for the next multiple of its interval, and leaves out the ones that were missed', () => {
		assert.equal(waitForTick(0, 1000), 1000);
		assert.equal(waitForTick(30, 1000), 970);
		assert.equal(waitForTick(999.5, 1000), 1);
		assert.equal(waitForTick(1000, 1000), 1000);
		assert.equal(waitForTick(3200, 1000), 800);
	});

	it('sends no burst after a slow answer', async () => {
		const starts: number[] = [];
		const server = await startHttp((_request, response) => {
			starts.push(nowMs());
			setTimeout(() => response.end('[1]'), starts.length === 1 ? 130 : 0);
		});
		const recorder = connect(createPollingTransport, server.url, { pollIntervalMs: 50 });
		await recorder.until('three cycles', () => recorder.cycles().length === 3);
		await recorder.close();
		// Starts at 0, 150 and 200 ms: the two that were due at 50 and 100 ms are not made up for.
		assert.equal(starts.length, 3);
		assert.ok(starts[1]! - starts[0]! >= 129);
		assert.ok(starts[2]! - starts[1]! >= 10, String(starts[2]! - starts[1]!));
	});

	it('does not wait for ever for the first answer', async () => {
		const server = await startAnswers();
		const { final, problem } = await connect(createPollingTransport, server.url, { handshakeTimeoutMs: 50 }).ended();
		assert.deepEqual([final, problem?.code, problem?.values.phase], [false, 'connectTimedOut', 'answer']);
		await server.idle();
	});
});
