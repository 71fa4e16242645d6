import { Worker } from 'node:worker_threads';
import type * as vscode from 'vscode';
import type { DemoToHost, DemoUrls, HostToDemo } from '../../demo/messages';

/** The demo dev server in a thread of its own, so that neither it nor the extension host slows the other. */
export class DemoServer implements vscode.Disposable {
	#worker: Worker | undefined;
	#urls: Promise<DemoUrls> | undefined;

	constructor(private readonly workerFile: string) {}

	/** Starts the server where it isn't running, on a port (0: a free one); resolves with its URLs. */
	start(port: number): Promise<DemoUrls> {
		this.#urls ??= this.#start(port);
		return this.#urls;
	}

	/** Closes the server; resolves when its port is free. */
	async stop(): Promise<void> {
		const worker = this.#worker;
		this.#worker = undefined;
		this.#urls = undefined;
		if (worker !== undefined) {
			const gone = new Promise((resolve) => worker.once('exit', resolve));
			worker.postMessage({ type: 'close' } satisfies HostToDemo);
			await gone;
		}
	}

	dispose(): void {
		void this.stop();
	}

	#start(port: number): Promise<DemoUrls> {
		const worker = new Worker(this.workerFile, { name: 'Transport Inspector demo server', workerData: { port } });
		this.#worker = worker;
		return new Promise<DemoUrls>((resolve, reject) => {
			worker.on('message', (message: DemoToHost) => {
				if (message.type === 'listening') {
					resolve(message.urls);
				} else {
					reject(new Error(message.reason));
				}
			});
			worker.on('error', reject);
			worker.once('exit', () => {
				reject(new Error('The demo server ended before it listened.'));
				if (this.#worker === worker) {
					this.#worker = undefined;
					this.#urls = undefined;
				}
			});
		});
	}
}
