import assert from 'node:assert/strict';
import {
	type ComparedSession,
	type ComparisonReport,
	expectedLagMs,
	isLagComparable,
	lagsOverTime,
	sessionLabels,
	spreadEdges,
} from '../../../src/core/comparison';
import {
	comparisonCsv,
	comparisonJson,
	comparisonMarkdown,
	comparisonResult,
	outcomeText,
} from '../../../src/core/comparisonExport';
import { parseStoredComparison } from '../../../src/core/comparisonStored';
import { comparisonSummary } from '../../../src/core/comparisonSummary';
import { type ComparisonRow, type ComparisonRowId, comparisonTable } from '../../../src/core/comparisonTable';
import type { Distribution } from '../../../src/core/statistics';
import { readSeries, SeriesRecorder } from '../../../src/core/timing/series';

const nothing: Distribution = {
	count: 0,
	mean: null,
	p50: null,
	p90: null,
	p95: null,
	p99: null,
	p999: null,
	max: null,
	last: null,
};

function spread(count: number, p50: number, changed: Partial<Distribution> = {}): Distribution {
	return { count, mean: p50, p50, p90: p50, p95: p50, p99: p50, p999: p50, max: p50, last: p50, ...changed };
}

function session(changed: Partial<ComparedSession> = {}): ComparedSession {
	return {
		sessionId: 'one',
		url: 'ws://127.0.0.1:8080/ws',
		transport: 'webSocket',
		state: 'open',
		eventsReceived: 1000,
		events: 1000,
		isMatched: true,
		first: 830,
		firstShare: 0.83,
		behindMs: spread(1000, 0),
		lagMs: spread(1000, 0.5),
		lagMethod: 'sameMachine',
		lagUncertaintyMs: 1,
		missing: 0,
		missingSince: 0,
		duplicates: 0,
		bytesInPerEvent: 130,
		bytesOutPerEvent: 1,
		overheadBytesPerEvent: 4,
		requestsPerEvent: 0.001,
		sockets: 1,
		pollIntervalMs: null,
		...changed,
	};
}

const webSocket = session();
const eventStream = session({
	sessionId: 'two',
	url: 'http://127.0.0.1:8080/sse',
	transport: 'eventStream',
	first: 170,
	firstShare: 0.17,
	behindMs: spread(1000, 0.3),
	lagMs: spread(1000, 0.8),
	bytesInPerEvent: 165,
	bytesOutPerEvent: 0.5,
	overheadBytesPerEvent: 36,
});
const polling = session({
	sessionId: 'three',
	url: 'http://127.0.0.1:8080/poll',
	transport: 'polling',
	events: 990,
	first: 0,
	firstShare: 0,
	behindMs: spread(990, 2480, { max: 4990 }),
	lagMs: spread(990, 2500, { max: 5000 }),
	bytesInPerEvent: 135,
	bytesOutPerEvent: 4,
	overheadBytesPerEvent: 9,
	requestsPerEvent: 0.02,
	pollIntervalMs: 5000,
});

function report(compared: readonly ComparedSession[], changed: Partial<ComparisonReport> = {}): ComparisonReport {
	return {
		id: 'comparison',
		sessions: compared.map(({ sessionId }) => sessionId),
		compared,
		beganAtMs: 1_000_000,
		atMs: 1_100_000,
		countedFromMs: 1_001_000,
		events: 1000,
		matched: 1000,
		forgotten: 0,
		horizonMs: 10_000,
		overTime: { startMs: 1_000_000, bucketMs: 1000, lagsMs: compared.map(() => [0.5, null, 0.6]) },
		spread: { of: 'lag', edgesMs: [1, 10], shares: compared.map(() => [0.5, 1]) },
		...changed,
	};
}

function row(id: ComparisonRowId, ...compared: readonly ComparedSession[]): ComparisonRow {
	return comparisonTable(report(compared)).find((each) => each.id === id)!;
}

describe('the table of a comparison', () => {
	it('has a winner where one session is better by more than may be chance', () => {
		assert.deepEqual(
			[row('first', webSocket, eventStream, polling), row('behindP50', webSocket, eventStream, polling)].map(
				({ outcome, winners }) => [outcome, winners],
			),
			[
				['winner', [0]],
				['winner', [0]],
			],
		);
	});

	it('calls a difference of lags within both uncertainties a tie, and shares the win over the rest', () => {
		// ± 1 ms and ± 1 ms: 0.5 and 0.8 are alike, 2,500 is not.
		const { outcome, winners } = row('lagP50', webSocket, eventStream, polling);
		assert.deepEqual([outcome, winners], ['shared', [0, 1]]);
		assert.equal(row('lagP50', webSocket, eventStream).outcome, 'tie');
		assert.equal(row('lagP50', webSocket, session({ lagMs: spread(1000, 2.4) })).outcome, 'tie');
		assert.equal(row('lagP50', webSocket, session({ lagMs: spread(1000, 2.6) })).outcome, 'winner');
	});

	it('calls shares within two standard errors of each other a tie', () => {
		// Of 1,000 events, 0.53 and 0.47 are 0.06 apart, and two standard errors are 2 √((1 − 0.0036) / 1,000) = 0.063.
		const one = session({ first: 530, firstShare: 0.53 });
		assert.equal(row('first', one, session({ first: 470, firstShare: 0.47 })).outcome, 'tie');
		// 0.54 and 0.46 are 0.08 apart.
		assert.equal(
			row('first', session({ first: 540, firstShare: 0.54 }), session({ first: 460, firstShare: 0.46 })).outcome,
			'winner',
		);
	});

	it('does not put lags by unknown clocks beside others, nor percentiles of too few events', () => {
		const relative = session({ lagMethod: 'relative', lagMs: spread(1000, 0.1) });
		const unbounded = session({ lagMethod: 'assumedSameClock', lagUncertaintyMs: null });
		assert.equal(isLagComparable(relative), false);
		assert.equal(isLagComparable(unbounded), false);
		const { outcome, winners, cells } = row('lagP50', relative, unbounded, webSocket);
		assert.deepEqual([outcome, winners], ['cantTell', []]);
		assert.equal(cells[0]!.value, 0.1, 'it is shown all the same');
		const few = session({ lagMs: spread(99, 0.5) });
		assert.equal(row('lagP99', few, polling).outcome, 'cantTell');
		assert.equal(row('lagP95', few, polling).outcome, 'winner');
	});

	it('counts losses and duplicates exactly, and leaves out who shares no event', () => {
		const lossy = session({ missing: 3, duplicates: 1 });
		assert.deepEqual(row('missing', lossy, webSocket).winners, [1]);
		assert.equal(row('missing', eventStream, webSocket).outcome, 'tie');
		const other = session({ isMatched: false, missing: 0 });
		assert.equal(row('missing', other, webSocket).cells[0]!.value, null);
		assert.equal(row('missing', other, webSocket).outcome, 'cantTell');
		assert.equal(
			row('missing', lossy, session({ missingSince: 9 })).outcome,
			'cantTell',
			'who stopped may have missed more',
		);
	});

	it('takes costs as alike within a hundredth, or a byte', () => {
		assert.deepEqual(row('bytesIn', webSocket, eventStream, polling).winners, [0]);
		assert.deepEqual(row('bytesOut', webSocket, eventStream, polling).winners, [0, 1]);
		assert.equal(row('bytesIn', webSocket, session({ bytesInPerEvent: 131.2 })).outcome, 'tie');
		assert.equal(row('bytesIn', webSocket, session({ eventsReceived: 19 })).outcome, 'cantTell');
	});

	it('has half of the poll interval beside the mean lag, only where something polls', () => {
		assert.equal(expectedLagMs(polling), 2500);
		assert.equal(expectedLagMs(webSocket), null);
		assert.equal(row('lagExpected', webSocket, polling).cells[1]!.value, 2500);
		assert.equal(row('lagExpected', webSocket, eventStream), undefined);
	});

	it('names the best of a row, or who alone is not', () => {
		const labels = ['A', 'B', 'C'];
		assert.equal(outcomeText(row('behindP50', webSocket, eventStream, polling), labels), 'A');
		assert.equal(outcomeText(row('lagP50', webSocket, eventStream, polling), labels), 'all but C');
		assert.equal(outcomeText(row('missing', webSocket, eventStream, polling), labels), 'tie');
		assert.equal(outcomeText(row('events', webSocket, eventStream, polling), labels), '');
	});
});

describe('what a comparison says', () => {
	it('tells who was first, how late polling was, what was lost and what an event cost', () => {
		assert.deepEqual(comparisonSummary(report([webSocket, eventStream, polling])), [
			'The WebSocket delivered 83% of 1,000 events first; the event stream was 0.3 ms behind the first at the median and polling 2.48 s.',
			'Polling each 5 s was 2.5 s late on average, which is what half its interval makes it.',
			'Nothing is missing and nothing came twice.',
			'An event cost 131 B over the WebSocket and 165.5 B over the event stream, both ways and all headers counted.',
		]);
	});

	it('says what half the interval would make of polling that is later', () => {
		const slow = session({ ...polling, lagMs: spread(990, 4000) });
		assert.ok(
			comparisonSummary(report([webSocket, slow])).includes(
				'Polling each 5 s was 4 s late on average, where half its interval would make it 2.5 s.',
			),
		);
	});

	it('compares the order of arrival alone where clocks are not known, and says so', () => {
		const unknown = (each: ComparedSession): ComparedSession => ({ ...each, lagMethod: 'relative' });
		const summary = comparisonSummary(report([unknown(webSocket), unknown(polling)])).join(' ');
		assert.match(summary, /Polling each 5 s was 2\.48 s behind the first on average, which is what half/);
		assert.match(summary, /Too little is known of the sender's clock to put the lags of the WebSocket and polling/);
	});

	it('says who lost and repeated how much, and who has stopped', () => {
		const summary = comparisonSummary(
			report([
				session({ missing: 12 }),
				session({ ...eventStream, duplicates: 3, missingSince: 40 }),
				session({ ...polling, missing: 1, duplicates: 2 }),
			]),
		);
		assert.equal(
			summary[2],
			'The WebSocket missed 12; the event stream has not delivered the last 40 and repeated 3; polling missed 1 and repeated 2.',
		);
	});

	it('claims no winner where there is none', () => {
		const even = [session({ first: 500, firstShare: 0.5 }), session({ ...eventStream, first: 500, firstShare: 0.5 })];
		assert.match(
			comparisonSummary(report(even))[0]!,
			/^The WebSocket \(50%\) and the event stream \(50%\) delivered as many of 1,000 events first, as far as can be told\.$/,
		);
	});

	it('names nobody as first before enough has come', () => {
		const few = [session({ events: 9, first: 9, firstShare: 1 }), session({ ...eventStream, events: 9, first: 0 })];
		assert.equal(
			comparisonSummary(report(few, { events: 9, matched: 9 }))[0],
			'Who is first is told when more has come: 9 events so far.',
		);
	});

	it('says why nothing is matched', () => {
		const unmatched = { events: 0, matched: 0, countedFromMs: null };
		const first = (compared: readonly ComparedSession[], changed = {}): string =>
			comparisonSummary(report(compared, { ...unmatched, ...changed }))[0]!;
		assert.match(first([webSocket, session({ ...polling, state: 'connecting' })]), /^Waiting for polling to open/);
		assert.match(first([session({ eventsReceived: 0 }), session({ eventsReceived: 0 })]), /^No event has come yet/);
		assert.match(first([webSocket, polling], { atMs: 1_003_000 }), /^Waiting for an event that two/);
		assert.match(first([webSocket, polling]), /no id in common/);
	});

	it('tells what could not be compared', () => {
		const failures = [{ url: 'ws://127.0.0.1:1/', sentence: 'Nobody listens there.' }];
		assert.ok(
			comparisonSummary(report([webSocket, polling]), failures).includes(
				'ws://127.0.0.1:1/ is not compared: Nobody listens there.',
			),
		);
	});

	it('names sessions by their transport, their place and a number, as far as it takes', () => {
		assert.deepEqual(sessionLabels([webSocket, polling]), ['WebSocket', 'Polling']);
		assert.deepEqual(
			sessionLabels([
				{ transport: 'polling', url: 'http://a/x?token=1' },
				{ transport: 'polling', url: 'http://b/x/' },
				{ transport: 'polling', url: 'http://b/x?rate=2' },
				{ transport: null, url: 'http://c/' },
			]),
			['Polling a/x', 'Polling b/x (1)', 'Polling b/x (2)', 'c'],
		);
	});
});

describe('a comparison in a file', () => {
	const result = comparisonResult(report([webSocket, eventStream, polling]), []);

	it('is a table in Markdown, with the best in bold and how lags were measured', () => {
		const markdown = comparisonMarkdown(result);
		assert.match(markdown, /^# Transports compared\n\n1970-01-01T00:18:20\.000Z, after 1 min 40 s\n/);
		assert.match(markdown, /^\| {2}\| WebSocket \| Event stream \| Polling \| best \|$/m);
		assert.match(markdown, /^\| Delivered first \| \*\*83%\*\* \| 17% \| 0% \| WebSocket \|$/m);
		assert.match(markdown, /^- Polling: http:\/\/127\.0\.0\.1:8080\/poll; lag by `sameMachine`, ± 1 ms$/m);
	});

	it('lets nothing of an endpoint become markup', () => {
		const evil = session({ transport: null, url: 'http://h/|<b>*x*</b>\n# y' });
		const markdown = comparisonMarkdown(comparisonResult(report([evil, webSocket]), []));
		assert.ok(!/<b>|\n# y/.test(markdown));
		assert.equal(
			markdown
				.split('\n')
				.find((line) => line.includes('WebSocket | best'))!
				.split(/(?<!\\)\|/).length,
			6,
		);
	});

	it('is a line of plain numbers for each measure in CSV', () => {
		const lines = comparisonCsv(result).split('\r\n');
		assert.equal(lines[0], 'measure,unit,WebSocket,Event stream,Polling,best');
		assert.equal(lines[1], 'Delivered first,share,0.83,0.17,0,WebSocket');
		assert.ok(lines.includes('"Behind the first, p50",milliseconds,0,0.3,2480,WebSocket'));
		assert.ok(lines.includes('Half the poll interval,milliseconds,,,2500,'));
		assert.equal(lines.at(-1), '');
	});

	it('is all of it in JSON', () => {
		assert.deepEqual(JSON.parse(comparisonJson(result)), JSON.parse(JSON.stringify(result)));
	});

	it('is taken up after a reload if it has the shape, and not otherwise', () => {
		const stored = { report: report([webSocket, polling]), refused: [{ url: 'x', sentence: 'y' }] };
		assert.deepEqual(parseStoredComparison(JSON.parse(JSON.stringify(stored))), stored);
		for (const wrong of [
			undefined,
			null,
			[],
			{ ...stored, refused: [1] },
			{ ...stored, report: { ...stored.report, sessions: ['one'] } },
			{ ...stored, report: { ...stored.report, events: 'many' } },
			{ ...stored, report: { ...stored.report, compared: [webSocket, { ...polling, lagMs: nothing.count }] } },
			{ ...stored, report: { ...stored.report, overTime: { startMs: 0, bucketMs: 1000, lagsMs: [[1], [1, 2]] } } },
			{ ...stored, report: { ...stored.report, spread: { of: 'lag', edgesMs: [1, 2], shares: [[1], [1]] } } },
		]) {
			assert.equal(parseStoredComparison(wrong), undefined);
		}
	});
});

describe('lags of several sessions on one axis of time', () => {
	it('puts the same second at the same place, whenever a session began', () => {
		const early = new SeriesRecorder();
		const late = new SeriesRecorder();
		early.frame(10_000, false, 1, 1);
		early.frame(11_500, false, 1, 2);
		late.frame(12_100, false, 1, 7);
		early.frame(12_200, false, 1, 3);
		const { startMs, bucketMs, lagsMs } = lagsOverTime([early, late].map((each) => readSeries(each.pack())));
		assert.deepEqual([startMs, bucketMs], [10_000, 1000]);
		assert.deepEqual(lagsMs, [
			[1, 2, 3],
			[null, null, 7],
		]);
	});

	it('keeps the newest where one began long before, and is empty where nothing came', () => {
		const early = new SeriesRecorder();
		early.frame(0, false, 1, 1);
		const late = new SeriesRecorder();
		late.frame(900_000, false, 1, 5);
		const { startMs, lagsMs } = lagsOverTime([early, late].map((each) => readSeries(each.pack())));
		assert.equal(startMs, 601_000);
		assert.equal(lagsMs[0]!.length, 300);
		assert.equal(lagsMs[1]!.at(-1), 5);
		const empty = lagsOverTime([readSeries(new SeriesRecorder().pack())]);
		assert.deepEqual(empty.lagsMs, [[]]);
	});

	it('has edges ten to a power of ten around all values', () => {
		const edges = spreadEdges(0.5, 5000);
		assert.equal(edges[0], 0.398);
		assert.equal(edges.at(-1), 5010);
		assert.equal(edges.length, 42);
		assert.ok(spreadEdges(-5, 0).length >= 2);
	});
});
