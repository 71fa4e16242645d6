/**
 * What Node and browsers both have as globals and the ES library does not name. Core is compiled with neither's types,
 * so that a stray use of the DOM or of Node fails the build.
 */
declare class TextDecoder {
	constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
	decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
	encode(input?: string): Uint8Array<ArrayBuffer>;
	encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare class URL {
	constructor(url: string, base?: string);
	href: string;
	protocol: string;
	hostname: string;
	host: string;
	port: string;
	pathname: string;
	search: string;
	hash: string;
	username: string;
	password: string;
}
