import { type CalculationId, calculationIds } from '../../core/sizing/calculation';
import { type FactName, facts } from '../../core/sizing/facts';
import type { Place, Span } from '../../core/sizing/note/quantity';
import type { ReadingOptions } from '../../core/sizing/note/reading';
import type { GivenFact, Source } from '../../core/sizing/size';
import type { Sizing } from './sizing';

/** A sizing as the panel's page stores it over a reload of the window: what it is made of, not its reports. */
export interface StoredSizing {
	/** Absent where the text is not of a document. */
	readonly uri?: string;
	readonly start: number;
	readonly text: string;
	readonly options: ReadingOptions;
	readonly given: readonly (readonly [FactName, GivenFact])[];
	/** What was typed in the panel, as it was typed. */
	readonly typed: readonly (readonly [FactName, string])[];
	readonly only?: readonly CalculationId[];
}

/** VS Code copies what is stored at each change; a longer text is not worth that, and its panel is not restored. */
const longestText = 100_000;

/** What to store; undefined where the text is too long to be. `given` are the facts that were not typed in the panel. */
export function storedSizing(
	{ uri, start, text, options, given, only }: Sizing,
	typed: Iterable<readonly [FactName, string]>,
): StoredSizing | undefined {
	return text.length > longestText
		? undefined
		: { uri: uri?.toString(), start, text, options, given: [...given], typed: [...typed], only };
}

/** What a page has stored, believed only after its shape was looked at; undefined for anything else. */
export function parseStoredSizing(value: unknown): StoredSizing | undefined {
	if (!isObject(value)) {
		return undefined;
	}
	const { uri, start, text, options, given, typed, only } = value;
	const wellFormed =
		(uri === undefined || typeof uri === 'string') &&
		isOffset(start) &&
		typeof text === 'string' &&
		isOptions(options) &&
		isListOf(given, (pair) => isPair(pair) && isGivenFact(pair[1])) &&
		isListOf(typed, (pair) => isPair(pair) && typeof pair[1] === 'string') &&
		(only === undefined || isListOf(only, (id) => (calculationIds as readonly unknown[]).includes(id)));
	return wellFormed ? (value as unknown as StoredSizing) : undefined;
}

function isOptions(value: unknown): value is ReadingOptions {
	return (
		isObject(value) &&
		['auto', 'point', 'comma'].includes(value.decimalSeparator as string) &&
		(value.marked === undefined || isListOf(value.marked, isPlace)) &&
		(value.comment === undefined || isCommentTokens(value.comment))
	);
}

function isCommentTokens(value: unknown): boolean {
	return (
		isObject(value) &&
		(value.line === undefined || typeof value.line === 'string') &&
		(value.block === undefined ||
			(isListOf(value.block, (token) => typeof token === 'string') && (value.block as unknown[]).length === 2))
	);
}

/** A fact's name and something about it. */
function isPair(value: unknown): value is readonly [FactName, unknown] {
	return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Object.hasOwn(facts, value[0]);
}

function isGivenFact(value: unknown): value is GivenFact {
	return (
		isObject(value) &&
		(['number', 'string', 'boolean'].includes(typeof value.value) || isSpan(value.value)) &&
		isSource(value.source)
	);
}

function isSpan(value: unknown): value is Span {
	return isObject(value) && typeof value.low === 'number' && typeof value.high === 'number';
}

function isSource(value: unknown): value is Source {
	if (!isObject(value)) {
		return false;
	}
	switch (value.kind) {
		case 'given':
			return true;
		case 'measured':
			return typeof value.how === 'string';
		case 'assumed':
			return typeof value.why === 'string';
		case 'note':
			return typeof value.text === 'string' && isListOf(value.places, isPlace);
		default:
			return false;
	}
}

function isPlace(value: unknown): value is Place {
	return isObject(value) && isOffset(value.start) && isOffset(value.end) && value.start <= value.end;
}

function isOffset(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isListOf(value: unknown, isOne: (value: unknown) => boolean): boolean {
	return Array.isArray(value) && value.every(isOne);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
