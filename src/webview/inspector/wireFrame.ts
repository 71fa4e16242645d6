import { type FrameKind, frameFlag, frameKinds } from '../../core/frame';

/** Opcodes by kind (RFC 6455 §5.2); kinds that are not a WebSocket's are absent. */
const opcodes: Partial<Record<FrameKind, number>> = {
	continuation: 0x0,
	text: 0x1,
	binary: 0x2,
	close: 0x8,
	ping: 0x9,
	pong: 0xa,
};

/** One part of a frame's header, its bytes in hex and what they say. */
export interface WirePart {
	readonly hex: string;
	readonly meaning: string;
}

/** A WebSocket frame as it crossed the wire. */
export interface WireFrame {
	readonly opcode: number;
	readonly fin: boolean;
	/** RSV1, RSV2, RSV3 as three digits. */
	readonly rsv: string;
	readonly masked: boolean;
	/** The payload's length on the wire; undefined when no minimal header gives the frame's length. */
	readonly payloadBytes: number | undefined;
	readonly headerBytes: number | undefined;
	/** The header, rebuilt; empty when its length is not known. */
	readonly parts: readonly WirePart[];
}

/** The opcode of a kind; undefined where the kind is not a WebSocket's. */
export function opcodeOf(kind: number): number | undefined {
	const name = frameKinds[kind];
	return name === undefined ? undefined : opcodes[name];
}

/**
 * Rebuilds a frame's header from what the capture keeps: kind, flags and the frame's length on the wire. RFC 6455 §5.2
 * demands the shortest form of the length, which makes the header unique; the mask's four bytes are not kept.
 */
export function wireFrame(kind: number, flags: number, wireBytes: number): WireFrame | undefined {
	const opcode = opcodeOf(kind);
	if (opcode === undefined) {
		return undefined;
	}
	const fin = (flags & frameFlag.fin) !== 0;
	const bits = [frameFlag.rsv1, frameFlag.rsv2, frameFlag.rsv3].map((flag) => ((flags & flag) !== 0 ? 1 : 0));
	const rsv = bits.join('');
	const masked = (flags & frameFlag.masked) !== 0;
	const payloadBytes = payloadLength(wireBytes - 2 - (masked ? 4 : 0));
	if (payloadBytes === undefined) {
		return { opcode, fin, rsv, masked, payloadBytes, headerBytes: undefined, parts: [] };
	}
	const first = (fin ? 0x80 : 0) | (bits[0]! << 6) | (bits[1]! << 5) | (bits[2]! << 4) | opcode;
	const lengthCode = payloadBytes < 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127;
	const parts: WirePart[] = [
		{ hex: hex(first, 1), meaning: `FIN ${fin ? 1 : 0}, RSV ${rsv}, opcode 0x${opcode.toString(16)}` },
		{
			hex: hex((masked ? 0x80 : 0) | lengthCode, 1),
			meaning:
				`MASK ${masked ? 1 : 0}, ` +
				(lengthCode < 126 ? `length ${lengthCode}` : `length in the next ${lengthCode === 126 ? 2 : 8} bytes`),
		},
	];
	if (lengthCode >= 126) {
		parts.push({ hex: hex(payloadBytes, lengthCode === 126 ? 2 : 8), meaning: `length ${payloadBytes}` });
	}
	if (masked) {
		parts.push({ hex: '?? ?? ?? ??', meaning: 'masking key, not kept' });
	}
	return { opcode, fin, rsv, masked, payloadBytes, headerBytes: wireBytes - payloadBytes, parts };
}

function payloadLength(afterMask: number): number | undefined {
	if (afterMask >= 0 && afterMask <= 125) {
		return afterMask;
	}
	if (afterMask - 2 >= 126 && afterMask - 2 <= 65_535) {
		return afterMask - 2;
	}
	return afterMask - 8 >= 65_536 ? afterMask - 8 : undefined;
}

function hex(value: number, byteCount: number): string {
	const digits = BigInt(value)
		.toString(16)
		.padStart(byteCount * 2, '0');
	return digits.replace(/..(?!$)/g, '$& ').toUpperCase();
}

/** Names of close codes: RFC 6455 §7.4.1 and the IANA registry it founded. */
const closeCodeNames: Readonly<Record<number, string>> = {
	1000: 'normal closure',
	1001: 'going away',
	1002: 'protocol error',
	1003: 'unsupported data',
	1004: 'reserved',
	1005: 'no status received',
	1006: 'abnormal closure',
	1007: 'invalid payload data',
	1008: 'policy violation',
	1009: 'message too big',
	1010: 'mandatory extension missing',
	1011: 'internal error',
	1012: 'service restart',
	1013: 'try again later',
	1014: 'bad gateway',
	1015: 'TLS handshake failed',
};

/** What a close code is called. */
export function closeCodeName(code: number): string {
	const name = closeCodeNames[code];
	if (name !== undefined) {
		return name;
	}
	if (code >= 3000 && code <= 3999) {
		return 'registered by a library or framework';
	}
	return code >= 4000 && code <= 4999 ? 'private to the application' : 'not a code that RFC 6455 allows';
}

/** The status code and reason of a close frame's payload (RFC 6455 §5.5.1); undefined where it carries none. */
export function closeOf(payload: Uint8Array): { readonly code: number; readonly reason: string } | undefined {
	if (payload.length < 2) {
		return undefined;
	}
	return { code: (payload[0]! << 8) | payload[1]!, reason: new TextDecoder().decode(payload.subarray(2)) };
}
