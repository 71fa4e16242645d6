/**
 * How a chunk's index stands on disk, so that a capture outlives the window that made it.
 *
 * A file is a header (`TIX3`, u32 zero, f64 baseMs, f64 firstSeq) and blocks, one for each flush: `TIXB`, u32 CRC-32 of
 * all that follows in the block, u32 bytes of all that follows, u32 rows, u32 bytes of the names, f64 frames evicted
 * before this block, f64 what the lags count from, the names that are new since the block before as JSON, then the rows' columns in the order of
 * `chunkColumns`. Little-endian. A block that is cut or does not match its CRC, and all behind it, counts as not written.
 * Rows whose payloads are not in the payload file are kept and flagged.
 */
import { crc32 } from 'node:zlib';
import { type ChunkColumn, chunkColumns, FrameChunk } from '../../core/capture/frameChunk';

const headerMagic = 0x33584954;
const blockMagic = 0x42584954;
export const indexHeaderBytes = 24;
const blockHeaderBytes = 12;
const blockFixedBytes = 24;
const columnNames = Object.keys(chunkColumns) as ChunkColumn[];

export function indexHeader(chunk: FrameChunk): Buffer {
	const header = Buffer.alloc(indexHeaderBytes);
	header.writeUInt32LE(headerMagic, 0);
	header.writeDoubleLE(chunk.baseMs, 8);
	header.writeDoubleLE(chunk.firstSeq, 16);
	return header;
}

/** The block for rows `from … to-1` of a chunk. */
export function indexBlock(
	chunk: FrameChunk,
	from: number,
	to: number,
	evicted: number,
	newNames: readonly string[],
): Buffer {
	const names = Buffer.from(JSON.stringify(newNames));
	const columns = columnNames.map((name) => {
		const column = chunk.column(name, from, to);
		return Buffer.from(column.buffer as ArrayBuffer, column.byteOffset, column.byteLength);
	});
	const head = Buffer.alloc(blockHeaderBytes + blockFixedBytes);
	head.writeUInt32LE(blockMagic, 0);
	head.writeUInt32LE(to - from, 12);
	head.writeUInt32LE(names.length, 16);
	head.writeDoubleLE(evicted, 20);
	head.writeDoubleLE(chunk.lagBaseMs, 28);
	const block = Buffer.concat([head, names, ...columns]);
	block.writeUInt32LE(block.length - blockHeaderBytes, 8);
	block.writeUInt32LE(crc32(block.subarray(8)), 4);
	return block;
}

/** What an index file held. */
export interface StoredIndex {
	readonly chunk: FrameChunk;
	readonly names: readonly string[];
	readonly evicted: number;
}

/**
 * Reads an index file as far as it is whole. Undefined where not even one row is.
 *
 * `payloadFileBytes` is the length of the payload file beside it.
 */
export function readIndex(bytes: Buffer, payloadFileBytes: number, maxRows: number): StoredIndex | undefined {
	if (bytes.length < indexHeaderBytes || bytes.readUInt32LE(0) !== headerMagic) {
		return undefined;
	}
	const chunk = new FrameChunk(bytes.readDoubleLE(16), bytes.readDoubleLE(8), maxRows);
	const names: string[] = [];
	let evicted = 0;
	let at = indexHeaderBytes;
	while (at + blockHeaderBytes + blockFixedBytes <= bytes.length && bytes.readUInt32LE(at) === blockMagic) {
		const end = at + blockHeaderBytes + bytes.readUInt32LE(at + 8);
		if (end > bytes.length || crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) {
			break;
		}
		const rows = bytes.readUInt32LE(at + 12);
		const nameBytes = bytes.readUInt32LE(at + 16);
		evicted = bytes.readDoubleLE(at + 20);
		chunk.lagBaseMs = bytes.readDoubleLE(at + 28);
		let from = at + blockHeaderBytes + blockFixedBytes;
		for (const name of JSON.parse(bytes.toString('utf8', from, from + nameBytes)) as string[]) {
			names.push(name);
		}
		from += nameBytes;
		const columns: Record<string, unknown> = {};
		for (const name of columnNames) {
			const columnType = chunkColumns[name];
			const length = rows * columnType.BYTES_PER_ELEMENT;
			// A copy of its own, since a typed array must begin at a multiple of its element's size.
			columns[name] = new columnType(new Uint8Array(bytes.subarray(from, from + length)).buffer);
			from += length;
		}
		chunk.appendColumns(columns as Parameters<FrameChunk['appendColumns']>[0]);
		at = end;
	}
	if (chunk.count === 0) {
		return undefined;
	}
	chunk.seal();
	chunk.loseBeyond(payloadFileBytes);
	return { chunk, names, evicted };
}
