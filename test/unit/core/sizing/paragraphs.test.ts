import assert from 'node:assert/strict';
import { readNote } from '../../../../src/core/sizing/note/readNote';
import { size } from '../../../../src/core/sizing/size';

function sized(text: string) {
	return size({ reading: readNote(text, { decimalSeparator: 'auto' }) });
}

const note = `We expect 240,000 users online at peak, and a node safely holds 60k sockets.

Each of 10,000 viewers of a match gets one update of 220 bytes once per second.

20,000 clients fall back to long polling with a 25 s cycle.

A heartbeat goes out every 25 s.`;

describe('a note of several paragraphs', () => {
	it('is answered with the numbers of the paragraph that has them all', () => {
		const byName = new Map(sized(note).map((report) => [report.calculation, report]));
		assert.equal(byName.get('socketServers')!.inputs.peakConnections, 240_000);
		// 10,000 × 220 B × 1/s, and not 240,000 × 220 B × 1/s.
		assert.equal(byName.get('pushBandwidth')!.results.payloadBytesPerSecond, 2_200_000);
		// 20,000 ÷ 25 s.
		assert.equal(byName.get('longPollRequests')!.results.requestsPerSecond, 800);
	});

	it('is answered with the numbers of the whole note where no paragraph has them all', () => {
		const heartbeats = sized(note).find(({ calculation }) => calculation === 'heartbeats')!;
		assert.equal(heartbeats.inputs.connections, 240_000);
		assert.equal(heartbeats.inputs.intervalSeconds, 25);
	});

	it('has no number of a paragraph that was answered among the unused', () => {
		const { unused } = readNote(note, { decimalSeparator: 'auto' });
		assert.deepEqual(
			unused.map(({ text }) => text),
			// Of "one update", whose rate is "once per second".
			['one'],
		);
	});

	it('has an answer for each paragraph that asks the same with other numbers, and one for two that say the same', () => {
		const text = (clients: string) => `${clients} clients, 25 s cycle`;
		const requests = (...notes: string[]) =>
			sized(notes.map(text).join('\n\n'))
				.filter(({ calculation }) => calculation === 'longPollRequests')
				.map(({ results }) => results.requestsPerSecond);
		assert.deepEqual(requests('20,000', '50,000'), [800, 2000]);
		assert.deepEqual(requests('20,000', '20,000'), [800]);
	});

	it('may be a list: an item that has all the numbers is answered with its own', () => {
		const reports = sized('- 20,000 clients, 25 s cycle\n- 10,000 viewers × 220 B × 1/s');
		const byName = new Map(reports.map((report) => [report.calculation, report.inputs]));
		assert.equal(byName.get('longPollRequests')!.clients, 20_000);
		assert.equal(byName.get('pushBandwidth')!.subscribers, 10_000);
	});

	it('names two numbers for one thing, also where a paragraph is answered with one of them', () => {
		const text = '10,000 viewers get an event of 1 KB each second.\n\nThe payload is 220 bytes.';
		const [report] = sized(text);
		assert.equal(report!.results.payloadBytesPerSecond, 10_000_000);
		const [problem] = report!.problems;
		assert.equal(problem!.code, 'contradiction');
		assert.deepEqual([problem!.values.first, problem!.values.second], ['1 KB', '220 bytes']);
	});
});
