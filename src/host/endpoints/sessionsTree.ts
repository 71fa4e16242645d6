import * as vscode from 'vscode';
import type { SessionState, SessionSummary } from '../../core/session';
import { Disposable } from '../disposable';
import { extensionName, sessionsViewId } from '../ids';
import { problemText, transportLabel } from '../problemText';
import type { Sessions } from '../sessions';

/** The sessions in the activity bar: state, rate and lag at a glance. */
export class SessionsTree extends Disposable implements vscode.TreeDataProvider<SessionSummary> {
	readonly #changed = this._register(new vscode.EventEmitter<void>());
	readonly onDidChangeTreeData = this.#changed.event;

	constructor(private readonly sessions: Sessions) {
		super();
		this._register(sessions.onListChanged(() => this.#changed.fire()));
		this._register(vscode.window.createTreeView(sessionsViewId, { treeDataProvider: this }));
	}

	getChildren(element?: SessionSummary): SessionSummary[] {
		if (element !== undefined) {
			return [];
		}
		void this.sessions.ready();
		return [...this.sessions.all];
	}

	getTreeItem(session: SessionSummary): vscode.TreeItem {
		const item = new vscode.TreeItem(session.url.replace(/^\w+:\/\//, ''));
		const rate = this.sessions.rate(session.id);
		const parts = [stateLabel(session.state)];
		if (session.state === 'open' && rate !== undefined) {
			parts.splice(0, 1, rateLabel(rate.framesPerSecond));
			if (rate.lagP50Ms !== null) {
				parts.push(vscode.l10n.t('lag {0} ms', rate.lagP50Ms.toFixed(1)));
			}
		}
		item.id = session.id;
		item.description = `${transportLabel(session.transport)} · ${parts.join(' · ')}`;
		item.iconPath = stateIcon(session.state);
		item.contextValue = `session.${session.state === 'ended' || session.state === 'failed' ? 'over' : 'live'}`;
		item.tooltip =
			session.problem === undefined ? `${session.url}\n${stateLabel(session.state)}` : problemText(session.problem);
		item.accessibilityInformation = { label: `${session.url}, ${item.description}` };
		item.command = {
			command: `${extensionName}.showPanel`,
			title: vscode.l10n.t('Show Panel'),
			arguments: [session.id],
		};
		return item;
	}
}

/** A session's state as a word. */
export function stateLabel(state: SessionState): string {
	switch (state) {
		case 'connecting':
			return vscode.l10n.t('connecting');
		case 'open':
			return vscode.l10n.t('open');
		case 'reconnecting':
			return vscode.l10n.t('reconnecting');
		case 'ended':
			return vscode.l10n.t('ended');
		case 'failed':
			return vscode.l10n.t('failed');
	}
}

/** A rate in frames a second, with a digit behind the point only where it says something. */
export function rateLabel(framesPerSecond: number): string {
	const digits = framesPerSecond > 0 && framesPerSecond < 10 ? 1 : 0;
	return vscode.l10n.t('{0} frames/s', framesPerSecond.toLocaleString(undefined, { maximumFractionDigits: digits }));
}

function stateIcon(state: SessionState): vscode.ThemeIcon {
	switch (state) {
		case 'connecting':
		case 'reconnecting':
			return new vscode.ThemeIcon('sync', new vscode.ThemeColor('charts.yellow'));
		case 'open':
			return new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.green'));
		case 'ended':
			return new vscode.ThemeIcon('circle-outline');
		case 'failed':
			return new vscode.ThemeIcon('error', new vscode.ThemeColor('charts.red'));
	}
}
