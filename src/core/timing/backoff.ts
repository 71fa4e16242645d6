/**
 * The wait before the n-th attempt (n from 0): random(0, min(cap, base·2ⁿ)) milliseconds. Full jitter spreads a thousand
 * clients that lost the same server over the whole of the wait.
 *
 * `random` gives numbers in 0 … 1.
 */
export function backoffMs(attempt: number, baseMs: number, capMs: number, random: () => number): number {
	return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 52));
}
