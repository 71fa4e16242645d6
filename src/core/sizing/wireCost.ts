import type { TransportName } from '../endpoint';

/**
 * What a message costs on the wire, part by part, in bytes. Everything is HTTP/1.1 or WebSocket over TLS 1.3 over TCP over
 * IPv4, each message sent when it happens and so in segments of its own: the common case of live events. Compression,
 * HTTP/2, Ethernet's own framing (38 bytes a packet), retransmissions and handshakes are not in it.
 */

/** The parts of what one message puts on the wire in its own direction; `totalBytes` is the sum of those above it. */
export interface WireCost {
	/** The application's bytes. */
	readonly payloadBytes: number;
	/** The WebSocket frame's header, or an event stream's field name and line ends. */
	readonly framingBytes: number;
	/** The head of an HTTP request or answer. */
	readonly headerBytes: number;
	/** Length and line ends of an HTTP/1.1 chunk. */
	readonly chunkBytes: number;
	readonly tlsBytes: number;
	readonly tcpIpBytes: number;
	readonly totalBytes: number;
	/** What the receiver's TCP sends back for it, in the other direction, and so not in `totalBytes`. */
	readonly acknowledgementBytes: number;
}

/** A request and its answer: each in its own direction. */
export interface ExchangeCost {
	readonly request: WireCost;
	readonly answer: WireCost;
}

/** What stands before and after the text of an event of one line: `data: ` and two line feeds (WHATWG HTML, 9.2.5). */
export const eventFieldBytes = 8;

/** The shortest heartbeat of an event stream: a comment without a text, `:` and two line feeds (WHATWG HTML, 9.2.7). */
export const commentBytes = 3;

/** Around each record: 5 of header, 16 of authentication tag and 1 of content type (RFC 8446, 5.2). */
export const tlsRecordBytes = 22;

/** The most that one record carries (RFC 8446, 5.1). */
export const mostRecordPayloadBytes = 16_384;

/**
 * 20 of IPv4 (RFC 791), 20 of TCP (RFC 9293) and 12 of its time-stamp option (RFC 7323), which Linux, macOS, iOS and Android
 * put on every segment by default. Without time-stamps it is 40, over IPv6 20 more.
 */
export const tcpIpHeaderBytes = 52;

/** What one segment carries: an Ethernet packet of 1,500 bytes less `tcpIpHeaderBytes`: an MSS of 1,460 less the option. */
export const mostSegmentPayloadBytes = 1448;

/** A WebSocket frame's header: 2 bytes, 4 from a payload of 126 on, 10 from 65,536 on; a client's has 4 of mask more (RFC 6455, 5.2). */
export function frameHeaderBytes(payloadBytes: number, sender: 'server' | 'client' = 'server'): number {
	const header = payloadBytes <= 125 ? 2 : payloadBytes <= 65_535 ? 4 : 10;
	return sender === 'client' ? header + 4 : header;
}

/** Around a chunk: its length in hexadecimal digits, and two line ends of 2 bytes (RFC 9112, 7.1). */
export function chunkFramingBytes(chunkBytes: number): number {
	return Math.ceil(chunkBytes).toString(16).length + 4;
}

/** One WebSocket message in one frame; with no payload also a ping or a pong. */
export function webSocketMessageCost(payloadBytes: number, sender: 'server' | 'client' = 'server'): WireCost {
	return wireCost({ payloadBytes, framingBytes: frameHeaderBytes(payloadBytes, sender) });
}

/** One event of one `data` line, without `id` and `event`, in a chunk of its own. */
export function eventStreamEventCost(payloadBytes: number): WireCost {
	return wireCost({
		payloadBytes,
		framingBytes: eventFieldBytes,
		chunkBytes: chunkFramingBytes(eventFieldBytes + payloadBytes),
	});
}

/** One comment that keeps an event stream alive, in a chunk of its own. */
export function eventStreamCommentCost(): WireCost {
	return wireCost({ payloadBytes: 0, framingBytes: commentBytes, chunkBytes: chunkFramingBytes(commentBytes) });
}

/** What one heartbeat costs in each direction, acknowledgements included. */
export interface HeartbeatCost {
	readonly serverToClientBytes: number;
	readonly clientToServerBytes: number;
}

/**
 * One ping and its pong, both without a payload, or one comment of an event stream. A pong follows its ping at once, so that
 * its segment acknowledges the ping; nothing follows a pong or a comment, which are acknowledged by segments of their own.
 */
export function heartbeatCost(transport: 'webSocket' | 'eventStream'): HeartbeatCost {
	if (transport === 'eventStream') {
		const comment = eventStreamCommentCost();
		return { serverToClientBytes: comment.totalBytes, clientToServerBytes: comment.acknowledgementBytes };
	}
	const pong = webSocketMessageCost(0, 'client');
	return {
		serverToClientBytes: webSocketMessageCost(0).totalBytes + pong.acknowledgementBytes,
		clientToServerBytes: pong.totalBytes,
	};
}

/**
 * One request without a body and its answer, on a connection that is open. `headerBytes` is the size of both heads
 * together; each is taken to be half of it, which matters only where a half fills more than one segment.
 */
export function exchangeCost(headerBytes: number, payloadBytes: number): ExchangeCost {
	return {
		request: wireCost({ payloadBytes: 0, headerBytes: headerBytes / 2 }),
		answer: wireCost({ payloadBytes, headerBytes: headerBytes / 2 }),
	};
}

/** What one event costs a server and its client. */
export interface DeliveryCost {
	/** What the server sends; for a poll also what acknowledges the request. */
	readonly sent: WireCost;
	/** What comes back for it: acknowledgements, and for a poll the request. */
	readonly returnedBytes: number;
}

/**
 * One event over a transport, from the server to one client. A long poll and a poll bring one event an answer here, which is
 * the most that an event can cost over them; `headerBytes` is for them alone.
 */
export function deliveryCost(transport: TransportName, payloadBytes: number, headerBytes: number): DeliveryCost {
	switch (transport) {
		case 'webSocket':
			return pushed(webSocketMessageCost(payloadBytes));
		case 'eventStream':
			return pushed(eventStreamEventCost(payloadBytes));
		case 'longPoll':
		case 'polling': {
			const { request, answer } = exchangeCost(headerBytes, payloadBytes);
			const { acknowledgementBytes } = request;
			return {
				sent: {
					...answer,
					tcpIpBytes: answer.tcpIpBytes + acknowledgementBytes,
					totalBytes: answer.totalBytes + acknowledgementBytes,
				},
				returnedBytes: request.totalBytes + answer.acknowledgementBytes,
			};
		}
	}
}

function pushed(sent: WireCost): DeliveryCost {
	return { sent, returnedBytes: sent.acknowledgementBytes };
}

interface ApplicationBytes {
	readonly payloadBytes: number;
	readonly framingBytes?: number;
	readonly headerBytes?: number;
	readonly chunkBytes?: number;
}

function wireCost({ payloadBytes, framingBytes = 0, headerBytes = 0, chunkBytes = 0 }: ApplicationBytes): WireCost {
	const plain = payloadBytes + framingBytes + headerBytes + chunkBytes;
	const tlsBytes = tlsRecordBytes * atLeastOne(plain / mostRecordPayloadBytes);
	const segments = atLeastOne((plain + tlsBytes) / mostSegmentPayloadBytes);
	const tcpIpBytes = tcpIpHeaderBytes * segments;
	return {
		payloadBytes,
		framingBytes,
		headerBytes,
		chunkBytes,
		tlsBytes,
		tcpIpBytes,
		totalBytes: plain + tlsBytes + tcpIpBytes,
		// A receiver acknowledges at least every second full segment, and the last one (RFC 5681, 4.2).
		acknowledgementBytes: tcpIpHeaderBytes * Math.ceil(segments / 2),
	};
}

function atLeastOne(count: number): number {
	return Math.max(1, Math.ceil(count));
}
