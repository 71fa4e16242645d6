/**
 * A headline's first part with the mark that ends it, and what follows: `6 servers:` and ` 48,000 connections each`. All of it
 * is the first part where no colon, comma or semicolon parts it; one within a number does not.
 */
export function splitHeadline(headline: string): readonly [lead: string, rest: string] {
	const end = headline.search(/[:,;] /) + 1;
	return end === 0 ? [headline, ''] : [headline.slice(0, end), headline.slice(end)];
}
