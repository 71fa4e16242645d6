import type { IncomingMessage } from 'node:http';
import type { HeaderList } from './httpRequest';

/** As many redirects in a row as browsers follow (Fetch standard, "HTTP-redirect fetch"). */
export const mostRedirects = 20;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** Answers of 4xx that say "later": request timeout, too early, too many requests (RFC 9110 §15.5.9, RFC 8470, RFC 6585). */
const passingStatuses = new Set([408, 425, 429]);

/** Whether a status that can't be gone on from would be the same on a new attempt. */
export function isFinalStatus(status: number): boolean {
	return status < 500 && !passingStatuses.has(status);
}

/** Where an answer to a GET or HEAD sends the request on; undefined for any other answer, or a place that can't be gone to. */
export function redirectTarget(response: IncomingMessage, url: string, method: string): string | undefined {
	const { location } = response.headers;
	if (!redirectStatuses.has(response.statusCode ?? 0) || location === undefined || !/^(GET|HEAD)$/i.test(method)) {
		return undefined;
	}
	try {
		const target = new URL(location, url);
		target.hash = '';
		return /^https?:$/.test(target.protocol) ? target.href : undefined;
	} catch {
		return undefined;
	}
}

/** Fields that are meant for one host and must not be told to another (Fetch standard, "HTTP-redirect fetch"). */
const privateFields = new Set(['authorization', 'cookie', 'proxy-authorization', 'host']);

/** The user's fields that may go where a redirect leads. */
export function headersAcross(headers: HeaderList, from: string, to: string): HeaderList {
	return new URL(from).origin === new URL(to).origin
		? headers
		: headers.filter(([name]) => !privateFields.has(name.toLowerCase()));
}

/** What a body is called where the user does not say: JSON if it is, else text as the Fetch standard has it. */
export function contentTypeOf(body: string): string {
	try {
		JSON.parse(body);
		return 'application/json';
	} catch {
		return 'text/plain;charset=UTF-8';
	}
}
