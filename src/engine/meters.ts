import type { Endpoint } from '../core/endpoint';
import { type FrameMarks, type FrameRecord, frameFlag, kindCode } from '../core/frame';
import type { Phases } from '../core/handshake';
import { Arrivals } from '../core/timing/arrivals';
import { Histogram } from '../core/timing/histogram';
import { SeriesRecorder } from '../core/timing/series';
import { SizeHistogram } from '../core/timing/sizeHistogram';
import { SlidingHistogram } from '../core/timing/slidingHistogram';
import { LagHeatMap } from './charts';

/** Kinds that say nothing new: they are no arrivals of news, so gaps are not counted from them. */
const controlKinds = (1 << kindCode.ping) | (1 << kindCode.pong) | (1 << kindCode.comment) | (1 << kindCode.fields);

/** Kinds that carry what a server pushed; a continuation belongs to the frame that its message began with. */
const eventKinds = (1 << kindCode.text) | (1 << kindCode.binary) | (1 << kindCode.event);
const eventPartKinds = eventKinds | (1 << kindCode.continuation);

/**
 * Cells of the heat map can't be moved, as what lies within one isn't known. One correction of so much makes them worthless,
 * as when a clock is told for the first time; a smaller one is left out of them.
 */
const heatMapShiftMs = 20;

/** A connection that comes back sooner than this goes on with the rates of the one before: the loss is part of the mean. */
const rateGapMs = 3000;

/** Counts that go on over a reload, by the names of their fields. */
export const totalNames = [
	'framesSent',
	'payloadBytes',
	'payloadBytesSent',
	'events',
	'cycles',
	'emptyCycles',
] as const;
export type Totals = Record<(typeof totalNames)[number], number>;

/** Every count and distribution of a session, in constant memory. */
export class Meters {
	readonly series = new SeriesRecorder();
	readonly lags = new Histogram();
	/** The same of the last minute. */
	readonly recentLags = new SlidingHistogram();
	readonly lagHeatMap = new LagHeatMap();
	readonly arrivals: Arrivals;
	readonly connects = new Histogram();
	readonly firstBytes = new Histogram();
	/** From when polls were due, those that a slow answer left out among them. */
	readonly dues = new Histogram();
	readonly staleness = new Histogram();
	readonly roundTrips = new Histogram();
	readonly gaps = new Histogram();
	readonly holds = new Histogram();
	readonly blinds = new Histogram();
	/** From the loss of a connection to the opening of the next. */
	readonly reconnects = new Histogram();
	readonly eventSizes = new SizeHistogram();
	framesSent = 0;
	payloadBytes = 0;
	payloadBytesSent = 0;
	/** Messages and events received, of whatever transport: a poll's cycle is none where its events are rows of their own. */
	events = 0;
	cycles = 0;
	emptyCycles = 0;
	#answeredCycles = 0;
	#headerBytes = 0;
	/** Of the message whose last fragment is still to come. */
	#eventBytes = 0;
	#lastArrivalMs = Number.NaN;
	#lostAtMs = Number.NaN;
	/** Of the events of the cycle in hand; NaN where it has none. */
	#stalenessMs = Number.NaN;

	constructor(private readonly endpoint: Pick<Endpoint, 'stall' | 'pollIntervalMs'>) {
		this.arrivals = new Arrivals(endpoint.stall);
	}

	/**
	 * Takes a received frame's arrival and tells the stall that it ended, in milliseconds, or 0. To be called before
	 * `count`; `rawLagMs` is arrival minus sending time, NaN where that is not known.
	 */
	arrived(record: FrameRecord, rawLagMs: number): number {
		if (record.flags & frameFlag.firstOfConnection) {
			this.arrivals.connectionOpened();
		}
		if (isArrival(record)) {
			return this.arrivals.arrived(record.arrivedAtMs, rawLagMs);
		}
		this.arrivals.transit(rawLagMs);
		return 0;
	}

	/** Counts a frame. An event of a poll cycle adds no bytes, since its cycle's body has them. */
	count(record: FrameRecord, lagMs: number): void {
		const out = (record.flags & frameFlag.out) !== 0;
		const nested = (record.flags & frameFlag.partOfCycle) !== 0;
		const bytes = nested ? 0 : record.end - record.start;
		if (record.flags & frameFlag.firstOfConnection) {
			// A capture of an earlier window has this flag and no `connectionOpened`.
			this.#lastArrivalMs = Number.NaN;
			this.#eventBytes = 0;
		}
		if (out) {
			this.framesSent++;
			this.payloadBytesSent += bytes;
		} else {
			this.payloadBytes += bytes;
			this.events += (eventKinds >> record.kind) & 1;
			if ((eventPartKinds >> record.kind) & 1) {
				this.#eventBytes += record.end - record.start;
				if (record.flags & frameFlag.fin) {
					this.eventSizes.record(this.#eventBytes);
					this.#eventBytes = 0;
				}
			}
			if (isArrival(record)) {
				this.gaps.record(record.arrivedAtMs - this.#lastArrivalMs);
				this.#lastArrivalMs = record.arrivedAtMs;
			}
		}
		if (!Number.isNaN(lagMs)) {
			this.lags.record(lagMs);
			this.recentLags.record(record.arrivedAtMs, lagMs);
			this.lagHeatMap.record(record.arrivedAtMs, lagMs);
		}
		this.series.frame(record.arrivedAtMs, out, bytes, lagMs);
		if (nested) {
			this.staleness.record(this.#stalenessMs);
		}
		if (record.meta?.type === 'cycle') {
			this.cycles++;
			this.#stalenessMs = record.meta.stalenessMs ?? Number.NaN;
			// Only polling has times at which it is due.
			if (record.meta.dueMs !== undefined) {
				this.dues.recordWithOmitted(record.meta.dueMs, this.endpoint.pollIntervalMs);
			}
			if (!record.meta.eventsFollow && record.meta.events > 0) {
				this.staleness.record(this.#stalenessMs);
				this.events += record.meta.events;
				this.eventSizes.record(bytes);
			}
			if (record.meta.response !== undefined) {
				this.#answeredCycles++;
				this.#headerBytes += record.meta.headerBytesUp + record.meta.headerBytesDown;
			}
			this.emptyCycles += record.flags & frameFlag.emptyCycle ? 1 : 0;
			this.holds.record(record.meta.holdMs);
			this.blinds.record(record.meta.blindMs ?? Number.NaN);
		}
	}

	/** Bytes of the heads of an answered cycle, on average; null before the first. */
	get cycleHeaderBytes(): number | null {
		return this.#answeredCycles === 0 ? null : this.#headerBytes / this.#answeredCycles;
	}

	/** What is counted of every frame, also of those that are evicted. */
	totals(): Totals {
		return Object.fromEntries(totalNames.map((name) => [name, this[name]])) as Totals;
	}

	/** Takes up the totals of an earlier engine, which has counted frames that are no longer there. */
	restoreTotals(totals: Totals): void {
		for (const name of totalNames) {
			this[name] = Math.max(this[name], totals[name]);
		}
	}

	/** Puts what the ids tell of an event on the time axis. */
	marked(atMs: number, { sequence, missing }: FrameMarks): void {
		if (sequence === 'gap') {
			this.series.add('missing', atMs, missing ?? 0);
		} else if (sequence !== undefined) {
			this.series.add(`${sequence}s`, atMs, 1);
		}
	}

	/** Everything measured so far ought to have been by so much more. */
	shiftLags(byMs: number): void {
		this.lags.shift(byMs);
		this.recentLags.shift(byMs);
		this.series.shiftLags(byMs);
		if (Math.abs(byMs) >= heatMapShiftMs) {
			this.lagHeatMap.reset();
		}
	}

	/** Sending times are read elsewhere from now on: forgets every lag. */
	forgetLags(): void {
		this.lags.reset();
		this.recentLags.reset();
		this.lagHeatMap.reset();
		this.series.forgetLags();
		this.arrivals.forgetTransits();
	}

	/** What lies between two connections is no gap between arrivals. `reconnected` where it came after a loss by itself. */
	connectionOpened(atMs: number, reconnected = false, phases: Phases = {}): void {
		this.connects.record((phases.tcpMs ?? Number.NaN) + (phases.tlsMs ?? 0));
		this.firstBytes.record(phases.answerMs ?? Number.NaN);
		if (reconnected) {
			this.reconnects.record(atMs - this.#lostAtMs);
		}
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

/** Whether a received frame is an arrival of news of its own, as gaps are counted between. */
function isArrival({ kind, flags, meta }: FrameRecord): boolean {
	return (
		((controlKinds >> kind) & 1) === 0 &&
		(flags & (frameFlag.partOfCycle | frameFlag.emptyCycle)) === 0 &&
		!(meta?.type === 'cycle' && meta.outcome === 'failed')
	);
}
