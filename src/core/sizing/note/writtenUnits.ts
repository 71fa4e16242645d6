import { bytesFigure, figure } from '../figures';
import { type DigitStyle, finite, isNumberStart, type Numeral, readDigits, readNumberWords, times } from './numerals';
import type { Dimension, Span } from './quantity';
import { bitsOrBytesNear, type DataUnit, isBeforeLink, perName, type TimeUnit, type Unit, unitOf } from './units';
import { codeAfterGap, gap, gapEnd, isDigit, isLetter, isWordPart, matchAt } from './words';

/** A unit behind a number; the value in the dimension's own unit is the number times `factor`, plus `more`. */
export interface WrittenUnit {
	readonly end: number;
	readonly dimension: Dimension;
	readonly factor: number;
	readonly unit: string;
	/** Seconds of the smaller units: the 30 s of `1m30s`. */
	readonly more?: number;
	readonly noun?: string;
	/** The same number as bits and as bytes, each as text, where nobody can tell which is meant. */
	readonly readings?: (value: number) => readonly [string, string];
}

/** What comes after "per", "each" or "/". */
export interface Per {
	readonly seconds: Span;
	readonly unit: string;
	readonly timeSymbol: string;
	readonly kind: 'per' | 'every';
	readonly end: number;
}

/** A time in words. */
export interface Duration {
	readonly seconds: Span;
	readonly end: number;
	readonly symbol: string;
	/** As a rate has it: `per minute`, `per 10 s`. */
	readonly perUnit: string;
	/** A unit without a number: the `second` of `every second`. */
	readonly isAlone: boolean;
}

/** The value in the unit of its dimension. */
export function toUnit(value: number, unit: WrittenUnit | undefined): number {
	return unit === undefined ? value : finite(times(value, unit.factor) + (unit.more ?? 0));
}

/** The unit behind a number. */
export function readUnit(text: string, numeral: Numeral, style: DigitStyle): WrittenUnit | undefined {
	const at = numeral.end;
	const start = text.charCodeAt(at) === 45 ? at + 1 : gapEnd(text, at);
	const code = text.charCodeAt(start);
	if (code === 37) {
		return percent(start + 1);
	}
	if (text.charCodeAt(at - 1) === 71 && numeral.scale === 1e9 && isBeforeLink(text, at)) {
		return { end: at, dimension: 'bitsPerSecond', factor: 1, unit: 'Gbit/s' };
	}
	const word = unitWordAt(text, start);
	if (word === undefined) {
		return undefined;
	}
	const { unit, end } = word;
	switch (unit.kind) {
		case 'time':
			return withSmallerTimes(text, unit, end, numeral.scale === 1);
		case 'rate':
			return { end, dimension: 'perSecond', factor: unit.perSecond, unit: unit.symbol, noun: unit.noun };
		case 'share':
			return percent(end);
		case 'data':
			return dataUnit(text, unit, at, end, style);
	}
}

/** A size behind a number, whatever rate comes after it: the `220 bytes` of `20 updates of 220 bytes per second`. */
export function readSize(text: string, { end }: Numeral): WrittenUnit | undefined {
	const word = unitWordAt(text, text.charCodeAt(end) === 45 ? end + 1 : gapEnd(text, end));
	return word?.unit.kind === 'data' && !word.unit.isPerSecond
		? dataUnit(text, word.unit, end, word.end, undefined)
		: undefined;
}

function percent(end: number): WrittenUnit {
	return { end, dimension: 'share', factor: 0.01, unit: '%' };
}

/** Bytes or bits, and traffic where a time comes after them. */
function dataUnit(
	text: string,
	unit: DataUnit,
	start: number,
	end: number,
	style: DigitStyle | undefined,
): WrittenUnit {
	const per = unit.isPerSecond || style === undefined ? undefined : readPer(text, end, style);
	const isTraffic = unit.isPerSecond || (per !== undefined && per.kind === 'per');
	const seconds = isTraffic ? (per?.seconds.low ?? 1) : 1;
	const rateEnd = isTraffic ? (per?.end ?? end) : end;
	const suffix = !isTraffic
		? ''
		: per === undefined || (per.timeSymbol === 's' && seconds === 1)
			? '/s'
			: ` ${per.unit}`;
	const bitName = `${unit.prefix === 'K' ? 'k' : unit.prefix}bit`;
	const byteName = `${unit.prefix}B`;
	const asBits: WrittenUnit = {
		end: rateEnd,
		dimension: 'bitsPerSecond',
		factor: unit.factor / seconds,
		unit: `${bitName}${suffix === '' ? '/s' : suffix}`,
	};
	const asBytes: WrittenUnit = {
		end: rateEnd,
		dimension: isTraffic ? 'bytesPerSecond' : 'bytes',
		factor: unit.factor / seconds,
		unit: `${byteName}${suffix}`,
	};
	const asBitSize: WrittenUnit = { ...asBytes, factor: unit.factor / 8, unit: bitName };
	const readings = (value: number): readonly [string, string] => [
		`${figure(value)} ${bitName}${suffix}`,
		`${figure(value)} ${byteName}${suffix}`,
	];
	switch (unit.spelling) {
		case 'bytes':
			return asBytes;
		case 'bits':
			// `100 Mbit` is a link's speed even without its second; `512 bits` is a size.
			return isTraffic || unit.prefix !== '' ? asBits : asBitSize;
		case 'capital': {
			if (isTraffic || isBeforeLink(text, end)) {
				return asBits;
			}
			const meant = bitsOrBytesNear(text, start, end);
			return meant === 'bits' ? asBits : meant === 'bytes' ? asBytes : { ...asBitSize, readings };
		}
		case 'small': {
			if (isBeforeLink(text, rateEnd)) {
				return asBits;
			}
			if (!isTraffic) {
				return unit.prefix === ''
					? { ...asBytes, readings: (value) => [bytesFigure(value), `${figure(value)} bit`] }
					: asBytes;
			}
			const meant = bitsOrBytesNear(text, start, rateEnd);
			return meant === 'bits' ? asBits : meant === 'bytes' ? asBytes : { ...asBits, readings };
		}
	}
}

/** A time behind a number, with the smaller units that belong to it. */
export function readTime(text: string, at: number, canHaveMore: boolean): WrittenUnit | undefined {
	const word = unitWordAt(text, text.charCodeAt(at) === 45 ? at + 1 : gapEnd(text, at));
	return word?.unit.kind === 'time' ? withSmallerTimes(text, word.unit, word.end, canHaveMore) : undefined;
}

/** `1m30s`, `1 min 30 s`, `2 hours and 5 minutes`. */
function withSmallerTimes(text: string, unit: TimeUnit, unitEnd: number, canHaveMore: boolean): WrittenUnit {
	let end = unitEnd;
	let more = 0;
	let smallest = unit.seconds;
	while (canHaveMore && smallest > 1e-3) {
		const start = smallerTimeStart(text, end);
		if (start === undefined) {
			break;
		}
		const next = readDigits(text, start);
		if (start === end && next.value !== undefined && matchAt(bareSmaller, text, start) !== null) {
			// `1h30` leaves the smaller unit out.
			more += (next.value * smallest) / 60;
			end = next.end;
			break;
		}
		const word = next.value === undefined || next.scale !== 1 ? undefined : unitWordAt(text, gapEnd(text, next.end));
		if (word?.unit.kind !== 'time' || word.unit.seconds >= smallest || next.value! * word.unit.seconds >= smallest) {
			break;
		}
		more += next.value! * word.unit.seconds;
		smallest = word.unit.seconds;
		end = word.end;
	}
	return { end, dimension: 'seconds', factor: unit.seconds, unit: unit.symbol, more };
}

/** Where the digits of a smaller time stand; at most two digits and a fraction, so that nothing long is read twice. */
function smallerTimeStart(text: string, at: number): number | undefined {
	const code = codeAfterGap(text, at);
	if (!isDigit(code) && (code | 32) !== 97) {
		return undefined;
	}
	return matchAt(smallerTime, text, at) === null ? undefined : smallerTime.lastIndex;
}

/** The unit that the word at a place is. In `1m30s` a digit comes right behind a time. */
function unitWordAt(text: string, start: number): { unit: Unit; end: number } | undefined {
	let end = start;
	let code = text.charCodeAt(end);
	while ((isLetter(code) || code === 181 || code === 956) && end - start < 15) {
		end++;
		code = text.charCodeAt(end);
	}
	if (end === start || end - start > 14 || code === 95) {
		return undefined;
	}
	const word = text.slice(start, end);
	if (word === 'per') {
		// `per cent` is one word in two.
		return matchAt(perCent, text, start) === null ? undefined : { unit: share, end: perCent.lastIndex };
	}
	if (word === 'GBASE') {
		const base = matchAt(ethernetBase, text, end);
		return base === null ? undefined : { unit: unitOf(word)!, end: end + base[0].length };
	}
	const unit = unitOf(word);
	return unit === undefined || (isDigit(code) && unit.kind !== 'time') ? undefined : { unit, end };
}

/** A time in words: `second`, `5 s`, `5 to 10 seconds`, `half an hour`, `1m30s`. */
export function readDuration(text: string, at: number, style: DigitStyle): Duration | undefined {
	const alone = timeWordAt(text, at);
	if (alone !== undefined) {
		const { unit, end } = alone;
		const seconds = { low: unit.seconds, high: unit.seconds };
		return { seconds, end, symbol: unit.symbol, perUnit: perName(unit), isAlone: true };
	}
	const first = amountAt(text, at, style);
	if (first === undefined || first.value <= 0) {
		return undefined;
	}
	const firstTime = readTime(text, first.end, first.scale === 1);
	const connector = readRangeConnector(text, firstTime?.end ?? first.end);
	const second = connector === undefined ? undefined : amountAt(text, connector.end, style);
	const secondTime = second === undefined ? undefined : readTime(text, second.end, second.scale === 1);
	const time = secondTime ?? firstTime;
	if (time === undefined) {
		return undefined;
	}
	const low = toUnit(first.value, firstTime ?? time);
	const high = secondTime === undefined ? low : toUnit(second!.value, secondTime);
	if (low > high || low <= 0) {
		return undefined;
	}
	const perUnit = `per ${text.slice(at, time.end)}`;
	return { seconds: { low, high }, end: time.end, symbol: time.unit, perUnit, isAlone: false };
}

function amountAt(
	text: string,
	at: number,
	style: DigitStyle,
): { value: number; end: number; scale: number } | undefined {
	const fraction = isDigit(text.charCodeAt(at)) ? matchAt(smallFraction, text, at) : null;
	if (fraction !== null) {
		return { value: Number(fraction[1]) / Number(fraction[2]), end: smallFraction.lastIndex, scale: 1 };
	}
	const numeral = isNumberStart(text, at) ? readDigits(text, at) : readNumberWords(text, at);
	if (numeral?.value === undefined) {
		return undefined;
	}
	const isDecimal = numeral.decimal !== undefined && (numeral.mark === '.') !== (style.told === 'comma');
	return { value: isDecimal ? numeral.decimal! : numeral.value, end: numeral.end, scale: numeral.scale };
}

/** `/s`, `per minute`, `a second`, `every 10 seconds`. */
export function readPer(text: string, at: number, style: DigitStyle): Per | undefined {
	const start = text.charCodeAt(at) === 45 ? at + 1 : gapEnd(text, at);
	const code = text.charCodeAt(start);
	if (code === 47) {
		const duration = readDuration(text, gapEnd(text, start + 1), style);
		return duration && perOf(duration, 'per');
	}
	if (start === at || !perLetters.has(code)) {
		return undefined;
	}
	const word = matchAt(perWord, text, at);
	if (word === null) {
		return undefined;
	}
	const next = perWord.lastIndex;
	if (word[2] !== undefined) {
		const single = timeWordAt(text, next);
		return single?.unit.isSingular && single.end > next + 1
			? perOf(readDuration(text, next, style)!, 'per')
			: undefined;
	}
	const duration = readDuration(text, next, style);
	return duration && perOf(duration, word[1] === undefined ? 'every' : 'per');
}

/** What parts the two ends of a range, with its own end: `–`, `to`, `..`, or the `and` that goes with a `between`. */
export function readRangeConnector(text: string, at: number): { end: number; isAnd: boolean } | undefined {
	if (!rangeStarts.has(codeAfterGap(text, at))) {
		return undefined;
	}
	const match = matchAt(rangeConnector, text, at);
	return match === null ? undefined : { end: rangeConnector.lastIndex, isAnd: match[1] !== undefined };
}

/** The unit of time that the word at a place is. */
function timeWordAt(text: string, at: number): { unit: TimeUnit; end: number } | undefined {
	const word = isDigit(text.charCodeAt(at)) ? undefined : unitWordAt(text, at);
	return word?.unit.kind === 'time' && !isWordPart(text.charCodeAt(word.end))
		? { unit: word.unit, end: word.end }
		: undefined;
}

function perOf(duration: Duration, kind: Per['kind']): Per {
	const { seconds, end, symbol, perUnit } = duration;
	return { seconds, unit: perUnit, timeSymbol: symbol, kind, end };
}

/** `1/2` before its unit. */
const smallFraction = new RegExp(`([1-9])/([2-9])(?=${gap}[A-Za-z])`, 'y');
const share = { kind: 'share' } as const;
const perCent = /per ?cent(?![A-Za-z0-9_])/iy;
/** The first letters of `per`, `a`, `each`, `in a`. */
const perLetters = new Set([...'paeiPAEI'].map((each) => each.charCodeAt(0)));
const perWord = new RegExp(
	`(?:${gap}(?:(per)|((?:in${gap})?an?)|(?:in${gap})?(?:each|every))${gap}|-(?:per|an?|each)-)`,
	'iy',
);
const smallerTime = new RegExp(`(?:${gap}(?:and${gap})?)?(?=\\d{1,3}(?!\\d|,\\d))`, 'iy');
const bareSmaller = /[0-5]\d(?![A-Za-z0-9_]|[.,:]\d)/y;
const rangeStarts = new Set([...'-–—‒−.…aAtTuU'].map((each) => each.charCodeAt(0)));
const ethernetBase = /-[A-Z]{1,3}\d?(?![A-Za-z0-9_])/y;
const rangeConnector = new RegExp(
	`(?:${gap}(?:(and)|(?:up${gap})?to)${gap}|${gap}[-–]${gap}|[-–—‒−](?!-)|${gap}[-–](?=\\d)|\\.\\.\\.?|…)(?=[-−½\\dA-Za-z])`,
	'iy',
);
