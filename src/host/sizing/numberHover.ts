import * as vscode from 'vscode';
import { factOf } from '../../core/sizing/facts';
import type { Place, Quantity } from '../../core/sizing/note/quantity';
import { quantityFigure } from '../../core/sizing/note/quantityFigure';
import type { NoteReading, ReadFact } from '../../core/sizing/note/reading';
import { factFigure } from '../../core/sizing/report';
import { Disposable } from '../disposable';
import { mostUnaskedCharacters, noteAt } from './noteText';
import { sizingProblemText } from './sizingProblemText';

/** A number with its unit and its noun is not longer than this. */
const mostCharactersAround = 60;

/** Beside a number of Markdown how it was read: its value with its unit, what it means, and by which words. */
export class NumberHover extends Disposable implements vscode.HoverProvider {
	constructor() {
		super();
		this._register(vscode.languages.registerHoverProvider({ language: 'markdown' }, this));
	}

	async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
		if (!hasNumberNear(document.lineAt(position.line).text, position.character)) {
			return undefined;
		}
		const { start, text, reading } = await noteAt(document, position.line, mostUnaskedCharacters);
		const told = numberAt(reading, document.offsetAt(position) - start);
		// In a text that says nothing about capacity a number is none of our business.
		if (told === undefined || (reading.facts.length === 0 && reading.problems.length === 0)) {
			return undefined;
		}
		const { place } = told;
		const lines = [
			`**${escaped(text.slice(place.start, place.end))}**`,
			...('quantity' in told ? quantityLines(told.quantity, reading.facts) : []),
			...problemLines(place, reading),
		];
		const range = new vscode.Range(document.positionAt(start + place.start), document.positionAt(start + place.end));
		return new vscode.Hover(new vscode.MarkdownString(lines.join('\n\n')), range);
	}
}

/** Most hovers are over words; those are not worth reading a paragraph for. */
function hasNumberNear(line: string, character: number): boolean {
	return /\d|\b(?:once|twice|each|every|one|per)\b/i.test(
		line.slice(Math.max(0, character - mostCharactersAround), character + mostCharactersAround),
	);
}

/** The number at an offset of a note: one that was read, or one that a problem kept from being. */
function numberAt(
	{ facts, unused, problems }: NoteReading,
	offset: number,
): { readonly place: Place; readonly quantity: Quantity } | { readonly place: Place } | undefined {
	const isHere = ({ start, end }: Place): boolean => start <= offset && offset <= end;
	const quantity = [...facts.flatMap(({ quantities }) => quantities), ...unused].find(({ place }) => isHere(place));
	if (quantity !== undefined) {
		return { place: quantity.place, quantity };
	}
	const place = problems.flatMap(({ places = [] }) => places).find(isHere);
	return place && { place };
}

function quantityLines(quantity: Quantity, facts: readonly ReadFact[]): string[] {
	const lines = [vscode.l10n.t('Read as {0}.', `**${escaped(quantityFigure(quantity))}**`)];
	if (quantity.qualifier !== undefined) {
		lines.push(qualifierText(quantity.qualifier));
	}
	const told = facts.filter(({ quantities }) => quantities.includes(quantity));
	for (const fact of told) {
		lines.push(...meaningLines(fact));
	}
	if (told.length === 0 && quantity.ambiguous === undefined) {
		lines.push(vscode.l10n.t('No words around it say what it means for capacity, so it is not used.'));
	}
	return lines;
}

function meaningLines({ fact, value, quantities, words }: ReadFact): string[] {
	const { label } = factOf(fact);
	const quoted = words.map((word) => `"${escaped(word)}"`).join(', ');
	const lines = [
		words.length === 0
			? vscode.l10n.t('It means the {0}.', label)
			: vscode.l10n.t('It means the {0}, by the words {1}.', label, quoted),
	];
	if (quantities.length > 1) {
		const ends = [...new Set([value.low, value.high])].map((end) => factFigure(fact, end)).join('–');
		lines.push(escaped(`${quantities.map(quantityFigure).join(' × ')} = ${ends}`));
	}
	return lines;
}

function problemLines(place: Place, { problems }: NoteReading): string[] {
	return problems
		.filter(({ places = [] }) => places.some(({ start, end }) => start < place.end && place.start < end))
		.map((problem) => `⚠ ${escaped(sizingProblemText(problem))}`);
}

function qualifierText(qualifier: NonNullable<Quantity['qualifier']>): string {
	switch (qualifier) {
		case 'about':
			return vscode.l10n.t('An approximate number.');
		case 'upTo':
			return vscode.l10n.t('The most that it can be.');
		case 'atLeast':
			return vscode.l10n.t('The least that it can be.');
	}
}

/** What comes from the note stays text: no link, no markup. */
function escaped(text: string): string {
	return text.replace(/[\\`*_{}[\]()<>#+!|~&]/g, '\\$&').replace(/\s+/g, ' ');
}
