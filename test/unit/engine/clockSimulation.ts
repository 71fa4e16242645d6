/** Numbers in 0 … 1 that a test can have again. */
export type Random = () => number;

/** Mulberry32: enough for delays, and the same on every machine. */
export function seeded(seed: number): Random {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** One-way delays to a server and back, in milliseconds. */
export type DelayPair = (random: Random) => readonly [upMs: number, downMs: number];

const exponential = (random: Random, meanMs: number): number => -meanMs * Math.log(1 - random());

/** Networks by name. */
export const delays = {
	/** 2 ms of cable, and queues of 20 ms on average. */
	exponential: {
		delays: (random: Random) => [2 + exponential(random, 20), 2 + exponential(random, 20)] as const,
		leastDelayMs: 2,
	},
	/** Most go straight, three in ten over a path that is 80 ms longer. */
	bimodal: {
		delays: (random: Random) =>
			[(random() < 0.7 ? 3 : 83) + 2 * random(), (random() < 0.7 ? 3 : 83) + 2 * random()] as const,
		leastDelayMs: 3,
	},
	/** Up is fast, down is slow, which no exchange can see. */
	asymmetric: {
		delays: (random: Random) => [1 + 2 * random(), 30 + exponential(random, 5)] as const,
		leastDelayMs: 30,
	},
	/** The same room. */
	local: {
		delays: (random: Random) => [0.1 + exponential(random, 0.1), 0.1 + exponential(random, 0.1)] as const,
		leastDelayMs: 0.1,
	},
};
