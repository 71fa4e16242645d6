import assert from 'node:assert/strict';
import { type ConnectOptions, type EndpointDefaults, parseAddress, resolveEndpoint } from '../../../src/core/endpoint';

const defaults: EndpointDefaults = {
	headers: [['Authorization', 'Bearer default']],
	subprotocols: [],
	cursor: 'auto',
	pollIntervalMs: 5000,
	maxMessageBytes: 1000,
	maxHandshakeBytes: 65536,
	handshakeTimeoutMs: 10_000,
	holdTimeoutMs: 60_000,
	perMessageDeflate: true,
	tls: { verify: true, caFile: undefined, clientCertificateFile: undefined, clientKeyFile: undefined },
	reconnect: { enabled: true, baseMs: 500, capMs: 30_000, maxAttempts: 0 },
	pingIntervalMs: 5000,
	timestampPath: 'detect',
};

describe('parseAddress', () => {
	const good: [typed: string, url: string][] = [
		['ws://localhost:8080/feed', 'ws://localhost:8080/feed'],
		['localhost:3000/x', 'http://localhost:3000/x'],
		[':3000/x', 'http://localhost:3000/x'],
		['  https://example.org/events?a=1#top ', 'https://example.org/events?a=1'],
		['WSS://Example.org', 'wss://example.org/'],
		['[::1]:3000/x', 'http://[::1]:3000/x'],
		['example.org', 'http://example.org/'],
	];
	for (const [typed, url] of good) {
		it(`reads "${typed}" as ${url}`, () => assert.deepEqual(parseAddress(typed), { url }));
	}

	it('names a scheme that carries no live traffic', () => {
		assert.deepEqual(parseAddress('ftp://host/x'), {
			problem: { code: 'unsupportedScheme', values: { scheme: 'ftp' } },
		});
	});

	for (const typed of ['', 'http://', 'ws://a b/', 'localhost:99999/', 'not a url']) {
		it(`does not take "${typed}" for a URL`, () => {
			assert.deepEqual(parseAddress(typed), { problem: { code: 'malformedUrl', values: { url: typed } } });
		});
	}
});

describe('resolveEndpoint', () => {
	const resolve = (options: unknown): unknown => {
		const resolved = resolveEndpoint(options as ConnectOptions, defaults);
		return 'problem' in resolved ? resolved.problem : resolved.endpoint;
	};

	it('puts what was given over the defaults', () => {
		assert.deepEqual(
			resolve({
				url: ':3000/poll',
				transport: 'polling',
				headers: { authorization: 'mine', 'X-A': 'b' },
				method: 'post',
				body: '{}',
				intervalSeconds: 2,
				reconnect: false,
				verifyTls: false,
			}),
			{
				...defaults,
				url: 'http://localhost:3000/poll',
				transport: 'polling',
				headers: [
					['authorization', 'mine'],
					['X-A', 'b'],
				],
				method: 'POST',
				body: '{}',
				pollIntervalMs: 2000,
				reconnect: { ...defaults.reconnect, enabled: false },
				tls: { ...defaults.tls, verify: false },
			},
		);
	});

	it('knows a WebSocket by its scheme and leaves http: to be detected', () => {
		assert.equal((resolve({ url: 'ws://localhost/' }) as { transport: unknown }).transport, 'webSocket');
		assert.equal((resolve({ url: 'http://localhost/' }) as { transport: unknown }).transport, undefined);
	});

	const wrong: [options: unknown, what: string][] = [
		[undefined, 'url'],
		[{}, 'url'],
		[{ url: 7 }, 'url'],
		[{ url: 'ws://a', transport: 'carrierPigeon' }, 'transport'],
		[{ url: 'ws://a', headers: { a: 1 } }, 'headers'],
		[{ url: 'ws://a', subprotocols: 'chat' }, 'subprotocols'],
		[{ url: 'ws://a', method: 'GE T' }, 'method'],
		[{ url: 'ws://a', body: {} }, 'body'],
		[{ url: 'ws://a', cursor: 'sqlite' }, 'cursor'],
		[{ url: 'ws://a', cursor: { to: 'x' } }, 'cursor'],
		[{ url: 'ws://a', intervalSeconds: 0 }, 'intervalSeconds'],
		[{ url: 'ws://a', intervalSeconds: Number.NaN }, 'intervalSeconds'],
		[{ url: 'ws://a', maxMessageBytes: -1 }, 'maxMessageBytes'],
		[{ url: 'ws://a', reconnect: 'no' }, 'reconnect'],
		[{ url: 'ws://a', caFile: 1 }, 'caFile'],
	];
	for (const [options, what] of wrong) {
		it(`names ${what} as what is wrong in ${JSON.stringify(options) ?? 'nothing'}`, () => {
			const problem = resolve(options) as { code: string; values: { what: string } };
			assert.equal(problem.code, 'invalidOption');
			assert.equal(problem.values.what, what);
		});
	}
});
