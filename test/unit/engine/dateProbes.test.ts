import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ClockOffset } from '../../../src/core/timing/clockOffset';
import { DateProbes } from '../../../src/engine/dateProbes';
import { endpointFor } from '../../support/endpoint';
import { nowMs } from '../../support/transportRecorder';

describe('DateProbes', function () {
	this.timeout(20_000);
	let server: Server;
	let probes: DateProbes | undefined;
	const sockets = new Set<Socket>();

	afterEach(async () => {
		probes?.stop();
		probes = undefined;
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
		sockets.clear();
		server = createServer(answer);
		server.on('connection', (socket) => sockets.add(socket));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return `127.0.0.1:${(server.address() as AddressInfo).port}`;
	};

	const start = (url: string, changes = {}): { readonly clock: ClockOffset; readonly answers: string[] } => {
		const clock = new ClockOffset();
		const answers: string[] = [];
		probes = new DateProbes(endpointFor(url, changes), nowMs, {
			at: (atMs) => clock.at(atMs),
			latenessMs: () => 5,
			answered: (sentAtMs, firstByteAtMs, dateHeader) => {
				answers.push(dateHeader);
				const ms = Date.parse(dateHeader);
				clock.take(sentAtMs, sentAtMs - ms - 1005, firstByteAtMs, firstByteAtMs - ms);
			},
		});
		probes.start(0);
		return { clock, answers };
	};

	const until = async (what: string, look: () => boolean): Promise<void> => {
		const deadline = Date.now() + 15_000;
		while (!look()) {
			assert.ok(Date.now() < deadline, `waited for: ${what}`);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};
	const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

	it('halves what is known of the clock with each request, over one connection', async () => {
		const skewMs = -90_000;
		const address = await serve((_request, response) => {
			response.sendDate = false;
			response.setHeader('Date', new Date(nowMs() - skewMs).toUTCString());
			response.setHeader('Content-Length', 0);
			response.end();
		});
		const { clock, answers } = start(`ws://${address}/feed`);
		await until('seven answers', () => answers.length >= 7);
		const { offsetMs, uncertaintyMs } = clock.at(nowMs())!;
		// Half a second with the first, and 2⁻⁶ of it with the seventh, were no round trip and no timer late: a quarter of that.
		assert.ok(uncertaintyMs < 130, `±${uncertaintyMs}`);
		assert.ok(Math.abs(offsetMs - skewMs) <= uncertaintyMs);
		assert.equal(sockets.size, 1);
	});

	it("asks for the origin's head, without the user's fields, user or password", async () => {
		const seen: IncomingMessage[] = [];
		const address = await serve((request, response) => {
			seen.push(request);
			response.end();
		});
		start(`ws://ann:secret@${address}/feed?token=1`, { headers: [['Authorization', 'Bearer secret']] });
		await until('a request', () => seen.length > 0);
		const { method, url, headers } = seen[0]!;
		assert.equal(method, 'HEAD');
		assert.equal(url, '/');
		assert.equal(headers.authorization, undefined);
		assert.equal(headers.cookie, undefined);
		assert.equal(headers['cache-control'], 'no-cache');
	});

	it('takes an answer whatever its status, but none out of a cache, without a date, or from a server that is too busy', async () => {
		for (const [status, fields, taken] of [
			[404, {}, true],
			[405, {}, true],
			[200, { Age: '7' }, false],
			[429, {}, false],
			[503, {}, false],
			[200, { Date: undefined }, false],
		] as const) {
			let requests = 0;
			const address = await serve((_request, response) => {
				requests++;
				response.sendDate = !('Date' in fields);
				response.writeHead(status, 'Age' in fields ? fields : {}).end();
			});
			const { answers } = start(`http://${address}/`);
			await until('an answer', () => requests > 0);
			await pause(60);
			assert.equal(answers.length > 0, taken, `${status} ${JSON.stringify(fields)}`);
			if (!taken) {
				await pause(1200);
				assert.equal(requests, 1, 'it is not asked again soon');
			}
			probes!.stop();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
		await serve(() => {});
	});

	it('waits as long as before though it is stopped and started again and again', async () => {
		for (const status of [429, 200]) {
			let requests = 0;
			const address = await serve((_request, response) => {
				requests++;
				response.writeHead(status, { Date: new Date(nowMs()).toUTCString(), 'Content-Length': 0 }).end();
			});
			// A clock that is known well already has its probes rest after one answer.
			probes = new DateProbes(endpointFor(`http://${address}/`), nowMs, {
				at: () => ({ offsetMs: 0, uncertaintyMs: 0 }),
				latenessMs: () => 5,
				answered: () => {},
			});
			probes.start(0);
			await until('an answer', () => requests > 0);
			await pause(60);
			for (let reconnect = 0; reconnect < 10; reconnect++) {
				probes.stop();
				probes.start(0);
				await pause(20);
			}
			assert.equal(requests, 1, `status ${status}`);
			probes.stop();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
		await serve(() => {});
	});

	it('does not ask again and again where it is stopped before an answer came', async () => {
		let requests = 0;
		const address = await serve(() => {
			requests++;
		});
		start(`http://${address}/`);
		await until('a request', () => requests === 1);
		for (let reconnect = 0; reconnect < 10; reconnect++) {
			probes!.stop();
			probes!.start(0);
			await pause(20);
		}
		assert.equal(requests, 1);
		await until('another one, a second later', () => requests === 2);
	});

	it('goes on over another connection where the server has ended the idle one', async () => {
		const address = await serve(({ socket }, response) => {
			response.setHeader('Content-Length', 0);
			response.end();
			setTimeout(() => socket.destroy(), 20);
		});
		const { answers } = start(`http://${address}/`);
		await until('three answers', () => answers.length >= 3);
		assert.ok(sockets.size >= 3);
	});

	it('leaves nothing open and sends nothing once stopped, not even while one is on its way', async () => {
		let requests = 0;
		const address = await serve(() => {
			requests++;
		});
		const { answers } = start(`http://${address}/`);
		await until('a request', () => requests === 1);
		probes!.stop();
		await until('the socket to be gone', () => [...sockets].every((socket) => socket.destroyed));
		await pause(100);
		assert.equal(requests, 1);
		assert.deepEqual(answers, []);
	});

	it('ends quietly where nobody answers, or a certificate can not be read', async () => {
		const address = await serve(() => {});
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		const { answers } = start(`http://${address}/`);
		await pause(100);
		probes!.stop();
		const tls = { verify: true, caFile: '/nowhere.pem', clientCertificateFile: undefined, clientKeyFile: undefined };
		assert.deepEqual(start('wss://127.0.0.1:1/', { tls }).answers, []);
		await pause(50);
		assert.deepEqual(answers, []);
		await serve(() => {});
	});
});
