import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RunningMedian } from '../../../src/core/timing/runningMedian';

describe('RunningMedian', () => {
	it('is no number of nothing', () => {
		assert.ok(Number.isNaN(new RunningMedian().medianMs));
	});

	it('is the lower median of the last 512 values within 1/256, after each of them', () => {
		const value = fc.oneof(
			fc.double({ min: 0, max: 60_000_000, noNaN: true }),
			fc.double({ min: 0, max: 100, noNaN: true }),
			fc.constantFrom(0, 40, 1000),
		);
		fc.assert(
			fc.property(fc.array(value, { minLength: 1, maxLength: 1500, size: 'max' }), (values) => {
				const median = new RunningMedian();
				values.forEach((each, index) => {
					median.add(each);
					if (index % 37 === 0 || index === values.length - 1) {
						const last = values.slice(Math.max(0, index - 511), index + 1).sort((a, b) => a - b);
						const exact = last[(last.length - 1) >> 1]!;
						assert.equal(median.count, last.length);
						assert.ok(Math.abs(median.medianMs - exact) <= exact / 256 + 0.000_501, `${median.medianMs} for ${exact}`);
					}
				});
			}),
			{ numRuns: 60 },
		);
	});

	it('follows a change after half a window', () => {
		const median = new RunningMedian();
		for (let count = 0; count < 2000; count++) {
			median.add(0.02);
		}
		for (let count = 0; count < 257; count++) {
			median.add(100);
		}
		assert.ok(Math.abs(median.medianMs - 100) < 0.4);
	});
});
