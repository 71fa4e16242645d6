// @ts-check
/**
 * Starts the VS Code server on a free port of 127.0.0.1, with settings and data of its own that are gone afterwards, and
 * says under which address a browser shows a folder in it.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	beforeExit,
	endProcess,
	mustRun,
	removeTemporaryFolder,
	startProcess,
	temporaryFolder,
} from './support/processes.mjs';
import { root } from './support/project.mjs';
import { Explained } from './support/report.mjs';
import { environmentForVscode } from './vscode.mjs';

/** How long the server may take until it listens. On a busy machine its first start takes some seconds. */
const startTimeoutMs = 60_000;

/** User settings of every window: nothing between the person, or the test, and the extension. */
export const quietSettings = Object.freeze({
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
	'workbench.enableExperiments': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'chat.commandCenter.enabled': false,
	'chat.disableAIFeatures': true,
	'extensions.autoCheckUpdates': false,
	'extensions.autoUpdate': false,
	'extensions.ignoreRecommendations': true,
	'telemetry.telemetryLevel': 'off',
	'update.mode': 'none',
	'security.workspace.trust.enabled': false,
	'git.openRepositoryInParentFolders': 'never',
});

/**
 * @typedef {object} WindowContent
 * @property {string} folder the folder it shows
 * @property {string} [extensionDevelopmentPath] the extension it loads from its sources
 * @property {string} [extensionTestsPath] a module whose `run` is called in the extension host
 */

/**
 * @typedef {object} VscodeServer
 * @property {number} port
 * @property {(content: WindowContent) => string} url the address of a window
 * @property {Promise<string>} ended what the server printed last, once it has ended
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./vscode.mjs').ServerVscode} vscode
 * @param {{ settings?: Readonly<Record<string, unknown>>, env?: NodeJS.ProcessEnv, vsixFile?: string }} [options]
 *   `vsixFile`: an extension to install first
 * @returns {Promise<VscodeServer>}
 */
export async function startVscodeServer(vscode, options = {}) {
	const dataFolder = temporaryFolder('vscode');
	const userFolder = join(dataFolder, 'data', 'User');
	mkdirSync(userFolder, { recursive: true });
	writeFileSync(
		join(userFolder, 'settings.json'),
		JSON.stringify({ ...quietSettings, ...options.settings }, undefined, '\t'),
	);

	if (options.vsixFile !== undefined) {
		const args = [vscode.serverPath, `--install-extension=${options.vsixFile}`, `--server-data-dir=${dataFolder}`];
		await mustRun(`Installing ${options.vsixFile}`, vscode.nodePath, args, { env: environmentForVscode() });
	}

	// Any page in any browser, and any user of this machine, can reach a port of 127.0.0.1. Only who knows the token
	// gets an editor that may read and write files.
	const token = randomBytes(16).toString('hex');
	const child = startProcess(
		vscode.nodePath,
		[
			`--require=${join(root, 'scripts', 'support', 'endWithStarter.cjs')}`,
			vscode.serverPath,
			'--host=127.0.0.1',
			'--port=0',
			`--connection-token=${token}`,
			'--accept-server-license-terms',
			`--server-data-dir=${dataFolder}`,
			'--telemetry-level=off',
			'--disable-workspace-trust',
			// Lets the address of a window name an extension under development.
			'--enable-smoke-test-driver',
		],
		{ env: environmentForVscode({ ...socketsIn(dataFolder), ...options.env }), input: 'pipe' },
	);

	let output = '';
	/** @type {Promise<string>} */
	const ended = new Promise((resolve) => {
		child.once('error', (error) => resolve(`${output}${error.message}`));
		child.once('close', () => resolve(output));
	});

	/** @type {Promise<void> | undefined} */
	let closing;
	const close = () => {
		closing ??= endProcess(child).then(() => removeTemporaryFolder(dataFolder));
		return closing;
	};
	beforeExit(close);

	/** @type {Promise<number>} */
	const listening = new Promise((resolve) => {
		const read = (/** @type {Buffer} */ chunk) => {
			output = (output + chunk.toString('utf8')).slice(-20_000);
			// VS Code's own remote extensions read this line, so it stays as it is.
			const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
			if (port !== undefined) resolve(Number(port));
		};
		child.stdout?.on('data', read);
		child.stderr?.on('data', read);
	});

	/** @type {NodeJS.Timeout | undefined} */
	let timer;
	const port = await Promise.race([
		listening,
		ended.then(() => 0),
		new Promise((resolve) => {
			timer = setTimeout(() => resolve(0), startTimeoutMs);
		}),
	]);
	clearTimeout(timer);
	if (port === 0) {
		await close();
		throw new Explained(
			`${output}\nThe VS Code ${vscode.version} server did not start listening; its last output is above. Try again, and if it stays so, delete .vscode-test to have it installed anew.`,
		);
	}

	// This VS Code lies in .vscode-test, inside the extension under development. It would take its own colour themes for
	// that extension's, show one of them, and ignore the setting. Under another name the extension is no parent of it.
	const linkTo = (/** @type {string} */ extensionDevelopmentPath) => {
		const link = join(dataFolder, 'extension');
		if (!existsSync(link)) symlinkSync(extensionDevelopmentPath, link, 'dir');
		return link;
	};

	const remote = `vscode-remote://127.0.0.1:${port}`;
	return {
		port,
		ended,
		close,
		url: (content) => {
			const payload = [
				...(content.extensionDevelopmentPath
					? [['extensionDevelopmentPath', remote + linkTo(content.extensionDevelopmentPath)]]
					: []),
				...(content.extensionTestsPath ? [['extensionTestsPath', remote + content.extensionTestsPath]] : []),
				['skipWelcome', 'true'],
			];
			const query = new URLSearchParams({
				tkn: token,
				folder: content.folder,
				payload: JSON.stringify(payload),
			});
			return `http://127.0.0.1:${port}/?${query}`;
		},
	};
}

/**
 * VS Code leaves sockets behind in the folder for temporary files when it is ended. They are put where they are removed
 * with its data, if their paths stay within what a socket's path may have (104 bytes on macOS).
 *
 * @param {string} dataFolder
 * @returns {NodeJS.ProcessEnv}
 */
function socketsIn(dataFolder) {
	const folder = join(dataFolder, 'tmp');
	if (folder.length + '/vscode-ipc-00000000-0000-0000-0000-000000000000.sock'.length >= 104) return {};
	mkdirSync(folder);
	return { TMPDIR: folder, XDG_RUNTIME_DIR: folder };
}
