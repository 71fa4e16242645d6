import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type CalculationId, calculationIds } from '../../../../src/core/sizing/calculation';
import { calculations } from '../../../../src/core/sizing/calculations';
import { type FactName, facts } from '../../../../src/core/sizing/facts';
import type { Quantity, Span } from '../../../../src/core/sizing/note/quantity';
import type { NoteReading, ReadFact } from '../../../../src/core/sizing/note/reading';
import type { SizingProblem } from '../../../../src/core/sizing/problem';
import { missingFacts, type SizingReport, size } from '../../../../src/core/sizing/size';
import { assertPresentable, factsFor, givenFacts, reportOn, silentNote, type ToldFacts } from './factsTold';

/** A note that tells these facts, each written as its number and standing at ten times its turn. */
function noteWith(
	told: Partial<Record<FactName, number | Span>>,
	problems: readonly SizingProblem[] = [],
): NoteReading {
	const read = Object.entries(told).map(([fact, value], turn): ReadFact => {
		const span = typeof value === 'number' ? { low: value, high: value } : value;
		return { fact: fact as FactName, value: span, quantities: [quantity(span, turn * 10)], words: [] };
	});
	return { facts: read, paragraphs: [], unused: [], problems };
}

function quantity(value: Span, start: number): Quantity {
	const text = value.low === value.high ? `${value.low}` : `${value.low}–${value.high}`;
	return { value, dimension: 'count', place: { start, end: start + text.length }, text, unit: '' };
}

function calculationsOf(reports: readonly SizingReport[]): readonly string[] {
	return reports.map(({ calculation }) => calculation);
}

function problemsOf({ problems }: SizingReport): readonly (string | undefined)[][] {
	return problems.map(({ code, fact }) => [code, fact]);
}

/** Two payload sizes. */
const contradiction: SizingProblem = {
	code: 'contradiction',
	values: { label: facts.payloadBytes.label, first: '220 B', second: '300 B' },
	fact: 'payloadBytes',
	places: [
		{ start: 0, end: 5 },
		{ start: 40, end: 45 },
	],
};

describe('sizing', () => {
	it('has every calculation, in the order in which answers are shown', () => {
		assert.deepEqual(
			calculations.map(({ id }) => id),
			calculationIds,
		);
	});

	it('knows every input that a calculation needs, and every fact but once in each', () => {
		for (const { id, inputs, enough, evokedBy } of calculations) {
			const names = inputs.map(({ name }) => name);
			assert.equal(new Set(names).size, names.length, id);
			assert.equal(new Set(inputs.map(({ fact }) => fact)).size, inputs.length, id);
			for (const name of enough.flat()) {
				assert.ok(names.includes(name), `${name} of ${id}`);
			}
			for (const fact of evokedBy) {
				assert.ok(
					inputs.some((input) => input.fact === fact),
					`${fact} of ${id}`,
				);
			}
		}
	});

	it('answers what a note asks for, with the places that each number was read at', () => {
		const [report, ...others] = size({ reading: noteWith({ connectionsPerServer: 60_000, audience: 240_000 }) });
		assert.deepEqual(others, []);
		assert.equal(report!.calculation, 'socketServers');
		assert.deepEqual(report!.inputs, {
			peakConnections: 240_000,
			connectionsPerServer: 60_000,
			failuresTolerated: 1,
			headroom: 0.2,
		});
		assert.deepEqual(report!.sources.peakConnections, {
			kind: 'note',
			text: '240000',
			places: [{ start: 10, end: 16 }],
		});
		assert.equal(report!.sources.headroom!.kind, 'assumed');
		assert.deepEqual(report!.assumed, ['failuresTolerated', 'headroom']);
		assert.deepEqual(report!.problems, []);
		assert.equal(report!.results.minimumServers, 4);
		assert.equal(report!.results.survivingServers, 5);
		assert.equal(report!.results.recommendedServers, 6);
		assert.ok(!('end' in report!));
	});

	it('names all numbers that were multiplied for one value', () => {
		const reading: NoteReading = {
			...silentNote,
			facts: [
				{
					fact: 'audience',
					value: { low: 360_000, high: 360_000 },
					quantities: [quantity({ low: 240_000, high: 240_000 }, 0), quantity({ low: 1.5, high: 1.5 }, 20)],
					words: ['users'],
				},
			],
		};
		const [report] = size({ reading, given: givenFacts({ connectionsPerServer: 60_000 }) });
		assert.deepEqual(report!.sources.peakConnections, {
			kind: 'note',
			text: '240000 × 1.5',
			places: [
				{ start: 0, end: 6 },
				{ start: 20, end: 23 },
			],
		});
	});

	it('answers all that a note asks for, in order, and asks for what is missing in that order', () => {
		const reports = size({ reading: noteWith({ heartbeatIntervalSeconds: 25, connectionsPerServer: 60_000 }) });
		assert.deepEqual(calculationsOf(reports), ['socketServers', 'heartbeats']);
		assert.deepEqual(reports.map(problemsOf), [[['missing', 'audience']], [['missing', 'audience']]]);
		assert.deepEqual(reports[0]!.results, {});
		assert.deepEqual(reports[0]!.problems[0]!.values, {
			input: 'peakConnections',
			label: 'number of connections at peak',
		});
		assert.deepEqual(missingFacts(reports), ['audience']);
	});

	it('asks for the set of inputs that lacks least', () => {
		const lacks = (told: ToldFacts) => missingFacts([reportOn('drain', told)]);
		assert.deepEqual(lacks({ drainPerSecond: 100, servers: 6 }), ['audience']);
		assert.deepEqual(lacks({ drainPerSecond: 100 }), ['connectionsPerServer']);
		// Descriptors alone would be enough, but whoever tells a link's speed asks what the link carries.
		const link = reportOn('safeConnectionsPerServer', { linkBitsPerSecond: 1e9 });
		assert.deepEqual(missingFacts([link]), ['eventsPerSecond', 'payloadBytes']);
		assert.deepEqual(missingFacts([reportOn('reconnectStorm', { audience: 1000 })]), [
			'servers',
			'handshakesPerSecond',
		]);
	});

	it('answers a note that evokes nothing where it lacks one number alone', () => {
		const reports = size({ reading: noteWith({ audience: 240_000 }) });
		assert.equal(reports[0]!.calculation, 'socketServers');
		for (const report of reports) {
			assert.equal(report.problems.length, 1);
			assert.equal(report.problems[0]!.code, 'missing');
		}
	});

	it('compares transports where all is there for it, and never asks for the comparison', () => {
		const whole = { audience: 30_000, eventsPerSecond: 1, payloadBytes: 180 };
		assert.deepEqual(calculationsOf(size({ reading: noteWith(whole) })), ['pushBandwidth', 'transportComparison']);
		const { payloadBytes: _, ...rest } = whole;
		const reports = size({ reading: noteWith({ ...rest, pollIntervalSeconds: 5 }) });
		assert.deepEqual(calculationsOf(reports), ['pollingFreshness']);
		assert.deepEqual(missingFacts(reports), []);
		assert.ok(!calculationsOf(size({ reading: noteWith(rest) })).includes('transportComparison'));
	});

	it('chooses a transport only where it is asked to, however much a note tells', () => {
		const reading = noteWith({ audience: 1000, clientMessagesPerSecond: 2, eventsPerSecond: 1, payloadBytes: 100 });
		assert.ok(!calculationsOf(size({ reading })).includes('chooseTransport'));
		const [report] = size({ reading, given: givenFacts({ pattern: 'dashboard' }), only: ['chooseTransport'] });
		// What the note says goes before what is typical of a dashboard.
		assert.equal(report!.inputs.clientMessagesPerSecond, 2);
		assert.equal(report!.results.choice, 'webSocket');
	});

	it('lets what is given go before the note, whatever its source', () => {
		const reading = noteWith({ connectionsPerServer: 60_000, audience: 240_000 });
		const [report] = size({
			reading,
			given: new Map([
				['audience', { value: 120_000, source: { kind: 'measured', how: 'the session' } }],
				['headroom', { value: 0, source: { kind: 'given' } }],
			]),
		});
		assert.equal(report!.results.minimumServers, 2);
		assert.deepEqual(report!.sources.peakConnections, { kind: 'measured', how: 'the session' });
		assert.deepEqual(report!.sources.headroom, { kind: 'given' });
		assert.deepEqual(report!.assumed, ['failuresTolerated']);
	});

	it('answers only what it is asked for, in that order', () => {
		const reading = noteWith({ connectionsPerServer: 60_000, audience: 240_000, heartbeatIntervalSeconds: 25 });
		const only: CalculationId[] = ['heartbeats', 'socketServers'];
		assert.deepEqual(calculationsOf(size({ reading, only })), only);
		assert.deepEqual(calculationsOf(size({ reading: silentNote, only })), only);
	});

	it('has two reports for a range: what asks least of the servers, and what asks most', () => {
		const reading = noteWith({
			audience: { low: 200_000, high: 240_000 },
			connectionsPerServer: { low: 50_000, high: 60_000 },
			headroom: { low: 0.2, high: 0.3 },
		});
		const [least, most, ...others] = size({ reading });
		assert.deepEqual(others, []);
		assert.equal(least!.end, 'least');
		assert.equal(most!.end, 'most');
		// Few connections on large servers, little kept free; and the other way round.
		assert.deepEqual(
			[least!.inputs.peakConnections, least!.inputs.connectionsPerServer, least!.inputs.headroom],
			[200_000, 60_000, 0.2],
		);
		assert.deepEqual(
			[most!.inputs.peakConnections, most!.inputs.connectionsPerServer, most!.inputs.headroom],
			[240_000, 50_000, 0.3],
		);
		// ⌈200,000 ÷ 60,000⌉ = 4, ⌈240,000 ÷ 50,000⌉ = 5
		assert.equal(least!.results.minimumServers, 4);
		assert.equal(most!.results.minimumServers, 5);
	});

	it('takes both ends of a range that was given, and of one that is none', () => {
		const given = new Map([
			['audience', { value: { low: 100, high: 200 }, source: { kind: 'given' } }],
			['connectionsPerServer', { value: 10, source: { kind: 'given' } }],
		] as const);
		const ends = size({ reading: silentNote, given }).map(({ end, inputs }) => [end, inputs.peakConnections]);
		assert.deepEqual(ends, [
			['least', 100],
			['most', 200],
		]);
		const point = noteWith({ audience: { low: 100, high: 100 }, connectionsPerServer: 10 });
		assert.deepEqual(
			size({ reading: point }).map(({ end }) => end),
			[undefined],
		);
	});

	it('has two reports only where the range is of an input', () => {
		const reading = noteWith({
			connectionsPerServer: 60_000,
			audience: 240_000,
			networkLatencyMs: { low: 20, high: 80 },
		});
		assert.equal(size({ reading, only: ['socketServers'] }).length, 1);
	});

	it('says which number is out of its range, what would be in it, and where it stands', () => {
		const [report] = size({ reading: noteWith({ connectionsPerServer: 0, audience: 240_000 }) });
		assert.deepEqual(report!.results, {});
		assert.deepEqual(report!.problems, [
			{
				code: 'outOfRange',
				values: {
					input: 'connectionsPerServer',
					label: 'number of connections one server safely holds',
					value: 0,
					expected: '≥ 1',
				},
				fact: 'connectionsPerServer',
				places: [{ start: 0, end: 1 }],
			},
		]);
	});

	it('takes no value out of its range, of any kind', () => {
		const expected = (calculation: CalculationId, told: ToldFacts) =>
			reportOn(calculation, told).problems.map(({ code, values }) => [code, values.value, values.expected]);
		const servers = { audience: 1000, connectionsPerServer: 10 };
		assert.deepEqual(expected('socketServers', { ...servers, audience: -5 }), [['outOfRange', -5, '≥ 1']]);
		assert.deepEqual(expected('socketServers', { ...servers, audience: 2.5 }), [['outOfRange', 2.5, 'whole']]);
		assert.deepEqual(expected('socketServers', { ...servers, audience: 1e30 }), [
			['outOfRange', 1e30, `≤ ${Number.MAX_SAFE_INTEGER}`],
		]);
		assert.deepEqual(expected('socketServers', { ...servers, audience: Number.NaN }), [
			['outOfRange', 'NaN', 'number'],
		]);
		assertPresentable(reportOn('socketServers', { ...servers, audience: Number.NaN }));
		assert.deepEqual(expected('socketServers', { ...servers, audience: Number.POSITIVE_INFINITY }), [
			['outOfRange', 'Infinity', 'number'],
		]);
		assert.deepEqual(expected('socketServers', { ...servers, audience: 'many' }), [['outOfRange', 'many', 'number']]);
		const storm = { audience: 1000, servers: 3, reconnectWindowSeconds: 0 };
		assert.deepEqual(expected('reconnectStorm', storm), [['outOfRange', 0, '> 0']]);
		const choice = { direction: 'serverToClient' };
		assert.deepEqual(expected('chooseTransport', { direction: 'sideways' }), [
			['outOfRange', 'sideways', 'serverToClient, both, clientToServer'],
		]);
		assert.deepEqual(expected('chooseTransport', { ...choice, binary: 'maybe' }), [
			['outOfRange', 'maybe', 'true, false'],
		]);
	});

	it('has a problem at the end of a range that is out of range, and an answer at the other', () => {
		const reports = size({ reading: noteWith({ audience: { low: 0, high: 1000 }, connectionsPerServer: 100 }) });
		assert.deepEqual(reports.map(problemsOf), [[['outOfRange', 'audience']], []]);
		assert.equal(reports[1]!.results.minimumServers, 10);
	});

	it('says why numbers in their ranges have no answer', () => {
		// 5 × 10¹⁴ connections in 5 × 10⁻³²⁴ s are a rate beyond what a double holds.
		const told = { audience: 1e15, servers: 2, reconnectWindowSeconds: Number.MIN_VALUE };
		assert.deepEqual(reportOn('reconnectStorm', told).problems, [{ code: 'noAnswer', values: { reason: 'tooLarge' } }]);
		assert.deepEqual(reportOn('reconnectStorm', told).results, {});
	});

	it('asks for a number that contradicts itself, and names both', () => {
		const reading = noteWith({ audience: 10_000, eventsPerSecond: 1, connectionsPerServer: 1000 }, [contradiction]);
		const [servers, bandwidth, ...others] = size({ reading });
		assert.deepEqual(others, []);
		// It is none of the servers' business.
		assert.deepEqual(problemsOf(servers!), []);
		assert.equal(bandwidth!.calculation, 'pushBandwidth');
		assert.deepEqual(problemsOf(bandwidth!), [
			['missing', 'payloadBytes'],
			['contradiction', 'payloadBytes'],
		]);
		assert.equal(bandwidth!.problems[1], contradiction);
		assert.deepEqual(missingFacts([servers!, bandwidth!]), ['payloadBytes']);
	});

	it('holds a contradiction as settled once the number is given', () => {
		const reading = noteWith({ audience: 10_000, eventsPerSecond: 1 }, [contradiction]);
		const reports = size({ reading, given: givenFacts({ payloadBytes: 220 }) });
		assert.deepEqual(calculationsOf(reports), ['pushBandwidth', 'transportComparison']);
		assert.deepEqual(reports.flatMap(problemsOf), []);
		assert.equal(reports[0]!.results.payloadBytesPerSecond, 2_200_000);
	});

	it('tells an ambiguous number of which nobody knows what it means with every answer', () => {
		const ambiguous: SizingProblem = {
			code: 'ambiguous',
			values: { text: '240.000', first: '240,000', second: '240', because: 'digitGrouping' },
			places: [{ start: 3, end: 10 }],
		};
		const [report] = size({ reading: noteWith({ audience: 100, connectionsPerServer: 10 }, [ambiguous]) });
		assert.deepEqual(report!.problems, [ambiguous]);
		assert.equal(report!.results.minimumServers, 10);
	});

	it('says that there is nothing to size, or why', () => {
		const nothing = size({ reading: silentNote });
		assert.deepEqual(nothing, [
			{
				calculation: 'note',
				inputs: {},
				results: {},
				assumed: [],
				problems: [{ code: 'nothingToSize', values: {} }],
				sources: {},
			},
		]);
		const empty: SizingProblem = { code: 'emptySelection', values: {} };
		assert.deepEqual(size({ reading: { ...silentNote, problems: [empty] } })[0]!.problems, [empty]);
		assert.deepEqual(problemsOf(size({ reading: silentNote, only: [] })[0]!), [['nothingToSize', undefined]]);
	});

	it('has finite numbers and whole sentences for any facts in their ranges, of any calculation', () => {
		for (const id of calculationIds) {
			fc.assert(fc.property(factsFor(id), (told) => assertPresentable(reportOn(id, told))));
		}
	});

	it('never throws, whatever is given', () => {
		const anything = fc.dictionary(
			fc.constantFrom(...(Object.keys(facts) as FactName[])),
			fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.integer()),
		);
		fc.assert(
			fc.property(anything, fc.constantFrom(undefined, ...calculationIds), (told, id) => {
				const reports = size({
					reading: silentNote,
					given: givenFacts(told),
					...(id && { only: [id] }),
				});
				assert.ok(reports.length > 0);
				reports.forEach(assertPresentable);
			}),
			{ numRuns: 300 },
		);
	});
});
