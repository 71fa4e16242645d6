import { element, setText, setTitle } from './elements';
import { figureMs } from './format';

/** `p50 0.82`: a name and its number of milliseconds, a dash where there is none. */
export class NamedFigure {
	readonly element: HTMLElement;
	readonly #value = element('span', { class: 'value' });

	constructor(name: string, testId: string, className = '') {
		this.#value.dataset.testid = testId;
		this.element = element(
			'span',
			{ class: `named-figure ${className}`.trimEnd() },
			element('span', { class: 'name' }, name),
			this.#value,
		);
	}

	show(value: number | null, title?: string): void {
		setText(this.#value, figureMs(value));
		if (title !== undefined) {
			setTitle(this.element, title);
		}
	}
}
