import type { Dimension } from './quantity';

/** A unit that stands with a number's label, not with the number; times the factor the number is in the dimension's own unit. */
export interface LabelUnit {
	readonly dimension: Dimension;
	readonly factor: number;
}

/** A unit is within so many characters of a label's end. */
const mostOfLabel = 40;

/** The unit at the end of a label: of `payloadBytes`, `interval (s)`, `events per second`; undefined where it has none. */
export function unitOfLabel(label: string): LabelUnit | undefined {
	const parted = label.slice(-mostOfLabel).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
	const rate = /(?:per[\s_-]?|\/\s?)(s|sec|seconds?|m|min|minutes?|h|hours?)[\s)\]*_`:=|]*$/i.exec(parted);
	if (rate !== null) {
		// A speed is not a rate of events, and a label rarely says which of bits and bytes it means.
		const isSpeed = /(?:\b|_)(?:[kmg]?bits?|bytes?|[kmg]?b)[\s_-]?$/i.test(parted.slice(0, rate.index));
		return isSpeed ? undefined : { dimension: 'perSecond', factor: 1 / secondsOf(rate[1]!) };
	}
	const unit = /(?:^|[\s([,_])(%|[A-Za-z]+)[\s)\]*_`:=|]*$/.exec(parted)?.[1];
	return unit === undefined ? undefined : (labelUnits.get(unit) ?? labelUnits.get(unit.toLowerCase()));
}

function secondsOf(unit: string): number {
	return /^s/i.test(unit) ? 1 : /^m/i.test(unit) ? 60 : 3600;
}

const labelUnits: ReadonlyMap<string, LabelUnit> = new Map(
	(
		[
			['bytes', 'byte bytes B octets', 1],
			['bytes', 'KB kB kb kilobytes', 1e3],
			['bytes', 'MB mb megabytes', 1e6],
			['bytes', 'GB gb gigabytes', 1e9],
			['bytes', 'KiB kib', 1024],
			['bytes', 'MiB mib', 1024 ** 2],
			['bytes', 'GiB gib', 1024 ** 3],
			['seconds', 'ms millis milliseconds millisecond', 1e-3],
			['seconds', 's sec secs second seconds', 1],
			['seconds', 'min mins minute minutes', 60],
			['seconds', 'h hour hours', 3600],
			['perSecond', 'Hz hz', 1],
			['share', '% percent pct', 0.01],
			['bitsPerSecond', 'kbps', 1e3],
			['bitsPerSecond', 'mbps', 1e6],
			['bitsPerSecond', 'gbps', 1e9],
		] as const
	).flatMap(([dimension, units, factor]) => units.split(' ').map((unit) => [unit, { dimension, factor }] as const)),
);
