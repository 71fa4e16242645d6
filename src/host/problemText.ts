import { l10n } from 'vscode';
import type { TransportName } from '../core/endpoint';
import type { ConnectionEnd } from '../core/handshake';
import { type Problem, ProblemError } from '../core/problem';
import type { Detection } from '../core/session';

/** A transport as people call it. */
export function transportLabel(transport: TransportName | null): string {
	switch (transport) {
		case 'webSocket':
			return 'WebSocket';
		case 'eventStream':
			return l10n.t('event stream');
		case 'longPoll':
			return l10n.t('long polling');
		case 'polling':
			return l10n.t('polling');
		case null:
			return l10n.t('detecting');
	}
}

/** One sentence for a person: what was seen, what was expected, what to try. */
export function problemText({ code, values, answer }: Problem): string {
	const v = values as Record<string, string | number>;
	switch (code) {
		case 'malformedUrl':
			return l10n.t(
				'"{0}" is not a URL; expected one such as ws://localhost:8080/feed or localhost:3000/events.',
				v.url!,
			);
		case 'unsupportedScheme':
			return l10n.t('"{0}:" is not a scheme that carries live traffic; use ws:, wss:, http: or https:.', v.scheme!);
		case 'invalidHeader':
			return l10n.t(
				'The header "{0}" can\'t be sent ({1}); header names and values must be one line of visible characters, so remove what does not belong there.',
				v.name!,
				v.reason!,
			);
		case 'invalidOption':
			return l10n.t(
				'"{0}" is {1}; expected {2}, so correct that value and connect again.',
				v.what!,
				v.value!,
				v.expected!,
			);
		case 'unknownHost':
			return l10n.t(
				'No host is called "{0}"; check the spelling, or whether a VPN or hosts entry is missing.',
				v.host!,
			);
		case 'connectionRefused':
			return l10n.t(
				'Nothing listens at {0}:{1}; start the server there, or check the port, and reconnect.',
				v.host!,
				v.port!,
			);
		case 'connectTimedOut':
			return l10n.t(
				'{0}:{1} did not get past {2} within {3} s; check that the server answers there, or raise "limits.handshakeTimeoutSeconds".',
				v.host!,
				v.port!,
				phaseLabel(String(v.phase)),
				v.seconds!,
			);
		case 'connectFailed':
			return l10n.t(
				'The connection to {0}:{1} failed: {2}; check the address and the network between, and reconnect.',
				v.host!,
				v.port!,
				v.reason!,
			);
		case 'tlsFailed':
			return l10n.t(
				'TLS with {0} failed: {1}; name its authority in "tls.caFile", or turn "tls.verify" off for a server that you trust.',
				v.host!,
				v.reason!,
			);
		case 'certificateUnreadable':
			return l10n.t("The certificate file {0} can't be used: {1}; expected a readable PEM file.", v.file!, v.reason!);
		case 'upgradeRefused':
			return l10n.t(
				'The server answered {0} where 101 Switching Protocols was expected; {1}',
				statusText(v),
				upgradeAdvice(Number(v.status)),
			);
		case 'handshakeInvalid':
			return l10n.t(
				'The upgrade to WebSocket breaks RFC 6455: {0}; expected a WebSocket server behind this URL, so check the path and any proxy between.',
				v.rule!,
			);
		case 'wrongStatus':
			return l10n.t(
				'The server answered {0} where a 200 was expected; {1}',
				statusText(v),
				statusAdvice(Number(v.status)),
			);
		case 'wrongContentType':
			return l10n.t(
				'The server answered with {0} where {1} was expected; check the path, or choose another transport in the panel.',
				v.contentType || l10n.t('no content type'),
				v.expected!,
			);
		case 'undecodable':
			return l10n.t(
				'The answer\'s Content-Encoding "{0}" could not be decoded: {1}; expected gzip, br or deflate, so check the server or a proxy that compresses.',
				v.encoding!,
				v.reason!,
			);
		case 'connectionLost':
			return l10n.t(
				"The connection was lost: {0}; expected it to be closed in good order, so look at the server's log or a proxy's idle limit.",
				v.reason!,
			);
		case 'messageTooBig':
			return l10n.t(
				'A message of {0} bytes is over the limit of {1}; raise "limits.maxMessageBytes" to take it.',
				grouped(v.sizeBytes!),
				grouped(v.maxBytes!),
			);
		case 'invalidUtf8':
			return l10n.t(
				'A text message is not UTF-8, which RFC 6455 §8.1 asks for; send it as binary, or correct its encoding on the server.',
			);
		case 'protocolViolation':
			return l10n.t(
				'The server broke the WebSocket protocol: {0}; expected what RFC 6455 says, so look at the server or at a proxy that changes frames.',
				v.rule!,
			);
		case 'cursorMissing':
			return l10n.t(
				'The answer has no cursor at {0}; expected one there, so correct the cursor rule or choose "none".',
				v.what!,
			);
		case 'cannotSend':
			return v.transport === undefined
				? l10n.t('Nothing can be sent while the session is {0}; reconnect first.', v.state!)
				: l10n.t(
						'This transport ({0}) is one-way; only a WebSocket can send.',
						transportLabel(v.transport as TransportName),
					);
		case 'invalidPayload':
			return l10n.t('What was to be sent is not {0}; correct it or choose another encoding.', v.encoding!);
		case 'diskFull':
			return l10n.t(
				'The disk is full, so payloads are no longer kept in {0}; frames are still counted, so make room and clear the session.',
				v.file!,
			);
		case 'captureUnwritable':
			return l10n.t(
				"Payloads can't be kept in {0}: {1}; frames are still counted, so check that folder and clear the session.",
				v.file!,
				v.reason!,
			);
		case 'exportFailed':
			return l10n.t(
				'The frames could not be written to {0}: {1}; choose another place or make room, and export again.',
				v.file!,
				v.reason!,
			);
		case 'unknownSession':
			return v.session === ''
				? l10n.t('There is no session; connect to an endpoint first.')
				: l10n.t('There is no session "{0}"; expected the id that "connect" returned.', v.session!);
		case 'internal':
			return l10n.t(
				'The inspector itself failed: {0}; please report it with the log (Transport Inspector: Show Log).',
				v.reason!,
			);
	}
	return answer === undefined ? code : `${code} ${answer.head.line}`;
}

/** The sentence of an error: a problem's, or the message of any other. */
export function sentenceOf(error: unknown): string {
	return error instanceof ProblemError
		? problemText(error.problem)
		: error instanceof Error
			? error.message
			: String(error);
}

/** How a connection ended, where that is no problem. */
export function endText(end: ConnectionEnd): string | undefined {
	switch (end.by) {
		case 'user':
			return l10n.t('Disconnected.');
		case 'finished':
			return l10n.t('The server answered 204 No Content: the stream is over for good, so it is not opened again.');
		case 'server':
			return end.closeCode === undefined
				? l10n.t('The server ended the stream.')
				: end.closeReason
					? l10n.t('The server closed with code {0}: {1}', end.closeCode, end.closeReason)
					: l10n.t('The server closed with code {0}.', end.closeCode);
		case 'failed':
			return end.problem === undefined ? undefined : problemText(end.problem);
	}
}

/** What one look at the endpoint told. */
export function detectionText({ transport, saw }: Detection): string {
	const label = transportLabel(transport);
	const v = saw.values as Record<string, string | number>;
	switch (saw.code) {
		case 'scheme':
			return l10n.t('{0}: the URL says so.', label);
		case 'eventStream':
			return l10n.t("{0}: the answer's type is {1}.", label, v.contentType!);
		case 'upgradeOffered':
			return l10n.t('{0}: the server answered {1} and asks for an upgrade.', label, v.status!);
		case 'held':
			return l10n.t('{0}: the request was held for {1} s without an answer.', label, v.seconds!);
		case 'cursorKnown':
			return l10n.t('{0}: the answer carries a cursor as {1} does.', label, v.preset!);
		case 'unsafeToProbe':
			return l10n.t(
				'{0}: assumed without a look, since a {1} request is sent once and not to try; choose another transport if it is wrong.',
				label,
				v.method!,
			);
		case 'plain':
			return l10n.t(
				'{0}: the answer ({1} {2}) came at once and carries no known cursor.',
				label,
				v.status!,
				v.contentType!,
			);
	}
}

function phaseLabel(phase: string): string {
	switch (phase) {
		case 'dns':
			return l10n.t('the DNS look-up');
		case 'tcp':
			return l10n.t('the TCP connection');
		case 'tls':
			return l10n.t('the TLS handshake');
		default:
			return l10n.t('the request (no answer)');
	}
}

function statusText(v: Record<string, string | number>): string {
	return `${v.status} ${v.statusText}`.trim();
}

function upgradeAdvice(status: number): string {
	if (status === 200) {
		return l10n.t('this path serves a page, so check the path or choose an HTTP transport.');
	}
	if (status >= 300 && status < 400) {
		return l10n.t('connect to the address that it redirects to (see its Location header).');
	}
	return status === 426
		? l10n.t('it wants another protocol or version (see its Upgrade header).')
		: statusAdvice(status);
}

function statusAdvice(status: number): string {
	switch (status) {
		case 401:
		case 403:
			return l10n.t('give it the credentials it wants, with the "headers" option or setting.');
		case 404:
			return l10n.t('check the path.');
		case 405:
			return l10n.t('check the method.');
		case 429:
			return l10n.t('it wants fewer requests, so wait or raise the interval.');
		default:
			return status >= 500
				? l10n.t("look at the server's log.")
				: l10n.t('look at what came back under "Connection" in the panel.');
	}
}

function grouped(value: string | number): string {
	return Number(value).toLocaleString('en');
}
