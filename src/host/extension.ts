import * as vscode from 'vscode';
import { createApi, type TestingApi, type TransportInspectorApi } from './api';
import { takeCaptureFolder } from './captureFolder';
import { Commands } from './commands';
import { ComparisonCommands } from './comparison/comparisonCommands';
import { ComparisonPanels } from './comparison/comparisonPanel';
import { Comparisons } from './comparison/comparisons';
import { DemoServer } from './endpoints/demoServer';
import { SessionsTree } from './endpoints/sessionsTree';
import { StatusBar } from './endpoints/statusBar';
import { EngineClient } from './engineClient';
import { InspectorPanels } from './inspector/inspectorPanel';
import { Sessions } from './sessions';
import { demoPort } from './settings';
import { InlineResults } from './sizing/inlineResults';
import { watchLanguages } from './sizing/languageComment';
import { NumberHover } from './sizing/numberHover';
import { SizingCodeLens } from './sizing/sizingCodeLens';
import { SizingCommands, sizingPanelActions } from './sizing/sizingCommands';
import { SizingPanel } from './sizing/sizingPanel';
import { SizingTool } from './sizing/sizingTool';

let shutDown: (() => Promise<void>) | undefined;

/** Constructs everything and registers it; the engine's thread, and the captures of the workspace, wait for their first use. */
export function activate(context: vscode.ExtensionContext): TransportInspectorApi {
	const own = <T extends vscode.Disposable>(owned: T): T => {
		context.subscriptions.push(owned);
		return owned;
	};
	const file = (...path: string[]): string => vscode.Uri.joinPath(context.extensionUri, ...path).fsPath;
	const log = own(vscode.window.createOutputChannel('Transport Inspector', { log: true }));
	const engine = own(new EngineClient(file('dist', 'engine.js'), log));
	const demo = own(new DemoServer(file('dist', 'demoServer.js')));
	const sessions = own(new Sessions(engine, context, () => takeCaptureFolder(context, deactivate), log));
	const panels = own(new InspectorPanels({ extensionUri: context.extensionUri, engine, sessions, log }));
	own(new SessionsTree(sessions));
	own(new StatusBar(sessions));
	const commands = own(new Commands({ sessions, panels, demo, log, secrets: context.secrets }));
	const comparisons = own(new Comparisons(engine, sessions, log));
	const comparisonPanels = own(
		new ComparisonPanels({
			extensionUri: context.extensionUri,
			comparisons,
			sessions,
			log,
			showSession: (sessionId) => panels.show(sessionId),
		}),
	);
	const comparisonCommands = own(
		new ComparisonCommands({ comparisons, panels: comparisonPanels, demo, secrets: context.secrets, log }),
	);
	const sizingPanel = own(new SizingPanel({ extensionUri: context.extensionUri, log, actions: sizingPanelActions }));
	own(new SizingCommands({ sessions, panel: sizingPanel }));
	own(new InlineResults());
	own(new SizingCodeLens());
	own(new NumberHover());
	own(SizingTool.register());
	own(watchLanguages());
	shutDown = async () => {
		sessions.freeze();
		await Promise.all([engine.shutDown(), demo.stop()]);
		await sessions.release();
	};
	if (context.extensionMode === vscode.ExtensionMode.Development) {
		void openFromEnvironment(commands, demo);
	}
	const api = createApi((options) => commands.connect(options), sessions, comparisonCommands);
	if (context.extensionMode !== vscode.ExtensionMode.Test) {
		return api;
	}
	return Object.assign(api, {
		testing: {
			painted: (sessionId: string) => panels.painted(sessionId),
			closePanel: (sessionId: string) => panels.close(sessionId),
			shutDown: deactivate,
		},
	}) satisfies TestingApi;
}

/** Ends every connection, thread and file before the window goes. */
export async function deactivate(): Promise<void> {
	await shutDown?.();
}

/** `npm start` names here what the window is to come up with: `demo`, or an address. */
async function openFromEnvironment(commands: Commands, demo: DemoServer): Promise<void> {
	const address = process.env.TRANSPORT_INSPECTOR_OPEN;
	if (address === undefined || address === '') {
		return;
	}
	try {
		await commands.connect({ url: address === 'demo' ? (await demo.start(demoPort())).webSocket : address });
	} catch {
		// The panel shows what went wrong.
	}
}
