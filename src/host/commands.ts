import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type ConnectOptions, transportNames } from '../core/endpoint';
import { sendEncodings } from '../core/messages';
import { ProblemError, problem, problemOf } from '../core/problem';
import type { SessionSummary } from '../core/session';
import type { DemoUrls } from '../demo/messages';
import { Disposable } from './disposable';
import { addressAt } from './endpoints/addressAtCursor';
import { askForEndpoint, rememberAddress } from './endpoints/askForEndpoint';
import type { DemoServer } from './endpoints/demoServer';
import { rateLabel } from './endpoints/sessionsTree';
import { extensionName, type SessionCommandName } from './ids';
import type { InspectorPanels } from './inspector/inspectorPanel';
import { encodePayload } from './inspector/payloadText';
import { problemText, sentenceOf } from './problemText';
import type { Sessions } from './sessions';
import { demoPort } from './settings';

const statusMessageMs = 5000;

/** What the commands act on. */
export interface CommandContext {
	readonly sessions: Sessions;
	readonly panels: InspectorPanels;
	readonly demo: DemoServer;
	readonly log: vscode.LogOutputChannel;
	readonly secrets: vscode.SecretStorage;
}

/**
 * Every command on sessions. Called with arguments, a command asks nothing, returns its result and fails with its
 * sentence as the error; called from the palette, it asks for what it needs, and its failure is shown.
 */
export class Commands extends Disposable {
	constructor(private readonly context: CommandContext) {
		super();
		for (const [name, run] of Object.entries(this.#commands)) {
			this._register(
				vscode.commands.registerCommand(`${extensionName}.${name}`, async (...args: unknown[]) => {
					try {
						return await run(...args);
					} catch (error) {
						throw new Error(sentenceOf(error));
					}
				}),
			);
		}
	}

	/** Connects, shows the panel unless told not to, and resolves with the session's id once it is open. */
	async connect(options: ConnectOptions): Promise<string> {
		const { sessions, panels } = this.context;
		try {
			const { id, opened } = sessions.connect(options);
			// It is awaited last; until then its failure is nobody's surprise.
			opened.catch(() => undefined);
			if (options.show !== false) {
				// A session that can't even be listed is told by its failure.
				await Promise.race([waitForSession(sessions, id), opened]);
				panels.show(id);
			}
			await opened;
			return id;
		} catch (error) {
			throw new Error(sentenceOf(error));
		}
	}

	readonly #commands: Record<SessionCommandName, (...args: unknown[]) => unknown> = {
		connect: async (options) => {
			if (options !== undefined) {
				return this.connect(options as ConnectOptions);
			}
			const asked = await askForEndpoint(this.context.secrets);
			if (asked === undefined) {
				return undefined;
			}
			if (asked === 'demoSideBySide') {
				return this.#watchSideBySide(await this.#startDemo());
			}
			return this.#connectShowingFailure(asked === 'demo' ? { url: (await this.#startDemo()).webSocket } : asked);
		},

		connectAtCursor: async () => {
			const editor = vscode.window.activeTextEditor;
			if (editor === undefined) {
				throw new Error(vscode.l10n.t('No editor is active; open a file with a URL in it and put the cursor there.'));
			}
			const { selection, document } = editor;
			const selected = document.getText(selection).trim();
			const url = selected || addressAt(document.lineAt(selection.active.line).text, selection.active.character);
			if (url === undefined) {
				throw new Error(
					vscode.l10n.t('There is no URL under the cursor; put it on one, or select one, and try again.'),
				);
			}
			return this.#connectShowingFailure({ url });
		},

		disconnect: async (session) => this.context.sessions.disconnect(this.context.sessions.idOf(session)),

		reconnect: async (session) => this.context.sessions.reconnect(this.context.sessions.idOf(session)),

		pause: async (session, paused) => {
			const { sessions } = this.context;
			const id = sessions.idOf(session);
			const wanted = typeof paused === 'boolean' ? paused : !sessions.get(id)!.paused;
			await sessions.setPaused(id, wanted);
			return wanted;
		},

		clear: async (session) => this.context.sessions.clear(this.context.sessions.idOf(session)),

		remove: async (session) => {
			const { sessions, panels } = this.context;
			const id = sessions.idOf(session);
			if (session === undefined && !(await this.#confirmRemoval(sessions.get(id)!))) {
				return;
			}
			panels.close(id);
			await sessions.remove(id);
		},

		showPanel: (session) => {
			const id = this.context.sessions.idOf(session);
			this.context.sessions.setActive(id);
			this.context.panels.show(id);
		},

		send: async (session, data) => {
			const id = this.context.sessions.idOf(session);
			const message = data === undefined ? await askForMessage() : messageOf(data);
			if (message !== undefined) {
				await this.context.sessions.send(id, message);
			}
		},

		statistics: async (session) => {
			const statistics = await this.context.sessions.statistics(this.context.sessions.idOf(session));
			if (session !== undefined) {
				return statistics;
			}
			// From the palette nobody takes the result, so the numbers that matter most are shown.
			const { framesReceived, framesPerSecond, lagMs } = statistics;
			const lag = lagMs.p50 === null ? '' : ` · ${vscode.l10n.t('lag p50 {0} ms', lagMs.p50.toFixed(1))}`;
			vscode.window.setStatusBarMessage(
				`${vscode.l10n.t('{0} frames', framesReceived.toLocaleString())} · ${rateLabel(framesPerSecond)}${lag}`,
				statusMessageMs,
			);
			return statistics;
		},

		exportFrames: async (session, target) => {
			const id = this.context.sessions.idOf(session);
			const uri = target === undefined ? await askForTarget() : uriOf(target);
			if (uri === undefined) {
				return undefined;
			}
			const lines = await this.#export(id, uri);
			if (target === undefined) {
				const open = vscode.l10n.t('Open');
				const message = vscode.l10n.t(
					'{0} frames exported to {1}.',
					lines.toLocaleString(),
					uri.path.split('/').pop() ?? '',
				);
				void vscode.window.showInformationMessage(message, open).then((choice) => {
					if (choice === open) {
						void vscode.window.showTextDocument(uri);
					}
				});
			}
			return uri;
		},

		startDemoServer: async () => {
			const urls = await this.#startDemo();
			void this.#offerToWatch(urls);
			return urls;
		},

		stopDemoServer: () => this.context.demo.stop(),

		showLog: () => this.context.log.show(),
	};

	async #confirmRemoval(session: SessionSummary): Promise<boolean> {
		const remove = vscode.l10n.t('Remove');
		const question = vscode.l10n.t('Remove the session {0} and delete its frames?', session.url);
		return (await vscode.window.showWarningMessage(question, { modal: true }, remove)) === remove;
	}

	#startDemo(): Promise<DemoUrls> {
		return this.context.demo.start(demoPort());
	}

	async #offerToWatch(urls: DemoUrls): Promise<void> {
		const one = vscode.l10n.t('Watch WebSocket');
		const all = vscode.l10n.t('Watch All Four');
		const { host } = new URL(urls.polling);
		const choice = await vscode.window.showInformationMessage(
			vscode.l10n.t('The demo server serves one feed at {0}: /ws, /sse, /long-poll and /poll.', host),
			one,
			all,
		);
		if (choice === one) {
			await this.#connectShowingFailure({ url: urls.webSocket });
		} else if (choice === all) {
			await this.#watchSideBySide(urls);
		}
	}

	/** The four transports of one feed in a grid of four panels; resolves with the WebSocket's session. */
	async #watchSideBySide(urls: DemoUrls): Promise<string> {
		const row = { groups: [{}, {}] };
		await vscode.commands.executeCommand('vscode.setEditorLayout', { orientation: 0, groups: [row, row] });
		const ids: string[] = [];
		for (const transport of transportNames) {
			const id = await this.connect({ url: urls[transport], transport, show: false });
			this.context.panels.show(id, ids.push(id));
			// One after the other: a page that loads while the next panel opens may stay empty.
			await this.context.panels.loaded(id);
		}
		return ids[0]!;
	}

	/** From the palette the panel is where a failure is shown; only one without a panel is thrown. */
	async #connectShowingFailure(options: ConnectOptions): Promise<string | undefined> {
		const before = new Set(this.context.sessions.all.map(({ id }) => id));
		rememberAddress(this.context.secrets, options.url).catch((error: unknown) => {
			this.context.log.warn(`The address was not remembered: ${error}`);
		});
		try {
			return await this.connect(options);
		} catch (error) {
			if (this.context.sessions.all.some(({ id }) => !before.has(id))) {
				this.context.log.info(`Not connected: ${sentenceOf(error)}`);
				return undefined;
			}
			throw error;
		}
	}

	/** The engine writes files of this machine; anything else is copied from one. */
	async #export(sessionId: string, uri: vscode.Uri): Promise<number> {
		const { sessions } = this.context;
		if (uri.scheme === 'file') {
			return sessions.exportFrames(sessionId, uri.fsPath);
		}
		const file = vscode.Uri.file(join(tmpdir(), `transport-inspector-${randomUUID()}.jsonl`));
		try {
			const lines = await sessions.exportFrames(sessionId, file.fsPath);
			await vscode.workspace.fs.copy(file, uri, { overwrite: true });
			return lines;
		} finally {
			await vscode.workspace.fs.delete(file).then(undefined, () => {
				// The export failed before it made the file.
			});
		}
	}
}

/** Resolves when the session is listed: at once in practice, since the engine lists it before it connects. */
export function waitForSession(sessions: Sessions, id: string): Promise<void> {
	if (sessions.get(id) !== undefined) {
		return Promise.resolve();
	}
	return new Promise((resolve) => {
		const listening = sessions.onChanged((summary) => {
			if (summary.id === id) {
				listening.dispose();
				resolve();
			}
		});
	});
}

/** What `send` takes: a text, bytes, or `{ text, encoding }` with an encoding of the panel's send box. */
function messageOf(data: unknown): { readonly payload: Uint8Array; readonly kind: 'text' | 'binary' } {
	if (typeof data === 'string') {
		return encodePayload(data, 'text');
	}
	if (data instanceof Uint8Array) {
		return { payload: data, kind: 'binary' };
	}
	const { text, encoding } = (data ?? {}) as {
		readonly text?: unknown;
		readonly encoding?: (typeof sendEncodings)[number];
	};
	if (typeof text !== 'string' || !sendEncodings.includes(encoding ?? 'text')) {
		throw new ProblemError(
			problem('invalidOption', {
				what: 'data',
				value: typeof data,
				expected: 'a text, a Uint8Array, or { text, encoding: text | json | hex | base64 }',
			}),
		);
	}
	return encodePayload(text, encoding ?? 'text');
}

async function askForMessage(): Promise<ReturnType<typeof messageOf> | undefined> {
	const text = await vscode.window.showInputBox({ prompt: vscode.l10n.t('Text to send') });
	return text === undefined ? undefined : encodePayload(text, 'text');
}

async function askForTarget(): Promise<vscode.Uri | undefined> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return vscode.window.showSaveDialog({
		defaultUri: folder && vscode.Uri.joinPath(folder, 'frames.jsonl'),
		filters: { 'JSON Lines': ['jsonl'] },
	});
}

/** The `Uri` that an argument names: one, what is left of one in JSON, a URI as text or a path. */
export function uriOf(target: unknown): vscode.Uri {
	if (target instanceof vscode.Uri) {
		return target;
	}
	if (typeof target === 'string') {
		return /^[a-z][a-z0-9+.-]+:\/\//i.test(target) ? vscode.Uri.parse(target) : vscode.Uri.file(target);
	}
	if (typeof target === 'object' && target !== null && typeof (target as vscode.Uri).scheme === 'string') {
		return vscode.Uri.from(target as vscode.Uri);
	}
	throw new Error(
		problemText(
			problemOf(
				new ProblemError(problem('invalidOption', { what: 'target', value: typeof target, expected: 'a Uri' })),
			),
		),
	);
}
