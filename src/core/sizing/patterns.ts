import { facts } from './facts';

/** A kind of product that is known by name. */
export type PatternName = (typeof facts.pattern.choices)[number];

/** What is typical of one client of a kind of product. It stands in for what nobody told, and never for what somebody did. */
export interface PatternProfile {
	/** In a sentence after "typical of": `a chat`. */
	readonly label: string;
	readonly direction: 'serverToClient' | 'both';
	/** Events that one client gets. */
	readonly eventsPerSecond: number;
	readonly payloadBytes: number;
	/** Messages that one client sends. */
	readonly clientMessagesPerSecond: number;
	readonly binary: boolean;
	/** What the numbers are made of. */
	readonly because: string;
}

/**
 * Typical values by pattern: orders of magnitude to compare transports by, from what such products do (a vehicle's
 * position each few seconds, a game's 20 ticks a second), not measurements.
 */
export const patterns: Readonly<Record<PatternName, PatternProfile>> = {
	chat: {
		label: 'a chat',
		direction: 'both',
		eventsPerSecond: 1,
		payloadBytes: 300,
		clientMessagesPerSecond: 0.2,
		binary: false,
		because: 'messages, typing and read marks of a few open rooms',
	},
	collaborativeEditing: {
		label: 'collaborative editing',
		direction: 'both',
		eventsPerSecond: 5,
		payloadBytes: 150,
		clientMessagesPerSecond: 2,
		binary: true,
		because: 'edits and cursors of a few authors, as binary updates of a shared document',
	},
	game: {
		label: 'a multiplayer game',
		direction: 'both',
		eventsPerSecond: 20,
		payloadBytes: 120,
		clientMessagesPerSecond: 20,
		binary: true,
		because: '20 ticks a second, each with inputs one way and binary state the other',
	},
	dashboard: {
		label: 'a live dashboard',
		direction: 'serverToClient',
		eventsPerSecond: 1,
		payloadBytes: 500,
		clientMessagesPerSecond: 0,
		binary: false,
		because: 'a few metrics as JSON, once a second',
	},
	notifications: {
		label: 'notifications',
		direction: 'serverToClient',
		eventsPerSecond: 1 / 300,
		payloadBytes: 400,
		clientMessagesPerSecond: 1 / 600,
		binary: false,
		because: 'one each five minutes, half of them marked as read',
	},
	jobProgress: {
		label: 'the progress of a job',
		direction: 'serverToClient',
		eventsPerSecond: 1,
		payloadBytes: 150,
		clientMessagesPerSecond: 0,
		binary: false,
		because: 'a percentage or a line of log, once a second',
	},
	marketData: {
		label: 'market data',
		direction: 'both',
		eventsPerSecond: 20,
		payloadBytes: 60,
		clientMessagesPerSecond: 0.1,
		binary: true,
		because: 'binary quotes of the instruments on screen, which change as the user moves on',
	},
	dispatchMap: {
		label: 'a dispatch map',
		direction: 'serverToClient',
		eventsPerSecond: 10,
		payloadBytes: 120,
		clientMessagesPerSecond: 1 / 60,
		binary: false,
		because: '50 vehicles in view that report each 5 s, and an order a minute back',
	},
};

/** The profile of a pattern; undefined for anything that is not the name of one. */
export function patternOf(name: unknown): PatternProfile | undefined {
	const known = facts.pattern.choices.find((choice) => choice === name);
	return known && patterns[known];
}
