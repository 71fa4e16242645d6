/**
 * The engine's own error: how far its arrival stamps are off the time at which the sender handed the frame to its socket,
 * through the extension in a real VS Code. The kernel's loopback and the clocks' tie to each other are in it too, so it is
 * what a lag of 0 would be told as.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArrivalCondition, type ArrivalMeasures, arrivalConditions, type StampError } from './arrivalMeasures';
import { type BenchOptions, type BenchResult, spreadOf } from './bench';

const names: Readonly<Record<ArrivalCondition, string>> = {
	idle: 'idle, 50 frames/s',
	busy: '50,000 frames/s',
	blocked: 'host blocked 200 of 220 ms, 50 frames/s',
};

/** Runs the benchmark; rejects where a frame was not measured. */
export async function run({ folder, quick, say, runInVscode }: BenchOptions): Promise<readonly BenchResult[]> {
	const result = join(folder, 'arrival.json');
	await runInVscode(join(folder, 'arrivalInVscode.js'), {
		TRANSPORT_INSPECTOR_RESULT: result,
		TRANSPORT_INSPECTOR_BENCH_QUICK: quick ? '1' : '0',
	});
	const measures: ArrivalMeasures = JSON.parse(readFileSync(result, 'utf8'));
	const rounds = measures.idle.engine.length;
	say(`arrival: stamp minus the time of sending, ms, in a real VS Code; ${rounds} rounds in turns`);
	const results: BenchResult[] = [];
	for (const condition of arrivalConditions) {
		for (const [who, label] of [
			['engine', 'engine'],
			['hostClient', 'ws client in the host'],
		] as const) {
			const runs = measures[condition][who];
			const figures = (['p50', 'p99', 'max'] as const).map((name) => {
				const { median, least, most } = spreadOf(runs.map((run: StampError) => run[name]));
				results.push({
					id: `arrival.${condition}.${who}.${name}`,
					value: median,
					unit: 'ms',
					target: null,
					held: null,
				});
				return `${name} ${median.toFixed(3)} (${least.toFixed(3)} … ${most.toFixed(3)})`;
			});
			const rate = spreadOf(runs.map((run: StampError) => run.framesPerSecond)).median;
			figures.push(`${Math.round(rate).toLocaleString('en-US')} frames/s received`);
			say(`  ${names[condition].padEnd(40)} ${label.padEnd(22)} ${figures.join('  ')}`);
		}
	}
	return results;
}
