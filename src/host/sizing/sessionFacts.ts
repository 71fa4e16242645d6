import { l10n } from 'vscode';
import type { SessionSummary } from '../../core/session';
import type { FactName, FactValue } from '../../core/sizing/facts';
import { bytesFigure, counted, durationFigure, figure } from '../../core/sizing/figures';
import type { GivenFact } from '../../core/sizing/size';
import type { Distribution, Statistics } from '../../core/statistics';

/**
 * What a session measured, as inputs that say how. They are of one client, which is this one; how many there are to be is
 * for the user to add. What was not measured is absent.
 *
 * The size of an event is the mean, since bytes a second are events times their mean; its p95 is told beside it.
 */
export function sessionFacts(
	statistics: Statistics,
	{ handshake }: Pick<SessionSummary, 'handshake'>,
): ReadonlyMap<FactName, GivenFact> {
	const { transport, eventsReceived, connectedMs, cycles, emptyCycles, eventBytes, cycleHeaderBytes } = statistics;
	const found = new Map<FactName, GivenFact>();
	const tell = (fact: FactName, value: FactValue, how: string): void => {
		found.set(fact, { value, source: { kind: 'measured', how } });
	};
	const seconds = connectedMs / 1000;
	const connected = durationFigure(Number(seconds.toPrecision(3)));
	if (eventsReceived > 0 && seconds > 0) {
		tell(
			'eventsPerSecond',
			rounded(eventsReceived / seconds),
			l10n.t('{0} in {1}', counted(eventsReceived, 'event'), connected),
		);
	}
	if (eventBytes.mean !== null) {
		tell('payloadBytes', rounded(eventBytes.mean), payloadText(statistics));
	}
	if (cycleHeaderBytes !== null) {
		tell('headerBytes', rounded(cycleHeaderBytes), l10n.t('request and answer, mean of {0}', counted(cycles, 'cycle')));
	}
	if (transport === 'longPoll' && cycles > 0 && seconds > 0) {
		const how = l10n.t('{0} in {1}', counted(cycles, 'cycle'), connected);
		tell('longPollCycleSeconds', rounded(seconds / cycles), how);
	}
	const { holdMs, blindMs } = statistics;
	if (transport === 'polling' && holdMs.p50 !== null && blindMs.p50 !== null) {
		const how = l10n.t('median time to an answer and median wait for the next poll, of {0}', counted(cycles, 'cycle'));
		tell('pollIntervalSeconds', rounded((holdMs.p50 + blindMs.p50) / 1000), how);
	}
	if (transport === 'longPoll' && emptyCycles > 0 && holdMs.max !== null) {
		tell(
			'longPollHoldSeconds',
			rounded(holdMs.max / 1000),
			l10n.t('the longest hold of {0}, {1} of them empty', counted(cycles, 'cycle'), figure(emptyCycles)),
		);
	}
	const roundTrip = roundTripOf(statistics.roundTripMs, handshake?.phases.tcpMs);
	if (roundTrip !== undefined) {
		tell('networkLatencyMs', rounded(roundTrip.milliseconds / 2), roundTrip.how);
	}
	const { reconnectMs } = statistics;
	if (reconnectMs.max !== null) {
		tell(
			'reconnectWindowSeconds',
			rounded(reconnectMs.max / 1000),
			reconnectMs.count === 1
				? l10n.t('from one loss to the next opening')
				: l10n.t(
						'the longest of {0} reconnects; p50 {1}',
						figure(reconnectMs.count),
						durationFigure((reconnectMs.p50 ?? 0) / 1000),
					),
		);
	}
	if (found.size > 0 && transport !== null) {
		tell('transport', transport, l10n.t('what the session runs over'));
	}
	return found;
}

/** Mean, p95, and what each event cost on the wire beside its payload. */
function payloadText({ eventBytes, eventsReceived, wireBytesIn, payloadBytes, wire }: Statistics): string {
	const mean = l10n.t('mean of {0}; p95 {1}', counted(eventBytes.count, 'event'), bytesFigure(eventBytes.p95 ?? 0));
	// The calculations put TLS to it themselves.
	const plainBytes = wireBytesIn - wire.tlsBytesIn;
	const overhead = (plainBytes - payloadBytes) / eventsReceived;
	// Compressed, an event may take less than its payload.
	return overhead > 0
		? `${mean}; ${l10n.t('{0} of headers and framing to each', bytesFigure(Math.round(overhead)))}`
		: `${mean}; ${l10n.t('{0} on the wire each, compressed', bytesFigure(Math.round(plainBytes / eventsReceived)))}`;
}

/** The median of pings; without them the TCP handshake, which is one round trip (RFC 9293 §3.5). */
function roundTripOf(
	{ p50, count }: Distribution,
	tcpMs: number | undefined,
): { readonly milliseconds: number; readonly how: string } | undefined {
	if (p50 !== null) {
		return { milliseconds: p50, how: l10n.t('half of the median round trip of {0}', counted(count, 'ping')) };
	}
	return tcpMs === undefined
		? undefined
		: { milliseconds: tcpMs, how: l10n.t('half of the TCP handshake of {0}', durationFigure(tcpMs / 1000)) };
}

/** More digits than these were not measured. */
function rounded(value: number): number {
	return Number(value.toPrecision(4));
}
