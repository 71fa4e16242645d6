import type { Endpoint, EndpointDefaults } from '../../src/core/endpoint';

/** A value for everything that settings give: short waits, no limit near, and nothing that a test did not ask for. */
export const endpointDefaults: EndpointDefaults = {
	headers: [],
	subprotocols: [],
	cursor: 'none',
	pollIntervalMs: 50,
	maxMessageBytes: 4 * 1024 * 1024,
	maxHandshakeBytes: 16_384,
	handshakeTimeoutMs: 10_000,
	holdTimeoutMs: 10_000,
	perMessageDeflate: false,
	tls: { verify: true, caFile: undefined, clientCertificateFile: undefined, clientKeyFile: undefined },
	reconnect: { enabled: false, baseMs: 500, capMs: 30_000, maxAttempts: 0 },
	pingIntervalMs: 0,
	timestampPath: 'detect',
	sequencePath: 'detect',
	clock: 'auto',
	clockProbes: false,
	echo: undefined,
	stall: { factor: 10, leastMs: 500 },
};

/** An endpoint with a value for everything; what speaks HTTP has its transport to be detected, or named in `changes`. */
export function endpointFor(url: string, changes: Partial<Endpoint> = {}): Endpoint {
	return {
		...endpointDefaults,
		url,
		transport: /^ws/i.test(url) ? 'webSocket' : undefined,
		method: 'GET',
		body: undefined,
		...changes,
	};
}
