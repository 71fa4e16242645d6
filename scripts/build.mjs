// @ts-check
/**
 * Bundles the extension with esbuild:
 *
 *     node scripts/build.mjs [--watch] [--production] [--tests] [--out=FOLDER]
 *
 * --watch       builds again when a file changes, until it is ended
 * --production  minifies and leaves source maps out, for the package; also writes the licences of what is bundled
 * --tests       also bundles the tests, to out/test
 * --out=FOLDER  puts the extension's bundles there instead of into dist
 */

import './support/checkNode.mjs';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { noticesOf } from './support/notices.mjs';
import { root } from './support/project.mjs';

const arguments_ = process.argv.slice(2);
const known = ['--watch', '--production', '--tests', '--out=FOLDER'];
const unknown = arguments_.filter((argument) => !known.includes(argument) && !/^--out=./.test(argument));
if (unknown.length > 0) {
	console.error(`Unknown option ${unknown.join(' ')}: expected ${known.join(', ')}.`);
	process.exit(1);
}
const isWatching = arguments_.includes('--watch');
const isProduction = arguments_.includes('--production');
const withTests = arguments_.includes('--tests');
const out = resolve(
	root,
	arguments_.find((argument) => argument.startsWith('--out='))?.slice('--out='.length) ?? 'dist',
);

const { build, context } = await import('esbuild');

/** @type {import('esbuild').BuildOptions} */
const shared = {
	absWorkingDir: root,
	bundle: true,
	minify: isProduction,
	sourcemap: !isProduction,
	logLevel: 'warning',
	// Words of other languages in a bundle stay readable, and the bundle is smaller than with escapes.
	charset: 'utf8',
	// Which files are in a bundle, to name their licences.
	metafile: isProduction,
};

/** @type {import('esbuild').BuildOptions} */
const inNode = { ...shared, platform: 'node', format: 'cjs', target: 'node20' };

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
	{ ...inNode, entryPoints: { extension: 'src/host/extension.ts' }, outdir: out, external: ['vscode'] },
	{
		...inNode,
		entryPoints: { engine: 'src/engine/worker.ts', demoServer: 'src/demo/demoWorker.ts' },
		outdir: out,
		// Optional native parts of ws. It has its own code for when they are not there.
		external: ['bufferutil', 'utf-8-validate'],
	},
	{
		...shared,
		platform: 'browser',
		format: 'iife',
		target: 'es2022',
		entryPoints: {
			inspector: 'src/webview/inspector/main.ts',
			sizing: 'src/webview/sizing/main.ts',
			comparison: 'src/webview/comparison/main.ts',
		},
		outdir: join(out, 'webview'),
		loader: { '.ttf': 'file', '.svg': 'dataurl' },
		assetNames: '[name]',
	},
];

if (withTests) {
	bundles.push({
		...inNode,
		entryPoints: testEntries(),
		outdir: 'out/test',
		outbase: 'test',
		sourcemap: true,
		minify: false,
		// Tests take packages from node_modules, as they are.
		packages: 'external',
		external: ['vscode'],
	});
}

rmSync(out, { recursive: true, force: true });
if (withTests) rmSync(join(root, 'out', 'test'), { recursive: true, force: true });
mkdirSync(join(out, 'webview'), { recursive: true });
copyFileSync(join(root, 'node_modules/@vscode/codicons/dist/codicon.ttf'), join(out, 'webview', 'codicon.ttf'));

try {
	if (isWatching) {
		await watch();
	} else {
		const results = await Promise.all(bundles.map((options) => build(options)));
		if (isProduction) {
			const inputs = results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
			writeFileSync(join(out, 'THIRD-PARTY-NOTICES.txt'), noticesOf(inputs));
		}
	}
} catch {
	// esbuild has printed what is wrong.
	process.exit(1);
}

/** Every test file, and every entry of a test runner, becomes a bundle of its own. */
function testEntries() {
	return ['unit', 'foreign', 'host', 'browser', 'bench'].flatMap((tier) => {
		const folder = join(root, 'test', tier);
		if (!existsSync(folder)) return [];
		return readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => (tier === 'bench' ? /\.ts$/ : /(\.test|^index)\.ts$/).test(name) && !name.endsWith('.d.ts'))
			.map((name) => `test/${tier}/${name.replaceAll('\\', '/')}`);
	});
}

async function watch() {
	/** How many bundles are being built: an editor's task starts when the first line says so, and ends when all are. */
	let building = 0;
	for (const options of bundles) {
		const watched = await context({
			...options,
			plugins: [
				{
					name: 'announce',
					setup(hooks) {
						hooks.onStart(() => {
							if (building++ === 0) console.log('[watch] build started');
						});
						hooks.onEnd(() => {
							if (--building === 0) console.log('[watch] build finished');
						});
					},
				},
			],
		});
		await watched.watch();
	}
}
