// @ts-check
/**
 * Finds programs of this machine, and installs Debian's where this process may.
 */

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mustRun } from './processes.mjs';
import { step } from './report.mjs';

/** @param {string} name @returns {string | undefined} the program's path, looked up as a shell would */
export function findOnPath(name) {
	const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		for (const suffix of suffixes) {
			const path = join(folder, name + suffix);
			if (folder !== '' && isExecutable(path)) return path;
		}
	}
	return undefined;
}

/** @param {string} path */
export function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

/** Whether Debian's packages can be installed by this process. */
export function canInstallDebianPackages() {
	return process.platform === 'linux' && process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/** @param {readonly string[]} names */
export async function installDebianPackages(names) {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await step(`Installing Debian's ${names.join(', ')}`, async (detail) => {
		await mustRun('Reading the package lists', 'apt-get', ['update'], { env, onLine: detail });
		await mustRun(
			`Installing ${names.join(', ')}`,
			'apt-get',
			['install', '--yes', '--no-install-recommends', ...names],
			{ env, onLine: detail },
		);
	});
}
