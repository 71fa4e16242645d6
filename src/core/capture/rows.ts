/**
 * The rows of a window, packed into one ArrayBuffer: forty rows cost one copy on their way through the extension host
 * and the workbench, where forty objects would be written and parsed as JSON on the workbench's own UI thread.
 *
 * Layout, little-endian: u32 count, u32 unused, then `count` fixed parts of `rowBytes`, then the texts (UTF-8) that the fixed parts point at.
 */
import type { FrameMeta } from '../frame';

/** One row as a person sees it. Numbers that were not measured are NaN. */
export interface Row {
	seq: number;
	arrivedAtMs: number;
	/** Since the frame before, in milliseconds; NaN on the first. */
	gapMs: number;
	lagMs: number;
	sizeBytes: number;
	wireBytes: number;
	/** A code of `kindCode`. */
	kind: number;
	/** Bits of `frameFlag`. */
	flags: number;
	/** Event name, or '' . */
	name: string;
	/** The payload's beginning on one line, at most `previewBytes` bytes of it; hex for binary. */
	preview: string;
	/** The id of a server-sent event, or ''. */
	id: string;
	/** Of a poll cycle; 0 and NaN elsewhere. */
	status: number;
	eventsInCycle: number;
	holdMs: number;
	transferMs: number;
	blindMs: number;
	/** Bits of `rowMark`. */
	marks: number;
	/** Of a gap: the ids that are missing before this row; 0 elsewhere. */
	missing: number;
}

/** Bits of a row's marks: what is remarkable about its place in the stream. */
export const rowMark = {
	/** Ids are missing before it. */
	gap: 1,
	/** Its id had come before. */
	duplicate: 2,
	/** It came after one of a higher id, for the first time. */
	reorder: 4,
	/** The numbers began anew with it. */
	reset: 8,
	/** It came after a stall. */
	stall: 16,
} as const;

/** The two fields of a row that tell a frame's marks; both 0 where it has none. */
export function marksOf(meta: FrameMeta | undefined): Pick<Row, 'marks' | 'missing'> {
	const { sequence, missing = 0, stall } = meta?.marks ?? {};
	return {
		marks: (sequence === undefined ? 0 : rowMark[sequence]) | (stall === true ? rowMark.stall : 0),
		// As many as a row can tell.
		missing: Math.min(missing, 0xffff_ffff),
	};
}

/** At most so many bytes of a payload go into its row's preview. */
export const previewBytes = 240;

const headerBytes = 8;
const rowBytes = 76;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Packs rows; the buffer is exactly as long as its content, so it can be sent whole. */
export function packRows(rows: readonly Row[]): ArrayBuffer {
	const texts: Uint8Array[] = [];
	let textBytes = 0;
	const put = (text: string): number => {
		const bytes = encoder.encode(text);
		texts.push(bytes);
		textBytes += bytes.length;
		return bytes.length;
	};
	const lengths = rows.map((row) => [put(row.name), put(row.id), put(row.preview)] as const);
	const buffer = new ArrayBuffer(headerBytes + rows.length * rowBytes + textBytes);
	const view = new DataView(buffer);
	view.setUint32(0, rows.length, true);
	let textAt = headerBytes + rows.length * rowBytes;
	rows.forEach((row, index) => {
		const at = headerBytes + index * rowBytes;
		const [nameBytes, idBytes, shownBytes] = lengths[index]!;
		view.setFloat64(at, row.seq, true);
		view.setFloat64(at + 8, row.arrivedAtMs, true);
		view.setFloat32(at + 16, row.gapMs, true);
		view.setFloat32(at + 20, row.lagMs, true);
		view.setUint32(at + 24, row.sizeBytes, true);
		view.setUint32(at + 28, row.wireBytes, true);
		view.setUint16(at + 32, row.kind, true);
		view.setUint16(at + 34, row.flags, true);
		view.setUint16(at + 36, row.status, true);
		view.setUint16(at + 38, row.marks, true);
		view.setUint32(at + 40, row.eventsInCycle, true);
		view.setFloat32(at + 44, row.holdMs, true);
		view.setFloat32(at + 48, row.transferMs, true);
		view.setFloat32(at + 52, row.blindMs, true);
		view.setUint32(at + 56, textAt, true);
		view.setUint32(at + 60, nameBytes, true);
		view.setUint32(at + 64, idBytes, true);
		view.setUint32(at + 68, shownBytes, true);
		view.setUint32(at + 72, row.missing, true);
		textAt += nameBytes + idBytes + shownBytes;
	});
	let at = headerBytes + rows.length * rowBytes;
	const all = new Uint8Array(buffer);
	for (const text of texts) {
		all.set(text, at);
		at += text.length;
	}
	return buffer;
}

/** Reads packed rows one at a time. */
export class PackedRows {
	readonly count: number;
	readonly #view: DataView;

	constructor(buffer: ArrayBuffer) {
		this.#view = new DataView(buffer);
		this.count = buffer.byteLength < headerBytes ? 0 : this.#view.getUint32(0, true);
	}

	/** The sequence number of a row, or NaN outside the window. */
	seqAt(index: number): number {
		return index >= 0 && index < this.count ? this.#view.getFloat64(headerBytes + index * rowBytes, true) : Number.NaN;
	}

	/** The row at an index in `0 … count-1`. */
	rowAt(index: number): Row {
		const view = this.#view;
		const at = headerBytes + index * rowBytes;
		const textAt = view.getUint32(at + 56, true);
		const nameBytes = view.getUint32(at + 60, true);
		const idBytes = view.getUint32(at + 64, true);
		const shownBytes = view.getUint32(at + 68, true);
		const text = (from: number, length: number): string =>
			length === 0 ? '' : decoder.decode(new Uint8Array(view.buffer, from, length));
		return {
			seq: view.getFloat64(at, true),
			arrivedAtMs: view.getFloat64(at + 8, true),
			gapMs: view.getFloat32(at + 16, true),
			lagMs: view.getFloat32(at + 20, true),
			sizeBytes: view.getUint32(at + 24, true),
			wireBytes: view.getUint32(at + 28, true),
			kind: view.getUint16(at + 32, true),
			flags: view.getUint16(at + 34, true),
			status: view.getUint16(at + 36, true),
			eventsInCycle: view.getUint32(at + 40, true),
			holdMs: view.getFloat32(at + 44, true),
			transferMs: view.getFloat32(at + 48, true),
			blindMs: view.getFloat32(at + 52, true),
			marks: view.getUint16(at + 38, true),
			missing: view.getUint32(at + 72, true),
			name: text(textAt, nameBytes),
			id: text(textAt + nameBytes, idBytes),
			preview: text(textAt + nameBytes + idBytes, shownBytes),
		};
	}
}
