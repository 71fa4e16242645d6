import type { WorkingStep } from './calculation';
import { type FactName, type FactValue, factOf } from './facts';
import { bitRateFigure, bytesFigure, durationFigure, figure, shareFigure } from './figures';
import type { SizingProblem } from './problem';
import { calculationOf, type SizingReport } from './size';

/** The reports of one calculation: one, or two where an input was a range, the one that asks least first. */
export type ReportGroup = readonly [SizingReport] | readonly [least: SizingReport, most: SizingReport];

/** Reports of the same calculation together, in order. */
export function groupReports(reports: readonly SizingReport[]): readonly ReportGroup[] {
	return reports.flatMap((report, at): ReportGroup[] => {
		if (report.end === 'most') {
			return [];
		}
		return report.end === 'least' ? [[report, reports[at + 1]!]] : [[report]];
	});
}

/** Whether a report has an answer. */
export function isAnswered(report: SizingReport): boolean {
	return Object.keys(report.results).length > 0;
}

/** The title of what a report answers; empty for a text that asks for nothing. */
export function reportTitle({ calculation }: SizingReport): string {
	return calculation === 'note' ? '' : calculationOf(calculation).title;
}

/** The answer in one line, both ends of it where an input was a range; undefined where there is none. */
export function headlineOf(group: ReportGroup): string | undefined {
	const lines = group.flatMap((report) => {
		const headline = oneHeadline(report);
		return headline === undefined ? [] : [headline];
	});
	return lines.length === 0 ? undefined : [...new Set(lines)].join(' … ');
}

/** How a report's results come about; empty where it has none. */
export function workingOf(report: SizingReport): readonly WorkingStep[] {
	return report.calculation === 'note' || !isAnswered(report)
		? []
		: calculationOf(report.calculation).working(report.inputs, report.results);
}

/** Why a report's answer is what it is, where numbers do not say it all. */
export function reasonsOf(report: SizingReport): readonly string[] {
	return report.calculation === 'note' || !isAnswered(report)
		? []
		: (calculationOf(report.calculation).reasons?.(report.inputs, report.results) ?? []);
}

/** What a reader must know beside a report's results, after its reasons. */
export function remarksOf(report: SizingReport): readonly string[] {
	return report.calculation === 'note' || !isAnswered(report)
		? []
		: [...reasonsOf(report), ...(calculationOf(report.calculation).remarks?.(report.inputs, report.results) ?? [])];
}

/** A fact's value with its unit, as answers write it: `240,000`, `220 B`, `25 s`, `20%`. */
export function factFigure(fact: FactName, value: FactValue): string {
	if (typeof value !== 'number') {
		return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
	}
	switch (factOf(fact).unit) {
		case 'bytes':
			return bytesFigure(value);
		case 'bitsPerSecond':
			return bitRateFigure(value);
		case 'seconds':
			return durationFigure(value);
		case 'milliseconds':
			return durationFigure(value / 1000);
		case 'perSecond':
			return `${figure(value)}/s`;
		case 'share':
			return shareFigure(value);
		default:
			return figure(value);
	}
}

/**
 * Reports as Markdown, short enough for a note: each answer in bold, its working with the numbers in place, what was
 * assumed and what is wrong; remarks are for where there is room for them.
 * A problem's words come from `sentence`. Whatever was taken from the note is escaped, so that it stays text.
 */
export function reportMarkdown(reports: readonly SizingReport[], sentence: (problem: SizingProblem) => string): string {
	return groupReports(reports)
		.map((group) => groupMarkdown(group, sentence))
		.filter((part) => part !== '')
		.join('\n\n');
}

function groupMarkdown(group: ReportGroup, sentence: (problem: SizingProblem) => string): string {
	const [first] = group;
	const headline = headlineOf(group);
	const title = reportTitle(first);
	const lines: string[] = [];
	if (headline !== undefined) {
		lines.push(`**${escaped(title)}: ${escaped(headline)}**`);
	} else if (title !== '') {
		lines.push(`**${escaped(title)}**`);
	}
	const working = group.map(workingOf);
	const list = (working[0] ?? []).map(({ label, numbers }, at) => {
		const most = working[1]?.[at]?.numbers;
		const both = most === undefined || most === numbers ? code(numbers) : `${code(numbers)} … ${code(most)}`;
		return `- ${escaped(label)}: ${both}`;
	});
	const assumed = assumedLine(first);
	if (assumed !== undefined) {
		list.push(`- ${assumed}`);
	}
	for (const text of reasonsOf(first)) {
		list.push(`- ${escaped(text)}`);
	}
	for (const text of new Set(group.flatMap(({ problems }) => problems.map(sentence)))) {
		list.push(`- ⚠ ${escaped(text)}`);
	}
	if (lines.length > 0 && list.length > 0) {
		lines.push('');
	}
	return [...lines, ...list].join('\n');
}

function assumedLine(report: SizingReport): string | undefined {
	if (report.calculation === 'note' || report.assumed.length === 0 || !isAnswered(report)) {
		return undefined;
	}
	const { inputs } = calculationOf(report.calculation);
	const parts = report.assumed.map((name) => {
		const { fact } = inputs.find((each) => each.name === name)!;
		const source = report.sources[name]!;
		const why = source.kind === 'assumed' ? ` (${source.why})` : '';
		return `${name} ${factFigure(fact, report.inputs[name]!)}${why}`;
	});
	return `assumed: ${escaped(parts.join('; '))}`;
}

function oneHeadline(report: SizingReport): string | undefined {
	return report.calculation === 'note' || !isAnswered(report)
		? undefined
		: calculationOf(report.calculation).headline(report.inputs, report.results);
}

/** What Markdown would take for markup; a line break would end the line that it stands in. */
function escaped(text: string): string {
	return text.replace(/[\\`*_[\]<>|#~]/g, '\\$&').replace(/\s*[\r\n]+\s*/g, ' ');
}

/** Formulas as code, so that nothing in them is markup. Ours hold no backtick. */
function code(text: string): string {
	return `\`${text}\``;
}
