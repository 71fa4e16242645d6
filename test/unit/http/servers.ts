import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';

/** A server of a test: its URL, the connections that are open to it, and its end. */
export interface TestServer {
	readonly url: string;
	readonly port: number;
	/** Connections that clients have open. */
	readonly sockets: ReadonlySet<net.Socket>;
	/** Connections that clients have ever opened. */
	connections(): number;
	/** Resolves when no connection is open any more. */
	idle(): Promise<void>;
	close(): Promise<void>;
}

const started: TestServer[] = [];

/** Closes every server that a test started. */
export async function closeServers(): Promise<void> {
	await Promise.all(started.splice(0).map((server) => server.close()));
}

/** Counts a server's connections and gives it a free port of 127.0.0.1. */
export async function listen(server: net.Server, scheme: string): Promise<TestServer> {
	const sockets = new Set<net.Socket>();
	let connections = 0;
	let idle: (() => void) | undefined;
	server.on('connection', (socket: net.Socket) => {
		connections++;
		sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => {
			sockets.delete(socket);
			if (sockets.size === 0) {
				idle?.();
			}
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as net.AddressInfo;
	const testServer: TestServer = {
		url: `${scheme}://127.0.0.1:${port}/`,
		port,
		sockets,
		connections: () => connections,
		idle: () =>
			sockets.size === 0
				? Promise.resolve()
				: new Promise((resolve) => {
						idle = resolve;
					}),
		close: async () => {
			for (const socket of sockets) {
				socket.destroy();
			}
			if (server.listening) {
				await new Promise((resolve) => server.close(resolve));
			}
		},
	};
	started.push(testServer);
	return testServer;
}

/** An HTTP server on a free port. */
export function startHttp(answer: http.RequestListener): Promise<TestServer> {
	return listen(http.createServer(answer), 'http');
}

/** An HTTPS server on a free port. */
export function startHttps(options: https.ServerOptions, answer: http.RequestListener): Promise<TestServer> {
	return listen(https.createServer(options, answer), 'https');
}

/** A TCP server whose connections get `answer` with each request head that is complete. */
export function startRaw(answer: (socket: net.Socket, head: string, count: number) => void): Promise<TestServer> {
	let count = 0;
	return listen(
		net.createServer((socket) => {
			let text = '';
			socket.on('data', (piece) => {
				text += piece.toString('latin1');
				for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
					const head = text.slice(0, end);
					text = text.slice(end + 4);
					answer(socket, head, ++count);
				}
			});
		}),
		'http',
	);
}

/** The URL of a port on which nobody listens. */
export async function closedPort(): Promise<number> {
	const server = net.createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as net.AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** The pairs of Node's `rawHeaders`. */
export function pairs(rawHeaders: readonly string[]): [string, string][] {
	return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]!] as [string, string]] : []));
}
