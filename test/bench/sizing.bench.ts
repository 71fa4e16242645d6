/**
 * The reader of notes: megabytes of prose a second, against a regular expression that only finds digits in the same text;
 * and what answers at the lines' ends cost while somebody types into a note of a megabyte, in a real VS Code.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNote } from '../../src/core/sizing/note/readNote';
import { phrasings } from '../unit/core/sizing/note/corpus';
import { type BenchOptions, type BenchResult, type Spread, spreadOf } from './bench';
import type { TypingMeasures } from './sizingInVscode';
import { noteOfLength } from './sizingNote';

/** Runs the benchmark; rejects where the real VS Code did not come to its end. */
export async function run(options: BenchOptions): Promise<readonly BenchResult[]> {
	return [...readerSpeed(options), ...(await typing(options))];
}

function readerSpeed({ quick, say }: BenchOptions): readonly BenchResult[] {
	const rounds = quick ? 5 : 15;
	// A note as it is written, and one in which every sentence has numbers: what the reader has least and most to do with.
	const texts = {
		note: noteOfLength(1_000_000),
		numbers: ofLength(phrasings.map(({ text }) => text).join('\n\n'), 1_000_000),
	};
	const results: BenchResult[] = [];
	for (const [name, text] of Object.entries(texts)) {
		const speeds: number[] = [];
		const ratios: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const bare = secondsOf(() => [...text.matchAll(/\d[\d.,]*/g)].length);
			const reader = secondsOf(() => readNote(text, { decimalSeparator: 'auto' }).facts.length);
			if (round > 0) {
				speeds.push(text.length / 1e6 / reader);
				ratios.push(bare / reader);
			}
		}
		say(row(`reading a ${name === 'note' ? 'design note' : 'text of numbers'}, MB/s`, spreadOf(speeds), 2));
		say(row('  ÷ a regular expression for digits', spreadOf(ratios), 3));
		results.push(
			{
				id: `sizing.${name}MegabytesPerSecond`,
				value: spreadOf(speeds).median,
				unit: 'MB/s',
				target: null,
				held: null,
			},
			{ id: `sizing.${name}ToDigits`, value: spreadOf(ratios).median, unit: 'ratio', target: null, held: null },
		);
	}
	return results;
}

async function typing({ quick, say, folder, runInVscode }: BenchOptions): Promise<readonly BenchResult[]> {
	const result = join(folder, 'typing.json');
	await runInVscode(join(folder, 'sizingInVscode.js'), {
		TRANSPORT_INSPECTOR_RESULT: result,
		TRANSPORT_INSPECTOR_BENCH_QUICK: quick ? '1' : '0',
	});
	const measures: TypingMeasures = JSON.parse(readFileSync(result, 'utf8'));
	say(
		`  A note of ${measures.characters.toLocaleString('en-US')} characters in a real VS Code, answers off and on in turns:`,
	);
	say(row('longest hold-up of the host, off, ms', spreadOf(measures.longestDelayOff), 1));
	say(row('longest hold-up of the host, on, ms', spreadOf(measures.longestDelayOn), 1));
	say(row('keystroke to document, off, ms', spreadOf(measures.keystrokeOff), 2));
	say(row('keystroke to document, on, ms', spreadOf(measures.keystrokeOn), 2));
	say(row(`answers in sight (${measures.answersMiddle} lines), ms`, spreadOf(measures.passMiddle), 2));
	say(row('the same at the end of the note, ms', spreadOf(measures.passEnd), 2));
	const measured = (id: string, values: readonly number[]): BenchResult => ({
		id: `sizing.${id}`,
		value: spreadOf(values).median,
		unit: 'ms',
		target: null,
		held: null,
	});
	return [
		measured('longestHoldUpOff', measures.longestDelayOff),
		measured('longestHoldUpOn', measures.longestDelayOn),
		measured('keystrokeOff', measures.keystrokeOff),
		measured('keystrokeOn', measures.keystrokeOn),
		measured('answersInSight', measures.passMiddle),
		measured('answersAtEnd', measures.passEnd),
	];
}

function ofLength(text: string, characters: number): string {
	return `${text}\n\n`.repeat(Math.ceil(characters / (text.length + 2)));
}

function secondsOf(work: () => unknown): number {
	const start = performance.now();
	work();
	return (performance.now() - start) / 1000;
}

function row(what: string, { median, least, most }: Spread, digits: number): string {
	const show = (value: number): string => value.toFixed(digits);
	return `  ${what.padEnd(40)} ${show(median).padStart(9)}  (${show(least)} … ${show(most)})`;
}
