import { type FactName, factOf, facts } from '../facts';
import type { SizingProblem } from '../problem';
import { wholeAbove } from '../wholeNumber';
import { noteOnly } from './noteLines';
import { type MeantNumber, readMeanings } from './noteMeanings';
import { readQuantities } from './quantities';
import type { Place, Quantity, Span } from './quantity';
import type { NoteReading, ReadFact, ReadingOptions } from './reading';

/**
 * What a text says about capacity: its numbers (`readQuantities`), and what their units and the words around them say that
 * they are (`readMeanings`). Takes time linear in the text's length and never throws. Each number is in one fact, in one
 * problem or in `unused`.
 *
 * - Users × connections each are the `audience`, rounded up; so are daily users × the share of them that is online. Where
 *   the text has a number of connections or sockets too, that one is the audience, unless it is at odds with the product.
 * - `networkLatencyMs` is one way: of a round trip it is half.
 * - `headroom` is what a utilisation leaves: "run at 70 %" is 0.3.
 * - A rate where an interval is meant, and an interval where a rate is, is turned into it.
 * - Of several numbers for one thing, one at peak goes before an average, and both before what others result in. Where two
 *   that differ are left, it is a contradiction and the fact is not told.
 */
export function readNote(text: string, options: ReadingOptions): NoteReading {
	const note = noteOnly(text, options.comment);
	const quantities = readQuantities(note, options);
	const all = options.marked === undefined ? quantities : withUnmarked(quantities, note, options);
	const counted = new Set(quantities);
	const meant = readMeanings(note, all).filter(({ quantity, isAdded }) => {
		return counted.has(quantity) || (isAdded && isMarked(quantity.place, options.marked));
	});
	const { facts, problems, used } = new Teller(meant);
	const paragraphs = options.marked === undefined ? toldByParagraph(note, meant) : [];
	for (const { quantities: numbers, repeats = [] } of paragraphs.flat()) {
		for (const quantity of [...numbers, ...repeats]) {
			used.add(quantity);
		}
	}
	return { facts, paragraphs, unused: quantities.filter((quantity) => !used.has(quantity)), problems };
}

/** Where a paragraph begins: after a blank line, and with each item of a list. */
const paragraphBreak = /\n[ \t\r]*(?=\n)|\n[ \t]*(?=(?:[-*+]|\d{1,3}[.)])[ \t])/g;

/** The facts of each paragraph that has some; none where no more than one has. */
function toldByParagraph(note: string, meant: readonly MeantNumber[]): readonly (readonly ReadFact[])[] {
	const paragraphs: MeantNumber[][] = [];
	const breaks = [...note.matchAll(paragraphBreak)].map(({ index }) => index);
	let next = 0;
	for (const number of [...meant].sort((a, b) => a.quantity.place.start - b.quantity.place.start)) {
		let isFirst = paragraphs.length === 0;
		while (next < breaks.length && breaks[next]! < number.quantity.place.start) {
			next++;
			isFirst = true;
		}
		if (isFirst) {
			paragraphs.push([]);
		}
		paragraphs.at(-1)!.push(number);
	}
	const told = paragraphs.length > 1 ? paragraphs.map((numbers) => new Teller(numbers).facts) : [];
	const telling = told.filter((facts) => facts.length > 0);
	return telling.length > 1 ? telling : [];
}

/** The numbers that count, and between them those that only tell which words are about them. */
function withUnmarked(marked: readonly Quantity[], note: string, options: ReadingOptions): readonly Quantity[] {
	const others = readQuantities(note, { ...options, marked: undefined });
	const merged: Quantity[] = [];
	let next = 0;
	for (const quantity of marked) {
		while (next < others.length && others[next]!.place.end <= quantity.place.start) {
			merged.push(others[next]!);
			next++;
		}
		while (next < others.length && others[next]!.place.start < quantity.place.end) {
			next++;
		}
		merged.push(quantity);
	}
	merged.push(...others.slice(next));
	return merged;
}

function isMarked({ start, end }: Place, marked: readonly Place[] | undefined): boolean {
	return marked === undefined || marked.some((mark) => mark.start < end && start < mark.end);
}

/** A value for a fact, and the numbers that it comes from. */
interface Candidate {
	readonly value: Span;
	readonly numbers: readonly MeantNumber[];
	/** Other numbers that have the same value. */
	readonly repeats: readonly MeantNumber[];
}

/** The value that numbers of one meaning have, and another one that they have as well. */
interface Choice {
	readonly told: Candidate;
	readonly atOdds?: Candidate;
}

/** What numbers are collected by: a fact, or what is part of the audience. */
type Key = FactName | NonNullable<MeantNumber['meaning']['as']>;

/** Numbers that are far less clearly meant than the clearest one are about something else, unless they are this clear. */
const leastShareOfScore = 0.5;
const clearEnough = 2.5;
/** Two meanings of a number are about as likely when their scores are this close. */
const closeScores = 1.5;
/** More numbers than these after one fact are a list of something else. */
const mostRivals = 20;
/** Products of rounded numbers are this close to the rounded product. */
const closeEnough = 0.02;

/** Settles which facts the numbers tell. */
class Teller {
	readonly facts: ReadFact[] = [];
	readonly problems: SizingProblem[] = [];
	/** The numbers that are in a fact or in a problem. */
	readonly used = new Set<Quantity>();
	readonly #byKey = new Map<Key, MeantNumber[]>();

	constructor(meant: readonly MeantNumber[]) {
		for (const number of meant) {
			const { fact } = number.meaning;
			const { ambiguous, text, place } = number.quantity;
			if (ambiguous !== undefined) {
				const [first, second] = ambiguous.readings;
				const values = { text, first, second, because: ambiguous.because };
				this.problems.push({ code: 'ambiguous', values, fact, places: [place] });
				this.used.add(number.quantity);
				continue;
			}
			this.#collect(number);
		}
		this.#settleRivals();
		this.#tell();
	}

	#collect(number: MeantNumber): void {
		const key = keyOf(number);
		const numbers = this.#byKey.get(key) ?? [];
		this.#byKey.set(key, numbers);
		numbers.push(number);
	}

	/** Where numbers that differ are after one fact, one that may as well tell a fact that nothing else tells does so. */
	#settleRivals(): void {
		for (const [key, numbers] of [...this.#byKey]) {
			const [first] = numbers;
			if (numbers.length > mostRivals || numbers.every(({ value }) => isEqual(value, first!.value))) {
				continue;
			}
			const movable = numbers.filter(({ score, alternative }) => {
				return alternative && score - alternative.score < closeScores && !this.#byKey.has(keyOf(alternative));
			});
			const [mover] = movable.sort((a, b) => a.score - a.alternative!.score - (b.score - b.alternative!.score));
			if (mover !== undefined) {
				this.#byKey.set(
					key,
					numbers.filter((number) => number !== mover),
				);
				this.#collect(mover.alternative!);
			}
		}
	}

	#tell(): void {
		this.#tellAudience();
		for (const fact of Object.keys(facts) as FactName[]) {
			const choice = this.#choose(fact);
			if (choice?.atOdds !== undefined) {
				this.#contradict(fact, choice.told, choice.atOdds);
			} else if (choice !== undefined) {
				this.#tellFact(fact, choice.told);
			}
		}
		this.facts.sort((a, b) => a.quantities[0]!.place.start - b.quantities[0]!.place.start);
		this.problems.sort((a, b) => a.places![0]!.start - b.places![0]!.start);
	}

	#tellAudience(): void {
		const connections = this.#choose('connections');
		if (connections?.atOdds !== undefined) {
			this.#contradict('audience', connections.told, connections.atOdds);
			return;
		}
		const users = this.#users();
		if (users === undefined || (connections !== undefined && users.atOdds !== undefined)) {
			if (connections !== undefined) {
				this.#tellFact('audience', connections.told);
			}
			return;
		}
		if (users.atOdds !== undefined) {
			this.#contradict('audience', users.told, users.atOdds);
			return;
		}
		const each = this.#choose('connectionsPerUser');
		const product = each === undefined || each.atOdds ? undefined : timesEach(users.told, each.told);
		const told = product ?? users.told;
		if (connections === undefined || isEqual(told.value, connections.told.value)) {
			this.#tellFact('audience', told, connections?.told);
		} else if (product === undefined || isClose(product.value, connections.told.value)) {
			this.#tellFact('audience', connections.told);
			return;
		} else {
			this.#contradict('audience', product, connections.told);
		}
		if (product !== undefined) {
			this.#byKey.delete('connectionsPerUser');
		}
	}

	/** The users at peak: as told, or as a share of all. */
	#users(): Choice | undefined {
		const users = this.#choose('users');
		if (users?.told.numbers.some(({ isAtPeak }) => isAtPeak)) {
			return users;
		}
		const all = this.#choose('dailyUsers') ?? users;
		const share = all && this.#choose('shareOfUsers');
		if (share === undefined || all!.atOdds || share.atOdds) {
			return users;
		}
		return { told: timesEach(all!.told, share.told) };
	}

	/** Which value numbers have that mean the same. */
	#choose(key: Key): Choice | undefined {
		const numbers = this.#byKey.get(key) ?? [];
		const clearest = numbers.reduce((most, { score }) => Math.max(most, score), 0);
		const clear = numbers.filter(({ score }) => score >= Math.min(clearest * leastShareOfScore, clearEnough));
		const highest = clear.reduce((most, { rank }) => Math.max(most, rank), Number.NEGATIVE_INFINITY);
		const candidates = clear.flatMap((number) => {
			const value = number.rank === highest ? inUnitOfFact(number) : undefined;
			return value === undefined ? [] : [{ value, numbers: [number], repeats: [] }];
		});
		const [first, ...others] = candidates;
		if (first === undefined) {
			return undefined;
		}
		const repeats = others.filter(({ value }) => isEqual(value, first.value)).flatMap((other) => other.numbers);
		const atOdds = others.find(({ value }) => !isEqual(value, first.value));
		return { told: { ...first, repeats }, atOdds };
	}

	#tellFact(fact: FactName, { value, numbers, repeats }: Candidate, same?: Candidate): void {
		const repeated = [...repeats, ...(same === undefined ? [] : [...same.numbers, ...same.repeats])];
		const quantities = numbers.map(({ quantity }) => quantity);
		const words = [...new Set(numbers.flatMap((number) => number.words))];
		this.facts.push({ fact, value, quantities, words, repeats: repeated.map(({ quantity }) => quantity) });
		this.#use(numbers);
		this.#use(repeated);
	}

	#contradict(fact: FactName, first: Candidate, second: Candidate): void {
		this.problems.push({
			code: 'contradiction',
			values: { label: factOf(fact).label, first: textOf(first), second: textOf(second) },
			fact,
			places: [first, second].map(({ numbers }) => numbers[0]!.quantity.place),
		});
		this.#use(first.numbers);
		this.#use(second.numbers);
	}

	#use(numbers: readonly MeantNumber[]): void {
		for (const { quantity } of numbers) {
			this.used.add(quantity);
		}
	}
}

function keyOf({ meaning: { fact, as } }: MeantNumber): Key {
	return fact === 'audience' ? as! : fact;
}

function textOf({ numbers }: Candidate): string {
	return numbers.map(({ quantity }) => quantity.text).join(' × ');
}

function isEqual(a: Span, b: Span): boolean {
	return a.low === b.low && a.high === b.high;
}

function isClose(a: Span, b: Span): boolean {
	return Math.abs(a.low - b.low) <= a.low * closeEnough && Math.abs(a.high - b.high) <= a.high * closeEnough;
}

/** Users times a share of them or the connections that each has: whole connections. */
function timesEach(users: Candidate, each: Candidate): Candidate {
	const [low, high] = [users.value.low * each.value.low, users.value.high * each.value.high];
	return {
		value: { low: wholeConnections(low), high: wholeConnections(high) },
		numbers: [...users.numbers, ...each.numbers],
		repeats: [...users.repeats, ...each.repeats],
	};
}

function wholeConnections(count: number): number {
	// Larger ones are no longer counted by ones, and are out of the fact's range anyway.
	return count <= Number.MAX_SAFE_INTEGER ? wholeAbove(count) : Math.min(count, Number.MAX_VALUE);
}

/** The value in the fact's unit; undefined where there is none, as for an interval of 0. */
function inUnitOfFact({ value, meaning, quantity, dimension }: MeantNumber): Span | undefined {
	const scaled = (factor: number): Span => exactSpan(value.low * factor, value.high * factor);
	switch (meaning.as) {
		case 'utilization':
			return exactSpan(1 - value.high, 1 - value.low);
		case 'roundTrip':
			return scaled(500);
		case 'intervalOfEvents':
		case 'rateOfIntervals':
			return inverse(value);
		default:
	}
	const { unit } = factOf(meaning.fact);
	if (unit === 'perSecond' && dimension === 'every') {
		return inverse(value);
	}
	if (unit === 'milliseconds') {
		return scaled(1000);
	}
	return unit === 'bitsPerSecond' && dimension === 'bytesPerSecond'
		? scaled(8)
		: quantity.value === value
			? value
			: exactSpan(value.low, value.high);
}

function inverse({ low, high }: Span): Span | undefined {
	const span = { low: 1 / high, high: 1 / low };
	return Number.isFinite(span.low) && Number.isFinite(span.high) ? span : undefined;
}

/** Without what rounding added: 1 − 0.7 is 0.3. */
function exactSpan(low: number, high: number): Span {
	return { low: Number(low.toPrecision(15)), high: Number(high.toPrecision(15)) };
}
