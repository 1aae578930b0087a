import type { BandName } from '../domain/band.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { chooseIndex } from '../spectral/choose-index.ts';
import { computeIndex } from '../spectral/compute-index.ts';
import { indexMask, maskAbove } from '../spectral/index-mask.ts';
import { computableIndices, type IndexName, indexRow } from '../spectral/indices.ts';
import { normalizedDifference } from '../spectral/normalized-difference.ts';
import { otsu } from '../spectral/otsu.ts';

/** What the model has to beat: a threshold on one quantity. */
export interface Baseline {
  /** `ndvi fixed 0.3`, `ndvi otsu`, `index in use`. */
  readonly name: string;
  readonly kind: 'fixed' | 'otsu';
  readonly mask: Mask;
}

/**
 * Every threshold mask that may find a target on these bands, one at a time. `index in use` is what the bot takes its
 * attributes from; of `brightness`, `blue over red` and the like nobody claims that they find a target, but they can be
 * thresholded on any picture and an honest comparison on RGB needs something.
 *
 * @param bands  rasters on the label's grid
 */
export function* baselines(
  target: LandCover,
  bands: ReadonlyMap<BandName, Raster>,
  values: SceneInfo['values'],
): Generator<Baseline> {
  const choice = chooseIndex(target, new Set(bands.keys()), values);
  if (choice) {
    const { mask, method } = indexMask(choice, bands);
    yield { name: 'index in use', kind: method, mask };
  }
  const computable = computableIndices(new Set(bands.keys()), values);
  for (const index of CANDIDATES[target].filter((name) => computable.includes(name))) {
    yield* thresholded(index, computeIndex(index, bands), indexRow(index).threshold?.above ?? 0);
  }
  const rgb = (['red', 'green', 'blue'] as const).map((name) => bands.get(name));
  const [red, , blue] = rgb;
  if (target === 'water' && red && blue) yield* thresholded('blue over red', normalizedDifference(blue, red), 0);
  if (target !== 'vegetation' && rgb.every((band) => band !== undefined)) {
    const sign = target === 'water' ? -1 : 1;
    yield* thresholded(sign < 0 ? 'darkness' : 'brightness', brightness(rgb, sign), null);
  }
  if (target === 'building' && computable.includes('gli')) {
    const { width, height, values } = computeIndex('gli', bands);
    yield* thresholded('lack of green', { width, height, values: values.map((value) => -value) }, 0);
  }
}

/** Indices that people threshold for a target. */
const CANDIDATES: Readonly<Record<LandCover, readonly IndexName[]>> = {
  vegetation: ['ndvi', 'evi', 'savi', 'exg', 'vari', 'gli', 'ngrdi'],
  water: ['mndwi', 'ndwi'],
  building: ['ndbi', 'ui', 'bsi'],
};

function* thresholded(name: string, raster: Raster, fixed: number | null): Generator<Baseline> {
  if (fixed !== null) yield { name: `${name} fixed ${fixed}`, kind: 'fixed', mask: maskAbove(raster, fixed) };
  // Where all pixels are alike Otsu has no threshold: it marks nothing, and still takes part.
  yield { name: `${name} otsu`, kind: 'otsu', mask: maskAbove(raster, otsu(raster.values)?.threshold ?? Infinity) };
}

/** Mean of the visible bands, or its negative so that dark is high; in [-1, 1] as Otsu's histogram expects. */
function brightness(bands: readonly Raster[], sign: 1 | -1): Raster {
  const { width, height } = bands[0]!;
  const values = new Float32Array(width * height);
  for (const band of bands)
    for (let i = 0; i < values.length; i++) values[i]! += (sign * band.values[i]!) / bands.length;
  return { width, height, values };
}
