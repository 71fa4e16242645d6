import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	childrenOf,
	isContainer,
	type JsonNode,
	type JsonText,
	prettyJson,
	readJson,
	valueText,
} from '../../../src/webview/inspector/jsonNodes';

const read = (text: string): JsonText => {
	const json = readJson(text);
	assert.ok(json, `not read as JSON: ${text}`);
	return json;
};
const texts = (json: JsonText, node: JsonNode): string[] =>
	childrenOf(json.text, node).children.map(
		(child) => `${child.key ?? child.index}=${json.text.slice(child.start, child.end)}`,
	);

/** What the nodes of a text say, as a value: for comparison with the engine's own parser. */
function parsed(json: JsonText, node: JsonNode): unknown {
	if (!isContainer(node)) {
		return node.kind === 'string'
			? valueText(json.text, node, Number.POSITIVE_INFINITY).text
			: JSON.parse(json.text.slice(node.start, node.end));
	}
	const { children } = childrenOf(json.text, node);
	if (node.kind === 'array') {
		return children.map((child) => parsed(json, child));
	}
	const value: Record<string, unknown> = {};
	for (const child of children) {
		Object.defineProperty(value, child.key!, {
			value: parsed(json, child),
			enumerable: true,
			writable: true,
			configurable: true,
		});
	}
	return value;
}

describe('JSON as a tree', () => {
	it('finds the children of objects and arrays with their paths', () => {
		const json = read(' { "a" : [1, {"b c": null}] , "d":"x,]}" } ');
		assert.deepEqual(texts(json, json.root), ['a=[1, {"b c": null}]', 'd="x,]}"']);
		const [a] = childrenOf(json.text, json.root).children;
		const second = childrenOf(json.text, a!).children[1]!;
		assert.equal(second.path, '$.a[1]');
		assert.equal(childrenOf(json.text, second).children[0]!.path, '$.a[1]["b c"]');
	});

	it('keeps the digits of numbers, repeated keys, and keys that mean something to JavaScript', () => {
		const json = read('{"big":12345678901234567890,"e":1.50e+2,"x":1,"x":2,"__proto__":{"y":3}}');
		assert.deepEqual(texts(json, json.root), [
			'big=12345678901234567890',
			'e=1.50e+2',
			'x=1',
			'x=2',
			'__proto__={"y":3}',
		]);
	});

	it('reads single values, and empty containers as having no children', () => {
		assert.equal(read('"x"').root.kind, 'string');
		assert.equal(read(' -1.5 ').root.kind, 'number');
		for (const text of ['{}', '[]', '[ \n ]', '{ }']) {
			assert.equal(childrenOf(text, read(text).root).count, 0, text);
		}
	});

	it('reads JSON after a short packet type', () => {
		const json = read('42["chat",{"a":1}]');
		assert.equal(json.prefix, '42');
		assert.deepEqual(texts(json, json.root), ['0="chat"', '1={"a":1}']);
	});

	it('does not take other text for JSON', () => {
		for (const text of ['', 'hello', '{"a":1', '{"a":1} {"b":2}', "{'a':1}", '42[oops', 'undefined', '[1,]']) {
			assert.equal(readJson(text), undefined, text);
		}
	});

	it('gives children in parts', () => {
		const text = JSON.stringify(Array.from({ length: 1000 }, (_, index) => index));
		const { children, count } = childrenOf(text, read(text).root, 990, 5);
		assert.equal(count, 1000);
		assert.deepEqual(
			children.map(({ index, path }) => [index, path]),
			[990, 991, 992, 993, 994].map((index) => [index, `$[${index}]`]),
		);
	});

	it('is not overwhelmed by deep nesting', () => {
		const depth = 50_000;
		const text = '['.repeat(depth) + ']'.repeat(depth);
		const json = read(text);
		assert.equal(childrenOf(text, json.root).count, 1);
		assert.ok(prettyJson(text, json.root).length > text.length);
	});

	it('cuts long strings between escapes', () => {
		const text = JSON.stringify(`${'a'.repeat(8)}\u0001\\"tail`);
		// "aaaaaaaa\u0001\\\"tail": the escape of U+0001 takes characters 8 … 13.
		for (let limit = 0; limit < 30; limit++) {
			const value = valueText(text, read(text).root, limit);
			assert.ok(`${'a'.repeat(8)}\u0001\\"tail`.startsWith(value.text), `limit ${limit}`);
		}
		assert.deepEqual(valueText(text, read(text).root, 10), { text: 'aaaaaaaa', clipped: true });
	});

	it('agrees with the engine’s parser on any JSON, and is the same after indenting', () => {
		fc.assert(
			fc.property(fc.json(), fc.integer({ min: 0, max: 2 }), (text, indent) => {
				const value: unknown = JSON.parse(text);
				const spaced = JSON.stringify(value, null, indent);
				const json = read(spaced);
				assert.deepEqual(parsed(json, json.root), value);
				assert.deepEqual(JSON.parse(prettyJson(json.text, json.root)), value);
			}),
		);
	});

	it('indents by two', () => {
		const text = '{"a":[1,{}],"b":"x: {,"}';
		assert.equal(prettyJson(text, read(text).root), '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x: {,"\n}');
	});
});
