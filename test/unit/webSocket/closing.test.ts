import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { TransportRecorder } from '../../support/transportRecorder';
import { connect } from './connect';
import { readFrames } from './readFrames';
import { closeServers, readToEnd, startRawServer, startServer, switchingProtocols } from './servers';

/** An open connection to a raw server, and the server's socket. */
async function connectRaw(): Promise<{ readonly connection: TransportRecorder; readonly socket: Socket }> {
	const { url, server } = await startRawServer((socket, head) => socket.write(switchingProtocols(head)));
	const connected = once(server, 'connection') as Promise<[Socket]>;
	const connection = connect(url);
	const [socket] = await connected;
	await connection.opened();
	return { connection, socket };
}

/** What the server writes before its socket is gone, and how: in good order (FIN) or not (RST). */
async function lossAfter(hex: string, how: 'end' | 'reset'): Promise<TransportRecorder> {
	const { connection, socket } = await connectRaw();
	// A byte that is surely read comes first, since a reset may overtake what was written just before.
	socket.write(Buffer.from(`8a00${hex}`.replace(/\s/g, ''), 'hex'), () => {
		if (how === 'end') {
			socket.end();
		} else {
			void connection.received(1).then(() => socket.resetAndDestroy());
		}
	});
	await connection.ended();
	return connection;
}

describe('WebSocket closing', () => {
	afterEach(closeServers);

	it('by the user tells the server the code and reason, and waits for its answer', async () => {
		const { url, server } = await startServer({});
		const accepted = once(server, 'connection') as Promise<[WebSocket]>;
		const connection = connect(url);
		const [socket] = await accepted;
		await connection.opened();
		const closed = once(socket, 'close') as Promise<[number, Buffer]>;
		connection.transport.close(4001, 'enough');
		connection.transport.close(4002, 'a second time');
		assert.equal(connection.end, undefined);
		const end = await connection.ended();
		const [code, reason] = await closed;
		assert.deepEqual([code, String(reason)], [4001, 'enough']);
		assert.deepEqual(end, { atMs: end.atMs, by: 'user', final: true, closeCode: 4001, closeReason: 'enough' });
		assert.deepEqual(
			connection.frames.map((frame) => [frame.kind, frame.out, frame.payload.toString('latin1')]),
			[
				['close', true, '\x0f\xa1enough'],
				['close', false, '\x0f\xa1enough'],
			],
		);
		connection.transport.close();
	});

	it('by the user says 1000 where the code could not be sent, and cuts a long reason between characters', async () => {
		const { url, server } = await startServer({});
		const accepted = once(server, 'connection') as Promise<[WebSocket]>;
		const connection = connect(url);
		const [socket] = await accepted;
		await connection.opened();
		const closed = once(socket, 'close') as Promise<[number, Buffer]>;
		connection.transport.close(1006, 'ä'.repeat(100));
		const [code, reason] = await closed;
		assert.equal(code, 1000);
		// 123 bytes have room for 61 characters of 2 bytes.
		assert.equal(String(reason), 'ä'.repeat(61));
		await connection.ended();
	});

	it('by the user still shows what comes before the answer, and answers no ping', async () => {
		const { connection, socket } = await connectRaw();
		connection.transport.close();
		socket.write(Buffer.from('8100 8900 8802 03e8 8100'.replace(/\s/g, ''), 'hex'), () => socket.end());
		assert.equal((await connection.ended()).by, 'user');
		assert.deepEqual(
			connection.frames.map((frame) => frame.kind),
			['close', 'text', 'ping', 'close'],
		);
	});

	it('by the user ends within its time when the server does not answer', async () => {
		const { connection, socket } = await connectRaw();
		const gone = once(socket, 'close');
		connection.transport.close();
		assert.equal((await connection.ended()).by, 'user');
		await gone;
	}).timeout(10_000);

	it('by the user ends when the server breaks a rule instead of answering', async () => {
		const { connection, socket } = await connectRaw();
		connection.transport.close();
		socket.write(Buffer.of(0xff, 0xff));
		const end = await connection.ended();
		assert.equal(end.by, 'user');
		assert.equal(connection.outgoing().length, 1);
	});

	it('by the server shows its code and reason, and answers with the code', async () => {
		const { url, server } = await startServer({});
		const accepted = once(server, 'connection') as Promise<[WebSocket]>;
		const connection = connect(url);
		const [socket] = await accepted;
		await connection.opened();
		const closed = once(socket, 'close') as Promise<[number, Buffer]>;
		socket.close(1012, 'restarting');
		const end = await connection.ended();
		assert.deepEqual(end, { atMs: end.atMs, by: 'server', final: false, closeCode: 1012, closeReason: 'restarting' });
		assert.equal((await closed)[0], 1012);
		assert.deepEqual(
			connection.outgoing().map((frame) => frame.payload.toString('hex')),
			['03f4'],
		);
	});

	it('by the server without a code counts as 1005 and is answered without one', async () => {
		const { connection, socket } = await connectRaw();
		const sent = readToEnd(socket);
		socket.write(Buffer.from('8800', 'hex'));
		await connection.until('answer', () => connection.outgoing().length === 1);
		socket.end();
		const end = await connection.ended();
		assert.deepEqual([end.by, end.closeCode, end.closeReason], ['server', 1005, '']);
		const { frames } = readFrames([await sent], { expectMasked: true });
		assert.deepEqual([frames[0]?.opcode, frames[0]?.payload.length], [8, 0]);
	});

	it('by the server ends within its time when the server leaves the connection open', async () => {
		const { connection, socket } = await connectRaw();
		const gone = once(socket, 'close');
		socket.write(Buffer.from('880203e8', 'hex'));
		const end = await connection.ended();
		assert.deepEqual([end.by, end.closeCode], ['server', 1000]);
		await gone;
	}).timeout(10_000);

	for (const [what, hex, how, reason] of [
		['between two frames', '81 01 61', 'end', 'the server closed the connection without a close frame'],
		['in mid-frame', '82 05 6162', 'end', 'the server closed the connection in mid-frame, after 4 of 7 bytes'],
		[
			'within a header',
			'82 7e 01',
			'end',
			"the server closed the connection in mid-frame, after 3 bytes of a frame's header",
		],
		['between two fragments', '01 01 61', 'end', 'the server closed the connection between two fragments of a message'],
		['by a reset', '', 'reset', 'the connection was reset without a close frame'],
		['by a reset in mid-frame', '82 05 6162', 'reset', 'the connection was reset in mid-frame, after 4 of 7 bytes'],
	] as const) {
		it(`that never comes: a connection lost ${what} says so`, async () => {
			const connection = await lossAfter(hex, how);
			assert.deepEqual(connection.end, {
				atMs: connection.end?.atMs,
				by: 'failed',
				final: false,
				problem: { code: 'connectionLost', values: { reason } },
			});
			assert.equal(connection.incoming()[0]?.kind, 'pong');
		});
	}
});
