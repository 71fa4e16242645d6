import { longestTypedText, type SizingField } from '../../core/messages';
import type { Place } from '../../core/sizing/note/quantity';
import { element, icon, iconButton, setShown, setText, setTitle } from '../inspector/elements';
import { visibleLine } from '../inspector/visibleText';
import { words } from './words';

/** What a field asks of the panel. */
export interface FieldIntents {
	/** The field's text is another; an empty one takes back what was typed. */
	typed(field: SizingField, text: string): void;
	select(places: readonly Place[]): void;
}

/**
 * An input of a calculation: its name, a field with its value, and where that comes from. What is typed in it stays as it
 * was typed, and is replaced by what the host says only while the field does not have the keyboard.
 */
export class FieldView {
	readonly element: HTMLElement;
	readonly #label: HTMLLabelElement;
	readonly #name = element('code', { class: 'field-name' });
	readonly #control: HTMLInputElement | HTMLSelectElement;
	readonly #takeBack: HTMLButtonElement;
	readonly #figure = element('span', { class: 'field-figure', testId: 'field-figure' });
	readonly #source = element('div', { class: 'field-source', testId: 'field-source' });
	readonly #problem: HTMLElement;
	readonly #intents: FieldIntents;
	#field: SizingField;
	#shownSource = '';
	#isSettled = true;

	/** `id` is the element id of its control. */
	constructor(field: SizingField, id: string, intents: FieldIntents) {
		this.#field = field;
		this.#intents = intents;
		this.#control = field.choices === undefined ? textControl(id) : choiceControl(id, field);
		this.#label = element('label', { class: 'field-label', attributes: { for: id } });
		this.#takeBack = iconButton('discard', words.takeBack(field), 'field-take-back', () => this.#reset());
		this.#problem = element('div', { class: 'field-problem', id: `${id}-problem`, testId: 'field-problem' });
		this.#source.id = `${id}-source`;
		this.element = element(
			'div',
			{ class: 'field', testId: `field-${field.name}` },
			element('div', { class: 'field-heading' }, this.#label, this.#name),
			element('div', { class: 'field-control' }, this.#control, this.#takeBack),
			element('div', { class: 'field-origin' }, this.#figure, this.#source),
			this.#problem,
		);
		this.#control.addEventListener('input', () => {
			this.#isSettled = false;
			intents.typed(this.#field, this.#control.value);
		});
		this.#control.addEventListener('blur', () => this.#showText());
	}

	/** Shows the field as the host has it; `isSettled` when that has all that was typed. */
	show(field: SizingField, isSettled: boolean): void {
		this.#field = field;
		this.#isSettled = isSettled;
		setText(this.#label, sentenceCase(field.label));
		setTitle(this.#label, field.question);
		setText(this.#name, field.name);
		if (this.#control instanceof HTMLInputElement) {
			this.#control.placeholder = field.text === '' ? field.example : visibleLine(field.text);
		}
		this.#showText();
		const { problemSentence, figure } = field;
		const isWrong = problemSentence !== undefined;
		this.element.classList.toggle('needed', field.needed);
		this.#control.setAttribute('aria-required', String(field.needed));
		this.#control.setAttribute('aria-invalid', String(isWrong));
		this.#control.setAttribute(
			'aria-describedby',
			isWrong ? `${this.#problem.id} ${this.#source.id}` : this.#source.id,
		);
		const keeps = figure === undefined ? '' : ` ${words.stillUsed(figure)}`;
		setText(this.#problem, isWrong ? visibleLine(problemSentence) + keeps : '');
		setShown(this.#problem, isWrong);
		setShown(this.#takeBack, field.typed);
		const isOtherwiseWritten = field.typed && !isWrong && figure !== undefined && figure !== field.text.trim();
		setText(this.#figure, isOtherwiseWritten ? words.understood(figure) : '');
		this.#showSource(field);
	}

	focus(): void {
		this.#control.focus();
	}

	#showText(): void {
		if (this.#isSettled && document.activeElement !== this.#control && this.#control.value !== this.#field.text) {
			this.#control.value = this.#field.text;
		}
	}

	#reset(): void {
		this.#control.focus();
		this.#control.value = '';
		this.#intents.typed(this.#field, '');
		this.#takeBack.hidden = true;
	}

	#showSource({ source, needed }: SizingField): void {
		const content = JSON.stringify([source, needed]);
		if (content === this.#shownSource) {
			return;
		}
		this.#shownSource = content;
		this.element.dataset.source = source.kind;
		switch (source.kind) {
			case 'note':
				this.#source.replaceChildren(placeButton(source.text, () => this.#intents.select(source.places)));
				return;
			case 'given':
				this.#source.replaceChildren(words.given);
				return;
			case 'measured':
				this.#source.replaceChildren(icon('pulse'), visibleLine(words.measured(source.how)));
				return;
			case 'assumed':
				this.#source.replaceChildren(visibleLine(words.assumed(source.why)));
				return;
			case 'unknown':
				this.#source.replaceChildren(needed ? words.needed : words.unknown);
				return;
		}
	}
}

/** What stands in the note, as a button that selects it there. */
export function placeButton(text: string, select: () => void): HTMLButtonElement {
	const shown = visibleLine(text);
	const button = element(
		'button',
		{
			class: 'place',
			testId: 'place',
			title: words.select(shown),
			attributes: { type: 'button', 'aria-label': words.select(shown) },
		},
		icon('go-to-file'),
		element('span', { class: 'place-text' }, shown),
	);
	button.addEventListener('click', select);
	return button;
}

function textControl(id: string): HTMLInputElement {
	return element('input', {
		class: 'field-input',
		testId: 'field-input',
		id,
		attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off', maxlength: String(longestTypedText) },
	});
}

function choiceControl(id: string, { choices = [] }: SizingField): HTMLSelectElement {
	const control = element('select', { class: 'field-input', testId: 'field-input', id });
	control.append(element('option', { attributes: { value: '' } }, words.notTold));
	for (const { value, label } of choices) {
		control.append(element('option', { attributes: { value } }, label));
	}
	return control;
}

function sentenceCase(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
