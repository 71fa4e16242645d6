import { type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { type JsonPath, locateJsonPath, parseJsonPath } from '../core/json/path';
import type { LagReason } from '../core/statistics';
import { detectTimestampPath, readEpochNumber, readTimestamp } from '../core/timing/timestamp';

/** A payload longer than this is not searched for a sending time; one whose path is known is still read. */
const mostDetectBytes = 64 * 1024;
/** Detection looks at each of so many payloads, then at one in so many. */
const eagerLooks = 64;
const lookEvery = 256;
const payloadKinds = (1 << kindCode.text) | (1 << kindCode.event) | (1 << kindCode.cycle);

/**
 * Delivery lag of each frame: arrival minus the sending time in its payload. The path of that time is set by the user or
 * found in the traffic; where there is none, a frame has no lag.
 */
export class DeliveryLag {
	/** The step of the last sending time that was read, in milliseconds. */
	resolutionMs = 0;
	#path: JsonPath | undefined;
	#pathText: string | undefined;
	#detecting = false;
	#off = false;
	#looks = 0;

	/** `setting` is a JSON path, `detect` or `none`; throws a `ProblemError` for a path that can't be read. */
	constructor(
		setting: string,
		private readonly pathFound: (path: string) => void,
	) {
		if (setting === 'detect' || setting === '') {
			this.#detecting = true;
		} else if (setting === 'none') {
			this.#off = true;
		} else {
			this.#path = parseJsonPath(setting);
			this.#pathText = setting;
		}
	}

	/** The JSON path in use. */
	get path(): string | undefined {
		return this.#pathText;
	}

	/** Why there is no lag so far. */
	reason(framesReceived: number): LagReason {
		return this.#off ? 'switchedOff' : framesReceived === 0 ? 'noFrames' : 'noTimestamp';
	}

	/** The lag in milliseconds; NaN where the frame carries no sending time that can be read. */
	of(record: FrameRecord): number {
		if (this.#off || record.flags & frameFlag.out || !((payloadKinds >> record.kind) & 1)) {
			return Number.NaN;
		}
		if (record.kind === kindCode.cycle && (record.meta?.type !== 'cycle' || record.meta.eventsFollow)) {
			return Number.NaN;
		}
		if (this.#path === undefined && !(this.#detecting && this.#detect(record))) {
			return Number.NaN;
		}
		const found = locateJsonPath(record.bytes, record.start, record.end, this.#path!);
		if (found === undefined) {
			return Number.NaN;
		}
		const { bytes } = record;
		const sentAtMs = readEpochNumber(bytes, found.start, found.end);
		// The stamp's form is looked at once in a while; its value is read of every frame.
		if (Number.isNaN(sentAtMs) || this.resolutionMs === 0) {
			const timestamp = readTimestamp(textOf(bytes, found.start, found.end));
			this.resolutionMs = timestamp?.resolutionMs ?? this.resolutionMs;
			return timestamp === undefined ? Number.NaN : record.arrivedAtMs - timestamp.ms;
		}
		return record.arrivedAtMs - sentAtMs;
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
		if (path === undefined) {
			return false;
		}
		this.#path = parseJsonPath(path);
		this.#pathText = path;
		this.pathFound(path);
		return true;
	}
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array, start: number, end: number): string {
	return decoder.decode(bytes.subarray(start, end));
}
