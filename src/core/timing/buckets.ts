/** Values below 2^linearBits microseconds have a bucket each; above, every octave has 2^(linearBits-1) buckets. */
const linearBits = 8;
const linearBuckets = 1 << linearBits;
const bucketsPerOctave = linearBuckets >> 1;
const octaves = 36 - linearBits;
/** How many buckets there are. */
export const bucketCount = linearBuckets + octaves * bucketsPerOctave;
/** The largest time that has a bucket, nineteen hours. */
export const largestMicroseconds = 2 ** 36 - 1;

/** The bucket of a whole number of microseconds from 0 to `largestMicroseconds`. */
export function bucketOf(microseconds: number): number {
	if (microseconds < linearBuckets) {
		return microseconds;
	}
	if (microseconds < 2 ** 31) {
		const shift = 32 - linearBits - Math.clz32(microseconds);
		return linearBuckets + (shift - 1) * bucketsPerOctave + ((microseconds >>> shift) - bucketsPerOctave);
	}
	// Bit operations know 32 bits, so half an hour and more is divided instead.
	const shift = Math.floor(Math.log2(microseconds)) - linearBits + 1;
	return linearBuckets + (shift - 1) * bucketsPerOctave + (Math.floor(microseconds / 2 ** shift) - bucketsPerOctave);
}

/** The middle of a bucket in microseconds, within 1/256 of whatever lies in it; exact below 256 µs. */
export function middleOf(bucket: number): number {
	if (bucket < linearBuckets) {
		return bucket;
	}
	const above = bucket - linearBuckets;
	const shift = Math.floor(above / bucketsPerOctave) + 1;
	const width = 2 ** shift;
	return ((above % bucketsPerOctave) + bucketsPerOctave) * width + (width - 1) / 2;
}
