import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

const opened: Array<() => Promise<void>> = [];
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Closes every server that a test started. */
export async function closeServers(): Promise<void> {
	await Promise.all(opened.splice(0).map((close) => close()));
}

/** A server of `ws` on a free port, and its URL. */
export async function startServer(
	options: ServerOptions,
	connected: (socket: WebSocket, server: WebSocketServer) => void = () => {},
): Promise<{ readonly url: string; readonly server: WebSocketServer }> {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
	server.on('connection', (socket) => connected(socket, server));
	await once(server, 'listening');
	opened.push(async () => {
		for (const client of server.clients) {
			client.terminate();
		}
		await new Promise((resolve) => server.close(resolve));
	});
	return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** A raw TCP server, called with each request's head once it is complete. Its sockets live until the test ends. */
export async function startRawServer(
	answer: (socket: Socket, requestHead: string) => void,
): Promise<{ readonly url: string; readonly server: Server }> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		socket.on('error', () => {});
		let head = '';
		const read = (chunk: Buffer): void => {
			head += chunk.toString('latin1');
			if (head.includes('\r\n\r\n')) {
				socket.off('data', read);
				answer(socket, head);
			}
		};
		socket.on('data', read);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	opened.push(async () => {
		for (const socket of sockets) {
			socket.destroy();
		}
		await new Promise((resolve) => server.close(resolve));
	});
	return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** The 101 answer to a request's head, with more fields where given. */
export function switchingProtocols(requestHead: string, fields: readonly string[] = []): string {
	return [
		'HTTP/1.1 101 Switching Protocols',
		'Upgrade: websocket',
		'Connection: Upgrade',
		`Sec-WebSocket-Accept: ${acceptOf(requestHead)}`,
		...fields,
		'\r\n',
	].join('\r\n');
}

/** What answers a request head's key. */
export function acceptOf(requestHead: string): string {
	const key = /^Sec-WebSocket-Key: (.*)$/im.exec(requestHead)?.[1]?.trim() ?? '';
	return createHash('sha1')
		.update(key + guid)
		.digest('base64');
}

/** All that a raw server's socket gets until it ends. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
	const chunks: Buffer[] = [];
	socket.on('data', (chunk) => chunks.push(chunk));
	await once(socket, 'close');
	return Buffer.concat(chunks);
}
