import { describe, expect, it } from 'vitest';
import type { BandStatistics } from '../../../src/scene/bands/band-statistics.ts';
import { bandStatistics } from '../../../src/scene/bands/band-statistics.ts';
import { bandCode, bandOfWavelength, bandOfWords } from '../../../src/scene/bands/band-words.ts';
import { identifyBands } from '../../../src/scene/bands/bands.ts';
import type { FileEvidence } from '../../../src/scene/bands/file-evidence.ts';
import type { Interpretation, SampleType } from '../../../src/scene/formats/raster-file.ts';
import { calibrate } from '../../../src/scene/values/calibration.ts';

const picture = (min: number, max: number): BandStatistics => ({
  count: 1000,
  min,
  p2: min + (max - min) * 0.02,
  median: (min + max) / 2,
  p98: max - (max - min) * 0.02,
  max,
  distinct: 200,
  values: null,
  twoCommonest: 0.05,
  low: { share: 0.001, next: min + 1 },
  high: { share: 0.001, next: max - 1 },
});
const constant = (value: number): BandStatistics => ({ ...picture(value, value), distinct: 1, twoCommonest: 1 });

interface Sketch {
  name?: string;
  type?: SampleType;
  bands?: number;
  descriptions?: string[];
  roles?: Interpretation[];
  wavelengths?: number[];
  metadata?: Record<string, string>;
  statistics?: BandStatistics[];
  pixelM?: number | null;
}

function evidence({
  name = 'scene.tif',
  type = 'uint16',
  bands,
  descriptions,
  roles,
  wavelengths,
  metadata = {},
  statistics,
  pixelM = 10,
}: Sketch): FileEvidence {
  const count = bands ?? descriptions?.length ?? roles?.length ?? wavelengths?.length ?? statistics?.length ?? 1;
  const usual = type === 'uint8' ? picture(0, 255) : type.startsWith('float') ? picture(0.01, 0.6) : picture(200, 5000);
  return {
    name,
    type,
    format: 'tiff',
    pixelM,
    statistics: statistics ?? Array(count).fill(usual),
    hints: {
      descriptions: descriptions ?? Array(count).fill(null),
      interpretation: roles ?? Array(count).fill('undefined').fill('gray', 0, 1),
      wavelengthsNm: wavelengths ?? Array(count).fill(null),
      scales: Array(count).fill(null),
      metadata,
      lossy: false,
      notes: [],
    },
  };
}

const namesOf = (files: Sketch[], correction = {}) =>
  identifyBands(files.map(evidence), correction)
    .bands.flat()
    .map((band) => band.name);

const RGB: Interpretation[] = ['red', 'green', 'blue'];

describe('identifyBands', () => {
  it.each<[string, Sketch, (string | null)[]]>([
    [
      'descriptions of Sentinel-2',
      { descriptions: ['B02', 'B03', 'B04', 'B08', 'B8A', 'B11', 'B12'] },
      ['blue', 'green', 'red', 'nir', 'nir08', 'swir16', 'swir22'],
    ],
    [
      'descriptions in words',
      { descriptions: ['Red', 'near infrared', 'SWIR_1', 'Red Edge 2'] },
      ['red', 'nir', 'swir16', 'rededge075'],
    ],
    [
      'numbered descriptions only count',
      { descriptions: ['Band_1', 'Band_2', 'Band_3', 'Band_4'] },
      ['blue', 'green', 'red', 'nir'],
    ],
    ['wavelengths', { wavelengths: [490, 560, 665, 842, 1610] }, ['blue', 'green', 'red', 'nir', 'swir16']],
    [
      'NAIP',
      { name: 'm_3607717_sw_18_1_20160620.tif', type: 'uint8', roles: [...RGB, 'undefined'] },
      ['red', 'green', 'blue', 'nir'],
    ],
    [
      'PlanetScope of 4 bands',
      { name: '20230101_123456_1009_3B_AnalyticMS_SR_clip.tif', bands: 4 },
      ['blue', 'green', 'red', 'nir'],
    ],
    [
      'PlanetScope SuperDove, not calibrated',
      { name: '20230101_123456_78_2456_3B_AnalyticMS_8b.tif', bands: 8 },
      ['coastal', 'blue', null, 'green', 'yellow', 'red', 'rededge071', 'nir'],
    ],
    [
      'RapidEye',
      { name: '1056820_2016-08-25_RE3_3A_Analytic_SR.tif', bands: 5 },
      ['blue', 'green', 'red', 'rededge071', 'nir'],
    ],
    [
      '13 bands without a word',
      { bands: 13, type: 'uint16' },
      [
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
      ],
    ],
    [
      '12 bands without a word',
      { bands: 12, type: 'int16' },
      [
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
        'swir16',
        'swir22',
      ],
    ],
    [
      '7 bands without a word',
      { bands: 7, type: 'int16' },
      ['coastal', 'blue', 'green', 'red', 'nir08', 'swir16', 'swir22'],
    ],
    [
      '6 bands of Landsat 7 by name',
      { name: 'L7_ETMs.tif', bands: 6, type: 'uint8' },
      ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'],
    ],
    [
      '6 bands of Landsat 8 by name',
      { name: 'LC08_232066_20190727.tif', bands: 6, type: 'int16' },
      ['blue', 'green', 'red', 'nir08', 'swir16', 'swir22'],
    ],
    [
      'a Landsat 8 scene whose file says nir',
      { name: 'zion_L8.tif', descriptions: ['blue', 'green', 'red', 'nir'] },
      ['blue', 'green', 'red', 'nir08'],
    ],
    [
      'HLS of 10 bands',
      { name: 'hls_x.tif', bands: 10, type: 'float32', statistics: Array(10).fill(picture(100, 5000)) },
      ['coastal', 'blue', 'green', 'red', 'nir08', 'swir16', 'swir22', 'cirrus', 'lwir', 'lwir'],
    ],
    ['blue, green, red tags', { type: 'uint16', roles: ['blue', 'green', 'red'] }, ['blue', 'green', 'red']],
    ['4 float bands', { bands: 4, type: 'float32' }, ['blue', 'green', 'red', 'nir']],
    ['4 bands of 8 bits', { bands: 4, type: 'uint8' }, ['red', 'green', 'blue', 'nir']],
    ['one fine integer band', { bands: 1, pixelM: 0.5 }, ['pan']],
    ['one coarse band', { bands: 1, pixelM: 30 }, [null]],
    ['a terrain model', { bands: 1, type: 'float32', pixelM: 1 }, [null]],
    ['64 bands', { bands: 64, type: 'int8' }, Array(64).fill(null)],
  ])('%s', (_name, sketch, expected) => expect(namesOf([sketch])).toEqual(expected));

  it.each<[string, Sketch, string]>([
    ['tagged alpha, with texture', { type: 'uint8', roles: [...RGB, 'alpha'] }, 'nir'],
    [
      'tagged alpha, constant',
      {
        type: 'uint8',
        roles: [...RGB, 'alpha'],
        statistics: [picture(0, 255), picture(0, 255), picture(0, 255), constant(255)],
      },
      'alpha',
    ],
    [
      'untagged, constant',
      { type: 'int16', bands: 4, statistics: [picture(1, 255), picture(1, 255), picture(1, 255), constant(255)] },
      'alpha',
    ],
    [
      'tagged alpha, 0 or 255 in 16 bits',
      {
        type: 'uint16',
        roles: ['blue', 'green', 'red', 'alpha'],
        statistics: [
          constant(10000),
          constant(10000),
          constant(10000),
          { ...picture(0, 255), distinct: 2, twoCommonest: 1 },
        ],
      },
      'alpha',
    ],
    [
      'called nir, but constant',
      {
        type: 'uint8',
        descriptions: ['red', 'green', 'blue', 'nir'],
        roles: [...RGB, 'alpha'],
        statistics: [picture(0, 255), picture(0, 255), picture(0, 255), constant(255)],
      },
      'alpha',
    ],
    [
      'tagged alpha, soft edges',
      {
        type: 'uint8',
        roles: [...RGB, 'alpha'],
        statistics: [
          picture(0, 255),
          picture(0, 255),
          picture(0, 255),
          { ...picture(0, 255), distinct: 200, twoCommonest: 0.97 },
        ],
      },
      'alpha',
    ],
  ])('the fourth band, %s', (_name, sketch, fourth) => expect(namesOf([sketch])[3]).toBe(fourth));

  it('says what it overruled', () => {
    const { evidence: sentence } = identifyBands([evidence({ type: 'uint8', roles: [...RGB, 'alpha'] })], {});
    expect(sentence).toBe(
      'I read this as red, green, blue, nir, by the colour tags in the file; band 4 is tagged as alpha but holds a picture, so I take it as nir.',
    );
  });

  it.each<[string, string[], (string | null)[]]>([
    [
      'Sentinel-2 product',
      ['T33UUU_20170216T102101_B04.jp2', 'T33UUU_20170216T102101_B8A.jp2', 'T33UUU_20170216T102101_SCL.jp2'],
      ['red', 'nir08', null],
    ],
    [
      'Landsat 8 Collection 2',
      [
        'LC08_L2SP_1_20200101_02_T1_SR_B4.TIF',
        'LC08_L2SP_1_20200101_02_T1_SR_B5.TIF',
        'LC08_L2SP_1_20200101_02_T1_ST_B10.TIF',
        'LC08_L2SP_1_20200101_02_T1_QA_PIXEL.TIF',
      ],
      ['red', 'nir08', 'lwir', null],
    ],
    ['Landsat 5', ['LT05_x_SR_B4.TIF', 'LT05_x_SR_B5.TIF'], ['nir', 'swir16']],
    ['HLS', ['HLS.L30.T14TPN.2020.v2.0.B05.tif', 'HLS.L30.T14TPN.2020.v2.0.Fmask.tif'], ['nir08', null]],
    ['words', ['site_red.tif', 'site_nir.tif'], ['red', 'nir']],
    [
      'letters',
      ['P001-WV03-R.tif', 'P001-WV03-G.tif', 'P001-WV03-B.tif', 'P001-WV03-N.tif'],
      ['red', 'green', 'blue', 'nir'],
    ],
    ['codes without a sensor, with B8A', ['B4.tif', 'B8A.tif'], ['red', 'nir08']],
  ])('single-band files: %s', (_name, files, expected) => {
    expect(namesOf(files.map((name) => ({ name, bands: 1 })))).toEqual(expected);
  });

  it('asks NAIP about b1 to b4 when the files say so', () => {
    const metadata = { 'tiff:description': 'USDA-FSA-APFO National Agriculture Imagery Program' };
    const files = [1, 2, 3, 4].map((n) => ({ name: `x-b${n}.tiff`, type: 'uint8' as const, bands: 1, metadata }));
    expect(namesOf(files)).toEqual(['red', 'green', 'blue', 'nir']);
  });

  it('obeys the user, band by band', () => {
    expect(namesOf([{ bands: 4 }], { bands: ['red', null, 'blue'] })).toEqual(['red', null, 'blue', 'nir']);
    expect(identifyBands([evidence({ bands: 4 })], { bands: ['red', 'green', 'blue', 'nir'] }).evidence).toBe(
      'You told me the bands: red, green, blue, nir.',
    );
    expect(namesOf([{ bands: 6, type: 'uint8' }], { sensor: 'Landsat 8' })).toEqual([
      'blue',
      'green',
      'red',
      'nir08',
      'swir16',
      'swir22',
    ]);
  });

  it('uses a name once', () => {
    expect(namesOf([{ descriptions: ['red', 'red', 'thermal', 'thermal'] }])).toEqual(['red', null, 'lwir', 'lwir']);
  });
});

describe('words and codes', () => {
  it.each([
    ['T33UUU_20170216T102101_B8A', 'B8A'],
    ['LC08_L2SP_015033_20200101_02_T1_SR_B4', 'B4'],
    ['L8-B10-Elkton-VA', 'B10'],
    ['B04', 'B4'],
    ['Band 5', 'B5'],
    ['x_QA_PIXEL', 'QA_PIXEL'],
    ['L8-BQA-Elkton-VA', 'BQA'],
    ['HLS.S30.T.Fmask', 'FMASK'],
    ['T1_SCL_20m', 'SCL'],
    ['BLUE', null],
    ['urban1', null],
  ])('code of %s is %s', (text, code) => expect(bandCode(text)).toBe(code));

  it.each([
    ['nir', 'nir'],
    ['B8 (NIR)', 'nir'],
    ['sr_red', 'red'],
    ['infrared', 'nir'],
    ['red edge', 'rededge071'],
    ['rededge3', 'rededge078'],
    ['SWIR 2', 'swir22'],
    ['swir16', 'swir16'],
    ['shredded', undefined],
    ['green_i', null],
    ['red_stdDev', null],
    ['coastal blue', 'coastal'],
  ])('%s means %s', (text, name) => expect(bandOfWords(text)).toBe(name));

  it.each([
    [443, 'coastal'],
    [492, 'blue'],
    [560, 'green'],
    [665, 'red'],
    [704, 'rededge071'],
    [833, 'nir'],
    [865, 'nir08'],
    [1614, 'swir16'],
    [2202, 'swir22'],
    [10900, 'lwir'],
    [3000, null],
  ])('%i nm is %s', (nm, name) => expect(bandOfWavelength(nm)).toBe(name));
});

describe('calibrate', () => {
  const scaleOf = (sketch: Sketch & { text?: string; nodata?: number | null; date?: string | null }) => {
    const file = evidence(sketch);
    const identified = identifyBands([file], {}, sketch.date ?? null);
    return calibrate(
      [file],
      identified.bands,
      identified,
      [file.name, sketch.text ?? ''].join('\n'),
      sketch.nodata ?? null,
      sketch.date ?? null,
    );
  };
  const s2 = (min: number, cirrus: BandStatistics) =>
    Array.from({ length: 13 }, (_, i) => (i === 10 ? cirrus : picture(min, 5000)));

  it.each<[string, Parameters<typeof scaleOf>[0], string, number, number]>([
    [
      'Sentinel-2 before 2022',
      { name: 'S2A.tif', bands: 13, statistics: s2(200, picture(4, 25)) },
      'reflectance',
      1e-4,
      0,
    ],
    [
      'Sentinel-2 whose cirrus band floats at 1000',
      { name: 'S2A.tif', bands: 13, statistics: s2(1022, picture(1004, 1020)) },
      'reflectance',
      1e-4,
      -0.1,
    ],
    [
      'a desert over 1000 with a dark cirrus band',
      { name: 'S2A.tif', bands: 13, statistics: s2(1924, picture(25, 36)) },
      'reflectance',
      1e-4,
      0,
    ],
    [
      'processing baseline 05.09 in the name',
      {
        name: 'S2B_MSIL2A_20230101T000000_N0509_R1_T33UUU.tif',
        bands: 12,
        statistics: Array(12).fill(picture(980, 5000)),
      },
      'reflectance',
      1e-4,
      -0.1,
    ],
    [
      'processing baseline 02.14 in the name',
      {
        name: 'S2B_MSIL2A_20200101T000000_N0214_R1_T33UUU.tif',
        bands: 12,
        statistics: Array(12).fill(picture(1200, 5000)),
      },
      'reflectance',
      1e-4,
      0,
    ],
    [
      'the offset stated in the product metadata',
      {
        name: 'S2B.tif',
        bands: 12,
        statistics: Array(12).fill(picture(980, 5000)),
        text: '<BOA_ADD_OFFSET band_id="0">-1000</BOA_ADD_OFFSET>',
      },
      'reflectance',
      1e-4,
      -0.1,
    ],
    [
      'no number below 1000 and no date',
      { name: 'S2.tif', bands: 4, statistics: Array(4).fill(picture(1010, 5000)) },
      'reflectance',
      1e-4,
      -0.1,
    ],
    [
      'no number below 1000 but too early',
      { name: 'S2.tif', bands: 4, statistics: Array(4).fill(picture(1010, 5000)), date: '2021-06-01' },
      'reflectance',
      1e-4,
      0,
    ],
    ['Landsat Collection 2 surface reflectance', { name: 'LC08_L2SP_x_SR_B4.TIF' }, 'reflectance', 2.75e-5, -0.2],
    ['Landsat level 1', { name: 'LC08_L1TP_x_B4.TIF' }, 'reflectance', 2e-5, -0.1],
    ['Planet surface reflectance', { name: 'x_3B_AnalyticMS_SR.tif', bands: 4 }, 'reflectance', 1e-4, 0],
    ['RapidEye surface reflectance', { name: 'x_RE3_3A_Analytic_SR.tif', bands: 5 }, 'reflectance', 1e-4, 0],
    [
      'Landsat Collection 1 surface reflectance',
      { name: 'LC08_x.tif', type: 'int16', bands: 6 },
      'reflectance',
      1e-4,
      0,
    ],
    ['int16 with nodata -9999', { type: 'int16', bands: 3, nodata: -9999 }, 'reflectance', 1e-4, 0],
    ['real numbers up to 1', { type: 'float32', bands: 4 }, 'reflectance', 1, 0],
    [
      'HLS in real numbers',
      { name: 'hls.tif', type: 'float32', bands: 10, statistics: Array(10).fill(picture(100, 5000)) },
      'reflectance',
      1e-4,
      0,
    ],
    ['8 bits', { type: 'uint8', roles: RGB }, 'display', 1 / 255, 0],
    [
      '16 bits that hold 8',
      { type: 'int16', bands: 4, statistics: [picture(1, 255), picture(1, 200), picture(1, 255), constant(255)] },
      'display',
      1 / 255,
      0,
    ],
    [
      'a shift in the name that the numbers do not have',
      { name: 'S2B_MSIL2A_20230101T000000_N0509_R1_T33UUU.tif', bands: 12 },
      'reflectance',
      1e-4,
      0,
    ],
    [
      "ESA's own file name after January 2022, with numbers below 1000",
      { name: 'T33TVM_20230705T100031_B04_10m.jp2', date: '2023-07-05', statistics: [picture(640, 5000)] },
      'reflectance',
      1e-4,
      -0.1,
    ],
    [
      "ESA's own file name before",
      { name: 'T33TVM_20210705T100031_B04_10m.jp2', date: '2021-07-05', statistics: [picture(1640, 5000)] },
      'reflectance',
      1e-4,
      0,
    ],
    [
      'bright ground far over 1000, without a word',
      { name: 'S2_desert.tif', bands: 4, statistics: Array(4).fill(picture(1300, 5000)) },
      'reflectance',
      1e-4,
      0,
    ],
    [
      'harmonised, as its name says',
      { name: 'S2_harmonised.tif', bands: 4, statistics: Array(4).fill(picture(1010, 5000)) },
      'reflectance',
      1e-4,
      0,
    ],
    [
      'Landsat Collection 2 by its descriptions',
      {
        descriptions: ['SR_B2', 'SR_B3', 'SR_B4', 'SR_B5'],
        text: 'SR_B2',
        statistics: Array(4).fill(picture(7500, 30_000)),
      },
      'reflectance',
      2.75e-5,
      -0.2,
    ],
    [
      'Landsat Collection 2 as medians of 64 bits',
      {
        descriptions: ['SR_B2', 'SR_B3', 'SR_B4', 'SR_B5'],
        text: 'SR_B2',
        type: 'float64',
        statistics: Array(4).fill(picture(7500.5, 30_000)),
      },
      'reflectance',
      2.75e-5,
      -0.2,
    ],
    // Percentile 98 of 0 … 2000 is 1960. Nothing is subtracted: ratios stay those of the file.
    [
      'unknown numbers',
      { type: 'float64', bands: 4, statistics: Array(4).fill(picture(0, 2000)) },
      'display',
      1 / 1960,
      0,
    ],
    [
      'a true colour picture of 16 bits',
      { name: '2023-07-01_Sentinel-2_L2A_True_color.tiff', bands: 3, statistics: Array(3).fill(picture(1500, 65_535)) },
      'display',
      1 / (65_535 - 0.02 * 64_035),
      0,
    ],
  ])('%s', (_name, sketch, values, scale, offset) => {
    const found = scaleOf(sketch);
    expect(found.values).toBe(values);
    expect(found.scale).toBeCloseTo(scale, 10);
    expect(found.offset).toBeCloseTo(offset, 10);
  });

  it('scales all bands alike, by the brightest', () => {
    const { scale, offset } = scaleOf({
      type: 'float64',
      bands: 4,
      statistics: [picture(0, 100), picture(50, 1050), picture(10, 20), picture(10, 20)],
    });
    expect(offset).toBe(0);
    expect(1030 * scale).toBeCloseTo(1, 6); // p98 of the second
  });

  it('says when it guessed the shift', () => {
    expect(scaleOf({ name: 'S2.tif', bands: 4, statistics: Array(4).fill(picture(1010, 5000)) }).note).toContain(
      'this is a guess',
    );
  });
});

describe('bandStatistics', () => {
  it('counts values, leaves NaN out', () => {
    const values = Float32Array.from([...Array.from({ length: 100 }, (_, i) => i), Number.NaN, Number.NaN]);
    expect(bandStatistics(values)).toEqual({
      count: 100,
      min: 0,
      p2: 2,
      median: 50,
      p98: 98,
      max: 99,
      distinct: 100,
      values: null,
      twoCommonest: 0.02,
      low: { share: 0.01, next: 1 },
      high: { share: 0.01, next: 98 },
    });
    expect(bandStatistics(Float32Array.of(Number.NaN))).toBeNull();
    expect(bandStatistics(Float32Array.of(5, 5, 5, 7))).toMatchObject({ distinct: 2, twoCommonest: 1, median: 5 });
  });

  it('finds a single extreme among a million', () => {
    const values = new Float32Array(1_000_000).fill(3);
    values[777_777] = -8;
    expect(bandStatistics(values)).toMatchObject({ min: -8, p2: 3, max: 3 });
  });
});
