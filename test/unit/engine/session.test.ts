import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Endpoint } from '../../../src/core/endpoint';
import { ProblemError } from '../../../src/core/problem';
import type { SessionSummary } from '../../../src/core/session';
import { exportedFrames } from '../../../src/engine/exportedFrame';
import { Session } from '../../../src/engine/session';
import { endpointFor } from '../../support/endpoint';
import { nowMs } from '../../support/transportRecorder';

describe('Session', () => {
	let folder: string;
	const sessions: Session[] = [];
	const servers: Server[] = [];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'session-'));
	});
	afterEach(async () => {
		await Promise.all(sessions.splice(0).map((session) => session.dispose(false)));
		for (const server of servers.splice(0)) {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
		rmSync(folder, { recursive: true, force: true });
	});

	const serve = async (
		answer: (request: IncomingMessage, response: ServerResponse) => void,
	): Promise<[string, Server]> => {
		const server = createServer(answer);
		servers.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return [`127.0.0.1:${(server.address() as AddressInfo).port}/`, server];
	};

	const open = (
		url: string,
		more: Partial<Endpoint> = {},
		goodConnectionMs?: number,
	): { session: Session; states: SessionSummary[] } => {
		const states: SessionSummary[] = [];
		const endpoint = endpointFor(url, {
			transport: url.startsWith('ws') ? 'webSocket' : 'eventStream',
			cursor: 'auto',
			reconnect: { enabled: true, baseMs: 10, capMs: 50, maxAttempts: 0 },
			...more,
		});
		const session = new Session(
			`s${sessions.length}`,
			endpoint,
			{ folder: join(folder, `${sessions.length}`), maxFrames: 1e5, maxBytes: 1e8 },
			{
				nowMs,
				changed: (changed) => states.push(changed.summary()),
				dirtied: (dirtied) => dirtied.settled(),
			},
			goodConnectionMs,
		);
		sessions.push(session);
		return { session, states };
	};

	const until = async (what: string, look: () => boolean): Promise<void> => {
		const deadline = Date.now() + 8000;
		while (!look()) {
			assert.ok(Date.now() < deadline, `waited eight seconds for: ${what}`);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};

	it("sends Last-Event-ID on reconnect and waits the time that the server's retry says", async () => {
		const asked: { at: number; lastEventId: string | undefined }[] = [];
		const [address] = await serve((request, response) => {
			asked.push({ at: nowMs(), lastEventId: request.headers['last-event-id'] as string | undefined });
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end(`retry: 300\n\nid: ${asked.length}\ndata: hello\n\n`);
		});
		const { session, states } = open(`http://${address}`);
		await session.connect();
		await until('a third request', () => asked.length === 3);
		assert.deepEqual(
			asked.slice(0, 3).map(({ lastEventId }) => lastEventId),
			[undefined, '1', '2'],
		);
		const waiting = states.find(({ state }) => state === 'reconnecting')!;
		assert.equal(Math.round(waiting.nextAttemptAtMs! - waiting.end!.atMs), 300);
		assert.ok(asked[1]!.at - asked[0]!.at >= 300);
	});

	it('does not open an event stream again that was answered with 204', async () => {
		let requests = 0;
		const [address] = await serve((_request, response) => {
			requests++;
			if (requests === 1) {
				response.writeHead(200, { 'Content-Type': 'text/event-stream' });
				response.end('data: hello\n\n');
			} else {
				response.writeHead(204).end();
			}
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('the end', () => session.summary().state === 'ended');
		assert.equal(session.summary().end!.by, 'finished');
		assert.equal(requests, 2);
	});

	it('counts attempts, backs off with full jitter below the cap, and gives up where a setting says so', async () => {
		const [address, server] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write('data: hello\n\n');
		});
		const { session, states } = open(`http://${address}`, {
			reconnect: { enabled: true, baseMs: 20, capMs: 40, maxAttempts: 4 },
		});
		await session.connect();
		await until('the event', () => session.statistics().framesReceived === 1);
		servers.length = 0;
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		await until('the end', () => session.summary().state === 'failed');
		const waits = states
			.filter(({ state, nextAttemptAtMs }) => state === 'reconnecting' && nextAttemptAtMs !== undefined)
			.map(({ attempt, nextAttemptAtMs, end }) => ({ attempt, waitMs: nextAttemptAtMs! - end!.atMs }));
		assert.deepEqual([...new Set(waits.map(({ attempt }) => attempt))], [1, 2, 3, 4]);
		assert.ok(waits.every(({ attempt, waitMs }) => waitMs <= Math.min(40, 20 * 2 ** (attempt - 1)) + 0.01));
		assert.equal(session.summary().problem!.code, 'connectionRefused');
		assert.equal(session.statistics().framesKept, 1, 'what was captured stays');
		assert.equal(session.statistics().reconnectAttempts, 4);
	});

	it('never tries again what never opened', async () => {
		const { session, states } = open('ws://127.0.0.1:1/');
		await assert.rejects(
			session.connect(),
			(error: unknown) => error instanceof ProblemError && error.problem.code === 'connectionRefused',
		);
		assert.equal(session.summary().state, 'failed');
		assert.ok(states.every(({ state }) => state !== 'reconnecting'));
	});

	it('never reconnects after disconnect, not even when it is waiting to', async () => {
		let requests = 0;
		const [address] = await serve((_request, response) => {
			requests++;
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end('retry: 60000\n\ndata: hello\n\n');
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('waiting', () => session.summary().state === 'reconnecting');
		await session.disconnect();
		assert.equal(session.summary().state, 'ended');
		assert.equal(session.summary().end!.by, 'user');
		assert.equal(requests, 1);
	});

	it('rejects a connect that is disconnected before it opens', async () => {
		const [address] = await serve(() => {});
		const { session } = open(`http://${address}`);
		const opened = session.connect();
		const refused = assert.rejects(
			opened,
			(error: unknown) => error instanceof ProblemError && error.problem.code === 'connectionLost',
		);
		await session.disconnect();
		await refused;
		assert.equal(session.summary().state, 'ended');
	});

	it('leaves a WebSocket ended that the server closed with 1000, and reopens one that went away with 1001', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		const codes = [1001, 1000];
		server.on('connection', (socket) => socket.close(codes.shift() ?? 1000, 'bye'));
		const { session } = open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		await session.connect();
		await until('the end', () => session.summary().state === 'ended');
		assert.equal(session.statistics().connectionsOpened, 2);
		assert.equal(session.summary().end!.closeCode, 1000);
		assert.equal(session.summary().end!.closeReason, 'bye');
		await new Promise((resolve) => server.close(resolve));
	});

	it('measures round trips with pings of its own, and lag from the time in the payload', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		server.on('connection', (socket) => socket.send(JSON.stringify({ id: 1, sentAt: nowMs() })));
		const { session } = open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, { pingIntervalMs: 20 });
		await session.connect();
		await until('three pongs', () => session.statistics().roundTripMs.count >= 3);
		const { lagMs, roundTripMs } = session.statistics();
		assert.equal(lagMs.count, 1);
		assert.equal(lagMs.method, 'sameMachine');
		assert.equal(lagMs.path, '$.sentAt');
		assert.ok(roundTripMs.p50! > 0);
		await session.dispose(false);
		await new Promise((resolve) => server.close(resolve));
	});

	it('bounds a lag by the step of its stamps, a millisecond at least, and says when the clocks disagree', async () => {
		const stamps: (string | number)[] = [];
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write(stamps.map((sentAt) => `data: ${JSON.stringify({ sentAt })}\n\n`).join(''));
		});
		const measure = async (...sent: (string | number)[]): Promise<[number | null, boolean]> => {
			stamps.splice(0, stamps.length, ...sent);
			const { session } = open(`http://${address}`);
			await session.connect();
			await until('a lag', () => session.statistics().lagMs.count === sent.length);
			const { uncertaintyMs, clocksDisagree } = session.statistics().lagMs;
			return [uncertaintyMs, clocksDisagree];
		};
		// Microseconds in the payload make its sender's clock no better.
		assert.deepEqual(await measure(Math.floor((nowMs() - 5) * 1000)), [1, false]);
		assert.deepEqual(await measure(`${new Date().toISOString().slice(0, 19)}Z`), [1000, false]);
		// A forwarded port, behind which the clock is a minute ahead.
		assert.deepEqual(await measure(Date.now() + 60_000, Date.now() + 60_000), [1, true]);
	});

	it('says why there is no lag instead of 0', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write('data: no time in here\n\n');
		});
		const { session } = open(`http://${address}`);
		assert.equal(session.statistics().lagMs.reason, 'noFrames');
		await session.connect();
		await until('the event', () => session.statistics().framesReceived === 1);
		const { p50, method, reason } = session.statistics().lagMs;
		assert.deepEqual({ p50, method, reason }, { p50: null, method: 'none', reason: 'noTimestamp' });
		const { session: off } = open(`http://${address}`, { timestampPath: 'none' });
		await off.connect();
		assert.equal(off.statistics().lagMs.reason, 'switchedOff');
	});

	it('reads sending times where it is told to, from the next frame on', async () => {
		const responses: ServerResponse[] = [];
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			responses.push(response);
			response.write(`data: ${JSON.stringify({ sentAt: nowMs() - 5000, other: { at: nowMs() - 100 } })}\n\n`);
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('the event', () => session.statistics().framesReceived === 1);
		assert.ok(session.statistics().lagMs.p50! >= 4900);
		session.setTimestampPath('$.other.at');
		assert.equal(session.statistics().lagMs.p50, null);
		responses[0]!.write(`data: ${JSON.stringify({ sentAt: 0, other: { at: nowMs() - 100 } })}\n\n`);
		await until('the second event', () => session.statistics().framesReceived === 2);
		const { p50, path } = session.statistics().lagMs;
		assert.ok(p50! >= 100 && p50! < 4000, `${p50}`);
		assert.equal(path, '$.other.at');
		assert.equal(session.summary().timestampPathSource, 'set');
	});

	it('marks the first frame of each connection', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end('data: a\n\ndata: b\n\n');
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('four events', () => session.statistics().framesReceived >= 4);
		const first = [1, 2, 3, 4].map((seq) => (session.capture.row(seq)!.flags & 128) !== 0);
		assert.deepEqual(first, [true, false, true, false]);
		assert.deepEqual(
			exportedFrames(session, 1, 5).map(({ text }) => text),
			['a', 'b', 'a', 'b'],
		);
	});

	it('detects the transport, says what it saw, and connects by another when told to', async () => {
		const [address] = await serve((request, response) => {
			if (request.headers.accept === 'text/event-stream') {
				response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: a\n\n');
			} else {
				response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a":1}');
			}
		});
		const { session } = open(`http://${address}`, { transport: undefined });
		await session.connect();
		assert.equal(session.summary().transport, 'polling');
		assert.equal(session.summary().detection!.saw.code, 'plain');
		await session.connect('eventStream');
		assert.equal(session.summary().transport, 'eventStream');
		assert.equal(session.summary().detection, undefined);
		await until('the event', () => session.statistics().framesReceived >= 1);
	});

	it('lists what an earlier engine captured and goes on from there', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write(`data: ${JSON.stringify({ sentAt: nowMs() - 50 })}\n\n`);
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('the event', () => session.statistics().framesReceived === 1);
		const before = session.statistics();
		await session.dispose(true);
		sessions.length = 0;
		const { session: later } = open(`http://${address}`);
		later.restore();
		const restored = later.statistics();
		assert.equal(restored.state, 'ended');
		assert.equal(restored.framesKept, 1);
		assert.equal(restored.payloadBytes, before.payloadBytes);
		assert.ok(Math.abs(restored.lagMs.p50! - before.lagMs.p50!) < 0.3);
		await later.connect();
		await until('another event', () => later.statistics().framesReceived === 2);
		assert.equal(later.capture.lastSeq, 2);
	});

	const attemptsOf = (states: readonly SessionSummary[]): { attempt: number; waitMs: number }[] => {
		const attempts = new Map<number, number>();
		for (const { state, attempt, nextAttemptAtMs, end } of states) {
			if (state === 'reconnecting' && nextAttemptAtMs !== undefined) {
				attempts.set(nextAttemptAtMs, nextAttemptAtMs - end!.atMs);
			}
			assert.ok(state !== 'open' || attempt === 0, 'an open session counts no attempts');
		}
		const numbers = new Map(states.map(({ attempt, nextAttemptAtMs }) => [nextAttemptAtMs, attempt]));
		return [...attempts].map(([atMs, waitMs]) => ({ attempt: numbers.get(atMs)!, waitMs }));
	};

	it('waits as long as a timer can for a retry that is longer, instead of not at all', async () => {
		let requests = 0;
		const [address] = await serve((_request, response) => {
			requests++;
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end('retry: 99999999999\n\ndata: hello\n\n');
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('waiting', () => session.summary().state === 'reconnecting');
		const { nextAttemptAtMs, end } = session.summary();
		assert.equal(Math.round(nextAttemptAtMs! - end!.atMs), 2 ** 31 - 1);
		await new Promise((resolve) => setTimeout(resolve, 50));
		assert.equal(requests, 1);
	});

	it('rests a while and longer each time although a retry of 0 says at once', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end('retry: 0\n\ndata: hello\n\n');
		});
		const { session, states } = open(`http://${address}`);
		await session.connect();
		await until('four connections', () => session.statistics().connectionsOpened === 4);
		const attempts = attemptsOf(states).slice(0, 3);
		assert.deepEqual(
			attempts.map(({ attempt }) => attempt),
			[1, 2, 3],
		);
		assert.ok(attempts.every(({ waitMs }) => waitMs >= 99.99));
	});

	it('counts on and gives up where a server accepts and drops at once, again and again', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end('data: hello\n\n');
		});
		const { session, states } = open(`http://${address}`, {
			reconnect: { enabled: true, baseMs: 5, capMs: 20, maxAttempts: 4 },
		});
		await session.connect();
		await until('giving up', () => session.summary().state === 'ended');
		assert.deepEqual(
			attemptsOf(states).map(({ attempt }) => attempt),
			[1, 2, 3, 4],
		);
		assert.equal(session.statistics().connectionsOpened, 5);
	});

	it('counts anew after a connection that stayed open for long enough', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write('data: hello\n\n');
			setTimeout(() => response.end(), 40);
		});
		const { session, states } = open(`http://${address}`, {}, 20);
		await session.connect();
		await until('three connections', () => session.statistics().connectionsOpened === 3);
		assert.deepEqual(
			attemptsOf(states)
				.slice(0, 2)
				.map(({ attempt }) => attempt),
			[1, 1],
		);
		assert.equal(session.statistics().reconnectMs.count, 2);
	});

	it('sends a POST whose event stream ended in good order only once', async () => {
		let requests = 0;
		const [address] = await serve((request, response) => {
			requests++;
			request.resume();
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end('data: {"delta":"hi"}\n\ndata: [DONE]\n\n');
		});
		const { session, states } = open(`http://${address}`, { method: 'POST', body: '{"stream":true}' });
		await session.connect();
		await until('the end', () => session.summary().state === 'ended');
		const { end, problem } = session.summary();
		assert.deepEqual([end!.by, end!.final, problem], ['server', true, undefined]);
		await new Promise((resolve) => setTimeout(resolve, 100));
		assert.equal(requests, 1);
		assert.ok(states.every(({ state }) => state !== 'reconnecting'));
		await session.connect();
		assert.equal(requests, 2, 'told to, it is sent again');
	});

	it('does not send a POST again whose connection was lost, and says that it was', async () => {
		let requests = 0;
		const [address] = await serve((request, response) => {
			requests++;
			request.resume();
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write('data: {"delta":"hi"}\n\n', () => setTimeout(() => response.destroy(), 20));
		});
		const { session } = open(`http://${address}`, { method: 'POST' });
		await session.connect();
		await until('the end', () => session.summary().state === 'failed');
		const { end, problem } = session.summary();
		assert.deepEqual([end!.final, problem!.code], [true, 'connectionLost']);
		await new Promise((resolve) => setTimeout(resolve, 100));
		assert.equal(requests, 1);
	});

	it('sends a POST without a transport once, without a look before it', async () => {
		const accepted: (string | undefined)[] = [];
		const [address] = await serve((request, response) => {
			accepted.push(request.headers.accept);
			request.resume();
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: a\n\n');
		});
		const { session } = open(`http://${address}`, { transport: undefined, method: 'POST', body: '{}' });
		await session.connect();
		const { transport, detection } = session.summary();
		assert.deepEqual(
			[transport, detection!.saw],
			['eventStream', { code: 'unsafeToProbe', values: { method: 'POST' } }],
		);
		assert.deepEqual(accepted, ['text/event-stream']);
	});

	it('goes on trying when an attempt fails that the user made while it was reconnecting', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		const { port } = server.address() as AddressInfo;
		const { session } = open(`ws://127.0.0.1:${port}/`);
		await session.connect();
		for (const client of server.clients) {
			client.terminate();
		}
		await new Promise((resolve) => server.close(resolve));
		await until('reconnecting', () => session.summary().state === 'reconnecting');
		for (let time = 0; time < 2; time++) {
			await assert.rejects(
				session.connect(),
				(error: unknown) => error instanceof ProblemError && error.problem.code === 'connectionRefused',
			);
			assert.equal(session.summary().state, 'reconnecting');
		}
		const again = new WebSocketServer({ host: '127.0.0.1', port });
		await until('open again', () => session.summary().state === 'open');
		for (const client of again.clients) {
			client.terminate();
		}
		await new Promise((resolve) => again.close(resolve));
		await until('reconnecting again', () => session.summary().state === 'reconnecting');
		const attempt = assert.rejects(session.connect());
		await session.disconnect();
		await attempt;
		assert.equal(session.summary().state, 'ended');
		await assert.rejects(session.connect());
		assert.equal(session.summary().state, 'failed', 'after a deliberate end one attempt is one attempt');
	});

	it('pauses a new connection at once while the capture can’t keep up', async () => {
		const streams: ServerResponse[] = [];
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write('retry: 1\n\n');
			streams.push(response);
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		const behindChanged = (behind: boolean): void =>
			(session.capture as unknown as { owner: { behindChanged(behind: boolean): void } }).owner.behindChanged(behind);
		behindChanged(true);
		streams[0]!.socket!.destroy();
		await session.connect();
		await until('a second connection', () => streams.length >= 2);
		const before = session.statistics().framesReceived;
		streams.at(-1)!.write('data: late\n\n');
		await new Promise((resolve) => setTimeout(resolve, 50));
		assert.equal(session.statistics().framesReceived, before);
		behindChanged(false);
		await until('what waited', () => session.statistics().framesReceived > before);
		assert.equal(session.statistics().readPauses, 1);
	});

	it('leaves no socket when it is disconnected while it looks at what the endpoint is', async () => {
		let sockets = 0;
		const server = createTcpServer((socket) => {
			sockets++;
			socket.resume();
			socket.on('error', () => {});
			socket.on('close', () => sockets--);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		// A TLS handshake that nobody answers: left alone, the look would wait for longer than this test may.
		const { session } = open(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
			transport: undefined,
			handshakeTimeoutMs: 600_000,
		});
		const refused = assert.rejects(session.connect());
		await until('the look', () => sockets === 1);
		await session.disconnect();
		await refused;
		assert.equal(session.summary().state, 'ended');
		await until('no socket', () => sockets === 0);
		await new Promise((resolve) => server.close(resolve));
	});

	it('says that a held request was never answered, until it is', async () => {
		let answer = (): void => {};
		const [address] = await serve((_request, response) => {
			answer = () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('[1]');
		});
		const { session } = open(`http://${address}`, { transport: 'longPoll' });
		await session.connect();
		assert.equal(session.summary().unanswered, true);
		assert.equal(session.summary().handshake!.response, undefined);
		answer();
		await until('the answer', () => session.statistics().cycles === 1);
		assert.equal(session.summary().unanswered, undefined);
		assert.equal(session.summary().handshake!.response!.line, 'HTTP/1.1 200 OK');
	});

	it('offers to send for as long as it is a WebSocket, and refuses while it is not open', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		const { session, states } = open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		await session.connect();
		for (const client of server.clients) {
			client.terminate();
		}
		await until('two connections', () => session.statistics().connectionsOpened === 2);
		assert.ok(states.every(({ canSend }) => canSend));
		await session.disconnect();
		await assert.rejects(
			session.send(Buffer.from('x'), 'text'),
			(error: unknown) => error instanceof ProblemError && error.problem.code === 'cannotSend',
		);
		await new Promise((resolve) => server.close(resolve));
		const { session: oneWay } = open('http://127.0.0.1:1/');
		assert.equal(oneWay.summary().canSend, false);
	});

	it('refuses a place for sending times that can’t be read, and changes nothing', () => {
		const { session } = open('ws://127.0.0.1:1/', { timestampPath: '$.at' });
		assert.throws(
			() => session.setTimestampPath('at['),
			(error: unknown) =>
				error instanceof ProblemError &&
				error.problem.code === 'invalidOption' &&
				error.problem.values.what === 'timestampPath',
		);
		assert.deepEqual([session.summary().timestampPath, session.summary().timestampPathSource], ['$.at', 'set']);
	});

	/** The session of the window after this one, on the same capture. */
	const reopen = async (session: Session, url: string, more: Partial<Endpoint> = {}): Promise<Session> => {
		await session.dispose(true);
		sessions.length = 0;
		const { session: later } = open(url, more);
		later.restore();
		return later;
	};

	it('shows the accounts of its connections in the window after, and no credentials on disk', async () => {
		const [address] = await serve((request, response) => {
			assert.ok(request.url !== undefined);
			setTimeout(() => {
				response.writeHead(200, { 'Content-Type': 'application/json', 'Set-Cookie': 'sid=hidden3' });
				response.end(JSON.stringify([{ sentAt: nowMs() }]));
			}, 5);
		});
		const secrets: Partial<Endpoint> = {
			transport: 'polling',
			headers: [
				['Authorization', 'Bearer hidden1'],
				['cookie', 'a=hidden2'],
				['X-Plain', 'seen'],
			],
			pollIntervalMs: 10,
		};
		const { session } = open(`http://${address}`, secrets);
		await session.connect();
		await until('four cycles', () => session.statistics().cycles >= 4);
		assert.ok(session.summary().handshake!.request.headers.some(([, value]) => value === 'Bearer hidden1'));
		await session.disconnect();
		const before = session.statistics();
		const shown = session.summary();
		const later = await reopen(session, `http://${address}`, secrets);
		const after = later.statistics();
		for (const name of [
			'wireBytesIn',
			'wireBytesOut',
			'connectionsOpened',
			'connectedMs',
			'cycles',
			'emptyCycles',
			'cycleHeaderBytes',
		] as const) {
			assert.equal(after[name], before[name], name);
		}
		// Four cycles with 5 ms to each answer.
		assert.ok(before.connectedMs >= 15 && before.cycleHeaderBytes! > 100);
		assert.deepEqual(after.eventBytes, before.eventBytes);
		assert.ok(before.wireBytesIn > 0 && before.wireBytesOut > 0);
		assert.equal(after.holdMs.count, before.holdMs.count);
		assert.equal(after.blindMs.count, before.blindMs.count);
		assert.deepEqual([after.lagMs.method, after.lagMs.path], ['sameMachine', before.lagMs.path]);
		assert.equal(after.lagMs.uncertaintyMs, before.lagMs.uncertaintyMs);
		const restored = later.summary();
		assert.deepEqual([restored.state, restored.end], ['ended', shown.end]);
		assert.equal(restored.timestampPathSource, 'detected');
		assert.equal(restored.transport, 'polling');
		const fields = new Map(restored.handshake!.request.headers.map(([name, value]) => [name.toLowerCase(), value]));
		assert.deepEqual([fields.get('authorization'), fields.get('cookie'), fields.get('x-plain')], ['…', '…', 'seen']);
		const onDisk = readdirSync(join(folder, '0')).map((name) => readFileSync(join(folder, '0', name), 'latin1'));
		assert.ok(onDisk.length >= 3 && onDisk.some((text) => text.includes('X-Plain')));
		assert.ok(onDisk.every((text) => !text.includes('hidden')));
	});

	it('goes on at the last event in the window after, and goes on trying where it was live', async () => {
		const asked: (string | undefined)[] = [];
		const [address, server] = await serve((request, response) => {
			asked.push(request.headers['last-event-id'] as string | undefined);
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write(`id: ${asked.length}\ndata: hello\n\n`);
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('the event', () => session.statistics().framesReceived === 1);
		const later = await reopen(session, `http://${address}`);
		assert.deepEqual([later.summary().state, later.summary().end], ['ended', undefined]);
		await later.connect();
		await until('another event', () => later.statistics().framesReceived === 2);
		assert.deepEqual(asked, [undefined, '1']);
		assert.equal(later.statistics().connectionsOpened, 2);

		const port = Number(new URL(`http://${address}`).port);
		const last = await reopen(later, `http://${address}`);
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		servers.length = 0;
		await assert.rejects(last.connect());
		assert.equal(last.summary().state, 'reconnecting');
		const again = createServer((request, response) => {
			asked.push(request.headers['last-event-id'] as string | undefined);
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: x\n\n');
		});
		servers.push(again);
		await new Promise<void>((resolve) => again.listen(port, '127.0.0.1', resolve));
		await until('open again', () => last.summary().state === 'open');
		assert.equal(asked[2], '2');
	});

	it('carries a poll’s cursor into the window after', async () => {
		const asked: string[] = [];
		const [address] = await serve((request, response) => {
			asked.push(request.url!);
			response.writeHead(200, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify({ results: [{ n: asked.length }], last_seq: asked.length }));
		});
		const more: Partial<Endpoint> = { transport: 'polling', pollIntervalMs: 60_000 };
		const { session } = open(`http://${address}`, more);
		await session.connect();
		await until('a cycle', () => session.statistics().cycles === 1);
		const later = await reopen(session, `http://${address}`, more);
		assert.equal(later.summary().cursor, 'couchdb');
		await later.connect();
		await until('another cycle', () => later.statistics().cycles === 2);
		assert.deepEqual(asked, ['/', '/?since=1']);
	});

	it('writes its accounts while it is live, so that a window that is killed loses a second at most', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('id: 7\ndata: a\n\n');
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		const file = join(folder, '0', 'session.json');
		await until('the file', () => existsSync(file));
		assert.equal(JSON.parse(readFileSync(file, 'utf8')).resume.lastEventId, '7');
	});

	it('shows blanks where the stored accounts are missing or broken', async () => {
		const [address] = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: a\n\n');
		});
		const { session } = open(`http://${address}`);
		await session.connect();
		await until('the event', () => session.statistics().framesReceived === 1);
		await session.dispose(true);
		const file = join(folder, '0', 'session.json');
		const broken = [
			undefined,
			'',
			'{"version":1,"counters":{"bytes',
			'[]',
			'{"version":99}',
			'{"version":1,"counters":7,"handshake":{"request":1},"end":{"by":"magic"},"resume":[],"timestampPath":"]["}',
		];
		for (const text of broken) {
			sessions.length = 0;
			if (text === undefined) {
				rmSync(file);
			} else {
				writeFileSync(file, text);
			}
			const { session: later } = open(`http://${address}`);
			later.restore();
			const { framesKept, wireBytesIn, connectionsOpened } = later.statistics();
			assert.deepEqual([framesKept, wireBytesIn, connectionsOpened], [1, 0, 0]);
			assert.deepEqual([later.summary().state, later.summary().handshake], ['ended', undefined]);
			await later.dispose(true);
		}
		sessions.length = 0;
	});

	it('counts a lost server’s back-off as the blind time that it is', async () => {
		let requests = 0;
		const [address] = await serve((request, response) => {
			requests++;
			if (requests === 2) {
				request.socket.destroy();
			} else {
				response.writeHead(200, { 'Content-Type': 'application/json' }).end('[1]');
			}
		});
		const { session, states } = open(`http://${address}`, {
			transport: 'polling',
			pollIntervalMs: 20,
			method: 'POST',
			reconnect: { enabled: true, baseMs: 400, capMs: 400, maxAttempts: 0 },
		});
		await session.connect();
		await until('three cycles', () => session.statistics().cycles >= 3);
		const [waited] = attemptsOf(states);
		assert.equal(session.statistics().connectionsOpened, 2);
		// Timers may end a little early, by the clock of arrivals.
		assert.ok(session.statistics().blindMs.max! >= waited!.waitMs - 3, `${session.statistics().blindMs.max}`);
	});

	it('counts the same events over every transport, whatever rows they come in', async () => {
		const events = ['{"n":1}', '{"n":2}', '{"n":3}'];
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		server.on('connection', (socket) => {
			socket.ping();
			for (const event of events) {
				socket.send(event);
			}
		});
		const [address] = await serve((request, response) => {
			if (request.headers.accept === 'text/event-stream') {
				response.writeHead(200, { 'Content-Type': 'text/event-stream' });
				response.write(`: hello\n\n${events.map((event) => `data: ${event}\n\n`).join('')}`);
			} else {
				response.writeHead(200, { 'Content-Type': 'application/json' });
				response.end(request.url === '/one' ? events[0] : `[${events.join(',')}]`);
			}
		});
		const poll: Partial<Endpoint> = { transport: 'polling', pollIntervalMs: 60_000 };
		const { session: webSocket } = open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		const { session: eventStream } = open(`http://${address}`);
		const { session: polling } = open(`http://${address}`, poll);
		const { session: single } = open(`http://${address}one`, poll);
		for (const [session, rows, count] of [
			[webSocket, 4, 3],
			[eventStream, 4, 3],
			[polling, 4, 3],
			[single, 1, 1],
		] as const) {
			await session.connect();
			await until('every row', () => session.statistics().framesReceived === rows);
			const { eventsReceived, eventBytes } = session.statistics();
			assert.equal(eventsReceived, count);
			// Each event is `{"n":1}`, 7 bytes, in an answer with others too.
			assert.deepEqual(eventBytes, { count, mean: 7, p50: 7, p95: 7, max: 7 });
		}
		await webSocket.disconnect();
		await new Promise((resolve) => server.close(resolve));
	});
});
