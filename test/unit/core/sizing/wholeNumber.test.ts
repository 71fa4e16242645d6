import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NoAnswer } from '../../../../src/core/sizing/problem';
import { wholeAbove, wholeBelow } from '../../../../src/core/sizing/wholeNumber';

describe('whole numbers', () => {
	it('are the next above and the next below', () => {
		assert.deepEqual([0, 0.1, 4, 4.0001].map(wholeAbove), [0, 1, 4, 5]);
		assert.deepEqual([0, 0.9, 4, 3.9999].map(wholeBelow), [0, 0, 4, 3]);
	});

	it('are not led astray by the rounding of a quotient', () => {
		// 1 − 0.9 is 0.09999999999999998, so that 10 ÷ (100 × (1 − 0.9)) is just above 1, and 100 × (1 − 0.9) just below 10.
		assert.equal(wholeAbove(10 / (100 * (1 - 0.9))), 1);
		assert.equal(wholeBelow(100 * (1 - 0.9)), 10);
	});

	it('refuse what doubles do not count by ones', () => {
		for (const whole of [wholeAbove, wholeBelow]) {
			assert.throws(() => whole(2 ** 53), NoAnswer);
			assert.throws(() => whole(Number.POSITIVE_INFINITY), NoAnswer);
		}
	});

	it('are within one of the quotient', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 2 ** 52, noNaN: true }), (quotient) => {
				const slack = quotient * Number.EPSILON * 4;
				assert.ok(wholeAbove(quotient) >= quotient - slack && wholeAbove(quotient) <= quotient + 1);
				assert.ok(wholeBelow(quotient) <= quotient + slack && wholeBelow(quotient) >= quotient - 1);
			}),
		);
	});
});
