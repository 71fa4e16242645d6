import type { Calculation } from '../calculation';
import { chooseTransport } from './chooseTransport';
import { connectionFootprint } from './connectionFootprint';
import { drain } from './drain';
import { heartbeats } from './heartbeats';
import { longPollRequests } from './longPollRequests';
import { pollingFreshness } from './pollingFreshness';
import { pushBandwidth } from './pushBandwidth';
import { reconnectStorm } from './reconnectStorm';
import { safeConnectionsPerServer } from './safeConnectionsPerServer';
import { socketServers } from './socketServers';
import { transportComparison } from './transportComparison';

/** All calculations, in the order in which answers are shown. */
export const calculations: readonly Calculation[] = [
	socketServers as unknown as Calculation,
	safeConnectionsPerServer as unknown as Calculation,
	pushBandwidth as unknown as Calculation,
	longPollRequests as unknown as Calculation,
	pollingFreshness as unknown as Calculation,
	heartbeats as unknown as Calculation,
	connectionFootprint as unknown as Calculation,
	reconnectStorm as unknown as Calculation,
	drain as unknown as Calculation,
	transportComparison as unknown as Calculation,
	chooseTransport as unknown as Calculation,
];
