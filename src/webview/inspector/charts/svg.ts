type Attributes = Readonly<Record<string, string | number>>;

/** A new SVG element; its look is the style sheet's business, so colours come as classes. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
	tag: Tag,
	attributes: Attributes = {},
	...children: ReadonlyArray<Node | string>
): SVGElementTagNameMap[Tag] {
	const created = document.createElementNS('http://www.w3.org/2000/svg', tag);
	for (const [name, value] of Object.entries(attributes)) {
		created.setAttribute(name, typeof value === 'number' ? `${Math.round(value * 100) / 100}` : value);
	}
	created.append(...children);
	return created;
}
