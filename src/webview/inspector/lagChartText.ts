import type { Series, SeriesColumn } from '../../core/timing/series';
import { markColumns, marksIn, reopenedCounts, wholeSpan } from './chartData';
import type { ChartNumbers } from './charts/numbersTable';
import { columnMs, figureMs, groupedDigits, timeOfDaySeconds } from './format';
import { words } from './words';

/** What counts of a second, beside its lags, is worth a word: signs, and connections lost and opened again. */
const eventNames = [...markColumns, 'connectionsLost', 'reopened'] as const;
type EventName = (typeof eventNames)[number];

/** The lag columns in the order in which they are told, with the names that people call them by. */
const lagColumns = [
	['lagP50', 'p50'],
	['lagP95', 'p95'],
	['lagP99', 'p99'],
	['lagMax', 'max'],
] as const satisfies ReadonlyArray<readonly [SeriesColumn, string]>;

/** Whether there is anything to draw: a lag, a round trip, a sign, or a connection that was lost or opened again. */
export function hasMeasured(series: Series, connectionsOpened: number): boolean {
	const { lagP50, roundTrip } = series.columns;
	return (
		lagP50.some((value) => !Number.isNaN(value)) ||
		roundTrip.some((value) => !Number.isNaN(value)) ||
		totals(series, connectionsOpened).length > 0
	);
}

/** What the lag chart shows, in one sentence: its time, its slowest frame, and the count of each thing that is marked. */
export function lagChartLabel(series: Series, connectionsOpened: number): string {
	const [from, to] = wholeSpan(series).map((seconds) => timeOfDaySeconds(seconds * 1000));
	const slowest = series.columns.lagMax.reduce(
		(most, max) => (max > most || Number.isNaN(most) ? max : most),
		Number.NaN,
	);
	const events = totals(series, connectionsOpened).map(([name, count]) => eventText(name, count));
	return words.lagChartLabel(words.charts.range(from!, to!), figureMs(slowest), events.join(', '));
}

/** A second's numbers and all that is marked there, in words. `reopened` are the counts that `reopenedCounts` tells. */
export function secondText(series: Series, reopened: readonly number[], bucket: number): string {
	const { columns, startMs, bucketMs } = series;
	const lags = lagColumns.map(([column, name]) => `${name} ${figureMs(columns[column][bucket])}`);
	const roundTrip = columns.roundTrip[bucket] ?? Number.NaN;
	const figures = Number.isNaN(roundTrip) ? lags : [...lags, `${words.roundTrip} ${figureMs(roundTrip)}`];
	const connections = (
		[
			['connectionsLost', columns.connectionsLost[bucket] ?? 0],
			['reopened', reopened[bucket] ?? 0],
		] as const
	).filter(([, count]) => count > 0);
	const events = [...marksIn(series, bucket), ...connections].map(([name, count]) => eventText(name, count));
	return [timeOfDaySeconds(startMs + bucket * bucketMs), `${figures.join('  ')} ms`, ...events].join('  ');
}

/**
 * The lag chart as a table: a row for each second in which anything came or happened. A count of nothing is an empty cell, as
 * ids that are not there to tell of anything count nothing either; a lag that was not measured is a dash.
 */
export function overTimeNumbers(series: Series, connectionsOpened: number): ChartNumbers {
	const { columns, startMs, bucketMs } = series;
	const counted = eventNames.map((name) => countsOf(series, name, connectionsOpened));
	const rows: string[][] = [];
	for (let bucket = 0; bucket < columns.lagP50.length; bucket++) {
		const events = counted.map((counts) => counts[bucket]!);
		const hasFigure = !Number.isNaN(columns.lagP50[bucket]) || !Number.isNaN(columns.roundTrip[bucket]);
		if (hasFigure || columns.framesIn[bucket]! > 0 || events.some((count) => count > 0)) {
			rows.push([
				timeOfDaySeconds(startMs + bucket * bucketMs),
				...lagColumns.map(([column]) => columnMs(columns[column][bucket])),
				columnMs(columns.roundTrip[bucket]),
				groupedDigits(columns.framesIn[bucket]!),
				...events.map((count) => (count === 0 ? '' : groupedDigits(count))),
			]);
		}
	}
	return {
		caption: lagChartLabel(series, connectionsOpened),
		head: [
			words.charts.time,
			...lagColumns.map(([, name]) => `${name} ms`),
			words.charts.roundTripHead,
			words.charts.framesInHead,
			...eventNames.map((name) => words.charts.eventHeads[name]),
		],
		rows,
	};
}

/** What happened at all in the series, each with its count. */
export function totals(series: Series, connectionsOpened: number): ReadonlyArray<readonly [EventName, number]> {
	return eventNames.flatMap((name) => {
		let sum = 0;
		for (const count of countsOf(series, name, connectionsOpened)) {
			sum += count;
		}
		return sum > 0 ? [[name, sum] as const] : [];
	});
}

function countsOf(series: Series, name: EventName, connectionsOpened: number): ArrayLike<number> & Iterable<number> {
	return name === 'reopened' ? reopenedCounts(series, connectionsOpened) : series.columns[name];
}

function eventText(name: EventName, count: number): string {
	return words.lagChartMarks[name](groupedDigits(count), count === 1);
}
