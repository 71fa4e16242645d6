/** A part of the page that shows one item of a list. */
interface View<Item> {
	readonly element: HTMLElement;
	show(item: Item, isSettled: boolean): void;
}

/**
 * The parts that show a list, one for each key. A part stays as long as its key does, so that the focus, the caret and what
 * is being typed in it stay too.
 */
export class KeyedViews<Item> {
	readonly #views = new Map<string, View<Item>>();

	constructor(
		private readonly parent: HTMLElement,
		private readonly keyOf: (item: Item, index: number) => string,
		private readonly create: (item: Item) => View<Item>,
	) {}

	/** Shows these items in this order; parts of others are removed. */
	show(items: readonly Item[], isSettled: boolean): void {
		const keys = items.map(this.keyOf);
		for (const [key, view] of this.#views) {
			if (!keys.includes(key)) {
				view.element.remove();
				this.#views.delete(key);
			}
		}
		items.forEach((item, index) => {
			const key = keys[index]!;
			const view = this.#views.get(key) ?? this.create(item);
			this.#views.set(key, view);
			view.show(item, isSettled);
			// An element that is moved loses the focus, so only one that is elsewhere is.
			if (this.parent.children[index] !== view.element) {
				this.parent.insertBefore(view.element, this.parent.children[index] ?? null);
			}
		});
	}
}
