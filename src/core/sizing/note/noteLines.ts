/** A document by its lines, without their breaks. */
export interface Lines {
	readonly count: number;
	line(at: number): string;
}

/** The first and the last line of a part of a document, both of it. */
export interface LineRange {
	readonly first: number;
	readonly last: number;
}

/** A fenced `sizing` block of Markdown. */
export interface SizingFence {
	/** The line of its opening fence. */
	readonly open: number;
	/** The line of its closing fence; the document's count of lines where it is not closed. */
	readonly close: number;
	/** The lines between; undefined where there is none with text. */
	readonly content: LineRange | undefined;
}

/** How a language writes comments; Markdown has none of these. */
export interface CommentTokens {
	readonly line?: string;
	readonly block?: readonly [open: string, close: string];
}

/** A note is not looked for further away than this from where it is asked for, which bounds the work in a long document. */
const mostLinesAround = 2000;

const fencePattern = /^ {0,3}(`{3,}|~{3,})[ \t]*([\w-]*)/;
const headingPattern = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const rulePattern = /^ {0,3}(?:={3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/;
/** Both marks of an answer's block hold it. */
const blockMark = 'transport-inspector:sizing';
const blockEndMark = 'transport-inspector:sizing-end';

/** The fenced `sizing` blocks that open on a line of a range, in order. */
export function sizingFences(lines: Lines, { first, last }: LineRange): readonly SizingFence[] {
	const fences: SizingFence[] = [];
	for (let at = Math.max(0, first); at <= last && at < lines.count; at++) {
		const marks = sizingFenceMarks(lines.line(at));
		if (marks !== undefined) {
			const fence = fenceFrom(lines, at, marks);
			fences.push(fence);
			at = fence.close;
		}
	}
	return fences;
}

/** The fenced `sizing` block that a line is in, its two fences included. */
export function sizingFenceAround(lines: Lines, at: number): SizingFence | undefined {
	for (let above = at; above >= 0 && above > at - mostLinesAround; above--) {
		const marks = sizingFenceMarks(lines.line(above));
		if (marks !== undefined) {
			const fence = fenceFrom(lines, above, marks);
			return fence.close >= at ? fence : undefined;
		}
	}
	return undefined;
}

/** The block of an answer that a line is in, its marks included. */
export function answerAround(lines: Lines, at: number): LineRange | undefined {
	for (let above = at; above >= 0 && above > at - mostLinesAround; above--) {
		const text = lines.line(above);
		if (text.includes(blockEndMark) && above < at) {
			return undefined;
		}
		if (text.includes(blockMark) && !text.includes(blockEndMark)) {
			for (let below = above + 1; below < lines.count && below < above + mostLinesAround; below++) {
				if (lines.line(below).includes(blockEndMark)) {
					return below >= at ? { first: above, last: below } : undefined;
				}
			}
			return undefined;
		}
	}
	return undefined;
}

/**
 * The paragraphs of Markdown in a range of lines, in order: lines with text that follow each other, without headings,
 * rules, code and the blocks of answers. A paragraph that reaches out of the range is there as a whole.
 */
export function markdownParagraphs(lines: Lines, { first, last }: LineRange): readonly LineRange[] {
	const paragraphs: LineRange[] = [];
	let start: number | undefined;
	const end = Math.min(lines.count - 1, last + mostLinesAround);
	let inside: string | undefined;
	for (let at = paragraphStart(lines, first); at <= end; at++) {
		const text = lines.line(at);
		const fence = fencePattern.exec(text)?.[1];
		const wasInside = inside !== undefined;
		if (inside === undefined) {
			inside = text.includes(blockMark) && !text.includes(blockEndMark) ? blockEndMark : fence;
		} else if (
			inside === blockEndMark ? text.includes(blockEndMark) : fence !== undefined && closes(fence, inside, text)
		) {
			inside = undefined;
		}
		if (wasInside || inside !== undefined || isMarkdownBoundary(text)) {
			if (start !== undefined) {
				paragraphs.push({ first: start, last: at - 1 });
				start = undefined;
			}
			if (at > last) {
				break;
			}
		} else if (at <= last || start !== undefined) {
			start ??= at;
		} else {
			break;
		}
	}
	if (start !== undefined) {
		paragraphs.push({ first: start, last: Math.min(end, lines.count - 1) });
	}
	return paragraphs;
}

/** The paragraph of Markdown that a line is in; undefined on a blank line, a rule or a fence. A heading is one alone. */
export function markdownParagraphAround(lines: Lines, at: number): LineRange | undefined {
	const text = lines.line(at);
	if (headingPattern.test(text)) {
		return { first: at, last: at };
	}
	return isMarkdownBoundary(text) ? undefined : grown(lines, at, (line) => !isMarkdownBoundary(line));
}

/**
 * The paragraph that a line of any other file is in: within a comment its lines up to a blank one, else the lines that
 * follow each other and are no comment. Undefined on a line without text.
 */
export function paragraphAround(lines: Lines, at: number, tokens: CommentTokens): LineRange | undefined {
	const { line: lineToken, block } = tokens;
	const isLineComment = (text: string): boolean => lineToken !== undefined && text.trimStart().startsWith(lineToken);
	const hasText = (text: string): boolean => withoutCommentMarks(text, tokens).trim() !== '';
	if (!hasText(lines.line(at))) {
		return undefined;
	}
	const comment = block && blockCommentAround(lines, at, block);
	if (comment !== undefined) {
		const paragraph = grown(lines, at, hasText);
		return { first: Math.max(paragraph.first, comment.first), last: Math.min(paragraph.last, comment.last) };
	}
	const commented = isLineComment(lines.line(at));
	return grown(lines, at, (text) => hasText(text) && isLineComment(text) === commented);
}

/** The lines of the block comment that a line is in; undefined outside of one, and in a language whose two tokens are one. */
export function blockCommentAround(lines: Lines, at: number, block: readonly [string, string]): LineRange | undefined {
	const [open, close] = block;
	if (open === close) {
		return undefined;
	}
	for (let above = at; above >= 0 && above > at - mostLinesAround; above--) {
		const text = lines.line(above);
		const opened = text.lastIndexOf(open);
		const closed = text.lastIndexOf(close);
		if (opened !== -1 && (closed < opened || above === at)) {
			for (let below = above; below < lines.count && below < above + mostLinesAround; below++) {
				if (lines.line(below).indexOf(close, below === above ? opened + open.length : 0) !== -1) {
					return below >= at ? { first: above, last: below } : undefined;
				}
			}
			return { first: above, last: lines.count - 1 };
		}
		if (closed !== -1 && above !== at) {
			return undefined;
		}
	}
	return undefined;
}

/**
 * A note's text with blanks in the place of what is not of the note, so that every offset stays: blocks of answers,
 * fences of `sizing` blocks, and the marks of comments. The latter would be headings or lists to a reader of Markdown.
 */
export function noteOnly(text: string, tokens: CommentTokens | undefined): string {
	const kept: string[] = [];
	let inBlock = false;
	let fence: string | undefined;
	for (const line of text.split('\n')) {
		const ends = line.includes(blockEndMark);
		const begins = !ends && line.includes(blockMark);
		const wasInBlock = inBlock;
		inBlock = begins || (inBlock && !ends);
		const marks = fence === undefined ? sizingFenceMarks(line) : undefined;
		const closesFence = fence !== undefined && closes(fencePattern.exec(line)?.[1] ?? '', fence, line);
		if (begins || ends || wasInBlock || marks !== undefined || closesFence) {
			kept.push(blanks(line));
		} else {
			kept.push(tokens === undefined ? line : withoutCommentMarks(line, tokens));
		}
		fence = marks ?? (closesFence ? undefined : fence);
	}
	return kept.join('\n');
}

/** Where a note ends in its text: behind its last character that is no white space and of no answer's block. */
export function noteEnd(text: string): number {
	return noteOnly(text, undefined).trimEnd().length;
}

function fenceFrom(lines: Lines, open: number, marks: string): SizingFence {
	let close = open + 1;
	while (close < lines.count && !closes(fencePattern.exec(lines.line(close))?.[1] ?? '', marks, lines.line(close))) {
		close++;
	}
	let first = open + 1;
	let last = close - 1;
	while (first <= last && lines.line(first).trim() === '') {
		first++;
	}
	while (last >= first && lines.line(last).trim() === '') {
		last--;
	}
	return { open, close, content: first <= last ? { first, last } : undefined };
}

/** The marks of a fence that opens a `sizing` block. */
function sizingFenceMarks(line: string): string | undefined {
	const [, marks, language] = fencePattern.exec(line) ?? [];
	return language?.toLowerCase() === 'sizing' ? marks : undefined;
}

/** Whether a fence closes another: the same character, at least as often, and nothing behind it (CommonMark §4.5). */
function closes(fence: string, opened: string, line: string): boolean {
	return fence.length >= opened.length && fence[0] === opened[0] && line.trim() === fence;
}

function isMarkdownBoundary(text: string): boolean {
	return (
		/^[>\s]*$/.test(text) ||
		headingPattern.test(text) ||
		rulePattern.test(text) ||
		fencePattern.test(text) ||
		text.includes(blockMark)
	);
}

function paragraphStart(lines: Lines, first: number): number {
	let at = Math.max(0, Math.min(first, lines.count - 1));
	while (at > 0 && at > first - mostLinesAround && !isMarkdownBoundary(lines.line(at - 1))) {
		at--;
	}
	return at;
}

function grown(lines: Lines, at: number, belongs: (text: string) => boolean): LineRange {
	let first = at;
	let last = at;
	while (first > 0 && first > at - mostLinesAround && belongs(lines.line(first - 1))) {
		first--;
	}
	while (last < lines.count - 1 && last < at + mostLinesAround && belongs(lines.line(last + 1))) {
		last++;
	}
	return { first, last };
}

/** A line with blanks for the marks of a comment: what opens and closes it, and the stars down its side. */
function withoutCommentMarks(line: string, { line: lineToken, block }: CommentTokens): string {
	let text = line;
	const indent = line.length - line.trimStart().length;
	if (lineToken !== undefined && line.startsWith(lineToken, indent)) {
		// A third slash or an exclamation mark makes it a comment for documentation.
		const mark = lineToken + (/^[/!#;-]+/.exec(line.slice(indent + lineToken.length))?.[0] ?? '');
		text = replaced(text, indent, mark.length);
	} else if (block !== undefined) {
		const [open, close] = block;
		for (const token of [open, close]) {
			for (let at = text.indexOf(token); at !== -1; at = text.indexOf(token, at + token.length)) {
				text = replaced(text, at, token.length);
			}
		}
		const star = /^\s*(\*+)(?=\s|$)/.exec(text);
		if (star !== null && open.includes('*')) {
			text = replaced(text, star[0].length - star[1]!.length, star[1]!.length);
		}
	}
	return text;
}

function replaced(text: string, at: number, length: number): string {
	return text.slice(0, at) + ' '.repeat(length) + text.slice(at + length);
}

/** As long as the line; a carriage return stays what it is. */
function blanks(line: string): string {
	return line.replace(/[^\r]/g, ' ');
}
