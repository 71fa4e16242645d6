import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrayElementSpans, locateJsonPath } from '../../../src/core/json/locate';
import { parseJsonPath, readJsonPath, withJsonPath } from '../../../src/core/json/path';
import { ProblemError } from '../../../src/core/problem';
import { Random } from '../webSocket/random';

function locate(text: string, path: string): string | undefined {
	const bytes = Buffer.from(text);
	const span = locateJsonPath(bytes, 0, bytes.length, parseJsonPath(path));
	return span && bytes.toString('utf8', span.start, span.end);
}

function elements(text: string, path?: string): string[] | undefined {
	const bytes = Buffer.from(text);
	const spans = arrayElementSpans(bytes, 0, bytes.length, path === undefined ? undefined : parseJsonPath(path));
	return (
		spans &&
		Array.from({ length: spans.length / 2 }, (_, at) => bytes.toString('utf8', spans[at * 2], spans[at * 2 + 1]))
	);
}

const names = (path: string): unknown[] =>
	parseJsonPath(path).steps.map((step) => (typeof step === 'number' ? step : step.name));

describe('JSON path', () => {
	it('reads names, quoted names and indices', () => {
		assert.deepEqual(names('$'), []);
		assert.deepEqual(names('$.a.b[0]'), ['a', 'b', 0]);
		assert.deepEqual(names(`$['x y']["z"][-1]`), ['x y', 'z', -1]);
		assert.deepEqual(names('$.größe.@timestamp.a-b.$'), ['größe', '@timestamp', 'a-b', '$']);
		assert.deepEqual(names(`$['it\\'s']["a\\"b"]['say "hi"']["\\u00e9"]`), ["it's", 'a"b', 'say "hi"', 'é']);
		assert.deepEqual(names(' $[ 0 ] '), [0]);
	});

	for (const text of [
		'',
		'a',
		'a.b',
		'$a',
		'$.',
		'$..a',
		'$.a.',
		'$[',
		'$[]',
		'$[x]',
		'$[1.5]',
		`$['a`,
		'$.*',
		'$[*]',
		'$.a b',
		'$[0:2]',
		`$['\\x']`,
	]) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			assert.throws(
				() => parseJsonPath(text),
				(error) =>
					error instanceof ProblemError &&
					error.problem.code === 'invalidOption' &&
					error.problem.values.what === 'JSON path' &&
					error.problem.values.value === text,
			);
		});
	}

	it('reads from a parsed value', () => {
		const value = { a: [{ b: 1 }, { b: 2 }], constructor: 3, null: null };
		assert.equal(readJsonPath(value, parseJsonPath('$.a[0].b')), 1);
		assert.equal(readJsonPath(value, parseJsonPath('$.a[-1].b')), 2);
		assert.equal(readJsonPath(value, parseJsonPath('$.a[2].b')), undefined);
		assert.equal(readJsonPath(value, parseJsonPath('$.a.length')), undefined);
		assert.equal(readJsonPath(value, parseJsonPath('$.toString')), undefined);
		assert.equal(readJsonPath(value, parseJsonPath('$.null')), null);
		assert.equal(readJsonPath(value, parseJsonPath('$.null.x')), undefined);
		assert.equal(readJsonPath(value, parseJsonPath('$')), value);
	});

	it('sets in a copy, making objects on the way', () => {
		const value = { a: { b: 1 }, list: [1, 2] };
		assert.deepEqual(withJsonPath(value, parseJsonPath('$.a.c.d'), 5), { a: { b: 1, c: { d: 5 } }, list: [1, 2] });
		assert.deepEqual(withJsonPath(value, parseJsonPath('$.list[-1]'), 5), { a: { b: 1 }, list: [1, 5] });
		assert.deepEqual(withJsonPath(value, parseJsonPath('$.list[2]'), 5), { a: { b: 1 }, list: [1, 2, 5] });
		assert.equal(withJsonPath(value, parseJsonPath('$.list[7]'), 5), undefined);
		assert.equal(withJsonPath(value, parseJsonPath('$.a.b.c'), 5), undefined);
		assert.equal(JSON.stringify(withJsonPath({}, parseJsonPath('$.__proto__.x'), 1)), '{"__proto__":{"x":1}}');
		assert.deepEqual(value, { a: { b: 1 }, list: [1, 2] });
	});
});

describe('JSON text, without parsing it', () => {
	it('finds a value at a path', () => {
		const text = ' { "t" : 17.5e3 , "a" : [ 1, {"b" : "x\\"]}" }, [2] ] , "n": null, "s": "é" } ';
		assert.equal(locate(text, '$.t'), '17.5e3');
		assert.equal(locate(text, '$.a[1].b'), '"x\\"]}"');
		assert.equal(locate(text, '$.a[-1]'), '[2]');
		assert.equal(locate(text, '$.a[-1][0]'), '2');
		assert.equal(locate(text, '$.a[-3]'), '1');
		assert.equal(locate(text, '$.a[-4]'), undefined);
		assert.equal(locate(text, '$.a[3]'), undefined);
		assert.equal(locate(text, '$.n'), 'null');
		assert.equal(locate(text, '$.s'), '"é"');
		assert.equal(locate(text, '$.missing'), undefined);
		assert.equal(locate(text, '$.t.x'), undefined);
		assert.equal(locate(text, '$.a.x'), undefined);
		assert.equal(locate(text, '$[0]'), undefined);
		assert.equal(locate(' 5 ', '$'), '5');
	});

	it('finds a value within a slice only', () => {
		const bytes = Buffer.from('[{"t":1},{"t":2}]');
		const span = locateJsonPath(bytes, 9, 16, parseJsonPath('$.t'));
		assert.deepEqual(span, { start: 14, end: 15 });
		assert.equal(locateJsonPath(bytes, 9, 14, parseJsonPath('$.t')), undefined);
	});

	it('finds names that are written with escapes, and none that only begin alike', () => {
		assert.equal(locate('{"\\u0074":1}', '$.t'), '1');
		assert.equal(locate('{"t\\u00e9":1,"té":2}', '$["té"]'), '1');
		assert.equal(locate('{"tt":1,"":2,"t":3}', '$.t'), '3');
		assert.equal(locate('{"a\\"b":1}', `$['a"b']`), '1');
		assert.equal(locate('{"\\q":1}', '$.t'), undefined);
	});

	for (const text of [
		'',
		'{',
		'{"t"',
		'{"t":',
		'{"t" 1}',
		'{t:1}',
		'{"x":1 "t":2}',
		'{"x":1,}',
		'{"x":[1,"t":2}',
		'{"x":[1}],"t":2}',
		'{"x":"open,"t":2}',
		'[1',
		'[1,',
		'nonsense',
		'{"x":,"t":1}',
		'\0',
		'{"x":{"t":1}',
	]) {
		it(`finds nothing in ${JSON.stringify(text)}`, () => {
			assert.equal(locate(text, '$.t'), undefined);
			assert.equal(elements(text), undefined);
		});
	}

	it('gives the spans of an array', () => {
		assert.deepEqual(elements('[]'), []);
		assert.deepEqual(elements(' [ 1 , "a,b]" , {"c":[1,2]} , [] , null ] \n'), [
			'1',
			'"a,b]"',
			'{"c":[1,2]}',
			'[]',
			'null',
		]);
		assert.deepEqual(elements('{"r":{"list":[1,2]}}', '$.r.list'), ['1', '2']);
		assert.deepEqual(elements('{"r":[]}', '$.r'), []);
	});

	it('gives no spans for what is no array', () => {
		for (const text of ['{}', '1', '"[1]"', '[1,]', '[,1]', '[1 2]', '[1]x', '[1', '[[1]', '[{]}]', 'null']) {
			assert.equal(elements(text), undefined, text);
		}
		assert.equal(elements('{"r":1}', '$.r'), undefined);
		assert.equal(elements('{"r":[1', '$.r'), undefined);
	});

	it('finds what parsing finds, for any JSON, any path and any spacing', () => {
		fc.assert(
			fc.property(
				fc.jsonValue({ maxDepth: 4 }),
				fc.nat(),
				fc.constantFrom(undefined, 1, '\t'),
				(value, seed, space) => {
					const random = new Random(seed);
					let path = '$';
					let at: unknown = value;
					while (typeof at === 'object' && at !== null && random.chance(0.8)) {
						const keys = Object.keys(at);
						if (keys.length === 0) {
							break;
						}
						const key = random.pick(keys);
						if (Array.isArray(at)) {
							const index = random.chance(0.5) ? Number(key) : Number(key) - at.length;
							path += `[${index}]`;
							at = at[Number(key)];
						} else {
							path += `[${JSON.stringify(key)}]`;
							at = (at as Record<string, unknown>)[key];
						}
					}
					const text = JSON.stringify(value, null, space);
					const found = locate(text, path);
					assert.notEqual(found, undefined, `${text} ${path}`);
					assert.deepEqual(JSON.parse(found!), JSON.parse(JSON.stringify(at)));
					assert.deepEqual(readJsonPath(value, parseJsonPath(path)), at);
					if (Array.isArray(at)) {
						assert.deepEqual(
							elements(text, path)?.map((each) => JSON.parse(each)),
							JSON.parse(JSON.stringify(at)),
						);
					}
				},
			),
			{ numRuns: 2000, seed: 7 },
		);
	});

	it('throws for no bytes at all, however broken', () => {
		const random = new Random(99);
		const pieces = ['{', '}', '[', ']', '"', '\\', ',', ':', '1', 't', ' ', '"t"', '\xff', 'null'];
		const path = parseJsonPath('$.t[0].t');
		for (let round = 0; round < 5000; round++) {
			const text = Array.from({ length: random.below(20) }, () => random.pick(pieces)).join('');
			const bytes = Buffer.from(text, 'latin1');
			locateJsonPath(bytes, 0, bytes.length, path);
			arrayElementSpans(bytes, 0, bytes.length);
		}
	});

	it('takes nesting as deep as it comes', () => {
		const depth = 100_000;
		const text = `{"x":${'['.repeat(depth)}${']'.repeat(depth)},"t":1}`;
		assert.equal(locate(text, '$.t'), '1');
		assert.equal(locate(`{"x":${'['.repeat(depth)}`, '$.t'), undefined);
	});
});
