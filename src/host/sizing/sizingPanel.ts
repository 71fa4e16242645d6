import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import {
	type HostToSizingPanel,
	parseSizingPanelMessage,
	type SizingAction,
	type SizingPanelToHost,
} from '../../core/messages';
import type { FactName } from '../../core/sizing/facts';
import { readFactText } from '../../core/sizing/factText';
import type { Place } from '../../core/sizing/note/quantity';
import { readNote } from '../../core/sizing/note/readNote';
import type { GivenFact } from '../../core/sizing/size';
import { Disposable } from '../disposable';
import { sizingViewType } from '../ids';
import type { Log } from '../log';
import { WebviewPage } from '../webviewPage';
import { FollowedNote } from './followedNote';
import { readPlace } from './noteText';
import { type Sizing, sizingOf, withGiven } from './sizing';
import { movedMarks, sizingAgain } from './sizingAgain';
import { sizingProblemText } from './sizingProblemText';
import { sizingView, type TypedFact } from './sizingView';
import { parseStoredSizing, type StoredSizing, storedSizing } from './storedSizing';

/** Everything that the sizing panel needs of the extension. */
export interface SizingPanelContext {
	readonly extensionUri: vscode.Uri;
	readonly log: Log;
	/** What its buttons do; the message of an error is shown to the user. */
	readonly actions: {
		insert(sizing: Sizing): unknown;
		copy(sizing: Sizing, format: 'markdown' | 'json'): unknown;
	};
}

/** The note is read again when nothing was typed for so long. */
const readAgainAfterMs = 300;

/** Reading so many UTF-16 units takes no longer than a person notices. */
const longestReadUnasked = 100_000;

/** The panel with a note's answers. There is one, which shows the sizing that was asked for last. */
export class SizingPanel extends Disposable implements vscode.WebviewPanelSerializer {
	#open: OpenPanel | undefined;

	constructor(private readonly context: SizingPanelContext) {
		super();
		this._register(vscode.window.registerWebviewPanelSerializer(sizingViewType, this));
		this._register({ dispose: () => this.#open?.dispose() });
	}

	/** What is shown, with what was typed in the panel; undefined while no panel is open. */
	get current(): Sizing | undefined {
		return this.#open?.current;
	}

	/** Shows a sizing beside the note, without taking the keyboard from it. */
	show(sizing: Sizing): void {
		if (this.#open !== undefined) {
			this.#open.show(sizing);
			this.#open.reveal();
			return;
		}
		const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
		const panel = vscode.window.createWebviewPanel(sizingViewType, vscode.l10n.t('Sizing'), column);
		this.#adopt(panel).show(sizing);
	}

	/** Takes up the panel of the window before: the note is read again, with what was typed. */
	async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		const stored = parseStoredSizing((state as { readonly sizing?: unknown } | undefined)?.sizing);
		if (stored === undefined || this.#open !== undefined || this.isDisposed) {
			panel.dispose();
			return;
		}
		const { uri, start, text, options, given, typed, only } = stored;
		const reading = readNote(text, options);
		const sizing = sizingOf(
			{ uri: uri === undefined ? undefined : vscode.Uri.parse(uri), start, text, options, reading },
			new Map(given),
			only,
		);
		this.#adopt(panel).restore(sizing, typed);
	}

	#adopt(panel: vscode.WebviewPanel): OpenPanel {
		const open = new OpenPanel(panel, this.context);
		this.#open = open;
		panel.onDidDispose(() => {
			open.dispose();
			this.#open = undefined;
		});
		return open;
	}
}

/** The panel while its tab is open. */
class OpenPanel extends Disposable {
	/** As it was asked for, or read again since; what was typed in the panel comes on top. */
	#base: Sizing | undefined;
	#current: Sizing | undefined;
	readonly #typed = new Map<FactName, TypedFact>();
	/** The last `factTyped` that is in what is shown. */
	#edit = 0;
	#note: FollowedNote | undefined;
	#isNoteGone = false;
	#readTimer: NodeJS.Timeout | undefined;
	readonly #page: WebviewPage;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		private readonly context: SizingPanelContext,
	) {
		super();
		const { webview } = panel;
		this._register(panel);
		this._register(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
		// What was posted while it was hidden may be lost.
		this._register(panel.onDidChangeViewState(() => this.#post()));
		this._register({ dispose: () => this.#note?.dispose() });
		this._register({ dispose: () => clearTimeout(this.#readTimer) });
		const { extensionUri, log } = context;
		this.#page = this._register(
			new WebviewPage(panel, { extensionUri, name: 'sizing', title: vscode.l10n.t('Sizing'), log }),
		);
	}

	get current(): Sizing | undefined {
		return this.#current;
	}

	/** Shows another sizing; what was typed in the panel was for the one before. */
	show(sizing: Sizing): void {
		this.#typed.clear();
		this.#isNoteGone = false;
		this.#follow(sizing);
	}

	/** Shows a sizing of the window before with what was typed for it, and looks whether its note is as it was. */
	restore(sizing: Sizing, typed: StoredSizing['typed']): void {
		for (const [fact, text] of typed) {
			this.#typed.set(fact, { text });
		}
		this.#follow(sizing);
		this.#readUnasked();
	}

	/** Brings it into sight, in its own column unless it would cover the note there. */
	reveal(): void {
		const { viewColumn } = this.panel;
		const isOverNote = viewColumn !== undefined && viewColumn === vscode.window.activeTextEditor?.viewColumn;
		this.panel.reveal(isOverNote ? vscode.ViewColumn.Beside : undefined, true);
	}

	/** Takes a sizing as the base, follows its text from now on, and shows it. */
	#follow(base: Sizing): void {
		this.#base = base;
		this.#note?.dispose();
		// An empty text has no place in its document.
		this.#note = base.uri && base.text !== '' ? new FollowedNote(base.uri, base, () => this.#readSoon()) : undefined;
		clearTimeout(this.#readTimer);
		const name = base.uri?.path.split('/').pop();
		this.panel.title = name === undefined ? vscode.l10n.t('Sizing') : vscode.l10n.t('Sizing: {0}', name);
		this.#calculate();
	}

	/** Calculates anew with what is typed. A text that is no value of its fact leaves the fact as it was. */
	#calculate(): void {
		const base = this.#base!;
		const told = new Map<FactName, GivenFact>();
		for (const [fact, { text }] of this.#typed) {
			const read = readFactText(fact, text, { decimalSeparator: base.options.decimalSeparator });
			if ('value' in read) {
				told.set(fact, { value: read.value, source: { kind: 'given' } });
				this.#typed.set(fact, { text });
			} else {
				this.#typed.set(fact, { text, problem: read.problem });
			}
		}
		this.#current = withGiven(base, told);
		this.#post();
	}

	/** A text that takes its time to read is read again only when it is asked for: typing must not wait for it. */
	#readSoon(): void {
		clearTimeout(this.#readTimer);
		if (this.#base!.text.length <= longestReadUnasked) {
			this.#readTimer = setTimeout(() => this.#readUnasked(), readAgainAfterMs);
		}
	}

	#readUnasked(): void {
		this.#readAgain().catch((error: unknown) => this.context.log.error(`The note was not read again: ${error}`));
	}

	/** Reads the note as it is now, if it is another; resolves with whether it is still there. */
	async #readAgain(): Promise<boolean> {
		clearTimeout(this.#readTimer);
		const note = this.#note;
		if (note === undefined) {
			return true;
		}
		const now = await note.current();
		if (this.isDisposed || note !== this.#note) {
			return false;
		}
		const base = this.#base!;
		const options = { ...base.options, marked: now && movedMarks(base, now.place.start, now.edits) };
		const text = now && readPlace(now.document, now.place, options);
		const isGone = now === undefined || text === undefined || text.text === '';
		const wasGone = this.#isNoteGone;
		this.#isNoteGone = isGone;
		if (!isGone && text.text !== base.text) {
			this.#follow(sizingAgain(base, text, now.edits));
		} else if (!isGone && text.start !== base.start) {
			this.#follow({ ...base, start: text.start });
		} else if (isGone !== wasGone) {
			this.#post();
		}
		return !isGone;
	}

	#receive(value: unknown): void {
		const message = parseSizingPanelMessage(value);
		if (message === undefined) {
			const text = JSON.stringify(value)?.slice(0, 200);
			this.context.log.warn(`The sizing panel sent a message of no known shape: ${text}`);
			return;
		}
		this.#act(message).catch((error: unknown) => {
			this.context.log.error(`${message.type}: ${error}`);
			void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
		});
	}

	async #act(message: SizingPanelToHost): Promise<void> {
		switch (message.type) {
			case 'ready':
				this.#page.spoke();
				this.#edit = 0;
				this.#post();
				return;
			case 'factTyped':
				this.#edit = message.edit;
				if (message.text.trim() === '') {
					this.#typed.delete(message.fact);
				} else {
					this.#typed.set(message.fact, { text: message.text });
				}
				this.#calculate();
				return;
			case 'placesRequested':
				await this.#select(message.places);
				return;
			case 'sizingAction':
				await this.#actOn(message.action);
				this.#send({ type: 'actionDone', action: message.action });
				return;
			default:
				assertNever(message);
		}
	}

	async #actOn(action: SizingAction): Promise<void> {
		const isThere = await this.#readAgain();
		const sizing = this.#current!;
		switch (action) {
			case 'insert':
				if (!isThere) {
					throw new Error(noteGoneText());
				}
				await this.context.actions.insert(sizing);
				return;
			case 'copyMarkdown':
				await this.context.actions.copy(sizing, 'markdown');
				return;
			case 'copyJson':
				await this.context.actions.copy(sizing, 'json');
				return;
			default:
				assertNever(action);
		}
	}

	async #select(places: readonly Place[]): Promise<void> {
		if (!(await this.#note?.select(places, this.panel.viewColumn)) && (await this.#readAgain())) {
			vscode.window.setStatusBarMessage(vscode.l10n.t('That number was changed; the note is read again.'), 5000);
		}
	}

	#post(): void {
		const sizing = this.#current;
		const base = this.#base;
		if (!this.#page.isReady || sizing === undefined || base === undefined) {
			return;
		}
		const texts = [...this.#typed].map(([fact, { text }]) => [fact, text] as const);
		this.#send({
			type: 'sizing',
			note: this.#note && { name: this.#note.uri.path.split('/').pop() ?? '' },
			...sizingView(sizing, this.#typed, sizingProblemText),
			...(this.#isNoteGone && { noticeSentence: noteGoneText() }),
			edit: this.#edit,
			stored: storedSizing(base, texts) ?? {},
		});
	}

	#send(message: HostToSizingPanel): void {
		void this.panel.webview.postMessage(message);
	}
}

function noteGoneText(): string {
	return vscode.l10n.t(
		'The note no longer has the text that was sized, so nothing can be shown or inserted in it; select the text and run Size Selection again.',
	);
}
