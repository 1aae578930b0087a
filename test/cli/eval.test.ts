import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/spex-chat.ts';
import { readMask } from '../../src/export/read-mask.ts';
import { createGeoTiffWriter } from '../../src/export/write-geotiff.ts';
import { COMPACT_TINY, temporaryFolder, tinyPack } from '../tiny-pack.ts';

const SIDE = 64;
const NAMES = ['a', 'b'];
let folder: string;
let pack: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  pack = await tinyPack(COMPACT_TINY);
  // A model of random weights would talk until it is stopped.
  const description = JSON.parse(await readFile(join(pack, 'pack.json'), 'utf8'));
  await writeFile(join(pack, 'pack.json'), JSON.stringify({ ...description, maxNewTokens: 4 }));
  const scenes = [];
  for (const name of NAMES) {
    const shift = 40 * scenes.length + 7;
    await write(`${name}.tif`, 3, (i) => [(i + shift) % 256, (3 * i) % 256, (i * shift) % 256]);
    await write(`${name}.water.tif`, 1, (i) => [i % SIDE < 20 ? 1 : i % SIDE < 60 ? 0 : 255]);
    await write(`${name}.building.tif`, 1, (i) => [i > 2000 ? 1 : 0]);
    const labels = { water: `${name}.water.tif`, building: `${name}.building.tif` };
    const bands = ['red', 'green', 'blue'];
    scenes.push({ id: `places/${name}`, image: `${name}.tif`, bands, resolution: 'high', labels, split: 'val' });
  }
  scenes.push({ ...scenes[0]!, id: 'places/lost', image: 'lost.tif' });
  scenes.push({ ...scenes[0]!, id: 'places/not asked', split: 'train' });
  await writeFile(join(folder, 'dataset.json'), JSON.stringify({ name: 'two', scenes }));
});

afterEach(() => vi.restoreAllMocks());

/** Runs `spex-chat eval …` and returns its exit status and what it printed. */
async function evaluate(...args: string[]): Promise<{ status: number; out: string }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const status = await runCli(['eval', join(folder, 'dataset.json'), '--model', pack, '--split', 'val', ...args]);
  return { status, out };
}

/** What a run found, without what the clock says. */
function found(json: string) {
  const { results, ...rest } = JSON.parse(json);
  return { ...rest, results: results.map(({ seconds, ...result }: { seconds: number }) => result) };
}

describe('spex-chat eval', () => {
  // Two more processes start and load a model each: on a busy machine that takes its time.
  it('finds the same in one process and in two', { timeout: 400_000 }, async () => {
    const one = await evaluate('--variants', '--wordings', '1', '--json');
    const two = await evaluate('--variants', '--wordings', '1', '--json', '--processes', '2');
    expect([one.status, two.status]).toEqual([0, 0]);
    const first = found(one.out);
    expect(first.results.map((r: { scene: string; target: string }) => `${r.scene} ${r.target}`)).toEqual(
      NAMES.flatMap((name) => [`places/${name} water`, `places/${name} building`]),
    );
    // 60 judged columns of water's label, the whole of the building's.
    const judged = (target: string) =>
      first.reliability[target].bins.reduce((sum: number, bin: { pixels: number }) => sum + bin.pixels, 0);
    expect([judged('water'), judged('building')]).toEqual([2 * 60 * SIDE, 2 * SIDE * SIDE]);
    expect(first.skipped).toHaveLength(1);
    expect(first.skipped[0].reason).toContain('there is no such file');
    expect(found(two.out)).toEqual(first);
  });

  it('keeps masks, and writes the card', { timeout: 400_000 }, async () => {
    const [masks, card] = [join(folder, 'masks'), join(folder, 'card')];
    await mkdir(card);
    const { status, out } = await evaluate('--out', masks, '--card', card);
    expect(status).toBe(0);
    expect(await readdir(masks)).toEqual(
      NAMES.flatMap((name) => [`places__${name}.building.tif`, `places__${name}.water.tif`]),
    );
    expect((await readMask(join(masks, 'places__a.water.tif'))).values).toHaveLength(SIDE * SIDE);
    expect(out).toContain('4 targets of 2 scenes');
    const markdown = await readFile(join(card, 'EVALUATION.md'), 'utf8');
    expect(markdown).toContain('| places/b | building | rgb |');
    expect(markdown).toContain('--split val');
    expect((await readdir(join(card, 'gallery'))).length).toBeGreaterThanOrEqual(2);
  });

  it('says what is wrong with its arguments', async () => {
    expect(await evaluate('--processes', '0')).toEqual({ status: 2, out: '' });
    expect(await evaluate('--scenes', 'nowhere')).toEqual({ status: 2, out: '' });
  });
});

async function write(name: string, bands: number, pixel: (i: number) => number[]): Promise<void> {
  const grid = { width: SIDE, height: SIDE, transform: null, crs: null };
  const writer = await createGeoTiffWriter(join(folder, name), grid, {
    sampleType: 'uint8',
    bandDescriptions: Array.from({ length: bands }, () => ''),
    nodata: null,
  });
  await writer.writeRows(0, Uint8Array.from(Array.from({ length: SIDE * SIDE }, (_, i) => pixel(i)).flat()));
  await writer.close();
}
