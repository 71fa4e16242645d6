import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeEditors, extensionId, run, showSelected, until } from './support';

// Named to run first: every other test activates the extension.
describe('activation', () => {
	it('waits until the extension is used', () => {
		const extension = vscode.extensions.getExtension(extensionId);
		assert.ok(extension);
		assert.deepEqual(extension.packageJSON.activationEvents, [
			'onWebviewPanel:transportInspector.panel',
			'onWebviewPanel:transportInspector.sizing',
			'onWebviewPanel:transportInspector.comparison',
			'onLanguage:markdown',
		]);
		assert.equal(extension.isActive, false);
	});

	it('is brought by a Markdown document, and starts no thread for that, nor for what is sized', async () => {
		let threads = 0;
		const begun = (): void => {
			threads++;
		};
		process.on('worker', begun);
		const folder = mkdtempSync(join(tmpdir(), 'activation-'));
		const file = join(folder, 'note.md');
		writeFileSync(file, 'A node holds 60k sockets, 240k users are online at peak.');
		await showSelected(await vscode.workspace.openTextDocument(file), 0, 0, 0, 0);
		await until('the extension', () => vscode.extensions.getExtension(extensionId)!.isActive);
		await run('sizeSelection', { ask: false, show: false });
		process.off('worker', begun);
		assert.equal(threads, 0);
		await closeEditors();
		rmSync(folder, { recursive: true });
	});
});
