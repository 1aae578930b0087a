import type { Raster } from '../domain/raster.ts';

/**
 * Normalized difference of two bands, `(a - b) / (a + b)`: the form shared by NDVI, NDWI, MNDWI and NDBI.
 *
 * @param a  first band, reflectance or display values (unitless)
 * @param b  second band, on the same grid
 * @returns  a new raster on that grid; in [-1, 1] where both inputs are non-negative, NaN where either input is nodata
 *           or `a + b <= 0`
 * @throws {RangeError} when the grids differ; resample before calling
 * @see Rouse et al. 1974, NASA SP-351 (NDVI, the first of the family)
 */
export function normalizedDifference(a: Raster, b: Raster): Raster {
  const { width, height } = a;
  if (b.width !== width || b.height !== height) {
    throw new RangeError(`grids differ: ${width}x${height} and ${b.width}x${b.height}`);
  }
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const sum = a.values[i]! + b.values[i]!;
    // NaN > 0 is false, so nodata falls through here as well.
    values[i] = sum > 0 ? (a.values[i]! - b.values[i]!) / sum : NaN;
  }
  return { width, height, values };
}
