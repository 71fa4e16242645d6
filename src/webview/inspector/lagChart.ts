import uPlot from 'uplot';
import type { Series } from '../../core/timing/series';
import type { ThemeColors } from '../theme';
import {
	axisSplits,
	bucketSeconds,
	draggedSpan,
	gapped,
	keptWithin,
	lagRange,
	type MarkColumn,
	marksIn,
	movedToHave,
	reopenedCounts,
	type TimeSpan,
	wholeSpan,
	zoomedAround,
} from './chartData';
import { zoomOfKey } from './charts/zoomButtons';
import { element, setShown, setText } from './elements';
import { axisNumber, timeOfDaySeconds } from './format';
import { hasMeasured, lagChartLabel, secondText } from './lagChartText';
import { transparent } from './sparkline';
import { words } from './words';

const p50 = 1;
const p99 = 3;

/** Seconds between two marks of the time axis. The library's own steps have 2.5 among them. */
const wholeSeconds = [1, 2, 5, 10, 15, 30, 60, 120];
/** About so far apart are the marks of the value axis of a chart that has room for more than three. */
const splitPx = 36;
/** A pointer that moved less meant a second, not a stretch of them. */
const dragAbovePx = 4;
/** A click on a zoomed chart waits so long for the second one that shows all again. */
const doubleClickMs = 250;

/** What differs between the chart in the panel's head and the large one among the charts. */
export interface LagChartOptions {
	/** What its test ids begin with. */
	readonly name: 'lag' | 'over-time';
	/** Takes the numbers of the second that is pointed at. */
	readonly readout: HTMLElement;
	/** What stands in the readout while no second is pointed at; '': it is hidden then. */
	readonly hint: string;
	/** Is told the second that was clicked on, or left with Enter, in epoch milliseconds. */
	readonly timeChosen: (atMs: number) => void;
}

/**
 * Lag over the last five minutes: p50, p95, a band up to p99, the slowest frame of each second, lost connections, and
 * signs for stalls and for what the ids of events tell. Dragging over it zooms; a second that is chosen is told.
 */
export class LagChart {
	readonly element: HTMLElement;
	readonly #canvas = element('div', { class: 'lag-canvas' });
	readonly #note = element('div', { class: 'chart-note' });
	/** Without a lag the only line is the round trip, and it must not be taken for a lag. */
	readonly #caption = element('div', { class: 'chart-caption' }, words.onlyRoundTrip);
	readonly #readout: HTMLElement;
	readonly #hint: string;
	readonly #showAll: HTMLButtonElement;
	readonly #colors: ThemeColors;
	readonly #timeChosen: (atMs: number) => void;
	readonly #plot: uPlot;
	#series: Series | undefined;
	#range: readonly [number, number] = [0, 1];
	#reopened: readonly number[] = [];
	/** What is in view; undefined: all of it. */
	#zoom: TimeSpan | undefined;
	/** The second that the keys have led to, in epoch seconds. */
	#place: number | undefined;
	#isHovered = false;
	#clickTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(colors: ThemeColors, { name, readout, hint, timeChosen }: LagChartOptions) {
		this.#colors = colors;
		this.#timeChosen = timeChosen;
		this.#readout = readout;
		this.#hint = hint;
		this.#showAll = element(
			'button',
			{ class: 'link lag-zoom-reset', testId: `${name}-zoom-reset`, attributes: { type: 'button' } },
			words.lagZoomReset,
		);
		this.#showAll.addEventListener('click', () => {
			this.#zoomTo(undefined);
			this.element.focus();
		});
		this.#showAll.hidden = true;
		this.element = element(
			'div',
			{
				class: 'lag-chart',
				testId: `${name}-chart`,
				attributes: { role: 'slider', tabindex: '0', 'aria-label': words.lag, 'aria-description': words.lagLegend },
			},
			this.#canvas,
			this.#note,
			this.#caption,
			this.#showAll,
		);
		this.#caption.hidden = true;
		this.#tell('');
		this.#plot = new uPlot(this.#options(), [[], [], [], [], []], this.#canvas);
		new ResizeObserver((entries) => {
			const { width, height } = entries[0]!.contentRect;
			if (width > 0 && height > 0) {
				this.#plot.setSize({ width, height });
			}
		}).observe(this.#canvas);
		colors.onChange(() => this.#plot.redraw(false, true));
		this.#listen();
	}

	/** Draws a newer series; `note` stands in the chart's place while nothing was measured. */
	show(series: Series, connectionsOpened: number, note: string): void {
		const { lagP50, lagP95, lagP99, roundTrip } = series.columns;
		const measured = hasMeasured(series, connectionsOpened);
		setText(this.#note, measured ? '' : note);
		setShown(this.#note, !measured);
		setShown(this.#canvas, measured);
		const hasLag = lagP50.some((value) => !Number.isNaN(value));
		setShown(this.#caption, measured && !hasLag && roundTrip.some((value) => !Number.isNaN(value)));
		this.#series = series;
		this.#reopened = reopenedCounts(series, connectionsOpened);
		// What was zoomed to moves out of the series after five minutes.
		this.#zoom = this.#zoom && keptWithin(wholeSpan(series), this.#zoom);
		this.#range = lagRange(series, this.#zoom);
		this.#plot.setData([bucketSeconds(series), gapped(lagP50), gapped(lagP95), gapped(lagP99), gapped(roundTrip)]);
		setShown(this.#showAll, this.#zoom !== undefined);
		this.#showPlace();
		this.element.setAttribute('aria-label', lagChartLabel(series, connectionsOpened));
	}

	/** Comes nearer by a factor below 1, or goes back by one above, around the chosen second or else the newest. */
	zoom(factor: number): void {
		if (this.#series !== undefined && !this.#canvas.hidden) {
			const whole = wholeSpan(this.#series);
			const [, last] = this.#zoom ?? whole;
			this.#zoomTo(zoomedAround(whole, this.#zoom, this.#place ?? last, factor));
		}
	}

	#listen(): void {
		this.element.addEventListener('keydown', (event) => {
			if (event.target === this.element && this.#key(event.key)) {
				event.preventDefault();
			}
		});
		this.element.addEventListener('focus', () => {
			if (this.#series !== undefined && this.element.matches(':focus-visible')) {
				// Numbers that have come to rest: those of the running second would be read out again and again.
				const [from, to] = this.#zoom ?? wholeSpan(this.#series);
				this.#moveTo(Math.max(from, to - 1));
			}
		});
		this.element.addEventListener('blur', () => {
			this.#place = undefined;
			this.#showPlace();
		});
		const { over } = this.#plot;
		over.addEventListener('pointerenter', () => {
			this.#isHovered = true;
		});
		over.addEventListener('pointerleave', () => {
			this.#isHovered = false;
			this.#showPlace();
		});
		let downX = 0;
		over.addEventListener('pointerdown', (event) => {
			downX = event.clientX;
		});
		over.addEventListener('click', (event) => {
			const bucket = this.#plot.cursor.idx;
			if (
				Math.abs(event.clientX - downX) >= dragAbovePx ||
				bucket === null ||
				bucket === undefined ||
				event.detail > 1
			) {
				return;
			}
			clearTimeout(this.#clickTimer);
			const choose = (): void => this.#choose(bucket);
			if (this.#zoom === undefined) {
				choose();
			} else {
				this.#clickTimer = setTimeout(choose, doubleClickMs);
			}
		});
	}

	/** Does what a key means here; false where it means nothing. */
	#key(key: string): boolean {
		const series = this.#series;
		if (series === undefined || this.#canvas.hidden) {
			return false;
		}
		const zoom = zoomOfKey(key);
		if (zoom !== undefined) {
			this.zoom(zoom);
			return true;
		}
		const whole = wholeSpan(series);
		const [, last] = this.#zoom ?? whole;
		const place = this.#place ?? last;
		switch (key) {
			case 'ArrowLeft':
				return this.#moveTo(place - 1);
			case 'ArrowRight':
				return this.#moveTo(place + 1);
			case 'Home':
				return this.#moveTo(whole[0]);
			case 'End':
				return this.#moveTo(whole[1]);
			case 'Enter':
				if (this.#place !== undefined) {
					this.#timeChosen(this.#place * 1000);
				}
				return this.#place !== undefined;
			case 'Escape': {
				const isZoomed = this.#zoom !== undefined;
				this.#zoomTo(undefined);
				return isZoomed;
			}
			default:
				return false;
		}
	}

	#choose(bucket: number): void {
		if (this.#series !== undefined) {
			this.#timeChosen(this.#series.startMs + bucket * this.#series.bucketMs);
		}
	}

	#moveTo(seconds: number): boolean {
		const whole = wholeSpan(this.#series!);
		this.#place = Math.min(whole[1], Math.max(whole[0], seconds));
		if (this.#zoom !== undefined) {
			this.#zoomTo(movedToHave(whole, this.#zoom, this.#place));
		}
		this.#showPlace();
		return true;
	}

	#zoomTo(span: TimeSpan | undefined): void {
		this.#zoom = span;
		if (this.#series !== undefined) {
			this.#range = lagRange(this.#series, span);
			const [min, max] = span ?? wholeSpan(this.#series);
			this.#plot.setScale('x', { min, max });
		}
		setShown(this.#showAll, span !== undefined);
		this.#showPlace();
	}

	/** Brings the cursor to the second that the keys have led to; a pointer goes before. */
	#showPlace(): void {
		if (this.#series === undefined || this.#isHovered) {
			return;
		}
		const whole = wholeSpan(this.#series);
		if (this.#place !== undefined && this.#place < whole[0]) {
			this.#place = whole[0];
		}
		const left = this.#place === undefined ? -10 : this.#plot.valToPos(this.#place, 'x');
		this.#plot.setCursor({ left, top: this.#place === undefined ? -10 : 0 });
		this.element.setAttribute('aria-valuemin', `${whole[0]}`);
		this.element.setAttribute('aria-valuemax', `${whole[1]}`);
		this.element.setAttribute('aria-valuenow', `${this.#place ?? whole[1]}`);
		this.element.setAttribute(
			'aria-valuetext',
			secondText(this.#series, this.#reopened, this.#bucketOf(this.#place ?? whole[1])),
		);
	}

	#bucketOf(seconds: number): number {
		return Math.round((seconds * 1000 - this.#series!.startMs) / this.#series!.bucketMs);
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
			cursor: {
				y: false,
				points: { show: false },
				// A drag zooms by whole seconds, and what is zoomed to stays while data comes: both are done here.
				drag: { x: true, y: false, setScale: false, dist: dragAbovePx, click: () => {} },
				bind: {
					dblclick: () => () => {
						clearTimeout(this.#clickTimer);
						this.#zoomTo(undefined);
						return null;
					},
				},
			},
			scales: {
				x: { time: false, range: (_plot, min, max) => [...(this.#zoom ?? [min, max])] },
				y: { range: () => [...this.#range] },
			},
			axes: [
				{ ...axis, size: 16, gap: 2, space: 80, incrs: wholeSeconds, grid: { show: false }, values: clocks },
				{
					...axis,
					size: 40,
					gap: 4,
					splits: (plot, _axis, min, max) =>
						axisSplits(min, max, Math.max(3, Math.round(plot.over.clientHeight / splitPx))),
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
				setSelect: [(plot) => this.#dragged(plot)],
			},
		};
	}

	#dragged(plot: uPlot): void {
		const { left, width } = plot.select;
		plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
		if (this.#series !== undefined && width > 0) {
			const ends = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')] as const;
			this.#zoomTo(draggedSpan(wholeSpan(this.#series), ...ends));
		}
	}

	/** The slowest frames, the signs, and lost and reopened connections. */
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
				// Above the scale: drawn as a triangle at the upper edge.
				ctx.moveTo(x - 3 * ratio, bbox.top + 2 * ratio);
				ctx.lineTo(x + 3 * ratio, bbox.top + 2 * ratio);
				ctx.lineTo(x, bbox.top - 4 * ratio);
			} else {
				ctx.arc(x, plot.valToPos(max, 'y', true), 1.25 * ratio, 0, 2 * Math.PI);
			}
			ctx.fill();
		});
		const bottom = bbox.top + bbox.height;
		for (let bucket = 0; bucket < series.columns.stalls.length; bucket++) {
			marksIn(series, bucket).forEach(([name], place) => {
				ctx.fillStyle = this.#colors.color(...markColors[name]);
				ctx.strokeStyle = ctx.fillStyle;
				drawMark(ctx, name, xOf(bucket), bottom - (5 + place * 9) * ratio, ratio);
			});
		}
		ctx.setLineDash([3 * ratio, 3 * ratio]);
		ctx.lineWidth = ratio;
		const dashed = (bucket: number, colorName: string): void => {
			ctx.strokeStyle = this.#colors.color(colorName);
			ctx.beginPath();
			ctx.moveTo(xOf(bucket), bbox.top);
			ctx.lineTo(xOf(bucket), bbox.top + bbox.height);
			ctx.stroke();
		};
		for (const [counts, colorName, dashOffset] of [
			[series.columns.connectionsLost, 'charts-red', 0],
			[this.#reopened, 'charts-green', 3],
		] as const) {
			// A connection is often lost and opened again in one second: the dashes of the one lie between those of the other.
			ctx.lineDashOffset = dashOffset * ratio;
			counts.forEach((count, bucket) => {
				if (count > 0) {
					dashed(bucket, colorName);
				}
			});
		}
		ctx.restore();
	}

	#showReadout(plot: uPlot): void {
		const bucket = plot.cursor.idx;
		const inside = (plot.cursor.left ?? -1) >= 0;
		const isPointedAt = inside && bucket !== null && bucket !== undefined && this.#series !== undefined;
		this.#tell(isPointedAt ? secondText(this.#series!, this.#reopened, bucket) : '');
	}

	#tell(text: string): void {
		setText(this.#readout, text || this.#hint);
		setShown(this.#readout, text !== '' || this.#hint !== '');
	}
}

const markColors: Readonly<Record<MarkColumn, readonly string[]>> = {
	// Not charts-orange: VS Code's themes make that one see-through, for marks on a minimap.
	stalls: ['charts-yellow'],
	missing: ['charts-red'],
	duplicates: ['charts-purple'],
	reorders: ['charts-green'],
	resets: ['foreground'],
};

/** Each sign has a shape of its own, so that it is told without its colour. */
function drawMark(ctx: CanvasRenderingContext2D, name: MarkColumn, x: number, y: number, ratio: number): void {
	const size = 3.5 * ratio;
	ctx.lineWidth = 1.5 * ratio;
	ctx.beginPath();
	switch (name) {
		case 'stalls':
			ctx.moveTo(x, y - size);
			ctx.lineTo(x + size, y);
			ctx.lineTo(x, y + size);
			ctx.lineTo(x - size, y);
			ctx.fill();
			return;
		case 'missing':
			ctx.moveTo(x - size, y - size);
			ctx.lineTo(x + size, y + size);
			ctx.moveTo(x + size, y - size);
			ctx.lineTo(x - size, y + size);
			break;
		case 'duplicates':
			ctx.moveTo(x - size, y - size / 2);
			ctx.lineTo(x + size, y - size / 2);
			ctx.moveTo(x - size, y + size / 2);
			ctx.lineTo(x + size, y + size / 2);
			break;
		case 'reorders':
			ctx.moveTo(x - size, y - size);
			ctx.lineTo(x + size, y + size);
			ctx.lineTo(x + size, y - size);
			ctx.lineTo(x - size, y + size);
			ctx.fill();
			return;
		case 'resets':
			ctx.arc(x, y, size - ratio / 2, 0, 2 * Math.PI);
			break;
	}
	ctx.stroke();
}

/** The times at the axis' marks, but for a mark so near to an edge that its time would be cut. */
function clocks(plot: uPlot, splits: number[]): string[] {
	return splits.map((seconds) => {
		const x = plot.valToPos(seconds, 'x');
		return x < 24 || x > plot.bbox.width / devicePixelRatio - 24 ? '' : timeOfDaySeconds(seconds * 1000);
	});
}
