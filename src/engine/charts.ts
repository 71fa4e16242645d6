import { packRows, type Row } from '../core/capture/rows';
import {
	type ChartAnswer,
	type ChartRequest,
	heatMapRow,
	heatMapRows,
	mostBins,
	mostChartRows,
	packBins,
	packHeatMap,
} from '../core/charts';
import { frameFlag, kindCode } from '../core/frame';
import type { Session } from './session';
import { rowsOf } from './view';

const heatMapColumns = 360;
const firstColumnMs = 1000;

/**
 * A chart looks through at most so many frames for those that it shows: an answer of a poll may be ten thousand events,
 * each a frame of the capture.
 */
const mostLookedAt = 50_000;

/**
 * Delivery lags of a session of any length, by time and size, in 69 KB: columns of a second until 360 are full, then each
 * two become one of two seconds, and so on, so that at least half of the columns are always in use. Nothing is held before
 * the first lag. A count is right up to 4,294,967,295 in one cell.
 */
export class LagHeatMap {
	#counts: Uint32Array | undefined;
	#startMs = 0;
	#columnMs = firstColumnMs;
	#columns = 0;
	/** Where the cells of the column in use begin, and the times that belong there. */
	#cells = 0;
	#fromMs = 0;
	#toMs = 0;

	/** Counts a lag that was measured at `atMs`; NaN is «not measured». One from before the first column is counted there. */
	record(atMs: number, lagMs: number): void {
		if (Number.isNaN(lagMs)) {
			return;
		}
		if (!(atMs >= this.#fromMs && atMs < this.#toMs)) {
			if (!Number.isFinite(atMs)) {
				return;
			}
			this.#use(atMs);
		}
		this.#counts![this.#cells + heatMapRow(lagMs)]!++;
	}

	/** Brings the column of a time into use. */
	#use(atMs: number): void {
		if (this.#columns === 0) {
			this.#counts ??= new Uint32Array(heatMapColumns * heatMapRows);
			this.#startMs = Math.floor(atMs / firstColumnMs) * firstColumnMs;
		}
		let column = Math.max(0, Math.floor((atMs - this.#startMs) / this.#columnMs));
		while (column >= heatMapColumns) {
			this.#merge();
			column = Math.floor((atMs - this.#startMs) / this.#columnMs);
		}
		if (column >= this.#columns) {
			this.#columns = column + 1;
		}
		this.#cells = column * heatMapRows;
		this.#fromMs = this.#startMs + column * this.#columnMs;
		this.#toMs = this.#fromMs + this.#columnMs;
	}

	/** Forgets every lag; the next one begins the first column. */
	reset(): void {
		this.#counts?.fill(0);
		this.#columns = 0;
		this.#columnMs = firstColumnMs;
		this.#toMs = this.#fromMs;
	}

	/** All columns so far, packed for `readHeatMap`. */
	pack(): ArrayBuffer {
		return packHeatMap({
			startMs: this.#startMs,
			columnMs: this.#columnMs,
			columns: this.#columns,
			counts: this.#counts ?? new Uint32Array(0),
		});
	}

	/** Each two columns become one. */
	#merge(): void {
		const counts = this.#counts!;
		const merged = Math.ceil(this.#columns / 2);
		for (let column = 0; column < merged; column++) {
			for (let row = 0; row < heatMapRows; row++) {
				const from = 2 * column * heatMapRows + row;
				const second = 2 * column + 1 < this.#columns ? counts[from + heatMapRows]! : 0;
				counts[column * heatMapRows + row] = counts[from]! + second;
			}
		}
		counts.fill(0, merged * heatMapRows, this.#columns * heatMapRows);
		this.#columns = merged;
		this.#columnMs *= 2;
	}
}

/** What a chart of a session is drawn from. */
export function chartOf(session: Session, request: ChartRequest, nowMs: number): ChartAnswer {
	switch (request.chart) {
		case 'histogram': {
			const { lags, recentLags } = session.meters;
			const histogram = request.period === 'session' ? lags : recentLags.histogram(nowMs);
			const bins = packBins(histogram.bins(Math.min(request.mostBins, mostBins)));
			return { chart: 'histogram', atMs: nowMs, period: request.period, bins, distribution: histogram.distribution() };
		}
		case 'heatMap':
			return { chart: 'heatMap', atMs: nowMs, heatMap: session.meters.lagHeatMap.pack() };
		case 'cycles': {
			const seqs = seqsBefore(session, session.lastShownSeq, Math.min(request.count, mostChartRows), isCycle);
			return { chart: 'cycles', atMs: nowMs, rows: packRows(rowsAt(session, seqs)) };
		}
		case 'ladder': {
			const seqs = ladderSeqs(session, request.aroundSeq, Math.min(request.count, mostChartRows));
			const last = seqs.at(-1);
			const atTail = last === undefined || seqsAfter(session, last + 1, 1, isOfLadder).length === 0;
			return { chart: 'ladder', atMs: nowMs, rows: packRows(rowsAt(session, seqs)), atTail };
		}
	}
}

/**
 * The first frame that arrived at `atMs` or later, or the last one where none did; null where the view has none. It is
 * found by halving, since arrivals never go back in time within a session's connections.
 */
export function seqAt(session: Session, atMs: number): number | null {
	const { capture, lastShownSeq } = session;
	let low = capture.firstSeq;
	let high = lastShownSeq;
	if (high < low) {
		return null;
	}
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (capture.arrivedAtMs(middle) >= atMs) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low;
}

type Wanted = (kind: number, flags: number) => boolean;

const isCycle: Wanted = (kind) => kind === kindCode.cycle;
/** An event of a poll's answer came with its cycle, which is drawn. */
const isOfLadder: Wanted = (_kind, flags) => (flags & frameFlag.partOfCycle) === 0;

/** As many before as after the one in the middle, or more of the one where the other has too few. */
function ladderSeqs(session: Session, aroundSeq: number | null, count: number): number[] {
	if (aroundSeq === null || aroundSeq >= session.lastShownSeq) {
		return seqsBefore(session, session.lastShownSeq, count, isOfLadder);
	}
	// What made room for newer frames since is no longer there to be the middle.
	const middle = Math.max(aroundSeq, session.capture.firstSeq);
	const before = seqsBefore(session, middle, count, isOfLadder);
	const after = seqsAfter(session, middle + 1, count, isOfLadder);
	const half = Math.ceil(count / 2);
	const takenAfter = Math.min(after.length, Math.max(count - half, count - before.length));
	return [...before.slice(-(count - takenAfter)), ...after.slice(0, takenAfter)];
}

/** Up to `count` wanted frames up to a sequence number, the oldest first. */
function seqsBefore({ capture }: Session, lastSeq: number, count: number, isWanted: Wanted): number[] {
	const least = Math.max(capture.firstSeq, lastSeq - mostLookedAt + 1);
	const seqs: number[] = [];
	for (let seq = lastSeq; seq >= least && seqs.length < count; seq--) {
		const row = capture.row(seq);
		if (row !== undefined && isWanted(row.kind, row.flags)) {
			seqs.push(seq);
		}
	}
	return seqs.reverse();
}

/** Up to `count` wanted frames from a sequence number on. */
function seqsAfter({ capture, lastShownSeq }: Session, firstSeq: number, count: number, isWanted: Wanted): number[] {
	const most = Math.min(lastShownSeq, firstSeq + mostLookedAt - 1);
	const seqs: number[] = [];
	for (let seq = firstSeq; seq <= most && seqs.length < count; seq++) {
		const row = capture.row(seq);
		if (row !== undefined && isWanted(row.kind, row.flags)) {
			seqs.push(seq);
		}
	}
	return seqs;
}

function rowsAt(session: Session, seqs: readonly number[]): Row[] {
	return seqs.flatMap((seq) => rowsOf(session, seq, seq));
}
