import type { Capture } from '../../src/engine/capture/capture';
import type { Frames } from '../../src/engine/exportedFrame';

/** A capture's frames with their lags as they are stored. */
export function framesOf(capture: Capture): Frames {
	return { capture, lagMs: (row) => row.lagMs, lagDoubt: () => ({ method: 'sameMachine', uncertaintyMs: 1 }) };
}
