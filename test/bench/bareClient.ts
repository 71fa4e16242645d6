/** The other side of the WebSocket benchmark: a `ws` client that only counts, in a worker thread as the engine is. */
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';

/** What the client has counted when its connection is closed. */
export interface BareCounts {
	readonly messages: number;
	readonly bytes: number;
	readonly closeCode: number;
}

let messages = 0;
let bytes = 0;
const socket = new WebSocket((workerData as { readonly url: string }).url, { perMessageDeflate: false });
socket.on('message', (data: Buffer) => {
	messages++;
	bytes += data.length;
});
socket.on('close', (closeCode) => {
	parentPort!.postMessage({ messages, bytes, closeCode } satisfies BareCounts);
});
