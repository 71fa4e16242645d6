/**
 * A real VS Code workbench in a Chromium without a window, with the extension loaded, for the browser tests to drive.
 *
 * Each workbench has a server, data and a port of its own; whoever opens one closes it.
 */

import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator, Page } from 'playwright-core';

/** The repository's root: the tests run from `out/test/<tier>`. */
export const repositoryRoot = resolve(__dirname, '..', '..', '..');

/** A colour theme that every VS Code has, by the name that its setting takes. */
export type Theme =
	| 'Default Light Modern'
	| 'Default Dark Modern'
	| 'Default High Contrast'
	| 'Default High Contrast Light';

export interface WorkbenchOptions {
	/** Which VS Code; the current one where left out. */
	readonly version?: string;
	/** The folder it shows; a copy of the sample workspace where left out. */
	readonly folder?: string;
	/** The extension under development; this repository where left out. */
	readonly extensionDevelopmentPath?: string;
	/** A package that is installed, instead of an extension under development. */
	readonly vsixFile?: string;
	readonly theme?: Theme;
	/** User settings beside the theme. */
	readonly settings?: Readonly<Record<string, unknown>>;
	readonly viewport?: { readonly width: number; readonly height: number };
	/** Pixels of a picture to one of the page, in each direction. */
	readonly deviceScaleFactor?: number;
	/** Variables of the extension host, such as `TRANSPORT_INSPECTOR_OPEN`. */
	readonly env?: Readonly<Record<string, string>>;
}

export interface Workbench {
	readonly page: Page;
	/** The folder that is shown. */
	readonly folder: string;
	/** Runs the command with this title, as the Command Palette shows it ("Category: Title"). */
	runCommand(title: string): Promise<void>;
	/** The content of the webview that is shown; with several shown, of the one added last. */
	webviewFrame(): FrameLocator;
	/** Opens the notification centre and gives the texts in it. */
	notifications(): Promise<string[]>;
	/** Reloads the window, as "Developer: Reload Window" does, and waits until it is back. */
	reload(): Promise<void>;
	/** Writes `out/screenshots/<name>.png` and returns its path. */
	screenshot(name: string): Promise<string>;
	/** Ends browser and server, and removes their data. */
	close(): Promise<void>;
}

/** How long the workbench may take to come up or to answer; a busy machine needs some seconds. */
const patienceMs = 60_000;

/** Opens a workbench and waits until it can take commands. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
	const { currentVscode } = await script<typeof import('../../scripts/support/project.mjs')>('support/project.mjs');
	const { temporaryFolder, removeTemporaryFolder } =
		await script<typeof import('../../scripts/support/processes.mjs')>('support/processes.mjs');
	const { ensureServerVscode } = await script<typeof import('../../scripts/vscode.mjs')>('vscode.mjs');
	const { startVscodeServer } = await script<typeof import('../../scripts/vscodeServer.mjs')>('vscodeServer.mjs');
	const { launchChromium } = await script<typeof import('../../scripts/chromium.mjs')>('chromium.mjs');

	const ownFolder = options.folder === undefined ? temporaryFolder('sample') : undefined;
	if (ownFolder !== undefined) {
		cpSync(join(repositoryRoot, 'scripts', 'sampleWorkspace'), ownFolder, { recursive: true });
	}
	const folder = options.folder ?? (ownFolder as string);

	const server = await startVscodeServer(await ensureServerVscode(options.version ?? currentVscode), {
		settings: { ...(options.theme && { 'workbench.colorTheme': options.theme }), ...options.settings },
		env: { ...options.env },
		vsixFile: options.vsixFile,
	});
	const endings: (() => unknown)[] = [server.close];
	const close = async () => {
		for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
			await end();
		}
		if (ownFolder !== undefined) {
			removeTemporaryFolder(ownFolder);
		}
	};

	try {
		const browser = await launchChromium();
		endings.push(() => browser.close());
		const page = await browser.newPage({
			viewport: options.viewport ?? { width: 1280, height: 800 },
			deviceScaleFactor: options.deviceScaleFactor ?? 1,
		});
		page.setDefaultTimeout(patienceMs);
		const isUp = () => page.locator('.monaco-workbench .statusbar .statusbar-item').first().waitFor();
		await page.goto(
			server.url({
				folder,
				extensionDevelopmentPath:
					options.vsixFile === undefined ? (options.extensionDevelopmentPath ?? repositoryRoot) : undefined,
			}),
		);
		await isUp();

		return {
			page,
			folder,
			runCommand: (title) => runCommand(page, title),
			webviewFrame: () =>
				page.locator('iframe.webview.ready:visible').last().contentFrame().frameLocator('#active-frame'),
			notifications: async () => {
				// Under test the workbench shows no toasts; its notification centre has them all.
				await runCommand(page, 'Notifications: Show Notifications');
				return page.locator('.notifications-center .notification-list-item-message').allInnerTexts();
			},
			reload: async () => {
				// The command lets the window store its state first, which a reload of the page does not.
				await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
				await isUp();
			},
			screenshot: async (name) => {
				const screenshots = join(repositoryRoot, 'out', 'screenshots');
				mkdirSync(screenshots, { recursive: true });
				const path = join(screenshots, `${name}.png`);
				await page.screenshot({ path });
				return path;
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function runCommand(page: Page, title: string): Promise<void> {
	const input = page.locator('.quick-input-widget input[type="text"]:visible');
	// The list also holds commands whose titles are only similar, recently used ones first.
	const row = page
		.locator('.quick-input-list .monaco-list-row')
		.filter({ has: page.locator('.label-name', { hasText: new RegExp(`^${escapeRegExp(title)}$`) }) })
		.first();
	// A list that is open already does not learn of the commands of an extension that is still loading.
	const deadline = Date.now() + patienceMs;
	do {
		await page.keyboard.press('Escape');
		await page.keyboard.press('F1');
		// Neither does one stay open when an editor that is just being opened takes the keyboard.
		const isChosen = await input
			.fill(`>${title}`, { timeout: 2000 })
			.then(() => row.waitFor({ timeout: 2000 }))
			// A click can be done and yet given up on a busy machine, and the command would then run twice; a key can't.
			.then(async () => {
				const isFocused = (await row.getAttribute('class'))?.includes('focused');
				await (isFocused ? page.keyboard.press('Enter') : row.click({ timeout: 10_000 }));
			})
			.then(
				() => true,
				() => false,
			);
		if (isChosen) {
			return;
		}
	} while (Date.now() < deadline);
	throw new Error(`The Command Palette has no "${title}".`);
}

function escapeRegExp(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The project's scripts are modules of their own kind: imported where they are, not bundled into each test. */
function script<T>(path: string): Promise<T> {
	return import(pathToFileURL(join(repositoryRoot, 'scripts', path)).href);
}
