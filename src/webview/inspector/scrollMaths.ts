/**
 * Where rows and thumb stand. A position is the sequence number at the viewport's top edge, with a fraction for a row
 * that is cut. No element is ever as high as the capture, so a browser's height limit (about 16 to 33 million pixels)
 * doesn't matter: ten million rows scroll to the row, and by wheel to the pixel.
 */

/** A row's height in CSS pixels, that of VS Code's own lists. */
export const rowHeightPx = 22;

/** The rows that can be scrolled to, and how much of them fits. */
export interface ScrollRange {
	readonly firstSeq: number;
	/** Less than `firstSeq` when there is none. */
	readonly lastSeq: number;
	readonly viewportPx: number;
}

/** How many rows there are. */
export function rowsOf(range: ScrollRange): number {
	return Math.max(0, range.lastSeq - range.firstSeq + 1);
}

/** The position at which the last row touches the viewport's bottom edge; the first row's where all of them fit. */
export function bottomOf(range: ScrollRange): number {
	return range.firstSeq + Math.max(0, rowsOf(range) - range.viewportPx / rowHeightPx);
}

/** The nearest position that exists. */
export function clampTop(range: ScrollRange, top: number): number {
	return Math.min(Math.max(top, range.firstSeq), bottomOf(range));
}

/** The position after a movement by pixels. */
export function movedBy(range: ScrollRange, top: number, deltaPx: number): number {
	return clampTop(range, top + deltaPx / rowHeightPx);
}

/** The position nearest to `top` at which the whole row can be seen. */
export function revealing(range: ScrollRange, top: number, seq: number): number {
	const rowsInView = range.viewportPx / rowHeightPx;
	if (seq < top) {
		return clampTop(range, seq);
	}
	return clampTop(range, seq + 1 > top + rowsInView ? seq + 1 - rowsInView : top);
}

/** The rows that are at least partly in view, and by how many pixels the first of them is cut. */
export interface VisibleRows {
	readonly firstSeq: number;
	readonly count: number;
	readonly cutPx: number;
}

export function visibleRows(range: ScrollRange, top: number): VisibleRows {
	const firstSeq = Math.floor(top);
	const cutPx = Math.round((top - firstSeq) * rowHeightPx);
	const fitting = Math.ceil((range.viewportPx + cutPx) / rowHeightPx);
	return { firstSeq, count: Math.max(0, Math.min(fitting, range.lastSeq - firstSeq + 1)), cutPx };
}

/** Rows that can be in view at once, at most: as many DOM rows are kept. */
export function poolSize(viewportPx: number): number {
	return Math.ceil(viewportPx / rowHeightPx) + 1;
}

/**
 * The window to ask the host for: what is in view and `margin` rows around it, so that a small movement needs no
 * answer. It can begin before the first row; whoever asks clamps it.
 */
export function windowToAsk(
	range: ScrollRange,
	top: number,
	margin: number,
): { readonly firstSeq: number; readonly rowCount: number } {
	const firstSeq = Math.max(range.firstSeq, Math.floor(top) - margin);
	return { firstSeq, rowCount: Math.floor(top) - firstSeq + poolSize(range.viewportPx) + margin };
}

/** A scrollbar's thumb along its track. */
export interface Thumb {
	readonly sizePx: number;
	readonly offsetPx: number;
}

/** Where the thumb is; `null` where everything fits and there is nothing to scroll. */
export function thumbAt(range: ScrollRange, top: number, trackPx: number, minThumbPx: number): Thumb | null {
	const span = bottomOf(range) - range.firstSeq;
	if (span <= 0 || trackPx <= 0) {
		return null;
	}
	const share = range.viewportPx / (rowsOf(range) * rowHeightPx);
	const sizePx = Math.min(trackPx, Math.max(minThumbPx, Math.round(share * trackPx)));
	return { sizePx, offsetPx: Math.round(((top - range.firstSeq) / span) * (trackPx - sizePx)) };
}

/** The position that a thumb dragged to `offsetPx` means; both ends of the track are both ends of the capture exactly. */
export function topAtThumb(range: ScrollRange, offsetPx: number, trackPx: number, sizePx: number): number {
	const free = trackPx - sizePx;
	const share = free <= 0 ? 0 : Math.min(1, Math.max(0, offsetPx / free));
	const bottom = bottomOf(range);
	return share === 1 ? bottom : range.firstSeq + share * (bottom - range.firstSeq);
}
