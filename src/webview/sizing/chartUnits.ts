import type { ChartUnit } from '../../core/sizing/calculation';
import { bytesFigure, durationFigure, figure, shareFigure } from '../../core/sizing/figures';

/** A value of a chart with its unit: `48,000`, `5.4 MB/s`, `20%`. */
export function chartFigure(value: number, unit: ChartUnit): string {
	switch (unit) {
		case 'count':
			// A load is shown as what it needs room for: 34,285.7 connections are 34,286.
			return figure(Math.abs(value) >= 100 ? Math.ceil(value) : value);
		case 'bytes':
			return bytesFigure(value);
		case 'bytesPerSecond':
			return `${bytesFigure(value)}/s`;
		case 'perSecond':
			return `${figure(value)}/s`;
		case 'seconds':
			return durationFigure(value);
		case 'share':
			return shareFigure(value);
	}
}
