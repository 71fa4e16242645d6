import { type CursorPreset, type CursorRule, cursorPresets } from './endpoint';
import { arrayElementSpans, locateJsonPath } from './json/locate';
import { type JsonPath, parseJsonPath, readJsonPath, withJsonPath } from './json/path';
import { ProblemError, problem } from './problem';

/** A cursor rule with its paths read, ready for each cycle. */
export interface CursorPlan {
	/** The preset that it is; undefined for a rule of the user's. */
	readonly preset: CursorPreset | undefined;
	readonly from: CursorSource;
	/** Undefined where nothing is carried, and for validators, which go back as `If-None-Match` and `If-Modified-Since`. */
	readonly to: CursorTarget | undefined;
	/** Added to a numeric cursor. */
	readonly add: number;
	/** The array whose elements are the answer's events. */
	readonly events: JsonPath | undefined;
	/** Consul's rules for an index that goes backwards or is 0. */
	readonly consulIndex: boolean;
}

export type CursorSource =
	| { readonly type: 'none' }
	| { readonly type: 'validators' }
	| { readonly type: 'header'; readonly name: string }
	| { readonly type: 'json'; readonly path: JsonPath };

export type CursorTarget =
	| { readonly type: 'query'; readonly name: string }
	| { readonly type: 'header'; readonly name: string }
	| { readonly type: 'body'; readonly path: JsonPath };

/** Header fields of an answer: the values by name in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The parts of a request that a cursor can go into. */
export interface CursorRequest {
	readonly url: string;
	readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
	readonly body: string | undefined;
}

/** What is carried: one text, and for validators `Last-Modified` beside the `ETag`. */
export interface Cursor {
	readonly value: string | undefined;
	readonly lastModified: string | undefined;
}

/**
 * The common dialects as rules.
 *
 * - `couchdb`: `_changes` (docs.couchdb.org, "/{db}/_changes": `last_seq` → `since`).
 * - `consul`: blocking queries (developer.hashicorp.com/consul/api-docs/features/blocking: `X-Consul-Index` → `index`).
 * - `telegram`: `getUpdates` (core.telegram.org/bots/api#getupdates: highest `update_id` + 1 → `offset`).
 * - `matrix`: `/sync` (spec.matrix.org, Client-Server API §6.4.1: `next_batch` → `since`).
 */
const presetRules: Readonly<Record<'couchdb' | 'consul' | 'telegram' | 'matrix' | 'validators', CursorRule>> = {
	couchdb: { from: '$.last_seq', to: 'query:since', events: '$.results' },
	consul: { from: 'header:X-Consul-Index', to: 'query:index' },
	telegram: { from: '$.result[-1].update_id', to: 'query:offset', add: 1, events: '$.result' },
	matrix: { from: '$.next_batch', to: 'query:since' },
	validators: { from: 'validators' },
};

const nothing: CursorPlan = {
	preset: 'none',
	from: { type: 'none' },
	to: undefined,
	add: 0,
	events: undefined,
	consulIndex: false,
};

/**
 * Reads a preset's name or a rule. `auto` carries nothing until `detectCursor` has seen an answer. Throws a `ProblemError`
 * with `invalidOption` that names the part of the rule that can't be read.
 */
export function planCursor(cursor: CursorPreset | CursorRule): CursorPlan {
	if (typeof cursor !== 'string') {
		return planRule(cursor, undefined);
	}
	if (cursor === 'none' || cursor === 'auto') {
		return { ...nothing, preset: cursor };
	}
	const rule = Object.hasOwn(presetRules, cursor) ? presetRules[cursor] : undefined;
	if (rule === undefined) {
		throw refusal('cursor', cursor, `a rule or one of ${cursorPresets.join(', ')}`);
	}
	return planRule(rule, cursor);
}

function planRule(rule: CursorRule, preset: CursorPreset | undefined): CursorPlan {
	if (typeof rule !== 'object' || rule === null) {
		throw refusal('cursor', rule, `a rule or one of ${cursorPresets.join(', ')}`);
	}
	const from = readSource(rule.from);
	const { add = 0 } = rule;
	if (typeof add !== 'number' || !Number.isSafeInteger(add)) {
		throw refusal('cursor.add', add, 'a whole number such as 1');
	}
	return {
		preset,
		from,
		to: from.type === 'validators' ? undefined : readTarget(rule.to),
		add,
		events: rule.events === undefined ? undefined : readPath('cursor.events', rule.events),
		consulIndex: preset === 'consul',
	};
}

/** The characters of a field name (RFC 9110 §5.1). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function readSource(from: unknown): CursorSource {
	if (from === 'validators') {
		return { type: 'validators' };
	}
	if (typeof from === 'string') {
		const name = /^header:\s*(.*)$/i.exec(from)?.[1]?.trim();
		if (name !== undefined && token.test(name)) {
			return { type: 'header', name };
		}
		if (from.trim().startsWith('$')) {
			return { type: 'json', path: readPath('cursor.from', from) };
		}
	}
	throw refusal('cursor.from', from, 'a JSON path such as $.last_seq, header:NAME or validators');
}

function readTarget(to: unknown): CursorTarget {
	const found = typeof to === 'string' ? /^(query|header|body):\s*(.+)$/i.exec(to.trim()) : null;
	const name = found?.[2] ?? '';
	switch (found?.[1]?.toLowerCase()) {
		case 'query':
			return { type: 'query', name };
		case 'header':
			if (token.test(name)) {
				return { type: 'header', name };
			}
			break;
		case 'body': {
			const path = readPath('cursor.to', name);
			if (path.steps.length > 0) {
				return { type: 'body', path };
			}
			break;
		}
	}
	throw refusal('cursor.to', to, 'query:NAME, header:NAME or body:$.path');
}

function readPath(what: string, text: unknown): JsonPath {
	try {
		return parseJsonPath(String(text));
	} catch {
		throw refusal(what, text, 'a JSON path such as $.data.events or $.result[-1].id');
	}
}

function refusal(what: string, value: unknown, expected: string): ProblemError {
	const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
	return new ProblemError(problem('invalidOption', { what, value: shown, expected }));
}

/**
 * The cursor that an answer gives for the next request, or undefined where it gives none: a JSON string's text, any other
 * JSON value as it is written (so that no digit of a large number is lost), or a header's value.
 *
 * `previous` is the cursor that the answered request carried. Consul wants an index that goes backwards to be set to 0,
 * and one below 1 to 1, since index 0 would not block.
 */
export function cursorOf(
	plan: CursorPlan,
	headers: AnswerHeaders,
	body: Uint8Array,
	previous?: string,
): string | undefined {
	const text = textOf(plan.from, headers, body);
	if (text === undefined) {
		return undefined;
	}
	if (plan.consulIndex) {
		const index = /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
		const before = previous !== undefined && /^\d{1,20}$/.test(previous) ? BigInt(previous) : 0n;
		return index < 1n ? '1' : index < before ? '0' : text;
	}
	if (plan.add === 0) {
		return text;
	}
	// A cursor that is no whole number can't be added to.
	return /^-?\d{1,40}$/.test(text) ? String(BigInt(text) + BigInt(plan.add)) : undefined;
}

function textOf(from: CursorSource, headers: AnswerHeaders, body: Uint8Array): string | undefined {
	switch (from.type) {
		case 'none':
		case 'validators':
			return undefined;
		case 'header':
			return headerOf(headers, from.name);
		case 'json': {
			const span = locateJsonPath(body, 0, body.length, from.path);
			if (span === undefined) {
				return undefined;
			}
			const written = decoder.decode(body.subarray(span.start, span.end));
			if (written === 'null' || written === 'false') {
				return undefined;
			}
			if (!written.startsWith('"')) {
				return written;
			}
			try {
				return (JSON.parse(written) as string) || undefined;
			} catch {
				return undefined;
			}
		}
	}
}

/**
 * The validators that the next request carries (RFC 9110 §8.8, §13.1). A full answer brings its own or has none; a 304
 * may leave out what did not change.
 */
export function validatorsOf(headers: AnswerHeaders, status: number, previous: Cursor): Cursor {
	const value = headerOf(headers, 'etag');
	const lastModified = headerOf(headers, 'last-modified');
	return status === 304
		? { value: value ?? previous.value, lastModified: lastModified ?? previous.lastModified }
		: { value, lastModified };
}

/**
 * The request with the cursor in its place. A cursor that goes into a body takes the type of the value that it replaces;
 * where there is none, a cursor of digits is a number. Throws `invalidOption` for a body that it can't go into.
 */
export function applyCursor(request: CursorRequest, plan: CursorPlan, cursor: Cursor): CursorRequest {
	if (plan.from.type === 'validators') {
		const headers: [string, string][] = [];
		if (cursor.value !== undefined) {
			headers.push(['If-None-Match', cursor.value]);
		}
		if (cursor.lastModified !== undefined) {
			headers.push(['If-Modified-Since', cursor.lastModified]);
		}
		return headers.reduce(withHeader, request);
	}
	const { to } = plan;
	const { value } = cursor;
	if (to === undefined || value === undefined) {
		return request;
	}
	switch (to.type) {
		case 'query':
			return { ...request, url: withQuery(request.url, to.name, value) };
		case 'header':
			return withHeader(request, [to.name, value]);
		case 'body':
			return { ...request, body: withBodyField(request.body, to.path, value) };
	}
}

function withHeader(request: CursorRequest, field: readonly [name: string, value: string]): CursorRequest {
	const name = field[0].toLowerCase();
	return { ...request, headers: [...request.headers.filter(([other]) => other.toLowerCase() !== name), field] };
}

/** Only this parameter is written anew; the others keep the bytes that the user gave them. */
function withQuery(url: string, name: string, value: string): string {
	const target = new URL(url);
	const field = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
	const fields = target.search.replace(/^\?/, '').split('&');
	const kept: string[] = [];
	let placed = false;
	for (const each of fields) {
		if (queryName(each) !== name) {
			if (each !== '') {
				kept.push(each);
			}
		} else if (!placed) {
			placed = true;
			kept.push(field);
		}
	}
	if (!placed) {
		kept.push(field);
	}
	target.search = `?${kept.join('&')}`;
	return target.href;
}

function queryName(field: string): string {
	const name = field.split('=', 1)[0]!.replaceAll('+', ' ');
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

function withBodyField(body: string | undefined, path: JsonPath, cursor: string): string {
	let value: unknown;
	try {
		value = JSON.parse(body === undefined || body.trim() === '' ? '{}' : body);
	} catch {
		throw refusal('cursor.to', `body:${path.text}`, 'a request body that is JSON, for the cursor to go into');
	}
	const before = readJsonPath(value, path);
	const isNumber = /^-?\d+$/.test(cursor) && Number.isSafeInteger(Number(cursor));
	const changed = withJsonPath(value, path, typeof before !== 'string' && isNumber ? Number(cursor) : cursor);
	if (changed === undefined) {
		throw refusal('cursor.to', `body:${path.text}`, 'a path that the request body has room for');
	}
	return JSON.stringify(changed);
}

/** The preset that an answer shows, or undefined where it shows none. */
export function detectCursor(
	headers: AnswerHeaders,
	body: Uint8Array,
): Exclude<CursorPreset, 'auto' | 'none'> | undefined {
	if (headerOf(headers, 'x-consul-index') !== undefined) {
		return 'consul';
	}
	const has = (path: JsonPath): boolean => locateJsonPath(body, 0, body.length, path) !== undefined;
	if (has(paths.lastSeq) && has(paths.results)) {
		return 'couchdb';
	}
	if (has(paths.nextBatch)) {
		return 'matrix';
	}
	const results = arrayElementSpans(body, 0, body.length, paths.result);
	if (results !== undefined && (has(paths.updateId) || (results.length === 0 && has(paths.ok)))) {
		return 'telegram';
	}
	const hasValidator = headerOf(headers, 'etag') !== undefined || headerOf(headers, 'last-modified') !== undefined;
	return hasValidator ? 'validators' : undefined;
}

const paths = {
	lastSeq: parseJsonPath('$.last_seq'),
	results: parseJsonPath('$.results'),
	nextBatch: parseJsonPath('$.next_batch'),
	result: parseJsonPath('$.result'),
	updateId: parseJsonPath('$.result[0].update_id'),
	ok: parseJsonPath('$.ok'),
};

const decoder = new TextDecoder();

function headerOf(headers: AnswerHeaders, name: string): string | undefined {
	const value = headers[name.toLowerCase()];
	const text = typeof value === 'object' ? value[0] : value;
	return text === '' ? undefined : text;
}

/** A cursor's rule in short, for a person. */
export function cursorText(cursor: CursorPreset | CursorRule): string {
	return typeof cursor === 'string' ? cursor : `${cursor.from} → ${cursor.to ?? ''}`;
}
