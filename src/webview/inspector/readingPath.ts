import { element, iconButton, setShown, setText } from './elements';
import { InlineEdit } from './inlineEdit';
import { words } from './words';

/** What is said of a path at which something is read in payloads. */
export interface ReadingPathWords {
	readonly testId: string;
	/** Before the path: `sent at`. */
	readonly lead: string;
	readonly edit: string;
	readonly label: string;
	readonly hint: string;
	readonly example: string;
	readonly choices: readonly string[];
}

/** Where payloads are read: a path, whether it was found or set, and the input to say otherwise. */
export class ReadingPath {
	readonly element: HTMLElement;
	readonly #lead = element('span', { class: 'label' });
	readonly #code: HTMLElement;
	readonly #source = element('span', { class: 'label path-source' });
	readonly #words: ReadingPathWords;
	#current = '';

	constructor(pathWords: ReadingPathWords, choose: (path: string) => void) {
		this.#words = pathWords;
		this.#code = element('code', { class: 'path', testId: pathWords.testId });
		const edit = iconButton('edit', pathWords.edit, `edit-${pathWords.testId}`, () => {});
		const shown = element('span', { class: 'path-shown' }, this.#lead, this.#code, this.#source, edit);
		const input = new InlineEdit({
			shown,
			button: edit,
			testId: `${pathWords.testId}-input`,
			label: pathWords.label,
			hint: pathWords.hint,
			placeholder: pathWords.example,
			choices: pathWords.choices,
			current: () => this.#current,
			chosen: (path) => {
				choose(path === '' ? 'detect' : path);
				return true;
			},
		});
		this.element = input.element;
		this.element.classList.add('reading-path');
	}

	/** Shows the path in use, or why there is none (`absent`); `current` is what the input starts from. */
	show(path: string | undefined, source: 'detected' | 'set' | undefined, absent: string, current: string): void {
		this.#current = current;
		setText(this.#code, path ?? '');
		setShown(this.#code, path !== undefined);
		setText(this.#lead, path === undefined ? absent : this.#words.lead);
		setText(this.#source, path === undefined ? '' : source === 'set' ? words.pathSet : words.pathDetected);
	}
}
