import { PollTransport } from './pollTransport';
import type { TransportFactory } from './transport';

/**
 * Polling: a request every `pollIntervalMs`, from start to start. A start that comes due while a request is under way is
 * left out, so that a slow server is not sent a burst afterwards.
 */
export const createPollingTransport: TransportFactory = (endpoint, resume, sink, nowMs) =>
	new PollTransport(endpoint, resume, sink, nowMs, {
		held: false,
		intervalMs: Math.max(1, endpoint.pollIntervalMs),
	});
