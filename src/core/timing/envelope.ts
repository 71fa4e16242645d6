/** Bounds that are kept; more of them than that are thinned out, the older the more. */
const mostBounds = 256;
/** The newest bounds count as so old when it is told which two are close for their age. */
const leastAgeMs = 1000;

/**
 * Upper bounds of a quantity that changes with time, each told at one time, and what they say of any other time when the
 * quantity's rate is known to lie between two slopes: the least of `value + slope · distance` over all bounds, which is
 * the greatest function of such slopes that none of them forbids. Lower bounds are upper bounds of the negated quantity.
 *
 * Memory is constant: a bound that says nothing new is not kept, and of too many the one is dropped that stands closest
 * to its neighbour in proportion to its age. A bound that is dropped makes the answer wider, never wrong.
 */
export class Envelope {
	readonly #atMs: number[];
	readonly #values: number[];

	/** `points` alternates times and values, in order of time, as `points()` tells them. */
	constructor(points: readonly number[] = []) {
		this.#atMs = points.filter((_, place) => place % 2 === 0);
		this.#values = points.filter((_, place) => place % 2 === 1);
	}

	get size(): number {
		return this.#atMs.length;
	}

	/** The upper bound at a time, for a rate of `least` … `most` a millisecond; infinite where nothing is known. */
	at(atMs: number, least: number, most: number): number {
		let bound = Number.POSITIVE_INFINITY;
		for (let place = 0; place < this.#atMs.length; place++) {
			const sinceMs = atMs - this.#atMs[place]!;
			const value = this.#values[place]! + (sinceMs >= 0 ? most : least) * sinceMs;
			if (value < bound) {
				bound = value;
			}
		}
		return bound;
	}

	/** Adds a bound and drops those that it makes needless; false where it says nothing that was not known. */
	add(atMs: number, value: number, least: number, most: number): boolean {
		if (!(value < this.at(atMs, least, most))) {
			return false;
		}
		let kept = 0;
		let place = 0;
		for (let from = 0; from < this.#atMs.length; from++) {
			const sinceMs = this.#atMs[from]! - atMs;
			if (this.#values[from]! < value + (sinceMs >= 0 ? most : least) * sinceMs) {
				this.#atMs[kept] = this.#atMs[from]!;
				this.#values[kept] = this.#values[from]!;
				kept++;
				if (sinceMs <= 0) {
					place = kept;
				}
			}
		}
		this.#atMs.length = kept;
		this.#values.length = kept;
		this.#atMs.splice(place, 0, atMs);
		this.#values.splice(place, 0, value);
		if (this.#atMs.length > mostBounds) {
			this.#thin((least + most) / 2);
		}
		return true;
	}

	/**
	 * The least slope from an earlier one of these bounds, negated, to a bound of the other side: with lower bounds here
	 * (which are negated already) the most that the quantity can have risen by a millisecond, on average; infinite where
	 * nothing is known.
	 */
	leastSlopeTo(atMs: number, value: number): number {
		let least = Number.POSITIVE_INFINITY;
		for (let place = 0; place < this.#atMs.length; place++) {
			const sinceMs = atMs - this.#atMs[place]!;
			if (sinceMs > 0) {
				const slope = (value + this.#values[place]!) / sinceMs;
				if (slope < least) {
					least = slope;
				}
			}
		}
		return least;
	}

	/** The same with every bound higher by so much. */
	raised(byMs: number): Envelope {
		const copy = new Envelope();
		copy.#atMs.push(...this.#atMs);
		copy.#values.push(...this.#values.map((value) => value + byMs));
		return copy;
	}

	/** At most `most` of the bounds: times and values in turn, oldest first. */
	points(most: number, slope: number): number[] {
		const copy = this.raised(0);
		while (copy.size > most) {
			copy.#thin(slope);
		}
		return copy.#atMs.flatMap((atMs, place) => [atMs, copy.#values[place]!]);
	}

	/** Drops, of the two neighbours that are closest for their age, the one that says less. */
	#thin(slope: number): void {
		const newestMs = this.#atMs.at(-1)!;
		let closest = Number.POSITIVE_INFINITY;
		let found = 1;
		for (let place = 1; place < this.#atMs.length; place++) {
			const apartMs = this.#atMs[place]! - this.#atMs[place - 1]!;
			const share = apartMs / (newestMs - this.#atMs[place]! + leastAgeMs);
			if (share < closest) {
				closest = share;
				found = place;
			}
		}
		const rise = this.#values[found]! - this.#values[found - 1]!;
		const apartMs = this.#atMs[found]! - this.#atMs[found - 1]!;
		const dropped = rise > slope * apartMs ? found : found - 1;
		this.#atMs.splice(dropped, 1);
		this.#values.splice(dropped, 1);
	}
}
