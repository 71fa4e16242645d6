import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectOptions } from '../../src/core/endpoint';
import type { ExportedFrame } from '../../src/core/messages';
import type { Problem } from '../../src/core/problem';
import { problemText } from '../../src/host/problemText';
import { closedPort, closeServers as closeHttpServers, startHttp, startHttps } from '../unit/http/servers';
import { closeServers as closeRawServers, startRawServer, switchingProtocols } from '../unit/webSocket/servers';
import { api, extensionId, run, statistics, until } from './support';

/** Connects without a panel and gives the sentence that it is refused with. */
async function refusal(options: ConnectOptions): Promise<string> {
	try {
		await run('connect', { show: false, ...options });
	} catch (error) {
		return (error as Error).message;
	}
	assert.fail(`connected to ${options.url}`);
}

/** The problem of the session made last; the panel shows it as a sentence, with what came back. */
async function lastProblem(): Promise<Problem> {
	const session = (await api()).sessions.at(-1);
	assert.ok(session, 'the session is listed');
	assert.equal(session.state, 'failed');
	assert.ok(session.problem, 'it says why');
	return session.problem;
}

/** A frame as a server sends it, unmasked, with a payload of less than 126 bytes. */
function serverFrame(head: number, payload: string | Uint8Array): Buffer {
	const bytes = Buffer.from(payload as string);
	return Buffer.concat([Buffer.from([head, bytes.length]), bytes]);
}

const text = 0x81;
const twoFrames = [serverFrame(text, 'first'), serverFrame(text, 'second')];

/** Connects to a server that sends two good messages and then what `spoil` does; gives the sentence once that is over. */
async function spoilt(spoil: (socket: Socket) => void, options: Partial<ConnectOptions> = {}): Promise<string> {
	const { url } = await startRawServer((socket, head) => {
		socket.write(Buffer.concat([Buffer.from(switchingProtocols(head)), ...twoFrames]));
		spoil(socket);
	});
	const id = await run<string>('connect', { url, show: false, reconnect: false, perMessageDeflate: false, ...options });
	await until('the end', async () => (await statistics(id)).state === 'failed');
	await assertKept(id, ['first', 'second']);
	return problemText(await lastProblem());
}

/** What was captured before it went wrong is still there: in the account, in the list and in an export. */
async function assertKept(id: string, messages: readonly string[]): Promise<void> {
	const { framesReceived, framesKept, framesEvicted } = await statistics(id);
	assert.equal(framesReceived, framesKept + framesEvicted);
	assert.ok(framesKept >= messages.length, `${framesKept} frames kept`);
	const folder = mkdtempSync(join(tmpdir(), 'kept-'));
	try {
		const target = vscode.Uri.file(join(folder, 'frames.jsonl'));
		await run('exportFrames', id, target);
		const frames = readFileSync(target.fsPath, 'utf8')
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as ExportedFrame)
			.filter(({ direction, kind }) => direction === 'in' && (kind === 'text' || kind === 'event'));
		assert.deepEqual(
			frames.slice(0, messages.length).map((frame) => frame.text),
			messages,
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Changes settings for one test. */
async function withSettings(settings: Readonly<Record<string, unknown>>, test: () => Promise<void>): Promise<void> {
	const configuration = vscode.workspace.getConfiguration('transportInspector');
	const set = (name: string, value: unknown): Thenable<void> =>
		configuration.update(name, value, vscode.ConfigurationTarget.Workspace);
	for (const [name, value] of Object.entries(settings)) {
		await set(name, value);
	}
	try {
		await test();
	} finally {
		for (const name of Object.keys(settings)) {
			await set(name, undefined);
		}
	}
}

/** Bad input gets a clear answer, and nothing is lost: each sentence says what was seen, what was expected, what to try. */
describe('bad input', () => {
	afterEach(async () => {
		for (const { id } of (await api()).sessions) {
			await run('remove', id);
		}
		await Promise.all([closeRawServers(), closeHttpServers()]);
	});

	it('malformed URL', async () => {
		assert.equal(
			await refusal({ url: 'http://' }),
			'"http://" is not a URL; expected one such as ws://localhost:8080/feed or localhost:3000/events.',
		);
	});

	it('unsupported scheme', async () => {
		assert.equal(
			await refusal({ url: 'ftp://127.0.0.1/x' }),
			'"ftp:" is not a scheme that carries live traffic; use ws:, wss:, http: or https:.',
		);
	});

	for (const transport of ['webSocket', 'eventStream', 'longPoll', 'polling'] as const) {
		it(`header with a line break, for ${transport}`, async () => {
			const server = await startHttp((_request, response) => response.end());
			const sentence = await refusal({ url: server.url, transport, headers: { 'X-A': 'b\r\nX-Evil: 1' } });
			assert.match(sentence, /^The header "X-A" can't be sent \(.+\); header names and values must be one line of /);
			assert.match(sentence, /so remove what does not belong there\.$/);
			assert.equal(server.connections(), 0, 'nothing was sent');
		});
	}

	it('refused connection', async () => {
		const port = await closedPort();
		const sentence = `Nothing listens at 127.0.0.1:${port}; start the server there, or check the port, and reconnect.`;
		assert.equal(await refusal({ url: `ws://127.0.0.1:${port}/` }), sentence);
		assert.equal(await refusal({ url: `http://127.0.0.1:${port}/` }), sentence);
	});

	it('unknown host', async () => {
		assert.equal(
			await refusal({ url: 'wss://nobody.invalid/feed' }),
			'No host is called "nobody.invalid"; check the spelling, or whether a VPN or hosts entry is missing.',
		);
	});

	it('TLS failure', async () => {
		const server = await startHttps(
			{
				cert: readFileSync(certificateOf('selfSigned.pem')),
				key: readFileSync(certificateOf('selfSigned.key.pem')),
			},
			(_request, response) => response.end(),
		);
		const sentence =
			'TLS with 127.0.0.1 failed: its certificate is self-signed; name its authority in "tls.caFile", or turn "tls.verify" off for a server that you trust.';
		assert.equal(await refusal({ url: server.url }), sentence);
		assert.equal(await refusal({ url: server.url.replace('https:', 'wss:') }), sentence);
	});

	it('a server that speaks no TLS where TLS was expected', async () => {
		const server = await startHttp((_request, response) => response.end());
		assert.match(
			await refusal({ url: server.url.replace('http:', 'wss:') }),
			/^TLS with 127\.0\.0\.1 failed: the server does not speak TLS there; .*\.$/,
		);
	});

	it('HTML where an event stream was expected', async () => {
		const server = await startHttp((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<h1>Please sign in</h1>');
		});
		assert.equal(
			await refusal({ url: server.url, transport: 'eventStream' }),
			'The server answered with text/html; charset=utf-8 where text/event-stream was expected; check the path, or choose another transport in the panel.',
		);
		const { answer } = await lastProblem();
		assert.equal(answer?.head.line, 'HTTP/1.1 200 OK');
		assert.equal(answer?.bodyStart, '<h1>Please sign in</h1>');
	});

	it('a server that dies in mid-frame', async () => {
		const half = serverFrame(text, 'a message that never ends').subarray(0, 12);
		assert.equal(
			await spoilt((socket) => socket.end(half)),
			"The connection was lost: the server closed the connection in mid-frame, after 12 of 27 bytes; expected it to be closed in good order, so look at the server's log or a proxy's idle limit.",
		);
	});

	it('an event stream that dies in mid-event', async () => {
		const server = await startHttp((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Length': '1000' });
			response.write('data: first\n\ndata: second\n\ndata: thi');
			setTimeout(() => response.destroy(), 50);
		});
		const id = await run<string>('connect', { url: server.url, show: false, reconnect: false });
		await until('the end', async () => (await statistics(id)).state === 'failed');
		await assertKept(id, ['first', 'second']);
		assert.match(
			problemText(await lastProblem()),
			/^The connection was lost: the connection broke off in mid-event, 9 bytes into it; expected it to be closed in good order, /,
		);
	});

	it('a message over the limit', async () => {
		assert.equal(
			await spoilt((socket) => socket.write(serverFrame(text, 'x'.repeat(101))), { maxMessageBytes: 100 }),
			'A message of 101 bytes is over the limit of 100; raise "limits.maxMessageBytes" to take it.',
		);
	});

	it('invalid UTF-8 in a text frame', async () => {
		assert.equal(
			await spoilt((socket) => socket.write(serverFrame(text, new Uint8Array([0x61, 0xff, 0x62])))),
			'A text message is not UTF-8, which RFC 6455 §8.1 asks for; send it as binary, or correct its encoding on the server.',
		);
	});

	for (const [what, frame, rule] of [
		[
			'a masked frame of a server',
			Buffer.from([0x81, 0x80 | 2, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]),
			'a server must not mask its frames (RFC 6455 §5.1)',
		],
		['a reserved opcode', serverFrame(0x83, 'hi'), 'the opcode is reserved (RFC 6455 §5.2): opcode 3, first byte 0x83'],
		[
			'a continuation of nothing',
			serverFrame(0x80, 'hi'),
			'a continuation frame came while no message was open (RFC 6455 §5.4): opcode 0, first byte 0x80',
		],
	] as const) {
		it(`a protocol violation: ${what}`, async () => {
			assert.equal(
				await spoilt((socket) => socket.write(frame)),
				`The server broke the WebSocket protocol: ${rule}; expected what RFC 6455 says, so look at the server or at a proxy that changes frames.`,
			);
		});
	}

	it('an upgrade with the wrong accept key', async () => {
		const { url } = await startRawServer((socket, head) =>
			socket.write(switchingProtocols(head).replace(/Accept: .*/, 'Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=')),
		);
		assert.match(
			await refusal({ url }),
			/^The upgrade to WebSocket breaks RFC 6455: .+; expected a WebSocket server behind this URL, so check the path and any proxy between\.$/,
		);
	});

	for (const transport of ['webSocket', 'eventStream'] as const) {
		it(`a server that accepts and never answers, for ${transport}`, async () => {
			const { url } = await startRawServer(() => {});
			const { host } = new URL(url);
			await withSettings({ 'limits.handshakeTimeoutSeconds': 0.3 }, async () => {
				assert.equal(
					await refusal({ url, transport }),
					`${host} did not get past the request (no answer) within 0.3 s; check that the server answers there, or raise "limits.handshakeTimeoutSeconds".`,
				);
			});
		});
	}

	for (const [status, statusLine, body, advice] of [
		[401, 'HTTP/1.1 401 Unauthorized', 'Who are you?', 'give it the credentials it wants, with the "headers" option'],
		[404, 'HTTP/1.1 404 Not Found', 'Nothing here.', 'check the path'],
		[200, 'HTTP/1.1 200 OK', '<!doctype html><title>Hello</title>', 'this path serves a page, so check the path'],
		[426, 'HTTP/1.1 426 Upgrade Required', 'Upgrade to TLS/1.3.', 'it wants another protocol or version'],
	] as const) {
		it(`a handshake refused with ${status} shows status, headers and the beginning of the body`, async () => {
			const server = await startHttp((_request, response) => {
				response.writeHead(status, { 'Content-Type': 'text/html', 'X-Reason': 'a test' }).end(body);
			});
			const sentence = await refusal({ url: server.url.replace('http:', 'ws:') });
			assert.ok(
				sentence.startsWith(`The server answered ${statusLine.slice(9)} where 101 Switching Protocols was expected; `),
				sentence,
			);
			assert.ok(sentence.includes(advice), sentence);
			const problem = await lastProblem();
			assert.equal(problem.code, 'upgradeRefused');
			assert.equal(problem.answer?.head.line, statusLine);
			assert.deepEqual(
				problem.answer?.head.headers.find(([name]) => name === 'X-Reason'),
				['X-Reason', 'a test'],
			);
			assert.equal(problem.answer?.bodyStart, body);
		});
	}

	for (const transport of ['eventStream', 'longPoll', 'polling'] as const) {
		it(`a request of ${transport} answered with 401 shows status, headers and the beginning of the body`, async () => {
			const server = await startHttp((_request, response) => {
				response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end('Who are you?');
			});
			assert.match(
				await refusal({ url: server.url, transport }),
				/^The server answered 401 Unauthorized where a 200 was expected; give it the credentials it wants, /,
			);
			const { answer } = await lastProblem();
			assert.equal(answer?.head.line, 'HTTP/1.1 401 Unauthorized');
			assert.deepEqual(answer?.head.headers[0], ['WWW-Authenticate', 'Bearer']);
			assert.equal(answer?.bodyStart, 'Who are you?');
		});
	}

	it('a full disk: frames are still counted, and those before it stay', async function () {
		if (process.platform !== 'linux') {
			// Only Linux has a file that is always full.
			this.skip();
		}
		const send: Array<(event: string) => void> = [];
		const server = await startHttp((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
			send.push((event) => response.write(`data: ${event}\n\n`));
		});
		const options = { url: server.url, transport: 'eventStream', show: false };
		const connect = (): Promise<string> => run<string>('connect', options);
		const before = await connect();
		send[0]!('before');
		await until('a frame', async () => (await statistics(before)).framesKept === 1);

		const id = await connect();
		symlinkSync('/dev/full', join(dirname(captureFolderOf(before)), id, '000001.payloads'));
		send[1]!('first');
		const problem = await until(
			'the full disk',
			async () => (await api()).sessions.find((session) => session.id === id)?.captureProblem,
		);
		assert.match(
			problemText(problem),
			/^The disk is full, so payloads are no longer kept in .+; frames are still counted, so make room and clear the session\.$/,
		);
		send[1]!('second');
		send[1]!('third');
		const seen = await until('the frames after it', async () => {
			const now = await statistics(id);
			return now.framesReceived === 3 && now;
		});
		assert.equal(seen.state, 'open');
		assert.equal(seen.framesReceived, seen.framesKept + seen.framesEvicted);
		assert.ok(seen.payloadsLost >= 2, `${seen.payloadsLost} payloads lost`);
		const { frames } = await api();
		assert.deepEqual(
			(await frames(id, 1, 10)).map(({ sizeBytes }) => sizeBytes),
			[5, 6, 5],
		);
		await assertKept(before, ['before']);
	});
});

/** Where a session's capture is, by the file that this process has open for it. */
function captureFolderOf(id: string): string {
	for (const descriptor of readdirSync('/proc/self/fd')) {
		const link = join('/proc/self/fd', descriptor);
		const path = existsSync(link) ? readlinkSync(link) : '';
		if (path.includes(id) && path.endsWith('.payloads')) {
			return dirname(path);
		}
	}
	assert.fail(`no file of session ${id} is open`);
}

/** A file of the test certificates. An extension host's working directory is not the repository. */
function certificateOf(name: string): string {
	return join(vscode.extensions.getExtension(extensionId)!.extensionPath, 'test', 'support', 'certificates', name);
}
