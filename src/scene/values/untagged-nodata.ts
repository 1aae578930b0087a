import type { BandStatistics } from '../bands/band-statistics.ts';
import type { SampleType } from '../formats/raster-file.ts';

/** Numbers that programs write for "no data", whatever they can tag. */
const CUSTOMARY: ReadonlySet<number> = new Set([
  -32768, -32767, -28672, -10000, -9999, -9998, -999, -99999, 32767, 65535, -3.4028234663852886e38,
]);

/** Less than this is a few broken pixels. */
const LEAST_SHARE = 0.001;

/**
 * A number that stands for "no data" though no tag says so: a customary one that is the smallest or the largest of every
 * band, is common, and stands far from all others.
 *
 * @param statistics  of every band
 * @param tagged      the tagged nodata value; one that no pixel can equal does not count
 */
export function untaggedNodata(
  statistics: readonly (BandStatistics | null)[],
  tagged: number | null,
  type: SampleType,
): number | null {
  if (tagged !== null && !Number.isNaN(tagged) && isStorable(tagged, type)) return null;
  const known = statistics.filter((s) => s !== null);
  const [first] = known;
  if (!first) return null;
  const isLow = (value: number): boolean =>
    known.every(({ min, low }) => min === value && low.share >= LEAST_SHARE && low.next - value > Math.abs(value) / 2);
  const isHigh = (value: number): boolean =>
    known.every(({ max, high }) => max === value && high.share >= LEAST_SHARE && value - high.next > value / 10);
  if (CUSTOMARY.has(first.min) && first.min < 0 && isLow(first.min)) return first.min;
  return CUSTOMARY.has(first.max) && first.max > 0 && isHigh(first.max) ? first.max : null;
}

function isStorable(value: number, type: SampleType): boolean {
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(type) ?? [];
  if (bits === undefined) return true;
  const [least, most] = unsigned ? [0, 2 ** Number(bits)] : [-(2 ** (Number(bits) - 1)), 2 ** (Number(bits) - 1)];
  return value >= least && value < most;
}
