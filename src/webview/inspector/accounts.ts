import type { Statistics } from '../../core/statistics';
import { element, setText } from './elements';
import { bytes, groupedDigits } from './format';
import { words } from './words';

type Account = keyof typeof words.accounts;

const order: readonly Account[] = [
	'received',
	'kept',
	'evicted',
	'sent',
	'disk',
	'payloadsLost',
	'readPauses',
	'reconnects',
	'wireIn',
	'wireOut',
];

/** Losses are said in colour, and only when there are any. */
const losses: ReadonlySet<Account> = new Set(['payloadsLost', 'readPauses']);

/** Where every frame went: received = kept + evicted. */
export class Accounts {
	readonly element: HTMLElement;
	readonly #values = new Map<Account, { readonly item: HTMLElement; readonly value: HTMLElement }>();

	constructor() {
		this.element = element('footer', { class: 'accounts', testId: 'accounts' });
		for (const account of order) {
			const value = element('span', { class: 'value', testId: `account-${account}` }, '0');
			const item = element(
				'span',
				{ class: `account ${account}`, title: words.accountTitles[account] },
				element('span', { class: 'label' }, words.accounts[account]),
				value,
			);
			this.#values.set(account, { item, value });
			this.element.append(item);
		}
	}

	/** The sums of a tick. */
	show(statistics: Statistics): void {
		this.#set('received', statistics.framesReceived);
		this.#set('kept', statistics.framesKept);
		this.#set('evicted', statistics.framesEvicted);
		this.#set('sent', statistics.framesSent);
		this.#set('disk', statistics.captureBytes, bytes);
		this.#set('payloadsLost', statistics.payloadsLost);
		this.#set('readPauses', statistics.readPauses);
		this.#set('reconnects', statistics.reconnectAttempts);
		this.#set('wireIn', statistics.wireBytesIn, bytes);
		this.#set('wireOut', statistics.wireBytesOut, bytes);
	}

	#set(account: Account, count: number, format: (value: number) => string = groupedDigits): void {
		const { item, value } = this.#values.get(account)!;
		setText(value, format(count));
		if (losses.has(account)) {
			item.classList.toggle('loss', count > 0);
		}
	}
}
