import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandNames } from '../../src/host/ids';
import { api, extensionId } from './support';

describe('the extension in a real VS Code', () => {
	it('activates and gives other extensions its API', async () => {
		const { version, sessions, connect, frames, statistics, onDidChangeSession } = await api();
		assert.equal(version, 1);
		assert.ok(Array.isArray(sessions));
		for (const member of [connect, frames, statistics, onDidChangeSession]) {
			assert.equal(typeof member, 'function');
		}
	});

	it('registers every command that its manifest names, and no other', async () => {
		const manifest = vscode.extensions.getExtension(extensionId)!.packageJSON;
		const declared = manifest.contributes.commands.map(({ command }: { command: string }) => command).sort();
		const registered = (await vscode.commands.getCommands(true)).filter(
			(command) =>
				command.startsWith('transportInspector.') &&
				!/\.(sessions|panel)\.|\.(focus|open|resetViewLocation|removeView|toggleVisibility)$/.test(command),
		);
		assert.deepEqual(declared, commandNames.map((name) => `transportInspector.${name}`).sort());
		for (const command of declared) {
			assert.ok(registered.includes(command), `${command} is registered`);
		}
	});

	it('has a description and a default for every setting that the code reads', () => {
		const { properties } = vscode.extensions.getExtension(extensionId)!.packageJSON.contributes.configuration;
		for (const [name, setting] of Object.entries<{ markdownDescription?: string; default?: unknown }>(properties)) {
			assert.ok(setting.markdownDescription, `${name} is described`);
			assert.notEqual(setting.default, undefined, `${name} has a default`);
		}
	});
});
