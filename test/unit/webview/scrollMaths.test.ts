import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	bottomOf,
	clampTop,
	movedBy,
	poolSize,
	revealing,
	rowHeightPx,
	rowsOf,
	type ScrollRange,
	thumbAt,
	topAtThumb,
	visibleRows,
	windowToAsk,
} from '../../../src/webview/inspector/scrollMaths';

/** Ten rows fit. */
const viewportPx = 10 * rowHeightPx;
const range = (firstSeq: number, lastSeq: number): ScrollRange => ({ firstSeq, lastSeq, viewportPx });
const tenMillion = range(1, 10_000_000);

describe('scrolling', () => {
	it('ends with the last row at the bottom edge', () => {
		// Rows 91 … 100 fill the viewport.
		assert.equal(bottomOf(range(1, 100)), 91);
		assert.deepEqual(visibleRows(range(1, 100), 91), { firstSeq: 91, count: 10, cutPx: 0 });
	});

	it('has nowhere to go while everything fits, and while there is nothing', () => {
		assert.equal(bottomOf(range(5, 9)), 5);
		assert.equal(thumbAt(range(5, 9), 5, 200, 20), null);
		assert.equal(rowsOf(range(5, 4)), 0);
		assert.equal(bottomOf(range(5, 4)), 5);
		assert.deepEqual(visibleRows(range(5, 4), 5), { firstSeq: 5, count: 0, cutPx: 0 });
	});

	it('cuts the first row by whole pixels', () => {
		const top = movedBy(range(1, 100), 50, 30);
		// 30 px are one row of 22 px and 8 px of the next.
		assert.deepEqual(visibleRows(range(1, 100), top), { firstSeq: 51, count: 11, cutPx: 8 });
	});

	it('moves by single pixels among ten million rows', () => {
		let top = 9_000_000;
		for (let step = 0; step < rowHeightPx; step++) {
			top = movedBy(tenMillion, top, 1);
		}
		assert.equal(visibleRows(tenMillion, top + 1e-6).firstSeq, 9_000_001);
	});

	it('keeps its place by number when older rows are evicted, until they are the ones in view', () => {
		assert.equal(clampTop(range(1_000, 5_000), 2_000.5), 2_000.5);
		assert.equal(clampTop(range(3_000, 5_000), 2_000.5), 3_000);
	});

	it('reveals a row by the shortest way', () => {
		const rows = range(1, 100);
		assert.equal(revealing(rows, 50, 40), 40);
		assert.equal(revealing(rows, 50, 55), 50);
		assert.equal(revealing(rows, 50, 60), 51);
		assert.equal(revealing(rows, 50.5, 50), 50);
		assert.equal(revealing(rows, 1, 100), 91);
	});

	it('asks for what is in view and a margin, but for nothing before the first row', () => {
		assert.deepEqual(windowToAsk(range(1, 100), 50, 5), { firstSeq: 45, rowCount: 5 + 11 + 5 });
		assert.deepEqual(windowToAsk(range(1, 100), 3, 5), { firstSeq: 1, rowCount: 2 + 11 + 5 });
	});

	it('never has more rows in view than the pool holds', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 3000 }), fc.double({ min: 0, max: 500, noNaN: true }), (px, top) => {
				const rows = { firstSeq: 0, lastSeq: 1000, viewportPx: px };
				return visibleRows(rows, clampTop(rows, top)).count <= poolSize(px);
			}),
		);
	});
});

describe('the scrollbar', () => {
	const trackPx = viewportPx;

	it('has a thumb in proportion, but never too small to take hold of', () => {
		assert.deepEqual(thumbAt(range(1, 20), 1, trackPx, 20), { sizePx: 110, offsetPx: 0 });
		assert.equal(thumbAt(tenMillion, 1, trackPx, 20)!.sizePx, 20);
	});

	it('reaches both ends exactly, whatever the number of rows', () => {
		const thumb = thumbAt(tenMillion, bottomOf(tenMillion), trackPx, 20)!;
		assert.equal(thumb.offsetPx, trackPx - 20);
		assert.equal(topAtThumb(tenMillion, thumb.offsetPx, trackPx, 20), bottomOf(tenMillion));
		assert.equal(topAtThumb(tenMillion, 0, trackPx, 20), 1);
		assert.equal(topAtThumb(tenMillion, -50, trackPx, 20), 1);
		assert.equal(topAtThumb(tenMillion, 9_999, trackPx, 20), bottomOf(tenMillion));
	});

	it('comes back to where it was dragged, to the pixel', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 980 }),
				fc.integer({ min: 100_000, max: 1_000_000_000 }),
				(offsetPx, lastSeq) => {
					const rows = { firstSeq: 1, lastSeq, viewportPx: 1000 };
					const top = topAtThumb(rows, offsetPx, 1000, 20);
					return thumbAt(rows, top, 1000, 20)!.offsetPx === offsetPx;
				},
			),
		);
	});
});
