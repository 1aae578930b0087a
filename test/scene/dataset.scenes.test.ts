import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import proj4 from 'proj4';
import { describe, expect, it } from 'vitest';
import type { SceneInfo } from '../../src/domain/scene.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import { pythonWith } from '../python.ts';

interface Entry {
  id: string;
  image: string | string[];
  bands: (string | null)[];
  reflectance: { scale: number; offset: number } | null;
  gsd_m: number | null;
}

/** A file as GDAL reads it: `gdal-facts.py`. */
interface GdalFacts {
  size: [width: number, height: number];
  /** 0 = a CRS without an EPSG code, null = no CRS. */
  epsg: number | null;
  /** Longitude and latitude of the middle of the grid. */
  middle: [number, number] | null;
  /** Compressed as JPEG or WebP: decoders differ by a grey level or two. */
  lossy: boolean;
  /** By band: 4 × 4 values from the middle on. */
  window: number[][];
}

const SCENES = resolve(process.env.SCENES_DIR ?? '../shared/scenes');
const gdal = pythonWith(['osgeo.gdal'], 'sizes, CRS and values of the catalogues of real scenes against GDAL');

/** Every scene of two catalogues: bands and calibration as the catalogue says; shape, CRS, place and values as GDAL reads them. */
for (const folder of [SCENES, join(SCENES, '../training')]) {
  const path = join(folder, 'dataset.json');
  const present = existsSync(path);
  if (!present) console.log(`not run: ${basename(folder)}/dataset.json is absent (SCENES_DIR)`);
  const entries: Entry[] = present ? JSON.parse(readFileSync(path, 'utf8')).scenes : [];
  const filesOf = ({ image }: Entry): string[] => [image].flat().map((file) => join(folder, file));
  const facts = new Map<string, GdalFacts>();
  if (gdal && present) {
    const files = entries.flatMap(filesOf);
    const answers: GdalFacts[] = JSON.parse(
      gdal(readFileSync(join(import.meta.dirname, 'gdal-facts.py'), 'utf8'), JSON.stringify(files)),
    );
    for (const [i, file] of files.entries()) facts.set(file, answers[i]!);
  }

  describe.skipIf(!present)(`the ${entries.length} scenes of ${basename(folder)}/dataset.json`, () => {
    it.each(entries.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
      const paths = filesOf(entry);
      const scene = await openScene(
        paths.map((file) => ({ name: basename(file), path: file })),
        {},
      );
      const { info } = scene;
      // The catalogues call the quality band "other", and Sentinel-2's ninth band by either of its names.
      const expected = entry.bands.map((band) => (band === 'other' ? null : band === 'nir09' ? 'water_vapor' : band));
      expect(info.bands.map((band) => band.name)).toEqual(expected);
      expect(info.values).toBe(entry.reflectance ? 'reflectance' : 'display');
      for (const band of info.bands) {
        if (!entry.reflectance || band.name === 'lwir' || band.name === null) continue;
        expect(band.scale).toBeCloseTo(entry.reflectance.scale, 9);
        expect(band.offset).toBeCloseTo(entry.reflectance.offset, 9);
      }
      if (info.pixelSizeM && entry.gsd_m) {
        // Within a factor: catalogues round, and Landsat's scene has the grid of its panchromatic band.
        expect(info.pixelSizeM.x / entry.gsd_m).toBeGreaterThan(0.45);
        expect(info.pixelSizeM.x / entry.gsd_m).toBeLessThan(1.2);
      }

      const read = paths.map((file) => facts.get(file)).filter((one) => one !== undefined);
      const finest = read.toSorted((a, b) => b.size[0] - a.size[0])[0];
      if (finest) {
        expect([info.grid.width, info.grid.height]).toEqual(finest.size);
        expect(info.grid.crs === null).toBe(finest.epsg === null);
        if (finest.epsg) expect(info.grid.crs!.epsg).toBe(finest.epsg);
        if (finest.middle) {
          const [lon, lat] = middleOf(info);
          // A hundred-thousandth of a degree is a metre, and by a metre the Canadian NAD83(CSRS) is off WGS 84.
          const tolerance = finest.epsg === 2949 ? 2e-5 : 2e-6;
          expect(Math.abs(lon - finest.middle[0])).toBeLessThan(tolerance);
          expect(Math.abs(lat - finest.middle[1])).toBeLessThan(tolerance);
        }
        for (const [position, { file, index }] of info.bands.entries()) {
          const { size, window, lossy } = read[file]!;
          const at = { col: Math.floor(size[0] / 2), row: Math.floor(size[1] / 2), width: 4, height: 4 };
          const values = await scene.readDn(position, at);
          for (const [i, value] of values.entries()) {
            expect(Math.abs(value - window[index]![i]!), `band ${position}, value ${i}`).toBeLessThanOrEqual(
              lossy ? 2 : 0,
            );
          }
        }
      }
      await scene.close();
    });
  });
}

function middleOf({ grid: { width, height, transform, crs } }: SceneInfo): [number, number] {
  const [a, b, c, d, e, f] = transform!;
  const [col, row] = [width / 2, height / 2];
  return proj4(crs!.proj4!, 'WGS84', [a * col + b * row + c, d * col + e * row + f]);
}
