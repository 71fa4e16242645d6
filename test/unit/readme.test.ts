import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('README', () => {
	it('names every setting with its default', () => {
		for (const [name, { default: value }] of Object.entries<{ default: unknown }>(
			manifest.contributes.configuration.properties,
		)) {
			const shown = value === '' ? '' : `\`${JSON.stringify(value)}\``;
			assert.ok(readme.includes(`| \`${name.replace('transportInspector.', '')}\` | ${shown}`), name);
		}
	});

	it('names every command', () => {
		for (const { command } of manifest.contributes.commands as { command: string }[]) {
			assert.ok(readme.includes(`\`${command.replace('transportInspector.', '')}\``), command);
		}
	});

	it('shows pictures and names folders that are there', () => {
		const pictures = [...readme.matchAll(/\]\((media\/[^)]+)\)/g)].map(([, path]) => path!);
		const folders = [...readme.matchAll(/`((?:src|test|scripts)(?:\/\w+)*)\/?`/g)].map(([, path]) => path!);
		for (const path of [...pictures, ...folders]) {
			assert.ok(existsSync(join(root, path)), path);
		}
	});
});
