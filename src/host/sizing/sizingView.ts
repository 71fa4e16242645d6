import { transportNames } from '../../core/endpoint';
import type { SizingAnswer, SizingEnd, SizingField, SizingPlace, SizingShown } from '../../core/messages';
import type { Calculation, InputDefinition } from '../../core/sizing/calculation';
import { type FactName, type FactValue, factOf } from '../../core/sizing/facts';
import type { Place } from '../../core/sizing/note/quantity';
import type { SizingProblem } from '../../core/sizing/problem';
import { factFigure, groupReports, isAnswered, type ReportGroup, remarksOf, workingOf } from '../../core/sizing/report';
import { calculationOf, type SizingReport } from '../../core/sizing/size';
import { transportLabel } from '../../core/sizing/transportLabel';
import { typedText } from '../../core/sizing/typedValue';
import type { Sizing } from './sizing';

/** What was typed for a fact in the panel, and what is wrong with it. */
export interface TypedFact {
	readonly text: string;
	readonly problem?: SizingProblem;
}

/** Longest beginning of a text that is shown. */
const excerptLength = 300;
/** So many unused numbers are shown; a whole book may have been selected. */
const mostUnused = 200;

/** What the panel shows of a sizing, with what was typed in it; a problem's words come from `sentence`. */
export function sizingView(
	sizing: Sizing,
	typed: ReadonlyMap<FactName, TypedFact>,
	sentence: (problem: SizingProblem) => string,
): Pick<SizingShown, 'excerpt' | 'answers' | 'unused'> {
	const { text, reading } = sizing;
	return {
		excerpt: text.slice(0, excerptLength).replace(/\s+/g, ' ').trim(),
		answers: groupReports(sizing.reports).map((group, at, groups) => {
			const before = groups.slice(0, at).filter(([{ calculation }]) => calculation === group[0].calculation).length;
			const key = before === 0 ? group[0].calculation : `${group[0].calculation} ${before + 1}`;
			return { key, ...answerOf(group, sizing, typed, sentence) };
		}),
		unused: reading.unused.slice(0, mostUnused).map(({ place }) => placeIn(text, place)),
	};
}

function answerOf(
	group: ReportGroup,
	sizing: Sizing,
	typed: ReadonlyMap<FactName, TypedFact>,
	sentence: (problem: SizingProblem) => string,
): Omit<SizingAnswer, 'key'> {
	const [{ calculation: id }] = group;
	const problems = group.flatMap((report) => report.problems);
	const shown = {
		calculation: id,
		// Both ends of a range have most problems in common.
		problems: [...new Map(problems.map((problem) => [sentence(problem), problem]))].map(([words, { places = [] }]) => ({
			sentence: words,
			places: places.map((place) => placeIn(sizing.text, place)),
		})),
	};
	if (id === 'note') {
		return { ...shown, title: '', question: '', source: '', ends: [], fields: [] };
	}
	const calculation = calculationOf(id);
	const { title, question, source } = calculation;
	return {
		...shown,
		title,
		question,
		source,
		ends: group.map((report) => endOf(report, calculation)),
		fields: calculation.inputs.map((input) => fieldOf(input, group, sizing, typed.get(input.fact), sentence)),
	};
}

function endOf(report: SizingReport, calculation: Calculation): SizingEnd {
	const { end, inputs, results } = report;
	if (!isAnswered(report)) {
		return { end, working: [], charts: [], remarks: [] };
	}
	return {
		end,
		headline: calculation.headline(inputs, results),
		working: workingOf(report),
		charts: calculation.charts?.(inputs, results) ?? [],
		remarks: remarksOf(report),
	};
}

function fieldOf(
	{ name, fact }: InputDefinition,
	group: ReportGroup,
	{ options }: Sizing,
	typed: TypedFact | undefined,
	sentence: (problem: SizingProblem) => string,
): SizingField {
	const { label, question, example, unit, choices } = factOf(fact);
	const values = [...new Set(group.flatMap(({ inputs }) => (inputs[name] === undefined ? [] : [inputs[name]])))];
	const figures = ascending(values).map((value) => factFigure(fact, value));
	const texts = ascending(values).map((value) => typedText(fact, value, options));
	const offered = unit === 'yesOrNo' ? ['yes', 'no'] : choices;
	return {
		name,
		fact,
		label,
		question,
		example,
		text: typed?.text ?? texts.join('–'),
		...(figures.length > 0 && { figure: figures.join('–') }),
		...(offered && { choices: offered.map((value) => ({ value, label: choiceLabel(value) })) }),
		needed: group[0].problems.some((problem) => problem.code === 'missing' && problem.fact === fact),
		typed: typed !== undefined,
		source: group[0].sources[name] ?? { kind: 'unknown' },
		...(typed?.problem && { problemSentence: sentence(typed.problem) }),
	};
}

/** The ends of a range as one writes them, whichever of them asks more of the servers. */
function ascending(values: readonly FactValue[]): readonly FactValue[] {
	return [...values].sort((a, b) => Number(a) - Number(b));
}

/** A choice as people call it: `serverToClient` as words. */
export function choiceLabel(choice: string): string {
	const transport = transportNames.find((name) => name === choice);
	return transport === undefined
		? choice.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
		: transportLabel(transport);
}

function placeIn(text: string, place: Place): SizingPlace {
	return { text: text.slice(place.start, place.end).replace(/\s+/g, ' '), place };
}
