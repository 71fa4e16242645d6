import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { startDemoServer } from '../../src/demo/demoServer';
import { faintTexts } from '../support/contrast';
import { at, eventually } from '../support/panel';
import { openWorkbench, type Workbench } from '../support/workbench';

describe('the comparison panel in the real workbench', function () {
	this.timeout(180_000);
	let workbench: Workbench;
	let frame: FrameLocator;

	before(async () => {
		workbench = await openWorkbench({
			viewport: { width: 1280, height: 1000 },
			settings: { 'transportInspector.polling.intervalSeconds': 1, 'files.simpleDialog.enable': true },
		});
		await workbench.runCommand('View: Close Primary Side Bar');
	});
	after(() => workbench?.close());
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await workbench.screenshot(`failed ${this.currentTest.title.slice(0, 40)}`);
		}
	});

	const cells = (row: string): Promise<string[]> =>
		at(frame, 'comparison-table').locator(`tr[data-row="${row}"] > *`).allInnerTexts();

	it('compares the demo server’s four at one key press, and says first what the numbers say', async () => {
		await workbench.runCommand('Transport Inspector: Compare Transports…');
		await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo server' }).first().waitFor();
		await workbench.page.keyboard.press('Enter');
		frame = workbench.webviewFrame();
		await at(frame, 'summary').waitFor();
		await eventually('a verdict', async () =>
			/(delivered \d+(\.\d+)?% of|delivered as many of) [\d,]+ events first/.test(
				await at(frame, 'summary').innerText(),
			),
		);
		await eventually('the mean of polling', async () =>
			/Polling each 1 s was .+ late on average/.test(await at(frame, 'summary').innerText()),
		);
		assert.match(await at(frame, 'live').innerText(), /Live/);
		assert.match(await at(frame, 'counted').innerText(), /^\d+ events? compared over \d+/);
	});

	it('marks the best of each row by a sign and a word, and says what is a tie', async () => {
		await eventually('a winner', async () => (await cells('behindP50')).at(-1) !== "can't tell");
		const headers = await at(frame, 'comparison-table').locator('thead .session-head').allInnerTexts();
		assert.deepEqual(
			headers.map((text) => text.split('\n')[0]!.trim()),
			['WebSocket', 'Event stream', 'Long polling', 'Polling'],
		);
		// News waits half a second for a poll: that is beyond what can be a tie.
		const lags = await cells('lagP50');
		assert.equal(lags.length, 6);
		assert.notEqual(lags.at(-1), 'Polling');
		const best = at(frame, 'comparison-table').locator('tr[data-row="lagP50"] td.best');
		assert.ok((await best.count()) >= 1);
		assert.match(String(await best.first().textContent()), /best/);
		assert.ok(await best.first().locator('.codicon-check').isVisible());
		assert.ok((await cells('sockets')).includes('tie'));
	});

	it('draws every session in both charts, whose values pointer and keys read', async () => {
		for (const chart of ['over-time', 'spread']) {
			const legend = at(frame, chart).locator('.legend-item');
			assert.deepEqual(await legend.allInnerTexts(), ['WebSocket', 'Event stream', 'Long polling', 'Polling']);
			const picture = at(frame, `${chart}-picture`);
			await picture.scrollIntoViewIfNeeded();
			await picture.focus();
			await workbench.page.keyboard.press('Home');
			const readout = at(frame, chart).locator('.chart-readout');
			await readout.waitFor();
			const first = await readout.innerText();
			assert.match(first, /WebSocket[\s\S]*Polling/);
			assert.match(String(await picture.getAttribute('aria-valuetext')), /WebSocket .+, Polling /);
			await workbench.page.keyboard.press('ArrowRight');
			await eventually('another value', async () => (await readout.innerText()) !== first);
			await picture.hover({ position: { x: 300, y: 80 } });
			await readout.waitFor();
		}
		assert.ok(await at(frame, 'spread').locator('canvas').isVisible());
		await workbench.screenshot('comparison');
	});

	it('has the numbers of each chart as a table in its place', async () => {
		for (const [chart, head] of [
			['over-time', 'Time'],
			['spread', 'Within'],
		] as const) {
			await at(frame, `${chart}-table`).click();
			const table = at(frame, chart).locator('table');
			await table.waitFor();
			assert.deepEqual(await table.locator('thead th').allInnerTexts(), [
				head,
				'WebSocket',
				'Event stream',
				'Long polling',
				'Polling',
			]);
			assert.ok((await table.locator('tbody tr').count()) >= 3);
			assert.equal(await at(frame, `${chart}-picture`).isVisible(), false);
			const region = at(frame, `${chart}-table-box`);
			assert.equal(await region.getAttribute('role'), 'region');
			assert.equal(await region.getAttribute('aria-label'), await at(frame, chart).locator('.chart-title').innerText());
			await at(frame, `${chart}-table`).click();
			await at(frame, `${chart}-picture`).waitFor();
		}
	});

	it('has no text that is hard to tell from its ground', async () => {
		assert.deepEqual(await faintTexts(frame, 4.5), []);
	});

	it('is exported to a file that then opens', async () => {
		await at(frame, 'export').click();
		const input = workbench.page.locator('.quick-input-widget input[type="text"]:visible');
		await input.waitFor();
		const file = join(workbench.folder, 'comparison.md');
		await input.fill(file);
		await workbench.page.keyboard.press('Enter');
		await eventually('the file', async () => existsSync(file) && readFileSync(file, 'utf8').includes('| Lag p50 |'));
		await workbench.page
			.getByRole('tab', { name: /comparison\.md/ })
			.first()
			.waitFor();
		await workbench.page.getByRole('tab', { name: /Transports Compared/ }).click();
	});

	it('shows the panel of a session', async () => {
		frame = workbench.webviewFrame();
		await at(frame, 'open-session').nth(1).click();
		await eventually('the session', async () =>
			(await workbench.page.getByRole('tab').allInnerTexts()).some((title) => /\/sse/.test(title)),
		);
		await workbench.page.getByRole('tab', { name: /Transports Compared/ }).click();
	});

	it('ends all sessions at a click, and shows its last report after the window was reloaded', async () => {
		frame = workbench.webviewFrame();
		const rows = at(frame, 'over-time').locator('tbody');
		await at(frame, 'over-time-table').click();
		await rows.waitFor();
		const before = await rows.innerText();
		await eventually('later numbers', async () => (await rows.innerText()) !== before);
		const events = async (): Promise<number> =>
			Number(/^[\d,]+/.exec(await at(frame, 'counted').innerText())![0].replaceAll(',', ''));
		const least = (await events()) + 15;
		await eventually('more events', async () => (await events()) >= least);
		await at(frame, 'stop').click();
		await eventually('the end', async () => /Ended/.test(await at(frame, 'live').innerText()));
		// A table changes each five seconds, and then shows what was told last.
		const shown = await rows.innerText();
		await eventually('the last numbers', async () => (await rows.innerText()) !== shown);
		const last = await rows.innerText();
		await at(frame, 'over-time-table').click();
		await at(frame, 'over-time-table').click();
		assert.equal(await rows.innerText(), last, 'a table made anew is the same');
		await at(frame, 'over-time-table').click();
		const counted = await at(frame, 'counted').innerText();
		// The page stores what it shows, and VS Code takes that along a moment later.
		await new Promise((resolve) => setTimeout(resolve, 1000));
		await workbench.reload();
		frame = workbench.webviewFrame();
		await eventually('the report', async () => {
			frame = workbench.webviewFrame();
			return (
				(await at(frame, 'counted').count()) === 1 &&
				(await at(frame, 'counted')
					.innerText({ timeout: 2000 })
					.catch(() => '')) === counted
			);
		});
		assert.match(await at(frame, 'notice').innerText(), /measured last/);
		assert.ok(await at(frame, 'stop').isDisabled());
	});

	it('compares addresses that are typed, and begins anew after a reload with the sessions that were live', async () => {
		const server = await startDemoServer();
		try {
			const { page } = workbench;
			await workbench.runCommand('View: Close All Editors');
			await workbench.runCommand('Transport Inspector: Compare Transports…');
			await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo server' }).first().waitFor();
			const input = page.locator('.quick-input-widget input[type="text"]:visible');
			await input.fill(`${server.urls.webSocket} ${server.urls.eventStream}`);
			await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Compare these 2' }).click();
			const isComparing = async (): Promise<boolean> => {
				frame = workbench.webviewFrame();
				const text = await at(frame, 'counted')
					.innerText({ timeout: 2000 })
					.catch(() => '');
				return /^\d\d+ events compared/.test(text) && /Live/.test(await at(frame, 'live').innerText());
			};
			await eventually('events', isComparing);
			// The page stores what is needed for it each five seconds, the first time at once.
			await new Promise((resolve) => setTimeout(resolve, 1000));
			await workbench.reload();
			await eventually('events again', isComparing);
			assert.equal(await at(frame, 'notice').isVisible(), false);
			assert.equal(await at(frame, 'comparison-table').locator('.session-head').count(), 2);
		} finally {
			await server.close();
		}
	});
});
