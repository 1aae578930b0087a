import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCard } from '../../src/cli/evaluation-card.ts';
import type { Dataset } from '../../src/eval/dataset.ts';
import { FAILURE_COLOURS } from '../../src/eval/draw-failures.ts';
import { evaluate, sceneJudge } from '../../src/eval/evaluate.ts';
import type { Extract } from '../../src/eval/spex-extract.ts';
import { createGeoTiffWriter } from '../../src/export/write-geotiff.ts';
import { parseColor } from '../../src/render/target-look.ts';
import { temporaryFolder } from '../tiny-pack.ts';

const SIZE = 16;
/** The label: water in the left half, the lower right quarter not judged. */
const label = (col: number, row: number) => (col < 8 ? 1 : row >= 8 ? 255 : 0);
/** The model marks the upper half. */
const marks = (_col: number, row: number) => (row < 8 ? 1 : 0);

let card: string;
let markdown: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  await write(folder, 'a.tif', 3, () => [90, 100, 110]);
  await write(folder, 'a.water.tif', 1, (col, row) => [label(col, row)]);
  await write(folder, 'b.water.tif', 1, () => [0]);
  await write(folder, 'c.building.tif', 1, (col, row) => [marks(col, row)]);
  const scene = {
    files: [{ name: 'a.tif', path: join(folder, 'a.tif') }],
    correction: { bands: ['red', 'green', 'blue'] as const },
    resolution: 'high' as const,
    split: null,
  };
  const dataset: Dataset = {
    name: 'tiny',
    scenes: [
      { ...scene, id: 'lakes/|a|', labels: new Map([['water', join(folder, 'a.water.tif')]]) },
      { ...scene, id: 'lakes/dry', labels: new Map([['water', join(folder, 'b.water.tif')]]) },
      // The same mask for both targets: the upper half, which is all building and half water.
      {
        ...scene,
        id: 'lakes/town',
        labels: new Map([
          ['water', join(folder, 'a.water.tif')],
          ['building', join(folder, 'c.building.tif')],
        ]),
      },
    ],
  };
  const grid = { width: SIZE, height: SIZE };
  const mask = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => marks(i % SIZE, Math.floor(i / SIZE)));
  const extract: Extract = async (_scene, target, { question }) => ({
    mask: { ...grid, values: mask },
    logits: { ...grid, values: Float32Array.from(mask, (value) => (value ? 2 : -2)) },
    indexMask: null,
    foretoldIou: null,
    explain: async () => ({ prompt: '', text: 'There is no water in this scene.', attributes: null }),
    misheard: question !== undefined && target === 'building',
  });
  const judge = sceneJudge(dataset, extract, { variants: [], wordings: 1, onMask: null });
  const evaluation = await evaluate(dataset, judge, { temperature: 1, lanes: 1, onScene: () => {} });
  card = join(folder, 'card');
  await mkdir(join(card, 'gallery'), { recursive: true });
  await writeFile(join(card, 'gallery', 'failure-09-water.png'), 'of an earlier run');
  await writeFile(join(card, 'gallery', 'mine.png'), 'of somebody else');
  await writeCard(card, 'npx spex-chat eval tiny.json', { name: 'p', version: '1.0.0' }, dataset, evaluation, extract);
  markdown = await readFile(join(card, 'EVALUATION.md'), 'utf8');
});

describe('the figures for a model card', () => {
  it('are tables with the command that makes them', () => {
    expect(markdown).toContain('```\nnpx spex-chat eval tiny.json\n```');
    // 64 right, 64 missed, 64 marked on ground that is not water: 64 of 192.
    expect(markdown).toMatch(/\| water \| all \| all \| 2 \| 0\.333 \| 0\.500 \| 0\.500 \| 0\.500 \|/);
    // On the dry scene half of everything is a false alarm.
    expect(markdown).toMatch(/\| 1 \| 0\.500 \|$/m);
    // Asked for water, in two ways, the mask is the building's.
    expect(markdown).toContain('| lakes/town | water | 2 |');
    expect(markdown).not.toMatch(/\| lakes\/town \| building \| \d \|/);
    expect(markdown).toContain('1 of 4 (25 %) further wordings got an answer about another target');
    expect(markdown).toMatch(/\| target \| question \| scenes \|\n.*\n\| building \| [^|]+ \| 1 \|/);
    // Every row has as many cells as its header, whatever an id holds.
    for (const block of markdown.split('\n\n').filter((part) => part.startsWith('|'))) {
      const cells = block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size, block).toBe(1);
    }
  });

  it('come with pictures of the worst, and only those', async () => {
    expect((await readdir(join(card, 'gallery'))).sort()).toEqual([
      'failure-01-water.png',
      'failure-02-water.png',
      'failure-03-water.png',
      'failure-04-building.png',
      'mine.png',
    ]);
    expect(markdown).toContain('](gallery/failure-01-water.png)');
    expect(markdown).toContain('lakes/dry: no water in the label, 50.0 % of the scene marked.');
  });

  it('show what is right, wrong, missed and not judged', async () => {
    const file = await readFile(join(card, 'gallery', 'failure-01-water.png'));
    expect(file.length).toBeLessThan(80_000);
    const { width, data } = PNG.sync.read(file);
    const side = 176;
    expect(width).toBe(4 * side + 5 * 8);
    // A point of the panel's grid of 16 x 16 pixels, below the titles.
    const at = (panel: number, col: number, row: number) => {
      const x = 8 + panel * (side + 8) + (col + 0.5) * (side / SIZE);
      const y = 24 + (row + 0.5) * (side / SIZE);
      const i = (Math.floor(y) * width + Math.floor(x)) * 4;
      return [...data.subarray(i, i + 3)];
    };
    // The picture uses little of its range and is stretched: 90, 100, 110 become 0, 128, 255. Colours lie over its paled grey.
    const over = (colour: string, weight: number) =>
      parseColor(colour).map((channel) => weight * channel + (1 - weight) * (128 + 383 / 6));
    const near = (found: number[], wanted: number[]) =>
      expect(Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(8);
    const { right, wrong, missed, unjudged } = FAILURE_COLOURS;
    near(at(0, 3, 3), [0, 128, 255]);
    near(at(1, 3, 12), over(right, 0.8)); // the label itself
    near(at(1, 12, 12), over(unjudged, 0.5));
    near(at(2, 3, 3), over(right, 0.8));
    near(at(2, 12, 3), over(wrong, 0.8));
    near(at(2, 3, 12), over(missed, 0.8));
    near(at(2, 12, 12), over(unjudged, 0.5));
  });
});

async function write(folder: string, name: string, bands: number, pixel: (col: number, row: number) => number[]) {
  const grid = { width: SIZE, height: SIZE, transform: null, crs: null };
  const writer = await createGeoTiffWriter(join(folder, name), grid, {
    sampleType: 'uint8',
    bandDescriptions: Array.from({ length: bands }, () => ''),
    nodata: null,
  });
  const pixels = Array.from({ length: SIZE * SIZE }, (_, i) => pixel(i % SIZE, Math.floor(i / SIZE)));
  await writer.writeRows(0, Uint8Array.from(pixels.flat()));
  await writer.close();
}
