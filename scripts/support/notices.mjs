// @ts-check
/**
 * The licences of the packages whose code is bundled into the extension. They ask for their text to go wherever the code
 * goes, and a bundle no longer shows whose it is.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root } from './project.mjs';

/**
 * @param {readonly string[]} inputs the files that were bundled, as paths from the repository's root
 * @returns {string} each package's name, version and licence text
 */
export function noticesOf(inputs) {
	const packages = new Set(
		inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []).sort(),
	);
	const notices = [...packages].map((folder) => {
		const { name, version, license } = readJson(join(root, folder, 'package.json'));
		const texts = readdirSync(join(root, folder))
			.filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
			.sort()
			.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
		if (texts.length === 0) throw new Error(`The bundled package "${name}" has no licence file to pass on.`);
		return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
	});
	return ['Transport Inspector contains code of these packages, under the licences below.\n', ...notices].join(
		`\n${'─'.repeat(100)}\n\n`,
	);
}
