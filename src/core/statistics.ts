import type { Finding } from './diagnosis/finding';
import type { TransportName } from './endpoint';
import type { SessionState } from './session';

/**
 * A distribution in milliseconds. `null` is «not measured», never 0; `reason` then says why. Percentiles are those of all
 * values together (nearest rank), never means of percentiles.
 */
export interface Distribution {
	readonly count: number;
	readonly mean: number | null;
	readonly p50: number | null;
	readonly p90: number | null;
	readonly p95: number | null;
	readonly p99: number | null;
	readonly p999: number | null;
	readonly max: number | null;
	readonly last: number | null;
}

/** A distribution of sizes in bytes. `null` is «not measured», never 0. */
export interface SizeDistribution {
	readonly count: number;
	readonly mean: number | null;
	readonly p50: number | null;
	readonly p95: number | null;
	readonly max: number | null;
}

/**
 * How a delivery lag was measured.
 *
 * - `sameMachine`: the endpoint's address is a loopback one or one of this machine's own, so both stamps come from one
 *   clock and the offset is 0. The address is all that was looked at: a port forward (SSH, a container, `kubectl`, VS Code's
 *   own) hides another machine and its clock behind such an address.
 * - `assumedSameClock`: whoever connected said that both clocks agree, so the offset is 0.
 * - `givenOffset`: whoever connected gave the offset.
 * - `echo`: the offset comes from an application-level echo that carries the server's time (RFC 5905 §8's four timestamps).
 * - `dateHeader`: the offset comes from the second edges of the HTTP `Date` field (RFC 9110 §6.6.1) on the same origin.
 * - `relative`: no clock is known, so the lag is told above the least one seen so far, which needs no shared clock.
 * - `none`: nothing was measured; `reason` says why.
 */
export type LagMethod =
	| 'sameMachine'
	| 'assumedSameClock'
	| 'givenOffset'
	| 'echo'
	| 'dateHeader'
	| 'relative'
	| 'none';

/**
 * Why there is no lag.
 *
 * - `noTimestamp`: none was found in the frames.
 * - `notInFrames`: the path in use leads to no time in the frames.
 */
export type LagReason = 'noFrames' | 'noTimestamp' | 'notInFrames' | 'switchedOff';

/** Delivery lag: arrival − sent − offset, over the session; `window` has the last minute. */
export interface LagSummary extends Distribution {
	readonly method: LagMethod;
	/**
	 * At least 99 in 100 of the session's lags lie within ± this many milliseconds of what they are told as here; `null` is
	 * unknown. The step of the sender's stamps, which are rounded down, but not less than the millisecond by which two
	 * processes' readings of one clock differ; what our clock was seen to be off the wall clock; and how far the offset may
	 * be off, with what lags were measured by before more was known of it. Of `relative`, all but the offset itself.
	 */
	readonly uncertaintyMs: number | null;
	/** The same of what arrives now, and so of `window`: by the offset as it is known now. */
	readonly windowUncertaintyMs: number | null;
	/** What is taken off arrival − sent: how far our clock is ahead of the sender's, as of now. `null` where none is known. */
	readonly offsetMs: number | null;
	/** How fast that grows, in parts per million (µs a second); `null` while too little is known. */
	readonly driftPpm: number | null;
	/** Exchanges that the offset was estimated from. */
	readonly clockSamples: number;
	/** The median lag of the last minute is negative by more than can be explained, so the two clocks can't be as told. */
	readonly clocksDisagree: boolean;
	/**
	 * By how much, at least: the size of that median, give or take the uncertainty, since the true lag comes on top of it.
	 * Absent where clocks agree.
	 */
	readonly clocksDisagreeMs?: number;
	/** The same of the last `windowSeconds`. */
	readonly window: Distribution;
	readonly windowSeconds: number;
	readonly reason?: LagReason;
	/** The JSON path at which sending times are read. */
	readonly path?: string;
}

/** How regularly frames arrive. */
export interface ArrivalSummary {
	/**
	 * Interarrival jitter (RFC 3550 §6.4.1): J += (|D| − J) / 16, D being the difference of two events' transit times. It
	 * needs sending times but no shared clock; `null` before the second.
	 */
	readonly jitterMs: number | null;
	/** The running median of the gaps; `null` before there are enough. */
	readonly medianGapMs: number | null;
	/** A gap above this is a stall; `null` while there is no median. */
	readonly stallThresholdMs: number | null;
	readonly stalls: number;
	readonly longestStallMs: number | null;
	/** Runs of events that came on top of each other, though they usually come apart. */
	readonly bursts: number;
	/** Events of the largest. */
	readonly largestBurst: number;
}

/**
 * What the ids of events tell. `null` is «can't be told».
 *
 * - `consecutive`: each is one more than the one before, so what is missing can be counted.
 * - `ordered`: they rise by no fixed step (ULIDs, stream ids of a database), so that only their order can be looked at.
 */
export interface SequenceSummary {
	readonly kind: 'consecutive' | 'ordered' | null;
	/** Where ids are read: a JSON path, `id` for the id of server-sent events, or `null` where none was found. */
	readonly path: string | null;
	readonly source: 'detected' | 'set' | null;
	/** Events that had an id. */
	readonly ids: number;
	readonly lastId: string | null;
	/** Ids between the lowest and the highest that were never seen, and the runs that they form. */
	readonly missing: number | null;
	readonly gaps: number | null;
	/** Events whose id had been seen before. */
	readonly duplicates: number | null;
	/** Events that came after one of a higher id, for the first time; those fill their gap. */
	readonly reorders: number | null;
	/** Times that the numbers began anew. */
	readonly resets: number | null;
}

/** What a lost connection cost, told by the ids on both sides of it. */
export interface ReconnectVerdict {
	/** When the connection after it opened. */
	readonly atMs: number;
	/**
	 * - `resumed`: the first id after is the next one; nothing lost, nothing twice.
	 * - `replayed`: `duplicates` events came again; nothing lost.
	 * - `lost`: `lost` events never came (`duplicates` of others may have come again).
	 * - `reset`: the numbers began anew, so that nothing can be said of what lies between.
	 * - `unknown`: there are no ids, or no event has come yet.
	 */
	readonly verdict: 'resumed' | 'replayed' | 'lost' | 'reset' | 'unknown';
	readonly lost: number;
	readonly duplicates: number;
	/** Of an event stream: whether the server went on after the `Last-Event-ID` that it was sent. */
	readonly lastEventId: 'honoured' | 'ignored' | 'notSent' | 'unknown';
}

/** Where the bytes went. In and out are seen from here. */
export interface WireCost {
	/** Payloads as read: decompressed, without framing. */
	readonly payloadBytesIn: number;
	readonly payloadBytesOut: number;
	/** The same as they crossed the wire: compressed where they were. */
	readonly transferredBytesIn: number;
	readonly transferredBytesOut: number;
	/** Frame headers and masks, field names and line ends of event streams, chunk sizes. */
	readonly framingBytesIn: number;
	readonly framingBytesOut: number;
	/** Heads of requests and answers. */
	readonly headerBytesIn: number;
	readonly headerBytesOut: number;
	/** TLS's own: handshakes, and the heads, padding and tags of records (RFC 8446 §5); 0 without TLS. */
	readonly tlsBytesIn: number;
	readonly tlsBytesOut: number;
	/** What the TCP sockets counted: transferred, framing, heads and TLS, and what has not been read to an end. */
	readonly socketBytesIn: number;
	readonly socketBytesOut: number;
	/** Payload bytes over their transferred bytes, of what was compressed; `null` where nothing was. */
	readonly compressionRatio: number | null;
	/** Heads, over all bytes both ways; `null` before the first byte. */
	readonly headerShare: number | null;
	/** Bytes both ways that are no received payload, for each event; `null` before the first event. */
	readonly overheadBytesPerEvent: number | null;
	/** HTTP requests, an upgrade among them. */
	readonly requests: number;
	/** Sockets opened, and TLS handshakes made, for them. */
	readonly sockets: number;
	readonly tlsHandshakes: number;
}

/** What `statistics` returns, and what a tick carries. Counts are since the session began or was last cleared. */
export interface Statistics {
	readonly state: SessionState;
	readonly transport: TransportName | null;
	/** Frames the peer sent us: framesReceived = framesKept + framesEvicted. */
	readonly framesReceived: number;
	readonly framesKept: number;
	readonly framesEvicted: number;
	/**
	 * Messages and events that the peer sent, the same feed's the same number over every transport: frames of kind text,
	 * binary and event, and polls' answers that are one event as a whole. A cycle whose events are frames of their own is
	 * none, nor are pings, pongs, closes and comments.
	 */
	readonly eventsReceived: number;
	/** Their payloads, decompressed: of a message with all its fragments, of an event of a poll's answer its part. */
	readonly eventBytes: SizeDistribution;
	/** Frames we sent, pings and pongs among them. */
	readonly framesSent: number;
	/** Received payloads that a full disk did not take; their frames are counted and metered all the same. */
	readonly payloadsLost: number;
	/** Bytes of received payloads, decompressed. */
	readonly payloadBytes: number;
	readonly payloadBytesSent: number;
	/** Bytes that crossed the TCP sockets, headers, TLS and all, over every connection of the session. */
	readonly wireBytesIn: number;
	readonly wireBytesOut: number;
	/** Over the last full seconds (at most 3) of the connection; before there is one, over the time since it opened. */
	readonly framesPerSecond: number;
	readonly framesSentPerSecond: number;
	readonly payloadBytesPerSecond: number;
	readonly payloadBytesSentPerSecond: number;
	readonly lagMs: LagSummary;
	/** WebSocket ping to pong, or an application-level echo where one is set. */
	readonly roundTripMs: Distribution;
	readonly roundTripMethod: 'ping' | 'echo' | null;
	/** Pings or echoes that were given up, since sixteen came after them or the connection went: the worst are in no distribution. */
	readonly roundTripsUnanswered: number;
	/** TCP and TLS of every connection, DNS left out: no less than a round trip. */
	readonly connectMs: Distribution;
	/** Of every connection's first request: from its last byte out to the answer's first byte in. */
	readonly firstByteMs: Distribution;
	/** Between two received frames (of polling: between two cycles that brought something). */
	readonly gapMs: Distribution;
	/** Of polling: from the request on the wire to the answer's first byte. */
	readonly holdMs: Distribution;
	/** Of polling: from an answer's end to the next request on the wire, when news has to wait. */
	readonly blindMs: Distribution;
	/**
	 * Of polling: from when a request was due to its answer's first byte. What an answer that takes longer than the interval
	 * keeps from being sent is counted from when it was due (coordinated omission), so this tells what news would have met.
	 */
	readonly dueMs: Distribution;
	/**
	 * Of polls: for each event the most that it can have waited, since it was not in the answer before. That was formed after
	 * its request was sent; of a held request, at most a TCP connect time before its first byte, which takes for granted that
	 * the server sends what it has formed.
	 */
	readonly stalenessMs: Distribution;
	/** Of polling: the interval; the mean lag should be near half of it. */
	readonly pollIntervalMs: number | null;
	readonly cycles: number;
	readonly emptyCycles: number;
	/** Of polling: head of the request and head of the answer together, on average of the cycles that were answered. */
	readonly cycleHeaderBytes: number | null;
	/** Connections that opened, the first among them. */
	readonly connectionsOpened: number;
	/** Attempts to connect again since the session began. */
	readonly reconnectAttempts: number;
	/** From the loss of a connection to the opening of the next, waits and failed attempts included. */
	readonly reconnectMs: Distribution;
	/** One for each connection after the first, the newest last; at most 20. */
	readonly reconnects: readonly ReconnectVerdict[];
	readonly arrival: ArrivalSummary;
	readonly sequence: SequenceSummary;
	readonly wire: WireCost;
	/** What seems wrong on the way, with its evidence; the newest state of each. */
	readonly findings: readonly Finding[];
	/** Milliseconds that connections have been open, all of them together. */
	readonly connectedMs: number;
	/** Bytes of the capture's files on disk. */
	readonly captureBytes: number;
	/** Milliseconds that the current connection has been open; `null` while there is none. */
	readonly openForMs: number | null;
	/** Times that reading was paused because the capture could not keep up. */
	readonly readPauses: number;
}
