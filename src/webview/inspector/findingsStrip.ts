import type { Finding } from '../../core/diagnosis/finding';
import type { ReconnectVerdict, Statistics } from '../../core/statistics';
import { element, icon, setShown, setText, setTitle } from './elements';
import { groupedDigits } from './format';
import { visibleLine } from './visibleText';
import { words } from './words';

/** A sign for each finding, beside its name. */
export const findingIcons: Readonly<Record<Finding['code'], string>> = {
	bunched: 'layers',
	compressedEventStream: 'fold',
	noFirstByte: 'clockface',
	idleCut: 'debug-disconnect',
	coalescing: 'group-by-ref-type',
	missingHeartbeat: 'pulse',
};

/** Events that reconnects lost, as far as they are told. */
export function lostByReconnects(reconnects: readonly ReconnectVerdict[]): number {
	return reconnects.reduce((sum, { lost }) => sum + lost, 0);
}

/** What seems wrong, in one line below the figures: there only while there is something. */
export class FindingsStrip {
	readonly element: HTMLElement;
	readonly #count = element('span', { class: 'findings-count', testId: 'findings-count' });
	readonly #list = element('span', { class: 'findings-list' });
	readonly #chips = new Map<string, HTMLButtonElement>();
	readonly #open: () => void;

	constructor(open: () => void) {
		this.#open = open;
		const all = element(
			'button',
			{ class: 'findings-all', testId: 'open-diagnosis', attributes: { type: 'button' } },
			icon('warning'),
			this.#count,
		);
		all.title = words.findings.open;
		all.addEventListener('click', open);
		this.element = element(
			'section',
			{
				class: 'findings',
				testId: 'findings',
				attributes: { 'aria-label': words.findings.label, 'aria-live': 'polite' },
			},
			all,
			this.#list,
		);
		this.element.hidden = true;
	}

	/** The findings of a tick. */
	show({ findings, reconnects }: Statistics): void {
		const lost = lostByReconnects(reconnects);
		const seen = new Set<string>(findings.map(({ code }) => code));
		for (const { code, evidence } of findings) {
			this.#chip(code, findingIcons[code], words.findings.names[code], visibleLine(evidence).replaceAll('`', ''));
		}
		if (lost > 0) {
			seen.add('lost');
			const text = words.findings.lostByReconnects(groupedDigits(lost), lost === 1);
			this.#chip('lost', 'sync', text, words.findings.lostExplained);
		}
		for (const [key, chip] of this.#chips) {
			if (!seen.has(key)) {
				chip.remove();
				this.#chips.delete(key);
			}
		}
		setText(this.#count, findings.length === 0 ? words.showDiagnosis : words.findings.count(findings.length));
		setShown(this.element, seen.size > 0);
	}

	#chip(key: string, iconName: string, name: string, title: string): void {
		let chip = this.#chips.get(key);
		if (chip === undefined) {
			chip = element(
				'button',
				{ class: 'finding-chip', testId: `finding-${key}`, attributes: { type: 'button' } },
				icon(iconName),
				element('span', {}),
			);
			chip.addEventListener('click', this.#open);
			this.#chips.set(key, chip);
			this.#list.append(chip);
		}
		setText(chip.lastChild as HTMLElement, name);
		setTitle(chip, title);
	}
}
