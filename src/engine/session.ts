import type { FrameRow } from '../core/capture/frameChunk';
import { cursorText } from '../core/cursor';
import {
	type ClockSetting,
	clockProblem,
	type Endpoint,
	sequencePathProblem,
	type TransportName,
	timestampPathProblem,
	urlFor,
} from '../core/endpoint';
import { type FrameRecord, frameFlag } from '../core/frame';
import { type ConnectionEnd, createResumeState, type Handshake } from '../core/handshake';
import type { CaptureOptions } from '../core/messages';
import { type Problem, ProblemError, problem, problemOf } from '../core/problem';
import type { SessionState, SessionSummary } from '../core/session';
import type { LagMethod, Statistics } from '../core/statistics';
import { mayRetry } from '../core/timing/reconnect';
import { Capture } from './capture/capture';
import { Looks } from './looks';
import { type EventObserver, Measures } from './measures';
import type { Meters } from './meters';
import { Reconnecting } from './reconnecting';
import { restoredOver } from './restoredSession';
import {
	type Counters,
	newCounters,
	readSessionFile,
	SessionFile,
	type StoredSession,
	trafficNames,
} from './sessionFile';
import { lagDoubt, statisticsOf } from './sessionStatistics';
import { headerText } from './transports/eventStream';
import { transportFactories } from './transports/factories';
import type { Traffic, Transport } from './transports/transport';

/** A connection that stayed open for so long was a good one: the next loss is counted and waited for from the start. */
const goodAfterMs = 5000;

/** What a session tells its engine. */
export interface SessionOwner {
	readonly nowMs: () => number;
	/** How far `nowMs` is off the wall clock, as far as was seen. */
	readonly clockDisagreementMs?: () => number;
	/** Something of the summary changed. */
	changed(session: Session): void;
	/** Frames came, or counters changed; called once until `settled`. */
	dirtied(session: Session): void;
}

/**
 * One watched endpoint: its connections one after the other, its capture, its meters. It survives every connection;
 * what it captured stays until it is cleared or removed.
 */
export class Session {
	readonly capture: Capture;
	#endpoint: Endpoint;
	readonly #measures: Measures;
	readonly #file: SessionFile;
	#resume = createResumeState();
	#transportName: TransportName | undefined;
	#transport: Transport | undefined;
	#state: SessionState = 'connecting';
	#detection: SessionSummary['detection'];
	#handshake: Handshake | undefined;
	#openedAtMs: number | undefined;
	#end: ConnectionEnd | undefined;
	#problem: Problem | undefined;
	#captureProblem: Problem | undefined;
	readonly #reconnecting = new Reconnecting(() => {
		this.#openTransport();
		this.#changed();
	});
	/** It was open, or tried to be again, when `connect` was called: an attempt that fails is then not the last. */
	#persists = false;
	/** The capture can't keep up, so that no connection is read. */
	#behind = false;
	#timestampPathSet: string | undefined;
	#paused: { readonly lastSeq: number } | undefined;
	/** The current connection's bytes and its time are not among them yet: see `#countersNow`. */
	#counters = newCounters();
	#firstOfConnection = false;
	/** With the current connection's request. */
	#lastEventIdSent: string | undefined;
	#dirty = false;
	#disposed = false;
	#opening: { resolve(): void; reject(error: ProblemError): void } | undefined;
	#closing: { readonly done: Promise<void>; resolve(): void } | undefined;
	readonly #looks = new Looks();
	/** Grows with each `connect`, so that a detection that comes late finds its time is over. */
	#generation = 0;

	constructor(
		readonly id: string,
		endpoint: Endpoint,
		private readonly captureOptions: CaptureOptions,
		private readonly owner: SessionOwner,
		/** How long a connection has to stay open for attempts to be counted anew. */
		private readonly goodConnectionMs: number = goodAfterMs,
	) {
		this.#endpoint = endpoint;
		this.#transportName = endpoint.transport;
		this.#measures = new Measures({
			nowMs: owner.nowMs,
			endpoint: () => this.#endpoint,
			changed: () => this.#changed(),
			send: (payload, kind) => {
				this.#transport?.send?.(payload, kind).catch(() => {
					// The connection is ending; its end says why.
				});
			},
		});
		this.capture = new Capture(captureOptions, {
			behindChanged: (behind) => {
				this.#behind = behind;
				if (behind) {
					this.#counters.readPauses++;
					this.#transport?.pause();
				} else {
					this.#transport?.resume();
				}
			},
			failed: (reason) => {
				this.#captureProblem = reason;
				this.#changed();
			},
		});
		this.#file = new SessionFile(captureOptions.folder, () => this.#stored());
	}

	/**
	 * Lists what an earlier engine captured, as a session that has ended, with the accounts of its connections where they
	 * were stored; a connection after it goes on at the last event or cursor.
	 */
	restore(): void {
		const stored = this.#restoreAccounts();
		this.#measures.restoreFrames(this.capture, stored);
		this.#changed();
	}

	#restoreAccounts(): StoredSession | undefined {
		this.#state = 'ended';
		const stored = readSessionFile(this.captureOptions.folder);
		if (stored === undefined) {
			return undefined;
		}
		this.#counters = { ...stored.counters };
		this.#resume = stored.resume;
		this.#handshake = stored.handshake;
		this.#persists = stored.wasLive && stored.persists;
		const restored = restoredOver(this.#endpoint, stored);
		this.#endpoint = restored.endpoint;
		this.#detection = restored.detection;
		this.#transportName = restored.transport;
		this.#timestampPathSet = restored.timestampPathSet;
		this.#measures.restore(stored, restored.place);
		if (!stored.wasLive) {
			this.#end = stored.end;
			this.#problem = stored.problem;
			this.#state = stored.end?.by === 'failed' ? 'failed' : 'ended';
		}
		return stored;
	}

	#stored(): StoredSession {
		return {
			counters: this.#countersNow(),
			transport: this.#transportName,
			detection: this.#detection,
			handshake: this.#handshake,
			end: this.#end,
			problem: this.#problem,
			timestampPathSet: this.#timestampPathSet,
			...this.#measures.stored(),
			resume: this.#resume,
			wasLive: this.isLive,
			persists: this.#persists || this.#state === 'open' || this.#state === 'reconnecting',
		};
	}

	#countersNow(): Counters {
		const { connectedMs } = this.#counters;
		return {
			...withTraffic(this.#counters, this.#transport?.traffic(), 1),
			connectedMs: connectedMs + (this.#openedAtMs === undefined ? 0 : this.owner.nowMs() - this.#openedAtMs),
		};
	}

	/**
	 * Connects; resolves once open, rejects with the problem. A running connection is ended first. Where the session was
	 * open or reconnecting, it goes on trying after an attempt that failed, as it would have without being told to connect.
	 */
	async connect(transport?: TransportName): Promise<void> {
		const generation = ++this.#generation;
		// Another transport is another thing to try: that the last one had worked tells nothing of it.
		const changes = transport !== undefined && transport !== this.#transportName;
		const wasUp = this.#state === 'open' || this.#state === 'reconnecting';
		this.#persists = !changes && (wasUp || this.#persists);
		if (!wasUp || changes) {
			// Nobody watched meanwhile, or by other means, and on purpose: that is no blind window, and no poll was due.
			this.#resume.lastByteAtMs = undefined;
			this.#resume.formedAtMs = undefined;
			this.#resume.dueAtMs = undefined;
		}
		await this.#closeConnection();
		if (this.#disposed || generation !== this.#generation) {
			throw new ProblemError(problem('connectionLost', { reason: 'closed before it was open' }));
		}
		if (transport !== undefined) {
			this.#endpoint = { ...this.#endpoint, transport, url: urlFor(transport, this.#endpoint.url) };
			this.#detection = undefined;
		}
		this.#transportName = this.#endpoint.transport ?? this.#detection?.transport;
		this.#problem = undefined;
		this.#end = undefined;
		this.#reconnecting.attempt = 0;
		this.#refuseOpening(problem('connectionLost', { reason: 'another attempt took its place' }));
		const opened = new Promise<void>((resolve, reject) => {
			this.#opening = { resolve, reject };
		});
		this.#setState('connecting');
		void this.#start(generation);
		return opened;
	}

	/** Ends the connection for good; the capture stays. Resolves when the socket is gone. */
	async disconnect(): Promise<void> {
		this.#generation++;
		this.#persists = false;
		const live = this.#transport !== undefined;
		await this.#closeConnection();
		if (!live && (this.#state === 'reconnecting' || this.#state === 'connecting')) {
			this.#end = { atMs: this.owner.nowMs(), by: 'user', final: true };
			this.#setState('ended');
		}
		this.#refuseOpening(problem('connectionLost', { reason: 'closed before it was open' }));
	}

	/** Ends everything, keeping or deleting the captured files. */
	async dispose(keepFiles: boolean): Promise<void> {
		this.#disposed = true;
		// As it was, not as it is made to be: a window that goes takes its sessions along without a word of the user's.
		this.#measures.dispose();
		const asItWas = this.#stored();
		await this.disconnect();
		await this.#file.close(keepFiles ? { ...asItWas, counters: this.#countersNow() } : undefined);
		await (keepFiles ? this.capture.close() : this.capture.remove());
	}

	async send(payload: Uint8Array, kind: 'text' | 'binary'): Promise<void> {
		if (this.#transport === undefined || this.#state !== 'open') {
			throw new ProblemError(problem('cannotSend', { state: this.#state }));
		}
		if (this.#transport.send === undefined) {
			throw new ProblemError(problem('cannotSend', { transport: this.#transportName ?? '' }));
		}
		await this.#transport.send(payload, kind);
	}

	/** Holds the view at the frames of now, or lets it go on. The capture goes on either way. */
	pause(paused: boolean): void {
		this.#paused = paused ? (this.#paused ?? { lastSeq: this.capture.lastSeq }) : undefined;
		this.#changed();
	}

	/** Forgets all frames and begins every count anew. */
	async clear(): Promise<void> {
		this.#measures.clear();
		// The rates' time begins now, not with the first frame after.
		this.#advance(this.owner.nowMs());
		this.#captureProblem = undefined;
		this.#counters = {
			...withTraffic(newCounters(), this.#transport?.traffic(), -1),
			connectedMs: this.#openedAtMs === undefined ? 0 : this.#openedAtMs - this.owner.nowMs(),
			connectionsOpened: this.#transport !== undefined && this.#openedAtMs !== undefined ? 1 : 0,
		};
		await this.capture.clear();
		this.#paused &&= { lastSeq: this.capture.lastSeq };
		this.#changed();
	}

	/**
	 * Reads sending times at another place from now on; the lags measured so far are forgotten. Throws `invalidOption` for
	 * what is no place, and changes nothing then.
	 */
	setTimestampPath(path: string): void {
		const wrong = timestampPathProblem(path);
		if (wrong !== undefined) {
			throw new ProblemError(wrong);
		}
		this.#timestampPathSet = path;
		this.#endpoint = { ...this.#endpoint, timestampPath: path };
		this.#measures.timestampPathChanged(this.capture.lastSeq + 1);
		this.#changed();
	}

	/** Reads ids at another place from now on; what the ids told so far is forgotten. Throws `invalidOption`. */
	setSequencePath(path: string): void {
		const wrong = sequencePathProblem(path);
		if (wrong !== undefined) {
			throw new ProblemError(wrong);
		}
		this.#endpoint = { ...this.#endpoint, sequencePath: path };
		this.#measures.sequencePathChanged();
		this.#changed();
	}

	/** Takes the sender's clock for what is said of it; the lags measured so far are forgotten. Throws `invalidOption`. */
	setClock(clock: ClockSetting): void {
		const wrong = clockProblem(clock);
		if (wrong !== undefined) {
			throw new ProblemError(wrong);
		}
		this.#endpoint = { ...this.#endpoint, clock };
		this.#measures.clockChanged();
		this.#changed();
	}

	/** Tells an observer of each event that has an id, until the function that it returns is called. */
	observe(observer: EventObserver): () => void {
		return this.#measures.observe(observer);
	}

	/** The delivery lag of a row in milliseconds, by what is known of the clocks now; NaN where none was measured. */
	lagMs(row: FrameRow): number {
		return this.#measures.lagMs(row);
	}

	/** How a row's lag was measured, and within what it is; `null` where nobody knows. */
	lagDoubt(row: FrameRow): { readonly method: LagMethod; readonly uncertaintyMs: number | null } {
		return lagDoubt(this.#measures, row.arrivedAtMs, this.owner.clockDisagreementMs?.() ?? 0);
	}

	/** How long news waits for the next poll at most; undefined where the transport is none. */
	get pollIntervalMs(): number | undefined {
		return this.#transportName === 'polling' ? this.#endpoint.pollIntervalMs : undefined;
	}

	/** The distributions behind the charts. */
	get meters(): Pick<Meters, 'lags' | 'recentLags' | 'lagHeatMap'> {
		return this.#measures.meters;
	}

	/** The last frame that views show. */
	get lastShownSeq(): number {
		return this.#paused ? this.#paused.lastSeq : this.capture.lastSeq;
	}

	get isLive(): boolean {
		return this.#state === 'connecting' || this.#state === 'open' || this.#state === 'reconnecting';
	}

	/** Whoever was told `dirtied` has looked; the next change is told again. */
	settled(): void {
		this.#dirty = false;
	}

	series(): ArrayBuffer {
		this.#advance(this.owner.nowMs());
		return this.#measures.meters.series.pack();
	}

	summary(): SessionSummary {
		const path = this.#measures.lag.path;
		return {
			id: this.id,
			url: this.#endpoint.url,
			transport: this.#transportName ?? null,
			state: this.#state,
			detection: this.#detection,
			handshake: this.#handshake,
			openedAtMs: this.#openedAtMs,
			unanswered: this.#state === 'open' && this.#handshake?.response === undefined ? true : undefined,
			end: this.#end,
			problem: this.#problem,
			captureProblem: this.#captureProblem,
			attempt: this.#state === 'open' ? 0 : this.#reconnecting.attempt,
			nextAttemptAtMs: this.#reconnecting.nextAttemptAtMs,
			paused: this.#paused !== undefined,
			canSend: this.#transportName === 'webSocket',
			timestampPath: path,
			clock: this.#endpoint.clock,
			sequencePath: this.#endpoint.sequencePath,
			timestampPathSource: path === undefined ? undefined : this.#endpoint.timestampPath === path ? 'set' : 'detected',
			cursor: this.#resume.cursorPreset ?? cursorText(this.#endpoint.cursor),
		};
	}

	statistics(): Statistics {
		const nowMs = this.owner.nowMs();
		this.#advance(nowMs);
		return statisticsOf({
			state: this.#state,
			transport: this.#transportName,
			measures: this.#measures,
			capture: this.capture,
			counters: this.#countersNow(),
			openedAtMs: this.#openedAtMs,
			pollIntervalMs: this.pollIntervalMs,
			nowMs,
			clockDisagreementMs: this.owner.clockDisagreementMs?.() ?? 0,
		});
	}

	/** Time goes by for the rates while there is something to wait for. */
	#advance(nowMs: number): void {
		if (this.isLive) {
			this.#measures.meters.series.advance(nowMs);
		}
	}

	async #start(generation: number): Promise<void> {
		try {
			if (this.#transportName === undefined) {
				const detection = await this.#looks.look(this.#endpoint, this.owner.nowMs);
				if (this.#disposed || generation !== this.#generation) {
					return;
				}
				this.#detection = detection;
				this.#transportName = detection.transport;
				this.#endpoint = { ...this.#endpoint, url: urlFor(detection.transport, this.#endpoint.url) };
				if (this.#endpoint.cursor === 'auto') {
					this.#resume.cursorPreset ??= detection.cursor;
				}
				this.#changed();
			}
			this.#openTransport();
		} catch (error) {
			if (!this.#disposed && generation === this.#generation) {
				this.#ended({ atMs: this.owner.nowMs(), by: 'failed', final: true, problem: problemOf(error) });
			}
		}
	}

	#openTransport(): void {
		this.#firstOfConnection = true;
		const { lastEventId } = this.#resume;
		const isSent = this.#transportName === 'eventStream' && headerText(lastEventId) !== '';
		this.#lastEventIdSent = isSent ? lastEventId : undefined;
		const transport = transportFactories[this.#transportName!](
			this.#endpoint,
			this.#resume,
			{
				opened: (handshake) => this.#opened(handshake),
				answered: (sentAtMs, firstByteAtMs, date) => this.#measures.answered(sentAtMs, firstByteAtMs, date),
				frame: (record) => this.#frame(record),
				ended: (end) => {
					if (this.#transport === transport) {
						this.#ended(end);
					}
				},
			},
			this.owner.nowMs,
		);
		this.#transport = transport;
		transport.open();
		if (this.#behind) {
			transport.pause();
		}
	}

	#opened(handshake: Handshake): void {
		this.#handshake = handshake;
		this.#openedAtMs = this.owner.nowMs();
		this.#counters.connectionsOpened++;
		this.#persists = false;
		this.#problem = undefined;
		this.#end = undefined;
		this.#measures.connectionOpened(this.#openedAtMs, handshake, {
			transport: this.#transportName!,
			reconnected: this.#state === 'reconnecting',
			lastEventIdSent: this.#lastEventIdSent,
		});
		this.#setState('open');
		this.#opening?.resolve();
		this.#opening = undefined;
	}

	#frame(record: FrameRecord): void {
		if (this.#firstOfConnection) {
			this.#firstOfConnection = false;
			record.flags |= frameFlag.firstOfConnection;
		}
		const { meta } = record;
		if (meta?.type === 'cycle' && meta.response !== undefined && this.#handshake?.response === undefined) {
			// The request that was held when it opened is answered at last.
			this.#handshake &&= { ...this.#handshake, response: meta.response };
			this.#changed();
		}
		this.#measures.take(record, this.capture);
		this.#dirtied();
	}

	#ended(end: ConnectionEnd): void {
		this.#counters = this.#countersNow();
		if (this.#openedAtMs !== undefined) {
			if (end.atMs - this.#openedAtMs >= this.goodConnectionMs) {
				this.#reconnecting.attempt = 0;
			}
		}
		this.#transport = undefined;
		this.#openedAtMs = undefined;
		this.#measures.connectionEnded(end);
		this.#end = end;
		this.#problem = end.problem;
		const closing = this.#closing;
		this.#closing = undefined;
		const everOpened = this.#opening === undefined || this.#persists;
		const isWanted = !this.#disposed && everOpened && closing === undefined;
		if (isWanted && mayRetry(end, this.#reconnecting.attempt, this.#endpoint.reconnect)) {
			const retryMs = this.#transportName === 'eventStream' ? this.#resume.retryMs : undefined;
			this.#reconnecting.schedule(end.atMs, this.#endpoint.reconnect, retryMs);
			this.#counters.reconnectAttempts++;
			this.#setState('reconnecting');
		} else {
			this.#persists &&= closing !== undefined;
			this.#setState(end.by === 'failed' ? 'failed' : 'ended');
		}
		// One who is told that it failed can still see it go on trying.
		this.#refuseOpening(end.problem ?? problem('connectionLost', { reason: 'closed before it was open' }));
		closing?.resolve();
	}

	async #closeConnection(): Promise<void> {
		this.#reconnecting.cancel();
		await this.#looks.stop();
		if (this.#transport === undefined) {
			return;
		}
		if (this.#closing === undefined) {
			let resolve = (): void => {};
			const done = new Promise<void>((settle) => {
				resolve = settle;
			});
			this.#closing = { done, resolve };
		}
		const { done } = this.#closing;
		this.#transport.close();
		await done;
	}

	#refuseOpening(reason: Problem): void {
		this.#opening?.reject(new ProblemError(reason));
		this.#opening = undefined;
	}

	#setState(state: SessionState): void {
		this.#state = state;
		this.#changed();
	}

	#changed(): void {
		this.owner.changed(this);
		this.#dirtied();
	}

	#dirtied(): void {
		this.#file.touch();
		if (!this.#dirty) {
			this.#dirty = true;
			this.owner.dirtied(this);
		}
	}
}

/** Counters with a connection's traffic added (1) or taken off (−1). */
function withTraffic(counters: Counters, traffic: Traffic | undefined, sign: 1 | -1): Counters {
	if (traffic === undefined) {
		return counters;
	}
	const sum = { ...counters };
	for (const name of trafficNames) {
		sum[name] += sign * traffic[name];
	}
	return sum;
}
