import assert from 'node:assert/strict';
import { frameFlag, kindCode } from '../../../src/core/frame';
import { closeCodeName, closeOf, wireFrame } from '../../../src/webview/inspector/wireFrame';

const hexOf = (...frame: Parameters<typeof wireFrame>): string =>
	wireFrame(...frame)!
		.parts.map(({ hex }) => hex)
		.join(' ');

describe('the header of a WebSocket frame, rebuilt', () => {
	it('is that of RFC 6455 §5.7’s examples', () => {
		// A single-frame unmasked text message "Hello": 81 05, then five bytes.
		assert.equal(hexOf(kindCode.text, frameFlag.fin, 7), '81 05');
		// A masked one: 81 85, four bytes of mask.
		assert.equal(hexOf(kindCode.text, frameFlag.fin | frameFlag.masked, 11), '81 85 ?? ?? ?? ??');
		// A fragmented unmasked text message: 01 03 "Hel", 80 02 "lo".
		assert.equal(hexOf(kindCode.text, 0, 5), '01 03');
		assert.equal(hexOf(kindCode.continuation, frameFlag.fin, 4), '80 02');
		// An unmasked ping with "Hello": 89 05. 256 bytes of binary: 82 7E 01 00. 64 KiB of binary: 82 7F 00 … 01 00 00.
		assert.equal(hexOf(kindCode.ping, frameFlag.fin, 7), '89 05');
		assert.equal(hexOf(kindCode.binary, frameFlag.fin, 4 + 256), '82 7E 01 00');
		assert.equal(hexOf(kindCode.binary, frameFlag.fin, 10 + 65_536), '82 7F 00 00 00 00 00 01 00 00');
	});

	it('shows RSV1 of a compressed message (RFC 7692 §7.2.3.1: C1 07)', () => {
		const frame = wireFrame(kindCode.text, frameFlag.fin | frameFlag.rsv1, 9)!;
		assert.equal(frame.rsv, '100');
		assert.equal(frame.payloadBytes, 7);
		assert.equal(frame.parts[0]!.hex, 'C1');
	});

	it('changes its form where the length does', () => {
		assert.equal(wireFrame(kindCode.text, frameFlag.fin, 2 + 125)!.headerBytes, 2);
		assert.equal(wireFrame(kindCode.text, frameFlag.fin, 4 + 126)!.headerBytes, 4);
		assert.equal(wireFrame(kindCode.text, frameFlag.fin, 4 + 65_535)!.headerBytes, 4);
		assert.equal(wireFrame(kindCode.text, frameFlag.fin, 10 + 65_536)!.headerBytes, 10);
	});

	it('is not made up where no minimal header gives that length', () => {
		// 128 bytes in all would be 126 or 127 after a two-byte header, or 124 after a four-byte one.
		const frame = wireFrame(kindCode.text, frameFlag.fin, 128)!;
		assert.equal(frame.payloadBytes, undefined);
		assert.deepEqual(frame.parts, []);
	});

	it('is not there for events and poll cycles', () => {
		assert.equal(wireFrame(kindCode.event, frameFlag.fin, 100), undefined);
		assert.equal(wireFrame(kindCode.cycle, frameFlag.fin, 100), undefined);
	});
});

describe('a close frame', () => {
	it('tells its code and reason', () => {
		assert.deepEqual(closeOf(Uint8Array.from([0x03, 0xe9, 0x62, 0x79, 0x65])), { code: 1001, reason: 'bye' });
		assert.equal(closeOf(new Uint8Array(0)), undefined);
	});

	it('names codes by their range too', () => {
		assert.equal(closeCodeName(1006), 'abnormal closure');
		assert.equal(closeCodeName(3000), 'registered by a library or framework');
		assert.equal(closeCodeName(4123), 'private to the application');
		assert.equal(closeCodeName(999), 'not a code that RFC 6455 allows');
	});
});
