import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readQuantities } from '../../../../../src/core/sizing/note/quantities';
import type { Quantity } from '../../../../../src/core/sizing/note/quantity';
import type { ReadingOptions } from '../../../../../src/core/sizing/note/reading';

const auto: ReadingOptions = { decimalSeparator: 'auto' };

/** A quantity in one line: `220 B = 220 bytes`, `about 20–30 % = 0.2..0.3 share`. */
function lineOf({ text, value, dimension, qualifier, noun, ambiguous }: Quantity): string {
	const span = value.low === value.high ? `${value.low}` : `${value.low}..${value.high}`;
	return [
		...(qualifier === undefined ? [] : [qualifier]),
		`${text} = ${span} ${dimension}`,
		...(noun === undefined ? [] : [`of ${noun}`]),
		...(ambiguous === undefined ? [] : [`or ${ambiguous.readings[1]}`]),
	].join(' ');
}

function linesOf(text: string, options = auto): readonly string[] {
	return readQuantities(text, options).map(lineOf);
}

/** A phrasing, and what is read in it. */
type Reading = [text: string, ...lines: string[]];

const counts: Reading[] = [
	['240,000 users', '240,000 = 240000 count'],
	['240 000 users', '240 000 = 240000 count'],
	['240\u00a0000 users', '240\u00a0000 = 240000 count'],
	['240\u202f000 users', '240\u202f000 = 240000 count'],
	["240'000 users", "240'000 = 240000 count"],
	['240’000 users', '240’000 = 240000 count'],
	['240_000 users', '240_000 = 240000 count'],
	['2,40,000 users', '2,40,000 = 240000 count'],
	['1,234,567.5', '1,234,567.5 = 1234567.5 count'],
	['1.234.567,5', '1.234.567,5 = 1234567.5 count'],
	['1 234 567,5', '1 234 567,5 = 1234567.5 count'],
	['240000 users', '240000 = 240000 count'],
	['240k users', '240k = 240000 count'],
	['240K users', '240K = 240000 count'],
	['240 k users', '240 k = 240000 count'],
	['0.24M users', '0.24M = 240000 count'],
	['1.005M users', '1.005M = 1005000 count'],
	['1.5 million users', '1.5 million = 1500000 count'],
	['1.5\nmillion users', '1.5\nmillion = 1500000 count'],
	['2 bn requests', '2 bn = 2000000000 count'],
	['5m users', '5m = 5000000 count'],
	['1B users', '1B = 1000000000 count'],
	['10 lakh users', '10 lakh = 1000000 count'],
	['2e5 users', '2e5 = 200000 count'],
	['1.5E+3 users', '1.5E+3 = 1500 count'],
	['10^30 users', '10^30 = 1e+30 count'],
	['10³⁰ users', '10³⁰ = 1e+30 count'],
	['2 × 10^6 users', '2 × 10^6 = 2000000 count'],
	['2^16 sockets', '2^16 = 65536 count'],
	['1½ tabs', '1½ = 1.5 count'],
	['.5 connections', '.5 = 0.5 count'],
	['**240k** users', '240k = 240000 count'],
	['64k of memory', '64k = 64000 count'],
	['-5 servers', '-5 = -5 count'],
	['−5 servers', '−5 = -5 count'],
	['we have (-2) servers', '-2 = -2 count'],
	['- 5 servers', '5 = 5 count'],
	['a 5-node cluster', '5 = 5 count'],
	['60k+ sockets', 'atLeast 60k = 60000 count'],
	['2000 users, 2048 connections', '2000 = 2000 count', '2048 = 2048 count'],
	['240kusers'],
];

const words: Reading[] = [
	['survive two', 'two = 2 count'],
	['one server, twelve nodes', 'one = 1 count', 'twelve = 12 count'],
	['zero servers', 'zero = 0 count'],
	['twenty-five nodes', 'twenty-five = 25 count'],
	['a dozen, two dozen', 'a dozen = 12 count', 'two dozen = 24 count'],
	['a hundred and fifty', 'a hundred and fifty = 150 count'],
	['two hundred and fifty thousand', 'two hundred and fifty thousand = 250000 count'],
	['a thousand users, a million users', 'a thousand = 1000 count', 'a million = 1000000 count'],
	['half a million users', 'half a million = 500000 count'],
	['a quarter of a million', 'quarter of a million = 250000 count'],
	['one and a half million', 'one and a half million = 1500000 count'],
	['240 thousand', '240 thousand = 240000 count'],
	['thousands of users, a few hundred, millions'],
	['this one, the one that fails, one of them, no one'],
	['one-way latency, two-thirds, zero-copy'],
	['a three-node cluster', 'three = 3 count'],
];

const products: Reading[] = [
	['3 × 80k', '3 × 80k = 240000 count'],
	['3 x 80k', '3 x 80k = 240000 count'],
	['3x80k', '3x80k = 240000 count'],
	['3*80k', '3*80k = 240000 count'],
	['3 * 80k', '3 * 80k = 240000 count'],
	['3 times 80k', '3 times 80k = 240000 count'],
	['100M DAU × 20%', '100M DAU × 20% = 20000000 count of dau'],
	['100M DAU × 7%', '100M DAU × 7% = 7000000 count of dau'],
	['100M daily active users x 20 %', '100M daily active users x 20 % = 20000000 count of daily active users'],
	['20% of 100M users', '20% of 100M = 20000000 count'],
	['20 percent of the 100M users', '20 percent of the 100M = 20000000 count'],
	['20% × 100M', '20% × 100M = 20000000 count'],
	['10–20% of 1M users', '10–20% of 1M = 100000..200000 count'],
	['half of the 240k users', 'half of the 240k = 120000 count'],
	['1/3 of 240k users', '1/3 of 240k = 80000 count'],
	['80k users × 3 regions', '80k users × 3 regions = 240000 count of users'],
	['3 regions × 80k users', '3 regions × 80k = 240000 count'],
	['240k users × 1.5 devices', '240k = 240000 count', '1.5 = 1.5 count'],
	['10,000 viewers × 220 B × 1/s', '10,000 = 10000 count', '220 B = 220 bytes', '1/s = 1 perSecond'],
	['**240k** 60k', '240k = 240000 count', '60k = 60000 count'],
];

const rates: Reading[] = [
	['1/s', '1/s = 1 perSecond'],
	['1 / s', '1 / s = 1 perSecond'],
	['once per second', 'once per second = 1 perSecond'],
	['once a minute', 'once a minute = 0.016666666666666666 perSecond'],
	['twice a second', 'twice a second = 2 perSecond'],
	['3 times a second', '3 times a second = 3 perSecond'],
	['3x per second', '3x per second = 3 perSecond'],
	['each second', 'each second = 1 every'],
	['every second', 'every second = 1 every'],
	['every minute', 'every minute = 60 every'],
	['every 25 s', 'every 25 s = 25 every'],
	['every\n25 s', 'every\n25 s = 25 every'],
	['every 25s', 'every 25s = 25 every'],
	['every two minutes', 'every two minutes = 120 every'],
	['every half second', 'every half second = 0.5 every'],
	['every 5–10 s', 'every 5–10 s = 5..10 every'],
	['every ~25 s', 'about every ~25 s = 25 every'],
	['once every 25 s', 'once every 25 s = 25 every'],
	['4 msg/s', '4 msg/s = 4 perSecond of msg'],
	['4msg/s', '4msg/s = 4 perSecond of msg'],
	['20 msgs/sec', '20 msgs/sec = 20 perSecond of msgs'],
	['30 per minute', '30 per minute = 0.5 perSecond'],
	['30 messages per minute', '30 messages per minute = 0.5 perSecond of messages'],
	['30 price updates per minute', '30 price updates per minute = 0.5 perSecond of price updates'],
	['4 messages a second', '4 messages a second = 4 perSecond of messages'],
	['4 messages per user per second', '4 messages per user per second = 4 perSecond of messages'],
	['1 message every 10 seconds', '1 message every 10 seconds = 10 every of message'],
	['one message every 10 s', 'one message every 10 s = 10 every of message'],
	['5 messages every 10 seconds', '5 messages every 10 seconds = 0.5 perSecond of messages'],
	['3 messages per 10 s', '3 messages per 10 s = 0.3 perSecond of messages'],
	['1–2 messages every 10 s', '1–2 messages every 10 s = 0.1..0.2 perSecond of messages'],
	['an update per second', 'an update per second = 1 perSecond of update'],
	['20 updates of 220 bytes per second', '20 updates = 20 perSecond of updates', '220 bytes = 220 bytes'],
	[
		'10 messages of ~4 KB each minute',
		'10 messages = 0.16666666666666666 perSecond of messages',
		'about 4 KB = 4000 bytes',
	],
	['a 220-byte update per second', '220-byte = 220 bytes', 'update per second = 1 perSecond of update'],
	['every 1/2 second', 'every 1/2 second = 0.5 every'],
	['2 Hz', '2 Hz = 2 perSecond'],
	['500 rps', '500 rps = 500 perSecond of requests'],
	['1k req/s', '1k req/s = 1000 perSecond of req'],
	['20,000 clients every 25 s', '20,000 = 20000 count', 'every 25 s = 25 every'],
	['10,000 viewers see updates every second', '10,000 = 10000 count', 'every second = 1 every'],
	['every second server, a second node'],
];

const data: Reading[] = [
	['220 bytes', '220 bytes = 220 bytes'],
	['220 B', '220 B = 220 bytes'],
	['a 220-byte payload', '220-byte = 220 bytes'],
	['1 KB', '1 KB = 1000 bytes'],
	['1 kB', '1 kB = 1000 bytes'],
	['1 KiB', '1 KiB = 1024 bytes'],
	['2 MB', '2 MB = 2000000 bytes'],
	['2 MiB', '2 MiB = 2097152 bytes'],
	['16 GB', '16 GB = 16000000000 bytes'],
	['16Gi', '16Gi = 17179869184 bytes'],
	['5 kb', '5 kb = 5000 bytes'],
	['2 megabytes', '2 megabytes = 2000000 bytes'],
	['2 Mbit/s', '2 Mbit/s = 2000000 bitsPerSecond'],
	['2 Mbps', '2 Mbps = 2000000 bitsPerSecond'],
	['1 Gbps', '1 Gbps = 1000000000 bitsPerSecond'],
	['10 GbE', '10 GbE = 10000000000 bitsPerSecond'],
	['a 10G link', '10G = 10000000000 bitsPerSecond'],
	['1 gigabit per second', '1 gigabit per second = 1000000000 bitsPerSecond'],
	['100 Mbit', '100 Mbit = 100000000 bitsPerSecond'],
	['5 MB/s', '5 MB/s = 5000000 bytesPerSecond'],
	['5 MBps', '5 MBps = 5000000 bytesPerSecond'],
	['6 MB per minute', '6 MB per minute = 100000 bytesPerSecond'],
	['5 mb/s', '5 mb/s = 5000000 bitsPerSecond or 5 MB/s'],
	['a link of 5 mb/s', '5 mb/s = 5000000 bitsPerSecond'],
	['payloads at 5 mb/s', '5 mb/s = 5000000 bytesPerSecond'],
	['5 Mb/s', '5 Mb/s = 5000000 bitsPerSecond'],
	['a 16 Gb box', '16 Gb = 2000000000 bytes or 16 GB'],
	['16 Gb RAM', '16 Gb = 16000000000 bytes'],
	['20 KiB/connection', '20 KiB = 20480 bytes'],
	['a 64-bit counter, a 32 bit id'],
];

const times: Reading[] = [
	['80 ms', '80 ms = 0.08 seconds'],
	['80ms', '80ms = 0.08 seconds'],
	['5s', '5s = 5 seconds'],
	['a 5-second poll', '5-second = 5 seconds'],
	['1m30s', '1m30s = 90 seconds'],
	['1 min 30 s', '1 min 30 s = 90 seconds'],
	['2 hours and 5 minutes', '2 hours and 5 minutes = 7500 seconds'],
	['2 h', '2 h = 7200 seconds'],
	['5m', '5m = 300 seconds'],
	['1h30, 2 h', '1h30 = 5400 seconds', '2 h = 7200 seconds'],
	['1/2 hour', '1/2 hour = 1800 seconds'],
	['15s/30s', '15s = 15 seconds', '30s = 30 seconds'],
	['half an hour', 'half an hour = 1800 seconds'],
	['half a second', 'half a second = 0.5 seconds'],
	['½ s', '½ s = 0.5 seconds'],
	['within a second', 'upTo a second = 1 seconds'],
	['250 µs', '250 µs = 0.00025 seconds'],
	['25\ns', '25\ns = 25 seconds'],
];

const sharesAndRanges: Reading[] = [
	['20%', '20% = 0.2 share'],
	['20 %', '20 % = 0.2 share'],
	['20 percent', '20 percent = 0.2 share'],
	['20 per cent', '20 per cent = 0.2 share'],
	['99.9%', '99.9% = 0.999 share'],
	['1 in 5 users', '1 in 5 = 0.2 share'],
	['20–30 %', '20–30 % = 0.2..0.3 share'],
	['20%–30%', '20%–30% = 0.2..0.3 share'],
	['20-30k', '20-30k = 20000..30000 count'],
	['500-1k', '500-1k = 500..1000 count'],
	['1.5 to 2 million', '1.5 to 2 million = 1500000..2000000 count'],
	['20 to 30', '20 to 30 = 20..30 count'],
	['from 5 up to 10 servers', '5 up to 10 = 5..10 count'],
	['between 50k and 60k', '50k and 60k = 50000..60000 count'],
	['50k and 60k', '50k = 50000 count', '60k = 60000 count'],
	['20 ms to 1 s', '20 ms to 1 s = 0.02..1 seconds'],
	['5-10-second', '5-10-second = 5..10 seconds'],
	['from 900 B to 220 B', '900 B = 900 bytes', '220 B = 220 bytes'],
	['25 s ± 5 s', '25 s ± 5 s = 20..30 seconds'],
	['80 ± 5 ms', '80 ± 5 ms = 0.075..0.085 seconds'],
	['120ms +/- 20ms', '120ms +/- 20ms = 0.1..0.14 seconds'],
	['240k ±20%', '240k ±20% = 192000..288000 count'],
	['~240k', 'about 240k = 240000 count'],
	['~ 240k', 'about 240k = 240000 count'],
	['about 240k', 'about 240k = 240000 count'],
	['around 240k', 'about 240k = 240000 count'],
	['roughly 240k', 'about 240k = 240000 count'],
	['240k or so', 'about 240k = 240000 count'],
	['up to 240k', 'upTo 240k = 240000 count'],
	['at most 240k', 'upTo 240k = 240000 count'],
	['no more than 240k', 'upTo 240k = 240000 count'],
	['≤ 240k', 'upTo 240k = 240000 count'],
	['sub-100 ms', 'upTo 100 ms = 0.1 seconds'],
	['at least 240k', 'atLeast 240k = 240000 count'],
	['more than 240k', 'atLeast 240k = 240000 count'],
	['over 240k', 'atLeast 240k = 240000 count'],
	['240k or more', 'atLeast 240k = 240000 count'],
	['→ 800/s', '800/s = 800 perSecond'],
];

/** Each holds nothing that is an input. */
const nothing = [
	'2024',
	'in 2025 we grew',
	'2024–2026',
	'2026-11-24',
	'2026-11-24T10:00:00.123Z',
	'24.11.2026',
	'11/24/2026',
	'24 November, Nov 24, November 24th',
	'at 10:30',
	'10:30:15',
	'3 pm',
	'v1.2.3',
	'1.2.3',
	'Node 20',
	'Node.js 20.19',
	'HTTP/2',
	'TLS 1.3',
	'Python 3.11',
	'version 3',
	'1. first\n2. second\n   3. third',
	'1) first\n2) second',
	'(1) first',
	'- 1. nested',
	'## 3. Sizing',
	'# Sizing for 240k users',
	'Sizing for 240k users\n===',
	'see section 3.2 and § 4',
	'step 2, phase 3, page 12, figure 5',
	'listens on :8080',
	'localhost:8080/feed',
	'port 8080',
	'ports 80 and 443',
	'10.0.0.1',
	'192.168.100.200',
	'10.0.0.0/24',
	'`240k`',
	'``240k ` 5``',
	'```\n240k users\n```',
	'~~~js\n240k users\n~~~',
	'> ```\n> 240k users\n> ```',
	'https://example.com/240000?rate=5',
	'wss://example.com:8443/5',
	'www.example.com/5?rate=5',
	'/v2/users?limit=100',
	'[docs](https://example.com/5 "5 users")',
	'[docs](notes/5(6).md)',
	'[1]: https://example.com/5',
	'as said in [12]',
	'<img width="300" alt="">',
	'<!-- 240k users -->',
	'p95, ws2, k8s, H2, 5xx, 2N, 1st, 95th',
	'N+1 and N+2',
	'#123',
	'0x1F',
	'550e8400-e29b-41d4-a716-446655440000',
	'12345678-e29b-41d4-a716-446655440000',
	'00:1B:44:11:3A:B7',
	'+1 555 123 4567',
	'(555) 123-4567',
	'555-123-4567',
	'status 404',
	'HTTP 503',
	'HTTP 502 or 503',
	'503 Service Unavailable',
	'RFC 6455',
	'$5',
	'$1.2 million',
	'5 USD, 3 €, €3k',
	'UTF-8, SHA-256, C++17',
	'24/7',
	'1920x1080',
	'a 5G phone',
	'|---|:-:|--:|',
	'',
	'\n\n',
];

describe('readQuantities', () => {
	for (const [group, readings] of Object.entries({
		counts,
		'number words': words,
		products,
		rates,
		'bytes and bit rates': data,
		times,
		'shares, ranges and qualifiers': sharesAndRanges,
	})) {
		describe(`reads ${group}`, () => {
			for (const [text, ...lines] of readings) {
				it(`in ${JSON.stringify(text)}`, () => {
					assert.deepEqual(linesOf(text), lines);
				});
			}
		});
	}

	describe('reads nothing', () => {
		for (const text of nothing) {
			it(`in ${JSON.stringify(text)}`, () => {
				assert.deepEqual(linesOf(text), []);
			});
		}
	});

	it('reads the sentence of the golden case', () => {
		assert.deepEqual(linesOf('a node safely holds 60k sockets, we expect 240,000 users online at peak'), [
			'60k = 60000 count',
			'240,000 = 240000 count',
		]);
	});

	it('reads what stands beside things that are no numbers', () => {
		const note = [
			'# Plan for 2026',
			'',
			'1. On Node 20 a server holds 60k sockets (see [1] and `limit = 5`).',
			'2. **240,000** users, 220 bytes each second over TLS 1.3 on port 443.',
			'',
			'```sizing',
			'20,000 clients, 25 s cycle',
			'```',
			'',
			'```',
			'99 users',
			'```',
			'| payload | 180 B |',
		].join('\n');
		assert.deepEqual(linesOf(note), [
			'60k = 60000 count',
			'240,000 = 240000 count',
			'220 bytes = 220 bytes',
			'each second = 1 every',
			'20,000 = 20000 count',
			'25 s = 25 seconds',
			'180 B = 180 bytes',
		]);
	});

	it('takes a number at the start of a wrapped line for part of its sentence', () => {
		assert.deepEqual(linesOf('the fleet has\n6. Each holds 60k.'), ['6 = 6 count', '60k = 60000 count']);
	});

	it('reads comments of languages in which # begins one', () => {
		assert.deepEqual(linesOf('# we expect 240k users\n# at peak'), ['240k = 240000 count']);
		assert.deepEqual(linesOf('# we expect 240k users.'), ['240k = 240000 count']);
		assert.deepEqual(linesOf('// every\n// 25 s'), ['every\n// 25 s = 25 every']);
	});

	describe('units', () => {
		const units: [text: string, unit: string][] = [
			['5', ''],
			['5%', '%'],
			['5 kB', 'KB'],
			['5 kib', 'KiB'],
			['5 megabytes', 'MB'],
			['5 Mbps', 'Mbit/s'],
			['5 MB per second', 'MB/s'],
			['5 msec', 'ms'],
			['5 seconds', 's'],
			['5 hours', 'h'],
			['5/min', 'per minute'],
			['5 msg/s', 'per second'],
			['5 per day', 'per day'],
			['2 Hz', 'Hz'],
			['every 25 s', 's'],
		];
		for (const [text, unit] of units) {
			it(`names that of ${JSON.stringify(text)} ${JSON.stringify(unit)}`, () => {
				assert.equal(readQuantities(text, auto)[0]?.unit, unit);
			});
		}
	});

	describe('a point or a comma before three digits', () => {
		const ambiguous = ['240.000 = 240000 count or 240'];

		it('is ambiguous where nothing decides', () => {
			assert.deepEqual(linesOf('240.000 users'), ambiguous);
			assert.deepEqual(readQuantities('240.000 users', auto)[0]?.ambiguous, {
				readings: ['240,000', '240'],
				because: 'digitGrouping',
			});
		});

		it('groups where other numbers have a decimal comma', () => {
			assert.deepEqual(linesOf('240.000 users, 1,5 devices each'), ['240.000 = 240000 count', '1,5 = 1.5 count']);
			assert.deepEqual(linesOf('240.000 users of 1.000.000')[0], '240.000 = 240000 count');
		});

		it('parts decimals of what has a unit where other numbers have a decimal point', () => {
			assert.deepEqual(linesOf('1.250 GB, 1.5 devices'), ['1.250 GB = 1250000000 bytes', '1.5 = 1.5 count']);
			assert.deepEqual(linesOf('1.250 GB for 240,000 users'), [
				'1.250 GB = 1250000000 bytes',
				'240,000 = 240000 count',
			]);
		});

		it('stays ambiguous in a count, which points elsewhere do not explain', () => {
			assert.deepEqual(linesOf('240.000 users, 1.5 devices each'), [...ambiguous, '1.5 = 1.5 count']);
		});

		it('stays ambiguous where the others are at odds', () => {
			assert.deepEqual(linesOf('240.000 users, 1.5 s, 2,5 s')[0], ambiguous[0]);
			assert.deepEqual(linesOf('240,000 users, 2,5 s')[0], '240,000 = 240000 count or 240');
		});

		it('is what the setting says', () => {
			assert.deepEqual(linesOf('240.000 users', { decimalSeparator: 'comma' }), ['240.000 = 240000 count']);
			assert.deepEqual(linesOf('240.000 users', { decimalSeparator: 'point' }), ['240.000 = 240 count']);
			assert.deepEqual(linesOf('240,000 users', { decimalSeparator: 'comma' }), ['240,000 = 240 count']);
			assert.deepEqual(linesOf('240,000 users', { decimalSeparator: 'point' }), ['240,000 = 240000 count']);
		});

		it('parts decimals before a factor, before a percent sign and after a zero', () => {
			assert.deepEqual(linesOf('1.234 million, 0.240, 1.234%, 1.234k'), [
				'1.234 million = 1234000 count',
				'0.240 = 0.24 count',
				'1.234% = 0.01234 share',
				'1.234k = 1234 count',
			]);
		});

		it('is not learnt from versions, addresses and code', () => {
			assert.deepEqual(linesOf('240.000 users on Python 3.11, 10.0.0.1, `1,5`'), ambiguous);
		});
	});

	describe('numbers too large for a double', () => {
		for (const text of [
			'1e999',
			'1e99999999',
			'9'.repeat(400),
			`1${',000'.repeat(150)}`,
			'10^999',
			'2e308 million',
			'1e300 × 1e300',
		]) {
			it(`are the largest there is: ${text.slice(0, 20)}`, () => {
				assert.deepEqual(
					readQuantities(text, auto).map(({ value }) => value),
					[{ low: Number.MAX_VALUE, high: Number.MAX_VALUE }],
				);
			});
		}

		it('keep their sign', () => {
			assert.equal(readQuantities('-1e999', auto)[0]?.value.low, -Number.MAX_VALUE);
		});

		it('do not make a number of a number and an exponent that no double holds', () => {
			assert.deepEqual(linesOf(`1${'0'.repeat(30)}e5 1e-999`), [
				`1${'0'.repeat(30)}e5 = 1e+35 count`,
				'1e-999 = 0 count',
			]);
		});
	});

	describe('marked places', () => {
		const read = (text: string, ...marked: string[]) => {
			let from = 0;
			const places = marked.map((each) => {
				const start = text.indexOf(each, from);
				from = start + each.length;
				return { start, end: from };
			});
			return linesOf(text, { ...auto, marked: places });
		};

		it('are all that is read', () => {
			assert.deepEqual(read('60k sockets, 240k users, 220 B', '240k'), ['240k = 240000 count']);
			assert.deepEqual(read('60k sockets, 240k users, 220 B', '60k', '220 B'), [
				'60k = 60000 count',
				'220 B = 220 bytes',
			]);
			assert.deepEqual(read('60k sockets', 'sockets'), []);
		});

		it('are read with the units around them', () => {
			assert.deepEqual(read('poll every 25 s', '25'), ['every 25 s = 25 every']);
			assert.deepEqual(read('240,000 users', '240'), ['240,000 = 240000 count']);
		});

		it('are not joined', () => {
			assert.deepEqual(read('100M DAU × 20%', '100M', '20%'), ['100M = 100000000 count', '20% = 0.2 share']);
			assert.deepEqual(read('20–30 s', '20', '30'), ['20 = 20 count', '30 s = 30 seconds']);
			assert.deepEqual(read('100M DAU × 20%', '100M DAU × 20%'), ['100M DAU × 20% = 20000000 count of dau']);
		});

		it('are numbers where they are nothing else, whatever they are in prose', () => {
			assert.deepEqual(read('in 2025', '2025'), ['2025 = 2025 count']);
			assert.deepEqual(read('`limit = 60k`', '60k'), ['60k = 60000 count']);
			assert.deepEqual(read('maxSockets:8080', '8080'), ['8080 = 8080 count']);
			assert.deepEqual(read('## 240,000 users', ' 240,000 '), ['240,000 = 240000 count']);
			assert.deepEqual(read('`limit 60k`', 'limit 60k'), []);
		});

		it('may be in any order and beyond the text', () => {
			const marked = [
				{ start: 8, end: 99 },
				{ start: 0, end: 3 },
				{ start: 50, end: 60 },
			];
			assert.deepEqual(linesOf('60k and 240k', { ...auto, marked }), ['60k = 60000 count', '240k = 240000 count']);
		});
	});

	describe('always', () => {
		const parts = [
			...['1', '20', '240,000', '240.000', '1,5', '1e999', '½', '.5', '-5', '10³⁰', '2024', '1.2.3', '10:30'],
			...[
				'k',
				'M',
				' million',
				' B',
				' mb/s',
				'Gb',
				' ms',
				's',
				'm',
				'%',
				' Hz',
				' users',
				' msg',
				'/s',
				' per minute',
			],
			...[
				' to ',
				'–',
				' × ',
				' x ',
				'*',
				' of ',
				' and ',
				' ± ',
				' every ',
				'between ',
				'half ',
				'a ',
				'two ',
				'dozen',
			],
			...[
				'\n',
				'\n\n',
				'\r\n',
				' ',
				'`',
				'```',
				'```sizing\n',
				'# ',
				'- ',
				'1. ',
				'](',
				'<!--',
				'<a ',
				'://',
				'$',
				'|',
				'> ',
			],
		];
		const anyText = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 60 }),
			fc.string({ maxLength: 60 }),
			fc.array(fc.constantFrom(...parts), { maxLength: 30 }).map((chosen) => chosen.join('')),
		);
		const anyOptions = fc.record({
			decimalSeparator: fc.constantFrom('auto' as const, 'point' as const, 'comma' as const),
			marked: fc.option(
				fc.array(
					fc.tuple(fc.nat(80), fc.nat(20)).map(([start, length]) => ({ start, end: start + length })),
					{ maxLength: 4 },
				),
				{ nil: undefined },
			),
		});

		it('gives finite values in places that are in order, in the text and apart', () => {
			fc.assert(
				fc.property(anyText, anyOptions, (text, options) => {
					let last = 0;
					for (const { place, value, text: written, unit } of readQuantities(text, options)) {
						assert.ok(place.start >= last && place.end > place.start && place.end <= text.length);
						assert.equal(written, text.slice(place.start, place.end));
						assert.ok(Number.isFinite(value.low) && Number.isFinite(value.high) && value.low <= value.high);
						assert.equal(typeof unit, 'string');
						last = place.end;
					}
				}),
				{ numRuns: 3000 },
			);
		});

		const written: [unit: string, dimension: Quantity['dimension'], factor: number][] = [
			['', 'count', 1],
			['k', 'count', 1e3],
			[' thousand', 'count', 1e3],
			['M', 'count', 1e6],
			[' million', 'count', 1e6],
			[' billion', 'count', 1e9],
			[' dozen', 'count', 12],
			['%', 'share', 1e-2],
			[' B', 'bytes', 1],
			[' KB', 'bytes', 1e3],
			[' MB', 'bytes', 1e6],
			[' GB', 'bytes', 1e9],
			[' TB', 'bytes', 1e12],
			[' KiB', 'bytes', 2 ** 10],
			[' MiB', 'bytes', 2 ** 20],
			[' GiB', 'bytes', 2 ** 30],
			[' bit/s', 'bitsPerSecond', 1],
			[' kbit/s', 'bitsPerSecond', 1e3],
			[' Mbit/s', 'bitsPerSecond', 1e6],
			[' Gbps', 'bitsPerSecond', 1e9],
			[' B/s', 'bytesPerSecond', 1],
			[' MB/s', 'bytesPerSecond', 1e6],
			[' MiB/s', 'bytesPerSecond', 2 ** 20],
			[' µs', 'seconds', 1e-6],
			[' ms', 'seconds', 1e-3],
			[' s', 'seconds', 1],
			[' min', 'seconds', 60],
			[' h', 'seconds', 3600],
			[' days', 'seconds', 86_400],
			['/s', 'perSecond', 1],
			['/min', 'perSecond', 1 / 60],
			[' messages per hour', 'perSecond', 1 / 3600],
			[' Hz', 'perSecond', 1],
		];

		it('reads a value back from each unit that it is written in', () => {
			const anyAmount = fc.oneof(
				fc.integer({ min: 1, max: 999 }),
				fc.integer({ min: 1, max: 9999 }).map((hundredths) => hundredths / 100),
			);
			fc.assert(
				fc.property(anyAmount, fc.constantFrom(...written), (amount, [unit, dimension, factor]) => {
					const [read, ...others] = readQuantities(`${amount}${unit}`, auto);
					assert.equal(others.length, 0);
					assert.equal(read?.dimension, dimension);
					assert.ok(Math.abs(read.value.low / (amount * factor) - 1) < 1e-12, `${amount}${unit} is ${read.value.low}`);
				}),
			);
		});

		it('reads whole numbers back however their digits are grouped', () => {
			fc.assert(
				fc.property(
					fc.integer({ min: 10_000, max: 2 ** 53 - 1 }),
					fc.constantFrom('', ',', ' ', '\u202f', "'"),
					(value, mark) => {
						const digits = String(value).replace(/\B(?=(\d{3})+$)/g, mark);
						const [read] = readQuantities(`we expect ${digits} users`, auto);
						assert.equal(read?.text, digits);
						assert.equal(read.value.low, value);
					},
				),
			);
		});

		it('gives a range its ends in order', () => {
			fc.assert(
				fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 99 }), (low, more) => {
					for (const text of [
						`${low}–${low + more} %`,
						`${low} to ${low + more}k`,
						`between ${low + more} and ${low} ms`,
					]) {
						const [read, ...others] = readQuantities(text, auto);
						assert.equal(others.length, 0);
						assert.ok(read !== undefined && read.value.low < read.value.high);
					}
				}),
			);
		});
	});

	it('takes time that grows with the length of the text, whatever it is made of', () => {
		const pieces = [
			...[
				'9',
				'1,',
				'1,000,',
				',000',
				'1.',
				'1 000 ',
				"1'000'",
				'1-',
				'1/',
				'1:',
				'1e',
				'10^',
				'⁰',
				'½',
				'1m',
				'5 ms 1 ',
			],
			...[
				' ',
				'\n',
				'\t',
				'\r\n',
				'`',
				'` `` ``` ',
				'`a',
				'](',
				'[a](',
				'<a',
				'<!--',
				'#',
				'# a\n',
				'```\n',
				'~~~\n',
				'=\n',
			],
			...[
				'a\n---\n',
				'1. ',
				'(1) ',
				'> ',
				'* ',
				'**',
				'_',
				'http://',
				'a&b=',
				'?a=',
				'1 × ',
				'1 a × ',
				'5% of ',
				'5 B per ',
			],
			...[
				'1 to ',
				'between 1 and ',
				'one ',
				'two hundred and ',
				'half ',
				'every ',
				'5 a b c per ',
				'5 ± ',
				'bytes: 5 ',
				'a:1 ',
			],
			...['ports 1, ', '+1 555 ', '12345678-', 'a1b2-', '5 mb/s ', '5 Gb ', 'a per ', 'a dozen ', 'a second '],
		];
		const shortLength = 2 ** 15;
		const factor = 8;
		/** The least of some runs, since others use the machine too. */
		const milliseconds = (text: string): number => {
			let least = Number.POSITIVE_INFINITY;
			for (let run = 0; run < 2; run++) {
				const start = process.cpuUsage();
				readQuantities(text, auto);
				const { user, system } = process.cpuUsage(start);
				least = Math.min(least, (user + system) / 1000);
			}
			return least;
		};
		for (const piece of pieces) {
			const long = piece.repeat(Math.ceil((shortLength * factor) / piece.length)).slice(0, shortLength * factor);
			const short = milliseconds(long.slice(0, shortLength));
			// Were the time to grow with the square, the ratio would be 64. What takes next to no time tells nothing.
			const ratio = milliseconds(long) / Math.max(short, 5);
			assert.ok(ratio < factor * 4, `${JSON.stringify(piece)}: ${ratio.toFixed(1)} times as long`);
		}
	}).timeout(120_000);

	it('ends on a megabyte of any one piece', () => {
		for (const piece of ['9', '1,000,', '`', '](', '<!--', '1 × ', '5% of ', 'every ', '\n> 1. ']) {
			assert.ok(Array.isArray(readQuantities(piece.repeat(Math.ceil(2 ** 20 / piece.length)), auto)));
		}
	}).timeout(120_000);
});
