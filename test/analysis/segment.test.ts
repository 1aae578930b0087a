import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlendedRows } from '../../src/analysis/row-blender.ts';
import { type SegmentRequest, segment } from '../../src/analysis/segment.ts';
import type { Progress } from '../../src/domain/message.ts';
import { createGeoTiffWriter } from '../../src/export/write-geotiff.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import type { SpexModel } from '../../src/spex/spex-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segment-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Nodata in the top left 3 × 2 pixels; nir is a pattern without any period that chips could hide in. */
const NODATA = -9999;
const isNodata = (col: number, row: number) => col < 3 && row < 2;
const nirAt = (col: number, row: number) => (Math.sin(col * 0.13) * Math.cos(row * 0.07 + col * 0.01) > 0 ? 0.6 : 0.2);
/** Whether a coarser look, too, sees nothing else at a pixel. */
const isAmongItsLike = (col: number, row: number) =>
  [-3, 0, 3].every((x) => [-3, 0, 3].every((y) => nirAt(col + x, row + y) === nirAt(col, row)));

async function sceneOf(width: number, height: number) {
  const path = join(folder, `${width}x${height}.tif`);
  const writer = await createGeoTiffWriter(
    path,
    {
      width,
      height,
      transform: [10, 0, 500_000, 0, -10, 5_000_000],
      crs: { epsg: 32633, name: 'EPSG:32633', proj4: '+proj=utm +zone=33 +datum=WGS84', unit: 'metre' },
    },
    { sampleType: 'float32', bandDescriptions: ['green', 'red', 'nir'], nodata: NODATA },
  );
  const rows = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const values = isNodata(col, row) ? [NODATA, NODATA, NODATA] : [0.1, 0.1, nirAt(col, row)];
      rows.set(values, (row * width + col) * 3);
    }
  }
  await writer.writeRows(0, rows);
  await writer.close();
  return openScene([{ name: 'scene.tif', path }], {});
}

interface Asked {
  readonly prompt: string;
  readonly key: string;
  readonly bandPresent: readonly number[];
}

/** A model that marks near infrared above 0.4, at the size of its chip: what it was shown is what comes out. */
function nirModel(asked: Asked[], answers: (prompt: string) => string): SpexModel {
  const bands = ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'];
  return {
    pack: { input: { chip: 256, bands }, prompt: { version: 'spie-2' }, temperature: 1, threshold: 0.5 },
    encode: async (chip: { size: number; pixels: Float32Array; bandPresent: Float32Array }, key: string) => ({
      chip,
      key,
    }),
    answer: async (
      { chip, key }: { chip: { size: number; pixels: Float32Array; bandPresent: Float32Array }; key: string },
      prompt: string,
      options: { onToken?: (text: string) => void },
    ) => {
      asked.push({ prompt, key, bandPresent: [...chip.bandPresent] });
      const text = answers(prompt);
      options.onToken?.(text);
      const area = chip.size * chip.size;
      const values = chip.pixels.slice(3 * area, 4 * area).map((nir) => (nir - 0.4) * 20);
      // Foretells the share that it marks, so that each chip has a number of its own.
      const foretoldIou = values.filter((logit) => logit > 0).length / area;
      return { text, maskLogits: { width: chip.size, height: chip.size, values }, foretoldIou };
    },
  } as unknown as SpexModel;
}

async function run(
  width: number,
  height: number,
  request: SegmentRequest,
  answers: (prompt: string) => string = () => 'Vegetation grows here.',
) {
  const scene = await sceneOf(width, height);
  const asked: Asked[] = [];
  const logits = new Float32Array(width * height);
  const marked = new Uint8Array(width * height);
  let next = 0;
  const receive = async (rows: BlendedRows) => {
    expect(rows.row).toBe(next);
    next += rows.logits.length / width;
    logits.set(rows.logits, rows.row * width);
    marked.set(rows.marked, rows.row * width);
  };
  const signal = new AbortController().signal;
  const progress: Progress[] = [];
  const onProgress = (p: Progress) => progress.push(p);
  const heard: string[] = [];
  const model = nirModel(asked, answers);
  const result = await segment(scene, model, request, { signal, onProgress }, receive, (text) => heard.push(text));
  expect(next).toBe(height);
  await scene.close();
  return { result, asked, logits, marked, progress, heard };
}

describe('segment', () => {
  it.each([
    ['one padded chip', 100, 70, 1],
    ['several overlapping chips', 450, 300, 6],
  ])('puts every pixel back where it came from: %s', async (_case, width, height, chips) => {
    const { result, logits, marked } = await run(width, height, { target: 'vegetation' });
    expect(result.chips).toBe(chips);
    expect(result.factor).toBe(1);
    let [wrong, wrongMarks, compared] = [0, 0, 0];
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++) {
        const value = logits[row * width + col]!;
        const expected = isNodata(col, row) ? NaN : (nirAt(col, row) - 0.4) * 20;
        if (chips > 1 && !isAmongItsLike(col, row) && !isNodata(col, row)) continue;
        compared++;
        if (!(Number.isNaN(expected) ? Number.isNaN(value) : Math.abs(value - expected) < 1e-3)) wrong++;
        // NDVI of 0.6 over 0.1 is 0.71, of 0.2 over 0.1 is 0.33: both above 0.3.
        if (marked[row * width + col] !== Number(!isNodata(col, row))) wrongMarks++;
      }
    }
    expect([wrong, wrongMarks]).toEqual([0, 0]);
    expect(compared).toBeGreaterThan(0.6 * width * height);
  });

  it('blends the look at the whole scene into several chips', async () => {
    const { logits } = await run(450, 300, { target: 'vegetation' });
    const between = logits.filter((logit) => Math.abs(Math.abs(logit) - 4) > 0.1);
    // Every chip alone gives 4 or -4; only the look, of 0.57 of the resolution, has edges that are not sharp.
    expect(between.length).toBeGreaterThan(1000);
    for (const logit of between) expect(Math.abs(logit)).toBeLessThan(4);
  });

  it('asks once for a scene of one chip, and once more than there are chips for a larger one', async () => {
    expect((await run(100, 70, { target: 'vegetation' })).asked).toHaveLength(1);
    const { asked } = await run(450, 300, { target: 'vegetation' });
    expect(asked).toHaveLength(7);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(7);
  });

  it('estimates what is left before the first of several chips, and nothing for a single one', async () => {
    const many = (await run(450, 300, { target: 'vegetation' })).progress.filter((p) => p.stage === 'masking');
    expect(many).toHaveLength(6);
    for (const { remainingMs } of many) expect(remainingMs).toBeGreaterThan(0);
    const [single] = (await run(100, 70, { target: 'vegetation' })).progress.filter((p) => p.stage === 'masking');
    expect(single!.remainingMs).toBe(0);
  });

  it('hands on what the model foretells of its mask', async () => {
    const one = await run(100, 70, { target: 'vegetation' });
    const share = (values: Float32Array) => values.filter((logit) => logit > 0).length / (128 * 128);
    expect(one.result.foretoldIou).toBeCloseTo(share(one.logits), 9);
  });

  it('tells the model which bands are there', async () => {
    const { asked, result } = await run(64, 64, { target: 'water' });
    expect(asked[0]!.bandPresent).toEqual([0, 1, 1, 1, 0, 0]);
    expect(result.bandsUsed).toEqual(['green', 'red', 'nir']);
  });

  it("sends the person's own words, and the canonical question without any", async () => {
    const own = await run(64, 64, { target: 'vegetation', question: 'where are the trees?' });
    expect(own.asked[0]!.prompt).toContain('where are the trees?');
    const canonical = await run(64, 64, { target: 'vegetation' });
    expect(canonical.asked[0]!.prompt).toContain('provide a detailed description of them');
  });

  it('asks the canonical question where its own words are misheard, and goes on with it', async () => {
    const answers = (prompt: string) => (prompt.includes('postman') ? 'Water covers a part.' : 'There is no building.');
    const request = { target: 'building', question: 'where would a postman go?' } as const;
    const { result, asked, heard } = await run(450, 300, request, answers);
    expect(asked.map(({ prompt }) => prompt.includes('postman'))).toEqual([true, ...Array(7).fill(false)]);
    expect(result.whole).toMatchObject({ text: 'There is no building.', misheard: true });
    expect(result.whole.prompt).toContain('provide a detailed description of them');
    expect(heard).toEqual(['There is no building.']);
    // Words that are heard, and an answer to the canonical question, whatever it says, stay.
    const own = { target: 'water', question: 'where is the lake?' } as const;
    expect((await run(64, 64, own, () => 'Water lies here.')).result.whole.misheard).toBe(false);
    const canonical = await run(64, 64, { target: 'building' }, () => 'Water lies here.');
    expect([canonical.asked.length, canonical.result.whole.misheard]).toEqual([1, false]);
  });

  it.each([
    ['no list', { attributes: 'none' as const }, /No attributes are available/],
    ['the list of another target', { attributes: 'water' as const }, /vegetation regions/],
  ])('changes only what an experiment asks for: %s', async (_case, experiment, expected) => {
    const plain = await run(64, 64, { target: 'vegetation' });
    const changed = await run(64, 64, { target: 'vegetation', experiment });
    expect(changed.asked[0]!.prompt).toMatch(expected);
    expect(changed.asked[0]!.prompt).not.toBe(plain.asked[0]!.prompt);
  });

  it('hides bands and takes the mask of another answer when the evaluation asks', async () => {
    const hidden = await run(64, 64, { target: 'vegetation', experiment: { hide: new Set(['nir'] as const) } });
    expect(hidden.asked[0]!.bandPresent).toEqual([0, 1, 1, 0, 0, 0]);
    const swapped = await run(64, 64, { target: 'vegetation', experiment: { answerOf: 'water' } });
    expect(swapped.asked.map(({ prompt }) => /water/.test(prompt))).toEqual([false, true]);
  });
});
