import { isClockKnown } from '../../core/comparison';
import type { ComparisonResult } from '../../core/comparisonExport';
import { comparisonFigure } from '../../core/comparisonTable';
import { gapped } from '../inspector/chartData';
import { timeOfDaySeconds } from '../inspector/format';
import { axisTime, decades, leastShownMs, timeScale } from './chartScales';
import type { ChartContent } from './comparisonChart';
import { words } from './words';

/** About so many marks stand at an axis without touching. */
const marksBelow = 6;
const marksBeside = 5;
/** Seconds between two marks of the time axis. */
const wholeSeconds = [1, 2, 5, 10, 15, 30, 60, 120];
/** Before so much is measured, the axis is not stretched over it. */
const leastSeconds = 10;

/**
 * Every session's lag over the last minutes, on one axis of time. A lag that has a zero of its own is not drawn beside lags
 * that are told against the sender's time.
 */
export function overTimeChart({ overTime, labels, compared }: ComparisonResult): ChartContent {
	const { startMs, bucketMs } = overTime;
	const isMeasured = (at: number): boolean => overTime.lagsMs[at]!.some((lag) => lag !== null);
	const isAnyKnown = compared.some((session, at) => isMeasured(at) && isClockKnown(session));
	const isLeftOut = (at: number): boolean => isAnyKnown && isMeasured(at) && !isClockKnown(compared[at]!);
	const leftOut = labels.filter((_, at) => isLeftOut(at));
	const lagsMs = overTime.lagsMs.map((lags, at) => (isLeftOut(at) ? lags.map(() => null) : lags));
	const buckets = lagsMs[0]?.length ?? 0;
	const x = Array.from({ length: buckets }, (_, bucket) => (startMs + bucket * bucketMs) / 1000);
	const values = lagsMs.flatMap((lags) => lags.filter((lag) => lag !== null));
	const scale = timeScale(values, marksBeside);
	const max = x.at(-1) ?? startMs / 1000;
	const min = Math.min(x[0] ?? max, max - leastSeconds);
	const floor = scale.isLogarithmic ? leastShownMs : Number.NEGATIVE_INFINITY;
	return {
		title: scale.isLogarithmic ? `${words.overTime} (${words.logarithmic})` : words.overTime,
		x,
		lines: lagsMs.map((lags) =>
			gapped(Float32Array.from(lags, (lag) => (lag === null ? Number.NaN : Math.max(lag, floor)))),
		),
		labels,
		note: leftOut.length === 0 ? '' : words.notDrawn(leftOut.join(', ')),
		xAxis: {
			isLogarithmic: false,
			min,
			max,
			splits: secondSplits(min, max),
			text: (seconds) => timeOfDaySeconds(seconds * 1000),
		},
		yAxis: { ...scale, text: axisTime },
		read: (at) => ({ head: timeOfDaySeconds(x[at]! * 1000), values: lagsMs.map((lags) => lagText(lags[at] ?? null)) }),
		numbers: () => ({
			caption: words.overTime,
			head: [words.time, ...labels],
			// The newest first: that is what one looks for.
			rows: x
				.map((seconds, at) => [timeOfDaySeconds(seconds * 1000), ...lagsMs.map((lags) => lagText(lags[at] ?? null))])
				.reverse(),
		}),
	};
}

/** How lags are spread, all sessions over one another: the share of events that took no longer. */
export function spreadChart({ spread, labels }: ComparisonResult): ChartContent {
	const { edgesMs, shares } = spread;
	const [min, max] = [edgesMs[0] ?? 0.1, edgesMs.at(-1) ?? 10];
	const title = words.spread[spread.of];
	return {
		title: `${title} (${words.logarithmic})`,
		x: edgesMs,
		lines: shares,
		labels,
		note: '',
		xAxis: { isLogarithmic: true, min, max, splits: decades(min, max, marksBelow + 2), text: axisTime },
		yAxis: {
			isLogarithmic: false,
			min: 0,
			max: 1,
			splits: [0, 0.25, 0.5, 0.75, 1],
			text: (share) => comparisonFigure(share, 'share'),
		},
		read: (at) => ({
			head: `${words.within} ${axisTime(edgesMs[at]!)}`,
			values: shares.map((each) => shareText(each[at] ?? null)),
		}),
		numbers: () => ({
			caption: title,
			head: [words.within, ...labels],
			rows: edgesMs.map((edgeMs, at) => [axisTime(edgeMs), ...shares.map((each) => shareText(each[at] ?? null))]),
		}),
	};
}

function secondSplits(min: number, max: number): number[] {
	const step = wholeSeconds.find((seconds) => (max - min) / seconds <= marksBelow) ?? 300;
	const splits: number[] = [];
	for (let at = Math.ceil(min / step) * step; at <= max; at += step) {
		splits.push(at);
	}
	return splits;
}

function lagText(lagMs: number | null): string {
	return lagMs === null ? words.notMeasured : comparisonFigure(lagMs, 'milliseconds');
}

function shareText(share: number | null): string {
	return share === null ? words.notMeasured : comparisonFigure(Math.round(share * 1000) / 1000, 'share');
}
