import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	bitRateFigure,
	bytesFigure,
	counted,
	durationFigure,
	figure,
	memoryFigure,
	shareFigure,
} from '../../../../src/core/sizing/figures';

describe('figures', () => {
	it('groups the digits of whole numbers, all of them', () => {
		assert.deepEqual([0, 7, 999, 1000, 240_000, 2_200_000, 999_999_999_999_999].map(figure), [
			'0',
			'7',
			'999',
			'1,000',
			'240,000',
			'2,200,000',
			'999,999,999,999,999',
		]);
	});

	it('keeps as many places as a reader needs', () => {
		assert.deepEqual([5.4, 99.994, 99.996, 1234.56, 123_456.7, 7_654_321.5].map(figure), [
			'5.4',
			'99.99',
			'100',
			'1,234.6',
			'123,457',
			'7,654,322',
		]);
	});

	it('keeps three digits of small numbers', () => {
		assert.deepEqual([0.5, 1 / 12, 0.000123456, 0.99999].map(figure), ['0.5', '0.0833', '0.000123', '1']);
	});

	it('writes the very large and the very small as powers of ten', () => {
		assert.deepEqual([1e15, 9.007e15, 1.5e30, 0.0000123, 5e-324].map(figure), [
			'1 × 10¹⁵',
			'9.01 × 10¹⁵',
			'1.5 × 10³⁰',
			'1.23 × 10⁻⁵',
			'4.94 × 10⁻³²⁴',
		]);
	});

	it('has a minus that is no hyphen', () => {
		assert.deepEqual([-1234, -0.5, -1e20, -0].map(figure), ['−1,234', '−0.5', '−1 × 10²⁰', '0']);
	});

	it('writes bytes in decimal units and memory in binary ones', () => {
		assert.deepEqual([0, 220, 999, 1040, 5_400_000, 999_960, 186e9, 5e24].map(bytesFigure), [
			'0 B',
			'220 B',
			'999 B',
			'1.04 KB',
			'5.4 MB',
			'1 MB',
			'186 GB',
			'5,000,000 EB',
		]);
		assert.deepEqual([0, 512, 1023, 1024, 40_960, 16 * 2 ** 30, 2 ** 20 - 1].map(memoryFigure), [
			'0 B',
			'512 B',
			'1,023 B',
			'1 KiB',
			'40 KiB',
			'16 GiB',
			'1 MiB',
		]);
	});

	it('writes bit rates', () => {
		assert.deepEqual([43.2e6, 1e9, 25e9, 8].map(bitRateFigure), ['43.2 Mbit/s', '1 Gbit/s', '25 Gbit/s', '8 bit/s']);
	});

	it('writes durations in the unit that reads best', () => {
		assert.deepEqual([0, 0.08, 0.0005, 2.5, 25, 27.5, 90, 7500, 273_600, 86_400].map(durationFigure), [
			'0 s',
			'80 ms',
			'0.5 ms',
			'2.5 s',
			'25 s',
			'27.5 s',
			'1 min 30 s',
			'2 h 5 min',
			'3 d 4 h',
			'1 d',
		]);
	});

	it('goes to the next unit where a duration rounds up to it', () => {
		assert.deepEqual([0.9999, 59.999, 119.7, 3599.9, 3569, 86_399, 7199].map(durationFigure), [
			'1 s',
			'1 min',
			'2 min',
			'1 h',
			'59 min 29 s',
			'1 d',
			'2 h',
		]);
	});

	it('writes a share as a percentage', () => {
		assert.deepEqual([0, 0.2, 0.004, 1 / 3, 1, 12.5].map(shareFigure), [
			'0%',
			'20%',
			'0.4%',
			'33.3%',
			'100%',
			'1,250%',
		]);
	});

	it('has the noun in the plural unless there is one', () => {
		assert.deepEqual(
			[counted(1, 'server'), counted(6, 'server'), counted(0, 'server'), counted(2, 'address', 'addresses')],
			['1 server', '6 servers', '0 servers', '2 addresses'],
		);
	});

	it('is near the number, whatever it is', () => {
		fc.assert(
			fc.property(fc.double({ min: -1e307, max: 1e307, noNaN: true }), (value) => {
				const [digits, power] = figure(value).replaceAll(',', '').replace('−', '-').split(' × 10');
				const exponent = power === undefined ? 0 : Number([...power].map(plainDigit).join(''));
				const read = Number(`${digits}e${exponent}`);
				assert.ok(Math.abs(read - value) <= Math.abs(value) * 0.006 + Number.MIN_VALUE, `${value} as ${figure(value)}`);
			}),
		);
	});

	it('writes any duration in at most two units', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 3_155_760_000, noNaN: true }), (seconds) => {
				assert.match(durationFigure(seconds), /^[\d,.]+( × 10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)? (ms|s|min|h|d)( \d+ (s|min|h))?$/);
			}),
		);
	});
});

function plainDigit(character: string): string {
	return character === '⁻' ? '-' : String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(character));
}
