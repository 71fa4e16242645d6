import * as vscode from 'vscode';
import type { ClockSetting, ConnectOptions, CursorPreset, EchoOptions, EndpointDefaults } from '../core/endpoint';
import type { CaptureOptions } from '../core/messages';
import type { ReadingOptions } from '../core/sizing/note/reading';
import { extensionName } from './ids';

const megabyte = 1_000_000;

/** The user's settings as the engine wants them; the manifest gives each its range and default. */
export function endpointDefaults(): EndpointDefaults {
	const settings = vscode.workspace.getConfiguration(extensionName);
	const number = (name: string): number => settings.get<number>(name) ?? 0;
	const file = (name: string): string | undefined => settings.get<string>(name) || undefined;
	return {
		headers: Object.entries(settings.get<Record<string, string>>('headers') ?? {}),
		subprotocols: settings.get<string[]>('webSocket.subprotocols') ?? [],
		cursor: settings.get<CursorPreset>('polling.cursor') ?? 'auto',
		pollIntervalMs: number('polling.intervalSeconds') * 1000,
		maxMessageBytes: number('limits.maxMessageBytes'),
		maxHandshakeBytes: number('limits.maxHandshakeBytes'),
		handshakeTimeoutMs: number('limits.handshakeTimeoutSeconds') * 1000,
		holdTimeoutMs: number('longPoll.holdTimeoutSeconds') * 1000,
		perMessageDeflate: settings.get<boolean>('webSocket.perMessageDeflate') ?? true,
		tls: {
			verify: settings.get<boolean>('tls.verify') ?? true,
			caFile: file('tls.caFile'),
			clientCertificateFile: file('tls.clientCertificateFile'),
			clientKeyFile: file('tls.clientKeyFile'),
		},
		reconnect: {
			enabled: settings.get<boolean>('reconnect.enabled') ?? true,
			baseMs: number('reconnect.baseSeconds') * 1000,
			capMs: number('reconnect.capSeconds') * 1000,
			maxAttempts: number('reconnect.maxAttempts'),
		},
		pingIntervalMs: number('webSocket.pingIntervalSeconds') * 1000,
		timestampPath: settings.get<string>('lag.timestampPath') || 'detect',
		sequencePath: settings.get<string>('sequence.path') || 'detect',
		clock: settings.get<ClockSetting>('lag.clock') ?? 'auto',
		clockProbes: settings.get<boolean>('lag.clockProbes') ?? true,
		echo: settings.get<EchoOptions | null>('webSocket.echo') ?? undefined,
		stall: { factor: number('stall.factor'), leastMs: number('stall.leastSeconds') * 1000 },
	};
}

/** How much of a session is kept, in a folder of its own. */
export function captureOptions(folder: string): CaptureOptions {
	const settings = vscode.workspace.getConfiguration(extensionName);
	return {
		folder,
		maxFrames: settings.get<number>('capture.maxFrames') ?? 10_000_000,
		maxBytes: (settings.get<number>('capture.maxMegabytes') ?? 2000) * megabyte,
	};
}

/** An endpoint that the user gave a name in the settings. */
export interface NamedEndpoint extends ConnectOptions {
	readonly name?: string;
}

/** The endpoints of the setting, without entries that have no URL. */
export function namedEndpoints(): readonly NamedEndpoint[] {
	const entries = vscode.workspace.getConfiguration(extensionName).get<unknown[]>('endpoints') ?? [];
	return entries.filter(
		(entry): entry is NamedEndpoint =>
			typeof entry === 'object' && entry !== null && typeof (entry as NamedEndpoint).url === 'string',
	);
}

/** The port that the demo server listens on; 0 takes a free one. */
export function demoPort(): number {
	return vscode.workspace.getConfiguration(extensionName).get<number>('demo.port') ?? 0;
}

/** How numbers of a note are read. */
export function readingOptions(): ReadingOptions {
	const { get } = vscode.workspace.getConfiguration(extensionName);
	return { decimalSeparator: oneOf(get('sizing.decimalSeparator'), ['auto', 'point', 'comma']) };
}

/** Where answers stand at a line's end as one types: in `sizing` fences, in all of Markdown, or nowhere. */
export function inlineResults(): 'fence' | 'markdown' | 'off' {
	const { get } = vscode.workspace.getConfiguration(extensionName);
	return oneOf(get('sizing.inlineResults'), ['fence', 'markdown', 'off']);
}

/** The setting's value, or the first of those that it may have: the file may hold anything. */
function oneOf<T extends string>(value: unknown, values: readonly [T, ...T[]]): T {
	return values.find((each) => each === value) ?? values[0];
}
