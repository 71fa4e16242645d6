import { element } from './elements';
import { clampTop, rowHeightPx, type ScrollRange, thumbAt, topAtThumb } from './scrollMaths';
import { words } from './words';

const minThumbPx = 20;

/**
 * A scrollbar of its own, as VS Code's editors and lists have one: a native one would need an element as high as the
 * capture, and browsers end at about 16 to 33 million pixels. It is drawn with transforms only and never reads layout.
 */
export class Scrollbar {
	readonly element: HTMLElement;
	readonly #thumb: HTMLElement;
	readonly #onScroll: (top: number) => void;
	#range: ScrollRange = { firstSeq: 0, lastSeq: -1, viewportPx: 0 };
	#top = 0;
	#sizePx = -1;
	#offsetPx = -1;
	#percent = -1;
	/** While dragging: where on the thumb the pointer took hold. */
	#holdPx: number | undefined;
	#trackTopPx = 0;

	constructor(controlsId: string, onScroll: (top: number) => void) {
		this.#onScroll = onScroll;
		this.#thumb = element('div', { class: 'thumb' });
		this.element = element(
			'div',
			{
				class: 'scrollbar',
				testId: 'scrollbar',
				attributes: {
					role: 'scrollbar',
					'aria-controls': controlsId,
					'aria-orientation': 'vertical',
					'aria-label': words.scrollbar,
					'aria-valuemin': '0',
					'aria-valuemax': '100',
				},
			},
			this.#thumb,
		);
		this.element.addEventListener('pointerdown', (event) => this.#hold(event));
		this.element.addEventListener('pointermove', (event) => this.#drag(event));
		for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
			this.element.addEventListener(end, () => {
				this.#holdPx = undefined;
				this.element.classList.remove('dragging');
			});
		}
	}

	/** Puts the thumb where the position is. */
	draw(range: ScrollRange, top: number): void {
		this.#range = range;
		this.#top = top;
		const thumb = thumbAt(range, top, range.viewportPx, minThumbPx);
		const sizePx = thumb?.sizePx ?? 0;
		if (sizePx !== this.#sizePx) {
			this.#sizePx = sizePx;
			this.element.classList.toggle('idle', thumb === null);
			this.#thumb.style.height = `${sizePx}px`;
		}
		const offsetPx = thumb?.offsetPx ?? 0;
		if (offsetPx !== this.#offsetPx) {
			this.#offsetPx = offsetPx;
			this.#thumb.style.transform = `translateY(${offsetPx}px)`;
		}
		const free = range.viewportPx - sizePx;
		const percent = thumb === null || free <= 0 ? 100 : Math.round((offsetPx / free) * 100);
		if (percent !== this.#percent) {
			this.#percent = percent;
			this.element.setAttribute('aria-valuenow', `${percent}`);
		}
	}

	#hold(event: PointerEvent): void {
		if (event.button !== 0 || this.#sizePx <= 0) {
			return;
		}
		event.preventDefault();
		this.#trackTopPx = this.element.getBoundingClientRect().top;
		const onTrackPx = event.clientY - this.#trackTopPx;
		const inThumb = onTrackPx >= this.#offsetPx && onTrackPx < this.#offsetPx + this.#sizePx;
		// A press beside the thumb brings the thumb under the pointer, as in VS Code's editors.
		this.#holdPx = inThumb ? onTrackPx - this.#offsetPx : this.#sizePx / 2;
		this.element.setPointerCapture(event.pointerId);
		this.element.classList.add('dragging');
		if (!inThumb) {
			this.#drag(event);
		}
	}

	#drag(event: PointerEvent): void {
		if (this.#holdPx === undefined) {
			return;
		}
		const offsetPx = event.clientY - this.#trackTopPx - this.#holdPx;
		const top = topAtThumb(this.#range, offsetPx, this.#range.viewportPx, this.#sizePx);
		// A pixel of the track can be thousands of rows, but where rows are few it must not be less than what moved.
		if (Math.abs(top - this.#top) * rowHeightPx >= 1) {
			this.#onScroll(clampTop(this.#range, top));
		}
	}
}
