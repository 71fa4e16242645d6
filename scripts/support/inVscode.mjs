// @ts-check
/**
 * Runs a file inside the extension host of a real VS Code, with the extension loaded, through `@vscode/test-electron`: the
 * desktop program where it can be had, else `vscodeLauncher.mjs` in its place.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureVscode } from '../vscode.mjs';
import { quietSettings } from '../vscodeServer.mjs';
import { temporaryFolder } from './processes.mjs';
import { root } from './project.mjs';

/**
 * Calls the `run` of a CommonJS file there, with these variables in the environment; both the launcher and the desktop
 * program pass them on. Resolves with 0, or with 1 where `run` failed, which its output has told then.
 *
 * @param {string} version
 * @param {string} file
 * @param {Readonly<Record<string, string>>} environment
 */
export async function runInVscode(version, file, environment) {
	const vscode = await ensureVscode(version);
	const workspace = temporaryFolder('workspace');
	const userData = temporaryFolder('user');
	mkdirSync(join(userData, 'User'));
	writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify(quietSettings, undefined, '\t'));

	const { runTests, TestRunFailedError } = await import('@vscode/test-electron');
	try {
		return await runTests({
			vscodeExecutablePath:
				vscode.kind === 'desktop' ? vscode.executablePath : join(root, 'scripts', 'vscodeLauncher.mjs'),
			extensionDevelopmentPath: root,
			extensionTestsPath: file,
			launchArgs: [workspace, `--user-data-dir=${userData}`, `--extensions-dir=${join(userData, 'extensions')}`],
			extensionTestsEnv: { ...environment, TRANSPORT_INSPECTOR_VSCODE_VERSION: version },
		});
	} catch (error) {
		if (error instanceof TestRunFailedError) return 1;
		throw error;
	}
}
