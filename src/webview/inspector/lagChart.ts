import uPlot from 'uplot';
import type { Series } from '../../core/timing/series';
import type { ThemeColors } from '../theme';
import { axisSplits, bucketSeconds, gapped, lagRange, reopenings } from './chartData';
import { element, setShown, setText } from './elements';
import { axisNumber, figureMs, timeOfDaySeconds } from './format';
import { transparent } from './sparkline';
import { words } from './words';

const p50 = 1;
const p99 = 3;

/** Seconds between two marks of the time axis. The library's own steps have 2.5 among them. */
const wholeSeconds = [1, 2, 5, 10, 15, 30, 60, 120];

/** Lag over the last five minutes: p50, p95, a band up to p99, the slowest frame of each second, and lost connections. */
export class LagChart {
	readonly element: HTMLElement;
	readonly #canvas = element('div', { class: 'lag-canvas' });
	readonly #note = element('div', { class: 'chart-note' });
	/** Without a lag the only line is the round trip, and it must not be taken for a lag. */
	readonly #caption = element('div', { class: 'chart-caption' }, words.onlyRoundTrip);
	readonly #readout = element('div', { class: 'chart-readout' });
	readonly #colors: ThemeColors;
	readonly #plot: uPlot;
	#series: Series | undefined;
	#range: readonly [number, number] = [0, 1];
	#reopened: readonly number[] = [];

	constructor(colors: ThemeColors) {
		this.#colors = colors;
		this.element = element(
			'div',
			{ class: 'lag-chart', testId: 'lag-chart', attributes: { role: 'img', 'aria-label': words.lagLegend } },
			this.#canvas,
			this.#note,
			this.#caption,
			this.#readout,
		);
		this.#caption.hidden = true;
		this.#readout.hidden = true;
		this.#plot = new uPlot(this.#options(), [[], [], [], [], []], this.#canvas);
		new ResizeObserver((entries) => {
			const { width, height } = entries[0]!.contentRect;
			if (width > 0 && height > 0) {
				this.#plot.setSize({ width, height });
			}
		}).observe(this.#canvas);
		colors.onChange(() => this.#plot.redraw(false, true));
	}

	/** Draws a newer series; `note` stands in the chart's place while nothing was measured. */
	show(series: Series, connectionsOpened: number, note: string): void {
		const { lagP50, lagP95, lagP99, roundTrip } = series.columns;
		const measured = [...lagP50, ...roundTrip].some((value) => !Number.isNaN(value));
		setText(this.#note, measured ? '' : note);
		setShown(this.#note, !measured);
		setShown(this.#canvas, measured);
		const hasLag = lagP50.some((value) => !Number.isNaN(value));
		setShown(this.#caption, measured && !hasLag);
		this.#series = series;
		this.#range = lagRange(series);
		this.#reopened = reopenings(series, connectionsOpened);
		this.#plot.setData([bucketSeconds(series), gapped(lagP50), gapped(lagP95), gapped(lagP99), gapped(roundTrip)]);
	}

	#options(): uPlot.Options {
		const colors = this.#colors;
		const font = `10px ${getComputedStyle(document.body).fontFamily}`;
		const line = (name: string, width: number): uPlot.Series => ({
			stroke: () => colors.color(name),
			width,
			points: { show: false },
		});
		const axis: uPlot.Axis = {
			stroke: () => colors.color('descriptionForeground', 'foreground'),
			font,
			ticks: { show: false },
			grid: {
				stroke: () => transparent(colors.color('foreground'), colors.highContrast ? 0.35 : 0.12),
				width: 1,
			},
		};
		return {
			width: 200,
			height: 72,
			padding: [6, 4, 0, 0],
			legend: { show: false },
			cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
			scales: { x: { time: false }, y: { range: () => [...this.#range] } },
			axes: [
				{ ...axis, size: 16, gap: 2, space: 80, incrs: wholeSeconds, grid: { show: false }, values: clocks },
				{
					...axis,
					size: 40,
					gap: 4,
					splits: (_plot, _axis, min, max) => axisSplits(min, max, 3),
					values: (_plot, splits) => splits.map(axisNumber),
				},
			],
			series: [
				{},
				line('charts-blue', 1.5),
				{ ...line('charts-blue', 0.75), dash: [3, 2] },
				{ stroke: () => 'transparent', width: 0, points: { show: false } },
				// A ping is answered every few seconds, so its points are joined across the seconds between.
				{ ...line('charts-purple', 1), dash: [1, 2], spanGaps: true },
			],
			bands: [
				{ series: [p99, p50], fill: () => transparent(colors.color('charts-blue'), colors.highContrast ? 0.4 : 0.22) },
			],
			hooks: {
				draw: [(plot) => this.#drawMarks(plot)],
				setCursor: [(plot) => this.#showReadout(plot)],
			},
		};
	}

	/** The slowest frames, and lost and reopened connections. */
	#drawMarks(plot: uPlot): void {
		const series = this.#series;
		if (series === undefined) {
			return;
		}
		const { ctx, bbox } = plot;
		const ratio = devicePixelRatio;
		const xOf = (bucket: number): number =>
			Math.round(plot.valToPos((series.startMs + bucket * series.bucketMs) / 1000, 'x', true)) + 0.5;
		ctx.save();
		ctx.beginPath();
		ctx.rect(bbox.left, bbox.top - 4 * ratio, bbox.width, bbox.height + 4 * ratio);
		ctx.clip();
		ctx.fillStyle = this.#colors.color('charts-yellow');
		series.columns.lagMax.forEach((max, bucket) => {
			if (Number.isNaN(max)) {
				return;
			}
			const x = xOf(bucket);
			ctx.beginPath();
			if (max > this.#range[1]) {
				// Above the scale: a stall, drawn as a triangle at the upper edge.
				ctx.moveTo(x - 3 * ratio, bbox.top + 2 * ratio);
				ctx.lineTo(x + 3 * ratio, bbox.top + 2 * ratio);
				ctx.lineTo(x, bbox.top - 4 * ratio);
			} else {
				ctx.arc(x, plot.valToPos(max, 'y', true), 1.25 * ratio, 0, 2 * Math.PI);
			}
			ctx.fill();
		});
		ctx.setLineDash([3 * ratio, 3 * ratio]);
		ctx.lineWidth = ratio;
		const dashed = (bucket: number, colorName: string): void => {
			ctx.strokeStyle = this.#colors.color(colorName);
			ctx.beginPath();
			ctx.moveTo(xOf(bucket), bbox.top);
			ctx.lineTo(xOf(bucket), bbox.top + bbox.height);
			ctx.stroke();
		};
		series.columns.connectionsLost.forEach((lost, bucket) => {
			if (lost > 0) {
				dashed(bucket, 'charts-red');
			}
		});
		for (const bucket of this.#reopened) {
			dashed(bucket, 'charts-green');
		}
		ctx.restore();
	}

	#showReadout(plot: uPlot): void {
		const bucket = plot.cursor.idx;
		const inside = (plot.cursor.left ?? -1) >= 0;
		if (!inside || bucket === null || bucket === undefined || this.#series === undefined) {
			setShown(this.#readout, false);
			return;
		}
		const { columns, startMs, bucketMs } = this.#series;
		const parts = [
			timeOfDaySeconds(startMs + bucket * bucketMs),
			...(['lagP50', 'lagP95', 'lagP99', 'lagMax'] as const).map(
				(name) => `${name.slice(3).toLowerCase()} ${figureMs(columns[name][bucket])}`,
			),
		];
		if (!Number.isNaN(columns.roundTrip[bucket]!)) {
			parts.push(`${words.roundTrip} ${figureMs(columns.roundTrip[bucket])}`);
		}
		setText(this.#readout, `${parts.join('  ')} ms`);
		setShown(this.#readout, true);
	}
}

/** The times at the axis' marks, but for a mark so near to an edge that its time would be cut. */
function clocks(plot: uPlot, splits: number[]): string[] {
	return splits.map((seconds) => {
		const x = plot.valToPos(seconds, 'x');
		return x < 24 || x > plot.bbox.width / devicePixelRatio - 24 ? '' : timeOfDaySeconds(seconds * 1000);
	});
}
