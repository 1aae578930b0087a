import type { BandName } from '../../domain/band.ts';

/** A family of products with one band list. Adding a sensor is adding a row. */
export interface Sensor {
  readonly title: string;
  /** Found in file names and metadata, lower case. */
  readonly signature: RegExp;
  /** Found in band descriptions, lower case: names that no other sensor has. */
  readonly described?: RegExp;
  /** How bands are called where it is not `B4`: the first group is the code, without leading zeros and upper case. */
  readonly codeIn?: RegExp;
  /** The product's own band codes, upper case without leading zeros: `B4`, `B8A`. null = known, and no band of ours. */
  readonly codes: Readonly<Record<string, BandName | null>>;
  /** Bands by position, for the band counts in which this sensor's stacks are usual. */
  readonly stacks: Readonly<Record<number, readonly (BandName | null)[]>>;
  /** Its files come in the order of `stacks`; without it that order is usual and a guess. */
  readonly delivered?: true;
  /** What a band called just "nir" is here. */
  readonly nir: BandName;
  /** Stored types of its stacks, where others would be something else. */
  readonly types?: readonly string[];
  /** Ground size of a pixel in metres, generous because files are resampled: outside it the file is something else. */
  readonly pixelsM: readonly [smallest: number, largest: number];
  /** First and last day of its images. */
  readonly flown?: readonly [first: string, last: string];
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
const RGB = ['red', 'green', 'blue'] as const satisfies BandName[];
// Band 5 is at 1.24 µm.
const MODIS_7 = ['red', 'nir', 'blue', 'green', null, 'swir16', 'swir22'] as const;

/** DIMAP's codes: blue is B0. */
const AIRBUS_CODES = { B0: 'blue', B1: 'green', B2: 'red', B3: 'nir', P: 'pan' } as const;
const S2_CODES = {
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
} as const;
const ANY_SIZE = [0, 1e6] as const;

export const SENSORS = {
  viirs: {
    title: 'VIIRS',
    signature: /(^|[^a-z0-9])v(np|j1|j2)(09|43)|viirs/,
    described: /surfreflect_[im]\d|(^|[^a-z0-9])viirs/,
    codeIn: /(?:^|[^a-z0-9])([im])0?(\d{1,2})(?!\d)/i,
    codes: {
      I1: 'red',
      I2: 'nir',
      I3: 'swir16',
      M1: null,
      M2: 'coastal',
      M3: 'blue',
      M4: 'green',
      M5: 'red',
      M7: 'nir',
      M8: null,
      M10: 'swir16',
      M11: 'swir22',
    },
    stacks: {},
    nir: 'nir',
    pixelsM: [20, 10_000],
    flown: ['2012-01-19', '2100-01-01'],
  },
  modis: {
    title: 'MODIS',
    signature: /(^|[^a-z0-9])m[oy]d09|mcd43|modis/,
    described: /sur_refl_b\d|nadir_reflectance_band/,
    codes: { B1: 'red', B2: 'nir', B3: 'blue', B4: 'green', B5: null, B6: 'swir16', B7: 'swir22' },
    stacks: { 7: MODIS_7, 2: ['red', 'nir'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [20, 10_000],
    flown: ['2000-02-24', '2100-01-01'],
  },
  olci: {
    title: 'Sentinel-3 OLCI',
    signature: /s3[ab]_ol_|olci/,
    described: /(^|[^a-z0-9])oa\d\d(?!\d)/,
    codeIn: /(?:^|[^a-z0-9])(oa)(\d\d)(?!\d)/i,
    codes: {
      OA03: 'coastal',
      OA04: 'blue',
      OA05: null,
      OA06: 'green',
      OA07: null,
      OA08: 'red',
      OA11: 'rededge071',
      OA12: 'rededge075',
      OA16: 'rededge078',
      OA17: 'nir08',
      OA20: 'nir09',
    },
    stacks: {},
    nir: 'nir08',
    pixelsM: [20, 10_000],
    flown: ['2016-02-16', '2100-01-01'],
  },
  aster: {
    title: 'ASTER',
    signature: /(^|[^a-z0-9])ast_?(l1|0[5-9])|(^|[^a-z0-9])aster(?![a-z])/,
    described: /(imagedata|vnir_band|swir_band|tir_band)\d/,
    codeIn: /(?:imagedata|band|(?:^|[^a-z0-9])b)[ _]?()0?(\d{1,2}[nb]?)(?![a-z0-9])/i,
    codes: {
      1: 'green',
      2: 'red',
      3: 'nir',
      '3N': 'nir',
      '3B': null,
      4: 'swir16',
      5: null,
      6: 'swir22',
      7: null,
      8: null,
      9: null,
      10: 'lwir',
      11: 'lwir',
      12: 'lwir',
      13: 'lwir',
      14: 'lwir',
    },
    stacks: {
      3: ['green', 'red', 'nir'],
      9: ['green', 'red', 'nir', 'swir16', null, 'swir22', null, null, null],
      14: ['green', 'red', 'nir', 'swir16', null, 'swir22', null, null, null, 'lwir', 'lwir', 'lwir', 'lwir', 'lwir'],
    },
    delivered: true,
    nir: 'nir',
    pixelsM: [2, 1000],
    flown: ['2000-02-24', '2100-01-01'],
  },
  liss4: {
    title: 'Resourcesat LISS-4',
    signature: /liss[-_ ]?(iv|4)(?![a-z0-9])|(^|[^a-z0-9])(rs?[12]a?|p6|irs[a-z0-9]*)[-_ ]?l(iss)?4/,
    codes: { B2: 'green', B3: 'red', B4: 'nir' },
    stacks: { 3: ['green', 'red', 'nir'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [1, 300],
    flown: ['2003-10-17', '2100-01-01'],
  },
  liss3: {
    title: 'Resourcesat LISS-3',
    signature: /liss[-_ ]?(iii|3)(?![a-z0-9])|awifs|(^|[^a-z0-9])(rs?[12]a?|p6|irs[a-z0-9]*)[-_ ]?l(iss)?3/,
    codes: { B2: 'green', B3: 'red', B4: 'nir', B5: 'swir16' },
    stacks: { 4: ['green', 'red', 'nir', 'swir16'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [2, 1000],
    flown: ['1995-12-28', '2100-01-01'],
  },
  cbers4a: {
    title: 'CBERS-4A',
    signature: /cbers[-_ ]?0?4a/,
    codes: {
      B0: 'pan',
      B1: 'blue',
      B2: 'green',
      B3: 'red',
      B4: 'nir',
      B5: 'blue',
      B6: 'green',
      B7: 'red',
      B8: 'nir',
      B13: 'blue',
      B14: 'green',
      B15: 'red',
      B16: 'nir',
    },
    stacks: { 4: BGRN },
    delivered: true,
    nir: 'nir',
    pixelsM: [1, 1000],
    flown: ['2019-12-20', '2100-01-01'],
  },
  cbers4: {
    title: 'CBERS-4',
    signature: /cbers/,
    codes: {
      B1: 'pan',
      B2: 'green',
      B3: 'red',
      B4: 'nir',
      B5: 'blue',
      B6: 'green',
      B7: 'red',
      B8: 'nir',
      B9: 'pan',
      B10: 'swir16',
      B11: 'swir22',
      B12: 'lwir',
      B13: 'blue',
      B14: 'green',
      B15: 'red',
      B16: 'nir',
    },
    stacks: { 4: BGRN },
    nir: 'nir',
    pixelsM: [1, 1000],
    flown: ['2014-12-07', '2100-01-01'],
  },
  amazonia1: {
    title: 'Amazonia-1',
    signature: /amazonia[-_ ]?1/,
    codes: { B1: 'blue', B2: 'green', B3: 'red', B4: 'nir' },
    stacks: { 4: BGRN },
    delivered: true,
    nir: 'nir',
    pixelsM: [5, 1000],
    flown: ['2021-02-28', '2100-01-01'],
  },
  'pleiades-neo': {
    title: 'Pléiades Neo',
    signature: /pneo[34]?|pl[eé]iades[-_ ]?neo/,
    codes: AIRBUS_CODES,
    codeIn: /()_(p)_\d{12}/i,
    stacks: { 6: [...RGBN, 'rededge071', 'coastal'], 4: RGBN, 3: RGB },
    delivered: true,
    nir: 'nir',
    pixelsM: [0.1, 10],
    flown: ['2021-04-29', '2100-01-01'],
  },
  pleiades: {
    title: 'Pléiades',
    signature: /(^|[^a-z0-9])phr1?[ab]|pl[eé]iades/,
    codes: AIRBUS_CODES,
    codeIn: /()_(p)_\d{12}/i,
    stacks: { 4: RGBN, 3: RGB },
    delivered: true,
    nir: 'nir',
    pixelsM: [0.2, 20],
    flown: ['2011-12-17', '2100-01-01'],
  },
  spot67: {
    title: 'SPOT 6/7',
    signature: /(^|[^a-z0-9])spot[-_ ]?0?[67]/,
    codes: AIRBUS_CODES,
    codeIn: /()_(p)_\d{12}/i,
    stacks: { 4: RGBN, 3: RGB },
    delivered: true,
    nir: 'nir',
    pixelsM: [1, 300],
    flown: ['2012-09-09', '2100-01-01'],
  },
  mavic3m: {
    title: 'DJI Mavic 3M',
    signature: /dji_.*_ms_(g|r|re|nir)(?![a-z])/,
    codeIn: /()_ms_(g|r|re|nir)(?![a-z])/i,
    codes: { G: 'green', R: 'red', RE: 'rededge075', NIR: 'nir' },
    stacks: { 4: ['green', 'red', 'rededge075', 'nir'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [0, 1],
    flown: ['2022-11-01', '2100-01-01'],
  },
  p4m: {
    title: 'DJI P4 Multispectral',
    signature: /(^|[^a-z0-9])dji_\d{3}[1-5]\.tiff?/,
    codeIn: /()dji_\d{3}([1-5])$/i,
    codes: { 1: 'blue', 2: 'green', 3: 'red', 4: 'rededge075', 5: 'nir' },
    stacks: {},
    nir: 'nir',
    types: ['uint16'],
    pixelsM: [0, 1],
    flown: ['2019-09-23', '2100-01-01'],
  },
  sequoia: {
    title: 'Parrot Sequoia',
    signature: /sequoia|img_\d{6}_\d{6}_\d{4}_(gre|red|reg|nir)(?![a-z])/,
    codeIn: /()(?:^|_)(gre|red|reg|nir)(?![a-z])/i,
    codes: { GRE: 'green', RED: 'red', REG: 'rededge075', NIR: 'nir' },
    stacks: { 4: ['green', 'red', 'rededge075', 'nir'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [0, 2],
    flown: ['2016-02-01', '2100-01-01'],
  },
  micasense: {
    title: 'MicaSense',
    signature: /micasense|rededge-?(m|mx|p|3)(?![a-z0-9])|(^|[^a-z0-9])altum|(^|[^a-z0-9])img_\d{4}_\d{1,2}\.tiff?/,
    codeIn: /()img_\d{4}_(\d{1,2})$/i,
    // 6 is thermal on an Altum and 444 nm on a dual camera.
    codes: {
      1: 'blue',
      2: 'green',
      3: 'red',
      4: 'nir',
      5: 'rededge071',
      6: null,
      7: null,
      8: null,
      9: null,
      10: 'rededge075',
    },
    stacks: {
      10: ['coastal', 'blue', null, 'green', null, 'red', 'rededge071', null, 'rededge075', 'nir'],
    },
    nir: 'nir',
    types: ['uint16', 'float32', 'float64'],
    pixelsM: [0, 2],
    flown: ['2015-01-01', '2100-01-01'],
  },
  'sentinel-2-dea': {
    title: 'Sentinel-2 (Digital Earth Australia)',
    signature: /ga_s2[abc]?m?_/,
    // Landsat's nbart_swir_1 and nbart_swir_2 mean what they say; Sentinel-2's count from 2.
    described: /nbart?_(swir_3|nir_[12]|red_edge_\d)/,
    codeIn: /()nbart?_(nir_[12]|swir_[23])/i,
    codes: { NIR_1: 'nir', NIR_2: 'nir08', SWIR_2: 'swir16', SWIR_3: 'swir22' },
    stacks: {},
    nir: 'nir',
    pixelsM: [2, 1000],
    flown: ['2015-06-23', '2100-01-01'],
  },
  'hls-s30': {
    title: 'HLS Sentinel-2 (S30)',
    signature: /hls[._-]?s30/,
    codes: S2_CODES,
    stacks: { 13: S2_13, 6: ['blue', 'green', 'red', 'nir08', 'swir16', 'swir22'] },
    nir: 'nir08',
    pixelsM: [2, 1000],
    flown: ['2015-11-01', '2100-01-01'],
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
    pixelsM: [2, 1000],
    flown: ['2013-04-01', '2100-01-01'],
  },
  'sentinel-2': {
    title: 'Sentinel-2',
    signature: /(^|[^a-z0-9])s2|sentinel-?_?2|msil[12][ac]|(^|[^a-z0-9])t\d{2}[c-x][a-z]{2}_\d{8}/,
    codes: {
      ...S2_CODES,
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
    pixelsM: [2, 1000],
    flown: ['2015-06-23', '2100-01-01'],
  },
  mss13: {
    title: 'Landsat 1-3 MSS',
    signature: /(^|[^a-z0-9])lm0?[123]|landsat[-_ ]?0?[123](?!\d)/,
    codes: { B4: 'green', B5: 'red', B6: null, B7: 'nir' },
    stacks: { 4: ['green', 'red', null, 'nir'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [2, 1000],
    flown: ['1972-07-23', '1983-09-07'],
  },
  mss45: {
    title: 'Landsat 4/5 MSS',
    signature: /(^|[^a-z0-9])lm0?[45]/,
    codes: { B1: 'green', B2: 'red', B3: null, B4: 'nir' },
    stacks: { 4: ['green', 'red', null, 'nir'] },
    delivered: true,
    nir: 'nir',
    pixelsM: [2, 1000],
    flown: ['1982-07-16', '2013-01-31'],
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
    described: /(^|[^a-z0-9])sr_b6(?!\d)/,
    pixelsM: [2, 400],
    flown: ['2013-02-11', '2100-01-01'],
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
    pixelsM: [2, 400],
    flown: ['1982-07-16', '2024-12-31'],
  },
  naip: {
    title: 'NAIP aerial',
    signature: /naip|national agriculture imagery|(^|[^a-z0-9])m_\d{7}_[ns][ew]_/,
    codes: { B1: 'red', B2: 'green', B3: 'blue', B4: 'nir' },
    stacks: { 4: RGBN, 3: ['red', 'green', 'blue'] },
    nir: 'nir',
    types: ['uint8'],
    delivered: true,
    pixelsM: [0.2, 60],
    flown: ['2002-01-01', '2100-01-01'],
  },
  superdove: {
    title: 'PlanetScope SuperDove',
    signature: /analyticms(_sr)?_8b|_8b[_.]|psb\.sd/,
    codes: {},
    // The third is "green I" (531 nm); the fourth (565 nm) is the green of other sensors.
    stacks: { 8: ['coastal', 'blue', null, 'green', 'yellow', 'red', 'rededge071', 'nir'], 4: BGRN },
    nir: 'nir',
    delivered: true,
    pixelsM: [1, 300],
    flown: ['2020-03-01', '2100-01-01'],
  },
  rapideye: {
    title: 'RapidEye',
    signature: /rapideye|(^|[^a-z0-9])re[1-5]_\da/,
    codes: {},
    stacks: { 5: ['blue', 'green', 'red', 'rededge071', 'nir'] },
    nir: 'nir',
    types: ['uint16'],
    delivered: true,
    pixelsM: [1, 300],
    flown: ['2008-08-29', '2020-04-30'],
  },
  skysat: {
    title: 'SkySat',
    signature: /skysat|_ssc\d/,
    codes: {},
    stacks: { 4: BGRN },
    delivered: true,
    nir: 'nir',
    types: ['uint16'],
    pixelsM: [0.3, 10],
    flown: ['2013-11-21', '2100-01-01'],
  },
  planetscope: {
    title: 'PlanetScope',
    signature: /analyticms|psscene|planet|_3b_/,
    codes: {},
    stacks: { 4: BGRN },
    nir: 'nir',
    types: ['uint16'],
    delivered: true,
    pixelsM: [1, 300],
    flown: ['2014-01-01', '2100-01-01'],
  },
  worldview: {
    title: 'WorldView',
    signature: /(^|[^a-z0-9])wv0?[1-4]|worldview|spacenet/,
    codes: {},
    stacks: { 8: ['coastal', 'blue', 'green', 'yellow', 'red', 'rededge071', 'nir', 'nir09'], 4: BGRN },
    nir: 'nir',
    delivered: true,
    pixelsM: ANY_SIZE,
  },
} as const satisfies Record<string, Sensor>;

export type SensorKey = keyof typeof SENSORS;

/** What of a file can rule a sensor out. */
export interface Circumstances {
  readonly type: string;
  /** null = unknown, which rules nothing out. */
  readonly pixelM: number | null;
  readonly acquiredAt: string | null;
}

/**
 * The first sensor whose signature is in the text (file names, metadata) or in the band descriptions, and which nothing
 * rules out.
 */
export function sensorIn(
  text: string,
  descriptions = '',
  circumstances: Circumstances | null = null,
): SensorKey | null {
  const [lower, described] = [text.toLowerCase(), descriptions.toLowerCase()];
  return (
    SENSOR_KEYS.find((key) => {
      const sensor: Sensor = SENSORS[key];
      const named = sensor.signature.test(lower) || sensor.described?.test(described) === true;
      return named && (circumstances === null || admits(key, circumstances));
    }) ?? null
  );
}

const SENSOR_KEYS = Object.keys(SENSORS) as SensorKey[];

/** Whether a file of this type, pixel size and date can be of a sensor. */
export function admits(key: SensorKey, { type, pixelM, acquiredAt }: Circumstances): boolean {
  const { types, pixelsM, flown }: Sensor = SENSORS[key];
  const [smallest, largest] = pixelsM;
  return (
    (!types || types.includes(type)) &&
    (pixelM === null || (pixelM >= smallest && pixelM <= largest)) &&
    (!flown || acquiredAt === null || (acquiredAt >= flown[0] && acquiredAt.slice(0, 10) <= flown[1]))
  );
}

/** What bands of such a number and pixel size usually are: evidence by position alone, the last before asking. */
export interface Profile {
  readonly bands: readonly (BandName | null)[];
  /** Sensor whose numbers such a stack holds; null = of no one sensor. */
  readonly sensor: SensorKey | null;
  readonly pixelsM: readonly [smallest: number, largest: number];
  /** Stored types, where others would be something else. */
  readonly types?: readonly string[];
  /** Completes "…, which is how". */
  readonly usual: string;
}

/** Below this drones and aerial cameras begin, whose stacks have orders of their own. */
const DRONE_M = 0.6;

/** The first row of the band count that fits the pixel size wins; an unknown pixel size fits all. */
export const PROFILES: readonly Profile[] = [
  ...[S2_13, SENSORS['sentinel-2'].stacks[12], SENSORS['sentinel-2'].stacks[11], SENSORS['sentinel-2'].stacks[10]].map(
    (bands): Profile => ({
      bands,
      sensor: 'sentinel-2',
      pixelsM: [4, 400],
      usual: 'Sentinel-2 scenes are usually stacked',
    }),
  ),
  {
    bands: SENSORS.micasense.stacks[10],
    sensor: 'micasense',
    pixelsM: [0, DRONE_M],
    usual: 'MicaSense dual cameras are usually stacked',
  },
  { bands: OLI_7, sensor: 'landsat89', pixelsM: [4, 150], usual: 'Landsat 8/9 scenes are usually stacked' },
  { bands: MODIS_7, sensor: 'modis', pixelsM: [200, 2000], usual: 'MODIS scenes are usually stacked' },
  { bands: TM_6, sensor: null, pixelsM: [4, 2000], usual: 'satellite scenes are usually stacked' },
  {
    bands: ['blue', 'green', 'red', 'rededge071', 'nir', 'lwir'],
    sensor: 'micasense',
    pixelsM: [0, DRONE_M],
    usual: 'MicaSense Altum cameras are usually stacked',
  },
  {
    bands: ['blue', 'green', 'red', 'rededge071', 'nir'],
    sensor: null,
    pixelsM: [0, 60],
    usual: 'cameras of five bands are usually stacked',
  },
  // Finer pixels come as often in the order red, green, blue: there it is asked.
  { bands: BGRN, sensor: null, pixelsM: [0.9, 2000], usual: 'satellite scenes are usually stacked' },
  {
    // Signed numbers are measurements, in the order of wavelengths; pictures are unsigned or real.
    bands: ['blue', 'green', 'red'],
    sensor: null,
    pixelsM: [4, 2000],
    types: ['int16'],
    usual: 'satellite scenes are usually stacked',
  },
  { bands: RGB, sensor: null, pixelsM: ANY_SIZE, usual: 'pictures are stored' },
];

/** Grey values for a screen: what pictures hold. */
export const PICTURES: Readonly<Record<number, readonly BandName[]>> = { 3: RGB, 4: RGBN };
