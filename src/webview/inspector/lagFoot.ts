import type { SessionSummary } from '../../core/session';
import type { ArrivalSummary, Distribution, LagSummary, Statistics } from '../../core/statistics';
import { element, setShown, setText, setTitle } from './elements';
import { durationMs, figureMs, groupedDigits, notMeasured, percent } from './format';
import { NamedFigure } from './namedFigure';
import { ReadingPath } from './readingPath';
import { SequenceView } from './sequenceView';
import { words } from './words';

/** What the foot asks for. */
export interface LagFootEvents {
	readonly timestampPathChosen: (path: string) => void;
	readonly sequencePathChosen: (path: string) => void;
}

/** A distribution on one line of the foot: `gap p50 0.8 p99 4.1 max 212`. */
class DistributionLine {
	readonly element: HTMLElement;
	readonly #figures: ReadonlyArray<readonly [keyof Distribution, NamedFigure]>;

	constructor(label: string, testId: string, names: ReadonlyArray<'p50' | 'p99' | 'max' | 'last'>) {
		this.#figures = names.map((name) => [name, new NamedFigure(name, `${testId}-${name}`)]);
		const parts = this.#figures.map(([, figure]) => figure.element);
		this.element = element('span', { class: 'foot-item', testId }, element('span', { class: 'lead' }, label), ...parts);
	}

	show(distribution: Distribution, title: string): void {
		setTitle(this.element, title);
		for (const [name, figure] of this.#figures) {
			figure.show(distribution[name]);
		}
	}
}

/** A figure that is told in words: `stalls 2, longest 1.20 s`. */
class WordsLine {
	readonly element: HTMLElement;
	readonly #value: HTMLElement;

	constructor(label: string, testId: string) {
		this.#value = element('span', { class: 'value', testId });
		this.element = element('span', { class: 'foot-item' }, element('span', { class: 'lead' }, label), this.#value);
	}

	show(text: string, title: string): void {
		setText(this.#value, text);
		setTitle(this.element, title);
	}
}

/**
 * What stands below the lag's chart: where times and ids are read, what the ids tell, and every other figure of time. The
 * most important comes first, since what does not fit into the lines that the panel's height leaves is cut off.
 */
export class LagFoot {
	readonly element: HTMLElement;
	readonly #path: ReadingPath;
	readonly #sequence: SequenceView;
	readonly #stalls = new WordsLine(words.stalls, 'stalls');
	readonly #roundTrip = new DistributionLine(words.roundTrip, 'round-trip', ['p50', 'last']);
	readonly #halfInterval = new WordsLine(words.meanLag, 'mean-lag');
	readonly #hold = new DistributionLine(words.hold, 'hold', ['p50', 'p99', 'max']);
	readonly #blind = new DistributionLine(words.blind, 'blind', ['p50', 'p99', 'max']);
	readonly #empty = new WordsLine(words.emptyCycles, 'empty-cycles');
	readonly #staleness = new DistributionLine(words.staleness, 'staleness', ['p50', 'max']);
	readonly #gap = new DistributionLine(words.gap, 'gap', ['p50', 'p99', 'max']);
	readonly #jitter = new WordsLine(words.jitter, 'jitter');
	readonly #due = new DistributionLine(words.due, 'due', ['p99']);
	readonly #connect = new DistributionLine(words.connect, 'connect', ['p50', 'max']);
	readonly #firstByte = new DistributionLine(words.firstByte, 'first-byte', ['p50', 'max']);
	readonly #bursts = new WordsLine(words.bursts, 'bursts');
	#session: SessionSummary | undefined;

	constructor(events: LagFootEvents) {
		this.#path = new ReadingPath(
			{
				testId: 'timestamp-path',
				lead: words.sentAt,
				edit: words.editPath,
				label: words.pathLabel,
				hint: words.pathHint,
				example: '$.sentAt',
				choices: ['detect', 'none'],
			},
			events.timestampPathChosen,
		);
		this.#sequence = new SequenceView(events.sequencePathChosen);
		this.element = element(
			'div',
			{ class: 'lag-foot' },
			this.#path.element,
			this.#sequence.element,
			this.#halfInterval.element,
			this.#stalls.element,
			this.#roundTrip.element,
			this.#hold.element,
			this.#blind.element,
			this.#empty.element,
			this.#staleness.element,
			this.#gap.element,
			this.#jitter.element,
			this.#due.element,
			this.#connect.element,
			this.#firstByte.element,
			this.#bursts.element,
		);
	}

	/** What changes with the session, not with its frames. */
	showSession(session: SessionSummary): void {
		this.#session = session;
		const { transport } = session;
		const isCycles = transport === 'longPoll' || transport === 'polling';
		for (const line of [this.#hold, this.#blind, this.#empty, this.#staleness]) {
			setShown(line.element, isCycles);
		}
		for (const line of [this.#halfInterval, this.#due]) {
			setShown(line.element, transport === 'polling');
		}
		setShown(this.#roundTrip.element, transport === 'webSocket');
		for (const line of [this.#connect, this.#firstByte]) {
			setShown(line.element, transport !== 'webSocket');
		}
		this.#sequence.showSession(session);
		this.element.classList.toggle('of-cycles', isCycles);
	}

	/** The figures of a tick. */
	show(statistics: Statistics): void {
		this.#showPath(statistics.lagMs);
		this.#sequence.showStatistics(statistics.sequence);
		this.#showArrival(statistics.arrival);
		const { roundTripMs } = statistics;
		const how = statistics.roundTripMethod === 'echo' ? words.roundTripEcho : words.roundTripExplained;
		this.#roundTrip.show(
			roundTripMs,
			roundTripMs.count === 0 ? words.roundTripNone : how(groupedDigits(roundTripMs.count)),
		);
		const lines = [
			[this.#hold, statistics.holdMs, words.holdExplained],
			[this.#blind, statistics.blindMs, words.blindExplained],
			[this.#staleness, statistics.stalenessMs, words.stalenessExplained],
			[this.#gap, statistics.gapMs, words.gapExplained],
			[this.#due, statistics.dueMs, words.dueExplained],
			[this.#connect, statistics.connectMs, words.connectExplained],
			[this.#firstByte, statistics.firstByteMs, words.firstByteExplained],
		] as const;
		for (const [line, distribution, explained] of lines) {
			const { count } = distribution;
			line.show(distribution, count === 0 ? words.noneYet : explained(groupedDigits(count)));
		}
		const [empty, cycles] = [groupedDigits(statistics.emptyCycles), groupedDigits(statistics.cycles)];
		this.#empty.show(
			statistics.cycles === 0
				? notMeasured
				: words.emptyShare(empty, cycles, percent(statistics.emptyCycles / statistics.cycles)),
			words.emptyCyclesExplained(empty, cycles),
		);
		const { pollIntervalMs } = statistics;
		const halfMs = pollIntervalMs === null ? null : pollIntervalMs / 2;
		this.#halfInterval.show(
			words.meanLagText(figureMs(statistics.lagMs.mean), figureMs(halfMs)),
			words.meanLagExplained,
		);
	}

	#showPath(lag: LagSummary): void {
		const session = this.#session;
		const path = lag.path ?? session?.timestampPath ?? '';
		const hasPath = path !== '' && path !== 'none' && path !== 'detect';
		this.#path.show(
			hasPath ? path : undefined,
			session?.timestampPathSource,
			lag.reason === 'switchedOff' ? words.pathOff : words.pathNone,
			session?.timestampPath ?? '',
		);
	}

	#showArrival(arrival: ArrivalSummary): void {
		this.#jitter.show(figureMs(arrival.jitterMs), arrival.jitterMs === null ? words.jitterNone : words.jitterExplained);
		this.#stalls.show(stallsText(arrival), stallsTitle(arrival));
		this.#bursts.show(
			arrival.bursts === 0 ? '0' : words.burstsText(groupedDigits(arrival.bursts), groupedDigits(arrival.largestBurst)),
			words.burstsExplained,
		);
		this.#stalls.element.classList.toggle('loss', arrival.stalls > 0);
	}
}

/** `2, longest 1.20 s`; a dash while it is not known what a stall is. */
export function stallsText(arrival: ArrivalSummary): string {
	if (arrival.stalls > 0 && arrival.longestStallMs !== null) {
		return words.stallsText(groupedDigits(arrival.stalls), durationMs(arrival.longestStallMs));
	}
	return arrival.stallThresholdMs === null ? notMeasured : groupedDigits(arrival.stalls);
}

/** What counts as a stall. */
export function stallsTitle(arrival: ArrivalSummary): string {
	if (arrival.stallThresholdMs === null || arrival.medianGapMs === null) {
		return words.stallsNone;
	}
	return words.stallsExplained(durationMs(arrival.stallThresholdMs), durationMs(arrival.medianGapMs));
}
