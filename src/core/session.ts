import type { ClockSetting, CursorPreset, TransportName } from './endpoint';
import type { ConnectionEnd, Handshake } from './handshake';
import type { Problem } from './problem';

/**
 * - `connecting`: detecting or opening for the first time.
 * - `open`: frames can arrive.
 * - `reconnecting`: the connection was lost; another attempt is under way or scheduled (`nextAttemptAtMs`).
 * - `ended`: closed by the user, or by the server with nothing more to try.
 * - `failed`: never opened, or gave up; `problem` says why.
 */
export type SessionState = 'connecting' | 'open' | 'reconnecting' | 'ended' | 'failed';

/** What one look at an HTTP answer told (see `detect`). */
export interface Detection {
	readonly transport: TransportName;
	readonly cursor?: CursorPreset;
	readonly saw: { readonly code: DetectionCode; readonly values: Readonly<Record<string, string | number>> };
}

/**
 * - `scheme`: the URL's scheme said it.
 * - `eventStream` (`contentType`), `upgradeOffered` (`status`), `held` (`seconds`), `cursorKnown` (`preset`),
 *   `plain` (`status`, `contentType`).
 * - `unsafeToProbe` (`method`): no look was taken, since the request may do something each time that it is sent.
 */
export type DetectionCode =
	| 'scheme'
	| 'eventStream'
	| 'upgradeOffered'
	| 'held'
	| 'cursorKnown'
	| 'plain'
	| 'unsafeToProbe';

/** Everything about a session that does not change with each frame. */
export interface SessionSummary {
	readonly id: string;
	readonly url: string;
	/** `null` while it is being detected. */
	readonly transport: TransportName | null;
	readonly state: SessionState;
	readonly detection?: Detection;
	/** The last connection's handshake; it stays after the end. */
	readonly handshake?: Handshake;
	/** When the current connection opened. */
	readonly openedAtMs?: number;
	/**
	 * The current connection is a held request that was never answered yet: a long poll without news looks like a server
	 * that accepts and never answers, and only an answer can tell the two apart.
	 */
	readonly unanswered?: true;
	/** How the last connection ended. */
	readonly end?: ConnectionEnd;
	/** Why the session failed, or what the last lost connection died of. */
	readonly problem?: Problem;
	/** What keeps payloads from being kept. */
	readonly captureProblem?: Problem;
	/** The attempts to reconnect since the last connection that stayed open for a while; 0 while one is open. */
	readonly attempt: number;
	readonly nextAttemptAtMs?: number;
	/** The view stands still at `pausedAtSeq`; the capture goes on. */
	readonly paused: boolean;
	readonly canSend: boolean;
	/** The JSON path of sending times in use, and whether a setting or detection chose it. */
	readonly timestampPath?: string;
	readonly timestampPathSource?: 'detected' | 'set';
	/** What the sender's clock is taken for, and where ids are read, as was set. */
	readonly clock: ClockSetting;
	readonly sequencePath: string;
	/** The cursor rule in use, for polling. */
	readonly cursor?: string;
}
