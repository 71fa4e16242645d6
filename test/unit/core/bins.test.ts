import assert from 'node:assert/strict';
import fc from 'fast-check';
import { niceEdges } from '../../../src/core/timing/bins';

describe('Edges of bins', () => {
	it('are round and evenly apart where the values are close together', () => {
		// 3 ms in at most 10 bins: steps of 0.3 ms would do, 0.5 is the next round one; 100 / 128 is the finest that is told apart.
		assert.deepEqual(niceEdges(100.2, 103.1, 10), [100, 101, 102, 103, 104]);
		assert.deepEqual(niceEdges(-8, -4, 5), [-8, -7, -6, -5, -4, -3]);
	});

	it('are in even ratios where the values are far apart', () => {
		assert.deepEqual(niceEdges(1.5, 80, 8), [1, 2, 5, 10, 20, 50, 100]);
		assert.deepEqual(niceEdges(1, 9000, 5), [1, 10, 100, 1000, 10_000]);
	});

	it('go away from 0 on both sides where there are negative values', () => {
		// From a thousandth of 20 on, so from 0.01 on.
		assert.deepEqual(
			niceEdges(-20, 3, 15),
			[-30, -10, -3, -1, -0.3, -0.1, -0.03, -0.01, 0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
		);
	});

	it('enclose a single value', () => {
		const edges = niceEdges(41.7, 41.7, 20);
		assert.equal(edges.length, 2);
		assert.ok(edges[0]! <= 41.7 && edges[1]! > 41.7);
	});

	it('rise, enclose the values and are no more than asked for', () => {
		// Nanoseconds of up to 18 hours and of up to 10 µs.
		const value = fc
			.oneof(fc.integer({ min: -65e12, max: 65e12 }), fc.integer({ min: -10_000, max: 10_000 }))
			.map((nanoseconds) => nanoseconds / 1e6);
		fc.assert(
			fc.property(value, value, fc.integer({ min: 2, max: 80 }), (one, other, most) => {
				const least = Math.min(one, other);
				const largest = Math.max(one, other);
				const edges = niceEdges(least, largest, most);
				assert.ok(edges.length >= 2 && edges.length <= most + 1, `${edges.length} edges`);
				assert.ok(edges[0]! <= least && edges.at(-1)! > largest, `${edges} for ${least} … ${largest}`);
				assert.ok(edges.every((edge, index) => index === 0 || edge > edges[index - 1]!));
			}),
			{ numRuns: 2000 },
		);
	});
});
