import type { PanelAction, SessionShown } from '../../core/messages';
import type { Statistics } from '../../core/statistics';
import { element, icon, setShown, setText, textButton } from './elements';
import { answerView } from './factsList';
import { groupedDigits, shortDuration } from './format';
import { stateText } from './header';
import { visibleLine } from './visibleText';
import { words } from './words';

/** What the situation's buttons ask for. */
export interface SituationEvents {
	readonly action: (action: PanelAction) => void;
	readonly showConnection: () => void;
}

/** Lines above the frames that stay for as long as what they say is true. */
export class Notices {
	readonly element = element('div', { class: 'notices' });
	readonly #capture: HTMLElement;
	readonly #captureText = element('span', { class: 'notice-text' });
	readonly #state: HTMLElement;
	readonly #stateIcon = icon('info');
	readonly #stateLead = element('strong', { class: 'notice-lead' });
	readonly #stateText = element('span', { class: 'notice-text' });
	readonly #answer: HTMLButtonElement;
	readonly #reconnect: HTMLButtonElement;
	readonly #paused: HTMLElement;
	readonly #pausedCount = element('span', { class: 'notice-text', testId: 'paused-count' });
	#shown: SessionShown | undefined;
	/** Frames in both directions when the pause was first seen. */
	#framesAtPause: number | undefined;

	constructor(events: SituationEvents) {
		this.#capture = element(
			'div',
			{ class: 'notice warning', testId: 'capture-problem' },
			icon('warning'),
			this.#captureText,
		);
		this.#answer = textButton(words.showAnswer, 'notice-answer', events.showConnection);
		this.#reconnect = textButton(words.reconnect, 'notice-reconnect', () => events.action('reconnect'));
		this.#state = element(
			'div',
			{ class: 'notice', testId: 'state-notice' },
			this.#stateIcon,
			this.#stateLead,
			this.#stateText,
			this.#answer,
			this.#reconnect,
		);
		this.#paused = element(
			'div',
			{ class: 'notice info', testId: 'paused-notice' },
			icon('debug-pause'),
			element('strong', { class: 'notice-lead' }, words.pausedView),
			this.#pausedCount,
			textButton(words.resumeView, 'notice-resume', () => events.action('resume')),
		);
		for (const notice of [this.#capture, this.#state, this.#paused]) {
			notice.hidden = true;
		}
		this.element.append(this.#capture, this.#state, this.#paused);
	}

	/** `tableEmpty`: the situation is then told in the table's place, and not twice. */
	show(shown: SessionShown, tableEmpty: boolean): void {
		this.#shown = shown;
		const { session } = shown;
		setShown(this.#capture, shown.captureProblemSentence !== undefined);
		setText(this.#captureText, visibleLine(shown.captureProblemSentence ?? ''));
		setShown(this.#paused, session.paused);
		if (!session.paused) {
			this.#framesAtPause = undefined;
		}
		if (session.state === 'connecting' || session.state === 'open') {
			setShown(this.#state, false);
			return;
		}
		setShown(this.#state, !tableEmpty);
		const severity = { failed: 'error', reconnecting: 'warning', ended: 'info' }[session.state];
		this.#state.className = `notice ${severity}`;
		this.#stateIcon.className = `codicon codicon-${severity}`;
		setText(this.#stateText, visibleLine(sentenceOf(shown)));
		setShown(this.#answer, session.problem?.answer !== undefined);
		setText(this.#reconnect, session.state === 'reconnecting' ? words.reconnectNow : words.reconnect);
		// The countdown stands in the header; a second one right below it would only be more to read.
		const lead = session.state === 'reconnecting' ? words.reconnectingTitle : words.states[session.state];
		setText(this.#stateLead, `${lead}.`);
	}

	/** How many frames came while the view is paused. */
	showStatistics(statistics: Statistics): void {
		if (this.#shown?.session.paused) {
			const frames = statistics.framesReceived + statistics.framesSent;
			// Counts fall when the capture is cleared; what came since then is what can be said.
			this.#framesAtPause = Math.min(this.#framesAtPause ?? frames, frames);
			setText(this.#pausedCount, words.pausedCount(groupedDigits(frames - this.#framesAtPause)));
		}
	}
}

/** What stands in the table's place before there are frames: never an empty rectangle. */
export class EmptyState {
	readonly element = element('div', { class: 'empty-state', testId: 'empty-state' });
	readonly #events: SituationEvents;
	readonly #lead = element('div', { class: 'empty-lead' });
	readonly #since = element('span', { class: 'since' });
	readonly #countdown = element('p', { class: 'countdown' });
	#shown: SessionShown | undefined;
	#signature = '';

	constructor(events: SituationEvents) {
		this.#events = events;
	}

	show(shown: SessionShown, tableEmpty: boolean, nowMs: number): void {
		this.#shown = shown;
		setShown(this.element, tableEmpty);
		// Built anew only when it says something else, so that a focused button keeps its focus.
		const { session } = shown;
		const { state, transport, paused } = session;
		const signature = JSON.stringify([state, transport, paused, shown.problemSentence, shown.endSentence]);
		if (tableEmpty && signature !== this.#signature) {
			this.#signature = signature;
			this.element.dataset.state = session.state;
			this.element.replaceChildren(...this.#content(shown));
		}
		this.showTime(nowMs);
	}

	/** How long it has been so. */
	showTime(nowMs: number): void {
		const session = this.#shown?.session;
		if (session === undefined || this.element.hidden) {
			return;
		}
		if (session.state === 'open' && session.openedAtMs !== undefined) {
			setText(this.#since, words.waitingSince(shortDuration(Math.floor((nowMs - session.openedAtMs) / 1000) * 1000)));
		} else if (session.state === 'reconnecting') {
			setText(this.#countdown, stateText(session, nowMs));
		}
	}

	#content(shown: SessionShown): Node[] {
		const { session } = shown;
		const title = (text: string, iconName: string, ...more: Node[]): Node => {
			this.#lead.replaceChildren(icon(iconName), element('h2', {}, text), ...more);
			return this.#lead;
		};
		const sentence = visibleLine(sentenceOf(shown));
		const paragraphs =
			sentence === '' ? [] : [element('p', { class: 'sentence', testId: 'problem-sentence' }, sentence)];
		switch (session.state) {
			case 'connecting':
				return [
					title(words.connectingTo, 'circle-large-outline'),
					this.#url(shown),
					element('p', {}, words.connectingHint),
				];
			case 'open':
				if (session.paused) {
					return [title(words.pausedEmptyTitle, 'debug-pause'), element('p', {}, words.pausedEmpty)];
				}
				return [
					title(words.waiting, 'circle-filled', this.#since),
					element('p', {}, words.waitingHints[session.transport ?? 'polling']),
				];
			case 'reconnecting':
				return [
					title(words.reconnectingTitle, 'sync'),
					...paragraphs,
					this.#countdown,
					this.#reconnectButton(words.reconnectNow),
					...this.#answer(shown),
				];
			case 'ended':
				return [
					title(words.endedTitle, 'debug-stop'),
					...(paragraphs.length === 0 ? [element('p', {}, words.endedEmpty)] : paragraphs),
					this.#reconnectButton(words.reconnect),
				];
			case 'failed':
				return [
					title(words.failedTitle, 'error'),
					...paragraphs,
					this.#reconnectButton(words.reconnect),
					...this.#answer(shown),
				];
		}
	}

	#url(shown: SessionShown): Node {
		return element('p', {}, element('code', {}, visibleLine(shown.session.url)));
	}

	#reconnectButton(label: string): Node {
		return element(
			'div',
			{ class: 'buttons' },
			textButton(label, 'empty-reconnect', () => this.#events.action('reconnect'), false),
			textButton(words.connectionDetails, 'empty-connection', this.#events.showConnection),
		);
	}

	#answer(shown: SessionShown): Node[] {
		const answer = shown.session.problem?.answer;
		return answer === undefined ? [] : [answerView(answer)];
	}
}

function sentenceOf(shown: SessionShown): string {
	return shown.session.state === 'ended'
		? (shown.endSentence ?? shown.problemSentence ?? '')
		: (shown.problemSentence ?? shown.endSentence ?? '');
}
