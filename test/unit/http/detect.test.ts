import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Endpoint } from '../../../src/core/endpoint';
import { type Problem, problemOf } from '../../../src/core/problem';
import type { Detection } from '../../../src/core/session';
import { detectTransport } from '../../../src/engine/transports/detect';
import { endpointFor } from '../../support/endpoint';
import { nowMs } from '../../support/transportRecorder';
import { closedPort, closeServers, startHttp } from './servers';

const look = (url: string, changes: Partial<Endpoint> = {}): Promise<Detection> =>
	detectTransport(endpointFor(url, changes), nowMs);

async function detect(answer: RequestListener, changes: Partial<Endpoint> = {}): Promise<Detection> {
	const server = await startHttp(answer);
	const detection = await look(server.url, changes);
	// One look leaves nothing open.
	await server.idle();
	return detection;
}

const failure = (looking: Promise<Detection>): Promise<Problem> =>
	looking.then((detection) => assert.fail(`detected ${detection.transport}`), problemOf);

describe('Detection', () => {
	afterEach(closeServers);

	it('knows a WebSocket by its scheme, without a look', async () => {
		assert.deepEqual(await look('ws://127.0.0.1:1/'), {
			transport: 'webSocket',
			saw: { code: 'scheme', values: { scheme: 'ws' } },
		});
		assert.equal((await look('WSS://nobody.invalid/')).transport, 'webSocket');
	});

	it('knows an event stream by its content type', async () => {
		const detection = await detect((request, response) => {
			assert.equal(request.headers.accept, 'text/event-stream, application/json;q=0.9, */*;q=0.5');
			response.writeHead(200, { 'Content-Type': 'text/event-stream;charset=utf-8' }).write('data: x\n\n');
		});
		assert.deepEqual(detection, {
			transport: 'eventStream',
			saw: { code: 'eventStream', values: { contentType: 'text/event-stream' } },
		});
	});

	it('knows a WebSocket server of ws', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await once(server, 'listening');
		try {
			assert.deepEqual(await look(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), {
				transport: 'webSocket',
				saw: { code: 'upgradeOffered', values: { status: 426 } },
			});
		} finally {
			await new Promise((resolve) => server.close(resolve));
		}
	});

	it('knows a WebSocket by 426, by an Upgrade field, or by a 400 that says so', async () => {
		const answers: RequestListener[] = [
			(_request, response) => response.writeHead(426).end(),
			(_request, response) => response.writeHead(200, { Upgrade: 'WebSocket' }).end(),
			(_request, response) => response.writeHead(400).end('Expected a WebSocket request'),
			(_request, response) => response.writeHead(400, { 'Sec-WebSocket-Version': '13' }).end(),
		];
		for (const answer of answers) {
			const { transport, saw } = await detect(answer);
			assert.deepEqual([transport, saw.code], ['webSocket', 'upgradeOffered']);
		}
		assert.equal(
			(await failure(detect((_request, response) => response.writeHead(400).end('no')))).code,
			'wrongStatus',
		);
		assert.equal(
			(await detect((_request, response) => response.writeHead(200, { Upgrade: 'h2c' }).end())).transport,
			'polling',
		);
	});

	it('takes an answer that is held for long polling', async () => {
		assert.deepEqual(await detect(() => {}), {
			transport: 'longPoll',
			saw: { code: 'held', values: { seconds: 1.5 } },
		});
	});

	it('takes an answer whose body is held for long polling', async () => {
		const detection = await detect((_request, response) => void response.write('{"results":[\n'));
		assert.deepEqual([detection.transport, detection.saw.code], ['longPoll', 'held']);
	});

	it('knows the cursors of the common dialects', async () => {
		const json =
			(value: unknown, headers: Record<string, string> = {}): RequestListener =>
			(_request, response) =>
				response.writeHead(200, headers).end(JSON.stringify(value));
		const cases: [RequestListener, string][] = [
			[json([], { 'X-Consul-Index': '1' }), 'consul'],
			[json({ results: [], last_seq: 1 }), 'couchdb'],
			[json({ next_batch: 's' }), 'matrix'],
			[json({ ok: true, result: [{ update_id: 1 }] }), 'telegram'],
		];
		for (const [answer, preset] of cases) {
			assert.deepEqual(await detect(answer), {
				transport: 'longPoll',
				cursor: preset,
				saw: { code: 'cursorKnown', values: { preset } },
			});
		}
	});

	it('polls everything else', async () => {
		assert.deepEqual(
			await detect((_request, response) =>
				response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"1"' }).end('{}'),
			),
			{
				transport: 'polling',
				cursor: 'validators',
				saw: { code: 'plain', values: { status: 200, contentType: 'application/json' } },
			},
		);
		const bare = await detect((_request, response) => response.writeHead(204).end());
		assert.deepEqual([bare.transport, bare.cursor, bare.saw.values.status], ['polling', undefined, 204]);
	});

	it('looks at no more of a large answer than it needs', async () => {
		const server = await startHttp((_request, response) => {
			response.write('x'.repeat(300_000));
		});
		assert.equal((await look(server.url)).transport, 'polling');
		await server.idle();
	});

	it('follows redirects', async () => {
		const detection = await detect((request, response) => {
			if (request.url === '/') {
				response.writeHead(302, { Location: '/stream' }).end();
			} else {
				response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end();
			}
		});
		assert.equal(detection.transport, 'eventStream');
	});

	it('asks with the endpoint’s headers', async () => {
		const detection = await detect(
			(request, response) => {
				assert.deepEqual([request.method, request.headers['x-key']], ['GET', 'k']);
				response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end();
			},
			{ headers: [['X-Key', 'k']] },
		);
		assert.equal(detection.transport, 'eventStream');
	});

	it('does not send a request to look that may do something each time that it is sent', async () => {
		const server = await startHttp((_request, response) => response.end());
		for (const changes of [{ method: 'POST' }, { method: 'GET', body: '{}' }, { method: 'DELETE' }]) {
			assert.deepEqual(await look(server.url, changes), {
				transport: 'eventStream',
				saw: { code: 'unsafeToProbe', values: { method: changes.method } },
			});
		}
		assert.equal(server.connections(), 0);
	});

	it('is stopped while it waits for an answer or its body, and leaves no socket', async () => {
		for (const answer of [() => {}, (_request, response) => response.write('[')] as RequestListener[]) {
			const server = await startHttp(answer);
			const stop = new AbortController();
			const looking = failure(detectTransport(endpointFor(server.url), nowMs, stop.signal));
			while (server.sockets.size === 0) {
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
			await new Promise((resolve) => setTimeout(resolve, 30));
			stop.abort();
			assert.equal((await looking).code, 'connectionLost');
			await server.idle();
			assert.equal(
				(await failure(detectTransport(endpointFor(server.url), nowMs, stop.signal))).code,
				'connectionLost',
			);
			assert.equal(server.connections(), 1);
		}
	});

	it('says what came where no transport can go on', async () => {
		const problem = await failure(detect((_request, response) => response.writeHead(404, 'Nope').end('lost')));
		assert.deepEqual([problem.code, problem.values], ['wrongStatus', { status: 404, statusText: 'Nope' }]);
		assert.equal(problem.answer?.bodyStart, 'lost');
	});

	it('says why an endpoint can’t be reached', async () => {
		const port = await closedPort();
		assert.equal((await failure(look(`http://127.0.0.1:${port}/`))).code, 'connectionRefused');
		assert.equal((await failure(look('http://nobody.invalid/'))).code, 'unknownHost');
		assert.equal((await failure(look('http://127.0.0.1:1/', { headers: [['a', 'b\n']] }))).code, 'invalidHeader');
		const server = await startHttp((_request, response) => response.destroy());
		assert.equal((await failure(look(server.url))).code, 'connectionLost');
	});
});
