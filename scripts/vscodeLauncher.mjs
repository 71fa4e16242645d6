#!/usr/bin/env node
// @ts-check
/**
 * Runs extension tests on the VS Code server like the desktop program does. It takes the arguments that
 * `@vscode/test-electron` gives the desktop program, runs the tests' entry inside the extension host of a workbench in a
 * Chromium without a window, prints what they print, and ends with their exit code. Variables:
 *
 * - TRANSPORT_INSPECTOR_VSCODE_VERSION: the version to run on;
 * - TRANSPORT_INSPECTOR_TIME_LIMIT_S: after how many seconds it gives up (300);
 * - TRANSPORT_INSPECTOR_VERBOSE=1: also prints what the workbench itself says.
 */

import './support/checkNode.mjs';
import { resolve } from 'node:path';
import { launchChromium } from './chromium.mjs';
import { runScript } from './support/processes.mjs';
import { currentVscode, root } from './support/project.mjs';
import { Explained } from './support/report.mjs';
import { ensureServerVscode } from './vscode.mjs';
import { startVscodeServer } from './vscodeServer.mjs';

const timeLimitS = Number(process.env.TRANSPORT_INSPECTOR_TIME_LIMIT_S || 300);
const isVerbose = process.env.TRANSPORT_INSPECTOR_VERBOSE === '1';

runScript(async () => {
	const content = readArguments(process.argv.slice(2));
	const vscode = await ensureServerVscode(process.env.TRANSPORT_INSPECTOR_VSCODE_VERSION || currentVscode);
	const server = await startVscodeServer(vscode);
	const browser = await launchChromium();
	const page = await browser.newPage();

	/** The last lines of the workbench's own console, for the case that the tests never come to an end. @type {string[]} */
	const workbenchLines = [];
	page.on('console', (message) => {
		const line = `[workbench ${message.type()}] ${message.text()}`;
		workbenchLines.push(line);
		if (workbenchLines.length > 40) workbenchLines.shift();
		if (isVerbose) console.error(line);
	});

	/** @type {Promise<number>} */
	const testsEnded = new Promise((resolveCode) => {
		void page.exposeFunction('codeAutomationExit', resolveCode);
	});
	await page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ values) => {
		if (!isWorkbenchNoise(String(values[0]))) console.log(...values);
	});
	await page.goto(server.url(content));

	/** @type {(reason: string) => () => never} */
	const giveUp = (reason) => () => {
		throw new Explained(
			`${workbenchLines.join('\n')}\nThe tests on VS Code ${vscode.version} did not end: ${reason}. Above is what the workbench said last.`,
		);
	};
	return await Promise.race([
		testsEnded,
		new Promise((_, reject) => {
			setTimeout(reject, timeLimitS * 1000);
		}).catch(giveUp(`the time limit of ${timeLimitS} s passed (TRANSPORT_INSPECTOR_TIME_LIMIT_S)`)),
		server.ended.then(giveUp('the server ended')),
		new Promise((_, reject) => {
			page.once('crash', reject);
			page.once('close', reject);
		}).catch(giveUp('the browser page ended')),
	]);
});

/**
 * Whether a line is the workbench's own about its start, or about a look-up that fails where there is no network. What
 * is not known to be noise is shown: it may say why an extension does not start.
 *
 * @param {string} line
 */
function isWorkbenchNoise(line) {
	return (
		/^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|ChatSessionStore: )/.test(line) ||
		/^\[(Service Worker|reconnection-grace-time|AgentHost:remote|AccountPolicyGate)\]/.test(line) ||
		(/^getaddrinfo /.test(line) && line.includes('/out/vs/code/browser/workbench/'))
	);
}

/**
 * @param {readonly string[]} args
 * @returns {import('./vscodeServer.mjs').WindowContent}
 */
function readArguments(args) {
	const optionOf = (/** @type {string} */ name) =>
		args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
	const extensionDevelopmentPath = optionOf('extensionDevelopmentPath');
	const extensionTestsPath = optionOf('extensionTestsPath');
	if (extensionDevelopmentPath === undefined || extensionTestsPath === undefined) {
		throw new Explained(
			`Expected --extensionDevelopmentPath=FOLDER and --extensionTestsPath=MODULE, got "${args.join(' ')}".`,
		);
	}
	// The desktop program's other flags have no meaning here.
	const folder = args.find((arg) => !arg.startsWith('-'));
	return {
		extensionDevelopmentPath: resolve(extensionDevelopmentPath),
		extensionTestsPath: resolve(extensionTestsPath),
		folder: resolve(folder ?? root),
	};
}
