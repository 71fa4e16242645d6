import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Endpoint } from '../../../src/core/endpoint';
import type { Handshake } from '../../../src/core/handshake';
import { type HttpAnswer, type Problem, ProblemError } from '../../../src/core/problem';
import {
	createKeepAliveAgent,
	type RequestOptions,
	readAnswer,
	socketProblem,
	startRequest,
} from '../../../src/engine/transports/httpRequest';
import { TrafficTally } from '../../../src/engine/transports/trafficTally';
import type { Traffic } from '../../../src/engine/transports/transport';
import { certificateFile } from '../../support/certificates/files';
import { endpointFor } from '../../support/endpoint';
import { nowMs } from '../../support/transportRecorder';
import { closedPort, closeServers, listen, pairs, startHttp, startHttps, startRaw } from './servers';

interface Outcome {
	readonly handshake: Handshake;
	readonly answer: HttpAnswer;
	readonly traffic: Traffic;
}

async function ask(
	url: string,
	changes: Partial<Endpoint> = {},
	options: Partial<RequestOptions> = {},
): Promise<Outcome> {
	const endpoint = endpointFor(url, changes);
	const tally = new TrafficTally();
	const started = startRequest(endpoint, { method: 'GET', url, tally, ...options }, nowMs);
	const [response] = (await once(started.request, 'response')) as [IncomingMessage];
	const handshake = started.handshake(response);
	const answer = await readAnswer(response);
	await new Promise<void>((resolve) => tally.whenClosed(resolve));
	return { handshake, answer, traffic: tally.traffic() };
}

/** What an attempt fails with. */
async function failure(
	url: string,
	changes: Partial<Endpoint> = {},
	options: Partial<RequestOptions> = {},
): Promise<Problem> {
	try {
		await ask(url, changes, options);
	} catch (error) {
		return socketProblem(error, endpointFor(url, changes));
	}
	return assert.fail('it did not fail');
}

const tlsFiles: Endpoint['tls'] = {
	verify: true,
	caFile: undefined,
	clientCertificateFile: undefined,
	clientKeyFile: undefined,
};
const key = (name: string): Buffer => readFileSync(certificateFile(name));

describe('HTTP request', () => {
	afterEach(closeServers);

	it('tells the head exactly as it is sent, the user’s fields over the defaults and under the required ones', async () => {
		let line = '';
		let fields: [string, string][] = [];
		const server = await startHttp((request, response) => {
			line = `${request.method} ${request.url} HTTP/${request.httpVersion}`;
			fields = pairs(request.rawHeaders);
			response.end();
		});
		const { handshake } = await ask(
			`${server.url}path?q=%20#fragment`,
			{
				headers: [
					['accept', 'user'],
					['X-Twice', '1'],
					['x-twice', '2'],
					['Cookie', 'a=1'],
					['Cookie', 'b=2'],
					['X-Latin', 'é'],
					['Last-Event-ID', 'user'],
				],
			},
			{
				method: 'POST',
				body: '{"é":1}',
				defaultHeaders: [
					['Accept', 'default'],
					['X-Default', '1'],
				],
				headers: [['Last-Event-ID', 'required']],
			},
		);
		assert.equal(handshake.request.line, line);
		assert.deepEqual(handshake.request.headers, fields);
		assert.equal(line, 'POST /path?q=%20 HTTP/1.1');
		assert.deepEqual(fields, [
			['Host', `127.0.0.1:${server.port}`],
			['accept', 'user'],
			['X-Default', '1'],
			['x-twice', '1'],
			['x-twice', '2'],
			['Cookie', 'a=1; b=2'],
			['X-Latin', 'é'],
			['Last-Event-ID', 'required'],
			['Connection', 'close'],
			['Content-Length', '8'],
		]);
	});

	it('says where the ends are, and measures its steps', async () => {
		const server = await startHttp((_request, response) => {
			response.statusMessage = 'Fine';
			response.sendDate = false;
			response.setHeader('X-Mixed-Case', 'a');
			response.setHeader('Set-Cookie', ['a=1', 'b=2']);
			response.end('body');
		});
		const { handshake, answer, traffic } = await ask(server.url);
		assert.equal(handshake.remoteAddress, `127.0.0.1:${server.port}`);
		assert.match(handshake.localAddress, /^127\.0\.0\.1:\d+$/);
		assert.ok(Math.abs(handshake.startedAtMs - nowMs()) < 60_000);
		const { dnsMs, tcpMs, tlsMs, answerMs } = handshake.phases;
		assert.equal(dnsMs, undefined);
		assert.equal(tlsMs, undefined);
		assert.ok(tcpMs! >= 0 && answerMs! >= 0);
		assert.equal(handshake.response?.line, 'HTTP/1.1 200 Fine');
		assert.deepEqual(handshake.response?.headers, [
			['X-Mixed-Case', 'a'],
			['Set-Cookie', 'a=1'],
			['Set-Cookie', 'b=2'],
			['Connection', 'close'],
			['Content-Length', '4'],
		]);
		assert.deepEqual([answer.head, answer.bodyStart], [handshake.response, 'body']);
		assert.equal(handshake.tls, undefined);
		assert.ok(traffic.bytesIn > 100 && traffic.bytesOut > 40);
	});

	it('finds localhost, whichever family listens, and measures the look-up', async () => {
		const server = await startHttp((_request, response) => response.end());
		const { handshake } = await ask(`http://localhost:${server.port}/`);
		assert.ok(handshake.phases.dnsMs! >= 0);
		assert.equal(handshake.remoteAddress, `127.0.0.1:${server.port}`);
	});

	it('takes an IPv6 address in brackets', async () => {
		const probe = createServer();
		const available = await new Promise<boolean>((resolve) => {
			probe.once('error', () => resolve(false));
			probe.listen(0, '::1', () => resolve(true));
		});
		probe.close();
		if (!available) {
			// This machine has no IPv6; what is left to test is that the address is understood.
			assert.notEqual((await failure('http://[::1]:1/')).code, 'unknownHost');
			return;
		}
		const port = await closedPort();
		assert.deepEqual(await failure(`http://[::1]:${port}/`), {
			code: 'connectionRefused',
			values: { host: '::1', port },
		});
	});

	it('sends the URL’s user and password, unless the user sends another', async () => {
		const server = await startHttp((request, response) => response.end(request.headers.authorization));
		const url = `http://user:p%40ss@127.0.0.1:${server.port}/`;
		assert.equal((await ask(url)).answer.bodyStart, `Basic ${Buffer.from('user:p@ss').toString('base64')}`);
		assert.equal((await ask(url, { headers: [['authorization', 'Bearer x']] })).answer.bodyStart, 'Bearer x');
	});

	it('keeps a connection open for the next request, whose steps it then has not', async () => {
		const server = await startHttp((_request, response) => response.end('x'));
		const endpoint = endpointFor(server.url);
		const agent = createKeepAliveAgent(endpoint, server.url);
		for (const reused of [false, true]) {
			const started = startRequest(endpoint, { method: 'GET', url: server.url, agent }, nowMs);
			const [response] = (await once(started.request, 'response')) as [IncomingMessage];
			response.resume();
			await once(started.request, 'close');
			assert.equal(started.phases.tcpMs === undefined, reused);
			assert.equal(started.request.reusedSocket, reused);
			assert.ok(started.phases.answerMs! >= 0);
			assert.ok(started.sentAtMs()! >= started.startedAtMs);
			assert.ok(started.head.headers.some(([name, value]) => name === 'Connection' && value === 'keep-alive'));
			await new Promise((resolve) => setImmediate(resolve));
		}
		assert.equal(server.connections(), 1);
		agent.destroy();
		await server.idle();
	});

	it('reads the start of a body that is compressed, long or never ends', async () => {
		const zipped = await startHttp((_request, response) => {
			response.setHeader('Content-Encoding', 'gzip');
			response.end(gzipSync('<h1>no</h1>'));
		});
		assert.equal((await ask(zipped.url)).answer.bodyStart, '<h1>no</h1>');
		const long = await startHttp((_request, response) => response.end('é'.repeat(100_000)));
		assert.equal((await ask(long.url)).answer.bodyStart, 'é'.repeat(2048));
		const endless = await startHttp((_request, response) => void response.write('begun'));
		assert.equal((await ask(endless.url)).answer.bodyStart, 'begun');
		const strange = await startHttp((_request, response) => {
			response.setHeader('Content-Encoding', 'zstd');
			response.end('x');
		});
		assert.equal((await ask(strange.url)).answer.bodyStart, '');
	});

	describe('says what is wrong', () => {
		const headers: [name: string, value: string, reason: string][] = [
			['X', 'a\r\nB: c', 'it has a line break'],
			['X', 'a\nb', 'it has a line break'],
			['X\r\nY', 'a', 'it has a line break'],
			['X Y', 'a', 'its name has a character that HTTP does not allow'],
			['', 'a', 'its name is empty'],
			['X', 'a\0b', 'its value has a character that HTTP does not allow'],
			['X', '🚀', 'its value has a character that HTTP does not allow'],
		];
		for (const [name, value, reason] of headers) {
			it(`with the header ${JSON.stringify([name, value])}, before anything is sent`, () => {
				const endpoint = endpointFor('http://127.0.0.1:1/', { headers: [[name, value]] });
				assert.throws(
					() => startRequest(endpoint, { method: 'GET', url: endpoint.url }, nowMs),
					(error) => {
						assert.ok(error instanceof ProblemError);
						assert.deepEqual(error.problem, { code: 'invalidHeader', values: { name, reason } });
						return true;
					},
				);
			});
		}

		it('with a method that is none', async () => {
			for (const method of ['G T', '', 'CONNECT', 'GET\r\n']) {
				const problem = await failure('http://127.0.0.1:1/', {}, { method });
				assert.equal(problem.code, 'invalidOption');
				assert.equal(problem.values.value, method);
			}
		});

		it('with an unknown host', async () => {
			assert.deepEqual(await failure('http://nobody.invalid/'), {
				code: 'unknownHost',
				values: { host: 'nobody.invalid' },
			});
		});

		it('with a port where nobody listens', async () => {
			const port = await closedPort();
			for (const scheme of ['http', 'https']) {
				for (const host of ['127.0.0.1', 'localhost']) {
					assert.deepEqual(await failure(`${scheme}://${host}:${port}/`), {
						code: 'connectionRefused',
						values: { host, port },
					});
				}
			}
		});

		it('with a server that accepts and never answers', async () => {
			const server = await startRaw(() => {});
			assert.deepEqual(await failure(server.url, { handshakeTimeoutMs: 300 }), {
				code: 'connectTimedOut',
				values: { host: '127.0.0.1', port: server.port, seconds: 0.3, phase: 'answer' },
			});
			await server.idle();
		});

		it('with a server that never finishes the TLS handshake', async () => {
			const server = await listen(
				createServer((socket) => socket.resume()),
				'https',
			);
			const problem = await failure(server.url, { handshakeTimeoutMs: 300 });
			assert.equal(problem.code, 'connectTimedOut');
			assert.equal(problem.values.phase, 'tls');
			await server.idle();
		});

		it('ended by its owner in the middle of the TLS handshake', async () => {
			let hello: (bytes: number) => void = () => {};
			const helloed = new Promise<number>((resolve) => {
				hello = resolve;
			});
			const server = await listen(
				createServer((socket) => socket.once('data', (bytes) => hello(bytes.length))),
				'https',
			);
			const tally = new TrafficTally();
			const { request } = startRequest(endpointFor(server.url), { method: 'GET', url: server.url, tally }, nowMs);
			const failed = once(request, 'error');
			const closed = new Promise((resolve) => request.once('close', resolve));
			const helloBytes = await helloed;
			request.destroy();
			const [error] = (await failed) as [NodeJS.ErrnoException];
			assert.equal(error.code, 'ECONNRESET');
			await closed;
			await server.idle();
			const { bytesIn, bytesOut, tlsBytesOut, requests, sockets, tlsHandshakes } = tally.traffic();
			assert.deepEqual(
				{ bytesIn, bytesOut, tlsBytesOut, requests, sockets, tlsHandshakes },
				{ bytesIn: 0, bytesOut: helloBytes, tlsBytesOut: helloBytes, requests: 0, sockets: 1, tlsHandshakes: 0 },
			);
		});

		it('with an answer that is not HTTP', async () => {
			const server = await startRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
			const problem = await failure(server.url);
			assert.equal(problem.code, 'connectFailed');
			assert.match(String(problem.values.reason), /not HTTP/);
		});

		it('with a head that is longer than the limit', async () => {
			const server = await startHttp((_request, response) => response.setHeader('X', 'y'.repeat(5000)).end());
			const problem = await failure(server.url, { maxHandshakeBytes: 4000 });
			assert.equal(problem.code, 'connectFailed');
			assert.match(String(problem.values.reason), /longer than 4000 bytes/);
		});

		it('with a server that closes without an answer, or within its head', async () => {
			const silent = await startRaw((socket) => socket.end());
			assert.deepEqual(await failure(silent.url), {
				code: 'connectionLost',
				values: { reason: 'the server closed the connection without an answer' },
			});
			const partial = await startRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nX: '));
			assert.equal((await failure(partial.url)).code, 'connectionLost');
		});

		it('with a switch to another protocol that nobody asked for', async () => {
			const server = await startRaw((socket) =>
				socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
			);
			const problem = await failure(server.url);
			assert.equal(problem.code, 'wrongStatus');
			assert.equal(problem.values.status, 101);
			await server.idle();
		});
	});

	describe('over TLS', () => {
		const options = { cert: key('server.pem'), key: key('server.key.pem') };

		it('trusts a CA file, and tells protocol and cipher', async () => {
			const server = await startHttps(options, (_request, response) => response.end('x'));
			const { handshake } = await ask(server.url, { tls: { ...tlsFiles, caFile: certificateFile('authority.pem') } });
			assert.equal(handshake.tls?.authorized, true);
			assert.match(handshake.tls.protocol, /^TLSv1\.[23]$/);
			assert.match(handshake.tls.cipher, /^TLS_/);
			assert.ok(handshake.phases.tlsMs! >= 0);
		});

		it('refuses a certificate that does not verify, and takes it where told to', async () => {
			const server = await startHttps(options, (_request, response) => response.end('x'));
			const problem = await failure(server.url);
			assert.equal(problem.code, 'tlsFailed');
			assert.equal(problem.values.host, '127.0.0.1');
			const { handshake } = await ask(server.url, { tls: { ...tlsFiles, verify: false } });
			assert.equal(handshake.tls?.authorized, false);
			assert.ok(handshake.tls.reason);
		});

		it('says that a certificate is self-signed', async () => {
			const server = await startHttps(
				{ cert: key('selfSigned.pem'), key: key('selfSigned.key.pem') },
				(_request, response) => response.end('x'),
			);
			assert.equal((await failure(server.url)).values.reason, 'its certificate is self-signed');
		});

		it('shows a client certificate', async () => {
			const server = await startHttps(
				{ ...options, requestCert: true, rejectUnauthorized: true, ca: key('authority.pem') },
				(_request, response) => response.end('welcome'),
			);
			const trusting = { ...tlsFiles, caFile: certificateFile('authority.pem') };
			assert.equal((await failure(server.url, { tls: trusting })).code, 'tlsFailed');
			const tls = {
				...trusting,
				clientCertificateFile: certificateFile('client.pem'),
				clientKeyFile: certificateFile('client.key.pem'),
			};
			assert.equal((await ask(server.url, { tls })).answer.bodyStart, 'welcome');
		});

		it('says that a server does not speak TLS', async () => {
			const server = await startHttp((_request, response) => response.end());
			const problem = await failure(server.url.replace('http', 'https'));
			assert.deepEqual([problem.code, problem.values.reason], ['tlsFailed', 'the server does not speak TLS there']);
		});

		it('says which file can’t be used, and why', async () => {
			const of = (tls: Partial<Endpoint['tls']>): Promise<Problem> =>
				failure('https://127.0.0.1:1/', { tls: { ...tlsFiles, ...tls } });
			const cases: [Promise<Problem>, file: string, reason: RegExp][] = [
				[of({ caFile: '/nowhere/ca.pem' }), '/nowhere/ca.pem', /no such file/],
				[of({ caFile: certificateFile('') }), certificateFile(''), /folder/],
				[of({ caFile: certificateFile('README.md') }), certificateFile('README.md'), /not a PEM file/],
				[of({ caFile: certificateFile('server.key.pem') }), certificateFile('server.key.pem'), /no certificate/],
				[of({ clientCertificateFile: certificateFile('client.pem') }), certificateFile('client.pem'), /no private key/],
				[
					of({
						clientCertificateFile: certificateFile('client.pem'),
						clientKeyFile: certificateFile('server.key.pem'),
					}),
					certificateFile('server.key.pem'),
					/mismatch/,
				],
			];
			for (const [problem, file, reason] of cases) {
				const { code, values } = await problem;
				assert.equal(code, 'certificateUnreadable');
				assert.equal(values.file, file);
				assert.match(String(values.reason), reason);
			}
		});
	});
});
