import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { type Answer, closeAll, connect, json, polls, startAnswers, summary } from './pollSupport';

for (const [name, factory] of polls) {
	describe(`${name} fails`, () => {
		afterEach(closeAll);

		for (const [status, final] of [
			[400, true],
			[401, true],
			[404, true],
			[425, false],
			[429, false],
			[500, false],
			[503, false],
		] as const) {
			it(`at the first answer with ${status}, ${final ? 'for good' : 'for now'}`, async () => {
				const server = await startAnswers((response) => response.writeHead(status, 'As It Is').end('sorry'));
				const recorder = connect(factory, server.url);
				const end = await recorder.ended();
				assert.deepEqual([end.by, end.final], ['failed', final]);
				assert.deepEqual([end.problem?.code, end.problem?.values], ['wrongStatus', { status, statusText: 'As It Is' }]);
				assert.equal(end.problem?.answer?.bodyStart, 'sorry');
				assert.equal(recorder.handshake, undefined);
				assert.deepEqual(recorder.frames, []);
				await server.idle();
			});
		}

		it('at a later answer, which is a cycle all the same', async () => {
			const server = await startAnswers(json([1]), json({ sorry: true }, {}, 503));
			const recorder = connect(factory, server.url);
			const end = await recorder.ended();
			assert.deepEqual([end.by, end.final, end.problem?.values.status], ['failed', false, 503]);
			assert.deepEqual(summary(recorder), ['cycle [1]', 'event 1', 'cycle {"sorry":true}']);
			const { meta } = recorder.cycles()[1]!;
			assert.deepEqual([meta.outcome, meta.status, meta.events], ['failed', 503, 0]);
		});

		it('when the connection is lost in mid-answer', async () => {
			const server = await startAnswers(json([1]), (response) => response.write('[2,', () => response.destroy()));
			const recorder = connect(factory, server.url);
			const end = await recorder.ended();
			assert.deepEqual([end.by, end.final, end.problem?.code], ['failed', false, 'connectionLost']);
			const { frame, meta } = recorder.cycles()[1]!;
			assert.deepEqual([meta.outcome, frame.text], ['failed', '[2,']);
		});

		it('for HTML and for an event stream at the first answer', async () => {
			for (const contentType of ['text/html; charset=utf-8', 'text/event-stream']) {
				const server = await startAnswers(json('<h1>Hi</h1>', { 'Content-Type': contentType }));
				const { final, problem } = await connect(factory, server.url).ended();
				assert.deepEqual(
					[final, problem?.code, problem?.values],
					[true, 'wrongContentType', { contentType, expected: 'JSON or text' }],
				);
				assert.equal(problem?.answer?.bodyStart, '<h1>Hi</h1>');
			}
		});

		it('for a body over the limit, announced, streamed or unpacked', async () => {
			const long = JSON.stringify(['x'.repeat(2000)]);
			const answers: Answer[] = [
				json(long, { 'Content-Length': String(long.length) }),
				(response) => {
					response.write(long.slice(0, 1500));
					response.write(long.slice(1500));
				},
				(response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(long)),
			];
			for (const answer of answers) {
				const server = await startAnswers(answer);
				const { final, problem } = await connect(factory, server.url, { maxMessageBytes: 1000 }).ended();
				assert.deepEqual([final, problem?.code, problem?.values.maxBytes], [true, 'messageTooBig', 1000]);
				assert.ok(Number(problem?.values.sizeBytes) > 1000);
				await server.idle();
			}
		});

		it('for an encoding that is not known', async () => {
			const server = await startAnswers(json('x', { 'Content-Encoding': 'zstd' }));
			const { final, problem } = await connect(factory, server.url).ended();
			assert.deepEqual([final, problem?.code], [true, 'undecodable']);
		});
	});
}
