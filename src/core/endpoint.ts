import { applyCursor, planCursor } from './cursor';
import { parseJsonPath } from './json/path';
import { type Problem, ProblemError, problem } from './problem';

/** The four transports, by the names that commands take and return. */
export const transportNames = ['webSocket', 'eventStream', 'longPoll', 'polling'] as const;
export type TransportName = (typeof transportNames)[number];

/** What `connect` takes: the whole of it can come from a keybinding or another extension. */
export interface ConnectOptions {
	/** `ws:`, `wss:`, `http:`, `https:`; without a scheme `http:` is meant, without a host `localhost`. */
	readonly url: string;
	/** Detected where left out. */
	readonly transport?: TransportName;
	readonly headers?: Readonly<Record<string, string>>;
	readonly subprotocols?: readonly string[];
	/** GET where left out. */
	readonly method?: string;
	/** The request's body, for event streams and polling. */
	readonly body?: string;
	readonly cursor?: CursorPreset | CursorRule;
	/** Between two polls' starts, for `polling`. */
	readonly intervalSeconds?: number;
	/** Longest message, event or answer taken, in bytes. */
	readonly maxMessageBytes?: number;
	/** False leaves an ended connection ended. */
	readonly reconnect?: boolean;
	/** False leaves the panel closed. */
	readonly show?: boolean;
	/** Offer permessage-deflate (RFC 7692). */
	readonly perMessageDeflate?: boolean;
	/** False accepts a certificate that does not verify. */
	readonly verifyTls?: boolean;
	/** A PEM file of certificate authorities to trust instead of the built-in ones. */
	readonly caFile?: string;
	/** A PEM file with the client's certificate. */
	readonly clientCertificateFile?: string;
	/** A PEM file with the client certificate's key. */
	readonly clientKeyFile?: string;
	/** Where events carry their sending time: a JSON path, `detect`, or `none`. */
	readonly timestampPath?: string;
	/** Where events carry a number or an ordered id: a JSON path, `id` (of server-sent events), `detect`, or `none`. */
	readonly sequencePath?: string;
	/** What is known of the sender's clock. */
	readonly clock?: ClockSetting;
	/** An application-level echo for a WebSocket's round trip, and where it carries its time for the clock's offset. */
	readonly echo?: EchoOptions;
}

/**
 * What is known of the sender's clock.
 *
 * - `auto`: the same as ours for an endpoint on this machine, else estimated from what the server offers, else relative.
 * - `same`: it agrees with ours. `estimate`: never taken to be ours, also on this machine (behind a port forward, for one).
 * - `relative`: nothing is known; lag is told above the least seen.
 * - A number: how far our clock is ahead of the sender's, in milliseconds.
 */
export type ClockSetting = 'auto' | 'same' | 'estimate' | 'relative' | number;

/**
 * An echo: a message that the server answers. `${nonce}` in `message` stands for a fresh text of hexadecimal digits, `${sentAtMs}` for our time
 * in whole epoch milliseconds.
 */
export interface EchoOptions {
	/** What is sent, as text. */
	readonly message: string;
	/** The JSON path at which the answer has the nonce; left out, an answer is a message that contains it. */
	readonly noncePath?: string;
	/** JSON paths at which the answer has the server's time of receiving and of sending; one alone stands for both. */
	readonly receivedAtPath?: string;
	readonly sentAtPath?: string;
}

/** The dialects that are known by name; `none` carries nothing, `auto` takes what the first answer shows. */
export const cursorPresets = ['auto', 'none', 'validators', 'couchdb', 'consul', 'telegram', 'matrix'] as const;
export type CursorPreset = (typeof cursorPresets)[number];

/**
 * How a cursor goes from one answer to the next request.
 *
 * `from`: a JSON path into the answer (`$.last_seq`, `$.result[-1].update_id`), `header:NAME`, or `validators`
 * (`ETag` and `Last-Modified`, sent back as `If-None-Match` and `If-Modified-Since`; `to` is then not needed).
 * `to`: `query:NAME`, `header:NAME`, or `body:$.path` (a field of a JSON body).
 */
export interface CursorRule {
	readonly from: string;
	readonly to?: string;
	/** Added to a numeric cursor, as Telegram's `update_id` + 1 wants. */
	readonly add?: number;
	/** A JSON path to the array whose elements are the answer's events; an answer that is itself an array needs none. */
	readonly events?: string;
}

/** All that a session needs to know of where it connects, with every default in place. */
export interface Endpoint {
	/** Normalised: a scheme, no fragment. */
	readonly url: string;
	/** Undefined: to be detected. */
	readonly transport: TransportName | undefined;
	readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
	readonly subprotocols: readonly string[];
	readonly method: string;
	readonly body: string | undefined;
	readonly cursor: CursorPreset | CursorRule;
	readonly pollIntervalMs: number;
	readonly maxMessageBytes: number;
	/** Longest HTTP response head taken, in bytes. */
	readonly maxHandshakeBytes: number;
	/** From the first byte out to a handshake's or an answer's head in, in milliseconds. */
	readonly handshakeTimeoutMs: number;
	/** A held request without an answer for so long counts as an empty cycle, in milliseconds. */
	readonly holdTimeoutMs: number;
	readonly perMessageDeflate: boolean;
	readonly tls: TlsOptions;
	readonly reconnect: ReconnectOptions;
	/** Between two WebSocket pings, in milliseconds; 0 sends none. */
	readonly pingIntervalMs: number;
	/** A JSON path, `detect` or `none`. */
	readonly timestampPath: string;
	/** A JSON path, `id`, `detect` or `none`. */
	readonly sequencePath: string;
	readonly clock: ClockSetting;
	/** Whether the clock may be estimated by HEAD requests to the origin, where nothing else tells it. */
	readonly clockProbes: boolean;
	readonly echo: EchoOptions | undefined;
	readonly stall: StallOptions;
}

/** A gap is a stall above `factor` times the running median, and not below `leastMs`. */
export interface StallOptions {
	readonly factor: number;
	readonly leastMs: number;
}

export interface TlsOptions {
	readonly verify: boolean;
	readonly caFile: string | undefined;
	readonly clientCertificateFile: string | undefined;
	readonly clientKeyFile: string | undefined;
}

/** Exponential back-off with full jitter: the n-th wait is random(0, min(cap, base·2ⁿ)). */
export interface ReconnectOptions {
	readonly enabled: boolean;
	readonly baseMs: number;
	readonly capMs: number;
	/** Attempts after one loss, until a connection stays open for a while; 0 is without end. */
	readonly maxAttempts: number;
}

/**
 * Whether the endpoint's request can be sent again, or sent to see what comes, without changing or costing anything: a
 * GET or HEAD without a body (RFC 9110 §9.2.1). A POST may order, write or be charged for, so it goes out when asked for.
 */
export function isSafeToRepeat({ method, body }: Pick<Endpoint, 'method' | 'body'>): boolean {
	return /^(GET|HEAD)$/i.test(method) && body === undefined;
}

/** A WebSocket's URL has the scheme ws or wss, every other transport's http or https. */
export function urlFor(transport: TransportName, url: string): string {
	return transport === 'webSocket' ? url.replace(/^http/, 'ws') : url.replace(/^ws/, 'http');
}

/**
 * Reads what a person types as an address: `ws://host/x`, `https://host`, `localhost:3000/x`, `:3000/x`.
 *
 * Without a scheme `http:` is meant, and without a host `localhost`. A fragment is dropped (RFC 6455 §3 forbids it and
 * HTTP does not send it).
 */
export function parseAddress(text: string): { readonly url: string } | { readonly problem: Problem } {
	let address = text.trim();
	if (address.startsWith(':')) {
		address = `localhost${address}`;
	}
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
	if (scheme === undefined) {
		address = `http://${address}`;
	} else if (scheme !== 'ws' && scheme !== 'wss' && scheme !== 'http' && scheme !== 'https') {
		return { problem: problem('unsupportedScheme', { scheme }) };
	}
	let url: URL;
	try {
		url = new URL(address);
	} catch {
		return { problem: problem('malformedUrl', { url: text }) };
	}
	if (url.hostname === '' || /\s/.test(text.trim())) {
		return { problem: problem('malformedUrl', { url: text }) };
	}
	url.hash = '';
	return { url: url.href };
}

/** What the user's settings say where `connect` says nothing. */
export type EndpointDefaults = Omit<Endpoint, 'url' | 'transport' | 'method' | 'body'>;

const sequencePathExpected = 'a JSON path such as $.id, id, detect or none';
const clockExpected = 'auto, same, estimate, relative, or a number of milliseconds';
// `\u0024` is a dollar sign, which no template is meant by.
const echoExpected =
	'{ message } with \u0024{nonce} in it, and optional JSON paths noncePath, receivedAtPath, sentAtPath';
const timestampPathExpected = 'a JSON path such as $.sentAt, detect or none';
const headersExpected = 'an object of names and texts';
const listExpected = 'a list of texts';
const cursorExpected = `${cursorPresets.join(', ')}, or a rule { from, to }`;

/**
 * Puts what `connect` was given over the defaults. The options may come from anywhere, and the defaults from a settings
 * file that a person wrote, so every value's shape and range is looked at; the first that is wrong is the problem. One of
 * the defaults is named by its setting.
 */
export function resolveEndpoint(
	options: ConnectOptions,
	defaults: EndpointDefaults,
): { readonly endpoint: Endpoint } | { readonly problem: Problem } {
	if (typeof options !== 'object' || options === null || typeof options.url !== 'string') {
		return wrong(
			'url',
			(options as unknown as { url?: unknown } | null)?.url,
			'a text such as "ws://localhost:8080/feed"',
		);
	}
	const address = parseAddress(options.url);
	if ('problem' in address) {
		return address;
	}
	const { transport, headers, subprotocols, method, body, cursor, intervalSeconds, maxMessageBytes } = options;
	if (transport !== undefined && !transportNames.includes(transport)) {
		return wrong('transport', transport, transportNames.join(', '));
	}
	if (headers !== undefined && (!isRecord(headers) || !Object.values(headers).every(isText))) {
		return wrong('headers', headers, headersExpected);
	}
	if (subprotocols !== undefined && !isTextList(subprotocols)) {
		return wrong('subprotocols', subprotocols, listExpected);
	}
	if (method !== undefined && !(isText(method) && /^[A-Za-z]+$/.test(method))) {
		return wrong('method', method, 'an HTTP method such as GET or POST');
	}
	if (body !== undefined && !isText(body)) {
		return wrong('body', body, 'a text');
	}
	if (intervalSeconds !== undefined && !isNumber(intervalSeconds, 0.05, 86_400)) {
		return wrong('intervalSeconds', intervalSeconds, 'a number from 0.05 to 86,400');
	}
	if (maxMessageBytes !== undefined && !isWhole(maxMessageBytes, 1, mostMessageBytes)) {
		return wrong('maxMessageBytes', maxMessageBytes, wholeExpected(1, mostMessageBytes));
	}
	for (const name of ['reconnect', 'show', 'perMessageDeflate', 'verifyTls'] as const) {
		if (options[name] !== undefined && typeof options[name] !== 'boolean') {
			return wrong(name, options[name], 'true or false');
		}
	}
	for (const name of ['caFile', 'clientCertificateFile', 'clientKeyFile'] as const) {
		if (options[name] !== undefined && !isText(options[name])) {
			return wrong(name, options[name], 'a text');
		}
	}
	const problemFound =
		(cursor !== undefined ? cursorProblem(cursor, body, 'cursor') : undefined) ??
		(options.timestampPath !== undefined ? timestampPathProblem(options.timestampPath) : undefined) ??
		(options.sequencePath !== undefined ? sequencePathProblem(options.sequencePath) : undefined) ??
		(options.clock !== undefined ? clockProblem(options.clock) : undefined) ??
		(options.echo !== undefined ? echoProblem(options.echo, 'echo') : undefined) ??
		settingsProblem(defaults, options);
	if (problemFound !== undefined) {
		return { problem: problemFound };
	}
	return {
		endpoint: {
			...defaults,
			url: address.url,
			transport: transport ?? (/^wss?:/.test(address.url) ? 'webSocket' : undefined),
			headers: mergeHeaders(defaults.headers, Object.entries(headers ?? {})),
			subprotocols: subprotocols ?? defaults.subprotocols,
			method: (method ?? 'GET').toUpperCase(),
			body,
			cursor: cursor ?? defaults.cursor,
			pollIntervalMs: intervalSeconds === undefined ? defaults.pollIntervalMs : intervalSeconds * 1000,
			maxMessageBytes: maxMessageBytes ?? defaults.maxMessageBytes,
			perMessageDeflate: options.perMessageDeflate ?? defaults.perMessageDeflate,
			tls: {
				verify: options.verifyTls ?? defaults.tls.verify,
				caFile: options.caFile ?? defaults.tls.caFile,
				clientCertificateFile: options.clientCertificateFile ?? defaults.tls.clientCertificateFile,
				clientKeyFile: options.clientKeyFile ?? defaults.tls.clientKeyFile,
			},
			reconnect: { ...defaults.reconnect, enabled: options.reconnect ?? defaults.reconnect.enabled },
			timestampPath: options.timestampPath ?? defaults.timestampPath,
			sequencePath: options.sequencePath ?? defaults.sequencePath,
			clock: options.clock ?? defaults.clock,
			echo: options.echo ?? defaults.echo,
		},
	};
}

/** What is wrong with a place for sending times: a JSON path, `detect` or `none`; undefined where nothing is. */
export function timestampPathProblem(path: unknown, what = 'timestampPath'): Problem | undefined {
	if (!isText(path)) {
		return wrong(what, path, timestampPathExpected).problem;
	}
	// An empty text is a setting that was cleared, and means its default.
	if (path === 'detect' || path === 'none' || path === '') {
		return undefined;
	}
	try {
		parseJsonPath(path);
		return undefined;
	} catch {
		return wrong(what, path, timestampPathExpected).problem;
	}
}

/** What is wrong with a place for ids: a JSON path, `id`, `detect` or `none`; undefined where nothing is. */
export function sequencePathProblem(path: unknown, what = 'sequencePath'): Problem | undefined {
	const isFine = path === 'id' || timestampPathProblem(path) === undefined;
	return isFine ? undefined : wrong(what, path, sequencePathExpected).problem;
}

/** Longest offset of a clock that is taken, in milliseconds: a century. */
const mostOffsetMs = 100 * 366 * 86_400_000;

/** What is wrong with a setting of the sender's clock; undefined where nothing is. */
export function clockProblem(clock: unknown, what = 'clock'): Problem | undefined {
	const isFine =
		(typeof clock === 'string' && ['auto', 'same', 'estimate', 'relative'].includes(clock)) ||
		isNumber(clock, -mostOffsetMs, mostOffsetMs);
	return isFine ? undefined : wrong(what, clock, clockExpected).problem;
}

function echoProblem(echo: unknown, what: string): Problem | undefined {
	const isPath = (path: unknown): boolean =>
		path === undefined || (isText(path) && path.startsWith('$') && timestampPathProblem(path) === undefined);
	const isFine =
		isRecord(echo) &&
		isText(echo.message) &&
		/\$\{nonce\}/.test(echo.message) &&
		[echo.noncePath, echo.receivedAtPath, echo.sentAtPath].every(isPath);
	return isFine ? undefined : wrong(what, echo, echoExpected).problem;
}

/**
 * What is wrong with a cursor, its rule's paths and the body that it may go into among it. Found out here, a rule that
 * can't work never becomes a session.
 */
function cursorProblem(cursor: unknown, body: string | undefined, what: string): Problem | undefined {
	if (!(cursorPresets as readonly unknown[]).includes(cursor) && !isCursorRule(cursor)) {
		return wrong(what, cursor, cursorExpected).problem;
	}
	try {
		const plan = planCursor(cursor as CursorPreset | CursorRule);
		applyCursor({ url: 'http://localhost/', headers: [], body }, plan, { value: '1', lastModified: undefined });
		return undefined;
	} catch (error) {
		if (error instanceof ProblemError) {
			return error.problem;
		}
		throw error;
	}
}

/** The first of the defaults that is wrong, by its setting's name; those that an option overrides are left out. */
function settingsProblem(defaults: EndpointDefaults, options: ConnectOptions): Problem | undefined {
	const setting = (name: string): string => `transportInspector.${name}`;
	const seconds = (name: string, milliseconds: unknown, least: number, most: number): Problem | undefined =>
		isNumber(milliseconds, least * 1000, most * 1000)
			? undefined
			: wrong(
					setting(name),
					typeof milliseconds === 'number' ? milliseconds / 1000 : milliseconds,
					`a number from ${grouped(least)} to ${grouped(most)}`,
				).problem;
	const whole = (name: string, value: unknown, least: number, most: number): Problem | undefined =>
		isWhole(value, least, most) ? undefined : wrong(setting(name), value, wholeExpected(least, most)).problem;
	const flag = (name: string, value: unknown): Problem | undefined =>
		typeof value === 'boolean' ? undefined : wrong(setting(name), value, 'true or false').problem;
	const file = (name: string, value: unknown): Problem | undefined =>
		value === undefined || isText(value) ? undefined : wrong(setting(name), value, 'a text').problem;
	const { headers, subprotocols, reconnect, tls } = defaults;
	return (
		(headers.every((pair) => pair.every(isText))
			? undefined
			: wrong(setting('headers'), Object.fromEntries(headers), headersExpected).problem) ??
		(options.subprotocols !== undefined || isTextList(subprotocols)
			? undefined
			: wrong(setting('webSocket.subprotocols'), subprotocols, listExpected).problem) ??
		(options.cursor === undefined
			? cursorProblem(defaults.cursor, options.body, setting('polling.cursor'))
			: undefined) ??
		(options.intervalSeconds === undefined
			? seconds('polling.intervalSeconds', defaults.pollIntervalMs, 0.05, 86_400)
			: undefined) ??
		(options.maxMessageBytes === undefined
			? whole('limits.maxMessageBytes', defaults.maxMessageBytes, 1, mostMessageBytes)
			: undefined) ??
		whole('limits.maxHandshakeBytes', defaults.maxHandshakeBytes, 1024, 16_777_216) ??
		seconds('limits.handshakeTimeoutSeconds', defaults.handshakeTimeoutMs, 0.1, 600) ??
		seconds('longPoll.holdTimeoutSeconds', defaults.holdTimeoutMs, 1, 3600) ??
		seconds('webSocket.pingIntervalSeconds', defaults.pingIntervalMs, 0, 3600) ??
		seconds('reconnect.baseSeconds', reconnect.baseMs, 0.05, 60) ??
		seconds('reconnect.capSeconds', reconnect.capMs, 1, 3600) ??
		whole('reconnect.maxAttempts', reconnect.maxAttempts, 0, 100_000) ??
		flag('reconnect.enabled', reconnect.enabled) ??
		flag('webSocket.perMessageDeflate', defaults.perMessageDeflate) ??
		flag('tls.verify', tls.verify) ??
		file('tls.caFile', tls.caFile) ??
		file('tls.clientCertificateFile', tls.clientCertificateFile) ??
		file('tls.clientKeyFile', tls.clientKeyFile) ??
		(options.timestampPath === undefined
			? timestampPathProblem(defaults.timestampPath, setting('lag.timestampPath'))
			: undefined) ??
		(options.sequencePath === undefined
			? sequencePathProblem(defaults.sequencePath, setting('sequence.path'))
			: undefined) ??
		(options.clock === undefined ? clockProblem(defaults.clock, setting('lag.clock')) : undefined) ??
		(options.echo === undefined && defaults.echo !== undefined
			? echoProblem(defaults.echo, setting('webSocket.echo'))
			: undefined) ??
		flag('lag.clockProbes', defaults.clockProbes) ??
		(isNumber(defaults.stall.factor, 2, 1000)
			? undefined
			: wrong(setting('stall.factor'), defaults.stall.factor, 'a number from 2 to 1,000').problem) ??
		seconds('stall.leastSeconds', defaults.stall.leastMs, 0.01, 3600)
	);
}

const mostMessageBytes = 2 ** 31 - 1;

function wrong(what: string, value: unknown, expected: string): { readonly problem: Problem } {
	return { problem: problem('invalidOption', { what, value: shown(value), expected }) };
}

/** A number and nothing that would pass for one by coercion. */
function isNumber(value: unknown, least: number, most: number): value is number {
	return typeof value === 'number' && value >= least && value <= most;
}

function isWhole(value: unknown, least: number, most: number): value is number {
	return Number.isInteger(value) && isNumber(value, least, most);
}

function wholeExpected(least: number, most: number): string {
	return `a whole number from ${grouped(least)} to ${grouped(most)}`;
}

function grouped(value: number): string {
	return value.toLocaleString('en');
}

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>;

/** Names are compared without regard to case; the later list wins. */
function mergeHeaders(defaults: HeaderList, given: HeaderList): HeaderList {
	const names = new Set(given.map(([name]) => name.toLowerCase()));
	return [...defaults.filter(([name]) => !names.has(name.toLowerCase())), ...given];
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

function isTextList(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every(isText);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCursorRule(value: unknown): boolean {
	return (
		isRecord(value) &&
		isText(value.from) &&
		(value.to === undefined || isText(value.to)) &&
		(value.add === undefined || typeof value.add === 'number') &&
		(value.events === undefined || isText(value.events))
	);
}

function shown(value: unknown): string {
	return (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))).slice(0, 120);
}
