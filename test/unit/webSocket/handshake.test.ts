import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Endpoint } from '../../../src/core/endpoint';
import type { ConnectionEnd } from '../../../src/core/handshake';
import { connect } from './connect';
import { acceptOf, closeServers, startRawServer, startServer, switchingProtocols } from './servers';

/** Connects to a raw server that gives one answer, and waits for the end. */
async function endAfter(
	answer: string | ((requestHead: string) => string),
	changes: Partial<Endpoint> = {},
): Promise<ConnectionEnd> {
	const { url } = await startRawServer((socket, head) => {
		socket.write(typeof answer === 'string' ? answer : answer(head));
	});
	const connection = connect(url, changes);
	const end = await connection.ended();
	assert.equal(connection.handshake, undefined);
	return end;
}

describe('WebSocket handshake', () => {
	afterEach(closeServers);

	it('is kept with its lines, fields, addresses and phases', async () => {
		const { url, server } = await startServer({});
		const connection = connect(`${url}feed?rate=5`);
		const handshake = await connection.opened();
		assert.equal(handshake.request.line, 'GET /feed?rate=5 HTTP/1.1');
		const sent = new Map(handshake.request.headers.map(([name, value]) => [name, value]));
		assert.equal(sent.get('Upgrade'), 'websocket');
		assert.equal(sent.get('Connection'), 'Upgrade');
		assert.equal(sent.get('Sec-WebSocket-Version'), '13');
		assert.match(sent.get('Sec-WebSocket-Key') ?? '', /^[A-Za-z0-9+/]{22}==$/);
		assert.equal(sent.has('Sec-WebSocket-Extensions'), false);
		assert.equal(handshake.response?.line, 'HTTP/1.1 101 Switching Protocols');
		assert.ok(handshake.response?.headers.some(([name]) => name === 'Sec-WebSocket-Accept'));
		assert.equal(handshake.remoteAddress, `127.0.0.1:${(server.address() as { port: number }).port}`);
		assert.match(handshake.localAddress, /^127\.0\.0\.1:\d+$/);
		assert.equal(handshake.subprotocol, '');
		assert.equal(handshake.extensions, '');
		assert.equal(handshake.tls, undefined);
		assert.ok(handshake.phases.tcpMs! >= 0 && handshake.phases.answerMs! >= 0);
		assert.equal(handshake.phases.tlsMs, undefined);
		connection.transport.close();
		await connection.ended();
	});

	it("sends the user's fields, cookies and Origin, and our own where both are given", async () => {
		let got: NodeJS.Dict<string | string[]> = {};
		const { url, server } = await startServer({});
		server.on('headers', (_lines, request) => {
			got = request.headers;
		});
		const connection = connect(url, {
			headers: [
				['Origin', 'https://example.org'],
				['Cookie', 'a=1; b=2'],
				['X-Tenant', 'blue'],
				['Sec-WebSocket-Key', 'bm90IG91ciBvd24ga2V5IQ=='],
				['Sec-WebSocket-Version', '8'],
				['Sec-WebSocket-Extensions', 'permessage-deflate'],
			],
		});
		const handshake = await connection.opened();
		assert.equal(got.origin, 'https://example.org');
		assert.equal(got.cookie, 'a=1; b=2');
		assert.equal(got['x-tenant'], 'blue');
		assert.equal(got['sec-websocket-version'], '13');
		assert.equal(got['sec-websocket-extensions'], undefined);
		assert.ok(handshake.request.headers.some(([name, value]) => name === 'X-Tenant' && value === 'blue'));
		connection.transport.close();
		await connection.ended();
	});

	it('offers subprotocols and keeps the one that was chosen', async () => {
		const { url } = await startServer({ handleProtocols: (offered) => [...offered][1] ?? false });
		for (const changes of [
			{ subprotocols: ['first', 'second'] },
			{ headers: [['sec-websocket-protocol', 'first, second']] as const },
		]) {
			const connection = connect(url, changes);
			assert.equal((await connection.opened()).subprotocol, 'second');
			connection.transport.close();
			await connection.ended();
		}
	});

	it('agrees on permessage-deflate where it is wanted', async () => {
		const { url } = await startServer({ perMessageDeflate: { serverNoContextTakeover: true } });
		const connection = connect(url, { perMessageDeflate: true });
		assert.match((await connection.opened()).extensions, /^permessage-deflate; server_no_context_takeover/);
		connection.transport.close();
		await connection.ended();
	});

	it('reads an answer that comes byte by byte, and frames glued to its head', async () => {
		const { url } = await startRawServer((socket, head) => {
			const answer = Buffer.concat([Buffer.from(switchingProtocols(head)), Buffer.from('8101618903', 'hex')]);
			socket.setNoDelay(true);
			const write = (at: number): void => {
				if (at < answer.length - 20) {
					socket.write(answer.subarray(at, at + 1), () => setImmediate(write, at + 1));
				} else {
					socket.write(answer.subarray(at), () => setImmediate(() => socket.write('abc')));
				}
			};
			write(0);
		});
		const connection = connect(url);
		await connection.received(2);
		assert.deepEqual(
			connection.incoming().map((frame) => [frame.kind, frame.payload.toString()]),
			[
				['text', 'a'],
				['ping', 'abc'],
			],
		);
		connection.transport.close();
		await closeServers();
		await connection.ended();
	});

	describe('that is refused', () => {
		for (const [status, text, isFinal] of [
			[401, 'Unauthorized', true],
			[404, 'Not Found', true],
			[426, 'Upgrade Required', true],
			[408, 'Request Timeout', false],
			[429, 'Too Many Requests', false],
			[500, 'Internal Server Error', false],
			[503, 'Service Unavailable', false],
		] as const) {
			it(`with ${status} shows what came${isFinal ? '' : ', and may be tried again'}`, async () => {
				const end = await endAfter(
					`HTTP/1.1 ${status} ${text}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Why: because\r\nContent-Length: 4\r\n\r\nnope`,
				);
				assert.equal(end.by, 'failed');
				assert.equal(end.final, isFinal);
				assert.equal(end.problem?.code, 'upgradeRefused');
				assert.deepEqual(end.problem?.values, { status, statusText: text });
				assert.equal(end.problem?.answer?.head.line, `HTTP/1.1 ${status} ${text}`);
				assert.deepEqual(end.problem?.answer?.head.headers[2], ['X-Why', 'because']);
				assert.equal(end.problem?.answer?.bodyStart, 'nope');
			});
		}

		it('with 200 and a page shows the start of the page', async () => {
			const page = `<!doctype html>${'x'.repeat(10_000)}`;
			const end = await endAfter(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n${page}`);
			assert.equal(end.final, true);
			assert.equal(end.problem?.values.status, 200);
			assert.match(end.problem?.answer?.bodyStart ?? '', /^<!doctype html>xxx/);
			assert.equal(end.problem?.answer?.bodyStart.length, 4096);
		});

		it('with a redirect shows where to, and does not go there', async () => {
			const end = await endAfter('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
			assert.equal(end.problem?.code, 'upgradeRefused');
			assert.deepEqual(end.problem?.answer?.head.headers[0], ['Location', '/elsewhere']);
		});

		it('with a body that never ends still ends', async () => {
			const end = await endAfter('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nstart');
			assert.equal(end.problem?.answer?.bodyStart, 'start');
		});
	});

	describe('that breaks a rule', () => {
		const broken: ReadonlyArray<readonly [what: string, answer: (head: string) => string, rule: RegExp]> = [
			[
				'has a wrong accept key',
				(head) => switchingProtocols(head).replace(acceptOf(head), 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
				/^Sec-WebSocket-Accept must answer our key .* not "AAAA/,
			],
			[
				'has no accept key',
				(head) => switchingProtocols(head).replace(/Sec-WebSocket-Accept.*\r\n/, ''),
				/^Sec-WebSocket-Accept .* not missing$/,
			],
			[
				'upgrades to something else',
				(head) => switchingProtocols(head).replace('Upgrade: websocket', 'Upgrade: h2c'),
				/Upgrade field must be "websocket" .* not "h2c"$/,
			],
			['has no Connection field', (head) => switchingProtocols(head).replace(/Connection: .*\r\n/g, ''), /Connection/],
			['has no Upgrade field', (head) => switchingProtocols(head).replace(/Upgrade: .*\r\n/g, ''), /Upgrade/],
			[
				'has neither Upgrade nor Connection',
				(head) => switchingProtocols(head).replace(/(Upgrade|Connection): .*\r\n/g, ''),
				/must have the fields Upgrade and Connection/,
			],
			[
				'chooses a subprotocol that was not asked for',
				(head) => switchingProtocols(head, ['Sec-WebSocket-Protocol: soap']),
				/chose the subprotocol "soap", which was not asked for/,
			],
			[
				'has an extension that was not offered',
				(head) => switchingProtocols(head, ['Sec-WebSocket-Extensions: permessage-deflate']),
				/an extension that was not offered/,
			],
		];
		for (const [what, answer, rule] of broken) {
			it(`since it ${what} is final`, async () => {
				const end = await endAfter(answer);
				assert.equal(end.by, 'failed');
				assert.equal(end.final, true);
				assert.equal(end.problem?.code, 'handshakeInvalid');
				assert.match(String(end.problem?.values.rule), rule);
			});
		}

		it('since it chooses no subprotocol is final, and shows the answer', async () => {
			const end = await endAfter((head) => switchingProtocols(head), { subprotocols: ['graphql-ws'] });
			assert.equal(end.problem?.code, 'handshakeInvalid');
			assert.match(String(end.problem?.values.rule), /must choose one of the subprotocols graphql-ws/);
			assert.equal(end.problem?.answer?.head.line, 'HTTP/1.1 101 Switching Protocols');
		});

		for (const extensions of [
			'permessage-deflate; unknown_parameter',
			'permessage-deflate; server_max_window_bits=7',
			'permessage-deflate; server_no_context_takeover=1',
			'permessage-deflate, permessage-deflate',
			'permessage-deflate, x-other',
			'permessage-deflate; ;',
		]) {
			it(`since its extensions are "${extensions}" is final`, async () => {
				const end = await endAfter((head) => switchingProtocols(head, [`Sec-WebSocket-Extensions: ${extensions}`]), {
					perMessageDeflate: true,
				});
				assert.equal(end.problem?.code, 'handshakeInvalid');
				assert.equal(end.final, true);
			});
		}
	});

	describe('that never comes to be', () => {
		it('since the server does not answer is a time-out that says how far it got', async () => {
			const end = await endAfter('', { handshakeTimeoutMs: 100 });
			assert.equal(end.problem?.code, 'connectTimedOut');
			assert.equal(end.problem?.values.phase, 'answer');
			assert.equal(end.problem?.values.seconds, 0.1);
			assert.equal(end.final, false);
		});

		it('since nobody listens is a refused connection', async () => {
			const server = createServer().listen(0, '127.0.0.1');
			await once(server, 'listening');
			const { port } = server.address() as { port: number };
			server.close();
			await once(server, 'close');
			const end = await connect(`ws://127.0.0.1:${port}/`).ended();
			assert.equal(end.problem?.code, 'connectionRefused');
			assert.equal(end.final, false);
		});

		it('since the server hangs up is a lost connection', async () => {
			const { url } = await startRawServer((socket) => socket.destroy());
			const end = await connect(url).ended();
			assert.equal(end.problem?.code, 'connectionLost');
			assert.equal(end.final, false);
		});

		it('since the answer is no HTTP says so', async () => {
			const end = await endAfter('SSH-2.0-OpenSSH_9.6\r\n');
			assert.equal(end.problem?.code, 'connectFailed');
		});

		it('since the head of the answer is over the limit says so', async () => {
			const end = await endAfter((head) => switchingProtocols(head, [`X-Long: ${'x'.repeat(5000)}`]), {
				maxHandshakeBytes: 2000,
			});
			assert.equal(end.problem?.code, 'connectFailed');
			assert.match(String(end.problem?.values.reason), /longer than 2000 bytes/);
		});

		for (const [what, changes, code] of [
			['a subprotocol with a space', { subprotocols: ['a b'] }, 'invalidOption'],
			['a subprotocol given twice', { subprotocols: ['a', 'a'] }, 'invalidOption'],
			['a field of subprotocols that is none', { headers: [['Sec-WebSocket-Protocol', 'a b']] }, 'invalidOption'],
			['a field with a line break', { headers: [['X-A', 'b\r\nc']] }, 'invalidHeader'],
			[
				'a CA file that is not there',
				{
					url: 'wss://127.0.0.1/',
					tls: { verify: true, caFile: '/nowhere', clientCertificateFile: undefined, clientKeyFile: undefined },
				},
				'certificateUnreadable',
			],
		] as const) {
			it(`since the user gave ${what} is final`, async () => {
				const end = await connect('ws://127.0.0.1:1/', changes as Partial<Endpoint>).ended();
				assert.equal(end.problem?.code, code);
				assert.equal(end.final, true);
			});
		}

		it('since the user closes meanwhile ends by the user', async () => {
			const { url } = await startRawServer(() => connection.transport.close());
			const connection = connect(url);
			const end = await connection.ended();
			assert.equal(end.by, 'user');
			assert.equal(end.problem, undefined);
			connection.transport.close();
		});

		it('since the user closes at once ends by the user', async () => {
			const { url } = await startServer({});
			const connection = connect(url);
			connection.transport.close();
			connection.transport.close();
			assert.equal(connection.end, undefined);
			assert.equal((await connection.ended()).by, 'user');
		});

		it('since the user closes while a refusal is read ends by the user', async () => {
			const { url } = await startRawServer((socket) => {
				socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nstart');
				// The head is read by then: the answer to this request comes over the same socket, in order.
				setImmediate(() => setImmediate(() => connection.transport.close()));
			});
			const connection = connect(url);
			assert.equal((await connection.ended()).by, 'user');
		});
	});
});
