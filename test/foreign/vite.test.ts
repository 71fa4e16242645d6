import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViteDevServer } from 'vite';
import { WebSocket } from 'ws';
import type { CycleMeta } from '../../src/core/frame';
import { createPollingTransport } from '../../src/engine/transports/polling';
import { createWebSocketTransport } from '../../src/engine/transports/webSocket';
import { TransportRecorder } from '../support/transportRecorder';
import { ask, endpointOf } from './recording';

describe('Vite’s dev server', () => {
	let folder: string;
	let vite: ViteDevServer;
	let host: string;
	let prices: string;
	const recordings: TransportRecorder[] = [];

	before(async () => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), 'foreign-vite-')));
		mkdirSync(join(folder, 'public'));
		prices = join(folder, 'public', 'prices.json');
		writeFileSync(prices, '[{"price":1},{"price":2}]');
		writeFileSync(join(folder, 'index.html'), '<script type="module" src="/main.js"></script>');
		writeFileSync(join(folder, 'main.js'), mainModule(1));
		const { createServer } = await import('vite');
		vite = await createServer({
			root: folder,
			configFile: false,
			envFile: false,
			cacheDir: join(folder, 'cache'),
			logLevel: 'silent',
			optimizeDeps: { noDiscovery: true },
			server: { host: '127.0.0.1', port: 0 },
		});
		await vite.listen();
		host = `127.0.0.1:${(vite.httpServer!.address() as AddressInfo).port}`;
	});
	afterEach(async () => {
		await Promise.all(recordings.splice(0).map((recording) => recording.close()));
	});
	after(async () => {
		await vite?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	describe('hot-update WebSocket', () => {
		const connect = (path: string, origin?: string): TransportRecorder => {
			const recording = new TransportRecorder(
				createWebSocketTransport,
				endpointOf(`ws://${host}${path}`, {
					subprotocols: ['vite-hmr'],
					headers: origin === undefined ? [] : [['Origin', origin]],
				}),
			).open();
			recordings.push(recording);
			return recording;
		};

		it('speaks its subprotocol, says that it is connected, and tells of a changed file as a bare client hears it', async () => {
			const recording = connect('/');
			await recording.opened();
			assert.equal(recording.handshake!.subprotocol, 'vite-hmr');
			assert.match(recording.handshake!.response!.line, /^HTTP\/1\.1 101 /);
			await recording.until('connected', () => recording.texts('text').length === 1);
			assert.deepEqual(JSON.parse(recording.texts('text')[0]!), { type: 'connected' });

			const bare = new WebSocket(`ws://${host}/`, 'vite-hmr');
			const heard: string[] = [];
			bare.on('message', (data) => heard.push(String(data)));
			await once(bare, 'open');
			// Only a module that a page has loaded is updated.
			assert.match((await ask('GET', `http://${host}/main.js`)).body, /version = 1/);
			writeFileSync(join(folder, 'main.js'), mainModule(2));
			const isUpdate = (text: string): boolean => text.includes('"type":"update"');
			await recording.until('update', () => recording.texts('text').some(isUpdate) && heard.some(isUpdate));
			assert.deepEqual(recording.texts('text'), heard);
			const update = JSON.parse(recording.texts('text').find(isUpdate)!);
			assert.equal(update.updates[0].path, '/main.js');
			bare.close();
			await once(bare, 'close');
		});

		it('hears what is sent to it, and answers pings', async () => {
			const recording = connect('/');
			await recording.opened();
			const hello = (data: unknown, client: { send(event: string, data: unknown): void }): void =>
				client.send('test:reply', { heard: data });
			vite.ws.on('test:hello', hello);
			await recording.send('{"type":"custom","event":"test:hello","data":"grüß dich"}');
			await recording.transport.send!(Buffer.from('nonce'), 'ping');
			await recording.until('reply and pong', () => recording.incoming().length >= 3);
			vite.ws.off('test:hello', hello);
			assert.deepEqual(recording.texts('pong'), ['nonce']);
			assert.deepEqual(JSON.parse(recording.texts('text')[1]!), {
				type: 'custom',
				event: 'test:reply',
				data: { heard: 'grüß dich' },
			});
			const end = await recording.close();
			assert.equal(end.by, 'user');
			assert.equal(end.closeCode, 1000);
		});

		it('lets an origin in only with its token, and its refusal is told with what it answered', async () => {
			const refused = connect('/', `http://${host}`);
			const { by, problem } = await refused.ended();
			assert.equal(by, 'failed');
			assert.equal(problem?.code, 'upgradeRefused');
			assert.equal(problem?.values.status, 400);

			const client = await ask('GET', `http://${host}/@vite/client`);
			const token = /wsToken = "([^"]+)"/.exec(client.body)?.[1];
			assert.ok(token, 'Vite’s client holds the token');
			const accepted = connect(`/?token=${token}`, `http://${host}`);
			await accepted.until('connected', () => accepted.texts('text').length === 1);
		});

		it('going away is heard as a close frame or a lost connection', async () => {
			const recording = connect('/');
			await recording.opened();
			await vite.restart();
			const end = await recording.ended();
			assert.ok(end.by === 'server' || end.problem?.code === 'connectionLost', JSON.stringify(end));
			host = `127.0.0.1:${(vite.httpServer!.address() as AddressInfo).port}`;
		});
	});

	it('serves a file with an entity tag, so that polls bring it once and then only when it has changed', async () => {
		const url = `http://${host}/prices.json`;
		const recording = new TransportRecorder(createPollingTransport, endpointOf(url, { pollIntervalMs: 20 })).open();
		recordings.push(recording);
		await recording.until('three polls', () => recording.texts('cycle').length >= 3);
		writeFileSync(prices, '[{"price":1},{"price":2},{"price":34}]');
		const cycles = (): CycleMeta[] =>
			recording.frames.filter(({ kind }) => kind === 'cycle').map(({ meta }) => meta as CycleMeta);
		const answered = (): CycleMeta[] => cycles().filter(({ outcome }) => outcome === 'answered');
		await recording.until('the change', () => answered().length >= 2);
		assert.deepEqual(
			cycles()
				.slice(0, 3)
				.map(({ status, outcome }) => [status, outcome]),
			[
				[200, 'answered'],
				[304, 'empty'],
				[304, 'empty'],
			],
		);
		assert.deepEqual(
			answered().map(({ events }) => events),
			[2, 3],
		);
		assert.deepEqual(recording.texts('event').slice(-3), ['{"price":1}', '{"price":2}', '{"price":34}']);
		assert.equal(cycles()[1]!.cursorSent, cycles()[0]!.cursorReceived);
		assert.equal(recording.resume.cursorPreset, 'validators');
		assert.ok(
			cycles()
				.slice(1)
				.every(({ reusedConnection }) => reusedConnection),
		);
	});
});

function mainModule(version: number): string {
	return `export const version = ${version};\nimport.meta.hot.accept();\n`;
}
