// @ts-check
/**
 * Runs the built host tests (`out/test/host`) inside one real VS Code.
 *
 *     node scripts/hostTests.mjs [VERSION [RESULT.json]]
 */

import './support/checkNode.mjs';
import { join } from 'node:path';
import { runInVscode } from './support/inVscode.mjs';
import { runScript } from './support/processes.mjs';
import { currentVscode, root } from './support/project.mjs';

runScript(() => {
	const [version = currentVscode, resultFile = ''] = process.argv.slice(2);
	return runInVscode(version, join(root, 'out', 'test', 'host', 'index.js'), {
		TRANSPORT_INSPECTOR_RESULT: resultFile,
	});
});
