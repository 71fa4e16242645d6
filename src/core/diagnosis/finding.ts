/** What `Finding.code` can be; the doc of each names its `values`. */
export const findingCodes = [
	'bunched',
	'compressedEventStream',
	'noFirstByte',
	'idleCut',
	'coalescing',
	'missingHeartbeat',
] as const;

/**
 * - `bunched` (`events`, `bunches`, `share`, `arrivalSpreadMs`, `sendingSpreadMs`): events that were sent apart arrive together.
 * - `compressedEventStream` (`encoding`): an event stream is compressed, and a compressor holds back until its block is full.
 * - `noFirstByte` (`seconds`): the head of an event stream came, and no byte of its body.
 * - `idleCut` (`times`, `seconds`, `after` (idle, lifetime)): connections are cut after the same time again and again.
 * - `coalescing` (`events`, `share`, `stepMs`): events arrive in steps of 40 ms that their sending does not have.
 * - `missingHeartbeat` (`idleSeconds`, and `everySeconds` where they came): nothing for so long, where heartbeats used to
 *   come or should.
 */
export type FindingCode = (typeof findingCodes)[number];

/** Something on the way that seems wrong: what was seen, and what likely causes it. */
export interface Finding {
	readonly code: FindingCode;
	/** The evidence: what was counted and measured, by the names that the code's doc gives. */
	readonly values: Readonly<Record<string, number | string>>;
	/** What was seen, with its numbers, in one sentence. */
	readonly evidence: string;
	/** The likely cause and what to try, in one or two sentences; header fields that were seen are named. */
	readonly cause: string;
	/** When it was first and last seen, in epoch milliseconds. */
	readonly firstAtMs: number;
	readonly lastAtMs: number;
}
