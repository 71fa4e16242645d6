import type { ComparisonPanelToHost, SizingPanelToHost, WebviewToHost } from '../core/messages';

interface WebviewApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

// VS Code hands the object out once a page; a second call throws.
const api = acquireVsCodeApi();

/** Sends an intent to the host. */
export function post(message: WebviewToHost | SizingPanelToHost | ComparisonPanelToHost): void {
	api.postMessage(message);
}

/** What `saveState` stored before the page was last destroyed: from outside, so it is checked before it is believed. */
export function savedState(): unknown {
	return api.getState();
}

/** Stores what survives the page; VS Code hands it to the panel's serializer too. */
export function saveState(state: object): void {
	api.setState(state);
}
