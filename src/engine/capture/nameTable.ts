/** Longest name that the index holds; of a longer one it holds the beginning, and the frame's meta the whole. */
export const mostNameBytes = 256;
/** Ids are u16. */
const mostNames = 0x1_0000;

/** The event names of one segment, which go with it when it is evicted. Id 0 is ''. */
export class NameTable {
	readonly #ids = new Map<string, number>([['', 0]]);
	readonly #texts: string[] = [''];
	/** Bytes of names that are not in the index file yet. */
	unstoredBytes = 0;
	#storedCount = 1;

	/** The id of a name, or of its beginning where it is long; 0 where the table is full. */
	idOf(name: string): number {
		return this.#ids.get(name) ?? this.#add(clippedText(name, mostNameBytes));
	}

	text(id: number): string {
		return this.#texts[id] ?? '';
	}

	/** Whether ids may be 0 for want of room. */
	get full(): boolean {
		return this.#texts.length >= mostNames;
	}

	/** Names added since the last call; the ids go on from those before. */
	takeUnstored(): string[] {
		const names = this.#texts.slice(this.#storedCount);
		this.#storedCount = this.#texts.length;
		this.unstoredBytes = 0;
		return names;
	}

	/** No name will be added any more. */
	seal(): void {
		this.#ids.clear();
	}

	/** Takes up what `takeUnstored` gave of an earlier table. */
	restore(names: readonly string[]): void {
		for (const name of names) {
			this.#texts.push(name);
		}
		this.takeUnstored();
	}

	#add(name: string): number {
		const known = this.#ids.get(name);
		if (known !== undefined) {
			return known;
		}
		if (this.full) {
			return 0;
		}
		const id = this.#texts.push(name) - 1;
		this.#ids.set(name, id);
		// JSON puts quotes and a comma around it.
		this.unstoredBytes += Buffer.byteLength(name) + 3;
		return id;
	}
}

/** The beginning of a text, at most so many bytes of UTF-8, cut between two characters. */
export function clippedText(text: string, mostBytes: number): string {
	if (text.length * 3 <= mostBytes) {
		return text;
	}
	const bytes = Buffer.from(text.slice(0, mostBytes + 1));
	if (bytes.length <= mostBytes) {
		return text;
	}
	let end = mostBytes;
	while (end > 0 && (bytes[end]! & 0xc0) === 0x80) {
		end--;
	}
	return bytes.toString('utf8', 0, end);
}
