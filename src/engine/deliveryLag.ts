import { type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { type JsonPath, locateJsonPath, parseJsonPath } from '../core/json/path';
import type { LagReason } from '../core/statistics';
import { detectTimestampPath, readEpochNumber, readTimestamp } from '../core/timing/timestamp';

/** A payload longer than this is not searched for a sending time; one whose path is known is still read. */
const mostDetectBytes = 64 * 1024;
/** Detection looks at each of so many payloads, then at one in so many. */
const eagerLooks = 64;
const lookEvery = 256;
/** A detected path that so many payloads on end don't have is searched anew; sooner where it was seldom found at all. */
const mostMisses = 20;
/** The form of the times is looked at in each of so many, then in one in so many; the finest of two windows counts. */
const eagerForms = 32;
const formEvery = 16;
const formsInWindow = 32;
const payloadKinds = (1 << kindCode.text) | (1 << kindCode.event) | (1 << kindCode.cycle);

/** What an earlier engine had found. */
export interface KnownTimestamps {
	readonly path: string;
	readonly resolutionMs: number;
}

/**
 * Delivery lag of each frame: arrival minus the sending time in its payload. The path of that time is set by the user or
 * found in the traffic; where there is none, a frame has no lag. A path that was found is given up for another one when
 * frames stop having it: a welcome message often carries a time of its own.
 */
export class DeliveryLag {
	#path: JsonPath | undefined;
	readonly #detecting: boolean;
	readonly #off: boolean;
	#looks = 0;
	/** Of the detected path: payloads that had it (as far as `mostMisses` goes), and those on end that had not. */
	#hits = 0;
	#misses = 0;
	#timesRead = 0;
	#formsRead = 0;
	#finestMs = Number.POSITIVE_INFINITY;
	#finestBeforeMs = Number.POSITIVE_INFINITY;

	/** `setting` is a JSON path, `detect` or `none`; throws a `ProblemError` for a path that can't be read. */
	constructor(
		setting: string,
		private readonly pathFound: (path: string) => void,
		known?: KnownTimestamps,
	) {
		this.#detecting = setting === 'detect' || setting === '';
		this.#off = setting === 'none';
		if (!this.#detecting && !this.#off) {
			this.#path = parseJsonPath(setting);
		} else if (this.#detecting && known !== undefined) {
			this.#path = parseJsonPath(known.path);
		}
		if (known !== undefined && known.resolutionMs > 0) {
			this.#finestBeforeMs = known.resolutionMs;
		}
	}

	/** The JSON path in use. */
	get path(): string | undefined {
		return this.#path?.text;
	}

	/**
	 * The step of the sending times in milliseconds; 0 before one was read. The finest of the last ones counts, since many
	 * writers leave out zeros at the end: one of `…00Z` and `…00.25Z` tells more of the clock than the other.
	 */
	get resolutionMs(): number {
		const finestMs = Math.min(this.#finestMs, this.#finestBeforeMs);
		return finestMs === Number.POSITIVE_INFINITY ? 0 : finestMs;
	}

	/** Why there is no lag so far. */
	reason(framesReceived: number): LagReason {
		if (this.#off) {
			return 'switchedOff';
		}
		return framesReceived === 0 ? 'noFrames' : this.#path === undefined ? 'noTimestamp' : 'notInFrames';
	}

	/** The lag in milliseconds; NaN where the frame carries no sending time that can be read. */
	of(record: FrameRecord): number {
		if (this.#off || record.flags & frameFlag.out || !((payloadKinds >> record.kind) & 1)) {
			return Number.NaN;
		}
		if (
			record.kind === kindCode.cycle &&
			(record.meta?.type !== 'cycle' || record.meta.eventsFollow || record.meta.events === 0)
		) {
			return Number.NaN;
		}
		if (this.#path !== undefined) {
			const sentAtMs = this.#read(record, this.#path);
			if (!Number.isNaN(sentAtMs)) {
				this.#misses = 0;
				if (this.#hits < mostMisses) {
					this.#hits++;
				}
				return record.arrivedAtMs - sentAtMs;
			}
			if (!this.#detecting || ++this.#misses <= Math.min(this.#hits, mostMisses - 1)) {
				return Number.NaN;
			}
		}
		return this.#detecting && this.#detect(record) ? record.arrivedAtMs - this.#read(record, this.#path!) : Number.NaN;
	}

	/** The sending time at a path; NaN where there is none. */
	#read(record: FrameRecord, path: JsonPath): number {
		const { bytes } = record;
		const found = locateJsonPath(bytes, record.start, record.end, path);
		if (found === undefined) {
			return Number.NaN;
		}
		const sentAtMs = readEpochNumber(bytes, found.start, found.end);
		const times = this.#timesRead++;
		// A number's value is read of every frame, its form of some.
		if (!Number.isNaN(sentAtMs) && times >= eagerForms && times % formEvery !== 0) {
			return sentAtMs;
		}
		const timestamp = readTimestamp(textOf(bytes, found.start, found.end));
		if (timestamp === undefined) {
			return sentAtMs;
		}
		this.#finestMs = Math.min(this.#finestMs, timestamp.resolutionMs);
		if (++this.#formsRead >= formsInWindow) {
			this.#formsRead = 0;
			this.#finestBeforeMs = this.#finestMs;
			this.#finestMs = Number.POSITIVE_INFINITY;
		}
		return Number.isNaN(sentAtMs) ? timestamp.ms : sentAtMs;
	}

	#detect(record: FrameRecord): boolean {
		const look = this.#looks++;
		if ((look >= eagerLooks && look % lookEvery !== 0) || record.end - record.start > mostDetectBytes) {
			return false;
		}
		const first = record.bytes[record.start];
		if (first !== 0x7b && first !== 0x5b) {
			return false;
		}
		let value: unknown;
		try {
			value = JSON.parse(textOf(record.bytes, record.start, record.end));
		} catch {
			// Not JSON: there is nothing to detect in it.
			return false;
		}
		const path = detectTimestampPath(value, record.arrivedAtMs);
		if (path === undefined || path === this.#path?.text) {
			return false;
		}
		this.#path = parseJsonPath(path);
		this.#looks = 0;
		this.#hits = 1;
		this.#misses = 0;
		this.#formsRead = 0;
		this.#timesRead = 0;
		this.#finestMs = Number.POSITIVE_INFINITY;
		this.#finestBeforeMs = Number.POSITIVE_INFINITY;
		this.pathFound(path);
		return true;
	}
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array, start: number, end: number): string {
	return decoder.decode(bytes.subarray(start, end));
}
