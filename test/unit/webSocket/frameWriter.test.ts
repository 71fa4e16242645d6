import assert from 'node:assert/strict';
import { closePayload, maskedFrame } from '../../../src/core/webSocket/frameWriter';
import { bytesOf, readFrames } from './readFrames';

describe('frame writer', () => {
	it('writes the masked text frame of RFC 6455 §5.7', () => {
		const frame = maskedFrame(0x81, Buffer.from('Hello'), bytesOf('37fa213d'));
		assert.equal(Buffer.from(frame).toString('hex'), '818537fa213d7f9f4d5158');
	});

	for (const [size, header] of [
		[0, '8280'],
		[125, '82fd'],
		[126, '82fe007e'],
		[65_535, '82feffff'],
		[65_536, '82ff0000000000010000'],
	] as const) {
		it(`writes ${size} bytes with the shortest length, and leaves the payload alone`, () => {
			const payload = Buffer.alloc(size, 'ab');
			const frame = Buffer.from(maskedFrame(0x82, payload, bytesOf('01020304')));
			assert.equal(frame.toString('hex', 0, header.length / 2), header);
			assert.deepEqual(payload, Buffer.alloc(size, 'ab'));
			const { frames, reader } = readFrames([frame], { expectMasked: true });
			assert.equal(reader.error, undefined);
			assert.deepEqual(frames[0]?.payload, payload);
		});
	}

	it('cuts a close reason between characters to 123 bytes', () => {
		assert.equal(Buffer.from(closePayload(1001, 'going')).toString('latin1'), '\x03\xe9going');
		assert.equal(closePayload(1000, '').length, 2);
		assert.equal(closePayload(1000, 'x'.repeat(200)).length, 125);
		// 40 characters of 3 bytes; a 41st would end at byte 125 of 123.
		assert.equal(closePayload(1000, `x${'字'.repeat(60)}`).length, 2 + 1 + 40 * 3);
	});
});
