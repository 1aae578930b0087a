import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { register } from '../../src/cli/commands/spie.ts';
import type { SpieRecord } from '../../src/eval/spie-records.ts';
import { readMask } from '../../src/export/read-mask.ts';
import { createGeoTiffWriter } from '../../src/export/write-geotiff.ts';
import { loadQuestions } from '../../src/prompt/questions.ts';
import { drawingOf } from '../raster-of.ts';

let folder: string;

/** Eight by eight 8-bit pixels, red green blue nir: vegetation (class 2) in the left half, bare ground (class 4) beside it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spex-spie-'));
  await mkdir(join(folder, 'images'));
  await mkdir(join(folder, 'labels'));
  const left = (i: number) => i % 8 < 4;
  await write('images/park.tif', 4, (i) => (left(i) ? [40, 80, 40, 200] : [150, 140, 130, 160]));
  await write('images/alone.tif', 4, () => [1, 2, 3, 4]);
  await write('labels/park.tif', 1, (i) => [i === 63 ? 255 : left(i) ? 2 : 4]);
  // Four of 64 pixels are not judged: more than a twentieth.
  await write('images/vague.tif', 4, (i) => (left(i) ? [40, 80, 40, 200] : [150, 140, 130, 160]));
  await write('labels/vague.tif', 1, (i) => [i < 4 ? 255 : i < 8 ? 2 : 4]);
  await writeFile(join(folder, 'images', 'broken.tif'), 'II*\0 and nothing more');
  await write('labels/broken.tif', 1, () => [1]);
});

afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs `spex-chat …` and returns what it printed. */
async function run(...args: string[]): Promise<string> {
  const program = new Command('spex-chat').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  for (const command of program.commands.flatMap((c) => [c, ...c.commands]))
    command.exitOverride().configureOutput({ writeErr: () => {} });
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  await program.parseAsync(args, { from: 'user' });
  return printed;
}

const BANDS = ['--bands', 'red,green,blue,nir'];
const LIST =
  "[{'Size of area': 'huge', 'Centroid': [0.25, 0.5], 'Location': 'middle-left', " +
  "'Bounding box': [[0.0, 0.0], [0.375, 0.0], [0.375, 0.875], [0.0, 0.875]]}]";

describe('spie attributes', () => {
  it('prints the prompt', async () => {
    const printed = await run(
      'spie',
      'attributes',
      join(folder, 'images/park.tif'),
      '--target',
      'vegetation',
      ...BANDS,
    );
    expect(printed).toBe(
      '<image>\nBased on the provided image and the attributes of the vegetation regions, ' +
        `please provide a detailed description of them:${LIST}\n`,
    );
  });

  it('prints how it came about', async () => {
    const path = join(folder, 'images/park.tif');
    const json = JSON.parse(await run('spie', 'attributes', path, '--target', 'vegetation', ...BANDS, '--json'));
    // NDVI of 8-bit values: 0.67 and 0.03; 1.03 · 128 = 132.1, so Otsu cuts at 133/128 - 1, below its range: 0.1 it is.
    expect(json).toMatchObject({ target: 'vegetation', index: { index: 'ndvi', threshold: 0.1, method: 'fixed' } });
    const none = JSON.parse(await run('spie', 'attributes', path, '--target', 'building', ...BANDS, '--json'));
    expect(none).toMatchObject({ index: null, attributes: null });
    expect(none.prompt).toContain('No attributes are available.');
  });

  it('tells a person beside the prompt how the scene was read', async () => {
    const warned = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    await run('spie', 'attributes', 'demo', '--target', 'building');
    const said = warned.mock.calls.map(([text]) => text).join('');
    expect(said).toContain('I read this as');
    expect(said).toContain(
      'Regions: NDBI = (swir16 - nir) / (swir16 + nir) above 0 (fixed threshold), without NDVI above 0.3 and MNDWI above 0.',
    );
    await run('spie', 'attributes', join(folder, 'images/park.tif'), '--target', 'building', ...BANDS);
    expect(warned.mock.calls.at(-1)![0]).toContain('No index for building can be computed from these bands');
    await expect(run('spie', 'attributes', join(folder, 'none.tif'), '--target', 'water')).rejects.toThrow(
      'there is no such file',
    );
  });
});

describe('spie build', () => {
  const build = (...classes: string[]) =>
    run(
      'spie',
      'build',
      '--images',
      join(folder, 'images'),
      '--labels',
      join(folder, 'labels'),
      '--classes',
      ...classes,
      '--out',
      join(folder, 'records.json'),
      ...BANDS, //
    );

  it('writes records in the published form, absent targets included', async () => {
    expect(await build('vegetation=2,3', 'water=1')).toContain('6 records of 2 images');
    const records: SpieRecord[] = JSON.parse(await readFile(join(folder, 'records.json'), 'utf8'));
    expect(records.map((r) => r.id)).toEqual([
      'park/vegetation/0',
      'park/vegetation/1',
      'park/water/0',
      'park/water/1',
      'vague/vegetation/0',
      'vague/vegetation/1',
    ]);
    expect(records[0]).toEqual({
      id: 'park/vegetation/0',
      image: 'park.tif',
      gt_image: join('records-masks', 'park.vegetation.tif'),
      conversations: [
        { from: 'human', value: expect.stringContaining(LIST) },
        {
          from: 'gpt',
          value:
            'Vegetation covers about half of this scene. The largest vegetation region is huge and lies in the middle-left. ' +
            'The largest one reaches the left and top edges. It is the only vegetation region.',
        },
      ],
    });
    expect(records[1]!.conversations[0].value).not.toContain('Based on');
    expect(records[3]!.conversations[1].value).toBe('There is no water in this scene.');
    const mask = await readMask(join(folder, records[0]!.gt_image));
    expect(drawingOf(mask)[0]).toBe('####....');
    // The list is of the image, whatever the label says: the vague label marks four pixels, the image has the left half.
    expect(records[4]!.conversations[0].value).toContain(LIST);
    expect(records[4]!.conversations[1].value).toBe(
      'Vegetation covers less than a sixth of this scene. The largest vegetation region is huge and lies in the top-right. ' +
        'The largest one reaches the top edge. It is the only vegetation region.',
    );
  });

  it('asks in words for records, and in others for every image', async () => {
    await build('vegetation=2,3', 'water=1');
    const records: SpieRecord[] = JSON.parse(await readFile(join(folder, 'records.json'), 'utf8'));
    const { vegetation } = await loadQuestions('records');
    const asked = [records[1], records[5]].map(
      (record) => /^<image>\n(.+)\nAttributes: /.exec(record!.conversations[0].value)![1]!,
    );
    expect(asked.every((question) => vegetation.includes(question))).toBe(true);
    expect(asked[0]).not.toBe(asked[1]);
  });

  it('leaves out what it cannot read or know, and says so', async () => {
    const warned = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    await build('vegetation=2,3', 'water=1');
    const said = warned.mock.calls.map(([text]) => text).join('');
    expect(said).toContain('alone.tif: no label of this name');
    expect(said).toContain("broken.tif: I can't read broken.tif");
    expect(said).toContain('vague.tif: its label does not say whether there is water');
    expect(await readdir(join(folder, 'records-masks'))).not.toContain('vague.water.tif');
  });

  it('says what is wrong with its arguments', async () => {
    await expect(build('trees=2')).rejects.toThrow(CommanderError);
    await expect(build('water=blue')).rejects.toThrow('vegetation=2,3');
    await expect(
      run(
        'spie',
        'build',
        '--images',
        folder,
        '--labels',
        folder,
        '--classes',
        'water=1',
        '--out',
        join(folder, 'x.json'),
      ),
    ).rejects.toThrow('No image in');
  });
});

async function write(name: string, bands: number, pixel: (i: number) => number[]): Promise<void> {
  const grid = { width: 8, height: 8, transform: null, crs: null };
  const writer = await createGeoTiffWriter(join(folder, name), grid, {
    sampleType: 'uint8',
    bandDescriptions: Array.from({ length: bands }, () => ''),
    nodata: null,
  });
  await writer.writeRows(0, Uint8Array.from(Array.from({ length: 64 }, (_, i) => pixel(i)).flat()));
  await writer.close();
}
