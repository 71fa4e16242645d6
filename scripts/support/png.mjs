// @ts-check
/**
 * Makes a screenshot's file small enough for the repository: a palette of 256 of its colours, and zlib's best
 * compression. A workbench has few colours; what is lost is a shade in the edge of a letter.
 */

import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * @param {Buffer} png as Chromium writes it: 8 bits a channel, RGB or RGBA, not interlaced
 * @returns {Buffer} the same picture with a palette
 */
export function withPalette(png) {
	const { width, height, channels, data } = decode(png);
	const pixels = width * height;

	/** @type {Map<number, number>} */
	const counts = new Map();
	for (let pixel = 0; pixel < pixels; pixel++) {
		const color = data.readUIntBE(pixel * channels, 3);
		counts.set(color, (counts.get(color) ?? 0) + 1);
	}
	const colors = chooseColors([...counts].sort(([, a], [, b]) => b - a).map(([color]) => color));
	/** @type {Map<number, number>} */
	const places = new Map(colors.map((color, place) => [color, place]));

	const rows = Buffer.alloc(height * (width + 1));
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const color = data.readUIntBE((y * width + x) * channels, 3);
			let place = places.get(color);
			if (place === undefined) {
				place = nearest(colors, color);
				places.set(color, place);
			}
			rows[y * (width + 1) + 1 + x] = place;
		}
	}

	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	// 8 bits a pixel, which is a place in the palette.
	head.set([8, 3, 0, 0, 0], 8);
	const table = Buffer.alloc(colors.length * 3);
	colors.forEach((color, place) => {
		table.writeUIntBE(color, place * 3, 3);
	});
	return Buffer.concat([
		signature,
		chunk('IHDR', head),
		chunk('PLTE', table),
		chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/**
 * One of each hue first, so that a small yellow mark stays yellow beside a thousand greys, then the most frequent.
 *
 * @param {readonly number[]} frequent all colours, the most frequent first
 */
function chooseColors(frequent) {
	/** @type {number[]} */
	const different = [];
	for (const color of frequent) {
		if (different.length === 128) break;
		if (different.every((other) => distanceBetween(color, other) > 40 ** 2)) different.push(color);
	}
	return [...new Set([...different, ...frequent])].slice(0, 256);
}

/** @param {readonly number[]} colors @param {number} color @returns {number} the place of the colour most like it */
function nearest(colors, color) {
	let best = 0;
	let least = Number.POSITIVE_INFINITY;
	colors.forEach((other, place) => {
		const distance = distanceBetween(color, other);
		if (distance < least) {
			least = distance;
			best = place;
		}
	});
	return best;
}

/** @param {number} a @param {number} b */
function distanceBetween(a, b) {
	const red = (a >> 16) - (b >> 16);
	const green = ((a >> 8) & 255) - ((b >> 8) & 255);
	const blue = (a & 255) - (b & 255);
	return red * red + green * green + blue * blue;
}

/** @param {string} type @param {Buffer} content */
function chunk(type, content) {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
	const framed = Buffer.alloc(body.length + 8);
	framed.writeUInt32BE(content.length, 0);
	body.copy(framed, 4);
	framed.writeUInt32BE(crc32(body), body.length + 4);
	return framed;
}

/** The check sum that PNG wants; Node has its own only since 20.15. @param {Buffer} bytes */
function crc32(bytes) {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

/** @param {Buffer} png */
function decode(png) {
	const width = png.readUInt32BE(16);
	const height = png.readUInt32BE(20);
	const channels = png[25] === 6 ? 4 : 3;
	const parts = [];
	for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
		const length = png.readUInt32BE(at);
		if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
	}
	const raw = inflateSync(Buffer.concat(parts));
	const stride = width * channels;
	const data = Buffer.alloc(height * stride);
	for (let y = 0; y < height; y++) {
		const filter = raw[y * (stride + 1)];
		for (let x = 0; x < stride; x++) {
			const at = y * stride + x;
			const left = x >= channels ? (data[at - channels] ?? 0) : 0;
			const up = y > 0 ? (data[at - stride] ?? 0) : 0;
			const upLeft = x >= channels && y > 0 ? (data[at - stride - channels] ?? 0) : 0;
			data[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, up, upLeft);
		}
	}
	return { width, height, channels, data };
}

/** PNG's filters: what a byte is expected to be. @param {number | undefined} filter @param {number} left @param {number} up @param {number} upLeft */
function predicted(filter, left, up, upLeft) {
	switch (filter) {
		case 1:
			return left;
		case 2:
			return up;
		case 3:
			return (left + up) >> 1;
		case 4: {
			const guess = left + up - upLeft;
			const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)];
			return a <= b && a <= c ? left : b <= c ? up : upLeft;
		}
		default:
			return 0;
	}
}
