// @ts-check
/**
 * Runs the built host tests (`out/test/host`) inside one real VS Code, through `@vscode/test-electron`: the desktop
 * program where it can be had, else `vscodeLauncher.mjs` in its place.
 *
 *     node scripts/hostTests.mjs [VERSION [RESULT.json]]
 */

import './support/checkNode.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runScript, temporaryFolder } from './support/processes.mjs';
import { currentVscode, root } from './support/project.mjs';
import { ensureVscode } from './vscode.mjs';
import { quietSettings } from './vscodeServer.mjs';

runScript(async () => {
	const [version = currentVscode, resultFile = ''] = process.argv.slice(2);
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
			extensionTestsPath: join(root, 'out', 'test', 'host', 'index.js'),
			launchArgs: [workspace, `--user-data-dir=${userData}`, `--extensions-dir=${join(userData, 'extensions')}`],
			// Both reach the extension host: the launcher and the desktop program pass their environment on.
			extensionTestsEnv: {
				TRANSPORT_INSPECTOR_VSCODE_VERSION: version,
				TRANSPORT_INSPECTOR_RESULT: resultFile,
			},
		});
	} catch (error) {
		// The tests' own output has said what failed.
		if (error instanceof TestRunFailedError) return 1;
		throw error;
	}
});
