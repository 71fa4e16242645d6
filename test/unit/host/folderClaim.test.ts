import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimFolder } from '../../../src/host/folderClaim';

describe('the folder of the captures', () => {
	let folder: string;
	/** A process that lives and does nothing: another window's, to whoever looks at its id. */
	let other: ChildProcess;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'folder-claim-'));
		other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
	});

	afterEach(() => {
		other.kill();
		rmSync(folder, { recursive: true, force: true });
	});

	const nothing = () => Promise.resolve();
	const owner = () => join(folder, 'owner');

	it('is taken at once where nobody has it, and left free again', async () => {
		const taken = await claimFolder(folder, nothing);
		assert.deepEqual([taken.path, taken.isShared], [folder, false]);
		assert.equal(readFileSync(owner(), 'utf8'), String(process.pid));
		await taken.release();
		assert.ok(!existsSync(owner()));
	});

	it('is taken from a process that ended without a word', async () => {
		const ended = new Promise((resolve) => other.once('exit', resolve));
		writeFileSync(owner(), String(other.pid));
		other.kill();
		await ended;
		const taken = await claimFolder(folder, nothing);
		assert.equal(taken.isShared, false);
		await taken.release();
	});

	it('is asked for where another has it, and taken when that one lets go', async () => {
		writeFileSync(owner(), String(other.pid));
		const taking = claimFolder(folder, nothing);
		while (!existsSync(join(folder, 'claim'))) {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		rmSync(owner());
		const taken = await taking;
		assert.deepEqual([taken.path, taken.isShared], [folder, false]);
		assert.ok(!existsSync(join(folder, 'claim')));
		await taken.release();
	});

	it('stays with one that does not let go: the later one gets its own, which goes with it', async () => {
		writeFileSync(owner(), String(other.pid));
		const taken = await claimFolder(folder, nothing, 100);
		assert.ok(taken.isShared && taken.path !== folder && existsSync(taken.path));
		await taken.release();
		assert.ok(!existsSync(taken.path));
		assert.equal(readFileSync(owner(), 'utf8'), String(other.pid));
	});

	it('is given up when a later window claims it', async () => {
		let letGo = () => {};
		const wasClaimed = new Promise<void>((resolve) => {
			letGo = resolve;
		});
		const taken = await claimFolder(folder, async () => letGo());
		writeFileSync(join(folder, 'claim'), String(other.pid));
		await wasClaimed;
		await taken.release();
		assert.ok(!existsSync(owner()));
	});
});
