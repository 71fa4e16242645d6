import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import type { Endpoint } from '../../../src/core/endpoint';
import { type CycleMeta, createFrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import type { WireCost } from '../../../src/core/statistics';
import { createEventStreamTransport } from '../../../src/engine/transports/eventStream';
import type { Traffic, TransportFactory } from '../../../src/engine/transports/transport';
import { createWebSocketTransport } from '../../../src/engine/transports/webSocket';
import { WireMeter } from '../../../src/engine/wireMeter';
import { certificateFile } from '../../support/certificates/files';
import { endpointFor } from '../../support/endpoint';
import { TransportRecorder } from '../../support/transportRecorder';
import {
	bytesOf,
	chunked,
	frame,
	type LedgerConnection,
	type LedgerServer,
	type Piece,
	piece,
	startLedger,
	totalOf,
} from '../http/ledger';
import { polls } from '../http/pollSupport';
import { closeServers } from '../http/servers';
import { Random } from '../webSocket/random';

const { fin, rsv1, out, masked, partOfCycle, emptyCycle } = frameFlag;

const noTraffic: Traffic = {
	bytesIn: 0,
	bytesOut: 0,
	tlsBytesIn: 0,
	tlsBytesOut: 0,
	headerBytesIn: 0,
	headerBytesOut: 0,
	framingBytesIn: 0,
	encodedBytesIn: 0,
	bodyBytesOut: 0,
	requests: 0,
	sockets: 0,
	tlsHandshakes: 0,
};
const noPayloads = { payloadBytes: 0, payloadBytesSent: 0, events: 0 };

/** A frame as a meter sees it: what it looks at, and nothing else. */
interface Counted {
	readonly kind: number;
	readonly flags: number;
	readonly payloadBytes: number;
	readonly wireBytes: number;
	readonly meta?: CycleMeta | undefined;
}

function count(meter: WireMeter, ...frames: readonly Counted[]): void {
	const record = createFrameRecord();
	for (const { kind, flags, payloadBytes, wireBytes, meta } of frames) {
		Object.assign(record, { kind, flags, start: 0, end: payloadBytes, wireBytes, meta });
		meter.count(record);
	}
}

function cycle(bodyBytes: number): CycleMeta {
	return {
		type: 'cycle',
		request: { line: '', headers: [] },
		status: 200,
		holdMs: 0,
		transferMs: 0,
		headerBytesUp: 0,
		headerBytesDown: 0,
		bodyBytes,
		events: 1,
		eventsFollow: false,
		reusedConnection: false,
		outcome: 'answered',
	};
}

describe('Wire meter', () => {
	it('knows nothing before there is anything', () => {
		const cost = new WireMeter().cost(noTraffic, noPayloads);
		assert.deepEqual([cost.compressionRatio, cost.headerShare, cost.overheadBytesPerEvent], [null, null, null]);
	});

	it('tells a WebSocket frame’s header from its size, at every size where it changes', () => {
		// RFC 6455 §5.2: 2 bytes up to 125 of payload, 4 up to 65,535, else 10; with the mask 4 more.
		for (const [payloadBytes, headerBytes] of [
			[0, 2],
			[125, 2],
			[126, 4],
			[65_535, 4],
			[65_536, 10],
			[5_000_000_000, 10],
		] as const) {
			const meter = new WireMeter();
			count(
				meter,
				{ kind: kindCode.binary, flags: fin, payloadBytes, wireBytes: payloadBytes + headerBytes },
				{ kind: kindCode.text, flags: fin | out | masked, payloadBytes, wireBytes: payloadBytes + headerBytes + 4 },
			);
			const cost = meter.cost(noTraffic, noPayloads);
			assert.deepEqual(
				[cost.framingBytesIn, cost.transferredBytesIn, cost.framingBytesOut, cost.transferredBytesOut],
				[headerBytes, payloadBytes, headerBytes + 4, payloadBytes],
			);
		}
	});

	it('sets the payload of compressed messages against all of their frames, and leaves out what was not compressed', () => {
		const meter = new WireMeter();
		count(
			meter,
			// 300 bytes in 100: two fragments of 60 and 40, with a ping between them.
			{ kind: kindCode.text, flags: rsv1, payloadBytes: 200, wireBytes: 62 },
			{ kind: kindCode.ping, flags: fin, payloadBytes: 4, wireBytes: 6 },
			{ kind: kindCode.continuation, flags: fin, payloadBytes: 100, wireBytes: 42 },
			{ kind: kindCode.text, flags: 0, payloadBytes: 50, wireBytes: 52 },
			{ kind: kindCode.continuation, flags: fin, payloadBytes: 50, wireBytes: 52 },
			// 100 bytes sent in 20.
			{ kind: kindCode.text, flags: fin | rsv1 | out | masked, payloadBytes: 100, wireBytes: 26 },
		);
		assert.equal(meter.cost(noTraffic, noPayloads).compressionRatio, 400 / 120);
	});

	it('takes an event stream’s data for payload and the rest of its blocks for framing', () => {
		const meter = new WireMeter();
		count(
			meter,
			// "data: abc\n\n" and ":x\n".
			{ kind: kindCode.event, flags: fin, payloadBytes: 3, wireBytes: 11 },
			{ kind: kindCode.comment, flags: fin, payloadBytes: 1, wireBytes: 3 },
		);
		const cost = meter.cost({ ...noTraffic, framingBytesIn: 5 }, noPayloads);
		assert.deepEqual([cost.transferredBytesIn, cost.framingBytesIn, cost.compressionRatio], [4, 8 + 2 + 5, null]);
	});

	it('counts an encoded event stream by its encoded bytes, and its ratio by all that they decode to', () => {
		const meter = new WireMeter();
		count(meter, { kind: kindCode.event, flags: fin | rsv1, payloadBytes: 92, wireBytes: 100 });
		const cost = meter.cost({ ...noTraffic, encodedBytesIn: 40, framingBytesIn: 5 }, noPayloads);
		assert.deepEqual([cost.transferredBytesIn, cost.framingBytesIn, cost.compressionRatio], [40, 5, 2.5]);
	});

	it('counts a poll’s body once, and not again with its events', () => {
		const meter = new WireMeter();
		count(
			meter,
			{ kind: kindCode.cycle, flags: fin, payloadBytes: 30, wireBytes: 230, meta: cycle(30) },
			{ kind: kindCode.event, flags: fin | partOfCycle, payloadBytes: 10, wireBytes: 0 },
			{ kind: kindCode.cycle, flags: fin | emptyCycle, payloadBytes: 0, wireBytes: 200, meta: cycle(0) },
			{ kind: kindCode.cycle, flags: fin | rsv1, payloadBytes: 90, wireBytes: 230, meta: cycle(30) },
		);
		const cost = meter.cost(noTraffic, noPayloads);
		assert.deepEqual([cost.transferredBytesIn, cost.framingBytesIn, cost.compressionRatio], [60, 0, 3]);
	});

	it('sets heads against all bytes, and everything but received payload against the events', () => {
		const meter = new WireMeter();
		// 100 bytes received in a frame of 102, and 10 sent in one of 16.
		count(
			meter,
			{ kind: kindCode.text, flags: fin, payloadBytes: 100, wireBytes: 102 },
			{ kind: kindCode.text, flags: fin | out | masked, payloadBytes: 10, wireBytes: 16 },
		);
		const traffic = { ...noTraffic, bytesIn: 302, bytesOut: 198, headerBytesIn: 200, headerBytesOut: 182 };
		const payloads = { payloadBytes: 100, payloadBytesSent: 10, events: 2 };
		const cost = meter.cost(traffic, payloads);
		assert.equal(cost.headerShare, 382 / 500);
		// 382 of heads, 2 and 6 of framing, 10 of payload sent.
		assert.equal(cost.overheadBytesPerEvent, 400 / 2);
		// The same under TLS, which put 330 and 170 to it.
		const tls = { bytesIn: 632, bytesOut: 368, tlsBytesIn: 330, tlsBytesOut: 170 };
		const underTls = meter.cost({ ...traffic, ...tls }, payloads);
		assert.equal(underTls.headerShare, 382 / 1000);
		assert.equal(underTls.overheadBytesPerEvent, 900 / 2);
	});
});

const tlsFiles = {
	cert: readFileSync(certificateFile('server.pem')),
	key: readFileSync(certificateFile('server.key.pem')),
};
const trusting: Endpoint['tls'] = {
	verify: true,
	caFile: certificateFile('authority.pem'),
	clientCertificateFile: undefined,
	clientKeyFile: undefined,
};

/** What a session's meter says of all that a transport reported. */
function costOf({ frames, transport }: TransportRecorder): WireCost {
	const meter = new WireMeter();
	const payloads = { payloadBytes: 0, payloadBytesSent: 0, events: 0 };
	for (const { kind, flags, payload, wireBytes, meta, out: isOut } of frames) {
		const cycleMeta = meta?.type === 'cycle' ? meta : undefined;
		count(meter, { kind: kindCode[kind], flags, payloadBytes: payload.length, wireBytes, meta: cycleMeta });
		payloads[isOut ? 'payloadBytesSent' : 'payloadBytes'] += flags & partOfCycle ? 0 : payload.length;
	}
	return meter.cost(transport.traffic(), payloads);
}

/** Resolves when both ends have counted what the other one sent. */
async function settle(recorder: TransportRecorder, server: LedgerServer): Promise<void> {
	await recorder.until('all bytes', () => isSettled(recorder, server));
}

function isSettled({ transport }: TransportRecorder, { sent, received, wire }: LedgerServer): boolean {
	const { bytesIn, bytesOut, tlsBytesIn, tlsBytesOut } = transport.traffic();
	const forwarded = wire();
	return (
		bytesIn === forwarded.bytesIn &&
		bytesOut === forwarded.bytesOut &&
		bytesIn - tlsBytesIn === totalOf(sent) &&
		bytesOut - tlsBytesOut === totalOf(received)
	);
}

/** Every byte is what the server says it was. */
function assertExact(recorder: TransportRecorder, server: LedgerServer): WireCost {
	const cost = costOf(recorder);
	const { sent, received } = server;
	assert.deepEqual(
		{
			head: cost.headerBytesIn,
			framing: cost.framingBytesIn,
			transferred: cost.transferredBytesIn,
			rest: cost.socketBytesIn - cost.tlsBytesIn - cost.headerBytesIn - cost.framingBytesIn - cost.transferredBytesIn,
		},
		sent,
	);
	assert.deepEqual(
		{
			head: cost.headerBytesOut,
			framing: cost.framingBytesOut,
			transferred: cost.transferredBytesOut,
			rest:
				cost.socketBytesOut - cost.tlsBytesOut - cost.headerBytesOut - cost.framingBytesOut - cost.transferredBytesOut,
		},
		received,
	);
	assert.deepEqual({ bytesIn: cost.socketBytesIn, bytesOut: cost.socketBytesOut }, server.wire());
	assert.deepEqual([cost.tlsBytesIn > 0, cost.tlsBytesOut > 0], Array(2).fill(cost.tlsHandshakes > 0));
	assert.deepEqual(
		[cost.requests, cost.sockets, cost.tlsHandshakes],
		[server.requests(), server.connections(), server.tlsHandshakes()],
	);
	return cost;
}

for (const secure of [false, true]) {
	describe(`Wire cost, byte by byte${secure ? ', with TLS’s own' : ''}`, () => {
		const recorders: TransportRecorder[] = [];

		afterEach(async () => {
			for (const recorder of recorders.splice(0)) {
				recorder.transport.close();
			}
			await closeServers();
		});

		function start(
			seed: number,
			scheme: 'http' | 'ws',
			answer: Parameters<typeof startLedger>[2],
		): Promise<LedgerServer> {
			return startLedger(new Random(seed), secure ? `${scheme}s` : scheme, answer, secure ? tlsFiles : {});
		}

		function connect(
			factory: TransportFactory,
			url: string,
			changes: Partial<Endpoint> = {},
			resume?: TransportRecorder['resume'],
		): TransportRecorder {
			const tls = secure ? trusting : endpointFor(url).tls;
			const recorder = new TransportRecorder(factory, endpointFor(url, { pollIntervalMs: 5, tls, ...changes }), resume);
			recorders.push(recorder);
			return recorder.open();
		}

		describe('of a WebSocket', () => {
			for (const deflates of [false, true]) {
				it(`with fragments, pings, every size of header${deflates ? ' and permessage-deflate' : ''}`, async () => {
					const random = new Random(7);
					let plainBytes = 0;
					let packedBytes = 0;
					const message = (size: number): Piece[] => {
						const payload = Buffer.from(`{"price":${random.next()}}`.repeat(size / 10 + 1)).subarray(0, size);
						const isPacked = deflates && random.chance(0.7);
						const carried = isPacked
							? deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
							: payload;
						if (isPacked) {
							plainBytes += payload.length;
							packedBytes += carried.length;
						}
						const cut = random.chance(0.5) ? random.below(carried.length + 1) : carried.length;
						const bit = isPacked ? 0x40 : 0;
						return cut === carried.length
							? frame(0x81 | bit, carried)
							: [
									...frame(0x01 | bit, carried.subarray(0, cut)),
									...frame(0x89, Buffer.from('ping')),
									...frame(0x00, carried.subarray(cut, cut)),
									...frame(0x80, carried.subarray(cut)),
								];
					};
					const sizes = [0, 1, 125, 126, 127, 200, 65_535, 65_536, 70_000];
					let server: LedgerConnection | undefined;
					const ledger = await start(1, 'ws', async (connection, { head }) => {
						server = connection;
						const answer = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
						await connection.upgrade(head, deflates ? [`Sec-WebSocket-Extensions: ${answer}`] : []);
						await connection.write(sizes.flatMap(message));
					});
					const recorder = connect(createWebSocketTransport, ledger.url, { perMessageDeflate: deflates });
					await recorder.until('all messages', () => {
						const ended = recorder
							.incoming()
							.filter(({ kind, fin }) => fin && (kind === 'text' || kind === 'continuation'));
						return ended.length === sizes.length;
					});
					for (const text of ['', 'hello', 'x'.repeat(126), 'y'.repeat(70_000)]) {
						await recorder.send(text);
					}
					await recorder.transport.send!(Buffer.from('nonce'), 'ping');
					await settle(recorder, ledger);
					for (const { head, payload } of ledger.frames) {
						if (head & 0x40) {
							packedBytes += payload.length;
							plainBytes += inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).length;
						}
					}
					const cost = assertExact(recorder, ledger);
					assert.equal(cost.compressionRatio, deflates ? plainBytes / packedBytes : null);
					assert.ok(!deflates || (packedBytes > 0 && cost.transferredBytesIn < cost.payloadBytesIn));
					await server!.write(frame(0x88, Buffer.from([3, 232])));
					server!.end();
					await recorder.ended();
					assertExact(recorder, ledger);
				});
			}

			it('that is cut off in mid-frame leaves the rest for what it is', async () => {
				const ledger = await start(2, 'ws', async (connection, { head }) => {
					await connection.upgrade(head);
					const cut = bytesOf(frame(0x82, Buffer.alloc(500))).subarray(0, 300);
					await connection.write([...frame(0x81, Buffer.from('whole')), { part: 'rest', bytes: cut }]);
					connection.end();
				});
				const recorder = connect(createWebSocketTransport, ledger.url);
				await recorder.ended();
				assertExact(recorder, ledger);
			});

			it('that is refused is heads, and a body that is nobody’s payload', async () => {
				const ledger = await start(3, 'ws', async (connection) => {
					await connection.write([
						piece('head', 'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n'),
						piece('rest', 'gone'),
					]);
				});
				const recorder = connect(createWebSocketTransport, ledger.url);
				await recorder.ended();
				assertExact(recorder, ledger);
			});
		});

		describe('of an event stream', () => {
			/** Blocks of every kind. */
			const blocks = (random: Random, times: number): Piece[] =>
				Array.from({ length: times }, (_, at) => [
					piece('framing', `id: ${at}\r\nevent: tick\r\ndata: `),
					piece('transferred', `{"at":${at}}`),
					piece('framing', '\r\n\r\n:'),
					piece('transferred', 'heartbeat'),
					piece('framing', '\n'),
					piece('framing', 'data:'),
					piece('transferred', 'x'.repeat(random.below(3000))),
					// The end of a line within the data is data.
					piece('transferred', '\n'),
					piece('framing', 'data:'),
					piece('transferred', 'second line'),
					piece('framing', '\n\n'),
				]).flat();

			it('in chunks of any size, with a mark at its start and trailers at its end', async () => {
				const random = new Random(11);
				const ledger = await start(4, 'http', async (connection) => {
					await connection.write([
						piece(
							'head',
							'HTTP/1.1 103 Early Hints\r\nLink:</a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type:text/event-stream\r\n',
						),
						piece('head', 'X-Odd:  \t two spaces\t\r\nTransfer-Encoding: chunked\r\n\r\n'),
						...chunked([piece('framing', '\xef\xbb\xbf'), ...blocks(random, 30)], random),
					]);
					connection.end();
				});
				const recorder = connect(createEventStreamTransport, ledger.url);
				await recorder.ended();
				assert.equal(recorder.incoming().length, 90);
				assertExact(recorder, ledger);
			});

			it('at rest between two chunks, and up to a block that is not over', async () => {
				let open: LedgerConnection | undefined;
				const ledger = await start(5, 'http', async (connection) => {
					open = connection;
					await connection.write([
						piece('head', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'),
						piece('framing', '9\r\ndata: '),
						piece('transferred', 'a'),
						piece('framing', '\n\n\r\n'),
					]);
				});
				const recorder = connect(createEventStreamTransport, ledger.url);
				await recorder.received(1);
				await settle(recorder, ledger);
				assertExact(recorder, ledger);
				await open!.write([piece('framing', '8\r\n'), piece('rest', 'data: bc'), piece('framing', '\r\n')]);
				await settle(recorder, ledger);
				assertExact(recorder, ledger);
			});

			it('without chunks, to the end of the connection', async () => {
				const ledger = await start(6, 'http', async (connection) => {
					await connection.write([
						piece('head', 'HTTP/1.0 200 Fine\r\nContent-Type: text/event-stream\r\n\r\n'),
						piece('framing', 'data: '),
						piece('transferred', 'y'.repeat(100_000)),
						piece('framing', '\n\n'),
						piece('rest', 'data: cut'),
					]);
					connection.end();
				});
				const recorder = connect(createEventStreamTransport, ledger.url);
				await recorder.ended();
				assertExact(recorder, ledger);
			});

			for (const [encoding, encode] of [
				['gzip', gzipSync],
				['br', brotliCompressSync],
			] as const) {
				it(`in ${encoding}, of which all is transferred`, async () => {
					const random = new Random(14);
					const decoded = bytesOf(blocks(random, 50));
					const encoded = encode(decoded);
					const ledger = await start(7, 'http', async (connection) => {
						await connection.write([
							piece('head', `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: ${encoding}\r\n`),
							piece('head', 'Transfer-Encoding: chunked\r\n\r\n'),
							...chunked([{ part: 'transferred', bytes: encoded }], random),
						]);
						connection.end();
					});
					const recorder = connect(createEventStreamTransport, ledger.url);
					await recorder.ended();
					assert.equal(recorder.incoming().length, 150);
					const cost = assertExact(recorder, ledger);
					assert.equal(cost.compressionRatio, decoded.length / encoded.length);
				});
			}

			it('after redirects, with the body of the request sent to each', async () => {
				const ledger = await start(8, 'http', async (connection, { count }) => {
					if (count < 3) {
						await connection.write([
							piece('head', `HTTP/1.1 307 There\r\nLocation: /${count}\r\nContent-Length: 0\r\n\r\n`),
						]);
						return;
					}
					await connection.write([
						piece('head', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'),
						piece('framing', 'data: '),
						piece('transferred', 'there'),
						piece('framing', '\n\n'),
					]);
				});
				const recorder = connect(createEventStreamTransport, ledger.url, { body: 'é' });
				await recorder.received(1);
				await settle(recorder, ledger);
				const cost = assertExact(recorder, ledger);
				assert.deepEqual([cost.requests, cost.transferredBytesOut, cost.payloadBytesOut], [3, 6, 6]);
			});

			it('that nobody serves opens no socket and sends nothing', async () => {
				const ledger = await start(9, 'http', () => {});
				await ledger.close();
				const recorder = connect(createEventStreamTransport, ledger.url);
				assert.equal((await recorder.ended()).problem?.code, 'connectionRefused');
				assertExact(recorder, ledger);
			});
		});

		for (const [name, factory] of polls) {
			describe(`of ${name.toLowerCase()}`, () => {
				const answerOf = (random: Random, fields: string, body: Piece[], isChunked: boolean): Piece[] => [
					piece(
						'head',
						isChunked
							? `HTTP/1.1 200 OK\r\n${fields}Transfer-Encoding: chunked\r\n\r\n`
							: `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${bytesOf(body).length}\r\n\r\n`,
					),
					...(isChunked ? chunked(body, random) : body),
				];

				it('over one connection, in chunks or not, encoded or not, and with a body each time', async () => {
					const random = new Random(21);
					let plainBytes = 0;
					let packedBytes = 0;
					const ledger = await start(10, 'http', async (connection, { count }) => {
						if (count > 12) {
							return;
						}
						const body = Buffer.from(`[${'1,'.repeat(random.below(2000))}1]`);
						const encoded = count % 3 === 0 ? gzipSync(body) : body;
						if (encoded !== body) {
							plainBytes += body.length;
							packedBytes += encoded.length;
						}
						const fields = encoded === body ? 'X-Plain:yes\r\n' : 'Content-Encoding: gzip\r\n';
						await connection.write(
							answerOf(random, fields, [{ part: 'transferred', bytes: encoded }], count % 2 === 0),
						);
					});
					const recorder = connect(factory, ledger.url, { method: 'POST', body: '{"q":"é"}' });
					await recorder.until('twelve cycles', () => recorder.cycles().length === 12 && ledger.requests() === 13);
					await settle(recorder, ledger);
					const cost = assertExact(recorder, ledger);
					assert.equal(cost.compressionRatio, plainBytes / packedBytes);
					assert.deepEqual([cost.requests, cost.sockets, cost.transferredBytesOut], [13, 1, 13 * 10]);
					const metas = recorder.cycles().map(({ meta }) => meta);
					assert.ok(metas.every(({ reusedConnection }, at) => reusedConnection === at > 0));
					const last = ledger.received.head / 13;
					assert.ok(metas.every(({ headerBytesUp }) => headerBytesUp === last));
					assert.equal(
						metas.reduce((sum, { headerBytesDown }) => sum + headerBytesDown, 0),
						ledger.sent.head,
					);
				});

				it('over a connection of its own each time, where the server closes it', async () => {
					const random = new Random(22);
					const ledger = await start(11, 'http', async (connection, { count }) => {
						if (count <= 5) {
							const body = [piece('transferred', `[${count}]`)];
							await connection.write(answerOf(random, 'Connection: close\r\n', body, count === 3));
							connection.end();
						}
					});
					const recorder = connect(factory, ledger.url);
					await recorder.until('five cycles', () => recorder.cycles().length === 5 && ledger.requests() === 6);
					await settle(recorder, ledger);
					const cost = assertExact(recorder, ledger);
					assert.deepEqual([cost.requests, cost.sockets, cost.tlsHandshakes], [6, 6, secure ? 6 : 0]);
					assert.ok(recorder.cycles().every(({ meta }) => !meta.reusedConnection));
				});

				it('with a body in chunks of its own, and an interim answer', async () => {
					const random = new Random(23);
					const ledger = await start(12, 'http', async (connection, { count }) => {
						if (count === 1) {
							await connection.write([piece('head', 'HTTP/1.1 102 Processing\r\n\r\n')]);
							await connection.write(answerOf(random, '', [piece('transferred', '[1]')], true));
						}
					});
					const recorder = connect(factory, ledger.url, {
						method: 'POST',
						body: 'z'.repeat(300),
						headers: [['Transfer-Encoding', 'chunked']],
					});
					await recorder.until('a cycle', () => recorder.cycles().length === 1 && ledger.requests() === 2);
					await settle(recorder, ledger);
					assertExact(recorder, ledger);
				});

				it('whose answer stops in the middle leaves the rest for what it is', async () => {
					const ledger = await start(13, 'http', async (connection) => {
						await connection.write([
							piece('head', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
							piece('framing', '10\r\n'),
							piece('rest', '[1,2'),
						]);
					});
					const recorder = connect(factory, ledger.url);
					await settle(recorder, ledger);
					await recorder.opened();
					assertExact(recorder, ledger);
				});
			});
		}
	});
}
