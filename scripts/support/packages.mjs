// @ts-check
/**
 * Brings `node_modules` to what `package-lock.json` says, by npm, if it is not there already.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './processes.mjs';
import { readJson, root } from './project.mjs';
import { step } from './report.mjs';

/**
 * The command that starts npm: the npm that runs this script, if one does, so that no other is needed on the PATH.
 *
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function npmCommand(args) {
	const npmScript = process.env.npm_execpath;
	if (npmScript?.endsWith('.js') && existsSync(npmScript)) return [process.execPath, [npmScript, ...args]];
	// Node starts no .cmd file without a shell.
	return process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npm', ...args]] : ['npm', [...args]];
}

export async function ensurePackages() {
	if (arePackagesInstalled()) return;
	await step('Installing the packages (npm ci)', (detail) =>
		mustRun('Installing the packages', ...npmCommand(['ci', '--no-audit', '--no-fund']), {
			cwd: root,
			onLine: detail,
			advice: 'If package.json was edited, run "npm install" to bring package-lock.json in line with it.',
		}),
	);
}

/**
 * npm keeps a list of what it installed in `node_modules`. The lists are compared rather than their times, which a
 * change of branch alters without need.
 */
function arePackagesInstalled() {
	try {
		/** @type {Record<string, { version?: string, optional?: boolean }>} */
		const wanted = readJson(join(root, 'package-lock.json')).packages;
		/** @type {Record<string, { version?: string }>} */
		const installed = readJson(join(root, 'node_modules', '.package-lock.json')).packages;
		return Object.entries(wanted).every(([path, entry]) => {
			if (path === '') return true;
			const found = installed[path];
			// An optional package may be missing because it is for another platform.
			return found === undefined ? entry.optional === true : found.version === entry.version;
		});
	} catch {
		return false;
	}
}
