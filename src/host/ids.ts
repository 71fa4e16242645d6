/** The ids that the manifest, the code and other extensions share. */

import type { CalculationId } from '../core/sizing/calculation';

export const extensionName = 'transportInspector';

/** Ids of the commands on sessions, without their `transportInspector.` prefix. */
export const sessionCommandNames = [
	'connect',
	'connectAtCursor',
	'disconnect',
	'reconnect',
	'pause',
	'clear',
	'remove',
	'showPanel',
	'send',
	'statistics',
	'exportFrames',
	'startDemoServer',
	'stopDemoServer',
	'showLog',
] as const;
export type SessionCommandName = (typeof sessionCommandNames)[number];

/** Ids of the commands on comparisons, without their prefix. */
export const comparisonCommandNames = ['compare', 'exportComparison'] as const;
export type ComparisonCommandName = (typeof comparisonCommandNames)[number];

/** The commands that answer one calculation, and which. */
export const sizingCalculations = {
	compareTransportCosts: 'transportComparison',
	chooseTransport: 'chooseTransport',
	sizeSocketServers: 'socketServers',
	sizeSafeConnectionsPerServer: 'safeConnectionsPerServer',
	sizePushBandwidth: 'pushBandwidth',
	sizeLongPollRequests: 'longPollRequests',
	sizePollingFreshness: 'pollingFreshness',
	sizeHeartbeats: 'heartbeats',
	sizeConnectionFootprint: 'connectionFootprint',
	sizeReconnectStorm: 'reconnectStorm',
	sizeDrain: 'drain',
} as const satisfies Record<string, CalculationId>;

/** Ids of the commands on notes, without their prefix. */
export const sizingCommandNames = [
	'sizeSelection',
	'sizeFromSession',
	'insertSizing',
	...(Object.keys(sizingCalculations) as (keyof typeof sizingCalculations)[]),
] as const;
export type SizingCommandName = (typeof sizingCommandNames)[number];

/** Every command of the manifest. */
export const commandNames = [...sessionCommandNames, ...comparisonCommandNames, ...sizingCommandNames];

/** The language-model tool. */
export const sizingToolName = `${extensionName}_size`;

export const panelViewType = `${extensionName}.panel`;
export const comparisonViewType = `${extensionName}.comparison`;
export const sizingViewType = `${extensionName}.sizing`;
export const sessionsViewId = `${extensionName}.sessions`;
