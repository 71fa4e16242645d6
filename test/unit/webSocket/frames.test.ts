import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import type { WebSocket } from 'ws';
import type { Endpoint } from '../../../src/core/endpoint';
import type { ProblemCode } from '../../../src/core/problem';
import { ProblemError } from '../../../src/core/problem';
import type { TransportRecorder } from '../../support/transportRecorder';
import { connect } from './connect';
import { readFrames } from './readFrames';
import { closeServers, readToEnd, startRawServer, startServer, switchingProtocols } from './servers';

const deflateField = 'Sec-WebSocket-Extensions: permessage-deflate';

/** A connection to a raw server that shakes hands and then sends some bytes, and the server's socket. */
async function connectRaw(
	bytes: string | Uint8Array,
	changes: Partial<Endpoint> = {},
): Promise<{ readonly connection: TransportRecorder; readonly socket: Socket; readonly sent: Promise<Buffer> }> {
	const { url, server } = await startRawServer((socket, head) => {
		socket.write(switchingProtocols(head, changes?.perMessageDeflate ? [deflateField] : []));
		socket.write(typeof bytes === 'string' ? Buffer.from(bytes.replace(/\s/g, ''), 'hex') : bytes);
	});
	const connected = once(server, 'connection') as Promise<[Socket]>;
	const connection = connect(url, changes);
	const [socket] = await connected;
	await connection.opened();
	return { connection, socket, sent: readToEnd(socket) };
}

async function rejectsWith(promise: Promise<void> | undefined, code: ProblemCode): Promise<void> {
	await assert.rejects(
		async () => promise,
		(error) => error instanceof ProblemError && error.problem.code === code,
	);
}

describe('WebSocket frames', () => {
	afterEach(closeServers);

	it('go both ways as text and binary, with flags and bytes on the wire', async () => {
		const { url } = await startServer({}, (socket) => {
			socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
		});
		const connection = connect(url);
		await connection.opened();
		const payloads = [Buffer.from('größer'), Buffer.alloc(0), Buffer.alloc(126, 'x'), Buffer.alloc(70_000, 'y')];
		for (const payload of payloads) {
			const before = Buffer.from(payload);
			await connection.transport.send?.(payload, 'text');
			await connection.transport.send?.(payload, 'binary');
			assert.deepEqual(payload, before, "the caller's bytes are left alone");
		}
		await connection.received(8);
		for (const [frames, out, headerBytes] of [
			[connection.outgoing(), true, [6, 6, 8, 14]],
			[connection.incoming(), false, [2, 2, 4, 10]],
		] as const) {
			assert.deepEqual(
				frames.map((frame) => frame.kind),
				['text', 'binary', 'text', 'binary', 'text', 'binary', 'text', 'binary'],
			);
			for (const [at, frame] of frames.entries()) {
				const payload = payloads[at >> 1]!;
				assert.deepEqual(frame.payload, payload);
				assert.equal(frame.wireBytes, payload.length + headerBytes[at >> 1]!);
				assert.equal(frame.fin, true);
				assert.equal(frame.masked, out);
				assert.equal(frame.rsv1, false);
			}
		}
		connection.transport.close();
		await connection.ended();
	});

	it('are shown one by one where a message is fragmented, with pings between', async () => {
		const { connection, socket, sent } = await connectRaw('01 03 48656c 89 02 7031 00 00 89 00 80 02 6c6f 8a 01 21');
		await connection.received(6);
		assert.deepEqual(
			connection.incoming().map((frame) => [frame.kind, frame.fin, frame.payload.toString()]),
			[
				['text', false, 'Hel'],
				['ping', true, 'p1'],
				['continuation', false, ''],
				['ping', true, ''],
				['continuation', true, 'lo'],
				['pong', true, '!'],
			],
		);
		assert.deepEqual(
			connection.outgoing().map((frame) => [frame.kind, frame.payload.toString()]),
			[
				['pong', 'p1'],
				['pong', ''],
			],
		);
		connection.transport.close();
		socket.end();
		await connection.ended();
		const { frames } = readFrames([await sent], { expectMasked: true });
		assert.deepEqual(
			frames.map((frame) => [frame.opcode, frame.payload.toString('latin1')]),
			[
				[10, 'p1'],
				[10, ''],
				[8, '\x03\xe8'],
			],
		);
	});

	it('of one delivery share its time of arrival', async () => {
		const { connection, socket } = await connectRaw('81 01 61 81 01 62 81 01 63');
		await connection.received(3);
		socket.write(Buffer.from('810164', 'hex'));
		await connection.received(4);
		const times = connection.incoming().map((frame) => frame.arrivedAtMs);
		assert.equal(new Set(times.slice(0, 3)).size, 1);
		assert.ok(times[3]! > times[2]!);
		connection.transport.close();
		await closeServers();
		await connection.ended();
	});

	it('wait at the server while paused, and come in order afterwards', async () => {
		let accepted: WebSocket | undefined;
		const { url } = await startServer({}, (socket) => {
			accepted = socket;
		});
		const connection = connect(url);
		await connection.opened();
		connection.transport.pause();
		const pinged = once(accepted!, 'ping');
		accepted!.send('first');
		accepted!.send('second');
		await connection.transport.send?.(Buffer.from('sending goes on'), 'ping');
		await pinged;
		assert.equal(connection.incoming().length, 0);
		connection.transport.resume();
		await connection.received(3);
		assert.deepEqual(
			connection.incoming().map((frame) => frame.payload.toString()),
			['first', 'second', 'sending goes on'],
		);
		connection.transport.close();
		await connection.ended();
	});

	it('are counted in bytes as the server counts them', async () => {
		const { url, server } = await startServer({}, (socket) => socket.send('hello'));
		const accepted = once(server, 'connection') as Promise<[WebSocket & { readonly _socket: Socket }]>;
		const connection = connect(url);
		const [{ _socket: socket }] = await accepted;
		await connection.received(1);
		await connection.transport.send?.(Buffer.from('world'), 'text');
		connection.transport.close();
		await Promise.all([connection.ended(), once(socket, 'close')]);
		const { bytesIn, bytesOut } = connection.transport.traffic();
		assert.deepEqual([bytesIn, bytesOut], [socket.bytesWritten, socket.bytesRead]);
		assert.ok(socket.bytesRead > 100);
	});

	it('of a server that pings and reads no pongs do not pile up: the latest ping is answered', async () => {
		const pings = 120_000;
		const flood = Buffer.alloc(127 * pings, 0);
		for (let at = 0; at < pings; at++) {
			flood[at * 127] = 0x89;
			flood[at * 127 + 1] = 125;
			flood.writeUInt32BE(at, at * 127 + 2);
		}
		const { url, server } = await startRawServer((socket, head) => {
			socket.pause();
			socket.write(switchingProtocols(head));
			socket.write(flood);
		});
		const connected = once(server, 'connection') as Promise<[Socket]>;
		const connection = connect(url);
		const [socket] = await connected;
		await connection.received(pings);
		const answered = connection.outgoing().length;
		assert.ok(answered > 0 && answered < pings, `${answered} pongs`);
		const sent = readToEnd(socket);
		socket.resume();
		await connection.until('last pong', () => {
			const last = connection.frames.at(-1);
			return last?.out === true && last.payload.readUInt32BE(0) === pings - 1;
		});
		connection.transport.close();
		await connection.until('close frame', () => connection.outgoing().at(-1)?.kind === 'close');
		socket.end();
		await connection.ended();
		assert.equal(
			readFrames([await sent], { expectMasked: true })
				.frames.at(-2)
				?.payload.readUInt32BE(0),
			pings - 1,
		);
	});

	describe('with permessage-deflate', () => {
		for (const [what, options] of [
			['a shared window', {}],
			['a new window for each message', { serverNoContextTakeover: true, clientNoContextTakeover: true }],
			['a small window', { serverMaxWindowBits: 9, clientMaxWindowBits: 9 }],
		] as const) {
			it(`are inflated and deflated over ${what}`, async () => {
				const got: string[] = [];
				const { url } = await startServer({ perMessageDeflate: { threshold: 0, ...options } }, (socket) => {
					socket.on('message', (data) => {
						got.push(String(data));
						socket.send(data.toString());
					});
				});
				const connection = connect(url, { perMessageDeflate: true });
				await connection.opened();
				const texts = ['{"a":1}', 'x'.repeat(5000), 'größer '.repeat(3000), '', 'x'.repeat(5000)];
				for (const text of texts) {
					await connection.transport.send?.(Buffer.from(text), 'text');
				}
				await connection.received(texts.length);
				assert.deepEqual(got, texts);
				const incoming = connection.incoming();
				assert.deepEqual(
					incoming.map((frame) => frame.payload.toString()),
					texts,
				);
				assert.ok(incoming[1]!.rsv1 && incoming[1]!.wireBytes < 100);
				const outgoing = connection.outgoing();
				assert.ok(outgoing[1]!.rsv1 && outgoing[1]!.wireBytes < 100);
				assert.equal(outgoing[1]!.payload.length, 5000);
				assert.equal(outgoing[0]!.rsv1, false, 'what does not get smaller goes as it is');
				connection.transport.close();
				await connection.ended();
			});
		}

		it('are inflated each on its own where a compressed message is fragmented', async () => {
			const { url } = await startServer({ perMessageDeflate: { threshold: 0 } }, (socket) => {
				socket.send('first '.repeat(100), { fin: false });
				socket.ping('between');
				socket.send('second '.repeat(100), { fin: false });
				socket.send('third', { fin: true });
				socket.send('plain', { compress: false });
			});
			const connection = connect(url, { perMessageDeflate: true });
			await connection.received(5);
			assert.deepEqual(
				connection.incoming().map(({ kind, fin, rsv1, payload }) => [kind, fin, rsv1, payload.toString()]),
				[
					['text', false, true, 'first '.repeat(100)],
					['ping', true, false, 'between'],
					['continuation', false, false, 'second '.repeat(100)],
					['continuation', true, false, 'third'],
					['text', true, false, 'plain'],
				],
			);
			assert.ok(connection.incoming()[0]!.wireBytes < 100);
			connection.transport.close();
			await connection.ended();
		});

		it('end with 1009 when a message inflates beyond the limit, however small it came', async () => {
			const bomb = deflateRawSync(Buffer.alloc(100_000_000));
			const header = Buffer.alloc(10);
			header[0] = 0xc2;
			header[1] = 127;
			header.writeUInt32BE(bomb.length, 6);
			const { connection } = await connectRaw(Buffer.concat([Buffer.from('810161', 'hex'), header, bomb]), {
				perMessageDeflate: true,
				maxMessageBytes: 1_000_000,
			});
			await closeAfterFailure(connection);
			assert.equal(connection.end?.problem?.code, 'messageTooBig');
			assert.equal(connection.end?.closeCode, 1009);
			assert.equal(connection.incoming().length, 1);
		});

		it('end with 1009 when the fragments of a message inflate beyond the limit together', async () => {
			const { url } = await startServer({ perMessageDeflate: { threshold: 0 } }, (socket) => {
				socket.send('x'.repeat(600), { fin: false });
				socket.send('x'.repeat(600), { fin: true });
			});
			const connection = connect(url, { perMessageDeflate: true, maxMessageBytes: 1000 });
			const end = await connection.ended();
			assert.equal(end.problem?.code, 'messageTooBig');
			assert.equal(connection.incoming().length, 1);
		});

		it('are shown as they came when they do not inflate', async () => {
			const { connection } = await connectRaw('c1 03 ffffff', { perMessageDeflate: true });
			await closeAfterFailure(connection);
			const [frame] = connection.incoming();
			assert.deepEqual([frame?.invalid, frame?.payload.toString('hex')], [true, 'ffffff']);
			assert.equal(connection.end?.problem?.code, 'undecodable');
			assert.equal(connection.end?.closeCode, 1007);
		});

		it('are checked as text after inflating, and shown as invalid', async () => {
			const deflated = deflateRawSync(Buffer.from('ok \xff not ok', 'latin1'), { finishFlush: 2 }).subarray(0, -4);
			const { connection } = await connectRaw(Buffer.concat([Buffer.of(0xc1, deflated.length), deflated]), {
				perMessageDeflate: true,
			});
			await closeAfterFailure(connection);
			const [frame] = connection.incoming();
			assert.deepEqual([frame?.invalid, frame?.payload.toString('latin1')], [true, 'ok \xff not ok']);
			assert.equal(connection.end?.problem?.code, 'invalidUtf8');
		});
	});

	describe('that break a rule', () => {
		for (const [what, bytes, code, closeCode, shown] of [
			['are masked', '81 01 61 81 81 00000000 61', 'protocolViolation', 1002, ['a']],
			['have a reserved bit', '81 01 61 c1 00', 'protocolViolation', 1002, ['a']],
			['continue nothing', '81 01 61 80 00', 'protocolViolation', 1002, ['a']],
			['carry a forbidden close code', '81 01 61 88 02 03ed', 'protocolViolation', 1002, ['a', '\x03\xed!']],
			['are too long', '81 01 61 82 7e 03e9', 'messageTooBig', 1009, ['a']],
			['are no UTF-8', '81 01 61 81 02 c328 81 01 62', 'invalidUtf8', 1007, ['a', '\xc3\x28!']],
		] as const) {
			it(`since they ${what} end the connection, and those before are kept`, async () => {
				const { connection, sent } = await connectRaw(bytes, { maxMessageBytes: 1000 });
				await closeAfterFailure(connection);
				assert.equal(connection.end?.by, 'failed');
				assert.equal(connection.end?.final, false);
				assert.equal(connection.end?.problem?.code, code);
				assert.equal(connection.end?.closeCode, closeCode);
				assert.deepEqual(
					connection.incoming().map((frame) => frame.payload.toString('latin1') + (frame.invalid ? '!' : '')),
					shown,
				);
				// The server is told why.
				const { frames } = readFrames([await sent], { expectMasked: true });
				assert.equal(frames.length, 1);
				assert.equal(frames[0]?.opcode, 8);
				assert.equal(frames[0]?.payload.readUInt16BE(0), closeCode);
			});
		}
	});

	describe('that are not sent', () => {
		it('since the connection is not open yet, closing or over', async () => {
			const { url } = await startServer({});
			const connection = connect(url);
			await rejectsWith(connection.transport.send?.(Buffer.from('a'), 'text'), 'cannotSend');
			await connection.opened();
			connection.transport.close();
			await rejectsWith(connection.transport.send?.(Buffer.from('a'), 'text'), 'cannotSend');
			await connection.ended();
			await rejectsWith(connection.transport.send?.(Buffer.from('a'), 'text'), 'cannotSend');
		});

		it('since they are a ping over 125 bytes or text that is no UTF-8', async () => {
			const { url } = await startServer({});
			const connection = connect(url);
			await connection.opened();
			await rejectsWith(connection.transport.send?.(Buffer.alloc(126), 'ping'), 'invalidOption');
			await rejectsWith(connection.transport.send?.(Buffer.of(0xff), 'text'), 'invalidUtf8');
			assert.equal(connection.outgoing().length, 0);
			connection.transport.close();
			await connection.ended();
		});
	});
});

/** Lets a raw server close its side once the client has closed its own. */
async function closeAfterFailure(connection: TransportRecorder): Promise<void> {
	await connection.until('close frame', () => connection.outgoing().at(-1)?.kind === 'close');
	await connection.ended();
}
