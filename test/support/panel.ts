/** What browser tests share: a feed to watch, and the panel's parts. */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Locator } from 'playwright-core';
import { WebSocketServer } from 'ws';
import type { Workbench } from './workbench';

/** A part of the panel by its test id. */
export const at = (frame: FrameLocator, testId: string): Locator => frame.locator(`[data-testid="${testId}"]`);
/** The rows of the frame table that are on screen. */
export const rows = (frame: FrameLocator): Locator => at(frame, 'frames').locator('[data-seq]:visible');

/** A server of numbered, timed messages that echoes what it is sent. */
export async function startFeed(
	everyMs: number,
	port = 0,
): Promise<{ url: string; server: WebSocketServer; close(): Promise<void> }> {
	const server = new WebSocketServer({ host: '127.0.0.1', port });
	server.on('connection', (socket) => {
		let id = 0;
		const timer = setInterval(() => {
			const sentAt = performance.timeOrigin + performance.now();
			socket.send(JSON.stringify({ id: ++id, sentAt, symbol: 'ACME', price: 101.25 }));
		}, everyMs);
		socket.on('message', (data, binary) => socket.send(data, { binary }));
		socket.on('close', () => clearInterval(timer));
	});
	await new Promise((resolve) => server.once('listening', resolve));
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/feed`,
		server,
		close: async () => {
			for (const client of server.clients) {
				client.terminate();
			}
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Command Palette → Connect…, the address typed, Enter. */
export async function connect(workbench: Workbench, url: string): Promise<FrameLocator> {
	// Not the command palette's, which may be there still while it goes.
	const input = workbench.page.locator('.quick-input-widget input[type="text"]:not([placeholder*="command"]):visible');
	const row = workbench.page.locator('.quick-input-list .monaco-list-row').first();
	const deadline = Date.now() + 60_000;
	let isTyped = false;
	while (!isTyped) {
		assert.ok(Date.now() < deadline, 'waited a minute for the list of endpoints');
		await workbench.runCommand('Transport Inspector: Connect…');
		// It goes where a panel that was just opened takes the keyboard, and is asked for again.
		isTyped = await input
			.fill(url, { timeout: 5000 })
			.then(() => row.waitFor({ timeout: 5000 }))
			.then(
				() => true,
				() => false,
			);
	}
	await workbench.page.keyboard.press('Enter');
	const frame = workbench.webviewFrame();
	await at(frame, 'state').waitFor();
	return frame;
}

/** Looks again and again until the condition holds; fails with the sentence after thirty seconds. */
export async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + 30_000;
	while (!(await look())) {
		assert.ok(Date.now() < deadline, `waited thirty seconds for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** The highest sequence number on screen. */
export async function newestSeq(frame: FrameLocator): Promise<number> {
	return Math.max(
		...(await rows(frame).evaluateAll((all) => all.map((row) => Number((row as HTMLElement).dataset.seq)))),
	);
}
