import { matchAt } from './words';

/**
 * Tells prose from the rest of a Markdown text while it is read from front to back: fenced and inline code, headings, list
 * numbers, link targets, addresses, HTML tags and comments hold no inputs. A fence whose info string is `sizing` is prose.
 * Each character is looked at a bounded number of times.
 */
export class Prose {
	/** What opened the `sizing` fence that reading is in. */
	private fence: { readonly mark: string; readonly length: number } | undefined;
	private isInList = false;
	private isAfterBlank = true;
	/** The line before is a comment of a language whose comments begin with `#`. */
	private isAfterHash = false;
	private hasCommentEnd = true;

	constructor(private readonly text: string) {}

	/** Where reading goes on when a line begins at `at`: after its marks, or after the line or block that is no prose. */
	lineStart(at: number): number {
		const { text } = this;
		const match = matchAt(linePrefix, text, at)!;
		const isAfterBlank = this.isAfterBlank;
		const isAfterHash = this.isAfterHash;
		let position = at + match[0].length;
		const code = text.charCodeAt(position);
		this.isAfterBlank = false;
		this.isAfterHash = false;
		if (Number.isNaN(code) || code === 10 || code === 13) {
			this.isAfterBlank = true;
			this.isInList = false;
			return position;
		}
		if (code === 96 || code === 126) {
			return this.afterFence(position);
		}
		if (code === 35) {
			return this.afterHashes(position, isAfterHash);
		}
		if (code === 91 && matchAt(linkDefinition, text, position) !== null) {
			return this.lineEnd(position);
		}
		if (match[1] !== undefined) {
			this.isInList = true;
		}
		const number = matchAt(listNumber, text, position);
		if (number !== null && (isAfterBlank || this.isInList || number[1] === '1' || number[1] === undefined)) {
			this.isInList = true;
			position += number[0].length;
		} else if (isAfterBlank && match[1] === undefined && this.isUnderlined(position)) {
			return this.lineEnd(position);
		}
		return position;
	}

	/** Where reading goes on after a backtick at `at`. */
	afterBackticks(at: number): number {
		const { text } = this;
		let end = at + 1;
		while (text.charCodeAt(end) === 96) {
			end++;
		}
		const length = end - at;
		const limit = end + mostCodeSpan;
		let position = text.indexOf('`', end);
		while (position >= 0 && position < limit) {
			let close = position + 1;
			while (text.charCodeAt(close) === 96) {
				close++;
			}
			if (close - position === length) {
				return text.slice(end, position).search(blankLine) < 0 ? close : end;
			}
			position = text.indexOf('`', close);
		}
		return end;
	}

	/** Where reading goes on after a `<` at `at`. */
	afterAngle(at: number): number {
		const { text } = this;
		if (text.startsWith('<!--', at) && this.hasCommentEnd) {
			const end = text.indexOf('-->', at + 4);
			this.hasCommentEnd = end >= 0;
			return end < 0 ? at + 4 : end + 3;
		}
		const tag = matchAt(htmlTag, text, at);
		return tag === null ? at + 1 : at + tag[0].length;
	}

	/** Where reading goes on after a `]` at `at`. */
	afterBracket(at: number): number {
		const target = matchAt(linkTarget, this.text, at + 1);
		return target === null ? at + 1 : at + 1 + target[0].length;
	}

	private lineEnd(at: number): number {
		const end = this.text.indexOf('\n', at);
		return end < 0 ? this.text.length : end;
	}

	private afterFence(at: number): number {
		const { text } = this;
		const match = matchAt(fenceLine, text, at);
		if (match === null) {
			return at;
		}
		const marks = match[1]!;
		const info = match[2]!.trim();
		if (this.fence !== undefined) {
			if (marks[0] === this.fence.mark && marks.length >= this.fence.length && info === '') {
				this.fence = undefined;
			}
			return at + match[0].length;
		}
		this.isAfterBlank = true;
		this.isInList = false;
		if (/^\{?\.?sizing(?![\w-])/i.test(info)) {
			this.fence = { mark: marks[0]!, length: marks.length };
			return at + match[0].length;
		}
		let line = this.lineEnd(at);
		while (line < text.length) {
			const close = matchAt(fenceClose, text, line + 1);
			if (close !== null && close[1]![0] === marks[0] && close[1]!.length >= marks.length) {
				return line + 1 + close[0].length;
			}
			line = this.lineEnd(line + 1);
		}
		return line;
	}

	/** A heading is passed over. Lines of comments begin with `#` too: two in a row, or one that ends like a sentence. */
	private afterHashes(at: number, isAfterHash: boolean): number {
		const { text } = this;
		const match = matchAt(headingMarks, text, at);
		if (match === null) {
			return at;
		}
		if (match[1]!.length === 1 && this.fence === undefined) {
			const end = this.lineEnd(at);
			const isComment =
				isAfterHash ||
				matchAt(hashLine, text, end) !== null ||
				/[.;,]\s*$/.test(text.slice(Math.max(at, end - 4), end));
			if (isComment) {
				this.isAfterHash = true;
				return at + match[0].length;
			}
		}
		this.isAfterBlank = true;
		this.isInList = false;
		return this.lineEnd(at);
	}

	/** Whether the next line makes a heading of this one. */
	private isUnderlined(at: number): boolean {
		const end = this.lineEnd(at);
		const next = this.text.charCodeAt(end + 1);
		return (next === 61 || next === 45) && matchAt(underline, this.text, end + 1) !== null;
	}
}

/** Where reading goes on after an address in whose midst `at` is. */
export function addressEnd(text: string, at: number): number {
	let end = at;
	while (end < text.length && !addressEnds.has(text.charCodeAt(end))) {
		end++;
	}
	return end;
}

/** A longer span of code is a stray backtick. */
const mostCodeSpan = 1000;
const blankLine = /\n[ \t]*\r?\n/;
/** Blanks, quotes and comment marks, then what makes a list of it. */
const linePrefix = /(?:[ \t]{1,40}|>|\/\/+|\/?\*+(?=[ \t]|$)(?![ \t]*\*)){0,12}([-+*•][ \t]+(?:\[[ xX]\][ \t]+)?)?/y;
const listNumber = /(?:\((?:\d{1,2}|[a-z])\)|(\d{1,9})[.)])(?=[ \t\r\n]|$)/y;
const linkDefinition = /\[[^\]\n]{1,200}\]:[ \t]+\S/y;
const headingMarks = /(#{1,6})(?=[ \t])/y;
const hashLine = /\n[ \t]*#(?=[ \t\r\n])/y;
const fenceLine = /(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})([^\n]*)/y;
const fenceClose = /[ \t>]{0,40}(`{3,}|~{3,})[ \t]*(?=\r?\n|$)/y;
const underline = /(?:=+|-{3,})[ \t]*(?=\r?\n|$)/y;
const htmlTag = /<\/?[A-Za-z][^<>]{0,400}>/y;
const linkTarget = /\([^()\s]*(?:\([^()\s]*\)[^()\s]*){0,8}(?:[ \t]+"[^"\n]{0,200}")?\)?/y;
const addressEnds = new Set([...' \t\r\n)>]"\'`|'].map((each) => each.charCodeAt(0)));
