import * as vscode from 'vscode';
import type { Place } from '../../core/sizing/note/quantity';
import { Disposable } from '../disposable';
import { movedNumber, movedPlace, type TextEdit } from './movedPlaces';
import type { SizedText } from './sizing';

/** Where a text is in its document now. */
export interface FollowedText {
	readonly document: vscode.TextDocument;
	readonly place: Place;
	/** From the text that was read to this one, with offsets in the document. */
	readonly edits: readonly TextEdit[];
}

/**
 * Knows where a text that was read is in its document, while that is edited, closed and opened again. The document is
 * never kept open for it.
 */
export class FollowedNote extends Disposable {
	/** Where the text is now; undefined when it is not in the document any more. */
	#range: Place | undefined;
	#edits: TextEdit[] = [];

	/** Calls `changed` after each edit of the document. */
	constructor(
		readonly uri: vscode.Uri,
		private readonly read: SizedText,
		changed: () => void,
	) {
		super();
		this.#range = { start: read.start, end: read.start + noteLength(read) };
		const open = vscode.workspace.textDocuments.find((document) => this.#isOf(document));
		if (open !== undefined) {
			this.#find(open);
		}
		this._register(
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				if (this.#isOf(document) && contentChanges.length > 0) {
					// All ranges of an event are in the text before it; from the last one up none moves another.
					const changes = [...contentChanges].sort((a, b) => b.rangeOffset - a.rangeOffset);
					for (const { rangeOffset, rangeLength, text } of changes) {
						this.#follow({ offset: rangeOffset, removed: rangeLength, inserted: text });
					}
					changed();
				}
			}),
		);
		this._register(
			vscode.workspace.onDidOpenTextDocument((document) => {
				if (this.#isOf(document)) {
					// What happened to the file while nobody had it open came without an event.
					this.#find(document);
				}
			}),
		);
	}

	/** Where the text is now; undefined when the document no longer has it, or can't be opened. */
	async current(): Promise<FollowedText | undefined> {
		const document = await this.#open();
		if (document === undefined) {
			return undefined;
		}
		if (this.#range === undefined) {
			this.#find(document);
		}
		return this.#range && { document, place: this.#range, edits: this.#edits };
	}

	/**
	 * Shows the document and selects places of the text that was read. Resolves with false where one of them is not there
	 * any more.
	 */
	async select(places: readonly Place[], beside: vscode.ViewColumn | undefined): Promise<boolean> {
		const now = await this.current();
		if (now === undefined) {
			return false;
		}
		const { document, edits } = now;
		const { start } = this.read;
		const selections: vscode.Selection[] = [];
		for (const place of places) {
			const end = start + Math.min(place.end, this.read.text.length);
			const moved = movedNumber({ start: Math.min(start + place.start, end), end }, edits);
			if (moved === undefined) {
				return false;
			}
			selections.push(new vscode.Selection(document.positionAt(moved.start), document.positionAt(moved.end)));
		}
		const [first] = selections;
		if (first !== undefined) {
			const editor = await vscode.window.showTextDocument(document, { viewColumn: this.#columnOf(beside) });
			editor.selections = selections;
			editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
		}
		return true;
	}

	#isOf(document: vscode.TextDocument): boolean {
		return document.uri.toString() === this.uri.toString();
	}

	async #open(): Promise<vscode.TextDocument | undefined> {
		try {
			return await vscode.workspace.openTextDocument(this.uri);
		} catch {
			// Deleted, renamed, or no longer to be read.
			return undefined;
		}
	}

	#follow(edit: TextEdit): void {
		this.#edits.push(edit);
		this.#range = this.#range && movedPlace(this.#range, edit);
	}

	/** Looks for the text as it was read, first where it was. */
	#find(document: vscode.TextDocument): void {
		const { start, text } = this.read;
		const there = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
		const now = document.getText(there) === text ? start : document.getText().indexOf(text);
		if (now === -1) {
			this.#range = undefined;
			return;
		}
		this.#range = { start: now, end: now + noteLength(this.read) };
		// The text is as it was read, and all of it has moved by so much.
		const moved = now - start;
		this.#edits =
			moved === 0 ? [] : [{ offset: 0, removed: Math.max(0, -moved), inserted: ' '.repeat(Math.max(0, moved)) }];
	}

	/** The column that shows the document; where none does, one that does not cover the panel. */
	#columnOf(panelColumn: vscode.ViewColumn | undefined): vscode.ViewColumn {
		const group = vscode.window.tabGroups.all.find(({ tabs }) =>
			tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === this.uri.toString()),
		);
		return group?.viewColumn ?? (panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One);
	}
}

/** Of a text that is too long only the beginning was read; all of it is followed. */
function noteLength({ text, reading }: SizedText): number {
	const tooLong = reading.problems.find(({ code }) => code === 'textTooLong');
	return tooLong === undefined ? text.length : Number(tooLong.values.characters);
}
