/**
 * Received WebSocket frames a second: the whole engine (its worker thread as the extension runs it, with capture on
 * disk, meters, lag, and a view that follows the tail) against a bare `ws` client that only counts messages. Both run in
 * a worker thread, read from the same sender, and take turns.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineCalls, EngineToHost, HostToEngine } from '../../src/core/messages';
import type { Statistics } from '../../src/core/statistics';
import { endpointFor } from '../support/endpoint';
import type { BareCounts } from './bareClient';
import { type BenchOptions, type BenchResult, type Spread, spreadOf } from './bench';
import type { SenderMessage } from './webSocketSender';

const payloadBytes = 128;
/** The server's close frame: one more frame for the engine, with a code of two bytes. */
const closePayloadBytes = 2;
const rowsOnScreen = 40;
/** No run takes so long; one that does is stuck. */
const mostRunMs = 120_000;

/** Runs the benchmark; rejects where a frame was lost. */
export async function run(options: BenchOptions): Promise<readonly BenchResult[]> {
	const { quick, say } = options;
	const frameCount = quick ? 200_000 : 3_000_000;
	const rounds = quick ? 5 : 7;
	const sender = fork(join(options.folder, 'webSocketSender.js'), [String(frameCount), String(payloadBytes)]);
	try {
		const url = `ws://127.0.0.1:${await listeningPort(sender)}/`;
		const bare: number[] = [];
		const engine: number[] = [];
		const readPauses: number[] = [];
		say(
			`webSocket: ${shown(frameCount)} text frames of ${payloadBytes} bytes a run, ${rounds} runs each, in turns after one of each to warm up`,
		);
		for (let round = 0; round <= rounds; round++) {
			const bareSeconds = await measured(sender, () => runBareClient(options.folder, url, frameCount));
			let pauses = 0;
			const engineSeconds = await measured(sender, async () => {
				pauses = await runEngine(options.folder, url, frameCount);
			});
			if (round > 0) {
				readPauses.push(pauses);
				bare.push(frameCount / bareSeconds);
				engine.push(frameCount / engineSeconds);
			}
		}
		// Of each pair, since what else the machine does changes from minute to minute.
		const ratios = engine.map((rate, index) => rate / bare[index]!);
		const row = (what: string, { median, least, most }: Spread, show: (value: number) => string): string =>
			`  ${what.padEnd(30)} ${show(median).padStart(12)}  (${show(least)} … ${show(most)})`;
		say(row('bare ws client, messages/s', spreadOf(bare), shown));
		say(row('whole engine, frames/s', spreadOf(engine), shown));
		say(row('engine ÷ bare, pair by pair', spreadOf(ratios), (value) => value.toFixed(2)));
		const { least, most } = spreadOf(readPauses);
		say(`  The engine paused reading for the disk ${least} … ${most} times a run.`);
		const result = (id: string, values: readonly number[], unit: string): BenchResult => ({
			id: `webSocket.${id}`,
			value: spreadOf(values).median,
			unit,
			target: null,
			held: null,
		});
		return [
			result('bareClient', bare, 'messages/s'),
			result('engine', engine, 'frames/s'),
			result('engineToBareClient', ratios, 'ratio'),
		];
	} finally {
		sender.kill();
	}
}

/** A run's seconds by the sender's clock. */
async function measured(sender: ChildProcess, runClient: () => Promise<void>): Promise<number> {
	const message = nextMessage(sender, 'measured');
	const [{ seconds }] = await within(Promise.all([message, runClient()]), 'A run');
	return seconds;
}

async function runBareClient(builtFolder: string, url: string, frameCount: number): Promise<void> {
	const worker = new Worker(join(builtFolder, 'bareClient.js'), { workerData: { url } });
	try {
		const [counts] = (await once(worker, 'message')) as [BareCounts];
		const expected: BareCounts = { messages: frameCount, bytes: frameCount * payloadBytes, closeCode: 1000 };
		if (JSON.stringify(counts) !== JSON.stringify(expected)) {
			throw new Error(`The bare client counted ${JSON.stringify(counts)}, not ${JSON.stringify(expected)}.`);
		}
	} finally {
		await worker.terminate();
	}
}

/** Resolves with how often the engine paused reading because the disk was behind. */
async function runEngine(builtFolder: string, url: string, frameCount: number): Promise<number> {
	const engine = new EngineThread(join(builtFolder, 'engine.js'));
	try {
		const sessionId = 'bench';
		// A panel that shows the tail and paints each tick at once: the engine is never spared one.
		engine.post({
			type: 'request',
			id: 0,
			call: 'connect',
			args: {
				sessionId,
				// The sender answers no pings, and the bare client sends none.
				endpoint: endpointFor(url, { pingIntervalMs: 0 }),
				capture: { folder: join(builtFolder, 'capture'), maxFrames: 10_000_000, maxBytes: 2_000_000_000 },
			},
		});
		engine.post({
			type: 'viewChanged',
			viewId: 'panel',
			sessionId,
			follow: true,
			firstSeq: 0,
			rowCount: rowsOnScreen,
		});
		let statistics: Statistics;
		do {
			await new Promise((resolve) => setTimeout(resolve, 50));
			statistics = await engine.call('statistics', { sessionId });
		} while (statistics.state === 'connecting' || statistics.state === 'open');
		const { framesReceived, framesKept, framesEvicted, payloadsLost, payloadBytes: bytes, lagMs } = statistics;
		const isWhole =
			framesReceived === frameCount + 1 &&
			framesKept + framesEvicted === framesReceived &&
			payloadsLost === 0 &&
			bytes === frameCount * payloadBytes + closePayloadBytes &&
			lagMs.count === frameCount &&
			engine.ticks > 0;
		if (!isWhole) {
			throw new Error(`The engine lost something of ${frameCount} frames: ${JSON.stringify(statistics)}`);
		}
		await engine.call('remove', { sessionId });
		await engine.call('dispose', null);
		return statistics.readPauses;
	} finally {
		await engine.terminate();
	}
}

/** The engine's worker as the extension's host talks to it. */
class EngineThread {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
	#lastId = 0;
	ticks = 0;

	constructor(file: string) {
		this.#worker = new Worker(file);
		this.#worker.on('message', (message: EngineToHost) => this.#receive(message));
		this.#worker.on('error', (error) => this.#fail(error));
	}

	post(message: HostToEngine): void {
		this.#worker.postMessage(message);
	}

	call<Name extends keyof EngineCalls>(
		call: Name,
		args: EngineCalls[Name]['args'],
	): Promise<EngineCalls[Name]['result']> {
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve: (result) => resolve(result as EngineCalls[Name]['result']), reject });
			this.#worker.postMessage({ type: 'request', id, call, args });
		});
	}

	async terminate(): Promise<void> {
		await this.#worker.terminate();
	}

	#receive(message: EngineToHost): void {
		switch (message.type) {
			case 'answered':
				this.#waiting.get(message.id)?.resolve(message.result);
				this.#waiting.delete(message.id);
				return;
			case 'refused':
				this.#fail(new Error(`The engine refused: ${JSON.stringify(message.problem)}`));
				return;
			case 'viewTick':
				this.ticks++;
				this.post({ type: 'painted', viewId: message.viewId, tick: message.tick.number });
				return;
			case 'logged':
				if (message.level === 'error') {
					this.#fail(new Error(message.text));
				}
				return;
			default:
				return;
		}
	}

	#fail(error: Error): void {
		for (const { reject } of this.#waiting.values()) {
			reject(error);
		}
		this.#waiting.clear();
	}
}

async function listeningPort(sender: ChildProcess): Promise<number> {
	return (await within(nextMessage(sender, 'listening'), 'The sender’s start')).port;
}

function nextMessage<Type extends SenderMessage['type']>(
	sender: ChildProcess,
	type: Type,
): Promise<Extract<SenderMessage, { type: Type }>> {
	return new Promise((resolve, reject) => {
		const failed = (): void => reject(new Error('The sender ended before its time.'));
		sender.once('exit', failed);
		sender.once('message', (message: SenderMessage) => {
			sender.off('exit', failed);
			if (message.type === type) {
				resolve(message as Extract<SenderMessage, { type: Type }>);
			} else {
				reject(new Error(`The sender said ${message.type}, not ${type}.`));
			}
		});
	});
}

async function within<Result>(work: Promise<Result>, what: string): Promise<Result> {
	let timer: NodeJS.Timeout | undefined;
	const stuck = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what} takes longer than ${mostRunMs / 1000} s.`)), mostRunMs);
	});
	try {
		return await Promise.race([work, stuck]);
	} finally {
		clearTimeout(timer);
	}
}

function shown(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}
