import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/scene/limits.ts';
import { openScene as open } from '../../src/scene/open-scene.ts';
import type { Scene } from '../../src/scene/sampling/scene-reader.ts';
import { type TiffSpec, tiffBytes, UTM33 } from './tiff-bytes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-scene-'));
});
afterAll(() => rm(folder, { recursive: true }));

const opened: Scene[] = [];
const openScene: typeof open = async (...request) => {
  const scene = await open(...request);
  opened.push(scene);
  return scene;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((scene) => scene.close()));
});

let made = 0;
/** Writes a file and gives it as it would have been uploaded. */
async function upload(name: string, content: TiffSpec | Uint8Array | string) {
  const path = join(folder, `upload-${made++}`);
  await writeFile(path, typeof content === 'string' || content instanceof Uint8Array ? content : tiffBytes(content));
  return { name, path };
}

const fill = (count: number, value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
const ALL = (width: number, height: number) => ({ col: 0, row: 0, width, height });

describe('values', () => {
  it('turns Sentinel-2 numbers into reflectance, and 0 in all bands into nodata', async () => {
    const band = (first: number) => [0, first, 3000, 4000];
    const file = await upload('S2A_20200601T100000.tif', {
      width: 2,
      height: 2,
      type: 'uint16',
      bands: [band(500), band(0), band(700), band(2500)],
      tags: {
        ...UTM33,
        42112: ['B02', 'B03', 'B04', 'B08']
          .map((b, i) => `<Item name="DESCRIPTION" sample="${i}" role="description">${b}</Item>`)
          .join(''),
      },
    });
    const scene = await openScene([file], {});
    const [nir, green] = await scene.read(['nir', 'green'], ALL(2, 2));
    expect([...nir!.values].map((v) => Number(v.toFixed(5)))).toEqual([Number.NaN, 0.25, 0.3, 0.4]);
    // One band of 0 is a dark pixel; all of them is nodata.
    expect([...green!.values].map((v) => Number(v.toFixed(5)))).toEqual([Number.NaN, 0, 0.3, 0.4]);
    expect(scene.info).toMatchObject({
      values: 'reflectance',
      sensor: 'Sentinel-2',
      acquiredAt: '2020-06-01T10:00:00Z',
      validFraction: 0.75,
      dataType: 'uint16',
      bandEvidence: 'I read this as Sentinel-2: blue, green, red, nir, by the band descriptions in the file.',
    });
    expect(scene.info.pixelSizeM!.x).toBeCloseTo(10.004, 3);
  });

  it('gives grey values 0–1 of 8 bits, and takes alpha as nodata', async () => {
    const file = await upload('drone.tif', {
      width: 4,
      height: 1,
      type: 'uint8',
      bands: [
        [255, 0, 51, 9],
        [0, 0, 102, 9],
        [0, 0, 153, 9],
        [255, 255, 255, 0],
      ],
      tags: { 338: [2] },
    });
    const scene = await openScene([file], {});
    expect(scene.info.bands.map((band) => band.name)).toEqual(['red', 'green', 'blue', 'alpha']);
    const [red, blue] = await scene.read(['red', 'blue'], ALL(4, 1));
    expect([...red!.values].map((v) => Number(v.toFixed(4)))).toEqual([1, 0, 0.2, Number.NaN]);
    expect([...blue!.values].map((v) => Number(v.toFixed(4)))).toEqual([0, 0, 0.6, Number.NaN]);
    expect(scene.info).toMatchObject({ values: 'display', validFraction: 0.75, pixelSizeM: null, boundsLonLat: null });
  });

  it('takes a negative nodata value for every band by itself', async () => {
    const file = await upload('a.tif', {
      width: 2,
      height: 1,
      type: 'int16',
      bands: [
        [-9999, 1000],
        [500, -9999],
        [600, 700],
      ],
      tags: { 42113: '-9999' },
    });
    const scene = await openScene([file], {});
    const read = await scene.read(['blue', 'green', 'red'], ALL(2, 1));
    expect(read.map((band) => [...band.values].map((v) => Number(v.toFixed(4))))).toEqual([
      [Number.NaN, 0.1],
      [0.05, Number.NaN],
      [0.06, 0.07],
    ]);
  });

  it('obeys an internal mask', async () => {
    const file = await upload('m.tif', {
      width: 2,
      height: 1,
      type: 'uint8',
      bands: [
        [10, 20],
        [10, 20],
        [10, 20],
      ],
      next: { width: 2, height: 1, type: 'uint8', bands: [[0, 255]], tags: { 254: [4] } },
    });
    const scene = await openScene([file], {});
    const [red] = await scene.read(['red'], ALL(2, 1));
    expect(red!.values[0]).toBeNaN();
    expect(red!.values[1]).toBeCloseTo(20 / 255, 6);
  });

  it('takes a black margin as nodata and says so, but not black inside', async () => {
    // 20 x 20, the left quarter black; one black pixel in the middle of the rest.
    const value = (i: number) => (i % 20 < 5 ? 0 : 100 + (i % 50));
    const bands = [fill(400, value), fill(400, value), fill(400, value), fill(400, value)];
    const wedge = await openScene([await upload('w.tif', { width: 20, height: 20, type: 'float64', bands })], {});
    expect(wedge.info.validFraction).toBe(0.75);
    expect(wedge.info.notes).toContain('I take the black margin as "no data".');
    const inside = fill(400, (i) =>
      i % 20 === 10 && Math.floor(i / 20) > 4 && Math.floor(i / 20) < 15 ? 0 : 100 + (i % 50),
    );
    const plain = await openScene(
      [await upload('p.tif', { width: 20, height: 20, type: 'float64', bands: [inside, inside, inside, inside] })],
      {},
    );
    expect(plain.info.validFraction).toBe(1);
  });

  it('has no valid pixel where all is nodata', async () => {
    const scene = await openScene(
      [await upload('n.tif', { width: 3, height: 1, type: 'uint16', bands: [[0, 0, 0]], tags: { 42113: '0' } })],
      {},
    );
    expect(scene.info.validFraction).toBe(0);
  });

  it('uses scale and offset that the file states', async () => {
    const xml = [0, 1, 2]
      .map(
        (i) =>
          `<Item name="SCALE" sample="${i}" role="scale">0.0002</Item><Item name="OFFSET" sample="${i}" role="offset">-0.02</Item>`,
      )
      .join('');
    const bands = [fill(4, () => 1000), fill(4, () => 2000), fill(4, () => 3000)];
    const scene = await openScene(
      [await upload('LC08_L2SP_SR_B.tif', { width: 2, height: 2, type: 'uint16', bands, tags: { 42112: xml } })],
      {},
    );
    const [blue] = await scene.read(['blue'], ALL(2, 2));
    expect(blue!.values[0]).toBeCloseTo(0.18, 6);
  });
});

describe('windows and sizes', () => {
  const spec: TiffSpec = {
    width: 8,
    height: 8,
    type: 'uint8',
    bands: [fill(64, (i) => i), fill(64, (i) => i), fill(64, (i) => i)],
    // An overview that is told from the average by its values.
    next: {
      width: 4,
      height: 4,
      type: 'uint8',
      bands: [fill(16, () => 200), fill(16, () => 201), fill(16, () => 202)],
      tags: { 254: [1] },
    },
  };

  it('reads the stored overview for half the size, averages it for a quarter', async () => {
    const scene = await openScene([await upload('o.tif', spec)], {});
    const [half] = await scene.read(['green'], ALL(8, 8), { width: 4, height: 4 });
    expect([...half!.values].map((v) => Math.round(v * 255))).toEqual(Array(16).fill(201));
    const [quarter] = await scene.read(['blue'], ALL(8, 8), { width: 2, height: 2 });
    expect([...quarter!.values].map((v) => Math.round(v * 255))).toEqual([202, 202, 202, 202]);
  });

  it('averages native pixels where no overview is fine enough', async () => {
    const scene = await openScene([await upload('o.tif', spec)], {});
    // Columns 2–4 and rows 0–2 as one pixel: mean of 2 3 4, 10 11 12, 18 19 20.
    const [mean] = await scene.read(['red'], { col: 2, row: 0, width: 3, height: 3 }, { width: 2, height: 2 });
    expect(mean!.values[0]! * 255).toBeCloseTo(((2 + 3 / 2) * 1 + (10 + 11 / 2) / 2) / (1.5 * 1.5), 4);
    const [window] = await scene.read(['red'], { col: 6, row: 7, width: 2, height: 1 });
    expect([...window!.values].map((v) => Math.round(v * 255))).toEqual([62, 63]);
  });

  it('refuses windows that reach outside, and bands that are not there', async () => {
    const scene = await openScene([await upload('o.tif', spec)], {});
    await expect(scene.read(['red'], { col: 7, row: 0, width: 2, height: 1 })).rejects.toThrow(
      'window 7,0 2x1 is not inside 8x8',
    );
    await expect(scene.read(['red', 'nir', 'swir16'], ALL(8, 8))).rejects.toMatchObject({
      code: 'band-missing',
      reply: 'This scene has no nir or swir16 band. Present: red, green, blue.',
    });
    await expect(scene.readDn(3, ALL(1, 1))).rejects.toThrow(RangeError);
  });
});

describe('several files', () => {
  const landsat = (width: number, size: number, value: (i: number) => number, x = 500000): TiffSpec => ({
    width,
    height: width,
    type: 'uint16',
    bands: [fill(width * width, value)],
    tags: { ...UTM33, 33550: [size, size, 0], 33922: [0, 0, 0, x, 5000000, 0] },
  });

  it('resamples coarser bands onto the finest grid, half pixels kept', async () => {
    const scene = await openScene(
      [
        await upload(
          'LC08_L2SP_1_20200102_SR_B4.TIF',
          landsat(2, 30, (i) => 10000 + i * 1000),
        ),
        await upload(
          'LC08_L2SP_1_20200102_SR_B8.TIF',
          landsat(4, 15, (i) => 9000 + i),
        ),
      ],
      {},
    );
    expect([scene.info.grid.width, scene.info.grid.transform![0]]).toEqual([4, 15]);
    expect(scene.info.bands.map((band) => [band.name, band.label, band.file])).toEqual([
      ['red', 'B4', 0],
      ['pan', 'B8', 1],
    ]);
    const [red] = await scene.read(['red'], ALL(4, 4));
    // Linear between the centres of the 30 m pixels: 10000, 10250, 10750, 11000 in the first row.
    const dn = [...red!.values].map((v) => Math.round((v + 0.2) / 2.75e-5));
    expect(dn.slice(0, 8)).toEqual([10000, 10250, 10750, 11000, 10500, 10750, 11250, 11500]);
    expect(scene.info.notes).toContain('Resampled to the finest pixel size: LC08_L2SP_1_20200102_SR_B4.TIF.');
    expect(scene.info.name).toBe('LC08_L2SP_1_20200102_SR');
  });

  it('is called what the names have in common, wherever the band stands', async () => {
    const grey = landsat(4, 30, (i) => i);
    const files = ['L8-B4-Elkton-VA.tiff', 'L8-B10-Elkton-VA.tiff', 'L8-BQA-Elkton-VA.tiff'];
    const scene = await openScene(await Promise.all(files.map((name) => upload(name, grey))), {});
    expect(scene.info.name).toBe('L8-Elkton-VA');
  });

  it('leaves out a file of another place or system and says so', async () => {
    const scene = await openScene(
      [
        await upload(
          'a_red.tif',
          landsat(4, 10, (i) => i),
        ),
        await upload(
          'a_green.tif',
          landsat(4, 10, (i) => i),
        ),
        await upload(
          'b_nir.tif',
          landsat(4, 10, (i) => i, 900000),
        ),
        await upload('c_blue.tif', {
          ...landsat(4, 10, (i) => i),
          tags: { ...UTM33, 34735: [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 3857] },
        }),
      ],
      {},
    );
    expect(scene.info.bands.map((band) => band.name)).toEqual(['red', 'green']);
    expect(scene.info.notes).toContain(
      'Not used, because the ground or the coordinate system differs: b_nir.tif, c_blue.tif.',
    );
    await expect(scene.readDn(1, ALL(1, 1))).resolves.toEqual(Float64Array.of(0));
  });

  it('reads the share of cloud from the quality band', async () => {
    // Bit 3 is cloud, bit 0 fill: 5 of the 15 pixels that are not fill.
    const quality = (i: number) => (i === 0 ? 1 : i < 6 ? 0b1000 : 0b1000000);
    const scene = await openScene(
      [
        await upload(
          'LC08_SR_B4.TIF',
          landsat(4, 30, () => 9000),
        ),
        await upload('LC08_QA_PIXEL.TIF', landsat(4, 30, quality)),
      ],
      {},
    );
    expect(scene.info.cloud).toEqual({ fraction: 5 / 15, source: 'the quality band (QA_PIXEL)', rough: false });
    expect(scene.info.bands[1]).toMatchObject({ name: null, label: 'QA_PIXEL', scale: 1, offset: 0 });
  });

  it("uses Landsat's own factors, by the sun", async () => {
    const mtl = `GROUP = LANDSAT_METADATA_FILE
      PROCESSING_LEVEL = "L1TP"
      SPACECRAFT_ID = "LANDSAT_8"
      DATE_ACQUIRED = 2020-05-18
      SCENE_CENTER_TIME = "13:57:08.1234560Z"
      SUN_ELEVATION = 30.0
      REFLECTANCE_MULT_BAND_4 = 2.0000E-05
      REFLECTANCE_ADD_BAND_4 = -0.100000
    END_GROUP`;
    const scene = await openScene(
      [
        await upload(
          'x_B4.TIF',
          landsat(4, 30, () => 10000),
        ),
        await upload('x_MTL.txt', mtl),
      ],
      {},
    );
    const [red] = await scene.read(['red'], ALL(1, 1));
    expect(red!.values[0]).toBeCloseTo((10000 * 2e-5 - 0.1) / 0.5, 5); // sin 30° = 0.5
    expect(scene.info).toMatchObject({ acquiredAt: '2020-05-18T13:57:08Z', sensor: 'Landsat 8/9', notes: [] });
  });

  it('reads Landsat Collection 2 level 2 as it is downloaded, and leaves angles and parts of the temperature out', async () => {
    // The level 1 factors stand in the same file, after those of the surface reflectance.
    const mtl = `GROUP = LANDSAT_METADATA_FILE
      GROUP = PRODUCT_CONTENTS
        PROCESSING_LEVEL = "L2SP"
      END_GROUP = PRODUCT_CONTENTS
      SPACECRAFT_ID = "LANDSAT_8"
      DATE_ACQUIRED = 2020-09-15
      SUN_ELEVATION = 30.0
      REFLECTANCE_MULT_BAND_4 = 2.75e-05
      REFLECTANCE_ADD_BAND_4 = -0.2
      GROUP = LEVEL1_RADIOMETRIC_RESCALING
        REFLECTANCE_MULT_BAND_4 = 2.0000E-05
        REFLECTANCE_ADD_BAND_4 = -0.100000
      END_GROUP = LEVEL1_RADIOMETRIC_RESCALING
    END_GROUP`;
    const stem = 'LC08_L2SP_193023_20200915_20200919_02_T1';
    const bands = ['SR_B4', 'SR_B5', 'SR_QA_AEROSOL', 'ST_B10', 'ST_EMIS', 'ST_QA', 'ST_TRAD', 'QA_PIXEL', 'SZA'];
    const files = bands.map((band) =>
      upload(
        `${stem}_${band}.TIF`,
        landsat(4, 30, () => 10000),
      ),
    );
    const scene = await openScene([...(await Promise.all(files)), await upload(`${stem}_MTL.txt`, mtl)], {});
    expect(scene.info.bands.map(({ name, label }) => name ?? label)).toEqual([
      'red',
      'nir08',
      'SR_QA_AEROSOL',
      'lwir',
      'QA_PIXEL',
    ]);
    const [red] = await scene.read(['red'], ALL(1, 1));
    expect(red!.values[0]).toBeCloseTo(10000 * 2.75e-5 - 0.2, 6);
    expect(scene.info).toMatchObject({ sensor: 'Landsat 8/9', acquiredAt: '2020-09-15', values: 'reflectance' });
  });

  it('makes reflectance of the 8 bits of Landsat 7 where the MTL says how', async () => {
    const mtl = `GROUP = LANDSAT_METADATA_FILE
      PROCESSING_LEVEL = "L1TP"
      SPACECRAFT_ID = "LANDSAT_7"
      SUN_ELEVATION = 90.0
      REFLECTANCE_MULT_BAND_3 = 1.6E-03
      REFLECTANCE_ADD_BAND_3 = -0.0115
    END_GROUP`;
    const stem = 'LE07_L1TP_193023_20020915_20200919_02_T1';
    const band = (value: number): TiffSpec => ({ ...landsat(4, 30, () => value), type: 'uint8' });
    const scene = await openScene(
      [
        await upload(`${stem}_B3.TIF`, band(100)),
        await upload(`${stem}_B6_VCID_1.TIF`, band(130)),
        await upload(`${stem}_MTL.txt`, mtl),
      ],
      {},
    );
    expect(scene.info.bands.map(({ name }) => name)).toEqual(['red', 'lwir']);
    const [red] = await scene.read(['red'], ALL(1, 1));
    expect(red!.values[0]).toBeCloseTo(100 * 1.6e-3 - 0.0115, 6);
    expect(scene.info).toMatchObject({ sensor: 'Landsat 4/5/7', values: 'reflectance' });
  });

  it('takes the finest of the sizes in which a Sentinel-2 product has its bands', async () => {
    const stem = 'T33UUU_20200915T102101';
    const scene = await openScene(
      [
        await upload(
          `${stem}_B04_60m.tif`,
          landsat(2, 60, () => 600),
        ),
        await upload(
          `${stem}_B04_20m.tif`,
          landsat(6, 20, () => 200),
        ),
        await upload(
          `${stem}_B04_10m.tif`,
          landsat(12, 10, () => 100),
        ),
        await upload(
          `${stem}_B11_20m.tif`,
          landsat(6, 20, () => 1100),
        ),
        await upload(
          `${stem}_B11_60m.tif`,
          landsat(2, 60, () => 1160),
        ),
        await upload(
          `${stem}_TCI_10m.tif`,
          landsat(12, 10, () => 9),
        ),
      ],
      {},
    );
    expect(scene.info.grid.width).toBe(12);
    expect(scene.info.bands.map(({ name }) => name)).toEqual(['red', 'swir16']);
    const [red, swir] = await scene.read(['red', 'swir16'], ALL(1, 1));
    expect([red!.values[0], swir!.values[0]]).toEqual([Math.fround(0.01), Math.fround(0.11)]);
  });

  it('leaves the mask of a Planet scene out', async () => {
    const stack = (bands: number, value: (b: number) => number): TiffSpec => ({
      ...landsat(4, 3, () => 0),
      bands: Array.from({ length: bands }, (_, b) => fill(16, () => value(b))),
    });
    const scene = await openScene(
      [
        await upload(
          '20230101_101500_78_2456_3B_AnalyticMS_SR_8b.tif',
          stack(8, (b) => 1000 * (b + 1)),
        ),
        await upload(
          '20230101_101500_78_2456_3B_udm2.tif',
          stack(8, () => 1),
        ),
      ],
      {},
    );
    expect(scene.info.bands.map(({ name }) => name)).toEqual([
      'coastal',
      'blue',
      null, // green I, at 531 nm
      'green',
      'yellow',
      'red',
      'rededge071',
      'nir',
    ]);
    const [green] = await scene.read(['green'], ALL(1, 1));
    expect(green!.values[0]).toBeCloseTo(0.4, 6);
  });

  it('places a picture by its world file and .prj', async () => {
    const png = await sharp({ create: { width: 5, height: 4, channels: 3, background: '#204060' } })
      .png()
      .toBuffer();
    const scene = await openScene(
      [
        await upload('photo.png', png),
        await upload('photo.pgw', '2\n0\n0\n-2\n500001\n4999999\n'),
        await upload(
          'photo.prj',
          'PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1],AUTHORITY["EPSG","32633"]]',
        ),
      ],
      {},
    );
    // The world file gives the centre of the first pixel: the corner is one metre west and north of it.
    expect(scene.info.grid.transform).toEqual([2, 0, 500000, 0, -2, 5000000]);
    expect(scene.info.grid.crs?.epsg).toBe(32633);
    const [red, blue] = await scene.read(['red', 'blue'], ALL(5, 4));
    expect(red!.values[7]! * 255).toBeCloseTo(0x20, 4);
    expect(blue!.values[7]! * 255).toBeCloseTo(0x60, 4);
  });
});

describe('pictures', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('%s', async (format) => {
    const base = sharp({ create: { width: 16, height: 8, channels: 3, background: '#c08040' } });
    const bytes = await (format === 'png'
      ? base.png()
      : format === 'jpeg'
        ? base.jpeg({ quality: 95 })
        : base.webp({ lossless: true })
    ).toBuffer();
    const scene = await openScene([await upload(`p.${format}`, bytes)], { pixelSizeM: 0.5 });
    const read = await scene.read(['red', 'green', 'blue'], { col: 3, row: 3, width: 1, height: 1 });
    for (const [i, expected] of [0xc0, 0x80, 0x40].entries())
      expect(Math.abs(read[i]!.values[0]! * 255 - expected)).toBeLessThan(2.5);
    expect(scene.info.pixelSizeM).toEqual({ x: 0.5, y: 0.5, stated: true });
  });

  it('16-bit grey and alpha', async () => {
    const grey = await sharp(Uint16Array.of(0, 1000, 40000, 65535), { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const scene = await openScene([await upload('grey.png', grey)], {});
    expect([scene.info.dataType, scene.info.bands.length]).toEqual(['uint16', 1]);
    expect([...(await scene.readDn(0, ALL(2, 2)))]).toEqual([0, 1000, 40000, 65535]);
    const clear = await sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect((await openScene([await upload('clear.png', clear)], {})).info.validFraction).toBe(0);
  });

  it('refuses a picture whose header promises too much', async () => {
    const png = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const opening = openScene(
      [await upload('bomb.png', png)],
      {},
      { limits: { ...DEFAULT_LIMITS, decodedBytes: 2 ** 18 } },
    );
    await expect(opening).rejects.toMatchObject({
      code: 'scene-too-large',
      reply:
        'bomb.png is too large for me: 1 MiB would have to be unpacked at once, and I take 1 for a scene. Please send a smaller area or fewer bands.',
    });
  });

  it('refuses what its files together would need unpacked, and takes each alone', async () => {
    const png = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background: '#000' } })
        .png()
        .toBuffer();
    const limits = { ...DEFAULT_LIMITS, decodedBytes: 3 * 2 ** 20 };
    const files = [await upload('a.png', await png(800)), await upload('b.png', await png(800))];
    for (const file of files) expect((await openScene([file], {}, { limits })).info.grid.width).toBe(800);
    await expect(openScene(files, {}, { limits })).rejects.toMatchObject({
      code: 'scene-too-large',
      reply: expect.stringMatching(
        /^b\.png is too large for me: 4 MiB would have to be unpacked at once, and I take 3 /,
      ),
    });
  });

  it('refuses a truncated JPEG instead of half a picture', async () => {
    const noise = Buffer.from(fill(64 * 64 * 3, (i) => (i * 7919) % 256));
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const opening = openScene([await upload('half.jpg', jpeg.subarray(0, jpeg.length / 2))], {});
    await expect(opening).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply: expect.stringContaining('the JPEG is damaged'),
    });
  });
});

describe('what is no scene', () => {
  it.each([
    ['page.tif', '<!doctype html><title>Sign in</title>', 'a text, web page or drawing, not an image'],
    [
      'drawing.tif',
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
      'a text, web page or drawing',
    ],
    ['paper.tif', '%PDF-1.4 …', 'a PDF document'],
    ['a.tif', Buffer.from([0x4d, 0x5a, 0x90, 0]), 'not an image that I know'],
    ['empty.tif', '', 'the file is empty'],
    ['notes.txt', 'just words', 'it is text, not an image'],
  ])('%s', async (name, content, reason) => {
    await expect(openScene([await upload(name, content)], {})).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply: expect.stringContaining(reason),
    });
  });

  it('shows no path and no control characters of a name', async () => {
    const opening = openScene([await upload('../../etc/\u202egnp\u0007.tif', 'x')], {});
    await expect(opening).rejects.toMatchObject({ reply: expect.stringMatching(/^I can't read gnp\.tif: /) });
  });

  it('takes a bounded number of files', async () => {
    const file = await upload('a.tif', { width: 1, height: 1, type: 'uint8', bands: [[1]] });
    const opening = openScene(Array(4).fill(file), {}, { limits: { ...DEFAULT_LIMITS, files: 3 } });
    await expect(opening).rejects.toMatchObject({
      code: 'scene-too-large',
      reply: expect.stringContaining('I take 3 files at most'),
    });
  });
});

describe('archives', () => {
  const band = (value: number) =>
    tiffBytes({ width: 2, height: 2, type: 'uint16', bands: [fill(4, () => value)], tags: { ...UTM33 } });

  it('unpacks bands, flat, whatever their names say', async () => {
    const zip = zipSync({
      'x/S2_B04.tif': band(400),
      'x/IMG/S2_B08.tif': band(800),
      '__MACOSX/x/._S2_B08.tif': new Uint8Array([1]),
      'x/readme.md': new Uint8Array([65]),
    });
    const target = join(folder, 'unpacked');
    const scene = await openScene([await upload('scene.zip', zip)], {}, { folder: target });
    expect(scene.info.bands.map((b) => b.name)).toEqual(['red', 'nir']);
    expect(scene.info.files.map((file) => file.name)).toEqual(['S2_B04.tif', 'S2_B08.tif']);
    expect(scene.info.files.every((file) => file.path.startsWith(target))).toBe(true);
    const [unpacked] = await readdir(target);
    expect(unpacked).toMatch(/^unpacked-[0-9a-f]{16}$/);
    expect((await readdir(join(target, unpacked!))).sort()).toEqual(['0001.tif', '0002.tif', 'members.json']);
    const [nir] = await scene.read(['nir'], ALL(1, 1));
    expect(nir!.values[0]).toBeCloseTo(0.08, 6);
    await scene.close();
    // What was unpacked into a given folder stays: the same scene can be opened again.
    const again = await openScene(scene.info.files, {});
    expect(again.info.bands.map((b) => b.name)).toEqual(['red', 'nir']);
  });

  it('leaves nothing behind without a folder', async () => {
    const scene = await openScene([await upload('scene.zip', zipSync({ 'S2_B04.tif': band(1) }))], {});
    const { path } = scene.info.files[0]!;
    await scene.close();
    await expect(readdir(join(path, '..'))).rejects.toThrow('ENOENT');
  });

  it.each([
    [
      'without images',
      zipSync({ 'a.md': new Uint8Array([65]), 'x/': new Uint8Array() }),
      'there is no image in the ZIP archive',
    ],
    ['cut off', zipSync({ 'a.tif': new Uint8Array(500) }).subarray(0, 60), 'the ZIP archive is damaged'],
    ['with an archive inside', zipSync({ 'a.tif': zipSync({ 'b.tif': band(1) }) }), 'it is text, not an image'],
  ])('refuses one %s', async (_name, zip, reason) => {
    await expect(openScene([await upload('x.zip', zip)], {})).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply: expect.stringContaining(reason),
    });
  });

  it('refuses a bomb by what it declares, and by what it is', async () => {
    const bomb = zipSync({ 'a.tif': new Uint8Array(8 * 2 ** 20) });
    const limits = { ...DEFAULT_LIMITS, unpackedBytes: 2 ** 20 };
    await expect(openScene([await upload('x.zip', bomb)], {}, { limits })).rejects.toMatchObject({
      code: 'scene-too-large',
      reply: expect.stringContaining('it unpacks to 8 MiB'),
    });
    // The same with a central directory that lies about the size.
    const lying = Buffer.from(bomb);
    const central = lying.indexOf(Buffer.from('504b0102', 'hex'));
    lying.writeUInt32LE(100, central + 24);
    await expect(openScene([await upload('x.zip', lying)], {}, { limits })).rejects.toMatchObject({
      code: 'scene-unreadable',
    });
  });

  it('leaves links out', async () => {
    const zip = Buffer.from(zipSync({ 'link.tif': [Buffer.from('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] }));
    await expect(openScene([await upload('x.zip', zip)], {})).rejects.toMatchObject({
      reply: expect.stringContaining('there is no image'),
    });
  });
});

it('gives the same files the same id, and other corrections another', async () => {
  const file = await upload('a.tif', {
    width: 4,
    height: 1,
    type: 'uint8',
    bands: [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
  });
  const id = async (correction = {}) => (await openScene([file], correction)).info.id;
  expect(await id()).toBe(await id());
  expect(await id({ pixelSizeM: 2 })).not.toBe(await id());
});
