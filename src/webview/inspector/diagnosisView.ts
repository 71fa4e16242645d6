import type { Finding } from '../../core/diagnosis/finding';
import type { SessionSummary } from '../../core/session';
import type { Distribution, ReconnectVerdict, Statistics } from '../../core/statistics';
import { element, icon, setShown, setText, setTitle } from './elements';
import { factsList, sectionTitle } from './factsList';
import { findingIcons } from './findingsStrip';
import { dateAndTime, durationMs, figureMs, groupedDigits, timeOfDay, timeOfDaySeconds } from './format';
import { stallsText, stallsTitle } from './lagFoot';
import { sequenceCounts, sequenceCountText, sequenceCountTitle } from './sequenceView';
import { visibleLine } from './visibleText';
import { words } from './words';

/** One finding: what was seen, what likely causes it, what to try, and when. */
class FindingView {
	readonly element: HTMLElement;
	readonly #evidence = element('dd', {});
	readonly #cause = element('dd', {});
	readonly #seen = element('dd', {});

	constructor(code: Finding['code']) {
		this.element = element(
			'article',
			{ class: 'finding', testId: `diagnosis-${code}` },
			element('h4', {}, icon(findingIcons[code]), words.findings.names[code]),
			element(
				'dl',
				{ class: 'facts' },
				element('dt', {}, words.findings.facts.evidence),
				this.#evidence,
				element('dt', {}, words.findings.facts.cause),
				this.#cause,
				element('dt', {}, words.findings.facts.seen),
				this.#seen,
			),
		);
	}

	show({ evidence, cause, firstAtMs, lastAtMs }: Finding): void {
		setProse(this.#evidence, evidence);
		setProse(this.#cause, cause);
		setText(this.#seen, words.findings.seen(timeOfDaySeconds(firstAtMs), timeOfDaySeconds(lastAtMs)));
		setTitle(this.#seen, `${dateAndTime(firstAtMs)} – ${dateAndTime(lastAtMs)}`);
	}
}

type TimingRow = keyof typeof words.timings;

/** Percentiles in the order of the table's columns. */
const timingColumns = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

/**
 * What seems wrong on the way, what each reconnect cost, and every distribution of time with all its percentiles: the
 * numbers that the foot of the chart has no room for.
 */
export class DiagnosisView {
	readonly element: HTMLElement;
	readonly #findings = element('div', {});
	readonly #findingViews = new Map<Finding['code'], FindingView>();
	readonly #noFindings = element('p', { class: 'muted', testId: 'no-findings' }, words.findings.none);
	readonly #verdicts = element('tbody', {});
	readonly #verdictTable: HTMLElement;
	readonly #noVerdicts = element('p', { class: 'muted' }, words.verdicts.none);
	#verdictSignature = '';
	readonly #facts = element('div', {});
	#factsSignature = '';
	readonly #timings = new Map<TimingRow, { readonly row: HTMLElement; readonly cells: readonly HTMLElement[] }>();
	#session: SessionSummary | undefined;

	constructor() {
		this.#verdictTable = element(
			'table',
			{ class: 'numbers-table verdicts', testId: 'verdicts' },
			headRow(words.verdicts.columns),
			this.#verdicts,
		);
		const timingBody = element('tbody', {});
		for (const [key, [name, title]] of Object.entries(words.timings)) {
			const cells = Array.from({ length: timingColumns.length + 1 }, () => element('td', {}));
			const row = element(
				'tr',
				{ title, testId: `timing-${key}` },
				element('th', { attributes: { scope: 'row' } }, name),
				...cells,
			);
			this.#timings.set(key as TimingRow, { row, cells });
			timingBody.append(row);
		}
		this.element = element(
			'div',
			{ class: 'diagnosis-view', testId: 'diagnosis-view' },
			element('section', {}, sectionTitle(words.findings.label), this.#findings, this.#noFindings),
			element('section', {}, sectionTitle(words.verdicts.title), this.#verdictTable, this.#noVerdicts),
			element('section', {}, sectionTitle(words.order), this.#facts),
			element(
				'section',
				{},
				sectionTitle(words.timingTitle),
				element('table', { class: 'numbers-table timings' }, headRow(words.timingColumns), timingBody),
			),
		);
	}

	showSession(session: SessionSummary): void {
		this.#session = session;
	}

	/** The numbers of a tick. */
	show(statistics: Statistics): void {
		this.#showFindings(statistics.findings);
		this.#showVerdicts(statistics.reconnects);
		this.#showFacts(statistics);
		for (const [key, distribution] of Object.entries(timingsOf(statistics)) as Array<[TimingRow, Distribution]>) {
			const { row, cells } = this.#timings.get(key)!;
			setShown(row, distribution.count > 0);
			timingColumns.forEach((column, place) => {
				setText(cells[place]!, figureMs(distribution[column]));
			});
			setText(cells.at(-1)!, groupedDigits(distribution.count));
		}
	}

	#showFindings(findings: readonly Finding[]): void {
		for (const finding of findings) {
			let view = this.#findingViews.get(finding.code);
			if (view === undefined) {
				view = new FindingView(finding.code);
				this.#findingViews.set(finding.code, view);
				this.#findings.append(view.element);
			}
			view.show(finding);
		}
		for (const [code, view] of this.#findingViews) {
			if (!findings.some((finding) => finding.code === code)) {
				view.element.remove();
				this.#findingViews.delete(code);
			}
		}
		setShown(this.#noFindings, findings.length === 0);
	}

	#showVerdicts(reconnects: readonly ReconnectVerdict[]): void {
		// Built anew only when it says something else, so that a selection in it stays.
		const isStream = this.#session?.transport === 'eventStream';
		const signature = JSON.stringify([isStream, reconnects]);
		if (signature === this.#verdictSignature) {
			return;
		}
		this.#verdictSignature = signature;
		setShown(this.#verdictTable, reconnects.length > 0);
		setShown(this.#noVerdicts, reconnects.length === 0);
		this.#verdictTable.classList.toggle('with-last-event-id', isStream);
		this.#verdicts.replaceChildren(
			...[...reconnects].reverse().map((verdict) => {
				const time = element('td', { title: dateAndTime(verdict.atMs) }, timeOfDay(verdict.atMs));
				const isKnown = verdict.verdict !== 'unknown' && verdict.verdict !== 'reset';
				const count = (value: number): HTMLElement => element('td', {}, isKnown ? groupedDigits(value) : '–');
				return element(
					'tr',
					{ class: verdict.verdict, title: words.verdicts.explained[verdict.verdict] },
					time,
					element('td', { class: 'verdict' }, words.verdicts.names[verdict.verdict]),
					count(verdict.lost),
					count(verdict.duplicates),
					element('td', { class: 'last-event-id' }, words.verdicts.lastEventId[verdict.lastEventId]),
				);
			}),
		);
	}

	#showFacts(statistics: Statistics): void {
		const { sequence, arrival } = statistics;
		const facts = [
			...sequenceCounts.map(
				(count) =>
					[
						words.sequence.names[count],
						sequenceCountText(sequence, count),
						sequenceCountTitle(sequence, count),
					] as const,
			),
			[words.sequence.lastIdLabel, sequence.lastId ?? ''] as const,
			[words.jitter, arrival.jitterMs === null ? '' : durationMs(arrival.jitterMs), words.jitterExplained] as const,
			[words.stalls, stallsText(arrival), stallsTitle(arrival)] as const,
			[
				words.bursts,
				words.burstsText(groupedDigits(arrival.bursts), groupedDigits(arrival.largestBurst)),
				words.burstsExplained,
			] as const,
		];
		const signature = JSON.stringify(facts);
		if (signature !== this.#factsSignature) {
			this.#factsSignature = signature;
			this.#facts.replaceChildren(factsList(facts));
		}
	}
}

/** Sets a sentence whose `code` stands between backticks; touches nothing when it is that already. */
function setProse(target: HTMLElement, sentence: string): void {
	if (target.dataset.sentence !== sentence) {
		target.dataset.sentence = sentence;
		const parts = visibleLine(sentence).split('`');
		target.replaceChildren(
			...parts.map((part, place) => (place % 2 === 1 && place < parts.length - 1 ? element('code', {}, part) : part)),
		);
	}
}

function headRow(names: readonly string[]): HTMLElement {
	return element(
		'thead',
		{},
		element('tr', {}, ...names.map((name) => element('th', { attributes: { scope: 'col' } }, name))),
	);
}

function timingsOf(statistics: Statistics): Record<TimingRow, Distribution> {
	return {
		lag: statistics.lagMs,
		lagWindow: statistics.lagMs.window,
		gap: statistics.gapMs,
		roundTrip: statistics.roundTripMs,
		connect: statistics.connectMs,
		firstByte: statistics.firstByteMs,
		hold: statistics.holdMs,
		blind: statistics.blindMs,
		due: statistics.dueMs,
		staleness: statistics.stalenessMs,
		reconnect: statistics.reconnectMs,
	};
}
