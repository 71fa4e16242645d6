// @ts-check
/**
 * Type-checks every room of the sources with its own tsconfig.json, so that a room can use only what its place offers
 * (no DOM in the engine, no Node in the webview), and then the tests and scripts with the one at the root.
 */

import './support/checkNode.mjs';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runProcess, runScript } from './support/processes.mjs';
import { readJson, root } from './support/project.mjs';
import { say } from './support/report.mjs';

runScript(async () => {
	const rooms = readdirSync(join(root, 'src')).map((name) => join('src', name));
	const projects = [...rooms, '.'].filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
	const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
	const compiler = join(dirname(manifest), readJson(manifest).bin.tsc);

	let failed = 0;
	for (const project of projects) {
		const { code } = await runProcess(process.execPath, [compiler, '--noEmit', '--project', project], {
			cwd: root,
			streamed: true,
		});
		if (code !== 0) failed += 1;
		say(`${code === 0 ? '✔' : '✘'} ${project === '.' ? 'tests and scripts' : project.replaceAll('\\', '/')}`);
	}
	return failed === 0 ? 0 : 1;
});
