import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';
import type { Endpoint } from '../../core/endpoint';
import { createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../../core/frame';
import type { ConnectionEnd } from '../../core/handshake';
import { type Problem, ProblemError, problem, problemOf } from '../../core/problem';
import { type FrameError, isSendableCloseCode } from '../../core/webSocket/frameError';
import { headBit, opcode, type ReadPosition } from '../../core/webSocket/frameReader';
import { closePayload, maskedFrame, mostControlBytes } from '../../core/webSocket/frameWriter';
import { headOf, readAnswer } from './httpAnswer';
import { socketProblem } from './httpProblem';
import { type StartedRequest, startRequest, tellAnswered } from './httpRequest';
import { TrafficTally } from './trafficTally';
import type { Traffic, Transport, TransportFactory, TransportSink } from './transport';
import { flagsOfHead, kindOfOpcode, WebSocketReceiver } from './webSocketReceiver';
import { acceptUpgrade, createUpgradeOffer, type UpgradeOffer } from './webSocketUpgrade';
import type { DeflateParameters } from './wsParts';

/** A peer gets so long to answer a close frame and to close the connection. */
const closeTimeoutMs = 2000;
/** Larger messages are sent as they are: compressing them would hold up every other session's frames. */
const mostCompressedBytes = 1_048_576;
const normalClosure = 1000;
/** Stands for a close frame without a code (RFC 6455 §7.1.5); never sent. */
const noStatusReceived = 1005;

/** A WebSocket connection (RFC 6455), with permessage-deflate (RFC 7692) where the endpoint wants it. */
export const createWebSocketTransport: TransportFactory = (endpoint, _resume, sink, nowMs) =>
	new WebSocketTransport(endpoint, sink, nowMs);

/** Why a connection ends, known before its socket is gone. */
type Cause = Omit<ConnectionEnd, 'atMs'>;

class WebSocketTransport implements Transport {
	readonly #endpoint: Endpoint;
	readonly #sink: TransportSink;
	readonly #nowMs: () => number;
	readonly #tally = new TrafficTally();
	readonly #sent = createFrameRecord();
	#state: 'connecting' | 'open' | 'closing' | 'ended' = 'connecting';
	/** The first cause counts; what follows from it is no news. */
	#cause: Cause | undefined;
	#request: ClientRequest | undefined;
	#socket: Socket | undefined;
	#receiver: WebSocketReceiver | undefined;
	#deflate: DeflateParameters | undefined;
	#isPaused = false;
	#closeTimer: NodeJS.Timeout | undefined;
	/** The last ping's payload, while the socket takes no more (see `#pong`). */
	#owedPong: Uint8Array | undefined;

	constructor(endpoint: Endpoint, sink: TransportSink, nowMs: () => number) {
		this.#endpoint = endpoint;
		this.#sink = sink;
		this.#nowMs = nowMs;
	}

	open(): void {
		if (this.#cause !== undefined) {
			return;
		}
		try {
			const offer = createUpgradeOffer(this.#endpoint);
			const started = startRequest(
				this.#endpoint,
				{
					method: 'GET',
					url: this.#endpoint.url,
					headers: offer.headers,
					userHeaders: offer.userHeaders,
					tally: this.#tally,
				},
				this.#nowMs,
			);
			this.#connect(started, offer);
		} catch (error) {
			this.#cause ??= { by: 'failed', final: true, problem: problemOf(error) };
			process.nextTick(() => this.#finish());
		}
	}

	close(closeCode = normalClosure, closeReason = ''): void {
		if (this.#state === 'connecting') {
			this.#cause ??= { by: 'user', final: true };
			if (this.#request === undefined) {
				process.nextTick(() => this.#finish());
			} else {
				this.#request.destroy();
			}
		} else if (this.#state === 'open') {
			const code = isSendableCloseCode(closeCode) ? closeCode : normalClosure;
			this.#beginClose({ by: 'user', final: true, closeCode: code, closeReason }, closePayload(code, closeReason));
		}
	}

	async send(payload: Uint8Array, kind: 'text' | 'binary' | 'ping'): Promise<void> {
		if (this.#state !== 'open' || !this.#socket?.writable) {
			const state = this.#state === 'open' ? 'closing' : this.#state;
			throw new ProblemError(problem('cannotSend', { state }));
		}
		if (kind === 'ping') {
			if (payload.length > mostControlBytes) {
				const expected = `at most ${mostControlBytes} bytes (RFC 6455 §5.5)`;
				throw new ProblemError(problem('invalidOption', { what: 'ping', value: `${payload.length} bytes`, expected }));
			}
			this.#write(headBit.fin | opcode.ping, payload, payload);
			return;
		}
		if (kind === 'text' && !isUtf8(payload)) {
			throw new ProblemError(problem('invalidUtf8'));
		}
		const head = headBit.fin | opcode[kind];
		const compressed = this.#deflate && compress(payload, this.#deflate);
		if (compressed === undefined) {
			this.#write(head, payload, payload);
		} else {
			this.#write(head | headBit.rsv1, payload, compressed);
		}
	}

	pause(): void {
		this.#isPaused = true;
		this.#socket?.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.#socket?.resume();
	}

	traffic(): Traffic {
		return this.#tally.traffic();
	}

	#connect(started: StartedRequest, offer: UpgradeOffer): void {
		const { request } = started;
		let isAnswered = false;
		this.#request = request;
		request.on('error', (error) => this.#fail(socketProblem(error, this.#endpoint)));
		request.on('response', (response) => {
			isAnswered = true;
			tellAnswered(this.#sink, started, response);
			void this.#refused(request, response);
		});
		request.on('upgrade', (response, socket: Socket, head: Buffer) => {
			isAnswered = true;
			tellAnswered(this.#sink, started, response);
			this.#upgraded(started, offer, response, socket, head);
		});
		request.on('close', () => {
			// After an upgrade the socket says when it is over, and after an answer the one who reads it.
			if (!isAnswered) {
				this.#finish();
			}
		});
	}

	/** The server answered, but not with an upgrade. */
	async #refused(request: ClientRequest, response: IncomingMessage): Promise<void> {
		const status = response.statusCode ?? 0;
		if (status === 101) {
			// Node takes 101 for an upgrade only when its fields say so.
			const rule = 'the answer must have the fields Upgrade and Connection (RFC 6455 §4.1)';
			this.#fail(problem('handshakeInvalid', { rule }, { head: headOf(response), bodyStart: '' }), true);
		} else {
			const answer = await readAnswer(response);
			const statusText = response.statusMessage ?? '';
			this.#fail(problem('upgradeRefused', { status, statusText }, answer), !mayPass(status));
		}
		request.destroy();
		const { socket } = response;
		if (socket === null || socket.closed) {
			this.#finish();
		} else {
			socket.once('close', () => this.#finish());
		}
	}

	#upgraded(
		started: StartedRequest,
		offer: UpgradeOffer,
		response: IncomingMessage,
		socket: Socket,
		head: Buffer,
	): void {
		let socketError: NodeJS.ErrnoException | undefined;
		this.#socket = socket;
		socket.on('error', (error) => {
			socketError ??= error;
		});
		socket.on('close', () => {
			this.#cause ??= {
				by: 'failed',
				final: false,
				problem: lossProblem(socketError, this.#receiver?.position()),
			};
			this.#finish();
		});
		if (this.#cause !== undefined) {
			socket.destroy();
			return;
		}
		let receiver: WebSocketReceiver;
		try {
			const { subprotocol, extensions, deflate } = acceptUpgrade(offer, response);
			receiver = new WebSocketReceiver(this.#endpoint.maxMessageBytes, deflate, (record) => this.#received(record));
			this.#receiver = receiver;
			this.#deflate = deflate;
			this.#state = 'open';
			this.#sink.opened(started.handshake(response, { subprotocol, extensions }));
		} catch (error) {
			this.#fail(problemOf(error), true);
			socket.destroy();
			return;
		}
		const read = (chunk: Buffer, atMs: number): void => {
			if (!receiver.read(chunk, atMs)) {
				socket.off('data', onData);
				// What still comes is thrown away, so that the peer's end of the connection is seen.
				socket.resume();
				if (receiver.error !== undefined) {
					this.#failFrame(receiver.error);
				}
			}
		};
		const onData = (chunk: Buffer): void => {
			const atMs = this.#nowMs();
			read(chunk, atMs);
		};
		socket.setNoDelay(true);
		socket.on('drain', () => this.#payPong());
		socket.on('data', onData);
		if (head.length > 0) {
			read(head, started.arrival.arrivedAtMs);
		}
		if (this.#isPaused) {
			socket.pause();
		}
	}

	#received(record: FrameRecord): void {
		this.#sink.frame(record);
		if (record.kind === kindCode.ping) {
			this.#pong(record.bytes.slice(record.start, record.end));
		} else if (record.kind === kindCode.close && !(record.flags & frameFlag.invalid)) {
			this.#closeReceived(record.bytes.slice(record.start, record.end));
		}
	}

	/**
	 * Answers a ping (RFC 6455 §5.5.3). While the socket takes no more, only the latest ping is answered, once it does: so
	 * a server that sends pings and reads no pongs fills no memory.
	 */
	#pong(payload: Uint8Array): void {
		if (this.#state !== 'open') {
			return;
		}
		if (this.#socket?.writableNeedDrain) {
			this.#owedPong = payload;
		} else {
			this.#write(headBit.fin | opcode.pong, payload, payload);
		}
	}

	#payPong(): void {
		const payload = this.#owedPong;
		this.#owedPong = undefined;
		if (payload !== undefined) {
			this.#pong(payload);
		}
	}

	/** RFC 6455 §5.5.1: the answer to a close frame is one with the same code; then the server closes the connection. */
	#closeReceived(payload: Uint8Array): void {
		if (this.#state !== 'open') {
			return;
		}
		const closeCode = payload.length === 0 ? noStatusReceived : (payload[0]! << 8) | payload[1]!;
		const closeReason = new TextDecoder().decode(payload.subarray(2));
		this.#beginClose({ by: 'server', final: false, closeCode, closeReason }, payload.subarray(0, 2));
	}

	/** RFC 6455 §7.1.7: tells the peer what was wrong, and ends our side. */
	#failFrame(error: FrameError): void {
		if (this.#state !== 'open') {
			// Our close frame is out; what is wrong after it changes nothing.
			this.#socket?.end();
			return;
		}
		const { closeCode } = error;
		this.#beginClose({ by: 'failed', final: false, closeCode, problem: error.problem }, closePayload(closeCode, ''));
		this.#socket?.end();
	}

	#beginClose(cause: Cause, payload: Uint8Array): void {
		this.#cause ??= cause;
		this.#write(headBit.fin | opcode.close, payload, payload);
		this.#state = 'closing';
		if (this.#isPaused) {
			// The peer's close frame stands behind what waits to be read.
			this.resume();
		}
		this.#closeTimer = setTimeout(() => this.#socket?.destroy(), closeTimeoutMs);
	}

	/** Puts a frame on the wire and reports it; `carried` is the payload as it goes, perhaps compressed. */
	#write(head: number, payload: Uint8Array, carried: Uint8Array): void {
		const socket = this.#socket;
		if (!socket?.writable) {
			// The server has closed its side already.
			return;
		}
		const frame = maskedFrame(head, carried, randomBytes(4));
		const record = this.#sent;
		record.arrivedAtMs = this.#nowMs();
		record.kind = kindOfOpcode[head & headBit.opcode]!;
		record.flags = flagsOfHead[head]! | frameFlag.out | frameFlag.masked;
		record.bytes = payload;
		record.start = 0;
		record.end = payload.length;
		record.wireBytes = frame.length;
		socket.write(frame);
		this.#sink.frame(record);
	}

	#fail(reason: Problem, final = false): void {
		this.#cause ??= { by: 'failed', final, problem: reason };
	}

	#finish(): void {
		if (this.#state === 'ended') {
			return;
		}
		this.#state = 'ended';
		clearTimeout(this.#closeTimer);
		const cause = this.#cause ?? {
			by: 'failed',
			final: false,
			problem: problem('connectionLost', { reason: 'the server closed the connection without an answer' }),
		};
		this.#sink.ended({ atMs: this.#nowMs(), ...cause });
	}
}

/** Whether a refused upgrade may succeed later: server errors, and what asks for patience (RFC 9110 §15, RFC 6585). */
function mayPass(status: number): boolean {
	return status >= 500 || status === 408 || status === 425 || status === 429;
}

/**
 * A message compressed on its own (RFC 7692 §7.2.1), or undefined where that makes it no smaller. A sender may begin with
 * an empty window at any message; so no compressor's memory is held, and sending stays in order without a queue.
 */
function compress(payload: Uint8Array, deflate: DeflateParameters): Uint8Array | undefined {
	if (payload.length > mostCompressedBytes) {
		return undefined;
	}
	const windowBits = deflate.client_max_window_bits ?? constants.Z_DEFAULT_WINDOWBITS;
	const deflated = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH, windowBits });
	// The last four bytes are the same for every message, and the receiver adds them.
	return deflated.length - 4 < payload.length ? deflated.subarray(0, deflated.length - 4) : undefined;
}

/** What to say of a connection that ended without a close frame. */
function lossProblem(error: NodeJS.ErrnoException | undefined, position: ReadPosition | undefined): Problem {
	const how =
		error === undefined
			? 'the server closed the connection'
			: error.code === 'ECONNRESET'
				? 'the connection was reset'
				: `the connection broke (${error.code ?? error.message})`;
	return problem('connectionLost', { reason: `${how} ${whereOf(position)}` });
}

function whereOf(position: ReadPosition | undefined): string {
	if (position !== undefined && position.receivedBytes > 0) {
		const { receivedBytes, expectedBytes } = position;
		return expectedBytes === undefined
			? `in mid-frame, after ${receivedBytes} bytes of a frame's header`
			: `in mid-frame, after ${receivedBytes} of ${expectedBytes} bytes`;
	}
	return position?.isMessageOpen ? 'between two fragments of a message' : 'without a close frame';
}
