import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, FindingCode } from '../../src/core/diagnosis/finding';
import type { Endpoint } from '../../src/core/endpoint';
import type { Session } from '../../src/engine/session';
import { findNginx, Nginx } from '../support/nginx';
import { sessionOf, until } from './recording';

const nginx = findNginx();

/** Between two events of the upstream. */
const eventEveryMs = 10;

const gzip = 'gzip on; gzip_types text/event-stream; gzip_min_length 0; gzip_proxied any;';

/**
 * Nothing but where to pass on to, and these directives. As it comes, nginx asks by HTTP/1.0 and so gets no chunks, and holds
 * what it gets until a buffer of 4 KB is full.
 */
function location(path: string, upstreamPort: number, directives: string): string {
	return `location /${path} {
			proxy_pass http://127.0.0.1:${upstreamPort};
			${directives}
		}`;
}

// A run that is to be relied on must not be green for want of it.
if (!('path' in nginx) && process.env.CI !== undefined) {
	it('has an nginx to test with', () => assert.fail(nginx.missing));
}

(('path' in nginx ? describe : describe.skip) as Mocha.SuiteFunction)(
	`nginx between${'path' in nginx ? '' : ` (skipped: ${nginx.missing})`}`,
	() => {
		let upstream: Server;
		let proxy: Nginx;
		let folder: string;
		const sessions: Session[] = [];

		before(async () => {
			upstream = createServer((request, response) => {
				const path = request.url!;
				response.writeHead(200, {
					'Content-Type': 'text/event-stream',
					...(path.includes('asking') ? { 'X-Accel-Buffering': 'no' } : {}),
				});
				if (path.includes('silent')) {
					response.flushHeaders();
					return;
				}
				let number = 0;
				const send = (): void => {
					// What does not repeat can't be compressed away, so that a compressor's block is full in time.
					const filling = randomBytes(path.includes('large') ? 300 : 30).toString('base64');
					response.write(`data: ${JSON.stringify({ sentAt: Date.now(), number: number++, filling })}\n\n`);
				};
				send();
				if (path.includes('quiet')) {
					return;
				}
				const timer = setInterval(send, eventEveryMs);
				response.on('close', () => clearInterval(timer));
			});
			await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
			const { port } = upstream.address() as AddressInfo;
			proxy = await Nginx.start(
				(nginx as { path: string }).path,
				[
					location('buffered/', port, 'proxy_buffering on;'),
					location('bufferedAndCompressed/', port, `proxy_buffering on; ${gzip}`),
					location('unbuffered/', port, 'proxy_buffering off;'),
					location('compressed/', port, `proxy_buffering off; ${gzip}`),
					location('cut/', port, 'proxy_buffering off; proxy_read_timeout 1s;'),
				].join('\n\t\t'),
			);
		});
		beforeEach(() => {
			folder = mkdtempSync(join(tmpdir(), 'foreign-nginx-session-'));
		});
		afterEach(async () => {
			await Promise.all(sessions.splice(0).map((session) => session.dispose(false)));
			rmSync(folder, { recursive: true, force: true });
		});
		after(async () => {
			await proxy?.stop();
			upstream.closeAllConnections();
			await new Promise((resolve) => upstream.close(resolve));
		});

		const connect = async (path: string, more: Partial<Endpoint> = {}): Promise<Session> => {
			const session = sessionOf(`${proxy.origin}/${path}`, folder, { transport: 'eventStream', ...more });
			sessions.push(session);
			await session.connect();
			return session;
		};
		const findings = (session: Session): readonly Finding[] => session.statistics().findings;
		const codes = (session: Session): FindingCode[] => findings(session).map(({ code }) => code);
		const found = async (session: Session, code: FindingCode): Promise<Finding> => {
			await until(() => codes(session).includes(code), code);
			return findings(session).find((each) => each.code === code)!;
		};
		const received = (session: Session, events: number): Promise<void> =>
			until(() => session.statistics().eventsReceived >= events, `${events} events`);

		it('buffers by default, and is named with its evidence', async () => {
			const session = await connect('buffered/');
			const { values, evidence, cause } = await found(session, 'bunched');
			assert.ok((values.share as number) >= 0.5 && (values.sendingSpreadMs as number) >= 50, JSON.stringify(values));
			assert.match(evidence, /^\d+ of the last \d+ events \(\d+ %\) came in \d+ bunches, though they were sent apart/);
			assert.match(cause, /`Server: nginx\/[\d.]+`.*`proxy_buffering off`.*`X-Accel-Buffering: no`/);
			assert.deepEqual(codes(session), ['bunched']);
		});

		it('buffers the more where it compresses, and both are named', async () => {
			const session = await connect('bufferedAndCompressed/large');
			const { cause } = await found(session, 'bunched');
			assert.match(cause, /`proxy_buffering off`.*`Content-Encoding: gzip`/);
			assert.deepEqual(codes(session), ['bunched', 'compressedEventStream']);
		});

		it('holds even the head of a quiet stream back, so that it does not open', async () => {
			await assert.rejects(connect('buffered/quiet', { handshakeTimeoutMs: 1500 }), /connectTimedOut/);
		});

		it('passes the head of a silent stream on with proxy_buffering off, of which no first byte is found in time', async () => {
			const session = await connect('unbuffered/silent');
			const { values } = await found(session, 'noFirstByte');
			assert.ok((values.seconds as number) >= 5, JSON.stringify(values));
			assert.deepEqual(codes(session), ['noFirstByte']);
		});

		it('passes events on as they come with proxy_buffering off, and nothing is found', async () => {
			const session = await connect('unbuffered/');
			await received(session, 300);
			assert.deepEqual(codes(session), []);
		});

		it('passes them on where the application asks for it with X-Accel-Buffering: no', async () => {
			const session = await connect('buffered/asking');
			await received(session, 300);
			assert.deepEqual(codes(session), []);
		});

		it('compresses without holding back with proxy_buffering off, of which only the compression is found', async () => {
			const session = await connect('compressed/');
			await received(session, 300);
			assert.deepEqual(codes(session), ['compressedEventStream']);
			assert.deepEqual(findings(session)[0]!.values, { encoding: 'gzip' });
		});

		it('cuts a quiet stream again and again after proxy_read_timeout, which is found from the third time on', async () => {
			const session = await connect('cut/quiet');
			const { values, evidence, cause } = await found(session, 'idleCut');
			const { times, seconds, after } = values;
			assert.ok((times as number) >= 3 && after === 'idle', JSON.stringify(values));
			assert.ok((seconds as number) >= 0.95 && (seconds as number) < 1.5, JSON.stringify(values));
			assert.match(evidence, /^The last \d connections that were cut had been idle for (1(\.\d+)? s|9\d\d ms) each\.$/);
			assert.match(cause, /`Server: nginx\/[\d.]+`.*`proxy_read_timeout`/);
			assert.deepEqual(codes(session), ['idleCut']);
			assert.ok(session.statistics().connectionsOpened >= 3);
		});

		it('does not cut a stream that is not quiet', async () => {
			const session = await connect('cut/');
			await received(session, 200);
			assert.deepEqual(codes(session), []);
			assert.equal(session.statistics().connectionsOpened, 1);
		});
	},
);
