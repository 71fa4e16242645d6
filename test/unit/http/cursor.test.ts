import assert from 'node:assert/strict';
import {
	applyCursor,
	type CursorRequest,
	cursorOf,
	detectCursor,
	planCursor,
	validatorsOf,
} from '../../../src/core/cursor';
import type { CursorPreset, CursorRule } from '../../../src/core/endpoint';
import { ProblemError } from '../../../src/core/problem';

const get: CursorRequest = { url: 'http://h/x?a=1&b=%2F', headers: [], body: undefined };
const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** The cursor that an answer gives, and the request that carries it. */
function carry(
	cursor: CursorPreset | CursorRule,
	body: unknown,
	options: { headers?: Record<string, string>; request?: CursorRequest; previous?: string } = {},
): { cursor: string | undefined; request: CursorRequest } {
	const plan = planCursor(cursor);
	const value = cursorOf(plan, options.headers ?? {}, bytes(body), options.previous);
	return { cursor: value, request: applyCursor(options.request ?? get, plan, { value, lastModified: undefined }) };
}

describe('Cursor', () => {
	describe('dialects', () => {
		it('couchdb: last_seq goes to since, as a string, a number or an array', () => {
			assert.equal(
				carry('couchdb', { results: [], last_seq: '5-g1AA' }).request.url,
				'http://h/x?a=1&b=%2F&since=5-g1AA',
			);
			assert.equal(carry('couchdb', { results: [], last_seq: 12 }).request.url, 'http://h/x?a=1&b=%2F&since=12');
			assert.equal(
				carry('couchdb', '{"results":[],"last_seq":[3,"g1"]}').request.url,
				'http://h/x?a=1&b=%2F&since=%5B3%2C%22g1%22%5D',
			);
		});

		it('consul: X-Consul-Index goes to index', () => {
			const { request } = carry('consul', [], { headers: { 'x-consul-index': '42' } });
			assert.equal(request.url, 'http://h/x?a=1&b=%2F&index=42');
		});

		it('consul: an index that goes backwards is reset to 0, and one of 0 becomes 1', () => {
			const next = (index: string, previous?: string): string | undefined =>
				carry('consul', [], { headers: { 'x-consul-index': index }, previous }).cursor;
			assert.equal(next('43', '42'), '43');
			assert.equal(next('42', '42'), '42');
			assert.equal(next('9', '42'), '0');
			assert.equal(next('0', '42'), '1');
			assert.equal(next('0'), '1');
			assert.equal(next('7', '0'), '7');
			assert.equal(next('18446744073709551615', '18446744073709551614'), '18446744073709551615');
		});

		it('telegram: the last update_id + 1 goes to offset', () => {
			const body = { ok: true, result: [{ update_id: 10 }, { update_id: 11 }] };
			assert.equal(carry('telegram', body).request.url, 'http://h/x?a=1&b=%2F&offset=12');
			assert.equal(carry('telegram', { ok: true, result: [] }).cursor, undefined);
		});

		it('matrix: next_batch goes to since', () => {
			assert.equal(carry('matrix', { next_batch: 's72_3 é' }).request.url, 'http://h/x?a=1&b=%2F&since=s72_3%20%C3%A9');
		});

		it('validators: ETag and Last-Modified go back as If-None-Match and If-Modified-Since', () => {
			const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
			const none = { value: undefined, lastModified: undefined };
			const cursor = validatorsOf({ etag: 'W/"1"', 'last-modified': date }, 200, none);
			assert.deepEqual(cursor, { value: 'W/"1"', lastModified: date });
			assert.deepEqual(applyCursor(get, planCursor('validators'), cursor).headers, [
				['If-None-Match', 'W/"1"'],
				['If-Modified-Since', date],
			]);
			assert.deepEqual(applyCursor(get, planCursor('validators'), none), get);
			// A 304 may leave them out; a full answer without them has none.
			assert.deepEqual(validatorsOf({}, 304, cursor), cursor);
			assert.deepEqual(validatorsOf({ etag: '"2"' }, 304, cursor), { value: '"2"', lastModified: date });
			assert.deepEqual(validatorsOf({}, 200, cursor), none);
		});

		it('none and auto: nothing is carried', () => {
			for (const preset of ['none', 'auto'] as const) {
				const { cursor, request } = carry(preset, { last_seq: 1, next_batch: 2 }, { headers: { etag: '"1"' } });
				assert.equal(cursor, undefined);
				assert.deepEqual(request, get);
			}
		});
	});

	describe('rules', () => {
		it('from a JSON path to a query parameter, which is replaced where it stands', () => {
			const request = { ...get, url: 'http://h/x?since=0&a=b%20c+d&since=1#f' };
			assert.equal(
				carry({ from: '$.n', to: 'query:since' }, { n: 5 }, { request }).request.url,
				'http://h/x?since=5&a=b%20c+d#f',
			);
			assert.equal(
				carry({ from: '$.n', to: 'query:new key' }, { n: 'a&b' }, { request: { ...get, url: 'http://h/x' } }).request
					.url,
				'http://h/x?new%20key=a%26b',
			);
		});

		it('from a header to a header, whatever the case', () => {
			const request = {
				...get,
				headers: [
					['x-SINCE', 'old'],
					['Y', '1'],
				] as const,
			};
			const { request: next } = carry({ from: 'header:X-Next', to: 'header:X-Since' }, '', {
				headers: { 'x-next': '7' },
				request,
			});
			assert.deepEqual(next.headers, [
				['Y', '1'],
				['X-Since', '7'],
			]);
		});

		it('to a field of a JSON body, with the type of what was there', () => {
			const to = (body: string | undefined, cursor: unknown): string | undefined =>
				carry({ from: '$.n', to: 'body:$.q.since' }, { n: cursor }, { request: { ...get, body } }).request.body;
			assert.equal(to('{"q":{"since":0},"k":1}', 5), '{"q":{"since":5},"k":1}');
			assert.equal(to('{"q":{"since":"0"}}', 5), '{"q":{"since":"5"}}');
			assert.equal(to('{"k":1}', 'abc'), '{"k":1,"q":{"since":"abc"}}');
			assert.equal(to('{"k":1}', 5), '{"k":1,"q":{"since":5}}');
			assert.equal(to(undefined, 5), '{"q":{"since":5}}');
		});

		it('refuses a body that the cursor has no place in', () => {
			const into = (body: string): void => {
				carry({ from: '$.n', to: 'body:$.q.since' }, { n: 1 }, { request: { ...get, body } });
			};
			assert.throws(() => into('not json'), ProblemError);
			assert.throws(() => into('{"q":[1]}'), ProblemError);
			assert.throws(() => into('[1]'), ProblemError);
		});

		it('adds to whole numbers without losing digits', () => {
			const next = (n: string): string | undefined =>
				carry({ from: '$.n', to: 'query:o', add: 1 }, `{"n":${n}}`).cursor;
			assert.equal(next('9007199254740993'), '9007199254740994');
			assert.equal(next('"41"'), '42');
			assert.equal(next('-1'), '0');
			assert.equal(next('"x"'), undefined);
			assert.equal(next('1.5'), undefined);
		});

		it('keeps the digits of a large number', () => {
			assert.equal(carry({ from: '$.n', to: 'query:o' }, '{"n":12345678901234567890}').cursor, '12345678901234567890');
		});

		it('finds nothing in null, false, an empty string, a broken body or an absent header', () => {
			for (const body of ['{"n":null}', '{"n":false}', '{"n":""}', '{"m":1}', '{"n":', '', 'text']) {
				assert.equal(carry({ from: '$.n', to: 'query:o' }, body).cursor, undefined, body);
			}
			assert.equal(carry({ from: 'header:X', to: 'query:o' }, '').cursor, undefined);
			assert.equal(carry({ from: 'header:X', to: 'query:o' }, '', { headers: { x: '' } }).cursor, undefined);
		});

		const refused: [what: string, rule: unknown][] = [
			['cursor', 'couch'],
			['cursor', 'toString'],
			['cursor', null],
			['cursor', 5],
			['cursor.from', {}],
			['cursor.from', { from: '' }],
			['cursor.from', { from: 'last_seq', to: 'query:since' }],
			['cursor.from', { from: 'header:', to: 'query:since' }],
			['cursor.from', { from: 'header:a b', to: 'query:since' }],
			['cursor.from', { from: '$..x', to: 'query:since' }],
			['cursor.to', { from: '$.x' }],
			['cursor.to', { from: '$.x', to: 'since' }],
			['cursor.to', { from: '$.x', to: 'query:' }],
			['cursor.to', { from: '$.x', to: 'header:a\nb' }],
			['cursor.to', { from: '$.x', to: 'body:x' }],
			['cursor.to', { from: '$.x', to: 'body:$' }],
			['cursor.add', { from: '$.x', to: 'query:a', add: 0.5 }],
			['cursor.add', { from: '$.x', to: 'query:a', add: '1' }],
			['cursor.events', { from: '$.x', to: 'query:a', events: 'results' }],
		];
		for (const [what, rule] of refused) {
			it(`refuses ${JSON.stringify(rule)} and names ${what}`, () => {
				assert.throws(
					() => planCursor(rule as CursorRule),
					(error) =>
						error instanceof ProblemError &&
						error.problem.code === 'invalidOption' &&
						error.problem.values.what === what &&
						String(error.problem.values.expected).length > 10,
				);
			});
		}
	});

	it('tells the dialect of an answer', () => {
		assert.equal(detectCursor({ 'x-consul-index': '1', etag: '"1"' }, bytes([])), 'consul');
		assert.equal(detectCursor({ etag: '"1"' }, bytes({ results: [], last_seq: 0, pending: 0 })), 'couchdb');
		assert.equal(detectCursor({}, bytes({ next_batch: 's1' })), 'matrix');
		assert.equal(detectCursor({}, bytes({ ok: true, result: [{ update_id: 1 }] })), 'telegram');
		assert.equal(detectCursor({}, bytes({ ok: true, result: [] })), 'telegram');
		assert.equal(detectCursor({ etag: '"1"' }, bytes({ result: [{ id: 1 }] })), 'validators');
		assert.equal(detectCursor({ 'last-modified': 'x' }, bytes([])), 'validators');
		assert.equal(detectCursor({}, bytes([{ last_seq: 1 }])), undefined);
		assert.equal(detectCursor({}, bytes('text')), undefined);
		assert.equal(detectCursor({}, bytes('')), undefined);
	});
});
