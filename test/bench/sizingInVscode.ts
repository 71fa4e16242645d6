/**
 * Types into a long note in a real VS Code, without answers at the lines' ends and with them, and measures what that costs
 * the extension host. Runs there; `sizing.bench.ts` reads the file that it writes.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { lineAnswers } from '../../src/host/sizing/inlineResults';
import { noteOfLength } from './sizingNote';

/** What was measured, in milliseconds; a number for each round. */
export interface TypingMeasures {
	readonly characters: number;
	/** The longest that the host's event loop was held up while a line was typed. */
	readonly longestDelayOff: readonly number[];
	readonly longestDelayOn: readonly number[];
	/** From a keystroke to the host's word that it is in the document, in the middle. */
	readonly keystrokeOff: readonly number[];
	readonly keystrokeOn: readonly number[];
	/** The answers of the lines in sight and around them, computed once: in the note's middle, and at its end. */
	readonly passMiddle: readonly number[];
	readonly passEnd: readonly number[];
	/** How many lines of those around its middle have an answer. */
	readonly answersMiddle: number;
}

/** Longer than the answers wait for, so that each keystroke is followed by a pass: the most that can be asked. */
const betweenKeystrokesMs = 200;
const linesInSight = 60;

export async function run(): Promise<void> {
	const quick = process.env.TRANSPORT_INSPECTOR_BENCH_QUICK === '1';
	const rounds = quick ? 2 : 6;
	const keystrokes = quick ? 5 : 25;
	const content = noteOfLength(1_000_000);
	const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
	const middle = Math.floor(document.lineCount / 2);
	const at = new vscode.Position(middle, document.lineAt(middle).text.length);
	const editor = await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
	const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

	const typed = async (answers: 'off' | 'markdown') => {
		await vscode.workspace
			.getConfiguration('transportInspector')
			.update('sizing.inlineResults', answers, vscode.ConfigurationTarget.Global);
		await pause(1000);
		const delay = monitorEventLoopDelay({ resolution: 1 });
		const times: number[] = [];
		delay.enable();
		for (let keystroke = 0; keystroke < keystrokes; keystroke++) {
			const start = performance.now();
			await editor.edit((edit) => edit.insert(at, 'x'), { undoStopBefore: false, undoStopAfter: false });
			times.push(performance.now() - start);
			await pause(betweenKeystrokesMs);
		}
		delay.disable();
		times.sort((a, b) => a - b);
		return { longestDelay: delay.max / 1e6, keystroke: times[Math.floor(times.length / 2)]! };
	};
	const off: Awaited<ReturnType<typeof typed>>[] = [];
	const on: typeof off = [];
	for (let round = 0; round <= rounds; round++) {
		const without = await typed('off');
		const withAnswers = await typed('markdown');
		// The first pair warms up.
		if (round > 0) {
			off.push(without);
			on.push(withAnswers);
		}
	}

	let answersMiddle = 0;
	const pass = (first: number): number => {
		const start = performance.now();
		answersMiddle ||= lineAnswers(document, { first, last: first + linesInSight }, true).length;
		return performance.now() - start;
	};
	const passes = (first: number): number[] => {
		const times: number[] = [];
		for (let round = 0; round < 4 * rounds; round++) {
			answersMiddle = 0;
			times.push(pass(first));
		}
		return times;
	};
	const passEnd = passes(document.lineCount - linesInSight);
	const passMiddle = passes(middle);
	const measures: TypingMeasures = {
		characters: document.getText().length,
		longestDelayOff: off.map(({ longestDelay }) => longestDelay),
		longestDelayOn: on.map(({ longestDelay }) => longestDelay),
		keystrokeOff: off.map(({ keystroke }) => keystroke),
		keystrokeOn: on.map(({ keystroke }) => keystroke),
		passMiddle,
		passEnd,
		answersMiddle,
	};
	writeFileSync(process.env.TRANSPORT_INSPECTOR_RESULT!, JSON.stringify(measures));
}
