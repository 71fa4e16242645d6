import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoint';
import { type FrameKind, frameFlag, frameKinds } from '../../../src/core/frame';
import { type ConnectionEnd, createResumeState, type Handshake } from '../../../src/core/handshake';
import type { Transport } from '../../../src/engine/transports/transport';
import { createWebSocketTransport } from '../../../src/engine/transports/webSocket';

/** A frame as a transport reported it, copied. */
export interface RecordedFrame {
	readonly kind: FrameKind;
	readonly out: boolean;
	readonly fin: boolean;
	readonly rsv1: boolean;
	readonly masked: boolean;
	readonly invalid: boolean;
	readonly payload: Buffer;
	readonly wireBytes: number;
	readonly arrivedAtMs: number;
}

/** An endpoint with a value for everything. */
export function endpointAt(url: string, changes: Partial<Endpoint> = {}): Endpoint {
	return {
		url,
		transport: 'webSocket',
		headers: [],
		subprotocols: [],
		method: 'GET',
		body: undefined,
		cursor: 'none',
		pollIntervalMs: 1000,
		maxMessageBytes: 1_000_000,
		maxHandshakeBytes: 16_384,
		handshakeTimeoutMs: 10_000,
		holdTimeoutMs: 10_000,
		perMessageDeflate: false,
		tls: { verify: true, caFile: undefined, clientCertificateFile: undefined, clientKeyFile: undefined },
		reconnect: { enabled: false, baseMs: 0, capMs: 0, maxAttempts: 0 },
		pingIntervalMs: 0,
		timestampPath: 'none',
		...changes,
	};
}

/** A WebSocket transport and all that it reported; a report that breaks the contract's order throws. */
export class RecordedConnection {
	readonly frames: RecordedFrame[] = [];
	readonly transport: Transport;
	handshake: Handshake | undefined;
	end: ConnectionEnd | undefined;
	#incomingCount = 0;
	#clock = 1_000;
	#waiting: Array<() => void> = [];

	constructor(url: string, changes: Partial<Endpoint> = {}) {
		let isOpening = true;
		const report = (): void => {
			assert.equal(isOpening, false, 'reported from inside open');
			for (const check of [...this.#waiting]) {
				check();
			}
		};
		this.transport = createWebSocketTransport(
			endpointAt(url, changes),
			createResumeState(),
			{
				opened: (handshake) => {
					assert.equal(this.handshake, undefined, 'opened twice');
					assert.equal(this.end, undefined, 'opened after the end');
					this.handshake = handshake;
					report();
				},
				frame: (record) => {
					assert.notEqual(this.handshake, undefined, 'a frame before it was open');
					assert.equal(this.end, undefined, 'a frame after the end');
					const { flags } = record;
					this.#incomingCount += flags & frameFlag.out ? 0 : 1;
					this.frames.push({
						kind: frameKinds[record.kind]!,
						out: (flags & frameFlag.out) !== 0,
						fin: (flags & frameFlag.fin) !== 0,
						rsv1: (flags & frameFlag.rsv1) !== 0,
						masked: (flags & frameFlag.masked) !== 0,
						invalid: (flags & frameFlag.invalid) !== 0,
						payload: Buffer.from(record.bytes.slice(record.start, record.end)),
						wireBytes: record.wireBytes,
						arrivedAtMs: record.arrivedAtMs,
					});
					report();
				},
				ended: (end) => {
					assert.equal(this.end, undefined, 'ended twice');
					this.end = end;
					report();
				},
			},
			// A clock that counts its readings shows which frames share one.
			() => this.#clock++,
		);
		this.transport.open();
		isOpening = false;
	}

	/** Resolves when the condition holds; rejects when the connection ended without it. */
	until(what: string, condition: () => boolean): Promise<void> {
		return new Promise((resolve, reject) => {
			const check = (): void => {
				if (condition()) {
					resolve();
				} else if (this.end !== undefined) {
					reject(new Error(`ended without ${what}: ${JSON.stringify(this.end)}`));
				} else {
					return;
				}
				this.#waiting = this.#waiting.filter((each) => each !== check);
			};
			this.#waiting.push(check);
			check();
		});
	}

	async opened(): Promise<Handshake> {
		await this.until('opening', () => this.handshake !== undefined);
		return this.handshake!;
	}

	async ended(): Promise<ConnectionEnd> {
		await this.until('an end', () => this.end !== undefined);
		return this.end!;
	}

	/** Resolves when so many frames came in. */
	received(count: number): Promise<void> {
		return this.until(`${count} frames`, () => this.#incomingCount >= count);
	}

	incoming(): RecordedFrame[] {
		return this.frames.filter((frame) => !frame.out);
	}

	outgoing(): RecordedFrame[] {
		return this.frames.filter((frame) => frame.out);
	}
}
