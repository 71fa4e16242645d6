import { isUtf8 } from 'node:buffer';
import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import {
	type HostToWebview,
	type PanelAction,
	parseWebviewMessage,
	shownBytesLimit,
	type ViewChanged,
	type WebviewToHost,
} from '../../core/messages';
import { problemOf } from '../../core/problem';
import type { SessionSummary } from '../../core/session';
import { Disposable } from '../disposable';
import type { EngineClient } from '../engineClient';
import { extensionName, panelViewType } from '../ids';
import type { Log } from '../log';
import { detectionText, endText, problemText } from '../problemText';
import type { Sessions } from '../sessions';
import { loadAgainAfterMs, WebviewPage } from '../webviewPage';
import { encodePayload } from './payloadText';

/** Everything that a panel needs of the extension. */
export interface PanelContext {
	readonly extensionUri: vscode.Uri;
	readonly engine: EngineClient;
	readonly sessions: Sessions;
	readonly log: Log;
}

/** VS Code does not take longer documents from an extension. */
const mostDocumentBytes = 40_000_000;

let nextViewNumber = 1;

/**
 * One session in an editor tab. It owns nothing but the webview: what is shown is pulled from the engine, window by
 * window, so that a hidden or reloaded panel loses nothing.
 */
export class InspectorPanel extends Disposable {
	readonly #viewId = `panel-${nextViewNumber++}`;
	readonly #page: WebviewPage;
	readonly #loaded = this._register(new vscode.EventEmitter<void>());
	/** The page has loaded; again whenever it was loaded anew. */
	readonly onReady = this.#loaded.event;
	/** What the webview last said that it shows. */
	#window: ViewChanged | undefined;
	#paintedTicks = 0;
	#paintedSeq = 0;
	#sentTick: { readonly number: number; readonly lastSeq: number } | undefined;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		readonly sessionId: string,
		private readonly context: PanelContext,
	) {
		super();
		const { webview } = panel;
		this._register(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
		this._register(
			panel.onDidChangeViewState(() => {
				if (panel.active) {
					context.sessions.setActive(sessionId);
				}
				if (!panel.visible) {
					context.engine.closeView(this.#viewId);
					return;
				}
				// What was posted while it was hidden may be lost, and it may not have been loaded anew since: it is told again.
				if (this.#window !== undefined) {
					context.engine.changeView(this.#viewId, sessionId, this.#window);
				}
				this.#show(context.sessions.get(sessionId));
			}),
		);
		this._register(
			context.engine.onTick(({ viewId, tick }) => {
				if (viewId === this.#viewId) {
					this.#sentTick = { number: tick.number, lastSeq: tick.lastSeq };
					void webview.postMessage(tick);
				}
			}),
		);
		this._register(
			context.sessions.onChanged((summary) => {
				if (summary.id === sessionId) {
					this.#show(summary);
				}
			}),
		);
		this._register(panel.onDidDispose(() => this.dispose()));
		this._register({ dispose: () => context.engine.closeView(this.#viewId) });
		const { extensionUri, log } = context;
		this.#page = this._register(
			new WebviewPage(panel, { extensionUri, name: 'inspector', title: 'Transport Inspector', log }),
		);
		this.#retitle(context.sessions.get(sessionId));
	}

	/** How many ticks the webview has drawn, and the last frame that the newest of them spoke of. */
	get painted(): { readonly ticks: number; readonly lastSeq: number } {
		return { ticks: this.#paintedTicks, lastSeq: this.#paintedSeq };
	}

	reveal(): void {
		this.panel.reveal(undefined, false);
	}

	/** Closes the tab. */
	close(): void {
		this.panel.dispose();
	}

	/** Calls back when the tab is closed. */
	onClosed(closed: () => void): void {
		this._register({ dispose: closed });
	}

	#receive(value: unknown): void {
		const message = parseWebviewMessage(value);
		if (message === undefined) {
			this.context.log.warn(`The panel sent a message of no known shape: ${JSON.stringify(value)?.slice(0, 200)}`);
			return;
		}
		this.#act(message).catch((error: unknown) => {
			const reason = problemOf(error);
			if (message.type === 'sendRequested') {
				this.#post({ type: 'sendAnswered', sent: false, sentence: problemText(reason) });
			} else if (reason.code === 'internal' || reason.code === 'invalidOption') {
				this.context.log.error(`${message.type}: ${problemText(reason)}`);
				void vscode.window.showErrorMessage(problemText(reason), vscode.l10n.t('Show Log')).then((choice) => {
					if (choice !== undefined) {
						void vscode.commands.executeCommand(`${extensionName}.showLog`);
					}
				});
			}
			// Every other problem is the session's own, and its state shows it.
		});
	}

	async #act(message: WebviewToHost): Promise<void> {
		const { engine, sessions } = this.context;
		const { sessionId } = this;
		switch (message.type) {
			case 'ready':
				this.#page.spoke();
				this.#loaded.fire();
				this.#show(sessions.get(sessionId));
				return;
			case 'viewChanged':
				this.#window = message;
				engine.changeView(this.#viewId, sessionId, message);
				return;
			case 'painted':
				this.#paintedTicks++;
				if (this.#sentTick?.number === message.tick) {
					this.#paintedSeq = this.#sentTick.lastSeq;
				}
				engine.painted(this.#viewId, message.tick);
				return;
			case 'payloadRequested': {
				this.#post(await sessions.payload(sessionId, message.seq, shownBytesLimit));
				return;
			}
			case 'action':
				await this.#actOn(message.action);
				return;
			case 'sendRequested': {
				const { payload, kind } = encodePayload(message.text, message.encoding);
				await sessions.send(sessionId, { payload, kind });
				this.#post({ type: 'sendAnswered', sent: true });
				return;
			}
			case 'transportChosen':
				await sessions.reconnect(sessionId, message.transport);
				return;
			case 'timestampPathChosen':
				await sessions.setTimestampPath(sessionId, message.path);
				return;
			case 'sequencePathChosen':
				await sessions.setSequencePath(sessionId, message.path);
				return;
			case 'clockChosen':
				await sessions.setClock(sessionId, message.clock);
				return;
			case 'copyRequested':
				await vscode.env.clipboard.writeText(message.text);
				return;
			case 'documentRequested':
				await this.#openDocument(message.seq);
				return;
			case 'chartRequested':
				this.#post({ type: 'chart', answer: await sessions.chart(sessionId, message.request) });
				return;
			case 'timeChosen': {
				const seq = await sessions.seqAt(sessionId, message.atMs);
				if (seq !== null) {
					this.#post({ type: 'timeFound', seq });
				}
				return;
			}
			default:
				assertNever(message);
		}
	}

	async #actOn(action: PanelAction): Promise<void> {
		const { sessions } = this.context;
		switch (action) {
			case 'pause':
				return sessions.setPaused(this.sessionId, true);
			case 'resume':
				return sessions.setPaused(this.sessionId, false);
			case 'clear':
				return sessions.clear(this.sessionId);
			case 'disconnect':
				return sessions.disconnect(this.sessionId);
			case 'reconnect':
				return sessions.reconnect(this.sessionId);
			case 'export':
				await vscode.commands.executeCommand(`${extensionName}.exportFrames`, this.sessionId);
				return;
			default:
				assertNever(action);
		}
	}

	/** The whole payload as a document: JSON or text as it is, anything else as a hex dump. */
	async #openDocument(seq: number): Promise<void> {
		const { sessions } = this.context;
		const payload = await sessions.payload(this.sessionId, seq, mostDocumentBytes);
		if (!payload.found) {
			const gone = vscode.l10n.t('Frame {0} is no longer kept; it was evicted or cleared.', seq);
			void vscode.window.setStatusBarMessage(gone, 5000);
			return;
		}
		const bytes = Buffer.from(payload.bytes);
		const text = isUtf8(bytes) ? bytes.toString('utf8') : hexDump(bytes);
		const isCut = payload.sizeBytes > bytes.length;
		const note = isCut ? `\n… ${vscode.l10n.t('{0} of {1} bytes', bytes.length, payload.sizeBytes)}\n` : '';
		const language = /^\s*[[{]/.test(text) && !isCut ? 'json' : 'plaintext';
		const document = await vscode.workspace.openTextDocument({ content: text + note, language });
		await vscode.window.showTextDocument(document, { preview: true });
	}

	#show(summary: SessionSummary | undefined): void {
		this.#retitle(summary);
		if (!this.#page.isReady || summary === undefined) {
			return;
		}
		this.#post({
			type: 'session',
			session: summary,
			problemSentence: summary.problem && problemText(summary.problem),
			captureProblemSentence: summary.captureProblem && problemText(summary.captureProblem),
			endSentence: summary.end && endText(summary.end),
			detectionSentence: detectionSentence(summary),
		});
	}

	#retitle(summary: SessionSummary | undefined): void {
		if (summary !== undefined) {
			this.panel.title = summary.url
				.replace(/^\w+:\/\//, '')
				.replace(/\/$/, '')
				.slice(0, 60);
		}
	}

	#post(message: HostToWebview): void {
		void this.panel.webview.postMessage(message);
	}
}

/** The panels that are open, one for a session. */
export class InspectorPanels extends Disposable implements vscode.WebviewPanelSerializer {
	readonly #panels = new Map<string, InspectorPanel>();

	constructor(private readonly context: PanelContext) {
		super();
		this._register(vscode.window.registerWebviewPanelSerializer(panelViewType, this));
		this._register({
			dispose: () => {
				for (const panel of [...this.#panels.values()]) {
					panel.dispose();
				}
			},
		});
	}

	/** Shows a session's panel, made in a column (the active one where left out) where there is none. */
	show(sessionId: string, column: vscode.ViewColumn = vscode.ViewColumn.Active): void {
		const open = this.#panels.get(sessionId);
		if (open !== undefined) {
			open.reveal();
			return;
		}
		const panel = vscode.window.createWebviewPanel(panelViewType, 'Transport Inspector', column, {
			enableScripts: true,
			enableFindWidget: false,
		});
		this.#adopt(panel, sessionId);
	}

	/** What a session's panel has drawn; zeros where it has no panel. */
	painted(sessionId: string): InspectorPanel['painted'] {
		return this.#panels.get(sessionId)?.painted ?? { ticks: 0, lastSeq: 0 };
	}

	/** Resolves when a session's panel has loaded, or has had time enough to. */
	async loaded(sessionId: string): Promise<void> {
		const panel = this.#panels.get(sessionId);
		if (panel !== undefined) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, loadAgainAfterMs);
				panel.onReady(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
	}

	/** Closes a session's panel, if it is open. */
	close(sessionId: string): void {
		this.#panels.get(sessionId)?.close();
	}

	/** Takes up a panel of the window before; a session that was live then is connected again. */
	async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		await this.context.sessions.ready();
		const sessionId = (state as { readonly sessionId?: unknown } | undefined)?.sessionId;
		if (
			typeof sessionId !== 'string' ||
			this.context.sessions.get(sessionId) === undefined ||
			this.#panels.has(sessionId)
		) {
			panel.dispose();
			return;
		}
		const resume = this.context.sessions.takeResumable(sessionId);
		this.#adopt(panel, sessionId);
		this.context.sessions.setActive(sessionId);
		if (resume) {
			this.context.sessions.reconnect(sessionId).catch((error: unknown) => {
				this.context.log.info(`Not connected again after the reload: ${problemText(problemOf(error))}`);
			});
		}
	}

	#adopt(webviewPanel: vscode.WebviewPanel, sessionId: string): void {
		const panel = new InspectorPanel(webviewPanel, sessionId, this.context);
		this.#panels.set(sessionId, panel);
		panel.onClosed(() => this.#panels.delete(sessionId));
	}
}

/** What the panel says of how the transport was found, and that nobody has answered it yet. */
function detectionSentence(summary: SessionSummary): string | undefined {
	const detected = summary.detection && detectionText(summary.detection);
	if (!summary.unanswered) {
		return detected;
	}
	const waiting = vscode.l10n.t('No answer has come yet: the server holds the request, or does not answer at all.');
	return detected === undefined ? waiting : `${detected} ${waiting}`;
}

/** Offset, sixteen bytes in hex, and what of them is ASCII, a line each. */
function hexDump(bytes: Buffer): string {
	const lines: string[] = [];
	for (let at = 0; at < bytes.length; at += 16) {
		const part = bytes.subarray(at, at + 16);
		const hex = part.toString('hex').replace(/../g, '$& ').padEnd(48);
		lines.push(`${at.toString(16).padStart(8, '0')}  ${hex} ${part.toString('latin1').replace(/[^ -~]/g, '.')}`);
	}
	return lines.join('\n');
}
