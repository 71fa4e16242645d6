import type * as vscode from 'vscode';
import type { ComparisonResult } from '../core/comparisonExport';
import type { ConnectOptions } from '../core/endpoint';
import type { ExportedFrame } from '../core/messages';
import type { SessionSummary } from '../core/session';
import type { Statistics } from '../core/statistics';
import type { CompareOptions } from './comparison/comparisonArguments';
import type { ComparisonCommands } from './comparison/comparisonCommands';
import { sentenceOf } from './problemText';
import type { Sessions } from './sessions';

/** What `activate` returns to other extensions; `version` grows when something is taken away. */
export interface TransportInspectorApi {
	readonly version: 1;
	/** Connects as the command does; resolves with the session's id once it is open, rejects with a sentence. */
	connect(options: ConnectOptions): Promise<string>;
	/** Every session of this window, the oldest first. */
	readonly sessions: readonly SessionSummary[];
	/** A session's summary changed: its state, for one. */
	readonly onDidChangeSession: vscode.Event<SessionSummary>;
	/** Kept frames with `fromSeq ≤ seq < toSeq`, at most 10,000 of them. */
	frames(sessionId: string, fromSeq: number, toSeq: number): Promise<readonly ExportedFrame[]>;
	statistics(sessionId: string): Promise<Statistics>;
	/** Compares as the command does; resolves with the report, rejects with a sentence. */
	compare(options?: CompareOptions): Promise<ComparisonResult>;
	/** What a comparison tells now; rejects with a sentence. */
	comparison(comparisonId: string): Promise<ComparisonResult>;
}

/** What the tests of this extension see besides, in a test host only. */
export interface TestingApi extends TransportInspectorApi {
	readonly testing: {
		/** How many ticks a session's panel has drawn, and the last frame that the newest of them spoke of. */
		painted(sessionId: string): { readonly ticks: number; readonly lastSeq: number };
		/** Closes a session's panel as its user would. */
		closePanel(sessionId: string): void;
		/** What `deactivate` does. */
		shutDown(): Promise<void>;
	};
}

export function createApi(
	connect: (options: ConnectOptions) => Promise<string>,
	sessions: Sessions,
	comparisons: Pick<ComparisonCommands, 'compare' | 'result'>,
): TransportInspectorApi {
	return {
		version: 1,
		connect,
		get sessions() {
			void sessions.ready();
			return sessions.all;
		},
		onDidChangeSession: sessions.onChanged,
		frames: (sessionId, fromSeq, toSeq) => sessions.frames(sessionId, fromSeq, toSeq).catch(rejectWithSentence),
		statistics: (sessionId) => sessions.statistics(sessionId).catch(rejectWithSentence),
		compare: (options = {}) => comparisons.compare(options),
		comparison: (comparisonId) => comparisons.result(comparisonId),
	};
}

function rejectWithSentence(error: unknown): never {
	throw new Error(sentenceOf(error));
}
