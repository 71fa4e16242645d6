import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSession, type Session } from 'better-sse';
import { createEventStreamTransport } from '../../src/engine/transports/eventStream';
import { TransportRecorder } from '../support/transportRecorder';
import { endpointOf } from './recording';

describe('better-sse’s event stream', () => {
	let server: Server;
	let origin: string;
	const sessions: Session[] = [];
	const recordings: TransportRecorder[] = [];

	before(async () => {
		server = createServer((request, response) => {
			void createSession(request, response, { keepAlive: 50, retry: 1234 }).then((session) => sessions.push(session));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterEach(async () => {
		await Promise.all(recordings.splice(0).map((recording) => recording.close()));
		sessions.length = 0;
	});
	after(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	const connect = async (...more: [resume?: TransportRecorder['resume']]): Promise<[TransportRecorder, Session]> => {
		const recording = new TransportRecorder(createEventStreamTransport, endpointOf(`${origin}/`), ...more).open();
		recordings.push(recording);
		const before = sessions.length;
		await recording.until('session', () => recording.handshake !== undefined && sessions.length > before);
		return [recording, sessions.at(-1)!];
	};

	it('brings events with name, id and data, and its heartbeats as comments', async () => {
		const [recording, session] = await connect();
		session.push({ price: 101.25, name: 'Ærø\n🌊' }, 'price', '7');
		session.push('no name', 'message', 'grün');
		await recording.until('heartbeats', () => recording.texts('comment').length >= 2);
		const events = recording.incoming().filter(({ kind }) => kind === 'event');
		assert.deepEqual(
			events.map(({ name, text, meta }) => [name, JSON.parse(text), meta?.type === 'event' && meta.id]),
			[
				['price', { price: 101.25, name: 'Ærø\n🌊' }, '7'],
				['message', 'no name', 'grün'],
			],
		);
		assert.equal(recording.resume.lastEventId, 'grün');
		assert.equal(recording.resume.retryMs, 1234);
	});

	it('is told the last event’s id on the next connection', async () => {
		const [first, firstSession] = await connect();
		firstSession.push('one', 'message', '41');
		firstSession.push('two', 'message', '42');
		await first.until('both', () => first.texts('event').length === 2);
		await first.close();
		const [, secondSession] = await connect(first.resume);
		assert.equal(secondSession.lastId, '42');
	});

	it('brings thousands of events in order, whatever the pieces they come in', async () => {
		const [recording, session] = await connect();
		const count = 5000;
		for (let number = 0; number < count; number++) {
			session.push({ number, text: 'ü'.repeat(number % 97) }, 'number', String(number));
		}
		await recording.until('all', () => recording.texts('event').length === count);
		assert.deepEqual(
			recording.texts('event').map((text) => (JSON.parse(text) as { number: number }).number),
			Array.from({ length: count }, (_, number) => number),
		);
	});
});
