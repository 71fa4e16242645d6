import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as zlib from 'node:zlib';
import type { Endpoint } from '../../../src/core/endpoint';
import { frameFlag } from '../../../src/core/frame';
import { createResumeState, type ResumeState } from '../../../src/core/handshake';
import { createEventStreamTransport } from '../../../src/engine/transports/eventStream';
import { endpointFor } from '../../support/endpoint';
import { nowMs, TransportRecorder } from '../../support/transportRecorder';
import { closeServers, startHttp, startRaw } from './servers';

const recorders: TransportRecorder[] = [];

function connect(url: string, changes: Partial<Endpoint> = {}, resume?: ResumeState): TransportRecorder {
	const recorder = new TransportRecorder(createEventStreamTransport, endpointFor(url, changes), resume);
	recorders.push(recorder);
	return recorder.open();
}

/** A server whose answer to each request is an event stream, and the answers that are open. */
async function startStream(
	begin: (response: ServerResponse, request: IncomingMessage) => void,
	headers: Record<string, string> = {},
): ReturnType<typeof startHttp> {
	return startHttp((request, response) => {
		response.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers });
		response.flushHeaders();
		begin(response, request);
	});
}

const summary = (recorder: TransportRecorder): string[] =>
	recorder.frames.map((frame) => `${frame.kind} ${frame.name} ${frame.text}`);

describe('Event stream', () => {
	afterEach(async () => {
		for (const recorder of recorders.splice(0)) {
			recorder.transport.close();
		}
		await closeServers();
	});

	it('asks for an event stream, and is open when the head is there', async () => {
		let asked: IncomingMessage | undefined;
		const server = await startStream((_response, request) => {
			asked = request;
		});
		const recorder = connect(server.url);
		const handshake = await recorder.opened();
		assert.equal(asked?.method, 'GET');
		assert.equal(asked.headers.accept, 'text/event-stream');
		assert.equal(asked.headers['cache-control'], 'no-cache');
		assert.equal(asked.headers['accept-encoding'], 'gzip, deflate, br');
		assert.equal('last-event-id' in asked.headers, false);
		assert.equal(handshake.response?.line, 'HTTP/1.1 200 OK');
		assert.ok(handshake.phases.answerMs! >= 0);
		assert.deepEqual(recorder.frames, []);
	});

	it('reports events with id, event, data and retry, comments and blocks that dispatch nothing', async () => {
		const server = await startStream((response) =>
			response.write(
				'retry: 3000\n\n: heartbeat\n\nid: 1\nevent: add\nretry: 5\ndata: {"a":1}\n\ndata: line 1\ndata: line 2\n\n',
			),
		);
		const recorder = connect(server.url);
		const frames = await recorder.received(4);
		assert.deepEqual(summary(recorder), [
			'fields  retry: 3000',
			'comment  heartbeat',
			'event add {"a":1}',
			'event  line 1\nline 2',
		]);
		assert.deepEqual(
			frames.map((frame) => frame.meta),
			[{ type: 'event', id: undefined, retryMs: 3000 }, undefined, { type: 'event', id: '1', retryMs: 5 }, undefined],
		);
		assert.ok(frames.every((frame) => frame.flags === frameFlag.fin));
	});

	it('sends a POST with a body, as JSON where it is', async () => {
		const bodies: [string | undefined, string][] = [];
		const server = await startStream(async (response, request) => {
			let body = '';
			for await (const piece of request) {
				body += piece;
			}
			bodies.push([request.headers['content-type'], body]);
			response.write('data: token\n\n');
		});
		for (const changes of [
			{ body: '{"stream":true}' },
			{ body: 'prompt=é' },
			{ body: '{}', headers: [['content-type', 'application/x-own']] as const },
		]) {
			await connect(server.url, { method: 'POST', ...changes }).received(1);
		}
		assert.deepEqual(bodies, [
			['application/json', '{"stream":true}'],
			['text/plain;charset=UTF-8', 'prompt=é'],
			['application/x-own', '{}'],
		]);
	});

	it('sends the last event ID again, in UTF-8, over the user’s own, and keeps it and retry for the next connection', async () => {
		const ids: (string | undefined)[] = [];
		const server = await startStream((response, request) => {
			const id = request.headers['last-event-id'] as string | undefined;
			ids.push(id && Buffer.from(id, 'latin1').toString());
			response.end(`retry: 20${ids.length}\ndata: x\nid: é${ids.length}\n\n`);
		});
		const resume = createResumeState();
		for (let round = 0; round < 3; round++) {
			await connect(server.url, { headers: [['Last-Event-ID', 'mine']] }, resume).ended();
		}
		assert.deepEqual(ids, ['mine', 'é1', 'é2']);
		assert.equal(resume.lastEventId, 'é3');
		assert.equal(resume.retryMs, 203);
	});

	it('takes an ID from a block that dispatches nothing, and retry from a block that never ends', async () => {
		const server = await startStream((response) => response.end('id: 5\n\nretry: 70\ndata: cut'));
		const resume = createResumeState();
		await connect(server.url, {}, resume).ended();
		assert.deepEqual([resume.lastEventId, resume.retryMs], ['5', 70]);
	});

	it('does not send an ID that HTTP can’t carry', async () => {
		let asked: IncomingMessage | undefined;
		const server = await startStream((_response, request) => {
			asked = request;
		});
		await connect(server.url, {}, { ...createResumeState(), lastEventId: 'a\x01' }).opened();
		assert.equal('last-event-id' in asked!.headers, false);
	});

	it('is finished for good by 204', async () => {
		const server = await startHttp((_request, response) => response.writeHead(204).end());
		const recorder = connect(server.url);
		const end = await recorder.ended();
		assert.deepEqual([end.by, end.final, end.problem], ['finished', true, undefined]);
		assert.equal(recorder.handshake, undefined);
	});

	describe('shows what came instead', () => {
		const statuses: [status: number, final: boolean][] = [
			[201, true],
			[301, true],
			[400, true],
			[401, true],
			[404, true],
			[408, false],
			[425, false],
			[429, false],
			[500, false],
			[503, false],
		];
		for (const [status, final] of statuses) {
			it(`for status ${status}, ${final ? 'for good' : 'for now'}`, async () => {
				const server = await startHttp((_request, response) => {
					response.writeHead(status, 'As It Is', { 'X-Hint': 'yes' }).end('<h1>sorry</h1>');
				});
				const { by, final: isFinal, problem } = await connect(server.url).ended();
				assert.deepEqual([by, isFinal], ['failed', final]);
				assert.equal(problem?.code, 'wrongStatus');
				assert.deepEqual(problem.values, { status, statusText: 'As It Is' });
				assert.equal(problem.answer?.bodyStart, '<h1>sorry</h1>');
				assert.equal(problem.answer.head.line, `HTTP/1.1 ${status} As It Is`);
				assert.ok(problem.answer.head.headers.some(([name, value]) => name === 'X-Hint' && value === 'yes'));
				await server.idle();
			});
		}

		it('for HTML', async () => {
			const server = await startHttp((_request, response) => {
				response.setHeader('Content-Type', 'text/html; charset=utf-8');
				response.setHeader('Content-Encoding', 'br');
				response.end(zlib.brotliCompressSync('<!doctype html>'));
			});
			const { by, final, problem } = await connect(server.url).ended();
			assert.deepEqual([by, final, problem?.code], ['failed', true, 'wrongContentType']);
			assert.deepEqual(problem?.values, { contentType: 'text/html; charset=utf-8', expected: 'text/event-stream' });
			assert.equal(problem.answer?.bodyStart, '<!doctype html>');
		});

		it('for an answer without a type', async () => {
			const server = await startHttp((_request, response) => response.end('data: x\n\n'));
			assert.deepEqual((await connect(server.url).ended()).problem?.values, {
				contentType: '',
				expected: 'text/event-stream',
			});
		});

		it('for an encoding that is not known', async () => {
			const server = await startStream((response) => response.write('x'), { 'Content-Encoding': 'zstd' });
			const { final, problem } = await connect(server.url).ended();
			assert.deepEqual([final, problem?.code, problem?.values.encoding], [true, 'undecodable', 'zstd']);
		});

		it('for bytes that do not decode', async () => {
			const server = await startStream((response) => response.write('x'.repeat(50)), { 'Content-Encoding': 'gzip' });
			const { final, problem } = await connect(server.url).ended();
			assert.deepEqual([final, problem?.code, problem?.values.encoding], [false, 'undecodable', 'gzip']);
		});
	});

	it('takes the content type in any case and with parameters', async () => {
		const server = await startStream(() => {}, { 'Content-Type': 'Text/Event-Stream ; charset=utf-8' });
		await connect(server.url).opened();
	});

	describe('decodes as it streams', () => {
		const encodings = {
			gzip: { create: () => zlib.createGzip(), flush: zlib.constants.Z_SYNC_FLUSH },
			deflate: { create: () => zlib.createDeflate(), flush: zlib.constants.Z_SYNC_FLUSH },
			br: { create: () => zlib.createBrotliCompress(), flush: zlib.constants.BROTLI_OPERATION_FLUSH },
		};
		for (const [encoding, { create, flush }] of Object.entries(encodings)) {
			it(encoding, async () => {
				const encoder = create();
				const send = (text: string): void => {
					encoder.write(text);
					encoder.flush(flush);
				};
				const server = await startStream((response) => encoder.pipe(response), { 'Content-Encoding': encoding });
				const recorder = connect(server.url);
				await recorder.opened();
				// Each event is there before the next is sent: nothing waits for a full block.
				for (let count = 1; count <= 3; count++) {
					send(`id: ${count}\ndata: grün ${count}\n\n`);
					await recorder.received(count);
				}
				encoder.end('data: last\n\n');
				const end = await recorder.ended();
				assert.deepEqual(summary(recorder), ['event  grün 1', 'event  grün 2', 'event  grün 3', 'event  last']);
				assert.deepEqual([end.by, end.final], ['server', false]);
				const { frames } = recorder;
				assert.ok(frames.every((frame, at) => at === 0 || frame.arrivedAtMs >= frames[at - 1]!.arrivedAtMs));
			});
		}

		it('reports what came before the connection was lost', async () => {
			const piece = zlib.gzipSync('data: one\n\ndata: two\n\n');
			const server = await startStream((response) => response.write(piece, () => response.destroy()), {
				'Content-Encoding': 'gzip',
			});
			const recorder = connect(server.url);
			assert.equal((await recorder.ended()).problem?.code, 'connectionLost');
			assert.deepEqual(summary(recorder), ['event  one', 'event  two']);
		});
	});

	it('takes a BOM, and CR, LF and CRLF line ends', async () => {
		const server = await startStream((response) => response.write('\uFEFFdata: a\r\rdata: b\n\ndata: c\r\n\r\n'));
		const recorder = connect(server.url);
		await recorder.received(3);
		assert.deepEqual(summary(recorder), ['event  a', 'event  b', 'event  c']);
	});

	it('keeps characters that are cut apart on the way', async () => {
		const stream = Buffer.from('data: grün 🚀\n\n');
		const server = await startStream(async (response) => {
			for (const byte of stream) {
				await new Promise<void>((resolve) => response.write(Buffer.of(byte), () => setImmediate(resolve)));
			}
		});
		const recorder = connect(server.url);
		const [frame] = await recorder.received(1);
		assert.equal(frame!.text, 'grün 🚀');
		assert.equal(frame!.flags & frameFlag.invalid, 0);
		assert.equal(frame!.wireBytes, stream.length);
	});

	it('marks data that is not UTF-8, and goes on', async () => {
		const bad = Buffer.from([...Buffer.from('data: '), 0xff, 0xfe, 0x0a, 0x0a]);
		const server = await startStream((response) => {
			response.write(Buffer.concat([Buffer.from('data: é\n\n'), bad, Buffer.from('data: ok\n\n')]));
		});
		const frames = await connect(server.url).received(3);
		assert.deepEqual(
			frames.map((frame) => (frame.flags & frameFlag.invalid) !== 0),
			[false, true, false],
		);
		assert.deepEqual([...frames[1]!.payload], [0xff, 0xfe]);
	});

	it('is ended by the server in good order', async () => {
		const server = await startStream((response) => response.end('data: x\n\n'));
		const recorder = connect(server.url);
		const { by, final, problem } = await recorder.ended();
		assert.deepEqual([by, final, problem], ['server', false, undefined]);
		assert.equal(recorder.frames.length, 1);
		await server.idle();
	});

	it('says that the end cut an event off, which is not dispatched', async () => {
		const server = await startStream((response) => response.end('data: x\n\ndata: cut'));
		const recorder = connect(server.url);
		const { by, problem } = await recorder.ended();
		assert.deepEqual(summary(recorder), ['event  x']);
		assert.equal(by, 'server');
		assert.equal(problem?.values.reason, 'the stream ended in mid-event, 9 bytes into it');
	});

	it('says that the connection broke off, between events and within one', async () => {
		const server = await startStream((response, request) =>
			response.write(request.url === '/within' ? 'data: x\n\ndata: y\nda' : 'data: x\n\n', () => response.destroy()),
		);
		const between = await connect(server.url).ended();
		assert.deepEqual([between.by, between.final], ['failed', false]);
		assert.deepEqual(between.problem, {
			code: 'connectionLost',
			values: { reason: 'the server closed the connection in mid-answer' },
		});
		const recorder = connect(`${server.url}within`);
		const within = await recorder.ended();
		assert.equal(within.problem?.values.reason, 'the connection broke off in mid-event, 10 bytes into it');
		assert.equal(recorder.frames.length, 1);
	});

	it('ends at an event over the limit, with what came before it', async () => {
		const server = await startStream((response) =>
			response.write(`data: ok\n\ndata: ${'x'.repeat(2000)}\n\ndata: no\n\n`),
		);
		const recorder = connect(server.url, { maxMessageBytes: 1000 });
		const { by, problem } = await recorder.ended();
		assert.deepEqual([by, problem], ['failed', { code: 'messageTooBig', values: { sizeBytes: 2000, maxBytes: 1000 } }]);
		assert.deepEqual(summary(recorder), ['event  ok']);
		await server.idle();
	});

	it('reads a stream without a length from an HTTP/1.0 server', async () => {
		const server = await startRaw((socket) =>
			socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: old\n\n'),
		);
		const recorder = connect(server.url);
		assert.equal((await recorder.ended()).by, 'server');
		assert.deepEqual(summary(recorder), ['event  old']);
	});

	describe('follows redirects', () => {
		for (const status of [301, 302, 303, 307, 308]) {
			it(`${status}, with what belongs to the host kept from another`, async () => {
				const seen: [string | undefined, string | undefined, string | undefined][] = [];
				const other = await startStream((response, request) => {
					const { authorization, cookie } = request.headers;
					seen.push([authorization, cookie, request.headers['x-own'] as string | undefined]);
					response.write('data: there\n\n');
				});
				const server = await startHttp((request, response) => {
					const Location = request.url === '/' ? '/second' : `${other.url}third`;
					const { authorization, cookie } = request.headers;
					seen.push([authorization, cookie, request.headers['x-own'] as string | undefined]);
					response.writeHead(status, { Location }).end();
				});
				const recorder = connect(server.url, {
					headers: [
						['Authorization', 'secret'],
						['Cookie', 'c=1'],
						['X-Own', '1'],
					],
				});
				await recorder.received(1);
				assert.deepEqual(seen, [
					['secret', 'c=1', '1'],
					['secret', 'c=1', '1'],
					[undefined, undefined, '1'],
				]);
				assert.equal(recorder.handshake?.request.line, 'GET /third HTTP/1.1');
				assert.ok(recorder.transport.traffic().bytesIn > 0);
				await recorder.close();
				await Promise.all([server.idle(), other.idle()]);
			});
		}

		it('but not for ever', async () => {
			let requests = 0;
			const server = await startHttp((_request, response) => {
				requests++;
				response.writeHead(302, { Location: '/' }).end();
			});
			const { problem } = await connect(server.url).ended();
			assert.deepEqual([problem?.code, problem?.values.status, requests], ['wrongStatus', 302, 21]);
		});

		it('and not for a POST, nor to another scheme', async () => {
			const server = await startHttp((request, response) => {
				response.writeHead(307, { Location: request.method === 'POST' ? '/' : 'ftp://127.0.0.1/' }).end();
			});
			assert.equal((await connect(server.url, { method: 'POST', body: '{}' }).ended()).problem?.values.status, 307);
			assert.equal((await connect(server.url).ended()).problem?.values.status, 307);
		});
	});

	it('stamps all events of one delivery alike, and never before they came', async () => {
		const server = await startStream((response) => response.write('data: a\n\ndata: b\n\n'.repeat(20)));
		const before = nowMs();
		const frames = await connect(server.url).received(40);
		assert.ok(frames.every((frame) => frame.arrivedAtMs >= before && frame.arrivedAtMs <= nowMs()));
		assert.equal(new Set(frames.map((frame) => frame.arrivedAtMs)).size, 1);
	});

	it('counts the bytes of the stream', async () => {
		const server = await startStream((response) => response.end(`data: ${'x'.repeat(10_000)}\n\n`));
		const recorder = connect(server.url);
		await recorder.ended();
		const { bytesIn, bytesOut } = recorder.transport.traffic();
		assert.ok(bytesIn > 10_008 && bytesIn < 10_500, String(bytesIn));
		assert.ok(bytesOut > 100 && bytesOut < 500, String(bytesOut));
	});

	it('reports nothing more once it is closed from within a frame', async () => {
		const server = await startStream((response) => response.write('data: a\n\n'.repeat(50)));
		const recorder = new TransportRecorder(createEventStreamTransport, endpointFor(server.url));
		recorder.onFrame = () => recorder.transport.close();
		recorder.open();
		assert.equal((await recorder.ended()).by, 'user');
		assert.equal(recorder.frames.length, 1);
		await server.idle();
	});

	it('is closed while the start of a wrong answer is being read', async () => {
		let answered = (): void => {};
		const answering = new Promise<void>((resolve) => {
			answered = resolve;
		});
		const server = await startHttp((_request, response) => {
			response.writeHead(500).write('never ends', answered);
		});
		const recorder = connect(server.url);
		await answering;
		assert.equal((await recorder.close()).by, 'user');
		await server.idle();
	});

	it('gets everything of a stream that is paused and resumed often', async () => {
		let response: ServerResponse | undefined;
		const server = await startStream((given) => {
			response = given;
		});
		const recorder = connect(server.url);
		await recorder.opened();
		for (let round = 0; round < 50; round++) {
			recorder.transport.pause();
			response!.write(`data: ${round}\n\n`);
			recorder.transport.resume();
		}
		await recorder.received(50);
		assert.equal(recorder.frames.at(-1)?.text, '49');
		response!.end();
		await recorder.ended();
		await server.idle();
	});
});
