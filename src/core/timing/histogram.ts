import type { Distribution } from '../statistics';
import { type Bins, niceEdges } from './bins';
import { bucketCount, bucketOf, largestMicroseconds, middleOf } from './buckets';

/** The shares of a `Distribution`, in thousandths, so that ranks are worked out in whole numbers. */
const thousandths = [500, 900, 950, 990, 999] as const;

/** A shift up to this, in milliseconds, keeps small values among the buckets of a microsecond each. */
const finestShiftMs = 0.128;
/** The buckets are laid out anew, for a shift, at most once for so many values; sooner while there are few. */
const settleEvery = 64;

/** Requests that one late answer kept from being sent are counted up to so many. */
const mostOmitted = 65_536;

/**
 * Counts times of −19 … 19 hours in log-linear buckets, so that any percentile can be told of any number of values in
 * 15 KB, or 30 KB once a value was negative: a lag is, where the sender's clock is ahead of ours. A percentile is off by at
 * most 1/256 (0.4 %) of its value, or half a microsecond within ±0.26 ms; `mean`, `max` and `last` are exact. What `shift`
 * adds to that is said there.
 */
export class Histogram {
	readonly #counts = new Uint32Array(bucketCount);
	/** The same for values below zero, by their size; most histograms never have one. */
	#negativeCounts: Uint32Array | undefined;
	#count = 0;
	#negativeCount = 0;
	#sum = 0;
	#min = Number.POSITIVE_INFINITY;
	#max = Number.NEGATIVE_INFINITY;
	#last = Number.NaN;
	/** What was recorded lies in the buckets by its value less this. */
	#shiftMs = 0;
	#recordedSinceSettled = 0;
	#distribution: Distribution | undefined;

	get count(): number {
		return this.#count;
	}

	/** Adds one value in milliseconds; NaN is «not measured» and is not counted. */
	record(milliseconds: number): void {
		// No number less itself is 0 but a finite one.
		if (milliseconds - milliseconds !== 0) {
			return;
		}
		if (this.#shiftMs !== 0) {
			this.#settleFor(milliseconds);
		}
		this.#put(milliseconds - this.#shiftMs, 1);
		this.#count++;
		this.#recordedSinceSettled++;
		this.#sum += milliseconds;
		this.#last = milliseconds;
		if (milliseconds > this.#max) {
			this.#max = milliseconds;
		}
		if (milliseconds < this.#min) {
			this.#min = milliseconds;
		}
		this.#distribution = undefined;
	}

	/**
	 * Adds a time that was due every `intervalMs`, and with it those that it kept from being measured: one that is longer than
	 * the interval stands in the place of others, which would have waited an interval less each. Leaving them out is what is
	 * called coordinated omission (Gil Tene). At most 65,536 are added; NaN adds nothing.
	 */
	recordWithOmitted(milliseconds: number, intervalMs: number): void {
		if (intervalMs > 0) {
			const omitted = Math.min(Math.ceil(milliseconds / intervalMs) - 1, mostOmitted);
			for (let nth = omitted; nth > 0; nth--) {
				this.record(milliseconds - nth * intervalMs);
			}
		}
		this.record(milliseconds);
	}

	/** Adds all that another one holds, which stays as it is; `last` is then the other's, where it has one. */
	add(other: Histogram): void {
		if (other.#count === 0) {
			return;
		}
		if (this.#count === 0) {
			this.#shiftMs = other.#shiftMs;
		}
		if (this.#shiftMs === other.#shiftMs) {
			addCounts(this.#counts, other.#counts);
			if (other.#negativeCounts !== undefined) {
				this.#negativeCounts ??= new Uint32Array(bucketCount);
				addCounts(this.#negativeCounts, other.#negativeCounts);
				this.#negativeCount += other.#negativeCount;
			}
		} else {
			other.#eachBucket((middleMs, count) => this.#put(middleMs + other.#shiftMs - this.#shiftMs, count));
		}
		this.#count += other.#count;
		this.#sum += other.#sum;
		this.#last = other.#last;
		this.#min = Math.min(this.#min, other.#min);
		this.#max = Math.max(this.#max, other.#max);
		this.#distribution = undefined;
	}

	/**
	 * Adds milliseconds to every value recorded so far, as when a clock's offset becomes known better. It takes no time and
	 * adds no error of its own: a percentile is then off by at most 1/256 of what was recorded in place of what it has become,
	 * and `mean`, `max` and `last` stay exact. Where values come that are smaller than the shifts so far (beyond 0.128 ms),
	 * the buckets are laid out anew for them, which adds at most 1/256 of their new values to the error of the old ones.
	 */
	shift(byMs: number): void {
		if (byMs === 0 || byMs - byMs !== 0 || this.#count === 0) {
			return;
		}
		this.#shiftMs += byMs;
		this.#sum += byMs * this.#count;
		this.#min += byMs;
		this.#max += byMs;
		this.#last += byMs;
		this.#distribution = undefined;
	}

	/**
	 * The smallest recorded value that at least `share` (0 … 1) of all values do not exceed (nearest rank), in
	 * milliseconds; `null` when nothing was recorded.
	 */
	percentile(share: number): number | null {
		return this.#count === 0 ? null : this.#valuesAt([Math.max(1, Math.ceil(share * this.#count))])[0]!;
	}

	/** The numbers that people ask for, in one pass over the buckets; kept until something is recorded. */
	distribution(): Distribution {
		this.#distribution ??= this.#readDistribution();
		return this.#distribution;
	}

	/**
	 * How many values lie between edges in milliseconds, which rise: below the first, from each one on, so one count more than
	 * there are edges. A value within 1/256 of an edge may be counted on its other side.
	 */
	countsBetween(edgesMs: readonly number[]): number[] {
		const counts = new Array<number>(edgesMs.length + 1).fill(0);
		let place = 0;
		this.#eachBucket((middleMs, count) => {
			// What is exact in a bucket is not told by its middle: no value lies beyond the least and the largest.
			const valueMs = Math.max(this.#min, Math.min(this.#max, middleMs + this.#shiftMs));
			while (place < edgesMs.length && valueMs >= edgesMs[place]!) {
				place++;
			}
			counts[place]! += count;
		});
		return counts;
	}

	/** All that was recorded, in at most `most` bins between round edges; no bins where nothing was. */
	bins(most: number): Bins {
		if (this.#count === 0) {
			return { edgesMs: [], counts: [] };
		}
		const edgesMs = niceEdges(this.#min, this.#max, most);
		// The first edge is no higher than the least value, and the last one higher than the largest.
		return { edgesMs, counts: this.countsBetween(edgesMs.slice(1, -1)) };
	}

	reset(): void {
		if (this.#count > 0) {
			this.#counts.fill(0);
			this.#negativeCounts?.fill(0);
		}
		this.#count = 0;
		this.#negativeCount = 0;
		this.#sum = 0;
		this.#min = Number.POSITIVE_INFINITY;
		this.#max = Number.NEGATIVE_INFINITY;
		this.#last = Number.NaN;
		this.#shiftMs = 0;
		this.#recordedSinceSettled = 0;
		this.#distribution = undefined;
	}

	#put(unshiftedMs: number, count: number): void {
		const microseconds = Math.round(unshiftedMs * 1000);
		if (microseconds >= 0) {
			this.#counts[bucketOf(Math.min(microseconds, largestMicroseconds))]! += count;
		} else {
			this.#negativeCounts ??= new Uint32Array(bucketCount);
			this.#negativeCounts[bucketOf(Math.min(-microseconds, largestMicroseconds))]! += count;
			this.#negativeCount += count;
		}
	}

	/**
	 * A value that is small beside the shift would be kept no finer than the shift is, so the buckets are laid out by what
	 * values are now. Not for each of many, since it goes over all buckets and rounds each once more.
	 */
	#settleFor(milliseconds: number): void {
		const shiftMs = Math.abs(this.#shiftMs);
		const due = this.#recordedSinceSettled >= Math.min(settleEvery, this.#count);
		if (shiftMs <= finestShiftMs || shiftMs <= Math.abs(milliseconds) || !due) {
			return;
		}
		const before = new Histogram();
		before.add(this);
		this.#counts.fill(0);
		this.#negativeCounts?.fill(0);
		this.#negativeCount = 0;
		this.#shiftMs = 0;
		before.#eachBucket((middleMs, count) => this.#put(middleMs + before.#shiftMs, count));
		this.#recordedSinceSettled = 0;
	}

	#readDistribution(): Distribution {
		const count = this.#count;
		if (count === 0) {
			return { count, mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null, last: null };
		}
		const ranks = thousandths.map((share) => Math.max(1, Math.ceil((share * count) / 1000)));
		const [p50, p90, p95, p99, p999] = this.#valuesAt(ranks) as [number, number, number, number, number];
		return { count, mean: this.#sum / count, p50, p90, p95, p99, p999, max: this.#max, last: this.#last };
	}

	/** The values at ranks that rise, from 1 to the count. */
	#valuesAt(ranks: readonly number[]): number[] {
		const values: number[] = [];
		let seen = 0;
		this.#eachBucket((middleMs, count) => {
			seen += count;
			while (values.length < ranks.length && seen >= ranks[values.length]!) {
				values.push(Math.max(this.#min, Math.min(this.#max, middleMs + this.#shiftMs)));
			}
		});
		return values;
	}

	/** Visits the buckets that hold something, in the order of their values, which are told without the shift. */
	#eachBucket(visit: (middleMs: number, count: number) => void): void {
		if (this.#negativeCount > 0) {
			// The largest in size is the smallest.
			for (let bucket = bucketCount - 1; bucket > 0; bucket--) {
				const count = this.#negativeCounts![bucket]!;
				if (count > 0) {
					visit(-middleOf(bucket) / 1000, count);
				}
			}
		}
		for (let bucket = 0; bucket < bucketCount; bucket++) {
			const count = this.#counts[bucket]!;
			if (count > 0) {
				visit(middleOf(bucket) / 1000, count);
			}
		}
	}
}

function addCounts(to: Uint32Array, from: Uint32Array): void {
	for (let bucket = 0; bucket < bucketCount; bucket++) {
		to[bucket]! += from[bucket]!;
	}
}
