import { type Problem, problem } from './problem';

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
	/** Attempts after one loss; 0 is without end. */
	readonly maxAttempts: number;
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

/**
 * Puts what `connect` was given over the defaults. The options may come from anywhere, so every value's shape and range
 * is looked at; the first that is wrong is the problem.
 */
export function resolveEndpoint(
	options: ConnectOptions,
	defaults: EndpointDefaults,
): { readonly endpoint: Endpoint } | { readonly problem: Problem } {
	const wrong = (what: string, value: unknown, expected: string): { readonly problem: Problem } => ({
		problem: problem('invalidOption', { what, value: shown(value), expected }),
	});
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
		return wrong('headers', headers, 'an object of names and texts');
	}
	if (subprotocols !== undefined && !(Array.isArray(subprotocols) && subprotocols.every(isText))) {
		return wrong('subprotocols', subprotocols, 'a list of texts');
	}
	if (method !== undefined && !(isText(method) && /^[A-Za-z]+$/.test(method))) {
		return wrong('method', method, 'an HTTP method such as GET or POST');
	}
	if (body !== undefined && !isText(body)) {
		return wrong('body', body, 'a text');
	}
	if (cursor !== undefined && !(cursorPresets as readonly unknown[]).includes(cursor) && !isCursorRule(cursor)) {
		return wrong('cursor', cursor, `${cursorPresets.join(', ')}, or a rule { from, to }`);
	}
	if (intervalSeconds !== undefined && !(intervalSeconds >= 0.05 && intervalSeconds <= 86_400)) {
		return wrong('intervalSeconds', intervalSeconds, 'a number from 0.05 to 86,400');
	}
	if (maxMessageBytes !== undefined && !(maxMessageBytes >= 1 && maxMessageBytes <= 2 ** 31 - 1)) {
		return wrong('maxMessageBytes', maxMessageBytes, 'a number from 1 to 2,147,483,647');
	}
	for (const name of ['reconnect', 'show', 'perMessageDeflate', 'verifyTls'] as const) {
		if (options[name] !== undefined && typeof options[name] !== 'boolean') {
			return wrong(name, options[name], 'true or false');
		}
	}
	for (const name of ['caFile', 'clientCertificateFile', 'clientKeyFile', 'timestampPath'] as const) {
		if (options[name] !== undefined && !isText(options[name])) {
			return wrong(name, options[name], 'a text');
		}
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
		},
	};
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
