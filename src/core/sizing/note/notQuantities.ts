import type { Numeral } from './numerals';
import type { Dimension } from './quantity';
import {
	codeAfterGap,
	countedNouns,
	gap,
	isDigit,
	isLetter,
	isWordPart,
	matchAt,
	wordAfter,
	wordBefore,
	wordEnd,
	wordList,
} from './words';

/**
 * Where reading goes on if the digits at a place are part of something that is no number: a date, a time of day, an
 * address, a price, an identifier. Undefined if they may be one.
 */
export function noNumberEnd(text: string, at: number): number | undefined {
	return joinedBefore(text, at) ?? shapeEnd(text, at);
}

/** Whether a number that was read is a year, a version, a section, a port or the like. */
export function isNoQuantity(text: string, measure: BareMeasure): boolean {
	if (isPrice(text, measure.start, measure.end)) {
		return true;
	}
	const { numerals, isBare, start, end } = measure;
	if (measure.dimension === 'bytes' && matchAt(machineWord, text, numerals[0]!.end) !== null) {
		return true;
	}
	if (!isBare) {
		return matchAt(mobileNetwork, text, start) !== null;
	}
	const digits = text.slice(start, numerals[0]!.end);
	if (digits.startsWith('-') || digits.startsWith('−')) {
		return false;
	}
	if (numerals.length > 1) {
		const areYears = numerals.every((each) => isYearLike(text.slice(each.start, each.end)));
		return areYears || isLabelled(text, start, digits);
	}
	return (
		isTimeOfDay(text, end) ||
		isDayOfMonth(text, start, end, digits) ||
		isLabelled(text, start, digits) ||
		isYear(text, start, end, digits) ||
		isCitation(text, start, end) ||
		(digits.length === 3 && matchAt(statusReason, text, end) !== null)
	);
}

/** What of a read number tells whether it is one. */
export interface BareMeasure {
	readonly start: number;
	readonly end: number;
	readonly dimension: Dimension;
	readonly isBare: boolean;
	readonly numerals: readonly Numeral[];
}

/** What the digits are joined to on their left: `HTTP/2`, `UTF-8`, `N+1`, `:8080`, `#123`. */
function joinedBefore(text: string, at: number): number | undefined {
	const before = text[at - 1];
	if (before === undefined || before === ' ' || before === '\n') {
		return undefined;
	}
	const beforeThat = text.charCodeAt(at - 2);
	const isJoined = isWordPart(beforeThat);
	switch (before) {
		case '#':
		case '\\':
			return wordEnd(text, at);
		case '§':
			return matchAt(dotted, text, at)![0].length + at;
		case '.':
			return isJoined ? wordEnd(text, at) : undefined;
		case '/':
			return isJoined || beforeThat === 46 ? wordEnd(text, at) : undefined;
		case '-':
		case '–':
		case '‑':
			return isJoined && text.slice(Math.max(0, at - 4), at).toLowerCase() !== 'sub-' ? wordEnd(text, at) : undefined;
		case '+':
			return isLetter(beforeThat) || beforeThat === 43
				? wordEnd(text, at)
				: matchAt(phone, text, at) === null
					? undefined
					: phone.lastIndex;
		case '^':
		case '@':
			return isLetter(beforeThat) || beforeThat === 91 ? wordEnd(text, at) : undefined;
		case ':':
			return matchAt(port, text, at) === null ? undefined : port.lastIndex;
		default:
			return undefined;
	}
}

function shapeEnd(text: string, at: number): number | undefined {
	let end = at + 1;
	while (isDigit(text.charCodeAt(end))) {
		end++;
	}
	const next = text[end];
	if (text[at - 1] === '(' && next === ')') {
		return matchAt(phoneInParentheses, text, at) === null ? undefined : phoneInParentheses.lastIndex;
	}
	switch (next) {
		case ':':
			return isWordPart(text.charCodeAt(end + 1)) ? colonRunEnd(text, end) : undefined;
		case '-':
			return hyphenedEnd(text, at, end);
		case '/':
			return matchAt(slashed, text, at) !== null && matchAt(slashedRate, text, at) === null
				? slashed.lastIndex
				: undefined;
		case 'e':
		case 'a':
		case 'b':
		case 'c':
		case 'd':
		case 'f':
			return matchAt(uuid, text, at) === null ? undefined : uuid.lastIndex;
		default:
			return undefined;
	}
}

/** Times of day, ratios, MAC and IPv6 addresses. */
function colonRunEnd(text: string, at: number): number {
	let end = at;
	while (
		isWordPart(text.charCodeAt(end)) ||
		((text[end] === ':' || text[end] === '.') && isWordPart(text.charCodeAt(end + 1)))
	) {
		end++;
	}
	return end;
}

/** Dates, telephone numbers and other rows of digits with two hyphens. A single hyphen makes a range. */
function hyphenedEnd(text: string, at: number, end: number): number | undefined {
	if (matchAt(uuid, text, at) !== null) {
		return uuid.lastIndex;
	}
	const second = end + 1;
	let secondEnd = second;
	while (isDigit(text.charCodeAt(secondEnd))) {
		secondEnd++;
	}
	const isRow = secondEnd > second && text[secondEnd] === '-' && isDigit(text.charCodeAt(secondEnd + 1));
	if (isRow || matchAt(yearAndMonth, text, at) !== null) {
		let rowEnd = secondEnd;
		while (
			isWordPart(text.charCodeAt(rowEnd)) ||
			('-:.+'.includes(text[rowEnd] ?? ' ') && isWordPart(text.charCodeAt(rowEnd + 1)))
		) {
			rowEnd++;
		}
		return rowEnd;
	}
	return undefined;
}

const dotted = /\d+(?:\.\d+){0,6}/y;
/** A port, with what a path after it has; a number with a factor, groups or a unit is none. */
const port = /\d{1,5}(?![\d.,]*\d)(?!\s?[kKMG%])(?![A-Za-z])(?:\/[^\s)>\]"'`|]*)?/y;
const phone = /\d{1,3}(?:[ .-]?\(\d{1,4}\))?(?:[ .-]\d{2,5}){2,6}(?!\d)/y;
const phoneInParentheses = /\d{3}\) ?\d{3}[-. ]\d{4}(?!\d)/y;
const slashed = /\d{1,4}(?:\/\d{1,4}){1,6}(?!\d)(?:(?:th|st|nd|rd)(?![a-z]))?/y;
const slashedRate = new RegExp(
	`\\d+/\\d+(?:${gap})?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?)(?![A-Za-z0-9_])`,
	'y',
);
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/iy;
const yearAndMonth = /(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?!\d)/y;
const timeOfDay = new RegExp(`(?:${gap})?(?:[ap]m(?![A-Za-z])|[ap]\\.m\\.|o['’]clock)`, 'iy');
const machineWord = /[- ]?bit(?![A-Za-z])/y;
const mobileNetwork = /[2-6]G(?![A-Za-z0-9_])(?!\s+(?:of|ram|memory|heap|links?|nics?|ethernet|uplinks?))/iy;
const statusReason =
	/[ \t](?:Continue|Switching Protocols|OK|Created|Accepted|No Content|Partial Content|Moved|Found|Not [A-Z]|See Other|Temporary|Permanent|Bad |Unauthorized|Forbidden|Method Not|Request Timeout|Conflict|Gone|Too Many|Upgrade Required|Internal Server|Service Un|Gateway)/y;
const hourStarts = new Set([...'apoAPO'].map((each) => each.charCodeAt(0)));

function isTimeOfDay(text: string, end: number): boolean {
	return hourStarts.has(codeAfterGap(text, end)) && matchAt(timeOfDay, text, end) !== null;
}

const currencySigns = '$€£¥₹';
const currencyStarts = new Set([...`${currencySigns}¢uegdcUEGDC`].map((each) => each.charCodeAt(0)));
const currencyAfter = new RegExp(`(?:${gap})?(?:[$€£¥₹¢]|(?:usd|eur|gbp|dollars?|euros?|cents?)(?![A-Za-z]))`, 'iy');

function isPrice(text: string, start: number, end: number): boolean {
	const before = text[start - 1] === ' ' ? text[start - 2] : text[start - 1];
	return (
		(before !== undefined && currencySigns.includes(before)) ||
		(currencyStarts.has(codeAfterGap(text, end)) && matchAt(currencyAfter, text, end) !== null)
	);
}

const months = new Set(
	wordList(`
		jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september
		october november december`),
);
const monthAfter = new RegExp(
	`${gap}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:uary|ruary|ch|il|e|y|ust|tember|ember|ober)?(?![A-Za-z])`,
	'y',
);

function isDayOfMonth(text: string, start: number, end: number, digits: string): boolean {
	if (digits.length > 2) {
		return false;
	}
	const before = wordBefore(text, start);
	return (
		(before?.isCapital === true && !before.isApart && months.has(before.word)) ||
		matchAt(monthAfter, text, end) !== null
	);
}

/** Words that name what comes after them by a number. */
const labels = new Set(
	wordList(`
		section sections chapter chapters appendix figure figures fig figs table tables listing equation step steps
		phase phases stage part parts page pages pp line lines item version versions ver rfc rfcs iso ieee port ports
		status statuses code codes http https tls ssl issue issues pr ticket bug cve rule question option options
		answer example exhibit milestone sprint iteration layer level tier errno exit footnote revision rev build`),
);
/** Of these also with a colon: `Port: 8080`. */
const labelsApart = new Set(
	wordList(`
		port ports version rfc status code http section chapter page line issue pr ticket step phase build revision`),
);
const listLabels = new Set(
	wordList(`
		sections chapters figures figs tables steps phases parts pages pp lines versions rfcs ports statuses codes
		issues options status code http`),
);
/** Products are versioned with at most two digits before the point. */
const products = new Set(
	wordList(`
		js nodejs python java golang ruby php kotlin deno ubuntu debian ios macos firefox kubernetes redis postgres postgresql
		mysql mongodb kafka rabbitmq nats nginx haproxy angular vue elixir erlang otp signalr django typescript ecmascript
		openssl linux rhel centos mqtt amqp cassandra`),
);
/** Those whose names are words as well. */
const capitalProducts = new Set(
	wordList(`
		node go rust swift bun windows android chrome safari edge envoy react phoenix net unity io spring rails release es kernel
		alpine perl scala`),
);

function isLabelled(text: string, start: number, digits: string): boolean {
	const before = wordBefore(text, start);
	if (before === undefined) {
		const code = text.charCodeAt(start - 1) === 32 ? text.charCodeAt(start - 2) : text.charCodeAt(start - 1);
		return code === 167 || (listMarks.has(code) && isInLabelledList(text, start));
	}
	if (labels.has(before.word)) {
		return !before.isApart || labelsApart.has(before.word);
	}
	if (!before.isApart && (products.has(before.word) || (before.isCapital && capitalProducts.has(before.word)))) {
		const whole = digits.split('.')[0]!;
		return whole.length <= 2 || ((before.word === 'chrome' || before.word === 'firefox') && whole.length === 3);
	}
	return conjunctions.has(before.word) && isInLabelledList(text, start);
}

/** The `443` of `ports 80 and 443`, the `503` of `HTTP 502 or 503`. */
function isInLabelledList(text: string, start: number): boolean {
	const before = listBefore.exec(text.slice(Math.max(0, start - 32), start));
	return before !== null && listLabels.has(before[1]!.toLowerCase());
}

const conjunctions = new Set(['and', 'or', 'to', 'through']);
const listMarks = new Set([...',/-–'].map((each) => each.charCodeAt(0)));
const listBefore =
	/([A-Za-z]{2,10})[ \t]+(?:\d{1,5}(?:\.\d{1,3})?(?:, ?| ?\/ ?| ?[-–] ?| (?:and|or|to|through) |, (?:and|or) )){1,4}$/;

/** Words before a year, which make one of any four digits from 1900 to 2099. */
const beforeYear = new Set(
	wordList('in since year fy spring summer autumn fall winter early late mid copyright q').concat([...months]),
);
/** Words that make a number of what could be a year. */
const beforeNumber = new Set(
	wordList(`
		about around roughly approximately most least than limit capacity max maximum total to of up over`),
);

function isYearLike(digits: string): boolean {
	return digits.length === 4 && (digits.startsWith('19') || digits.startsWith('20')) && !digits.includes('.');
}

function isYear(text: string, start: number, end: number, digits: string): boolean {
	if (!isYearLike(digits)) {
		return false;
	}
	const before = wordBefore(text, start);
	const value = Number(digits);
	if (before !== undefined && !before.isApart && beforeYear.has(before.word)) {
		return true;
	}
	const isRecent = value >= 1980 && value <= 2047 && value !== 2000;
	if (!isRecent || text[start - 1] === '~' || text[start - 1] === '≈') {
		return false;
	}
	const next = wordAfter(text, end)?.word;
	const isCounted = next !== undefined && (countedNouns.has(next) || next === 'per');
	const isNumber = before !== undefined && beforeNumber.has(before.word);
	return !isCounted && !isNumber;
}

/** `[12]`. */
function isCitation(text: string, start: number, end: number): boolean {
	return text[start - 1] === '[' && text[end] === ']';
}
