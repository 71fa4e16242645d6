import type { Distribution } from '../statistics';

/** Values below 2^linearBits microseconds have a bucket each; above, every octave has 2^(linearBits-1) buckets. */
const linearBits = 8;
const linearBuckets = 1 << linearBits;
const bucketsPerOctave = linearBuckets >> 1;
const octaves = 36 - linearBits;
const bucketCount = linearBuckets + octaves * bucketsPerOctave;
const largestMicroseconds = 2 ** 36 - 1;

/**
 * Counts times of −19 … 19 hours in log-linear buckets, so that any percentile can be told of any number of values in
 * 15 KB, or 30 KB once a value was negative: a lag is, where the sender's clock is ahead of ours. A percentile is off by at
 * most 1/256 (0.4 %) of its value, or half a microsecond within ±0.26 ms; `max` and `last` are exact.
 */
export class Histogram {
	readonly #counts = new Uint32Array(bucketCount);
	/** The same for values below zero, by their size; most histograms never have one. */
	#negativeCounts: Uint32Array | undefined;
	#count = 0;
	#negativeCount = 0;
	#max = Number.NEGATIVE_INFINITY;
	#last: number | null = null;

	get count(): number {
		return this.#count;
	}

	/** Adds one value in milliseconds; NaN is «not measured» and is not counted. */
	record(milliseconds: number): void {
		if (Number.isNaN(milliseconds)) {
			return;
		}
		const microseconds = Math.round(milliseconds * 1000);
		if (microseconds >= 0) {
			this.#counts[bucketOf(Math.min(microseconds, largestMicroseconds))]!++;
		} else {
			this.#negativeCounts ??= new Uint32Array(bucketCount);
			this.#negativeCounts[bucketOf(Math.min(-microseconds, largestMicroseconds))]!++;
			this.#negativeCount++;
		}
		this.#count++;
		this.#last = milliseconds;
		if (milliseconds > this.#max) {
			this.#max = milliseconds;
		}
	}

	/**
	 * The smallest recorded value that at least `share` (0 … 1) of all values do not exceed (nearest rank), in
	 * milliseconds; `null` when nothing was recorded.
	 */
	percentile(share: number): number | null {
		if (this.#count === 0) {
			return null;
		}
		const rank = Math.max(1, Math.ceil(share * this.#count));
		return Math.min(rank <= this.#negativeCount ? this.#negativeOf(rank) : this.#positiveOf(rank), this.#max);
	}

	/** The percentiles that people ask for. */
	distribution(): Distribution {
		return {
			count: this.#count,
			p50: this.percentile(0.5),
			p95: this.percentile(0.95),
			p99: this.percentile(0.99),
			max: this.#count === 0 ? null : this.#max,
			last: this.#last,
		};
	}

	reset(): void {
		if (this.#count > 0) {
			this.#counts.fill(0);
			this.#negativeCounts?.fill(0);
		}
		this.#count = 0;
		this.#negativeCount = 0;
		this.#max = Number.NEGATIVE_INFINITY;
		this.#last = null;
	}

	/** The value at a rank among the negative ones: the largest in size is the smallest. */
	#negativeOf(rank: number): number {
		let seen = 0;
		for (let bucket = bucketCount - 1; bucket > 0; bucket--) {
			seen += this.#negativeCounts![bucket]!;
			if (seen >= rank) {
				return -middleOf(bucket) / 1000;
			}
		}
		return this.#max;
	}

	#positiveOf(rank: number): number {
		let seen = this.#negativeCount;
		for (let bucket = 0; bucket < bucketCount; bucket++) {
			seen += this.#counts[bucket]!;
			if (seen >= rank) {
				return middleOf(bucket) / 1000;
			}
		}
		return this.#max;
	}
}

function bucketOf(microseconds: number): number {
	if (microseconds < linearBuckets) {
		return microseconds;
	}
	if (microseconds < 2 ** 31) {
		const shift = 32 - linearBits - Math.clz32(microseconds);
		return linearBuckets + (shift - 1) * bucketsPerOctave + ((microseconds >>> shift) - bucketsPerOctave);
	}
	// Bit operations know 32 bits, so half an hour and more is divided instead.
	const shift = Math.floor(Math.log2(microseconds)) - linearBits + 1;
	return linearBuckets + (shift - 1) * bucketsPerOctave + (Math.floor(microseconds / 2 ** shift) - bucketsPerOctave);
}

function middleOf(bucket: number): number {
	if (bucket < linearBuckets) {
		return bucket;
	}
	const above = bucket - linearBuckets;
	const shift = Math.floor(above / bucketsPerOctave) + 1;
	const width = 2 ** shift;
	return ((above % bucketsPerOctave) + bucketsPerOctave) * width + (width - 1) / 2;
}
