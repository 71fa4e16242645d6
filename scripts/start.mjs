// @ts-check
/**
 * `npm start`: gets what is missing, builds, and opens a VS Code with a small sample workspace and the extension, live on
 * its demo server; `npm start -- ws://localhost:8080/feed` opens it on that endpoint instead. Ctrl-C ends all of it.
 *
 * Where only the VS Code server can be had, a browser shows it: BROWSER=none leaves opening the address to the person.
 */

import './support/checkNode.mjs';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './support/executables.mjs';
import { ensurePackages } from './support/packages.mjs';
import { mustRun, runScript, startProcess, temporaryFolder } from './support/processes.mjs';
import { currentVscode, readJson, root } from './support/project.mjs';
import { Explained, say, step } from './support/report.mjs';
import { ensureVscode, environmentForVscode } from './vscode.mjs';
import { quietSettings, startVscodeServer } from './vscodeServer.mjs';

runScript(async () => {
	const address = readArguments(process.argv.slice(2));

	await ensurePackages();
	await step('Building the extension', () =>
		mustRun('The build', process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root }),
	);
	const vscode = await ensureVscode(currentVscode);

	// A copy, so that what is tried out in it leaves the checkout as it is.
	const workspace = join(temporaryFolder('sample'), 'transport-inspector-sample');
	cpSync(join(root, 'scripts', 'sampleWorkspace'), workspace, { recursive: true });

	const extension = stageExtension();
	// The extension reads it when it starts in development.
	const env = { TRANSPORT_INSPECTOR_OPEN: address ?? 'demo' };
	const subject = address ?? 'the demo server';
	if (vscode.kind === 'desktop') return await openDesktop(vscode, workspace, extension, env, subject);
	return await openInBrowser(vscode, workspace, extension, env, subject);
});

/**
 * The extension starts when it is first used, so as to cost nothing until then. Here it is to come up with the window:
 * VS Code is given a copy whose manifest says so. Links would not do: VS Code tells by a module's real path which
 * extension it belongs to.
 *
 * @returns {string}
 */
function stageExtension() {
	const folder = temporaryFolder('extension');
	const manifest = readJson(join(root, 'package.json'));
	manifest.activationEvents = [...(manifest.activationEvents ?? []), 'onStartupFinished'];
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
	const others = ['package.json', 'package-lock.json', 'node_modules', 'out', 'scripts', 'src', 'test'];
	for (const name of readdirSync(root)) {
		if (name.startsWith('.') || others.includes(name)) continue;
		cpSync(join(root, name), join(folder, name), { recursive: true });
	}
	return folder;
}

/** @param {readonly string[]} args @returns {string | undefined} the endpoint to open */
function readArguments(args) {
	const [address, ...rest] = args;
	if (rest.length > 0 || address?.startsWith('-')) {
		throw new Explained(
			`Expected nothing or one address, as in "npm start -- ws://localhost:8080/feed", got "${args.join(' ')}".`,
		);
	}
	return address;
}

/**
 * @param {import('./vscode.mjs').DesktopVscode} vscode
 * @param {string} workspace
 * @param {string} extension
 * @param {NodeJS.ProcessEnv} env
 * @param {string} subject
 */
async function openDesktop(vscode, workspace, extension, env, subject) {
	const userData = temporaryFolder('user');
	mkdirSync(join(userData, 'User'));
	writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify(quietSettings, undefined, '\t'));

	const child = startProcess(
		vscode.executablePath,
		[
			workspace,
			`--extensionDevelopmentPath=${extension}`,
			`--user-data-dir=${userData}`,
			`--extensions-dir=${join(userData, 'extensions')}`,
			'--new-window',
			'--disable-updates',
			'--disable-workspace-trust',
			'--skip-welcome',
			'--skip-release-notes',
			// Electron's sandbox does not start as root.
			...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
		],
		{ env: environmentForVscode(env) },
	);
	let output = '';
	const keep = (/** @type {Buffer} */ chunk) => {
		output = (output + chunk.toString('utf8')).slice(-5_000);
	};
	child.stdout?.on('data', keep);
	child.stderr?.on('data', keep);
	say(
		`VS Code ${vscode.version} opens with the panel live on ${subject}. Close its window, or press Ctrl-C here, to end it.`,
	);

	const code = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	if (code === 0) return 0;
	throw new Explained(
		`${output}\nVS Code ended with code ${code}; its last output is above. To use the VS Code server in a browser instead, set TRANSPORT_INSPECTOR_VSCODE=server.`,
	);
}

/**
 * @param {import('./vscode.mjs').ServerVscode} vscode
 * @param {string} workspace
 * @param {string} extension
 * @param {NodeJS.ProcessEnv} env
 * @param {string} subject
 */
async function openInBrowser(vscode, workspace, extension, env, subject) {
	const server = await step(`Starting VS Code ${vscode.version} on 127.0.0.1`, () =>
		startVscodeServer(vscode, { env }),
	);
	const url = server.url({ folder: workspace, extensionDevelopmentPath: extension });
	const isOpened = openWithSystem(url);
	say(
		`\n${isOpened ? 'Your browser opens' : 'Open in a browser of this machine'}, with the panel live on ${subject}:\n\n  ${url}\n\n${
			isOpened ? '' : 'From another machine, forward this port first, under the same number. '
		}Press Ctrl-C here to end it.`,
	);
	const output = await server.ended;
	throw new Explained(`${output}\nThe VS Code server ended; its last output is above. Run "npm start" again.`);
}

/**
 * Shows a page in the person's own browser, which is not this script's to end.
 *
 * @param {string} url
 * @returns {boolean} whether there was something to do it with
 */
function openWithSystem(url) {
	if (process.env.BROWSER === 'none') return false;
	/** @type {[string, string[]] | undefined} */
	let command;
	if (process.platform === 'darwin') command = ['open', [url]];
	else if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
		const opener = findOnPath('xdg-open');
		if (opener !== undefined) command = [opener, [url]];
	}
	if (command === undefined) return false;
	const child = spawn(command[0], command[1], { detached: true, stdio: 'ignore' });
	child.once('error', () => say('The browser could not be opened: open the address by hand.'));
	child.unref();
	return true;
}
