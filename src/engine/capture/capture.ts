import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FrameChunk, type FrameRow } from '../../core/capture/frameChunk';
import { type FrameMeta, type FrameRecord, frameFlag } from '../../core/frame';
import type { CaptureOptions } from '../../core/messages';
import { type Problem, problem } from '../../core/problem';
import { indexBlock, indexHeader, readIndex } from './indexFile';
import { PayloadFile } from './payloadFile';

/** A chunk is closed at so many rows or bytes, so that evicting it makes room without taking too much. */
const mostChunkRows = 262_144;
const mostChunkBytes = 64 * 1024 * 1024;
/** What is appended is in the file after so long at most. */
const flushAfterMs = 200;
/** Reading from the socket stops above the one and goes on below the other. */
const pendingHighBytes = 32 * 1024 * 1024;
const pendingLowBytes = 8 * 1024 * 1024;
const mostNames = 0xffff;
const mostMetaBytes = 0xffff;

/** Told by a capture of what its owner has to act on. */
export interface CaptureOwner {
	/** The disk is behind (true) or has caught up (false): stop or go on reading the socket. */
	behindChanged(behind: boolean): void;
	/** Payloads can't be kept any more; once. */
	failed(problem: Problem): void;
}

interface Segment {
	readonly chunk: FrameChunk;
	/** Absent where no file could be made: its payloads are lost. */
	readonly files: { readonly payloads: PayloadFile; readonly index: PayloadFile } | undefined;
	/** Rows that are in the index file. */
	storedRows: number;
	/** Names that are in the index file: each file has the whole table, since the one before may be evicted. */
	storedNames: number;
}

/**
 * All frames of one session: a columnar index in memory, payloads in files. A chunk of the index, its payload file and
 * its index file are one segment; the oldest segment goes as a whole when a limit is passed, and is counted.
 */
export class Capture {
	readonly #segments: Segment[] = [];
	readonly #names = new Map<string, number>([['', 0]]);
	readonly #nameTexts: string[] = [''];
	#nextSeq = 1;
	#nextSegment = 1;
	#frames = 0;
	#receivedKept = 0;
	#received = 0;
	#evicted = 0;
	#lost = 0;
	#bytes = 0;
	#pendingBytes = 0;
	#behind = false;
	#problem: Problem | undefined;
	#flushTimer: NodeJS.Timeout | undefined;
	#closed = false;
	/** The last segment is an earlier engine's: it is read, never added to, since a cut block may end its index file. */
	#restored = false;
	/** Where the last frame with a body of its own lies, for events that are slices of it. */
	#lastBytes: Uint8Array | undefined;
	#lastSegment: Segment | undefined;
	#lastStart = 0;
	#lastOffset = 0;

	constructor(
		private readonly options: CaptureOptions,
		private readonly owner: CaptureOwner,
	) {
		try {
			mkdirSync(options.folder, { recursive: true });
		} catch (error) {
			this.#fail(error as NodeJS.ErrnoException);
		}
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

	/** Bytes in payload files. */
	get sizeBytes(): number {
		return this.#bytes;
	}

	/** Adds a frame and gives it the next sequence number. The record may be reused at once. */
	append(record: FrameRecord, lagMs: number): number {
		const segment = this.#segmentFor(record);
		let flags = record.flags;
		let offset = 0;
		let metaBytes = 0;
		const size = record.end - record.start;
		if (segment?.files === undefined) {
			flags |= frameFlag.payloadLost;
			flags &= ~frameFlag.meta;
			return this.#appendRow(this.#lostSegment(record.arrivedAtMs), record, flags, 0, 0, lagMs);
		}
		const { payloads } = segment.files;
		if (flags & frameFlag.partOfCycle && record.bytes === this.#lastBytes && segment === this.#lastSegment) {
			offset = this.#lastOffset + (record.start - this.#lastStart);
		} else {
			offset = payloads.sizeBytes;
			let kept = true;
			if (record.meta !== undefined) {
				const meta = encodeMeta(record.meta);
				metaBytes = meta.length;
				flags |= frameFlag.meta;
				kept = payloads.append(meta, 0, meta.length);
			}
			kept &&= size === 0 || payloads.append(record.bytes, record.start, record.end);
			if (!kept) {
				flags |= frameFlag.payloadLost;
				flags &= ~frameFlag.meta;
				metaBytes = 0;
				offset = 0;
			} else {
				this.#bytes += metaBytes + size;
			}
			this.#lastBytes = record.bytes;
			this.#lastSegment = segment;
			this.#lastStart = record.start;
			this.#lastOffset = offset + metaBytes;
		}
		return this.#appendRow(segment, record, flags, offset, metaBytes, lagMs);
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
		const files = this.#find(row.seq)?.files;
		if (files === undefined || row.flags & frameFlag.payloadLost) {
			return Buffer.alloc(0);
		}
		return files.payloads.read(row.offset + row.metaBytes, Math.min(row.sizeBytes, maxBytes));
	}

	/** What is kept beside a row's payload. */
	meta(row: FrameRow): FrameMeta | undefined {
		const files = this.#find(row.seq)?.files;
		if (files === undefined || row.metaBytes === 0) {
			return undefined;
		}
		return decodeMeta(files.payloads.read(row.offset, row.metaBytes));
	}

	name(row: FrameRow): string {
		return this.#nameTexts[row.nameId] ?? '';
	}

	/** Forgets every frame and begins the account anew; sequence numbers go on. */
	async clear(): Promise<void> {
		const segments = this.#segments.splice(0);
		this.#frames = 0;
		this.#received = 0;
		this.#receivedKept = 0;
		this.#evicted = 0;
		this.#lost = 0;
		this.#bytes = 0;
		this.#lastBytes = undefined;
		this.#lastSegment = undefined;
		this.#problem = undefined;
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
			const base = join(this.options.folder, file.slice(0, -'.index'.length));
			this.#nextSegment = Math.max(this.#nextSegment, Number.parseInt(file, 10) + 1 || 1);
			const payloadBytes = statSync(`${base}.payloads`, { throwIfNoEntry: false })?.size;
			if (payloadBytes === undefined) {
				continue;
			}
			const indexBytes = readFileSync(`${base}.index`);
			const stored = readIndex(indexBytes, payloadBytes, this.#maxChunkRows());
			if (stored === undefined) {
				continue;
			}
			const { chunk } = stored;
			stored.names.forEach((name, index) => {
				this.#nameTexts[index + 1] = name;
				this.#names.set(name, index + 1);
			});
			this.#segments.push({
				chunk,
				files: {
					payloads: new PayloadFile(`${base}.payloads`, this.#fileOwner, payloadBytes),
					index: new PayloadFile(`${base}.index`, this.#fileOwner, indexBytes.length),
				},
				storedRows: chunk.count,
				storedNames: this.#nameTexts.length,
			});
			this.#frames += chunk.count;
			this.#receivedKept += chunk.received;
			this.#evicted = stored.evicted;
			this.#bytes += payloadBytes;
			this.#nextSeq = chunk.firstSeq + chunk.count;
			for (let index = 0; index < chunk.count; index++) {
				counted(chunk.row(index));
			}
		}
		this.#received = this.#receivedKept + this.#evicted;
		this.#restored = this.#segments.length > 0;
	}

	/** Writes everything and lets go of the files; they stay. */
	async close(): Promise<void> {
		if (this.#closed) {
			return;
		}
		this.#closed = true;
		clearTimeout(this.#flushTimer);
		await this.#store();
		await Promise.all(
			this.#segments.flatMap(({ files }) => (files === undefined ? [] : [files.payloads.close(), files.index.close()])),
		);
	}

	/** Lets go of the files and deletes the folder. */
	async remove(): Promise<void> {
		this.#closed = true;
		clearTimeout(this.#flushTimer);
		await this.clear();
		await rm(this.options.folder, { recursive: true, force: true });
	}

	readonly #fileOwner = {
		writeFailed: (error: NodeJS.ErrnoException): void => this.#fail(error),
		pendingChanged: (deltaBytes: number): void => {
			this.#pendingBytes += deltaBytes;
			// Once writing has failed nothing more will wait, and nothing is to wait for.
			if (
				this.#problem === undefined && this.#behind
					? this.#pendingBytes < pendingLowBytes
					: this.#pendingBytes > pendingHighBytes
			) {
				this.#behind = !this.#behind;
				this.owner.behindChanged(this.#behind);
			}
		},
	};

	#appendRow(
		segment: Segment,
		record: FrameRecord,
		flags: number,
		offset: number,
		metaBytes: number,
		lagMs: number,
	): number {
		segment.chunk.append(
			record.arrivedAtMs,
			record.kind,
			flags,
			offset,
			metaBytes,
			record.end - record.start,
			record.wireBytes,
			lagMs,
			record.name === '' ? 0 : this.#nameIdOf(record.name),
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

	#maxChunkBytes(): number {
		return Math.min(mostChunkBytes, Math.ceil(this.options.maxBytes / 8));
	}

	#maxChunkRows(): number {
		return Math.min(mostChunkRows, Math.max(1, Math.ceil(this.options.maxFrames / 8)));
	}

	/** The segment that takes the record, a new one where the last is full; undefined once payloads can't be kept. */
	#segmentFor(record: FrameRecord): Segment | undefined {
		if (this.#problem !== undefined) {
			return undefined;
		}
		const last = this.#segments[this.#segments.length - 1];
		if (last?.files !== undefined && !this.#restored) {
			// An event that is a slice of its cycle's body goes where the body is.
			const slice = (record.flags & frameFlag.partOfCycle) !== 0 && record.bytes === this.#lastBytes;
			const { sizeBytes } = last.files.payloads;
			if (last.chunk.takes(record.arrivedAtMs, sizeBytes) && (slice || sizeBytes < this.#maxChunkBytes())) {
				return last;
			}
		}
		return this.#addSegment(record.arrivedAtMs, true);
	}

	/** Where rows go whose payload is lost: the last segment, while it takes them, else one without files. */
	#lostSegment(arrivedAtMs: number): Segment {
		const last = this.#segments[this.#segments.length - 1];
		return last?.chunk.takes(arrivedAtMs, 0) && !this.#restored ? last : this.#addSegment(arrivedAtMs, false);
	}

	#addSegment(arrivedAtMs: number, withFiles: boolean): Segment {
		const last = this.#segments[this.#segments.length - 1];
		if (last !== undefined) {
			this.#storeSegment(last);
		}
		const chunk = new FrameChunk(this.#nextSeq, Math.floor(arrivedAtMs), this.#maxChunkRows());
		const files = withFiles ? this.#createFiles(chunk) : undefined;
		const segment: Segment = { chunk, files, storedRows: 0, storedNames: 1 };
		this.#segments.push(segment);
		this.#restored = false;
		this.#evict();
		return segment;
	}

	#createFiles(chunk: FrameChunk): Segment['files'] {
		const base = join(this.options.folder, String(this.#nextSegment++).padStart(6, '0'));
		try {
			const payloads = new PayloadFile(`${base}.payloads`, this.#fileOwner);
			const index = new PayloadFile(`${base}.index`, this.#fileOwner);
			const header = indexHeader(chunk);
			index.append(header, 0, header.length);
			return { payloads, index };
		} catch (error) {
			this.#fail(error as NodeJS.ErrnoException);
			return undefined;
		}
	}

	#evict(): void {
		while (
			this.#segments.length > 1 &&
			(this.#frames > this.options.maxFrames - this.#maxChunkRows() ||
				this.#bytes > this.options.maxBytes - this.#maxChunkBytes())
		) {
			const oldest = this.#segments.shift()!;
			this.#frames -= oldest.chunk.count;
			this.#receivedKept -= oldest.chunk.received;
			this.#evicted += oldest.chunk.received;
			this.#bytes -= oldest.files?.payloads.sizeBytes ?? 0;
			void removeSegment(oldest);
		}
	}

	/** Puts what is new into the files: payloads first, so that the index never speaks of bytes that aren't there. */
	async #store(): Promise<void> {
		await Promise.all(
			this.#segments.slice(-2).map(async (segment) => {
				await segment.files?.payloads.flushed();
				this.#storeSegment(segment);
				await segment.files?.index.flushed();
			}),
		);
	}

	#storeSegment(segment: Segment): void {
		const { chunk, files } = segment;
		const rows = chunk.count;
		if (files === undefined || rows === segment.storedRows || this.#problem !== undefined) {
			return;
		}
		const names = this.#nameTexts.slice(segment.storedNames);
		segment.storedNames = this.#nameTexts.length;
		const block = indexBlock(chunk, segment.storedRows, rows, files.payloads.sizeBytes, this.#evicted, names);
		segment.storedRows = rows;
		files.index.append(block, 0, block.length);
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

	#nameIdOf(name: string): number {
		let id = this.#names.get(name);
		if (id === undefined) {
			if (this.#nameTexts.length > mostNames) {
				return 0;
			}
			id = this.#nameTexts.push(name) - 1;
			this.#names.set(name, id);
		}
		return id;
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

async function removeSegment(segment: Segment): Promise<void> {
	await Promise.all([segment.files?.payloads.remove(), segment.files?.index.remove()]);
}

const encoder = new TextEncoder();

function encodeMeta(meta: FrameMeta): Uint8Array {
	const bytes = encoder.encode(JSON.stringify(meta));
	if (bytes.length <= mostMetaBytes || meta.type !== 'cycle') {
		return bytes.length <= mostMetaBytes ? bytes : encoder.encode('{"type":"event"}');
	}
	// Heads are what can be this long, and they are bounded by the handshake limit; the measures stay.
	return encoder.encode(
		JSON.stringify({ ...meta, request: { line: meta.request.line, headers: [] }, response: undefined }),
	);
}

function decodeMeta(bytes: Buffer): FrameMeta | undefined {
	try {
		return JSON.parse(bytes.toString('utf8')) as FrameMeta;
	} catch {
		// It could not be read whole; the frame is shown without it.
		return undefined;
	}
}
