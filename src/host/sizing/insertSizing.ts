import * as vscode from 'vscode';
import { placeBlock } from '../../core/sizing/note/noteBlock';
import { noteEnd } from '../../core/sizing/note/noteLines';
import { reportMarkdown } from '../../core/sizing/report';
import { commentStyle } from './languageComment';
import { placeForAnswer } from './noteText';
import type { Sizing } from './sizing';
import { sizingProblemText } from './sizingProblemText';

/** The answers as Markdown. */
export function markdownOf({ reports }: Sizing): string {
	return reportMarkdown(reports, sizingProblemText);
}

/**
 * Puts the answers below their note, in a comment where the document's language wants one; those that stand there are
 * replaced. Throws a sentence where the note is of no document, or is no longer where it was read.
 */
export async function insertSizing(sizing: Sizing): Promise<void> {
	if (sizing.uri === undefined) {
		throw new Error(
			vscode.l10n.t('The numbers are of no document, so there is no note to write below; copy them instead.'),
		);
	}
	const document = await vscode.workspace.openTextDocument(sizing.uri);
	const text = document.getText();
	const end = endOfNote(text, sizing);
	const place = await placeForAnswer(document, end);
	const edit = placeBlock(text, place, markdownOf(sizing), await commentStyle(document.languageId));
	const changes = new vscode.WorkspaceEdit();
	const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
	changes.replace(sizing.uri, range, edit.replacement);
	if (!(await vscode.workspace.applyEdit(changes))) {
		throw new Error(
			vscode.l10n.t('The editor did not take the change; check whether the file can be written, and try again.'),
		);
	}
}

/** Where a note's last word ends in its document's text. What was too long to read is of the note all the same. */
function endOfNote(text: string, { start, text: note, reading }: Sizing): number {
	const at = text.startsWith(note, start) ? start : text.indexOf(note);
	if (at === -1) {
		throw new Error(vscode.l10n.t('The note has changed since it was sized; size it again, then insert the answer.'));
	}
	const tooLong = reading.problems.find(({ code }) => code === 'textTooLong');
	const length = tooLong === undefined ? note.length : Number(tooLong.values.characters);
	return at + noteEnd(text.slice(at, at + length));
}
