import type { Meaning, Sign, Weight } from './meanings';
import type { FoundSign } from './noteSigns';
import type { Span } from './quantity';

/** Where a sign stands from a number: right after it, as its label, elsewhere near it, or near it and nearer to another. */
export type SignPlace = 'after' | 'label' | 'near' | 'nearOther';

/** How strongly a sign stands for a number from each place, 0 to 1. */
interface Strength extends Record<SignPlace, number> {
	/** The sign that is strongest. */
	found: FoundSign;
	best: number;
}

/** What is said against a number of an unusual size. */
const unusual = 1.5;
/** Signs that tell which of a thing there are so many, not what the thing is. */
const qualities: ReadonlySet<Sign> = new Set<Sign>([
	'each',
	'eachUser',
	'perUser',
	'perServer',
	'eachServer',
	'oneServer',
	'hold',
	'expect',
]);
/** What is left of a score where the number counts something that is no sign of the meaning. */
const otherThingShare = 0.25;
const otherThingWithLabelShare = 0.4;
const otherRateShare = 0.6;
const crowdShare = 0.6;
const leastCrowd = 1000;
/** A sign that says less for a meaning is not worth telling. */
const leastTelling = 0.5;
/** A sign this strong is about the number. */
const closeStrength = 0.6;

/** The signs around one number. */
export class SignStrengths {
	readonly #bySign: Map<Sign, Strength>;

	constructor(others?: SignStrengths) {
		this.#bySign = new Map(others && [...others.#bySign].map(([sign, strength]) => [sign, { ...strength }]));
	}

	/** Adds a sign; of several that are the same, each place keeps the strongest. */
	add(found: FoundSign, place: SignPlace, amount: number): void {
		const strength = this.#bySign.get(found.sign) ?? { after: 0, label: 0, near: 0, nearOther: 0, best: 0, found };
		this.#bySign.set(found.sign, strength);
		strength[place] = Math.max(strength[place], amount);
		if (amount > strength.best) {
			strength.best = amount;
			strength.found = found;
		}
	}

	delete(sign: Sign): void {
		this.#bySign.delete(sign);
	}

	/** Whether a sign is about the number. */
	isClose(sign: Sign): boolean {
		return (this.#bySign.get(sign)?.best ?? 0) > closeStrength;
	}

	/** The signs that tell a meaning, in the order of the text. */
	telling({ weights }: Meaning): readonly FoundSign[] {
		return [...this.#bySign]
			.filter(([sign, strength]) => contribution(weights[sign], strength) >= leastTelling)
			.map(([, { found }]) => found)
			.sort((a, b) => a.first - b.first);
	}

	/** How much the signs say for a meaning of the number. */
	score(meaning: Meaning, { value, counted, isWord }: ScoredNumber): number {
		let total = isUnusual(meaning, value) ? -unusual : (meaning.forUsual ?? 0);
		let isNamed = false;
		let isLabelled = false;
		for (const [sign, strength] of this.#bySign) {
			const worth = contribution(meaning.weights[sign], strength);
			total += worth;
			isNamed ||= strength.after > 0 && worth > 0 && (isWord || !qualities.has(sign));
			isLabelled ||= strength.label > 0.5 && worth >= 2;
		}
		if (counted === undefined || isNamed) {
			return total;
		}
		// What counts something else means something else: `12 rooms for the users`.
		if (counted === 'rate') {
			return total * otherRateShare;
		}
		// Whatever is online at the same time is connected: `40,000 pensioners had it open simultaneously`.
		const isCrowd = this.isClose('online') && this.isClose('concurrent') && value.low >= leastCrowd;
		return total * (isCrowd ? crowdShare : isLabelled ? otherThingWithLabelShare : otherThingShare);
	}

	/**
	 * Whether another number of the same meaning goes before this one, or after it: above 0 for one at peak, below for an
	 * average, far below for what other numbers result in and for a size that the meaning hardly has.
	 */
	rank(meaning: Meaning, value: Span): number {
		const of = (sign: Sign): number => (this.isClose(sign) ? 1 : 0);
		const isExtreme = of('peak');
		const isUsual = of('average');
		// Traffic is made of average events; everything else has to bear its peak.
		const byPeak = meaning.fact === 'payloadBytes' ? isUsual - Math.max(isExtreme, of('extreme')) : isExtreme - isUsual;
		const isResult = (this.#bySign.get('derived')?.label ?? 0) > 0.5;
		return byPeak + 0.5 * (of('expect') - of('today')) - (isResult ? 4 : 0) - (isUnusual(meaning, value) ? 2 : 0);
	}
}

/** What a score takes of a number besides the signs around it. */
export interface ScoredNumber {
	readonly value: Span;
	/** What has a noun that it counts: a number of things, or a rate of events. */
	readonly counted?: 'things' | 'rate';
	/** Whether it is written as a word: `two`. */
	readonly isWord: boolean;
}

/** What a sign says for a meaning, negative against it: from the place where it says most. */
function contribution(weight: Weight | undefined, { after, label, near, nearOther }: Strength): number {
	if (weight === undefined) {
		return 0;
	}
	const [forAfter, forLabel, forNear] =
		typeof weight === 'number' ? [weight, weight, weight * (weight > 0 ? 0.6 : 0.25)] : weight;
	// What is about another number says something for this one, but nothing against it.
	const each = [after * forAfter, label * forLabel, (forNear < 0 ? near : Math.max(near, nearOther)) * forNear];
	return each.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most));
}

function isUnusual({ usualLeast = 0, usualMost = Number.POSITIVE_INFINITY }: Meaning, value: Span): boolean {
	return (value.high < usualLeast && value.high > 0) || value.low > usualMost;
}
