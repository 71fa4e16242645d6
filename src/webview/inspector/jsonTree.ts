import { element, iconButton } from './elements';
import { groupedDigits } from './format';
import { childrenOf, isContainer, type JsonNode, type JsonText, valueText } from './jsonNodes';
import { visibleLine } from './visibleText';
import { words } from './words';

/** Children shown at once; the rest comes on demand, so that an array of a million elements opens at once. */
const chunk = 100;
/** Longest string shown on one line. */
const maxValueLength = 400;
/** Rows opened beforehand: about what fits on a screen. */
const rowsOpenedFirst = 40;

/** What stands in a tree item: a value, or the offer to show more of a container's children. */
interface Item {
	readonly node: JsonNode;
	readonly level: number;
	/** Set on «n more»: the first child to show. */
	readonly from?: number;
}

/**
 * A JSON text as a tree. Its rows are built when their container is opened. It follows the WAI-ARIA tree pattern: one
 * item is in the tab order, the arrow keys go on from there.
 */
export class JsonTree {
	readonly element: HTMLElement;
	/** The path chosen as the one of sending times. */
	readonly #useAsTimestamp: (path: string) => void;
	readonly #copy: (text: string) => void;
	readonly #items = new WeakMap<Element, Item>();
	/** What the user opened (true) and closed (false), by path: the next frame of the same shape opens likewise. */
	readonly #choices = new Map<string, boolean>();
	#json: JsonText | undefined;

	constructor(useAsTimestamp: (path: string) => void, copy: (text: string) => void) {
		this.#useAsTimestamp = useAsTimestamp;
		this.#copy = copy;
		this.element = element('div', {
			class: 'json-tree',
			testId: 'json-tree',
			attributes: { role: 'tree', 'aria-label': 'JSON' },
		});
		this.element.addEventListener('click', (event) => this.#click(event));
		this.element.addEventListener('keydown', (event) => this.#key(event));
	}

	/** Shows a text's tree. */
	show(json: JsonText): void {
		this.#json = json;
		this.element.replaceChildren();
		if (json.prefix !== '') {
			this.element.append(element('div', { class: 'json-prefix' }, words.packetType(json.prefix)));
		}
		const root = this.#build(json.root, 1);
		this.element.append(root);
		root.tabIndex = 0;
		// Breadth first, while there is room: a small message is open whole, a large one shows its outline.
		const queue = [root];
		for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
			const { node } = this.#items.get(next)!;
			const choice = this.#choices.get(node.path);
			const room = this.element.childElementCount < rowsOpenedFirst || node.path === '$';
			if (isContainer(node) && (choice ?? room)) {
				queue.push(...this.#open(next));
			}
		}
	}

	/** Brings the keyboard to the tree. */
	focus(): void {
		this.element.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
	}

	#build(node: JsonNode, level: number): HTMLElement {
		const { text } = this.#json!;
		const row = element('div', {
			class: `json-row ${node.kind}`,
			title: visibleLine(node.path),
			attributes: { role: 'treeitem' },
		});
		row.tabIndex = -1;
		row.setAttribute('aria-level', `${level}`);
		row.style.setProperty('--level', `${level - 1}`);
		this.#items.set(row, { node, level });
		row.append(element('span', { class: 'twisty codicon', attributes: { 'aria-hidden': 'true' } }));
		const name = node.key ?? (node.index === undefined ? undefined : `${node.index}`);
		if (name !== undefined) {
			row.append(
				element('span', { class: node.key === undefined ? 'json-index' : 'json-key' }, visibleLine(name)),
				element('span', { class: 'json-colon' }, ': '),
			);
		}
		if (isContainer(node)) {
			const { count } = childrenOf(text, node, 0, 0);
			row.append(element('span', { class: 'json-summary' }, summary(node, count)));
			if (count > 0) {
				this.#setOpen(row, false);
			}
			return row;
		}
		const value = valueText(text, node, maxValueLength);
		const shown = visibleLine(value.text) + (value.clipped ? '…' : '');
		row.append(element('span', { class: `json-value ${node.kind}` }, node.kind === 'string' ? `"${shown}"` : shown));
		if (value.clipped) {
			row.append(element('span', { class: 'json-summary' }, words.characters(groupedDigits(node.end - node.start))));
		}
		if (node.kind === 'number' || node.kind === 'string') {
			const use = iconButton(
				'watch',
				`${words.useAsTimestamp}: ${visibleLine(node.path)} (t)`,
				'use-as-timestamp',
				() => this.#useAsTimestamp(node.path),
			);
			use.tabIndex = -1;
			row.append(use);
		}
		return row;
	}

	/** Shows a container's children; answers with their rows. */
	#open(row: HTMLElement, from = 0): HTMLElement[] {
		const { node, level } = this.#items.get(row)!;
		const { children, count } = childrenOf(this.#json!.text, node, from, chunk);
		if (count === 0) {
			return [];
		}
		const rows = children.map((child) => this.#build(child, level + 1));
		const left = count - from - children.length;
		const more: HTMLElement[] = [];
		if (left > 0) {
			const moreRow = element(
				'div',
				{ class: 'json-row more', attributes: { role: 'treeitem', 'aria-level': `${level + 1}` } },
				words.showMore(groupedDigits(left)),
			);
			moreRow.tabIndex = -1;
			moreRow.style.setProperty('--level', `${level}`);
			this.#items.set(moreRow, { node, level: level + 1, from: from + children.length });
			more.push(moreRow);
		}
		if (from === 0) {
			this.#setOpen(row, true);
		}
		row.after(...rows, ...more);
		return rows;
	}

	#close(row: HTMLElement): void {
		const { level } = this.#items.get(row)!;
		for (let next = row.nextElementSibling; next !== null && this.#items.get(next)!.level > level; ) {
			const after = next.nextElementSibling;
			next.remove();
			next = after;
		}
		this.#setOpen(row, false);
	}

	#setOpen(row: HTMLElement, open: boolean): void {
		row.setAttribute('aria-expanded', String(open));
		row.firstElementChild!.className = `twisty codicon codicon-chevron-${open ? 'down' : 'right'}`;
	}

	#toggle(row: HTMLElement): void {
		const { node } = this.#items.get(row)!;
		const isOpen = row.getAttribute('aria-expanded') === 'true';
		this.#choices.set(node.path, !isOpen);
		if (isOpen) {
			this.#close(row);
		} else {
			this.#open(row);
		}
	}

	/** Replaces «n more» by the next of them. */
	#showMore(row: HTMLElement): void {
		const { node, level, from } = this.#items.get(row)!;
		const anchor = row.previousElementSibling as HTMLElement;
		// The new rows go where the offer stood; they are children of the same container.
		this.#items.set(row, { node, level: level - 1 });
		const rows = this.#open(row, from);
		row.remove();
		this.#focus(rows[0] ?? anchor);
	}

	#click(event: MouseEvent): void {
		const target = event.target as Element;
		const row = target.closest<HTMLElement>('.json-row');
		if (row === null || target.closest('button') !== null) {
			return;
		}
		this.#activate(row);
		if (row.isConnected) {
			this.#focus(row);
		}
	}

	#activate(row: HTMLElement): void {
		if (this.#items.get(row)!.from !== undefined) {
			this.#showMore(row);
		} else if (row.hasAttribute('aria-expanded') && getSelection()?.isCollapsed !== false) {
			this.#toggle(row);
		}
	}

	#key(event: KeyboardEvent): void {
		const row = (event.target as Element).closest<HTMLElement>('.json-row');
		if (row === null || event.ctrlKey || event.metaKey || event.altKey) {
			return;
		}
		const item = this.#items.get(row)!;
		const expanded = row.getAttribute('aria-expanded');
		switch (event.key) {
			case 'ArrowDown':
				this.#focus(row.nextElementSibling);
				break;
			case 'ArrowUp':
				this.#focus(row.previousElementSibling);
				break;
			case 'Home':
				this.#focus(this.element.querySelector('.json-row'));
				break;
			case 'End':
				this.#focus(this.element.lastElementChild);
				break;
			case 'ArrowRight':
				if (expanded === 'false') {
					this.#toggle(row);
				} else if (expanded === 'true') {
					this.#focus(row.nextElementSibling);
				}
				break;
			case 'ArrowLeft':
				if (expanded === 'true') {
					this.#toggle(row);
				} else {
					this.#focus(this.#parentOf(row, item.level));
				}
				break;
			case 'Enter':
			case ' ':
				this.#activate(row);
				break;
			case 'c':
				this.#copy(valueText(this.#json!.text, item.node, Number.POSITIVE_INFINITY).text);
				break;
			case 't':
				if (item.node.kind !== 'number' && item.node.kind !== 'string') {
					return;
				}
				this.#useAsTimestamp(item.node.path);
				break;
			default:
				return;
		}
		event.preventDefault();
		event.stopPropagation();
	}

	#parentOf(row: HTMLElement, level: number): Element | null {
		let before = row.previousElementSibling;
		while (before !== null && (this.#items.get(before)?.level ?? 0) >= level) {
			before = before.previousElementSibling;
		}
		return before;
	}

	#focus(row: Element | null): void {
		if (row !== null && this.#items.has(row)) {
			for (const other of this.element.querySelectorAll<HTMLElement>('[tabindex="0"]')) {
				other.tabIndex = -1;
			}
			(row as HTMLElement).tabIndex = 0;
			(row as HTMLElement).focus();
		}
	}
}

function summary(node: JsonNode, count: number): string {
	if (node.kind === 'array') {
		return count === 0 ? '[ ]' : `[${groupedDigits(count)}]`;
	}
	return count === 0 ? '{ }' : `{${groupedDigits(count)}}`;
}
