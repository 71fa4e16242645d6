/** Below this size a call into native code costs more than the check itself. */
const nativeFromBytes = 32;

/**
 * Checks UTF-8 (RFC 3629) piece by piece: a character may begin in one piece and end in the next, as it may in the
 * fragments of a text message (RFC 6455 §5.6). Overlong forms, surrogates and code points above U+10FFFF are refused at
 * the first byte that makes them so.
 */
export class Utf8Validator {
	/** Continuation bytes still to come, and the bounds of the next one. */
	#needed = 0;
	#lower = 0x80;
	#upper = 0xbf;
	#viewed: Uint8Array | undefined;
	#view: DataView | undefined;

	/** `isUtf8` is a faster check of complete text, where the platform has one. */
	constructor(private readonly isUtf8?: (bytes: Uint8Array) => boolean) {}

	/**
	 * Takes the next piece and says whether the text is still valid; `last` says that it must not end within a character.
	 * After false, `reset` begins anew.
	 */
	push(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
		let needed = this.#needed;
		let lower = this.#lower;
		let upper = this.#upper;
		let at = start;
		while (at < end) {
			if (needed === 0) {
				at = this.#skipAscii(bytes, at, end);
				if (at === end) {
					break;
				}
				if (last && this.isUtf8 !== undefined && end - at >= nativeFromBytes) {
					return this.isUtf8(bytes.subarray(at, end));
				}
				const lead = bytes[at++]!;
				lower = 0x80;
				upper = 0xbf;
				if (lead < 0xc2 || lead > 0xf4) {
					return false;
				}
				if (lead < 0xe0) {
					needed = 1;
				} else if (lead < 0xf0) {
					needed = 2;
					if (lead === 0xe0) {
						lower = 0xa0;
					} else if (lead === 0xed) {
						upper = 0x9f;
					}
				} else {
					needed = 3;
					if (lead === 0xf0) {
						lower = 0x90;
					} else if (lead === 0xf4) {
						upper = 0x8f;
					}
				}
			} else {
				const byte = bytes[at++]!;
				if (byte < lower || byte > upper) {
					return false;
				}
				lower = 0x80;
				upper = 0xbf;
				needed--;
			}
		}
		this.#needed = needed;
		this.#lower = lower;
		this.#upper = upper;
		return needed === 0 || !last;
	}

	/** Forgets a begun character. */
	reset(): void {
		this.#needed = 0;
		this.release();
	}

	/** Lets go of the last piece's memory, so that an idle connection does not hold a whole read buffer. */
	release(): void {
		this.#viewed = undefined;
		this.#view = undefined;
	}

	/** The first place from `start` on whose byte is not ASCII, or `end`. */
	#skipAscii(bytes: Uint8Array, start: number, end: number): number {
		let at = start;
		if (end - at >= 16) {
			if (this.#viewed !== bytes) {
				this.#viewed = bytes;
				this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			}
			const view = this.#view!;
			// Four words a turn: measured at 128 bytes, 3.5 times as fast as byte by byte and 4 times as fast as a native call.
			for (let blockEnd = end - 16; at <= blockEnd; at += 16) {
				const bits =
					view.getInt32(at, true) |
					view.getInt32(at + 4, true) |
					view.getInt32(at + 8, true) |
					view.getInt32(at + 12, true);
				if ((bits & 0x80808080) !== 0) {
					break;
				}
			}
		}
		while (at < end && bytes[at]! < 0x80) {
			at++;
		}
		return at;
	}
}
