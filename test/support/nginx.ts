import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const startsWithinMs = 10_000;
const endsWithinMs = 3000;

/** The nginx that tests can start, or why there is none. `npm test` looks for one, or gets Debian's. */
export function findNginx(): { readonly path: string } | { readonly missing: string } {
	const named = process.env.NGINX_PATH;
	if (named !== undefined && named !== '') {
		return { path: named };
	}
	const path = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
		.map((folder) => join(folder, 'nginx'))
		.find((each) => existsSync(each));
	return path === undefined
		? { missing: process.env.TRANSPORT_INSPECTOR_NO_NGINX ?? 'there is no nginx; "npm test" gets one where it can' }
		: { path };
}

/** An nginx of the test's own: one process in the foreground, on a port of 127.0.0.1, with all of its files in a temporary folder. */
export class Nginx {
	readonly #folder: string;
	readonly #child: ChildProcess;
	readonly #ended: Promise<void>;
	#output = '';
	readonly origin: string;

	private constructor(path: string, port: number, server: string) {
		this.origin = `http://127.0.0.1:${port}`;
		this.#folder = realpathSync(mkdtempSync(join(tmpdir(), 'foreign-nginx-')));
		const configuration = join(this.#folder, 'nginx.conf');
		writeFileSync(configuration, configurationOf(this.#folder, port, server));
		this.#child = spawn(path, ['-p', this.#folder, '-c', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
		const keep = (piece: Buffer): void => {
			this.#output = (this.#output + piece.toString()).slice(-4000);
		};
		this.#child.stdout!.on('data', keep);
		this.#child.stderr!.on('data', keep);
		this.#ended = new Promise((resolve) => {
			this.#child.once('error', (error) => {
				keep(Buffer.from(String(error)));
				resolve();
			});
			this.#child.once('close', () => resolve());
		});
		process.once('exit', this.#kill);
	}

	/** Starts one with these directives in its `server` block; resolves when it listens. */
	static async start(path: string, server: string): Promise<Nginx> {
		const nginx = new Nginx(path, await freePort(), server);
		try {
			await nginx.#listens();
		} catch (error) {
			await nginx.stop();
			throw error;
		}
		return nginx;
	}

	/** Ends it and removes its files. */
	async stop(): Promise<void> {
		this.#child.kill('SIGTERM');
		const timer = setTimeout(this.#kill, endsWithinMs);
		await this.#ended;
		clearTimeout(timer);
		process.off('exit', this.#kill);
		rmSync(this.#folder, { recursive: true, force: true });
	}

	readonly #kill = (): void => {
		this.#child.kill('SIGKILL');
	};

	async #listens(): Promise<void> {
		let over = false;
		void this.#ended.then(() => {
			over = true;
		});
		const port = Number(new URL(this.origin).port);
		for (const deadlineMs = performance.now() + startsWithinMs; !(await accepts(port)); ) {
			if (over || performance.now() > deadlineMs) {
				throw new Error(`nginx ${over ? 'ended' : 'does not listen'}: ${this.#output}`);
			}
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
}

/** One process that stays in the foreground, and no file outside the folder. */
function configurationOf(folder: string, port: number, server: string): string {
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
		.map((name) => `${name}_temp_path ${folder}/${name};`)
		.join('\n\t');
	return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events {
	worker_connections 128;
}
http {
	access_log off;
	${temporary}
	server {
		listen 127.0.0.1:${port};
		${server}
	}
}
`;
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

function accepts(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		const tell = (answer: boolean): void => {
			socket.destroy();
			resolve(answer);
		};
		socket.once('connect', () => tell(true));
		socket.once('error', () => tell(false));
	});
}
