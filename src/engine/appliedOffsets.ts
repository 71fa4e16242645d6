const mostBlocks = 64;
const leastBlockMs = 1000;

/** So many standard deviations beside the mean leave out next to nothing of any distribution that has a single hump. */
const deviations = 3;

/**
 * Events of a stretch of time, and the offsets by which they were measured. Of times and offsets only the distances from
 * the stretch's first are added up, since a sum of a million epoch times has no room for fractions.
 */
interface Block {
	fromMs: number;
	toMs: number;
	firstOffsetMs: number;
	count: number;
	/** Of times, of offsets, of their squares and of their products. */
	times: number;
	offsets: number;
	timesSquared: number;
	offsetsSquared: number;
	products: number;
}

/**
 * By which offsets a session's lags were measured, in constant memory, so that it can be told how far they would be off
 * were they measured today.
 */
export class AppliedOffsets {
	readonly #blocks: Block[] = [];

	/** Counts an event whose lag was measured with an offset. */
	add(atMs: number, offsetMs: number): void {
		let block = this.#blocks.at(-1);
		if (block === undefined || atMs - block.fromMs >= leastBlockMs) {
			block = {
				fromMs: atMs,
				toMs: atMs,
				firstOffsetMs: offsetMs,
				count: 0,
				times: 0,
				offsets: 0,
				timesSquared: 0,
				offsetsSquared: 0,
				products: 0,
			};
			this.#blocks.push(block);
			if (this.#blocks.length > mostBlocks) {
				this.#merge();
			}
		}
		const time = atMs - block.fromMs;
		const offset = offsetMs - block.firstOffsetMs;
		block.toMs = atMs;
		block.count++;
		block.times += time;
		block.offsets += offset;
		block.timesSquared += time * time;
		block.offsetsSquared += offset * offset;
		block.products += time * offset;
	}

	/**
	 * How much more would have to be taken off the events measured so far, for offsets as they are known now: the median
	 * over all events, so that a clock that was set of late leaves the many before it alone; 0 where there are none.
	 */
	correctionMs(offsetAt: (atMs: number) => number): number {
		return weighted(
			this.#blocks.map((block) => ({ count: block.count, value: offsetAt(meanMs(block)) - meanOffsetMs(block) })),
			0.5,
		);
	}

	/**
	 * How far at most 99 in 100 of the lags measured are off, in milliseconds, for offsets as they are known now and what is
	 * not known of those; 0 where there are none. What has been corrected since counts as corrected.
	 */
	uncertaintyMs(known: (atMs: number) => { readonly offsetMs: number; readonly uncertaintyMs: number }): number {
		return weighted(
			this.#blocks.map((block) => {
				const from = known(block.fromMs).offsetMs;
				const slope = block.toMs > block.fromMs ? (known(block.toMs).offsetMs - from) / (block.toMs - block.fromMs) : 0;
				return { count: block.count, value: errorMs(block, from, slope) + known(meanMs(block)).uncertaintyMs };
			}),
			0.99,
		);
	}

	/** So much more was taken off all events. */
	shift(byMs: number): void {
		for (const block of this.#blocks) {
			block.firstOffsetMs += byMs;
		}
	}

	reset(): void {
		this.#blocks.length = 0;
	}

	/** Joins the two neighbours that are shortest for their age. */
	#merge(): void {
		const newestMs = this.#blocks.at(-1)!.toMs;
		let shortest = Number.POSITIVE_INFINITY;
		let found = 1;
		// The newest is still being counted into.
		for (let place = 1; place < this.#blocks.length - 1; place++) {
			const spanMs = this.#blocks[place]!.toMs - this.#blocks[place - 1]!.fromMs;
			const share = spanMs / (newestMs - this.#blocks[place]!.toMs + leastBlockMs);
			if (share < shortest) {
				shortest = share;
				found = place;
			}
		}
		const [block] = this.#blocks.splice(found, 1);
		add(this.#blocks[found - 1]!, block!);
	}
}

function meanMs({ fromMs, times, count }: Block): number {
	return fromMs + times / count;
}

function meanOffsetMs({ firstOffsetMs, offsets, count }: Block): number {
	return firstOffsetMs + offsets / count;
}

/** Adds a later block's sums, which are of distances from another first event. */
function add(into: Block, block: Block): void {
	const { count, times, offsets } = block;
	const time = block.fromMs - into.fromMs;
	const offset = block.firstOffsetMs - into.firstOffsetMs;
	into.count += count;
	into.toMs = block.toMs;
	into.times += times + count * time;
	into.offsets += offsets + count * offset;
	into.timesSquared += block.timesSquared + 2 * time * times + count * time * time;
	into.offsetsSquared += block.offsetsSquared + 2 * offset * offsets + count * offset * offset;
	into.products += block.products + offset * times + time * offsets + count * time * offset;
}

/**
 * How far the offsets of a block's events are off a line that begins at its first event with an offset `fromMs` and rises
 * by `slope` a millisecond: the mean's distance and three standard deviations, from the sums alone.
 */
function errorMs(block: Block, fromMs: number, slope: number): number {
	const { count, times, offsets, timesSquared, offsetsSquared, products } = block;
	const start = fromMs - block.firstOffsetMs;
	const mean = (offsets - count * start - slope * times) / count;
	const square =
		(offsetsSquared +
			count * start * start +
			slope * slope * timesSquared -
			2 * start * offsets -
			2 * slope * products +
			2 * start * slope * times) /
		count;
	return Math.abs(mean) + deviations * Math.sqrt(Math.max(0, square - mean * mean));
}

/** The least value that so many of all counts do not exceed; 0 where there are none. */
function weighted(values: { readonly count: number; readonly value: number }[], share: number): number {
	const sorted = values.sort((one, other) => one.value - other.value);
	let left = share * sorted.reduce((sum, { count }) => sum + count, 0);
	for (const { count, value } of sorted) {
		left -= count;
		if (left <= 0) {
			return value;
		}
	}
	return 0;
}
