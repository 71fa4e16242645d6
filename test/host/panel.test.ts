import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, closeEditors, run, startDemo, statistics, until } from './support';

function panelTabs(): vscode.Tab[] {
	return vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.filter(
			({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('transportInspector.panel'),
		);
}

describe('the panel', () => {
	afterEach(async () => {
		for (const { id } of (await api()).sessions) {
			await run('remove', id);
		}
		await closeEditors();
	});

	it('comes up with connect and draws what arrives', async () => {
		const { testing } = await api();
		const urls = await startDemo();
		const id = await run<string>('connect', { url: `${urls.webSocket}?rate=50` });
		await until('one tab', () => panelTabs().length === 1);
		await until('twenty ticks drawn by the webview', () => testing.painted(id).ticks >= 20);
		const { framesKept, framesSent } = await statistics(id);
		await until('every frame of then on screen', () => testing.painted(id).lastSeq >= framesKept + framesSent);
	});

	it('stays closed with show: false, and showPanel opens it once', async () => {
		const urls = await startDemo();
		const id = await run<string>('connect', { url: urls.webSocket, show: false });
		assert.equal(panelTabs().length, 0);
		await run('showPanel', id);
		await run('showPanel', id);
		await until('one tab', () => panelTabs().length === 1);
	});

	it('misses nothing while it is hidden, costs nothing then, and draws again when shown', async () => {
		const { testing, frames } = await api();
		const urls = await startDemo();
		const id = await run<string>('connect', { url: `${urls.webSocket}?rate=100` });
		await until('ticks', () => testing.painted(id).ticks >= 5);
		const document = await vscode.workspace.openTextDocument({ content: 'in front' });
		await vscode.window.showTextDocument(document);
		await until('the panel hidden', () => !panelTabs()[0]!.isActive);
		const before = await statistics(id);
		await until('fifty more frames', async () => (await statistics(id)).framesReceived > before.framesReceived + 50);
		const hidden = testing.painted(id).ticks;
		await until('fifty more frames', async () => (await statistics(id)).framesReceived > before.framesReceived + 100);
		assert.equal(testing.painted(id).ticks, hidden);
		await run('showPanel', id);
		await until('drawn again', () => testing.painted(id).ticks > hidden + 3);
		const all = (await frames(id, 1, 10_000)).filter(({ kind }) => kind === 'text');
		const ids = all.map(({ text }) => (JSON.parse(text!) as { id: number }).id);
		assert.deepEqual(
			ids,
			ids.map((_, index) => ids[0]! + index),
		);
	});

	it('can be closed without ending its session', async () => {
		const { testing } = await api();
		const urls = await startDemo();
		const id = await run<string>('connect', { url: `${urls.webSocket}?rate=50` });
		await until('ticks', () => testing.painted(id).ticks > 2);
		testing.closePanel(id);
		await until('no tab', () => panelTabs().length === 0);
		assert.equal((await statistics(id)).state, 'open');
	});
});
