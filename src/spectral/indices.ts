import type { BandName } from '../domain/band.ts';

/** Value of an index at one pixel from the values of its bands, in the order of `bands`; NaN where it is undefined. */
type Formula = (...values: number[]) => number;

export interface SpectralIndex {
  /** As people write it: `NDVI`, `ExG`. */
  readonly symbol: string;
  readonly title: string;
  /** For people, with band names. */
  readonly formula: string;
  readonly bands: readonly BandName[];
  /** `(a - b) / (a + b)` of the two bands in this order (swapping them flips every threshold), or a formula of its own. */
  readonly compute: 'normalized-difference' | Formula;
  readonly reference: string;
  /** Where the literature cuts it, on reflectance. null = no generally used value. */
  readonly threshold: { readonly above: number; readonly meaning: string; readonly source: string } | null;
  /** Whether the formula needs calibrated reflectance: its constants are then in units of reflectance. */
  readonly calibrated: boolean;
  /** Weaker than an index with near infrared; said to the user. */
  readonly weak?: true;
}

const ratio = (numerator: number, denominator: number): number => (denominator > 0 ? numerator / denominator : NaN);

/** Adding an index is adding a row: no other file changes. */
export const INDICES = {
  ndvi: {
    symbol: 'NDVI',
    title: 'Normalized difference vegetation index',
    formula: '(nir - red) / (nir + red)',
    bands: ['nir', 'red'],
    compute: 'normalized-difference',
    reference: 'Rouse et al. 1974, NASA SP-351',
    threshold: {
      above: 0.3,
      meaning: 'vegetation',
      source: 'Sobrino et al. 2004, doi:10.1016/j.rse.2004.02.003, puts bare soil below 0.2 and full cover above 0.5',
    },
    calibrated: false,
  },
  evi: {
    symbol: 'EVI',
    title: 'Enhanced vegetation index',
    formula: '2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)',
    bands: ['nir', 'red', 'blue'],
    compute: (nir, red, blue) => ratio(2.5 * (nir - red), nir + 6 * red - 7.5 * blue + 1),
    reference: 'Huete et al. 2002, doi:10.1016/S0034-4257(02)00096-2',
    threshold: { above: 0.2, meaning: 'vegetation', source: 'our choice, near NDVI 0.3 on common canopies' },
    calibrated: true,
  },
  savi: {
    symbol: 'SAVI',
    title: 'Soil-adjusted vegetation index',
    formula: '1.5 * (nir - red) / (nir + red + 0.5)',
    bands: ['nir', 'red'],
    compute: (nir, red) => ratio(1.5 * (nir - red), nir + red + 0.5),
    reference: 'Huete 1988, doi:10.1016/0034-4257(88)90106-X',
    threshold: { above: 0.2, meaning: 'vegetation', source: 'our choice, near NDVI 0.3 on common canopies' },
    calibrated: true,
  },
  ndwi: {
    symbol: 'NDWI', // not Gao 1996, which has the same name: that one is NDMI
    title: 'Normalized difference water index',
    formula: '(green - nir) / (green + nir)',
    bands: ['green', 'nir'],
    compute: 'normalized-difference',
    reference: 'McFeeters 1996, doi:10.1080/01431169608948714',
    threshold: { above: 0, meaning: 'water', source: 'McFeeters 1996' },
    calibrated: false,
  },
  mndwi: {
    symbol: 'MNDWI',
    title: 'Modified normalized difference water index',
    formula: '(green - swir16) / (green + swir16)',
    bands: ['green', 'swir16'],
    compute: 'normalized-difference',
    reference: 'Xu 2006, doi:10.1080/01431160600589179',
    threshold: { above: 0, meaning: 'water', source: 'Xu 2006' },
    calibrated: false,
  },
  ndmi: {
    symbol: 'NDMI',
    title: 'Normalized difference moisture index',
    formula: '(nir - swir16) / (nir + swir16)',
    bands: ['nir', 'swir16'],
    compute: 'normalized-difference',
    reference: 'Gao 1996, doi:10.1016/S0034-4257(96)00067-3',
    threshold: null,
    calibrated: false,
  },
  ndbi: {
    symbol: 'NDBI',
    title: 'Normalized difference built-up index',
    formula: '(swir16 - nir) / (swir16 + nir)',
    bands: ['swir16', 'nir'],
    compute: 'normalized-difference',
    reference: 'Zha et al. 2003, doi:10.1080/01431160304987',
    threshold: { above: 0, meaning: 'built-up land or bare soil', source: 'Zha et al. 2003' },
    calibrated: false,
  },
  ui: {
    symbol: 'UI',
    title: 'Urban index',
    formula: '(swir22 - nir) / (swir22 + nir)',
    bands: ['swir22', 'nir'],
    compute: 'normalized-difference',
    reference: 'Kawamura et al. 1996, ISPRS Archives 31 B7',
    threshold: null,
    calibrated: false,
  },
  bsi: {
    symbol: 'BSI',
    title: 'Bare soil index',
    formula: '((swir16 + red) - (nir + blue)) / ((swir16 + red) + (nir + blue))',
    bands: ['swir16', 'red', 'nir', 'blue'],
    compute: (swir16, red, nir, blue) => ratio(swir16 + red - (nir + blue), swir16 + red + (nir + blue)),
    reference: 'Rikimaru et al. 2002, Tropical Ecology 43(1)',
    threshold: null,
    calibrated: false,
  },
  ndsi: {
    symbol: 'NDSI',
    title: 'Normalized difference snow index',
    formula: '(green - swir16) / (green + swir16)', // the formula of MNDWI, read at another threshold
    bands: ['green', 'swir16'],
    compute: 'normalized-difference',
    reference: 'Hall et al. 1995, doi:10.1016/0034-4257(95)00137-P',
    threshold: { above: 0.4, meaning: 'snow', source: 'Hall et al. 1995' },
    calibrated: false,
  },
  nbr: {
    symbol: 'NBR',
    title: 'Normalized burn ratio',
    formula: '(nir - swir22) / (nir + swir22)',
    bands: ['nir', 'swir22'],
    compute: 'normalized-difference',
    reference: 'Key and Benson 2006, USDA RMRS-GTR-164',
    threshold: null,
    calibrated: false,
  },
  exg: {
    symbol: 'ExG',
    title: 'Excess green index',
    formula: '(2 * green - red - blue) / (red + green + blue)',
    bands: ['green', 'red', 'blue'],
    compute: (green, red, blue) => ratio(2 * green - red - blue, red + green + blue),
    reference: 'Woebbecke et al. 1995, doi:10.13031/2013.27838',
    threshold: null,
    calibrated: false,
    weak: true,
  },
  vari: {
    symbol: 'VARI',
    title: 'Visible atmospherically resistant index',
    formula: '(green - red) / (green + red - blue)',
    bands: ['green', 'red', 'blue'],
    compute: (green, red, blue) => ratio(green - red, green + red - blue),
    reference: 'Gitelson et al. 2002, doi:10.1016/S0034-4257(01)00289-9',
    threshold: null,
    calibrated: false,
    weak: true,
  },
  gli: {
    symbol: 'GLI',
    title: 'Green leaf index',
    formula: '(2 * green - red - blue) / (2 * green + red + blue)',
    bands: ['green', 'red', 'blue'],
    compute: (green, red, blue) => ratio(2 * green - red - blue, 2 * green + red + blue),
    reference: 'Louhaichi et al. 2001, doi:10.1080/10106040108542184',
    threshold: { above: 0, meaning: 'green leaves', source: 'Louhaichi et al. 2001' },
    calibrated: false,
    weak: true,
  },
  ngrdi: {
    symbol: 'NGRDI',
    title: 'Normalized green-red difference index',
    formula: '(green - red) / (green + red)',
    bands: ['green', 'red'],
    compute: 'normalized-difference',
    reference: 'Tucker 1979, doi:10.1016/0034-4257(79)90013-0',
    threshold: null,
    calibrated: false,
    weak: true,
  },
} as const satisfies Record<string, SpectralIndex>;

export type IndexName = keyof typeof INDICES;

export const INDEX_NAMES = Object.keys(INDICES) as readonly IndexName[];

/** The row of an index, as the general type. */
export const indexRow = (index: IndexName): SpectralIndex => INDICES[index];

export const isIndexName = (word: string): word is IndexName => Object.hasOwn(INDICES, word);

/** Bands that may stand in for another: the narrow near infrared of Landsat OLI and Sentinel-2's B8A. */
const SUBSTITUTES: Partial<Record<BandName, BandName>> = { nir: 'nir08' };

/** Bands of `index` that the scene lacks; empty when the index can be computed. `nir08` serves where `nir` is missing. */
export function missingBands(index: IndexName, available: ReadonlySet<BandName>): BandName[] {
  return INDICES[index].bands.filter((band) => servingBand(band, available) === null);
}

/** The band of the scene that serves as `band`: itself, its substitute, or null. */
export function servingBand(band: BandName, available: ReadonlySet<BandName>): BandName | null {
  if (available.has(band)) return band;
  const substitute = SUBSTITUTES[band];
  return substitute && available.has(substitute) ? substitute : null;
}

/** Indices that can be computed from the bands at hand, in the order of the rows. */
export function computableIndices(available: ReadonlySet<BandName>, values: 'reflectance' | 'display'): IndexName[] {
  return INDEX_NAMES.filter(
    (index) => missingBands(index, available).length === 0 && (values === 'reflectance' || !INDICES[index].calibrated),
  );
}
