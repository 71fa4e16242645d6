/** What the charts draw: one value a column and a second. Columns are Float32Arrays of equal length, oldest first. */
export interface Series {
	/** When the first bucket begins, in epoch milliseconds. */
	readonly startMs: number;
	readonly bucketMs: number;
	readonly columns: Readonly<Record<SeriesColumn, Float32Array>>;
}

/** Counts are a bucket's sums; lags are a bucket's own percentiles in milliseconds, NaN where none was measured. */
export const seriesColumns = [
	'framesIn',
	'framesOut',
	'payloadBytesIn',
	'payloadBytesOut',
	'lagP50',
	'lagP95',
	'lagP99',
	'lagMax',
	'roundTrip',
	'connectionsOpened',
	'connectionsLost',
] as const;
export type SeriesColumn = (typeof seriesColumns)[number];

/** Reads a series from the buffer of a tick: f64 startMs, f64 bucketMs, f64 count, then the columns in `seriesColumns` order. */
export function readSeries(buffer: ArrayBuffer): Series {
	const header = new Float64Array(buffer, 0, 3);
	const count = header[2]!;
	const columns = {} as Record<SeriesColumn, Float32Array>;
	seriesColumns.forEach((name, index) => {
		columns[name] = new Float32Array(buffer, 24 + index * count * 4, count);
	});
	return { startMs: header[0]!, bucketMs: header[1]!, columns };
}
