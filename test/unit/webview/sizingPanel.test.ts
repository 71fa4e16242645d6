import assert from 'node:assert/strict';
import { parseSizingPanelMessage } from '../../../src/core/messages';
import type { FactName } from '../../../src/core/sizing/facts';
import type { Quantity } from '../../../src/core/sizing/note/quantity';
import type { NoteReading, ReadFact } from '../../../src/core/sizing/note/reading';
import { type GivenFact, size } from '../../../src/core/sizing/size';
import type { Sizing } from '../../../src/host/sizing/sizing';
import { sizingView } from '../../../src/host/sizing/sizingView';
import { parseStoredSizing, storedSizing } from '../../../src/host/sizing/storedSizing';
import { parsePageState } from '../../../src/webview/sizing/pageState';

const note = 'We expect 240,000 users online at peak; a node safely holds 60k sockets. See RFC 6455.';
const options = { decimalSeparator: 'auto' } as const;

function numberAt(text: string, low: number, high = low): Quantity {
	const start = note.indexOf(text);
	return { value: { low, high }, dimension: 'count', place: { start, end: start + text.length }, text, unit: '' };
}

function told(fact: FactName, quantity: Quantity): ReadFact {
	return { fact, value: quantity.value, quantities: [quantity], words: [] };
}

function sizing(
	facts: readonly ReadFact[],
	more: Partial<NoteReading> = {},
	given = new Map<FactName, GivenFact>(),
): Sizing {
	const reading: NoteReading = { facts, paragraphs: [], unused: [numberAt('6455', 6455)], problems: [], ...more };
	return { start: 0, text: note, options, reading, given, reports: size({ reading, given }) };
}

const users = told('audience', numberAt('240,000', 240_000));
const limit = told('connectionsPerServer', numberAt('60k', 60_000));
const sentence = ({ code }: { readonly code: string }): string => `about ${code}`;

describe('what the sizing panel shows', () => {
	it('is the answer with its working, its chart and its remarks', () => {
		const [answer, ...others] = sizingView(sizing([users, limit]), new Map(), sentence).answers;
		assert.deepEqual(others, []);
		const end = answer!.ends[0]!;
		assert.equal(end.headline, '6 servers: 48,000 connections each after one failure');
		assert.equal(end.working[0]!.numbers, '⌈240,000 ÷ 60,000⌉ = 4');
		const chart = end.charts[0]!;
		assert.equal(chart.kind === 'bars' && chart.groups[chart.answer!], '6 servers');
	});

	it('has a field for each input, with what stands in the note or why it is assumed', () => {
		const [answer] = sizingView(sizing([users, limit]), new Map(), sentence).answers;
		const fields = Object.fromEntries(answer!.fields.map((field) => [field.name, field]));
		assert.deepEqual(Object.keys(fields), ['peakConnections', 'connectionsPerServer', 'failuresTolerated', 'headroom']);
		assert.deepEqual(fields.connectionsPerServer!.source, {
			kind: 'note',
			text: '60k',
			places: [{ start: note.indexOf('60k'), end: note.indexOf('60k') + 3 }],
		});
		assert.equal(fields.connectionsPerServer!.figure, '60,000');
		assert.equal(fields.headroom!.source.kind, 'assumed');
		assert.equal(fields.headroom!.figure, '20%');
	});

	it('is one answer with both ends where the note has a range', () => {
		const range = told('audience', numberAt('240,000', 200_000, 300_000));
		const [answer, ...others] = sizingView(sizing([range, limit]), new Map(), sentence).answers;
		assert.deepEqual(others, []);
		assert.deepEqual(
			answer!.ends.map(({ end, headline }) => [end, headline!.split(':')[0]]),
			[
				['least', '6 servers'],
				['most', '8 servers'],
			],
		);
		assert.equal(answer!.fields[0]!.figure, '200,000–300,000');
	});

	it('writes the range of an input the smaller number first, also where less of it asks for more', () => {
		const range = told('connectionsPerServer', numberAt('60k', 50_000, 60_000));
		const [answer] = sizingView(sizing([users, range]), new Map(), sentence).answers;
		assert.equal(answer!.fields[1]!.figure, '50,000–60,000');
	});

	it('says which input is needed where there is no answer', () => {
		const [answer] = sizingView(sizing([limit]), new Map(), sentence).answers;
		assert.equal(answer!.ends[0]!.headline, undefined);
		assert.deepEqual(answer!.problems, [{ sentence: 'about missing', places: [] }]);
		assert.deepEqual(
			answer!.fields.filter(({ needed }) => needed).map(({ name }) => name),
			['peakConnections'],
		);
	});

	it('keeps what was typed as it was typed, and says what is wrong with it', () => {
		const typed = new Map<FactName, { text: string; problem?: { code: 'outOfRange'; values: object } }>([
			['headroom', { text: 'lots', problem: { code: 'outOfRange', values: {} } }],
			['connectionsPerServer', { text: '60k' }],
		]);
		const view = sizingView(sizing([users, limit]), typed as Parameters<typeof sizingView>[1], sentence);
		const [, perServer, , headroom] = view.answers[0]!.fields;
		assert.deepEqual([perServer!.text, perServer!.typed, perServer!.problemSentence], ['60k', true, undefined]);
		assert.deepEqual(
			[headroom!.text, headroom!.problemSentence, headroom!.figure],
			['lots', 'about outOfRange', '20%'],
		);
	});

	it('lists the numbers that no answer uses, and the places of a problem', () => {
		const [first, second] = [numberAt('240,000', 240_000).place, numberAt('60k', 60_000).place];
		const problems = [
			{ code: 'contradiction', values: {}, fact: 'audience', places: [first, second] },
		] as NoteReading['problems'];
		const view = sizingView(sizing([limit], { problems }), new Map(), sentence);
		assert.deepEqual(
			view.unused.map(({ text }) => text),
			['6455'],
		);
		const shown = view.answers[0]!.problems.find((each) => each.sentence === 'about contradiction');
		assert.deepEqual(
			shown!.places.map(({ text }) => text),
			['240,000', '60k'],
		);
	});

	it('is a problem alone for a text that says nothing of capacity', () => {
		const [answer] = sizingView(sizing([]), new Map(), sentence).answers;
		assert.deepEqual([answer!.calculation, answer!.fields, answer!.problems.length], ['note', [], 1]);
	});
});

describe('what the sizing panel’s page may say', () => {
	it('is only what it has messages for', () => {
		const good = [
			{ type: 'ready' },
			{ type: 'factTyped', fact: 'headroom', text: '30%', edit: 1 },
			{ type: 'placesRequested', places: [{ start: 0, end: 3 }] },
			{ type: 'sizingAction', action: 'insert' },
		];
		for (const message of good) {
			assert.equal(parseSizingPanelMessage(message), message);
		}
		const bad = [
			undefined,
			null,
			'ready',
			{ type: 'factTyped', fact: 'toString', text: '30%', edit: 1 },
			{ type: 'factTyped', fact: 'headroom', text: 30, edit: 1 },
			{ type: 'factTyped', fact: 'headroom', text: 'x'.repeat(201), edit: 1 },
			{ type: 'placesRequested', places: [{ start: 4, end: 3 }] },
			{ type: 'placesRequested', places: 'all' },
			{ type: 'sizingAction', action: 'deleteEverything' },
			{ type: 'action', action: 'clear' },
		];
		for (const message of bad) {
			assert.equal(parseSizingPanelMessage(message), undefined, JSON.stringify(message));
		}
	});
});

describe('what the sizing panel stores over a reload', () => {
	const given = new Map<FactName, GivenFact>([
		['eventsPerSecond', { value: 4, source: { kind: 'measured', how: 'mean of a minute' } }],
	]);

	it('comes back as it was stored', () => {
		const stored = storedSizing(sizing([users, limit], {}, given), [['headroom', '30%']]);
		const back = JSON.parse(JSON.stringify(stored));
		assert.deepEqual(parseStoredSizing(back), back);
		assert.deepEqual(new Map(back.given), given);
	});

	it('is not believed where it has another shape', () => {
		const stored = JSON.parse(JSON.stringify(storedSizing(sizing([users], {}, given), [])));
		for (const wrong of [
			{ start: -1 },
			{ text: 3 },
			{ uri: {} },
			{ options: { decimalSeparator: 'space' } },
			{ options: { decimalSeparator: 'auto', marked: [{ start: 5, end: 1 }] } },
			{ given: [['headroom', { value: null, source: { kind: 'given' } }]] },
			{ given: [['constructor', { value: 1, source: { kind: 'given' } }]] },
			{ given: [['headroom', { value: 1, source: { kind: 'dreamt' } }]] },
			{ typed: [['headroom', 3]] },
			{ only: ['everything'] },
		]) {
			assert.equal(parseStoredSizing({ ...stored, ...wrong }), undefined, JSON.stringify(wrong));
		}
		for (const other of [undefined, null, 3, {}, []]) {
			assert.equal(parseStoredSizing(other), undefined);
		}
	});

	it('leaves out a text that is too long to be copied at each change', () => {
		assert.equal(storedSizing({ ...sizing([]), text: 'x'.repeat(100_001) }, []), undefined);
	});

	it('has which answers were open, and nothing else that a page could have put there', () => {
		assert.deepEqual(parsePageState({ open: { drain: true, heartbeats: 'yes' }, scrollTop: 120 }), {
			open: { drain: true },
			scrollTop: 120,
		});
		assert.deepEqual(parsePageState(undefined), { open: {}, scrollTop: 0 });
		assert.deepEqual(parsePageState({ open: null, scrollTop: Number.NaN }), { open: {}, scrollTop: 0 });
	});
});
