import assert from 'node:assert/strict';
import type { ReadFact } from '../../../../src/core/sizing/note/reading';
import { groupReports, headlineOf, reportMarkdown } from '../../../../src/core/sizing/report';
import { size } from '../../../../src/core/sizing/size';

/** A fact as if it had been read from a note. */
function told(fact: ReadFact['fact'], low: number, high = low): ReadFact {
	const place = { start: 0, end: 1 };
	return {
		fact,
		value: { low, high },
		words: [],
		quantities: [{ value: { low, high }, dimension: 'count', place, text: `${low}`, unit: '' }],
	};
}

function reportsFor(...facts: readonly ReadFact[]) {
	return size({ reading: { facts, paragraphs: [], unused: [], problems: [] } });
}

describe('a report in Markdown', () => {
	it('has the answer first, then its working with the numbers, then what was assumed', () => {
		const reports = reportsFor(told('audience', 240_000), told('connectionsPerServer', 60_000));
		assert.equal(
			reportMarkdown(reports, () => ''),
			[
				'**Socket Servers: 6 servers: 48,000 connections each after one failure**',
				'',
				'- enough while nothing fails: `⌈240,000 ÷ 60,000⌉ = 4`',
				'- survives one failure: `1 + 4 = 5`',
				'- survives one failure with 20% of each server free: `1 + ⌈240,000 ÷ 48,000⌉ = 6`',
				'- assumed: failuresTolerated 1 (one server may fail or restart); headroom 20% (room for uneven balancing and growth)',
			].join('\n'),
		);
	});

	it('has both ends where an input is a range', () => {
		const reports = reportsFor(told('audience', 240_000, 300_000), told('connectionsPerServer', 60_000));
		const [group, ...others] = groupReports(reports);
		assert.equal(others.length, 0);
		// 300,000 ÷ 48,000 = 6.25: seven, and one for the failure; 300,000 ÷ 7 = 42,857.1…
		assert.equal(
			headlineOf(group!),
			'6 servers: 48,000 connections each after one failure … 8 servers: 42,858 connections each after one failure',
		);
		assert.match(
			reportMarkdown(reports, () => ''),
			/`⌈240,000 ÷ 60,000⌉ = 4` … `⌈300,000 ÷ 60,000⌉ = 5`/,
		);
	});

	it('says what is missing, and escapes what came from the note', () => {
		const reports = reportsFor(told('connectionsPerServer', 60_000));
		const markdown = reportMarkdown(reports, ({ code }) => `${code} <b>*x*</b>\n# no heading`);
		assert.equal(markdown, '**Socket Servers**\n\n- ⚠ missing \\<b\\>\\*x\\*\\</b\\> \\# no heading');
	});
});
