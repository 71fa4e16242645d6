/** The engine's thread: messages in, messages out. */
import { parentPort } from 'node:worker_threads';
import type { HostToEngine } from '../core/messages';
import { Engine } from './engine';

const port = parentPort;
if (port === null) {
	throw new Error('The engine runs in a worker thread.');
}

// Epoch milliseconds on the monotonic clock: arrivals never go back, whatever is done to the wall clock meanwhile.
const nowMs = (): number => performance.timeOrigin + performance.now();

const engine = new Engine((message, transfer) => port.postMessage(message, transfer), nowMs);
port.on('message', (message: HostToEngine) => engine.receive(message));

process.on('uncaughtException', (error) => {
	port.postMessage({ type: 'logged', level: 'error', text: error.stack ?? String(error) });
});
