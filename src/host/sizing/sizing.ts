import type * as vscode from 'vscode';
import type { CalculationId } from '../../core/sizing/calculation';
import type { FactName } from '../../core/sizing/facts';
import type { NoteReading, ReadingOptions } from '../../core/sizing/note/reading';
import type { SizingProblem } from '../../core/sizing/problem';
import { type GivenFact, type SizingReport, size } from '../../core/sizing/size';

/** The text that is sized, and where it stands. */
export interface SizedText {
	/** Absent where the text is not of a document: what a language model asks, or a session's measurements alone. */
	readonly uri?: vscode.Uri;
	/** Offset of the text in its document. */
	readonly start: number;
	readonly text: string;
	/** What the text was read with, to read it again when it changes. */
	readonly options: ReadingOptions;
	readonly reading: NoteReading;
}

/** A text with everything told beside it, and its reports. It never changes: an answer of the user makes another one. */
export interface Sizing extends SizedText {
	readonly given: ReadonlyMap<FactName, GivenFact>;
	/** Left out, whatever the text asks for. */
	readonly only?: readonly CalculationId[];
	readonly reports: readonly SizingReport[];
}

/** Sizes a text. */
export function sizingOf(text: SizedText, given: Sizing['given'] = new Map(), only?: Sizing['only']): Sizing {
	return { ...text, given, only, reports: size({ reading: text.reading, given, only }) };
}

/** The same text, with facts told beside what was told before; a fact told as undefined is forgotten. */
export function withGiven(sizing: Sizing, told: ReadonlyMap<FactName, GivenFact | undefined>): Sizing {
	const given = new Map(sizing.given);
	for (const [fact, value] of told) {
		if (value === undefined) {
			given.delete(fact);
		} else {
			given.set(fact, value);
		}
	}
	return sizingOf(sizing, given, sizing.only);
}

/** A report as commands return it: each problem has its sentence. */
export type PublicReport = Omit<SizingReport, 'problems'> & {
	readonly problems: readonly (SizingProblem & { readonly message: string })[];
};
