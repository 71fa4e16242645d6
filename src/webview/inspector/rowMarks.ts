import { type Row, rowMark } from '../../core/capture/rows';
import type { FrameMarks } from '../../core/frame';
import { element, setShown, setText } from './elements';
import { groupedDigits, shortCount } from './format';
import { words } from './words';

/** Each mark's shape, so that it is told without its colour: a codicon; a gap shows how many are missing instead. */
const markIcons = { duplicate: 'copy', reorder: 'arrow-swap', reset: 'discard', stall: 'clockface' } as const;

/** What a row's marks mean, in words; '' where it has none. */
export function marksText({ marks, missing }: Pick<Row, 'marks' | 'missing'>): string {
	if (marks === 0) {
		return '';
	}
	const sentences: string[] = [];
	if (marks & rowMark.gap) {
		sentences.push(gapText(missing));
	}
	for (const mark of ['duplicate', 'reorder', 'reset', 'stall'] as const) {
		if (marks & rowMark[mark]) {
			sentences.push(words.marks[mark]);
		}
	}
	return sentences.join(', ');
}

/** What a frame's place in its sequence says, in words; '' where it is the usual one. */
export function sequenceMarkText({ sequence, missing }: FrameMarks): string {
	if (sequence === undefined) {
		return '';
	}
	return sequence === 'gap' ? gapText(missing ?? 0) : words.marks[sequence];
}

function gapText(missing: number): string {
	return missing === 0 ? words.marks.gap : words.marks.missing(groupedDigits(missing), missing === 1);
}

/** The signs at the end of a row's kind: what is remarkable about its place in the stream. */
export class RowSigns {
	readonly element: HTMLElement;
	readonly #sequence = element('span', { attributes: { 'aria-hidden': 'true' } });
	readonly #stall = element('span', {
		class: `sign stall codicon codicon-${markIcons.stall}`,
		attributes: { 'aria-hidden': 'true' },
	});
	readonly #spoken = element('span', { class: 'visually-hidden' });
	#marks = 0;
	#missing = 0;

	constructor() {
		this.element = element('span', { class: 'signs' }, this.#stall, this.#sequence, this.#spoken);
		this.element.hidden = true;
	}

	/** Shows a row's marks; touches nothing when they are the same, as they are on nearly every row. */
	show(marks: number, missing: number): void {
		if (marks === this.#marks && missing === this.#missing) {
			return;
		}
		this.#marks = marks;
		this.#missing = missing;
		setShown(this.element, marks !== 0);
		setShown(this.#stall, (marks & rowMark.stall) !== 0);
		const isGap = (marks & rowMark.gap) !== 0;
		const mark = (['duplicate', 'reorder', 'reset'] as const).find((each) => marks & rowMark[each]);
		setShown(this.#sequence, isGap || mark !== undefined);
		if (isGap) {
			this.#sequence.className = 'sign missing';
			setText(this.#sequence, `−${missing === 0 ? '' : shortCount(missing)}`);
		} else if (mark !== undefined) {
			this.#sequence.className = `sign ${mark} codicon codicon-${markIcons[mark]}`;
			setText(this.#sequence, '');
		}
		setText(this.#spoken, marksText({ marks, missing }));
	}
}
