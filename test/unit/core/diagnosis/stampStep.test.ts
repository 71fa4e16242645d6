import assert from 'node:assert/strict';
import { StampStep } from '../../../../src/core/diagnosis/stampStep';

/** A whole minute. */
const minuteMs = 1_699_999_980_000;

function stepOf(times: readonly number[]): number {
	const step = new StampStep();
	for (const each of times) {
		step.see(each);
	}
	return step.stepMs;
}

describe('The step of sending times', () => {
	it('is the coarsest of which all are multiples', () => {
		assert.equal(stepOf([]), 60_000);
		assert.equal(stepOf([minuteMs, minuteMs + 120_000]), 60_000);
		assert.equal(stepOf([minuteMs, minuteMs + 7000]), 1000);
		assert.equal(stepOf([minuteMs, minuteMs + 7300]), 100);
		assert.equal(stepOf([minuteMs, minuteMs + 7320]), 10);
		assert.equal(stepOf([minuteMs, minuteMs + 7321]), 1);
		assert.equal(stepOf([minuteMs + 0.5]), 1);
	});

	it('is found through what a difference of two epoch times loses', () => {
		const arrivedAtMs = minuteMs + 123.456_789;
		const rawLagMs = arrivedAtMs - (minuteMs - 5000);
		assert.equal(stepOf([arrivedAtMs - rawLagMs]), 1000);
	});

	it('becomes coarser when times of a finer step have not come for a while', () => {
		const seconds = (count: number): number[] =>
			Array.from({ length: count }, (_, second) => minuteMs + (second + 1) * 1000);
		assert.equal(stepOf([minuteMs + 1, ...seconds(128)]), 1);
		assert.equal(stepOf([minuteMs + 1, ...seconds(256)]), 1000);
	});
});
