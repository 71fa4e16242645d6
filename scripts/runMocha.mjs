// @ts-check
/**
 * Runs tests that need no VS Code around them, in plain Node, and counts what they leave open as a failure:
 *
 *     node scripts/runMocha.mjs out/test/unit [RESULT.json]
 */

import './support/checkNode.mjs';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runMocha } from './support/mocha.mjs';
import { endOnSignals } from './support/processes.mjs';

/** How long what the tests have opened may take to close after the last one. */
const windDownMs = 5_000;

const [folder = 'out/test/unit', resultFile] = process.argv.slice(2);
endOnSignals();
const counts = await runMocha(resolve(folder), resultFile);
process.exitCode = counts.failed === 0 ? 0 : 1;

// Node ends by itself when nothing is open any more. Something left open is a fault of what was tested, or of a test.
setTimeout(() => {
	const open = process.getActiveResourcesInfo().filter((name) => !/^(TTY|Pipe|File)/.test(name));
	counts.failed += 1;
	console.log(`The tests have left something open: ${[...new Set(open)].join(', ') || 'unknown'}.`);
	if (resultFile) writeFileSync(resultFile, JSON.stringify(counts));
	process.exit(1);
}, windDownMs).unref();
