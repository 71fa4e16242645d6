import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Endpoint } from '../../../src/core/endpoint';
import type { LagMethod } from '../../../src/core/statistics';
import { Histogram } from '../../../src/core/timing/histogram';
import { exportedFrames } from '../../../src/engine/exportedFrame';
import { SenderClock } from '../../../src/engine/senderClock';
import { Session } from '../../../src/engine/session';
import { endpointFor } from '../../support/endpoint';
import { nowMs } from '../../support/transportRecorder';
import { type DelayPair, delays, type Random, seeded } from './clockSimulation';

/** Senders stamp whole milliseconds, rounded down. */
const stampStepMs = 1;
const startMs = 1.75e12;
const hourMs = 3_600_000;

/** A sender whose clock and whose network are known, simulated on a clock that costs no time. */
interface World {
	readonly method: 'echo' | 'dateHeader' | 'relative';
	readonly skewMs: number;
	/** What our clock gains on the sender's, in parts per million, at a time of the session. */
	readonly driftPpm: (sinceMs: number) => number;
	readonly delays: DelayPair;
	/** What the network's delay is never below, from the sender to us. */
	readonly leastDelayMs: number;
	readonly hours: number;
	readonly events: number;
}

interface Account {
	/** Shares of events whose lag was within its ± of the true one: as it was told live, and with hindsight. */
	readonly liveShare: number;
	readonly hindsightShare: number;
	/** Medians of the two, and of the live lags after all that was revised. */
	readonly hindsightP50Ms: number;
	readonly revisedP50Ms: number;
	/** The same of the figures of the whole session, by the ± that stands beside them. */
	readonly sessionShare: number;
	readonly sessionUncertaintyMs: number;
	/** What the session's figures say of all events, and what they should. */
	readonly percentiles: readonly { readonly share: number; readonly toldMs: number; readonly trueMs: number }[];
	/** The median ± and the one that 99 % are below, after the first tenth. */
	readonly uncertaintyP50Ms: number;
	readonly uncertaintyP99Ms: number;
	readonly driftPpm: number | null;
}

function simulate(world: World, random: Random): Account {
	let nowMs = startMs;
	let revisedMs = 0;
	/** As a session measures. */
	const told = new Histogram();
	const clock = new SenderClock(
		endpointFor('ws://sender.example/', { clock: world.method === 'relative' ? 'relative' : 'estimate' }),
		() => nowMs,
		(byMs) => {
			revisedMs += byMs;
			told.shift(-byMs);
		},
	);
	clock.connected('192.0.2.1:80');
	// The offset is the sum of a drift that is the same for a second each.
	const seconds = Math.ceil(world.hours * 3600) + 120;
	const offsets = new Float64Array(seconds + 1);
	offsets[0] = world.skewMs;
	for (let second = 0; second < seconds; second++) {
		offsets[second + 1] = offsets[second]! + world.driftPpm(second * 1000) / 1000;
	}
	const offsetAt = (atMs: number): number => {
		const at = Math.max(0, (atMs - startMs) / 1000);
		const second = Math.floor(at);
		return offsets[second]! + (offsets[second + 1]! - offsets[second]!) * (at - second);
	};
	const stampAt = (atMs: number): number => Math.floor(atMs - offsetAt(atMs));

	const exchange = (sentAtMs: number): void => {
		const [upMs, downMs] = world.delays(random);
		const serverAtMs = sentAtMs + upMs;
		const repliedAtMs = serverAtMs + 0.2 * random();
		const arrivedAtMs = repliedAtMs + downMs;
		if (world.method === 'echo') {
			clock.exchange(sentAtMs, stampAt(serverAtMs) + stampStepMs, stampAt(repliedAtMs), arrivedAtMs);
		} else {
			clock.answered(sentAtMs, arrivedAtMs, new Date(stampAt(repliedAtMs)).toUTCString());
		}
	};

	const gapMs = (world.hours * hourMs) / world.events;
	const raw = new Float64Array(world.events);
	const live = new Float64Array(world.events);
	const revisedBefore = new Float64Array(world.events);
	const arrivals = new Float64Array(world.events);
	const truths = new Float64Array(world.events);
	const uncertainties: number[] = [];
	let liveGood = 0;
	let exchangeAtMs = startMs;
	for (let event = 0; event < world.events; event++) {
		nowMs += gapMs * 2 * random();
		while (world.method !== 'relative' && exchangeAtMs < nowMs) {
			exchange(exchangeAtMs);
			exchangeAtMs += 4500 + 1000 * random();
		}
		const delayMs = world.delays(random)[1];
		const rawLagMs = nowMs - stampAt(nowMs - delayMs);
		clock.observe(nowMs, rawLagMs);
		const lagMs = rawLagMs - clock.take(nowMs);
		told.record(lagMs);
		const trueMs = clock.method === 'relative' ? delayMs - world.leastDelayMs : delayMs;
		arrivals[event] = nowMs;
		raw[event] = rawLagMs;
		live[event] = lagMs;
		revisedBefore[event] = revisedMs;
		truths[event] = delayMs;
		const uncertaintyMs = clock.summary(nowMs).uncertaintyMs! + stampStepMs;
		liveGood += Math.abs(lagMs - trueMs) <= uncertaintyMs ? 1 : 0;
		if (event > world.events / 10) {
			uncertainties.push(uncertaintyMs);
		}
	}
	assert.equal(clock.method, world.method);
	const takenOffMs = world.method === 'relative' ? world.leastDelayMs : 0;
	let hindsightGood = 0;
	let sessionGood = 0;
	const sessionUncertaintyMs = clock.sessionUncertaintyMs(nowMs)! + stampStepMs;
	const hindsight = new Float64Array(world.events);
	const revised = new Float64Array(world.events);
	for (let event = 0; event < world.events; event++) {
		hindsight[event] = raw[event]! - clock.offsetMs(arrivals[event]!);
		const uncertaintyMs = clock.summary(arrivals[event]!).uncertaintyMs! + stampStepMs;
		hindsightGood += Math.abs(hindsight[event]! - (truths[event]! - takenOffMs)) <= uncertaintyMs ? 1 : 0;
		revised[event] = live[event]! - (revisedMs - revisedBefore[event]!);
		sessionGood += Math.abs(revised[event]! - (truths[event]! - takenOffMs)) <= sessionUncertaintyMs ? 1 : 0;
	}
	const rank = (values: Float64Array | readonly number[], share: number): number =>
		Float64Array.from(values).sort()[Math.floor(share * (values.length - 1))]!;
	return {
		liveShare: liveGood / world.events,
		hindsightShare: hindsightGood / world.events,
		hindsightP50Ms: rank(hindsight, 0.5),
		revisedP50Ms: rank(revised, 0.5),
		sessionShare: sessionGood / world.events,
		sessionUncertaintyMs,
		percentiles: ([0.5, 0.9, 0.95, 0.99, 0.999] as const).map((share) => ({
			share,
			toldMs: told.percentile(share)!,
			trueMs: rank(truths, share) - takenOffMs,
		})),
		uncertaintyP50Ms: rank(uncertainties, 0.5),
		uncertaintyP99Ms: rank(uncertainties, 0.99),
		driftPpm: clock.summary(nowMs).driftPpm,
	};
}

describe('Lag against a truth that is made, simulated', function () {
	this.timeout(120_000);
	const steady = (ppm: number) => (): number => ppm;
	/** The temperature of a room: 2 ppm up and down over two hours, on top of 25 ppm. */
	const wandering = (sinceMs: number): number => 25 + 2 * Math.sin((2 * Math.PI * sinceMs) / (2 * hourMs));
	const worlds: readonly (Omit<World, 'delays' | 'leastDelayMs' | 'events'> & {
		readonly name: string;
		readonly network: keyof typeof delays;
		/** What the median ± must not be above. */
		readonly mostUncertaintyMs: number;
	})[] = [
		{
			method: 'echo',
			name: '+7,350 ms',
			skewMs: 7350,
			driftPpm: steady(80),
			network: 'exponential',
			hours: 2,
			mostUncertaintyMs: 8,
		},
		{
			method: 'echo',
			name: '−90 s',
			skewMs: -90_000,
			driftPpm: steady(-80),
			network: 'bimodal',
			hours: 6,
			mostUncertaintyMs: 8,
		},
		{
			method: 'echo',
			name: 'an hour',
			skewMs: hourMs,
			driftPpm: steady(0),
			network: 'asymmetric',
			hours: 1,
			mostUncertaintyMs: 20,
		},
		{
			method: 'echo',
			name: '+7,350 ms',
			skewMs: 7350,
			driftPpm: wandering,
			network: 'local',
			hours: 8,
			mostUncertaintyMs: 2.5,
		},
		{
			method: 'dateHeader',
			name: '+7,350 ms',
			skewMs: 7350,
			driftPpm: steady(80),
			network: 'exponential',
			hours: 4,
			mostUncertaintyMs: 25,
		},
		{
			method: 'dateHeader',
			name: '−90 s',
			skewMs: -90_000,
			driftPpm: wandering,
			network: 'local',
			hours: 4,
			mostUncertaintyMs: 20,
		},
		{
			method: 'relative',
			name: 'an hour',
			skewMs: hourMs,
			driftPpm: steady(80),
			network: 'exponential',
			hours: 2,
			mostUncertaintyMs: 6,
		},
		{
			method: 'relative',
			name: '−90 s',
			skewMs: -90_000,
			driftPpm: steady(-80),
			network: 'bimodal',
			hours: 6,
			mostUncertaintyMs: 6,
		},
		{
			method: 'relative',
			name: '+7,350 ms',
			skewMs: 7350,
			driftPpm: wandering,
			network: 'local',
			hours: 8,
			mostUncertaintyMs: 6,
		},
		{
			method: 'relative',
			name: '−90 s',
			skewMs: -90_000,
			driftPpm: steady(25),
			network: 'asymmetric',
			hours: 1,
			mostUncertaintyMs: 6,
		},
	];

	worlds.forEach(({ name, network, mostUncertaintyMs, ...world }, place) => {
		it(`is within ± of it by ${world.method}, for a clock off by ${name}, over ${world.hours} h of ${network} delays`, () => {
			const account = simulate(
				{ ...world, ...delays[network], events: world.method === 'relative' ? 50_000 : 100_000 },
				seeded(17 + place),
			);
			assert.ok(account.liveShare >= 0.99, `live: ${account.liveShare}`);
			assert.ok(account.hindsightShare >= 0.99, `with hindsight: ${account.hindsightShare}`);
			assert.ok(account.sessionShare >= 0.99, `of the session: ${account.sessionShare}`);
			for (const { share, toldMs, trueMs } of account.percentiles) {
				const mostMs = account.sessionUncertaintyMs + 0.01 * trueMs;
				assert.ok(
					Math.abs(toldMs - trueMs) <= mostMs,
					`p${share * 100} is told as ${toldMs}, and is ${trueMs}, ± ${mostMs}`,
				);
			}
			assert.ok(account.uncertaintyP50Ms <= mostUncertaintyMs, `±${account.uncertaintyP50Ms} ms`);
			assert.ok(
				Math.abs(account.revisedP50Ms - account.hindsightP50Ms) <= 1,
				`revised ${account.revisedP50Ms} ms, with hindsight ${account.hindsightP50Ms} ms`,
			);
			const meanDriftPpm = world.driftPpm(0);
			assert.ok(Math.abs(account.driftPpm! - meanDriftPpm) <= 5, `drift ${account.driftPpm} ppm`);
		});
	});
});

describe('Lag against a truth that is made, over sockets', function () {
	this.timeout(60_000);
	const forMs = 6000;
	let folder: string;
	const ends: (() => Promise<unknown>)[] = [];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'lag-truth-'));
	});
	afterEach(async () => {
		await Promise.all(ends.splice(0).map((end) => end()));
		rmSync(folder, { recursive: true, force: true });
	});

	/** A server whose clock is off by a skew: events every 4 ms, an echo with its times, and the `Date` field. */
	const serve = async (skewMs: number, driftPpm: number, network: DelayPair, random: Random): Promise<string> => {
		const fromMs = nowMs();
		const stamp = (): number => Math.floor(nowMs() - skewMs - (driftPpm / 1e6) * (nowMs() - fromMs));
		const http = createServer((_request, response) => {
			response.sendDate = false;
			response.setHeader('Date', new Date(stamp()).toUTCString());
			response.end();
		});
		const server = new WebSocketServer({ server: http });
		server.on('connection', (socket) => {
			let id = 0;
			const timer = setInterval(() => {
				const text = JSON.stringify({ id: id++, sentAt: stamp(), truth: nowMs() });
				setTimeout(() => socket.send(text), network(random)[1]);
			}, 4);
			socket.on('message', (data) => {
				const [upMs, downMs] = network(random);
				setTimeout(() => {
					const receivedAt = stamp();
					const text = JSON.stringify({ nonce: JSON.parse(String(data)).nonce, receivedAt, repliedAt: stamp() });
					setTimeout(() => socket.send(text), downMs);
				}, upMs);
			});
			socket.on('close', () => clearInterval(timer));
		});
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		ends.push(async () => {
			http.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await new Promise((resolve) => http.close(resolve));
		});
		return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
	};

	/** Events whose live lag was told by that method, of them those within ±, and how wide that was at the end. */
	const watch = async (url: string, method: LagMethod, changes: Partial<Endpoint>) => {
		const endpoint = endpointFor(url, {
			clock: 'estimate',
			timestampPath: '$.sentAt',
			sequencePath: '$.id',
			...changes,
		});
		const session: Session = new Session(
			`s${ends.length}`,
			endpoint,
			{ folder: join(folder, `${ends.length}`), maxFrames: 1e5, maxBytes: 1e8 },
			{ nowMs, changed: () => {}, dirtied: (dirtied) => dirtied.settled() },
		);
		ends.unshift(() => session.dispose(false));
		const told = new Map<number, { readonly lagMs: number; readonly uncertaintyMs: number }>();
		session.observe({
			event: (id, _arrivedAtMs, lagMs) => {
				const summary = session.statistics().lagMs;
				if (summary.method === method) {
					told.set(Number(id), { lagMs, uncertaintyMs: summary.uncertaintyMs! });
				}
			},
			lagsShifted: () => {},
			lagsForgotten: () => {},
			numberingBegan: () => {},
		});
		await session.connect();
		await new Promise((resolve) => setTimeout(resolve, forMs));
		const { lagMs: summary } = session.statistics();
		await session.disconnect();
		let good = 0;
		let goodWithHindsight = 0;
		let events = 0;
		for (const frame of exportedFrames(session, 1, 10_000)) {
			const text = frame.kind === 'text' ? frame.text : undefined;
			const { id, truth } = JSON.parse(text ?? '{}') as { readonly id?: number; readonly truth?: number };
			const live = id === undefined ? undefined : told.get(id);
			if (live !== undefined) {
				const trueMs = frame.arrivedAtMs - truth!;
				events++;
				good += Math.abs(live.lagMs - trueMs) <= live.uncertaintyMs ? 1 : 0;
				goodWithHindsight += Math.abs(frame.lagMs! - trueMs) <= live.uncertaintyMs ? 1 : 0;
			}
		}
		return { events, share: good / events, shareWithHindsight: goodWithHindsight / events, summary };
	};

	const echo = {
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the place of the echo's nonce.
		message: '{"nonce":"${nonce}"}',
		noncePath: '$.nonce',
		receivedAtPath: '$.receivedAt',
		sentAtPath: '$.repliedAt',
	};

	it('is within ± of it where the server echoes its time, whatever its clock and the delays', async () => {
		const accounts = await Promise.all(
			[
				{ skewMs: 7350, driftPpm: 80, ...delays.exponential },
				{ skewMs: -90_000, driftPpm: -80, ...delays.bimodal },
				{ skewMs: hourMs, driftPpm: 0, ...delays.asymmetric },
			].map(async ({ skewMs, driftPpm, delays: network }, place) => {
				const url = await serve(skewMs, driftPpm, network, seeded(place));
				return { skewMs, ...(await watch(url, 'echo', { echo, pingIntervalMs: 100 })) };
			}),
		);
		for (const { skewMs, events, share, shareWithHindsight, summary } of accounts) {
			assert.ok(events > 500, `${events} events`);
			assert.ok(share >= 0.99, `clock off by ${skewMs} ms: ${share} of ${events}`);
			assert.ok(shareWithHindsight >= 0.99, `with hindsight: ${shareWithHindsight} of ${events}`);
			assert.ok(Math.abs(summary.offsetMs! - skewMs) <= summary.uncertaintyMs!, `${summary.offsetMs} of ${skewMs} ms`);
			assert.ok(summary.uncertaintyMs! < 30, `±${summary.uncertaintyMs} ms`);
			assert.equal(summary.clocksDisagree, false);
		}
	});

	it('is within ± of it where the server tells no more than the Date field, which is asked for', async () => {
		const accounts = await Promise.all(
			[
				{ skewMs: 7350, driftPpm: 80, ...delays.exponential },
				{ skewMs: -90_000, driftPpm: -80, ...delays.local },
			].map(async ({ skewMs, driftPpm, delays: network }, place) => {
				const url = await serve(skewMs, driftPpm, network, seeded(10 + place));
				return { skewMs, ...(await watch(url, 'dateHeader', { clockProbes: true })) };
			}),
		);
		for (const { skewMs, events, share, shareWithHindsight, summary } of accounts) {
			assert.ok(events > 500, `${events} events`);
			assert.ok(share >= 0.99, `clock off by ${skewMs} ms: ${share} of ${events}`);
			assert.ok(shareWithHindsight >= 0.99, `with hindsight: ${shareWithHindsight} of ${events}`);
			assert.ok(Math.abs(summary.offsetMs! - skewMs) <= summary.uncertaintyMs!, `${summary.offsetMs} of ${skewMs} ms`);
			// Half a second at first, and half of that with each probe.
			assert.ok(summary.uncertaintyMs! < 150, `±${summary.uncertaintyMs} ms after ${summary.clockSamples} answers`);
			assert.ok(summary.clockSamples <= 13);
		}
	});

	for (const transport of ['webSocket', 'eventStream', 'polling'] as const) {
		it(`is within ± of it over ${transport} on this machine, whose clock needs no estimate`, async () => {
			// Stamps are whole milliseconds, as most senders write them; the truth is beside them.
			let id = 0;
			const event = (): string => {
				// The moment of the stamp lies between the two, which may be far apart on a busy machine.
				const fromMs = nowMs();
				const sentAt = Date.now();
				return JSON.stringify({ id: ++id, sentAt, truth: [fromMs, nowMs()] });
			};
			const http = createServer((_request, response) => {
				if (transport === 'polling') {
					const events = Array.from({ length: 5 }, event);
					response.writeHead(200, { 'Content-Type': 'application/json' }).end(`[${events.join(',')}]`);
					return;
				}
				response.writeHead(200, { 'Content-Type': 'text/event-stream' });
				const timer = setInterval(() => response.write(`data: ${event()}\n\n`), 4);
				response.on('close', () => clearInterval(timer));
			});
			const server = new WebSocketServer({ server: http });
			server.on('connection', (socket) => {
				const timer = setInterval(() => socket.send(event()), 4);
				socket.on('close', () => clearInterval(timer));
			});
			await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
			ends.push(async () => {
				for (const client of server.clients) {
					client.terminate();
				}
				http.closeAllConnections();
				await new Promise((resolve) => http.close(resolve));
			});
			const { port } = http.address() as AddressInfo;
			const session = new Session(
				'truth',
				endpointFor(`${transport === 'webSocket' ? 'ws' : 'http'}://127.0.0.1:${port}/`, {
					transport,
					pollIntervalMs: 50,
					cursor: 'none',
					timestampPath: '$.sentAt',
				}),
				{ folder: join(folder, 'capture'), maxFrames: 1e5, maxBytes: 1e8 },
				{ nowMs, changed: () => {}, dirtied: (dirtied) => dirtied.settled() },
			);
			ends.push(() => session.dispose(false));
			await session.connect();
			await new Promise((resolve) => setTimeout(resolve, 2500));
			const { method, uncertaintyMs, offsetMs } = session.statistics().lagMs;
			assert.deepEqual([method, offsetMs], ['sameMachine', 0]);
			const lags = exportedFrames(session, 1, 1e6).filter(({ lagMs }) => lagMs !== undefined);
			assert.ok(lags.length >= 100, `${lags.length}`);
			const good = lags.filter(({ text, arrivedAtMs, lagMs }) => {
				const { truth } = JSON.parse(text!) as { truth: [fromMs: number, toMs: number] };
				const [mostMs, leastMs] = truth.map((atMs) => arrivedAtMs - atMs) as [number, number];
				return lagMs! >= leastMs - uncertaintyMs! && lagMs! <= mostMs + uncertaintyMs!;
			});
			assert.ok(good.length >= 0.99 * lags.length, `${good.length} of ${lags.length} within ± ${uncertaintyMs}`);
		});
	}
});
