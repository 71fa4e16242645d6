/**
 * Payloads are written by strangers. What would change how the text around it is read is replaced by something that can
 * be seen: controls by their names, bidirectional and other invisible characters by their code points, both in brackets
 * that no keyboard has. Joiners (U+200C, U+200D) stay, since emoji and several scripts are written with them.
 */

// Controls, lone surrogates, soft hyphen, marks and embeddings of direction, line separators, invisible operators, tags.
const oneLine =
	/[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const manyLines = new RegExp(`(?![\\n\\t])${oneLine.source}`, 'gu');

/** Names of U+0000 … U+001F. Unicode has pictures of them (U+2400 …), but many a font has not. */
const controlNames =
	'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
		' ',
	);

function shown(character: string): string {
	const code = character.codePointAt(0)!;
	const name = code === 0x7f ? 'DEL' : controlNames[code];
	return `⟨${name ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`}⟩`;
}

/** Text for one line: line breaks and tabs are shown by name too. */
export function visibleLine(text: string): string {
	return text.replace(oneLine, shown);
}

/** Text for a block: line feeds and tabs stay. */
export function visibleBlock(text: string): string {
	return text.replace(manyLines, shown);
}

/** At most so many characters of a text, never ending within a surrogate pair. */
export function clipped(text: string, maxLength: number): string {
	if (text.length <= maxLength) {
		return text;
	}
	const last = text.charCodeAt(maxLength - 1);
	return text.slice(0, last >= 0xd800 && last < 0xdc00 ? maxLength - 1 : maxLength);
}
