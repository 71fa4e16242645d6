import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Endpoint } from '../../../src/core/endpoint';
import { ProblemError } from '../../../src/core/problem';
import type { SessionSummary } from '../../../src/core/session';
import { exportedFrames } from '../../../src/engine/exportedFrame';
import { Session } from '../../../src/engine/session';

const nowMs = (): number => performance.timeOrigin + performance.now();

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

	const open = (url: string, more: Partial<Endpoint> = {}): { session: Session; states: SessionSummary[] } => {
		const states: SessionSummary[] = [];
		const endpoint: Endpoint = {
			url,
			transport: url.startsWith('ws') ? 'webSocket' : 'eventStream',
			headers: [],
			subprotocols: [],
			method: 'GET',
			body: undefined,
			cursor: 'auto',
			pollIntervalMs: 50,
			maxMessageBytes: 1e6,
			maxHandshakeBytes: 65_536,
			handshakeTimeoutMs: 5000,
			holdTimeoutMs: 5000,
			perMessageDeflate: false,
			tls: { verify: true, caFile: undefined, clientCertificateFile: undefined, clientKeyFile: undefined },
			reconnect: { enabled: true, baseMs: 10, capMs: 50, maxAttempts: 0 },
			pingIntervalMs: 0,
			timestampPath: 'detect',
			...more,
		};
		const session = new Session(
			`s${sessions.length}`,
			endpoint,
			{ folder: join(folder, `${sessions.length}`), maxFrames: 1e5, maxBytes: 1e8 },
			{
				nowMs,
				changed: (changed) => states.push(changed.summary()),
				dirtied: (dirtied) => dirtied.settled(),
			},
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
			exportedFrames(session.capture, 1, 5).map(({ text }) => text),
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
});
