import type { BandName } from '../../domain/band.ts';

/** A family of products with one band list. Adding a sensor is adding a row. */
export interface Sensor {
  readonly title: string;
  /** Found in file names and metadata, lower case. */
  readonly signature: RegExp;
  /** The product's own band codes, upper case without leading zeros: `B4`, `B8A`. */
  readonly codes: Readonly<Record<string, BandName | null>>;
  /** Bands by position, for the band counts in which this sensor's stacks are usual. */
  readonly stacks: Readonly<Record<number, readonly (BandName | null)[]>>;
  /** What a band called just "nir" is here. */
  readonly nir: BandName;
  /** Stored types of its stacks, where others would be something else. */
  readonly types?: readonly string[];
}

const S2_13 = [
  'coastal',
  'blue',
  'green',
  'red',
  'rededge071',
  'rededge075',
  'rededge078',
  'nir',
  'nir08',
  'water_vapor',
  'cirrus',
  'swir16',
  'swir22',
] as const satisfies BandName[];
const OLI_7 = ['coastal', 'blue', 'green', 'red', 'nir08', 'swir16', 'swir22'] as const satisfies BandName[];
const TM_6 = ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'] as const satisfies BandName[];
const BGRN = ['blue', 'green', 'red', 'nir'] as const satisfies BandName[];
const RGBN = ['red', 'green', 'blue', 'nir'] as const satisfies BandName[];

export const SENSORS = {
  'hls-s30': {
    title: 'HLS Sentinel-2 (S30)',
    signature: /hls[._-]?s30/,
    codes: {
      B1: 'coastal',
      B2: 'blue',
      B3: 'green',
      B4: 'red',
      B5: 'rededge071',
      B6: 'rededge075',
      B7: 'rededge078',
      B8: 'nir',
      B8A: 'nir08',
      B9: 'water_vapor',
      B10: 'cirrus',
      B11: 'swir16',
      B12: 'swir22',
    },
    stacks: { 13: S2_13, 6: ['blue', 'green', 'red', 'nir08', 'swir16', 'swir22'] },
    nir: 'nir08',
  },
  hls: {
    title: 'HLS Landsat (L30)',
    signature: /hls/,
    codes: {
      B1: 'coastal',
      B2: 'blue',
      B3: 'green',
      B4: 'red',
      B5: 'nir08',
      B6: 'swir16',
      B7: 'swir22',
      B9: 'cirrus',
      B10: 'lwir',
      B11: 'lwir',
    },
    stacks: {
      10: [...OLI_7, 'cirrus', 'lwir', 'lwir'],
      7: OLI_7,
      6: ['blue', 'green', 'red', 'nir08', 'swir16', 'swir22'],
    },
    nir: 'nir08',
  },
  'sentinel-2': {
    title: 'Sentinel-2',
    signature: /(^|[^a-z0-9])s2|sentinel-?_?2|msil[12][ac]|(^|[^a-z0-9])t\d{2}[c-x][a-z]{2}_\d{8}/,
    codes: {
      B1: 'coastal',
      B2: 'blue',
      B3: 'green',
      B4: 'red',
      B5: 'rededge071',
      B6: 'rededge075',
      B7: 'rededge078',
      B8: 'nir',
      B8A: 'nir08',
      B9: 'water_vapor',
      B10: 'cirrus',
      B11: 'swir16',
      B12: 'swir22',
      AOT: null,
      WVP: null,
      SCL: null,
      TCI: null,
      QA60: null,
    },
    stacks: {
      13: S2_13,
      12: S2_13.filter((band) => band !== 'cirrus'),
      // The 60 m bands of a level-2A product.
      11: S2_13.filter((band) => band !== 'cirrus' && band !== 'nir'),
      10: S2_13.filter((band) => band !== 'coastal' && band !== 'water_vapor' && band !== 'cirrus'),
      6: TM_6,
      4: BGRN,
      3: ['blue', 'green', 'red'],
    },
    nir: 'nir',
  },
  landsat89: {
    title: 'Landsat 8/9',
    signature: /(^|[^a-z0-9])l[co]0?[89]|landsat[-_ ]?0?[89]|(^|[^a-z0-9])l[89]([^0-9]|$)/,
    codes: {
      B1: 'coastal',
      B2: 'blue',
      B3: 'green',
      B4: 'red',
      B5: 'nir08',
      B6: 'swir16',
      B7: 'swir22',
      B8: 'pan',
      B9: 'cirrus',
      B10: 'lwir',
      B11: 'lwir',
      QA_PIXEL: null,
      QA_RADSAT: null,
      BQA: null,
      QA_AEROSOL: null,
    },
    stacks: {
      11: [...OLI_7, 'pan', 'cirrus', 'lwir', 'lwir'],
      8: [...OLI_7, 'lwir'],
      7: OLI_7,
      6: ['blue', 'green', 'red', 'nir08', 'swir16', 'swir22'],
      4: ['blue', 'green', 'red', 'nir08'],
      3: ['blue', 'green', 'red'],
    },
    nir: 'nir08',
  },
  landsat457: {
    title: 'Landsat 4/5/7',
    signature: /(^|[^a-z0-9])l[et]0?[457]|landsat[-_ ]?0?[457]|(^|[^a-z0-9])l[57]([^0-9]|$)/,
    codes: {
      B1: 'blue',
      B2: 'green',
      B3: 'red',
      B4: 'nir',
      B5: 'swir16',
      B6: 'lwir',
      B7: 'swir22',
      B8: 'pan',
      QA_PIXEL: null,
      QA_RADSAT: null,
      BQA: null,
    },
    stacks: {
      7: ['blue', 'green', 'red', 'nir', 'swir16', 'lwir', 'swir22'],
      6: TM_6,
      3: ['blue', 'green', 'red'],
    },
    nir: 'nir',
  },
  naip: {
    title: 'NAIP aerial',
    signature: /naip|national agriculture imagery|(^|[^a-z0-9])m_\d{7}_[ns][ew]_/,
    codes: { B1: 'red', B2: 'green', B3: 'blue', B4: 'nir' },
    stacks: { 4: RGBN, 3: ['red', 'green', 'blue'] },
    nir: 'nir',
    types: ['uint8'],
  },
  superdove: {
    title: 'PlanetScope SuperDove',
    signature: /analyticms(_sr)?_8b|_8b[_.]|psb\.sd/,
    codes: {},
    // The third is "green I" (531 nm); the fourth (565 nm) is the green of other sensors.
    stacks: { 8: ['coastal', 'blue', null, 'green', 'yellow', 'red', 'rededge071', 'nir'], 4: BGRN },
    nir: 'nir',
  },
  rapideye: {
    title: 'RapidEye',
    signature: /rapideye|(^|[^a-z0-9])re[1-5]_\da/,
    codes: {},
    stacks: { 5: ['blue', 'green', 'red', 'rededge071', 'nir'] },
    nir: 'nir',
    types: ['uint16'],
  },
  planetscope: {
    title: 'PlanetScope',
    signature: /analyticms|psscene|planet|_3b_/,
    codes: {},
    stacks: { 4: BGRN },
    nir: 'nir',
    types: ['uint16'],
  },
  worldview: {
    title: 'WorldView',
    signature: /(^|[^a-z0-9])wv0?[1-4]|worldview|spacenet/,
    codes: {},
    stacks: { 8: ['coastal', 'blue', 'green', 'yellow', 'red', 'rededge071', 'nir', 'nir09'] },
    nir: 'nir',
  },
} as const satisfies Record<string, Sensor>;

export type SensorKey = keyof typeof SENSORS;

/** The first sensor whose signature is in the text (file names, metadata). */
export function sensorIn(text: string): SensorKey | null {
  const lower = text.toLowerCase();
  return (Object.keys(SENSORS) as SensorKey[]).find((key) => SENSORS[key].signature.test(lower)) ?? null;
}

/** Stacks that speak for a sensor by their band count alone, in numbers of more than 8 bits. */
export const STACKS_BY_COUNT: Readonly<Record<number, { sensor: SensorKey; bands: readonly (BandName | null)[] }>> = {
  13: { sensor: 'sentinel-2', bands: S2_13 },
  12: { sensor: 'sentinel-2', bands: SENSORS['sentinel-2'].stacks[12] },
  11: { sensor: 'sentinel-2', bands: SENSORS['sentinel-2'].stacks[11] },
  10: { sensor: 'sentinel-2', bands: SENSORS['sentinel-2'].stacks[10] },
  7: { sensor: 'landsat89', bands: OLI_7 },
};

/** Band orders without any sensor: what the scientific world writes (by wavelength) and what pictures hold (RGB). */
export const ORDERS = {
  byWavelength: { 3: ['blue', 'green', 'red'], 4: BGRN, 5: ['blue', 'green', 'red', 'rededge071', 'nir'], 6: TM_6 },
  picture: { 3: ['red', 'green', 'blue'], 4: RGBN },
} as const satisfies Record<string, Readonly<Record<number, readonly BandName[]>>>;
