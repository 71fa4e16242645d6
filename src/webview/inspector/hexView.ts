import { element } from './elements';
import { hexLines, lineCount } from './hexLines';
import { words } from './words';

/** A line's height in CSS pixels; the style sheet sets the same. */
const linePx = 18;
/** Characters of a line of sixteen bytes: a long offset, the bytes, the text. */
const charactersPerLine = 8 + 50 + 16 + 3;

/** Bytes as a hex dump. Only the lines in view are written, so a megabyte costs what forty lines cost. */
export class HexView {
	readonly element: HTMLElement;
	readonly #lines = element('pre', { class: 'hex-lines', testId: 'hex-lines' });
	readonly #content = element('div', { class: 'hex-content' }, this.#lines);
	/** Ten characters, to measure one by. */
	readonly #probe = element('span', { class: 'hex-probe', attributes: { 'aria-hidden': 'true' } }, '0000000000');
	#bytes = new Uint8Array(0);
	#heightPx = 0;
	#bytesPerLine = 16;
	#drawn = '';

	constructor() {
		this.element = element(
			'div',
			{ class: 'hex-view', attributes: { tabindex: '0', role: 'region', 'aria-label': words.tabs.hex } },
			this.#content,
			this.#probe,
		);
		this.element.addEventListener('scroll', () => this.#draw(), { passive: true });
		new ResizeObserver((entries) => {
			const { width, height } = entries[0]!.contentRect;
			const characterPx = this.#probe.getBoundingClientRect().width / 10;
			this.#heightPx = height;
			this.#bytesPerLine = width < charactersPerLine * characterPx ? 8 : 16;
			this.#layOut();
		}).observe(this.element);
	}

	show(bytes: Uint8Array<ArrayBuffer>): void {
		this.#bytes = bytes;
		this.element.scrollTop = 0;
		this.#layOut();
	}

	#layOut(): void {
		this.#drawn = '';
		this.#content.style.height = `${lineCount(this.#bytes.length, this.#bytesPerLine) * linePx}px`;
		this.#draw();
	}

	#draw(): void {
		const first = Math.floor(this.element.scrollTop / linePx);
		const count = Math.ceil(this.#heightPx / linePx) + 2;
		const drawn = `${first} ${count}`;
		if (drawn !== this.#drawn) {
			this.#drawn = drawn;
			this.#lines.textContent = hexLines(this.#bytes, this.#bytesPerLine, first, count);
			this.#lines.style.transform = `translateY(${first * linePx}px)`;
		}
	}
}
