import type { IncomingMessage } from 'node:http';
import type { HttpAnswer, MessageHead } from '../../core/problem';
import { type ContentDecoder, createContentDecoder } from './contentDecoder';

const mostBodyStartBytes = 4096;
const bodyStartWaitMs = 1000;

/** An answer's status line and fields, as they came. */
export function headOf(response: IncomingMessage): MessageHead {
	const headers: [string, string][] = [];
	for (let at = 0; at + 1 < response.rawHeaders.length; at += 2) {
		headers.push([response.rawHeaders[at]!, response.rawHeaders[at + 1]!]);
	}
	const status = `HTTP/${response.httpVersion} ${response.statusCode} ${response.statusMessage ?? ''}`;
	return { line: status.trimEnd(), headers };
}

/** The answer's media type in lower case, without parameters; '' where it names none. */
export function mediaTypeOf(response: IncomingMessage): string {
	return (response.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/**
 * Reads the start of an answer that is not what was hoped for, and destroys it: at most 4,096 bytes after content
 * decoding, and at most what comes within a second. Never rejects: what can't be read is left out.
 */
export async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
	const body = await readBodyStart(response, mostBodyStartBytes, bodyStartWaitMs);
	return { head: headOf(response), bodyStart: new TextDecoder().decode(body) };
}

/** The first bytes of an answer's body after content decoding, as far as they come within `waitMs`; then it is destroyed. */
export function readBodyStart(response: IncomingMessage, mostBytes: number, waitMs: number): Promise<Uint8Array> {
	return new Promise((resolve) => {
		const pieces: Uint8Array[] = [];
		let sizeBytes = 0;
		let settled = false;
		const settle = (): void => {
			if (settled) {
				return;
			}
			settled = true;
			clearTimeout(timer);
			decoder?.destroy();
			response.destroy();
			resolve(Buffer.concat(pieces).subarray(0, mostBytes));
		};
		const timer = setTimeout(settle, waitMs);
		const take = (piece: Uint8Array): void => {
			pieces.push(piece);
			sizeBytes += piece.length;
			if (sizeBytes >= mostBytes) {
				settle();
			}
		};
		let decoder: ContentDecoder | undefined;
		try {
			decoder = createContentDecoder(response.headers['content-encoding'], {
				data: take,
				done: settle,
				failed: settle,
			});
		} catch {
			// An unknown encoding: its bytes would tell nobody anything.
			response.on('error', settle);
			settle();
			return;
		}
		// Errors and early ends leave what came until then.
		response.on('error', settle);
		response.on('close', () => {
			if (decoder === undefined || !response.complete) {
				settle();
			}
		});
		response.on('data', (chunk: Buffer) => (decoder ? decoder.write(chunk, 0) : take(chunk)));
		response.on('end', () => (decoder ? decoder.end() : settle()));
	});
}
