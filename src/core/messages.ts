/**
 * Every message between the webview, the host and the engine, in one place. Facts go toward the webview, intents come
 * from it. The host relays `tick` and `payload` untouched.
 */
import { type ChartAnswer, type ChartRequest, isChartRequest } from './charts';
import type { ComparisonReport } from './comparison';
import type { ComparisonResult } from './comparisonExport';
import type { ComparisonFailure } from './comparisonSummary';
import { type ClockSetting, clockProblem, type Endpoint, type TransportName, transportNames } from './endpoint';
import type { FrameMarks, FrameMeta } from './frame';
import type { Problem } from './problem';
import type { SessionSummary } from './session';
import type { CalculationId, SizingChart } from './sizing/calculation';
import { type FactName, facts } from './sizing/facts';
import type { Place } from './sizing/note/quantity';
import type { Source } from './sizing/size';
import type { LagMethod, Statistics } from './statistics';

// ── webview → host ─────────────────────────────────────────────────────────────────────────────────────────────────

export type WebviewToHost =
	/** The webview is loaded and listens. */
	| { readonly type: 'ready' }
	| ViewChanged
	/** The tick of that number is on screen; the next may come. */
	| { readonly type: 'painted'; readonly tick: number }
	| { readonly type: 'payloadRequested'; readonly seq: number }
	| { readonly type: 'action'; readonly action: PanelAction }
	| { readonly type: 'sendRequested'; readonly text: string; readonly encoding: SendEncoding }
	/** The user chose another transport than the one detected. */
	| { readonly type: 'transportChosen'; readonly transport: TransportName }
	/** The user chose where sending times are read: a JSON path, `detect` or `none`. */
	| { readonly type: 'timestampPathChosen'; readonly path: string }
	/** The user chose where ids are read: a JSON path, `id`, `detect` or `none`. */
	| { readonly type: 'sequencePathChosen'; readonly path: string }
	/** The user said what is known of the sender's clock. */
	| { readonly type: 'clockChosen'; readonly clock: ClockSetting }
	| { readonly type: 'copyRequested'; readonly text: string }
	/** Open the frame's payload as a document of the editor. */
	| { readonly type: 'documentRequested'; readonly seq: number }
	/** A chart that is on screen asks for its newest numbers, at most twice a second. */
	| { readonly type: 'chartRequested'; readonly request: ChartRequest }
	/** The user chose a time on a chart, in epoch milliseconds: where in the capture is that? */
	| { readonly type: 'timeChosen'; readonly atMs: number };

/** Which part of the capture is on screen: the tail, or `rowCount` rows from `firstSeq`. */
export interface ViewChanged {
	readonly type: 'viewChanged';
	readonly follow: boolean;
	readonly firstSeq: number;
	readonly rowCount: number;
}

export const panelActions = ['pause', 'resume', 'clear', 'disconnect', 'reconnect', 'export'] as const;
export type PanelAction = (typeof panelActions)[number];

export const sendEncodings = ['text', 'json', 'hex', 'base64'] as const;
export type SendEncoding = (typeof sendEncodings)[number];

// ── host → webview ─────────────────────────────────────────────────────────────────────────────────────────────────

export type HostToWebview =
	| SessionShown
	| Tick
	| Payload
	| SendAnswered
	/** The answer to `chartRequested`. */
	| { readonly type: 'chart'; readonly answer: ChartAnswer }
	/** The answer to `timeChosen`: the first frame that arrived then or later, or the last one where none did. */
	| { readonly type: 'timeFound'; readonly seq: number };

/** The session and, in words, what the host says of it. */
export interface SessionShown {
	readonly type: 'session';
	readonly session: SessionSummary;
	/** One sentence each, ready to show; absent where there is nothing to say. */
	readonly problemSentence?: string;
	readonly captureProblemSentence?: string;
	readonly endSentence?: string;
	readonly detectionSentence?: string;
}

/** What changed since the last tick was painted. */
export interface Tick {
	readonly type: 'tick';
	readonly number: number;
	/** Engine's clock when the tick was made, in epoch milliseconds. */
	readonly atMs: number;
	/** The first and last sequence number that can be scrolled to; last < first when there is none. */
	readonly firstSeq: number;
	readonly lastSeq: number;
	/** Whether the rows are the tail. */
	readonly follow: boolean;
	/** Packed rows (`PackedRows`) of the window asked for. */
	readonly rows: ArrayBuffer;
	readonly statistics: Statistics;
	/** A packed series (`readSeries`), at most four times a second. */
	readonly series?: ArrayBuffer;
}

/** One frame whole, up to `shownBytesLimit` bytes of it. */
export interface Payload {
	readonly type: 'payload';
	readonly seq: number;
	/** False when the frame was evicted or cleared meanwhile; the rest is then empty. */
	readonly found: boolean;
	readonly kind: number;
	readonly flags: number;
	readonly arrivedAtMs: number;
	/** `null` where none was measured. */
	readonly lagMs: number | null;
	readonly sizeBytes: number;
	readonly wireBytes: number;
	readonly name: string;
	readonly meta?: FrameMeta;
	readonly bytes: ArrayBuffer;
}

/** The answer to `sendRequested`: the sentence says what was wrong. */
export interface SendAnswered {
	readonly type: 'sendAnswered';
	readonly sent: boolean;
	readonly sentence?: string;
}

/** Longest payload that is sent to a webview at once. */
export const shownBytesLimit = 1 << 20;

// ── host → engine ──────────────────────────────────────────────────────────────────────────────────────────────────

export type HostToEngine =
	| EngineRequest
	| (ViewChanged & { readonly viewId: string; readonly sessionId: string })
	| { readonly type: 'painted'; readonly viewId: string; readonly tick: number }
	/** The view is gone or hidden; it costs nothing from now on. */
	| { readonly type: 'viewClosed'; readonly viewId: string };

/** A call and its number; the engine answers each once. */
export type EngineRequest = {
	readonly [Name in keyof EngineCalls]: {
		readonly type: 'request';
		readonly id: number;
		readonly call: Name;
		readonly args: EngineCalls[Name]['args'];
	};
}[keyof EngineCalls];

/** What the host can ask of the engine. */
export interface EngineCalls {
	/** Answers once the session is open; fails with its problem. The session is listed either way. */
	connect: {
		args: { readonly sessionId: string; readonly endpoint: Endpoint; readonly capture: CaptureOptions };
		result: null;
	};
	/** Lists a session that an earlier engine captured, without connecting. */
	restore: {
		args: { readonly sessionId: string; readonly endpoint: Endpoint; readonly capture: CaptureOptions };
		result: null;
	};
	disconnect: { args: { readonly sessionId: string }; result: null };
	/**
	 * Answers once open again; fails with the problem. A session that was open or reconnecting goes on trying after such a
	 * failure.
	 */
	reconnect: { args: { readonly sessionId: string; readonly transport?: TransportName }; result: null };
	pause: { args: { readonly sessionId: string; readonly paused: boolean }; result: null };
	clear: { args: { readonly sessionId: string }; result: null };
	/** Ends the session and forgets it with its capture. */
	remove: { args: { readonly sessionId: string }; result: null };
	send: {
		args: { readonly sessionId: string; readonly payload: Uint8Array; readonly kind: 'text' | 'binary' };
		result: null;
	};
	statistics: { args: { readonly sessionId: string }; result: Statistics };
	setTimestampPath: { args: { readonly sessionId: string; readonly path: string }; result: null };
	setSequencePath: { args: { readonly sessionId: string; readonly path: string }; result: null };
	setClock: { args: { readonly sessionId: string; readonly clock: ClockSetting }; result: null };
	/** Writes JSON Lines to a file of this machine and answers with the number of lines. */
	exportFrames: { args: { readonly sessionId: string; readonly file: string }; result: number };
	/** Exported frames with `fromSeq ≤ seq < toSeq` that are still kept, at most 10,000. */
	frames: {
		args: { readonly sessionId: string; readonly fromSeq: number; readonly toSeq: number };
		result: readonly ExportedFrame[];
	};
	payload: { args: { readonly sessionId: string; readonly seq: number; readonly maxBytes: number }; result: Payload };
	chart: { args: { readonly sessionId: string; readonly request: ChartRequest }; result: ChartAnswer };
	/** The first frame that arrived at `atMs` or later, or the last one where none did; null where there is none. */
	seqAt: { args: { readonly sessionId: string; readonly atMs: number }; result: number | null };
	/** Begins to compare sessions that are listed already, at most 16; another comparison of the same id ends. */
	compare: { args: { readonly comparisonId: string; readonly sessionIds: readonly string[] }; result: null };
	/** What a comparison can tell now; null where there is none, or a session of it was removed. */
	comparison: { args: { readonly comparisonId: string }; result: ComparisonReport | null };
	endComparison: { args: { readonly comparisonId: string }; result: null };
	/** Ends everything and answers when no socket, timer or file is left. */
	dispose: { args: null; result: null };
}

/** Where and how much to keep. */
export interface CaptureOptions {
	/** A folder of this session's own. */
	readonly folder: string;
	/** The oldest frames are evicted beyond either; one message that is longer than `maxBytes` is kept all the same. */
	readonly maxFrames: number;
	/** Of all files of the capture. */
	readonly maxBytes: number;
}

// ── engine → host ──────────────────────────────────────────────────────────────────────────────────────────────────

export type EngineToHost =
	| { readonly type: 'answered'; readonly id: number; readonly result: EngineCalls[keyof EngineCalls]['result'] }
	| { readonly type: 'refused'; readonly id: number; readonly problem: Problem }
	| { readonly type: 'sessionChanged'; readonly session: SessionSummary }
	/** The sums of every session that changed, at most once a second, for the tree and the status bar. */
	| { readonly type: 'sessionRates'; readonly rates: readonly SessionRate[] }
	| { readonly type: 'viewTick'; readonly viewId: string; readonly tick: Tick }
	/** Something for the log: a defect that was survived. */
	| { readonly type: 'logged'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };

/** A session in one line. */
export interface SessionRate {
	readonly sessionId: string;
	readonly framesPerSecond: number;
	readonly framesReceived: number;
	readonly lagP50Ms: number | null;
}

/** A frame as exports and the API give it. `text` where the payload is UTF-8, else `base64`. */
export interface ExportedFrame {
	readonly seq: number;
	readonly arrivedAtMs: number;
	readonly direction: 'in' | 'out';
	readonly kind: string;
	readonly event?: string;
	readonly id?: string;
	readonly sizeBytes: number;
	readonly wireBytes: number;
	readonly lagMs?: number;
	/** How that was measured, and within what it is; absent where nobody knows. */
	readonly lagMethod?: LagMethod;
	readonly lagUncertaintyMs?: number;
	readonly text?: string;
	readonly base64?: string;
	/** True where the payload was not kept, so that there is neither `text` nor `base64`. */
	readonly payloadLost?: boolean;
	/** Of a poll cycle. */
	readonly status?: number;
	readonly holdMs?: number;
	readonly blindMs?: number;
	readonly events?: number;
	readonly stalenessMs?: number;
	/** Where its place in the stream is remarkable: a gap before it, a duplicate, a stall. */
	readonly marks?: FrameMarks;
	/** Of a WebSocket frame, where it is not whole: `fin: false`. */
	readonly fin?: boolean;
}

// ── sizing panel → host ────────────────────────────────────────────────────────────────────────────────────────────

export type SizingPanelToHost =
	/** The page is loaded and listens. */
	| { readonly type: 'ready' }
	/** What a fact's field holds now; an empty text takes back what was typed. `edit` counts these messages of a page. */
	| { readonly type: 'factTyped'; readonly fact: FactName; readonly text: string; readonly edit: number }
	/** Select these places of the sized text in the note. */
	| { readonly type: 'placesRequested'; readonly places: readonly Place[] }
	| { readonly type: 'sizingAction'; readonly action: SizingAction };

export const sizingActions = ['insert', 'copyMarkdown', 'copyJson'] as const;
export type SizingAction = (typeof sizingActions)[number];

// ── host → sizing panel ────────────────────────────────────────────────────────────────────────────────────────────

export type HostToSizingPanel =
	| SizingShown
	/** The action is done; a failure is shown by the host. */
	| { readonly type: 'actionDone'; readonly action: SizingAction };

/** All that the panel shows of a sizing. Sentences and figures are ready to show; places are in the sized text. */
export interface SizingShown {
	readonly type: 'sizing';
	/** Absent where the text is not of a document, so that nothing can be selected or inserted. */
	readonly note?: { readonly name: string };
	/** The beginning of the text, in one line. */
	readonly excerpt: string;
	/** That the note no longer has what is shown, and what to do. */
	readonly noticeSentence?: string;
	readonly answers: readonly SizingAnswer[];
	readonly unused: readonly SizingPlace[];
	/** The `edit` of the last `factTyped` that is in it. */
	readonly edit: number;
	/** What the page stores, so that the panel comes back after the window was reloaded. */
	readonly stored: object;
}

/** A calculation's answer: one end, or two where an input is a range, the least demanding first. */
export interface SizingAnswer {
	/** Among the answers: the calculation, with a number where several paragraphs are answered by it. */
	readonly key: string;
	readonly calculation: CalculationId | 'note';
	readonly title: string;
	readonly question: string;
	/** Where the formula comes from. */
	readonly source: string;
	readonly ends: readonly SizingEnd[];
	readonly fields: readonly SizingField[];
	readonly problems: readonly SizingProblemShown[];
}

export interface SizingEnd {
	/** Absent where there is one end only. */
	readonly end?: 'least' | 'most';
	/** Absent where there is no answer; the rest is then empty. */
	readonly headline?: string;
	readonly working: readonly { readonly label: string; readonly formula: string; readonly numbers: string }[];
	readonly charts: readonly SizingChart[];
	readonly remarks: readonly string[];
}

/** An input: its value as a text that can be edited, and where it comes from. */
export interface SizingField {
	/** As the formula has it. */
	readonly name: string;
	readonly fact: FactName;
	readonly label: string;
	readonly question: string;
	/** What was typed, or the value; empty where nobody told it. */
	readonly text: string;
	/** The value that the answer is calculated with, both ends of a range; absent where there is none. */
	readonly figure?: string;
	readonly example: string;
	/** A field with choices takes one of these values and no other text. */
	readonly choices?: readonly { readonly value: string; readonly label: string }[];
	/** Without it there is no answer. */
	readonly needed: boolean;
	/** Whether it holds what was typed in the panel, which can be taken back. */
	readonly typed: boolean;
	readonly source: SizingFieldSource;
	/** What is wrong with the text; the answer then keeps to the value it had. */
	readonly problemSentence?: string;
}

/** Where a field's value comes from; `unknown` where it has none. */
export type SizingFieldSource = Source | { readonly kind: 'unknown' };

export interface SizingProblemShown {
	readonly sentence: string;
	readonly places: readonly SizingPlace[];
}

/** A place of the sized text, and what stands there. */
export interface SizingPlace {
	readonly text: string;
	readonly place: Place;
}

// ── comparison panel → host ────────────────────────────────────────────────────────────────────────────────────────

export type ComparisonPanelToHost =
	/** The page is loaded and listens. */
	| { readonly type: 'ready' }
	/** The newest comparison is on screen; the next may come. */
	| { readonly type: 'painted' }
	| { readonly type: 'comparisonAction'; readonly action: ComparisonAction }
	/** Show the panel of one of the sessions. */
	| { readonly type: 'sessionRequested'; readonly sessionId: string };

export const comparisonActions = ['export', 'stop'] as const;
export type ComparisonAction = (typeof comparisonActions)[number];

// ── host → comparison panel ────────────────────────────────────────────────────────────────────────────────────────

export type HostToComparisonPanel = ComparisonShown;

/** All that the panel shows of a comparison. */
export interface ComparisonShown {
	readonly type: 'comparison';
	readonly result: ComparisonResult;
	/** Those of its failures that are no session's, which the page stores beside the report. */
	readonly refused: readonly ComparisonFailure[];
	/** Whether a session can still bring something. */
	readonly isLive: boolean;
	/** That what is shown is from before, and why. */
	readonly noticeSentence?: string;
}

// ── validation ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A message from a webview, believed only after its shape was looked at; undefined for anything else. */
export function parseWebviewMessage(value: unknown): WebviewToHost | undefined {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const message = value as Record<string, unknown>;
	const wellFormed = (): boolean => {
		switch (message.type) {
			case 'ready':
				return true;
			case 'viewChanged':
				return typeof message.follow === 'boolean' && isCount(message.firstSeq) && isCount(message.rowCount);
			case 'painted':
				return isCount(message.tick);
			case 'payloadRequested':
			case 'documentRequested':
				return isCount(message.seq);
			case 'action':
				return (panelActions as readonly unknown[]).includes(message.action);
			case 'sendRequested':
				return typeof message.text === 'string' && (sendEncodings as readonly unknown[]).includes(message.encoding);
			case 'transportChosen':
				return (transportNames as readonly unknown[]).includes(message.transport);
			case 'timestampPathChosen':
			case 'sequencePathChosen':
				return typeof message.path === 'string';
			case 'clockChosen':
				return clockProblem(message.clock) === undefined;
			case 'copyRequested':
				return typeof message.text === 'string';
			case 'chartRequested':
				return isChartRequest(message.request);
			case 'timeChosen':
				return isCount(message.atMs);
			default:
				return false;
		}
	};
	return wellFormed() ? (message as unknown as WebviewToHost) : undefined;
}

/** A message from the sizing panel, believed only after its shape was looked at; undefined for anything else. */
export function parseSizingPanelMessage(value: unknown): SizingPanelToHost | undefined {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const message = value as Record<string, unknown>;
	const wellFormed = (): boolean => {
		switch (message.type) {
			case 'ready':
				return true;
			case 'factTyped':
				return (
					typeof message.fact === 'string' &&
					Object.hasOwn(facts, message.fact) &&
					typeof message.text === 'string' &&
					message.text.length <= longestTypedText &&
					isCount(message.edit)
				);
			case 'placesRequested':
				return Array.isArray(message.places) && message.places.every(isPlace);
			case 'sizingAction':
				return (sizingActions as readonly unknown[]).includes(message.action);
			default:
				return false;
		}
	};
	return wellFormed() ? (message as unknown as SizingPanelToHost) : undefined;
}

/** A message from the comparison panel, believed only after its shape was looked at; undefined for anything else. */
export function parseComparisonPanelMessage(value: unknown): ComparisonPanelToHost | undefined {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const message = value as Record<string, unknown>;
	const wellFormed = (): boolean => {
		switch (message.type) {
			case 'ready':
			case 'painted':
				return true;
			case 'comparisonAction':
				return (comparisonActions as readonly unknown[]).includes(message.action);
			case 'sessionRequested':
				return typeof message.sessionId === 'string';
			default:
				return false;
		}
	};
	return wellFormed() ? (message as unknown as ComparisonPanelToHost) : undefined;
}

/** Longest text that a field of the sizing panel takes, in UTF-16 units. */
export const longestTypedText = 200;

function isPlace(value: unknown): boolean {
	const { start, end } = (value ?? {}) as Record<string, unknown>;
	return isCount(start) && isCount(end) && (start as number) <= (end as number);
}

function isCount(value: unknown): boolean {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
