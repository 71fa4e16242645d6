import * as ws from 'ws';

/** An extension's offers or answers by name: for each, its parameters with all their values. */
export type ExtensionParameters = Record<string, Array<Record<string, Array<string | true>>>>;

/** permessage-deflate as negotiated (RFC 7692 §7.1). */
export interface DeflateParameters {
	readonly server_no_context_takeover?: boolean;
	readonly client_no_context_takeover?: boolean;
	readonly server_max_window_bits?: number;
	readonly client_max_window_bits?: number;
}

interface WsParts {
	readonly extension: {
		format(extensions: Record<string, object>): string;
		/** Throws a `SyntaxError`. */
		parse(header: string): ExtensionParameters;
	};
	readonly subprotocol: {
		/** Throws a `SyntaxError`. */
		parse(header: string): Set<string>;
	};
	readonly PerMessageDeflate: new (options: {
		readonly isServer: boolean;
	}) => {
		offer(): object;
		/** Throws where the answer does not fit the offer. */
		accept(answers: ExtensionParameters[string]): DeflateParameters;
	};
}

/** What `ws` exports for the opening handshake and its type package leaves out. */
export const { extension, subprotocol, PerMessageDeflate } = ws as unknown as WsParts;
