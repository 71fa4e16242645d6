import assert from 'node:assert/strict';
import fc from 'fast-check';
import { movedNumber, movedPlace, type TextEdit } from '../../../src/host/sizing/movedPlaces';

const insert = (offset: number, inserted: string): TextEdit => ({ offset, removed: 0, inserted });
const remove = (offset: number, removed: number): TextEdit => ({ offset, removed, inserted: '' });
const applied = (text: string, { offset, removed, inserted }: TextEdit): string =>
	text.slice(0, offset) + inserted + text.slice(offset + removed);

describe('where a sized text is after an edit of its note', () => {
	const text = { start: 10, end: 20 };

	it('moves with what is put or removed before it', () => {
		assert.deepEqual(movedPlace(text, insert(10, 'abc')), { start: 13, end: 23 });
		assert.deepEqual(movedPlace(text, remove(2, 5)), { start: 5, end: 15 });
	});

	it('holds what is changed in it and written on at its end', () => {
		assert.deepEqual(movedPlace(text, insert(15, 'abc')), { start: 10, end: 23 });
		assert.deepEqual(movedPlace(text, insert(20, ' more')), { start: 10, end: 25 });
	});

	it('does not hold what is put on a line below, as an inserted answer is', () => {
		assert.deepEqual(movedPlace(text, insert(20, '\n\n<!-- answer -->')), text);
		assert.deepEqual(movedPlace(text, insert(21, 'x')), text);
	});

	it('keeps what is left of it where an edit reaches over an end', () => {
		assert.deepEqual(movedPlace(text, remove(5, 10)), { start: 5, end: 10 });
		assert.deepEqual(movedPlace(text, remove(15, 10)), { start: 10, end: 15 });
	});

	it('is gone where all of it was removed or replaced', () => {
		assert.equal(movedPlace(text, remove(10, 10)), undefined);
		assert.equal(movedPlace(text, { offset: 0, removed: 40, inserted: 'other' }), undefined);
	});

	it('never ends before it starts or outside of the text', () => {
		fc.assert(
			fc.property(
				fc.string({ minLength: 2, maxLength: 30 }),
				fc.nat(29),
				fc.nat(29),
				fc.nat(29),
				fc.nat(29),
				fc.string({ maxLength: 5 }),
				(note, a, b, c, d, inserted) => {
					const within = (offset: number): number => offset % (note.length + 1);
					const [start, end] = [within(a), within(b)].sort((x, y) => x - y) as [number, number];
					const [from, to] = [within(c), within(d)].sort((x, y) => x - y) as [number, number];
					const edit = { offset: from, removed: to - from, inserted };
					const moved = movedPlace({ start, end }, edit);
					const length = applied(note, edit).length;
					assert.ok(moved === undefined || (0 <= moved.start && moved.start <= moved.end && moved.end <= length));
				},
			),
		);
	});
});

describe('where a number of a note is after edits', () => {
	it('is the same number, wherever it moved', () => {
		fc.assert(
			fc.property(
				fc.string({ maxLength: 20 }),
				fc.string({ maxLength: 20 }),
				fc.array(fc.record({ at: fc.nat(60), removed: fc.nat(4), inserted: fc.string({ maxLength: 4 }) })),
				(before, after, changes) => {
					let note = `${before}60k${after}`;
					const edits: TextEdit[] = [];
					for (const { at, removed, inserted } of changes) {
						const offset = at % (note.length + 1);
						const edit = { offset, removed: Math.min(removed, note.length - offset), inserted };
						edits.push(edit);
						note = applied(note, edit);
					}
					const place = movedNumber({ start: before.length, end: before.length + 3 }, edits);
					assert.ok(place === undefined || note.slice(place.start, place.end) === '60k');
				},
			),
		);
	});

	it('is unknown once an edit touched it', () => {
		assert.equal(movedNumber({ start: 5, end: 8 }, [insert(6, '1')]), undefined);
		assert.equal(movedNumber({ start: 5, end: 8 }, [insert(0, 'ab'), remove(9, 3)]), undefined);
		assert.deepEqual(movedNumber({ start: 5, end: 8 }, [insert(8, 'x'), insert(5, 'ab')]), { start: 7, end: 10 });
	});
});
