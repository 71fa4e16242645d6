import { watch } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ownerFile = 'owner';
const claimFile = 'claim';
/** A window that is asked for the folder may need so long to end its sessions. */
const patienceMs = 10_000;

/** Where a window keeps its captures. */
export interface CaptureFolder {
	readonly path: string;
	/** A window that does not let go has the workspace's own folder: nothing of this one is kept for later. */
	readonly isShared: boolean;
	/** Lets the next window have the folder. */
	release(): Promise<void>;
}

/**
 * Takes a folder for this process. The one that has it, which after a reload of its window may live on for a while without
 * its page, is asked to let go, and its `claimed` is called there to do so. One that does not let go within `waitMs` keeps
 * the folder, and this process gets one beside it that is removed at its release.
 */
export async function claimFolder(
	path: string,
	claimed: () => Promise<void>,
	waitMs = patienceMs,
): Promise<CaptureFolder> {
	await mkdir(path, { recursive: true });
	const owner = join(path, ownerFile);
	const claim = join(path, claimFile);
	if (await isOwnedByAnother(path)) {
		await writeFile(claim, String(process.pid));
		const deadline = Date.now() + waitMs;
		while (await isOwnedByAnother(path)) {
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

/** Whether a process that lives, and is not this one, has the folder. */
export async function isOwnedByAnother(folder: string): Promise<boolean> {
	const pid = Number(await readFile(join(folder, ownerFile), 'utf8').catch(() => ''));
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
