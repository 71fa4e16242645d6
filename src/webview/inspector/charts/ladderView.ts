import { PackedRows, type Row } from '../../../core/capture/rows';
import { type ChartAnswer, type ChartRequest, mostChartRows } from '../../../core/charts';
import { frameFlag } from '../../../core/frame';
import { element, iconButton, setText } from '../elements';
import { durationMs, timeOfDay } from '../format';
import { clipped } from '../visibleText';
import { words } from '../words';
import { type ChartContext, type ChartPart, movedPlace, onSize } from './chartPart';
import { fittingLabels } from './histogramLayout';
import { itemAt, type Ladder, type LadderBar, type LadderItem, type LadderLine, ladderOf } from './ladderLayout';
import { itemFigure, itemText, itemTitle, ladderLabel, ladderNumbers } from './ladderText';
import type { ChartNumbers } from './numbersTable';
import { svg } from './svg';
import { positionPx } from './timeAxis';
import { zoomButtons, zoomOfKey, zoomStep } from './zoomButtons';

const topPx = 32;
const bottomPx = 10;
const leftPx = 62;
const rightPx = 62;
const railPx = 7;
/** Of a stream's frame, and of a poll cycle with its four instants. */
const framePx = 17;
const cyclePx = 46;
/** Anything that took time is drawn at least so long: the more where there is room. */
const leastPx = [3, 10] as const;
const cutPx = 36;
/** Zoomed, a ladder shows so many times the frames that have room, at least and at most. */
const zooms = [1 / 8, 16] as const;
/** A notch of a wheel turns by 100 or so. */
const wheelStep = 60;
/** How far from a line a pointer still means it. */
const reachPx = 12;
const labelPx = 11;
const characterPx = 5.8;

/** A frame's number, or a step's name: what stays the same item from one answer to the next. */
type ItemKey = number | string | undefined;

/**
 * The exchange as a ladder: client and server as rails, time going down, and what was sent from the one to the other as
 * lines between. It shows the frames around the selected one, or follows the newest: as many as have room, fewer where it is
 * zoomed in, and more, to scroll through, where it is zoomed out.
 */
export class LadderView implements ChartPart {
	readonly element: HTMLElement;
	readonly controls: readonly HTMLElement[];
	readonly #picture = element('div', {
		class: 'chart-picture ladder',
		testId: 'ladder',
		attributes: { role: 'listbox', tabindex: '0' },
	});
	readonly #readout = element('div', { class: 'chart-line', testId: 'ladder-readout' });
	readonly #followButton: HTMLButtonElement;
	readonly #selected: (seq: number) => void;
	readonly #changed: () => void;
	#size: readonly [widthPx: number, heightPx: number] = [0, 0];
	#rows: readonly Row[] = [];
	#context: ChartContext = { session: undefined, statistics: undefined };
	#heldUntilMs: number | undefined;
	#ladder: Ladder | undefined;
	/** The frame in the middle; null while the newest are followed. */
	#aroundSeq: number | null = null;
	#atTail = true;
	/** How many times the frames that have room are shown. */
	#zoom = 1;
	/** The place that was brought into view last: scrolling away from it by hand is let be. */
	#placeShown = '';
	/** How far the wheel was turned since it last zoomed. */
	#turned = 0;
	#active: ItemKey;
	#selectedSeq = Number.NaN;

	/** `changed` is called when another request has to be made. */
	constructor(selected: (seq: number) => void, changed: () => void) {
		this.#selected = selected;
		this.#changed = changed;
		this.#followButton = iconButton('arrow-down', words.charts.follow, 'ladder-follow', () => this.#showAround(null));
		this.controls = [
			...zoomButtons('ladder', [words.charts.moreFrames, words.charts.fewerFrames], (factor) => this.#zoomBy(factor)),
			this.#followButton,
		];
		const legend = element('div', { class: 'chart-legend' }, words.charts.ladderLegend);
		this.element = element('div', { class: 'chart-part' }, this.#picture, legend, this.#readout);
		onSize(this.#picture, (widthPx, heightPx) => {
			const count = this.#count;
			this.#size = [widthPx, heightPx];
			this.#layOut();
			if (count !== this.#count) {
				changed();
			}
		});
		this.#picture.addEventListener('pointermove', (event) => this.#choose(keyOf(this.#itemUnder(event))));
		this.#picture.addEventListener('pointerleave', () => this.#choose(undefined));
		this.#picture.addEventListener('click', (event) => this.#select(this.#itemUnder(event)));
		this.#picture.addEventListener('keydown', (event) => this.#key(event));
		this.#picture.addEventListener('scroll', () => {
			const { scrollTop, clientHeight, scrollHeight } = this.#picture;
			// Who follows is at the end; whoever scrolls away from there wants to read.
			if (scrollTop + clientHeight < scrollHeight - labelPx) {
				this.#stay();
			}
		});
		this.#picture.addEventListener(
			'wheel',
			(event) => {
				if (event.ctrlKey || event.metaKey) {
					event.preventDefault();
					this.#wheel(event.deltaY);
				}
			},
			{ passive: false },
		);
		this.#showFollowing();
	}

	request(): ChartRequest {
		return { chart: 'ladder', aroundSeq: this.#aroundSeq, count: this.#count };
	}

	show(answer: ChartAnswer, context: ChartContext): void {
		if (answer.chart !== 'ladder') {
			return;
		}
		const rows = new PackedRows(answer.rows);
		this.#rows = Array.from({ length: rows.count }, (_, at) => rows.rowAt(at));
		this.#atTail = answer.atTail;
		const isCyclic = this.#isCyclic;
		this.#context = context;
		const { session } = context;
		const isHeld = session?.transport === 'longPoll' && session.state === 'open' && !session.paused && answer.atTail;
		this.#heldUntilMs = isHeld ? answer.atMs : undefined;
		this.#layOut();
		if (this.#aroundSeq === null) {
			this.#picture.scrollTop = this.#picture.scrollHeight;
		} else if (this.#placeShown !== this.#place) {
			this.#placeShown = this.#place;
			this.#reveal(this.#ladder?.items.find(({ seq }) => seq === this.#aroundSeq));
		}
		if (isCyclic !== this.#isCyclic) {
			this.#changed();
		}
	}

	/** The frame that is selected in the table. The picture moves only where it does not have it. */
	select(seq: number): void {
		this.#selectedSeq = seq;
		if (Number.isNaN(seq)) {
			this.#draw();
		} else if (this.#rows.some((row) => row.seq === seq)) {
			this.#stay();
			this.#draw();
		} else {
			this.#showAround(seq);
		}
	}

	note(): string {
		const isEmpty = this.#context.session !== undefined && this.#ladder?.items.length === 0;
		return isEmpty ? words.charts.nothingExchanged : '';
	}

	numbers(): ChartNumbers {
		return this.#ladder === undefined
			? { caption: '', head: words.charts.ladderHead, rows: [] }
			: ladderNumbers(this.#ladder, this.#handshake);
	}

	focus(): void {
		this.#picture.focus();
	}

	get #handshake() {
		return this.#context.session?.handshake;
	}

	get #isCyclic(): boolean {
		const transport = this.#context.session?.transport;
		return transport === 'longPoll' || transport === 'polling';
	}

	get #count(): number {
		const roomPx = this.#size[1] - topPx - bottomPx;
		const [each, least] = this.#isCyclic ? [cyclePx, 2] : [framePx, 5];
		const fitting = Math.max(least, Math.floor(roomPx / each));
		return Math.min(mostChartRows, Math.max(2, Math.round(fitting * this.#zoom)));
	}

	/** Shows more frames, by a factor above 1, or fewer, around the one that is pointed at or selected, or else the newest. */
	#zoomBy(factor: number): void {
		const count = this.#count;
		const [nearest, farthest] = zooms;
		const zoom = Math.min(farthest, Math.max(nearest, this.#zoom * factor));
		const before = this.#zoom;
		this.#zoom = zoom;
		if (this.#count === count) {
			// A step that shows no other frames would have to be taken back before one does.
			this.#zoom = before;
			return;
		}
		if (this.#aroundSeq !== null) {
			const wanted = typeof this.#active === 'number' ? this.#active : this.#selectedSeq;
			this.#aroundSeq = this.#rows.some(({ seq }) => seq === wanted) ? wanted : this.#aroundSeq;
		}
		this.#changed();
	}

	/** A touch pad sends many small turns for what is one of a wheel. */
	#wheel(deltaY: number): void {
		this.#turned += deltaY;
		if (Math.abs(this.#turned) >= wheelStep) {
			this.#zoomBy(this.#turned > 0 ? zoomStep : 1 / zoomStep);
			this.#turned = 0;
		}
	}

	#showAround(seq: number | null): void {
		this.#aroundSeq = seq;
		this.#showFollowing();
		this.#changed();
	}

	/** Keeps the frames that are shown, since someone points at one of them. */
	#stay(): void {
		if (this.#aroundSeq === null) {
			const half = Math.ceil(this.#count / 2);
			this.#aroundSeq = this.#rows[Math.min(half, this.#rows.length) - 1]?.seq ?? null;
			this.#placeShown = this.#place;
			this.#showFollowing();
		}
	}

	/** What is asked for: which frame is in the middle of how many. */
	get #place(): string {
		return `${this.#aroundSeq} ${this.#count}`;
	}

	/** Scrolls a ladder that is longer than its room to an item that is out of view. */
	#reveal(item: LadderItem | undefined): void {
		const { scrollTop, clientHeight } = this.#picture;
		if (item !== undefined && this.#ladder !== undefined) {
			const y = topPx + positionPx(this.#ladder.axis, item.atMs);
			if (y < scrollTop + labelPx || y > scrollTop + clientHeight - labelPx) {
				this.#picture.scrollTop = y - clientHeight / 2;
			}
		}
	}

	#showFollowing(): void {
		this.#followButton.setAttribute('aria-pressed', String(this.#aroundSeq === null));
	}

	#key(event: KeyboardEvent): void {
		const items = this.#ladder?.items ?? [];
		const at = items.findIndex((item) => keyOf(item) === this.#active);
		if (event.key === 'Enter') {
			if (at >= 0) {
				event.preventDefault();
				this.#select(items[at]);
			}
			return;
		}
		if (event.key === 'End') {
			event.preventDefault();
			this.#active = keyOf(items.at(-1));
			this.#showAround(null);
			return;
		}
		const zoom = zoomOfKey(event.key);
		if (zoom !== undefined) {
			event.preventDefault();
			this.#zoomBy(zoom);
			return;
		}
		const place = movedPlace(event.key, at === -1 ? undefined : at, items.length, ['ArrowUp', 'ArrowDown']);
		if (place === undefined) {
			return;
		}
		event.preventDefault();
		this.#stay();
		this.#choose(keyOf(items[place]));
		this.#reveal(items[place]);
		const { seq } = items[place]!;
		const isAtEdge = place === 0 || (place === items.length - 1 && !this.#atTail);
		if (isAtEdge && !Number.isNaN(seq)) {
			this.#showAround(seq);
		}
	}

	#itemUnder(event: PointerEvent | MouseEvent): LadderItem | undefined {
		const box = this.#picture.getBoundingClientRect();
		const x = event.clientX - box.left;
		const y = event.clientY - box.top + this.#picture.scrollTop - topPx;
		const betweenPx = this.#betweenPx;
		return this.#ladder && itemAt(this.#ladder, (x - leftPx) / betweenPx, y, reachPx, (railPx + 2) / betweenPx);
	}

	get #betweenPx(): number {
		return Math.max(20, this.#size[0] - leftPx - rightPx);
	}

	#choose(key: ItemKey): void {
		if (key !== this.#active) {
			this.#active = key;
			this.#draw();
		}
	}

	#select(item: LadderItem | undefined): void {
		if (item !== undefined && !Number.isNaN(item.seq)) {
			this.#active = item.seq;
			this.#stay();
			this.#selected(item.seq);
		}
	}

	#layOut(): void {
		const { session, statistics } = this.#context;
		const roundTripMs = statistics?.roundTripMs.p50 ?? session?.handshake?.phases.tcpMs ?? Number.NaN;
		this.#ladder = ladderOf(
			{
				rows: this.#rows,
				transport: session?.transport ?? null,
				handshake: session?.handshake,
				oneWayMs: roundTripMs / 2,
				heldUntilMs: this.#heldUntilMs,
			},
			{ lengthPx: Math.max(60, this.#size[1] - topPx - bottomPx), leastPx, cutPx },
		);
		this.#draw();
	}

	#draw(): void {
		const ladder = this.#ladder;
		const [widthPx, heightPx] = this.#size;
		if (ladder === undefined || widthPx === 0 || ladder.items.length === 0) {
			this.#picture.replaceChildren();
			setText(this.#readout, '');
			return;
		}
		const clientX = leftPx;
		const serverX = leftPx + this.#betweenPx;
		const bottom = Math.max(heightPx - 2, topPx + ladder.lengthPx + bottomPx);
		const yOf = (atMs: number): number => topPx + positionPx(ladder.axis, atMs);
		const picture = svg('svg', { width: widthPx, height: bottom, role: 'presentation' });
		const heads = [
			svg('text', { class: 'rail-name', x: clientX, y: 11, 'text-anchor': 'middle' }, words.charts.client),
			svg('text', { class: 'rail-name', x: serverX, y: 11, 'text-anchor': 'middle' }, words.charts.server),
			svg(
				'text',
				{ class: 'axis-text', x: (clientX + serverX) / 2, y: 11, 'text-anchor': 'middle' },
				this.#betweenPx > 180 ? this.#natureText : '',
			),
		];
		picture.append(...heads);
		for (const tube of ladder.tubes) {
			const from = tube.fromMs === null ? 16 : yOf(tube.fromMs);
			const to = tube.toMs === null ? bottom : yOf(tube.toMs);
			picture.append(
				svg('rect', {
					class: tube.duplex ? 'tube duplex' : 'tube',
					x: clientX + 8,
					width: Math.max(0, serverX - clientX - 16),
					y: from,
					height: Math.max(2, to - from),
					rx: 4,
				}),
			);
		}
		for (const x of [clientX, serverX]) {
			picture.append(svg('line', { class: 'rail', x1: x, x2: x, y1: 16, y2: bottom }));
		}
		const titles = this.#titles(ladder, yOf);
		for (const item of ladder.items) {
			picture.append(this.#drawItem(item, yOf, clientX, serverX, titles));
		}
		this.#drawBreaks(picture, ladder, yOf, clientX, serverX);
		this.#picture.replaceChildren(picture);
		const active = ladder.items.find((item) => keyOf(item) === this.#active);
		const shown = active ?? ladder.items.find((item) => item.seq === this.#selectedSeq);
		setText(this.#readout, shown === undefined ? words.charts.ladderHint : itemText(shown, this.#handshake));
		this.#picture.setAttribute('aria-label', ladderLabel(ladder));
		this.#picture.setAttribute('aria-activedescendant', active === undefined ? '' : elementId(active));
	}

	get #natureText(): string {
		const transport = this.#context.session?.transport;
		return transport === undefined || transport === null ? '' : words.charts.natures[transport];
	}

	/** Which items have room for their texts: on the left their times, between the rails their names, on the right their figures. */
	#titles(ladder: Ladder, yOf: (atMs: number) => number) {
		const rank = (index: number): number => {
			const item = ladder.items[index]!;
			return keyOf(item) === this.#active ? 0 : item.seq === this.#selectedSeq ? 1 : 2;
		};
		const fitting = (at: (item: LadderItem) => number): ReadonlySet<LadderItem> => {
			const labels = ladder.items.map((item) => ({ at: at(item), width: labelPx }));
			return new Set(fittingLabels(labels, rank, 0).map((index) => ladder.items[index]!));
		};
		return {
			times: fitting((item) => yOf(item.atMs)),
			names: fitting((item) => titleY(item, yOf)),
			figures: fitting((item) => figureY(item, yOf)),
		};
	}

	#drawItem(
		item: LadderItem,
		yOf: (atMs: number) => number,
		clientX: number,
		serverX: number,
		titles: Record<'times' | 'names' | 'figures', ReadonlySet<LadderItem>>,
	): SVGElement {
		const key = keyOf(item);
		const isSelected = item.seq === this.#selectedSeq;
		const isOut = item.row !== undefined && (item.row.flags & frameFlag.out) !== 0;
		const classes = [
			'ladder-item',
			item.isEmpty ? 'empty' : '',
			isSelected ? 'selected' : '',
			key === this.#active ? 'active' : '',
		];
		const group = svg('g', {
			class: classes.filter(Boolean).join(' '),
			id: elementId(item),
			role: 'option',
			'aria-selected': String(isSelected),
			'aria-label': itemText(item, this.#handshake),
			...(Number.isNaN(item.seq) ? {} : { 'data-seq': item.seq }),
		});
		for (const bar of item.bars) {
			group.append(barShape(bar, yOf, bar.rail === 'client' ? clientX : serverX));
		}
		for (const line of item.lines) {
			group.append(...lineShapes(line, yOf, clientX, serverX));
		}
		if (titles.times.has(item)) {
			const text = timeOfDay(item.atMs).slice(3);
			const y = yOf(item.atMs) + 3.5;
			group.append(svg('text', { class: 'ladder-time', x: clientX - 8, y, 'text-anchor': 'end' }, text));
		}
		if (titles.names.has(item)) {
			const room = Math.floor((serverX - clientX - 34) / characterPx);
			const whole = itemTitle(item, this.#handshake);
			const title = whole.length > room ? `${clipped(whole, Math.max(2, room - 1))}…` : whole;
			const x = isOut ? clientX + 16 : serverX - 16;
			const anchor = isOut ? 'start' : 'end';
			const y = titleY(item, yOf);
			group.append(svg('text', { class: 'ladder-name', x, y, 'text-anchor': anchor }, title));
		}
		const blind = item.bars.find(({ what }) => what === 'blind');
		if (blind !== undefined && yOf(blind.toMs) - yOf(blind.fromMs) > 3 * labelPx) {
			const text = `${words.blind} ${durationMs(blind.toMs - blind.fromMs)}`;
			const y = (yOf(blind.fromMs) + yOf(blind.toMs)) / 2 + 3.5;
			group.append(svg('text', { class: 'ladder-time', x: clientX + 10, y }, text));
		}
		const figure = itemFigure(item);
		if (figure !== '' && titles.figures.has(item)) {
			group.append(svg('text', { class: 'ladder-time', x: serverX + 9, y: figureY(item, yOf) + 3.5 }, figure));
		}
		return group;
	}

	#drawBreaks(
		picture: SVGElement,
		ladder: Ladder,
		yOf: (atMs: number) => number,
		clientX: number,
		serverX: number,
	): void {
		const middle = (clientX + serverX) / 2;
		for (const span of ladder.axis) {
			if (span.cut) {
				// A little above the middle, since the name of the line that follows stands below.
				const y = topPx + (span.fromPx + span.toPx) / 2 - 4;
				for (const x of [clientX, serverX]) {
					picture.append(
						svg('rect', { class: 'break-ground', x: x - 7, y: y - 3, width: 14, height: 6 }),
						svg('path', { class: 'break-mark', d: `M${x - 7} ${y - 1} l14 -4 M${x - 7} ${y + 5} l14 -4` }),
					);
				}
				const text = words.charts.idle(durationMs(span.toMs - span.fromMs));
				picture.append(svg('text', { class: 'break-text', x: middle, y: y + 3.5, 'text-anchor': 'middle' }, text));
			}
		}
		for (const atMs of ladder.reconnectsMs) {
			const y = Math.round(yOf(atMs)) - 1.5;
			picture.append(
				svg('line', { class: 'reconnect-line', x1: clientX - 10, x2: serverX + 10, y1: y, y2: y }),
				svg('text', { class: 'reconnect-text', x: middle, y: y - 3, 'text-anchor': 'middle' }, words.reconnected),
			);
		}
	}
}

function keyOf(item: LadderItem | undefined): ItemKey {
	return item === undefined ? undefined : Number.isNaN(item.seq) ? item.step : item.seq;
}

function elementId(item: LadderItem): string {
	return `ladder-${keyOf(item)}`;
}

/**
 * The base line of a name: above the line that it is of, where that begins. Of an answer it stands below where its request
 * came in just above; held for longer, there is room above, and the next request is what is just below.
 */
function titleY({ lines }: LadderItem, yOf: (atMs: number) => number): number {
	const { what, leavesMs } = lines.at(-1)!;
	const y = yOf(leavesMs);
	const isBelow = what === 'answer' && y - yOf(lines[0]!.reachesMs) < 2 * labelPx;
	return y + (isBelow ? 14 : -3);
}

/** A figure stands on the server's side: beside the hold that it tells, or where the frame left. */
function figureY({ lines, bars }: LadderItem, yOf: (atMs: number) => number): number {
	const hold = bars.find(({ rail }) => rail === 'server');
	if (hold !== undefined) {
		return (yOf(hold.fromMs) + yOf(hold.toMs)) / 2;
	}
	const line = lines.at(-1)!;
	return yOf(line.from === 'server' ? line.leavesMs : line.reachesMs);
}

function barShape(bar: LadderBar, yOf: (atMs: number) => number, x: number): SVGElement {
	const [from, to] = [yOf(bar.fromMs), yOf(bar.toMs)];
	return svg('rect', {
		class: `ladder-bar ${bar.what}`,
		x: x - railPx / 2,
		y: from,
		width: railPx,
		height: Math.max(1, to - from),
	});
}

/** The line, its arrow's head, and the area of an answer whose bytes came over some time. */
function lineShapes(line: LadderLine, yOf: (atMs: number) => number, clientX: number, serverX: number): SVGElement[] {
	const inset = 4;
	const [fromX, toX] = line.from === 'client' ? [clientX + inset, serverX - inset] : [serverX - inset, clientX + inset];
	const [fromY, toY] = [yOf(line.leavesMs), yOf(line.reachesMs)];
	const name = `ladder-line ${line.what}${line.isTimed ? '' : ' untimed'}`;
	const shapes: SVGElement[] = [];
	const firstY = line.firstByteMs === undefined ? toY : yOf(line.firstByteMs);
	if (toY - firstY > 1) {
		const points = `${fromX},${fromY} ${toX},${firstY} ${toX},${toY} ${fromX},${fromY + toY - firstY}`;
		shapes.push(svg('polygon', { class: 'ladder-transfer', points }));
	}
	shapes.push(svg('line', { class: name, x1: fromX, y1: fromY, x2: toX, y2: toY }));
	const length = Math.hypot(toX - fromX, toY - fromY) || 1;
	const [alongX, alongY] = [(toX - fromX) / length, (toY - fromY) / length];
	const head = (back: number, side: number): string =>
		`${(toX - alongX * back - alongY * side).toFixed(2)},${(toY - alongY * back + alongX * side).toFixed(2)}`;
	shapes.push(
		svg('polygon', { class: `ladder-head ${line.what}`, points: `${head(0, 0)} ${head(8, 3)} ${head(8, -3)}` }),
	);
	return shapes;
}
