import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromFile } from 'geotiff';
import { afterAll, describe, expect, it } from 'vitest';
import type { Grid } from '../../src/domain/grid.ts';
import { readGeoKeys } from '../../src/export/geo-keys.ts';
import { readMask, readRaster, readRows } from '../../src/export/read-mask.ts';
import { createGeoTiffWriter, type GeoTiffOptions } from '../../src/export/write-geotiff.ts';

const folder = mkdtempSync(join(tmpdir(), 'geotiff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UTM = { epsg: 32633, name: 'EPSG:32633', proj4: null, unit: 'metre' } as const;
const grid = (width: number, height: number, over: Partial<Grid> = {}): Grid => ({
  width,
  height,
  transform: [10, 0, 500000, 0, -10, 4600000],
  crs: UTM,
  ...over,
});
const MASK: GeoTiffOptions = {
  sampleType: 'uint8',
  bandDescriptions: ['water'],
  nodata: 255,
  colors: { 0: [0, 0, 0], 1: [86, 180, 233] },
};

/** Writes 0, 1, 255, 0, 1, 255 … in blocks of `step` rows. */
async function writeMask(name: string, on: Grid, step: number, options: GeoTiffOptions = MASK): Promise<string> {
  const path = join(folder, name);
  const writer = await createGeoTiffWriter(path, on, options);
  for (let row = 0; row < on.height; row += step) {
    const rows = Math.min(step, on.height - row);
    await writer.writeRows(
      row,
      Uint8Array.from({ length: rows * on.width }, (_, i) => [0, 1, 255][(row * on.width + i) % 3]!),
    );
  }
  await writer.close();
  return path;
}

describe('createGeoTiffWriter', () => {
  it.each([
    ['one pixel', 1, 1, 1],
    ['one tile', 40, 30, 30],
    ['several tiles, block rows that do not divide them', 600, 520, 77],
    ['a row at a time', 257, 20, 1],
  ])('keeps every sample of %s', async (_case, width, height, step) => {
    const path = await writeMask('samples.tif', grid(width, height), step);
    const { values } = await readMask(path);
    expect(values.length).toBe(width * height);
    // 255 is nodata and therefore not target.
    expect(values.every((value, i) => value === (i % 3 === 1 ? 1 : 0))).toBe(true);
    for await (const block of readRows(path)) {
      const first = block.row * width;
      expect(block.values.every((value, i) => value === [0, 1, 255][(first + i) % 3])).toBe(true);
    }
  });

  it('keeps float32 exactly, NaN and several bands included', async () => {
    const path = join(folder, 'float.tif');
    const writer = await createGeoTiffWriter(path, grid(300, 3), {
      sampleType: 'float32',
      bandDescriptions: ['a', 'b'],
      nodata: Number.NaN,
    });
    const samples = Float32Array.from({ length: 300 * 3 * 2 }, (_, i) =>
      i % 7 === 0 ? Number.NaN : Math.sin(i) * 1e3,
    );
    await writer.writeRows(0, samples);
    await writer.close();
    const tiff = await fromFile(path);
    const interleaved = (await (await tiff.getImage()).readRasters({ interleave: true })) as unknown as Float32Array;
    expect([...interleaved]).toEqual([...samples]);
    await tiff.close();
    await expect(readRaster(await writeMask('uint8.tif', grid(2, 1), 1))).resolves.toMatchObject({
      width: 2,
      height: 1,
    });
  });

  it('keeps uint16 exactly over the whole range', async () => {
    const path = join(folder, 'uint16.tif');
    const writer = await createGeoTiffWriter(path, grid(17, 2), {
      sampleType: 'uint16',
      bandDescriptions: ['dn'],
      nodata: 0,
    });
    const samples = Uint16Array.from({ length: 34 }, (_, i) => (i * 40503) % 65536);
    await writer.writeRows(0, samples);
    await writer.close();
    const tiff = await fromFile(path);
    const [values] = (await (await tiff.getImage()).readRasters()) as unknown as [Uint16Array];
    expect([...values]).toEqual([...samples]);
    await tiff.close();
  });

  it('says where the pixels are, which value is nodata and what the colours mean', async () => {
    const tiff = await fromFile(await writeMask('tags.tif', grid(4, 2), 2));
    const image = await tiff.getImage();
    expect(image.getGeoKeys()).toEqual({ GTModelTypeGeoKey: 1, GTRasterTypeGeoKey: 1, ProjectedCSTypeGeoKey: 32633 });
    expect(image.getBoundingBox()).toEqual([500000, 4599980, 500040, 4600000]);
    expect(image.getGDALNoData()).toBe(255);
    const colors = (await image.fileDirectory.loadValue('ColorMap')) as unknown as Uint16Array;
    expect([colors[1], colors[257], colors[513]]).toEqual([86 * 257, 180 * 257, 233 * 257]);
    await tiff.close();
  });

  it('writes degrees as a geographic CRS and a rotated grid as a transformation', async () => {
    const crs = { epsg: 4326, name: 'EPSG:4326', proj4: null, unit: 'degree' } as const;
    const tiff = await fromFile(await writeMask('rotated.tif', grid(4, 2, { crs, transform: [1, 2, 3, 4, 5, 6] }), 2));
    const image = await tiff.getImage();
    expect(image.getGeoKeys()).toEqual({ GTModelTypeGeoKey: 2, GTRasterTypeGeoKey: 1, GeographicTypeGeoKey: 4326 });
    const matrix = (await image.fileDirectory.loadValue('ModelTransformation')) as unknown as ArrayLike<number>;
    expect(Array.from(matrix)).toEqual([1, 2, 0, 3, 4, 5, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1]);
    await tiff.close();
  });

  it('copies the CRS of its source, as PixelIsArea', async () => {
    const geoKeys = {
      directory: [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 2, 1026, 34737, 7, 0],
      doubles: [],
      ascii: 'custom|',
    };
    const user = { epsg: null, name: 'custom', proj4: null, unit: 'metre' } as const;
    const path = await writeMask('source.tif', grid(4, 2, { crs: user }), 2, { ...MASK, geoKeys });
    await expect(readGeoKeys(path)).resolves.toEqual({
      directory: [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 1026, 34737, 7, 0],
      doubles: [],
      ascii: 'custom|',
    });
    await expect(
      readGeoKeys(await writeMask('none.tif', grid(1, 1, { crs: null, transform: null }), 1)),
    ).resolves.toBeNull();
  });

  it('refuses rows out of order, broken rows, rows beyond the end, and a file with rows missing', async () => {
    const writer = await createGeoTiffWriter(join(folder, 'order.tif'), grid(4, 3), MASK);
    await writer.writeRows(0, new Uint8Array(4));
    await expect(writer.writeRows(2, new Uint8Array(4))).rejects.toThrow('from row 1 of 3');
    await expect(writer.writeRows(1, new Uint8Array(5))).rejects.toThrow('5 samples at row 1');
    await expect(writer.writeRows(1, new Uint8Array(12))).rejects.toThrow(RangeError);
    await expect(writer.close()).rejects.toThrow('1 of 3 rows were written');
  });

  it('lets no text break out of the metadata', async () => {
    const hostile = '</Item><Item name="x">&\u0000\u001b';
    const path = await writeMask('hostile.tif', grid(1, 1), 1, {
      ...MASK,
      bandDescriptions: [hostile],
      metadata: { 'a"b': hostile },
    });
    const xml = /<GDALMetadata>.*<\/GDALMetadata>/s.exec(readFileSync(path, 'latin1'))![0];
    expect(xml.match(/<Item /g)).toHaveLength(2);
    expect(xml.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

/** Not a dependency: where GDAL is missing, this block is skipped. */
const GDALINFO = 'gdalinfo';
const hasGdal = spawnSync(GDALINFO, ['--version']).status === 0;

describe.skipIf(!hasGdal)('as GDAL reads it', () => {
  it('has CRS, nodata, colours, description and metadata', async () => {
    const path = await writeMask('gdal.tif', grid(600, 300), 64, {
      ...MASK,
      bandDescriptions: ['water & <more>'],
      metadata: { SPEX_PACK: 'a & b' },
    });
    const seen = JSON.parse(execFileSync(GDALINFO, ['-json', path], { encoding: 'utf8' }));
    expect(seen.coordinateSystem.wkt).toContain('ID["EPSG",32633]');
    expect(seen.geoTransform).toEqual([500000, 10, 0, 4600000, 0, -10]);
    expect(seen.metadata[''].SPEX_PACK).toBe('a & b');
    const [band] = seen.bands;
    expect(band).toMatchObject({
      type: 'Byte',
      noDataValue: 255,
      colorInterpretation: 'Palette',
      description: 'water & <more>',
    });
    expect(band.colorTable.entries[1]).toEqual([86, 180, 233, 255]);
  });
});
