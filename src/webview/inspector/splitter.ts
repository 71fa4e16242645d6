import { element } from './elements';
import type { RestoredState } from './restoredState';
import { words } from './words';

/** Below this width the details go below the table. */
const narrowPx = 500;
const keyStep = 0.02;

/** The table and the details, side by side or one above the other, with a line between that can be moved. */
export class Split {
	readonly element: HTMLElement;
	readonly #splitter: HTMLElement;
	readonly #state: RestoredState;
	readonly #laidOut: (isNarrow: boolean) => void;
	#isNarrow: boolean | undefined;

	/** `laidOut` is called with the first layout and each time that it changes between wide and narrow. */
	constructor(first: HTMLElement, second: HTMLElement, state: RestoredState, laidOut: (isNarrow: boolean) => void) {
		this.#state = state;
		this.#laidOut = laidOut;
		this.#splitter = element('div', {
			class: 'splitter',
			testId: 'splitter',
			attributes: {
				role: 'separator',
				tabindex: '0',
				'aria-label': words.splitter,
				'aria-valuemin': '10',
				'aria-valuemax': '90',
			},
		});
		this.element = element('main', { class: 'split' }, first, this.#splitter, second);
		this.#splitter.addEventListener('pointerdown', (event) => {
			if (event.button === 0) {
				event.preventDefault();
				this.#splitter.setPointerCapture(event.pointerId);
				this.#splitter.classList.add('dragging');
			}
		});
		this.#splitter.addEventListener('pointermove', (event) => {
			if (this.#splitter.hasPointerCapture(event.pointerId)) {
				const box = this.element.getBoundingClientRect();
				this.#apply(
					this.#isNarrow ? (box.bottom - event.clientY) / box.height : (box.right - event.clientX) / box.width,
				);
			}
		});
		this.#splitter.addEventListener('lostpointercapture', () => {
			this.#splitter.classList.remove('dragging');
			state.save();
		});
		this.#splitter.addEventListener('keydown', (event) => {
			const step = { ArrowLeft: keyStep, ArrowUp: keyStep, ArrowRight: -keyStep, ArrowDown: -keyStep }[event.key];
			if (step !== undefined) {
				event.preventDefault();
				event.stopPropagation();
				this.#apply(this.#share + step);
				state.save();
			}
		});
		new ResizeObserver((entries) => this.#layOut(entries[0]!.contentRect.width)).observe(this.element);
		this.showSecond(false);
	}

	/** Whether the second part, and with it the line, is there. */
	showSecond(shown: boolean): void {
		this.#splitter.hidden = !shown;
	}

	get #share(): number {
		return this.#isNarrow ? this.#state.ui.detailHeight : this.#state.ui.detailWidth;
	}

	#layOut(widthPx: number): void {
		const isNarrow = widthPx > 0 && widthPx <= narrowPx;
		if (isNarrow !== this.#isNarrow) {
			this.#isNarrow = isNarrow;
			this.element.dataset.layout = isNarrow ? 'narrow' : 'wide';
			this.#splitter.setAttribute('aria-orientation', isNarrow ? 'horizontal' : 'vertical');
			this.#apply(this.#share);
			this.#laidOut(isNarrow);
		}
	}

	#apply(wanted: number): void {
		const share = Math.min(0.9, Math.max(0.1, wanted));
		this.#state.ui[this.#isNarrow ? 'detailHeight' : 'detailWidth'] = share;
		this.element.style.setProperty('--detail-share', `${(share * 100).toFixed(2)}%`);
		this.#splitter.setAttribute('aria-valuenow', `${Math.round(share * 100)}`);
	}
}
