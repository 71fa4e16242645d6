import type { FactName } from '../facts';
import type { SizingProblem } from '../problem';
import type { CommentTokens } from './noteLines';
import type { Place, Quantity, Span } from './quantity';

/** What a text says, as far as it bears on capacity. */
export interface NoteReading {
	/** One for each fact that the text tells without contradiction. */
	readonly facts: readonly ReadFact[];
	/**
	 * What each paragraph, and each item of a list, tells by itself, where the text has several that tell something: one may be about another audience
	 * than the next. Empty otherwise.
	 */
	readonly paragraphs: readonly (readonly ReadFact[])[];
	/** Numbers that were read and tell none of them, in order. */
	readonly unused: readonly Quantity[];
	/** Ambiguous numbers and contradictions. */
	readonly problems: readonly SizingProblem[];
}

/** One fact as the text tells it. */
export interface ReadFact {
	readonly fact: FactName;
	/** In the fact's unit (a `networkLatencyMs` in milliseconds, a rate per second). */
	readonly value: Span;
	/** The numbers that it comes from: one, or those that were multiplied (users × connections each). */
	readonly quantities: readonly Quantity[];
	/** Where else the text has the same value for it. */
	readonly repeats?: readonly Quantity[];
	/** The words that told the meaning, as written: `safely holds`, `sockets`. */
	readonly words: readonly string[];
}

/** What a text is read with. */
export interface ReadingOptions {
	/** What a point in `240.000` parts: `auto` takes it from the text's other numbers. */
	readonly decimalSeparator: 'auto' | 'point' | 'comma';
	/**
	 * Only numbers within these places are read, each as one input, and the text around them only for its words; left out,
	 * all of the text's are. It is what several selections, or a selected bare number, ask for.
	 */
	readonly marked?: readonly Place[];
	/** How the text's language writes comments, whose marks are no part of a note; left out for Markdown. */
	readonly comment?: CommentTokens;
}
