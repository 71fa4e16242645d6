import type { TransportName } from './endpoint';
import type { SessionState } from './session';

/** A distribution in milliseconds. `null` is «not measured», never 0; `reason` then says why. */
export interface Distribution {
	readonly count: number;
	readonly p50: number | null;
	readonly p95: number | null;
	readonly p99: number | null;
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
 * - `assumedSameClock`: the endpoint is elsewhere and its clock is taken to agree with ours; the uncertainty is unknown.
 * - `none`: nothing was measured; `reason` says why.
 */
export type LagMethod = 'sameMachine' | 'assumedSameClock' | 'none';

/**
 * Why there is no lag.
 *
 * - `noTimestamp`: none was found in the frames.
 * - `notInFrames`: the path in use leads to no time in the frames.
 */
export type LagReason = 'noFrames' | 'noTimestamp' | 'notInFrames' | 'switchedOff';

/** Delivery lag: arrival minus the sending time that the payload carries. */
export interface LagSummary extends Distribution {
	readonly method: LagMethod;
	/**
	 * The lag lies within ± this many milliseconds of the one told; `null` is unknown. A bound for a sender that stamps with
	 * this machine's wall clock: the whole step of its stamps, which are rounded down, and not less than the millisecond by
	 * which two processes' readings of that clock differ, plus what ours was seen to be off it.
	 */
	readonly uncertaintyMs: number | null;
	/** The median lag is negative by more than can be explained, so the two clocks can't be the same. */
	readonly clocksDisagree: boolean;
	readonly reason?: LagReason;
	/** The JSON path at which sending times are read. */
	readonly path?: string;
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
	/** Bytes that crossed the sockets, headers and all, over every connection of the session. */
	readonly wireBytesIn: number;
	readonly wireBytesOut: number;
	/** Over the last full seconds (at most 3) of the connection; before there is one, over the time since it opened. */
	readonly framesPerSecond: number;
	readonly framesSentPerSecond: number;
	readonly payloadBytesPerSecond: number;
	readonly payloadBytesSentPerSecond: number;
	readonly lagMs: LagSummary;
	/** WebSocket ping to pong. */
	readonly roundTripMs: Distribution;
	/** Between two received frames (of polling: between two cycles that brought something). */
	readonly gapMs: Distribution;
	/** Of polling: from the request on the wire to the answer's first byte. */
	readonly holdMs: Distribution;
	/** Of polling: from an answer's end to the next request on the wire, when news has to wait. */
	readonly blindMs: Distribution;
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
	/** Milliseconds that connections have been open, all of them together. */
	readonly connectedMs: number;
	/** Bytes of the capture's files on disk. */
	readonly captureBytes: number;
	/** Milliseconds that the current connection has been open; `null` while there is none. */
	readonly openForMs: number | null;
	/** Times that reading was paused because the capture could not keep up. */
	readonly readPauses: number;
}
