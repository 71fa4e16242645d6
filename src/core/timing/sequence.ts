/**
 * What an id is among those before it.
 *
 * - `first`: of all. `next`: one more than the highest (of ordered ids: above it).
 * - `gap`: above the highest by more than one; `missingBefore` ids are missing right before it.
 * - `duplicate`: seen before. `reorder`: lower than the highest, for the first time.
 * - `reset`: the third of a run with which the numbers began anew.
 * - `aside`: too far from all others to be believed; it counts in nothing unless two more go on from it.
 */
export type SequenceStep = 'first' | 'next' | 'gap' | 'duplicate' | 'reorder' | 'reset' | 'aside';

/** What a sequence has come to. */
export interface SequenceCounts {
	readonly missing: number;
	readonly gaps: number;
	readonly duplicates: number;
	readonly reorders: number;
	readonly resets: number;
}

/** A `Sequence` as JSON. */
export interface StoredNumbering {
	readonly lowest: number;
	readonly highest: number;
	readonly highestSentAtMs: number | null;
	readonly floor: number;
	/** The newest missing runs: first, last, first, last, … */
	readonly runs: readonly number[];
	/** The run that is held: first, last, how many of its last are not old. */
	readonly held: readonly number[] | null;
	readonly missing: number;
	readonly gaps: number;
	readonly duplicates: number;
	readonly reorders: number;
	readonly resets: number;
}

/** Missing runs that are known one by one: 64 KiB. */
const mostRuns = 4096;
/** Of those, how many are stored. */
const mostStoredRuns = 256;
/** So many ids on end, upward by one, are a new numbering. */
export const resetRun = 3;
/** A step longer than this is no gap: no network loses so much, and one wrong number would outweigh all others. */
const farthestStep = 1e9;

/**
 * Counts what is missing, doubled and out of order in ids that rise by one, exactly as a set of all ids seen would, in
 * constant memory: what is kept are the runs of ids that are missing between the lowest and the highest.
 *
 * - **Reset.** Ids alone can't always tell a new numbering from a replay. A run that begins at or below the lowest id (or
 *   at 0 or 1), goes on upward by one, stays at or below the highest and has three events on end that were not sent
 *   before the highest (sent later, or at a time unknown) is a new numbering; what was missing in the one before stays
 *   counted. Until then its events are held: they count as duplicates and reorders, which is what they are if the run
 *   breaks off. A run that begins elsewhere is a replay. So a numbering of one or two ids can't begin anew noticeably.
 * - **Far steps.** An id more than 10⁹ above the highest or below the lowest is set aside; three on end are a reset.
 * - **Bound.** When 4,096 runs are missing, the lowest quarter is frozen: it stays counted, but which ids those were is
 *   forgotten. An id down there that comes later counts as a duplicate, since what comes from so far back is a replay.
 */
export class Sequence {
	/** Of the current numbering; −1 before the first id. */
	#lowest = -1;
	#highest = -1;
	/** The id of the fast path: `#highest` + 1, or NaN while a run is held. */
	#next = Number.NaN;
	/** Of the highest id; where that has none, of the last one below that has. */
	#highestSentAtMs = Number.NaN;
	/** At and below this id, which ones are missing is not known any more. */
	#floor = -1;
	/** Missing runs in ascending order: first, last, first, last, …; all above `#floor`. */
	#runs = new Float64Array(32);
	#runCount = 0;
	/** Of all numberings, runs among the current one's. */
	#missing = 0;
	/** Runs that are not in `#runs`: of numberings before, and those that were frozen. */
	#frozenGaps = 0;
	#duplicates = 0;
	#reorders = 0;
	#resets = 0;
	/** A run that may be a new numbering, not applied yet; −1 where there is none. */
	#heldFirst = -1;
	#heldLast = -1;
	/** How many of its last events on end were not sent before the highest id. */
	#heldFresh = 0;
	/** Of the last step, where it was a gap: the ids missing right before it. */
	missingBefore = 0;

	/** `capacity`: how many missing runs are known one by one, at least 4. */
	constructor(private readonly capacity: number = mostRuns) {}

	/** The highest id of the current numbering; NaN before the first. */
	get highest(): number {
		return this.#highest < 0 ? Number.NaN : this.#highest;
	}

	/** Whether an id would go on with a run that may be a new numbering, and is not decided yet. */
	goesOnWithHeld(id: number): boolean {
		return this.#isHolding && id === this.#heldLast + 1;
	}

	/**
	 * Takes an id, an integer from 0 to 2⁵³ − 1, with its sending time in milliseconds: NaN where that is not known, −∞ where
	 * it is not known but can't be a new numbering's.
	 */
	take(id: number, sentAtMs: number): SequenceStep {
		if (id === this.#next) {
			this.#rise(id, sentAtMs);
			return 'next';
		}
		return this.#takeOther(id, sentAtMs);
	}

	counts(): SequenceCounts {
		const counts = {
			missing: this.#missing,
			gaps: this.#frozenGaps + this.#runCount,
			duplicates: this.#duplicates,
			reorders: this.#reorders,
			resets: this.#resets,
		};
		if (!this.#isHolding || this.#isHeldFar) {
			return counts;
		}
		const { unseen, filled, filledRuns, opened } = this.#effectOfHeld();
		counts.missing += opened - filled;
		counts.gaps += Math.sign(opened) - filledRuns;
		counts.duplicates += this.#heldLast - this.#heldFirst + 1 - unseen;
		counts.reorders += unseen;
		return counts;
	}

	/** Begins every count anew. The numbers go on, and an id from before counts as a duplicate when it comes again. */
	clear(): void {
		this.#release();
		this.#missing = 0;
		this.#frozenGaps = 0;
		this.#runCount = 0;
		this.#duplicates = 0;
		this.#reorders = 0;
		this.#resets = 0;
		this.#floor = this.#highest;
	}

	stored(): StoredNumbering {
		const dropped = Math.max(0, this.#runCount - mostStoredRuns);
		return {
			lowest: this.#lowest,
			highest: this.#highest,
			highestSentAtMs: Number.isNaN(this.#highestSentAtMs) ? null : this.#highestSentAtMs,
			floor: dropped === 0 ? this.#floor : this.#runs[dropped * 2 - 1]!,
			runs: Array.from(this.#runs.subarray(dropped * 2, this.#runCount * 2)),
			held: this.#isHolding ? [this.#heldFirst, this.#heldLast, this.#heldFresh] : null,
			missing: this.#missing,
			gaps: this.#frozenGaps + this.#runCount,
			duplicates: this.#duplicates,
			reorders: this.#reorders,
			resets: this.#resets,
		};
	}

	/** What `stored` made; undefined where the value is no such thing. */
	static from(stored: unknown): Sequence | undefined {
		if (!isStoredNumbering(stored)) {
			return undefined;
		}
		const { runs, held } = stored;
		const sequence = new Sequence();
		sequence.#lowest = stored.lowest;
		sequence.#highest = stored.highest;
		sequence.#highestSentAtMs = stored.highestSentAtMs ?? Number.NaN;
		sequence.#floor = stored.floor;
		sequence.#runs = new Float64Array(Math.max(32, runs.length));
		sequence.#runs.set(runs);
		sequence.#runCount = runs.length / 2;
		sequence.#missing = stored.missing;
		sequence.#frozenGaps = stored.gaps - sequence.#runCount;
		sequence.#duplicates = stored.duplicates;
		sequence.#reorders = stored.reorders;
		sequence.#resets = stored.resets;
		if (held === null) {
			sequence.#next = stored.highest < 0 ? Number.NaN : stored.highest + 1;
		} else {
			[sequence.#heldFirst, sequence.#heldLast, sequence.#heldFresh] = held as [number, number, number];
		}
		return sequence;
	}

	#rise(id: number, sentAtMs: number): void {
		this.#highest = id;
		this.#next = id + 1;
		if (sentAtMs > Number.NEGATIVE_INFINITY) {
			this.#highestSentAtMs = sentAtMs;
		}
	}

	#takeOther(id: number, sentAtMs: number): SequenceStep {
		if (this.#highest < 0) {
			this.#lowest = id;
			this.#rise(id, sentAtMs);
			return 'first';
		}
		if (this.#isHolding) {
			const staysBelow = this.#heldLast > this.#highest || id <= this.#highest;
			if (id === this.#heldLast + 1 && staysBelow) {
				return this.#hold(id, sentAtMs);
			}
			this.#release();
			if (id === this.#next) {
				this.#rise(id, sentAtMs);
				return 'next';
			}
		}
		if (id > this.#highest) {
			return id - this.#highest > farthestStep ? this.#hold(id, sentAtMs) : this.#openGap(id, sentAtMs);
		}
		return id <= Math.max(this.#lowest, 1) ? this.#hold(id, sentAtMs) : this.#takeWithin(id);
	}

	#openGap(id: number, sentAtMs: number): SequenceStep {
		this.#makeRoom();
		this.#insertRun(this.#runCount, this.#highest + 1, id - 1);
		this.missingBefore = id - this.#highest - 1;
		this.#missing += this.missingBefore;
		this.#rise(id, sentAtMs);
		return 'gap';
	}

	/** Takes an id between the lowest and the highest. */
	#takeWithin(id: number): SequenceStep {
		const run = this.#lastRunFrom(id);
		if (run < 0 || id > this.#runs[run * 2 + 1]!) {
			this.#duplicates++;
			return 'duplicate';
		}
		this.#reorders++;
		this.#missing--;
		const first = this.#runs[run * 2]!;
		const last = this.#runs[run * 2 + 1]!;
		if (first === last) {
			this.#removeRuns(run, 1);
		} else if (id === first) {
			this.#runs[run * 2] = id + 1;
		} else if (id === last) {
			this.#runs[run * 2 + 1] = id - 1;
		} else {
			this.#splitRun(run, id);
		}
		return 'reorder';
	}

	#splitRun(run: number, id: number): void {
		const place = run - this.#makeRoom();
		if (place < 0) {
			// It was frozen to make room for itself: two that are frozen then, in place of one.
			this.#frozenGaps++;
			return;
		}
		const last = this.#runs[place * 2 + 1]!;
		this.#runs[place * 2 + 1] = id - 1;
		this.#insertRun(place + 1, id + 1, last);
	}

	get #isHolding(): boolean {
		return this.#heldFirst >= 0;
	}

	/** The held run is too far from the others to count among them. */
	get #isHeldFar(): boolean {
		return this.#heldLast > this.#highest || this.#lowest - this.#heldLast > farthestStep;
	}

	#hold(id: number, sentAtMs: number): SequenceStep {
		if (!this.#isHolding) {
			this.#heldFirst = id;
			this.#heldFresh = 0;
			this.#next = Number.NaN;
		}
		this.#heldLast = id;
		// A time that is not known is never «not later».
		const isOld = sentAtMs <= this.#highestSentAtMs || sentAtMs === Number.NEGATIVE_INFINITY;
		this.#heldFresh = isOld ? 0 : this.#heldFresh + 1;
		if (this.#heldFresh >= resetRun) {
			this.#beginAnew(sentAtMs);
			return 'reset';
		}
		if (this.#isHeldFar) {
			return 'aside';
		}
		return id < this.#lowest || this.#isMissing(id) ? 'reorder' : 'duplicate';
	}

	/** The held run is a numbering of its own. */
	#beginAnew(sentAtMs: number): void {
		this.#resets++;
		this.#frozenGaps += this.#runCount;
		this.#runCount = 0;
		this.#floor = -1;
		this.#lowest = this.#heldFirst;
		this.#highestSentAtMs = Number.NaN;
		this.#rise(this.#heldLast, sentAtMs);
		this.#heldFirst = -1;
	}

	/** The held run, if there is one, was none that begins anew: its events are duplicates and reorders. */
	#release(): void {
		if (!this.#isHolding) {
			return;
		}
		const first = this.#heldFirst;
		const last = this.#heldLast;
		if (!this.#isHeldFar) {
			const { unseen, filled, filledRuns, opened } = this.#effectOfHeld();
			this.#duplicates += last - first + 1 - unseen;
			this.#reorders += unseen;
			this.#missing += opened - filled;
			this.#removeRuns(0, filledRuns);
			if (this.#runCount > 0 && this.#runs[0]! <= last) {
				this.#runs[0] = last + 1;
			}
			if (opened > 0) {
				this.#openBelow(last + 1);
			}
			this.#lowest = Math.min(this.#lowest, first);
		}
		this.#heldFirst = -1;
		this.#next = this.#highest + 1;
	}

	/** The ids from `first` to the lowest are missing. */
	#openBelow(first: number): void {
		const last = this.#lowest - 1;
		if (this.#floor >= this.#lowest || this.#runCount === this.capacity) {
			// It would be the first to be frozen.
			this.#frozenGaps++;
			this.#floor = Math.max(this.#floor, last);
		} else {
			this.#insertRun(0, first, last);
		}
	}

	/**
	 * What releasing the held run does: its ids that were never seen, those among them that fill missing runs, the runs
	 * that it fills to the end, and the ids that are then missing between it and the lowest. As it begins at or below the
	 * lowest or at 1, no missing run begins before it, so that it splits none.
	 */
	#effectOfHeld(): { unseen: number; filled: number; filledRuns: number; opened: number } {
		const first = this.#heldFirst;
		const last = this.#heldLast;
		let filled = 0;
		let filledRuns = 0;
		for (let run = 0; run < this.#runCount && this.#runs[run * 2]! <= last; run++) {
			const runLast = this.#runs[run * 2 + 1]!;
			filled += Math.min(last, runLast) - this.#runs[run * 2]! + 1;
			filledRuns += runLast <= last ? 1 : 0;
		}
		const below = Math.max(0, Math.min(last, this.#lowest - 1) - first + 1);
		return { unseen: below + filled, filled, filledRuns, opened: Math.max(0, this.#lowest - 1 - last) };
	}

	#isMissing(id: number): boolean {
		const run = this.#lastRunFrom(id);
		return run >= 0 && id <= this.#runs[run * 2 + 1]!;
	}

	/** The last run that begins at or before an id; −1 where none does. */
	#lastRunFrom(id: number): number {
		let low = 0;
		let high = this.#runCount;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#runs[middle * 2]! <= id) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return low - 1;
	}

	/** Makes room for one run more, by freezing the lowest quarter where there is none; returns how many were frozen. */
	#makeRoom(): number {
		if (this.#runCount < this.capacity) {
			return 0;
		}
		const frozen = this.capacity >>> 2;
		this.#floor = this.#runs[frozen * 2 - 1]!;
		this.#frozenGaps += frozen;
		this.#removeRuns(0, frozen);
		return frozen;
	}

	#insertRun(at: number, first: number, last: number): void {
		if (this.#runCount * 2 === this.#runs.length) {
			const grown = new Float64Array(this.#runs.length * 2);
			grown.set(this.#runs);
			this.#runs = grown;
		}
		this.#runs.copyWithin((at + 1) * 2, at * 2, this.#runCount * 2);
		this.#runs[at * 2] = first;
		this.#runs[at * 2 + 1] = last;
		this.#runCount++;
	}

	#removeRuns(at: number, count: number): void {
		this.#runs.copyWithin(at * 2, (at + count) * 2, this.#runCount * 2);
		this.#runCount -= count;
	}
}

function isStoredNumbering(value: unknown): value is StoredNumbering {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	const { lowest, highest, highestSentAtMs, floor, runs, held, missing, gaps, duplicates, reorders, resets } =
		value as Record<keyof StoredNumbering, unknown>;
	if (
		![lowest, highest, floor].every((id) => Number.isSafeInteger(id) && (id as number) >= -1) ||
		![missing, gaps, duplicates, reorders, resets].every(
			(count) => Number.isSafeInteger(count) && (count as number) >= 0,
		) ||
		(highestSentAtMs !== null && !Number.isFinite(highestSentAtMs)) ||
		!isIdList(runs) ||
		runs.length % 2 !== 0 ||
		runs.length > mostStoredRuns * 2 ||
		(held !== null && !(isIdList(held) && held.length === 3 && held[0]! <= held[1]! && held[2]! < resetRun))
	) {
		return false;
	}
	// A run begins behind an id that was seen, which lies behind the run before.
	let seen = Math.max(lowest as number, floor as number);
	let inRuns = 0;
	for (let at = 0; at < runs.length; at += 2) {
		if (runs[at]! <= seen || runs[at + 1]! < runs[at]!) {
			return false;
		}
		seen = runs[at + 1]! + 1;
		inRuns += runs[at + 1]! - runs[at]! + 1;
	}
	return (
		(lowest as number) <= (highest as number) &&
		seen <= (highest as number) &&
		(gaps as number) >= runs.length / 2 &&
		(missing as number) >= inRuns &&
		((highest as number) >= 0 ? (lowest as number) >= 0 : held === null)
	);
}

function isIdList(value: unknown): value is readonly number[] {
	return Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && id >= 0);
}

/** What an ordered id is among those before it. */
export type OrderStep = Extract<SequenceStep, 'first' | 'next' | 'duplicate' | 'reorder'>;

/** `OrderedIds` as JSON. */
export interface StoredOrder {
	readonly highest: string | null;
	readonly duplicates: number;
	readonly reorders: number;
	readonly steps: number;
	readonly rises: number;
}

/** A duplicate is known for one while so many other ids have come since. */
const recentIds = 4096;
/** Whether ids are in an order is judged by so many steps, and not before the least of them. */
const judgedSteps = 64;
export const leastSteps = 8;
/** The share of steps that have to be upward. */
export const leastShare = 0.8;
/** So many ids on end that are new, below the highest and each above the one before, are an order that began anew. */
const newOrder = 64;

/**
 * Counts what can be known of ids that have an order but no fixed step: duplicates of the last 4,096 ids, and those that
 * come after a higher one. Whether there is an order is seen in the first ids: of 64 steps, or of the 8 and more so far,
 * four in five have to be upward. When 64 new ids on end rise below the highest one, that one was no measure any more:
 * the order goes on from the last of them, and they are no reorders.
 */
export class OrderedIds {
	readonly #recent = new Set<string>();
	#highest: string | undefined;
	#last: string | undefined;
	#duplicates = 0;
	#reorders = 0;
	#steps = 0;
	#rises = 0;
	/** New ids on end below the highest that rise. */
	#risingBelow = 0;

	/** The highest id; undefined before the first. */
	get highest(): string | undefined {
		return this.#highest;
	}

	/** Whether the ids have an order. */
	get isOrdered(): boolean {
		return this.#steps >= leastSteps && this.#rises >= this.#steps * leastShare;
	}

	get duplicates(): number {
		return this.#duplicates;
	}

	get reorders(): number {
		return this.#reorders;
	}

	take(id: string): OrderStep {
		if (this.#highest === undefined) {
			this.#highest = id;
			this.#remember(id);
			return 'first';
		}
		if (this.#recent.has(id)) {
			this.#duplicates++;
			return 'duplicate';
		}
		const rises = this.#last === undefined || compareIds(id, this.#last) > 0;
		if (this.#steps < judgedSteps) {
			this.#steps++;
			this.#rises += rises ? 1 : 0;
		}
		this.#remember(id);
		if (compareIds(id, this.#highest) > 0) {
			this.#highest = id;
			this.#risingBelow = 0;
			return 'next';
		}
		this.#reorders++;
		this.#risingBelow = rises && this.#risingBelow > 0 ? this.#risingBelow + 1 : 1;
		if (this.#risingBelow === newOrder) {
			this.#risingBelow = 0;
			this.#reorders -= newOrder;
			this.#highest = id;
			return 'next';
		}
		return 'reorder';
	}

	/** Begins every count anew; which ids were seen stays known. */
	clear(): void {
		this.#duplicates = 0;
		this.#reorders = 0;
		this.#risingBelow = 0;
	}

	stored(): StoredOrder {
		return {
			highest: this.#highest ?? null,
			duplicates: this.#duplicates,
			reorders: this.#reorders,
			steps: this.#steps,
			rises: this.#rises,
		};
	}

	/** What `stored` made, without the ids seen lately but the highest; undefined where the value is no such thing. */
	static from(stored: unknown): OrderedIds | undefined {
		if (typeof stored !== 'object' || stored === null) {
			return undefined;
		}
		const { highest, duplicates, reorders, steps, rises } = stored as Record<keyof StoredOrder, unknown>;
		const counts = [duplicates, reorders, steps, rises];
		if (!counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0)) {
			return undefined;
		}
		const ids = new OrderedIds();
		[ids.#duplicates, ids.#reorders, ids.#steps, ids.#rises] = counts as [number, number, number, number];
		if (typeof highest === 'string') {
			ids.#highest = highest;
			ids.#remember(highest);
		}
		return ids;
	}

	#remember(id: string): void {
		this.#last = id;
		this.#recent.add(id);
		if (this.#recent.size > recentIds) {
			this.#recent.delete(this.#recent.values().next().value!);
		}
	}
}

/**
 * Which of two ids comes later: negative, 0 or positive as `a` is before `b`, the same, or behind it. Groups of digits
 * parted by `-` (database streams' `ms-seq`) behind the same beginning are compared as numbers, whatever their length;
 * all else (ULID, UUID version 7, zero-padded numbers) by UTF-16 code units.
 */
export function compareIds(a: string, b: string): number {
	if (a.length !== b.length || (a.includes('-') && b.includes('-'))) {
		const fromOfA = groupsFrom(a);
		const fromOfB = groupsFrom(b);
		const haveBoth = fromOfA < a.length && fromOfB < b.length;
		if (haveBoth && a.slice(0, fromOfA) === b.slice(0, fromOfB)) {
			return compareGroups(a.slice(fromOfA).split('-'), b.slice(fromOfB).split('-'));
		}
	}
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the groups of digits parted by `-` begin that a text ends with; its end where it ends with none. */
function groupsFrom(id: string): number {
	let from = id.length;
	while (isDigitAt(id, from - 1) || (id[from - 1] === '-' && isDigitAt(id, from) && isDigitAt(id, from - 2))) {
		from--;
	}
	return from;
}

function isDigitAt(text: string, at: number): boolean {
	const digit = text.charCodeAt(at) - 0x30;
	return digit >= 0 && digit <= 9;
}

function compareGroups(a: readonly string[], b: readonly string[]): number {
	for (let at = 0; at < Math.min(a.length, b.length); at++) {
		const groupOfA = a[at]!.replace(/^0+/, '');
		const groupOfB = b[at]!.replace(/^0+/, '');
		if (groupOfA !== groupOfB) {
			return groupOfA.length - groupOfB.length || (groupOfA < groupOfB ? -1 : 1);
		}
	}
	return a.length - b.length;
}
