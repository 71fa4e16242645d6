import * as vscode from 'vscode';
import type { SessionSummary } from '../../core/session';
import { Disposable } from '../disposable';
import { extensionName } from '../ids';
import type { Sessions } from '../sessions';
import { rateLabel, stateLabel } from './sessionsTree';

/** A live session in the status bar, the active one before others; a click shows its panel. */
export class StatusBar extends Disposable {
	readonly #item = this._register(
		vscode.window.createStatusBarItem(`${extensionName}.status`, vscode.StatusBarAlignment.Right, 90),
	);

	constructor(private readonly sessions: Sessions) {
		super();
		this.#item.name = 'Transport Inspector';
		this._register(sessions.onListChanged(() => this.#update()));
	}

	#update(): void {
		const session = this.#live();
		if (session === undefined) {
			this.#item.hide();
			return;
		}
		const rate = this.sessions.rate(session.id);
		const shown =
			session.state === 'open' && rate !== undefined ? rateLabel(rate.framesPerSecond) : stateLabel(session.state);
		this.#item.text = `$(pulse) ${shown}`;
		this.#item.tooltip = `${session.url} · ${stateLabel(session.state)}`;
		this.#item.command = {
			command: `${extensionName}.showPanel`,
			title: vscode.l10n.t('Show Panel'),
			arguments: [session.id],
		};
		this.#item.show();
	}

	/** The active session, or the newest live one where that is over. */
	#live(): SessionSummary | undefined {
		const { active, all } = this.sessions;
		return [...all, ...(active ? [active] : [])].reverse().find(({ state }) => state !== 'ended' && state !== 'failed');
	}
}
