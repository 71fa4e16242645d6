import type { SessionSummary } from '../../core/session';
import type { SequenceSummary } from '../../core/statistics';
import { element, setShown, setText, setTitle } from './elements';
import { groupedDigits, notMeasured } from './format';
import { ReadingPath } from './readingPath';
import { words } from './words';

/** The counts that ids tell, in the order in which they are shown. */
export const sequenceCounts = ['missing', 'duplicates', 'reorders', 'resets'] as const;
export type SequenceCount = (typeof sequenceCounts)[number];

/** A count as it is shown: `3 in 2 gaps` of what is missing, else a number; a dash where it can't be told. */
export function sequenceCountText(sequence: SequenceSummary, count: SequenceCount): string {
	const value = sequence[count];
	if (value === null) {
		return notMeasured;
	}
	return count === 'missing' && value > 0 && sequence.gaps !== null
		? words.sequence.missingInGaps(groupedDigits(value), groupedDigits(sequence.gaps), sequence.gaps === 1)
		: groupedDigits(value);
}

/** What a count means, or why it can't be told, and how it was come by. */
export function sequenceCountTitle(sequence: SequenceSummary, count: SequenceCount): string {
	if (sequence[count] === null) {
		return sequenceAbsent(sequence);
	}
	return `${words.sequence.explained[count]} ${sequenceRead(sequence)}`;
}

/** Whether a count says that something went wrong on the way. */
export function isLoss(sequence: SequenceSummary, count: SequenceCount): boolean {
	return count !== 'resets' && (sequence[count] ?? 0) > 0;
}

function sequenceAbsent(sequence: SequenceSummary): string {
	if (sequence.path === null) {
		return words.sequence.noneExplained;
	}
	return sequence.kind === 'ordered' ? words.sequence.orderedExplained : words.sequence.notYet(sequence.path);
}

function sequenceRead(sequence: SequenceSummary): string {
	const last = sequence.lastId === null ? '' : words.sequence.lastId(sequence.lastId);
	return `${words.sequence.read(groupedDigits(sequence.ids), pathText(sequence.path ?? ''))}${last}`;
}

/** The id field of an event stream has no JSON path. */
function pathText(path: string): string {
	return path === 'id' ? words.sequence.idField : path;
}

/** `missing 3 in 2 gaps · dup 1 · reordered 0 · resets 0`, and where the ids are read. */
export class SequenceView {
	readonly element: HTMLElement;
	readonly #counts = element('span', { class: 'sequence-counts', testId: 'sequence' });
	readonly #figures = new Map<SequenceCount, { readonly item: HTMLElement; readonly value: HTMLElement }>();
	readonly #path: ReadingPath;
	#setting = '';

	constructor(choosePath: (path: string) => void) {
		for (const count of sequenceCounts) {
			const value = element('span', { class: 'value', testId: `sequence-${count}` });
			const name = element('span', { class: 'name' }, words.sequence.names[count]);
			const item = element('span', { class: `named-figure ${count}` }, name, value);
			this.#figures.set(count, { item, value });
			this.#counts.append(item);
		}
		this.#path = new ReadingPath(
			{
				testId: 'sequence-path',
				lead: words.sequence.at,
				edit: words.sequence.editPath,
				label: words.sequence.pathLabel,
				hint: words.sequence.pathHint,
				example: '$.id',
				choices: ['detect', 'id', 'none'],
			},
			choosePath,
		);
		this.element = element('span', { class: 'sequence' }, this.#counts, this.#path.element);
	}

	showSession(session: SessionSummary): void {
		this.#setting = session.sequencePath;
	}

	showStatistics(sequence: SequenceSummary): void {
		const { path } = sequence;
		setShown(this.#counts, path !== null);
		for (const [count, { item, value }] of this.#figures) {
			setText(value, sequenceCountText(sequence, count));
			setTitle(item, sequenceCountTitle(sequence, count));
			item.classList.toggle('loss', isLoss(sequence, count));
			item.classList.toggle('zero', sequence[count] === 0);
		}
		const isOff = this.#setting === 'none';
		const isSet = this.#setting !== '' && this.#setting !== 'detect';
		this.#path.show(
			path === null ? undefined : pathText(path),
			sequence.source ?? undefined,
			isOff ? words.sequence.off : words.sequence.none,
			isSet ? this.#setting : (path ?? 'detect'),
		);
	}
}
