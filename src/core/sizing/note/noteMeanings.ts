import { unitOfLabel } from './labelUnits';
import { type Meaning, meanings, type Sign } from './meanings';
import { type FoundSign, findSigns } from './noteSigns';
import { type NoteWords, readWords, type Statement, stemOf } from './noteWords';
import type { Dimension, Place, Quantity, Span } from './quantity';
import { type SignPlace, SignStrengths } from './signStrengths';
import { type Label, type Name, StatementWords } from './statementWords';

/** A number with the meaning that the words around it give. */
export interface MeantNumber {
	readonly quantity: Quantity;
	readonly meaning: Meaning;
	/** What the number counts for in the meaning's dimension: where its label has the unit, more or less than what stands there. */
	readonly value: Span;
	readonly dimension: Dimension;
	/** How clearly the words say so. */
	readonly score: number;
	/** Above others of the same meaning where it is at peak, below where it is an average, a result or of today. */
	readonly rank: number;
	/** Whether it is of users who are there at the same time. */
	readonly isAtPeak: boolean;
	/** The words, as written. */
	readonly words: readonly string[];
	/** What else it may mean, where the words fit two facts. */
	readonly alternative?: MeantNumber;
	/** Whether it is no quantity of the text by itself, but becomes one by its meaning: the one of `N+1`. */
	readonly isAdded: boolean;
}

/** Below this the words say too little. */
const leastScore = 2;
/** A sign counts for nothing this far from the number. */
const farthest = 32;
/** A sign that is closer to another number of its kind is more likely about that one. */
const othersShare = 0.35;
/** One that names another number, of whatever kind. */
const claimedShare = 0.8;
/** What the words of another statement count for. */
const parentShare = 0.65;
const headingShare = 0.35;
const previousShare = 0.3;
/** As many signs of another statement are heeded. */
const mostContextSigns = 24;

type Group = 'count' | 'share' | 'bytes' | 'link' | 'time' | 'rate';
const groupOf: Readonly<Record<Dimension, Group>> = {
	count: 'count',
	share: 'share',
	bytes: 'bytes',
	bitsPerSecond: 'link',
	bytesPerSecond: 'link',
	seconds: 'time',
	every: 'time',
	perSecond: 'rate',
};

const meaningsOf = new Map<Dimension, Meaning[]>();
for (const meaning of meanings) {
	for (const dimension of meaning.dimensions) {
		meaningsOf.set(dimension, [...(meaningsOf.get(dimension) ?? []), meaning]);
	}
}

const wordNumbers: ReadonlyMap<string, number> = new Map(
	[
		...'one two three four five six seven eight nine ten eleven twelve'.split(' ').entries(),
		[0, 'single'] as const,
	].map(([index, word]) => [word, index + 1]),
);
/** Larger than the x of any `N+x`. */
const mostRedundancy = 1000;
const peakSigns: readonly Sign[] = ['online', 'concurrent', 'peak'];
/** What a number that is written as a word can mean: larger counts are written in digits. */
const factsInWords = new Set(['servers', 'failuresTolerated', 'connectionsPerUser']);

/** Of a sign within a number's own text. */
const noWords = { first: -1, end: -1 } as const;

/** A number among the words. */
interface NoteNumber {
	readonly quantity: Quantity;
	/** Its word. */
	readonly at: number;
	/** Whether it is no quantity of the text by itself. */
	readonly isAdded: boolean;
	/** Whether it is written as a word: `two`. */
	readonly isWord: boolean;
	readonly dimension: Dimension;
	readonly value: Span;
	readonly name: Name;
	readonly label: Label;
	/** What has a noun that it counts: a number of things, or a rate of events. */
	readonly counted?: 'things' | 'rate';
}

/**
 * The numbers of a note that the words around them give a meaning, in order. `quantities` are those of the note, in order.
 * Takes time linear in the text's length.
 */
export function readMeanings(text: string, quantities: readonly Quantity[]): readonly MeantNumber[] {
	const note = readWords(text, quantities);
	const signs = new NoteSigns(note, quantities);
	return note.statements.flatMap((_, index) => new StatementReader(text, signs, index).read());
}

/** The signs of each statement of a note, looked for when they are asked for: most of a long note has no number near it. */
class NoteSigns {
	readonly #found: (readonly FoundSign[] | undefined)[] = [];

	constructor(
		readonly note: NoteWords,
		readonly quantities: readonly Quantity[],
	) {}

	of(statement: number): readonly FoundSign[] {
		const { note, quantities } = this;
		const range = note.statements[statement]!;
		this.#found[statement] ??= [...findSigns(note.words, range), ...signsWithin(note, range, quantities)].sort(
			(a, b) => a.first - b.first,
		);
		return this.#found[statement];
	}
}

const letters = /\p{L}{2,}/gu;

/** The signs within numbers, where the numbers are: `msg` of `4 msg/s`. */
function signsWithin(
	{ words }: NoteWords,
	{ first, end }: Statement,
	quantities: readonly Quantity[],
): readonly FoundSign[] {
	const found: FoundSign[] = [];
	for (let at = first; at < end; at++) {
		const { quantity, place } = words[at]!;
		if (quantity !== undefined) {
			const parts = quantities[quantity]!.text.match(letters) ?? [];
			const nouns = parts.map((part) => ({ place, stem: stemOf(part), isMark: false, at: 0 }));
			for (const { sign } of findSigns(nouns, { first: 0, end: nouns.length })) {
				found.push({ sign, first: at, end: at + 1 });
			}
		}
	}
	return found;
}

/** Finds what the numbers of one statement mean. */
class StatementReader {
	readonly #numbers: readonly NoteNumber[];
	/** How far each sign is from the nearest number of each group. */
	readonly #nearest = new Map<FoundSign, Map<Group, number>>();
	/** Which numbers a sign is the name of, and which one's label it is, by their index. */
	readonly #namedBy = new Map<FoundSign, readonly number[]>();
	readonly #labelledBy = new Map<FoundSign, number>();

	readonly note: NoteWords;
	readonly statement: Statement;
	readonly words: StatementWords;
	/** In the order in which they begin. */
	readonly ownSigns: readonly FoundSign[];

	constructor(
		readonly text: string,
		readonly signs: NoteSigns,
		index: number,
	) {
		this.note = signs.note;
		this.statement = this.note.statements[index]!;
		this.words = new StatementWords(this.note, this.statement, signs.quantities);
		this.#numbers = this.#findNumbers();
		this.ownSigns = this.#numbers.length === 0 ? [] : signs.of(index);
	}

	read(): readonly MeantNumber[] {
		if (this.#numbers.length === 0) {
			return [];
		}
		this.#measure();
		const context = this.#contextStrengths();
		const factors = this.#factors();
		let firstSign = 0;
		return this.#numbers.flatMap((number, index) => {
			firstSign = this.#firstSignNear(number, firstSign);
			const meant = this.#meaningOf(number, index, firstSign, context, factors.has(index));
			return meant === undefined ? [] : [meant];
		});
	}

	#findNumbers(): readonly NoteNumber[] {
		const { first, end } = this.statement;
		const numbers: NoteNumber[] = [];
		for (let at = first; at < end; at++) {
			const word = this.note.words[at]!;
			if (word.quantity !== undefined) {
				const quantity = this.signs.quantities[word.quantity]!;
				const isWord = quantity.dimension === 'count' && wordNumbers.has(quantity.text.toLowerCase());
				numbers.push(this.#number(quantity, at, { isWord, isAdded: false, ...this.#inUnitOfLabel(quantity, at) }));
			} else if (word.stem === '0' && this.words.isRedundancy(at)) {
				const value = Number(this.text.slice(word.place.start, word.place.end));
				const start = this.note.words[at - 2]!.place.start;
				numbers.push(this.#added(Math.min(value, mostRedundancy), at, { start, end: word.place.end }));
			} else {
				const value = wordNumbers.get(word.stem);
				if (value !== undefined) {
					numbers.push(this.#added(value, at, word.place));
				}
			}
		}
		return numbers;
	}

	/** A number that is no quantity of the text by itself: a word, or the one of `N+1`. */
	#added(value: number, at: number, place: Place): NoteNumber {
		const span = { low: value, high: value };
		const text = this.text.slice(place.start, place.end);
		const quantity: Quantity = { value: span, dimension: 'count', place, text, unit: '' };
		return this.#number(quantity, at, { isWord: true, isAdded: true, value: span, dimension: 'count' });
	}

	#number(
		quantity: Quantity,
		at: number,
		rest: Pick<NoteNumber, 'isWord' | 'isAdded' | 'value' | 'dimension'>,
	): NoteNumber {
		const name = this.words.nameAt(at);
		const isRate = rest.dimension !== 'count' && quantity.noun !== undefined;
		const counted = isRate ? 'rate' : rest.dimension === 'count' && name.isNoun ? 'things' : undefined;
		return { quantity, at, name, label: this.words.labelAt(at), counted, ...rest };
	}

	/** A bare number whose label has the unit: `payloadBytes: 512`, a column headed `interval (s)`. */
	#inUnitOfLabel(quantity: Quantity, at: number): { dimension: Dimension; value: Span } {
		const { dimension, value } = quantity;
		if (dimension !== 'count' || quantity.noun !== undefined) {
			return { dimension, value };
		}
		const { words, statements } = this.note;
		const { first, labelEnd, labels } = this.statement;
		const labelled = labels.map((label) => statements[label]!);
		if (labelEnd > first && at >= labelEnd) {
			labelled.push({ ...this.statement, end: labelEnd });
		}
		for (const label of labelled) {
			const unit = unitOfLabel(this.text.slice(words[label.first]!.place.start, words[label.end - 1]!.place.end));
			if (unit !== undefined) {
				const scaled = { low: value.low * unit.factor, high: value.high * unit.factor };
				return Number.isFinite(scaled.high) ? { dimension: unit.dimension, value: scaled } : { dimension, value };
			}
		}
		// Nobody counts 0.2 of a thing: it is a share, as in `headroom 0.2`.
		const isShare = value.low >= 0 && value.high < 1 && value.high > 0;
		return { dimension: isShare ? 'share' : dimension, value };
	}

	/** How far each sign is from the nearest number of each kind, and whose name or label it is. */
	#measure(): void {
		const { ownSigns, note } = this;
		for (const isForward of [true, false]) {
			const last = new Map<Group, number>();
			const numbers = isForward ? this.#numbers : [...this.#numbers].reverse();
			const signs = isForward ? ownSigns : [...ownSigns].reverse();
			let next = 0;
			for (const sign of signs) {
				const edge = isForward ? sign.first : sign.end - 1;
				for (; next < numbers.length; next++) {
					const number = numbers[next]!;
					if (isForward ? number.at >= edge : number.at <= edge) {
						break;
					}
					if (!number.isWord) {
						last.set(groupOf[number.dimension], note.words[number.at]!.at);
					}
				}
				const nearest = this.#nearest.get(sign) ?? new Map<Group, number>();
				this.#nearest.set(sign, nearest);
				for (const [group, at] of last) {
					const distance = Math.abs(note.words[edge]!.at - at);
					nearest.set(group, Math.min(distance, nearest.get(group) ?? distance));
				}
			}
		}
		let firstSign = 0;
		for (const [index, number] of this.#numbers.entries()) {
			firstSign = this.#firstSignNear(number, firstSign);
			for (let next = firstSign; next < ownSigns.length; next++) {
				const sign = ownSigns[next]!;
				if (sign.first >= number.name.to) {
					break;
				}
				if (isName(sign, number.name) || isWithin(sign, number)) {
					this.#namedBy.set(sign, [...(this.#namedBy.get(sign) ?? []), index]);
				} else if (
					isLabel(sign, number.label) &&
					(number.label.isTold || !this.#isOfGroup(this.#namedBy.get(sign) ?? [], groupOf[number.dimension]))
				) {
					this.#labelledBy.set(sign, index);
				}
			}
		}
	}

	#firstSignNear({ at }: NoteNumber, from: number): number {
		let first = from;
		while (first < this.ownSigns.length && this.ownSigns[first]!.end < at - farthest) {
			first++;
		}
		return first;
	}

	/** What other statements say about each number of this one. */
	#contextStrengths(): SignStrengths {
		const strengths = new SignStrengths();
		const { labels, parents, heading, previous } = this.statement;
		const add = (statement: number | undefined, place: SignPlace, share: number) => {
			for (const found of statement === undefined ? [] : this.signs.of(statement).slice(0, mostContextSigns)) {
				strengths.add(found, place, share);
			}
		};
		for (const label of labels) {
			add(label, 'label', 1);
		}
		for (const parent of parents) {
			add(parent, 'label', parentShare);
		}
		add(heading, 'near', headingShare);
		add(previous, 'near', previousShare);
		return strengths;
	}

	/** Numbers in a product of different things with a rate: `10,000 viewers × 220 B × 1/s`. */
	#factors(): ReadonlySet<number> {
		const factors = new Set<number>();
		let chain: number[] = [];
		const close = () => {
			const dimensions = new Set(chain.map((index) => groupOf[this.#numbers[index]!.dimension]));
			const hasRate = chain.some((index) => ['perSecond', 'every'].includes(this.#numbers[index]!.dimension));
			if (hasRate && dimensions.size > 1) {
				for (const index of chain) {
					factors.add(index);
				}
			}
			chain = [];
		};
		for (const [index, { quantity }] of this.#numbers.entries()) {
			const before = this.#numbers[index - 1];
			const between = before && this.text.slice(before.quantity.place.end, quantity.place.start);
			if (between === undefined || between.length > 50 || !/^[^.,;:]*(?:[×✕*·⋅]|\bx\b)[^.,;:]*$/i.test(between)) {
				close();
			}
			chain.push(index);
		}
		close();
		return factors;
	}

	#meaningOf(
		number: NoteNumber,
		index: number,
		firstSign: number,
		context: SignStrengths,
		isFactor: boolean,
	): MeantNumber | undefined {
		const strengths = new SignStrengths(context);
		this.#addOwnSigns(strengths, number, index, firstSign);
		this.#addForm(strengths, number, index);
		if (index === 0) {
			// What follows from nothing is no result: `so 80k listeners`.
			strengths.delete('derived');
		}
		const { low, high } = number.value;
		const fitting = (meaningsOf.get(number.dimension) ?? []).flatMap((meaning) => {
			const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, fact, asFactor = 0 } = meaning;
			// Nothing has no size: what is 0 or below is meant as its words say, and refused for what it is.
			const isTooSmall = low < least && low > 0;
			if (isTooSmall || high > most || (number.isWord && !factsInWords.has(fact))) {
				return [];
			}
			const score = strengths.score(meaning, number) + (isFactor ? asFactor : 0);
			return score >= leastScore ? [{ meaning, score }] : [];
		});
		fitting.sort((a, b) => b.score - a.score);
		const [best] = fitting;
		if (best === undefined) {
			return undefined;
		}
		const { quantity, value, dimension, isAdded } = number;
		const isAtPeak = peakSigns.some((sign) => strengths.isClose(sign));
		const meant = ({ meaning, score }: typeof best): MeantNumber => {
			const rank = strengths.rank(meaning, value);
			const words = this.#wordsOf(strengths.telling(meaning));
			return { quantity, meaning, value, dimension, score, rank, isAtPeak, words, isAdded };
		};
		const second = fitting.find(({ meaning }) => meaning.fact !== best.meaning.fact);
		return { ...meant(best), alternative: second && meant(second) };
	}

	/** The signs around a number in its statement. */
	#addOwnSigns(strengths: SignStrengths, number: NoteNumber, own: number, firstSign: number): void {
		const { words } = this.note;
		const { at, dimension, name, label } = number;
		const group = groupOf[dimension];
		const position = words[at]!.at;
		// What is said of `2 of the 12 gateways` comes after the 12.
		const positionAfter = words[this.words.wholeOf(at) ?? at]!.at;
		for (let index = firstSign; index < this.ownSigns.length; index++) {
			const found = this.ownSigns[index]!;
			const { first, end } = found;
			if (first > at + farthest) {
				break;
			}
			if (first <= at && end > at) {
				// Its own noun, or a phrase that it is part of: `one server`.
				strengths.add(isWithin(found, number) ? { ...found, ...noWords } : found, 'after', 1);
				continue;
			}
			const distance = end <= at ? position - words[end - 1]!.at : Math.abs(words[first]!.at - positionAfter);
			const namedBy = this.#namedBy.get(found) ?? [];
			const labelledBy = this.#labelledBy.get(found);
			const isOwnName = namedBy.includes(own);
			const isOwn = isOwnName || labelledBy === own;
			const owners = isOwn ? [] : namedBy.length > 0 || labelledBy === undefined ? namedBy : [labelledBy];
			const isNearest =
				!this.#isOfGroup(owners, group) && distance <= (this.#nearest.get(found)?.get(group) ?? distance);
			const closeness = Math.max(0, 1 - distance / farthest);
			const claimed = isOwn || namedBy.length === 0 ? 1 : claimedShare;
			if (isOwn || isNearest) {
				strengths.add(found, 'near', closeness * claimed);
			} else {
				strengths.add(found, 'nearOther', closeness * claimed * othersShare);
			}
			if (isOwnName) {
				strengths.add(found, 'after', name.strength);
			} else if (labelledBy === own) {
				strengths.add(found, 'label', 1 - 0.06 * (label.to - end));
			}
		}
	}

	/** What a number's form says, and how it stands to others. */
	#addForm(strengths: SignStrengths, { at, quantity, dimension, label }: NoteNumber, index: number): void {
		if (this.#isSizeWithRate(index)) {
			strengths.add({ sign: 'sizeWithRate', ...noWords }, 'after', 1);
		}
		if (this.words.isRedundancy(at)) {
			strengths.add({ sign: 'fail', first: at - 2, end: at }, 'label', 1);
		}
		if (label.isResult) {
			strengths.add({ sign: 'derived', first: at - 1, end: at }, 'label', 1);
		}
		if (this.words.wholeOf(at) !== undefined) {
			strengths.add({ sign: 'partOfCount', first: at + 1, end: at + 2 }, 'after', 1);
		}
		if (dimension === 'count' && this.words.hasPart(at)) {
			strengths.add({ sign: 'countWithPart', first: at - 1, end: at }, 'label', 1);
		}
		if (dimension === 'count' && /%|percent|per cent/i.test(quantity.text)) {
			strengths.add({ sign: 'shareOfCount', ...noWords }, 'after', 1);
		}
	}

	/** Whether a number is a size right beside a rate, or the rate. */
	#isSizeWithRate(index: number): boolean {
		const isPair = (
			size: NoteNumber | undefined,
			rate: NoteNumber | undefined,
			first: NoteNumber,
			second: NoteNumber,
		) => {
			const isRate = rate?.dimension === 'perSecond' || rate?.dimension === 'every';
			return size?.dimension === 'bytes' && isRate && this.words.isSideBySide(first.at, second.at);
		};
		return [index - 1, index].some((at) => {
			const [first, second] = [this.#numbers[at], this.#numbers[at + 1]];
			if (first === undefined || second === undefined) {
				return false;
			}
			return isPair(first, second, first, second) || isPair(second, first, first, second);
		});
	}

	#isOfGroup(numbers: readonly number[], group: Group): boolean {
		return numbers.some((number) => groupOf[this.#numbers[number]!.dimension] === group);
	}

	#wordsOf(signs: readonly FoundSign[]): readonly string[] {
		const { words } = this.note;
		const found = signs.filter(({ first }) => first !== noWords.first);
		const texts = found.map(({ first, end }) => {
			return this.text.slice(words[first]!.place.start, words[end - 1]!.place.end);
		});
		return [...new Set(texts)];
	}
}

/** Whether the number's own text has it. */
function isWithin({ first, end }: FoundSign, { at }: NoteNumber): boolean {
	return first === at && end === at + 1;
}

function isName({ first }: FoundSign, { from, to }: Name): boolean {
	return first >= from && first < to;
}

function isLabel({ end }: FoundSign, { from, to }: Label): boolean {
	return end > from && end <= to;
}
