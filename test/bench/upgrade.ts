import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';

/**
 * Reads a client's head and answers it with 101 (RFC 6455 §4.2.2), then hands over the socket and the request's target.
 * A sender that writes prebuilt frames needs no more of a server.
 */
export function upgradeByHand(socket: Socket, opened: (target: string) => void): void {
	socket.setNoDelay(true);
	// A client that is ended in the midst of a run fails the run by its own account.
	socket.on('error', () => socket.destroy());
	let head = '';
	const readHead = (piece: Buffer): void => {
		head += piece.toString('latin1');
		if (!head.includes('\r\n\r\n')) {
			return;
		}
		socket.off('data', readHead);
		const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
		const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
		socket.write(
			[
				'HTTP/1.1 101 Switching Protocols',
				'Upgrade: websocket',
				'Connection: Upgrade',
				`Sec-WebSocket-Accept: ${accept}`,
				'\r\n',
			].join('\r\n'),
		);
		opened(/^GET (\S+)/.exec(head)?.[1] ?? '/');
	};
	socket.on('data', readHead);
}
