import type { Row } from '../../core/capture/rows';
import { frameFlag, frameKinds, kindCode } from '../../core/frame';
import type { LagSummary } from '../../core/statistics';
import { element } from './elements';
import { bytes, columnMs, dateAndTime, exactBytes, figureMs, groupedDigits, timeOfDay } from './format';
import { frameLagText } from './lagMethod';
import { marksText, RowSigns } from './rowMarks';
import { clipped, visibleLine } from './visibleText';
import { words } from './words';

/** The table's columns from left to right; which of them are shown is the style sheet's business. */
export const columns = [
	'seq',
	'time',
	'gap',
	'kind',
	'status',
	'hold',
	'blind',
	'events',
	'size',
	'wire',
	'lag',
	'preview',
] as const;
export type Column = (typeof columns)[number];

/** A text that is written only when it is another: reading it back from the DOM would cost as much as writing. */
class CellText {
	readonly node = document.createTextNode('');
	#text = '';

	set(text: string): void {
		if (text !== this.#text) {
			this.#text = text;
			this.node.data = text;
		}
	}
}

/** An element that is there only while it has something to say. */
class Chip {
	readonly element: HTMLElement;
	readonly #text = new CellText();

	constructor(className: string) {
		this.element = element('span', { class: className }, this.#text.node);
		this.element.hidden = true;
	}

	set(text: string): void {
		this.#text.set(text);
		if (this.element.hidden !== (text === '')) {
			this.element.hidden = text === '';
		}
	}
}

/** What rows share. */
export interface RowScale {
	/** How long a hold fills its bar. */
	holdFullMs: number;
	/** Characters of a preview that can be in view at most: what is cut anyway need not be laid out. */
	previewLength: number;
}

/** One of the table's DOM rows. It is made once and shows one frame after another. */
export class FrameRow {
	readonly element: HTMLElement;
	/** The frame shown; undefined while its row has not come yet. */
	row: Row | undefined;
	/** The number shown; NaN when hidden. */
	seq = Number.NaN;

	readonly #texts: Record<Column, CellText>;
	readonly #arrow = new CellText();
	readonly #deflated = element('span', { class: 'codicon codicon-fold deflated' });
	readonly #signs = new RowSigns();
	readonly #bar = element('span', { class: 'hold-bar' });
	readonly #reconnected = new Chip('chip reconnected');
	readonly #mark = new Chip('chip mark');
	readonly #id = new Chip('event-id');
	#className = '';
	#barShare = -1;
	#selected = false;
	#rowIndex = 0;

	constructor(poolIndex: number) {
		this.#texts = Object.fromEntries(columns.map((column) => [column, new CellText()])) as Record<Column, CellText>;
		const cells = columns.map((column) => {
			const cell = element('span', { class: `cell ${column}`, attributes: { role: 'gridcell' } });
			cell.dataset.column = column;
			if (column === 'kind') {
				const arrow = element('span', { class: 'arrow' }, this.#arrow.node);
				cell.append(
					arrow,
					element('span', { class: 'tag' }, this.#texts.kind.node),
					this.#deflated,
					this.#signs.element,
				);
			} else if (column === 'hold') {
				cell.append(this.#bar, element('span', { class: 'hold-text' }, this.#texts.hold.node));
			} else if (column === 'preview') {
				const preview = element('span', { class: 'preview-text' }, this.#texts.preview.node);
				cell.append(this.#reconnected.element, this.#mark.element, this.#id.element, preview);
			} else {
				cell.append(this.#texts[column].node);
			}
			return cell;
		});
		this.#deflated.hidden = true;
		this.element = element(
			'div',
			{ class: 'row', id: `frame-row-${poolIndex}`, attributes: { role: 'row' } },
			...cells,
		);
		this.element.hidden = true;
	}

	/** Shows a frame. */
	show(row: Row, scale: RowScale): void {
		this.row = row;
		this.#begin(row.seq);
		const { flags, kind } = row;
		const isCycle = kind === kindCode.cycle;
		const out = (flags & frameFlag.out) !== 0;
		const texts = this.#texts;
		texts.time.set(timeOfDay(row.arrivedAtMs));
		texts.gap.set(columnMs(row.gapMs));
		this.#arrow.set(isCycle ? '↻' : out ? '↑' : '↓');
		texts.kind.set(row.name !== '' ? visibleLine(row.name) : (frameKinds[kind] ?? `kind ${kind}`));
		texts.status.set(isCycle ? (row.status === 0 ? '–' : `${row.status}`) : '');
		texts.hold.set(isCycle ? columnMs(row.holdMs) : '');
		texts.blind.set(isCycle ? columnMs(row.blindMs) : '');
		texts.events.set(isCycle ? groupedDigits(row.eventsInCycle) : '');
		texts.size.set(bytes(row.sizeBytes));
		texts.wire.set(row.wireBytes === 0 ? '–' : bytes(row.wireBytes));
		texts.lag.set(columnMs(row.lagMs));
		texts.preview.set(previewText(row.preview, scale.previewLength));
		this.#showBar(isCycle && row.holdMs > 0 ? Math.min(1, row.holdMs / scale.holdFullMs) : 0);
		this.#signs.show(row.marks, row.missing);
		this.#reconnected.set(isReconnect(row) ? words.reconnected : '');
		this.#mark.set(markOf(row));
		this.#id.set(row.id === '' ? '' : words.eventId(visibleLine(row.id)));
		const deflated = (flags & frameFlag.rsv1) !== 0;
		if (this.#deflated.hidden === deflated) {
			this.#deflated.hidden = !deflated;
		}
		this.#setClass(classOf(row, out));
	}

	/** Shows only the number, until the row comes. */
	showBlank(seq: number): void {
		this.row = undefined;
		this.#begin(seq);
		for (const column of columns) {
			if (column !== 'seq') {
				this.#texts[column].set('');
			}
		}
		this.#arrow.set('');
		this.#showBar(0);
		this.#signs.show(0, 0);
		this.#reconnected.set('');
		this.#mark.set('');
		this.#id.set('');
		if (!this.#deflated.hidden) {
			this.#deflated.hidden = true;
		}
		this.#setClass('row blank');
	}

	/** Takes the row off the screen. */
	hide(): void {
		if (!Number.isNaN(this.seq)) {
			this.seq = Number.NaN;
			this.row = undefined;
			this.element.hidden = true;
			delete this.element.dataset.seq;
		}
	}

	/** Whether it is the selected one, and its place among all rows (from 1). */
	setState(selected: boolean, rowIndex: number): void {
		if (selected !== this.#selected) {
			this.#selected = selected;
			this.element.classList.toggle('selected', selected);
			this.element.setAttribute('aria-selected', String(selected));
		}
		if (rowIndex !== this.#rowIndex) {
			this.#rowIndex = rowIndex;
			this.element.setAttribute('aria-rowindex', `${rowIndex}`);
		}
	}

	#begin(seq: number): void {
		if (seq !== this.seq) {
			if (Number.isNaN(this.seq)) {
				this.element.hidden = false;
			}
			this.seq = seq;
			this.element.dataset.seq = `${seq}`;
			this.#texts.seq.set(groupedDigits(seq));
		}
	}

	#setClass(className: string): void {
		if (className !== this.#className) {
			this.#className = className;
			this.element.className = this.#selected ? `${className} selected` : className;
		}
	}

	#showBar(share: number): void {
		if (share !== this.#barShare) {
			this.#barShare = share;
			this.#bar.style.transform = `scaleX(${share})`;
		}
	}
}

function previewText(preview: string, maxLength: number): string {
	const shown = clipped(preview, maxLength);
	return shown.length < preview.length ? `${visibleLine(shown)}…` : visibleLine(shown);
}

/** Whether a reconnect lies between this frame and the one before; the session's very first frame has none before it. */
function isReconnect(row: Row): boolean {
	return (row.flags & frameFlag.firstOfConnection) !== 0 && !Number.isNaN(row.gapMs);
}

function isFragment(row: Row): boolean {
	const isData = row.kind === kindCode.text || row.kind === kindCode.binary || row.kind === kindCode.continuation;
	return isData && (row.kind === kindCode.continuation || (row.flags & frameFlag.fin) === 0);
}

function fragmentWord(row: Row): string {
	if ((row.flags & frameFlag.fin) !== 0) {
		return words.fragmentEnd;
	}
	return row.kind === kindCode.continuation ? words.fragmentMiddle : words.fragmentStart;
}

function markOf(row: Row): string {
	const marks: string[] = [];
	if (isFragment(row)) {
		marks.push((row.flags & frameFlag.fin) === 0 ? words.fragment : `${words.fragment}, fin`);
	}
	if (row.flags & frameFlag.invalid) {
		marks.push(words.invalid);
	}
	if (row.flags & frameFlag.payloadLost) {
		marks.push(words.notKept);
	}
	if (row.flags & frameFlag.emptyCycle) {
		marks.push(words.empty);
	}
	return marks.length === 0 ? '' : marks.join(' · ');
}

const mutedKinds: ReadonlySet<number> = new Set([kindCode.ping, kindCode.pong, kindCode.comment, kindCode.fields]);

function classOf(row: Row, out: boolean): string {
	let className = out ? 'row out' : 'row in';
	if (mutedKinds.has(row.kind)) {
		className += ' control';
	}
	if (row.kind === kindCode.cycle) {
		className += row.status >= 400 ? ' cycle error-status' : ' cycle';
	} else if (row.kind === kindCode.close) {
		className += ' close';
	}
	if (row.name !== '') {
		className += ' named';
	}
	if (row.flags & frameFlag.emptyCycle) {
		className += ' empty-cycle';
	}
	if (row.flags & frameFlag.partOfCycle) {
		className += ' nested';
	}
	if (row.flags & (frameFlag.invalid | frameFlag.payloadLost)) {
		className += ' flawed';
	}
	return isReconnect(row) ? `${className} reconnect` : className;
}

/** What a cell's tooltip says of a row; made when the pointer comes, not for each row drawn. */
export function cellTitle(row: Row, column: Column, lag: LagSummary | undefined): string {
	switch (column) {
		case 'time':
			return dateAndTime(row.arrivedAtMs);
		case 'gap':
			return Number.isNaN(row.gapMs) ? words.notMeasured : `${figureMs(row.gapMs)} ms`;
		case 'kind':
			return kindTitle(row);
		case 'size':
		case 'wire':
			return row.wireBytes === 0
				? exactBytes(row.sizeBytes)
				: words.wireSize(exactBytes(row.sizeBytes), exactBytes(row.wireBytes));
		case 'lag':
			return lag === undefined ? '' : frameLagText(row.lagMs, lag);
		case 'hold':
			return Number.isNaN(row.holdMs) ? '' : words.holdSpan(figureMs(row.holdMs), figureMs(row.transferMs));
		case 'blind':
			if (Number.isNaN(row.blindMs)) {
				return row.kind === kindCode.cycle ? words.blindOfFirst : '';
			}
			return words.blindSpan(figureMs(row.blindMs));
		case 'preview':
			return visibleLine(row.preview);
		default:
			return '';
	}
}

function kindTitle(row: Row): string {
	const parts = [
		(row.flags & frameFlag.out) !== 0 ? words.directionOut : words.directionIn,
		frameKinds[row.kind] ?? '',
		row.name === '' ? '' : visibleLine(row.name),
		isFragment(row) ? fragmentWord(row) : '',
		row.flags & frameFlag.rsv1 ? words.deflated : '',
		row.flags & frameFlag.invalid ? words.invalidExplained : '',
		row.flags & frameFlag.payloadLost ? words.notKeptExplained : '',
		marksText(row),
	];
	return parts.filter((part) => part !== '').join(', ');
}
