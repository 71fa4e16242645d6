import * as vscode from 'vscode';
import { type ConnectOptions, parseAddress } from '../../core/endpoint';
import { problemText } from '../problemText';
import { namedEndpoints } from '../settings';

const recentKey = 'recentAddresses';
const mostRecent = 15;

interface EndpointItem extends vscode.QuickPickItem {
	readonly answer?: EndpointAnswer;
}

/** What was picked: an endpoint, the demo server's WebSocket, or all four of its transports. */
export type EndpointAnswer = ConnectOptions | 'demo' | 'demoSideBySide';

/** Asks for an address: typed, or picked from the named and the recent ones. */
export async function askForEndpoint(secrets: vscode.SecretStorage): Promise<EndpointAnswer | undefined> {
	const pick = vscode.window.createQuickPick<EndpointItem>();
	pick.title = vscode.l10n.t('Connect');
	pick.placeholder = vscode.l10n.t('ws://localhost:8080/feed, https://host/events, localhost:3000/x, :3000/x');
	pick.matchOnDescription = true;
	const known = knownItems(await recentAddresses(secrets));
	const refresh = (): void => {
		const typed = pick.value.trim();
		if (typed === '') {
			pick.items = known;
			return;
		}
		const address = parseAddress(typed);
		const item: EndpointItem =
			'problem' in address
				? { label: `$(warning) ${typed}`, description: problemText(address.problem), alwaysShow: true }
				: {
						label: `$(plug) ${typed}`,
						description: vscode.l10n.t('Connect to {0}', address.url),
						alwaysShow: true,
						answer: { url: address.url },
					};
		pick.items = [item, ...known];
	};
	refresh();
	return new Promise((resolve) => {
		pick.onDidChangeValue(refresh);
		pick.onDidAccept(() => {
			const answer = pick.activeItems[0]?.answer;
			if (answer !== undefined) {
				resolve(answer);
				pick.hide();
			}
		});
		pick.onDidHide(() => {
			pick.dispose();
			resolve(undefined);
		});
		pick.show();
	});
}

/** Remembers an address for the next time. */
export async function rememberAddress(secrets: vscode.SecretStorage, url: string): Promise<void> {
	const recent = await recentAddresses(secrets);
	await secrets.store(
		recentKey,
		JSON.stringify([url, ...recent.filter((other) => other !== url)].slice(0, mostRecent)),
	);
}

/** Addresses may hold credentials, so they are kept where secrets are. */
export async function recentAddresses(secrets: vscode.SecretStorage): Promise<readonly string[]> {
	try {
		return JSON.parse((await secrets.get(recentKey)) ?? '[]') as string[];
	} catch {
		// The storage of another machine or an earlier version can't be read: nothing is remembered.
		return [];
	}
}

function knownItems(recentAddresses: readonly string[]): EndpointItem[] {
	const named = namedEndpoints().map(
		({ name, ...options }): EndpointItem => ({
			label: `$(bookmark) ${name ?? options.url}`,
			description: name === undefined ? undefined : options.url,
			answer: options,
		}),
	);
	const recent = recentAddresses.map((url): EndpointItem => ({ label: `$(history) ${url}`, answer: { url } }));
	return [
		...named,
		...recent,
		{
			label: `$(beaker) ${vscode.l10n.t('Demo server')}`,
			description: vscode.l10n.t('a feed of numbered, timed events on this machine, over WebSocket'),
			answer: 'demo',
		},
		{
			label: `$(beaker) ${vscode.l10n.t('Demo server, side by side')}`,
			description: vscode.l10n.t('the same feed over WebSocket, SSE, long polling and polling at once'),
			answer: 'demoSideBySide',
		},
	];
}
