import * as vscode from 'vscode';
import { mostCompared } from '../../core/comparisonMatch';
import { type ConnectOptions, parseAddress } from '../../core/endpoint';
import { recentAddresses } from '../endpoints/askForEndpoint';
import { problemText } from '../problemText';
import { namedEndpoints } from '../settings';

interface EndpointItem extends vscode.QuickPickItem {
	readonly answer?: 'demo' | 'done' | readonly ConnectOptions[];
}

/**
 * Asks for the endpoints to compare, one after the other or several addresses at once; `demo` is the demo server's four.
 * Undefined where the user thinks better of it.
 */
export async function askForEndpoints(
	secrets: vscode.SecretStorage,
): Promise<readonly ConnectOptions[] | 'demo' | undefined> {
	const recent = await recentAddresses(secrets);
	const known = [
		...namedEndpoints().map(
			({ name, ...options }): EndpointItem => ({
				label: `$(bookmark) ${name ?? options.url}`,
				description: name === undefined ? undefined : options.url,
				answer: [options],
			}),
		),
		...recent.map((url): EndpointItem => ({ label: `$(history) ${url}`, answer: [{ url }] })),
	];
	const chosen: ConnectOptions[] = [];
	const pick = vscode.window.createQuickPick<EndpointItem>();
	pick.title = vscode.l10n.t('Compare Transports');
	pick.matchOnDescription = true;
	pick.ignoreFocusOut = true;
	const refresh = (): void => {
		pick.placeholder =
			chosen.length === 0
				? vscode.l10n.t('Addresses of one feed: several with spaces between them, or one after the other')
				: vscode.l10n.t('Another address of the same feed');
		const rest = known.filter(({ answer }) => !chosen.some((each) => (answer as ConnectOptions[]).includes(each)));
		pick.items =
			chosen.length === mostCompared
				? firstItems(chosen)
				: [...firstItems(chosen), ...typedItems(pick.value, mostCompared - chosen.length), ...rest];
	};
	refresh();
	return new Promise((resolve) => {
		pick.onDidChangeValue(refresh);
		pick.onDidAccept(() => {
			const answer = pick.activeItems[0]?.answer;
			if (answer === 'demo') {
				resolve('demo');
				pick.hide();
			} else if (answer === 'done' || (answer !== undefined && answer.length > 1)) {
				resolve([...chosen, ...(answer === 'done' ? [] : answer)].slice(0, mostCompared));
				pick.hide();
			} else if (answer !== undefined) {
				chosen.push(...answer);
				pick.value = '';
				refresh();
			}
		});
		pick.onDidHide(() => {
			pick.dispose();
			resolve(undefined);
		});
		pick.show();
	});
}

/** What Enter does: compare the demo server's four at first, later what was chosen. */
function firstItems(chosen: readonly ConnectOptions[]): EndpointItem[] {
	if (chosen.length === 0) {
		return [
			{
				label: `$(beaker) ${vscode.l10n.t('Demo server')}`,
				description: vscode.l10n.t('the same feed over WebSocket, SSE, long polling and polling'),
				answer: 'demo',
			},
		];
	}
	const addresses = chosen.map(({ url }) => url).join('  ');
	return chosen.length === 1
		? [
				{
					label: `$(check) ${addresses}`,
					description: vscode.l10n.t('choose what to compare it with'),
					alwaysShow: true,
				},
			]
		: [
				{
					label: `$(play) ${vscode.l10n.t('Compare these {0}', chosen.length)}`,
					detail: addresses,
					alwaysShow: true,
					answer: 'done',
				},
			];
}

/** What is typed, as one address or several; of more than there is room for it says so. */
function typedItems(value: string, room: number): EndpointItem[] {
	const typed = value.split(/[\s,]+/).filter((address) => address !== '');
	if (typed.length === 0) {
		return [];
	}
	const label = typed.join('  ');
	const parsed = typed.map((address) => parseAddress(address));
	const wrong = parsed.find((address) => 'problem' in address);
	if (wrong !== undefined) {
		return [{ label: `$(warning) ${label}`, description: problemText(wrong.problem), alwaysShow: true }];
	}
	const answer = parsed.flatMap((address) => ('url' in address ? [{ url: address.url }] : []));
	const description =
		answer.length > room
			? vscode.l10n.t('Compare the first {0} of these {1}: no more fit beside each other', room, answer.length)
			: answer.length > 1
				? vscode.l10n.t('Compare these {0}', answer.length)
				: vscode.l10n.t('Compare {0} with another', answer[0]!.url);
	return [{ label: `$(plug) ${label}`, description, alwaysShow: true, answer }];
}
