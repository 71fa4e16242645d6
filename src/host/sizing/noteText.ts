import * as vscode from 'vscode';
import {
	answerAround,
	blockCommentAround,
	type CommentTokens,
	type LineRange,
	type Lines,
	markdownParagraphAround,
	paragraphAround,
	sizingFenceAround,
} from '../../core/sizing/note/noteLines';
import { readQuantities } from '../../core/sizing/note/quantities';
import type { Place } from '../../core/sizing/note/quantity';
import type { NoteReading, ReadingOptions } from '../../core/sizing/note/reading';
import { readNote } from '../../core/sizing/note/readNote';
import type { SizingProblem } from '../../core/sizing/problem';
import { readingOptions } from '../settings';
import { commentTokens } from './languageComment';
import type { SizedText } from './sizing';

/** Longer texts are read up to here, in UTF-16 units. */
const mostCharacters = 1_000_000;

/** What is read without being asked for, under the mouse or above a block, stops here: some ten screens of prose. */
export const mostUnaskedCharacters = 100_000;

/** A line as `Lines` has it, of a document. */
export function linesOf(document: vscode.TextDocument): Lines {
	return { count: document.lineCount, line: (at) => document.lineAt(at).text };
}

/**
 * The note that an editor's user means: what is selected, else the paragraph under the cursor. Several selections, and one
 * that is a number and nothing else, are marked in the paragraphs around them, which give the words. A note without text
 * has the problem `emptySelection`.
 */
export async function noteOf({ document, selections }: vscode.TextEditor): Promise<SizedText> {
	const tokens = await tokensOf(document);
	const options = { ...readingOptions(), comment: tokens };
	const selected = selections
		.filter(({ isEmpty }) => !isEmpty)
		.map((selection) => ({ start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) }))
		.sort((a, b) => a.start - b.start);
	const [first] = selected;
	if (first === undefined) {
		const line = selections[0]!.active.line;
		return noteAt(document, line);
	}
	const last = selected.at(-1)!;
	if (selected.length === 1 && !isNumberAlone(document, first, options)) {
		return readPlace(document, first, options);
	}
	const lines = linesOf(document);
	const above = paragraphAt(lines, document.positionAt(first.start).line, tokens);
	const below = paragraphAt(lines, document.positionAt(last.end).line, tokens);
	const start = Math.min(first.start, above === undefined ? first.start : placeOf(document, above).start);
	const end = Math.max(last.end, below === undefined ? last.end : placeOf(document, below).end);
	const marked = selected.map((place) => ({ start: place.start - start, end: place.end - start }));
	return readPlace(document, { start, end }, { ...options, marked });
}

/** The note at a line: the `sizing` block or the paragraph that it is in, or the note that the answer there is of. */
export async function noteAt(
	document: vscode.TextDocument,
	line: number,
	most: number = mostCharacters,
): Promise<SizedText> {
	const tokens = await tokensOf(document);
	const paragraph = paragraphAt(linesOf(document), lineOfNote(document, line), tokens);
	return paragraph === undefined
		? emptyNote(document.uri)
		: readPlace(document, placeOf(document, paragraph), { ...readingOptions(), comment: tokens }, most);
}

/** A note without text; of no document where none is open. */
export function emptyNote(uri?: vscode.Uri): SizedText {
	const empty: SizingProblem = { code: 'emptySelection', values: {} };
	const reading: NoteReading = { facts: [], paragraphs: [], unused: [], problems: [empty] };
	return { uri, start: 0, text: '', options: readingOptions(), reading };
}

/** A text that is of no document: what a language model asks, for one. */
export function textAlone(text: string): SizedText {
	if (text.trim() === '') {
		return emptyNote();
	}
	const options = readingOptions();
	const read = text.slice(0, mostCharacters);
	return { start: 0, text: read, options, reading: readingOf(read, text.length, options) };
}

/** Lines of Markdown, read on their own and unasked. */
export function readLines(document: vscode.TextDocument, range: LineRange): SizedText {
	return readPlace(document, placeOf(document, range), readingOptions(), mostUnaskedCharacters);
}

/** The offsets of lines, from the first one's start to the last one's end. */
function placeOf(document: vscode.TextDocument, { first, last }: LineRange): Place {
	return {
		start: document.offsetAt(new vscode.Position(first, 0)),
		end: document.offsetAt(document.lineAt(last).range.end),
	};
}

/** Behind what an answer goes: the end of the line, of the `sizing` block or of the comment that an offset is in. */
export async function placeForAnswer(document: vscode.TextDocument, offset: number): Promise<number> {
	const lines = linesOf(document);
	const { line } = document.positionAt(offset);
	const tokens = await tokensOf(document);
	const around =
		tokens === undefined
			? sizingFenceAround(lines, line)?.close
			: tokens.block && blockCommentAround(lines, line, tokens.block)?.last;
	return document.offsetAt(document.lineAt(Math.min(around ?? line, lines.count - 1)).range.end);
}

/** The comment tokens of a document's language; undefined for Markdown, which is all note. */
async function tokensOf({ languageId }: vscode.TextDocument): Promise<CommentTokens | undefined> {
	return languageId === 'markdown' ? undefined : commentTokens(languageId);
}

function paragraphAt(lines: Lines, line: number, tokens: CommentTokens | undefined): LineRange | undefined {
	if (tokens !== undefined) {
		return paragraphAround(lines, line, tokens);
	}
	const fence = sizingFenceAround(lines, line);
	return fence === undefined ? markdownParagraphAround(lines, line) : fence.content;
}

/** A line in an answer's block means the note above it. */
function lineOfNote(document: vscode.TextDocument, line: number): number {
	const block = answerAround(linesOf(document), line);
	if (block === undefined) {
		return line;
	}
	let above = block.first - 1;
	while (above > 0 && document.lineAt(above).isEmptyOrWhitespace) {
		above--;
	}
	return Math.max(0, above);
}

/** Whether a selection is one number with its unit and no other word, so that only the text around it says what it means. */
function isNumberAlone(document: vscode.TextDocument, { start, end }: Place, options: ReadingOptions): boolean {
	const longestNumber = 100;
	if (end - start > longestNumber) {
		return false;
	}
	const text = document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end))).trim();
	const [quantity, ...others] = readQuantities(text, options);
	return (
		quantity !== undefined && others.length === 0 && quantity.place.start === 0 && quantity.place.end === text.length
	);
}

/** The text at a place of a document, with its numbers; what is longer than `most` UTF-16 units is read up to there. */
export function readPlace(
	document: vscode.TextDocument,
	{ start, end }: Place,
	options: ReadingOptions,
	most: number = mostCharacters,
): SizedText {
	const { uri } = document;
	const until = Math.min(end, start + most);
	const text = document.getText(new vscode.Range(document.positionAt(start), document.positionAt(until)));
	return text.trim() === ''
		? emptyNote(uri)
		: { uri, start, text, options, reading: readingOf(text, end - start, options) };
}

function readingOf(text: string, characters: number, options: ReadingOptions): NoteReading {
	const reading = readNote(text, options);
	if (characters <= text.length) {
		return reading;
	}
	const tooLong: SizingProblem = { code: 'textTooLong', values: { characters, most: text.length } };
	return { ...reading, problems: [tooLong, ...reading.problems] };
}
