/** What ends an address in prose and code: quotes, brackets, white space; and punctuation that closes a sentence. */
const addressPattern =
	/(?:(?:wss?|https?):\/\/|localhost:\d|127\.0\.0\.1:\d|\[::1\]:\d|:\d{2,5}\/)[^\s"'`<>()[\]{}|\\^]*/gi;

/** The address in a line of text at a column (0-based), or undefined; closing punctuation is not part of it. */
export function addressAt(line: string, column: number): string | undefined {
	for (const match of line.matchAll(addressPattern)) {
		if (match.index <= column && column <= match.index + match[0].length) {
			return match[0].replace(/[.,;:!?]+$/, '');
		}
	}
	return undefined;
}
