import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CalculationId } from '../../../../src/core/sizing/calculation';
import { type FactName, type FactValue, factOf } from '../../../../src/core/sizing/facts';
import type { NoteReading } from '../../../../src/core/sizing/note/reading';
import { isAnswered } from '../../../../src/core/sizing/report';
import { calculationOf, type GivenFact, type SizingReport, size } from '../../../../src/core/sizing/size';

/** Facts with their values; those that are undefined are not told. */
export type ToldFacts = Partial<Record<FactName, FactValue>>;

/** A note that says nothing. */
export const silentNote: NoteReading = { facts: [], paragraphs: [], unused: [], problems: [] };

/** Facts as a command's arguments give them. */
export function givenFacts(told: ToldFacts): ReadonlyMap<FactName, GivenFact> {
	const given = new Map<FactName, GivenFact>();
	for (const [fact, value] of Object.entries(told) as [FactName, FactValue | undefined][]) {
		if (value !== undefined) {
			given.set(fact, { value, source: { kind: 'given' } });
		}
	}
	return given;
}

/** The report of one calculation on facts that a command was given. */
export function reportOn(calculation: CalculationId, told: ToldFacts): SizingReport {
	const [report] = size({ reading: silentNote, given: givenFacts(told), only: [calculation] });
	return report!;
}

/** Values anywhere in the ranges of a calculation's facts, from end to end; each set that is enough is whole at times. */
export function factsFor(calculation: CalculationId): fc.Arbitrary<ToldFacts> {
	const { inputs, enough } = calculationOf(calculation);
	const all = Object.fromEntries(inputs.map(({ fact }) => [fact, valuesOf(fact)]));
	return fc.constantFrom(...enough).chain((set) =>
		fc.record<ToldFacts, FactName>(all, {
			requiredKeys: set.map((name) => inputs.find((each) => each.name === name)!.fact) as never[],
		}),
	);
}

/** Asserts that all that is shown of a report is made of finite numbers and whole sentences. */
export function assertPresentable(report: SizingReport): void {
	const text = JSON.stringify(presented(report), (_, value) => {
		assert.ok(typeof value !== 'number' || Number.isFinite(value), `${value} in ${report.calculation}`);
		return value;
	});
	// A problem quotes what was told, whatever it is.
	if (isAnswered(report)) {
		assert.doesNotMatch(text, /\b(NaN|Infinity|undefined)\b/);
	}
}

function presented(report: SizingReport): unknown {
	if (!isAnswered(report)) {
		assert.notEqual(report.problems.length, 0, 'no answer, and no reason for it');
		return report;
	}
	const calculation = calculationOf(report.calculation as CalculationId);
	const { inputs, results } = report;
	const charts = calculation.charts?.(inputs, results) ?? [];
	for (const chart of charts) {
		for (const { values } of chart.series) {
			assert.equal(values.length, chart.kind === 'bars' ? chart.groups.length : chart.x.length);
		}
		if (chart.kind === 'lines') {
			assert.deepEqual(
				chart.x,
				[...chart.x].sort((a, b) => a - b),
			);
		}
	}
	return [
		report,
		calculation.headline(inputs, results),
		calculation.working(inputs, results),
		charts,
		calculation.remarks?.(inputs, results) ?? [],
	];
}

function valuesOf(fact: FactName): fc.Arbitrary<FactValue> {
	const { unit, choices, least, most, aboveLeast, whole } = factOf(fact);
	if (unit === 'choice') {
		return fc.constantFrom(...choices!);
	}
	if (unit === 'yesOrNo') {
		return fc.boolean();
	}
	if (whole) {
		const everyday = fc.integer({ min: least, max: Math.min(most, 1_000_000) });
		return fc.oneof(
			everyday,
			fc.maxSafeInteger().map((value) => Math.min(most, Math.max(least, Math.abs(value)))),
		);
	}
	const range = { noNaN: true, noDefaultInfinity: true };
	return fc.oneof(
		fc.double({ ...range, min: Math.max(least, 0.001), max: Math.min(most, 10_000) }),
		fc.double({ ...range, min: least, max: most, minExcluded: aboveLeast ?? false }),
	);
}
