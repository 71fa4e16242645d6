import * as vscode from 'vscode';
import { factOf } from '../../core/sizing/facts';
import { type LineRange, markdownParagraphs, sizingFenceAround, sizingFences } from '../../core/sizing/note/noteLines';
import { groupReports, headlineOf, type ReportGroup, reportTitle } from '../../core/sizing/report';
import { calculationOf, missingFacts } from '../../core/sizing/size';
import { Disposable } from '../disposable';
import { extensionName } from '../ids';
import { inlineResults } from '../settings';
import { linesOf, mostUnaskedCharacters, readLines } from './noteText';
import { type Sizing, sizingOf } from './sizing';

/** Answers follow when nothing was typed or scrolled for so long. */
const delayMs = 150;
/** So many lines beyond those in sight are answered too, so that a short scroll finds them there. */
const linesAround = 30;
/** What a line's end has room for. */
const mostShown = 120;

/** The answers at the ends of the lines of Markdown that have their numbers. */
export class InlineResults extends Disposable {
	readonly #decoration = this._register(
		vscode.window.createTextEditorDecorationType({
			after: { margin: '0 0 0 3ch', color: new vscode.ThemeColor('editorCodeLens.foreground') },
			rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
		}),
	);
	#timer: NodeJS.Timeout | undefined;

	constructor() {
		super();
		this._register({ dispose: () => clearTimeout(this.#timer) });
		this._register(vscode.window.onDidChangeVisibleTextEditors(() => this.#soon()));
		this._register(
			vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#soonFor(textEditor.document)),
		);
		this._register(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soonFor(document)));
		this._register(
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration(`${extensionName}.sizing`)) {
					this.#soon();
				}
			}),
		);
		this.#soon();
	}

	#soonFor({ languageId }: vscode.TextDocument): void {
		if (languageId === 'markdown') {
			this.#soon();
		}
	}

	#soon(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#update(), delayMs);
	}

	#update(): void {
		const where = inlineResults();
		for (const editor of vscode.window.visibleTextEditors) {
			if (editor.document.languageId === 'markdown') {
				editor.setDecorations(this.#decoration, where === 'off' ? [] : decorations(editor, where === 'markdown'));
			}
		}
	}
}

function decorations(
	{ document, visibleRanges }: vscode.TextEditor,
	everywhere: boolean,
): readonly vscode.DecorationOptions[] {
	const answers = visibleRanges.flatMap(({ start, end }) =>
		lineAnswers(document, { first: start.line - linesAround, last: end.line + linesAround }, everywhere),
	);
	// Ranges that fold apart have their margins in common.
	const byLine = new Map(answers.map((answer) => [answer.line, answer.text]));
	return [...byLine].map(([line, text]) => ({
		range: document.lineAt(line).range,
		renderOptions: { after: { contentText: shortened(text) } },
	}));
}

/** What stands at the end of a line. */
export interface LineAnswer {
	readonly line: number;
	readonly text: string;
}

/**
 * The answers of the `sizing` blocks in a range of lines, and of every paragraph there too where it is asked for. Each
 * stands at the last line that it has a number from. A block also says what it lacks.
 */
export function lineAnswers(
	document: vscode.TextDocument,
	{ first, last }: LineRange,
	everywhere: boolean,
): readonly LineAnswer[] {
	const lines = linesOf(document);
	const range = { first: Math.max(0, first), last: Math.min(last, lines.count - 1) };
	const around = sizingFenceAround(lines, range.first);
	const fences = [
		...(around === undefined ? [] : [around]),
		...sizingFences(lines, { ...range, first: (around?.close ?? range.first - 1) + 1 }),
	];
	const contents = fences.flatMap(({ content }) => (content === undefined ? [] : [content]));
	const paragraphs = everywhere ? markdownParagraphs(lines, range) : [];
	const answers: LineAnswer[] = [];
	let characters = 0;
	for (const note of [...contents, ...paragraphs]) {
		const isFence = contents.includes(note);
		characters += charactersOf(document, note);
		if (characters > mostUnaskedCharacters) {
			break;
		}
		answers.push(...answersOf(document, note, isFence));
	}
	return answers;
}

function answersOf(document: vscode.TextDocument, note: LineRange, withMissing: boolean): readonly LineAnswer[] {
	const sizing = sizingOf(readLines(document, note));
	const texts = new Map<number, string[]>();
	const add = (line: number, text: string): void => {
		texts.set(line, [...(texts.get(line) ?? []), text]);
	};
	for (const group of groupReports(sizing.reports)) {
		const [{ calculation }] = group;
		if (calculation !== 'note' && calculationOf(calculation).evokedBy.length === 0) {
			// Nothing in the note asks for it, and a line's end has little room; the panel has it.
			continue;
		}
		const headline = headlineOf(group);
		const line = lastLineOf(document, group, sizing) ?? note.last;
		if (headline !== undefined) {
			add(line, headline);
		} else if (withMissing) {
			const missing = missingFacts(group).map((fact) => factOf(fact).label);
			if (missing.length > 0) {
				add(line, `${reportTitle(group[0])}: ${vscode.l10n.t('tell the {0}', missing.join(', '))}`);
			}
		}
	}
	return [...texts].map(([line, parts]) => ({ line, text: parts.join(' · ') }));
}

/** The line of the last number that a calculation has from the note. */
function lastLineOf(document: vscode.TextDocument, group: ReportGroup, { start }: Sizing): number | undefined {
	const ends = group.flatMap(({ sources }) =>
		Object.values(sources).flatMap((source) => (source.kind === 'note' ? source.places.map(({ end }) => end) : [])),
	);
	return ends.length === 0 ? undefined : document.positionAt(start + Math.max(...ends)).line;
}

function charactersOf(document: vscode.TextDocument, { first, last }: LineRange): number {
	return document.offsetAt(document.lineAt(last).range.end) - document.offsetAt(new vscode.Position(first, 0));
}

function shortened(text: string): string {
	return text.length <= mostShown ? text : `${text.slice(0, mostShown - 1)}…`;
}
