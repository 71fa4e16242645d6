import * as vscode from 'vscode';
import { type CalculationId, calculationIds } from '../../core/sizing/calculation';
import { sizingToolName } from '../ids';
import { markdownOf } from './insertSizing';
import { textAlone } from './noteText';
import { invalidInput, sizingArguments } from './sizingArguments';
import { publicReports, sizingTold } from './sizingCommands';

/** What a language model sends; its schema in the manifest is of the same shape. */
interface SizingToolInput {
	/** Text with numbers in it. */
	readonly text?: string;
	/** One calculation; left out, every one that the text or the inputs ask for. */
	readonly calculation?: CalculationId;
	/** Values by the names of inputs, beside those of the text. */
	readonly inputs?: Readonly<Record<string, unknown>>;
}

/**
 * Lets a language model size what it was told, by the same path as a selection in the editor. It gets the answers as
 * Markdown, and the reports as JSON.
 */
export class SizingTool implements vscode.LanguageModelTool<SizingToolInput> {
	/** Registers it; VS Code shows it to models as the manifest describes it. */
	static register(): vscode.Disposable {
		return vscode.lm.registerTool(sizingToolName, new SizingTool());
	}

	prepareInvocation(): vscode.PreparedToolInvocation {
		return { invocationMessage: vscode.l10n.t('Sizing the servers') };
	}

	invoke({ input }: vscode.LanguageModelToolInvocationOptions<SizingToolInput>): vscode.LanguageModelToolResult {
		const { text, calculation, inputs } = input;
		const only = calculation !== undefined && calculationIds.includes(calculation) ? [calculation] : undefined;
		const told = sizingArguments({ ask: false, inputs }, only);
		const problems =
			calculation === undefined || only !== undefined
				? told.problems
				: [...told.problems, invalidInput('calculation', calculation, calculationIds.join(', '))];
		const sizing = sizingTold(textAlone(text ?? ''), told.given, only);
		return new vscode.LanguageModelToolResult([
			new vscode.LanguageModelTextPart(markdownOf(sizing)),
			new vscode.LanguageModelTextPart(JSON.stringify(publicReports(sizing, problems))),
		]);
	}
}
