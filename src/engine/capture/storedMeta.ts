import type { EventMeta, FrameMeta } from '../../core/frame';
import { clippedText } from './nameTable';

/** A row has two bytes for the length. */
const mostMetaBytes = 0xffff;
/** Of each text of a meta that is too long: even where JSON needs six bytes for one, two of them fit. */
const clippedMetaTextBytes = 4096;

const encoder = new TextEncoder();

/** The meta of an event whose name the index has no room for. */
export function withName(meta: FrameMeta | undefined, name: string): FrameMeta {
	return meta?.type === 'cycle' ? meta : { ...(meta ?? { type: 'event' }), name };
}

/** The event name that a meta carries because the index had no room for it. */
export function wholeName(meta: FrameMeta | undefined): string | undefined {
	return meta?.type === 'event' ? meta.name : undefined;
}

/** A meta as it stands before its payload: JSON of at most `mostMetaBytes`, of a longer one what matters most. */
export function encodeMeta(meta: FrameMeta): Uint8Array {
	const bytes = encoder.encode(JSON.stringify(meta));
	return bytes.length <= mostMetaBytes ? bytes : encoder.encode(JSON.stringify(shortened(meta)));
}

/** A meta that surely fits: heads are what can be long of a cycle, so its measures stay; of an event its two texts. */
function shortened(meta: FrameMeta): FrameMeta {
	if (meta.type === 'cycle') {
		return { ...meta, request: { line: meta.request.line, headers: [] }, response: undefined };
	}
	const { id, name } = meta;
	return {
		...meta,
		...(id !== undefined && { id: clippedText(id, clippedMetaTextBytes) }),
		...(name !== undefined && { name: clippedText(name, clippedMetaTextBytes) }),
	} satisfies EventMeta;
}

/** What `encodeMeta` wrote; undefined where it could not be read whole. */
export function decodeMeta(bytes: Buffer): FrameMeta | undefined {
	try {
		return JSON.parse(bytes.toString('utf8')) as FrameMeta;
	} catch {
		// It could not be read whole; the frame is shown without it.
		return undefined;
	}
}
