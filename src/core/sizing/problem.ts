import type { FactName } from './facts';
import type { Place } from './note/quantity';

/** What keeps a calculation from an answer, or makes it doubtful, as data; the host makes a sentence of it. */
export interface SizingProblem {
	readonly code: SizingProblemCode;
	/** The values that the code's sentence mentions, by name. */
	readonly values: Readonly<Record<string, string | number>>;
	/** Which fact it is about. */
	readonly fact?: FactName;
	/** Where in the text; two where two numbers are at odds. */
	readonly places?: readonly Place[];
}

/** Stable codes with the names of their `values`. */
export type SizingProblemCode =
	/** No values: the selection, or the paragraph under the cursor, is empty. */
	| 'emptySelection'
	/** No values: no number in the text says anything about capacity. */
	| 'nothingToSize'
	/** `characters`, `most`: longer than is read at once; what lies beyond was left out. */
	| 'textTooLong'
	/** `text`, `first`, `second`, `because`: one number with two readings. */
	| 'ambiguous'
	/** `label`, `first`, `second`: two numbers for one thing. */
	| 'contradiction'
	/** `label`, `input`: the calculation lacks it. */
	| 'missing'
	/** `label`, `value`, `expected`: a number out of its range. */
	| 'outOfRange'
	/** `input`, `value`, `expected`: a value given to a command that is of no use. */
	| 'invalidInput'
	/** `reason`: the calculation has no answer for these numbers, such as a reconnect rate above what can be accepted. */
	| 'noAnswer'
	/** No values: the session has measured nothing yet. */
	| 'notMeasured';

/** A calculation that can't be answered says why by throwing this. */
export class NoAnswer extends Error {
	constructor(readonly reason: NoAnswerReason) {
		super(reason);
		this.name = 'NoAnswer';
	}
}

/** Why there is no answer; the host has a sentence for each. */
export type NoAnswerReason =
	/** The only server fails: nobody is left to take its connections. */
	| 'noSurvivors'
	/** More failures tolerated than there are servers. */
	| 'failuresNotBelowServers'
	/** None of the constraints of a server is known. */
	| 'noConstraint'
	/** The result is beyond what can be counted exactly (2⁵³). */
	| 'tooLarge';
