import assert from 'node:assert/strict';
import { backoffMs } from '../../../src/core/timing/backoff';

describe('backoffMs', () => {
	it('doubles its upper end with each attempt up to the cap', () => {
		const upper = [0, 1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, 500, 8000, () => 1));
		assert.deepEqual(upper, [500, 1000, 2000, 4000, 8000, 8000]);
	});

	it('is spread over the whole of the wait', () => {
		assert.equal(
			backoffMs(3, 500, 8000, () => 0),
			0,
		);
		assert.equal(
			backoffMs(3, 500, 8000, () => 0.25),
			1000,
		);
	});

	it('stays finite after any number of attempts', () => {
		assert.equal(
			backoffMs(100_000, 500, 30_000, () => 1),
			30_000,
		);
	});
});
