import type { IndexStatistics } from '../domain/finding.ts';

/**
 * Statistics of an index, whatever its size: values come in pieces, twice, and none are kept.
 *
 * The median is exact (mean of the two middle values for an even count): the first pass counts the upper 16 bits of sortable
 * keys, the second the lower 16 bits of those in the middle.
 *
 * @param symbol  what the index is called in the result
 * @param read    the same values at each call; NaN does not count
 * @returns       nulls when there is no valid value
 */
export async function indexStatistics(
  symbol: string,
  read: () => AsyncIterable<Float32Array>,
): Promise<IndexStatistics> {
  const upper = new Uint32Array(65536);
  let [pixels, mean, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for await (const values of read()) {
    const bits = bitsOf(values);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      pixels++;
      // Welford's recurrence: stable where the spread is small against the mean.
      const step = value - mean;
      mean += step / pixels;
      squares += step * (value - mean);
      if (value < min) min = value;
      if (value > max) max = value;
      upper[keyOf(bits[i]!) >>> 16]!++;
    }
  }
  if (pixels === 0) {
    return { index: symbol, mean: null, median: null, min: null, max: null, standardDeviation: null, pixels: 0 };
  }
  const middle = [Math.floor((pixels - 1) / 2), Math.floor(pixels / 2)].map((rank) => locateRank(upper, rank));
  const lower: (Uint32Array | undefined)[] = new Array(65536);
  for (const [bin] of middle) lower[bin] = new Uint32Array(65536);
  for await (const values of read()) {
    const bits = bitsOf(values);
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i]!)) continue;
      const key = keyOf(bits[i]!);
      const histogram = lower[key >>> 16];
      if (histogram) histogram[key & 0xffff]!++;
    }
  }
  const [low, high] = middle.map(([bin, left]) => floatOf((bin << 16) | locateRank(lower[bin]!, left)[0]));
  const median = (low! + high!) / 2;
  return { index: symbol, mean, median, min, max, standardDeviation: Math.sqrt(squares / pixels), pixels };
}

const bitsOf = (values: Float32Array): Int32Array => new Int32Array(values.buffer, values.byteOffset, values.length);

/** Floats sort like unsigned integers once the sign bit is turned, and all bits for negative ones. */
const keyOf = (bits: number): number => (bits < 0 ? ~bits : bits ^ 0x80000000) >>> 0;

function floatOf(key: number): number {
  const bits = key >>> 0 >= 0x80000000 ? key ^ 0x80000000 : ~key;
  return new Float32Array(Int32Array.of(bits).buffer)[0]!;
}

/** The bin in which a rank falls, and its rank inside that bin. */
function locateRank(histogram: Uint32Array, rank: number): [bin: number, left: number] {
  let left = rank;
  let bin = 0;
  while (left >= histogram[bin]!) left -= histogram[bin++]!;
  return [bin, left];
}
