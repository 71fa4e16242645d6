import assert from 'node:assert/strict';
import type { FactName, FactValue } from '../../../../src/core/sizing/facts';
import { quantityAsFact, readFactText } from '../../../../src/core/sizing/factText';
import type { Dimension, Quantity } from '../../../../src/core/sizing/note/quantity';

const options = { decimalSeparator: 'auto' } as const;

function quantity(dimension: Dimension, low: number, high = low): Quantity {
	return { dimension, value: { low, high }, place: { start: 0, end: 1 }, text: '', unit: '' };
}

describe('A text for one fact', () => {
	for (const [fact, text, value] of [
		['audience', '240k', 240_000],
		['audience', ' 1.5 million ', 1_500_000],
		['connectionsPerUser', '1.5', 1.5],
		['headroom', '20%', 0.2],
		['headroom', '0.2', 0.2],
		['payloadBytes', '220', 220],
		['payloadBytes', '1 KiB', 1024],
		['eventsPerSecond', '30 per minute', 0.5],
		['eventsPerSecond', 'every 10 s', 0.1],
		['pollIntervalSeconds', 'every 5 s', 5],
		['pollIntervalSeconds', '1m30s', 90],
		['networkLatencyMs', '80 ms', 80],
		['networkLatencyMs', '80', 80],
		['linkBitsPerSecond', '1 Gbit/s', 1e9],
		['transport', 'event stream', 'eventStream'],
		['binary', 'Yes', true],
		['hostileProxies', 'no', false],
	] as const satisfies readonly (readonly [FactName, string, FactValue])[]) {
		it(`"${text}" as ${fact} is ${value}`, () => {
			assert.deepEqual(readFactText(fact, text, options), { value });
		});
	}

	for (const [fact, text, expected] of [
		['audience', 'many', 'number'],
		['audience', '', 'number'],
		['audience', '20 ms', 'number'],
		['audience', '0', '≥ 1'],
		['audience', '-5', '≥ 1'],
		['audience', '1.5', 'whole'],
		['audience', '1e30', '≤ 9007199254740991'],
		['audience', '3, then 4', 'number'],
		['headroom', '120%', '≤ 0.95'],
		['reconnectWindowSeconds', '0 s', '> 0'],
		['transport', 'pigeon', 'webSocket, eventStream, longPoll, polling'],
		['binary', 'perhaps', 'true, false'],
	] as const) {
		it(`"${text}" as ${fact} is a problem that expects ${expected}`, () => {
			const read = readFactText(fact, text, options, 'given');
			assert.ok('problem' in read);
			assert.equal(read.problem.code, 'outOfRange');
			assert.equal(read.problem.values.expected, expected);
			assert.equal(read.problem.values.input, 'given');
		});
	}

	it('that can be read in two ways is a problem with both', () => {
		const read = readFactText('audience', '240.000', options);
		assert.ok('problem' in read);
		assert.equal(read.problem.code, 'ambiguous');
	});
});

describe('A quantity as a fact', () => {
	it('is in the unit of the fact, both its ends', () => {
		// 1 ÷ 20 and 1 ÷ 10; 0.08 s is 80 ms; a byte is eight bits.
		assert.deepEqual(quantityAsFact('eventsPerSecond', quantity('every', 10, 20)), { low: 0.05, high: 0.1 });
		assert.deepEqual(quantityAsFact('heartbeatIntervalSeconds', quantity('every', 10, 20)), { low: 10, high: 20 });
		assert.deepEqual(quantityAsFact('networkLatencyMs', quantity('seconds', 0.08)), { low: 80, high: 80 });
		assert.deepEqual(quantityAsFact('linkBitsPerSecond', quantity('bytesPerSecond', 1e6)), { low: 8e6, high: 8e6 });
	});

	it('is none where its unit can’t mean the fact, or where it would be infinite', () => {
		assert.equal(quantityAsFact('audience', quantity('seconds', 5)), undefined);
		assert.equal(quantityAsFact('eventsPerSecond', quantity('every', 0)), undefined);
	});
});
