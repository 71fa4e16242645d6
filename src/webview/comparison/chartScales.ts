import { comparisonFigure } from '../../core/comparisonTable';

/** The least time that a logarithmic axis has room for, in milliseconds: no clock here tells less apart. */
export const leastShownMs = 0.01;
/** Values whose largest is so many times the least need a logarithmic axis for both to be seen. */
const logarithmicFrom = 20;

/** The axis of times. */
export interface TimeScale {
	readonly isLogarithmic: boolean;
	readonly min: number;
	readonly max: number;
	readonly splits: readonly number[];
}

/** An axis on which all values can be seen: linear from 0, or logarithmic where they lie far apart and none is negative. */
export function timeScale(values: readonly number[], wanted: number): TimeScale {
	const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	if (values.length === 0 || largest <= 0 || least < 0 || largest < Math.max(least, leastShownMs) * logarithmicFrom) {
		const [from, to] = values.length === 0 ? [0, 1] : [Math.min(0, least), Math.max(0, largest)];
		const padded = to - from > leastShownMs ? (to - from) * 0.1 : 1;
		const min = from < 0 ? from - padded : 0;
		const max = to + padded;
		return { isLogarithmic: false, min, max, splits: evenSplits(min, max, wanted) };
	}
	const min = Math.max(least, leastShownMs) / 1.5;
	const max = largest * 1.5;
	return { isLogarithmic: true, min, max, splits: decades(min, max, wanted) };
}

/** Powers of ten within a range, and their halves and fifths where there is room for more. */
export function decades(min: number, max: number, wanted: number): readonly number[] {
	const first = Math.floor(Math.log10(min));
	const last = Math.ceil(Math.log10(max));
	const of = (steps: readonly number[]): number[] =>
		Array.from({ length: last - first + 1 }, (_, nth) => steps.map((step) => step * 10 ** (first + nth)))
			.flat()
			.map((value) => Number(value.toPrecision(6)))
			.filter((value) => value >= min && value <= max);
	const choices = [of([1, 2, 5]), of([1, 3]), of([1])];
	const tens = choices[2]!;
	const every = Math.ceil(tens.length / Math.max(1, wanted));
	return choices.find((splits) => splits.length <= wanted) ?? tens.filter((_, nth) => nth % every === 0);
}

/** The text at an axis' mark: `0.1 ms`, `2 s`. */
export function axisTime(valueMs: number): string {
	return comparisonFigure(valueMs, 'milliseconds');
}

function evenSplits(min: number, max: number, wanted: number): readonly number[] {
	const rough = (max - min) / Math.max(1, wanted);
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5, 10].find((factor) => power * factor >= rough) ?? 10);
	const splits: number[] = [];
	for (let at = Math.ceil(min / step); at * step <= max; at++) {
		splits.push(Number((at * step + 0).toPrecision(6)));
	}
	return splits;
}
