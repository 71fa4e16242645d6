import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ComparedSession, ComparisonReport } from '../../src/core/comparison';
import type { ComparisonResult } from '../../src/core/comparisonExport';
import { type ConnectOptions, transportNames } from '../../src/core/endpoint';
import type { SessionSummary } from '../../src/core/session';
import { askForEndpoints } from '../../src/host/comparison/askForEndpoints';
import { Comparisons } from '../../src/host/comparison/comparisons';
import type { EngineClient } from '../../src/host/engineClient';
import type { Sessions } from '../../src/host/sessions';
import { closedPort } from '../unit/http/servers';
import { api, closeEditors, run, startDemo, statistics, until } from './support';

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
		assert.ok(firsts >= result.events, 'each event was first somewhere');
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

	it('fails with a sentence for addresses of odd shapes, before anything is connected', async () => {
		const holdsItself: Record<string, unknown> = {};
		holdsItself.itself = holdsItself;
		const before = (await api()).sessions.length;
		for (const odd of [null, 7, 10n, holdsItself, [], { url: 7 }, { url: Object.create(null) as unknown }, undefined]) {
			await assert.rejects(compare(['ws://127.0.0.1:1/', odd]), /urls\[1\]/);
		}
		for (const odd of [10n, { urls: holdsItself }, { seconds: 10n }, { show: holdsItself }, null]) {
			await assert.rejects(compare(odd), /expected|must be|options|urls|seconds|show/);
		}
		assert.equal((await api()).sessions.length, before);
	});

	it('says why a URL was refused without the credentials in it', async () => {
		const { webSocket } = await startDemo();
		const refused = ['http://user:secret@host:99999/x?token=hidden', ' http://user:secret@host:99999/x?token=hidden '];
		const result = await compare({ urls: [webSocket, ...refused], show: false });
		assert.equal(result.failures.length, 2);
		for (const { sentence } of result.failures) {
			assert.match(sentence, /"\s*http:\/\/host:99999\/x\?token=…\s*" is not a URL/);
		}
		assert.ok(!/secret|hidden/.test(JSON.stringify(result)));
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

	it('asks for the last report before a session is removed', async () => {
		const inspector = await api();
		const urls = (await demoEndpoints('?rate=50', 1)).slice(0, 2);
		const { id, sessions, matched } = await inspector.compare({ urls, show: false });
		const received = async (): Promise<number> =>
			Math.min(...(await Promise.all(sessions.map(async (each) => (await statistics(each)).eventsReceived))));
		const wanted = matched + 40;
		await until('events of both', async () => (await received()) > wanted);
		await run('remove', sessions[0]);
		assert.ok((await inspector.comparison(id)).matched > matched + 20);
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

/** Sessions that open at once, but for those whose URL says that they can't even be listed. */
class MadeSessions {
	readonly #changed = new vscode.EventEmitter<SessionSummary>();
	readonly #listed = new Map<string, SessionSummary>();
	listening = 0;

	connect({ url }: ConnectOptions): { readonly id: string; readonly opened: Promise<void> } {
		const id = `${url} ${this.#listed.size}`;
		return {
			id,
			opened: url.includes('unlisted') ? Promise.reject(new Error('No room for it.')) : this.#open(id, url),
		};
	}

	get(id: string): SessionSummary | undefined {
		return this.#listed.get(id);
	}

	onChanged(listener: (summary: SessionSummary) => void): vscode.Disposable {
		this.listening++;
		const listening = this.#changed.event(listener);
		return {
			dispose: () => {
				this.listening--;
				listening.dispose();
			},
		};
	}

	beforeRemoval(): vscode.Disposable {
		return { dispose: () => undefined };
	}

	async #open(id: string, url: string): Promise<void> {
		await Promise.resolve();
		const summary = { id, url, state: 'open' } as SessionSummary;
		this.#listed.set(id, summary);
		this.#changed.fire(summary);
	}
}

/** An engine that tells the sessions of each comparison and nothing of them. */
class MadeEngine {
	readonly #compared = new Map<string, readonly string[]>();

	async call(
		name: string,
		{ comparisonId, sessionIds }: { readonly comparisonId: string; readonly sessionIds?: readonly string[] },
	): Promise<unknown> {
		if (name === 'compare') {
			this.#compared.set(comparisonId, sessionIds!);
			return null;
		}
		const sessions = this.#compared.get(comparisonId);
		return sessions === undefined
			? null
			: ({
					id: comparisonId,
					sessions,
					compared: [],
					matched: 0,
					atMs: 0,
					beganAtMs: 0,
					horizonMs: 1,
				} as unknown as ComparisonReport);
	}
}

describe('the comparisons of a window', () => {
	const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

	function made(): { readonly comparisons: Comparisons; readonly sessions: MadeSessions } {
		const sessions = new MadeSessions();
		const comparisons = new Comparisons(
			new MadeEngine() as unknown as EngineClient,
			sessions as unknown as Sessions,
			log,
		);
		return { comparisons, sessions };
	}

	it('tell of an endpoint that could not even be listed, and wait for it no longer', async () => {
		const { comparisons, sessions } = made();
		const { id } = await comparisons.begin([{ url: 'ws://a' }, { url: 'ws://unlisted?token=secret' }]);
		const { failures, sessions: compared } = await comparisons.result(id);
		assert.deepEqual(failures, [{ url: 'ws://unlisted?token=…', sentence: 'No room for it.' }]);
		assert.equal(compared.length, 1);
		assert.equal(sessions.listening, 0);
		await assert.rejects(comparisons.begin([{ url: 'ws://unlisted' }]), /No room for it/);
	});

	it('forget the oldest of many, but none that is shown', async () => {
		const { comparisons } = made();
		const begin = async (): Promise<string> => (await comparisons.begin([{ url: 'ws://a' }])).id;
		const [shown, closed] = [await begin(), await begin()];
		const showing = comparisons.shown(shown);
		comparisons.shown(closed).dispose();
		for (let more = 0; more < 51; more++) {
			await begin();
		}
		assert.equal(comparisons.isCurrent(shown), false);
		assert.throws(() => comparisons.isCurrent(closed), /no comparison/);
		showing.dispose();
		await begin();
		assert.throws(() => comparisons.isCurrent(shown), /no comparison/);
	});
});

describe('the question for endpoints to compare', () => {
	it('says that only sixteen are compared where more are named', async () => {
		const heard: Record<string, () => void> = {};
		const on =
			(name: string) =>
			(listener: () => void): vscode.Disposable => {
				heard[name] = listener;
				return { dispose: () => undefined };
			};
		const pick = {
			items: [] as readonly vscode.QuickPickItem[],
			activeItems: [] as readonly vscode.QuickPickItem[],
			value: '',
			onDidChangeValue: on('changed'),
			onDidAccept: on('accepted'),
			onDidHide: on('hidden'),
			show: () => undefined,
			hide: () => heard.hidden!(),
			dispose: () => undefined,
		};
		const { createQuickPick } = vscode.window;
		const type = (value: string): vscode.QuickPickItem => {
			pick.value = value;
			heard.changed!();
			return pick.items.find(({ label }) => label.startsWith('$(plug)'))!;
		};
		try {
			vscode.window.createQuickPick = () => pick as unknown as vscode.QuickPick<never>;
			const asked = askForEndpoints({ get: async () => undefined } as unknown as vscode.SecretStorage);
			await until('the question', () => heard.hidden !== undefined);
			pick.activeItems = [type('ws://first')];
			heard.accepted!();
			const many = (count: number): string => Array.from({ length: count }, (_, nth) => `ws://h${nth}`).join(' ');
			assert.equal(type(many(15)).description, 'Compare these 15');
			const item = type(many(20));
			assert.equal(item.description, 'Compare the first 15 of these 20: no more fit beside each other');
			pick.activeItems = [item];
			heard.accepted!();
			const chosen = await asked;
			assert.ok(Array.isArray(chosen) && chosen.length === 16);
		} finally {
			vscode.window.createQuickPick = createQuickPick;
		}
	});
});
