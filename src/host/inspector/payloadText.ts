import type { SendEncoding } from '../../core/messages';
import { ProblemError, problem } from '../../core/problem';

/** The bytes to send for what a person typed; throws `invalidPayload` where the text is not of its encoding. */
export function encodePayload(
	text: string,
	encoding: SendEncoding,
): { readonly payload: Uint8Array; readonly kind: 'text' | 'binary' } {
	switch (encoding) {
		case 'text':
			return { payload: Buffer.from(text, 'utf8'), kind: 'text' };
		case 'json':
			try {
				JSON.parse(text);
			} catch (error) {
				throw new ProblemError(problem('invalidPayload', { encoding: `JSON (${(error as Error).message})` }));
			}
			return { payload: Buffer.from(text, 'utf8'), kind: 'text' };
		case 'hex': {
			const digits = text.replace(/[\s:,]|0x/gi, '');
			if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
				throw new ProblemError(problem('invalidPayload', { encoding: 'hex (pairs of 0–9 and a–f)' }));
			}
			return { payload: Buffer.from(digits, 'hex'), kind: 'binary' };
		}
		case 'base64': {
			const characters = text.replace(/\s/g, '');
			if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(characters) || characters.replace(/=+$/, '').length % 4 === 1) {
				throw new ProblemError(problem('invalidPayload', { encoding: 'base64' }));
			}
			return { payload: Buffer.from(characters, 'base64'), kind: 'binary' };
		}
	}
}
