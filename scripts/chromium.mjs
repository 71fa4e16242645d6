// @ts-check
/**
 * Finds a Chromium or Chrome for the tests to drive, or gets one: Debian's package where this process may install it,
 * else Playwright's own download. Also starts it, the same way for every use.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canInstallDebianPackages, findOnPath, installDebianPackages, isExecutable } from './support/executables.mjs';
import { beforeExit, messageOf, mustRun, runProcess } from './support/processes.mjs';
import { root } from './support/project.mjs';
import { Explained, say, step } from './support/report.mjs';

const namesOnPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];

const usualPlaces = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
	join(process.env.PROGRAMFILES ?? '', 'Google/Chrome/Application/chrome.exe'),
	join(process.env['PROGRAMFILES(X86)'] ?? '', 'Microsoft/Edge/Application/msedge.exe'),
];

/** The variable with which a person names the browser to use; also how a run remembers the one it found. */
const pathVariable = 'CHROMIUM_PATH';

/** @returns {Promise<string>} the path of a browser that starts */
export async function ensureChromium() {
	const named = process.env[pathVariable];
	if (named) {
		if (isExecutable(named)) return named;
		throw new Explained(
			`${pathVariable} is "${named}", which is no program that can be started: correct it, or unset it to have a browser looked up.`,
		);
	}
	const found = (await findChromium()) ?? (await installChromium());
	process.env[pathVariable] = found;
	return found;
}

async function findChromium() {
	for (const name of namesOnPath) {
		const path = findOnPath(name);
		if (path !== undefined && (await starts(path))) return path;
	}
	for (const path of usualPlaces) if (isExecutable(path)) return path;
	return await playwrightsOwn();
}

/**
 * Some systems have a `chromium-browser` that only says what to install instead.
 *
 * @param {string} path
 */
async function starts(path) {
	try {
		const { code, output } = await runProcess(path, ['--version']);
		return code === 0 && /Chrom|Edge/.test(output);
	} catch {
		return false;
	}
}

async function playwrightsOwn() {
	const { chromium } = await import('playwright-core');
	const path = chromium.executablePath();
	return existsSync(path) ? path : undefined;
}

/** @returns {Promise<string>} */
async function installChromium() {
	if (canInstallDebianPackages()) {
		try {
			// Without any font, pages show boxes for text.
			await installDebianPackages(['chromium', 'fonts-liberation']);
			const path = findOnPath('chromium');
			if (path !== undefined && (await starts(path))) return path;
		} catch (error) {
			say(`${messageOf(error)}\nTrying Playwright's own Chromium instead.`);
		}
	}
	try {
		await step("Downloading Playwright's Chromium", (detail) =>
			mustRun(
				'The download',
				process.execPath,
				[join(root, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'],
				{ onLine: detail },
			),
		);
	} catch (error) {
		say(messageOf(error));
	}
	const path = await playwrightsOwn();
	if (path !== undefined) return path;
	throw new Explained(
		`No Chromium or Chrome was found or could be installed: install one (on Debian and Ubuntu "apt-get install chromium"), or set ${pathVariable} to where one is.`,
	);
}

/**
 * Starts a browser without a window. It is closed before this process ends, if not earlier.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium() {
	const executablePath = await ensureChromium();
	const { chromium } = await import('playwright-core');
	const browser = await chromium.launch({
		executablePath,
		args: [
			// Chromium's own sandbox can't start as root, nor in most containers. Only pages of this machine are opened.
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
		// This project's scripts end the browser themselves, in order.
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
	beforeExit(() => browser.close());
	return browser;
}
