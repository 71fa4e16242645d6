/**
 * JSON as it was written: a number keeps its digits, a repeated key stays twice, `__proto__` is a key like any other.
 * Nothing is built beforehand; the children of a container are found when it is opened, by one pass over its text.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** One value in a JSON text. */
export interface JsonNode {
	readonly kind: JsonKind;
	/** The member's key, decoded; undefined for elements and the root. */
	readonly key: string | undefined;
	/** The place in an array; undefined for members and the root. */
	readonly index: number | undefined;
	/** The JSON path as timestamp settings take it: `$.a[0]["b c"]`. */
	readonly path: string;
	/** The value is `text.slice(start, end)`. */
	readonly start: number;
	readonly end: number;
}

/** A JSON text and what stood before it. */
export interface JsonText {
	readonly text: string;
	/** A packet type such as Socket.IO's `42` before the JSON; '' where there is none. */
	readonly prefix: string;
	readonly root: JsonNode;
}

/** Reads a text as JSON, or as JSON after a short packet type (Engine.IO, Socket.IO, SockJS); undefined when it is neither. */
export function readJson(source: string): JsonText | undefined {
	const whole = valid(source);
	const prefix = whole ? '' : (/^[0-9a-z]{1,6}(?=[[{])/.exec(source)?.[0] ?? '');
	if (!whole && (prefix === '' || !valid(source.slice(prefix.length)))) {
		return undefined;
	}
	const start = afterSpace(source, prefix.length);
	const end = endOfValue(source, start);
	return {
		text: source,
		prefix,
		root: { kind: kindAt(source, start), key: undefined, index: undefined, path: '$', start, end },
	};
}

function valid(text: string): boolean {
	try {
		// The engine's own parser judges: it is strict, fast, and does not recurse. What follows may then trust the text.
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

/** Whether a node can have children. */
export function isContainer(node: JsonNode): boolean {
	return node.kind === 'object' || node.kind === 'array';
}

/** The children of a container, at most `limit` of them from the `from`-th on, and how many there are in all. */
export function childrenOf(
	text: string,
	node: JsonNode,
	from = 0,
	limit = Number.POSITIVE_INFINITY,
): { readonly children: JsonNode[]; readonly count: number } {
	const children: JsonNode[] = [];
	let count = 0;
	let at = afterSpace(text, node.start + 1);
	const last = node.end - 1;
	while (at < last) {
		let key: string | undefined;
		if (node.kind === 'object') {
			const keyEnd = endOfString(text, at);
			const wanted = count >= from && children.length < limit;
			key = wanted ? (JSON.parse(text.slice(at, keyEnd)) as string) : '';
			at = afterSpace(text, afterSpace(text, keyEnd) + 1);
		}
		const end = endOfValue(text, at);
		if (count >= from && children.length < limit) {
			const index = key === undefined ? count : undefined;
			children.push({ kind: kindAt(text, at), key, index, path: node.path + step(key, count), start: at, end });
		}
		count++;
		// Past the comma; at the last child this lands on or after the closing bracket, which ends the loop.
		at = afterSpace(text, end);
		if (at >= last) {
			break;
		}
		at = afterSpace(text, at + 1);
	}
	return { children, count };
}

function step(key: string | undefined, index: number): string {
	if (key === undefined) {
		return `[${index}]`;
	}
	return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A string node's characters; any other node's text. At most about `maxLength` characters of it. */
export function valueText(
	text: string,
	node: JsonNode,
	maxLength: number,
): { readonly text: string; readonly clipped: boolean } {
	if (node.kind !== 'string') {
		const clipped = node.end - node.start > maxLength;
		return { text: text.slice(node.start, clipped ? node.start + maxLength : node.end), clipped };
	}
	const start = node.start + 1;
	if (node.end - 1 - start <= maxLength) {
		return { text: JSON.parse(text.slice(node.start, node.end)) as string, clipped: false };
	}
	let end = start;
	for (;;) {
		// An escape is taken whole or not at all.
		const length = text.charCodeAt(end) !== backslash ? 1 : text[end + 1] === 'u' ? 6 : 2;
		if (end + length > start + maxLength) {
			return { text: JSON.parse(`"${text.slice(start, end)}"`) as string, clipped: true };
		}
		end += length;
	}
}

/** Indented JSON with every literal as it was written. Iterative, so that nesting can't overflow the stack. */
export function prettyJson(text: string, node: JsonNode): string {
	const parts: string[] = [];
	const indents = ['\n'];
	let depth = 0;
	const lineBreak = (): string => {
		while (indents.length <= depth) {
			// Deep nesting is flattened beyond 40 levels: indentation would otherwise outweigh the text.
			indents.push(indents.length <= 40 ? `${indents[indents.length - 1]}  ` : indents[indents.length - 1]!);
		}
		return indents[depth]!;
	};
	let at = node.start;
	while (at < node.end) {
		const code = text.charCodeAt(at);
		if (code === quote) {
			const end = endOfString(text, at);
			parts.push(text.slice(at, end));
			at = end;
		} else if (code === openBrace || code === openBracket) {
			const inside = afterSpace(text, at + 1);
			const next = text.charCodeAt(inside);
			if (next === closeBrace || next === closeBracket) {
				parts.push(text[at]!, text[inside]!);
				at = inside + 1;
			} else {
				depth++;
				parts.push(text[at]!, lineBreak());
				at = inside;
			}
		} else if (code === closeBrace || code === closeBracket) {
			depth--;
			parts.push(lineBreak(), text[at]!);
			at++;
		} else if (code === comma) {
			parts.push(',', lineBreak());
			at = afterSpace(text, at + 1);
		} else if (code === colon) {
			parts.push(': ');
			at = afterSpace(text, at + 1);
		} else if (isSpace(code)) {
			at++;
		} else {
			const end = endOfValue(text, at);
			parts.push(text.slice(at, end));
			at = end;
		}
	}
	return parts.join('');
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

function isSpace(code: number): boolean {
	return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function afterSpace(text: string, at: number): number {
	let next = at;
	while (isSpace(text.charCodeAt(next))) {
		next++;
	}
	return next;
}

function endOfString(text: string, start: number): number {
	let at = start + 1;
	for (;;) {
		const code = text.charCodeAt(at);
		if (code === backslash) {
			at += 2;
		} else if (code === quote || Number.isNaN(code)) {
			return at + 1;
		} else {
			at++;
		}
	}
}

function endOfValue(text: string, start: number): number {
	const first = text.charCodeAt(start);
	if (first === quote) {
		return endOfString(text, start);
	}
	let at = start;
	if (first !== openBrace && first !== openBracket) {
		for (;;) {
			const code = text.charCodeAt(at);
			if (Number.isNaN(code) || code === comma || code === closeBrace || code === closeBracket || isSpace(code)) {
				return at;
			}
			at++;
		}
	}
	let depth = 0;
	for (;;) {
		const code = text.charCodeAt(at);
		if (code === quote) {
			at = endOfString(text, at);
			continue;
		}
		if (code === openBrace || code === openBracket) {
			depth++;
		} else if (code === closeBrace || code === closeBracket) {
			depth--;
		}
		at++;
		if (depth === 0 || Number.isNaN(code)) {
			return at;
		}
	}
}

function kindAt(text: string, at: number): JsonKind {
	switch (text[at]) {
		case '{':
			return 'object';
		case '[':
			return 'array';
		case '"':
			return 'string';
		case 't':
		case 'f':
			return 'boolean';
		case 'n':
			return 'null';
		default:
			return 'number';
	}
}
