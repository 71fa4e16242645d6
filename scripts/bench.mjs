// @ts-check
/**
 * `npm run bench`: builds the benchmarks of `test/bench` and the engine they measure, as the package has it, and runs
 * them. What they print is measured there and then, and says on what.
 *
 *     npm run bench                 all benchmarks
 *     npm run bench -- webSocket    one of them
 *     npm run bench -- --quick      short runs: whether they work, not how fast the engine is
 *     npm run bench -- --json       the results as JSON on the output, everything else on the error output
 */

import './support/checkNode.mjs';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { runInVscode } from './support/inVscode.mjs';
import { ensurePackages } from './support/packages.mjs';
import { mustRun, runScript, temporaryFolder } from './support/processes.mjs';
import { currentVscode, readJson, root } from './support/project.mjs';
import { Explained } from './support/report.mjs';

const suffix = '.bench.ts';
const benches = readdirSync(join(root, 'test', 'bench'))
	.filter((name) => name.endsWith(suffix))
	.map((name) => name.slice(0, -suffix.length));

runScript(async () => {
	const { chosen, quick, json } = readArguments(process.argv.slice(2));
	const say = json ? console.error : console.log;
	await ensurePackages();
	const folder = temporaryFolder('bench');
	await buildInto(folder, chosen);

	say(machine());
	const results = [];
	for (const name of chosen) {
		say('');
		const { run } = createRequire(import.meta.url)(join(folder, `${name}.bench.js`));
		results.push(...(await run({ folder, quick, say, runInVscode: runBenchInVscode })));
	}
	if (json) console.log(JSON.stringify(results, undefined, '\t'));
	return results.some(({ held }) => held === false) ? 1 : 0;
});

/** @param {readonly string[]} args */
function readArguments(args) {
	const options = ['--quick', '--json'];
	const unknown = args.filter((argument) => !options.includes(argument) && !benches.includes(argument));
	if (unknown.length > 0) {
		throw new Explained(`"${unknown.join(' ')}" is no benchmark: expected ${[...benches, ...options].join(', ')}.`);
	}
	const named = benches.filter((name) => args.includes(name));
	return {
		chosen: named.length > 0 ? named : benches,
		quick: args.includes('--quick'),
		json: args.includes('--json'),
	};
}

/** @type {Promise<unknown> | undefined} */
let builtExtension;

/**
 * The extension is built when the first benchmark needs it. What runs there prints with everything else.
 *
 * @param {string} file @param {Readonly<Record<string, string>>} environment
 */
async function runBenchInVscode(file, environment) {
	builtExtension ??= mustRun('The build', process.execPath, [join(root, 'scripts', 'build.mjs'), '--production']);
	await builtExtension;
	if ((await runInVscode(currentVscode, file, environment)) !== 0) {
		throw new Explained('The benchmark failed in VS Code; its output is above.');
	}
}

/** @param {string} folder @param {readonly string[]} names */
async function buildInto(folder, names) {
	const { build } = await import('esbuild');
	await build({
		absWorkingDir: root,
		entryPoints: {
			engine: 'src/engine/worker.ts',
			webSocketSender: 'test/bench/webSocketSender.ts',
			bareClient: 'test/bench/bareClient.ts',
			sizingInVscode: 'test/bench/sizingInVscode.ts',
			arrivalInVscode: 'test/bench/arrivalInVscode.ts',
			arrivalSender: 'test/bench/arrivalSender.ts',
			...Object.fromEntries(names.map((name) => [`${name}.bench`, `test/bench/${name}${suffix}`])),
		},
		outdir: folder,
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		charset: 'utf8',
		external: ['vscode', 'bufferutil', 'utf-8-validate'],
		logLevel: 'warning',
	});
}

/** What was measured on what: a rate without it means nothing. */
function machine() {
	const processors = cpus();
	const versionOf = (/** @type {string} */ name) => readJson(join(root, 'node_modules', name, 'package.json')).version;
	return [
		`Transport Inspector ${readJson(join(root, 'package.json')).version}`,
		`Node ${process.versions.node}`,
		`ws ${versionOf('ws')}`,
		`${process.platform} ${release()} ${process.arch}`,
		`${processors.length} × ${processors[0]?.model.trim() || 'unknown processor'}`,
		`${Math.round(totalmem() / 1e9)} GB`,
	].join(' · ');
}
