import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { faintTexts } from '../support/contrast';
import { at, connect, eventually, rows } from '../support/panel';
import { openWorkbench, type Workbench } from '../support/workbench';

/** Between two events, in milliseconds. */
const everyMs = 20;

/** A server whose events the test chooses one by one. */
async function startServer(port = 0) {
	const server = new WebSocketServer({ host: '127.0.0.1', port });
	const opened = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
	await new Promise((resolve) => server.once('listening', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		/** Sends events of these ids one after the other to who connects first, stamped by a clock that is ahead by `aheadMs`. */
		send: async (ids: readonly number[], aheadMs = 0) => {
			const socket = await opened;
			for (const id of ids) {
				socket.send(JSON.stringify({ id, sentAt: performance.timeOrigin + performance.now() + aheadMs }));
				await delay(everyMs);
			}
		},
		close: async () => {
			for (const client of server.clients) {
				client.terminate();
			}
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** An event stream, compressed, that breaks off after event 40 and goes on with event 31, whatever `Last-Event-ID` it gets. */
async function startForgetfulStream() {
	const server = createServer((request, response) => {
		response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'gzip' });
		const zipped = createGzip();
		zipped.pipe(response);
		const isAgain = request.headers['last-event-id'] !== undefined;
		let id = isAgain ? 30 : 0;
		zipped.write('retry: 100\n\n');
		const timer = setInterval(() => {
			if (isAgain || id < 40) {
				zipped.write(`id: ${++id}\ndata: {"sentAt":${Date.now()}}\n\n`);
				zipped.flush();
			} else {
				response.destroy();
			}
		}, everyMs);
		response.on('close', () => clearInterval(timer));
	});
	return listening(server);
}

/** Answers each poll with one new event. */
async function startPolled() {
	let id = 0;
	return listening(
		createServer((_request, response) => {
			response
				.writeHead(200, { 'Content-Type': 'application/json' })
				.end(JSON.stringify({ id: ++id, sentAt: performance.timeOrigin + performance.now() }));
		}),
	);
}

/** An event stream of which ten events that were made 20 ms apart leave together, as out of a proxy's buffer. */
async function startBunchedStream() {
	return listening(
		createServer((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream', Server: 'nginx/1.22.1' });
			const timer = setInterval(() => {
				const sentAtMs = performance.timeOrigin + performance.now();
				const events = Array.from(
					{ length: 10 },
					(_, at) => `data: ${JSON.stringify({ sentAt: sentAtMs - (9 - at) * 20 })}\n\n`,
				);
				response.write(events.join(''));
			}, 200);
			response.on('close', () => clearInterval(timer));
		}),
	);
}

async function listening(server: Server) {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** The numbers `from … to`, both included. */
const run = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the numbers in the real workbench', function () {
	this.timeout(180_000);
	let workbench: Workbench;
	const servers: Array<{ close(): Promise<void> }> = [];
	const start = async (port?: number) => {
		const server = await startServer(port);
		servers.push(server);
		return server;
	};

	before(async () => {
		workbench = await openWorkbench({
			theme: 'Default Dark Modern',
			// A ping or pong is a row of its own, and would push the marked rows out of view.
			settings: {
				'transportInspector.webSocket.pingIntervalSeconds': 0,
				'transportInspector.polling.intervalSeconds': 0.2,
			},
		});
	});
	after(async () => {
		await workbench?.close();
		await Promise.all(servers.map((server) => server.close()));
	});
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await workbench.screenshot(`failed ${this.currentTest.title.slice(0, 40)}`);
		}
	});

	it('say what was lost, repeated, reordered and late, in the foot, in the accounts and at the rows', async () => {
		const server = await start();
		const frame = await connect(workbench, `ws://127.0.0.1:${server.port}/feed`);
		await server.send(run(1, 50));
		// 51 and 52 never come, 54 comes twice, 56 comes after 57.
		await server.send([53, 54, 54, 55, 57, 56, 58]);
		await delay(1500);
		await server.send(run(59, 62));
		await eventually('all events', async () => (await at(frame, 'account-received').innerText()) === '61');

		assert.equal(
			(await at(frame, 'sequence').innerText()).replace(/\s+/g, ' ').trim(),
			'missing 2 in 1 gap dup 1 reordered 1 resets 0',
		);
		assert.equal(await at(frame, 'sequence-path').innerText(), '$.id');
		assert.match(await at(frame, 'stalls').innerText(), /^1, longest 1\.\d+ s$/);
		for (const [account, text] of [
			['missing', '2 in 1 gap'],
			['duplicates', '1'],
			['reorders', '1'],
		] as const) {
			assert.equal(await at(frame, `account-${account}`).innerText(), text, account);
		}

		const marked: Record<string, string> = {};
		for (const row of await rows(frame)
			.filter({ has: frame.locator('.signs:visible') })
			.all()) {
			const id = /"id":(\d+)/.exec(await row.innerText())?.[1] ?? '';
			marked[id] = await row.locator('.signs .visually-hidden').innerText();
		}
		assert.deepEqual(marked, {
			53: '2 ids are missing before it',
			54: 'its id had come before',
			57: '1 id is missing before it',
			56: 'it came after one of a higher id',
			59: 'it came after a stall',
		});
		const gap = rows(frame).filter({ hasText: '"id":53' });
		assert.equal((await gap.locator('.sign.missing').innerText()).trim(), '−2');
		await gap.locator('.cell.kind').hover();
		assert.match((await gap.locator('.cell.kind').getAttribute('title')) ?? '', /2 ids are missing before it/);
		await gap.click();
		await at(frame, 'tab-wire').click();
		await eventually('the mark in the details', async () =>
			/2 ids are missing before it/.test(await at(frame, 'detail').innerText()),
		);
		assert.deepEqual(await faintTexts(frame, 3), []);
		await workbench.screenshot('numbers');
	});

	it('read ids where the user says', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'edit-sequence-path').click();
		await at(frame, 'sequence-path-input').fill('none');
		await at(frame, 'sequence-path-input').press('Enter');
		await eventually('that ids are switched off', async () =>
			/ids switched off/.test(await frame.locator('.sequence').innerText()),
		);
		assert.equal(await at(frame, 'account-missing').innerText(), '–');
	});

	it('say by how much clocks disagree, and take off the offset that is typed', async () => {
		const server = await start();
		const frame = await connect(workbench, `ws://127.0.0.1:${server.port}/ahead`);
		await server.send(run(1, 30), 7350);
		await eventually('that the clocks disagree', async () =>
			/^clocks disagree by 7\.3\d s$/.test(await at(frame, 'lag-uncertainty').innerText()),
		);
		assert.match(await at(frame, 'lag-p50').innerText(), /^−7,3\d\d$/);
		const lag = rows(frame).last().locator('.cell.lag');
		await lag.hover();
		assert.match((await lag.getAttribute('title')) ?? '', /^−73\d\d\.\d{3} ms ± .*: clocks disagree by 7\.3\d s$/);
		await workbench.screenshot('clocks-disagree');

		await at(frame, 'lag-method').click();
		const input = at(frame, 'clock-input');
		assert.equal(await input.inputValue(), 'auto');
		await input.fill('some time');
		await input.press('Enter');
		assert.equal(await input.getAttribute('aria-invalid'), 'true', 'what can’t be read is not taken');
		await input.fill('-7.35 s');
		await input.press('Enter');
		await server.send(run(31, 40), 7350);
		await eventually('a lag without the offset', async () =>
			/^−?\d\.\d\d$/.test(await at(frame, 'lag-p50').innerText()),
		);
		assert.match(await at(frame, 'lag-uncertainty').innerText(), /\(offset as given\)$/);
		await at(frame, 'lag-span-window').click();
		assert.match((await frame.locator('.named-figure.p99').getAttribute('title')) ?? '', /of the last 60 s/);
	});

	it('tell what a restart of the server cost', async () => {
		const first = await start();
		const frame = await connect(workbench, `ws://127.0.0.1:${first.port}/restarted`);
		await first.send(run(1, 30));
		await eventually('all events', async () => (await at(frame, 'account-received').innerText()) === '30');
		await first.close();
		const second = await start(first.port);
		await second.send(run(34, 50));
		await eventually('the verdict', async () =>
			/Reconnects lost 3 events/.test(await at(frame, 'findings').innerText()),
		);
		await at(frame, 'open-diagnosis').click();
		const verdict = at(frame, 'verdicts').locator('tbody tr');
		assert.equal(await verdict.count(), 1);
		assert.deepEqual((await verdict.locator('td:visible').allInnerTexts()).slice(1), ['lost events', '3', '0']);
		assert.match(await at(frame, 'timing-gap').innerText(), /^gap\s/);
		await workbench.screenshot('verdict');
	});

	it('tell where the bytes went', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'frames').focus();
		await workbench.page.keyboard.press('i');
		const cost = at(frame, 'wire-cost');
		await cost.waitFor();
		assert.match(await cost.innerText(), /connection reuse\s+2 requests over 2 sockets/);
		assert.match(await cost.innerText(), /payload\s+[\d.]+ k?B\s+0 B/);
	});

	it('have room in a panel of 400 pixels, and nothing goes beyond its edge', async () => {
		const { page } = workbench;
		await workbench.runCommand('View: Close Primary Side Bar');
		await page.setViewportSize({ width: 448, height: 800 });
		const frame = workbench.webviewFrame();
		await at(frame, 'lag-method').waitFor();
		for (const key of ['d', 'i']) {
			await at(frame, 'frames').focus();
			await page.keyboard.press(key);
			const wide = await frame
				.locator('body')
				.evaluate((body) =>
					[
						...body.querySelectorAll<HTMLElement>(
							'.header, .figures, .lag-head, .lag-foot, .findings, .accounts, .detail-panel',
						),
					]
						.filter(
							(part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right > innerWidth,
						)
						.map((part) => `${part.className} ${part.scrollWidth} > ${part.clientWidth}`),
				);
			await workbench.screenshot(`narrow-${key}`);
			assert.deepEqual(wide, []);
		}
		for (const part of ['lag-p50', 'lag-p99', 'lag-max', 'lag-method', 'sequence', 'edit-sequence-path', 'stalls']) {
			assert.ok(await at(frame, part).isVisible(), part);
		}
		await page.setViewportSize({ width: 1280, height: 800 });
	});

	it('say of an event stream whether Last-Event-ID was honoured, and that it is compressed', async () => {
		const server = await startForgetfulStream();
		servers.push(server);
		const frame = await connect(workbench, server.url);
		await eventually('the finding', async () => (await at(frame, 'finding-compressedEventStream').count()) === 1);
		await at(frame, 'finding-compressedEventStream').click();
		await eventually('its evidence', async () =>
			/evidence\s+.*gzip/s.test(await at(frame, 'diagnosis-compressedEventStream').innerText()),
		);
		const verdict = at(frame, 'verdicts').locator('tbody tr').last();
		await eventually(
			'the verdict',
			async () => String((await verdict.locator('td:visible').allInnerTexts()).slice(1)) === 'replayed,0,10,ignored',
		);
		await workbench.screenshot('findings');
		await at(frame, 'disconnect').click();
	});

	it('find events that come bunched though they were sent apart, and name the proxy’s setting that does it', async () => {
		const server = await startBunchedStream();
		servers.push(server);
		const frame = await connect(workbench, server.url);
		const chip = at(frame, 'finding-bunched');
		await chip.waitFor();
		assert.equal((await chip.innerText()).trim(), 'Arrivals are bunched');
		await chip.click();
		const finding = at(frame, 'diagnosis-bunched');
		await eventually('its evidence', async () => /evidence\s+.*\d/s.test(await finding.innerText()));
		assert.match(await finding.innerText(), /cause\s+.*nginx.*proxy_buffering/s);
		await workbench.screenshot('bunched');
		await at(frame, 'disconnect').click();
	});

	it('tell polling’s mean lag beside half of its interval, and what its cycles are made of', async () => {
		const server = await startPolled();
		servers.push(server);
		const frame = await connect(workbench, server.url);
		await eventually('some cycles', async () =>
			/^0 of ([5-9]|\d\d+)/.test(await at(frame, 'empty-cycles').innerText()),
		);
		assert.match(await at(frame, 'mean-lag').innerText(), /^−?[\d.]+, half the interval 100$/);
		for (const line of ['hold', 'blind', 'staleness', 'due', 'first-byte', 'connect']) {
			assert.match(await at(frame, line).innerText(), /\d/, line);
		}
		await workbench.screenshot('polling');
		await at(frame, 'disconnect').click();
	});
});
