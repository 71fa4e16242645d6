import type { Series } from '../../core/timing/series';

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
 * stay under. One stall of ten seconds would else press an hour of milliseconds flat; what lies above is drawn at the edge.
 */
export function lagRange(series: Series): readonly [min: number, max: number] {
	const { lagP50, lagP99, lagMax, roundTrip } = series.columns;
	const highs = [quantile(lagP99, 0.95), quantile(lagMax, 0.9), quantile(roundTrip, 0.95)].filter(
		(value) => value !== undefined,
	);
	if (highs.length === 0) {
		return [0, 1];
	}
	const high = Math.max(...highs);
	let low = 0;
	for (const value of lagP50) {
		if (value < low) {
			low = value;
		}
	}
	const top = Math.max(high, low + 0.1);
	const padding = (top - low) * 0.15;
	return [low < 0 ? low - padding : 0, top + padding];
}

/** The value that this share of the measured ones does not exceed. */
function quantile(column: Float32Array, share: number): number | undefined {
	const measured = column.filter((value) => !Number.isNaN(value)).sort();
	return measured[Math.max(0, Math.ceil(measured.length * share) - 1)];
}

/** The buckets in which a connection opened again: every opening but the session's first. */
export function reopenings(series: Series, connectionsOpened: number): number[] {
	const column = series.columns.connectionsOpened;
	let inSeries = 0;
	for (const opened of column) {
		inSeries += opened;
	}
	// The session's first connection opened before the series begins, or is the first one in it.
	let firstIsIn = inSeries >= connectionsOpened;
	const buckets: number[] = [];
	column.forEach((opened, bucket) => {
		if (opened > 0) {
			if (!firstIsIn || opened > 1) {
				buckets.push(bucket);
			}
			firstIsIn = false;
		}
	});
	return buckets;
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
