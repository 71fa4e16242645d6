import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { faintTexts } from '../support/contrast';
import { at, eventually } from '../support/panel';
import { openWorkbench, type Workbench } from '../support/workbench';

const sentence = 'We expect 240,000 users online at peak, and a node safely holds 60k sockets.';
const note = `# Capacity of 2026

${sentence}

Later we may add 3 regions.
`;

/** Two answers, one with both ends of a range, one with lines over time. */
const storm =
	'Our 6 servers hold 60k sockets each, for 200k to 240k users online at peak, who reconnect within 30 s; a server bears 500 handshakes/s.';

/** A folder with these notes. They are there before the workbench opens it, which takes its time to see new files. */
function folderWith(notes: Readonly<Record<string, string>>): string {
	const folder = mkdtempSync(join(tmpdir(), 'notes-'));
	for (const [name, content] of Object.entries(notes)) {
		writeFileSync(join(folder, name), content);
	}
	return folder;
}

/** A note, opened with the cursor on a line. */
async function open({ page }: Workbench, name: string, line: number): Promise<void> {
	const within = { timeout: 5000 };
	await eventually(`${name} with the cursor on line ${line}`, async () => {
		await page.keyboard.press('Escape');
		await page.keyboard.press('Control+P');
		return page
			.locator('.quick-input-widget input[type="text"]:visible')
			.fill(`${name}:${line}`, within)
			.then(() => page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor(within))
			.then(() => page.keyboard.press('Enter'))
			.then(() => page.locator('.tab.active', { hasText: name }).first().waitFor(within))
			.then(() => page.locator('.statusbar-item', { hasText: new RegExp(`^Ln ${line}, Col`) }).waitFor(within))
			.then(
				() => true,
				() => false,
			);
	});
}

/** The line that the cursor is on, selected. */
async function selectLine({ page }: Workbench): Promise<void> {
	await page.keyboard.press('Home');
	await page.keyboard.press('Shift+End');
	await page.locator('.statusbar-item', { hasText: 'selected)' }).waitFor();
}

/** The panel that `Size Selection` opens for the line under the cursor. */
async function sizeLine(workbench: Workbench): Promise<FrameLocator> {
	await selectLine(workbench);
	await workbench.runCommand('Transport Inspector: Size Selection');
	const frame = workbench.webviewFrame();
	await at(frame, 'headline').first().waitFor();
	return frame;
}

/** A note as it is saved, a moment after it was changed. */
const saved = ({ folder }: Workbench, name: string): string => readFileSync(join(folder, name), 'utf8');
const savedWith = (workbench: Workbench, name: string, expected: string): Promise<void> =>
	eventually(`"${expected}" in ${name}`, async () => saved(workbench, name).includes(expected));
const headline = async (frame: FrameLocator): Promise<string> => at(frame, 'headline').first().innerText();
const field = (frame: FrameLocator, name: string): Locator => at(frame, `field-${name}`).first();
const input = (frame: FrameLocator, name: string): Locator => field(frame, name).locator('[data-testid="field-input"]');
const answersFor = (frame: FrameLocator, expected: RegExp): Promise<void> =>
	eventually(`the answer ${expected}`, async () => expected.test(await headline(frame)));

describe('the sizing panel in the real workbench', function () {
	this.timeout(180_000);
	let folder: string;
	let workbench: Workbench;
	let frame: FrameLocator;

	before(async () => {
		folder = folderWith({
			'capacity.md': note,
			'plan.md': note,
			'reload.md': note,
			'inline.md': '```sizing\n\n```\n',
			'storm.md': `${storm}\n`,
		});
		const settings = { 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 100 };
		workbench = await openWorkbench({ folder, settings });
		await open(workbench, 'capacity.md', 3);
		frame = await sizeLine(workbench);
	});
	after(async () => {
		await workbench?.close();
		rmSync(folder, { recursive: true, force: true });
	});
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await workbench.screenshot(`failed ${this.currentTest.title.slice(0, 40)}`);
		}
	});

	it('answers for the selected sentence beside the note, in one line', async () => {
		await answersFor(frame, /^6 servers: 48,000 connections each after one failure$/);
		await at(frame, 'working').getByText('⌈240,000 ÷ 60,000⌉ = 4').first().waitFor();
		await workbench.page.locator('.monaco-editor:visible').getByText('240,000').waitFor();
		await workbench.screenshot('sizing');
	});

	it('calculates anew as an assumption is edited, and the caret stays where one types', async () => {
		const headroom = input(frame, 'headroom');
		await headroom.fill('');
		await headroom.pressSequentially('0%', { delay: 30 });
		// 1 + ⌈240,000 ÷ 60,000⌉ = 5.
		await answersFor(frame, /^5 servers: 60,000 connections each/);
		assert.equal(await headroom.inputValue(), '0%');
		assert.ok(await headroom.evaluate((element) => element === document.activeElement));
		await headroom.press('Home');
		await headroom.pressSequentially('5', { delay: 30 });
		// 1 + ⌈240,000 ÷ 30,000⌉ = 9; the 5 went in before the 0.
		await answersFor(frame, /^9 servers: 30,000 connections each/);
		assert.equal(await headroom.inputValue(), '50%');
	});

	it('says by the field what is wrong with a text, keeps it, and keeps the last answer', async () => {
		const headroom = input(frame, 'headroom');
		await headroom.fill('a lot');
		const problem = field(frame, 'headroom').locator('[data-testid="field-problem"]');
		await eventually('the sentence', async () => /share of each server/.test(await problem.innerText()));
		assert.equal(await headroom.getAttribute('aria-invalid'), 'true');
		await input(frame, 'failuresTolerated').focus();
		assert.equal(await headroom.inputValue(), 'a lot');
		assert.match(await headline(frame), /servers: /);
	});

	it('takes back what was typed', async () => {
		await field(frame, 'headroom').locator('[data-testid="field-take-back"]').click();
		await answersFor(frame, /^6 servers: 48,000/);
		await input(frame, 'failuresTolerated').focus();
		await eventually('the assumed value', async () => (await input(frame, 'headroom').inputValue()) === '20%');
	});

	it('selects in the note what an input was read from', async () => {
		await field(frame, 'connectionsPerServer').locator('[data-testid="place"]').click();
		const column = sentence.indexOf('60k') + 1;
		const place = workbench.page.locator('.statusbar-item', { hasText: /^Ln 3, Col \d+ \(\d+ selected\)/ });
		await place.waitFor();
		const [, end, length] = /Col (\d+) \((\d+) selected\)/.exec(await place.innerText())!.map(Number);
		assert.equal(end! - length!, column);
	});

	it('follows the note as it is edited, and still finds the number', async () => {
		// What is selected is the limit of a server: another one is typed over it.
		await workbench.page.keyboard.type('80k');
		// 1 + ⌈240,000 ÷ 64,000⌉ = 5.
		await answersFor(frame, /^5 servers: 60,000 connections each/);
		await workbench.page.keyboard.press('Control+Home');
		await workbench.page.keyboard.type('A line above.\n\n');
		await field(frame, 'connectionsPerServer').locator('[data-testid="place"]').click();
		await workbench.page.locator('.statusbar-item', { hasText: /^Ln 5, Col \d+ \(\d+ selected\)/ }).waitFor();
	});

	it('has each chart as a table too, for the eye on a button and for a screen reader always', async () => {
		const table = at(frame, 'chart-table').first();
		assert.match(String(await table.locator('caption').textContent()), /Load on each server/);
		assert.ok((await table.locator('tbody tr').count()) >= 3);
		const toggle = at(frame, 'chart-table-toggle').first();
		await toggle.focus();
		await toggle.press('Enter');
		await eventually('the table', async () => (await table.boundingBox())!.height > 40);
		assert.match(await at(frame, 'chart-table').first().innerText(), /0 failed/);
		await workbench.screenshot('sizing-table');
		await toggle.press('Enter');
	});

	it('inserts the answer below the note with its button, and replaces it the next time', async () => {
		await at(frame, 'insert').click();
		await savedWith(workbench, 'capacity.md', '5 servers: 60,000 connections each');
		await input(frame, 'failuresTolerated').fill('2');
		// 2 + ⌈240,000 ÷ 64,000⌉ = 6.
		await answersFor(frame, /^6 servers: 60,000 connections each after 2 failures/);
		await at(frame, 'insert').click();
		await savedWith(workbench, 'capacity.md', '6 servers: 60,000 connections each');
		const text = saved(workbench, 'capacity.md');
		assert.doesNotMatch(text, /5 servers: /);
		assert.equal(text.match(/<!-- transport-inspector:sizing -->/g)?.length, 1, 'one block');
		await workbench.screenshot('sizing-inserted');
	});

	it('inserts and replaces with the command as well', async () => {
		await open(workbench, 'plan.md', 3);
		await workbench.runCommand('Transport Inspector: Insert Sizing below Note');
		await savedWith(workbench, 'plan.md', '6 servers: 48,000 connections each');
		await open(workbench, 'plan.md', 3);
		await workbench.page.keyboard.press('End');
		await workbench.page.keyboard.type(' Two servers may fail.');
		await workbench.runCommand('Transport Inspector: Insert Sizing below Note');
		// 2 + ⌈240,000 ÷ 48,000⌉ = 7.
		await savedWith(workbench, 'plan.md', '7 servers: 48,000 connections each');
		const text = saved(workbench, 'plan.md');
		assert.equal(text.match(/<!-- transport-inspector:sizing -->/g)?.length, 1, 'one block');
		assert.match(text, /Later we may add 3 regions/);
	});

	it('shows the answer at the line’s end while one types in a sizing block', async () => {
		await workbench.runCommand('View: Close All Editors');
		await open(workbench, 'inline.md', 2);
		await workbench.page.keyboard.type('240k users online at peak, a node safely holds 60k sockets');
		await eventually('the answer at the end of the line', async () => {
			const ends = await workbench.page
				.locator('.monaco-editor:visible .view-line span')
				.evaluateAll((spans) => spans.map((span) => getComputedStyle(span, '::after').content));
			return ends.some((text) => text.includes('6 servers'));
		});
		await workbench.screenshot('sizing-inline');
	});

	it('shows both ends of a range, several answers, and the reconnects over time as lines', async () => {
		await open(workbench, 'storm.md', 1);
		frame = await sizeLine(workbench);
		// 1 + ⌈200,000 ÷ 48,000⌉ = 6 and 1 + ⌈240,000 ÷ 48,000⌉ = 6, with 40,000 and 48,000 on each.
		await frame
			.getByText(/40,000 connections each/)
			.first()
			.waitFor();
		await frame
			.getByText(/48,000 connections each/)
			.first()
			.waitFor();
		const answer = at(frame, 'answer-reconnectStorm');
		await answer.locator('[data-testid="answer-toggle"]').click({ timeout: 10_000 });
		await answer.locator('svg.lines').first().waitFor({ timeout: 10_000 });
		await workbench.screenshot('sizing-storm');
	});

	it('comes back after a reload of the window, with what was typed', async () => {
		await workbench.runCommand('View: Close All Editors');
		await open(workbench, 'reload.md', 3);
		frame = await sizeLine(workbench);
		await answersFor(frame, /^6 servers/);
		await input(frame, 'failuresTolerated').fill('3');
		await answersFor(frame, /^8 servers/);
		await workbench.reload();
		frame = workbench.webviewFrame();
		await answersFor(frame, /^8 servers/);
		assert.equal(await input(frame, 'failuresTolerated').inputValue(), '3');
		await field(frame, 'connectionsPerServer').locator('[data-testid="place"]').click();
		await workbench.page.locator('.statusbar-item', { hasText: /^Ln 3, Col \d+ \(\d+ selected\)/ }).waitFor();
	});
});

describe('the sizing panel’s themes', function () {
	this.timeout(180_000);
	for (const [theme, name] of [
		['Default Light Modern', 'light'],
		['Default Dark Modern', 'dark'],
		['Default High Contrast', 'high-contrast'],
		['Default High Contrast Light', 'high-contrast-light'],
	] as const) {
		it(`are readable: every text stands out from its ground in ${theme}, also in a narrow column`, async () => {
			const folder = folderWith({ 'capacity.md': note });
			const workbench = await openWorkbench({ folder, theme, viewport: { width: 1280, height: 1000 } });
			try {
				await workbench.runCommand('View: Close Primary Side Bar');
				await open(workbench, 'capacity.md', 3);
				const frame = await sizeLine(workbench);
				await input(frame, 'headroom').fill('a lot');
				await field(frame, 'headroom').locator('[data-testid="field-problem"]').waitFor();
				await workbench.screenshot(`sizing-${name}`);
				assert.deepEqual(await faintTexts(frame, 4.5), []);
				await workbench.page.setViewportSize({ width: 850, height: 1000 });
				await eventually('a column of 400 pixels and no sideways scrolling', () =>
					frame.locator('main').evaluate((main) => main.clientWidth <= 405 && main.scrollWidth <= main.clientWidth),
				);
				await workbench.screenshot(`sizing-narrow-${name}`);
			} finally {
				await workbench.close();
				rmSync(folder, { recursive: true, force: true });
			}
		});
	}
});
