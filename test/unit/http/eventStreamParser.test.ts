import assert from 'node:assert/strict';
import { createParser } from 'eventsource-parser';
import { type EventStreamBlock, EventStreamParser } from '../../../src/core/eventStream/eventStreamParser';
import { ProblemError } from '../../../src/core/problem';
import { Random } from '../webSocket/random';

interface Found {
	kind: string;
	text: string;
	name: string;
	id: string | undefined;
	retryMs: number | undefined;
	wireBytes: number;
}

function copy(block: EventStreamBlock): Found {
	return {
		kind: block.kind,
		text: Buffer.from(block.bytes.slice(block.start, block.end)).toString(),
		name: block.name,
		id: block.id,
		retryMs: block.retryMs,
		wireBytes: block.wireBytes,
	};
}

function createCollector(maxBytes = 1_000_000): { parser: EventStreamParser; found: Found[] } {
	const found: Found[] = [];
	return { parser: new EventStreamParser({ maxBytes }, (block) => found.push(copy(block))), found };
}

/** Every way to cut in two, byte by byte, and whole: the same blocks must come out. */
function parse(stream: string | Buffer): Found[] {
	const bytes = Buffer.from(stream);
	// A LF whose CR was in the piece before is counted with what follows.
	const measure = (block: Found): Found => (bytes.includes('\r\n') ? { ...block, wireBytes: 0 } : block);
	const whole = createCollector();
	whole.parser.feed(bytes);
	for (let cut = 1; cut < bytes.length; cut++) {
		const { parser, found } = createCollector();
		parser.feed(bytes.subarray(0, cut));
		parser.feed(bytes.subarray(cut));
		assert.deepEqual(found.map(measure), whole.found.map(measure), `cut at ${cut}`);
	}
	const single = createCollector();
	for (let at = 0; at < bytes.length; at++) {
		// A piece's memory is used again after it was fed, as a socket's is.
		const piece = Uint8Array.of(bytes[at]!);
		single.parser.feed(piece);
		piece[0] = 0x21;
	}
	assert.deepEqual(single.found.map(measure), whole.found.map(measure), 'byte by byte');
	return whole.found;
}

const texts = (found: Found[]): string[] => found.map((block) => `${block.kind} ${block.text}`);

describe('Event stream parser', () => {
	it('dispatches data at a blank line', () => {
		assert.deepEqual(parse('data: one\n\ndata: two\n\n'), [
			{ kind: 'event', text: 'one', name: '', id: undefined, retryMs: undefined, wireBytes: 11 },
			{ kind: 'event', text: 'two', name: '', id: undefined, retryMs: undefined, wireBytes: 11 },
		]);
	});

	it('joins several data lines with LF', () => {
		assert.deepEqual(texts(parse('data: YHOO\ndata: +2\ndata: 10\n\n')), ['event YHOO\n+2\n10']);
	});

	it('takes LF, CR and CRLF as line ends, mixed', () => {
		assert.deepEqual(texts(parse('data: a\r\rdata: b\r\n\r\ndata: c\n\ndata: d\r\n\ndata: e\n\r\ndata: f\r\n\r')), [
			'event a',
			'event b',
			'event c',
			'event d',
			'event e',
			'event f',
		]);
	});

	it('dispatches at a CR that ends a piece, and swallows the LF that begins the next', () => {
		const { parser, found } = createCollector();
		parser.feed(Buffer.from('data: a\r\n\r'));
		assert.deepEqual(texts(found), ['event a']);
		parser.feed(Buffer.from('\ndata: b\r'));
		parser.feed(Buffer.from('\r'));
		assert.deepEqual(texts(found), ['event a', 'event b']);
	});

	it('passes a byte order mark at the start, and only there', () => {
		assert.deepEqual(texts(parse('\uFEFFdata: a\n\n')), ['event a']);
		assert.deepEqual(texts(parse('data: a\n\n\uFEFFdata: b\n\n')), ['event a', 'fields \uFEFFdata: b']);
		assert.deepEqual(texts(parse('\uFEFF\uFEFFdata: a\n\n')), ['fields \uFEFFdata: a']);
		assert.deepEqual(texts(parse(Buffer.from([0xef, 0xbb, 0x64, 0x0a, 0x0a]))), ['fields \uFFFDd']);
	});

	it('leaves out one space after the colon, and no more', () => {
		assert.deepEqual(texts(parse('data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n')), [
			'event a',
			'event a',
			'event  a',
			'event \ta',
		]);
	});

	it('dispatches empty data, with and without a colon', () => {
		assert.deepEqual(texts(parse('data\n\ndata:\n\ndata: \n\ndata\ndata\n\n')), [
			'event ',
			'event ',
			'event ',
			'event \n',
		]);
	});

	it('gives the event its name, and forgets it after', () => {
		assert.deepEqual(
			parse('event: add\ndata: 1\n\ndata: 2\n\nevent: a\nevent: b\ndata: 3\n\nevent\ndata: 4\n\n').map(
				(block) => block.name,
			),
			['add', '', 'b', ''],
		);
	});

	it('keeps id and retry of a block', () => {
		assert.deepEqual(parse('id: 7\nretry: 1500\ndata: x\n\n'), [
			{ kind: 'event', text: 'x', name: '', id: '7', retryMs: 1500, wireBytes: 27 },
		]);
	});

	it('keeps the last event ID over blocks without one, and takes an empty one', () => {
		const { parser } = createCollector();
		parser.feed(Buffer.from('id: 1\ndata: a\n\ndata: b\n\n'));
		assert.equal(parser.lastEventId, '1');
		parser.feed(Buffer.from('id\ndata: c\n\n'));
		assert.equal(parser.lastEventId, '');
	});

	it('takes an id from a block that dispatches nothing, when it ends', () => {
		const { parser, found } = createCollector();
		parser.feed(Buffer.from('id: 9\n'));
		assert.equal(parser.lastEventId, '');
		parser.feed(Buffer.from('\n'));
		assert.equal(parser.lastEventId, '9');
		assert.deepEqual(found, [{ kind: 'fields', text: 'id: 9', name: '', id: '9', retryMs: undefined, wireBytes: 7 }]);
	});

	it('ignores an id with NULL', () => {
		const { parser, found } = createCollector();
		parser.feed(Buffer.from('id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n'));
		assert.equal(parser.lastEventId, '1');
		assert.equal(found[1]!.id, undefined);
	});

	it('takes retry from digits only, from its line on', () => {
		const { parser, found } = createCollector();
		parser.feed(Buffer.from('retry: 250\n'));
		assert.equal(parser.retryMs, 250);
		parser.feed(Buffer.from('\nretry: 1.5\n\nretry: -1\n\nretry:\n\nretry: 10 \n\nretry: 0\n\n'));
		assert.equal(parser.retryMs, 0);
		assert.deepEqual(
			found.map((block) => block.retryMs),
			[250, undefined, undefined, undefined, undefined, 0],
		);
	});

	it('reports each comment line, inside and outside a block', () => {
		assert.deepEqual(texts(parse(': keep alive\n\n:\n:x\ndata: a\n: within\ndata: b\n\n')), [
			'comment keep alive',
			'comment ',
			'comment x',
			'comment within',
			'event a\nb',
		]);
	});

	it('ignores unknown fields, field names in another case and with spaces', () => {
		assert.deepEqual(texts(parse('Data: a\n data: b\ndata : c\ndatax: d\ndat: e\nx\ndata: f\n\n')), ['event f']);
	});

	it('shows a block that has no data, since a browser would drop it', () => {
		assert.deepEqual(texts(parse('event: ping\nx: y\r\n\r\n')), ['fields event: ping\nx: y']);
		assert.equal(parse('event: ping\n\n')[0]!.name, 'ping');
	});

	it('reports nothing for blank lines alone', () => {
		assert.deepEqual(parse('\n\r\n\r\n\n'), []);
	});

	it('accounts for every byte of the stream', () => {
		const stream = '\uFEFF: hi\r\n\r\ndata: é\n: c\r\nid: 1\n\n\n\nretry: 5\n\ndata: end\n\n';
		const found = parse(stream);
		assert.equal(
			found.reduce((sum, block) => sum + block.wireBytes, 0),
			Buffer.byteLength(stream),
		);
	});

	it('keeps characters that are cut apart', () => {
		assert.deepEqual(parse('event: größe\nid: ü\ndata: 🚀 grün\n\n'), [
			{ kind: 'event', text: '🚀 grün', name: 'größe', id: 'ü', retryMs: undefined, wireBytes: 40 },
		]);
	});

	it('keeps bytes that are not UTF-8 as they are', () => {
		const { parser } = createCollector();
		const seen: Buffer[] = [];
		const other = new EventStreamParser({ maxBytes: 100 }, (block) =>
			seen.push(Buffer.from(block.bytes.slice(block.start, block.end))),
		);
		parser.reset();
		other.feed(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x0a, 0x0a]));
		assert.deepEqual(seen, [Buffer.from([0xff, 0xfe])]);
	});

	it('says how much of an unfinished block it has', () => {
		const { parser } = createCollector();
		parser.feed(Buffer.from('data: a\n\n'));
		assert.equal(parser.pendingBytes, 0);
		parser.feed(Buffer.from('data: b\nda'));
		assert.equal(parser.pendingBytes, 10);
		parser.reset();
		assert.equal(parser.pendingBytes, 0);
	});

	it('begins anew after reset, and keeps the last event ID', () => {
		const { parser, found } = createCollector();
		parser.feed(Buffer.from('id: 1\ndata: a\n\nevent: x\nid: 2\ndata: lost'));
		parser.reset();
		parser.feed(Buffer.from('\uFEFFdata: b\n\n'));
		assert.equal(parser.lastEventId, '1');
		assert.deepEqual(texts(found), ['event a', 'event b']);
		assert.equal(found[1]!.name, '');
	});

	describe('with a limit of 10 bytes', () => {
		const cases: [what: string, stream: string, sizeBytes: number][] = [
			['a data line', 'data: 12345678901\n\n', 11],
			['several data lines together', 'data: 12345\ndata: 67890\n\n', 11],
			['a line that never ends', `data: ${'x'.repeat(30)}`, 36],
			['a comment', `:${'x'.repeat(30)}\n`, 31],
			['a line without an end in sight', 'x'.repeat(17), 17],
		];
		for (const [what, stream, sizeBytes] of cases) {
			it(`refuses ${what}`, () => {
				const { parser, found } = createCollector(10);
				parser.feed(Buffer.from('data: before\n\n'.replace('before', 'ok')));
				assert.throws(
					() => parser.feed(Buffer.from(stream)),
					(error) =>
						error instanceof ProblemError &&
						error.problem.code === 'messageTooBig' &&
						error.problem.values.sizeBytes === sizeBytes &&
						error.problem.values.maxBytes === 10,
				);
				assert.deepEqual(texts(found), ['event ok']);
			});

			it(`refuses ${what} byte by byte, with no more kept than the limit`, () => {
				const { parser } = createCollector(10);
				assert.throws(() => {
					for (const byte of Buffer.from(stream)) {
						parser.feed(Uint8Array.of(byte));
					}
				}, ProblemError);
			});
		}

		it('takes exactly the limit, however it is cut', () => {
			for (const stream of ['data: 1234567890\n\n', 'data:1234567890\n\n', 'data: 1234\ndata: 56789\n\n']) {
				const { parser, found } = createCollector(10);
				for (const byte of Buffer.from(stream)) {
					parser.feed(Uint8Array.of(byte));
				}
				assert.equal(found.length, 1, stream);
			}
		});

		it('shows no more than the limit of a block without data, and goes on', () => {
			const { parser, found } = createCollector(10);
			parser.feed(Buffer.from(`${'abc: def\n'.repeat(50)}\ndata: x\n\n`));
			for (const byte of Buffer.from(`${'abc: def\n'.repeat(50)}\ndata: y\n\n`)) {
				parser.feed(Uint8Array.of(byte));
			}
			assert.deepEqual(texts(found), ['fields abc: def\na', 'event x', 'fields abc: def\na', 'event y']);
		});
	});

	it('reads a message of a megabyte from small pieces', () => {
		const { parser, found } = createCollector(2_000_000);
		const text = 'é'.repeat(500_000);
		const bytes = Buffer.from(`data: ${text}\n\ndata: next\n\n`);
		for (let at = 0; at < bytes.length; at += 1000) {
			parser.feed(bytes.subarray(at, at + 1000));
		}
		assert.equal(found[0]!.text === text, true);
		assert.equal(found[1]!.text, 'next');
	});

	it('agrees with eventsource-parser on random streams, cut at random places', () => {
		const source = new Random(20_250_101);
		const random = (): number => source.next();
		const parts = [
			'data',
			'event',
			'id',
			'retry',
			'Data',
			'x',
			':',
			':',
			': ',
			' ',
			'\n',
			'\n',
			'\n',
			'\n\n',
			'\r',
			'\r\n',
			'\r\n\r\n',
			'1',
			'23',
			'a',
			'é',
			'🚀',
			'\0',
			'\t',
			'\uFEFF',
			'data: ',
			'data:x\n',
			'id: 5\n',
			'event: e\n',
			'retry: 10\n',
			': c\n',
			'data: {"a":1}\n\n',
		];
		for (let round = 0; round < 6000; round++) {
			let stream = random() < 0.2 ? '\uFEFF' : '';
			for (let count = Math.floor(random() * 30); count > 0; count--) {
				stream += parts[Math.floor(random() * parts.length)];
			}
			// The other parser waits for what follows a CR at the end, so nothing hangs in the air there.
			stream += '\n\n';
			const bytes = Buffer.from(stream);
			const ours: unknown[] = [];
			const parser = new EventStreamParser({ maxBytes: 1_000_000 }, (block) => {
				const { kind, text, name, id } = copy(block);
				if (kind === 'event') {
					ours.push({ event: name, data: text, id });
				} else if (kind === 'comment') {
					ours.push({ comment: text });
				}
			});
			const theirs: unknown[] = [];
			let theirRetryMs: number | undefined;
			const decoder = new TextDecoder();
			const oracle = createParser({
				onEvent: ({ event, data, id }) => theirs.push({ event: event ?? '', data, id }),
				onComment: (comment) => theirs.push({ comment }),
				onRetry: (milliseconds) => {
					theirRetryMs = milliseconds;
				},
			});
			for (let at = 0; at < bytes.length; ) {
				const next = random() < 0.3 ? bytes.length : Math.min(bytes.length, at + Math.ceil(random() * 8));
				const piece = Uint8Array.from(bytes.subarray(at, next));
				parser.feed(piece);
				piece.fill(0x21);
				const text = decoder.decode(bytes.subarray(at, next), { stream: true });
				if (text !== '') {
					oracle.feed(text);
				}
				at = next;
			}
			assert.deepEqual(ours, theirs, JSON.stringify(stream));
			assert.equal(parser.retryMs, theirRetryMs, JSON.stringify(stream));
		}
	});
});
