import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { Endpoint } from '../../core/endpoint';
import type { Handshake, Phases } from '../../core/handshake';
import { type MessageHead, ProblemError, problem } from '../../core/problem';
import { AnswerArrival } from './answerArrival';
import { headOf } from './httpAnswer';
import { hostOf, isTls, portOf } from './httpProblem';
import { TlsAgent, type TlsConnection } from './tlsAgent';
import { readTlsOptions } from './tlsOptions';
import { TrafficTally } from './trafficTally';
import type { TransportSink } from './transport';

export { headOf, readAnswer } from './httpAnswer';
export { socketProblem } from './httpProblem';

/** Header fields in order; a name may come more than once. */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>;

export interface RequestOptions {
	readonly method: string;
	/** `ws:` and `wss:` are taken as the `http:` and `https:` that they begin with. */
	readonly url: string;
	/** What the transport must send: it wins over the user's fields of the same name. */
	readonly headers?: HeaderList;
	/** What is sent unless the user's fields name it. */
	readonly defaultHeaders?: HeaderList;
	/** The user's fields; `endpoint.headers` where left out. */
	readonly userHeaders?: HeaderList;
	readonly body?: string | Uint8Array;
	/** From `createKeepAliveAgent`; a connection of its own where left out. */
	readonly agent?: http.Agent;
	/** Where its bytes are counted. */
	readonly tally?: TrafficTally;
	/** False: `handshakeTimeoutMs` is the limit for being connected only, and the answer may be held. */
	readonly limitsAnswer?: boolean;
}

/** A request on its way. */
export interface StartedRequest {
	readonly request: http.ClientRequest;
	/** Filled as the steps happen. */
	readonly phases: Phases;
	readonly startedAtMs: number;
	/** The request's line and fields as they go over the wire. */
	readonly head: MessageHead;
	/** What came of the answer so far. */
	readonly arrival: Pick<AnswerArrival, 'arrivedAtMs' | 'firstByteAtMs' | 'headBytes'>;
	/**
	 * When no byte of the request was out yet, but the socket was connected, by the clock of arrivals; undefined until then.
	 * Nothing that the answer tells is older than this.
	 */
	unsentAtMs(): number | undefined;
	/** When the request's last byte was handed to the connected socket, by the clock of arrivals; undefined until then. */
	sentAtMs(): number | undefined;
	/** What is known of the connection, with the answer's head where there is one. */
	handshake(
		response?: http.IncomingMessage,
		extra?: { readonly subprotocol: string; readonly extensions: string },
	): Handshake;
}

/** Methods whose requests carry no body unless one is given (RFC 9110 §9.3). */
const bodylessMethods = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/**
 * An address that does not answer is left for the host's next one after so long. Node's 250 ms gives up on hosts that
 * are merely far away (RFC 8305 §5 allows up to 2 s).
 */
const addressAttemptMs = 1000;

/**
 * Sends an HTTP/1.1 request and measures its steps from its socket's events. Throws a `ProblemError` before anything is
 * sent: `invalidHeader`, `invalidOption` (the method), `malformedUrl`, `certificateUnreadable`. Whatever happens later is
 * an `error` event of the request, which `socketProblem` reads; a time-out is one that carries `connectTimedOut`.
 */
export function startRequest(endpoint: Endpoint, options: RequestOptions, nowMs: () => number): StartedRequest {
	const url = parseUrl(options.url);
	const fields = mergeHeaders(
		options.defaultHeaders ?? [],
		options.userHeaders ?? endpoint.headers,
		options.headers ?? [],
	);
	checkMethod(options.method);
	const agent = options.agent ?? (isTls(url) ? new TlsAgent(readTlsOptions(endpoint.tls)) : undefined);
	const tally = options.tally ?? new TrafficTally();
	const phases: Phases = {};
	const startedAtMs = nowMs();
	const startedAt = performance.now();
	let step: 'dns' | 'tcp' | 'tls' | 'answer' = isIP(hostOf(url)) ? 'tcp' : 'dns';
	let stepAt = startedAt;
	let making: TlsConnection | undefined;
	const watchTcp = (tcp: Socket): void => {
		tcp.once('lookup', () => {
			const at = performance.now();
			phases.dnsMs = at - stepAt;
			stepAt = at;
			step = 'tcp';
		});
		tcp.once('connect', () => {
			const at = performance.now();
			phases.tcpMs = at - stepAt;
			stepAt = at;
			step = isTls(url) ? 'tls' : 'answer';
		});
	};
	if (agent instanceof TlsAgent) {
		agent.watcher = {
			began: (connection) => {
				making = connection;
				tally.followTls(connection);
				watchTcp(connection.tcp);
			},
			secured: (connection) => {
				making = undefined;
				phases.tlsMs = performance.now() - stepAt;
				tally.secured(connection);
			},
		};
	}
	const request = createRequest(endpoint, url, { ...options, agent });
	const { destroy } = request;
	request.destroy = (error) => {
		destroy.call(request, error);
		// A request that has no socket yet can not end the making of one, and is over only then.
		making?.destroy(error ?? hungUp());
		return request;
	};
	for (const [name, value] of fields.values()) {
		request.setHeader(name, value.length === 1 ? value[0]! : value);
	}
	// Node adds these two by itself, but only as it sends; set here, the head can be read before.
	if (!fields.has('connection')) {
		request.setHeader('Connection', options.agent ? 'keep-alive' : 'close');
	}
	const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
	if (!fields.has('content-length') && !fields.has('transfer-encoding')) {
		if (body !== undefined || !bodylessMethods.has(options.method)) {
			request.setHeader('Content-Length', body?.length ?? 0);
		}
	}
	// The head's size is limited by `maxHeaderSize`; a limit of fields on top would drop some without a word.
	request.maxHeadersCount = 0;

	const head = requestHead(request);
	const arrival = new AnswerArrival(tally);
	let bodyBytes = 0;
	let socket: Socket | undefined;
	let localAddress = '';
	let remoteAddress = '';
	let tls: Handshake['tls'];
	let sentAt: number | undefined;
	let sentAtMs: number | undefined;
	let unsentAtMs: number | undefined;
	let connectedAt: number | undefined;
	let firstByteAt: number | undefined;

	const timer = setTimeout(() => {
		const seconds = endpoint.handshakeTimeoutMs / 1000;
		request.destroy(
			new ProblemError(problem('connectTimedOut', { host: hostOf(url), port: portOf(url), seconds, phase: step })),
		);
	}, endpoint.handshakeTimeoutMs);
	const readSocket = (): void => {
		localAddress = addressOf(socket?.localAddress, socket?.localPort);
		remoteAddress = addressOf(socket?.remoteAddress, socket?.remotePort);
		tls = tlsOf(socket);
	};
	const connected = (): void => {
		step = 'answer';
		connectedAt = performance.now();
		unsentAtMs = nowMs();
		tally.sent(socket!, headBytes(head), bodyBytes);
		readSocket();
		if (options.limitsAnswer === false) {
			clearTimeout(timer);
		}
	};
	const answered = (response: http.IncomingMessage): void => {
		clearTimeout(timer);
		arrival.answered(response.headers['transfer-encoding']);
		// A server may answer before it has read the whole request.
		phases.answerMs = Math.max(0, (firstByteAt ?? performance.now()) - Math.max(sentAt ?? 0, connectedAt ?? startedAt));
	};
	const arrived = (piece: Buffer): void => {
		const atMs = nowMs();
		arrival.take(piece, atMs);
		if (phases.answerMs === undefined && arrival.firstByteAtMs === atMs) {
			firstByteAt = performance.now();
		}
	};

	request.once('socket', (given) => {
		socket = given;
		tally.follow(given);
		// First in line, since what the HTTP parser makes of the bytes takes time that is no part of their journey.
		given.prependListener('data', arrived);
		request.once('close', () => given.off('data', arrived));
		if (request.reusedSocket || !given.connecting) {
			connected();
			return;
		}
		watchTcp(given);
		if (isTls(url)) {
			given.once('secureConnect', () => {
				phases.tlsMs = performance.now() - stepAt;
				connected();
			});
		} else {
			given.once('connect', connected);
		}
	});
	request.once('finish', () => {
		sentAt = performance.now();
		sentAtMs = nowMs();
	});
	request.once('response', answered);
	request.once('upgrade', (response: http.IncomingMessage, upgraded: Socket) => {
		// What comes from now on is another protocol's, and has a reader of its own.
		upgraded.off('data', arrived);
		answered(response);
		if (request.listenerCount('upgrade') === 0) {
			// Nobody asked for another protocol: this is no answer that HTTP could be read from.
			upgraded.destroy();
			request.emit(
				'error',
				new ProblemError(problem('wrongStatus', { status: 101, statusText: response.statusMessage ?? '' })),
			);
		}
	});
	request.once('close', () => clearTimeout(timer));
	request.end(body);
	// All of the request waits there for its socket.
	bodyBytes = request.writableLength - headBytes(head);

	return {
		request,
		phases,
		startedAtMs,
		head,
		arrival,
		unsentAtMs: () => unsentAtMs,
		sentAtMs: () => sentAtMs,
		handshake: (response, extra) => ({
			startedAtMs,
			phases,
			request: head,
			response: response && headOf(response),
			localAddress,
			remoteAddress,
			subprotocol: extra?.subprotocol ?? '',
			extensions: extra?.extensions ?? '',
			tls,
		}),
	};
}

/** Tells a transport's sink of an answer's head. */
export function tellAnswered(
	sink: TransportSink,
	{ arrival, unsentAtMs }: StartedRequest,
	response: http.IncomingMessage,
): void {
	const { age, date } = response.headers;
	// An answer with an age was not made for this request (RFC 9111 §5.1), and its date is that of another.
	sink.answered(unsentAtMs() ?? Number.NaN, arrival.firstByteAtMs, age === undefined ? date : undefined);
}

/** An agent whose one connection serves request after request, for the transport that owns it and destroys it. */
export function createKeepAliveAgent(endpoint: Endpoint, url: string): http.Agent {
	const options: https.AgentOptions = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
	return isTls(parseUrl(url)) ? new TlsAgent({ ...options, ...readTlsOptions(endpoint.tls) }) : new http.Agent(options);
}

function parseUrl(text: string): URL {
	try {
		return new URL(text);
	} catch {
		throw new ProblemError(problem('malformedUrl', { url: text }));
	}
}

function createRequest(endpoint: Endpoint, url: URL, options: RequestOptions): http.ClientRequest {
	const common: http.RequestOptions & { autoSelectFamilyAttemptTimeout: number } = {
		method: options.method,
		hostname: hostOf(url),
		port: portOf(url),
		path: url.pathname + url.search,
		auth: url.username === '' ? undefined : `${decode(url.username)}:${decode(url.password)}`,
		agent: options.agent ?? false,
		maxHeaderSize: endpoint.maxHandshakeBytes,
		autoSelectFamilyAttemptTimeout: addressAttemptMs,
	};
	return isTls(url) ? https.request(common) : http.request(common);
}

/** What Node says of a request that was ended without a reason before it was answered. */
function hungUp(): Error {
	return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** A method is a token (RFC 9110 §9.1); CONNECT asks a proxy for a tunnel and has no answer of its own. */
function checkMethod(method: string): void {
	if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method) || method.toUpperCase() === 'CONNECT') {
		const expected = 'an HTTP method such as GET or POST';
		throw new ProblemError(problem('invalidOption', { what: 'method', value: method, expected }));
	}
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// A stray percent sign in a password is taken as itself.
		return text;
	}
}

/** Lays the three lists over each other, by name; a field's own case is kept. */
function mergeHeaders(...lists: HeaderList[]): Map<string, readonly [name: string, values: string[]]> {
	const merged = new Map<string, readonly [name: string, values: string[]]>();
	for (const list of lists) {
		const layer = new Map<string, readonly [name: string, values: string[]]>();
		for (const [name, value] of list) {
			checkHeader(name, value);
			const key = name.toLowerCase();
			const values = layer.get(key)?.[1] ?? [];
			values.push(value);
			layer.set(key, [name, values]);
		}
		for (const [key, field] of layer) {
			merged.set(key, field);
		}
	}
	return merged;
}

/** Field names are tokens, and values hold no control characters (RFC 9110 §5.1, §5.5). */
function checkHeader(name: string, value: string): void {
	const refuse = (reason: string): never => {
		throw new ProblemError(problem('invalidHeader', { name, reason }));
	};
	if (/[\r\n]/.test(name) || /[\r\n]/.test(value)) {
		refuse('it has a line break');
	}
	try {
		http.validateHeaderName(name);
	} catch {
		refuse(name === '' ? 'its name is empty' : 'its name has a character that HTTP does not allow');
	}
	try {
		http.validateHeaderValue(name, value);
	} catch {
		refuse('its value has a character that HTTP does not allow');
	}
}

function requestHead(request: http.ClientRequest): MessageHead {
	const headers: [string, string][] = [];
	for (const name of request.getRawHeaderNames()) {
		const value = request.getHeader(name);
		const values = Array.isArray(value) ? value : [String(value)];
		// Node sends the fields of an array line by line, except cookies, which go in one (RFC 9113 §8.2.3 has why).
		const lines = name.toLowerCase() === 'cookie' ? [values.join('; ')] : values;
		for (const line of lines) {
			headers.push([name, line]);
		}
	}
	return { line: `${request.method} ${request.path} HTTP/1.1`, headers };
}

/** What a request's head takes on the wire: its line, its fields, and the blank line (RFC 9112 §2.1). */
export function headBytes(head: MessageHead): number {
	const lineEndBytes = 2;
	const separatorBytes = 2;
	let bytes = head.line.length + lineEndBytes + lineEndBytes;
	for (const [name, value] of head.headers) {
		// Node writes fields one character a byte.
		bytes += name.length + separatorBytes + value.length + lineEndBytes;
	}
	return bytes;
}

/** `address:port`, an IPv6 address in brackets; '' where there is none. */
function addressOf(address: string | undefined, port: number | undefined): string {
	if (address === undefined || port === undefined) {
		return '';
	}
	return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function tlsOf(socket: Socket | undefined): Handshake['tls'] {
	if (!(socket instanceof TLSSocket)) {
		return undefined;
	}
	const reason = socket.authorizationError as Error | string | undefined | null;
	return {
		protocol: socket.getProtocol() ?? '',
		cipher: socket.getCipher()?.standardName ?? '',
		authorized: socket.authorized,
		...(reason ? { reason: typeof reason === 'string' ? reason : reason.message } : {}),
	};
}
