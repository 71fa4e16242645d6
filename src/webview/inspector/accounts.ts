import type { Statistics } from '../../core/statistics';
import { element, setText, setTitle } from './elements';
import { bytes, groupedDigits } from './format';
import { isLoss, sequenceCountText, sequenceCountTitle } from './sequenceView';
import { words } from './words';

type Account = keyof typeof words.accounts;

const order: readonly Account[] = [
	'received',
	'kept',
	'evicted',
	'missing',
	'duplicates',
	'reorders',
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

/** Told by the ids of events, which not every feed has. */
const sequenceAccounts = ['missing', 'duplicates', 'reorders'] as const;
type SequenceAccount = (typeof sequenceAccounts)[number];

/** Where every frame went: received = kept + evicted, and what the ids say never came, came twice or too late. */
export class Accounts {
	readonly element: HTMLElement;
	readonly #values = new Map<Account, { readonly item: HTMLElement; readonly value: HTMLElement }>();

	constructor() {
		this.element = element('footer', { class: 'accounts', testId: 'accounts' });
		for (const account of order) {
			const value = element('span', { class: 'value', testId: `account-${account}` }, '0');
			const item = element(
				'span',
				{ class: `account ${account}`, title: isOfSequence(account) ? '' : words.accountTitles[account] },
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
		for (const account of sequenceAccounts) {
			const { item, value } = this.#values.get(account)!;
			setText(value, sequenceCountText(statistics.sequence, account));
			setTitle(item, sequenceCountTitle(statistics.sequence, account));
			item.classList.toggle('loss', isLoss(statistics.sequence, account));
		}
		this.#set('sent', statistics.framesSent);
		this.#set('disk', statistics.captureBytes, bytes);
		this.#set('payloadsLost', statistics.payloadsLost);
		this.#set('readPauses', statistics.readPauses);
		this.#set('reconnects', statistics.reconnectAttempts);
		this.#set('wireIn', statistics.wireBytesIn, bytes);
		this.#set('wireOut', statistics.wireBytesOut, bytes);
	}

	#set(
		account: Exclude<Account, (typeof sequenceAccounts)[number]>,
		count: number,
		format: (value: number) => string = groupedDigits,
	): void {
		const { item, value } = this.#values.get(account)!;
		setText(value, format(count));
		if (losses.has(account)) {
			item.classList.toggle('loss', count > 0);
		}
	}
}

function isOfSequence(account: Account): account is SequenceAccount {
	return (sequenceAccounts as readonly Account[]).includes(account);
}
