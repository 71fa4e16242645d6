// @ts-check
/**
 * Finds an nginx for the tests to put between, or gets Debian's: its package is unpacked into the downloads folder and
 * not installed, so that no service is set up, started now or at the next boot, and no file of the system changes.
 */

import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canInstallDebianPackages, findOnPath, installDebianPackages, isExecutable } from './executables.mjs';
import { messageOf, mustRun, runProcess, temporaryFolder } from './processes.mjs';
import { downloadsFolder } from './project.mjs';
import { Explained, say, step } from './report.mjs';

/** The variable with which a person names the nginx to use; also how a run remembers the one it found. */
const pathVariable = 'NGINX_PATH';
/** Why there is none: the tests that need one say so, and are skipped. */
const missingVariable = 'TRANSPORT_INSPECTOR_NO_NGINX';

/** System folders that are often left out of a user's PATH. */
const usualPlaces = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];

const unpackedFolder = join(downloadsFolder, 'nginx');
const unpackedProgram = join(unpackedFolder, 'usr', 'sbin', 'nginx');

/** Leaves in NGINX_PATH an nginx that starts, or in TRANSPORT_INSPECTOR_NO_NGINX why there is none. */
export async function ensureNginx() {
	const named = process.env[pathVariable];
	if (named) {
		if (isExecutable(named)) return;
		throw new Explained(
			`${pathVariable} is "${named}", which is no program that can be started: correct it, or unset it to have nginx looked up.`,
		);
	}
	try {
		process.env[pathVariable] = (await findNginx()) ?? (await unpackDebians());
	} catch (error) {
		const reason = messageOf(error).trimEnd().split('\n').at(-1) ?? '';
		process.env[missingVariable] = reason;
		say(`The tests through nginx are skipped: ${reason}`);
	}
}

/** @returns {Promise<string | undefined>} */
async function findNginx() {
	for (const path of [findOnPath('nginx'), ...usualPlaces, unpackedProgram]) {
		if (path !== undefined && isExecutable(path) && (await starts(path))) return path;
	}
	return undefined;
}

/** @param {string} path */
async function starts(path) {
	try {
		const { code, output } = await runProcess(path, ['-v']);
		return code === 0 && output.includes('nginx');
	} catch {
		return false;
	}
}

/** @returns {Promise<string>} */
async function unpackDebians() {
	if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) {
		throw new Explained(`there is no nginx on this machine. Install one, or name one in ${pathVariable}.`);
	}
	const folder = temporaryFolder('nginx');
	const contents = join(folder, 'contents');
	mkdirSync(contents);
	const archive = await step("Getting Debian's nginx", async (detail) => {
		if (canInstallDebianPackages()) {
			await mustRun('Reading the package lists', 'apt-get', ['update'], { onLine: detail });
		}
		await mustRun('Downloading nginx', 'apt-get', ['download', 'nginx'], { cwd: folder, onLine: detail });
		const name = readdirSync(folder).find((each) => each.endsWith('.deb'));
		if (name === undefined) throw new Explained('apt-get has downloaded no package of nginx.');
		await mustRun('Unpacking nginx', 'dpkg-deb', ['--extract', join(folder, name), contents]);
		return join(folder, name);
	});
	if (!(await starts(join(contents, 'usr', 'sbin', 'nginx')))) await installLibraries(archive);
	rmSync(unpackedFolder, { recursive: true, force: true });
	// The temporary folder may be on another disk, from which nothing can be renamed.
	cpSync(contents, unpackedFolder, { recursive: true });
	if (!(await starts(unpackedProgram))) throw new Explained("Debian's nginx does not start on this machine.");
	return unpackedProgram;
}

/** A slim system may lack libraries that nginx is linked with. @param {string} archive */
async function installLibraries(archive) {
	if (!canInstallDebianPackages()) {
		throw new Explained("Debian's nginx needs libraries that this process may not install.");
	}
	const depends = await mustRun('Reading what nginx needs', 'dpkg-deb', ['--field', archive, 'Depends']);
	const libraries = depends
		.split(',')
		.map((each) => each.trim().split(/[\s(|:]/)[0] ?? '')
		.filter((name) => /^(lib|zlib)/.test(name));
	await installDebianPackages([...new Set(libraries)]);
}
