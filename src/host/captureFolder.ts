import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type CaptureFolder, claimFolder, isOwnedByAnother } from './folderClaim';

/** Captures of windows without a folder that nobody came back to. */
const forgottenAfterMs = 7 * 86_400_000;

/**
 * Takes the workspace's folder. The captures of a workspace belong to the window that was opened last: the one that has
 * them ends its sessions when `claimed` is called there.
 */
export async function takeCaptureFolder(
	context: vscode.ExtensionContext,
	claimed: () => Promise<void>,
): Promise<CaptureFolder> {
	return claimFolder(await folderOf(context), claimed);
}

/** The workspace's folder, or one that a window without a workspace remembers. */
async function folderOf(context: vscode.ExtensionContext): Promise<string> {
	if (context.storageUri !== undefined) {
		return vscode.Uri.joinPath(context.storageUri, 'captures').fsPath;
	}
	const windows = vscode.Uri.joinPath(context.globalStorageUri, 'emptyWindows').fsPath;
	await deleteForgotten(windows);
	const remembered = context.workspaceState.get<string>('emptyWindow');
	const name = remembered ?? randomUUID();
	if (remembered === undefined) {
		await context.workspaceState.update('emptyWindow', name);
	}
	return join(windows, name);
}

async function deleteForgotten(windows: string): Promise<void> {
	for (const name of await readdir(windows).catch(() => [])) {
		const folder = join(windows, name);
		const { mtimeMs } = await stat(folder);
		if (Date.now() - mtimeMs > forgottenAfterMs && !(await isOwnedByAnother(folder))) {
			await rm(folder, { recursive: true, force: true });
		}
	}
}
