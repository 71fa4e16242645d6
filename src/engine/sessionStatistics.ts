import type { TransportName } from '../core/endpoint';
import type { SessionState } from '../core/session';
import type { LagMethod, LagSummary, Statistics } from '../core/statistics';
import type { Capture } from './capture/capture';
import type { Measures } from './measures';
import type { StoredCounters } from './sessionFile';

/** `Date.now`, by which most senders stamp and our clock is set, drops what follows the millisecond. */
const clockStepMs = 1;
/** Recent lags are those of the last minute. */
const windowSeconds = 60;

/** What a session's numbers are made of. */
export interface Measured {
	readonly state: SessionState;
	readonly transport: TransportName | undefined;
	readonly measures: Measures;
	readonly capture: Pick<Capture, 'counts' | 'sizeBytes'>;
	/** The current connection included. */
	readonly counters: StoredCounters;
	readonly openedAtMs: number | undefined;
	/** Undefined where the transport is no polling. */
	readonly pollIntervalMs: number | undefined;
	readonly nowMs: number;
	/** How far that is off the wall clock, as far as was seen. */
	readonly clockDisagreementMs: number;
}

/** Every number of a session, as its view shows them. */
export function statisticsOf(measured: Measured): Statistics {
	const { state, measures, capture, counters, openedAtMs } = measured;
	const { meters } = measures;
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
		roundTripMethod: meters.roundTrips.count === 0 ? null : measures.echoes ? 'echo' : 'ping',
		roundTripsUnanswered: measures.roundTripsUnanswered,
		connectMs: meters.connects.distribution(),
		firstByteMs: meters.firstBytes.distribution(),
		gapMs: meters.gaps.distribution(),
		holdMs: meters.holds.distribution(),
		blindMs: meters.blinds.distribution(),
		dueMs: meters.dues.distribution(),
		stalenessMs: meters.staleness.distribution(),
		pollIntervalMs: measured.pollIntervalMs ?? null,
		cycles: meters.cycles,
		emptyCycles: meters.emptyCycles,
		cycleHeaderBytes: meters.cycleHeaderBytes,
		connectionsOpened: counters.connectionsOpened,
		reconnectAttempts: counters.reconnectAttempts,
		reconnectMs: meters.reconnects.distribution(),
		reconnects: measures.sequence.verdicts(),
		arrival: meters.arrivals.summary(),
		sequence: measures.sequence.summary(),
		wire: measures.wire.cost(counters, meters),
		findings: measures.diagnosis.findings(measured.nowMs),
		connectedMs: counters.connectedMs,
		captureBytes: capture.sizeBytes,
		openForMs: live && openedAtMs !== undefined ? measured.nowMs - openedAtMs : null,
		readPauses: counters.readPauses,
	};
}

/** How the lag of an event that arrived then is measured, and within what it is; `null` where nobody knows. */
export function lagDoubt(
	{ clock, lag }: Measures,
	atMs: number,
	clockDisagreementMs: number,
): { readonly method: LagMethod; readonly uncertaintyMs: number | null } {
	const { method, uncertaintyMs } = clock.summary(atMs);
	return { method, uncertaintyMs: uncertaintyMs === null ? null : stampMs(lag, clockDisagreementMs) + uncertaintyMs };
}

/** Within what a lag is by its two stamps alone. */
function stampMs(lag: Measures['lag'], clockDisagreementMs: number): number {
	return Math.max(lag.resolutionMs, clockStepMs) + clockDisagreementMs;
}

function lagSummary({ measures, capture, nowMs, clockDisagreementMs }: Measured): LagSummary {
	const { meters, lag, clock } = measures;
	// First, since it may correct what was measured by an older estimate.
	const { method, offsetMs, uncertaintyMs: clockMs, driftPpm, samples } = clock.summary(nowMs);
	const distribution = meters.lags.distribution();
	const window = meters.recentLags.distribution(nowMs);
	if (distribution.count === 0) {
		return {
			...distribution,
			method: 'none',
			uncertaintyMs: null,
			windowUncertaintyMs: null,
			offsetMs: null,
			driftPpm: null,
			clockSamples: 0,
			clocksDisagree: false,
			window,
			windowSeconds,
			reason: lag.reason(capture.counts.received),
			path: lag.path,
		};
	}
	const sessionMs = clock.sessionUncertaintyMs(nowMs);
	const stamps = stampMs(lag, clockDisagreementMs);
	// Of now where something came lately: a clock that was set long ago has nothing to do with the lags before.
	const medianMs = window.p50 ?? distribution.p50!;
	// Where nobody knows how good the offset is, it is taken for what it was said to be.
	const disagrees = method !== 'relative' && medianMs < -(stamps + (clockMs ?? 0));
	return {
		...distribution,
		method,
		uncertaintyMs: sessionMs === null ? null : stamps + sessionMs,
		windowUncertaintyMs: clockMs === null ? null : stamps + clockMs,
		offsetMs,
		driftPpm,
		clockSamples: samples,
		clocksDisagree: disagrees,
		...(disagrees && { clocksDisagreeMs: -medianMs }),
		window,
		windowSeconds,
		path: lag.path,
	};
}
