import type { Place } from './quantity';

/** How a language writes a comment: by a token at each line's start, or by a token before and one after. */
export type CommentStyle =
	| { readonly kind: 'markdown' }
	/** A language without comments: the block stands as it is. */
	| { readonly kind: 'plain' }
	| { readonly kind: 'line'; readonly token: string }
	| { readonly kind: 'block'; readonly open: string; readonly close: string };

/** One replacement in a text. */
export interface BlockEdit extends Place {
	readonly replacement: string;
}

/** What a block begins and ends with, by which it is found again. */
const opening = 'transport-inspector:sizing';
const closing = 'transport-inspector:sizing-end';

/**
 * Puts an answer below a note: `noteEnd` is where the note's last line ends. A block that stands there already, with no
 * more than blank lines between, is replaced. The block takes the text's line breaks and the indentation of the note's
 * last line.
 */
export function placeBlock(text: string, noteEnd: number, answer: string, style: CommentStyle): BlockEdit {
	const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
	const lineEnd = endOfLine(text, noteEnd);
	const indentation = /^[ \t]*/.exec(text.slice(startOfLine(text, noteEnd), lineEnd))![0];
	const block = blockLines(answer, style)
		.map((line) => (line === '' ? '' : indentation + line))
		.join(lineBreak);
	const next = nextLineWithText(text, lineEnd);
	const standing = next === undefined ? undefined : blockAt(text, next);
	if (standing !== undefined) {
		return { ...standing, replacement: block };
	}
	// A blank line before and after: without it a Markdown block would be part of the paragraph above or below.
	const follows = next !== undefined && text.slice(lineEnd, next).split('\n').length === 2;
	const replacement = lineBreak + lineBreak + block + (follows ? lineBreak : '');
	return { start: lineEnd, end: lineEnd, replacement };
}

/** The block of an answer that an offset lies in, from its first line's start to its last line's end. */
export function blockAt(text: string, offset: number): Place | undefined {
	const lineEnd = endOfLine(text, offset);
	const begin = text.lastIndexOf(opening, lineEnd);
	const marksEnd = begin !== -1 && text.startsWith(closing, begin);
	const first = marksEnd ? text.lastIndexOf(opening, begin - 1) : begin;
	if (first === -1) {
		return undefined;
	}
	const last = text.indexOf(closing, first);
	// One that lost its end is no block: what follows it is the user's, and may hold another block.
	if (last === -1 || text.indexOf(opening, first + 1) !== last) {
		return undefined;
	}
	const start = startOfLine(text, first);
	const end = endOfLine(text, last);
	return start <= offset && offset <= end ? { start, end } : undefined;
}

function blockLines(answer: string, style: CommentStyle): readonly string[] {
	const lines = answer.split('\n');
	switch (style.kind) {
		case 'markdown':
			return [`<!-- ${opening} -->`, '', ...lines, '', `<!-- ${closing} -->`];
		case 'plain':
			return [`[${opening}]`, ...lines, `[${closing}]`];
		case 'line':
			return [opening, ...lines, closing].map((line) => `${style.token} ${line}`.trimEnd());
		case 'block': {
			// The answer may not end the comment that it stands in.
			const safe = lines.map((line) => line.split(style.close).join([...style.close].join(' ')));
			return [`${style.open} ${opening}`, ...safe, `${closing} ${style.close}`];
		}
	}
}

function startOfLine(text: string, offset: number): number {
	return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function endOfLine(text: string, offset: number): number {
	const at = text.indexOf('\n', offset);
	const end = at === -1 ? text.length : at;
	return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

function nextLineWithText(text: string, from: number): number | undefined {
	const found = text.slice(from).search(/\S/);
	return found === -1 ? undefined : from + found;
}
