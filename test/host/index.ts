/** What VS Code calls inside its extension host: runs the host tests that are built beside this file. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export async function run(): Promise<void> {
	// Imported when it runs, so that the bundle does not hold a copy of it, nor of Mocha.
	const runner = pathToFileURL(resolve(__dirname, '..', '..', '..', 'scripts', 'support', 'mocha.mjs')).href;
	const { runMocha }: typeof import('../../scripts/support/mocha.mjs') = await import(runner);

	const { failed } = await runMocha(__dirname, process.env.TRANSPORT_INSPECTOR_RESULT);
	if (failed > 0) {
		throw new Error(`${failed} host ${failed === 1 ? 'test' : 'tests'} failed.`);
	}
}
