import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Place, Quantity } from '../../../../../src/core/sizing/note/quantity';
import type { NoteReading, ReadingOptions } from '../../../../../src/core/sizing/note/reading';
import { readNote } from '../../../../../src/core/sizing/note/readNote';
import { type Phrasing, phrasings, withoutInputs } from './corpus';

const options: ReadingOptions = { decimalSeparator: 'auto' };

/** What a text tells, by fact: a number, or both ends of a range. */
function told(text: string, more: Partial<ReadingOptions> = {}): Record<string, number | readonly number[]> {
	const { facts } = readNote(text, { ...options, ...more });
	return Object.fromEntries(
		facts.map(({ fact, value: { low, high } }) => [fact, low === high ? low : [low, high]] as const),
	);
}

/** The facts and problems that a phrasing is not read with, or is read with beyond them. */
function differences({ text, facts, problems = [] }: Phrasing): readonly string[] {
	const found = told(text);
	const names = new Set([...Object.keys(found), ...Object.keys(facts)]);
	const wrong = [...names].flatMap((name) => {
		const wanted = facts[name as keyof typeof facts];
		return isSame(found[name], wanted) ? [] : [`${name} is ${found[name]}, not ${wanted}`];
	});
	const codes = readNote(text, options).problems.map(({ code }) => code);
	return codes.join() === problems.join() ? wrong : [...wrong, `problems are ${codes}, not ${problems}`];
}

/** Whether two values are equal but for the rounding of one operation. */
function isSame(
	found: number | readonly number[] | undefined,
	wanted: number | readonly number[] | undefined,
): boolean {
	const [ends, wantedEnds] = [[found].flat(), [wanted].flat()];
	return (
		ends.length === wantedEnds.length &&
		ends.every((end, index) => {
			const wantedEnd = wantedEnds[index];
			return end !== undefined && wantedEnd !== undefined && Math.abs(end - wantedEnd) <= Math.abs(wantedEnd) * 1e-12;
		})
	);
}

/** The place of a part of a text. */
function placeOf(text: string, part: string): Place {
	const start = text.indexOf(part);
	assert.ok(start >= 0, part);
	return { start, end: start + part.length };
}

describe('meanings of numbers in real-world phrasings', () => {
	for (const phrasing of phrasings) {
		const title = phrasing.text.replace(/\s+/g, ' ');
		it(phrasing.misread === undefined ? title : `is misread: ${title}`, () => {
			const wrong = differences(phrasing);
			if (phrasing.misread === undefined) {
				assert.deepEqual(wrong, []);
			} else {
				assert.notDeepEqual(wrong, [], 'it is read right: take its mark away');
			}
		});
	}

	it('counts the misreadings', function () {
		const misread = phrasings.filter((phrasing) => differences(phrasing).length > 0);
		this.test!.title += `: ${misread.length} of ${phrasings.length}`;
		// No more than 3 of 80, counted over all of them.
		assert.ok(phrasings.length >= 80 && misread.length * 80 <= phrasings.length * 3);
	});
});

describe('numbers that are no inputs', () => {
	for (const text of withoutInputs) {
		it(text === '' ? 'an empty text' : text.replace(/\s+/g, ' '), () => {
			const { facts, problems } = readNote(text, options);
			assert.deepEqual({ facts, problems }, { facts: [], problems: [] });
		});
	}
});

describe('readNote', () => {
	it('tells where a fact was read, the words that told it, and which numbers were not used', () => {
		const text = 'a node safely holds 60k sockets, we expect 240,000 users online at peak (12 rooms)';
		const { facts, unused, problems } = readNote(text, options);
		assert.deepEqual(
			facts.map(({ fact, quantities, words }) => ({ fact, texts: quantities.map(({ text }) => text), words })),
			[
				{
					fact: 'connectionsPerServer',
					texts: ['60k'],
					words: ['a node', 'safely', 'holds', 'sockets'],
				},
				{ fact: 'audience', texts: ['240,000'], words: ['expect', 'users', 'online', 'at peak'] },
			],
		);
		assert.deepEqual(facts[1]!.quantities[0]!.place, placeOf(text, '240,000'));
		assert.deepEqual(
			unused.map(({ text }) => text),
			['12'],
		);
		assert.deepEqual(problems, []);
	});

	it('multiplies users by the connections of each, rounds up, and names both numbers', () => {
		// 33,333 × 1.5 = 49,999.5
		const [fact] = readNote('33,333 players with 1.5 devices each', options).facts;
		assert.equal(fact!.fact, 'audience');
		assert.deepEqual(fact!.value, { low: 50_000, high: 50_000 });
		assert.deepEqual(
			fact!.quantities.map(({ text }) => text),
			['33,333', '1.5'],
		);
	});

	it('carries both ends of a range through a product', () => {
		// 100,000 × 1.5 and 120,000 × 1.5
		assert.deepEqual(told('100k–120k users online, 1.5 devices each').audience, [150_000, 180_000]);
		// 20% and 30% of 2,000,000
		assert.deepEqual(told('2 million daily users, of whom 20–30 % are online at once').audience, [400_000, 600_000]);
		// One every 2 to 4 s is 0.25 to 0.5 a second.
		assert.deepEqual(told('an update every 2–4 s').eventsPerSecond, [0.25, 0.5]);
	});

	it('does not multiply what is counted in connections already', () => {
		assert.equal(told('240k sockets at peak, two sockets per user').audience, 240_000);
	});

	it('takes connections that users times connections each make, and keeps the other number as a repeat', () => {
		const [fact] = readNote('240k users, 2 connections each, so 480k connections at peak', options).facts;
		assert.deepEqual(fact!.value, { low: 480_000, high: 480_000 });
		assert.deepEqual(
			fact!.repeats!.map(({ text }) => text),
			['480k'],
		);
	});

	it('finds connections at odds with users times connections each', () => {
		const { facts, problems } = readNote('240k users, 2 connections each, and 900k connections at peak', options);
		assert.deepEqual(facts, []);
		assert.deepEqual(
			problems.map(({ code, fact, values }) => ({ code, fact, values })),
			[
				{
					code: 'contradiction',
					fact: 'audience',
					values: { label: 'number of connections at peak', first: '240k × 2', second: '900k' },
				},
			],
		);
	});

	it('takes connections before users where only both are told', () => {
		assert.equal(told('240k users online, which is 300k WebSockets at peak').audience, 300_000);
	});

	it('names both numbers of a contradiction, and tells the fact no more', () => {
		const text = 'The payload is 220 B. Later: the payload is 300 B. Headers: 900 B.';
		const { facts, unused, problems } = readNote(text, options);
		assert.deepEqual(
			facts.map(({ fact }) => fact),
			['headerBytes'],
		);
		assert.deepEqual(unused, []);
		assert.deepEqual(problems, [
			{
				code: 'contradiction',
				values: { label: 'size of one event', first: '220 B', second: '300 B' },
				fact: 'payloadBytes',
				places: [placeOf(text, '220 B'), placeOf(text, '300 B')],
			},
		]);
	});

	it('finds no contradiction in a number that is told twice', () => {
		const { facts, unused, problems } = readNote('Payload: 1 KB. So each message has 1000 bytes.', options);
		assert.deepEqual({ unused, problems }, { unused: [], problems: [] });
		assert.deepEqual(
			facts[0]!.repeats!.map(({ text }) => text),
			['1000 bytes'],
		);
	});

	it('takes no ambiguous number for a fact', () => {
		const text = 'We expect 240.000 users online';
		const { facts, unused, problems } = readNote(text, options);
		assert.deepEqual({ facts, unused }, { facts: [], unused: [] });
		assert.deepEqual(problems, [
			{
				code: 'ambiguous',
				values: { text: '240.000', first: '240,000', second: '240', because: 'digitGrouping' },
				fact: 'audience',
				places: [placeOf(text, '240.000')],
			},
		]);
		assert.equal(told(text, { decimalSeparator: 'comma' }).audience, 240_000);
	});

	it('reads a round trip as twice the latency, utilisation as what it leaves, and rates as intervals', () => {
		assert.deepEqual(told('RTT is 90 ms'), { networkLatencyMs: 45 });
		assert.deepEqual(told('we run servers at 70%'), { headroom: 0.3 });
		assert.deepEqual(told('each client polls twice per second'), { pollIntervalSeconds: 0.5 });
		assert.deepEqual(told('30 price updates per minute per client'), { eventsPerSecond: 0.5 });
		assert.deepEqual(told('each host has a 125 MB/s link'), { linkBitsPerSecond: 1e9 });
	});

	it('counts only numbers that are marked, with the words around them', () => {
		const text = 'a node safely holds 60k sockets, we expect 240,000 users online at peak';
		const marked = [placeOf(text, '240,000')];
		assert.deepEqual(told(text, { marked }), { audience: 240_000 });
		assert.deepEqual(readNote(text, { ...options, marked }).unused, []);
	});

	it('gives back a marked number that no word explains', () => {
		const text = 'Maybe 240,000 and then 60k.';
		const marked = [placeOf(text, '240,000'), placeOf(text, '60k')];
		const { facts, unused, problems } = readNote(text, { ...options, marked });
		assert.deepEqual({ facts, problems }, { facts: [], problems: [] });
		assert.deepEqual(
			unused.map(({ place }) => place),
			marked,
		);
	});

	it('keeps each number in one fact, in one problem, or unused, whatever the text', () => {
		fc.assert(
			fc.property(noteLikeText(), (text) => {
				const reading = readNote(text, options);
				assertWhole(reading, text);
			}),
			{ numRuns: 300 },
		);
	});

	it('reads any text at all without an exception', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (text, isMarked) => {
				const marked = isMarked ? [{ start: 0, end: Math.ceil(text.length / 2) }] : undefined;
				assertWhole(readNote(text, { ...options, marked }), text);
			}),
			{ numRuns: 500 },
		);
	});

	it('reads nothing and less than nothing for what its words say, so that it can be refused', () => {
		assert.deepEqual(told('a node holds 0 sockets, 240,000 users online'), {
			connectionsPerServer: 0,
			audience: 240_000,
		});
		assert.equal(told('-60k sockets per node, 240,000 users').connectionsPerServer, -60_000);
		assert.equal(told('0 servers, 240k connections, 30 s reconnect window').servers, 0);
	});

	it('does work that grows with the length of the text, not with its square', () => {
		const worst = [
			'a node safely holds 60k sockets and we expect 240,000 users, ',
			'each of of of of ',
			'60k, ',
			'users ',
			'| 60k | 220 B ',
			'- 60k users:\n',
			'\t- 5 s\n',
			'payload: 220 B\n',
			'a. b! ',
		];
		for (const piece of worst) {
			const small = fastest(piece.repeat(1000));
			const large = fastest(piece.repeat(8000));
			// Eight times the text takes eight times as long; the square would be 64 times.
			assert.ok(large < small * 30 + 50, `${JSON.stringify(piece)}: ${small} ms, then ${large} ms`);
		}
	});
});

/** Words and numbers of the field in any order. */
function noteLikeText(): fc.Arbitrary<string> {
	const pieces = [
		...[
			'240k',
			'60,000',
			'240.000',
			'1.5',
			'220 B',
			'2 KB',
			'every 25 s',
			'4 msg/s',
			'80 ms',
			'20%',
			'20–30 %',
			'N+1',
			'two',
		],
		...[
			'users',
			'sockets',
			'connections',
			'per server',
			'each',
			'a node',
			'holds',
			'payload',
			'headers',
			'poll',
			'cycle',
		],
		...[
			'heartbeat',
			'at peak',
			'on average',
			'online',
			'×',
			',',
			'.',
			':',
			'\n',
			'\n- ',
			'\n\n',
			'| ',
			'(',
			')',
			'=',
			'of',
		],
	];
	return fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(' '));
}

/** Each number is in one place only, where the text has it; and every value is finite. */
function assertWhole({ facts, unused, problems }: NoteReading, text: string): void {
	const inFacts = facts.flatMap(({ quantities, repeats = [] }) => [...quantities, ...repeats]);
	const quantities: readonly Quantity[] = [...inFacts, ...unused];
	const places = [...quantities.map(({ place }) => place), ...problems.flatMap(({ places = [] }) => places)];
	const starts = places.map(({ start }) => start);
	assert.equal(new Set(starts).size, starts.length, `a number is told twice: ${JSON.stringify(text)}`);
	for (const { text: written, place } of quantities) {
		assert.equal(text.slice(place.start, place.end), written);
	}
	for (const { value } of facts) {
		assert.ok(Number.isFinite(value.low) && Number.isFinite(value.high));
	}
	assert.equal(new Set(facts.map(({ fact }) => fact)).size, facts.length);
}

/** The milliseconds of the fastest of three readings. */
function fastest(text: string): number {
	const times = [1, 2, 3].map(() => {
		const start = performance.now();
		readNote(text, options);
		return performance.now() - start;
	});
	return Math.min(...times);
}
