import { compareIds, leastShare, leastSteps } from './sequence';

/** An id as it was seen while none was known to be one. */
export interface SeenId {
	/** An integer up to 2⁵³ − 1 as a number, all else as text. */
	readonly id: number | string;
	/** NaN where it is not known. */
	readonly sentAtMs: number;
	/** Of which connection it came, counted from 1. */
	readonly connection: number;
}

/** One event to look at. */
export interface LookedAt {
	/** The id of a server-sent event. */
	readonly eventId: string | undefined;
	/** The payload as a JSON value; undefined where it is none. */
	readonly value: unknown;
	/** The digits at a JSON path of it, for integers that a number can't hold. */
	readonly textAt: (path: string) => string | undefined;
	readonly arrivedAtMs: number;
	readonly sentAtMs: number;
	readonly connection: number;
}

/** Where ids were found. */
export interface FoundSequence {
	/** A JSON path, or `id` for the id of server-sent events. */
	readonly path: string;
	readonly kind: 'consecutive' | 'ordered';
	/** The ids so far, the one that decided among them. */
	readonly ids: readonly SeenId[];
}

/** Where the ids of server-sent events are said to be. */
export const eventStreamId = 'id';
/** Longest text that is taken for an id. */
export const mostIdCharacters = 200;

/** A text as an id: the number, where it is an integer that a number holds exactly and is not padded with zeros. */
export function idOf(text: string): number | string {
	const { length } = text;
	if (length === 0 || length > 16 || (length > 1 && text.startsWith('0'))) {
		return text;
	}
	let value = 0;
	for (let at = 0; at < length; at++) {
		const digit = text.charCodeAt(at) - 0x30;
		if (digit < 0 || digit > 9) {
			return text;
		}
		value = value * 10 + digit;
	}
	return value <= Number.MAX_SAFE_INTEGER ? value : text;
}

/** Names that ids have, best first, in lower case without `_` and `-`. */
const idNames = ['id', 'seq', 'sequence', 'sequencenumber', 'offset', 'eventid', 'messageid', 'n'];
/** Words of names of what grows by one now and then and is no id: times, and how long something has lasted. */
const otherWords = new Set(
	(
		'age clock date day days duration elapsed epoch hour hours min minute minutes month ms sec second seconds time ' +
		'timestamp ts ttl uptime week year'
	).split(' '),
);
const dayMs = 86_400_000;
const mostDepth = 3;
const mostMembers = 400;
const mostPlaces = 64;
/** So many ids are kept of each place; looks at one batch of events are not more. */
const mostIds = 128;
/**
 * Integers that rise, but by no fixed step, are ids without a count. They could also be ids of which many were lost, so
 * more has to be seen.
 */
const leastStepsOfUncounted = 32;
const mostBarred = 16;
/** Digits that are read at a path of one event, since each takes a walk through the payload. */
const mostTexts = 8;

interface Place {
	readonly path: string;
	/** Lower is better. */
	readonly rank: number;
	readonly isNamedLikeId: boolean;
	readonly ids: SeenId[];
	byOne: number;
	upward: number;
	/** All were integers. */
	isCounted: boolean;
}

/**
 * Finds where events carry their ids, by how the values there go on from event to event.
 *
 * - The id of server-sent events, or else an integer in the JSON payload, at most three names deep and in no array, that
 *   rises by exactly one in at least 80 % of at least 8 steps. Between several: the names `id`, `seq`, `sequence`,
 *   `sequenceNumber`, `offset`, `eventId`, `messageId`, `n`, in this order; then the one with the fewest names above it.
 * - Else an id of server-sent events, or a member named like an id, that rises in 80 % of at least 8 steps, of 32 where
 *   it is an integer.
 *
 * Where it stands has to be in at least half of the events. What reads as a time near the arrival, or is named as a time
 * or a duration, is no id. Ids of several channels, mixed, don't rise from event to event, and are not found.
 */
export class SequenceDetection {
	readonly #places = new Map<string, Place>();
	readonly #barred = new Set<string>();
	#events = 0;
	#textsLeft = 0;

	/** Forgets what was seen: the next event is the first of a fresh batch. */
	begin(): void {
		this.#places.clear();
		this.#events = 0;
	}

	/** This path turned out to be none, and is not found again. */
	bar(path: string): void {
		if (this.#barred.size < mostBarred) {
			this.#barred.add(path);
		}
	}

	/** Looks at the next event; the place, as soon as it is sure. */
	look(event: LookedAt): FoundSequence | undefined {
		this.#events++;
		this.#textsLeft = mostTexts;
		if (event.eventId !== undefined && event.eventId !== '') {
			this.#see(eventStreamId, -1, true, idOf(event.eventId), event);
		}
		if (isObject(event.value)) {
			this.#visit(event.value, '$', 1, 0, event);
		}
		return this.#decide();
	}

	#visit(node: object, path: string, depth: number, visited: number, event: LookedAt): number {
		for (const [name, value] of Object.entries(node)) {
			if (++visited > mostMembers) {
				break;
			}
			const place = `${path}${/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`;
			if (isObject(value)) {
				if (depth < mostDepth) {
					visited = this.#visit(value, place, depth + 1, visited, event);
				}
			} else if (typeof value === 'number' || typeof value === 'string') {
				this.#visitScalar(value, name, place, depth, event);
			}
		}
		return visited;
	}

	#visitScalar(value: number | string, name: string, path: string, depth: number, event: LookedAt): void {
		if (typeof value === 'number' && !(Number.isInteger(value) && value >= 0)) {
			return;
		}
		const plainName = name.replace(/[_-]/g, '').toLowerCase();
		const listed = idNames.indexOf(plainName);
		const isNamedLikeId = listed !== -1 || /(?:^|[^A-Za-z]|[a-z])(?:Id|ID|[^A-Za-z]id)$|^_id$/.test(name);
		const id =
			typeof value === 'string'
				? idOf(value)
				: Number.isSafeInteger(value)
					? value
					: isNamedLikeId
						? this.#textAt(path, event)
						: '';
		if (typeof id === 'string' ? !isNamedLikeId : listed === -1 && isOfTime(id, name, event.arrivedAtMs)) {
			return;
		}
		this.#see(path, (listed === -1 ? idNames.length : listed) * 10 + depth, isNamedLikeId, id, event);
	}

	/** The digits at a path; '' where they are of no use, or enough were read. */
	#textAt(path: string, event: LookedAt): string {
		if (this.#textsLeft === 0 || !this.#hasRoom(path)) {
			return '';
		}
		this.#textsLeft--;
		return event.textAt(path) ?? '';
	}

	/** Whether an id of that place would be kept. */
	#hasRoom(path: string): boolean {
		const place = this.#places.get(path);
		return (
			!this.#barred.has(path) && (place === undefined ? this.#places.size < mostPlaces : place.ids.length < mostIds)
		);
	}

	#see(path: string, rank: number, isNamedLikeId: boolean, id: number | string, event: LookedAt): void {
		if ((typeof id === 'string' && (id === '' || id.length > mostIdCharacters)) || !this.#hasRoom(path)) {
			return;
		}
		let place = this.#places.get(path);
		if (place === undefined) {
			place = { path, rank, isNamedLikeId, ids: [], byOne: 0, upward: 0, isCounted: true };
			this.#places.set(path, place);
		}
		const before = place.ids.at(-1)?.id;
		place.isCounted &&= typeof id === 'number';
		place.ids.push({ id, sentAtMs: event.sentAtMs, connection: event.connection });
		if (before !== undefined) {
			place.byOne += typeof id === 'number' && id - 1 === before ? 1 : 0;
			place.upward += compareIds(String(id), String(before)) > 0 ? 1 : 0;
		}
	}

	#decide(): FoundSequence | undefined {
		let best: FoundSequence | undefined;
		let bestRank = Number.POSITIVE_INFINITY;
		for (const place of this.#places.values()) {
			const steps = place.ids.length - 1;
			if (steps < leastSteps || place.ids.length * 2 < this.#events) {
				continue;
			}
			const isConsecutive = place.isCounted && place.byOne >= steps * leastShare;
			const isOrdered =
				place.isNamedLikeId &&
				place.upward >= steps * leastShare &&
				(!place.isCounted || steps >= leastStepsOfUncounted);
			const rank = place.rank + (isConsecutive ? 0 : 1000);
			if ((isConsecutive || isOrdered) && rank < bestRank) {
				bestRank = rank;
				best = { path: place.path, kind: isConsecutive ? 'consecutive' : 'ordered', ids: place.ids };
			}
		}
		return best;
	}
}

/** Whether a number reads as a time near the arrival, or its name tells a time or a duration. */
function isOfTime(value: number, name: string, arrivedAtMs: number): boolean {
	const isNow = [1000, 1, 1e-3].some((unitMs) => Math.abs(value * unitMs - arrivedAtMs) < dayMs);
	return (
		isNow ||
		name
			.replace(/([a-z\d])([A-Z])/g, '$1 $2')
			.toLowerCase()
			.split(/[^a-z\d]+/)
			.some((word) => otherWords.has(word))
	);
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
