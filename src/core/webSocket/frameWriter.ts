/** The bit that says that a payload is masked, in a frame's second byte (RFC 6455 §5.2). */
const maskBit = 0x80;

/**
 * A client's frame as it goes over the wire (RFC 6455 §5.2, §5.3): the first byte as given, the shortest length, the mask,
 * and the payload masked with it. `mask` is 4 bytes that nobody can predict (§10.3); the payload is left as it is.
 */
export function maskedFrame(head: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
	const size = payload.length;
	const lengthBytes = size < 126 ? 0 : size < 65_536 ? 2 : 8;
	const headerBytes = 2 + lengthBytes + 4;
	const frame = new Uint8Array(headerBytes + size);
	frame[0] = head;
	if (lengthBytes === 0) {
		frame[1] = maskBit | size;
	} else {
		frame[1] = maskBit | (lengthBytes === 2 ? 126 : 127);
		for (let at = 1 + lengthBytes, rest = size; at > 1 && rest > 0; at--) {
			frame[at] = rest % 256;
			rest = Math.floor(rest / 256);
		}
	}
	frame.set(mask, headerBytes - 4);
	for (let i = 0; i < size; i++) {
		frame[headerBytes + i] = payload[i]! ^ mask[i & 3]!;
	}
	return frame;
}

/** Longest payload of a control frame, in bytes (RFC 6455 §5.5). */
export const mostControlBytes = 125;

/**
 * The payload of a close frame (RFC 6455 §5.5.1): the code and the reason's UTF-8, cut between two characters to what a
 * control frame holds.
 */
export function closePayload(code: number, reason: string): Uint8Array {
	const payload = new Uint8Array(mostControlBytes);
	payload[0] = code >> 8;
	payload[1] = code & 0xff;
	// `encodeInto` never writes a part of a character.
	const { written } = new TextEncoder().encodeInto(reason, payload.subarray(2));
	return payload.subarray(0, 2 + written);
}
