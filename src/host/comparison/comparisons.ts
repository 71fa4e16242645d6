import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ComparedSession, ComparisonReport } from '../../core/comparison';
import { type ComparisonResult, comparisonResult } from '../../core/comparisonExport';
import type { ComparisonFailure } from '../../core/comparisonSummary';
import { addressWithoutCredentials } from '../../core/credentials';
import type { ConnectOptions } from '../../core/endpoint';
import { Disposable } from '../disposable';
import type { EngineClient } from '../engineClient';
import { extensionName } from '../ids';
import type { Log } from '../log';
import { problemText, sentenceOf } from '../problemText';
import type { Sessions } from '../sessions';

/** So many compare on in the engine, which keeps some megabytes of ids for each; the oldest then stands still. */
const mostCurrent = 8;
/** Of so many the last report can be told. */
const mostRemembered = 50;

interface Begun {
	readonly id: string;
	readonly sessionIds: readonly string[];
	/** Of endpoints that never became a session; those of sessions are told by the report. */
	readonly refused: readonly ComparisonFailure[];
	/** Of the engine's last answer: it stays when a session is removed or the engine ends. */
	last: ComparisonReport | undefined;
	/** Whether the engine had it when it was last asked. */
	isCurrent: boolean;
}

/** A session on its way to be listed. */
interface Opening {
	readonly id: string;
	readonly opened: Promise<void>;
	readonly options: ConnectOptions;
}

/** Every comparison of this window: its sessions, and the last that was told of it. */
export class Comparisons extends Disposable {
	readonly #begun = new Map<string, Begun>();
	/** How many show each one that is shown. */
	readonly #shown = new Map<string, number>();
	#activeId: string | undefined;

	constructor(
		private readonly engine: EngineClient,
		private readonly sessions: Sessions,
		private readonly log: Log,
	) {
		super();
		this._register(sessions.beforeRemoval((sessionId) => this.#takeLast(sessionId)));
	}

	/**
	 * Connects all endpoints and begins to compare them before the first event can have come. `opened` resolves when each
	 * has opened or failed; it rejects with the first failure's sentence where none has opened.
	 */
	async begin(endpoints: readonly ConnectOptions[]): Promise<{ readonly id: string; readonly opened: Promise<void> }> {
		const refused: ComparisonFailure[] = [];
		const opening: Opening[] = [];
		for (const options of endpoints) {
			try {
				const session = this.sessions.connect({ ...options, show: false });
				session.opened.catch(() => undefined);
				opening.push({ ...session, options });
			} catch (error) {
				refused.push(refusal(options, error));
			}
		}
		// One that can't even be listed is told by its failure, and has no part in the comparison.
		const sessionIds: string[] = [];
		for (const { id, options, failure } of await Promise.all(opening.map((each) => this.#listed(each)))) {
			if (failure === undefined) {
				sessionIds.push(id);
			} else {
				refused.push(refusal(options, failure.error));
			}
		}
		if (sessionIds.length === 0) {
			throw new Error(refused[0]!.sentence);
		}
		const id = randomUUID();
		await this.#compare({ id, sessionIds, refused, last: undefined, isCurrent: true });
		const opened = Promise.allSettled(opening.map((each) => each.opened)).then((settled) => {
			const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
			if (failures.length === settled.length) {
				throw new Error(sentenceOf(failures[0]));
			}
		});
		opened.catch(() => undefined);
		return { id, opened };
	}

	/**
	 * Takes up a comparison of the window before. It begins anew where a session of it is live, or was and may be connected
	 * again; else it stays what it was when it was last told.
	 */
	async restore(last: ComparisonReport, refused: readonly ComparisonFailure[]): Promise<void> {
		await this.sessions.ready();
		const begun: Begun = { id: last.id, sessionIds: last.sessions, refused, last, isCurrent: false };
		const isThere = last.sessions.every((sessionId) => this.sessions.get(sessionId) !== undefined);
		const resumed = isThere ? last.sessions.filter((sessionId) => this.sessions.takeResumable(sessionId)) : [];
		if (!isThere || (resumed.length === 0 && !this.#isLive(begun))) {
			this.#remember(begun);
			return;
		}
		await this.#compare(begun);
		for (const sessionId of resumed) {
			this.sessions.reconnect(sessionId).catch((error: unknown) => {
				this.log.info(`Not connected again after the reload: ${sentenceOf(error)}`);
			});
		}
	}

	/** What a comparison tells now; rejects where there is none of that id. */
	async result(id: string): Promise<ComparisonResult> {
		const begun = this.#get(id);
		if (begun.isCurrent) {
			const report = await this.engine.call('comparison', { comparisonId: id });
			begun.last = report ?? begun.last;
			begun.isCurrent = report !== null;
		}
		if (begun.last === undefined) {
			throw new Error(vscode.l10n.t('The comparison ended before it had anything to tell.'));
		}
		const failed = begun.last.compared.filter(({ state, problem }) => state === 'failed' && problem !== undefined);
		return comparisonResult(begun.last, [...begun.refused, ...failed.map(failureOf)]);
	}

	/** Its endpoints that never became a session, and why. */
	refused(id: string): readonly ComparisonFailure[] {
		return this.#get(id).refused;
	}

	/** Whether a session is one of its own. */
	has(id: string, sessionId: string): boolean {
		return this.#begun.get(id)?.sessionIds.includes(sessionId) === true;
	}

	/** Whether what was last told is of then, and not of before the window was reloaded or a session removed. */
	isCurrent(id: string): boolean {
		return this.#get(id).isCurrent;
	}

	/** Whether a session of it can still bring something. */
	isLive(id: string): boolean {
		return this.#isLive(this.#get(id));
	}

	/** Ends every session of it; what they brought stays. */
	async stop(id: string): Promise<void> {
		const { sessionIds } = this.#get(id);
		await Promise.all(
			sessionIds
				.filter((sessionId) => this.sessions.get(sessionId) !== undefined)
				.map((sessionId) => this.sessions.disconnect(sessionId)),
		);
	}

	/** It is shown, and so not forgotten, until what is returned is disposed of. */
	shown(id: string): vscode.Disposable {
		this.#shown.set(id, (this.#shown.get(id) ?? 0) + 1);
		return {
			dispose: () => {
				const others = (this.#shown.get(id) ?? 1) - 1;
				if (others === 0) {
					this.#shown.delete(id);
				} else {
					this.#shown.set(id, others);
				}
			},
		};
	}

	setActive(id: string): void {
		this.#activeId = id;
	}

	/** The id that an argument names; left out, the comparison last begun or shown. Throws a sentence for any other. */
	idOf(argument: unknown): string {
		const id = argument ?? this.#activeId;
		if (typeof id !== 'string' || !this.#begun.has(id)) {
			throw new Error(
				id === undefined
					? vscode.l10n.t('Nothing has been compared yet; run Compare Transports first.')
					: vscode.l10n.t('There is no comparison "{0}" in this window.', String(id).slice(0, 80)),
			);
		}
		return id;
	}

	#get(id: string): Begun {
		return this.#begun.get(this.idOf(id))!;
	}

	async #compare(begun: Begun): Promise<void> {
		await this.engine.call('compare', { comparisonId: begun.id, sessionIds: begun.sessionIds });
		begun.isCurrent = true;
		this.#remember(begun);
		await this.#retire();
	}

	/** Resolves when a session is listed, or with the reason why it can't be. */
	async #listed({
		id,
		opened,
		options,
	}: Opening): Promise<Omit<Opening, 'opened'> & { readonly failure?: { readonly error: unknown } }> {
		const isListed = (): boolean => this.sessions.get(id) !== undefined;
		let listening: vscode.Disposable | undefined;
		const listed = new Promise<void>((resolve) => {
			listening = this.sessions.onChanged(() => {
				if (isListed()) {
					resolve();
				}
			});
		});
		try {
			if (!isListed()) {
				await Promise.race([listed, opened]);
			}
			return { id, options };
		} catch (error) {
			return isListed() ? { id, options } : { id, options, failure: { error } };
		} finally {
			listening?.dispose();
		}
	}

	/** The engine ends the comparisons of a session that is removed: what they tell last is asked for before. */
	async #takeLast(sessionId: string): Promise<void> {
		const its = [...this.#begun.values()].filter((each) => each.isCurrent && each.sessionIds.includes(sessionId));
		await Promise.allSettled(
			its.map(async (begun) => {
				begun.last = (await this.engine.call('comparison', { comparisonId: begun.id })) ?? begun.last;
			}),
		);
	}

	/** Of the comparisons that are too many the engine forgets the oldest; what they told last stays. */
	async #retire(): Promise<void> {
		const current = [...this.#begun.values()].filter(({ isCurrent }) => isCurrent);
		for (const oldest of current.slice(0, -mostCurrent)) {
			oldest.last = (await this.engine.call('comparison', { comparisonId: oldest.id })) ?? oldest.last;
			oldest.isCurrent = false;
			await this.engine.call('endComparison', { comparisonId: oldest.id });
		}
		for (const id of [...this.#begun.keys()].slice(0, -mostRemembered)) {
			if (!this.#shown.has(id)) {
				this.#begun.delete(id);
			}
		}
	}

	#remember(begun: Begun): void {
		this.#begun.set(begun.id, begun);
		this.#activeId = begun.id;
		void vscode.commands.executeCommand('setContext', `${extensionName}.hasComparison`, true);
	}

	#isLive({ sessionIds }: Begun): boolean {
		return sessionIds.some((sessionId) => {
			const state = this.sessions.get(sessionId)?.state;
			return state === 'connecting' || state === 'open' || state === 'reconnecting';
		});
	}
}

function failureOf({ url, problem }: ComparedSession): ComparisonFailure {
	return { url, sentence: problemText(problem!) };
}

/** A sentence repeats what it is about, so what looks like credentials is left out of it too. */
function refusal(options: ConnectOptions, error: unknown): ComparisonFailure {
	const url = shownUrl(options);
	const sentence = sentenceOf(error);
	const isRepeated = options.url !== '' && sentence.includes(options.url);
	return { url, sentence: isRepeated ? sentence.replaceAll(options.url, url) : addressWithoutCredentials(sentence) };
}

function shownUrl({ url }: ConnectOptions): string {
	return typeof url === 'string' ? addressWithoutCredentials(url) : String(url);
}
