/** A seeded source of random numbers (mulberry32), so that a failure can be had again. */
export class Random {
	constructor(private state: number) {}

	/** From 0 to below 1. */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** An integer from 0 to below `bound`. */
	below(bound: number): number {
		return Math.floor(this.next() * bound);
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	pick<T>(items: readonly T[]): T {
		return items[this.below(items.length)]!;
	}

	/** Cuts bytes at random places, now and then one by one; not into many thousands of pieces. */
	cut(bytes: Uint8Array): Uint8Array[] {
		const longest = Math.max(this.pick([1, 2, 7, 50, 1_000, 100_000]), Math.floor(bytes.length / 500));
		const pieces: Uint8Array[] = [];
		for (let at = 0; at < bytes.length; ) {
			const size = 1 + this.below(longest);
			pieces.push(bytes.subarray(at, at + size));
			at += size;
		}
		return pieces;
	}
}
