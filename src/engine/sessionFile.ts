import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headWithoutCredentials } from '../core/credentials';
import { cursorPresets, type TransportName, transportNames } from '../core/endpoint';
import { type ConnectionEnd, createResumeState, type Handshake, type ResumeState } from '../core/handshake';
import type { Problem } from '../core/problem';
import type { Detection } from '../core/session';
import type { StoredSequence } from './eventSequence';
import { type Totals, totalNames } from './meters';
import type { StoredClock } from './senderClock';
import type { Traffic } from './transports/transport';
import { type WireSums, wireSumNames } from './wireMeter';

const fileName = 'session.json';
const version = 1;
/** What changed is in the file after so long at most. */
const writeAfterMs = 1000;

/** What a capture's rows do not tell of its session, for the window after this one. */
export interface StoredSession {
	readonly counters: StoredCounters;
	readonly transport: TransportName | undefined;
	readonly detection: Detection | undefined;
	/** In the file without the values of fields that hold credentials, as every head is. */
	readonly handshake: Handshake | undefined;
	readonly end: ConnectionEnd | undefined;
	readonly problem: Problem | undefined;
	/** The place of sending times that the user chose meanwhile; undefined where the endpoint's own stands. */
	readonly timestampPathSet: string | undefined;
	/** The JSON path that was in use, and the step of the times there. */
	readonly timestampPath: string | undefined;
	readonly timestampResolutionMs: number;
	/** Frames before this one had their sending times read elsewhere. */
	readonly lagsFromSeq: number;
	/** Counts and bytes of all frames, those that are evicted among them. */
	readonly totals: Totals;
	readonly wire: WireSums;
	/** What was known of the sender's clock, and what the ids told. */
	readonly clock: StoredClock | undefined;
	readonly sequence: StoredSequence | undefined;
	readonly resume: ResumeState;
	/** It was connected, or trying to be, when this was written. */
	readonly wasLive: boolean;
	/** It had been open since it was last ended on purpose, so that a lost connection was tried again. */
	readonly persists: boolean;
}

/** Those counters that each connection has of its own while it is there. */
export const trafficNames = [
	'bytesIn',
	'bytesOut',
	'tlsBytesIn',
	'tlsBytesOut',
	'headerBytesIn',
	'headerBytesOut',
	'framingBytesIn',
	'encodedBytesIn',
	'bodyBytesOut',
	'requests',
	'sockets',
	'tlsHandshakes',
] as const satisfies readonly (keyof Traffic)[];
const counterNames = [...trafficNames, 'connectionsOpened', 'reconnectAttempts', 'readPauses', 'connectedMs'] as const;
export type Counters = Record<(typeof counterNames)[number], number>;
export type StoredCounters = Readonly<Counters>;

export function newCounters(): Counters {
	return Object.fromEntries(counterNames.map((name) => [name, 0])) as Counters;
}

/**
 * The small file beside a capture. It is written whole and renamed into place, so that a reader finds the old or the new
 * one; a failure to write it is no problem of the session's, whose frames have files of their own.
 */
export class SessionFile {
	#timer: NodeJS.Timeout | undefined;
	#writing: Promise<void> = Promise.resolve();
	#closed = false;

	constructor(
		private readonly folder: string,
		private readonly take: () => StoredSession,
	) {}

	/** Something of the session changed. */
	touch(): void {
		if (!this.#closed) {
			this.#timer ??= setTimeout(() => {
				this.#timer = undefined;
				this.#write(this.take());
			}, writeAfterMs);
		}
	}

	/** Writes for the last time, where there is something to write, and resolves when nothing is under way any more. */
	async close(last: StoredSession | undefined): Promise<void> {
		this.#closed = true;
		clearTimeout(this.#timer);
		if (last !== undefined) {
			this.#write(last);
		}
		await this.#writing;
	}

	#write(stored: StoredSession): void {
		const file = join(this.folder, fileName);
		const text = JSON.stringify({ version, ...fitForDisk(stored) });
		this.#writing = this.#writing
			.then(() => writeFile(`${file}.new`, text))
			.then(() => rename(`${file}.new`, file))
			.catch(() => {
				// A full disk or a folder that is gone: the next window then shows blanks.
			});
	}
}

/** Without credentials. */
function fitForDisk(stored: StoredSession): StoredSession {
	const { handshake, end, problem } = stored;
	return {
		...stored,
		handshake: handshake && {
			...handshake,
			request: headWithoutCredentials(handshake.request),
			response: handshake.response && headWithoutCredentials(handshake.response),
		},
		end: end && { ...end, problem: end.problem && problemFitForDisk(end.problem) },
		problem: problem && problemFitForDisk(problem),
	};
}

function problemFitForDisk(reason: Problem): Problem {
	return reason.answer === undefined
		? reason
		: { ...reason, answer: { ...reason.answer, head: headWithoutCredentials(reason.answer.head) } };
}

/**
 * Reads what an earlier engine wrote; undefined where there is nothing, or nothing that can be read. Each part is looked
 * at, since a file of another version or one that was cut must not bring a session down.
 */
export function readSessionFile(folder: string): StoredSession | undefined {
	let stored: Partial<Record<keyof StoredSession | 'version', unknown>>;
	try {
		const value: unknown = JSON.parse(readFileSync(join(folder, fileName), 'utf8'));
		if (!isRecord(value) || value.version !== version) {
			return undefined;
		}
		stored = value;
	} catch {
		return undefined;
	}
	return {
		counters: numbersOf(counterNames, stored.counters),
		transport: transportNames.find((name) => name === stored.transport),
		detection:
			isRecord(stored.detection) && isRecord(stored.detection.saw) && isRecord(stored.detection.saw.values)
				? (stored.detection as unknown as Detection)
				: undefined,
		handshake: isHandshake(stored.handshake) ? stored.handshake : undefined,
		end: isEnd(stored.end) ? stored.end : undefined,
		problem: isProblem(stored.problem) ? stored.problem : undefined,
		timestampPathSet: textOf(stored.timestampPathSet),
		timestampPath: textOf(stored.timestampPath),
		timestampResolutionMs: numberOr(stored.timestampResolutionMs, 0),
		lagsFromSeq: numberOr(stored.lagsFromSeq, 0),
		totals: numbersOf(totalNames, stored.totals),
		wire: numbersOf(wireSumNames, stored.wire),
		// Each looks at what it is given, since it knows its own shape.
		clock: stored.clock as StoredClock | undefined,
		sequence: stored.sequence as StoredSequence | undefined,
		resume: resumeOf(isRecord(stored.resume) ? stored.resume : {}),
		wasLive: stored.wasLive === true,
		persists: stored.persists === true,
	};
}

/** Numbers by their names; 0 for what is none. */
function numbersOf<Name extends string>(names: readonly Name[], stored: unknown): Record<Name, number> {
	const given = isRecord(stored) ? stored : {};
	return Object.fromEntries(names.map((name) => [name, numberOr(given[name], 0)])) as Record<Name, number>;
}

function resumeOf(stored: Readonly<Record<string, unknown>>): ResumeState {
	const { retryMs } = stored;
	return {
		...createResumeState(),
		lastEventId: textOf(stored.lastEventId) ?? '',
		retryMs: typeof retryMs === 'number' && retryMs >= 0 ? retryMs : undefined,
		cursor: textOf(stored.cursor),
		lastModified: textOf(stored.lastModified),
		cursorPreset: cursorPresets.find((preset) => preset === stored.cursorPreset),
	};
}

function isHandshake(value: unknown): value is Handshake {
	return (
		isRecord(value) &&
		typeof value.startedAtMs === 'number' &&
		isRecord(value.phases) &&
		isHead(value.request) &&
		(value.response === undefined || isHead(value.response)) &&
		[value.localAddress, value.remoteAddress, value.subprotocol, value.extensions].every(
			(text) => typeof text === 'string',
		)
	);
}

function isHead(value: unknown): boolean {
	return (
		isRecord(value) &&
		typeof value.line === 'string' &&
		Array.isArray(value.headers) &&
		value.headers.every((pair) => Array.isArray(pair) && pair.length === 2)
	);
}

function isEnd(value: unknown): value is ConnectionEnd {
	return (
		isRecord(value) &&
		typeof value.atMs === 'number' &&
		['user', 'server', 'finished', 'failed'].includes(value.by as string) &&
		(value.problem === undefined || isProblem(value.problem))
	);
}

function isProblem(value: unknown): value is Problem {
	return isRecord(value) && typeof value.code === 'string' && isRecord(value.values);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

function numberOr(value: unknown, otherwise: number): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}
