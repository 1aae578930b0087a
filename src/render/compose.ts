import type { BandName } from '../domain/band.ts';
import type { MapWords } from '../domain/picture.ts';
import type { Raster } from '../domain/raster.ts';
import type { Pixels } from './pixels.ts';

/** Which bands make the picture of a scene, best first. */
export interface CompositeChoice {
  readonly title: keyof MapWords['composites'];
  /** Positions among the scene's bands: [red, green, blue] of the picture, or one for grey. */
  readonly bands: readonly [number, number, number] | readonly [number];
}

/**
 * True colour where the scene has red, green and blue, else colour infrared, else its most telling single band.
 *
 * @param preferred  taken before true colour where the scene has its bands
 * @throws {RangeError} when there is no band at all
 */
export function chooseComposite(bands: readonly (BandName | null)[], preferred?: 'colour infrared'): CompositeChoice {
  if (bands.length === 0) throw new RangeError('a scene without bands has no composite');
  const at = (name: BandName): number => bands.indexOf(name);
  const all = (...names: [BandName, BandName, BandName]): readonly [number, number, number] | null => {
    const found = names.map(at) as [number, number, number];
    return found.includes(-1) ? null : found;
  };
  const trueColour = all('red', 'green', 'blue');
  const infrared = all('nir', 'red', 'green') ?? all('nir08', 'red', 'green');
  if (trueColour && !(infrared && preferred)) return { title: 'true colour', bands: trueColour };
  if (infrared) return { title: 'colour infrared', bands: infrared };
  const grey = (['pan', 'red', 'green', 'nir', 'blue'] as const).map(at).find((i) => i >= 0);
  return {
    title: 'single band',
    bands: [
      grey ??
        Math.max(
          0,
          bands.findIndex((name) => name !== 'alpha'),
        ),
    ],
  };
}

/**
 * Composite from three rasters (red, green, blue of the picture) or one (grey), stretched between the 2nd and the 98th
 * percentile; of reflectance what is brighter is compressed, not cut off. A pixel that is nodata in any of them is transparent.
 *
 * @param rasters  on one grid
 * @param values   what the scene's values are: `display` pictures that already use their range are left as they are
 * @throws {RangeError} when the grids differ
 */
export function composeScene(rasters: readonly Raster[], values: 'reflectance' | 'display'): Pixels {
  const [first] = rasters;
  if (!first || (rasters.length !== 1 && rasters.length !== 3))
    throw new RangeError(`${rasters.length} rasters, expected 1 or 3`);
  const { width, height } = first;
  for (const raster of rasters) {
    if (raster.width !== width || raster.height !== height) {
      throw new RangeError(`grids differ: ${width}x${height} and ${raster.width}x${raster.height}`);
    }
  }
  const limits = stretchOf(rasters, values);
  const reach = values === 'reflectance' ? BRIGHTEST : 1;
  const tones = Uint8Array.from({ length: TONES + 1 }, (_, i) =>
    Math.round(255 * (values === 'reflectance' ? shouldered((i / TONES) * reach) ** (1 / GAMMA) : i / TONES)),
  );
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    let valid = true;
    for (let channel = 0; channel < 3; channel++) {
      const which = rasters.length === 1 ? 0 : channel;
      const value = rasters[which]!.values[i]!;
      const [low, high] = limits[which]!;
      if (Number.isNaN(value)) valid = false;
      const share = Math.min(Math.max((value - low) / (high - low), 0), reach);
      rgba[i * 4 + channel] = tones[Math.round((share / reach) * TONES)]!;
    }
    if (valid) rgba[i * 4 + 3] = 255;
    else rgba.fill(0, i * 4, i * 4 + 4);
  }
  return { width, height, rgba };
}

/** Up to here tones are as they are; brighter ones come ever nearer to white, so that roofs and clouds keep their forms. */
const SHOULDER = 0.8;

/** Brighter than this, in spans of the stretch, all is white. */
const BRIGHTEST = 3;

const shouldered = (share: number): number =>
  share <= SHOULDER ? share : 1 - (1 - SHOULDER) * Math.exp((SHOULDER - share) / (1 - SHOULDER));

/** Steps of the tone curve, fine enough that none of the 256 grey values is skipped. */
const TONES = 4096;

/** Reflectance is linear in light; a slight lift of the dark half is what makes forests and shadows readable. */
const GAMMA = 1.4;

/** Of the 2nd percentile that is taken away as haze: all of it would make every forest black and every meadow garish. */
const DARK_SHARE = 0.8;

/** Reflectance spans below this are mostly noise (a scene of open water) and are not stretched further. */
const SMALLEST_SPAN = 0.04;

/** How far above the median the ground may reach, in distances from the 2nd percentile to the median. */
const CLOUD_REACH = 4;

/** Percentiles are taken from at most about this many pixels. */
const SAMPLES = 100_000;

function stretchOf(rasters: readonly Raster[], values: 'reflectance' | 'display'): (readonly [number, number])[] {
  const ranges = rasters.map(percentileRange);
  if (values === 'display') {
    const low = Math.min(...ranges.map((r) => r[0]));
    const high = Math.max(...ranges.map((r) => r[1]));
    // A photograph brings its own contrast and white balance; all bands share one stretch, if any.
    return ranges.map(() => (high - low > 0.5 || high <= low ? [0, 1] : [low, high]));
  }
  const spans = ranges.map(([low, high, median]) => {
    // Clouds would take the whole range and leave the ground black: let them burn out instead.
    const ground = median + CLOUD_REACH * (median - low) + 0.05;
    return Math.max(Math.min(high, ground) - low, SMALLEST_SPAN);
  });
  const common = spans.reduce((sum, span) => sum + span, 0) / spans.length;
  // Each band has its own black point (haze lifts blue most), but only half its own span: stretching every band fully
  // would turn a forest grey.
  return ranges.map(([low], i) => [DARK_SHARE * low, low + Math.sqrt(spans[i]! * common)]);
}

/** 2nd and 98th percentile, and median. */
function percentileRange(raster: Raster): readonly [low: number, high: number, median: number] {
  const { values } = raster;
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const sample = new Float32Array(Math.ceil(values.length / step));
  let count = 0;
  for (let i = 0; i < values.length; i += step) {
    if (!Number.isNaN(values[i]!)) sample[count++] = values[i]!;
  }
  if (count === 0) return [0, 1, 0.5];
  const sorted = sample.subarray(0, count).sort();
  const at = (share: number): number => sorted[Math.round(share * (count - 1))]!;
  return [at(0.02), at(0.98), at(0.5)];
}
