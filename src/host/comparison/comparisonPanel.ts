import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import { parseStoredComparison } from '../../core/comparisonStored';
import {
	type ComparisonAction,
	type ComparisonPanelToHost,
	type HostToComparisonPanel,
	parseComparisonPanelMessage,
} from '../../core/messages';
import { Disposable } from '../disposable';
import { comparisonViewType, extensionName } from '../ids';
import type { Log } from '../log';
import { sentenceOf } from '../problemText';
import type { Sessions } from '../sessions';
import { WebviewPage } from '../webviewPage';
import type { Comparisons } from './comparisons';

/** Everything that the panels need of the extension. */
export interface ComparisonPanelContext {
	readonly extensionUri: vscode.Uri;
	readonly comparisons: Comparisons;
	readonly sessions: Sessions;
	readonly log: Log;
	/** Shows a session's own panel. */
	readonly showSession: (sessionId: string) => void;
}

/** A panel in sight is told no more often. */
const tellAfterMs = 500;

/** The panels that show a comparison, one for each. */
export class ComparisonPanels extends Disposable implements vscode.WebviewPanelSerializer {
	readonly #open = new Map<string, OpenPanel>();

	constructor(private readonly context: ComparisonPanelContext) {
		super();
		this._register(vscode.window.registerWebviewPanelSerializer(comparisonViewType, this));
		this._register({
			dispose: () => {
				for (const panel of [...this.#open.values()]) {
					panel.dispose();
				}
			},
		});
	}

	/** Shows a comparison's panel, made where there is none. */
	show(id: string): void {
		const open = this.#open.get(id);
		if (open !== undefined) {
			open.reveal();
			return;
		}
		const title = vscode.l10n.t('Transports Compared');
		this.#adopt(vscode.window.createWebviewPanel(comparisonViewType, title, vscode.ViewColumn.Active), id);
	}

	/** Takes up a panel of the window before. */
	async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		const stored = parseStoredComparison((state as { readonly comparison?: unknown } | undefined)?.comparison);
		if (stored === undefined || this.#open.has(stored.report.id) || this.isDisposed) {
			panel.dispose();
			return;
		}
		await this.context.comparisons.restore(stored.report, stored.refused);
		this.#adopt(panel, stored.report.id);
	}

	#adopt(panel: vscode.WebviewPanel, id: string): void {
		const open = new OpenPanel(panel, id, this.context);
		this.#open.set(id, open);
		panel.onDidDispose(() => {
			open.dispose();
			this.#open.delete(id);
		});
	}
}

/** A panel while its tab is open. It pulls: the next report is asked for when the last one is painted. */
class OpenPanel extends Disposable {
	readonly #page: WebviewPage;
	#timer: NodeJS.Timeout | undefined;
	#isTelling = false;
	#toldAtMs = 0;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		private readonly id: string,
		private readonly context: ComparisonPanelContext,
	) {
		super();
		const { comparisons, sessions, extensionUri, log } = context;
		const { webview } = panel;
		this._register(panel);
		this._register(comparisons.shown(id));
		this._register(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
		this._register(
			panel.onDidChangeViewState(() => {
				if (panel.active) {
					comparisons.setActive(id);
				}
				// What was posted while it was hidden may be lost, and with it that it was painted.
				this.#tellSoon();
			}),
		);
		this._register(
			sessions.onChanged(({ id: sessionId }) => {
				if (comparisons.has(id, sessionId)) {
					this.#tellSoon();
				}
			}),
		);
		this._register({ dispose: () => clearTimeout(this.#timer) });
		this.#page = this._register(
			new WebviewPage(panel, { extensionUri, name: 'comparison', title: vscode.l10n.t('Transports Compared'), log }),
		);
	}

	reveal(): void {
		this.panel.reveal(undefined, false);
	}

	#receive(value: unknown): void {
		const message = parseComparisonPanelMessage(value);
		if (message === undefined) {
			const text = JSON.stringify(value)?.slice(0, 200);
			this.context.log.warn(`The comparison panel sent a message of no known shape: ${text}`);
			return;
		}
		this.#act(message).catch((error: unknown) => {
			this.context.log.error(`${message.type}: ${sentenceOf(error)}`);
			void vscode.window.showErrorMessage(sentenceOf(error));
		});
	}

	async #act(message: ComparisonPanelToHost): Promise<void> {
		switch (message.type) {
			case 'ready':
				this.#page.spoke();
				this.#tellSoon();
				return;
			case 'painted':
				if (this.context.comparisons.isCurrent(this.id) && this.context.comparisons.isLive(this.id)) {
					this.#tellSoon();
				}
				return;
			case 'comparisonAction':
				await this.#actOn(message.action);
				return;
			case 'sessionRequested':
				if (this.context.comparisons.has(this.id, message.sessionId)) {
					this.context.showSession(this.context.sessions.idOf(message.sessionId));
				}
				return;
			default:
				assertNever(message);
		}
	}

	async #actOn(action: ComparisonAction): Promise<void> {
		switch (action) {
			case 'export':
				await vscode.commands.executeCommand(`${extensionName}.exportComparison`, this.id);
				return;
			case 'stop':
				await this.context.comparisons.stop(this.id);
				return;
			default:
				assertNever(action);
		}
	}

	/** Tells the page what there is, not sooner than half a second after the last time; a hidden one costs nothing. */
	#tellSoon(): void {
		clearTimeout(this.#timer);
		if (!this.#page.isReady || !this.panel.visible) {
			return;
		}
		const waitMs = Math.max(0, this.#toldAtMs + tellAfterMs - Date.now());
		this.#timer = setTimeout(() => {
			this.#tell().catch((error: unknown) => this.context.log.error(`A comparison was not told: ${sentenceOf(error)}`));
		}, waitMs);
	}

	async #tell(): Promise<void> {
		if (this.#isTelling) {
			return;
		}
		this.#isTelling = true;
		try {
			const { comparisons } = this.context;
			const result = await comparisons.result(this.id);
			if (this.isDisposed) {
				return;
			}
			this.#toldAtMs = Date.now();
			this.#post({
				type: 'comparison',
				result,
				refused: comparisons.refused(this.id),
				isLive: comparisons.isLive(this.id),
				noticeSentence: comparisons.isCurrent(this.id)
					? undefined
					: vscode.l10n.t(
							'This is what was measured last: it no longer goes on, since its sessions ended, one was removed, or others were compared since.',
						),
			});
		} finally {
			this.#isTelling = false;
		}
	}

	#post(message: HostToComparisonPanel): void {
		void this.panel.webview.postMessage(message);
	}
}
