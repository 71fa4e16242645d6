import { element, iconButton, textButton } from './elements';
import { words } from './words';

/** What keys do; each answers nothing, and whether it applies is its own business. */
export interface KeyActions {
	readonly togglePause: () => void;
	/** A key of the rows; false when it means nothing to them. */
	readonly rows: (key: string) => boolean;
	readonly openDetail: () => void;
	readonly back: (fromDetail: boolean) => void;
	readonly copy: () => void;
	readonly showConnection: () => void;
	readonly showDiagnosis: () => void;
	readonly showCharts: () => void;
	readonly focusSendBox: () => void;
}

/** Listens for the panel's keys, wherever the focus is, except where a key already means something there. */
export function listenForKeys(detail: HTMLElement, actions: KeyActions): void {
	document.addEventListener('keydown', (event) => {
		const target = event.target instanceof HTMLElement ? event.target : document.body;
		if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest('dialog') !== null) {
			return;
		}
		const inDetail = detail.contains(target);
		if (event.key === 'Escape') {
			actions.back(inDetail || target.matches('textarea, input, select'));
			event.preventDefault();
			return;
		}
		// Where one writes or chooses, letters and arrows belong to that.
		if (target.matches('textarea, input, select')) {
			return;
		}
		if (target.closest('button') !== null && (event.key === ' ' || event.key === 'Enter')) {
			return;
		}
		if (act(event.key, inDetail, actions)) {
			event.preventDefault();
		}
	});
}

function act(key: string, inDetail: boolean, actions: KeyActions): boolean {
	switch (key) {
		case ' ':
			actions.togglePause();
			return true;
		case 'c':
			actions.copy();
			return true;
		case 'i':
			actions.showConnection();
			return true;
		case 'd':
			actions.showDiagnosis();
			return true;
		case 'g':
			actions.showCharts();
			return true;
		case 's':
			actions.focusSendBox();
			return true;
		case '?':
			showKeys();
			return true;
		case 'Enter':
			if (!inDetail) {
				actions.openDetail();
			}
			return !inDetail;
		default:
			return !inDetail && actions.rows(key);
	}
}

/** Shows what every key does. */
export function showKeys(): void {
	const rows = words.keys.map(([keys, meaning]) => {
		const names = keys.split(', ').flatMap((key, index) => [...(index === 0 ? [] : [' ']), element('kbd', {}, key)]);
		return element('tr', {}, element('th', { attributes: { scope: 'row' } }, ...names), element('td', {}, meaning));
	});
	const close = textButton(words.closeKeys, 'close-keys', () => dialog.close(), false);
	const dialog = element(
		'dialog',
		{ class: 'keys', testId: 'keys', attributes: { 'aria-labelledby': 'keys-title' } },
		element(
			'div',
			{ class: 'keys-head' },
			element('h2', { id: 'keys-title' }, words.keysTitle),
			iconButton('close', words.closeKeys, 'close-keys-icon', () => dialog.close()),
		),
		element('table', {}, element('tbody', {}, ...rows)),
		element('div', { class: 'buttons' }, close),
	);
	dialog.addEventListener('close', () => dialog.remove());
	dialog.addEventListener('click', (event) => {
		if (event.target === dialog) {
			dialog.close();
		}
	});
	document.body.append(dialog);
	dialog.showModal();
	close.focus();
}
