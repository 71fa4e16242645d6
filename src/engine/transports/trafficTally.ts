import type { Socket } from 'node:net';
import type { ArrivalCounts } from './answerArrival';
import type { Traffic } from './transport';

/**
 * Counts the traffic of a transport: the bytes of every socket that its requests went over, as the sockets count them
 * (over TLS, the plaintext), and what of it is heads and framing of HTTP.
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
	readonly #open = new Set<Socket>();
	/** Those that a request went over. One that never connected counts what it was to send as written. */
	readonly #used = new Set<Socket>();
	#closed: (() => void) | undefined;

	/** A request was given a socket: a new one, which may have to connect first, or one that served another before. */
	follow(socket: Socket): void {
		if (this.#open.has(socket)) {
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

	/** A request of so many bytes goes over a socket that is connected. */
	sent(socket: Socket, headBytes: number, bodyBytes: number): void {
		this.#used.add(socket);
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
		return {
			bytesIn,
			bytesOut,
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
