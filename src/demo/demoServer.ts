/**
 * The demo dev server: one feed of numbered, timestamped JSON events over all four transports, so that they can be
 * watched side by side. It listens on 127.0.0.1 only.
 *
 * Every route takes `?rate=` (events a second, 0.01 to 20,000; 10 where left out) and `?bytes=` (of each event's JSON,
 * 128 to 1,048,576; 128 where left out). Requests with the same two get the same events with the same numbers, whatever
 * their transport. A feed that nobody listens to or asks for during 60 s stops. Its last 10,000 events or 8 MB are kept
 * for clients that come back or are slow; who falls behind these misses events, which their numbers show.
 *
 * - `/ws`: a WebSocket. Sends each event as one text message, and what it is sent back as it came; `?feed=off` only the
 *   latter. Picks the first subprotocol offered and accepts permessage-deflate, for
 *   messages from 1,024 bytes on.
 * - `/sse`: an event stream with `id`, `event` and `data`, `retry: 2000` at its start and a comment each 15 s. Goes on
 *   after `Last-Event-ID`.
 * - `/long-poll`: CouchDB's dialect, `{"results":[…],"last_seq":N}`. With `?since=N` it answers at once when there are
 *   events after N; else the next event is the answer, or 204 after 25 s (`?hold=` seconds).
 * - `/poll`: answers at once with a JSON array and an `ETag` that is the last event's number. With it as
 *   `If-None-Match`, the array holds only what came since (the idea of RFC 3229 §10.9's feeds, but with status 200,
 *   which every client takes), or the answer is 304; without it, the last 10 events.
 *
 * A number from the future, as a client has it that knew an earlier server on the same port, counts as none.
 */
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Feed, Feeds, mostKeptBytes, mostKeptEvents } from './feed';
import type { MarketEvent } from './marketEvents';
import type { DemoUrls } from './messages';
import { BadRequest, feedShapeOf, holdMsOf, sinceOf, wantsFeed } from './query';
import { mostWaitingBytes, Subscriber } from './subscriber';

const loopback = '127.0.0.1';
const mostFeeds = 16;
const mostConnections = 1000;
/** Above the 5 s that polls are usually apart, and above a minute's long poll: a reused connection is no race to lose. */
const keepAliveMs = 75_000;
/** What still waits when the server closes gets so long to leave. */
const closeGraceMs = 500;
const goingAway = 1001;
/** A shorter message is sent as it is: `ws` compresses some thousand a second at most, and the fast feeds are faster. */
const leastCompressedBytes = 1024;
/** A first poll shows what the feed looks like. */
const eventsWithoutValidator = 10;
const mostEventsPerAnswer = 1000;
const mostBytesPerAnswer = 1_000_000;
/** The header fields of every answer that holds events: none of them is worth keeping. */
const uncached = { 'Cache-Control': 'no-cache' };

/** Where to listen, and times that tests shorten. */
export interface DemoServerOptions {
	/** 0 or left out: a free one. */
	readonly port?: number;
	/** Between two comments of an event stream. */
	readonly heartbeatMs?: number;
	/** Without listeners and requests for so long, a feed stops. */
	readonly idleFeedAfterMs?: number;
}

/** A running demo server. */
export interface DemoServer {
	readonly urls: DemoUrls;
	readonly port: number;
	/** Feeds that run. */
	feedCount(): number;
	/** Says goodbye to every client and resolves when no socket and no timer is left. */
	close(): Promise<void>;
}

/** Starts a server on 127.0.0.1; rejects with one sentence where the port can't be had. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
	const { port = 0, heartbeatMs = 15_000, idleFeedAfterMs = 60_000 } = options;
	const feeds = new Feeds(mostFeeds, idleFeedAfterMs);
	/** Ends each request that is still being answered, in good order. */
	const open = new Set<() => void>();
	const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
	const server = createServer((request, response) => {
		// A body is allowed, so that a POST can be tried here, and has no meaning.
		request.resume();
		try {
			answer(request, response, feeds, open, heartbeatMs);
		} catch (error) {
			sendSentence(response, ...refusalOf(error));
		}
	});
	server.keepAliveTimeout = keepAliveMs;
	server.maxConnections = mostConnections;
	server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		// A client that goes away meanwhile is no error.
		socket.on('error', () => socket.destroy());
		try {
			const { path, query } = targetOf(request);
			if (path !== '/ws') {
				refuseUpgrade(socket, 404, `There is no WebSocket at ${path}: it is at /ws.`);
				return;
			}
			const feed = wantsFeed(query) ? feedOf(feeds, query) : undefined;
			webSockets.handleUpgrade(request, socket, head, (webSocket) => serveWebSocket(webSocket, socket, feed));
		} catch (error) {
			refuseUpgrade(socket, ...refusalOf(error));
		}
	});

	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenSentence(error, port))));
		server.listen(port, loopback, resolve);
	});
	const { port: listeningPort } = server.address() as AddressInfo;
	const origin = `${loopback}:${listeningPort}`;
	let closing: Promise<void> | undefined;
	return {
		urls: {
			webSocket: `ws://${origin}/ws`,
			eventStream: `http://${origin}/sse`,
			longPoll: `http://${origin}/long-poll`,
			polling: `http://${origin}/poll`,
		},
		port: listeningPort,
		feedCount: () => feeds.size,
		close: () => {
			closing ??= new Promise((resolve) => {
				for (const end of [...open]) {
					end();
				}
				for (const webSocket of webSockets.clients) {
					webSocket.close(goingAway, 'The demo server stops.');
				}
				feeds.stop();
				// An answer that was just ended leaves an idle connection behind as soon as it has left.
				const idleTimer = setInterval(() => server.closeIdleConnections(), 20);
				const graceTimer = setTimeout(() => {
					for (const webSocket of webSockets.clients) {
						webSocket.terminate();
					}
					server.closeAllConnections();
				}, closeGraceMs);
				server.close(() => {
					clearInterval(idleTimer);
					clearTimeout(graceTimer);
					resolve();
				});
			});
			return closing;
		},
	};
}

function answer(
	request: IncomingMessage,
	response: ServerResponse,
	feeds: Feeds,
	open: Set<() => void>,
	heartbeatMs: number,
): void {
	const { path, query } = targetOf(request);
	const route = routes[path];
	if (route === undefined) {
		sendSentence(response, 404, `There is nothing at ${path}: see /ws, /sse, /long-poll and /poll.`);
	} else if (request.method !== 'GET' && request.method !== 'POST') {
		sendSentence(response, 405, `${request.method} is not for ${path}: use GET.`, { Allow: 'GET, POST' });
	} else {
		const ends = route(request, response, query, () => feedOf(feeds, query), heartbeatMs);
		if (ends !== undefined) {
			open.add(ends.inGoodOrder);
			response.once('close', () => {
				open.delete(ends.inGoodOrder);
				ends.disposed();
			});
		}
	}
}

/** Answers a request, or begins to; then it returns how to end the answer and what to undo when it has ended. */
type Route = (
	request: IncomingMessage,
	response: ServerResponse,
	query: URLSearchParams,
	feed: () => Feed,
	heartbeatMs: number,
) => { inGoodOrder(): void; disposed(): void } | undefined;

const routes: Readonly<Record<string, Route>> = {
	'/': (request, response) => {
		const host = request.headers.host ?? loopback;
		const text = [
			'The demo server of Transport Inspector: one feed over four transports.',
			'',
			`WebSocket     ws://${host}/ws`,
			`Event stream  http://${host}/sse`,
			`Long polling  http://${host}/long-poll?since=0`,
			`Polling       http://${host}/poll`,
			'',
			'Each takes ?rate=10 (events a second) and ?bytes=128 (of each event).',
			'',
		].join('\n');
		sendBody(response, 200, 'text/plain; charset=utf-8', text);
		return undefined;
	},
	'/ws': (_request, response) => {
		sendSentence(response, 426, 'This is a WebSocket: connect to it with ws: in place of http:.', {
			Connection: 'Upgrade',
			Upgrade: 'websocket',
		});
		return undefined;
	},
	'/sse': (request, response, _query, feedOfQuery, heartbeatMs) => {
		const feed = feedOfQuery();
		response.writeHead(200, {
			'Content-Type': 'text/event-stream',
			...uncached,
			// nginx would collect events before it passes them on.
			'X-Accel-Buffering': 'no',
		});
		response.write('retry: 2000\n\n');
		const subscriber = new Subscriber(feed, startOf(feed, idIn(request.headers['last-event-id'])), {
			waitingBytes: () => response.writableLength,
			write: (events) => {
				// Else Node holds it back until everything else of this turn of the event loop is done.
				response.cork();
				response.write(events.map(eventStreamBlock).join(''));
				response.uncork();
			},
		});
		const heartbeat = setInterval(() => {
			if (response.writableLength < mostWaitingBytes) {
				response.write(': heartbeat\n\n');
			}
		}, heartbeatMs);
		response.on('drain', () => subscriber.pump());
		subscriber.pump();
		return {
			inGoodOrder: () => response.end(),
			disposed: () => {
				clearInterval(heartbeat);
				subscriber.dispose();
			},
		};
	},
	'/long-poll': (_request, response, query, feedOfQuery) => {
		const holdMs = holdMsOf(query);
		const since = sinceOf(query);
		const feed = feedOfQuery();
		const afterId = startOf(feed, since);
		if (feed.lastId > afterId) {
			sendChanges(response, feed, afterId);
			return undefined;
		}
		const sendNothing = (): void => {
			if (!response.writableEnded) {
				response.writeHead(204, uncached).end();
			}
		};
		const timer = setTimeout(sendNothing, holdMs);
		const unsubscribe = feed.subscribe(() => {
			if (!response.writableEnded) {
				sendChanges(response, feed, afterId);
			}
		});
		return {
			inGoodOrder: sendNothing,
			disposed: () => {
				clearTimeout(timer);
				unsubscribe();
			},
		};
	},
	'/poll': (request, response, _query, feedOfQuery) => {
		const feed = feedOfQuery();
		const knownId = idIn(request.headers['if-none-match']);
		const isKnown = knownId !== undefined && knownId <= feed.lastId;
		const afterId = isKnown ? knownId : feed.lastId - eventsWithoutValidator;
		// All that is kept: a poll each 5 s of a fast feed would otherwise fall behind for ever.
		const events = feed.eventsAfter(afterId, mostKeptEvents, mostKeptBytes);
		const validator = { ...uncached, ETag: `"${feed.lastId}"` };
		if (isKnown && events.length === 0) {
			response.writeHead(304, validator).end();
		} else {
			sendBody(response, 200, 'application/json', `[${events.map((event) => event.json).join(',\n')}]`, validator);
		}
		return undefined;
	},
};

function serveWebSocket(webSocket: WebSocket, socket: Duplex, feed: Feed | undefined): void {
	// A breach of the protocol is answered with a close frame by ws itself.
	webSocket.on('error', () => {});
	webSocket.on('message', (data: Buffer, isBinary: boolean) => {
		webSocket.send(data, { binary: isBinary, compress: data.length >= leastCompressedBytes }, () => {
			if (webSocket.isPaused && webSocket.bufferedAmount < mostWaitingBytes) {
				webSocket.resume();
			}
		});
		// Who sends without reading is no longer read from: echoes have to come back whole, so none can be left out.
		if (webSocket.bufferedAmount >= mostWaitingBytes) {
			webSocket.pause();
		}
	});
	if (feed === undefined) {
		return;
	}
	const subscriber = new Subscriber(feed, feed.lastId, {
		waitingBytes: () => webSocket.bufferedAmount,
		write: (events) => {
			// One write to the socket for events that are due at once, each a frame of its own all the same.
			socket.cork();
			for (const event of events) {
				webSocket.send(event.json, { compress: event.json.length >= leastCompressedBytes });
			}
			socket.uncork();
		},
	});
	const pump = (): void => subscriber.pump();
	socket.on('drain', pump);
	webSocket.once('close', () => {
		socket.off('drain', pump);
		subscriber.dispose();
	});
}

function sendChanges(response: ServerResponse, feed: Feed, afterId: number): void {
	const events = feed.eventsAfter(afterId, mostEventsPerAnswer, mostBytesPerAnswer);
	const results = events.map((event) => event.json).join(',\n');
	const body = `{"results":[\n${results}\n],\n"last_seq":${events.at(-1)?.id ?? afterId}}\n`;
	sendBody(response, 200, 'application/json', body, uncached);
}

function eventStreamBlock(event: MarketEvent): string {
	return `id: ${event.id}\nevent: ${event.name}\ndata: ${event.json}\n\n`;
}

/** The event number after which a client goes on: what it knows, within what is kept. */
function startOf(feed: Feed, knownId: number | undefined): number {
	return Math.max(Math.min(knownId ?? feed.lastId, feed.lastId), feed.firstKeptId - 1);
}

/** The first whole number of a header field, be it `17`, `"17"` or `W/"17"`. */
function idIn(field: string | string[] | undefined): number | undefined {
	const digits = /\d{1,15}/.exec(String(field ?? ''))?.[0];
	return digits === undefined ? undefined : Number(digits);
}

function feedOf(feeds: Feeds, query: URLSearchParams): Feed {
	const feed = feeds.get(feedShapeOf(query));
	if (feed === undefined) {
		throw new TooManyFeeds();
	}
	return feed;
}

class TooManyFeeds extends Error {}

function targetOf(request: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
	try {
		const url = new URL(`http://${loopback}${request.url}`);
		return { path: url.pathname, query: url.searchParams };
	} catch {
		throw new BadRequest('The request names no path.');
	}
}

function refusalOf(error: unknown): [status: number, sentence: string] {
	if (error instanceof BadRequest) {
		return [400, error.message];
	}
	if (error instanceof TooManyFeeds) {
		return [503, `${mostFeeds} feeds of different rate or size run already: let one go idle, or use one of them.`];
	}
	return [500, `The demo server has a defect: ${error instanceof Error ? error.message : String(error)}.`];
}

function sendSentence(
	response: ServerResponse,
	status: number,
	sentence: string,
	headers: Readonly<Record<string, string>> = {},
): void {
	sendBody(response, status, 'text/plain; charset=utf-8', `${sentence}\n`, headers);
}

function sendBody(
	response: ServerResponse,
	status: number,
	contentType: string,
	text: string,
	headers: Readonly<Record<string, string>> = {},
): void {
	const body = Buffer.from(text);
	response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length, ...headers }).end(body);
}

function refuseUpgrade(socket: Duplex, status: number, sentence: string): void {
	const body = `${sentence}\n`;
	// The server no longer knows this socket, so nothing else would end it for a client that doesn't.
	socket.once('finish', () => socket.destroy());
	socket.end(
		[
			`HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
			'Connection: close',
			'Content-Type: text/plain; charset=utf-8',
			`Content-Length: ${Buffer.byteLength(body)}`,
			'',
			body,
		].join('\r\n'),
	);
}

function listenSentence(error: NodeJS.ErrnoException, port: number): string {
	switch (error.code) {
		case 'EADDRINUSE':
			return `Port ${port} of ${loopback} is in use by another program: choose another, or 0 for a free one.`;
		case 'EACCES':
			return `Port ${port} of ${loopback} may not be used by this user: choose one above 1023, or 0 for a free one.`;
		default:
			return `The demo server can't listen on port ${port} of ${loopback}: ${error.message}.`;
	}
}
