import * as zlib from 'node:zlib';
import { type Problem, ProblemError, problem } from '../../core/problem';

/** Where a decoder delivers. `data` comes with the arrival time of the compressed piece that its bytes were in. */
export interface DecoderSink {
	data(bytes: Uint8Array, arrivedAtMs: number): void;
	/** Everything that was written before `end` has been delivered. */
	done(): void;
	/** The bytes do not decode; nothing follows. */
	failed(problem: Problem): void;
	/** `full` says that enough is waiting to be decoded, so that the source should pause; false that it may go on. */
	full?(full: boolean): void;
}

/** Above this, what waits to be decoded should not grow. */
const highWaterBytes = 1024 * 1024;

const encodingNames: ReadonlyMap<string, 'gzip' | 'deflate' | 'br'> = new Map([
	['gzip', 'gzip'],
	['x-gzip', 'gzip'],
	['deflate', 'deflate'],
	['br', 'br'],
]);

/** What to name in `Accept-Encoding`. */
export const decodableEncodings = 'gzip, deflate, br';

/**
 * A decoder for a `Content-Encoding` (RFC 9110 §8.4), or undefined where the bytes are as they are. Throws `undecodable`
 * for an encoding that is not known.
 */
export function createContentDecoder(encoding: string | undefined, sink: DecoderSink): ContentDecoder | undefined {
	const names = (encoding ?? '')
		.split(',')
		.map((name) => name.trim().toLowerCase())
		.filter((name) => name !== '' && name !== 'identity');
	if (names.length === 0) {
		return undefined;
	}
	const name = names.length === 1 ? encodingNames.get(names[0]!) : undefined;
	if (name === undefined) {
		const reason = `only ${decodableEncodings} can be decoded`;
		throw new ProblemError(problem('undecodable', { encoding: encoding ?? '', reason }));
	}
	return new ContentDecoder(name, sink);
}

/**
 * Decodes a body as it streams: each piece's bytes come out before the next piece goes in, so that a compressed event
 * is seen when its bytes arrive and not when its block is full, and so that each output has its input's arrival time.
 */
export class ContentDecoder {
	readonly #waiting: { readonly bytes: Uint8Array; readonly arrivedAtMs: number }[] = [];
	#waitingBytes = 0;
	#full = false;
	#stream: zlib.Gunzip | undefined;
	#busy = false;
	#paused = false;
	#ending = false;
	/** The compressed data said that it ends. */
	#finished = false;
	#over = false;
	#arrivedAtMs = 0;

	constructor(
		private readonly encoding: 'gzip' | 'deflate' | 'br',
		private readonly sink: DecoderSink,
	) {}

	/** Takes the next piece of the body; it is not copied and must not be written over. */
	write(bytes: Uint8Array, arrivedAtMs: number): void {
		if (this.#over || this.#ending || this.#finished || bytes.length === 0) {
			return;
		}
		this.#waiting.push({ bytes, arrivedAtMs });
		this.#waitingBytes += bytes.length;
		this.#tellFull();
		this.#next();
	}

	/** No more pieces will come; `done` follows when the ones before are through. */
	end(): void {
		if (!this.#ending) {
			this.#ending = true;
			this.#next();
		}
	}

	/** Holds the output back until `resume`. */
	pause(): void {
		this.#paused = true;
	}

	resume(): void {
		this.#paused = false;
		this.#drain();
		this.#next();
	}

	/** Frees the decoder; the sink hears nothing more. */
	destroy(): void {
		this.#over = true;
		this.#waiting.length = 0;
		this.#stream?.destroy();
		this.#stream = undefined;
	}

	#next(): void {
		if (this.#busy || this.#paused || this.#over) {
			return;
		}
		const piece = this.#waiting.shift();
		if (piece === undefined) {
			if (this.#ending) {
				this.destroy();
				this.sink.done();
			}
			return;
		}
		this.#stream ??= this.#createStream(piece.bytes);
		this.#waitingBytes -= piece.bytes.length;
		this.#arrivedAtMs = piece.arrivedAtMs;
		this.#busy = true;
		this.#stream.write(piece.bytes, () => {
			// All output of this piece is in the stream's buffer by now, or was delivered before.
			this.#busy = false;
			this.#drain();
			this.#tellFull();
			this.#next();
		});
	}

	/** Delivers what is decoded. A piece whose output is longer than the stream's buffer continues when it was read. */
	#drain(): void {
		while (!this.#over && !this.#paused) {
			const bytes = this.#stream?.read() as Buffer | null | undefined;
			if (!bytes) {
				return;
			}
			this.sink.data(bytes, this.#arrivedAtMs);
		}
	}

	#tellFull(): void {
		const full = this.#waitingBytes >= highWaterBytes;
		if (full !== this.#full) {
			this.#full = full;
			this.sink.full?.(full);
		}
	}

	#createStream(first: Uint8Array): zlib.Gunzip {
		const stream = createInflateStream(this.encoding, first);
		stream.on('readable', () => this.#drain());
		stream.on('end', () => {
			// The compressed data is complete; bytes after it are padding, and zlib leaves their write unanswered.
			this.#finished = true;
			this.#busy = false;
			this.#waiting.length = 0;
			this.#waitingBytes = 0;
			this.#tellFull();
			this.#next();
		});
		stream.on('error', (error: Error) => {
			if (!this.#over) {
				this.destroy();
				this.sink.failed(problem('undecodable', { encoding: this.encoding, reason: error.message }));
			}
		});
		return stream;
	}
}

function createInflateStream(encoding: 'gzip' | 'deflate' | 'br', first: Uint8Array): zlib.Gunzip {
	// A body that ends within a block gives what it holds: event streams are often cut where the server stops.
	const options: zlib.ZlibOptions = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
	switch (encoding) {
		case 'gzip':
			return zlib.createGunzip(options);
		case 'deflate':
			return isZlibHeader(first) ? zlib.createInflate(options) : zlib.createInflateRaw(options);
		case 'br':
			return zlib.createBrotliDecompress({
				flush: zlib.constants.BROTLI_OPERATION_FLUSH,
				finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
			});
	}
}

/** `deflate` is the zlib format (RFC 9110 §8.4.1.2), but some servers send it without its two bytes of header (RFC 1950 §2.2). */
function isZlibHeader(bytes: Uint8Array): boolean {
	const [method = 0, flags] = bytes;
	return (method & 0x0f) === 8 && (flags === undefined || ((method << 8) | flags) % 31 === 0);
}
