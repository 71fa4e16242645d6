import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AnswerArrival } from '../../../src/engine/transports/answerArrival';
import { ChunkedFraming } from '../../../src/engine/transports/chunkedFraming';

const head = 'HTTP/1.1 200 OK\r\nA:b\r\nC: \t d \t\r\n\r\n';

/** What is counted of an answer that comes in these pieces, one a millisecond. */
function arrive(
	pieces: readonly string[],
	transferEncoding?: string,
): { readonly head: number; readonly framing: number; readonly firstByteAtMs: number; readonly arrivedAtMs: number } {
	const counts = { headerBytesIn: 0, framingBytesIn: 0 };
	const arrival = new AnswerArrival(counts);
	let isAnswered = false;
	let taken = '';
	pieces.forEach((piece, at) => {
		arrival.take(Buffer.from(piece, 'latin1'), 1000 + at);
		taken += piece;
		// As an HTTP parser does, that gets each piece after: the head is told as soon as it is over.
		if (!isAnswered && taken.includes(head)) {
			isAnswered = true;
			arrival.answered(transferEncoding);
		}
	});
	assert.equal(arrival.headBytes, counts.headerBytesIn);
	const { firstByteAtMs, arrivedAtMs } = arrival;
	return { head: counts.headerBytesIn, framing: counts.framingBytesIn, firstByteAtMs, arrivedAtMs };
}

/** Cuts a text at these places. */
function cutAt(text: string, places: readonly number[]): string[] {
	const cuts = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort(
		(a, b) => a - b,
	);
	return cuts.slice(1).map((end, at) => text.slice(cuts[at], end));
}

describe('Answer arrival', () => {
	it('counts the head as it came, with its white space, and nothing behind it', () => {
		assert.deepEqual(arrive([`${head}body\r\n\r\n`, 'more']), {
			head: head.length,
			framing: 0,
			firstByteAtMs: 1000,
			arrivedAtMs: 1001,
		});
	});

	it('takes line ends before the status line for a part of the head', () => {
		assert.equal(arrive([`\r\n\r\n${head}body`]).head, head.length + 4);
	});

	it('counts interim answers as heads, and begins with the answer behind them', () => {
		const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
		assert.deepEqual(arrive([`${interim}HTTP/1.1 100 Continue\r\n\r\n`, head, 'body']), {
			head: interim.length + 25 + head.length,
			framing: 0,
			firstByteAtMs: 1001,
			arrivedAtMs: 1002,
		});
	});

	it('ends with a switch of protocols, which is no interim answer', () => {
		const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n';
		assert.equal(arrive([`${switching}${head}`]).head, switching.length);
	});

	it('counts as much of a head as came', () => {
		assert.equal(arrive(['HTTP/1.1 2', '00 OK\r\nX: ']).head, 20);
	});

	it('knows the chunked coding by its name, last in the list', () => {
		const chunks = '1\r\na\r\n0\r\n\r\n';
		for (const [field, framing] of [
			['chunked', 10],
			['gzip, Chunked ', 10],
			['chunked, gzip', 0],
			['unchunked', 0],
			[undefined, 0],
		] as const) {
			assert.equal(arrive([head + chunks], field).framing, framing);
		}
	});

	it('counts the same wherever the answer is cut', () => {
		const chunk = fc.tuple(
			fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('\r', '\n', '0', 'a', ';') }),
			fc.constantFrom('', ';x', ';name="0a"'),
		);
		fc.assert(
			fc.property(
				fc.array(chunk, { maxLength: 5 }),
				fc.constantFrom('', 'A: b\r\n', 'A: b\r\nCd:e\r\n'),
				fc.array(fc.nat(), { maxLength: 20 }),
				(chunks, trailers, places) => {
					let dataBytes = 0;
					let body = '';
					for (const [data, extension] of chunks) {
						dataBytes += data.length;
						body += `${data.length.toString(16)}${extension}\r\n${data}\r\n`;
					}
					body += `0\r\n${trailers}\r\n`;
					const { head: headBytes, framing } = arrive(cutAt(head + body, places), 'chunked');
					assert.deepEqual([headBytes, framing], [head.length, body.length - dataBytes]);
				},
			),
		);
	});
});

describe('Chunked framing', () => {
	it('is over with the last chunk: what follows is the next answer’s', () => {
		const framing = new ChunkedFraming();
		assert.equal(framing.take(Buffer.from('2\r\nab\r\n0\r\n\r\n1\r\n'), 0), 12 - 2 + 0);
		assert.equal(framing.take(Buffer.from('1\r\n'), 0), 0);
	});

	it('begins where it is told to', () => {
		assert.equal(new ChunkedFraming().take(Buffer.from('xyz1\r\na'), 3), 3);
	});

	it('takes a chunk of any size that is claimed', () => {
		const framing = new ChunkedFraming();
		assert.equal(framing.take(Buffer.from(`${'f'.repeat(400)}\r\n`), 0), 402);
		assert.equal(framing.take(Buffer.alloc(100_000, '\n'), 0), 0);
	});
});
