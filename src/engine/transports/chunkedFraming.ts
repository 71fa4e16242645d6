const LF = 10;

/** What the next byte of a chunked body is part of. */
type Part = 'size' | 'extension' | 'data' | 'dataEnd' | 'trailers' | 'over';

/**
 * Counts the framing of a body in the chunked transfer coding (RFC 9112 §7.1): the chunks' sizes and extensions, the line
 * ends, the last chunk and the trailers. It looks at no byte of the data, and checks nothing: the HTTP parser does.
 */
export class ChunkedFraming {
	#part: Part = 'size';
	/** Of the size while it is read, and then of the data that is still to come. */
	#chunkBytes = 0;
	#lineBytes = 0;

	/** Takes `piece[start …)`, the next bytes of the body, and tells how many of them are framing. */
	take(piece: Uint8Array, start: number): number {
		let framingBytes = 0;
		let at = start;
		while (at < piece.length && this.#part !== 'over') {
			if (this.#part === 'data') {
				const dataBytes = Math.min(this.#chunkBytes, piece.length - at);
				at += dataBytes;
				this.#chunkBytes -= dataBytes;
				if (this.#chunkBytes === 0) {
					this.#part = 'dataEnd';
				}
			} else {
				framingBytes++;
				this.#readFraming(piece[at++]!);
			}
		}
		return framingBytes;
	}

	#readFraming(byte: number): void {
		if (this.#part === 'trailers') {
			if (byte === LF) {
				this.#part = this.#lineBytes === 0 ? 'over' : 'trailers';
				this.#lineBytes = 0;
			} else if (byte !== 13) {
				this.#lineBytes++;
			}
		} else if (byte === LF) {
			if (this.#part === 'dataEnd') {
				this.#part = 'size';
			} else {
				this.#part = this.#chunkBytes === 0 ? 'trailers' : 'data';
			}
		} else if (this.#part === 'size') {
			const digit = hexDigit(byte);
			if (digit === undefined) {
				this.#part = 'extension';
			} else {
				this.#chunkBytes = this.#chunkBytes * 16 + digit;
			}
		}
	}
}

function hexDigit(byte: number): number | undefined {
	if (byte >= 0x30 && byte <= 0x39) {
		return byte - 0x30;
	}
	const letter = byte | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}
