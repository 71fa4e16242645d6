import type { ReconnectVerdict } from '../statistics';
import type { SequenceStep } from './sequence';
import { idOf } from './sequenceDetection';

/** So many are kept. */
const mostVerdicts = 20;
/** Duplicates of what came before the loss count to it until so many new events came after. */
const newEventsOfReplay = 64;

/** What is known of one connection after the first, for its verdict. */
interface Reopening {
	readonly atMs: number;
	/** Its number among the session's connections, from 1. */
	readonly connection: number;
	/** The `Last-Event-ID` that was sent; null where none was. */
	readonly sent: string | null;
	/** The ids that it is judged by are those that `Last-Event-ID` is made of. */
	areSentIds: boolean;
	/** It was judged by ids that are read no more. */
	isSettled: boolean;
	/** The highest id before; null where there was none, or none with a number. */
	before: number | null;
	/** The first id after; null before it came. */
	first: number | null;
	/** Of the events that came after: those above the highest before, and those that had come before. */
	fresh: number;
	duplicates: number;
	/** The ids that were missing when the first new one came, and how many of them still are. */
	lostFirst: number;
	lostLast: number;
	lost: number;
	/** The last event before came again, so that nothing lies between it and the next. */
	overlaps: boolean;
	isReset: boolean;
}

/** `ReconnectVerdicts` as JSON. */
export interface StoredReconnects {
	readonly connections: number;
	readonly reopenings: readonly Readonly<Reopening>[];
}

/**
 * Judges each connection after the first by the ids of its first events against the highest id before: the last twenty of
 * them. Ids that were lost, and come later after all, are taken back.
 */
export class ReconnectVerdicts {
	#connections = 0;
	#reopenings: Reopening[] = [];
	/** The one whose first events are still to come or to be judged. */
	#judged: Reopening | undefined;

	/** Connections so far; the number of the current one. */
	get connections(): number {
		return this.#connections;
	}

	/** Whether the next event matters, even if it is the next of its sequence. */
	get isJudging(): boolean {
		return this.#judged !== undefined;
	}

	/**
	 * A connection opened; `highest` is the highest id so far, NaN where there is none. `areSentIds`: the ids are those that
	 * `Last-Event-ID` is made of.
	 */
	opened(atMs: number, sent: string | undefined, highest: number, areSentIds: boolean): void {
		this.#connections++;
		if (this.#connections === 1) {
			return;
		}
		const reopening = newReopening(atMs, this.#connections, sent ?? null);
		this.#reopenings.push(reopening);
		if (this.#reopenings.length > mostVerdicts) {
			this.#reopenings.shift();
		}
		this.#begin(reopening, highest, areSentIds);
	}

	/** The connection is lost; what comes until the next is none of its first events. */
	lost(): void {
		this.#judged = undefined;
	}

	/** Ids are read elsewhere from now on: those to come change nothing that was told by the ones so far. */
	settle(): void {
		this.#judged = undefined;
		for (const reopening of this.#reopenings) {
			reopening.lostLast = -1;
			reopening.isSettled ||= wasJudged(reopening);
		}
	}

	/** Judges again what the events that follow belong to, as they were seen before it was known where their ids are. */
	again(connection: number, highest: number, areSentIds: boolean): void {
		const reopening = this.#reopenings.find((one) => one.connection === connection);
		this.#judged = undefined;
		if (reopening !== undefined && !wasJudged(reopening)) {
			reopening.first = null;
			this.#begin(reopening, highest, areSentIds);
		}
	}

	/** What was taken for ids was none: of any connection no more is known than before it was. */
	unknow(): void {
		this.#judged = undefined;
		this.#reopenings = this.#reopenings.map((reopening) =>
			reopening.isSettled ? reopening : newReopening(reopening.atMs, reopening.connection, reopening.sent),
		);
	}

	/** An event came, with a numeric id, which was `step`; `missing` ids are missing before it where that is a gap. */
	numbered(id: number, step: SequenceStep, missing: number): void {
		if (step === 'reorder') {
			for (const reopening of this.#reopenings) {
				if (reopening.lost > 0 && id >= reopening.lostFirst && id <= reopening.lostLast) {
					reopening.lost--;
				}
			}
		} else if (step === 'reset') {
			// The same numbers are other events from now on.
			for (const reopening of this.#reopenings) {
				reopening.lostLast = -1;
			}
		}
		const judged = this.#judged;
		if (judged === undefined || step === 'aside') {
			return;
		}
		judged.first ??= id;
		if (step === 'reset') {
			judged.isReset ||= judged.fresh === 0;
			this.#judged = undefined;
		} else if (step === 'duplicate') {
			if (judged.before !== null && id <= judged.before) {
				judged.duplicates++;
				judged.overlaps ||= id === judged.before;
			}
		} else if (step !== 'reorder') {
			judged.fresh++;
			if (judged.fresh === 1 && step === 'gap') {
				judged.lost = missing;
				judged.lostLast = id - 1;
				judged.lostFirst = id - missing;
			}
			if (judged.fresh === newEventsOfReplay) {
				this.#judged = undefined;
			}
		}
	}

	/** An event came, with an ordered id; `wasHighest`: of the highest id before it. */
	ordered(step: SequenceStep, wasHighest: boolean): void {
		const judged = this.#judged;
		if (judged === undefined) {
			return;
		}
		if (step === 'duplicate') {
			// Once a new one came, a duplicate may be of that.
			if (judged.fresh === 0) {
				judged.duplicates++;
				judged.overlaps ||= wasHighest;
			}
		} else if (step !== 'reorder' && ++judged.fresh === newEventsOfReplay) {
			this.#judged = undefined;
		}
	}

	/** The verdicts, the newest last. */
	list(): readonly ReconnectVerdict[] {
		return this.#reopenings.map((reopening) => ({
			atMs: reopening.atMs,
			verdict: verdictOf(reopening),
			lost: reopening.isReset ? 0 : reopening.lost,
			duplicates: reopening.isReset ? 0 : reopening.duplicates,
			lastEventId: lastEventIdOf(reopening),
		}));
	}

	/** Forgets all verdicts. A connection that is open is not judged any more. */
	clear(): void {
		this.#reopenings = [];
		this.#judged = undefined;
	}

	stored(): StoredReconnects {
		return { connections: this.#connections, reopenings: this.#reopenings.map((reopening) => ({ ...reopening })) };
	}

	/** What `stored` made; nothing where the value is no such thing. The connection that was open then is lost. */
	static from(stored: unknown): ReconnectVerdicts {
		const verdicts = new ReconnectVerdicts();
		if (typeof stored !== 'object' || stored === null) {
			return verdicts;
		}
		const { connections, reopenings } = stored as Record<keyof StoredReconnects, unknown>;
		if (isCount(connections) && Array.isArray(reopenings) && reopenings.every(isReopening)) {
			verdicts.#connections = connections;
			verdicts.#reopenings = reopenings.slice(-mostVerdicts).map((reopening) => ({ ...reopening }));
		}
		return verdicts;
	}

	#begin(reopening: Reopening, highest: number, areSentIds: boolean): void {
		reopening.areSentIds = areSentIds;
		reopening.before = Number.isNaN(highest) ? null : highest;
		this.#judged = reopening;
	}
}

function newReopening(atMs: number, connection: number, sent: string | null): Reopening {
	return {
		atMs,
		connection,
		sent,
		areSentIds: false,
		isSettled: false,
		before: null,
		first: null,
		fresh: 0,
		duplicates: 0,
		lostFirst: 0,
		lostLast: -1,
		lost: 0,
		overlaps: false,
		isReset: false,
	};
}

/** Whether an event came that says something of it. */
function wasJudged({ fresh, duplicates, isReset }: Reopening): boolean {
	return fresh > 0 || duplicates > 0 || isReset;
}

function verdictOf({ isReset, before, lost, duplicates, overlaps, fresh }: Reopening): ReconnectVerdict['verdict'] {
	if (isReset) {
		return 'reset';
	}
	if (lost > 0) {
		return 'lost';
	}
	if (before === null) {
		// Of ids without a number: only an overlap shows that nothing lies between.
		return overlaps ? 'replayed' : 'unknown';
	}
	return duplicates > 0 ? 'replayed' : fresh > 0 ? 'resumed' : 'unknown';
}

function lastEventIdOf(reopening: Reopening): ReconnectVerdict['lastEventId'] {
	const { sent, areSentIds, before, first, lost, isReset, duplicates } = reopening;
	if (sent === null || sent === '') {
		return 'notSent';
	}
	if (before === null) {
		return duplicates > 0 ? 'ignored' : 'unknown';
	}
	if (first === null) {
		return 'unknown';
	}
	// Where the sent id is none of those that are read, the highest one before stands for it.
	const sentNumber = areSentIds ? idOf(sent) : before;
	const after = typeof sentNumber === 'number' ? sentNumber : before;
	return isReset || lost > 0 || first <= after ? 'ignored' : 'honoured';
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isReopening(value: unknown): value is Reopening {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	const one = value as Record<keyof Reopening, unknown>;
	return (
		Number.isFinite(one.atMs) &&
		(one.sent === null || typeof one.sent === 'string') &&
		(one.before === null || isCount(one.before)) &&
		(one.first === null || isCount(one.first)) &&
		[one.connection, one.fresh, one.duplicates, one.lostFirst, one.lost].every(isCount) &&
		Number.isSafeInteger(one.lostLast) &&
		typeof one.areSentIds === 'boolean' &&
		typeof one.isSettled === 'boolean' &&
		typeof one.overlaps === 'boolean' &&
		typeof one.isReset === 'boolean'
	);
}
