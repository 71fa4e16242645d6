import { frameFlag, frameKinds, kindCode } from '../../core/frame';
import { type Payload, type SessionShown, shownBytesLimit } from '../../core/messages';
import type { Statistics } from '../../core/statistics';
import type { Charts } from './charts/charts';
import { connectionView } from './connectionView';
import { DiagnosisView } from './diagnosisView';
import { element, iconButton, relabel, setShown, setText } from './elements';
import { headText } from './factsList';
import { bytes, groupedDigits, timeOfDay } from './format';
import { plainHex } from './hexLines';
import { HexView } from './hexView';
import { type JsonText, readJson } from './jsonNodes';
import { JsonTree } from './jsonTree';
import { type DetailTab, detailTabs, type RestoredState } from './restoredState';
import { TextView } from './textView';
import { visibleLine } from './visibleText';
import { WireCostView } from './wireCostView';
import { wireView } from './wireView';
import { words } from './words';

/** What the details ask for. */
export interface DetailEvents {
	readonly payloadRequested: (seq: number) => void;
	readonly documentRequested: (seq: number) => void;
	readonly copy: (text: string) => void;
	readonly timestampPathChosen: (path: string) => void;
	/** It was opened or closed. */
	readonly shown: (open: boolean) => void;
}

/** A request that was not answered for so long is given up, in milliseconds. */
const answerTimeoutMs = 2000;

/** What the details are of. */
export type DetailMode = 'closed' | 'frame' | 'connection' | 'diagnosis' | 'charts';

/** The selected frame from every side, the connection, what seems wrong on the way, or the charts. */
export class Detail {
	readonly element: HTMLElement;
	readonly #events: DetailEvents;
	readonly #state: RestoredState;
	readonly #charts: Charts;
	readonly #title = element('h2', { class: 'detail-title', testId: 'detail-title' });
	readonly #subtitle = element('span', { class: 'detail-subtitle' });
	readonly #tabs = new Map<DetailTab, HTMLButtonElement>();
	readonly #tabList = element('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': words.details } });
	readonly #panel: HTMLElement;
	readonly #note = element('div', { class: 'detail-note', testId: 'detail-note' });
	readonly #copyButton: HTMLButtonElement;
	readonly #documentButton: HTMLButtonElement;
	readonly #prettyButton: HTMLButtonElement;
	readonly #wrapButton: HTMLButtonElement;
	readonly #tree: JsonTree;
	readonly #text = new TextView();
	readonly #hex = new HexView();
	readonly #wireCost = new WireCostView();
	readonly #diagnosis = new DiagnosisView();

	#mode: DetailMode = 'closed';
	#seq = Number.NaN;
	/** The request under way: one at a time, so that a held arrow key does not queue up a hundred. */
	#requested: { readonly seq: number; readonly atMs: number } | undefined;
	#payload: Payload | undefined;
	#payloadText = '';
	#json: JsonText | undefined;
	#session: SessionShown | undefined;
	#statistics: Statistics | undefined;
	#connectionSignature = '';

	constructor(state: RestoredState, charts: Charts, events: DetailEvents) {
		this.#state = state;
		this.#charts = charts;
		this.#events = events;
		this.#tree = new JsonTree(events.timestampPathChosen, events.copy);
		this.#copyButton = iconButton('copy', words.copyPayload, 'copy-payload', () => this.copy());
		this.#documentButton = iconButton('go-to-file', words.openDocument, 'open-document', () =>
			events.documentRequested(this.#seq),
		);
		this.#prettyButton = this.#toggle('json', words.pretty, 'pretty', () => ({ pretty: !state.ui.pretty }));
		this.#wrapButton = this.#toggle('word-wrap', words.wrap, 'wrap', () => ({ wrap: !state.ui.wrap }));
		for (const tab of detailTabs) {
			const button = element('button', {
				class: 'tab',
				testId: `tab-${tab}`,
				id: `detail-tab-${tab}`,
				attributes: { type: 'button', role: 'tab', 'aria-controls': 'detail-panel' },
			});
			button.addEventListener('click', () => this.#choose(tab));
			this.#tabs.set(tab, button);
			this.#tabList.append(button);
		}
		this.#tabList.addEventListener('keydown', (event) => this.#tabKey(event));
		this.#panel = element('div', { class: 'detail-panel', id: 'detail-panel', attributes: { role: 'tabpanel' } });
		this.element = element(
			'aside',
			{ class: 'detail', testId: 'detail', attributes: { 'aria-label': words.details } },
			element(
				'div',
				{ class: 'detail-head' },
				this.#title,
				this.#subtitle,
				element(
					'div',
					{ class: 'toolbar', attributes: { role: 'toolbar', 'aria-label': words.details } },
					this.#copyButton,
					this.#documentButton,
					iconButton('close', words.closeDetails, 'close-detail', () => this.close()),
				),
			),
			element('div', { class: 'tab-line' }, this.#tabList, this.#prettyButton, this.#wrapButton),
			this.#note,
			this.#panel,
		);
		this.element.hidden = true;
	}

	get mode(): DetailMode {
		return this.#mode;
	}

	/** Shows a frame; what was shown stays until its payload has come. */
	showFrame(seq: number): void {
		this.#seq = seq;
		this.#setMode('frame');
		this.#showTitle();
		this.#request();
	}

	/** Shows the connection. */
	showConnection(): void {
		this.#setMode('connection');
		this.#showTitle();
		this.#showConnection();
	}

	/** Shows what seems wrong, what reconnects cost, and every time that is measured. */
	showDiagnosis(): void {
		this.#setMode('diagnosis');
		this.#showTitle();
		this.#showStatistics();
		this.#panel.replaceChildren(this.#diagnosis.element);
	}

	/** Shows the charts. */
	showCharts(): void {
		this.#setMode('charts');
		this.#showTitle();
	}

	close(): void {
		this.#setMode('closed');
	}

	/** Brings the keyboard here. */
	focus(): void {
		if (this.#mode === 'frame') {
			this.#tabs.get(this.#tab)?.focus();
		} else if (this.#mode === 'charts') {
			this.#charts.focus();
		} else if (this.#mode !== 'closed') {
			this.#panel.focus();
		}
	}

	/** Takes the session's newest state. */
	session(shown: SessionShown): void {
		this.#session = shown;
		this.#diagnosis.showSession(shown.session);
		if (this.#mode === 'connection') {
			this.#showConnection();
		}
	}

	/** Takes the numbers of a tick. */
	statistics(statistics: Statistics): void {
		this.#statistics = statistics;
		this.#showStatistics();
	}

	/** Takes a payload that was asked for. */
	payload(payload: Payload): void {
		this.#requested = undefined;
		if (payload.seq !== this.#seq) {
			this.#request();
			return;
		}
		this.#payload = payload;
		this.#payloadText = '';
		this.#json = undefined;
		if (this.#isText) {
			this.#payloadText = new TextDecoder().decode(payload.bytes);
			this.#json = readJson(this.#payloadText);
		}
		if (this.#mode === 'frame') {
			this.#showTitle();
			this.#showPayload();
		}
	}

	/** Copies what is shown, in the form in which it is shown. */
	copy(): void {
		const payload = this.#payload;
		if (this.#mode === 'connection') {
			this.#events.copy(this.#connectionText());
		} else if (this.#mode === 'charts') {
			this.#events.copy(this.#charts.text);
		} else if (this.#mode === 'diagnosis') {
			// biome-ignore lint/performance/useDomNodeTextContent: the text as it is seen, its lines and a table's cells apart.
			this.#events.copy(this.#diagnosis.element.innerText);
		} else if (payload !== undefined && payload.seq === this.#seq) {
			const asHex = this.#tab === 'hex' || !this.#isText;
			this.#events.copy(asHex ? plainHex(new Uint8Array(payload.bytes)) : this.#payloadText);
		} else {
			return;
		}
		relabel(this.#copyButton, 'check', words.copied);
		setTimeout(() => relabel(this.#copyButton, 'copy', this.#copyLabel), 1200);
	}

	/** Payloads of every kind but a binary and a close frame are text, or meant to be. */
	get #isText(): boolean {
		const kind = this.#payload?.kind;
		if (kind === kindCode.continuation || kind === kindCode.ping || kind === kindCode.pong) {
			// These carry either; they are text where they are printable UTF-8.
			return looksLikeText(new Uint8Array(this.#payload!.bytes));
		}
		return kind !== kindCode.binary && kind !== kindCode.close;
	}

	/** The chosen tab, or the nearest that has something to show for this frame. */
	get #tab(): DetailTab {
		const { tab } = this.#state.ui;
		const payload = this.#payload;
		if (payload === undefined) {
			return tab;
		}
		if (payload.kind === kindCode.close || (payload.sizeBytes === 0 && payload.kind !== kindCode.text)) {
			return tab === 'hex' ? 'hex' : 'wire';
		}
		if (!this.#isText && (tab === 'tree' || tab === 'text')) {
			return 'hex';
		}
		return tab === 'tree' && this.#json === undefined ? 'text' : tab;
	}

	#setMode(mode: DetailMode): void {
		if (mode === this.#mode) {
			return;
		}
		this.#mode = mode;
		this.element.dataset.mode = mode;
		setShown(this.element, mode !== 'closed');
		const isFrame = mode === 'frame';
		setShown(this.#tabList.parentElement!, isFrame);
		setShown(this.#documentButton, isFrame);
		this.#panel.setAttribute('role', isFrame ? 'tabpanel' : 'region');
		this.#panel.tabIndex = isFrame || mode === 'charts' ? -1 : 0;
		setShown(this.#note, false);
		this.#panel.replaceChildren();
		this.#connectionSignature = '';
		this.#showCharts(mode === 'charts');
		relabel(this.#copyButton, 'copy', this.#copyLabel);
		if (isFrame && this.#payload?.seq === this.#seq) {
			this.#showPayload();
		}
		this.#events.shown(mode !== 'closed');
	}

	get #copyLabel(): string {
		return this.#mode === 'charts' ? words.charts.copy : words.copyPayload;
	}

	#showCharts(shown: boolean): void {
		if (shown) {
			this.#panel.replaceChildren(this.#charts.element);
		}
		this.#charts.setShown(shown);
		if (shown !== this.#state.ui.chartsOpen) {
			this.#state.change({ chartsOpen: shown });
		}
	}

	#request(): void {
		const now = performance.now();
		const underWay = this.#requested !== undefined && now - this.#requested.atMs < answerTimeoutMs;
		if (!underWay && this.#payload?.seq !== this.#seq) {
			this.#requested = { seq: this.#seq, atMs: now };
			this.element.setAttribute('aria-busy', 'true');
			this.#events.payloadRequested(this.#seq);
		}
	}

	#showTitle(): void {
		if (this.#mode === 'connection' || this.#mode === 'diagnosis' || this.#mode === 'charts') {
			setText(this.#title, words.tabs[this.#mode]);
			setText(this.#subtitle, '');
			return;
		}
		setText(this.#title, words.frame(groupedDigits(this.#seq)));
		const payload = this.#payload;
		if (payload === undefined || payload.seq !== this.#seq || !payload.found) {
			setText(this.#subtitle, '');
			return;
		}
		const arrow = payload.kind === kindCode.cycle ? '↻' : (payload.flags & frameFlag.out) !== 0 ? '↑' : '↓';
		const name = payload.name === '' ? frameKinds[payload.kind] : visibleLine(payload.name);
		setText(this.#subtitle, `${arrow} ${name} · ${bytes(payload.sizeBytes)} · ${timeOfDay(payload.arrivedAtMs)}`);
	}

	#showPayload(): void {
		const payload = this.#payload!;
		this.element.setAttribute('aria-busy', 'false');
		setShown(this.#note, false);
		if (!payload.found) {
			this.#showTabs(undefined);
			this.#panel.replaceChildren(element('p', { class: 'muted' }, words.gone));
			return;
		}
		const tab = this.#tab;
		this.#showTabs(tab);
		this.#showNote(payload);
		switch (tab) {
			case 'tree':
				this.#tree.show(this.#json!);
				this.#panel.replaceChildren(this.#tree.element);
				break;
			case 'text':
				if (payload.sizeBytes === 0) {
					this.#panel.replaceChildren(element('p', { class: 'muted' }, words.noPayload));
				} else {
					this.#text.show(this.#payloadText, this.#json, this.#state.ui.pretty, this.#state.ui.wrap);
					this.#panel.replaceChildren(this.#text.element);
				}
				break;
			case 'hex':
				this.#panel.replaceChildren(this.#hex.element);
				this.#hex.show(new Uint8Array(payload.bytes));
				break;
			case 'wire':
				this.#panel.replaceChildren(wireView(payload));
				break;
		}
	}

	#showNote(payload: Payload): void {
		const lost = (payload.flags & frameFlag.payloadLost) !== 0;
		const isPart = payload.bytes.byteLength < payload.sizeBytes;
		setShown(this.#note, lost || isPart);
		if (lost) {
			this.#note.replaceChildren(words.lostPayload);
		} else if (isPart) {
			const open = element('button', { class: 'link', attributes: { type: 'button' } }, words.openWhole);
			open.addEventListener('click', () => this.#events.documentRequested(payload.seq));
			const shown = Math.min(payload.bytes.byteLength, shownBytesLimit);
			this.#note.replaceChildren(words.partShown(bytes(shown), bytes(payload.sizeBytes)), ' ', open);
		}
	}

	#showTabs(current: DetailTab | undefined): void {
		const payload = this.#payload!;
		const third =
			payload.meta?.type === 'cycle'
				? words.tabs.cycle
				: payload.kind >= kindCode.event
					? words.tabs.event
					: words.tabs.wire;
		for (const [tab, button] of this.#tabs) {
			setText(button, tab === 'wire' ? third : words.tabs[tab]);
			button.setAttribute('aria-selected', String(tab === current));
			button.tabIndex = tab === current ? 0 : -1;
			button.disabled =
				!payload.found || (tab === 'tree' && this.#json === undefined) || (tab === 'text' && !this.#isText);
			if (tab === current) {
				this.#panel.setAttribute('aria-labelledby', button.id);
			}
		}
		setShown(this.#wrapButton, current === 'text');
		setShown(this.#prettyButton, current === 'text' && this.#json !== undefined);
		this.#wrapButton.setAttribute('aria-pressed', String(this.#state.ui.wrap));
		this.#prettyButton.setAttribute('aria-pressed', String(this.#state.ui.pretty));
	}

	#choose(tab: DetailTab): void {
		this.#state.change({ tab });
		if (this.#payload !== undefined) {
			this.#showPayload();
		}
	}

	#tabKey(event: KeyboardEvent): void {
		const enabled = [...this.#tabs].filter(([, button]) => !button.disabled);
		const at = enabled.findIndex(([, button]) => button === document.activeElement);
		const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (move !== undefined && at >= 0) {
			event.preventDefault();
			const [tab, button] = enabled[(at + move + enabled.length) % enabled.length]!;
			this.#choose(tab);
			button.focus();
		} else if (event.key === 'ArrowDown' && this.#tab === 'tree') {
			event.preventDefault();
			event.stopPropagation();
			this.#tree.focus();
		}
	}

	#toggle(
		iconName: string,
		label: string,
		testId: string,
		change: () => Partial<RestoredState['ui']>,
	): HTMLButtonElement {
		const button = iconButton(iconName, label, testId, () => {
			this.#state.change(change());
			this.#showPayload();
		});
		button.hidden = true;
		return button;
	}

	#showConnection(): void {
		const shown = this.#session;
		// Built anew only when it says something else, so that a selection in it stays.
		const signature = JSON.stringify([
			shown?.session.handshake,
			shown?.session.problem,
			shown?.session.end,
			shown?.session.transport,
			shown?.session.cursor,
			shown?.problemSentence,
			shown?.endSentence,
			shown?.captureProblemSentence,
		]);
		if (shown !== undefined && signature !== this.#connectionSignature) {
			this.#connectionSignature = signature;
			this.#panel.replaceChildren(connectionView(shown, this.#wireCost.element));
		}
		this.#showStatistics();
	}

	/** The numbers of what is in view; of the rest they would be written for nothing. */
	#showStatistics(): void {
		if (this.#statistics !== undefined) {
			if (this.#mode === 'connection') {
				this.#wireCost.show(this.#statistics);
			} else if (this.#mode === 'diagnosis') {
				this.#diagnosis.show(this.#statistics);
			}
		}
	}

	#connectionText(): string {
		const session = this.#session?.session;
		const heads = [session?.handshake?.request, session?.handshake?.response ?? session?.problem?.answer?.head];
		return heads.flatMap((head) => (head === undefined ? [] : [headText(head)])).join('\n\n');
	}
}

function looksLikeText(content: Uint8Array): boolean {
	try {
		// As a stream, so that a character which the limit cuts is no error.
		const start = new TextDecoder('utf-8', { fatal: true }).decode(content.subarray(0, 4096), { stream: true });
		return !/(?![\t\r\n])\p{Cc}/u.test(start);
	} catch {
		return false;
	}
}
