import {
	type ChartAnswer,
	type ChartRequest,
	type LagPeriod,
	lagPeriods,
	mostBins,
	readBins,
} from '../../../core/charts';
import { axisSplits } from '../chartData';
import { element, setText } from '../elements';
import { figureMs, groupedDigits } from '../format';
import { lagMissing } from '../lagMethod';
import { words } from '../words';
import { type ChartContext, type ChartPart, movedPlace, onSize, pictureSlider, pictureValue } from './chartPart';
import {
	binText,
	edgeRank,
	edgeText,
	fittingLabels,
	type HistogramData,
	histogramLabel,
	histogramNumbers,
	labelRows,
	markedPercentiles,
	placeAmong,
} from './histogramLayout';
import type { ChartNumbers } from './numbersTable';
import { svg } from './svg';

const leftPx = 44;
const rightPx = 10;
const bottomPx = 30;
const labelRowPx = 13;
/** Wide enough to be pointed at. */
const leastBinPx = 8;
/** No digit of a label is wider. */
const characterPx = 6.4;

/** How lags are spread: bins between round edges, and lines at the percentiles. */
export class HistogramView implements ChartPart {
	readonly element: HTMLElement;
	readonly controls: readonly HTMLElement[];
	readonly #picture = pictureSlider('histogram');
	readonly #readout = element('div', { class: 'chart-line', testId: 'histogram-readout' });
	readonly #period: HTMLSelectElement;
	readonly #changed: () => void;
	#size: readonly [widthPx: number, heightPx: number] = [0, 0];
	#data: HistogramData | undefined;
	#bin: number | undefined;

	/** `changed` is called when another request has to be made. */
	constructor(changed: () => void) {
		this.#changed = changed;
		this.#period = element('select', {
			class: 'chart-period',
			testId: 'histogram-period',
			attributes: { 'aria-label': words.charts.period },
		});
		for (const period of lagPeriods) {
			this.#period.append(element('option', { attributes: { value: period } }, words.charts.periodNames[period]));
		}
		this.#period.addEventListener('change', () => changed());
		this.controls = [this.#period];
		this.element = element('div', { class: 'chart-part' }, this.#picture, this.#readout);
		onSize(this.#picture, (widthPx, heightPx) => {
			const bins = this.#mostBins;
			this.#size = [widthPx, heightPx];
			this.#draw();
			if (this.#mostBins !== bins) {
				changed();
			}
		});
		this.#picture.addEventListener('pointermove', (event) => this.#point(event.offsetX));
		this.#picture.addEventListener('pointerleave', () => this.#choose(undefined));
		this.#picture.addEventListener('keydown', (event) => {
			const bin = movedPlace(event.key, this.#bin, this.#data?.counts.length ?? 0, ['ArrowLeft', 'ArrowRight']);
			if (bin !== undefined) {
				event.preventDefault();
				this.#choose(bin);
			}
		});
	}

	request(): ChartRequest {
		return { chart: 'histogram', period: this.#chosenPeriod, mostBins: this.#mostBins };
	}

	show(answer: ChartAnswer): void {
		if (answer.chart !== 'histogram') {
			return;
		}
		if (answer.period !== this.#chosenPeriod) {
			this.#changed();
			return;
		}
		this.#data = { ...readBins(answer.bins), period: answer.period, distribution: answer.distribution };
		this.#draw();
	}

	note({ statistics }: ChartContext): string {
		if (this.#data === undefined || this.#data.counts.length > 0) {
			return '';
		}
		const missing = statistics && lagMissing(statistics.lagMs);
		return missing ?? (this.#chosenPeriod === 'minute' ? words.charts.noLagInMinute : words.notMeasured);
	}

	numbers(): ChartNumbers {
		return this.#data === undefined
			? { caption: '', head: words.charts.histogramHead, rows: [] }
			: histogramNumbers(this.#data);
	}

	focus(): void {
		this.#picture.focus();
	}

	get #chosenPeriod(): LagPeriod {
		return this.#period.value as LagPeriod;
	}

	get #mostBins(): number {
		const roomPx = this.#size[0] - leftPx - rightPx;
		return Math.min(mostBins, Math.max(8, Math.floor(roomPx / leastBinPx)));
	}

	#point(x: number): void {
		const bins = this.#data?.counts.length ?? 0;
		const bin = Math.floor(((x - leftPx) / (this.#size[0] - leftPx - rightPx)) * bins);
		this.#choose(bin >= 0 && bin < bins ? bin : undefined);
	}

	#choose(bin: number | undefined): void {
		if (bin !== this.#bin) {
			this.#bin = bin;
			this.#draw();
		}
	}

	#draw(): void {
		const data = this.#data;
		const [widthPx, heightPx] = this.#size;
		if (data === undefined || widthPx === 0 || data.counts.length === 0) {
			this.#picture.replaceChildren();
			setText(this.#readout, '');
			return;
		}
		const { edgesMs, counts, distribution } = data;
		const bins = counts.length;
		if (this.#bin !== undefined && this.#bin >= bins) {
			this.#bin = bins - 1;
		}
		const plotPx = Math.max(1, widthPx - leftPx - rightPx);
		const xOf = (place: number): number => leftPx + (place / bins) * plotPx;
		const lines = markedPercentiles.flatMap(([name, key]) => {
			const value = distribution[key];
			return value === null ? [] : [{ text: `${name} ${figureMs(value)}`, x: xOf(placeAmong(edgesMs, value)) }];
		});
		const labels = lines.map(({ text, x }) => {
			const width = text.length * characterPx + 6;
			// Where there is no room behind its line, a label stands before it.
			return { from: x + 3 + width <= widthPx ? x + 3 : x - width + 3, width };
		});
		const rows = labelRows(labels);
		const topPx = 4 + labelRowPx * (Math.max(...rows, 0) + 1);
		const basePx = Math.max(topPx + 10, heightPx - bottomPx);
		const most = Array.from(counts).reduce((a, b) => Math.max(a, b), 0);
		const yOf = (count: number): number => basePx - (count / most) * (basePx - topPx);
		const picture = svg('svg', { width: widthPx, height: heightPx, 'aria-hidden': 'true' });

		for (const count of axisSplits(0, most, 5).filter(Number.isInteger)) {
			const y = Math.round(yOf(count)) + 0.5;
			picture.append(
				svg('line', { class: 'grid-line', x1: leftPx, x2: widthPx - rightPx, y1: y, y2: y }),
				svg('text', { class: 'axis-text', x: leftPx - 5, y: y + 3.5, 'text-anchor': 'end' }, groupedDigits(count)),
			);
		}
		for (let bin = 0; bin < bins; bin++) {
			const [from, to] = [xOf(bin), xOf(bin + 1)];
			if (counts[bin]! > 0) {
				// One in a million must be seen too, so no bar is lower than a pixel.
				const y = Math.min(basePx - 1, yOf(counts[bin]!));
				const gap = to - from > 4 ? 1 : 0;
				const chosen = bin === this.#bin ? ' chosen' : '';
				picture.append(
					svg('rect', { class: `lag-bar${chosen}`, x: from, y, width: to - from - gap, height: basePx - y }),
				);
			}
			if (bin === this.#bin) {
				picture.append(
					svg('rect', { class: 'place', x: from, y: topPx, width: to - from, height: basePx - topPx + 3 }),
				);
			}
		}
		this.#drawEdges(picture, edgesMs, xOf, basePx);
		lines.forEach(({ text, x }, at) => {
			const y = 11 + labelRowPx * rows[at]!;
			picture.append(
				svg('line', { class: 'percentile-line', x1: x, x2: x, y1: y - 9, y2: basePx }),
				svg('text', { class: 'percentile-text', x: labels[at]!.from, y }, text),
			);
		});
		this.#picture.replaceChildren(picture);
		const shown = this.#bin === undefined ? words.charts.histogramHint : binText(data, this.#bin);
		setText(this.#readout, shown);
		pictureValue(this.#picture, histogramLabel(data), this.#bin ?? 0, bins, shown);
	}

	#drawEdges(picture: SVGElement, edgesMs: ArrayLike<number>, xOf: (place: number) => number, basePx: number): void {
		const edges = Array.from(edgesMs);
		const labels = edges.map((edge, place) => ({ at: xOf(place), width: edgeText(edge).length * characterPx }));
		const shown = fittingLabels(labels, (place) => edgeRank(edges[place]!), 8);
		for (const place of shown) {
			const x = xOf(place);
			picture.append(
				svg('line', { class: 'axis-line', x1: x, x2: x, y1: basePx, y2: basePx + 3 }),
				svg('text', { class: 'axis-text', x, y: basePx + 13, 'text-anchor': 'middle' }, edgeText(edges[place]!)),
			);
		}
		const [left, right] = [xOf(0), xOf(edges.length - 1)];
		picture.append(
			svg('line', { class: 'axis-line', x1: left, x2: right, y1: basePx + 0.5, y2: basePx + 0.5 }),
			svg('text', { class: 'axis-text', x: right, y: basePx + 26, 'text-anchor': 'end' }, words.charts.lagAxis),
		);
	}
}
