import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PackedRows, packRows, type Row } from '../../../src/core/capture/rows';

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
