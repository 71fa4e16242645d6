import type { ReconnectOptions } from '../endpoint';
import type { ConnectionEnd } from '../handshake';
import { backoffMs } from './backoff';

/** RFC 6455 §7.4.1: the purpose of the connection is fulfilled, so the server wants no other. */
const normalClosure = 1000;
/** The longest that a timer waits; it fires at once for anything longer. */
const mostTimerMs = 2 ** 31 - 1;
/** A server that tells its clients to come back at once is still given this much of a rest. */
const leastRetryMs = 100;

/** Whether a connection that ended like this is tried again, after so many attempts that came to nothing. */
export function mayRetry(end: ConnectionEnd, attempt: number, reconnect: ReconnectOptions): boolean {
	return (
		reconnect.enabled &&
		!end.final &&
		end.by !== 'user' &&
		!(end.by === 'server' && end.closeCode === normalClosure) &&
		(reconnect.maxAttempts === 0 || attempt < reconnect.maxAttempts)
	);
}

/**
 * The wait before the n-th attempt (n from 0) in milliseconds: full jitter; an event stream's own `retry` is waited for in
 * full first (WHATWG HTML §9.2.3), undefined where there is none.
 *
 * `random` gives numbers in 0 … 1.
 */
export function retryDelayMs(
	attempt: number,
	{ baseMs, capMs }: ReconnectOptions,
	retryMs: number | undefined,
	random: () => number,
): number {
	const wantedMs =
		retryMs === undefined
			? backoffMs(attempt, baseMs, capMs, random)
			: Math.max(leastRetryMs, retryMs) + (attempt === 0 ? 0 : backoffMs(attempt - 1, baseMs, capMs, random));
	return Math.min(mostTimerMs, wantedMs);
}
