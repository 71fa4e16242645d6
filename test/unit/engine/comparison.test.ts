import assert from 'node:assert/strict';
import type { SessionState, SessionSummary } from '../../../src/core/session';
import type { Statistics } from '../../../src/core/statistics';
import { Histogram } from '../../../src/core/timing/histogram';
import { SeriesRecorder } from '../../../src/core/timing/series';
import { type Comparable, Comparison } from '../../../src/engine/comparison';
import type { EventObserver } from '../../../src/engine/measures';

/** A session whose every event, state and number the test makes. */
class MadeSession implements Comparable {
	state: SessionState = 'connecting';
	lagMethod: Statistics['lagMs']['method'] = 'sameMachine';
	pollIntervalMs: number | null = null;
	problem: SessionSummary['problem'];
	events = 0;
	readonly holds = new Histogram();
	readonly #series = new SeriesRecorder();
	readonly #observers = new Set<EventObserver>();

	constructor(readonly id: string) {}

	get observers(): number {
		return this.#observers.size;
	}

	observe(observer: EventObserver): () => void {
		this.#observers.add(observer);
		return () => this.#observers.delete(observer);
	}

	deliver(id: string | number, atMs: number, sentAtMs: number): void {
		this.events++;
		this.#series.frame(atMs, false, 100, atMs - sentAtMs);
		for (const observer of this.#observers) {
			observer.event(id, atMs, atMs - sentAtMs);
		}
	}

	numberingBegan(): void {
		for (const observer of this.#observers) {
			observer.numberingBegan();
		}
	}

	lagsShifted(byMs: number): void {
		for (const observer of this.#observers) {
			observer.lagsShifted(byMs);
		}
	}

	summary(): SessionSummary {
		return {
			id: this.id,
			url: `http://host/${this.id}?token=secret`,
			transport: this.pollIntervalMs === null ? 'webSocket' : 'polling',
			state: this.state,
			problem: this.problem,
		} as SessionSummary;
	}

	statistics(): Statistics {
		return {
			eventsReceived: this.events,
			lagMs: { method: this.lagMethod, uncertaintyMs: 1 },
			holdMs: this.holds.distribution(),
			pollIntervalMs: this.pollIntervalMs,
			wire: {
				socketBytesIn: this.events * 130 + 500,
				socketBytesOut: 400,
				overheadBytesPerEvent: 31,
				requests: 2,
				sockets: 1,
			},
		} as Statistics;
	}

	series(): ArrayBuffer {
		return this.#series.pack();
	}
}

describe('a comparison of sessions', () => {
	let nowMs: number;
	let pushed: MadeSession;
	let polled: MadeSession;
	let comparison: Comparison;

	beforeEach(() => {
		nowMs = 100_000;
		pushed = new MadeSession('pushed');
		polled = new MadeSession('polled');
		polled.pollIntervalMs = 5000;
		comparison = new Comparison('comparison', [pushed, polled], () => nowMs);
	});
	afterEach(() => comparison.dispose());

	function open(...sessions: readonly MadeSession[]): void {
		for (const session of sessions) {
			session.state = 'open';
		}
		comparison.stateChanged();
	}

	/** A push of 0.4 ms and a poll each 5 s: events each 100 ms, for so many polls. */
	function run(polls: number, lostIds: ReadonlySet<number> = new Set()): void {
		let waiting: { id: number; sentAtMs: number }[] = [];
		for (let id = 1; id <= polls * 50; id++) {
			const sentAtMs = 100_000 + id * 100;
			pushed.deliver(id, sentAtMs + 0.4, sentAtMs);
			if (!lostIds.has(id)) {
				waiting.push({ id, sentAtMs });
			}
			if (id % 50 === 0) {
				for (const each of waiting) {
					polled.deliver(String(each.id), sentAtMs + 50, each.sentAtMs);
				}
				waiting = [];
			}
		}
		nowMs = 100_000 + polls * 5000 + 60;
	}

	it('counts what was made: who was first, delays, lags, losses, bytes and requests', () => {
		open(pushed, polled);
		run(5, new Set([70, 71, 140]));
		nowMs += 60_000;
		pushed.deliver('later', nowMs, nowMs);
		polled.deliver('later', nowMs, nowMs);
		const { events, matched, compared, horizonMs, countedFromMs, atMs } = comparison.report();
		// All 50 events of the first poll are the start, so 200 count, and the later one.
		assert.equal(events, 201);
		assert.equal(matched, 198);
		assert.equal(countedFromMs, 105_050);
		assert.equal(atMs, nowMs);
		assert.equal(horizonMs, 10_000);
		const [push, poll] = compared;
		assert.deepEqual([push!.first, push!.events, push!.missing], [201, 201, 0]);
		// The later one came to both at one time.
		assert.deepEqual([poll!.first, poll!.events, poll!.missing], [1, 198, 3]);
		assert.ok(Math.abs(push!.lagMs.mean! - (200 * 0.4) / 201) < 1e-6);
		// The nth last event before a poll waits n · 100 + 50 ms, n from 0 to 49: 2,500 on average, less what was lost.
		assert.ok(Math.abs(poll!.lagMs.mean! - 2500) < 60);
		assert.equal(poll!.lagMs.max, 4950);
		assert.ok(Math.abs(poll!.behindMs.max! - 4949.6) < 1e-6);
		assert.equal(push!.bytesInPerEvent, (251 * 130 + 500) / 251);
		assert.equal(push!.requestsPerEvent, 2 / 251);
		assert.equal(poll!.pollIntervalMs, 5000);
		assert.equal(push!.url, 'http://host/pushed?token=…');
	});

	it('waits longer for what usually takes longer', () => {
		polled.pollIntervalMs = 8000;
		open(pushed, polled);
		assert.equal(comparison.report().horizonMs, 16_000);
		pushed.holds.record(25_000);
		assert.equal(comparison.report().horizonMs, 50_000);
	});

	it('begins to count when a session failed, without it', () => {
		open(pushed);
		const third = new MadeSession('third');
		const three = new Comparison('three', [pushed, polled, third], () => nowMs);
		polled.state = 'open';
		third.state = 'failed';
		three.stateChanged();
		pushed.deliver(1, 100_001, 100_000);
		polled.deliver(1, 100_002, 100_000);
		assert.equal(three.report().countedFromMs, 100_002);
		three.dispose();
	});

	it('begins after the horizon where no two sessions deliver the same', () => {
		open(pushed, polled);
		pushed.deliver('a', 100_001, 100_000);
		polled.deliver('b', 100_001, 100_000);
		assert.equal(comparison.report().countedFromMs, null);
		nowMs += 10_001;
		// Nobody asks for a report meanwhile.
		pushed.deliver('c', nowMs, nowMs);
		assert.equal(comparison.report().countedFromMs, nowMs);
		const { events, compared } = comparison.report();
		assert.equal(events, 0);
		assert.ok(compared.every(({ isMatched }) => !isMatched));
	});

	it('goes on where a restarted server numbers its events from 1 again', () => {
		open(pushed, polled);
		let atMs = 100_000;
		const feed = (to: number): void => {
			for (let id = 1; id <= to; id++) {
				atMs += 100;
				for (const session of [pushed, polled]) {
					if (atMs > 150_100 && id === 4) {
						// Each sees by itself that the first three were no late ones of before.
						session.numberingBegan();
					}
					session.deliver(session === polled ? String(id) : id, atMs + (session === polled ? 1 : 0), atMs);
				}
			}
		};
		feed(501);
		feed(400);
		nowMs = atMs;
		const { events, matched, compared } = comparison.report();
		assert.deepEqual([events, matched], [500 + 397, 500 + 397]);
		assert.deepEqual(
			compared.map(({ first, missing, missingSince }) => [first, missing, missingSince]),
			[
				[897, 0, 0],
				[0, 0, 0],
			],
		);
		// The first of the feed does not count, nor does its repetition.
		assert.deepEqual(
			compared.map(({ duplicates }) => duplicates),
			[2, 2],
		);
	});

	it('matches nothing of a session that did not see the restart', () => {
		open(pushed, polled);
		for (let id = 1; id <= 10; id++) {
			pushed.deliver(id, 100_000 + id * 100, 100_000 + id * 100);
			polled.deliver(id, 100_001 + id * 100, 100_000 + id * 100);
		}
		pushed.numberingBegan();
		pushed.deliver(11, 102_000, 102_000);
		polled.deliver(11, 102_001, 102_000);
		assert.deepEqual([comparison.report().events, comparison.report().matched], [11, 9]);
	});

	it('tells nothing of what a server answered when it refused', () => {
		const head = { line: 'HTTP/1.1 401', headers: [['Set-Cookie', 'session=SECRET']] as const };
		const values = { status: 401, statusText: 'Unauthorized' };
		polled.state = 'failed';
		polled.problem = { code: 'wrongStatus', values, answer: { head, bodyStart: 'SECRET' } };
		open(pushed);
		const { compared } = comparison.report();
		assert.deepEqual(compared[1]!.problem, { code: 'wrongStatus', values });
		assert.ok(!JSON.stringify(compared).includes('SECRET'));
	});

	it('says how far numbers may be off by chance', () => {
		open(pushed, polled);
		run(3);
		const { behindRanges, lagRanges } = comparison.report().compared[1]!;
		// Of 100 events 50 … 4,950 ms late, each 100 ms twice: the ranks 40 and 60 of them.
		for (const { from, to } of [behindRanges.p50!, lagRanges.p50!]) {
			assert.ok(Math.abs(from - 1950) < 20 && Math.abs(to - 2950) < 20, `${from} … ${to}`);
		}
	});

	it('takes over what is learnt of a clock later', () => {
		open(pushed, polled);
		run(2);
		pushed.lagsShifted(-3);
		const [push, poll] = comparison.report().compared;
		assert.ok(Math.abs(push!.lagMs.mean! + 2.6) < 1e-6);
		assert.ok(poll!.lagMs.mean! > 2400);
	});

	it('stands still when every session has ended', () => {
		open(pushed, polled);
		run(2);
		for (let id = 101; id <= 120; id++) {
			pushed.deliver(id, nowMs, nowMs);
		}
		pushed.state = 'ended';
		polled.state = 'ended';
		comparison.stateChanged();
		const ended = comparison.report();
		nowMs += 3_600_000;
		assert.deepEqual(comparison.report(), ended);
		assert.equal(ended.compared[1]!.missingSince, 0, 'nobody waited for the last ones');
	});

	it('spreads lags over common edges, or the delays where a clock is unknown', () => {
		open(pushed, polled);
		run(3);
		const lags = comparison.report().spread;
		assert.equal(lags.of, 'lag');
		const [push, poll] = lags.shares;
		const below1000 = lags.edgesMs.indexOf(1000);
		assert.equal(push![below1000], 1);
		// Of each 50 events of a poll those that waited 50 … 950 ms: ten.
		assert.ok(Math.abs(poll![below1000]! - 0.2) < 1e-9);
		assert.equal(poll!.at(-1), 1);
		polled.lagMethod = 'relative';
		assert.equal(comparison.report().spread.of, 'behind');
	});

	it('puts lags on one axis of time', () => {
		open(pushed, polled);
		run(2);
		const { overTime } = comparison.report();
		assert.equal(overTime.startMs, 100_000);
		assert.equal(overTime.lagsMs[0]!.length, 11);
		assert.ok(Math.abs(overTime.lagsMs[0]![3]! - 0.4) < 0.01);
		assert.equal(overTime.lagsMs[1]!.filter((lag) => lag !== null).length, 2);
	});

	it('stops listening when it is disposed of', () => {
		comparison.dispose();
		assert.equal(pushed.observers + polled.observers, 0);
	});
});
