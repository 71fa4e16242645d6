import { type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { Histogram } from '../core/timing/histogram';
import { SeriesRecorder } from '../core/timing/series';

/** Kinds that say nothing new: they are no arrivals of news, so gaps are not counted from them. */
const controlKinds = (1 << kindCode.ping) | (1 << kindCode.pong) | (1 << kindCode.comment) | (1 << kindCode.fields);

/** Kinds that carry what a server pushed; a continuation belongs to the frame that its message began with. */
const eventKinds = (1 << kindCode.text) | (1 << kindCode.binary) | (1 << kindCode.event);

/** A connection that comes back sooner than this goes on with the rates of the one before: the loss is part of the mean. */
const rateGapMs = 3000;

/** Every count and distribution of a session, in constant memory. */
export class Meters {
	readonly series = new SeriesRecorder();
	readonly lags = new Histogram();
	readonly roundTrips = new Histogram();
	readonly gaps = new Histogram();
	readonly holds = new Histogram();
	readonly blinds = new Histogram();
	framesSent = 0;
	payloadBytes = 0;
	payloadBytesSent = 0;
	/** Messages and events received, of whatever transport: a poll's cycle is none where its events are rows of their own. */
	events = 0;
	cycles = 0;
	emptyCycles = 0;
	#lastArrivalMs = Number.NaN;
	#lostAtMs = Number.NaN;

	/** Counts a frame. An event of a poll cycle adds no bytes, since its cycle's body has them. */
	count(record: FrameRecord, lagMs: number): void {
		const out = (record.flags & frameFlag.out) !== 0;
		const nested = (record.flags & frameFlag.partOfCycle) !== 0;
		const bytes = nested ? 0 : record.end - record.start;
		if (record.flags & frameFlag.firstOfConnection) {
			// A capture of an earlier window has this flag and no `connectionOpened`.
			this.#lastArrivalMs = Number.NaN;
		}
		if (out) {
			this.framesSent++;
			this.payloadBytesSent += bytes;
		} else {
			this.payloadBytes += bytes;
			this.events += (eventKinds >> record.kind) & 1;
			if (!nested && !((controlKinds >> record.kind) & 1) && !(record.flags & frameFlag.emptyCycle)) {
				this.gaps.record(record.arrivedAtMs - this.#lastArrivalMs);
				this.#lastArrivalMs = record.arrivedAtMs;
			}
		}
		this.lags.record(lagMs);
		this.series.frame(record.arrivedAtMs, out, bytes, lagMs);
		if (record.meta?.type === 'cycle') {
			this.cycles++;
			this.events += record.meta.eventsFollow ? 0 : record.meta.events;
			this.emptyCycles += record.flags & frameFlag.emptyCycle ? 1 : 0;
			this.holds.record(record.meta.holdMs);
			this.blinds.record(record.meta.blindMs ?? Number.NaN);
		}
	}

	/** What lies between two connections is no gap between arrivals. */
	connectionOpened(atMs: number): void {
		this.#lastArrivalMs = Number.NaN;
		this.series.add('connectionsOpened', atMs, 1);
		if (!(atMs - this.#lostAtMs < rateGapMs)) {
			this.series.beginRates(atMs);
		}
	}

	connectionLost(atMs: number): void {
		this.#lostAtMs = atMs;
		this.series.add('connectionsLost', atMs, 1);
	}

	roundTrip(atMs: number, milliseconds: number): void {
		this.roundTrips.record(milliseconds);
		this.series.roundTrip(atMs, milliseconds);
	}
}
