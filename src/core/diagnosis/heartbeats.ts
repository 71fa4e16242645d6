/** So many gaps between heartbeats tell their interval, where the largest is no longer than this ratio of the least. */
const gapsLookedAt = 4;
const steadyRatio = 1.25;
/** What comes more often is something else. */
const leastIntervalMs = 500;
/** So many intervals without anything are too many. */
const mostIntervals = 3;
/** Silence without heartbeats: from when it is told, and from when it is known that nothing on the way minds. */
const quietMs = 45_000;
const survivedMs = 62_000;

/** What was seen of a silence. */
export interface Silence {
	readonly idleMs: number;
	/** The interval in which heartbeats used to come; undefined where none came. */
	readonly everyMs: number | undefined;
	/** When the silence became too long. */
	readonly firstAtMs: number;
}

/**
 * Notices a silence in which heartbeats (pings of the server, comments) used to come or should, of one connection after
 * the other.
 *
 * Heartbeats used to come where the last 4 gaps between them agree within 25 %; then nothing of any kind for more than 3
 * intervals is noticed. Where no heartbeat has come, 45 s of silence are noticed, until a silence of more than 60 s, after
 * which proxies' usual time-outs cut, was survived in the session.
 */
export class Heartbeats {
	readonly #gapsMs = new Float64Array(gapsLookedAt);
	#gaps = 0;
	#beats = 0;
	#lastBeatMs = Number.NaN;
	/** NaN while there is no connection. */
	#lastReceivedMs = Number.NaN;
	#survived = false;

	connectionOpened(atMs: number): void {
		this.#gaps = 0;
		this.#beats = 0;
		this.#lastBeatMs = Number.NaN;
		this.#lastReceivedMs = atMs;
	}

	connectionEnded(): void {
		this.#lastReceivedMs = Number.NaN;
	}

	/** Something came. */
	received(atMs: number, isHeartbeat: boolean): void {
		if (atMs - this.#lastReceivedMs > survivedMs) {
			this.#survived = true;
		}
		this.#lastReceivedMs = atMs;
		if (isHeartbeat) {
			if (this.#beats > 0) {
				this.#gapsMs[this.#gaps++ % gapsLookedAt] = atMs - this.#lastBeatMs;
			}
			this.#beats++;
			this.#lastBeatMs = atMs;
		}
	}

	/** What is so now; undefined where nothing is noticed. */
	found(nowMs: number): Silence | undefined {
		const idleMs = nowMs - this.#lastReceivedMs;
		if (Number.isNaN(idleMs)) {
			return undefined;
		}
		if (this.#beats === 0) {
			return idleMs >= quietMs && idleMs <= survivedMs && !this.#survived
				? { idleMs, everyMs: undefined, firstAtMs: this.#lastReceivedMs + quietMs }
				: undefined;
		}
		const everyMs = this.#steadyIntervalMs();
		return everyMs !== undefined && idleMs > mostIntervals * everyMs
			? { idleMs, everyMs, firstAtMs: this.#lastReceivedMs + mostIntervals * everyMs }
			: undefined;
	}

	#steadyIntervalMs(): number | undefined {
		if (this.#gaps < gapsLookedAt) {
			return undefined;
		}
		const least = Math.min(...this.#gapsMs);
		const largest = Math.max(...this.#gapsMs);
		return least >= leastIntervalMs && largest <= least * steadyRatio
			? this.#gapsMs.reduce((sum, gap) => sum + gap, 0) / gapsLookedAt
			: undefined;
	}
}
