import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

const ownerFile = 'owner';
/** The window before may need so long to end while this one comes up. */
const ownerWaitMs = 5000;
/** Captures of windows without a folder that nobody came back to. */
const forgottenAfterMs = 7 * 86_400_000;

/**
 * Where a window keeps its captures. Two windows may show one workspace (two tabs of a browser, for one); the second gets
 * a folder of its own, which goes with it.
 */
export interface CaptureFolder {
	readonly path: string;
	/** Another window has the workspace's own folder: nothing of this one is kept for later. */
	readonly isShared: boolean;
	/** Lets the next window have the folder. */
	release(): Promise<void>;
}

/** Takes the workspace's folder, or waits a little for the window that has it, or makes one of its own. */
export async function takeCaptureFolder(context: vscode.ExtensionContext): Promise<CaptureFolder> {
	const path = await folderOf(context);
	await mkdir(path, { recursive: true });
	const owner = join(path, ownerFile);
	const deadline = Date.now() + ownerWaitMs;
	while (await isOwnedByAnother(owner)) {
		if (Date.now() > deadline) {
			const own = `${path}-${process.pid}`;
			await mkdir(own, { recursive: true });
			return { path: own, isShared: true, release: () => rm(own, { recursive: true, force: true }) };
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	await writeFile(owner, String(process.pid));
	return { path, isShared: false, release: () => rm(owner, { force: true }) };
}

async function isOwnedByAnother(owner: string): Promise<boolean> {
	const pid = Number(await readFile(owner, 'utf8').catch(() => ''));
	if (!(pid > 0) || pid === process.pid) {
		return false;
	}
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		// Nobody has that process id: its window ended without a word.
		return false;
	}
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
		if (Date.now() - mtimeMs > forgottenAfterMs && !(await isOwnedByAnother(join(folder, ownerFile)))) {
			await rm(folder, { recursive: true, force: true });
		}
	}
}
