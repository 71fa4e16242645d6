import { performance } from 'node:perf_hooks';
import { PollTransport } from './pollTransport';
import type { TransportFactory } from './transport';

/**
 * Polling: a request every `pollIntervalMs`, from start to start. A start that comes due while a request is under way is
 * left out, so that a slow server is not sent a burst afterwards.
 */
export const createPollingTransport: TransportFactory = (endpoint, resume, sink, nowMs) => {
	const intervalMs = Math.max(1, endpoint.pollIntervalMs);
	const firstAtMs = performance.now();
	return new PollTransport(endpoint, resume, sink, nowMs, {
		held: false,
		waitMs: () => waitForTick(performance.now() - firstAtMs, intervalMs),
	});
};

/** From `elapsedMs` until the next multiple of the interval after it, in whole milliseconds (≥ 1). */
export function waitForTick(elapsedMs: number, intervalMs: number): number {
	const next = (Math.floor(elapsedMs / intervalMs) + 1) * intervalMs;
	return Math.max(1, Math.ceil(next - elapsedMs));
}
