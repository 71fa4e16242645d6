import type { Series } from '../../core/timing/series';

/** What is remarkable about a second, with a mark of its own for each. */
export const markColumns = ['stalls', 'missing', 'duplicates', 'reorders', 'resets'] as const;
export type MarkColumn = (typeof markColumns)[number];

/**
 * A stretch of the time axis, in epoch seconds or in columns of a heat map: both ends are seconds, or columns, that are in
 * view.
 */
export type TimeSpan = readonly [fromSeconds: number, toSeconds: number];

/** Nothing shorter is zoomed to; so many columns of a heat map as well. */
const leastSpanSeconds = 4;

/** Seconds that a sparkline shows. */
export const sparklineSeconds = 60;

/** A column's last full buckets for a sparkline; the bucket still running would always look like a fall. */
export function fullBuckets(series: Series, column: Float32Array): readonly [x: number[], y: number[]] {
	const end = Math.max(0, column.length - 1);
	const start = Math.max(0, end - Math.round((sparklineSeconds * 1000) / series.bucketMs));
	const x: number[] = [];
	const y: number[] = [];
	for (let bucket = start; bucket < end; bucket++) {
		x.push(bucket);
		y.push(column[bucket]!);
	}
	return [x, y];
}

/** When each bucket begins, in epoch seconds. */
export function bucketSeconds(series: Series): number[] {
	const count = series.columns.lagP50.length;
	return Array.from({ length: count }, (_, bucket) => (series.startMs + bucket * series.bucketMs) / 1000);
}

/**
 * A column as the chart library wants it: where nothing was measured, `null` leaves a gap in the line and `undefined`
 * does not. A poll every five seconds has no lag in four of five seconds, and is a line; a gap is what is longer than
 * the distances that this traffic usually has.
 */
export function gapped(column: Float32Array): Array<number | null | undefined> {
	const measured: number[] = [];
	column.forEach((value, bucket) => {
		if (!Number.isNaN(value)) {
			measured.push(bucket);
		}
	});
	const distances = measured.slice(1).map((bucket, index) => bucket - measured[index]!);
	const usual = [...distances].sort((a, b) => a - b)[Math.floor((distances.length - 1) * 0.75)] ?? 1;
	const result = new Array<number | null | undefined>(column.length).fill(null);
	measured.forEach((bucket, index) => {
		const distance = distances[index - 1] ?? 1;
		if (distance <= usual * 1.5) {
			result.fill(undefined, bucket - distance + 1, bucket);
		}
		result[bucket] = column[bucket];
	});
	return result;
}

/**
 * The scale of the lag chart: from 0 (or below, where clocks differ) to a little above what nearly all seconds
 * in view stay under. One stall of ten seconds would else press an hour of milliseconds flat; what lies above is drawn at
 * the edge. Where seconds in view have marks there is room for them below.
 */
export function lagRange(series: Series, span?: TimeSpan): readonly [min: number, max: number] {
	const [from, to] = span === undefined ? [0, undefined] : bucketsIn(series, span);
	const part = (column: Float32Array): Float32Array => column.subarray(from, to);
	const { columns } = series;
	const highs = [
		quantile(part(columns.lagP99), 0.95),
		quantile(part(columns.lagMax), 0.9),
		quantile(part(columns.roundTrip), 0.95),
	].filter((value) => value !== undefined);
	const high = highs.length === 0 ? 1 / (1 + topPadding) : Math.max(...highs);
	let low = 0;
	for (const value of part(columns.lagP50)) {
		if (value < low) {
			low = value;
		}
	}
	const top = Math.max(high, low + 0.1);
	const padding = (top - low) * topPadding;
	const hasMarks = markColumns.some((name) => part(columns[name]).some((count) => count > 0));
	const lane = hasMarks ? (top - low) * laneShare : 0;
	return [(low < 0 ? low - padding : 0) - lane, top + padding];
}

/** Above the values, and below them where there are marks, as shares of what the values span. */
const topPadding = 0.15;
const laneShare = 0.2;

/** The buckets of a span: the first, and the one after the last. */
function bucketsIn(series: Series, [from, to]: TimeSpan): readonly [from: number, to: number] {
	const bucketOf = (seconds: number): number => Math.round((seconds * 1000 - series.startMs) / series.bucketMs);
	return [Math.max(0, bucketOf(from)), Math.max(0, bucketOf(to) + 1)];
}

/** All that a series has. */
export function wholeSpan(series: Series): TimeSpan {
	const from = series.startMs / 1000;
	const last = Math.max(0, series.columns.lagP50.length - 1);
	return [from, from + (last * series.bucketMs) / 1000];
}

/**
 * What is in view after zooming by a factor, below 1 to come nearer, around a second that stays where it is in the picture.
 * Undefined: all of it.
 */
export function zoomedAround(
	whole: TimeSpan,
	current: TimeSpan | undefined,
	seconds: number,
	factor: number,
): TimeSpan | undefined {
	const [from, to] = current ?? whole;
	const length = Math.max(leastSpanSeconds, Math.round((to - from) * factor));
	const share = to > from ? (Math.min(to, Math.max(from, seconds)) - from) / (to - from) : 0.5;
	return keptWithin(whole, [Math.round(seconds - share * length), Math.round(seconds - share * length) + length]);
}

/** The whole seconds of a stretch that was dragged over, in either direction; undefined where it is all of it. */
export function draggedSpan(whole: TimeSpan, one: number, other: number): TimeSpan | undefined {
	const from = Math.floor(Math.min(one, other));
	const to = Math.ceil(Math.max(one, other));
	const missing = Math.max(0, leastSpanSeconds - (to - from));
	return keptWithin(whole, [from - Math.floor(missing / 2), to + Math.ceil(missing / 2)]);
}

/** The same stretch, moved as far as needed to have a second in view. */
export function movedToHave(whole: TimeSpan, [from, to]: TimeSpan, seconds: number): TimeSpan | undefined {
	const by = seconds < from ? seconds - from : seconds > to ? seconds - to : 0;
	return keptWithin(whole, [from + by, to + by]);
}

/** A stretch as far as the series still has it; undefined where that is all of it, or where nothing of it is left. */
export function keptWithin([first, last]: TimeSpan, [from, to]: TimeSpan): TimeSpan | undefined {
	if (to - from >= last - first || to < first || from > last) {
		return undefined;
	}
	const by = from < first ? first - from : to > last ? last - to : 0;
	return [from + by, to + by];
}

/** What is remarkable about a second: the columns that have something, with how much. */
export function marksIn(series: Series, bucket: number): ReadonlyArray<readonly [name: MarkColumn, count: number]> {
	return markColumns.flatMap((name) => {
		const count = series.columns[name][bucket] ?? 0;
		return count > 0 ? [[name, count] as const] : [];
	});
}

/** The value that this share of the measured ones does not exceed. */
function quantile(column: Float32Array, share: number): number | undefined {
	const measured = column.filter((value) => !Number.isNaN(value)).sort();
	return measured[Math.max(0, Math.ceil(measured.length * share) - 1)];
}

/** How often a connection opened again in each bucket: every opening but the session's first, which may lie before them all. */
export function reopenedCounts(series: Series, connectionsOpened: number): number[] {
	const column = series.columns.connectionsOpened;
	let inSeries = 0;
	for (const opened of column) {
		inSeries += opened;
	}
	// The session's first connection opened before the series begins, or is the first one in it.
	let firstIsIn = inSeries >= connectionsOpened;
	return Array.from(column, (opened) => {
		if (opened > 0 && firstIsIn) {
			firstIsIn = false;
			return opened - 1;
		}
		return opened;
	});
}

/** Splits of a chart's value axis: the ends of a step of 1, 2 or 5, about `wanted` of them. */
export function axisSplits(min: number, max: number, wanted: number): number[] {
	const rough = (max - min) / wanted;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5, 10].find((factor) => power * factor >= rough) ?? 10);
	const splits: number[] = [];
	for (let at = Math.ceil(min / step); at * step <= max; at++) {
		// Adding 0 turns the −0 of an axis that begins below it into a plain one.
		splits.push(at * step + 0);
	}
	return splits;
}
