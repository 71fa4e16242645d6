import type { SizingChart } from '../../core/sizing/calculation';
import { element, iconButton } from '../inspector/elements';
import { barChart } from './barChart';
import { isHardLimit } from './chartScale';
import { chartTable } from './chartTable';
import { chartFigure } from './chartUnits';
import { LineChartView } from './lineChart';
import { words } from './words';

/**
 * A chart with its title and legend. A button puts its table in its place; a screen reader has the table always, since a
 * picture tells it nothing.
 */
export class ChartView {
	readonly element: HTMLElement;
	readonly #body = element('div', { class: 'chart-body' });
	readonly #toggle: HTMLButtonElement;
	readonly #title = element('span', { class: 'chart-title' });
	#chart: SizingChart | undefined;
	#drawn = '';
	#isTable = false;

	constructor() {
		this.#toggle = iconButton('table', '', 'chart-table-toggle', () => {
			this.#isTable = !this.#isTable;
			this.#draw();
		});
		this.element = element(
			'figure',
			{ class: 'chart', testId: 'chart' },
			element('figcaption', { class: 'chart-head' }, this.#title, this.#toggle),
			this.#body,
		);
	}

	/** Draws a chart, if it is another than the one drawn. */
	show(chart: SizingChart): void {
		const content = JSON.stringify(chart);
		if (content !== this.#drawn) {
			this.#drawn = content;
			this.#chart = chart;
			this.#draw();
		}
	}

	#draw(): void {
		const chart = this.#chart!;
		this.#title.replaceChildren(chart.title);
		const label = words.showTable(chart.title);
		this.#toggle.title = label;
		this.#toggle.setAttribute('aria-label', label);
		this.#toggle.setAttribute('aria-pressed', String(this.#isTable));
		const table = element('div', { class: this.#isTable ? 'chart-table-box' : 'visually-hidden' }, chartTable(chart));
		const picture = this.#isTable
			? []
			: [chart.kind === 'bars' ? barChart(chart) : new LineChartView(chart).element, ...legend(chart)];
		this.#body.replaceChildren(...picture, table);
	}
}

/** What the lines and colours mean, as far as no label in the chart says it. */
function legend(chart: SizingChart): HTMLElement[] {
	const limits = [...chart.limits]
		.sort((a, b) => a.value - b.value)
		.map((limit) =>
			element(
				'span',
				{ class: 'legend-item' },
				element('span', { class: isHardLimit(limit, chart.limits) ? 'swatch limit hard' : 'swatch limit' }),
				words.barLimit(limit.name, chartFigure(limit.value, chart.unit)),
			),
		);
	const lines = chart.kind === 'bars' ? [] : chart.series.map(({ name }, at) => lineItem(name, at));
	const notes = [chart.valueLabel, ...(chart.kind === 'bars' && chart.logarithmic ? [words.logarithmic] : [])];
	return [
		element(
			'div',
			{ class: 'legend', attributes: { 'aria-hidden': 'true' } },
			element('span', { class: 'legend-item' }, notes.join(', ')),
			...lines,
			...limits,
		),
	];
}

function lineItem(name: string, at: number): HTMLElement {
	const swatch = element('span', { class: 'swatch line' });
	swatch.dataset.series = String(at % 5);
	return element('span', { class: 'legend-item' }, swatch, name);
}
