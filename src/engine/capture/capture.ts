import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkRowBytes, FrameChunk, type FrameRow } from '../../core/capture/frameChunk';
import { type FrameMeta, type FrameRecord, frameFlag, kindCode } from '../../core/frame';
import type { CaptureOptions } from '../../core/messages';
import { type Problem, problem } from '../../core/problem';
import { indexBlock, indexHeader, readIndex, type StoredIndex } from './indexFile';
import { clippedText, mostNameBytes, NameTable } from './nameTable';
import { PayloadFile } from './payloadFile';
import { ReadHandles } from './readHandles';
import { decodeMeta, encodeMeta, wholeName, withName } from './storedMeta';

/** A chunk is closed at so many rows or bytes, so that evicting it makes room without taking too much. */
const mostChunkRows = 262_144;
const mostChunkBytes = 64 * 1024 * 1024;
/** What is appended is in the file after so long at most. */
const flushAfterMs = 200;
/** Reading from the socket stops above the one and goes on below the other. */
const pendingHighBytes = 32 * 1024 * 1024;
const pendingLowBytes = 8 * 1024 * 1024;
/** An index gets a few bytes at each flush, so that a quiet session need not hold more. */
const indexBlockBytes = 16 * 1024;

/** Told by a capture of what its owner has to act on. */
export interface CaptureOwner {
	/** The disk is behind (true) or has caught up (false): stop or go on reading the socket. */
	behindChanged(behind: boolean): void;
	/** Payloads can't be kept any more; once. */
	failed(problem: Problem): void;
}

interface Segment {
	readonly chunk: FrameChunk;
	readonly names: NameTable;
	/** Absent where no file could be made: the payloads are lost, or the rows are in memory only. */
	readonly payloads: PayloadFile | undefined;
	readonly index: PayloadFile | undefined;
	/** Rows that are in the index file, or on their way. */
	storedRows: number;
	/** Nothing is added any more. */
	sealed: boolean;
}

/**
 * All frames of one session: a columnar index in memory, payloads in files. A chunk of the index, its names, its payload
 * file and its index file are one segment; the oldest segment goes as a whole when a limit is passed, and is counted.
 *
 * Once a write has failed no further payload is kept until `clear`, but what was appended stays readable from memory,
 * writing it is tried again at each flush, and rows go on being stored wherever the index file can be written.
 */
export class Capture {
	readonly #segments: Segment[] = [];
	/** The last segment, while frames are added to it. An earlier engine's is never added to: a cut block may end it. */
	#open: Segment | undefined;
	readonly #handles = new ReadHandles();
	readonly #maxChunkRows: number;
	readonly #maxChunkBytes: number;
	#nextSeq = 1;
	#nextSegment = 1;
	#frames = 0;
	#receivedKept = 0;
	#received = 0;
	#evicted = 0;
	#lost = 0;
	#pendingBytes = 0;
	#behind = false;
	#problem: Problem | undefined;
	#flushTimer: NodeJS.Timeout | undefined;
	#closed = false;
	/** Which part of which bytes lies where, for events that are slices of their cycle's body. */
	#bodyBytes: Uint8Array | undefined;
	#bodySegment: Segment | undefined;
	#bodyStart = 0;
	#bodyEnd = 0;
	#bodyOffset = 0;

	constructor(
		private readonly options: CaptureOptions,
		private readonly owner: CaptureOwner,
	) {
		this.#maxChunkRows = Math.min(mostChunkRows, Math.max(1, Math.ceil(options.maxFrames / 8)));
		this.#maxChunkBytes = Math.min(mostChunkBytes, Math.ceil(options.maxBytes / 8));
		this.#makeFolder();
	}

	/** First and last kept sequence number; last < first when nothing is kept. */
	get firstSeq(): number {
		return this.#segments[0]?.chunk.firstSeq ?? this.#nextSeq;
	}

	get lastSeq(): number {
		return this.#nextSeq - 1;
	}

	/** Frames that the peer sent: `received` = `kept` + `evicted`; of `lost` ones the payload is not kept. */
	get counts(): { readonly received: number; readonly kept: number; readonly evicted: number; readonly lost: number } {
		return { received: this.#received, kept: this.#receivedKept, evicted: this.#evicted, lost: this.#lost };
	}

	/** Bytes of the capture's files, rows and metas among them: what the limit is compared with. */
	get sizeBytes(): number {
		let bytes = 0;
		for (const { payloads, index } of this.#segments) {
			bytes += (payloads?.diskBytes ?? 0) + (index?.diskBytes ?? 0);
		}
		return bytes;
	}

	/** Adds a frame and gives it the next sequence number. The record may be reused at once. */
	append(record: FrameRecord, lagMs: number): number {
		let segment = this.#open;
		let flags = record.flags;
		const nested = (flags & frameFlag.partOfCycle) !== 0;
		// One that has something of its own beside it is written whole, for its meta stands right before its payload.
		let slice = nested && record.meta === undefined && segment !== undefined && this.#isInBody(record, segment);
		if (
			segment === undefined ||
			!segment.chunk.takes(record.arrivedAtMs, segment.payloads?.sizeBytes ?? 0) ||
			// A slice takes no more than its row, so it goes where its cycle's body is.
			(!slice && bytesToBe(segment) >= this.#maxChunkBytes)
		) {
			segment = this.#addSegment(record.arrivedAtMs);
			slice = false;
		}
		const nameId = record.name === '' ? 0 : segment.names.idOf(record.name);
		let offset = 0;
		let metaBytes = 0;
		if (slice) {
			offset = this.#bodyOffset + (record.start - this.#bodyStart);
		} else {
			const nameWhole = record.name === '' || segment.names.text(nameId) === record.name;
			const meta = nameWhole ? record.meta : withName(record.meta, record.name);
			const { payloads } = segment;
			const start = payloads?.sizeBytes ?? 0;
			let kept = payloads !== undefined && this.#problem === undefined;
			if (kept && meta !== undefined) {
				const encoded = encodeMeta(meta);
				metaBytes = encoded.length;
				flags |= frameFlag.meta;
				kept = payloads!.append(encoded, 0, metaBytes);
			}
			kept &&= record.start === record.end || payloads!.append(record.bytes, record.start, record.end);
			if (kept) {
				offset = start;
				if (record.kind === kindCode.cycle || (nested && record.meta === undefined)) {
					this.#bodyBytes = record.bytes;
					this.#bodySegment = segment;
					this.#bodyStart = record.start;
					this.#bodyEnd = record.end;
					this.#bodyOffset = offset + metaBytes;
				}
			} else {
				flags = (flags | frameFlag.payloadLost) & ~frameFlag.meta;
				metaBytes = 0;
			}
		}
		segment.chunk.append(
			record.arrivedAtMs,
			record.kind,
			flags,
			offset,
			metaBytes,
			record.end - record.start,
			record.wireBytes,
			lagMs,
			nameId,
		);
		this.#frames++;
		if (!(flags & frameFlag.out)) {
			this.#received++;
			this.#receivedKept++;
			this.#lost += flags & frameFlag.payloadLost ? 1 : 0;
		}
		if (this.#flushTimer === undefined && !this.#closed) {
			this.#flushTimer = setTimeout(() => {
				this.#flushTimer = undefined;
				void this.#store();
			}, flushAfterMs);
		}
		return this.#nextSeq++;
	}

	/** The row of a kept frame, or undefined. */
	row(seq: number): FrameRow | undefined {
		const chunk = this.#find(seq)?.chunk;
		return chunk?.row(seq - chunk.firstSeq);
	}

	/** When a kept frame arrived; NaN where it is not kept. */
	arrivedAtMs(seq: number): number {
		const segment = this.#find(seq);
		return segment === undefined ? Number.NaN : segment.chunk.arrivedAtMs(seq - segment.chunk.firstSeq);
	}

	/** The first `maxBytes` bytes of a row's payload. */
	payload(row: FrameRow, maxBytes: number): Buffer<ArrayBuffer> {
		const payloads = this.#find(row.seq)?.payloads;
		if (payloads === undefined || row.flags & frameFlag.payloadLost) {
			return Buffer.alloc(0);
		}
		return payloads.read(row.offset + row.metaBytes, Math.min(row.sizeBytes, maxBytes));
	}

	/** What is kept beside a row's payload. */
	meta(row: FrameRow): FrameMeta | undefined {
		const payloads = this.#find(row.seq)?.payloads;
		if (payloads === undefined || row.metaBytes === 0) {
			return undefined;
		}
		return decodeMeta(payloads.read(row.offset, row.metaBytes));
	}

	/** A row's event name, of a long one the first 256 bytes. */
	name(row: FrameRow): string {
		const names = this.#find(row.seq)?.names;
		if (row.nameId === 0 && names?.full && row.flags & frameFlag.meta) {
			return clippedText(wholeName(this.meta(row)) ?? '', mostNameBytes);
		}
		return names?.text(row.nameId) ?? '';
	}

	/** A row's event name whole, given the row's meta. */
	fullName(row: FrameRow, meta: FrameMeta | undefined): string {
		return wholeName(meta) ?? this.name(row);
	}

	/** Forgets every frame and begins the account anew, after a failure as well; sequence numbers go on. */
	async clear(): Promise<void> {
		const segments = this.#forget();
		this.#makeFolder();
		await Promise.all(segments.map(removeSegment));
	}

	/** Takes up what an earlier engine stored in this folder; calls back for each row, so that meters can count it. */
	restore(counted: (row: FrameRow) => void): void {
		let files: string[];
		try {
			files = readdirSync(this.options.folder).filter((name) => name.endsWith('.index'));
		} catch {
			// Nothing was stored, so there is nothing to take up.
			return;
		}
		for (const file of files.sort()) {
			this.#nextSegment = Math.max(this.#nextSegment, Number.parseInt(file, 10) + 1 || 1);
			const base = join(this.options.folder, file.slice(0, -'.index'.length));
			const stored = this.#readStored(base);
			if (stored === undefined) {
				continue;
			}
			const { chunk, indexBytes, payloadBytes } = stored;
			const names = new NameTable();
			names.restore(stored.names);
			names.seal();
			this.#segments.push({
				chunk,
				names,
				payloads:
					payloadBytes === undefined
						? undefined
						: new PayloadFile(`${base}.payloads`, this.#fileOwner, this.#handles, undefined, payloadBytes),
				index: new PayloadFile(`${base}.index`, this.#fileOwner, this.#handles, indexBlockBytes, indexBytes),
				storedRows: chunk.count,
				sealed: true,
			});
			this.#frames += chunk.count;
			this.#receivedKept += chunk.received;
			this.#evicted = stored.evicted;
			this.#nextSeq = chunk.firstSeq + chunk.count;
			for (let index = 0; index < chunk.count; index++) {
				const row = chunk.row(index);
				this.#lost += row.flags & frameFlag.payloadLost && !(row.flags & frameFlag.out) ? 1 : 0;
				counted(row);
			}
		}
		this.#received = this.#receivedKept + this.#evicted;
	}

	/** Writes everything and lets go of the files; they stay. */
	async close(): Promise<void> {
		if (this.#closed) {
			return;
		}
		this.#closed = true;
		clearTimeout(this.#flushTimer);
		await this.#store();
		await Promise.all(this.#segments.flatMap(({ payloads, index }) => [payloads?.close(), index?.close()]));
		this.#handles.closeAll();
	}

	/** Lets go of the files and deletes the folder. */
	async remove(): Promise<void> {
		this.#closed = true;
		clearTimeout(this.#flushTimer);
		await Promise.all(this.#forget().map(removeSegment));
		this.#handles.closeAll();
		await rm(this.options.folder, { recursive: true, force: true });
	}

	readonly #fileOwner = {
		writeFailed: (error: NodeJS.ErrnoException): void => this.#fail(error),
		pendingChanged: (deltaBytes: number): void => {
			this.#pendingBytes += deltaBytes;
			if (this.#problem !== undefined) {
				// What waits now may never be written, and nothing more will wait: the socket is not to stop for it.
				return;
			}
			const behind = this.#behind ? this.#pendingBytes >= pendingLowBytes : this.#pendingBytes > pendingHighBytes;
			if (behind !== this.#behind) {
				this.#behind = behind;
				this.owner.behindChanged(behind);
			}
		},
	};

	#makeFolder(): void {
		try {
			mkdirSync(this.options.folder, { recursive: true });
		} catch (error) {
			this.#fail(error as NodeJS.ErrnoException);
		}
	}

	#forget(): Segment[] {
		this.#open = undefined;
		this.#frames = 0;
		this.#received = 0;
		this.#receivedKept = 0;
		this.#evicted = 0;
		this.#lost = 0;
		this.#bodyBytes = undefined;
		this.#bodySegment = undefined;
		this.#problem = undefined;
		return this.#segments.splice(0);
	}

	/** Whether the payload of a frame is part of bytes that this segment has. */
	#isInBody(record: FrameRecord, segment: Segment): boolean {
		return (
			record.bytes === this.#bodyBytes &&
			segment === this.#bodySegment &&
			record.start >= this.#bodyStart &&
			record.end <= this.#bodyEnd
		);
	}

	#addSegment(arrivedAtMs: number): Segment {
		if (this.#open !== undefined) {
			this.#seal(this.#open);
		}
		const chunk = new FrameChunk(this.#nextSeq, Math.floor(arrivedAtMs), this.#maxChunkRows);
		const base = join(this.options.folder, String(this.#nextSegment++).padStart(6, '0'));
		const payloads = this.#problem === undefined ? this.#createFile(`${base}.payloads`) : undefined;
		const index = this.#createFile(`${base}.index`, indexBlockBytes);
		const header = indexHeader(chunk);
		index?.append(header, 0, header.length);
		const segment: Segment = { chunk, names: new NameTable(), payloads, index, storedRows: 0, sealed: false };
		this.#segments.push(segment);
		this.#open = segment;
		this.#evict();
		return segment;
	}

	#createFile(path: string, blockBytes?: number): PayloadFile | undefined {
		if (this.#closed) {
			return undefined;
		}
		try {
			return new PayloadFile(path, this.#fileOwner, this.#handles, blockBytes);
		} catch (error) {
			this.#fail(error as NodeJS.ErrnoException);
			return undefined;
		}
	}

	#seal(segment: Segment): void {
		segment.sealed = true;
		segment.chunk.seal();
		segment.names.seal();
		segment.payloads?.seal();
		this.#storeRows(segment);
	}

	/** Leaves room for the open segment to fill, so that the limits hold until it is full. */
	#evict(): void {
		let bytes = this.#segments.reduce((sum, segment) => sum + bytesToBe(segment), 0);
		while (
			this.#segments.length > 1 &&
			(this.#frames > this.options.maxFrames - this.#maxChunkRows ||
				bytes > this.options.maxBytes - this.#maxChunkBytes)
		) {
			const oldest = this.#segments.shift()!;
			this.#frames -= oldest.chunk.count;
			this.#receivedKept -= oldest.chunk.received;
			this.#evicted += oldest.chunk.received;
			bytes -= bytesToBe(oldest);
			void removeSegment(oldest);
		}
	}

	/**
	 * Puts what is new into the files: payloads first, since a row whose payload isn't in its file counts as lost in the
	 * next engine.
	 */
	async #store(): Promise<void> {
		await Promise.all(
			this.#segments
				.filter((segment) => !isSettled(segment))
				.map(async (segment) => {
					await segment.payloads?.flushed();
					this.#storeRows(segment);
					await segment.index?.flushed();
				}),
		);
	}

	#storeRows(segment: Segment): void {
		const { chunk, index, names } = segment;
		if (index === undefined || index.failed) {
			// The rows are in memory; they are stored once the file can be written again.
			return;
		}
		const rows = chunk.count;
		if (rows > segment.storedRows) {
			const block = indexBlock(chunk, segment.storedRows, rows, this.#evicted, names.takeUnstored());
			segment.storedRows = rows;
			index.append(block, 0, block.length);
		}
		if (segment.sealed) {
			index.seal();
		}
	}

	/** What an earlier engine left of a segment; undefined where it can't be read or has no whole row. */
	#readStored(base: string): (StoredIndex & { indexBytes: number; payloadBytes: number | undefined }) | undefined {
		try {
			const payloadBytes = statSync(`${base}.payloads`, { throwIfNoEntry: false })?.size;
			const bytes = readFileSync(`${base}.index`);
			const stored = readIndex(bytes, payloadBytes ?? 0, this.#maxChunkRows);
			return stored && { ...stored, indexBytes: bytes.length, payloadBytes };
		} catch {
			// The other segments are worth showing all the same.
			return undefined;
		}
	}

	#find(seq: number): Segment | undefined {
		const segments = this.#segments;
		let low = 0;
		let high = segments.length - 1;
		while (low <= high) {
			const middle = (low + high) >> 1;
			const { chunk } = segments[middle]!;
			if (seq < chunk.firstSeq) {
				high = middle - 1;
			} else if (seq >= chunk.firstSeq + chunk.count) {
				low = middle + 1;
			} else {
				return segments[middle];
			}
		}
		return undefined;
	}

	#fail(error: NodeJS.ErrnoException): void {
		if (this.#problem === undefined) {
			this.#problem =
				error.code === 'ENOSPC' || error.code === 'EDQUOT'
					? problem('diskFull', { file: this.options.folder })
					: problem('captureUnwritable', { file: this.options.folder, reason: error.message });
			this.owner.failed(this.#problem);
			if (this.#behind) {
				this.#behind = false;
				this.owner.behindChanged(false);
			}
		}
	}
}

/** Bytes that a segment takes of the disk, with the rows and names that the next flush adds. */
function bytesToBe({ chunk, names, payloads, index, storedRows }: Segment): number {
	return (
		(payloads?.diskBytes ?? 0) +
		(index?.diskBytes ?? 0) +
		(chunk.count - storedRows) * chunkRowBytes +
		names.unstoredBytes
	);
}

/** Whether everything is in the files, and they are closed. */
function isSettled({ sealed, payloads, index }: Segment): boolean {
	return sealed && (payloads?.settled ?? true) && (index?.settled ?? true);
}

async function removeSegment({ payloads, index }: Segment): Promise<void> {
	await Promise.all([payloads?.remove(), index?.remove()]);
}
