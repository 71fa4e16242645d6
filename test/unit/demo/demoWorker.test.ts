import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { DemoToHost, HostToDemo } from '../../../src/demo/messages';

describe('Demo server’s entry', () => {
	let folder: string;
	let file: string;
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'demo-worker-'));
		file = join(folder, 'demoServer.js');
		await build({
			entryPoints: ['src/demo/demoWorker.ts'],
			outfile: file,
			bundle: true,
			platform: 'node',
			format: 'cjs',
			target: 'node20',
			external: ['bufferutil', 'utf-8-validate'],
			logLevel: 'silent',
		});
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	const startWorker = (port: number): Worker => new Worker(file, { workerData: { port } });

	describe('in a worker thread', () => {
		it('says where it listens, and ends with its server when told to', async () => {
			const worker = startWorker(0);
			const [message] = (await once(worker, 'message')) as [DemoToHost];
			assert.equal(message.type, 'listening');
			const { port } = new URL(message.type === 'listening' ? message.urls.polling : '');
			const exit = once(worker, 'exit');
			worker.postMessage({ type: 'close' } satisfies HostToDemo);
			assert.deepEqual(await exit, [0]);
			await assert.rejects(once(connect(Number(port), '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
		});

		it('ends when it is told to before it listens', async () => {
			const worker = startWorker(0);
			worker.postMessage({ type: 'close' } satisfies HostToDemo);
			assert.deepEqual(await once(worker, 'exit'), [0]);
		});

		it('says why it does not listen, and ends', async () => {
			const other = createServer().listen(0, '127.0.0.1');
			await once(other, 'listening');
			const { port } = other.address() as { port: number };
			const worker = startWorker(port);
			const exit = once(worker, 'exit');
			const [message] = (await once(worker, 'message')) as [DemoToHost];
			assert.deepEqual(message, {
				type: 'failed',
				reason: `Port ${port} of 127.0.0.1 is in use by another program: choose another, or 0 for a free one.`,
			});
			assert.deepEqual(await exit, [0]);
			other.close();
			await once(other, 'close');
		});
	});

	describe('on a command line', () => {
		it('prints its four addresses and closes when it is interrupted', async () => {
			const child = spawn(process.execPath, [file, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
			const exit = once(child, 'exit');
			let output = '';
			for await (const chunk of child.stdout.setEncoding('utf8')) {
				output += chunk;
				if (output.includes('/poll')) {
					break;
				}
			}
			assert.match(
				output,
				/^WebSocket {5}ws:\/\/127\.0\.0\.1:(\d+)\/ws\nEvent stream {2}http:\/\/127\.0\.0\.1:\1\/sse\nLong polling {2}http:\/\/127\.0\.0\.1:\1\/long-poll\nPolling {7}http:\/\/127\.0\.0\.1:\1\/poll\n$/,
			);
			child.kill('SIGINT');
			// Windows has no signals: there a child that is killed ends at once.
			assert.deepEqual(await exit, process.platform === 'win32' ? [null, 'SIGINT'] : [0, null]);
		});

		it('says what it expects of its arguments', async () => {
			for (const args of [['--port'], ['--port', 'x'], ['--port', '70000'], ['8080']]) {
				await assert.rejects(promisify(execFile)(process.execPath, [file, ...args]), {
					code: 1,
					stderr: `"${args.join(' ')}" was given: expected nothing, or --port and a number from 0 to 65535.\n`,
				});
			}
		});
	});
});
