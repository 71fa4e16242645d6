import type { FactName } from '../../core/sizing/facts';
import { quantityAsFact } from '../../core/sizing/factText';
import type { Place } from '../../core/sizing/note/quantity';
import type { NoteReading } from '../../core/sizing/note/reading';
import type { GivenFact } from '../../core/sizing/size';
import { movedPlace, type TextEdit } from './movedPlaces';
import { type SizedText, type Sizing, sizingOf } from './sizing';

/**
 * The marks of a sized text after edits of its document, in the text that then begins at `start`; one that was removed is
 * no mark any more. Undefined where all of the text is read.
 */
export function movedMarks(sizing: SizedText, start: number, edits: readonly TextEdit[]): readonly Place[] | undefined {
	return sizing.options.marked?.flatMap((mark) => {
		const place = moved(mark, sizing.start, start, edits);
		return place === undefined ? [] : [place];
	});
}

/**
 * Sizes a text that is read again after edits of its document, with what was told beside it. Where the user said what a
 * number of the text means, it goes on to mean that, whatever it is now.
 */
export function sizingAgain(before: Sizing, text: SizedText, edits: readonly TextEdit[]): Sizing {
	const given = new Map<FactName, GivenFact>();
	for (const [fact, told] of before.given) {
		const now = told.source.kind === 'note' ? toldAgain(fact, told.source.places, before, text, edits) : told;
		if (now !== undefined) {
			given.set(fact, now);
		}
	}
	return sizingOf(text, given, before.only);
}

function toldAgain(
	fact: FactName,
	places: readonly Place[],
	before: Sizing,
	{ start, reading }: SizedText,
	edits: readonly TextEdit[],
): GivenFact | undefined {
	const place = places[0] && moved(places[0], before.start, start, edits);
	const quantity =
		place && numbersOf(reading).find((each) => each.place.start < place.end && each.place.end > place.start);
	const value = quantity && quantityAsFact(fact, quantity);
	return quantity && value
		? {
				value: value.low === value.high ? value.low : value,
				source: { kind: 'note', text: quantity.text, places: [quantity.place] },
			}
		: undefined;
}

function numbersOf({ unused, facts }: NoteReading) {
	return [...unused, ...facts.flatMap(({ quantities }) => quantities)];
}

function moved(place: Place, from: number, to: number, edits: readonly TextEdit[]): Place | undefined {
	const start = edits.reduce<Place | undefined>((at, edit) => at && movedPlace(at, edit), {
		start: from + place.start,
		end: from + place.end,
	});
	return start && start.start >= to ? { start: start.start - to, end: start.end - to } : undefined;
}
