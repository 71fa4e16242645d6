import assert from 'node:assert/strict';
import { hexLines, lineCount, plainHex } from '../../../src/webview/inspector/hexLines';

describe('a hex dump', () => {
	const bytes = Uint8Array.from({ length: 20 }, (_, index) => index + 0x60);

	it('shows offset, bytes and ASCII, and keeps the columns of a short line', () => {
		assert.deepEqual(hexLines(bytes, 16, 0, 10).split('\n'), [
			'0000  60 61 62 63 64 65 66 67  68 69 6a 6b 6c 6d 6e 6f  `abcdefghijklmno',
			'0010  70 71 72 73                                       pqrs',
		]);
	});

	it('shows only the lines asked for, by as many bytes a line', () => {
		assert.equal(hexLines(bytes, 8, 1, 1), '0008  68 69 6a 6b 6c 6d 6e 6f  hijklmno');
		assert.equal(hexLines(bytes, 8, 9, 5), '');
	});

	it('widens its offsets for long payloads and shows what is not ASCII as a dot', () => {
		assert.match(hexLines(new Uint8Array(0x10001), 16, 0x1000, 1), /^10000 {2}00 .* ·$/);
	});

	it('counts its lines', () => {
		assert.equal(lineCount(0, 16), 0);
		assert.equal(lineCount(16, 16), 1);
		assert.equal(lineCount(17, 16), 2);
		assert.equal(plainHex(Uint8Array.from([0, 255, 16])), '00 ff 10');
	});
});
