import { isAscii, isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Endpoint, isSafeToRepeat } from '../../core/endpoint';
import { type EventStreamBlock, EventStreamParser } from '../../core/eventStream/eventStreamParser';
import { createFrameRecord, frameFlag, kindCode } from '../../core/frame';
import type { ConnectionEnd, ResumeState } from '../../core/handshake';
import { type Problem, problem, problemOf } from '../../core/problem';
import { type ContentDecoder, createContentDecoder, decodableEncodings } from './contentDecoder';
import { mediaTypeOf, readAnswer } from './httpAnswer';
import { HttpConnections } from './httpConnections';
import { socketProblem } from './httpProblem';
import { type HeaderList, type StartedRequest, tellAnswered } from './httpRequest';
import { contentTypeOf, headersAcross, isFinalStatus, mostRedirects, redirectTarget } from './httpStatus';
import type { Traffic, Transport, TransportFactory, TransportSink } from './transport';

const eventStreamType = 'text/event-stream';

/**
 * A connection to an event stream (WHATWG HTML §9.2): opened when the answer's head is there, each block a frame. It
 * sends `Last-Event-ID` from its `ResumeState` and keeps the last event ID and `retry` there.
 *
 * A request that may do something each time that it is sent (a POST, as the APIs of language models take) is sent once:
 * however its stream ends, the end is final.
 */
export const createEventStreamTransport: TransportFactory = (endpoint, resume, sink, nowMs) =>
	new EventStreamTransport(endpoint, resume, sink, nowMs);

class EventStreamTransport implements Transport {
	readonly #connections: HttpConnections;
	readonly #parser: EventStreamParser;
	readonly #record = createFrameRecord();
	#started: StartedRequest | undefined;
	#response: IncomingMessage | undefined;
	#decoder: ContentDecoder | undefined;
	#redirects = 0;
	#paused = false;
	/** More waits for the decoder than should. */
	#full = false;
	/** Of every frame. */
	#flags: number = frameFlag.fin;
	/** What broke the answer off. */
	#lossError: Error | undefined;
	/** How it ends, once that is known; no frame is reported after it. */
	#end: ConnectionEnd | undefined;
	/** The piece that is being read, when it arrived, and whether all of it is ASCII. */
	#piece: Uint8Array | undefined;
	#pieceIsAscii = false;
	#pieceArrivedAtMs = 0;

	constructor(
		private readonly endpoint: Endpoint,
		private readonly resumeState: ResumeState,
		private readonly sink: TransportSink,
		private readonly nowMs: () => number,
	) {
		this.#connections = new HttpConnections(endpoint, nowMs);
		this.#parser = new EventStreamParser({ maxBytes: endpoint.maxMessageBytes, decode: decodeText }, (block) =>
			this.#found(block),
		);
		this.#parser.lastEventId = resumeState.lastEventId;
	}

	open(): void {
		if (this.#started === undefined && this.#end === undefined) {
			this.#request(this.endpoint.url, this.endpoint.headers);
		}
	}

	close(): void {
		this.#finish({ by: 'user', final: true });
	}

	pause(): void {
		this.#paused = true;
		this.#decoder?.pause();
		this.#flow();
	}

	resume(): void {
		this.#paused = false;
		this.#flow();
		this.#decoder?.resume();
	}

	traffic(): Traffic {
		return this.#connections.traffic();
	}

	#request(url: string, userHeaders: HeaderList): void {
		const { method, body } = this.endpoint;
		const lastEventId = headerText(this.resumeState.lastEventId);
		let started: StartedRequest;
		try {
			started = this.#connections.start({
				method,
				url,
				userHeaders,
				defaultHeaders: [
					['Accept', eventStreamType],
					['Accept-Encoding', decodableEncodings],
					['Cache-Control', 'no-cache'],
					...(body === undefined ? [] : [['Content-Type', contentTypeOf(body)] as const]),
				],
				headers: lastEventId === '' ? [] : [['Last-Event-ID', lastEventId]],
				body,
			});
		} catch (error) {
			// Not from inside `open`: whoever calls it has not kept the transport yet.
			process.nextTick(() => this.#fail(problemOf(error), true));
			return;
		}
		this.#started = started;
		started.request.on('error', (error) => {
			if (started === this.#started) {
				this.#fail(socketProblem(error, this.endpoint, url), false);
			}
		});
		started.request.on('response', (response) => {
			response.on('error', (error) => {
				if (response === this.#response) {
					this.#streamOver(error);
				}
			});
			this.#answered(started, response, url, userHeaders);
		});
	}

	#answered(started: StartedRequest, response: IncomingMessage, url: string, userHeaders: HeaderList): void {
		const target = redirectTarget(response, url, this.endpoint.method);
		if (target !== undefined && this.#redirects < mostRedirects) {
			this.#redirects++;
			this.#request(target, headersAcross(userHeaders, url, target));
			response.destroy();
			return;
		}
		tellAnswered(this.sink, started, response);
		const status = response.statusCode ?? 0;
		const statusText = response.statusMessage ?? '';
		if (status === 204) {
			// "HTTP 204 No Content": the client must not reconnect (§9.2.1).
			this.#finish({ by: 'finished', final: true });
			return;
		}
		if (status !== 200) {
			void readAnswer(response).then((answer) =>
				this.#fail(problem('wrongStatus', { status, statusText }, answer), isFinalStatus(status)),
			);
			return;
		}
		if (mediaTypeOf(response) !== eventStreamType) {
			const contentType = response.headers['content-type'] ?? '';
			void readAnswer(response).then((answer) =>
				this.#fail(problem('wrongContentType', { contentType, expected: eventStreamType }, answer), true),
			);
			return;
		}
		this.#read(started, response);
	}

	#read(started: StartedRequest, response: IncomingMessage): void {
		try {
			this.#decoder = createContentDecoder(response.headers['content-encoding'], {
				data: (bytes, arrivedAtMs) => this.#feed(bytes, arrivedAtMs),
				done: () => this.#ended(),
				failed: (undecodable) => this.#fail(undecodable, false),
				full: (full) => {
					this.#full = full;
					this.#flow();
				},
			});
		} catch (error) {
			this.#fail(problemOf(error), true);
			return;
		}
		if (this.#decoder !== undefined) {
			this.#flags |= frameFlag.rsv1;
		}
		this.#response = response;
		if (this.#paused) {
			this.#decoder?.pause();
			response.pause();
		}
		this.sink.opened(started.handshake(response));
		response.on('data', (piece: Buffer) => {
			const { arrivedAtMs } = started.arrival;
			if (this.#decoder === undefined) {
				this.#feed(piece, arrivedAtMs);
			} else {
				this.#connections.encodedArrived(piece.length);
				this.#decoder.write(piece, arrivedAtMs);
			}
		});
		response.on('end', () => this.#streamOver(undefined));
	}

	#flow(): void {
		if (this.#paused || this.#full) {
			this.#response?.pause();
		} else {
			this.#response?.resume();
		}
	}

	#feed(piece: Uint8Array, arrivedAtMs: number): void {
		if (this.#end !== undefined) {
			return;
		}
		this.#piece = piece;
		this.#pieceIsAscii = isAscii(piece);
		this.#pieceArrivedAtMs = arrivedAtMs;
		try {
			this.#parser.feed(piece);
		} catch (error) {
			this.#fail(problemOf(error), false);
		} finally {
			this.#piece = undefined;
			// A `retry` counts from its line on, even if its block never ends.
			this.resumeState.retryMs = this.#parser.retryMs ?? this.resumeState.retryMs;
		}
	}

	#found(block: EventStreamBlock): void {
		this.resumeState.lastEventId = this.#parser.lastEventId;
		if (this.#end !== undefined) {
			return;
		}
		const { bytes, start, end } = block;
		const record = this.#record;
		record.arrivedAtMs = this.#pieceArrivedAtMs;
		record.kind = kindCode[block.kind];
		// Of an ASCII piece nothing has to be checked; what was put together from several pieces always is.
		record.flags =
			(bytes === this.#piece && this.#pieceIsAscii) || isUtf8(bytes.subarray(start, end))
				? this.#flags
				: this.#flags | frameFlag.invalid;
		record.bytes = bytes;
		record.start = start;
		record.end = end;
		record.wireBytes = block.wireBytes;
		record.name = block.name;
		record.meta =
			block.id === undefined && block.retryMs === undefined
				? undefined
				: { type: 'event', id: block.id, retryMs: block.retryMs };
		this.sink.frame(record);
	}

	/** The body is over, in good order or by an error; what the decoder still holds comes first. */
	#streamOver(error: Error | undefined): void {
		this.#lossError ??= error;
		if (this.#decoder === undefined) {
			this.#ended();
		} else {
			this.#decoder.end();
		}
	}

	#ended(): void {
		const unfinished = this.#parser.pendingBytes;
		const where = `in mid-event, ${unfinished} bytes into it`;
		if (this.#lossError !== undefined) {
			const lost = socketProblem(this.#lossError, this.endpoint, this.endpoint.url, true);
			const inEvent = unfinished > 0 && lost.code === 'connectionLost';
			this.#fail(inEvent ? problem('connectionLost', { reason: `the connection broke off ${where}` }) : lost, false);
		} else {
			// An event that the stream's end cuts off is not dispatched (§9.2.6); that it was there is still said.
			const cut = unfinished > 0 ? problem('connectionLost', { reason: `the stream ended ${where}` }) : undefined;
			this.#finish({ by: 'server', final: !isSafeToRepeat(this.endpoint), problem: cut });
		}
	}

	#fail(reason: Problem, final: boolean): void {
		this.#finish({ by: 'failed', final: final || !isSafeToRepeat(this.endpoint), problem: reason });
	}

	#finish(end: Omit<ConnectionEnd, 'atMs'>): void {
		if (this.#end !== undefined) {
			return;
		}
		this.#end = { atMs: this.nowMs(), ...end };
		const report = (): void => this.sink.ended(this.#end!);
		this.#decoder?.destroy();
		this.#started?.request.destroy();
		if (this.#started === undefined) {
			process.nextTick(report);
		} else {
			this.#connections.close(report);
		}
	}
}

function decodeText(bytes: Uint8Array, start: number, end: number): string {
	const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	return buffer.toString('utf8', start, end);
}

/** A last event ID as a header's value: UTF-8 (§9.2.3), one character a byte as Node writes it; '' where HTTP can't carry it. */
export function headerText(lastEventId: string): string {
	const text = Buffer.from(lastEventId).toString('latin1');
	return /[^\t\x20-\x7e\x80-\xff]/.test(text) ? '' : text;
}
