import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createEventStreamTransport } from '../../../src/engine/transports/eventStream';
import { createLongPollTransport } from '../../../src/engine/transports/longPoll';
import { createPollingTransport } from '../../../src/engine/transports/polling';
import type { TransportFactory } from '../../../src/engine/transports/transport';
import { createWebSocketTransport } from '../../../src/engine/transports/webSocket';
import { certificateFile } from '../../support/certificates/files';
import { endpointFor } from '../../support/endpoint';
import { nowMs, TransportRecorder } from '../../support/transportRecorder';
import { Random } from '../webSocket/random';
import { switchingProtocols } from '../webSocket/servers';
import { type LedgerConnection, type LedgerRequest, piece, startLedger } from './ledger';
import { closeServers } from './servers';

const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
const whole = (fields: string, body: string): string => `HTTP/1.1 200 OK\r\nDate: ${date}\r\n${fields}\r\n${body}`;
const polled = whole('Content-Length: 3\r\n', '[1]');

const subjects: [name: string, scheme: 'http' | 'ws', TransportFactory, answerTo: (head: string) => string][] = [
	['a WebSocket', 'ws', createWebSocketTransport, (head) => switchingProtocols(head, [`Date: ${date}`])],
	[
		'an event stream',
		'http',
		createEventStreamTransport,
		() => whole('Content-Type: text/event-stream\r\n', 'data: a\n\n'),
	],
	['long polling', 'http', createLongPollTransport, () => polled],
	['polling', 'http', createPollingTransport, () => polled],
];

function plainBytesIn({ transport }: TransportRecorder): number {
	const { bytesIn, tlsBytesIn } = transport.traffic();
	return bytesIn - tlsBytesIn;
}

for (const [name, scheme, factory, answerTo] of subjects) {
	for (const secure of [false, true]) {
		describe(`The phases of ${name}${secure ? ' over TLS' : ''}`, () => {
			const recorders: TransportRecorder[] = [];

			afterEach(async () => {
				for (const recorder of recorders.splice(0)) {
					recorder.transport.close();
				}
				await closeServers();
			});

			/** A server whose answer to the first request is given by the test; later ones are held. */
			async function connect(): Promise<{
				readonly recorder: TransportRecorder;
				readonly connection: LedgerConnection;
				readonly request: LedgerRequest;
			}> {
				let asked: (asked: [LedgerConnection, LedgerRequest]) => void = () => {};
				const asking = new Promise<[LedgerConnection, LedgerRequest]>((resolve) => {
					asked = resolve;
				});
				const server = await startLedger(
					new Random(1),
					secure ? `${scheme}s` : scheme,
					(connection, request) => asked([connection, request]),
					{ cert: readFileSync(certificateFile('server.pem')), key: readFileSync(certificateFile('server.key.pem')) },
				);
				const endpoint = endpointFor(server.url, { pollIntervalMs: 60_000 });
				const tls = { ...endpoint.tls, caFile: secure ? certificateFile('authority.pem') : undefined };
				const recorder = new TransportRecorder(factory, { ...endpoint, tls });
				recorders.push(recorder);
				recorder.open();
				const [connection, request] = await asking;
				return { recorder, connection, request };
			}

			it('end with the first byte of the answer, whenever the rest of its head comes', async () => {
				const askedAfterMs = nowMs();
				const { recorder, connection, request } = await connect();
				const answer = answerTo(request.head);
				await connection.write([piece('head', answer.slice(0, 1))]);
				await recorder.until('a byte', () => plainBytesIn(recorder) > 0);
				const beganBeforeMs = nowMs();
				assert.equal(recorder.handshake, undefined);
				await connection.write([piece('head', answer.slice(1))]);
				const { phases, startedAtMs } = await recorder.opened();
				const { sentAtMs, firstByteAtMs, dateHeader } = recorder.answers[0]!;
				assert.equal(dateHeader, date);
				assert.ok(startedAtMs >= askedAfterMs && sentAtMs >= startedAtMs && firstByteAtMs <= beganBeforeMs);
				// The request's first byte was out before its last one, from which this phase counts.
				assert.ok(phases.answerMs! <= beganBeforeMs - sentAtMs, `took ${phases.answerMs}`);
				assert.equal(phases.dnsMs, undefined);
				assert.equal(phases.tlsMs !== undefined, secure);
				const steps = [phases.tcpMs!, phases.tlsMs ?? 0, phases.answerMs!];
				assert.ok(steps.every((step) => step >= 0));
				assert.ok(steps[0]! + steps[1]! <= sentAtMs - startedAtMs + 0.5, 'connected before it was sent');
				assert.ok(steps[0]! + steps[1]! + steps[2]! <= beganBeforeMs - startedAtMs);
			});

			it('begin again with the answer behind an interim one', async () => {
				const { recorder, connection, request } = await connect();
				const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
				await connection.write([piece('head', hint)]);
				await recorder.until('the hint', () => plainBytesIn(recorder) === hint.length);
				const hintedAtMs = nowMs();
				await connection.write([piece('head', answerTo(request.head))]);
				await recorder.opened();
				assert.ok(recorder.answers[0]!.firstByteAtMs >= hintedAtMs);
			});
		});
	}
}
