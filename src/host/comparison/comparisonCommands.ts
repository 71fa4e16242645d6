import * as vscode from 'vscode';
import { type ComparisonResult, comparisonCsv, comparisonJson, comparisonMarkdown } from '../../core/comparisonExport';
import { type ConnectOptions, transportNames } from '../../core/endpoint';
import { uriOf } from '../commands';
import { Disposable } from '../disposable';
import { rememberAddress } from '../endpoints/askForEndpoint';
import type { DemoServer } from '../endpoints/demoServer';
import { type ComparisonCommandName, extensionName } from '../ids';
import type { Log } from '../log';
import { sentenceOf } from '../problemText';
import { demoPort } from '../settings';
import { askForEndpoints } from './askForEndpoints';
import { compareRequest } from './comparisonArguments';
import type { ComparisonPanels } from './comparisonPanel';
import type { Comparisons } from './comparisons';

/** What the commands on comparisons act on. */
export interface ComparisonCommandContext {
	readonly comparisons: Comparisons;
	readonly panels: ComparisonPanels;
	readonly demo: DemoServer;
	readonly secrets: vscode.SecretStorage;
	readonly log: Log;
}

/** What a file's name ends with, and what is then written to it. */
const formats: Readonly<Record<string, (result: ComparisonResult) => string>> = {
	md: comparisonMarkdown,
	csv: comparisonCsv,
	json: comparisonJson,
};

/** The commands on comparisons. Each returns its result and fails with a sentence. */
export class ComparisonCommands extends Disposable {
	readonly #waiting = new Set<() => void>();

	constructor(private readonly context: ComparisonCommandContext) {
		super();
		const commands: Record<ComparisonCommandName, (...args: unknown[]) => unknown> = {
			compare: (options) => (options === undefined ? this.#ask() : this.compare(options)),
			exportComparison: (comparison, target) => this.#export(comparison, target),
		};
		for (const [name, run] of Object.entries(commands)) {
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
		this._register({
			dispose: () => {
				for (const end of [...this.#waiting]) {
					end();
				}
			},
		});
	}

	/**
	 * Compares a list of URLs, or the demo server's four; resolves with the report once all are open, or so many seconds
	 * later. Rejects with a sentence for options that can't be used and where no endpoint opens.
	 */
	async compare(options: unknown): Promise<ComparisonResult> {
		try {
			const { endpoints, seconds, show } = compareRequest(options);
			const { comparisons, panels } = this.context;
			const { id, opened } = await comparisons.begin(endpoints ?? (await this.#demoEndpoints()));
			if (show) {
				panels.show(id);
			}
			await opened;
			await this.#wait(seconds * 1000);
			return await comparisons.result(id);
		} catch (error) {
			throw new Error(sentenceOf(error));
		}
	}

	/** What a comparison of this window tells now. Rejects with a sentence. */
	async result(id: string): Promise<ComparisonResult> {
		try {
			return await this.context.comparisons.result(id);
		} catch (error) {
			throw new Error(sentenceOf(error));
		}
	}

	/** From the palette the panel is where a failure is shown. */
	async #ask(): Promise<ComparisonResult | undefined> {
		const { comparisons, panels, secrets, log } = this.context;
		const asked = await askForEndpoints(secrets);
		if (asked === undefined) {
			return undefined;
		}
		if (asked !== 'demo') {
			for (const { url } of asked) {
				await rememberAddress(secrets, url).catch((error: unknown) => {
					log.warn(`The address was not remembered: ${error}`);
				});
			}
		}
		const { id, opened } = await comparisons.begin(asked === 'demo' ? await this.#demoEndpoints() : asked);
		panels.show(id);
		await opened.catch((error: unknown) => log.info(`Nothing to compare has opened: ${sentenceOf(error)}`));
		return comparisons.result(id);
	}

	async #demoEndpoints(): Promise<readonly ConnectOptions[]> {
		const urls = await this.context.demo.start(demoPort());
		return transportNames.map((transport) => ({ url: urls[transport], transport }));
	}

	async #export(comparison: unknown, target: unknown): Promise<vscode.Uri | undefined> {
		const { comparisons } = this.context;
		const id = comparisons.idOf(comparison);
		const uri = target === undefined ? await askForTarget() : uriOf(target);
		if (uri === undefined) {
			return undefined;
		}
		const extension = /\.([a-z]+)$/i.exec(uri.path)?.[1]?.toLowerCase() ?? '';
		const format = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
		if (format === undefined) {
			const name = uri.path.split('/').pop() ?? '';
			throw new Error(vscode.l10n.t('"{0}" tells no format; use a name that ends with .md, .csv or .json.', name));
		}
		const text = format(await comparisons.result(id));
		await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
		if (target === undefined) {
			void vscode.window.showTextDocument(uri, { preview: true });
		}
		return uri;
	}

	#wait(milliseconds: number): Promise<void> {
		return new Promise((resolve) => {
			const end = (): void => {
				clearTimeout(timer);
				this.#waiting.delete(end);
				resolve();
			};
			const timer = setTimeout(end, milliseconds);
			this.#waiting.add(end);
		});
	}
}

async function askForTarget(): Promise<vscode.Uri | undefined> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return vscode.window.showSaveDialog({
		defaultUri: folder && vscode.Uri.joinPath(folder, 'comparison.md'),
		filters: { Markdown: ['md'], CSV: ['csv'], JSON: ['json'] },
	});
}
