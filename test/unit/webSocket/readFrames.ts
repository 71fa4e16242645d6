import { FrameReader, type FrameReaderOptions, headBit } from '../../../src/core/webSocket/frameReader';

/** A frame as a `FrameReader` handed it out, copied. */
export interface ReadFrame {
	readonly opcode: number;
	readonly fin: boolean;
	readonly rsv1: boolean;
	readonly headerBytes: number;
	readonly payload: Buffer;
	readonly isValid: boolean;
}

/** What a reader made of some chunks. */
export interface ReadResult {
	readonly frames: readonly ReadFrame[];
	readonly reader: FrameReader;
}

/** Feeds chunks to a new reader until it is done. */
export function readFrames(chunks: Iterable<Uint8Array>, options: Partial<FrameReaderOptions> = {}): ReadResult {
	const frames: ReadFrame[] = [];
	const reader = new FrameReader(
		{ maxMessageBytes: 1_000_000, ...options },
		(head, headerBytes, bytes, start, end, isValid) => {
			frames.push({
				opcode: head & headBit.opcode,
				fin: (head & headBit.fin) !== 0,
				rsv1: (head & headBit.rsv1) !== 0,
				headerBytes,
				payload: Buffer.from(bytes.slice(start, end)),
				isValid,
			});
		},
	);
	for (const chunk of chunks) {
		// The reader may unmask in place, so it gets its own copy.
		if (!reader.read(Buffer.from(chunk))) {
			break;
		}
	}
	return { frames, reader };
}

/** Cuts bytes into pieces of one size. */
export function* piecesOf(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += pieceBytes) {
		yield bytes.subarray(at, at + pieceBytes);
	}
}

/** Bytes written in hexadecimal, spaces ignored. */
export function bytesOf(hex: string): Buffer {
	return Buffer.from(hex.replace(/\s/g, ''), 'hex');
}
