// @ts-check
/**
 * What the scripts need to know about the project: where its folders are and which versions of VS Code it runs on.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is downloaded for development and tests; git ignores it and it may be deleted at any time. */
export const downloadsFolder = join(root, '.vscode-test');

/** @param {string} path @returns {any} */
export function readJson(path) {
	return JSON.parse(readFileSync(path, 'utf8'));
}

/** The VS Code that `npm start` opens and that the tests call "current". */
export const currentVscode = '1.139.1';

/**
 * `engines.vscode` names a minor version; tests need a build of it. One that is published both for the desktop and, as
 * `code-server`, on npm is chosen here.
 *
 * @type {Readonly<Record<string, string>>}
 */
const buildOfMinor = { '1.100': '1.100.3' };

/** The oldest VS Code the extension says it supports. */
export function oldestVscode() {
	/** @type {string} */
	const range = readJson(join(root, 'package.json')).engines.vscode;
	const minor = /^\^(\d+\.\d+)\./.exec(range)?.[1] ?? '';
	const build = buildOfMinor[minor];
	if (build === undefined) {
		throw new Error(
			`package.json supports VS Code "${range}", but scripts/support/project.mjs names no build of it to test on: add one to buildOfMinor.`,
		);
	}
	return build;
}

/** The versions the tests run on, oldest first. */
export function testedVscodes() {
	return [...new Set([oldestVscode(), currentVscode])];
}
