import { figure } from '../figures';
import { isNoQuantity, noNumberEnd } from './notQuantities';
import {
	type DigitStyle,
	finite,
	isNumberStart,
	type Numeral,
	readArticleScale,
	readDigits,
	readNumberWords,
	times,
} from './numerals';
import { addressEnd, Prose } from './prose';
import { qualifierOf } from './qualifiers';
import type { Ambiguity, Dimension, Place, Quantity, Span } from './quantity';
import type { ReadingOptions } from './reading';
import { timeUnitOf, unitOf } from './units';
import {
	codeAfterGap,
	gap,
	gapEnd,
	isCounted,
	isDigit,
	isWordPart,
	matchAt,
	wordAfter,
	wordBefore,
	wordEnd,
	wordList,
} from './words';
import {
	type Duration,
	type Per,
	readDuration,
	readPer,
	readRangeConnector,
	readSize,
	readTime,
	readUnit,
	toUnit,
	type WrittenUnit,
} from './writtenUnits';

/**
 * Every number of a text with its unit and place, in order, none over another. Takes time linear in the text's length and
 * never throws. With `marked`, what stands in a marked place is read with the text around it, no quantity joins numbers of
 * two places, and a marked place that is nothing but a number is read whatever it would be in prose (a year, code).
 */
export function readQuantities(text: string, options: ReadingOptions): readonly Quantity[] {
	const marks = options.marked === undefined ? undefined : orderedMarks(options.marked, text.length);
	const told = options.decimalSeparator;
	const reader = new QuantityReader(text, { told }, marks);
	const quantities = reader.read();
	const shown = reader.shown();
	const all = reader.isChangedBy(shown) ? new QuantityReader(text, { told, shown }, marks).read() : quantities;
	return marks === undefined ? all.map(({ quantity }) => quantity) : ofMarks(text, all, marks, { told, shown });
}

/** A quantity, and where its first number stands. */
interface Read {
	readonly quantity: Quantity;
	readonly numberStart: number;
	readonly numberEnd: number;
}

/** Numbers with their unit. */
interface Measure {
	readonly start: number;
	readonly end: number;
	/** Without the unit. */
	readonly numberEnd: number;
	readonly value: Span;
	readonly dimension: Dimension;
	readonly unit: string;
	/** One plain number and nothing else: it can be a year, a version, a port. */
	readonly isBare: boolean;
	readonly numerals: readonly Numeral[];
	readonly ambiguous?: Ambiguity;
	readonly noun?: string;
}

class QuantityReader {
	/** Whether there are numbers like `240.000`, and numbers like `240,000`. */
	private readonly doubts = { point: false, comma: false };
	private readonly found: Read[] = [];
	private readonly shows = { point: false, comma: false, groups: false };
	/** Where the last quantity ends: nothing read later begins before it. */
	private lastEnd = 0;

	constructor(
		private readonly text: string,
		private readonly style: DigitStyle,
		private readonly marks: readonly Place[] | undefined,
	) {}

	/** What the numbers that were read show of how decimals are written. */
	shown(): DigitStyle['shown'] {
		const { point, comma, groups } = this.shows;
		if (comma) {
			return point ? 'mixed' : 'comma';
		}
		return point || groups ? 'point' : undefined;
	}

	/** Whether some number is to be read in another way where the text's numbers show this. */
	isChangedBy(shown: DigitStyle['shown']): boolean {
		const { point, comma } = this.doubts;
		return (point && (shown === 'point' || shown === 'comma')) || (comma && (shown === 'comma' || shown === 'mixed'));
	}

	read(): readonly Read[] {
		const { text } = this;
		const prose = new Prose(text);
		let at = prose.lineStart(0);
		while (at < text.length) {
			const code = text.charCodeAt(at);
			if (code === 32) {
				at++;
			} else if (isDigit(code)) {
				at = this.atDigit(at);
			} else if (isWordPart(code)) {
				at = this.atWord(at);
			} else if (code === 10) {
				at = prose.lineStart(at + 1);
			} else if (code === 96) {
				at = prose.afterBackticks(at);
			} else if (code === 60) {
				at = prose.afterAngle(at);
			} else if (code === 93 && text.charCodeAt(at + 1) === 40) {
				at = prose.afterBracket(at);
			} else if (code === 58 && text.startsWith('//', at + 1)) {
				at = addressEnd(text, at);
			} else if ((code === 63 || code === 38) && matchAt(queryPart, text, at + 1) !== null) {
				at = addressEnd(text, at);
			} else if ((code === 46 || code > 127) && isNumberStart(text, at)) {
				at = this.from(readDigits(text, at) as Numeral);
			} else {
				at++;
			}
		}
		return this.found;
	}

	/** A text that is nothing but one quantity. */
	readWhole(): Read | undefined {
		const { text } = this;
		const match = wholeStart.exec(text);
		if (match === null) {
			return undefined;
		}
		const numeral = this.numeralAt(match[0].length, true);
		if (numeral === undefined) {
			return undefined;
		}
		this.from(numeral, true);
		const [first] = this.found;
		return first !== undefined && wholeEnd.test(text.slice(first.quantity.place.end)) ? first : undefined;
	}

	private atDigit(at: number): number {
		const share = this.fractionOf(at);
		if (share !== undefined) {
			return this.add(share.dimension === 'share' ? this.withProduct(share) : share);
		}
		const isAfterSlash = at - 1 === this.lastEnd && this.text[at - 1] === '/' && at > 1;
		const skipped = this.isMarked(at) || isAfterSlash ? undefined : noNumberEnd(this.text, at);
		if (skipped !== undefined) {
			return skipped;
		}
		const numeral = readDigits(this.text, at);
		return numeral.value === undefined ? numeral.end : this.from(numeral);
	}

	/** `1/3 of users`, `1 in 5 users`, `1/2 second`. */
	private fractionOf(at: number): Measure | undefined {
		const { text } = this;
		const next = text.charCodeAt(at + 1);
		const canBe = next === 47 || text.charCodeAt(at + 2) === 47 || (text.charCodeAt(at) === 49 && !isDigit(next));
		const match = canBe ? matchAt(fractionWords, text, at) : null;
		if (match === null || isWordPart(text.charCodeAt(at - 1)) || !fractionBefore.test(text[at - 1] ?? ' ')) {
			return undefined;
		}
		const share = Number(match[1] ?? 1) / Number(match[2] ?? match[3]);
		const end = at + match[0].length;
		const time = readTime(text, end, false);
		const value = toUnit(share, time);
		return share > 1
			? undefined
			: {
					start: at,
					end: time?.end ?? end,
					numberEnd: end,
					value: { low: value, high: value },
					dimension: time === undefined ? 'share' : 'seconds',
					unit: time?.unit ?? '%',
					isBare: false,
					numerals: [],
				};
	}

	private atWord(at: number): number {
		const { text } = this;
		const end = wordEnd(text, at + 1);
		const length = end - at;
		if (length > 8 || length < 3) {
			return length > 8 ? this.atLongWord(at, end) : end;
		}
		const word = text.slice(at, end).toLowerCase();
		const kind = triggers.get(word);
		return kind === undefined ? end : Math.max(end, this.atTrigger(kind, word, at, end));
	}

	private atLongWord(at: number, end: number): number {
		// Only `seventeen` and `trillion` and their like are longer than most words.
		const kind = end - at === 9 ? triggers.get(this.text.slice(at, end).toLowerCase()) : undefined;
		return kind === undefined ? end : Math.max(end, this.atTrigger(kind, '', at, end));
	}

	private atTrigger(kind: Trigger, word: string, at: number, end: number): number {
		const { text } = this;
		switch (kind) {
			case 'number': {
				const numeral = this.wordNumeralAt(at);
				return numeral !== undefined ? this.from(numeral) : word === 'half' ? this.halfOf(at, end) : end;
			}
			case 'scale': {
				const article = this.articleBefore(at);
				const numeral = article === undefined ? undefined : readArticleScale(text, article, at);
				return numeral === undefined ? end : this.from(numeral);
			}
			case 'times': {
				const per = readPer(text, end, this.style);
				return per === undefined ? end : this.times(word === 'once' ? 1 : word === 'twice' ? 2 : 3, per, at);
			}
			case 'every':
				return this.every(at, end);
			case 'per':
				return this.perOfArticle(at, end);
			case 'time':
				return this.timeOfArticle(at, end);
			case 'address': {
				return text[end] === '.' ? addressEnd(text, end) : end;
			}
		}
	}

	/** `half of the 240k users`, `half the 240k`. */
	private halfOf(at: number, end: number): number {
		const half: Measure = {
			start: at,
			end,
			numberEnd: end,
			value: { low: 0.5, high: 0.5 },
			dimension: 'share',
			unit: '%',
			isBare: false,
			numerals: [],
		};
		const product = this.shareOf(half, halfOfWords);
		return product === undefined ? end : this.add(product);
	}

	/** `once per second`, `twice a minute`, `once every 25 s`. */
	private times(count: number, per: Per, at: number): number {
		const isInterval = count === 1 && per.kind === 'every';
		return this.add({
			start: at,
			end: per.end,
			value: isInterval ? per.seconds : ratio({ low: count, high: count }, per.seconds),
			dimension: isInterval ? 'every' : 'perSecond',
			unit: isInterval ? per.timeSymbol : per.unit,
		});
	}

	/** `every 25 s`, `each second`. */
	private every(at: number, end: number): number {
		const { text } = this;
		const duration = readDuration(text, matchAt(everyGap, text, end) === null ? end : everyGap.lastIndex, this.style);
		if (duration === undefined) {
			return end;
		}
		if (duration.isAlone) {
			// `every second server` counts servers.
			const next = wordAfter(text, duration.end)?.word;
			if (next !== undefined && isCounted(next)) {
				return end;
			}
		}
		return this.add({
			start: at,
			end: duration.end,
			value: duration.seconds,
			dimension: 'every',
			unit: duration.symbol,
			qualifierAt: everyGap.lastIndex,
		});
	}

	/** `an update per second`: the article is the number. */
	private perOfArticle(at: number, end: number): number {
		const { text } = this;
		const duration = readDuration(text, gapEnd(text, end), this.style);
		if (duration === undefined) {
			return end;
		}
		const noun = wordBefore(text, at);
		const second = noun === undefined ? undefined : wordBefore(text, noun.start);
		if (noun !== undefined && second?.end === this.lastEnd && articles.has(this.wordBeforeLast() ?? '')) {
			// `a 220-byte update per second`
			return this.addOne(noun.start, duration, noun.word);
		}
		const article = second === undefined || articles.has(second.word) ? second : wordBefore(text, second.start);
		if (noun === undefined || article === undefined || !articles.has(article.word) || article.start < this.lastEnd) {
			return end;
		}
		return this.addOne(article.start, duration, noun.word);
	}

	private addOne(start: number, { end, seconds, perUnit }: Duration, noun: string): number {
		const value = ratio({ low: 1, high: 1 }, seconds);
		return this.add({ start, end, value, dimension: 'perSecond', unit: perUnit, noun });
	}

	private wordBeforeLast(): string | undefined {
		const last = this.found.at(-1);
		return last && wordBefore(this.text, last.quantity.place.start)?.word;
	}

	/** `within a second`, `over an hour`: only behind a word that makes a duration of it. */
	private timeOfArticle(at: number, end: number): number {
		const { text } = this;
		const article = this.articleBefore(at);
		const before = article === undefined ? undefined : wordBefore(text, article);
		if (article === undefined || before === undefined || !durationPrepositions.has(before.word)) {
			return end;
		}
		const unit = timeUnitOf(text.slice(at, end));
		const next = wordAfter(text, end)?.word;
		if (unit === undefined || (next !== undefined && isCounted(next))) {
			return end;
		}
		return this.add({
			start: article,
			end,
			value: { low: unit.seconds, high: unit.seconds },
			dimension: 'seconds',
			unit: unit.symbol,
		});
	}

	private articleBefore(at: number): number | undefined {
		const before = wordBefore(this.text, at);
		return before !== undefined && (before.word === 'a' || before.word === 'an') && before.start >= this.lastEnd
			? before.start
			: undefined;
	}

	/** The number at a place, digits or words. */
	private numeralAt(at: number, isAnything = false): Numeral | undefined {
		const { text } = this;
		const code = text.charCodeAt(at);
		if (isNumberStart(text, at)) {
			if (!isAnything && noNumberEnd(text, at) !== undefined) {
				return undefined;
			}
			const numeral = readDigits(text, at);
			return numeral.value === undefined ? undefined : numeral;
		}
		return isWordPart(code) ? this.wordNumeralAt(at) : undefined;
	}

	private wordNumeralAt(at: number): Numeral | undefined {
		const { text } = this;
		if (text[at - 1] === '-') {
			return undefined;
		}
		const numeral = readNumberWords(text, at);
		if (numeral === undefined) {
			return undefined;
		}
		if (numeral.isPart && readTime(text, numeral.end, true) === undefined) {
			return undefined;
		}
		if (text[numeral.end] === '-') {
			// `one-way`, `two-thirds`, `zero-copy`; but `two-second`, `three-node`.
			const next = wordAfter(text, numeral.end)?.word;
			return next !== undefined && (unitOf(next) !== undefined || isCounted(next)) ? numeral : undefined;
		}
		if (numeral.value === 1 && numeral.scale === 1) {
			// `this one`, `the one that`: a pronoun.
			const before = wordBefore(text, at)?.word;
			const next = wordAfter(text, numeral.end)?.word;
			if ((before !== undefined && beforePronoun.has(before)) || (next !== undefined && afterPronoun.has(next))) {
				return undefined;
			}
		}
		return numeral;
	}

	/** Reads on from a number, keeps the quantity, and tells where reading goes on. */
	private from(numeral: Numeral, isAnything = false): number {
		const { text } = this;
		let measure = this.measureFrom(numeral);
		if (measure === undefined) {
			return wordEnd(text, numeral.end);
		}
		if (measure.dimension === 'count') {
			measure = this.withRate(measure);
		}
		if (!isAnything && isNoQuantity(text, measure)) {
			return measure.end;
		}
		const rateEnd = measure.dimension === 'count' ? this.rateOfSized(measure) : undefined;
		if (rateEnd !== undefined) {
			return rateEnd;
		}
		if (measure.dimension === 'count' || measure.dimension === 'share') {
			measure = this.withProduct(measure);
		}
		return this.add(measure);
	}

	/** A number or a range with its unit; undefined for what is no number after all, such as `5xx`. */
	private measureFrom(first: Numeral): Measure | undefined {
		const { text } = this;
		const unit = readUnit(text, first, this.style);
		if (unit === undefined && isWordPart(text.charCodeAt(first.end)) && !canStandBehind(text, first)) {
			return undefined;
		}
		const second = this.rangeEnd(first, unit);
		const measure = second ?? this.single(first, unit);
		return this.withTolerance(measure);
	}

	private single(numeral: Numeral, unit: WrittenUnit | undefined): Measure {
		const { text } = this;
		const isNegative = isMinusBefore(text, numeral.start);
		const sign = isNegative ? -1 : 1;
		const settled = this.settle(numeral, unit);
		const inUnit = (value: number) => sign * toUnit(value, unit);
		const value = inUnit(settled.value);
		const times = unit === undefined ? matchAt(factorSign, text, numeral.end) : null;
		const isTimes = times !== null;
		return {
			start: numeral.start - (isNegative ? 1 : 0),
			end: isTimes ? numeral.end + times[0].length : (unit?.end ?? numeral.end),
			numberEnd: numeral.end,
			value: { low: value, high: value },
			dimension: unit?.dimension ?? 'count',
			unit: isTimes ? '×' : (unit?.unit ?? ''),
			isBare: numeral.isPlain && unit === undefined && !isTimes,
			numerals: [numeral],
			noun: unit?.noun,
			ambiguous:
				settled.other === undefined
					? unit?.readings && { readings: unit.readings(settled.value), because: 'bitsOrBytes' }
					: {
							readings: [this.written(settled.value, unit), this.written(settled.other, unit)],
							because: 'digitGrouping',
						},
		};
	}

	/** `20–30 %`, `20-30k`, `20 ms to 1 s`, `between 50k and 60k`. */
	private rangeEnd(first: Numeral, firstUnit: WrittenUnit | undefined): Measure | undefined {
		const { text } = this;
		const connector = readRangeConnector(text, firstUnit?.end ?? first.end);
		if (connector === undefined) {
			return undefined;
		}
		const isBetween = connector.isAnd;
		if (isBetween && wordBefore(text, first.start)?.word !== 'between') {
			return undefined;
		}
		const secondAt = connector.end;
		const isNegativeSecond = text[secondAt] === '-' || text[secondAt] === '−';
		const second = this.numeralAt(isNegativeSecond ? secondAt + 1 : secondAt, true);
		if (second === undefined || !this.isJoinable(first.start, second.start)) {
			return undefined;
		}
		const unit = readUnit(text, second, this.style);
		if (firstUnit === undefined ? isHalfUnit(text, second, unit) : unit?.dimension !== firstUnit.dimension) {
			return undefined;
		}
		const isNegative = isMinusBefore(text, first.start);
		const firstSettled = this.settle(first, unit);
		const secondSettled = this.settle(second, unit);
		let low = (isNegative ? -1 : 1) * toUnit(firstSettled.value, firstUnit ?? unit);
		let high = (isNegativeSecond ? -1 : 1) * toUnit(secondSettled.value, unit);
		if (firstUnit === undefined && first.scale === 1 && second.scale > 1 && low * second.scale <= high) {
			// `20-30k` means 20k to 30k, `500-1k` does not mean 500k.
			low = times(low, second.scale);
		}
		if (isBetween && low > high) {
			[low, high] = [high, low];
		}
		if (low > high) {
			return undefined;
		}
		const others = firstSettled.other !== undefined || secondSettled.other !== undefined;
		const otherLow = firstSettled.other ?? firstSettled.value;
		const otherHigh = secondSettled.other ?? secondSettled.value;
		return {
			start: first.start - (isNegative ? 1 : 0),
			end: unit?.end ?? second.end,
			numberEnd: second.end,
			value: { low: finite(low), high: finite(high) },
			dimension: unit?.dimension ?? 'count',
			unit: unit?.unit ?? '',
			isBare: first.isPlain && second.isPlain && unit === undefined,
			numerals: [first, second],
			noun: unit?.noun,
			ambiguous: others
				? {
						readings: [
							`${figure(firstSettled.value)} to ${this.written(secondSettled.value, unit)}`,
							`${figure(otherLow)} to ${this.written(otherHigh, unit)}`,
						],
						because: 'digitGrouping',
					}
				: unit?.readings && { readings: unit.readings(secondSettled.value), because: 'bitsOrBytes' },
		};
	}

	/** `25 s ± 5 s`, `240k ± 20%`. */
	private withTolerance(measure: Measure): Measure {
		const { text } = this;
		const code = codeAfterGap(text, measure.end);
		const sign = code === 177 || code === 43 ? matchAt(plusMinus, text, measure.end) : null;
		const numeral = sign === null ? undefined : this.numeralAt(plusMinus.lastIndex, true);
		if (numeral === undefined || measure.value.low !== measure.value.high) {
			return measure;
		}
		const unit = readUnit(text, numeral, this.style);
		const isShare = unit?.dimension === 'share' && measure.dimension !== 'share';
		// `80 ± 5 ms`: the unit is of both.
		const isShared = measure.unit === '' && unit !== undefined && !isShare;
		if (!isShare && !isShared && (unit?.dimension ?? 'count') !== measure.dimension) {
			return measure;
		}
		const written = toUnit(this.settle(numeral, unit).value, unit);
		const middle = isShared ? toUnit(measure.value.low, unit) : measure.value.low;
		const tolerance = isShare ? Math.abs(middle) * written : written;
		return {
			...measure,
			end: unit?.end ?? numeral.end,
			numberEnd: numeral.end,
			value: { low: rounded(middle - tolerance), high: rounded(middle + tolerance) },
			...(isShared && { dimension: unit.dimension, unit: unit.unit }),
			isBare: false,
		};
	}

	/** Which of a number's two readings holds; `other` is set where nothing decides. */
	private settle(numeral: Numeral, unit: WrittenUnit | undefined): { value: number; other?: number } {
		const { value, decimal, mark } = numeral;
		if (decimal === undefined) {
			return { value };
		}
		const { told, shown } = this.style;
		if (told !== 'auto') {
			return { value: (mark === '.') === (told === 'point') ? decimal : value };
		}
		if (mark === ',') {
			this.doubts.comma = true;
			return shown === 'comma' || shown === 'mixed' ? { value, other: decimal } : { value };
		}
		if (unit?.dimension === 'share') {
			return { value: decimal };
		}
		this.doubts.point = true;
		// A count is hardly ever given to three decimals, so that points elsewhere are no proof of `240.000` being 240.
		if (shown === 'comma') {
			return { value };
		}
		return shown === 'point' && unit !== undefined ? { value: decimal } : { value, other: decimal };
	}

	private written(value: number, unit: WrittenUnit | undefined): string {
		return unit === undefined ? figure(value) : `${figure(value)}${unit.unit === '%' ? '' : ' '}${unit.unit}`;
	}

	/** `4 msg/s`, `30 price updates per minute`, `1 message per user every 10 seconds`. */
	private withRate(measure: Measure): Measure {
		const rate = this.rateAfter(measure.unit === '×' ? measure.numberEnd : measure.end, measure);
		if (rate === undefined) {
			return measure;
		}
		return rateOf(measure, rate.per, rate.per.end, rate.noun);
	}

	private rateAfter(at: number, { unit }: Measure): { per: Per; noun?: string } | undefined {
		const { text, style } = this;
		const times = unit === '×' ? matchAt(factorSign, text, at) : null;
		let position = times === null ? at : at + times[0].length;
		const direct = perOrForWhom(text, position, style);
		if (direct !== undefined) {
			return { per: direct };
		}
		const words: string[] = [];
		for (let count = 0; count < 3; count++) {
			const attached =
				count === 0 && isWordPart(text.charCodeAt(position)) ? matchAt(attachedNoun, text, position) : null;
			const next =
				attached === null
					? wordAfter(text, position)
					: { word: attached[0].toLowerCase(), end: position + attached[0].length };
			if (next === undefined || nounBreakers.has(next.word)) {
				return undefined;
			}
			words.push(next.word);
			position = next.end;
			const per = perOrForWhom(text, position, style);
			if (per !== undefined) {
				return canCarryRate(words, per) ? { per, noun: nounOf(words) } : undefined;
			}
		}
		return undefined;
	}

	/** Keeps both numbers of `20 updates of 220 bytes per second`, whose rate is that of the updates. */
	private rateOfSized(measure: Measure): number | undefined {
		const { text, style } = this;
		const words: string[] = [];
		let { end } = measure;
		while (words.length < 3 && matchAt(sizedBy, text, end) === null) {
			const next = wordAfter(text, end);
			if (next === undefined || nounBreakers.has(next.word)) {
				return undefined;
			}
			words.push(next.word);
			end = next.end;
		}
		const numeral =
			words.length > 0 && eventNouns.has(words.at(-1)!) && matchAt(sizedBy, text, end) !== null
				? this.numeralAt(sizedBy.lastIndex)
				: undefined;
		const size = numeral && readSize(text, numeral);
		const per = size && perOrForWhom(text, size.end, style);
		if (per === undefined || size === undefined || numeral === undefined) {
			return undefined;
		}
		this.add(rateOf({ ...measure, end }, per, end, nounOf(words)));
		this.add(this.single(numeral, size));
		return per.end;
	}

	/** `3 × 80k`, `100M DAU × 20%`, `20% of 100M users`: counts and shares only; what is multiplied by bytes or rates stays apart. */
	private withProduct(first: Measure): Measure {
		let product = first;
		for (let factors = 0; factors < mostFactors; factors++) {
			const next = this.shareOf(product) ?? this.multiplied(product);
			if (next === undefined) {
				break;
			}
			product = next;
		}
		return product;
	}

	private shareOf(share: Measure, between = ofWords): Measure | undefined {
		const { text } = this;
		if (share.dimension !== 'share' || matchAt(between, text, share.end) === null) {
			return undefined;
		}
		const whole = this.factorAt(between.lastIndex, share);
		if (whole === undefined || whole.dimension === 'share' || !divisible.has(whole.dimension)) {
			return undefined;
		}
		return {
			...productOf(share, whole),
			dimension: whole.dimension,
			unit: whole.unit,
		};
	}

	private multiplied(left: Measure): Measure | undefined {
		const { text } = this;
		let noun: string | undefined;
		let position = left.unit === '×' ? left.numberEnd : left.end;
		const words: string[] = [];
		while (left.dimension === 'count' && !isTimesAt(text, position)) {
			const next = wordAfter(text, position);
			if (next === undefined || nounBreakers.has(next.word) || words.length === 3) {
				return undefined;
			}
			words.push(next.word);
			position = next.end;
			noun = nounOf(words);
		}
		if (!isTimesAt(text, position)) {
			return undefined;
		}
		const right = this.factorAt(timesSign.lastIndex, left);
		if (right === undefined || (right.dimension !== 'count' && right.dimension !== 'share')) {
			return undefined;
		}
		if (noun === undefined || right.dimension === 'share') {
			const dimension = left.dimension === 'share' && right.dimension === 'share' ? 'share' : 'count';
			return { ...productOf(left, right), dimension, unit: dimension === 'share' ? '%' : '', noun: noun ?? left.noun };
		}
		// `80k users × 3 regions` is a count of users. What `240k users × 1.5 devices` is, is for the note's reader to say.
		const rightNoun = wordAfter(text, right.end);
		if (groupNouns.has(noun)) {
			return { ...productOf(left, right), dimension: 'count', unit: '', noun: undefined };
		}
		return rightNoun !== undefined && groupNouns.has(rightNoun.word)
			? { ...productOf(left, right), end: rightNoun.end, dimension: 'count', unit: '', noun }
			: undefined;
	}

	/** A factor of a product: a number that has no rate and is no other thing. */
	private factorAt(at: number, left: Measure): Measure | undefined {
		const numeral = this.numeralAt(at, true);
		if (numeral === undefined || !this.isJoinable(left.start, numeral.start)) {
			return undefined;
		}
		const measure = this.measureFrom(numeral);
		const isRate = measure?.dimension === 'count' && this.rateAfter(measure.end, measure) !== undefined;
		return isRate || measure?.unit === '×' ? undefined : measure;
	}

	/** Whether a mark begins right here: its number is one whatever it is joined to. */
	private isMarked(at: number): boolean {
		return this.marks !== undefined && this.marks[markAt(this.marks, at)]?.start === at;
	}

	private isJoinable(one: number, other: number): boolean {
		const { marks } = this;
		return marks === undefined || markAt(marks, one) === markAt(marks, other);
	}

	private add(read: {
		readonly start: number;
		readonly end: number;
		readonly value: Span;
		readonly dimension: Dimension;
		readonly unit: string;
		readonly noun?: string;
		readonly ambiguous?: Ambiguity;
		readonly numerals?: readonly Numeral[];
		readonly numberEnd?: number;
		readonly qualifierAt?: number;
	}): number {
		const { text } = this;
		const { start, end, value, dimension, unit, noun, ambiguous } = read;
		for (const { shows } of read.numerals ?? []) {
			if (shows !== undefined) {
				this.shows[shows] = true;
			}
		}
		const qualifier = qualifierOf(text, read.qualifierAt ?? start, end, dimension);
		const quantity: Quantity = {
			value: { low: finite(value.low), high: finite(value.high) },
			dimension,
			place: { start, end },
			text: text.slice(start, end),
			unit,
			...(qualifier !== undefined && { qualifier }),
			...(noun !== undefined && { noun }),
			...(ambiguous !== undefined && { ambiguous }),
		};
		this.found.push({ quantity, numberStart: read.numerals?.[0]?.start ?? start, numberEnd: read.numberEnd ?? end });
		this.lastEnd = end;
		return end;
	}
}

type Trigger = 'number' | 'scale' | 'times' | 'every' | 'per' | 'time' | 'address';

const triggerWords: [Trigger, string][] = [
	[
		'number',
		'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
			'eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety half quarter',
	],
	['scale', 'dozen hundred thousand lakh million crore billion trillion'],
	['times', 'once twice thrice'],
	['every', 'every each'],
	['per', 'per'],
	['time', 'second minute hour day week'],
	['address', 'www'],
];
const triggers = new Map(triggerWords.flatMap(([kind, words]) => wordList(words).map((word) => [word, kind] as const)));

/** A product of more factors is none that a note would have. */
const mostFactors = 6;

/** As many as a double surely keeps: 7 % of 100 million is 7,000,000 and not a billionth more. */
const exactDigits = 15;

const divisible = new Set<Dimension>(['count', 'bytes', 'bitsPerSecond', 'bytesPerSecond']);
const articles = new Set(['a', 'an', 'single']);
const durationPrepositions = new Set(
	wordList(`
		in within over for lasts last takes take than about under every after up of across around roughly nearly
		almost least most`),
);
const beforePronoun = new Set(
	wordList(`
		this that the each every any no which another some other new old first last next only right wrong big small
		good bad best`),
);
const afterPronoun = new Set(
	wordList('of another who that which is by has can could should will would might may does'),
);
/** Words that end a noun: behind them begins something else. */
const nounBreakers = new Set(
	wordList(`
		a an the and or but of at to for from by with without in on over under per each every is are was were be been
		has have had do does can could will would should must may might get gets got see sees want wants need needs
		make makes send sends receive receives poll polls who that which when while where if then than as so we it
		they you i its our their one two three four five six seven eight nine ten eleven twelve half once twice about
		around roughly up x`),
);
/** Who gets or holds what is counted; a rate behind them is not theirs: `10,000 viewers every 5 s` is two numbers. */
const audienceNouns = new Set(
	wordList(`
		users viewers clients players devices subscribers people visitors customers members sessions servers nodes
		pods boxes machines instances hosts containers workers rooms channels topics tabs browsers phones sensors
		agents drivers riders couriers readers listeners spectators participants attendees employees students accounts
		streams consumers publishers sockets websockets bots vehicles meters dau mau wau ccu pcu concurrent online`),
);
const eventNouns = new Set(
	wordList(`
		message messages msg msgs update updates event events request requests req reqs tick ticks frame frames poll
		polls ping pings pong pongs heartbeat heartbeats handshake handshakes connection connections conn conns
		connect connects reconnect reconnects reconnection reconnections operation operations op ops write writes read
		reads publish publishes notification notifications delivery deliveries packet packets sample samples call
		calls query queries transaction transactions trade trades quote quotes price prices position positions edit
		edits keystroke keystrokes change changes move moves input inputs snapshot snapshots point points upgrade
		upgrades login logins join joins post posts comment comments item items record records row rows alert alerts
		log logs lines upload uploads`),
);
const groupNouns = new Set(
	wordList(`
		regions region zones zone datacenters datacentres sites shards clusters tenants rooms games matches groups
		teams markets countries continents`),
);

const recipientStarts = new Set([...'/pftbPFTB'].map((each) => each.charCodeAt(0)));
const recipient = new RegExp(
	`(?:${gap}(?:per|(?:from|to|for|by)${gap}(?:each|every|a|an))${gap}|/)([A-Za-z]{2,16})(?![A-Za-z0-9_])`,
	'iy',
);
const sizedBy = new RegExp(`${gap}(?:of|with)${gap}(?:[~≈]|(?:about|around|roughly)${gap})?(?=\\d)`, 'iy');
const fractionWords = new RegExp(
	`(?:(\\d{1,2})/([1-9]\\d{0,3})(?=${gap}(?:of|second|minute|hour)(?![A-Za-z]))|1${gap}(?:in|out${gap}of)(?:${gap}every)?${gap}([1-9]\\d{0,2})(?![\\d.,/:%-]*[\\d%])(?!${gap}(?:m?s|sec|min|h|d|seconds?|minutes?|hours?|days?)(?![A-Za-z])))`,
	'y',
);
const fractionBefore = /[\s(~]/;
const queryPart = /[A-Za-z_][\w.-]{0,40}=/y;
const wholeStart = /^[\s~≈<>≤≥"'(*_+−-]*/;
const wholeEnd = /^[\s"')*_.,;:+-]*$/;
const everyGap = new RegExp(`${gap}(?:[~≈]|(?:about|around|roughly|approximately)${gap})?`, 'iy');
const plusMinus = new RegExp(`(?:${gap})?(?:±|\\+/[-−]|\\+-)(?:${gap})?`, 'y');
const factorSign = /[x×](?![A-Za-z0-9_])/iy;
const factorBetween = /[xX](?=\d)/y;
const attachedNoun = /[A-Za-z]{2,14}(?=\/[a-z])/y;
const timesStarts = new Set([...'×✕✖⋅·xX*tT'].map((each) => each.charCodeAt(0)));
const timesSign = new RegExp(
	`(?:(?:${gap})?(?:[×✕✖⋅·]|x(?![A-Za-z]))(?:${gap})?|${gap}\\*(?!\\*)${gap}|\\*(?=\\d)|${gap}times${gap})(?=[\\dA-Za-z½])`,
	'iy',
);
const determiners = `(?:(?:the|our|all|its|their|those|these|about|all${gap}the|all${gap}our)${gap})`;
const ofWords = new RegExp(`${gap}of${gap}${determiners}?(?=[\\dA-Za-z~])`, 'iy');
const halfOfWords = new RegExp(`${gap}(?:of${gap}${determiners}?|${determiners})(?=[\\dA-Za-z])`, 'iy');

/** Whether letters right behind a number leave it one: `3x`, `3x80k` (but neither `0x1F` nor `1920x1080`), `4msg/s`. */
function canStandBehind(text: string, { start, end }: Numeral): boolean {
	return (
		matchAt(factorSign, text, end) !== null ||
		(end - start < 3 && text.charCodeAt(start) !== 48 && matchAt(factorBetween, text, end) !== null) ||
		matchAt(attachedNoun, text, end) !== null
	);
}

/** Whether a multiplication sign stands at a place; `timesSign` then has its end. */
function isTimesAt(text: string, at: number): boolean {
	const start = gapEnd(text, at);
	const code = text.charCodeAt(start);
	const canBe = timesStarts.has(code) || text.charCodeAt(start - 1) === 42;
	return canBe && matchAt(timesSign, text, at) !== null;
}

function ratio(counts: Span, seconds: Span): Span {
	return { low: finite(counts.low / seconds.high), high: finite(counts.high / seconds.low) };
}

/** A count as a rate, or as an interval where one comes every so often. */
function rateOf(measure: Measure, per: Per, end: number, noun: string | undefined): Measure {
	const { low, high } = measure.value;
	const isInterval = per.kind === 'every' && low === 1 && high === 1;
	return {
		...measure,
		end,
		value: isInterval ? per.seconds : ratio(measure.value, per.seconds),
		dimension: isInterval ? 'every' : 'perSecond',
		unit: isInterval ? per.timeSymbol : per.unit,
		isBare: false,
		noun,
	};
}

/** Without what binary fractions add: 120 ms − 20 ms is 100 ms. */
function rounded(value: number): number {
	return finite(Number(finite(value).toPrecision(exactDigits)));
}

function productOf(left: Measure, right: Measure): Measure {
	const ends = [
		left.value.low * right.value.low,
		left.value.low * right.value.high,
		left.value.high * right.value.low,
		left.value.high * right.value.high,
	].map(rounded);
	return {
		start: left.start,
		end: right.end,
		numberEnd: right.numberEnd,
		value: { low: Math.min(...ends), high: Math.max(...ends) },
		dimension: 'count',
		unit: '',
		isBare: false,
		numerals: [...left.numerals, ...right.numerals],
		ambiguous: left.ambiguous ?? right.ambiguous,
	};
}

/** A unit that belongs to the second number of a range only: `5 to 10 s` shares it, `2 to 3x` too. */
function isHalfUnit(text: string, second: Numeral, unit: WrittenUnit | undefined): boolean {
	return (
		unit === undefined && isWordPart(text.charCodeAt(second.end)) && matchAt(factorSign, text, second.end) === null
	);
}

/** `per second`, `per user per second`. */
function perOrForWhom(text: string, at: number, style: DigitStyle): Per | undefined {
	const per = readPer(text, at, style);
	if (per !== undefined) {
		return per;
	}
	const end = recipientEnd(text, at);
	return end === at ? undefined : readPer(text, end, style);
}

/** The end of `per user`, `/client`, `from each device`, which can stand between what is counted and the time. */
function recipientEnd(text: string, at: number): number {
	const code = codeAfterGap(text, at);
	return recipientStarts.has(code) && matchAt(recipient, text, at) !== null ? recipient.lastIndex : at;
}

/** Whether words between a number and a time are what happens so often. */
function canCarryRate(words: readonly string[], per: Per): boolean {
	const head = words.at(-1)!;
	if (words.length === 1) {
		return per.kind === 'per' || !(audienceNouns.has(head) || /(?:ing|ed|ly)$/.test(head));
	}
	return eventNouns.has(head) && !words.slice(0, -1).some((word) => audienceNouns.has(word));
}

function nounOf(words: readonly string[]): string | undefined {
	const noun = words.join(' ');
	return noun === 'times' || noun === 'time' ? undefined : noun;
}

/** A minus right before a number, with nothing before it that it could join or part. */
function isMinusBefore(text: string, at: number): boolean {
	const minus = text[at - 1];
	if (minus !== '-' && minus !== '−') {
		return false;
	}
	return at === 1 || /[\s(=:,|[*"'~<>≤≥]/.test(text[at - 2]!);
}

/** Marks in order, within the text, none over another. */
function orderedMarks(marked: readonly Place[], length: number): readonly Place[] {
	const marks: Place[] = [];
	let last = 0;
	for (const { start, end } of [...marked].sort((one, other) => one.start - other.start)) {
		const from = Math.max(last, start);
		const to = Math.min(end, length);
		if (from < to) {
			marks.push({ start: from, end: to });
			last = to;
		}
	}
	return marks;
}

/** The index of the mark that a place is in, or -1. */
function markAt(marks: readonly Place[], at: number): number {
	let low = 0;
	let high = marks.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (marks[middle]!.end <= at) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < marks.length && marks[low]!.start <= at ? low : -1;
}

/** The quantities that stand in marks, and those that a mark is made of though prose would have none there. */
function ofMarks(text: string, all: readonly Read[], marks: readonly Place[], style: DigitStyle): readonly Quantity[] {
	const quantities: Quantity[] = [];
	let next = 0;
	for (const { start, end } of marks) {
		while (next < all.length && all[next]!.numberEnd <= start) {
			next++;
		}
		let hasAny = false;
		while (next < all.length && all[next]!.numberStart < end) {
			quantities.push(all[next]!.quantity);
			hasAny = true;
			next++;
		}
		const before = quantities.at(-1);
		if (!hasAny && (before === undefined || before.place.end <= start)) {
			const whole = new QuantityReader(text.slice(start, end), style, undefined).readWhole();
			if (whole !== undefined) {
				const { place } = whole.quantity;
				quantities.push({ ...whole.quantity, place: { start: place.start + start, end: place.end + start } });
			}
		}
	}
	return quantities;
}
