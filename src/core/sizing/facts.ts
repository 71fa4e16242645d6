import type { Dimension } from './note/quantity';

/** What a note, a session or a user can tell; each calculation takes its inputs from these. */
export type FactName = keyof typeof facts;

/** A fact's value: numbers in the unit of the fact; the others are choices. */
export type FactValue = number | string | boolean;

interface Fact {
	/** In a sentence after "the": `number of connections at peak`. */
	readonly label: string;
	/** The whole question of an input box. */
	readonly question: string;
	/** An answer that an input box gives as an example. */
	readonly example: string;
	/** The unit of the value; a choice has none. */
	readonly unit: FactUnit;
	/** Which quantities can mean it. */
	readonly dimensions: readonly Dimension[];
	/** Whether more of it asks for more of the servers, or less of it does: which end of a range is the demanding one. */
	readonly demanding: 'more' | 'less';
	/** The least and the most that can be meant. An exclusive least is told by `aboveLeast`. */
	readonly least: number;
	readonly most: number;
	readonly aboveLeast?: boolean;
	readonly whole?: boolean;
	/** The values of a choice. */
	readonly choices?: readonly string[];
}

/** The unit of a fact's value, for showing it and for reading what is typed. */
export type FactUnit =
	| 'count'
	| 'share'
	| 'bytes'
	| 'bitsPerSecond'
	| 'seconds'
	| 'milliseconds'
	| 'perSecond'
	| 'choice'
	| 'yesOrNo';

/** Counts beyond this are not exact in a double, and no audience. */
const mostCount = Number.MAX_SAFE_INTEGER;
/** A hundred years. */
const mostSeconds = 3_155_760_000;

const count = { unit: 'count', dimensions: ['count'], least: 1, most: mostCount, whole: true } as const;
const duration = {
	unit: 'seconds',
	dimensions: ['seconds', 'every'],
	least: 0,
	aboveLeast: true,
	most: mostSeconds,
} as const;
const bytes = { unit: 'bytes', dimensions: ['bytes'], least: 0, most: mostCount } as const;
const rate = { unit: 'perSecond', dimensions: ['perSecond', 'every'], least: 0, most: mostCount } as const;
const choice = { unit: 'choice', dimensions: [], demanding: 'more', least: 0, most: 0 } as const;
const yesOrNo = { ...choice, unit: 'yesOrNo' } as const;

/** Everything that can be told, by the name that reports use for it unless a calculation has one of its own. */
export const facts = {
	audience: {
		...count,
		label: 'number of connections at peak',
		question: 'How many clients are connected at peak?',
		example: '240k',
		demanding: 'more',
	},
	connectionsPerUser: {
		...count,
		whole: false,
		least: 0,
		aboveLeast: true,
		label: 'number of connections each user has',
		question: 'How many connections does each user have (devices, tabs)?',
		example: '1.5',
		demanding: 'more',
	},
	connectionsPerServer: {
		...count,
		label: 'number of connections one server safely holds',
		question: 'How many connections does one server safely hold?',
		example: '60k',
		demanding: 'less',
	},
	servers: {
		...count,
		label: 'number of servers',
		question: 'How many servers are there?',
		example: '6',
		demanding: 'less',
	},
	failuresTolerated: {
		...count,
		least: 0,
		most: 1000,
		label: 'number of servers that may fail at once',
		question: 'How many servers may fail at once?',
		example: '1',
		demanding: 'more',
	},
	headroom: {
		unit: 'share',
		dimensions: ['share'],
		least: 0,
		most: 0.95,
		label: 'share of each server that is kept free',
		question: 'Which share of each server is kept free?',
		example: '20%',
		demanding: 'more',
	},
	payloadBytes: {
		...bytes,
		label: 'size of one event',
		question: 'How large is one event?',
		example: '220 B',
		demanding: 'more',
	},
	headerBytes: {
		...bytes,
		label: 'size of the headers of one request and its answer',
		question: 'How large are the headers of one request and its answer?',
		example: '900 B',
		demanding: 'more',
	},
	eventsPerSecond: {
		...rate,
		label: 'number of events a second that each client gets',
		question: 'How many events a second does each client get?',
		example: '1/s',
		demanding: 'more',
	},
	clientMessagesPerSecond: {
		...rate,
		label: 'number of messages a second that each client sends',
		question: 'How many messages a second does each client send?',
		example: '1 every 10 s',
		demanding: 'more',
	},
	pollIntervalSeconds: {
		...duration,
		label: 'polling interval',
		question: 'How often does each client poll?',
		example: 'every 5 s',
		demanding: 'less',
	},
	longPollCycleSeconds: {
		...duration,
		label: 'long-poll cycle',
		question: 'How long is one long-poll cycle, from request to request?',
		example: '25 s',
		demanding: 'less',
	},
	longPollHoldSeconds: {
		...duration,
		label: 'longest hold of a long poll',
		question: 'How long does the server hold a request when there is no news?',
		example: '25 s',
		demanding: 'less',
	},
	networkLatencyMs: {
		unit: 'milliseconds',
		dimensions: ['seconds'],
		least: 0,
		most: 3_600_000,
		label: "network's latency",
		question: "What is the network's latency, one way?",
		example: '80 ms',
		demanding: 'more',
	},
	memoryPerConnectionBytes: {
		...bytes,
		aboveLeast: true,
		label: 'memory of one connection',
		question: 'How much memory does one connection take?',
		example: '20 KiB',
		demanding: 'more',
	},
	memoryPerServerBytes: {
		...bytes,
		aboveLeast: true,
		label: 'memory of one server',
		question: 'How much memory does one server have?',
		example: '16 GiB',
		demanding: 'less',
	},
	descriptorsPerServer: {
		...count,
		label: 'number of file descriptors one server may open',
		question: 'How many file descriptors may one server open (ulimit -n)?',
		example: '65,536',
		demanding: 'less',
	},
	linkBitsPerSecond: {
		unit: 'bitsPerSecond',
		dimensions: ['bitsPerSecond', 'bytesPerSecond'],
		least: 0,
		aboveLeast: true,
		most: mostCount,
		label: "speed of one server's link",
		question: "How fast is one server's link?",
		example: '1 Gbit/s',
		demanding: 'less',
	},
	heartbeatIntervalSeconds: {
		...duration,
		label: 'heartbeat interval',
		question: 'How often is a heartbeat sent?',
		example: 'every 25 s',
		demanding: 'less',
	},
	reconnectWindowSeconds: {
		...duration,
		label: 'time over which clients reconnect',
		question: 'Over which time do clients spread their reconnects?',
		example: '30 s',
		demanding: 'less',
	},
	handshakesPerSecond: {
		...rate,
		aboveLeast: true,
		dimensions: ['perSecond'],
		label: 'number of handshakes a second one server bears',
		question: 'How many new connections a second does one server bear?',
		example: '500/s',
		demanding: 'less',
	},
	drainPerSecond: {
		...rate,
		aboveLeast: true,
		dimensions: ['perSecond'],
		label: 'number of connections a second that a draining server lets go',
		question: 'How many connections a second does a draining server let go?',
		example: '100/s',
		demanding: 'less',
	},
	reserve: {
		unit: 'share',
		dimensions: ['share'],
		least: 0,
		most: 0.95,
		label: 'share of memory kept for everything else',
		question: 'Which share of memory is kept for everything else?',
		example: '25%',
		demanding: 'more',
	},
	transport: {
		...choice,
		label: 'transport',
		question: 'Over which transport?',
		example: 'eventStream',
		choices: ['webSocket', 'eventStream', 'longPoll', 'polling'],
	},
	pattern: {
		...choice,
		label: 'kind of product',
		question: 'What is being built?',
		example: 'chat',
		choices: [
			'chat',
			'collaborativeEditing',
			'game',
			'dashboard',
			'notifications',
			'jobProgress',
			'marketData',
			'dispatchMap',
		],
	},
	direction: {
		...choice,
		label: 'direction of the traffic',
		question: 'In which direction do messages go?',
		example: 'serverToClient',
		choices: ['serverToClient', 'both', 'clientToServer'],
	},
	binary: { ...yesOrNo, label: 'binary payloads', question: 'Are payloads binary?', example: 'no' },
	hostileProxies: {
		...yesOrNo,
		label: 'proxies that break WebSockets',
		question: 'Do clients sit behind proxies that break WebSockets or buffer streams?',
		example: 'no',
	},
} as const satisfies Record<string, Fact>;

/** A fact by its name, with all that any fact may have. */
export function factOf(name: FactName): Fact {
	return facts[name];
}
