import { request } from 'node:http';
import type { Endpoint } from '../../src/core/endpoint';
import { type FrameKind, type FrameMeta, type FrameRecord, frameFlag, frameKinds } from '../../src/core/frame';
import { type ConnectionEnd, createResumeState, type Handshake, type ResumeState } from '../../src/core/handshake';
import type { ExportedFrame } from '../../src/core/messages';
import { exportedFrames } from '../../src/engine/exportedFrame';
import { Session } from '../../src/engine/session';
import type { Transport, TransportFactory, TransportSink } from '../../src/engine/transports/transport';

/** A frame as a capture would keep it. */
export interface RecordedFrame {
	readonly kind: FrameKind;
	readonly isOut: boolean;
	readonly flags: number;
	readonly arrivedAtMs: number;
	readonly bytes: Buffer;
	readonly text: string;
	readonly wireBytes: number;
	readonly name: string;
	readonly meta: FrameMeta | undefined;
}

/** An endpoint with the defaults that matter here; no limit is near. */
export function endpointOf(url: string, more: Partial<Endpoint> = {}): Endpoint {
	return {
		url,
		transport: undefined,
		headers: [],
		subprotocols: [],
		method: 'GET',
		body: undefined,
		cursor: 'auto',
		pollIntervalMs: 50,
		maxMessageBytes: 10_000_000,
		maxHandshakeBytes: 65_536,
		handshakeTimeoutMs: 10_000,
		holdTimeoutMs: 30_000,
		perMessageDeflate: true,
		tls: { verify: true, caFile: undefined, clientCertificateFile: undefined, clientKeyFile: undefined },
		reconnect: { enabled: false, baseMs: 500, capMs: 30_000, maxAttempts: 0 },
		pingIntervalMs: 0,
		timestampPath: 'detect',
		...more,
	};
}

/** A transport at work, and all that it reports. */
export class Recording implements TransportSink {
	readonly frames: RecordedFrame[] = [];
	readonly transport: Transport;
	handshake: Handshake | undefined;
	end: ConnectionEnd | undefined;

	constructor(
		factory: TransportFactory,
		endpoint: Endpoint,
		readonly resume: ResumeState = createResumeState(),
	) {
		this.transport = factory(endpoint, this.resume, this, () => performance.timeOrigin + performance.now());
		this.transport.open();
	}

	opened(handshake: Handshake): void {
		this.handshake = handshake;
	}

	frame(record: FrameRecord): void {
		const bytes = Buffer.from(record.bytes.subarray(record.start, record.end));
		this.frames.push({
			kind: frameKinds[record.kind]!,
			isOut: (record.flags & frameFlag.out) !== 0,
			flags: record.flags,
			arrivedAtMs: record.arrivedAtMs,
			bytes,
			text: String(bytes),
			wireBytes: record.wireBytes,
			name: record.name,
			meta: record.meta,
		});
	}

	ended(end: ConnectionEnd): void {
		this.end = end;
	}

	/** Frames that the server sent. */
	get received(): readonly RecordedFrame[] {
		return this.frames.filter((frame) => !frame.isOut);
	}

	/** Texts of the received frames of these kinds. */
	texts(...kinds: readonly FrameKind[]): readonly string[] {
		return this.received.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
	}

	/** Waits until something is so; fails with what was seen when the connection ends before. */
	async until(what: string, isSo: () => boolean): Promise<void> {
		const hasEnded = (): boolean => this.end !== undefined;
		await until(
			() => isSo() || hasEnded(),
			what,
			() => this.#account(),
		);
		if (!isSo()) {
			throw new Error(`${what}: the connection ended before. ${this.#account()}`);
		}
	}

	#account(): string {
		const frames = this.frames.slice(-20).map(({ kind, text }) => `${kind} ${text.slice(0, 200)}`);
		return [`${this.frames.length} frames; end: ${JSON.stringify(this.end)}`, ...frames].join('\n');
	}

	async untilOpen(): Promise<void> {
		await this.until('open', () => this.handshake !== undefined);
	}

	async untilEnded(): Promise<ConnectionEnd> {
		await until(
			() => this.end !== undefined,
			'end',
			() => this.#account(),
		);
		return this.end!;
	}

	async close(): Promise<ConnectionEnd> {
		this.transport.close();
		return await this.untilEnded();
	}

	async send(text: string): Promise<void> {
		await this.transport.send!(Buffer.from(text), 'text');
	}
}

/** A whole session on an endpoint, which captures into `folder`, detects where it has to, and reconnects at once. */
export function sessionOf(url: string, folder: string, more: Partial<Endpoint> = {}): Session {
	return new Session(
		'session',
		endpointOf(url, {
			transport: url.startsWith('ws') ? 'webSocket' : undefined,
			reconnect: { enabled: true, baseMs: 20, capMs: 200, maxAttempts: 0 },
			...more,
		}),
		{ folder, maxFrames: 1e5, maxBytes: 1e8 },
		{
			nowMs: () => performance.timeOrigin + performance.now(),
			changed: () => {},
			dirtied: (session) => session.settled(),
		},
	);
}

/** The captured frames of a kind. */
export function framesOf(session: Session, kind: FrameKind): ExportedFrame[] {
	return exportedFrames(session.capture, 1, session.capture.lastSeq + 1).filter((frame) => frame.kind === kind);
}

/** No test here waits longer for one thing: what never comes is told by name, before Mocha's own limit. */
const mostWaitMs = 20_000;

/** Waits until something is so. */
export async function until(
	isSo: () => boolean,
	what = 'what was waited for',
	account = (): string => '',
): Promise<void> {
	const deadlineMs = performance.now() + mostWaitMs;
	while (!isSo()) {
		if (performance.now() > deadlineMs) {
			throw new Error(`${what} did not come. ${account()}`);
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
