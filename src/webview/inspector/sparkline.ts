import uPlot from 'uplot';
import type { Series, SeriesColumn } from '../../core/timing/series';
import type { ThemeColors } from '../theme';
import { fullBuckets } from './chartData';
import { element } from './elements';
import { words } from './words';

/** One count over the last minute, with neither axes nor legend. */
export class Sparkline {
	readonly element = element('div', {
		class: 'sparkline',
		title: words.sparkline,
		attributes: { 'aria-hidden': 'true' },
	});
	readonly #plot: uPlot;
	readonly #column: SeriesColumn;

	constructor(colors: ThemeColors, column: SeriesColumn, colorName: string) {
		this.#column = column;
		this.#plot = new uPlot(
			{
				width: 100,
				height: 24,
				padding: [2, 0, 0, 0],
				legend: { show: false },
				cursor: { show: false },
				axes: [{ show: false }, { show: false }],
				scales: {
					x: { time: false },
					// From 0 upwards: a steady 1,000 a second must look steady, not like the noise on top of it.
					y: { range: (_plot, _min, max) => [0, max > 0 ? max : 1] },
				},
				series: [
					{},
					{
						stroke: () => colors.color(colorName),
						fill: () => transparent(colors.color(colorName), colors.highContrast ? 0 : 0.16),
						width: 1,
						points: { show: false },
					},
				],
			},
			[[], []],
			this.element,
		);
		new ResizeObserver((entries) => {
			const { width, height } = entries[0]!.contentRect;
			if (width > 0 && height > 0) {
				this.#plot.setSize({ width, height });
			}
		}).observe(this.element);
		colors.onChange(() => this.#plot.redraw(false));
	}

	/** Draws a newer series. */
	show(series: Series): void {
		const [x, y] = fullBuckets(series, series.columns[this.#column]);
		this.#plot.setData([x, y]);
	}
}

/** A theme's colour, made see-through; themes give `#rrggbb`, `#rrggbbaa` or `rgb(…)`, and CSS mixes any of them. */
export function transparent(color: string, opacity: number): string {
	return `color-mix(in srgb, ${color} ${Math.round(opacity * 100)}%, transparent)`;
}
