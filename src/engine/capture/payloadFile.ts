import { closeSync, openSync, readSync, unlinkSync, write as writeCallback } from 'node:fs';
import type { ReadHandles } from './readHandles';

const payloadBlockBytes = 256 * 1024;
const mostSpareBlocks = 8;

/** Told by a file of what its owner has to act on. */
export interface PayloadFileOwner {
	/** A write failed; it is tried again at each `flush`, and each failure is told. */
	writeFailed(error: NodeJS.ErrnoException): void;
	/** By how much the bytes that wait for the disk changed; told for a block at a time. */
	pendingChanged(deltaBytes: number): void;
}

interface Block {
	readonly bytes: Buffer;
	/** Where the block's first byte stands in the file. */
	readonly offset: number;
	filled: number;
	/** Bytes of it that are in the file. */
	written: number;
}

/**
 * An append-only file that can be read at once: what was appended is readable from memory until the disk has it, and
 * from the disk after. Writes go one after the other in blocks through Node's thread pool, so that a slow disk never
 * holds up the thread that stamps arrivals. Once sealed and written it holds neither memory nor a descriptor.
 */
export class PayloadFile {
	/** Open for as long as something may be written. */
	#descriptor: number | undefined;
	/** Appended and not yet wholly in the file, oldest first. */
	readonly #blocks: Block[] = [];
	/** Written blocks to fill again, since a busy stream fills a thousand a second. */
	readonly #spare: Buffer[] = [];
	#sizeBytes: number;
	#toldPendingBytes = 0;
	#writing = false;
	#failed = false;
	#sealed: boolean;
	/** Closed or removed: nothing is read or written any more. */
	#gone = false;
	/** Whoever waits for the bytes before `untilBytes`. */
	#waiters: { readonly untilBytes: number; resolve(): void }[] = [];

	/** With `storedBytes` the file is there, is so long and is only read; else it is made anew. */
	constructor(
		readonly path: string,
		private readonly owner: PayloadFileOwner,
		private readonly handles: ReadHandles,
		private readonly blockBytes = payloadBlockBytes,
		storedBytes?: number,
	) {
		this.#descriptor = storedBytes === undefined ? openSync(path, 'w+') : undefined;
		this.#sealed = storedBytes !== undefined;
		this.#sizeBytes = storedBytes ?? 0;
	}

	/** Bytes appended so far: the offset of the next append. */
	get sizeBytes(): number {
		return this.#sizeBytes;
	}

	/** Bytes that are in the file for certain: everything before this offset. */
	get writtenBytes(): number {
		const oldest = this.#blocks[0];
		return oldest === undefined ? this.#sizeBytes : oldest.offset + oldest.written;
	}

	/** Bytes that the file takes of the disk, or is about to: what a failed write left in memory is not among them. */
	get diskBytes(): number {
		return this.#failed ? this.writtenBytes : this.#sizeBytes;
	}

	/** The last write failed. */
	get failed(): boolean {
		return this.#failed;
	}

	/** Sealed and wholly in the file. */
	get settled(): boolean {
		return this.#sealed && this.#descriptor === undefined;
	}

	/** Appends `bytes[start … end)`. Nothing is appended while writing fails, or to a sealed file; false then. */
	append(bytes: Uint8Array, start: number, end: number): boolean {
		if (this.#failed || this.#sealed || this.#gone) {
			return false;
		}
		const length = end - start;
		let block = this.#blocks[this.#blocks.length - 1];
		if (block === undefined || block.bytes.length - block.filled < length) {
			block = this.#addBlock(length);
		}
		if (length <= 64) {
			// A call into native code costs more than copying a few bytes here.
			const target = block.bytes;
			for (let from = start, to = block.filled; from < end; from++, to++) {
				target[to] = bytes[from]!;
			}
		} else {
			// A plain view: making a Buffer for each frame costs more than the copy.
			block.bytes.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), block.filled);
		}
		block.filled += length;
		this.#sizeBytes += length;
		return true;
	}

	/** Nothing will be appended any more: lets go of memory and descriptor as soon as all is in the file. */
	seal(): void {
		this.#sealed = true;
		this.flush();
	}

	/** Starts to write what waits, again where that failed before. */
	flush(): void {
		this.#tellPending();
		this.#write();
	}

	/** Resolves when what was appended so far is in the file, or writing failed. */
	flushed(): Promise<void> {
		this.flush();
		const untilBytes = this.#sizeBytes;
		return this.#writing && this.writtenBytes < untilBytes
			? new Promise((resolve) => this.#waiters.push({ untilBytes, resolve }))
			: Promise.resolve();
	}

	/** Copies `length` bytes from an offset; fewer where the file ends or could not be read. */
	read(offset: number, length: number): Buffer<ArrayBuffer> {
		const result = Buffer.alloc(Math.max(0, Math.min(length, this.#sizeBytes - offset)));
		let done = 0;
		for (const block of this.#blocks) {
			// What is before the blocks is read from the disk; only the rest is asked of memory.
			if (offset + done < block.offset) {
				done += this.#readFile(
					result,
					done,
					offset + done,
					Math.min(result.length - done, block.offset - offset - done),
				);
			}
			const within = offset + done - block.offset;
			if (done < result.length && within >= 0 && within < block.filled) {
				done += block.bytes.copy(result, done, within, Math.min(block.filled, within + result.length - done));
			}
		}
		if (done < result.length) {
			done += this.#readFile(result, done, offset + done, result.length - done);
		}
		return done === result.length ? result : result.subarray(0, done);
	}

	/** Writes what waits, then lets go of the file. */
	async close(): Promise<void> {
		if (!this.#gone) {
			await this.flushed();
			await this.#idle();
			this.#letGo();
			this.#gone = true;
		}
	}

	/** Lets go of the file and deletes it, whatever waits. */
	async remove(): Promise<void> {
		if (this.#gone) {
			return;
		}
		this.#gone = true;
		this.owner.pendingChanged(-this.#toldPendingBytes);
		this.#toldPendingBytes = 0;
		await this.#idle();
		this.#letGo();
		try {
			unlinkSync(this.path);
		} catch {
			// It is gone already, which is what was wanted.
		}
	}

	#addBlock(length: number): Block {
		this.flush();
		const spare = length <= this.blockBytes ? this.#spare.pop() : undefined;
		const block: Block = {
			bytes: spare ?? Buffer.allocUnsafeSlow(Math.max(this.blockBytes, length)),
			offset: this.#sizeBytes,
			filled: 0,
			written: 0,
		};
		this.#blocks.push(block);
		return block;
	}

	#idle(): Promise<void> {
		return this.#writing
			? new Promise((resolve) => this.#waiters.push({ untilBytes: Number.POSITIVE_INFINITY, resolve }))
			: Promise.resolve();
	}

	#letGo(): void {
		if (this.#descriptor !== undefined) {
			closeSync(this.#descriptor);
			this.#descriptor = undefined;
		}
		this.handles.close(this.path);
		this.#blocks.length = 0;
		this.#spare.length = 0;
	}

	#tellPending(): void {
		if (this.#gone) {
			return;
		}
		const deltaBytes = this.#sizeBytes - this.writtenBytes - this.#toldPendingBytes;
		if (deltaBytes !== 0) {
			this.#toldPendingBytes += deltaBytes;
			this.owner.pendingChanged(deltaBytes);
		}
	}

	#readFile(into: Buffer, at: number, offset: number, length: number): number {
		if (length <= 0 || this.#gone) {
			return 0;
		}
		try {
			return readSync(this.#descriptor ?? this.handles.open(this.path), into, at, length, offset);
		} catch {
			// The caller shows what there is; a disk that can't be read tells so at the next write.
			return 0;
		}
	}

	#write(): void {
		if (this.#writing || this.#gone || this.#descriptor === undefined) {
			return;
		}
		this.#releaseWritten();
		const block = this.#blocks[0];
		if (block === undefined || block.filled === block.written) {
			if (this.#sealed) {
				this.#letGo();
			}
			return;
		}
		this.#writing = true;
		const from = block.written;
		const length = block.filled - from;
		writeCallback(this.#descriptor, block.bytes, from, length, block.offset + from, (error, written) => {
			this.#writing = false;
			this.#failed = error !== null;
			if (error !== null) {
				if (!this.#gone) {
					this.owner.writeFailed(error);
				}
			} else {
				block.written += written;
				this.#tellPending();
				if (this.#blocks.length > 1 || this.#sealed || this.#waiters.length > 0) {
					this.#write();
				}
			}
			this.#answerWaiters();
		});
	}

	#answerWaiters(): void {
		if (this.#waiters.length > 0) {
			const writtenBytes = this.writtenBytes;
			const done = this.#waiters.filter(({ untilBytes }) => !this.#writing || untilBytes <= writtenBytes);
			this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
			for (const { resolve } of done) {
				resolve();
			}
		}
	}

	/** The last block stays, half filled, for what is appended next. */
	#releaseWritten(): void {
		let block = this.#blocks[0];
		while (block !== undefined && this.#blocks.length > 1 && block.written === block.filled) {
			this.#blocks.shift();
			if (block.bytes.length === this.blockBytes && this.#spare.length < mostSpareBlocks) {
				this.#spare.push(block.bytes);
			}
			block = this.#blocks[0];
		}
	}
}
