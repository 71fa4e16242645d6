import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openWorkbench, repositoryRoot, type Workbench } from '../support/workbench';

/** The package as `npm run package` makes it, installed in a VS Code that knows nothing of the sources. */
describe('the package', function () {
	this.timeout(180_000);
	let folder: string;
	let printed: string;
	let workbench: Workbench | undefined;

	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'package-'));
		const vsixFile = join(folder, 'transport-inspector.vsix');
		const script = join(repositoryRoot, 'scripts', 'package.mjs');
		({ stdout: printed } = await promisify(execFile)(process.execPath, [script, `--out=${vsixFile}`]));
		workbench = await openWorkbench({ vsixFile });
	});
	after(async () => {
		await workbench?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	it('holds what .vscodeignore names and no more: no source, no source map, no test', () => {
		const files = [...printed.matchAll(/[├└]─ ([\w.-]+)(?: |$)/gm)].map(([, name]) => name).sort();
		assert.deepEqual(files, [
			'LICENSE.txt',
			'THIRD-PARTY-NOTICES.txt',
			'changelog.md',
			'codicon.ttf',
			'comparison.css',
			'comparison.js',
			'demoServer.js',
			'engine.js',
			'extension.js',
			'extension.vsixmanifest',
			'icon.png',
			'icon.svg',
			'inspector.css',
			'inspector.js',
			'package.json',
			'panel-dark.svg',
			'panel-light.svg',
			'readme.md',
			'sizing.css',
			'sizing.js',
		]);
	});

	it('installs, serves the demo feed, and shows its frames after Connect…', async () => {
		const { page, runCommand, webviewFrame } = workbench!;
		await runCommand('Transport Inspector: Start Demo Server');
		await runCommand('Transport Inspector: Connect…');
		await page.getByRole('option', { name: 'Demo server, a feed' }).click();
		const frame = webviewFrame();
		await frame.locator('[data-testid="frames"] [data-seq="1"]').waitFor();
		assert.match(await frame.locator('[data-testid="state"]').innerText(), /open/i);
	});
});
