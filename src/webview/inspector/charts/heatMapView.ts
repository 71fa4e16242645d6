import { type ChartAnswer, type ChartRequest, type HeatMap, heatMapRows, readHeatMap } from '../../../core/charts';
import type { ThemeColors } from '../../theme';
import { draggedSpan, movedToHave, type TimeSpan, zoomedAround } from '../chartData';
import { element, setShown, setText } from '../elements';
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
	columnsOf,
	columnsOfTimes,
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
import { zoomButtons, zoomOfKey } from './zoomButtons';

const leftPx = 52;
const rightPx = 10;
const topPx = 6;
const bottomPx = 18;
/** A pointer that moved less meant a cell, not a stretch of time. */
const dragAbovePx = 4;
/** A click on a zoomed map waits so long for the second one that shows all again. */
const doubleClickMs = 250;
/** A single lag still stands out from the ground. */
const faintest = { usual: 0.16, highContrast: 0.35 };
/** Seconds between two marks of the time axis, the first whose labels fit. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/**
 * Lag by time over the whole session: the stronger a cell's colour, the more lags of that size at that time. Dragging over it
 * zooms; what is zoomed to stays while data comes.
 */
export class HeatMapView implements ChartPart {
	readonly element: HTMLElement;
	readonly controls: readonly HTMLElement[];
	readonly #colors: ThemeColors;
	readonly #picture = pictureSlider('heat-map');
	readonly #canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
	readonly #readout = element('div', { class: 'chart-line', testId: 'heat-map-readout' });
	readonly #scale = element('span', { class: 'heat-scale' });
	readonly #scaleMost = element('span', {});
	readonly #band = element('div', { class: 'zoom-band' });
	readonly #showAll: HTMLButtonElement;
	readonly #timeChosen: (atMs: number) => void;
	#size: readonly [widthPx: number, heightPx: number] = [0, 0];
	#map: HeatMap | undefined;
	#grid: HeatMapGrid | undefined;
	/** Its column is one of the whole map's, also where only some are in view. */
	#cell: readonly [column: number, row: number] | undefined;
	/** When the first and the last column in view begin, in epoch milliseconds; undefined: all are in view. */
	#zoom: readonly [fromMs: number, toMs: number] | undefined;
	#clickTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(colors: ThemeColors, timeChosen: (atMs: number) => void) {
		this.#colors = colors;
		this.#timeChosen = timeChosen;
		this.#band.hidden = true;
		this.#picture.append(this.#canvas, this.#band);
		this.#showAll = element(
			'button',
			{ class: 'link', testId: 'heat-map-zoom-reset', attributes: { type: 'button' } },
			words.lagZoomReset,
		);
		this.#showAll.addEventListener('click', () => {
			this.#zoomTo(undefined);
			this.focus();
		});
		this.#showAll.hidden = true;
		this.controls = [
			this.#showAll,
			...zoomButtons('heat-map', [words.charts.zoomOut, words.charts.zoomIn], (factor) => this.#zoomBy(factor)),
		];
		const legend = element('div', { class: 'chart-legend' }, words.charts.heatScale, this.#scale, this.#scaleMost);
		this.element = element('div', { class: 'chart-part' }, this.#picture, legend, this.#readout);
		onSize(this.#picture, (widthPx, heightPx) => {
			this.#size = [widthPx, heightPx];
			this.#draw();
		});
		colors.onChange(() => this.#draw());
		this.#picture.addEventListener('pointermove', (event) => this.#choose(this.#cellUnder(event)));
		this.#picture.addEventListener('pointerleave', () => this.#choose(undefined));
		this.#listenForDrags();
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
		return this.#map === undefined
			? { caption: '', head: [words.charts.time], rows: [] }
			: heatMapNumbers(columnsOf(this.#map, this.#columns));
	}

	focus(): void {
		this.#picture.focus();
	}

	/** A drag zooms, a click goes to a cell's time, and a double click shows all. */
	#listenForDrags(): void {
		const picture = this.#picture;
		let downX = Number.NaN;
		let isDrag = false;
		picture.addEventListener('pointerdown', (event) => {
			isDrag = false;
			if (event.button === 0) {
				downX = event.offsetX;
				picture.setPointerCapture(event.pointerId);
			}
		});
		picture.addEventListener('pointermove', ({ offsetX }) => {
			isDrag ||= Math.abs(offsetX - downX) >= dragAbovePx;
			if (isDrag && !Number.isNaN(downX)) {
				const from = this.#withinPlot(Math.min(downX, offsetX));
				this.#band.style.left = `${from}px`;
				this.#band.style.width = `${this.#withinPlot(Math.max(downX, offsetX)) - from}px`;
				setShown(this.#band, true);
			}
		});
		const ended = (): void => {
			downX = Number.NaN;
			setShown(this.#band, false);
		};
		picture.addEventListener('pointerup', ({ offsetX }) => {
			if (isDrag && !Number.isNaN(downX)) {
				this.#zoomToDragged(downX, offsetX);
			}
			ended();
		});
		picture.addEventListener('pointercancel', ended);
		picture.addEventListener('click', (event) => {
			if (isDrag || event.detail > 1) {
				return;
			}
			clearTimeout(this.#clickTimer);
			const cell = this.#cell;
			if (this.#zoom === undefined) {
				this.#goTo(cell);
			} else {
				this.#clickTimer = setTimeout(() => this.#goTo(cell), doubleClickMs);
			}
		});
		picture.addEventListener('dblclick', () => {
			clearTimeout(this.#clickTimer);
			this.#zoomTo(undefined);
		});
	}

	#key(event: KeyboardEvent): void {
		if (this.#grid !== undefined && this.#map !== undefined && this.#does(event.key, this.#grid, this.#map)) {
			event.preventDefault();
		}
	}

	/** Does what a key means here; false where it means nothing. */
	#does(key: string, grid: HeatMapGrid, map: HeatMap): boolean {
		const zoom = zoomOfKey(key);
		if (zoom !== undefined) {
			this.#zoomBy(zoom);
			return true;
		}
		if (key === 'Escape') {
			const wasZoomed = this.#zoom !== undefined;
			this.#zoomTo(undefined);
			return wasZoomed;
		}
		const [column, row] = this.#cell ?? [];
		if (key === 'Enter') {
			this.#goTo(this.#cell);
			return column !== undefined;
		}
		const { lowest, highest } = grid.rows;
		const [first, last] = this.#columns;
		const from = column ?? (key === 'ArrowRight' ? first - 1 : last + 1);
		const along = movedPlace(key, from, map.columns, ['ArrowLeft', 'ArrowRight']);
		if (along !== undefined) {
			this.#bringIntoView(along);
			this.#choose([along, row ?? this.#fullestRow(along)]);
			return true;
		}
		const up = movedPlace(key, row === undefined ? undefined : row - lowest, highest - lowest + 1, [
			'ArrowDown',
			'ArrowUp',
		]);
		if (up !== undefined) {
			this.#choose([column ?? last, lowest + up]);
		}
		return up !== undefined;
	}

	/** The columns in view. */
	get #columns(): TimeSpan {
		const map = this.#map!;
		return (this.#zoom && columnsOfTimes(map, this.#zoom)) ?? [0, map.columns - 1];
	}

	#zoomBy(factor: number): void {
		const map = this.#map;
		if (map !== undefined && map.columns > 0) {
			const columns = this.#columns;
			this.#zoomTo(zoomedAround([0, map.columns - 1], columns, this.#cell?.[0] ?? columns[1], factor));
		}
	}

	#zoomToDragged(oneX: number, otherX: number): void {
		const [map, grid] = [this.#map, this.#grid];
		if (map !== undefined && grid !== undefined) {
			const columnAt = (x: number): number => {
				const inView = Math.floor((this.#withinPlot(x) - grid.leftPx) / grid.cellWidthPx);
				return this.#columns[0] + Math.min(grid.columns - 1, inView);
			};
			this.#zoomTo(draggedSpan([0, map.columns - 1], columnAt(oneX), columnAt(otherX)));
		}
	}

	#bringIntoView(column: number): void {
		if (this.#zoom !== undefined) {
			this.#zoomTo(movedToHave([0, this.#map!.columns - 1], this.#columns, column));
		}
	}

	#zoomTo(columns: TimeSpan | undefined): void {
		const map = this.#map;
		const timeOf = (column: number): number => map!.startMs + column * map!.columnMs;
		this.#zoom = columns && [timeOf(columns[0]), timeOf(columns[1])];
		this.#draw();
	}

	#withinPlot(x: number): number {
		return Math.min(this.#size[0] - rightPx, Math.max(leftPx, x));
	}

	#cellUnder({ offsetX, offsetY }: PointerEvent): readonly [column: number, row: number] | undefined {
		const cell = this.#grid && cellAt(this.#grid, offsetX, offsetY);
		return cell && [cell[0] + this.#columns[0], cell[1]];
	}

	#fullestRow(column: number): number {
		const counts = this.#map!.counts.subarray(column * heatMapRows, (column + 1) * heatMapRows);
		const { lowest } = this.#grid!.rows;
		return counts.reduce((best, count, row) => (count > counts[best]! ? row : best), lowest);
	}

	#goTo(cell: readonly [column: number, row: number] | undefined): void {
		if (cell !== undefined && this.#map !== undefined) {
			this.#timeChosen(this.#map.startMs + cell[0] * this.#map.columnMs);
		}
	}

	#choose(cell: readonly [column: number, row: number] | undefined): void {
		if (cell?.[0] !== this.#cell?.[0] || cell?.[1] !== this.#cell?.[1]) {
			this.#cell = cell;
			this.#draw();
		}
	}

	#draw(): void {
		const whole = this.#map;
		const [widthPx, heightPx] = this.#size;
		if (whole !== undefined && this.#zoom !== undefined && columnsOfTimes(whole, this.#zoom) === undefined) {
			this.#zoom = undefined;
		}
		setShown(this.#showAll, this.#zoom !== undefined);
		const map = whole && columnsOf(whole, this.#columns);
		// Where nothing is in view, the rows of all that there is are the scale.
		const rows = map && (usedRows(map) ?? usedRows(whole));
		if (map === undefined || rows === undefined || widthPx === 0) {
			this.#grid = undefined;
			setText(this.#readout, '');
			return;
		}
		const grid = heatMapGrid(
			map,
			rows,
			{
				leftPx,
				topPx,
				widthPx: Math.max(1, widthPx - leftPx - rightPx),
				heightPx: Math.max(1, heightPx - topPx - bottomPx),
			},
			this.#zoom !== undefined,
		);
		this.#grid = grid;
		if (this.#cell !== undefined) {
			const [first, last] = this.#columns;
			const [column, row] = this.#cell;
			this.#cell = [Math.min(last, Math.max(first, column)), Math.min(rows.highest, Math.max(rows.lowest, row))];
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
		const shown = this.#cell === undefined ? words.charts.heatMapHint : cellText(whole!, ...this.#cell);
		setText(this.#readout, shown);
		pictureValue(this.#picture, heatMapLabel(map), this.#cell?.[0] ?? 0, whole!.columns, shown);
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
			const [column, row] = this.#cell;
			const [x, y] = cellCorner(grid, column - this.#columns[0], row);
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
