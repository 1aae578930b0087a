import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { BandName } from '../../src/domain/band.ts';
import { LAND_COVERS } from '../../src/domain/land-cover.ts';
import type { Raster } from '../../src/domain/raster.ts';
import { openLabelled, readDataset } from '../../src/eval/dataset.ts';
import { formatAttributes } from '../../src/prompt/format-attributes.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import type { Scene } from '../../src/scene/sampling/scene-reader.ts';
import { chooseIndex } from '../../src/spectral/choose-index.ts';
import { indexMask } from '../../src/spectral/index-mask.ts';
import { regionAttributes } from '../../src/spectral/region-attributes.ts';
import { pythonWith } from '../python.ts';
import { temporaryFolder } from '../tiny-pack.ts';

/** The order of the training code's windows. */
const BANDS = ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'] as const satisfies readonly BandName[];
const CHIPS = 200;
const SCENES = process.env.SCENES_DIR ?? '../shared/scenes';
const REAL = ['mbrsc_dubai/tile5_001', 'zion_l8/full', 'terramesh_s2/282d_l2a', 'waleed_s2_japan/full'];

/** A window as the training code sees it: 0 where a band is missing, NaN where a pixel is. */
interface Chip {
  readonly side: number;
  readonly present: readonly boolean[];
  readonly values: 'reflectance' | 'display';
  /** [6, side, side]. */
  readonly pixels: Float32Array;
}

const python = pythonWith(['numpy'], `attributes of ${CHIPS} chips beside those of models/train/attributes.py`);

/** The training code computes the lists of its prompts with a port of this folder: they must be the same texts. */
it.skipIf(!python)(`${CHIPS} chips get the lists that the training code computes`, { timeout: 300_000 }, async () => {
  const folder = await temporaryFolder();
  const chips = await makeChips();
  for (const [i, { pixels }] of chips.entries()) await writeFile(join(folder, `${i}.f32`), pixels);
  const cases = chips.map(({ side, present, values }) => ({ side, present, values }));
  const ported: (string | null)[] = JSON.parse(python!(PORT, JSON.stringify({ folder, cases })));
  const own = chips.flatMap(listsOf);
  expect(ported).toHaveLength(CHIPS * LAND_COVERS.length);
  const different = own.flatMap((list, i) => (list === ported[i] ? [] : [{ case: i, own: list, ported: ported[i] }]));
  expect(different.slice(0, 3), `${different.length} of ${own.length} lists differ`).toEqual([]);
  // The chips try something: lists, empty lists and none.
  expect(own.filter((list) => list !== null && list !== '[]').length).toBeGreaterThan(CHIPS);
  expect(own).toContain('[]');
  expect(own).toContain(null);
});

function listsOf({ side, present, values, pixels }: Chip): (string | null)[] {
  const bands = new Map<BandName, Raster>();
  for (const [b, name] of BANDS.entries()) {
    if (!present[b]) continue;
    bands.set(name, {
      width: side,
      height: side,
      values: pixels.subarray(b * side * side, (b + 1) * side * side) as Raster['values'],
    });
  }
  return LAND_COVERS.map((target) => {
    const choice = chooseIndex(target, new Set(bands.keys()), values);
    return choice && formatAttributes(regionAttributes(indexMask(choice, bands).mask));
  });
}

const PORT = `
import json, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(resolve(import.meta.dirname, '../../models/train'))})
import numpy as np
from attributes import attributes, format_attributes
given = json.load(sys.stdin)
lists = []
for number, case in enumerate(given["cases"]):
    side = case["side"]
    stored = np.fromfile(os.path.join(given["folder"], f"{number}.f32"), "<f4").reshape(6, side, side)
    valid = ~np.isnan(stored).any(0)
    pixels = np.where(valid, stored, 0).astype(np.float32)
    for target in ${JSON.stringify(LAND_COVERS)}:
        regions = attributes(pixels, np.array(case["present"]), valid, case["values"], target)
        lists.append(None if regions is None else format_attributes(regions))
print(json.dumps(lists))
`;

/** Windows of the demo scene and, where they are, of real scenes: bands missing, gains, 8-bit values, noise, edges without data. */
async function makeChips(): Promise<Chip[]> {
  const scenes = [await openScene([DEMO_SCENE], {})];
  if (existsSync(join(SCENES, 'dataset.json'))) {
    const dataset = await readDataset(join(SCENES, 'dataset.json'));
    for (const id of REAL) scenes.push(await openLabelled(dataset.scenes.find((scene) => scene.id === id)!));
  } else console.warn('the chips are of the demo scene only (SCENES_DIR is absent)');
  try {
    const random = randomFrom(7);
    const chips: Chip[] = [];
    while (chips.length < CHIPS) chips.push(await makeChip(scenes[chips.length % scenes.length]!, random));
    return chips;
  } finally {
    await Promise.all(scenes.map((scene) => scene.close()));
  }
}

async function makeChip(scene: Scene, random: () => number): Promise<Chip> {
  const { grid, bands, values: kind } = scene.info;
  const side = Math.min(pick([48, 64, 96, 128], random), grid.width, grid.height);
  const window = {
    col: Math.floor(random() * (grid.width - side + 1)),
    row: Math.floor(random() * (grid.height - side + 1)),
    width: side,
    height: side,
  };
  const has = (name: BandName) => bands.some((band) => band.name === name);
  const hidden = pick<readonly BandName[]>(
    [[], [], ['swir16', 'swir22'], ['nir', 'swir16', 'swir22'], ['blue']],
    random,
  );
  const present = BANDS.map((name) => (has(name) || (name === 'nir' && has('nir08'))) && !hidden.includes(name));
  const rasters = await scene.read(
    BANDS.filter((_, b) => present[b]),
    window,
  );
  const display = kind === 'display' || random() < 0.4;
  const noise = pick([0, 0.01, 0.05], random);
  const [lost, from] = [random() < 0.25, Math.floor(random() * side)];
  const pixels = new Float32Array(6 * side * side);
  for (const [b, name] of BANDS.entries()) {
    if (!present[b]) continue;
    const { values } = rasters[BANDS.slice(0, b).filter((_, i) => present[i]).length]!;
    const gain = (0.7 + 0.6 * random()) * (display && kind === 'reflectance' ? (name === 'nir' ? 1.8 : 3) : 1);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]! * gain + noise * (random() - 0.5);
      pixels[b * side * side + i] = display ? Math.min(255, Math.max(0, Math.round(value * 255))) / 255 : value;
    }
  }
  for (let i = 0; i < side * side; i++) {
    const measured = rasters.every(({ values }) => !Number.isNaN(values[i]!)) && !(lost && i % side >= from);
    if (!measured) for (let b = 0; b < 6; b++) pixels[b * side * side + i] = NaN;
  }
  return { side, present, values: display ? 'display' : 'reflectance', pixels };
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;

/** Mulberry32: a small generator with a seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
