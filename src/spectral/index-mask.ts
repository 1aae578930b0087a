import type { BandName } from '../domain/band.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import { type IndexChoice, MIN_SEPARABILITY, type ThresholdRule } from './choose-index.ts';
import { computeIndex } from './compute-index.ts';
import { otsu } from './otsu.ts';

export interface IndexMask {
  readonly choice: IndexChoice;
  readonly index: Raster;
  /** Pixels above it are the target. */
  readonly threshold: number;
  /** `fixed` also when Otsu's threshold was not trustworthy. */
  readonly method: 'fixed' | 'otsu';
  readonly mask: Mask;
}

/**
 * The mask that an index choice gives: 1 where the index is above its threshold and no excluded index claims the pixel.
 * Nodata is 0.
 *
 * @param bands  rasters on one grid that have every band of `choice`
 */
export function indexMask(choice: IndexChoice, bands: ReadonlyMap<BandName, Raster>): IndexMask {
  const index = computeIndex(choice.index, bands);
  const { threshold, method } = thresholdOf(choice.threshold, index.values);
  const mask = maskAbove(index, threshold);
  for (const { index: name, above } of choice.exclude) {
    const other = computeIndex(name, bands).values;
    for (let i = 0; i < other.length; i++) if (other[i]! > above) mask.values[i] = 0;
  }
  return { choice, index, threshold, method, mask };
}

/** 1 where the raster is above the threshold; 0 elsewhere and on nodata. */
export function maskAbove(raster: Raster, threshold: number): Mask {
  const values = new Uint8Array(raster.values.length);
  // NaN > t is false: nodata is never the target.
  for (let i = 0; i < values.length; i++) values[i] = raster.values[i]! > threshold ? 1 : 0;
  return { width: raster.width, height: raster.height, values };
}

/** The number that a rule gives on these index values, and how it was found. */
export function thresholdOf(
  rule: ThresholdRule,
  values: Float32Array,
): { readonly threshold: number; readonly method: 'fixed' | 'otsu' } {
  if (rule.kind === 'fixed') return { threshold: rule.above, method: 'fixed' };
  const found = otsu(values);
  const trusted =
    found !== null &&
    found.separability >= MIN_SEPARABILITY &&
    found.threshold >= rule.low &&
    found.threshold <= rule.high;
  return trusted ? { threshold: found.threshold, method: 'otsu' } : { threshold: rule.fallback, method: 'fixed' };
}
