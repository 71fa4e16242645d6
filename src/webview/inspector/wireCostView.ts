import type { Statistics, WireCost } from '../../core/statistics';
import { element, setShown, setText, setTitle } from './elements';
import { sectionTitle } from './factsList';
import { bytes, exactBytes, groupedDigits, notMeasured, percent } from './format';
import { words } from './words';

/** Rows of bytes, each with what came in and what went out. */
const byteRows = ['payload', 'transferred', 'framing', 'header', 'tls', 'socket'] as const;
/** Figures that are of both ways together. */
const wholeRows = ['compression', 'headerShare', 'overhead', 'reuse', 'tlsHandshakes'] as const;

/** Where a session's bytes went, both ways, and what carrying an event costs. */
export class WireCostView {
	readonly element: HTMLElement;
	readonly #bytes = new Map<(typeof byteRows)[number], readonly [received: HTMLElement, sent: HTMLElement]>();
	readonly #whole = new Map<(typeof wholeRows)[number], HTMLElement>();

	constructor() {
		const column = (text: string): HTMLElement => element('th', { attributes: { scope: 'col' } }, text);
		const table = element(
			'table',
			{ class: 'numbers-table', testId: 'wire-cost' },
			element(
				'thead',
				{},
				element('tr', {}, element('td', {}), column(words.wireCost.received), column(words.wireCost.sent)),
			),
		);
		const body = element('tbody', {});
		for (const row of byteRows) {
			const cells = [element('td', {}), element('td', {})] as const;
			this.#bytes.set(row, cells);
			body.append(line(row, ...cells));
		}
		for (const row of wholeRows) {
			const cell = element('td', { attributes: { colspan: '2' } });
			this.#whole.set(row, cell);
			body.append(line(row, cell));
		}
		table.append(body);
		this.element = element('section', { class: 'wire-cost' }, sectionTitle(words.wireCost.title), table);
	}

	/** The sums of a tick. */
	show({ wire, eventsReceived }: Statistics): void {
		for (const [row, cells] of this.#bytes) {
			for (const [cell, count] of [
				[cells[0], wire[`${row}BytesIn`]],
				[cells[1], wire[`${row}BytesOut`]],
			] as const) {
				setText(cell, bytes(count));
				setTitle(cell, exactBytes(count));
			}
		}
		// Most servers that are developed against speak no TLS.
		setShown(this.#bytes.get('tls')![0].parentElement!, wire.tlsBytesIn + wire.tlsBytesOut > 0);
		setTitle(this.#whole.get('overhead')!, words.wireCost.events(groupedDigits(eventsReceived)));
		for (const [row, cell] of this.#whole) {
			setText(cell, wholeText(row, wire));
		}
	}
}

function line(row: keyof typeof words.wireCost.rows, ...cells: readonly HTMLElement[]): HTMLElement {
	const [name, title] = words.wireCost.rows[row];
	return element('tr', { title }, element('th', { attributes: { scope: 'row' } }, name), ...cells);
}

/** Bytes of one event, of which a tenth tells something. */
function fewBytes(value: number): string {
	return value < 99.95 ? `${Number(value.toFixed(1))} B` : bytes(value);
}

function wholeText(row: (typeof wholeRows)[number], wire: WireCost): string {
	switch (row) {
		case 'compression':
			return wire.compressionRatio === null ? words.wireCost.uncompressed : `${wire.compressionRatio.toFixed(2)} : 1`;
		case 'headerShare':
			return wire.headerShare === null ? notMeasured : percent(wire.headerShare);
		case 'overhead':
			return wire.overheadBytesPerEvent === null
				? notMeasured
				: words.wireCost.perEvent(fewBytes(wire.overheadBytesPerEvent));
		case 'reuse':
			return words.wireCost.reuse(groupedDigits(wire.requests), groupedDigits(wire.sockets));
		case 'tlsHandshakes':
			return groupedDigits(wire.tlsHandshakes);
	}
}
