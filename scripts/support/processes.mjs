// @ts-check
/**
 * Starts child processes so that all of them can be ended again, each by its id: every child leads a process group of
 * its own, and ending it ends the group and whatever it started meanwhile. Scripts run inside `runScript`, which cleans
 * up on success, on an error and on Ctrl-C.
 */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Explained } from './report.mjs';

const isWindows = process.platform === 'win32';

/** Children that may still be running. @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

/** What is to be undone before this process ends, the latest first. @type {(() => Promise<void> | void)[]} */
const cleanups = [];

/** @type {Set<string>} */
const temporaryFolders = new Set();

let isEnding = false;

/**
 * Starts a command in a process group of its own, without a terminal's input.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: 'ignore' | 'pipe', output?: 'pipe' | 'inherit' }} [options]
 */
export function startProcess(command, args, options = {}) {
	if (isEnding) throw new Explained('Not started: this run is being ended.');
	const output = options.output ?? 'pipe';
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		stdio: [options.input ?? 'ignore', output, output],
		// A group can be signalled as a whole. On Windows this would open a console window, and taskkill follows the tree.
		detached: !isWindows,
		windowsHide: true,
	});
	children.add(child);
	return child;
}

/**
 * Runs a command to its end. Its output is kept, and shown only if it fails, unless it is streamed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, streamed?: boolean, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runProcess(command, args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = startProcess(command, args, { ...options, output: options.streamed ? 'inherit' : 'pipe' });
		let output = '';
		const keep = (/** @type {Buffer} */ chunk) => {
			output += chunk.toString('utf8');
			const line = output.trimEnd().split('\n').at(-1)?.trim();
			if (line) options.onLine?.(line);
		};
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		child.once('error', (error) => {
			children.delete(child);
			reject(error);
		});
		child.once('close', (code, signal) => {
			children.delete(child);
			// What waits for a child that was ended with everything else has nothing more to do or to say.
			if (!isEnding) resolve({ code: code ?? (signal ? 128 : 1), output });
		});
	});
}

/**
 * Runs a command that has to succeed.
 *
 * @param {string} purpose what the command is for, as the start of a sentence: "Installing the packages"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof runProcess>[2] & { advice?: string }} [options]
 */
export async function mustRun(purpose, command, args, options = {}) {
	const advice = options.advice ? ` ${options.advice}` : '';
	let result;
	try {
		result = await runProcess(command, args, options);
	} catch (error) {
		throw new Explained(`${purpose} failed: ${command} could not be started (${messageOf(error)}).${advice}`);
	}
	if (result.code !== 0) {
		const tail = result.output.trimEnd().split('\n').slice(-30).join('\n');
		throw new Explained(
			`${tail && `${tail}\n`}${purpose} failed: "${[command, ...args].join(' ')}" ended with code ${result.code}.${advice}`,
		);
	}
	return result.output;
}

/**
 * Ends a child started by `startProcess`, its group and its descendants: asked first, then killed.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} [graceMs]
 */
export async function endProcess(child, graceMs = 4_000) {
	const pid = child.pid;
	if (pid === undefined) return;
	if (isWindows) {
		if (child.exitCode === null) await runQuietly('taskkill', ['/pid', String(pid), '/T', '/F']);
		children.delete(child);
		return;
	}
	// A shell in an integrated terminal leads a session of its own, so the group alone would miss it.
	const family = descendantsOf(pid);
	signalGroup(pid, 'SIGTERM');
	const deadline = Date.now() + graceMs;
	while (Date.now() < deadline && isGroupAlive(pid)) await delay(30);
	signalGroup(pid, 'SIGKILL');
	endFamily(family);
	children.delete(child);
}

/** @param {string} command @param {string[]} args */
async function runQuietly(command, args) {
	await new Promise((resolve) => {
		const child = spawn(command, args, { stdio: 'ignore', windowsHide: true });
		child.once('error', resolve);
		child.once('close', resolve);
	});
}

/** @param {number} groupId @param {NodeJS.Signals | 0} signal */
function signalGroup(groupId, signal) {
	try {
		process.kill(-groupId, signal);
		return true;
	} catch {
		return false;
	}
}

/**
 * Whether the group has a member that still runs. A member that has ended and waits to be reaped by a parent that does
 * not reap, as happens under a container's first process, can't be told from a running one by a signal.
 *
 * @param {number} groupId
 */
function isGroupAlive(groupId) {
	if (!signalGroup(groupId, 0)) return false;
	return process.platform !== 'linux' || listProcesses().some((entry) => entry.group === groupId && !entry.isZombie);
}

/**
 * @typedef {object} ProcessEntry
 * @property {number} pid
 * @property {number} parent
 * @property {number} group
 * @property {boolean} isZombie
 * @property {string} started when it started: with the id, it names one process for good
 */

/** @returns {ProcessEntry[]} */
function listProcesses() {
	if (process.platform !== 'linux') {
		const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], { encoding: 'utf8' });
		return table
			.trim()
			.split('\n')
			.map((line) => {
				const [pid, parent, group, state = '', ...started] = line.trim().split(/\s+/);
				return {
					pid: Number(pid),
					parent: Number(parent),
					group: Number(group),
					isZombie: state.startsWith('Z'),
					started: started.join(' '),
				};
			});
	}
	// Read directly, because a slim system has no `ps`.
	/** @type {ProcessEntry[]} */
	const entries = [];
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
			// The second field is the program's name in parentheses and may hold spaces.
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			entries.push({
				pid: Number(name),
				parent: Number(fields[1]),
				group: Number(fields[2]),
				isZombie: fields[0] === 'Z',
				started: fields[19] ?? '',
			});
		} catch {
			// It ended while the list was read.
		}
	}
	return entries;
}

/** @param {number} pid @returns {ProcessEntry[]} */
function descendantsOf(pid) {
	const all = listProcesses();
	/** @type {ProcessEntry[]} */
	const found = [];
	const parents = [pid];
	for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
		for (const entry of all) {
			if (entry.parent !== parent) continue;
			found.push(entry);
			parents.push(entry.pid);
		}
	}
	return found;
}

/** @param {readonly ProcessEntry[]} family */
function endFamily(family) {
	if (family.length === 0) return;
	const now = new Map(listProcesses().map((entry) => [entry.pid, entry.started]));
	for (const { pid, started } of family) {
		if (now.get(pid) !== started) continue;
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It has ended meanwhile.
		}
	}
}

/** A new folder that is removed when this process ends. @param {string} purpose */
export function temporaryFolder(purpose) {
	const folder = mkdtempSync(join(tmpdir(), `transport-inspector-${purpose}-`));
	temporaryFolders.add(folder);
	return folder;
}

/** @param {string} folder */
export function removeTemporaryFolder(folder) {
	try {
		// Something that is just being ended may still write: removal is tried again a few times.
		rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
		temporaryFolders.delete(folder);
	} catch {
		// The system's own cleaning of its temporary folder takes it.
	}
}

/** Has `undo` done before this process ends, however it ends. @param {() => Promise<void> | void} undo */
export function beforeExit(undo) {
	cleanups.push(undo);
}

/** @param {number} code */
function endOnRequest(code) {
	// What still runs in this process would report its being ended as a failure.
	process.stdout.write = () => true;
	process.stderr.write = () => true;
	void endAll(code);
}

/** @param {number} code @returns {Promise<never>} */
async function endAll(code) {
	isEnding = true;
	for (let undo = cleanups.pop(); undo !== undefined; undo = cleanups.pop()) {
		try {
			await undo();
		} catch (error) {
			console.error(messageOf(error));
		}
	}
	await Promise.all([...children].map((child) => endProcess(child)));
	for (const folder of temporaryFolders) removeTemporaryFolder(folder);
	process.exit(code);
}

/** @param {unknown} error */
export function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a script's main function, then ends everything the script started. The function's result is the exit code.
 *
 * @param {() => Promise<number | void>} main
 */
export function runScript(main) {
	endOnSignals();
	main().then(
		(code) => {
			if (!isEnding) void endAll(code ?? 0);
		},
		(error) => {
			// Errors after Ctrl-C come from what is being ended.
			if (isEnding) return;
			console.error(error instanceof Explained ? error.message : error);
			void endAll(1);
		},
	);
}

/** Has everything that this process starts ended when it is told to end, and gives it a home folder. */
export function endOnSignals() {
	giveHome();
	// Ctrl-C reaches this process twice when npm runs it (from the terminal and from npm), and a person presses it again
	// when nothing seems to happen: the first one ends everything in order, the others change nothing.
	for (const [signal, code] of /** @type {const} */ ([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	])) {
		process.on(signal, () => {
			if (!isEnding) endOnRequest(code);
		});
	}
	endWithParent(() => {
		if (!isEnding) endOnRequest(143);
	});
	// The last resort, for an exit that did not come through endAll: what still runs is killed at once.
	process.on('exit', () => {
		if (!isWindows) for (const child of children) if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
		for (const folder of temporaryFolders) removeTemporaryFolder(folder);
	});
}

/**
 * A signal to npm ends npm and the shell that it runs a script in, and the script is not told. It sees that it has been
 * handed to another parent. Started by hand, a script may well outlive the shell it was started from.
 *
 * @param {() => void} end
 */
function endWithParent(end) {
	if (isWindows || process.env.npm_lifecycle_event === undefined) return;
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) end();
	}, 500).unref();
}

/**
 * npm, Chromium and VS Code keep small files under the home folder. Where a machine gives no usable one (a container's
 * bare user), they get a temporary one instead of failing each in its own way.
 */
function giveHome() {
	if (isWindows || process.env.HOME) return;
	process.env.HOME = temporaryFolder('home');
}
