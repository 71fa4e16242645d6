import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TransportName } from '../core/endpoint';
import type { SessionState } from '../core/session';
import type { LagSummary, Statistics } from '../core/statistics';
import type { Capture } from './capture/capture';
import type { DeliveryLag } from './deliveryLag';
import type { Meters } from './meters';
import type { StoredCounters } from './sessionFile';

/** `Date.now`, by which most senders stamp and our clock is set, drops what follows the millisecond. */
const clockStepMs = 1;

/** What a session's numbers are made of. */
export interface Measured {
	readonly state: SessionState;
	readonly transport: TransportName | undefined;
	readonly meters: Meters;
	readonly lag: DeliveryLag;
	readonly capture: Pick<Capture, 'counts' | 'sizeBytes'>;
	/** The current connection included. */
	readonly counters: StoredCounters;
	readonly openedAtMs: number | undefined;
	/** Of the last connection; undefined where there was none. */
	readonly remoteAddress: string | undefined;
	readonly nowMs: number;
	/** How far that is off the wall clock, as far as was seen. */
	readonly clockDisagreementMs: number;
}

/** Every number of a session, as its view shows them. */
export function statisticsOf(measured: Measured): Statistics {
	const { state, meters, capture, counters, openedAtMs } = measured;
	const { received, kept, evicted, lost } = capture.counts;
	const live = state === 'open';
	return {
		state,
		transport: measured.transport ?? null,
		framesReceived: received,
		framesKept: kept,
		framesEvicted: evicted,
		eventsReceived: meters.events,
		eventBytes: meters.eventSizes.distribution(),
		framesSent: meters.framesSent,
		payloadsLost: lost,
		payloadBytes: meters.payloadBytes,
		payloadBytesSent: meters.payloadBytesSent,
		wireBytesIn: counters.bytesIn,
		wireBytesOut: counters.bytesOut,
		framesPerSecond: live ? meters.series.perSecond('framesIn') : 0,
		framesSentPerSecond: live ? meters.series.perSecond('framesOut') : 0,
		payloadBytesPerSecond: live ? meters.series.perSecond('payloadBytesIn') : 0,
		payloadBytesSentPerSecond: live ? meters.series.perSecond('payloadBytesOut') : 0,
		lagMs: lagSummary(measured),
		roundTripMs: meters.roundTrips.distribution(),
		gapMs: meters.gaps.distribution(),
		holdMs: meters.holds.distribution(),
		blindMs: meters.blinds.distribution(),
		cycles: meters.cycles,
		emptyCycles: meters.emptyCycles,
		cycleHeaderBytes: meters.cycleHeaderBytes,
		connectionsOpened: counters.connectionsOpened,
		reconnectAttempts: counters.reconnectAttempts,
		reconnectMs: meters.reconnects.distribution(),
		connectedMs: counters.connectedMs,
		captureBytes: capture.sizeBytes,
		openForMs: live && openedAtMs !== undefined ? measured.nowMs - openedAtMs : null,
		readPauses: counters.readPauses,
	};
}

function lagSummary({ meters, lag, capture, remoteAddress, clockDisagreementMs }: Measured): LagSummary {
	const distribution = meters.lags.distribution();
	if (distribution.count === 0) {
		return {
			...distribution,
			method: 'none',
			uncertaintyMs: null,
			clocksDisagree: false,
			reason: lag.reason(capture.counts.received),
			path: lag.path,
		};
	}
	const boundMs = Math.max(lag.resolutionMs, clockStepMs + clockDisagreementMs);
	const local = remoteAddress !== undefined && isOfThisMachine(remoteAddress);
	return {
		...distribution,
		method: local ? 'sameMachine' : 'assumedSameClock',
		uncertaintyMs: local ? boundMs : null,
		clocksDisagree: distribution.p50! < -boundMs,
		path: lag.path,
	};
}

/** Whether `address:port` is of this machine, so that its clock is ours. */
function isOfThisMachine(remote: string): boolean {
	const address = remote
		.replace(/:\d+$/, '')
		.replace(/^\[|\]$/g, '')
		.replace(/^::ffff:/i, '');
	if (isIP(address) === 0) {
		return false;
	}
	if (address === '::1' || address.startsWith('127.')) {
		return true;
	}
	return Object.values(networkInterfaces()).some((list) => list?.some((entry) => entry.address === address));
}
