import type { SizeDistribution } from '../statistics';
import { Histogram } from './histogram';

/** A byte stands for a microsecond, which is the histogram's own step. */
const bytesPerMillisecond = 1000;

/** Counts sizes in bytes, up to 64 GiB, in constant memory. A percentile is off by at most 0.4 %; `mean` and `max` are exact. */
export class SizeHistogram {
	readonly #sizes = new Histogram();
	#totalBytes = 0;

	record(bytes: number): void {
		this.#sizes.record(bytes / bytesPerMillisecond);
		this.#totalBytes += bytes;
	}

	distribution(): SizeDistribution {
		const { count, p50, p95, max } = this.#sizes.distribution();
		const inBytes = (value: number | null): number | null =>
			value === null ? null : Math.round(value * bytesPerMillisecond);
		return {
			count,
			mean: count === 0 ? null : this.#totalBytes / count,
			p50: inBytes(p50),
			p95: inBytes(p95),
			max: inBytes(max),
		};
	}
}
