import type { Series } from '../../../core/timing/series';
import type { ThemeColors } from '../../theme';
import { element, setShown } from '../elements';
import { LagChart } from '../lagChart';
import { hasMeasured, overTimeNumbers, totals } from '../lagChartText';
import { lagMissing } from '../lagMethod';
import { words } from '../words';
import type { ChartContext, ChartPart } from './chartPart';
import type { ChartNumbers } from './numbersTable';
import { zoomButtons } from './zoomButtons';

type LegendName = keyof typeof words.charts.overTimeLegend;

/** Signs are letters in the legend, of the shapes that are drawn. */
const legendSigns: Partial<Record<LegendName, string>> = {
	max: '•',
	stalls: '◆',
	missing: '✕',
	duplicates: '=',
	reorders: '⧓',
	resets: '○',
};
/** What every second with a lag has; the rest is told only where it is drawn. */
const alwaysTold: ReadonlySet<LegendName> = new Set<LegendName>(['p50', 'p95', 'band', 'max']);

/** The lag chart of the panel's head, larger, with a legend, and with every second's numbers as a table. */
export class OverTimeView implements ChartPart {
	readonly element: HTMLElement;
	readonly controls: readonly HTMLElement[];
	readonly #chart: LagChart;
	readonly #legend = new Map<LegendName, HTMLElement>();
	#series: Series | undefined;
	#connectionsOpened = 0;

	constructor(colors: ThemeColors, timeChosen: (atMs: number) => void) {
		const readout = element('div', { class: 'chart-line second-readout', testId: 'over-time-readout' });
		this.#chart = new LagChart(colors, { name: 'over-time', readout, hint: words.charts.overTimeHint, timeChosen });
		this.controls = zoomButtons('over-time', [words.charts.zoomOut, words.charts.zoomIn], (factor) =>
			this.#chart.zoom(factor),
		);
		const legend = element('div', { class: 'chart-legend', attributes: { 'aria-hidden': 'true' } });
		for (const [name, text] of Object.entries(words.charts.overTimeLegend) as Array<[LegendName, string]>) {
			const sign = element('span', { class: `second-sign ${name}` }, legendSigns[name] ?? '');
			const item = element('span', { class: 'legend-item' }, sign, text);
			item.hidden = !alwaysTold.has(name);
			this.#legend.set(name, item);
			legend.append(item);
		}
		this.element = element('div', { class: 'chart-part over-time' }, this.#chart.element, legend, readout);
	}

	showSeries(series: Series, { statistics }: ChartContext): void {
		this.#series = series;
		this.#connectionsOpened = statistics?.connectionsOpened ?? 0;
		if (this.element.hidden) {
			// Its table is in its place.
			return;
		}
		this.#chart.show(series, this.#connectionsOpened, '');
		const happened = new Set<LegendName>(totals(series, this.#connectionsOpened).map(([name]) => name));
		const hasRoundTrip = series.columns.roundTrip.some((value) => !Number.isNaN(value));
		for (const [name, item] of this.#legend) {
			setShown(item, alwaysTold.has(name) || happened.has(name) || (name === 'roundTrip' && hasRoundTrip));
		}
	}

	note({ statistics }: ChartContext): string {
		if (this.#series === undefined || hasMeasured(this.#series, this.#connectionsOpened)) {
			return '';
		}
		return (statistics && lagMissing(statistics.lagMs)) ?? words.notMeasured;
	}

	numbers(): ChartNumbers {
		return this.#series === undefined
			? { caption: '', head: [words.charts.time], rows: [] }
			: overTimeNumbers(this.#series, this.#connectionsOpened);
	}

	focus(): void {
		this.#chart.element.focus();
	}
}
