import { type ClockSetting, clockProblem } from '../../core/endpoint';
import type { SessionSummary } from '../../core/session';
import type { LagSummary } from '../../core/statistics';
import { element, icon, setShown, setText, setTitle } from './elements';
import { durationMs, figureMs, groupedDigits, uncertaintyMs } from './format';
import { InlineEdit } from './inlineEdit';
import { words } from './words';

/** Why there is no lag; undefined when there is one. */
export function lagMissing(lag: LagSummary): string | undefined {
	if (lag.p50 !== null) {
		return undefined;
	}
	return lag.reason === undefined ? words.notMeasured : words.lagReasons[lag.reason];
}

/** How well lag is known, in a few words: `± 1.00 (same clock)`, `clocks disagree by 7.35 s`. */
export function methodText(lag: LagSummary): string {
	if (lag.clocksDisagree) {
		return lag.clocksDisagreeMs === undefined
			? words.clocksDisagree
			: words.clocksDisagreeBy(durationMs(lag.clocksDisagreeMs));
	}
	const width = lag.uncertaintyMs === null ? '?' : uncertaintyMs(lag.uncertaintyMs);
	return `± ${width} (${words.methods[lag.method]})`;
}

/**
 * The lag of one frame (NaN: not measured) with how well it is known. One that is below 0 by more than that says that the
 * clocks disagree, and by how much: nothing arrives before it was sent.
 */
export function frameLagText(lagMs: number, lag: LagSummary): string {
	if (Number.isNaN(lagMs)) {
		return lagMissing(lag) ?? words.notMeasured;
	}
	const figure = `${lagMs.toFixed(3).replace('-', '−')} ms`;
	if (lag.uncertaintyMs === null || lagMs >= -lag.uncertaintyMs) {
		return `${figure} ${methodText(lag)}`.trimEnd();
	}
	return `${figure} ± ${uncertaintyMs(lag.uncertaintyMs)}: ${words.clocksDisagreeBy(durationMs(-lagMs))}`;
}

/** How lag was measured and how far that can be trusted, in sentences. */
export function methodExplained(lag: LagSummary): string {
	const sentences = [
		lag.clocksDisagree ? words.clocksDisagreeExplained : '',
		words.methodExplained[lag.method],
		offsetText(lag),
		driftText(lag),
		lag.clockSamples > 0 ? words.clockSamples(groupedDigits(lag.clockSamples)) : '',
		lag.uncertaintyMs === null ? words.uncertaintyUnknown : words.uncertaintyMeaning(uncertaintyMs(lag.uncertaintyMs)),
	];
	return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** Where two clocks differ, which is ahead and by how much; '' where nothing is known, or one clock was used. */
function offsetText({ offsetMs, method }: LagSummary): string {
	if (offsetMs === null || method === 'sameMachine' || method === 'assumedSameClock' || method === 'relative') {
		return '';
	}
	return words.clockOffset(durationMs(Math.abs(offsetMs)), offsetMs < 0);
}

function driftText({ driftPpm }: LagSummary): string {
	return driftPpm === null ? '' : words.clockDrift(figureMs(Math.abs(driftPpm)), driftPpm < 0);
}

/**
 * Reads what a person types for the sender's clock: `auto`, `same`, `estimate`, `relative`, or how far our clock is ahead of
 * it, in milliseconds where no unit is named (`-7350`, `1.5 s`). Undefined for anything else.
 */
export function readClock(text: string): ClockSetting | undefined {
	const typed = text.trim().toLowerCase().replace('−', '-');
	const number = /^([+-]?\d+(?:\.\d+)?) ?(ms|s)?$/.exec(typed);
	const clock: unknown = number === null ? typed || 'auto' : Number(number[1]) * (number[2] === 's' ? 1000 : 1);
	return clockProblem(clock) === undefined ? (clock as ClockSetting) : undefined;
}

/** How well lag is known, as a button that opens an input for what is known of the sender's clock. */
export class LagMethodView {
	readonly element: HTMLElement;
	readonly #button: HTMLButtonElement;
	readonly #warning = icon('warning');
	readonly #text = element('span', { testId: 'lag-uncertainty' });
	#setting: ClockSetting = 'auto';

	constructor(choose: (clock: ClockSetting) => void) {
		this.#button = element(
			'button',
			{ class: 'lag-method', testId: 'lag-method', attributes: { type: 'button' } },
			this.#warning,
			this.#text,
		);
		this.element = new InlineEdit({
			shown: this.#button,
			button: this.#button,
			testId: 'clock-input',
			label: words.clockLabel,
			hint: words.clockHint,
			placeholder: words.clockPlaceholder,
			choices: ['auto', 'same', 'estimate', 'relative'],
			current: () => `${this.#setting}`,
			chosen: (text) => {
				const clock = readClock(text);
				if (clock !== undefined) {
					choose(clock);
				}
				return clock !== undefined;
			},
		}).element;
	}

	showSession(session: SessionSummary): void {
		this.#setting = session.clock;
	}

	showStatistics(lag: LagSummary): void {
		const missing = lagMissing(lag);
		setShown(this.element, missing === undefined);
		if (missing === undefined) {
			setText(this.#text, methodText(lag));
			setShown(this.#warning, lag.clocksDisagree);
			this.#button.classList.toggle('disagree', lag.clocksDisagree);
			setTitle(this.#button, `${methodExplained(lag)} ${words.clockClick}`);
		}
	}
}
