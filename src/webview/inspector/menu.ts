import { element } from './elements';

/** An entry of a menu and the key that does the same. */
export interface MenuItem {
	readonly label: string;
	readonly key?: string;
	readonly run: () => void;
}

/** Opens a menu below a button, until something is chosen or the user goes elsewhere. */
export function openMenu(anchor: HTMLElement, items: readonly MenuItem[]): void {
	const menu = element('div', { class: 'menu', testId: 'menu', attributes: { role: 'menu', popover: 'auto' } });
	const buttons = items.map((item) => {
		const button = element(
			'button',
			{ class: 'menu-item', attributes: { type: 'button', role: 'menuitem', tabindex: '-1' } },
			element('span', {}, item.label),
			element('span', { class: 'menu-key' }, item.key ?? ''),
		);
		button.addEventListener('click', () => {
			menu.hidePopover();
			item.run();
		});
		return button;
	});
	menu.append(...buttons);
	menu.addEventListener('keydown', (event) => {
		const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
		const to = { ArrowDown: at + 1, ArrowUp: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
		if (to !== undefined) {
			event.preventDefault();
			buttons[to % buttons.length]!.focus();
		}
		// The panel's own keys must not act behind an open menu.
		event.stopPropagation();
	});
	menu.addEventListener('toggle', (event) => {
		if ((event as ToggleEvent).newState === 'closed') {
			menu.remove();
			anchor.focus();
		}
	});
	document.body.append(menu);
	const { bottom, right } = anchor.getBoundingClientRect();
	menu.style.top = `${bottom + 2}px`;
	menu.style.right = `${document.documentElement.clientWidth - right}px`;
	menu.showPopover();
	buttons[0]?.focus();
}
