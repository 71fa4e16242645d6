import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Results } from '../../src/core/sizing/calculation';
import { type CalculationId, calculationIds } from '../../src/core/sizing/calculation';
import { sizingCalculations } from '../../src/host/ids';
import { lineAnswers } from '../../src/host/sizing/inlineResults';
import { textAlone } from '../../src/host/sizing/noteText';
import { type PublicReport, sizingOf } from '../../src/host/sizing/sizing';
import { sizingPanelActions } from '../../src/host/sizing/sizingCommands';
import { api, closeEditors, run, showSelected, startDemo, statistics, until, withServer } from './support';

const golden = 'A node safely holds 60k sockets, we expect 240,000 users online at peak.';
const quiet = { ask: false, show: false } as const;

type Reports = readonly PublicReport[];

const endings = { markdown: 'md', typescript: 'ts', python: 'py', css: 'css', html: 'html', plaintext: 'txt' } as const;

let folder = '';
let opened = 0;

/** A file of its own: the name of an untitled document is given again before the one that had it is gone. */
async function open(content: string, language: keyof typeof endings = 'markdown'): Promise<vscode.TextDocument> {
	const file = join(folder, `note-${++opened}.${endings[language]}`);
	writeFileSync(file, content);
	return vscode.workspace.openTextDocument(vscode.Uri.file(file));
}

/** Shows a document with several selections, which a request to show one can't carry. */
async function select(document: vscode.TextDocument, ...texts: string[]): Promise<vscode.TextEditor> {
	const editor = await showSelected(document, 0, 0, 0, 0);
	const ranges = texts.map((text) => {
		const start = document.getText().indexOf(text);
		assert.notEqual(start, -1, `"${text}" is in the document`);
		return new vscode.Selection(document.positionAt(start), document.positionAt(start + text.length));
	});
	await until('the selections', () => {
		editor.selections = ranges;
		return (
			editor.selections.length === ranges.length && editor.selections.every((each, at) => each.isEqual(ranges[at]!))
		);
	});
	return editor;
}

function reportOf(reports: Reports, calculation: CalculationId | 'note'): PublicReport {
	const report = reports.find((each) => each.calculation === calculation);
	assert.ok(report, `there is ${calculation} among ${reports.map((each) => each.calculation).join(', ')}`);
	return report;
}

function assertGolden(reports: Reports): void {
	const { results, assumed, problems } = reportOf(reports, 'socketServers');
	const { minimumServers, survivingServers, recommendedServers, connectionsEachAfterFailures } = results;
	// ⌈240,000 ÷ 60,000⌉ = 4; one more survives a failure; 1 + ⌈240,000 ÷ 48,000⌉ = 6, with 240,000 ÷ 5 each.
	assert.deepEqual(
		[minimumServers, survivingServers, recommendedServers, connectionsEachAfterFailures],
		[4, 5, 6, 48_000],
		JSON.stringify(problems),
	);
	assert.deepEqual([...assumed].sort(), ['failuresTolerated', 'headroom']);
}

/** What a report must be whatever it says: plain JSON, with no number that is none, and a sentence to each problem. */
function assertSound(reports: Reports): void {
	assert.ok(reports.length > 0);
	assert.deepEqual(JSON.parse(JSON.stringify(reports)), reports, 'plain JSON');
	for (const { problems } of reports) {
		for (const { message } of problems) {
			assert.match(message, /^[^\n]{20,}\.$/);
			assert.doesNotMatch(message, /undefined|NaN|null|\{\d\}/);
		}
	}
	const numbers = (value: unknown): unknown[] =>
		typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : [value];
	for (const value of numbers(reports)) {
		assert.ok(typeof value !== 'number' || Number.isFinite(value));
	}
}

describe('sizing', () => {
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'sizing-'));
		await api();
	});
	after(() => rmSync(folder, { recursive: true, force: true }));
	afterEach(closeEditors);

	describe('sizeSelection', () => {
		it('sizes the selected sentence', async () => {
			const document = await open(`# A plan of 2026\n\nBefore. ${golden} After 12 years.\n`);
			await showSelected(document, 2, 8, 2, 8 + golden.length);
			const reports = await run<Reports>('sizeSelection', quiet);
			assertSound(reports);
			assertGolden(reports);
			const { sources } = reportOf(reports, 'socketServers');
			assert.equal(sources.peakConnections?.kind, 'note');
		});

		it('sizes the paragraph under the cursor, where nothing is selected, and no other', async () => {
			const document = await open(`A node safely holds 10k sockets.\n\n${golden.replace(', ', ',\n')}\n\nOthers.\n`);
			await showSelected(document, 3, 5, 3, 5);
			assertGolden(await run<Reports>('sizeSelection', quiet));
		});

		it('takes each of several selections as one input, numbers alone too, and the words around them', async () => {
			const document = await open(
				'A node safely holds 60k sockets, last year it was 50k.\n\nWe expect 240,000 users online at peak.\n',
			);
			await select(document, '60k', '240,000');
			const reports = await run<Reports>('sizeSelection', quiet);
			assertGolden(reports);
			assert.deepEqual(reportOf(reports, 'socketServers').problems, []);
		});

		it('sizes the note at a place that it is told, without a look at the editor', async () => {
			const document = await open(`Nothing here.\n\n${golden}\n`);
			await showSelected(document, 0, 0, 0, 0);
			assertGolden(await run<Reports>('sizeSelection', { ...quiet, at: { uri: document.uri.toString(), line: 2 } }));
		});

		it('lets what it is told go before what the note says', async () => {
			const document = await open(golden);
			await showSelected(document, 0, 0, 0, 0);
			for (const options of [
				{ ...quiet, connectionsPerServer: 30_000, failuresTolerated: 2 },
				{ ...quiet, inputs: { connectionsPerServer: '30k', failuresTolerated: '2' } },
			]) {
				const { results, inputs, assumed } = reportOf(await run<Reports>('sizeSelection', options), 'socketServers');
				// 2 + ⌈240,000 ÷ 24,000⌉
				assert.equal(results.recommendedServers, 12);
				assert.equal(inputs.peakConnections, 240_000);
				assert.deepEqual(assumed, ['headroom']);
			}
		});

		it('says what is missing and asks nothing with ask: false', async () => {
			const document = await open('A node safely holds 60k sockets.');
			await showSelected(document, 0, 0, 0, 0);
			const reports = await run<Reports>('sizeSelection', quiet);
			assertSound(reports);
			const { results, problems } = reportOf(reports, 'socketServers');
			assert.deepEqual(results, {});
			assert.deepEqual(
				problems.map(({ code, fact }) => [code, fact]),
				[['missing', 'audience']],
			);
			assert.match(problems[0]!.message, /number of connections at peak/);
		});

		it('reads a comment of a program', async () => {
			for (const [language, content] of [
				['typescript', `const a = 5;\n\t// ${golden.replace(', ', ',\n\t// ')}\nconst b = 240;\n`],
				['typescript', `/**\n * ${golden.replace(', ', ',\n * ')}\n */\nconst b = 240;\n`],
				['python', `a = 5\n# ${golden.replace(', ', ',\n# ')}\nb = 240\n`],
			] as const) {
				const document = await open(content, language);
				await showSelected(document, 2, 8, 2, 8);
				assertGolden(await run<Reports>('sizeSelection', quiet));
			}
		});

		it('carries both ends of a range', async () => {
			const document = await open('A node safely holds 40k–60k sockets, 240,000 users are online at peak.');
			await showSelected(document, 0, 0, 0, 0);
			const reports = await run<Reports>('sizeSelection', quiet);
			const both = reports.filter(({ calculation }) => calculation === 'socketServers');
			assert.deepEqual(
				both.map(({ end, results }) => [end, results.minimumServers]),
				[
					['least', 4],
					['most', 6],
				],
			);
		});

		it('shows the panel unless it is told not to', async () => {
			const document = await open(golden);
			await showSelected(document, 0, 0, 0, 0);
			await run('sizeSelection', quiet);
			assert.equal(sizingTabs().length, 0);
			await run('sizeSelection', { ask: false });
			await until('the panel', () => sizingTabs().length === 1);
		});
	});

	describe('a command of one calculation', () => {
		// Numbers worked by hand: see the tests of each calculation.
		const cases: Record<
			keyof typeof sizingCalculations,
			{ readonly told: Record<string, unknown>; readonly results: Results }
		> = {
			sizeSocketServers: {
				told: { peakConnections: '240k', connectionsPerServer: '60k' },
				results: { minimumServers: 4, survivingServers: 5, recommendedServers: 6 },
			},
			sizeSafeConnectionsPerServer: { told: { descriptorsPerServer: 65_536 }, results: {} },
			sizePushBandwidth: {
				told: { subscribers: 10_000, eventsPerSecond: '1/s', payloadBytes: '220 B' },
				results: { payloadBytesPerSecond: 2_200_000 },
			},
			sizeLongPollRequests: {
				told: { clients: '20k', cycleSeconds: '25 s', headerBytes: 900 },
				results: { requestsPerSecond: 800, headerBytesPerSecond: 720_000 },
			},
			sizePollingFreshness: {
				told: { intervalSeconds: 'every 5 s', networkLatencyMs: 80, clients: 1000, eventsPerSecond: 1 },
				results: {},
			},
			sizeHeartbeats: { told: { audience: '60k', heartbeatIntervalSeconds: '25 s' }, results: {} },
			sizeConnectionFootprint: {
				told: { connectionsPerServer: '60k', memoryPerConnectionBytes: '20 KiB' },
				results: {},
			},
			sizeReconnectStorm: {
				told: { audience: '240k', servers: 6, reconnectWindowSeconds: 30, handshakesPerSecond: 500 },
				results: {},
			},
			sizeDrain: { told: { audience: '240k', servers: 6, drainPerSecond: '100/s' }, results: {} },
			compareTransportCosts: {
				told: { audience: '30k', payloadBytes: 180, eventsPerSecond: 1 },
				results: {},
			},
			chooseTransport: { told: { pattern: 'chat' }, results: {} },
		};

		for (const [name, { told, results }] of Object.entries(cases)) {
			it(`${name} answers what it is told, without an editor`, async () => {
				const reports = await run<Reports>(name, { ...quiet, ...told });
				assertSound(reports);
				assert.deepEqual(
					[...new Set(reports.map(({ calculation }) => calculation))],
					[sizingCalculations[name as keyof typeof sizingCalculations]],
				);
				const [report] = reports;
				assert.ok(Object.keys(report!.results).length > 0, JSON.stringify(report!.problems));
				for (const [result, value] of Object.entries(results)) {
					assert.deepEqual(report!.results[result], value, result);
				}
			});

			it(`${name} says what it lacks, in sentences, when it is told nothing`, async () => {
				const reports = await run<Reports>(name, quiet);
				assertSound(reports);
				for (const { results: none, problems } of reports) {
					if (Object.keys(none).length === 0) {
						assert.ok(problems.some(({ code }) => code === 'missing' || code === 'noAnswer'));
					}
				}
			});
		}

		it('there is one of each', () => {
			assert.deepEqual(Object.values(sizingCalculations).sort(), [...calculationIds].sort());
		});

		it('reads the note where an editor has one', async () => {
			const document = await open(golden);
			await showSelected(document, 0, 0, 0, 0);
			const reports = await run<Reports>('sizeSocketServers', { ...quiet, headroom: '0%' });
			// 1 + ⌈240,000 ÷ 60,000⌉
			assert.equal(reportOf(reports, 'socketServers').results.recommendedServers, 5);
		});
	});

	describe('insertSizing', () => {
		it('puts the answer below the paragraph, and replaces it when the note has changed', async () => {
			const document = await open(`${golden}\nSecond line.\n\nAnother paragraph.\n`);
			const editor = await showSelected(document, 0, 3, 0, 3);
			assertGolden(await run<Reports>('insertSizing', quiet));
			const once = document.getText();
			assert.match(once, /^A node[^\n]*\nSecond line\.\n\n<!-- transport-inspector:sizing -->\n/);
			assert.match(once, /\*\*Socket Servers: 6 servers: 48,000 connections each after one failure\*\*/);
			assert.match(once, /<!-- transport-inspector:sizing-end -->\n\nAnother paragraph\.\n$/);
			await run('insertSizing', quiet);
			assert.equal(document.getText(), once);
			await editor.edit((edit) => edit.replace(new vscode.Range(0, 20, 0, 23), '30k'));
			// From within the answer too, the note above it is meant.
			await showSelected(document, 5, 0, 5, 0);
			await run('insertSizing', quiet);
			assert.equal(document.getText().split('transport-inspector:sizing -->').length, 2);
			// 1 + ⌈240,000 ÷ 24,000⌉
			assert.match(document.getText(), /11 servers: 24,000 connections each/);
		});

		it('replaces the answer when all of the document is selected', async () => {
			const document = await open(`${golden}\n`);
			await showSelected(document, 0, 0, 1, 0);
			await run('insertSizing', quiet);
			const once = document.getText();
			await showSelected(document, 0, 0, document.lineCount - 1, 0);
			assertGolden(await run<Reports>('insertSizing', quiet));
			assert.equal(document.getText(), once);
		});

		it('goes below a sizing fence, not into it', async () => {
			const document = await open(`\`\`\`sizing\n${golden}\n\`\`\`\nText.\n`);
			await showSelected(document, 1, 0, 1, 0);
			await run('insertSizing', quiet);
			assert.match(document.getText(), /^```sizing\n[^\n]*\n```\n\n<!-- transport-inspector:sizing -->/);
		});

		for (const [language, content, line, pattern] of [
			[
				'typescript',
				`// ${golden}\nconst a = 1;\n`,
				0,
				/^\/\/ A node[^\n]*\n\n\/\/ transport-inspector:sizing\n\/\/ \*\*Socket/,
			],
			[
				'typescript',
				`/* ${golden} */\nconst a = 1;\n`,
				0,
				/^\/\* A node[^\n]* \*\/\n\n\/\/ transport-inspector:sizing\n/,
			],
			[
				'python',
				`if a:\n    # ${golden}\n    b = 1\n`,
				1,
				/\n {4}# A node[^\n]*\n\n {4}# transport-inspector:sizing\n {4}# \*\*Socket/,
			],
			[
				'css',
				`/* ${golden} */\nbody {}\n`,
				0,
				/^\/\* A node[^\n]* \*\/\n\n\/\* transport-inspector:sizing\n[^/]*transport-inspector:sizing-end \*\/\n\nbody/,
			],
			['html', `<!-- ${golden} -->\n<p>\n`, 0, /-->\n\n<!-- transport-inspector:sizing\n/],
			['plaintext', `${golden}\n`, 0, /\n\n\[transport-inspector:sizing\]\n/],
		] as const) {
			it(`writes a comment in ${language}: ${content.slice(0, 12).trim()}`, async () => {
				const document = await open(content, language);
				await showSelected(document, line, 12, line, 12);
				assertGolden(await run<Reports>('insertSizing', quiet));
				const once = document.getText();
				assert.match(once, pattern);
				await run('insertSizing', quiet);
				assert.equal(document.getText(), once);
			});
		}

		it('changes nothing where there is no answer', async () => {
			const document = await open('Only words.');
			await showSelected(document, 0, 0, 0, 0);
			const reports = await run<Reports>('insertSizing', quiet);
			assert.deepEqual(
				reports.map(({ calculation }) => calculation),
				['note'],
			);
			assert.equal(document.getText(), 'Only words.');
		});
	});

	describe('sizeFromSession', () => {
		afterEach(async () => {
			for (const { id } of (await api()).sessions) {
				await run('remove', id);
			}
		});

		for (const transport of ['webSocket', 'longPoll', 'polling'] as const) {
			it(`takes what a session over ${transport} measured, and the audience that it is told`, async () => {
				const urls = await startDemo();
				const id = await run<string>('connect', {
					url: `${urls[transport]}?rate=50&bytes=200`,
					transport,
					intervalSeconds: 0.1,
					show: false,
				});
				await until('a hundred events', async () => (await statistics(id)).eventsReceived > 100);
				const reports = await run<Reports>('sizeFromSession', id, { ...quiet, audience: '10k' });
				assertSound(reports);
				const { inputs, sources, results } = reportOf(reports, 'pushBandwidth');
				assert.ok(Math.abs(Number(inputs.eventsPerSecond) - 50) < 15, `${inputs.eventsPerSecond}/s`);
				assert.ok(Math.abs(Number(inputs.payloadBytes) - 200) < 20, `${inputs.payloadBytes} B`);
				assert.equal(inputs.subscribers, 10_000);
				assert.ok(Number(results.payloadBytesPerSecond) > 0);
				const { payloadBytes, subscribers } = sources;
				assert.ok(payloadBytes?.kind === 'measured' && /^mean of [\d,]+ events; p95 /.test(payloadBytes.how));
				assert.equal(subscribers?.kind, 'given');
				if (transport === 'longPoll') {
					const longPoll = reportOf(reports, 'longPollRequests');
					assert.equal(longPoll.sources.headerBytes?.kind, 'measured');
				}
			});
		}

		it('says that nothing is measured yet', async () => {
			await withServer(
				() => {},
				async (url) => {
					const id = await run<string>('connect', { url, show: false });
					const reports = await run<Reports>('sizeFromSession', id, { ...quiet, audience: '10k' });
					assertSound(reports);
					assert.equal(reports[0]!.problems[0]!.code, 'notMeasured');
				},
			);
			await assert.rejects(run('sizeFromSession', 'nobody', quiet), /There is no session "nobody"/);
		});
	});

	describe('asking', () => {
		it('asks in one box for just what is missing, checks it as it is typed, and answers with it', async () => {
			const document = await open('A node safely holds 60k sockets.');
			await showSelected(document, 0, 0, 0, 0);
			const asked: string[] = [];
			const reports = await answering(
				{
					showInputBox: async ({ title, placeHolder, validateInput }: vscode.InputBoxOptions = {}) => {
						asked.push(title!);
						assert.equal(placeHolder, '240k');
						assert.match(String(await validateInput!('many')), /is many; expected a number/);
						assert.match(String(await validateInput!('0')), /is 0; expected at least 1/);
						assert.equal(await validateInput!('240k'), undefined);
						return '240k';
					},
				},
				() => run<Reports>('sizeSelection', { show: false }),
			);
			assert.deepEqual(asked, ['How many clients are connected at peak?']);
			assertGolden(reports);
			assert.equal(reportOf(reports, 'socketServers').sources.peakConnections?.kind, 'given');
		});

		it('asks what a selected number means where the words around it do not say, and only then', async () => {
			const document = await open('Ours: 240,000.\n\nA node safely holds 60k sockets.\n');
			await select(document, '240,000', '60k');
			const titles: string[] = [];
			const reports = await answering(
				{
					showQuickPick: async (items: readonly vscode.QuickPickItem[], { title }: vscode.QuickPickOptions) => {
						titles.push(title!);
						assert.ok(items.length > 3 && items.every(({ label }) => !/share|speed|safely holds/.test(label)));
						return items.find(({ label }) => label === 'number of connections at peak');
					},
				},
				() => run<Reports>('sizeSelection', { show: false }),
			);
			assert.deepEqual(titles, ['What is 240,000?']);
			assertGolden(reports);
			assert.equal(reportOf(reports, 'socketServers').sources.peakConnections?.kind, 'note');
		});

		it('returns what there is when a question is not answered', async () => {
			const reports = await answering({ showInputBox: async () => undefined }, () =>
				run<Reports>('sizeDrain', { show: false, servers: 6 }),
			);
			assertSound(reports);
			assert.deepEqual(reports[0]!.results, {});
		});
	});

	describe('in the editor', () => {
		const more =
			'\nBy 240.000 of them a payload of size 220 B, or 300 B payloads.\n\n60k sockets per node and 12 colours.\n';
		const fence = `# Plan\n\n\`\`\`sizing\n${golden.replace(', ', ',\n')}\n\`\`\`\n\nWe have 240k users online at peak.\n${more}`;

		it('a lens over a sizing fence has the answer and opens the panel with it', async () => {
			const document = await open(fence);
			await showSelected(document, 0, 0, 0, 0);
			const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
				'vscode.executeCodeLensProvider',
				document.uri,
				10,
			);
			const ours = lenses.filter(({ command }) => command?.command === 'transportInspector.sizeSelection');
			assert.equal(ours.length, 1);
			assert.equal(ours[0]!.range.start.line, 2);
			assert.match(ours[0]!.command!.title, /6 servers: 48,000 connections each after one failure/);
			const { command, arguments: told } = ours[0]!.command!;
			assertGolden(await vscode.commands.executeCommand<Reports>(command, ...(told as unknown[])));
			await until('the panel', () => sizingTabs().length === 1);
		});

		it('a hover tells how a number was read', async () => {
			const document = await open(fence);
			await showSelected(document, 0, 0, 0, 0);
			const hover = async (line: number, character: number): Promise<string> => {
				const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
					'vscode.executeHoverProvider',
					document.uri,
					new vscode.Position(line, character),
				);
				return hovers
					.flatMap(({ contents }) => contents)
					.map((content) => (content as vscode.MarkdownString).value)
					.join('\n');
			};
			const inFence = await hover(3, 21);
			assert.match(inFence, /60,000/);
			assert.match(inFence, /number of connections one server safely holds/);
			assert.match(await hover(7, 9), /240,000[\s\S]*number of connections at peak/);
			assert.equal(await hover(0, 3), '');
			assert.match(await hover(9, 4), /^\*\*240\.000\*\*\n\n[\s\S]*can mean 240,000 or 240; /);
			assert.match(await hover(9, 40), /^\*\*220 B\*\*[\s\S]*is told twice, as 220 B and as 300 B; /);
			assert.match(await hover(11, 27), /not used/);
		});

		it('answers stand at the line of their last number, and a block says what it lacks', async () => {
			const document = await open(
				['```sizing', '240k users online at peak', 'a node holds 60k sockets', 'and so on', '```', '', golden, ''].join(
					'\n',
				),
			);
			const lines = (everywhere: boolean): unknown =>
				lineAnswers(document, { first: -5, last: 100 }, everywhere).map(({ line, text }) => [line, text]);
			const answer = '6 servers: 48,000 connections each after one failure';
			assert.deepEqual(lines(false), [[2, answer]]);
			assert.deepEqual(lines(true), [
				[2, answer],
				[6, answer],
			]);
			const lacking = await open('```sizing\na node holds 60k sockets\n```\n');
			assert.deepEqual(
				lineAnswers(lacking, { first: 0, last: 3 }, false).map(({ text }) => text),
				['Socket Servers: tell the number of connections at peak'],
			);
		});

		it('answers follow what is typed, without a failure, in a long document', async () => {
			const document = await open(`${fence}\n`.repeat(400));
			const editor = await showSelected(document, 0, 0, 0, 0);
			await withSetting('sizing.inlineResults', 'markdown', async () => {
				for (const text of ['6', '7', '8']) {
					await editor.edit((edit) => edit.insert(new vscode.Position(3, 20), text));
				}
			});
			assert.equal(document.lineAt(3).text.slice(20, 24), '8766');
		});
	});

	it('means the note of the panel while that has the keyboard', async () => {
		const document = await open(`${golden}\n`);
		await showSelected(document, 0, 0, 0, 0);
		await run('sizeSelection', { ask: false, headroom: 0 });
		await until('the panel', () => sizingTabs().length === 1);
		await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
		await until('no editor of text', () => vscode.window.activeTextEditor === undefined);
		// 1 + ⌈240,000 ÷ 60,000⌉, with the headroom that was told
		assert.equal(reportOf(await run<Reports>('insertSizing', quiet), 'socketServers').results.recommendedServers, 5);
		assert.match(document.getText(), /peak\.\n\n<!-- transport-inspector:sizing -->\n\n\*\*Socket Servers: 5 servers/);
	});

	it('is copied from the panel as Markdown and as JSON', async () => {
		const sizing = sizingOf(textAlone(golden));
		await sizingPanelActions.copy(sizing, 'markdown');
		assert.match(await vscode.env.clipboard.readText(), /^\*\*Socket Servers: 6 servers: 48,000 connections each/);
		await sizingPanelActions.copy(sizing, 'json');
		const reports: Reports = JSON.parse(await vscode.env.clipboard.readText());
		assert.equal(reportOf(reports, 'socketServers').results.recommendedServers, 6);
	});

	describe('the language-model tool', () => {
		const invoke = async (input: object): Promise<{ readonly markdown: string; readonly reports: Reports }> => {
			const { content } = await vscode.lm.invokeTool('transportInspector_size', {
				input,
				toolInvocationToken: undefined,
			});
			const [markdown, json] = content.map((part) => (part as vscode.LanguageModelTextPart).value);
			return { markdown: markdown!, reports: JSON.parse(json!) as Reports };
		};

		it('is listed with its schema', async () => {
			await api();
			const tool = await until('the tool', () =>
				vscode.lm.tools.find(({ name }) => name === 'transportInspector_size'),
			);
			assert.match(tool.description, /capacity/);
			const { properties } = tool.inputSchema as { properties: { calculation: { enum: string[] } } };
			assert.deepEqual(properties.calculation.enum, [...calculationIds]);
		});

		it('sizes a text', async () => {
			const { markdown, reports } = await invoke({ text: golden });
			assertSound(reports);
			assertGolden(reports);
			assert.match(markdown, /6 servers: 48,000 connections each after one failure/);
		});

		it('sizes one calculation with inputs, and names what it lacks', async () => {
			const inputs = { peakConnections: '240k', connectionsPerServer: 60_000 };
			assertGolden((await invoke({ calculation: 'socketServers', inputs })).reports);
			const { reports } = await invoke({ calculation: 'drain', inputs: {} });
			assert.ok(reportOf(reports, 'drain').problems.some(({ code }) => code === 'missing'));
			const nothing = await invoke({});
			assert.equal(reportOf(nothing.reports, 'note').problems[0]!.code, 'emptySelection');
		});
	});

	describe('bad input', () => {
		for (const [what, name, told, expected] of [
			['no server', 'sizeDrain', { servers: 0, audience: 1000, drainPerSecond: 10 }, /is 0; expected at least 1/],
			[
				'servers below zero',
				'sizeDrain',
				{ servers: -3, audience: 1000, drainPerSecond: 10 },
				/is −3; expected at least 1/,
			],
			[
				'servers below zero, as a text',
				'sizeDrain',
				{ servers: '-3', audience: 1000, drainPerSecond: 10 },
				/is −3; expected at least 1/,
			],
			[
				'a window of 0',
				'sizeReconnectStorm',
				{ audience: 1000, servers: 3, reconnectWindowSeconds: 0 },
				/is 0 s; expected more than 0 s/,
			],
			[
				'10³⁰ users',
				'sizeSocketServers',
				{ peakConnections: 1e30, connectionsPerServer: 60_000 },
				/is 1 × 10³⁰; expected at most 9\.01 × 10¹⁵/,
			],
			[
				'no number',
				'sizeSocketServers',
				{ peakConnections: 'many', connectionsPerServer: 1 },
				/is many; expected a number/,
			],
			['NaN', 'sizeSocketServers', { peakConnections: Number.NaN, connectionsPerServer: 1 }, /expected a number/],
			['infinity', 'sizeSocketServers', { peakConnections: 1 / 0, connectionsPerServer: 1 }, /expected a number/],
			[
				'an object',
				'sizeSocketServers',
				{ peakConnections: {}, connectionsPerServer: 1 },
				/"peakConnections" is \{\}; expected a number/,
			],
			[
				'a name of two inputs',
				'sizeSelection',
				{ intervalSeconds: 5, clients: 1000 },
				/"intervalSeconds" is 5; expected pollIntervalSeconds, heartbeatIntervalSeconds/,
			],
			['an unknown name', 'sizeDrain', { hosts: 3 }, /"hosts" is 3; expected .*servers/],
		] as const) {
			it(`${what} is a sentence, and no answer`, async () => {
				const reports = await run<Reports>(name, { ...quiet, ...told });
				assert.ok(reports.length > 0);
				for (const { results, problems } of reports) {
					assert.deepEqual(results, {});
					assert.ok(
						problems.some(({ message }) => expected.test(message)),
						JSON.stringify(problems),
					);
				}
			});
		}

		it('a payload of 0 is answered exactly', async () => {
			const reports = await run<Reports>('sizePushBandwidth', {
				...quiet,
				subscribers: 10_000,
				eventsPerSecond: 1,
				payloadBytes: 0,
			});
			assertSound(reports);
			assert.equal(reportOf(reports, 'pushBandwidth').results.payloadBytesPerSecond, 0);
		});

		it('as many failures as servers have a sentence where no server is left', async () => {
			const reports = await run<Reports>('sizeReconnectStorm', {
				...quiet,
				audience: 1000,
				servers: 1,
				reconnectWindowSeconds: 30,
				handshakesPerSecond: 100,
			});
			assertSound(reports);
			assert.deepEqual(reports[0]!.results, {});
			assert.ok(reports[0]!.problems.some(({ code }) => code === 'noAnswer'));
		});

		it('an empty selection, and no editor, are told', async () => {
			const noEditor = await run<Reports>('sizeSelection', quiet);
			const document = await open('\n\n');
			await showSelected(document, 1, 0, 1, 0);
			for (const reports of [
				noEditor,
				await run<Reports>('sizeSelection', quiet),
				await run<Reports>('insertSizing', quiet),
			]) {
				assertSound(reports);
				assert.equal(reports.length, 1);
				assert.equal(reports[0]!.calculation, 'note');
				assert.deepEqual(
					reports[0]!.problems.map(({ code }) => code),
					['emptySelection'],
				);
			}
		});

		it('a text without numbers is told', async () => {
			const document = await open('Only words here.');
			await showSelected(document, 0, 0, 0, 0);
			const reports = await run<Reports>('sizeSelection', quiet);
			assertSound(reports);
			assert.equal(reports[0]!.problems[0]!.code, 'nothingToSize');
		});

		it('options that are none are told', async () => {
			for (const options of ['60k', 5, [], true]) {
				const reports = await run<Reports>('sizeDrain', options, undefined);
				assert.ok(reports[0]!.problems.some(({ code }) => code === 'invalidInput'));
			}
		});

		it('a file of 5 MB is read to its limit, and says so', async () => {
			const line = 'Nothing of interest is written in this line, not even a number.\n';
			const document = await open(`${golden}\n${line.repeat(Math.ceil(5_000_000 / line.length))}`);
			await showSelected(document, 0, 0, document.lineCount - 1, 0);
			const reports = await run<Reports>('sizeSelection', quiet);
			assertSound(reports);
			assertGolden(reports);
			const problem = reports[0]!.problems.find(({ code }) => code === 'textTooLong');
			assert.match(
				problem!.message,
				/^The text has 5,\d{3},\d{3} characters, and what lies beyond 1,000,000 was not read/,
			);
		}).timeout(30_000);
	});
});

function sizingTabs(): vscode.Tab[] {
	return vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.filter(
			({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('transportInspector.sizing'),
		);
}

/** Runs with a user who answers so; nobody else types in a test. */
async function answering<T>(answers: object, test: () => Promise<T>): Promise<T> {
	const window = vscode.window as unknown as Record<string, unknown>;
	const before = Object.fromEntries(Object.keys(answers).map((name) => [name, window[name]]));
	Object.assign(window, answers);
	try {
		return await test();
	} finally {
		Object.assign(window, before);
	}
}

async function withSetting(name: string, value: unknown, test: () => Promise<void>): Promise<void> {
	const settings = vscode.workspace.getConfiguration('transportInspector');
	await settings.update(name, value, vscode.ConfigurationTarget.Global);
	try {
		await test();
	} finally {
		await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
	}
}
