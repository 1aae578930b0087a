import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromFile } from 'geotiff';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalAnalyst } from '../../src/analysis/local-analyst.ts';
import { formatFor } from '../../src/dialogue/language/format.ts';
import { TEXTS } from '../../src/dialogue/language/texts.ts';
import { legendOf } from '../../src/dialogue/operations/legend.ts';
import type { Run } from '../../src/domain/analyst.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Progress } from '../../src/domain/message.ts';
import { DEFAULT_STYLE } from '../../src/domain/picture.ts';
import type { SceneInfo } from '../../src/domain/scene.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';

/** The real thing: the pack and the scene that ship, through every operation, checked by loops of its own. */
const PACK = join(import.meta.dirname, '../../models/spex-compact');
const analyst = createLocalAnalyst({
  pack: PACK,
  threads: 2,
  memoryMb: null,
  executionProviders: ['cpu'],
  maxSceneMegapixels: 1,
  allowedHosts: [],
});

let run: Run;
const progress: Progress[] = [];
let scene: SceneInfo;
let water: Finding;
let vegetation: Finding;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'analyst-'));
  run = { folder, signal: new AbortController().signal, onProgress: (p) => void progress.push(p) };
  scene = await analyst.open({ files: [DEMO_SCENE], correction: {} }, run);
  water = await analyst.extract({ scene, target: 'water' }, run);
  vegetation = await analyst.extract({ scene, target: 'vegetation' }, run);
});
afterAll(() => rm(run.folder, { recursive: true, force: true }));

const band = async (path: string, index = 0): Promise<ArrayLike<number>> => {
  const tiff = await fromFile(path);
  const [values] = (await (await tiff.getImage()).readRasters({ samples: [index] })) as unknown as [ArrayLike<number>];
  await tiff.close();
  return values;
};
const count = (values: ArrayLike<number>, wanted: number): number =>
  Array.from(values).filter((v) => v === wanted).length;

/** UTM zone 33 near its central meridian: a pixel of 10 m is 100 m² to better than a thousandth. */
const PIXEL_M2 = 100;

describe('extract', () => {
  it('gives no mask where the model would see none of the pixels', async () => {
    const unknown = Array(6).fill(null);
    const blind = await analyst.open({ files: [DEMO_SCENE], correction: { bands: unknown } }, run);
    await expect(analyst.extract({ scene: blind, target: 'water' }, run)).rejects.toMatchObject({
      code: 'not-a-picture',
    });
  });

  it('writes the mask that its numbers speak of, on the grid of the scene', async () => {
    const mask = await band(water.maskFile);
    const ones = count(mask, 1);
    expect(mask.length).toBe(512 * 512);
    expect(water.facts.pixels).toBe(ones);
    expect(water.facts.share).toBeCloseTo(ones / (512 * 512), 9);
    expect(water.facts.areaM2! / (ones * PIXEL_M2)).toBeCloseTo(1, 2);
    expect(water.facts.regions[0]!.pixels).toBe(Math.max(...water.facts.regions.map(({ pixels }) => pixels)));
  });

  it('marks where its own probability is above the threshold that it speaks of', async () => {
    const threshold = water.provenance.threshold!;
    expect(threshold).toBeGreaterThan(0.05);
    expect(threshold).toBeLessThan(0.5);
    const [mask, probability] = [await band(water.maskFile), await band(water.probabilityFile)];
    // Half the best F1 that can be expected of these probabilities: 2 Σ p(marked) / (marked + Σ p).
    let [marked, all, best] = [0, 0, 0];
    const descending = Array.from(probability).sort((a, b) => b - a);
    for (const p of descending) all += p;
    descending.forEach((p, i) => {
      marked += p;
      best = Math.max(best, (2 * marked) / (i + 1 + all));
    });
    expect(threshold).toBeCloseTo(best / 2, 4);
    let wrong = 0;
    for (let i = 0; i < mask.length; i++) if ((mask[i] === 1) !== probability[i]! > threshold) wrong++;
    expect(wrong).toBe(0);
  });

  it('follows the target: water and vegetation of one scene are different ground, each close to its index', async () => {
    const [w, v] = [await band(water.maskFile), await band(vegetation.maskFile)];
    let both = 0;
    for (let i = 0; i < w.length; i++) if (w[i] === 1 && v[i] === 1) both++;
    expect(both / Math.min(water.facts.pixels, vegetation.facts.pixels)).toBeLessThan(0.1);
    expect(water.evidence).toMatchObject({ index: 'mndwi', threshold: 0, method: 'fixed' });
    expect(vegetation.evidence).toMatchObject({ index: 'ndvi', threshold: 0.3, method: 'fixed' });
    expect(water.evidence!.agreement).toBeGreaterThan(0.6);
    expect(vegetation.evidence!.agreement).toBeGreaterThan(0.6);
    expect(vegetation.evidence!.meanInside).toBeGreaterThan(vegetation.evidence!.meanOutside!);
  });

  it('says what was asked, with which bands, and reports its stages in order', () => {
    expect(water.provenance).toMatchObject({
      chips: 1,
      resolutionFactor: 1,
      bandsUsed: ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'],
      bandsMissing: [],
    });
    expect(water.provenance.question).toMatch(/^Based on the provided image .* of the water bodies regions/);
    expect(water.prompt).toContain("'Size of area'");
    const stages = progress.map(({ stage }) => stage);
    expect(stages.indexOf('looking')).toBeLessThan(stages.indexOf('masking'));
    expect(stages.indexOf('masking')).toBeLessThan(stages.indexOf('measuring'));
  });

  it("takes the person's own words to the model", async () => {
    const own = await analyst.extract({ scene, target: 'water', question: 'where could I swim?' }, run);
    expect(own.provenance.question).toBe('where could I swim?');
  });
});

describe('refine', () => {
  it('keeps the regions that pass and measures them anew', async () => {
    const largest = await analyst.refine({ scene, finding: water, filter: { largest: 1 } }, run);
    expect(largest.facts.count).toBe(1);
    expect(largest.facts.pixels).toBe(water.facts.regions[0]!.pixels);
    expect(count(await band(largest.maskFile), 1)).toBe(largest.facts.pixels);
    expect(largest.refines).toEqual({ finding: water.id, filter: { largest: 1 } });
  });

  it('leaves out what the model said of the regions that are gone', async () => {
    const [count, still] = [`There are ${water.facts.count} regions of water.`, 'Water lies in this scene.'];
    const finding = { ...water, explanation: [count, still], dropped: [] };
    const largest = await analyst.refine({ scene, finding, filter: { largest: 1 } }, run);
    expect([largest.explanation, largest.dropped]).toEqual([[still], [count]]);
  });

  it('asks for the pixel size before it speaks of hectares', async () => {
    const bare = { ...scene, grid: { ...scene.grid, crs: null, transform: null }, pixelSizeM: null };
    await expect(analyst.refine({ scene: bare, finding: water, filter: { minAreaM2: 1 } }, run)).rejects.toMatchObject({
      code: 'pixel-size-unknown',
    });
  });
});

describe('index, statistics and distance', () => {
  it('computes an index that a loop over the bands gives too', async () => {
    const ndvi = await analyst.index({ scene, index: 'ndvi', threshold: { above: true, value: 0.6 } }, run);
    const [red, nir] = [await band(DEMO_SCENE.path, 2), await band(DEMO_SCENE.path, 3)];
    let [sum, above] = [0, 0];
    for (let i = 0; i < red.length; i++) {
      const value = Math.fround((nir[i]! - red[i]!) / (nir[i]! + red[i]!));
      sum += value;
      if (value > 0.6) above++;
    }
    expect(ndvi.statistics.mean).toBeCloseTo(sum / red.length, 5);
    expect(ndvi.threshold!.share).toBeCloseTo(above / red.length, 4);
    expect(ndvi.threshold!.areaM2! / (above * PIXEL_M2)).toBeCloseTo(1, 2);
  });

  it('names what it can compute when it cannot compute what was asked', async () => {
    await expect(analyst.index({ scene, index: 'nonsense' }, run)).rejects.toMatchObject({
      code: 'wrong-usage',
      reply: expect.stringMatching(/I can compute .*NDVI/),
    });
  });

  it('keeps to a region', async () => {
    const inside = await analyst.statistics({ scene, finding: water, region: 1, index: 'mndwi' }, run);
    expect(inside.pixels).toBe(water.facts.regions[0]!.pixels);
    const all = await analyst.statistics({ scene, finding: water, index: 'mndwi' }, run);
    expect(all.pixels).toBe(water.facts.pixels);
    expect(all.mean).toBeCloseTo(water.evidence!.meanInside!, 4);
  });

  it('measures between two regions in metres, both ways alike', async () => {
    const [one, two] = [1, 2].map((region) => ({ finding: vegetation, region }));
    const there = await analyst.distance({ scene, from: one!, to: two! }, run);
    const back = await analyst.distance({ scene, from: two!, to: one! }, run);
    expect(there!.metres).toBeGreaterThan(0);
    expect(back!.metres).toBeCloseTo(there!.metres, 6);
  });

  it('measures from one target to the nearest of another', async () => {
    const nearest = await analyst.distance({ scene, from: { finding: water }, to: { finding: vegetation } }, run);
    const { from, to } = nearest!;
    const pair = { scene, from: { finding: water, region: from }, to: { finding: vegetation, region: to } };
    expect(await analyst.distance(pair, run)).toEqual(nearest);
    const lake = await analyst.distance(
      { scene, from: { finding: water, region: 1 }, to: { finding: vegetation } },
      run,
    );
    expect(lake!.metres).toBeGreaterThanOrEqual(nearest!.metres);
  });
});

describe('compare', () => {
  it('finds what a filter took away, and nothing gained', async () => {
    const less = await analyst.refine({ scene, finding: water, filter: { largest: 1 } }, run);
    const change = await analyst.compare(
      { target: 'water', before: { scene, finding: water }, after: { scene, finding: less } },
      run,
    );
    expect(change.gainedM2).toBe(0);
    expect(change.keptM2).toBeCloseTo(less.facts.areaM2!, -2);
    expect(change.lostM2! + change.keptM2!).toBeCloseTo(water.facts.areaM2!, -2);
    expect(change.commonFraction).toBe(1);
    expect(count(await band(change.changeFile), 3)).toBe(water.facts.pixels - less.facts.pixels);
  });
});

describe('pictures and files', () => {
  it.each(['tint', 'outline'] as const)('draws an overlay as %s', async (mode) => {
    const picture = await analyst.draw(
      {
        kind: 'overlay',
        scene,
        findings: [water, vegetation],
        legend: [water, vegetation].map((f) => legendOf(f, null, { texts: TEXTS.en, format: formatFor('en') })),
        style: { ...DEFAULT_STYLE, mode },
        words: TEXTS.en.map,
      },
      run,
    );
    expect(picture).toMatchObject({ name: 'valley.water-vegetation.png', mediaType: 'image/png' });
    expect((await readFile(picture.path)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('makes the layers of a map: the ground, a mask a target, its regions and where they are', async () => {
    const labels = ['Water', 'Vegetation'];
    const map = await analyst.layers({ scene, findings: [water, vegetation], labels }, run);
    expect(map).toMatchObject({ width: 512, height: 512, ground: { mediaType: 'image/webp' } });
    expect(map.targets.map(({ target, label }) => [target, label])).toEqual([
      ['water', 'Water'],
      ['vegetation', 'Vegetation'],
    ]);
    const { data, width, height } = PNG.sync.read(await readFile(map.targets[0]!.mask.path));
    expect([width, height]).toEqual([512, 512]);
    // A pixel of the mask is a pixel of the layer, in the target's colour.
    const mask = await band(water.maskFile);
    let wrong = 0;
    for (let i = 0; i < mask.length; i++) if ((mask[i] === 1) !== (data[i * 4 + 3] === 255)) wrong++;
    expect(wrong).toBe(0);
    const first = Array.from(mask).indexOf(1);
    expect([...data.subarray(first * 4, first * 4 + 3)]).toEqual([0x1a, 0x35, 0xd8]);
    const { window } = water.facts.regions[0]!;
    expect(map.targets[0]!.regions[0]).toEqual({
      id: 1,
      box: [window.col, window.row, window.col + window.width, window.row + window.height],
    });
    // The lattice's middle is the middle of the scene, by GDAL: 14.41305 E, 46.01103 N.
    expect(map.lonLat).toHaveLength(81);
    expect(map.lonLat![40]![0]).toBeCloseTo(14.41305, 4);
    expect(map.lonLat![40]![1]).toBeCloseTo(46.01103, 4);
    expect(map.lonLat![0]![1]).toBeGreaterThan(map.lonLat![80]![1]);
  });

  it('zooms to a region, which alone has its full tint', async () => {
    const { id, window, pixels } = vegetation.facts.regions[2]!;
    const picture = await analyst.draw(
      {
        kind: 'overlay',
        scene,
        findings: [vegetation],
        legend: [{ label: 'Vegetation', value: '' }],
        style: { ...DEFAULT_STYLE, zoomRegion: id },
        words: TEXTS.en.map,
      },
      run,
    );
    const { data } = PNG.sync.read(await readFile(picture.path));
    let full = 0;
    for (let i = 0; i < data.length; i += 4) {
      // 0.65 of #2fd415 over a grey of 150 … 235; of the others 0.26 of it.
      const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
      if (green > 180 && red > 75 && red < 115 && blue < 100) full++; // not the edges, which are pure
    }
    // A margin of 0.4 of the longer side around it, and an integer number of display pixels for each of the scene's.
    const side =
      Math.max(window.width, window.height) + 2 * Math.max(8, Math.ceil(0.4 * Math.max(window.width, window.height)));
    const scale = Math.floor(1200 / side);
    // Its own edge, half on it, and its number are drawn over it.
    expect(full / (pixels * scale ** 2)).toBeGreaterThan(0.75);
    expect(full / (pixels * scale ** 2)).toBeLessThan(1.1);
  });

  it('exports every region, whatever the conversation lists', async () => {
    const [csv] = await analyst.export({ scene, finding: vegetation, format: 'csv' }, run);
    const lines = (await readFile(csv!.path, 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(vegetation.facts.count + 1);
    const [geojson] = await analyst.export({ scene, finding: vegetation, format: 'geojson' }, run);
    const { features } = JSON.parse(await readFile(geojson!.path, 'utf8'));
    expect(features).toHaveLength(vegetation.facts.count);
    expect(features[0].properties.area_m2).toBeCloseTo(vegetation.facts.regions[0]!.areaM2!, 0);
    const tiffs = await analyst.export({ scene, finding: vegetation, format: 'geotiff' }, run);
    expect(tiffs.map(({ name }) => name)).toEqual(['valley.vegetation.mask.tif', 'valley.vegetation.probability.tif']);
  });
});
