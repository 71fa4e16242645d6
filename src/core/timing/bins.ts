/** Counts of values between edges: `counts[n]` lie from `edgesMs[n]` on and below `edgesMs[n + 1]`. */
export interface Bins {
	readonly edgesMs: readonly number[];
	readonly counts: readonly number[];
}

/** Values that differ by less than this factor are told apart by even steps, others by even ratios. */
const leastRatio = 5;
/** A histogram's own step. */
const leastSizeMs = 0.001;
/** Where values reach 0, or lie on both sides of it, sizes below this share of the largest are one bin with it. */
const leastShare = 1e-5;
const leastShareOfBoth = 1e-3;
/** Edges in each power of ten, the finest first. */
const edgesPerDecade: ReadonlyArray<readonly number[]> = [
	[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8],
	[1, 1.5, 2, 3, 5, 7],
	[1, 2, 5],
	[1, 3],
	[1],
];

/**
 * Round edges around all values of `leastMs` … `largestMs`, for at most `most` (2 or more) bins: in even steps where the
 * values are close together, else in even ratios away from 0, on both sides of it where there are negative ones. The
 * first edge is no higher than the least value, and the last one is higher than the largest.
 */
export function niceEdges(leastMs: number, largestMs: number, most: number): number[] {
	const bins = Math.max(2, Math.floor(most));
	const oneSided = leastMs > 0 || largestMs < 0;
	const sizes = [Math.abs(leastMs), Math.abs(largestMs)];
	const largestSize = Math.max(...sizes);
	if (largestSize < leastSizeMs || (oneSided && largestSize < Math.min(...sizes) * leastRatio)) {
		return evenSteps(leastMs, largestMs, bins);
	}
	for (const mantissas of edgesPerDecade) {
		const edges = evenRatios(leastMs, largestMs, mantissas);
		if (edges.length - 1 <= bins) {
			return edges;
		}
	}
	return evenSteps(leastMs, largestMs, bins);
}

function evenSteps(leastMs: number, largestMs: number, bins: number): number[] {
	// No finer than a histogram tells values apart.
	const finestMs = Math.max(leastSizeMs, Math.max(Math.abs(leastMs), Math.abs(largestMs)) / 128);
	const exactMs = Math.max((largestMs - leastMs) / bins, finestMs);
	const decadeMs = 10 ** Math.floor(Math.log10(exactMs));
	for (const factor of [1, 2, 5, 10, 20, 50]) {
		const stepMs = decadeMs * factor;
		const first = Math.floor(leastMs / stepMs);
		const count = Math.floor(largestMs / stepMs) + 1 - first;
		if (stepMs >= exactMs * (1 - 1e-9) && count <= bins) {
			return Array.from({ length: count + 1 }, (_, nth) => round((first + nth) * stepMs));
		}
	}
	return [leastMs, largestMs + finestMs];
}

function evenRatios(leastMs: number, largestMs: number, mantissas: readonly number[]): number[] {
	const largestSizeMs = Math.max(-leastMs, largestMs);
	const nearestMs = leastMs > 0 ? leastMs : largestMs < 0 ? -largestMs : 0;
	const share = leastMs < 0 && largestMs > 0 ? leastShareOfBoth : leastShare;
	const smallestMs = Math.max(nearestMs, leastSizeMs, largestSizeMs * share);
	const sizes: number[] = [];
	for (let power = Math.floor(Math.log10(smallestMs)); power <= Math.ceil(Math.log10(largestSizeMs)) + 1; power++) {
		sizes.push(...mantissas.map((mantissa) => round(mantissa * 10 ** power)));
	}
	const all = [...sizes.map((size) => -size).reverse(), 0, ...sizes];
	// The last one that is no higher than the least value, and the first that is higher than the largest.
	const above = all.findIndex((edge) => edge > leastMs);
	const to = all.findIndex((edge) => edge > largestMs);
	return all.slice(above - 1, to + 1);
}

/** Powers of ten are not exact in binary: 3 · 10⁻³ is to be told as 0.003. */
function round(edge: number): number {
	return Number(edge.toPrecision(12));
}
