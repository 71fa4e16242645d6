import {
	type ComparedSession,
	type ComparisonReport,
	expectedLagMs,
	isLagComparable,
	sessionLabels,
	stampUncertaintyMs,
} from './comparison';
import { type ComparisonRow, comparisonFigure, comparisonTable } from './comparisonTable';
import type { TransportName } from './endpoint';
import { counted, figure, shareFigure } from './sizing/figures';
import { transportLabel } from './sizing/transportLabel';

/** An endpoint that could not be compared, and why, in a sentence. */
export interface ComparisonFailure {
	readonly url: string;
	readonly sentence: string;
}

/** A polling's mean within this share of half its interval is what the interval makes it. */
const expectedWithin = 0.15;
/** Fewer values have a mean that says nothing yet. */
const leastMeanValues = 10;

/** A session with its name within a sentence. */
type Named = ComparedSession & { readonly name: string };

/** What the numbers say, in a few sentences: who was first, how late polling was, what was lost, what an event cost. */
export function comparisonSummary(
	report: ComparisonReport,
	failures: readonly ComparisonFailure[] = [],
): readonly string[] {
	const labels = sessionLabels(report.compared);
	const all = report.compared.map(
		(session, at): Named => ({ ...session, name: nameInSentence(session.transport, labels[at]!) }),
	);
	const rows = comparisonTable(report);
	const row = (id: ComparisonRow['id']): ComparisonRow | undefined => rows.find((each) => each.id === id);
	const sentences =
		report.matched === 0
			? [waitingSentence(report, all)]
			: [
					firstSentence(report, all, row('first')!),
					...all.flatMap(pollingSentences),
					...clockSentences(all),
					lossSentence(report, all),
					...(report.forgotten > 0
						? [
								`${counted(report.forgotten, 'event')} had to make room before it was known whether anybody had missed them.`,
							]
						: []),
					...unmatchedSentences(all),
					...costSentences(all, row('bytesIn')!),
				];
	return [...sentences, ...failures.map(({ url, sentence }) => `${url} is not compared: ${sentence}`)];
}

function waitingSentence(report: ComparisonReport, all: readonly Named[]): string {
	const opening = all.filter(({ state }) => state === 'connecting');
	if (opening.length > 0) {
		return `Waiting for ${list(opening.map(({ name }) => name))} to open.`;
	}
	const delivering = all.filter(({ eventsReceived }) => eventsReceived > 0);
	if (delivering.length === 0) {
		return 'No event has come yet.';
	}
	if (delivering.length === 1) {
		return `Only ${delivering[0]!.name} has delivered anything, so there is nothing to compare it with.`;
	}
	if (report.atMs - report.beganAtMs <= report.horizonMs) {
		return 'Waiting for an event that two of the sessions deliver; the comparison begins when all are at the same place of the feed.';
	}
	return 'No event came over two of the sessions, so nothing can be matched: either they are different feeds, or their events have no id in common, such as a number at $.id.';
}

function firstSentence(
	report: ComparisonReport,
	all: readonly Named[],
	{ outcome, winners, cells }: ComparisonRow,
): string {
	const events = counted(report.events, 'event');
	if (outcome === 'cantTell') {
		const mayTell = all.filter((session, at) => cells[at]!.isCompared || canBringMore(session));
		return mayTell.length < 2
			? `Too few events came over more than one session to tell who was first: ${counted(report.matched, 'event')} of ${figure(report.events)}.`
			: `Who is first is told when more has come: ${events} so far.`;
	}
	const share = ({ firstShare }: Named): string => shareFigure(roundedShare(firstShare ?? 0));
	const ranked = all.filter((_, at) => cells[at]!.isCompared);
	ranked.sort((a, b) => b.first - a.first);
	const best = outcome === 'tie' ? ranked : ranked.filter((session) => winners.includes(all.indexOf(session)));
	const others = ranked.filter((session) => !best.includes(session));
	others.sort((a, b) => a.behindMs.p50! - b.behindMs.p50!);
	const delays = others.map(({ name, behindMs }, at) => {
		const late = comparisonFigure(behindMs.p50, 'milliseconds');
		return at === 0 ? `${name} was ${late} behind the first at the median` : `${name} ${late}`;
	});
	const rest = delays.length === 0 ? '' : `; ${list(delays)}`;
	// Several came first with the same event.
	const isShared = all.reduce((sum, { first }) => sum + first, 0) > report.events;
	const order = isShared ? `first, or no later than ${figure(stampUncertaintyMs)} ms after the first` : 'first';
	return capitalised(
		best.length === 1
			? `${best[0]!.name} delivered ${share(best[0]!)} of ${events} ${order}${rest}.`
			: `${list(best.map((session) => `${session.name} (${share(session)})`))} delivered as many of ${events} ${order}, as far as can be told${rest}.`,
	);
}

/** Polling's mean beside half of its interval. Where its clock is not known, its delay behind the first stands in for the lag. */
function pollingSentences(session: Named): string[] {
	const expectedMs = expectedLagMs(session);
	const isLag = isLagComparable(session);
	const { count, mean } = isLag ? session.lagMs : session.behindMs;
	if (expectedMs === null || mean === null || count < leastMeanValues) {
		return [];
	}
	const interval = comparisonFigure(2 * expectedMs, 'milliseconds');
	const measured = comparisonFigure(mean, 'milliseconds');
	const isExpected = Math.abs(mean - expectedMs) <= expectedWithin * expectedMs + (session.lagUncertaintyMs ?? 0);
	const late = isLag ? 'late on average' : 'behind the first on average';
	const expected = comparisonFigure(expectedMs, 'milliseconds');
	return [
		isExpected
			? `${capitalised(session.name)} each ${interval} was ${measured} ${late}, which is what half its interval makes it.`
			: `${capitalised(session.name)} each ${interval} was ${measured} ${late}, where half its interval would make it ${expected}.`,
	];
}

function clockSentences(all: readonly Named[]): string[] {
	// A session whose frames were cleared measures no lag, which says nothing of its clock.
	const unknown = all.filter(
		(session) => session.lagMs.count > 0 && session.lagMethod !== 'none' && !isLagComparable(session),
	);
	return unknown.length === 0
		? []
		: [
				`Too little is known of the sender's clock to put the lags of ${list(unknown.map(({ name }) => name))} beside others; the order of arrival needs no clock.`,
			];
}

function lossSentence(report: ComparisonReport, all: readonly Named[]): string {
	const parts = all.flatMap(({ name, missing, missingSince, duplicates }) => {
		const own = [
			...(missing > 0 ? [`missed ${figure(missing)}`] : []),
			...(missingSince > 0 ? [`has not delivered the last ${figure(missingSince)}`] : []),
			...(duplicates > 0 ? [`repeated ${figure(duplicates)}`] : []),
		];
		return own.length === 0 ? [] : [`${name} ${list(own)}`];
	});
	return parts.length > 0
		? `${capitalised(parts.join('; '))}.`
		: report.atMs - report.countedFromMs! <= report.horizonMs
			? `Nothing came twice; what is missing is known after ${comparisonFigure(report.horizonMs, 'milliseconds')}.`
			: 'Nothing is missing and nothing came twice.';
}

function unmatchedSentences(all: readonly Named[]): string[] {
	const unmatched = all.filter(({ isMatched, eventsReceived }) => !isMatched && eventsReceived > 0);
	return unmatched.length === 0
		? []
		: [`No event of ${list(unmatched.map(({ name }) => name))} came over another session too.`];
}

function costSentences(all: readonly Named[], { cells }: ComparisonRow): string[] {
	const costs = all.flatMap((session, at) =>
		cells[at]!.isCompared ? [{ ...session, bytes: session.bytesInPerEvent! + session.bytesOutPerEvent! }] : [],
	);
	if (costs.length < 2) {
		return [];
	}
	costs.sort((a, b) => a.bytes - b.bytes);
	const [least, most] = [costs[0]!, costs.at(-1)!];
	const bytes = (value: number): string => comparisonFigure(value, 'bytes');
	return [
		`An event cost ${bytes(least.bytes)} over ${least.name} and ${bytes(most.bytes)} over ${most.name}, both ways and all headers counted.`,
	];
}

function canBringMore({ state }: ComparedSession): boolean {
	return state !== 'failed' && state !== 'ended';
}

/** Of a share whole percents say enough, but for the last one: 99.6% is not all. */
function roundedShare(share: number): number {
	return share > 0.99 || share < 0.01 ? share : Math.round(share * 100) / 100;
}

/** `the WebSocket`, `long polling`; what tells it from another of its kind stays behind it. */
function nameInSentence(transport: TransportName | null, label: string): string {
	if (transport === null) {
		return label;
	}
	const kind = transportLabel(transport);
	const article = transport === 'webSocket' || transport === 'eventStream' ? 'the ' : '';
	return `${article}${kind}${label.slice(kind.length)}`;
}

function capitalised(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function list(parts: readonly string[]): string {
	return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
