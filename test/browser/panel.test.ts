import assert from 'node:assert/strict';
import { faintTexts } from '../support/contrast';
import { at, connect, eventually, newestSeq, rows, startFeed } from '../support/panel';
import { openWorkbench, type Workbench } from '../support/workbench';

describe('the panel in the real workbench', function () {
	this.timeout(180_000);
	let workbench: Workbench;
	let feed: Awaited<ReturnType<typeof startFeed>>;

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await workbench.screenshot(`failed ${this.currentTest.title.slice(0, 40)}`);
		}
	});
	before(async () => {
		feed = await startFeed(50);
		workbench = await openWorkbench({ theme: 'Default Dark Modern' });
	});
	after(async () => {
		await workbench?.close();
		await feed?.close();
	});

	it('shows frames after Connect… and an address typed in the palette', async () => {
		const frame = await connect(workbench, feed.url);
		await eventually('ten rows', async () => (await rows(frame).count()) >= 10);
		assert.match(await at(frame, 'state').innerText(), /open/i);
		assert.match(await rows(frame).last().innerText(), /"id":\d+/);
		await workbench.screenshot('connected');
	});

	it('measures a lag and says how', async () => {
		const frame = workbench.webviewFrame();
		await eventually('a lag', async () => /\d/.test(await at(frame, 'lag-p50').innerText()));
		assert.match(await at(frame, 'timestamp-path').innerText(), /\$\.sentAt/);
	});

	it('stops following when the user scrolls up, counts what came since, and follows again', async () => {
		const frame = workbench.webviewFrame();
		await eventually('enough rows to scroll', async () => (await newestSeq(frame)) > 80);
		await at(frame, 'frames').hover();
		await workbench.page.mouse.wheel(0, -600);
		await at(frame, 'new-frames').waitFor({ state: 'visible' });
		const held = await newestSeq(frame);
		await eventually('new frames counted', async () => /\d/.test(await at(frame, 'new-frames').innerText()));
		await new Promise((resolve) => setTimeout(resolve, 500));
		assert.equal(await newestSeq(frame), held, 'the rows stand still');
		await at(frame, 'new-frames').click();
		await eventually('the newest rows', async () => (await newestSeq(frame)) > held + 5);
		await at(frame, 'new-frames').waitFor({ state: 'hidden' });
	});

	it('shows the content of a frame that is selected, and the selection stays', async () => {
		const frame = workbench.webviewFrame();
		await rows(frame).nth(2).click();
		await eventually('the content', async () => /symbol/.test(await at(frame, 'detail').innerText()));
		const title = await at(frame, 'detail-title').innerText();
		await new Promise((resolve) => setTimeout(resolve, 500));
		assert.equal(await at(frame, 'detail-title').innerText(), title);
		await workbench.screenshot('selected');
	});

	it('sends what is typed, and the echo appears', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'send-input').fill('{"op":"subscribe","channel":"acme"}');
		await at(frame, 'send-input').press('Enter');
		await eventually('the frame and its echo', async () => {
			const texts = await rows(frame).allInnerTexts();
			return texts.filter((text) => text.includes('"subscribe"')).length >= 2;
		});
	});

	it('holds the view while paused, and the capture goes on', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'pause').click();
		await at(frame, 'paused-notice').waitFor({ state: 'visible' });
		const held = await newestSeq(frame);
		await new Promise((resolve) => setTimeout(resolve, 700));
		assert.equal(await newestSeq(frame), held);
		await at(frame, 'pause').click();
		await eventually('the frames of meanwhile', async () => (await newestSeq(frame)) > held + 10);
	});

	it('comes back after a reload of the window with its frames, and goes on', async () => {
		const before = await newestSeq(workbench.webviewFrame());
		await workbench.reload();
		const frame = workbench.webviewFrame();
		await eventually(
			'more frames than before',
			async () => (await rows(frame).count()) > 0 && (await newestSeq(frame)) > before,
		);
		assert.match(await at(frame, 'state').innerText(), /open/i);
		await at(frame, 'frames').hover();
		await workbench.page.mouse.wheel(0, -1_000_000);
		await eventually('the first frame', async () => (await rows(frame).first().getAttribute('data-seq')) === '1');
	});

	it('says in one sentence what went wrong when nothing listens, and connects again on the button', async () => {
		const { url } = feed;
		await feed.close();
		const frame = workbench.webviewFrame();
		await eventually('the loss', async () => /reconnecting/i.test(await at(frame, 'state').innerText()));
		assert.ok((await rows(frame).count()) > 0, 'what was captured stays');
		await workbench.screenshot('reconnecting');
		const refused = await connect(workbench, url);
		await eventually('the sentence', async () =>
			/Nothing listens at 127\.0\.0\.1/.test(await at(refused, 'problem-sentence').innerText()),
		);
		assert.deepEqual(await workbench.notifications(), []);
		await workbench.screenshot('refused');
		feed = await startFeed(50, Number(new URL(url).port));
		await at(refused, 'reconnect').click();
		await eventually('frames', async () => (await rows(refused).count()) >= 3);
		assert.match(await at(refused, 'state').innerText(), /open/i);
	});
});

describe('themes', function () {
	this.timeout(180_000);
	for (const [theme, name] of [
		['Default Light Modern', 'light'],
		['Default Dark Modern', 'dark'],
		['Default High Contrast', 'high-contrast'],
		['Default High Contrast Light', 'high-contrast-light'],
	] as const) {
		it(`are readable: every text of the panel stands out from its ground in ${theme}`, async () => {
			const feed = await startFeed(50);
			const workbench = await openWorkbench({ theme });
			try {
				const frame = await connect(workbench, feed.url);
				await eventually('rows', async () => (await rows(frame).count()) >= 10);
				await rows(frame).nth(2).click();
				await eventually('the content', async () => /symbol/.test(await at(frame, 'detail').innerText()));
				const faint = await faintTexts(frame, 3);
				await workbench.screenshot(`theme-${name}`);
				assert.deepEqual(faint, []);
			} finally {
				await workbench.close();
				await feed.close();
			}
		});
	}
});
