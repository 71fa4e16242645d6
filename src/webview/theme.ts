/** A canvas can't be styled by CSS, so its colours are read from the theme's variables each time the theme changes. */
export class ThemeColors {
	#style = getComputedStyle(document.body);
	readonly #listeners: Array<() => void> = [];

	constructor() {
		// VS Code swaps the body's class and the root element's style; one theme change touches both, so one frame gathers them.
		let scheduled = false;
		const observer = new MutationObserver(() => {
			if (!scheduled) {
				scheduled = true;
				requestAnimationFrame(() => {
					scheduled = false;
					this.#style = getComputedStyle(document.body);
					for (const listener of this.#listeners) {
						listener();
					}
				});
			}
		});
		observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
		observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
	}

	/** The colour of the first of these variables that the theme sets (`--vscode-` is added); else the text's colour. */
	color(...names: readonly string[]): string {
		for (const name of names) {
			const value = this.#style.getPropertyValue(`--vscode-${name}`).trim();
			if (value !== '') {
				return value;
			}
		}
		return this.#style.color;
	}

	/** Whether the theme is one of the high-contrast ones. */
	get highContrast(): boolean {
		return /\bvscode-high-contrast/.test(document.body.className);
	}

	/** Calls back after each change of theme. The page lives as long as its listeners, so there is nothing to unsubscribe. */
	onChange(listener: () => void): void {
		this.#listeners.push(listener);
	}
}
