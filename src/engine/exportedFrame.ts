import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { FrameRow } from '../core/capture/frameChunk';
import { directionOf, frameFlag, frameKinds } from '../core/frame';
import type { ExportedFrame } from '../core/messages';
import type { Capture } from './capture/capture';

const mostFramesAtOnce = 10_000;

/** Frames with `fromSeq ≤ seq < toSeq` that are still kept, at most 10,000. */
export function exportedFrames(capture: Capture, fromSeq: number, toSeq: number): ExportedFrame[] {
	const frames: ExportedFrame[] = [];
	const from = Math.max(fromSeq, capture.firstSeq);
	const to = Math.min(toSeq, capture.lastSeq + 1, from + mostFramesAtOnce);
	for (let seq = from; seq < to; seq++) {
		const row = capture.row(seq);
		if (row !== undefined) {
			frames.push(exportedFrame(capture, row));
		}
	}
	return frames;
}

/**
 * Writes every frame kept at the time of the call as JSON Lines, oldest first, and tells how many. Frames that are
 * evicted meanwhile are left out; the event loop is given back between blocks, so that capturing goes on.
 */
export async function exportJsonLines(capture: Capture, file: string): Promise<number> {
	const stream = createWriteStream(file);
	let lines = 0;
	const lastSeq = capture.lastSeq;
	try {
		await once(stream, 'open');
		for (let seq = capture.firstSeq; seq <= lastSeq; ) {
			let block = '';
			for (; seq <= lastSeq && block.length < 256 * 1024; seq++) {
				const row = capture.row(seq);
				if (row !== undefined) {
					block += `${JSON.stringify(exportedFrame(capture, row))}\n`;
					lines++;
				}
			}
			await (stream.write(block) ? new Promise(setImmediate) : once(stream, 'drain'));
		}
	} finally {
		stream.end();
	}
	await finished(stream);
	return lines;
}

function exportedFrame(capture: Capture, row: FrameRow): ExportedFrame {
	const payload = capture.payload(row, row.sizeBytes);
	const meta = row.flags & frameFlag.meta ? capture.meta(row) : undefined;
	const cycle = meta?.type === 'cycle' ? meta : undefined;
	const binary = frameKinds[row.kind] === 'binary' || !isUtf8(payload);
	return {
		seq: row.seq,
		arrivedAtMs: row.arrivedAtMs,
		direction: directionOf(row.flags),
		kind: frameKinds[row.kind] ?? 'text',
		event: capture.name(row) || undefined,
		id: meta?.type === 'event' ? meta.id : undefined,
		sizeBytes: row.sizeBytes,
		wireBytes: row.wireBytes,
		lagMs: Number.isNaN(row.lagMs) ? undefined : row.lagMs,
		text: binary ? undefined : payload.toString('utf8'),
		base64: binary ? payload.toString('base64') : undefined,
		status: cycle?.status,
		holdMs: cycle?.holdMs,
		blindMs: cycle?.blindMs,
		events: cycle?.events,
		fin: row.flags & frameFlag.fin ? undefined : false,
	};
}
