/** RFC 5905 §7.3: no working clock needs its frequency corrected by more than this. */
const frequencyTolerance = 500e-6;
/** Rates are taken to be steady, and the least lag is remembered in full, for so long; older ones fade from memory. */
const windowMs = 1_800_000;
/** The least lag of so long stands for all of them. */
const slotMs = 250;
const mostPoints = 256;
/** Lags are read in steps of a millisecond mostly, so that a rate is not known better than by half of it over the time. */
const stepMs = 0.5;
/** Lags that are stored for the window after this one. */
const mostStoredPoints = 24;
/** Times and lags are no farther from 0 than a date can be (ECMAScript's time values), rates no more than this. */
const farthestMs = 8.64e15;
const mostStoredRate = 2 * frequencyTolerance;
/** A lag above the line changes it little, so that it is fitted again only when it has grown by this share. */
const fitAgainAfter = 0.01;
/** A lag so far below the line is not believed at once: it may be of a clock that is wrong, or of no clock. */
const believableMs = 1000;
/** It is once so many on end agree, over so long. */
const lagsForStep = 3;
const stepAfterMs = 2000;
/** The share of one lag in how far lags usually lie above the line. */
const excessWeight = 1 / 4;
/** Lines that differ by less are the same. */
const noticeableMs = 0.02;
/** The rate is not believed any better than this, since clocks follow the temperature. */
const leastRateError = 1.5e-6;

/** A `LeastLag` as JSON: times, lags and the least and most possible rates, each as long as the others. */
export interface StoredLeastLag {
	readonly atMs: readonly number[];
	readonly lagsMs: readonly number[];
	readonly leastRates: readonly number[];
	readonly mostRates: readonly number[];
}

/**
 * The least lag seen so far, for a sender whose clock is not known: a line below all raw lags (arrival − sent) that rises
 * and falls as the two clocks drift apart. What lies above it is delay beyond the best, which needs no shared clock.
 *
 * The drift is the slope of the lower convex hull of the last half hour's lags where it spans the middle of them (Moon,
 * Skelly and Towsley 1999), and its error four times how near lags come to that line in a quarter of the time, over that
 * time. A lag counts in full for half an hour; after that its bound fades by 500 ppm, so that a drift that has changed can't make
 * lags grow without end. Since every lag bounds the line from above, no lag is negative for longer than it takes to see it.
 *
 * But one wrong stamp would pull the line down for days. So a lag that is further below it than a second, and than lags
 * usually lie above it, is only held. Three on end that agree, over two seconds, are what the least lag is now: the
 * sender's clock was set, or a queue has gone that had stood since the beginning.
 */
export class LeastLag {
	/** The least lag of each slot, oldest first, and the rates that were possible when it was within the window. */
	readonly #atMs: number[] = [];
	readonly #lagsMs: number[] = [];
	readonly #leastRates: number[] = [];
	readonly #mostRates: number[] = [];
	#rate = 0;
	#rateError = frequencyTolerance;
	#slotEndMs = Number.NEGATIVE_INFINITY;
	#fitAgainAtMs = Number.NEGATIVE_INFINITY;
	/** When the line last came down by what was held: the rate is read off the lags since. */
	#steppedAtMs = Number.NEGATIVE_INFINITY;
	/** How far lags lie above the line, on average of the last ones. */
	#excessMs = 0;
	/** The lags on end that are held and agree: how many, since when, the least with its time, and the most. */
	#heldCount = 0;
	#heldFromMs = 0;
	#heldAtMs = 0;
	#heldLeastMs = 0;
	#heldMostMs = 0;

	/** Whether a lag was seen. */
	get isKnown(): boolean {
		return this.#atMs.length > 0;
	}

	/** How fast the offset grows, in parts per million; `null` until it is known within ±50 ppm. */
	get driftPpm(): number | null {
		return this.#rateError <= 50e-6 ? this.#rate * 1e6 : null;
	}

	/** Takes a raw lag; true where the line is noticeably another one now. What was seen at a later time is forgotten. */
	observe(atMs: number, lagMs: number): boolean {
		const newest = this.#atMs.length - 1;
		const isOfSlot = atMs < this.#slotEndMs && atMs >= this.#slotEndMs - 2 * slotMs;
		if (isOfSlot && lagMs - this.#lagsMs[newest]! >= this.#rate * (atMs - this.#atMs[newest]!)) {
			this.#heldCount = 0;
			return false;
		}
		const lineMs = this.at(atMs);
		if (newest >= 0 && lineMs - lagMs > this.#believableMs(atMs)) {
			if (!this.#hold(atMs, lagMs, lineMs)) {
				return false;
			}
			this.#heldCount = 0;
			this.#steppedAtMs = this.#heldAtMs;
			this.#excessMs = 0;
			return this.#add(this.#heldAtMs, this.#heldLeastMs, lineMs);
		}
		this.#heldCount = 0;
		if (isOfSlot) {
			this.#atMs[newest] = Math.max(atMs, this.#atMs[newest]!);
			this.#lagsMs[newest] = lagMs;
			return true;
		}
		this.#excessMs += (Math.max(0, lagMs - lineMs) - this.#excessMs) * excessWeight;
		return this.#add(atMs, lagMs, lineMs);
	}

	/** The line at a time: the most that the least lag can be there; infinite before the first lag. */
	at(atMs: number): number {
		let line = Number.POSITIVE_INFINITY;
		for (let place = 0; place < this.#atMs.length; place++) {
			const boundMs = this.#bound(place, atMs, this.#leastRates[place]!, this.#mostRates[place]!);
			if (boundMs < line) {
				line = boundMs;
			}
		}
		return line;
	}

	/** How far the least lag of half an hour before and after can lie below the line at a time; NaN where none was seen. */
	uncertaintyMs(atMs: number): number {
		let line = Number.POSITIVE_INFINITY;
		for (let place = 0; place < this.#atMs.length; place++) {
			const sinceMs = atMs - this.#atMs[place]!;
			if (Math.abs(sinceMs) <= this.#reachMs(place, sinceMs)) {
				line = Math.min(line, this.#bound(place, atMs, this.#mostRates[place]!, this.#leastRates[place]!));
			}
		}
		return line === Number.POSITIVE_INFINITY ? Number.NaN : Math.max(0, this.at(atMs) - line);
	}

	/** For the window after this one: fewer lags. */
	stored(): StoredLeastLag {
		const copy = new LeastLag();
		copy.#atMs.push(...this.#atMs);
		copy.#lagsMs.push(...this.#lagsMs);
		copy.#leastRates.push(...this.#leastRates);
		copy.#mostRates.push(...this.#mostRates);
		copy.#rate = this.#rate;
		while (copy.#atMs.length > mostStoredPoints) {
			copy.#thin();
		}
		return { atMs: copy.#atMs, lagsMs: copy.#lagsMs, leastRates: copy.#leastRates, mostRates: copy.#mostRates };
	}

	/** What `stored` told; undefined where it is not that. */
	static restored(stored: unknown): LeastLag | undefined {
		const { atMs, lagsMs, leastRates, mostRates } = (stored ?? {}) as Partial<Record<keyof StoredLeastLag, unknown>>;
		const columns = [atMs, lagsMs, leastRates, mostRates] as number[][];
		const isWhole = columns.every(
			(column) =>
				Array.isArray(column) &&
				column.length > 0 &&
				column.length <= mostStoredPoints &&
				column.length === columns[0]!.length &&
				column.every((value) => typeof value === 'number' && Math.abs(value) <= farthestMs),
		);
		const isPossible = (): boolean =>
			columns[0]!.every((value, place) => place === 0 || value > columns[0]![place - 1]!) &&
			columns[2]!.every((least, place) => least >= -mostStoredRate && columns[3]![place]! >= least) &&
			columns[3]!.every((most) => most <= mostStoredRate);
		if (!isWhole || !isPossible()) {
			return undefined;
		}
		const least = new LeastLag();
		least.#atMs.push(...columns[0]!);
		least.#lagsMs.push(...columns[1]!);
		least.#leastRates.push(...columns[2]!);
		least.#mostRates.push(...columns[3]!);
		least.#rate = (columns[2]!.at(-1)! + columns[3]!.at(-1)!) / 2;
		least.#rateError = (columns[3]!.at(-1)! - columns[2]!.at(-1)!) / 2;
		return least;
	}

	/** How far below the line a lag can be for it to be believed at once. */
	#believableMs(atMs: number): number {
		// Between two lags the clocks may run apart one way while the line goes the other way and fades.
		const driftMs = 3 * frequencyTolerance * Math.abs(atMs - this.#atMs.at(-1)!);
		return Math.max(believableMs, 2 * this.#excessMs) + driftMs;
	}

	/** Holds a lag that is far below the line; true where those that are held are the line now. */
	#hold(atMs: number, lagMs: number, lineMs: number): boolean {
		const leastMs = Math.min(lagMs, this.#heldLeastMs);
		const mostMs = Math.max(lagMs, this.#heldMostMs);
		// Delays that are long differ by much.
		const agrees = mostMs - leastMs <= Math.max(believableMs, (lineMs - mostMs) / 2);
		if (this.#heldCount === 0 || !agrees || atMs < this.#heldFromMs) {
			this.#heldCount = 1;
			this.#heldFromMs = atMs;
			this.#heldAtMs = atMs;
			this.#heldLeastMs = lagMs;
			this.#heldMostMs = lagMs;
			return false;
		}
		this.#heldCount++;
		this.#heldMostMs = mostMs;
		if (lagMs === leastMs) {
			this.#heldAtMs = atMs;
			this.#heldLeastMs = lagMs;
		}
		return this.#heldCount >= lagsForStep && atMs - this.#heldFromMs >= stepAfterMs;
	}

	/** Begins a slot with a lag; `lineMs` is the line without it. */
	#add(atMs: number, lagMs: number, lineMs: number): boolean {
		this.#slotEndMs = atMs + slotMs;
		const rate = this.#rate;
		const rateError = this.#rateError;
		while (this.#atMs.length > 0 && this.#atMs.at(-1)! >= atMs) {
			// Only a clock that was set back can bring this about.
			this.#fitAgainAtMs = Number.NEGATIVE_INFINITY;
			for (const column of [this.#atMs, this.#lagsMs, this.#leastRates, this.#mostRates]) {
				column.pop();
			}
		}
		this.#atMs.push(atMs);
		this.#lagsMs.push(lagMs);
		this.#leastRates.push(this.#rate - this.#rateError);
		this.#mostRates.push(this.#rate + this.#rateError);
		if (this.#atMs.length > mostPoints) {
			this.#thin();
		}
		if (lagMs < lineMs || atMs >= this.#fitAgainAtMs) {
			this.#fit();
		}
		const rateChange = Math.abs(this.#rate - rate) + Math.abs(this.#rateError - rateError);
		return lagMs < lineMs || rateChange * windowMs > noticeableMs;
	}

	/** What a lag says of another time, for the rates before and after its own. */
	#bound(place: number, atMs: number, before: number, after: number): number {
		const sinceMs = atMs - this.#atMs[place]!;
		const boundMs = this.#lagsMs[place]! + (sinceMs >= 0 ? after : before) * sinceMs;
		const apartMs = sinceMs >= 0 ? sinceMs : -sinceMs;
		if (apartMs <= windowMs) {
			return boundMs;
		}
		return boundMs + frequencyTolerance * Math.max(0, apartMs - this.#reachMs(place, sinceMs));
	}

	/** How far a lag counts in full: half an hour, and as far as the next one that is kept. */
	#reachMs(place: number, sinceMs: number): number {
		const neighbourMs = this.#atMs[sinceMs >= 0 ? place + 1 : place - 1];
		const ownMs = this.#atMs[place]!;
		// Nothing is known of the time before the first.
		const apartMs = neighbourMs === undefined ? (sinceMs >= 0 ? 0 : -sinceMs) : Math.abs(neighbourMs - ownMs);
		return Math.max(windowMs, apartMs);
	}

	#fit(): void {
		const newest = this.#atMs.length - 1;
		const nowMs = this.#atMs[newest]!;
		let first = newest;
		const fromMs = Math.max(nowMs - windowMs, this.#steppedAtMs);
		while (first > 0 && this.#atMs[first - 1]! >= fromMs) {
			first--;
		}
		const spanMs = nowMs - this.#atMs[first]!;
		this.#fitAgainAtMs = nowMs + spanMs * fitAgainAfter;
		if (spanMs > 0) {
			this.#rate = this.#hullRate(first, (this.#atMs[first]! + nowMs) / 2);
			const errorMs = 4 * this.#nearMs(first, spanMs) + stepMs;
			this.#rateError = Math.min(frequencyTolerance, Math.max(leastRateError, errorMs / spanMs));
		}
		for (let place = first; place <= newest; place++) {
			this.#leastRates[place] = Math.max(-frequencyTolerance, this.#rate - this.#rateError);
			this.#mostRates[place] = Math.min(frequencyTolerance, this.#rate + this.#rateError);
		}
	}

	/** The slope of the lower convex hull where it spans a time. */
	#hullRate(first: number, middleMs: number): number {
		const hull: number[] = [];
		for (let place = first; place < this.#atMs.length; place++) {
			while (hull.length > 1 && this.#slope(hull.at(-2)!, place) <= this.#slope(hull.at(-2)!, hull.at(-1)!)) {
				hull.pop();
			}
			hull.push(place);
		}
		let edge = 1;
		while (edge < hull.length - 1 && this.#atMs[hull[edge]!]! < middleMs) {
			edge++;
		}
		return Math.min(Math.max(this.#slope(hull[edge - 1]!, hull[edge]!), -frequencyTolerance), frequencyTolerance);
	}

	/** How near lags come to the line in a quarter of the time, which a queue that stands for long says nothing of. */
	#nearMs(first: number, spanMs: number): number {
		const distances: { readonly lagMs: number; readonly forMs: number }[] = [];
		let lowestMs = Number.POSITIVE_INFINITY;
		for (let place = first; place < this.#atMs.length; place++) {
			const lagMs = this.#lagsMs[place]! - this.#rate * (this.#atMs[place]! - this.#atMs[first]!);
			lowestMs = Math.min(lowestMs, lagMs);
			distances.push({ lagMs, forMs: place === first ? 0 : this.#atMs[place]! - this.#atMs[place - 1]! });
		}
		distances.sort((one, other) => one.lagMs - other.lagMs);
		let leftMs = spanMs / 4;
		for (const { lagMs, forMs } of distances) {
			leftMs -= forMs;
			if (leftMs <= 0) {
				return lagMs - lowestMs;
			}
		}
		return 0;
	}

	#slope(from: number, to: number): number {
		return (this.#lagsMs[to]! - this.#lagsMs[from]!) / (this.#atMs[to]! - this.#atMs[from]!);
	}

	/** Drops, of the two neighbours that are closest for their age, the higher one. */
	#thin(): void {
		const newestMs = this.#atMs.at(-1)!;
		let closest = Number.POSITIVE_INFINITY;
		let found = 1;
		for (let place = 1; place < this.#atMs.length; place++) {
			const apartMs = this.#atMs[place]! - this.#atMs[place - 1]!;
			const share = apartMs / (newestMs - this.#atMs[place]! + slotMs);
			if (share < closest) {
				closest = share;
				found = place;
			}
		}
		const dropped = this.#slope(found - 1, found) > this.#rate ? found : found - 1;
		for (const column of [this.#atMs, this.#lagsMs, this.#leastRates, this.#mostRates]) {
			column.splice(dropped, 1);
		}
	}
}
