import assert from 'node:assert/strict';
import {
	axisNumber,
	bytes,
	clockDuration,
	columnMs,
	dateAndTime,
	durationMs,
	exactBytes,
	figureMs,
	groupedDigits,
	percent,
	rate,
	shortCount,
	shortDuration,
	timeOfDay,
	uncertaintyMs,
} from '../../../src/webview/inspector/format';

const cases = <Value>(format: (value: Value) => string, expected: ReadonlyArray<readonly [Value, string]>): void => {
	for (const [value, text] of expected) {
		assert.equal(format(value), text, String(value));
	}
};

describe('numbers as text', () => {
	it('groups digits by three', () => {
		cases(groupedDigits, [
			[0, '0'],
			[999, '999'],
			[1000, '1,000'],
			[1_204_331, '1,204,331'],
			[1e12, '1,000,000,000,000'],
		]);
	});

	it('never shows 0 for what was not measured', () => {
		for (const format of [columnMs, figureMs]) {
			cases(format, [
				[null, '–'],
				[undefined, '–'],
				[Number.NaN, '–'],
			]);
		}
	});

	it('gives a column of milliseconds one decimal each', () => {
		cases(columnMs, [
			[0, '0.0'],
			[0.84, '0.8'],
			[12_031.44, '12,031.4'],
			[-3.25, '−3.2'],
			[-0.01, '0.0'],
			[99.95, '100.0'],
		]);
	});

	it('gives a figure about three digits', () => {
		cases(figureMs, [
			[0.824, '0.82'],
			[9.996, '10.0'],
			[41.26, '41.3'],
			[212.4, '212'],
			[12_031.4, '12,031'],
			[-2, '−2.00'],
		]);
	});

	it('gives a span of time the unit that its length asks for', () => {
		cases(durationMs, [
			[0.824, '0.82 ms'],
			[999.4, '999 ms'],
			[999.6, '1.00 s'],
			[7349, '7.35 s'],
			[-7349, '−7.35 s'],
			[61_000, '61.0 s'],
			[185_400, '3 min 5 s'],
			[7_380_000, '2 h 3 min'],
		]);
	});

	it('gives a share in per cent, a small one two digits, and never 0 for what is more', () => {
		cases(percent, [
			[0, '0 %'],
			[1, '100 %'],
			[0.634, '63 %'],
			[0.0716, '7.2 %'],
			[0.00421, '0.42 %'],
			[0.000014, '0.0014 %'],
			[1e-9, '< 0.001 %'],
		]);
	});

	it('fits a count into four characters', () => {
		cases(shortCount, [
			[3, '3'],
			[999, '999'],
			[1000, '1.0k'],
			[1204, '1.2k'],
			[48_100, '48k'],
			[999_600, '1.0M'],
			[3_204_331, '3.2M'],
			[2 ** 32 - 1, '4.3G'],
		]);
	});

	it('gives bytes three digits in SI units', () => {
		cases(bytes, [
			[0, '0 B'],
			[148, '148 B'],
			[999, '999 B'],
			[1000, '1.00 kB'],
			[15_400, '15.4 kB'],
			[999_600, '1.00 MB'],
			[148e6, '148 MB'],
			[5.2e12, '5.20 TB'],
			[5.2e15, '5200 TB'],
		]);
		assert.equal(exactBytes(1), '1 byte');
		assert.equal(exactBytes(70_000), '70,000 bytes (70.0 kB)');
	});

	it('gives rates a decimal only where they are small and broken', () => {
		cases(rate, [
			[0, '0'],
			[0.33, '0.3'],
			[12, '12'],
			[99.97, '100'],
			[1204.4, '1,204'],
		]);
	});
});

describe('numbers of a chart', () => {
	it('says how sure a figure is, never 0.00', () => {
		cases(uncertaintyMs, [
			[0.001, '0.001'],
			[0, '0.00'],
			[0.5, '0.50'],
			[1000, '1,000'],
		]);
	});

	it('groups the digits at an axis', () => {
		cases(axisNumber, [
			[0.30000000000000004, '0.3'],
			[0, '0'],
			[-20, '−20'],
			[4000, '4,000'],
		]);
	});
});

describe('times as text', () => {
	it('shows the local time of day with milliseconds', () => {
		assert.equal(timeOfDay(new Date(2025, 10, 24, 9, 5, 7, 42).getTime()), '09:05:07.042');
	});

	it('shows a moment to the microsecond', () => {
		const at = new Date(2025, 10, 24, 12, 31, 4, 118).getTime() + 0.25;
		assert.equal(dateAndTime(at), '2025-11-24 12:31:04.118250');
	});

	it('shows durations as a clock, and short ones in words', () => {
		cases(clockDuration, [
			[751_400, '00:12:31'],
			[3 * 86_400_000 + 14_706_000, '3 d 04:05:06'],
			[-5, '00:00:00'],
		]);
		cases(shortDuration, [
			[1234, '1.2 s'],
			[12_000, '12 s'],
			[185_000, '3 min 5 s'],
			[-100, '0.0 s'],
		]);
	});
});
