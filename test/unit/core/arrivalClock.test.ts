import assert from 'node:assert/strict';
import { ArrivalClock } from '../../../src/core/timing/arrivalClock';

/** A machine whose wall clock can be set and that can sleep; its monotonic clock runs `rate` times as fast. */
class Machine {
	#trueMs = 0;
	#monotonicMs = 0;
	#wallOffsetMs = 1_795_514_400_000.25;
	constructor(readonly rate = 1) {}

	readonly clocks = {
		monotonicMs: (): number => this.#monotonicMs,
		wallMs: (): number => Math.floor(this.wallMs),
	};

	get wallMs(): number {
		return this.#wallOffsetMs + this.#trueMs;
	}

	run(ms: number): void {
		this.#trueMs += ms;
		this.#monotonicMs += ms * this.rate;
	}

	sleep(ms: number): void {
		this.#trueMs += ms;
	}

	setWall(byMs: number): void {
		this.#wallOffsetMs += byMs;
	}
}

describe('ArrivalClock', () => {
	/** Lets time pass in steps that are no whole milliseconds, asking for the time at each; it must never go back. */
	const watch = (machine: Machine, clock: ArrivalClock, ms: number, stepMs = 3.7): void => {
		let last = clock.nowMs();
		for (let passed = 0; passed < ms; passed += stepMs) {
			machine.run(stepMs);
			const now = clock.nowMs();
			assert.ok(now >= last, `${now} after ${last}`);
			last = now;
		}
	};
	const offBy = (machine: Machine, clock: ArrivalClock): number => clock.nowMs() - machine.wallMs;

	it('tells wall time from the start, to the millisecond', () => {
		const machine = new Machine();
		const clock = new ArrivalClock(machine.clocks);
		assert.ok(Math.abs(offBy(machine, clock)) <= 1);
		assert.equal(clock.disagreementMs, 0);
	});

	it('runs with the monotonic clock while both agree', () => {
		const machine = new Machine();
		const clock = new ArrivalClock(machine.clocks);
		watch(machine, clock, 5000);
		const before = clock.nowMs();
		machine.run(0.125);
		assert.ok(Math.abs(clock.nowMs() - before - 0.125) < 0.001);
	});

	it('follows wall time at once after the machine slept for an hour', () => {
		const machine = new Machine();
		const clock = new ArrivalClock(machine.clocks);
		watch(machine, clock, 1000);
		machine.sleep(3_600_000);
		machine.run(10);
		assert.ok(Math.abs(offBy(machine, clock)) <= 1, `${offBy(machine, clock)}`);
		assert.equal(clock.disagreementMs, 0);
	});

	it('follows a wall clock that was set forward at once', () => {
		const machine = new Machine();
		const clock = new ArrivalClock(machine.clocks);
		machine.setWall(250);
		machine.run(10);
		assert.ok(Math.abs(offBy(machine, clock)) <= 1);
	});

	it('makes up for less than 20 ms gradually, so that no gap between arrivals is wrong by more than 0.5 %', () => {
		const machine = new Machine();
		const clock = new ArrivalClock(machine.clocks);
		watch(machine, clock, 1000);
		machine.setWall(15);
		machine.run(10);
		let before = clock.nowMs();
		for (let step = 0; step < 100; step++) {
			machine.run(12.5);
			const now = clock.nowMs();
			// 12.5 ms ± 0.5 % is 12.4375 … 12.5625 ms.
			assert.ok(now - before > 12.437 && now - before < 12.563, `${now - before}`);
			before = now;
		}
		// 1.25 s have made up for 6.25 of 15 ms; the last millisecond is not seen as a difference.
		assert.ok(clock.disagreementMs > 7 && clock.disagreementMs < 9.5, `${clock.disagreementMs}`);
		watch(machine, clock, 3000);
		assert.ok(Math.abs(offBy(machine, clock)) <= 1);
		assert.ok(clock.disagreementMs < 0.1);
	});

	it('never goes back when the wall clock is set back, tells how far it is off, and comes to agree', () => {
		const machine = new Machine();
		const clock = new ArrivalClock(machine.clocks);
		watch(machine, clock, 1000);
		machine.setWall(-500);
		watch(machine, clock, 1000);
		// One second has made up for 5 of 500 ms.
		assert.ok(Math.abs(clock.disagreementMs - 495) < 2, `${clock.disagreementMs}`);
		assert.ok(Math.abs(offBy(machine, clock) - clock.disagreementMs) <= 1);
		watch(machine, clock, 100_000);
		assert.ok(Math.abs(offBy(machine, clock)) <= 1);
		assert.ok(clock.disagreementMs < 0.1);
	});

	for (const rate of [1.0001, 0.9999]) {
		it(`stays within a tenth of a millisecond while the monotonic clock runs ${rate} times as fast`, () => {
			const machine = new Machine(rate);
			const clock = new ArrivalClock(machine.clocks);
			// A minute of 100 ppm is 6 ms. Steps of 3.7 ms end at every tenth of a millisecond.
			watch(machine, clock, 60_000);
			assert.ok(Math.abs(offBy(machine, clock)) < 0.11, `${offBy(machine, clock)}`);
		});
	}

	it('does not take the time in which its thread was kept waiting for a difference', () => {
		const machine = new Machine();
		let waits = false;
		const clock = new ArrivalClock({
			monotonicMs: machine.clocks.monotonicMs,
			wallMs: () => {
				if (waits) {
					machine.run(40);
				}
				const wallMs = machine.clocks.wallMs();
				if (waits) {
					machine.run(40);
				}
				return wallMs;
			},
		});
		watch(machine, clock, 1000);
		waits = true;
		machine.run(10);
		clock.nowMs();
		waits = false;
		assert.equal(clock.disagreementMs, 0);
		assert.ok(Math.abs(offBy(machine, clock)) <= 81);
		machine.run(1);
		assert.ok(Math.abs(offBy(machine, clock)) <= 1, `${offBy(machine, clock)}`);
	});

	it('looks at the wall clock at most once in 10 ms', () => {
		const machine = new Machine();
		let looks = 0;
		const clock = new ArrivalClock({
			monotonicMs: machine.clocks.monotonicMs,
			wallMs: () => {
				looks++;
				return machine.clocks.wallMs();
			},
		});
		for (let step = 0; step < 1000; step++) {
			machine.run(0.1);
			clock.nowMs();
		}
		// 100 ms, and the look at the start.
		assert.ok(looks <= 11, `${looks}`);
	});
});
