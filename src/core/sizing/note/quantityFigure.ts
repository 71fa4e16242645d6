import { bitRateFigure, bytesFigure, durationFigure, figure, shareFigure } from '../figures';
import type { Quantity } from './quantity';

/** A quantity as it was understood, with its unit; both ends of a range: `240,000`, `20%–30%`, `every 25 s`, `4/s`. */
export function quantityFigure({ value, dimension }: Quantity): string {
	const shown = (amount: number): string => {
		switch (dimension) {
			case 'count':
				return figure(amount);
			case 'share':
				return shareFigure(amount);
			case 'bytes':
				return bytesFigure(amount);
			case 'bitsPerSecond':
				return bitRateFigure(amount);
			case 'bytesPerSecond':
				return `${bytesFigure(amount)}/s`;
			case 'seconds':
				return durationFigure(amount);
			case 'perSecond':
				return `${figure(amount)}/s`;
			case 'every':
				return `every ${durationFigure(amount)}`;
		}
	};
	return value.low === value.high ? shown(value.low) : `${shown(value.low)}–${shown(value.high)}`;
}
