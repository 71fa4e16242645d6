import type { Calculation, Results, WorkingStep } from '../calculation';
import { counted, figure, memoryFigure, shareFigure } from '../figures';
import {
	assumedConnectionMemory,
	connectionMemory,
	defaultDescriptors,
	ephemeralPorts,
	type MemoryPreset,
	publishedConnectionMemory,
} from '../presets';
import { wholeAbove, wholeBelow } from '../wholeNumber';

type Inputs = {
	readonly connectionsPerServer?: number;
	readonly memoryPerConnectionBytes: number;
	readonly memoryPerServerBytes?: number;
	readonly reserve: number;
	readonly descriptorsPerServer?: number;
};

interface ConnectionFootprintResults extends Results {
	/** As told, or as many as fit into the server's memory less the reserve. */
	readonly connections: number;
	readonly connectionsMemoryBytes: number;
	/** Memory of a server that has the reserve beside it. */
	readonly serverMemoryBytes: number;
	/** Of the server's memory, by the connections alone. Only where the server's memory is told, like the next. */
	readonly memoryShare?: number;
	/** Whether the reserve stays free. */
	readonly memorySuffices?: boolean;
	/** One a connection where the server itself ends it. */
	readonly descriptors: number;
	/** Two a connection on a proxy: one to each side. */
	readonly proxyDescriptors: number;
	/** Of the descriptors that the server may open. Only where these are told, like the next. */
	readonly descriptorShare?: number;
	readonly descriptorsSuffice?: boolean;
	/** Addresses that the balancer needs to connect from, to one address and port of the server. */
	readonly balancerSourceAddresses: number;
	/** The memory that so many connections take by each preset, for comparison. */
	readonly presets: readonly {
		readonly name: string;
		/** Measured part by part, or published for a system as a whole. */
		readonly kind: 'measured' | 'published';
		readonly bytesPerConnection: number;
		readonly connectionsMemoryBytes: number;
		readonly source: string;
	}[];
}

/**
 * What the connections of one server take: memory, descriptors, and the balancer's ports.
 *
 * With C connections of m bytes and a reserve r: memory C·m, on a server of C·m/(1 − r); descriptors C, on a proxy 2·C;
 * balancer addresses ⌈C/28,232⌉, since TCP tells connections apart by address and port of both ends (RFC 9293 3.3.1), and one
 * source address has so many ephemeral ports to the same destination. Where C is not told it is ⌊M·(1 − r)/m⌋ of a server
 * with memory M.
 */
export const connectionFootprint: Calculation<Inputs, ConnectionFootprintResults> = {
	id: 'connectionFootprint',
	title: 'Connection Footprint',
	question: 'How much memory, how many descriptors and how many ports do the connections of a server take?',
	source: 'RFC 9293 3.3.1 (what tells connections apart); the ephemeral ports of Linux; measured presets',
	inputs: [
		{ name: 'connectionsPerServer', fact: 'connectionsPerServer' },
		{ name: 'memoryPerConnectionBytes', fact: 'memoryPerConnectionBytes', assumed: assumedConnectionMemory },
		{ name: 'memoryPerServerBytes', fact: 'memoryPerServerBytes' },
		{
			name: 'reserve',
			fact: 'reserve',
			assumed: { value: 0.25, source: 'for the operating system, the process itself and peaks' },
		},
		{ name: 'descriptorsPerServer', fact: 'descriptorsPerServer' },
	],
	enough: [
		// First, so that a note with the memory of one connection is asked for their number and not for the server's memory.
		['connectionsPerServer', 'memoryPerConnectionBytes'],
		['connectionsPerServer'],
		['memoryPerServerBytes', 'memoryPerConnectionBytes'],
	],
	evokedBy: ['memoryPerConnectionBytes'],
	calculate: (inputs) => {
		const { memoryPerConnectionBytes, memoryPerServerBytes, reserve, descriptorsPerServer } = inputs;
		const connections =
			inputs.connectionsPerServer ?? wholeBelow((memoryPerServerBytes! * (1 - reserve)) / memoryPerConnectionBytes);
		const connectionsMemoryBytes = connections * memoryPerConnectionBytes;
		const serverMemoryBytes = connectionsMemoryBytes / (1 - reserve);
		return {
			connections,
			connectionsMemoryBytes,
			serverMemoryBytes,
			...(memoryPerServerBytes !== undefined && {
				memoryShare: connectionsMemoryBytes / memoryPerServerBytes,
				memorySuffices: connections <= wholeBelow((memoryPerServerBytes * (1 - reserve)) / memoryPerConnectionBytes),
			}),
			descriptors: connections,
			proxyDescriptors: 2 * connections,
			...(descriptorsPerServer !== undefined && {
				descriptorShare: connections / descriptorsPerServer,
				descriptorsSuffice: connections <= descriptorsPerServer,
			}),
			balancerSourceAddresses: wholeAbove(connections / ephemeralPorts),
			presets: presets.map(({ kind, label, bytes, source }) => ({
				name: label,
				kind,
				bytesPerConnection: bytes,
				connectionsMemoryBytes: connections * bytes,
				source,
			})),
		};
	},
	headline: ({ descriptorsPerServer }, results) => {
		const { connections, connectionsMemoryBytes, descriptors, balancerSourceAddresses, memorySuffices } = results;
		const memory = `${memoryFigure(connectionsMemoryBytes)}${memorySuffices === false ? ', more than the server has free' : ''}`;
		const used =
			descriptorsPerServer === undefined
				? counted(descriptors, 'descriptor')
				: `${figure(descriptors)} of ${counted(descriptorsPerServer, 'descriptor')}`;
		return `${counted(connections, 'connection')}: ${memory}; ${used}; ${counted(balancerSourceAddresses, 'balancer address', 'balancer addresses')}`;
	},
	working: (inputs, results) => {
		const { connectionsPerServer, memoryPerConnectionBytes, memoryPerServerBytes, reserve, descriptorsPerServer } =
			inputs;
		const { connections, connectionsMemoryBytes, serverMemoryBytes, descriptors, proxyDescriptors } = results;
		const each = memoryFigure(memoryPerConnectionBytes);
		const free = figure(1 - reserve);
		const steps: WorkingStep[] = [];
		if (connectionsPerServer === undefined) {
			steps.push({
				label: 'connections that fit',
				formula: '⌊memoryPerServerBytes × (1 − reserve) ÷ memoryPerConnectionBytes⌋',
				numbers: `⌊${memoryFigure(memoryPerServerBytes!)} × ${free} ÷ ${each}⌋ = ${figure(connections)}`,
			});
		}
		steps.push(
			{
				label: 'memory of the connections',
				formula: 'connections × memoryPerConnectionBytes',
				numbers: `${figure(connections)} × ${each} = ${memoryFigure(connectionsMemoryBytes)}`,
			},
			{
				label: `memory of a server with ${shareFigure(reserve)} in reserve`,
				formula: 'memory of the connections ÷ (1 − reserve)',
				numbers: `${memoryFigure(connectionsMemoryBytes)} ÷ ${free} = ${memoryFigure(serverMemoryBytes)}`,
			},
		);
		if (results.memoryShare !== undefined) {
			steps.push({
				label: 'share of the server’s memory',
				formula: 'memory of the connections ÷ memoryPerServerBytes',
				numbers: `${memoryFigure(connectionsMemoryBytes)} ÷ ${memoryFigure(memoryPerServerBytes!)} = ${shareFigure(results.memoryShare)}`,
			});
		}
		steps.push({
			label: 'descriptors (ulimit -n), and on a proxy',
			formula: 'connections, connections × 2',
			numbers: `${figure(descriptors)}, ${figure(connections)} × 2 = ${figure(proxyDescriptors)}`,
		});
		if (results.descriptorShare !== undefined) {
			steps.push({
				label: 'share of the descriptors',
				formula: 'connections ÷ descriptorsPerServer',
				numbers: `${figure(connections)} ÷ ${figure(descriptorsPerServer!)} = ${shareFigure(results.descriptorShare)}`,
			});
		}
		steps.push({
			label: 'addresses that the balancer connects from',
			formula: '⌈connections ÷ ephemeral ports⌉',
			numbers: `⌈${figure(connections)} ÷ ${figure(ephemeralPorts)}⌉ = ${figure(results.balancerSourceAddresses)}`,
		});
		return steps;
	},
	charts: ({ memoryPerConnectionBytes, memoryPerServerBytes, reserve }, { connections, presets: all }) => {
		const bars = [
			{ name: 'this calculation', bytes: connections * memoryPerConnectionBytes },
			...all.flatMap(({ kind, name, connectionsMemoryBytes }) =>
				kind === 'measured' ? [{ name, bytes: connectionsMemoryBytes }] : [],
			),
		];
		return [
			{
				kind: 'bars',
				title: `Memory of ${counted(connections, 'connection')} beside measured presets`,
				valueLabel: 'memory of the connections',
				unit: 'bytes',
				groups: bars.map(({ name }) => name),
				answer: 0,
				series: [{ name: 'memory', values: bars.map(({ bytes }) => bytes) }],
				limits:
					memoryPerServerBytes === undefined
						? []
						: [{ name: 'memory less reserve', value: memoryPerServerBytes * (1 - reserve) }],
			},
		];
	},
	remarks: (
		{ descriptorsPerServer },
		{ descriptors, descriptorsSuffice, proxyDescriptors, balancerSourceAddresses },
	) => [
		...(descriptorsSuffice === false
			? [
					`${figure(descriptors)} connections need more than the ${figure(descriptorsPerServer!)} descriptors there are.`,
				]
			: []),
		...(descriptorsPerServer === undefined && descriptors > defaultDescriptors
			? [`ulimit -n has to be raised: where nobody did, it is ${figure(defaultDescriptors)} on most systems.`]
			: []),
		...(descriptorsSuffice === true && proxyDescriptors > descriptorsPerServer!
			? ['The descriptors suffice for a server that ends the connections, not for a proxy, which has two for each.']
			: []),
		...(balancerSourceAddresses > 1
			? [
					`One address of the balancer reaches ${figure(ephemeralPorts)} connections to one address and port of the server; more ports that the server listens on do as well as more addresses. A balancer that hands packets on without connections of its own has no such limit.`,
				]
			: []),
		'Memory is for idle connections: what waits for a slow reader, subscriptions and state come on top, as do descriptors for files and for databases.',
		`The presets are labels, not promises: measured on Node 20 for one idle connection. Whole systems took: ${publishedConnectionMemory.map(({ label, source }) => `${label} (${source})`).join(', ')}.`,
	],
};

const { webSocket, webSocketDeflate, eventStream, tls, kernel } = connectionMemory;

/** What a server of that kind takes for one connection in all. */
const measuredMemory = [
	sum('WebSocket', [webSocket, kernel]),
	sum('WebSocket over TLS', [webSocket, tls, kernel]),
	sum('event stream', [eventStream, kernel]),
	sum('event stream over TLS', [eventStream, tls, kernel]),
	sum('WebSocket over TLS, compressed once', [webSocketDeflate, tls, kernel]),
];

const presets = [
	...measuredMemory.map((preset) => ({ ...preset, kind: 'measured' as const })),
	...publishedConnectionMemory.map((preset) => ({ ...preset, kind: 'published' as const })),
];

function sum(label: string, parts: readonly MemoryPreset[]): MemoryPreset {
	return {
		label,
		bytes: parts.reduce((total, { bytes }) => total + bytes, 0),
		source: parts.map((each) => `${each.label} ${memoryFigure(each.bytes)}`).join(' + '),
	};
}
