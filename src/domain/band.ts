/** Band names as in STAC's electro-optical extension (https://github.com/stac-extensions/eo), plus `alpha`. */
export const BAND_NAMES = [
  'coastal',
  'blue',
  'green',
  'yellow',
  'red',
  'rededge071',
  'rededge075',
  'rededge078',
  'nir',
  'nir08',
  'nir09',
  'water_vapor',
  'cirrus',
  'swir16',
  'swir22',
  'lwir',
  'pan',
  'alpha',
] as const;

/** Bands that carry land cover: what models and indices read. */
export const LAND_BANDS: readonly BandName[] = ['blue', 'green', 'red', 'nir', 'nir08', 'swir16', 'swir22'];

export type BandName = (typeof BAND_NAMES)[number];
