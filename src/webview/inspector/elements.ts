/**
 * The few things every part of the panel does with elements. Text only ever goes in as text nodes: payloads, URLs and
 * headers come from strangers, so nothing here parses markup.
 */

type Child = Node | string;

interface Properties {
	readonly class?: string;
	readonly id?: string;
	/** A stable name for tests. */
	readonly testId?: string;
	readonly title?: string;
	/** Attributes by name, `role` and `aria-…` among them. */
	readonly attributes?: Readonly<Record<string, string>>;
}

/** A new element with its properties and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	properties: Properties = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
	const created = document.createElement(tag);
	if (properties.class !== undefined) {
		created.className = properties.class;
	}
	if (properties.id !== undefined) {
		created.id = properties.id;
	}
	if (properties.testId !== undefined) {
		created.dataset.testid = properties.testId;
	}
	if (properties.title !== undefined) {
		created.title = properties.title;
	}
	for (const [name, value] of Object.entries(properties.attributes ?? {})) {
		created.setAttribute(name, value);
	}
	created.append(...children);
	return created;
}

/** A codicon; what it means has to be said beside it or by its button's label. */
export function icon(name: string): HTMLElement {
	return element('span', { class: `codicon codicon-${name}`, attributes: { 'aria-hidden': 'true' } });
}

/** A button that shows only an icon; the label is what it is called and its tooltip. */
export function iconButton(iconName: string, label: string, testId: string, onClick: () => void): HTMLButtonElement {
	const button = element(
		'button',
		{ class: 'icon-button', testId, title: label, attributes: { type: 'button', 'aria-label': label } },
		icon(iconName),
	);
	button.addEventListener('click', onClick);
	return button;
}

/** Gives an icon button another meaning. */
export function relabel(button: HTMLButtonElement, iconName: string, label: string): void {
	if (button.title !== label) {
		button.title = label;
		button.setAttribute('aria-label', label);
		(button.firstChild as HTMLElement).className = `codicon codicon-${iconName}`;
	}
}

/** A button that says what it does. */
export function textButton(label: string, testId: string, onClick: () => void, secondary = true): HTMLButtonElement {
	const button = element(
		'button',
		{ class: secondary ? 'text-button secondary' : 'text-button', testId, attributes: { type: 'button' } },
		label,
	);
	button.addEventListener('click', onClick);
	return button;
}

/** Sets an element's only text; touches nothing when it is that already, so that a tick costs what has changed. */
export function setText(target: HTMLElement, text: string): void {
	const first = target.firstChild;
	if (first === null) {
		if (text !== '') {
			target.append(text);
		}
	} else if (first.nodeType === Node.TEXT_NODE && first === target.lastChild) {
		if ((first as Text).data !== text) {
			(first as Text).data = text;
		}
	} else {
		target.replaceChildren(text);
	}
}

/** Sets a tooltip if it is another. */
export function setTitle(target: HTMLElement, title: string): void {
	if (target.title !== title) {
		target.title = title;
	}
}

/** Shows or hides an element, if it isn't so already. */
export function setShown(target: HTMLElement, shown: boolean): void {
	if (target.hidden === shown) {
		target.hidden = !shown;
	}
}
