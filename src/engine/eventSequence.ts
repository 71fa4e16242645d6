import { type FrameMarks, type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { type JsonPath, locateJsonPath, parseJsonPath } from '../core/json/path';
import type { ReconnectVerdict, SequenceSummary } from '../core/statistics';
import { ReconnectVerdicts, type StoredReconnects } from '../core/timing/reconnectVerdicts';
import {
	leastSteps,
	OrderedIds,
	type OrderStep,
	resetRun,
	Sequence,
	type SequenceStep,
	type StoredNumbering,
	type StoredOrder,
} from '../core/timing/sequence';
import {
	eventStreamId,
	type FoundSequence,
	idOf,
	mostIdCharacters,
	SequenceDetection,
} from '../core/timing/sequenceDetection';

/** A payload longer than this is not searched for an id; one whose path is known is still read. */
const mostDetectBytes = 64 * 1024;
/** Detection looks at so many events, then at a batch of some of each so many. */
const eagerLooks = 64;
const batchLooks = 24;
const lookEvery = 1024;
/** A detected path that so many events on end don't have is searched anew; sooner where it was seldom found at all. */
const mostMisses = 20;
/** So many ids on end of the other form (text in place of integers) are what the ids really are. */
const mostOfOtherForm = 20;
/** A detected path is on trial for so many ids, looked at in windows. */
const trialIds = 256;
const trialWindow = 64;
/** Reorders in a window and resets in all that show several sequences, mixed. */
const mostReordersOnTrial = 24;
const mostResetsOnTrial = 2;
const payloadKinds = (1 << kindCode.text) | (1 << kindCode.event) | (1 << kindCode.cycle);

const duplicateMarks: FrameMarks = { sequence: 'duplicate' };
const reorderMarks: FrameMarks = { sequence: 'reorder' };
const resetMarks: FrameMarks = { sequence: 'reset' };

/** An `EventSequence` as JSON, for the window after this one. */
export interface StoredSequence {
	/** `id` or a JSON path; null where none was found. */
	readonly path: string | null;
	readonly ids: number;
	readonly lastId: string | null;
	/** One of the two, or none before the first id. */
	readonly numbering: StoredNumbering | null;
	readonly order: StoredOrder | null;
	readonly reconnects: StoredReconnects;
}

/**
 * The ids of a session's events: what is missing, doubled or out of order, and what each lost connection cost. Where the
 * ids are is set by the user or found in the traffic; what came before it was found is counted too. A path that was found
 * is given up when events stop having it and another one is found, or when its ids turn out to be those of several
 * sequences mixed; the counts then begin anew.
 */
export class EventSequence {
	readonly #off: boolean;
	readonly #detecting: boolean;
	/** Where ids are read; the path of `id` is not looked at. */
	#path: JsonPath | typeof eventStreamId | undefined;
	#numbers: Sequence | undefined;
	#order: OrderedIds | undefined;
	/** Integers are counted as ordered ids, since they rise by no fixed step. */
	#isUncounted = false;
	#verdicts: ReconnectVerdicts;
	#ids = 0;
	/** Ids since counting began, also those from before the counts were cleared. */
	#idsOfForm = 0;
	/** The id of the record just taken: a number (else NaN), or a text. */
	#number = Number.NaN;
	#text: string | undefined;
	/** The last id that was counted. */
	#lastNumber = Number.NaN;
	#lastText: string | undefined;
	#ofOtherForm = 0;
	/** A poll's answer begins with the next event; and whether its events go on with a held run of the answer before. */
	#answerBegins = false;
	#answerGoesOn = false;

	readonly #detection = new SequenceDetection();
	#looks = 0;
	/** Of the detected path: events that had it (as far as `mostMisses` goes), and those on end that had not. */
	#hits = 0;
	#misses = 0;
	#trialLeft = 0;
	#reordersOnTrial = 0;
	#resetsOnTrial = 0;
	/** Ids of the current connection so far. */
	#idsOfConnection = 0;

	/**
	 * `setting` is a JSON path, `id` for the id of server-sent events, `detect` or '' (the same), or `none`; throws a
	 * `ProblemError` for a path that can't be read. `found` is told each path that is detected. `known` is what an earlier
	 * engine stored, which is looked at before it is believed.
	 */
	constructor(
		setting: string,
		private readonly found: (path: string) => void,
		known?: StoredSequence,
	) {
		this.#off = setting === 'none';
		this.#detecting = setting === 'detect' || setting === '';
		if (!this.#off && !this.#detecting) {
			this.#path = readPath(setting);
		}
		// A file can hold anything, `null` too.
		this.#verdicts = ReconnectVerdicts.from(known?.reconnects);
		if (known && !this.#off) {
			this.#restore(known);
		}
	}

	/** The id of the record just taken, for comparing; undefined where it has none or none can be read. */
	get lastKey(): string | number | undefined {
		return Number.isNaN(this.#number) ? this.#text : this.#number;
	}

	/**
	 * Takes a received record, before it is captured, with its sending time in epoch milliseconds, NaN where it has none.
	 * Returns what is remarkable about its place, undefined where nothing is.
	 */
	take(record: FrameRecord, sentAtMs: number): FrameMarks | undefined {
		this.#number = Number.NaN;
		this.#text = undefined;
		if (this.#off || record.flags & frameFlag.out) {
			return undefined;
		}
		if (!((payloadKinds >> record.kind) & 1)) {
			if (record.kind === kindCode.fields) {
				this.#takeCheckpoint(record);
			}
			return undefined;
		}
		if (record.kind === kindCode.cycle && !isEvent(record)) {
			this.#answerBegins = true;
			return undefined;
		}
		if (this.#path !== undefined) {
			if (this.#read(record, this.#path)) {
				this.#misses = 0;
				if (this.#hits < mostMisses) {
					this.#hits++;
				}
				return this.#count(record.flags & frameFlag.partOfCycle ? this.#timeInAnswer(sentAtMs) : sentAtMs);
			}
			if (!this.#detecting || ++this.#misses <= Math.min(this.#hits, mostMisses - 1)) {
				return undefined;
			}
		}
		return this.#detecting ? this.#detect(record, sentAtMs) : undefined;
	}

	/** A connection opened, with the `Last-Event-ID` that it sent, undefined where it sent none. */
	connectionOpened(atMs: number, lastEventIdSent: string | undefined): void {
		this.#idsOfConnection = 0;
		this.#verdicts.opened(atMs, lastEventIdSent, this.#numbers?.highest ?? Number.NaN, this.#path === eventStreamId);
	}

	/** The connection is over. */
	connectionLost(): void {
		this.#verdicts.lost();
	}

	summary(): SequenceSummary {
		const counts = this.#numbers?.counts();
		const order = this.#order;
		const lastId = Number.isNaN(this.#lastNumber) ? this.#lastText : String(this.#lastNumber);
		return {
			kind: counts !== undefined ? 'consecutive' : order?.isOrdered ? 'ordered' : null,
			path: this.#pathText ?? null,
			source: this.#path === undefined ? null : this.#detecting ? 'detected' : 'set',
			ids: this.#ids,
			lastId: lastId ?? null,
			missing: counts?.missing ?? null,
			gaps: counts?.gaps ?? null,
			duplicates: counts?.duplicates ?? order?.duplicates ?? null,
			reorders: counts?.reorders ?? (order?.isOrdered ? order.reorders : null),
			resets: counts?.resets ?? null,
		};
	}

	/** One for each connection after the first, the newest last; at most 20. */
	verdicts(): readonly ReconnectVerdict[] {
		return this.#verdicts.list();
	}

	/** Begins every count anew; where ids are read and which came last stays known. */
	reset(): void {
		this.#numbers?.clear();
		this.#order?.clear();
		this.#verdicts.clear();
		this.#ids = 0;
	}

	stored(): StoredSequence {
		return {
			path: this.#pathText ?? null,
			ids: this.#ids,
			lastId: this.summary().lastId,
			numbering: this.#numbers?.stored() ?? null,
			order: this.#order?.stored() ?? null,
			reconnects: this.#verdicts.stored(),
		};
	}

	get #pathText(): string | undefined {
		return typeof this.#path === 'object' ? this.#path.text : this.#path;
	}

	#restore(known: StoredSequence): void {
		if (typeof known.path !== 'string' || (!this.#detecting && known.path !== this.#pathText)) {
			return;
		}
		let path: JsonPath | typeof eventStreamId;
		try {
			path = readPath(known.path);
		} catch {
			return;
		}
		this.#path = path;
		this.#numbers = Sequence.from(known.numbering);
		this.#order = this.#numbers === undefined ? OrderedIds.from(known.order) : undefined;
		if (this.#numbers === undefined && this.#order === undefined) {
			return;
		}
		this.#isUncounted = this.#order !== undefined;
		this.#hits = mostMisses;
		this.#ids = Number.isSafeInteger(known.ids) && known.ids > 0 ? known.ids : 0;
		this.#remember(typeof known.lastId === 'string' ? idOf(known.lastId) : undefined);
	}

	/** Reads the record's id; false where it has none. */
	#read(record: FrameRecord, path: JsonPath | typeof eventStreamId): boolean {
		if (path === eventStreamId) {
			const id = record.meta?.type === 'event' ? record.meta.id : undefined;
			return id !== undefined && id !== '' && this.#setText(id);
		}
		const { bytes } = record;
		const found = locateJsonPath(bytes, record.start, record.end, path);
		if (found === undefined) {
			return false;
		}
		const quoted = bytes[found.start] === 0x22 ? 1 : 0;
		this.#number = readInteger(bytes, found.start + quoted, found.end - quoted);
		if (!Number.isNaN(this.#number)) {
			return true;
		}
		// A number or a text: `true`, `null`, objects and arrays are no ids.
		const first = bytes[found.start]!;
		const isScalar = quoted === 1 || first === 0x2d || (first >= 0x30 && first <= 0x39);
		if (!isScalar || found.end - found.start > mostIdCharacters + 2 * quoted) {
			return false;
		}
		return this.#setText(scalarText(bytes, found.start, found.end));
	}

	#setText(text: string): boolean {
		if (text.length === 0 || text.length > mostIdCharacters) {
			return false;
		}
		const id = idOf(text);
		if (typeof id === 'number') {
			this.#number = id;
		} else {
			this.#text = id;
		}
		return true;
	}

	/**
	 * An event-stream block without data dispatches no event. Where it has the next id, that number is given away and won't
	 * be missing; any other is only said again.
	 */
	#takeCheckpoint(record: FrameRecord): void {
		const id = record.meta?.type === 'event' && record.meta.id !== undefined ? idOf(record.meta.id) : undefined;
		if (this.#path === eventStreamId && this.#numbers !== undefined && id === this.#numbers.highest + 1) {
			this.#numbers.take(this.#numbers.highest + 1, Number.NaN);
		}
	}

	/**
	 * A poll without a cursor gets the same list again and again. Where its events have no sending times, a run that begins
	 * in an answer is no new numbering before it goes on in the next.
	 */
	#timeInAnswer(sentAtMs: number): number {
		if (this.#answerBegins) {
			this.#answerBegins = false;
			this.#answerGoesOn = this.#numbers?.goesOnWithHeld(this.#number) ?? false;
		}
		return Number.isNaN(sentAtMs) && !this.#answerGoesOn ? Number.NEGATIVE_INFINITY : sentAtMs;
	}

	/** Counts the id just read. */
	#count(sentAtMs: number): FrameMarks | undefined {
		const isNumber = !Number.isNaN(this.#number);
		if (this.#numbers === undefined && this.#order === undefined) {
			this.#beginCounting(isNumber && !this.#isUncounted ? new Sequence() : undefined);
		}
		if (this.#numbers !== undefined) {
			if (isNumber) {
				this.#ofOtherForm = 0;
				return this.#countNumber(this.#numbers, this.#number, sentAtMs);
			}
			if (++this.#ofOtherForm < mostOfOtherForm) {
				return undefined;
			}
			this.#beginCounting(undefined);
		} else if (isNumber && !this.#isUncounted && this.#idsOfForm < leastSteps) {
			// The first ids were texts, as that of a greeting can be.
			const numbers = new Sequence();
			this.#beginCounting(numbers);
			return this.#countNumber(numbers, this.#number, sentAtMs);
		}
		return this.#countOrdered(this.#order!, this.#text ?? String(this.#number));
	}

	/** Begins every count: of integers in `numbers`, or of ordered ids where there is none. */
	#beginCounting(numbers: Sequence | undefined): void {
		this.#numbers = numbers;
		this.#order = numbers === undefined ? new OrderedIds() : undefined;
		this.#ids = 0;
		this.#idsOfForm = 0;
		this.#ofOtherForm = 0;
	}

	#countNumber(numbers: Sequence, id: number, sentAtMs: number): FrameMarks | undefined {
		this.#ids++;
		this.#idsOfConnection++;
		this.#lastNumber = id;
		const step = numbers.take(id, sentAtMs);
		if (step !== 'next' || this.#verdicts.isJudging) {
			this.#verdicts.numbered(id, step, numbers.missingBefore);
		}
		if (this.#trialLeft > 0) {
			this.#try(step);
		}
		return step === 'next' ? undefined : marksOf(step, numbers.missingBefore);
	}

	#countOrdered(order: OrderedIds, id: string): FrameMarks | undefined {
		this.#ids++;
		this.#idsOfForm++;
		this.#lastNumber = Number.NaN;
		this.#lastText = id;
		const highest = order.highest;
		const step = order.take(id);
		this.#verdicts.ordered(step, id === highest);
		return step === 'reorder' && !order.isOrdered ? undefined : marksOf(step, 0);
	}

	#remember(id: number | string | undefined): void {
		this.#lastNumber = typeof id === 'number' ? id : Number.NaN;
		this.#lastText = typeof id === 'string' ? id : undefined;
	}

	/** Several sequences that took turns while they were looked at look like one; mixed, they don't go on as one. */
	#try(step: SequenceStep): void {
		this.#trialLeft--;
		this.#reordersOnTrial += step === 'reorder' ? 1 : 0;
		// A server that numbers each connection anew is no mixture.
		this.#resetsOnTrial += step === 'reset' && this.#idsOfConnection > resetRun ? 1 : 0;
		if (this.#reordersOnTrial > mostReordersOnTrial || this.#resetsOnTrial > mostResetsOnTrial) {
			this.#detection.bar(this.#pathText!);
			this.#detection.begin();
			this.#verdicts.unknow();
			this.#path = undefined;
			this.#numbers = undefined;
			this.#ids = 0;
			this.#remember(undefined);
			this.#looks = 0;
			this.#trialLeft = 0;
		} else if (this.#trialLeft % trialWindow === 0) {
			this.#reordersOnTrial = 0;
		}
	}

	#detect(record: FrameRecord, sentAtMs: number): FrameMarks | undefined {
		const look = this.#looks++;
		if (look >= eagerLooks) {
			const inBatch = look % lookEvery;
			if (inBatch >= batchLooks) {
				return undefined;
			}
			if (inBatch === 0) {
				this.#detection.begin();
			}
		}
		const found = this.#detection.look({
			eventId: record.meta?.type === 'event' ? record.meta.id : undefined,
			value: jsonOf(record),
			textAt: (path) => textAt(record, path),
			arrivedAtMs: record.arrivedAtMs,
			sentAtMs: record.flags & frameFlag.partOfCycle ? this.#timeInAnswer(sentAtMs) : sentAtMs,
			connection: this.#verdicts.connections,
		});
		return found === undefined || found.path === this.#pathText ? undefined : this.#use(found, record);
	}

	/** Reads ids where they were found, and counts those that came before. */
	#use(found: FoundSequence, record: FrameRecord): FrameMarks | undefined {
		// What was told of connections by the ids of another path stays as it is.
		this.#verdicts.settle();
		this.#path = readPath(found.path);
		this.#isUncounted = found.kind === 'ordered';
		this.#looks = 0;
		this.#hits = 1;
		this.#misses = 0;
		this.#beginCounting(this.#isUncounted ? undefined : new Sequence());
		let marks: FrameMarks | undefined;
		let connection = Number.NaN;
		for (const seen of found.ids) {
			if (seen.connection !== connection) {
				connection = seen.connection;
				this.#idsOfConnection = 0;
				this.#verdicts.again(connection, this.#numbers?.highest ?? Number.NaN, found.path === eventStreamId);
			}
			marks =
				this.#numbers === undefined
					? this.#countOrdered(this.#order!, String(seen.id))
					: this.#countNumber(this.#numbers, seen.id as number, seen.sentAtMs);
		}
		this.#detection.begin();
		this.#trialLeft = trialIds;
		this.#reordersOnTrial = 0;
		this.#resetsOnTrial = 0;
		this.#read(record, this.#path);
		this.found(found.path);
		return marks;
	}
}

/** Whether a poll's answer is itself an event, not without one or with others behind it. */
function isEvent({ meta }: FrameRecord): boolean {
	return meta?.type === 'cycle' && meta.events > 0 && !meta.eventsFollow;
}

function readPath(text: string): JsonPath | typeof eventStreamId {
	return text === eventStreamId ? text : parseJsonPath(text);
}

function marksOf(step: SequenceStep | OrderStep, missing: number): FrameMarks | undefined {
	switch (step) {
		case 'gap':
			return { sequence: 'gap', missing };
		case 'duplicate':
			return duplicateMarks;
		case 'reorder':
			return reorderMarks;
		case 'reset':
			return resetMarks;
		default:
			return undefined;
	}
}

/** A run of ASCII digits as a number; NaN where it is anything else, is padded with zeros, or is above 2⁵³ − 1. */
function readInteger(bytes: Uint8Array, start: number, end: number): number {
	const count = end - start;
	if (count <= 0 || count > 16 || (count > 1 && bytes[start] === 0x30)) {
		return Number.NaN;
	}
	let value = 0;
	for (let at = start; at < end; at++) {
		const digit = bytes[at]! - 0x30;
		if (digit < 0 || digit > 9) {
			return Number.NaN;
		}
		value = value * 10 + digit;
	}
	return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

const decoder = new TextDecoder();

/** The text of a JSON string, or a number's digits as they stand; '' where it is neither. */
function scalarText(bytes: Uint8Array, start: number, end: number): string {
	const text = decoder.decode(bytes.subarray(start, end));
	if (!text.startsWith('"')) {
		return text;
	}
	if (!text.includes('\\')) {
		return text.slice(1, -1);
	}
	try {
		return JSON.parse(text) as string;
	} catch {
		return '';
	}
}

function textAt(record: FrameRecord, path: string): string | undefined {
	const found = locateJsonPath(record.bytes, record.start, record.end, parseJsonPath(path));
	return found === undefined ? undefined : scalarText(record.bytes, found.start, found.end);
}

/** The payload as JSON; undefined where it is no object, or too long to be looked at. */
function jsonOf(record: FrameRecord): unknown {
	if (record.bytes[record.start] !== 0x7b || record.end - record.start > mostDetectBytes) {
		return undefined;
	}
	try {
		return JSON.parse(decoder.decode(record.bytes.subarray(record.start, record.end)));
	} catch {
		// Not JSON: there is nothing to detect in it.
		return undefined;
	}
}
