import { closeSync, openSync } from 'node:fs';

/** A view reads from one or two files at a time and an export from one. */
const mostOpen = 4;

/**
 * Files opened for reading, a few at a time: a capture of ten quiet days has hundreds of files, and a process may have
 * only so many open.
 */
export class ReadHandles {
	/** By path, the one used longest ago first. */
	readonly #descriptors = new Map<string, number>();

	/** An open descriptor of the file; good until the next call. Throws where the file can't be opened. */
	open(path: string): number {
		const descriptor = this.#descriptors.get(path) ?? openSync(path, 'r');
		this.#descriptors.delete(path);
		this.#descriptors.set(path, descriptor);
		if (this.#descriptors.size > mostOpen) {
			this.close(this.#descriptors.keys().next().value!);
		}
		return descriptor;
	}

	/** Lets go of a file, as must be done before it is deleted. */
	close(path: string): void {
		const descriptor = this.#descriptors.get(path);
		if (descriptor !== undefined) {
			this.#descriptors.delete(path);
			closeSync(descriptor);
		}
	}

	closeAll(): void {
		for (const path of [...this.#descriptors.keys()]) {
			this.close(path);
		}
	}
}
