import { closeSync, openSync, readSync, unlinkSync, write as writeCallback } from 'node:fs';

const blockBytes = 256 * 1024;

/** Called when a write failed, or when the bytes that wait to be written crossed a mark. */
export interface PayloadFileOwner {
	writeFailed(error: NodeJS.ErrnoException): void;
	/** The bytes that wait for the disk, whenever that number changed. */
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
 * holds up the thread that stamps arrivals.
 */
export class PayloadFile {
	readonly #fd: number;
	/** Appended and not yet wholly in the file, oldest first. */
	readonly #blocks: Block[] = [];
	/** Written blocks to fill again, since a busy stream fills a thousand a second. */
	readonly #spare: Buffer[] = [];
	#sizeBytes: number;
	#writing = false;
	#failed = false;
	#closed = false;
	#idleWaiters: (() => void)[] = [];

	constructor(
		readonly path: string,
		private readonly owner: PayloadFileOwner,
		existingBytes?: number,
	) {
		this.#fd = openSync(path, existingBytes === undefined ? 'w+' : 'r+');
		this.#sizeBytes = existingBytes ?? 0;
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

	/** Appends `bytes[start … end)`. Nothing is appended after a write has failed; false then. */
	append(bytes: Uint8Array, start: number, end: number): boolean {
		if (this.#failed || this.#closed) {
			return false;
		}
		const length = end - start;
		let block = this.#blocks[this.#blocks.length - 1];
		if (block === undefined || block.bytes.length - block.filled < length) {
			if (block !== undefined && block.filled > block.written) {
				this.#write();
			}
			block = {
				bytes: (length <= blockBytes && this.#spare.pop()) || Buffer.allocUnsafeSlow(Math.max(blockBytes, length)),
				offset: this.#sizeBytes,
				filled: 0,
				written: 0,
			};
			this.#blocks.push(block);
		}
		if (length <= 64) {
			// A call into native code costs more than copying a few bytes here.
			const target = block.bytes;
			for (let from = start, to = block.filled; from < end; from++, to++) {
				target[to] = bytes[from]!;
			}
		} else {
			block.bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), block.filled);
		}
		block.filled += length;
		this.#sizeBytes += length;
		this.owner.pendingChanged(length);
		return true;
	}

	/** Starts to write what waits; `flushed` tells when it is in the file. */
	flush(): void {
		this.#write();
	}

	/** Resolves when nothing waits to be written, or a write has failed. */
	flushed(): Promise<void> {
		this.#write();
		return this.#writing ? new Promise((resolve) => this.#idleWaiters.push(resolve)) : Promise.resolve();
	}

	/** Copies `length` bytes from an offset; fewer where the file ends or could not be read. */
	read(offset: number, length: number): Buffer<ArrayBuffer> {
		const result = Buffer.alloc(Math.max(0, Math.min(length, this.#sizeBytes - offset)));
		let done = 0;
		for (const block of this.#blocks) {
			// What the disk has is read from there; only the rest of a block is asked of memory.
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
		if (this.#closed) {
			return;
		}
		await this.flushed();
		this.#closed = true;
		closeSync(this.#fd);
	}

	/** Lets go of the file and deletes it, whatever waits. */
	async remove(): Promise<void> {
		if (this.#closed) {
			return;
		}
		this.#failed = true;
		for (const block of this.#blocks) {
			this.owner.pendingChanged(block.written - block.filled);
		}
		if (this.#writing) {
			await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
		}
		this.#blocks.length = 0;
		this.#closed = true;
		closeSync(this.#fd);
		try {
			unlinkSync(this.path);
		} catch {
			// It is gone already, which is what was wanted.
		}
	}

	#readFile(into: Buffer, at: number, offset: number, length: number): number {
		if (length <= 0 || this.#closed) {
			return 0;
		}
		try {
			return readSync(this.#fd, into, at, length, offset);
		} catch {
			// The caller shows what there is; a disk that can't be read tells so at the next write.
			return 0;
		}
	}

	#write(): void {
		this.#releaseWritten();
		const block = this.#blocks[0];
		if (this.#writing || this.#failed || this.#closed || block === undefined || block.filled === block.written) {
			return;
		}
		this.#writing = true;
		const from = block.written;
		writeCallback(this.#fd, block.bytes, from, block.filled - from, block.offset + from, (error, written) => {
			this.#writing = false;
			if (error) {
				if (!this.#failed) {
					this.#failed = true;
					this.owner.writeFailed(error);
				}
			} else if (!this.#failed) {
				block.written += written;
				this.owner.pendingChanged(-written);
				this.#releaseWritten();
				const next = this.#blocks[0];
				if (
					next !== undefined &&
					next.filled > next.written &&
					(this.#blocks.length > 1 || this.#idleWaiters.length > 0)
				) {
					this.#write();
				}
			}
			if (!this.#writing) {
				const waiters = this.#idleWaiters;
				this.#idleWaiters = [];
				for (const resolve of waiters) {
					resolve();
				}
			}
		});
	}

	/** The last block stays, half filled, for what is appended next. */
	#releaseWritten(): void {
		let block = this.#blocks[0];
		while (block !== undefined && this.#blocks.length > 1 && block.written === block.filled) {
			this.#blocks.shift();
			if (block.bytes.length === blockBytes && this.#spare.length < 8) {
				this.#spare.push(block.bytes);
			}
			block = this.#blocks[0];
		}
	}
}
