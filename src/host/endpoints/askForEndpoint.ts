import * as vscode from 'vscode';
import { type ConnectOptions, parseAddress } from '../../core/endpoint';
import { problemText } from '../problemText';
import { namedEndpoints } from '../settings';

const recentKey = 'recentAddresses';
const mostRecent = 15;

interface EndpointItem extends vscode.QuickPickItem {
	readonly options?: ConnectOptions;
	readonly demo?: boolean;
}

/** Asks for an address: typed, or picked from the named and the recent ones. `demo` asks for the demo server. */
export async function askForEndpoint(state: vscode.Memento): Promise<ConnectOptions | 'demo' | undefined> {
	const pick = vscode.window.createQuickPick<EndpointItem>();
	pick.title = vscode.l10n.t('Connect');
	pick.placeholder = vscode.l10n.t('ws://localhost:8080/feed, https://host/events, localhost:3000/x, :3000/x');
	pick.matchOnDescription = true;
	const known = knownItems(state);
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
						options: { url: address.url },
					};
		pick.items = [item, ...known];
	};
	refresh();
	return new Promise((resolve) => {
		pick.onDidChangeValue(refresh);
		pick.onDidAccept(() => {
			const item = pick.activeItems[0];
			if (item?.demo) {
				resolve('demo');
				pick.hide();
			} else if (item?.options !== undefined) {
				resolve(item.options);
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

/** Remembers an address for the next time; credentials in it are not kept. */
export async function rememberAddress(state: vscode.Memento, url: string): Promise<void> {
	const clean = url.replace(/\/\/[^/@]*@/, '//');
	const recent = state.get<string[]>(recentKey) ?? [];
	await state.update(recentKey, [clean, ...recent.filter((other) => other !== clean)].slice(0, mostRecent));
}

function knownItems(state: vscode.Memento): EndpointItem[] {
	const named = namedEndpoints().map(({ name, ...options }) => ({
		label: `$(bookmark) ${name ?? options.url}`,
		description: name === undefined ? undefined : options.url,
		options,
	}));
	const recent = (state.get<string[]>(recentKey) ?? []).map((url) => ({
		label: `$(history) ${url}`,
		options: { url },
	}));
	return [
		...named,
		...recent,
		{
			label: `$(beaker) ${vscode.l10n.t('Demo server')}`,
			description: vscode.l10n.t('one feed over WebSocket, SSE, long polling and polling, on this machine'),
			demo: true,
		},
	];
}
