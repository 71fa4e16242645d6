/**
 * The sender of the WebSocket benchmark, a process of its own: a TCP server that does the upgrade by hand and then
 * writes prebuilt frames in large blocks as fast as the socket takes them. A `ws` server would be the slower side.
 *
 * Its clock measures every client alike: from the first block to the client's close frame, which a client sends when it
 * has read all frames before the server's.
 */
import { createServer, type Socket } from 'node:net';
import { upgradeByHand } from './upgrade';

/** What the benchmark hears from its sender. */
export type SenderMessage =
	| { readonly type: 'listening'; readonly port: number }
	| { readonly type: 'measured'; readonly seconds: number };

const [frameCount = 0, payloadBytes = 0] = process.argv.slice(2).map(Number);
const blockBytes = 1_048_576;
const close = Buffer.from([0x88, 0x02, 0x03, 0xe8]);

const frameBytes = 4 + payloadBytes;
const idStart = '{"id":';
/** Digits of an id, which rises from frame to frame as a feed's does. */
const idDigits = 10;
const firstId = 10 ** (idDigits - 1);

/** Distinct events in one block, which is then sent again and again, with other ids. */
const frames = buildFrames(Math.min(frameCount, Math.floor(blockBytes / frameBytes)));
const block = Buffer.concat(frames);

const server = createServer((socket) => upgradeByHand(socket, () => send(socket)));
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	post({ type: 'listening', port: typeof address === 'object' && address !== null ? address.port : 0 });
});
// The benchmark is gone.
process.on('disconnect', () => process.exit());

function send(socket: Socket): void {
	const startMs = performance.now();
	let left = frameCount;
	socket.on('data', (piece) => {
		// 0x8 is the opcode of a close frame; a client of these runs sends nothing else.
		if ((piece[0]! & 0x0f) === 0x8) {
			post({ type: 'measured', seconds: (performance.now() - startMs) / 1000 });
			socket.end();
		}
	});
	const write = (): void => {
		for (let hasRoom = true; left > 0 && hasRoom; ) {
			const count = Math.min(left, frames.length);
			left -= count;
			hasRoom = socket.write(numbered(count, firstId + frameCount - left - count));
			if (left === 0) {
				socket.write(close);
			}
		}
	};
	socket.on('drain', write);
	write();
}

/** The first frames of the block, with ids from `id` on. The socket may still hold the blocks before, so it is a copy. */
function numbered(count: number, id: number): Buffer {
	const part = Buffer.from(block.subarray(0, count * frameBytes));
	for (let frame = 0; frame < count; frame++) {
		let left = id + frame;
		for (let at = frame * frameBytes + 4 + idStart.length + idDigits - 1, digit = 0; digit < idDigits; digit++, at--) {
			part[at] = 0x30 + (left % 10);
			left = Math.floor(left / 10);
		}
	}
	return part;
}

/** Unmasked text frames (RFC 6455 §5.2) with a 16-bit length: JSON as a dev server sends it, with a sending time. */
function buildFrames(count: number): Buffer[] {
	const startMs = performance.timeOrigin + performance.now();
	return Array.from({ length: count }, (_, index) => {
		const start = `${idStart}${firstId + index},"sentAt":${(startMs + index / 1000).toFixed(3)},"symbol":"MAPLE","text":"`;
		const payload = `${start.padEnd(payloadBytes - 2, 'abcdefghij ')}"}`;
		const frame = Buffer.alloc(frameBytes);
		frame[0] = 0x81;
		frame[1] = 126;
		frame.writeUInt16BE(payloadBytes, 2);
		if (frame.write(payload, 4, 'latin1') !== payloadBytes || payload.length !== payloadBytes) {
			throw new Error(`A payload of ${payloadBytes} bytes is too short for an event.`);
		}
		return frame;
	});
}

function post(message: SenderMessage): void {
	process.send?.(message);
}
