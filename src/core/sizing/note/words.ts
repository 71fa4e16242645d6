/** A word of a text, in lower case. */
export interface Word {
	readonly word: string;
	readonly start: number;
	readonly end: number;
	/** It begins with a capital. */
	readonly isCapital: boolean;
}

/** Between a number and its unit or the next word: a few blanks, or one line end with what starts a quoted or a comment line. */
export const gap =
	'\\*{0,3}(?:[ \\t]{0,3}\\r?\\n[ \\t]{0,16}(?:(?:>|//|#)[ \\t]{0,3}){0,2}|[ \\t\\u00a0\\u2009\\u202f]{1,3})\\*{0,3}';

/** Where the gap that begins at a place ends, by the rule of `gap`; the place itself where none begins. */
export function gapEnd(text: string, at: number): number {
	const code = text.charCodeAt(at);
	if (code === 32) {
		// Nearly all gaps are one blank before a letter or a digit.
		const next = text.charCodeAt(at + 1);
		if (next > 47 && next < 128) {
			return at + 1;
		}
	} else if (code > 42 && code < 128) {
		return at;
	}
	gapPattern.lastIndex = at;
	return gapPattern.test(text) ? gapPattern.lastIndex : at;
}

/** The code of the first character after a place and the gap there, if there is one. */
export function codeAfterGap(text: string, at: number): number {
	return text.charCodeAt(gapEnd(text, at));
}

/** Where the ASCII letters that begin at a place end. */
export function lettersEnd(text: string, at: number): number {
	let end = at;
	while (isLetter(text.charCodeAt(end))) {
		end++;
	}
	return end;
}

/** Where the letters, digits and underscores that begin at a place end. */
export function wordEnd(text: string, at: number): number {
	let end = at;
	while (isWordPart(text.charCodeAt(end))) {
		end++;
	}
	return end;
}

/** The word after a place and a gap or a hyphen; undefined where something else stands there. */
export function wordAfter(text: string, at: number): Word | undefined {
	const start = text.charCodeAt(at) === 45 ? at + 1 : gapEnd(text, at);
	if (start === at || !isLetter(text.charCodeAt(start))) {
		return undefined;
	}
	let end = lettersEndWithin(text, start, mostWordLength);
	if (text.charCodeAt(end) === 45 && isLetter(text.charCodeAt(end + 1))) {
		end = lettersEndWithin(text, end + 1, mostWordLength);
	}
	const isCapital = text.charCodeAt(start) < 97;
	// A capital at a line's start begins something else.
	if (isWordPart(text.charCodeAt(end)) || (isCapital && text.slice(at, start).includes('\n'))) {
		return undefined;
	}
	return { word: text.slice(start, end).toLowerCase(), start, end, isCapital };
}

/**
 * The word right before a place, past blanks, emphasis and one of `:=.#("`, with `isApart` where a colon or an equals sign
 * stands between; undefined where something else stands there.
 */
export function wordBefore(text: string, at: number): (Word & { readonly isApart: boolean }) | undefined {
	let end = at;
	let isApart = false;
	for (let passed = 0; passed < 6 && end > 0; passed++) {
		const code = text.charCodeAt(end - 1);
		if (code === 58 || code === 61) {
			isApart = true;
		} else if (isLetter(code) || !passedBefore.has(code)) {
			break;
		}
		end--;
	}
	let start = end;
	while (start > 0 && end - start < mostWordLength && isLetter(text.charCodeAt(start - 1))) {
		start--;
	}
	return start === end
		? undefined
		: { word: text.slice(start, end).toLowerCase(), start, end, isCapital: text.charCodeAt(start) < 97, isApart };
}

/** Whether a word names something that is counted, in the plural or in the singular. */
export function isCounted(word: string): boolean {
	return countedNouns.has(word) || countedNouns.has(`${word}s`);
}

export function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
	return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** An ASCII letter, digit or underscore: what identifiers are made of. */
export function isWordPart(code: number): boolean {
	return isLetter(code) || isDigit(code) || code === 95;
}

/** What a sticky pattern matches at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
	pattern.lastIndex = at;
	return pattern.exec(text);
}

/** The words of a list that is written with blanks between them. */
export function wordList(words: string): readonly string[] {
	return words.split(/\s+/).filter((word) => word !== '');
}

/** Words that people count with in sizing: after a number they tell that `m` is a million and that 2020 is no year. */
export const countedNouns: ReadonlySet<string> = new Set(
	wordList(`
		users viewers clients players devices subscribers connections conns sockets websockets people visitors customers members
		sessions servers nodes pods boxes machines instances hosts containers workers messages msgs msg events updates requests
		reqs req rooms channels topics tabs browsers phones sensors agents drivers riders couriers readers listeners spectators
		participants attendees employees students accounts streams consumers publishers descriptors fds files handshakes
		reconnects polls ticks frames peers bots vehicles meters dau mau wau ccu pcu concurrent simultaneous active online open
		idle live connected registered persistent long-lived daily monthly peak parallel websocket tcp tls sse`),
);

/** No longer word means anything here. */
const mostWordLength = 24;
const gapPattern = new RegExp(gap, 'y');
const passedBefore = new Set([...' \t\n\r*_\u00a0\u202f.#"“('].map((each) => each.charCodeAt(0)));

function lettersEndWithin(text: string, at: number, most: number): number {
	let end = at;
	while (end - at < most && isLetter(text.charCodeAt(end))) {
		end++;
	}
	return end;
}
