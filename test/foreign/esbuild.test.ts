import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildContext, context, stop } from 'esbuild';
import type { CycleMeta } from '../../src/core/frame';
import { createEventStreamTransport } from '../../src/engine/transports/eventStream';
import { createPollingTransport } from '../../src/engine/transports/polling';
import { TransportRecorder } from '../support/transportRecorder';
import { endpointOf } from './recording';

describe('esbuild’s dev server', () => {
	let folder: string;
	let file: string;
	let esbuild: BuildContext | undefined;
	let origin: string;
	const recordings: TransportRecorder[] = [];

	beforeEach(async () => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), 'foreign-esbuild-')));
		file = join(folder, 'main.js');
		writeFileSync(file, 'console.log(1);');
		esbuild = await context({
			absWorkingDir: folder,
			entryPoints: [file],
			outdir: join(folder, 'out'),
			write: false,
			logLevel: 'silent',
		});
		const { port } = await esbuild.serve({ host: '127.0.0.1', port: 0 });
		origin = `http://127.0.0.1:${port}`;
	});
	afterEach(async () => {
		await Promise.all(recordings.splice(0).map((recording) => recording.close()));
		await esbuild?.dispose();
		rmSync(folder, { recursive: true, force: true });
	});
	after(() => stop());

	it('tells over its event stream of each build that changed something', async () => {
		await esbuild!.watch();
		const recording = new TransportRecorder(createEventStreamTransport, endpointOf(`${origin}/esbuild`)).open();
		recordings.push(recording);
		await recording.opened();
		const changes = (): { added: string[]; updated: string[] }[] =>
			recording.texts('event').map((text) => JSON.parse(text));
		for (let version = 2; version <= 3; version++) {
			const before = changes().length;
			// esbuild looks at its files twice a second or so, and tells two writes by time and size.
			writeFileSync(file, `console.log(${'1'.repeat(version)});`);
			await recording.until(`change ${version}`, () =>
				changes()
					.slice(before)
					.some(({ updated }) => updated.length > 0),
			);
		}
		assert.ok(recording.incoming().every(({ kind, name }) => kind !== 'event' || name === 'change'));
		assert.deepEqual(changes().at(-1), { added: [], removed: [], updated: ['/main.js'] });
		assert.equal(recording.resume.retryMs, 500);
	});

	it('ends its event stream when it is disposed of', async () => {
		const recording = new TransportRecorder(createEventStreamTransport, endpointOf(`${origin}/esbuild`)).open();
		recordings.push(recording);
		await recording.opened();
		await esbuild!.dispose();
		const end = await recording.ended();
		assert.ok(end.by === 'server' || end.problem?.code === 'connectionLost', JSON.stringify(end));
		assert.equal(end.final, false);
	});

	it('polled, brings its output with each poll, since it gives no validator', async () => {
		const recording = new TransportRecorder(
			createPollingTransport,
			endpointOf(`${origin}/main.js`, { pollIntervalMs: 20 }),
		).open();
		recordings.push(recording);
		await recording.until('three polls', () => recording.texts('cycle').length >= 3);
		assert.deepEqual([...new Set(recording.texts('cycle'))], ['console.log(1);\n']);
		for (const { meta } of recording.frames.filter(({ kind }) => kind === 'cycle')) {
			const { status, outcome, events } = meta as CycleMeta;
			assert.deepEqual([status, outcome, events], [200, 'answered', 1]);
		}
	});
});
