import assert from 'node:assert/strict';
import type { LagSummary } from '../../../src/core/statistics';
import {
	frameLagText,
	lagMissing,
	methodExplained,
	methodText,
	readClock,
} from '../../../src/webview/inspector/lagMethod';

const distribution = { count: 600, mean: 0.9, p50: 0.8, p90: 1.2, p95: 2.2, p99: 4.1, p999: 8, max: 212, last: 0.8 };
const none = { count: 0, mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null, last: null };

function lagOf(changes: Partial<LagSummary>): LagSummary {
	return {
		...distribution,
		method: 'sameMachine',
		uncertaintyMs: 1,
		windowUncertaintyMs: 1,
		offsetMs: 0,
		driftPpm: null,
		clockSamples: 0,
		clocksDisagree: false,
		window: distribution,
		windowSeconds: 60,
		...changes,
	};
}

describe('how well lag is known', () => {
	it('is a width and a method', () => {
		assert.equal(methodText(lagOf({})), '± 1.00 (same clock)');
		assert.equal(methodText(lagOf({ method: 'dateHeader', uncertaintyMs: 4.2 })), '± 4.20 (clock by Date header)');
		assert.equal(methodText(lagOf({ method: 'echo', uncertaintyMs: 0.004 })), '± 0.004 (clock by echo)');
		assert.equal(methodText(lagOf({ method: 'relative', uncertaintyMs: 1 })), '± 1.00 (above the least seen)');
	});

	it('has a question mark where the width is not known', () => {
		const lag = lagOf({ method: 'givenOffset', uncertaintyMs: null });
		assert.equal(methodText(lag), '± ? (offset as given)');
		assert.match(methodExplained(lag), /How far the lag may be off is not known\./);
	});

	it('says that and by how much the clocks disagree, in the place of a method that can’t be true', () => {
		assert.equal(methodText(lagOf({ clocksDisagree: true, clocksDisagreeMs: 7349 })), 'clocks disagree by 7.35 s');
	});

	it('tells the offset, its drift and what they were estimated from', () => {
		const behind = methodExplained(lagOf({ method: 'dateHeader', offsetMs: -7350, driftPpm: 12.4, clockSamples: 34 }));
		assert.match(behind, /Our clock is 7\.35 s behind the sender’s; that is taken off\./);
		assert.match(behind, /It gains 12\.4 µs a second on it \(ppm\)\./);
		assert.match(behind, /Estimated from 34 exchanges\./);
		assert.match(behind, /within ± 1\.00 ms/);
		const ahead = methodExplained(lagOf({ method: 'echo', offsetMs: 120, driftPpm: -3 }));
		assert.match(ahead, /Our clock is 120 ms ahead of the sender’s/);
		assert.match(ahead, /It loses 3\.00 µs/);
	});

	it('speaks of no offset where one clock was used or none is known', () => {
		for (const method of ['sameMachine', 'assumedSameClock', 'relative'] as const) {
			assert.doesNotMatch(methodExplained(lagOf({ method, offsetMs: 0 })), /taken off\./);
		}
	});

	it('of a single frame says by how much the clocks disagree where it would have come before it was sent', () => {
		assert.equal(frameLagText(0.8, lagOf({})), '0.800 ms ± 1.00 (same clock)');
		// Within ± it may just as well have come a little after.
		assert.equal(frameLagText(-1, lagOf({})), '−1.000 ms ± 1.00 (same clock)');
		assert.equal(frameLagText(-7350.1234, lagOf({})), '−7350.123 ms ± 1.00: clocks disagree by 7.35 s');
		// A frame's own difference stands before that of most.
		const disagreeing = lagOf({ clocksDisagree: true, clocksDisagreeMs: 500 });
		assert.equal(frameLagText(-412, disagreeing), '−412.000 ms ± 1.00: clocks disagree by 412 ms');
		assert.equal(
			frameLagText(-5, lagOf({ method: 'givenOffset', uncertaintyMs: null })),
			'−5.000 ms ± ? (offset as given)',
		);
		assert.equal(frameLagText(Number.NaN, lagOf({})), 'Not measured.');
	});

	it('is the reason where there is no lag', () => {
		assert.equal(lagMissing(lagOf({})), undefined);
		const missing = lagOf({ ...none, method: 'none', reason: 'noTimestamp' });
		assert.match(lagMissing(missing)!, /no sending time was found/);
		assert.equal(lagMissing(lagOf({ ...none, method: 'none' })), 'Not measured.');
	});
});

describe('what is typed for the sender’s clock', () => {
	it('is one of the words, or a span of time in milliseconds or seconds', () => {
		for (const [text, clock] of [
			['auto', 'auto'],
			[' Same ', 'same'],
			['estimate', 'estimate'],
			['relative', 'relative'],
			['', 'auto'],
			['0', 0],
			['1500', 1500],
			['-120 ms', -120],
			['−7.35 s', -7350],
			['+2.5s', 2500],
		] as const) {
			assert.equal(readClock(text), clock, text);
		}
	});

	it('is nothing else', () => {
		for (const text of ['soon', '1,5', '1e3', '12 h', 'Infinity', 'NaN', '99999999999999', '--3', '1.']) {
			assert.equal(readClock(text), undefined, text);
		}
	});
});
