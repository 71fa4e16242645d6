import type { Place } from '../../core/sizing/note/quantity';

/** A change of a text: `removed` UTF-16 units at an offset gave way to other text. */
export interface TextEdit {
	readonly offset: number;
	readonly removed: number;
	readonly inserted: string;
}

/**
 * Where a place is after an edit. What is changed within it is in it, and so is what is added to its last line, since a
 * sentence goes on being written there; what is put before it or on a line below is not. Undefined where all of it was
 * replaced or removed.
 */
export function movedPlace({ start, end }: Place, { offset, removed, inserted }: TextEdit): Place | undefined {
	const removedEnd = offset + removed;
	const shift = inserted.length - removed;
	if (removedEnd <= start) {
		return { start: start + shift, end: end + shift };
	}
	if (offset > end || (offset === end && /^\s*[\r\n]/.test(inserted))) {
		return { start, end };
	}
	if (offset <= start && removedEnd >= end) {
		return undefined;
	}
	if (offset < start) {
		return { start: offset + inserted.length, end: end + shift };
	}
	return removedEnd > end ? { start, end: offset } : { start, end: end + shift };
}

/**
 * Where a number is after edits, one after the other; undefined where one of them touched it, since it may then say
 * something else.
 */
export function movedNumber(place: Place, edits: readonly TextEdit[]): Place | undefined {
	let { start, end } = place;
	for (const { offset, removed, inserted } of edits) {
		if (offset + removed <= start) {
			start += inserted.length - removed;
			end += inserted.length - removed;
		} else if (offset < end) {
			return undefined;
		}
	}
	return { start, end };
}
