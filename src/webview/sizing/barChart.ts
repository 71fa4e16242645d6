import type { BarChart } from '../../core/sizing/calculation';
import { element } from '../inspector/elements';
import { barScale, isHardLimit, type Scale, verdictOf } from './chartScale';
import { chartFigure } from './chartUnits';
import { words } from './words';

/** Bars that fit on a screen; a chart with more shows its first. The table has all of them. */
const mostBars = 60;

/**
 * Groups of lying bars, each with its name before and its value after it, and the limits as lines through all of them. With
 * limits the colour of a bar says how it stands to them, which its value says in words as well; without, it tells the
 * series.
 */
export function barChart(chart: BarChart): HTMLElement {
	const scale = barScale(chart);
	const plot = element('div', { class: 'bars', attributes: { 'aria-hidden': 'true' } });
	let line = 1;
	chart.groups.forEach((name, group) => {
		const present = chart.series.filter(({ values }) => (values[group] ?? null) !== null);
		if (present.length === 0 || line > mostBars) {
			return;
		}
		const isAnswer = group === chart.answer;
		const isOneLine = chart.series.length === 1;
		const label = element('div', { class: isOneLine ? 'bar-name' : 'bar-group' }, name);
		if (isAnswer) {
			label.append(element('span', { class: 'answer-mark' }, words.answerGroup));
		}
		if (!isOneLine) {
			placeAt(label, line++, '1 / -1');
			plot.append(label);
		}
		for (const [at, series] of chart.series.entries()) {
			const value = series.values[group] ?? null;
			if (value === null) {
				continue;
			}
			const cells = [
				isOneLine ? label : element('div', { class: 'bar-name' }, series.name),
				bar(value, scale, chart, at),
				element('div', { class: 'bar-value' }, chartFigure(value, chart.unit)),
				verdictLabel(value, chart),
			];
			cells.forEach((cell, column) => {
				cell.classList.toggle('of-answer', isAnswer);
				placeAt(cell, line, String(column + 1));
			});
			plot.append(...cells);
			line++;
		}
	});
	plot.append(overlay(chart, scale, line - 1));
	return plot;
}

function bar(value: number, scale: Scale, chart: BarChart, series: number): HTMLElement {
	const filled = element('div', { class: 'bar' });
	if (chart.limits.some(({ kind }) => kind !== 'mark')) {
		filled.dataset.verdict = verdictOf(value, chart.limits);
	} else {
		filled.dataset.series = String(series % 5);
	}
	filled.style.width = percent(scale.position(value));
	return element('div', { class: 'bar-track' }, filled);
}

function verdictLabel(value: number, { limits }: BarChart): HTMLElement {
	const verdict = verdictOf(value, limits);
	const label = element('div', { class: 'bar-verdict' }, words.verdicts[verdict]);
	label.dataset.verdict = verdict;
	return label;
}

/** What lies over the column of the bars: the limits, the zone between them, and a logarithmic axis' powers of ten. */
function overlay({ limits, unit }: BarChart, scale: Scale, lines: number): HTMLElement {
	const layer = element('div', { class: 'bar-overlay' });
	layer.style.gridRow = `1 / span ${Math.max(1, lines)}`;
	const bounds = limits.filter(({ kind = 'most' }) => kind === 'most').map(({ value }) => value);
	if (bounds.length > 1) {
		const zone = element('div', { class: 'headroom-zone' });
		const start = scale.position(Math.min(...bounds));
		zone.style.left = percent(start);
		zone.style.width = percent(scale.position(Math.max(...bounds)) - start);
		layer.append(zone);
	}
	for (const limit of limits) {
		const line = element('div', { class: isHardLimit(limit, limits) ? 'limit hard' : 'limit' });
		line.style.left = percent(scale.position(limit.value));
		layer.append(line);
	}
	for (const value of scale.marks) {
		const mark = element('div', { class: 'decade' }, element('span', {}, chartFigure(value, unit)));
		mark.style.left = percent(scale.position(value));
		layer.append(mark);
	}
	return layer;
}

function placeAt(cell: HTMLElement, line: number, column: string): void {
	cell.style.gridRow = String(line);
	cell.style.gridColumn = column;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(3)}%`;
}
