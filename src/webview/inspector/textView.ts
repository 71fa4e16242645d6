import { element, setShown, textButton } from './elements';
import { groupedDigits } from './format';
import { type JsonText, prettyJson } from './jsonNodes';
import { clipped, visibleBlock } from './visibleText';
import { words } from './words';

/** Characters laid out at first: a browser needs a second for a megabyte of wrapped text. */
const shownAtFirst = 100_000;

/** A payload as text, as it came or with its JSON indented. */
export class TextView {
	readonly element: HTMLElement;
	readonly #text = element('pre', { class: 'payload-text', testId: 'payload-text', attributes: { tabindex: '0' } });
	readonly #note = element('div', { class: 'detail-note' });
	readonly #noteText = element('span', {});
	readonly #showAll: HTMLButtonElement;
	#whole = '';

	constructor() {
		this.#showAll = textButton(words.showAll, 'show-all-text', () => this.#show(Number.POSITIVE_INFINITY));
		this.#note.append(this.#noteText, this.#showAll);
		this.element = element('div', { class: 'text-view' }, this.#note, this.#text);
	}

	show(text: string, json: JsonText | undefined, pretty: boolean, wrap: boolean): void {
		this.#whole = pretty && json !== undefined ? json.prefix + prettyJson(json.text, json.root) : text;
		this.#text.classList.toggle('wrap', wrap);
		this.#show(shownAtFirst);
	}

	#show(maxLength: number): void {
		const shown = clipped(this.#whole, maxLength);
		this.#text.textContent = visibleBlock(shown);
		this.#noteText.textContent = words.textClipped(groupedDigits(shown.length), groupedDigits(this.#whole.length));
		setShown(this.#note, shown.length < this.#whole.length);
	}
}
