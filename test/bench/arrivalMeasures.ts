/** Arrival minus the time of sending, of one run, in milliseconds. */
export interface StampError {
	readonly frames: number;
	/** From the connection to the last of them. */
	readonly framesPerSecond: number;
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
}

export const arrivalConditions = ['idle', 'busy', 'blocked'] as const;
export type ArrivalCondition = (typeof arrivalConditions)[number];

/** A run of each for each round. */
export type ArrivalMeasures = Record<
	ArrivalCondition,
	{ readonly engine: StampError[]; readonly hostClient: StampError[] }
>;
