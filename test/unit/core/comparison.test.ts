import assert from 'node:assert/strict';
import {
	type ComparedSession,
	type ComparisonReport,
	expectedLagMs,
	isLagComparable,
	lagsOverTime,
	sessionLabels,
	spreadEdges,
	type ValueRanges,
	valueRanges,
} from '../../../src/core/comparison';
import {
	comparisonCsv,
	comparisonJson,
	comparisonMarkdown,
	comparisonResult,
	outcomeText,
} from '../../../src/core/comparisonExport';
import { EventMatch } from '../../../src/core/comparisonMatch';
import { parseStoredComparison } from '../../../src/core/comparisonStored';
import { comparisonSummary } from '../../../src/core/comparisonSummary';
import { type ComparisonRow, type ComparisonRowId, comparisonTable } from '../../../src/core/comparisonTable';
import type { Distribution } from '../../../src/core/statistics';
import { Histogram } from '../../../src/core/timing/histogram';
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

/** So many values that nothing of them is chance. */
function exactly({ p50, p95, p99, mean }: Distribution): ValueRanges {
	const range = (value: number | null): ValueRanges['p50'] => (value === null ? null : { from: value, to: value });
	return { p50: range(p50), p95: range(p95), p99: range(p99), mean: range(mean) };
}

function session(changed: Partial<ComparedSession> = {}): ComparedSession {
	const { behindMs = spread(1000, 0), lagMs = spread(1000, 0.5) } = changed;
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
		behindMs,
		behindRanges: exactly(behindMs),
		lagMs,
		lagRanges: exactly(lagMs),
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

/** Numbers from 0 to 1 that are the same in every run (a linear congruential generator, as in ANSI C). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
		return state / 0x8000_0000;
	};
}

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

	it('takes shares for alike only as far as the events that one had first and the other had not leave it open', () => {
		// Of 1,000 events 0.02 at most were decided between 1 and 0.98: two standard errors are 2 √((0.02 − 0.0004) / 1,000) = 0.009.
		const all = session({ first: 1000, firstShare: 1 });
		assert.deepEqual(row('first', all, session({ first: 980, firstShare: 0.98 })).winners, [0]);
		assert.equal(row('first', all, session({ first: 997, firstShare: 0.997 })).outcome, 'tie');
	});

	it('takes percentiles for alike that so few values may have by chance', () => {
		const ranges = (from: number, to: number): ValueRanges => ({ ...exactly(spread(200, from)), p50: { from, to } });
		const near = session({ behindMs: spread(200, 6), behindRanges: ranges(5, 7) });
		const far = session({ behindMs: spread(200, 9), behindRanges: ranges(7.05, 11) });
		assert.equal(row('behindP50', near, far).outcome, 'tie', '0.05 ms between them is less than a stamp tells');
		const farther = session({ behindMs: spread(200, 9), behindRanges: ranges(7.2, 11) });
		assert.deepEqual(row('behindP50', near, farther).winners, [0]);
		// ± 1 ms and ± 1 ms come on top of a lag.
		const early = session({ lagMs: spread(200, 6), lagRanges: ranges(5, 7) });
		assert.equal(row('lagP50', early, session({ lagMs: spread(200, 11), lagRanges: ranges(8.9, 13) })).outcome, 'tie');
		assert.equal(
			row('lagP50', early, session({ lagMs: spread(200, 11), lagRanges: ranges(9.1, 13) })).outcome,
			'winner',
		);
	});

	it('compares no largest values, each of which is one event’s', () => {
		for (const id of ['behindMax', 'lagMax'] as const) {
			const { outcome, winners, cells } = row(id, webSocket, polling);
			assert.deepEqual([outcome, winners], ['notCompared', []]);
			assert.ok(cells[1]!.value! > 4000, 'they are shown all the same');
		}
	});

	it('hardly ever finds a winner between two sessions of one distribution', () => {
		const trials = 100;
		const random = seeded(20_240_501);
		const won = new Map<ComparisonRowId, number>();
		for (let trial = 0; trial < trials; trial++) {
			const match = new EventMatch(2);
			match.event(0, 'start', 0, Number.NaN);
			match.event(1, 'start', 0, Number.NaN);
			for (let id = 0; id < 200; id++) {
				const lags = [0, 1].map(() => -5 * Math.log(1 - random()));
				for (const at of lags[0]! <= lags[1]! ? [0, 1] : [1, 0]) {
					match.event(at, id, 1000 + id * 100 + lags[at]!, 20 * lags[at]!);
				}
			}
			const compared = match.sessions.map(({ events, first, behind, lags }) =>
				session({
					events,
					first,
					firstShare: first / match.events,
					behindMs: behind.distribution(),
					behindRanges: valueRanges(behind),
					lagMs: lags.distribution(),
					lagRanges: valueRanges(lags),
				}),
			);
			for (const { id, outcome } of comparisonTable({ ...report(compared), events: match.events })) {
				won.set(id, (won.get(id) ?? 0) + (outcome === 'winner' ? 1 : 0));
			}
		}
		for (const id of ['first', 'behindP50', 'behindP95', 'lagP50', 'lagP95', 'lagP99', 'lagMean'] as const) {
			assert.ok(won.get(id)! < trials / 10, `${id}: ${won.get(id)} of ${trials} have a winner`);
		}
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
		const slow = session({ ...polling, lagMs: spread(990, 4000), lagRanges: exactly(spread(990, 4000)) });
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

	it('says that first is no later than stamps tell, where several were', () => {
		const both = [session({ first: 1000, firstShare: 1 }), session({ ...eventStream, first: 900, firstShare: 0.9 })];
		assert.equal(
			comparisonSummary(report(both))[0],
			'The WebSocket delivered 100% of 1,000 events first, or no later than 0.1 ms after the first; the event stream was 0.3 ms behind the first at the median.',
		);
	});

	it('does not wait for more of who can bring no more', () => {
		const few = (state: ComparedSession['state']): readonly ComparedSession[] => [
			session({ events: 5000, first: 5000, firstShare: 1 }),
			session({ ...eventStream, state, events: 5, first: 0, firstShare: 0, missingSince: 4995 }),
		];
		const said = (state: ComparedSession['state']): string =>
			comparisonSummary(report(few(state), { events: 5000, matched: 5 }))[0]!;
		assert.equal(said('open'), 'Who is first is told when more has come: 5,000 events so far.');
		for (const state of ['failed', 'ended'] as const) {
			assert.equal(
				said(state),
				'Too few events came over more than one session to tell who was first: 5 events of 5,000.',
			);
		}
	});

	it('does not blame the clock of a session whose frames were cleared', () => {
		const cleared = session({
			...eventStream,
			state: 'ended',
			eventsReceived: 0,
			lagMethod: 'none',
			lagUncertaintyMs: null,
		});
		assert.ok(!/clock/.test(comparisonSummary(report([webSocket, cleared])).join(' ')));
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
		const failed = session({ ...polling, state: 'failed', eventsReceived: 0, isMatched: false });
		assert.equal(
			first([webSocket, failed]),
			'Only the WebSocket has delivered anything, so there is nothing to compare it with.',
		);
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
		assert.match(markdown, /^- Polling: `http:\/\/127\.0\.0\.1:8080\/poll`; lag by `sameMachine`, ± 1 ms$/m);
	});

	it('lets nothing of an endpoint become markup', () => {
		const evil = session({ transport: null, url: 'http://h/|<b>*x*</b>\n# y' });
		const markdown = comparisonMarkdown(comparisonResult(report([evil, webSocket]), []));
		const outsideCode = markdown.replace(/`[^`\n]+`/g, '');
		assert.ok(!/<b>|\n# y/.test(outsideCode));
		assert.equal(
			markdown
				.split('\n')
				.find((line) => line.includes('WebSocket | best'))!
				.split(/(?<!\\)\|/).length,
			6,
		);
	});

	it('shows URLs as they are, and makes no list, reference or formula of what an endpoint is called', () => {
		const url = 'http://h/long_poll?a=1&copy;=2&x=`y`';
		const failures = [{ url: '- [x] foo', sentence: '+1 & more.' }];
		const odd = session({ url });
		const named = session({ transport: null, url: 'http://-1+1/' });
		const made = comparisonResult(report([odd, named]), failures);
		const markdown = comparisonMarkdown(made);
		assert.ok(markdown.includes('\n- WebSocket: `` http://h/long_poll?a=1&copy;=2&x=`y` ``; lag'), markdown);
		assert.ok(markdown.includes('\n`- [x] foo` is not compared: +1 \\& more.\n'), markdown);
		assert.ok(markdown.includes('| \\-1+1 |'), markdown);
		for (const begin of ['=', '+', '-', '@', '\t']) {
			const evil = { ...made, labels: [`${begin}1+1`, 'b'] };
			assert.equal(comparisonCsv(evil).split('\r\n')[0], `measure,unit,'${begin}1+1,b,best`);
		}
		const negative = session({ lagMs: spread(1000, -3) });
		assert.ok(
			comparisonCsv(comparisonResult(report([negative, polling]), [])).includes('Lag p50,milliseconds,-3,2500,'),
			'a number stays one',
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
			{ ...stored, report: { ...stored.report, compared: [webSocket, { ...polling, lagRanges: { p50: 1 } }] } },
			{ ...stored, report: { ...stored.report, overTime: { startMs: 0, bucketMs: 1000, lagsMs: [[1], [1, 2]] } } },
			{ ...stored, report: { ...stored.report, spread: { of: 'lag', edgesMs: [1, 2], shares: [[1], [1]] } } },
		]) {
			assert.equal(parseStoredComparison(wrong), undefined);
		}
	});
});

describe('how far numbers of a sample may be off', () => {
	it('are the values at ranks two standard errors to each side, and two of them beside a mean', () => {
		const histogram = new Histogram();
		for (let value = 1; value <= 400; value++) {
			histogram.record(value / 1000);
		}
		const { p50, p95, p99, mean } = valueRanges(histogram);
		// 2 √(¼ / 400) = 0.05: the ranks 180 and 220. 2 √(0.0475 / 400) = 0.0218: 372 (371.3) and 389 (388.7).
		near(p50!.from, 0.18);
		near(p50!.to, 0.22);
		near(p95!.from, 0.372);
		near(p95!.to, 0.389);
		// 2 √(0.0099 / 400) = 0.00995: 393 (392.02) and 400 (399.98).
		near(p99!.from, 0.393);
		near(p99!.to, 0.4);
		// The standard deviation of 1 … 400 is 400 / √12 = 115.5 µs, and two of the mean's errors are 11.55 µs.
		near(mean!.to - mean!.from, 2 * 0.01155);
		near((mean!.to + mean!.from) / 2, 0.2005);
		assert.deepEqual(valueRanges(new Histogram()), { p50: null, p95: null, p99: null, mean: null });
	});

	function near(value: number, expected: number): void {
		assert.ok(Math.abs(value - expected) <= 0.002, `${value} where ${expected} was expected`);
	}
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
