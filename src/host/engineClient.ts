import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { assertNever } from '../core/assertNever';
import type {
	EngineCalls,
	EngineRequest,
	EngineToHost,
	HostToEngine,
	SessionRate,
	Tick,
	ViewChanged,
} from '../core/messages';
import { ProblemError, problem } from '../core/problem';
import type { SessionSummary } from '../core/session';
import { Disposable } from './disposable';
import type { Log } from './log';

interface Pending {
	readonly resolve: (result: never) => void;
	readonly reject: (error: ProblemError) => void;
}

/** The engine may take so long to close every connection in good order. */
const disposeAfterMs = 3000;

/**
 * The host's end of the engine thread. The thread starts with the first request, so that an extension that is not used
 * costs nothing; a thread that dies is told as a problem of every open request, and the next request starts a new one.
 */
export class EngineClient extends Disposable {
	readonly #sessionChanged = this._register(new vscode.EventEmitter<SessionSummary>());
	readonly onSessionChanged = this.#sessionChanged.event;
	readonly #rates = this._register(new vscode.EventEmitter<readonly SessionRate[]>());
	readonly onRates = this.#rates.event;
	readonly #tick = this._register(new vscode.EventEmitter<{ readonly viewId: string; readonly tick: Tick }>());
	readonly onTick = this.#tick.event;
	readonly #died = this._register(new vscode.EventEmitter<void>());
	/** The thread ended by itself; its sessions are gone, their captures are on disk. */
	readonly onDied = this.#died.event;
	readonly #pending = new Map<number, Pending>();
	#worker: Worker | undefined;
	#nextId = 1;
	#shutDown = false;

	constructor(
		private readonly workerFile: string,
		private readonly log: Log,
	) {
		super();
	}

	/** Asks the engine and resolves with its answer; rejects with a `ProblemError`. */
	call<Name extends keyof EngineCalls>(
		name: Name,
		args: EngineCalls[Name]['args'],
	): Promise<EngineCalls[Name]['result']> {
		const id = this.#nextId++;
		return new Promise((resolve, reject) => {
			this.#pending.set(id, { resolve: resolve as (result: never) => void, reject });
			this.#post({ type: 'request', id, call: name, args } as EngineRequest);
		});
	}

	changeView(viewId: string, sessionId: string, window: ViewChanged): void {
		this.#post({ ...window, viewId, sessionId });
	}

	painted(viewId: string, tick: number): void {
		this.#worker?.postMessage({ type: 'painted', viewId, tick } satisfies HostToEngine);
	}

	closeView(viewId: string): void {
		this.#worker?.postMessage({ type: 'viewClosed', viewId } satisfies HostToEngine);
	}

	/** Ends every session and the thread; resolves when both are gone. */
	async shutDown(): Promise<void> {
		const worker = this.#worker;
		if (worker === undefined) {
			this.#shutDown = true;
			return;
		}
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, disposeAfterMs);
		});
		const disposed = this.call('dispose', null).catch(() => undefined);
		this.#shutDown = true;
		await Promise.race([disposed, late]);
		clearTimeout(timer);
		this.#worker = undefined;
		this.#refusePending('the window is closing');
		await worker.terminate();
	}

	#post(message: HostToEngine): void {
		if (this.#shutDown) {
			// A panel may still speak while its window closes; that must not start a new thread.
			this.#refusePending('the window is closing');
			return;
		}
		this.#worker ??= this.#start();
		this.#worker.postMessage(message);
	}

	#refusePending(reason: string): void {
		for (const { reject } of this.#pending.values()) {
			reject(new ProblemError(problem('internal', { reason })));
		}
		this.#pending.clear();
	}

	#start(): Worker {
		const worker = new Worker(this.workerFile, { name: 'Transport Inspector engine' });
		worker.on('message', (message: EngineToHost) => this.#receive(message));
		worker.on('error', (error) => this.log.error(`The engine thread failed: ${error.stack ?? error.message}`));
		worker.on('exit', () => {
			if (this.#worker !== worker) {
				return;
			}
			this.#worker = undefined;
			this.#refusePending('the engine thread ended');
			this.#died.fire();
		});
		return worker;
	}

	#receive(message: EngineToHost): void {
		switch (message.type) {
			case 'answered':
				this.#pending.get(message.id)?.resolve(message.result as never);
				this.#pending.delete(message.id);
				return;
			case 'refused':
				this.#pending.get(message.id)?.reject(new ProblemError(message.problem));
				this.#pending.delete(message.id);
				return;
			case 'sessionChanged':
				this.#sessionChanged.fire(message.session);
				return;
			case 'sessionRates':
				this.#rates.fire(message.rates);
				return;
			case 'viewTick':
				this.#tick.fire(message);
				return;
			case 'logged':
				this.log[message.level](message.text);
				return;
			default:
				assertNever(message);
		}
	}
}
