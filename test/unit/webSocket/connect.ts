import type { Endpoint } from '../../../src/core/endpoint';
import { createWebSocketTransport } from '../../../src/engine/transports/webSocket';
import { endpointFor } from '../../support/endpoint';
import { TransportRecorder } from '../../support/transportRecorder';

/** A WebSocket that opens. */
export function connect(url: string, changes: Partial<Endpoint> = {}): TransportRecorder {
	let readings = 1_000;
	// A clock that counts its readings shows which frames share one.
	return new TransportRecorder(createWebSocketTransport, endpointFor(url, changes), undefined, () => readings++).open();
}
