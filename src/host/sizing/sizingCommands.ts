import * as vscode from 'vscode';
import type { CalculationId } from '../../core/sizing/calculation';
import { quantityAsFact } from '../../core/sizing/factText';
import type { SizingProblem } from '../../core/sizing/problem';
import { isAnswered } from '../../core/sizing/report';
import { missingFacts } from '../../core/sizing/size';
import { Disposable } from '../disposable';
import { extensionName, type SizingCommandName, sizingCalculations } from '../ids';
import { sentenceOf } from '../problemText';
import type { Sessions } from '../sessions';
import { askForFact, askForMeaning } from './askForFact';
import { insertSizing, markdownOf } from './insertSizing';
import { emptyNote, noteAt, noteOf } from './noteText';
import { sessionFacts } from './sessionFacts';
import { type PublicReport, type SizedText, type Sizing, sizingOf, withGiven } from './sizing';
import { type SizingArguments, sizingArguments } from './sizingArguments';
import type { SizingPanel } from './sizingPanel';
import { sizingProblemText } from './sizingProblemText';

/** What the sizing commands act on. */
export interface SizingCommandContext {
	readonly sessions: Sessions;
	/** The panel, which has the sizing that is meant while no editor of text is active. */
	readonly panel: Pick<SizingPanel, 'show' | 'current'>;
}

/**
 * The commands that size a note. Each returns its reports, whatever the note says; from the palette it asks for what is
 * missing and shows the panel.
 */
export class SizingCommands extends Disposable {
	constructor(private readonly context: SizingCommandContext) {
		super();
		const commands: Record<SizingCommandName, (...args: unknown[]) => Promise<readonly PublicReport[]>> = {
			sizeSelection: (options) => this.#size(options),
			sizeFromSession: (session, options) => this.#sizeFromSession(session, options),
			insertSizing: (options) => this.#insert(options),
			...mapValues(sizingCalculations, (id) => (options: unknown) => this.#size(options, [id])),
		};
		for (const [name, run] of Object.entries(commands)) {
			this._register(
				vscode.commands.registerCommand(`${extensionName}.${name}`, async (...args: unknown[]) => {
					try {
						return await run(...args);
					} catch (error) {
						throw new Error(sentenceOf(error));
					}
				}),
			);
		}
	}

	async #size(options: unknown, only?: readonly CalculationId[]): Promise<readonly PublicReport[]> {
		const told = sizingArguments(options, only);
		const sizing = await this.#answer(await this.#begin(told, only), told);
		return publicReports(sizing, told.problems);
	}

	/** What a session measured, the numbers of the note beside it, and what the user adds. */
	async #sizeFromSession(session: unknown, options: unknown): Promise<readonly PublicReport[]> {
		const { sessions } = this.context;
		// An action of the sessions tree passes all the tree's selected sessions there.
		const told = sizingArguments(Array.isArray(options) ? undefined : options, undefined);
		const id = sessions.idOf(session);
		const measured = sessionFacts(await sessions.statistics(id), sessions.get(id)!);
		const { text, given = [] } = await this.#note(told);
		// What another session measured goes with that session.
		const others = [...given].filter(([, { source }]) => source.kind !== 'measured');
		const sizing = await this.#answer(sizingTold(text, new Map([...others, ...measured, ...told.given])), told);
		if (measured.has('eventsPerSecond') || measured.has('headerBytes')) {
			return publicReports(sizing, told.problems);
		}
		const nothing: SizingProblem = { code: 'notMeasured', values: {} };
		if (told.ask) {
			void vscode.window.showInformationMessage(sizingProblemText(nothing));
		}
		return publicReports(sizing, [...told.problems, nothing]);
	}

	async #insert(options: unknown): Promise<readonly PublicReport[]> {
		const told = sizingArguments(options, undefined);
		const begun = await this.#begin(told, undefined);
		const sizing = told.ask ? await asked(begun) : begun;
		if (sizing.reports.some(isAnswered)) {
			await insertSizing(sizing);
		} else if (told.ask) {
			tellProblem(sizing);
		}
		return publicReports(sizing, told.problems);
	}

	/** The note that is meant, with what the caller told beside it. */
	async #begin(told: SizingArguments, only: readonly CalculationId[] | undefined): Promise<Sizing> {
		const { text, given = [] } = await this.#note(told);
		return sizingTold(text, new Map([...given, ...told.given]), only);
	}

	async #note({ at, ask }: SizingArguments): Promise<{ readonly text: SizedText; readonly given?: Sizing['given'] }> {
		if (at !== undefined) {
			const document = await vscode.workspace.openTextDocument(at.uri);
			return { text: await noteAt(document, Math.min(at.line, document.lineCount - 1)) };
		}
		const editor = vscode.window.activeTextEditor;
		const { current } = this.context.panel;
		if (editor === undefined) {
			return current === undefined ? { text: emptyNote() } : { text: current, given: current.given };
		}
		const text = await noteOf(editor);
		// What the user has answered about this very note is not asked again; a program's call means what it says.
		const isShown = ask && current?.uri?.toString() === text.uri?.toString() && current?.text === text.text;
		return { text, given: isShown ? current?.given : undefined };
	}

	/** Asks for what is missing and shows the answer, as far as the caller wants either. */
	async #answer(begun: Sizing, { ask, show }: SizingArguments): Promise<Sizing> {
		const canShow = (sizing: Sizing): boolean => show && sizing.reports.some(isAnswered);
		if (canShow(begun)) {
			// What can be answered is, at once; what is asked for comes to it.
			this.context.panel.show(begun);
		}
		const sizing = ask ? await asked(begun) : begun;
		if (sizing !== begun && canShow(sizing)) {
			this.context.panel.show(sizing);
		} else if (ask && !sizing.reports.some(isAnswered)) {
			tellProblem(sizing);
		}
		return sizing;
	}
}

/** Sizes a note with what is told beside it. Where anything is, or one calculation is wanted, an empty note is no problem. */
export function sizingTold(note: SizedText, given: Sizing['given'], only?: readonly CalculationId[]): Sizing {
	const isEnough = note.text === '' && (given.size > 0 || only !== undefined);
	return sizingOf(isEnough ? { ...note, reading: { ...note.reading, problems: [] } } : note, given, only);
}

/** What the panel's buttons do with the sizing that it shows. */
export const sizingPanelActions = {
	insert: insertSizing,
	copy: async (sizing: Sizing, format: 'markdown' | 'json'): Promise<void> => {
		const text = format === 'markdown' ? markdownOf(sizing) : JSON.stringify(publicReports(sizing), undefined, 2);
		await vscode.env.clipboard.writeText(text);
	},
};

/** The reports of a sizing with the sentences of their problems, after those of how the command was called. */
export function publicReports({ reports }: Sizing, problems: readonly SizingProblem[] = []): readonly PublicReport[] {
	return reports.map((report) => ({
		...report,
		problems: [...problems, ...report.problems].map((problem) => ({ ...problem, message: sizingProblemText(problem) })),
	}));
}

/**
 * Asks what marked numbers mean, then for each fact that the answers lack, one box each. It ends with the first that the
 * user does not answer.
 */
async function asked(begun: Sizing): Promise<Sizing> {
	let sizing = begun;
	if (sizing.options.marked !== undefined) {
		for (const quantity of begun.reading.unused) {
			const told = new Set([...sizing.reading.facts.map(({ fact }) => fact), ...sizing.given.keys()]);
			const fact = await askForMeaning(quantity, told);
			if (fact === undefined) {
				return sizing;
			}
			const value = quantityAsFact(fact, quantity)!;
			const { place, text } = quantity;
			sizing = withGiven(
				sizing,
				new Map([
					[
						fact,
						{ value: value.low === value.high ? value.low : value, source: { kind: 'note', text, places: [place] } },
					],
				]),
			);
		}
	}
	// Only what was asked for at first is: an answer that evokes another calculation must not lead to another box.
	const wanted = new Set(sizing.reports.map(({ calculation }) => calculation));
	for (;;) {
		const [fact] = missingFacts(sizing.reports.filter(({ calculation }) => wanted.has(calculation)));
		if (fact === undefined) {
			return sizing;
		}
		const value = await askForFact(fact, sizing.options);
		if (value === undefined) {
			return sizing;
		}
		sizing = withGiven(sizing, new Map([[fact, { value, source: { kind: 'given' } }]]));
	}
}

/** The sentence of the first problem, where there is nothing else to show. A question that was not answered needs none. */
function tellProblem({ reports }: Sizing): void {
	const problem = reports.flatMap(({ problems }) => problems).find(({ code }) => code !== 'missing');
	if (problem !== undefined) {
		void vscode.window.showInformationMessage(sizingProblemText(problem));
	}
}

function mapValues<Name extends string, From, To>(
	values: Readonly<Record<Name, From>>,
	map: (value: From) => To,
): Record<Name, To> {
	return Object.fromEntries(Object.entries<From>(values).map(([name, value]) => [name, map(value)])) as Record<
		Name,
		To
	>;
}
