import type { Endpoint } from '../../core/endpoint';
import { type Problem, ProblemError, problem } from '../../core/problem';

/** The URL's host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
	return url.hostname.replace(/^\[|\]$/g, '');
}

/** The URL's port, or its scheme's own. */
export function portOf(url: URL): number {
	return url.port === '' ? (isTls(url) ? 443 : 80) : Number(url.port);
}

/** Whether the URL's scheme is `https:` or `wss:`. */
export function isTls(url: URL): boolean {
	return url.protocol === 'https:' || url.protocol === 'wss:';
}

/** What the system's codes mean where the connection could not be made. */
const connectReasons: Readonly<Record<string, string>> = {
	EHOSTUNREACH: 'there is no route to the host',
	ENETUNREACH: 'there is no route to its network',
	ENETDOWN: 'the network is down',
	ETIMEDOUT: 'the host did not answer',
	EADDRNOTAVAIL: 'no local port is free, or the address can not be connected to',
	EACCES: 'the system does not allow it',
	EPERM: 'the system does not allow it',
	EMFILE: 'too many files and sockets are open',
};

const tlsCode =
	/^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$|EPROTO$)/;

const tlsReasons: Readonly<Record<string, string>> = {
	DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
	SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted',
	UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not known',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not known',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not known',
	CERT_HAS_EXPIRED: 'its certificate has expired',
	CERT_NOT_YET_VALID: 'its certificate is not valid yet',
	ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS there',
	ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS there',
	ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server wants a client certificate',
	ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
		'the two sides have no cipher in common, or the server wants a client certificate',
	ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the two sides have no version of TLS in common',
};

/**
 * Names what a request's or socket's error says. `url` is where the request went, where that is not the endpoint's own
 * URL; `answered` says that the answer had begun, so that what is lost is a connection and not an attempt.
 */
export function socketProblem(
	error: unknown,
	endpoint: Pick<Endpoint, 'url' | 'maxHandshakeBytes'>,
	url: string = endpoint.url,
	answered = false,
): Problem {
	if (error instanceof ProblemError) {
		return error.problem;
	}
	if (error instanceof AggregateError && error.errors.length > 0) {
		// One error for each address of the host. A refusal says most, since somebody was there to refuse.
		const refused = error.errors.find((each) => each?.code === 'ECONNREFUSED');
		return socketProblem(refused ?? error.errors[0], endpoint, url, answered);
	}
	const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
	const target = new URL(url);
	const host = hostOf(target);
	const port = portOf(target);
	const lost = (reason: string): Problem => problem('connectionLost', { reason });
	const failed = (reason: string): Problem =>
		answered ? lost(reason) : problem('connectFailed', { host, port, reason });

	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA' || code === 'EAI_NONAME') {
		return problem('unknownHost', { host });
	}
	if (code === 'ECONNREFUSED') {
		return problem('connectionRefused', { host, port });
	}
	if (/before secure TLS connection/.test(message)) {
		return problem('tlsFailed', { host, reason: 'the server closed the connection during the TLS handshake' });
	}
	if (tlsCode.test(code)) {
		return problem('tlsFailed', { host, reason: tlsReason(error as Error, code) });
	}
	if (code === 'HPE_HEADER_OVERFLOW') {
		return failed(`the answer's head is longer than ${endpoint.maxHandshakeBytes} bytes`);
	}
	if (code === 'HPE_INVALID_EOF_STATE') {
		return lost(
			answered
				? 'the server closed the connection in mid-answer'
				: 'the server closed the connection in the head of its answer',
		);
	}
	if (code.startsWith('HPE_')) {
		return failed(`the answer is not HTTP (${parserReason(error as Error)})`);
	}
	if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNABORTED') {
		return lost(
			answered
				? 'the server closed the connection in mid-answer'
				: 'the server closed the connection without an answer',
		);
	}
	return failed(connectReasons[code] ?? message);
}

function tlsReason(error: Error, code: string): string {
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		// "Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames: DNS:b"
		const { reason } = error as Error & { readonly reason?: string };
		return `its certificate is for another name (${reason ?? error.message})`;
	}
	if (/wrong version number|packet length too long|http request/i.test(error.message)) {
		return tlsReasons.ERR_SSL_WRONG_VERSION_NUMBER!;
	}
	const { reason } = error as Error & { readonly reason?: string };
	return tlsReasons[code] ?? reason ?? error.message;
}

/** "Parse Error: Expected HTTP/" without its first words. */
function parserReason(error: Error): string {
	return error.message.replace(/^Parse Error: /, '');
}
