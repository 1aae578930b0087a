import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openScene } from '../../src/scene/open-scene.ts';

const FOLDER = join(process.env.SCENES_DIR ?? '../shared/scenes', 'robustness');
const present = existsSync(FOLDER);
if (!present) console.log('not run: the robustness set is absent (SCENES_DIR)');

interface Expected {
  file: string;
  readable: boolean;
  width: number;
  height: number;
  count: number;
  dtype: string;
  crs: string | null;
  crs_wkt?: string;
  transform: number[] | null;
  nodata: number | 'NaN' | null;
  samples: { band: number; col: number; row: number; value: number }[];
}

const expected: Expected[] = present ? JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) : [];

describe.skipIf(!present)('the robustness set, as GDAL reads it', () => {
  it.each(expected.filter((e) => e.readable))('$file', async (e) => {
    const scene = await openScene([{ name: e.file.split('/').at(-1)!, path: join(FOLDER, e.file) }], {});
    const { grid, bands, dataType } = scene.info;
    expect([grid.width, grid.height, bands.length, dataType]).toEqual([e.width, e.height, e.count, e.dtype]);
    if (e.transform === null) expect(grid.transform).toBeNull();
    else for (const [i, value] of e.transform.entries()) expect(grid.transform![i]).toBeCloseTo(value, 7);
    if (e.crs?.startsWith('EPSG:')) expect(grid.crs?.name).toBe(e.crs);
    else expect(grid.crs === null).toBe(e.crs === null && !e.crs_wkt);
    for (const { band, col, row, value } of e.samples) {
      const [dn] = await scene.readDn(band - 1, { col, row, width: 1, height: 1 });
      // libjpeg versions differ by a grey level.
      if (e.file === 'blacha/cog.tiff') expect(Math.abs(dn! - value)).toBeLessThanOrEqual(2);
      else expect(dn).toBe(value);
    }
    await scene.close();
  });

  it('rejects the file with cut tiles in one sentence', async () => {
    const open = openScene([{ name: 'corrupt.tif', path: join(FOLDER, 'rasterio/corrupt.tif') }], {});
    await expect(open).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply:
        "I can't read corrupt.tif: the TIFF is damaged (its end is missing). Please send a GeoTIFF, JPEG 2000, PNG or JPEG of the scene, or export it again.",
    });
  });
});
