import type { TransportName } from '../endpoint';
import type { MessageHead } from '../problem';
import type { Bunches } from './bunching';
import type { Coalesced } from './coalescing';
import type { Finding } from './finding';
import type { Silence } from './heartbeats';
import type { CutsFound } from './idleCuts';

/** A finding but for when it was seen. */
export type FindingText = Omit<Finding, 'firstAtMs' | 'lastAtMs'>;

/** Encodings that are none: the content as it is (RFC 9110 §8.4.1). */
const plainEncodings = new Set(['', 'identity']);

/** The content codings of an answer, as its `Content-Encoding` names them; undefined where it is not encoded. */
export function contentEncoding(head: MessageHead | undefined): string | undefined {
	const value = field(head, 'content-encoding')?.toLowerCase() ?? '';
	return plainEncodings.has(value) ? undefined : value;
}

/** Events that were sent apart arrive together; `head` is the answer's, by which the likely cause is named. */
export function bunchedText(bunches: Bunches, transport: TransportName, head: MessageHead | undefined): FindingText {
	const { events, of, bunches: count, lastEvents, arrivalSpreadMs, sendingSpreadMs } = bunches;
	return {
		code: 'bunched',
		values: {
			events,
			bunches: count,
			share: rounded(events / of, 3),
			arrivalSpreadMs: rounded(arrivalSpreadMs, 2),
			sendingSpreadMs: rounded(sendingSpreadMs, 1),
		},
		evidence:
			`${whole(events)} of the last ${whole(of)} events (${percent(events / of)}) came in ${whole(count)} bunches, though they were ` +
			`sent apart: of the newest bunch, ${whole(lastEvents)} events that were sent over ${duration(sendingSpreadMs)} ` +
			`arrived ${arrivalSpreadMs < 0.05 ? 'at once' : `within ${duration(arrivalSpreadMs)}`}.`,
		cause: transport === 'eventStream' ? bunchedStreamCause(head) : bunchedSocketCause(head),
	};
}

function bunchedStreamCause(head: MessageHead | undefined): string {
	const server = field(head, 'server') ?? '';
	const via = field(head, 'via');
	const buffering = field(head, 'x-accel-buffering');
	const encoding = contentEncoding(head);
	const causes: string[] = [];
	if (/nginx|openresty|tengine/i.test(server)) {
		causes.push(
			`The answer came through nginx (\`Server: ${server}\`), whose \`proxy_buffering\` is on unless it is switched off: ` +
				'set `proxy_buffering off` for this location, or let the application answer with `X-Accel-Buffering: no`.',
		);
	} else if (via !== undefined) {
		causes.push(
			`The answer came through a proxy (\`Via: ${via}\`), which probably buffers: switch its response buffering off for this address.`,
		);
	}
	if (encoding !== undefined) {
		causes.push(
			`It is compressed (\`Content-Encoding: ${encoding}\`), and a compressor that is not flushed after each event holds back ` +
				'until its block is full: leave `text/event-stream` out of what is compressed.',
		);
	}
	if (buffering !== undefined && buffering.toLowerCase() === 'no') {
		causes.push(
			'It asks for no buffering (`X-Accel-Buffering: no`), but that field came all the way, so no nginx has acted on it.',
		);
	}
	if (causes.length === 0) {
		causes.push(
			'Something collects them: a proxy that buffers answers (nginx with `proxy_buffering on`, for one, which `X-Accel-Buffering: no` ' +
				'switches off), a compressor that is not flushed, or the sender, if it writes in batches. The head of the answer names none.',
		);
	}
	return causes.join(' ');
}

function bunchedSocketCause(head: MessageHead | undefined): string {
	const via = field(head, 'via');
	return (
		(via === undefined ? '' : `The connection goes through a proxy (\`Via: ${via}\`). `) +
		'Something collects them: the sender, if it writes in batches or was kept busy, or a proxy or tunnel on the way that waits for more. ' +
		'Compare with a connection that goes straight to the server.'
	);
}

/** An event stream is compressed. */
export function compressedText(encoding: string): FindingText {
	return {
		code: 'compressedEventStream',
		values: { encoding },
		evidence: `The event stream is compressed (\`Content-Encoding: ${encoding}\`).`,
		cause:
			'A compressor holds back what it was given until its block is full, unless it is flushed after every event. ' +
			'Leave `text/event-stream` out of what the server or proxy compresses (`gzip_types` of nginx, the filter of a `compression` middleware), or flush after each event.',
	};
}

/** The head of an event stream came so long ago, and nothing that a stream has. */
export function noFirstByteText(sinceMs: number, head: MessageHead | undefined): FindingText {
	const encoding = contentEncoding(head);
	const holder =
		encoding === undefined ? 'a proxy or compressor that buffers' : `a compressor (\`Content-Encoding: ${encoding}\`)`;
	return {
		code: 'noFirstByte',
		values: { seconds: rounded(sinceMs / 1000, 1) },
		evidence: `The head of the event stream came ${duration(sinceMs)} ago, and no event, comment or field since.`,
		cause:
			`Either the server has had nothing to send, or ${holder} holds back its beginning until there is more. ` +
			'A comment (a line `:`) that the server sends at once tells the two apart, and tells clients that the stream is alive.',
	};
}

/** What is known to cut after a time, in seconds. */
const timeOuts: ReadonlyArray<{
	readonly seconds: number;
	readonly after: CutsFound['after'];
	readonly what: string;
}> = [
	{ seconds: 30, after: 'lifetime', what: 'the time-out of a Google Cloud load balancer’s backend service (30 s)' },
	{ seconds: 55, after: 'idle', what: 'Heroku’s router (55 s)' },
	{ seconds: 60, after: 'idle', what: 'nginx’ `proxy_read_timeout` (60 s)' },
	{ seconds: 60, after: 'idle', what: 'the idle time-out of an AWS Application Load Balancer (60 s)' },
	{ seconds: 600, after: 'idle', what: 'the idle time-out of AWS API Gateway’s WebSockets or of CloudFront (10 min)' },
	{ seconds: 7200, after: 'lifetime', what: 'the longest life of a WebSocket at AWS API Gateway (2 h)' },
];

/** Connections are cut after the same time again and again. */
export function idleCutText(cuts: CutsFound, transport: TransportName, head: MessageHead | undefined): FindingText {
	const { times, afterMs, after } = cuts;
	const seconds = afterMs / 1000;
	const near = timeOuts.filter(
		(each) => each.after === after && Math.abs(each.seconds - seconds) <= Math.max(0.02 * each.seconds, 1),
	);
	const known = near.length === 0 ? '' : ` Near that are ${listed(near.map(({ what }) => what))}.`;
	const server = field(head, 'server') ?? '';
	const nginx =
		after === 'idle' && near.length === 0 && /nginx|openresty|tengine/i.test(server)
			? ` The answer came through nginx (\`Server: ${server}\`): look at its \`proxy_read_timeout\`.`
			: '';
	const half = duration(afterMs / 2);
	const beat =
		transport === 'longPoll'
			? `Let the server answer a held request before that, with nothing, after ${half} for one.`
			: transport === 'webSocket'
				? `A ping at least every ${half} keeps the connection from being idle.`
				: `A comment (a line \`:\`) at least every ${half} keeps the stream from being idle.`;
	return {
		code: 'idleCut',
		values: { times, seconds: rounded(seconds, 2), after },
		evidence:
			transport === 'longPoll'
				? `The last ${whole(times)} requests that were cut had been held for ${duration(afterMs)} each.`
				: after === 'idle'
					? `The last ${whole(times)} connections that were cut had been idle for ${duration(afterMs)} each.`
					: `The last ${whole(times)} connections that were cut had been open for ${duration(afterMs)} each.`,
		cause:
			after === 'idle'
				? `Something on the way, or the server, has a time-out of ${duration(afterMs)} without traffic.${known}${nginx} ${beat}`
				: `Something on the way, or the server, limits how long a connection may live.${known} Heartbeats don’t help against that: raise the limit, or see that a reconnect loses nothing.`,
	};
}

/** Events arrive in steps of 40 ms. */
export function coalescingText(coalesced: Coalesced): FindingText {
	const { pieces, of, stepMs } = coalesced;
	return {
		code: 'coalescing',
		values: { events: pieces, share: rounded(pieces / of, 3), stepMs: rounded(stepMs, 1) },
		evidence:
			`Of the last ${whole(of)} arrivals, ${whole(pieces)} (${percent(pieces / of)}) came ${duration(stepMs)} after the one before, ` +
			'though they were sent less than 20 ms after it.',
		cause:
			'That is how Nagle’s algorithm and delayed acknowledgements work against each other: the sender’s kernel holds a small ' +
			'write back until the one before it is acknowledged, which the receiver’s does after 40 ms. Set `TCP_NODELAY` on the sending socket, or write each event at once. ' +
			'A sender or proxy that flushes every 40 ms looks the same.',
	};
}

/** Nothing came for so long. */
export function missingHeartbeatText(silence: Silence, transport: TransportName): FindingText {
	const { idleMs, everyMs } = silence;
	const beat = transport === 'webSocket' ? 'a ping' : 'a comment (a line `:`)';
	return {
		code: 'missingHeartbeat',
		values:
			everyMs === undefined
				? { idleSeconds: rounded(idleMs / 1000, 1) }
				: { idleSeconds: rounded(idleMs / 1000, 1), everySeconds: rounded(everyMs / 1000, 2) },
		evidence:
			everyMs === undefined
				? `Nothing has come for ${duration(idleMs)}, and no heartbeat since the connection opened.`
				: `Nothing has come for ${duration(idleMs)}, where heartbeats used to come every ${duration(everyMs)}.`,
		cause:
			everyMs === undefined
				? `Many proxies cut a connection after 60 s without traffic. Let the server send ${beat} when it has nothing to say, every 15 to 25 s.`
				: 'The server has stopped sending them, or the connection is dead and neither end has noticed yet: something on the way ' +
					'may have dropped it without a word.',
	};
}

/**
 * A header field's value, of the first field of that name; undefined where there is none. What a server sends is shown in a
 * sentence, between back-ticks: neither those nor a value of thousands of characters may be in it.
 */
function field(head: MessageHead | undefined, name: string): string | undefined {
	const value = head?.headers.find(([each]) => each.toLowerCase() === name)?.[1];
	return value
		?.replace(/[`\s]+/g, ' ')
		.trim()
		.slice(0, 80);
}

function listed(names: readonly string[]): string {
	return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function rounded(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}

function whole(value: number): string {
	return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

function percent(share: number): string {
	return `${whole(share * 100)} %`;
}

/** Three digits, in the unit that its size asks for. */
function duration(ms: number): string {
	if (ms < 999.5) {
		return `${short(ms)} ms`;
	}
	if (ms < 119_950) {
		return `${short(ms / 1000)} s`;
	}
	return ms < 7_199_500 ? `${short(ms / 60_000)} min` : `${short(ms / 3_600_000)} h`;
}

function short(value: number): string {
	return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}
