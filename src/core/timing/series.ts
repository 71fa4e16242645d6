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
] as const;
export type SeriesColumn = (typeof seriesColumns)[number];

const headerBytes = 24;
const bucketMs = 1000;
/** Five minutes at one bucket a second. */
const keptBuckets = 300;
/** Full buckets that a rate is the mean of. */
const rateBuckets = 3;

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

	/** Adds to a count of the bucket in which `atMs` lies; times never go back by more than the bucket in hand. */
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

	/** Ends the buckets that lie before `atMs`. */
	advance(atMs: number): void {
		const bucket = Math.floor(atMs / bucketMs);
		if (this.#place === -1) {
			this.#firstBucket = bucket;
			this.#begin(bucket);
		} else if (bucket > this.#bucket) {
			this.#writeLags();
			const from = Math.max(this.#bucket + 1, bucket - keptBuckets + 1);
			this.#lags.reset();
			for (let next = from; next <= bucket; next++) {
				this.#begin(next);
			}
		}
	}

	/** The mean of a count over the last full seconds, per second; 0 before the first second is full. */
	perSecond(column: SeriesColumn): number {
		const full = Math.min(rateBuckets, this.#bucket - this.#firstBucket);
		let sum = 0;
		for (let back = 1; back <= full; back++) {
			sum += this.#columns[column][(this.#bucket - back) % keptBuckets]!;
		}
		return full <= 0 ? 0 : (sum * 1000) / (full * bucketMs);
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
