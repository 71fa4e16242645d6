import type { ChartAnswer, ChartRequest } from '../../../core/charts';
import type { SessionSummary } from '../../../core/session';
import type { Statistics } from '../../../core/statistics';
import type { Series } from '../../../core/timing/series';
import type { ThemeColors } from '../../theme';
import { element, iconButton, setShown, setText } from '../elements';
import type { ChartTab, RestoredState } from '../restoredState';
import { words } from '../words';
import type { ChartPart } from './chartPart';
import { CyclesView } from './cyclesView';
import { HeatMapView } from './heatMapView';
import { HistogramView } from './histogramView';
import { LadderView } from './ladderView';
import { NumbersTable, numbersText } from './numbersTable';
import { OverTimeView } from './overTimeView';

/** What the charts ask for. */
export interface ChartsEvents {
	readonly requested: (request: ChartRequest) => void;
	/** A frame was chosen on a chart. */
	readonly selected: (seq: number) => void;
	/** A time was chosen on a chart, in epoch milliseconds. */
	readonly timeChosen: (atMs: number) => void;
}

/** A chart is drawn anew at most so often. */
const pullAfterMs = 500;
/** A request that was not answered for so long is given up. */
const answerTimeoutMs = 2000;

/**
 * The charts of the details, one of them at a time. The one that is shown pulls its numbers, at most twice a second and
 * only when a tick has told of something new; while none is shown, nothing is asked for and nothing drawn.
 */
export class Charts {
	readonly element: HTMLElement;
	readonly #state: RestoredState;
	readonly #events: ChartsEvents;
	readonly #parts: Readonly<Record<ChartTab, ChartPart>>;
	readonly #tabs = new Map<ChartTab, HTMLButtonElement>();
	readonly #controls = element('div', { class: 'chart-controls' });
	readonly #tableButton: HTMLButtonElement;
	readonly #note = element('p', { class: 'chart-empty muted', testId: 'chart-note' });
	readonly #table = new NumbersTable();
	readonly #tableBox: HTMLElement;
	readonly #body: HTMLElement;
	#shown = false;
	#selectedSeq = Number.NaN;
	#drawn: ChartPart | undefined;
	#session: SessionSummary | undefined;
	#statistics: Statistics | undefined;
	#series: Series | undefined;
	/** Something has changed since the last request. */
	#stale = true;
	#waiting = false;
	#askedAtMs = Number.NEGATIVE_INFINITY;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(state: RestoredState, colors: ThemeColors, events: ChartsEvents) {
		this.#state = state;
		this.#events = events;
		const changed = (): void => this.#pull(true);
		this.#parts = {
			overTime: new OverTimeView(colors, events.timeChosen),
			histogram: new HistogramView(changed),
			heatMap: new HeatMapView(colors, events.timeChosen),
			cycles: new CyclesView(events.selected, changed),
			ladder: new LadderView(events.selected, changed),
		};
		const tabList = element('div', {
			class: 'tabs',
			attributes: { role: 'tablist', 'aria-label': words.charts.title },
		});
		for (const name of Object.keys(this.#parts) as ChartTab[]) {
			const tab = element(
				'button',
				{
					class: 'tab',
					testId: `tab-${name}`,
					id: `chart-tab-${name}`,
					title: words.charts.tabTitles[name],
					attributes: { type: 'button', role: 'tab', 'aria-controls': 'chart-panel' },
				},
				words.charts.tabs[name],
			);
			tab.addEventListener('click', () => this.#choose(name));
			this.#tabs.set(name, tab);
			tabList.append(tab);
		}
		tabList.addEventListener('keydown', (event) => this.#tabKey(event));
		this.#tableButton = iconButton('table', words.charts.showTable, 'chart-table-toggle', () => {
			state.change({ chartTable: !state.ui.chartTable });
			this.#draw();
			// A chart whose table was in its place has missed what came.
			this.#drawSeries();
		});
		this.#tableBox = element(
			'div',
			{ class: 'numbers-box', attributes: { role: 'region', tabindex: '0', 'aria-label': words.charts.numbers } },
			this.#table.element,
		);
		this.#body = element('div', { class: 'chart-body', id: 'chart-panel', attributes: { role: 'tabpanel' } });
		this.element = element(
			'div',
			{ class: 'charts', testId: 'charts' },
			element('div', { class: 'tab-line' }, tabList, this.#controls, this.#tableButton),
			this.#body,
		);
	}

	/** Whether the chart that is shown has single frames, so that one selected in the table is seen there. */
	get showsFrames(): boolean {
		return this.#part.select !== undefined;
	}

	/** The numbers of the chart that is shown, as text. */
	get text(): string {
		return numbersText(this.#part.numbers());
	}

	/** They come into view, or leave it. */
	setShown(shown: boolean): void {
		this.#shown = shown;
		if (shown) {
			this.#draw();
			this.#begin();
		} else {
			clearTimeout(this.#timer);
			this.#timer = undefined;
		}
	}

	/** Brings the keyboard to the chosen tab. */
	focus(): void {
		this.#tabs.get(this.#name)?.focus();
	}

	/** Takes the session's newest state. */
	session(session: SessionSummary): void {
		this.#session = session;
		this.#changed();
	}

	/** A tick has come: there may be something new to draw. */
	tick(statistics: Statistics): void {
		this.#statistics = statistics;
		this.#changed();
	}

	/** Takes the series of the last five minutes, which some ticks bring. It costs nothing where nothing is drawn of it. */
	series(series: Series): void {
		this.#series = series;
		if (this.#shown) {
			this.#drawSeries();
		}
	}

	/** Takes a chart that was asked for. */
	answer(answer: ChartAnswer): void {
		this.#waiting = false;
		if (this.#shown && answer.chart === this.#name) {
			this.#part.show?.(answer, this.#context);
			this.#draw();
		}
		if (this.#stale) {
			this.#pull(false);
		}
	}

	/** The frame that is selected in the table; NaN for none. */
	select(seq: number): void {
		this.#selectedSeq = seq;
		if (this.#shown) {
			this.#part.select?.(seq);
		}
	}

	/** The chosen chart, or the first where that is one that this transport has not. */
	get #name(): ChartTab {
		const { chart } = this.#state.ui;
		return chart === 'cycles' && !this.#isPolling ? 'histogram' : chart;
	}

	get #part(): ChartPart {
		return this.#parts[this.#name];
	}

	get #isPolling(): boolean {
		const transport = this.#session?.transport;
		return transport === 'longPoll' || transport === 'polling';
	}

	get #context(): { session: SessionSummary | undefined; statistics: Statistics | undefined } {
		return { session: this.#session, statistics: this.#statistics };
	}

	#changed(): void {
		this.#stale = true;
		if (this.#shown) {
			if (this.#drawn !== this.#part) {
				this.#draw();
			}
			this.#pull(false);
		}
	}

	/** Asks for the chart's numbers: at once where someone waits for them, else when the last ones have stood long enough. */
	#pull(atOnce: boolean): void {
		this.#stale ||= atOnce;
		const { request } = this.#part;
		if (!this.#shown || !this.#stale || request === undefined) {
			return;
		}
		const nowMs = performance.now();
		if (this.#waiting && nowMs - this.#askedAtMs < answerTimeoutMs) {
			return;
		}
		const waitMs = atOnce ? 0 : pullAfterMs - (nowMs - this.#askedAtMs);
		if (waitMs > 0) {
			this.#timer ??= setTimeout(() => {
				this.#timer = undefined;
				this.#pull(false);
			}, waitMs);
			return;
		}
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#stale = false;
		this.#waiting = true;
		this.#askedAtMs = nowMs;
		this.#events.requested(request.call(this.#part));
	}

	#choose(name: ChartTab): void {
		this.#state.change({ chart: name });
		this.#draw();
		this.#begin();
	}

	/** Gives the chart that has come into view what it is drawn of. */
	#begin(): void {
		this.#part.select?.(this.#selectedSeq);
		this.#drawSeries();
		this.#pull(true);
	}

	#drawSeries(): void {
		const part = this.#part;
		if (this.#series !== undefined && part.showSeries !== undefined) {
			part.showSeries(this.#series, this.#context);
			this.#draw();
		}
	}

	#tabKey(event: KeyboardEvent): void {
		const shown = [...this.#tabs].filter(([, tab]) => !tab.hidden);
		const at = shown.findIndex(([, tab]) => tab === document.activeElement);
		const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (move !== undefined && at >= 0) {
			event.preventDefault();
			const [name, tab] = shown[(at + move + shown.length) % shown.length]!;
			this.#choose(name);
			tab.focus();
		} else if (event.key === 'ArrowDown') {
			event.preventDefault();
			if (this.#state.ui.chartTable) {
				this.#tableBox.focus();
			} else {
				this.#part.focus();
			}
		}
	}

	#draw(): void {
		const part = this.#part;
		for (const [name, tab] of this.#tabs) {
			setShown(tab, name !== 'cycles' || this.#isPolling);
			const isChosen = name === this.#name;
			tab.setAttribute('aria-selected', String(isChosen));
			tab.tabIndex = isChosen ? 0 : -1;
		}
		if (this.#drawn !== part) {
			this.#drawn = part;
			this.#controls.replaceChildren(...part.controls);
			this.#body.replaceChildren(this.#note, part.element, this.#tableBox);
			this.#body.setAttribute('aria-labelledby', `chart-tab-${this.#name}`);
		}
		const isTable = this.#state.ui.chartTable;
		this.#tableButton.setAttribute('aria-pressed', String(isTable));
		const note = part.note(this.#context);
		setText(this.#note, note);
		setShown(this.#note, note !== '');
		part.element.classList.toggle('without-data', note !== '');
		setShown(part.element, !isTable);
		setShown(this.#tableBox, isTable && note === '');
		if (isTable && note === '') {
			this.#table.show(part.numbers());
		}
	}
}
