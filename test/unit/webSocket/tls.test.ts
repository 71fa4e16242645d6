import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { TlsOptions } from '../../../src/core/endpoint';
import { certificateFile } from '../../support/certificates/files';
import type { TransportRecorder } from '../../support/transportRecorder';
import { connect } from './connect';

const authority = certificateFile('authority.pem');

describe('WebSocket over TLS', () => {
	let server: Server;
	let sockets: WebSocketServer;
	let clientName: string | undefined;

	async function start(certificate: string, options: ServerOptions = {}): Promise<string> {
		server = createServer({
			cert: readFileSync(certificateFile(`${certificate}.pem`)),
			key: readFileSync(certificateFile(`${certificate}.key.pem`)),
			...options,
		});
		sockets = new WebSocketServer({ server });
		sockets.on('connection', (socket, request) => {
			clientName = String((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
			socket.send('hello');
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return `wss://localhost:${(server.address() as AddressInfo).port}/`;
	}

	function connectWith(url: string, tls: Partial<TlsOptions> = {}): TransportRecorder {
		return connect(url, {
			tls: { verify: true, caFile: undefined, clientCertificateFile: undefined, clientKeyFile: undefined, ...tls },
		});
	}

	afterEach(async () => {
		sockets.close();
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	});

	it('is refused when the certificate does not verify', async () => {
		const end = await connectWith(await start('selfSigned')).ended();
		assert.equal(end.problem?.code, 'tlsFailed');
	});

	it('is accepted unverified where the user wants so, and says why it does not verify', async () => {
		const connection = connectWith(await start('selfSigned'), { verify: false });
		const { tls, phases } = await connection.opened();
		await connection.received(1);
		assert.equal(tls?.authorized, false);
		assert.match(tls?.reason ?? '', /self.signed|DEPTH_ZERO/i);
		assert.ok(phases.tlsMs! > 0);
		connection.transport.close();
		await connection.ended();
	});

	it('verifies with the authorities of a file', async () => {
		const connection = connectWith(await start('server'), { caFile: authority });
		const { tls } = await connection.opened();
		await connection.received(1);
		assert.equal(tls?.authorized, true);
		assert.match(tls?.protocol ?? '', /^TLSv1\.[23]$/);
		assert.notEqual(tls?.cipher, '');
		connection.transport.close();
		const end = await connection.ended();
		assert.equal(end.closeCode, 1000);
		const { bytesIn, bytesOut } = connection.transport.traffic();
		assert.ok(bytesIn > 100 && bytesOut > 100);
	});

	it("shows the user's certificate to a server that asks for one", async () => {
		const url = await start('server', { requestCert: true, ca: readFileSync(authority) });
		const connection = connectWith(url, {
			caFile: authority,
			clientCertificateFile: certificateFile('client.pem'),
			clientKeyFile: certificateFile('client.key.pem'),
		});
		await connection.received(1);
		assert.equal(clientName, 'Transport Inspector test client');
		connection.transport.close();
		await connection.ended();
	});
});
