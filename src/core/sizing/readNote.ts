import { readQuantities } from './quantities';
import type { NoteReading, ReadingOptions } from './reading';

/** What a text says about capacity. Takes time linear in the text's length and never throws. */
export function readNote(text: string, options: ReadingOptions): NoteReading {
	return { facts: [], unused: readQuantities(text, options), problems: [] };
}
