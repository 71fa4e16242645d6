import { type FactName, type FactValue, factOf } from './facts';
import { readQuantities } from './note/quantities';
import type { Quantity, Span } from './note/quantity';
import type { ReadingOptions } from './note/reading';
import type { SizingProblem } from './problem';
import { rangeProblem } from './size';

/** What a text means as the value of one fact, or what is wrong with it. */
export type FactTextReading = { readonly value: FactValue } | { readonly problem: SizingProblem };

const yes = ['yes', 'true', 'y'];
const no = ['no', 'false', 'n'];

/**
 * Reads what was typed or given for one fact: `240k`, `20%`, `every 5 s`, `20 KiB`, `eventStream`, `no`. A number without
 * a unit is in the fact's own. The value is in the fact's unit and range; whatever else is typed is a problem, whose
 * `input` is `name`. Never throws.
 */
export function readFactText(
	fact: FactName,
	text: string,
	options: ReadingOptions,
	name: string = fact,
): FactTextReading {
	const value = readValue(fact, text.trim(), options, name);
	if (typeof value === 'object') {
		return { problem: value };
	}
	const problem = rangeProblem(name, fact, value, { kind: 'given' });
	return problem === undefined ? { value } : { problem };
}

/** A quantity in the unit of a fact; undefined where its unit can't mean the fact. */
export function quantityAsFact(fact: FactName, { dimension, value }: Quantity): Span | undefined {
	const { dimensions, unit } = factOf(fact);
	if (!dimensions.includes(dimension)) {
		return undefined;
	}
	switch (dimension) {
		case 'every':
			// The seconds between two are an interval as they are, and a rate when turned over.
			return unit === 'perSecond' ? finite({ low: 1 / value.high, high: 1 / value.low }) : value;
		case 'seconds':
			return unit === 'milliseconds' ? finite({ low: scaled(value.low, 1000), high: scaled(value.high, 1000) }) : value;
		case 'bytesPerSecond':
			return unit === 'bitsPerSecond' ? finite({ low: value.low * 8, high: value.high * 8 }) : value;
		default:
			return value;
	}
}

function readValue(fact: FactName, text: string, options: ReadingOptions, name: string): FactValue | SizingProblem {
	const { unit, choices, label } = factOf(fact);
	const wrong: SizingProblem = {
		code: 'outOfRange',
		values: { input: name, label, value: text, expected: 'number' },
		fact,
	};
	if (unit === 'choice') {
		return choices!.find((choice) => letters(choice) === letters(text)) ?? text;
	}
	if (unit === 'yesOrNo') {
		return yes.includes(letters(text)) ? true : no.includes(letters(text)) ? false : text;
	}
	const isNegative = /^[-−]/.test(text);
	const quantities = readQuantities(isNegative ? text.slice(1) : text, options);
	const [quantity] = quantities;
	if (quantity === undefined || quantities.length > 1) {
		return wrong;
	}
	if (quantity.ambiguous !== undefined) {
		const [first, second] = quantity.ambiguous.readings;
		return { code: 'ambiguous', values: { text, first, second, because: quantity.ambiguous.because }, fact };
	}
	// A number alone is in the fact's own unit.
	const span = quantity.dimension === 'count' && quantity.unit === '' ? quantity.value : quantityAsFact(fact, quantity);
	if (span === undefined || span.low !== span.high) {
		return wrong;
	}
	return isNegative ? -span.low : span.low;
}

function finite(span: Span): Span | undefined {
	return Number.isFinite(span.low) && Number.isFinite(span.high) ? span : undefined;
}

/** Without the last bits that the product of two decimal numbers is off by. */
function scaled(value: number, factor: number): number {
	return Number((value * factor).toPrecision(15));
}

function letters(text: string): string {
	return text.toLowerCase().replace(/[^a-z]/g, '');
}
