import type { MessageHead } from './problem';

/** Fields whose values let their holder in. */
const credentialFields = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);

/** Names of query parameters that hold credentials: `token`, `access_token`, `api_key`, `sig`, `session-id`, …; not `key` alone. */
const credentialParameter =
	/^(?:.*[_.-])?(?:token|secret|signature|sig|password|passwd|pwd|jwt|auth|authorization|credentials?)$|^(?:x[_-])?(?:api|access|app|auth)[_-]?(?:key|token)$|^session[_-]?id$/i;

/** A URL, or a path with its query, as it may be written down: without user and password, and without the values of such parameters. */
export function addressWithoutCredentials(address: string): string {
	return address
		.replace(/\/\/[^/?#@\s]*@/, '//')
		.replace(/([?&])([^=&#\s]*)=[^&#\s]*/g, (whole, mark: string, name: string) =>
			credentialParameter.test(name) ? `${mark}${name}=…` : whole,
		);
}

/** A head as it may be written down: the values of fields and query parameters that hold credentials are left out, and it says so. */
export function headWithoutCredentials({ line, headers }: MessageHead): MessageHead {
	return {
		line: addressWithoutCredentials(line),
		headers: headers.map(([name, value]) => [name, credentialFields.has(name.toLowerCase()) ? '…' : value]),
	};
}
