/** The ids that the manifest, the code and other extensions share. */

export const extensionName = 'transportInspector';

/** Command ids without their `transportInspector.` prefix. */
export const commandNames = [
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
export type CommandName = (typeof commandNames)[number];

export const panelViewType = `${extensionName}.panel`;
export const sessionsViewId = `${extensionName}.sessions`;
