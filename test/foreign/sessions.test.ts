import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession } from 'better-sse';
import { context, stop } from 'esbuild';
import { Server as SocketIoServer } from 'socket.io';
import type { Endpoint } from '../../src/core/endpoint';
import type { FrameKind } from '../../src/core/frame';
import type { Session } from '../../src/engine/session';
import { framesOf, sessionOf, until } from './recording';

/**
 * The whole of a session (detection, capture, reconnecting, resuming) with servers that nobody
 * here wrote. CouchDB's is beside its other tests, since its server is one to a process.
 */
describe('A session with a server of others', () => {
	let folder: string;
	const sessions: Session[] = [];
	const ends: (() => unknown)[] = [];

	beforeEach(() => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), 'foreign-session-')));
	});
	afterEach(async () => {
		await Promise.all(sessions.splice(0).map((session) => session.dispose(false)));
		for (const end of ends.splice(0).reverse()) {
			await end();
		}
		rmSync(folder, { recursive: true, force: true });
	});
	after(() => stop());

	const watch = (url: string, more: Partial<Endpoint> = {}): Session => {
		const session = sessionOf(url, join(folder, 'capture'), more);
		sessions.push(session);
		return session;
	};
	const textsOf = (session: Session, kind: FrameKind): (string | undefined)[] =>
		framesOf(session, kind).map(({ text }) => text);
	const listen = async (server: Server, port = 0): Promise<number> => {
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
		return (server.address() as AddressInfo).port;
	};
	const close = async (server: Server): Promise<void> => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	};

	it('detects better-sse’s event stream, and after its server was started anew tells it the last event’s id', async () => {
		const toldIds: string[] = [];
		const serve = (): Server => {
			const server = createServer((request, response) => {
				void createSession(request, response, { retry: 100 }).then((stream) => {
					const count = toldIds.push(stream.lastId);
					stream.push(`hello ${count}`, 'greeting', String(count));
				});
			});
			ends.push(() => close(server));
			return server;
		};
		const first = serve();
		const port = await listen(first);
		const session = watch(`http://127.0.0.1:${port}/`);
		await session.connect();
		assert.equal(session.summary().detection?.saw.code, 'eventStream');
		await until(() => framesOf(session, 'event').length === 1, 'the first event');
		await close(first);
		await until(() => session.summary().state === 'reconnecting', 'the loss');
		await listen(serve(), port);
		await until(() => framesOf(session, 'event').length === 2, 'an event of the new server');
		// The look at the endpoint was a stream, too.
		assert.deepEqual(toldIds, ['', '', '2']);
		assert.deepEqual(textsOf(session, 'event'), ['"hello 2"', '"hello 3"']);
		assert.equal(session.statistics().connectionsOpened, 2);
	});

	it('captures esbuild’s event stream and goes on trying when it is disposed of', async () => {
		const file = join(folder, 'main.js');
		writeFileSync(file, 'console.log(1);');
		const esbuild = await context({
			absWorkingDir: folder,
			entryPoints: [file],
			outdir: join(folder, 'out'),
			write: false,
			logLevel: 'silent',
		});
		ends.push(() => esbuild.dispose());
		const { port } = await esbuild.serve({ host: '127.0.0.1', port: 0 });
		await esbuild.watch();
		const session = watch(`http://127.0.0.1:${port}/esbuild`, { transport: 'eventStream' });
		await session.connect();
		for (let version = 2; framesOf(session, 'event').length === 0; version++) {
			// esbuild tells two writes by time and size, and looks twice a second or so.
			writeFileSync(file, `console.log(${'1'.repeat(version)});`);
			const deadlineMs = Date.now() + 2000;
			while (framesOf(session, 'event').length === 0 && Date.now() < deadlineMs) {
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			assert.ok(version < 12, 'no change was told');
		}
		assert.equal(framesOf(session, 'event')[0]!.event, 'change');
		await esbuild.dispose();
		await until(() => session.summary().attempt >= 2, 'a second attempt');
		assert.equal(session.summary().state, 'reconnecting');
		assert.ok(session.statistics().framesKept >= 1);
	});

	it('connects to Socket.IO’s WebSocket again after the server dropped it, and captures both connections', async () => {
		const http = createServer();
		const sockets = new Set<Socket>();
		http.on('connection', (socket) => sockets.add(socket));
		const io = new SocketIoServer(http, { serveClient: false });
		ends.push(() => io.close());
		const port = await listen(http);
		const session = watch(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { pingIntervalMs: 20 });
		await session.connect();
		await until(() => framesOf(session, 'text').length === 1, 'the handshake');
		await session.send(Buffer.from('40'), 'text');
		await until(() => framesOf(session, 'text').some(({ text }) => text?.startsWith('40{')), 'connected');
		await until(() => session.statistics().roundTripMs.count > 0, 'a round trip');
		// As a crash of its process would, without a close frame.
		for (const socket of sockets) {
			socket.destroy();
		}
		const packets = (): string[] =>
			framesOf(session, 'text').flatMap(({ direction, text }) => (direction === 'in' ? [text!] : []));
		await until(() => packets().filter((text) => text.startsWith('0{')).length === 2, 'a second handshake');
		assert.equal(session.statistics().connectionsOpened, 2);
		assert.equal(session.summary().state, 'open');
	});

	it('detects that Vite’s file is for polling, and asks only for what changed in the window after, too', async () => {
		mkdirSync(join(folder, 'site', 'public'), { recursive: true });
		writeFileSync(join(folder, 'site', 'public', 'prices.json'), '[{"price":1}]');
		const { createServer: createVite } = await import('vite');
		const vite = await createVite({
			root: join(folder, 'site'),
			configFile: false,
			envFile: false,
			cacheDir: join(folder, 'cache'),
			logLevel: 'silent',
			optimizeDeps: { noDiscovery: true },
			server: { host: '127.0.0.1', port: 0 },
		});
		ends.push(() => vite.close());
		await vite.listen();
		const url = `http://127.0.0.1:${(vite.httpServer!.address() as AddressInfo).port}/prices.json`;
		const session = watch(url, { pollIntervalMs: 20 });
		await session.connect();
		await until(() => session.statistics().emptyCycles >= 2, 'two polls without news');
		assert.deepEqual([session.summary().transport, session.summary().cursor], ['polling', 'validators']);
		assert.deepEqual(textsOf(session, 'event'), ['{"price":1}']);
		await session.dispose(true);
		sessions.length = 0;
		const later = watch(url, { pollIntervalMs: 20 });
		later.restore();
		const { cycles, emptyCycles } = later.statistics();
		await later.connect();
		await until(() => later.statistics().cycles >= cycles + 2, 'two more polls');
		assert.equal(later.statistics().emptyCycles - emptyCycles, later.statistics().cycles - cycles);
		assert.deepEqual(textsOf(later, 'event'), ['{"price":1}']);
	});
});
