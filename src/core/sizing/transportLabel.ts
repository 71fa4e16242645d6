import type { TransportName } from '../endpoint';

const labels: Readonly<Record<TransportName, string>> = {
	webSocket: 'WebSocket',
	eventStream: 'event stream',
	longPoll: 'long polling',
	polling: 'polling',
};

/** A transport's name within a sentence. */
export function transportLabel(transport: TransportName): string {
	return labels[transport];
}
