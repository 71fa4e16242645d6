import { chartNames } from '../../core/charts';
import type { TransportName } from '../../core/endpoint';
import { type SendEncoding, sendEncodings } from '../../core/messages';
import { savedState, saveState } from '../vscodeApi';
import type { TablePosition } from './frameTable';

/** The tabs of a frame's details; `wire` is called by what the transport has: wire, event or cycle. */
export const detailTabs = ['tree', 'text', 'hex', 'wire'] as const;
export type DetailTab = (typeof detailTabs)[number];

/** What the lag's percentiles are of: the whole session, or its last minute. */
export const lagSpans = ['session', 'window'] as const;
export type LagSpan = (typeof lagSpans)[number];

/** The charts in the order of their tabs: that of the last five minutes, which ticks bring, and those that are pulled. */
export const chartTabs = ['overTime', ...chartNames] as const;
export type ChartTab = (typeof chartTabs)[number];

/** One message that was sent. */
export interface SentMessage {
	readonly text: string;
	readonly encoding: SendEncoding;
}

/** What of the panel the user arranged: it survives hiding, reloading, and the window's end. */
export interface PanelUi {
	/** Where the table stands in the session shown. */
	position: TablePosition;
	tab: DetailTab;
	lagSpan: LagSpan;
	/** False once the user closed the details, until they are opened again. */
	detailOpen: boolean;
	/** Whether the details are the charts, which of them, and whether as a table. */
	chartsOpen: boolean;
	chart: ChartTab;
	chartTable: boolean;
	/** Of the detail pane beside the table, and below it, as a share of both. */
	detailWidth: number;
	detailHeight: number;
	wrap: boolean;
	pretty: boolean;
	sendEncoding: SendEncoding;
	/** Oldest first, at most `maxSent`. */
	sent: readonly SentMessage[];
	/** What stands in the send box and was not sent yet. */
	draft: string;
}

/** Messages kept for ↑ and ↓. */
export const maxSent = 50;
/** A longer message is sent but not kept: the state is written whole each time. */
const maxSentLength = 20_000;

/** What the host's serializer finds again. */
interface SavedSession {
	sessionId?: string;
	url?: string;
	transport?: TransportName | null;
}

/** The panel's state between two lives of its page. */
export class RestoredState {
	readonly ui: PanelUi;
	#session: SavedSession = {};

	constructor() {
		const saved = asRecord(savedState());
		this.ui = readUi(asRecord(saved.ui));
		if (typeof saved.sessionId === 'string') {
			this.#session = { sessionId: saved.sessionId };
			if (typeof saved.url === 'string') {
				this.#session.url = saved.url;
			}
			if (typeof saved.transport === 'string' || saved.transport === null) {
				this.#session.transport = saved.transport as TransportName | null;
			}
		}
	}

	/** Remembers which session is shown, and answers whether it is another one than before. */
	session(sessionId: string, url: string, transport: TransportName | null): boolean {
		const isOther = this.#session.sessionId !== sessionId;
		this.#session = { sessionId, url, transport };
		this.save();
		return isOther;
	}

	/** Changes what the user arranged. */
	change(change: Partial<PanelUi>): void {
		Object.assign(this.ui, change);
		this.save();
	}

	/** Remembers a sent message as the newest; the same one again is not kept twice. */
	remember(message: SentMessage): void {
		if (message.text.length <= maxSentLength) {
			const others = this.ui.sent.filter(
				({ text, encoding }) => text !== message.text || encoding !== message.encoding,
			);
			this.change({ sent: [...others, message].slice(-maxSent) });
		}
	}

	save(): void {
		saveState({ ...this.#session, ui: this.ui });
	}
}

function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function oneOf<Value extends string>(value: unknown, known: readonly Value[], otherwise: Value): Value {
	return known.includes(value as Value) ? (value as Value) : otherwise;
}

function share(value: unknown, otherwise: number): number {
	return typeof value === 'number' && value >= 0.1 && value <= 0.9 ? value : otherwise;
}

function readPosition(saved: Record<string, unknown>): TablePosition {
	const count = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
	const { follow, top, seenSeq, selectedSeq } = saved;
	return {
		follow: follow !== false || !count(top),
		top: count(top) ? top : 0,
		seenSeq: count(seenSeq) ? seenSeq : -1,
		selectedSeq: count(selectedSeq) ? selectedSeq : null,
	};
}

function readUi(saved: Record<string, unknown>): PanelUi {
	const sent = Array.isArray(saved.sent) ? saved.sent.map(asRecord) : [];
	return {
		position: readPosition(asRecord(saved.position)),
		detailOpen: saved.detailOpen !== false,
		tab: oneOf(saved.tab, detailTabs, 'tree'),
		lagSpan: oneOf(saved.lagSpan, lagSpans, 'session'),
		chartsOpen: saved.chartsOpen === true,
		chart: oneOf(saved.chart, chartTabs, 'ladder'),
		chartTable: saved.chartTable === true,
		detailWidth: share(saved.detailWidth, 0.36),
		detailHeight: share(saved.detailHeight, 0.45),
		wrap: saved.wrap !== false,
		pretty: saved.pretty !== false,
		sendEncoding: oneOf(saved.sendEncoding, sendEncodings, 'text'),
		sent: sent
			.filter((message) => typeof message.text === 'string')
			.map((message) => ({ text: message.text as string, encoding: oneOf(message.encoding, sendEncodings, 'text') }))
			.slice(-maxSent),
		draft: typeof saved.draft === 'string' ? saved.draft : '',
	};
}
