import assert from 'node:assert/strict';
import { detectTimestampPath, readEpochNumber, readTimestamp } from '../../../src/core/timing/timestamp';

// 2026-11-24T10:00:00Z is 20,781 days and ten hours after the epoch: 20,781 × 86,400 + 36,000 = 1,795,514,400 s.
const seconds = 1_795_514_400;
const now = seconds * 1000;

describe('readTimestamp', () => {
	const cases: [text: string, ms: number, resolutionMs: number][] = [
		['1795514400', now, 1000],
		['1795514400.25', now + 250, 10],
		['1795514400123', now + 123, 1],
		['1795514400123.5', now + 123.5, 0.1],
		['1795514400123456', now + 123.456, 0.001],
		['"1795514400123"', now + 123, 1],
		['"2026-11-24T10:00:00Z"', now, 1000],
		['"2026-11-24T10:00:00.123Z"', now + 123, 1],
		['"2026-11-24T10:00:00.123456Z"', now + 123.456, 0.001],
		['"2026-11-24T12:00:00+02:00"', now, 1000],
		['"2026-11-24T10:00:00"', now, 1000],
		['"2026-11-24 10:00Z"', now, 1000],
	];
	for (const [text, ms, resolutionMs] of cases) {
		it(`reads ${text}`, () => {
			const timestamp = readTimestamp(text);
			assert.ok(timestamp);
			assert.ok(Math.abs(timestamp.ms - ms) < 1e-3, `${timestamp.ms} for ${ms}`);
			assert.ok(Math.abs(timestamp.resolutionMs / resolutionMs - 1) < 1e-9, `${timestamp.resolutionMs}`);
		});
	}

	it('reads nanoseconds to the precision of a double', () => {
		assert.ok(Math.abs(readTimestamp('1795514400123456789')!.ms - (now + 123.456789)) < 1e-3);
	});

	for (const text of [
		'42',
		'true',
		'null',
		'"hello"',
		'"2026-11-24"',
		'12345678901234567890123',
		'-1795514400',
		'"2026-13-45T99:00:00Z"',
	]) {
		it(`does not take ${text} for a time`, () => {
			assert.equal(readTimestamp(text), undefined);
		});
	}
});

describe('readEpochNumber', () => {
	it('agrees with readTimestamp on plain numbers of each unit', () => {
		for (const text of ['1795514400', '1795514400.25', '1795514400123', '1795514400123.456', '1795514400123456']) {
			const bytes = new TextEncoder().encode(`[${text}]`);
			assert.ok(Math.abs(readEpochNumber(bytes, 1, bytes.length - 1) - readTimestamp(text)!.ms) < 1e-3, text);
		}
	});

	it('is not a number for anything but digits with one point', () => {
		for (const text of ['"1795514400"', '1.7e9', '1795514400.1.2', '', '42', '-1795514400123']) {
			const bytes = new TextEncoder().encode(text);
			assert.ok(Number.isNaN(readEpochNumber(bytes, 0, bytes.length)), text);
		}
	});
});

describe('detectTimestampPath', () => {
	it('prefers a name that says when it was sent over any other time', () => {
		assert.equal(detectTimestampPath({ id: 7, createdAt: now - 5000, sentAt: now - 3 }, now), '$.sentAt');
	});

	it('looks into nested objects and the first element of arrays', () => {
		assert.equal(detectTimestampPath({ data: [{ ts: now - 10 }] }, now), '$.data[0].ts');
	});

	it('quotes a key that is no identifier', () => {
		assert.equal(detectTimestampPath({ 'sent-at': now }, now), '$["sent-at"]');
	});

	it('takes the latest among equally good names', () => {
		assert.equal(detectTimestampPath({ tradeTime: now - 60_000, bookTime: now - 5 }, now), '$.bookTime');
	});

	it('does not take an id or an old date for a sending time', () => {
		assert.equal(detectTimestampPath({ id: 1234567890, born: '1990-01-01T00:00:00Z', price: 101.5 }, now), undefined);
	});

	for (const name of [
		'expiresAt',
		'expires',
		'token_exp',
		'validUntil',
		'createdAt',
		'created_at',
		'CREATED-TIME',
		'updatedAt',
		'lastModified',
		'birthDate',
		'startTime',
		'end_time',
		'closeTime',
		'nextRunAt',
	]) {
		it(`does not take ${name} for a sending time, however near it is`, () => {
			assert.equal(detectTimestampPath({ [name]: now - 3 }, now), undefined);
			assert.equal(detectTimestampPath({ [name]: now - 3, ts: now - 4000 }, now), '$.ts');
		});
	}

	it('takes a name in which such a word is only a part of another', () => {
		assert.equal(detectTimestampPath({ sendTime: now }, now), '$.sendTime');
		assert.equal(detectTimestampPath({ vendorTime: now }, now), '$.vendorTime');
	});

	it('does not take a time ahead of the arrival for a sending time but by a name that leaves no doubt', () => {
		for (const name of ['reminderAt', 'E', 'x']) {
			assert.equal(detectTimestampPath({ [name]: now + 5001 }, now), undefined, name);
			assert.equal(detectTimestampPath({ [name]: now + 4999 }, now), `$.${name}`);
		}
		// A sender whose clock is a minute ahead.
		assert.equal(detectTimestampPath({ sentAt: now + 60_000 }, now), '$.sentAt');
	});

	it('stops on a payload of any size', () => {
		let deep: unknown = { sentAt: now };
		for (let level = 0; level < 50; level++) {
			deep = { deep };
		}
		assert.equal(detectTimestampPath(deep, now), undefined);
		assert.equal(
			detectTimestampPath(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i])), now),
			undefined,
		);
	});
});
