import * as https from 'node:https';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** A connection in the making: TCP first, then TLS over it. */
export interface TlsConnection {
	/** What the kernel counts the bytes of, TLS's own among them. */
	readonly tcp: net.Socket;
	/** TLS, from when TCP is connected. */
	readonly secure: TLSSocket | undefined;
	/** Gives it up: who asked for it gets `error`. */
	destroy(error: Error): void;
}

/** Told of connections as they begin, and of those whose handshake both ends completed. */
export interface TlsConnectionWatcher {
	began(connection: TlsConnection): void;
	secured(connection: TlsConnection): void;
}

/**
 * An agent that connects TCP by a socket of its own and lays TLS over it, since a `TLSSocket` that connects by itself
 * tells of the plaintext's bytes only. A request gets its socket when the handshake is done. The errors are those of the
 * two sockets.
 */
export class TlsAgent extends https.Agent {
	/** Of the request that was started last: requests go one after the other. */
	watcher: TlsConnectionWatcher | undefined;
	readonly #making = new Set<TlsConnection>();

	override createConnection(
		options: https.RequestOptions,
		callback?: (error: Error | null, socket: Duplex) => void,
	): undefined {
		const tcp = net.connect(options as net.NetConnectOpts);
		let secure: TLSSocket | undefined;
		const connection: TlsConnection = {
			tcp,
			get secure() {
				return secure;
			},
			destroy: (error) => void (secure ?? tcp).destroy(error),
		};
		const { watcher } = this;
		watcher?.began(connection);
		this.#making.add(connection);
		const failed = (error: Error): void => {
			if (this.#making.delete(connection)) {
				// The declared type knows of no call without a socket.
				(callback as ((error: Error) => void) | undefined)?.(error);
			}
		};
		const closed = (): void => failed(new Error('the connection was closed while it was made'));
		tcp.on('error', failed);
		tcp.once('close', closed);
		// Not before, since TLS takes the handle, which is another for each of the host's addresses that is tried.
		tcp.once('connect', () => {
			tcp.off('close', closed);
			const laid = super.createConnection({ ...options, socket: tcp } as https.RequestOptions) as TLSSocket;
			secure = laid;
			laid.on('error', failed);
			laid.once('close', closed);
			laid.once('secureConnect', () => {
				laid.off('error', failed);
				this.#making.delete(connection);
				watcher?.secured(connection);
				callback?.(null, laid);
			});
		});
		return undefined;
	}

	/** Destroys the connections that are being made, too. */
	override destroy(): void {
		for (const connection of this.#making) {
			connection.destroy(new Error('the agent was destroyed'));
		}
		super.destroy();
	}
}
