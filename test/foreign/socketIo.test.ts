import assert from 'node:assert/strict';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { CycleMeta } from '../../src/core/frame';
import { createLongPollTransport } from '../../src/engine/transports/longPoll';
import { createWebSocketTransport } from '../../src/engine/transports/webSocket';
import { TransportRecorder } from '../support/transportRecorder';
import { ask, endpointOf, until } from './recording';

describe('Socket.IO’s server', () => {
	let http: HttpServer;
	let io: Server;
	let address: string;
	const recordings: TransportRecorder[] = [];

	before(async () => {
		http = createServer();
		// Engine.IO's own heartbeat, short enough to be seen in a test.
		io = new Server(http, { pingInterval: 150, pingTimeout: 5000, serveClient: false });
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		address = `127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4`;
	});
	afterEach(async () => {
		await Promise.all(recordings.splice(0).map((recording) => recording.close()));
		io.removeAllListeners('connection');
		// Engine.IO keeps a polling client that it is told to close for half a minute, unless it has seen it go.
		await until(() => io.engine.clientsCount === 0, 'the end of every client on the server');
	});
	after(async () => {
		await io.close();
	});

	const record = (recording: TransportRecorder): TransportRecorder => {
		recordings.push(recording);
		return recording;
	};

	it('sends Engine.IO packets over its WebSocket: handshake, events, binary attachments and heartbeats', async () => {
		io.on('connection', (socket) => {
			socket.on('hello', (name, reply) => reply(`hello ${name}`));
			socket.emit('price', { symbol: 'ÅNGSTRÖM', price: 101.25 });
			socket.emit('chart', Buffer.from([0, 127, 128, 255]));
		});
		const recording = record(
			new TransportRecorder(createWebSocketTransport, endpointOf(`ws://${address}&transport=websocket`)).open(),
		);
		await recording.until('handshake', () => recording.incoming().length === 1);
		const handshake = JSON.parse(recording.incoming()[0]!.text.slice(1));
		assert.equal(recording.incoming()[0]!.text[0], '0');
		assert.equal(handshake.pingInterval, 150);
		await recording.send('40');
		await recording.until('events', () => recording.texts('binary').length === 1);
		assert.match(recording.incoming()[1]!.text, /^40\{"sid":/);
		assert.deepEqual(
			recording
				.incoming()
				.slice(2)
				.map(({ kind, text, payload }) => [kind, kind === 'text' ? text : [...payload]]),
			[
				['text', '42["price",{"symbol":"ÅNGSTRÖM","price":101.25}]'],
				['text', '451-["chart",{"_placeholder":true,"num":0}]'],
				['binary', [0, 127, 128, 255]],
			],
		);
		await recording.send('420["hello","inspector"]');
		await recording.until('acknowledgement', () => recording.texts('text').some((text) => text.startsWith('43')));
		assert.ok(recording.texts('text').includes('430["hello inspector"]'));
		await recording.until('heartbeat', () => recording.texts('text').includes('2'));
		await recording.send('3');
		await recording.until('next heartbeat', () => recording.texts('text').filter((text) => text === '2').length === 2);
	});

	it('says over its WebSocket that it disconnects, and closes it', async () => {
		const recording = record(
			new TransportRecorder(createWebSocketTransport, endpointOf(`ws://${address}&transport=websocket`)).open(),
		);
		await recording.until('handshake', () => recording.incoming().length === 1);
		await recording.send('40');
		await recording.until('connected', () => recording.incoming().length === 2);
		io.disconnectSockets(true);
		const end = await recording.ended();
		assert.equal(end.by, 'server');
		assert.equal(recording.texts('text').at(-1), '41');
	});

	it('in an unknown protocol version writes HTTP text after its upgrade, which is told as the breach that it is', async () => {
		const recording = record(
			new TransportRecorder(
				createWebSocketTransport,
				endpointOf(`ws://${address.replace('EIO=4', 'EIO=9')}&transport=websocket`),
			).open(),
		);
		const { by, problem } = await recording.ended();
		assert.equal(by, 'failed');
		assert.match(recording.handshake!.response!.line, / 101 /);
		assert.equal(problem?.code, 'protocolViolation');
		// The H of "HTTP/1.1 400 Bad Request".
		assert.match(String(problem?.values.rule), /first byte 0x48/);
	});

	describe('by long polling', () => {
		const shakeHands = async (): Promise<string> => {
			const url = `http://${address}&transport=polling`;
			const handshake = await ask('GET', url);
			assert.equal(handshake.body[0], '0');
			const { sid } = JSON.parse(handshake.body.slice(1)) as { sid: string };
			assert.equal((await ask('POST', `${url}&sid=${sid}`, '40')).body, 'ok');
			return `${url}&sid=${sid}`;
		};

		it('holds each request until there are packets, heartbeats among them', async () => {
			const url = await shakeHands();
			const recording = record(
				new TransportRecorder(createLongPollTransport, endpointOf(url, { cursor: 'none' })).open(),
			);
			await recording.until('connected', () => recording.texts('cycle').some((text) => text.startsWith('40')));
			for (let number = 1; number <= 3; number++) {
				io.emit('price', { number });
				await recording.until('event', () =>
					recording.texts('cycle').some((text) => text.split('\x1e').includes(`42["price",{"number":${number}}]`)),
				);
			}
			const heartbeats = (): number =>
				recording.texts('cycle').filter((text) => text.split('\x1e').includes('2')).length;
			const before = heartbeats();
			await recording.until('heartbeat', () => heartbeats() > before);
			assert.equal((await ask('POST', url, '3')).body, 'ok');
			await recording.until('next heartbeat', () => heartbeats() > before + 1);
			const cycles = recording.frames.filter(({ kind }) => kind === 'cycle').map(({ meta }) => meta as CycleMeta);
			assert.ok(cycles.every(({ status, outcome }) => status === 200 && outcome === 'answered'));
			assert.ok(cycles.slice(1).every(({ reusedConnection, blindMs }) => reusedConnection && blindMs !== undefined));
			// What the server waited 150 ms for was held, not transferred.
			assert.ok(cycles.some(({ holdMs, transferMs }) => holdMs > 50 && transferMs < holdMs));
		});

		it('brings several packets in one answer', async () => {
			const url = await shakeHands();
			await until(() => io.sockets.sockets.size > 0);
			for (let number = 1; number <= 5; number++) {
				io.emit('price', { number });
			}
			const recording = record(
				new TransportRecorder(createLongPollTransport, endpointOf(url, { cursor: 'none' })).open(),
			);
			const packets = (): string[] => recording.texts('cycle').flatMap((text) => text.split('\x1e'));
			await recording.until('all five', () => packets().filter((packet) => packet.startsWith('42')).length === 5);
			assert.ok(recording.texts('cycle').length < 5);
		});

		it('ends with the server’s own words when its session is over', async () => {
			const url = await shakeHands();
			const recording = record(
				new TransportRecorder(createLongPollTransport, endpointOf(url, { cursor: 'none' })).open(),
			);
			await recording.until('connected', () => recording.texts('cycle').length > 0);
			io.disconnectSockets(true);
			const { problem } = await recording.ended();
			assert.equal(problem?.code, 'wrongStatus');
			assert.equal(problem?.values.status, 400);
			assert.match(problem?.answer?.bodyStart ?? '', /Session ID unknown/);
		});
	});
});
