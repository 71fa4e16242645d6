import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { createApi, type TestingApi, type TransportInspectorApi } from './api';
import { Commands } from './commands';
import { DemoServer } from './endpoints/demoServer';
import { SessionsTree } from './endpoints/sessionsTree';
import { StatusBar } from './endpoints/statusBar';
import { EngineClient } from './engineClient';
import { extensionName } from './ids';
import { InspectorPanels } from './inspector/inspectorPanel';
import { Sessions } from './sessions';

let shutDown: (() => Promise<void>) | undefined;

/** Constructs everything and registers it; the engine's thread starts with its first use. */
export async function activate(context: vscode.ExtensionContext): Promise<TransportInspectorApi> {
	const own = <T extends vscode.Disposable>(owned: T): T => {
		context.subscriptions.push(owned);
		return owned;
	};
	const file = (...path: string[]): string => vscode.Uri.joinPath(context.extensionUri, ...path).fsPath;
	const log = own(vscode.window.createOutputChannel('Transport Inspector', { log: true }));
	const engine = own(new EngineClient(file('dist', 'engine.js'), log));
	const demo = own(new DemoServer(file('dist', 'demoServer.js')));
	const sessions = own(new Sessions(engine, context, await storageFolder(context), log));
	const restored = sessions.restore().catch((error: unknown) => log.error(`Sessions were not restored: ${error}`));
	const panels = own(new InspectorPanels({ extensionUri: context.extensionUri, engine, sessions, log }, restored));
	own(new SessionsTree(sessions));
	own(new StatusBar(sessions));
	const commands = own(new Commands({ engine, sessions, panels, demo, log, globalState: context.globalState }));
	shutDown = async () => {
		sessions.freeze();
		await Promise.all([engine.shutDown(), demo.stop()]);
	};
	if (context.extensionMode === vscode.ExtensionMode.Development) {
		openFromEnvironment(commands);
	}
	const api = createApi((options) => commands.connect(options), sessions, engine);
	if (context.extensionMode !== vscode.ExtensionMode.Test) {
		return api;
	}
	return Object.assign(api, {
		testing: {
			paintedTicks: (sessionId: string) => panels.paintedTicks(sessionId),
			closePanel: (sessionId: string) => panels.close(sessionId),
			shutDown: deactivate,
		},
	}) satisfies TestingApi;
}

/** Ends every connection, thread and file before the window goes. */
export async function deactivate(): Promise<void> {
	await shutDown?.();
}

/** A folder of this window's own: the workspace's, or a new one that an empty window remembers. */
async function storageFolder(context: vscode.ExtensionContext): Promise<string> {
	if (context.storageUri !== undefined) {
		return vscode.Uri.joinPath(context.storageUri, 'captures').fsPath;
	}
	const remembered = context.workspaceState.get<string>('emptyWindow');
	const name = remembered ?? randomUUID();
	if (remembered === undefined) {
		await context.workspaceState.update('emptyWindow', name);
	}
	return vscode.Uri.joinPath(context.globalStorageUri, 'emptyWindows', name).fsPath;
}

/** `npm start` names here what the window is to come up with: `demo`, or an address. */
function openFromEnvironment(commands: Commands): void {
	const address = process.env.TRANSPORT_INSPECTOR_OPEN;
	if (address === undefined || address === '') {
		return;
	}
	const opened =
		address === 'demo'
			? vscode.commands
					.executeCommand<{ readonly webSocket: string }>(`${extensionName}.startDemoServer`)
					.then(({ webSocket }) => commands.connect({ url: webSocket }))
			: commands.connect({ url: address });
	opened.then(undefined, () => {
		// The panel shows what went wrong.
	});
}
