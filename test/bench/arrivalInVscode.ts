/**
 * How far the engine's arrival stamps are off the time at which a frame was handed to the sender's socket, in a real VS
 * Code: idle, on a busy stream, and while another extension holds the host's event loop. Beside it a `ws` client in the
 * extension host itself, as an inspector without a thread of its own would be. Runs there; `arrival.bench.ts` reads the
 * file that it writes.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { WebSocket } from 'ws';
import type { Statistics } from '../../src/core/statistics';
import { Histogram } from '../../src/core/timing/histogram';
import { type ArrivalCondition, type ArrivalMeasures, arrivalConditions, type StampError } from './arrivalMeasures';
import type { ArrivalSenderMessage } from './arrivalSender';

const rates: Readonly<Record<ArrivalCondition, number>> = { idle: 50, busy: 50_000, blocked: 50 };
/** The other extension works for so long, and then waits for so long. */
const blockedMs = 200;
const freeMs = 20;

export async function run(): Promise<void> {
	const quick = process.env.TRANSPORT_INSPECTOR_BENCH_QUICK === '1';
	const rounds = quick ? 2 : 5;
	const seconds = quick ? 2 : 10;
	const sender = fork(join(__dirname, 'arrivalSender.js'));
	try {
		const [{ port }] = (await once(sender, 'message')) as [ArrivalSenderMessage];
		const measures = Object.fromEntries(
			arrivalConditions.map((condition) => [condition, { engine: [], hostClient: [] }]),
		) as unknown as ArrivalMeasures;
		for (let round = 0; round <= rounds; round++) {
			for (const condition of arrivalConditions) {
				const count = rates[condition] * seconds;
				const url = `ws://127.0.0.1:${port}/?rate=${rates[condition]}&count=${count}`;
				const release = condition === 'blocked' ? holdEventLoop() : () => {};
				try {
					const engine = await engineError(url, count);
					const hostClient = await hostClientError(url, count);
					// The first round warms up.
					if (round > 0) {
						measures[condition].engine.push(engine);
						measures[condition].hostClient.push(hostClient);
					}
				} finally {
					release();
				}
			}
		}
		writeFileSync(process.env.TRANSPORT_INSPECTOR_RESULT!, JSON.stringify(measures));
	} finally {
		await ended(sender);
	}
}

/** What an extension that computes does to every other one, until the function that it returns is called. */
function holdEventLoop(): () => void {
	let timer: NodeJS.Timeout;
	const hold = (): void => {
		const untilMs = performance.now() + blockedMs;
		while (performance.now() < untilMs) {
			// Busy.
		}
		timer = setTimeout(hold, freeMs);
	};
	timer = setTimeout(hold, freeMs);
	return () => clearTimeout(timer);
}

async function engineError(url: string, count: number): Promise<StampError> {
	const command = <Result>(name: string, ...args: unknown[]): Thenable<Result> =>
		vscode.commands.executeCommand<Result>(`transportInspector.${name}`, ...args);
	const startMs = performance.now();
	const id = await command<string>('connect', { url, transport: 'webSocket', show: false, timestampPath: '$.sentAt' });
	let statistics: Statistics;
	do {
		await new Promise((resolve) => setTimeout(resolve, 50));
		statistics = await command<Statistics>('statistics', id);
	} while (statistics.lagMs.count < count && statistics.state === 'open');
	const framesPerSecond = (count * 1000) / (performance.now() - startMs);
	await command('remove', id);
	const { lagMs } = statistics;
	if (lagMs.count !== count || lagMs.method !== 'sameMachine') {
		throw new Error(`The engine measured ${lagMs.count} of ${count} frames, by ${lagMs.method}.`);
	}
	return { frames: count, framesPerSecond, p50: lagMs.p50!, p99: lagMs.p99!, max: lagMs.max! };
}

async function hostClientError(url: string, count: number): Promise<StampError> {
	const socket = new WebSocket(url, { perMessageDeflate: false });
	const errors = new Histogram();
	const startMs = performance.now();
	await new Promise<void>((resolve, reject) => {
		socket.on('error', reject);
		socket.on('message', (data: Buffer) => {
			const arrivedAtMs = performance.timeOrigin + performance.now();
			errors.record(arrivedAtMs - (JSON.parse(data.toString()) as { sentAt: number }).sentAt);
			if (errors.count === count) {
				resolve();
			}
		});
	});
	const framesPerSecond = (count * 1000) / (performance.now() - startMs);
	socket.terminate();
	const { p50, p99, max } = errors.distribution();
	return { frames: count, framesPerSecond, p50: p50!, p99: p99!, max: max! };
}

async function ended(child: ChildProcess): Promise<void> {
	const exit = once(child, 'exit');
	child.kill();
	await exit;
}
