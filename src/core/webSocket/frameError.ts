import { type Problem, problem } from '../problem';

/** Every way in which a frame can be wrong. The names are stable; `explanations` says what each means. */
export type FrameRule = keyof typeof explanations | 'messageTooBig' | 'invalidUtf8' | 'undecodable';

const explanations = {
	maskForbidden: 'a server must not mask its frames (RFC 6455 §5.1)',
	maskRequired: 'a client must mask its frames (RFC 6455 §5.1)',
	reservedBit: 'a reserved bit is set that no negotiated extension gives a meaning (RFC 6455 §5.2)',
	reservedOpcode: 'the opcode is reserved (RFC 6455 §5.2)',
	lengthNotMinimal: 'a payload length must take the fewest bytes that hold it (RFC 6455 §5.2)',
	lengthOver63Bits: 'the highest bit of a 64-bit payload length must be 0 (RFC 6455 §5.2)',
	continuationOfNothing: 'a continuation frame came while no message was open (RFC 6455 §5.4)',
	messageInMessage: 'a new message began before the fragmented one was finished (RFC 6455 §5.4)',
	controlFragmented: 'a control frame must not be fragmented (RFC 6455 §5.5)',
	controlTooLong: 'a control frame must carry at most 125 bytes (RFC 6455 §5.5)',
	closeTooShort: 'a close frame with a payload must begin with a 2-byte code (RFC 6455 §5.5.1)',
	closeCodeInvalid: 'the close code must not appear in a frame (RFC 6455 §7.4)',
} as const;

/** Why reading stopped: the rule, the close code that tells the peer (RFC 6455 §7.4.1), and the problem for people. */
export interface FrameError {
	readonly rule: FrameRule;
	readonly closeCode: 1002 | 1007 | 1009;
	readonly problem: Problem;
}

/** A breach of RFC 6455's framing; `detail` is what was seen, where the rule's sentence leaves that open. */
export function protocolViolation(rule: keyof typeof explanations, detail?: string): FrameError {
	const explanation = explanations[rule];
	return {
		rule,
		closeCode: 1002,
		problem: problem('protocolViolation', { rule: detail === undefined ? explanation : `${explanation}: ${detail}` }),
	};
}

/** A message over the limit (close code 1009). */
export function messageTooBig(sizeBytes: number, maxBytes: number): FrameError {
	return { rule: 'messageTooBig', closeCode: 1009, problem: problem('messageTooBig', { sizeBytes, maxBytes }) };
}

/** Text or a close reason that is not UTF-8 (RFC 6455 §8.1; close code 1007). */
export const invalidUtf8: FrameError = { rule: 'invalidUtf8', closeCode: 1007, problem: problem('invalidUtf8') };

/**
 * Whether a close code may be sent in a close frame: those of RFC 6455 §7.4.1 that an endpoint sets, those registered
 * since with IANA (1012 to 1014), and the ranges for libraries and applications (§7.4.2).
 */
export function isSendableCloseCode(code: number): boolean {
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
