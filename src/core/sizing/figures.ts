/** How numbers are written in answers. Digits are grouped by commas and parted by a point, whatever the editor's language. */

const mostDigits = 6;

/** A number to at most six significant digits, digits grouped: `240,000`, `0.0833`, `5.4`. Very large and very small ones as powers of ten. */
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
		return `${Number(digits)} × 10${superscript(Number(power))}`;
	}
	if (size >= 1e6) {
		return grouped(Math.round(value).toString());
	}
	const digits = size >= 100 ? 1 : size >= 1 ? 2 : 4;
	return grouped(Number(Number(value.toFixed(digits)).toPrecision(mostDigits)).toString());
}

/** Bytes in decimal units: `220 B`, `5.4 MB`, `186 GB`. */
export function bytesFigure(value: number): string {
	return scaled(value, ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']);
}

/** Bits a second in decimal units: `43.2 Mbit/s`. */
export function bitRateFigure(value: number): string {
	return `${scaled(value, ['bit', 'kbit', 'Mbit', 'Gbit', 'Tbit', 'Pbit'])}/s`;
}

/** Seconds in the unit that reads best: `80 ms`, `2.5 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationFigure(seconds: number): string {
	if (seconds === 0) {
		return '0 s';
	}
	if (seconds < 1) {
		return `${figure(Number((seconds * 1000).toPrecision(3)))} ms`;
	}
	if (seconds < 60) {
		return `${figure(Number(seconds.toPrecision(3)))} s`;
	}
	const whole = Math.round(seconds);
	const parts: [number, string][] = [
		[Math.floor(whole / 86_400), 'd'],
		[Math.floor(whole / 3600) % 24, 'h'],
		[Math.floor(whole / 60) % 60, 'min'],
		[whole % 60, 's'],
	];
	const first = parts.findIndex(([amount]) => amount > 0);
	return parts
		.slice(first, first + 2)
		.filter(([amount]) => amount > 0)
		.map(([amount, unit]) => `${figure(amount)} ${unit}`)
		.join(' ');
}

/** A share as a percentage: `20%`, `0.4%`. */
export function shareFigure(value: number): string {
	return `${figure(Number((value * 100).toPrecision(3)))}%`;
}

/** A number and its noun, in the plural where it is not one: `1 server`, `6 servers`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
	return `${figure(value)} ${value === 1 ? singular : plural}`;
}

function scaled(value: number, units: readonly string[]): string {
	let amount = value;
	let unit = 0;
	while (Number(amount.toPrecision(3)) >= 1000 && unit < units.length - 1) {
		amount /= 1000;
		unit++;
	}
	// A few bytes more or less than 1,000 still show as written: 1.04 KB, 900 B.
	return `${figure(Number(amount.toPrecision(unit === 0 ? 6 : 4)))} ${units[unit]}`;
}

function grouped(digits: string): string {
	const [whole, fraction] = digits.split('.');
	const groups = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
	return (fraction === undefined ? groups : `${groups}.${fraction}`).replace('-', '−');
}

function superscript(power: number): string {
	return [...power.toString()].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');
}
