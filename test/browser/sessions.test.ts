import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { at, connect, eventually, rows } from '../support/panel';
import { openWorkbench, type Workbench } from '../support/workbench';

describe('the demo server and the sessions in the real workbench', function () {
	this.timeout(180_000);
	let workbench: Workbench;
	let plain: Server;
	let plainUrl: string;

	before(async () => {
		plain = createServer((_request, response) => {
			response.writeHead(404, { 'Content-Type': 'text/html', 'X-Seen': 'yes' }).end('<h1>Nothing here</h1>');
		});
		await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
		plainUrl = `ws://127.0.0.1:${(plain.address() as AddressInfo).port}/missing`;
		workbench = await openWorkbench({ viewport: { width: 1500, height: 950 } });
	});
	after(async () => {
		await workbench?.close();
		plain?.closeAllConnections();
		await new Promise((resolve) => plain?.close(resolve));
	});
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await workbench.screenshot(`failed ${this.currentTest.title.slice(0, 40)}`);
		}
	});

	it('offers to watch all four transports when the demo server is started, and shows them side by side', async () => {
		await workbench.runCommand('Transport Inspector: Start Demo Server');
		const { page } = workbench;
		await eventually('the offer', async () =>
			/The demo server serves one feed at 127\.0\.0\.1:\d+/.test(String(await workbench.notifications())),
		);
		await page.locator('.notifications-center').getByRole('button', { name: 'Watch All Four' }).first().click();
		const frames = workbench.page.locator('iframe.webview.ready:visible');
		await eventually('four panels', async () => (await frames.count()) === 4);
		const seen = new Map<string, string>();
		for (let place = 0; place < 4; place++) {
			const frame = frames.nth(place).contentFrame().frameLocator('#active-frame');
			await eventually('rows', async () => (await rows(frame).count()) >= 3);
			const transport = await at(frame, 'transport').inputValue();
			seen.set(transport, (await rows(frame).allInnerTexts()).join('\n'));
		}
		assert.deepEqual([...seen.keys()].sort(), ['eventStream', 'longPoll', 'polling', 'webSocket']);
		await workbench.screenshot('side-by-side');
	});

	it('tells all of a poll cycle: its hold, its blind window, its headers and its cursor', async () => {
		const frames = workbench.page.locator('iframe.webview.ready:visible');
		for (let place = 0; place < 4; place++) {
			const frame = frames.nth(place).contentFrame().frameLocator('#active-frame');
			if ((await at(frame, 'transport').inputValue()) !== 'longPoll') {
				continue;
			}
			await rows(frame).filter({ hasText: 'cycle' }).last().click();
			await at(frame, 'tab-wire').click();
			await eventually('the cycle', async () => {
				const text = await at(frame, 'detail').innerText();
				return (
					/hold/i.test(text) && /blind/i.test(text) && /cursor/i.test(text) && /GET \/long-poll\?since=\d+/.test(text)
				);
			});
			return;
		}
		assert.fail('no panel of long polling');
	});

	it('lists each session with its state, and ends one on its inline button', async () => {
		const { page } = workbench;
		await page.getByRole('tab', { name: 'Transport Inspector', exact: true }).click();
		const items = page.locator('.pane-body .monaco-list-row');
		await eventually('four sessions with a rate', async () => {
			const texts = await items.allInnerTexts();
			return texts.length === 4 && texts.every((text) => /frames\/s/.test(text));
		});
		const first = items.filter({ hasText: 'WebSocket' });
		await first.hover();
		await first.getByRole('button', { name: 'Disconnect' }).click();
		await eventually('the end', async () => /ended/.test(await first.innerText()));
		await workbench.screenshot('sessions');
	});

	it('shows the live session in the status bar, and its panel on a click', async () => {
		const { page } = workbench;
		await workbench.runCommand('View: Close All Editors');
		await eventually('no panel', async () => (await page.locator('iframe.webview.ready:visible').count()) === 0);
		const item = page.locator('.statusbar-item').filter({ hasText: /frames\/s/ });
		await item.click();
		await eventually('the panel', async () => (await page.locator('iframe.webview.ready:visible').count()) === 1);
	});

	it('shows what came back when the upgrade is refused: sentence, status, headers and body', async () => {
		const frame = await connect(workbench, plainUrl);
		await eventually('the sentence', async () =>
			/answered 404 Not Found where 101 Switching Protocols was expected; check the path/.test(
				await at(frame, 'problem-sentence').innerText(),
			),
		);
		const answer = await at(frame, 'problem-answer').innerText();
		assert.match(answer, /HTTP\/1\.1 404 Not Found/);
		assert.match(answer, /X-Seen/);
		assert.match(answer, /<h1>Nothing here<\/h1>/);
	});
});
