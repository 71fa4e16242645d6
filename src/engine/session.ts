import { randomBytes, randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Endpoint, type TransportName, timestampPathProblem } from '../core/endpoint';
import { createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { type ConnectionEnd, createResumeState, type Handshake, withoutCredentials } from '../core/handshake';
import type { CaptureOptions } from '../core/messages';
import { type Problem, ProblemError, problem, problemOf } from '../core/problem';
import type { Detection, SessionState, SessionSummary } from '../core/session';
import type { LagSummary, Statistics } from '../core/statistics';
import { backoffMs } from '../core/timing/backoff';
import { Capture } from './capture/capture';
import { DeliveryLag } from './deliveryLag';
import { Meters } from './meters';
import { readSessionFile, SessionFile, type StoredSession } from './sessionFile';
import { detectTransport } from './transports/detect';
import { createEventStreamTransport } from './transports/eventStream';
import { createLongPollTransport } from './transports/longPoll';
import { createPollingTransport } from './transports/polling';
import type { Transport, TransportFactory } from './transports/transport';
import { createWebSocketTransport } from './transports/webSocket';

const transports: Record<TransportName, TransportFactory> = {
	webSocket: createWebSocketTransport,
	eventStream: createEventStreamTransport,
	longPoll: createLongPollTransport,
	polling: createPollingTransport,
};

/** RFC 6455 §7.4.1: the purpose of the connection is fulfilled, so the server wants no other. */
const normalClosure = 1000;
const mostOutstandingPings = 16;
/** `Date.now`, by which most senders stamp and our clock is set, drops what follows the millisecond. */
const clockStepMs = 1;
/** A connection that stayed open for so long was a good one: the next loss is counted and waited for from the start. */
const goodAfterMs = 5000;
/** The longest that a timer waits; it fires at once for anything longer. */
const mostTimerMs = 2 ** 31 - 1;
/** A server that tells its clients to come back at once is still given this much of a rest. */
const leastRetryMs = 100;

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
	#meters = new Meters();
	#lag: DeliveryLag;
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
	#attempt = 0;
	/** It was open, or tried to be again, when `connect` was called: an attempt that fails is then not the last. */
	#persists = false;
	/** The capture can't keep up, so that no connection is read. */
	#behind = false;
	#timestampPathSet: string | undefined;
	#nextAttemptAtMs: number | undefined;
	#retryTimer: NodeJS.Timeout | undefined;
	#pingTimer: NodeJS.Timeout | undefined;
	readonly #pings = new Map<string, number>();
	#paused: { readonly lastSeq: number } | undefined;
	#bytesIn = 0;
	#bytesOut = 0;
	#connectionsOpened = 0;
	#reconnectAttempts = 0;
	#readPauses = 0;
	#firstOfConnection = false;
	#dirty = false;
	#disposed = false;
	#opening: { resolve(): void; reject(error: ProblemError): void } | undefined;
	#closing: { readonly done: Promise<void>; resolve(): void } | undefined;
	/** The look at the endpoint that is under way. */
	#looking: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
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
		this.#lag = new DeliveryLag(endpoint.timestampPath, () => this.#changed());
		this.capture = new Capture(captureOptions, {
			behindChanged: (behind) => {
				this.#behind = behind;
				if (behind) {
					this.#readPauses++;
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
		this.#restoreAccounts();
		const record = createFrameRecord();
		this.capture.restore((row) => {
			record.arrivedAtMs = row.arrivedAtMs;
			record.kind = row.kind;
			record.flags = row.flags;
			record.end = row.sizeBytes;
			record.wireBytes = row.wireBytes;
			// Only cycles are read, for what is counted of them; the rest of a capture is its index.
			record.meta = row.kind === kindCode.cycle && row.flags & frameFlag.meta ? this.capture.meta(row) : undefined;
			this.#meters.count(record, row.lagMs);
		});
		this.#changed();
	}

	#restoreAccounts(): void {
		this.#state = 'ended';
		const stored = readSessionFile(this.captureOptions.folder);
		if (stored === undefined) {
			return;
		}
		const { counters } = stored;
		this.#bytesIn = counters.bytesIn;
		this.#bytesOut = counters.bytesOut;
		this.#connectionsOpened = counters.connectionsOpened;
		this.#reconnectAttempts = counters.reconnectAttempts;
		this.#readPauses = counters.readPauses;
		this.#resume = stored.resume;
		this.#handshake = stored.handshake;
		this.#persists = stored.wasLive && stored.persists;
		const { transport } = this.#endpoint;
		if (transport === undefined || transport === stored.transport) {
			this.#detection = stored.detection;
			this.#transportName = stored.transport ?? transport;
			if (this.#transportName !== undefined) {
				this.#endpoint = { ...this.#endpoint, url: urlFor(this.#transportName, this.#endpoint.url) };
			}
		}
		if (!stored.wasLive) {
			this.#end = stored.end;
			this.#problem = stored.problem;
			this.#state = stored.end?.by === 'failed' ? 'failed' : 'ended';
		}
		if (stored.timestampPathSet !== undefined && timestampPathProblem(stored.timestampPathSet) === undefined) {
			this.#timestampPathSet = stored.timestampPathSet;
			this.#endpoint = { ...this.#endpoint, timestampPath: stored.timestampPathSet };
		}
		const inUse = stored.timestampPath;
		const setting = this.#endpoint.timestampPath;
		if (
			inUse !== undefined &&
			timestampPathProblem(inUse) === undefined &&
			(setting === 'detect' || setting === inUse)
		) {
			const known = { path: inUse, resolutionMs: stored.timestampResolutionMs };
			this.#lag = new DeliveryLag(setting, () => this.#changed(), known);
		} else {
			this.#lag = new DeliveryLag(setting, () => this.#changed());
		}
	}

	#stored(wasLive = this.isLive): StoredSession {
		const bytes = this.#transport?.bytes();
		const handshake = this.#handshake;
		return {
			counters: {
				bytesIn: this.#bytesIn + (bytes?.in ?? 0),
				bytesOut: this.#bytesOut + (bytes?.out ?? 0),
				connectionsOpened: this.#connectionsOpened,
				reconnectAttempts: this.#reconnectAttempts,
				readPauses: this.#readPauses,
			},
			transport: this.#transportName,
			detection: this.#detection,
			handshake: handshake && {
				...handshake,
				request: withoutCredentials(handshake.request),
				response: handshake.response && withoutCredentials(handshake.response),
			},
			end: this.#end && { ...this.#end, problem: this.#end.problem && storedProblem(this.#end.problem) },
			problem: this.#problem && storedProblem(this.#problem),
			timestampPathSet: this.#timestampPathSet,
			timestampPath: this.#lag.path,
			timestampResolutionMs: this.#lag.resolutionMs,
			resume: this.#resume,
			wasLive,
			persists: this.#persists || this.#state === 'open' || this.#state === 'reconnecting',
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
		if (!wasUp) {
			// Nobody watched meanwhile, and on purpose: that is no blind window.
			this.#resume.lastByteAtMs = undefined;
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
		this.#attempt = 0;
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
		const asItWas = this.#stored();
		await this.disconnect();
		const { counters } = this.#stored();
		await this.#file.close(keepFiles ? { ...asItWas, counters } : undefined);
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
		this.#meters = new Meters();
		// The rates' time begins now, not with the first frame after.
		if (this.isLive) {
			this.#meters.series.advance(this.owner.nowMs());
		}
		this.#captureProblem = undefined;
		this.#bytesIn = -(this.#transport?.bytes().in ?? 0);
		this.#bytesOut = -(this.#transport?.bytes().out ?? 0);
		this.#connectionsOpened = this.#transport !== undefined && this.#openedAtMs !== undefined ? 1 : 0;
		this.#reconnectAttempts = 0;
		this.#readPauses = 0;
		await this.capture.clear();
		if (this.#paused) {
			this.#paused = { lastSeq: this.capture.lastSeq };
		}
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
		this.#lag = new DeliveryLag(path, () => this.#changed());
		this.#endpoint = { ...this.#endpoint, timestampPath: path };
		this.#meters.lags.reset();
		this.#changed();
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
		if (this.isLive) {
			this.#meters.series.advance(this.owner.nowMs());
		}
		return this.#meters.series.pack();
	}

	summary(): SessionSummary {
		const path = this.#lag.path;
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
			attempt: this.#state === 'open' ? 0 : this.#attempt,
			nextAttemptAtMs: this.#nextAttemptAtMs,
			paused: this.#paused !== undefined,
			canSend: this.#transportName === 'webSocket',
			timestampPath: path,
			timestampPathSource: path === undefined ? undefined : this.#endpoint.timestampPath === path ? 'set' : 'detected',
			cursor: this.#resume.cursorPreset ?? cursorText(this.#endpoint),
		};
	}

	statistics(): Statistics {
		const nowMs = this.owner.nowMs();
		const meters = this.#meters;
		if (this.isLive) {
			meters.series.advance(nowMs);
		}
		const { received, kept, evicted, lost } = this.capture.counts;
		const bytes = this.#transport?.bytes();
		const live = this.#state === 'open';
		return {
			state: this.#state,
			transport: this.#transportName ?? null,
			framesReceived: received,
			framesKept: kept,
			framesEvicted: evicted,
			eventsReceived: meters.events,
			framesSent: meters.framesSent,
			payloadsLost: lost,
			payloadBytes: meters.payloadBytes,
			payloadBytesSent: meters.payloadBytesSent,
			wireBytesIn: this.#bytesIn + (bytes?.in ?? 0),
			wireBytesOut: this.#bytesOut + (bytes?.out ?? 0),
			framesPerSecond: live ? meters.series.perSecond('framesIn') : 0,
			framesSentPerSecond: live ? meters.series.perSecond('framesOut') : 0,
			payloadBytesPerSecond: live ? meters.series.perSecond('payloadBytesIn') : 0,
			payloadBytesSentPerSecond: live ? meters.series.perSecond('payloadBytesOut') : 0,
			lagMs: this.#lagSummary(received),
			roundTripMs: meters.roundTrips.distribution(),
			gapMs: meters.gaps.distribution(),
			holdMs: meters.holds.distribution(),
			blindMs: meters.blinds.distribution(),
			cycles: meters.cycles,
			emptyCycles: meters.emptyCycles,
			connectionsOpened: this.#connectionsOpened,
			reconnectAttempts: this.#reconnectAttempts,
			captureBytes: this.capture.sizeBytes,
			openForMs: live && this.#openedAtMs !== undefined ? nowMs - this.#openedAtMs : null,
			readPauses: this.#readPauses,
		};
	}

	#lagSummary(received: number): LagSummary {
		const distribution = this.#meters.lags.distribution();
		if (distribution.count === 0) {
			return {
				...distribution,
				method: 'none',
				uncertaintyMs: null,
				clocksDisagree: false,
				reason: this.#lag.reason(received),
				path: this.#lag.path,
			};
		}
		const clockMs = clockStepMs + (this.owner.clockDisagreementMs?.() ?? 0);
		const boundMs = Math.max(this.#lag.resolutionMs, clockMs);
		const local = this.#handshake !== undefined && isOfThisMachine(this.#handshake.remoteAddress);
		return {
			...distribution,
			method: local ? 'sameMachine' : 'assumedSameClock',
			uncertaintyMs: local ? boundMs : null,
			clocksDisagree: distribution.p50! < -boundMs,
			path: this.#lag.path,
		};
	}

	async #start(generation: number): Promise<void> {
		try {
			if (this.#transportName === undefined) {
				const detection = await this.#look();
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

	/** Detects the transport; `#closeConnection` stops it. */
	async #look(): Promise<Detection> {
		const stop = new AbortController();
		const detecting = detectTransport(this.#endpoint, this.owner.nowMs, stop.signal);
		const looking = {
			stop,
			done: detecting.then(
				() => undefined,
				() => undefined,
			),
		};
		this.#looking = looking;
		try {
			return await detecting;
		} finally {
			if (this.#looking === looking) {
				this.#looking = undefined;
			}
		}
	}

	#openTransport(): void {
		this.#nextAttemptAtMs = undefined;
		this.#firstOfConnection = true;
		const transport = transports[this.#transportName!](
			this.#endpoint,
			this.#resume,
			{
				opened: (handshake) => this.#opened(handshake),
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
		this.#connectionsOpened++;
		this.#persists = false;
		this.#problem = undefined;
		this.#end = undefined;
		this.#meters.connectionOpened(this.#openedAtMs);
		const { pingIntervalMs } = this.#endpoint;
		if (this.#transportName === 'webSocket' && pingIntervalMs > 0) {
			this.#ping();
			this.#pingTimer = setInterval(() => this.#ping(), pingIntervalMs);
		}
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
		const lagMs = this.#lag.of(record);
		this.capture.append(record, lagMs);
		this.#meters.count(record, lagMs);
		if (record.kind === kindCode.pong && !(record.flags & frameFlag.out)) {
			this.#ponged(record);
		}
		if (!this.#dirty) {
			this.#dirty = true;
			this.owner.dirtied(this);
		}
		this.#file.touch();
	}

	#ping(): void {
		const nonce = randomBytes(8);
		if (this.#pings.size >= mostOutstandingPings) {
			// A server that ignores pings must not make this grow.
			this.#pings.delete(this.#pings.keys().next().value!);
		}
		this.#pings.set(nonce.toString('hex'), this.owner.nowMs());
		this.#transport?.send?.(nonce, 'ping').catch(() => {
			// The connection is ending; its end says why.
		});
	}

	#ponged(record: FrameRecord): void {
		const nonce = Buffer.from(record.bytes.buffer, record.bytes.byteOffset + record.start, record.end - record.start);
		const key = nonce.toString('hex');
		const sentAtMs = this.#pings.get(key);
		if (sentAtMs !== undefined) {
			this.#pings.delete(key);
			this.#meters.roundTrip(record.arrivedAtMs, record.arrivedAtMs - sentAtMs);
		}
	}

	#ended(end: ConnectionEnd): void {
		const bytes = this.#transport?.bytes();
		this.#bytesIn += bytes?.in ?? 0;
		this.#bytesOut += bytes?.out ?? 0;
		const wasOpen = this.#openedAtMs !== undefined;
		if (wasOpen && end.atMs - this.#openedAtMs! >= this.goodConnectionMs) {
			this.#attempt = 0;
		}
		this.#transport = undefined;
		this.#openedAtMs = undefined;
		clearInterval(this.#pingTimer);
		this.#pings.clear();
		this.#end = end;
		this.#problem = end.problem;
		if (wasOpen) {
			this.#meters.connectionLost(end.atMs);
		}
		const closing = this.#closing;
		this.#closing = undefined;
		const { reconnect } = this.#endpoint;
		const everOpened = this.#opening === undefined || this.#persists;
		const mayRetry =
			reconnect.enabled &&
			!this.#disposed &&
			everOpened &&
			!end.final &&
			end.by !== 'user' &&
			closing === undefined &&
			!(end.by === 'server' && end.closeCode === normalClosure) &&
			(reconnect.maxAttempts === 0 || this.#attempt < reconnect.maxAttempts);
		if (mayRetry) {
			this.#scheduleRetry(end);
		} else {
			this.#persists &&= closing !== undefined;
			this.#setState(end.by === 'failed' ? 'failed' : 'ended');
		}
		// One who is told that it failed can still see it go on trying.
		this.#refuseOpening(end.problem ?? problem('connectionLost', { reason: 'closed before it was open' }));
		closing?.resolve();
	}

	/**
	 * Full jitter; an event stream's own `retry` is waited for in full first (WHATWG HTML §9.2.3). Attempts are counted
	 * until a connection has stayed open for a while, so that a server that accepts and then drops is asked less and less.
	 */
	#scheduleRetry(end: ConnectionEnd): void {
		const { baseMs, capMs } = this.#endpoint.reconnect;
		const random = (): number => randomInt(2 ** 32) / 2 ** 32;
		const { retryMs } = this.#resume;
		const wantedMs =
			this.#transportName === 'eventStream' && retryMs !== undefined
				? Math.max(leastRetryMs, retryMs) +
					(this.#attempt === 0 ? 0 : backoffMs(this.#attempt - 1, baseMs, capMs, random))
				: backoffMs(this.#attempt, baseMs, capMs, random);
		const delayMs = Math.min(mostTimerMs, wantedMs);
		this.#attempt++;
		this.#reconnectAttempts++;
		this.#nextAttemptAtMs = end.atMs + delayMs;
		this.#retryTimer = setTimeout(() => {
			this.#openTransport();
			this.#changed();
		}, delayMs);
		this.#setState('reconnecting');
	}

	async #closeConnection(): Promise<void> {
		clearTimeout(this.#retryTimer);
		this.#nextAttemptAtMs = undefined;
		this.#looking?.stop.abort();
		await this.#looking?.done;
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
		this.#file.touch();
		if (!this.#dirty) {
			this.#dirty = true;
			this.owner.dirtied(this);
		}
	}
}

/** A problem as it may be kept on disk. */
function storedProblem(reason: Problem): Problem {
	return reason.answer === undefined
		? reason
		: { ...reason, answer: { ...reason.answer, head: withoutCredentials(reason.answer.head) } };
}

/** A WebSocket's URL has the scheme ws or wss, every other transport's http or https. */
function urlFor(transport: TransportName, url: string): string {
	return transport === 'webSocket' ? url.replace(/^http/, 'ws') : url.replace(/^ws/, 'http');
}

function cursorText(endpoint: Endpoint): string {
	return typeof endpoint.cursor === 'string'
		? endpoint.cursor
		: `${endpoint.cursor.from} → ${endpoint.cursor.to ?? ''}`;
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
