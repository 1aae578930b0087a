import type { BandName } from '../domain/band.ts';
import type { Raster } from '../domain/raster.ts';
import { INDICES, type IndexName, indexRow, servingBand } from './indices.ts';
import { normalizedDifference } from './normalized-difference.ts';

/**
 * A spectral index over a grid.
 *
 * @param bands  rasters on one grid, by band name; `nir08` serves where `nir` is missing
 * @returns      a new raster, values below 0 taken as 0; NaN where a band is nodata or the denominator is not positive
 * @throws {RangeError} when a band is missing (ask `missingBands` first) or the grids differ
 */
export function computeIndex(index: IndexName, bands: ReadonlyMap<BandName, Raster>): Raster {
  const available = new Set(bands.keys());
  const inputs = INDICES[index].bands.map((band) => {
    const serving = servingBand(band, available);
    if (!serving) throw new RangeError(`${index} needs ${band}; present: ${[...available].join(', ')}`);
    return bands.get(serving)!;
  });
  const { compute } = indexRow(index);
  if (compute === 'normalized-difference') return normalizedDifference(inputs[0]!, inputs[1]!);
  const { width, height } = inputs[0]!;
  for (const { width: w, height: h } of inputs) {
    if (w !== width || h !== height) throw new RangeError(`grids differ: ${width}x${height} and ${w}x${h}`);
  }
  const values = new Float32Array(width * height);
  const pixel = new Array<number>(inputs.length);
  for (let i = 0; i < values.length; i++) {
    for (let band = 0; band < inputs.length; band++) pixel[band] = Math.max(0, inputs[band]!.values[i]!);
    values[i] = compute(...pixel);
  }
  return { width, height, values };
}
