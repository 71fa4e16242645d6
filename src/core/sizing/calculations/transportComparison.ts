import { type TransportName, transportNames } from '../../endpoint';
import type { Assumption, BarChart, Calculation, Results } from '../calculation';
import { bytesFigure, durationFigure, figure } from '../figures';
import { assumedHeaderBytes } from '../presets';
import { transportLabel } from '../transportLabel';
import { deliveryCost, heartbeatCost } from '../wireCost';
import { cycleOf } from './longPollRequests';

/** What the comparison is made of; `chooseTransport` hands on its own. */
export type ComparisonInputs = {
	readonly clients: number;
	/** To each client. */
	readonly eventsPerSecond: number;
	readonly payloadBytes: number;
	readonly intervalSeconds: number;
	/** As told; without it the cycle is worked out from `holdSeconds`, which is there then. */
	readonly cycleSeconds?: number;
	readonly holdSeconds?: number;
	readonly headerBytes: number;
	/** One way. */
	readonly networkLatencyMs: number;
	readonly heartbeatIntervalSeconds: number;
};

/** What one transport takes for the whole audience. */
export type TransportRow = {
	/** Open at a time. Polls keep theirs for `keptAliveSeconds` after each answer. */
	readonly connections: number;
	/** Once all are connected. */
	readonly requestsPerSecond: number;
	/** The same for all: each event once to each client. */
	readonly payloadBytesPerSecond: number;
	/** All else on the wire, both ways: frames or fields, heads, heartbeats, TLS, TCP/IP, acknowledgements. */
	readonly overheadBytesPerSecond: number;
	/** How long an event waits on average until the transport takes it: 0 for what is pushed, half the interval for polling. */
	readonly averageWaitSeconds: number;
	/** From event to client: that, and one way over the network. */
	readonly averageLagSeconds: number;
};

/** The four transports side by side, each under its name. */
export interface TransportComparisonResults extends Results {
	readonly table: { readonly [transport in TransportName]: TransportRow };
	/** From request to request of the same client: as told, or worked out. */
	readonly longPollCycleSeconds: number;
}

/** How long proxies and servers commonly keep an idle connection: 60 s by default on an AWS load balancer, 75 s on nginx. */
const keptAliveSeconds = 60;

/**
 * What is taken for inputs of the comparison that nobody told. The hold counts only where no cycle is told, and is then not
 * assumed.
 */
export function comparisonAssumptions({ cycleSeconds }: Partial<ComparisonInputs>): Record<string, Assumption> {
	return {
		intervalSeconds: { value: 5, source: 'a preset: how often pages commonly poll' },
		...(cycleSeconds === undefined && {
			holdSeconds: { value: 30, source: 'a preset: half of the 60 s after which common proxies give up' },
		}),
		headerBytes: assumedHeaderBytes,
		networkLatencyMs: { value: 50, source: 'a preset: one way, over a mobile network or an ocean' },
		heartbeatIntervalSeconds: { value: 25, source: 'a preset: the default of Socket.IO' },
	};
}

/**
 * The same events to the same audience over each of the four transports.
 *
 * With N clients, λ events a second of b bytes to each, and a latency of L one way:
 *
 * - WebSocket and event stream: N connections, no requests; an event arrives after L. Overhead is what `wireCost` adds to
 *   each event, and a heartbeat at each interval (a ping and its pong, or a comment).
 * - Long polling: N connections, N/c requests a second with a cycle of c: as told, or (1 − e^(−λH))/λ + 2L. A client is
 *   without a held request for 2L of each cycle; what comes then waits L on average: (2L)²/(2c) over all. A cycle told to be
 *   longer than 1/λ + 2L means that the server collects events for s = c − 2L − 1/λ after the first of a cycle: the
 *   first waits s, those that follow come evenly over s + 2L, and the mean is (s/λ + (s + 2L)²/2)/c. Like the cycle it
 *   leaves out that an event of the 2L needs no other to be answered.
 * - Polling each T: N/T requests a second, T/2 of waiting on average; the connection stays open for `keptAliveSeconds`
 *   after an answer.
 *
 * An answer carries the events of its cycle or interval, so that payload is N·λ·b everywhere; its cost is that of the
 * mean one.
 */
export const transportComparison: Calculation<ComparisonInputs, TransportComparisonResults> = {
	id: 'transportComparison',
	title: 'Transport Comparison',
	question: 'What do the same events cost over WebSocket, event stream, long polling and polling?',
	source: 'RFC 6455 (WebSocket), WHATWG HTML 9.2 (event streams), RFC 6202 (long polling); Poisson events',
	inputs: [
		{ name: 'clients', fact: 'audience' },
		{ name: 'eventsPerSecond', fact: 'eventsPerSecond' },
		{ name: 'payloadBytes', fact: 'payloadBytes' },
		{ name: 'intervalSeconds', fact: 'pollIntervalSeconds' },
		{ name: 'cycleSeconds', fact: 'longPollCycleSeconds' },
		{ name: 'holdSeconds', fact: 'longPollHoldSeconds' },
		{ name: 'headerBytes', fact: 'headerBytes' },
		{ name: 'networkLatencyMs', fact: 'networkLatencyMs' },
		{ name: 'heartbeatIntervalSeconds', fact: 'heartbeatIntervalSeconds' },
	],
	enough: [['clients', 'eventsPerSecond', 'payloadBytes']],
	evokedBy: [],
	assumptions: comparisonAssumptions,
	calculate: (inputs) => {
		const { clients, payloadBytes, eventsPerSecond, intervalSeconds, heartbeatIntervalSeconds } = inputs;
		const cycleSeconds = cycleOf(inputs);
		const latency = latencySeconds(inputs);
		const payloadBytesPerSecond = clients * eventsPerSecond * payloadBytes;
		const row = (
			connections: number,
			requestsPerSecond: number,
			overheadBytesPerSecond: number,
			averageWaitSeconds: number,
		): TransportRow => ({
			connections,
			requestsPerSecond,
			payloadBytesPerSecond,
			overheadBytesPerSecond,
			averageWaitSeconds,
			averageLagSeconds: averageWaitSeconds + latency,
		});
		const pushed = (transport: 'webSocket' | 'eventStream') =>
			row(
				clients,
				0,
				clients *
					(eventsPerSecond * overheadBytes(transport, payloadBytes, 0) +
						heartbeatBytes(transport) / heartbeatIntervalSeconds),
				0,
			);
		const asked = (transport: 'longPoll' | 'polling', everySeconds: number) =>
			[
				clients / everySeconds,
				(clients / everySeconds) *
					overheadBytes(transport, eventsPerSecond * everySeconds * payloadBytes, inputs.headerBytes),
			] as const;
		const openShare = Math.min(1, (keptAliveSeconds + 2 * latency) / intervalSeconds);
		return {
			table: {
				webSocket: pushed('webSocket'),
				eventStream: pushed('eventStream'),
				longPoll: row(clients, ...asked('longPoll', cycleSeconds), longPollWaitSeconds(inputs, cycleSeconds)),
				polling: row(clients * openShare, ...asked('polling', intervalSeconds), intervalSeconds / 2),
			},
			longPollCycleSeconds: cycleSeconds,
		};
	},
	headline: (_, { table }) => {
		const { webSocket, eventStream, longPoll, polling } = table;
		const asked = ({ averageLagSeconds: lag, requestsPerSecond: requests }: TransportRow) =>
			`${durationFigure(lag)} late with ${figure(requests)} requests/s`;
		const overhead = Math.max(webSocket.overheadBytesPerSecond, eventStream.overheadBytesPerSecond);
		return `pushed ${durationFigure(webSocket.averageLagSeconds)} late with no requests and ${bytesFigure(overhead)}/s of overhead; long polling ${asked(longPoll)}, polling ${asked(polling)} and ${bytesFigure(polling.overheadBytesPerSecond)}/s`;
	},
	working: (inputs, { table, longPollCycleSeconds }) => {
		const { clients, eventsPerSecond, payloadBytes, intervalSeconds, cycleSeconds, holdSeconds } = inputs;
		const { webSocket, eventStream, longPoll, polling } = table;
		const latency = durationFigure(latencySeconds(inputs));
		const cycle = durationFigure(longPollCycleSeconds);
		const overhead = (row: TransportRow) => `${bytesFigure(row.overheadBytesPerSecond)}/s`;
		return [
			{
				label: 'payload, over each of them',
				formula: 'clients × eventsPerSecond × payloadBytes',
				numbers: `${figure(clients)} × ${figure(eventsPerSecond)}/s × ${bytesFigure(payloadBytes)} = ${bytesFigure(webSocket.payloadBytesPerSecond)}/s`,
			},
			{
				label: 'overhead of what is pushed',
				formula: 'clients × (eventsPerSecond × overhead of an event + heartbeat ÷ heartbeatIntervalSeconds)',
				numbers: `WebSocket ${overhead(webSocket)}, event stream ${overhead(eventStream)}`,
			},
			...(cycleSeconds === undefined
				? [
						{
							label: 'long-poll cycle',
							formula: '(1 − e^(−eventsPerSecond × holdSeconds)) ÷ eventsPerSecond + 2 × networkLatency',
							numbers:
								eventsPerSecond === 0
									? `without events: ${durationFigure(holdSeconds!)} + 2 × ${latency} = ${cycle}`
									: `(1 − e^(−${figure(eventsPerSecond)}/s × ${durationFigure(holdSeconds!)})) ÷ ${figure(eventsPerSecond)}/s + 2 × ${latency} = ${cycle}`,
						},
					]
				: []),
			{
				label: 'requests of long polling',
				formula: 'clients ÷ cycle',
				numbers: `${figure(clients)} ÷ ${cycle} = ${figure(longPoll.requestsPerSecond)}/s, overhead ${overhead(longPoll)}`,
			},
			{
				label: 'requests of polling',
				formula: 'clients ÷ intervalSeconds',
				numbers: `${figure(clients)} ÷ ${durationFigure(intervalSeconds)} = ${figure(polling.requestsPerSecond)}/s, overhead ${overhead(polling)}`,
			},
			{
				label: 'average lag of what is pushed',
				formula: 'networkLatency',
				numbers: latency,
			},
			{
				label: 'average lag of long polling',
				formula: 'wait for the next answer + networkLatency',
				numbers: `${durationFigure(longPoll.averageWaitSeconds)} + ${latency} = ${durationFigure(longPoll.averageLagSeconds)}`,
			},
			{
				label: 'average lag of polling',
				formula: 'intervalSeconds ÷ 2 + networkLatency',
				numbers: `${durationFigure(polling.averageWaitSeconds)} + ${latency} = ${durationFigure(polling.averageLagSeconds)}`,
			},
		];
	},
	charts: (_, results) => comparisonCharts(results),
	remarks: comparisonRemarks,
};

/** Requests, traffic and lag, each with a bar for each transport in the order of `transportNames`. */
export function comparisonCharts({ table }: TransportComparisonResults): readonly BarChart[] {
	const rows = transportNames.map((transport) => table[transport]);
	const bars = { kind: 'bars', groups: transportNames.map(transportLabel), limits: [] } as const;
	return [
		{
			...bars,
			title: 'Requests by transport',
			valueLabel: 'requests a second',
			unit: 'perSecond',
			series: [{ name: 'requests', values: rows.map(({ requestsPerSecond }) => requestsPerSecond) }],
		},
		{
			...bars,
			title: 'Traffic by transport',
			valueLabel: 'bytes a second, both ways',
			unit: 'bytesPerSecond',
			series: [
				{ name: 'payload', values: rows.map(({ payloadBytesPerSecond }) => payloadBytesPerSecond) },
				{ name: 'overhead', values: rows.map(({ overheadBytesPerSecond }) => overheadBytesPerSecond) },
			],
		},
		{
			...bars,
			title: 'Average lag by transport',
			valueLabel: 'from event to client',
			unit: 'seconds',
			series: [{ name: 'lag', values: rows.map(({ averageLagSeconds }) => averageLagSeconds) }],
		},
	];
}

function comparisonRemarks(inputs: ComparisonInputs, { table }: TransportComparisonResults): readonly string[] {
	const { clients, cycleSeconds, eventsPerSecond, intervalSeconds } = inputs;
	const collects = cycleSeconds !== undefined && collectingSeconds(inputs, cycleSeconds) > 0;
	const atOnceSeconds = 1 / eventsPerSecond + 2 * latencySeconds(inputs);
	return [
		...(collects
			? [
					`A long poll that answers each event at once has a cycle of no more than ${durationFigure(atOnceSeconds)} at this rate, and makes ${figure(clients / atOnceSeconds)} requests a second; with a cycle of ${durationFigure(cycleSeconds)} the server collects events before it answers.`,
				]
			: []),
		...(table.polling.connections < clients
			? [
					`Polls more than ${keptAliveSeconds} s apart find their connection closed: each opens one, with a TLS handshake that is not in the overhead (${figure(clients / intervalSeconds)} a second).`,
				]
			: []),
		'Over HTTP/1.1 and uncompressed. HTTP/2 compresses the heads of polls, and permessage-deflate or gzip the payload.',
	];
}

function latencySeconds({ networkLatencyMs }: ComparisonInputs): number {
	return networkLatencyMs / 1000;
}

/** What an event, or an answer with events, takes beside its payload, both ways. */
function overheadBytes(transport: TransportName, payloadBytes: number, headerBytes: number): number {
	const { sent, returnedBytes } = deliveryCost(transport, payloadBytes, headerBytes);
	return sent.totalBytes - payloadBytes + returnedBytes;
}

/** A ping and its pong, or a comment, both ways. */
function heartbeatBytes(transport: 'webSocket' | 'eventStream'): number {
	const { serverToClientBytes, clientToServerBytes } = heartbeatCost(transport);
	return serverToClientBytes + clientToServerBytes;
}

/** How long a server waits for more after a cycle's first event, where the cycle that is told can't be had otherwise. */
function collectingSeconds(inputs: ComparisonInputs, cycleSeconds: number): number {
	return Math.max(0, cycleSeconds - 2 * latencySeconds(inputs) - 1 / inputs.eventsPerSecond);
}

function longPollWaitSeconds(inputs: ComparisonInputs, cycleSeconds: number): number {
	// A cycle can be told to be shorter than the round trip; then no request is ever held.
	const gapSeconds = Math.min(2 * latencySeconds(inputs), cycleSeconds);
	const collecting = collectingSeconds(inputs, cycleSeconds);
	// Without events the wait of the first would be 0 × ∞.
	const first = collecting === 0 ? 0 : collecting / inputs.eventsPerSecond;
	return (first + (collecting + gapSeconds) ** 2 / 2) / cycleSeconds;
}
