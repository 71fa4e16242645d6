import { element, setShown } from './elements';

/** What a setting that is edited in its place says and does. */
export interface InlineEditOptions {
	/** What stands there otherwise, the button that opens the input among it. */
	readonly shown: HTMLElement;
	/** Gets the keyboard back when the input closes. */
	readonly button: HTMLElement;
	readonly testId: string;
	readonly label: string;
	readonly hint: string;
	readonly placeholder: string;
	/** Offered below the input. */
	readonly choices: readonly string[];
	/** The setting as it is now, to start from. */
	readonly current: () => string;
	/** Takes what was typed; false where it can't be read, and the input then stays open. */
	readonly chosen: (text: string) => boolean;
}

/** A setting that is typed where it is shown: a click opens an input in its place, Enter applies, Esc cancels. */
export class InlineEdit {
	readonly element: HTMLElement;
	readonly #options: InlineEditOptions;
	readonly #input: HTMLInputElement;

	constructor(options: InlineEditOptions) {
		this.#options = options;
		const listId = `${options.testId}-choices`;
		this.#input = element('input', {
			class: 'path-input',
			testId: options.testId,
			title: options.hint,
			attributes: {
				'aria-label': options.label,
				placeholder: options.placeholder,
				spellcheck: 'false',
				autocomplete: 'off',
				list: listId,
			},
		});
		this.#input.hidden = true;
		const choices = element('datalist', { id: listId });
		for (const value of options.choices) {
			choices.append(element('option', { attributes: { value } }));
		}
		this.element = element('span', { class: 'inline-edit' }, options.shown, this.#input, choices);
		this.#input.addEventListener('keydown', (event) => {
			if (event.key === 'Enter') {
				// Else the button that gets the keyboard is pressed by it.
				event.preventDefault();
				if (options.chosen(this.#input.value.trim())) {
					this.#finish();
				} else {
					this.#input.setAttribute('aria-invalid', 'true');
				}
			} else if (event.key === 'Escape') {
				event.stopPropagation();
				this.#finish();
			}
		});
		this.#input.addEventListener('input', () => this.#input.removeAttribute('aria-invalid'));
		this.#input.addEventListener('blur', () => this.#finish());
		options.button.addEventListener('click', () => this.#begin());
	}

	#begin(): void {
		this.#input.value = this.#options.current();
		this.#input.removeAttribute('aria-invalid');
		setShown(this.#options.shown, false);
		setShown(this.#input, true);
		this.#input.focus();
		this.#input.select();
	}

	#finish(): void {
		if (!this.#input.hidden) {
			// Hiding what has the keyboard blurs it, which would end up here again.
			const hadKeyboard = document.activeElement === this.#input;
			setShown(this.#input, false);
			setShown(this.#options.shown, true);
			if (hadKeyboard) {
				this.#options.button.focus();
			}
		}
	}
}
