// @ts-check
/**
 * Runs the built test files under one folder with Mocha in this process, be it plain Node or an extension host: prints
 * each test as it ends and each failure in full, and writes the counts to a file. TRANSPORT_INSPECTOR_GREP limits the
 * run to tests whose full title matches it.
 */

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ passed: number, failed: number, pending: number }} TestCounts */

/** A test that takes longer is stuck; tests of timing set their own limit. */
const testTimeoutMs = 30_000;

/**
 * @param {string} folder
 * @param {string | undefined} resultFile
 * @returns {Promise<TestCounts>}
 */
export async function runMocha(folder, resultFile) {
	/** @type {TestCounts} */
	const counts = { passed: 0, failed: 0, pending: 0 };
	try {
		await runFiles(folder, counts);
	} catch (error) {
		// A file that can't be loaded is as good as a failed test.
		counts.failed += 1;
		console.log(error instanceof Error ? error.stack : String(error));
	}
	if (resultFile) writeFileSync(resultFile, JSON.stringify(counts));
	return counts;
}

/**
 * @param {string} folder
 * @param {TestCounts} counts
 */
async function runFiles(folder, counts) {
	const { default: Mocha } = await import('mocha');
	const grep = process.env.TRANSPORT_INSPECTOR_GREP;
	const mocha = new Mocha({
		ui: 'bdd',
		reporter: 'spec',
		timeout: testTimeoutMs,
		forbidOnly: process.env.CI !== undefined,
		...(grep ? { grep: new RegExp(grep) } : {}),
	});
	const files = existsSync(folder)
		? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.js'))
		: [];
	for (const name of files.sort()) mocha.addFile(join(folder, name));
	if (files.length === 0) {
		throw new Error(`No test files (*.test.js) in ${folder}: build them with "npm run build -- --tests".`);
	}
	await mocha.loadFilesAsync();
	await new Promise((ended) => {
		const runner = mocha.run(ended);
		runner.on('pass', () => {
			counts.passed += 1;
		});
		runner.on('fail', () => {
			counts.failed += 1;
		});
		runner.on('pending', () => {
			counts.pending += 1;
		});
	});
	if (counts.passed + counts.failed === 0 && !grep) throw new Error(`The files in ${folder} hold no test that runs.`);
}
