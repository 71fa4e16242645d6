import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../../src/core/endpoint';
import {
	type CycleMeta,
	type FrameKind,
	type FrameMeta,
	type FrameRecord,
	frameFlag,
	frameKinds,
} from '../../src/core/frame';
import { type ConnectionEnd, createResumeState, type Handshake, type ResumeState } from '../../src/core/handshake';
import type { Transport, TransportFactory } from '../../src/engine/transports/transport';

/** A frame as a transport reported it, copied. */
export interface RecordedFrame {
	readonly kind: FrameKind;
	readonly flags: number;
	readonly out: boolean;
	readonly fin: boolean;
	readonly rsv1: boolean;
	readonly masked: boolean;
	readonly invalid: boolean;
	readonly payload: Buffer;
	/** The transport's own bytes, of which the payload is a part: which frames share them, not what is in them by now. */
	readonly bytes: Uint8Array;
	readonly text: string;
	readonly arrivedAtMs: number;
	readonly wireBytes: number;
	readonly name: string;
	readonly meta: FrameMeta | undefined;
}

/** What was told of the head of an HTTP answer. */
export interface RecordedAnswer {
	readonly sentAtMs: number;
	readonly firstByteAtMs: number;
	readonly dateHeader: string | undefined;
}

/** Waits are ended so late, where Mocha's own limit does not come first: what never comes is then told by name. */
const mostWaitMs = 20_000;
/** Some conditions hold for what no report tells of; they are looked at so often. */
const lookAgainMs = 5;

export const nowMs = (): number => performance.timeOrigin + performance.now();

/** A transport and everything it reports; a report that breaks the contract's order fails the test. */
export class TransportRecorder {
	readonly frames: RecordedFrame[] = [];
	/** Heads of HTTP answers. */
	readonly answers: RecordedAnswer[] = [];
	readonly transport: Transport;
	handshake: Handshake | undefined;
	end: ConnectionEnd | undefined;
	/** Called with each frame. */
	onFrame: (frame: RecordedFrame) => void = () => {};
	/** Reports that must not have been; kept as well as thrown, since a transport may catch what is thrown at it. */
	readonly #breaches: string[] = [];
	readonly #waiting = new Set<() => void>();
	#inOpen = false;
	#willLook = false;
	#incomingCount = 0;

	constructor(
		factory: TransportFactory,
		endpoint: Endpoint,
		readonly resume: ResumeState = createResumeState(),
		clock: () => number = nowMs,
	) {
		this.transport = factory(
			endpoint,
			resume,
			{
				opened: (handshake) => {
					this.#check(this.handshake === undefined, 'opened twice');
					this.#check(this.end === undefined, 'opened after its end');
					this.handshake = handshake;
					this.#tell();
				},
				frame: (record) => {
					this.#check(this.handshake !== undefined, 'a frame before it was open');
					this.#check(this.end === undefined, 'a frame after its end');
					const frame = copyOf(record);
					this.frames.push(frame);
					this.#incomingCount += frame.out ? 0 : 1;
					this.onFrame(frame);
					// A record belongs to the transport, and whoever gets it may change it.
					record.flags |= frameFlag.firstOfConnection;
					this.#tell();
				},
				answered: (sentAtMs, firstByteAtMs, dateHeader) => {
					this.#check(this.end === undefined, 'answered after its end');
					this.answers.push({ sentAtMs, firstByteAtMs, dateHeader });
				},
				ended: (end) => {
					this.#check(this.end === undefined, 'ended twice');
					this.end ??= end;
					this.#tell();
				},
			},
			clock,
		);
	}

	open(): this {
		this.#inOpen = true;
		this.transport.open();
		this.#inOpen = false;
		return this;
	}

	/** Resolves when the condition holds; rejects when the connection ended without it, with what was seen. */
	until(what: string, condition: () => boolean): Promise<void> {
		return new Promise((resolve, reject) => {
			const deadlineMs = performance.now() + mostWaitMs;
			const check = (): void => {
				if (condition()) {
					resolve();
				} else if (this.end !== undefined) {
					reject(new Error(`ended without ${what}: ${this.#account()}`));
				} else if (performance.now() > deadlineMs) {
					reject(new Error(`${what} did not come: ${this.#account()}`));
				} else {
					return;
				}
				clearInterval(timer);
				this.#waiting.delete(check);
			};
			const timer = setInterval(check, lookAgainMs);
			this.#waiting.add(check);
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
		assert.deepEqual(this.#breaches, []);
		return this.end!;
	}

	/** Resolves when so many frames came in. */
	async received(count: number): Promise<RecordedFrame[]> {
		await this.until(`${count} frames`, () => this.#incomingCount >= count);
		return this.incoming().slice(0, count);
	}

	/** What the server sent, poll cycles left out where they have events of their own. */
	incoming(): RecordedFrame[] {
		return this.frames.filter((frame) => !frame.out);
	}

	outgoing(): RecordedFrame[] {
		return this.frames.filter((frame) => frame.out);
	}

	/** Texts of the frames of these kinds that came in. */
	texts(...kinds: readonly FrameKind[]): string[] {
		return this.incoming().flatMap(({ kind, text }) => (kinds.includes(kind) ? [text] : []));
	}

	cycles(): { readonly frame: RecordedFrame; readonly meta: CycleMeta }[] {
		return this.frames.flatMap((frame) => (frame.meta?.type === 'cycle' ? [{ frame, meta: frame.meta }] : []));
	}

	async send(text: string): Promise<void> {
		await this.transport.send!(Buffer.from(text), 'text');
	}

	async close(): Promise<ConnectionEnd> {
		this.transport.close();
		return this.ended();
	}

	#check(holds: boolean, breach: string): void {
		if (!holds) {
			this.#breaches.push(breach);
			assert.fail(breach);
		}
	}

	#tell(): void {
		this.#check(!this.#inOpen, 'reported from inside open');
		if (!this.#willLook) {
			this.#willLook = true;
			// Once for all that is reported at a time: a look may go through every frame.
			queueMicrotask(() => {
				this.#willLook = false;
				for (const check of [...this.#waiting]) {
					check();
				}
			});
		}
	}

	#account(): string {
		const frames = this.frames.slice(-20).map(({ kind, text }) => `${kind} ${text.slice(0, 200)}`);
		return [`${this.frames.length} frames; end: ${JSON.stringify(this.end)}`, ...frames].join('\n');
	}
}

function copyOf(record: FrameRecord): RecordedFrame {
	const { flags } = record;
	const payload = Buffer.from(record.bytes.subarray(record.start, record.end));
	return {
		kind: frameKinds[record.kind]!,
		flags,
		out: (flags & frameFlag.out) !== 0,
		fin: (flags & frameFlag.fin) !== 0,
		rsv1: (flags & frameFlag.rsv1) !== 0,
		masked: (flags & frameFlag.masked) !== 0,
		invalid: (flags & frameFlag.invalid) !== 0,
		payload,
		bytes: record.bytes,
		text: payload.toString(),
		arrivedAtMs: record.arrivedAtMs,
		wireBytes: record.wireBytes,
		name: record.name,
		meta: record.meta,
	};
}
