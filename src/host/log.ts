import type { LogOutputChannel } from 'vscode';

/** Where what a developer of this extension may want to know goes; shown by «Show Log». */
export type Log = Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
