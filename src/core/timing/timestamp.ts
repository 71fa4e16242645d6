/** A sending time as read from a payload. */
export interface Timestamp {
	/** Epoch milliseconds, with fractions. */
	readonly ms: number;
	/** The step of its last digit in milliseconds: the sender's clock read something in [ms, ms + resolutionMs). */
	readonly resolutionMs: number;
}

/** A number that is an epoch time, in the unit that its size tells: seconds, milliseconds, microseconds or nanoseconds. */
function fromNumber(value: number, fractionDigits: number): Timestamp | undefined {
	if (!(value >= 1e8 && value < 1e20)) {
		return undefined;
	}
	// 10^11 seconds is the year 5138, and 10^11 milliseconds is 1973: no time that is sent today is ambiguous.
	const unitMs = value < 1e11 ? 1000 : value < 1e14 ? 1 : value < 1e17 ? 1e-3 : 1e-6;
	return { ms: value * unitMs, resolutionMs: unitMs * 10 ** -fractionDigits };
}

const isoPattern = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,](\d{1,9}))?)?(?:[Zz]|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a sending time from a JSON scalar's text: a number or a string of digits (epoch s, ms, µs or ns), or ISO 8601.
 * An ISO time without a zone is taken as UTC. Anything else is undefined.
 */
export function readTimestamp(text: string): Timestamp | undefined {
	const scalar = text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
	const digits = /^\d{9,20}(?:\.(\d{1,9}))?$/.exec(scalar);
	if (digits) {
		return fromNumber(Number(scalar), digits[1]?.length ?? 0);
	}
	const iso = isoPattern.exec(scalar);
	if (!iso) {
		return undefined;
	}
	// Date.parse knows three digits; the rest is added, since an ISO time in microseconds is common.
	const zone = /(?:[Zz]|[+-]\d{2}:?\d{2})$/.exec(scalar.slice(10))?.[0] ?? 'Z';
	const whole = scalar
		.slice(0, scalar.length)
		.replace(/[.,]\d+/, '')
		.replace(zone, '')
		.replace(' ', 'T');
	const ms = Date.parse(`${whole.length === 16 ? `${whole}:00` : whole}${zone.toUpperCase()}`);
	if (Number.isNaN(ms)) {
		return undefined;
	}
	const fraction = iso[1] ?? '';
	return {
		ms: ms + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000),
		resolutionMs: 1000 * 10 ** -fraction.length,
	};
}

/** The same for a run of plain ASCII digits with at most one point, without making a string of it; NaN where it is anything else. */
export function readEpochNumber(bytes: Uint8Array, start: number, end: number): number {
	let value = 0;
	let at = start;
	for (; at < end; at++) {
		const digit = bytes[at]! - 48;
		if (digit < 0 || digit > 9) {
			break;
		}
		value = value * 10 + digit;
	}
	if (at < end) {
		if (bytes[at] !== 46) {
			return Number.NaN;
		}
		let step = 0.1;
		for (at++; at < end; at++) {
			const digit = bytes[at]! - 48;
			if (digit < 0 || digit > 9) {
				return Number.NaN;
			}
			value += digit * step;
			step /= 10;
		}
	}
	if (!(value >= 1e8 && value < 1e20)) {
		return Number.NaN;
	}
	return value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
}

/** Names by which sending times are usually called, best first; an unlisted name is the weakest hint. */
const namePatterns: readonly RegExp[] = [
	/^(sent|send|emitted|published)[_-]?(at|time|ts|ms)?$/i,
	/^(server|event)[_-]?(time|ts|timestamp)/i,
	/^(timestamp|time|ts|epoch|datetime)([_-]?(ms|us|ns))?$/i,
	/(time|timestamp|[_-]ts|At|_at|date)$/,
	/^[ETt]$/,
];
/** How many of those patterns name the time of the message itself, whatever the sender's clock says. */
const tellingPatterns = 3;

/**
 * Words of names that tell another time than the sending's: when a thing was made, changed, began or will end. They are
 * refused even where nothing else is found, since a lag of the wrong time is worse than none.
 */
const otherTimes = new Set(
	(
		'begin begins began birth birthday birthdate born changed close closed closes created creation deadline deleted ' +
		'dob due end ended ends exp expire expired expires expiry expiration first from iat joined last modified nbf next ' +
		'open opened opens prev previous refresh registered renew renews retry scheduled since start started starts to ' +
		'ttl until update updated updates valid'
	).split(' '),
);

/** Whether a name tells another time, by its words: `expires_at`, `expiresAt` and `EXPIRES-AT` have the same two. */
function tellsOtherTime(name: string): boolean {
	return name
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^a-z\d]+/)
		.some((word) => otherTimes.has(word));
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A sender on this machine is never ahead; one elsewhere may be by a little. */
const mostAheadMs = 5000;
const mostNodes = 400;

/**
 * Finds where a payload carries its sending time: the JSON path of a value that reads as a time near `arrivedAtMs`,
 * with the best name first and the latest time among equals. Undefined where there is none.
 *
 * A plain number of seconds, or a value without a telling name, must lie within an hour of the arrival; others within a
 * day. What lies more than five seconds ahead must have a name that leaves no doubt, and names such as `createdAt` or
 * `expires`, which tell another time, are never taken.
 */
export function detectTimestampPath(value: unknown, arrivedAtMs: number): string | undefined {
	let best: { readonly path: string; readonly rank: number; readonly ms: number } | undefined;
	let nodes = 0;
	const visit = (node: unknown, path: string, name: string, depth: number): void => {
		if (++nodes > mostNodes) {
			return;
		}
		if (typeof node === 'number' || typeof node === 'string') {
			const timestamp = readTimestamp(String(node));
			if (timestamp === undefined || tellsOtherTime(name)) {
				return;
			}
			const found = namePatterns.findIndex((pattern) => pattern.test(name));
			const rank = found === -1 ? namePatterns.length : found;
			const strict = rank === namePatterns.length || (typeof node === 'number' && timestamp.resolutionMs >= 1000);
			const mostAwayMs = strict ? hourMs : dayMs;
			const aheadMs = timestamp.ms - arrivedAtMs;
			if (-aheadMs > mostAwayMs || aheadMs > (rank < tellingPatterns ? mostAwayMs : mostAheadMs)) {
				return;
			}
			if (best === undefined || rank < best.rank || (rank === best.rank && timestamp.ms > best.ms)) {
				best = { path, rank, ms: timestamp.ms };
			}
		} else if (Array.isArray(node)) {
			if (node.length > 0 && depth < 5) {
				visit(node[0], `${path}[0]`, name, depth + 1);
			}
		} else if (node !== null && typeof node === 'object' && depth < 5) {
			for (const [key, child] of Object.entries(node)) {
				visit(
					child,
					`${path}${/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`,
					key,
					depth + 1,
				);
			}
		}
	};
	visit(value, '$', '', 0);
	return best?.path;
}
