import type { Raster } from '../domain/raster.ts';

/**
 * Normalized difference of two bands, `(a - b) / (a + b)`: the form shared by NDVI, NDWI, MNDWI and NDBI.
 *
 * Reflectance below 0 is what an atmospheric correction leaves of dark ground, and is taken as 0.
 *
 * @param a  first band, reflectance or display values (unitless)
 * @param b  second band, on the same grid
 * @returns  a new raster on that grid, in [-1, 1]; NaN where either input is nodata or neither is above 0
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
    // Math.max keeps NaN, and NaN > 0 is false, so nodata falls through here as well.
    const first = Math.max(0, a.values[i]!);
    const second = Math.max(0, b.values[i]!);
    values[i] = first + second > 0 ? (first - second) / (first + second) : NaN;
  }
  return { width, height, values };
}
