import type { FactName, FactValue } from './facts';

/** The calculations, by the names that commands, reports and the language-model tool use. */
export const calculationIds = [
	'socketServers',
	'safeConnectionsPerServer',
	'pushBandwidth',
	'longPollRequests',
	'pollingFreshness',
	'heartbeats',
	'connectionFootprint',
	'reconnectStorm',
	'drain',
	'transportComparison',
	'chooseTransport',
] as const;
export type CalculationId = (typeof calculationIds)[number];

/** What a calculation gets: a value under each input's name, absent where an optional one is not known. */
export type Inputs = Readonly<Record<string, FactValue | undefined>>;

/** A number, a text, or rows and groups of them; never NaN or an infinity. */
export type Result = number | string | boolean | readonly Result[] | { readonly [name: string]: Result };
/** Absent is what hangs on an optional input that is not known. */
export type Results = Readonly<Record<string, Result | undefined>>;

/** One input: the name under which reports have it, and the fact that it comes from. */
export interface InputDefinition {
	readonly name: string;
	readonly fact: FactName;
	/** What is taken where nobody says. */
	readonly assumed?: Assumption;
}

/** A value that nobody told, with the reason or source that a reader is told. */
export interface Assumption {
	readonly value: FactValue;
	readonly source: string;
}

/** One line of working: what is computed, its formula, and the formula with the numbers in place. */
export interface WorkingStep {
	/** In lower case, as in "servers that survive one failure". */
	readonly label: string;
	/** With the names of the inputs: `⌈peakConnections ÷ connectionsPerServer⌉`. */
	readonly formula: string;
	/** The same with numbers, and the result: `⌈240,000 ÷ 60,000⌉ = 4`. */
	readonly numbers: string;
}

/** A chart as data; the panel draws it, and tells the same numbers as a table. */
export type SizingChart = BarChart | LineChart;

/** Groups of bars side by side, with limits as lines across. */
export interface BarChart {
	readonly kind: 'bars';
	readonly title: string;
	/** What the values are: `connections on each server`. */
	readonly valueLabel: string;
	readonly unit: ChartUnit;
	/** Under each group of bars. */
	readonly groups: readonly string[];
	/** Which of the groups is the answer, from 0; absent where none is. */
	readonly answer?: number;
	/** One colour each. A value that does not exist is `null`. */
	readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
	readonly limits: readonly ChartLimit[];
	/** Values so far apart that only a logarithmic scale shows them all. */
	readonly logarithmic?: boolean;
}

/** Lines over a number, such as seconds since a restart. */
export interface LineChart {
	readonly kind: 'lines';
	readonly title: string;
	readonly xLabel: string;
	readonly xUnit: ChartUnit;
	readonly valueLabel: string;
	readonly unit: ChartUnit;
	readonly x: readonly number[];
	readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
	readonly limits: readonly ChartLimit[];
}

/** A line across a chart. */
export interface ChartLimit {
	readonly name: string;
	readonly value: number;
	/** `most`, where left out: what is above is too much. `least`: what is below is too little. `mark`: only to compare with. */
	readonly kind?: 'most' | 'least' | 'mark';
}

export type ChartUnit = 'count' | 'bytes' | 'bytesPerSecond' | 'perSecond' | 'seconds' | 'share';

/** A pure calculation with everything that is shown of it. */
export interface Calculation<I extends Inputs = Inputs, R extends Results = Results> {
	readonly id: CalculationId;
	/** As the palette and headings have it: `Socket Servers`. */
	readonly title: string;
	/** One sentence: which question it answers. */
	readonly question: string;
	readonly inputs: readonly InputDefinition[];
	/** Inputs without which there is no answer: any one of these sets is enough. */
	readonly enough: readonly (readonly string[])[];
	/**
	 * A note that tells one of these facts asks for this calculation, and is asked for what is missing. One that is evoked
	 * by nothing is answered where one of the sets of `enough` is whole, and never asks.
	 */
	readonly evokedBy: readonly FactName[];
	/** Where its formula comes from. */
	readonly source: string;
	/**
	 * What is taken for inputs that nobody told where it hangs on those that were, under their names: a named pattern's
	 * typical values. An input of which it says nothing has its own `assumed`.
	 */
	assumptions?(told: Partial<I>): Readonly<Record<string, Assumption>>;
	/** The results. Inputs are in their ranges and one of the sets of `enough` is whole. Throws `NoAnswer`. */
	calculate(inputs: I): R;
	/** The answer in one line: `6 servers: 48,000 connections each after one failure`. */
	headline(inputs: I, results: R): string;
	/** How the results come about, in order. */
	working(inputs: I, results: R): readonly WorkingStep[];
	/** Charts that show why; none where a number says it all. */
	charts?(inputs: I, results: R): readonly SizingChart[];
	/** Sentences that are part of the answer: why this and not another. */
	reasons?(inputs: I, results: R): readonly string[];
	/** Sentences that a reader must know: what is not in the numbers, what a preset is worth. */
	remarks?(inputs: I, results: R): readonly string[];
}
