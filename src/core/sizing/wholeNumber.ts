import { NoAnswer } from './problem';

/**
 * The smallest whole number that is not below a quotient. What rounding adds to or takes from a quotient that is whole
 * (48,000 ÷ (60,000 × 0.8)) does not count. Throws `NoAnswer` beyond 2⁵³, where doubles no longer count by ones.
 */
export function wholeAbove(quotient: number): number {
	return exact(nearWhole(quotient) ?? Math.ceil(quotient));
}

/** The largest whole number that is not above a quotient, with the same care as `wholeAbove`. */
export function wholeBelow(quotient: number): number {
	return exact(nearWhole(quotient) ?? Math.floor(quotient));
}

/** The whole number that a quotient is but for the rounding of two operations. */
function nearWhole(quotient: number): number | undefined {
	const nearest = Math.round(quotient);
	return Math.abs(quotient - nearest) <= nearest * Number.EPSILON * 4 ? nearest : undefined;
}

function exact(whole: number): number {
	if (!Number.isSafeInteger(whole)) {
		throw new NoAnswer('tooLarge');
	}
	return whole;
}
