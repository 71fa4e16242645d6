import assert from 'node:assert/strict';
import {
	type ConnectOptions,
	type EndpointDefaults,
	isSafeToRepeat,
	parseAddress,
	resolveEndpoint,
} from '../../../src/core/endpoint';
import { endpointDefaults } from '../../support/endpoint';

const defaults: EndpointDefaults = { ...endpointDefaults, headers: [['Authorization', 'Bearer default']] };

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
		[{ url: 'ws://a', intervalSeconds: '5' }, 'intervalSeconds'],
		[{ url: 'ws://a', intervalSeconds: null }, 'intervalSeconds'],
		[{ url: 'ws://a', maxMessageBytes: '100' }, 'maxMessageBytes'],
		[{ url: 'ws://a', maxMessageBytes: 100.5 }, 'maxMessageBytes'],
		[{ url: 'ws://a', headers: null }, 'headers'],
		[{ url: 'ws://a', headers: ['a'] }, 'headers'],
		[{ url: 'ws://a', subprotocols: null }, 'subprotocols'],
		[{ url: 'ws://a', timestampPath: 'sentAt' }, 'timestampPath'],
		[{ url: 'ws://a', timestampPath: '$.a[' }, 'timestampPath'],
		[{ url: 'ws://a', timestampPath: null }, 'timestampPath'],
		[{ url: 'ws://a', cursor: { from: 'last_seq', to: 'query:since' } }, 'cursor.from'],
		[{ url: 'ws://a', cursor: { from: '$.last_seq', to: 'since' } }, 'cursor.to'],
		[{ url: 'ws://a', cursor: { from: '$.last_seq' } }, 'cursor.to'],
		[{ url: 'ws://a', cursor: { from: '$.a', to: 'query:a', events: 'items' } }, 'cursor.events'],
		[{ url: 'ws://a', cursor: { from: '$.a', to: 'query:a', add: 0.5 } }, 'cursor.add'],
		[{ url: 'ws://a', body: 'not JSON', cursor: { from: '$.a', to: 'body:$.a' } }, 'cursor.to'],
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

	const wrongSettings: [changes: object, setting: string][] = [
		[{ headers: [['a', 1]] }, 'headers'],
		[{ subprotocols: 'chat' }, 'webSocket.subprotocols'],
		[{ cursor: { from: 'x' } }, 'cursor.from'],
		[{ cursor: 7 }, 'polling.cursor'],
		[{ pollIntervalMs: Number.NaN }, 'polling.intervalSeconds'],
		[{ maxMessageBytes: '1000' }, 'limits.maxMessageBytes'],
		[{ maxHandshakeBytes: 0 }, 'limits.maxHandshakeBytes'],
		[{ handshakeTimeoutMs: 0 }, 'limits.handshakeTimeoutSeconds'],
		[{ holdTimeoutMs: 4e6 }, 'longPoll.holdTimeoutSeconds'],
		[{ pingIntervalMs: -1 }, 'webSocket.pingIntervalSeconds'],
		[{ reconnect: { ...defaults.reconnect, baseMs: 0 } }, 'reconnect.baseSeconds'],
		[{ reconnect: { ...defaults.reconnect, maxAttempts: 1.5 } }, 'reconnect.maxAttempts'],
		[{ tls: { ...defaults.tls, caFile: 7 } }, 'tls.caFile'],
		[{ timestampPath: 'sentAt' }, 'lag.timestampPath'],
	];
	for (const [changes, setting] of wrongSettings) {
		it(`names the setting ${setting} as what is wrong in ${JSON.stringify(changes)}`, () => {
			const resolved = resolveEndpoint({ url: 'ws://a' }, { ...defaults, ...changes } as EndpointDefaults);
			assert.ok('problem' in resolved);
			assert.equal(resolved.problem.code, 'invalidOption');
			assert.equal(String(resolved.problem.values.what).replace('transportInspector.', ''), setting);
		});
	}

	it('takes an option in place of a setting that is wrong', () => {
		const resolved = resolveEndpoint({ url: 'ws://a', timestampPath: '$.at' }, { ...defaults, timestampPath: 'at' });
		assert.equal('endpoint' in resolved && resolved.endpoint.timestampPath, '$.at');
	});

	it('takes detect, none, a path or nothing for the place of sending times', () => {
		for (const timestampPath of ['detect', 'none', '', '$.data[0]["sent at"]']) {
			assert.ok('endpoint' in resolveEndpoint({ url: 'ws://a', timestampPath }, defaults));
		}
	});

	it('knows which requests change nothing and may be repeated', () => {
		assert.ok(isSafeToRepeat({ method: 'GET', body: undefined }));
		assert.ok(isSafeToRepeat({ method: 'HEAD', body: undefined }));
		assert.ok(!isSafeToRepeat({ method: 'GET', body: '{}' }));
		assert.ok(!isSafeToRepeat({ method: 'POST', body: undefined }));
	});
});
