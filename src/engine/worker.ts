/** The engine's thread: messages in, messages out. */
import { parentPort } from 'node:worker_threads';
import type { HostToEngine } from '../core/messages';
import { ArrivalClock } from '../core/timing/arrivalClock';
import { Engine } from './engine';

const port = parentPort;
if (port === null) {
	throw new Error('The engine runs in a worker thread.');
}

const clock = new ArrivalClock({
	// The origin was taken of the wall clock with fractions, so there is nothing to make up for in most processes.
	monotonicMs: () => performance.timeOrigin + performance.now(),
	wallMs: Date.now,
});

const engine = new Engine(
	(message, transfer) => port.postMessage(message, transfer),
	clock.nowMs,
	() => clock.disagreementMs,
);
port.on('message', (message: HostToEngine) => engine.receive(message));

process.on('uncaughtException', (error) => {
	port.postMessage({ type: 'logged', level: 'error', text: error.stack ?? String(error) });
});
