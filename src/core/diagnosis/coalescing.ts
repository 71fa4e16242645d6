/**
 * Linux acknowledges what it was sent after 40 ms, where it has nothing to send itself (`TCP_DELACK_MIN`); its timer goes
 * by steps of up to 10 ms, and a machine that is busy is later still.
 */
const leastStepMs = 36;
const mostStepMs = 55;
/** So many are not late, or the steps are those of another timer: of 50 ms, for one. */
const mostPunctualMs = 45;
const leastPunctualShare = 1 / 3;
/** Events that arrive so close to each other came in one piece. */
const togetherMs = 1;
/** Such an event was sent less than this after the one before it, and arrived by at least as much after it. */
const mostSendingGapMs = 20;
/** Coarser sending times can't tell that. */
const coarsestStampMs = 10;
/** Of so many of the last pieces, so many and so large a share came 40 ms late. */
const recentPieces = 200;
const leastPieces = 20;
const leastShare = 0.2;
/** So large a share of all pieces that were held came 40 ms late: others are held for any time. */
const leastHeldShare = 0.8;
/** It is over when the last so many pieces were not. */
const mostPiecesSince = 32;

/** What the ring holds of a piece; those from `heldLateForAck` on were held for an acknowledgement. */
const notHeld = 0;
const heldOtherwise = 1;
const heldLateForAck = 2;
const heldForAck = 3;

/** What was seen of events that were held for 40 ms. */
export interface Coalesced {
	/** Of the last `of` pieces that arrived apart, so many were held. */
	readonly pieces: number;
	readonly of: number;
	/** The mean of the steps in which they arrived. */
	readonly stepMs: number;
	readonly firstAtMs: number;
	readonly lastAtMs: number;
}

/**
 * Notices arrivals in steps of 40 ms that the sending times don't have: the sender's kernel holds a small write back until
 * the one before it is acknowledged (Nagle's algorithm, RFC 896), and the receiver's acknowledges after 40 ms (RFC 1122
 * §4.2.3.2, as Linux does it).
 *
 * Events that arrive within 1 ms of each other are one piece. A piece is held where it was sent less than 20 ms and arrived
 * at least 20 ms after the one before. It is noticed where at least 20 of the last 200 pieces, and at least 20 % of them,
 * were held and came after 36 … 55 ms, a third of those after no more than 45 ms, and they are at least 80 % of all that were
 * held: what is held for other reasons, is for any time.
 */
export class Coalescing {
	readonly #ring = new Uint8Array(recentPieces);
	#seen = 0;
	#held = 0;
	#heldForAck = 0;
	#punctual = 0;
	#piecesSince = Number.POSITIVE_INFINITY;
	#meanStepMs = Number.NaN;
	#firstAtMs = Number.NaN;
	#lastAtMs = Number.NaN;
	#arrivedMs = Number.NaN;
	#sentAtMs = Number.NaN;

	/** What lies between two connections is no gap. */
	connectionOpened(): void {
		this.#arrivedMs = Number.NaN;
	}

	/** Takes an event and its sending time by whatever clock; `stampStepMs` is the step of that. */
	event(atMs: number, sentAtMs: number, stampStepMs: number): void {
		const gapMs = atMs - this.#arrivedMs;
		const sendingGapMs = sentAtMs - this.#sentAtMs;
		this.#arrivedMs = atMs;
		this.#sentAtMs = sentAtMs;
		// NaN is none, either.
		if (!(gapMs > togetherMs)) {
			return;
		}
		const isHeld =
			gapMs >= mostSendingGapMs &&
			sendingGapMs < mostSendingGapMs &&
			sendingGapMs > -mostSendingGapMs &&
			stampStepMs <= coarsestStampMs;
		const forAck = isHeld && gapMs >= leastStepMs && gapMs <= mostStepMs;
		const inTime = gapMs <= mostPunctualMs;
		this.#remember(forAck ? (inTime ? heldForAck : heldLateForAck) : isHeld ? heldOtherwise : notHeld);
		if (forAck) {
			this.#piecesSince = 0;
			this.#lastAtMs = atMs;
			this.#meanStepMs = Number.isNaN(this.#meanStepMs) ? gapMs : this.#meanStepMs + (gapMs - this.#meanStepMs) / 16;
		}
		if (!this.#holds()) {
			this.#firstAtMs = Number.NaN;
		} else if (Number.isNaN(this.#firstAtMs)) {
			this.#firstAtMs = atMs;
		}
	}

	/** What is so now; undefined where nothing is noticed. */
	found(): Coalesced | undefined {
		return this.#holds()
			? {
					pieces: this.#heldForAck,
					of: Math.min(this.#seen, recentPieces),
					stepMs: this.#meanStepMs,
					firstAtMs: this.#firstAtMs,
					lastAtMs: this.#lastAtMs,
				}
			: undefined;
	}

	#holds(): boolean {
		return (
			this.#heldForAck >= leastPieces &&
			this.#heldForAck >= leastShare * Math.min(this.#seen, recentPieces) &&
			this.#heldForAck >= leastHeldShare * this.#held &&
			this.#punctual >= leastPunctualShare * this.#heldForAck &&
			this.#piecesSince <= mostPiecesSince
		);
	}

	#remember(mark: number): void {
		const place = this.#seen % recentPieces;
		const before = this.#ring[place]!;
		this.#held += (mark === notHeld ? 0 : 1) - (before === notHeld ? 0 : 1);
		this.#heldForAck += (mark >= heldLateForAck ? 1 : 0) - (before >= heldLateForAck ? 1 : 0);
		this.#punctual += (mark === heldForAck ? 1 : 0) - (before === heldForAck ? 1 : 0);
		this.#ring[place] = mark;
		this.#seen++;
		this.#piecesSince++;
	}
}
