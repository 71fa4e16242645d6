import type { SizingChart } from '../../core/sizing/calculation';
import { element } from '../inspector/elements';
import { verdictOf } from './chartScale';
import { chartFigure } from './chartUnits';
import { words } from './words';

/** The numbers of a chart as a table: a row for each group or x, a column for each series, and the limits in its foot. */
export function chartTable(chart: SizingChart): HTMLTableElement {
	const heads = chart.kind === 'bars' ? chart.groups : chart.x.map((x) => chartFigure(x, chart.xUnit));
	const header = element(
		'tr',
		{},
		element('th', { attributes: { scope: 'col' } }, chart.kind === 'bars' ? '' : chart.xLabel),
		...chart.series.map(({ name }) => element('th', { attributes: { scope: 'col' } }, name)),
	);
	const rows = heads.map((head, at) =>
		element(
			'tr',
			{},
			element('th', { attributes: { scope: 'row' } }, head),
			...chart.series.map(({ values }) => valueCell(values[at] ?? null, chart)),
		),
	);
	const limits = chart.limits.map(({ name, value }) =>
		element(
			'tr',
			{},
			element('th', { attributes: { scope: 'row' } }, name),
			element('td', { attributes: { colspan: String(chart.series.length) } }, chartFigure(value, chart.unit)),
		),
	);
	return element(
		'table',
		{ class: 'chart-table', testId: 'chart-table' },
		element('caption', {}, `${chart.title}: ${chart.valueLabel}`),
		element('thead', {}, header),
		element('tbody', {}, ...rows),
		...(limits.length > 0 ? [element('tfoot', {}, ...limits)] : []),
	);
}

function valueCell(value: number | null, { limits, unit }: SizingChart): HTMLElement {
	if (value === null) {
		return element('td', {}, words.notTold);
	}
	const verdict = words.verdicts[verdictOf(value, limits)];
	return element('td', {}, verdict === '' ? chartFigure(value, unit) : `${chartFigure(value, unit)} (${verdict})`);
}
