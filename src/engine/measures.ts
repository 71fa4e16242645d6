import type { FrameRow } from '../core/capture/frameChunk';
import type { Endpoint, TransportName } from '../core/endpoint';
import { type FrameMarks, type FrameRecord, frameFlag, kindCode } from '../core/frame';
import type { ConnectionEnd, Handshake } from '../core/handshake';
import type { Capture } from './capture/capture';
import { DeliveryLag } from './deliveryLag';
import { Diagnosis } from './diagnosis';
import { Echo } from './echo';
import { EventSequence } from './eventSequence';
import { Meters } from './meters';
import { Pings } from './pings';
import { restoreFrames } from './restoredSession';
import { SenderClock } from './senderClock';
import type { StoredSession } from './sessionFile';
import { WireMeter } from './wireMeter';

/** What measures need of their session. */
export interface MeasuresOwner {
	readonly nowMs: () => number;
	/** As it is now, with what was set since. */
	endpoint(): Endpoint;
	/** Where something is read was found. */
	changed(): void;
	/** Sends what measures the round trip, where there is a connection that takes it. */
	send(payload: Uint8Array, kind: 'text' | 'ping'): void;
}

/** What an earlier engine stored of them. */
export type StoredMeasures = Pick<
	StoredSession,
	'timestampPath' | 'timestampResolutionMs' | 'lagsFromSeq' | 'clock' | 'sequence' | 'totals' | 'wire'
>;

/** Whoever compares sessions: told of each event that has an id. */
export interface EventObserver {
	/** `lagMs` is NaN where there is none. */
	event(id: string | number, arrivedAtMs: number, lagMs: number): void;
	/** The sender's clock became known better: every lag told so far ought to have been `byMs` higher. */
	lagsShifted(byMs: number): void;
	/** Lags told so far hold no more: the sending times or the clock are others. */
	lagsForgotten(): void;
	/** The sender began to number anew: ids from the next event on are others than the same ones before. */
	numberingBegan(): void;
}

/** All that is measured of a session's frames, over its connections. */
export class Measures {
	#meters: Meters;
	#lag: DeliveryLag;
	#clock: SenderClock;
	#sequence: EventSequence;
	readonly #diagnosis = new Diagnosis();
	#wire = new WireMeter();
	readonly #pings: Pings;
	readonly #echo: Echo | undefined;
	readonly #observers = new Set<EventObserver>();
	/** Frames before this one had their sending times read elsewhere. */
	#lagsFromSeq = 0;
	/** Of the connection that is open. */
	#connection: { readonly openedAtMs: number; readonly remoteAddress: string } | undefined;

	constructor(private readonly owner: MeasuresOwner) {
		const endpoint = owner.endpoint();
		const { echo, timestampPath, sequencePath } = endpoint;
		this.#meters = new Meters(endpoint);
		this.#lag = new DeliveryLag(timestampPath, () => owner.changed());
		this.#clock = this.#newClock();
		this.#sequence = new EventSequence(sequencePath, () => owner.changed());
		this.#pings = new Pings((nonce) => owner.send(nonce, 'ping'), owner.nowMs);
		this.#echo = echo && new Echo(echo, (text) => owner.send(Buffer.from(text), 'text'), owner.nowMs);
	}

	get meters(): Meters {
		return this.#meters;
	}

	get lag(): DeliveryLag {
		return this.#lag;
	}

	get clock(): SenderClock {
		return this.#clock;
	}

	get sequence(): EventSequence {
		return this.#sequence;
	}

	get diagnosis(): Diagnosis {
		return this.#diagnosis;
	}

	get wire(): WireMeter {
		return this.#wire;
	}

	/** Whether round trips are those of an application-level echo. */
	get echoes(): boolean {
		return this.#echo !== undefined;
	}

	/** Pings or echoes that were never answered. */
	get roundTripsUnanswered(): number {
		return (this.#echo ?? this.#pings).unanswered;
	}

	/** The delivery lag of a row in milliseconds, by what is known of the clocks now; NaN where none was measured. */
	lagMs(row: FrameRow): number {
		return row.seq < this.#lagsFromSeq ? Number.NaN : row.lagMs - this.#clock.offsetMs(row.arrivedAtMs);
	}

	/** Measures a frame and puts it into the capture, with the marks that it deserves. */
	take(record: FrameRecord, capture: Capture): void {
		const { meta, arrivedAtMs } = record;
		const rawLagMs = this.#lag.of(record);
		let lagMs = Number.NaN;
		if (!Number.isNaN(rawLagMs)) {
			this.#clock.observe(arrivedAtMs, rawLagMs);
			lagMs = rawLagMs - this.#clock.take(arrivedAtMs);
		}
		if (!(record.flags & frameFlag.out)) {
			this.#received(record, rawLagMs, lagMs);
		}
		capture.append(record, rawLagMs);
		this.#meters.count(record, lagMs);
		this.#wire.count(record);
		this.#diagnosis.frame(record, rawLagMs);
		// The record is its transport's, which fills it again and may leave alone what it never sets.
		record.meta = meta;
	}

	/** An HTTP answer came, with its `Date` where it has one of its own. */
	answered(sentAtMs: number, firstByteAtMs: number, dateHeader: string | undefined): void {
		if (dateHeader !== undefined) {
			this.#clock.answered(sentAtMs, firstByteAtMs, dateHeader);
		}
	}

	/** A connection opened; `reconnected` where that came after a loss by itself. */
	connectionOpened(
		atMs: number,
		handshake: Handshake,
		{
			transport,
			reconnected,
			lastEventIdSent,
		}: {
			readonly transport: TransportName;
			readonly reconnected: boolean;
			readonly lastEventIdSent: string | undefined;
		},
	): void {
		this.#connection = { openedAtMs: atMs, remoteAddress: handshake.remoteAddress };
		this.#meters.connectionOpened(atMs, reconnected, handshake.phases);
		this.#clock.connected(handshake.remoteAddress);
		this.#sequence.connectionOpened(atMs, lastEventIdSent);
		this.#diagnosis.connectionOpened(atMs, handshake, transport);
		if (transport === 'webSocket') {
			const { pingIntervalMs } = this.owner.endpoint();
			this.#pings.start(pingIntervalMs);
			this.#echo?.start(pingIntervalMs);
		}
	}

	/** A connection is over, or an attempt at one. */
	connectionEnded(end: ConnectionEnd): void {
		this.#pings.stop();
		this.#echo?.stop();
		this.#clock.disconnected();
		if (this.#connection !== undefined) {
			this.#connection = undefined;
			this.#meters.connectionLost(end.atMs);
			this.#sequence.connectionLost();
			this.#diagnosis.connectionEnded(end);
		}
	}

	/** Begins every count anew. */
	clear(): void {
		this.#meters = new Meters(this.owner.endpoint());
		this.#sequence.reset();
		this.#diagnosis.reset();
		this.#clock.cleared();
		this.#wire = new WireMeter();
		this.#pings.unanswered = 0;
		if (this.#echo !== undefined) {
			this.#echo.unanswered = 0;
		}
	}

	/** Sending times are read elsewhere from this frame on; the lags so far, and what they told of the clock, are forgotten. */
	timestampPathChanged(nextSeq: number): void {
		this.#lagsFromSeq = nextSeq;
		this.#lag = new DeliveryLag(this.owner.endpoint().timestampPath, () => this.owner.changed());
		this.clockChanged();
	}

	/** The sender's clock is taken for another one; the lags measured so far are forgotten. */
	clockChanged(): void {
		this.#meters.forgetLags();
		for (const observer of this.#observers) {
			observer.lagsForgotten();
		}
		this.#clock.dispose();
		this.#clock = this.#newClock();
		if (this.#connection !== undefined) {
			this.#clock.connected(this.#connection.remoteAddress);
		}
	}

	/** Ids are read elsewhere from now on; what they told so far is forgotten. */
	sequencePathChanged(): void {
		this.#sequence = new EventSequence(this.owner.endpoint().sequencePath, () => this.owner.changed());
		if (this.#connection !== undefined) {
			this.#sequence.connectionOpened(this.#connection.openedAtMs, undefined);
		}
	}

	/** Tells an observer of each event that has an id, until the function that it returns is called. */
	observe(observer: EventObserver): () => void {
		this.#observers.add(observer);
		return () => this.#observers.delete(observer);
	}

	stored(): StoredMeasures {
		return {
			timestampPath: this.#lag.path,
			timestampResolutionMs: this.#lag.resolutionMs,
			lagsFromSeq: this.#lagsFromSeq,
			clock: this.#clock.stored(),
			sequence: this.#sequence.stored(),
			totals: this.#meters.totals(),
			wire: this.#wire.stored(),
		};
	}

	/** Takes up what an earlier engine stored; a place of sending times only where it still may be read there. */
	restore(
		stored: Pick<StoredMeasures, 'lagsFromSeq' | 'clock' | 'sequence'>,
		place: ConstructorParameters<typeof DeliveryLag>[2],
	): void {
		this.#lagsFromSeq = stored.lagsFromSeq;
		const { timestampPath, sequencePath } = this.owner.endpoint();
		this.#lag = new DeliveryLag(timestampPath, () => this.owner.changed(), place);
		this.#clock = this.#newClock(stored.clock);
		this.#sequence = new EventSequence(sequencePath, () => this.owner.changed(), stored.sequence);
	}

	/** Counts what an earlier engine captured, and what it had counted of frames that are evicted since. */
	restoreFrames(capture: Capture, stored: Pick<StoredMeasures, 'totals' | 'wire'> | undefined): void {
		restoreFrames(capture, this.#meters, this.#wire, this.#clock, this.#lagsFromSeq);
		if (stored !== undefined) {
			this.#meters.restoreTotals(stored.totals);
			this.#wire.restore(stored.wire);
		}
	}

	/** Nothing is sent from now on. */
	dispose(): void {
		this.#pings.stop();
		this.#echo?.stop();
		this.#clock.dispose();
	}

	/** What a received frame tells of its stream, and the marks that it is kept with. */
	#received(record: FrameRecord, rawLagMs: number, lagMs: number): void {
		const { arrivedAtMs } = record;
		const stallMs = this.#meters.arrived(record, rawLagMs);
		let marks = this.#sequence.take(record, arrivedAtMs - rawLagMs);
		if (marks !== undefined) {
			this.#meters.marked(arrivedAtMs, marks);
		}
		if (stallMs > 0) {
			marks = { ...marks, stall: true };
			this.#meters.series.add('stalls', arrivedAtMs, 1);
		}
		if (marks !== undefined) {
			record.meta = withMarks(record, marks);
		}
		const { lastKey } = this.#sequence;
		if (this.#observers.size > 0 && lastKey !== undefined) {
			const isAnew = marks?.sequence === 'reset';
			for (const observer of this.#observers) {
				if (isAnew) {
					observer.numberingBegan();
				}
				observer.event(lastKey, arrivedAtMs, lagMs);
			}
		}
		this.#measureRoundTrip(record);
	}

	#measureRoundTrip(record: FrameRecord): void {
		const { arrivedAtMs } = record;
		if (this.#echo === undefined) {
			const milliseconds = record.kind === kindCode.pong ? this.#pings.roundTripMs(record) : undefined;
			if (milliseconds !== undefined) {
				this.#meters.roundTrip(arrivedAtMs, milliseconds);
			}
			return;
		}
		const answer = this.#echo.answer(record);
		if (answer !== undefined) {
			this.#meters.roundTrip(arrivedAtMs, answer.roundTripMs);
			if (!Number.isNaN(answer.serverSentAtMs)) {
				this.#clock.exchange(answer.sentAtMs, answer.serverReceivedAtMs, answer.serverSentAtMs, arrivedAtMs);
			}
		}
	}

	#newClock(stored?: StoredMeasures['clock']): SenderClock {
		return new SenderClock(
			this.owner.endpoint(),
			this.owner.nowMs,
			(byMs) => {
				this.#meters.shiftLags(-byMs);
				for (const observer of this.#observers) {
					observer.lagsShifted(-byMs);
				}
			},
			stored,
		);
	}
}

/** The marks go beside the payload, with what else is kept there. */
function withMarks({ meta }: FrameRecord, marks: FrameMarks): FrameRecord['meta'] {
	return meta === undefined ? { type: 'event', marks } : { ...meta, marks };
}
