import assert from 'node:assert/strict';
import { createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import { DeliveryLag } from '../../../src/engine/deliveryLag';
import { Meters } from '../../../src/engine/meters';
import { endpointFor } from '../../support/endpoint';

// 2026-11-24T10:00:00Z
const now = 1_795_514_400_000;

function frame(payload: unknown, more: Partial<FrameRecord> = {}): FrameRecord {
	const bytes = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
	return {
		...createFrameRecord(),
		kind: kindCode.text,
		flags: frameFlag.fin,
		arrivedAtMs: now,
		bytes,
		end: bytes.length,
		...more,
	};
}

describe('DeliveryLag', () => {
	const create = (setting = 'detect'): { lag: DeliveryLag; found: string[] } => {
		const found: string[] = [];
		return { lag: new DeliveryLag(setting, (path) => found.push(path)), found };
	};

	it('finds the path in the first frame that has one, and measures that frame too', () => {
		const { lag, found } = create();
		assert.ok(Number.isNaN(lag.of(frame('hello'))));
		assert.equal(lag.of(frame({ sentAt: now - 12 })), 12);
		assert.deepEqual(found, ['$.sentAt']);
	});

	it('gives up the time of a welcome message for the one that the messages after it have', () => {
		const { lag, found } = create();
		assert.equal(lag.of(frame({ welcome: true, serverTime: now - 1 })), 1);
		const lags = Array.from({ length: 182 }, () => lag.of(frame({ ts: now - 7 })));
		assert.deepEqual(found, ['$.serverTime', '$.ts']);
		// It had been found once, so it is searched at the second miss.
		assert.deepEqual([lags.filter(Number.isNaN).length, lags[1], lags[181]], [1, 7, 7]);
	});

	it('searches another path only after twenty frames on end without one that was found often', () => {
		const { lag, found } = create();
		for (let count = 0; count < 100; count++) {
			lag.of(frame({ sentAt: now }));
		}
		for (let count = 0; count < 19; count++) {
			assert.ok(Number.isNaN(lag.of(frame({ ts: now - 3 }))));
		}
		assert.equal(lag.of(frame({ sentAt: now - 5 })), 5, 'one hit, and the count begins anew');
		for (let count = 0; count < 19; count++) {
			assert.ok(Number.isNaN(lag.of(frame({ ts: now - 3 }))));
		}
		assert.equal(lag.of(frame({ ts: now - 3 })), 3);
		assert.deepEqual(found, ['$.sentAt', '$.ts']);
	});

	it('keeps reading a path that few frames have while there is no other', () => {
		const { lag, found } = create();
		let measured = 0;
		for (let count = 0; count < 10_000; count++) {
			measured += Number.isNaN(lag.of(frame(count % 100 === 0 ? { sentAt: now - 2 } : { price: 3 }))) ? 0 : 1;
		}
		assert.equal(measured, 100);
		assert.deepEqual(found, ['$.sentAt']);
	});

	it('never leaves a path that was set, and says that frames do not have it', () => {
		const { lag, found } = create('$.at');
		assert.equal(lag.reason(0), 'noFrames');
		for (let count = 0; count < 100; count++) {
			assert.ok(Number.isNaN(lag.of(frame({ sentAt: now }))));
		}
		assert.equal(lag.reason(100), 'notInFrames');
		assert.equal(lag.path, '$.at');
		assert.deepEqual(found, []);
	});

	it('says that none was found, or that it is switched off', () => {
		const { lag } = create();
		lag.of(frame({ expiresAt: now + 3_600_000 }));
		assert.equal(lag.reason(1), 'noTimestamp');
		assert.equal(create('none').lag.reason(1), 'switchedOff');
	});

	it('goes on with the path that an earlier engine had found, and may still find another', () => {
		const found: string[] = [];
		const lag = new DeliveryLag('detect', (path) => found.push(path), { path: '$.ts', resolutionMs: 1000 });
		assert.deepEqual([lag.path, lag.resolutionMs], ['$.ts', 1000]);
		assert.equal(lag.of(frame({ sentAt: now - 4 })), 4);
		assert.deepEqual(found, ['$.sentAt']);
	});

	it('takes the finest step of the last times for theirs, since zeros at the end are often left out', () => {
		const { lag } = create();
		assert.equal(lag.resolutionMs, 0);
		lag.of(frame({ sentAt: '2026-11-24T10:00:00Z' }));
		assert.equal(lag.resolutionMs, 1000);
		lag.of(frame({ sentAt: '2026-11-24T10:00:00.123Z' }));
		assert.equal(lag.resolutionMs, 1);
		lag.of(frame({ sentAt: '2026-11-24T10:00:00Z' }));
		assert.equal(lag.resolutionMs, 1);
	});

	it('notices within two windows that times have become coarser, and when numbers have become finer', () => {
		const { lag } = create('$.t');
		lag.of(frame({ t: now }));
		assert.equal(lag.resolutionMs, 1);
		// Two windows of 32 forms; after the first 32 times one in 16 is looked at: 32 + 32 × 16.
		for (let count = 0; count < 32 + 32 * 16; count++) {
			lag.of(frame({ t: now / 1000 }));
		}
		assert.equal(lag.resolutionMs, 1000);
		for (let count = 0; count < 16; count++) {
			lag.of(frame({ t: now }));
		}
		assert.equal(lag.resolutionMs, 1);
	});

	it('measures a lag below zero as what it is', () => {
		assert.equal(create('$.t').lag.of(frame({ t: now + 100 })), -100);
	});
});

describe('Meters', () => {
	it('counts no gap over a reconnect, in a live session and in a capture of an earlier window', () => {
		const arrive = (meters: Meters, atMs: number, flags: number = frameFlag.fin): void =>
			meters.count(frame('x', { arrivedAtMs: atMs, flags }), Number.NaN);
		const live = new Meters(endpointFor('ws://127.0.0.1/'));
		live.connectionOpened(now);
		arrive(live, now + 1);
		arrive(live, now + 11);
		live.connectionLost(now + 12);
		live.connectionOpened(now + 5000);
		arrive(live, now + 5001);
		arrive(live, now + 5006);
		assert.deepEqual([live.gaps.count, live.gaps.distribution().max], [2, 10]);

		const restored = new Meters(endpointFor('ws://127.0.0.1/'));
		arrive(restored, now + 1, frameFlag.fin | frameFlag.firstOfConnection);
		arrive(restored, now + 11);
		// A ping of ours may be a connection's first frame.
		arrive(restored, now + 5000, frameFlag.fin | frameFlag.firstOfConnection | frameFlag.out);
		arrive(restored, now + 5001);
		arrive(restored, now + 5006);
		assert.deepEqual([restored.gaps.count, restored.gaps.distribution().max], [2, 10]);
	});

	it('tells the rate of a connection that opens long after the frames before it, not of the time between', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		const arrive = (atMs: number): void => meters.count(frame('x', { arrivedAtMs: atMs }), Number.NaN);
		arrive(now);
		meters.connectionOpened(now + 60_500);
		for (let count = 1; count <= 40; count++) {
			arrive(now + 60_500 + count * 10);
		}
		// 40 frames in 0.4 s.
		assert.equal(meters.series.perSecond('framesIn'), 100);
	});

	it('keeps the seconds of a short loss in the mean', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		const arrive = (atMs: number): void => meters.count(frame('x', { arrivedAtMs: atMs }), Number.NaN);
		meters.connectionOpened(now);
		for (let count = 0; count < 300; count++) {
			arrive(now + count * 10);
		}
		meters.connectionLost(now + 3000);
		meters.connectionOpened(now + 4000);
		meters.series.advance(now + 4001);
		// Two seconds of 100 frames and one of none.
		assert.equal(meters.series.perSecond('framesIn'), 200 / 3);
	});
});
