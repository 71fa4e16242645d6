const mostBlocks = 64;
const leastBlockMs = 1000;

/** Events of a stretch of time: how many, when on average, and by which offset they were measured on average. */
interface Block {
	fromMs: number;
	toMs: number;
	count: number;
	sumMs: number;
	sumOffsetMs: number;
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
			block = { fromMs: atMs, toMs: atMs, count: 0, sumMs: 0, sumOffsetMs: 0 };
			this.#blocks.push(block);
			if (this.#blocks.length > mostBlocks) {
				this.#merge();
			}
		}
		block.toMs = atMs;
		block.count++;
		// Of epoch times only the distances are added up, since a sum of a million of them has no room for fractions.
		block.sumMs += atMs - block.fromMs;
		block.sumOffsetMs += offsetMs;
	}

	/**
	 * How much more would have to be taken off the events measured so far, for offsets as they are known now: the median
	 * over all events, so that a clock that was set of late leaves the many before it alone; 0 where there are none.
	 */
	correctionMs(offsetAt: (atMs: number) => number): number {
		const corrections = this.#blocks.map(({ fromMs, count, sumMs, sumOffsetMs }) => ({
			count,
			byMs: offsetAt(fromMs + sumMs / count) - sumOffsetMs / count,
		}));
		corrections.sort((one, other) => one.byMs - other.byMs);
		let left = corrections.reduce((sum, { count }) => sum + count, 0) / 2;
		for (const { count, byMs } of corrections) {
			left -= count;
			if (left <= 0) {
				return byMs;
			}
		}
		return 0;
	}

	/** So much more was taken off all events. */
	shift(byMs: number): void {
		for (const block of this.#blocks) {
			block.sumOffsetMs += byMs * block.count;
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
		const into = this.#blocks[found - 1]!;
		into.sumMs += block!.sumMs + block!.count * (block!.fromMs - into.fromMs);
		into.sumOffsetMs += block!.sumOffsetMs;
		into.count += block!.count;
		into.toMs = block!.toMs;
	}
}
