import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Finding } from '../../src/core/diagnosis/finding';
import type { Session } from '../../src/engine/session';
import { sessionOf, until } from './recording';

/** Rounds of a question and two answers: until something is found, but no more than these. */
const leastRounds = 50;
const mostRounds = 250;

/**
 * The kernel's own: a server that leaves Nagle's algorithm on and answers in two small writes, and a receiver whose kernel
 * acknowledges late, since it usually has something to send along.
 */
(process.platform === 'linux' ? describe : describe.skip)('Nagle’s algorithm and delayed acknowledgements', () => {
	let server: WebSocketServer;
	let folder: string;
	let session: Session | undefined;
	let noDelay: boolean;

	before(async () => {
		server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
		server.on('connection', (socket, request) => {
			// `ws` switches it off.
			request.socket.setNoDelay(noDelay);
			let number = 0;
			const send = (answer: WebSocket): void => {
				answer.send(JSON.stringify({ sentAt: Date.now(), number: number++ }));
			};
			socket.on('message', () => {
				send(socket);
				// The next turn of the loop, so that it is a write of its own.
				setImmediate(() => send(socket));
			});
		});
		await new Promise((resolve) => server.once('listening', resolve));
	});
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'foreign-nagle-'));
	});
	afterEach(async () => {
		await session?.dispose(false);
		session = undefined;
		rmSync(folder, { recursive: true, force: true });
	});
	after(async () => {
		await new Promise((resolve) => server.close(resolve));
	});

	const findings = (of: Session): readonly Finding[] => of.statistics().findings;

	async function converse(): Promise<readonly Finding[]> {
		session = sessionOf(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, folder);
		await session.connect();
		for (
			let round = 1;
			round <= leastRounds || (round <= mostRounds && findings(session).length === 0 && !noDelay);
			round++
		) {
			await session.send(Buffer.from('more'), 'text');
			await until(() => session!.statistics().eventsReceived >= 2 * round, 'two answers');
		}
		return findings(session);
	}

	it('hold every second answer back for 40 ms, which is found', async () => {
		noDelay = false;
		const found = await converse();
		assert.deepEqual(
			found.map(({ code }) => code),
			['coalescing'],
		);
		const { stepMs } = found[0]!.values;
		assert.ok((stepMs as number) >= 36 && (stepMs as number) <= 55, `${stepMs}`);
		assert.match(found[0]!.cause, /Nagle.*`TCP_NODELAY`/);
	});

	it('do nothing with TCP_NODELAY, and nothing is found', async () => {
		noDelay = true;
		assert.deepEqual(await converse(), []);
	});
});
