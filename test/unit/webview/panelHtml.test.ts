import assert from 'node:assert/strict';
import { panelHtml } from '../../../src/host/panelHtml';

describe('the panel’s page', () => {
	const html = panelHtml({
		scriptUri: 'https://x.test/inspector.js?a=1&b="2"',
		styleUri: 'https://x.test/inspector.css',
		cspSource: "'self' https://*.vscode-cdn.net",
		nonce: 'abc+/=',
		title: '<script>alert(1)</script>',
	});

	it('lets through its own script, style sheet and font, and nothing inline', () => {
		const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!.replaceAll('&#39;', "'");
		assert.match(policy, /^default-src 'none';/);
		assert.match(policy, /script-src 'nonce-abc\+\/='/);
		assert.match(policy, /style-src 'self' https:\/\/\*\.vscode-cdn\.net;/);
		assert.doesNotMatch(policy, /unsafe|connect-src|img-src/);
	});

	it('escapes what it is given', () => {
		assert.doesNotMatch(html, /<script>alert/);
		assert.match(html, /src="https:\/\/x\.test\/inspector\.js\?a=1&#38;b=&#34;2&#34;"/);
	});
});
