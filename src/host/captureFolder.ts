import { randomUUID } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

const ownerFile = 'owner';
const claimFile = 'claim';
/** A window that is asked for the folder may need so long to end its sessions. */
const claimWaitMs = 10_000;
/** Captures of windows without a folder that nobody came back to. */
const forgottenAfterMs = 7 * 86_400_000;

/** Where a window keeps its captures. */
export interface CaptureFolder {
	readonly path: string;
	/** A window that does not let go has the workspace's own folder: nothing of this one is kept for later. */
	readonly isShared: boolean;
	/** Lets the next window have the folder. */
	release(): Promise<void>;
}

/**
 * Takes the workspace's folder. The captures of a workspace belong to the window that was opened last: the one that has
 * them, which after a reload may live on for a while without its page, is asked to end its sessions and let go, and
 * `claimed` is called there to do so. One that does not let go keeps the folder, and this window gets one that goes with it.
 */
export async function takeCaptureFolder(
	context: vscode.ExtensionContext,
	claimed: () => Promise<void>,
): Promise<CaptureFolder> {
	const path = await folderOf(context);
	await mkdir(path, { recursive: true });
	const owner = join(path, ownerFile);
	const claim = join(path, claimFile);
	if (await isOwnedByAnother(owner)) {
		await writeFile(claim, String(process.pid));
		const deadline = Date.now() + claimWaitMs;
		while (await isOwnedByAnother(owner)) {
			if (Date.now() > deadline) {
				const own = `${path}-${process.pid}`;
				await mkdir(own, { recursive: true });
				return { path: own, isShared: true, release: () => rm(own, { recursive: true, force: true }) };
			}
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
	await writeFile(owner, String(process.pid));
	await rm(claim, { force: true });
	const watcher = watch(path, { persistent: false }, (_event, name) => {
		if (name === claimFile) {
			void readFile(claim, 'utf8').then(
				() => claimed(),
				() => {
					// It was the end of a claim, not its beginning.
				},
			);
		}
	});
	return {
		path,
		isShared: false,
		release: async () => {
			watcher.close();
			if (Number(await readFile(owner, 'utf8').catch(() => '')) === process.pid) {
				await rm(owner, { force: true });
			}
		},
	};
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
