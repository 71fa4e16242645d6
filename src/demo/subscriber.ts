import type { Feed } from './feed';
import type { MarketEvent } from './marketEvents';

/** Bytes that may wait for one client. A slower client's events wait in the feed, which all clients share. */
export const mostWaitingBytes = 1_000_000;

/**
 * Takes one client through a feed at the client's own pace: events are read from the feed only while the client has
 * room. One that falls behind everything the feed keeps misses events, and sees that in their numbers.
 */
export class Subscriber {
	readonly #unsubscribe: () => void;
	#nextId: number;

	constructor(
		private readonly feed: Feed,
		afterId: number,
		private readonly client: {
			/** Bytes handed over that have not left yet. */
			waitingBytes(): number;
			/** Sends events, oldest first. */
			write(events: readonly MarketEvent[]): void;
		},
	) {
		this.#nextId = afterId + 1;
		this.#unsubscribe = feed.subscribe(() => this.pump());
	}

	/** Sends what the client has room for; to be called when it has room again. */
	pump(): void {
		while (this.#nextId <= this.feed.lastId) {
			const roomBytes = mostWaitingBytes - this.client.waitingBytes();
			if (roomBytes <= 0) {
				return;
			}
			const events = this.feed.eventsAfter(this.#nextId - 1, 500, Math.min(roomBytes, 65_536));
			this.#nextId = events.at(-1)!.id + 1;
			this.client.write(events);
		}
	}

	dispose(): void {
		this.#unsubscribe();
	}
}
