import assert from 'node:assert/strict';
import fc from 'fast-check';
import { marksOf, PackedRows, packRows, type Row, rowMark } from '../../../src/core/capture/rows';
import type { FrameMarks, FrameMeta } from '../../../src/core/frame';

const float32 = fc.float({ noDefaultInfinity: true });
const row: fc.Arbitrary<Row> = fc.record({
	seq: fc.nat(2 ** 31 - 1),
	arrivedAtMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
	gapMs: float32,
	lagMs: float32,
	sizeBytes: fc.nat(),
	wireBytes: fc.nat(),
	kind: fc.nat(9),
	flags: fc.nat(0xfff),
	name: fc.string({ unit: 'grapheme' }),
	preview: fc.string({ unit: 'grapheme' }),
	id: fc.string({ unit: 'grapheme' }),
	status: fc.nat(599),
	eventsInCycle: fc.nat(),
	holdMs: float32,
	transferMs: float32,
	blindMs: float32,
	marks: fc.nat(31),
	missing: fc.nat(0xffff_ffff),
});

describe('packed rows', () => {
	it('come out as they went in', () => {
		fc.assert(
			fc.property(fc.array(row, { maxLength: 50 }), (rows) => {
				const packed = new PackedRows(packRows(rows));
				assert.equal(packed.count, rows.length);
				rows.forEach((each, index) => {
					assert.deepEqual(packed.rowAt(index), { ...each });
					assert.equal(packed.seqAt(index), each.seq);
				});
			}),
			{ numRuns: 200 },
		);
	});

	it('tell that a row outside the window is not there', () => {
		const packed = new PackedRows(packRows([]));
		assert.equal(packed.count, 0);
		assert.ok(Number.isNaN(packed.seqAt(0)));
	});
});

describe('a row’s marks', () => {
	const event = (marks?: FrameMarks): FrameMeta => ({ type: 'event', marks });

	it('are none where the frame has none', () => {
		assert.deepEqual(marksOf(undefined), { marks: 0, missing: 0 });
		assert.deepEqual(marksOf(event()), { marks: 0, missing: 0 });
		assert.deepEqual(marksOf(event({})), { marks: 0, missing: 0 });
	});

	it('tell a gap with how many are missing, and a stall beside it', () => {
		assert.deepEqual(marksOf(event({ sequence: 'gap', missing: 3, stall: true })), {
			marks: rowMark.gap | rowMark.stall,
			missing: 3,
		});
		for (const sequence of ['duplicate', 'reorder', 'reset'] as const) {
			assert.deepEqual(marksOf(event({ sequence })), { marks: rowMark[sequence], missing: 0 });
		}
	});

	it('tell no more missing than fit, however large the ids are', () => {
		assert.equal(marksOf(event({ sequence: 'gap', missing: 2 ** 60 })).missing, 2 ** 32 - 1);
	});
});
