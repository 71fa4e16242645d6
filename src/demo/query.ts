import type { FeedShape } from './feed';

/** A request that can't be answered as it is; the message is the one sentence that the client gets. */
export class BadRequest extends Error {}

const smallest = { eventsPerSecond: 0.01, eventBytes: 128, holdSeconds: 0 };
const largest = { eventsPerSecond: 20_000, eventBytes: 1_048_576, holdSeconds: 120, bytesPerSecond: 50_000_000 };

/** The feed that `rate` (events a second) and `bytes` (of each event) ask for. */
export function feedShapeOf(query: URLSearchParams): FeedShape {
	const eventsPerSecond = numberOf(query, 'rate', 10, {
		least: smallest.eventsPerSecond,
		most: largest.eventsPerSecond,
		what: 'events a second',
	});
	const eventBytes = numberOf(query, 'bytes', 128, {
		least: smallest.eventBytes,
		most: largest.eventBytes,
		what: 'bytes an event, a whole number',
		isWhole: true,
	});
	const bytesPerSecond = eventsPerSecond * eventBytes;
	if (bytesPerSecond > largest.bytesPerSecond) {
		throw new BadRequest(
			`rate=${eventsPerSecond} and bytes=${eventBytes} make ${shown(bytesPerSecond)} bytes a second: the most is ${shown(largest.bytesPerSecond)}.`,
		);
	}
	return { eventsPerSecond, eventBytes };
}

/** Whether `/ws` sends the feed, or only echoes. */
export function wantsFeed(query: URLSearchParams): boolean {
	const value = query.get('feed') ?? 'on';
	if (value !== 'on' && value !== 'off') {
		throw new BadRequest(`feed=${quoted(value)} is neither on nor off.`);
	}
	return value === 'on';
}

/** How long a long poll is held without news, in milliseconds. */
export function holdMsOf(query: URLSearchParams): number {
	const range = { least: smallest.holdSeconds, most: largest.holdSeconds, what: 'seconds' };
	return numberOf(query, 'hold', 25, range) * 1000;
}

/** The event after which a long poll goes on; undefined: from the next one on. */
export function sinceOf(query: URLSearchParams): number | undefined {
	if (!query.has('since')) {
		return undefined;
	}
	return numberOf(query, 'since', 0, {
		least: 0,
		most: Number.MAX_SAFE_INTEGER,
		what: 'the last_seq of an answer, a whole number',
		isWhole: true,
	});
}

function numberOf(
	query: URLSearchParams,
	name: string,
	standard: number,
	range: { readonly least: number; readonly most: number; readonly what: string; readonly isWhole?: boolean },
): number {
	const text = query.get(name);
	if (text === null) {
		return standard;
	}
	const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= range.least && value <= range.most) || (range.isWhole && !Number.isSafeInteger(value))) {
		throw new BadRequest(
			`${name}=${quoted(text)} was asked for: expected ${range.what}, from ${shown(range.least)} to ${shown(range.most)}.`,
		);
	}
	return value;
}

function shown(value: number): string {
	return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** As it came, but on one line and not endless. */
function quoted(text: string): string {
	return text.length > 40 ? `${JSON.stringify(text.slice(0, 40))}…` : JSON.stringify(text);
}
