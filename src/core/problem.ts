/**
 * What went wrong, as data. The host turns a problem into one sentence (what was seen, what was expected, what to try);
 * core and engine only ever name the code and the values that the sentence needs.
 */
export interface Problem {
	readonly code: ProblemCode;
	/** The values that the code's sentence mentions, by name. */
	readonly values: Readonly<Record<string, string | number>>;
	/** What an HTTP server answered, where that is the evidence. */
	readonly answer?: HttpAnswer;
}

/** Stable codes with the names of their `values`; they are part of what commands and tests can rely on. */
export type ProblemCode =
	/** `url`: not a URL. */
	| 'malformedUrl'
	/** `scheme`: neither ws, wss, http nor https. */
	| 'unsupportedScheme'
	/** `name`, `reason`: a header that HTTP does not allow (a line break, a character outside the field grammar). */
	| 'invalidHeader'
	/** `what`, `value`, `expected`: an option of `connect` that is out of its range or shape. */
	| 'invalidOption'
	/** `host`: DNS has no such name. */
	| 'unknownHost'
	/** `host`, `port`: nobody listens there. */
	| 'connectionRefused'
	/** `host`, `port`, `seconds`, `phase` (dns, tcp, tls, answer): accepted or not, it never got further. */
	| 'connectTimedOut'
	/** `host`, `port`, `reason`: any other failure below HTTP. */
	| 'connectFailed'
	/** `host`, `reason`: the TLS handshake failed. */
	| 'tlsFailed'
	/** `file`, `reason`: a CA or client certificate file that can't be used. */
	| 'certificateUnreadable'
	/** `status`, `statusText`; `answer`: a WebSocket upgrade answered with something else than 101. */
	| 'upgradeRefused'
	/** `rule`: a 101 answer that breaks RFC 6455 §4.1 (accept key, subprotocol, extension). */
	| 'handshakeInvalid'
	/** `status`, `statusText`; `answer`: an HTTP status that the transport can't go on from. */
	| 'wrongStatus'
	/** `contentType`, `expected`; `answer`: HTML where an event stream was expected, for one. */
	| 'wrongContentType'
	/** `encoding`, `reason`: a response whose Content-Encoding is unknown or whose bytes don't decode. */
	| 'undecodable'
	/** `reason`: the connection ended without a close frame, in mid-frame or in mid-answer. */
	| 'connectionLost'
	/** `sizeBytes`, `maxBytes`: a frame, message, event or answer over the limit. */
	| 'messageTooBig'
	/** No values: a text message or close reason that is not UTF-8 (RFC 6455 §8.1). */
	| 'invalidUtf8'
	/** `rule`: any other breach of RFC 6455; the rule names the breach and its section. */
	| 'protocolViolation'
	/** `what`: the cursor rule found nothing in the answer. */
	| 'cursorMissing'
	/** `transport` or `state`: this session can't send. */
	| 'cannotSend'
	/** `encoding`: what was to be sent is not valid hex or base64. */
	| 'invalidPayload'
	/** `file`: the disk has no room for payloads; metering goes on. */
	| 'diskFull'
	/** `file`, `reason`: any other failure of the capture's file. */
	| 'captureUnwritable'
	/** `file`, `reason`: frames could not be exported to that file. */
	| 'exportFailed'
	/** `session`: no session of that id. */
	| 'unknownSession'
	/** `reason`: a defect of ours; said openly. */
	| 'internal';

/** What came back instead of what was expected: enough to recognise it. */
export interface HttpAnswer {
	readonly head: MessageHead;
	/** At most the first 4,096 bytes of the body, decoded as UTF-8 with replacement characters. */
	readonly bodyStart: string;
}

/** A request's or response's first line and header fields, in order and in the case in which they went over the wire. */
export interface MessageHead {
	readonly line: string;
	/** Pairs of name and value. */
	readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
}

/** Carries a problem through `throw` and promises inside core and engine. */
export class ProblemError extends Error {
	constructor(readonly problem: Problem) {
		super(`${problem.code} ${JSON.stringify(problem.values)}`);
		this.name = 'ProblemError';
	}
}

/** A problem with its code and values. */
export function problem(code: ProblemCode, values: Problem['values'] = {}, answer?: HttpAnswer): Problem {
	return answer === undefined ? { code, values } : { code, values, answer };
}

/** The problem that an error carries; any other error is a defect of ours and says so. */
export function problemOf(error: unknown): Problem {
	if (error instanceof ProblemError) {
		return error.problem;
	}
	return problem('internal', { reason: error instanceof Error ? error.message : String(error) });
}
