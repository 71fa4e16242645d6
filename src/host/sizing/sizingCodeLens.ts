import * as vscode from 'vscode';
import { factOf } from '../../core/sizing/facts';
import { type SizingFence, sizingFences } from '../../core/sizing/note/noteLines';
import { groupReports, headlineOf, isAnswered, reportTitle } from '../../core/sizing/report';
import { missingFacts } from '../../core/sizing/size';
import { Disposable } from '../disposable';
import { extensionName } from '../ids';
import { linesOf, readLines } from './noteText';
import { sizingOf } from './sizing';
import { sizingProblemText } from './sizingProblemText';

/** Above every fenced `sizing` block its answer, which opens the panel. Only the blocks in sight are calculated. */
export class SizingCodeLens extends Disposable implements vscode.CodeLensProvider<FenceLens> {
	readonly #changed = this._register(new vscode.EventEmitter<void>());
	readonly onDidChangeCodeLenses = this.#changed.event;

	constructor() {
		super();
		this._register(vscode.languages.registerCodeLensProvider({ language: 'markdown' }, this));
		this._register(
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration(`${extensionName}.sizing`)) {
					this.#changed.fire();
				}
			}),
		);
	}

	provideCodeLenses(document: vscode.TextDocument): FenceLens[] {
		if (document.lineCount > mostLines) {
			return [];
		}
		return sizingFences(linesOf(document), { first: 0, last: document.lineCount - 1 }).map(
			(fence) => new FenceLens(document, fence),
		);
	}

	resolveCodeLens(lens: FenceLens): FenceLens {
		const { document, fence } = lens;
		lens.command = {
			title: `$(pulse) ${titleOf(document, fence)}`,
			command: `${extensionName}.sizeSelection`,
			arguments: [{ at: { uri: document.uri.toString(), line: fence.open } }],
		};
		return lens;
	}
}

/** Longer documents than any note get no lenses, since all their lines would be looked at. */
const mostLines = 200_000;

class FenceLens extends vscode.CodeLens {
	constructor(
		readonly document: vscode.TextDocument,
		readonly fence: SizingFence,
	) {
		super(new vscode.Range(fence.open, 0, fence.open, 0));
	}
}

/** The first answer and how many there are beside it; without one, what the first lacks. */
function titleOf(document: vscode.TextDocument, { content }: SizingFence): string {
	if (content === undefined || content.last >= document.lineCount) {
		return vscode.l10n.t('Write numbers here, such as "240k users online at peak, a node holds 60k sockets"');
	}
	const { reports } = sizingOf(readLines(document, content));
	const answered = groupReports(reports).filter(([first]) => isAnswered(first));
	const [first] = answered;
	if (first !== undefined) {
		const headline = headlineOf(first)!;
		return answered.length === 1 ? headline : vscode.l10n.t('{0} · and {1} more', headline, answered.length - 1);
	}
	const [report] = reports;
	const [missing] = missingFacts(reports.slice(0, 1));
	return missing === undefined
		? sizingProblemText(report!.problems[0]!)
		: vscode.l10n.t('{0}: tell the {1}', reportTitle(report!), factOf(missing).label);
}
