import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BandName } from '../../src/domain/band.ts';
import type { LandCover } from '../../src/domain/land-cover.ts';
import { type Dataset, readDataset } from '../../src/eval/dataset.ts';
import { type Evaluation, evaluate, type JudgeOptions, sceneJudge } from '../../src/eval/evaluate.ts';
import { VARIANTS } from '../../src/eval/evaluate-scene.ts';
import type { Extract } from '../../src/eval/spex-extract.ts';
import { createGeoTiffWriter } from '../../src/export/write-geotiff.ts';
import { maskOf } from '../raster-of.ts';

/** Four by three pixels: vegetation on the left, water on the right, soil between. */
const CELLS = ['VV.W', 'VV.W', '...W'];
const REFLECTANCE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  V: { green: 800, red: 400, nir: 4400 },
  W: { green: 600, red: 400, nir: 200 },
  '.': { green: 1200, red: 1500, nir: 1800 },
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spex-eval-'));
  await writeScene('a.tif', CELLS);
  await writeMask('a.vegetation.tif', '110011000000');
  await writeMask('a.water.tif', '00010001000?'); // the last pixel is not judged
  await writeMask('a.building.tif', '000000000000');
  const scene = {
    id: 'places/a',
    image: 'a.tif',
    bands: ['green', 'red', 'nir'],
    reflectance: { scale: 0.0001, offset: 0 },
    resolution: 'medium',
    labels: { vegetation: 'a.vegetation.tif', water: 'a.water.tif', building: 'a.building.tif', cloud: 'a.cloud.tif' },
    split: 'val',
  };
  const lost = { ...scene, id: 'lost', image: 'lost.tif' };
  await writeFile(join(folder, 'dataset.json'), JSON.stringify({ name: 'tiny', scenes: [scene, lost] }));
});

afterAll(() => rm(folder, { recursive: true }));

/** What the fake model answers: drawings by target; the soil is taken for water where the list is missing. */
const MASKS: Readonly<Record<LandCover, readonly string[]>> = {
  vegetation: ['##..', '#...', '....'],
  water: ['...#', '...#', '..##'],
  building: ['....', '.#..', '....'],
};

const LOGIT = 2 + 1 / 64; // in the middle of a cell of the reliability count
const PROBABILITY = 1 / (1 + Math.exp(-LOGIT));

const asked: string[] = [];
const model: Extract = async (scene, target, { question, experiment }) => {
  asked.push(`${scene.info.values} ${target} ${question ?? ''}${JSON.stringify(experiment ?? null)}`);
  const of = experiment?.answerOf ?? target;
  const mask = experiment?.attributes === 'none' ? maskOf('####', '####', '####') : maskOf(...MASKS[of]);
  const values = Float32Array.from(mask.values, (value) => (value ? LOGIT : -LOGIT));
  return {
    mask,
    logits: { width: 4, height: 3, values },
    indexMask: target === 'building' ? null : maskOf('##..', '##..', '....'),
    foretoldIou: null,
    explain: async () => ({
      prompt: '',
      text: target === 'building' ? 'There is no building in this scene.' : 'A region lies in the top-left.',
      attributes: [],
    }),
    misheard: question !== undefined && target === 'water',
  };
};

const evaluated = (dataset: Dataset, extract: Extract, options: Partial<JudgeOptions>): Promise<Evaluation> =>
  evaluate(dataset, sceneJudge(dataset, extract, { variants: [], wordings: 0, onMask: null, ...options }), {
    temperature: 1,
    lanes: 2,
    onScene: () => {},
  });

describe('evaluate', () => {
  let found: Evaluation;
  beforeAll(async () => {
    const dataset = await readDataset(join(folder, 'dataset.json'));
    found = await evaluated(dataset, model, { variants: VARIANTS, wordings: 2 });
  });
  const group = (target: LandCover) =>
    found.groups.find((g) => g.target === target && g.bands === 'all' && g.resolution === 'all')!;

  it('scores each target on its judged pixels', () => {
    expect(group('vegetation')).toMatchObject({ scenes: 1, mean: { iou: 3 / 4, precision: 1, recall: 3 / 4 } });
    // Water: pixel (3, 2) is not judged, (2, 2) is a false alarm.
    expect(group('water')).toMatchObject({ scenes: 1, mean: { iou: 2 / 3, f1: 4 / 5 }, pooled: { precision: 2 / 3 } });
    expect(found.meanIou).toBeCloseTo((3 / 4 + 2 / 3) / 2, 12);
  });

  it('counts false alarms where there is nothing to find', () => {
    expect(group('building')).toMatchObject({ scenes: 0, emptyScenes: 1, falseAlarms: 1 / 12, mean: { iou: null } });
  });

  it('reads the bands and the calibration of the catalogue, and groups by them', () => {
    expect(asked.every((line) => line.startsWith('reflectance'))).toBe(true);
    expect(found.groups.map((g) => g.bands)).toContain('nir');
    expect(found.groups.map((g) => g.bands)).not.toContain('rgb');
  });

  it('runs index thresholds on the same pixels', () => {
    // NDVI: canopy 0.83, soil 0.09, water -0.33. NDWI: water 0.5, the others below 0.
    expect(group('vegetation').best).toMatchObject({ iou: 1, modelIou: 3 / 4, scenes: 1 });
    expect(group('water').best).toMatchObject({ iou: 1, modelIou: 2 / 3 });
    expect(group('vegetation')).toMatchObject({ oracleIou: 1, won: 0 });
    // Green minus red by Otsu: canopy 0.33, water 0.2, soil -0.11: water goes along.
    expect(group('vegetation').baselines.find((b) => b.name === 'ngrdi otsu')).toMatchObject({ iou: 4 / 7 });
    expect(group('building').best).toBeNull();
    const [vegetation] = found.results;
    expect(vegetation!.baselines.find((b) => b.name === 'ndvi fixed 0.3')).toMatchObject({
      iou: 1,
      counts: { truePositive: 4, falsePositive: 0, falseNegative: 0, trueNegative: 8 },
    });
  });

  it('tells what the parts are worth', () => {
    // Marking everything: 4 of 12 for vegetation, 2 of 11 judged pixels for water.
    expect(group('vegetation').variants['without attributes']).toEqual({ scenes: 1, iou: 1 / 3, modelIou: 3 / 4 });
    expect(group('water').variants['without attributes']!.iou).toBeCloseTo(2 / 11, 12);
    expect(group('vegetation').variants['answer about another target']!.iou).toBe(0);
    expect(group('vegetation').variants['one condensation token']!.iou).toBe(3 / 4);
    expect(asked).toContain('reflectance vegetation {"attributes":"water"}');
    // The only other scene cannot be read, and its own list is not another one.
    expect(group('vegetation').variants['attributes of another scene']).toBeUndefined();
    // No list can be computed for the building, so there is nothing to leave out.
    expect(group('building').variants['without attributes']).toBeUndefined();
    expect(asked).not.toContain('reflectance building {"attributes":"none"}');
    expect(asked).toContain('reflectance vegetation {"answerOf":"water"}');
  });

  it('sees whether masks follow the instruction and the hidden states', () => {
    // Vegetation and water in three wordings each; the building has no pixel to be right about.
    expect(found.instruction).toMatchObject({ questions: 6, followed: 6, failures: [] });
    expect(found.instruction.matrix.vegetation).toEqual({ vegetation: 3 / 4, water: 0 });
    expect(found.instruction.confusion).toEqual({ vegetation: { vegetation: 3 }, water: { water: 3 } });
    expect(found.instruction.wordings).toHaveLength(6);
    const { reworded, misheard } = found.instruction;
    expect([reworded, misheard.map((m) => `${m.scene} ${m.target}`)]).toEqual([6, Array(2).fill('places/a water')]);
    // Vegetation's answer gets the water mask, and water's that of the building, which fits neither label.
    expect(found.instruction.swapped).toEqual({
      masks: 3,
      followed: 3,
      judged: 1,
      followedByLabel: 1,
      iouWithOther: 2 / 3,
      iouWithAsked: 0,
    });
  });

  it('says how far index and model agree', () => {
    // Three pixels of vegetation in both, four in either.
    expect(found.results.map((r) => [r.target, r.agreement])).toEqual([
      ['vegetation', 3 / 4],
      ['water', 0],
      ['building', null],
    ]);
  });

  it('checks sentences before and after', () => {
    // "top-left" fits the vegetation mask, not the water one; the empty list contradicts both; so does the water label.
    expect(found.explanations).toMatchObject({
      answers: 3,
      shown: 1,
      sentences: 3,
      kept: 1,
      againstMask: 2,
      againstList: { sentences: 3, before: 2, after: 1 },
    });
    expect(found.distinctAnswers).toEqual({
      vegetation: { scenes: 1, distinct: 1 },
      water: { scenes: 1, distinct: 1 },
      building: { scenes: 1, distinct: 1 },
    });
  });

  it('draws the reliability curve', () => {
    // Water: three judged pixels at 0.88, two of them water; eight at 0.12, none.
    const { bins, expectedCalibrationError } = found.reliability.water;
    expect(bins[8]).toMatchObject({ pixels: 3, positive: 2 / 3 });
    expect(expectedCalibrationError).toBeCloseTo((3 * PROBABILITY - 2 + 8 * (1 - PROBABILITY)) / 11, 9);
    expect(found.reliability.all.bins.reduce((sum, bin) => sum + bin.pixels, 0)).toBe(12 + 11 + 12);
  });

  it('goes on after a scene that cannot be read, and says so', () => {
    expect(found.skipped).toHaveLength(1);
    expect(found.skipped[0]!.scene).toBe('lost');
    expect(found.worst.map((w) => w.target)).toEqual(['water', 'vegetation']);
  });
});

it('keeps masks of scenes without labels too, when masks are kept', async () => {
  const dataset = await readDataset(join(folder, 'dataset.json'));
  const bare = { ...dataset, scenes: [{ ...dataset.scenes[0]!, labels: new Map() }] };
  const kept: string[] = [];
  const onMask = async (id: string, _scene: unknown, target: LandCover) => void kept.push(`${id} ${target}`);
  expect((await evaluated(bare, model, { onMask })).results).toEqual([]);
  expect(kept).toEqual(['places/a vegetation', 'places/a water', 'places/a building']);
});

it('puts the list of another scene into the prompt, and sees which scene the mask is of', async () => {
  const [scene] = (await readDataset(join(folder, 'dataset.json'))).scenes;
  const labels = new Map([['vegetation', join(folder, 'a.vegetation.tif')] as const]);
  // The same place mirrored: its vegetation is in the right half.
  const mirrored = [{ name: 'b.tif', path: join(folder, 'b.tif') }];
  await writeScene(
    'b.tif',
    CELLS.map((row) => [...row].reverse().join('')),
  );
  await writeMask('b.vegetation.tif', '001100110000');
  const other = {
    ...scene!,
    id: 'b',
    files: mirrored,
    labels: new Map([['vegetation', join(folder, 'b.vegetation.tif')] as const]),
  };
  const lists: unknown[] = [];
  const follows: Extract = async (opened, target, options) => {
    const list = options.experiment?.attributes;
    if (typeof list === 'object') lists.push([list.length, list[0]!.location]);
    const ofFirst = opened.info.name === 'a.tif';
    return {
      ...(await model(opened, target, {})),
      mask: ofFirst ? maskOf('##..', '#...', '....') : maskOf('...#', '....', '####'),
    };
  };
  const { instruction, results } = await evaluated({ name: 'two', scenes: [{ ...scene!, labels }, other] }, follows, {
    variants: ['attributes of another scene'],
  });
  // Two scenes at a time: in whichever order.
  expect(lists.map(String).sort()).toEqual(['1,middle-left', '1,middle-right']);
  expect(results.map((r) => r.otherScene)).toEqual([
    { scene: 'b', iouWithOwn: 3 / 4, iouWithOther: 0 },
    { scene: 'places/a', iouWithOwn: 1 / 8, iouWithOther: 0 },
  ]);
  expect(instruction.otherScene).toEqual({ masks: 2, followed: 2, iouWithOwn: 7 / 16, iouWithOther: 0 });
});

describe('readDataset', () => {
  it('keeps targets of ours and names of bands that we know', async () => {
    const [scene] = (await readDataset(join(folder, 'dataset.json'))).scenes;
    expect([...scene!.labels.keys()]).toEqual(['vegetation', 'water', 'building']);
    const odd = {
      id: 'x',
      image: ['1.tif', '2.tif'],
      bands: ['red', 'mystery'],
      reflectance: null,
      resolution: 'high',
    };
    await writeFile(join(folder, 'odd.json'), JSON.stringify({ scenes: [odd] }));
    const read = await readDataset(join(folder, 'odd.json'));
    expect(read.scenes[0]).toMatchObject({ correction: { bands: ['red', null] as (BandName | null)[] }, split: null });
    expect(read.scenes[0]!.files.map((f) => f.name)).toEqual(['1.tif', '2.tif']);
  });

  it.each([
    ['no JSON', 'scene', 'needs a list "scenes"'],
    ['no scenes', '{"name":"x"}', 'needs a list "scenes"'],
    ['a scene without an image', '{"scenes":[{"id":"a","bands":null,"resolution":"high"}]}', 'scene 1: image'],
    ['an unknown resolution', '{"scenes":[{"id":"a","image":"a","bands":null,"resolution":"low"}]}', 'resolution'],
  ])('refuses %s', async (_case, text, reason) => {
    await writeFile(join(folder, 'bad.json'), text);
    await expect(readDataset(join(folder, 'bad.json'))).rejects.toThrow(reason);
  });

  it('says when there is no such file', async () => {
    await expect(readDataset(join(folder, 'none.json'))).rejects.toThrow('is the path right?');
  });
});

async function writeScene(name: string, rows: readonly string[]): Promise<void> {
  const bands = ['green', 'red', 'nir'];
  const grid = { width: 4, height: 3, transform: [10, 0, 5e5, 0, -10, 5e6] as const, crs: utm() };
  const image = await createGeoTiffWriter(join(folder, name), grid, {
    sampleType: 'uint16',
    bandDescriptions: bands.map(() => ''),
    nodata: null,
  });
  const cells = [...rows.join('')];
  await image.writeRows(0, Uint16Array.from(cells.flatMap((cell) => bands.map((band) => REFLECTANCE[cell]![band]!))));
  await image.close();
}

async function writeMask(name: string, cells: string): Promise<void> {
  const grid = { width: 4, height: 3, transform: null, crs: null };
  const writer = await createGeoTiffWriter(join(folder, name), grid, {
    sampleType: 'uint8',
    bandDescriptions: [''],
    nodata: null,
  });
  await writer.writeRows(
    0,
    Uint8Array.from([...cells], (cell) => (cell === '?' ? 255 : Number(cell))),
  );
  await writer.close();
}

const utm = () => ({
  epsg: 32633,
  name: 'EPSG:32633',
  proj4: '+proj=utm +zone=33 +datum=WGS84 +units=m',
  unit: 'metre' as const,
});
