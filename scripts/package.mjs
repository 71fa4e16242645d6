// @ts-check
/**
 * `npm run package`: builds for production and packs what .vscodeignore names into one file that VS Code installs, with
 * "Extensions: Install from VSIX…" or `code --install-extension`.
 *
 *     npm run package                      transport-inspector-VERSION.vsix in this folder
 *     npm run package -- --out=FILE.vsix   another file
 *
 * It is put together in a folder of its own, so that `dist` stays as development and a running `npm start` left it.
 */

import './support/checkNode.mjs';
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensurePackages } from './support/packages.mjs';
import { mustRun, runScript, temporaryFolder } from './support/processes.mjs';
import { readJson, root } from './support/project.mjs';
import { Explained, say, step } from './support/report.mjs';

runScript(async () => {
	const { name, version } = readJson(join(root, 'package.json'));
	const file = readArguments(process.argv.slice(2)) ?? join(root, `${name}-${version}.vsix`);

	await ensurePackages();
	const folder = temporaryFolder('package');
	await step('Building the extension for production', () =>
		mustRun(
			'The build',
			process.execPath,
			[join(root, 'scripts', 'build.mjs'), '--production', `--out=${join(folder, 'dist')}`],
			{ cwd: root },
		),
	);
	for (const path of ['.vscodeignore', 'CHANGELOG.md', 'LICENSE', 'media']) {
		cpSync(join(root, path), join(folder, path), { recursive: true });
	}
	writeFileSync(join(folder, 'package.json'), JSON.stringify(publishedManifest(), undefined, 2));
	writeFileSync(join(folder, 'README.md'), withoutPictures(readFileSync(join(root, 'README.md'), 'utf8')));

	rmSync(file, { force: true });
	const said = await step('Packing it', () =>
		mustRun(
			'vsce',
			process.execPath,
			[
				join(root, 'node_modules', '@vscode', 'vsce', 'vsce'),
				'package',
				`--out=${file}`,
				// Everything that runs is in the bundles.
				'--no-dependencies',
				// There is no public repository that links could lead to.
				'--allow-missing-repository',
				'--no-rewrite-relative-links',
			],
			{ cwd: folder },
		),
	);
	const warnings = said.split('\n').filter((line) => /\bWARN|::warning/.test(line));
	if (warnings.length > 0) {
		throw new Explained(
			`${warnings.join('\n')}\nvsce warns of the above: correct it before the package is given away.`,
		);
	}
	say(said.slice(said.indexOf('Files included'), said.indexOf('DONE')).trim());
	say(`\n${file} (${Math.ceil(statSync(file).size / 1000).toLocaleString('en')} kB)`);
});

/** @param {readonly string[]} args @returns {string | undefined} the file to write */
function readArguments(args) {
	const file = /^--out=(.+\.vsix)$/.exec(args[0] ?? '')?.[1];
	if (args.length > 1 || (args.length === 1 && file === undefined)) {
		throw new Explained(`Expected nothing or --out=FILE.vsix, got "${args.join(' ')}".`);
	}
	return file === undefined ? undefined : resolve(file);
}

/** What VS Code reads of package.json, without what is for contributors. */
function publishedManifest() {
	const {
		private: _private,
		scripts: _scripts,
		devDependencies: _packages,
		...manifest
	} = readJson(join(root, 'package.json'));
	return manifest;
}

/**
 * VS Code's page of an extension shows pictures from the web only, and these are nowhere on it: they would be broken. In
 * the README a picture, or a table of pictures, stands in a paragraph of its own.
 *
 * @param {string} markdown
 */
function withoutPictures(markdown) {
	return markdown
		.split('\n\n')
		.filter((paragraph) => !/!\[[^\]]*\]\((?!https:)/.test(paragraph))
		.join('\n\n');
}
