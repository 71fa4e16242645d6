import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CursorPreset } from '../../src/core/endpoint';
import type { CycleMeta } from '../../src/core/frame';
import type { Session } from '../../src/engine/session';
import { createLongPollTransport } from '../../src/engine/transports/longPoll';
import { createPollingTransport } from '../../src/engine/transports/polling';
import { TransportRecorder } from '../support/transportRecorder';
import { ask, endpointOf, framesOf, sessionOf, until } from './recording';

/** PouchDB Server's routes: CouchDB's HTTP interface, by the PouchDB project. */
describe('CouchDB-compatible server’s _changes', () => {
	let server: Server;
	let origin: string;
	let database: string;
	let databases = 0;
	const recordings: TransportRecorder[] = [];

	before(async () => {
		const { default: PouchDB } = await import('pouchdb-core');
		const { default: memory } = await import('pouchdb-adapter-memory');
		const { default: expressPouchDB } = await import('express-pouchdb');
		server = createServer(
			expressPouchDB(PouchDB.plugin(memory).defaults({ adapter: 'memory' }), {
				mode: 'minimumForPouchDB',
				inMemoryConfig: true,
			}),
		);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	beforeEach(async () => {
		database = `${origin}/feed${++databases}`;
		assert.equal((await ask('PUT', database)).status, 201);
	});
	afterEach(async () => {
		await Promise.all(recordings.splice(0).map((recording) => recording.close()));
		assert.equal((await ask('DELETE', database)).status, 200);
	});
	after(async () => {
		server?.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	const write = async (id: string): Promise<void> => {
		const { status } = await ask('PUT', `${database}/${id}`, `{"price":1}`, { 'Content-Type': 'application/json' });
		assert.equal(status, 201);
	};

	const record = (recording: TransportRecorder): TransportRecorder => {
		recordings.push(recording);
		return recording;
	};

	const changedIds = (recording: TransportRecorder): string[] =>
		recording.texts('event').map((text) => (JSON.parse(text) as { id: string }).id);

	const cyclesOf = (recording: TransportRecorder): CycleMeta[] =>
		recording.frames.filter(({ kind }) => kind === 'cycle').map(({ meta }) => meta as CycleMeta);

	for (const cursor of ['couchdb', 'auto'] satisfies CursorPreset[]) {
		it(`with feed=longpoll brings every change once, its place carried by the cursor "${cursor}"`, async () => {
			await write('before');
			const recording = record(
				new TransportRecorder(
					createLongPollTransport,
					endpointOf(`${database}/_changes?feed=longpoll&since=0`, { cursor }),
				).open(),
			);
			await recording.until('what was there before', () => changedIds(recording).length === 1);
			const expected = ['before'];
			for (let number = 1; number <= 10; number++) {
				await write(`change-${number}`);
				expected.push(`change-${number}`);
			}
			await recording.until('all changes', () => changedIds(recording).length >= expected.length);
			assert.deepEqual(changedIds(recording), expected);
			const cycles = cyclesOf(recording);
			assert.ok(cycles.every(({ status, outcome }) => status === 200 && outcome === 'answered'));
			for (const [index, { cursorSent }] of cycles.entries()) {
				assert.equal(cursorSent, index === 0 ? undefined : cycles[index - 1]!.cursorReceived);
			}
			assert.equal(cycles.at(-1)!.cursorReceived, '11');
		});
	}

	it('with feed=longpoll goes on on a new connection where the last one ended', async () => {
		const endpoint = endpointOf(`${database}/_changes?feed=longpoll&since=0`, { cursor: 'couchdb' });
		await write('first');
		const first = record(new TransportRecorder(createLongPollTransport, endpoint).open());
		await first.until('first', () => changedIds(first).length === 1);
		await first.close();
		await write('meanwhile');
		const second = record(new TransportRecorder(createLongPollTransport, endpoint, first.resume).open());
		await second.until('what came meanwhile', () => changedIds(second).length === 1);
		assert.deepEqual(changedIds(second), ['meanwhile']);
	});

	it('with feed=longpoll counts as held although its head and first bytes come at once', async () => {
		const recording = record(
			new TransportRecorder(
				createLongPollTransport,
				endpointOf(`${database}/_changes?feed=longpoll&since=0&heartbeat=50`, {
					cursor: 'couchdb',
					// Compressed, the answer would come as a whole.
					headers: [['Accept-Encoding', 'identity']],
				}),
			).open(),
		);
		await recording.opened();
		assert.match(recording.handshake!.response!.line, /^HTTP\/1\.1 200 /);
		await new Promise((resolve) => setTimeout(resolve, 200));
		assert.equal(recording.frames.length, 0);
		await write('late');
		await recording.until('late', () => changedIds(recording).length === 1);
		const { holdMs, transferMs } = cyclesOf(recording)[0]!;
		// A little less than was waited: timers may be early by a millisecond.
		assert.ok(holdMs + transferMs >= 190);
	});

	it('is kept by a session over two windows, every change once, its place detected and carried along', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'foreign-couchdb-'));
		const ids = (session: Session): string[] =>
			framesOf(session, 'event').map(({ text }) => (JSON.parse(text!) as { id: string }).id);
		const watch = (): Session => sessionOf(`${database}/_changes?feed=longpoll&since=0`, folder);
		await write('first');
		const session = watch();
		const later = watch();
		try {
			await session.connect();
			await until(() => ids(session).length === 1, 'the first change');
			assert.deepEqual([session.summary().transport, session.summary().cursor], ['longPoll', 'couchdb']);
			await session.dispose(true);
			await write('meanwhile');
			later.restore();
			await later.connect();
			await until(() => ids(later).length === 2, 'what came meanwhile');
			await write('last');
			await until(() => ids(later).length === 3, 'the last change');
			assert.deepEqual(ids(later), ['first', 'meanwhile', 'last']);
			assert.equal(later.statistics().connectionsOpened, 2);
		} finally {
			await session.dispose(true);
			await later.dispose(false);
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it('polled without a feed brings what is new since the last poll, else an empty list', async () => {
		await write('before');
		const recording = record(
			new TransportRecorder(
				createPollingTransport,
				endpointOf(`${database}/_changes`, { cursor: 'couchdb', pollIntervalMs: 10 }),
			).open(),
		);
		await recording.until('two polls', () => cyclesOf(recording).length >= 2);
		await write('after');
		await recording.until('after', () => changedIds(recording).length === 2);
		assert.deepEqual(changedIds(recording), ['before', 'after']);
		assert.ok(cyclesOf(recording).some(({ events, outcome }) => events === 0 && outcome === 'empty'));
	});

	it('of a database that is not there is refused with CouchDB’s own words', async () => {
		const recording = record(
			new TransportRecorder(createLongPollTransport, endpointOf(`${origin}/missing/_changes?feed=longpoll`)).open(),
		);
		const { problem } = await recording.ended();
		assert.equal(problem?.code, 'wrongStatus');
		assert.equal(problem?.values.status, 404);
		assert.match(problem?.answer?.bodyStart ?? '', /"error":"not_found"/);
	});
});
