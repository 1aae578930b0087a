import type { BandName } from '../domain/band.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { type IndexName, missingBands } from './indices.ts';

/** A fixed index threshold, or Otsu's where it is trustworthy and `fallback` where it is not. */
export type ThresholdRule =
  | { readonly kind: 'fixed'; readonly above: number }
  | {
      readonly kind: 'otsu';
      /** Otsu's threshold counts only inside this range … */
      readonly low: number;
      readonly high: number;
      /** … and when its separability reaches `MIN_SEPARABILITY`. */
      readonly fallback: number;
    };

/** How a target is read off the bands: pixels above the threshold of `index`, except those that `exclude` claims. */
export interface IndexChoice {
  readonly index: IndexName;
  readonly threshold: ThresholdRule;
  readonly exclude: readonly { readonly index: IndexName; readonly above: number }[];
  /** Worth a warning to the user. */
  readonly weak: boolean;
}

/** One Gaussian peak has a separability of 0.64, a flat histogram 0.75: from there on two classes are believable. */
export const MIN_SEPARABILITY = 0.75;

/**
 * The best index for a target from the bands at hand.
 *
 * @returns null where none is usable: water and buildings on RGB, buildings without short-wave infrared or reflectance
 */
export function chooseIndex(
  target: LandCover,
  available: ReadonlySet<BandName>,
  values: 'reflectance' | 'display',
): IndexChoice | null {
  const usable = (index: IndexName) => missingBands(index, available).length === 0;
  return (
    CHOICES[target].find(
      (choice) =>
        (choice.values === values || choice.values === 'any') &&
        [choice.index, ...choice.exclude.map((e) => e.index)].every(usable),
    ) ?? null
  );
}

interface Row extends IndexChoice {
  readonly values: 'reflectance' | 'display' | 'any';
}

/**
 * Best first. Reflectance takes the literature's threshold. Display values have an unknown gain per band, which shifts a
 * normalized difference by a constant or so: there Otsu looks for the valley, within what was seen on 8-bit aerial and
 * satellite pictures.
 */
const CHOICES: Readonly<Record<LandCover, readonly Row[]>> = {
  vegetation: [
    { values: 'reflectance', index: 'ndvi', threshold: { kind: 'fixed', above: 0.3 }, exclude: [], weak: false },
    {
      values: 'display',
      index: 'ndvi',
      threshold: { kind: 'otsu', low: 0.05, high: 0.45, fallback: 0.1 },
      exclude: [],
      weak: false,
    },
    {
      values: 'any',
      index: 'gli',
      threshold: { kind: 'otsu', low: 0.03, high: 0.15, fallback: 0.05 },
      exclude: [],
      weak: true,
    },
  ],
  water: [
    { values: 'reflectance', index: 'mndwi', threshold: { kind: 'fixed', above: 0 }, exclude: [], weak: false },
    { values: 'reflectance', index: 'ndwi', threshold: { kind: 'fixed', above: 0 }, exclude: [], weak: false },
    {
      values: 'display',
      index: 'mndwi',
      threshold: { kind: 'otsu', low: 0, high: 0.5, fallback: 0.2 },
      exclude: [],
      weak: false,
    },
    {
      values: 'display',
      index: 'ndwi',
      threshold: { kind: 'otsu', low: 0, high: 0.5, fallback: 0.2 },
      exclude: [],
      weak: false,
    },
  ],
  building: [
    {
      // Zha et al. 2003 subtract vegetation from a positive NDBI; Xu 2007 adds that water has to go as well.
      values: 'reflectance',
      index: 'ndbi',
      threshold: { kind: 'fixed', above: 0 },
      exclude: [
        { index: 'ndvi', above: 0.3 },
        { index: 'mndwi', above: 0 },
      ],
      weak: true,
    },
  ],
};
