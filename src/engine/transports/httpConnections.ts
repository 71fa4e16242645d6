import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { Endpoint } from '../../core/endpoint';
import type { Phases } from '../../core/handshake';
import { createKeepAliveAgent, type RequestOptions, type StartedRequest, startRequest } from './httpRequest';
import { TrafficTally } from './trafficTally';
import type { Traffic } from './transport';

/**
 * The connections of one transport: its requests go one after the other over a connection that is kept open, and their
 * bytes are counted.
 */
export class HttpConnections {
	/** Whether the request that was started last went over a connection that an earlier one had opened. */
	reused = false;
	/** The steps of making the connection that it went over. */
	#made: Phases | undefined;
	readonly #known = new WeakMap<Socket, Phases>();
	readonly #tally = new TrafficTally();
	/** One for `http:` and one for `https:`, since a redirect may lead from one to the other. */
	readonly #agents = new Map<boolean, Agent>();

	constructor(
		private readonly endpoint: Endpoint,
		private readonly nowMs: () => number,
	) {}

	/** Starts a request as `startRequest` does; throws what that throws. */
	start(options: Omit<RequestOptions, 'agent' | 'tally'>): StartedRequest {
		const agent = this.#agentFor(options.url);
		const started = startRequest(this.endpoint, { ...options, agent, tally: this.#tally }, this.nowMs);
		this.reused = false;
		started.request.once('socket', (socket) => {
			// Node's own `reusedSocket` is not set for a request that waited for the connection to be free.
			const made = this.#known.get(socket);
			this.reused = made !== undefined;
			this.#made = made ?? started.phases;
			this.#known.set(socket, this.#made);
		});
		return started;
	}

	/**
	 * How long TCP took to connect what the last request went over, in milliseconds: no less than the round trip of then.
	 * Undefined where it was never connected.
	 */
	get tcpMs(): number | undefined {
		return this.#made?.tcpMs;
	}

	/** Bytes of a body with a content encoding came that is read as it streams. */
	encodedArrived(bytes: number): void {
		this.#tally.encodedBytesIn += bytes;
	}

	traffic(): Traffic {
		return this.#tally.traffic();
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
}
