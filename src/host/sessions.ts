import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ChartAnswer, ChartRequest } from '../core/charts';
import { addressWithoutCredentials } from '../core/credentials';
import {
	type ClockSetting,
	type ConnectOptions,
	type Endpoint,
	isSafeToRepeat,
	resolveEndpoint,
	type TransportName,
} from '../core/endpoint';
import type { EngineCalls, ExportedFrame, Payload, SessionRate } from '../core/messages';
import { ProblemError, problem } from '../core/problem';
import type { SessionSummary } from '../core/session';
import type { Statistics } from '../core/statistics';
import { Disposable } from './disposable';
import type { EngineClient } from './engineClient';
import type { CaptureFolder } from './folderClaim';
import { extensionName } from './ids';
import type { Log } from './log';
import { captureOptions, endpointDefaults } from './settings';

const storedKey = 'sessions';
/** Sessions of earlier windows that are offered again; the captures of older ones are deleted. */
const mostStored = 20;

/**
 * What the workspace keeps of a session for the next window. What may hold credentials is left out of the options here
 * and stands in the secret storage, which not every VS Code keeps for longer than its window.
 */
interface StoredSession {
	readonly id: string;
	readonly options: ConnectOptions;
	readonly live: boolean;
	readonly active: boolean;
}

/**
 * Every session of this window: what the engine said of each, which one is active, and what outlives the window.
 */
export class Sessions extends Disposable {
	readonly #summaries = new Map<string, SessionSummary>();
	readonly #rates = new Map<string, SessionRate>();
	readonly #options = new Map<string, ConnectOptions>();
	/** Sessions that the engine at work knows; those of an engine that died are restored when they are needed. */
	readonly #known = new Set<string>();
	readonly #changed = this._register(new vscode.EventEmitter<SessionSummary>());
	/** A session's summary changed: its state, for one. */
	readonly onChanged = this.#changed.event;
	readonly #listChanged = this._register(new vscode.EventEmitter<void>());
	/** Sessions came or went, their rates changed, or another is active. */
	readonly onListChanged = this.#listChanged.event;
	readonly #beforeRemoval = new Set<(id: string) => Promise<void>>();
	/** Live in the window before, and not decided about since. */
	readonly #resumable = new Set<string>();
	/** What the secret storage has of each session. */
	readonly #secrets = new Map<string, string>();
	#activeId: string | undefined;
	#frozen = false;
	#claimed: Promise<CaptureFolder> | undefined;
	/** Undefined until it is claimed. */
	#folder: CaptureFolder | undefined;
	#ready: Promise<void> | undefined;

	constructor(
		private readonly engine: EngineClient,
		private readonly context: vscode.ExtensionContext,
		private readonly claimFolder: () => Promise<CaptureFolder>,
		private readonly log: Log,
	) {
		super();
		this._register(engine.onSessionChanged((summary) => this.#receive(summary)));
		this._register(
			engine.onRates((rates) => {
				for (const rate of rates) {
					this.#rates.set(rate.sessionId, rate);
				}
				this.#listChanged.fire();
			}),
		);
		this._register(
			engine.onDied(() => {
				this.#known.clear();
				for (const summary of this.#summaries.values()) {
					if (isLive(summary)) {
						const reason = problem('internal', { reason: 'the engine thread ended' });
						this.#receive({ ...summary, state: 'failed', problem: reason });
					}
				}
			}),
		);
	}

	/**
	 * Claims the workspace's folder and lists the sessions of the window before, once. It waits until somebody asks for
	 * sessions: a window that only reads notes takes the captures from no other one, and starts no thread.
	 */
	ready(): Promise<void> {
		this.#ready ??= this.#claim()
			.then((folder) => this.#restore(folder))
			.catch((error: unknown) => this.log.error(`Sessions were not restored: ${error}`));
		return this.#ready;
	}

	get all(): readonly SessionSummary[] {
		return [...this.#summaries.values()];
	}

	/** The session that commands mean when they name none: the one last shown or connected. */
	get active(): SessionSummary | undefined {
		return this.#activeId === undefined ? undefined : this.#summaries.get(this.#activeId);
	}

	get(id: string): SessionSummary | undefined {
		return this.#summaries.get(id);
	}

	rate(id: string): SessionRate | undefined {
		return this.#rates.get(id);
	}

	setActive(id: string): void {
		if (this.#activeId !== id && this.#summaries.has(id)) {
			this.#activeId = id;
			this.#listChanged.fire();
			void this.#store();
		}
	}

	/**
	 * Begins a session. `id` is known at once; `opened` resolves when it is open and rejects with its problem, and the
	 * session stays listed either way. Throws a `ProblemError` for options that can't be used.
	 */
	connect(options: ConnectOptions): { readonly id: string; readonly opened: Promise<void> } {
		const endpoint = endpointOf(options);
		void this.ready();
		const id = randomUUID();
		this.#options.set(id, options);
		this.#known.add(id);
		this.#activeId = id;
		const opened = this.#claim()
			.then(({ path }) =>
				this.engine.call('connect', { sessionId: id, endpoint, capture: captureOptions(join(path, id)) }),
			)
			.then(() => undefined);
		return { id, opened };
	}

	/** Connects again; by another transport than before, where one is given. */
	async reconnect(id: string, transport?: TransportName): Promise<void> {
		this.#resumable.delete(id);
		if (transport !== undefined) {
			this.#options.set(id, { ...this.#options.get(id)!, transport });
		}
		await this.#call(id, 'reconnect', { sessionId: id, transport });
	}

	async disconnect(id: string): Promise<void> {
		this.#resumable.delete(id);
		await this.#call(id, 'disconnect', { sessionId: id });
	}

	async setPaused(id: string, paused: boolean): Promise<void> {
		await this.#call(id, 'pause', { sessionId: id, paused });
	}

	async setTimestampPath(id: string, path: string): Promise<void> {
		await this.#call(id, 'setTimestampPath', { sessionId: id, path });
		this.#options.set(id, { ...this.#options.get(id)!, timestampPath: path });
		await this.#store();
	}

	async setSequencePath(id: string, path: string): Promise<void> {
		await this.#call(id, 'setSequencePath', { sessionId: id, path });
		this.#options.set(id, { ...this.#options.get(id)!, sequencePath: path });
		await this.#store();
	}

	async setClock(id: string, clock: ClockSetting): Promise<void> {
		await this.#call(id, 'setClock', { sessionId: id, clock });
		this.#options.set(id, { ...this.#options.get(id)!, clock });
		await this.#store();
	}

	async clear(id: string): Promise<void> {
		await this.#call(id, 'clear', { sessionId: id });
	}

	async send(id: string, message: { readonly payload: Uint8Array; readonly kind: 'text' | 'binary' }): Promise<void> {
		await this.#call(id, 'send', { sessionId: id, ...message });
	}

	statistics(id: string): Promise<Statistics> {
		return this.#call(id, 'statistics', { sessionId: id });
	}

	frames(id: string, fromSeq: number, toSeq: number): Promise<readonly ExportedFrame[]> {
		return this.#call(id, 'frames', { sessionId: id, fromSeq, toSeq });
	}

	payload(id: string, seq: number, maxBytes: number): Promise<Payload> {
		return this.#call(id, 'payload', { sessionId: id, seq, maxBytes });
	}

	chart(id: string, request: ChartRequest): Promise<ChartAnswer> {
		return this.#call(id, 'chart', { sessionId: id, request });
	}

	seqAt(id: string, atMs: number): Promise<number | null> {
		return this.#call(id, 'seqAt', { sessionId: id, atMs });
	}

	/** Writes JSON Lines to a file of this machine; resolves with the number of lines. */
	exportFrames(id: string, file: string): Promise<number> {
		return this.#call(id, 'exportFrames', { sessionId: id, file });
	}

	/** Whoever needs something of a session is waited for before that one is removed. */
	beforeRemoval(listener: (id: string) => Promise<void>): vscode.Disposable {
		this.#beforeRemoval.add(listener);
		return { dispose: () => this.#beforeRemoval.delete(listener) };
	}

	/** Ends the session and deletes what it captured. */
	async remove(id: string): Promise<void> {
		const folder = await this.#claim();
		if (this.#known.has(id)) {
			await Promise.allSettled([...this.#beforeRemoval].map((listener) => listener(id)));
			await this.engine.call('remove', { sessionId: id });
		} else {
			await rm(join(folder.path, id), { recursive: true, force: true });
		}
		await this.#forget(id);
		this.#offerCommands();
		this.#listChanged.fire();
		await this.#store();
	}

	/**
	 * The id that an argument names: an id, or what the sessions tree passes to its actions. Left out, it means the active
	 * session; anything else is `unknownSession`.
	 */
	idOf(argument: unknown): string {
		void this.ready();
		const id =
			argument === undefined || argument === null
				? (this.#activeId ?? '')
				: typeof argument === 'object'
					? (argument as { readonly id?: unknown }).id
					: argument;
		if (typeof id !== 'string' || !this.#summaries.has(id)) {
			const named = typeof id === 'string' ? id : (JSON.stringify(argument) ?? String(argument)).slice(0, 80);
			throw new ProblemError(problem('unknownSession', { session: named }));
		}
		return id;
	}

	/**
	 * Lists the sessions of the window before; their frames are there, their connections are not. The oldest are
	 * deleted where all together exceed what one session may keep.
	 */
	async #restore(claimed: CaptureFolder): Promise<void> {
		if (claimed.isShared) {
			return;
		}
		const entries = this.context.workspaceState.get<StoredSession[]>(storedKey) ?? [];
		let bytes = 0;
		const kept: StoredSession[] = [];
		for (const entry of [...entries].reverse()) {
			const { folder, maxBytes } = captureOptions(join(claimed.path, entry.id));
			bytes += await folderBytes(folder);
			if (bytes <= maxBytes || kept.length === 0) {
				kept.unshift(entry);
			} else {
				await this.context.secrets.delete(secretKey(entry.id));
			}
		}
		for (const { id, live, active, options: stored } of kept) {
			const secret = await this.#secretOptions(id);
			const options = { ...stored, ...secret };
			this.#options.set(id, options);
			try {
				const endpoint = endpointOf(options, true);
				if (live && isSafeToRepeat(endpoint) && endpoint.reconnect.enabled) {
					this.#resumable.add(id);
				}
				await this.#ensureKnown(id);
			} catch (error) {
				this.log.warn(`A session of the last window could not be taken up: ${error}`);
			}
			if (active) {
				this.#activeId = id;
			}
		}
		await this.#deleteOrphans(claimed);
		await this.#store();
	}

	/** Whether the window before had this session live and its request may be sent again unasked; true once. */
	takeResumable(id: string): boolean {
		return this.#resumable.delete(id);
	}

	/** The window is going: sessions that end because of it are remembered as they were. */
	freeze(): void {
		this.#frozen = true;
	}

	/** Lets the next window have the folder. */
	async release(): Promise<void> {
		await (await this.#claimed?.catch(() => undefined))?.release();
	}

	#claim(): Promise<CaptureFolder> {
		this.#claimed ??= this.claimFolder().then((folder) => {
			this.#folder = folder;
			return folder;
		});
		return this.#claimed;
	}

	async #call<Name extends keyof EngineCalls>(
		id: string,
		name: Name,
		args: EngineCalls[Name]['args'],
	): Promise<EngineCalls[Name]['result']> {
		// Until then the session that it is about may be on its way to the engine.
		await this.#claim();
		await this.#ensureKnown(id);
		return this.engine.call(name, args);
	}

	async #ensureKnown(id: string): Promise<void> {
		if (this.#known.has(id)) {
			return;
		}
		const options = this.#options.get(id);
		if (options === undefined) {
			throw new ProblemError(problem('unknownSession', { session: id }));
		}
		this.#known.add(id);
		try {
			const { path } = await this.#claim();
			const capture = captureOptions(join(path, id));
			await this.engine.call('restore', { sessionId: id, endpoint: endpointOf(options, true), capture });
		} catch (error) {
			this.#known.delete(id);
			throw error;
		}
	}

	#receive(summary: SessionSummary): void {
		if (!this.#options.has(summary.id)) {
			return;
		}
		const before = this.#summaries.get(summary.id);
		this.#summaries.set(summary.id, summary);
		this.#activeId ??= summary.id;
		this.#changed.fire(summary);
		if (before === undefined || before.state !== summary.state) {
			this.#offerCommands();
			this.#listChanged.fire();
			void this.#store();
		}
	}

	/** The palette offers what acts on a session only while there is one. */
	#offerCommands(): void {
		void vscode.commands.executeCommand('setContext', `${extensionName}.hasSessions`, this.#summaries.size > 0);
	}

	async #forget(id: string): Promise<void> {
		this.#summaries.delete(id);
		this.#rates.delete(id);
		this.#options.delete(id);
		this.#known.delete(id);
		this.#resumable.delete(id);
		this.#secrets.delete(id);
		if (this.#activeId === id) {
			this.#activeId = [...this.#summaries.keys()].pop();
		}
		await this.context.secrets.delete(secretKey(id));
	}

	async #store(): Promise<void> {
		const mayStore = (): boolean => !this.isDisposed && !this.#frozen && this.#folder?.isShared === false;
		if (!mayStore()) {
			return;
		}
		const stored: StoredSession[] = [];
		for (const [id, options] of [...this.#options].slice(-mostStored)) {
			const summary = this.#summaries.get(id);
			const { open, secret } = splitOptions(options);
			const transport = options.transport ?? summary?.transport ?? undefined;
			const live = (summary !== undefined && isLive(summary)) || this.#resumable.has(id);
			stored.push({ id, options: { ...open, transport }, live, active: id === this.#activeId });
			if (secret !== undefined && this.#secrets.get(id) !== secret) {
				this.#secrets.set(id, secret);
				await this.context.secrets.store(secretKey(id), secret);
			}
		}
		if (mayStore()) {
			await this.context.workspaceState.update(storedKey, stored);
		}
	}

	async #secretOptions(id: string): Promise<Partial<ConnectOptions>> {
		try {
			return JSON.parse((await this.context.secrets.get(secretKey(id))) ?? '{}') as Partial<ConnectOptions>;
		} catch (error) {
			this.log.warn(`What was remembered of a session can't be read: ${error}`);
			return {};
		}
	}

	/** Captures that no stored session speaks of, after a crash for one. */
	async #deleteOrphans({ path }: CaptureFolder): Promise<void> {
		for (const entry of await readdir(path, { withFileTypes: true })) {
			if (entry.isDirectory() && !this.#options.has(entry.name)) {
				await rm(join(path, entry.name), { recursive: true, force: true });
			}
		}
	}
}

/**
 * The endpoint that options and settings make; throws the problem. Of a session that is taken up again, options that a
 * change of the settings has made unusable fall back to what needs none.
 */
function endpointOf(options: ConnectOptions, lenient = false): Endpoint {
	const resolved = resolveEndpoint(options, endpointDefaults());
	if ('endpoint' in resolved) {
		return resolved.endpoint;
	}
	const fallback = lenient ? resolveEndpoint({ ...options, ...alwaysUsable }, endpointDefaults()) : resolved;
	if ('problem' in fallback) {
		throw new ProblemError(fallback.problem);
	}
	return fallback.endpoint;
}

/** What an option may be in place of one that can't be used any more. */
const alwaysUsable = {
	timestampPath: 'detect',
	sequencePath: 'detect',
	cursor: 'auto',
	clock: 'auto',
	echo: undefined,
} as const;

/** Parts what may be written down from what may hold credentials; the latter as JSON, absent where there is none. */
function splitOptions(options: ConnectOptions): { readonly open: ConnectOptions; readonly secret: string | undefined } {
	const { headers, body, url, echo, ...rest } = options;
	const openUrl = addressWithoutCredentials(url);
	const secret = {
		...(headers && { headers }),
		...(body !== undefined && { body }),
		...(openUrl !== url && { url }),
		...(echo && { echo }),
	};
	return {
		open: { ...rest, url: openUrl },
		secret: Object.keys(secret).length === 0 ? undefined : JSON.stringify(secret),
	};
}

async function folderBytes(folder: string): Promise<number> {
	const names = await readdir(folder).catch(() => []);
	const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
	return sizes.reduce((sum, size) => sum + size, 0);
}

function secretKey(id: string): string {
	return `session:${id}`;
}

function isLive({ state }: SessionSummary): boolean {
	return state === 'connecting' || state === 'open' || state === 'reconnecting';
}
