import type { TransportName } from '../../endpoint';
import type { Assumption, Calculation, Results } from '../calculation';
import { bitRateFigure, bytesFigure, figure, shareFigure } from '../figures';
import { assumedHeaderBytes, commonLinkSpeeds } from '../presets';
import { transportLabel } from '../transportLabel';
import { deliveryCost, mostSegmentPayloadBytes, tcpIpHeaderBytes, type WireCost } from '../wireCost';

type Inputs = {
	readonly subscribers: number;
	readonly eventsPerSecond: number;
	readonly payloadBytes: number;
	readonly transport: TransportName;
	/** For long polls and polls alone. */
	readonly headerBytes?: number;
	readonly linkBitsPerSecond?: number;
};

interface PushBandwidthResults extends Results {
	/** Messages that the servers send in all: subscribers × events a second. */
	readonly messagesPerSecond: number;
	readonly payloadBytesPerSecond: number;
	/** What a message takes in the servers' sending direction, part by part; `totalBytes` is their sum. */
	readonly bytesPerMessage: { readonly [part in Exclude<keyof WireCost, 'acknowledgementBytes'>]: number };
	/** The same parts a second, for all subscribers; those that the transport does not have are 0. */
	readonly framingBytesPerSecond: number;
	readonly headerBytesPerSecond: number;
	readonly chunkBytesPerSecond: number;
	readonly tlsBytesPerSecond: number;
	readonly tcpIpBytesPerSecond: number;
	/** Payload and all of these. */
	readonly wireBytesPerSecond: number;
	readonly wireBitsPerSecond: number;
	/** What clients send back: acknowledgements, and polls' requests. */
	readonly returnedBytesPerSecond: number;
	/** What is not payload of `wireBytesPerSecond`. */
	readonly overheadShare: number;
	/** Links and which share of each `wireBitsPerSecond` fills; above 1 it takes several. A link that is told comes first. */
	readonly links: readonly { readonly bitsPerSecond: number; readonly share: number }[];
	readonly wireBytesPerDay: number;
	/** Of 30 days. */
	readonly wireBytesPerMonth: number;
}

const secondsPerDay = 86_400;
const daysPerMonth = 30;

/**
 * The traffic of pushing each event to every subscriber.
 *
 * With N subscribers, λ events a second for each, and a payload of b bytes: payload N·λ·b; on the wire N·λ·w(b), where w is
 * `wireCost`'s sum for the transport: payload, frame header or event fields, chunk, TLS record, TCP/IP. What comes back
 * goes in the other direction of the link and is told apart.
 */
export const pushBandwidth: Calculation<Inputs, PushBandwidthResults> = {
	id: 'pushBandwidth',
	title: 'Push Bandwidth',
	question: 'How much traffic do the events make?',
	source:
		'RFC 6455 5.2 (frames), WHATWG HTML 9.2 (event streams), RFC 9112 7.1 (chunks), RFC 8446 5.2 (TLS records), RFC 9293 and 7323 (TCP)',
	inputs: [
		{ name: 'subscribers', fact: 'audience' },
		{ name: 'eventsPerSecond', fact: 'eventsPerSecond' },
		{ name: 'payloadBytes', fact: 'payloadBytes' },
		{
			name: 'transport',
			fact: 'transport',
			assumed: { value: 'eventStream', source: 'events go one way; a WebSocket takes some 10 bytes an event less' },
		},
		{ name: 'headerBytes', fact: 'headerBytes' },
		{ name: 'linkBitsPerSecond', fact: 'linkBitsPerSecond' },
	],
	enough: [['subscribers', 'eventsPerSecond', 'payloadBytes']],
	evokedBy: ['payloadBytes'],
	assumptions: ({ transport }): Record<string, Assumption> =>
		isPolled(transport) ? { headerBytes: assumedHeaderBytes } : {},
	calculate: (inputs) => {
		const { subscribers, eventsPerSecond, payloadBytes, transport, headerBytes = 0, linkBitsPerSecond } = inputs;
		const { sent, returnedBytes } = deliveryCost(transport, payloadBytes, headerBytes);
		const { acknowledgementBytes: _, ...bytesPerMessage } = sent;
		const messagesPerSecond = subscribers * eventsPerSecond;
		const wireBytesPerSecond = messagesPerSecond * sent.totalBytes;
		const wireBitsPerSecond = wireBytesPerSecond * 8;
		const speeds = new Set(
			linkBitsPerSecond === undefined ? commonLinkSpeeds : [linkBitsPerSecond, ...commonLinkSpeeds],
		);
		return {
			messagesPerSecond,
			payloadBytesPerSecond: messagesPerSecond * payloadBytes,
			bytesPerMessage,
			framingBytesPerSecond: messagesPerSecond * sent.framingBytes,
			headerBytesPerSecond: messagesPerSecond * sent.headerBytes,
			chunkBytesPerSecond: messagesPerSecond * sent.chunkBytes,
			tlsBytesPerSecond: messagesPerSecond * sent.tlsBytes,
			tcpIpBytesPerSecond: messagesPerSecond * sent.tcpIpBytes,
			wireBytesPerSecond,
			wireBitsPerSecond,
			returnedBytesPerSecond: messagesPerSecond * returnedBytes,
			overheadShare: 1 - payloadBytes / sent.totalBytes,
			links: [...speeds].map((bitsPerSecond) => ({ bitsPerSecond, share: wireBitsPerSecond / bitsPerSecond })),
			wireBytesPerDay: wireBytesPerSecond * secondsPerDay,
			wireBytesPerMonth: wireBytesPerSecond * secondsPerDay * daysPerMonth,
		};
	},
	headline: ({ linkBitsPerSecond }, { payloadBytesPerSecond, wireBytesPerSecond, wireBitsPerSecond, links }) => {
		const told = links.find((link) => link.bitsPerSecond === linkBitsPerSecond);
		// Where no link is told, the smallest that carries it says most.
		const { bitsPerSecond, share } = told ?? links.find((link) => link.share <= 1) ?? links.at(-1)!;
		return `${bytesFigure(payloadBytesPerSecond)}/s of payload, ${bytesFigure(wireBytesPerSecond)}/s on the wire: ${bitRateFigure(wireBitsPerSecond)}, ${shareFigure(share)} of a ${bitRateFigure(bitsPerSecond)} link`;
	},
	working: ({ subscribers, eventsPerSecond, payloadBytes, transport }, results) => {
		const { messagesPerSecond, bytesPerMessage, wireBytesPerSecond, wireBitsPerSecond } = results;
		const parts = partsOf(transport, bytesPerMessage);
		return [
			{
				label: 'messages a second',
				formula: 'subscribers × eventsPerSecond',
				numbers: `${figure(subscribers)} × ${figure(eventsPerSecond)}/s = ${figure(messagesPerSecond)}/s`,
			},
			{
				label: 'payload',
				formula: 'subscribers × eventsPerSecond × payloadBytes',
				numbers: `${figure(subscribers)} × ${figure(eventsPerSecond)}/s × ${bytesFigure(payloadBytes)} = ${bytesFigure(results.payloadBytesPerSecond)}/s`,
			},
			{
				label: 'one message on the wire',
				formula: parts.map(({ name }) => name).join(' + '),
				numbers: `${parts.map(({ bytes }) => figure(bytes)).join(' + ')} = ${figure(bytesPerMessage.totalBytes)} B`,
			},
			{
				label: 'on the wire',
				formula: 'messages a second × one message on the wire',
				numbers: `${figure(messagesPerSecond)}/s × ${figure(bytesPerMessage.totalBytes)} B = ${bytesFigure(wireBytesPerSecond)}/s = ${bitRateFigure(wireBitsPerSecond)}`,
			},
			{
				label: 'share of a link',
				formula: 'bits a second ÷ speed of the link',
				numbers: results.links
					.map(({ bitsPerSecond, share }) => `${shareFigure(share)} of ${bitRateFigure(bitsPerSecond)}`)
					.join(', '),
			},
			{
				label: 'a day and a month of 30 days, at this rate',
				formula: 'bytes a second × 86,400, × 30',
				numbers: `${bytesFigure(results.wireBytesPerDay)} a day, ${bytesFigure(results.wireBytesPerMonth)} a month`,
			},
			{
				label: 'sent back by the clients',
				formula: isPolled(transport)
					? 'messages a second × (request + acknowledgement)'
					: 'messages a second × acknowledgement',
				numbers: `${bytesFigure(results.returnedBytesPerSecond)}/s`,
			},
		];
	},
	charts: ({ transport }, { bytesPerMessage, messagesPerSecond }) => {
		const parts = partsOf(transport, bytesPerMessage);
		return [
			{
				kind: 'bars',
				title: 'Where the bytes go',
				valueLabel: 'sent by the servers',
				unit: 'bytesPerSecond',
				groups: parts.map(({ name }) => name),
				series: [{ name: transportLabel(transport), values: parts.map(({ bytes }) => bytes * messagesPerSecond) }],
				limits: [],
			},
		];
	},
	remarks: ({ transport }, { overheadShare }) => [
		`${shareFigure(overheadShare)} of what is sent is not payload: each message goes out alone, in a TLS record and TCP segments of its own. Several in one write share these.`,
		`TCP/IP is ${tcpIpHeaderBytes} bytes for each segment of up to ${figure(mostSegmentPayloadBytes)}: IPv4, TCP and its time-stamps. Not in the numbers: compression, Ethernet, what is sent again after losses, handshakes, and heartbeats.`,
		...(transport === 'eventStream'
			? [
					'The event stream is HTTP/1.1, with each event on one data line, without id and event fields. HTTP/2 has a frame header of 9 bytes in place of the chunk’s.',
				]
			: []),
		...(isPolled(transport)
			? [
					'Each event is taken to come in an answer of its own, the most it can cost; a poll that brings several costs less.',
				]
			: []),
	],
};

function isPolled(transport: TransportName | undefined): boolean {
	return transport === 'longPoll' || transport === 'polling';
}

/** The parts that the transport has, by the names that a reader knows them by; the sum of them all is `totalBytes`. */
function partsOf(
	transport: TransportName,
	cost: PushBandwidthResults['bytesPerMessage'],
): readonly { readonly name: string; readonly bytes: number }[] {
	const parts = [
		{ name: 'payload', bytes: cost.payloadBytes },
		{ name: transport === 'webSocket' ? 'frame header' : 'event fields', bytes: cost.framingBytes },
		{ name: 'HTTP header', bytes: cost.headerBytes },
		{ name: 'chunk', bytes: cost.chunkBytes },
		{ name: 'TLS', bytes: cost.tlsBytes },
		{ name: 'TCP/IP', bytes: cost.tcpIpBytes },
	];
	return parts.filter(({ name, bytes }) => name === 'payload' || bytes > 0);
}
