import { type ComparisonReport, sessionLabels } from './comparison';
import { type ComparisonFailure, comparisonSummary } from './comparisonSummary';
import { type ComparisonRow, comparisonFigure, comparisonTable } from './comparisonTable';

/** A report with what it says: what `compare` returns, the panel shows and a JSON export holds. */
export interface ComparisonResult extends ComparisonReport {
	/** What each session is called, in the report's order. */
	readonly labels: readonly string[];
	/** A few sentences. */
	readonly summary: readonly string[];
	readonly table: readonly ComparisonRow[];
	readonly failures: readonly ComparisonFailure[];
}

/** Puts beside a report what it says. */
export function comparisonResult(report: ComparisonReport, failures: readonly ComparisonFailure[]): ComparisonResult {
	return {
		...report,
		labels: sessionLabels(report.compared),
		summary: comparisonSummary(report, failures),
		table: comparisonTable(report),
		failures,
	};
}

/** How each outcome is said in a row of a table. */
export function outcomeText({ outcome, winners, cells }: ComparisonRow, labels: readonly string[]): string {
	switch (outcome) {
		case 'winner':
			return labels[winners[0]!]!;
		case 'shared': {
			const others = labels.filter((_, at) => cells[at]!.isCompared && !winners.includes(at));
			return others.length === 1 && winners.length > 1
				? `all but ${others[0]}`
				: winners.map((at) => labels[at]).join(', ');
		}
		case 'tie':
			return 'tie';
		case 'cantTell':
			return "can't tell";
		case 'notCompared':
			return '';
	}
}

/** The result as Markdown: its sentences, its table with the best of each row in bold, and how each number was measured. */
export function comparisonMarkdown(result: ComparisonResult): string {
	const { labels, compared, table } = result;
	const cells = (row: ComparisonRow): string[] =>
		row.cells.map(({ value }, at) => {
			const text = escaped(comparisonFigure(value, row.unit));
			return row.winners.includes(at) ? `**${text}**` : text;
		});
	const sentence = (text: string): string => {
		const url = result.failures.find((failure) => failure.url !== '' && text.startsWith(`${failure.url} `))?.url;
		return url === undefined ? escaped(text) : `${codeSpan(url)}${escaped(text.slice(url.length))}`;
	};
	const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;
	const sources = compared.map(({ url, lagMethod, lagUncertaintyMs }, at) => {
		const bound = lagUncertaintyMs === null ? 'unknown' : comparisonFigure(lagUncertaintyMs, 'milliseconds');
		return `- ${escaped(labels[at]!)}: ${codeSpan(url)}; lag by \`${lagMethod}\`, ± ${bound}`;
	});
	return [
		'# Transports compared',
		'',
		`${new Date(result.atMs).toISOString()}, after ${comparisonFigure(result.atMs - result.beganAtMs, 'milliseconds')}`,
		'',
		...result.summary.map(sentence),
		'',
		line(['', ...labels.map(escaped), 'best']),
		line(['---', ...labels.map(() => '---:'), '---']),
		...table.map((row) => line([escaped(row.title), ...cells(row), escaped(outcomeText(row, labels))])),
		'',
		...sources,
		'',
	].join('\n');
}

/** The table as CSV (RFC 4180): a line for each measure, with plain numbers in the unit that its line names. */
export function comparisonCsv({ labels, table }: ComparisonResult): string {
	const lines = [
		['measure', 'unit', ...labels, 'best'],
		...table.map((row) => [
			row.title,
			row.unit,
			...row.cells.map(({ value }) => value ?? ''),
			outcomeText(row, labels),
		]),
	];
	return lines.map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

/** The result as JSON, indented. */
export function comparisonJson(result: ComparisonResult): string {
	return `${JSON.stringify(result, undefined, '\t')}\n`;
}

/**
 * What Markdown would take for markup, a character reference, or at a line's beginning for a list; a line break would end
 * the line that it stands in.
 */
function escaped(text: string): string {
	return oneLine(text)
		.replace(/[\\`*_[\]<>|#~&]/g, '\\$&')
		.replace(/^[-+=]/, '\\$&')
		.replace(/^(\d+)([.)])/, '$1\\$2');
}

/** A text as it stands, between more backticks than it has in a row (CommonMark 6.1). */
function codeSpan(text: string): string {
	const line = oneLine(text);
	const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
	const fence = '`'.repeat(longest + 1);
	return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

function oneLine(text: string): string {
	return text.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it, and so stays a text. */
function csvField(value: string | number): string {
	const field = typeof value === 'number' ? String(value) : value.replace(/^[=+\-@\t\r]/, "'$&");
	return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
