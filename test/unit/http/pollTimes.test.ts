import assert from 'node:assert/strict';
import { createResumeState } from '../../../src/core/handshake';
import { createLongPollTransport } from '../../../src/engine/transports/longPoll';
import { createPollingTransport } from '../../../src/engine/transports/polling';
import { nowMs, type TransportRecorder } from '../../support/transportRecorder';
import { type Answer, closeAll, connect, json, polls, startAnswers } from './pollSupport';
import { closeServers, startHttp, startRaw } from './servers';

/** An answer that comes so much later than its request. */
function late(milliseconds: number, answer: Answer): Answer {
	return (response, request, body) => setTimeout(() => answer(response, request, body), milliseconds);
}

/** Cycles with the account of their answer's head; only those that were answered have one. */
function answeredCycles(recorder: TransportRecorder) {
	const cycles = recorder.cycles().filter(({ meta }) => meta.response !== undefined);
	return cycles.map((cycle, at) => ({ ...cycle, ...recorder.answers[at]! }));
}

function assertNear(actual: number | undefined, expected: number): void {
	// Epoch milliseconds have no more than four places behind the point.
	assert.ok(actual !== undefined && Math.abs(actual - expected) < 0.01, `${actual} is not ${expected}`);
}

describe('A poll’s due time', () => {
	afterEach(closeAll);

	it('is a multiple of the interval after the first request, however long answers take', async () => {
		const intervalMs = 40;
		const server = await startAnswers(...[0, 10, 130, 0, 70, 0, 25, 0].map((delayMs) => late(delayMs, json([1]))));
		const recorder = connect(createPollingTransport, server.url, { pollIntervalMs: intervalMs });
		await recorder.until('eight cycles', () => recorder.cycles().length === 8);
		const cycles = answeredCycles(recorder);
		const startAtMs = cycles[0]!.sentAtMs;
		let dueAtMs = startAtMs;
		for (const { meta, sentAtMs, firstByteAtMs } of cycles) {
			assertNear(meta.dueMs, firstByteAtMs - dueAtMs);
			assert.ok(sentAtMs >= dueAtMs, 'no request goes out before it is due');
			// The first multiple after the answer began: those before would have been answered by it.
			dueAtMs = startAtMs + (Math.floor((firstByteAtMs - startAtMs) / intervalMs) + 1) * intervalMs;
		}
		// The third one was held over three intervals.
		assert.ok(cycles[2]!.meta.dueMs! > 3 * intervalMs);
	});

	it('stays that of a request without an answer until one comes', async () => {
		const server = await startAnswers(json([1]), () => {}, json('{}', {}, 504), json([2]), json([3]));
		const recorder = connect(createPollingTransport, server.url, { pollIntervalMs: 30, holdTimeoutMs: 100 });
		await recorder.until('five cycles', () => recorder.cycles().length === 5);
		const [first, held, refused, good, last] = recorder.cycles().map(({ meta }) => meta);
		assert.deepEqual([held!.outcome, refused!.outcome, good!.outcome], ['timedOut', 'timedOut', 'answered']);
		assert.deepEqual([held!.dueMs, refused!.dueMs], [undefined, undefined]);
		const startAtMs = recorder.answers[0]!.sentAtMs;
		assertNear(first!.dueMs, recorder.answers[0]!.firstByteAtMs - startAtMs);
		// The second one was due at 30 ms, or a little later where the first answer took that long.
		const dueAtMs = recorder.answers[2]!.firstByteAtMs - good!.dueMs!;
		assertNear((dueAtMs - startAtMs) % 30 < 15 ? (dueAtMs - startAtMs) % 30 : 30 - ((dueAtMs - startAtMs) % 30), 0);
		assert.ok(good!.dueMs! > held!.holdMs);
		assert.ok(last!.dueMs! < good!.dueMs!);
	});

	it('goes on over a lost connection', async () => {
		const resume = createResumeState();
		const broken = await startAnswers(json([1]), (response) => response.destroy());
		const before = connect(createPollingTransport, broken.url, { method: 'POST', pollIntervalMs: 30 }, resume);
		await before.ended();
		const { dueAtMs } = resume;
		const { sentAtMs, firstByteAtMs } = before.answers[0]!;
		assertNear(dueAtMs, sentAtMs + (Math.floor((firstByteAtMs - sentAtMs) / 30) + 1) * 30);
		const server = await startAnswers(json([2]));
		const after = connect(createPollingTransport, server.url, { pollIntervalMs: 30 }, resume);
		await after.received(1);
		assertNear(after.cycles()[0]!.meta.dueMs, after.answers[0]!.firstByteAtMs - dueAtMs!);
	});

	it('begins anew with another connection, where none was left unanswered', async () => {
		const resume = createResumeState();
		const server = await startAnswers(json([1]), json([2]));
		const changes = { pollIntervalMs: 60_000 };
		const before = connect(createPollingTransport, server.url, changes, resume);
		await before.received(1);
		await before.close();
		const after = connect(createPollingTransport, server.url, changes, resume);
		await after.received(1);
		const { sentAtMs, firstByteAtMs } = after.answers[0]!;
		assertNear(after.cycles()[0]!.meta.dueMs, firstByteAtMs - sentAtMs);
	});

	it('is kept by a server that answers before it has read the request', async () => {
		// More than the buffers of both ends hold, and nobody reads it.
		const body = 'x'.repeat(50_000_000);
		const server = await startRaw((socket) => {
			socket.pause();
			socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]');
		});
		const recorder = connect(createPollingTransport, server.url, { method: 'POST', body });
		await recorder.until('a cycle', () => recorder.cycles().length > 0);
		const { sentAtMs, firstByteAtMs } = recorder.answers[0]!;
		assertNear(recorder.cycles()[0]!.meta.dueMs, firstByteAtMs - sentAtMs);
		assert.equal(recorder.cycles()[0]!.meta.holdMs, 0);
	});

	it('is not known of a long poll, which has no interval', async () => {
		const server = await startAnswers(json([1]), json([2]));
		const recorder = connect(createLongPollTransport, server.url);
		await recorder.until('two cycles', () => recorder.cycles().length === 2);
		assert.deepEqual(
			recorder.cycles().map(({ meta }) => meta.dueMs),
			[undefined, undefined],
		);
	});
});

for (const [name, factory] of polls) {
	describe(`${name}: the staleness of events`, () => {
		afterEach(closeAll);

		it('is no less than it was, by the server’s own account, and begins with the answer before', async () => {
			// Events come at any time. A poll is answered with what is there when it is asked, and takes a while about it; a held
			// one is answered when something is there.
			const born: number[] = [];
			const formed: number[] = [];
			let sent = 0;
			let wake = (): void => {};
			const server = await startHttp(async (_request, response) => {
				if (factory === createLongPollTransport && sent === born.length) {
					await new Promise<void>((resolve) => {
						wake = resolve;
					});
				}
				formed.push(nowMs());
				const events = JSON.stringify(Array.from({ length: born.length - sent }, (_, at) => sent + at));
				sent = born.length;
				if (factory === createPollingTransport) {
					await new Promise((resolve) => setTimeout(resolve, 8));
				}
				response.end(events);
			});
			let count = 0;
			const timer = setInterval(() => {
				born.push(nowMs());
				wake();
				if (++count % 5 === 0) {
					born.push(nowMs());
				}
			}, 7);
			const recorder = connect(factory, server.url, { pollIntervalMs: 15 });
			const { tcpMs } = (await recorder.opened()).phases;
			await recorder.until('fifty events', () => recorder.frames.filter(({ kind }) => kind === 'event').length >= 50);
			clearInterval(timer);
			let bound: number | undefined;
			/** So much longer than TCP took to connect was the answer before on its way. */
			let slowMs = 0;
			let cycleNumber = -1;
			let looked = 0;
			for (const { kind, meta, text, arrivedAtMs } of recorder.frames) {
				if (meta?.type === 'cycle') {
					cycleNumber++;
					bound = meta.stalenessMs;
					assert.equal(bound !== undefined, cycleNumber > 0 && meta.events > 0);
					if (bound !== undefined) {
						const { sentAtMs, firstByteAtMs } = recorder.answers[cycleNumber - 1]!;
						const formedAtMs = formed[cycleNumber - 1]!;
						slowMs = factory === createPollingTransport ? 0 : Math.max(0, firstByteAtMs - formedAtMs - tcpMs!);
						// The answer before was formed no earlier, as far as its way was no longer than is taken for granted.
						assert.ok(arrivedAtMs - bound <= formedAtMs + slowMs + 0.01);
						assert.ok(arrivedAtMs - bound >= sentAtMs - 0.01);
					}
				} else if (bound !== undefined) {
					looked++;
					const staleMs = arrivedAtMs - born[Number(text)]!;
					assert.ok(kind === 'event' && staleMs <= bound + slowMs + 0.01, `${staleMs} is more than ${bound}`);
				}
			}
			assert.ok(looked >= 40);
			await recorder.close();
			wake();
		});

		it('goes back to the last answer over time-outs, refusals and lost connections', async () => {
			const resume = createResumeState();
			const changes = { method: 'POST', holdTimeoutMs: 60 };
			const broken = await startAnswers(
				json([1]),
				() => {},
				json('{}', {}, 504),
				(response) => response.destroy(),
			);
			const before = connect(factory, broken.url, changes, resume);
			await before.ended();
			const server = await startAnswers(json([]), json([2]));
			const { formedAtMs } = resume;
			const [first] = before.answers;
			assert.ok(formedAtMs! >= first!.sentAtMs && formedAtMs! <= first!.firstByteAtMs);
			const after = connect(factory, server.url, changes, resume);
			await after.until('an answer', () => after.cycles().length >= 1);
			assert.equal(after.cycles()[0]!.meta.stalenessMs, undefined, 'it brought no events');
			assert.ok(resume.formedAtMs! > formedAtMs!, 'but what comes after is younger than it');
			await after.close();
			const again = await startAnswers(json([3]));
			resume.formedAtMs = formedAtMs;
			const later = connect(factory, again.url, changes, resume);
			await later.received(1);
			const [cycle] = later.cycles();
			assertNear(cycle!.meta.stalenessMs, cycle!.frame.arrivedAtMs - formedAtMs!);
		});
	});
}

describe('The staleness of a long poll’s events', () => {
	afterEach(closeAll);

	it('begins at most a TCP round trip before the answer, however long that was held', async () => {
		const server = await startAnswers(json([1]), late(120, json([2])), json([3]));
		const recorder = connect(createLongPollTransport, server.url);
		await recorder.until('three cycles', () => recorder.cycles().length === 3);
		const { tcpMs } = (await recorder.opened()).phases;
		const cycles = answeredCycles(recorder);
		for (const [at, { meta, frame }] of cycles.entries()) {
			const before = cycles[at - 1];
			if (before === undefined) {
				assert.equal(meta.stalenessMs, undefined);
			} else {
				const formedAtMs = Math.max(before.sentAtMs, before.firstByteAtMs - tcpMs!);
				assertNear(meta.stalenessMs, frame.arrivedAtMs - formedAtMs);
			}
		}
	});
});

describe('The heads of HTTP answers', () => {
	afterEach(async () => {
		await closeAll();
		await closeServers();
	});

	it('are told with their dates, each between its request and its frame', async () => {
		const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
		const server = await startAnswers(
			json([1], { Date: date }),
			json([2], { Date: date, Age: '0' }),
			(response) => {
				response.sendDate = false;
				response.end('[3]');
			},
			json('{}', { Date: date }, 504),
			json('no', { Date: date }, 404),
		);
		const recorder = connect(createPollingTransport, server.url);
		assert.equal((await recorder.ended()).problem?.values.status, 404);
		assert.deepEqual(
			recorder.answers.map(({ dateHeader }) => dateHeader),
			[date, undefined, undefined, date, date],
		);
		for (const [at, { frame, meta }] of recorder.cycles().entries()) {
			const { sentAtMs, firstByteAtMs } = recorder.answers[at]!;
			assert.ok(sentAtMs <= firstByteAtMs && firstByteAtMs <= frame.arrivedAtMs);
			assert.ok(firstByteAtMs - sentAtMs >= meta.holdMs, 'the request’s last byte was not out before its first');
		}
	});
});
