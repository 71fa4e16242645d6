import * as net from 'node:net';
import * as tls from 'node:tls';
import { maskedFrame } from '../../../src/core/webSocket/frameWriter';
import type { Random } from '../webSocket/random';
import { switchingProtocols } from '../webSocket/servers';
import { listen, type TestServer } from './servers';

/** What a byte on the wire is; `rest` is what nobody will have read to an end. */
export type Part = 'head' | 'framing' | 'transferred' | 'rest';

export interface Piece {
	readonly part: Part;
	readonly bytes: Uint8Array;
}

/** How many bytes of each part crossed the wire. */
export type Ledger = Record<Part, number>;

export const newLedger = (): Ledger => ({ head: 0, framing: 0, transferred: 0, rest: 0 });
export const totalOf = ({ head, framing, transferred, rest }: Ledger): number => head + framing + transferred + rest;

/** A piece of text, one character a byte. */
export const piece = (part: Part, text: string): Piece => ({ part, bytes: Buffer.from(text, 'latin1') });

export const bytesOf = (pieces: readonly Piece[]): Buffer => Buffer.concat(pieces.map(({ bytes }) => bytes));

/** A body in the chunked coding (RFC 9112 §7.1), in chunks of random sizes, with extensions and a trailer now and then. */
export function chunked(body: readonly Piece[], random: Random): Piece[] {
	const pieces: Piece[] = [];
	let chunk: Piece[] = [];
	const endChunk = (): void => {
		const size = bytesOf(chunk).length;
		if (size > 0) {
			const digits = random.chance(0.5) ? size.toString(16) : `00${size.toString(16).toUpperCase()}`;
			pieces.push(piece('framing', `${digits}${random.chance(0.3) ? ';name=value' : ''}\r\n`));
			pieces.push(...chunk, piece('framing', '\r\n'));
		}
		chunk = [];
	};
	for (const { part, bytes } of body) {
		for (const cut of random.cut(bytes)) {
			chunk.push({ part, bytes: cut });
			if (random.chance(0.2)) {
				endChunk();
			}
		}
	}
	endChunk();
	pieces.push(piece('framing', `0\r\n${random.chance(0.5) ? 'X-Trailer: a\r\nX-More: b\r\n' : ''}\r\n`));
	return pieces;
}

/** A server's frame (RFC 6455 §5.2), not masked. */
export function frame(head: number, payload: Uint8Array): Piece[] {
	const masked = maskedFrame(head, payload, new Uint8Array(4));
	const header = masked.slice(0, masked.length - payload.length - 4);
	header[1]! &= 0x7f;
	return [
		{ part: 'framing', bytes: header },
		{ part: 'transferred', bytes: payload },
	];
}

/** A frame of the client, unmasked. */
export interface ClientFrame {
	readonly head: number;
	readonly payload: Buffer;
}

export interface LedgerConnection {
	/** Sends pieces in writes that are cut at random, and enters them. */
	write(pieces: readonly Piece[]): Promise<void>;
	/** Answers a request with 101, and reads frames from then on. */
	upgrade(head: string, fields?: readonly string[]): Promise<void>;
	end(): void;
	destroy(): void;
}

export interface LedgerRequest {
	readonly head: string;
	readonly body: Buffer;
	/** From 1 on, over all connections. */
	readonly count: number;
}

export interface LedgerServer extends TestServer {
	readonly sent: Ledger;
	readonly received: Ledger;
	readonly frames: readonly ClientFrame[];
	requests(): number;
	tlsHandshakes(): number;
	/** What crossed the wire: TLS and all, from the client's side. */
	wire(): { readonly bytesIn: number; readonly bytesOut: number };
}

/**
 * A TCP or TLS server that enters each byte that it sends or receives by what it is; it reads requests and frames by itself.
 * Over TLS, plaintext is entered, and a relay of TCP in between counts what it forwards.
 */
export async function startLedger(
	random: Random,
	scheme: 'http' | 'https' | 'ws' | 'wss',
	answer: (connection: LedgerConnection, request: LedgerRequest) => Promise<void> | void,
	tlsOptions: tls.TlsOptions = {},
): Promise<LedgerServer> {
	const sent = newLedger();
	const received = newLedger();
	const frames: ClientFrame[] = [];
	let requests = 0;
	let tlsHandshakes = 0;
	const serve = (socket: net.Socket): void => {
		let waiting = Buffer.alloc(0);
		let readsFrames = false;
		const connection: LedgerConnection = {
			write: async (pieces) => {
				for (const { part, bytes } of pieces) {
					sent[part] += bytes.length;
				}
				for (const cut of random.cut(bytesOf(pieces))) {
					socket.write(cut);
					if (random.chance(0.3)) {
						await new Promise((resolve) => setImmediate(resolve));
					}
				}
			},
			upgrade: (head, fields) => {
				readsFrames = true;
				return connection.write([piece('head', switchingProtocols(head, fields))]);
			},
			end: () => socket.end(),
			destroy: () => socket.destroy(),
		};
		const readRequest = (): boolean => {
			const end = waiting.indexOf('\r\n\r\n');
			const head = waiting.toString('latin1', 0, Math.max(0, end));
			const start = end + 4;
			const isChunked = /^transfer-encoding: chunked$/im.test(head);
			const bodyBytes = isChunked
				? waiting.indexOf('0\r\n\r\n', start) + 5 - start
				: Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
			if (end === -1 || bodyBytes < 0 || waiting.length < start + bodyBytes) {
				return false;
			}
			const body = Buffer.from(waiting.subarray(start, start + bodyBytes));
			received.head += start;
			received.transferred += bodyBytes;
			waiting = waiting.subarray(start + bodyBytes);
			void answer(connection, { head, body, count: ++requests });
			return true;
		};
		const readFrame = (): boolean => {
			if (waiting.length < 2) {
				return false;
			}
			const short = waiting[1]! & 0x7f;
			const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
			const headerBytes = 2 + lengthBytes + 4;
			if (waiting.length < headerBytes) {
				return false;
			}
			const size = lengthBytes === 0 ? short : waiting.readUIntBE(lengthBytes === 2 ? 2 : 4, lengthBytes === 2 ? 2 : 6);
			if (waiting.length < headerBytes + size) {
				return false;
			}
			const payload = Buffer.from(waiting.subarray(headerBytes, headerBytes + size));
			for (let at = 0; at < size; at++) {
				payload[at]! ^= waiting[headerBytes - 4 + (at & 3)]!;
			}
			frames.push({ head: waiting[0]!, payload });
			received.framing += headerBytes;
			received.transferred += size;
			waiting = waiting.subarray(headerBytes + size);
			return true;
		};
		socket.on('error', () => {});
		socket.on('data', (bytes: Buffer) => {
			waiting = Buffer.concat([waiting, bytes]);
			while (waiting.length > 0 && (readsFrames ? readFrame() : readRequest())) {
				// One after the other.
			}
		});
	};
	const isSecure = scheme === 'https' || scheme === 'wss';
	const server = isSecure ? tls.createServer(tlsOptions, serve) : net.createServer(serve);
	server.on('secureConnection', () => {
		tlsHandshakes++;
	});
	const testServer = await listen(server, scheme);
	const ledger = {
		...testServer,
		sent,
		received,
		frames,
		requests: () => requests,
		tlsHandshakes: () => tlsHandshakes,
	};
	if (!isSecure) {
		return { ...ledger, wire: () => ({ bytesIn: totalOf(sent), bytesOut: totalOf(received) }) };
	}
	const relay = await startRelay(testServer.port, scheme);
	const close = async (): Promise<void> => void (await Promise.all([relay.close(), testServer.close()]));
	return { ...ledger, url: relay.url, port: relay.port, wire: relay.wire, close };
}

/** A relay of TCP to a port of this machine, which counts the bytes that it forwards. */
async function startRelay(port: number, scheme: string): Promise<TestServer & Pick<LedgerServer, 'wire'>> {
	let bytesIn = 0;
	let bytesOut = 0;
	const server = net.createServer({ allowHalfOpen: true }, (client) => {
		const target = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
		client.on('data', (bytes: Buffer) => {
			bytesOut += bytes.length;
			target.write(bytes);
		});
		target.on('data', (bytes: Buffer) => {
			// What is on its way to a client that has hung up reaches nobody.
			if (!client.readableEnded) {
				bytesIn += bytes.length;
				client.write(bytes);
			}
		});
		client.on('end', () => target.end());
		target.on('end', () => client.end());
		target.on('error', () => {});
		client.on('close', () => target.destroy());
		target.on('close', () => client.destroySoon());
	});
	return { ...(await listen(server, scheme)), wire: () => ({ bytesIn, bytesOut }) };
}
