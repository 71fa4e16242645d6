import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import type { ConnectOptions } from '../../src/core/endpoint';
import { api, run, statistics, until, withServer } from './support';

const nowMs = (): number => performance.timeOrigin + performance.now();
const connect = (options: ConnectOptions): Promise<string> => run<string>('connect', { show: false, ...options });

/** A real event stream on loopback, for one test. */
async function withEventStream(
	head: Readonly<Record<string, string>>,
	opened: (response: ServerResponse) => void,
	test: (url: string) => Promise<void>,
): Promise<void> {
	const server = createServer((_request, response) => {
		response.writeHead(200, { 'Content-Type': 'text/event-stream', ...head });
		response.flushHeaders();
		opened(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	try {
		await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
}

describe('statistics, in a real VS Code', () => {
	afterEach(async () => {
		for (const { id } of (await api()).sessions) {
			await run('remove', id);
		}
	});

	it('tell what is missing, doubled and out of order', async () => {
		const ids = [...Array.from({ length: 20 }, (_, at) => at + 1), 22, 24, 23, 24, 25, 30];
		await withServer(
			(socket) => {
				for (const id of ids) {
					socket.send(JSON.stringify({ id, sentAt: nowMs() }));
				}
			},
			async (url) => {
				const id = await connect({ url });
				await until('all events', async () => (await statistics(id)).eventsReceived === ids.length);
				const { missing, gaps, duplicates, reorders, resets, path } = (await statistics(id)).sequence;
				// 21 and 26 … 29 never came; 23 came late, and 24 twice.
				assert.deepEqual(
					{ missing, gaps, duplicates, reorders, resets, path },
					{ missing: 5, gaps: 2, duplicates: 1, reorders: 1, resets: 0, path: '$.id' },
				);
				const frames = await (await api()).frames(id, 1, 1000);
				assert.deepEqual(
					frames
						.filter(({ marks }) => marks !== undefined)
						.map(({ text, marks }) => [(JSON.parse(text!) as { id: number }).id, marks!.sequence]),
					[
						[22, 'gap'],
						[24, 'gap'],
						[23, 'reorder'],
						[24, 'duplicate'],
						[30, 'gap'],
					],
				);
			},
		);
	});

	it('find events that arrive bunched though they were sent apart, and name the likely cause', async () => {
		await withEventStream(
			{ Server: 'nginx/1.22.1' },
			(response) => {
				const timer = setInterval(() => {
					const sentAtMs = nowMs();
					// Ten events that were made 20 ms apart leave together, as out of a proxy's buffer.
					const events = Array.from(
						{ length: 10 },
						(_, at) => `data: ${JSON.stringify({ sentAt: sentAtMs - (9 - at) * 20 })}\n\n`,
					);
					response.write(events.join(''));
				}, 200);
				response.on('close', () => clearInterval(timer));
			},
			async (url) => {
				const id = await connect({ url });
				const found = await until('the finding', async () =>
					(await statistics(id)).findings.find(({ code }) => code === 'bunched'),
				);
				assert.ok(Number(found.values.bunches) >= 4);
				assert.ok(Number(found.values.sendingSpreadMs) >= 150);
				assert.match(found.evidence, /\d/);
				assert.match(found.cause, /proxy_buffering/);
				assert.ok(found.firstAtMs <= found.lastAtMs);
			},
		);
	});

	it('find an event stream whose first byte does not come', async function () {
		this.timeout(20_000);
		await withEventStream(
			{},
			() => {},
			async (url) => {
				const id = await connect({ url, transport: 'eventStream' });
				await until('the finding', async () =>
					(await statistics(id)).findings.some(({ code }) => code === 'noFirstByte'),
				);
			},
		);
	});

	it('find nothing wrong with a steady stream', async () => {
		await withServer(
			(socket) => {
				let id = 0;
				const timer = setInterval(() => socket.send(JSON.stringify({ id: ++id, sentAt: nowMs() })), 10);
				socket.on('close', () => clearInterval(timer));
			},
			async (url) => {
				const id = await connect({ url });
				await until('a hundred events', async () => (await statistics(id)).eventsReceived >= 100);
				const { findings, sequence, reconnects } = await statistics(id);
				assert.deepEqual([findings, sequence.missing, sequence.duplicates, reconnects], [[], 0, 0, []]);
			},
		);
	});

	it('say by how much clocks disagree, and measure by a clock that connect or a setting gives', async () => {
		const aheadMs = 5000;
		await withServer(
			(socket) => {
				for (let id = 1; id <= 20; id++) {
					socket.send(JSON.stringify({ id, sentAt: nowMs() + aheadMs }));
				}
			},
			async (url) => {
				const measured = async (options: Partial<ConnectOptions>) => {
					const id = await connect({ url, ...options });
					await until('all events', async () => (await statistics(id)).lagMs.count === 20);
					return (await statistics(id)).lagMs;
				};
				const same = await measured({});
				assert.equal(same.method, 'sameMachine');
				assert.ok(same.clocksDisagree && Math.abs(same.clocksDisagreeMs! - aheadMs) < 500);
				const given = await measured({ clock: -aheadMs });
				assert.deepEqual([given.method, given.offsetMs, given.clocksDisagree], ['givenOffset', -aheadMs, false]);
				const settings = vscode.workspace.getConfiguration('transportInspector');
				await settings.update('lag.clock', 'relative', vscode.ConfigurationTarget.Global);
				try {
					const relative = await measured({});
					assert.equal(relative.method, 'relative');
					assert.ok(relative.p50! >= 0 && relative.p50! < 500, 'above the least seen');
				} finally {
					await settings.update('lag.clock', undefined, vscode.ConfigurationTarget.Global);
				}
				await assert.rejects(connect({ url, clock: 'fast' as never }), /clock/);
			},
		);
	});

	it('tell what a lost connection cost', async () => {
		let connections = 0;
		await withServer(
			(socket) => {
				const first = connections++ === 0 ? 1 : 24;
				for (let id = first; id < first + 20; id++) {
					socket.send(JSON.stringify({ id }));
				}
				if (connections === 1) {
					socket.close(1012);
				}
			},
			async (url) => {
				const id = await connect({ url });
				const verdict = await until('the verdict', async () => {
					const last = (await statistics(id)).reconnects.at(-1);
					return last?.verdict !== 'unknown' && last;
				});
				assert.deepEqual([verdict.verdict, verdict.lost, verdict.duplicates], ['lost', 3, 0]);
			},
		);
	});

	it('account for every byte of the sockets', async () => {
		await withServer(
			(socket) => {
				for (let id = 1; id <= 10; id++) {
					socket.send('x'.repeat(100));
				}
			},
			async (url) => {
				const id = await connect({ url, perMessageDeflate: false });
				const { wire } = await until('ten messages and a pong', async () => {
					const seen = await statistics(id);
					return seen.framesReceived === 11 && seen;
				});
				// The pong has the eight bytes of our ping; a frame of up to 125 bytes has a header of two (RFC 6455 §5.2).
				assert.deepEqual([wire.payloadBytesIn, wire.transferredBytesIn, wire.framingBytesIn], [1008, 1008, 22]);
				assert.equal(wire.socketBytesIn, wire.transferredBytesIn + wire.framingBytesIn + wire.headerBytesIn);
				assert.deepEqual([wire.requests, wire.sockets, wire.tlsHandshakes, wire.compressionRatio], [1, 1, 0, null]);
			},
		);
	});
});
