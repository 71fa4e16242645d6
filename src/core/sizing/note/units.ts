import { gap, gapEnd, matchAt } from './words';

/** A unit of time, data, traffic or rate as it stands in a text. */
export type Unit = TimeUnit | DataUnit | RateUnit | ShareUnit;

export interface TimeUnit {
	readonly kind: 'time';
	readonly seconds: number;
	/** As it is understood: `ms`, `min`. */
	readonly symbol: string;
	/** `second` rather than `seconds` or `s`: what can follow `a` and `every`. */
	readonly isSingular: boolean;
}

export interface DataUnit {
	readonly kind: 'data';
	/** What the unit is if it means bytes, and if it means bits. */
	readonly factor: number;
	readonly prefix: string;
	/**
	 * `bytes` and `bits` where the spelling says so; `capital` for `Mb`, which is bits by its capital and often meant as
	 * bytes; `small` for `mb`, which tells nothing.
	 */
	readonly spelling: 'bytes' | 'bits' | 'capital' | 'small';
	/** `Mbps`, `GbE`: it has the second in it. */
	readonly isPerSecond: boolean;
}

/** Percent. */
export interface ShareUnit {
	readonly kind: 'share';
}

export interface RateUnit {
	readonly kind: 'rate';
	readonly perSecond: number;
	readonly symbol: string;
	/** What `rps` and its like count. */
	readonly noun?: string;
}

/** The unit that a word is, in the spelling of the text; undefined for any other word. */
export function unitOf(word: string): Unit | undefined {
	// Nothing longer is a unit.
	if (word.length > 14) {
		return undefined;
	}
	const known = spellings.get(word);
	if (known !== undefined) {
		return known === false ? undefined : known;
	}
	const unit = exactUnits.get(word) ?? namedUnits.get(word.toLowerCase()) ?? parseDataUnit(word);
	if (spellings.size < mostSpellings) {
		spellings.set(word, unit ?? false);
	}
	return unit;
}

/** The unit of time that a word is. */
export function timeUnitOf(word: string): TimeUnit | undefined {
	const unit = exactUnits.get(word) ?? namedUnits.get(word.toLowerCase());
	return unit?.kind === 'time' ? unit : undefined;
}

/** How a rate per this unit is named: `per minute`. */
export function perName({ symbol }: TimeUnit): string {
	return `per ${perNames.get(symbol) ?? symbol}`;
}

/** Whether words near a place tell that what is spoken of is a link, which is measured in bits, or data, in bytes. */
export function bitsOrBytesNear(text: string, start: number, end: number): 'bits' | 'bytes' | undefined {
	const before = text.slice(Math.max(0, start - nearby), start);
	const after = text.slice(end, end + nearby);
	const near = `${before.slice(before.search(sentenceTail))} ${after.slice(0, sentenceEnd(after))}`;
	const isLink = linkWords.test(near);
	const isData = dataWords.test(near);
	return isLink === isData ? undefined : isLink ? 'bits' : 'bytes';
}

/** Whether the word after a place makes a link of a number: `10G link`, `1 Gb Ethernet`. */
export function isBeforeLink(text: string, at: number): boolean {
	return (
		linkStarts.has(text.charCodeAt(text.charCodeAt(at) === 45 ? at + 1 : gapEnd(text, at)) | 32) &&
		matchAt(linkNext, text, at) !== null
	);
}

/** Each spelling is taken apart once; a text of nothing but new words is not remembered. */
const spellings = new Map<string, Unit | false>();
const mostSpellings = 1000;
const nearby = 60;
const sentenceTail = /[^.;!?\n]*(?:\n(?!\s*\n)[^.;!?\n]*)?$/;
const linkWords =
	/\b(?:links?|nics?|ethernet|uplinks?|downlinks?|broadband|wi-?fi|lte|network (?:card|interface|adapter|port)s?|lines?|(?:mega|giga|kilo)?bits?)\b/i;
const dataWords =
	/\b(?:(?:mega|giga|kilo)?bytes?|payloads?|disks?|ssds?|storage|files?|logs?|memory|ram|heap|buffers?|downloads?|uploads?)\b/i;
const linkStarts = new Set([...'nswlfueicp'].map((each) => each.charCodeAt(0)));
const linkNext = new RegExp(
	`(?:${gap}|-)(?:(?:network|server|node|wan|lan|full-duplex)${gap})?(?:links?|nics?|ethernet|uplinks?|network|networking|connection|interfaces?|ports?|switch|line|lan|fib(?:er|re))(?![A-Za-z])`,
	'iy',
);

function sentenceEnd(text: string): number {
	const end = text.search(/[.;!?](?:\s|$)|\n\s*\n/);
	return end < 0 ? text.length : end;
}

function time(seconds: number, symbol: string, singular: string, others: string): [string, TimeUnit][] {
	return [
		...singular
			.split(' ')
			.map((word): [string, TimeUnit] => [word, { kind: 'time', seconds, symbol, isSingular: true }]),
		...others
			.split(' ')
			.filter((word) => word !== '')
			.map((word): [string, TimeUnit] => [word, { kind: 'time', seconds, symbol, isSingular: false }]),
	];
}

function rate(perSecond: number, symbol: string, noun?: string): RateUnit {
	return { kind: 'rate', perSecond, symbol, noun };
}

/** Letters whose case matters. */
const exactUnits = new Map<string, TimeUnit | RateUnit>([
	...time(1, 's', 's', ''),
	...time(60, 'min', 'm', ''),
	...time(3600, 'h', 'h', ''),
	...time(86_400, 'd', 'd', ''),
	// `US` is a country.
	...time(1e-6, 'µs', 'us', ''),
]);

/** A month of 30 days and a year of 365: notes mean no calendar month by them. */
const namedUnits = new Map<string, TimeUnit | RateUnit | ShareUnit>([
	...time(1e-9, 'ns', 'nanosecond', 'ns nanoseconds nanos'),
	...time(1e-6, 'µs', 'microsecond', 'µs μs usec usecs microseconds micros'),
	...time(1e-3, 'ms', 'millisecond ms msec milli', 'msecs milliseconds millis millisec millisecs'),
	...time(1, 's', 'second sec', 'secs seconds'),
	...time(60, 'min', 'minute min', 'mins minutes'),
	...time(3600, 'h', 'hour hr', 'hrs hours'),
	...time(86_400, 'd', 'day', 'days'),
	...time(604_800, 'week', 'week wk', 'weeks wks'),
	...time(2_592_000, 'month', 'month mo', 'months'),
	...time(31_536_000, 'year', 'year yr', 'years yrs'),
	['percent', { kind: 'share' }],
	['pct', { kind: 'share' }],
	['hz', rate(1, 'Hz')],
	['hertz', rate(1, 'Hz')],
	['khz', rate(1000, 'kHz')],
	['rps', rate(1, 'per second', 'requests')],
	['qps', rate(1, 'per second', 'queries')],
	['tps', rate(1, 'per second', 'transactions')],
	['mps', rate(1, 'per second', 'messages')],
	['eps', rate(1, 'per second', 'events')],
	['fps', rate(1, 'per second', 'frames')],
	['cps', rate(1, 'per second', 'connections')],
	['rpm', rate(1 / 60, 'per minute', 'requests')],
]);

const perNames = new Map([
	['s', 'second'],
	['min', 'minute'],
	['h', 'hour'],
	['d', 'day'],
]);

const powers = 'kmgtpe';
const dataWord =
	/^(?:(kilo|mega|giga|tera|peta|exa|kibi|mebi|gibi|tebi|pebi|exbi)|([kKmMgGtTpPE])(i?))?(bytes?|octets?|bits?|B|b)(ps)?$/;
const dataWordAnyCase =
	/^(?:(kilo|mega|giga|tera|peta|exa|kibi|mebi|gibi|tebi|pebi|exbi)|([kmgtpe])(i?))?(bytes?|octets?|bits?)(ps)?$/i;
const kubernetesWord = /^([KMGTPE])i$/;
const ethernetWord = /^(?:[Gg]b[Ee]|[Gg]ig(?:[Ee])?|GBASE)$/;

function parseDataUnit(word: string): DataUnit | undefined {
	const kubernetes = kubernetesWord.exec(word);
	if (kubernetes !== null) {
		const power = powers.indexOf(kubernetes[1]!.toLowerCase()) + 1;
		return { kind: 'data', factor: 1024 ** power, prefix: `${kubernetes[1]}i`, spelling: 'bytes', isPerSecond: false };
	}
	if (ethernetWord.test(word)) {
		return { kind: 'data', factor: 1e9, prefix: 'G', spelling: 'bits', isPerSecond: true };
	}
	const match = dataWord.exec(word) ?? dataWordAnyCase.exec(word);
	if (match === null) {
		return undefined;
	}
	const [, name, letter, binaryLetter, base, ps] = match;
	const isBinary = binaryLetter === 'i' || binaryLetter === 'I' || (name !== undefined && /bi$/i.test(name));
	const prefixLetter = (name ?? letter ?? '')[0]?.toLowerCase();
	const power = prefixLetter === undefined ? 0 : powers.indexOf(prefixLetter) + 1;
	const isBits = /^bits?$/i.test(base!);
	const isLetter = base === 'b';
	const isCapital = letter !== undefined && letter !== letter.toLowerCase();
	return {
		kind: 'data',
		factor: (isBinary ? 1024 : 1000) ** power,
		prefix: prefixLetter === undefined ? '' : `${prefixLetter.toUpperCase()}${isBinary ? 'i' : ''}`,
		// `kbps` has no capital to be wrong about: the prefix is a small letter, and bits are what it is used for.
		spelling:
			isBits || (isLetter && ps !== undefined && (letter === 'k' || letter === undefined))
				? 'bits'
				: isLetter
					? isCapital
						? 'capital'
						: 'small'
					: 'bytes',
		isPerSecond: ps !== undefined,
	};
}
