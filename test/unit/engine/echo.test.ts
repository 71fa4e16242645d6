import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { EchoOptions } from '../../../src/core/endpoint';
import { createFrameRecord, type FrameRecord, frameFlag, kindCode } from '../../../src/core/frame';
import { ProblemError } from '../../../src/core/problem';
import { Echo } from '../../../src/engine/echo';

const startMs = 1_750_000_000_000.75;
/** Where an echo's nonce and our time go in its message; the extension's own signs, not JavaScript's. */
const noncePlace = '$'.concat('{nonce}');
const sentAtPlace = '$'.concat('{sentAtMs}');

describe('Echo', () => {
	let nowMs = startMs;
	let sent: string[] = [];
	let echo: Echo | undefined;
	const start = (options: EchoOptions): Echo => {
		echo?.stop();
		nowMs = startMs;
		sent = [];
		echo = new Echo(
			options,
			(text) => sent.push(text),
			() => nowMs,
		);
		echo.start(3_600_000);
		return echo;
	};
	afterEach(() => echo?.stop());

	const received = (text: string, changes: Partial<FrameRecord> = {}): FrameRecord => {
		// Not at the beginning of its bytes, as a frame seldom is.
		const bytes = Buffer.from(`....${text}`);
		const record = {
			...createFrameRecord(),
			kind: kindCode.text,
			flags: frameFlag.fin,
			bytes,
			start: 4,
			end: bytes.length,
		};
		return { ...record, arrivedAtMs: nowMs, ...changes };
	};
	const nonceOf = (text: string): string => /[0-9a-f]{16}/.exec(text)![0];

	it('sends a fresh nonce and our time, and takes the message that contains the nonce for the answer', () => {
		const echoes = start({ message: `{"ping":"${noncePlace}","again":"${noncePlace}","at":${sentAtPlace}}` });
		const nonce = nonceOf(sent[0]!);
		assert.equal(sent[0], `{"ping":"${nonce}","again":"${nonce}","at":1750000000000}`);
		nowMs += 12.5;
		assert.equal(echoes.answer(received('{"pong":"0123456789abcdef"}')), undefined);
		assert.deepEqual(echoes.answer(received(`hello ${nonce}!`)), {
			roundTripMs: 12.5,
			sentAtMs: startMs,
			serverReceivedAtMs: Number.NaN,
			serverSentAtMs: Number.NaN,
		});
		assert.equal(echoes.answer(received(`hello ${nonce}!`)), undefined, 'it is answered once');
	});

	it('looks for the nonce at its path only, where one is set', () => {
		const echoes = start({ message: noncePlace, noncePath: '$.re.id' });
		const nonce = nonceOf(sent[0]!);
		assert.equal(echoes.answer(received(`{"text":"${nonce}"}`)), undefined);
		assert.equal(echoes.answer(received(`{"re":{"id":"${'x'.repeat(1000)}"}}`)), undefined);
		assert.equal(echoes.answer(received('not JSON at all')), undefined);
		assert.notEqual(echoes.answer(received(`{"re":{"id":"${nonce}"}}`)), undefined);
	});

	it("reads the server's two times, the earlier one as late as its stamp can mean", () => {
		const echoes = start({
			message: noncePlace,
			noncePath: '$.n',
			receivedAtPath: '$.in',
			sentAtPath: '$.out',
		});
		const nonce = nonceOf(sent[0]!);
		const answer = echoes.answer(received(`{"n":"${nonce}","in":1750000007123,"out":"2025-06-15T15:06:47.125Z"}`))!;
		assert.equal(answer.serverReceivedAtMs, 1_750_000_007_124);
		assert.equal(answer.serverSentAtMs, Date.parse('2025-06-15T15:06:47.125Z'));
	});

	it('takes one time for both, in any unit', () => {
		for (const [written, ms, stepMs] of [
			['1750000007', 1_750_000_007_000, 1000],
			['1750000007.25', 1_750_000_007_250, 10],
			['1750000007123456', 1_750_000_007_123.456, 0.001],
		] as const) {
			for (const path of ['receivedAtPath', 'sentAtPath'] as const) {
				const echoes = start({ message: noncePlace, [path]: '$.at' });
				const answer = echoes.answer(received(`{"n":"${nonceOf(sent[0]!)}","at":${written}}`))!;
				assert.equal(answer.serverSentAtMs, ms);
				assert.ok(Math.abs(answer.serverReceivedAtMs - ms - stepMs) < 1e-3, `${answer.serverReceivedAtMs - ms}`);
			}
		}
	});

	it('does not take a clock of seconds for one of milliseconds because it writes three zeros', () => {
		const steps: number[] = [];
		const stamps = ['1750000007000', '1750000008000', '1750000009250', '1750000010000', '1750000011123'];
		const echoes = start({ message: noncePlace, sentAtPath: '$.at' });
		for (const stamp of stamps) {
			sent = [];
			echoes.start(3_600_000);
			const answer = echoes.answer(received(`{"n":"${nonceOf(sent[0]!)}","at":${stamp}}`))!;
			steps.push(answer.serverReceivedAtMs - answer.serverSentAtMs);
		}
		assert.deepEqual(steps, [1000, 1000, 10, 10, 1]);
	});

	it('has no time where the answer has none that can be read', () => {
		const echoes = start({ message: noncePlace, sentAtPath: '$.at' });
		const answer = echoes.answer(received(`{"n":"${nonceOf(sent[0]!)}","at":"soon"}`))!;
		assert.ok(Number.isNaN(answer.serverReceivedAtMs) && Number.isNaN(answer.serverSentAtMs));
	});

	it('takes no answer that we sent, that is no message, or that came after the connection', () => {
		const echoes = start({ message: noncePlace });
		const nonce = nonceOf(sent[0]!);
		assert.equal(echoes.answer(received(nonce, { flags: frameFlag.fin | frameFlag.out })), undefined);
		assert.equal(echoes.answer(received(nonce, { kind: kindCode.pong })), undefined);
		echoes.stop();
		assert.equal(echoes.answer(received(nonce)), undefined);
	});

	it('asks after each interval, and remembers no more than the last sixteen of a server that answers none', () => {
		mock.timers.enable({ apis: ['setInterval'] });
		try {
			const echoes = start({ message: noncePlace });
			mock.timers.tick(19 * 3_600_000);
			assert.equal(sent.length, 20);
			const answered = sent.map((text) => echoes.answer(received(text)) !== undefined);
			assert.deepEqual(answered, [...Array(4).fill(false), ...Array(16).fill(true)]);
		} finally {
			echo?.stop();
			mock.timers.reset();
		}
	});

	it('sends none where the interval is 0', () => {
		const echoes = start({ message: noncePlace });
		echoes.start(0);
		assert.equal(sent.length, 1);
	});

	it('refuses a path that is none', () => {
		assert.throws(() => start({ message: noncePlace, noncePath: '$..x' }), ProblemError);
		echo = undefined;
	});
});
