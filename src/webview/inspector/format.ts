/** What stands for a number that was not measured; never 0. */
export const notMeasured = '–';

/** An integer with grouped digits: `1,204,331`. */
export function groupedDigits(value: number): string {
	const digits = Math.round(value).toString();
	return digits.length < 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Milliseconds for a table's column, always with one decimal so that the points stand under one another. */
export function columnMs(value: number | null | undefined): string {
	if (value === null || value === undefined || Number.isNaN(value)) {
		return notMeasured;
	}
	const tenths = Math.abs(Math.round(value * 10));
	const sign = value < 0 && tenths > 0 ? '−' : '';
	return `${sign}${groupedDigits(Math.floor(tenths / 10))}.${tenths % 10}`;
}

/** Milliseconds as a figure, to about three digits: `0.82`, `41.3`, `1,204`. */
export function figureMs(value: number | null | undefined): string {
	if (value === null || value === undefined || Number.isNaN(value)) {
		return notMeasured;
	}
	const size = Math.abs(value);
	const sign = value < 0 ? '−' : '';
	if (size < 9.995) {
		return sign + size.toFixed(2);
	}
	return sign + (size < 99.95 ? size.toFixed(1) : groupedDigits(size));
}

/** A span of time with its unit, to about three digits: `0.82 ms`, `412 ms`, `7.35 s`, `3 min 5 s`. */
export function durationMs(value: number): string {
	const size = Math.abs(value);
	if (size < 999.5) {
		return `${figureMs(value)} ms`;
	}
	const sign = value < 0 ? '−' : '';
	if (size < 119_500) {
		return `${sign}${figureMs(size / 1000)} s`;
	}
	const seconds = Math.round(size / 1000);
	const minutes = Math.floor(seconds / 60);
	return minutes < 120
		? `${sign}${minutes} min ${seconds % 60} s`
		: `${sign}${groupedDigits(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A share of one in per cent, to two digits where it is small: `0.42 %`, `7.1 %`, `63 %`. */
export function percent(share: number): string {
	const value = share * 100;
	if (value === 0 || value >= 9.95) {
		return `${Math.round(value)} %`;
	}
	if (value < 0.001) {
		return '< 0.001 %';
	}
	return `${value < 0.995 ? Number(value.toPrecision(2)) : value.toFixed(1)} %`;
}

/** A count in the room of four characters: `3`, `999`, `1.2k`, `48M`. */
export function shortCount(value: number): string {
	let scaled = value;
	for (const unit of ['', 'k', 'M', 'G']) {
		if (scaled < 999.5) {
			return unit !== '' && scaled < 9.95 ? `${scaled.toFixed(1)}${unit}` : `${Math.round(scaled)}${unit}`;
		}
		scaled /= 1000;
	}
	return '>999G';
}

/** How sure a figure is, to its first digit: a clock's step of 0.001 ms is not 0.00. */
export function uncertaintyMs(value: number): string {
	return value > 0 && value < 0.01 ? `${Number(value.toPrecision(1))}` : figureMs(value);
}

/** A number at an axis' mark: `0.05`, `20`, `4,000`. */
export function axisNumber(value: number): string {
	const size = Number(Math.abs(value).toPrecision(3));
	return `${value < 0 && size > 0 ? '−' : ''}${size < 1000 ? size : groupedDigits(size)}`;
}

/** A rate a second: `0.3`, `12.4`, `1,204`. */
export function rate(value: number): string {
	return value > 0 && value < 99.95 && !Number.isInteger(value) ? value.toFixed(1) : groupedDigits(value);
}

/** Bytes in SI units to three digits, number and unit apart: `['1.54', 'kB']`. */
export function byteParts(value: number): readonly [number: string, unit: string] {
	if (value < 999.5) {
		return [groupedDigits(value), 'B'];
	}
	let scaled = value;
	for (const unit of ['kB', 'MB', 'GB', 'TB']) {
		scaled /= 1000;
		if (scaled < 999.5 || unit === 'TB') {
			return [scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0), unit];
		}
	}
	return [groupedDigits(value), 'B'];
}

/** Bytes in SI units to three digits: `148 B`, `1.54 kB`. */
export function bytes(value: number): string {
	const [number, unit] = byteParts(value);
	return `${number} ${unit}`;
}

/** Bytes to the digit, with the rounded form where that says more: `1,540 bytes (1.54 kB)`. */
export function exactBytes(value: number): string {
	const exact = `${groupedDigits(value)} ${value === 1 ? 'byte' : 'bytes'}`;
	return value < 10_000 ? exact : `${exact} (${bytes(value)})`;
}

function twoDigits(value: number): string {
	return value < 10 ? `0${value}` : `${value}`;
}

/** The local time of day with milliseconds: `12:31:04.118`. */
export function timeOfDay(epochMs: number): string {
	const date = new Date(epochMs);
	const ms = date.getMilliseconds();
	const padding = ms < 10 ? '00' : ms < 100 ? '0' : '';
	return `${timeOfDaySeconds(epochMs)}.${padding}${ms}`;
}

/** The local time of day: `12:31:04`. */
export function timeOfDaySeconds(epochMs: number): string {
	const date = new Date(epochMs);
	return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`;
}

/** The local date and time with microseconds, for one frame's details: `2025-11-24 12:31:04.118204`. */
export function dateAndTime(epochMs: number): string {
	const date = new Date(epochMs);
	const micros = Math.floor((epochMs - Math.floor(epochMs)) * 1000);
	return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${timeOfDay(Math.floor(epochMs))}${String(micros).padStart(3, '0')}`;
}

/** A duration as a clock shows it: `00:12:31`, `3 d 04:05:06`. */
export function clockDuration(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const days = Math.floor(seconds / 86_400);
	const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
	return days === 0 ? clock : `${days} d ${clock}`;
}

/** A short duration in words: `0.4 s`, `12 s`, `3 min 5 s`. */
export function shortDuration(ms: number): string {
	const seconds = Math.max(0, ms) / 1000;
	if (seconds < 9.95) {
		return `${seconds.toFixed(1)} s`;
	}
	if (seconds < 119.5) {
		return `${Math.round(seconds)} s`;
	}
	const whole = Math.round(seconds);
	return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
