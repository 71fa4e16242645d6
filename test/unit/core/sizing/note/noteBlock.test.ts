import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockAt, type CommentStyle, placeBlock } from '../../../../../src/core/sizing/note/noteBlock';

const markdown: CommentStyle = { kind: 'markdown' };

/** The text with the answer placed below the line that holds `note`. */
function placed(text: string, note: string, answer: string, style: CommentStyle = markdown): string {
	const { start, end, replacement } = placeBlock(text, text.indexOf(note) + note.length, answer, style);
	return text.slice(0, start) + replacement + text.slice(end);
}

describe('the block below a note', () => {
	it('stands after a blank line, and parted by one from what follows', () => {
		assert.equal(
			placed('One node holds 60k.\nNext line.\n', 'holds 60k.', '**6 servers**'),
			[
				'One node holds 60k.',
				'',
				'<!-- transport-inspector:sizing -->',
				'',
				'**6 servers**',
				'',
				'<!-- transport-inspector:sizing-end -->',
				'',
				'Next line.',
				'',
			].join('\n'),
		);
	});

	it('replaces the one that stands there, whatever blank lines are between', () => {
		const once = placed('A note.\n\n# Next\n', 'A note.', 'first');
		const spaced = once.replace('A note.\n', 'A note.\n\n \n');
		const twice = placed(spaced, 'A note.', 'second');
		assert.equal(twice, spaced.replace('first', 'second'));
		assert.equal(placed(once, 'A note.', 'first'), once);
	});

	it('leaves the block of another note alone', () => {
		const text = placed('First note.\n\nSecond note.\n', 'Second note.', 'for the second');
		const both = placed(text, 'First note.', 'for the first');
		assert.match(
			both,
			/First note\.\n\n<!--.*-->\n\nfor the first\n[\s\S]*Second note\.\n\n<!--.*-->\n\nfor the second/,
		);
	});

	it('is a comment of the language, with the indentation of the note', () => {
		assert.equal(
			placed('\t// 60k each\n\tconst a = 1;\n', '60k each', 'one\n\ntwo', { kind: 'line', token: '//' }),
			'\t// 60k each\n\n\t// transport-inspector:sizing\n\t// one\n\t//\n\t// two\n\t// transport-inspector:sizing-end\n\n\tconst a = 1;\n',
		);
	});

	it('does not end the block comment that it stands in', () => {
		const style: CommentStyle = { kind: 'block', open: '/*', close: '*/' };
		const text = placed('/* note */', '*/', 'a */ b', style);
		assert.equal(text, '/* note */\n\n/* transport-inspector:sizing\na * / b\ntransport-inspector:sizing-end */');
		assert.equal(placed(text, 'note */', 'a */ b', style), text);
	});

	it('takes the line breaks of the text', () => {
		const text = placed('A note.\r\nMore.\r\n', 'A note.', 'x\ny');
		assert.ok(!/[^\r]\n/.test(text), JSON.stringify(text));
	});

	it('that lost its end is no block: nothing of what follows is replaced', () => {
		const text = 'A note.\n\n<!-- transport-inspector:sizing -->\nmine\n';
		assert.ok(placed(text, 'A note.', 'x').includes('mine'));
		const other = placed(`${text}\nOther.\n`, 'Other.', 'y');
		assert.ok(placed(other, 'A note.', 'x').includes('mine'));
	});

	it('is found from any offset in it, and from none outside', () => {
		const text = placed('A note.\n\nEnd.', 'A note.', 'answer');
		const block = blockAt(text, text.indexOf('answer'))!;
		for (let offset = 0; offset <= text.length; offset++) {
			const isInside = block.start <= offset && offset <= block.end;
			assert.deepEqual(blockAt(text, offset), isInside ? block : undefined, `${offset}`);
		}
	});

	it('placed twice is the same as placed once, for any text and answer', () => {
		const styles: readonly CommentStyle[] = [
			markdown,
			{ kind: 'plain' },
			{ kind: 'line', token: '#' },
			{ kind: 'block', open: '/*', close: '*/' },
		];
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				fc.string(),
				fc.nat(),
				fc.constantFrom(...styles),
				(raw, answer, at, style) => {
					// A carriage return by itself is no line break of a document, and none of its offsets is within one.
					const text = raw.replaceAll('\r', '');
					const once = applied(text, at % (text.length + 1), answer, style);
					assert.equal(applied(once, Math.min(at % (text.length + 1), text.length), answer, style), once);
				},
			),
		);
	});
});

function applied(text: string, at: number, answer: string, style: CommentStyle): string {
	const { start, end, replacement } = placeBlock(text, at, answer, style);
	return text.slice(0, start) + replacement + text.slice(end);
}
