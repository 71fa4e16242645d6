import assert from 'node:assert/strict';
import { addressWithoutCredentials, headWithoutCredentials } from '../../../src/core/credentials';

describe('what may be written down', () => {
	const addresses: [address: string, kept: string][] = [
		['https://me:pw@host/x?since=4', 'https://host/x?since=4'],
		['wss://host/feed?access_token=abc&rate=5', 'wss://host/feed?access_token=…&rate=5'],
		['http://host/?token=a&API_KEY=b&sig=c&session-id=d', 'http://host/?token=…&API_KEY=…&sig=…&session-id=…'],
		['GET /_changes?since=5&startkey="a"&key="b" HTTP/1.1', 'GET /_changes?since=5&startkey="a"&key="b" HTTP/1.1'],
		['GET /poll?auth=xyz HTTP/1.1', 'GET /poll?auth=… HTTP/1.1'],
		['http://host/a@b', 'http://host/a@b'],
	];
	for (const [address, kept] of addresses) {
		it(`of ${address} is ${kept}`, () => assert.equal(addressWithoutCredentials(address), kept));
	}

	it('of a head is all but the values that let their holder in', () => {
		assert.deepEqual(
			headWithoutCredentials({
				line: 'GET /?token=secret HTTP/1.1',
				headers: [
					['Host', 'example.org'],
					['AUTHORIZATION', 'Bearer secret'],
					['Cookie', 'sid=secret'],
				],
			}),
			{
				line: 'GET /?token=… HTTP/1.1',
				headers: [
					['Host', 'example.org'],
					['AUTHORIZATION', '…'],
					['Cookie', '…'],
				],
			},
		);
	});
});
