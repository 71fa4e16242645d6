import { stampUncertaintyMs } from './comparison';
import { Histogram } from './timing/histogram';

/** Ids that are kept to be matched, unless told otherwise. */
const keptIds = 65_536;
/** Sessions are bits of a small integer. */
export const mostCompared = 16;
/** A longer id is none that a person made, and so many of them would take too much memory. */
const longestKey = 128;
/** Decimal digits that a number holds exactly. */
const mostDigits = 15;
/** Numbers that come anew rise, as long as no more than one in so many is below the one before. */
const risesPerFall = 8;

/** What the match found of one session. Events are ids that count: see `EventMatch`. */
export interface MatchedSession {
	/** Events that it delivered, each counted once. */
	readonly events: number;
	/** Events that it delivered no later than 0.1 ms after the first that had them, which may be several sessions' each. */
	readonly first: number;
	/**
	 * How long after the first session it delivered each event: 0 for those that it delivered first itself. An event that was
	 * told later and stamped earlier takes the others' place as the first, but not the 0 that was recorded for them.
	 */
	readonly behind: Histogram;
	/** Lags of the events that it delivered, as far as they were measured. */
	readonly lags: Histogram;
	/** Decided events between the first and the last that it delivered, which it never did. */
	readonly missing: number;
	/** Decided events after the last one that it delivered. */
	readonly since: number;
	/** Times that it delivered an event again. */
	readonly duplicates: number;
	/** Whether it and another session have ever delivered the same event. */
	readonly isMatched: boolean;
	/** Whether it is seen to be at one place of the feed with another session, and has not fallen behind since. */
	readonly isLevel: boolean;
}

class Matched implements MatchedSession {
	events = 0;
	first = 0;
	readonly behind = new Histogram();
	readonly lags = new Histogram();
	missing = 0;
	since = 0;
	duplicates = 0;
	isMatched = false;
	isLevel = false;
	/** The last id that it brought and that was not kept, as it is not level. */
	unkept: string | number | undefined;
	/** Ordinals of the ids that it delivered: of the first that came, and of the highest. */
	firstOrdinal = -1;
	lastOrdinal = -1;
}

/**
 * Matches the events of several sessions by their ids, as they arrive on one clock: who delivered each first, by how much,
 * and who never did. Memory is constant: the last 65,536 ids are kept, and nothing is allocated for an event beside the
 * entry of a map.
 *
 * The start is fair. An id counts only if all sessions that were waited for had been seen level with another one when it
 * first came, and the one that brought it was: a poll's first answers hold what a stream that opened later can't have
 * delivered. A session that falls so far behind that its last id is no longer kept has to draw level again; until then
 * what only it brings is not kept, since that would push out what the others brought.
 *
 * Whether an id is missing of a session is decided when it is older than the horizon. Before the first id that a session
 * delivered nothing is missing, and after the last it is only `since`. One that comes later than decided, while it is
 * still kept, is taken back. One that had to make room for newer ones before it was that old is `forgotten`, since it may
 * still come.
 *
 * A server may repeat what is no longer kept, after a connection was lost for one. Where ids are numbers that rise, one below
 * all that are kept is such a repetition and is not looked at. A text that is no longer kept can't be told from a new one:
 * repeated, it counts as an event that the others have yet to deliver.
 */
export class EventMatch {
	readonly #sessions: readonly Matched[];
	readonly #capacity: number;
	/** The place of each kept id; the id that is the nth to come (its ordinal) lies at n modulo the capacity. */
	readonly #places = new Map<string | number, number>();
	readonly #keys: (string | number)[];
	readonly #firstAtMs: Float64Array;
	/** A bit for each session that delivered the id. */
	readonly #delivered: Uint32Array;
	/** A bit for each session that delivered it first. */
	readonly #firsts: Uint32Array;
	readonly #counts: Uint8Array;
	/** The next id's ordinal, the oldest kept one's, and the oldest one's that is not decided. */
	#next = 0;
	#oldest = 0;
	#undecided = 0;
	#expected: number;
	#startedAtMs = Number.NaN;
	#events = 0;
	#matched = 0;
	#forgotten = 0;
	/** Of the numbers that came anew: the last, and how many were above the one before and how many were not. */
	#lastNumber = Number.NaN;
	#rises = 0;
	#falls = 0;
	readonly #everybody: number;
	/** How old an id has to be for a session that has not delivered it to have missed it, in milliseconds. */
	horizonMs = 10_000;
	/** Ids count from the first that comes after this on, whoever is not level by then. */
	latestStartMs = Number.POSITIVE_INFINITY;

	constructor(sessions: number, capacity = keptIds) {
		if (sessions > mostCompared) {
			throw new RangeError(`${sessions} sessions where at most ${mostCompared} can be matched`);
		}
		this.#sessions = Array.from({ length: sessions }, () => new Matched());
		this.#capacity = capacity;
		this.#keys = new Array<string | number>(capacity).fill(0);
		this.#firstAtMs = new Float64Array(capacity);
		this.#delivered = new Uint32Array(capacity);
		this.#firsts = new Uint32Array(capacity);
		this.#counts = new Uint8Array(capacity);
		this.#everybody = 2 ** sessions - 1;
		this.#expected = this.#everybody;
	}

	get sessions(): readonly MatchedSession[] {
		return this.#sessions;
	}

	/** Ids that count, each once. */
	get events(): number {
		return this.#events;
	}

	/** Those of them that two sessions or more have delivered. */
	get matched(): number {
		return this.#matched;
	}

	/** Events that were not delivered by all when they had to make room, and too young to be missing. */
	get forgotten(): number {
		return this.#forgotten;
	}

	/** When ids began to count; NaN before. */
	get startedAtMs(): number {
		return this.#startedAtMs;
	}

	/** Which sessions the start waits for, told by each one's place; one that has failed need not be waited for. */
	expect(isExpected: (session: number) => boolean): void {
		this.#expected = this.#sessions.reduce((bits, _, at) => (isExpected(at) ? bits | (1 << at) : bits), 0);
	}

	/** Ids count from now on, whoever has not come yet. */
	start(atMs: number): void {
		if (Number.isNaN(this.#startedAtMs)) {
			this.#startedAtMs = atMs;
		}
	}

	/** A session (by its place) delivered an event. A lag of NaN was not measured. */
	event(session: number, id: string | number, atMs: number, lagMs: number): void {
		const key = keyOf(id);
		if (key === undefined) {
			return;
		}
		if (atMs > this.latestStartMs) {
			this.start(atMs);
		}
		const matched = this.#sessions[session]!;
		const place = this.#places.get(key);
		if (place === undefined) {
			this.#insert(session, matched, key, atMs, lagMs);
			return;
		}
		const bit = 1 << session;
		const delivered = this.#delivered[place]!;
		if (delivered & bit) {
			matched.duplicates += this.#counts[place]!;
			return;
		}
		this.#delivered[place] = delivered | bit;
		if (!matched.isLevel || this.#counts[place] === 0) {
			this.#level(delivered | bit, atMs);
		}
		if (this.#counts[place] === 1) {
			if ((delivered & (delivered - 1)) === 0) {
				this.#matched++;
			}
			matched.events++;
			matched.behind.record(Math.max(0, atMs - this.#firstAtMs[place]!));
			matched.lags.record(lagMs);
			this.#rank(matched, bit, place, atMs);
		}
		this.#advance(matched, bit, this.#ordinalAt(place));
	}

	/** Decides the ids that are older than the horizon. */
	decide(atMs: number): void {
		while (this.#undecided < this.#next && this.#isOld(this.#undecided, atMs)) {
			this.#decideOldest();
		}
	}

	/** Every lag of a session ought to have been so much higher. */
	shiftLags(session: number, byMs: number): void {
		this.#sessions[session]!.lags.shift(byMs);
	}

	forgetLags(session: number): void {
		this.#sessions[session]!.lags.reset();
	}

	/**
	 * Events are told one after the other and their arrivals are stamped before: one that is told later may have come earlier.
	 * It takes the first place then, and shares it where the stamps are too near to each other to tell.
	 */
	#rank(matched: Matched, bit: number, place: number, atMs: number): void {
		const afterMs = atMs - this.#firstAtMs[place]!;
		if (afterMs > stampUncertaintyMs) {
			return;
		}
		matched.first++;
		if (afterMs >= -stampUncertaintyMs) {
			this.#firsts[place]! |= bit;
			return;
		}
		const firsts = this.#firsts[place]!;
		for (let at = 0; at < this.#sessions.length; at++) {
			if (firsts & (1 << at)) {
				this.#sessions[at]!.first--;
			}
		}
		this.#firsts[place] = bit;
		this.#firstAtMs[place] = atMs;
	}

	#insert(session: number, matched: Matched, key: string | number, atMs: number, lagMs: number): void {
		if (typeof key === 'number' && this.#isLongGone(key)) {
			return;
		}
		if (matched.lastOrdinal < this.#oldest) {
			// What it brings may be what the others delivered long ago.
			matched.isLevel = false;
		}
		const hasStarted = !Number.isNaN(this.#startedAtMs);
		if (hasStarted && !matched.isLevel) {
			matched.unkept = key;
			return;
		}
		if (this.#next - this.#oldest === this.#capacity) {
			this.#evict(atMs);
		}
		const ordinal = this.#next++;
		const place = ordinal % this.#capacity;
		const before = this.#drawnLevel(key);
		const delivered = (1 << session) | before;
		// One that a session brought before it was level has no first.
		const counts = hasStarted && before === 0;
		this.#places.set(key, place);
		this.#keys[place] = key;
		this.#firstAtMs[place] = atMs;
		this.#delivered[place] = delivered;
		this.#firsts[place] = counts ? 1 << session : 0;
		this.#counts[place] = counts ? 1 : 0;
		if (typeof key === 'number') {
			this.#rises += key > this.#lastNumber ? 1 : 0;
			this.#falls += key < this.#lastNumber ? 1 : 0;
			this.#lastNumber = key;
		}
		if (counts) {
			this.#events++;
			matched.first++;
			matched.events++;
			matched.behind.record(0);
			matched.lags.record(lagMs);
		}
		for (let at = 0; at < this.#sessions.length; at++) {
			if (delivered & (1 << at)) {
				this.#advance(this.#sessions[at]!, 1 << at, ordinal);
			}
		}
	}

	/** Whether a number that is not kept was, and had to make room: it lies below those that are, as numbers rise. */
	#isLongGone(key: number): boolean {
		if (this.#oldest === 0 || this.#falls * risesPerFall > this.#rises) {
			return false;
		}
		const oldest = this.#keys[this.#oldest % this.#capacity]!;
		// One that lies far above all others does not make them repetitions.
		return typeof oldest === 'number' && key < oldest && key < this.#lastNumber;
	}

	/** Sessions whose last id that was not kept is this one, which another has now brought: they are level from here on. */
	#drawnLevel(key: string | number): number {
		let bits = 0;
		for (let at = 0; at < this.#sessions.length; at++) {
			const session = this.#sessions[at]!;
			if (session.unkept === key) {
				session.unkept = undefined;
				session.isLevel = true;
				session.isMatched = true;
				bits |= 1 << at;
			}
		}
		return bits;
	}

	/** Sessions that delivered one id are at one place; when all that are waited for are, ids begin to count. */
	#level(delivered: number, atMs: number): void {
		let level = 0;
		for (let at = 0; at < this.#sessions.length; at++) {
			const session = this.#sessions[at]!;
			if (delivered & (1 << at)) {
				session.isLevel = true;
				session.isMatched = true;
			}
			level |= session.isLevel ? 1 << at : 0;
		}
		if (level !== 0 && (level & this.#expected) === this.#expected) {
			this.start(atMs);
		}
	}

	/** What a session's delivery of an id tells of the ids before it. */
	#advance(matched: Matched, bit: number, ordinal: number): void {
		const isLate = ordinal < this.#undecided;
		if (matched.firstOrdinal === -1) {
			matched.firstOrdinal = ordinal;
			matched.lastOrdinal = ordinal;
			if (isLate) {
				matched.since = this.#undelivered(bit, ordinal + 1, this.#undecided);
			}
			return;
		}
		if (ordinal <= matched.lastOrdinal) {
			if (isLate && ordinal > matched.firstOrdinal) {
				matched.missing -= this.#counts[ordinal % this.#capacity]!;
			}
			return;
		}
		if (isLate) {
			matched.since -= this.#counts[ordinal % this.#capacity]!;
			if (matched.lastOrdinal + 1 < this.#oldest) {
				// Those of them that are no longer kept came before all that are.
				const gone = matched.since - this.#undelivered(bit, this.#oldest, this.#undecided);
				matched.since -= gone;
				matched.missing += gone;
			}
			const passed = this.#undelivered(bit, Math.max(matched.lastOrdinal + 1, this.#oldest), ordinal);
			matched.since -= passed;
			matched.missing += passed;
		} else {
			matched.missing += matched.since;
			matched.since = 0;
		}
		matched.lastOrdinal = ordinal;
	}

	/** Counting ids between two ordinals that a session has not delivered. */
	#undelivered(bit: number, from: number, to: number): number {
		let count = 0;
		for (let ordinal = from; ordinal < to; ordinal++) {
			const place = ordinal % this.#capacity;
			count += (this.#delivered[place]! & bit) === 0 ? this.#counts[place]! : 0;
		}
		return count;
	}

	#decideOldest(): void {
		const ordinal = this.#undecided++;
		const place = ordinal % this.#capacity;
		if (this.#counts[place] === 0) {
			return;
		}
		const delivered = this.#delivered[place]!;
		for (let at = 0; at < this.#sessions.length; at++) {
			const session = this.#sessions[at]!;
			if (delivered & (1 << at) || session.firstOrdinal === -1 || session.firstOrdinal > ordinal) {
				continue;
			}
			if (session.lastOrdinal > ordinal) {
				session.missing++;
			} else {
				session.since++;
			}
		}
	}

	#evict(atMs: number): void {
		if (this.#undecided === this.#oldest) {
			if (this.#isOld(this.#oldest, atMs)) {
				this.#decideOldest();
			} else {
				const place = this.#undecided++ % this.#capacity;
				this.#forgotten += this.#delivered[place] === this.#everybody ? 0 : this.#counts[place]!;
			}
		}
		this.#places.delete(this.#keys[this.#oldest % this.#capacity]!);
		this.#oldest++;
	}

	#isOld(ordinal: number, atMs: number): boolean {
		return this.#firstAtMs[ordinal % this.#capacity]! < atMs - this.horizonMs;
	}

	#ordinalAt(place: number): number {
		const newest = this.#next - 1;
		const back = (newest % this.#capacity) - place;
		return newest - (back < 0 ? back + this.#capacity : back);
	}
}

/**
 * Ids of one event, over whatever transport, are one key: a payload's number 17 and an event stream's `id: 17` are the
 * same. Undefined for an id that is too long to be kept.
 */
export function keyOf(id: string | number): string | number | undefined {
	if (typeof id === 'number') {
		return id;
	}
	return id.length > longestKey ? undefined : isPlainWhole(id) ? Number(id) : id;
}

/** Whether a text is what a whole number from 0 on is written as, and no other text is. */
function isPlainWhole(text: string): boolean {
	const { length } = text;
	if (length === 0 || length > mostDigits || (length > 1 && text.charCodeAt(0) === 0x30)) {
		return false;
	}
	for (let at = 0; at < length; at++) {
		const code = text.charCodeAt(at);
		if (code < 0x30 || code > 0x39) {
			return false;
		}
	}
	return true;
}
