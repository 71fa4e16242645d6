import { type SendAnswered, type SendEncoding, sendEncodings } from '../../core/messages';
import type { SessionSummary } from '../../core/session';
import { element, icon, setShown, setText } from './elements';
import type { RestoredState } from './restoredState';
import { visibleLine } from './visibleText';
import { words } from './words';

/** The box to send a message from, with what was sent before. */
export class SendBox {
	readonly element: HTMLElement;
	readonly #input: HTMLTextAreaElement;
	readonly #encoding: HTMLSelectElement;
	readonly #button: HTMLButtonElement;
	readonly #answer = element('span', { class: 'send-answer', testId: 'send-answer', attributes: { role: 'status' } });
	readonly #state: RestoredState;
	readonly #send: (text: string, encoding: SendEncoding) => void;
	#open = false;
	/** What is on its way to be sent. */
	#pending: { readonly text: string; readonly encoding: SendEncoding } | undefined;
	/** Which sent message is shown, counted back from the newest; 0 is what is being written. */
	#back = 0;
	#written = '';
	#draftTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(state: RestoredState, send: (text: string, encoding: SendEncoding) => void) {
		this.#state = state;
		this.#send = send;
		this.#input = element('textarea', {
			class: 'send-input',
			testId: 'send-input',
			title: words.sendHint,
			attributes: { rows: '1', 'aria-label': words.sendLabel, spellcheck: 'false', autocomplete: 'off' },
		});
		this.#encoding = element('select', {
			class: 'encoding',
			testId: 'send-encoding',
			attributes: { 'aria-label': words.encodingLabel },
		});
		for (const encoding of sendEncodings) {
			this.#encoding.append(element('option', { attributes: { value: encoding } }, words.encodings[encoding]));
		}
		this.#button = element(
			'button',
			{ class: 'text-button send', testId: 'send', title: words.sendHint, attributes: { type: 'button' } },
			icon('send'),
			element('span', {}, words.send),
		);
		this.#input.value = state.ui.draft;
		this.#encoding.value = state.ui.sendEncoding;
		this.#showPlaceholder();
		this.element = element(
			'section',
			{ class: 'send-box', testId: 'send-box', attributes: { 'aria-label': words.sendLabel } },
			this.#encoding,
			this.#input,
			this.#button,
			this.#answer,
		);
		this.element.hidden = true;
		this.#listen();
	}

	/** It is there for sessions that can send, and works while they are open. */
	show(session: SessionSummary): void {
		this.#open = session.state === 'open';
		this.#showPlaceholder();
		// While it is connected again the box stays where it is, rather than come and go with each attempt.
		setShown(this.element, session.canSend && session.state !== 'failed');
		this.#update();
	}

	/** What became of the message. */
	answered(answer: SendAnswered): void {
		const pending = this.#pending;
		this.#pending = undefined;
		if (answer.sent && pending !== undefined) {
			this.#state.remember(pending);
			this.#back = 0;
			if (this.#input.value === pending.text) {
				this.#input.value = '';
				this.#state.change({ draft: '' });
			}
		}
		this.#say(answer.sent ? words.sentOk : visibleLine(answer.sentence ?? ''), !answer.sent);
		this.#update();
	}

	/** Brings the keyboard here. */
	focus(): void {
		if (!this.element.hidden) {
			this.#input.focus();
		}
	}

	#listen(): void {
		this.#button.addEventListener('click', () => this.#submit());
		this.#encoding.addEventListener('change', () => {
			this.#state.change({ sendEncoding: this.#encoding.value as SendEncoding });
			this.#showPlaceholder();
			this.#say('', false);
		});
		this.#input.addEventListener('input', () => {
			this.#back = 0;
			this.#say('', false);
			this.#update();
			// Written when typing pauses, not with each key: VS Code copies the whole state each time.
			clearTimeout(this.#draftTimer);
			this.#draftTimer = setTimeout(() => this.#state.change({ draft: this.#input.value }), 300);
		});
		this.#input.addEventListener('keydown', (event) => {
			if (event.isComposing) {
				return;
			}
			if (event.key === 'Enter' && !event.shiftKey) {
				event.preventDefault();
				this.#submit();
			} else if (event.key === 'ArrowUp' && this.#caretOnFirstLine()) {
				this.#recall(event, this.#back + 1);
			} else if (event.key === 'ArrowDown' && this.#caretOnLastLine() && this.#back > 0) {
				this.#recall(event, this.#back - 1);
			}
		});
	}

	#submit(): void {
		const text = this.#input.value;
		const encoding = this.#encoding.value as SendEncoding;
		if (text === '' || this.#pending !== undefined) {
			return;
		}
		if (!this.#open) {
			this.#say(words.sendClosed, true);
			return;
		}
		if (encoding === 'json') {
			try {
				JSON.parse(text);
			} catch (error) {
				this.#say(words.notJsonToSend(error instanceof Error ? visibleLine(error.message) : ''), true);
				return;
			}
		}
		this.#pending = { text, encoding };
		this.#say(words.sending, false);
		this.#update();
		this.#send(text, encoding);
	}

	#recall(event: KeyboardEvent, back: number): void {
		const { sent } = this.#state.ui;
		if (back > sent.length) {
			return;
		}
		event.preventDefault();
		if (this.#back === 0) {
			this.#written = this.#input.value;
		}
		this.#back = back;
		const message = sent[sent.length - back];
		this.#input.value = message === undefined ? this.#written : message.text;
		if (message !== undefined) {
			this.#encoding.value = message.encoding;
			this.#showPlaceholder();
		}
		this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
		this.#update();
	}

	#caretOnFirstLine(): boolean {
		const { selectionStart, selectionEnd, value } = this.#input;
		return selectionStart === selectionEnd && !value.slice(0, selectionStart).includes('\n');
	}

	#caretOnLastLine(): boolean {
		const { selectionStart, selectionEnd, value } = this.#input;
		return selectionStart === selectionEnd && !value.slice(selectionEnd).includes('\n');
	}

	#update(): void {
		this.#button.disabled = !this.#open || this.#pending !== undefined || this.#input.value === '';
	}

	#say(text: string, isProblem: boolean): void {
		setText(this.#answer, text);
		this.#answer.classList.toggle('problem', isProblem);
	}

	#showPlaceholder(): void {
		this.#input.placeholder = !this.#open
			? words.sendClosed
			: words.sendPlaceholder[this.#encoding.value as SendEncoding];
	}
}
