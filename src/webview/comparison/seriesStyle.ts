/** How each session's line is told from the others: by its colour and by its dashes, since not everybody sees colours. */
const colors = [
	'charts-blue',
	'charts-yellow',
	'charts-green',
	'charts-purple',
	'charts-red',
	'charts-orange',
] as const;
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4]];

/** The theme's colour of the nth session. */
export function seriesColor(at: number): string {
	return colors[at % colors.length]!;
}

/** Its dashes in pixels, empty for a line without gaps. Colours and dashes repeat, their pairs do not within 30. */
export function seriesDash(at: number): readonly number[] {
	return dashes[at % dashes.length]!;
}
