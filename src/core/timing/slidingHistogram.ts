import type { Distribution } from '../statistics';
import { Histogram } from './histogram';

/** The window, and the slices that leave it as a whole. */
export const windowSeconds = 60;
const slices = 12;
const sliceMs = (windowSeconds * 1000) / slices;

/**
 * The same as `Histogram` for the last minute, in constant memory (of at most 13 histograms): its percentiles are those of
 * all values in the window together. Values leave it in slices of five seconds, so that it holds those of the last 55 to
 * 60 seconds.
 */
export class SlidingHistogram {
	/** A ring: the slice that begins at `slice * sliceMs` stands at `slice % slices`. */
	readonly #slices: Array<Histogram | undefined> = new Array(slices).fill(undefined);
	#slice = Number.NEGATIVE_INFINITY;
	#current: Histogram | undefined;
	readonly #together = new Histogram();
	#stale = false;

	/** Adds a value in milliseconds, NaN being «not measured»; one from before the slice in hand is counted in that one. */
	record(atMs: number, milliseconds: number): void {
		if (Number.isNaN(milliseconds)) {
			return;
		}
		const slice = Math.floor(atMs / sliceMs);
		if (slice > this.#slice) {
			this.#advance(slice);
		}
		if (this.#current === undefined) {
			this.#current = new Histogram();
			this.#slices[this.#slice % slices] = this.#current;
		}
		this.#current.record(milliseconds);
		this.#stale = true;
	}

	/** Of the minute before `nowMs`. */
	distribution(nowMs: number): Distribution {
		return this.#window(nowMs).distribution();
	}

	/** All values of the minute before `nowMs`; to be read, and only until the next call. */
	histogram(nowMs: number): Histogram {
		return this.#window(nowMs);
	}

	/** Adds milliseconds to every value in the window; see `Histogram.shift`. */
	shift(byMs: number): void {
		for (const slice of this.#slices) {
			slice?.shift(byMs);
		}
		this.#stale = true;
	}

	reset(): void {
		for (const slice of this.#slices) {
			slice?.reset();
		}
		this.#stale = true;
	}

	#window(nowMs: number): Histogram {
		const slice = Math.floor(nowMs / sliceMs);
		if (slice > this.#slice) {
			this.#advance(slice);
		}
		if (this.#stale) {
			this.#stale = false;
			this.#together.reset();
			// The oldest first, so that the last value is the newest one's.
			for (let back = slices - 1; back >= 0; back--) {
				const part = this.#slices[(this.#slice + slices - back) % slices];
				if (part !== undefined) {
					this.#together.add(part);
				}
			}
		}
		return this.#together;
	}

	/** Empties the slices that `slice` puts out of the window, itself among them. */
	#advance(slice: number): void {
		for (let next = Math.max(this.#slice + 1, slice - slices + 1); next <= slice; next++) {
			const place = next % slices;
			if ((this.#slices[place]?.count ?? 0) > 0) {
				this.#slices[place]!.reset();
				this.#stale = true;
			}
		}
		this.#slice = slice;
		this.#current = this.#slices[slice % slices];
	}
}
