import { request } from 'node:http';
import type { Endpoint } from '../../src/core/endpoint';
import type { FrameKind } from '../../src/core/frame';
import type { ExportedFrame } from '../../src/core/messages';
import { exportedFrames } from '../../src/engine/exportedFrame';
import { Session } from '../../src/engine/session';
import { endpointFor } from '../support/endpoint';
import { nowMs } from '../support/transportRecorder';

/** An endpoint as the extension's own settings have it, where that shows in what a server is asked for. */
export function endpointOf(url: string, more: Partial<Endpoint> = {}): Endpoint {
	return endpointFor(url, { cursor: 'auto', perMessageDeflate: true, ...more });
}

/** A whole session on an endpoint, which captures into `folder`, detects where it has to, and reconnects at once. */
export function sessionOf(url: string, folder: string, more: Partial<Endpoint> = {}): Session {
	return new Session(
		'session',
		endpointOf(url, {
			reconnect: { enabled: true, baseMs: 20, capMs: 200, maxAttempts: 0 },
			...more,
		}),
		{ folder, maxFrames: 1e5, maxBytes: 1e8 },
		{
			nowMs,
			changed: () => {},
			dirtied: (session) => session.settled(),
		},
	);
}

/** The captured frames of a kind. */
export function framesOf(session: Session, kind: FrameKind): ExportedFrame[] {
	return exportedFrames(session, 1, session.capture.lastSeq + 1).filter((frame) => frame.kind === kind);
}

/** No test here waits longer for one thing: what never comes is told by name, before Mocha's own limit. */
const mostWaitMs = 20_000;

/** Waits until something is so. */
export async function until(isSo: () => boolean, what = 'what was waited for'): Promise<void> {
	const deadlineMs = performance.now() + mostWaitMs;
	while (!isSo()) {
		if (performance.now() > deadlineMs) {
			throw new Error(`${what} did not come.`);
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

/** One plain request over a connection of its own, so that none stays behind. */
export function ask(
	method: string,
	url: string,
	body?: string,
	headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: string }> {
	return new Promise((resolve, reject) => {
		const asked = request(url, { method, agent: false, headers }, (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (piece: string) => {
				text += piece;
			});
			response.on('end', () => resolve({ status: response.statusCode!, body: text }));
			response.on('error', reject);
		});
		asked.on('error', reject);
		asked.end(body);
	});
}
