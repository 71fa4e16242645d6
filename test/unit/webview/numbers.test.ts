import assert from 'node:assert/strict';
import { rowMark } from '../../../src/core/capture/rows';
import { parseWebviewMessage } from '../../../src/core/messages';
import type { ArrivalSummary, ReconnectVerdict, SequenceSummary } from '../../../src/core/statistics';
import { lostByReconnects } from '../../../src/webview/inspector/findingsStrip';
import { stallsText, stallsTitle } from '../../../src/webview/inspector/lagFoot';
import { marksText, sequenceMarkText } from '../../../src/webview/inspector/rowMarks';
import { isLoss, sequenceCountText, sequenceCountTitle } from '../../../src/webview/inspector/sequenceView';

const consecutive: SequenceSummary = {
	kind: 'consecutive',
	path: '$.id',
	source: 'detected',
	ids: 1204,
	lastId: '1207',
	missing: 3,
	gaps: 2,
	duplicates: 1,
	reorders: 0,
	resets: 0,
};
const unknown = { missing: null, gaps: null, duplicates: null, reorders: null, resets: null } as const;

describe('what ids tell', () => {
	it('is a count each, of what is missing with the gaps that it forms', () => {
		assert.equal(sequenceCountText(consecutive, 'missing'), '3 in 2 gaps');
		assert.equal(sequenceCountText({ ...consecutive, missing: 1204, gaps: 1 }, 'missing'), '1,204 in 1 gap');
		assert.equal(sequenceCountText({ ...consecutive, missing: 0, gaps: 0 }, 'missing'), '0');
		assert.equal(sequenceCountText(consecutive, 'duplicates'), '1');
		assert.equal(sequenceCountText(consecutive, 'resets'), '0');
	});

	it('says how it was come by', () => {
		assert.equal(
			sequenceCountTitle(consecutive, 'duplicates'),
			'Events whose id had been seen before. Told by the ids of 1,204 events at $.id. The last is 1207.',
		);
		assert.match(sequenceCountTitle({ ...consecutive, path: 'id' }, 'resets'), /at the id field\./);
	});

	it('is a dash and a reason where it can’t be told, never 0', () => {
		const none = { ...consecutive, ...unknown, kind: null, path: null, source: null };
		assert.equal(sequenceCountText(none, 'missing'), '–');
		assert.match(sequenceCountTitle(none, 'missing'), /no numbers or ordered ids were found/);
		const ordered: SequenceSummary = { ...consecutive, ...unknown, kind: 'ordered', duplicates: 0, reorders: 2 };
		assert.equal(sequenceCountText(ordered, 'missing'), '–');
		assert.match(sequenceCountTitle(ordered, 'missing'), /rise by no fixed step/);
		assert.equal(sequenceCountText(ordered, 'reorders'), '2');
		assert.match(
			sequenceCountTitle({ ...none, path: '$.n', source: 'set' }, 'missing'),
			/no ids have been read at \$\.n/,
		);
	});

	it('is a loss where something is missing, twice or late; a reset is none', () => {
		assert.equal(isLoss(consecutive, 'missing'), true);
		assert.equal(isLoss(consecutive, 'reorders'), false);
		assert.equal(isLoss({ ...consecutive, resets: 2 }, 'resets'), false);
		assert.equal(isLoss({ ...consecutive, ...unknown }, 'missing'), false);
	});
});

describe('a row’s marks in words', () => {
	it('are the number missing, and what else is remarkable', () => {
		assert.equal(marksText({ marks: 0, missing: 0 }), '');
		assert.equal(marksText({ marks: rowMark.gap, missing: 1 }), '1 id is missing before it');
		assert.equal(
			marksText({ marks: rowMark.gap | rowMark.stall, missing: 1204 }),
			'1,204 ids are missing before it, it came after a stall',
		);
		assert.equal(marksText({ marks: rowMark.duplicate, missing: 0 }), 'its id had come before');
	});

	it('are the same in the details', () => {
		assert.equal(sequenceMarkText({}), '');
		assert.equal(sequenceMarkText({ sequence: 'gap', missing: 3 }), '3 ids are missing before it');
		assert.equal(sequenceMarkText({ sequence: 'reset', stall: true }), 'the ids began anew with it');
	});
});

describe('stalls', () => {
	const arrival: ArrivalSummary = {
		jitterMs: 0.4,
		medianGapMs: 50,
		stallThresholdMs: 1000,
		stalls: 2,
		longestStallMs: 1203,
		bursts: 0,
		largestBurst: 0,
	};

	it('are counted, with the longest, and what makes one is said', () => {
		assert.equal(stallsText(arrival), '2, longest 1.20 s');
		assert.equal(stallsText({ ...arrival, stalls: 0, longestStallMs: null }), '0');
		assert.match(stallsTitle(arrival), /above 1\.00 s; the running median gap is 50\.0 ms/);
	});

	it('are a dash while nobody knows what is usual', () => {
		const early = { ...arrival, stalls: 0, longestStallMs: null, medianGapMs: null, stallThresholdMs: null };
		assert.equal(stallsText(early), '–');
		assert.match(stallsTitle(early), /too few gaps/);
	});
});

describe('reconnects', () => {
	it('lost what their verdicts say together', () => {
		const verdict = (lost: number): ReconnectVerdict => ({
			atMs: 0,
			verdict: lost === 0 ? 'resumed' : 'lost',
			lost,
			duplicates: 0,
			lastEventId: 'notSent',
		});
		assert.equal(lostByReconnects([]), 0);
		assert.equal(lostByReconnects([verdict(0), verdict(12), verdict(3)]), 15);
	});
});

describe('what the inspector’s page may say of clocks and ids', () => {
	it('is a setting of the clock, or a path', () => {
		for (const message of [
			{ type: 'clockChosen', clock: 'auto' },
			{ type: 'clockChosen', clock: -7350.5 },
			{ type: 'sequencePathChosen', path: '$.id' },
		]) {
			assert.equal(parseWebviewMessage(message), message);
		}
	});

	it('is nothing else', () => {
		for (const message of [
			{ type: 'clockChosen' },
			{ type: 'clockChosen', clock: 'mine' },
			{ type: 'clockChosen', clock: Number.NaN },
			{ type: 'clockChosen', clock: 1e300 },
			{ type: 'clockChosen', clock: ['auto'] },
			{ type: 'sequencePathChosen', path: 3 },
		]) {
			assert.equal(parseWebviewMessage(message), undefined, JSON.stringify(message));
		}
	});
});
