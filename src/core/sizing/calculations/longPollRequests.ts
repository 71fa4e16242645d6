import type { Assumption, Calculation, Results } from '../calculation';
import { bytesFigure, durationFigure, figure, shareFigure } from '../figures';
import { assumedHeaderBytes } from '../presets';
import { deliveryCost, exchangeCost } from '../wireCost';

type Inputs = {
	readonly clients: number;
	readonly cycleSeconds?: number;
	readonly holdSeconds?: number;
	readonly eventsPerSecond?: number;
	readonly networkLatencyMs?: number;
	readonly headerBytes: number;
	readonly payloadBytes?: number;
};

interface LongPollRequestsResults extends Results {
	/** From one request to the next of the same client: as told, or worked out from hold and event rate. */
	readonly cycleSeconds: number;
	/** Cycles that end because the hold ran out, without an event: e^(−λH). Only where hold and event rate are told. */
	readonly emptyCycleShare?: number;
	readonly requestsPerSecond: number;
	/** Heads of requests and answers together. */
	readonly headerBytesPerSecond: number;
	/** All that requests and answers take beside the payload, in both directions: heads, TLS, TCP/IP, acknowledgements. */
	readonly overheadBytesPerSecond: number;
	/** Where each request opens a connection of its own. */
	readonly tlsHandshakesPerSecondWithoutReuse: number;
	/** Where connections stay open from cycle to cycle; what clients that come and go open is beside it. */
	readonly tlsHandshakesPerSecondWithReuse: number;
	/** One line a request, as access logs have it. */
	readonly logLinesPerDay: number;
	/** The same audience on server-sent events. */
	readonly eventStream: {
		readonly openConnections: number;
		/** Once connected there are none. */
		readonly requestsPerSecond: number;
		readonly headerBytesPerSecond: number;
		readonly logLinesPerDay: number;
		/** All that events take beside the payload, acknowledgements included. Only where rate and payload are told. */
		readonly overheadBytesPerSecond?: number;
	};
}

const secondsPerDay = 86_400;

/**
 * The requests that long polling makes of an audience.
 *
 * With N clients and a cycle of c seconds: N/c requests a second. Where events come at random (Poisson) with rate λ to each
 * client and the server holds a request for at most H, a request is answered after min(event, H), on average
 * (1 − e^(−λH))/λ, or H without events; the round trip until the next one is held follows: c = (1 − e^(−λH))/λ + RTT. An
 * event that comes in that round trip waits for the next request.
 */
export const longPollRequests: Calculation<Inputs, LongPollRequestsResults> = {
	id: 'longPollRequests',
	title: 'Long-Poll Requests',
	question: 'How many requests does long polling make, and what do they cost?',
	source: 'RFC 6202 2 (long polling); the mean of an exponential wait cut off at the hold, (1 − e^(−λH))/λ',
	inputs: [
		{ name: 'clients', fact: 'audience' },
		{ name: 'cycleSeconds', fact: 'longPollCycleSeconds' },
		{ name: 'holdSeconds', fact: 'longPollHoldSeconds' },
		{ name: 'eventsPerSecond', fact: 'eventsPerSecond' },
		{ name: 'networkLatencyMs', fact: 'networkLatencyMs' },
		{ name: 'headerBytes', fact: 'headerBytes', assumed: assumedHeaderBytes },
		{ name: 'payloadBytes', fact: 'payloadBytes' },
	],
	enough: [
		// First, so that a note with a hold is asked for the event rate and not for the cycle.
		['clients', 'holdSeconds', 'eventsPerSecond'],
		['clients', 'cycleSeconds'],
	],
	evokedBy: ['longPollCycleSeconds', 'longPollHoldSeconds'],
	assumptions: ({ cycleSeconds }): Record<string, Assumption> =>
		cycleSeconds === undefined
			? { networkLatencyMs: { value: 0, source: 'nobody said; a round trip makes each cycle longer by itself' } }
			: {},
	calculate: (inputs) => {
		const { clients, holdSeconds, eventsPerSecond, headerBytes, payloadBytes } = inputs;
		const cycleSeconds = cycleOf(inputs);
		const requestsPerSecond = clients / cycleSeconds;
		const { request, answer } = exchangeCost(headerBytes, payloadBytes ?? 0);
		const exchangeBytes =
			request.totalBytes + request.acknowledgementBytes + answer.totalBytes + answer.acknowledgementBytes;
		return {
			cycleSeconds,
			...(holdSeconds !== undefined &&
				eventsPerSecond !== undefined && { emptyCycleShare: Math.exp(-eventsPerSecond * holdSeconds) }),
			requestsPerSecond,
			headerBytesPerSecond: requestsPerSecond * headerBytes,
			overheadBytesPerSecond: requestsPerSecond * (exchangeBytes - answer.payloadBytes),
			tlsHandshakesPerSecondWithoutReuse: requestsPerSecond,
			tlsHandshakesPerSecondWithReuse: 0,
			logLinesPerDay: requestsPerSecond * secondsPerDay,
			eventStream: {
				openConnections: clients,
				requestsPerSecond: 0,
				headerBytesPerSecond: 0,
				logLinesPerDay: 0,
				...(eventsPerSecond !== undefined &&
					payloadBytes !== undefined && {
						overheadBytesPerSecond: clients * eventsPerSecond * eventOverheadBytes(payloadBytes),
					}),
			},
		};
	},
	headline: (_, { requestsPerSecond, headerBytesPerSecond }) =>
		`${figure(requestsPerSecond)} requests a second with ${bytesFigure(headerBytesPerSecond)}/s of headers`,
	working: (inputs, results) => {
		const { clients, cycleSeconds, holdSeconds: hold, eventsPerSecond: rate, headerBytes, payloadBytes } = inputs;
		const { requestsPerSecond, overheadBytesPerSecond, emptyCycleShare, eventStream } = results;
		const cycle = durationFigure(results.cycleSeconds);
		const roundTrip = durationFigure(roundTripSeconds(inputs));
		return [
			...(cycleSeconds === undefined
				? [
						{
							label: 'cycle, from request to request',
							formula: '(1 − e^(−eventsPerSecond × holdSeconds)) ÷ eventsPerSecond + 2 × networkLatency',
							numbers:
								rate === 0
									? `without events: ${durationFigure(hold!)} + ${roundTrip} = ${cycle}`
									: `(1 − e^(−${figure(rate!)}/s × ${durationFigure(hold!)})) ÷ ${figure(rate!)}/s + ${roundTrip} = ${cycle}`,
						},
					]
				: []),
			...(emptyCycleShare === undefined
				? []
				: [
						{
							label: 'share of cycles without an event',
							formula: 'e^(−eventsPerSecond × holdSeconds)',
							numbers: `e^(−${figure(rate!)}/s × ${durationFigure(hold!)}) = ${shareFigure(emptyCycleShare)}`,
						},
					]),
			{
				label: 'requests a second',
				formula: cycleSeconds === undefined ? 'clients ÷ cycle' : 'clients ÷ cycleSeconds',
				numbers: `${figure(clients)} ÷ ${cycle} = ${figure(requestsPerSecond)}/s`,
			},
			{
				label: 'headers',
				formula: 'requests a second × headerBytes',
				numbers: `${figure(requestsPerSecond)}/s × ${bytesFigure(headerBytes)} = ${bytesFigure(results.headerBytesPerSecond)}/s`,
			},
			{
				label: 'all beside the payload, both ways',
				formula: 'requests a second × (headerBytes + TLS + TCP/IP and acknowledgements)',
				numbers: `${figure(requestsPerSecond)}/s × ${figure(overheadBytesPerSecond / requestsPerSecond)} B = ${bytesFigure(overheadBytesPerSecond)}/s`,
			},
			{
				label: 'TLS handshakes',
				formula: 'one a request without connection reuse; none with it',
				numbers: `${figure(results.tlsHandshakesPerSecondWithoutReuse)}/s without reuse, ${figure(results.tlsHandshakesPerSecondWithReuse)}/s with it`,
			},
			{
				label: 'lines in access logs',
				formula: 'requests a second × 86,400',
				numbers: `${figure(requestsPerSecond)}/s × 86,400 s = ${figure(results.logLinesPerDay)} a day`,
			},
			{
				label: 'the same audience on server-sent events',
				formula: 'clients connections, held open',
				numbers: [
					`${figure(eventStream.openConnections)} connections, 0 requests a second, 0 B/s of headers`,
					...(eventStream.overheadBytesPerSecond === undefined
						? []
						: [
								`${figure(clients)} × ${figure(rate!)}/s × ${figure(eventOverheadBytes(payloadBytes!))} B = ${bytesFigure(eventStream.overheadBytesPerSecond)}/s beside the payload`,
							]),
				].join('; '),
			},
		];
	},
	charts: (_, { overheadBytesPerSecond, headerBytesPerSecond, eventStream }) => [
		{
			kind: 'bars',
			title: 'What long polling takes beside the payload',
			valueLabel: 'both ways together',
			unit: 'bytesPerSecond',
			groups: ['headers', 'headers, TLS and TCP/IP'],
			series: [
				{ name: 'long polling', values: [headerBytesPerSecond, overheadBytesPerSecond] },
				{
					name: 'server-sent events',
					values: [eventStream.headerBytesPerSecond, eventStream.overheadBytesPerSecond ?? null],
				},
			],
			limits: [],
		},
	],
	remarks: (inputs) => [
		'The round trip between two requests leaves each client without one that is held: what happens then comes a round trip late.',
		...cycleRemarks(inputs),
		'On server-sent events the connections that clients open when they come, or come back, are beside the numbers, as are heartbeats. HTTP/2 compresses headers that repeat.',
	],
};

function cycleRemarks(inputs: Inputs): readonly string[] {
	const { clients, cycleSeconds, holdSeconds, eventsPerSecond } = inputs;
	if (cycleSeconds === undefined) {
		return [
			'Events are taken to come at random and to each client by itself; one that reaches all of them at once makes all of them ask again at once.',
		];
	}
	if (eventsPerSecond === undefined) {
		return [];
	}
	const atOnceSeconds = 1 / eventsPerSecond + roundTripSeconds(inputs);
	return [
		...(holdSeconds === undefined
			? []
			: ['The cycle is the one that was told; it was not worked out from the hold and the event rate.']),
		...(atOnceSeconds < cycleSeconds
			? [
					`Where each event is answered at once, a cycle is no longer than ${durationFigure(atOnceSeconds)} at this rate, and there are ${figure(clients / atOnceSeconds)} requests a second or more: a cycle of ${durationFigure(cycleSeconds)} means that the server collects events before it answers.`,
				]
			: []),
	];
}

function roundTripSeconds({ networkLatencyMs = 0 }: Inputs): number {
	return (2 * networkLatencyMs) / 1000;
}

/** The cycle that is told, or else the one that hold, event rate and round trip make, in seconds. */
export function cycleOf(inputs: Inputs): number {
	if (inputs.cycleSeconds !== undefined) {
		return inputs.cycleSeconds;
	}
	const hold = inputs.holdSeconds!;
	const expected = inputs.eventsPerSecond! * hold;
	// As a share of the hold, which goes to 1 where events are rare; expm1 keeps its digits there, and 0 ÷ 0 is left out.
	const heldShare = expected === 0 ? 1 : -Math.expm1(-expected) / expected;
	return hold * heldShare + roundTripSeconds(inputs);
}

/** What one event takes on an event stream beside its payload, in both directions. */
function eventOverheadBytes(payloadBytes: number): number {
	const { sent, returnedBytes } = deliveryCost('eventStream', payloadBytes, 0);
	return sent.totalBytes - payloadBytes + returnedBytes;
}
