// @ts-check
/**
 * `npm run screenshots`: drives the real workbench on the demo server and writes the README's pictures to
 * `media/screenshots/`.
 *
 *     npm run screenshots                  all of them
 *     npm run screenshots -- dark narrow   some of them
 */

import './support/checkNode.mjs';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensurePackages } from './support/packages.mjs';
import { withPalette } from './support/png.mjs';
import { mustRun, runScript, startProcess, temporaryFolder } from './support/processes.mjs';
import { root } from './support/project.mjs';
import { Explained, say, step } from './support/report.mjs';

/** @typedef {import('../test/support/workbench.ts').Workbench} Workbench */
/** @typedef {import('../test/support/workbench.ts').WorkbenchOptions} WorkbenchOptions */

const folder = join(root, 'media', 'screenshots');

/** So long the charts fill before a picture is taken. */
const fillMs = 30_000;

/** Nothing in a picture that is not about the extension. */
const settings = {
	'window.title': 'Transport Inspector',
	'remote.autoForwardPorts': false,
};

/** @type {Readonly<Record<string, { options: WorkbenchOptions, take: (workbench: Workbench, host: string) => Promise<void> }>>} */
const pictures = {
	dark: {
		options: { theme: 'Default Dark Modern' },
		take: async (workbench, host) => {
			await connect(workbench, `ws://${host}/ws?rate=40`);
			await delay(fillMs);
			const panel = at(workbench);
			await panel('send-input').fill('{"op":"subscribe","channel":"trades","symbols":["CEDAR","ROWAN"]}');
			await panel('send-input').press('Enter');
			await panel('frames').locator('.row.in', { hasText: '"subscribe"' }).waitFor();
			await scrollUp(workbench, panel('frames').locator('.row.out', { hasText: '"subscribe"' }));
			await panel('frames').locator('.row.in', { hasText: '"trade"' }).nth(2).click();
			await panel('json-tree').waitFor();
		},
	},
	light: {
		options: { theme: 'Default Light Modern' },
		take: async (workbench, host) => {
			await connect(workbench, `http://${host}/sse?rate=20`);
			await delay(fillMs);
			const panel = at(workbench);
			await scrollUp(workbench);
			await panel('frames').locator('.row.named', { hasText: 'trade' }).nth(2).click();
			await panel('json-tree').waitFor();
		},
	},
	'high-contrast': {
		options: { theme: 'Default High Contrast' },
		take: async (workbench, host) => {
			await connect(workbench, `http://${host}/poll?rate=0.5`);
			await delay(fillMs);
		},
	},
	'long-poll': {
		options: { theme: 'Default Dark Modern' },
		take: async (workbench, host) => {
			await connect(workbench, `http://${host}/long-poll?rate=3`);
			await delay(fillMs);
			await scrollUp(workbench);
			await at(workbench)('frames').locator('.row.cycle').nth(4).click();
			await at(workbench)('detail-title').waitFor();
		},
	},
	'side-by-side': {
		options: { theme: 'Default Dark Modern', viewport: { width: 1600, height: 1000 } },
		take: async (workbench, host) => {
			await workbench.runCommand('View: Grid Editor Layout (2x2)');
			// The first group has the keyboard now, so it is the last one to be reached.
			for (const url of [`http://${host}/sse`, `http://${host}/long-poll`, `http://${host}/poll`, `ws://${host}/ws`]) {
				await workbench.runCommand('View: Focus Next Editor Group');
				await connect(workbench, `${url}?rate=2`);
			}
			await delay(fillMs);
		},
	},
	sizing: {
		options: { theme: 'Default Dark Modern', viewport: { width: 1280, height: 900 } },
		take: async (workbench) => {
			await openNote(workbench, 3);
			await workbench.runCommand('Transport Inspector: Size Selection');
			await at(workbench)('headline').first().waitFor();
			await delay(1000);
		},
	},
	'sizing-note': {
		options: { theme: 'Default Light Modern', viewport: { width: 1100, height: 860 } },
		take: async (workbench) => {
			await openNote(workbench, 3);
			await workbench.runCommand('Transport Inspector: Insert Sizing below Note');
			await delay(1500);
			await openNote(workbench, 1);
			await delay(1500);
		},
	},
	comparison: {
		options: { theme: 'Default Dark Modern', viewport: { width: 1200, height: 1130 } },
		take: async (workbench, host) => {
			const urls = [`ws://${host}/ws`, `http://${host}/sse`, `http://${host}/long-poll`, `http://${host}/poll`];
			await workbench.runCommand('Transport Inspector: Compare Transports…');
			await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Demo server' }).first().waitFor();
			await workbench.page.locator('.quick-input-widget input[type="text"]:visible').fill(urls.join(' '));
			const row = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Compare these 4' });
			await row.click();
			await at(workbench)('summary').waitFor();
			await delay(fillMs);
		},
	},
	ladder: {
		options: { theme: 'Default Light Modern', viewport: { width: 1200, height: 860 } },
		take: async (workbench, host) => {
			await connect(workbench, `http://${host}/long-poll?rate=1.5`);
			await showChart(workbench, 'ladder');
			await delay(fillMs);
		},
	},
	'heat-map': {
		options: { theme: 'Default Dark Modern', viewport: { width: 1200, height: 750 } },
		take: async (workbench, host) => {
			await connect(workbench, `http://${host}/sse?rate=200`);
			await showChart(workbench, 'heatMap');
			await delay(2 * fillMs);
		},
	},
	refused: {
		options: { theme: 'Default Dark Modern' },
		take: async (workbench, host) => {
			await connect(workbench, `ws://${host}/poll`);
			await at(workbench)('problem-sentence').waitFor();
		},
	},
	narrow: {
		options: { theme: 'Default Dark Modern', viewport: { width: 400 + 48, height: 800 } },
		take: async (workbench, host) => {
			await connect(workbench, `ws://${host}/ws?rate=40`);
			await delay(fillMs);
			await scrollUp(workbench);
			await at(workbench)('frames').locator('.row.in').nth(3).click();
			await at(workbench)('json-tree').waitFor();
		},
	},
};

/** @param {Workbench} workbench @param {string} name */
async function showChart(workbench, name) {
	const panel = at(workbench);
	await panel('show-charts').click();
	await panel(`tab-${name}`).click();
}

runScript(async () => {
	const chosen = readArguments(process.argv.slice(2));
	await ensurePackages();
	// Installed rather than under development: the title of the window says so otherwise.
	const vsixFile = join(temporaryFolder('package'), 'transport-inspector.vsix');
	await step('Packing the extension', () =>
		mustRun('The packing', process.execPath, [join(root, 'scripts', 'package.mjs'), `--out=${vsixFile}`], {
			cwd: root,
		}),
	);
	const { openWorkbench } = await loadWorkbench();
	preferUsualFonts();
	mkdirSync(folder, { recursive: true });
	const host = await step('Starting the demo server', startDemoServer);

	for (const name of chosen) {
		const { options, take } = /** @type {(typeof pictures)[string]} */ (pictures[name]);
		const file = join(folder, `${name}.png`);
		await step(`Taking ${relative(root, file)}`, async () => {
			const workbench = await openWorkbench({
				vsixFile,
				settings,
				viewport: { width: 1200, height: 750 },
				deviceScaleFactor: 2,
				...options,
			});
			try {
				await workbench.runCommand('View: Close Primary Side Bar');
				await take(workbench, host);
				// Nothing under the pointer, so that no hover is in the picture.
				await workbench.page.mouse.move(0, 0);
				await delay(500);
				writeFileSync(file, withPalette(await workbench.page.screenshot()));
			} finally {
				await workbench.close();
			}
		});
		say(`  ${Math.ceil(statSync(file).size / 1000)} kB`);
	}
});

/** @param {readonly string[]} args @returns {readonly string[]} the pictures to take */
function readArguments(args) {
	const names = Object.keys(pictures);
	const unknown = args.filter((argument) => !names.includes(argument));
	if (unknown.length > 0) {
		throw new Explained(`"${unknown.join(' ')}" is none of the pictures: expected ${names.join(', ')}.`);
	}
	return args.length === 0 ? names : args;
}

/**
 * The browser tests' way to drive a workbench. It is TypeScript that finds the repository from where the tests run.
 *
 * @returns {Promise<typeof import('../test/support/workbench.ts')>}
 */
async function loadWorkbench() {
	const file = join(root, 'out', 'test', 'screenshots', 'workbench.cjs');
	const { build } = await import('esbuild');
	await build({
		absWorkingDir: root,
		entryPoints: ['test/support/workbench.ts'],
		outfile: file,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		packages: 'external',
		logLevel: 'warning',
	});
	return createRequire(import.meta.url)(file);
}

/** Debian's own fonts are a quarter wider than what most people see VS Code in. Those here are there with Chromium. */
function preferUsualFonts() {
	const file = join(temporaryFolder('fonts'), 'fonts.conf');
	const prefer = (/** @type {string} */ family, /** @type {string} */ font) =>
		`<match><test name="family"><string>${family}</string></test><edit name="family" mode="prepend" binding="strong"><string>${font}</string></edit></match>`;
	writeFileSync(
		file,
		`<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
${prefer('system-ui', 'Liberation Sans')}${prefer('sans-serif', 'Liberation Sans')}${prefer('monospace', 'Liberation Mono')}
</fontconfig>`,
	);
	process.env.FONTCONFIG_FILE = file;
}

/**
 * One feed for all pictures, in a process of its own: a window that starts it also says so.
 *
 * @returns {Promise<string>} its host and port; the latter is 8080 if that is free: pictures look best with one that
 *   people know
 */
async function startDemoServer() {
	const dist = join(temporaryFolder('demo'), 'dist');
	await mustRun('The build', process.execPath, [join(root, 'scripts', 'build.mjs'), `--out=${dist}`], { cwd: root });
	let output = '';
	for (const port of ['8080', '0']) {
		const child = startProcess(process.execPath, [join(dist, 'demoServer.js'), '--port', port]);
		for await (const chunk of child.stdout ?? []) {
			output += chunk;
			const host = /http:\/\/([\w.]+:\d+)\//.exec(output)?.[1];
			if (host !== undefined) return host;
		}
	}
	throw new Explained(`${output}\nThe demo server did not start; its output is above.`);
}

/**
 * Command Palette → Connect…, the address typed, Enter.
 *
 * @param {Workbench} workbench
 * @param {string} url
 */
async function connect(workbench, url) {
	await workbench.runCommand('Transport Inspector: Connect…');
	await workbench.page.locator('.quick-input-widget input[type="text"]:visible').fill(url);
	await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: url }).first().waitFor();
	await workbench.page.keyboard.press('Enter');
	// The panel of a session before may still be the one that is shown.
	await at(workbench)('url').filter({ hasText: url }).waitFor();
}

/**
 * Opens the sample's design note with the cursor on a line, from 1.
 *
 * @param {Workbench} workbench
 * @param {number} line
 */
async function openNote({ page }, line) {
	await page.keyboard.press('Escape');
	await page.keyboard.press('Control+P');
	await page.locator('.quick-input-widget input[type="text"]:visible').fill(`live-scores.md:${line}`);
	await page.locator('.quick-input-list .monaco-list-row', { hasText: 'live-scores.md' }).first().waitFor();
	await page.keyboard.press('Enter');
	await page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
}

/**
 * Stops following, so that the frames on screen stay there, and goes back to a row where one is given.
 *
 * @param {Workbench} workbench
 * @param {import('playwright-core').Locator} [row]
 */
async function scrollUp(workbench, row) {
	await at(workbench)('frames').hover();
	do {
		await workbench.page.mouse.wheel(0, -100);
		await at(workbench)('new-frames').waitFor();
		await delay(100);
	} while (row !== undefined && !(await row.isVisible()));
}

/** Finds parts of the panel that is shown. @param {Workbench} workbench */
function at(workbench) {
	const frame = workbench.webviewFrame();
	return (/** @type {string} */ testId) => frame.locator(`[data-testid="${testId}"]`);
}
