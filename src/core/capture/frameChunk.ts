/**
 * Some consecutive frames of a capture as columns: 26 bytes a frame and no object, so that ten million frames are a few
 * hundred typed arrays that the garbage collector need not look into.
 */
import { frameFlag } from '../frame';

/** What a chunk holds of a frame. */
export interface FrameRow {
	seq: number;
	arrivedAtMs: number;
	kind: number;
	flags: number;
	sizeBytes: number;
	wireBytes: number;
	/** NaN where none was measured. */
	lagMs: number;
	/** In the table of names of the chunk's segment; 0 is ''. */
	nameId: number;
	/** Where the frame's meta begins in the chunk's payload file; the payload follows it. */
	offset: number;
	metaBytes: number;
}

const firstCapacity = 1024;
/** Up to here a lag is told to the microsecond or so by four bytes. */
const shortLagMs = 10_000;
const largestU32 = 2 ** 32 - 1;

/** Names of the columns with the bytes of one element; the order is the order on disk. */
export const chunkColumns = {
	/** Microseconds since the chunk's `baseMs`. */
	arrived: Uint32Array,
	offset: Uint32Array,
	size: Uint32Array,
	wire: Uint32Array,
	lag: Float32Array,
	/** Kind in the upper four bits, flags in the lower twelve. */
	kindFlags: Uint16Array,
	name: Uint16Array,
	meta: Uint16Array,
} as const;
/** Bytes that a row takes, in memory and on disk. */
export const chunkRowBytes = Object.values(chunkColumns).reduce(
	(sum, { BYTES_PER_ELEMENT }) => sum + BYTES_PER_ELEMENT,
	0,
);
export type ChunkColumn = keyof typeof chunkColumns;
type Columns = { [Name in ChunkColumn]: InstanceType<(typeof chunkColumns)[Name]> };

/** A column of a chunk, as stored. */
export type ColumnArray = Uint32Array | Float32Array | Uint16Array;

export class FrameChunk {
	#columns: Columns = allocate(firstCapacity);
	#count = 0;
	/**
	 * What the column of lags counts from, in milliseconds: that of a sender whose clock is hours off would else have no
	 * digits left for what varies. 0 before a lag was appended, and where they are short enough.
	 */
	lagBaseMs = 0;
	#hasLag = false;
	/** Frames of this chunk that the peer sent. */
	received = 0;

	/** `baseMs` is the time that arrivals are counted from: the first frame's, rounded down. */
	constructor(
		readonly firstSeq: number,
		readonly baseMs: number,
		readonly maxRows: number,
	) {}

	get count(): number {
		return this.#count;
	}

	/** Whether a frame of that time and payload offset can still be added. */
	takes(arrivedAtMs: number, offset: number): boolean {
		const microseconds = (arrivedAtMs - this.baseMs) * 1000;
		return this.#count < this.maxRows && microseconds >= 0 && microseconds <= largestU32 && offset <= largestU32;
	}

	append(
		arrivedAtMs: number,
		kind: number,
		flags: number,
		offset: number,
		metaBytes: number,
		sizeBytes: number,
		wireBytes: number,
		lagMs: number,
		nameId: number,
	): void {
		if (!this.#hasLag && !Number.isNaN(lagMs)) {
			this.#hasLag = true;
			this.lagBaseMs = Math.abs(lagMs) > shortLagMs ? Math.round(lagMs) : 0;
		}
		const at = this.#count;
		if (at === this.#columns.arrived.length) {
			this.#columns = allocate(Math.min(at * 2, Math.max(this.maxRows, firstCapacity)), this.#columns);
		}
		const columns = this.#columns;
		columns.arrived[at] = Math.round((arrivedAtMs - this.baseMs) * 1000);
		columns.offset[at] = offset;
		columns.size[at] = sizeBytes;
		columns.wire[at] = wireBytes;
		columns.lag[at] = lagMs - this.lagBaseMs;
		columns.kindFlags[at] = (kind << 12) | flags;
		columns.name[at] = nameId;
		columns.meta[at] = metaBytes;
		this.#count = at + 1;
		this.received += (flags & 1) ^ 1;
	}

	/** The frame at an index in `0 … count-1`. */
	row(index: number): FrameRow {
		const columns = this.#columns;
		return {
			seq: this.firstSeq + index,
			arrivedAtMs: this.arrivedAtMs(index),
			kind: columns.kindFlags[index]! >> 12,
			flags: columns.kindFlags[index]! & 0xfff,
			sizeBytes: columns.size[index]!,
			wireBytes: columns.wire[index]!,
			lagMs: columns.lag[index]! + this.lagBaseMs,
			nameId: columns.name[index]!,
			offset: columns.offset[index]!,
			metaBytes: columns.meta[index]!,
		};
	}

	arrivedAtMs(index: number): number {
		return this.baseMs + this.#columns.arrived[index]! / 1000;
	}

	/** The rows `from … to-1` of a column, as a view. */
	column(name: ChunkColumn, from: number, to: number): ColumnArray {
		return this.#columns[name].subarray(from, to);
	}

	/** No row will be added any more: gives back the room for them. */
	seal(): void {
		if (this.#columns.arrived.length > this.#count) {
			this.#columns = allocate(this.#count, this.#columns);
		}
	}

	/** Flags as lost what a payload file of that length does not hold whole, as after a crash or with a full disk. */
	loseBeyond(payloadFileBytes: number): void {
		const { offset, meta, size, kindFlags } = this.#columns;
		for (let at = 0; at < this.#count; at++) {
			const bytes = meta[at]! + size[at]!;
			if (bytes > 0 && offset[at]! + bytes > payloadFileBytes) {
				kindFlags[at] = (kindFlags[at]! | frameFlag.payloadLost) & ~frameFlag.meta;
				offset[at] = 0;
				meta[at] = 0;
			}
		}
	}

	/** Adds rows as `column` gave them, all columns at once. */
	appendColumns(columns: Columns): void {
		const count = columns.arrived.length;
		const needed = this.#count + count;
		if (needed > this.#columns.arrived.length) {
			this.#columns = allocate(Math.max(needed, this.#columns.arrived.length * 2), this.#columns);
		}
		for (const name of Object.keys(chunkColumns) as ChunkColumn[]) {
			this.#columns[name].set(columns[name], this.#count);
		}
		for (const kindFlags of columns.kindFlags) {
			this.received += (kindFlags & 1) ^ 1;
		}
		this.#count = needed;
	}
}

function allocate(capacity: number, from?: Columns): Columns {
	const columns: Partial<Record<ChunkColumn, ColumnArray>> = {};
	for (const name of Object.keys(chunkColumns) as ChunkColumn[]) {
		const column = new chunkColumns[name](capacity);
		if (from) {
			column.set(from[name].subarray(0, capacity));
		}
		columns[name] = column;
	}
	return columns as Columns;
}
