/** One measured number of a benchmark. */
export interface BenchResult {
	/** Stable, for whoever compares runs. */
	readonly id: string;
	readonly value: number;
	readonly unit: string;
	/** What the project promises; `null` where it promises nothing yet. */
	readonly target: number | null;
	readonly held: boolean | null;
}

/** What a benchmark is given. */
export interface BenchOptions {
	/** Where the built worker and sender files lie; whatever a benchmark writes goes there too, and is removed with it. */
	readonly folder: string;
	/** A short run that shows that the benchmark works, not what the engine can do. */
	readonly quick: boolean;
	/** Calls the `run` of a built file in the extension host of a real VS Code; rejects where that failed. */
	runInVscode(file: string, environment: Readonly<Record<string, string>>): Promise<void>;
	/** Says a line to whoever waits. */
	say(line: string): void;
}

/** The middle and the ends of a few runs. */
export interface Spread {
	readonly median: number;
	readonly least: number;
	readonly most: number;
}

/** The spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
	return { median, least: sorted[0]!, most: sorted.at(-1)! };
}
