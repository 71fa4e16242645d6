import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Endpoint } from '../../core/endpoint';
import { ProblemError, problem } from '../../core/problem';
import { headOf } from './httpAnswer';
import type { HeaderList } from './httpRequest';
import { type DeflateParameters, extension, PerMessageDeflate, subprotocol } from './wsParts';

/** RFC 6455 §1.3. */
const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const deflateName = 'permessage-deflate';
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** An opening handshake's request (RFC 6455 §4.1), and what its answer must fit. */
export interface UpgradeOffer {
	/** The fields that make the request an upgrade; they win over the user's. */
	readonly headers: HeaderList;
	/** The user's fields without those that could offer what we don't know of. */
	readonly userHeaders: HeaderList;
	readonly key: string;
	readonly subprotocols: readonly string[];
	readonly offersDeflate: boolean;
}

/** What both sides agreed on. */
export interface UpgradeAgreement {
	readonly subprotocol: string;
	/** The `Sec-WebSocket-Extensions` field as it came; '' where there was none. */
	readonly extensions: string;
	/** Undefined without permessage-deflate. */
	readonly deflate: DeflateParameters | undefined;
}

/** Makes an offer of what the endpoint asks for. Throws `invalidOption` for subprotocols that RFC 6455 §4.1 forbids. */
export function createUpgradeOffer(endpoint: Endpoint): UpgradeOffer {
	const key = randomBytes(16).toString('base64');
	const subprotocols = subprotocolsOf(endpoint);
	const headers: [string, string][] = [
		['Connection', 'Upgrade'],
		['Upgrade', 'websocket'],
		['Sec-WebSocket-Version', '13'],
		['Sec-WebSocket-Key', key],
	];
	if (subprotocols.length > 0) {
		headers.push(['Sec-WebSocket-Protocol', subprotocols.join(', ')]);
	}
	if (endpoint.perMessageDeflate) {
		const offer = new PerMessageDeflate({ isServer: false }).offer();
		headers.push(['Sec-WebSocket-Extensions', extension.format({ [deflateName]: offer })]);
	}
	return {
		headers,
		// People paste the fields that a browser's tools show; its extensions are then not ours to speak.
		userHeaders: endpoint.headers.filter(([name]) => name.toLowerCase() !== 'sec-websocket-extensions'),
		key,
		subprotocols,
		offersDeflate: endpoint.perMessageDeflate,
	};
}

/** Checks a 101 answer by RFC 6455 §4.1 and RFC 7692 §7.1. Throws `handshakeInvalid` with the rule that it breaks. */
export function acceptUpgrade(offer: UpgradeOffer, response: IncomingMessage): UpgradeAgreement {
	const refuse = (rule: string): never => {
		throw new ProblemError(problem('handshakeInvalid', { rule }, { head: headOf(response), bodyStart: '' }));
	};
	const { headers } = response;
	if (headers.upgrade?.toLowerCase() !== 'websocket') {
		refuse(`the answer's Upgrade field must be "websocket" (RFC 6455 §4.1), not ${quoted(headers.upgrade)}`);
	}
	if (!/(^|,)\s*upgrade\s*(,|$)/i.test(headers.connection ?? '')) {
		refuse(`the answer's Connection field must have "Upgrade" (RFC 6455 §4.1), not ${quoted(headers.connection)}`);
	}
	const expected = createHash('sha1')
		.update(offer.key + acceptGuid)
		.digest('base64');
	const accept = headers['sec-websocket-accept'];
	if (accept !== expected) {
		refuse(`Sec-WebSocket-Accept must answer our key with "${expected}" (RFC 6455 §4.1), not ${quoted(accept)}`);
	}
	const chosen = headers['sec-websocket-protocol'];
	if (chosen === undefined && offer.subprotocols.length > 0) {
		// RFC 6455 leaves this open; browsers fail, and who tests a server for them wants to know.
		refuse(`the answer must choose one of the subprotocols ${offer.subprotocols.join(', ')} (WHATWG WebSockets §5)`);
	}
	if (chosen !== undefined && !offer.subprotocols.includes(chosen)) {
		refuse(`the answer chose the subprotocol ${quoted(chosen)}, which was not asked for (RFC 6455 §4.1)`);
	}
	const extensions = headers['sec-websocket-extensions'] ?? '';
	let deflate: DeflateParameters | undefined;
	try {
		deflate = acceptExtensions(offer, extensions);
	} catch (error) {
		refuse(`${(error as Error).message}: Sec-WebSocket-Extensions is ${quoted(extensions)} (RFC 6455 §9.1)`);
	}
	return { subprotocol: chosen ?? '', extensions, deflate };
}

function acceptExtensions(offer: UpgradeOffer, header: string): DeflateParameters | undefined {
	if (header === '') {
		return undefined;
	}
	const extensions = extension.parse(header);
	const names = Object.keys(extensions);
	const answers = extensions[deflateName];
	if (!offer.offersDeflate || answers === undefined || names.length > 1) {
		throw new Error('the answer has an extension that was not offered');
	}
	if (answers.length > 1) {
		throw new Error('the answer has an extension more than once');
	}
	return new PerMessageDeflate({ isServer: false }).accept(answers);
}

/** The endpoint's subprotocols, or those of a field that the user gave. */
function subprotocolsOf(endpoint: Endpoint): readonly string[] {
	const invalid = (value: string, expected: string): ProblemError =>
		new ProblemError(problem('invalidOption', { what: 'subprotocols', value, expected }));
	const field = endpoint.headers
		.filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
		.map(([, value]) => value)
		.join(', ');
	if (endpoint.subprotocols.length === 0 && field !== '') {
		try {
			return [...subprotocol.parse(field)];
		} catch {
			throw invalid(field, 'different names without spaces, with commas between them');
		}
	}
	for (const [at, name] of endpoint.subprotocols.entries()) {
		if (!token.test(name)) {
			throw invalid(name, 'names without spaces, commas and other separators (RFC 6455 §4.1)');
		}
		if (endpoint.subprotocols.indexOf(name) !== at) {
			throw invalid(name, 'names that are all different (RFC 6455 §4.1)');
		}
	}
	return endpoint.subprotocols;
}

function quoted(value: string | undefined): string {
	return value === undefined ? 'missing' : `"${value}"`;
}
