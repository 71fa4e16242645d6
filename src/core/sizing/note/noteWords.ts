import type { Place, Quantity } from './quantity';

/** A word, a number or a mark of punctuation of a note. */
export interface Word {
	readonly place: Place;
	/** In lower case and without its ending of the plural; a mark of punctuation as itself. */
	readonly stem: string;
	/** The number that stands here, as an index into the note's quantities. */
	readonly quantity?: number;
	/** Whether it is a mark of punctuation. */
	readonly isMark: boolean;
	/** How far from the beginning of its statement it is: a word counts one, what parts clauses counts more. */
	readonly at: number;
}

/** A sentence, a list item, a table's cell or a line of its own: what is close enough for its words to explain its numbers. */
export interface Statement {
	/** Its words, as a range of the note's words; the end is exclusive. */
	readonly first: number;
	readonly end: number;
	/** Where the words of a label end that all belong to the number after it (`Peak users: 240k`); `first` where there is none. */
	readonly labelEnd: number;
	/** Indices of statements which say what this one is about. */
	readonly labels: readonly number[];
	readonly parents: readonly number[];
	readonly heading?: number;
	readonly previous?: number;
}

/** A note taken apart. */
export interface NoteWords {
	readonly words: readonly Word[];
	readonly statements: readonly Statement[];
}

/** The name of a kind of machine, letters, digits, or a mark; the first, second and last of them as groups. */
const wordPattern =
	/(\b[a-z]\d[a-z0-9-]{0,8}\.\d{0,2}(?:x?large|medium|small|micro|metal)\b)|(\p{L}+(?:['’]\p{L}+)?)|\d+|(->|=>|[^\s\p{L}\d_])/gu;
/** Markup and quotation, which say nothing. */
const silent = new Set([...'*`~#>"“”„«»‘’\'^\\']);
const sentenceEnd = new Set(['.', '!', '?', '…']);
/** After these a full stop ends no sentence. */
const abbreviations = new Set('e g i eg ie ca approx avg max min vs etc no resp incl conn sec est'.split(' '));
/** How much further apart a mark or a word puts what is around it. */
const separation: ReadonlyMap<string, number> = new Map([
	...[',', '(', ')', 'and'].map((stem) => [stem, 3] as const),
	...['→', '->', '=>', 'vs', 'versus'].map((stem) => [stem, 4] as const),
	...['—', '–', '-', '|'].map((stem) => [stem, 6] as const),
	...[';', 'but', 'while', 'whereas'].map((stem) => [stem, 8] as const),
	[':', 2],
]);

/** As much of a line is looked at to tell what kind of line it is. */
const mostOfLine = 400;
/** As many of the items around a list's item explain it. */
const mostParents = 4;

const listItem = /^([ \t]*(?:\/\/+[ \t]*|>[ \t]?)*)(?:[-*+•‣–][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,3}[.)][ \t]+)/;
const headingLine = /^[ \t]*#{1,6}[ \t]/;
const fenceLine = /^[ \t]*(?:```|~~~)/;
const tableRule = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
/** A label, a colon or an equals sign, and something after it. */
const keyAndValue = /^[^:=.!?|;,]{1,80}(?::(?=[*_`]{0,3}[ \t])|[ \t]*=(?!=))[*_`]{0,3}[ \t]*\S/;
/** A label and something after it, parted by room or by leader dots. */
const columns = /^[^|.!?;,\t]{2,60}?(?:[ ]{3,}|\t+|[ ]*\.{4,}[ ]*|[ ]{2}(?=[~≈]?\d))(?=\S)/;

/**
 * The words of a note and what belongs together in it: sentences, list items under the line that introduces them, table
 * cells with the header of their column and the label of their row. Numbers are taken from `quantities`, which are in
 * order. Takes time linear in the text's length.
 */
export function readWords(text: string, quantities: readonly Quantity[]): NoteWords {
	const layout = new Layout(text, quantities);
	layout.read();
	return layout;
}

interface OpenItem {
	readonly indent: number;
	readonly statement: number;
}

class Layout implements NoteWords {
	readonly words: Word[] = [];
	readonly statements: Statement[] = [];
	#nextQuantity = 0;
	readonly #stems = new Map<string, string>();
	#heading: number | undefined;
	/** The list items that are open, outermost first. */
	#items: OpenItem[] = [];
	/** The statement that ended in a colon right before a list. */
	#introduction: number | undefined;
	/** The statement before in the same paragraph. */
	#previous: number | undefined;
	#columns: readonly (number | undefined)[] = [];

	constructor(
		readonly text: string,
		readonly quantities: readonly Quantity[],
	) {}

	read(): void {
		const { text } = this;
		/** Lines that may go on on the next line. */
		let open: { start: number; end: number; indent?: number } | undefined;
		let isInFence = false;
		let isInTable = false;
		const close = () => {
			if (open !== undefined) {
				this.#block(open, open.indent);
				open = undefined;
			}
		};
		for (let start = 0; start <= text.length; ) {
			const newline = text.indexOf('\n', start);
			const end = newline < 0 ? text.length : newline;
			const line = text.slice(start, Math.min(end, start + mostOfLine));
			const isRow: boolean = line.includes('|') && (isInTable || /^[ \t]*\|/.test(line) || this.#hasRuleBelow(end));
			const item = listItem.exec(line);
			if (isRow) {
				close();
				this.#row({ start, end }, !isInTable && this.#hasRuleBelow(end), tableRule.test(line));
			} else if (fenceLine.test(line)) {
				close();
				isInFence = !isInFence;
			} else if (line.trim() === '') {
				close();
				this.#previous = undefined;
			} else if (headingLine.test(line) && !isInFence) {
				close();
				this.#items = [];
				this.#introduction = undefined;
				this.#heading = undefined;
				this.#heading = this.#statement({ start, end }, {});
			} else if (item !== null) {
				close();
				open = { start: start + item[0].length, end, indent: line.length - line.trimStart().length };
			} else if (open === undefined || isInFence || keyAndValue.test(line) || columns.test(line)) {
				close();
				if (!/^[ \t]/.test(line)) {
					this.#items = [];
				}
				open = { start, end };
			} else {
				open.end = end;
			}
			if (isInTable && !isRow) {
				this.#columns = [];
			}
			isInTable = isRow;
			start = end + 1;
		}
		close();
	}

	#hasRuleBelow(end: number): boolean {
		const below = this.text.slice(end + 1, end + 401).split('\n', 1)[0]!;
		return below.includes('|') && tableRule.test(below);
	}

	#row({ start, end }: Place, isHeader: boolean, isRule: boolean): void {
		if (isRule) {
			return;
		}
		this.#previous = undefined;
		const cells: Place[] = [];
		for (let from = start; from < end; ) {
			const bar = this.text.indexOf('|', from);
			const to = bar < 0 || bar > end ? end : bar;
			cells.push({ start: from, end: to });
			from = to + 1;
		}
		if (cells.length > 0 && this.text.slice(cells[0]!.start, cells[0]!.end).trim() === '') {
			cells.shift();
		}
		const told = isHeader ? [] : this.#columns;
		let rowLabel: number | undefined;
		const statements = cells.map((cell, column) => {
			const header = told[column];
			const labels = [header, rowLabel].filter((label) => label !== undefined);
			const statement = this.#statement(cell, { labels });
			if (column === 0) {
				rowLabel = statement;
			}
			return statement;
		});
		if (isHeader) {
			this.#columns = statements;
		}
	}

	/** A paragraph, or a list item of that indentation: sentences, one statement each. */
	#block(place: Place, indent?: number): void {
		const isItem = indent !== undefined;
		if (isItem) {
			this.#previous = undefined;
			while (this.#items.length > 0 && this.#items.at(-1)!.indent >= indent) {
				this.#items.pop();
			}
		}
		const introduction = isItem && this.#introduction !== undefined ? [this.#introduction] : [];
		const parents = [...introduction, ...this.#items.slice(-mostParents).map(({ statement }) => statement)];
		let last: number | undefined;
		for (let from = place.start; from < place.end; ) {
			const end = this.#sentenceEnd(from, place.end);
			last = this.#statement({ start: from, end }, { parents, previous: this.#previous }) ?? last;
			this.#previous = last;
			from = end;
		}
		if (isItem) {
			this.#previous = undefined;
			if (last !== undefined) {
				this.#items.push({ indent, statement: last });
			}
		} else {
			const isOpen = /:[*_`]{0,3}\s*$/.test(this.text.slice(Math.max(place.start, place.end - 8), place.end));
			this.#introduction = isOpen ? last : undefined;
		}
	}

	#sentenceEnd(from: number, end: number): number {
		const { text, quantities } = this;
		let quantity = this.#nextQuantity;
		for (let at = from; at < end; at++) {
			while (quantity < quantities.length && quantities[quantity]!.place.end <= at) {
				quantity++;
			}
			const next = quantities[quantity];
			if (next !== undefined && next.place.start <= at) {
				at = next.place.end - 1;
				continue;
			}
			if (!sentenceEnd.has(text[at]!)) {
				continue;
			}
			let after = at + 1;
			while (after < end && /[)\]"”’'*_!?.]/.test(text[after]!)) {
				after++;
			}
			if (after < end && !/\s/.test(text[after]!)) {
				continue;
			}
			const before = /\p{L}+$/u.exec(text.slice(Math.max(from, at - 12), at))?.[0] ?? '';
			const isAbbreviation =
				text[at] === '.' &&
				abbreviations.has(before.toLowerCase()) &&
				!/^\s+\p{Lu}/u.test(text.slice(after, after + 4));
			if (!isAbbreviation) {
				return after;
			}
		}
		return end;
	}

	/** Adds a statement with the words of a place; none where there are no words. */
	#statement(
		{ start, end }: Place,
		{
			labels = [],
			parents = [],
			previous,
		}: { labels?: readonly number[]; parents?: readonly number[]; previous?: number },
	): number | undefined {
		const first = this.words.length;
		let labelEnd = first;
		const line = this.text.slice(start, Math.min(end, start + mostOfLine));
		const beginning = line.replace(/^[\s*_`>/-]+/, '');
		const label = keyAndValue.exec(beginning) ?? columns.exec(beginning);
		const labelStop = label && start + line.length - beginning.length + label[0].length - 1;
		this.#addWords({ start, end });
		if (this.words.length === first) {
			return undefined;
		}
		if (labelStop) {
			while (
				labelEnd < this.words.length &&
				this.words[labelEnd]!.place.start < labelStop &&
				this.words[labelEnd]!.quantity === undefined
			) {
				labelEnd++;
			}
		}
		this.statements.push({
			first,
			end: this.words.length,
			labelEnd,
			labels,
			parents,
			heading: this.#heading,
			previous,
		});
		return this.statements.length - 1;
	}

	/** The stem of a word; a note has most of its words many times. */
	#stemOf(word: string): string {
		const known = this.#stems.get(word);
		if (known !== undefined) {
			return known;
		}
		const stem = stemOf(word);
		this.#stems.set(word, stem);
		return stem;
	}

	#addWords({ start, end }: Place): void {
		const { text, quantities } = this;
		let at = 0;
		let from = start;
		const upTo = (stop: number) => {
			const part = text.slice(from, stop);
			wordPattern.lastIndex = 0;
			for (let match = wordPattern.exec(part); match !== null; match = wordPattern.exec(part)) {
				const [, machine, letters, mark] = match;
				const position = from + match.index;
				const place = { start: position, end: position + match[0].length };
				if (mark !== undefined) {
					const isJoint =
						mark === '-' && /[\p{L}\d]/u.test(text[position - 1] ?? '') && /\p{L}/u.test(text[position + 1] ?? '');
					if (!silent.has(mark) && !isJoint) {
						at += separation.get(mark) ?? 1;
						this.words.push({ place, stem: mark, isMark: true, at });
					}
				} else if (letters !== undefined) {
					for (const place of partsOf(letters, position)) {
						const stem = this.#stemOf(text.slice(place.start, place.end));
						at += separation.get(stem) ?? 1;
						this.words.push({ place, stem, isMark: false, at });
					}
				} else {
					at++;
					this.words.push({ place, stem: machine === undefined ? '0' : 'machine', isMark: false, at });
				}
			}
		};
		while (this.#nextQuantity < quantities.length && quantities[this.#nextQuantity]!.place.start < end) {
			const { place } = quantities[this.#nextQuantity]!;
			if (place.start >= from) {
				upTo(place.start);
				at++;
				const stem = stemOf(text.slice(place.start, place.end));
				this.words.push({ place, stem, isMark: false, at, quantity: this.#nextQuantity });
				from = place.end;
			}
			this.#nextQuantity++;
		}
		if (from < end) {
			upTo(end);
		}
	}
}

const camelCase = /\p{Ll}\p{Lu}/u;

/** `payloadBytes` is two words, `CCUs` is one. */
function partsOf(letters: string, start: number): readonly Place[] {
	if (!camelCase.test(letters)) {
		return [{ start, end: start + letters.length }];
	}
	const parts: Place[] = [];
	let from = 0;
	for (let at = 1; at < letters.length; at++) {
		if (/\p{Ll}/u.test(letters[at - 1]!) && /\p{Lu}/u.test(letters[at]!)) {
			parts.push({ start: start + from, end: start + at });
			from = at;
		}
	}
	parts.push({ start: start + from, end: start + letters.length });
	return parts;
}

/** A word in lower case without the ending of the plural or of the third person. */
export function stemOf(word: string): string {
	const lower = word.toLowerCase().replace(/['’](?:s|re|ve|ll|d)?$/, '');
	if (lower.length > 4 && lower.endsWith('ies')) {
		return `${lower.slice(0, -3)}y`;
	}
	if (/(?:x|ch|sh|ss)es$/.test(lower)) {
		return lower.slice(0, -2);
	}
	return lower.length > 2 && /[^sui]s$/.test(lower) ? lower.slice(0, -1) : lower;
}
