import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../../../src/core/endpoint';
import { type CycleMeta, type FrameKind, type FrameMeta, frameFlag, frameKinds } from '../../../src/core/frame';
import { type ConnectionEnd, createResumeState, type Handshake, type ResumeState } from '../../../src/core/handshake';
import type { Transport, TransportFactory } from '../../../src/engine/transports/transport';

/** A frame as a transport reported it, copied. */
export interface Recorded {
	readonly kind: FrameKind;
	readonly flags: number;
	readonly text: string;
	readonly payload: Buffer;
	readonly bytes: Uint8Array;
	readonly arrivedAtMs: number;
	readonly wireBytes: number;
	readonly name: string;
	readonly meta: FrameMeta | undefined;
}

export const nowMs = (): number => performance.timeOrigin + performance.now();

/** An endpoint with a value for everything. */
export function endpointAt(url: string, changes: Partial<Endpoint> = {}): Endpoint {
	return {
		url,
		transport: undefined,
		headers: [],
		subprotocols: [],
		method: 'GET',
		body: undefined,
		cursor: 'none',
		pollIntervalMs: 5,
		maxMessageBytes: 4 * 1024 * 1024,
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

/** A transport and everything it reported; a report that breaks the contract's order fails the test. */
export class Recorder {
	readonly frames: Recorded[] = [];
	readonly transport: Transport;
	handshake: Handshake | undefined;
	end: ConnectionEnd | undefined;
	/** Reports that must not have been. */
	readonly breaches: string[] = [];
	/** Called with each frame. */
	onFrame: (frame: Recorded) => void = () => {};
	#inOpen = false;
	#waiting: (() => void)[] = [];

	constructor(
		factory: TransportFactory,
		url: string,
		changes: Partial<Endpoint> = {},
		readonly resume: ResumeState = createResumeState(),
	) {
		this.transport = factory(
			endpointAt(url, changes),
			resume,
			{
				opened: (handshake) => {
					this.#check(this.handshake === undefined, 'opened twice');
					this.handshake = handshake;
					this.#tell();
				},
				frame: (record) => {
					this.#check(this.handshake !== undefined, 'a frame before it was open');
					const frame: Recorded = {
						kind: frameKinds[record.kind]!,
						flags: record.flags,
						payload: Buffer.from(record.bytes.slice(record.start, record.end)),
						text: Buffer.from(record.bytes.slice(record.start, record.end)).toString(),
						bytes: record.bytes,
						arrivedAtMs: record.arrivedAtMs,
						wireBytes: record.wireBytes,
						name: record.name,
						meta: record.meta,
					};
					this.frames.push(frame);
					this.onFrame(frame);
					// A record belongs to the transport, and whoever gets it may change it.
					record.flags |= frameFlag.firstOfConnection;
					this.#tell();
				},
				ended: (end) => {
					this.end ??= end;
					this.#tell();
				},
			},
			nowMs,
		);
	}

	open(): this {
		this.#inOpen = true;
		this.transport.open();
		this.#inOpen = false;
		return this;
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
		// Whatever is reported too late has its chance to be noticed.
		await new Promise((resolve) => setImmediate(resolve));
		assert.deepEqual(this.breaches, []);
		return this.end!;
	}

	/** Resolves when so many frames came in. */
	async received(count: number): Promise<Recorded[]> {
		await this.until(`${count} frames`, () => this.incoming().length >= count);
		return this.incoming().slice(0, count);
	}

	/** What the server sent, poll cycles left out where they have events of their own. */
	incoming(): Recorded[] {
		return this.frames.filter((frame) => !(frame.flags & frameFlag.out));
	}

	cycles(): { readonly frame: Recorded; readonly meta: CycleMeta }[] {
		return this.frames.flatMap((frame) => (frame.meta?.type === 'cycle' ? [{ frame, meta: frame.meta }] : []));
	}

	async close(): Promise<ConnectionEnd> {
		this.transport.close();
		return this.ended();
	}

	#check(holds: boolean, breach: string): void {
		if (!holds) {
			this.breaches.push(breach);
		}
	}

	#tell(): void {
		this.#check(!this.#inOpen, 'reported from inside open');
		this.#check(this.end === undefined || this.#isFirstEnd(), 'reported after its end');
		for (const check of [...this.#waiting]) {
			check();
		}
	}

	#ends = 0;

	#isFirstEnd(): boolean {
		return ++this.#ends === 1;
	}
}
