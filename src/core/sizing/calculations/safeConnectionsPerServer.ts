import type { TransportName } from '../../endpoint';
import type { Assumption, Calculation, Results, WorkingStep } from '../calculation';
import { bitRateFigure, counted, durationFigure, figure, memoryFigure, shareFigure } from '../figures';
import { assumedHeaderBytes } from '../presets';
import { NoAnswer } from '../problem';
import { wholeBelow } from '../wholeNumber';
import { deliveryCost } from '../wireCost';

type Inputs = {
	readonly testedConnectionsPerServer?: number;
	readonly memoryPerConnectionBytes?: number;
	readonly memoryPerServerBytes?: number;
	readonly descriptorsPerServer?: number;
	readonly linkBitsPerSecond?: number;
	readonly eventsPerSecond?: number;
	readonly payloadBytes?: number;
	/** For the link alone, as `headerBytes` is. */
	readonly transport?: TransportName;
	readonly headerBytes?: number;
	readonly handshakesPerSecond?: number;
	readonly reconnectWindowSeconds?: number;
	readonly headroom: number;
};

type Constraint = 'memory' | 'descriptors' | 'link' | 'reconnects' | 'tested';

interface SafeConnectionsResults extends Results {
	/** The smallest of the limits, less the headroom. */
	readonly safeConnections: number;
	/** Whose limit that is. */
	readonly bindingConstraint: Constraint;
	/** Each constraint that is known. */
	readonly limits: readonly {
		readonly constraint: Constraint;
		/** The most that it allows. */
		readonly connections: number;
		/** The same less the headroom. */
		readonly safeConnections: number;
	}[];
}

/** A constraint with what it allows, and how that comes about. */
interface Limit {
	readonly constraint: Constraint;
	readonly connections: number;
	readonly formula: string;
	readonly numbers: string;
}

/**
 * How many connections one server safely holds: the least of what each of its constraints allows, less a headroom.
 *
 * Memory of the server ÷ memory of a connection; its descriptors, one a connection; link ÷ (events a second × 8 × bytes of
 * one on the wire, from `wireCost`); handshakes a second × the window in which all clients come back; what a load test
 * bore. Each is rounded down. A constraint without its numbers is left out.
 */
export const safeConnectionsPerServer: Calculation<Inputs, SafeConnectionsResults> = {
	id: 'safeConnectionsPerServer',
	title: 'Safe Connections per Server',
	question: 'How many connections does one server safely hold, and what limits it?',
	source: 'the least of memory, descriptors, link, handshakes and what was tested, after headroom',
	inputs: [
		{ name: 'testedConnectionsPerServer', fact: 'connectionsPerServer' },
		{ name: 'memoryPerConnectionBytes', fact: 'memoryPerConnectionBytes' },
		{ name: 'memoryPerServerBytes', fact: 'memoryPerServerBytes' },
		{ name: 'descriptorsPerServer', fact: 'descriptorsPerServer' },
		{ name: 'linkBitsPerSecond', fact: 'linkBitsPerSecond' },
		{ name: 'eventsPerSecond', fact: 'eventsPerSecond' },
		{ name: 'payloadBytes', fact: 'payloadBytes' },
		{ name: 'transport', fact: 'transport' },
		{ name: 'headerBytes', fact: 'headerBytes' },
		{ name: 'handshakesPerSecond', fact: 'handshakesPerSecond' },
		{ name: 'reconnectWindowSeconds', fact: 'reconnectWindowSeconds' },
		{ name: 'headroom', fact: 'headroom', assumed: { value: 0.2, source: 'room for uneven balancing and growth' } },
	],
	enough: [
		['memoryPerConnectionBytes', 'memoryPerServerBytes'],
		['linkBitsPerSecond', 'eventsPerSecond', 'payloadBytes'],
		['handshakesPerSecond', 'reconnectWindowSeconds'],
		['descriptorsPerServer'],
		['testedConnectionsPerServer'],
	],
	evokedBy: ['memoryPerServerBytes', 'descriptorsPerServer', 'linkBitsPerSecond'],
	assumptions: ({ linkBitsPerSecond, transport, headerBytes }): Record<string, Assumption> => ({
		...(linkBitsPerSecond !== undefined &&
			transport === undefined && {
				transport: { value: 'eventStream', source: 'events go one way; a WebSocket takes some 10 bytes an event less' },
			}),
		...(linkBitsPerSecond !== undefined &&
			headerBytes === undefined &&
			(transport === 'longPoll' || transport === 'polling') && { headerBytes: assumedHeaderBytes }),
	}),
	calculate: (inputs) => {
		const { headroom } = inputs;
		const limits = limitsOf(inputs).map(({ constraint, connections }) => ({
			constraint,
			connections,
			safeConnections: wholeBelow(connections * (1 - headroom)),
		}));
		if (limits.length === 0) {
			throw new NoAnswer('noConstraint');
		}
		const { constraint, safeConnections } = limits.reduce((least, each) =>
			each.connections < least.connections ? each : least,
		);
		return { safeConnections, bindingConstraint: constraint, limits };
	},
	headline: (_, { safeConnections, bindingConstraint }) =>
		`${counted(safeConnections, 'connection')} on each server, limited by ${constraintWords[bindingConstraint]}`,
	working: (inputs, { safeConnections, limits }) => {
		const least = Math.min(...limits.map(({ connections }) => connections));
		const steps: WorkingStep[] = limitsOf(inputs).map(({ constraint, formula, numbers }) => ({
			label: `limit of ${constraintWords[constraint]}`,
			formula,
			numbers,
		}));
		return [
			...steps,
			{
				label: `the least of them with ${shareFigure(inputs.headroom)} kept free`,
				formula: '⌊least limit × (1 − headroom)⌋',
				numbers: `⌊${figure(least)} × ${figure(1 - inputs.headroom)}⌋ = ${figure(safeConnections)}`,
			},
		];
	},
	charts: (_, { limits, safeConnections, bindingConstraint }) => {
		const values = limits.map(({ connections }) => connections);
		return limits.length < 2
			? []
			: [
					{
						kind: 'bars',
						title: 'What each constraint allows',
						valueLabel: 'connections on one server',
						unit: 'count',
						groups: limits.map(({ constraint }) => constraintWords[constraint]),
						answer: limits.findIndex(({ constraint }) => constraint === bindingConstraint),
						series: [{ name: 'limit', values }],
						limits: [{ name: 'safe', value: safeConnections, kind: 'mark' }],
						// A bar that is a twentieth of the highest can hardly be read; the logarithm has none for 0.
						...(Math.min(...values) > 0 && Math.max(...values) > 20 * Math.min(...values) && { logarithmic: true }),
					},
				];
	},
	remarks: (inputs, { limits }) => {
		const known = new Set(limits.map(({ constraint }) => constraint));
		const unknown = (Object.keys(constraintWords) as Constraint[]).filter((each) => !known.has(each));
		return [
			...(unknown.length > 0
				? [`Not known, and so not in it: ${unknown.map((each) => constraintWords[each]).join(', ')}.`]
				: []),
			'Processor time has no formula: only a load test with the real messages tells. The balancer’s own limits are beside the number too.',
			'The headroom is taken off already: do not take it off again when servers are counted with this number.',
			...(known.has('descriptors')
				? ['A connection is taken to have one descriptor; on a proxy, which has one to each side, halve the limit.']
				: []),
			...(known.has('memory')
				? [
						'All of the server’s memory is taken to be for connections; the operating system, the process itself and peaks have to fit in the headroom.',
					]
				: []),
			...(known.has('link') ? ['The link counts what the server sends: payload and framing, TLS and TCP/IP.'] : []),
			...(inputs.eventsPerSecond === 0 && inputs.linkBitsPerSecond !== undefined
				? ['Without events the link sets no limit.']
				: []),
		];
	},
};

const constraintWords: Readonly<Record<Constraint, string>> = {
	memory: 'memory',
	descriptors: 'descriptors',
	link: 'the link',
	reconnects: 'handshakes after a restart',
	tested: 'what was tested',
};

function limitsOf(inputs: Inputs): readonly Limit[] {
	return [
		memoryLimit(inputs),
		descriptorLimit(inputs),
		linkLimit(inputs),
		reconnectLimit(inputs),
		testedLimit(inputs),
	].filter((limit) => limit !== undefined);
}

function memoryLimit({ memoryPerConnectionBytes: each, memoryPerServerBytes: server }: Inputs): Limit | undefined {
	if (each === undefined || server === undefined) {
		return undefined;
	}
	const connections = wholeBelow(server / each);
	return {
		constraint: 'memory',
		connections,
		formula: '⌊memoryPerServerBytes ÷ memoryPerConnectionBytes⌋',
		numbers: `⌊${memoryFigure(server)} ÷ ${memoryFigure(each)}⌋ = ${figure(connections)}`,
	};
}

function descriptorLimit({ descriptorsPerServer: connections }: Inputs): Limit | undefined {
	return connections === undefined
		? undefined
		: {
				constraint: 'descriptors',
				connections,
				formula: 'descriptorsPerServer',
				numbers: figure(connections),
			};
}

function linkLimit(inputs: Inputs): Limit | undefined {
	const { linkBitsPerSecond, eventsPerSecond, payloadBytes, transport = 'eventStream', headerBytes = 0 } = inputs;
	// Without events it sets no limit, rather than one of 0 or without end.
	if (linkBitsPerSecond === undefined || payloadBytes === undefined || !eventsPerSecond) {
		return undefined;
	}
	const { totalBytes } = deliveryCost(transport, payloadBytes, headerBytes).sent;
	const connections = wholeBelow(linkBitsPerSecond / (eventsPerSecond * totalBytes * 8));
	return {
		constraint: 'link',
		connections,
		formula: '⌊linkBitsPerSecond ÷ (eventsPerSecond × bytes of an event on the wire × 8)⌋',
		numbers: `⌊${bitRateFigure(linkBitsPerSecond)} ÷ (${figure(eventsPerSecond)}/s × ${figure(totalBytes)} B × 8)⌋ = ${figure(connections)}`,
	};
}

function reconnectLimit({ handshakesPerSecond, reconnectWindowSeconds }: Inputs): Limit | undefined {
	if (handshakesPerSecond === undefined || reconnectWindowSeconds === undefined) {
		return undefined;
	}
	const connections = wholeBelow(handshakesPerSecond * reconnectWindowSeconds);
	return {
		constraint: 'reconnects',
		connections,
		formula: '⌊handshakesPerSecond × reconnectWindowSeconds⌋',
		numbers: `⌊${figure(handshakesPerSecond)}/s × ${durationFigure(reconnectWindowSeconds)}⌋ = ${figure(connections)}`,
	};
}

function testedLimit({ testedConnectionsPerServer: connections }: Inputs): Limit | undefined {
	return connections === undefined
		? undefined
		: {
				constraint: 'tested',
				connections,
				formula: 'testedConnectionsPerServer',
				numbers: figure(connections),
			};
}
