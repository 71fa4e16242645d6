import { element, setText } from '../elements';

/** A chart's numbers in words and digits, ready to show: the first cell of a row is its head. */
export interface ChartNumbers {
	readonly caption: string;
	readonly head: readonly string[];
	readonly rows: ReadonlyArray<readonly string[]>;
}

/** The numbers as text for the clipboard: tabs between cells, as sheets take them. */
export function numbersText({ head, rows }: ChartNumbers): string {
	return [head, ...rows].map((cells) => cells.join('\t')).join('\n');
}

/** The numbers of a chart as an HTML table. New numbers go into the cells that are there, so that reading goes on. */
export class NumbersTable {
	readonly element: HTMLTableElement;
	readonly #caption = element('caption', {});
	readonly #head = element('tr', {});
	readonly #body = element('tbody', {});

	constructor() {
		this.element = element(
			'table',
			{ class: 'chart-numbers', testId: 'chart-table' },
			this.#caption,
			element('thead', {}, this.#head),
			this.#body,
		);
	}

	show({ caption, head, rows }: ChartNumbers): void {
		setText(this.#caption, caption);
		fill(this.#head, head, () => element('th', { attributes: { scope: 'col' } }));
		while (this.#body.rows.length > rows.length) {
			this.#body.deleteRow(-1);
		}
		rows.forEach((cells, at) => {
			const row = this.#body.rows[at] ?? this.#body.appendChild(element('tr', {}));
			fill(row, cells, (place) => (place === 0 ? element('th', { attributes: { scope: 'row' } }) : element('td', {})));
		});
	}
}

function fill(row: HTMLTableRowElement, texts: readonly string[], make: (place: number) => HTMLElement): void {
	while (row.cells.length > texts.length) {
		row.lastElementChild!.remove();
	}
	texts.forEach((text, place) => {
		const cell = row.cells[place] ?? row.appendChild(make(place));
		setText(cell as HTMLElement, text);
	});
}
