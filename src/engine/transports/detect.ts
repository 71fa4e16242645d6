import type { IncomingMessage } from 'node:http';
import { detectCursor } from '../../core/cursor';
import { type Endpoint, isSafeToRepeat } from '../../core/endpoint';
import { ProblemError, problem } from '../../core/problem';
import type { Detection } from '../../core/session';
import { decodableEncodings } from './contentDecoder';
import { headOf, mediaTypeOf, readBodyStart } from './httpAnswer';
import { socketProblem } from './httpProblem';
import { type HeaderList, startRequest } from './httpRequest';
import { headersAcross, mostRedirects, redirectTarget } from './httpStatus';

/** An answer that is not there after so long is held: the server waits for news. */
const heldAfterMs = 1500;
/** At most so much of an answer is looked at. */
const mostLookedBytes = 256 * 1024;

/**
 * Finds out how an endpoint wants to be watched, from its scheme or from one look at what it answers to the endpoint's own
 * GET. A request that may do something each time that it is sent is not sent to look: it is taken for the event stream
 * that APIs answer a POST with. Rejects with a `ProblemError` for an endpoint that can't be reached, for an answer that no
 * transport can go on from, and when `signal` tells it to stop, which leaves no socket open.
 */
export async function detectTransport(
	endpoint: Endpoint,
	nowMs: () => number,
	signal?: AbortSignal,
): Promise<Detection> {
	const scheme = /^([a-z]+):/i.exec(endpoint.url)?.[1]?.toLowerCase() ?? '';
	if (scheme === 'ws' || scheme === 'wss') {
		return { transport: 'webSocket', saw: { code: 'scheme', values: { scheme } } };
	}
	if (!isSafeToRepeat(endpoint)) {
		return { transport: 'eventStream', saw: { code: 'unsafeToProbe', values: { method: endpoint.method } } };
	}
	const startedAtMs = performance.now();
	let url = endpoint.url;
	let userHeaders: HeaderList = endpoint.headers;
	for (let redirects = 0; ; redirects++) {
		const response = await ask(endpoint, url, userHeaders, nowMs, signal);
		if (response === 'held') {
			return heldFor(heldAfterMs);
		}
		const target = redirectTarget(response, url, endpoint.method);
		if (target === undefined || redirects === mostRedirects) {
			const detection = await decide(response, startedAtMs);
			if (signal?.aborted) {
				throw stopped();
			}
			return detection;
		}
		response.destroy();
		userHeaders = headersAcross(userHeaders, url, target);
		url = target;
	}
}

/** Sends one request; resolves with the answer's head, or with `held` when none came. */
function ask(
	endpoint: Endpoint,
	url: string,
	userHeaders: HeaderList,
	nowMs: () => number,
	signal: AbortSignal | undefined,
): Promise<IncomingMessage | 'held'> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) {
			reject(stopped());
			return;
		}
		// What startRequest throws rejects the promise.
		const { request } = startRequest(
			endpoint,
			{
				method: endpoint.method,
				url,
				userHeaders,
				defaultHeaders: [
					['Accept', 'text/event-stream, application/json;q=0.9, */*;q=0.5'],
					['Accept-Encoding', decodableEncodings],
				],
				limitsAnswer: false,
			},
			nowMs,
		);
		let timer: NodeJS.Timeout | undefined;
		const stop = (): void => void request.destroy(stopped());
		signal?.addEventListener('abort', stop);
		request.on('finish', () => {
			timer = setTimeout(() => {
				resolve('held');
				request.destroy();
			}, heldAfterMs);
		});
		request.on('close', () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', stop);
		});
		request.on('error', (error) => reject(new ProblemError(socketProblem(error, endpoint, url))));
		request.on('response', (response) => {
			clearTimeout(timer);
			response.on('error', () => {
				// Whoever reads it sees where it ends; a head alone is a head all the same.
			});
			resolve(response);
		});
	});
}

function stopped(): ProblemError {
	return new ProblemError(problem('connectionLost', { reason: 'closed before it was open' }));
}

async function decide(response: IncomingMessage, startedAtMs: number): Promise<Detection> {
	const status = response.statusCode ?? 0;
	const contentType = mediaTypeOf(response);
	if (status === 200 && contentType === 'text/event-stream') {
		response.destroy();
		return { transport: 'eventStream', saw: { code: 'eventStream', values: { contentType } } };
	}
	const waitMs = Math.max(0, heldAfterMs - (performance.now() - startedAtMs));
	const body = await readBodyStart(response, mostLookedBytes, waitMs);
	if (offersWebSocket(response, status, body)) {
		return { transport: 'webSocket', saw: { code: 'upgradeOffered', values: { status } } };
	}
	if (status === 408 || status === 504) {
		return heldFor(performance.now() - startedAtMs);
	}
	if ((status < 200 || status > 299) && status !== 304) {
		const answer = { head: headOf(response), bodyStart: new TextDecoder().decode(body.subarray(0, 4096)) };
		throw new ProblemError(problem('wrongStatus', { status, statusText: response.statusMessage ?? '' }, answer));
	}
	if (!response.complete && body.length < mostLookedBytes) {
		// CouchDB, for one, sends the head and the body's first bytes, and holds the rest.
		return heldFor(heldAfterMs);
	}
	const preset = detectCursor(response.headers, body);
	if (preset !== undefined && preset !== 'validators') {
		return { transport: 'longPoll', cursor: preset, saw: { code: 'cursorKnown', values: { preset } } };
	}
	return { transport: 'polling', cursor: preset, saw: { code: 'plain', values: { status, contentType } } };
}

function heldFor(milliseconds: number): Detection {
	return { transport: 'longPoll', saw: { code: 'held', values: { seconds: Math.round(milliseconds / 100) / 10 } } };
}

/** An `Upgrade` field that names it, 426 (RFC 9110 §15.5.22), or a 400 that says that a WebSocket's request was expected. */
function offersWebSocket(response: IncomingMessage, status: number, body: Uint8Array): boolean {
	const { upgrade } = response.headers;
	if (upgrade !== undefined) {
		return /\bwebsocket\b/i.test(upgrade);
	}
	if (status === 426) {
		return true;
	}
	const says = (): boolean => /websocket|upgrade required/i.test(new TextDecoder().decode(body.subarray(0, 4096)));
	return status === 400 && (response.headers['sec-websocket-version'] !== undefined || says());
}
