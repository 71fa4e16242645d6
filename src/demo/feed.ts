import { ArrivalClock } from '../core/timing/arrivalClock';
import { type MarketEvent, MarketEvents } from './marketEvents';

/** The kept events' number and bytes: what a client that comes back, or is slow, can still get. */
export const mostKeptEvents = 10_000;
export const mostKeptBytes = 8_000_000;

/** What a feed is asked for by query. Requests with the same answer share one feed. */
export interface FeedShape {
	readonly eventsPerSecond: number;
	readonly eventBytes: number;
}

/**
 * A running sequence of numbered events. Event n is due n / rate after the server's start, so a feed that was stopped
 * for want of listeners comes back with higher numbers than before, never with the same ones again.
 */
export class Feed {
	readonly #events: MarketEvents;
	/** A ring: event n lies at n modulo its length. */
	readonly #kept: (MarketEvent | undefined)[] = new Array(mostKeptEvents);
	readonly #listeners = new Set<() => void>();
	#originMs: number;
	#lastId: number;
	#firstKeptId: number;
	#keptBytes = 0;
	#lastUseMs: number;
	#timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly shape: FeedShape,
		/** The server's start on the clock of `nowMs`. */
		originMs: number,
		/** Without a listener or a request for so long, the feed stops. */
		private readonly idleAfterMs: number,
		private readonly stopped: () => void,
	) {
		this.#events = new MarketEvents(shape.eventBytes);
		this.#originMs = originMs;
		this.#lastUseMs = nowMs();
		this.#lastId = this.#dueId(this.#lastUseMs);
		this.#firstKeptId = this.#lastId + 1;
		this.#schedule(this.#lastUseMs);
	}

	/** The newest event's number; 0 before the first. */
	get lastId(): number {
		return this.#lastId;
	}

	/** The oldest event that is still kept; above `lastId` where none is. */
	get firstKeptId(): number {
		return this.#firstKeptId;
	}

	/** The event of that number, where it is still kept. */
	event(id: number): MarketEvent | undefined {
		return id >= this.#firstKeptId && id <= this.#lastId ? this.#kept[id % mostKeptEvents] : undefined;
	}

	/** Events after `afterId` that are still kept, oldest first, until their number or bytes reach a limit. */
	eventsAfter(afterId: number, mostEvents: number, mostBytes: number): readonly MarketEvent[] {
		const events: MarketEvent[] = [];
		let bytes = 0;
		for (let id = Math.max(afterId + 1, this.#firstKeptId); id <= this.#lastId; id++) {
			const event = this.#kept[id % mostKeptEvents]!;
			bytes += event.json.length;
			if (events.length > 0 && (events.length >= mostEvents || bytes > mostBytes)) {
				break;
			}
			events.push(event);
		}
		return events;
	}

	/** Calls `listener` after each batch of new events, until the function it returns is called. */
	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => {
			if (this.#listeners.delete(listener)) {
				this.used();
			}
		};
	}

	/** Somebody asked for events: the feed goes on for another `idleAfterMs`. */
	used(): void {
		this.#lastUseMs = nowMs();
	}

	/** Ends the feed. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#listeners.clear();
		this.stopped();
	}

	#dueId(atMs: number): number {
		return Math.floor(((atMs - this.#originMs) * this.shape.eventsPerSecond) / 1000);
	}

	#schedule(atMs: number): void {
		const dueAtMs = this.#originMs + ((this.#lastId + 1) * 1000) / this.shape.eventsPerSecond;
		// A millisecond is a timer's least: a faster feed sends more than one event at a time.
		const delayMs = Math.max(1, Math.ceil(Math.min(dueAtMs - atMs, this.idleAfterMs)));
		this.#timer = setTimeout(() => this.#tick(), delayMs);
	}

	#tick(): void {
		const startMs = nowMs();
		if (this.#listeners.size === 0 && startMs - this.#lastUseMs >= this.idleAfterMs) {
			this.stop();
			return;
		}
		const dueId = this.#dueId(startMs);
		// After a computer's sleep, an hour's events are not caught up with: the feed goes on from here, with no number left
		// out, because to whoever watches, a number left out is a lost event.
		const most = Math.min(mostKeptEvents, Math.ceil(this.shape.eventsPerSecond));
		const count = Math.min(dueId - this.#lastId, most);
		this.#originMs += ((dueId - this.#lastId - count) * 1000) / this.shape.eventsPerSecond;
		for (let made = 0; made < count; made++) {
			this.#keep(this.#events.next(this.#lastId + 1, nowMs()));
		}
		if (count > 0) {
			for (const listener of [...this.#listeners]) {
				listener();
			}
		}
		this.#schedule(nowMs());
	}

	#keep(event: MarketEvent): void {
		this.#keptBytes += event.json.length;
		while (
			this.#firstKeptId <= this.#lastId &&
			(event.id - this.#firstKeptId >= mostKeptEvents || this.#keptBytes > mostKeptBytes)
		) {
			const place = this.#firstKeptId % mostKeptEvents;
			this.#keptBytes -= this.#kept[place]!.json.length;
			this.#kept[place] = undefined;
			this.#firstKeptId++;
		}
		this.#kept[event.id % mostKeptEvents] = event;
		this.#lastId = event.id;
	}
}

/** All feeds of a server, one per shape. */
export class Feeds {
	readonly #feeds = new Map<string, Feed>();
	readonly #originMs = nowMs();

	constructor(
		private readonly mostFeeds: number,
		private readonly idleAfterMs: number,
	) {}

	/** The feed of that shape, started where it isn't running; undefined where too many others are. */
	get(shape: FeedShape): Feed | undefined {
		const key = `${shape.eventsPerSecond} ${shape.eventBytes}`;
		let feed = this.#feeds.get(key);
		if (feed === undefined && this.#feeds.size < this.mostFeeds) {
			feed = new Feed(shape, this.#originMs, this.idleAfterMs, () => this.#feeds.delete(key));
			this.#feeds.set(key, feed);
		}
		feed?.used();
		return feed;
	}

	/** How many feeds run. */
	get size(): number {
		return this.#feeds.size;
	}

	stop(): void {
		for (const feed of [...this.#feeds.values()]) {
			feed.stop();
		}
	}
}

/** Epoch milliseconds with fractions, made as the engine makes the stamps of arrivals. */
const { nowMs } = new ArrivalClock({
	monotonicMs: () => performance.timeOrigin + performance.now(),
	wallMs: Date.now,
});
