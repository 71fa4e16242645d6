import {
	codeAfterGap,
	countedNouns,
	gap,
	gapEnd,
	isDigit,
	isLetter,
	isWordPart,
	lettersEnd,
	matchAt,
	wordAfter,
	wordList,
} from './words';

/** What the digits of a text are read with. */
export interface DigitStyle {
	/** What the user set; `auto` goes by the text. */
	readonly told: 'auto' | 'point' | 'comma';
	/** What the text's other numbers show; `mixed` where they are at odds, undefined where they show nothing. */
	readonly shown?: 'point' | 'comma' | 'mixed';
}

/** A number as written, before its unit. */
export interface Numeral {
	readonly start: number;
	readonly end: number;
	/** Finite. Where `decimal` is set, the reading with digits in groups. */
	readonly value: number;
	/** The reading with a decimal mark, where `240.000` or `240,000` can be either. */
	readonly decimal?: number;
	/** What parts the groups of a number with two readings. */
	readonly mark?: '.' | ',';
	/** `k`, `million`, `dozen` as a factor, which `value` has in it; 1 without one. */
	readonly scale: number;
	/** Digits with at most one point: all that a year, a version, a port or a section can be. Number words are so too. */
	readonly isPlain: boolean;
	/** What the number shows of how the text's author writes numbers. */
	readonly shows?: 'point' | 'comma' | 'groups';
	/** `half a`: a number only with a factor or a time behind it. */
	readonly isPart?: boolean;
}

/** Digits that are no number: an address, a version, a date in dots; reading goes on at `end`. */
export interface NoNumeral {
	readonly end: number;
	readonly value?: undefined;
}

/** The number that the digits at `at` write, with its exponent and its factor (`k`, `million`). */
export function readDigits(text: string, at: number): Numeral | NoNumeral {
	const base = readBareFraction(text, at) ?? readSpacedGroups(text, at) ?? readRun(text, at);
	if (base.value === undefined) {
		return base;
	}
	return withScale(text, withPower(text, withFraction(text, base)));
}

/** The number that words at `at` write (`two`, `twenty-five`, `two hundred thousand`, `half a`), if they do. */
export function readNumberWords(text: string, at: number): Numeral | undefined {
	const code = text.charCodeAt(at) | 32;
	const half = code === 104 || code === 113 ? matchAt(halfWords, text, at) : null;
	if (half !== null) {
		const value = half[1] === undefined ? 0.25 : 0.5;
		const end = at + half[0].length;
		return withScale(text, { start: at, end, value, scale: 1, isPlain: false, isPart: true }, true);
	}
	return readWords(text, at, at, undefined);
}

/** `a dozen`, `a hundred and fifty thousand`, where the scale word stands at `at` after the article at `start`. */
export function readArticleScale(text: string, start: number, at: number): Numeral | undefined {
	return readWords(text, start, at, 1);
}

/** A finite number for any: what overflows is the largest there is, of its sign. */
export function finite(value: number): number {
	return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/** A product that is exact where the factor is a power of ten: 1.005 million is 1,005,000, which a product of doubles misses. */
export function times(value: number, factor: number): number {
	const power = tenPowers.get(factor);
	// Products of whole numbers are exact already.
	const isExact = power === undefined || (Number.isInteger(value) && power > 0);
	return isExact ? finite(value * factor) : timesTenTo(value, String(power));
}

/** Whether a number can start with the character at a place: a digit, `½`, or the point of `.5`. */
export function isNumberStart(text: string, at: number): boolean {
	const code = text.charCodeAt(at);
	if (code === 46) {
		return isDigit(text.charCodeAt(at + 1)) && !isWordPart(text.charCodeAt(at - 1)) && text[at - 1] !== '.';
	}
	return isDigit(code) || fractions.has(code);
}

/** Beyond it all is 0 or too large. */
const mostPower = 9999;
const tenPowers = new Map(
	[-9, -6, -3, -2, 2, 3, 5, 6, 7, 9, 12, 15, 18].map((power) => [Number(`1e${power}`), power] as [number, number]),
);

const smallNumbers = new Map(
	wordList(`
		zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
		nineteen`)
		.map((word, value) => [word, value] as [string, number])
		.concat(
			wordList('twenty thirty forty fifty sixty seventy eighty ninety').map(
				(word, ten) => [word, (ten + 2) * 10] as [string, number],
			),
		),
);

const scaleWords = new Map<string, number>([
	['dozen', 12],
	['hundred', 100],
	['thousand', 1e3],
	['lakh', 1e5],
	['lakhs', 1e5],
	['million', 1e6],
	['mio', 1e6],
	['mn', 1e6],
	['crore', 1e7],
	['crores', 1e7],
	['billion', 1e9],
	['bn', 1e9],
	['trillion', 1e12],
]);

const halfWords = new RegExp(`(?:(half)|quarter)(?:${gap}|-)(?:of${gap})?(?:an?${gap})?(?=[A-Za-z])`, 'iy');
const andWord = new RegExp(`and${gap}`, 'iy');
const andAHalf = new RegExp(`${gap}and${gap}a${gap}half(?![A-Za-z])`, 'iy');
const spacedGroups = /\d{1,3}([ \u00a0\u2009\u202f'’_])\d{3}(?:\1\d{3})*(?!\d)/y;
const groupBlanks = new Set([..." \u00a0\u2009\u202f'’_"].map((each) => each.charCodeAt(0)));
const address = /^(?:(?:1?\d?\d|2[0-4]\d|25[0-5])(?:\.|$)){4}$/;
const decimals = /[.,]\d+/y;
const exponent = /[eE]([+-]?\d+)(?![A-Za-z0-9_])/y;
const power = /\^([-+−]?\d+)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)/y;
const superscriptDigits = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Where a further word of a number can begin: behind a hyphen, a gap, or an `and`. */
function nextWordStart(text: string, at: number): number {
	if (text.charCodeAt(at) === 45) {
		return at + 1;
	}
	const next = gapEnd(text, at);
	if (next === at) {
		return -1;
	}
	const and = matchAt(andWord, text, next);
	return and === null ? next : andWord.lastIndex;
}

/** `twenty` takes `five`, `two hundred` takes `fifty`; `two three` are two numbers. */
function canAdd(current: number, small: number): boolean {
	if (current >= 100) {
		return current % 100 === 0 && small < 100;
	}
	return current >= 20 && current % 10 === 0 && small > 0 && small < 10;
}

/** The number of the words from `at` on, after what an article before them says. */
function readWords(text: string, start: number, at: number, article: number | undefined): Numeral | undefined {
	let total = 0;
	let current = article;
	let scale = 1;
	let end = at;
	// More words than these make no number that a note would spell out.
	for (let words = 0; words < 12; words++) {
		const next = words === 0 ? at : nextWordStart(text, end);
		const wordStop = lettersEnd(text, next);
		if (next < 0 || wordStop - next > 9 || wordStop - next < 3 || isWordPart(text.charCodeAt(wordStop))) {
			break;
		}
		const word = text.slice(next, wordStop).toLowerCase();
		const small = smallNumbers.get(word);
		const factor = scaleWords.get(word);
		if (small !== undefined && (current === undefined || canAdd(current, small))) {
			current = (current ?? 0) + small;
		} else if (factor !== undefined && current !== undefined) {
			current = times(current, factor);
			scale = Math.max(scale, factor);
			if (factor >= 1000) {
				total += current;
				current = undefined;
			}
		} else {
			break;
		}
		end = wordStop;
	}
	if (end === at) {
		return undefined;
	}
	let value = total + (current ?? 0);
	const andHalf = (codeAfterGap(text, end) | 32) === 97 ? matchAt(andAHalf, text, end) : null;
	if (andHalf !== null) {
		value += 0.5;
		end += andHalf[0].length;
		return withScale(text, { start, end, value, scale, isPlain: false });
	}
	return { start, end, value, scale, isPlain: scale === 1 };
}

/** `.5` */
function readBareFraction(text: string, at: number): Numeral | undefined {
	const match = text[at] === '.' ? matchAt(decimals, text, at) : null;
	return match === null
		? undefined
		: { start: at, end: at + match[0].length, value: Number(match[0]), scale: 1, isPlain: true, shows: 'point' };
}

/** `240 000`, `240'000`, `240_000`, with decimals after them. */
function readSpacedGroups(text: string, at: number): Numeral | undefined {
	const first = text.charCodeAt(at);
	let blank = at + 1;
	while (blank < at + 3 && isDigit(text.charCodeAt(blank))) {
		blank++;
	}
	if (first === 48 || !groupBlanks.has(text.charCodeAt(blank)) || !isDigit(text.charCodeAt(blank + 1))) {
		return undefined;
	}
	const groups = matchAt(spacedGroups, text, at);
	if (groups === null) {
		return undefined;
	}
	const whole = groups[0].replace(/\D/g, '');
	const end = at + groups[0].length;
	const fraction = matchAt(decimals, text, end)?.[0] ?? '';
	return {
		start: at,
		end: end + fraction.length,
		value: finite(Number(whole + fraction.replace(',', '.'))),
		scale: 1,
		isPlain: false,
		shows: fraction === '' ? undefined : fraction.startsWith(',') ? 'comma' : 'point',
	};
}

/** Digits parted by points and commas, taken as a whole so that none is looked at again for each of its parts. */
function readRun(text: string, at: number): Numeral | NoNumeral {
	const firstEnd = digitsEnd(text, at);
	let end = firstEnd;
	if (!isPartMark(text, end)) {
		return { start: at, end, value: digitsValue(text, at, end), scale: 1, isPlain: true };
	}
	let parts = 1;
	/** Where the last part's mark stands, and whether all marks before it are the same and part groups of three or, in India, of two. */
	let lastMark = -1;
	let firstMark = '';
	let areMarksSame = true;
	let areGroups = firstEnd - at <= 3;
	let arePairs = firstEnd - at <= 2;
	while (isPartMark(text, end)) {
		if (lastMark >= 0) {
			areMarksSame &&= text[lastMark] === firstMark;
			areGroups &&= end - lastMark === 4;
			arePairs &&= end - lastMark === 3;
		}
		lastMark = end;
		firstMark ||= text[end]!;
		end = digitsEnd(text, end + 1);
		parts++;
	}
	const numeral = { start: at, end, scale: 1 };
	const mark = text[lastMark] as '.' | ',';
	const lastLength = end - lastMark - 1;
	const grouped = () => finite(Number(withoutMarks(text, at, end)));
	const decimal = () => finite(Number(`${withoutMarks(text, at, lastMark)}.${text.slice(lastMark + 1, end)}`));
	if (parts === 2) {
		const isEither = areGroups && lastLength === 3 && text.charCodeAt(at) !== 48;
		return isEither
			? {
					...numeral,
					value: grouped(),
					decimal: decimal(),
					mark,
					isPlain: false,
					shows: mark === ',' ? 'groups' : undefined,
				}
			: { ...numeral, value: decimal(), isPlain: true, shows: mark === ',' ? 'comma' : 'point' };
	}
	if (areMarksSame && mark !== firstMark && areGroups) {
		return { ...numeral, value: decimal(), isPlain: false, shows: mark === ',' ? 'comma' : 'point' };
	}
	if (areMarksSame && mark === firstMark && lastLength === 3 && (areGroups || (arePairs && mark === ','))) {
		return parts === 4 && address.test(text.slice(at, end))
			? { end }
			: { ...numeral, value: grouped(), isPlain: false, shows: mark === ',' ? 'point' : 'comma' };
	}
	// `10,20,30` are three numbers. A longer row of them is data, and versions and addresses are no numbers at all.
	const isList = areMarksSame && mark === ',' && firstMark === ',' && parts <= 8;
	return isList ? { ...numeral, end: firstEnd, value: digitsValue(text, at, firstEnd), isPlain: false } : { end };
}

/** `1½`, `½`. */
function withFraction(text: string, numeral: Numeral): Numeral {
	const fraction = fractions.get(text.charCodeAt(numeral.end));
	return fraction === undefined
		? numeral
		: { ...numeral, end: numeral.end + 1, value: numeral.value + fraction, isPlain: false };
}

/** `½` and its like by their code. */
export const fractions = new Map([
	[0xbc, 0.25],
	[0xbd, 0.5],
	[0xbe, 0.75],
]);

/** `2e5`, `10^30`, `10³⁰`. A raised digit after anything but 10 and 2 is a footnote's. */
function withPower(text: string, numeral: Numeral): Numeral {
	const { value, end } = numeral;
	const next = text.charCodeAt(end);
	if (next === 101 || next === 69) {
		const match = matchAt(exponent, text, end);
		if (match !== null) {
			return {
				...numeral,
				end: end + match[0].length,
				value: timesTenTo(numeral.decimal ?? value, match[1]!),
				decimal: undefined,
				isPlain: false,
			};
		}
	} else if (next === 94 || next > 127) {
		const match = matchAt(power, text, end);
		if (match !== null) {
			const raised = match[2] === undefined ? match[1]!.replace('−', '-') : fromSuperscript(match[2]);
			if (match[2] === undefined || value === 10 || value === 2) {
				return {
					...numeral,
					end: end + match[0].length,
					value: finite(value ** finite(Number(raised))),
					decimal: undefined,
					isPlain: false,
				};
			}
			return { ...numeral, end: end + match[0].length };
		}
	}
	return numeral;
}

/** A number times a power of ten, exact but for the last rounding. */
function timesTenTo(value: number, exponent: string): number {
	const [digits, ownExponent = '0'] = String(value).split('e');
	const power = Math.max(-mostPower, Math.min(mostPower, Number(ownExponent) + Number(exponent)));
	return finite(Number(`${digits}e${power}`));
}

function fromSuperscript(raised: string): string {
	return [...raised].map((each) => (each === '⁻' ? '-' : each === '⁺' ? '' : superscriptDigits.indexOf(each))).join('');
}

/** A numeral with the factors behind it: `240k`, `1.5 million`, `5 hundred thousand`, `5m users`. */
function withScale(text: string, numeral: Numeral, isHere = false): Numeral {
	let result = numeral;
	for (let words = 0; words < 3; words++) {
		const { end } = result;
		const isHyphened = text.charCodeAt(end) === 45;
		const start = isHere && words === 0 ? end : isHyphened ? end + 1 : gapEnd(text, end);
		const code = text.charCodeAt(start);
		if (!isLetter(code)) {
			break;
		}
		const wordStop = lettersEnd(text, start);
		if (wordStop - start > 8 || isWordPart(text.charCodeAt(wordStop))) {
			break;
		}
		const isLetterAlone = wordStop === start + 1;
		const factor = isLetterAlone
			? words === 0 && !isHere && !isHyphened
				? letterFactor(text, start, end)
				: undefined
			: scaleWords.get(text.slice(start, wordStop).toLowerCase());
		if (factor === undefined) {
			break;
		}
		result = scaled(result, factor, wordStop);
		if (isLetterAlone) {
			break;
		}
	}
	return result;
}

/** The factor that a letter is: `G` and `T` right behind the digits only, `m` and `B` before what is counted by the million. */
function letterFactor(text: string, at: number, numberEnd: number): number | undefined {
	const letter = text[at]!;
	switch (letter) {
		case 'k':
		case 'K':
		case 'M':
			return letter === 'M' ? 1e6 : 1e3;
		case 'G':
		case 'T':
			return at === numberEnd ? (letter === 'G' ? 1e9 : 1e12) : undefined;
		case 'm':
		case 'B': {
			// `5m` is five minutes and `2B` two bytes, unless a noun comes next.
			const next = wordAfter(text, at + 1);
			return next !== undefined && countedNouns.has(next.word) ? (letter === 'm' ? 1e6 : 1e9) : undefined;
		}
		default:
			return undefined;
	}
}

/** Nobody groups the digits of a number before a factor: `1.234 million` has decimals. */
function scaled(numeral: Numeral, factor: number, end: number): Numeral {
	const { value, decimal, mark } = numeral;
	return {
		...numeral,
		end,
		value: times(mark === '.' ? (decimal ?? value) : value, factor),
		decimal: mark === '.' || decimal === undefined ? undefined : times(decimal, factor),
		scale: numeral.scale * factor,
		isPlain: false,
		isPart: false,
	};
}

function digitsEnd(text: string, at: number): number {
	let end = at;
	while (isDigit(text.charCodeAt(end))) {
		end++;
	}
	return end;
}

/** Fifteen digits are added up exactly, and faster than they are cut out and converted. */
function digitsValue(text: string, start: number, end: number): number {
	if (end - start > 15) {
		return finite(Number(text.slice(start, end)));
	}
	let value = 0;
	for (let at = start; at < end; at++) {
		value = value * 10 + text.charCodeAt(at) - 48;
	}
	return value;
}

/** A point or a comma between digits. */
function isPartMark(text: string, at: number): boolean {
	const code = text.charCodeAt(at);
	return (code === 46 || code === 44) && isDigit(text.charCodeAt(at + 1));
}

function withoutMarks(text: string, start: number, end: number): string {
	let digits = '';
	let from = start;
	for (let at = start; at < end; at++) {
		if (!isDigit(text.charCodeAt(at))) {
			digits += text.slice(from, at);
			from = at + 1;
		}
	}
	return digits + text.slice(from, end);
}
