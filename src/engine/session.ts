import { randomBytes, randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Endpoint, TransportName } from '../core/endpoint';
import { createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { type ConnectionEnd, createResumeState, type Handshake } from '../core/handshake';
import type { CaptureOptions } from '../core/messages';
import { type Problem, ProblemError, problem, problemOf } from '../core/problem';
import type { SessionState, SessionSummary } from '../core/session';
import type { LagSummary, Statistics } from '../core/statistics';
import { backoffMs } from '../core/timing/backoff';
import { Capture } from './capture/capture';
import { DeliveryLag } from './deliveryLag';
import { Meters } from './meters';
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

/** What a session tells its engine. */
export interface SessionOwner {
	readonly nowMs: () => number;
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
	readonly #resume = createResumeState();
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
	/** Grows with each `connect`, so that a detection that comes late finds its time is over. */
	#generation = 0;

	constructor(
		readonly id: string,
		endpoint: Endpoint,
		captureOptions: CaptureOptions,
		private readonly owner: SessionOwner,
	) {
		this.#endpoint = endpoint;
		this.#transportName = endpoint.transport;
		this.#lag = new DeliveryLag(endpoint.timestampPath, () => this.#changed());
		this.capture = new Capture(captureOptions, {
			behindChanged: (behind) => {
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
	}

	/** Lists what an earlier engine captured, as an ended session. */
	restore(): void {
		const record = createFrameRecord();
		this.capture.restore((row) => {
			record.arrivedAtMs = row.arrivedAtMs;
			record.kind = row.kind;
			record.flags = row.flags;
			record.end = row.sizeBytes;
			record.wireBytes = row.wireBytes;
			this.#meters.count(record, row.lagMs);
		});
		this.#state = 'ended';
		this.#changed();
	}

	/** Connects; resolves once open, rejects with the problem. A running connection is ended first. */
	async connect(transport?: TransportName): Promise<void> {
		const generation = ++this.#generation;
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
		await this.disconnect();
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

	/** Reads sending times at another place from now on; the lags measured so far are forgotten. */
	setTimestampPath(path: string): void {
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
			end: this.#end,
			problem: this.#problem,
			captureProblem: this.#captureProblem,
			attempt: this.#attempt,
			nextAttemptAtMs: this.#nextAttemptAtMs,
			paused: this.#paused !== undefined,
			canSend: this.#transport?.send !== undefined,
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
				reason: this.#lag.reason(received),
				path: this.#lag.path,
			};
		}
		const local = this.#handshake !== undefined && isOfThisMachine(this.#handshake.remoteAddress);
		return {
			...distribution,
			method: local ? 'sameMachine' : 'assumedSameClock',
			uncertaintyMs: local ? this.#lag.resolutionMs : null,
			path: this.#lag.path,
		};
	}

	async #start(generation: number): Promise<void> {
		try {
			if (this.#transportName === undefined) {
				const detection = await detectTransport(this.#endpoint, this.owner.nowMs);
				if (this.#disposed || generation !== this.#generation) {
					return;
				}
				this.#detection = detection;
				this.#transportName = detection.transport;
				this.#endpoint = {
					...this.#endpoint,
					url: urlFor(detection.transport, this.#endpoint.url),
					cursor: this.#endpoint.cursor === 'auto' && detection.cursor ? detection.cursor : this.#endpoint.cursor,
				};
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
	}

	#opened(handshake: Handshake): void {
		this.#handshake = handshake;
		this.#openedAtMs = this.owner.nowMs();
		this.#connectionsOpened++;
		this.#attempt = 0;
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
		const everOpened = this.#opening === undefined;
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
			this.#setState(end.by === 'failed' ? 'failed' : 'ended');
			this.#refuseOpening(end.problem ?? problem('connectionLost', { reason: 'closed before it was open' }));
		}
		closing?.resolve();
	}

	/** Full jitter; an event stream's own `retry` is waited for in full first (WHATWG HTML §9.2.3). */
	#scheduleRetry(end: ConnectionEnd): void {
		const { baseMs, capMs } = this.#endpoint.reconnect;
		const random = (): number => randomInt(2 ** 32) / 2 ** 32;
		const { retryMs } = this.#resume;
		const delayMs =
			this.#transportName === 'eventStream' && retryMs !== undefined
				? retryMs + (this.#attempt === 0 ? 0 : backoffMs(this.#attempt - 1, baseMs, capMs, random))
				: backoffMs(this.#attempt, baseMs, capMs, random);
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
		if (!this.#dirty) {
			this.#dirty = true;
			this.owner.dirtied(this);
		}
	}
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
