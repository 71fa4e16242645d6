/** So many cuts are kept; at least so many of them agree, the newest ones, and at least half of all that are kept. */
const keptCuts = 8;
const leastCuts = 3;
/** A connection that ends sooner than this was not cut by a time-out. */
const leastMs = 900;
/** Times agree within this share of them, or so many milliseconds. */
const toleranceShare = 0.02;
const toleranceMs = 150;

interface Cut {
	readonly atMs: number;
	/** Since the last frame either way; NaN where an earlier silence was longer, so that this one can't have been why. */
	readonly idleMs: number;
	/** Since it opened; NaN where that does not count. */
	readonly lifetimeMs: number;
}

/** What was seen of cuts. */
export interface CutsFound {
	/** So many cuts in a row after the same time. */
	readonly times: number;
	/** Their mean. */
	readonly afterMs: number;
	readonly after: 'idle' | 'lifetime';
	readonly firstAtMs: number;
	readonly lastAtMs: number;
}

/**
 * Notices that connections are cut after the same time again and again: since the last frame either way (a time-out of
 * idleness), else since they opened (a lifetime).
 *
 * The newest cuts agree, at least 3 and at least half of the last 8, within 2 % or 0.15 s; 0.9 s is the least. A silence
 * that was outlived before in the same connection is no time-out. Once a connection outlives the time, nothing is noticed.
 */
export class IdleCuts {
	readonly #cuts: Cut[] = [];
	#openedAtMs = Number.NaN;
	#lastFrameMs = Number.NaN;
	#longestSilenceMs = 0;

	connectionOpened(atMs: number): void {
		this.#openedAtMs = atMs;
		this.#lastFrameMs = atMs;
		this.#longestSilenceMs = 0;
	}

	/** A frame went either way. */
	frame(atMs: number): void {
		const silenceMs = atMs - this.#lastFrameMs;
		if (silenceMs > this.#longestSilenceMs) {
			this.#longestSilenceMs = silenceMs;
		}
		this.#lastFrameMs = atMs;
	}

	/** The connection ended: it was cut, or ended by us or for another reason. */
	connectionEnded(atMs: number, wasCut: boolean): void {
		if (Number.isNaN(this.#openedAtMs)) {
			return;
		}
		if (wasCut) {
			const idleMs = atMs - this.#lastFrameMs;
			this.#keep({
				atMs,
				idleMs: this.#longestSilenceMs > idleMs + tolerance(idleMs) ? Number.NaN : idleMs,
				lifetimeMs: atMs - this.#openedAtMs,
			});
		} else if (this.#isOutlived(atMs)) {
			this.forget();
		}
		this.#openedAtMs = Number.NaN;
	}

	/** A held request was answered after so long, or cut. */
	heldRequest(atMs: number, heldMs: number, wasCut: boolean): void {
		if (wasCut) {
			this.#keep({ atMs, idleMs: heldMs, lifetimeMs: Number.NaN });
		} else if (this.#cuts.length > 0) {
			const found = this.#agreeing();
			if (found !== undefined && heldMs > found.afterMs + tolerance(found.afterMs)) {
				this.forget();
			}
		}
	}

	/** Forgets the cuts so far. */
	forget(): void {
		this.#cuts.length = 0;
	}

	/** What is so now; undefined where nothing is noticed. */
	found(nowMs: number): CutsFound | undefined {
		return this.#isOutlived(nowMs) ? undefined : this.#agreeing();
	}

	#keep(cut: Cut): void {
		this.#cuts.push(cut);
		if (this.#cuts.length > keptCuts) {
			this.#cuts.shift();
		}
	}

	/** Whether the open connection, or a silence in it, has lasted longer than what was taken for the limit. */
	#isOutlived(nowMs: number): boolean {
		const found = this.#agreeing();
		if (found === undefined || Number.isNaN(this.#openedAtMs)) {
			return false;
		}
		const lastedMs =
			found.after === 'idle' ? Math.max(this.#longestSilenceMs, nowMs - this.#lastFrameMs) : nowMs - this.#openedAtMs;
		// A cut is told when its end is; what is a little late is none the less cut.
		return lastedMs > found.afterMs + 2 * tolerance(found.afterMs);
	}

	#agreeing(): CutsFound | undefined {
		return this.#agreeingBy('idle') ?? this.#agreeingBy('lifetime');
	}

	#agreeingBy(after: 'idle' | 'lifetime'): CutsFound | undefined {
		let times = 0;
		let sumMs = 0;
		let least = Number.POSITIVE_INFINITY;
		let largest = 0;
		for (let index = this.#cuts.length - 1; index >= 0; index--) {
			const cut = this.#cuts[index]!;
			const ms = after === 'idle' ? cut.idleMs : cut.lifetimeMs;
			least = Math.min(least, ms);
			largest = Math.max(largest, ms);
			// NaN is none, either.
			if (!(least >= leastMs && largest - least <= tolerance(largest))) {
				break;
			}
			times++;
			sumMs += ms;
		}
		if (times < leastCuts || times * 2 < this.#cuts.length) {
			return undefined;
		}
		const firstAtMs = this.#cuts.at(-times)!.atMs;
		return { times, afterMs: sumMs / times, after, firstAtMs, lastAtMs: this.#cuts.at(-1)!.atMs };
	}
}

function tolerance(ms: number): number {
	return Math.max(ms * toleranceShare, toleranceMs);
}
