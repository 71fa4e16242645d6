import type * as vscode from 'vscode';

/** Owns what it registers: disposing it disposes them all, once, and what is registered later is disposed at once. */
export class Disposable implements vscode.Disposable {
	readonly #owned: vscode.Disposable[] = [];
	#disposed = false;

	protected get isDisposed(): boolean {
		return this.#disposed;
	}

	dispose(): void {
		if (this.#disposed) {
			return;
		}
		this.#disposed = true;
		for (const owned of this.#owned.splice(0).reverse()) {
			owned.dispose();
		}
	}

	protected _register<T extends vscode.Disposable>(owned: T): T {
		if (this.#disposed) {
			owned.dispose();
		} else {
			this.#owned.push(owned);
		}
		return owned;
	}
}
