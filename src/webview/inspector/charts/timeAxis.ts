/** A stretch of an axis between two instants. */
export interface AxisSpan {
	readonly fromMs: number;
	readonly toMs: number;
	readonly fromPx: number;
	readonly toPx: number;
	/** It is longer than it is drawn: nothing happened for so long that all the rest would have no room. */
	readonly cut: boolean;
}

export interface TimeAxisOptions {
	/** Room for the axis. It gets longer where the least lengths alone need more. */
	readonly lengthPx: number;
	/** What is between two instants is drawn at least so long, so that their order can be seen: less where there are many. */
	readonly leastPx: readonly [least: number, most: number];
	/** How long an idle time that is cut is drawn. */
	readonly cutPx: number;
}

/** An idle time is cut where it is longer than so many times what usually lies between two frames. */
const cutAbove = 4;
/** The least lengths together take no more of the room than this share, as far as they may be shorter. */
const leastShare = 0.45;

/**
 * An axis of time that keeps every order and, but for what is very short or cut, every proportion: its spans lie between
 * the instants, one after the other. `framesMs` tells what usually lies between two frames: the distance that three in four
 * do not exceed, those of the same instant left out.
 */
export function timeAxis(
	instantsMs: readonly number[],
	framesMs: readonly number[],
	{ lengthPx, leastPx, cutPx }: TimeAxisOptions,
): readonly AxisSpan[] {
	const instants = distinct(instantsMs);
	const gaps = instants.slice(1).map((instant, at) => instant - instants[at]!);
	const usual = usualGap(framesMs);
	const cut = gaps.map((gap) => usual > 0 && gap > cutAbove * usual);
	const roomPx = lengthPx - cutPx * cut.filter(Boolean).length;
	const [least, most] = leastPx;
	const shortestPx = Math.min(most, Math.max(least, (roomPx * leastShare) / gaps.length));
	const pxPerMs = scaleFor(
		gaps.filter((_gap, at) => !cut[at]),
		roomPx,
		shortestPx,
	);
	const spans: AxisSpan[] = [];
	let fromPx = 0;
	gaps.forEach((gap, at) => {
		const toPx = fromPx + (cut[at] ? cutPx : Math.max(shortestPx, gap * pxPerMs));
		spans.push({ fromMs: instants[at]!, toMs: instants[at + 1]!, fromPx, toPx, cut: cut[at]! });
		fromPx = toPx;
	});
	return spans;
}

/** Where an instant is on an axis; the nearer end for what lies outside of it. */
export function positionPx(axis: readonly AxisSpan[], atMs: number): number {
	let low = 0;
	let high = axis.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (atMs > axis[middle]!.toMs) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	const span = axis[low];
	if (span === undefined) {
		return 0;
	}
	const share = Math.min(1, Math.max(0, (atMs - span.fromMs) / (span.toMs - span.fromMs)));
	return span.fromPx + share * (span.toPx - span.fromPx);
}

/** The length of an axis. */
export function axisLengthPx(axis: readonly AxisSpan[]): number {
	return axis.at(-1)?.toPx ?? 0;
}

function distinct(instantsMs: readonly number[]): number[] {
	const sorted = instantsMs.filter((instant) => Number.isFinite(instant)).sort((a, b) => a - b);
	return sorted.filter((instant, at) => at === 0 || instant !== sorted[at - 1]);
}

function usualGap(framesMs: readonly number[]): number {
	const instants = distinct(framesMs);
	const gaps = instants
		.slice(1)
		.map((instant, at) => instant - instants[at]!)
		.sort((a, b) => a - b);
	return gaps[Math.floor((gaps.length - 1) * 0.75)] ?? 0;
}

/** Pixels a millisecond at which all gaps, each of them at least `leastPx` long, fill the room; 0 where there is none. */
function scaleFor(gaps: readonly number[], roomPx: number, leastPx: number): number {
	const longestFirst = [...gaps].sort((a, b) => b - a);
	let sum = longestFirst.reduce((total, gap) => total + gap, 0);
	// Those that are too short at a scale are too short at any smaller one: the shortest are set aside one by one.
	for (let longer = longestFirst.length; longer > 0; longer--) {
		const pxPerMs = (roomPx - leastPx * (longestFirst.length - longer)) / sum;
		const shortest = longestFirst[longer - 1]!;
		if (shortest * pxPerMs >= leastPx) {
			return pxPerMs;
		}
		sum -= shortest;
	}
	return 0;
}
