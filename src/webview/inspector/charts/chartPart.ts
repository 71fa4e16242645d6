import type { ChartAnswer, ChartRequest } from '../../../core/charts';
import type { SessionSummary } from '../../../core/session';
import type { Statistics } from '../../../core/statistics';
import type { Series } from '../../../core/timing/series';
import { element } from '../elements';
import type { ChartNumbers } from './numbersTable';

/** What the panel knows beside a chart's own numbers. */
export interface ChartContext {
	readonly session: SessionSummary | undefined;
	readonly statistics: Statistics | undefined;
}

/**
 * One of the charts: it draws what it is given, and tells the same in numbers. Most say what they need and get an answer;
 * that of the last five minutes is drawn of the series that ticks bring.
 */
export interface ChartPart {
	readonly element: HTMLElement;
	/** What stands beside the tabs while it is shown. */
	readonly controls: readonly HTMLElement[];
	/** What it needs to be drawn. */
	request?(): ChartRequest;
	/** Takes an answer to a request of its own and draws it. */
	show?(answer: ChartAnswer, context: ChartContext): void;
	/** Takes a newer series and draws it. */
	showSeries?(series: Series, context: ChartContext): void;
	/** Why there is nothing to draw; '' where there is something, and before the first answer. */
	note(context: ChartContext): string;
	numbers(): ChartNumbers;
	/** Takes the frame that is selected in the table, NaN for none; where single frames are seen. */
	select?(seq: number): void;
	/** Brings the keyboard to the picture. */
	focus(): void;
}

/** Calls back with each size that an element gets, in CSS pixels, while it is laid out. */
export function onSize(target: HTMLElement, sized: (widthPx: number, heightPx: number) => void): void {
	new ResizeObserver((entries) => {
		const { width, height } = entries[0]!.contentRect;
		if (width > 0 && height > 0) {
			sized(width, height);
		}
	}).observe(target);
}

/**
 * A picture with a place in it that keys and pointer move, which is a slider to a screen reader: the place's numbers are
 * its value. `pictureValue` says them.
 */
export function pictureSlider(testId: string): HTMLElement {
	return element('div', {
		class: 'chart-picture',
		testId,
		attributes: { role: 'slider', tabindex: '0', 'aria-valuemin': '0' },
	});
}

/** Says what a picture shows, and what is at the place that was chosen in it. */
export function pictureValue(picture: HTMLElement, label: string, place: number, places: number, text: string): void {
	picture.setAttribute('aria-label', label);
	picture.setAttribute('aria-valuemax', `${Math.max(0, places - 1)}`);
	picture.setAttribute('aria-valuenow', `${Math.max(0, place)}`);
	picture.setAttribute('aria-valuetext', text);
}

/** Where the arrow keys, Home and End lead in `0 … count-1`; undefined for any other key. From nowhere they begin at the end that they come from. */
export function movedPlace(
	key: string,
	place: number | undefined,
	count: number,
	[back, on]: readonly [back: string, on: string],
): number | undefined {
	if (count === 0) {
		return undefined;
	}
	switch (key) {
		case back:
			return Math.max(0, (place ?? count) - 1);
		case on:
			return Math.min(count - 1, (place ?? -1) + 1);
		case 'Home':
			return 0;
		case 'End':
			return count - 1;
		default:
			return undefined;
	}
}
