import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '../../../src/core/endpoint';
import type { ResumeState } from '../../../src/core/handshake';
import { createLongPollTransport } from '../../../src/engine/transports/longPoll';
import { createPollingTransport } from '../../../src/engine/transports/polling';
import type { TransportFactory } from '../../../src/engine/transports/transport';
import { endpointFor } from '../../support/endpoint';
import { TransportRecorder } from '../../support/transportRecorder';
import { closeServers, startHttp, type TestServer } from './servers';

/** How a server answers one request. */
export type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void;

const recorders: TransportRecorder[] = [];

/** A poll that is open, and closed after the test. */
export function connect(
	factory: TransportFactory,
	url: string,
	changes: Partial<Endpoint> = {},
	resume?: ResumeState,
): TransportRecorder {
	const recorder = new TransportRecorder(factory, endpointFor(url, { pollIntervalMs: 5, ...changes }), resume);
	recorders.push(recorder);
	return recorder.open();
}

/** A server that gives one answer after the other and then holds; with what it was asked. */
export async function startAnswers(
	...answers: Answer[]
): Promise<TestServer & { readonly asked: IncomingMessage[]; readonly bodies: string[] }> {
	const asked: IncomingMessage[] = [];
	const bodies: string[] = [];
	const server = await startHttp(async (request, response) => {
		const answer = answers[asked.length];
		asked.push(request);
		let body = '';
		for await (const piece of request) {
			body += piece;
		}
		bodies.push(body);
		answer?.(response, request, body);
	});
	return Object.assign(server, { asked, bodies });
}

/** An answer of JSON. */
export function json(value: unknown, headers: Record<string, string> = {}, status = 200): Answer {
	return (response) => {
		response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
		response.end(typeof value === 'string' ? value : JSON.stringify(value));
	};
}

/** An answer without a body. */
export function empty(status: number, headers: Record<string, string> = {}): Answer {
	return (response) => response.writeHead(status, headers).end();
}

/** Frames as `kind text`. */
export const summary = (recorder: TransportRecorder): string[] =>
	recorder.frames.map((frame) => `${frame.kind} ${frame.text}`);

/** Both kinds of polls, which have most in common. */
export const polls: [name: string, factory: TransportFactory][] = [
	['Long polling', createLongPollTransport],
	['Polling', createPollingTransport],
];

/** Closes what a test left open. */
export async function closeAll(): Promise<void> {
	for (const recorder of recorders.splice(0)) {
		recorder.transport.close();
	}
	await closeServers();
}
