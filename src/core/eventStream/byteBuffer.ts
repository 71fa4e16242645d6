const firstCapacity = 1024;
/** A buffer that grew beyond this for one long event is given back after it. */
const mostKeptCapacity = 1024 * 1024;

/** Bytes put together from pieces, in one array that grows by doubling and is used again. */
export class ByteBuffer {
	bytes = new Uint8Array(0);
	length = 0;

	append(source: Uint8Array, start: number, end: number): void {
		const length = this.length + (end - start);
		this.#reserve(length);
		if (end - start < 16) {
			// A view for `set` costs more than so few bytes.
			for (let from = start, to = this.length; from < end; from++, to++) {
				this.bytes[to] = source[from]!;
			}
		} else {
			this.bytes.set(source.subarray(start, end), this.length);
		}
		this.length = length;
	}

	push(byte: number): void {
		this.#reserve(this.length + 1);
		this.bytes[this.length++] = byte;
	}

	clear(): void {
		this.length = 0;
		if (this.bytes.length > mostKeptCapacity) {
			this.bytes = new Uint8Array(0);
		}
	}

	#reserve(length: number): void {
		if (length > this.bytes.length) {
			const grown = new Uint8Array(Math.max(length, this.bytes.length * 2, firstCapacity));
			grown.set(this.bytes.subarray(0, this.length));
			this.bytes = grown;
		}
	}
}
