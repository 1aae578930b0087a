import type { IndexStatistics } from '../domain/finding.ts';
import type { Mask, Raster } from '../domain/raster.ts';

/**
 * Statistics of a raster over its valid pixels, or over those inside a mask.
 *
 * The median is exact (mean of the two middle values for an even count) and needs no copy of the raster.
 *
 * @param symbol  what the index is called in the result
 * @param inside  same grid; absent = everywhere
 * @returns       nulls when there is no valid pixel
 */
export function indexStatistics(symbol: string, raster: Raster, inside?: Mask): IndexStatistics {
  const { values } = raster;
  const counts = (i: number) => !Number.isNaN(values[i]!) && (!inside || inside.values[i] === 1);
  let [pixels, mean, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (!counts(i)) continue;
    const value = values[i]!;
    pixels++;
    // Welford's recurrence: stable where the spread is small against the mean.
    const step = value - mean;
    mean += step / pixels;
    squares += step * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (pixels === 0) {
    return { index: symbol, mean: null, median: null, min: null, max: null, standardDeviation: null, pixels: 0 };
  }
  const select = (rank: number) => selectRank(values, counts, rank);
  const middle = Math.floor((pixels - 1) / 2);
  const median = pixels % 2 === 1 ? select(middle) : (select(middle) + select(middle + 1)) / 2;
  return { index: symbol, mean, median, min, max, standardDeviation: Math.sqrt(squares / pixels), pixels };
}

/** The value of a 0-based rank in ascending order: two histograms, of the upper and the lower 16 bits of sortable keys. */
function selectRank(values: Float32Array, counts: (i: number) => boolean, rank: number): number {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  // Floats sort like integers once the sign bit is turned, and all bits for negative ones.
  const key = (i: number) => (bits[i]! < 0 ? ~bits[i]! : bits[i]! ^ 0x80000000) >>> 0;
  const histogram = new Uint32Array(65536);
  for (let i = 0; i < values.length; i++) if (counts(i)) histogram[key(i) >>> 16]!++;
  const [upper, left] = locateRank(histogram, rank);
  histogram.fill(0);
  for (let i = 0; i < values.length; i++) {
    if (counts(i) && key(i) >>> 16 === upper) histogram[key(i) & 0xffff]!++;
  }
  const [lower] = locateRank(histogram, left);
  const found = ((upper << 16) | lower) >>> 0;
  const back = new Uint32Array([found >= 0x80000000 ? found ^ 0x80000000 : ~found]);
  return new Float32Array(back.buffer)[0]!;
}

/** The bin in which a rank falls, and its rank inside that bin. */
function locateRank(histogram: Uint32Array, rank: number): [bin: number, left: number] {
  let left = rank;
  let bin = 0;
  while (left >= histogram[bin]!) left -= histogram[bin++]!;
  return [bin, left];
}
