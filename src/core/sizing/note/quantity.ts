/** Where something stands in a text: UTF-16 offsets, as editors count them; the end is exclusive. */
export interface Place {
	readonly start: number;
	readonly end: number;
}

/** A value as written, with both ends where a range was; `low` equals `high` for a single number. Always finite. */
export interface Span {
	readonly low: number;
	readonly high: number;
}

/**
 * What a quantity's unit says that it counts, and in which unit its value is:
 *
 * - `count`: a bare number, or one with a noun that is for `readNote` to understand (`240k users`)
 * - `share`: a percentage, as a fraction (`20 %` is 0.2)
 * - `bytes`: bytes; KB and MB are decimal, KiB and MiB binary
 * - `bitsPerSecond`, `bytesPerSecond`: a link's speed or a traffic
 * - `seconds`: a duration (`80 ms` is 0.08, `1m30s` is 90)
 * - `perSecond`: a rate of anything (`30 per minute` is 0.5, `2 Hz` is 2, `once per second` is 1)
 * - `every`: the seconds between two (`every 25 s` is 25; `1 message every 10 seconds` is 10): an interval or a rate,
 *   which the words around it tell
 */
export type Dimension =
	| 'count'
	| 'share'
	| 'bytes'
	| 'bitsPerSecond'
	| 'bytesPerSecond'
	| 'seconds'
	| 'perSecond'
	| 'every';

/** One number of a text, with its unit. */
export interface Quantity {
	readonly value: Span;
	readonly dimension: Dimension;
	/** The whole of it, unit and product included: `100M DAU × 20%` is one quantity. */
	readonly place: Place;
	/** What stands there. */
	readonly text: string;
	/** The unit as it is understood (`KB`, `KiB`, `Mbit/s`, `ms`, `per minute`); empty for a bare number. */
	readonly unit: string;
	/** `about`, `~`, `up to`, `at most`, `at least`, `over`: how exact it is meant to be. */
	readonly qualifier?: 'about' | 'upTo' | 'atLeast';
	/**
	 * The noun that a `perSecond`, an `every` or a product carries between number and unit, in lower case: `msg` of
	 * `4 msg/s`, `message` of `1 message every 10 seconds`, `dau` of `100M DAU × 20%`.
	 */
	readonly noun?: string;
	/**
	 * Set where the text can be read in another way as well: `240.000` (240 or 240,000), `5 mb/s` (megabits or megabytes).
	 * `value` is then the first reading, and is not to be used without being told.
	 */
	readonly ambiguous?: Ambiguity;
}

/** Two readings of one number, each in words that a sentence can take: `240,000`, `240`. */
export interface Ambiguity {
	readonly readings: readonly [string, string];
	/** What in the note or the settings would decide. */
	readonly because: 'digitGrouping' | 'bitsOrBytes';
}
