// @ts-check
/**
 * `npm test`: gets what is missing, then runs every check and every tier of tests, and ends with the one line
 * `N passed, N failed`. A tier that could not run counts as a failure.
 *
 *     npm test                            everything
 *     npm test -- unit host               some of: typecheck lint unit foreign host browser
 *     npm test -- unit --grep "long poll" only tests whose full title matches
 */

import './support/checkNode.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNginx } from './support/nginx.mjs';
import { ensurePackages, npmCommand } from './support/packages.mjs';
import { messageOf, mustRun, runProcess, runScript, temporaryFolder } from './support/processes.mjs';
import { currentVscode, root, testedVscodes } from './support/project.mjs';
import { Explained, say, step } from './support/report.mjs';

/** @typedef {{ title: string, passed: number, failed: number, pending: number, seconds: number, note?: string }} TierResult */

const tierNames = ['typecheck', 'lint', 'unit', 'foreign', 'host', 'browser'];

/** @type {TierResult[]} */
const results = [];

runScript(async () => {
	const chosen = readArguments(process.argv.slice(2));
	const needsBuild = chosen.some((name) => ['unit', 'foreign', 'host', 'browser'].includes(name));

	decideOnColours();

	/** Why nothing, or nothing that needs the bundles, can run. @type {string | undefined} */
	let problem;
	try {
		await ensurePackages();
	} catch (error) {
		problem = 'the packages are not installed';
		say(messageOf(error));
	}
	if (problem === undefined && needsBuild) {
		try {
			await step('Building the extension and its tests', () =>
				mustRun('The build', process.execPath, [script('build.mjs'), '--tests'], { cwd: root }),
			);
		} catch (error) {
			problem = 'the build failed';
			say(messageOf(error));
		}
	}

	if (chosen.includes('typecheck')) await runCheck('type check', 'typecheck');
	if (chosen.includes('lint')) await runCheck('lint', 'lint');
	if (chosen.includes('unit')) {
		await runTier('unit tests', problem, (resultFile) => runTests('unit', resultFile));
	}
	if (chosen.includes('foreign')) {
		await runTier("tests against others' servers", problem, async (resultFile) => {
			await ensureNginx();
			return await runTests('foreign', resultFile);
		});
	}
	if (chosen.includes('host')) {
		for (const version of testedVscodes()) {
			await runTier(`host tests on VS Code ${version}`, problem, async (resultFile) => {
				const { ensureVscode } = await import('./vscode.mjs');
				const vscode = await ensureVscode(version);
				if (vscode.kind === 'server') await ensureBrowser();
				return await runProcess(process.execPath, [script('hostTests.mjs'), version, resultFile], {
					cwd: root,
					streamed: true,
				});
			});
		}
	}
	if (chosen.includes('browser')) {
		await runTier(`browser tests on VS Code ${currentVscode}`, problem, async (resultFile) => {
			const { ensureServerVscode } = await import('./vscode.mjs');
			await ensureServerVscode(currentVscode);
			await ensureBrowser();
			return await runTests('browser', resultFile);
		});
	}

	return summarise();
});

/** What the tiers print passes through several processes, none of which sees whether it ends up on a terminal. */
function decideOnColours() {
	if (process.env.NO_COLOR || process.env.FORCE_COLOR) return;
	process.env[process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR'] = '1';
}

/** @param {readonly string[]} args @returns {readonly string[]} the tiers to run */
function readArguments(args) {
	const chosen = [];
	for (let index = 0; index < args.length; index++) {
		const argument = args[index] ?? '';
		if (argument === '--grep') {
			process.env.TRANSPORT_INSPECTOR_GREP = args[++index] ?? '';
		} else if (tierNames.includes(argument)) {
			chosen.push(argument);
		} else {
			throw new Explained(`"${argument}" is none of the tiers: expected ${tierNames.join(', ')}, or --grep PATTERN.`);
		}
	}
	return chosen.length === 0 ? tierNames : chosen;
}

/** @param {string} name */
function script(name) {
	return join(root, 'scripts', name);
}

async function ensureBrowser() {
	const { ensureChromium } = await import('./chromium.mjs');
	await ensureChromium();
}

/** @param {string} tier @param {string} resultFile */
function runTests(tier, resultFile) {
	return runProcess(
		process.execPath,
		['--enable-source-maps', script('runMocha.mjs'), join('out', 'test', tier), resultFile],
		{ cwd: root, streamed: true },
	);
}

/** A script of package.json, which counts as one check. @param {string} title @param {string} name */
async function runCheck(title, name) {
	say(`\n── ${title}`);
	const startedAt = Date.now();
	const { code } = await runProcess(...npmCommand(['run', '--silent', name]), { cwd: root, streamed: true });
	results.push({
		title,
		passed: code === 0 ? 1 : 0,
		failed: code === 0 ? 0 : 1,
		pending: 0,
		seconds: secondsSince(startedAt),
	});
}

/**
 * Tests that write their counts to a file. No file, or an exit code that the counts don't explain, is a failure.
 *
 * @param {string} title
 * @param {string | undefined} obstacle
 * @param {(resultFile: string) => Promise<{ code: number }>} run
 */
async function runTier(title, obstacle, run) {
	say(`\n── ${title}`);
	const startedAt = Date.now();
	const resultFile = join(temporaryFolder('result'), 'result.json');
	/** @type {import('./support/mocha.mjs').TestCounts} */
	let counts = { passed: 0, failed: 0, pending: 0 };
	let note = obstacle;
	if (obstacle === undefined) {
		try {
			const { code } = await run(resultFile);
			if (existsSync(resultFile)) {
				counts = JSON.parse(readFileSync(resultFile, 'utf8'));
				if (code !== 0 && counts.failed === 0) note = `ended with code ${code} although no test failed`;
			} else {
				note = `ended with code ${code} before it had counted its tests`;
			}
		} catch (error) {
			note = messageOf(error);
		}
	}
	if (note !== undefined) {
		say(`✘ ${title}: ${note}`);
		if (counts.failed === 0) counts.failed = 1;
	}
	results.push({ title, ...counts, seconds: secondsSince(startedAt), ...(note ? { note } : {}) });
}

/** @param {number} startedAt */
function secondsSince(startedAt) {
	return Math.round((Date.now() - startedAt) / 1000);
}

/** @returns {number} the exit code */
function summarise() {
	const width = Math.max(...results.map((result) => result.title.length));
	say('');
	for (const { title, passed, failed, pending, seconds, note } of results) {
		const skipped = pending > 0 ? `, ${pending} skipped` : '';
		const why = note === undefined ? '' : ` · ${note.trimEnd().split('\n').at(-1)}`;
		say(
			`${failed === 0 ? '✔' : '✘'} ${title.padEnd(width)}  ${passed} passed, ${failed} failed${skipped}, ${seconds} s${why}`,
		);
	}
	const total = (/** @type {'passed' | 'failed'} */ key) => results.reduce((sum, result) => sum + result[key], 0);
	say(`\n${total('passed')} passed, ${total('failed')} failed`);
	return total('failed') === 0 ? 0 : 1;
}
