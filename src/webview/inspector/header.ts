import { type TransportName, transportNames } from '../../core/endpoint';
import type { PanelAction } from '../../core/messages';
import type { SessionState, SessionSummary } from '../../core/session';
import { element, icon, iconButton, relabel, setText, setTitle } from './elements';
import { clockDuration, shortDuration } from './format';
import { type MenuItem, openMenu } from './menu';
import { visibleLine } from './visibleText';
import { words } from './words';

/** A shape for each state, so that it is told without its colour too. */
const stateIcons: Record<SessionState, string> = {
	connecting: 'circle-large-outline',
	open: 'circle-filled',
	reconnecting: 'sync',
	ended: 'debug-stop',
	failed: 'error',
};

/** What the header asks for. */
export interface HeaderEvents {
	readonly action: (action: PanelAction) => void;
	readonly transportChosen: (transport: TransportName) => void;
	readonly copy: (text: string) => void;
	readonly showConnection: () => void;
	readonly showDiagnosis: () => void;
	readonly showCharts: () => void;
	readonly showKeys: () => void;
}

/** Which endpoint this is, in which state, and what can be done with it. */
export class Header {
	readonly element: HTMLElement;
	readonly #state: HTMLElement;
	readonly #stateIcon = icon('circle-large-outline');
	readonly #stateWord = element('span', { class: 'state-word' });
	readonly #url = element('span', { class: 'url', testId: 'url' });
	readonly #uptime = element('span', { class: 'uptime', testId: 'uptime', title: words.uptime });
	readonly #transport: HTMLSelectElement;
	readonly #negotiated = element('span', { class: 'negotiated', testId: 'negotiated' });
	readonly #detection = element('span', { class: 'detection', testId: 'detection' });
	readonly #announcement = element('div', {
		class: 'visually-hidden',
		attributes: { 'aria-live': 'polite', role: 'status' },
	});
	readonly #pause: HTMLButtonElement;
	readonly #disconnect: HTMLButtonElement;
	#session: SessionSummary | undefined;
	#announced = '';

	constructor(events: HeaderEvents) {
		this.#state = element('span', { class: 'state', testId: 'state' }, this.#stateIcon, this.#stateWord);
		this.#transport = element('select', {
			class: 'transport',
			testId: 'transport',
			attributes: { 'aria-label': words.transportLabel },
		});
		for (const name of transportNames) {
			this.#transport.append(element('option', { attributes: { value: name } }, words.transports[name]));
		}
		this.#transport.addEventListener('change', () => events.transportChosen(this.#transport.value as TransportName));
		this.#pause = iconButton('debug-pause', words.pause, 'pause', () =>
			events.action(this.#session?.paused ? 'resume' : 'pause'),
		);
		const reconnect = iconButton('debug-restart', words.reconnect, 'reconnect', () => events.action('reconnect'));
		this.#disconnect = iconButton('debug-disconnect', words.disconnect, 'disconnect', () =>
			events.action('disconnect'),
		);
		const clear = iconButton('clear-all', words.clear, 'clear', () => events.action('clear'));
		const charts = iconButton('graph-line', words.charts.show, 'show-charts', events.showCharts);
		const exportButton = iconButton('export', words.exportFrames, 'export', () => events.action('export'));
		const more = iconButton('ellipsis', words.more, 'more', () => openMenu(more, this.#menu(events)));
		more.setAttribute('aria-haspopup', 'menu');
		const toolbar = element(
			'div',
			{ class: 'toolbar', attributes: { role: 'toolbar', 'aria-label': words.sessionToolbar } },
			this.#pause,
			reconnect,
			this.#disconnect,
			clear,
			exportButton,
			charts,
			more,
		);
		this.element = element(
			'header',
			{ class: 'header' },
			element('div', { class: 'identity' }, this.#state, this.#url, toolbar),
			element('div', { class: 'nature' }, this.#transport, this.#negotiated, this.#uptime, this.#detection),
			this.#announcement,
		);
	}

	/** What changes with the session. */
	show(session: SessionSummary, detectionSentence: string | undefined, nowMs: number): void {
		this.#session = session;
		this.#state.dataset.state = session.state;
		this.#stateIcon.className = `codicon codicon-${stateIcons[session.state]}`;
		setText(this.#url, visibleLine(session.url));
		setTitle(this.#url, visibleLine(session.url));
		this.#showTransport(session.transport);
		const negotiated = [session.handshake?.subprotocol ?? '', session.handshake?.extensions ?? ''].filter(
			(part) => part !== '',
		);
		setText(this.#negotiated, visibleLine(negotiated.map((part) => part.split(';')[0]).join(' · ')));
		setTitle(this.#negotiated, visibleLine(negotiated.join('\n')));
		setText(this.#detection, detectionSentence ?? '');
		setTitle(this.#detection, detectionSentence ?? '');
		setTitle(this.#transport, detectionSentence ?? words.transportLabel);
		relabel(this.#pause, session.paused ? 'debug-start' : 'debug-pause', session.paused ? words.resume : words.pause);
		this.#pause.setAttribute('aria-pressed', String(session.paused));
		this.#disconnect.disabled = session.state === 'ended' || session.state === 'failed';
		this.showTime(nowMs);
		// A countdown read aloud ten times a second would drown everything: only a change of state is said.
		const announcement = `${words.states[session.state]}${session.paused ? `, ${words.paused}` : ''}`;
		if (announcement !== this.#announced) {
			this.#announced = announcement;
			setText(this.#announcement, announcement);
		}
	}

	/** The countdown and the uptime; called as time passes. */
	showTime(nowMs: number): void {
		const session = this.#session;
		if (session === undefined) {
			return;
		}
		setText(this.#stateWord, stateText(session, nowMs));
		const isOpen = session.state === 'open' && session.openedAtMs !== undefined;
		setText(this.#uptime, isOpen ? clockDuration(nowMs - session.openedAtMs!) : '');
	}

	#showTransport(transport: TransportName | null): void {
		const first = this.#transport.options[0]!;
		const hasPlaceholder = first.value === '';
		if (transport === null && !hasPlaceholder) {
			const placeholder = element('option', { attributes: { value: '', disabled: '' } }, words.detecting);
			this.#transport.prepend(placeholder);
		} else if (transport !== null && hasPlaceholder) {
			first.remove();
		}
		this.#transport.value = transport ?? '';
	}

	#menu(events: HeaderEvents): MenuItem[] {
		return [
			{ label: words.connectionDetails, key: 'i', run: events.showConnection },
			{ label: words.showDiagnosis, key: 'd', run: events.showDiagnosis },
			{ label: words.copyUrl, run: () => events.copy(this.#session?.url ?? '') },
			{ label: words.showKeys, key: '?', run: events.showKeys },
		];
	}
}

/** The state in words, with what is being waited for. */
export function stateText(session: SessionSummary, nowMs: number): string {
	if (session.state !== 'reconnecting') {
		return words.states[session.state];
	}
	const waitMs = (session.nextAttemptAtMs ?? 0) - nowMs;
	return waitMs > 0
		? words.reconnectingIn(shortDuration(waitMs), session.attempt)
		: words.reconnectingNow(Math.max(1, session.attempt));
}
