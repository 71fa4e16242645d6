import type { ComparisonReport } from './comparison';
import { mostCompared } from './comparisonMatch';
import type { ComparisonFailure } from './comparisonSummary';
import { transportNames } from './endpoint';

/** A comparison as the panel's page stores it over a reload of the window: its last report, from which all else follows. */
export interface StoredComparison {
	readonly report: ComparisonReport;
	readonly refused: readonly ComparisonFailure[];
}

const mostBuckets = 1000;

/** What a page has stored, believed only after its shape was looked at; undefined for anything else. */
export function parseStoredComparison(value: unknown): StoredComparison | undefined {
	return isObject(value) && isReport(value.report) && isListOf(value.refused, isFailure)
		? (value as unknown as StoredComparison)
		: undefined;
}

function isReport(value: unknown): boolean {
	if (!isObject(value) || !isListOf(value.sessions, isText)) {
		return false;
	}
	const sessions = (value.sessions as readonly unknown[]).length;
	const isPerSession = (lists: unknown, length: number): boolean =>
		isListOf(lists, (list) => isListOf(list, isNumberOrNull) && (list as readonly unknown[]).length === length) &&
		(lists as readonly unknown[]).length === sessions;
	const { overTime, spread, compared } = value;
	return (
		sessions > 0 &&
		sessions <= mostCompared &&
		isText(value.id) &&
		isListOf(compared, isCompared) &&
		(compared as readonly unknown[]).length === sessions &&
		['beganAtMs', 'atMs', 'events', 'matched', 'forgotten', 'horizonMs'].every((name) => isNumber(value[name])) &&
		isNumberOrNull(value.countedFromMs) &&
		isObject(overTime) &&
		isNumber(overTime.startMs) &&
		isNumber(overTime.bucketMs) &&
		isPerSession(overTime.lagsMs, bucketsOf(overTime.lagsMs)) &&
		bucketsOf(overTime.lagsMs) <= mostBuckets &&
		isObject(spread) &&
		(spread.of === 'lag' || spread.of === 'behind') &&
		isListOf(spread.edgesMs, isNumber) &&
		isPerSession(spread.shares, (spread.edgesMs as readonly unknown[]).length)
	);
}

function bucketsOf(lists: unknown): number {
	const first: unknown = Array.isArray(lists) ? lists[0] : undefined;
	return Array.isArray(first) ? first.length : 0;
}

function isCompared(value: unknown): boolean {
	return (
		isObject(value) &&
		['sessionId', 'url', 'state', 'lagMethod'].every((name) => isText(value[name])) &&
		(value.transport === null || (transportNames as readonly unknown[]).includes(value.transport)) &&
		['eventsReceived', 'events', 'first', 'missing', 'missingSince', 'duplicates', 'sockets'].every((name) =>
			isNumber(value[name]),
		) &&
		[
			'firstShare',
			'lagUncertaintyMs',
			'bytesInPerEvent',
			'bytesOutPerEvent',
			'overheadBytesPerEvent',
			'requestsPerEvent',
			'pollIntervalMs',
		].every((name) => isNumberOrNull(value[name])) &&
		typeof value.isMatched === 'boolean' &&
		isDistribution(value.behindMs) &&
		isDistribution(value.lagMs) &&
		isRanges(value.behindRanges) &&
		isRanges(value.lagRanges) &&
		(value.problem === undefined ||
			(isObject(value.problem) && isText(value.problem.code) && isObject(value.problem.values)))
	);
}

function isDistribution(value: unknown): boolean {
	return (
		isObject(value) &&
		isNumber(value.count) &&
		['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max', 'last'].every((name) => isNumberOrNull(value[name]))
	);
}

function isRanges(value: unknown): boolean {
	return (
		isObject(value) &&
		['p50', 'p95', 'p99', 'mean'].every((name) => {
			const range = value[name];
			return range === null || (isObject(range) && isNumber(range.from) && isNumber(range.to));
		})
	);
}

function isFailure(value: unknown): boolean {
	return isObject(value) && isText(value.url) && isText(value.sentence);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, is: (each: unknown) => boolean): boolean {
	return Array.isArray(value) && value.every(is);
}

function isText(value: unknown): boolean {
	return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
	return typeof value === 'number' && Number.isFinite(value);
}

function isNumberOrNull(value: unknown): boolean {
	return value === null || isNumber(value);
}
