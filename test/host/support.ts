import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Statistics } from '../../src/core/statistics';
import type { DemoUrls } from '../../src/demo/messages';
import type { TestingApi } from '../../src/host/api';

export const extensionId = 'transport-inspector.transport-inspector';

/** Runs a command of the extension. */
export function run<T>(name: string, ...args: unknown[]): Promise<T> {
	return Promise.resolve(vscode.commands.executeCommand<T>(`transportInspector.${name}`, ...args));
}

/** The extension's API, with what only a test host gets. */
export async function api(): Promise<TestingApi> {
	const extension = vscode.extensions.getExtension<TestingApi>(extensionId);
	assert.ok(extension, 'the extension is installed');
	return extension.activate();
}

/** Looks again and again until the condition holds; fails with the sentence after ten seconds. */
export async function until<T>(
	what: string,
	look: () => T | Promise<T>,
): Promise<Exclude<T, false | null | undefined>> {
	const deadline = Date.now() + 10_000;
	for (;;) {
		const seen = await look();
		if (seen) {
			return seen as Exclude<T, false | null | undefined>;
		}
		assert.ok(Date.now() < deadline, `waited ten seconds for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

export const statistics = (id: string): Promise<Statistics> => run<Statistics>('statistics', id);
export const startDemo = (): Promise<DemoUrls> => run<DemoUrls>('startDemoServer');

/** A real WebSocket server on loopback, for one test. */
export async function withServer(
	onConnection: (socket: WebSocket) => void,
	test: (url: string, server: WebSocketServer) => Promise<void>,
): Promise<void> {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	server.on('connection', onConnection);
	await new Promise((resolve) => server.once('listening', resolve));
	try {
		await test(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, server);
	} finally {
		for (const client of server.clients) {
			client.terminate();
		}
		await new Promise((resolve) => server.close(resolve));
	}
}

/**
 * Shows a document with a selection in it. The selection goes with the request: one that is set on an editor that was
 * just shown can be overtaken by the window's word of where the cursor was at first.
 */
export function showSelected(
	document: vscode.TextDocument,
	...selection: [number, number, number, number]
): Promise<vscode.TextEditor> {
	return Promise.resolve(vscode.window.showTextDocument(document, { selection: new vscode.Range(...selection) }));
}

/** Closes every editor, without asking whether to save what a test wrote. */
export async function closeEditors(): Promise<void> {
	for (let open = 0; open < 20 && vscode.window.activeTextEditor !== undefined; open++) {
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	}
	await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
