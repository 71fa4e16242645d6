import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { type DemoServer, startDemoServer } from '../../src/demo/demoServer';
import { faintTexts } from '../support/contrast';
import { at, connect, eventually, newestSeq, rows, startFeed } from '../support/panel';
import { openWorkbench, type Theme, type Workbench } from '../support/workbench';

/** The rows of the table that stands in a chart's place. */
const tableRows = (frame: FrameLocator): Locator => at(frame, 'chart-table').locator('tbody tr');

/** Pixels of a canvas that anything was drawn on. */
async function drawnPixels(canvas: Locator): Promise<number> {
	return canvas.evaluate((drawn) => {
		const { width, height } = drawn as HTMLCanvasElement;
		const { data } = (drawn as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
		let count = 0;
		for (let alpha = 3; alpha < data.length; alpha += 4) {
			count += data[alpha]! > 0 ? 1 : 0;
		}
		return count;
	});
}

/**
 * Sends numbered, timed events to each that connects: of 1 to 100 three never, two twice and one too late. No other events
 * follow, so that they stay the ones in view.
 */
async function startFaultyFeed(): Promise<{ readonly url: string; close(): Promise<void> }> {
	const ids = Array.from({ length: 100 }, (_, at) => at + 1).filter((id) => id < 50 || id > 52);
	// 60 and 61 come twice, and 80 comes after 82.
	const order = ids.flatMap((id) => (id === 60 || id === 61 ? [id, id] : id === 80 ? [] : id === 82 ? [82, 80] : [id]));
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	server.on('connection', (socket) => {
		let sent = 0;
		const timer = setInterval(() => {
			if (sent < order.length) {
				socket.send(JSON.stringify({ id: order[sent++], sentAt: performance.timeOrigin + performance.now() }));
			}
		}, 20);
		socket.on('close', () => clearInterval(timer));
	});
	await new Promise((resolve) => server.once('listening', resolve));
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/faulty`,
		close: async () => {
			for (const client of server.clients) {
				client.terminate();
			}
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Sends timed events, then none for a second and a half, then breaks off; whoever connects again gets them steadily. */
async function startBreakingFeed(): Promise<{ readonly url: string; close(): Promise<void> }> {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	let connections = 0;
	server.on('connection', async (socket) => {
		const isFirst = connections++ === 0;
		for (let sent = 0; socket.readyState === socket.OPEN; sent++) {
			socket.send(JSON.stringify({ sentAt: performance.timeOrigin + performance.now() }));
			await delay(isFirst && sent === 60 ? 1500 : 20);
			if (isFirst && sent === 100) {
				socket.terminate();
			}
		}
	});
	await new Promise((resolve) => server.once('listening', resolve));
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/breaking`,
		close: async () => {
			for (const client of server.clients) {
				client.terminate();
			}
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function waitFor(frame: FrameLocator, url: string): Promise<void> {
	await at(frame, 'url').filter({ hasText: url }).waitFor();
	await eventually('rows', async () => (await rows(frame).count()) >= 3);
}

describe('the charts in the real workbench', function () {
	this.timeout(240_000);
	let workbench: Workbench;
	let demo: DemoServer;

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await workbench.screenshot(`failed ${this.currentTest.title.slice(0, 40)}`);
		}
	});
	before(async () => {
		demo = await startDemoServer({ port: 0 });
		workbench = await openWorkbench({
			theme: 'Default Dark Modern',
			settings: { 'transportInspector.polling.intervalSeconds': 0.5 },
		});
		const url = `${demo.urls.webSocket}?rate=50`;
		const frame = await connect(workbench, url);
		await waitFor(frame, url);
	});
	after(async () => {
		await workbench?.close();
		await demo?.close();
	});

	it('open with g, the ladder first, and the arrow keys lead from tab to tab', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'frames').focus();
		await workbench.page.keyboard.press('g');
		await eventually('the ladder’s tab with the keyboard', () => at(frame, 'tab-ladder').evaluate(isFocused));
		assert.equal(await at(frame, 'tab-cycles').isVisible(), false, 'a WebSocket has no cycles');
		// From the last tab on to the first.
		await workbench.page.keyboard.press('ArrowRight');
		await eventually('the first tab', () => at(frame, 'tab-overTime').evaluate(isFocused));
		assert.equal(await at(frame, 'tab-overTime').getAttribute('aria-selected'), 'true');
		await eventually('a line', async () => (await drawnPixels(at(frame, 'over-time-chart').locator('canvas'))) > 500);
		await workbench.page.keyboard.press('ArrowRight');
		await eventually('the histogram’s tab', () => at(frame, 'tab-histogram').evaluate(isFocused));
	});

	it('draw a histogram whose bins the keys lead through, and whose table has as many lags', async () => {
		const frame = workbench.webviewFrame();
		await eventually('bars', async () => (await at(frame, 'histogram').locator('.lag-bar').count()) > 0);
		assert.equal(await at(frame, 'histogram').locator('.percentile-line').count(), 4);
		assert.match(
			(await at(frame, 'histogram').getAttribute('aria-label')) ?? '',
			/^Histogram of [\d,]+ lags of the session: p50 [\d.]+ ms, p90 .* p99\.9 .* max /,
		);
		await workbench.page.keyboard.press('ArrowDown');
		await workbench.page.keyboard.press('Home');
		await eventually('a bin’s numbers', async () =>
			/ ms: \d+ \(.*%\), .*% up to there$/.test(await at(frame, 'histogram-readout').innerText()),
		);
		assert.match((await at(frame, 'histogram').getAttribute('aria-valuetext')) ?? '', /up to there$/);
		await at(frame, 'chart-table-toggle').click();
		await eventually('the table', async () => (await tableRows(frame).count()) > 0);
		// Lags go on coming, so that all of it is read at one moment.
		const [caption, counts, heads] = await at(frame, 'chart-table').evaluate((table) => [
			table.querySelector('caption')!.textContent!,
			[...table.querySelectorAll('tbody td:nth-child(2)')].map((cell) => Number(cell.textContent!.replaceAll(',', ''))),
			table.querySelectorAll('tbody th[scope="row"]').length,
		]);
		const sum = (counts as number[]).reduce((total, count) => total + count, 0);
		assert.equal(sum, Number(/of ([\d,]+) lags/.exec(caption as string)![1]!.replaceAll(',', '')));
		assert.equal(heads, (counts as number[]).length);
		await at(frame, 'chart-table-toggle').click();
	});

	it('draw lag over time larger, and zoom it by its buttons', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'tab-overTime').click();
		const chart = at(frame, 'over-time-chart');
		await eventually('room', async () => ((await chart.boundingBox())?.height ?? 0) > 150);
		await eventually('a line', async () => (await drawnPixels(chart.locator('canvas'))) > 500);
		await eventually('six seconds', async () => {
			const [from, to] = [await chart.getAttribute('aria-valuemin'), await chart.getAttribute('aria-valuemax')];
			return Number(to) - Number(from) >= 6;
		});
		await at(frame, 'over-time-zoom-in').click();
		await at(frame, 'over-time-zoom-reset').waitFor({ state: 'visible' });
		assert.ok(await at(frame, 'lag-zoom-reset').isHidden(), 'the chart in the head keeps all of it');
		await at(frame, 'over-time-zoom-out').click();
		await at(frame, 'over-time-zoom-reset').waitFor({ state: 'hidden' });
		await chart.hover();
		await eventually('a second’s numbers', async () =>
			/^\d\d:\d\d:\d\d {2}p50 /.test((await at(frame, 'over-time-readout').textContent()) ?? ''),
		);
		await workbench.screenshot('charts over time');
	});

	it('zoom the heat map by dragging and by keys, and have its numbers in a table', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'tab-heatMap').click();
		const map = at(frame, 'heat-map');
		const columns = async (): Promise<number> => {
			const range = /(\d+):(\d+):(\d+) – (\d+):(\d+):(\d+)/.exec((await map.getAttribute('aria-label')) ?? '');
			const [fromHours, fromMinutes, fromSeconds, hours, minutes, seconds] = (range ?? []).slice(1).map(Number);
			return (hours! - fromHours!) * 3600 + (minutes! - fromMinutes!) * 60 + seconds! - fromSeconds!;
		};
		await eventually('eight columns', async () => (await columns()) >= 8);
		const box = (await map.boundingBox())!;
		const y = box.y + box.height / 2;
		// The first columns begin 52 px from the left, and none is wider than 14 px.
		await workbench.page.mouse.move(box.x + 56, y);
		await workbench.page.mouse.down();
		await workbench.page.mouse.move(box.x + 70, y, { steps: 3 });
		await workbench.screenshot('charts heat map dragging');
		await workbench.page.mouse.up();
		await eventually('the least that is zoomed to', async () => (await columns()) === 5);
		await workbench.screenshot('charts heat map zoomed');

		await at(frame, 'chart-table-toggle').click();
		await eventually('the table', async () => (await tableRows(frame).count()) > 0);
		const [caption, counts, times] = await at(frame, 'chart-table').evaluate((table) => [
			table.querySelector('caption')!.textContent!,
			[...table.querySelectorAll('tbody td')].map((cell) => Number(cell.textContent!.replaceAll(',', ''))),
			table.querySelectorAll('tbody th[scope="row"]').length,
		]);
		const sum = (counts as number[]).reduce((total, count) => total + count, 0);
		// Fifty events a second, of which each has its lag.
		assert.ok(sum > 100 && sum <= 5 * 60, `${sum} lags in ${caption}`);
		assert.match(caption as string, new RegExp(`^Heat map of ${sum} lags, `));
		assert.ok((times as number) >= 4 && (times as number) <= 5, `${times} rows`);
		await at(frame, 'heat-map-zoom-reset').click();
		await eventually('all of its rows', async () => (await tableRows(frame).count()) >= 8);
		await at(frame, 'chart-table-toggle').click();

		await map.focus();
		await workbench.page.keyboard.press('+');
		await at(frame, 'heat-map-zoom-reset').waitFor({ state: 'visible' });
		await workbench.page.keyboard.press('Escape');
		await at(frame, 'heat-map-zoom-reset').waitFor({ state: 'hidden' });
		assert.ok(await at(frame, 'charts').isVisible(), 'the charts stay open');
	});

	it('draw the heat map, tell a cell by keys, and bring the frames of its time into view', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'tab-heatMap').click();
		const canvas = at(frame, 'heat-map').locator('canvas');
		await eventually('cells', async () => (await drawnPixels(canvas)) > 500);
		await workbench.page.keyboard.press('ArrowDown');
		await eventually('the keyboard', () => at(frame, 'heat-map').evaluate(isFocused));
		await workbench.page.keyboard.press('Home');
		await eventually('a cell’s numbers', async () =>
			/^\d\d:\d\d:\d\d, lag .*: [\d,]+$/.test(await at(frame, 'heat-map-readout').innerText()),
		);
		await eventually('frames beyond the table’s height', async () => (await newestSeq(frame)) > 100);
		await workbench.page.keyboard.press('Enter');
		await eventually('the first frames', async () => (await rows(frame).first().getAttribute('data-seq')) === '1');
		await at(frame, 'new-frames').click();
	});

	it('draw the ladder of a duplex channel, and a click on a line selects its frame', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'tab-ladder').click();
		await eventually('lines', async () => (await at(frame, 'ladder').locator('.ladder-item').count()) >= 10);
		assert.equal(await at(frame, 'ladder').locator('.tube.duplex').count(), 1);
		await at(frame, 'pause').click();
		await eventually('lines that stand still', async () => {
			const before = await at(frame, 'ladder').innerHTML();
			await new Promise((resolve) => setTimeout(resolve, 700));
			return before === (await at(frame, 'ladder').innerHTML());
		});
		const item = at(frame, 'ladder').locator('.ladder-item[data-seq]').nth(4);
		const seq = await item.getAttribute('data-seq');
		await item.locator('.ladder-head').click();
		await eventually(
			'the selection in the ladder',
			async () => (await at(frame, 'ladder').locator('.ladder-item.selected').getAttribute('data-seq')) === seq,
		);
		await eventually(
			'the selection in the table',
			async () => (await at(frame, 'frames').locator('[aria-selected="true"]').getAttribute('data-seq')) === seq,
		);
		assert.equal(await at(frame, 'detail-title').innerText(), 'Charts', 'the charts stay');
		await workbench.page.keyboard.press('ArrowDown');
		await eventually('the next line’s numbers', async () =>
			(await at(frame, 'ladder-readout').innerText()).startsWith(`Frame ${grouped(Number(seq) + 1)},`),
		);
		await workbench.page.keyboard.press('Enter');
		await eventually(
			'the next selection',
			async () =>
				(await at(frame, 'frames').locator('[aria-selected="true"]').getAttribute('data-seq')) === `${Number(seq) + 1}`,
		);
		await workbench.screenshot('charts ladder websocket');
		await at(frame, 'chart-table-toggle').click();
		await eventually('the table', async () => (await tableRows(frame).count()) >= 10);
		assert.ok((await tableRows(frame).locator('th').allInnerTexts()).includes(grouped(Number(seq))));
		await at(frame, 'chart-table-toggle').click();
		await at(frame, 'pause').click();
		await at(frame, 'ladder-follow').click();
		await eventually('the newest again', async () => {
			const last = at(frame, 'ladder').locator('.ladder-item[data-seq]').last();
			return Number(await last.getAttribute('data-seq')) > Number(seq) + 50;
		});
	});

	it('show fewer or more frames on the ladder by keys, buttons and the wheel', async () => {
		const frame = workbench.webviewFrame();
		const isFollowing = async (): Promise<boolean> =>
			(await at(frame, 'ladder-follow').getAttribute('aria-pressed')) === 'true';
		await at(frame, 'tab-ladder').click();
		const lines = at(frame, 'ladder').locator('.ladder-item[data-seq]');
		await eventually('lines', async () => (await lines.count()) >= 10);
		await at(frame, 'ladder-follow').click();
		await eventually('the newest', isFollowing);
		const usual = await lines.count();
		await at(frame, 'ladder').focus();
		await workbench.page.keyboard.press('+');
		await eventually('half as many', async () => Math.abs((await lines.count()) - usual / 2) <= 2);
		for (let doubled = 0; doubled < 4; doubled++) {
			await at(frame, 'ladder-zoom-out').click();
		}
		// Eight times as many have no room, and are scrolled through.
		await eventually('eight times as many', async () => Math.abs((await lines.count()) - usual * 8) <= 8);
		const isNewestInView = (): Promise<boolean> =>
			at(frame, 'ladder').evaluate((ladder) => {
				const last = [...ladder.querySelectorAll('.ladder-item[data-seq]')].at(-1)!.getBoundingClientRect();
				const box = ladder.getBoundingClientRect();
				return last.bottom <= box.bottom + 1 && last.top >= box.top;
			});
		await eventually('the newest in view', isNewestInView);
		await workbench.screenshot('charts ladder zoomed out');
		await at(frame, 'ladder').hover();
		await workbench.page.mouse.wheel(0, -100);
		await eventually('frames that stay, since someone reads them', async () => !(await isFollowing()));
		// An answer that was under way when someone scrolled still has the newest.
		await eventually('the same frames for more than a second', async () => {
			const first = await lines.first().getAttribute('data-seq');
			await delay(1200);
			return (await lines.first().getAttribute('data-seq')) === first;
		});
		await workbench.page.keyboard.down('Control');
		for (let halved = 0; halved < 3; halved++) {
			await workbench.page.mouse.wheel(0, -100);
			await delay(200);
		}
		await workbench.page.keyboard.up('Control');
		await eventually('as many as before', async () => Math.abs((await lines.count()) - usual) <= 2);
		await at(frame, 'ladder-follow').click();
	});

	it('show the opening of a connection where the first frame is', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'frames').focus();
		await workbench.page.keyboard.press('Home');
		await eventually('the first row', async () => (await rows(frame).first().getAttribute('data-seq')) === '1');
		await rows(frame).first().click();
		await eventually('the upgrade', async () =>
			/^GET \/ws/.test((await at(frame, 'ladder').locator('#ladder-request').first().getAttribute('aria-label')) ?? ''),
		);
		assert.match((await at(frame, 'ladder').locator('#ladder-tcp').getAttribute('aria-label')) ?? '', /^TCP/);
		await workbench.screenshot('charts ladder opening');
		await at(frame, 'frames').focus();
		await workbench.page.keyboard.press('End');
	});

	it('tell a second of the lag chart by keys, zoom, and bring its frames into view', async () => {
		const frame = workbench.webviewFrame();
		const chart = at(frame, 'lag-chart');
		await chart.focus();
		await workbench.page.keyboard.press('Home');
		const first = await chart.getAttribute('aria-valuetext');
		assert.match(first ?? '', /^\d\d:\d\d:\d\d {2}p50 /);
		await eventually('six seconds', async () => {
			const [from, to] = [await chart.getAttribute('aria-valuemin'), await chart.getAttribute('aria-valuemax')];
			return Number(to) - Number(from) >= 6;
		});
		await workbench.page.keyboard.press('ArrowRight');
		assert.notEqual(await chart.getAttribute('aria-valuetext'), first);
		await workbench.page.keyboard.press('+');
		await at(frame, 'lag-zoom-reset').waitFor({ state: 'visible' });
		await workbench.page.keyboard.press('Escape');
		await at(frame, 'lag-zoom-reset').waitFor({ state: 'hidden' });
		assert.ok(await at(frame, 'charts').isVisible(), 'the details stay open');
		await workbench.page.keyboard.press('Home');
		await workbench.page.keyboard.press('Enter');
		await eventually('the first frames', async () => (await rows(frame).first().getAttribute('data-seq')) === '1');
		const box = (await chart.boundingBox())!;
		const y = box.y + box.height / 3;
		await workbench.page.mouse.move(box.x + box.width * 0.4, y);
		await workbench.page.mouse.down();
		await workbench.page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 });
		await workbench.page.mouse.up();
		await at(frame, 'lag-zoom-reset').waitFor({ state: 'visible' });
		await workbench.screenshot('charts lag zoomed');
		await workbench.page.mouse.dblclick(box.x + box.width * 0.5, y);
		await at(frame, 'lag-zoom-reset').waitFor({ state: 'hidden' });
		assert.equal(await rows(frame).first().getAttribute('data-seq'), '1', 'a double click chooses no time');
		await workbench.page.mouse.click(box.x + box.width * 0.9, y);
		await eventually('later frames', async () => Number(await rows(frame).first().getAttribute('data-seq')) > 10);
		await at(frame, 'new-frames').waitFor({ state: 'visible' });
	});

	it('come back with the chosen chart after a reload of the window', async () => {
		const frame = workbench.webviewFrame();
		await at(frame, 'tab-heatMap').click();
		await eventually('cells', async () => (await drawnPixels(at(frame, 'heat-map').locator('canvas'))) > 500);
		await workbench.reload();
		const again = workbench.webviewFrame();
		await at(again, 'heat-map').waitFor({ state: 'visible' });
		assert.equal(await at(again, 'tab-heatMap').getAttribute('aria-selected'), 'true');
		await eventually('cells again', async () => (await drawnPixels(at(again, 'heat-map').locator('canvas'))) > 500);
	});

	it('draw the cycles of polling, and its ladder without a tube', async () => {
		const url = `${demo.urls.polling}?rate=4`;
		const frame = await connect(workbench, url);
		await waitFor(frame, url);
		await at(frame, 'show-charts').click();
		await at(frame, 'tab-cycles').click();
		await eventually('cycles', async () => (await at(frame, 'cycles').locator('.cycle-row:visible').count()) >= 4);
		assert.ok((await at(frame, 'cycles').locator('.cycle-part.phase-blind:visible').count()) >= 3);
		assert.match(
			(await at(frame, 'cycles').getAttribute('aria-label')) ?? '',
			/poll cycles, \d+ of them empty: blind \d/,
		);
		await workbench.page.keyboard.press('ArrowDown');
		await workbench.page.keyboard.press('Home');
		await eventually('a cycle’s numbers', async () =>
			/^Frame \d+: blind .* ms, (\d+ events?|empty), [\d:.]+$/.test(await at(frame, 'cycles-readout').innerText()),
		);
		await workbench.page.keyboard.press('Enter');
		const seq = /^Frame ([\d,]+)/.exec(await at(frame, 'cycles-readout').innerText())![1]!;
		await eventually(
			'the selection',
			async () =>
				(await at(frame, 'frames').locator('[aria-selected="true"]').getAttribute('data-seq')) ===
				seq.replaceAll(',', ''),
		);
		await workbench.screenshot('charts cycles');
		await at(frame, 'chart-table-toggle').click();
		await eventually('the table', async () => (await tableRows(frame).count()) >= 4);
		// Half a second lies between two polls, and nobody listens in nearly all of it.
		const blinds = await tableRows(frame).locator('td:nth-child(3)').allInnerTexts();
		assert.ok(
			blinds.some((blind) => Number(blind) > 200 && Number(blind) < 1000),
			blinds.join(' '),
		);
		await at(frame, 'chart-table-toggle').click();
		await at(frame, 'tab-ladder').click();
		await eventually('blind times', async () => (await at(frame, 'ladder').locator('.ladder-bar.blind').count()) >= 3);
		assert.equal(await at(frame, 'ladder').locator('.tube').count(), 0);
		await workbench.screenshot('charts ladder polling');
	});

	it('have all tabs and controls within a panel of 400 pixels', async () => {
		const { page } = workbench;
		await workbench.runCommand('View: Close Primary Side Bar');
		await page.setViewportSize({ width: 448, height: 800 });
		const frame = workbench.webviewFrame();
		try {
			for (const name of ['overTime', 'histogram', 'heatMap', 'cycles', 'ladder']) {
				await at(frame, `tab-${name}`).click();
				await delay(300);
				await workbench.screenshot(`charts narrow ${name}`);
				const beyond = await at(frame, 'charts').evaluate((charts) =>
					[...charts.querySelectorAll<HTMLElement>('.tab-line, .tab, button, select, .chart-body, .chart-line')]
						.filter((part) => part.offsetParent !== null && !part.hidden)
						.filter(
							(part) =>
								part.getBoundingClientRect().right > innerWidth ||
								part.getBoundingClientRect().bottom > charts.getBoundingClientRect().bottom ||
								(part.matches('.tab') && part.scrollWidth > part.clientWidth),
						)
						.map((part) => part.dataset.testid ?? part.className),
				);
				assert.deepEqual(beyond, [], name);
			}
			assert.equal(await frame.locator('body').evaluate((body) => body.scrollWidth > innerWidth), false);
		} finally {
			await page.setViewportSize({ width: 1280, height: 800 });
			await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
		}
	});

	it('draw a held request at the server’s rail, and the one that is held now', async () => {
		const url = `${demo.urls.longPoll}?rate=2`;
		const frame = await connect(workbench, url);
		await waitFor(frame, url);
		await at(frame, 'show-charts').click();
		await at(frame, 'tab-ladder').click();
		await eventually('holds', async () => (await at(frame, 'ladder').locator('.ladder-bar.hold').count()) >= 3);
		assert.equal(await at(frame, 'ladder').locator('.ladder-bar.held').count(), 1);
		await workbench.screenshot('charts ladder long poll');
	});

	it('mark on the lag chart what the ids of events tell, and name it', async () => {
		const faulty = await startFaultyFeed();
		try {
			const frame = await connect(workbench, faulty.url);
			await waitFor(frame, faulty.url);
			const label = async (): Promise<string> => (await at(frame, 'lag-chart').getAttribute('aria-label')) ?? '';
			// 80 is skipped as well, until it comes too late.
			await eventually('every fault', async () => /4 ids skipped, 2 duplicates, 1 out of order$/.test(await label()));
			await at(frame, 'lag-chart').focus();
			const told: string[] = [];
			for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
				await workbench.page.keyboard.press(key);
				told.push((await at(frame, 'lag-chart').getAttribute('aria-valuetext')) ?? '');
			}
			assert.match(told.join('\n'), /\d ids? skipped/);
			await workbench.screenshot('charts lag signs');
		} finally {
			await faulty.close();
		}
	});

	it('name a stall and a connection that was lost and opened again, and have them in the table', async () => {
		const feed = await startBreakingFeed();
		try {
			const frame = await connect(workbench, feed.url);
			await waitFor(frame, feed.url);
			await at(frame, 'show-charts').click();
			await at(frame, 'tab-overTime').click();
			const chart = at(frame, 'over-time-chart');
			// Connecting again may take so long that it is a stall as well.
			const named = /, (1 stall|2 stalls), 1 connection lost, 1 connection opened again$/;
			await eventually('all three', async () => named.test((await chart.getAttribute('aria-label')) ?? ''));
			assert.match((await at(frame, 'lag-chart').getAttribute('aria-label')) ?? '', named);
			await at(frame, 'tab-overTime').focus();
			await workbench.page.keyboard.press('ArrowDown');
			await eventually('the keyboard', () => chart.evaluate(isFocused));
			const told: string[] = [];
			await workbench.page.keyboard.press('Home');
			// Of the last second there is no next one.
			for (let place = ''; place !== (await chart.getAttribute('aria-valuenow')); ) {
				place = (await chart.getAttribute('aria-valuenow')) ?? '';
				told.push((await chart.getAttribute('aria-valuetext')) ?? '');
				await workbench.page.keyboard.press('ArrowRight');
			}
			assert.ok(told.some((second) => second.includes('1 stall')));
			for (const event of ['1 connection lost', '1 connection opened again']) {
				assert.equal(told.filter((second) => second.includes(event)).length, 1, `${event} in\n${told.join('\n')}`);
			}
			await workbench.screenshot('charts over time broken');

			await at(frame, 'chart-table-toggle').click();
			await eventually('the table', async () => (await tableRows(frame).count()) >= 4);
			const cells = await at(frame, 'chart-table').evaluate((table) =>
				[...table.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent!)),
			);
			const stalls = Number(/(\d) stalls?, /.exec((await chart.getAttribute('aria-label')) ?? '')![1]);
			const [head, ...seconds] = cells;
			const sumOf = (name: string): number =>
				seconds.reduce((sum, second) => sum + Number(second[head!.indexOf(name)]!.replaceAll(',', '')), 0);
			assert.deepEqual(
				['stalls', 'lost', 'opened again', 'skipped'].map((name) => [name, sumOf(name)]),
				[
					['stalls', stalls],
					['lost', 1],
					['opened again', 1],
					['skipped', 0],
				],
			);
			assert.ok(sumOf('frames in') > 100);
			assert.match(seconds[0]![head!.indexOf('p50 ms')]!, /^−?\d+\.\d$/);
			await workbench.screenshot('charts over time table');
			await at(frame, 'chart-table-toggle').click();
			await eventually('the chart again', async () => (await drawnPixels(chart.locator('canvas'))) > 500);
			await at(frame, 'disconnect').click();
		} finally {
			await feed.close();
		}
	});

	it('draw an event stream as a tube', async () => {
		const url = `${demo.urls.eventStream}?rate=5`;
		const frame = await connect(workbench, url);
		await waitFor(frame, url);
		await at(frame, 'show-charts').click();
		await at(frame, 'tab-ladder').click();
		await eventually('the tube', async () => (await at(frame, 'ladder').locator('.tube:not(.duplex)').count()) === 1);
		await eventually(
			'the request that opened it',
			async () => (await at(frame, 'ladder').locator('#ladder-request').count()) === 1,
		);
		await workbench.screenshot('charts ladder event stream');
	});
});

describe('the charts in every theme', function () {
	this.timeout(180_000);
	for (const [theme, name] of [
		['Default Light Modern', 'light'],
		['Default High Contrast', 'high-contrast'],
		['Default High Contrast Light', 'high-contrast-light'],
	] as const satisfies ReadonlyArray<readonly [Theme, string]>) {
		it(`have texts that stand out from their ground in ${theme}`, async () => {
			const feed = await startFeed(50);
			const workbench = await openWorkbench({ theme });
			try {
				const frame = await connect(workbench, feed.url);
				await eventually('rows', async () => (await rows(frame).count()) >= 10);
				await at(frame, 'show-charts').click();
				const faint: string[] = [];
				for (const [tab, chart] of [
					['tab-overTime', 'over-time'],
					['tab-ladder', 'ladder'],
					['tab-histogram', 'histogram'],
					['tab-heatMap', 'heat-map'],
				] as const) {
					await at(frame, tab).click();
					await eventually(`the ${chart}`, async () => (await at(frame, `${chart}-readout`).innerText()) !== '');
					await workbench.screenshot(`charts ${chart} ${name}`);
					faint.push(...(await faintTexts(frame, 3)));
				}
				assert.deepEqual(faint, []);
			} finally {
				await workbench.close();
				await feed.close();
			}
		});
	}
});

function isFocused(node: Element): boolean {
	return node === document.activeElement;
}

/** A frame's number as the charts write it. */
function grouped(seq: number): string {
	return seq.toLocaleString('en-US');
}
