import type { Socket } from 'node:net';
import type { ArrivalCounts } from './answerArrival';
import type { TlsConnection } from './tlsAgent';
import type { Traffic } from './transport';

/**
 * Counts the traffic of a transport: the bytes of every socket that its requests went over, as the sockets of TCP
 * count them, and what of it is TLS, and heads and framing of HTTP.
 */
export class TrafficTally implements ArrivalCounts {
	headerBytesIn = 0;
	framingBytesIn = 0;
	/** Bodies that came with a content encoding and are read as they stream. */
	encodedBytesIn = 0;
	#headerBytesOut = 0;
	#bodyBytesOut = 0;
	#requests = 0;
	#sockets = 0;
	#tlsHandshakes = 0;
	/** Of sockets that are closed. */
	#bytesIn = 0;
	#bytesOut = 0;
	#tlsBytesIn = 0;
	#tlsBytesOut = 0;
	readonly #open = new Set<Socket>();
	/** Those that TLS is laid over. They count from the start: a handshake that fails has crossed the wire, too. */
	readonly #underTls = new Set<TlsConnection>();
	/** Of the others, those that a request went over. One that never connected counts what it was to send as written. */
	readonly #used = new Set<Socket>();
	/** Sockets of TLS whose bytes are counted by those of TCP beneath. */
	readonly #secured = new WeakSet<Socket>();
	#closed: (() => void) | undefined;

	/** A request was given a socket: a new one, which may have to connect first, or one that served another before. */
	follow(socket: Socket): void {
		if (this.#open.has(socket) || this.#secured.has(socket)) {
			return;
		}
		this.#open.add(socket);
		socket.once('connect', () => {
			this.#sockets++;
		});
		socket.once('secureConnect', () => {
			this.#tlsHandshakes++;
		});
		socket.once('close', () => {
			this.#open.delete(socket);
			if (this.#used.delete(socket)) {
				this.#bytesIn += socket.bytesRead;
				this.#bytesOut += socket.bytesWritten;
			}
			if (this.#open.size === 0) {
				this.#closed?.();
			}
		});
	}

	/** TCP begins to connect, for TLS to be laid over it. */
	followTls(connection: TlsConnection): void {
		const { tcp } = connection;
		this.#underTls.add(connection);
		tcp.once('close', () => {
			this.#underTls.delete(connection);
			this.#bytesIn += tcp.bytesRead;
			this.#bytesOut += tcp.bytesWritten;
			this.#tlsBytesIn += tlsBytesIn(connection);
			this.#tlsBytesOut += tlsBytesOut(connection);
		});
		this.follow(tcp);
	}

	/** Both ends completed a TLS handshake on a connection that is followed. */
	secured({ secure }: TlsConnection): void {
		this.#tlsHandshakes++;
		this.#secured.add(secure!);
	}

	/** A request of so many bytes goes over a socket that is connected. */
	sent(socket: Socket, headBytes: number, bodyBytes: number): void {
		if (!this.#secured.has(socket)) {
			this.#used.add(socket);
		}
		this.#requests++;
		this.#headerBytesOut += headBytes;
		this.#bodyBytesOut += bodyBytes;
	}

	traffic(): Traffic {
		let bytesIn = this.#bytesIn;
		let bytesOut = this.#bytesOut;
		for (const socket of this.#used) {
			bytesIn += socket.bytesRead;
			bytesOut += socket.bytesWritten;
		}
		let tlsIn = this.#tlsBytesIn;
		let tlsOut = this.#tlsBytesOut;
		for (const connection of this.#underTls) {
			bytesIn += connection.tcp.bytesRead;
			bytesOut += connection.tcp.bytesWritten;
			tlsIn += tlsBytesIn(connection);
			tlsOut += tlsBytesOut(connection);
		}
		return {
			bytesIn,
			bytesOut,
			tlsBytesIn: tlsIn,
			tlsBytesOut: tlsOut,
			headerBytesIn: this.headerBytesIn,
			headerBytesOut: this.#headerBytesOut,
			framingBytesIn: this.framingBytesIn,
			encodedBytesIn: this.encodedBytesIn,
			bodyBytesOut: this.#bodyBytesOut,
			requests: this.#requests,
			sockets: this.#sockets,
			tlsHandshakes: this.#tlsHandshakes,
		};
	}

	/** Calls back when every socket is closed; at once where none is open. */
	whenClosed(done: () => void): void {
		if (this.#open.size === 0) {
			done();
		} else {
			this.#closed = done;
		}
	}
}

/** What came of TLS: all that did before a record is whole and decrypted. */
function tlsBytesIn({ tcp, secure }: TlsConnection): number {
	return tcp.bytesRead - (secure?.bytesRead ?? 0);
}

/** What TLS put out of its own; too little while plaintext waits to be encrypted, since a socket counts that as written. */
function tlsBytesOut({ tcp, secure }: TlsConnection): number {
	return Math.max(0, tcp.bytesWritten - (secure?.bytesWritten ?? 0));
}
