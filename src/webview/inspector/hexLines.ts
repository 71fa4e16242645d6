const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lines of a hex dump: offset, bytes in groups of eight, and the characters that are ASCII (a dot for any other). */
export function hexLines(bytes: Uint8Array, bytesPerLine: number, fromLine: number, count: number): string {
	const offsetDigits = Math.max(4, Math.max(0, bytes.length - 1).toString(16).length);
	const lines: string[] = [];
	const end = Math.min(fromLine + count, lineCount(bytes.length, bytesPerLine));
	for (let line = fromLine; line < end; line++) {
		const start = line * bytesPerLine;
		let hex = '';
		let text = '';
		for (let place = 0; place < bytesPerLine; place++) {
			const byte = bytes[start + place];
			hex += (byte === undefined ? '  ' : hexDigits[byte]!) + (place % 8 === 7 ? '  ' : ' ');
			text += byte === undefined ? '' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
		}
		lines.push(`${start.toString(16).padStart(offsetDigits, '0')}  ${hex}${text}`);
	}
	return lines.join('\n');
}

/** How many lines that many bytes take. */
export function lineCount(byteCount: number, bytesPerLine: number): number {
	return Math.ceil(byteCount / bytesPerLine);
}

/** Bytes as plain hex, for copying: `81 05 48`. */
export function plainHex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => hexDigits[byte]!).join(' ');
}
