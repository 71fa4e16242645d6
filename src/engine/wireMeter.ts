import { type FrameRecord, frameFlag, kindCode } from '../core/frame';
import type { WireCost } from '../core/statistics';
import type { Traffic } from './transports/transport';

/** What else the cost is made of: payloads decompressed and without framing, and events received. */
export interface CountedPayloads {
	readonly payloadBytes: number;
	readonly payloadBytesSent: number;
	readonly events: number;
}

/** What frames add up to, in bytes. */
export const wireSumNames = [
	'transferredIn',
	'transferredOut',
	'framingIn',
	'framingOut',
	/** Of what was compressed, event streams left out: payload, and the same as transferred. */
	'plainBytes',
	'packedBytes',
	/** Of event streams with a content encoding: the decoded stream with its framing. */
	'decodedStreamBytes',
] as const;
export type WireSums = Record<(typeof wireSumNames)[number], number>;

function newSums(): WireSums {
	return Object.fromEntries(wireSumNames.map((name) => [name, 0])) as WireSums;
}

/** Frames of RFC 6455, whose header's size follows from that of the whole. */
const webSocketKinds =
	(1 << kindCode.text) |
	(1 << kindCode.binary) |
	(1 << kindCode.continuation) |
	(1 << kindCode.ping) |
	(1 << kindCode.pong) |
	(1 << kindCode.close);
/** Frames of messages, which may be compressed; control frames never are (RFC 7692 §6). */
const messageKinds = (1 << kindCode.text) | (1 << kindCode.binary) | (1 << kindCode.continuation);
const maskBytes = 4;

/**
 * Tells where the bytes of a session went, from its frames and its sockets' traffic, in constant memory.
 *
 * Of each transport, payload as it crossed the wire («transferred») and framing are:
 *
 * - WebSocket: a frame's payload as it came or went, compressed where it was; its header and mask (RFC 6455 §5.2).
 * - Event stream: what a block or comment has as its payload; field names, colons, spaces, line ends, byte order mark, and
 *   the framing of the chunked body. With a content encoding nobody can part the two: the whole encoded body is then
 *   transferred, and only the chunks' is framing.
 * - Polls: the body as it came; the framing of the chunked body.
 * - Bodies of requests are transferred too, and payload.
 *
 * `socketBytesIn` = transferred + framing + header + TLS bytes in + what has not been read to an end: a frame, event or answer
 * that is still coming or was cut off, and bodies of redirects and refusals. `socketBytesOut` is the sum of the four.
 */
export class WireMeter {
	readonly #sums: WireSums = newSums();
	/** The received message that is open is compressed. */
	#isMessagePacked = false;

	/** The sums so far, for the window after this one. */
	stored(): WireSums {
		return { ...this.#sums };
	}

	/** Takes up the sums of an earlier engine, which has counted frames that are no longer there. */
	restore(sums: WireSums): void {
		for (const name of wireSumNames) {
			this.#sums[name] = Math.max(this.#sums[name], sums[name]);
		}
	}

	/** Counts a frame, received or sent. */
	count(record: FrameRecord): void {
		const { kind, flags } = record;
		const isPacked = (flags & frameFlag.rsv1) !== 0;
		if ((webSocketKinds >> kind) & 1) {
			this.#countWebSocket(record, isPacked);
		} else if (kind === kindCode.cycle) {
			this.#countCycle(record, isPacked);
		} else if (flags & frameFlag.partOfCycle) {
			// Its bytes were counted with its cycle.
		} else if (isPacked) {
			this.#sums.decodedStreamBytes += record.wireBytes;
		} else {
			const payloadBytes = record.end - record.start;
			this.#sums.transferredIn += payloadBytes;
			this.#sums.framingIn += record.wireBytes - payloadBytes;
		}
	}

	/** The cost of all that was counted, over what the connections' traffic sums up to. */
	cost(traffic: Traffic, { payloadBytes, payloadBytesSent, events }: CountedPayloads): WireCost {
		const { bytesIn, bytesOut, headerBytesIn, headerBytesOut, tlsBytesIn, tlsBytesOut, encodedBytesIn, bodyBytesOut } =
			traffic;
		const transferredBytesIn = this.#sums.transferredIn + encodedBytesIn;
		const transferredBytesOut = this.#sums.transferredOut + bodyBytesOut;
		const framingBytesIn = this.#sums.framingIn + traffic.framingBytesIn;
		const headerBytes = headerBytesIn + headerBytesOut;
		const overheadBytes =
			headerBytes + tlsBytesIn + tlsBytesOut + framingBytesIn + this.#sums.framingOut + transferredBytesOut;
		const packedBytes = this.#sums.packedBytes + encodedBytesIn;
		return {
			payloadBytesIn: payloadBytes,
			payloadBytesOut: payloadBytesSent + bodyBytesOut,
			transferredBytesIn,
			transferredBytesOut,
			framingBytesIn,
			framingBytesOut: this.#sums.framingOut,
			headerBytesIn,
			headerBytesOut,
			tlsBytesIn,
			tlsBytesOut,
			socketBytesIn: bytesIn,
			socketBytesOut: bytesOut,
			compressionRatio: packedBytes > 0 ? (this.#sums.plainBytes + this.#sums.decodedStreamBytes) / packedBytes : null,
			headerShare: bytesIn + bytesOut > 0 ? headerBytes / (bytesIn + bytesOut) : null,
			overheadBytesPerEvent: events > 0 ? overheadBytes / events : null,
			requests: traffic.requests,
			sockets: traffic.sockets,
			tlsHandshakes: traffic.tlsHandshakes,
		};
	}

	#countWebSocket({ kind, flags, start, end, wireBytes }: FrameRecord, hasBit: boolean): void {
		const isOut = (flags & frameFlag.out) !== 0;
		const headerBytes = isOut ? maskBytes + headerBytesOf(wireBytes - maskBytes) : headerBytesOf(wireBytes);
		const transferredBytes = wireBytes - headerBytes;
		let isPacked = hasBit;
		if (isOut) {
			this.#sums.framingOut += headerBytes;
			this.#sums.transferredOut += transferredBytes;
		} else {
			this.#sums.framingIn += headerBytes;
			this.#sums.transferredIn += transferredBytes;
			if ((messageKinds >> kind) & 1) {
				// The bit stands on a message's first frame only (RFC 7692 §6).
				isPacked = kind === kindCode.continuation ? this.#isMessagePacked : hasBit;
				this.#isMessagePacked = isPacked;
			}
		}
		if (isPacked && (messageKinds >> kind) & 1) {
			this.#sums.plainBytes += end - start;
			this.#sums.packedBytes += transferredBytes;
		}
	}

	#countCycle({ meta, start, end }: FrameRecord, isPacked: boolean): void {
		const bodyBytes = meta?.type === 'cycle' ? meta.bodyBytes : 0;
		this.#sums.transferredIn += bodyBytes;
		if (isPacked) {
			this.#sums.plainBytes += end - start;
			this.#sums.packedBytes += bodyBytes;
		}
	}
}

/** The header of an unmasked frame of so many bytes; its length stands in as few bytes as hold it (RFC 6455 §5.2). */
function headerBytesOf(frameBytes: number): number {
	return frameBytes < 128 ? 2 : frameBytes < 65_540 ? 4 : 10;
}
