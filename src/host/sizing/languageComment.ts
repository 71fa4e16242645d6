import * as vscode from 'vscode';
import type { CommentStyle } from '../../core/sizing/note/noteBlock';
import type { CommentTokens } from '../../core/sizing/note/noteLines';

/** How languages write comments, by their ids; emptied when extensions come or go. */
const known = new Map<string, Promise<CommentTokens>>();

/**
 * The comment tokens of a language, from the language configuration of whichever installed extension has them. A language
 * without comments, and one that nobody configures, has none.
 */
export function commentTokens(languageId: string): Promise<CommentTokens> {
	let tokens = known.get(languageId);
	if (tokens === undefined) {
		tokens = readTokens(languageId);
		known.set(languageId, tokens);
	}
	return tokens;
}

/** Forgets what was read when extensions come or go. */
export function watchLanguages(): vscode.Disposable {
	return vscode.extensions.onDidChange(() => known.clear());
}

/** How an answer stands in a document of a language. */
export async function commentStyle(languageId: string): Promise<CommentStyle> {
	if (languageId === 'markdown') {
		return { kind: 'markdown' };
	}
	const { line, block } = await commentTokens(languageId);
	if (line !== undefined) {
		return { kind: 'line', token: line };
	}
	return block === undefined ? { kind: 'plain' } : { kind: 'block', open: block[0], close: block[1] };
}

async function readTokens(languageId: string): Promise<CommentTokens> {
	for (const extension of vscode.extensions.all) {
		const languages: unknown = extension.packageJSON?.contributes?.languages;
		for (const language of Array.isArray(languages) ? languages : []) {
			if (language?.id !== languageId || typeof language.configuration !== 'string') {
				continue;
			}
			const tokens = await tokensIn(vscode.Uri.joinPath(extension.extensionUri, language.configuration));
			if (tokens.line !== undefined || tokens.block !== undefined) {
				return tokens;
			}
		}
	}
	return {};
}

async function tokensIn(configuration: vscode.Uri): Promise<CommentTokens> {
	try {
		const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(configuration));
		const { lineComment, blockComment } = JSON.parse(withoutComments(text)).comments ?? {};
		// Since 1.101 a line comment may be an object that also says how it is indented.
		const line: unknown = lineComment?.comment ?? lineComment;
		return {
			...(typeof line === 'string' && { line }),
			...(Array.isArray(blockComment) &&
				blockComment.length === 2 &&
				blockComment.every((token) => typeof token === 'string') && { block: blockComment as [string, string] }),
		};
	} catch {
		// A configuration that is missing or broken says nothing; the next extension's may.
		return {};
	}
}

/** JSON as VS Code takes it in such files, with its comments and trailing commas taken out. */
function withoutComments(text: string): string {
	return text
		.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, literal?: string) => literal ?? '')
		.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, literal?: string) => literal ?? '');
}
