import assert from 'node:assert/strict';
import { bunchedText, idleCutText, missingHeartbeatText } from '../../../../src/core/diagnosis/findingText';
import type { MessageHead } from '../../../../src/core/problem';

const bunches = {
	events: 300,
	of: 400,
	bunches: 6,
	lastEvents: 1234,
	arrivalSpreadMs: 0.01,
	sendingSpreadMs: 125_000,
	firstAtMs: 1,
	lastAtMs: 2,
};

function head(...headers: [name: string, value: string][]): MessageHead {
	return { line: 'HTTP/1.1 200 OK', headers };
}

function cuts(afterMs: number, after: 'idle' | 'lifetime' = 'idle'): Parameters<typeof idleCutText>[0] {
	return { times: 4, afterMs, after, firstAtMs: 1, lastAtMs: 2 };
}

describe('Texts of findings', () => {
	it('tell numbers in the unit that their size asks for', () => {
		assert.equal(
			bunchedText(bunches, 'eventStream', undefined).evidence,
			'300 of the last 400 events (75 %) came in 6 bunches, though they were sent apart: of the newest bunch, 1,234 events that were sent over 2.08 min arrived at once.',
		);
		assert.match(
			idleCutText(cuts(7_200_000, 'lifetime'), 'webSocket', undefined).evidence,
			/had been open for 2 h each/,
		);
		assert.match(idleCutText(cuts(600_000), 'webSocket', undefined).evidence, /had been idle for 10 min each/);
	});

	it('name the time-outs that are near, and none where none is', () => {
		assert.match(
			idleCutText(cuts(600_000), 'webSocket', undefined).cause,
			/API Gateway’s WebSockets or of CloudFront \(10 min\)/,
		);
		assert.match(idleCutText(cuts(7_200_000, 'lifetime'), 'webSocket', undefined).cause, /API Gateway \(2 h\)/);
		assert.match(idleCutText(cuts(30_400, 'lifetime'), 'eventStream', undefined).cause, /Google Cloud/);
		// The same 30 s without traffic are not that lifetime.
		assert.equal(
			idleCutText(cuts(30_400), 'eventStream', undefined).cause,
			'Something on the way, or the server, has a time-out of 30.4 s without traffic. A comment (a line `:`) at least every 15.2 s keeps the stream from being idle.',
		);
	});

	it('say what to do by the transport', () => {
		assert.match(idleCutText(cuts(60_000), 'webSocket', undefined).cause, /A ping at least every 30 s/);
		assert.match(
			idleCutText(cuts(60_000), 'longPoll', undefined).cause,
			/answer a held request before that, with nothing, after 30 s/,
		);
		const silence = { idleMs: 50_000, everyMs: undefined, firstAtMs: 1 };
		assert.match(missingHeartbeatText(silence, 'webSocket').cause, /send a ping/);
		assert.match(missingHeartbeatText(silence, 'eventStream').cause, /send a comment/);
	});

	it('show no more of a header than fits into a sentence', () => {
		const { cause } = bunchedText(bunches, 'eventStream', head(['Server', `nginx \`x\`\t${'y'.repeat(5000)}`]));
		// 80 characters, 8 of them before the y.
		assert.match(cause, /`Server: nginx x y{72}`/);
	});
});
