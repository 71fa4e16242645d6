import type { LagPeriod } from '../../../core/charts';
import type { Distribution } from '../../../core/statistics';
import { figureMs, groupedDigits } from '../format';
import { words } from '../words';
import type { ChartNumbers } from './numbersTable';

/** Bins of lags and their percentiles. */
export interface HistogramData {
	readonly period: LagPeriod;
	/** One more than there are bins, rising. */
	readonly edgesMs: ArrayLike<number>;
	readonly counts: ArrayLike<number>;
	readonly distribution: Distribution;
}

/** The percentiles that are marked, with their names. */
export const markedPercentiles = [
	['p50', 'p50'],
	['p90', 'p90'],
	['p99', 'p99'],
	['p99.9', 'p999'],
] as const satisfies ReadonlyArray<readonly [string, keyof Distribution]>;

/** Where a value is along the bins: from 0 at the first edge to the number of bins at the last. */
export function placeAmong(edgesMs: ArrayLike<number>, value: number): number {
	const bins = edgesMs.length - 1;
	let bin = 0;
	while (bin < bins - 1 && value >= edgesMs[bin + 1]!) {
		bin++;
	}
	const [from, to] = [edgesMs[bin]!, edgesMs[bin + 1]!];
	return bin + Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** An edge in milliseconds, to the digit: `0.25`, `4,000`. */
export function edgeText(edgeMs: number): string {
	const size = Number(Math.abs(edgeMs).toPrecision(6));
	const [whole, fraction] = `${size}`.split('.');
	const digits = size >= 1000 ? groupedDigits(Number(whole)) : whole!;
	return `${edgeMs < 0 && size > 0 ? '−' : ''}${digits}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A label along an axis: its middle and its width. */
export interface AxisLabel {
	readonly at: number;
	readonly width: number;
}

/**
 * The labels that can stand without touching each other, as their indices. Those of a lower rank go before others, and
 * among equals the first.
 */
export function fittingLabels(
	labels: readonly AxisLabel[],
	rank: (index: number) => number,
	distance: number,
): readonly number[] {
	const chosen: number[] = [];
	const byRank = labels.map((_label, index) => index).sort((a, b) => rank(a) - rank(b) || a - b);
	for (const index of byRank) {
		const { at, width } = labels[index]!;
		if (chosen.every((other) => Math.abs(at - labels[other]!.at) >= (width + labels[other]!.width) / 2 + distance)) {
			chosen.push(index);
		}
	}
	return chosen.sort((a, b) => a - b);
}

/** The rounder an edge, the sooner it is labelled: 0 and powers of ten, then twos and fives, then the others. */
export function edgeRank(edgeMs: number): number {
	if (edgeMs === 0) {
		return 0;
	}
	const size = Math.abs(edgeMs);
	const mantissa = Number((size / 10 ** Math.floor(Math.log10(size) + 1e-9)).toPrecision(6));
	return mantissa === 1 ? 0 : mantissa === 2 || mantissa === 5 ? 1 : 2;
}

/** The first row in which each label has room, for labels that begin at `from` and are `width` wide. */
export function labelRows(labels: ReadonlyArray<{ readonly from: number; readonly width: number }>): readonly number[] {
	const ends: number[] = [];
	return labels.map(({ from, width }) => {
		const free = ends.findIndex((end) => end <= from);
		const row = free === -1 ? ends.length : free;
		ends[row] = from + width;
		return row;
	});
}

/** What is in a bin, in words. */
export function binText({ edgesMs, counts, distribution }: HistogramData, bin: number): string {
	let upTo = 0;
	for (let at = 0; at <= bin; at++) {
		upTo += counts[at]!;
	}
	return words.charts.binReadout(
		binRange(edgesMs, bin),
		groupedDigits(counts[bin]!),
		percent(counts[bin]! / distribution.count),
		percent(upTo / distribution.count),
	);
}

/** What the histogram shows, in one sentence. */
export function histogramLabel({ distribution, period }: HistogramData): string {
	const figures = markedPercentiles.map(([name, key]) => `${name} ${figureMs(distribution[key])} ms`);
	return words.charts.histogramLabel(
		groupedDigits(distribution.count),
		words.charts.periods[period],
		[...figures, `max ${figureMs(distribution.max)} ms`].join(', '),
	);
}

/** The percentiles and the bins that hold something, as a table. */
export function histogramNumbers(data: HistogramData): ChartNumbers {
	const { edgesMs, counts, distribution } = data;
	const rows: string[][] = [];
	let upTo = 0;
	for (let bin = 0; bin < counts.length; bin++) {
		const count = counts[bin]!;
		upTo += count;
		if (count > 0) {
			const shares = [percent(count / distribution.count), percent(upTo / distribution.count)];
			rows.push([binRange(edgesMs, bin), groupedDigits(count), ...shares]);
		}
	}
	return { caption: histogramLabel(data), head: words.charts.histogramHead, rows };
}

function binRange(edgesMs: ArrayLike<number>, bin: number): string {
	return words.charts.range(edgeText(edgesMs[bin]!), edgeText(edgesMs[bin + 1]!));
}

/** A share to three digits, and never as none or all where it is neither: `12.3 %`, `< 0.1 %`. */
export function percent(share: number): string {
	const value = share * 100;
	if (value > 0 && value < 0.05) {
		return '< 0.1 %';
	}
	if (value < 100 && value > 99.95) {
		return '> 99.9 %';
	}
	return `${value === 100 || value === 0 ? value : value.toFixed(1)} %`;
}
