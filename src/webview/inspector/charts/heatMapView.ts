import { type ChartAnswer, type ChartRequest, type HeatMap, heatMapRows, readHeatMap } from '../../../core/charts';
import type { ThemeColors } from '../../theme';
import { element, setText } from '../elements';
import { groupedDigits, timeOfDaySeconds } from '../format';
import { lagMissing } from '../lagMethod';
import { transparent } from '../sparkline';
import { words } from '../words';
import { type ChartContext, type ChartPart, movedPlace, onSize, pictureSlider, pictureValue } from './chartPart';
import {
	cellAt,
	cellCorner,
	cellOpacity,
	cellText,
	type HeatMapGrid,
	heatMapGrid,
	heatMapLabel,
	heatMapNumbers,
	lagMarks,
	mostInCell,
	usedRows,
} from './heatMapLayout';
import { fittingLabels } from './histogramLayout';
import type { ChartNumbers } from './numbersTable';

const leftPx = 52;
const rightPx = 10;
const topPx = 6;
const bottomPx = 18;
/** A single lag still stands out from the ground. */
const faintest = { usual: 0.16, highContrast: 0.35 };
/** Seconds between two marks of the time axis, the first whose labels fit. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Lag by time over the whole session: the darker a cell, the more lags of that size at that time. */
export class HeatMapView implements ChartPart {
	readonly element: HTMLElement;
	readonly controls: readonly HTMLElement[] = [];
	readonly #colors: ThemeColors;
	readonly #picture = pictureSlider('heat-map');
	readonly #canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
	readonly #readout = element('div', { class: 'chart-line', testId: 'heat-map-readout' });
	readonly #scale = element('span', { class: 'heat-scale' });
	readonly #scaleMost = element('span', {});
	readonly #timeChosen: (atMs: number) => void;
	#size: readonly [widthPx: number, heightPx: number] = [0, 0];
	#map: HeatMap | undefined;
	#grid: HeatMapGrid | undefined;
	#cell: readonly [column: number, row: number] | undefined;

	constructor(colors: ThemeColors, timeChosen: (atMs: number) => void) {
		this.#colors = colors;
		this.#timeChosen = timeChosen;
		this.#picture.append(this.#canvas);
		const legend = element('div', { class: 'chart-legend' }, words.charts.heatScale, this.#scale, this.#scaleMost);
		this.element = element('div', { class: 'chart-part' }, this.#picture, legend, this.#readout);
		onSize(this.#picture, (widthPx, heightPx) => {
			this.#size = [widthPx, heightPx];
			this.#draw();
		});
		colors.onChange(() => this.#draw());
		this.#picture.addEventListener('pointermove', (event) => {
			this.#choose(this.#grid && cellAt(this.#grid, event.offsetX, event.offsetY));
		});
		this.#picture.addEventListener('pointerleave', () => this.#choose(undefined));
		this.#picture.addEventListener('click', () => this.#goToCell());
		this.#picture.addEventListener('keydown', (event) => this.#key(event));
	}

	request(): ChartRequest {
		return { chart: 'heatMap' };
	}

	show(answer: ChartAnswer): void {
		if (answer.chart === 'heatMap') {
			this.#map = readHeatMap(answer.heatMap);
			this.#draw();
		}
	}

	note({ statistics }: ChartContext): string {
		if (this.#map === undefined || this.#map.columns > 0) {
			return '';
		}
		return (statistics && lagMissing(statistics.lagMs)) ?? words.notMeasured;
	}

	numbers(): ChartNumbers {
		return this.#map === undefined ? { caption: '', head: [words.charts.time], rows: [] } : heatMapNumbers(this.#map);
	}

	focus(): void {
		this.#picture.focus();
	}

	#key(event: KeyboardEvent): void {
		const grid = this.#grid;
		if (grid === undefined) {
			return;
		}
		const { lowest, highest } = grid.rows;
		const [column, row] = this.#cell ?? [];
		if (event.key === 'Enter' && this.#cell !== undefined) {
			event.preventDefault();
			this.#goToCell();
			return;
		}
		const along = movedPlace(event.key, column, grid.columns, ['ArrowLeft', 'ArrowRight']);
		const up = movedPlace(event.key, row === undefined ? undefined : row - lowest, highest - lowest + 1, [
			'ArrowDown',
			'ArrowUp',
		]);
		if (along !== undefined) {
			event.preventDefault();
			this.#choose([along, row ?? this.#fullestRow(along)]);
		} else if (up !== undefined) {
			event.preventDefault();
			this.#choose([column ?? grid.columns - 1, lowest + up]);
		}
	}

	#fullestRow(column: number): number {
		const counts = this.#map!.counts.subarray(column * heatMapRows, (column + 1) * heatMapRows);
		const { lowest } = this.#grid!.rows;
		return counts.reduce((best, count, row) => (count > counts[best]! ? row : best), lowest);
	}

	#goToCell(): void {
		if (this.#cell !== undefined && this.#map !== undefined) {
			this.#timeChosen(this.#map.startMs + this.#cell[0] * this.#map.columnMs);
		}
	}

	#choose(cell: readonly [column: number, row: number] | undefined): void {
		if (cell?.[0] !== this.#cell?.[0] || cell?.[1] !== this.#cell?.[1]) {
			this.#cell = cell;
			this.#draw();
		}
	}

	#draw(): void {
		const map = this.#map;
		const rows = map && usedRows(map);
		const [widthPx, heightPx] = this.#size;
		if (map === undefined || rows === undefined || widthPx === 0) {
			this.#grid = undefined;
			setText(this.#readout, '');
			return;
		}
		const grid = heatMapGrid(map, rows, {
			leftPx,
			topPx,
			widthPx: Math.max(1, widthPx - leftPx - rightPx),
			heightPx: Math.max(1, heightPx - topPx - bottomPx),
		});
		this.#grid = grid;
		if (this.#cell !== undefined) {
			const [column, row] = this.#cell;
			this.#cell = [Math.min(column, grid.columns - 1), Math.min(rows.highest, Math.max(rows.lowest, row))];
		}
		const ratio = devicePixelRatio;
		this.#canvas.width = Math.round(widthPx * ratio);
		this.#canvas.height = Math.round(heightPx * ratio);
		const context = this.#canvas.getContext('2d')!;
		context.scale(ratio, ratio);
		context.font = `10px ${getComputedStyle(document.body).fontFamily}`;
		this.#drawAxes(context, map, grid);
		this.#drawCells(context, map, grid);
		setText(this.#scaleMost, groupedDigits(mostInCell(map)));
		const shown = this.#cell === undefined ? words.charts.heatMapHint : cellText(map, ...this.#cell);
		setText(this.#readout, shown);
		pictureValue(this.#picture, heatMapLabel(map), this.#cell?.[0] ?? 0, grid.columns, shown);
	}

	#drawCells(context: CanvasRenderingContext2D, map: HeatMap, grid: HeatMapGrid): void {
		const most = mostInCell(map);
		const least = this.#colors.highContrast ? faintest.highContrast : faintest.usual;
		const color = this.#colors.color('charts-blue');
		context.fillStyle = color;
		// Cells that touch at fractions of a pixel would show as a lattice.
		const edge = (value: number): number => Math.round(value * devicePixelRatio) / devicePixelRatio;
		for (let column = 0; column < map.columns; column++) {
			for (let row = grid.rows.lowest; row <= grid.rows.highest; row++) {
				const count = map.counts[column * heatMapRows + row]!;
				if (count > 0) {
					const [x, y] = cellCorner(grid, column, row);
					context.globalAlpha = cellOpacity(count, most, least);
					const [left, top] = [edge(x), edge(y)];
					context.fillRect(left, top, edge(x + grid.cellWidthPx) - left, edge(y + grid.cellHeightPx) - top);
				}
			}
		}
		context.globalAlpha = 1;
		this.#scale.style.background = `linear-gradient(to right, ${transparent(color, least)}, ${color})`;
		if (this.#cell !== undefined) {
			const [x, y] = cellCorner(grid, ...this.#cell);
			context.strokeStyle = this.#colors.color('focusBorder', 'foreground');
			context.lineWidth = 1.5;
			context.strokeRect(x - 0.75, y - 0.75, Math.max(3, grid.cellWidthPx) + 1.5, grid.cellHeightPx + 1.5);
		}
	}

	#drawAxes(context: CanvasRenderingContext2D, map: HeatMap, grid: HeatMapGrid): void {
		const right = this.#size[0] - rightPx;
		const bottom = this.#size[1] - bottomPx;
		const line = transparent(this.#colors.color('foreground'), this.#colors.highContrast ? 0.35 : 0.12);
		context.fillStyle = this.#colors.color('descriptionForeground', 'foreground');
		context.strokeStyle = line;
		context.lineWidth = 1;
		context.textBaseline = 'middle';
		context.textAlign = 'right';
		let lastY = Number.POSITIVE_INFINITY;
		for (const { row, text } of lagMarks(grid.rows)) {
			const y = Math.round(cellCorner(grid, 0, row - 1)[1]) + 0.5;
			if (lastY - y < 12) {
				continue;
			}
			lastY = y;
			context.fillText(text, leftPx - 6, Math.min(bottom - 3, y));
			context.beginPath();
			context.moveTo(leftPx, y);
			context.lineTo(right, y);
			context.stroke();
		}
		context.textBaseline = 'alphabetic';
		context.textAlign = 'center';
		const endMs = map.startMs + grid.columns * map.columnMs;
		const pxPerMs = grid.cellWidthPx / map.columnMs;
		const step = timeSteps.find((seconds) => seconds * 1000 * pxPerMs >= 66) ?? timeSteps.at(-1)!;
		const labels: Array<{ at: number; width: number; text: string }> = [];
		for (let at = Math.ceil(map.startMs / (step * 1000)) * step * 1000; at <= endMs; at += step * 1000) {
			const text = timeOfDaySeconds(at);
			const width = context.measureText(text).width;
			const x = Math.min(right - width / 2, Math.max(leftPx + width / 2, leftPx + (at - map.startMs) * pxPerMs));
			labels.push({ at: x, width, text });
		}
		for (const index of fittingLabels(labels, (place) => place, 8)) {
			const { at, text } = labels[index]!;
			context.fillText(text, at, this.#size[1] - 5);
		}
		context.beginPath();
		context.moveTo(leftPx, bottom + 0.5);
		context.lineTo(right, bottom + 0.5);
		context.stroke();
	}
}
