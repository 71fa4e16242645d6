import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	compareIds,
	OrderedIds,
	Sequence,
	type SequenceCounts,
	type SequenceStep,
} from '../../../src/core/timing/sequence';
import { SequenceDetection } from '../../../src/core/timing/sequenceDetection';

const unknownTime = Number.NaN;

/** Takes ids at unknown times. */
function take(sequence: Sequence, ids: readonly number[]): SequenceStep[] {
	return ids.map((id) => sequence.take(id, unknownTime));
}

function counts(more: Partial<SequenceCounts> = {}): SequenceCounts {
	return { missing: 0, gaps: 0, duplicates: 0, reorders: 0, resets: 0, ...more };
}

function range(first: number, last: number): number[] {
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Mulberry32: the same numbers in every run. */
function mulberry32(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

describe('Sequence', () => {
	it('counts nothing of ids that each rise by one', () => {
		const sequence = new Sequence();
		assert.deepEqual(take(sequence, [7, 8, 9]), ['first', 'next', 'next']);
		assert.deepEqual(sequence.counts(), counts());
		assert.equal(sequence.highest, 9);
	});

	it('tells before which id how many are missing, and joins nothing to it', () => {
		const sequence = new Sequence();
		assert.deepEqual(take(sequence, [1, 5, 6, 8]), ['first', 'gap', 'next', 'gap']);
		assert.equal(sequence.missingBefore, 1);
		// 2, 3, 4 and 7.
		assert.deepEqual(sequence.counts(), counts({ missing: 4, gaps: 2 }));
	});

	it('lets a late id shrink its gap at either end, split it, and close it', () => {
		const sequence = new Sequence();
		take(sequence, [10, 20]);
		assert.deepEqual(sequence.counts(), counts({ missing: 9, gaps: 1 }));
		take(sequence, [11, 19]);
		assert.deepEqual(sequence.counts(), counts({ missing: 7, gaps: 1, reorders: 2 }));
		take(sequence, [15]);
		assert.deepEqual(sequence.counts(), counts({ missing: 6, gaps: 2, reorders: 3 }), '12–14 and 16–18');
		take(sequence, [13, 12, 14]);
		assert.deepEqual(sequence.counts(), counts({ missing: 3, gaps: 1, reorders: 6 }));
		take(sequence, [18, 17, 16]);
		assert.deepEqual(sequence.counts(), counts({ reorders: 9 }));
	});

	it('counts an id that was seen as a duplicate, each time', () => {
		const sequence = new Sequence();
		assert.deepEqual(take(sequence, [1, 2, 3, 4, 4, 2, 2]).slice(4), ['duplicate', 'duplicate', 'duplicate']);
		assert.deepEqual(sequence.counts(), counts({ duplicates: 3 }));
	});

	it('takes a single straggler below the lowest for a reorder, and what lies between for missing', () => {
		const sequence = new Sequence();
		assert.deepEqual(take(sequence, [100, 101, 97, 102]), ['first', 'next', 'reorder', 'next']);
		assert.deepEqual(sequence.counts(), counts({ missing: 2, gaps: 1, reorders: 1 }), '98 and 99');
		assert.deepEqual(take(sequence, [99, 98, 97]), ['reorder', 'reorder', 'duplicate']);
		assert.deepEqual(sequence.counts(), counts({ reorders: 3, duplicates: 1 }));
	});

	describe('a numbering that begins anew', () => {
		it('is known by the third event of a run from 1, and leaves what was missing before it counted', () => {
			const sequence = new Sequence();
			take(sequence, [50, 51, 55, 56]);
			assert.deepEqual(take(sequence, [1, 2, 3, 4]), ['reorder', 'reorder', 'reset', 'next']);
			assert.deepEqual(sequence.counts(), counts({ missing: 3, gaps: 1, resets: 1 }));
			take(sequence, [6, 5]);
			assert.deepEqual(sequence.counts(), counts({ missing: 3, gaps: 1, reorders: 1, resets: 1 }));
		});

		it('may begin at the lowest of the one before', () => {
			const sequence = new Sequence();
			take(sequence, range(20, 40));
			assert.deepEqual(take(sequence, [20, 21, 22]), ['duplicate', 'duplicate', 'reset']);
			assert.deepEqual(sequence.counts(), counts({ resets: 1 }));
		});

		it('may begin at 1 where the one before began at 0, and the other way round', () => {
			const sequence = new Sequence();
			take(sequence, range(0, 9));
			assert.equal(take(sequence, [1, 2, 3]).at(-1), 'reset');
			take(sequence, range(4, 9));
			assert.equal(take(sequence, [0, 1, 2]).at(-1), 'reset');
			assert.deepEqual(sequence.counts(), counts({ resets: 2 }));
		});

		it('is none where the run breaks off before its third event', () => {
			const sequence = new Sequence();
			take(sequence, range(1, 10));
			take(sequence, [1, 2]);
			assert.deepEqual(sequence.counts(), counts({ duplicates: 2 }), 'counted while it is held, too');
			take(sequence, [11, 3, 12]);
			assert.deepEqual(sequence.counts(), counts({ duplicates: 3 }));
		});

		it('is none where the run begins above the lowest: that is a replay', () => {
			const sequence = new Sequence();
			take(sequence, range(5, 20));
			take(sequence, range(10, 25));
			assert.deepEqual(sequence.counts(), counts({ duplicates: 11 }));
			assert.equal(sequence.highest, 25);
		});

		it('is none where its events were sent no later than the highest: that is a replay, however long', () => {
			const sequence = new Sequence();
			for (const id of range(1, 1000)) {
				sequence.take(id, id * 10);
			}
			for (const id of range(1, 1000)) {
				sequence.take(id, id * 10);
			}
			assert.deepEqual(sequence.counts(), counts({ duplicates: 1000 }));
			sequence.take(1001, 10_010);
			assert.deepEqual(sequence.counts(), counts({ duplicates: 1000 }));
		});

		it('is known a little later where its first events have the same coarse time as the last before', () => {
			const sequence = new Sequence();
			for (const id of range(1, 10)) {
				sequence.take(id, 5000);
			}
			const steps = [1, 2, 3, 4].map((id) => sequence.take(id, 5000));
			assert.ok(!steps.includes('reset'));
			assert.deepEqual(
				[5, 6, 7].map((id) => sequence.take(id, 6000)),
				['duplicate', 'duplicate', 'reset'],
			);
			assert.deepEqual(sequence.counts(), counts({ resets: 1 }), 'none of the seven was a duplicate');
		});

		it('is told from a replay by times even where the highest id has none', () => {
			const sequence = new Sequence();
			for (const id of range(1, 10)) {
				sequence.take(id, id < 10 ? id : unknownTime);
			}
			for (const id of range(1, 5)) {
				sequence.take(id, id);
			}
			assert.deepEqual(sequence.counts(), counts({ duplicates: 5 }));
		});
	});

	describe('an id far from all others', () => {
		it('counts in nothing, above and below', () => {
			const sequence = new Sequence();
			const far = 2 ** 53 - 1;
			assert.deepEqual(take(sequence, [far]), ['first']);
			assert.deepEqual(take(sequence, [5_000_000_001, 5_000_000_002, 5_000_000_003]).at(-1), 'reset');
			assert.deepEqual(take(sequence, [far, 5_000_000_004]), ['aside', 'next']);
			assert.deepEqual(take(sequence, [3_000_000_000, 5_000_000_005]), ['aside', 'next']);
			assert.deepEqual(sequence.counts(), counts({ resets: 1 }));
		});

		it('is a new numbering once two more go on from it', () => {
			const sequence = new Sequence();
			take(sequence, [1, 2, 4]);
			assert.deepEqual(take(sequence, range(8_000_000_000, 8_000_000_003)), ['aside', 'aside', 'reset', 'next']);
			assert.deepEqual(sequence.counts(), counts({ missing: 1, gaps: 1, resets: 1 }));
		});

		it('is a gap up to a step of 10⁹', () => {
			const sequence = new Sequence();
			assert.deepEqual(take(sequence, [1, 1_000_000_001]), ['first', 'gap']);
			assert.equal(sequence.counts().missing, 999_999_999);
			assert.deepEqual(take(sequence, [2_000_000_002]), ['aside']);
		});
	});

	describe('more gaps than are known one by one', () => {
		it('are still counted exactly; an id of a forgotten one that comes late is a duplicate', () => {
			const sequence = new Sequence(8);
			// 2, 4, 6, … 16 are missing: eight runs, which is all that fits.
			take(
				sequence,
				range(0, 8).map((step) => 1 + step * 2),
			);
			assert.deepEqual(take(sequence, [2]), ['reorder']);
			take(sequence, [19, 21]);
			// Room was made for the run of 20 by freezing the lowest two, 4 and 6.
			assert.deepEqual(sequence.counts(), counts({ missing: 9, gaps: 9, reorders: 1 }));
			assert.deepEqual(take(sequence, [6, 4, 8]), ['duplicate', 'duplicate', 'reorder']);
			assert.deepEqual(sequence.counts(), counts({ missing: 8, gaps: 8, reorders: 2, duplicates: 2 }));
		});

		it('are still counted exactly where a run is split that is frozen to make room', () => {
			const sequence = new Sequence(4);
			take(sequence, [1, 5, 7, 9, 11]);
			assert.deepEqual(take(sequence, [3]), ['reorder']);
			// 2, 4, 6, 8, 10.
			assert.deepEqual(sequence.counts(), counts({ missing: 5, gaps: 5, reorders: 1 }));
		});

		it('take no more memory than the bound, whatever comes', () => {
			const sequence = new Sequence();
			for (let id = 0; id < 200_000; id += 2) {
				sequence.take(id, unknownTime);
			}
			assert.deepEqual(sequence.counts(), counts({ missing: 99_999, gaps: 99_999 }));
			assert.equal(sequence.stored().runs.length, 512);
		});
	});

	it('begins its counts anew when cleared; the numbers go on, and what came before is a duplicate', () => {
		const sequence = new Sequence();
		take(sequence, [1, 2, 5, 6, 6]);
		sequence.clear();
		assert.deepEqual(sequence.counts(), counts());
		assert.deepEqual(take(sequence, [8, 6, 4, 7]), ['gap', 'duplicate', 'duplicate', 'reorder']);
		assert.deepEqual(sequence.counts(), counts({ duplicates: 2, reorders: 1 }));
	});

	it('knows what is missing when it was cleared before a straggler below the lowest, or before a reset', () => {
		const sequence = new Sequence();
		take(sequence, range(100, 110));
		sequence.clear();
		take(sequence, [97, 111]);
		assert.deepEqual(sequence.counts(), counts({ missing: 2, gaps: 1, reorders: 1 }));
		const restored = Sequence.from(sequence.stored())!;
		assert.deepEqual(take(restored, [98, 112]), ['duplicate', 'next'], 'as all ids from before are');
		take(restored, [1, 2, 3, 6]);
		const again = Sequence.from(restored.stored())!;
		assert.deepEqual(take(again, [5]), ['reorder']);
		assert.deepEqual(again.counts(), counts({ missing: 3, gaps: 2, duplicates: 1, reorders: 2, resets: 1 }));
	});

	it('refuses what is no stored sequence', () => {
		const sequence = new Sequence();
		take(sequence, [1, 2, 5, 9, 1]);
		const stored = sequence.stored();
		assert.ok(Sequence.from(stored));
		const wrong: unknown[] = [
			undefined,
			null,
			'x',
			[],
			{},
			{ ...stored, runs: [5, 3] },
			{ ...stored, runs: [3, 4, 5, 6] },
			{ ...stored, runs: [3] },
			{ ...stored, runs: [6, 9] },
			{ ...stored, runs: [3, 4.5] },
			{ ...stored, highest: 1e300 },
			{ ...stored, lowest: 10 },
			{ ...stored, missing: -1 },
			{ ...stored, missing: 1 },
			{ ...stored, gaps: 1 },
			{ ...stored, highestSentAtMs: 'x' },
			{ ...stored, held: [2, 1, 0] },
			{ ...stored, held: [1, 2, 7] },
		];
		for (const value of wrong) {
			assert.equal(Sequence.from(value), undefined, JSON.stringify(value));
		}
	});

	/** Does what the words say, with a set of all ids seen. */
	class Model {
		readonly #seen = new Set<number>();
		#ever = { missing: 0, gaps: 0, duplicates: 0, reorders: 0, resets: 0 };
		#held: { id: number; isFresh: boolean }[] = [];
		#highestSentAtMs = Number.NaN;

		take(id: number, sentAtMs: number): void {
			if (this.#seen.size === 0) {
				this.#see(id, sentAtMs);
				return;
			}
			const highest = Math.max(...this.#seen);
			const lowest = Math.min(...this.#seen);
			const last = this.#held.at(-1);
			const goesOn = last !== undefined && id === last.id + 1 && (last.id > highest || id <= highest);
			if (!goesOn) {
				this.#ever = this.#withHeld(this.#seen, this.#ever);
				for (const held of this.#applied()) {
					this.#seen.add(held);
				}
				this.#held = [];
			}
			const lowestNow = Math.min(...this.#seen);
			if (goesOn || id > highest + 1e9 || (id <= highest && id <= Math.max(lowestNow, 1))) {
				this.#held.push({ id, isFresh: sentAtMs !== Number.NEGATIVE_INFINITY && !(sentAtMs <= this.#highestSentAtMs) });
				if (this.#held.length >= 3 && this.#held.slice(-3).every((held) => held.isFresh)) {
					this.#ever.resets++;
					this.#ever.missing += missingIn(this.#seen).missing;
					this.#ever.gaps += missingIn(this.#seen).gaps;
					this.#seen.clear();
					this.#highestSentAtMs = Number.NaN;
					for (const held of this.#held) {
						this.#seen.add(held.id);
					}
					this.#held = [];
					this.#see(id, sentAtMs);
				}
			} else if (id > highest) {
				this.#see(id, sentAtMs);
			} else {
				assert.ok(lowest <= highest);
				this.#ever[this.#seen.has(id) ? 'duplicates' : 'reorders']++;
				this.#seen.add(id);
			}
		}

		counts(): SequenceCounts {
			const sum = this.#withHeld(this.#seen, this.#ever);
			const { missing, gaps } = missingIn(new Set([...this.#seen, ...this.#applied()]));
			return { ...sum, missing: sum.missing + missing, gaps: sum.gaps + gaps };
		}

		#see(id: number, sentAtMs: number): void {
			this.#seen.add(id);
			this.#highestSentAtMs = Number.isFinite(sentAtMs) ? sentAtMs : this.#highestSentAtMs;
		}

		/** The ids of the held run that count when it breaks. */
		#applied(): number[] {
			const ids = this.#held.map((held) => held.id);
			const highest = Math.max(...this.#seen);
			const lowest = Math.min(...this.#seen);
			return ids.length > 0 && (ids.at(-1)! > highest || ids.at(-1)! < lowest - 1e9) ? [] : ids;
		}

		#withHeld(seen: ReadonlySet<number>, ever: SequenceCounts): { -readonly [Name in keyof SequenceCounts]: number } {
			const applied = this.#applied();
			const duplicates = applied.filter((id) => seen.has(id)).length;
			return {
				...ever,
				duplicates: ever.duplicates + duplicates,
				reorders: ever.reorders + applied.length - duplicates,
			};
		}
	}

	/** The numbers between the least and the greatest that a set has not, and their runs. */
	function missingIn(seen: ReadonlySet<number>): { missing: number; gaps: number } {
		const sorted = [...seen].sort((a, b) => a - b);
		let missing = 0;
		let gaps = 0;
		for (let at = 1; at < sorted.length; at++) {
			const between = sorted[at]! - sorted[at - 1]! - 1;
			missing += between;
			gaps += between > 0 ? 1 : 0;
		}
		return { missing, gaps };
	}

	/** Steps as they happen (onwards, a gap, back, far away), so that runs, replays and resets are frequent. */
	const steps = fc.array(
		fc.record({
			to: fc.oneof(
				{ weight: 8, arbitrary: fc.constant({ by: 1 }) },
				{ weight: 2, arbitrary: fc.record({ by: fc.integer({ min: -6, max: 6 }) }) },
				{ weight: 2, arbitrary: fc.record({ at: fc.integer({ min: 0, max: 20 }) }) },
				{ weight: 1, arbitrary: fc.constant({ highest: 1 }) },
				{ weight: 1, arbitrary: fc.record({ lowest: fc.integer({ min: -3, max: 0 }) }) },
				{ weight: 1, arbitrary: fc.record({ at: fc.constantFrom(4e9, 4e9 + 1, 4e9 + 2, 9e15) }) },
			),
			time: fc.oneof(fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY), fc.integer({ min: 0, max: 9 })),
		}),
		{ maxLength: 60 },
	);

	function idsOf(
		list: readonly { to: { by?: number; at?: number; highest?: number; lowest?: number }; time: number }[],
	): { id: number; sentAtMs: number }[] {
		let id = 10;
		let highest = id;
		let lowest = id;
		return list.map(({ to, time }) => {
			const { by, at, highest: above, lowest: below } = to;
			id = at ?? (by !== undefined ? id + by : above !== undefined ? highest + above : lowest + (below as number));
			id = Math.min(Math.max(id, 0), Number.MAX_SAFE_INTEGER);
			highest = id < 1e9 ? Math.max(highest, id) : highest;
			lowest = Math.min(lowest, id);
			return { id, sentAtMs: time };
		});
	}

	it('counts as a set of all ids would, after every event, whatever comes, also over a reload', () => {
		fc.assert(
			fc.property(steps, fc.nat({ max: 60 }), (list, reloadAt) => {
				let sequence = new Sequence();
				const model = new Model();
				for (const [index, { id, sentAtMs }] of idsOf(list).entries()) {
					if (index === reloadAt) {
						const restored = Sequence.from(JSON.parse(JSON.stringify(sequence.stored())));
						assert.ok(restored);
						sequence = restored;
					}
					const before = sequence.counts();
					const step = sequence.take(id, sentAtMs);
					model.take(id, sentAtMs);
					const after = sequence.counts();
					assert.deepEqual(after, model.counts());
					// What is said of the event is what changed the counts, unless a held run was decided with it.
					if (step === 'duplicate' || step === 'reorder') {
						const name = step === 'duplicate' ? 'duplicates' : 'reorders';
						assert.equal(after[name], before[name] + 1);
					}
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it('keeps missing and gaps exact with few known gaps, as long as nothing comes late', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 200 }), (jumps) => {
				const sequence = new Sequence(4);
				const seen = new Set([5]);
				let id = 5;
				sequence.take(id, unknownTime);
				for (const jump of jumps) {
					id += jump;
					seen.add(id);
					sequence.take(id, unknownTime);
				}
				assert.deepEqual(sequence.counts(), counts(missingIn(seen)));
			}),
		);
	});

	it('loses no count where late ids meet few known gaps: each is a reorder that fills, or a duplicate that does not', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: -12, max: 6 }), { maxLength: 300 }), (jumps) => {
				const sequence = new Sequence(4);
				let highest = 1000;
				let lowest = highest;
				let ids = 1;
				let ups = 1;
				sequence.take(highest, unknownTime);
				for (const jump of jumps) {
					// None at or below the lowest: those may be held.
					const id = Math.max(highest + jump, lowest + 1);
					ids++;
					ups += id > highest ? 1 : 0;
					highest = Math.max(highest, id);
					lowest = Math.min(lowest, id);
					sequence.take(id, unknownTime);
				}
				const { missing, duplicates, reorders } = sequence.counts();
				assert.equal(ups + duplicates + reorders, ids);
				assert.equal(missing, highest - lowest + 1 - ups - reorders);
			}),
		);
	});

	it('misses and invents nothing over a million events with gaps, duplicates, reorders and resets', () => {
		const random = mulberry32(4);
		const whole = (below: number): number => Math.floor(random() * below);
		const sequence = new Sequence();
		const truth = { missing: 0, gaps: 0, duplicates: 0, reorders: 0, resets: 0 };
		let events = 0;
		let nowMs = 1_000_000;
		const send = (id: number, sentAtMs: number): void => {
			sequence.take(id, sentAtMs);
			events++;
		};
		let first = 1000;
		while (events < 1_000_000) {
			// One numbering. Some streams have no sending times at all.
			const isTimed = whole(4) > 0;
			const length = 2000 + whole(60_000);
			const recent: { id: number; sentAtMs: number }[] = [];
			const late: { id: number; sentAtMs: number; after: number }[] = [];
			let dropped = 0;
			let lastLost = -1;
			const lose = (id: number): void => {
				truth.missing++;
				// Two losses side by side are one gap.
				truth.gaps += lastLost === id - 1 ? 0 : 1;
				lastLost = id;
			};
			const emit = (id: number, sentAtMs: number): void => {
				send(id, isTimed ? sentAtMs : unknownTime);
				recent.push({ id, sentAtMs });
				if (recent.length > 200) {
					recent.shift();
				}
			};
			for (let index = 0; index < length; index++) {
				const id = first + index;
				const sentAtMs = ++nowMs;
				// The first three tell a reset, and the last is there, so that all before it lie between.
				const isPlain = index < 3 || index === length - 1;
				const dice = isPlain ? 1 : random();
				if (dropped > 0 && !isPlain) {
					dropped--;
					lose(id);
					continue;
				}
				if (dice < 0.01) {
					dropped = whole(20);
					lose(id);
					continue;
				}
				if (dice < 0.05) {
					late.push({ id, sentAtMs, after: 1 + whole(30) });
					continue;
				}
				emit(id, sentAtMs);
				for (const one of late) {
					one.after--;
				}
				for (let at = late.length - 1; at >= 0; at--) {
					if (late[at]!.after <= 0 || index === length - 1) {
						// At least one higher id has come since.
						emit(late[at]!.id, late[at]!.sentAtMs);
						truth.reorders++;
						late.splice(at, 1);
					}
				}
				if (!isPlain && random() < 0.03) {
					const again = recent[whole(recent.length)]!;
					if (again.id !== first) {
						send(again.id, isTimed ? (random() < 0.5 ? again.sentAtMs : ++nowMs) : unknownTime);
						truth.duplicates++;
					}
				}
			}
			first = whole(2) === 0 ? whole(2) : Math.max(0, first - whole(500));
			truth.resets++;
		}
		// The last numbering has no successor.
		truth.resets--;
		assert.deepEqual(sequence.counts(), truth);
		assert.ok(truth.missing > 50_000 && truth.duplicates > 10_000 && truth.reorders > 10_000 && truth.resets > 10);
	});
});

describe('OrderedIds', () => {
	const takeAll = (ids: OrderedIds, list: readonly string[]): string[] => list.map((id) => ids.take(id));
	const redis = (count: number, from = 0): string[] => range(1, count).map((n) => `1526919030474-${from + n}`);

	it('knows duplicates and reorders of ids that rise by no fixed step', () => {
		const ids = new OrderedIds();
		takeAll(ids, redis(12));
		assert.deepEqual(takeAll(ids, ['1526919030480-0', '1526919030479-5', '1526919030474-3', '1526919030481-0']), [
			'next',
			'reorder',
			'duplicate',
			'next',
		]);
		assert.deepEqual([ids.isOrdered, ids.duplicates, ids.reorders], [true, 1, 1]);
	});

	it('sees no order in random ids, and still knows the duplicates', () => {
		const random = mulberry32(1);
		const ids = new OrderedIds();
		const list = range(1, 40).map(() => Math.floor(random() * 2 ** 40).toString(16));
		takeAll(ids, [...list, list[5]!]);
		assert.deepEqual([ids.isOrdered, ids.duplicates], [false, 1]);
	});

	it('forgets ids after 4,096 others: such a one is a reorder', () => {
		const ids = new OrderedIds();
		takeAll(ids, redis(4096 + 8));
		assert.equal(ids.take('1526919030474-9'), 'duplicate');
		assert.equal(ids.take('1526919030474-8'), 'reorder');
	});

	it('goes on from a lower id once 64 on end rise from there: one wrong id is no measure for ever', () => {
		const ids = new OrderedIds();
		takeAll(ids, [...redis(20), '9999999999999-0']);
		const steps = takeAll(ids, redis(70, 100));
		assert.deepEqual([steps[62], steps[63], steps[69]], ['reorder', 'next', 'next']);
		assert.equal(ids.reorders, 0);
	});

	it('goes on after a reload, and begins its counts anew when cleared', () => {
		const ids = new OrderedIds();
		takeAll(ids, [...redis(12), '1526919030474-4', '1526919030470-1']);
		const restored = OrderedIds.from(JSON.parse(JSON.stringify(ids.stored())))!;
		assert.deepEqual([restored.isOrdered, restored.duplicates, restored.reorders], [true, 1, 1]);
		assert.deepEqual(takeAll(restored, ['1526919030474-12', '1526919030474-13']), ['duplicate', 'next']);
		restored.clear();
		assert.deepEqual([restored.isOrdered, restored.duplicates, restored.reorders], [true, 0, 0]);
		for (const wrong of [undefined, null, 1, {}, { ...ids.stored(), steps: -1 }, { ...ids.stored(), rises: 'x' }]) {
			assert.equal(OrderedIds.from(wrong), undefined);
		}
	});
});

describe('compareIds', () => {
	it('puts ids in the order of their kind', () => {
		const ascending: readonly (readonly string[])[] = [
			['99', '100', '9007199254740993', '9007199254740994'],
			['1526919030474-9', '1526919030474-10', '1526919030475-0'],
			['99-100', '100-99'],
			['00099', '00100', '01000'],
			['evt-9', 'evt-10', 'evt-11'],
			['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAW', '01BX5ZZKBKACTAV9WEVGEMMVRZ'],
			['018f2b6e-0000-7000-8000-000000000001', '018f2b6e-0001-7000-8000-000000000000'],
		];
		for (const list of ascending) {
			for (const [at, id] of list.entries()) {
				for (const [other, otherId] of list.entries()) {
					assert.equal(Math.sign(compareIds(id, otherId)), Math.sign(at - other), `${id} and ${otherId}`);
				}
			}
		}
	});

	it('finds the numbers that a text ends with as this expression does', () => {
		const groups = /^(.*?)(\d+(?:-\d+)*)$/s;
		const byExpression = (a: string, b: string): number => {
			if (a.length !== b.length || (a.includes('-') && b.includes('-'))) {
				const [, beginningOfA, numbersOfA] = groups.exec(a) ?? [];
				const [, beginningOfB, numbersOfB] = groups.exec(b) ?? [];
				if (numbersOfA !== undefined && numbersOfB !== undefined && beginningOfA === beginningOfB) {
					const [listOfA, listOfB] = [numbersOfA.split('-').map(BigInt), numbersOfB.split('-').map(BigInt)];
					for (const [at, number] of listOfA.entries()) {
						const other = listOfB[at];
						if (other === undefined || number !== other) {
							return other === undefined || number > other ? 1 : -1;
						}
					}
					return listOfA.length - listOfB.length;
				}
			}
			return a < b ? -1 : a > b ? 1 : 0;
		};
		const ending = fc.string({ unit: fc.constantFrom('0', '1', '9', '-', 'a', '\n', '٣'), maxLength: 9 });
		const text = fc.oneof(fc.string({ unit: 'binary' }), ending);
		fc.assert(
			fc.property(fc.constantFrom('', 'a', 'x-', '1-'), text, text, (beginning, a, b) => {
				const [idOfA, idOfB] = [beginning + a, beginning + b];
				assert.equal(Math.sign(compareIds(idOfA, idOfB)), Math.sign(byExpression(idOfA, idOfB)), `${idOfA} ${idOfB}`);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('SequenceDetection', () => {
	/** How often the digits at a path are asked for, of each of the events. */
	const textsOf = (detection: SequenceDetection, payloads: readonly object[]): number[] =>
		payloads.map((value) => {
			let texts = 0;
			detection.look({
				eventId: undefined,
				value,
				textAt: () => {
					texts++;
					return `1844674407370955${1000 + texts}`;
				},
				arrivedAtMs: 1.75e12,
				sentAtMs: unknownTime,
				connection: 1,
			});
			return texts;
		});
	const big = 2 ** 60;

	it('reads no more than eight big integers of an event digit by digit', () => {
		const payload = Object.fromEntries(range(1, 300).map((n) => [`x${n}_id`, big]));
		assert.deepEqual(textsOf(new SequenceDetection(), [payload, payload]), [8, 8]);
	});

	it('reads none where it would be of no use', () => {
		const detection = new SequenceDetection();
		detection.bar('$.id');
		const small = Object.fromEntries(range(1, 64).map((n) => [`n${n}`, n]));
		assert.deepEqual(textsOf(detection, [{ id: big }, small, { eventId: big }]), [0, 0, 0]);
		detection.begin();
		assert.deepEqual(textsOf(detection, [{ id: big }, { eventId: big }]), [0, 1]);
	});
});
