import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { frameFlag } from '../../../src/core/frame';
import { createLongPollTransport } from '../../../src/engine/transports/longPoll';
import { createPollingTransport } from '../../../src/engine/transports/polling';
import { PollSchedule } from '../../../src/engine/transports/pollSchedule';
import { endpointFor } from '../../support/endpoint';
import { nowMs, TransportRecorder } from '../../support/transportRecorder';
import { closeAll, connect, empty, json, polls, startAnswers, summary } from './pollSupport';
import { pairs, startHttp, startRaw } from './servers';

for (const [name, factory] of polls) {
	describe(`${name}`, () => {
		afterEach(closeAll);

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
			const { bytesIn, bytesOut } = recorder.transport.traffic();
			assert.ok(bytesOut >= first!.headerBytesUp + second!.headerBytesUp);
			assert.ok(bytesIn >= first!.headerBytesDown + second!.headerBytesDown + 2 * body.length);
			assert.ok(bytesIn < first!.headerBytesDown + second!.headerBytesDown + 2 * body.length + 60);
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
				recorder.cycles().map(({ meta }) => [meta.events, meta.eventsFollow, meta.outcome]),
				[
					[2, true, 'answered'],
					[1, false, 'answered'],
					[1, true, 'answered'],
					[1, false, 'answered'],
					[0, true, 'empty'],
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
			const recorder = connect(factory, server.url, { holdTimeoutMs: 300 });
			await recorder.until('three cycles', () => recorder.cycles().length === 3);
			const { frame, meta } = recorder.cycles()[1]!;
			assert.deepEqual([meta.status, meta.outcome, meta.response], [0, 'timedOut', undefined]);
			assert.ok(meta.holdMs > 295 && meta.transferMs === 0 && meta.headerBytesDown === 0);
			assert.equal(frame.flags, frameFlag.fin | frameFlag.emptyCycle);
			assert.equal(server.connections(), 2);
		});

		it('takes an answer that stops in the middle for a time-out, and one that goes on slowly for an answer', async () => {
			const server = await startAnswers(
				(response) => {
					let count = 0;
					// White space, as CouchDB sends them to keep a held answer alive.
					const timer = setInterval(() => {
						if (count++ < 8) {
							response.write('\n');
						} else {
							clearInterval(timer);
							response.end('[1]');
						}
					}, 60);
				},
				(response) => response.write('[1,'),
			);
			const recorder = connect(factory, server.url, { holdTimeoutMs: 400 });
			await recorder.until('two cycles', () => recorder.cycles().length === 2);
			const [slow, stuck] = recorder.cycles();
			assert.deepEqual([slow!.meta.outcome, slow!.meta.events], ['answered', 1]);
			assert.ok(slow!.meta.transferMs > 400, `transferred in ${slow!.meta.transferMs}`);
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

		it('delivers a cycle that ended while it was paused before its end, and asks for no further one', async () => {
			// It is all there at once, and decoding it takes long enough for a pause to come between.
			const body = `["${'x'.repeat(3_000_000)}",2]`;
			const zipped = gzipSync(body);
			const server = await startAnswers(json([1]), (response) => {
				response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': zipped.length }).end(zipped);
			});
			const recorder = connect(factory, server.url);
			await recorder.received(2);
			const before = recorder.transport.traffic().bytesIn;
			while (recorder.transport.traffic().bytesIn < before + zipped.length) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			recorder.transport.pause();
			await new Promise((resolve) => setTimeout(resolve, 300));
			assert.equal(recorder.frames.length, 2);
			const { by, final } = await recorder.close();
			assert.deepEqual([by, final], ['user', true]);
			assert.equal(recorder.frames[2]?.text, body);
			assert.equal(recorder.frames.at(-1)!.text, '2');
			await server.idle();
			assert.equal(server.asked.length, 2);
		});

		it('keeps no credentials with a cycle', async () => {
			const server = await startAnswers(json([1], { 'Set-Cookie': 'sid=secret' }));
			const recorder = connect(factory, server.url, {
				headers: [
					['Authorization', 'Bearer secret'],
					['cookie', 'a=secret'],
					['X-API-Key', 'secret'],
					['X-Plain', 'plain'],
				],
			});
			await recorder.until('a cycle', () => recorder.cycles().length === 1);
			assert.equal(server.asked[0]!.headers.authorization, 'Bearer secret');
			const { meta } = recorder.cycles()[0]!;
			assert.ok(!JSON.stringify(meta).includes('secret'));
			const values = new Map(meta.request.headers.map(([name, value]) => [name.toLowerCase(), value]));
			assert.deepEqual([values.get('authorization'), values.get('x-plain')], ['…', 'plain']);
			assert.equal(
				meta.headerBytesUp,
				pairs(server.asked[0]!.rawHeaders).reduce((sum, [key, value]) => sum + key.length + value.length + 4, 16 + 2),
				'what is counted is what was sent',
			);
		});

		it('reports nothing more once it is closed from within a frame', async () => {
			const server = await startAnswers(json([1, 2, 3]), json([4]));
			const recorder = new TransportRecorder(factory, endpointFor(server.url));
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
	afterEach(closeAll);

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
		const server = await startAnswers((response) => setTimeout(() => response.end('[1]'), 450));
		const recorder = connect(createLongPollTransport, server.url, { handshakeTimeoutMs: 300 });
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
		await recorder.until('thirteen cycles', () => recorder.cycles().length === 13);
		const blind = recorder.cycles().map(({ meta }) => meta.blindMs!);
		// Ten come at once; then it rests for 20 ms, 40 ms and so on.
		assert.ok(blind[11]! >= 15 && blind[12]! >= 35, `rested for ${blind}`);
		assert.equal(asked, 13);
	});
});

describe('Polling only', () => {
	afterEach(closeAll);

	it('is due at multiples of its interval from its start, and leaves out the ones that were missed', () => {
		const schedule = new PollSchedule(5000, 1000);
		assert.equal(schedule.dueAfter(5000), 6000);
		assert.equal(schedule.dueAfter(5030), 6000);
		assert.equal(schedule.dueAfter(5999.5), 6000);
		assert.equal(schedule.dueAfter(6000), 7000);
		assert.equal(schedule.dueAfter(8200), 9000);
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
	});

	it('ends no blind window with a request that was never on the wire', async () => {
		const server = await startAnswers(json([1], { Connection: 'close' }));
		const recorder = connect(createPollingTransport, server.url, { pollIntervalMs: 200 });
		await recorder.received(2);
		const { lastByteAtMs } = recorder.resume;
		await server.close();
		assert.equal((await recorder.ended()).problem?.code, 'connectionRefused');
		assert.deepEqual(
			recorder.cycles().map(({ meta }) => meta.outcome),
			['answered', 'failed'],
		);
		assert.ok(lastByteAtMs !== undefined);
		assert.equal(recorder.resume.lastByteAtMs, lastByteAtMs);
	});

	it('does not wait for ever for the first answer', async () => {
		const server = await startAnswers();
		const { final, problem } = await connect(createPollingTransport, server.url, { handshakeTimeoutMs: 300 }).ended();
		assert.deepEqual([final, problem?.code, problem?.values.phase], [false, 'connectTimedOut', 'answer']);
		await server.idle();
	});
});
