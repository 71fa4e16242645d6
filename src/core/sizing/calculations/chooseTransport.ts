import { type TransportName, transportNames } from '../../endpoint';
import type { Assumption, Calculation, WorkingStep } from '../calculation';
import type { FactValue } from '../facts';
import { bytesFigure, durationFigure, figure } from '../figures';
import { patternOf } from '../patterns';
import { type ConnectionLimit, connectionLimits, ephemeralPorts } from '../presets';
import { transportLabel } from '../transportLabel';
import {
	type ComparisonInputs,
	comparisonAssumptions,
	comparisonCharts,
	type TransportComparisonResults,
	type TransportRow,
	transportComparison,
} from './transportComparison';

type Inputs = {
	readonly pattern?: string;
	readonly direction: 'serverToClient' | 'both' | 'clientToServer';
	/** Of each client. */
	readonly clientMessagesPerSecond: number;
	readonly binary: boolean;
	readonly hostileProxies: boolean;
	readonly audience: number;
	/** Known where a pattern or somebody says, like the next. */
	readonly eventsPerSecond?: number;
	readonly payloadBytes?: number;
} & Omit<ComparisonInputs, 'clients' | 'eventsPerSecond' | 'payloadBytes'>;

type ChooseTransportResults = Partial<TransportComparisonResults> & {
	readonly choice: TransportName;
	/** What to try first, with the choice to fall back to, where proxies stand in the way of some clients alone. */
	readonly tryFirst?: TransportName;
	/** Sentences for the choice, the one that decided first. */
	readonly reasons: readonly string[];
	/** Each of the others, with the sentence that speaks against it. */
	readonly against: readonly { readonly transport: TransportName; readonly reason: string }[];
	/** What it asks of the load balancer, a sentence or two each. */
	readonly balancer: {
		readonly connectionCount: string;
		readonly idleTimeout: string;
		readonly draining: string;
		readonly stickiness: string;
	};
};

/** Which of the rules decided, in the order in which they are asked. */
type Rule = 'clientsSendOften' | 'nothingToPush' | 'rareNews' | 'binaryPayloads' | 'oneWayText';

/** From here on a request for each message costs more than a second direction: one in ten seconds. */
const frequentMessagesPerSecond = 0.1;
/** Who polls no more often has said that news may be late. */
const relaxedIntervalSeconds = 30;

const chosenBy: Readonly<Record<Rule, TransportName>> = {
	clientsSendOften: 'webSocket',
	nothingToPush: 'polling',
	rareNews: 'polling',
	binaryPayloads: 'webSocket',
	oneWayText: 'eventStream',
};

/**
 * The transport for a product, by rules that are asked in this order:
 *
 * 1. Clients send `frequentMessagesPerSecond` or more each: WebSocket, whose second direction costs a few bytes a message
 *    where a request costs its heads.
 * 2. Nothing goes to the clients: plain requests, the `polling` of the four; nothing has to be held open.
 * 3. News is rare and may be late (a poll interval of `relaxedIntervalSeconds` or more was told, and on average at most
 *    one event comes in it): polling, which needs nothing that HTTP does not have.
 * 4. Payloads are binary: WebSocket, since an event stream is UTF-8 text.
 * 5. Else text goes to the clients: event stream, with a POST for what clients send now and then. It reconnects and
 *    resumes by itself, and passes for HTTP everywhere.
 *
 * Where proxies break WebSockets or hold streams back, whatever is held open becomes long polling, whose answers end; what
 * the rules say is then to be tried first. A named pattern stands in for what nobody told. The comparison follows where
 * rate and size of the events are known.
 */
export const chooseTransport: Calculation<Inputs, ChooseTransportResults> = {
	id: 'chooseTransport',
	title: 'Choose Transport',
	question: 'Which transport fits, why, and why none of the others?',
	source: 'RFC 6455 (WebSocket), WHATWG HTML 9.2 (event streams), RFC 6202 (long polling)',
	inputs: [
		{ name: 'pattern', fact: 'pattern' },
		{ name: 'direction', fact: 'direction' },
		{ name: 'clientMessagesPerSecond', fact: 'clientMessagesPerSecond' },
		{ name: 'binary', fact: 'binary' },
		{
			name: 'hostileProxies',
			fact: 'hostileProxies',
			assumed: { value: false, source: 'over TLS few proxies see what passes' },
		},
		{
			name: 'audience',
			fact: 'audience',
			assumed: { value: 10_000, source: 'a round number to compare by: all figures grow with it' },
		},
		...transportComparison.inputs.filter(({ fact }) => fact !== 'audience'),
	],
	enough: [['pattern'], ['direction']],
	evokedBy: [],
	assumptions: assumptionsFor,
	calculate: (inputs) => {
		const rule = ruleFor(inputs);
		const preferred = chosenBy[rule];
		const isHeldBack = inputs.hostileProxies && preferred !== 'polling';
		const choice = isHeldBack ? 'longPoll' : preferred;
		const comparison = comparisonOf(inputs);
		return {
			choice,
			...(isHeldBack && { tryFirst: preferred }),
			reasons: isHeldBack ? fallbackReasons(preferred, inputs) : reasonsFor(rule, inputs),
			against: transportNames
				.filter((transport) => transport !== choice)
				.map((transport) => ({
					transport,
					reason: reasonAgainst(transport, choice, rule, inputs, comparison?.table[transport]),
				})),
			balancer: balancerFor(choice, inputs),
			...comparison,
		};
	},
	headline: ({ clientMessagesPerSecond }, { choice, tryFirst, reasons }) => {
		const label = transportLabel(choice);
		const name = label.charAt(0).toUpperCase() + label.slice(1);
		const post = choice === 'eventStream' && clientMessagesPerSecond > 0 ? ', with POST for what clients send' : '';
		const first = tryFirst === undefined ? '' : `, after trying ${withArticle(tryFirst)}`;
		return `${name}${post}${first}: ${reasons[0]!.charAt(0).toLowerCase()}${reasons[0]!.slice(1, -1)}`;
	},
	working: (inputs, results) => {
		const comparison = comparisonInputs(inputs);
		return [
			...rulesAsked(inputs),
			...(comparison === undefined ? [] : transportComparison.working(comparison, comparisonResults(results))),
		];
	},
	charts: (inputs, results) => {
		const comparison = comparisonInputs(inputs);
		if (comparison === undefined) {
			return [];
		}
		return comparisonCharts(comparisonResults(results)).map((chart) => ({
			...chart,
			answer: transportNames.indexOf(results.choice),
		}));
	},
	reasons: (_, { reasons, against, balancer }) => [
		...reasons,
		...against.map(({ transport, reason }) => `Not ${transportLabel(transport)}: ${reason}`),
		`Balancer, connections: ${balancer.connectionCount}`,
		`Balancer, idle time-out: ${balancer.idleTimeout}`,
		`Balancer, draining: ${balancer.draining}`,
		`Balancer, stickiness: ${balancer.stickiness}`,
	],
	remarks: (inputs, { choice }) => [
		...(choice === 'eventStream'
			? [
					'Over HTTP/1.1 a browser opens six connections to a host, for all tabs together, and each event stream takes one: serve it over HTTP/2 or share it between tabs.',
				]
			: []),
		...(inputs.pattern === 'game'
			? [
					'On a WebSocket one lost packet holds up all that follow; fast action is better off with unreliable datagrams (WebRTC data channels, WebTransport) where clients have them.',
				]
			: []),
	],
};

function assumptionsFor(told: Partial<Inputs>): Record<string, Assumption> {
	const profile = patternOf(told.pattern);
	const common = comparisonAssumptions(told);
	if (profile === undefined) {
		const clientsSend = told.direction === 'both' || told.direction === 'clientToServer';
		return {
			...common,
			clientMessagesPerSecond: clientsSend
				? { value: 1, source: 'clients send, and nobody said how often' }
				: { value: 0, source: 'nobody said that clients send' },
			binary: { value: false, source: 'nobody said that payloads are binary' },
		};
	}
	const typical = (value: FactValue) => ({ value, source: `typical of ${profile.label}` });
	return {
		...common,
		direction: typical(profile.direction),
		clientMessagesPerSecond: typical(profile.clientMessagesPerSecond),
		binary: typical(profile.binary),
		eventsPerSecond: {
			value: profile.eventsPerSecond,
			source: `typical of ${profile.label}: ${profile.because}`,
		},
		payloadBytes: typical(profile.payloadBytes),
	};
}

function ruleFor(inputs: Inputs): Rule {
	if (sendsOften(inputs)) {
		return 'clientsSendOften';
	}
	if (inputs.direction === 'clientToServer') {
		return 'nothingToPush';
	}
	if (hasRareNews(inputs)) {
		return 'rareNews';
	}
	return inputs.binary ? 'binaryPayloads' : 'oneWayText';
}

function sendsOften({ clientMessagesPerSecond }: Inputs): boolean {
	return clientMessagesPerSecond >= frequentMessagesPerSecond;
}

function hasRareNews({ eventsPerSecond, intervalSeconds }: Inputs): boolean {
	return (
		eventsPerSecond !== undefined && intervalSeconds >= relaxedIntervalSeconds && eventsPerSecond * intervalSeconds <= 1
	);
}

function rulesAsked(inputs: Inputs): readonly WorkingStep[] {
	const { clientMessagesPerSecond, direction, eventsPerSecond, intervalSeconds, binary, hostileProxies } = inputs;
	const yesOrNo = (answer: boolean) => (answer ? 'yes' : 'no');
	return [
		{
			label: 'clients send often',
			formula: `clientMessagesPerSecond ≥ ${frequentMessagesPerSecond}`,
			numbers: `${figure(clientMessagesPerSecond)}/s: ${yesOrNo(sendsOften(inputs))}`,
		},
		{
			label: 'something goes to the clients',
			formula: 'direction is not clientToServer',
			numbers: yesOrNo(direction !== 'clientToServer'),
		},
		{
			label: 'news is rare and may be late',
			formula: `intervalSeconds ≥ ${relaxedIntervalSeconds}, eventsPerSecond × intervalSeconds ≤ 1`,
			numbers:
				eventsPerSecond === undefined
					? `polled every ${durationFigure(intervalSeconds)}, event rate not known: no`
					: `polled every ${durationFigure(intervalSeconds)}, ${figure(eventsPerSecond * intervalSeconds)} events in it: ${yesOrNo(hasRareNews(inputs))}`,
		},
		{ label: 'payloads are binary', formula: 'binary', numbers: yesOrNo(binary) },
		{ label: 'proxies break WebSockets or streams', formula: 'hostileProxies', numbers: yesOrNo(hostileProxies) },
	];
}

function fallbackReasons(preferred: TransportName, inputs: Inputs): readonly string[] {
	const { clientMessagesPerSecond: perSecond, audience } = inputs;
	return [
		'Proxies stand in the way of WebSockets and streams; a long poll is a request whose answer ends, which all of them pass.',
		...(perSecond > 0 ? [`What clients send goes as POSTs, ${figure(audience * perSecond)} a second in all.`] : []),
		`A client whose way is clear is better off: try ${withArticle(preferred)} first, and fall back when nothing has come through after a few seconds.`,
	];
}

function reasonsFor(rule: Rule, inputs: Inputs): readonly string[] {
	const { clientMessagesPerSecond, intervalSeconds, binary, audience, headerBytes } = inputs;
	switch (rule) {
		case 'clientsSendOften':
			return [
				`Clients send often, ${messages(clientMessagesPerSecond)} each: a WebSocket carries both directions on one connection, in order, with 6 to 14 bytes of frame a message.`,
				`As requests the same messages would be ${figure(audience * clientMessagesPerSecond)} a second with ${bytesFigure(audience * clientMessagesPerSecond * headerBytes)}/s of headers.`,
				...(binary ? ['Payloads are binary, which its frames carry as they are.'] : []),
			];
		case 'nothingToPush':
			return [
				'Nothing goes to the clients and they send seldom: plain requests do, and no connection has to be held open for an answer.',
			];
		case 'rareNews':
			return [
				`News is rare and may be late: a poll every ${durationFigure(intervalSeconds)} is ${durationFigure(intervalSeconds / 2)} behind on average, which was said to be enough.`,
				'It is ordinary HTTP: any server, cache, proxy and balancer does it, and a lost answer is made good by the next.',
			];
		case 'binaryPayloads':
			return ['Payloads are binary, which WebSocket frames carry as they are.'];
		case 'oneWayText':
			return [
				'Text goes to the clients: an event stream is plain HTTP, and browsers reconnect and resume it by themselves (Last-Event-ID).',
				...(clientMessagesPerSecond > 0
					? [
							`What clients send is rare, ${messages(clientMessagesPerSecond)} each: a POST for each is cheap enough, and has the status codes, retries and authorisation of any request.`,
						]
					: []),
			];
	}
}

function reasonAgainst(
	transport: TransportName,
	choice: TransportName,
	rule: Rule,
	inputs: Inputs,
	row: TransportRow | undefined,
): string {
	switch (transport) {
		case 'webSocket':
			return againstWebSocket(choice, rule, inputs);
		case 'eventStream':
			return againstEventStream(choice, rule, inputs);
		case 'longPoll': {
			const requests = row === undefined ? 'a request' : `${figure(row.requestsPerSecond)} requests a second, one`;
			return choice === 'polling'
				? `it holds a request of each client open, ${figure(inputs.audience)} at a time, without need.`
				: `it makes ${requests} for each answer, with ${bytesFigure(inputs.headerBytes)} of headers, and between two of them a client hears nothing for a round trip.`;
		}
		case 'polling': {
			const requests =
				row === undefined
					? ''
					: `, with ${figure(row.requestsPerSecond)} requests a second whether there is news or not`;
			return `asked every ${durationFigure(inputs.intervalSeconds)} it is ${durationFigure(inputs.intervalSeconds / 2)} behind on average${requests}.`;
		}
	}
}

function againstWebSocket(choice: TransportName, rule: Rule, { audience, clientMessagesPerSecond }: Inputs): string {
	if (choice === 'longPoll') {
		return 'proxies in the way break its upgrade, or close it unseen.';
	}
	if (choice === 'polling') {
		return rule === 'nothingToPush'
			? `it would hold ${figure(audience)} connections open to send a message on each now and then.`
			: `it would hold ${figure(audience)} connections open, with heartbeats, for news that hardly ever comes.`;
	}
	const second =
		clientMessagesPerSecond === 0
			? 'its second direction would not be used'
			: `its second direction would be used for ${messages(clientMessagesPerSecond)} of each client`;
	return `${second}, and reconnecting, resuming and heartbeats are yours to write.`;
}

function againstEventStream(choice: TransportName, rule: Rule, inputs: Inputs): string {
	const { audience, clientMessagesPerSecond, headerBytes } = inputs;
	if (choice === 'longPoll') {
		return 'proxies in the way hold its answer back until it ends, which it never does.';
	}
	if (rule === 'nothingToPush') {
		return 'it goes to the clients, and nothing does.';
	}
	if (choice === 'polling') {
		return `it would hold ${figure(audience)} connections open for news that hardly ever comes.`;
	}
	return rule === 'clientsSendOften'
		? `it goes one way: the other would be ${figure(audience * clientMessagesPerSecond)} POSTs a second with ${bytesFigure(headerBytes)} of headers each, which may overtake one another.`
		: 'it carries text alone: in base64, binary payloads are a third larger.';
}

function balancerFor(choice: TransportName, inputs: Inputs): ChooseTransportResults['balancer'] {
	const { audience, heartbeatIntervalSeconds: heartbeat, intervalSeconds } = inputs;
	const held = `It holds ${figure(audience)} connections to clients and as many to servers, so ${figure(audience * 2)} descriptors. A pair of its own address and a server's address and port has ${figure(ephemeralPorts)} ephemeral ports: it needs ${figure(Math.ceil(audience / ephemeralPorts))} or more.`;
	const shortest = shortestLimit('idle').seconds;
	const lifetime = shortestLimit('lifetime');
	const isLongEnough = heartbeat * 2 <= shortest;
	const idle = `Its idle time-out has to be at least ${durationFigure(heartbeat * 2)}, twice the heartbeat's ${durationFigure(heartbeat)}; common ones have ${durationFigure(shortest)} and more, which ${isLongEnough ? 'is' : 'is not'} enough. Where it ends connections after a lifetime (${lifetime.name}: ${durationFigure(lifetime.seconds)} by default), that has to be hours.`;
	switch (choice) {
		case 'webSocket':
			return {
				connectionCount: `${held} Balance by least connections: connections live long, and taking turns leaves them uneven after a restart.`,
				idleTimeout: idle,
				draining:
					'A server that drains gets no new connections and closes its own over a while, with code 1012 (service restart) or 1001; the balancer has to wait for that, and clients to come back with jitter.',
				stickiness:
					'None while a connection lasts: it stays where it is. A client that comes back may reach another server, so what it missed must be kept where all servers find it.',
			};
		case 'eventStream':
			return {
				connectionCount: `${held} Balance by least connections: streams live long, and taking turns leaves them uneven after a restart.`,
				idleTimeout: `${idle} It must not buffer or compress the answer in blocks (X-Accel-Buffering: no on nginx).`,
				draining:
					'A server that drains gets no new streams and ends its own over a while; clients come back by themselves after `retry`, which should differ from client to client.',
				stickiness:
					'None: a stream that comes back with Last-Event-ID is resumed by any server that reads the shared log. A POST may reach another server than the stream, so servers share a bus.',
			};
		case 'longPoll': {
			const longest = durationFigure(inputs.cycleSeconds ?? inputs.holdSeconds!);
			return {
				connectionCount: `${held} Keep connections alive between cycles, or each makes a TLS handshake.`,
				idleTimeout: `Its time-out for an answer has to be longer than a hold, ${longest}, with seconds to spare, or clients see 504 instead of an empty answer.`,
				draining:
					'A server that drains answers what it holds, with what there is, spread over a while; the next request goes elsewhere. It is done within one hold.',
				stickiness:
					'Needed, by cookie, as long as one server holds what a client has not fetched yet; without it, that must be kept where all servers find it, under a cursor that the client sends.',
			};
		}
		case 'polling':
			return {
				connectionCount:
					'None is held for news. Connections that are kept alive between requests can be closed at any time.',
				idleTimeout: `It cuts nothing. A keep-alive longer than the interval of ${durationFigure(intervalSeconds)} saves a TLS handshake each.`,
				draining: 'A server that drains answers what it has; the next request goes elsewhere.',
				stickiness: 'None: each request stands for itself.',
			};
	}
}

function shortestLimit(kind: ConnectionLimit['kind']): ConnectionLimit {
	return connectionLimits
		.filter((limit) => limit.kind === kind)
		.reduce((shortest, each) => (each.seconds < shortest.seconds ? each : shortest));
}

/** The comparison's inputs, where rate and size of the events are known. */
function comparisonInputs(inputs: Inputs): ComparisonInputs | undefined {
	const { audience, eventsPerSecond, payloadBytes } = inputs;
	return eventsPerSecond === undefined || payloadBytes === undefined
		? undefined
		: { ...inputs, clients: audience, eventsPerSecond, payloadBytes };
}

function comparisonOf(inputs: Inputs): TransportComparisonResults | undefined {
	const comparison = comparisonInputs(inputs);
	return comparison && transportComparison.calculate(comparison);
}

function comparisonResults({ table, longPollCycleSeconds }: ChooseTransportResults): TransportComparisonResults {
	return { table: table!, longPollCycleSeconds: longPollCycleSeconds! };
}

function messages(perSecond: number): string {
	// What is rarer than one in a lifetime is no interval that anybody could picture.
	return perSecond < 0.1 && perSecond > 1e-9
		? `a message in ${durationFigure(1 / perSecond)}`
		: `${figure(perSecond)} messages a second`;
}

function withArticle(transport: TransportName): string {
	return transport === 'eventStream'
		? 'an event stream'
		: transport === 'webSocket'
			? 'a WebSocket'
			: transportLabel(transport);
}
