import { type Endpoint, timestampPathProblem, urlFor } from '../core/endpoint';
import { createFrameRecord, frameFlag, kindCode } from '../core/frame';
import type { Capture } from './capture/capture';
import type { KnownTimestamps } from './deliveryLag';
import type { Meters } from './meters';
import type { SenderClock } from './senderClock';
import type { StoredSession } from './sessionFile';
import type { WireMeter } from './wireMeter';

/** Lists what an earlier engine captured, and counts it anew. */
export function restoreFrames(
	capture: Capture,
	meters: Meters,
	wire: WireMeter,
	clock: SenderClock,
	/** Lags of frames before it hold no more. */
	lagsFromSeq: number,
): void {
	const record = createFrameRecord();
	capture.restore((row) => {
		record.arrivedAtMs = row.arrivedAtMs;
		record.kind = row.kind;
		record.flags = row.flags;
		record.end = row.sizeBytes;
		record.wireBytes = row.wireBytes;
		// Only cycles are read, for what is counted of them; the rest of a capture is its index.
		record.meta = row.kind === kindCode.cycle && row.flags & frameFlag.meta ? capture.meta(row) : undefined;
		const hasLag = row.seq >= lagsFromSeq && !Number.isNaN(row.lagMs);
		meters.count(record, hasLag ? row.lagMs - clock.take(row.arrivedAtMs) : Number.NaN);
		wire.count(record);
	});
}

/** What was stored, as far as it still is of an endpoint, and the endpoint with what the session had learnt of it. */
export function restoredOver(
	endpoint: Endpoint,
	stored: StoredSession,
): Pick<StoredSession, 'transport' | 'detection' | 'timestampPathSet'> & {
	readonly endpoint: Endpoint;
	/** Where sending times were found, where they may still be read there. */
	readonly place: KnownTimestamps | undefined;
} {
	const isSame = endpoint.transport === undefined || endpoint.transport === stored.transport;
	const transport = isSame ? (stored.transport ?? endpoint.transport) : endpoint.transport;
	const url = isSame && transport !== undefined ? urlFor(transport, endpoint.url) : endpoint.url;
	const timestampPathSet = isReadable(stored.timestampPathSet) ? stored.timestampPathSet : undefined;
	const timestampPath = timestampPathSet ?? endpoint.timestampPath;
	const path = stored.timestampPath;
	const isInUse = isReadable(path) && (timestampPath === 'detect' || timestampPath === path);
	return {
		endpoint: { ...endpoint, url, timestampPath },
		transport,
		detection: isSame ? stored.detection : undefined,
		timestampPathSet,
		place: isInUse ? { path, resolutionMs: stored.timestampResolutionMs } : undefined,
	};
}

function isReadable(path: string | undefined): path is string {
	return path !== undefined && timestampPathProblem(path) === undefined;
}
