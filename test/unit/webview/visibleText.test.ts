import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clipped, visibleBlock, visibleLine } from '../../../src/webview/inspector/visibleText';

describe('hostile text', () => {
	it('shows controls by their names', () => {
		assert.equal(visibleLine('a\u0000b\r\n\tc\u001b[31m\u007f'), 'a⟨NUL⟩b⟨CR⟩⟨LF⟩⟨TAB⟩c⟨ESC⟩[31m⟨DEL⟩');
	});

	it('keeps line feeds and tabs in a block', () => {
		assert.equal(visibleBlock('a\r\n\tb\u0000'), 'a⟨CR⟩\n\tb⟨NUL⟩');
	});

	it('shows characters that turn the reading direction as their code points', () => {
		assert.equal(visibleLine('a\u202egpj.exe\u2066'), 'a⟨U+202E⟩gpj.exe⟨U+2066⟩');
	});

	it('shows invisible characters, tags and lone surrogates as their code points', () => {
		assert.equal(visibleLine('\u200b\ufeff\u{e0041}\ud800x\u0085'), '⟨U+200B⟩⟨U+FEFF⟩⟨U+E0041⟩⟨U+D800⟩x⟨U+0085⟩');
	});

	it('leaves letters of any script and emoji with joiners alone', () => {
		const text = 'naïve – 日本語 – العربية – 👩‍👩‍👧 <img src=x>';
		assert.equal(visibleLine(text), text);
		assert.equal(visibleBlock(text), text);
	});

	it('leaves no control or bidirectional control of any text', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary', maxLength: 30 }),
				(text) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(visibleLine(text)),
			),
		);
	});

	it('is never cut within a surrogate pair', () => {
		assert.equal(clipped('ab👍', 3), 'ab');
		assert.equal(clipped('ab👍', 4), 'ab👍');
		assert.equal(clipped('abc', 2), 'ab');
	});
});
