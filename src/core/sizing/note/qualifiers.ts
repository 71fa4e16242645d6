import type { Dimension, Quantity } from './quantity';
import { codeAfterGap, gap, isWordPart, matchAt, wordBefore, wordList } from './words';

/** How exact a number is meant to be, from the words or the sign before it and those right behind it. */
export function qualifierOf(text: string, start: number, end: number, dimension: Dimension): Quantity['qualifier'] {
	return qualifierBefore(text, start, dimension) ?? qualifierAfter(text, end);
}

function qualifierBefore(text: string, start: number, dimension: Dimension): Quantity['qualifier'] {
	let last = start - 1;
	while (last >= 0 && last > start - 5 && ' \t\n*\u00a0'.includes(text[last]!)) {
		last--;
	}
	const sign = text[last];
	if (sign === '~' || sign === '≈' || sign === '∼' || sign === '≃') {
		return 'about';
	}
	const signBefore = text[last - 1];
	if (sign === '≤' || sign === '⩽' || sign === '<' || (sign === '=' && signBefore === '<')) {
		return 'upTo';
	}
	if (sign === '≥' || sign === '⩾' || (sign === '=' && signBefore === '>')) {
		return 'atLeast';
	}
	if (sign === '-' && text.slice(Math.max(0, last - 3), last).toLowerCase() === 'sub') {
		return 'upTo';
	}
	if (sign === '>') {
		// `->`, `=>` are arrows, and `>` at a line's start quotes.
		const isArrowOrQuote = signBefore === '-' || signBefore === '=' || signBefore === '\n' || signBefore === undefined;
		return isArrowOrQuote ? undefined : 'atLeast';
	}
	const first = wordBefore(text, start);
	if (first === undefined || first.isApart) {
		return undefined;
	}
	const simple = qualifiers.get(first.word);
	if (simple !== undefined) {
		// `over 30 s` is a time in which something happens.
		const isTime =
			(dimension === 'seconds' || dimension === 'every') && (first.word === 'over' || first.word === 'above');
		return isTime ? undefined : simple;
	}
	if (!pairEnds.has(first.word)) {
		return undefined;
	}
	const second = wordBefore(text, first.start)?.word;
	const pair = second === undefined ? undefined : pairs.get(`${second} ${first.word}`);
	if (pair === undefined || first.word !== 'than') {
		return pair;
	}
	const third = wordBefore(text, wordBefore(text, first.start)!.start)?.word;
	const isDenied = third === 'no' || third === 'not';
	return isDenied ? (pair === 'upTo' ? 'atLeast' : 'upTo') : pair;
}

function qualifierAfter(text: string, end: number): Quantity['qualifier'] {
	if (text[end] === '+' && !isWordPart(text.charCodeAt(end + 1))) {
		return 'atLeast';
	}
	const match = behindLetters.has(codeAfterGap(text, end)) ? matchAt(qualifierBehind, text, end) : null;
	return match === null ? undefined : match[1] !== undefined ? 'atLeast' : match[2] !== undefined ? 'about' : 'upTo';
}

const qualifiers = new Map<string, Quantity['qualifier']>([
	...wordList('about around roughly approximately approx circa ca some nearly almost').map(
		(word) => [word, 'about'] as const,
	),
	...wordList('max maximum under below within').map((word) => [word, 'upTo'] as const),
	...wordList('over above exceeding minimum').map((word) => [word, 'atLeast'] as const),
]);
const pairs = new Map<string, Quantity['qualifier']>([
	['close to', 'about'],
	['order of', 'about'],
	['up to', 'upTo'],
	['at most', 'upTo'],
	['less than', 'upTo'],
	['fewer than', 'upTo'],
	['maximum of', 'upTo'],
	['max of', 'upTo'],
	['at least', 'atLeast'],
	['more than', 'atLeast'],
	['greater than', 'atLeast'],
	['minimum of', 'atLeast'],
	['north of', 'atLeast'],
	['upwards of', 'atLeast'],
]);
const pairEnds = new Set(['to', 'of', 'most', 'least', 'than']);
const behindLetters = new Set([...'oamtOAMT'].map((each) => each.charCodeAt(0)));
const qualifierBehind = new RegExp(
	`${gap}(?:(or${gap}more|or${gap}above|at${gap}least|minimum)|(or${gap}so|or${gap}thereabouts)|(?:or${gap}(?:less|fewer)|at${gap}most|max(?:imum)?|tops))(?![A-Za-z])`,
	'iy',
);
