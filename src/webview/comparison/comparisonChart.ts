import uPlot from 'uplot';
import { movedPlace, onSize, pictureSlider, pictureValue } from '../inspector/charts/chartPart';
import { type ChartNumbers, NumbersTable } from '../inspector/charts/numbersTable';
import { element, iconButton, setShown, setText } from '../inspector/elements';
import { transparent } from '../inspector/sparkline';
import type { ThemeColors } from '../theme';
import { seriesColor, seriesDash } from './seriesStyle';
import { swatch } from './swatch';
import { words } from './words';

/** One axis: where its marks are, and what they say. */
export interface ChartAxis {
	readonly isLogarithmic: boolean;
	readonly min: number;
	readonly max: number;
	readonly splits: readonly number[];
	text(value: number): string;
}

/** What a chart draws: a line for each session over xs that rise. */
export interface ChartContent {
	readonly title: string;
	readonly x: readonly number[];
	/** `null` leaves a gap in the line, `undefined` does not. */
	readonly lines: readonly (readonly (number | null | undefined)[])[];
	readonly labels: readonly string[];
	/** What stands below it; '' for nothing. */
	readonly note: string;
	readonly xAxis: ChartAxis;
	readonly yAxis: ChartAxis;
	/** The values at one x, ready to say. */
	read(at: number): { readonly head: string; readonly values: readonly string[] };
	/** The same as a table. */
	numbers(): ChartNumbers;
}

/** A table that somebody reads changes no more often. */
const tableAfterMs = 5000;
const axisFontPx = 10;

/**
 * Lines of all sessions in one chart, with a legend, the values under the pointer or at the arrow keys, and a button that
 * puts the same numbers as a table in its place.
 */
export class ComparisonChart {
	readonly element: HTMLElement;
	readonly #title = element('span', { class: 'chart-title' });
	readonly #canvas = element('div', { class: 'plot' });
	readonly #readout = element('div', { class: 'chart-readout' });
	readonly #nothing = element('div', { class: 'plot-note' }, words.nothingYet);
	readonly #note: HTMLElement;
	readonly #picture: HTMLElement;
	readonly #legend = element('div', { class: 'legend', attributes: { 'aria-hidden': 'true' } });
	readonly #table = new NumbersTable();
	readonly #tableBox: HTMLElement;
	readonly #toggle: HTMLButtonElement;
	readonly #colors: ThemeColors;
	#plot: uPlot | undefined;
	#content: ChartContent | undefined;
	#isTable = false;
	#tableAtMs = 0;
	#tableTimer: ReturnType<typeof setTimeout> | undefined;
	/** The x whose values are read; undefined for none. */
	#place: number | undefined;
	#size = { width: 300, height: 200 };

	constructor(colors: ThemeColors, testId: string) {
		this.#colors = colors;
		this.#toggle = iconButton('table', '', `${testId}-table`, () => {
			this.#isTable = !this.#isTable;
			this.#tableAtMs = 0;
			this.#draw();
		});
		this.#picture = pictureSlider(`${testId}-picture`);
		this.#picture.append(this.#canvas, this.#nothing, this.#readout);
		this.#note = element('div', { class: 'chart-note', testId: `${testId}-note` });
		this.#tableBox = element(
			'div',
			{ class: 'chart-table-box', testId: `${testId}-table-box`, attributes: { tabindex: '0', role: 'region' } },
			this.#table.element,
		);
		this.element = element(
			'figure',
			{ class: 'chart', testId },
			element('figcaption', { class: 'chart-head' }, this.#title, this.#toggle),
			this.#picture,
			this.#legend,
			this.#tableBox,
			this.#note,
		);
		setShown(this.#readout, false);
		setShown(this.#tableBox, false);
		onSize(this.#canvas, (width, height) => {
			this.#size = { width, height };
			this.#plot?.setSize(this.#size);
		});
		colors.onChange(() => this.#plot?.redraw(false, true));
		this.#picture.addEventListener('keydown', (event) => {
			const place = movedPlace(event.key, this.#place, this.#content?.x.length ?? 0, ['ArrowLeft', 'ArrowRight']);
			if (place !== undefined) {
				event.preventDefault();
				this.#moveCursor(place);
			}
		});
		this.#picture.addEventListener('blur', () => this.#moveCursor(undefined));
	}

	/** Draws newer values. */
	show(content: ChartContent): void {
		if (this.#content?.labels.join('\n') !== content.labels.join('\n')) {
			this.#legend.replaceChildren(
				...content.labels.map((label, at) => element('span', { class: 'legend-item' }, swatch(at), label)),
			);
		}
		if (this.#content?.labels.length !== content.labels.length) {
			this.#plot?.destroy();
			this.#plot = undefined;
		}
		this.#content = content;
		this.#draw();
	}

	#draw(): void {
		const content = this.#content;
		if (content === undefined) {
			return;
		}
		setText(this.#title, content.title);
		setText(this.#note, content.note);
		setShown(this.#note, content.note !== '');
		this.#tableBox.setAttribute('aria-label', content.title);
		const label = words.showTable(content.title);
		this.#toggle.title = label;
		this.#toggle.setAttribute('aria-label', label);
		this.#toggle.setAttribute('aria-pressed', String(this.#isTable));
		setShown(this.#picture, !this.#isTable);
		setShown(this.#legend, !this.#isTable);
		setShown(this.#tableBox, this.#isTable);
		if (this.#isTable) {
			this.#showTable(content);
			return;
		}
		const isMeasured = content.lines.some((values) => values.some((value) => typeof value === 'number'));
		setShown(this.#nothing, !isMeasured);
		const data = [content.x, ...content.lines] as uPlot.AlignedData;
		if (this.#plot === undefined) {
			this.#plot = new uPlot(this.#options(content), data, this.#canvas);
		} else {
			this.#plot.setData(data);
		}
		this.#say();
	}

	/** What comes too soon is shown in time, since it may be the last. */
	#showTable(content: ChartContent): void {
		const nowMs = performance.now();
		const waitMs = this.#tableAtMs === 0 ? 0 : this.#tableAtMs + tableAfterMs - nowMs;
		clearTimeout(this.#tableTimer);
		if (waitMs > 0) {
			this.#tableTimer = setTimeout(() => this.#draw(), waitMs);
			return;
		}
		this.#tableAtMs = nowMs;
		this.#table.show(content.numbers());
	}

	#options(content: ChartContent): uPlot.Options {
		const colors = this.#colors;
		const font = `${axisFontPx}px ${getComputedStyle(document.body).fontFamily}`;
		// The axes change with what is drawn, so each is asked for anew.
		const axis = (of: 'xAxis' | 'yAxis'): ChartAxis => this.#content![of];
		const scale = (of: 'xAxis' | 'yAxis'): uPlot.Scale => ({
			time: false,
			distr: 100,
			fwd: (value) => (axis(of).isLogarithmic ? Math.log10(Math.max(value, axis(of).min)) : value),
			bwd: (value) => (axis(of).isLogarithmic ? 10 ** value : value),
			range: () => [axis(of).min, axis(of).max],
		});
		const marks = (of: 'xAxis' | 'yAxis'): uPlot.Axis => ({
			stroke: () => colors.color('descriptionForeground', 'foreground'),
			font,
			ticks: { show: false },
			grid: { stroke: () => transparent(colors.color('foreground'), colors.highContrast ? 0.35 : 0.12), width: 1 },
			splits: () => [...axis(of).splits],
			values: (_plot, splits) => splits.map((value) => axis(of).text(value)),
		});
		return {
			...this.#size,
			padding: [8, 28, 0, 0],
			legend: { show: false },
			cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
			scales: { x: scale('xAxis'), y: scale('yAxis') },
			axes: [
				{ ...marks('xAxis'), size: 18, gap: 3 },
				{ ...marks('yAxis'), size: 52, gap: 5 },
			],
			series: [
				{},
				...content.lines.map(
					(_, at): uPlot.Series => ({
						stroke: () => colors.color(seriesColor(at)),
						width: 2,
						// The library draws dashes in the screen's own pixels.
						dash: seriesDash(at).map((px) => px * devicePixelRatio),
						points: { show: false },
					}),
				),
			],
			hooks: {
				setCursor: [
					(plot) => {
						const isInside = (plot.cursor.left ?? -1) >= 0;
						this.#place = isInside ? (plot.cursor.idx ?? undefined) : undefined;
						// Never over what it tells of.
						this.#readout.classList.toggle('at-right', (plot.cursor.left ?? 0) < plot.over.clientWidth / 2);
						this.#say();
					},
				],
			},
		};
	}

	/** Reads the values at an x: the library's cursor is where the keys are. */
	#moveCursor(place: number | undefined): void {
		const plot = this.#plot;
		if (plot === undefined) {
			return;
		}
		const x = place === undefined ? undefined : this.#content?.x[place];
		plot.setCursor(x === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(x, 'x'), top: 1 });
	}

	#say(): void {
		const content = this.#content!;
		const place = this.#place;
		const isRead = place !== undefined && place < content.x.length;
		setShown(this.#readout, isRead);
		const { head, values } = isRead ? content.read(place) : { head: '', values: [] };
		if (isRead) {
			this.#readout.replaceChildren(
				element('div', { class: 'readout-head' }, head),
				...values.map((value, at) =>
					element('div', { class: 'readout-line' }, swatch(at), content.labels[at]!, element('b', {}, value)),
				),
			);
		}
		const text = [head, ...values.map((value, at) => `${content.labels[at]} ${value}`)].join(', ');
		pictureValue(
			this.#picture,
			`${content.title}. ${words.chartKeys}`,
			place ?? 0,
			content.x.length,
			isRead ? text : '',
		);
	}
}
