import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ComparedSession } from '../../src/core/comparison';
import type { ComparisonResult } from '../../src/core/comparisonExport';
import { type ConnectOptions, transportNames } from '../../src/core/endpoint';
import { closedPort } from '../unit/http/servers';
import { api, closeEditors, run, startDemo, until } from './support';

const compare = (options: unknown): Promise<ComparisonResult> => run<ComparisonResult>('compare', options);

/** A busy machine is late by so much now and then, in the median never. */
const pushedWithinMs = 100;

async function disconnectAll(): Promise<void> {
	for (const { id, state } of (await api()).sessions) {
		if (state === 'open' || state === 'connecting' || state === 'reconnecting') {
			await run('disconnect', id);
		}
	}
}

/** The demo server's four, with a query. */
async function demoEndpoints(query: string, intervalSeconds: number): Promise<ConnectOptions[]> {
	const urls = await startDemo();
	return transportNames.map((transport) => ({ url: `${urls[transport]}${query}`, transport, intervalSeconds }));
}

function compared(result: ComparisonResult, transport: ComparedSession['transport']): ComparedSession {
	const found = result.compared.find((each) => each.transport === transport);
	assert.ok(found, `${transport} is compared`);
	return found;
}

describe('comparing transports', () => {
	afterEach(disconnectAll);
	after(closeEditors);

	it('shows the demo server’s polling at 5 s near 2.5 s on average, and what is pushed near the network’s latency', async function () {
		this.timeout(60_000);
		const result = await compare({ seconds: 24, show: false });
		assert.deepEqual(
			result.compared.map(({ transport, state }) => [transport, state]),
			transportNames.map((transport) => [transport, 'open']),
		);
		assert.equal(result.sessions.length, 4);
		const polling = compared(result, 'polling');
		// Four polls of 50 events: the mean of each is 2.5 s, whatever the events' place in the interval; the machine may be
		// late by some tenths, and a poll of 4 s or 6 s would be out.
		assert.equal(polling.pollIntervalMs, 5000);
		assert.ok(polling.events >= 140, `${polling.events} events of three polls or more`);
		assert.ok(Math.abs(polling.lagMs.mean! - 2500) < 300, `mean lag of polling ${polling.lagMs.mean} ms`);
		assert.ok(polling.lagMs.max! > 4500 && polling.lagMs.max! < 6000, `longest lag of polling ${polling.lagMs.max} ms`);
		for (const transport of ['webSocket', 'eventStream', 'longPoll'] as const) {
			const { lagMs, lagMethod, missing, duplicates, events } = compared(result, transport);
			assert.ok(lagMs.p50! >= 0 && lagMs.p50! < pushedWithinMs, `median lag of ${transport} ${lagMs.p50} ms`);
			assert.deepEqual([lagMethod, missing, duplicates], ['sameMachine', 0, 0], transport);
			assert.ok(events >= polling.events, transport);
		}
		assert.equal(polling.first, 0);
		const firsts = result.compared.reduce((sum, { first }) => sum + first, 0);
		assert.equal(firsts, result.events, 'each event was first somewhere');
		assert.match(
			result.summary.join(' '),
			/Polling each 5 s was 2\.\d+ s late on average, which is what half its interval/,
		);
		const row = result.table.find(({ id }) => id === 'lagMean')!;
		assert.ok(!row.winners.includes(result.compared.indexOf(polling)), 'polling is not the best');
	});

	it('measures polling at 1 s near half a second, with bytes, requests and connections of each transport', async function () {
		this.timeout(60_000);
		const result = await compare({ urls: await demoEndpoints('?rate=50', 1), seconds: 8, show: false });
		const polling = compared(result, 'polling');
		assert.ok(Math.abs(polling.lagMs.mean! - 500) < 120, `mean lag ${polling.lagMs.mean} ms`);
		assert.ok(Math.abs(polling.behindMs.mean! - 500) < 120, `behind ${polling.behindMs.mean} ms on average`);
		const webSocket = compared(result, 'webSocket');
		// The demo's events are 128 bytes: a frame adds two or four, an event stream its fields, a held request all its heads.
		assert.ok(webSocket.bytesInPerEvent! > 128 && webSocket.bytesInPerEvent! < 140, `${webSocket.bytesInPerEvent} B`);
		assert.ok(compared(result, 'eventStream').bytesInPerEvent! > webSocket.bytesInPerEvent!);
		assert.ok(compared(result, 'longPoll').overheadBytesPerEvent! > 100);
		// A request a second for 50 events.
		assert.ok(Math.abs(polling.requestsPerEvent! - 0.02) < 0.01, `${polling.requestsPerEvent} requests per event`);
		for (const session of result.compared) {
			assert.equal(session.sockets, 1, `${session.transport} keeps its connection`);
		}
		const { overTime, spread } = result;
		assert.ok(overTime.lagsMs.every((lags) => lags.length >= 7 && lags.length <= 20));
		assert.equal(spread.of, 'lag');
		assert.ok(spread.shares.every((shares) => shares.at(-1) === 1));
	});

	it('goes on without a URL that does not open, and says so', async () => {
		const { webSocket, eventStream } = await startDemo();
		const closed = `ws://127.0.0.1:${await closedPort()}/none?token=secret`;
		const result = await compare({
			urls: [webSocket, closed, eventStream, 'ftp://127.0.0.1/'],
			seconds: 2,
			show: false,
		});
		assert.deepEqual(
			result.compared.map(({ state }) => state),
			['open', 'failed', 'open'],
		);
		assert.ok(result.matched > 5, `${result.matched} events matched`);
		assert.equal(result.failures.length, 2);
		assert.match(result.failures.find(({ url }) => url.startsWith('ftp'))!.sentence, /ftp/);
		assert.match(result.failures.find(({ url }) => url.startsWith('ws'))!.sentence, /listens/);
		assert.ok(result.summary.some((sentence) => sentence.includes('is not compared')));
		assert.ok(!JSON.stringify(result).includes('secret'), 'what looks like a credential is left out');
	});

	it('fails with a sentence where nothing opens, and for options that can’t be used', async () => {
		const closed = `ws://127.0.0.1:${await closedPort()}/`;
		await assert.rejects(compare([closed, closed]), /listens/);
		await assert.rejects(compare(['ws://127.0.0.1:1/']), /2 to 16 URLs/);
		await assert.rejects(compare({ seconds: -1 }), /seconds/);
		await assert.rejects(compare('ws://127.0.0.1:1/'), /a list of URLs/);
		await assert.rejects(run('exportComparison', 'none such'), /no comparison "none such"/);
	});

	it('is exported as Markdown, CSV and JSON, by the name of the file', async () => {
		const { webSocket, eventStream } = await startDemo();
		const { id } = await compare({ urls: [webSocket, eventStream], seconds: 1, show: false });
		const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
		const written = async (name: string): Promise<string> => {
			const target = vscode.Uri.file(join(folder, name));
			assert.equal((await run<vscode.Uri>('exportComparison', id, target)).fsPath, target.fsPath);
			return readFileSync(target.fsPath, 'utf8');
		};
		assert.match(await written('a.md'), /^# Transports compared\n[\s\S]*\| WebSocket \| Event stream \| best \|/);
		assert.match(await written('a.csv'), /^measure,unit,WebSocket,Event stream,best\r\n/);
		assert.equal((JSON.parse(await written('a.json')) as ComparisonResult).id, id);
		await assert.rejects(run('exportComparison', id, vscode.Uri.file(join(folder, 'a.txt'))), /\.md, \.csv or \.json/);
	});

	it('is there for other extensions, and keeps its last report when a session is removed', async () => {
		const inspector = await api();
		const { webSocket, eventStream } = await startDemo();
		const { id, sessions } = await inspector.compare({ urls: [webSocket, eventStream], show: false });
		await until('matched events', async () => (await inspector.comparison(id)).matched > 3);
		await run('remove', sessions[0]);
		const last = await inspector.comparison(id);
		assert.ok(last.matched > 3);
		assert.deepEqual(await inspector.comparison(id), last, 'it stands still');
		await assert.rejects(inspector.comparison('none such'), /no comparison/);
	});

	it('lets the oldest stand still when many are compared, and still tells its last report', async () => {
		const inspector = await api();
		const { webSocket, eventStream } = await startDemo();
		const urls = [webSocket, eventStream];
		const { id } = await inspector.compare({ urls, show: false });
		await until('matched events', async () => (await inspector.comparison(id)).matched > 3);
		for (let more = 0; more < 8; more++) {
			await inspector.compare({ urls, show: false });
		}
		const last = await inspector.comparison(id);
		assert.ok(last.matched > 3);
		await inspector.compare({ urls, seconds: 0.5, show: false });
		assert.deepEqual(await inspector.comparison(id), last);
	});
});
