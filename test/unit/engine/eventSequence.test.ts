import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createFrameRecord, type FrameMarks, type FrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import { ProblemError } from '../../../src/core/problem';
import type { SequenceSummary } from '../../../src/core/statistics';
import { EventSequence, type StoredSequence } from '../../../src/engine/eventSequence';

// 2026-11-24T10:00:00Z
const now = 1_795_514_400_000;
const unknownTime = Number.NaN;

function frame(payload: unknown, more: Partial<FrameRecord> = {}): FrameRecord {
	const bytes = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
	return {
		...createFrameRecord(),
		kind: kindCode.text,
		flags: frameFlag.fin,
		arrivedAtMs: now,
		bytes,
		end: bytes.length,
		...more,
	};
}

function serverSent(id: string | undefined, payload: unknown = { price: 3 }): FrameRecord {
	return frame(payload, { kind: kindCode.event, meta: { type: 'event', id } });
}

function range(first: number, last: number): number[] {
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

interface Watched {
	readonly sequence: EventSequence;
	readonly found: string[];
	/** Takes payloads at unknown times. */
	take(...payloads: readonly unknown[]): (FrameMarks | undefined)[];
	/** Takes ids of server-sent events. */
	events(...ids: readonly (number | string)[]): (FrameMarks | undefined)[];
}

function watch(setting = 'detect', known?: StoredSequence): Watched {
	const found: string[] = [];
	const sequence = new EventSequence(setting, (path) => found.push(path), known);
	return {
		sequence,
		found,
		take: (...payloads) => payloads.map((payload) => sequence.take(frame(payload), unknownTime)),
		events: (...ids) => ids.map((id) => sequence.take(serverSent(String(id)), unknownTime)),
	};
}

function pick(sequence: EventSequence, ...names: readonly (keyof SequenceSummary)[]): unknown[] {
	const summary = sequence.summary();
	return names.map((name) => summary[name]);
}

/** As it is read back from a file. */
function reloaded(sequence: EventSequence): StoredSequence {
	return JSON.parse(JSON.stringify(sequence.stored())) as StoredSequence;
}

/** The meta of a poll cycle. */
function cycle(eventsFollow: boolean, events = 1): FrameRecord['meta'] {
	return {
		type: 'cycle',
		request: { line: '', headers: [] },
		status: 200,
		holdMs: 1,
		transferMs: 1,
		headerBytesUp: 1,
		headerBytesDown: 1,
		bodyBytes: 1,
		events,
		eventsFollow,
		reusedConnection: true,
		outcome: 'answered',
	};
}

describe('EventSequence', () => {
	describe('where ids are', () => {
		it('finds what rises by one in the ninth event, and counts what came before', () => {
			const { sequence, found, take } = watch();
			take(...[1, 2, 5, 6, 7, 8, 9, 10, 11].slice(0, 8).map((seq) => ({ seq, price: seq * 3 })));
			assert.deepEqual(pick(sequence, 'kind', 'path', 'missing', 'ids'), [null, null, null, 0]);
			assert.equal(sequence.lastKey, undefined);
			take({ seq: 11 });
			assert.deepEqual(found, ['$.seq']);
			assert.deepEqual(sequence.summary(), {
				kind: 'consecutive',
				path: '$.seq',
				source: 'detected',
				ids: 9,
				lastId: '11',
				missing: 2,
				gaps: 1,
				duplicates: 0,
				reorders: 0,
				resets: 0,
			});
			assert.equal(sequence.lastKey, 11);
		});

		it('prefers the id of server-sent events, then names that ids have, then what lies highest', () => {
			const at = (payload: (n: number) => unknown, id?: (n: number) => string): string | undefined => {
				const { sequence, found } = watch();
				for (const n of range(1, 12)) {
					sequence.take(id ? serverSent(id(n), payload(n)) : frame(payload(n)), unknownTime);
				}
				return found[0];
			};
			assert.equal(
				at(
					(n) => ({ id: n }),
					(n) => `${n}`,
				),
				'id',
			);
			assert.equal(
				at(
					(n) => ({ seq: n }),
					(n) => `x${n % 3}`,
				),
				'$.seq',
			);
			assert.equal(
				at((n) => ({ other: n, offset: n, meta: { sequence_number: n } })),
				'$.meta.sequence_number',
			);
			assert.equal(
				at((n) => ({ a: { b: n }, z: n + 5 })),
				'$.z',
			);
			assert.equal(
				at((n) => ({ data: { 'the id': { eventId: String(n) } } })),
				'$.data["the id"].eventId',
			);
		});

		it('takes no time, no duration, nothing within arrays or below the third name for an id', () => {
			const { found, take } = watch();
			take(
				...range(1, 100).map((n) => ({
					at: now / 1000 + n,
					uptimeSeconds: n,
					ts: n,
					list: [{ id: n }],
					a: { b: { c: { id: n } } },
				})),
			);
			assert.deepEqual(found, []);
		});

		it('does not take several channels, mixed, for one', () => {
			const { found, take } = watch();
			const next = [100, 500, 900];
			take(
				...range(1, 400).map((n) => {
					const channel = (n * 7 + (n >> 2)) % 3;
					return { channel, seq: next[channel]!++ };
				}),
			);
			assert.deepEqual(found, []);
		});

		it('takes back channels that took turns while it looked', () => {
			const { sequence, found, take } = watch();
			take(...range(1, 12).map((seq) => ({ channel: 'a', seq })));
			assert.deepEqual(found, ['$.seq']);
			const next = [13, 900];
			take(...range(1, 300).map((n) => ({ channel: n % 2, seq: next[n % 2]!++ })));
			assert.deepEqual(pick(sequence, 'kind', 'path', 'missing', 'ids'), [null, null, null, 0]);
			take(...range(2000, 3200).map((seq) => ({ channel: 'b', seq })));
			assert.deepEqual(found, ['$.seq'], 'and does not find it again');
		});

		it('stays with a server that numbers every connection anew, and tells each as a reset', () => {
			const { sequence, events, found } = watch();
			for (let connection = 0; connection < 12; connection++) {
				sequence.connectionOpened(now + connection, undefined);
				events(...range(1, 20));
				sequence.connectionLost();
			}
			assert.deepEqual(found, ['id']);
			assert.deepEqual(pick(sequence, 'resets', 'duplicates', 'missing', 'ids'), [11, 0, 0, 240]);
			assert.deepEqual(
				sequence.verdicts().map(({ verdict }) => verdict),
				Array.from({ length: 11 }, () => 'reset'),
			);
		});

		it('takes back the verdicts that it made of such channels', () => {
			const { sequence, take } = watch();
			sequence.connectionOpened(1, undefined);
			take(...range(1, 12).map((seq) => ({ seq })));
			sequence.connectionOpened(2, '7');
			const next = [15, 900];
			take({ seq: 14 });
			assert.equal(sequence.verdicts()[0]?.verdict, 'lost');
			take(...range(1, 300).map((n) => ({ seq: next[n % 2]!++ })));
			assert.deepEqual(sequence.verdicts(), [
				{ atMs: 2, verdict: 'unknown', lost: 0, duplicates: 0, lastEventId: 'unknown' },
			]);
		});

		it('takes nothing that most events do not have', () => {
			const { found, take } = watch();
			take(...range(1, 60).map((n) => (n % 3 === 0 ? { trade: n / 3 } : { price: n * 2 })));
			assert.deepEqual(found, []);
		});

		it('looks at a batch again long after it gave up looking at each event', () => {
			const { found, take } = watch();
			take(...range(1, 2000).map((n) => ({ price: n * 2 })));
			assert.deepEqual(found, []);
			take(...range(1, 1100).map((seq) => ({ seq })));
			assert.deepEqual(found, ['$.seq']);
		});

		it('finds another path when events stop having the one that was found', () => {
			const { sequence, found, take } = watch();
			take(...range(1, 40).map((seq) => ({ seq })));
			take(...range(70, 105).map((offset) => ({ offset })));
			assert.deepEqual(found, ['$.seq', '$.offset']);
			// Twenty are missed before it looks, one of which is the first that it looks at: 89 … 105.
			assert.deepEqual(pick(sequence, 'ids', 'missing', 'duplicates'), [17, 0, 0]);
		});

		it('keeps the verdict on a connection when it reads another path later', () => {
			const { sequence, take } = watch();
			sequence.connectionOpened(1, undefined);
			take(...range(1, 20).map((seq) => ({ seq })));
			sequence.connectionOpened(2, undefined);
			take(...range(21, 40).map((seq) => ({ seq })), ...range(70, 105).map((offset) => ({ offset })));
			assert.equal(sequence.summary().path, '$.offset');
			assert.deepEqual(
				sequence.verdicts().map(({ verdict, lost }) => [verdict, lost]),
				[['resumed', 0]],
			);
		});

		it('goes on with a path that events have only now and then', () => {
			const { sequence, found, take } = watch();
			take(...range(1, 20).map((seq) => ({ seq })));
			for (const seq of range(21, 60)) {
				take(...range(1, 50).map(() => ({ heartbeat: true })), { seq });
			}
			assert.deepEqual(found, ['$.seq']);
			assert.deepEqual(pick(sequence, 'ids', 'missing', 'gaps'), [60, 0, 0]);
		});

		it('finds ordered ids where they are ids by name, and knows their order alone', () => {
			const { sequence, found, take } = watch();
			take(...range(1, 20).map((n) => ({ price: String(n * 2), messageId: `1526919030474-${n * 3}` })));
			assert.deepEqual(found, ['$.messageId']);
			const [duplicate, reorder] = take({ messageId: '1526919030474-57' }, { messageId: '1526919030474-58' });
			assert.deepEqual([duplicate, reorder], [{ sequence: 'duplicate' }, { sequence: 'reorder' }]);
			assert.deepEqual(sequence.summary(), {
				kind: 'ordered',
				path: '$.messageId',
				source: 'detected',
				ids: 22,
				lastId: '1526919030474-58',
				missing: null,
				gaps: null,
				duplicates: 1,
				reorders: 1,
				resets: null,
			});
			assert.equal(sequence.lastKey, '1526919030474-58');
		});

		it('reads integers above 2⁵³ digit by digit, as ordered ids', () => {
			const { sequence, found } = watch();
			for (const n of range(1, 30)) {
				sequence.take(frame(`{"id":18446744073709551${String(n).padStart(3, '0')}}`), unknownTime);
			}
			assert.deepEqual(found, ['$.id']);
			assert.equal(sequence.lastKey, '18446744073709551030');
			assert.deepEqual(pick(sequence, 'kind', 'duplicates', 'reorders', 'missing'), ['ordered', 0, 0, null]);
		});

		it('knows only the order of integers named as ids that rise by no fixed step', () => {
			const { sequence, found, take } = watch();
			take(...range(1, 32).map((n) => ({ id: n * 10 + (n % 3) })));
			assert.deepEqual(found, [], 'they could be ids of which many were lost');
			take(...range(33, 60).map((n) => ({ id: n * 10 + (n % 3) })));
			assert.deepEqual(found, ['$.id']);
			take({ id: 605 }, { id: 602 });
			assert.deepEqual(pick(sequence, 'kind', 'missing', 'reorders', 'lastId'), ['ordered', null, 1, '602']);
			assert.equal(sequence.lastKey, 602, 'a number, as it is elsewhere');
		});

		it('reads no ids where it is switched off', () => {
			const { sequence, take } = watch('none');
			take(...range(1, 20).map((id) => ({ id })));
			assert.deepEqual(pick(sequence, 'kind', 'path', 'source', 'ids', 'missing'), [null, null, null, 0, null]);
			assert.equal(sequence.lastKey, undefined);
		});
	});

	describe('a place that was set', () => {
		it('is read from the first event on, and never left', () => {
			const { sequence, found, take } = watch('$.data.n');
			assert.deepEqual(take({ data: { n: 5 } }, { data: { n: '6' } }, { x: 1 }, { data: { n: 9 } }), [
				undefined,
				undefined,
				undefined,
				{ sequence: 'gap', missing: 2 },
			]);
			assert.deepEqual(pick(sequence, 'kind', 'source', 'missing', 'ids'), ['consecutive', 'set', 2, 3]);
			take(...range(1, 200).map((seq) => ({ seq })));
			assert.deepEqual([found, sequence.summary().path], [[], '$.data.n']);
			assert.equal(sequence.lastKey, undefined);
		});

		it('throws for what is no path', () => {
			assert.throws(() => watch('seq'), ProblemError);
		});

		it('gives any number or text there as a key, also where no order is known', () => {
			const { sequence } = watch('$.id');
			const key = (payload: unknown): string | number | undefined => {
				sequence.take(frame(payload), unknownTime);
				return sequence.lastKey;
			};
			assert.equal(key({ id: 'b8c8d6d2-6b7e-4f0a-9d0c-0d6a3c1f1a11' }), 'b8c8d6d2-6b7e-4f0a-9d0c-0d6a3c1f1a11');
			assert.equal(key({ id: '0a"\u00e4\\' }), '0a"\u00e4\\');
			assert.equal(key('{"id":-1.5e3}'), '-1.5e3');
			assert.equal(key('{"id":9007199254740993}'), '9007199254740993');
			assert.equal(key({ id: '0012' }), '0012');
			for (const id of [null, true, [1], { a: 1 }, '', 'x'.repeat(201)]) {
				assert.equal(key({ id }), undefined, JSON.stringify(id));
			}
			assert.deepEqual(pick(sequence, 'kind', 'missing', 'duplicates', 'reorders'), [null, null, 0, null]);
			assert.equal(key({ id: 42 }), 42);
		});

		it('knows duplicates of random ids, though no order', () => {
			const { sequence, take } = watch('$.id');
			const ids = range(1, 30).map((n) => ({ id: `${(n * 7919) % 97}x` }));
			take(...ids);
			assert.deepEqual(take(ids[3]), [{ sequence: 'duplicate' }]);
			assert.deepEqual(pick(sequence, 'kind', 'duplicates', 'reorders'), [null, 1, null]);
		});

		it('counts integers though the first id was the text of a greeting', () => {
			const { sequence, take } = watch('$.id');
			take({ id: 'hello' }, { id: 1 }, { id: 2 }, { id: 4 });
			assert.deepEqual(pick(sequence, 'kind', 'missing', 'ids'), ['consecutive', 1, 3]);
		});

		it('turns to ordered ids when integers stop coming', () => {
			const { sequence, take } = watch('$.id');
			take({ id: 1 }, ...range(10, 50).map((n) => ({ id: `m-${n}` })));
			assert.deepEqual(pick(sequence, 'kind', 'missing', 'ids', 'lastId'), ['ordered', null, 22, 'm-50']);
		});

		it('id is that of server-sent events', () => {
			const { sequence, events } = watch('id');
			assert.deepEqual(events(1, 2, 4, 4), [
				undefined,
				undefined,
				{ sequence: 'gap', missing: 1 },
				{ sequence: 'duplicate' },
			]);
			assert.deepEqual(pick(sequence, 'path', 'source', 'missing', 'duplicates'), ['id', 'set', 1, 1]);
			sequence.take(serverSent(undefined, { id: 5 }), unknownTime);
			assert.equal(sequence.lastKey, undefined);
		});

		it('takes a number that a block without data gives away for seen, and one said again for nothing', () => {
			const { sequence, events } = watch('id');
			events(1, 2);
			const block = (id: string): FrameRecord => frame('', { kind: kindCode.fields, meta: { type: 'event', id } });
			for (const id of ['3', '3', '2']) {
				assert.equal(sequence.take(block(id), unknownTime), undefined);
				assert.equal(sequence.lastKey, undefined);
			}
			events(4);
			assert.deepEqual(pick(sequence, 'missing', 'duplicates', 'ids'), [0, 0, 3]);
		});
	});

	it('takes events of polls where they are rows of their own, and an answer where it is itself the event', () => {
		const { sequence } = watch('$.id');
		const nested = { kind: kindCode.event, flags: frameFlag.fin | frameFlag.partOfCycle };
		sequence.take(frame({ id: 1 }, { kind: kindCode.cycle, meta: cycle(false) }), unknownTime);
		sequence.take(frame({ id: 1 }, { kind: kindCode.cycle, meta: cycle(true) }), unknownTime);
		sequence.take(frame({ id: 2 }, nested), unknownTime);
		sequence.take(frame({ id: 9 }, { kind: kindCode.ping }), unknownTime);
		sequence.take(frame({ id: 9 }, { flags: frameFlag.fin | frameFlag.out }), unknownTime);
		sequence.take(frame('', { kind: kindCode.cycle, meta: cycle(false) }), unknownTime);
		assert.deepEqual(pick(sequence, 'ids', 'missing', 'duplicates'), [2, 0, 0]);
	});

	it('takes an answer without events for none, so that ids are found among many of those', () => {
		const { sequence, found } = watch();
		for (const id of range(1, 12)) {
			for (const body of ['', '[]', '{"id":7}']) {
				const empty = { kind: kindCode.cycle, meta: cycle(false, 0) };
				assert.equal(sequence.take(frame(body, empty), unknownTime), undefined);
				assert.equal(sequence.lastKey, undefined);
			}
			sequence.take(frame({ id }, { kind: kindCode.cycle, meta: cycle(false) }), unknownTime);
		}
		assert.deepEqual(found, ['$.id']);
		assert.deepEqual(pick(sequence, 'ids', 'missing', 'duplicates'), [12, 0, 0]);
	});

	describe('of polls without sending times', () => {
		const answers = (...lists: readonly (readonly number[])[]): EventSequence => {
			const { sequence } = watch('$.id');
			for (const list of lists) {
				sequence.take(frame('', { kind: kindCode.cycle, meta: cycle(true) }), unknownTime);
				for (const id of list) {
					sequence.take(
						frame({ id }, { kind: kindCode.event, flags: frameFlag.fin | frameFlag.partOfCycle }),
						unknownTime,
					);
				}
			}
			return sequence;
		};

		it('takes the same list in answer after answer for duplicates', () => {
			const sequence = answers(range(1, 10), range(1, 10), range(1, 10), range(1, 12), range(1, 12));
			assert.deepEqual(pick(sequence, 'duplicates', 'resets', 'missing'), [42, 0, 0]);
		});

		it('knows a new numbering when it goes on in the next answer', () => {
			const sequence = answers(range(1, 50), [1, 2, 3, 4, 5], [6], [7, 8], [9, 10]);
			assert.deepEqual(pick(sequence, 'duplicates', 'resets', 'missing'), [0, 1, 0]);
		});
	});

	it('begins its counts anew when cleared, and goes on', () => {
		const { sequence, take } = watch('$.id');
		take({ id: 1 }, { id: 4 }, { id: 4 });
		sequence.reset();
		take({ id: 6 }, { id: 3 });
		assert.deepEqual(pick(sequence, 'ids', 'missing', 'gaps', 'duplicates'), [2, 1, 1, 1]);
	});

	it('stays with ordered ids when cleared, though one reads as an integer then', () => {
		const { sequence, take } = watch('$.id');
		take(...range(0x1a0, 0x1ff).map((n) => ({ id: n.toString(16) })));
		sequence.reset();
		take(...range(0x200, 0x20b).map((n) => ({ id: n.toString(16) })));
		assert.deepEqual(pick(sequence, 'kind', 'missing', 'ids', 'lastId'), ['ordered', null, 12, '20b']);
	});

	describe('what a lost connection cost', () => {
		const judged = (before: readonly number[], sent: string | undefined, after: readonly number[]): unknown[] => {
			const { sequence, events } = watch('id');
			sequence.connectionOpened(1000, undefined);
			events(...before);
			sequence.connectionLost();
			sequence.connectionOpened(2000, sent);
			events(...after);
			const [verdict] = sequence.verdicts();
			assert.equal(verdict?.atMs, 2000);
			return [verdict.verdict, verdict.lost, verdict.duplicates, verdict.lastEventId];
		};

		it('is nothing where the next id is the first after', () => {
			assert.deepEqual(judged([1, 2, 3], '3', [4, 5]), ['resumed', 0, 0, 'honoured']);
			assert.deepEqual(judged([1, 2, 3], undefined, [4]), ['resumed', 0, 0, 'notSent']);
			assert.deepEqual(judged([1, 2, 3], '3', [4, 5, 5]), ['resumed', 0, 0, 'honoured'], 'an event after came twice');
		});

		it('is what came again', () => {
			assert.deepEqual(judged(range(1, 9), '9', [7, 8, 9, 10, 11]), ['replayed', 0, 3, 'ignored']);
			assert.deepEqual(judged(range(1, 9), undefined, [7, 8]), ['replayed', 0, 2, 'notSent']);
			assert.deepEqual(judged(range(1, 9), '9', [10, 8, 11]), ['replayed', 0, 1, 'honoured'], 'behind the live one');
		});

		it('is what never came', () => {
			assert.deepEqual(judged([1, 2, 3], '3', [8, 9]), ['lost', 4, 0, 'ignored']);
			assert.deepEqual(judged([1, 2, 3], '3', [3, 8, 9, 12]), ['lost', 4, 1, 'ignored'], '10 and 11 are lost later');
		});

		it('is taken back where it comes after all', () => {
			assert.deepEqual(judged([1, 2, 3], '3', [6, 4, 5]), ['resumed', 0, 0, 'honoured']);
			assert.deepEqual(judged([1, 2, 3], '3', [6, 4]), ['lost', 1, 0, 'ignored']);
			assert.deepEqual(judged([1, 2, 3], '3', [6, ...range(7, 200), 5, 4]), ['resumed', 0, 0, 'honoured']);
		});

		it('is not what was missing before', () => {
			assert.deepEqual(judged([1, 2, 5, 6], '6', [7, 3, 4]), ['resumed', 0, 0, 'honoured']);
		});

		it('can not be told where the numbers began anew', () => {
			assert.deepEqual(judged(range(1, 9), '9', [1, 2, 3, 4]), ['reset', 0, 0, 'ignored']);
			assert.deepEqual(judged([1, 2, 3], '3', range(9e9, 9e9 + 3)), ['reset', 0, 0, 'ignored']);
		});

		it('is judged by the id that was sent, which is not always the highest', () => {
			// 9, 10, 8 came, so `Last-Event-ID` is 8.
			assert.deepEqual(judged([7, 9, 10, 8], '8', [9, 10, 11]), ['replayed', 0, 2, 'honoured']);
		});

		it('is unknown before an event came, and without ids', () => {
			assert.deepEqual(judged([1, 2, 3], '3', []), ['unknown', 0, 0, 'unknown']);
			assert.deepEqual(judged([], undefined, [1, 2]), ['unknown', 0, 0, 'notSent']);
			assert.deepEqual(judged([], '7', [8, 9]), ['unknown', 0, 0, 'unknown']);
			const { sequence, take } = watch();
			sequence.connectionOpened(1, undefined);
			sequence.connectionOpened(2, '5');
			take(...range(1, 200).map(() => ({ price: 1 })));
			assert.deepEqual(sequence.verdicts(), [
				{ atMs: 2, verdict: 'unknown', lost: 0, duplicates: 0, lastEventId: 'unknown' },
			]);
		});

		it('is not what is doubled long after', () => {
			assert.deepEqual(judged(range(1, 9), '9', [...range(10, 80), 5, 9]), ['resumed', 0, 0, 'honoured']);
		});

		it('stays as it was when the numbers begin anew later', () => {
			assert.deepEqual(judged(range(1, 9), '9', [12, 13, 1, 2, 3, ...range(4, 9), 12, 11, 10]), [
				'lost',
				2,
				2,
				'ignored',
			]);
		});

		it('of ordered ids is a replay where the last event came again, and else can not be told', () => {
			const verdictOn = (...ids: readonly string[]): unknown[] => {
				const { sequence, events } = watch('id');
				sequence.connectionOpened(1000, undefined);
				events(...range(1, 20).map((n) => `99-${n}`));
				sequence.connectionOpened(2000, '99-20');
				events(...ids);
				const [verdict] = sequence.verdicts();
				return [verdict!.verdict, verdict!.duplicates, verdict!.lastEventId];
			};
			assert.deepEqual(verdictOn('99-19', '99-20', '99-21'), ['replayed', 2, 'ignored']);
			assert.deepEqual(verdictOn('99-18', '99-23'), ['unknown', 1, 'ignored']);
			assert.deepEqual(verdictOn('99-23', '99-23'), ['unknown', 0, 'unknown']);
			assert.deepEqual(verdictOn('99-23'), ['unknown', 0, 'unknown']);
		});

		it('is judged too where the ids are found only after it', () => {
			const { sequence, take } = watch();
			sequence.connectionOpened(1, undefined);
			take(...range(1, 4).map((seq) => ({ seq })));
			sequence.connectionOpened(2, undefined);
			take(...range(7, 16).map((seq) => ({ seq })));
			assert.deepEqual(sequence.verdicts(), [
				{ atMs: 2, verdict: 'lost', lost: 2, duplicates: 0, lastEventId: 'notSent' },
			]);
			assert.deepEqual(pick(sequence, 'ids', 'missing'), [14, 2]);
		});

		it('stays as it was told when ids are read elsewhere, whatever comes there', () => {
			const { sequence, found, take, events } = watch();
			sequence.connectionOpened(1, undefined);
			take(...range(1, 100).map((seq) => ({ seq })));
			sequence.connectionLost();
			sequence.connectionOpened(2, '7');
			take(...range(106, 120).map((seq) => ({ seq })));
			const told = sequence.verdicts();
			assert.deepEqual(
				told.map(({ verdict, lost }) => [verdict, lost]),
				[['lost', 5]],
			);
			// Late ones among them have the numbers of those that were lost.
			take(...[...range(60, 101), ...range(104, 110), 102, 103, 102].map((offset) => ({ offset })));
			assert.deepEqual(found, ['$.seq', '$.offset']);
			assert.deepEqual(sequence.verdicts(), told);
			// The ids of server-sent events are those that Last-Event-ID is made of; those of before were not.
			events(...range(500, 600));
			assert.deepEqual(found, ['$.seq', '$.offset', 'id']);
			assert.deepEqual(sequence.verdicts(), told);
			assert.deepEqual(watch('detect', reloaded(sequence)).sequence.verdicts(), told);
		});

		it('stays as it was told when another path turns out to be of channels, mixed', () => {
			const { sequence, found, take } = watch();
			sequence.connectionOpened(1, undefined);
			take(...range(1, 30).map((seq) => ({ seq })));
			sequence.connectionOpened(2, undefined);
			take(...range(33, 60).map((seq) => ({ seq })));
			const told = sequence.verdicts();
			take(...range(1, 40).map((offset) => ({ offset })));
			assert.deepEqual(found, ['$.seq', '$.offset']);
			sequence.connectionOpened(3, undefined);
			const next = [41, 900];
			take(...range(1, 300).map((n) => ({ offset: next[n % 2]!++ })));
			assert.equal(sequence.summary().path, null);
			assert.deepEqual(
				sequence.verdicts().map(({ verdict }) => verdict),
				['lost', 'unknown'],
			);
			assert.deepEqual(sequence.verdicts()[0], told[0]);
		});

		it('is kept of the last twenty', () => {
			const { sequence, take } = watch('$.id');
			for (const n of range(1, 40)) {
				sequence.connectionOpened(n, undefined);
				take({ id: n });
			}
			assert.deepEqual(
				sequence.verdicts().map((verdict) => verdict.atMs),
				range(21, 40),
			);
			assert.ok(sequence.verdicts().every((verdict) => verdict.verdict === 'resumed'));
		});
	});

	describe('after a reload', () => {
		it('goes on where it was, verdicts and all', () => {
			const before = watch();
			before.sequence.connectionOpened(1, undefined);
			before.take(...[...range(1, 20), 23, 23].map((seq) => ({ seq })));
			before.sequence.connectionOpened(2, undefined);
			before.take({ seq: 25 });
			const { sequence, found, take } = watch('detect', reloaded(before.sequence));
			assert.deepEqual(sequence.summary(), before.sequence.summary());
			sequence.connectionOpened(3, undefined);
			take({ seq: 29 }, { seq: 22 });
			assert.deepEqual(pick(sequence, 'ids', 'missing', 'gaps', 'duplicates', 'reorders'), [25, 5, 3, 1, 1]);
			assert.deepEqual(
				sequence.verdicts().map(({ atMs, verdict, lost }) => [atMs, verdict, lost]),
				[
					[2, 'lost', 1],
					[3, 'lost', 3],
				],
			);
			assert.deepEqual(found, []);
			take(...range(1, 19).map((other) => ({ other })));
			assert.equal(sequence.summary().path, '$.seq', 'a few events without it are no reason to look elsewhere');
		});

		it('goes on with ordered ids', () => {
			const before = watch('id');
			before.events(...range(1, 20).map((n) => `99-${n}`));
			const { sequence, events } = watch('id', reloaded(before.sequence));
			assert.deepEqual(events('99-20', '99-21', '99-19'), [
				{ sequence: 'duplicate' },
				undefined,
				{ sequence: 'reorder' },
			]);
			assert.equal(sequence.summary().kind, 'ordered');
		});

		it('forgets ids of another place than the one that is set now', () => {
			const before = watch('$.id');
			before.take({ id: 1 }, { id: 5 });
			const { sequence } = watch('$.seq', reloaded(before.sequence));
			assert.deepEqual(pick(sequence, 'path', 'ids', 'missing', 'lastId'), ['$.seq', 0, null, null]);
		});

		it('begins anew where what was stored can not be read', () => {
			const before = watch('$.id');
			before.take({ id: 1 }, { id: 5 });
			const good = reloaded(before.sequence);
			const bad: unknown[] = [
				null,
				'x',
				[],
				{},
				{ ...good, path: 7 },
				{ ...good, path: 'no path' },
				{ ...good, numbering: { ...good.numbering, runs: 'x' } },
				{ ...good, numbering: null },
			];
			for (const known of bad) {
				const { sequence, take } = watch('detect', known as StoredSequence);
				take(...range(1, 12).map((id) => ({ id })));
				assert.deepEqual(pick(sequence, 'kind', 'missing', 'ids'), ['consecutive', 0, 12], JSON.stringify(known));
			}
		});
	});

	it('tells no less than nothing as lost, whatever was stored', () => {
		const before = watch('$.id');
		before.sequence.connectionOpened(1, undefined);
		before.take({ id: 1 });
		before.sequence.connectionOpened(2, undefined);
		before.take({ id: 9 });
		const { reconnects, ...stored } = reloaded(before.sequence);
		const reopenings = reconnects.reopenings.map((reopening) => ({ ...reopening, lost: 1 }));
		const { sequence, take } = watch('$.id', { ...stored, reconnects: { ...reconnects, reopenings } });
		take({ id: 4 }, { id: 5 }, { id: 6 });
		assert.deepEqual(
			sequence.verdicts().map(({ verdict, lost }) => [verdict, lost]),
			[['resumed', 0]],
		);
	});

	it('comes back from any JSON, and tells numbers or nothing', () => {
		const good = watch();
		good.sequence.connectionOpened(1, undefined);
		good.take(...[...range(1, 20), 24, 23].map((seq) => ({ seq })));
		good.sequence.connectionOpened(2, '7');
		good.take({ seq: 30 });
		const stored = reloaded(good.sequence);
		const order = { highest: '7', duplicates: 1, reorders: 1, steps: 9, rises: 9 };
		const any = fc.oneof(fc.jsonValue(), fc.double(), fc.nat({ max: 3 }), fc.nat(), fc.constant(null));
		/** What was stored, with a member replaced. */
		const spoilt = <Value extends object>(value: Value): fc.Arbitrary<unknown> =>
			fc.tuple(fc.constantFrom(...Object.keys(value)), any).map(([name, member]) => ({ ...value, [name]: member }));
		const [reopening] = stored.reconnects.reopenings;
		const parts = fc.record({
			path: fc.oneof(fc.constantFrom('$.seq', '$.seq', '$.seq', 'id', '$.'), fc.constant('$.seq'), any),
			ids: any,
			lastId: fc.oneof(fc.string(), any),
			numbering: fc.oneof(spoilt(stored.numbering!), fc.constant(stored.numbering), fc.constant(stored.numbering), any),
			order: fc.oneof(spoilt(order), fc.constant(order), any),
			reconnects: fc.oneof(
				{ weight: 3, arbitrary: fc.record({ connections: fc.nat(), reopenings: fc.array(spoilt(reopening!)) }) },
				{ weight: 1, arbitrary: any },
			),
		});
		fc.assert(
			fc.property(fc.oneof(any, parts), fc.constantFrom('detect', '$.seq', 'id'), (known, setting) => {
				const { sequence, take, events } = watch(setting, JSON.parse(JSON.stringify(known)) as StoredSequence);
				for (let look = 0; look < 2; look++) {
					const numbers = Object.values(sequence.summary()).filter((value) => typeof value === 'number');
					for (const { atMs, lost, duplicates } of sequence.verdicts()) {
						assert.ok(Number.isFinite(atMs));
						numbers.push(lost, duplicates);
					}
					assert.ok(
						numbers.every((number) => number >= 0 && Number.isFinite(number)),
						`${numbers}`,
					);
					sequence.connectionOpened(look, '5');
					take({ seq: 26 }, { seq: 25 }, { seq: 40 }, { seq: 1 }, { seq: 22 });
					events(3, 'x', 9);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('finds and reads a member of whatever name', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-composite' }), (outer, inner) => {
				const { sequence, found, take } = watch();
				take(...range(1, 10).map((n) => ({ [`x${outer}`]: { [`${inner}x`]: n } })));
				fc.pre(found.length > 0);
				assert.deepEqual([sequence.summary().ids, sequence.lastKey], [10, 10], found[0]);
			}),
			{ numRuns: 300 },
		);
	});

	it('throws at nothing that a server sends, and can be stored at any time', () => {
		const id = fc.oneof(fc.nat({ max: 30 }), fc.string(), fc.maxSafeInteger(), fc.double(), fc.json());
		const payload = fc.oneof(
			fc.record({ id }),
			fc.record({ seq: id, data: fc.record({ id }) }, { requiredKeys: [] }),
			fc.json(),
			fc.string({ unit: 'binary' }),
			fc.constant('{"id":12'),
		);
		const setting = fc.constantFrom('detect', '', 'id', 'none', '$.id', '$.data.id', '$[0]');
		fc.assert(
			fc.property(setting, fc.array(fc.tuple(payload, id), { maxLength: 60 }), (where, events) => {
				let { sequence } = watch(where);
				for (const [index, [sent, eventId]] of events.entries()) {
					if (index % 7 === 0) {
						sequence.connectionOpened(index, index % 2 === 0 ? undefined : String(eventId));
					}
					const record = index % 3 === 0 ? frame(sent) : serverSent(String(eventId), sent);
					const marks = sequence.take(record, index % 5 === 0 ? index : unknownTime);
					assert.ok(marks?.missing === undefined || marks.missing > 0);
					const again = watch(where, reloaded(sequence)).sequence;
					assert.deepEqual(again.summary(), sequence.summary());
					sequence = index % 4 === 0 ? again : sequence;
				}
			}),
			{ numRuns: 150 },
		);
	});

	it('misses and invents nothing in a million JSON events over a hundred connections', () => {
		let state = 11;
		const random = (): number => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return state / 2 ** 32;
		};
		const whole = (below: number): number => Math.floor(random() * below);
		const { sequence } = watch('detect');
		const record = frame('');
		const bytes = Buffer.alloc(200);
		const marked = { gap: 0, duplicate: 0, reorder: 0, reset: 0, missing: 0 };
		const send = (id: number, sentAtMs: number): void => {
			record.bytes = bytes;
			record.start = 0;
			record.end = bytes.write(`{"type":"price","seq":${id},"sentAt":${sentAtMs},"price":${whole(500)}}`);
			record.arrivedAtMs = now + sentAtMs;
			const marks = sequence.take(record, sentAtMs);
			if (marks?.sequence !== undefined) {
				marked[marks.sequence]++;
				marked.missing += marks.missing ?? 0;
			}
		};
		const truth = { missing: 0, gaps: 0, duplicates: 0, reorders: 0, resets: 0 };
		const costs: [lost: number, duplicates: number][] = [];
		let id = 100_000;
		let jumps = 0;
		for (let n = 0, clockMs = 0; n < 1_000_000; n++) {
			if (n % 10_000 === 0) {
				sequence.connectionOpened(n, undefined);
				const lost = n > 0 && random() < 0.5 ? 1 + whole(40) : 0;
				const again = n > 0 && random() < 0.5 ? 1 + whole(30) : 0;
				if (n > 0) {
					costs.push([lost, again]);
				}
				for (let back = again; back > 0; back--) {
					// A replay, with times of now as often as with those of then.
					send(id - back, n % 20_000 === 0 ? clockMs : -1);
					truth.duplicates++;
				}
				truth.missing += lost;
				truth.gaps += lost > 0 ? 1 : 0;
				jumps += lost > 0 ? 1 : 0;
				id += lost;
			}
			// What is sent again after a reconnect had all come.
			const dice = n % 10_000 < 100 || n % 10_000 > 9900 ? 1 : random();
			clockMs++;
			if (dice < 0.005) {
				const lost = 1 + whole(9);
				truth.missing += lost;
				truth.gaps++;
				jumps++;
				id += lost;
			} else if (dice < 0.01) {
				// Two change places.
				send(id + 1, clockMs);
				send(id, clockMs);
				truth.reorders++;
				jumps++;
				id += 2;
				continue;
			}
			send(id, clockMs);
			if (dice > 0.99 && dice < 1) {
				send(id, clockMs);
				truth.duplicates++;
			}
			id++;
		}
		const { missing, gaps, duplicates, reorders, resets, path } = sequence.summary();
		assert.deepEqual({ missing, gaps, duplicates, reorders, resets }, truth);
		assert.equal(path, '$.seq');
		assert.deepEqual(marked, {
			gap: jumps,
			duplicate: truth.duplicates,
			reorder: truth.reorders,
			reset: 0,
			missing: truth.missing + truth.reorders,
		});
		assert.deepEqual(
			sequence.verdicts().map((verdict) => [verdict.verdict, verdict.lost, verdict.duplicates]),
			costs.slice(-20).map(([lost, again]) => [lost > 0 ? 'lost' : again > 0 ? 'replayed' : 'resumed', lost, again]),
		);
	});
});
