import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Disposable } from './disposable';
import type { Log } from './log';
import { panelHtml } from './panelHtml';

/** A page that is in sight has spoken after so long, also on a busy machine. */
export const loadAgainAfterMs = 5000;
const mostLoads = 4;

/** What is loaded into a panel. */
export interface WebviewPageOptions {
	readonly extensionUri: vscode.Uri;
	/** Of its script and style sheet in `dist/webview`. */
	readonly name: 'inspector' | 'sizing' | 'comparison';
	readonly title: string;
	readonly log: Log;
}

/**
 * The page of a panel, loaded when this is made. VS Code in a browser now and then serves a page no script, which leaves
 * it empty, most of all where several panels open at once; one that is in sight and has not spoken is therefore loaded again.
 */
export class WebviewPage extends Disposable {
	#isReady = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		private readonly options: WebviewPageOptions,
	) {
		super();
		const { extensionUri } = options;
		panel.webview.options = {
			enableScripts: true,
			localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')],
		};
		panel.iconPath = {
			light: vscode.Uri.joinPath(extensionUri, 'media', 'panel-light.svg'),
			dark: vscode.Uri.joinPath(extensionUri, 'media', 'panel-dark.svg'),
		};
		this._register({ dispose: () => clearTimeout(this.#timer) });
		this.#load(1);
	}

	/** Whether the page has spoken: what is posted before is lost. */
	get isReady(): boolean {
		return this.#isReady;
	}

	/** To be called when the page says that it is ready. */
	spoke(): void {
		this.#isReady = true;
	}

	#load(attempt: number): void {
		const { panel } = this;
		const { extensionUri, name, title, log } = this.options;
		const { webview } = panel;
		const file = (file: string): string =>
			webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file)).toString();
		webview.html = panelHtml({
			scriptUri: file(`${name}.js`),
			styleUri: file(`${name}.css`),
			cspSource: webview.cspSource,
			nonce: randomBytes(16).toString('base64'),
			title,
		});
		this.#timer = setTimeout(() => {
			if (!this.#isReady && panel.visible && attempt < mostLoads) {
				log.warn(`The ${name} panel did not load; it is loaded again.`);
				this.#load(attempt + 1);
			}
		}, loadAgainAfterMs);
	}
}
