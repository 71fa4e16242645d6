import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { WebSocket } from 'ws';
import { type DemoServer, startDemoServer } from '../../../src/demo/demoServer';
import { mostWaitingBytes } from '../../../src/demo/subscriber';

interface FeedEvent {
	readonly id: number;
	readonly sentAt: number;
	readonly type: string;
	readonly symbol: string;
}

interface Answer {
	readonly status: number;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
}

describe('Demo server', () => {
	let server: DemoServer;
	const sockets = new Set<WebSocket>();
	beforeEach(async () => {
		server = await startDemoServer();
	});
	afterEach(async () => {
		for (const socket of sockets) {
			socket.terminate();
		}
		sockets.clear();
		await server.close();
	});

	const openWebSocket = async (query = '', protocols: string[] = [], deflate = false): Promise<WebSocket> => {
		const socket = new WebSocket(`${server.urls.webSocket}${query}`, protocols, { perMessageDeflate: deflate });
		sockets.add(socket);
		await once(socket, 'open');
		return socket;
	};

	it('names four addresses of this machine only', () => {
		const origin = `//127.0.0.1:${server.port}`;
		assert.deepEqual(server.urls, {
			webSocket: `ws:${origin}/ws`,
			eventStream: `http:${origin}/sse`,
			longPoll: `http:${origin}/long-poll`,
			polling: `http:${origin}/poll`,
		});
	});

	it('lists its addresses at / and says what is where for any other path', async () => {
		const index = await get(`http://127.0.0.1:${server.port}/`);
		assert.equal(index.status, 200);
		for (const url of Object.values(server.urls)) {
			assert.ok(index.body.includes(url), url);
		}
		const nothing = await get(`http://127.0.0.1:${server.port}/nothing`);
		assert.equal(nothing.status, 404);
		assert.match(nothing.body, /^There is nothing at \/nothing: see \/ws, \/sse, \/long-poll and \/poll\.\n$/);
		assert.equal((await get(server.urls.polling, { method: 'DELETE' })).status, 405);
	});

	it('sends the same events under the same numbers over all four transports', async () => {
		const query = '?rate=100&bytes=200';
		const socket = await openWebSocket(query);
		const [overWebSocket, overEventStream, overLongPoll] = await Promise.all([
			messages(socket, 30),
			readEventStream(`${server.urls.eventStream}${query}`, 30),
			pollLong(`${server.urls.longPoll}${query}`, 30),
		]);
		const overPolling = await get(`${server.urls.polling}${query}`, { headers: { 'If-None-Match': '"0"' } });
		const texts = new Map<number, string>();
		for (const text of [...overWebSocket, ...overEventStream.map(({ data }) => data), ...overLongPoll]) {
			const { id } = JSON.parse(text) as FeedEvent;
			assert.equal(text, texts.get(id) ?? text);
			texts.set(id, text);
		}
		const polled = new Map((JSON.parse(overPolling.body) as FeedEvent[]).map((event) => [event.id, event]));
		for (const [id, text] of texts) {
			assert.deepEqual(polled.get(id), JSON.parse(text));
		}
		for (const list of [overWebSocket, overEventStream.map(({ data }) => data), overLongPoll]) {
			assertConsecutive(list.map((text) => (JSON.parse(text) as FeedEvent).id));
		}
	});

	it('gives each event its sending time in epoch milliseconds with three decimals, in order', async () => {
		const before = performance.timeOrigin + performance.now();
		const texts = await messages(await openWebSocket('?rate=200'), 20);
		const after = performance.timeOrigin + performance.now();
		let last = before - 0.001;
		for (const text of texts) {
			assert.match(text, /"sentAt":\d{13}\.\d{3},/);
			const { sentAt } = JSON.parse(text) as FeedEvent;
			assert.ok(sentAt >= last && sentAt <= after + 0.001, `${last} ≤ ${sentAt} ≤ ${after}`);
			last = sentAt;
		}
	});

	it('makes each event exactly as large as asked', async () => {
		for (const bytes of [128, 129, 1000, 70_000]) {
			for (const text of await messages(await openWebSocket(`?rate=100&bytes=${bytes}`), 8)) {
				assert.equal(Buffer.byteLength(text), bytes);
			}
		}
	});

	it('keeps to a rate that is a fraction, and to one that is faster than timers', async () => {
		// 20,000 events a second can't be counted on in a test; that none is missing or twice at that rate can.
		const fast = await messages(await openWebSocket('?rate=20000'), 4000);
		assertConsecutive(fast.map((text) => (JSON.parse(text) as FeedEvent).id));
		const slow = await messages(await openWebSocket('?rate=2.5'), 2);
		const [first, second] = slow.map((text) => JSON.parse(text) as FeedEvent);
		assert.equal(second!.id, first!.id + 1);
		assert.ok(second!.sentAt - first!.sentAt > 100);
	});

	it('answers a query that it can’t follow with 400 and one sentence', async () => {
		const { webSocket, eventStream, longPoll, polling } = server.urls;
		const cases: [url: string, sentence: RegExp][] = [
			[`${eventStream}?rate=fast`, /^rate="fast" was asked for: expected events a second, from 0\.01 to 20,000\.\n$/],
			[`${eventStream}?rate=0`, /^rate="0" was asked for/],
			[`${polling}?rate=20001`, /^rate="20001" was asked for/],
			[`${polling}?rate=1e3`, /^rate="1e3" was asked for/],
			[
				`${polling}?bytes=127`,
				/^bytes="127" was asked for: expected bytes an event, a whole number, from 128 to 1,048,576\.\n$/,
			],
			[`${polling}?bytes=128.5`, /^bytes="128\.5"/],
			[`${longPoll}?since=-1`, /^since="-1"/],
			[`${longPoll}?hold=121`, /^hold="121" was asked for: expected seconds, from 0 to 120\.\n$/],
			[
				`${longPoll}?rate=20000&bytes=1048576`,
				/^rate=20000 and bytes=1048576 make 20,971,520,000 bytes a second: the most is 50,000,000\.\n$/,
			],
			[`${longPoll}?rate=${'9'.repeat(500)}`, /^rate="9{40}"… was asked for/],
		];
		for (const [url, sentence] of cases) {
			const answer = await get(url);
			assert.equal(answer.status, 400, url);
			assert.match(answer.body, sentence);
		}
		for (const query of ['?feed=maybe', '?rate=none']) {
			const answer = await refusedUpgrade(`${webSocket}${query}`);
			assert.equal(answer.status, 400);
			assert.match(answer.body, /^(feed="maybe" is neither on nor off\.|rate="none" was asked for: .*)\n$/);
		}
		assert.equal((await refusedUpgrade(`ws://127.0.0.1:${server.port}/other`)).status, 404);
		assert.equal(server.feedCount(), 0);
	});

	it('runs at most 16 feeds of different rate or size and says so', async () => {
		for (let rate = 1; rate <= 16; rate++) {
			assert.equal((await get(`${server.urls.polling}?rate=${rate}`)).status, 200);
		}
		const refused = await get(`${server.urls.polling}?rate=17`);
		assert.equal(refused.status, 503);
		assert.match(refused.body, /^16 feeds of different rate or size run already/);
		assert.equal((await get(`${server.urls.polling}?rate=16`)).status, 200);
	});

	it('stops a feed that nobody uses, and goes on with higher numbers afterwards', async () => {
		const shortLived = await startDemoServer({ idleFeedAfterMs: 50 });
		try {
			const url = `${shortLived.urls.longPoll}?rate=100`;
			const first = changesOf(await get(url)).last_seq;
			assert.equal(shortLived.feedCount(), 1);
			await until(() => shortLived.feedCount() === 0);
			const second = changesOf(await get(`${url}&since=${first}`));
			assert.ok(second.last_seq > first);
		} finally {
			await shortLived.close();
		}
	});

	it('says that a port is taken', async () => {
		const other = createServer();
		other.listen(0, '127.0.0.1');
		await once(other, 'listening');
		const { port } = other.address() as { port: number };
		await assert.rejects(startDemoServer({ port }), {
			message: `Port ${port} of 127.0.0.1 is in use by another program: choose another, or 0 for a free one.`,
		});
		other.close();
		await once(other, 'close');
		const server = await startDemoServer({ port });
		assert.equal(server.port, port);
		await server.close();
	});

	it('closes with clients of every transport, tells each, and leaves the port free', async () => {
		const socket = await openWebSocket();
		const silent = connect(server.port, '127.0.0.1');
		await once(silent, 'connect');
		const stream = await open(server.urls.eventStream);
		const held = get(`${server.urls.longPoll}?rate=0.01`);
		const kept = new Agent({ keepAlive: true });
		await get(server.urls.polling, { agent: kept });
		await until(() => server.feedCount() === 2);
		const closed = once(socket, 'close');
		const ended = collect(stream);
		const silentClosed = once(silent, 'close');
		await server.close();
		assert.deepEqual((await closed).map(String), ['1001', 'The demo server stops.']);
		await ended;
		assert.equal((await held).status, 204);
		await silentClosed;
		kept.destroy();
		assert.equal(server.feedCount(), 0);
		await assert.rejects(get(server.urls.polling), { code: 'ECONNREFUSED' });
	});

	describe('/ws', () => {
		it('sends text and binary messages back as they came', async () => {
			const socket = await openWebSocket('?feed=off');
			const binary = Buffer.from([0, 1, 254, 255]);
			const big = 'ä'.repeat(200_000);
			const received = new Promise<[Buffer, boolean][]>((resolve) => {
				const all: [Buffer, boolean][] = [];
				socket.on('message', (data: Buffer, isBinary) => {
					if (all.push([data, isBinary]) === 4) {
						resolve(all);
					}
				});
			});
			socket.send('héllo');
			socket.send(binary);
			socket.send('');
			socket.send(big);
			assert.deepEqual(await received, [
				[Buffer.from('héllo'), false],
				[binary, true],
				[Buffer.alloc(0), false],
				[Buffer.from(big), false],
			]);
		});

		it('echoes between the events of the feed', async () => {
			const socket = await openWebSocket('?rate=200');
			socket.send('ping?');
			const texts = await messages(socket, 20);
			assert.equal(texts.filter((text) => text === 'ping?').length, 1);
			assertConsecutive(texts.filter((text) => text !== 'ping?').map((text) => (JSON.parse(text) as FeedEvent).id));
		});

		it('picks the first subprotocol, accepts compression and answers pings', async () => {
			const socket = await openWebSocket('?feed=off', ['chat.v2', 'chat.v1'], true);
			assert.equal(socket.protocol, 'chat.v2');
			assert.equal(socket.extensions, 'permessage-deflate');
			const pong = once(socket, 'pong');
			socket.ping('nonce');
			assert.equal(String((await pong)[0]), 'nonce');
			assert.equal((await openWebSocket('?feed=off')).extensions, '');
		});

		it('compresses large events where that was agreed', async () => {
			const socket = await openWebSocket('?rate=100&bytes=5000', [], true);
			for (const text of await messages(socket, 5)) {
				assert.equal(text.length, 5000);
			}
		});

		it('answers a plain request with 426', async () => {
			const answer = await get(`http://127.0.0.1:${server.port}/ws`);
			assert.equal(answer.status, 426);
			assert.equal(answer.headers.upgrade, 'websocket');
		});

		it('keeps little for a client that does not read, and lets it go on later', async () => {
			const query = '?rate=500&bytes=100000';
			const socket = await openWebSocket(query);
			socket.pause();
			// While one client stands still, 400 events (40 MB) pass; the feed keeps 80 of them.
			await messages(await openWebSocket(query), 400);
			const ids = (await messages(socket, 200, () => socket.resume())).map(
				(text) => (JSON.parse(text) as FeedEvent).id,
			);
			assertOrderedWithGaps(ids);
		});

		it('stops reading from a client that sends without reading, and echoes everything in the end', async () => {
			const socket = await openWebSocket('?feed=off');
			socket.pause();
			const message = Buffer.alloc(mostWaitingBytes / 4, 7);
			const count = 80;
			for (let sent = 0; sent < count; sent++) {
				socket.send(message);
			}
			let stillMs = 0;
			for (let before = -1; stillMs < 200; stillMs += 20) {
				if (socket.bufferedAmount !== before) {
					stillMs = 0;
					before = socket.bufferedAmount;
				}
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			assert.ok(socket.bufferedAmount > 0, 'the server holds all that it was sent in its memory');
			let echoed = 0;
			const all = new Promise<void>((resolve) => {
				socket.on('message', (data: Buffer) => {
					assert.equal(data.length, message.length);
					if (++echoed === count) {
						resolve();
					}
				});
			});
			socket.resume();
			await all;
		});
	});

	describe('/sse', () => {
		it('begins with retry and gives each event its id and name', async () => {
			const events = await readEventStream(`${server.urls.eventStream}?rate=1000`, 60);
			assert.equal(events[0]!.retry, '2000');
			for (const { id, event, data } of events) {
				const parsed = JSON.parse(data) as FeedEvent;
				assert.equal(id, String(parsed.id));
				assert.equal(event, parsed.type);
			}
			assert.deepEqual([...new Set(events.map(({ event }) => event))].sort(), ['price', 'status', 'trade']);
		});

		it('goes on after Last-Event-ID', async () => {
			const url = `${server.urls.eventStream}?rate=100`;
			const before = await readEventStream(url, 5);
			const lastId = Number(before.at(-1)!.id);
			await messages(await openWebSocket('?rate=100'), 10);
			const after = await readEventStream(url, 12, { 'Last-Event-ID': String(lastId) });
			assertConsecutive([lastId, ...after.map(({ id }) => Number(id))]);
		});

		it('begins with the next event where Last-Event-ID means nothing to it', async () => {
			const url = `${server.urls.eventStream}?rate=100`;
			const known = Number((await readEventStream(url, 1))[0]!.id);
			for (const id of ['abc', '999999999999']) {
				const events = await readEventStream(url, 2, { 'Last-Event-ID': id });
				assert.ok(Number(events[0]!.id) > known);
			}
		});

		it('keeps little for a client that does not read, and lets it go on later', async () => {
			const query = '?rate=500&bytes=100000';
			const stream = await open(`${server.urls.eventStream}${query}`);
			await messages(await openWebSocket(query), 400);
			const text = await readUntil(stream, (soFar) => soFar.length > 20_000_000);
			assertOrderedWithGaps([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)));
		});

		it('sends comments as heartbeats', async () => {
			const lively = await startDemoServer({ heartbeatMs: 20 });
			try {
				const stream = await open(`${lively.urls.eventStream}?rate=0.01`);
				assert.equal(stream.headers['content-type'], 'text/event-stream');
				const text = await readUntil(stream, (soFar) => soFar.split(': heartbeat\n\n').length > 3);
				assert.match(text, /^retry: 2000\n\n(: heartbeat\n\n){3}/);
			} finally {
				await lively.close();
			}
		});
	});

	describe('/long-poll', () => {
		it('answers with what came since, over and over, with nothing left out', async () => {
			const texts = await pollLong(`${server.urls.longPoll}?rate=500`, 100);
			assertConsecutive(texts.map((text) => (JSON.parse(text) as FeedEvent).id));
		});

		it('holds without news and then answers 204', async () => {
			const answer = await get(`${server.urls.longPoll}?rate=0.01&hold=0.05&since=0`);
			assert.deepEqual([answer.status, answer.body], [204, '']);
		});

		it('answers with the next event where since is left out, or is from the future', async () => {
			const first = changesOf(await get(`${server.urls.longPoll}?rate=50`));
			const second = changesOf(await get(`${server.urls.longPoll}?rate=50&since=999999999`));
			assert.equal(first.last_seq, first.results.at(-1)!.id);
			assert.ok(second.results[0]!.id > first.last_seq);
		});

		it('forgets a client that hangs up', async () => {
			const hanging = request(`${server.urls.longPoll}?rate=0.01`).on('error', () => {});
			hanging.end();
			await until(() => server.feedCount() === 1);
			hanging.destroy();
			const again = await get(`${server.urls.longPoll}?rate=0.01&hold=0`);
			assert.equal(again.status, 204);
		});
	});

	describe('/poll', () => {
		it('answers with what came since the validator, or with 304', async () => {
			const url = `${server.urls.polling}?rate=20`;
			const first = await get(url);
			assert.equal(first.status, 200);
			assert.match(String(first.headers.etag), /^"\d+"$/);
			await messages(await openWebSocket('?rate=20'), 3);
			let etag = first.headers.etag;
			const ids = (JSON.parse(first.body) as FeedEvent[]).map(({ id }) => id);
			let unchanged = 0;
			for (let polls = 0; ids.length < 10 && polls < 1000; polls++) {
				const answer = await get(url, { headers: { 'If-None-Match': etag } });
				if (answer.status === 304) {
					assert.equal(answer.body, '');
					unchanged++;
				} else {
					const events = JSON.parse(answer.body) as FeedEvent[];
					assert.equal(answer.headers.etag, `"${events.at(-1)!.id}"`);
					ids.push(...events.map(({ id }) => id));
				}
				etag = answer.headers.etag;
			}
			assertConsecutive(ids);
			assert.ok(unchanged > 0);
		});

		it('answers with the last 10 events where there is no validator, or one from the future', async () => {
			const url = `${server.urls.polling}?rate=1000`;
			await messages(await openWebSocket('?rate=1000'), 50);
			for (const headers of [{}, { 'If-None-Match': '"999999999999"' }, { 'If-None-Match': 'W/"x"' }]) {
				const events = JSON.parse((await get(url, { headers })).body) as FeedEvent[];
				assert.equal(events.length, 10);
				assertConsecutive(events.map(({ id }) => id));
			}
		});
	});
});

function assertConsecutive(ids: readonly number[]): void {
	assert.deepEqual(
		ids,
		ids.map((_, index) => ids[0]! + index),
	);
}

/** What a client sees that fell behind all that the feed keeps. */
function assertOrderedWithGaps(ids: readonly number[]): void {
	const steps = ids.slice(1).map((id, index) => id - ids[index]!);
	assert.ok(steps.every((step) => step > 0));
	assert.ok(
		steps.some((step) => step > 1),
		'events that the feed no longer had are missing',
	);
}

/** The next `count` messages as text. */
function messages(socket: WebSocket, count: number, begin = (): void => {}): Promise<string[]> {
	return new Promise((resolve, reject) => {
		const texts: string[] = [];
		const take = (data: Buffer): void => {
			if (texts.push(String(data)) === count) {
				socket.off('message', take).off('close', fail);
				resolve(texts);
			}
		};
		const fail = (code: number): void => reject(new Error(`Closed with ${code} after ${texts.length} messages.`));
		socket.on('message', take).on('close', fail);
		begin();
	});
}

function open(url: string, options: RequestOptions = {}): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		request(url, { agent: false, ...options }, resolve)
			.on('error', reject)
			.end();
	});
}

async function collect(message: IncomingMessage): Promise<string> {
	return await readUntil(message, () => false);
}

async function get(url: string, options: RequestOptions = {}): Promise<Answer> {
	const message = await open(url, options);
	return { status: message.statusCode!, headers: message.headers, body: await collect(message) };
}

/** Reads until the text is enough, then hangs up; or to the end. */
async function readUntil(message: IncomingMessage, isEnough: (soFar: string) => boolean): Promise<string> {
	let text = '';
	for await (const chunk of message.setEncoding('utf8')) {
		text += chunk;
		if (isEnough(text)) {
			break;
		}
	}
	return text;
}

interface StreamedEvent {
	readonly id: string;
	readonly event: string;
	readonly data: string;
	readonly retry?: string;
}

/** Reads events with no more of the format than the demo server uses; the retry before the first event is the first's. */
async function readEventStream(
	url: string,
	count: number,
	headers: Record<string, string> = {},
): Promise<StreamedEvent[]> {
	const text = await readUntil(await open(url, { headers }), (soFar) => soFar.split('data: ').length > count + 1);
	const retry = /^retry: (\d+)\n\n/.exec(text)?.[1];
	const blocks = [...text.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)].slice(0, count);
	assert.equal(blocks.length, count);
	return blocks.map(([, id = '', event = '', data = '']) => ({ id, event, data, retry }));
}

function changesOf(answer: Answer): { results: FeedEvent[]; last_seq: number } {
	assert.equal(answer.status, 200);
	return JSON.parse(answer.body);
}

/** Long polls until there are `count` events; each as the text it has in the answer. */
async function pollLong(url: string, count: number): Promise<string[]> {
	const texts: string[] = [];
	let since = '';
	while (texts.length < count) {
		const answer = await get(`${url}${since}`);
		since = `&since=${changesOf(answer).last_seq}`;
		const lines = answer.body.split('\n').filter((line) => line.startsWith('{"id"'));
		texts.push(...lines.map((line) => line.replace(/,$/, '')));
	}
	return texts.slice(0, count);
}

function refusedUpgrade(url: string): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(url);
		socket.on('open', () => reject(new Error('The upgrade was accepted.')));
		socket.on('error', () => {});
		socket.on('unexpected-response', async (asked, message) => {
			resolve({ status: message.statusCode!, headers: message.headers, body: await collect(message) });
			asked.destroy();
		});
	});
}

async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) {
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
