/**
 * The demo server's entry: in a worker thread of the extension host, which is told the URLs and says when to close; and
 * on a command line, `node dist/demoServer.js --port 8080`, which prints them.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { startDemoServer } from './demoServer';
import type { DemoToHost, HostToDemo } from './messages';

if (isMainThread) {
	void runOnCommandLine(process.argv.slice(2));
} else {
	void runInWorker();
}

async function runInWorker(): Promise<void> {
	const host = parentPort!;
	const post = (message: DemoToHost): void => host.postMessage(message);
	// Without a listener that keeps it, the thread ends when the server has closed.
	let isToClose = false;
	let close = (): void => {
		isToClose = true;
	};
	host.on('message', (message: HostToDemo) => {
		if (message.type === 'close') {
			close();
		}
	});
	try {
		const server = await startDemoServer({ port: Number((workerData as { port?: unknown } | null)?.port ?? 0) });
		close = () => void server.close().then(() => host.close());
		if (isToClose) {
			close();
		} else {
			post({ type: 'listening', urls: server.urls });
		}
	} catch (error) {
		post({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
		host.close();
	}
}

async function runOnCommandLine(args: readonly string[]): Promise<void> {
	const port = portOf(args);
	if (port === undefined) {
		console.error(`"${args.join(' ')}" was given: expected nothing, or --port and a number from 0 to 65535.`);
		process.exitCode = 1;
		return;
	}
	try {
		const server = await startDemoServer({ port });
		const close = (): void => void server.close();
		process.once('SIGINT', close);
		process.once('SIGTERM', close);
		console.log(`WebSocket     ${server.urls.webSocket}`);
		console.log(`Event stream  ${server.urls.eventStream}`);
		console.log(`Long polling  ${server.urls.longPoll}`);
		console.log(`Polling       ${server.urls.polling}`);
	} catch (error) {
		console.error(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	}
}

function portOf(args: readonly string[]): number | undefined {
	if (args.length === 0) {
		return 0;
	}
	const [name, value = ''] = args;
	const isPort = args.length === 2 && name === '--port' && /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
	return isPort ? Number(value) : undefined;
}
