import type { ClockSetting } from '../../core/endpoint';
import type { SessionSummary } from '../../core/session';
import type { LagSummary, Statistics } from '../../core/statistics';
import type { Series } from '../../core/timing/series';
import type { ThemeColors } from '../theme';
import { element, setShown, setText } from './elements';
import { byteParts, groupedDigits, rate } from './format';
import { LagChart } from './lagChart';
import { LagFoot, type LagFootEvents } from './lagFoot';
import { LagMethodView, lagMissing, methodText } from './lagMethod';
import { NamedFigure } from './namedFigure';
import { type LagSpan, lagSpans, type RestoredState } from './restoredState';
import { Sparkline } from './sparkline';
import { words } from './words';

/** A rate each way and the last minute of what came in. */
class RateFigure {
	readonly element: HTMLElement;
	readonly #label: HTMLElement;
	readonly #in = element('span', { class: 'big' });
	readonly #inUnit = element('span', { class: 'unit' });
	readonly #out = element('span', { class: 'small-figure' });
	readonly #sparkline: Sparkline;

	constructor(colors: ThemeColors, label: string, testId: string, column: 'framesIn' | 'payloadBytesIn') {
		this.#label = element('span', { class: 'figure-label' }, label);
		this.#in.dataset.testid = `${testId}-in`;
		this.#out.dataset.testid = `${testId}-out`;
		this.#sparkline = new Sparkline(colors, column, column === 'framesIn' ? 'charts-blue' : 'charts-green');
		this.element = element(
			'div',
			{ class: 'figure rate', title: words.meanOf3s },
			element('div', { class: 'figure-head' }, this.#label, this.#out),
			element('div', { class: 'figure-value' }, this.#in, this.#inUnit),
			this.#sparkline.element,
		);
	}

	show(received: string, receivedUnit: string, sent: string): void {
		setText(this.#in, received);
		setText(this.#inUnit, receivedUnit);
		setText(this.#out, sent);
	}

	/** What is sent has a rate only where something can be sent. */
	showSent(shown: boolean): void {
		setShown(this.#out, shown);
	}

	showSeries(series: Series): void {
		this.#sparkline.show(series);
	}
}

/** What the figures ask for. */
export interface FiguresEvents extends LagFootEvents {
	readonly clockChosen: (clock: ClockSetting) => void;
	/** A second of the lag chart was chosen, in epoch milliseconds. */
	readonly timeChosen: (atMs: number) => void;
}

/** Percentiles by the name that people call them. */
const percentiles = { p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99', p999: 'p99.9', max: 'max' } as const;

/** Frames, bytes and lag: how much, how late, and how well that is known. */
export class Figures {
	readonly element: HTMLElement;
	readonly #state: RestoredState;
	readonly #frames: RateFigure;
	readonly #bytes: RateFigure;
	readonly #percentiles = Object.entries(percentiles).map(
		([key, name]) => [key as keyof typeof percentiles, name, new NamedFigure(name, `lag-${key}`, key)] as const,
	);
	readonly #method: LagMethodView;
	readonly #spans: ReadonlyMap<LagSpan, HTMLButtonElement>;
	readonly #chart: LagChart;
	readonly #foot: LagFoot;
	#statistics: Statistics | undefined;

	constructor(colors: ThemeColors, state: RestoredState, events: FiguresEvents) {
		this.#state = state;
		this.#frames = new RateFigure(colors, words.framesPerSecond, 'frames-rate', 'framesIn');
		this.#bytes = new RateFigure(colors, words.bytesPerSecond, 'bytes-rate', 'payloadBytesIn');
		const readout = element('div', { class: 'chart-readout' });
		this.#chart = new LagChart(colors, { name: 'lag', readout, hint: '', timeChosen: events.timeChosen });
		this.#chart.element.append(readout);
		this.#method = new LagMethodView(events.clockChosen);
		this.#foot = new LagFoot(events);
		this.#spans = new Map(
			lagSpans.map((span) => {
				const button = element(
					'button',
					{ class: 'span-button', testId: `lag-span-${span}`, attributes: { type: 'button' } },
					words.lagSpans[span],
				);
				button.title = words.lagSpanTitles[span];
				button.addEventListener('click', () => this.#chooseSpan(span));
				return [span, button];
			}),
		);
		const head = element(
			'div',
			{ class: 'figure-head lag-head' },
			element('span', { class: 'figure-label', title: words.lagExplained }, `${words.lag}, ms`),
			...this.#percentiles.map(([, , figure]) => figure.element),
			this.#method.element,
			element(
				'span',
				{ class: 'spans', attributes: { role: 'group', 'aria-label': words.lagSpanLabel } },
				...this.#spans.values(),
			),
		);
		this.element = element(
			'section',
			{ class: 'figures', attributes: { 'aria-label': words.figures } },
			this.#frames.element,
			this.#bytes.element,
			element('div', { class: 'figure lag' }, head, this.#chart.element, this.#foot.element),
		);
		this.#showSpan();
	}

	/** What changes with the session, not with its frames. */
	showSession(session: SessionSummary): void {
		const isWebSocket = session.transport === 'webSocket';
		this.#frames.showSent(isWebSocket);
		this.#bytes.showSent(isWebSocket);
		this.#method.showSession(session);
		this.#foot.showSession(session);
	}

	/** The figures of a tick. */
	show(statistics: Statistics): void {
		this.#statistics = statistics;
		this.#frames.show(rate(statistics.framesPerSecond), '↓', `↑ ${rate(statistics.framesSentPerSecond)}`);
		const [received, unit] = byteParts(statistics.payloadBytesPerSecond);
		const [sent, sentUnit] = byteParts(statistics.payloadBytesSentPerSecond);
		this.#bytes.show(received, `${unit} ↓`, `↑ ${sent} ${sentUnit}`);
		this.#showLag(statistics.lagMs);
		this.#foot.show(statistics);
	}

	/** The charts; at most four times a second. */
	showSeries(series: Series, statistics: Statistics): void {
		this.#frames.showSeries(series);
		this.#bytes.showSeries(series);
		this.#chart.show(series, statistics.connectionsOpened, lagMissing(statistics.lagMs) ?? '');
	}

	#showLag(lag: LagSummary): void {
		const isWindow = this.#state.ui.lagSpan === 'window';
		const distribution = isWindow ? lag.window : lag;
		const seconds = groupedDigits(lag.windowSeconds);
		const missing = lagMissing(lag) ?? (distribution.count === 0 ? words.noLagInWindow(seconds) : undefined);
		const method = methodText(lag);
		const span = isWindow ? words.ofWindow(seconds) : words.ofSession;
		for (const [key, name, figure] of this.#percentiles) {
			const title = missing ?? words.lagPercentile(name, groupedDigits(distribution.count), span, method);
			figure.show(distribution[key], title);
		}
		this.#method.showStatistics(lag);
	}

	#chooseSpan(span: LagSpan): void {
		this.#state.change({ lagSpan: span });
		this.#showSpan();
		if (this.#statistics !== undefined) {
			this.#showLag(this.#statistics.lagMs);
		}
	}

	#showSpan(): void {
		for (const [span, button] of this.#spans) {
			button.setAttribute('aria-pressed', String(span === this.#state.ui.lagSpan));
		}
	}
}
