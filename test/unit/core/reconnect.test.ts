import assert from 'node:assert/strict';
import type { ConnectionEnd } from '../../../src/core/handshake';
import { mayRetry, retryDelayMs } from '../../../src/core/timing/reconnect';

const reconnect = { enabled: true, baseMs: 500, capMs: 8000, maxAttempts: 0 };

describe('mayRetry', () => {
	const lost: ConnectionEnd = { atMs: 0, by: 'failed', final: false };
	const table: [what: string, end: Partial<ConnectionEnd>, attempt: number, changes: object, may: boolean][] = [
		['a lost connection', {}, 0, {}, true],
		['one that is lost again and again, without a limit', {}, 100_000, {}, true],
		['one that is lost below the limit', {}, 2, { maxAttempts: 3 }, true],
		['one that is lost at the limit', {}, 3, { maxAttempts: 3 }, false],
		['one that is lost where nothing is to be tried again', {}, 0, { enabled: false }, false],
		['an end that would be the same again', { final: true }, 0, {}, false],
		['an end by the user', { by: 'user' }, 0, {}, false],
		['an end by a server that restarts', { by: 'server', closeCode: 1012 }, 0, {}, true],
		['an end by a server that is done', { by: 'server', closeCode: 1000 }, 0, {}, false],
	];
	for (const [what, end, attempt, changes, may] of table) {
		it(`is ${may} for ${what}`, () => {
			assert.equal(mayRetry({ ...lost, ...end }, attempt, { ...reconnect, ...changes }), may);
		});
	}
});

describe('retryDelayMs', () => {
	const longest = (attempt: number, retryMs?: number): number => retryDelayMs(attempt, reconnect, retryMs, () => 1);

	it('backs off where the server names no time', () => {
		assert.deepEqual(
			[0, 1, 5].map((attempt) => longest(attempt)),
			[500, 1000, 8000],
		);
		assert.equal(
			retryDelayMs(5, reconnect, undefined, () => 0),
			0,
		);
	});

	it('is the time that the server names at first, and backs off beyond it', () => {
		assert.deepEqual(
			[0, 1, 2].map((attempt) => longest(attempt, 3000)),
			[3000, 3500, 4000],
		);
	});

	it('gives a server a rest that names none', () => {
		assert.equal(longest(0, 0), 100);
	});

	it('is no longer than a timer can wait', () => {
		assert.equal(longest(0, 1e12), 2 ** 31 - 1);
	});
});
