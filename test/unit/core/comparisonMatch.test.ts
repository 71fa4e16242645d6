import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventMatch, keyOf, mostCompared } from '../../../src/core/comparisonMatch';

const none = Number.NaN;

/** Two sessions that are level, so that every further id counts. */
function started(sessions = 2, capacity?: number): EventMatch {
	const match = new EventMatch(sessions, capacity);
	for (let session = 0; session < sessions; session++) {
		match.event(session, 'start', 0, none);
	}
	return match;
}

describe('the match of several sessions by ids', () => {
	it('tells who delivered each event first, and by how much', () => {
		const match = started(3);
		for (let id = 1; id <= 100; id++) {
			match.event(0, id, id * 100, 5);
			match.event(1, String(id), id * 100 + 2, 7);
			match.event(2, id, id * 100 + 40, 45);
		}
		const [first, second, third] = match.sessions;
		assert.equal(match.events, 100);
		assert.equal(match.matched, 100);
		assert.deepEqual(
			match.sessions.map((session) => session.first),
			[100, 0, 0],
		);
		assert.deepEqual(
			match.sessions.map((session) => session.events),
			[100, 100, 100],
		);
		assert.equal(first!.behind.distribution().max, 0);
		assert.equal(second!.behind.distribution().p50, 2);
		assert.equal(third!.behind.distribution().mean, 40);
		assert.equal(third!.lags.distribution().p50, 45);
	});

	it('takes what came within the stamps’ own 0.1 ms for first, over each session that it came over', () => {
		const match = started();
		for (let id = 1; id <= 100; id++) {
			match.event(0, id, id * 10, none);
			match.event(1, id, id * 10 + 0.03, none);
		}
		assert.deepEqual(
			match.sessions.map(({ first }) => first),
			[100, 100],
		);
		for (let id = 101; id <= 200; id++) {
			match.event(0, id, id * 10, none);
			match.event(1, id, id * 10 + 0.2, none);
		}
		assert.deepEqual(
			match.sessions.map(({ first }) => first),
			[200, 100],
		);
	});

	it('gives the first place to what was stamped earlier, though it was told later', () => {
		const match = started(3);
		for (let id = 1; id <= 100; id++) {
			match.event(0, id, id * 10 + 2, none);
			match.event(1, id, id * 10 + 2.05, none);
			match.event(2, id, id * 10, none);
			match.event(2, id, id * 10, none);
		}
		assert.deepEqual(
			match.sessions.map(({ first, events }) => [first, events]),
			[
				[0, 100],
				[0, 100],
				[100, 100],
			],
		);
		match.event(2, 101, 1010, none);
		match.event(0, 101, 1013, none);
		assert.equal(match.sessions[0]!.behind.distribution().last, 3);
	});

	it('does not look at rising numbers that come again when they are no longer kept', () => {
		const match = started(2, 100);
		let atMs = 0;
		const feed = (from: number, to: number): void => {
			for (let id = from; id <= to; id++) {
				atMs += 1000;
				match.event(0, id, atMs, none);
				match.event(1, id, atMs + 1, none);
				match.decide(atMs);
			}
		};
		feed(1, 1000);
		for (let id = 1; id <= 50; id++) {
			match.event(1, id, atMs + 2, none);
		}
		feed(1001, 1400);
		assert.equal(match.events, 1400);
		assert.deepEqual(
			match.sessions.map(({ first, missing, since, duplicates }) => [first, missing, since, duplicates]),
			[
				[1400, 0, 0, 0],
				[0, 0, 0, 0],
			],
		);
	});

	it('goes on where numbers do not rise, or one lies far above all others', () => {
		for (const ids of [
			Array.from({ length: 1000 }, (_, nth) => (nth * 7919) % 10_007),
			[1e15 - 1, ...Array.from({ length: 1000 }, (_, nth) => nth + 1)],
			[
				...Array.from({ length: 150 }, (_, nth) => nth + 1),
				1e15 - 1,
				...Array.from({ length: 500 }, (_, nth) => nth + 151),
			],
		]) {
			const match = started(2, 100);
			for (const [at, id] of ids.entries()) {
				match.event(0, id, at, none);
				match.event(1, id, at + 0.5, none);
			}
			assert.equal(match.matched, ids.length);
		}
	});

	it('takes a number and the text of it for one id, and other texts for themselves', () => {
		assert.equal(keyOf(17), 17);
		assert.equal(keyOf('17'), 17);
		assert.equal(keyOf('0'), 0);
		for (const other of ['017', '1.0', '-1', '+1', ' 1', '1e3', '', 'abc', '1234567890123456']) {
			assert.equal(keyOf(other), other);
		}
		assert.equal(keyOf('x'.repeat(128)), 'x'.repeat(128));
		assert.equal(keyOf('x'.repeat(129)), undefined);
	});

	it('counts what comes again, over one session and not over two', () => {
		const match = started();
		match.event(0, 1, 10, none);
		match.event(1, 1, 11, none);
		match.event(1, 1, 12, none);
		match.event(1, '1', 13, none);
		assert.deepEqual(
			match.sessions.map(({ duplicates }) => duplicates),
			[0, 2],
		);
	});

	it('calls missing what lies between the first and the last that a session delivered, once it is decided', () => {
		const match = started();
		for (let id = 1; id <= 10; id++) {
			match.event(0, id, id * 1000, none);
			if (id < 9 && id !== 4 && id !== 5) {
				match.event(1, id, id * 1000 + 1, none);
			}
		}
		assert.equal(match.sessions[1]!.missing, 0, 'nothing is decided yet');
		match.decide(15_000);
		assert.equal(match.sessions[1]!.missing, 1, 'what came at 5,000 is ten seconds old and not older');
		match.decide(30_000);
		assert.equal(match.sessions[1]!.missing, 2);
		assert.equal(match.sessions[1]!.since, 2, '9 and 10 are behind the last one that it delivered');
		match.event(0, 11, 30_000, none);
		match.event(1, 11, 30_001, none);
		assert.equal(match.sessions[1]!.missing, 4, 'now they lie before one that came');
		assert.equal(match.sessions[1]!.since, 0);
		assert.equal(match.sessions[0]!.missing, 0);
	});

	it('takes a missing event back when it comes at last', () => {
		const match = started();
		match.event(0, 1, 1, none);
		match.event(0, 2, 2, none);
		match.event(1, 2, 3, none);
		match.decide(10_100);
		assert.equal(match.sessions[1]!.missing, 1);
		match.event(1, 1, 10_200, none);
		assert.equal(match.sessions[1]!.missing, 0);
		assert.equal(match.sessions[1]!.events, 2);
	});

	it('does not take joining late for a loss, nor what only earlier sessions can have delivered', () => {
		const match = new EventMatch(2);
		// The second opens while the first has delivered 1 … 3 already.
		for (let id = 1; id <= 3; id++) {
			match.event(0, id, id, none);
		}
		match.event(1, 3, 4, none);
		assert.equal(match.startedAtMs, 4);
		match.event(0, 4, 5, none);
		match.event(1, 4, 6, none);
		match.decide(100_000);
		assert.equal(match.events, 1);
		assert.deepEqual(
			match.sessions.map(({ missing, since }) => [missing, since]),
			[
				[0, 0],
				[0, 0],
			],
		);
	});

	it('does not count what a poll brings from before a stream was open as delivered first', () => {
		const match = new EventMatch(2);
		// The poll opened first and brought 1; the stream opened when 3 was the newest, and the next poll brings 2 … 4.
		match.event(0, 1, 1, none);
		match.event(1, 4, 4000, none);
		for (const id of [2, 3, 4]) {
			match.event(0, id, 5000, none);
		}
		assert.equal(match.events, 0);
		match.event(1, 5, 5001, none);
		match.event(0, 5, 10_000, none);
		match.decide(100_000);
		assert.deepEqual(
			match.sessions.map(({ first, missing }) => [first, missing]),
			[
				[0, 0],
				[1, 0],
			],
		);
	});

	it('does not wait for a session that has failed', () => {
		const match = new EventMatch(3);
		match.event(0, 1, 1, none);
		match.event(1, 1, 2, none);
		assert.ok(Number.isNaN(match.startedAtMs));
		match.expect((session) => session < 2);
		match.event(0, 2, 3, none);
		match.event(1, 2, 4, none);
		match.event(0, 3, 5, none);
		assert.equal(match.startedAtMs, 4);
		assert.equal(match.events, 1);
	});

	it('counts nothing of a session that delivers another feed', () => {
		const match = started();
		const other = new EventMatch(3);
		for (const each of [0, 1]) {
			other.event(each, 'start', 0, none);
		}
		other.start(1);
		for (let id = 1; id < 50; id++) {
			other.event(0, id, id, none);
			other.event(1, id, id, none);
			other.event(2, `other ${id}`, id, none);
		}
		assert.equal(other.events, 49);
		assert.equal(other.sessions[2]!.first, 0);
		assert.equal(other.sessions[2]!.isLevel, false);
		assert.equal(match.sessions[0]!.isLevel, true);
	});

	it('lets a session that fell behind further than ids are kept draw level before what it brings counts', () => {
		const match = started(2, 100);
		for (let id = 1; id <= 500; id++) {
			match.event(0, id, id, none);
		}
		// 1 … 400 are forgotten: that the second brings some of them is not that it was first.
		for (let id = 350; id <= 500; id++) {
			match.event(1, id, 1000 + id, none);
		}
		assert.equal(match.sessions[1]!.first, 0);
		assert.equal(match.sessions[1]!.events, 100);
		assert.equal(match.sessions[0]!.first, 500);
		match.event(1, 501, 2000, none);
		assert.equal(match.sessions[1]!.first, 1);
		// They were too young to be missing when they were forgotten, and did come.
		assert.equal(match.sessions[1]!.missing, 0);
		assert.equal(match.forgotten, 400);
	});

	it('finds a session level again that is a little before the others when it comes back', () => {
		const match = started(2, 100);
		for (let id = 1; id <= 500; id++) {
			match.event(0, id, id, none);
		}
		for (let id = 501; id <= 510; id++) {
			match.event(1, id, id, none);
			match.event(0, id, id + 0.5, none);
		}
		// 501 draws it level; of the others it is first.
		assert.equal(match.sessions[1]!.first, 9);
		assert.equal(match.sessions[0]!.first, 500);
	});

	it('decides what makes room when it is older than the horizon', () => {
		const match = started(2, 100);
		match.event(0, 'lost', 1000, none);
		for (let id = 1; id <= 150; id++) {
			match.event(0, id, 20_000 + id, none);
			match.event(1, id, 20_000 + id, none);
		}
		assert.equal(match.sessions[1]!.missing, 1);
		assert.equal(match.forgotten, 0);
	});

	it('takes no more sessions than it has bits for', () => {
		assert.throws(() => new EventMatch(mostCompared + 1), RangeError);
	});

	it('shifts and forgets the lags of one session', () => {
		const match = started();
		match.event(0, 1, 10, 4);
		match.event(1, 1, 10, 4);
		match.shiftLags(0, -1);
		match.forgetLags(1);
		assert.equal(match.sessions[0]!.lags.distribution().max, 3);
		assert.equal(match.sessions[1]!.lags.count, 0);
	});

	it('agrees with a plain model that keeps everything, whatever comes in whatever order', () => {
		// Binary fractions: their sums and differences are exact.
		const jitter = fc.constantFrom(0, 0, 0, 1 / 16, -1 / 16, 1, -1, -7.5);
		const step = fc.oneof(
			{ weight: 8, arbitrary: fc.tuple(fc.constant('event' as const), fc.nat(2), fc.nat(25), jitter) },
			{ weight: 1, arbitrary: fc.tuple(fc.constant('decide' as const), fc.constant(0), fc.constant(0), jitter) },
		);
		fc.assert(
			fc.property(
				fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }),
				fc.constantFrom(5, 12, 1000),
				fc.boolean(),
				(steps, capacity, isRising) => {
					const match = new EventMatch(3, capacity);
					match.horizonMs = horizonMs;
					const model = new PlainMatch(3, capacity);
					steps.forEach(([kind, one, other, jitterMs], nth) => {
						// Some arrive at once.
						const atMs = Math.floor(nth / 3) * 3 + jitterMs;
						if (kind === 'event') {
							const id = isRising ? Math.floor(nth / 4) + other - 12 : other;
							match.event(one, id, atMs, none);
							model.event(one, id, atMs);
						} else {
							match.decide(atMs);
							model.decide(atMs);
						}
					});
					assert.deepEqual(
						match.sessions.map(({ events, first, missing, since, duplicates, isLevel, behind }) => ({
							events,
							first,
							missing,
							since,
							duplicates,
							isLevel,
							behindMs: behind.distribution().mean ?? 0,
						})),
						model.found(),
					);
					assert.equal(match.events, model.entries.filter(({ counts }) => counts).length);
					assert.equal(match.forgotten, model.forgotten);
					assert.equal(match.matched, model.entries.filter(({ counts, at }) => counts && at.size > 1).length);
				},
			),
			{ numRuns: 1000 },
		);
	});
});

const horizonMs = 15;

interface Entry {
	readonly id: number;
	readonly counts: boolean;
	firstAtMs: number;
	/** How long after what was then the first each session delivered it. */
	readonly at: Map<number, number>;
	/** Who delivered it first. */
	firsts: readonly number[];
	decided: boolean;
}

/** The same by its definition: every id that ever came, looked through again for each question. */
class PlainMatch {
	readonly entries: Entry[] = [];
	readonly #duplicates: number[];
	readonly #level: boolean[];
	readonly #first: number[];
	readonly #last: number[];
	readonly #unkept: (number | undefined)[];
	#started = false;
	forgotten = 0;

	constructor(
		private readonly sessions: number,
		private readonly capacity: number,
	) {
		this.#duplicates = new Array(sessions).fill(0);
		this.#level = new Array(sessions).fill(false);
		this.#first = new Array(sessions).fill(-1);
		this.#last = new Array(sessions).fill(-1);
		this.#unkept = new Array(sessions).fill(undefined);
	}

	event(session: number, id: number, atMs: number): void {
		const kept = this.entries.slice(-this.capacity);
		const known = kept.find((entry) => entry.id === id);
		if (known === undefined) {
			const ids = this.entries.map((entry) => entry.id);
			const rises = ids.filter((each, nth) => nth > 0 && each > ids[nth - 1]!).length;
			const falls = ids.filter((each, nth) => nth > 0 && each < ids[nth - 1]!).length;
			const isEvicting = ids.length > this.capacity;
			if (isEvicting && rises >= 8 * falls && id < kept[0]!.id && id < ids.at(-1)!) {
				return;
			}
			if (this.#last[session]! < this.entries.length - this.capacity) {
				this.#level[session] = false;
			}
			if (this.#started && !this.#level[session]) {
				this.#unkept[session] = id;
				return;
			}
			const evicted = this.entries.at(-this.capacity);
			if (evicted !== undefined && !evicted.decided) {
				evicted.decided = evicted.firstAtMs < atMs - horizonMs;
				this.forgotten += !evicted.decided && evicted.counts && evicted.at.size < this.sessions ? 1 : 0;
			}
			const before = this.#unkept.flatMap((unkept, each) => (unkept === id ? [each] : []));
			const counts = this.#started && before.length === 0;
			const at = new Map([...before, session].map((each) => [each, 0]));
			for (const each of before) {
				this.#unkept[each] = undefined;
				this.#level[each] = true;
			}
			for (const each of at.keys()) {
				this.#came(each, this.entries.length);
			}
			this.entries.push({ id, counts, firstAtMs: atMs, at, firsts: [session], decided: false });
			return;
		}
		if (known.at.has(session)) {
			this.#duplicates[session]! += known.counts ? 1 : 0;
			return;
		}
		const afterMs = atMs - known.firstAtMs;
		known.at.set(session, Math.max(0, afterMs));
		// Of what does not count nobody is first.
		if (known.counts && afterMs < -0.1) {
			known.firstAtMs = atMs;
			known.firsts = [session];
		} else if (afterMs <= 0.1) {
			known.firsts = [...known.firsts, session];
		}
		if (!this.#level[session] || !known.counts) {
			for (const each of known.at.keys()) {
				this.#level[each] = true;
			}
		}
		this.#started ||= this.#level.every((level) => level);
		this.#came(session, this.entries.indexOf(known));
	}

	decide(atMs: number): void {
		for (const entry of this.entries.slice(-this.capacity)) {
			if (!entry.decided && entry.firstAtMs >= atMs - horizonMs) {
				return;
			}
			entry.decided = true;
		}
	}

	found(): unknown[] {
		return Array.from({ length: this.sessions }, (_, session) => {
			const delivered = this.entries.filter(({ counts, at }) => counts && at.has(session));
			const lost = this.entries.flatMap(({ counts, decided, at }, ordinal) =>
				counts && decided && !at.has(session) && this.#first[session] !== -1 && ordinal > this.#first[session]!
					? [ordinal]
					: [],
			);
			const behindMs = delivered.map(({ at }) => at.get(session)!);
			return {
				events: delivered.length,
				first: delivered.filter(({ firsts }) => firsts.includes(session)).length,
				missing: lost.filter((ordinal) => ordinal < this.#last[session]!).length,
				since: lost.filter((ordinal) => ordinal > this.#last[session]!).length,
				duplicates: this.#duplicates[session],
				isLevel: this.#level[session],
				behindMs: behindMs.length === 0 ? 0 : behindMs.reduce((sum, ms) => sum + ms, 0) / behindMs.length,
			};
		});
	}

	#came(session: number, ordinal: number): void {
		if (this.#first[session] === -1) {
			this.#first[session] = ordinal;
		}
		this.#last[session] = Math.max(this.#last[session]!, ordinal);
	}
}
