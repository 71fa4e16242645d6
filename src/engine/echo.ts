import { randomBytes } from 'node:crypto';
import type { EchoOptions } from '../core/endpoint';
import { type FrameRecord, frameFlag, kindCode } from '../core/frame';
import { type JsonPath, locateJsonPath, parseJsonPath } from '../core/json/path';
import { readTimestamp, type Timestamp } from '../core/timing/timestamp';

const mostOutstanding = 16;
const nonceBytes = 8;
const answerKinds = (1 << kindCode.text) | (1 << kindCode.binary) | (1 << kindCode.event);

/** An echo that came back. Times are epoch milliseconds, those of the server by its own clock; NaN is «not carried». */
export interface EchoAnswer {
	readonly roundTripMs: number;
	readonly sentAtMs: number;
	/** The latest that the stamp can mean, since stamps are rounded down. */
	readonly serverReceivedAtMs: number;
	/** The earliest that it can mean: as it stands. */
	readonly serverSentAtMs: number;
}

/**
 * The application-level echoes of one connection after the other: messages with a nonce that the server answers, for
 * servers that ignore pings, and for servers that put their own time into the answer.
 */
export class Echo {
	readonly #sentAtMs = new Map<string, number>();
	/** Those that were given up: sixteen came after them, or the connection went. Their round trips are in no distribution. */
	unanswered = 0;
	readonly #noncePath: JsonPath | undefined;
	readonly #receivedAtPath: JsonPath | undefined;
	readonly #serverSentAtPath: JsonPath | undefined;
	/** The finest step of the server's stamps that was seen: one of 13:00:00.250 may mean 10 ms, one of …251 does not. */
	#stepMs = Number.POSITIVE_INFINITY;
	#timer: NodeJS.Timeout | undefined;

	/** Throws a `ProblemError` for a path that can't be read. */
	constructor(
		private readonly options: EchoOptions,
		private readonly send: (text: string) => void,
		private readonly nowMs: () => number,
	) {
		const pathOf = (text: string | undefined): JsonPath | undefined => (text ? parseJsonPath(text) : undefined);
		this.#noncePath = pathOf(options.noncePath);
		this.#receivedAtPath = pathOf(options.receivedAtPath) ?? pathOf(options.sentAtPath);
		this.#serverSentAtPath = pathOf(options.sentAtPath) ?? pathOf(options.receivedAtPath);
	}

	/** Sends one now and one after each interval; none where that is 0. */
	start(intervalMs: number): void {
		this.stop();
		if (intervalMs > 0) {
			this.#ask();
			this.#timer = setInterval(() => this.#ask(), intervalMs);
		}
	}

	/** Sends no more, and takes no answer. */
	stop(): void {
		clearInterval(this.#timer);
		this.unanswered += this.#sentAtMs.size;
		this.#sentAtMs.clear();
	}

	/** What a received message answers; undefined where it answers none of these. */
	answer(record: FrameRecord): EchoAnswer | undefined {
		if (
			this.#sentAtMs.size === 0 ||
			record.flags & frameFlag.out ||
			!(record.flags & frameFlag.fin) ||
			!((answerKinds >> record.kind) & 1)
		) {
			return undefined;
		}
		const nonce = this.#noncePath === undefined ? this.#nonceWithin(record) : this.#nonceAt(record, this.#noncePath);
		const sentAtMs = nonce === undefined ? undefined : this.#sentAtMs.get(nonce);
		if (sentAtMs === undefined) {
			return undefined;
		}
		this.#sentAtMs.delete(nonce!);
		const received = timeAt(record, this.#receivedAtPath);
		const sent = timeAt(record, this.#serverSentAtPath);
		for (const stamp of [received, sent]) {
			this.#stepMs = Math.min(this.#stepMs, stamp === undefined ? this.#stepMs : stepOf(stamp));
		}
		return {
			roundTripMs: record.arrivedAtMs - sentAtMs,
			sentAtMs,
			serverReceivedAtMs: received === undefined || sent === undefined ? Number.NaN : received.ms + this.#stepMs,
			serverSentAtMs: received === undefined || sent === undefined ? Number.NaN : sent.ms,
		};
	}

	#ask(): void {
		const nonce = randomBytes(nonceBytes).toString('hex');
		if (this.#sentAtMs.size >= mostOutstanding) {
			// A server that answers none must not make this grow.
			this.#sentAtMs.delete(this.#sentAtMs.keys().next().value!);
			this.unanswered++;
		}
		const sentAtMs = this.nowMs();
		this.#sentAtMs.set(nonce, sentAtMs);
		this.send(
			this.options.message
				// As functions, since `$` has a meaning in a replacement text.
				.replace(/\$\{nonce\}/g, () => nonce)
				.replace(/\$\{sentAtMs\}/g, () => String(Math.floor(sentAtMs))),
		);
	}

	#nonceAt({ bytes, start, end }: FrameRecord, path: JsonPath): string | undefined {
		const found = locateJsonPath(bytes, start, end, path);
		if (found === undefined || found.end - found.start > 4 * nonceBytes) {
			return undefined;
		}
		return textOf(bytes, found.start, found.end).replaceAll('"', '');
	}

	/** The outstanding nonce that a message contains, the oldest first. */
	#nonceWithin({ bytes, start, end }: FrameRecord): string | undefined {
		const payload = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
		for (const nonce of this.#sentAtMs.keys()) {
			if (payload.includes(nonce, 0, 'latin1')) {
				return nonce;
			}
		}
		return undefined;
	}
}

function timeAt({ bytes, start, end }: FrameRecord, path: JsonPath | undefined): Timestamp | undefined {
	const found = path && locateJsonPath(bytes, start, end, path);
	return found && readTimestamp(textOf(bytes, found.start, found.end));
}

/** The coarsest step that a stamp can have: a clock in seconds that is written in milliseconds ends in 000. */
function stepOf({ ms, resolutionMs }: Timestamp): number {
	let stepMs = resolutionMs;
	while (stepMs < 1000 && Math.abs(ms / (stepMs * 10) - Math.round(ms / (stepMs * 10))) < 1e-9) {
		stepMs *= 10;
	}
	return stepMs;
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array, start: number, end: number): string {
	return decoder.decode(bytes.subarray(start, end));
}
