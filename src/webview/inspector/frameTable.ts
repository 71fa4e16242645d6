import { PackedRows } from '../../core/capture/rows';
import type { ViewChanged } from '../../core/messages';
import type { LagSummary } from '../../core/statistics';
import { element, setText, setTitle } from './elements';
import { groupedDigits } from './format';
import { type Column, cellTitle, columns, FrameRow, type RowScale } from './frameRow';
import { Scrollbar } from './scrollbar';
import {
	bottomOf,
	clampTop,
	movedBy,
	poolSize,
	revealing,
	rowHeightPx,
	rowsOf,
	type ScrollRange,
	visibleRows,
	windowToAsk,
} from './scrollMaths';
import { words } from './words';

/** Rows asked for beyond those in view: fewer at the tail, since they come with every tick. */
const followMargin = 8;
const margin = 24;
/** Rows above one that is gone to. */
const rowsBefore = 2;
/** No text of an editor's font is narrower on average. */
const narrowestCharacterPx = 4;

/** Where the table stands in its session. */
export interface TablePosition {
	readonly follow: boolean;
	/** The number at the upper edge, with a fraction for a row that is cut. */
	readonly top: number;
	/** The newest number that was in view. */
	readonly seenSeq: number;
	readonly selectedSeq: number | null;
}

/** What the table tells the rest of the panel. */
export interface FrameTableEvents {
	/** Something has to be drawn again in the next animation frame. */
	readonly changed: () => void;
	readonly viewChanged: (view: ViewChanged) => void;
	readonly selected: (seq: number, byKey: boolean) => void;
	/** Enter or a double click: into the details. */
	readonly opened: () => void;
}

/**
 * The frames. It owns a fixed pool of DOM rows and the position; what stands in the rows comes from the host, window by
 * window, so a capture of ten million frames costs what forty cost.
 */
export class FrameTable {
	readonly element: HTMLElement;
	/** The element with the keyboard's focus. */
	readonly grid: HTMLElement;
	readonly #body: HTMLElement;
	readonly #layer: HTMLElement;
	readonly #scrollbar: Scrollbar;
	readonly #newButton: HTMLButtonElement;
	readonly #newCount: HTMLElement;
	readonly #events: FrameTableEvents;
	readonly #pool: FrameRow[] = [];
	readonly #scale: RowScale = { holdFullMs: 1000, previewLength: 240 };

	#range: ScrollRange = { firstSeq: 0, lastSeq: -1, viewportPx: 0 };
	#top = 0;
	#follow = true;
	/** The last row that was at the tail when following stopped, or in view since. */
	#seenSeq = -1;
	#selectedSeq = Number.NaN;
	/** The window that came last, and the one before: an answer under way when the view moved must not blank it. */
	#rows = new PackedRows(new ArrayBuffer(0));
	#rowsBefore = this.#rows;
	#asked: ViewChanged | undefined;
	#rowCountShown = -1;
	#seqDigits = 0;
	#stale = false;
	#lag: LagSummary | undefined;
	#activeDescendant = '';
	/** The cell with a tooltip, and the frame that the tooltip is about. */
	#titled: { readonly cell: HTMLElement; readonly row: FrameRow; readonly seq: number } | undefined;

	constructor(position: TablePosition, events: FrameTableEvents) {
		this.#events = events;
		this.#follow = position.follow;
		this.#top = position.top;
		this.#seenSeq = position.seenSeq;
		this.#selectedSeq = position.selectedSeq ?? Number.NaN;
		const head = element('div', { class: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } });
		for (const column of columns) {
			const cell = element(
				'span',
				{ class: `cell ${column}`, attributes: { role: 'columnheader' } },
				words.columns[column],
			);
			cell.title = words.columnTitles[column];
			head.append(cell);
		}
		this.#layer = element('div', { class: 'layer', attributes: { role: 'presentation' } });
		this.#body = element('div', { class: 'body', id: 'frames-body', attributes: { role: 'rowgroup' } }, this.#layer);
		this.grid = element(
			'div',
			{
				class: 'grid',
				id: 'frames',
				testId: 'frames',
				attributes: { role: 'grid', tabindex: '0', 'aria-label': words.frames, 'aria-readonly': 'true' },
			},
			element('div', { class: 'head-group', attributes: { role: 'rowgroup' } }, head),
			this.#body,
		);
		this.#scrollbar = new Scrollbar('frames-body', (top) => this.#scrollTo(top));
		this.#newCount = element('span', {});
		this.#newButton = element(
			'button',
			{ class: 'new-frames', testId: 'new-frames', attributes: { type: 'button' } },
			element('span', { class: 'codicon codicon-arrow-down', attributes: { 'aria-hidden': 'true' } }),
			this.#newCount,
		);
		this.#newButton.hidden = true;
		this.#newButton.addEventListener('click', () => this.followTail());
		this.element = element('div', { class: 'table' }, this.grid, this.#scrollbar.element, this.#newButton);
		this.#listen(head.lastElementChild as HTMLElement);
	}

	/** Where it stands, to be found again when the page is made anew. */
	get position(): TablePosition {
		return {
			follow: this.#follow,
			top: this.#top,
			seenSeq: this.#seenSeq,
			selectedSeq: Number.isNaN(this.#selectedSeq) ? null : this.#selectedSeq,
		};
	}

	/** The selected frame's number; NaN when none is. */
	get selectedSeq(): number {
		return this.#selectedSeq;
	}

	get isEmpty(): boolean {
		return rowsOf(this.#range) === 0;
	}

	/** Whether rows are poll cycles or frames of a stream: it decides the columns. */
	setNature(nature: 'stream' | 'cycles'): void {
		if (this.element.dataset.nature !== nature) {
			this.element.dataset.nature = nature;
		}
	}

	/** For the tooltips of lags: why there is none, and else how well it is known. */
	setLag(lag: LagSummary): void {
		this.#lag = lag;
	}

	/** Takes what a tick brought; it is drawn with the next `draw`. */
	take(firstSeq: number, lastSeq: number, rows: PackedRows): void {
		// Numbers only grow; when they don't, the capture was cleared and a number may now mean another frame.
		const restarted = lastSeq < this.#range.lastSeq || (firstSeq < this.#range.firstSeq && !this.isEmpty);
		if (restarted) {
			this.#stale = true;
			this.#seenSeq = Math.min(this.#seenSeq, lastSeq);
			if (this.#selectedSeq > lastSeq) {
				this.#selectedSeq = Number.NaN;
			}
		}
		this.#rowsBefore = restarted ? rows : this.#rows;
		this.#rows = rows;
		this.#range = { firstSeq, lastSeq, viewportPx: this.#range.viewportPx };
		this.#top = this.#follow ? bottomOf(this.#range) : clampTop(this.#range, this.#top);
	}

	/** Sets how long a hold fills its bar, in milliseconds. */
	setHoldScale(fullMs: number): void {
		if (fullMs > 0 && fullMs !== this.#scale.holdFullMs) {
			this.#scale.holdFullMs = fullMs;
			this.#stale = true;
		}
	}

	/** Shows the position: called in an animation frame, reads no layout, and writes only what has changed. */
	draw(): void {
		const range = this.#range;
		const visible = visibleRows(range, this.#top);
		const seqDigits = Math.max(5, groupedDigits(Math.max(0, range.lastSeq)).length);
		if (seqDigits !== this.#seqDigits) {
			this.#seqDigits = seqDigits;
			this.element.style.setProperty('--seq-digits', `${seqDigits}`);
		}
		this.#layer.style.transform = visible.cutPx === 0 ? '' : `translateY(${-visible.cutPx}px)`;
		let activeDescendant = '';
		for (const [place, domRow] of this.#pool.entries()) {
			if (place >= visible.count) {
				domRow.hide();
				continue;
			}
			const seq = visible.firstSeq + place;
			if (this.#stale || domRow.seq !== seq || domRow.row === undefined) {
				this.#drawRow(domRow, seq);
			}
			domRow.setState(seq === this.#selectedSeq, seq - range.firstSeq + 2);
			if (seq === this.#selectedSeq) {
				activeDescendant = domRow.element.id;
			}
		}
		this.#stale = false;
		if (this.#titled !== undefined && this.#titled.row.seq !== this.#titled.seq) {
			// Another frame came under the pointer: better no tooltip than the wrong one.
			this.#titled.cell.title = '';
			this.#titled = undefined;
		}
		if (activeDescendant !== this.#activeDescendant) {
			this.#activeDescendant = activeDescendant;
			this.grid.setAttribute('aria-activedescendant', activeDescendant);
		}
		const rowCount = rowsOf(range) + 1;
		if (rowCount !== this.#rowCountShown) {
			this.#rowCountShown = rowCount;
			this.grid.setAttribute('aria-rowcount', `${rowCount}`);
		}
		this.#scrollbar.draw(range, this.#top);
		this.#drawNewFrames(visible.firstSeq + visible.count - 1);
		this.#ask();
	}

	/** Forgets the position: another session is shown from now on. */
	reset(): void {
		this.#selectedSeq = Number.NaN;
		this.followTail();
	}

	/** Goes to the newest row and stays there. */
	followTail(): void {
		this.#follow = true;
		this.#top = bottomOf(this.#range);
		this.#events.changed();
	}

	/** Selects a frame and, if asked to, brings it into view; that stops following unless it is in view already. */
	select(seq: number, reveal: boolean): void {
		if (seq < this.#range.firstSeq || seq > this.#range.lastSeq) {
			return;
		}
		if (reveal) {
			const top = revealing(this.#range, this.#top, seq);
			this.#follow = this.#follow && top === this.#top && seq === this.#range.lastSeq;
			this.#top = top;
		}
		this.#selectedSeq = seq;
		this.#events.selected(seq, reveal);
		this.#events.changed();
	}

	/** Brings a frame near the upper edge, where it can be seen what came before it, and stays there. */
	goTo(seq: number): void {
		if (!this.isEmpty) {
			this.#stopFollowing();
			this.#top = clampTop(this.#range, seq - rowsBefore);
			this.#events.changed();
		}
	}

	/** Selects nothing. */
	deselect(): void {
		this.#selectedSeq = Number.NaN;
		this.#events.changed();
	}

	/** Does what a key means for the rows; false when it means nothing. */
	key(key: string): boolean {
		const page = Math.max(1, Math.floor(this.#range.viewportPx / rowHeightPx) - 1);
		switch (key) {
			case 'ArrowUp':
				return this.#step(-1);
			case 'ArrowDown':
				return this.#step(1);
			case 'PageUp':
				return this.#step(-page);
			case 'PageDown':
				return this.#step(page);
			case 'Home':
				if (!Number.isNaN(this.#selectedSeq)) {
					this.select(this.#range.firstSeq, false);
				}
				this.#scrollTo(this.#range.firstSeq);
				return true;
			case 'End':
				this.followTail();
				return true;
			default:
				return false;
		}
	}

	#step(rows: number): boolean {
		if (this.isEmpty) {
			return true;
		}
		const visible = visibleRows(this.#range, this.#top);
		// Without a selection the keys start from the edge of what is in view that they come from.
		const edge = rows < 0 ? visible.firstSeq + visible.count : visible.firstSeq - 1;
		const from = Number.isNaN(this.#selectedSeq) ? edge : this.#selectedSeq;
		const to = Math.min(Math.max(from + rows, this.#range.firstSeq), this.#range.lastSeq);
		if (rows < 0) {
			this.#stopFollowing();
		}
		this.select(to, true);
		// Coming down to the newest row follows again, by keys as by wheel.
		this.#follow ||= rows > 0 && to === this.#range.lastSeq;
		return true;
	}

	#drawRow(domRow: FrameRow, seq: number): void {
		const index = indexOf(this.#rows, seq);
		if (index >= 0) {
			domRow.show(this.#rows.rowAt(index), this.#scale);
			return;
		}
		const indexBefore = indexOf(this.#rowsBefore, seq);
		if (indexBefore >= 0) {
			domRow.show(this.#rowsBefore.rowAt(indexBefore), this.#scale);
		} else {
			domRow.showBlank(seq);
		}
	}

	#drawNewFrames(lastVisibleSeq: number): void {
		this.#seenSeq = this.#follow ? this.#range.lastSeq : Math.max(this.#seenSeq, lastVisibleSeq);
		const count = this.#range.lastSeq - this.#seenSeq;
		// It is offered as soon as the tail is left, even before something new comes: it is the way back.
		const shown = !this.#follow && rowsOf(this.#range) > 0;
		if (this.#newButton.hidden === shown) {
			this.#newButton.hidden = !shown;
		}
		if (shown) {
			const text = groupedDigits(Math.max(0, count));
			setText(this.#newCount, words.newFrames(text));
			setTitle(this.#newButton, words.newFramesLabel(text));
		}
	}

	#ask(): void {
		if (this.#range.viewportPx <= 0) {
			return;
		}
		const view: ViewChanged = this.#follow
			? { type: 'viewChanged', follow: true, firstSeq: 0, rowCount: poolSize(this.#range.viewportPx) + followMargin }
			: { type: 'viewChanged', follow: false, ...windowToAsk(this.#range, this.#top, margin) };
		const asked = this.#asked;
		if (
			asked === undefined ||
			asked.follow !== view.follow ||
			asked.firstSeq !== view.firstSeq ||
			asked.rowCount !== view.rowCount
		) {
			this.#asked = view;
			this.#events.viewChanged(view);
		}
	}

	#stopFollowing(): void {
		if (this.#follow) {
			this.#follow = false;
			this.#seenSeq = this.#range.lastSeq;
		}
	}

	#scrollTo(top: number): void {
		if (bottomOf(this.#range) <= this.#range.firstSeq) {
			// Everything is in view: there is nothing to leave.
			return;
		}
		if (top >= bottomOf(this.#range)) {
			this.followTail();
			return;
		}
		this.#stopFollowing();
		this.#top = clampTop(this.#range, top);
		this.#events.changed();
	}

	#resize(viewportPx: number): void {
		this.#range = { ...this.#range, viewportPx };
		// Before the first tick the range is empty, and a position found again would be lost in it.
		if (!this.isEmpty) {
			this.#top = this.#follow ? bottomOf(this.#range) : clampTop(this.#range, this.#top);
		}
		for (let place = this.#pool.length; place < poolSize(viewportPx); place++) {
			const row = new FrameRow(place);
			this.#pool.push(row);
			this.#layer.append(row.element);
		}
		while (this.#pool.length > poolSize(viewportPx)) {
			this.#pool.pop()!.element.remove();
		}
		this.#events.changed();
	}

	#fitPreviews(widthPx: number): void {
		const previewLength = Math.ceil(widthPx / narrowestCharacterPx);
		if (previewLength !== this.#scale.previewLength) {
			this.#stale = true;
			this.#scale.previewLength = previewLength;
			this.#events.changed();
		}
	}

	#listen(previewHead: HTMLElement): void {
		new ResizeObserver((entries) => this.#fitPreviews(entries[0]!.contentRect.width)).observe(previewHead);
		new ResizeObserver((entries) => this.#resize(entries[0]!.contentRect.height)).observe(this.#body);
		this.element.addEventListener(
			'wheel',
			(event) => {
				if (event.ctrlKey || event.deltaY === 0) {
					return;
				}
				event.preventDefault();
				const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : rowHeightPx;
				const pages = event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? this.#range.viewportPx / rowHeightPx : 1;
				if (!this.#follow || event.deltaY < 0) {
					this.#scrollTo(movedBy(this.#range, this.#top, event.deltaY * unitPx * pages));
				}
			},
			{ passive: false },
		);
		this.#body.addEventListener('pointerdown', (event) => {
			const row = this.#rowOf(event.target);
			if (row !== undefined && event.button === 0) {
				this.select(row.seq, false);
			}
		});
		this.#body.addEventListener('dblclick', () => this.#events.opened());
		this.#body.addEventListener('pointerover', (event) => {
			const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('.cell') : null;
			const row = this.#rowOf(event.target);
			if (cell !== null && row?.row !== undefined) {
				setTitle(cell, cellTitle(row.row, cell.dataset.column as Column, this.#lag));
				this.#titled = { cell, row, seq: row.seq };
			}
		});
	}

	#rowOf(target: EventTarget | null): FrameRow | undefined {
		const found = target instanceof Element ? target.closest('.row') : null;
		return found === null ? undefined : this.#pool.find((row) => row.element === found);
	}
}

/** Where a frame stands in a window, or -1: windows hold consecutive numbers, so one look decides. */
function indexOf(rows: PackedRows, seq: number): number {
	const index = seq - rows.seqAt(0);
	return rows.seqAt(index) === seq ? index : -1;
}
