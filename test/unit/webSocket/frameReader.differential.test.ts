import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { FrameReader, headBit } from '../../../src/core/webSocket/frameReader';
import { Random } from './random';

/** What `ws` exports and its type package leaves out: the reader that is our oracle. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

const streams = 24_000;

/** One reader's account of a stream: its messages and control frames in order, then the close code of its error. */
interface Account {
	readonly events: string[];
	error: number | undefined;
	rule: string | undefined;
}

interface Setting {
	readonly masked: boolean;
	readonly deflate: boolean;
	readonly maxMessageBytes: number;
}

describe('frame reader and the Receiver of ws', () => {
	it(`agree on ${streams} random and mutated streams cut at random places`, async () => {
		const outcomes = new Map<string, number>();
		for (let seed = 1; seed <= streams; seed++) {
			const random = new Random(seed);
			const setting: Setting = {
				masked: random.chance(0.5),
				deflate: random.chance(0.2),
				maxMessageBytes: random.chance(0.2) ? 300 : 1_000_000,
			};
			const bytes = makeStream(random, setting);
			const ours = readOurs(random.cut(bytes), setting);
			const theirs = await readTheirs(random.cut(bytes), setting);
			try {
				assertAgreement(ours, theirs);
			} catch (error) {
				const details = JSON.stringify({ seed, setting, stream: bytes.subarray(0, 2_000).toString('hex') });
				throw new Error(`${(error as Error).message}\nThe stream: ${details}`);
			}
			const outcome = ours.rule ?? 'fine';
			outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
		}
		// The test says nothing about a rule that no stream broke.
		for (const rule of [
			'fine',
			'invalidUtf8',
			'messageTooBig',
			'maskForbidden',
			'maskRequired',
			'reservedBit',
			'reservedOpcode',
			'continuationOfNothing',
			'messageInMessage',
			'controlFragmented',
			'controlTooLong',
			'closeTooShort',
			'closeCodeInvalid',
			'lengthNotMinimal',
			'lengthOver63Bits',
		]) {
			assert.ok((outcomes.get(rule) ?? 0) >= 20, `${rule}: ${outcomes.get(rule)} streams`);
		}
	}).timeout(60_000);
});

function assertAgreement(ours: Account, theirs: Account): void {
	switch (ours.rule) {
		case 'lengthNotMinimal':
			// `ws` takes longer forms than needed; all before it must agree.
			assert.deepEqual(ours.events, theirs.events.slice(0, ours.events.length));
			return;
		case 'lengthOver63Bits':
			// `ws` answers 1009 to any length beyond 2⁵³.
			assert.equal(theirs.error, 1009);
			break;
		case 'invalidUtf8':
			if (theirs.error !== 1007) {
				// We refuse text at the fragment that breaks it, `ws` when the message is complete, which it never became.
				assert.deepEqual(ours.events, theirs.events.slice(0, ours.events.length));
				assert.ok(theirs.events.slice(ours.events.length).every((event) => !/^(text|binary)/.test(event)));
				return;
			}
			assert.deepEqual(ours.events, theirs.events.slice(0, ours.events.length));
			assert.ok(theirs.events.slice(ours.events.length).every((event) => /^p[io]ng/.test(event)));
			return;
		default:
			assert.equal(ours.error, theirs.error);
	}
	assert.deepEqual(ours.events, theirs.events);
}

function readOurs(chunks: readonly Uint8Array[], setting: Setting): Account {
	const account: Account = { events: [], error: undefined, rule: undefined };
	let message: Buffer[] = [];
	const reader = new FrameReader(
		{
			maxMessageBytes: setting.maxMessageBytes,
			expectMasked: setting.masked,
			deflate: setting.deflate,
			isUtf8,
		},
		(head, _headerBytes, bytes, start, end, isValid) => {
			if (!isValid) {
				return;
			}
			const payload = Buffer.from(bytes.slice(start, end));
			const code = head & headBit.opcode;
			if (code >= 8) {
				account.events.push(`${code === 8 ? 'close' : code === 9 ? 'ping' : 'pong'} ${payload.toString('hex')}`);
				return;
			}
			message.push(payload);
			if ((head & headBit.fin) === 0) {
				return;
			}
			const whole = Buffer.concat(message);
			message = [];
			if (reader.isMessageCompressed && reader.messageOpcode === 1 && !isUtf8(whole)) {
				account.error = 1007;
				account.rule = 'invalidUtf8';
				reader.stop();
				return;
			}
			account.events.push(`${reader.messageOpcode === 1 ? 'text' : 'binary'} ${whole.toString('hex')}`);
		},
	);
	for (const chunk of chunks) {
		if (!reader.read(Buffer.from(chunk))) {
			break;
		}
	}
	account.error ??= reader.error?.closeCode;
	account.rule ??= reader.error?.rule;
	return account;
}

async function readTheirs(chunks: readonly Uint8Array[], setting: Setting): Promise<Account> {
	const account: Account = { events: [], error: undefined, rule: undefined };
	// An extension that leaves payloads as they are; its answer must not come at once.
	const extension = {
		decompress: (data: Buffer, _fin: boolean, done: (error: null, data: Buffer) => void) =>
			process.nextTick(done, null, data),
	};
	const receiver = new Receiver({
		isServer: setting.masked,
		maxPayload: setting.maxMessageBytes,
		maxBufferedChunks: 0,
		extensions: setting.deflate ? { 'permessage-deflate': extension } : {},
	});
	let isOver = false;
	receiver.on('error', () => {});
	receiver.on('message', (data: Buffer, isBinary: boolean) => {
		account.events.push(`${isBinary ? 'binary' : 'text'} ${data.toString('hex')}`);
	});
	receiver.on('ping', (data: Buffer) => account.events.push(`ping ${data.toString('hex')}`));
	receiver.on('pong', (data: Buffer) => account.events.push(`pong ${data.toString('hex')}`));
	receiver.on('conclude', (code: number, reason: Buffer) => {
		isOver = true;
		const head = code === 1005 ? '' : code.toString(16).padStart(4, '0');
		account.events.push(`close ${head}${reason.toString('hex')}`);
	});
	for (const chunk of chunks) {
		if (isOver || receiver.errored) {
			break;
		}
		const written = new Promise<void>((resolve) => receiver.write(Buffer.from(chunk), () => resolve()));
		if (setting.deflate) {
			await written;
		}
	}
	const code = (receiver.errored as NodeJS.ErrnoException | null)?.code;
	if (code !== undefined) {
		account.error = code === 'WS_ERR_INVALID_UTF8' ? 1007 : code.startsWith('WS_ERR_UNSUPPORTED') ? 1009 : 1002;
	}
	return account;
}

const words = ['', 'a', 'plain words', 'é', '字', '🦊', 'x'.repeat(40), 'größer', '\u0000', '{"n":1}'];

/** A few messages and control frames in good order, some of them then damaged in one place or several. */
function makeStream(random: Random, setting: Setting): Buffer {
	const frames: Buffer[] = [];
	const messages = 1 + random.below(6);
	for (let i = 0; i < messages; i++) {
		if (random.chance(0.3)) {
			frames.push(makeControl(random, setting));
		}
		const isText = random.chance(0.6);
		const payload = isText ? makeText(random) : Buffer.alloc(makeLength(random), random.below(256));
		const fragments = random.chance(0.3) ? 1 + random.below(4) : 1;
		for (let part = 0; part < fragments; part++) {
			const from = Math.floor((payload.length * part) / fragments);
			const to = Math.floor((payload.length * (part + 1)) / fragments);
			let head = part === 0 ? (isText ? 1 : 2) : 0;
			head |= part === fragments - 1 ? 0x80 : 0;
			head |= part === 0 && setting.deflate && random.chance(0.5) ? 0x40 : 0;
			frames.push(makeFrame(random, setting, head, payload.subarray(from, to)));
			if (random.chance(0.1)) {
				frames.push(makeControl(random, setting));
			}
		}
	}
	if (random.chance(0.3)) {
		const code = random.pick([1000, 1001, 1004, 1005, 1006, 1011, 1014, 1015, 2999, 3000, 4999, 5000, 0]);
		const reason = Buffer.from(random.pick(words));
		const payload = Buffer.concat([Uint8Array.of(code >> 8, code & 0xff), reason]);
		frames.push(makeFrame(random, setting, 0x88, payload.subarray(0, random.pick([0, 1, 2, payload.length]))));
	}
	if (random.chance(0.2)) {
		// A frame with one thing wrong in its header, or out of place.
		const head = random.chance(0.5) ? random.below(256) : random.pick([0x80, 0, 1, 2, 0x81, 0x08, 0x09, 0x0a]);
		frames.splice(random.below(frames.length + 1), 0, makeFrame(random, setting, head, makeText(random)));
	}
	const stream = Buffer.concat(frames);
	return random.chance(0.5) ? mutate(random, stream) : stream;
}

function makeControl(random: Random, setting: Setting): Buffer {
	return makeFrame(random, setting, random.pick([0x89, 0x8a]), Buffer.from(random.pick(words)));
}

function makeText(random: Random): Buffer {
	let text = '';
	for (let i = random.below(6); i > 0; i--) {
		text += random.pick(words);
	}
	return Buffer.from(text);
}

function makeLength(random: Random): number {
	return random.chance(0.01) ? random.pick([65_535, 65_536, 70_000]) : random.pick([0, 1, 2, 30, 125, 126, 127, 400]);
}

function makeFrame(random: Random, setting: Setting, head: number, payload: Buffer): Buffer {
	const masked = random.chance(0.005) ? !setting.masked : setting.masked;
	const maskBit = masked ? 0x80 : 0;
	const length = payload.length;
	let header: Buffer;
	if (length > 65_535 || random.chance(0.003)) {
		header = Buffer.alloc(10);
		header[1] = 127 | maskBit;
		header.writeUInt32BE(random.chance(0.1) ? 0x8000_0000 : 0, 2);
		header.writeUInt32BE(length, 6);
	} else if (length > 125 || random.chance(0.005)) {
		header = Buffer.alloc(4);
		header[1] = 126 | maskBit;
		header.writeUInt16BE(length, 2);
	} else {
		header = Buffer.of(0, length | maskBit);
	}
	header[0] = head;
	if (!masked) {
		return Buffer.concat([header, payload]);
	}
	const mask = Buffer.of(random.below(256), random.below(256), random.below(256), random.below(256));
	return Buffer.concat([header, mask, payload.map((byte, at) => byte ^ mask[at & 3]!)]);
}

function mutate(random: Random, stream: Buffer): Buffer {
	let bytes = stream;
	for (let i = 1 + random.below(3); i > 0 && bytes.length > 0; i--) {
		// Headers are near the start of a short stream, and what follows a broken one is random in any case.
		const at = random.below(random.chance(0.3) ? Math.min(bytes.length, 4) : bytes.length);
		const kind = random.below(5);
		if (kind === 0) {
			bytes = Buffer.from(bytes);
			bytes[at]! ^= 1 << random.below(8);
		} else if (kind === 1) {
			bytes = Buffer.from(bytes);
			bytes[at] = random.pick([0, 0x7f, 0x80, 0xff, random.below(256)]);
		} else if (kind === 2) {
			bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(3))]);
		} else if (kind === 3) {
			bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(random.below(256)), bytes.subarray(at)]);
		} else {
			bytes = bytes.subarray(0, at);
		}
	}
	return bytes;
}
