import { PackedRows } from '../../../core/capture/rows';
import { type ChartAnswer, type ChartRequest, mostChartRows } from '../../../core/charts';
import { axisSplits } from '../chartData';
import { element, setShown, setText } from '../elements';
import { axisNumber, timeOfDay } from '../format';
import { words } from '../words';
import { type ChartPart, movedPlace, onSize } from './chartPart';
import {
	broughtText,
	type CycleBar,
	cycleBars,
	cycleParts,
	cycleScaleMs,
	cyclesLabel,
	cyclesNumbers,
	cycleText,
	isCut,
	partShares,
} from './cyclesLayout';
import type { ChartNumbers } from './numbersTable';

const rowPx = 20;
/** A part that took any time is to be seen. */
const leastPartPx = 2;

class CycleRow {
	readonly element: HTMLElement;
	readonly #time = element('span', { class: 'cycle-time' });
	readonly #parts = cycleParts.map((part) => [part, element('span', { class: `cycle-part phase-${part}` })] as const);
	readonly #brought = element('span', { class: 'cycle-brought' });
	bar: CycleBar | undefined;

	constructor(place: number) {
		const track = element('span', { class: 'cycle-track' }, ...this.#parts.map(([, part]) => part));
		this.element = element(
			'div',
			{ class: 'cycle-row', id: `cycle-${place}`, attributes: { role: 'option' } },
			this.#time,
			track,
			this.#brought,
		);
	}

	show(bar: CycleBar, scaleMs: number, isSelected: boolean): void {
		this.bar = bar;
		setText(this.#time, timeOfDay(bar.row.arrivedAtMs));
		setText(this.#brought, broughtText(bar));
		const shares = partShares(bar, scaleMs);
		for (const [part, shown] of this.#parts) {
			const [from, to] = shares[part];
			setShown(shown, bar[`${part}Ms`] > 0);
			shown.style.left = `min(${(from * 100).toFixed(3)}%, 100% - ${leastPartPx}px)`;
			shown.style.width = `max(${((to - from) * 100).toFixed(3)}%, ${leastPartPx}px)`;
		}
		this.element.classList.toggle('empty', bar.isEmpty);
		this.element.classList.toggle('cut', isCut(bar, scaleMs));
		this.element.classList.toggle('selected', isSelected);
		this.element.setAttribute('aria-selected', String(isSelected));
		this.element.setAttribute('aria-label', cycleText(bar));
	}
}

/** The last poll cycles: how long each was blind, held and on its way, and what it brought. */
export class CyclesView implements ChartPart {
	readonly element: HTMLElement;
	readonly controls: readonly HTMLElement[] = [];
	readonly #list = element('div', {
		class: 'chart-picture cycle-list',
		testId: 'cycles',
		attributes: { role: 'listbox', tabindex: '0' },
	});
	readonly #axis = element('div', { class: 'cycle-axis', attributes: { 'aria-hidden': 'true' } });
	readonly #readout = element('div', { class: 'chart-line', testId: 'cycles-readout' });
	readonly #rows: CycleRow[] = [];
	readonly #selected: (seq: number) => void;
	#bars: readonly CycleBar[] = [];
	#isAnswered = false;
	#fitting = 20;
	#active: number | undefined;
	#selectedSeq = Number.NaN;

	/** `changed` is called when another request has to be made. */
	constructor(selected: (seq: number) => void, changed: () => void) {
		this.#selected = selected;
		const legend = element('div', { class: 'chart-legend' });
		for (const part of cycleParts) {
			legend.append(
				element(
					'span',
					{ class: 'legend-item', title: words.charts.cyclePartTitles[part] },
					element('span', { class: `swatch phase-${part}` }),
					words.charts.cycleParts[part],
				),
			);
		}
		this.element = element('div', { class: 'chart-part' }, this.#axis, this.#list, legend, this.#readout);
		onSize(this.#list, (_widthPx, heightPx) => {
			const fitting = Math.min(mostChartRows, Math.max(1, Math.floor(heightPx / rowPx)));
			if (fitting !== this.#fitting) {
				this.#fitting = fitting;
				changed();
			}
		});
		this.#list.addEventListener('pointermove', (event) => this.#choose(this.#rowOf(event.target)));
		this.#list.addEventListener('pointerleave', () => this.#choose(undefined));
		this.#list.addEventListener('click', () => this.#select());
		this.#list.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && this.#active !== undefined) {
				event.preventDefault();
				this.#select();
				return;
			}
			const place = movedPlace(event.key, this.#active, this.#bars.length, ['ArrowUp', 'ArrowDown']);
			if (place !== undefined) {
				event.preventDefault();
				this.#choose(place);
			}
		});
	}

	request(): ChartRequest {
		return { chart: 'cycles', count: this.#fitting };
	}

	show(answer: ChartAnswer): void {
		if (answer.chart !== 'cycles') {
			return;
		}
		this.#isAnswered = true;
		const active = this.#active === undefined ? undefined : this.#bars[this.#active]?.row.seq;
		const rows = new PackedRows(answer.rows);
		this.#bars = cycleBars(Array.from({ length: rows.count }, (_, at) => rows.rowAt(at)));
		// The cycle that was pointed at stays the one, wherever it is now.
		const place = this.#bars.findIndex(({ row }) => row.seq === active);
		this.#active = place === -1 ? undefined : place;
		this.#draw();
	}

	/** The frame that is selected in the table. */
	select(seq: number): void {
		this.#selectedSeq = seq;
		this.#draw();
	}

	note(): string {
		return this.#bars.length > 0 || !this.#isAnswered ? '' : words.charts.noCycles;
	}

	numbers(): ChartNumbers {
		return cyclesNumbers(this.#bars);
	}

	focus(): void {
		this.#list.focus();
	}

	#rowOf(target: EventTarget | null): number | undefined {
		const found = target instanceof Element ? target.closest('.cycle-row') : null;
		const place = this.#rows.findIndex((row) => row.element === found);
		return place === -1 ? undefined : place;
	}

	#choose(place: number | undefined): void {
		if (place !== this.#active) {
			this.#active = place;
			this.#draw();
		}
	}

	#select(): void {
		const bar = this.#active === undefined ? undefined : this.#bars[this.#active];
		if (bar !== undefined) {
			this.#selected(bar.row.seq);
		}
	}

	#draw(): void {
		const scaleMs = cycleScaleMs(this.#bars);
		while (this.#rows.length < this.#bars.length) {
			const row = new CycleRow(this.#rows.length);
			this.#rows.push(row);
			this.#list.append(row.element);
		}
		for (const [place, row] of this.#rows.entries()) {
			const bar = this.#bars[place];
			setShown(row.element, bar !== undefined);
			if (bar !== undefined) {
				row.show(bar, scaleMs, bar.row.seq === this.#selectedSeq);
				row.element.classList.toggle('active', place === this.#active);
			}
		}
		const active = this.#active === undefined ? undefined : this.#rows[this.#active];
		this.#list.setAttribute('aria-activedescendant', active?.element.id ?? '');
		this.#list.setAttribute('aria-label', cyclesLabel(this.#bars));
		setText(this.#readout, active?.bar === undefined ? words.charts.cyclesHint : cycleText(active.bar));
		const marks = this.#bars.length === 0 ? [] : axisSplits(0, scaleMs, 3);
		this.#axis.replaceChildren(
			...marks.map((mark, at) => {
				const label = element('span', {}, at === 0 ? '0 ms' : axisNumber(mark));
				label.style.left = `${((mark / scaleMs) * 100).toFixed(2)}%`;
				return label;
			}),
		);
	}
}
