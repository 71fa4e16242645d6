import type { TransportName } from '../../core/endpoint';
import { createEventStreamTransport } from './eventStream';
import { createLongPollTransport } from './longPoll';
import { createPollingTransport } from './polling';
import type { TransportFactory } from './transport';
import { createWebSocketTransport } from './webSocket';

/** What makes each transport. */
export const transportFactories: Readonly<Record<TransportName, TransportFactory>> = {
	webSocket: createWebSocketTransport,
	eventStream: createEventStreamTransport,
	longPoll: createLongPollTransport,
	polling: createPollingTransport,
};
