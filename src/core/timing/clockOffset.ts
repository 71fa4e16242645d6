import { Envelope } from './envelope';

/**
 * How fast two clocks can run apart before anything is known of them: 500 ppm, the most that a clock's frequency is
 * corrected by, and so the most that a working one needs (RFC 5905 §7.3, MAXFREQ).
 */
const frequencyTolerance = 500e-6;
/**
 * How far the rate may be off what was measured of it: 15 ppm, by which RFC 5905 §11.1 lets the error of a disciplined
 * clock grow between two measurements (PHI).
 */
const rateTolerance = 15e-6;
/** A drift is told once it is known within ± this much. */
const tellableDrift = 50e-6;
/** Times in epoch milliseconds are read from doubles, whose step is a quarter of a microsecond. */
const roundingMs = 0.001;
/** Two bounds that are taken for rounding's sake though they contradict each other tell nothing of the rate. */
const slackMs = 2 * roundingMs;
/** That a clock was set is believed when so many exchanges say so, over so long, and none the opposite. */
const exchangesForStep = 3;
const stepAfterMs = 2000;
/** Two contradictions within this time are two clocks that answer in turn; for so long either may be the right one. */
const disputeMs = 600_000;
/** Times at which a clock was set that are remembered. */
const mostEpochs = 16;
/** Epochs and bounds of each side that are stored for the window after this one. */
const mostStoredEpochs = 4;
const mostStoredBounds = 24;
/** What is stored is no farther from 0 than a date can be (ECMAScript's time values). */
const farthestMs = 8.64e15;

/** What is known of an offset: it lies in `offsetMs` ± `uncertaintyMs`. */
export interface KnownOffset {
	readonly offsetMs: number;
	readonly uncertaintyMs: number;
}

/** A `ClockOffset` as JSON. */
export interface StoredOffset {
	readonly samples: number;
	readonly epochs: readonly StoredEpoch[];
}

interface StoredEpoch {
	readonly fromMs: number;
	readonly unsureFromMs: number;
	readonly leastSlope: number;
	readonly mostSlope: number;
	/** Times and values in turn; those of lower bounds are negated. */
	readonly upper: readonly number[];
	readonly lower: readonly number[];
}

/**
 * How far our clock is ahead of another one, at any time of a session, from exchanges with it. Nothing is averaged: each
 * exchange bounds the offset from below and from above, and what all of them leave is an interval that holds the true
 * offset for certain, as long as the two clocks drift as clocks do. Short round trips are narrow, so that they win by
 * themselves (the minimum filter of RFC 5905 §10).
 *
 * - Between exchanges a bound is widened by the rates that are possible: ±500 ppm at first, then what the bounds leave of
 *   them (the lines that fit between all lower and all upper bounds: Moon, Skelly and Towsley, «Estimation and Removal of
 *   Clock Skew from Network Delay Measurements», 1999), and 15 ppm to either side, since no clock keeps its rate.
 * - An exchange that contradicts what is known is not taken at once. Three in a row that agree with each other mean that
 *   a clock was set, and the estimate begins anew from there. Until that is known the uncertainty covers both.
 * - An interval is never empty, and ± never negative.
 *
 * Memory is bounded, whatever is exchanged.
 */
export class ClockOffset {
	readonly #epochs: Epoch[] = [];
	#samples = 0;
	/** What the last exchanges say that contradict the current epoch, and how many of them agree. */
	#rival: Epoch | undefined;
	#rivalCount = 0;
	#rivalAtMs = 0;
	#goodUntilMs = Number.NEGATIVE_INFINITY;
	/** A rival that was not confirmed, though another one had been before it. */
	#disputed: Epoch | undefined;
	#refutedAtMs = Number.NEGATIVE_INFINITY;
	#disputedUntilMs = Number.NEGATIVE_INFINITY;

	/** Exchanges that were taken. */
	get samples(): number {
		return this.#samples;
	}

	/** When the newest exchange ended that agrees with the others; −∞ before the first. */
	get lastMs(): number {
		return this.#goodUntilMs;
	}

	/** How fast the offset grows, in parts per million; `null` until it is known within ±50 ppm. */
	get driftPpm(): number | null {
		const epoch = this.#epochs.at(-1);
		if (epoch === undefined || epoch.mostSlope - epoch.leastSlope > 2 * tellableDrift) {
			return null;
		}
		return ((epoch.leastSlope + epoch.mostSlope) / 2) * 1e6;
	}

	/**
	 * Takes an exchange: at `fromMs` the offset was no less than `leastMs`, at `toMs` no more than `mostMs`. False where it
	 * says nothing that was not known, and where no clock can have answered so.
	 */
	take(fromMs: number, leastMs: number, toMs: number, mostMs: number): boolean {
		const isPossible = leastMs <= mostMs + frequencyTolerance * (toMs - fromMs) + roundingMs && toMs >= fromMs;
		if (!isPossible || !Number.isFinite(toMs - fromMs + mostMs - leastMs)) {
			return false;
		}
		this.#samples++;
		const current = this.#epochs.at(-1);
		if (current === undefined) {
			this.#epochs.push(new Epoch(fromMs, leastMs, toMs, mostMs));
			this.#goodUntilMs = toMs;
			return true;
		}
		const agreesWithRival = this.#rival?.admits(fromMs, leastMs, toMs, mostMs) === true;
		if (agreesWithRival) {
			this.#rival!.take(fromMs, leastMs, toMs, mostMs);
		}
		if (current.admits(fromMs, leastMs, toMs, mostMs)) {
			this.#goodUntilMs = toMs;
			const refutes = !agreesWithRival && this.#rival !== undefined;
			if (refutes) {
				this.#refute(toMs);
			}
			return current.take(fromMs, leastMs, toMs, mostMs) || refutes;
		}
		if (!agreesWithRival) {
			this.#refute(toMs);
			this.#rival = new Epoch(fromMs, leastMs, toMs, mostMs);
			this.#rivalCount = 1;
			this.#rivalAtMs = fromMs;
		} else if (++this.#rivalCount >= exchangesForStep && toMs - this.#rivalAtMs >= stepAfterMs) {
			this.#step();
		}
		return true;
	}

	/**
	 * Takes what is known from above only: at `atMs` the offset was no more. False where it says nothing new, and where it
	 * contradicts the rest and was left out.
	 */
	takeUpper(atMs: number, mostMs: number): boolean {
		const current = this.#epochs.at(-1);
		return (
			this.#rival === undefined &&
			current !== undefined &&
			current.admits(atMs, Number.NEGATIVE_INFINITY, atMs, mostMs) &&
			current.takeUpper(atMs, mostMs)
		);
	}

	/** How far an exchange is off what is known; 0 where it agrees. */
	contradictionMs(fromMs: number, leastMs: number, toMs: number, mostMs: number): number {
		const current = this.#epochs.at(-1);
		return current === undefined ? 0 : Math.max(0, leastMs - current.upperAt(fromMs), current.lowerAt(toMs) - mostMs);
	}

	/** What was known from below was not known that well: the offset may be lower by so much. */
	loosen(byMs: number): void {
		for (const epoch of this.#epochs) {
			epoch.loosen(byMs);
		}
		this.#rival = undefined;
	}

	/** What is known of the offset at a time; undefined before the first exchange. */
	at(atMs: number): KnownOffset | undefined {
		let place = this.#epochs.length - 1;
		if (place < 0) {
			return undefined;
		}
		while (place > 0 && atMs < this.#epochs[place]!.fromMs) {
			place--;
		}
		const epoch = this.#epochs[place]!;
		let least = epoch.lowerAt(atMs);
		let most = epoch.upperAt(atMs);
		const next = this.#epochs[place + 1];
		if (next !== undefined && atMs > next.unsureFromMs) {
			// The clock was set about then, and it is not known whether before or after.
			least = Math.min(least, next.lowerAt(atMs));
			most = Math.max(most, next.upperAt(atMs));
		}
		const offsetMs = (least + most) / 2;
		for (const doubt of [this.#rival, atMs <= this.#disputedUntilMs ? this.#disputed : undefined]) {
			if (doubt !== undefined && next === undefined && atMs > this.#doubtedFromMs(doubt)) {
				least = Math.min(least, doubt.lowerAt(atMs));
				most = Math.max(most, doubt.upperAt(atMs));
			}
		}
		return { offsetMs, uncertaintyMs: Math.max(0, most - offsetMs, offsetMs - least) };
	}

	/** The bounds that `takeUpper` works with at a time; none lies between them before the first exchange or while in doubt. */
	lowerAt(atMs: number): number {
		return this.#certain(atMs)?.lowerAt(atMs) ?? Number.POSITIVE_INFINITY;
	}

	upperAt(atMs: number): number {
		return this.#certain(atMs)?.upperAt(atMs) ?? Number.NEGATIVE_INFINITY;
	}

	/** For the window after this one: fewer bounds, so that ± may be wider. Numbers are rounded outwards. */
	stored(): StoredOffset {
		return {
			samples: this.#samples,
			epochs: this.#epochs.slice(-mostStoredEpochs).map((epoch) => epoch.stored()),
		};
	}

	/** What `stored` told; undefined where it is not that. */
	static restored(stored: unknown): ClockOffset | undefined {
		const { samples, epochs } = (stored ?? {}) as Partial<Record<keyof StoredOffset, unknown>>;
		if (!Array.isArray(epochs) || epochs.length === 0 || !Number.isSafeInteger(samples) || (samples as number) < 1) {
			return undefined;
		}
		const offset = new ClockOffset();
		offset.#samples = samples as number;
		for (const each of epochs.slice(-mostStoredEpochs)) {
			const epoch = Epoch.restored(each);
			if (epoch === undefined) {
				return undefined;
			}
			offset.#epochs.push(epoch);
			offset.#goodUntilMs = epoch.lastMs;
		}
		return offset;
	}

	#certain(atMs: number): Epoch | undefined {
		const current = this.#epochs.at(-1);
		return current === undefined || this.#rival !== undefined || atMs < current.fromMs ? undefined : current;
	}

	#doubtedFromMs(doubt: Epoch): number {
		return doubt === this.#rival ? this.#goodUntilMs : doubt.fromMs;
	}

	#refute(atMs: number): void {
		if (this.#rival === undefined) {
			return;
		}
		if (atMs - this.#refutedAtMs < disputeMs) {
			this.#disputed = this.#rival;
			this.#disputedUntilMs = atMs + disputeMs;
		}
		this.#refutedAtMs = atMs;
		this.#rival = undefined;
	}

	#step(): void {
		const epoch = this.#rival!;
		epoch.fromMs = this.#rivalAtMs;
		epoch.unsureFromMs = Math.min(this.#goodUntilMs, this.#rivalAtMs);
		this.#epochs.push(epoch);
		if (this.#epochs.length > mostEpochs) {
			this.#epochs.shift();
		}
		this.#rival = undefined;
		this.#disputed = undefined;
		this.#goodUntilMs = epoch.lastMs;
	}
}

/** A time in which no clock was set. */
class Epoch {
	/** It counts from here on; the first one of all counts for the time before it too. */
	fromMs: number;
	/** The exchange before it ended then: the clock was set somewhere between. */
	unsureFromMs: number;
	/** The end of its newest exchange. */
	lastMs: number;
	#uppers = new Envelope();
	/** Of the negated offset. */
	#lowers = new Envelope();
	/** The slopes that lines through all bounds can have; the least is above the most where the rate has changed. */
	#least = -frequencyTolerance;
	#most = frequencyTolerance;

	constructor(fromMs: number, leastMs: number, toMs: number, mostMs: number) {
		this.fromMs = fromMs;
		this.unsureFromMs = fromMs;
		this.lastMs = toMs;
		this.take(fromMs, leastMs, toMs, mostMs);
	}

	get leastSlope(): number {
		return Math.min(this.#least, this.#most);
	}

	get mostSlope(): number {
		return Math.max(this.#least, this.#most);
	}

	/** Whether some offset fits both the exchange and all before it. */
	admits(fromMs: number, leastMs: number, toMs: number, mostMs: number): boolean {
		return leastMs <= this.upperAt(fromMs) + roundingMs && mostMs >= this.lowerAt(toMs) - roundingMs;
	}

	/** False where it says nothing new. */
	take(fromMs: number, leastMs: number, toMs: number, mostMs: number): boolean {
		this.lastMs = toMs;
		this.#least = clampSlope(Math.max(this.#least, -this.#uppers.leastSlopeTo(fromMs, slackMs - leastMs)));
		const isNews = this.#lowers.add(fromMs, -leastMs, -this.#mostRate, -this.#leastRate);
		return this.takeUpper(toMs, mostMs) || isNews;
	}

	takeUpper(atMs: number, mostMs: number): boolean {
		this.#most = clampSlope(Math.min(this.#most, this.#lowers.leastSlopeTo(atMs, mostMs + slackMs)));
		return this.#uppers.add(atMs, mostMs, this.#leastRate, this.#mostRate);
	}

	loosen(byMs: number): void {
		this.#lowers = this.#lowers.raised(byMs);
		// Which rates are possible is learnt anew from what is kept and the next exchange.
		this.#least = -frequencyTolerance;
		this.#most = frequencyTolerance;
	}

	upperAt(atMs: number): number {
		return this.#uppers.at(atMs, this.#leastRate, this.#mostRate);
	}

	lowerAt(atMs: number): number {
		return -this.#lowers.at(atMs, -this.#mostRate, -this.#leastRate);
	}

	stored(): StoredEpoch {
		const slope = (this.#least + this.#most) / 2;
		const rounded = (value: number, place: number): number =>
			place % 2 === 0 ? Math.round(value * 1000) / 1000 : Math.ceil(value * 1000 + 1) / 1000;
		return {
			fromMs: this.fromMs,
			unsureFromMs: this.unsureFromMs,
			leastSlope: this.#least,
			mostSlope: this.#most,
			upper: this.#uppers.points(mostStoredBounds, slope).map(rounded),
			lower: this.#lowers.points(mostStoredBounds, -slope).map(rounded),
		};
	}

	static restored(stored: unknown): Epoch | undefined {
		const { fromMs, unsureFromMs, leastSlope, mostSlope, upper, lower } = (stored ?? {}) as Partial<
			Record<keyof StoredEpoch, unknown>
		>;
		if (![fromMs, unsureFromMs, leastSlope, mostSlope].every(isNumber) || ![upper, lower].every(arePoints)) {
			return undefined;
		}
		const epoch = new Epoch(fromMs as number, 0, fromMs as number, 0);
		epoch.unsureFromMs = unsureFromMs as number;
		epoch.#uppers = new Envelope(upper as number[]);
		epoch.#lowers = new Envelope(lower as number[]);
		epoch.#least = clampSlope(leastSlope as number);
		epoch.#most = clampSlope(mostSlope as number);
		epoch.lastMs = (upper as number[]).at(-2)!;
		return epoch;
	}

	/** The rates that are possible. */
	get #leastRate(): number {
		return Math.max(-frequencyTolerance, this.leastSlope - rateTolerance);
	}

	get #mostRate(): number {
		return Math.min(frequencyTolerance, this.mostSlope + rateTolerance);
	}
}

function clampSlope(slope: number): number {
	return Math.min(Math.max(slope, -frequencyTolerance), frequencyTolerance);
}

function isNumber(value: unknown): value is number {
	return typeof value === 'number' && Math.abs(value) <= farthestMs;
}

/** Whether it is what an envelope's `points` tells: times that rise, and values, in turn. */
function arePoints(value: unknown): value is number[] {
	return (
		Array.isArray(value) &&
		value.length > 0 &&
		value.length <= 2 * mostStoredBounds &&
		value.length % 2 === 0 &&
		value.every((number, place) => isNumber(number) && (place % 2 === 1 || place === 0 || number >= value[place - 2]))
	);
}
