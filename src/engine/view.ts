import type { FrameRow } from '../core/capture/frameChunk';
import { marksOf, packRows, previewBytes, type Row } from '../core/capture/rows';
import { frameFlag, kindCode } from '../core/frame';
import type { Tick, ViewChanged } from '../core/messages';
import type { Session } from './session';

/** Ticks come no faster than a display shows them. */
const tickAfterMs = 16;
const seriesAfterMs = 250;
/** Rates and uptimes are shown afresh this often while nothing arrives. */
const idleTickMs = 1000;
const mostRows = 500;
const shownBinaryBytes = 48;

/**
 * What one panel shows of one session. It pulls: a tick is made only when the one before is on screen, and holds only the
 * rows of the window, so that its cost depends on the panel's height and not on the stream.
 */
export class View {
	#window: ViewChanged;
	#number = 0;
	#painted = true;
	#stale = true;
	#timer: NodeJS.Timeout | undefined;
	#lastTickMs = 0;
	#lastSeriesMs = 0;
	#disposed = false;

	constructor(
		readonly session: Session,
		window: ViewChanged,
		private readonly post: (tick: Tick) => void,
		private readonly nowMs: () => number,
	) {
		this.#window = window;
		this.#arm();
	}

	/** Shows another window. Answers at once even when a tick is still to be painted, since a user is waiting for it. */
	change(window: ViewChanged): void {
		this.#window = window;
		this.#painted = true;
		this.touch();
	}

	/** The tick of that number is on screen. */
	painted(tick: number): void {
		if (tick === this.#number) {
			this.#painted = true;
			this.#arm();
		}
	}

	/** Something that the view may show has changed. */
	touch(): void {
		this.#stale = true;
		this.#arm();
	}

	dispose(): void {
		this.#disposed = true;
		clearTimeout(this.#timer);
	}

	#arm(): void {
		if (this.#disposed || !this.#painted) {
			return;
		}
		if (this.#stale) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#tick(), Math.max(0, tickAfterMs - (this.nowMs() - this.#lastTickMs)));
		} else if (this.session.isLive) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#tick(), idleTickMs);
		}
	}

	#tick(): void {
		this.session.settled();
		this.#stale = false;
		this.#painted = false;
		const nowMs = this.nowMs();
		this.#lastTickMs = nowMs;
		const { capture } = this.session;
		const firstSeq = capture.firstSeq;
		const lastSeq = this.session.lastShownSeq;
		const rowCount = Math.min(mostRows, Math.max(0, this.#window.rowCount));
		const { follow } = this.#window;
		const from = Math.max(
			firstSeq,
			follow ? lastSeq - rowCount + 1 : Math.min(this.#window.firstSeq, lastSeq - rowCount + 1),
		);
		const withSeries = nowMs - this.#lastSeriesMs >= seriesAfterMs;
		if (withSeries) {
			this.#lastSeriesMs = nowMs;
		}
		this.post({
			type: 'tick',
			number: ++this.#number,
			atMs: nowMs,
			firstSeq,
			lastSeq,
			follow,
			rows: packRows(rowsOf(this.session, from, Math.min(lastSeq, from + rowCount - 1))),
			statistics: this.session.statistics(),
			series: withSeries ? this.session.series() : undefined,
		});
	}
}

/** The rows `from … to` (sequence numbers, both included) as a person sees them. */
export function rowsOf(session: Session, from: number, to: number): Row[] {
	const rows: Row[] = [];
	let previousMs = session.capture.arrivedAtMs(from - 1);
	for (let seq = from; seq <= to; seq++) {
		const frame = session.capture.row(seq);
		if (frame === undefined) {
			continue;
		}
		rows.push(rowOf(session, frame, frame.arrivedAtMs - previousMs));
		previousMs = frame.arrivedAtMs;
	}
	return rows;
}

function rowOf(session: Session, frame: FrameRow, gapMs: number): Row {
	const { capture } = session;
	const meta = frame.flags & frameFlag.meta ? capture.meta(frame) : undefined;
	const cycle = meta?.type === 'cycle' ? meta : undefined;
	return {
		seq: frame.seq,
		arrivedAtMs: frame.arrivedAtMs,
		gapMs,
		lagMs: session.lagMs(frame),
		sizeBytes: frame.sizeBytes,
		wireBytes: frame.wireBytes,
		kind: frame.kind,
		flags: frame.flags,
		name: capture.name(frame),
		preview: previewOf(frame.kind, capture.payload(frame, previewBytes)),
		id: meta?.type === 'event' ? (meta.id ?? '') : '',
		status: cycle?.status ?? 0,
		eventsInCycle: cycle?.events ?? 0,
		holdMs: cycle?.holdMs ?? Number.NaN,
		transferMs: cycle?.transferMs ?? Number.NaN,
		blindMs: cycle?.blindMs ?? Number.NaN,
		...marksOf(meta),
	};
}

function previewOf(kind: number, payload: Buffer): string {
	if (kind === kindCode.close) {
		return payload.length < 2 ? '' : `${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`.trimEnd();
	}
	if (kind === kindCode.binary || kind === kindCode.ping || kind === kindCode.pong) {
		return payload.subarray(0, shownBinaryBytes).toString('hex').replace(/../g, '$& ').trimEnd();
	}
	// A character that the cut went through would show as a replacement character that is not in the payload.
	let end = payload.length;
	if (end === previewBytes) {
		while (end > 0 && (payload[end - 1]! & 0xc0) === 0x80) {
			end--;
		}
		if (end > 0 && payload[end - 1]! >= 0xc0) {
			end--;
		}
	}
	return payload.toString('utf8', 0, end).replace(/[\r\n\t]+/g, ' ');
}
