import { type HeatMap, heatMapEdgesMs, heatMapRows } from '../../../core/charts';
import { keptWithin, type TimeSpan } from '../chartData';
import { groupedDigits, timeOfDaySeconds } from '../format';
import { words } from '../words';
import type { ChartNumbers } from './numbersTable';

/** The rows of a heat map that are drawn: from the lowest that holds something to the highest. */
export interface RowRange {
	readonly lowest: number;
	readonly highest: number;
}

/** Cells of the whole session are no wider, so that its first seconds do not look like an hour. */
const mostCellPx = 14;

/** The rows between which all counts lie, with at least one more to either side for a range of its own; undefined without any. */
export function usedRows({ counts, columns }: HeatMap): RowRange | undefined {
	let lowest = heatMapRows;
	let highest = -1;
	for (let cell = 0; cell < columns * heatMapRows; cell++) {
		if (counts[cell]! > 0) {
			const row = cell % heatMapRows;
			lowest = Math.min(lowest, row);
			highest = Math.max(highest, row);
		}
	}
	if (highest === -1) {
		return undefined;
	}
	// Lags below 0 have a row only where there are any.
	return { lowest: lowest === 0 ? 0 : Math.max(1, lowest - 1), highest: Math.min(heatMapRows - 1, highest + 1) };
}

/** Where cells are in a picture. */
export interface HeatMapGrid {
	readonly leftPx: number;
	readonly topPx: number;
	readonly cellWidthPx: number;
	readonly cellHeightPx: number;
	readonly rows: RowRange;
	readonly columns: number;
}

/** Some of a map's columns, as a map of their own; both ends are in it. */
export function columnsOf(map: HeatMap, [from, to]: TimeSpan): HeatMap {
	return {
		startMs: map.startMs + from * map.columnMs,
		columnMs: map.columnMs,
		columns: to - from + 1,
		counts: map.counts.subarray(from * heatMapRows, (to + 1) * heatMapRows),
	};
}

/** The columns in which the ends of a stretch lie, told in epoch milliseconds; undefined where that is all of them, or none. */
export function columnsOfTimes(
	{ startMs, columnMs, columns }: HeatMap,
	[fromMs, toMs]: readonly [fromMs: number, toMs: number],
): TimeSpan | undefined {
	const columnAt = (atMs: number): number => Math.floor((atMs - startMs) / columnMs);
	return keptWithin([0, columns - 1], [columnAt(fromMs), columnAt(toMs)]);
}

/** The grid that fills a plot of that place and size; `fills`: to its right edge, however few columns there are. */
export function heatMapGrid(
	map: HeatMap,
	rows: RowRange,
	plot: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
	fills = false,
): HeatMapGrid {
	return {
		leftPx: plot.leftPx,
		topPx: plot.topPx,
		cellWidthPx: Math.min(fills ? plot.widthPx : mostCellPx, plot.widthPx / Math.max(1, map.columns)),
		cellHeightPx: plot.heightPx / (rows.highest - rows.lowest + 1),
		rows,
		columns: map.columns,
	};
}

/** The upper left corner of a cell. */
export function cellCorner(grid: HeatMapGrid, column: number, row: number): readonly [x: number, y: number] {
	return [grid.leftPx + column * grid.cellWidthPx, grid.topPx + (grid.rows.highest - row) * grid.cellHeightPx];
}

/** The cell under a point; undefined beside the grid. */
export function cellAt(grid: HeatMapGrid, x: number, y: number): readonly [column: number, row: number] | undefined {
	const column = Math.floor((x - grid.leftPx) / grid.cellWidthPx);
	const row = grid.rows.highest - Math.floor((y - grid.topPx) / grid.cellHeightPx);
	const isInside = column >= 0 && column < grid.columns && row >= grid.rows.lowest && row <= grid.rows.highest;
	return isInside ? [column, row] : undefined;
}

/** The largest count of all cells. */
export function mostInCell({ counts, columns }: HeatMap): number {
	let most = 0;
	for (let cell = 0; cell < columns * heatMapRows; cell++) {
		most = Math.max(most, counts[cell]!);
	}
	return most;
}

/** How strongly a cell is coloured, by the logarithm of its count: from `faintest` for one lag to 1 for the most; 0 for none. */
export function cellOpacity(count: number, most: number, faintest: number): number {
	if (count === 0) {
		return 0;
	}
	return most <= 1 ? 1 : faintest + (1 - faintest) * (Math.log(count) / Math.log(most));
}

/** The rows at whose lower edge a power of ten begins, with its name; and 0, where lags below it are shown. */
export function lagMarks({
	lowest,
	highest,
}: RowRange): ReadonlyArray<{ readonly row: number; readonly text: string }> {
	const marks: Array<{ row: number; text: string }> = [];
	for (let row = Math.max(1, lowest); row <= highest; row++) {
		const edgeMs = heatMapEdgesMs[row]!;
		if (row === 1) {
			if (lowest <= 1) {
				marks.push({ row, text: '0' });
			}
		} else if (Math.abs(Math.log10(edgeMs) - Math.round(Math.log10(edgeMs))) < 1e-9) {
			marks.push({ row, text: lagText(edgeMs) });
		}
	}
	return marks;
}

/** A lag with the unit that suits it: `14.7 µs`, `4.64 ms`, `31.6 s`. */
export function lagText(milliseconds: number): string {
	const [value, unit] =
		milliseconds < 0.1
			? [milliseconds * 1000, 'µs']
			: milliseconds < 1000
				? [milliseconds, 'ms']
				: [milliseconds / 1000, 's'];
	return value === 0 ? '0' : `${Number(value.toPrecision(3))} ${unit}`;
}

/** The lags of a row, in words. */
export function rowText(row: number): string {
	if (row === 0) {
		return words.charts.belowZero;
	}
	const from = lagText(heatMapEdgesMs[row]!);
	return row === heatMapRows - 1
		? words.charts.andMore(from)
		: words.charts.range(from, lagText(heatMapEdgesMs[row + 1]!));
}

/** The time that a column covers, in words. */
export function columnText({ startMs, columnMs }: HeatMap, column: number): string {
	const fromMs = startMs + column * columnMs;
	return columnMs <= 1000
		? timeOfDaySeconds(fromMs)
		: words.charts.range(timeOfDaySeconds(fromMs), timeOfDaySeconds(fromMs + columnMs));
}

/** What is in a cell, in words. */
export function cellText(map: HeatMap, column: number, row: number): string {
	const count = map.counts[column * heatMapRows + row]!;
	return words.charts.cellReadout(columnText(map, column), rowText(row), groupedDigits(count));
}

/** What the heat map shows, in one sentence. */
export function heatMapLabel(map: HeatMap): string {
	let count = 0;
	for (let cell = 0; cell < map.columns * heatMapRows; cell++) {
		count += map.counts[cell]!;
	}
	const endMs = map.startMs + map.columns * map.columnMs;
	return words.charts.heatMapLabel(
		groupedDigits(count),
		words.charts.range(timeOfDaySeconds(map.startMs), timeOfDaySeconds(endMs)),
		lagText(map.columnMs),
	);
}

/** A row for each time with lags, a column for each range of lags that occurs. */
export function heatMapNumbers(map: HeatMap): ChartNumbers {
	const used = new Set<number>();
	for (let cell = 0; cell < map.columns * heatMapRows; cell++) {
		if (map.counts[cell]! > 0) {
			used.add(cell % heatMapRows);
		}
	}
	const ranges = [...used].sort((a, b) => a - b);
	const rows: string[][] = [];
	for (let column = 0; column < map.columns; column++) {
		const counts = ranges.map((row) => map.counts[column * heatMapRows + row]!);
		if (counts.some((count) => count > 0)) {
			rows.push([columnText(map, column), ...counts.map((count) => (count === 0 ? '' : groupedDigits(count)))]);
		}
	}
	return { caption: heatMapLabel(map), head: [words.charts.time, ...ranges.map(rowText)], rows };
}
