import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FactName, factOf, facts } from '../../../../src/core/sizing/facts';
import { readFactText } from '../../../../src/core/sizing/factText';
import { typedText } from '../../../../src/core/sizing/typedValue';

const options = { decimalSeparator: 'auto' } as const;
const names = Object.keys(facts) as FactName[];

describe('a value as a text to edit', () => {
	it('reads as answers write it', () => {
		const texts: [FactName, number | string | boolean, string][] = [
			['audience', 240_000, '240,000'],
			['headroom', 0.2, '20%'],
			['payloadBytes', 220, '220 B'],
			['pollIntervalSeconds', 25, '25 s'],
			['networkLatencyMs', 80, '80 ms'],
			['eventsPerSecond', 4, '4/s'],
			['linkBitsPerSecond', 1_000_000_000, '1 Gbit/s'],
			['transport', 'eventStream', 'eventStream'],
			['binary', true, 'yes'],
		];
		for (const [fact, value, text] of texts) {
			assert.equal(typedText(fact, value, options), text);
		}
	});

	it('is read as the same value again, to the last digit', () => {
		fc.assert(
			fc.property(fc.constantFrom(...names), fc.double({ min: 0, max: 1, noNaN: true }), (fact, share) => {
				const { unit, least, most, whole } = factOf(fact);
				if (unit === 'choice' || unit === 'yesOrNo') {
					return;
				}
				// Sizes of all orders, not only those near the largest.
				const value = Math.min(most, Math.max(least, 10 ** (share * Math.log10(Math.min(most, 1e15)))));
				const rounded = whole ? Math.round(value) : Number(value.toPrecision(8));
				const text = typedText(fact, rounded, options);
				assert.deepEqual(readFactText(fact, text, options), { value: rounded }, `${fact} ${text}`);
			}),
		);
	});
});
