import type { SessionSummary } from '../../core/session';
import type { Distribution, LagSummary, Statistics } from '../../core/statistics';
import type { Series } from '../../core/timing/series';
import type { ThemeColors } from '../theme';
import { element, iconButton, setShown, setText, setTitle } from './elements';
import { byteParts, figureMs, groupedDigits, rate, uncertaintyMs } from './format';
import { LagChart } from './lagChart';
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

/** `p50 0.82`: a name and its number, blank with a reason where there is none. */
class NamedFigure {
	readonly element: HTMLElement;
	readonly #value = element('span', { class: 'value' });

	constructor(name: string, testId: string) {
		this.#value.dataset.testid = testId;
		this.element = element('span', { class: 'named-figure' }, element('span', { class: 'name' }, name), this.#value);
	}

	show(value: number | null, title: string): void {
		setText(this.#value, figureMs(value));
		setTitle(this.element, title);
	}
}

/** A distribution on one line of the foot: `gap p50 0.8 p99 4.1 max 212`. */
class DistributionLine {
	readonly element: HTMLElement;
	readonly #figures: ReadonlyArray<readonly [keyof Distribution, NamedFigure]>;

	constructor(label: string, testId: string, names: ReadonlyArray<'p50' | 'p99' | 'max' | 'last'>) {
		this.#figures = names.map((name) => [name, new NamedFigure(name, `${testId}-${name}`)]);
		const parts = this.#figures.map(([, figure]) => figure.element);
		this.element = element(
			'span',
			{ class: 'distribution', testId },
			element('span', { class: 'label' }, label),
			...parts,
		);
	}

	showOnly(names: ReadonlyArray<keyof Distribution>): void {
		for (const [name, figure] of this.#figures) {
			setShown(figure.element, names.includes(name));
		}
	}

	show(distribution: Distribution, title: string): void {
		setTitle(this.element, title);
		for (const [name, figure] of this.#figures) {
			figure.show(distribution[name], '');
		}
	}
}

/** Frames, bytes and lag: how much, how late, and how well that is known. */
export class Figures {
	readonly element: HTMLElement;
	readonly #frames: RateFigure;
	readonly #bytes: RateFigure;
	readonly #percentiles = (['p50', 'p95', 'p99', 'max'] as const).map(
		(name) => [name, new NamedFigure(name, `lag-${name}`)] as const,
	);
	readonly #uncertainty = element('span', { class: 'uncertainty', testId: 'lag-uncertainty' });
	readonly #chart: LagChart;
	readonly #path: TimestampPath;
	readonly #roundTrip = new DistributionLine(words.roundTrip, 'round-trip', ['p50', 'last']);
	readonly #gap = new DistributionLine(words.gap, 'gap', ['p50', 'p99', 'max']);
	readonly #hold = new DistributionLine(words.hold, 'hold', ['p50', 'p99', 'max']);
	readonly #blind = new DistributionLine(words.blind, 'blind', ['p50', 'p99', 'max']);
	readonly #empty = element('span', { class: 'distribution', testId: 'empty-cycles' });

	constructor(colors: ThemeColors, choosePath: (path: string) => void) {
		this.#frames = new RateFigure(colors, words.framesPerSecond, 'frames-rate', 'framesIn');
		this.#bytes = new RateFigure(colors, words.bytesPerSecond, 'bytes-rate', 'payloadBytesIn');
		this.#chart = new LagChart(colors);
		this.#path = new TimestampPath(choosePath);
		const head = element(
			'div',
			{ class: 'figure-head lag-head' },
			element('span', { class: 'figure-label', title: words.lagExplained }, `${words.lag}, ms`),
			...this.#percentiles.map(([, figure]) => figure.element),
			this.#uncertainty,
		);
		const foot = element(
			'div',
			{ class: 'lag-foot' },
			this.#path.element,
			this.#roundTrip.element,
			this.#hold.element,
			this.#blind.element,
			this.#gap.element,
			this.#empty,
		);
		this.element = element(
			'section',
			{ class: 'figures', attributes: { 'aria-label': words.figures } },
			this.#frames.element,
			this.#bytes.element,
			element('div', { class: 'figure lag' }, head, this.#chart.element, foot),
		);
	}

	/** What changes with the session, not with its frames. */
	showSession(session: SessionSummary): void {
		const isPolling = session.transport === 'longPoll' || session.transport === 'polling';
		const isWebSocket = session.transport === 'webSocket';
		this.#frames.showSent(isWebSocket);
		this.#bytes.showSent(isWebSocket);
		setShown(this.#roundTrip.element, isWebSocket);
		// The gap between two cycles is little more than the hold or the interval, and its line has no room for all three.
		this.#gap.showOnly(isPolling ? ['p50', 'max'] : ['p50', 'p99', 'max']);
		setShown(this.#hold.element, isPolling);
		setShown(this.#blind.element, isPolling);
		setShown(this.#empty, isPolling);
		this.#path.showSession(session);
	}

	/** The figures of a tick. */
	show(statistics: Statistics): void {
		this.#frames.show(rate(statistics.framesPerSecond), '↓', `↑ ${rate(statistics.framesSentPerSecond)}`);
		const [received, unit] = byteParts(statistics.payloadBytesPerSecond);
		const [sent, sentUnit] = byteParts(statistics.payloadBytesSentPerSecond);
		this.#bytes.show(received, `${unit} ↓`, `↑ ${sent} ${sentUnit}`);
		const lag = statistics.lagMs;
		const missing = lagMissing(lag);
		for (const [name, figure] of this.#percentiles) {
			figure.show(lag[name], missing ?? words.lagPercentile(name, groupedDigits(lag.count)));
		}
		setText(this.#uncertainty, missing === undefined ? uncertaintyText(lag) : '');
		setTitle(
			this.#uncertainty,
			missing ?? (lag.clocksDisagree ? words.clocksDisagreeExplained : words.methodExplained[lag.method]),
		);
		this.#path.showStatistics(lag);
		const { roundTripMs, gapMs, holdMs, blindMs } = statistics;
		this.#roundTrip.show(
			roundTripMs,
			roundTripMs.count === 0 ? words.roundTripNone : words.roundTripExplained(groupedDigits(roundTripMs.count)),
		);
		this.#gap.show(gapMs, gapMs.count === 0 ? words.noneYet : words.gapExplained(groupedDigits(gapMs.count)));
		this.#hold.show(holdMs, holdMs.count === 0 ? words.noneYet : words.holdExplained(groupedDigits(holdMs.count)));
		this.#blind.show(blindMs, blindMs.count === 0 ? words.noneYet : words.blindExplained(groupedDigits(blindMs.count)));
		const [empty, cycles] = [groupedDigits(statistics.emptyCycles), groupedDigits(statistics.cycles)];
		setText(this.#empty, `${words.emptyCycles} ${empty} of ${cycles}`);
		setTitle(this.#empty, words.emptyCyclesExplained(empty, cycles));
	}

	/** The charts; at most four times a second. */
	showSeries(series: Series, statistics: Statistics): void {
		this.#frames.showSeries(series);
		this.#bytes.showSeries(series);
		this.#chart.show(series, statistics.connectionsOpened, lagMissing(statistics.lagMs) ?? '');
	}
}

/** Why there is no lag; undefined when there is one. */
export function lagMissing(lag: LagSummary): string | undefined {
	if (lag.p50 !== null) {
		return undefined;
	}
	return lag.reason === undefined ? words.notMeasured : words.lagReasons[lag.reason];
}

function uncertaintyText(lag: LagSummary): string {
	const width = lag.uncertaintyMs === null ? '?' : uncertaintyMs(lag.uncertaintyMs);
	return `± ${width} (${lag.clocksDisagree ? words.clocksDisagree : words.methods[lag.method]})`;
}

/** Where sending times are read, and the input to say otherwise. */
class TimestampPath {
	readonly element: HTMLElement;
	readonly #shown = element('span', { class: 'path-shown' });
	readonly #label = element('span', { class: 'label' });
	readonly #code = element('code', { class: 'path', testId: 'timestamp-path' });
	readonly #source = element('span', { class: 'label' });
	readonly #input: HTMLInputElement;
	readonly #edit: HTMLButtonElement;
	#session: SessionSummary | undefined;

	constructor(choose: (path: string) => void) {
		this.#input = element('input', {
			class: 'path-input',
			testId: 'timestamp-path-input',
			title: words.pathHint,
			attributes: { 'aria-label': words.pathLabel, placeholder: '$.sentAt', spellcheck: 'false', list: 'path-choices' },
		});
		this.#input.hidden = true;
		const choices = element('datalist', { id: 'path-choices' });
		for (const value of ['detect', 'none']) {
			choices.append(element('option', { attributes: { value } }));
		}
		this.#edit = iconButton('edit', words.editPath, 'edit-timestamp-path', () => this.#begin());
		this.#shown.append(this.#label, this.#code, this.#source, this.#edit);
		this.element = element('span', { class: 'timestamp-path' }, this.#shown, this.#input, choices);
		this.#input.addEventListener('keydown', (event) => {
			if (event.key === 'Enter') {
				const path = this.#input.value.trim();
				choose(path === '' ? 'detect' : path);
				this.#finish();
			} else if (event.key === 'Escape') {
				event.stopPropagation();
				this.#finish();
			}
		});
		this.#input.addEventListener('blur', () => this.#finish());
	}

	showSession(session: SessionSummary): void {
		this.#session = session;
	}

	showStatistics(lag: LagSummary): void {
		const path = lag.path ?? this.#session?.timestampPath ?? '';
		const hasPath = path !== '' && path !== 'none' && path !== 'detect';
		setText(this.#code, hasPath ? path : '');
		setShown(this.#code, hasPath);
		if (hasPath) {
			setText(this.#label, words.sentAt);
			setText(this.#source, this.#session?.timestampPathSource === 'set' ? words.pathSet : words.pathDetected);
		} else {
			setText(this.#label, lag.reason === 'switchedOff' ? words.pathOff : words.pathNone);
			setText(this.#source, '');
		}
	}

	#begin(): void {
		this.#input.value = this.#session?.timestampPath ?? '';
		setShown(this.#shown, false);
		setShown(this.#input, true);
		this.#input.focus();
		this.#input.select();
	}

	#finish(): void {
		if (!this.#input.hidden) {
			setShown(this.#input, false);
			setShown(this.#shown, true);
			this.#edit.focus();
		}
	}
}
