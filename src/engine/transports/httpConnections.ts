import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Endpoint } from '../../core/endpoint';
import {
	createKeepAliveAgent,
	type RequestOptions,
	SocketTally,
	type StartedRequest,
	startRequest,
} from './httpRequest';

/**
 * The connections of one transport: its requests go one after the other over a connection that is kept open, their bytes
 * are counted, and the arrival of every piece of bytes is stamped.
 */
export class HttpConnections {
	/** When a socket delivered the last bytes, in epoch milliseconds. */
	arrivedAtMs = 0;
	/** When the answer to the request that was started last began to arrive; NaN until then. */
	firstByteAtMs = Number.NaN;
	/** Whether that request went over a connection that an earlier one had opened. */
	reused = false;
	readonly #known = new WeakSet<Socket>();
	readonly #tally = new SocketTally();
	/** One for `http:` and one for `https:`, since a redirect may lead from one to the other. */
	readonly #agents = new Map<boolean, Agent>();

	constructor(
		private readonly endpoint: Endpoint,
		private readonly nowMs: () => number,
	) {}

	/** Starts a request as `startRequest` does; throws what that throws. */
	start(options: Omit<RequestOptions, 'agent'>): StartedRequest {
		const started = startRequest(this.endpoint, { ...options, agent: this.#agentFor(options.url) }, this.nowMs);
		this.firstByteAtMs = Number.NaN;
		this.reused = false;
		this.#tally.follow(started.request);
		this.#stampArrivals(started.request);
		return started;
	}

	bytes(): { readonly in: number; readonly out: number } {
		return this.#tally.bytes();
	}

	/** Destroys every socket and calls back when they are closed. */
	close(done: () => void): void {
		for (const agent of this.#agents.values()) {
			agent.destroy();
		}
		this.#tally.whenClosed(done);
	}

	#agentFor(url: string): Agent {
		const secure = /^(https|wss):/i.test(url);
		let agent = this.#agents.get(secure);
		if (agent === undefined) {
			agent = createKeepAliveAgent(this.endpoint, url);
			this.#agents.set(secure, agent);
		}
		return agent;
	}

	#stampArrivals(request: ClientRequest): void {
		request.once('socket', (socket) => {
			const stamp = (): void => {
				this.arrivedAtMs = this.nowMs();
				if (Number.isNaN(this.firstByteAtMs)) {
					this.firstByteAtMs = this.arrivedAtMs;
				}
			};
			// Node's own `reusedSocket` is not set for a request that waited for the connection to be free.
			this.reused = this.#known.has(socket);
			this.#known.add(socket);
			// First in line, since what the HTTP parser makes of the bytes takes time that is no part of their journey.
			socket.prependListener('data', stamp);
			request.once('close', () => socket.off('data', stamp));
		});
	}
}
