import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExportedFrame } from '../../src/core/messages';
import { api, closeEditors, run, showSelected, startDemo, statistics, until, withServer } from './support';

describe('commands', () => {
	afterEach(async () => {
		for (const { id } of (await api()).sessions) {
			await run('remove', id);
		}
	});

	for (const transport of ['webSocket', 'eventStream', 'longPoll', 'polling'] as const) {
		it(`connect opens the demo server's ${transport} and receives its frames`, async () => {
			const urls = await startDemo();
			const id = await run<string>('connect', {
				url: `${urls[transport]}?rate=50`,
				transport,
				intervalSeconds: 0.2,
				show: false,
			});
			const seen = await until('ten frames', async () => {
				const now = await statistics(id);
				return now.framesReceived >= 10 && now;
			});
			assert.equal(seen.state, 'open');
			assert.equal(seen.transport, transport);
			assert.equal(seen.framesReceived, seen.framesKept + seen.framesEvicted);
			assert.ok(seen.wireBytesIn > seen.payloadBytes / 2);
			assert.equal(seen.lagMs.method, 'sameMachine');
			assert.equal(seen.lagMs.path, '$.sentAt');
			assert.ok(seen.lagMs.p50! >= 0);
		});

		it(`connect tells ${transport} by itself`, async () => {
			const urls = await startDemo();
			const id = await run<string>('connect', { url: urls[transport], show: false });
			assert.equal((await statistics(id)).transport, transport);
		});
	}

	it('connect fails with one sentence when nothing listens, and lists the session', async () => {
		let port = 0;
		await withServer(
			() => {},
			async (url) => {
				port = Number(new URL(url).port);
			},
		);
		await assert.rejects(
			run('connect', { url: `ws://127.0.0.1:${port}/`, show: false }),
			new RegExp(`Nothing listens at 127\\.0\\.0\\.1:${port}; start the server there`),
		);
		const { sessions } = await api();
		assert.equal(sessions.length, 1);
		assert.equal(sessions[0]!.state, 'failed');
		assert.equal(sessions[0]!.problem!.code, 'connectionRefused');
	});

	for (const [url, sentence] of [
		['ftp://host/x', /"ftp:" is not a scheme that carries live traffic/],
		['http://', /is not a URL; expected one such as/],
	] as const) {
		it(`connect refuses ${url} with a sentence`, async () => {
			await assert.rejects(run('connect', { url, show: false }), sentence);
		});
	}

	it('connect refuses a header with a line break', async () => {
		const urls = await startDemo();
		await assert.rejects(
			run('connect', { url: urls.webSocket, headers: { 'X-A': 'b\r\nX-Evil: 1' }, show: false }),
			/The header "X-A" can't be sent/,
		);
	});

	it('send reaches the server and its answer comes back', async () => {
		await withServer(
			(socket) => socket.on('message', (data, binary) => socket.send(data, { binary })),
			async (url) => {
				const id = await run<string>('connect', { url, show: false });
				await run('send', id, 'hello');
				await run('send', id, new Uint8Array([1, 2, 255]));
				await run('send', id, { text: '00ff', encoding: 'hex' });
				const { frames } = await api();
				const seen = await until('three echoes', async () => {
					const all = (await frames(id, 1, 100)).filter(({ kind }) => kind === 'text' || kind === 'binary');
					return all.length === 6 && all;
				});
				const echoes = seen.filter(({ direction }) => direction === 'in');
				assert.deepEqual(
					echoes.map(({ text, base64 }) => text ?? base64),
					['hello', 'AQL/', 'AP8='],
				);
				await assert.rejects(run('send', id, { text: 'xyz', encoding: 'hex' }), /not hex/);
			},
		);
	});

	it('send says that an event stream is one-way', async () => {
		const urls = await startDemo();
		const id = await run<string>('connect', { url: urls.eventStream, show: false });
		await assert.rejects(run('send', id, 'hello'), /one-way; only a WebSocket can send/);
	});

	it('disconnect ends the connection for good, and reconnect opens another that goes on numbering', async () => {
		const urls = await startDemo();
		const id = await run<string>('connect', { url: `${urls.webSocket}?rate=100`, show: false });
		await until('frames', async () => (await statistics(id)).framesReceived > 5);
		await run('disconnect', id);
		const ended = await statistics(id);
		assert.equal(ended.state, 'ended');
		await run('reconnect', id);
		const again = await until('more frames', async () => {
			const now = await statistics(id);
			return now.framesReceived > ended.framesReceived && now;
		});
		assert.equal(again.state, 'open');
		assert.equal(again.connectionsOpened, 2);
	});

	it('a lost connection is opened again by itself, and not with reconnect: false', async () => {
		let connections = 0;
		await withServer(
			(socket) => {
				connections++;
				socket.send(`connection ${connections}`);
				if (connections === 1) {
					setTimeout(() => socket.terminate(), 50);
				}
			},
			async (url) => {
				const id = await run<string>('connect', { url, show: false });
				await until('a second connection', async () => (await statistics(id)).connectionsOpened === 2);
				connections = 0;
				const once = await run<string>('connect', { url, show: false, reconnect: false });
				await until('the end', async () => (await statistics(once)).state === 'failed');
				assert.equal((await statistics(once)).connectionsOpened, 1);
				assert.equal((await statistics(once)).reconnectAttempts, 0);
			},
		);
	});

	it('pause holds the view and not the capture', async () => {
		const urls = await startDemo();
		const id = await run<string>('connect', { url: `${urls.webSocket}?rate=100`, show: false });
		assert.equal(await run('pause', id), true);
		const { framesKept } = await statistics(id);
		await until('more kept', async () => (await statistics(id)).framesKept > framesKept);
		assert.equal((await api()).sessions[0]!.paused, true);
		assert.equal(await run('pause', id), false);
		assert.equal((await api()).sessions[0]!.paused, false);
	});

	it('clear begins the account anew', async () => {
		const urls = await startDemo();
		const id = await run<string>('connect', { url: `${urls.webSocket}?rate=100`, show: false });
		await until('frames', async () => (await statistics(id)).framesReceived > 20);
		await run('disconnect', id);
		await run('clear', id);
		const { framesReceived, framesKept, framesEvicted, payloadBytes, captureBytes } = await statistics(id);
		assert.deepEqual(
			{ framesReceived, framesKept, framesEvicted, payloadBytes, captureBytes },
			{ framesReceived: 0, framesKept: 0, framesEvicted: 0, payloadBytes: 0, captureBytes: 0 },
		);
	});

	it('exportFrames writes one JSON line a frame, in order and whole', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'export-'));
		try {
			const urls = await startDemo();
			const id = await run<string>('connect', { url: `${urls.eventStream}?rate=200`, show: false });
			await until('frames', async () => (await statistics(id)).framesReceived > 30);
			await run('disconnect', id);
			const { framesKept } = await statistics(id);
			const target = vscode.Uri.file(join(folder, 'frames.jsonl'));
			await run('exportFrames', id, target);
			const lines = readFileSync(target.fsPath, 'utf8')
				.trimEnd()
				.split('\n')
				.map((line) => JSON.parse(line) as ExportedFrame);
			assert.equal(lines.length, framesKept);
			lines.forEach((line, index) => {
				assert.equal(line.seq, index + 1);
				assert.equal(line.direction, 'in');
			});
			const events = lines.filter(({ kind }) => kind === 'event');
			const ids = events.map(({ text }) => (JSON.parse(text!) as { id: number }).id);
			assert.deepEqual(
				ids,
				ids.map((_, index) => ids[0]! + index),
			);
			assert.equal(events[0]!.id, String(ids[0]));
			assert.ok(
				events.every(
					({ lagMs, event, sizeBytes, text }) => lagMs! >= 0 && event && sizeBytes === Buffer.byteLength(text!),
				),
			);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it('the API gives frames of a range, tells changes of state, and fails with a sentence', async () => {
		const { frames, statistics: statisticsOf, onDidChangeSession, connect } = await api();
		const states: string[] = [];
		const listening = onDidChangeSession(({ state }) => states.push(state));
		const urls = await startDemo();
		const id = await connect({ url: `${urls.eventStream}?rate=100`, show: false });
		await until('ten frames', async () => (await statisticsOf(id)).framesReceived >= 10);
		assert.deepEqual(
			(await frames(id, 3, 6)).map(({ seq }) => seq),
			[3, 4, 5],
		);
		await run('disconnect', id);
		listening.dispose();
		assert.deepEqual(
			states.filter((state, index) => state !== states[index - 1]),
			['connecting', 'open', 'ended'],
		);
		await assert.rejects(frames('nobody', 1, 2), /There is no session "nobody"/);
	});

	it('take only an id or a session for a session', async () => {
		const urls = await startDemo();
		const id = await run<string>('connect', { url: urls.webSocket, show: false });
		for (const argument of [5, [], {}, { sessionId: id }, true]) {
			await assert.rejects(run('clear', argument), /There is no session/);
		}
		const { sessions } = await api();
		await run('clear', sessions[0]);
	});

	it('connect refuses a lag path that is none, at once, with the panel wanted too', async () => {
		await assert.rejects(run('connect', { url: 'ws://127.0.0.1:1/', timestampPath: 'sentAt[' }), /timestampPath/);
	});

	it('showLog shows the log', async () => {
		const isShown = (): boolean =>
			vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output');
		await run('showLog');
		await until('the log', isShown);
		// It is a text editor too, which would be the active one of the tests that follow.
		await vscode.commands.executeCommand('workbench.action.closePanel');
		await until('the log gone', () => !isShown());
	});

	it('connectAtCursor takes the URL under the cursor, or the selection', async () => {
		const urls = await startDemo();
		const content = `See ${urls.webSocket}, or the stream.\n${urls.eventStream}`;
		const document = await vscode.workspace.openTextDocument({ content });
		await showSelected(document, 0, 10, 0, 10);
		const first = await run<string>('connectAtCursor');
		assert.equal((await api()).sessions.find(({ id }) => id === first)!.url, urls.webSocket);
		await showSelected(document, 1, 0, 1, urls.eventStream.length);
		const second = await run<string>('connectAtCursor');
		assert.equal((await statistics(second)).transport, 'eventStream');
		await showSelected(document, 0, 0, 0, 0);
		await assert.rejects(run('connectAtCursor'), /no URL under the cursor/);
		await closeEditors();
	});

	it('mean the active session where none is named, and say so when there is none', async () => {
		await assert.rejects(run('statistics'), /There is no session; connect to an endpoint first/);
		await assert.rejects(run('statistics', 'nobody'), /There is no session "nobody"/);
		const urls = await startDemo();
		await run('connect', { url: urls.eventStream, show: false });
		await run('connect', { url: urls.webSocket, show: false });
		assert.equal((await run<{ transport: string }>('statistics')).transport, 'webSocket');
	});

	it('startDemoServer gives four URLs on loopback, the same each time, and stopDemoServer frees the port', async () => {
		const urls = await startDemo();
		assert.deepEqual(await startDemo(), urls);
		for (const url of Object.values(urls)) {
			assert.equal(new URL(url).hostname, '127.0.0.1');
		}
		await run('stopDemoServer');
		await assert.rejects(run('connect', { url: urls.webSocket, show: false }), /Nothing listens/);
	});
});
