import assert from 'node:assert/strict';
import {
	answerAround,
	blockCommentAround,
	type CommentTokens,
	type Lines,
	markdownParagraphAround,
	markdownParagraphs,
	noteEnd,
	noteOnly,
	paragraphAround,
	sizingFenceAround,
	sizingFences,
} from '../../../../../src/core/sizing/note/noteLines';

function lines(...texts: string[]): Lines {
	return { count: texts.length, line: (at) => texts[at]! };
}

const typescript: CommentTokens = { line: '//', block: ['/*', '*/'] };

describe('Sizing fences', () => {
	const note = lines(
		'# Plan', // 0
		'```sizing', // 1
		'', // 2
		'240k users', // 3
		'60k sockets per node', // 4
		'```', // 5
		'```ts', // 6
		'const a = 1;', // 7
		'```', // 8
		'~~~~ Sizing', // 9
		'~~~', // 10
		'1 KB', // 11
		'~~~~', // 12
		'```sizing', // 13
	);

	it('are found with their content, of backticks or tildes, closed or not', () => {
		assert.deepEqual(sizingFences(note, { first: 0, last: 13 }), [
			{ open: 1, close: 5, content: { first: 3, last: 4 } },
			// Three tildes do not close four.
			{ open: 9, close: 12, content: { first: 10, last: 11 } },
			{ open: 13, close: 14, content: undefined },
		]);
	});

	it('are found around each of their lines, and not around a line outside', () => {
		for (let at = 1; at <= 5; at++) {
			assert.equal(sizingFenceAround(note, at)?.open, 1);
		}
		for (const at of [0, 6, 7, 8]) {
			assert.equal(sizingFenceAround(note, at), undefined);
		}
	});
});

describe('Paragraphs of Markdown', () => {
	const note = lines(
		'# A heading of 3 words', // 0
		'First line', // 1
		'second line', // 2
		'', // 3
		'- a list', // 4
		'- of two', // 5
		'---', // 6
		'> quoted', // 7
		'>', // 8
		'```sh', // 9
		'ulimit -n 1024', // 10
		'```', // 11
		'<!-- transport-inspector:sizing -->', // 12
		'', // 13
		'**6 servers**', // 14
		'', // 15
		'<!-- transport-inspector:sizing-end -->', // 16
		'The last', // 17
	);

	it('are lines that follow each other, without headings, rules, code and answers', () => {
		assert.deepEqual(markdownParagraphs(note, { first: 0, last: 17 }), [
			{ first: 1, last: 2 },
			{ first: 4, last: 5 },
			{ first: 7, last: 7 },
			{ first: 17, last: 17 },
		]);
	});

	it('are whole where a range begins or ends within', () => {
		assert.deepEqual(markdownParagraphs(note, { first: 2, last: 4 }), [
			{ first: 1, last: 2 },
			{ first: 4, last: 5 },
		]);
	});

	it('are not confused with the block of an answer, which is found around each of its lines', () => {
		for (let at = 12; at <= 16; at++) {
			assert.deepEqual(answerAround(note, at), { first: 12, last: 16 });
		}
		assert.equal(answerAround(note, 11), undefined);
		assert.equal(answerAround(note, 17), undefined);
	});

	it('are found around a line; a heading is one alone', () => {
		assert.deepEqual(markdownParagraphAround(note, 2), { first: 1, last: 2 });
		assert.deepEqual(markdownParagraphAround(note, 0), { first: 0, last: 0 });
		assert.equal(markdownParagraphAround(note, 3), undefined);
	});
});

describe('The paragraph in a file of code', () => {
	it('is the line comment, up to a line of it without words and up to the code', () => {
		const code = lines(
			'const a = 1;',
			'// A node holds 60k sockets,',
			'// 240k users online.',
			'//',
			'// Another one.',
			'const b = 2;',
			'const c = 3;',
		);
		assert.deepEqual(paragraphAround(code, 2, typescript), { first: 1, last: 2 });
		assert.equal(paragraphAround(code, 3, typescript), undefined);
		assert.deepEqual(paragraphAround(code, 4, typescript), { first: 4, last: 4 });
		assert.deepEqual(paragraphAround(code, 5, typescript), { first: 5, last: 6 });
	});

	it('is the part of a block comment, its first and last lines too', () => {
		const code = lines(
			'const a = 1;',
			'/** A node holds 60k sockets,',
			' * 240k users online.',
			' *',
			' * Another one. */',
			'const b = 2;',
		);
		assert.deepEqual(paragraphAround(code, 1, typescript), { first: 1, last: 2 });
		assert.deepEqual(paragraphAround(code, 4, typescript), { first: 4, last: 4 });
		assert.deepEqual(blockCommentAround(code, 3, ['/*', '*/']), { first: 1, last: 4 });
		assert.equal(blockCommentAround(code, 5, ['/*', '*/']), undefined);
	});

	it('is lines with text in a language without comments', () => {
		assert.deepEqual(paragraphAround(lines('', 'one', 'two', ''), 1, {}), { first: 1, last: 2 });
	});
});

describe('What of a text is the note', () => {
	it('is all but marks of comments, of fences and of answers, each character at its place', () => {
		for (const [text, tokens, note] of [
			['// 60k sockets\n// per node', typescript, '   60k sockets\n   per node'],
			['\t# 60k sockets', { line: '#' }, '\t  60k sockets'],
			['/** 60k\n * sockets */', typescript, '    60k\n   sockets   '],
			['/// 60k', typescript, '    60k'],
			['```sizing\r\n60k sockets\r\n```', undefined, '         \r\n60k sockets\r\n   '],
			[
				'60k\n<!-- transport-inspector:sizing -->\n6 servers\n<!-- transport-inspector:sizing-end -->\n2',
				undefined,
				`60k\n${' '.repeat(35)}\n         \n${' '.repeat(39)}\n2`,
			],
			['```ts\n1\n```', undefined, '```ts\n1\n```'],
		] as const) {
			const only = noteOnly(text, tokens);
			assert.equal(only.length, text.length);
			assert.equal(only, note);
		}
	});

	it('ends behind its last word, before the answer below it', () => {
		const note = 'A note.';
		const block = '<!-- transport-inspector:sizing -->\nx\n<!-- transport-inspector:sizing-end -->';
		assert.equal(noteEnd(`${note}\n\n${block}\n`), note.length);
	});
});
