import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type ConnectOptions, resolveEndpoint, type TransportName } from '../core/endpoint';
import type { SessionRate } from '../core/messages';
import { ProblemError, problem } from '../core/problem';
import type { SessionSummary } from '../core/session';
import type { Statistics } from '../core/statistics';
import { Disposable } from './disposable';
import type { EngineClient } from './engineClient';
import { extensionName } from './ids';
import type { Log } from './log';
import { captureOptions, endpointDefaults } from './settings';

const storedKey = 'sessions';
/** Sessions of earlier windows that are offered again; the captures of older ones are deleted. */
const mostStored = 20;

/** What is kept of a session for the next window. Headers may hold credentials, so they are in the secret storage. */
interface StoredSession {
	readonly id: string;
	readonly options: ConnectOptions;
	readonly live: boolean;
}

/**
 * Every session of this window: what the engine said of each, which one is active, and what outlives the window.
 */
export class Sessions extends Disposable {
	readonly #summaries = new Map<string, SessionSummary>();
	readonly #rates = new Map<string, SessionRate>();
	readonly #options = new Map<string, ConnectOptions>();
	readonly #changed = this._register(new vscode.EventEmitter<SessionSummary>());
	/** A session's summary changed: its state, for one. */
	readonly onChanged = this.#changed.event;
	readonly #listChanged = this._register(new vscode.EventEmitter<void>());
	/** Sessions came or went, their rates changed, or another is active. */
	readonly onListChanged = this.#listChanged.event;
	readonly #resumable = new Set<string>();
	#activeId: string | undefined;
	#frozen = false;

	constructor(
		private readonly engine: EngineClient,
		private readonly context: vscode.ExtensionContext,
		private readonly storageFolder: string,
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
				for (const summary of this.#summaries.values()) {
					if (isLive(summary)) {
						const reason = problem('internal', { reason: 'the engine thread ended' });
						this.#receive({ ...summary, state: 'failed', problem: reason, canSend: false });
					}
				}
			}),
		);
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
		}
	}

	/**
	 * Begins a session. `id` is known at once; `opened` resolves when it is open and rejects with its problem, and the
	 * session stays listed either way. Throws a `ProblemError` for options that can't be used.
	 */
	connect(options: ConnectOptions): { readonly id: string; readonly opened: Promise<void> } {
		const resolved = resolveEndpoint(options, endpointDefaults());
		if ('problem' in resolved) {
			throw new ProblemError(resolved.problem);
		}
		const id = randomUUID();
		this.#options.set(id, options);
		this.#activeId = id;
		const capture = captureOptions(join(this.storageFolder, id));
		const opened = this.engine
			.call('connect', { sessionId: id, endpoint: resolved.endpoint, capture })
			.then(() => undefined);
		return { id, opened };
	}

	async reconnect(id: string, transport?: TransportName): Promise<void> {
		await this.#ensureRestored(id);
		await this.engine.call('reconnect', { sessionId: id, transport });
	}

	async disconnect(id: string): Promise<void> {
		await this.engine.call('disconnect', { sessionId: id });
	}

	async setPaused(id: string, paused: boolean): Promise<void> {
		await this.engine.call('pause', { sessionId: id, paused });
	}

	async clear(id: string): Promise<void> {
		await this.engine.call('clear', { sessionId: id });
	}

	/** Ends the session and deletes what it captured. */
	async remove(id: string): Promise<void> {
		await this.engine.call('remove', { sessionId: id });
		this.#summaries.delete(id);
		this.#rates.delete(id);
		this.#options.delete(id);
		if (this.#activeId === id) {
			this.#activeId = [...this.#summaries.keys()].pop();
		}
		await this.context.secrets.delete(secretKey(id));
		this.#offerCommands();
		this.#listChanged.fire();
		await this.#store();
	}

	async statistics(id: string): Promise<Statistics> {
		return this.engine.call('statistics', { sessionId: id });
	}

	/** The id of a session that an argument names, or the active one's; throws `unknownSession`. */
	idOf(argument: unknown): string {
		// Tree items and inline actions pass the element, keybindings the id.
		const id =
			typeof argument === 'string'
				? argument
				: ((argument as { readonly id?: unknown } | undefined)?.id ?? this.#activeId ?? '');
		if (typeof id !== 'string' || !this.#summaries.has(id)) {
			throw new ProblemError(problem('unknownSession', { session: String(id) }));
		}
		return id;
	}

	/**
	 * Lists the sessions of the window before; their frames are there, their connections are not. The oldest are
	 * deleted where all together exceed what one session may keep.
	 */
	async restore(): Promise<void> {
		const stored = this.context.workspaceState.get<StoredSession[]>(storedKey) ?? [];
		let bytes = 0;
		const kept: StoredSession[] = [];
		for (const entry of [...stored].reverse()) {
			const { folder, maxBytes } = captureOptions(join(this.storageFolder, entry.id));
			bytes += await folderBytes(folder);
			if (bytes <= maxBytes || kept.length === 0) {
				kept.unshift(entry);
			}
		}
		for (const { id, options, live } of kept) {
			try {
				const secret = await this.context.secrets.get(secretKey(id));
				this.#options.set(id, secret === undefined ? options : { ...options, headers: JSON.parse(secret) });
				if (live && options.body === undefined && (options.method ?? 'GET').toUpperCase() === 'GET') {
					this.#resumable.add(id);
				}
				await this.#ensureRestored(id);
			} catch (error) {
				this.log.warn(`A session of the last window could not be taken up: ${error}`);
			}
		}
		await this.#deleteOrphans();
	}

	/** Whether the window before had this session live and its request may be sent again unasked. */
	mayResume(id: string): boolean {
		return this.#resumable.has(id);
	}

	async #ensureRestored(id: string): Promise<void> {
		if (this.#summaries.has(id)) {
			return;
		}
		const options = this.#options.get(id);
		const resolved = options && resolveEndpoint(options, endpointDefaults());
		if (resolved === undefined || 'problem' in resolved) {
			throw new ProblemError(problem('unknownSession', { session: id }));
		}
		const capture = captureOptions(join(this.storageFolder, id));
		await this.engine.call('restore', { sessionId: id, endpoint: resolved.endpoint, capture });
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

	/** The window is going: sessions that end because of it are remembered as they were. */
	freeze(): void {
		this.#frozen = true;
	}

	async #store(): Promise<void> {
		if (this.isDisposed || this.#frozen) {
			return;
		}
		const stored: StoredSession[] = [];
		for (const summary of [...this.#summaries.values()].slice(-mostStored)) {
			const { headers, ...options } = this.#options.get(summary.id)!;
			if (headers !== undefined) {
				await this.context.secrets.store(secretKey(summary.id), JSON.stringify(headers));
			}
			const transport = options.transport ?? summary.transport ?? undefined;
			stored.push({ id: summary.id, options: { ...options, transport }, live: isLive(summary) });
		}
		await this.context.workspaceState.update(storedKey, stored);
	}

	/** Captures that no stored session speaks of, after a crash for one. */
	async #deleteOrphans(): Promise<void> {
		await mkdir(this.storageFolder, { recursive: true });
		for (const name of await readdir(this.storageFolder)) {
			if (!this.#options.has(name)) {
				await rm(join(this.storageFolder, name), { recursive: true, force: true });
			}
		}
	}
}

async function folderBytes(folder: string): Promise<number> {
	const names = await readdir(folder).catch(() => []);
	const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
	return sizes.reduce((sum, size) => sum + size, 0);
}

function secretKey(id: string): string {
	return `headers:${id}`;
}

function isLive({ state }: SessionSummary): boolean {
	return state === 'connecting' || state === 'open' || state === 'reconnecting';
}
