import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FrameRow } from '../core/capture/frameChunk';
import { directionOf, frameFlag, frameKinds } from '../core/frame';
import type { ExportedFrame } from '../core/messages';
import { ProblemError, problem } from '../core/problem';
import type { LagMethod } from '../core/statistics';
import type { Capture } from './capture/capture';

/** The frames of a session, and what their stored lags are to be corrected by. */
export interface Frames {
	readonly capture: Capture;
	/** The delivery lag of a row in milliseconds; NaN where none was measured. */
	lagMs(row: FrameRow): number;
	/** How that was measured, and within what it is at that time; `null` where nobody knows. */
	lagDoubt(row: FrameRow): { readonly method: LagMethod; readonly uncertaintyMs: number | null };
}

const mostFramesAtOnce = 10_000;
const exportBlockCharacters = 256 * 1024;

/** Frames with `fromSeq ≤ seq < toSeq` that are still kept, at most 10,000. */
export function exportedFrames(of: Frames, fromSeq: number, toSeq: number): ExportedFrame[] {
	const { capture } = of;
	const frames: ExportedFrame[] = [];
	const from = Math.max(fromSeq, capture.firstSeq);
	const to = Math.min(toSeq, capture.lastSeq + 1, from + mostFramesAtOnce);
	for (let seq = from; seq < to; seq++) {
		const row = capture.row(seq);
		if (row !== undefined) {
			frames.push(exportedFrame(of, row));
		}
	}
	return frames;
}

/**
 * Writes every frame kept at the time of the call as JSON Lines, oldest first, and tells how many. Frames that are
 * evicted meanwhile are left out; the event loop is given back between blocks, so that capturing goes on.
 *
 * The lines go into a file beside the target, which takes its place once it is whole: a failure or an abort leaves
 * neither half a file nor a target that was there before spoilt. Fails with `exportFailed`.
 */
export async function exportJsonLines(of: Frames, file: string, signal?: AbortSignal): Promise<number> {
	const partialFile = `${file}.${randomBytes(4).toString('hex')}.partial`;
	try {
		try {
			const lines = await writeJsonLines(of, partialFile, signal);
			await rename(partialFile, file);
			return lines;
		} catch (error) {
			await rm(partialFile, { force: true });
			throw error;
		}
	} catch (error) {
		throw new ProblemError(
			problem('exportFailed', { file, reason: error instanceof Error ? error.message : String(error) }),
		);
	}
}

async function writeJsonLines(of: Frames, file: string, signal: AbortSignal | undefined): Promise<number> {
	const { capture } = of;
	let lines = 0;
	const lastSeq = capture.lastSeq;
	const handle = await open(file, 'wx');
	try {
		for (let seq = capture.firstSeq; seq <= lastSeq; ) {
			let block = '';
			for (; seq <= lastSeq && block.length < exportBlockCharacters; seq++) {
				const row = capture.row(seq);
				if (row !== undefined) {
					block += `${JSON.stringify(exportedFrame(of, row))}\n`;
					lines++;
				}
			}
			await handle.writeFile(block);
			signal?.throwIfAborted();
		}
	} finally {
		await handle.close();
	}
	return lines;
}

function exportedFrame(of: Frames, row: FrameRow): ExportedFrame {
	const { capture } = of;
	const lagMs = of.lagMs(row);
	const doubt = Number.isNaN(lagMs) ? undefined : of.lagDoubt(row);
	const payload = capture.payload(row, row.sizeBytes);
	const meta = row.flags & frameFlag.meta ? capture.meta(row) : undefined;
	const cycle = meta?.type === 'cycle' ? meta : undefined;
	// A file that was deleted or can't be read has lost it just the same.
	const lost = (row.flags & frameFlag.payloadLost) !== 0 || payload.length < row.sizeBytes;
	const binary = frameKinds[row.kind] === 'binary' || !isUtf8(payload);
	return {
		seq: row.seq,
		arrivedAtMs: row.arrivedAtMs,
		direction: directionOf(row.flags),
		kind: frameKinds[row.kind] ?? 'text',
		event: capture.fullName(row, meta) || undefined,
		id: meta?.type === 'event' ? meta.id : undefined,
		sizeBytes: row.sizeBytes,
		wireBytes: row.wireBytes,
		lagMs: Number.isNaN(lagMs) ? undefined : lagMs,
		lagMethod: doubt?.method,
		lagUncertaintyMs: doubt?.uncertaintyMs ?? undefined,
		text: lost || binary ? undefined : payload.toString('utf8'),
		base64: !lost && binary ? payload.toString('base64') : undefined,
		payloadLost: lost ? true : undefined,
		status: cycle?.status,
		holdMs: cycle?.holdMs,
		blindMs: cycle?.blindMs,
		events: cycle?.events,
		stalenessMs: cycle?.stalenessMs,
		marks: meta?.marks,
		fin: row.flags & frameFlag.fin ? undefined : false,
	};
}
