/**
 * What the charts of a session ask for and get. Numbers by the thousand go in ArrayBuffers of exactly their size: as JSON
 * they would be written in the extension host and parsed on the workbench's own UI thread.
 */
import type { Distribution } from './statistics';
import type { Bins } from './timing/bins';

/** The charts that are pulled while they are shown. */
export const chartNames = ['histogram', 'heatMap', 'cycles', 'ladder'] as const;
export type ChartName = (typeof chartNames)[number];

/** Which lags a histogram counts: those since the session began or was cleared, or those of the last minute. */
export const lagPeriods = ['session', 'minute'] as const;
export type LagPeriod = (typeof lagPeriods)[number];

/** What one chart needs to be drawn. */
export type ChartRequest =
	| { readonly chart: 'histogram'; readonly period: LagPeriod; readonly mostBins: number }
	| { readonly chart: 'heatMap' }
	/** The last `count` poll cycles. */
	| { readonly chart: 'cycles'; readonly count: number }
	/** `count` frames around one of them, or the newest ones. Events of a poll's answer are left out: their cycle stands for them. */
	| { readonly chart: 'ladder'; readonly aroundSeq: number | null; readonly count: number };

/** The answer to a `ChartRequest`, made at `atMs` of the engine's clock. */
export type ChartAnswer = { readonly atMs: number } & (
	| {
			readonly chart: 'histogram';
			readonly period: LagPeriod;
			/** For `readBins`. */
			readonly bins: ArrayBuffer;
			readonly distribution: Distribution;
	  }
	/** For `readHeatMap`. */
	| { readonly chart: 'heatMap'; readonly heatMap: ArrayBuffer }
	/** Packed rows (`PackedRows`), the oldest first. */
	| { readonly chart: 'cycles'; readonly rows: ArrayBuffer }
	| {
			readonly chart: 'ladder';
			readonly rows: ArrayBuffer;
			/** Whether the newest of the rows is the newest frame that the view shows. */
			readonly atTail: boolean;
	  }
);

/** More is not drawn, and not looked for. */
export const mostBins = 200;
export const mostChartRows = 200;

/** Whether a value from a webview is a request. */
export function isChartRequest(value: unknown): value is ChartRequest {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	const request = value as Record<string, unknown>;
	switch (request.chart) {
		case 'histogram':
			return (lagPeriods as readonly unknown[]).includes(request.period) && isWithin(request.mostBins, 2, mostBins);
		case 'heatMap':
			return true;
		case 'cycles':
			return isWithin(request.count, 1, mostChartRows);
		case 'ladder':
			return (
				(request.aroundSeq === null || isWithin(request.aroundSeq, 0, Number.MAX_SAFE_INTEGER)) &&
				isWithin(request.count, 1, mostChartRows)
			);
		default:
			return false;
	}
}

function isWithin(value: unknown, least: number, most: number): boolean {
	return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

// ── histogram ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Packs bins: f64 number of bins, then their edges (one more), then their counts. */
export function packBins({ edgesMs, counts }: Bins): ArrayBuffer {
	const packed = new Float64Array(1 + edgesMs.length + counts.length);
	packed[0] = counts.length;
	packed.set(edgesMs, 1);
	packed.set(counts, 1 + edgesMs.length);
	return packed.buffer;
}

/** Reads what `packBins` packed. */
export function readBins(buffer: ArrayBuffer): { readonly edgesMs: Float64Array; readonly counts: Float64Array } {
	const packed = new Float64Array(buffer);
	const bins = packed[0] ?? 0;
	const edges = bins === 0 ? 0 : bins + 1;
	return { edgesMs: packed.subarray(1, 1 + edges), counts: packed.subarray(1 + edges, 1 + edges + bins) };
}

// ── heat map ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Rows of a heat map in each power of ten, from 10 µs up. */
const rowsPerDecade = 6;
const leastRowMs = 0.01;
/** Rows of lags from 0 on: enough to reach ten minutes. */
const positiveRows = 47;
/** One more for lags below 0, which come where the sender's clock is ahead by more than is known. */
export const heatMapRows = positiveRows + 1;

/**
 * Where the rows of a heat map begin, in milliseconds; a row ends where the next one begins. Row 0 has all that is below 0,
 * row 1 all from there to below 14.7 µs, and the last one all from 464 s on.
 */
export const heatMapEdgesMs: readonly number[] = [
	Number.NEGATIVE_INFINITY,
	0,
	...Array.from({ length: positiveRows - 1 }, (_, at) => rowEdgeMs(at + 1)),
];

function rowEdgeMs(step: number): number {
	// Whole powers of ten are exact that way, so that a lag of 1 ms begins a row.
	return leastRowMs * 10 ** Math.floor(step / rowsPerDecade) * 10 ** ((step % rowsPerDecade) / rowsPerDecade);
}

/** The row of a heat map in which a lag in milliseconds is counted. Told for each frame, so no logarithm is taken. */
export function heatMapRow(lagMs: number): number {
	if (lagMs < 0) {
		return 0;
	}
	if (!(lagMs < heatMapEdgesMs[heatMapRows - 1]!)) {
		return heatMapRows - 1;
	}
	// Whole microseconds, since their bits tell the octave and the eighth of it.
	const microseconds = lagMs * 1000;
	const shift = 28 - Math.clz32(microseconds);
	const row = shift <= 0 ? 1 : rowsOfEighths[shift * 8 + ((microseconds >>> shift) & 7)]!;
	// An eighth of an octave is narrower than a row, so at most one edge lies in it.
	return lagMs < heatMapEdgesMs[row + 1]! ? row : row + 1;
}

/** Octaves of microseconds below the last row, from 16 on. */
const octaves = 26;

/** The row in which each eighth of an octave begins; eight for each octave. */
const rowsOfEighths = Uint8Array.from({ length: octaves * 8 }, (_, at) => {
	const eighthMs = (2 ** (at >> 3) * (8 + (at & 7))) / 1000;
	return heatMapEdgesMs.filter((edge) => edge <= eighthMs).length - 1;
});

/** Counts of lags by time and size. */
export interface HeatMap {
	/** When the first column begins, in epoch milliseconds. */
	readonly startMs: number;
	/** What a column covers. */
	readonly columnMs: number;
	readonly columns: number;
	/** Column after column, `heatMapRows` counts each. */
	readonly counts: Uint32Array;
}

const heatMapHeaderBytes = 24;

/** Packs a heat map: f64 startMs, columnMs and columns, then the counts as u32. Only the first `columns` are packed. */
export function packHeatMap({ startMs, columnMs, columns, counts }: HeatMap): ArrayBuffer {
	const cells = columns * heatMapRows;
	const buffer = new ArrayBuffer(heatMapHeaderBytes + cells * 4);
	new Float64Array(buffer, 0, 3).set([startMs, columnMs, columns]);
	new Uint32Array(buffer, heatMapHeaderBytes).set(counts.subarray(0, cells));
	return buffer;
}

/** Reads what `packHeatMap` packed. */
export function readHeatMap(buffer: ArrayBuffer): HeatMap {
	const [startMs, columnMs, columns] = new Float64Array(buffer, 0, 3) as unknown as [number, number, number];
	return { startMs, columnMs, columns, counts: new Uint32Array(buffer, heatMapHeaderBytes) };
}
