/** What the page keeps of how the user left it. */
export interface PageState {
	/** Which answers the user opened or closed, by their key. */
	readonly open: Readonly<Record<string, boolean>>;
	readonly scrollTop: number;
}

/** What was stored, as far as it has that shape; the page as it is at first for anything else. */
export function parsePageState(value: unknown): PageState {
	const { open, scrollTop } = (value ?? {}) as Record<string, unknown>;
	const pairs = typeof open === 'object' && open !== null ? Object.entries(open) : [];
	return {
		open: Object.fromEntries(pairs.filter(([, isOpen]) => typeof isOpen === 'boolean')),
		scrollTop: typeof scrollTop === 'number' && scrollTop > 0 ? scrollTop : 0,
	};
}
