import * as vscode from 'vscode';
import type { CalculationId } from '../../core/sizing/calculation';
import { calculations } from '../../core/sizing/calculations';
import { type FactName, type FactValue, factOf, facts } from '../../core/sizing/facts';
import { readFactText } from '../../core/sizing/factText';
import type { SizingProblem } from '../../core/sizing/problem';
import type { GivenFact } from '../../core/sizing/size';
import { readingOptions } from '../settings';

/** What a sizing command was called with. */
export interface SizingArguments {
	/** Whether the user may be asked for what is missing. */
	readonly ask: boolean;
	/** Whether the answer is shown in the panel. */
	readonly show: boolean;
	/** The document and line (from 0) of the note; left out, it is what the active editor has. */
	readonly at?: { readonly uri: vscode.Uri; readonly line: number };
	readonly given: ReadonlyMap<FactName, GivenFact>;
	/** Names that no input has, and values that are none. */
	readonly problems: readonly SizingProblem[];
}

const longestShown = 80;

/**
 * Reads `{ ask?, show?, at?, inputs?, …inputs }`. An input has the name that a calculation gives it, or that of its fact; its
 * value is a number in the fact's unit or a text such as `60k`. `only` are the calculations whose names are known.
 */
export function sizingArguments(value: unknown, only: readonly CalculationId[] | undefined): SizingArguments {
	const problems: SizingProblem[] = [];
	const given = new Map<FactName, GivenFact>();
	// A menu of the editor passes the document's address.
	const options = value === undefined || value === null || value instanceof vscode.Uri ? {} : value;
	if (typeof options !== 'object' || Array.isArray(options)) {
		problems.push(invalidInput('options', value, '{ ask?, show?, inputs? }'));
		// Whoever passes arguments is a program, which nobody may be there to answer for.
		return { ask: false, show: false, given, problems };
	}
	const { ask, show, at, inputs, ...direct } = options as Record<string, unknown>;
	const names = inputNames(only);
	const read = (entries: Readonly<Record<string, unknown>>): void => {
		for (const [name, told] of Object.entries(entries)) {
			const meant = names.get(name);
			if (meant === undefined) {
				problems.push(invalidInput(name, told, [...names.keys()].join(', ')));
			} else if (meant.length > 1) {
				problems.push(invalidInput(name, told, meant.join(', ')));
			} else if (told !== undefined && told !== null) {
				const [fact] = meant;
				given.set(fact!, { value: factValue(fact!, name, told, problems), source: { kind: 'given' } });
			}
		}
	};
	read(direct);
	if (typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs)) {
		read(inputs as Record<string, unknown>);
	} else if (inputs !== undefined && inputs !== null) {
		problems.push(invalidInput('inputs', inputs, '{ name: value }'));
	}
	return { ask: ask !== false, show: show !== false, ...placeOf(at, problems), given, problems };
}

/** Every name that an input may be given under, and the fact that it then is; two where two calculations use one name. */
function inputNames(only: readonly CalculationId[] | undefined): ReadonlyMap<string, readonly FactName[]> {
	const names = new Map<string, FactName[]>();
	const asked = calculations.filter(({ id }) => only === undefined || only.includes(id));
	for (const { name, fact } of asked.flatMap(({ inputs }) => inputs)) {
		const known = names.get(name);
		if (known === undefined) {
			names.set(name, [fact]);
		} else if (!known.includes(fact)) {
			known.push(fact);
		}
	}
	const usable =
		only === undefined ? Object.keys(facts) : asked.flatMap(({ inputs }) => inputs.map(({ fact }) => fact));
	for (const fact of usable as FactName[]) {
		if (!names.has(fact)) {
			names.set(fact, [fact]);
		}
	}
	return names;
}

/**
 * The value of an input. One that can't be read goes on as a text, which is out of every number's range: the report then
 * says so, where leaving it out would let a number of the note or a default stand in for it.
 */
function factValue(fact: FactName, name: string, told: unknown, problems: SizingProblem[]): FactValue {
	const { unit, example } = factOf(fact);
	if (typeof told === 'boolean' && unit === 'yesOrNo') {
		return told;
	}
	if (typeof told === 'number') {
		return Number.isFinite(told) ? told : String(told);
	}
	if (typeof told === 'string') {
		const read = readFactText(fact, told, readingOptions(), name);
		if ('value' in read) {
			return read.value;
		}
		if (read.problem.code === 'outOfRange' && typeof read.problem.values.value === 'number') {
			return read.problem.values.value;
		}
		if (read.problem.code !== 'outOfRange') {
			problems.push(read.problem);
		}
		return told;
	}
	problems.push(
		invalidInput(name, told, unit === 'yesOrNo' ? 'true, false' : `a number, or a text such as ${example}`),
	);
	return shown(told);
}

function placeOf(at: unknown, problems: SizingProblem[]): Pick<SizingArguments, 'at'> {
	if (at === undefined || at === null) {
		return {};
	}
	const { uri, line } = at as { readonly uri?: unknown; readonly line?: unknown };
	if ((typeof uri === 'string' || uri instanceof vscode.Uri) && Number.isSafeInteger(line) && (line as number) >= 0) {
		return { at: { uri: typeof uri === 'string' ? vscode.Uri.parse(uri) : uri, line: line as number } };
	}
	problems.push(invalidInput('at', at, '{ uri, line }'));
	return {};
}

/** A value that a command or the tool was given and can't use. */
export function invalidInput(input: string, value: unknown, expected: string): SizingProblem {
	return { code: 'invalidInput', values: { input, value: shown(value), expected } };
}

function shown(value: unknown): string {
	return (JSON.stringify(value) ?? String(value)).slice(0, longestShown);
}
