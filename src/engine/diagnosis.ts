import { Bunching } from '../core/diagnosis/bunching';
import { Coalescing } from '../core/diagnosis/coalescing';
import type { Finding } from '../core/diagnosis/finding';
import {
	bunchedText,
	coalescingText,
	compressedText,
	contentEncoding,
	idleCutText,
	missingHeartbeatText,
	noFirstByteText,
} from '../core/diagnosis/findingText';
import { Heartbeats } from '../core/diagnosis/heartbeats';
import { IdleCuts } from '../core/diagnosis/idleCuts';
import { StampStep } from '../core/diagnosis/stampStep';
import type { TransportName } from '../core/endpoint';
import { type FrameRecord, frameFlag, kindCode } from '../core/frame';
import type { ConnectionEnd, Handshake } from '../core/handshake';

/** Kinds that carry what a server pushed. */
const eventKinds = (1 << kindCode.text) | (1 << kindCode.binary) | (1 << kindCode.event);
const heartbeatKinds = (1 << kindCode.ping) | (1 << kindCode.comment);

/** An event stream that has brought nothing for so long has had no first byte. */
const noFirstByteMs = 5000;
/** Gateway time-out (RFC 9110 §15.6.5): a proxy gave the held request up. */
const gatewayTimeOut = 504;

/**
 * What seems wrong on the way to a session's endpoint, in constant time for each frame and in constant memory. Each rule is
 * told in its own class; the thresholds are such that what is merely jittery, bursty or quiet is not reported.
 *
 * Of long polling only idle cuts are looked for (held requests that were cut), of polling nothing: events that come
 * together are how both work.
 */
export class Diagnosis {
	#stampStep = new StampStep();
	#bunching = new Bunching();
	#coalescing = new Coalescing();
	#idleCuts = new IdleCuts();
	#heartbeats = new Heartbeats();
	#transport: TransportName | undefined;
	#head: Handshake['response'];
	/** Of the last connection; the end is NaN while it is open. */
	#openedAtMs = Number.NaN;
	#endedAtMs = Number.NaN;
	/** A frame has come on this connection. */
	#received = false;
	/** The transport pushes, so that the time at which events come is the server's to choose. */
	#pushes = false;
	#longPoll = false;

	connectionOpened(atMs: number, handshake: Handshake, transport: TransportName): void {
		if (this.#transport !== undefined && this.#transport !== transport) {
			// What was seen on another transport tells nothing of this one.
			this.reset();
			this.#stampStep = new StampStep();
			this.#heartbeats = new Heartbeats();
		}
		this.#transport = transport;
		this.#head = handshake.response;
		this.#openedAtMs = atMs;
		this.#endedAtMs = Number.NaN;
		this.#received = false;
		this.#pushes = transport === 'webSocket' || transport === 'eventStream';
		this.#longPoll = transport === 'longPoll';
		this.#bunching.connectionOpened(atMs);
		this.#coalescing.connectionOpened();
		if (this.#pushes) {
			this.#idleCuts.connectionOpened(atMs);
			this.#heartbeats.connectionOpened(atMs);
		}
	}

	/** Takes a frame of either direction, and its arrival less its sending time (NaN: it has none). */
	frame(record: FrameRecord, rawLagMs: number): void {
		const { arrivedAtMs, kind, flags } = record;
		if (!this.#pushes) {
			if (this.#longPoll) {
				this.#cycle(record);
			}
			return;
		}
		this.#idleCuts.frame(arrivedAtMs);
		if (flags & frameFlag.out) {
			return;
		}
		this.#received = true;
		this.#heartbeats.received(arrivedAtMs, ((heartbeatKinds >> kind) & 1) !== 0);
		// NaN, as infinity, less itself is not 0.
		if ((eventKinds >> kind) & 1 && rawLagMs - rawLagMs === 0) {
			const sentAtMs = arrivedAtMs - rawLagMs;
			this.#stampStep.see(sentAtMs);
			const { stepMs } = this.#stampStep;
			this.#bunching.event(arrivedAtMs, sentAtMs, stepMs);
			this.#coalescing.event(arrivedAtMs, sentAtMs, stepMs);
		}
	}

	connectionEnded(end: ConnectionEnd): void {
		if (this.#pushes) {
			const { by, problem } = end;
			this.#idleCuts.connectionEnded(
				end.atMs,
				by === 'server' || (by === 'failed' && problem?.code === 'connectionLost'),
			);
			this.#heartbeats.connectionEnded();
		}
		if (Number.isNaN(this.#endedAtMs)) {
			this.#endedAtMs = end.atMs;
		}
	}

	/** Forgets what was found; what is known of the connection that is open stays. */
	reset(): void {
		this.#bunching = new Bunching();
		this.#coalescing = new Coalescing();
		this.#idleCuts.forget();
	}

	/** What is so now; a finding goes when what it tells has stopped. */
	findings(nowMs: number): readonly Finding[] {
		const transport = this.#transport;
		if (transport === undefined) {
			return [];
		}
		const findings: Finding[] = [];
		const head = this.#head;
		const bunches = this.#pushes ? this.#bunching.found() : undefined;
		if (bunches !== undefined) {
			findings.push({ ...bunchedText(bunches, transport, head), ...timesOf(bunches) });
		}
		if (transport === 'eventStream') {
			this.#addStreamFindings(findings, nowMs);
		}
		const cuts = this.#idleCuts.found(nowMs);
		if (cuts !== undefined) {
			findings.push({ ...idleCutText(cuts, transport, head), ...timesOf(cuts) });
		}
		const coalesced = this.#pushes ? this.#coalescing.found() : undefined;
		if (coalesced !== undefined) {
			findings.push({ ...coalescingText(coalesced), ...timesOf(coalesced) });
		}
		const silence = this.#pushes ? this.#heartbeats.found(nowMs) : undefined;
		if (silence !== undefined && (this.#received || transport === 'webSocket')) {
			findings.push({
				...missingHeartbeatText(silence, transport),
				firstAtMs: silence.firstAtMs,
				lastAtMs: nowMs,
			});
		}
		return findings;
	}

	#addStreamFindings(findings: Finding[], nowMs: number): void {
		const encoding = contentEncoding(this.#head);
		const open = Number.isNaN(this.#endedAtMs);
		const openedAtMs = this.#openedAtMs;
		if (open && encoding !== undefined) {
			findings.push({ ...compressedText(encoding), firstAtMs: openedAtMs, lastAtMs: nowMs });
		}
		if (open && !this.#received && nowMs - openedAtMs >= noFirstByteMs) {
			findings.push({
				...noFirstByteText(nowMs - openedAtMs, this.#head),
				firstAtMs: openedAtMs + noFirstByteMs,
				lastAtMs: nowMs,
			});
		}
	}

	/** A held request was answered, given up by a proxy, or lost. */
	#cycle({ arrivedAtMs, meta }: FrameRecord): void {
		if (meta?.type === 'cycle' && (meta.response !== undefined || meta.outcome === 'failed')) {
			const wasCut = meta.status === gatewayTimeOut || (meta.outcome === 'failed' && meta.response === undefined);
			this.#idleCuts.heldRequest(arrivedAtMs, meta.holdMs, wasCut);
		}
	}
}

function timesOf({
	firstAtMs,
	lastAtMs,
}: Pick<Finding, 'firstAtMs' | 'lastAtMs'>): Pick<Finding, 'firstAtMs' | 'lastAtMs'> {
	return { firstAtMs, lastAtMs };
}
