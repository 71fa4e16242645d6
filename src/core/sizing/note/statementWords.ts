import type { NoteWords, Statement, Word } from './noteWords';
import type { Quantity } from './quantity';

/** The words after a number that can name what it counts, as a range of the note's words. */
export interface Name {
	readonly from: number;
	readonly to: number;
	/** How surely they name it: 1 where they follow it. */
	readonly strength: number;
	/** Whether they begin with what can be a noun. */
	readonly isNoun: boolean;
}

/** The words before a number that can be its label, as a range of the note's words. */
export interface Label {
	readonly from: number;
	readonly to: number;
	/** Whether a colon, an equals sign or a verb says that it is one. */
	readonly isTold: boolean;
	/** Whether the number is what comes out of others before it. */
	readonly isResult: boolean;
}

/** As many words after the number can name it. */
const mostWordsOfName = 6;
/** As many words before the number can be its label. */
const mostWordsOfLabel = 4;
/** As many words can stand between a number and its name or label. */
const mostGlue = 6;
/** As far into a value its first number has the label. */
const mostBeforeValue = 12;

/** Words that end the name of what is counted. */
const endsOfName = new Set(
	(
		'and or but while whereas with without for to on in at from by over across when if as that which who we it they i you ' +
		'is are was were be will would can could may might must should have has had than then so because since until after ' +
		'before during between against vs versus via plus into onto under within there where this these those our the not'
	).split(' '),
);
/** Words between a label and its number, and those that say no more than that there is one. */
const glue = new Set(
	(
		'is are was be been of to at about around roughly approximately approx some only just nearly almost up most least over ' +
		'under more less than no fewer not set currently now say like by with has have a an the it that be will would should ' +
		'must can = : ~ ≈ ≤ < > ( ca circa between from estimated as'
	).split(' '),
);
/** Words after a number that name nothing. */
const noNames = new Set(
	'max maximum min minimum total today now currently or so please each roughly about more less in plus safely ish tops then already again too either etc yes no next'.split(
		' ',
	),
);
const nameJoints = new Set('of per a an each every apiece any at'.split(' '));
const namingMarks = new Set(['/', '(', '-']);
const copulas = new Set(['is', 'are', 'was', 'be']);
const beforeName = new Set('the a an number of what how many our'.split(' '));
const determiners = new Set('the our these those its their all'.split(' '));
const tellers = new Set([':', '=', 'is', 'are', 'was', 'be', 'of']);
const labelMarks = new Set(['/', '(', ')', '-']);
const endsOfLabel = new Set('and but while whereas or so then with if when'.split(' '));

/** The words of a statement, and which of them stand for a number's name and label. */
export class StatementWords {
	constructor(
		readonly note: NoteWords,
		readonly statement: Statement,
		readonly quantities: readonly Quantity[],
	) {}

	/** A word by its index in the note; undefined outside the statement. */
	word(index: number): Word | undefined {
		return index >= this.statement.first && index < this.statement.end ? this.note.words[index] : undefined;
	}

	/** The words after a number that can name what it counts. */
	nameAt(at: number): Name {
		let from = at + 1;
		let strength = 1;
		if (copulas.has(this.word(from)?.stem ?? '')) {
			// `168,000 is the number of clients`
			strength = 0.9;
			from++;
			for (let skipped = 0; skipped < mostGlue && beforeName.has(this.word(from)?.stem ?? ''); skipped++) {
				from++;
			}
		} else if (this.wholeOf(at) !== undefined) {
			// `2 of the 12 gateways`
			strength = 0.8;
			from = this.wholeOf(at)! + 1;
		} else if (this.word(from)?.quantity !== undefined && !this.isCount(from)) {
			// `three 16-GB machines`
			from++;
		}
		let to = from;
		while (to < from + mostWordsOfName) {
			const word = this.word(to);
			if (word === undefined || word.quantity !== undefined || (word.isMark && !namingMarks.has(word.stem))) {
				break;
			}
			if (endsOfName.has(word.stem)) {
				// A phrase may begin with it: `20 Hz to each player`.
				to++;
				break;
			}
			to++;
		}
		const first = this.word(from);
		const isNoun =
			strength === 1 &&
			first !== undefined &&
			!first.isMark &&
			first.quantity === undefined &&
			!endsOfName.has(first.stem) &&
			!noNames.has(first.stem) &&
			!nameJoints.has(first.stem);
		return { from, to, strength, isNoun };
	}

	/** The words before a number that can be its label. */
	labelAt(at: number): Label {
		const { first, labelEnd } = this.statement;
		let to = at;
		let isTold = false;
		let isResult = false;
		for (let skipped = 0; skipped < mostGlue && glue.has(this.word(to - 1)?.stem ?? ''); skipped++) {
			const word = this.word(to - 1)!;
			if (word.quantity !== undefined) {
				break;
			}
			to--;
			isTold ||= tellers.has(word.stem);
			if (word.stem === '=') {
				isResult = this.hasNumberBefore(to);
			}
		}
		const isInValue = labelEnd > first && at >= labelEnd && at - labelEnd < mostBeforeValue;
		if (isInValue && !this.note.words.slice(labelEnd, at).some(({ quantity }) => quantity !== undefined)) {
			return { from: first, to: Math.max(to, labelEnd), isTold: true, isResult };
		}
		let from = to;
		while (from > to - mostWordsOfLabel) {
			const word = this.word(from - 1);
			if (word === undefined || word.quantity !== undefined || (word.isMark && !labelMarks.has(word.stem))) {
				break;
			}
			if (endsOfLabel.has(word.stem)) {
				break;
			}
			from--;
		}
		return { from, to, isTold, isResult };
	}

	/** Of which count a number is a part: the word of the 12 in `2 of the 12 gateways`. */
	wholeOf(at: number): number | undefined {
		const of = this.word(at + 1)?.stem === 'out' ? at + 2 : at + 1;
		if (this.word(of)?.stem !== 'of') {
			return undefined;
		}
		const whole = determiners.has(this.word(of + 1)?.stem ?? '') ? of + 2 : of + 1;
		return this.isCount(whole) ? whole : undefined;
	}

	/** Whether there is nothing between two numbers but words like `of about`. */
	isSideBySide(first: number, second: number): boolean {
		if (second - first > mostGlue) {
			return false;
		}
		for (let at = first + 1; at < second; at++) {
			if (!glue.has(this.word(at)?.stem ?? '')) {
				return false;
			}
		}
		return true;
	}

	/** Whether another number is a part of it: of the 12 in `2 of the 12 gateways`. */
	hasPart(at: number): boolean {
		return [2, 3, 4].some((back) => this.word(at - back)?.quantity !== undefined && this.wholeOf(at - back) === at);
	}

	/** Whether a number stands just before, in the same clause: `240k ÷ 6 servers =`. */
	private hasNumberBefore(at: number): boolean {
		for (let back = 1; back <= mostWordsOfLabel; back++) {
			const word = this.word(at - back);
			if (word === undefined || [',', ';', ':'].includes(word.stem)) {
				return false;
			}
			if (word.quantity !== undefined) {
				return true;
			}
		}
		return false;
	}

	private isCount(at: number): boolean {
		const quantity = this.word(at)?.quantity;
		return quantity !== undefined && this.quantities[quantity]!.dimension === 'count';
	}

	/** Whether a number is the one of `N+1`. */
	isRedundancy(at: number): boolean {
		return this.word(at - 1)?.stem === '+' && this.word(at - 2)?.stem === 'n';
	}
}
