import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Endpoint } from '../../src/core/endpoint';
import type { FrameKind } from '../../src/core/frame';
import { createEventStreamTransport } from '../../src/engine/transports/eventStream';
import { createLongPollTransport } from '../../src/engine/transports/longPoll';
import { createPollingTransport } from '../../src/engine/transports/polling';
import type { TransportFactory } from '../../src/engine/transports/transport';
import { createWebSocketTransport } from '../../src/engine/transports/webSocket';
import { endpointFor } from '../support/endpoint';
import { type RecordedFrame, TransportRecorder } from '../support/transportRecorder';
import { closedPort, closeServers, listen, startHttp, type TestServer } from './http/servers';

/** A server that speaks one transport. `/missing` is answered with 404 and `/silent` never. */
interface Peer {
	readonly server: TestServer;
	readonly url: string;
	/** Sends one event to each client, or keeps it for the next request. */
	send(text: string): void;
	/** Ends each client's connection in good order; absent where a transport has no such thing. */
	endConnections?(): void;
}

/** One line of the table. */
interface Subject {
	readonly name: string;
	readonly factory: TransportFactory;
	readonly start: () => Promise<Peer>;
	/** The kind of the frames that carry events. */
	readonly kind: FrameKind;
	/** An event's payload, as it is on the wire. */
	readonly encode: (text: string) => string;
	/** The code of a refusal with 404. */
	readonly refusal: 'upgradeRefused' | 'wrongStatus';
	/** A server that does not answer is at work (long polling), or a failure. */
	readonly mayBeHeld: boolean;
}

/** Ends a request that goes nowhere; true where there is nothing more to do. */
function isElsewhere(request: http.IncomingMessage, response: http.ServerResponse): boolean {
	if (request.url === '/missing') {
		response.writeHead(404).end('missing');
	}
	return request.url === '/missing' || request.url === '/silent';
}

function each<T>(items: Iterable<T>, act: (item: T) => unknown): void {
	for (const item of items) {
		act(item);
	}
}

async function startWebSocketPeer(): Promise<Peer> {
	const sockets = new Set<WebSocket>();
	const webSockets = new WebSocketServer({ noServer: true });
	const server = http.createServer();
	server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
		if (request.url === '/missing') {
			socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\nConnection: close\r\n\r\nmissing');
		} else if (request.url === '/silent') {
			// Read, so that it is seen when the client goes, whose end Node then leaves to us.
			socket.resume();
			socket.on('end', () => socket.end());
		} else {
			webSockets.handleUpgrade(request, socket, head, (opened) => sockets.add(opened));
		}
	});
	const listening = await listen(server, 'ws');
	return {
		server: listening,
		url: listening.url,
		send: (text) => each(sockets, (socket) => socket.send(text)),
		endConnections: () => each(sockets, (socket) => socket.close(1000, 'done')),
	};
}

async function startEventStreamPeer(): Promise<Peer> {
	const streams = new Set<http.ServerResponse>();
	const server = await startHttp((request, response) => {
		if (!isElsewhere(request, response)) {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
			streams.add(response);
		}
	});
	return {
		server,
		url: server.url,
		send: (text) => each(streams, (stream) => stream.write(`data: ${text}\n\n`)),
		endConnections: () => each(streams, (stream) => stream.end()),
	};
}

/** Answers with an array of what was sent since the last request; `held` waits until there is something. */
async function startPollPeer(held: boolean): Promise<Peer> {
	const queue: string[] = [];
	const waiting = new Set<http.ServerResponse>();
	let asked = 0;
	const answer = (): void => {
		for (const response of waiting) {
			waiting.delete(response);
			response.setHeader('Content-Type', 'application/json');
			response.end(`[${queue.splice(0).join(',')}]`);
			return;
		}
	};
	const server = await startHttp((request, response) => {
		if (!isElsewhere(request, response)) {
			waiting.add(response);
			response.on('close', () => waiting.delete(response));
			// The first request is answered, so that a client is open without a second of waiting.
			if (++asked === 1 || !held || queue.length > 0) {
				answer();
			}
		}
	});
	return {
		server,
		url: server.url,
		send: (text) => {
			queue.push(JSON.stringify(text));
			answer();
		},
	};
}

const subjects: readonly Subject[] = [
	{
		name: 'webSocket',
		factory: createWebSocketTransport,
		start: startWebSocketPeer,
		kind: 'text',
		encode: (text) => text,
		refusal: 'upgradeRefused',
		mayBeHeld: false,
	},
	{
		name: 'eventStream',
		factory: createEventStreamTransport,
		start: startEventStreamPeer,
		kind: 'event',
		encode: (text) => text,
		refusal: 'wrongStatus',
		mayBeHeld: false,
	},
	{
		name: 'longPoll',
		factory: createLongPollTransport,
		start: () => startPollPeer(true),
		kind: 'event',
		encode: JSON.stringify,
		refusal: 'wrongStatus',
		mayBeHeld: true,
	},
	{
		name: 'polling',
		factory: createPollingTransport,
		start: () => startPollPeer(false),
		kind: 'event',
		encode: JSON.stringify,
		refusal: 'wrongStatus',
		mayBeHeld: false,
	},
];

const recorders: TransportRecorder[] = [];
const pass = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const { name, factory, start, kind, encode, refusal, mayBeHeld } of subjects) {
	describe(`Transport contract: ${name}`, () => {
		const create = (url: string, changes: Partial<Endpoint> = {}): TransportRecorder => {
			const recorder = new TransportRecorder(factory, endpointFor(url, { pollIntervalMs: 5, ...changes }));
			recorders.push(recorder);
			return recorder;
		};
		const events = (recorder: TransportRecorder): RecordedFrame[] =>
			recorder.incoming().filter((frame) => frame.kind === kind);
		const receive = (recorder: TransportRecorder, count: number): Promise<void> =>
			recorder.until(`${count} events`, () => events(recorder).length >= count);
		const urlOf = (address: string): string => (name === 'webSocket' ? `ws://${address}` : `http://${address}`);

		afterEach(async () => {
			for (const recorder of recorders.splice(0)) {
				recorder.transport.close();
				await recorder.ended();
			}
			await closeServers();
		});

		it('opens and reports its handshake', async () => {
			const peer = await start();
			const recorder = create(`${peer.url}feed?a=b`).open();
			const handshake = await recorder.opened();
			assert.equal(handshake.request.line, 'GET /feed?a=b HTTP/1.1');
			assert.deepEqual(handshake.request.headers[0], ['Host', `127.0.0.1:${peer.server.port}`]);
			assert.match(handshake.response?.line ?? '', name === 'webSocket' ? /^HTTP\/1\.1 101 / : /^HTTP\/1\.1 200 /);
			assert.equal(handshake.remoteAddress, `127.0.0.1:${peer.server.port}`);
			assert.match(handshake.localAddress, /^127\.0\.0\.1:\d+$/);
			assert.ok(handshake.phases.tcpMs! >= 0 && handshake.phases.answerMs! >= 0);
			assert.equal(handshake.phases.dnsMs, undefined);
			assert.equal(handshake.phases.tlsMs, undefined);
			assert.equal((await recorder.close()).by, 'user');
			await peer.server.idle();
		});

		it('reports events in order, byte for byte', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			const texts = ['{"n":1}', '', 'grün 🚀 \u0000 漢', 'x'.repeat(1024 * 1024), 'é'.repeat(100_000), 'last'];
			for (const text of texts) {
				peer.send(text);
			}
			await receive(recorder, texts.length);
			const received = events(recorder);
			assert.deepEqual(
				received.map((frame) => frame.payload.length),
				texts.map((text) => Buffer.byteLength(encode(text))),
			);
			assert.ok(received.every((frame, at) => frame.text === encode(texts[at]!)));
		});

		it('stamps arrivals that never go backwards', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			for (let count = 1; count <= 20; count++) {
				peer.send(`${count}`);
				await receive(recorder, count);
			}
			const times = recorder.frames.map((frame) => frame.arrivedAtMs);
			assert.ok(times.every((time, at) => at === 0 || time >= times[at - 1]!));
			assert.ok(Math.abs(times.at(-1)! - Date.now()) < 60_000);
		});

		it('counts the bytes that cross its connection', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			const before = recorder.transport.traffic();
			peer.send('x'.repeat(50_000));
			await receive(recorder, 1);
			const { bytesIn, bytesOut } = recorder.transport.traffic();
			assert.ok(before.bytesIn > 0 && before.bytesOut > 50);
			assert.ok(bytesIn - before.bytesIn >= 50_000 && bytesIn - before.bytesIn < 60_000);
			assert.ok(bytesOut >= before.bytesOut);
			await recorder.close();
			assert.ok(recorder.transport.traffic().bytesIn >= bytesIn);
		});

		it('stops reading when told to, and then gets everything', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			peer.send('0');
			await receive(recorder, 1);
			recorder.transport.pause();
			for (let count = 1; count <= 40; count++) {
				peer.send(`${count} ${'x'.repeat(10_000)}`);
			}
			// What was received before may still be reported.
			await pass(30);
			const reported = events(recorder).length;
			await pass(50);
			assert.equal(events(recorder).length, reported);
			assert.ok(reported < 41);
			recorder.transport.resume();
			await receive(recorder, 41);
			assert.deepEqual(
				events(recorder).map((frame) => Number(/\d+/.exec(frame.text)![0])),
				Array.from({ length: 41 }, (_, count) => count),
			);
		});

		it('is closed by the user, once, and reports nothing after', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			recorder.transport.close();
			recorder.transport.close();
			const { by, final, problem, atMs } = await recorder.ended();
			assert.deepEqual([by, final, problem], ['user', true, undefined]);
			assert.ok(Math.abs(atMs - Date.now()) < 60_000);
			recorder.transport.close();
			recorder.transport.pause();
			recorder.transport.resume();
			peer.send('too late');
			await peer.server.idle();
			await pass(20);
			await recorder.ended();
		});

		it('is closed before it is open: before, while and after it connects', async () => {
			const peer = await start();
			const early = create(peer.url);
			early.transport.close();
			early.open();
			assert.equal((await early.ended()).by, 'user');

			const during = create(peer.url).open();
			during.transport.close();
			assert.equal((await during.ended()).by, 'user');

			const silent = create(`${peer.url}silent`).open();
			while (peer.server.sockets.size === 0) {
				await pass(2);
			}
			assert.equal((await silent.close()).by, 'user');
			assert.equal(silent.handshake, undefined);
			await peer.server.idle();
		});

		it('is closed while it is paused', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			recorder.transport.pause();
			peer.send('x'.repeat(500_000));
			await pass(20);
			assert.equal((await recorder.close()).by, 'user');
			await peer.server.idle();
		});

		it('tells an end in good order from a loss', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			peer.send('before');
			await receive(recorder, 1);
			if (peer.endConnections === undefined) {
				// A poll has no connection that could end: the server is there for the next request, or it is not.
				assert.equal(recorder.end, undefined);
				return;
			}
			peer.endConnections();
			const { by, final, problem } = await recorder.ended();
			assert.deepEqual([by, final, problem], ['server', false, undefined]);
			await peer.server.idle();
		});

		it('reports a server that dies, with what came before', async () => {
			const peer = await start();
			const recorder = create(peer.url).open();
			await recorder.opened();
			peer.send('before');
			await receive(recorder, 1);
			await peer.server.close();
			const { by, final, problem } = await recorder.ended();
			assert.deepEqual([by, final], ['failed', false]);
			assert.match(problem?.code ?? '', /^(connectionLost|connectionRefused)$/);
			assert.equal(events(recorder)[0]?.text, encode('before'));
		});

		it('reports a refused connection', async () => {
			const port = await closedPort();
			const recorder = create(urlOf(`127.0.0.1:${port}/`)).open();
			const { by, final, problem } = await recorder.ended();
			assert.deepEqual([by, final], ['failed', false]);
			assert.deepEqual(problem, { code: 'connectionRefused', values: { host: '127.0.0.1', port } });
			assert.deepEqual([recorder.handshake, recorder.frames], [undefined, []]);
		});

		it('reports an unknown host', async () => {
			const { by, problem } = await create(urlOf('nobody.invalid/')).open().ended();
			assert.deepEqual([by, problem], ['failed', { code: 'unknownHost', values: { host: 'nobody.invalid' } }]);
		});

		it('reports a wrong address with what came instead, for good', async () => {
			const peer = await start();
			const { by, final, problem } = await create(`${peer.url}missing`).open().ended();
			assert.deepEqual([by, final, problem?.code, problem?.values.status], ['failed', true, refusal, 404]);
			assert.equal(problem?.answer?.bodyStart, 'missing');
			await peer.server.idle();
		});

		it('reports a header that HTTP does not allow, for good, and not from inside open', async () => {
			const peer = await start();
			const recorder = create(peer.url, { headers: [['X-Bad', 'a\r\nb']] }).open();
			assert.equal(recorder.end, undefined);
			const { by, final, problem } = await recorder.ended();
			assert.deepEqual([by, final, problem?.code], ['failed', true, 'invalidHeader']);
			assert.equal(peer.server.connections(), 0);
		});

		it(
			mayBeHeld ? 'takes a server that never answers for one that holds' : 'gives up on a server that never answers',
			async () => {
				const peer = await start();
				const recorder = create(`${peer.url}silent`, { handshakeTimeoutMs: 300 }).open();
				if (mayBeHeld) {
					assert.equal((await recorder.opened()).response, undefined);
					assert.equal((await recorder.close()).by, 'user');
				} else {
					const { by, final, problem } = await recorder.ended();
					assert.deepEqual(
						[by, final, problem?.code, problem?.values.phase],
						['failed', false, 'connectTimedOut', 'answer'],
					);
				}
				await peer.server.idle();
			},
		);
	});
}
