/** Messages between the host and the demo server's thread. */

export interface DemoUrls {
	readonly webSocket: string;
	readonly eventStream: string;
	readonly longPoll: string;
	readonly polling: string;
}

export type DemoToHost =
	| { readonly type: 'listening'; readonly urls: DemoUrls }
	| { readonly type: 'failed'; readonly reason: string };

export type HostToDemo = { readonly type: 'close' };
