import { type ComparisonResult, outcomeText } from '../../core/comparisonExport';
import { type ComparisonRow, type ComparisonRowId, comparisonFigure } from '../../core/comparisonTable';
import { element, icon, setShown, setText, setTitle } from '../inspector/elements';
import { visibleLine } from '../inspector/visibleText';
import { words as inspectorWords } from '../inspector/words';
import { swatch } from './swatch';
import { words } from './words';

interface HeadView {
	readonly element: HTMLElement;
	readonly state: HTMLElement;
	readonly url: HTMLElement;
}

interface CellView {
	readonly element: HTMLElement;
	readonly mark: HTMLElement;
	readonly said: HTMLElement;
	readonly value: HTMLElement;
}

interface RowView {
	readonly cells: readonly CellView[];
	readonly best: HTMLElement;
}

/** The measures of all sessions, with the best of each row marked by a sign and a word. */
export class TableView {
	readonly element: HTMLTableElement;
	readonly #openSession: (sessionId: string) => void;
	#heads: readonly HeadView[] = [];
	readonly #rows = new Map<ComparisonRowId, RowView>();
	#methods: readonly HTMLElement[] = [];
	/** What the table is built for; other numbers of the same go into the cells that are there. */
	#built = '';

	constructor(openSession: (sessionId: string) => void) {
		this.#openSession = openSession;
		this.element = element('table', { class: 'comparison-table', testId: 'comparison-table' });
	}

	show(result: ComparisonResult): void {
		const { sessions, labels, table } = result;
		const built = JSON.stringify([sessions, labels, table.map(({ id }) => id)]);
		if (built !== this.#built) {
			this.#built = built;
			this.#build(result);
		}
		result.compared.forEach(({ state, url }, at) => {
			const head = this.#heads[at]!;
			head.element.dataset.state = state;
			setText(head.state, state === 'open' ? '' : inspectorWords.states[state]);
			setText(head.url, visibleLine(url));
			setTitle(head.url, visibleLine(url));
		});
		for (const row of table) {
			this.#showRow(row, labels);
		}
		result.compared.forEach(({ lagMethod, lagUncertaintyMs, lagMs }, at) => {
			const bound = lagUncertaintyMs === null ? '?' : comparisonFigure(lagUncertaintyMs, 'milliseconds');
			const method = `${inspectorWords.methods[lagMethod]}, ± ${bound}`;
			setText(this.#methods[at]!, lagMs.count === 0 ? words.notMeasured : method);
		});
	}

	#showRow(row: ComparisonRow, labels: readonly string[]): void {
		const view = this.#rows.get(row.id)!;
		row.cells.forEach(({ value }, at) => {
			const cell = view.cells[at]!;
			const isBest = row.winners.includes(at);
			setText(cell.value, comparisonFigure(value, row.unit));
			cell.element.classList.toggle('best', isBest);
			setShown(cell.mark, isBest);
			setText(cell.said, isBest ? (row.outcome === 'shared' ? words.alsoBest : words.best) : '');
		});
		setText(view.best, outcomeText(row, labels));
		view.best.dataset.outcome = row.outcome;
	}

	#build(result: ComparisonResult): void {
		const { labels, sessions, table } = result;
		this.#heads = labels.map((label, at) => this.#head(label, sessions[at]!, at));
		this.#rows.clear();
		const body: HTMLElement[] = [];
		for (const row of table) {
			const group = (words.groups as Partial<Record<ComparisonRowId, string>>)[row.id];
			if (group !== undefined) {
				const colspan = String(labels.length + 2);
				body.push(
					element('tr', { class: 'group' }, element('th', { attributes: { colspan, scope: 'colgroup' } }, group)),
				);
			}
			const cells = row.cells.map(cellView);
			const best = element('td', { class: 'outcome' });
			this.#rows.set(row.id, { cells, best });
			const title = element('th', { title: row.explanation, attributes: { scope: 'row' } }, row.title);
			const created = element('tr', {}, title, ...cells.map((cell) => cell.element), best);
			created.dataset.row = row.id;
			body.push(created);
			if (row.id === 'lagMean') {
				this.#methods = labels.map(() => element('td', { class: 'method' }));
				const head = element('th', { title: words.lagMethodExplained, attributes: { scope: 'row' } }, words.lagMethod);
				body.push(element('tr', { class: 'methods' }, head, ...this.#methods, element('td', { class: 'outcome' })));
			}
		}
		this.element.replaceChildren(
			element('caption', { class: 'visually-hidden' }, words.table),
			element(
				'thead',
				{},
				element(
					'tr',
					{},
					element('td', { class: 'corner' }),
					...this.#heads.map((head) => head.element),
					element('th', { class: 'outcome', attributes: { scope: 'col' } }, words.best),
				),
			),
			element('tbody', {}, ...body),
		);
	}

	#head(label: string, sessionId: string, at: number): HeadView {
		const title = words.openSession(label);
		const button = element(
			'button',
			{ class: 'session', testId: 'open-session', title, attributes: { type: 'button', 'aria-label': title } },
			label,
			icon('link-external'),
		);
		button.addEventListener('click', () => this.#openSession(sessionId));
		const state = element('span', { class: 'state-word' });
		const url = element('span', { class: 'session-url' });
		const created = element(
			'th',
			{ class: 'session-head', attributes: { scope: 'col' } },
			element('div', { class: 'session-name' }, swatch(at), button),
			element('div', { class: 'session-place' }, state, url),
		);
		return { element: created, state, url };
	}
}

function cellView(): CellView {
	const mark = icon('check');
	const said = element('span', { class: 'visually-hidden' });
	const value = element('span', { class: 'value' });
	return { element: element('td', {}, mark, value, said), mark, said, value };
}
