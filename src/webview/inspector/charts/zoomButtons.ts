import { iconButton } from '../elements';

/** What the wheel and the keys `+` and `−` zoom by. */
export const zoomStep = 2;

/** Two buttons that zoom a chart, out and in. `zoom` gets a factor below 1 to come nearer, above 1 to go back. */
export function zoomButtons(
	name: string,
	[outLabel, inLabel]: readonly [outLabel: string, inLabel: string],
	zoom: (factor: number) => void,
): readonly HTMLButtonElement[] {
	return [
		iconButton('zoom-out', outLabel, `${name}-zoom-out`, () => zoom(zoomStep)),
		iconButton('zoom-in', inLabel, `${name}-zoom-in`, () => zoom(1 / zoomStep)),
	];
}

/** The factor that a key means, below 1 to come nearer; undefined for a key that does not zoom. */
export function zoomOfKey(key: string): number | undefined {
	switch (key) {
		case '+':
		case '=':
			return 1 / zoomStep;
		case '-':
		case '−':
			return zoomStep;
		default:
			return undefined;
	}
}
