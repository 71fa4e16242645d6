import type { JsonName, JsonPath } from './path';

/** Where a JSON value stands: `[start … end)`, a string's quotes included. */
export interface JsonSpan {
	readonly start: number;
	readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What the walkers return where the bytes are not JSON. */
const none = -1;

/**
 * Finds the value at a path in JSON text without making objects of it, in one pass over the bytes before it. Undefined
 * where there is no such value or the text breaks off or breaks the grammar on the way; what follows the value is not
 * looked at. Of members with one name the first counts.
 */
export function locateJsonPath(bytes: Uint8Array, start: number, end: number, path: JsonPath): JsonSpan | undefined {
	const at = walkTo(bytes, start, end, path);
	if (at === none) {
		return undefined;
	}
	const valueEnd = skipValue(bytes, at, end);
	return valueEnd === none ? undefined : { start: at, end: valueEnd };
}

/**
 * The elements of a JSON array as `[start, end, start, end, …]`: of the array that is the whole text, or of the one at
 * `path`. Undefined where there is no array or it does not end.
 */
export function arrayElementSpans(
	bytes: Uint8Array,
	start: number,
	end: number,
	path?: JsonPath,
): readonly number[] | undefined {
	const open = path === undefined ? skipSpace(bytes, start, end) : walkTo(bytes, start, end, path);
	if (open === none || open >= end || bytes[open] !== OPEN_BRACKET) {
		return undefined;
	}
	const spans: number[] = [];
	let at = firstElement(bytes, open, end);
	while (at !== none && at < end && bytes[at] !== CLOSE_BRACKET) {
		const valueEnd = skipValue(bytes, at, end);
		if (valueEnd === none) {
			return undefined;
		}
		spans.push(at, valueEnd);
		at = nextItem(bytes, valueEnd, end, CLOSE_BRACKET);
	}
	if (at === none || at >= end) {
		return undefined;
	}
	// The whole text has nothing after its one value (RFC 8259 §2).
	return path === undefined && skipSpace(bytes, at + 1, end) < end ? undefined : spans;
}

/** Where the value at the path begins. */
function walkTo(bytes: Uint8Array, start: number, end: number, path: JsonPath): number {
	let at = skipSpace(bytes, start, end);
	for (const step of path.steps) {
		if (at >= end) {
			return none;
		}
		at = typeof step === 'number' ? enterArray(bytes, at, end, step) : enterObject(bytes, at, end, step);
		if (at === none) {
			return none;
		}
	}
	return at < end ? at : none;
}

function enterArray(bytes: Uint8Array, open: number, end: number, index: number): number {
	if (bytes[open] !== OPEN_BRACKET) {
		return none;
	}
	if (index < 0) {
		return enterFromEnd(bytes, open, end, -index);
	}
	let at = firstElement(bytes, open, end);
	for (let passed = 0; at !== none && at < end && bytes[at] !== CLOSE_BRACKET; passed++) {
		if (passed === index) {
			return at;
		}
		const valueEnd = skipValue(bytes, at, end);
		at = valueEnd === none ? none : nextItem(bytes, valueEnd, end, CLOSE_BRACKET);
	}
	return none;
}

/** The start of the `count`-th element from the end. */
function enterFromEnd(bytes: Uint8Array, open: number, end: number, count: number): number {
	const starts: number[] = [];
	let at = firstElement(bytes, open, end);
	while (at !== none && at < end && bytes[at] !== CLOSE_BRACKET) {
		starts.push(at);
		const valueEnd = skipValue(bytes, at, end);
		at = valueEnd === none ? none : nextItem(bytes, valueEnd, end, CLOSE_BRACKET);
	}
	return at === none || at >= end || count > starts.length ? none : starts[starts.length - count]!;
}

function enterObject(bytes: Uint8Array, open: number, end: number, key: JsonName): number {
	if (bytes[open] !== OPEN_BRACE) {
		return none;
	}
	let at = skipSpace(bytes, open + 1, end);
	while (at < end && bytes[at] === QUOTE) {
		const nameEnd = skipString(bytes, at, end);
		if (nameEnd === none) {
			return none;
		}
		const found = isName(bytes, at + 1, nameEnd - 1, key);
		at = skipSpace(bytes, nameEnd, end);
		if (at >= end || bytes[at] !== COLON) {
			return none;
		}
		at = skipSpace(bytes, at + 1, end);
		if (at >= end) {
			return none;
		}
		if (found) {
			return at;
		}
		const valueEnd = skipValue(bytes, at, end);
		at = valueEnd === none ? none : nextItem(bytes, valueEnd, end, CLOSE_BRACE);
		if (at === none) {
			return none;
		}
	}
	return none;
}

const decoder = new TextDecoder();

function isName(bytes: Uint8Array, start: number, end: number, key: JsonName): boolean {
	const name = key.bytes;
	const length = end - start;
	let at = 0;
	while (at < length && at < name.length && bytes[start + at] === name[at]) {
		at++;
	}
	if (at === length && at === name.length) {
		return true;
	}
	// The same name may be written with escapes; this is rare enough to be slow.
	for (; at < length; at++) {
		if (bytes[start + at] === BACKSLASH) {
			try {
				return JSON.parse(`"${decoder.decode(bytes.subarray(start, end))}"`) === key.name;
			} catch {
				return false;
			}
		}
	}
	return false;
}

/** The array's first element, or its closing bracket. */
function firstElement(bytes: Uint8Array, open: number, end: number): number {
	return skipSpace(bytes, open + 1, end);
}

/** After a value: the next item behind a comma, or the closing bracket. */
function nextItem(bytes: Uint8Array, valueEnd: number, end: number, close: number): number {
	const at = skipSpace(bytes, valueEnd, end);
	if (at >= end) {
		return none;
	}
	if (bytes[at] === close) {
		return at;
	}
	if (bytes[at] !== COMMA) {
		return none;
	}
	const next = skipSpace(bytes, at + 1, end);
	return next >= end || bytes[next] === close ? none : next;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end) {
		const byte = bytes[at]!;
		if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
			break;
		}
		at++;
	}
	return at;
}

/** Past the string that begins at `open`, or `none` where it does not end. */
function skipString(bytes: Uint8Array, open: number, end: number): number {
	for (let at = open + 1; at < end; at++) {
		const byte = bytes[at]!;
		if (byte === QUOTE) {
			return at + 1;
		}
		if (byte === BACKSLASH) {
			at++;
		}
	}
	return none;
}

/** Past the value that begins at `start`. Within arrays and objects only strings and the nesting of brackets are checked. */
function skipValue(bytes: Uint8Array, start: number, end: number): number {
	const first = bytes[start]!;
	if (first === QUOTE) {
		return skipString(bytes, start, end);
	}
	return first === OPEN_BRACE || first === OPEN_BRACKET
		? skipContainer(bytes, start, end)
		: skipScalar(bytes, start, end);
}

/** The brackets that are open, shared by all calls since each is done with it when it returns. */
let closers = new Uint8Array(256);

function skipContainer(bytes: Uint8Array, start: number, end: number): number {
	let depth = 0;
	for (let at = start; at < end; at++) {
		const byte = bytes[at]!;
		if (byte === QUOTE) {
			at = skipString(bytes, at, end) - 1;
			if (at < 0) {
				return none;
			}
		} else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
			if (depth === closers.length) {
				const grown = new Uint8Array(depth * 2);
				grown.set(closers);
				closers = grown;
			}
			// In ASCII each closing bracket comes two after its opening one.
			closers[depth++] = byte + 2;
		} else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
			if (closers[--depth] !== byte) {
				return none;
			}
			if (depth === 0) {
				return at + 1;
			}
		}
	}
	return none;
}

/** Past a number, `true`, `false` or `null`; `none` where it is none of them by its characters. */
function skipScalar(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end && isScalarByte(bytes[at]!)) {
		at++;
	}
	return at === start ? none : at;
}

function isScalarByte(byte: number): boolean {
	// Digits, letters, and + - . of a number.
	return (
		(byte >= 0x30 && byte <= 0x39) ||
		(byte >= 0x61 && byte <= 0x7a) ||
		byte === 0x2d ||
		byte === 0x2e ||
		byte === 0x2b ||
		byte === 0x45
	);
}
