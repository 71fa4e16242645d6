import type { LineChart } from '../../core/sizing/calculation';
import { axisSplits } from '../inspector/chartData';
import { element, setShown, setText } from '../inspector/elements';
import { isHardLimit, lineScale, nearest, type Scale } from './chartScale';
import { chartFigure } from './chartUnits';

const heightPx = 180;
const bottomPx = 18;
const topPx = 6;
const leftPx = 64;
const rightPx = 8;
/** Between two marks of the axis below, so that their texts do not touch. */
const markWidthPx = 90;

/** Lines over time or another number, with limits across, and the values under the pointer or at the arrow keys. */
export class LineChartView {
	readonly element: HTMLElement;
	readonly #svg = svg('svg', { class: 'lines' });
	readonly #cursor = svg('line', { class: 'cursor' });
	readonly #readout = element('div', { class: 'chart-readout', attributes: { 'aria-live': 'polite' } });
	readonly #chart: LineChart;
	readonly #scale: Scale;
	#widthPx = 0;
	/** Which x is read; −1 for none. */
	#at = -1;

	constructor(chart: LineChart) {
		this.#chart = chart;
		this.#scale = lineScale(chart);
		this.element = element(
			'div',
			{ class: 'line-chart', attributes: { role: 'img', tabindex: '0', 'aria-label': chart.title } },
			this.#svg,
			this.#readout,
		);
		this.#readout.hidden = true;
		new ResizeObserver(() => this.#draw()).observe(this.element);
		this.element.addEventListener('pointermove', (event) => {
			const [first = 0, last = 0] = [chart.x[0], chart.x.at(-1)];
			const share = (event.offsetX - leftPx) / Math.max(1, this.#widthPx - leftPx - rightPx);
			this.#read(nearest(chart.x, first + share * (last - first)));
		});
		this.element.addEventListener('pointerleave', () => this.#read(-1));
		this.element.addEventListener('blur', () => this.#read(-1));
		this.element.addEventListener('keydown', (event) => {
			const last = chart.x.length - 1;
			const to = { ArrowLeft: Math.max(0, this.#at - 1), ArrowRight: this.#at + 1, Home: 0, End: last }[event.key];
			if (to !== undefined) {
				event.preventDefault();
				this.#read(Math.min(last, to));
			}
		});
	}

	#draw(): void {
		const width = this.element.clientWidth;
		if (width === this.#widthPx || width === 0) {
			return;
		}
		this.#widthPx = width;
		this.#svg.setAttribute('viewBox', `0 0 ${width} ${heightPx}`);
		const { x, series, limits, unit, xUnit } = this.#chart;
		const [first = 0, last = 0] = [x[0], x.at(-1)];
		const parts: SVGElement[] = [];
		for (const value of axisSplits(0, this.#scale.most, 4)) {
			const y = this.#y(value);
			parts.push(
				svg('line', { class: 'grid', x1: leftPx, x2: width - rightPx, y1: y, y2: y }),
				label(chartFigure(value, unit), leftPx - 6, y + 4, 'end'),
			);
		}
		if (last > first) {
			for (const value of axisSplits(first, last, Math.max(1, Math.floor(width / markWidthPx)))) {
				const at = this.#x(value);
				const anchor = at > width - 30 ? 'end' : 'middle';
				parts.push(label(chartFigure(value, xUnit), Math.min(at, width - rightPx), heightPx - 3, anchor));
			}
		}
		for (const limit of limits) {
			const y = this.#y(limit.value);
			const className = isHardLimit(limit, limits) ? 'limit hard' : 'limit';
			parts.push(svg('line', { class: className, x1: leftPx, x2: width - rightPx, y1: y, y2: y }));
		}
		series.forEach(({ values }, at) => {
			const path = svg('path', { class: 'line', d: this.#path(values) });
			path.dataset.series = String(at % 5);
			parts.push(path);
		});
		this.#svg.replaceChildren(...parts, this.#cursor);
		this.#read(this.#at);
	}

	/** One stroke for each run of values without a gap. */
	#path(values: readonly (number | null)[]): string {
		let isDrawing = false;
		return values
			.map((value, at) => {
				if (value === null) {
					isDrawing = false;
					return '';
				}
				const command = isDrawing ? 'L' : 'M';
				isDrawing = true;
				return `${command}${this.#x(this.#chart.x[at]!).toFixed(1)} ${this.#y(value).toFixed(1)}`;
			})
			.join('');
	}

	#read(at: number): void {
		this.#at = at;
		const { x, series, unit, xUnit } = this.#chart;
		const value = x[at];
		setShown(this.#readout, value !== undefined);
		this.#cursor.classList.toggle('shown', value !== undefined);
		if (value === undefined) {
			return;
		}
		const position = this.#x(value);
		for (const [name, amount] of Object.entries({ x1: position, x2: position, y1: topPx, y2: heightPx - bottomPx })) {
			this.#cursor.setAttribute(name, amount.toFixed(1));
		}
		const values = series.map((each) => {
			const here = each.values[at] ?? null;
			return `${each.name} ${here === null ? '–' : chartFigure(here, unit)}`;
		});
		setText(this.#readout, [chartFigure(value, xUnit), ...values].join(' · '));
	}

	#x(value: number): number {
		const { x } = this.#chart;
		const [first = 0, last = 0] = [x[0], x.at(-1)];
		const share = last > first ? (value - first) / (last - first) : 0;
		return leftPx + share * (this.#widthPx - leftPx - rightPx);
	}

	#y(value: number): number {
		return topPx + (1 - this.#scale.position(value)) * (heightPx - topPx - bottomPx);
	}
}

function label(text: string, x: number, y: number, anchor: string): SVGElement {
	const created = svg('text', { class: 'axis-label', x, y, 'text-anchor': anchor });
	created.append(text);
	return created;
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
	const created = document.createElementNS('http://www.w3.org/2000/svg', tag);
	for (const [name, value] of Object.entries(attributes)) {
		created.setAttribute(name, String(value));
	}
	return created;
}
