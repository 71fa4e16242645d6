import assert from 'node:assert/strict';
import type { FactName } from '../../../src/core/sizing/facts';
import type { Quantity } from '../../../src/core/sizing/note/quantity';
import type { GivenFact } from '../../../src/core/sizing/size';
import { type SizedText, sizingOf } from '../../../src/host/sizing/sizing';
import { movedMarks, sizingAgain } from '../../../src/host/sizing/sizingAgain';

/** A text at an offset of its document with one number that says nothing by itself. */
function textWith(content: string, number: string, value: number, start: number, isMarked = true): SizedText {
	const at = content.indexOf(number);
	const place = { start: at, end: at + number.length };
	const quantity: Quantity = { value: { low: value, high: value }, dimension: 'count', place, text: number, unit: '' };
	return {
		start,
		text: content,
		options: { decimalSeparator: 'auto', ...(isMarked && { marked: [place] }) },
		reading: { facts: [], paragraphs: [], unused: [quantity], problems: [] },
	};
}

const before = textWith('About 60k, as tested.', '60k', 60_000, 100);
const { place } = before.reading.unused[0]!;
const meant: GivenFact = { value: 60_000, source: { kind: 'note', text: '60k', places: [place] } };
const headroom: GivenFact = { value: 0.3, source: { kind: 'given' } };
const sized = sizingOf(
	before,
	new Map<FactName, GivenFact>([
		['connectionsPerServer', meant],
		['headroom', headroom],
	]),
);

describe('a text that is sized again after its note was edited', () => {
	it('has its marks where they moved, and without what was removed', () => {
		const [mark] = before.options.marked!;
		assert.deepEqual(movedMarks(before, 103, [{ offset: 0, removed: 0, inserted: 'abc' }]), [mark]);
		assert.deepEqual(movedMarks(before, 100, [{ offset: 100, removed: 6, inserted: '' }]), [
			{ start: mark!.start - 6, end: mark!.end - 6 },
		]);
		assert.deepEqual(movedMarks(before, 100, [{ offset: 100 + mark!.start, removed: 3, inserted: '' }]), []);
		assert.equal(movedMarks(textWith('60k', '60k', 60_000, 0, false), 0, []), undefined);
	});

	it('goes on to mean what the user said by a number, whatever that is now', () => {
		const now = textWith('About 65k, as tested.', '65k', 65_000, 100);
		const again = sizingAgain(sized, now, [{ offset: 100 + place.start + 1, removed: 1, inserted: '5' }]);
		assert.deepEqual(again.given.get('connectionsPerServer'), {
			value: 65_000,
			source: { kind: 'note', text: '65k', places: [place] },
		});
		assert.deepEqual(again.given.get('headroom'), headroom, 'what was told beside the note stays');
	});

	it('forgets what a number meant when it is gone', () => {
		const now: SizedText = {
			...before,
			text: 'As tested.',
			reading: { facts: [], paragraphs: [], unused: [], problems: [] },
		};
		const again = sizingAgain(sized, now, [{ offset: 100, removed: 11, inserted: '' }]);
		assert.deepEqual([...again.given.keys()], ['headroom']);
	});
});
