import type { BarChart, ChartLimit, ChartUnit, LineChart } from '../../core/sizing/calculation';

/** Where values are along an axis, from 0 at its start to 1 at its end. */
export interface Scale {
	/** Within 0 … 1, whatever the value. */
	position(value: number): number;
	/** The axis' end. */
	readonly most: number;
	/** Round values to mark on a logarithmic axis: powers of ten, of time its units and their tens. */
	readonly marks: readonly number[];
}

/**
 * How a value stands to a chart's limits: above the highest that it may have or below the least, at that, above a lower
 * one, or within all.
 */
export type Verdict = 'over' | 'under' | 'atLimit' | 'tight' | 'ok';

/** Values closer than this, relatively, are the same: a limit × (1 − headroom) is not exact in binary. */
const equalWithin = 1e-9;

/** Room after the longest bar, as a share of it. */
const slack = 0.04;

/** The axis of a bar chart: from 0 to a little more than its largest value or limit. */
export function barScale(chart: BarChart): Scale {
	const values = chart.series.flatMap((series) => series.values.filter((value) => value !== null));
	const all = [...values, ...chart.limits.map(({ value }) => value)];
	const positive = all.filter((value) => value > 0);
	if (positive.length === 0) {
		return { position: () => 0, most: 1, marks: [] };
	}
	return chart.logarithmic ? logarithmicScale(positive, chart.unit) : linearScale(largest(positive));
}

/** The value axis of a line chart: from 0 to a little more than its largest value or limit. */
export function lineScale({ series, limits }: LineChart): Scale {
	const values = series.flatMap((each) => each.values.filter((value) => value !== null));
	return linearScale(Math.max(largest(values), largest(limits.map(({ value }) => value))));
}

/** What a value is, seen from the limits; `ok` where there are none. */
export function verdictOf(value: number, limits: readonly ChartLimit[]): Verdict {
	const valuesOf = (wanted: ChartLimit['kind']): number[] =>
		limits.filter(({ kind = 'most' }) => kind === wanted).map((limit) => limit.value);
	const most = valuesOf('most').sort((a, b) => a - b);
	const least = valuesOf('least');
	const [soft, hard] = [most[0], most.at(-1)];
	if ([hard, ...least].some((limit) => limit !== undefined && isSame(value, limit))) {
		return 'atLimit';
	}
	if (least.some((limit) => value < limit)) {
		return 'under';
	}
	if (hard !== undefined && value > hard) {
		return 'over';
	}
	return soft !== undefined && value > soft && !isSame(value, soft) ? 'tight' : 'ok';
}

/** The limit that a value may not pass at all, and lines that only warn or compare. */
export function isHardLimit(limit: ChartLimit, limits: readonly ChartLimit[]): boolean {
	const { kind = 'most', value } = limit;
	return (
		kind === 'least' ||
		(kind === 'most' && limits.every((other) => (other.kind ?? 'most') !== 'most' || other.value <= value))
	);
}

/** The index of the x nearest to a value; −1 where there is none. The xs ascend. */
export function nearest(xs: readonly number[], value: number): number {
	let [low, high] = [0, xs.length - 1];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (value - xs[middle]! > xs[middle + 1]! - value) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return high < 0 ? -1 : low;
}

function linearScale(largestValue: number): Scale {
	const most = largestValue > 0 ? largestValue * (1 + slack) : 1;
	return { most, marks: [], position: (value) => clamped(value / most) };
}

/** Seconds that read well, from a millisecond to ten days. */
const roundSeconds = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36_000, 86_400, 864_000];

/** From the power of ten below the least value, so that the least has a length too. */
function logarithmicScale(positive: readonly number[], unit: ChartUnit): Scale {
	const least = positive.reduce((a, b) => Math.min(a, b));
	const first = Math.floor(Math.log10(least) - equalWithin);
	const last = Math.log10(largest(positive) * (1 + slack));
	const tens = Array.from({ length: Math.max(0, Math.ceil(last) - first) }, (_, power) => 10 ** (first + power));
	const position = (value: number): number => (value <= 0 ? 0 : clamped((Math.log10(value) - first) / (last - first)));
	return {
		most: 10 ** last,
		// The axis begins at a power of ten, which needs no mark.
		marks: (unit === 'seconds' ? roundSeconds : tens).filter((value) => position(value) > 0.01 && position(value) < 1),
		position,
	};
}

function largest(values: readonly number[]): number {
	return values.reduce((most, value) => Math.max(most, value), 0);
}

function isSame(a: number, b: number): boolean {
	return Math.abs(a - b) <= Math.abs(b) * equalWithin;
}

function clamped(share: number): number {
	return Math.min(1, Math.max(0, share));
}
