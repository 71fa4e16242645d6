/** How numbers are written in answers. Digits are grouped by commas and parted by a point, whatever the editor's language. */

/**
 * A number as it is read best, digits grouped: whole ones in full (`240,000`), others to two places, fewer where they are
 * large and three digits where they are small (`5.4`, `1,234.5`, `0.0833`). From 10¹⁵ on and below 0.0001 as a power of ten.
 */
export function figure(value: number): string {
	if (value === 0) {
		return '0';
	}
	const size = Math.abs(value);
	if (Number.isInteger(value) && size < 1e15) {
		return grouped(value.toString());
	}
	if (size >= 1e15 || size < 1e-4) {
		const [digits, power] = value.toExponential(2).split('e');
		return `${grouped(Number(digits).toString())} × 10${superscript(Number(power))}`;
	}
	if (size < 1) {
		return grouped(Number(value.toPrecision(3)).toString());
	}
	return grouped(Number(value.toFixed(size < 100 ? 2 : size < 1e5 ? 1 : 0)).toString());
}

/** Bytes in decimal units: `220 B`, `5.4 MB`, `186 GB`. */
export function bytesFigure(value: number): string {
	return scaled(value, ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']);
}

/** Memory in binary units, in which servers have it: `512 B`, `40 KiB`, `1.5 GiB`. */
export function memoryFigure(value: number): string {
	return scaled(value, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'], 1024);
}

/** Bits a second in decimal units: `43.2 Mbit/s`. */
export function bitRateFigure(value: number): string {
	return `${scaled(value, ['bit', 'kbit', 'Mbit', 'Gbit', 'Tbit', 'Pbit'])}/s`;
}

/** Pairs of units that durations of a minute and more are shown in, with their seconds. */
const longUnits = [
	{ large: 86_400, largeUnit: 'd', small: 3600, smallUnit: 'h' },
	{ large: 3600, largeUnit: 'h', small: 60, smallUnit: 'min' },
	{ large: 60, largeUnit: 'min', small: 1, smallUnit: 's' },
] as const;

/** Seconds in the unit that reads best, in at most two of them: `80 ms`, `2.5 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationFigure(seconds: number): string {
	if (seconds === 0) {
		return '0 s';
	}
	// Rounded first, so that what rounds up to a whole unit is shown in that unit: 0.9999 s is 1 s, 59.999 s is 1 min. A
	// sum of seconds and milliseconds needs four digits not to look wrong: 15 s + 50 ms = 15.05 s.
	const short = Number(seconds.toPrecision(seconds < 1 ? 3 : 4));
	if (short < 1) {
		return `${figure(Number((short * 1000).toPrecision(3)))} ms`;
	}
	if (short < 60) {
		return `${figure(short)} s`;
	}
	// Rounded to the smaller unit before the larger one is chosen: 59 min 59.9 s is 1 h.
	const rounded = longUnits.map((units) => ({ ...units, smalls: Math.round(seconds / units.small) }));
	const { large, largeUnit, small, smallUnit, smalls } = rounded.find(
		(each) => each.smalls * each.small >= each.large,
	)!;
	const rest = smalls % (large / small);
	const first = `${figure((smalls - rest) / (large / small))} ${largeUnit}`;
	return rest === 0 ? first : `${first} ${figure(rest)} ${smallUnit}`;
}

/** A share as a percentage: `20%`, `0.4%`. */
export function shareFigure(value: number): string {
	return `${figure(Number((value * 100).toPrecision(3)))}%`;
}

/** A number and its noun, in the plural where it is not one: `1 server`, `6 servers`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
	return `${figure(value)} ${value === 1 ? singular : plural}`;
}

function scaled(value: number, units: readonly string[], step = 1000): string {
	let amount = value;
	let unit = 0;
	// As shown: 999.96 KB is 1 MB.
	while (shown(amount, unit) >= step && unit < units.length - 1) {
		amount /= step;
		unit++;
	}
	return `${figure(shown(amount, unit))} ${units[unit]}`;
}

/** Four digits; the smallest unit is counted, and so has its digits in full: 1,023 B. */
function shown(amount: number, unit: number): number {
	return unit === 0 ? Number(amount.toPrecision(6)) : Number(amount.toPrecision(4));
}

function grouped(digits: string): string {
	const [whole, fraction] = digits.split('.');
	const groups = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
	return (fraction === undefined ? groups : `${groups}.${fraction}`).replace('-', '−');
}

function superscript(power: number): string {
	return [...power.toString()].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');
}
