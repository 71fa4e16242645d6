import assert from 'node:assert/strict';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { api, run, startDemo, statistics, until, withServer } from './support';

/** Files of captures that this process holds open; undefined where the system does not tell. */
function openCaptureFiles(): string[] | undefined {
	const folder = '/proc/self/fd';
	if (!existsSync(folder)) {
		return undefined;
	}
	return readdirSync(folder)
		.map((fd) => {
			try {
				return readlinkSync(`${folder}/${fd}`);
			} catch {
				// It was closed between listing and looking.
				return '';
			}
		})
		.filter((path) => /\.(payloads|index)$/.test(path));
}

// Named to run last: after it the extension is shut down.
describe('shutting down', () => {
	it('leaves no socket, no open file, and neither the thread of the engine nor that of the demo server', async () => {
		const { testing } = await api();
		const threads = (): number =>
			process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort' || kind === 'Worker').length;
		const urls = await startDemo();
		await withServer(
			(socket) => socket.send('hello'),
			async (url, server) => {
				const id = await run<string>('connect', { url, show: false });
				const demo = await run<string>('connect', { url: urls.longPoll, show: false });
				await until(
					'frames',
					async () => (await statistics(id)).framesReceived > 0 && (await statistics(demo)).framesReceived > 0,
				);
				assert.equal(server.clients.size, 1);
				const files = openCaptureFiles();
				assert.ok(files === undefined || files.length >= 4, `${files?.length} files`);
				const before = threads();
				await testing.shutDown();
				await until('the socket gone', () => server.clients.size === 0);
				assert.deepEqual(openCaptureFiles() ?? [], []);
				assert.ok(before >= 2, `${before} thread handles`);
				assert.ok(threads() <= before - 2, `${threads()} of ${before} thread handles`);
				await assert.rejects(fetch(urls.polling), /fetch failed/);
			},
		);
	});
});
