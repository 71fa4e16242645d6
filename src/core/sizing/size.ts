import type { Calculation, CalculationId, InputDefinition, Inputs, Result, Results } from './calculation';
import { calculations } from './calculations';
import { type FactName, type FactValue, factOf } from './facts';
import type { Place, Span } from './note/quantity';
import type { NoteReading, ReadFact } from './note/reading';
import { NoAnswer, type SizingProblem } from './problem';

/** Where a value came from. */
export type Source =
	/** Read at these places of the note. */
	| { readonly kind: 'note'; readonly text: string; readonly places: readonly Place[] }
	/** Told by the user or by whoever called. */
	| { readonly kind: 'given' }
	/** Measured by a session: `p95 of 1,204 payloads`. */
	| { readonly kind: 'measured'; readonly how: string }
	/** Taken because nobody said, and why. */
	| { readonly kind: 'assumed'; readonly why: string };

/** A value that does not come from the note; it goes before what the note says. */
export interface GivenFact {
	/** A span where a number of the text was given its meaning by the user, and is a range. */
	readonly value: FactValue | Span;
	readonly source: Source;
}

/** What is to be sized. */
export interface SizeRequest {
	readonly reading: NoteReading;
	/** Answers of the user, arguments of a command, measurements of a session. */
	readonly given?: ReadonlyMap<FactName, GivenFact>;
	/** Only these; left out, whatever the note asks for. */
	readonly only?: readonly CalculationId[];
}

/** One calculation's answer, or what it lacks. */
export interface SizingReport {
	/** `note` where the text has nothing to calculate with. */
	readonly calculation: CalculationId | 'note';
	/** Every value used, under the calculation's own names. */
	readonly inputs: Readonly<Record<string, FactValue>>;
	/** Empty where there is no answer. */
	readonly results: Results;
	/** The names of the inputs that nobody told. */
	readonly assumed: readonly string[];
	readonly problems: readonly SizingProblem[];
	/** Where each input came from. */
	readonly sources: Readonly<Record<string, Source>>;
	/**
	 * Where an input is a range there are two reports: one with each range's end that asks least of the servers, and one
	 * with each range's end that asks most.
	 */
	readonly end?: 'least' | 'most';
}

/**
 * The one path from what is known to answers: a report for each calculation that was asked for, or that the note asks for
 * (it tells a fact that evokes it) or, where nothing evokes it, has everything for. Never throws for what a note or a user says.
 */
export function size({ reading, given = new Map(), only }: SizeRequest): readonly SizingReport[] {
	const known = knownFacts(reading.facts, given);
	const allowed = only?.map(calculationOf) ?? calculations;
	const paragraphs = reading.paragraphs.map((facts) => ({
		known: new Map([...known, ...knownFacts(facts, given)]),
		whole: wholeIn(knownFacts(facts), allowed),
	}));
	const answered = new Set(paragraphs.flatMap(({ whole }) => whole));
	const asked = only === undefined ? askedFor(known, reading, answered.size > 0) : allowed;
	const reports = unlike(
		allowed.flatMap((each) => [
			...paragraphs.flatMap(({ known, whole }) => (whole.includes(each) ? [reportsOf(each, known, reading)] : [])),
			...(asked.includes(each) && !answered.has(each) ? [reportsOf(each, known, reading)] : []),
		]),
	);
	if (reports.length > 0) {
		return reports;
	}
	const nothing: SizingProblem = { code: 'nothingToSize', values: {} };
	const problems = reading.problems.length > 0 ? reading.problems : [nothing];
	return [{ calculation: 'note', inputs: {}, results: {}, assumed: [], problems, sources: {} }];
}

/** The facts that reports lack, each once, in the order in which they are to be asked for. */
export function missingFacts(reports: readonly SizingReport[]): readonly FactName[] {
	const missing = reports.flatMap(({ problems }) =>
		problems.flatMap(({ code, fact }) => (code === 'missing' ? [fact!] : [])),
	);
	return [...new Set(missing)];
}

/** The calculation of that name. */
export function calculationOf(id: CalculationId): Calculation {
	return calculations.find((each) => each.id === id)!;
}

interface KnownFact {
	readonly value: Span | FactValue;
	readonly source: Source;
}
type KnownFacts = ReadonlyMap<FactName, KnownFact>;

function knownFacts(facts: readonly ReadFact[], given: ReadonlyMap<FactName, GivenFact> = new Map()): KnownFacts {
	const known = new Map<FactName, KnownFact>();
	for (const { fact, value, quantities } of facts) {
		known.set(fact, {
			value,
			source: {
				kind: 'note',
				text: quantities.map(({ text }) => text).join(' × '),
				places: quantities.map(({ place }) => place),
			},
		});
	}
	for (const [fact, told] of given) {
		known.set(fact, told);
	}
	return known;
}

/**
 * What a fact evokes, and what is whole of that which nothing evokes; where there is neither, what lacks little. A fact
 * that is told twice over, or by an ambiguous number, evokes too: its problem belongs to what it would have evoked.
 */
function askedFor(known: KnownFacts, { problems }: NoteReading, isAnswered: boolean): readonly Calculation[] {
	const evoking = new Set([...known.keys(), ...problems.flatMap(({ fact }) => fact ?? [])]);
	const asked = calculations.filter((each) =>
		each.evokedBy.length > 0
			? each.evokedBy.some((fact) => evoking.has(fact))
			: each.enough.some((set) => lacking(each, set, known).length === 0),
	);
	return asked.length > 0 || isAnswered ? asked : almostWhole(known);
}

/**
 * What a paragraph has all the numbers for: it is answered with that paragraph's numbers, and with those of the whole note
 * for what the paragraph does not tell. A note's paragraphs may be about different audiences.
 */
function wholeIn(told: KnownFacts, allowed: readonly Calculation[]): readonly Calculation[] {
	return allowed.filter(
		(each) =>
			(each.evokedBy.length === 0 || each.evokedBy.some((fact) => told.has(fact))) &&
			each.enough.some((set) => lacking(each, set, told).length === 0),
	);
}

/** The reports of groups that differ: a paragraph that says again what another said is answered once. */
function unlike(groups: readonly (readonly SizingReport[])[]): readonly SizingReport[] {
	const keyOf = (group: readonly SizingReport[]) =>
		JSON.stringify(group.map(({ calculation, inputs }) => [calculation, inputs]));
	return [...new Map(groups.map((group) => [keyOf(group), group])).values()].flat();
}

/** Where a note evokes nothing, what lacks no more than one number of it; a note that tells nothing lacks all. */
function almostWhole(known: KnownFacts): readonly Calculation[] {
	return calculations.filter(
		(each) =>
			each.evokedBy.length > 0 && each.enough.some((set) => set.length > 1 && lacking(each, set, known).length === 1),
	);
}

/** The inputs of a set that are not known. */
function lacking(calculation: Calculation, set: readonly string[], known: KnownFacts): readonly InputDefinition[] {
	return set.map((name) => inputOf(calculation, name)).filter(({ fact }) => !known.has(fact));
}

function inputOf(calculation: Calculation, name: string): InputDefinition {
	return calculation.inputs.find((each) => each.name === name)!;
}

function reportsOf(calculation: Calculation, known: KnownFacts, reading: NoteReading): readonly SizingReport[] {
	const isRange = calculation.inputs.some(({ fact }) => {
		const value = known.get(fact)?.value;
		return typeof value === 'object' && value.low !== value.high;
	});
	return isRange
		? [reportOf(calculation, known, reading, 'least'), reportOf(calculation, known, reading, 'most')]
		: [reportOf(calculation, known, reading)];
}

function reportOf(
	calculation: Calculation,
	known: KnownFacts,
	reading: NoteReading,
	end?: 'least' | 'most',
): SizingReport {
	const inputs: Record<string, FactValue> = {};
	const sources: Record<string, Source> = {};
	const assumed: string[] = [];
	const problems: SizingProblem[] = [];
	const told = toldInputs(calculation, known, end);
	const assumptions = calculation.assumptions?.(Object.fromEntries(told)) ?? {};
	for (const { name, fact, assumed: own } of calculation.inputs) {
		const value = told.get(name);
		const preset = assumptions[name] ?? own;
		if (value !== undefined) {
			const { source } = known.get(fact)!;
			// Reports hold finite numbers alone; the problem says what was told.
			if (canBeShown(value)) {
				inputs[name] = value;
				sources[name] = source;
			}
			const wrong = rangeProblem(name, fact, value, source);
			if (wrong !== undefined) {
				problems.push(wrong);
			}
		} else if (preset !== undefined) {
			inputs[name] = preset.value;
			sources[name] = { kind: 'assumed', why: preset.source };
			assumed.push(name);
		}
	}
	problems.push(...missingProblems(calculation, known), ...doubtsAbout(calculation, known, reading));
	const report = { calculation: calculation.id, inputs, assumed, sources, ...(end && { end }) };
	if (problems.some(({ code }) => code === 'missing' || code === 'outOfRange')) {
		return { ...report, results: {}, problems };
	}
	try {
		const results = calculation.calculate(inputs as Inputs);
		if (!canBeShown(results)) {
			throw new NoAnswer('tooLarge');
		}
		return { ...report, results, problems };
	} catch (error) {
		if (error instanceof NoAnswer) {
			return {
				...report,
				results: {},
				problems: [...problems, { code: 'noAnswer', values: { reason: error.reason } }],
			};
		}
		throw error;
	}
}

/** Far beyond any answer, and far enough from the most that a double holds (1.8 × 10³⁰⁸) to be shown in a smaller unit. */
const mostResult = 1e300;

/** Whether a value can be shown: a quotient of extreme inputs may be beyond what a double holds. */
function canBeShown(result: Result | Results | undefined): boolean {
	return typeof result === 'object'
		? Object.values(result).every(canBeShown)
		: typeof result !== 'number' || Math.abs(result) <= mostResult;
}

/** The known inputs by their names, each range at the end that is asked for. */
function toldInputs(calculation: Calculation, known: KnownFacts, end?: 'least' | 'most'): Map<string, FactValue> {
	const told = new Map<string, FactValue>();
	for (const { name, fact } of calculation.inputs) {
		const value = known.get(fact)?.value;
		if (value !== undefined) {
			told.set(name, typeof value === 'object' ? endOf(value, fact, end) : value);
		}
	}
	return told;
}

function endOf({ low, high }: Span, fact: FactName, end: 'least' | 'most' | undefined): number {
	const isMoreDemanding = factOf(fact).demanding === 'more';
	return (end === 'most') === isMoreDemanding ? high : low;
}

/** The set that lacks least is what is asked for, of those begun where one is; none where one is whole. */
function missingProblems(calculation: Calculation, known: KnownFacts): readonly SizingProblem[] {
	const sets = calculation.enough.map((set) => ({ set, lacks: lacking(calculation, set, known) }));
	const begun = sets.filter(({ set, lacks }) => lacks.length < set.length);
	const { lacks: best } = (begun.length > 0 ? begun : sets).reduce((least, each) =>
		each.lacks.length < least.lacks.length ? each : least,
	);
	return best.map(({ name, fact }) => ({ code: 'missing', values: { input: name, label: factOf(fact).label }, fact }));
}

/**
 * Ambiguous numbers that might have been an input that is not known, and contradictions about an input, also where a
 * paragraph has one of the two numbers; what somebody gave is beyond doubt.
 */
function doubtsAbout(calculation: Calculation, known: KnownFacts, reading: NoteReading): readonly SizingProblem[] {
	const facts = new Set(calculation.inputs.map(({ fact }) => fact));
	return reading.problems.filter(({ code, fact }) => {
		if (fact === undefined) {
			return true;
		}
		const kind = known.get(fact)?.source.kind;
		return facts.has(fact) && (kind === undefined || (kind === 'note' && code === 'contradiction'));
	});
}

/** What is wrong with a value of a fact, which reports have under the name `name`; undefined where it is in its range. */
export function rangeProblem(
	name: string,
	fact: FactName,
	value: FactValue,
	source: Source,
): SizingProblem | undefined {
	const { unit, least, most, aboveLeast, whole, choices, label } = factOf(fact);
	const places = source.kind === 'note' ? source.places : undefined;
	const outOfRange = (expected: string): SizingProblem => ({
		code: 'outOfRange',
		values: { input: name, label, value: Number.isFinite(value) ? Number(value) : String(value), expected },
		fact,
		...(places && { places }),
	});
	if (unit === 'choice') {
		return choices!.includes(String(value)) ? undefined : outOfRange(choices!.join(', '));
	}
	if (unit === 'yesOrNo') {
		return typeof value === 'boolean' ? undefined : outOfRange('true, false');
	}
	if (typeof value !== 'number' || !Number.isFinite(value)) {
		return outOfRange('number');
	}
	if (value < least || (aboveLeast && value === least)) {
		return outOfRange(aboveLeast ? `> ${least}` : `≥ ${least}`);
	}
	if (value > most) {
		return outOfRange(`≤ ${most}`);
	}
	return whole && !Number.isInteger(value) ? outOfRange('whole') : undefined;
}
