import assert from 'node:assert/strict';
import { readHeatMap } from '../../../src/core/charts';
import { type CycleMeta, createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import { readSeries } from '../../../src/core/timing/series';
import { Meters } from '../../../src/engine/meters';
import { endpointFor } from '../../support/endpoint';

const { fin, out, partOfCycle, firstOfConnection, emptyCycle } = frameFlag;

function count(meters: Meters, kind: keyof typeof kindCode, sizeBytes: number, more: Partial<FrameRecord> = {}): void {
	const bytes = new Uint8Array(sizeBytes);
	meters.count(
		{ ...createFrameRecord(), kind: kindCode[kind]!, flags: fin, bytes, end: sizeBytes, ...more },
		Number.NaN,
	);
}

function cycle(more: Partial<CycleMeta>): CycleMeta {
	return {
		type: 'cycle',
		request: { line: 'GET / HTTP/1.1', headers: [] },
		response: { line: 'HTTP/1.1 200 OK', headers: [] },
		status: 200,
		holdMs: 10,
		transferMs: 0,
		headerBytesUp: 400,
		headerBytesDown: 200,
		bodyBytes: 0,
		events: 0,
		eventsFollow: false,
		reusedConnection: true,
		outcome: 'answered',
		...more,
	};
}

describe('Sizes of events', () => {
	it('are of whole messages, whatever frames lie between their fragments', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		count(meters, 'text', 100);
		count(meters, 'text', 60, { flags: 0 });
		count(meters, 'ping', 4);
		count(meters, 'text', 1000, { flags: fin | out });
		count(meters, 'continuation', 30, { flags: 0 });
		count(meters, 'continuation', 10);
		// 100 and 60 + 30 + 10.
		assert.deepEqual(meters.eventSizes.distribution(), { count: 2, mean: 100, p50: 100, p95: 100, max: 100 });
	});

	it('forget a message that its connection did not live to finish', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		count(meters, 'text', 60, { flags: 0 });
		count(meters, 'text', 20, { flags: fin | firstOfConnection });
		assert.equal(meters.eventSizes.distribution().max, 20);
	});

	it('are of the events of a poll’s answer, or of the answer where it is the one event', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		count(meters, 'cycle', 500, { meta: cycle({ events: 2, eventsFollow: true }) });
		count(meters, 'event', 200, { flags: fin | partOfCycle });
		count(meters, 'event', 240, { flags: fin | partOfCycle });
		count(meters, 'cycle', 250, { meta: cycle({ events: 1 }) });
		count(meters, 'cycle', 0, { meta: cycle({ outcome: 'empty' }), flags: fin | emptyCycle });
		// 200, 240 and 250.
		assert.deepEqual(meters.eventSizes.distribution(), { count: 3, mean: 230, p50: 240, p95: 250, max: 250 });
	});
});

describe('Header bytes of a cycle', () => {
	it('are the mean of those that were answered, and unknown before one was', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		count(meters, 'cycle', 0, { meta: cycle({ response: undefined, headerBytesDown: 0, outcome: 'timedOut' }) });
		assert.equal(meters.cycleHeaderBytes, null);
		count(meters, 'cycle', 0, { meta: cycle({}) });
		count(meters, 'cycle', 0, { meta: cycle({ headerBytesUp: 500, headerBytesDown: 300 }) });
		// (400 + 200 + 500 + 300) ÷ 2
		assert.equal(meters.cycleHeaderBytes, 700);
	});
});

describe('Reconnect times', () => {
	it('are from a loss to the next opening, and not of openings that the user asked for', () => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		meters.connectionOpened(1000);
		meters.connectionLost(2000);
		meters.connectionOpened(2300, true);
		meters.connectionLost(5000);
		meters.connectionOpened(9000);
		const { count: reconnects, max } = meters.reconnects.distribution();
		assert.deepEqual([reconnects, max], [1, 300]);
	});
});

describe('Lags that a clock which is known better corrects', () => {
	const measured = (): Meters => {
		const meters = new Meters(endpointFor('ws://127.0.0.1/'));
		for (let event = 0; event < 100; event++) {
			const flags = fin;
			meters.count({ ...createFrameRecord(), kind: kindCode.text, flags, arrivedAtMs: 1_795_514_400_000 + event }, 430);
		}
		return meters;
	};
	const counted = (meters: Meters): number =>
		readHeatMap(meters.lagHeatMap.pack()).counts.reduce((sum, each) => sum + each, 0);

	it('are corrected in the figures and on the time axis, and the heat map begins anew where it can not follow', () => {
		const meters = measured();
		meters.shiftLags(-400);
		assert.ok(Math.abs(meters.lags.distribution().p50! - 30) <= 2);
		assert.ok(Math.abs(readSeries(meters.series.pack()).columns.lagP50[0]! - 30) <= 2);
		assert.equal(counted(meters), 0);

		const little = measured();
		little.shiftLags(-3);
		assert.equal(counted(little), 100);
	});

	it('are forgotten in all three', () => {
		const meters = measured();
		meters.forgetLags();
		assert.deepEqual([meters.lags.count, counted(meters)], [0, 0]);
		assert.ok(Number.isNaN(readSeries(meters.series.pack()).columns.lagP50[0]!));
	});
});
