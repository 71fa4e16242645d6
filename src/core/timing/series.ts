import { Histogram } from './histogram';

/** What the charts draw: one value a column and bucket. Columns are Float32Arrays of equal length, oldest first. */
export interface Series {
	/** When the first bucket begins, in epoch milliseconds. */
	readonly startMs: number;
	readonly bucketMs: number;
	readonly columns: Readonly<Record<SeriesColumn, Float32Array>>;
}

/** Counts are a bucket's sums; lags are a bucket's own percentiles in milliseconds, NaN where none was measured. */
export const seriesColumns = [
	'framesIn',
	'framesOut',
	'payloadBytesIn',
	'payloadBytesOut',
	'lagP50',
	'lagP95',
	'lagP99',
	'lagMax',
	'roundTrip',
	'connectionsOpened',
	'connectionsLost',
	'stalls',
	'missing',
	'duplicates',
	'reorders',
	'resets',
] as const;
export type SeriesColumn = (typeof seriesColumns)[number];

const lagColumns = ['lagP50', 'lagP95', 'lagP99', 'lagMax'] as const;
const headerBytes = 24;
const bucketMs = 1000;
/** Five minutes at one bucket a second. */
const keptBuckets = 300;
/** Full buckets that a rate is the mean of. */
const rateBuckets = 3;
/** Before a bucket is full, a rate is told of at least so much time. */
const leastRateMs = 200;
/** Times that lie so many buckets back are no frames that came late: the clock was set while nothing was recorded. */
const mostBucketsBack = 60;

/** Reads a series from the buffer of a tick: f64 startMs, f64 bucketMs, f64 count, then the columns in `seriesColumns` order. */
export function readSeries(buffer: ArrayBuffer): Series {
	const header = new Float64Array(buffer, 0, 3);
	const count = header[2]!;
	const columns = {} as Record<SeriesColumn, Float32Array>;
	seriesColumns.forEach((name, index) => {
		columns[name] = new Float32Array(buffer, headerBytes + index * count * 4, count);
	});
	return { startMs: header[0]!, bucketMs: header[1]!, columns };
}

/**
 * The last five minutes, second by second, in constant memory. Percentiles of a second are taken from that second's own
 * histogram when it ends, never averaged.
 */
export class SeriesRecorder {
	/** Rings: the bucket that begins at `bucket * bucketMs` stands at `bucket % keptBuckets`. */
	readonly #columns = Object.fromEntries(seriesColumns.map((name) => [name, new Float32Array(keptBuckets)])) as Record<
		SeriesColumn,
		Float32Array
	>;
	readonly #lags = new Histogram();
	#firstBucket = 0;
	#bucket = 0;
	#place = -1;
	#atMs = 0;
	#ratesFromMs = 0;
	/** What the bucket in which the rates begin had counted before. */
	#countedBefore: Partial<Record<SeriesColumn, number>> = {};

	/** Adds to a count of the bucket in which `atMs` lies; a time from before the bucket in hand is counted in that one. */
	add(column: SeriesColumn, atMs: number, amount: number): void {
		this.advance(atMs);
		this.#columns[column][this.#place]! += amount;
	}

	/** Adds a frame and its lag (NaN: not measured). */
	frame(atMs: number, out: boolean, payloadBytes: number, lagMs: number): void {
		this.advance(atMs);
		this.#columns[out ? 'framesOut' : 'framesIn'][this.#place]! += 1;
		this.#columns[out ? 'payloadBytesOut' : 'payloadBytesIn'][this.#place]! += payloadBytes;
		this.#lags.record(lagMs);
	}

	/** Keeps the last round trip of a bucket. */
	roundTrip(atMs: number, milliseconds: number): void {
		this.advance(atMs);
		this.#columns.roundTrip[this.#place] = milliseconds;
	}

	/** Every lag so far ought to have been by so much more. */
	shiftLags(byMs: number): void {
		this.#lags.shift(byMs);
		for (const name of lagColumns) {
			const column = this.#columns[name];
			for (let place = 0; place < keptBuckets; place++) {
				column[place]! += byMs;
			}
		}
	}

	/** No lag so far holds any more. */
	forgetLags(): void {
		this.#lags.reset();
		for (const name of lagColumns) {
			this.#columns[name].fill(Number.NaN);
		}
	}

	/** Ends the buckets that lie before `atMs`. After a jump back by more than a minute everything begins anew. */
	advance(atMs: number): void {
		const bucket = Math.floor(atMs / bucketMs);
		if (this.#place === -1 || bucket < this.#bucket - mostBucketsBack) {
			this.#firstBucket = bucket;
			this.#lags.reset();
			this.#begin(bucket);
			this.#atMs = atMs;
			this.beginRates(atMs);
			return;
		}
		if (atMs > this.#atMs) {
			this.#atMs = atMs;
		}
		if (bucket > this.#bucket) {
			this.#writeLags();
			const from = Math.max(this.#bucket + 1, bucket - keptBuckets + 1);
			this.#lags.reset();
			for (let next = from; next <= bucket; next++) {
				this.#begin(next);
			}
		}
	}

	/** Rates are of what comes from now on: a connection opened, and the time before it is no part of their mean. */
	beginRates(atMs: number): void {
		this.advance(atMs);
		this.#ratesFromMs = atMs;
		for (const name of seriesColumns) {
			this.#countedBefore[name] = this.#columns[name][this.#place]!;
		}
	}

	/**
	 * The mean of a count over the last full seconds (at most 3), per second. Before a second was recorded in full it is the
	 * mean of the time so far, and 0 for the first 0.2 s, in which any mean would be chance.
	 */
	perSecond(column: SeriesColumn): number {
		if (this.#place === -1) {
			return 0;
		}
		const counts = this.#columns[column];
		const full = Math.min(rateBuckets, this.#bucket - Math.ceil(this.#ratesFromMs / bucketMs));
		let sum = 0;
		if (full > 0) {
			for (let back = 1; back <= full; back++) {
				sum += counts[(this.#bucket - back) % keptBuckets]!;
			}
			return (sum * 1000) / (full * bucketMs);
		}
		const elapsedMs = this.#atMs - this.#ratesFromMs;
		if (elapsedMs < leastRateMs) {
			return 0;
		}
		for (let bucket = Math.floor(this.#ratesFromMs / bucketMs); bucket <= this.#bucket; bucket++) {
			sum += counts[bucket % keptBuckets]!;
		}
		return ((sum - (this.#countedBefore[column] ?? 0)) * 1000) / elapsedMs;
	}

	/** The kept buckets, packed for `readSeries`. */
	pack(): ArrayBuffer {
		const count = this.#place === -1 ? 0 : Math.min(keptBuckets, this.#bucket - this.#firstBucket + 1);
		if (count > 0) {
			this.#writeLags();
		}
		const buffer = new ArrayBuffer(headerBytes + seriesColumns.length * count * 4);
		const first = this.#bucket - count + 1;
		new Float64Array(buffer, 0, 3).set([first * bucketMs, bucketMs, count]);
		seriesColumns.forEach((name, index) => {
			const packed = new Float32Array(buffer, headerBytes + index * count * 4, count);
			for (let place = 0; place < count; place++) {
				packed[place] = this.#columns[name][(first + place) % keptBuckets]!;
			}
		});
		return buffer;
	}

	#begin(bucket: number): void {
		this.#bucket = bucket;
		this.#place = bucket % keptBuckets;
		for (const name of seriesColumns) {
			this.#columns[name][this.#place] = name.startsWith('lag') || name === 'roundTrip' ? Number.NaN : 0;
		}
	}

	#writeLags(): void {
		if (this.#lags.count === 0) {
			return;
		}
		const { p50, p95, p99, max } = this.#lags.distribution();
		this.#columns.lagP50[this.#place] = p50 ?? Number.NaN;
		this.#columns.lagP95[this.#place] = p95 ?? Number.NaN;
		this.#columns.lagP99[this.#place] = p99 ?? Number.NaN;
		this.#columns.lagMax[this.#place] = max ?? Number.NaN;
	}
}
