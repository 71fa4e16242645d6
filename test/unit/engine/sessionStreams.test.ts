import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Endpoint } from '../../../src/core/endpoint';
import { ProblemError } from '../../../src/core/problem';
import { readSeries, type SeriesColumn } from '../../../src/core/timing/series';
import { exportedFrames } from '../../../src/engine/exportedFrame';
import { Session } from '../../../src/engine/session';
import { endpointFor } from '../../support/endpoint';
import { nowMs } from '../../support/transportRecorder';

/** A session against servers that lose, repeat, reorder and stall on purpose, with clocks of their own. */
describe('Session on a stream with known faults', () => {
	let folder: string;
	const sessions: Session[] = [];
	const endings: (() => Promise<unknown>)[] = [];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'session-'));
	});
	afterEach(async () => {
		await Promise.all(sessions.splice(0).map((session) => session.dispose(false)));
		for (const end of endings.splice(0)) {
			await end();
		}
		rmSync(folder, { recursive: true, force: true });
	});

	const open = (url: string, more: Partial<Endpoint> = {}): Session => {
		const endpoint = endpointFor(url, {
			transport: url.startsWith('ws') ? 'webSocket' : 'eventStream',
			cursor: 'auto',
			reconnect: { enabled: true, baseMs: 10, capMs: 50, maxAttempts: 0 },
			pingIntervalMs: 0,
			...more,
		});
		const session = new Session(
			`s${sessions.length}`,
			endpoint,
			{ folder: join(folder, 'one'), maxFrames: 1e5, maxBytes: 1e8 },
			{ nowMs, changed: () => {}, dirtied: (dirtied) => dirtied.settled() },
		);
		sessions.push(session);
		return session;
	};

	const serveWebSocket = async (connected: (socket: WebSocket, number: number) => void): Promise<string> => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		let connections = 0;
		server.on('connection', (socket) => connected(socket, ++connections));
		await new Promise((resolve) => server.once('listening', resolve));
		endings.push(() => {
			for (const client of server.clients) {
				client.terminate();
			}
			return new Promise((resolve) => server.close(resolve));
		});
		return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	};

	const serveHttp = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
		const server: Server = createServer(answer);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		endings.push(() => {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(resolve));
		});
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	};

	const until = async (what: string, look: () => boolean): Promise<void> => {
		const deadline = Date.now() + 8000;
		while (!look()) {
			assert.ok(Date.now() < deadline, `waited eight seconds for: ${what}`);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};

	const event = (id: number, aheadMs = 0): string => JSON.stringify({ id, sentAt: nowMs() + aheadMs });
	const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
	const received = (session: Session, events: number): Promise<void> =>
		until(`${events} events`, () => session.statistics().eventsReceived === events);
	const marked = (session: Session): unknown[] =>
		exportedFrames(session, 1, 1e6)
			.filter(({ marks }) => marks !== undefined)
			.map(({ text, marks }) => [(JSON.parse(text!) as { id: number }).id, marks]);
	const total = (session: Session, name: SeriesColumn): number =>
		readSeries(session.series()).columns[name].reduce((sum, value) => sum + value, 0);

	it('tells every lost, repeated and reordered event, in the numbers, in the frames and on the time axis', async () => {
		// 21, 22 and 31 are lost, 25 comes twice, 28 comes after 29 and 30.
		const ids = [...range(1, 20), 23, 24, 25, 25, 26, 27, 29, 30, 28, ...range(32, 40)];
		const url = await serveWebSocket((socket) => {
			for (const id of ids) {
				socket.send(event(id));
			}
		});
		const session = open(url);
		await session.connect();
		await received(session, ids.length);
		const { missing, gaps, duplicates, reorders, resets, path, source, kind, lastId } = session.statistics().sequence;
		assert.deepEqual(
			{ missing, gaps, duplicates, reorders, resets, path, source, kind, lastId },
			{
				missing: 3,
				gaps: 2,
				duplicates: 1,
				reorders: 1,
				resets: 0,
				path: '$.id',
				source: 'detected',
				kind: 'consecutive',
				lastId: '40',
			},
		);
		assert.deepEqual(marked(session), [
			[23, { sequence: 'gap', missing: 2 }],
			[25, { sequence: 'duplicate' }],
			[29, { sequence: 'gap', missing: 1 }],
			[28, { sequence: 'reorder' }],
			[32, { sequence: 'gap', missing: 1 }],
		]);
		assert.deepEqual(
			(['missing', 'duplicates', 'reorders', 'resets'] as const).map((name) => total(session, name)),
			[4, 1, 1, 0],
			'the time axis tells what was missing when it was noticed',
		);
	});

	it('judges each reconnect by the ids on both sides of it, and goes on after the window has gone', async () => {
		const url = await serveWebSocket((socket, number) => {
			const ids = { 1: range(1, 20), 2: range(21, 30), 3: range(28, 40), 4: range(46, 50) }[number] ?? range(51, 60);
			for (const id of ids) {
				socket.send(event(id));
			}
			if (number < 4) {
				socket.close(1012);
			}
		});
		const session = open(url);
		await session.connect();
		await received(session, 48);
		const told = ({ verdict, lost, duplicates }: { verdict: string; lost: number; duplicates: number }): unknown => [
			verdict,
			lost,
			duplicates,
		];
		const expected = [
			['resumed', 0, 0],
			['replayed', 0, 3],
			['lost', 5, 0],
		];
		assert.deepEqual(session.statistics().reconnects.map(told), expected);
		await session.dispose(true);
		sessions.pop();

		const next = open(url);
		next.restore();
		const { sequence, reconnects } = next.statistics();
		assert.deepEqual([sequence.missing, sequence.duplicates, sequence.lastId], [5, 3, '50']);
		assert.deepEqual(reconnects.map(told), expected);
		await next.connect();
		await until('the verdict', () => next.statistics().reconnects.at(-1)?.verdict === 'resumed');
		assert.equal(next.statistics().reconnects.length, 4);
	});

	it('tells whether an event stream was resumed where Last-Event-ID said, or begun where it liked', async () => {
		let connections = 0;
		const url = await serveHttp((request, response) => {
			connections++;
			const known = Number(request.headers['last-event-id'] ?? 0);
			// The third time the server forgets where it was, and five events are gone.
			const from = connections === 3 ? known + 6 : known + 1;
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write(
				`retry: 20\n\n${range(from, from + 19)
					.map((id) => `id: ${id}\ndata: {}\n\n`)
					.join('')}`,
			);
			if (connections < 3) {
				response.end();
			}
		});
		const session = open(url);
		await session.connect();
		await received(session, 60);
		assert.deepEqual(
			session.statistics().reconnects.map(({ verdict, lost, lastEventId }) => [verdict, lost, lastEventId]),
			[
				['resumed', 0, 'honoured'],
				['lost', 5, 'ignored'],
			],
		);
		assert.equal(session.statistics().sequence.path, 'id');
	});

	it('says by how much the clocks disagree, and measures by the offset that it is given', async () => {
		const aheadMs = 7350;
		const url = await serveWebSocket((socket) => {
			for (const id of range(1, 30)) {
				socket.send(event(id, aheadMs));
			}
		});
		const session = open(url);
		await session.connect();
		await received(session, 30);
		const { lagMs } = session.statistics();
		assert.equal(lagMs.method, 'sameMachine');
		assert.equal(lagMs.offsetMs, 0);
		assert.ok(lagMs.clocksDisagree);
		assert.ok(Math.abs(lagMs.clocksDisagreeMs! - aheadMs) < 100, `${lagMs.clocksDisagreeMs}`);

		session.setClock(-aheadMs);
		assert.equal(session.statistics().lagMs.count, 0, 'what was measured by another clock is forgotten');
		const again = session.connect();
		await again;
		await received(session, 60);
		const given = session.statistics().lagMs;
		assert.deepEqual([given.method, given.offsetMs, given.clocksDisagree], ['givenOffset', -aheadMs, false]);
		assert.ok(given.p50! > -2 && given.p50! < 100, `${given.p50}`);
		const frames = exportedFrames(session, 1, 1e6).filter(({ lagMs }) => lagMs !== undefined);
		assert.ok(
			frames.every(({ lagMs }) => Math.abs(lagMs!) < 1000),
			'frames of before are told by that clock too',
		);
		assert.throws(() => session.setClock('soon' as never), ProblemError);
	});

	it('reads ids where it is told to, and nowhere where it is told so', async () => {
		const url = await serveWebSocket((socket) => {
			for (const id of range(1, 30)) {
				socket.send(JSON.stringify({ id, offset: id * 2 }));
			}
		});
		const session = open(url, { sequencePath: '$.offset' });
		await session.connect();
		await received(session, 30);
		const { path, source, missing } = session.statistics().sequence;
		assert.deepEqual([path, source, missing], ['$.offset', 'set', 29]);
		session.setSequencePath('none');
		assert.deepEqual(session.statistics().sequence.path, null);
		assert.throws(() => session.setSequencePath('offset'), ProblemError);
	});

	it('measures the round trip and the clock of a server that ignores pings, by an echo', async () => {
		const aheadMs = 90_000;
		const url = await serveWebSocket((socket) => {
			socket.on('message', (data) => {
				const { n } = JSON.parse(data.toString()) as { n: string };
				socket.send(JSON.stringify({ pong: n, at: nowMs() + aheadMs }));
			});
			for (const id of range(1, 30)) {
				socket.send(event(id, aheadMs));
			}
		});
		const session = open(url, {
			clock: 'estimate',
			pingIntervalMs: 50,
			timestampPath: '$.sentAt',
			echo: { message: '{"n":"\u0024{nonce}"}', noncePath: '$.pong', sentAtPath: '$.at' },
		});
		await session.connect();
		await until('three echoes', () => session.statistics().roundTripMs.count >= 3);
		const { roundTripMethod, lagMs } = session.statistics();
		assert.equal(roundTripMethod, 'echo');
		assert.equal(lagMs.method, 'echo');
		assert.ok(
			Math.abs(lagMs.offsetMs! + aheadMs) <= lagMs.uncertaintyMs!,
			`${lagMs.offsetMs} ± ${lagMs.uncertaintyMs}`,
		);
		assert.ok(lagMs.p50! > -lagMs.uncertaintyMs! && lagMs.p50! < 1000, 'what came before the first echo is corrected');
	});

	it('marks the frame that ended a stall, and counts it', async () => {
		const url = await serveWebSocket((socket) => {
			let id = 0;
			const timer = setInterval(() => {
				socket.send(event(++id));
				if (id === 40) {
					clearInterval(timer);
					setTimeout(() => socket.send(event(++id)), 700);
				}
			}, 5);
			socket.on('close', () => clearInterval(timer));
		});
		const session = open(url, { stall: { factor: 10, leastMs: 400 } });
		await session.connect();
		await received(session, 41);
		const { arrival } = session.statistics();
		assert.ok(arrival.stalls >= 1);
		assert.ok(arrival.longestStallMs! >= 690, `${arrival.longestStallMs}`);
		assert.deepEqual(marked(session).at(-1), [41, { stall: true }]);
		assert.equal(total(session, 'stalls'), arrival.stalls);
		assert.ok(arrival.jitterMs !== null);
	});

	it('tells how stale what a poll brings can have been, and what its requests cost', async () => {
		let id = 0;
		const url = await serveHttp((_request, response) => {
			id += 2;
			const sentAt = nowMs();
			const body = JSON.stringify([
				{ id: id - 1, sentAt: sentAt - 20 },
				{ id, sentAt },
			]);
			response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
		});
		const session = open(url, { transport: 'polling', pollIntervalMs: 50, cursor: 'none' });
		await session.connect();
		await until('ten cycles', () => session.statistics().cycles >= 10);
		await session.disconnect();
		const { stalenessMs, dueMs, cycles, eventsReceived, pollIntervalMs, wire, sequence, arrival } =
			session.statistics();
		// Of each two, one was sent 20 ms before the other.
		assert.ok(arrival.jitterMs! > 5 && arrival.jitterMs! < 30, `${arrival.jitterMs}`);
		assert.equal(pollIntervalMs, 50);
		assert.equal(stalenessMs.count, eventsReceived - 2, 'all but those of the first cycle');
		assert.ok(stalenessMs.p50! >= 45, `${stalenessMs.p50}`);
		assert.ok(dueMs.count >= cycles - 1);
		assert.deepEqual([wire.requests >= cycles, wire.sockets], [true, 1]);
		assert.equal(wire.socketBytesIn, wire.headerBytesIn + wire.transferredBytesIn + wire.framingBytesIn);
		assert.ok(wire.headerShare! > 0.5, 'most of a small poll is heads');
		assert.deepEqual([sequence.path, sequence.missing], ['$.id', 0]);
	});

	it('says where a session observes that each event with an id came', async () => {
		const url = await serveWebSocket((socket) => {
			for (const id of range(1, 30)) {
				socket.send(event(id));
			}
		});
		const session = open(url, { sequencePath: '$.id' });
		const ids: (string | number)[] = [];
		const stop = session.observe({
			event: (id) => ids.push(id),
			lagsShifted: () => {},
			lagsForgotten: () => {},
			numberingBegan: () => {},
		});
		await session.connect();
		await received(session, 30);
		assert.deepEqual(ids, range(1, 30));
		stop();
		await session.connect();
		await received(session, 60);
		assert.equal(ids.length, 30);
	});

	it('says where a session observes that a restarted server numbers anew, before the first of the new ids', async () => {
		const url = await serveWebSocket((socket, number) => {
			for (const id of range(1, 30)) {
				socket.send(event(id));
			}
			if (number === 1) {
				socket.close(1012);
			}
		});
		const session = open(url, { sequencePath: '$.id', timestampPath: '$.sentAt' });
		const told: (string | number)[] = [];
		session.observe({
			event: (id) => told.push(id),
			lagsShifted: () => {},
			lagsForgotten: () => {},
			numberingBegan: () => told.push('anew'),
		});
		await session.connect();
		await received(session, 60);
		assert.deepEqual(
			told.filter((each) => each !== 'anew'),
			[...range(1, 30), ...range(1, 30)],
		);
		const [at, again] = [told.indexOf('anew'), told.lastIndexOf('anew')];
		assert.equal(at, again);
		// It may take a few ids to be sure.
		assert.ok(at >= 30 && at < 34, `at ${at}`);
		assert.equal(session.statistics().sequence.resets, 1);
	});

	it('forgets lags whose sending times were read elsewhere, also after the window has gone', async () => {
		const url = await serveWebSocket((socket) => {
			for (const id of range(1, 20)) {
				socket.send(JSON.stringify({ id, a: nowMs(), b: nowMs() - 3_600_000 }));
			}
		});
		const session = open(url, { timestampPath: '$.a' });
		await session.connect();
		await received(session, 20);
		session.setTimestampPath('$.b');
		assert.equal(session.statistics().arrival.jitterMs, null);
		await session.connect();
		await received(session, 40);
		const lags = (of: Session): (number | undefined)[] =>
			exportedFrames(of, 1, 1e6)
				.filter(({ kind }) => kind === 'text')
				.map(({ lagMs }) => lagMs);
		const check = (of: Session): void => {
			assert.ok(
				lags(of)
					.slice(0, 20)
					.every((lagMs) => lagMs === undefined),
			);
			assert.ok(
				lags(of)
					.slice(20)
					.every((lagMs) => Math.abs(lagMs! - 3_600_000) < 1000),
			);
			const { count, p50 } = of.statistics().lagMs;
			assert.equal(count, 20);
			assert.ok(Math.abs(p50! - 3_600_000) < 20_000);
		};
		check(session);
		await session.dispose(true);
		sessions.pop();
		const next = open(url, { timestampPath: '$.a' });
		next.restore();
		check(next);
	});

	it('tells the lag of a sender whose clock is hours off to the fraction of a millisecond, from disk too', async () => {
		const aheadMs = -36_000_000;
		const url = await serveWebSocket((socket) => {
			for (const id of range(1, 20)) {
				socket.send(JSON.stringify({ id, sentAt: Number((nowMs() + aheadMs - id * 0.37).toFixed(3)) }));
			}
		});
		const session = open(url, { clock: -aheadMs, timestampPath: '$.sentAt' });
		await session.connect();
		await received(session, 20);
		const told = (of: Session): void => {
			for (const { text, arrivedAtMs, lagMs, lagMethod } of exportedFrames(of, 1, 1e6).filter(
				({ kind }) => kind === 'text',
			)) {
				const { sentAt } = JSON.parse(text!) as { sentAt: number };
				assert.ok(Math.abs(lagMs! - (arrivedAtMs - sentAt + aheadMs)) < 0.01, `${lagMs}`);
				assert.equal(lagMethod, 'givenOffset');
			}
		};
		told(session);
		await session.dispose(true);
		sessions.pop();
		const next = open(url, { clock: -aheadMs, timestampPath: '$.sentAt' });
		next.restore();
		told(next);
	});

	it('takes no time in which another transport watched for a blind window or a poll that was due', async () => {
		const url = await serveHttp((request, response) => {
			if (request.headers.accept?.includes('event-stream')) {
				response.writeHead(200, { 'Content-Type': 'text/event-stream' });
				response.write('data: {}\n\n');
			} else {
				response.writeHead(200, { 'Content-Type': 'application/json' }).end('[{"id":1}]');
			}
		});
		const session = open(url, { transport: 'polling', pollIntervalMs: 50, cursor: 'none' });
		await session.connect();
		await until('five cycles', () => session.statistics().cycles >= 5);
		await session.connect('eventStream');
		await new Promise((resolve) => setTimeout(resolve, 700));
		const { cycles } = session.statistics();
		await session.connect('polling');
		await until('five more', () => session.statistics().cycles >= cycles + 5);
		const { dueMs, blindMs } = session.statistics();
		assert.ok(dueMs.max! < 600, `${dueMs.max}`);
		assert.ok(blindMs.max! < 600, `${blindMs.max}`);
	});

	it('reads no sending time in the body of a poll that was refused, and takes it for no news', async () => {
		let cycles = 0;
		const url = await serveHttp((_request, response) => {
			cycles++;
			const isRefused = cycles % 3 === 0;
			response.writeHead(isRefused ? 503 : 200, { 'Content-Type': 'application/json' });
			response.end(isRefused ? JSON.stringify({ timestamp: Date.now() }) : JSON.stringify([{ id: cycles }]));
		});
		const session = open(url, { transport: 'polling', pollIntervalMs: 50, cursor: 'none' });
		await session.connect();
		await until('twelve cycles', () => session.statistics().cycles >= 12);
		const { lagMs } = session.statistics();
		assert.deepEqual([lagMs.count, lagMs.path], [0, undefined]);
	});

	it('tells the cost of an event over a reload, though most frames were evicted', async () => {
		const url = await serveWebSocket((socket) => {
			for (const id of range(1, 3000)) {
				socket.send(event(id));
			}
		});
		const endpoint = endpointFor(url, { transport: 'webSocket', pingIntervalMs: 0 });
		const make = (): Session => {
			const session = new Session(
				's',
				endpoint,
				{ folder: join(folder, 'one'), maxFrames: 500, maxBytes: 1e8 },
				{
					nowMs,
					changed: () => {},
					dirtied: (dirtied) => dirtied.settled(),
				},
			);
			sessions.push(session);
			return session;
		};
		const session = make();
		await session.connect();
		await received(session, 3000);
		await session.disconnect();
		const { wire, eventsReceived, framesEvicted } = session.statistics();
		assert.ok(framesEvicted > 0);
		await session.dispose(true);
		sessions.pop();
		const next = make();
		next.restore();
		assert.deepEqual(next.statistics().wire, wire);
		assert.equal(next.statistics().eventsReceived, eventsReceived);
	});

	it('says that no Last-Event-ID was sent where HTTP can not carry it', async () => {
		let connections = 0;
		const url = await serveHttp((_request, response) => {
			connections++;
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			const ids = range(connections * 10, connections * 10 + 9).map((id) => `id: ${id}\u0007\ndata: {"n":${id}}\n\n`);
			response.write(`retry: 20\n\n${ids.join('')}`);
			if (connections === 1) {
				response.end();
			}
		});
		const session = open(url, { sequencePath: '$.n' });
		await session.connect();
		await received(session, 20);
		assert.deepEqual(
			session.statistics().reconnects.map(({ lastEventId }) => lastEventId),
			['notSent'],
		);
	});

	it('counts the pings that a server never answered', async () => {
		const url = await serveWebSocket((socket) => {
			socket.on('message', () => {});
			// A server that swallows pings: ws answers by itself, unless told not to.
			(socket as unknown as { pong(): void }).pong = () => {};
		});
		const session = open(url, { pingIntervalMs: 20 });
		await session.connect();
		await until('a ping', () => session.statistics().framesSent >= 3);
		await session.disconnect();
		const { roundTripMs, roundTripsUnanswered, framesSent } = session.statistics();
		assert.equal(roundTripMs.count, 0);
		assert.ok(roundTripsUnanswered >= 3 && roundTripsUnanswered <= framesSent);
	});
});
