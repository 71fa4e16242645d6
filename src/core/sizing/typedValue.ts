import { type FactName, type FactUnit, type FactValue, factOf } from './facts';
import { readFactText } from './factText';
import { figure } from './figures';
import type { ReadingOptions } from './note/reading';
import { factFigure } from './report';

/** What a number is followed by in the unit of its fact. */
const suffixes: Readonly<Record<FactUnit, string>> = {
	count: '',
	share: '',
	bytes: ' B',
	bitsPerSecond: ' bit/s',
	seconds: ' s',
	milliseconds: ' ms',
	perSecond: '/s',
	choice: '',
	yesOrNo: '',
};

/**
 * A fact's value as a text to edit. It is the figure that answers have (`60,000`, `20%`, `1 min 30 s`) where that tells the
 * value exactly, else one with all its digits, so that `readFactText` takes it for the same value again.
 */
export function typedText(
	fact: FactName,
	value: FactValue,
	{ decimalSeparator }: Pick<ReadingOptions, 'decimalSeparator'>,
): string {
	const shown = factFigure(fact, value);
	if (typeof value !== 'number') {
		return shown;
	}
	const suffix = suffixes[factOf(fact).unit];
	const isExact = (text: string): boolean => {
		const read = readFactText(fact, text, { decimalSeparator });
		return 'value' in read && read.value === value;
	};
	return [shown, figure(value) + suffix, value + suffix].find(isExact) ?? String(value);
}
