import { groups, type Sign, signs } from './meanings';
import { stemOf, type Word } from './noteWords';

/** Some of a note's words, by index; the end is exclusive. */
export interface WordRange {
	readonly first: number;
	readonly end: number;
}

/** A sign, and the words that are it. */
export interface FoundSign extends WordRange {
	readonly sign: Sign;
}

/** What a phrase's word may be: one of these stems, or up to two words that are in no group. */
type Element = ReadonlySet<string> | 'gap';

interface Phrase {
	readonly sign: Sign;
	/** What follows the first word. */
	readonly rest: readonly Element[];
}

const mostGapWords = 2;
/** Words that a gap may have besides its two. */
const fillers = new Set('of our the my your their its these those such'.split(' '));

const groupStems = new Map(
	Object.entries(groups).map(([name, words]) => [`@${name}`, new Set(words.split(' ').map(stemOf))]),
);
const groupedStems = new Set([...groupStems.values()].flatMap((stems) => [...stems]));
const phrasesByFirstStem = indexPhrases();

/**
 * Every sign among a statement's words, in the order in which they begin. A phrase within a longer one is none: `per
 * server` is not about a `server`. Takes time linear in the number of words.
 */
export function findSigns(words: readonly Word[], { first: from, end: to }: WordRange): readonly FoundSign[] {
	const found: FoundSign[] = [];
	/** Where the longest phrase ends that began before. */
	let coveredTo = from;
	for (let first = from; first < to; first++) {
		let longest = first;
		const here: FoundSign[] = [];
		for (const { sign, rest } of phrasesByFirstStem.get(words[first]!.stem) ?? []) {
			const end = endOfPhrase(words, to, first + 1, rest, 0);
			if (end !== undefined && end > coveredTo) {
				here.push({ sign, first, end });
				longest = Math.max(longest, end);
			}
		}
		found.push(...here.filter(({ end }) => end === longest));
		coveredTo = Math.max(coveredTo, longest);
	}
	return found;
}

/** Where a phrase ends whose elements from `next` on begin at that word; undefined where the statement goes on otherwise. */
function endOfPhrase(
	words: readonly Word[],
	to: number,
	at: number,
	rest: readonly Element[],
	next: number,
): number | undefined {
	const wanted = rest[next];
	if (wanted === undefined) {
		return at;
	}
	if (wanted !== 'gap') {
		const word = at < to ? words[at]! : undefined;
		return word !== undefined && word.quantity === undefined && wanted.has(word.stem)
			? endOfPhrase(words, to, at + 1, rest, next + 1)
			: undefined;
	}
	let gapWords = 0;
	for (let after = at; after < to; after++) {
		const end = endOfPhrase(words, to, after, rest, next + 1);
		if (end !== undefined) {
			return end;
		}
		const word = words[after]!;
		if (word.isMark || word.quantity !== undefined) {
			return undefined;
		}
		if (groupedStems.has(word.stem)) {
			// Only as the first part of a compound: `every WebSocket frame`.
			return endOfPhrase(words, to, after + 1, rest, next + 1);
		}
		gapWords += fillers.has(word.stem) ? 0 : 1;
		if (gapWords > mostGapWords) {
			return undefined;
		}
	}
	return undefined;
}

function indexPhrases(): ReadonlyMap<string, readonly Phrase[]> {
	const index = new Map<string, Phrase[]>();
	for (const [sign, phrases] of Object.entries(signs)) {
		for (const phrase of phrases.split(', ')) {
			const [first, ...rest] = phrase.split(' ').map((element): Element => {
				return element === '~' ? 'gap' : (groupStems.get(element) ?? new Set([stemOf(element)]));
			});
			for (const stem of first as ReadonlySet<string>) {
				const here = index.get(stem) ?? [];
				here.push({ sign: sign as Sign, rest });
				index.set(stem, here);
			}
		}
	}
	return index;
}
