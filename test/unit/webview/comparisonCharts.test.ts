import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ComparisonResult } from '../../../src/core/comparisonExport';
import { parseComparisonPanelMessage } from '../../../src/core/messages';
import { decades, timeScale } from '../../../src/webview/comparison/chartScales';
import { overTimeChart, spreadChart } from '../../../src/webview/comparison/charts';
import { seriesColor, seriesDash } from '../../../src/webview/comparison/seriesStyle';

const result = {
	labels: ['WebSocket', 'Polling'],
	compared: [
		{ lagMethod: 'sameMachine', lagUncertaintyMs: 1 },
		{ lagMethod: 'sameMachine', lagUncertaintyMs: 1 },
	],
	overTime: {
		startMs: 1_700_000_000_000,
		bucketMs: 1000,
		lagsMs: [
			[0.5, 0.6, 0, 0.4, 0.5],
			[null, null, 2500, null, null],
		],
	},
	spread: {
		of: 'lag',
		edgesMs: [0.1, 1, 10, 100, 1000, 10_000],
		shares: [
			[0, 0.95, 1, 1, 1, 1],
			[null, null, null, null, null, null],
		],
	},
} as unknown as ComparisonResult;

describe('the charts of a comparison', () => {
	it('have a logarithmic axis of times where those lie far apart, and a linear one else', () => {
		assert.deepEqual(timeScale([1, 2, 3], 5), { isLogarithmic: false, min: 0, max: 3.3, splits: [0, 1, 2, 3] });
		const far = timeScale([0.5, 2500], 5);
		assert.equal(far.isLogarithmic, true);
		assert.deepEqual(far.splits, [1, 10, 100, 1000]);
		assert.equal(timeScale([-3, 2500], 5).isLogarithmic, false, 'a logarithm has no room for what is negative');
		assert.equal(timeScale([], 5).isLogarithmic, false);
		assert.deepEqual(timeScale([5e-324], 5).splits, [0, 0.2, 0.4, 0.6, 0.8, 1], 'no clock tells so little');
	});

	it('have at least one mark and never many more than there is room for, and every value within', () => {
		const value = fc.double({ min: 0, max: 1e6, noNaN: true });
		fc.assert(
			fc.property(
				fc.array(value, { minLength: 1, maxLength: 20 }),
				fc.integer({ min: 3, max: 8 }),
				(values, wanted) => {
					const { min, max, splits, isLogarithmic } = timeScale(values, wanted);
					assert.ok(splits.length >= 1 && splits.length <= wanted + 2, `${splits}`);
					assert.ok(splits.every((split) => split >= min && split <= max));
					assert.ok(values.every((each) => each <= max && (isLogarithmic || each >= min)));
				},
			),
		);
	});

	it('mark powers of ten, with what fits between them', () => {
		assert.deepEqual(decades(0.9, 12, 6), [1, 2, 5, 10]);
		assert.deepEqual(decades(0.9, 120, 6), [1, 3, 10, 30, 100]);
		assert.deepEqual(decades(0.9, 1200, 4), [1, 10, 100, 1000]);
		assert.deepEqual(decades(0.009, 12_000, 4), [0.01, 1, 100, 10_000]);
	});

	it('leave a gap where nothing was measured, and keep 0 on a logarithmic axis', () => {
		const { lines, x, yAxis, read, numbers } = overTimeChart(result);
		assert.equal(yAxis.isLogarithmic, true);
		assert.equal(x[0], 1_700_000_000);
		assert.equal(lines[1]![0], null);
		assert.equal(lines[1]![2], 2500);
		assert.ok(Math.abs(lines[0]![2]! - 0.01) < 1e-6);
		assert.deepEqual(read(2).values, ['0 ms', '2.5 s']);
		assert.deepEqual(read(0).values, ['0.5 ms', '–']);
		const table = numbers();
		assert.deepEqual(table.head, ['Time', 'WebSocket', 'Polling']);
		assert.deepEqual(table.rows[2]!.slice(1), ['0 ms', '2.5 s']);
		assert.deepEqual(table.rows[4]!.slice(1), ['0.5 ms', '–'], 'the oldest is the last');
	});

	it('leave out a lag that has a zero of its own beside one that is told against the sender’s time, and name it', () => {
		const [known, relative] = [result.compared[0]!, { lagMethod: 'relative', lagUncertaintyMs: null }];
		const of = (...compared: unknown[]): ReturnType<typeof overTimeChart> =>
			overTimeChart({ ...result, compared } as unknown as ComparisonResult);
		const { lines, note, yAxis, read, numbers } = of(known, relative);
		assert.ok(lines[1]!.every((value) => typeof value !== 'number'));
		assert.ok(yAxis.max < 1, 'the axis is that of what is drawn');
		assert.match(note, /^Not drawn: Polling\. /);
		assert.deepEqual(read(2).values, ['0 ms', '–']);
		assert.equal(numbers().rows[2]![2], '–');
		assert.equal(overTimeChart(result).note, '');
		const alone = of(relative, relative);
		assert.equal(alone.note, '', 'they are all that there is');
		assert.equal(alone.lines[1]![2], 2500);
	});

	it('tell which share of events took no longer', () => {
		const { read, numbers, yAxis } = spreadChart(result);
		assert.deepEqual(read(1), { head: 'Within 1 ms', values: ['95%', '–'] });
		assert.equal(numbers().rows.length, 6);
		assert.equal(yAxis.text(0.25), '25%');
	});

	it('draw the lines of up to sixteen sessions each in another way', () => {
		const ways = new Set(Array.from({ length: 16 }, (_, at) => `${seriesColor(at)} ${seriesDash(at)}`));
		assert.equal(ways.size, 16);
	});
});

describe('what the comparison panel sends', () => {
	it('is believed if it has the shape of a message', () => {
		for (const message of [
			{ type: 'ready' },
			{ type: 'painted' },
			{ type: 'comparisonAction', action: 'export' },
			{ type: 'sessionRequested', sessionId: 'x' },
		]) {
			assert.equal(parseComparisonPanelMessage(message), message);
		}
		for (const message of [null, 1, {}, { type: 'comparisonAction', action: 'delete' }, { type: 'sessionRequested' }]) {
			assert.equal(parseComparisonPanelMessage(message), undefined);
		}
	});
});
