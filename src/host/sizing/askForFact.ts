import * as vscode from 'vscode';
import { type FactName, type FactValue, factOf, facts } from '../../core/sizing/facts';
import { quantityAsFact, readFactText } from '../../core/sizing/factText';
import type { Quantity } from '../../core/sizing/note/quantity';
import type { ReadingOptions } from '../../core/sizing/note/reading';
import { sizingProblemText } from './sizingProblemText';
import { choiceLabel } from './sizingView';

interface ValueItem extends vscode.QuickPickItem {
	readonly value: FactValue;
}

interface FactItem extends vscode.QuickPickItem {
	readonly fact: FactName;
}

/** Asks for one fact; undefined where the user wants to tell nothing. What is typed is checked as it is typed. */
export async function askForFact(fact: FactName, options: ReadingOptions): Promise<FactValue | undefined> {
	const { unit, question, example, choices } = factOf(fact);
	if (unit === 'choice') {
		const items = choices!.map((value): ValueItem => ({ label: choiceLabel(value), value }));
		return (await vscode.window.showQuickPick(items, { title: question }))?.value;
	}
	if (unit === 'yesOrNo') {
		const items: ValueItem[] = [
			{ label: vscode.l10n.t('No'), value: false },
			{ label: vscode.l10n.t('Yes'), value: true },
		];
		return (await vscode.window.showQuickPick(items, { title: question }))?.value;
	}
	const typed = await vscode.window.showInputBox({
		title: question,
		placeHolder: example,
		prompt: vscode.l10n.t('For example {0}', example),
		ignoreFocusOut: true,
		validateInput: (text) => {
			if (text.trim() === '') {
				return undefined;
			}
			const read = readFactText(fact, text, options);
			return 'problem' in read ? sizingProblemText(read.problem) : undefined;
		},
	});
	if (typed === undefined || typed.trim() === '') {
		return undefined;
	}
	const read = readFactText(fact, typed, options);
	return 'value' in read ? read.value : undefined;
}

/** Asks what a number of the text means, among the facts that its unit allows and that are not told yet. */
export async function askForMeaning(quantity: Quantity, told: ReadonlySet<FactName>): Promise<FactName | undefined> {
	const items = (Object.keys(facts) as FactName[])
		.filter((fact) => !told.has(fact) && quantityAsFact(fact, quantity) !== undefined)
		.map((fact): FactItem => {
			const { label, question } = factOf(fact);
			return { label, detail: question, fact };
		});
	const title = vscode.l10n.t('What is {0}?', quantity.text);
	return items.length === 0
		? undefined
		: (await vscode.window.showQuickPick(items, { title, matchOnDetail: true, ignoreFocusOut: true }))?.fact;
}
