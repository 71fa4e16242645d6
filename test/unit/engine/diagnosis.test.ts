import assert from 'node:assert/strict';
import type { Finding, FindingCode } from '../../../src/core/diagnosis/finding';
import type { TransportName } from '../../../src/core/endpoint';
import { type CycleMeta, createFrameRecord, type FrameKind, frameFlag, kindCode } from '../../../src/core/frame';
import type { ConnectionEnd, Handshake } from '../../../src/core/handshake';
import { problem } from '../../../src/core/problem';
import { Diagnosis } from '../../../src/engine/diagnosis';

const beganAtMs = 1_700_000_000_123;

type Headers = Handshake['request']['headers'];

function handshake(headers: Headers = []): Handshake {
	return {
		startedAtMs: beganAtMs,
		phases: {},
		request: { line: 'GET /events HTTP/1.1', headers: [] },
		response: { line: 'HTTP/1.1 200 OK', headers },
		localAddress: '127.0.0.1:40000',
		remoteAddress: '127.0.0.1:80',
		subprotocol: '',
		extensions: '',
	};
}

/** A diagnosis that is fed by a made-up connection. */
class Patient {
	readonly diagnosis = new Diagnosis();
	readonly #record = createFrameRecord();
	/** Every code that was found at any time. */
	readonly seen = new Set<FindingCode>();
	atMs = beganAtMs;

	constructor(
		readonly transport: TransportName = 'eventStream',
		readonly headers: Headers = [],
	) {
		this.open();
	}

	open(headers: Headers = this.headers): void {
		this.diagnosis.connectionOpened(this.atMs, handshake(headers), this.transport);
	}

	frame(kind: FrameKind, rawLagMs = Number.NaN, flags: number = frameFlag.fin): void {
		Object.assign(this.#record, { arrivedAtMs: this.atMs, kind: kindCode[kind], flags, meta: undefined });
		this.diagnosis.frame(this.#record, rawLagMs);
	}

	cycle(meta: Partial<CycleMeta>): void {
		Object.assign(this.#record, { arrivedAtMs: this.atMs, kind: kindCode.cycle, flags: frameFlag.fin });
		this.#record.meta = {
			type: 'cycle',
			request: { line: 'GET / HTTP/1.1', headers: [] },
			status: 0,
			holdMs: 0,
			transferMs: 0,
			headerBytesUp: 0,
			headerBytesDown: 0,
			bodyBytes: 0,
			events: 0,
			eventsFollow: false,
			reusedConnection: true,
			outcome: 'answered',
			...meta,
		};
		this.diagnosis.frame(this.#record, Number.NaN);
	}

	wait(ms: number): void {
		this.atMs += ms;
	}

	end(by: ConnectionEnd['by'] = 'server', code?: 'connectionLost' | 'messageTooBig'): void {
		this.diagnosis.connectionEnded({
			atMs: this.atMs,
			by,
			final: false,
			problem: code && problem(code, { reason: 'the connection broke off' }),
		});
	}

	/** Events by their times of sending and arrival since it all began, in the order of arrival. */
	events(times: ReadonlyArray<readonly [sentMs: number, arrivedMs: number]>): void {
		const kind = this.transport === 'webSocket' ? 'text' : 'event';
		for (const [sentMs, arrivedMs] of times) {
			this.atMs = beganAtMs + arrivedMs;
			this.frame(kind, arrivedMs - sentMs + clockOffsetMs);
			for (const { code } of this.findings()) {
				this.seen.add(code);
			}
		}
	}

	findings(): readonly Finding[] {
		return this.diagnosis.findings(this.atMs);
	}

	codes(): FindingCode[] {
		return this.findings().map(({ code }) => code);
	}

	found(code: FindingCode): Finding {
		const finding = this.findings().find((each) => each.code === code);
		assert.ok(finding !== undefined, `no ${code} among ${JSON.stringify(this.findings())}`);
		return finding;
	}
}

/** No clock has to agree with another for any of it. */
const clockOffsetMs = -7_654_321;

/** Numbers of 0 … 1 that are the same in each run (mulberry32). */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

type Times = [sentMs: number, arrivedMs: number][];

/** Sent at these times, arriving after these delays, but in order as a stream is. */
function inOrder(sentMs: readonly number[], delayMs: (index: number) => number): Times {
	let last = 0;
	return sentMs.map((sent, index) => {
		last = Math.max(last, sent + delayMs(index));
		return [sent, last];
	});
}

function steadily(everyMs: number, count: number): number[] {
	return Array.from({ length: count }, (_, index) => index * everyMs);
}

function poisson(random: () => number, everyMs: number, count: number): number[] {
	let at = 0;
	return Array.from({ length: count }, () => {
		at -= everyMs * Math.log(1 - random());
		return at;
	});
}

/** What a buffer that is flushed after each `size` events makes of them: it holds what it has until then. */
function buffered(sentMs: readonly number[], size: number): Times {
	return sentMs.map((sent, index) => {
		const flushedBy = Math.min(sentMs.length - 1, index - (index % size) + size - 1);
		return [sent, sentMs[flushedBy]! + 1 + (index % size) * 0.02];
	});
}

/** What a sender, or its kernel, that writes every 40 ms makes of them. */
function inSteps(sentMs: readonly number[], stepMs: number, random: () => number): Times {
	let last = 0;
	return sentMs.map((sent) => {
		last = Math.max(last, Math.ceil(sent / stepMs) * stepMs + random() * 0.5);
		return [sent, last];
	});
}

describe('Diagnosis', () => {
	it('finds nothing before a connection', () => {
		assert.deepEqual(new Diagnosis().findings(beganAtMs), []);
	});

	describe('of bunched events', () => {
		it('tells how many, over how long they were sent and arrived, and since when', () => {
			const patient = new Patient();
			patient.events(buffered(steadily(100, 405), 20));
			const { values, evidence, cause, firstAtMs, lastAtMs } = patient.found('bunched');
			// Each of the last 400 is in a bunch but the 5 of the group in hand; of the oldest bunch 15 events are among them.
			assert.deepEqual(values, {
				events: 395,
				bunches: 20,
				share: 0.988,
				arrivalSpreadMs: 0.38,
				sendingSpreadMs: 1900,
			});
			assert.equal(
				evidence,
				'395 of the last 400 events (99 %) came in 20 bunches, though they were sent apart: of the newest bunch, 20 events that were sent over 1.9 s arrived within 0.38 ms.',
			);
			assert.match(cause, /^Something collects them: a proxy that buffers answers .*`X-Accel-Buffering: no`/);
			// The fourth bunch made it sure; the twentieth is the newest that is over.
			assert.ok(firstAtMs > beganAtMs + 7900 && firstAtMs < beganAtMs + 7910, `${firstAtMs - beganAtMs}`);
			assert.ok(lastAtMs > beganAtMs + 39_900 && lastAtMs < beganAtMs + 39_910);
		});

		it('names what the head of the answer shows', () => {
			const causeOf = (headers: Headers): string => {
				const patient = new Patient('eventStream', headers);
				patient.events(buffered(steadily(100, 205), 20));
				return patient.found('bunched').cause;
			};
			assert.match(
				causeOf([['Server', 'nginx/1.22.1']]),
				/`Server: nginx\/1\.22\.1`.*`proxy_buffering off`.*`X-Accel-Buffering: no`/,
			);
			assert.match(causeOf([['Via', '1.1 varnish']]), /`Via: 1\.1 varnish`/);
			assert.match(
				causeOf([
					['server', 'nginx'],
					['content-encoding', 'gzip'],
				]),
				/proxy_buffering off.*`Content-Encoding: gzip`/,
			);
			assert.match(causeOf([['X-Accel-Buffering', 'no']]), /no nginx has acted on it/);
		});

		it('goes when it stops, and is told anew when it begins again', () => {
			const patient = new Patient();
			patient.events(buffered(steadily(100, 200), 20));
			assert.deepEqual(patient.codes(), ['bunched']);
			const later = steadily(100, 40).map((sent) => 20_100 + sent);
			patient.events(inOrder(later, () => 2));
			assert.deepEqual(patient.codes(), []);
			const again = buffered(steadily(100, 200), 20).map(([sent, arrived]): [number, number] => [
				sent + 30_000,
				arrived + 30_000,
			]);
			patient.events(again);
			assert.ok(patient.found('bunched').firstAtMs > beganAtMs + 30_000);
		});

		it('is of pushed events only: polls bring them together by their nature', () => {
			for (const transport of ['longPoll', 'polling'] as const) {
				const patient = new Patient(transport);
				patient.events(buffered(steadily(100, 400), 20));
				assert.deepEqual([...patient.seen], []);
			}
		});

		it('says nothing of nginx where a WebSocket came through it, which is not buffered', () => {
			const patient = new Patient('webSocket', [['Server', 'nginx']]);
			patient.events(buffered(steadily(100, 205), 20));
			assert.doesNotMatch(patient.found('bunched').cause, /nginx/);
		});

		it('is forgotten with the frames', () => {
			const patient = new Patient();
			patient.events(buffered(steadily(100, 205), 20));
			patient.diagnosis.reset();
			assert.deepEqual(patient.codes(), []);
		});
	});

	describe('of arrivals in steps of 40 ms', () => {
		it('is made where the sending has no such steps', () => {
			const random = randomOf(1);
			const patient = new Patient('webSocket');
			patient.events(inSteps(poisson(random, 8, 2000), 40, random));
			const { values, evidence, cause } = patient.found('coalescing');
			assert.ok((values.events as number) > 100 && (values.share as number) > 0.5, JSON.stringify(values));
			assert.ok(Math.abs((values.stepMs as number) - 40) < 0.5);
			assert.match(
				evidence,
				/^Of the last 200 arrivals, \d+ \(\d+ %\) came (39\.[5-9]|40(\.[0-5])?) ms after the one before, though they were sent less than 20 ms after it\.$/,
			);
			assert.match(cause, /Nagle.*`TCP_NODELAY`/);
			assert.deepEqual([...patient.seen], ['coalescing']);
		});

		it('is made of pairs of small writes, of which the second waits for the first’s acknowledgement', () => {
			const patient = new Patient('webSocket');
			const times: Times = [];
			for (let pair = 0; pair < 100; pair++) {
				times.push([pair * 250, pair * 250 + 1], [pair * 250 + 1, pair * 250 + 41.2]);
			}
			patient.events(times);
			assert.deepEqual([...patient.seen], ['coalescing']);
			assert.equal(patient.found('coalescing').values.stepMs, 40.2);
		});

		it('goes when it stops', () => {
			const random = randomOf(2);
			const patient = new Patient('webSocket');
			patient.events(inSteps(poisson(random, 8, 1000), 40, random));
			const later = poisson(random, 8, 60).map((sent) => sent + patient.atMs - beganAtMs + 50);
			patient.events(inOrder(later, () => 1));
			assert.deepEqual(patient.codes(), []);
		});

		it('is not made of the steps of another timer', () => {
			for (const stepMs of [25, 33, 50, 100]) {
				const random = randomOf(5);
				const patient = new Patient('webSocket');
				patient.events(inSteps(poisson(random, 8, 2000), stepMs, random));
				assert.ok(!patient.seen.has('coalescing'), `${stepMs} ms`);
			}
		});

		it('is made of a receiver whose timer goes by steps of 10 ms', () => {
			const random = randomOf(6);
			const patient = new Patient('webSocket');
			const times: Times = [];
			for (let pair = 0; pair < 100; pair++) {
				times.push([pair * 250, pair * 250 + 1], [pair * 250 + 1, pair * 250 + 41 + 10 * random()]);
			}
			patient.events(times);
			assert.deepEqual([...patient.seen], ['coalescing']);
		});

		it('is not made of a sender that sends every 40 ms, with stamps of a second or of a millisecond', () => {
			for (const stampMs of [1, 1000]) {
				const patient = new Patient('webSocket');
				patient.events(
					steadily(40, 1000).map((sent) => {
						// Epoch times are rounded down, so the rounding is of those.
						const stamp =
							Math.floor((beganAtMs - clockOffsetMs + sent) / stampMs) * stampMs - beganAtMs + clockOffsetMs;
						return [stamp, sent + 1];
					}),
				);
				assert.deepEqual([...patient.seen], []);
			}
		});
	});

	describe('of a stream that is healthy', () => {
		const random = randomOf(3);
		const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
		const streams: ReadonlyArray<readonly [name: string, times: () => Times]> = [
			['steady, every 100 ms', () => inOrder(steadily(100, 3000), () => 2 + random())],
			['steady, every 20 ms', () => inOrder(steadily(20, 3000), () => 2 + random())],
			['steady, every 38 ms', () => inOrder(steadily(38, 3000), () => 2 + random())],
			['10,000 a second', () => inOrder(steadily(0.1, 30_000), () => 1 + 0.3 * random())],
			[
				'10,000 a second, read in pieces of 2 ms',
				() => inOrder(steadily(0.1, 30_000), (index) => 3 - ((index * 0.1) % 2)),
			],
			['Poisson, 2 a second', () => inOrder(poisson(random, 500, 3000), () => 2 + random())],
			['Poisson, 20 a second', () => inOrder(poisson(random, 50, 3000), () => 2 + random())],
			['Poisson, 1,000 a second', () => inOrder(poisson(random, 1, 20_000), () => 2 + random())],
			[
				'sent in bursts of 20',
				() =>
					inOrder(
						steadily(1, 4000).map((at) => Math.floor(at / 20) * 1000 + (at % 20) * 0.1),
						() => 5,
					),
			],
			[
				'sent in bursts of 20 over 30 ms',
				() =>
					inOrder(
						steadily(1, 4000).map((at) => Math.floor(at / 20) * 1000 + (at % 20) * 1.5),
						() => 5,
					),
			],
			['jittery by half of its gaps', () => inOrder(steadily(100, 5000), () => 20 + 50 * random())],
			[
				'jittery by an exponential of its gaps',
				() => inOrder(steadily(50, 5000), () => 20 - 15 * Math.log(1 - random())),
			],
			['jittery by a normal of 40 ms', () => inOrder(steadily(100, 5000), () => 150 + 40 * normal())],
			[
				'with 1 packet in 300 lost and sent again after 200 ms',
				() => inOrder(steadily(10, 10_000), () => (random() < 1 / 300 ? 210 : 5)),
			],
			['with 1 packet in 50 late by 40 ms', () => inOrder(steadily(10, 10_000), () => (random() < 1 / 50 ? 45 : 5))],
			[
				'read late by 100 ms once in 2 s',
				() => inOrder(steadily(10, 10_000), (index) => (index % 200 < 10 ? 101 - (index % 200) * 10 : 1)),
			],
		];
		for (const [name, times] of streams) {
			for (const transport of ['eventStream', 'webSocket'] as const) {
				it(`finds nothing (${name}, ${transport})`, () => {
					for (let run = 0; run < 3; run++) {
						const patient = new Patient(transport, [['Server', 'nginx']]);
						patient.events(times());
						assert.deepEqual([...patient.seen], []);
					}
				});
			}
		}

		it('finds nothing in a history that is sent on connecting, again and again', () => {
			const patient = new Patient();
			let at = 0;
			for (let connection = 0; connection < 8; connection++) {
				// Fifty events of the last 50 s within 10 ms, then a live one a second.
				patient.events(
					Array.from({ length: 50 }, (_, nth): [number, number] => [at - 50_000 + nth * 1000, at + 5 + nth * 0.2]),
				);
				patient.events(
					Array.from({ length: 10 }, (_, nth): [number, number] => [at + nth * 1000 + 995, at + nth * 1000 + 1000]),
				);
				at += 11_000 + connection * 1700;
				patient.end('user');
				patient.wait(500);
				patient.open();
			}
			assert.deepEqual([...patient.seen], []);
		});

		it('finds nothing in events sent together over the edge of a second, where stamps are whole seconds', () => {
			const patient = new Patient();
			const times: Times = [];
			for (let burst = 0; burst < 200; burst++) {
				const at = burst * 2000 + (2000 - ((beganAtMs - clockOffsetMs) % 1000));
				times.push([at - 1000, at + 1], [at - 1000, at + 1.1], [at, at + 1.2], [at, at + 1.3]);
			}
			patient.events(times);
			assert.deepEqual([...patient.seen], []);
		});

		it('finds nothing in connections that are cut after random times', () => {
			for (let run = 0; run < 20; run++) {
				const patient = new Patient();
				for (let connection = 0; connection < 200; connection++) {
					const events = Math.floor(random() * 5);
					for (let event = 0; event < events; event++) {
						patient.wait(-5000 * Math.log(1 - random()));
						patient.frame('event');
					}
					patient.wait(-10_000 * Math.log(1 - random()));
					patient.end('failed', 'connectionLost');
					assert.deepEqual(patient.codes(), [], `after ${connection} connections`);
					patient.wait(1000);
					patient.open();
				}
			}
		});
	});

	describe('of a compressed event stream', () => {
		it('is made of its head', () => {
			for (const encoding of ['gzip', 'br', 'deflate', 'zstd']) {
				const patient = new Patient('eventStream', [['Content-Encoding', encoding.toUpperCase()]]);
				patient.frame('event');
				const { values, evidence } = patient.found('compressedEventStream');
				assert.deepEqual(values, { encoding });
				assert.equal(evidence, `The event stream is compressed (\`Content-Encoding: ${encoding}\`).`);
			}
		});

		it('is not made of one that is as it is, nor of another transport', () => {
			assert.deepEqual(new Patient('eventStream', [['Content-Encoding', 'identity']]).codes(), []);
			assert.deepEqual(new Patient('longPoll', [['Content-Encoding', 'gzip']]).codes(), []);
			assert.deepEqual(new Patient('webSocket', [['Content-Encoding', 'gzip']]).codes(), []);
		});

		it('goes when the connection does', () => {
			const patient = new Patient('eventStream', [['Content-Encoding', 'gzip']]);
			patient.wait(1000);
			patient.frame('event');
			assert.equal(patient.found('compressedEventStream').lastAtMs, patient.atMs);
			patient.end();
			assert.deepEqual(patient.codes(), []);
			patient.open([]);
			assert.deepEqual(patient.codes(), []);
		});
	});

	describe('of a head without a first byte', () => {
		it('is made after five seconds, until anything comes', () => {
			const patient = new Patient();
			patient.wait(4999);
			assert.deepEqual(patient.codes(), []);
			patient.wait(2001);
			const { values, evidence, cause, firstAtMs, lastAtMs } = patient.found('noFirstByte');
			assert.deepEqual(values, { seconds: 7 });
			assert.equal(evidence, 'The head of the event stream came 7 s ago, and no event, comment or field since.');
			assert.match(
				cause,
				/^Either the server has had nothing to send, or a proxy or compressor that buffers holds back its beginning/,
			);
			assert.deepEqual([firstAtMs, lastAtMs], [beganAtMs + 5000, beganAtMs + 7000]);
			patient.frame('comment');
			assert.deepEqual(patient.codes(), []);
		});

		it('is not made of a connection that has ended, nor of a WebSocket', () => {
			const patient = new Patient();
			patient.end();
			patient.wait(10_000);
			assert.deepEqual(patient.codes(), []);
			const socket = new Patient('webSocket');
			socket.wait(10_000);
			assert.deepEqual(socket.codes(), []);
		});

		it('is not made of a connection whose frames were cleared', () => {
			const patient = new Patient();
			patient.frame('event');
			patient.diagnosis.reset();
			patient.wait(10_000);
			assert.deepEqual(patient.codes(), []);
		});
	});

	describe('of cuts', () => {
		/** Connections that bring an event each second and are then idle until they are cut. */
		function cutWhenIdle(patient: Patient, idleMs: readonly number[], by: ConnectionEnd['by'] = 'failed'): void {
			idleMs.forEach((each, connection) => {
				for (let event = 0; event <= connection; event++) {
					patient.wait(700);
					patient.frame('event');
				}
				patient.wait(each);
				patient.end(by, by === 'failed' ? 'connectionLost' : undefined);
				patient.wait(3000);
				patient.open();
			});
		}

		it('names the same idle time three times, and what is known to cut then', () => {
			const patient = new Patient();
			cutWhenIdle(patient, [60_010, 60_030]);
			assert.deepEqual(patient.codes(), []);
			cutWhenIdle(patient, [60_020]);
			const { values, evidence, cause, firstAtMs, lastAtMs } = patient.found('idleCut');
			assert.deepEqual(values, { times: 3, seconds: 60.02, after: 'idle' });
			assert.equal(evidence, 'The last 3 connections that were cut had been idle for 60 s each.');
			assert.match(
				cause,
				/nginx’ `proxy_read_timeout` \(60 s\) and the idle time-out of an AWS Application Load Balancer \(60 s\)\. A comment \(a line `:`\) at least every 30 s/,
			);
			assert.ok(firstAtMs < lastAtMs && lastAtMs === patient.atMs - 3000);
		});

		it('names Heroku’s 55 s, and nginx’ own time-out where the head tells of nginx', () => {
			const heroku = new Patient('webSocket');
			cutWhenIdle(heroku, [55_000, 55_100, 55_050], 'server');
			assert.match(heroku.found('idleCut').cause, /Heroku’s router \(55 s\)\. A ping at least every 27\.5 s/);
			const nginx = new Patient('eventStream', [['Server', 'nginx']]);
			cutWhenIdle(nginx, [1003, 1010, 1001]);
			assert.match(nginx.found('idleCut').cause, /`proxy_read_timeout`/);
		});

		it('names a lifetime where the idle times don’t agree', () => {
			const patient = new Patient();
			for (let connection = 0; connection < 3; connection++) {
				const everyMs = [900, 1100, 1300][connection]!;
				const openedAtMs = patient.atMs;
				while (patient.atMs + everyMs < openedAtMs + 30_010) {
					patient.wait(everyMs);
					patient.frame('event');
				}
				patient.atMs = openedAtMs + 30_010;
				patient.end();
				patient.wait(1000);
				patient.open();
			}
			const { values, evidence, cause } = patient.found('idleCut');
			assert.deepEqual(values, { times: 3, seconds: 30.01, after: 'lifetime' });
			assert.equal(evidence, 'The last 3 connections that were cut had been open for 30 s each.');
			assert.match(cause, /Google Cloud/);
		});

		it('takes a silence that was outlived before for no time-out', () => {
			const patient = new Patient();
			// An event every 5 s, and a lifetime of 32 s: each is cut after 2 s without traffic, though 5 s of it did no harm.
			for (let connection = 0; connection < 3; connection++) {
				for (let event = 0; event < 6; event++) {
					patient.wait(5000);
					patient.frame('event');
				}
				patient.wait(2000);
				patient.end();
				patient.open();
			}
			assert.equal(patient.found('idleCut').values.after, 'lifetime');
		});

		it('prefers the idle time where both agree', () => {
			const patient = new Patient();
			for (let connection = 0; connection < 3; connection++) {
				patient.wait(60_000);
				patient.end();
				patient.open();
			}
			assert.equal(patient.found('idleCut').values.after, 'idle');
		});

		it('counts frames of either direction as traffic', () => {
			const patient = new Patient('webSocket');
			for (let connection = 0; connection < 3; connection++) {
				patient.wait(1000 * (connection + 1));
				patient.frame('ping', Number.NaN, frameFlag.fin | frameFlag.out);
				patient.wait(60_000);
				patient.end();
				patient.open();
			}
			assert.equal(patient.found('idleCut').values.seconds, 60);
		});

		it('is not made of ends by the user, of an answer that could not be read, or of a server that ends at once', () => {
			for (const [by, code, ms] of [
				['user', undefined, 60_000],
				['finished', undefined, 60_000],
				['failed', 'messageTooBig', 60_000],
				['server', undefined, 20],
			] as const) {
				const patient = new Patient();
				for (let connection = 0; connection < 10; connection++) {
					patient.wait(ms);
					patient.end(by, code);
					patient.open();
				}
				assert.deepEqual(patient.codes(), []);
			}
		});

		it('goes when a connection outlives it, or a silence', () => {
			const patient = new Patient();
			cutWhenIdle(patient, [10_000, 10_010, 10_020]);
			patient.wait(10_100);
			assert.ok(patient.codes().includes('idleCut'));
			patient.wait(500);
			assert.ok(!patient.codes().includes('idleCut'));
			patient.frame('event');
			assert.ok(!patient.codes().includes('idleCut'));
			patient.end('user');
			assert.ok(!patient.codes().includes('idleCut'));
		});

		it('is made of held requests that a gateway gave up or that were lost', () => {
			const patient = new Patient('longPoll', [['Server', 'nginx']]);
			for (let request = 0; request < 3; request++) {
				patient.wait(60_000);
				patient.cycle({ status: 504, response: { line: '', headers: [] }, holdMs: 60_005, outcome: 'timedOut' });
				patient.wait(5000);
				patient.cycle({ status: 200, response: { line: '', headers: [] }, holdMs: 5000 });
			}
			const { values, evidence } = patient.found('idleCut');
			assert.deepEqual(values, { times: 3, seconds: 60.01, after: 'idle' });
			assert.equal(evidence, 'The last 3 requests that were cut had been held for 60 s each.');
			patient.cycle({ status: 200, response: { line: '', headers: [] }, holdMs: 90_000 });
			assert.deepEqual(patient.codes(), []);
		});

		it('is not made of held requests that the server answers with nothing in time, or that we gave up', () => {
			const patient = new Patient('longPoll');
			for (let request = 0; request < 10; request++) {
				patient.wait(30_000);
				patient.cycle({ status: 204, response: { line: '', headers: [] }, holdMs: 30_000, outcome: 'empty' });
				patient.cycle({ status: 408, response: { line: '', headers: [] }, holdMs: 30_000, outcome: 'timedOut' });
				patient.cycle({ status: 0, holdMs: 30_000, outcome: 'timedOut' });
			}
			assert.deepEqual(patient.codes(), []);
		});
	});

	describe('of missing heartbeats', () => {
		it('is made where they came steadily and nothing has come for three intervals', () => {
			const patient = new Patient('webSocket');
			for (let beat = 0; beat < 6; beat++) {
				patient.wait(15_000);
				patient.frame('ping');
			}
			patient.wait(44_000);
			assert.deepEqual(patient.codes(), []);
			patient.wait(2000);
			const { values, evidence, firstAtMs } = patient.found('missingHeartbeat');
			assert.deepEqual(values, { idleSeconds: 46, everySeconds: 15 });
			assert.equal(evidence, 'Nothing has come for 46 s, where heartbeats used to come every 15 s.');
			assert.equal(firstAtMs, patient.atMs - 1000);
			patient.frame('ping');
			assert.deepEqual(patient.codes(), []);
		});

		it('is not made while anything else comes, or where they never came steadily', () => {
			const busy = new Patient();
			for (let beat = 0; beat < 6; beat++) {
				busy.wait(2000);
				busy.frame('comment');
			}
			for (let event = 0; event < 20; event++) {
				busy.wait(3000);
				busy.frame('event');
				assert.deepEqual(busy.codes(), []);
			}
			const unsteady = new Patient();
			for (let beat = 0; beat < 20; beat++) {
				unsteady.wait(beat % 2 === 0 ? 1000 : 3000);
				unsteady.frame('comment');
			}
			unsteady.wait(30_000);
			assert.deepEqual(unsteady.codes(), []);
		});

		it('is made of 45 s without any, and no more once 60 s were survived', () => {
			const patient = new Patient();
			patient.frame('event');
			patient.wait(44_900);
			assert.deepEqual(patient.codes(), []);
			patient.wait(200);
			const { values, evidence, cause } = patient.found('missingHeartbeat');
			assert.deepEqual(values, { idleSeconds: 45.1 });
			assert.equal(evidence, 'Nothing has come for 45.1 s, and no heartbeat since the connection opened.');
			assert.match(cause, /a comment \(a line `:`\)/);
			patient.wait(20_000);
			assert.deepEqual(patient.codes(), []);
			patient.frame('event');
			patient.wait(50_000);
			assert.deepEqual(patient.codes(), []);
		});

		it('is not made of a connection that is answered by pongs, or has ended', () => {
			const patient = new Patient('webSocket');
			for (let pong = 0; pong < 20; pong++) {
				patient.wait(5000);
				patient.frame('pong');
				assert.deepEqual(patient.codes(), []);
			}
			patient.end('user');
			patient.wait(50_000);
			assert.deepEqual(patient.codes(), []);
		});
	});

	it('forgets what was seen of another transport', () => {
		const diagnosis = new Diagnosis();
		const patient = new Patient();
		patient.events(buffered(steadily(100, 205), 20));
		patient.end('user');
		patient.diagnosis.connectionOpened(patient.atMs, handshake(), 'webSocket');
		assert.deepEqual(patient.codes(), []);
		assert.deepEqual(diagnosis.findings(beganAtMs), []);
	});
});
