import { ChunkedFraming } from './chunkedFraming';

const LF = 10;
const CR = 13;
const firstDigit = 48;
/** Where the status code stands in a status line: after `HTTP/1.1 ` (RFC 9112 §4). */
const statusAt = 9;

/** Where the bytes of answers are counted, over all requests of a transport. */
export interface ArrivalCounts {
	headerBytesIn: number;
	framingBytesIn: number;
}

/**
 * What a socket delivers of the answer to one request: when it came, and what of it is head and what is the framing of a
 * chunked body. It sees the bytes before the HTTP parser does, so its counts are those of the wire, whatever white space
 * a server puts into its fields. Heads of interim answers (RFC 9110 §15.2) count as heads, and the answer begins after
 * them.
 */
export class AnswerArrival {
	/** When the last bytes came, by the clock of arrivals; 0 until then. */
	arrivedAtMs = 0;
	/** When the first byte of the answer came, by the same clock; NaN until then. */
	firstByteAtMs = Number.NaN;
	/** Heads, interim ones included, as far as they came. */
	headBytes = 0;

	/** The head is all there, and the body's bytes are passed over, or looked at for their framing. */
	#isHeadOver = false;
	/** Of the head that is being read. */
	#hasStatusLine = false;
	#lineBytes = 0;
	#status = 0;
	#framing: ChunkedFraming | undefined;
	/** The piece in hand, where a body may begin in it. */
	#piece: Uint8Array | undefined;
	#bodyStart = 0;

	constructor(private readonly counts: ArrivalCounts) {}

	/** Takes what the socket delivered at `atMs`, before anything else reads it. */
	take(piece: Uint8Array, atMs: number): void {
		this.arrivedAtMs = atMs;
		if (!this.#isHeadOver) {
			this.#readHead(piece, atMs);
		} else if (this.#framing !== undefined) {
			this.#frame(this.#framing, piece, 0);
		}
	}

	/** The answer's head was parsed; `transferEncoding` is its field. To be told before `take` is called again. */
	answered(transferEncoding: string | undefined): void {
		// What is chunked in the end is framed so, whatever was done to it before (RFC 9112 §6.1).
		if (transferEncoding !== undefined && /(^|,)\s*chunked\s*$/i.test(transferEncoding)) {
			this.#framing = new ChunkedFraming();
			if (this.#piece !== undefined) {
				this.#frame(this.#framing, this.#piece, this.#bodyStart);
			}
		}
		this.#piece = undefined;
	}

	#frame(framing: ChunkedFraming, piece: Uint8Array, start: number): void {
		this.counts.framingBytesIn += framing.take(piece, start);
	}

	#readHead(piece: Uint8Array, atMs: number): void {
		let at = 0;
		while (at < piece.length && !this.#isHeadOver) {
			if (Number.isNaN(this.firstByteAtMs)) {
				this.firstByteAtMs = atMs;
			}
			const byte = piece[at++]!;
			if (byte === LF) {
				this.#endLine();
			} else if (byte !== CR) {
				if (!this.#hasStatusLine && this.#lineBytes >= statusAt && this.#lineBytes < statusAt + 3) {
					this.#status = this.#status * 10 + byte - firstDigit;
				}
				this.#lineBytes++;
			}
		}
		this.headBytes += at;
		this.counts.headerBytesIn += at;
		if (this.#isHeadOver) {
			this.#piece = piece;
			this.#bodyStart = at;
		}
	}

	#endLine(): void {
		if (this.#lineBytes > 0) {
			this.#hasStatusLine = true;
			this.#lineBytes = 0;
		} else if (this.#hasStatusLine) {
			// Line ends before a status line are passed over (RFC 9112 §2.2); after it, an empty line ends the head.
			const isInterim = this.#status >= 100 && this.#status < 200 && this.#status !== 101;
			this.#isHeadOver = !isInterim;
			if (isInterim) {
				this.#hasStatusLine = false;
				this.#status = 0;
				this.firstByteAtMs = Number.NaN;
			}
		}
	}
}
