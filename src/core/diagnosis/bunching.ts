/** Events of one bunch arrive within this of its first. */
const mostArrivalSpreadMs = 5;
/** Fewer events are none. */
const leastEvents = 3;
/** They were sent over so much, in milliseconds and as a multiple of what they arrived over. */
const leastSendingSpreadMs = 50;
const leastSpreadRatio = 10;
/** What a buffer holds was sent since it was last emptied, give or take this share and the delays on the way. */
const heldToleranceShare = 0.25;
const heldToleranceMs = 50;
/**
 * Of so many of the last events, so large a share came in bunches, of which there are so many. A packet that is lost and
 * sent again after 0.2 s makes a bunch, too: one in 300, of 100 a second, makes a share of 7 %, and by chance 30 % of some 200.
 */
const recentEvents = 400;
const leastShare = 0.5;
const leastBunches = 4;
/** It is over when the last so many events came in none. */
const mostEventsSince = 32;

/** What the ring holds of an event. */
const apart = 0;
const inBunch = 1;
const endsBunch = 2;

/** What was seen of bunches. */
export interface Bunches {
	/** Of the last `of` events, so many came in bunches. */
	readonly events: number;
	readonly of: number;
	readonly bunches: number;
	/** Of the newest bunch: its events, and over how long they arrived and were sent. */
	readonly lastEvents: number;
	readonly arrivalSpreadMs: number;
	readonly sendingSpreadMs: number;
	readonly firstAtMs: number;
	readonly lastAtMs: number;
}

/**
 * Notices events that were sent apart and arrive together, in constant time and memory.
 *
 * A bunch is at least 3 events that arrive within 5 ms of the first of them and were sent over at least 50 ms, and 10 times
 * what they arrived over. What they were sent over must also fit into the time since the event before them: what a buffer
 * holds was sent since it was last emptied, and a history that is sent on connecting does not fit. It is noticed where at
 * least half of the last 400 events came in bunches, at least 4 of them, the newest at most 32 events ago.
 *
 * Only differences of sending times count, so no clock has to agree with another.
 */
export class Bunching {
	readonly #ring = new Uint8Array(recentEvents);
	#seen = 0;
	#events = 0;
	#bunches = 0;
	/** Events of groups since the newest bunch, and what that was. */
	#eventsSince = Number.POSITIVE_INFINITY;
	#lastEvents = 0;
	#arrivalSpreadMs = 0;
	#sendingSpreadMs = 0;
	#firstAtMs = Number.NaN;
	#lastAtMs = Number.NaN;
	/** The group in hand, and what came before it. */
	#groupEvents = 0;
	#groupFirstMs = Number.NaN;
	#groupLastMs = Number.NaN;
	#sentFromMs = Number.NaN;
	#sentToMs = Number.NaN;
	#beforeMs = Number.NaN;

	/** A connection opened; what is sent on it at first was not held since the last event of another one. */
	connectionOpened(atMs: number): void {
		this.#close(1);
		this.#groupEvents = 0;
		this.#groupLastMs = atMs;
	}

	/** Takes an event and its sending time by whatever clock; `stepMs` is the step of that. */
	event(atMs: number, sentAtMs: number, stepMs: number): void {
		if (this.#groupEvents > 0 && atMs - this.#groupFirstMs <= mostArrivalSpreadMs) {
			this.#groupEvents++;
			this.#sentFromMs = Math.min(this.#sentFromMs, sentAtMs);
			this.#sentToMs = Math.max(this.#sentToMs, sentAtMs);
		} else {
			this.#close(stepMs);
			this.#beforeMs = this.#groupLastMs;
			this.#groupEvents = 1;
			this.#groupFirstMs = atMs;
			this.#sentFromMs = sentAtMs;
			this.#sentToMs = sentAtMs;
		}
		this.#groupLastMs = atMs;
		this.#remember();
	}

	/** What is so now; undefined where nothing is noticed. */
	found(): Bunches | undefined {
		return this.#holds()
			? {
					events: this.#events,
					of: Math.min(this.#seen, recentEvents),
					bunches: this.#bunches,
					lastEvents: this.#lastEvents,
					arrivalSpreadMs: this.#arrivalSpreadMs,
					sendingSpreadMs: this.#sendingSpreadMs,
					firstAtMs: this.#firstAtMs,
					lastAtMs: this.#lastAtMs,
				}
			: undefined;
	}

	#holds(): boolean {
		return (
			this.#bunches >= leastBunches &&
			this.#events >= leastShare * Math.min(this.#seen, recentEvents) &&
			this.#eventsSince <= mostEventsSince
		);
	}

	/** The group in hand is over. */
	#close(stepMs: number): void {
		const arrivalSpreadMs = this.#groupLastMs - this.#groupFirstMs;
		const sendingSpreadMs = this.#sentToMs - this.#sentFromMs;
		const sinceBeforeMs = this.#groupLastMs - this.#beforeMs;
		if (
			this.#groupEvents < leastEvents ||
			sendingSpreadMs < Math.max(leastSendingSpreadMs, arrivalSpreadMs * leastSpreadRatio) + coarse(stepMs) ||
			!(sendingSpreadMs <= sinceBeforeMs * (1 + heldToleranceShare) + heldToleranceMs + coarse(stepMs))
		) {
			this.#eventsSince += this.#groupEvents;
			if (!this.#holds()) {
				this.#firstAtMs = Number.NaN;
			}
			return;
		}
		const events = Math.min(this.#groupEvents, recentEvents);
		for (let back = events; back > 0; back--) {
			this.#mark((this.#seen - back) % recentEvents, back === 1 ? endsBunch : inBunch);
		}
		this.#eventsSince = 0;
		this.#lastEvents = this.#groupEvents;
		this.#arrivalSpreadMs = arrivalSpreadMs;
		this.#sendingSpreadMs = sendingSpreadMs;
		this.#lastAtMs = this.#groupLastMs;
		if (Number.isNaN(this.#firstAtMs) && this.#holds()) {
			this.#firstAtMs = this.#groupLastMs;
		}
	}

	#remember(): void {
		this.#mark(this.#seen % recentEvents, apart);
		this.#seen++;
	}

	/** Sets what the ring holds at a place, and the counts with it. */
	#mark(place: number, mark: number): void {
		const before = this.#ring[place]!;
		this.#events += (mark === apart ? 0 : 1) - (before === apart ? 0 : 1);
		this.#bunches += (mark === endsBunch ? 1 : 0) - (before === endsBunch ? 1 : 0);
		this.#ring[place] = mark;
	}
}

/** A step of up to a millisecond is none beside the thresholds. */
function coarse(stepMs: number): number {
	return stepMs > 1 ? stepMs : 0;
}
