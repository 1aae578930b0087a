import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapIndex } from '../../src/analysis/map-index.ts';
import { requireLight } from '../../src/analysis/require-light.ts';
import type { SceneInfo } from '../../src/domain/scene.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import type { Scene } from '../../src/scene/sampling/scene-reader.ts';
import { coverAt, type LayoutBand, layout, meanDifference } from './layout.ts';
import { type TiffSpec, tiffBytes } from './tiff-bytes.ts';

// What the files of people hold, and what must come out: a right value, or a sentence. The kinds are those of public reports.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinds-'));
});
afterAll(() => rm(folder, { recursive: true }));

let made = 0;
async function opened<T>(
  files: Readonly<Record<string, TiffSpec | string>>,
  use: (scene: Scene) => Promise<T>,
): Promise<T> {
  const written = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const path = join(folder, `file-${made++}`);
      await writeFile(path, typeof content === 'string' ? content : tiffBytes(content));
      return { name, path };
    }),
  );
  const scene = await openScene(written, {});
  try {
    return await use(scene);
  } finally {
    await scene.close();
  }
}

const infoOf = (files: Readonly<Record<string, TiffSpec | string>>): Promise<SceneInfo> =>
  opened(files, async ({ info }) => info);
const namesOf = ({ bands }: SceneInfo): (string | null)[] => bands.map(({ name }) => name);
const statisticsOf = (scene: Scene, index: string) =>
  mapIndex(scene, { index }, { folder, signal: new AbortController().signal, onProgress() {} }).then(
    (f) => f.statistics,
  );

const BGRN = ['blue', 'green', 'red', 'nir'] as const;
const RGBN = ['red', 'green', 'blue', 'nir'] as const;
const SIX = [...BGRN, 'swir16', 'swir22'] as const;
const MODIS = ['red', 'nir', 'blue', 'green', 'rededge075', 'swir16', 'swir22'] as const;
const codes = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
/** One file a band. */
const files = (bands: readonly LayoutBand[], name: (i: number) => string, options: Parameters<typeof layout>[1] = {}) =>
  Object.fromEntries(bands.map((band, i) => [name(i), layout([band], options)]));

describe('what a band is', () => {
  it.each<[string, Readonly<Record<string, TiffSpec>>, (string | null)[], boolean]>([
    ['b1 to b6', { 'r.tif': layout(SIX, { names: codes('b', 6) }) }, [...SIX], true],
    ['names that count after the file', { 'r.tif': layout(SIX, { names: codes('scene_', 6) }) }, [...SIX], true],
    ['B1 to B4', { 'p.tif': layout(BGRN, { names: codes('B', 4) }) }, [...BGRN], true],
    [
      'B8, B4, B3',
      { 'f.tif': layout(['nir', 'red', 'green'], { names: ['B8', 'B4', 'B3'] }) },
      ['nir', 'red', 'green'],
      false,
    ],
    ['B8, B4', { 'f.tif': layout(['nir', 'red'], { names: ['B8', 'B4'] }) }, ['nir', 'red'], false],
    [
      'Landsat codes at 30 m',
      { 'f.tif': layout(['nir', 'red', 'green'], { names: ['B5', 'B4', 'B3'], pixelM: 30 }) },
      ['nir08', 'red', 'green'],
      true,
    ],
    [
      'wavelengths in names',
      { 'w.tif': layout(BGRN, { names: ['Band 1 (490 nm)', 'Band 2 (560 nm)', 'Band 3 (665 nm)', '0.842 um'] }) },
      [...BGRN],
      false,
    ],
    [
      'of two greens the one nearest to 560 nm',
      { 'w.tif': layout(['green', 'green', 'red'], { names: ['531 nm', '565 nm', '665 nm'] }) },
      [null, 'green', 'red'],
      false,
    ],
    [
      'green_i',
      { 's.tif': layout(['green', 'green', 'nir'], { names: ['green_i', 'green', 'nir'] }) },
      [null, 'green', 'nir'],
      false,
    ],
    ['letters', { 'l.tif': layout(RGBN, { names: ['R', 'G', 'B', 'N'] }) }, [...RGBN], false],
    [
      'names that nobody knows',
      { 'n.tif': layout(BGRN, { names: ['foo', 'bar', 'baz', 'qux'] }) },
      [null, null, null, null],
      false,
    ],
    [
      'MODIS by description',
      { 'm.tif': layout(MODIS, { type: 'int16', names: codes('sur_refl_b0', 7), pixelM: 500 }) },
      ['red', 'nir', 'blue', 'green', null, 'swir16', 'swir22'],
      false,
    ],
    [
      'MODIS by pixel size',
      { 'm.tif': layout(MODIS, { type: 'int16', pixelM: 463 }) },
      ['red', 'nir', 'blue', 'green', null, 'swir16', 'swir22'],
      true,
    ],
    [
      'MODIS by file names',
      files(MODIS, (i) => `MOD09A1.061_sur_refl_b0${i + 1}_doy2022153.tif`, { pixelM: 463 }),
      ['red', 'nir', 'blue', 'green', null, 'swir16', 'swir22'],
      false,
    ],
    [
      'MSS of Landsat 5',
      files(['green', 'red', 'rededge075', 'nir'], (i) => `LM05_L1TP_190028_19850805_20200916_02_T2_B${i + 1}.TIF`, {
        type: 'uint8',
        numbers: (r) => Math.round(r * 400),
      }),
      ['green', 'red', null, 'nir'],
      false,
    ],
    [
      'MSS of Landsat 1',
      files(['green', 'red', 'rededge075', 'nir'], (i) => `LM01_L1TP_205028_19750805_20200916_02_T2_B${i + 4}.TIF`, {
        type: 'uint8',
        numbers: (r) => Math.round(r * 400),
      }),
      ['green', 'red', null, 'nir'],
      false,
    ],
    [
      'Digital Earth Australia',
      {
        'd.tif': layout(['green', 'nir', 'swir16', 'swir22'], {
          type: 'int16',
          names: ['nbart_green', 'nbart_nir_1', 'nbart_swir_2', 'nbart_swir_3'],
        }),
      },
      ['green', 'nir', 'swir16', 'swir22'],
      false,
    ],
    [
      'Pléiades',
      { 'IMG_PHR1A_PMS_202006051056371_ORT_5678901_R1C1.TIF': layout(RGBN, { pixelM: 0.5 }) },
      [...RGBN],
      false,
    ],
    ['SPOT 7', { 'IMG_SPOT7_MS_202006051056371_ORT_R1C1.TIF': layout(RGBN, { pixelM: 6 }) }, [...RGBN], false],
    [
      'four bands of half a metre, without a word',
      { 'x.tif': layout(RGBN, { pixelM: 0.5 }) },
      [null, null, null, null],
      false,
    ],
    [
      'a dual camera',
      {
        'x.tif': layout(
          ['coastal', 'blue', 'green', 'green', 'red', 'red', 'rededge071', 'rededge071', 'rededge075', 'nir'],
          { pixelM: 0.05 },
        ),
      },
      ['coastal', 'blue', null, 'green', null, 'red', 'rededge071', null, 'rededge075', 'nir'],
      true,
    ],
    [
      'an Altum, red edge before near infrared',
      { 'x.tif': layout(['blue', 'green', 'red', 'rededge071', 'nir', 'swir16'], { pixelM: 0.05 }) },
      ['blue', 'green', 'red', 'rededge071', 'nir', 'lwir'],
      true,
    ],
    [
      'an Altum, near infrared before red edge',
      { 'x.tif': layout(['blue', 'green', 'red', 'nir', 'rededge071', 'swir16'], { pixelM: 0.05 }) },
      ['blue', 'green', 'red', 'nir', 'rededge071', 'lwir'],
      true,
    ],
    [
      'three bands of 16 bits',
      { 'x.tif': layout(['red', 'green', 'blue'], { pixelM: 0.1 }) },
      ['red', 'green', 'blue'],
      true,
    ],
    [
      'three bands of floats',
      { 'x.tif': layout(['red', 'green', 'blue'], { type: 'float32', numbers: (r) => r, pixelM: 0.1 }) },
      ['red', 'green', 'blue'],
      true,
    ],
    [
      'a MicaSense capture',
      files(['blue', 'green', 'red', 'nir', 'rededge071'], (i) => `IMG_0123_${i + 1}.tif`, { pixelM: 0.05 }),
      ['blue', 'green', 'red', 'nir', 'rededge071'],
      false,
    ],
    [
      'a P4 Multispectral capture',
      files(['blue', 'green', 'red', 'rededge075', 'nir'], (i) => `DJI_001${i + 1}.TIF`, { pixelM: 0.05 }),
      ['blue', 'green', 'red', 'rededge075', 'nir'],
      false,
    ],
    [
      'a Mavic 3M capture',
      files(
        ['green', 'red', 'rededge075', 'nir'],
        (i) => `DJI_20240329124328_0001_MS_${['G', 'R', 'RE', 'NIR'][i]}.TIF`,
        { pixelM: 0.05 },
      ),
      ['green', 'red', 'rededge075', 'nir'],
      false,
    ],
    [
      'CBERS-4 MUX',
      files(BGRN, (i) => `CBERS_4_MUX_20200805_157_103_L4_BAND${i + 5}.tif`, { pixelM: 20 }),
      [...BGRN],
      false,
    ],
    [
      'LISS-3',
      files(['green', 'red', 'nir', 'swir16'], (i) => `R2_LISS3_20200805_BAND${i + 2}.tif`, { pixelM: 24 }),
      ['green', 'red', 'nir', 'swir16'],
      false,
    ],
    [
      'ASTER',
      {
        'AST_L1T_003.tif': layout(['green', 'red', 'nir'], {
          names: ['ImageData1', 'ImageData2', 'ImageData3N'],
          pixelM: 15,
        }),
      },
      ['green', 'red', 'nir'],
      false,
    ],
    [
      'VIIRS',
      {
        'VNP09GA.tif': layout(['red', 'nir', 'swir16'], {
          names: ['SurfReflect_I1_1', 'SurfReflect_I2_1', 'SurfReflect_I3_1'],
          pixelM: 500,
        }),
      },
      ['red', 'nir', 'swir16'],
      false,
    ],
    [
      'OLCI',
      {
        'o.tif': layout(['blue', 'green', 'red', 'nir'], {
          names: ['Oa04_reflectance', 'Oa06_reflectance', 'Oa08_reflectance', 'Oa17_reflectance'],
          pixelM: 300,
        }),
      },
      ['blue', 'green', 'red', 'nir08'],
      false,
    ],
    [
      'Sentinel-2 by name, at 5 cm',
      { 'S2_flight.tif': layout(BGRN, { pixelM: 0.05 }) },
      [null, null, null, null],
      false,
    ],
    ['Landsat 8 by name, in 1985', { 'LC08_19850805.tif': layout(SIX, { pixelM: 30 }) }, [...SIX], true],
  ])('%s', async (_kind, given, bands, guessed) => {
    const info = await infoOf(given);
    expect([namesOf(info), info.bandsGuessed]).toEqual([bands, guessed]);
  });

  it('says the evidence that decided', async () => {
    expect((await infoOf({ 'w.tif': layout(['red', 'nir'], { names: ['665 nm', '842 nm'] }) })).bandEvidence).toBe(
      'I read this as red, nir, by the wavelengths in the file.',
    );
    expect((await infoOf({ 'n.tif': layout(['red', 'nir'], { names: ['foo', 'bar'] }) })).bandEvidence).toBe(
      'I read this as unknown (foo), unknown (bar); I do not know what these band names mean.',
    );
  });
});

describe('opacity', () => {
  const three = ['blue', 'green', 'red'] as const;
  const flag = (spec: TiffSpec, value: (pixel: number) => number): TiffSpec => ({
    ...spec,
    bands: [...spec.bands, spec.bands[0]!.map((_, i) => value(i))],
  });

  it('is not what has another name', async () => {
    const named = { ...layout(three, { names: ['B2', 'B3', 'B4', 'cloud_mask'] }) };
    const info = await infoOf({ 'c.tif': flag(named, (i) => Number(i % 16 < 2)) });
    expect(namesOf(info)).toEqual([...three, null]);
    expect(info.validFraction).toBe(1);
  });

  it('is not a near infrared band of zeros, which is left out with a word', async () => {
    const info = await infoOf({ 'z.tif': flag(layout(three, { names: ['B2', 'B3', 'B4', 'B8'] }), () => 0) });
    expect(namesOf(info)).toEqual([...three, null]);
    expect(info.validFraction).toBe(1);
    expect(info.notes).toContain('Left out, because there are only zeros: B8.');
  });

  it('is what the tag says, half transparent as it may be', async () => {
    const soft = (full: number) => (i: number) => (i < 64 ? 0 : i < 96 ? Math.floor(full / 2) : full);
    const tags = { 262: [2], 338: [2] };
    for (const [type, full] of [
      ['uint8', 255],
      ['uint16', 65_535],
    ] as const) {
      const colours = layout(['red', 'green', 'blue'], { type, numbers: (r) => Math.round(r * full), tags });
      const info = await infoOf({ 'a.tif': flag(colours, soft(full)) });
      expect(namesOf(info)).toEqual(['red', 'green', 'blue', 'alpha']);
      expect(info.validFraction).toBe(0.75);
    }
  });
});

describe('what a number means', () => {
  const ndvi = meanDifference('nir', 'red'); // 0.3732

  it.each<[string, TiffSpec, string?]>([
    ['reflectance times 10000, named, of no sensor', layout(BGRN, { names: BGRN })],
    ['the same as floats', layout(BGRN, { names: BGRN, type: 'float32', numbers: (r) => r * 10_000 })],
    ['percent', layout(BGRN, { names: BGRN, type: 'float32', numbers: (r) => r * 100 })],
    ['32768 is 100 %', layout(BGRN, { names: BGRN, numbers: (r) => Math.round(r * 32_768) })],
    [
      'Landsat Collection 2 by description',
      layout(BGRN, { names: ['SR_B2', 'SR_B3', 'SR_B4', 'SR_B5'], numbers: (r) => Math.round((r + 0.2) / 2.75e-5) }),
    ],
    [
      'the same as medians of 64 bits',
      layout(BGRN, {
        names: ['SR_B2', 'SR_B3', 'SR_B4', 'SR_B5'],
        type: 'float64',
        numbers: (r) => (r + 0.2) / 2.75e-5,
      }),
    ],
    [
      'Landsat 5',
      layout(SIX, {
        names: ['SR_B1', 'SR_B2', 'SR_B3', 'SR_B4', 'SR_B5', 'SR_B7'],
        numbers: (r) => Math.round((r + 0.2) / 2.75e-5),
      }),
    ],
    [
      'RapidEye',
      layout([...BGRN.slice(0, 3), 'rededge071', 'nir'], { pixelM: 5 }),
      '1056820_2016-08-25_RE3_3A_Analytic.tif',
    ],
  ])('%s: a ratio is that of the numbers', async (_kind, spec, name = 'x.tif') => {
    await opened({ [name]: spec }, async (scene) => {
      expect((await statisticsOf(scene, 'ndvi')).mean).toBeCloseTo(ndvi, 3);
    });
  });

  it('does not compute what needs reflectance without knowing it', async () => {
    await opened({ 'x.tif': layout(BGRN, { names: BGRN }) }, async (scene) => {
      await expect(statisticsOf(scene, 'evi')).rejects.toMatchObject({
        code: 'not-calibrated',
        reply: expect.stringContaining('its formula needs reflectance'),
        zh: expect.stringContaining('反射率'),
      });
    });
  });

  const esa = (code: string) => `T33TVM_20230705T100031_${code}_10m.tif`;
  const shifted = (r: number) => Math.round(r * 10_000) + 1000;
  it("takes off the shift that ESA's own names imply, even from dark water", async () => {
    const given = {
      [esa('B04')]: layout(['red'], { numbers: (r) => (r === 0.03 ? 900 : shifted(r)) }),
      [esa('B08')]: layout(['nir'], { numbers: shifted }),
    };
    await opened(given, async (scene) => {
      const { mean, min, max } = await statisticsOf(scene, 'ndvi');
      // Water: red is below 0 and taken as 0, so NDVI is 1 there; vegetation 0.8261; soil 0.1739.
      expect(mean).toBeCloseTo(1 / 4 + 0.8261 / 2 + 0.1739 / 4, 3);
      expect([min, max]).toEqual([expect.closeTo(0.1739, 3), 1]);
      expect(scene.info.notes.join(' ')).toContain('I took off the shift of 1000');
    });
  });

  it('takes off nothing where bright ground could be the reason', async () => {
    const info = await infoOf({
      'S2_desert.tif': layout(BGRN, { names: ['B2', 'B3', 'B4', 'B8'], numbers: (r) => 1300 + Math.round(r * 5000) }),
    });
    expect(info.bands[0]!.offset).toBe(0);
    expect(info.notes.join(' ')).toContain('I cannot tell');
  });

  it.each<[string, TiffSpec['type'], number]>([
    ['-9999', 'int16', -9999],
    ['-32768', 'int16', -32_768],
    ['-28672', 'int16', -28_672],
    ['-9999 in floats', 'float32', -9999],
    ['65535', 'uint16', 65_535],
  ])('takes %s for nodata without a tag, and says so', async (_kind, type, value) => {
    const spec = layout(BGRN, { names: BGRN, type });
    const holed = { ...spec, bands: spec.bands.map((band) => band.map((v, i) => (i < 64 ? value : v))) };
    await opened({ 'x.tif': holed }, async (scene) => {
      expect(scene.info.validFraction).toBe(0.75);
      expect(scene.info.notes).toContain(
        `No tag says so, but I take ${value} as "no data": it stands apart from all other numbers.`,
      );
      expect((await statisticsOf(scene, 'ndvi')).mean).toBeCloseTo(ndvi, 3);
    });
  });

  it.each<[string, TiffSpec['type'], number, (r: number) => number]>([
    ['-999 among other negative numbers', 'int16', -999, (r) => Math.round(r * 1000) - 990],
    ['65535 where others are nearly as bright', 'uint16', 65_535, (r) => 65_000 - Math.round(r * 100)],
  ])('leaves %s alone', async (_kind, type, value, numbers) => {
    const spec = layout(BGRN, { names: BGRN, type, numbers });
    const info = await infoOf({
      'x.tif': { ...spec, bands: spec.bands.map((band) => band.map((v, i) => (i < 64 ? value : v))) },
    });
    expect(info.validFraction).toBe(1);
  });

  it('takes a white margin for nodata as a black one, and says so', async () => {
    const spec = layout(['red', 'green', 'blue'], { type: 'uint8', numbers: (r) => Math.round(r * 600) });
    const collared = { ...spec, bands: spec.bands.map((band) => band.map((v, i) => (i < 64 ? 255 : v))) };
    const info = await infoOf({ 'ortho.tif': collared });
    expect(info.validFraction).toBe(0.75);
    expect(info.notes).toContain('I take the white margin as "no data".');
  });

  it.each<[string, string, (string | null)[]]>([
    ['true colour', '2023-07-01_Sentinel-2_L2A_True_color.tiff', ['red', 'green', 'blue']],
    ['false colour', '2023-07-01_Sentinel-2_L2A_False_color.tiff', ['nir', 'red', 'green']],
  ])('a picture that a browser exported is a picture: %s', async (_kind, name, bands) => {
    const info = await infoOf({ [name]: layout(['nir', 'red', 'green'], { numbers: (r) => Math.round(r * 150_000) }) });
    expect([namesOf(info), info.values, info.sensor]).toEqual([bands, 'display', null]);
  });

  it("uses Landsat's factors from MTL.json", async () => {
    const scene = 'LC08_L1TP_190028_20200805_20200916_02_T1';
    const sun = Math.sin((50 * Math.PI) / 180);
    const factors = Object.fromEntries(
      [4, 5].flatMap((band) => [
        [`REFLECTANCE_MULT_BAND_${band}`, '2.0000E-05'],
        [`REFLECTANCE_ADD_BAND_${band}`, '-0.100000'],
      ]),
    );
    const mtl = {
      LANDSAT_METADATA_FILE: {
        IMAGE_ATTRIBUTES: { SPACECRAFT_ID: 'LANDSAT_8', DATE_ACQUIRED: '2020-08-05', SUN_ELEVATION: '50.0' },
        LEVEL1_RADIOMETRIC_RESCALING: factors,
      },
    };
    const numbers = (r: number) => Math.round((r * sun + 0.1) / 2e-5);
    const given = {
      [`${scene}_B4.TIF`]: layout(['red'], { numbers }),
      [`${scene}_B5.TIF`]: layout(['nir'], { numbers }),
      [`${scene}_MTL.json`]: JSON.stringify(mtl),
    };
    await opened(given, async ({ info, read }) => {
      expect(info).toMatchObject({ acquiredAt: '2020-08-05', values: 'reflectance', notes: [] });
      const [red] = await read(['red'], { col: 0, row: 0, width: 1, height: 1 });
      expect(red!.values[0]).toBeCloseTo(0.03, 4);
    });
  });
});

describe('what is not light', () => {
  const texture = (i: number) => (i * 37) % 251;
  const single = (value: (i: number) => number, type: TiffSpec['type'] = 'uint8', names?: string[]): TiffSpec => {
    const spec = layout(['red'], { type, ...(names && { names }) });
    return { ...spec, bands: [spec.bands[0]!.map((_, i) => value(i))] };
  };

  it.each<[string, string, TiffSpec, object]>([
    ['a grey picture', 'grey.tif', single(texture), { kind: 'grey' }],
    ['a constant image', 'c.tif', single(() => 7), { kind: 'constant' }],
    [
      'a constant image of four named bands',
      'c.tif',
      layout(BGRN, { names: BGRN, numbers: () => 3000 }),
      { kind: 'constant' },
    ],
    ['an image without data', 'e.tif', single(() => Number.NaN, 'float32'), { kind: 'empty' }],
    ['a class map', 'c.tif', single((i) => [80, 10, 50][coverAt(i)]!), { kind: 'classes', codes: [10, 50, 80] }],
    [
      'radar',
      'r.tif',
      layout(['blue', 'green'], { type: 'float32', names: ['VV', 'VH'], numbers: (r) => -8 - 10 * r }),
      { kind: 'radar' },
    ],
    ['heights', 'dem.tif', single(texture, 'float32'), { kind: 'elevation' }],
    ['a thermal band', 't.tif', single(texture, 'float32', ['thermal']), { kind: 'thermal' }],
    ['an index', 'n.tif', single((i) => texture(i) / 251, 'float32', ['NDVI']), { kind: 'index', indices: ['ndvi'] }],
    [
      'a picture of an index',
      '2023-07-01_Sentinel-2_L2A_NDVI.tiff',
      layout(['red', 'green', 'blue']),
      { kind: 'index-picture' },
    ],
    [
      'a band of which nothing is known',
      'x.tif',
      single((i) => texture(i) * 50, 'uint16'),
      { kind: 'unknown', bands: 1 },
    ],
  ])('%s is not looked at, in both languages', async (_kind, name, spec, blind) => {
    const info = await infoOf({ [name]: spec });
    expect(info.blind).toEqual(blind);
    const error = (() => {
      try {
        requireLight(info, [], ['red']);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({
      code: 'not-a-picture',
      reply: expect.stringMatching(/^I can't look for vegetation, water or buildings in .*: .*\.$/),
      zh: expect.stringMatching(/^在 .* 中无法寻找植被、水体或建筑：.*。$/),
    });
  });

  it('maps the values of an index raster as they are', async () => {
    const index = (i: number) => [-0.3333, 0.8261, 0.1739][coverAt(i)]!;
    await opened({ 'n.tif': single(index, 'float32', ['NDVI']) }, async (scene) => {
      expect((await statisticsOf(scene, 'ndvi')).mean).toBeCloseTo(-0.3333 / 4 + 0.8261 / 2 + 0.1739 / 4, 5);
      await expect(statisticsOf(scene, 'ndwi')).rejects.toMatchObject({ code: 'band-missing' });
    });
  });

  it('lets a scene with light through', async () => {
    const info = await infoOf({ 'x.tif': layout(BGRN, { names: BGRN }) });
    expect(() => requireLight(info, ['red'], ['red'])).not.toThrow();
    expect(() => requireLight(info, ['swir22'], ['red'])).toThrow('not-a-picture');
  });
});
