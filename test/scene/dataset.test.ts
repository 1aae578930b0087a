import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openScene } from '../../src/scene/open-scene.ts';

interface Entry {
  id: string;
  image: string | string[];
  bands: (string | null)[];
  reflectance: { scale: number; offset: number } | null;
  gsd_m: number | null;
}

const SCENES = process.env.SCENES_DIR ?? '../shared/scenes';
/** The names of bands and grids of two catalogues of real scenes: three of each folder of the first, two of the second. */
const CATALOGUES = [
  { folder: SCENES, perFolder: 3 },
  { folder: join(SCENES, '../training'), perFolder: 2 },
];

for (const { folder, perFolder } of CATALOGUES) {
  const path = join(folder, 'dataset.json');
  const present = existsSync(path);
  if (!present) console.log(`not run: ${basename(folder)}/dataset.json is absent (SCENES_DIR)`);
  const all: Entry[] = present ? JSON.parse(readFileSync(path, 'utf8')).scenes : [];
  const seen = new Map<string, number>();
  const entries = all.filter(({ id }) => {
    const group = id.split('/')[0]!;
    seen.set(group, (seen.get(group) ?? 0) + 1);
    return seen.get(group)! <= perFolder;
  });

  describe.skipIf(!present)(`real scenes of ${basename(folder)}: bands and calibration as their catalogue says`, () => {
    it.each(entries.map((entry) => [entry.id, entry] as const))(
      '%s',
      async (_id, entry) => {
        const files = [entry.image].flat().map((image) => ({ name: basename(image), path: join(folder, image) }));
        const scene = await openScene(files, {});
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
        const middle = {
          col: Math.floor(info.grid.width / 2),
          row: Math.floor(info.grid.height / 2),
          width: 1,
          height: 1,
        };
        const [value] = await scene.readAt([0], middle);
        expect(value!.values).toHaveLength(1);
        await scene.close();
      },
      180_000,
    );
  });
}
