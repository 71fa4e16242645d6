import type { Row } from '../../../core/capture/rows';
import { frameFlag } from '../../../core/frame';
import { columnMs, figureMs, groupedDigits, timeOfDay } from '../format';
import { words } from '../words';
import type { ChartNumbers } from './numbersTable';

/** One poll cycle, in the order in which its time went by. Times are 0 where they were not measured. */
export interface CycleBar {
	readonly row: Row;
	readonly blindMs: number;
	readonly holdMs: number;
	readonly transferMs: number;
	readonly isEmpty: boolean;
}

export const cycleParts = ['blind', 'hold', 'transfer'] as const;
export type CyclePart = (typeof cycleParts)[number];

/** A cycle that is longer than this many times what nine in ten do not exceed is drawn cut. */
const cutAbove = 4;

/** The cycles as bars. */
export function cycleBars(rows: readonly Row[]): readonly CycleBar[] {
	return rows.map((row) => ({
		row,
		blindMs: measured(row.blindMs),
		holdMs: measured(row.holdMs),
		transferMs: measured(row.transferMs),
		isEmpty: row.status === 0 || (row.flags & frameFlag.emptyCycle) !== 0,
	}));
}

/**
 * The milliseconds that a bar of full length stands for: the longest cycle, unless that is far longer than nearly all of
 * them, as the one after a lost connection is. It is then cut, or it would press the others flat.
 */
export function cycleScaleMs(bars: readonly CycleBar[]): number {
	const totals = bars.map(totalMs).sort((a, b) => a - b);
	const usual = totals[Math.max(0, Math.ceil(totals.length * 0.9) - 1)] ?? 0;
	const longest = totals.at(-1) ?? 0;
	return longest > cutAbove * usual && usual > 0 ? usual * 1.25 : Math.max(longest, 0.001);
}

/** Where each part of a bar is along the scale, from 0 to 1; a part beyond the end has no length. */
export function partShares(bar: CycleBar, scaleMs: number): Record<CyclePart, readonly [from: number, to: number]> {
	const blindEnd = bar.blindMs;
	const holdEnd = blindEnd + bar.holdMs;
	const share = (milliseconds: number): number => Math.min(1, milliseconds / scaleMs);
	return {
		blind: [0, share(blindEnd)],
		hold: [share(blindEnd), share(holdEnd)],
		transfer: [share(holdEnd), share(holdEnd + bar.transferMs)],
	};
}

/** Whether a bar is longer than the scale. */
export function isCut(bar: CycleBar, scaleMs: number): boolean {
	return totalMs(bar) > scaleMs * (1 + 1e-9);
}

/** What a cycle brought, in a word or two. */
export function broughtText({ row, isEmpty }: CycleBar): string {
	if (row.status === 0) {
		return words.charts.noAnswer;
	}
	return isEmpty ? words.empty : words.charts.events(groupedDigits(row.eventsInCycle), row.eventsInCycle === 1);
}

/** A cycle in one line. */
export function cycleText(bar: CycleBar): string {
	const { row } = bar;
	const parts = cycleParts.map((part) => `${words.charts.cycleParts[part]} ${figureMs(row[`${part}Ms`])}`);
	return words.charts.cycleReadout(
		words.frame(groupedDigits(row.seq)),
		timeOfDay(row.arrivedAtMs),
		`${parts.join(', ')} ms`,
		broughtText(bar),
	);
}

/** What the chart shows, in one sentence. */
export function cyclesLabel(bars: readonly CycleBar[]): string {
	const sums = cycleParts.map((part) => bars.reduce((sum, bar) => sum + bar[`${part}Ms`], 0));
	const all = sums.reduce((sum, part) => sum + part, 0);
	const shares = cycleParts.map((part, at) => {
		const share = all === 0 ? 0 : (sums[at]! / all) * 100;
		return `${words.charts.cycleParts[part]} ${share.toFixed(share < 10 ? 1 : 0)} %`;
	});
	const empty = bars.filter(({ isEmpty }) => isEmpty).length;
	return words.charts.cyclesLabel(groupedDigits(bars.length), groupedDigits(empty), shares.join(', '));
}

/** The cycles as a table. */
export function cyclesNumbers(bars: readonly CycleBar[]): ChartNumbers {
	return {
		caption: cyclesLabel(bars),
		head: words.charts.cyclesHead,
		rows: bars.map((bar) => {
			const { row } = bar;
			const times = cycleParts.map((part) => columnMs(row[`${part}Ms`]));
			return [groupedDigits(row.seq), timeOfDay(row.arrivedAtMs), ...times, broughtText(bar)];
		}),
	};
}

function totalMs({ blindMs, holdMs, transferMs }: CycleBar): number {
	return blindMs + holdMs + transferMs;
}

function measured(milliseconds: number): number {
	return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}
