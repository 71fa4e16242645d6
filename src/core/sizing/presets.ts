import type { Assumption } from './calculation';

/**
 * Numbers that others measured or publish, for where a note has none. They are labels, not promises: each is shown with its
 * source, and a number that the note has always goes before.
 */

/** A connection's memory, in bytes, as measured or published for one idle connection. */
export interface MemoryPreset {
	readonly label: string;
	readonly bytes: number;
	readonly source: string;
}

const kibibyte = 1024;
const measured = 'measured on Node 20, idle';

/** What an idle connection takes, part by part, to be added up. */
export const connectionMemory = {
	webSocket: { label: 'WebSocket (ws)', bytes: 7.2 * kibibyte, source: measured },
	webSocketDeflate: {
		label: 'WebSocket (ws) whose compression was used once',
		bytes: 223 * kibibyte,
		source: measured,
	},
	eventStream: { label: 'event stream on node:http', bytes: 11.5 * kibibyte, source: measured },
	tls: { label: 'TLS', bytes: 27 * kibibyte, source: measured },
	kernel: { label: 'kernel', bytes: 4.5 * kibibyte, source: measured },
} as const satisfies Record<string, MemoryPreset>;

/** What an idle connection took in systems that were published; whole systems, so not to be added to. */
export const publishedConnectionMemory: readonly MemoryPreset[] = [
	{ label: 'MigratoryData', bytes: 3000, source: '12 million on one machine, 3.0 KB each in the kernel' },
	{ label: 'Python websockets, uncompressed', bytes: 14 * kibibyte, source: '14 KiB each, its documentation says' },
	{ label: 'nginx as a proxy', bytes: 20_000, source: '50,000 WebSockets in less than 1 GB, 2014' },
	{ label: 'WhatsApp', bytes: 29_000, source: '2.28 million on one server, about 29 KB each, 2012' },
	{ label: 'Phoenix', bytes: 64 * kibibyte, source: '2 million in 128 GB, at most 64 KiB each, 2015' },
	{ label: 'Python websockets', bytes: 64 * kibibyte, source: '64 KiB each, its documentation says' },
];

/** Memory of one connection, in bytes: what is assumed where nobody says. */
export const assumedConnectionMemory: Assumption = {
	value: 40 * kibibyte,
	source:
		'a preset for a WebSocket over TLS: 7.2 + 27 + 4.5 KiB (kernel), measured on Node 20, idle; compression, buffers and state add to it',
};

/** How long something between client and server keeps a connection. */
export interface ConnectionLimit {
	readonly name: string;
	readonly seconds: number;
	/**
	 * `idle`: time without traffic, which a heartbeat starts again. `lifetime`: from the beginning, which no heartbeat
	 * prolongs: clients have to connect again.
	 */
	readonly kind: 'idle' | 'lifetime';
	readonly source: string;
}

/** Limits of named proxies as they come by default, the shortest first of each kind; most can be configured. */
export const connectionLimits: readonly ConnectionLimit[] = [
	{ name: 'Heroku router', seconds: 55, kind: 'idle', source: 'default: rolling window of the router' },
	{ name: 'AWS Application Load Balancer', seconds: 60, kind: 'idle', source: 'default idle time-out' },
	{ name: 'nginx', seconds: 60, kind: 'idle', source: 'default proxy_read_timeout' },
	{ name: 'AWS API Gateway WebSocket', seconds: 600, kind: 'idle', source: 'idle time-out' },
	{ name: 'CloudFront', seconds: 600, kind: 'idle', source: 'idle time-out of WebSockets' },
	{
		name: 'Google Cloud load balancer',
		seconds: 30,
		kind: 'lifetime',
		source: 'default time-out of a backend service',
	},
	{ name: 'AWS API Gateway WebSocket', seconds: 7200, kind: 'lifetime', source: 'longest connection' },
];

/** How often libraries send a heartbeat by default. */
export const libraryHeartbeats: readonly {
	readonly name: string;
	readonly intervalSeconds: number;
	readonly source: string;
}[] = [
	{ name: 'SignalR', intervalSeconds: 15, source: 'default keep-alive interval, with a time-out of 30 s' },
	{ name: 'Socket.IO', intervalSeconds: 25, source: 'default ping interval, with a time-out of 20 s more' },
];

/**
 * Connections that one source address can have to one destination address and port on Linux by default: the ports 32768 to
 * 60999 (`net.ipv4.ip_local_port_range`). It bounds the leg from a balancer to a server.
 */
export const ephemeralPorts = 28_232;

/** Descriptors that a process may open where nobody raised the soft limit of `ulimit -n`, as on most systems. */
export const defaultDescriptors = 1024;

/** Headers of one request and its answer together, in bytes: what is assumed where nobody says. */
export const assumedHeaderBytes: Assumption = {
	value: 900,
	source: 'a preset: headers of one request and its answer, with a few cookies',
};

/** Common speeds of a server's link, in bits a second, which traffic is set against. */
export const commonLinkSpeeds: readonly number[] = [1e9, 10e9, 25e9];
