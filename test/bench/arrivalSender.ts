/**
 * The truth of the arrival benchmark, a process of its own: a WebSocket server whose frames carry the time, with fractions
 * of a millisecond, at which they were handed to the socket. `?rate=` is frames a second and `?count=` how many there are.
 *
 * The time is the process's start by the wall clock, in microseconds, and what its monotonic clock counted since: two
 * processes that are a minute old agree about it but for what the wall clock was slewed meanwhile.
 */
import { createServer, type Socket } from 'node:net';
import { upgradeByHand } from './upgrade';

/** What the benchmark hears from its sender. */
export interface ArrivalSenderMessage {
	readonly port: number;
}

/** A timer's least step; a faster stream sends more than one frame at a time. */
const tickMs = 1;
const head = '{"sentAt":';
/** An epoch time in milliseconds with three digits after the point, for some centuries to come. */
const stampCharacters = 17;
const payloadBytes = 128;
const frameBytes = 4 + payloadBytes;

const server = createServer((socket) =>
	upgradeByHand(socket, (target) => {
		const query = new URL(target, 'http://127.0.0.1').searchParams;
		send(socket, Number(query.get('rate')), Number(query.get('count')));
	}),
);
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	process.send?.({ port } satisfies ArrivalSenderMessage);
});
// The benchmark is gone.
process.on('disconnect', () => process.exit());

function send(socket: Socket, framesPerSecond: number, count: number): void {
	const startMs = performance.now();
	let sent = 0;
	const timer = setInterval(
		() => {
			const due = Math.min(count, Math.floor(((performance.now() - startMs) * framesPerSecond) / 1000));
			if (due > sent) {
				const block = framesOf(due - sent);
				sent = due;
				const stamp = (performance.timeOrigin + performance.now()).toFixed(3);
				for (let at = 4 + head.length; at < block.length; at += frameBytes) {
					block.write(stamp, at, stampCharacters, 'latin1');
				}
				socket.write(block);
			}
			if (sent === count) {
				clearInterval(timer);
			}
		},
		Math.max(tickMs, 1000 / framesPerSecond),
	);
	socket.on('close', () => clearInterval(timer));
}

/** Unmasked text frames (RFC 6455 §5.2) with room for the stamp. */
function framesOf(count: number): Buffer {
	const payload = `${head}${'0'.repeat(stampCharacters)},"text":"`.padEnd(payloadBytes - 2, 'abcdefghij ');
	const frame = Buffer.alloc(frameBytes);
	frame[0] = 0x81;
	frame[1] = 126;
	frame.writeUInt16BE(payloadBytes, 2);
	frame.write(`${payload}"}`, 4, 'latin1');
	return Buffer.concat(new Array<Buffer>(count).fill(frame));
}
