import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Envelope } from '../../../src/core/timing/envelope';

const bounds = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: -1000, max: 1000 })), {
	minLength: 1,
	maxLength: 200,
});
const least = -0.0002;
const most = 0.0005;

/** The definition, without leaving anything out. */
function exactly(points: readonly (readonly [number, number])[], atMs: number, shift = 0): number {
	return Math.min(
		...points.map(([pointMs, value]) => value + shift + (atMs >= pointMs ? most : least) * (atMs - pointMs)),
	);
}

describe('Envelope', () => {
	it('carries a bound forward at the most and backward at the least rate', () => {
		const envelope = new Envelope();
		assert.equal(envelope.at(0, least, most), Number.POSITIVE_INFINITY);
		envelope.add(1000, 10, -0.001, 0.002);
		assert.equal(envelope.at(1000, -0.001, 0.002), 10);
		// 500 ms later it may have risen by 500 · 0.002 = 1.
		assert.equal(envelope.at(1500, -0.001, 0.002), 11);
		// 500 ms before it was at most 10 + 500 · 0.001, since it falls by no more than that.
		assert.equal(envelope.at(500, -0.001, 0.002), 10.5);
	});

	it('tells the least of all bounds, though it keeps only those that matter', () => {
		fc.assert(
			fc.property(bounds, fc.integer({ min: -1e5, max: 2e6 }), (points, atMs) => {
				const envelope = new Envelope();
				for (const [pointMs, value] of points) {
					const before = envelope.at(pointMs, least, most);
					assert.equal(envelope.add(pointMs, value, least, most), value < before);
				}
				assert.ok(Math.abs(envelope.at(atMs, least, most) - exactly(points, atMs)) < 1e-6);
				assert.ok(Math.abs(envelope.raised(5).at(atMs, least, most) - exactly(points, atMs, 5)) < 1e-6);
			}),
		);
	});

	it('drops nothing that would make it tell less than is true, and keeps a bounded number', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 400, maxLength: 2000 }), (noise) => {
				const envelope = new Envelope();
				// So steep to either side that every bound counts.
				const points = noise.map((value, place): [number, number] => [place * 1000, value / 1000]);
				for (const [pointMs, value] of points) {
					envelope.add(pointMs, value, -1, 1);
				}
				assert.ok(envelope.size <= 256);
				for (let atMs = 0; atMs < noise.length * 1000; atMs += 3333) {
					const exact = Math.min(...points.map(([pointMs, value]) => value + Math.abs(atMs - pointMs)));
					assert.ok(envelope.at(atMs, -1, 1) >= exact - 1e-9);
				}
				// The newest are there one by one.
				const newestMs = (noise.length - 1) * 1000;
				assert.equal(envelope.at(newestMs, -1, 1), noise.at(-1)! / 1000);
				assert.equal(envelope.at(newestMs - 1000, -1, 1), noise.at(-2)! / 1000);
			}),
			{ numRuns: 20 },
		);
	});

	it('finds the least slope from its bounds to a later one of the other side', () => {
		// Lower bounds of 0 at 0 and of 5 at 1000, negated; an upper bound of 6 at 2000: rises of 6 / 2000 and 1 / 1000.
		const lower = new Envelope([0, -0, 1000, -5]);
		assert.equal(lower.leastSlopeTo(2000, 6), 0.001);
		assert.equal(lower.leastSlopeTo(0, 6), Number.POSITIVE_INFINITY);
	});

	it('tells its bounds for storing, no more than are asked for', () => {
		const envelope = new Envelope();
		for (let place = 0; place < 100; place++) {
			envelope.add(place * 1000, place % 7, -1, 1);
		}
		const points = envelope.points(10, 0);
		assert.equal(points.length, 20);
		assert.ok(new Envelope(points).at(50_500, -1, 1) >= envelope.at(50_500, -1, 1));
		assert.deepEqual(new Envelope([1, 2, 3, 4]).points(10, 0), [1, 2, 3, 4]);
	});
});
